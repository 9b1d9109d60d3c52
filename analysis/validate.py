"""The lenses held against annotated corpora, each by the measure that its field uses, beside a plain baseline.

A corpus is a JSONL file, one JSON object a line, UTF-8, offsets in characters:

==================  ====================================================================================================
segments.jsonl      id, genre, paragraphs: [[sentence, …], …]
voices.jsonl        id, text, attributions: [{source, cue, content}], each a list of [start, end]
hedging.jsonl       text (a sentence), uncertain: true or false
stance.jsonl        text, start, end (of the mention), polarity: negative, neutral or positive
threat.jsonl        article, text (a line of it), fear_appeal: true or false
readability.jsonl   id, text, ease (a judgement, higher is easier)
levels.jsonl        story, adv, int, ele: one story at three levels, the hardest first
==================  ====================================================================================================

A file that is not there is passed over. Intervals are bootstrapped over the unit that was annotated as a whole
(document, article, block of sentences; Efron & Tibshirani 1993), as sentences of one article are not independent. Where
a lens learned its weights from the same corpus its figure flatters: `subtext learn` prints the cross-validated one.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from . import hedging, readability, stance, threat
from .text import Text, TextError

RESAMPLES = 300
SPOKEN = {"conversation", "podcast", "vlog"}  # transcripts without punctuation to speak of: not the test of a splitter
BLOCK = 40  # sentences that are taken to come from one article where the corpus does not say

_WORDS = re.compile(r"\S+")
_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]+")
_PLAIN_STOP = re.compile(r"[.!?](?=\s)|$")
_PLAIN_HEDGES = frozenset("may might could would possibly perhaps probably likely seem seems appear appears".split())


class Corpus(NamedTuple):
    """How a corpus is scored: its file, the statistic's name, and the two functions that make it."""

    lens: str
    statistic: str
    outcomes: Callable[[list[dict]], list]  # one outcome a unit: whatever the statistic needs of it
    value: Callable[[list], float]  # the statistic of any selection of units
    baseline: str  # what `plain` is
    plain: Callable[[list[dict]], list]


def f1(units: Iterable[Counter]) -> float:
    """F1 of the positive class, from counts of hits, false alarms and misses."""
    total = sum(map(Counter, units), Counter())
    wrong = total["false alarm"] + total["miss"]
    return 2 * total["hit"] / (2 * total["hit"] + wrong) if total["hit"] else 0.0


def macro_f1(units: Iterable[list[tuple[str, str]]]) -> float:
    """The mean of the three polarities' F1, from pairs of (annotated, found)."""
    pairs = Counter(pair for unit in units for pair in unit)
    classes = ("negative", "neutral", "positive")
    return sum(f1([_confusion(pairs, polarity)]) for polarity in classes) / len(classes)


def _confusion(pairs: Counter, polarity: str) -> Counter:
    counts = Counter()
    for (annotated, found), n in pairs.items():
        if polarity in (annotated, found):
            counts["hit" if annotated == found else "miss" if annotated == polarity else "false alarm"] += n
    return counts


def share(units: Iterable[tuple[int, int]]) -> float:
    """The share of right answers, from (right, all)."""
    units = list(units)
    return sum(right for right, _ in units) / max(sum(n for _, n in units), 1)


def auc(units: Iterable[list[tuple[bool, float]]]) -> float:
    """The area under the ROC curve (Hanley & McNeil 1982): how often a positive scores above a negative; ties half."""
    truth, scores = zip(*(pair for unit in units for pair in unit), strict=True)
    ranks = pd.Series(scores).rank()
    positives = sum(truth)
    negatives = len(truth) - positives
    if not positives or not negatives:
        return float("nan")
    return (ranks[list(truth)].sum() - positives * (positives + 1) / 2) / (positives * negatives)


def spearman(units: Iterable[tuple[float, float]]) -> float:
    """Spearman's rank correlation, ties averaged."""
    frame = pd.DataFrame(list(units)).rank()
    return float(frame[0].corr(frame[1]))


