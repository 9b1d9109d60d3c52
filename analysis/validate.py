"""The lenses held against annotated corpora, each by the measure that its field uses, beside plain baselines.

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

The baselines are what one would try first, measured in the same run: a short list of words, single formulas, and VADER
(Hutto & Gilbert 2014) where the optional extra ``baselines`` is installed.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from . import hedging, rates, readability, stance, threat
from .codebook import load as codebook
from .text import Text, TextError

RESAMPLES = 300
SPOKEN = {"conversation", "podcast", "vlog"}  # transcripts without punctuation to speak of: not the test of a splitter
BLOCK = 40  # sentences that are taken to come from one article where the corpus does not say
OURS = "Subtext"

_WORDS = re.compile(r"\S+")
_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]+")
_PLAIN_STOP = re.compile(r"[.!?](?=\s)|$")
_PLAIN_HEDGES = frozenset(
    "may might could would possibly perhaps probably likely unlikely seem seems seemed appear appears suggest suggests "
    "believe believed think thought claim claims some many several most often usually generally".split()
)

Tally = Counter  # of (categories, outcome): what a unit's judgements came to; outcome is one of the four below
RIGHT, FALSE_ALARM, MISS, REST = "right", "false alarm", "miss", "rest"


class Corpus(NamedTuple):
    """How a corpus is scored."""

    lens: str
    statistic: str
    outcomes: Callable[[list[dict], Callable], list]  # one outcome a unit: whatever the statistic needs of it
    value: Callable[[list], float]  # the statistic of any selection of units
    tally: Callable[[list], Tally]  # their judgements by category, to see where the errors are
    methods: dict[str, Callable]  # ours and the baselines: what is called on each case
    fields: str  # that a row must have
    closed: bool = False  # whether false alarms are among the cases that were annotated


def f1(units: Iterable[Tally]) -> float:
    """F1 of the positive class: what was rightly found, against false alarms and misses."""
    total = Counter()
    for unit in units:
        for (_, outcome), n in unit.items():
            total[outcome] += n
    wrong = total[FALSE_ALARM] + total[MISS]
    return 2 * total[RIGHT] / (2 * total[RIGHT] + wrong) if total[RIGHT] else 0.0


def macro_f1(units: Iterable[list[tuple[str, str]]]) -> float:
    """The mean of the three polarities' F1, from pairs of (annotated, found)."""
    tally = _confused(units)
    classes = [[Counter({key: n for key, n in tally.items() if key[0] == (name,)})] for name in stance.POLARITIES]
    return sum(map(f1, classes)) / len(classes)


def _confused(units: Iterable[list[tuple[str, str]]]) -> Tally:
    """Of each class what was found rightly, what wrongly, and what was taken for another."""
    tally = Counter()
    for (annotated, found), n in Counter(pair for unit in units for pair in unit).items():
        if annotated == found:
            tally[(annotated,), RIGHT] += n
        else:
            tally[(annotated,), MISS] += n
            tally[(found,), FALSE_ALARM] += n
    return tally


def share(units: Iterable[Tally]) -> float:
    """The share of right answers."""
    total = sum(units, Counter())
    return sum(n for (_, outcome), n in total.items() if outcome == RIGHT) / max(total.total(), 1)


def auc(units: Iterable[list[tuple[bool, float, tuple]]]) -> float:
    """The area under the ROC curve (Hanley & McNeil 1982): how often a positive scores above a negative; ties half."""
    truth, scores, *_ = zip(*(line for unit in units for line in unit), strict=True)
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


def _segments(rows: list[dict], split: Callable[[str], list[tuple[int, int]]]) -> list[Tally]:
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
        sizes = {RIGHT: annotated & found, FALSE_ALARM: found - annotated, MISS: annotated - found}
        units.append(Counter({((row["genre"],), outcome): len(ends) for outcome, ends in sizes.items()}))
    return units


def _voices(rows: list[dict], speaker: Callable[[Text, int, int], str]) -> list[Tally]:
    """The quotations of five words or more whose source is named: do source and voice share a capitalised word?"""
    units = []
    for row in rows:
        text, tally = Text(row["text"]), Counter()
        for start, end in (m.span(1) for m in _QUOTED.finditer(text.raw) if len(_WORDS.findall(m[1])) >= 5):
            around = [a for a in row["attributions"] if any(s < end and start < e for s, e in a["content"])]
            sources = [
                (s, name) for a in around for s, e in a["source"] for name in _CAPITALISED.findall(text.raw[s:e])
            ]
            if sources:
                place = "source named before" if min(sources)[0] < start else "source named after"
                voice = speaker(text, start, end)
                same = {name for _, name in sources} & set(_CAPITALISED.findall(voice))
                tally[(place,), RIGHT if same else FALSE_ALARM if voice else MISS] += 1
        units.append(tally)
    return units


