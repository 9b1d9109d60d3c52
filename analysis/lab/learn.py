"""Where the learned weights come from: each lens's are fitted again from annotated corpora, and its codebook rewritten.

``validate`` describes the corpora. Figures are cross-validated in ten folds: no text is judged by weights that have
seen its article. scikit-learn, which does the fitting, comes with the extra ``learn``.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, hstack
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score, precision_recall_curve, roc_auc_score
from sklearn.model_selection import PredefinedSplit, cross_val_predict

from .. import readability as lens
from ..codebook import HERE, Codebook, Cue, load
from ..stance import POLARITIES, evidence, given
from ..text import Text
from . import validate

LENSES = ("readability", "stance", "hedging", "threat")
DOUBT = frozenset(  # categories that show no doubt: the verdicts are met no worse without them
    "booster|concessive|conditional|inverted conditional|indirect question|denial|self-mention".split("|")
)
FEAR = frozenset({"threat"})  # roles of the cues whose weights are learned; the others are set by hand
FEATURES, WORDS = 6, 150  # how much a ridge lets features and shares of words weigh: found by cross-validation


def rows(gold: Path, name: str) -> list[dict]:
    """The rows of one corpus."""
    return validate.load(Path(gold) / f"{name}.jsonl", validate.CORPORA[name].fields)


def folds(groups: Iterable, n: int = 10, seed: int = 0) -> np.ndarray:
    """The fold of each item, so that all items of a group (an article, a story) fall into the same one."""
    place, known = pd.factorize(np.array(list(groups), dtype=object))
    return (np.random.default_rng(seed).permutation(len(known)) % n)[place]


def write(path: Path, text: str) -> None:
    """A file written whole or not at all: aside first, then put in the other's place."""
    aside = path.with_name(path.name + ".new")
    aside.write_text(text, encoding="utf-8", newline="")
    os.replace(aside, path)