def _ends(spans: Iterable[tuple[int, int]], raw: str) -> set[int]:
    """Sentence ends as counts of the non-space characters before them, so that white space does not matter."""
    spans, solid, at, ends = sorted(spans, key=lambda span: span[1]), 0, 0, set()
    for _, end in spans:
        solid += sum(map(len, raw[at:end].split()))
        at = end
        ends.add(solid)
    return ends


def _segments(split: Callable[[str], list[tuple[int, int]]]) -> Callable[[list[dict]], list[Counter]]:
    def outcomes(rows: list[dict]) -> list[Counter]:
        units = []
        for row in rows:
            if row["genre"] in SPOKEN:
                continue
            raw = "\n\n".join(" ".join(paragraph) for paragraph in row["paragraphs"])
            inside, borders, at = set(), set(), 0
            for paragraph in row["paragraphs"]:
                for sentence in paragraph:
                    at += sum(map(len, sentence.split()))
                    inside.add(at)
                borders.add(at)
            annotated, found = inside - borders, _ends(split(raw), raw) - borders
            hits = len(annotated & found)
            units.append(Counter({"hit": hits, "false alarm": len(found) - hits, "miss": len(annotated) - hits}))
        return units

    return outcomes


def _voices(speaker: Callable[[Text, int, int], str]) -> Callable[[list[dict]], list[tuple[int, int]]]:
    def outcomes(rows: list[dict]) -> list[tuple[int, int]]:
        units = []
        for row in rows:
            text, right, n = Text(row["text"]), 0, 0
            quoted = [m.span(1) for m in _QUOTED.finditer(text.raw) if len(_WORDS.findall(m[1])) >= 5]
            for start, end in quoted:
                sources = {
                    name
                    for attribution in row["attributions"]
                    if any(s < end and start < e for s, e in attribution["content"])
                    for s, e in attribution["source"]
                    for name in _CAPITALISED.findall(text.raw[s:e])
                }
                if sources:
                    n += 1
                    right += bool(sources & set(_CAPITALISED.findall(speaker(text, start, end))))
            units.append((right, n))
        return units

    return outcomes


