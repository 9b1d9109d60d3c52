"""Where the learned weights come from: each function refits one lens from annotated corpora and rewrites its codebook.

``validate`` describes the corpora's form. Figures are cross-validated: no text is scored by weights that have seen it.
scikit-learn is needed only here (the optional extra ``learn``).
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from . import readability as lens
from .codebook import HERE
from .text import Text

LENSES = ("readability",)
FEATURES, WORDS = 6, 150  # how much a ridge lets features and shares of words weigh: found by cross-validation


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
    """difficulty.csv and vocabulary.csv: one ridge regression, on the features of ``readability.features`` and on the
    share of each word that five excerpts or more have. Its targets are the judgements of teachers (CLEAR) and, for each
    step between two levels of a OneStopEnglish story, a rise of 0.8. Words are shrunk far more than features.
    """
    excerpts, stories = rows(gold, "readability"), rows(gold, "levels")
    texts = [Text(excerpt["text"]) for excerpt in excerpts]
    texts += [Text(story[level]) for level in ("adv", "int", "ele") for story in stories]
    found = [lens.features(lens.counts(text), list(map(len, text.tokens))) for text in texts]
    words = [Counter(word.removesuffix("'s") for sentence in text.tokens for word in sentence) for text in texts]
    n, m, names = len(excerpts), len(stories), [name for name in found[0] if name != "vocabulary"]
    documents = Counter(word for counts in words[:n] for word in counts)
    vocabulary = sorted(word for word, number in documents.items() if number >= 5)

    x = np.array([[own[name] for name in names] for own in found])
    share = np.array([[counts[word] / counts.total() for word in vocabulary] for counts in words])
    mean, sd, usual = x[:n].mean(axis=0), x[:n].std(axis=0), share[:n].mean(axis=0)
    z = np.hstack([FEATURES * (x - mean) / sd, WORDS * (share - usual)])
    ease, step = np.array([excerpt["ease"] for excerpt in excerpts]), np.sqrt(6)  # a step counts as six excerpts
    z = np.vstack([z[:n], step * (z[n : n + m] - z[n + m : -m]), step * (z[n + m : -m] - z[-m:])])
    y = np.concatenate([(ease.mean() - ease) / ease.std(), np.full(2 * m, 0.8 * step)])

    fold = folds([excerpt["id"] for excerpt in excerpts] + [story["story"] for story in stories] * 2)
    guess = np.zeros(len(y))
    for part in range(10):
        guess[fold == part] = z[fold == part] @ _ridge(z[fold != part], y[fold != part])
    ordered = (guess[n : n + m] > 0) & (guess[n + m :] > 0)
    ranks = [pd.Series(values[:n]).rank() for values in (guess, y)]

    fitted = _ridge(z, y)
    weights = np.round(WORDS * fitted[len(names) :], 3)
    model = dict(zip(names, zip(FEATURES * fitted, mean, sd, strict=False), strict=True))
    model["vocabulary"] = (1.0, float(usual @ weights), 1.0)
    kinds = ["harder" if weight > 0 else "easier" for weight in weights]
    _write("vocabulary", ["cue", "category", "weight"], zip(vocabulary, kinds, weights, strict=True))
    _write_model(model | {"<decision>": (0.0, 0.0, 1.0)})
    low, cut, high = np.nanpercentile([value for text in texts[:n] for value in lens.difficulties(text)], [10, 75, 90])
    _write_model(model | {"<decision>": (0.0, cut, (high - low) / 4)})
    return (
        f"difficulty: Spearman {np.corrcoef(*ranks)[0, 1]:.3f} with teachers' judgements, {ordered.mean():.3f} of the"
        f" stories in order (10-fold cross-validated); {len(vocabulary)} words"
    )


def _ridge(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Ridge regression by its dual, as there are more columns than rows; deterministic."""
    return z.T @ np.linalg.solve(z @ z.T + 200 * np.eye(len(z)), y)


def _write_model(model: dict[str, tuple[float, float, float]]) -> None:
    """Rewrites the figures of difficulty.csv, and keeps what stands there on their meaning."""
    with open(HERE / "difficulty.csv", encoding="utf-8") as file:
        meanings = {row["feature"]: row["meaning"] for row in csv.DictReader(file)}
    table = [(name, *(round(float(figure), 4) for figure in three), meanings[name]) for name, three in model.items()]
    _write("difficulty", ["feature", "coefficient", "mean", "sd", "meaning"], table)
    lens.forget()


def _write(name: str, columns: list[str], table: Iterable[tuple]) -> None:
    with open(HERE / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *table])
