"""The lenses held against annotated corpora, each by the measure that its field uses, beside plain baselines.

A corpus is a JSONL file, one JSON object a line, UTF-8, offsets in characters (``FIELDS`` is what each field may hold):

==================  ====================================================================================================
segments.jsonl      id, genre, paragraphs: [[sentence, …], …]
voices.jsonl        id, text, attributions: [{source, cue, content}], each a list of [start, end]
hedging.jsonl       text (a sentence), uncertain: true or false
stance.jsonl        text, start, end (of the mention), polarity: negative, neutral or positive
threat.jsonl        article, text (a line of it), fear_appeal: true or false
readability.jsonl   id, text, ease (a judgement, higher is easier)
relations.jsonl     text, p, q (each [start, end]), relation: one of stance.RELATIONS
levels.jsonl        story, adv, int, ele: one story at three levels, the hardest first
==================  ====================================================================================================

``reading/`` beside them holds whole texts with every layer annotated: see ``reading``. Texts with corrections by hand
beside them (``corrections``) are gold, too. What is not there is passed over. Intervals are bootstrapped over the unit
that was annotated as a whole (document, article, block of sentences; Efron & Tibshirani 1993), as sentences of one
article are not independent. Of a corpus that the encoder learned from only those are judged that ``train`` kept apart,
a fifth.

The baselines are what one would try first, measured in the same run: a short list of words, single formulas, and VADER
(Hutto & Gilbert 2014) where the optional extra ``baselines`` is installed.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from reprlib import repr as brief
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score, roc_auc_score
from spacy.lang.en.stop_words import STOP_WORDS

from .. import corrections, hedging, readability, stance, stats, threat
from ..codebook import load as codebook
from ..formats import CORRECTIONS, ENDINGS, beside
from ..text import Text, TextError, read
from . import judged, reading
from .judged import BLOCK

RESAMPLES = 300
SPOKEN = ("conversation", "podcast", "vlog")  # transcripts without punctuation to speak of: not the test of a splitter
OURS = "Subtext"

_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]+")
_PLAIN_STOP = re.compile(r"[.!?](?=\s)|$")
_PLAIN_HEDGES = frozenset(
    "may might could would possibly perhaps probably likely unlikely seem seems seemed appear appears suggest suggests "
    "believe believed think thought claim claims some many several most often usually generally".split()
)


# --- statistics, of the truth and what was found, case by case


def f1(truth: np.ndarray, found: np.ndarray) -> float:
    """F1 of the positive class."""
    return f1_score(truth, found, zero_division=0)


def share(truth: np.ndarray, found: np.ndarray) -> float:
    """The share that is right; NaN of nothing, as some articles have no quotation."""
    return accuracy_score(truth, found) if len(truth) else np.nan


def macro_f1(truth: np.ndarray, found: np.ndarray) -> float:
    """The mean F1 of the answers that there are."""
    return f1_score(truth, found, labels=np.unique(truth), average="macro", zero_division=0)


def ordered(truth: np.ndarray, found: np.ndarray) -> float:
    """The share of stories both of whose steps between levels, which come in pairs, are right."""
    return (truth == found).reshape(-1, 2).all(axis=1).mean()


def auc(truth: np.ndarray, scores: np.ndarray) -> float:
    """The area under the ROC curve (Hanley & McNeil 1982); NaN where all are of one kind."""
    return roc_auc_score(truth, scores) if 0 < truth.sum() < len(truth) else np.nan


def spearman(truth: np.ndarray, values: np.ndarray) -> float:
    """Spearman's rank correlation; NaN where one does not vary."""
    return spearmanr(truth, values).statistic if np.ptp(truth) and np.ptp(values) else np.nan


# --- cases: from a row of a corpus, for each case, its categories, the truth, and every method's answer