def _quoted_voice(text: Text, start: int, end: int) -> str:
    passage = text.passages[text.passage_at((start + end) // 2)]
    return passage.voice if passage.kind == "quote" else ""


def _name_before(text: Text, start: int, end: int) -> str:
    """The baseline: the last capitalised words before the quotation, within two hundred characters."""
    return " ".join(_CAPITALISED.findall(text.raw[max(0, start - 200) : start])[-2:])


def _blocks(rows: list[dict], key: str | None = None) -> Iterator[list[dict]]:
    """The rows of each article where ``key`` names it, otherwise blocks of neighbours."""
    if key is None:
        yield from (rows[at : at + BLOCK] for at in range(0, len(rows), BLOCK))
        return
    groups: dict = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    yield from groups.values()


def _flags(flagged: Callable[[Text], bool]) -> Callable[[list[dict]], list[Counter]]:
    outcome = {(True, True): "hit", (False, True): "false alarm", (True, False): "miss", (False, False): "rest"}
    return lambda rows: [
        Counter(outcome[row["uncertain"], flagged(Text(row["text"]))] for row in block) for block in _blocks(rows)
    ]


def _hedged(text: Text) -> bool:
    return bool(hedging.score(text).max() >= 0.5)


def _polarities(judge: Callable[[dict], str]) -> Callable[[list[dict]], list[list[tuple[str, str]]]]:
    return lambda rows: [[(row["polarity"], judge(row)) for row in block] for block in _blocks(rows)]


def _toward(row: dict) -> str:
    return stance.toward(Text(row["text"]), spans=[(row["start"], row["end"])]).polarity.iloc[0]


def _alarm(score: Callable[[Text], float]) -> Callable[[list[dict]], list[list[tuple[bool, float]]]]:
    return lambda rows: [
        [(row["fear_appeal"], score(Text(row["text"]))) for row in block] for block in _blocks(rows, "article")
    ]


def _difficulties(measure: Callable[[Text], float]) -> Callable[[list[dict]], list[tuple[float, float]]]:
    return lambda rows: [(-row["ease"], measure(Text(row["text"]))) for row in rows]


def _orders(measure: Callable[[Text], float]) -> Callable[[list[dict]], list[tuple[int, int]]]:
    def ordered(row: dict) -> bool:
        hard, middle, easy = (measure(Text(row[level])) for level in ("adv", "int", "ele"))
        return hard > middle > easy

    return lambda rows: [(int(ordered(row)), 1) for row in rows]


def _grade(text: Text) -> float:
    return readability.figures(text)["flesch_kincaid_grade"]


CORPORA = {
    "segments": Corpus(
        "text",
        "F1 of sentence ends",
        _segments(lambda raw: Text(raw).bounds),
        f1,
        "full stop and space",
        _segments(lambda raw: [m.span() for m in _PLAIN_STOP.finditer(raw)]),
    ),
    "voices": Corpus(
        "text", "share of quotations", _voices(_quoted_voice), share, "nearest name before", _voices(_name_before)
    ),
    "hedging": Corpus(
        "hedging",
        "F1 of uncertain sentences",
        _flags(_hedged),
        f1,
        "twelve plain hedges",
        _flags(lambda text: any(not _PLAIN_HEDGES.isdisjoint(words) for words in text.tokens)),
    ),
    "stance": Corpus(
        "stance",
        "macro F1 of polarity",
        _polarities(_toward),
        macro_f1,
        "always negative",
        _polarities(lambda row: "negative"),
    ),
    "threat": Corpus(
        "threat",
        "area under ROC",
        _alarm(lambda text: float(threat.score(text).max()) if text.bounds else 0.0),
        auc,
        "length of the line",
        _alarm(lambda text: float(len(text.raw))),
    ),
    "readability": Corpus(
        "readability",
        "Spearman with teachers",
        _difficulties(readability.difficulty),
        spearman,
        "Flesch-Kincaid",
        _difficulties(_grade),
    ),
    "levels": Corpus(
        "readability", "share in order", _orders(readability.difficulty), share, "Flesch-Kincaid", _orders(_grade)
    ),
}


def validate(folder: str | Path, corpora: Iterable[str] = ()) -> pd.DataFrame:
    """A row a corpus found in ``folder``: corpus, lens, statistic, value, low, high, n, baseline, baseline_value.

    ``low`` and ``high`` bound a 95 % bootstrap interval over the ``n`` units; both figures come from the same run.
    TextError names the folder or the line that cannot be read.
    """
    rows = []
    for name in corpora or CORPORA:
        path = Path(folder) / f"{name}.jsonl"
        if path.is_file():
            rows.append({"corpus": name} | score(CORPORA[name], load(path)))
    if not rows:
        raise TextError(f"{folder}: no corpus here; expected one of {', '.join(f'{name}.jsonl' for name in CORPORA)}")
    return pd.DataFrame(rows)


def score(corpus: Corpus, rows: list[dict]) -> dict:
    """The figures of one corpus: see ``validate``."""
    units = corpus.outcomes(rows)
    draw = random.Random(0)
    resampled = pd.Series([corpus.value(draw.choices(units, k=len(units))) for _ in range(RESAMPLES)])
    return {
        "lens": corpus.lens,
        "statistic": corpus.statistic,
        "value": corpus.value(units),
        "low": resampled.quantile(0.025),
        "high": resampled.quantile(0.975),
        "n": len(units),
        "baseline": corpus.baseline,
        "baseline_value": corpus.value(corpus.plain(rows)),
    }


def load(path: Path) -> list[dict]:
    """The rows of a JSONL file."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            raise TextError(f"{path.name}: line {number} is not a JSON object: {error}") from None
    return rows
