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
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from . import readability as lens
from . import stance as appraisal
from .codebook import HERE, Codebook
from .text import Text

LENSES = ("readability", "stance")
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


# --- stance

CLASS = 2  # how much more freely a category's weights move than those of one of its cues
INVERSE_PENALTY = 0.12


def stance(gold: Path) -> str:
    """evaluation.csv and roles.csv: their weights, by one multinomial logistic regression of NewsMTSC's verdicts.

    A cue's weights are those of its category, moved as far as its own examples ask; so a cue that has none takes its
    category's. Mentions in one text, or within 40 rows of the corpus (it goes article by article), share a fold.
    """
    items = rows(gold, "stance")
    y, fold = verdicts(items)
    x, (book, places), cues = evidence(items), appraisal._model(), {}
    report = f1(guesses(x, y, fold), y)
    fitted = _logistic(x, y)
    fitted = (fitted - fitted[:, [1]])[:, [0, 2]]  # against neutral
    categories, n = _categories(book), 2 * len(book.rows)
    for row, cue in enumerate(book.rows):
        own = n + 2 * categories.index(cue.category)
        cues[cue.cue] = np.concatenate([fitted[2 * row + side] + CLASS * fitted[own + side] for side in (0, 1)])
    cues |= dict(zip(places, fitted[-len(places) :], strict=True))
    for name in ("evaluation", "roles"):
        with open(HERE / f"{name}.csv", encoding="utf-8", newline="") as file:
            head, *table = csv.reader(file)
        for record in table:
            weights = [f"{weight:.2f}" for weight in cues.get(record[0], ())]
            record[-4:] = [*weights, "", "", "", ""][:4]
        _write(name, head, table)
    return "stance: macro F1 {:.3f} (negative {:.3f}, neutral {:.3f}, positive {:.3f}), 10-fold cross-validated".format(
        *report
    )


def verdicts(items: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    """The polarity of each mention, as a number, and its fold."""
    block: dict[str, int] = {}
    for place, item in enumerate(items):
        block.setdefault(item["text"], place // 40)
    y = np.array([appraisal.POLARITIES.index(item["polarity"]) for item in items])
    return y, folds([block[item["text"]] for item in items])


def evidence(items: list[dict]) -> csr_matrix:
    """A row a mention; two columns a cue (doer, target), two a category, one a place: how much each counts there."""
    book, places = appraisal._model()
    categories, n, order = _categories(book), 2 * len(book.rows), {place: i for i, place in enumerate(places)}
    own = [n + 2 * categories.index(cue.category) for cue in book.rows]
    last, cells = n + 2 * len(categories), []
    for i, item in enumerate(items):
        text = Text(item["text"])
        (mention,) = appraisal.given(text, [(item["start"], item["end"])])
        for row, side, near, *_ in appraisal.around(text, [mention], book)[mention.sentence].evidence(mention, book):
            cells += [(i, 2 * row + side // 2, near), (i, own[row] + side // 2, CLASS * near)]
        cells += [(i, last + order[place], 1) for place in appraisal.places(text, mention) if place in order]
    i, j, near = zip(*cells, strict=True)
    return csr_matrix((near, (i, j)), shape=(len(items), last + len(places)))


def guesses(x: csr_matrix, y: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """The verdict on each mention, by weights that have not seen its fold."""
    found = np.zeros(len(y), dtype=int)
    for part in range(10):
        found[fold == part] = (x[fold == part] @ _logistic(x[fold != part], y[fold != part])).argmax(axis=1)
    return found


def f1(found: np.ndarray, y: np.ndarray) -> list[float]:
    """Macro F1, then the F1 of each class."""
    each = [2 * ((found == c) & (y == c)).sum() / ((found == c).sum() + (y == c).sum()) for c in range(3)]
    return [float(np.mean(each)), *map(float, each)]


def _categories(book: Codebook) -> list[str]:
    return sorted({cue.category for cue in book.rows})


def _logistic(x: csr_matrix, y: np.ndarray) -> np.ndarray:
    model = LogisticRegression(C=INVERSE_PENALTY, fit_intercept=False, max_iter=200, tol=1e-3)
    return model.fit(x, y).coef_.T