def _segments(row: dict, ask: Callable) -> Iterator[tuple]:
    """Sentence ends inside paragraphs; as counts of the non-space characters before them, so that space is nothing."""
    raw = "\n\n".join(" ".join(paragraph) for paragraph in row["paragraphs"])
    inside, borders, at = set(), set(), 0
    for paragraph in row["paragraphs"]:
        for sentence in paragraph:
            at += len("".join(sentence.split()))
            inside.add(at)
        borders.add(at)
    solid = np.cumsum([0, *(not char.isspace() for char in raw)])
    found = [{int(solid[end]) for _, end in spans} - borders for spans in ask(raw)]
    for end in sorted((inside - borders).union(*found)):
        yield (row["genre"],), end in inside, [end in ends for ends in found]


def _voices(row: dict, ask: Callable) -> Iterator[tuple]:
    """The quotations of five words or more whose source is named: do source and voice share a word of a name?

    "He" at the beginning of a sentence has a capital, too, and names nobody. An answer is 1 where they do, -1 where the
    voice is another's, 0 where it is nobody's.
    """
    text = Text(row["text"])
    for match in _QUOTED.finditer(text.raw):
        start, end = match.span(1)
        names = _source(text.raw, start, end, row["attributions"]) if len(match[1].split()) >= 5 else {}
        if names:
            where = "source named before" if min(names.values()) < start else "source named after"
            voices = [(voice, {*_names(voice)}) for voice in ask(text, start, end)]
            yield (where,), 1, [1 if names.keys() & found else -bool(voice) for voice, found in voices]


def _source(raw: str, start: int, end: int, attributions: list[dict]) -> dict[str, int]:
    """The words of the name of a quotation's source, each with where it stands first."""
    around = [a for a in attributions if any(s < end and start < e for s, e in a["content"])]
    places = sorted((place for a in around for place in a["source"]), reverse=True)
    return {name: s for s, e in places for name in _names(raw[s:e])}


def _names(raw: str) -> Iterator[str]:
    """The words with a capital, folded, that are no pronoun or article."""
    words = re.findall(r"\b[A-Z][\w-]+", raw)
    return (word.casefold() for word in words if word.isupper() or word.casefold() not in STOP_WORDS)


def _judged(lens: str, truth: str, row: dict, ask: Callable) -> Iterator[tuple]:
    """A row is a case of its own, under the categories of the lens's cues in its text."""
    text, book = Text(row["text"]), codebook(lens)
    yield {book.rows[place].category for *_, place in book.matches(text)} or {"no cue"}, row[truth], ask(text)


_sentences, _lines = partial(_judged, "hedging", "uncertain"), partial(_judged, "threat", "fear_appeal")


def _mentions(row: dict, ask: Callable) -> Iterator[tuple]:
    yield (), row["polarity"], ask(row)


def _pairs(row: dict, ask: Callable) -> Iterator[tuple]:
    yield (), row["relation"], ask(row)


def _excerpts(row: dict, ask: Callable) -> Iterator[tuple]:
    yield (), -row["ease"], ask(Text(row["text"]))


def _steps(row: dict, ask: Callable) -> Iterator[tuple]:
    levels = [ask(Text(row[level])) for level in ("adv", "int", "ele")]
    for name, at in (("advanced over intermediate", 0), ("intermediate over elementary", 1)):
        yield (name,), True, [harder > easier for harder, easier in zip(*levels[at : at + 2], strict=True)]


# --- methods: ours, and the plain ones


