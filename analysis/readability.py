"""Readability: how hard a text is to read, by eight classic formulas and by a linear model of teachers' judgements.

textstat computes the formulas. They stand on the CMU Pronouncing Dictionary, which textstat would download; Subtext
carries it (``codebooks/cmudict.zip``, in NLTK's layout, with its two-clause BSD licence), so the figures are the same
on every machine, with or without a network.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import numpy as np
import pandas as pd
from scipy.special import expit
from wordfreq import zipf_frequency

from .codebook import HERE, cues
from .stats import interval, labels, sentences_by, table
from .text import Text

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
FEATURES = ["sentence_length", "short_sentences", "syllables", "hard_words", "frequency_spread", "vocabulary"]
FEW = 100  # words: under them no formula is reliable
SHRUNK = 15  # words of a sentence whose learned weights count half, as a mean of few is mostly chance


# --- formulas


@cache
def _textstat():
    """textstat, which has read the pronouncing dictionary from our archive.

    NLTK reads nothing in a folder that other accounts can write to, as a checkout may be: so the dictionary is unpacked
    to a private folder, which stands in ``nltk.data.path`` while textstat reads it.
    """
    import nltk  # slow to load, and not everybody who imports this module asks for a figure
    from textstat import textstat

    with TemporaryDirectory(prefix="subtext-") as folder, ZipFile(HERE / "cmudict.zip") as archive:
        archive.extract("cmudict/cmudict", Path(folder, "corpora"))
        for path in Path(folder).rglob("*"):
            path.chmod(0o700)
        nltk.data.path.insert(0, folder)
        textstat.syllable_count("peace")
        nltk.data.path.remove(folder)
    nltk.corpus.cmudict._unload()  # who else asks NLTK for it finds their own
    return textstat


def formulas(raw: str) -> dict[str, float]:
    """What textstat's eight English formulas make of a string; without a word in it, NaN.

    >>> round(formulas("The minister denied responsibility for it.")["flesch_kincaid_grade"], 1)
    14.3
    """
    textstat = _textstat()
    measurable = textstat.lexicon_count(raw) > 0
    found = {name: float(getattr(textstat, name)(raw)) if measurable else math.nan for name in FORMULAS}
    _forget_hyphens()
    return found


def _forget_hyphens() -> None:
    """Empties the memory of pyphen, which textstat asks: it would keep every unknown word of a corpus."""
    from pyphen import Pyphen

    Pyphen(lang="en_US").hd.cache.clear()


# --- the model


@cache
def model() -> tuple[pd.DataFrame, dict[str, float]]:
    """The features of the model (coefficient, mean and sd of school excerpts, meaning), and the weights of words."""
    words = pd.read_csv(HERE / "vocabulary.csv", index_col="cue", dtype={"cue": str}, keep_default_na=False)
    return pd.read_csv(HERE / "difficulty.csv", index_col="feature"), words.weight.to_dict()


@lru_cache(maxsize=250_000)  # more words than a megabyte has: each is asked for once, and memory stays flat
def _word(word: str) -> tuple[int, bool, float]:
    """A word's syllables, whether fourth-graders do not know it (Dale & Chall 1948), and its frequency (Zipf)."""
    stem, textstat = word.removesuffix("'s"), _textstat()
    spoken = textstat.syllable_count(word.replace("-", " "))
    hard = any(textstat.is_difficult_word(part, 0) for part in stem.split("-"))
    _forget_hyphens()
    return spoken, hard, zipf_frequency(stem, "en", wordlist="small", minimum=2.5)


def _counts(words: list[str]) -> np.ndarray:
    """A row a word: one, syllables, hard or not, frequency and its square, weight in the vocabulary."""
    weights, rows = model()[1], []
    for word in words:
        spoken, hard, frequency = _word(word)
        rows.append((1, spoken, hard, frequency, frequency**2, weights.get(word.removesuffix("'s"), 0.0)))
    return np.array(rows, dtype=float).reshape(-1, 6)


def counts(text: Text) -> np.ndarray:
    """What the features are made of, a row a sentence: one, the square of its words, short or not; ``_counts``."""
    rows = np.zeros((len(text.tokens), 9))
    for row, words in zip(rows, text.tokens, strict=True):
        row[:3] = bool(words), len(words) ** 2, 0 < len(words) < 8
        row[3:] = _counts(words).sum(axis=0)
    return rows


def features(counts: np.ndarray) -> np.ndarray:
    """The FEATURES of one sum of ``counts``, or a row for each of several; ``difficulty.csv`` explains them."""
    sentences, squares, short, words, syllables, hard, frequency, frequency_squared, weight = counts.T
    with np.errstate(divide="ignore", invalid="ignore"):  # without words all are NaN
        variance = frequency_squared / words - (frequency / words) ** 2
        length = np.log(squares / sentences) / 2
        spread = np.sqrt(np.maximum(variance, 0))
        return np.stack([length, short / sentences, syllables / words, hard / words, spread, weight / words], axis=-1)


def adds(counts: np.ndarray) -> np.ndarray:
    """What each of the FEATURES adds to the difficulty."""
    table = model()[0].loc[FEATURES]
    return ((features(counts) - table["mean"].values) / table.sd.values) * table.coefficient.values


def difficulty(text: Text) -> float:
    """How hard the text is: 0 as the average excerpt for pupils of grades 3 to 12, 1 one standard deviation harder.

    A linear model of counts, fitted on the judgements of teachers in the CLEAR corpus (Crossley et al. 2022) and on
    news stories written at three levels (OneStopEnglish, Vajjala & Lučić 2018) by ``analysis.lab.learn``. Words'
    frequencies are wordfreq's (Speer 2022).

    >>> plain, dense = Text("The state has less money to spend."), Text("Consolidation constrains state expenditure.")
    >>> difficulty(plain) < difficulty(dense)
    True
    """
    return float(adds(counts(text).sum(axis=0)).sum())


