"""Where the learned weights come from: each function refits one lens from annotated corpora and rewrites its codebook.

``validate`` describes the corpora's form. Figures are cross-validated: no text is scored by weights that have seen it.
scikit-learn is needed only here (the optional extra ``learn``).
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from scipy.special import expit, logit, logsumexp
from sklearn.linear_model import LogisticRegression

from .. import readability as lens
from .. import stance as appraisal
from .. import threat as fear
from ..codebook import HERE, Codebook, load
from ..text import Text
from . import validate

LENSES = ("readability", "stance", "hedging", "threat")
FEATURES, WORDS = 6, 150  # how much a ridge lets features and shares of words weigh: found by cross-validation


def rows(gold: Path, name: str) -> list[dict]:
    """The rows of one corpus."""
    return validate.load(Path(gold) / f"{name}.jsonl", validate.CORPORA[name].fields)


def folds(groups: list, n: int = 10, seed: int = 0) -> np.ndarray:
    """The fold of each item, so that all items of a group (an article, a story) fall into the same one."""
    order = {group: place for place, group in enumerate(dict.fromkeys(groups))}
    shuffled = np.random.default_rng(seed).permutation(len(order)) % n
    return np.array([shuffled[order[group]] for group in groups])


def held_out(fit: Callable, x: np.ndarray | csr_matrix, y: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """What each row comes to by weights and an intercept, ``fit(x, y)``, that have not seen its fold."""
    guess = np.zeros(len(y))
    for part in np.unique(fold):
        weights, intercept = fit(x[fold != part], y[fold != part])
        guess[fold == part] = x[fold == part] @ weights + intercept
    return guess


def weigh(x: csr_matrix, y: np.ndarray, book: Codebook, own=1.0, shared=1.0, spread=1.0) -> tuple[np.ndarray, float]:
    """The weight of each cue of a codebook, and the intercept, by a logistic regression of verdicts on cues (columns).

    A cue's weight is its category's, moved as far as its own rows ask; a cue that has none takes its category's. How
    freely: ``own`` and ``shared``, one for all cues or one each; ``spread`` is the variance of the weights' prior.
    """
    n, categories = len(book.rows), sorted({cue.category for cue in book.rows})
    member = ([*range(n)], [categories.index(cue.category) for cue in book.rows])
    member = csr_matrix((np.broadcast_to(shared, n), member), shape=(n, len(categories)))
    own = np.broadcast_to(own, n)
    model = LogisticRegression(C=spread, max_iter=1000).fit(csr_matrix(hstack([x.multiply(own), x @ member])), y)
    return own * model.coef_[0][:n] + member @ model.coef_[0][n:], model.intercept_[0]


def decided(guess: np.ndarray, y: np.ndarray, misses: float = 1) -> float:
    """From where on calling a row positive gives the highest F, in which a miss counts so often as a false alarm."""
    order = np.argsort(-guess, kind="stable")
    f = np.cumsum(y[order]) / (np.arange(1, len(y) + 1) + misses * y.sum())
    return float(guess[order][f.argmax()])


def counted(cells: Iterable[tuple[int, int]], shape: tuple[int, int]) -> csr_matrix:
    """A table of how often each (row, column) comes."""
    cells = list(cells)
    return csr_matrix((np.ones(len(cells)), tuple(zip(*cells, strict=True))), shape=shape)


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

    fold = folds([excerpt["id"] for excerpt in excerpts] + [story["story"] for story in stories] * 2)
    guess = held_out(_ridge, z, y, fold)
    rank, ordered = validate.spearman(y[:n], guess[:n]), (guess[n:].reshape(2, m) > 0).all(axis=0).mean()

    fitted, _ = _ridge(z, y)
    weights = np.round(WORDS * fitted[len(names) :], 3)
    model = dict(zip(names, zip(FEATURES * fitted, mean, sd, strict=False), strict=True))
    model |= {"vocabulary": (1.0, float(usual @ weights), 1.0), "<decision>": (0.0, 0.0, 1.0)}
    _write("vocabulary", ["cue", "category", "weight"], zip(vocabulary, _kinds(weights), weights, strict=True))
    _write_model(model)
    _write_model(model | {"<decision>": _decision(texts[:n])})
    return (
        f"difficulty: Spearman {rank:.3f} with teachers, {ordered:.3f} of stories in order (10-fold cross-validated);"
        f" {len(names)} counts, {len(vocabulary)} words"
    )


def _shares(texts: list[Text], n: int) -> tuple[list[str], np.ndarray]:
    """The words that ten of the first n texts have, and the share of each of them (columns) in each text."""
    words = [Counter(word.removesuffix("'s") for sentence in text.tokens for word in sentence) for text in texts]
    documents = Counter(word for counts in words[:n] for word in counts)
    vocabulary = sorted(word for word, number in documents.items() if number >= 10)
    return vocabulary, np.array([[counts[word] / counts.total() for word in vocabulary] for counts in words])


def _kinds(weights: np.ndarray) -> list[str]:
    return ["harder" if weight > 0 else "easier" for weight in weights]


def _decision(texts: list[Text]) -> tuple[float, float, float]:
    """Where a sentence is one of the hardest quarter, and how wide the transition is; by the model just written."""
    low, cut, high = np.nanpercentile([value for text in texts for value in lens.difficulties(text)], [10, 75, 90])
    return (0.0, cut, (high - low) / 4)


def _ridge(z: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Ridge regression by its dual, as there are more columns than rows; deterministic; through the origin."""
    return z.T @ np.linalg.solve(z @ z.T + 200 * np.eye(len(z)), y), 0.0