def _quoted_voice(text: Text, start: int, end: int) -> str:
    passage = text.passages[text.passage_at((start + end) // 2)]
    return passage.voice if passage.kind == "quote" and passage.voice != "unknown" else ""


def _name_before(text: Text, start: int, end: int) -> str:
    """The last capitalised words before the quotation, within two hundred characters."""
    return " ".join(_CAPITALISED.findall(text.raw[max(0, start - 200) : start])[-2:])


@cache
def _vader() -> Callable[[str], dict[str, float]]:
    return import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer().polarity_scores


def _vader_polarity(row: dict) -> str:
    compound = _vader()(row["text"])["compound"]  # decided where its authors decide
    return "positive" if compound >= 0.05 else "negative" if compound <= -0.05 else "neutral"


def _formula(name: str, sign: int = 1) -> Callable[[Text], float]:
    return lambda text: sign * readability.formulas(text.raw)[name]


_SPLITS = {
    OURS: lambda raw: Text(raw).bounds,
    "full stop and space": lambda raw: [m.span() for m in _PLAIN_STOP.finditer(raw)],
}
_SPEAKERS = {OURS: _quoted_voice, "nearest name before": _name_before}
_HEDGED = {
    OURS: lambda text: bool(hedging.score(text).max() >= 0.5),
    f"{len(_PLAIN_HEDGES)} plain hedges": lambda text: any(not _PLAIN_HEDGES.isdisjoint(own) for own in text.tokens),
}
_TOWARD = {
    OURS: lambda row: stance.polarities(Text(row["text"]), [(row["start"], row["end"])])[0],
    "VADER": _vader_polarity,
    "always negative": lambda row: "negative",
}
_BETWEEN = {
    OURS: lambda row: stance.between(Text(row["text"]), tuple(row["p"]), tuple(row["q"])).relation,
    "always none": lambda row: "none",
}
_ALARMS = {
    OURS: lambda text: float(threat.score(text).max()) if text.bounds else 0.0,
    "VADER": lambda text: -_vader()(text.raw)["compound"],
    "length of the line": lambda text: float(len(text.raw)),
}
_HARD = {
    OURS: readability.difficulty,
    "Flesch": _formula("flesch_reading_ease", -1),
    "Flesch-Kincaid": _formula("flesch_kincaid_grade"),
    "Gunning fog": _formula("gunning_fog"),
    "SMOG": _formula("smog_index"),
    "Dale-Chall": _formula("dale_chall_readability_score"),
}


# --- corpora


def _thirds(values: np.ndarray) -> np.ndarray:
    """Into which third, by difficulty, a text falls."""
    names = np.array(["the easiest third", "the middle third", "the hardest third"])
    return names[np.minimum(3 * pd.Series(values).rank(pct=True, na_option="bottom").to_numpy(), 2).astype(int)]


class Corpus(NamedTuple):
    """How a corpus is scored."""

    lens: str
    fields: str  # that a row must have: see FIELDS
    unit: str | int  # what is resampled as a whole: rows that share this field, or so many neighbours
    cases: Callable[[dict, Callable], Iterator[tuple]]
    statistic: str
    value: Callable[[np.ndarray, np.ndarray], float]
    methods: dict[str, Callable]  # ours and the baselines: what is asked about each case
    closed: bool = False  # whether false alarms are among the cases that were annotated
    decide: Callable[[np.ndarray], np.ndarray] = np.asarray  # the judgement in what value or answer
    learned: bool = False  # whether the encoder was trained on the others of its rows


_alarming = partial(np.less_equal, 0.5)  # where the lens decides

CORPORA = {
    "segments": Corpus("text", "genre paragraphs", 1, _segments, "F1 of sentence ends", f1, _SPLITS),
    "voices": Corpus("text", "text attributions", 1, _voices, "share of quotations", share, _SPEAKERS, True),
    "hedging": Corpus(
        "hedging", "text uncertain", BLOCK, _sentences, "F1 of uncertain sentences", f1, _HEDGED, True, learned=True
    ),
    "stance": Corpus(
        "stance", "text start end polarity", BLOCK, _mentions, "macro F1 of polarity", macro_f1, _TOWARD, learned=True
    ),
    "relations": Corpus(
        "stance", "text p q relation", BLOCK, _pairs, "macro F1 of relations", macro_f1, _BETWEEN, learned=True
    ),
    "threat": Corpus(
        "threat", "article text fear_appeal", "article", _lines, "area under ROC", auc, _ALARMS, True, _alarming, True
    ),
    "readability": Corpus(
        *("readability", "id text ease", 1, _excerpts, "Spearman with teachers", spearman, _HARD),
        decide=_thirds,
        learned=True,
    ),
    "levels": Corpus("readability", "story adv int ele", 1, _steps, "share in order", ordered, _HARD),
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
    paths = {name: Path(folder) / f"{name}.jsonl" for name in corpora or CORPORA}
    rows = [
        (name, CORPORA[name].lens, *row)
        for name, path in paths.items()
        if path.exists()
        for row in score(name, kept(path.parent, name))
    ]
    if (whole := Path(folder) / "reading").is_dir() and not corpora:
        for lens, figure, *values in reading.measured(whole, partial(load, fields="file"), RESAMPLES):
            rows.append(("reading", lens, OURS, "", figure, *values, None, None))
    rows += () if corpora else _by_hand(Path(folder))
    if not rows:
        raise TextError(f"{folder}: no corpus here; expected one of {', '.join(f'{name}.jsonl' for name in CORPORA)}")
    columns = "corpus lens method category statistic value low high n false_alarms misses".split()
    return pd.DataFrame(rows, columns=columns).astype({"false_alarms": "Int64", "misses": "Int64"})


def _by_hand(folder: Path) -> Iterator[tuple]:
    """A row of ``validate`` a lens: the share that it has right by itself of the cells that readers corrected.

    They correct what is wrong: the share begins near 0, and says how much of that a later version has learned.
    """
    right: dict[str, list[bool]] = {}
    for path in sorted(it for it in folder.rglob("*") if it.suffix.lower() in ENDINGS and CORRECTIONS in beside(it)):
        alone = replace(told := read(path), corrections=None)
        for (lens, span), asked in corrections.read(told).items():
            table = alone.remember(("table", lens), partial(corrections.TABLES[lens], alone))
            row = dict(zip(corrections.spans(alone, table), table.to_dict("records"), strict=True)).get(span)
            there = {"row": "remove"} if row is None else {"row": "add"} | row
            cells = [there.get(column) == value for column, value in asked.items() if column != "lines"]
            right[lens] = [*right.get(lens, ()), *cells * isinstance(span, tuple)]
    for lens, own in right.items():
        if own:
            yield "corrections", lens, OURS, "", "share right", *stats.share(sum(own), len(own)), len(own), None, None


def kept(folder: Path, name: str) -> list[dict]:
    """The rows of a corpus that are judged: of one that the encoder learned from, those that were kept apart."""
    found = load(folder / f"{name}.jsonl", CORPORA[name].fields)
    apart = judged.apart(name, found) if CORPORA[name].learned else [True] * len(found)
    return [row for row, own in zip(found, apart, strict=True) if own] or found


def score(name: str, rows: list[dict]) -> Iterator[tuple]:
    """The rows of one corpus, from the method on: see ``validate``."""
    corpus = CORPORA[name]
    methods = {name: judge for name, judge in corpus.methods.items() if name != "VADER" or find_spec("vaderSentiment")}
    units, cases = _cases(corpus, rows, list(methods.values()))
    if not cases:
        raise TextError(f"{name}.jsonl: there is nothing to judge in it")
    kinds, truth, answers = zip(*cases, strict=True)
    truth, answers = np.array(truth), [np.array(each) for each in zip(*answers, strict=True)]
    draw = random.Random(0)
    drawn = [np.concatenate(draw.choices(units, k=len(units))) for _ in range(RESAMPLES)]
    for method, found in zip(methods, answers, strict=True):
        resampled = pd.Series([corpus.value(truth[again], found[again]) for again in drawn])
        interval = resampled.quantile([0.025, 0.975])
        yield method, "", corpus.statistic, corpus.value(truth, found), *interval, len(units), None, None
    for category, true, ours in _judgements(kinds, corpus.decide(truth), corpus.decide(answers[0])):
        wrong, n = true != ours, len(true) if corpus.closed else int(true.sum())
        misses = int((wrong & (ours == 0)).sum())
        alarms = int(wrong.sum()) - misses
        right = stats.share(n - misses - alarms * corpus.closed, n)
        yield OURS, category, "share right", *right, n, alarms, misses


def _cases(corpus: Corpus, rows: list[dict], judges: list[Callable]) -> tuple[list[np.ndarray], list[tuple]]:
    """The cases of a corpus, and of each unit that was annotated as a whole the places of its cases."""
    units: dict = {}
    cases: list[tuple] = []
    for number, row in enumerate(row for row in rows if row.get("genre") not in SPOKEN):
        unit = units.setdefault(number // corpus.unit if isinstance(corpus.unit, int) else row[corpus.unit], [])
        for case in corpus.cases(row, lambda *asked: [judge(*asked) for judge in judges]):
            unit.append(len(cases))
            cases.append(case)
    return [np.array(unit, dtype=int) for unit in units.values()], cases


def _judgements(kinds: tuple, truth: np.ndarray, found: np.ndarray) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Truth and answers by the categories of the cases; where those have none, each class against the rest."""
    for name in sorted({name for own in kinds for name in own}):
        own = np.array([name in each for each in kinds])
        yield name, truth[own], found[own]
    if not any(kinds):
        for name in sorted({*truth, *found}):
            yield name, truth == name, found == name


# --- reading


def _inside(start: int, end: int, row: dict) -> object:
    return 0 <= start < end <= len(row["text"]) and row["text"][start:end]  # which only whole numbers can cut


# What a field may hold, in words and as a test of its value and row, which may fail on what has another form. A row's
# fields are looked at in the order in which its corpus names them.
FIELDS: dict[str, tuple[str, Callable[[Any, dict], object]]] = {
    "genre": ("a name", lambda it, row: it.isprintable()),
    "paragraphs": (
        "a list of lists of sentences",
        lambda it, row: {list} == {*map(type, it)} and {type(s) for p in it for s in p} == {str},
    ),
    "text": ("a text", lambda it, row: it.strip()),
    "attributions": (
        "a list of {source, content}, each [[start, end], …]",
        lambda it, row: all(_inside(*span, row) for each in it for span in each["source"] + each["content"]),
    ),
    "uncertain": ("true or false", lambda it, row: isinstance(it, bool)),
    "start": ("an offset in the text", lambda it, row: _inside(it, len(row["text"]), row)),
    "end": ("an offset in the text, after 'start'", lambda it, row: _inside(row["start"], it, row)),
    "polarity": (" or ".join(stance.POLARITIES), lambda it, row: it in stance.POLARITIES),
    "relation": (" or ".join(stance.RELATIONS), lambda it, row: it in stance.RELATIONS),
    "file": ("a name", lambda it, row: it.isprintable()),
    "article": ("a name or a whole number", lambda it, row: isinstance(it, str | int)),
    "ease": ("a number", lambda it, row: math.isfinite(it)),
}
FIELDS |= dict.fromkeys(("p", "q"), ("[start, end] in the text", lambda it, row: len(it) == 2 and _inside(*it, row)))
FIELDS |= {"fear_appeal": FIELDS["uncertain"]} | dict.fromkeys(("id", "story"), FIELDS["article"])
FIELDS |= dict.fromkeys(("adv", "int", "ele"), FIELDS["text"])


def _fits(field: str, row: dict) -> bool:
    try:
        return bool(FIELDS[field][1](row[field], row))
    except (TypeError, AttributeError, ValueError, LookupError, OverflowError):
        return False


def load(path: Path, fields: str) -> list[dict]:
    """The rows of a JSONL file, each with these fields, in the form that ``FIELDS`` says; TextError names the line."""
    try:
        lines, rows = path.read_text(encoding="utf-8-sig").split("\n"), []
    except UnicodeDecodeError:
        raise TextError(f"{path.name}: it is not UTF-8") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(dict(**json.loads(line)))
        except (ValueError, TypeError, RecursionError) as error:
            raise TextError(f"{path.name}: line {number} is not a JSON object: {error}") from None
        for field in fields.split():
            if field not in rows[-1]:
                raise TextError(f"{path.name}: line {number} has no {field!r}")
            if not _fits(field, rows[-1]):
                found = f"{brief(rows[-1][field])} is not {FIELDS[field][0]}"
                raise TextError(f"{path.name}: line {number}, {field!r}: {found}")
    if not rows:
        raise TextError(f"{path.name}: it holds no rows")
    return rows


# --- one reader, and a disturbed text


def annotated(text: Text, path: str | Path) -> pd.DataFrame:
    """A reader's annotation beside what the lenses say, a row a sentence; `tests/gold/README.md` describes the file.

    Columns: those of the file (the reader's), sentence, and what the lenses say to the same questions (`found_…`).
    """
    gold, starts = pd.read_csv(path, keep_default_na=False), [start for start, _, _ in text.spans]
    sentence = gold.begins.map(lambda begins: [text.raw.startswith(begins, start) for start in starts].index(True))
    claims, mentions = threat.claims(text), stance.toward(text)
    hedged, alarming = hedging.sentences(text).hedged, threat.sentences(text).threat
    clear = mentions[mentions.polarity != "neutral"].drop_duplicates(["sentence", "actor"])

    def listed(said: pd.Series, where: pd.Series) -> pd.Series:
        return sentence.map(said[said != ""].groupby(where).agg("; ".join)).fillna("")

    return gold.assign(
        sentence=sentence,
        found_voice=[text.passages[text.spans[number][2]].voice for number in sentence],
        found_hedged=np.where(hedged[sentence], "yes", "no"),
        found_threat=np.where(alarming[sentence], "yes", "no"),
        found_agent=listed(claims.agent, claims.sentence),
        found_referent=listed(claims.referent, claims.sentence),
        found_stance=listed(clear.actor + ": " + clear.polarity, clear.sentence),
    )


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """How far the lenses agree with the reader: what, agree with its 95 % interval (Wilson's), kappa, n.

    Of `annotated`'s table. Agent and referent are asked where both see a threat and the reader names one: do the names
    share a word? Stance where the reader sees one: has the lens the same sign for that actor?
    """
    threats, rows = table[(table.threat == "yes") & (table.found_threat == "yes")], []
    for what in ("voice", "hedged", "threat", "agent", "referent", "stance"):
        asked, chance = threats if what in ("agent", "referent") else table, np.nan
        pairs = [pair for pair in zip(asked[what], asked[f"found_{what}"], strict=True) if pair[0]]
        if what == "stance":
            same = [one in found.split("; ") for read, found in pairs for one in read.split("; ")]
        elif asked is threats:
            same = [not _words(one).isdisjoint(_words(other)) for one, other in pairs]
        else:
            same, chance = [one == other for one, other in pairs], cohen_kappa_score(*zip(*pairs, strict=True))
        rows.append((what, *stats.share(sum(same), len(same)), chance, len(same)))
    return pd.DataFrame(rows, columns=["what", "agree", "agree_low", "agree_high", "kappa", "n"])


def _words(phrase: str) -> set[str]:
    return set(re.findall(r"\w{4,}|us", phrase.lower()))


def disturbed(text: Text, seed: int = 0) -> dict[str, Text]:
    """The text with its surface disturbed, to see how much a measure owes to it: each change by name."""
    draw, raw = random.Random(seed), text.raw
    sentences = [raw[start:end] for start, end in text.bounds]
    typos = re.sub(r"\b(\w)(\w)(\w)(?=\w)", lambda w: w[1] + w[3] + w[2] if draw.random() < 0.05 else w[0], raw)
    half = len(sentences) // 2
    variants = {
        "one word in twenty misspelt": typos,
        "straight quotation marks": re.sub("[“”„«»]", '"', re.sub("[‘’`]", "'", raw)),
        "sentences shuffled": " ".join(draw.sample(sentences, len(sentences))),
        "first half": "\n\n".join(sentences[:half]),
        "second half": "\n\n".join(sentences[half:]),
    }
    return {name: Text(raw, name, meta=text.meta, codebooks=text.codebooks) for name, raw in variants.items()}