def table(columns: Iterable[str], records: Iterable[Iterable]) -> str:
    """A CSV file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([columns, *records])
    return out.getvalue()


# --- the lenses that weigh cues


class Evidence(NamedTuple):
    """What a corpus shows: sentences (or mentions) by cues."""

    cues: csr_matrix
    kinds: np.ndarray  # the category of each column
    item: np.ndarray  # whose sentence each row is
    truth: np.ndarray  # what the annotators said of each item
    fold: np.ndarray  # of each item


class Lens(NamedTuple):
    """How a lens finds its evidence, and how its weights are fitted and judged."""

    evidence: Callable[[Path], Evidence]
    statistic: str
    figure: Callable[[np.ndarray, np.ndarray], float]  # of what is true and what was guessed
    spread: float  # the variance of the weights' prior: the smaller, the closer to 0 they stay
    shared: float  # how much more freely the weight of a category moves than what a cue adds to it
    misses: float = 1  # how much worse a miss is than a false alarm where the decision is set


def doubt(gold: Path) -> Evidence:
    """CoNLL-2010: a row a sentence, a column a cue of hedging.csv: is it there? Neighbours are of one article."""
    items, book = rows(gold, "hedging"), load("hedging")
    block = [(item["uncertain"], number // validate.BLOCK) for number, item in enumerate(items)]
    fold = folds(f"{uncertain} {number}" for uncertain, number in block)
    found = _sentences(items, book, book.every, lambda cue: cue.category not in DOUBT)
    return Evidence(found[0].minimum(1), *found[1:], np.array([item["uncertain"] for item in items]), fold)


def fear(gold: Path) -> Evidence:
    """The Propaganda Techniques Corpus: how often a cue of threat.csv is in a sentence, over the root of its length."""
    items, book = rows(gold, "threat"), load("threat")
    cues, kinds, item = _sentences(items, book, book.matches, lambda cue: cue.extra.get("role", "threat") in FEAR)
    size = np.array([len(words) for row in items for words in Text(row["text"]).tokens or [[]]])
    scaled = csr_matrix(cues.multiply(1 / np.sqrt(size + 3)[:, None]))
    truth = np.array([row["fear_appeal"] for row in items])
    return Evidence(scaled, kinds, item, truth, folds(row["article"] for row in items))


def _sentences(items: list[dict], book: Codebook, find: Callable, learns: Callable[[Cue], bool]) -> tuple:
    """How often each cue is in each sentence; the category of each cue; whose sentence each is."""
    texts = [Text(item["text"]) for item in items]
    item = np.repeat(np.arange(len(items)), [max(len(text.bounds), 1) for text in texts])
    first = np.searchsorted(item, np.arange(len(items)))
    matches = ((first[number] + match[0], match[3]) for number, text in enumerate(texts) for match in find(text))
    cells = [(1, row, cue) for row, cue in matches if learns(book.rows[cue])]
    return _matrix(cells, (len(item), len(book.rows))), np.array([cue.category for cue in book.rows]), item


def sides(gold: Path) -> Evidence:
    """NewsMTSC: a row a mention, a column a category of evaluation.csv in a role. Neighbours are of one article."""
    items, columns = rows(gold, "stance"), {}
    cells = [
        (cue.near, number, columns.setdefault(f"{cue.category}|{cue.role}", len(columns)))
        for number, item in enumerate(items)
        for cue in _bearing(item)
    ]
    block: dict[str, int] = {}
    groups = [block.setdefault(item["text"], number // validate.BLOCK) for number, item in enumerate(items)]
    truth = np.array([POLARITIES.index(item["polarity"]) for item in items])
    matrix = _matrix(cells, (len(items), len(columns)))
    return Evidence(matrix, np.array([*columns]), np.arange(len(items)), truth, folds(groups))


def _bearing(item: dict) -> list[Cue]:
    """The evaluative cues that bear on the mention."""
    text = Text(item["text"])
    return next(evidence(text, given(text, [(item["start"], item["end"])]), load("evaluation")))


def _matrix(cells: list[tuple], shape: tuple[int, int]) -> csr_matrix:
    values, *places = zip(*cells, strict=True) if cells else ((), (), ())
    return csr_matrix((np.array(values, float), tuple(places)), shape=shape)


def macro_f1(truth: np.ndarray, guess: np.ndarray) -> float:
    """The mean of the F1 of each polarity."""
    return f1_score(truth, guess.argmax(axis=1), average="macro")


def best_f1(truth: np.ndarray, guess: np.ndarray) -> float:
    """The F1 at the decision point where it is highest."""
    return f1_score(truth, guess >= decision(truth, guess))


MODELS = {
    "hedging": Lens(doubt, "F1", best_f1, spread=0.15, shared=1),
    "threat": Lens(fear, "area under ROC", roc_auc_score, spread=5, shared=3, misses=4),
    "stance": Lens(sides, "macro F1", macro_f1, spread=1, shared=0),
}


def decision(truth: np.ndarray, guess: np.ndarray, misses: float = 1) -> float:
    """From where on calling an item positive gives the highest F, in which a miss counts so often as a false alarm."""
    precision, recall, cuts = precision_recall_curve(truth, guess)
    f = (1 + misses) * precision * recall / np.maximum(misses * precision + recall, 1e-9)
    return float(cuts[f[:-1].argmax()])


def weigh(model: Lens, found: Evidence) -> tuple[LogisticRegression, csr_matrix, Callable[[np.ndarray], np.ndarray]]:
    """A logistic regression, the columns it takes, and what makes its coefficients weights of cues.

    A cue's weight is its category's, moved as far as its own rows ask; a cue that has none takes its category's.
    """
    known, place = np.unique(found.kinds, return_inverse=True)
    member = model.shared * np.eye(len(known))[place]
    columns = csr_matrix(hstack([found.cues, csr_matrix(found.cues @ member)]))
    n = len(found.kinds)
    regression = LogisticRegression(C=model.spread, max_iter=1000)
    return regression, columns, lambda learned: learned[..., :n] + learned[..., n:] @ member.T


def guesses(model: Lens, found: Evidence) -> np.ndarray:
    """The log-odds of each item, those of its highest sentence, by weights that have not seen its fold."""
    regression, columns, _ = weigh(model, found)
    truth, folds = found.truth[found.item], PredefinedSplit(found.fold[found.item])
    each = cross_val_predict(regression, columns, truth, cv=folds, method="decision_function")
    guess = np.full((len(found.truth), *each.shape[1:]), -np.inf)
    np.maximum.at(guess, found.item, each)
    return guess


def hedging(gold: Path) -> str:
    """hedging.csv: its weights, from the verdicts of CoNLL-2010."""
    return _cues("hedging", gold)


def threat(gold: Path) -> str:
    """threat.csv: its weights, from which lines were marked as appeals to fear. threat.toml sets what these cannot
    teach: the ``least`` weight of a category's cues. Of the lines that threaten annotators mark few, so that a miss
    counts for more than a false alarm.
    """
    return _cues("threat", gold)


def _cues(name: str, gold: Path) -> str:
    """Rewrites the weights of a codebook's cues, and its intercept, so that the decision falls at 0.5."""
    model, book = MODELS[name], load(name)
    found = model.evidence(gold)
    regression, columns, weights = weigh(model, found)
    regression.fit(columns, found.truth[found.item])
    least = book.constants.get("least", {})
    seen, new = set(found.kinds[np.unique(found.cues.indices)]), {}
    for weight, cue in zip(weights(regression.coef_)[0], book.rows, strict=True):
        if cue.category in seen:
            new[cue.cue, cue.before, cue.after] = f"{max(weight, least.get(cue.category, weight)):.3f}"
    guess = guesses(model, found)
    cut = decision(found.truth, guess, model.misses)
    with open(HERE / f"{name}.csv", encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    for record in records:
        record["weight"] = new.get((record["cue"], record["before"], record["after"]), record["weight"])
    write(HERE / f"{name}.csv", table(records[0], (record.values() for record in records)))
    settings = (HERE / f"{name}.toml").read_text("utf-8")
    intercept = f"intercept = {regression.intercept_[0] - cut:.3f}"
    write(HERE / f"{name}.toml", re.sub(r"^intercept = [-\d.]+", intercept, settings, flags=re.MULTILINE))
    marked = guess >= cut
    precision, recall = found.truth[marked].mean(), marked[found.truth].mean()
    figure = (
        f"{model.statistic} {model.figure(found.truth, guess):.3f} (precision {precision:.3f}, recall {recall:.3f})"
    )
    return f"{name}: {figure}, 10-fold cross-validated; {len(book.rows)} cues"


def stance(gold: Path) -> str:
    """roles.csv: what the cues of a category say of an agent and of a patient, in log-odds against neutral, from the
    verdicts of NewsMTSC.
    """
    model = MODELS["stance"]
    found = model.evidence(gold)
    regression, columns, weights = weigh(model, found)
    regression.fit(columns, found.truth)
    learned = np.column_stack([regression.intercept_, weights(regression.coef_)])
    against = np.delete(learned - learned[1], 1, axis=0).T  # neutral, the second, is what the others are held against
    names = [("(intercept)", ""), *(tuple(kind.split("|")) for kind in found.kinds)]
    records = sorted((*name, *(f"{weight:.2f}" for weight in pair)) for name, pair in zip(names, against, strict=True))
    write(HERE / "roles.csv", table("category role negative positive".split(), records))
    guess = guesses(model, found)
    return f"stance: macro F1 {macro_f1(found.truth, guess):.3f}, 10-fold cross-validated"


# --- readability


def readability(gold: Path) -> str:
    """difficulty.csv and vocabulary.csv: one ridge regression, on the features of ``readability.features`` and on the
    share of each word that ten excerpts or more have. Its targets are the judgements of teachers (CLEAR) and, for each
    step between two levels of a OneStopEnglish story, a rise of 0.8. Words are shrunk far more than features.
    """
    excerpts, stories = rows(gold, "readability"), rows(gold, "levels")
    n, m, names = len(excerpts), len(stories), lens.FEATURES[:-1]  # the last, "vocabulary", is what the words come to
    texts = [Text(excerpt["text"]) for excerpt in excerpts]
    texts += [Text(story[level]) for level in ("adv", "int", "ele") for story in stories]
    x = pd.concat(lens.features(lens.whole(text))[names] for text in texts).to_numpy()
    vocabulary, share = _shares(texts, n)
    mean, sd, usual = x[:n].mean(axis=0), x[:n].std(axis=0), share[:n].mean(axis=0)
    z = np.hstack([FEATURES * (x - mean) / sd, WORDS * (share - usual)])
    ease, step = np.array([excerpt["ease"] for excerpt in excerpts]), np.sqrt(6)  # a step counts as six excerpts
    z = np.vstack([z[:n], step * (z[n : n + m] - z[n + m : -m]), step * (z[n + m : -m] - z[-m:])])
    y = np.concatenate([(ease.mean() - ease) / ease.std(), np.full(2 * m, 0.8 * step)])
    ridge, split = Ridge(alpha=200, fit_intercept=False, solver="cholesky"), PredefinedSplit(_fold(excerpts, stories))
    guess = cross_val_predict(ridge, z, y, cv=split)
    rank, ordered = spearmanr(y[:n], guess[:n]).statistic, (guess[n:].reshape(2, m) > 0).all(axis=0).mean()

    fitted = ridge.fit(z, y).coef_
    weights = np.round(WORDS * fitted[len(names) :], 3)
    model = dict(zip(names, zip(FEATURES * fitted, mean, sd, strict=False), strict=True))
    model |= {"vocabulary": (1.0, float(usual @ weights), 1.0), "<decision>": (0.0, 0.0, 1.0)}
    kinds = ["harder" if weight > 0 else "easier" for weight in weights]
    write(HERE / "vocabulary.csv", table(["cue", "category", "weight"], zip(vocabulary, kinds, weights, strict=True)))
    _write_model(model)
    low, cut, high = np.nanpercentile([value for text in texts[:n] for value in lens.difficulties(text)], [10, 75, 90])
    _write_model(model | {"<decision>": (0.0, cut, (high - low) / 4)})
    figures = f"Spearman {rank:.3f} with teachers, {ordered:.3f} of stories in order"
    return f"difficulty: {figures} (10-fold cross-validated); {len(names)} counts, {len(vocabulary)} words"


def _fold(excerpts: list[dict], stories: list[dict]) -> np.ndarray:
    return folds([f"excerpt {row['id']}" for row in excerpts] + [f"story {row['story']}" for row in stories] * 2)


def _shares(texts: list[Text], n: int) -> tuple[list[str], np.ndarray]:
    """The words that ten of the first ``n`` texts have, and the share of each in every text."""
    words = [Counter(word.removesuffix("'s") for sentence in text.tokens for word in sentence) for text in texts]
    documents = Counter(word for counts in words[:n] for word in counts)
    vocabulary = sorted(word for word, number in documents.items() if number >= 10)
    return vocabulary, np.array([[counts[word] / counts.total() for word in vocabulary] for counts in words])


def _write_model(model: dict[str, tuple[float, float, float]]) -> None:
    """Rewrites the figures of difficulty.csv, and keeps what stands there on their meaning."""
    meanings = lens.model()[0].meaning
    records = [(name, *(round(float(figure), 4) for figure in three), meanings[name]) for name, three in model.items()]
    write(HERE / "difficulty.csv", table(["feature", "coefficient", "mean", "sd", "meaning"], records))
    lens.model.cache_clear()  # the next difficulty is by the new figures