def _write_model(model: dict[str, tuple[float, float, float]]) -> None:
    """Rewrites the figures of difficulty.csv, and keeps what stands there on their meaning."""
    meanings = lens.model()[0].meaning
    table = [(name, *(round(float(figure), 4) for figure in three), meanings[name]) for name, three in model.items()]
    _write("difficulty", ["feature", "coefficient", "mean", "sd", "meaning"], table)
    lens.model.cache_clear()  # the next difficulty is by the new figures


def _write(name: str, columns: list[str], table: Iterable[tuple]) -> None:
    """Replaces a codebook, once all of it is written."""
    aside = HERE / f"{name}.unfinished"
    with open(aside, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *table])
    os.replace(aside, HERE / f"{name}.csv")


def _reweigh(name: str, book: Codebook, weights: Iterable[str], intercept: str) -> None:
    """Rewrites the weights of a codebook's rows, where they are not empty, and its intercept."""
    learned = {(cue.cue, cue.before, cue.after): weight for cue, weight in zip(book.rows, weights, strict=True)}
    with open(HERE / f"{name}.csv", encoding="utf-8", newline="") as file:
        head, *table = csv.reader(file)
    cue, weight, before, after = map(head.index, ("cue", "weight", "before", "after"))
    for record in table:
        record[weight] = learned.get((record[cue], record[before], record[after])) or record[weight]
    _write(name, head, table)
    _set(name, {"intercept": intercept})


def _set(name: str, values: dict[str, str]) -> None:
    """Rewrites numbers in the TOML file beside a codebook, by the names before their equals signs."""
    path = HERE / f"{name}.toml"
    line = re.compile(r'^("?)(.+)\1 = ([-+.\d]+)', re.MULTILINE)
    source = path.read_text("utf-8")
    path.write_text(line.sub(lambda m: f"{m[1]}{m[2]}{m[1]} = {values.get(m[2], m[3])}", source), "utf-8")


# --- stance

CLASS = 3  # how much more freely a category's weights move than those of one of its cues
PENALTY = 8  # on the square of every weight
TWO = ("negative", "positive")
SIDES = {"own": (-1, 0, 1), "negative": (1, 0, 0), "plain": (0, 1, 0), "positive": (0, 0, 1)}  # what a weight moves


class Evidence(NamedTuple):
    """What bears on each mention (rows): a column a weight, and its name: what it moves, then whose it is."""

    table: csr_matrix
    names: list[tuple]


