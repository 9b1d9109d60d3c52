"""Where the learned weights come from: each function refits one lens from annotated corpora and rewrites its codebook.

``validate`` describes the corpora's form. Figures are cross-validated: no text is scored by weights that have seen it.
scikit-learn is needed only here (the optional extra ``learn``).
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from .codebook import HERE


def rows(gold: Path, name: str) -> list[dict]:
    """The rows of one corpus."""
    with open(gold / f"{name}.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def folds(groups: list, n: int = 10) -> np.ndarray:
    """The fold of each item, so that all items of a group (an article, a story) fall into the same one."""
    order = {group: place for place, group in enumerate(dict.fromkeys(groups))}
    shuffled = np.random.default_rng(0).permutation(len(order)) % n
    return np.array([shuffled[order[group]] for group in groups])


def readability(gold: Path) -> str:
    """difficulty.csv: a ridge regression of teachers' judgements (CLEAR) on the counts of ``readability.features``."""
    from sklearn.linear_model import Ridge

    from . import readability as lens
    from .text import Text

    excerpts = rows(gold, "readability")
    y = -np.array([excerpt["ease"] for excerpt in excerpts])
    table = [lens.text_features(Text(excerpt["text"])) for excerpt in excerpts]
    names, x = list(table[0]), np.array([list(row.values()) for row in table])
    mean, sd = x.mean(axis=0), x.std(axis=0)
    z, y = (x - mean) / sd, (y - y.mean()) / y.std()
    fold, guess = folds([excerpt["id"] for excerpt in excerpts]), np.zeros(len(y))
    for part in range(10):
        guess[fold == part] = Ridge(alpha=3).fit(z[fold != part], y[fold != part]).predict(z[fold == part])
    weights = Ridge(alpha=3).fit(z, y).coef_
    model = {"<intercept>": (0.0, 0.0, 1.0)} | {
        name: tuple(round(float(figure), 5) for figure in figures)
        for name, *figures in zip(names, weights, mean, sd, strict=True)
    }
    hard = [lens.weigh(model, row) for excerpt in excerpts for row in lens.sentence_features(Text(excerpt["text"]))]
    low, cut, high = np.percentile(hard, [10, 75, 90])
    _update(HERE / "difficulty.csv", model | {"<decision>": (0.0, round(cut, 3), round((high - low) / 4, 3))})
    from scipy.stats import spearmanr

    return f"difficulty: Spearman {spearmanr(guess, y)[0]:.3f} with teachers' judgements, 10-fold cross-validated"


def _update(path: Path, model: dict[str, tuple[float, float, float]]) -> None:
    """Rewrites the figures of difficulty.csv, and keeps what stands there on their meaning."""
    with open(path, encoding="utf-8") as file:
        meanings = {row["feature"]: row["meaning"] for row in csv.DictReader(file)}
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["feature", "coefficient", "mean", "sd", "meaning"])
        out.writerows([name, *figures, meanings[name]] for name, figures in model.items())
