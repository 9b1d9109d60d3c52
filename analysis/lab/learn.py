"""What is fitted on top of the trained encoder: how difficulty is put together, and from where on a lens speaks.

``validate`` describes the corpora, ``train`` trains the encoder. Only what ``train`` kept apart is used here, as the
encoder is surer than it should be of what it has seen. scikit-learn, which does the fitting, comes with the extra
``learn``.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import logit
from scipy.stats import spearmanr
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import f1_score, precision_recall_curve
from sklearn.model_selection import cross_val_predict

from .. import claims, hedging, propositions, reader, stance
from .. import readability as lens
from ..clauses import offsets, phrase
from ..codebook import HERE, load
from ..text import Text
from . import judged, validate

STEP = 0.8  # standard deviations between two levels of a story
STORY = np.sqrt(6)  # a step counts as six excerpts
FOLDS = 10
WANTED = {
    "verdict": 0.62,
    "claim": 0.55,
    "whole claim": 0.75,
}  # the precision of answers of which a wrong one costs more than none
FLOOR = 0.05  # no claim is less likely
SPARSE = 1.0  # the regularisation of the cues' weights
SEEN = 0.95  # the share of sentences with a verdict, or of hedges with a cue, that are let through


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


def readability(gold: Path) -> str:
    """difficulty.csv: a ridge regression on ``readability.features``, of the judgements of teachers (CLEAR) and, for
    each step between two levels of a OneStopEnglish story, a rise of ``STEP``.
    """
    excerpts, stories = (validate.kept(Path(gold), name) for name in ("readability", "levels"))
    n, m, names = len(excerpts), len(stories), lens.FEATURES
    texts = [Text(excerpt["text"]) for excerpt in excerpts]
    texts += [Text(story[level]) for level in ("adv", "int", "ele") for story in stories]
    x = pd.concat(lens.features(lens.whole(text)) for text in texts).to_numpy()
    mean, sd = x[:n].mean(axis=0), x[:n].std(axis=0)
    z, ease = (x - mean) / sd, np.array([excerpt["ease"] for excerpt in excerpts])
    z = np.vstack([z[:n], STORY * (z[n : n + m] - z[n + m : -m]), STORY * (z[n + m : -m] - z[-m:])])
    y = np.concatenate([(ease.mean() - ease) / ease.std(), np.full(2 * m, STEP * STORY)])
    ridge = RidgeCV(np.logspace(0, 3, 10), fit_intercept=False)
    guess = cross_val_predict(ridge, z, y, cv=FOLDS)
    rank, ordered = spearmanr(y[:n], guess[:n]).statistic, (guess[n:].reshape(2, m) > 0).all(axis=0).mean()
    _write_model(dict(zip(names, zip(ridge.fit(z, y).coef_, mean, sd, strict=True), strict=True)))
    low, cut, high = np.nanpercentile([value for text in texts[:n] for value in lens.difficulties(text)], [10, 75, 90])
    _write_model({"<decision>": (0.0, cut, (high - low) / 4)})
    figures = f"Spearman {rank:.3f} with teachers, {ordered:.3f} of stories in order"
    return f"difficulty: {figures} ({n} excerpts and {m} stories, {FOLDS}-fold cross-validated)"


def _write_model(new: dict[str, tuple[float, float, float]]) -> None:
    """Rewrites figures of difficulty.csv, and keeps what stands there on their meaning."""
    model = lens.model().astype({"coefficient": float, "mean": float, "sd": float})
    for name, three in new.items():
        model.loc[name, ["coefficient", "mean", "sd"]] = np.round(three, 4)
    write(HERE / "difficulty.csv", model.reset_index().to_csv(index=False, lineterminator="\n"))
    lens.model.cache_clear()  # the next difficulty is by the new figures


def doubt(gold: Path) -> str:
    """model/doubt.csv: what each hedging cue weighs beside the encoder in ``hedging.score``, learned on CoNLL-2010.

    The cues' weights (a logistic regression, most of them 0) come from the sentences that the encoder learned from, how
    much the encoder counts from those that were kept apart, as it is surer than it should be of what it has seen.
    """
    found = judged.rows(Path(gold) / "hedging.jsonl")
    apart, truth = np.array(judged.apart("hedging", found)), np.array([row["uncertain"] for row in found])
    texts, book = [Text(row["text"]) for row in found], load("hedging")
    reader.ahead(text for text, own in zip(texts, apart, strict=True) if own)
    cues = [dict.fromkeys(hedging.find(text, book).entry, 1) for text in texts]
    columns = DictVectorizer().fit(cues)
    seen = columns.transform(cues)
    weights = LogisticRegression(l1_ratio=1, C=SPARSE, solver="liblinear").fit(seen[~apart], truth[~apart]).coef_[0]
    odds = [reader.sentences(text, "doubt").max() for text, own in zip(texts, apart, strict=True) if own]
    both = np.column_stack([logit(np.clip(odds, hedging.LEAST, 1 - hedging.LEAST)), seen[apart] @ weights])
    fitted = LogisticRegression(class_weight="balanced").fit(both, truth[apart])
    (encoder, words), guess = fitted.coef_[0], cross_val_predict(fitted, both, truth[apart], cv=FOLDS)
    records = [("<encoder>", encoder), ("<always>", fitted.intercept_[0])]
    records += [(cue, words * own) for cue, own in zip(columns.feature_names_, weights, strict=True) if own]
    write(reader.MODEL / "doubt.csv", table(("cue", "weight"), [(cue, round(own, 3)) for cue, own in records]))
    hedging.doubt.cache_clear()
    return f"doubt: F1 {f1_score(truth[apart], guess):.3f}, {len(records) - 2} cues ({len(guess)} sentences kept apart)"


def cuts(gold: Path) -> str:
    """model/cuts.csv: from which probability on a lens speaks, what precision and recall that buys, on how many cases.

    Chosen on the excerpts of judged.jsonl that the encoder was not trained on: where precision and recall together are
    highest, for verdicts and claims from where the precision is as ``WANTED``, for what is "seen" where ``SEEN`` is.
    """
    records = []
    for answer, (truth, odds, there) in _cases(gold).items():
        if not truth.any():
            continue  # nothing to choose by
        precision, recall, cut = precision_recall_curve(truth, odds)
        recall *= truth.sum() / there
        f = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
        best = f[:-1].argmax()
        if answer.endswith(" seen"):
            best = (recall >= SEEN).nonzero()[0].max()
        elif len(reached := (precision[:-1] >= WANTED.get(answer, np.inf)).nonzero()[0]):
            best = reached.min()
        from_on = np.floor(1000 * cut[best]) / 1000  # rounded up, it would shut out the case that it was chosen by
        records.append((answer, from_on, *np.round((precision[best], recall[best]), 3), len(truth), there))
    write(reader.MODEL / "cuts.csv", table("answer cut precision recall cases yes".split(), records))
    reader.cuts.cache_clear()
    return "\n".join(f"{answer}: from {cut} on, precision {p}, recall {r}" for answer, cut, p, r, *_ in records)


def _cases(gold: Path) -> dict[str, tuple[np.ndarray, np.ndarray, int]]:
    """For each answer: was it right to give it, how likely is it by the encoder, and how often is it right at all?"""
    apart = [row for row in judged.excerpts(gold) if judged.is_apart(row["id"])]
    plain, found = judged.sentences(apart), {}
    for i, head in enumerate((*judged.FLAGS, "sided")):
        if head != "threat":  # a sentence tells of a danger where it makes a claim
            found[head] = _yes(head, plain, [it.truth[i] for it in plain])
    found |= _cued(apart, plain)
    found["sided seen"], found["claim"] = found["sided"], _claims(apart)
    found["whole claim"] = _whole_claims(apart)
    found["verdict"] = _best(*_verdicts(apart), judged.SIGNS["0"])
    found["role"] = _best(*_roles(apart), reader.ROLES.index("neither"))
    return found


def _cued(apart: list[dict], plain: list[judged.Example]) -> dict[str, tuple[np.ndarray, np.ndarray, int]]:
    """The same of the sentences that have a hedge, or a booster, of the codebook: there less will do."""
    said = (row["raw"][start:end] for row in apart for start, end, _ in row["sentences"])
    groups, found = [{*hedging.find(Text(raw)).category.map(hedging.GROUP)} for raw in said], {}
    for i, (group, head) in enumerate(hedging.JUDGED.items()):
        cued = [it for it, own in zip(plain, groups, strict=True) if group in own]
        found[f"{head} seen"] = _yes(head, cued, [it.truth[i] for it in cued])
    return found


def _verdicts(apart: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    """Of every mention of an actor that is asked about: the probability of each answer, and which one is right."""
    cases = judged.mentions(apart, stance.is_judged)
    return reader.judge("verdict", [it.stretches[0] for it in cases], {}), np.array([it.truth for it in cases])


def _roles(apart: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    """The same of every noun beside a claim."""
    cases = judged.roles(apart)
    odds = [reader.roles(it.stretches[0], it.places, {}) for it in cases]
    return np.concatenate(odds), np.concatenate([it.truth for it in cases])


def _claims(apart: list[dict]) -> tuple[np.ndarray, np.ndarray, int]:
    """Of every proposition: is it a claim of a threat?"""
    told, sure = [], []
    for row in apart:
        text = Text(row["raw"])
        for it, score in claims.likely(text, FLOOR):
            first, last = propositions.extent(text, it)
            told.append(any(first < end and start < last for start, end, *_ in row["claims"]))
            sure.append(score)
    return np.array(told) * 1.0, np.array(sure), sum(len(row["claims"]) for row in apart)


def _whole_claims(apart: list[dict]) -> tuple[np.ndarray, np.ndarray, int]:
    """Of every claim that names both its sides plainly: is it one, and are both right?"""
    told, sure = [], []
    for row in apart:
        text = Text(row["raw"])
        for it in filter(lambda it: it.roles_agree, claims.find(text)):
            core, *sides = (offsets(text.doc, phrase(one)) for one in (it.it.predicate, *it.parts[:2]))
            told.append(any(_meet(core, one[:2]) and all(map(_meet, sides, one[2:4])) for one in row["claims"]))
            sure.append(it.score)
    return np.array(told) * 1.0, np.array(sure), sum(all(one[2:4]) for row in apart for one in row["claims"])


def _meet(one: tuple[int, int], other: Sequence[int] | None) -> bool:
    return other is not None and one[0] < other[1] and other[0] < one[1]


def _best(odds: np.ndarray, said: np.ndarray, quiet: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Of an answer that speaks only where it is the likeliest, and not the quiet one."""
    likely = odds.argmax(axis=1)
    right, sure = (said == likely) & (said != quiet), np.where(likely == quiet, 0.0, odds.max(axis=1))
    return right * 1.0, sure, int((said != quiet).sum())


def _yes(head: str, cases: list[judged.Example], truth: list[float]) -> tuple[np.ndarray, np.ndarray, int]:
    odds = reader.judge(head, [it.stretches[0] for it in cases], {})[:, 0]
    return np.array(truth), odds, int(sum(truth))