def difficulties(text: Text) -> list[float]:
    """The difficulty of each sentence, from what so few words can tell; NaN without words.

    In one sentence a single word is a tenth of all, so the mean of the learned weights is shrunk towards that of school
    excerpts: by half in 15 words. The share of short sentences says nothing of one.
    """
    rows = counts(text)
    parts, words = dict(zip(FEATURES, adds(rows).T, strict=True)), rows[:, 3]
    parts |= {"short_sentences": 0.0, "vocabulary": parts["vocabulary"] * words / (words + SHRUNK)}
    return sum(parts.values()).tolist()


def _jackknife(rows: np.ndarray) -> tuple[float, float, float]:
    """The difficulty of sentences, with the 95 % interval that leaving out each in turn gives."""
    n, total = len(rows), rows.sum(axis=0)
    value, left = float(adds(total).sum()), adds(total - rows).sum(axis=-1)
    error = math.sqrt((n - 1) * left.var()) if n > 1 else math.nan
    return value, value - 1.96 * error, value + 1.96 * error


# --- the lens


def find(text: Text) -> pd.DataFrame:
    """The hard words, a row a word: start, end, cue, category, weight, sentence, voice, entry.

    Words that fourth-graders do not know (Dale & Chall 1948), that are ``long`` (three syllables or more), ``rare``
    (less than once in a million words) or ``long and rare``, and that make the text harder by the model: ``weight`` is
    by how much, if one more word in a hundred were such a word.

    >>> find(Text("Diplomacy is not for a vizier."))[["cue", "category"]].values.tolist()
    [['Diplomacy', 'long'], ['vizier', 'rare']]
    """
    kinds = {word: _kind(word) for words in text.tokens for word in words}
    hard, total = [word for word, kind in kinds.items() if kind], counts(text).sum(axis=0)
    one_more = total + np.pad(_counts(hard), ((0, 0), (3, 0)))
    gain = (adds(one_more) - adds(total)).sum(axis=-1) * total[3] / 100
    weights, rows = dict(zip(hard, gain, strict=True)), []
    for sentence, words in enumerate(text.tokens):
        for word, (start, end) in zip(words, text.offsets(sentence), strict=True):
            if weights.get(word, 0) > 0:
                rows.append((start, end, kinds[word], weights[word], sentence, word))
    return cues(text, rows)


def _kind(word: str) -> str:
    """The category of a hard word, "" of another."""
    spoken, hard, frequency = _word(word)
    if not hard or word[0].isdecimal():
        return ""
    return " and ".join(["long"] * (spoken >= 3) + ["rare"] * (frequency < 3.0))


def score(text: Text) -> pd.Series:
    """How hard each sentence is, 0..1; above 0.5 are the hardest quarter of the sentences in excerpts for pupils."""
    decision = model()[0].loc["<decision>"]
    logits = (np.array(difficulties(text)) - decision["mean"]) / decision.sd
    return pd.Series(np.nan_to_num(expit(logits)), name="hard", dtype=float)


def parts(text: Text) -> pd.DataFrame:
    """A row a count that ``difficulty`` is made of: feature, value, mean (of school excerpts), adds, meaning.

    >>> text = Text("The state has less money to spend.")
    >>> math.isclose(parts(text).adds.sum(), difficulty(text))
    True
    """
    total = counts(text).sum(axis=0)
    found = model()[0].loc[FEATURES].reset_index().assign(value=features(total), adds=adds(total))
    return found[["feature", "value", "mean", "adds", "meaning"]].dropna()


def figures(text: Text) -> dict[str, float]:
    """The eight formulas, their spread and the difficulty of the whole text: its row of ``measure``, no intervals."""
    return measure(text)[[*FORMULAS, "spread", "difficulty"]].iloc[0].to_dict()


def measure(text: Text, by: str | None = None) -> pd.DataFrame:
    """A row a group: words, sentences, warning, the eight formulas as textstat computes them, spread, difficulty.

    A sentence belongs to the passage that holds most of it; the formulas count full stops in the passages instead.
    Flesch's reading ease falls as a text gets harder, the other formulas rise: six of them in US school grades, between
    whose highest and lowest lies ``spread``. ``difficulty`` has a 95 % interval, from leaving out sentences in turn
    (the jackknife, Efron & Tibshirani 1993). ``warning`` says what the passage is too short for; without a word in it,
    every figure is NaN.
    """
    found, rows, said = table(text, by, {}), counts(text), {}
    for label, passage in zip(labels(text, by), text.passages, strict=True):
        said.setdefault(label, []).append(text.raw[passage.start : passage.end])
    measured = []
    for words, (label, own) in zip(found.words, sentences_by(text, by).items(), strict=True):
        raw = "\n".join(said[label]) if by else text.raw
        row = {"warning": _warning(words, raw)} | formulas(raw)
        grades = [row[name] for name in GRADES]
        measured.append(row | {"spread": max(grades) - min(grades)} | interval("difficulty", _jackknife(rows[own])))
    columns = ["warning", *FORMULAS, "spread", *interval("difficulty", range(3))]
    return found.join(pd.DataFrame(measured, columns=columns).astype(dict.fromkeys(columns[1:], float)))


def _warning(words: int, raw: str) -> str:
    if words < FEW:
        return f"under {FEW} words"
    return "under 30 sentences: not SMOG" if _textstat().sentence_count(raw) < 30 else ""