def _quoted_voice(text: Text, start: int, end: int) -> str:
    passage = text.passages[text.passage_at((start + end) // 2)]
    return passage.voice if passage.kind == "quote" and passage.voice != "unknown" else ""


def _name_before(text: Text, start: int, end: int) -> str:
    """The last capitalised words before the quotation, within two hundred characters."""
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


def _outcome(annotated: bool, found: bool) -> str:
    return (RIGHT if annotated else FALSE_ALARM) if found else MISS if annotated else REST


def _kinds(text: Text, lens: str) -> tuple[str, ...]:
    """The categories of the lens's cues in a text."""
    book = codebook(lens)
    return tuple({book.rows[row].category: None for *_, row in book.matches(text)}) or ("no cue",)


def _flags(rows: list[dict], flagged: Callable[[Text], bool]) -> list[Tally]:
    def judged(row: dict) -> tuple:
        text = Text(row["text"])
        return _kinds(text, "hedging"), _outcome(row["uncertain"], flagged(text))

    return [Counter(map(judged, block)) for block in _blocks(rows)]


def _hedged(text: Text) -> bool:
    return bool(hedging.score(text).max() >= 0.5)


def _plainly_hedged(text: Text) -> bool:
    return any(not _PLAIN_HEDGES.isdisjoint(words) for words in text.tokens)


def _polarities(rows: list[dict], judge: Callable[[dict], str]) -> list[list[tuple[str, str]]]:
    return [[(row["polarity"], judge(row)) for row in block] for block in _blocks(rows)]


def _toward(row: dict) -> str:
    return stance.toward(Text(row["text"]), spans=[(row["start"], row["end"])]).polarity.iloc[0]


def _lines(rows: list[dict], score: Callable[[Text], float]) -> list[list[tuple[bool, float, tuple]]]:
    def judged(row: dict) -> tuple[bool, float, tuple]:
        text = Text(row["text"])
        return row["fear_appeal"], score(text), _kinds(text, "threat")

    return [list(map(judged, block)) for block in _blocks(rows, "article")]


def _alarm(text: Text) -> float:
    return float(threat.score(text).max()) if text.bounds else 0.0


def _alarmed(units: list) -> Tally:
    """What the decision point of 0.5 makes of each line."""
    return Counter((kinds, _outcome(annotated, score >= 0.5)) for unit in units for annotated, score, kinds in unit)


def _difficulties(rows: list[dict], measure: Callable[[Text], float]) -> list[tuple[float, float]]:
    return [(-row["ease"], measure(Text(row["text"]))) for row in rows]


def _thirds(units: list[tuple[float, float]]) -> Tally:
    """Is an excerpt put into the third, by difficulty, into which the teachers put it?"""
    names = ("the easiest third", "the middle third", "the hardest third")
    ranks = pd.DataFrame(units).rank(pct=True)
    thirds = [[names[min(int(3 * place), 2)] for place in ranks[side]] for side in ranks]
    return _confused([list(zip(*thirds, strict=True))])


def _stories(rows: list[dict], measure: Callable[[Text], float]) -> list[tuple[float, float, float]]:
    return [tuple(measure(Text(row[level])) for level in ("adv", "int", "ele")) for row in rows]


def ordered(units: Iterable[tuple[float, float, float]]) -> float:
    """The share of stories whose three levels come out in their order."""
    units = list(units)
    return sum(hard > middle > easy for hard, middle, easy in units) / max(len(units), 1)


def _steps(units: list[tuple[float, float, float]]) -> Tally:
    steps = {"advanced over intermediate": 0, "intermediate over elementary": 1}
    return Counter(
        ((step,), RIGHT if unit[at] > unit[at + 1] else MISS) for unit in units for step, at in steps.items()
    )


def _total(units: list[Tally]) -> Tally:
    return sum(units, Counter())


def _formula(name: str, sign: int = 1) -> Callable[[Text], float]:
    return lambda text: sign * readability.figures(text)[name]


@cache
def _vader() -> Callable[[str], float]:
    """VADER's compound score, -1..1, of a string."""
    analyzer = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    return lambda raw: analyzer.polarity_scores(raw)["compound"]


def _vader_polarity(row: dict) -> str:
    compound = _vader()(row["text"])  # decided where its authors decide
    return "positive" if compound >= 0.05 else "negative" if compound <= -0.05 else "neutral"


_FORMULAS = {
    "Flesch": _formula("flesch_reading_ease", -1),
    "Flesch-Kincaid": _formula("flesch_kincaid_grade"),
    "Gunning fog": _formula("gunning_fog"),
    "SMOG": _formula("smog_index"),
    "Dale-Chall": _formula("dale_chall_readability_score"),
}
_SPLITS = {
    OURS: lambda raw: Text(raw).bounds,
    "full stop and space": lambda raw: [m.span() for m in _PLAIN_STOP.finditer(raw)],
}
_SPEAKERS = {OURS: _quoted_voice, "nearest name before": _name_before}
_HEDGED = {OURS: _hedged, f"{len(_PLAIN_HEDGES)} plain hedges": _plainly_hedged}
_TOWARD = {OURS: _toward, "VADER": _vader_polarity, "always negative": lambda row: "negative"}
_ALARMS = {
    OURS: _alarm,
    "VADER": lambda text: -_vader()(text.raw),
    "length of the line": lambda text: float(len(text.raw)),
}
_HARD = {OURS: readability.difficulty} | _FORMULAS

CORPORA = {
    "segments": Corpus("text", "F1 of sentence ends", _segments, f1, _total, _SPLITS, "genre paragraphs"),
    "voices": Corpus("text", "share of quotations", _voices, share, _total, _SPEAKERS, "text attributions", True),
    "hedging": Corpus("hedging", "F1 of uncertain sentences", _flags, f1, _total, _HEDGED, "text uncertain", True),
    "stance": Corpus(
        "stance", "macro F1 of polarity", _polarities, macro_f1, _confused, _TOWARD, "text start end polarity"
    ),
    "threat": Corpus("threat", "area under ROC", _lines, auc, _alarmed, _ALARMS, "article text fear_appeal", True),
    "readability": Corpus(
        "readability", "Spearman with teachers", _difficulties, spearman, _thirds, _HARD, "text ease"
    ),
    "levels": Corpus("readability", "share in order", _stories, ordered, _steps, _HARD, "adv int ele"),
}


def validate(folder: str | Path, corpora: Iterable[str] = ()) -> pd.DataFrame:
    """What was found on the corpora in ``folder``: corpus, lens, method, category, statistic, value, low, high, n, …

    First the methods, Subtext before all: the statistic over ``n`` units with its 95 % bootstrap interval. Then a row a
    ``category`` of Subtext's judgements: the share judged right of ``n``, with Wilson's interval, and the errors of
    either kind, ``false_alarms`` and ``misses``. Categories are the genre, where the source is named, the kinds of cue
    in the sentence (one may have several), the polarity, the third by difficulty, the step between levels. Of genres,
    polarities and thirds ``n`` is what was annotated so, and false alarms come from outside it. TextError
    names the folder or the line that cannot be read.
    """
    rows = []
    for name in corpora or CORPORA:
        path = Path(folder) / f"{name}.jsonl"
        if path.is_file():
            rows += [
                {"corpus": name, "lens": CORPORA[name].lens} | row
                for row in score(CORPORA[name], load(path, CORPORA[name].fields))
            ]
    if not rows:
        raise TextError(f"{folder}: no corpus here; expected one of {', '.join(f'{name}.jsonl' for name in CORPORA)}")
    return pd.DataFrame(rows).astype({"false_alarms": "Int64", "misses": "Int64"})


def score(corpus: Corpus, rows: list[dict]) -> list[dict]:
    """The rows of one corpus: see ``validate``."""
    table, errors = [], []
    for method, judge in corpus.methods.items():
        if method == "VADER" and not find_spec("vaderSentiment"):
            continue
        units, draw = corpus.outcomes(rows, judge), random.Random(0)
        resampled = pd.Series([corpus.value(draw.choices(units, k=len(units))) for _ in range(RESAMPLES)])
        interval = {"low": resampled.quantile(0.025), "high": resampled.quantile(0.975)}
        row = {"method": method, "category": "", "statistic": corpus.statistic, "value": corpus.value(units)}
        table.append(row | interval | {"n": len(units), "false_alarms": None, "misses": None})
        if method == OURS:
            errors = list(_errors(corpus, units))
    return table + errors


def _errors(corpus: Corpus, units: list) -> Iterator[dict]:
    tally = Counter()
    for (categories, outcome), n in corpus.tally(units).items():
        tally.update({(category, outcome): n for category in categories})
    for category in sorted({category for category, _ in tally}):
        alarms, misses = tally[category, FALSE_ALARM], tally[category, MISS]
        right = tally[category, RIGHT] + tally[category, REST]
        n = right + misses + (alarms if corpus.closed else 0)
        value, low, high = rates.share(right, n)
        row = {
            "method": OURS,
            "category": category,
            "statistic": "share right",
            "value": value,
            "low": low,
            "high": high,
        }
        yield row | {"n": n, "false_alarms": alarms, "misses": misses}


def load(path: Path, fields: str) -> list[dict]:
    """The rows of a JSONL file, each with these fields."""
    rows, number = [], 0
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                rows.append(json.loads(line))
                if missing := [field for field in fields.split() if field not in rows[-1]]:
                    raise TextError(f"{path.name}: line {number} has no {missing[0]!r}")
    except UnicodeDecodeError:
        raise TextError(f"{path.name}: it is not UTF-8") from None
    except (json.JSONDecodeError, TypeError) as error:
        raise TextError(f"{path.name}: line {number} is not a JSON object: {error}") from None
    return rows


# --- one reader, and a disturbed text


def kappa(pairs: Iterable[tuple]) -> tuple[float, float]:
    """The share of pairs that agree, and Cohen's (1960) kappa, which takes off what chance would agree on.

    >>> kappa([(1, 1), (1, 1), (0, 0), (0, 1)])
    (0.75, 0.5)
    """
    pairs = list(pairs)
    ones, others = (Counter(side) for side in zip(*pairs, strict=True))
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    chance = sum(ones[value] * others[value] for value in ones) / len(pairs) ** 2
    return agreed, (agreed - chance) / (1 - chance) if chance < 1 else 1.0


def annotated(text: Text, path: str | Path) -> pd.DataFrame:
    """A reader's annotation beside what the lenses say, a row a sentence; `tests/gold/README.md` describes the file.

    Columns: sentence, begins, and for voice, hedged, threat, agent, referent and stance the reader's (as in the file)
    and the lenses' (`found_…`).
    """
    gold = pd.read_csv(path, keep_default_na=False)
    starts = {
        begins: number
        for begins in gold.begins
        for number, (start, _, _) in enumerate(text.spans)
        if text.raw.startswith(begins, start)
    }
    claims, hedges, mentions = threat.claims(text), hedging.find(text), stance.toward(text)
    hedged = set(hedges[hedges.category.isin(hedging.GROUPS["hedges"])].sentence)
    rows = []
    for begins in gold.begins:
        sentence = starts[begins]
        own, judged = claims[claims.sentence == sentence], mentions[mentions.sentence == sentence]
        clear = judged[judged.polarity != "neutral"].drop_duplicates("actor")
        rows.append(
            {
                "sentence": sentence,
                "found_voice": text.passages[text.spans[sentence][2]].voice,
                "found_hedged": "yes" if sentence in hedged else "no",
                "found_threat": "yes" if len(own) else "no",
                "found_agent": "; ".join(filter(None, own.agent)),
                "found_referent": "; ".join(filter(None, own.referent)),
                "found_stance": "; ".join(f"{m.actor}: {m.polarity}" for m in clear.itertuples()),
            }
        )
    return gold.join(pd.DataFrame(rows))


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """How far the lenses agree with the reader: what, agree, kappa, n. Parts of a claim agree if they share a word.

    Of `annotated`'s table. Agent and referent are asked where both see a threat and the reader names one; stance where
    the reader sees one: has the lens the same sign for that actor?
    """
    rows = []
    for what in ("voice", "hedged", "threat"):
        rows.append((what, *kappa(zip(table[what], table[f"found_{what}"], strict=True)), len(table)))
    for part in ("agent", "referent"):
        asked = table[(table.threat == "yes") & (table.found_threat == "yes") & (table[part] != "")]
        same = [bool(_words(a) & _words(b)) for a, b in zip(asked[part], asked[f"found_{part}"], strict=True)]
        rows.append((part, sum(same) / len(same), float("nan"), len(same)))
    pairs = zip(table.stance, table.found_stance, strict=True)
    same = [one in found.split("; ") for read, found in pairs if read for one in read.split("; ")]
    rows.append(("stance", sum(same) / len(same), float("nan"), len(same)))
    return pd.DataFrame(rows, columns=["what", "agree", "kappa", "n"])


def _words(phrase: str) -> set[str]:
    return set(re.findall(r"\w{4,}|us", phrase.lower()))


def disturbed(text: Text, seed: int = 0) -> dict[str, Text]:
    """The text with its surface disturbed, to see how much a measure owes to it: each change by name."""
    draw, raw = random.Random(seed), text.raw
    sentences = [raw[start:end] for start, end, _ in text.spans]
    shuffled = draw.sample(sentences, len(sentences))
    typos = re.sub(r"[^\W\d_]{4,}", lambda word: _mistyped(word[0], draw) if draw.random() < 0.05 else word[0], raw)
    half = len(sentences) // 2
    variants = {
        "one word in twenty misspelt": typos,
        "straight quotation marks": re.sub("[“”„«»]", '"', re.sub("[‘’`]", "'", raw)),
        "sentences shuffled": " ".join(shuffled),
        "first half": "\n\n".join(sentences[:half]),
        "second half": "\n\n".join(sentences[half:]),
    }
    return {name: Text(variant, name) for name, variant in variants.items()}


def _mistyped(word: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