def stance(gold: Path) -> str:
    """evaluation.csv, roles.csv, plain.csv: their weights, by a multinomial logistic regression of NewsMTSC's verdicts.

    Learned is what a category of cues says of the doer and of the target, and how far a cue departs from that. Plain
    words move the neutral verdict only. Mentions in one text, or within 40 rows of the corpus (it goes article by
    article), share a fold. But the words of plain.csv were chosen on the whole corpus, and many cues were read there:
    the figure flatters by what that choice has seen.
    """
    items = rows(gold, "stance")
    y, fold = verdicts(items)
    found = evidence(items)
    guess = guesses(found, y, fold)
    each = [f1(guess[fold == part], y[fold == part])[0] for part in range(10)]
    weights = dict(zip(found.names, _softmax(found, y), strict=True))
    for name in ("evaluation", "plain"):
        with open(HERE / f"{name}.csv", encoding="utf-8", newline="") as file:
            head, *table = csv.reader(file)
        keys = [("plain" if record[1] in appraisal.PLAIN else "own", record[0]) for record in table]
        learned = [f"{weights[key]:.2f}" if key in weights else "" for key in keys]
        _write(name, head, [(*record[:-1], weight) for record, weight in zip(table, learned, strict=True)])
    _set("plain", {place: f"{weight:.2f}" for (side, place, *_), weight in weights.items() if side == "plain"})
    table = [
        (name, *(f"{CLASS * weights.get((side, name, role), 0):.2f}" for role in (0, 1) for side in TWO))
        for name in sorted({name for side, name, *_ in weights if side == "negative"})
    ]
    _write("roles", "category doer_negative doer_positive target_negative target_positive".split(), table)
    report = "stance: macro F1 {:.3f} (negative {:.3f}, neutral {:.3f}, positive {:.3f}), 10-fold cross-validated"
    return f"{report.format(*f1(guess, y))}; by fold {min(each):.3f} to {max(each):.3f}"


def verdicts(items: list[dict], n: int = 10, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The polarity of each mention, as a number, and its fold."""
    block: dict[str, int] = {}
    for place, item in enumerate(items):
        block.setdefault(item["text"], place // 40)
    y = np.array([appraisal.POLARITIES.index(item["polarity"]) for item in items])
    return y, folds([block[item["text"]] for item in items], n, seed)


def evidence(items: list[dict]) -> Evidence:
    """What bears on each mention, from its text."""
    book, *_, known = appraisal.with_plain(load("evaluation"))
    columns: dict[tuple, int] = {}
    cells: list[tuple[int, int, float]] = []
    for i, item in enumerate(items):
        text = Text(item["text"])
        (mention,) = appraisal.placed(text, appraisal.given(text, [(item["start"], item["end"])]))
        here = appraisal.scenes(text, [mention], book)[mention.sentence]
        found = [(("plain", place), 1) for place in here.places(mention) if place in known]
        for row, category, role, near, *_ in here.evidence(mention, here.bearing(mention)):
            cue = book.rows[row]
            if category in appraisal.PLAIN:
                found.append((("plain", cue.cue), near))
                continue
            found += [((side, category, role), CLASS * near) for side in TWO]
            if category == cue.category:
                found.append((("own", cue.cue), near))
        cells += [(i, columns.setdefault(name, len(columns)), near) for name, near in found]
    i, j, near = zip(*cells, strict=True)
    return Evidence(csr_matrix((near, (i, j)), shape=(len(items), len(columns))), list(columns))


def guesses(found: Evidence, y: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """The verdict on each mention, by weights that have not seen its fold."""
    guess, moves = np.zeros(len(y), dtype=int), _moves(found)
    for part in range(fold.max() + 1):
        weights = _softmax(found._replace(table=found.table[fold != part]), y[fold != part])
        guess[fold == part] = (found.table[fold == part] @ (moves * weights[:, None])).argmax(axis=1)
    return guess


def f1(found: np.ndarray, y: np.ndarray) -> list[float]:
    """Macro F1, then the F1 of each class."""
    each = [validate.f1(y == c, found == c) for c in range(3)]
    return [float(np.mean(each)), *map(float, each)]


def _moves(found: Evidence) -> np.ndarray:
    """How each weight (rows) moves the sums for negative, neutral and positive."""
    return np.array([SIDES[side] for side, *_ in found.names])


def _softmax(found: Evidence, y: np.ndarray) -> np.ndarray:
    """The weights of the regression, in the order of their names."""
    moves, target, columns = _moves(found), np.eye(3)[y], found.table.T.tocsr()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        sums = found.table @ (moves * weights[:, None])
        total = logsumexp(sums, axis=1, keepdims=True)
        slope = (moves * (columns @ (np.exp(sums - total) - target))).sum(axis=1)
        return total.sum() - (sums * target).sum() + PENALTY / 2 * weights @ weights, slope + PENALTY * weights

    options = {"maxiter": 150, "gtol": 1e-3}
    return minimize(loss, np.zeros(len(moves)), jac=True, method="L-BFGS-B", options=options).x


# --- hedging

# found, but of no weight: the verdicts are met no worse without them
WEIGHTLESS = frozenset(
    "booster|concessive|conditional|inverted conditional|indirect question|denial|self-mention".split("|")
)
SPREAD = 0.15  # variance of the weights' prior
MILD = WEIGHTLESS | {"modal"}  # what no single cue decides by itself
RARE, ALONE = 6, 1.3  # a strong hedge seen less often than this gets at least the weight that decides by itself


def hedging(gold: Path) -> str:
    """hedging.csv: its weights, by a logistic regression of CoNLL-2010's verdicts on the cues in each sentence.

    The intercept puts the decision point, where F1 is highest in cross-validation, at 0.5.
    """
    items, book = rows(gold, "hedging"), load("hedging")
    y, fold = uncertain(items)
    x = doubt(items, book)
    found, cut = flagged(held_out(partial(weigh, book=book, spread=SPREAD), x, y, fold), y, fold)
    (weights, intercept), seen = weigh(x, y, book, spread=SPREAD), np.asarray(x.sum(axis=0)).ravel()
    for row, cue in enumerate(book.rows):
        strong = float(cue.extra.get("certainty") or 1) <= 0.5 and cue.category not in MILD
        if strong and seen[row] < RARE:
            weights[row] = max(weights[row], ALONE)
    _reweigh("hedging", book, map("{:.3f}".format, weights), f"{intercept - logit(cut):.3f}")
    return (
        f"hedging: F1 {validate.f1(y, found):.3f} (precision {y[found].mean():.3f}, recall {found[y].mean():.3f}),"
        f" 10-fold cross-validated by stretches of the corpus; {len(book.rows)} cues"
    )


def uncertain(items: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    """The verdict on each sentence and its fold. The corpus goes article by article, certain sentences first: folds are
    stretches of both parts, so that an article is mostly in one.
    """
    y = np.array([item["uncertain"] for item in items])
    fold = np.zeros(len(y), dtype=int)
    for verdict in (False, True):
        fold[y == verdict] = np.arange((y == verdict).sum()) * 10 // (y == verdict).sum()
    return y, fold


def doubt(items: list[dict], book: Codebook) -> csr_matrix:
    """A row a sentence; a column a cue: is it there?"""
    found = ((i, row) for i, item in enumerate(items) for row in {row for *_, row in book.every(Text(item["text"]))})
    cells = [(i, row) for i, row in found if book.rows[row].category not in WEIGHTLESS]
    return counted(cells, (len(items), len(book.rows)))


def flagged(guess: np.ndarray, y: np.ndarray, fold: np.ndarray) -> tuple[np.ndarray, float]:
    """Which sentences, of the log-odds given, are uncertain by a decision point that has not seen their fold; and the
    mean point, a probability.
    """
    chance, found, cuts = expit(guess), np.zeros(len(y), dtype=bool), []
    for part in np.unique(fold):
        cuts.append(decided(chance[fold != part], y[fold != part]))
        found[fold == part] = chance[fold == part] >= cuts[-1]
    return found, float(np.mean(cuts))


# --- threat

OWN, SHARED = 0.3, 2.8  # how freely the weight of a cue (times its rarity) and of its category moves


def threat(gold: Path) -> str:
    """threat.csv: its weights, by a logistic regression of which lines were marked as appeals to fear (a sentence
    stands for its line) on their cues, over the root of the sentence's length.

    The rarer a cue, the more freely it moves from its category's weight. threat.toml sets what a corpus of fear
    appeals cannot teach: the least weight of a category's cues (``least``), and what reassurance weighs
    (``fixed``). The votes on what a text is about (``fear.UNWEIGHED``) stay as they are. The intercept puts the
    decision where F2 is highest in cross-validation, at 0.5: of the lines that threaten annotators mark few, so that a
    miss counts more.
    """
    items, book = rows(gold, "threat"), load("threat")
    y, fold = fear_appeals(items)
    line, cues = feared(items, book)
    guess = alarm(line, cues, y, fold, book)
    each = [validate.auc(y[fold == part], guess[fold == part]) for part in range(10)]
    cut = decided(guess, y, misses=4)
    weights, intercept = _alarming(cues, y[line], book=book)
    _reweigh("threat", book, (f"{weight:.2f}" for weight in weights), f"{intercept - cut:.2f}")
    marked = guess >= cut
    return (
        f"threat: area under ROC {np.mean(each):.3f} ({min(each):.3f} to {max(each):.3f}), 10-fold cross-validated"
        f" by article; at the decision point precision {y[marked].mean():.3f}, recall {marked[y].mean():.3f};"
        f" {len(book.rows)} cues"
    )


def fear_appeals(items: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    """Which lines were marked as an appeal to fear, and the fold of each."""
    return np.array([item["fear_appeal"] for item in items]), folds([item["article"] for item in items])


def feared(items: list[dict], book: Codebook) -> tuple[np.ndarray, csr_matrix]:
    """The line of each sentence; and a row a sentence, how often each cue is in it, over the root of its length."""
    texts = [Text(item["text"]) for item in items]
    line = np.array([i for i, text in enumerate(texts) for _ in text.spans])
    size = np.array([len(words) for text in texts for words in text.tokens])
    first = np.searchsorted(line, np.arange(len(items)))
    cells = ((first[i] + match[0], match[3]) for i, text in enumerate(texts) for match in book.matches(text))
    cues = counted(cells, (len(size), len(book.rows)))
    return line, csr_matrix(cues.multiply(1 / np.sqrt(size + fear.STEADY)[:, None]))


def alarm(line: np.ndarray, cues: csr_matrix, y: np.ndarray, fold: np.ndarray, book: Codebook) -> np.ndarray:
    """The log-odds of each line's most threatening sentence, by weights that have not seen its fold."""
    guess = np.full(len(y), -np.inf)
    np.maximum.at(guess, line, held_out(partial(_alarming, book=book), cues, y[line], fold[line]))
    return guess


def _alarming(cues: csr_matrix, y: np.ndarray, book: Codebook) -> tuple[np.ndarray, float]:
    """The weight of each cue, and the intercept."""
    bounds = book.constants["least"] | book.constants["fixed"]
    bound = np.array([bounds.get(cue.category, -np.inf) for cue in book.rows])
    bound[[cue.extra["role"] in fear.UNWEIGHED for cue in book.rows]] = 0  # their weights are votes, and stay
    guard = np.array([cue.extra["role"] in ("guard", *fear.UNWEIGHED) for cue in book.rows])
    own = np.where(guard, 0, OWN * np.log(len(y) / (1 + np.bincount(cues.indices, minlength=len(guard)))))
    weights, intercept = weigh(cues, y, book, own, np.where(guard, 0, SHARED))
    return np.where(guard, bound, np.maximum(weights, bound)), intercept
