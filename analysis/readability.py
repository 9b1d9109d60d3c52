"""Readability: how hard a text is to read, by eight classic formulas and by a linear model of teachers' judgements.

textstat computes the formulas. They stand on the CMU Pronouncing Dictionary, which textstat would download; Subtext
carries it (``codebooks/cmudict.zip``, in NLTK's layout, with its two-clause BSD licence), so the figures are the same
on every machine, with or without a network.
"""

from __future__ import annotations

import math
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from scipy.special import expit
from wordfreq import zipf_frequency

from . import reader
from .codebook import HERE, cues
from .segment import without_addresses
from .stats import interval, labels, sentences_by, table
from .text import Text

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
FEATURES = ["sentence_length", "short_sentences", "syllables", "hard_words", "frequency_spread", "reader"]
FEW = 100  # words: under them no formula is reliable


@cache
def _textstat():
    """textstat, which has read the pronouncing dictionary from our archive.

    NLTK reads nothing that other accounts can write to, as a checkout may be: so the dictionary is unpacked to a
    private folder, which stands in ``nltk.data.path`` while textstat reads it.
    """
    import nltk  # slow to load, and not everybody who imports this module asks for a figure
    from textstat import textstat

    with TemporaryDirectory(prefix="subtext-") as folder:
        shutil.unpack_archive(HERE / "cmudict.zip", Path(folder, "corpora"))
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
    from pyphen import Pyphen

    textstat, raw = _textstat(), without_addresses(raw)
    measurable = textstat.lexicon_count(raw) > 0
    found = {name: float(getattr(textstat, name)(raw)) if measurable else math.nan for name in FORMULAS}
    Pyphen(lang="en_US").hd.cache.clear()  # textstat's hyphenator keeps every unknown word, and has no setting for it
    return found


@cache
def model() -> pd.DataFrame:
    """The features of the model: coefficient, mean and sd of school excerpts, meaning."""
    return pd.read_csv(HERE / "difficulty.csv", index_col="feature")


def words(text: Text) -> pd.DataFrame:
    """``text.words``, and of each its syllables, whether it is hard, and its frequency (Zipf)."""
    textstat, known = _textstat(), {}
    for word in text.words.word.unique():
        stem = word.removesuffix("'s")
        hard = any(textstat.is_difficult_word(part, 0) for part in stem.split("-"))
        frequency = zipf_frequency(stem, "en", wordlist="small", minimum=2.5)
        known[word] = textstat.syllable_count(word.replace("-", " ")), hard, frequency
    columns = ["syllables", "hard", "frequency"]
    found = text.words.join(pd.DataFrame(map(known.get, text.words.word), columns=columns, dtype=float))
    return found.assign(words=1.0, frequency_squared=found.frequency**2)


def counts(text: Text) -> pd.DataFrame:
    """What the features are made of, a row a sentence: sums over its words, and whether it has any, few, how many."""
    found = words(text).drop(columns=["start", "end", "word", "text"]).groupby("sentence").sum()
    found = found.reindex(pd.RangeIndex(len(text.bounds)), fill_value=0.0)
    n, judged = found.words, reader.sentences(text, "difficulty")
    return found.assign(sentences=n.gt(0) * 1.0, words_squared=n**2, short=n.between(1, 7) * 1.0, reader=judged * n)


def features(counts: pd.DataFrame) -> pd.DataFrame:
    """The FEATURES of each row of (sums of) ``counts``; ``difficulty.csv`` explains them. Without words all are NaN."""
    words, sentences = counts.words, counts.sentences
    variance = counts.frequency_squared / words - (counts.frequency / words) ** 2
    length, spread = np.log(counts.words_squared / sentences) / 2, np.sqrt(variance.clip(lower=0))
    per_word = [counts.syllables / words, counts.hard / words, spread, counts.reader / words]
    return pd.concat([length, counts.short / sentences, *per_word], axis=1, keys=FEATURES)


def adds(counts: pd.DataFrame) -> pd.DataFrame:
    """What each of the FEATURES adds to the difficulty."""
    usual = model().loc[FEATURES]
    return (features(counts) - usual["mean"]) / usual.sd * usual.coefficient


def whole(text: Text) -> pd.DataFrame:
    """The ``counts`` of the whole text, one row."""
    return counts(text).sum().to_frame().T


def difficulty(text: Text) -> float:
    """How hard the text is: 0 as the average excerpt for pupils of grades 3 to 12, 1 one standard deviation harder.

    A linear model of counts and of what the trained encoder (``reader``) makes of each sentence, fitted on the
    judgements of teachers in the CLEAR corpus (Crossley et al. 2022) and on news stories written at three levels
    (OneStopEnglish, Vajjala & Lučić 2018) by ``analysis.lab.learn``. Words' frequencies are wordfreq's (Speer 2022).

    >>> plain, dense = Text("The state has less money to spend."), Text("Consolidation constrains state expenditure.")
    >>> difficulty(plain) < difficulty(dense)
    True
    """
    return float(adds(whole(text)).loc[0].sum(skipna=False)) if text.is_punctuated else math.nan


def parts(text: Text) -> pd.DataFrame:
    """A row a count that ``difficulty`` is made of: feature, value, mean (of school excerpts), adds, meaning.

    >>> text = Text("The state has less money to spend.")
    >>> math.isclose(parts(text).adds.sum(), difficulty(text))
    True
    """
    total = whole(text)
    found = model().loc[FEATURES].assign(value=features(total).loc[0], adds=adds(total).loc[0]).reset_index()
    return found[["feature", "value", "mean", "adds", "meaning"]].dropna()


def difficulties(text: Text) -> pd.Series:
    """The difficulty of each sentence; NaN without words. The share of short sentences says nothing of one."""
    return adds(counts(text)).drop(columns="short_sentences").sum(axis=1, skipna=False)


def score(text: Text) -> pd.Series:
    """How hard each sentence is, 0..1; above 0.5 are the hardest quarter of the sentences in excerpts for pupils."""
    decision = model().loc["<decision>"]
    return expit((difficulties(text) - decision["mean"]) / decision.sd).fillna(0.0).rename("hard")


def find(text: Text) -> pd.DataFrame:
    """The hard words, a row a word: start, end, cue, category, weight, sentence, voice, entry.

    Words that fourth-graders do not know (Dale & Chall 1948), that are ``long`` (three syllables or more), ``rare``
    (less than once in a million words) or ``long and rare``, and that make the text harder by the model: ``weight`` is
    by how much, if one more word in a hundred were such a word.

    >>> find(Text("Diplomacy is not for a vizier."))[["cue", "category"]].values.tolist()
    [['Diplomacy', 'long'], ['vizier', 'rare']]
    """
    found, total = words(text), whole(text)
    long, rare = found.syllables >= 3, found.frequency < 3.0
    found["category"] = np.select([long & rare, long, rare], ["long and rare", "long", "rare"], "")
    found = found[(found.hard > 0) & (found.category != "") & ~found.word.str[0].str.isdecimal().astype(bool)]
    one_more = found.reindex(columns=total.columns, fill_value=0.0) + total.loc[0]
    found["gain"] = (adds(one_more) - adds(total).loc[0]).sum(axis=1) * len(text.words) / 100
    found = found.loc[found.gain > 0, ["start", "end", "category", "gain", "sentence", "word"]]
    return cues(text, found.itertuples(index=False))


def measure(text: Text, by: str | None = None) -> pd.DataFrame:
    """A row a group: words, sentences, warning, the eight formulas as textstat computes them, spread, difficulty.

    A sentence belongs to the passage that holds most of it; the formulas count full stops in the passages instead.
    Flesch's reading ease falls as a text gets harder, the other formulas rise: six of them in US school grades, between
    whose highest and lowest lies ``spread``. ``difficulty`` has a 95 % interval, from leaving out sentences in turn
    (the jackknife, Efron & Tibshirani 1993). ``warning`` says what the passage is too short for; without a word in it,
    every figure is NaN.
    """
    found, sums, said = table(text, by, {}), counts(text), {}
    for label, passage in zip(labels(text, by), text.passages, strict=True):
        said.setdefault(label, []).append(text.raw[passage.start : passage.end])
    measured = []
    for n, (label, own) in zip(found.words, sentences_by(text, by).items(), strict=True):
        raw = "\n".join(said[label]) if by else text.raw
        few = "under 30 sentences: not SMOG" if _textstat().sentence_count(raw) < 30 else ""
        row = {"warning": f"under {FEW} words" if n < FEW else few} | formulas(raw)
        if not text.is_punctuated:  # and so has no sentences to speak of
            row |= {"warning": "hardly a full stop"} | dict.fromkeys(FORMULAS, math.nan)
        hard = _jackknife(sums.loc[own]) if text.is_punctuated else [math.nan] * 3
        grades = [row[name] for name in GRADES]
        measured.append(row | {"spread": max(grades) - min(grades)} | interval("difficulty", hard))
    columns = ["warning", *FORMULAS, "spread", *interval("difficulty", range(3))]
    return found.join(pd.DataFrame(measured, columns=columns).astype(dict.fromkeys(columns[1:], float)))


def _jackknife(counts: pd.DataFrame) -> tuple[float, float, float]:
    """The difficulty of sentences, with the 95 % interval that leaving out each in turn gives."""
    n, total = len(counts), counts.sum()
    value, *left = adds(pd.concat([total.to_frame().T, total - counts])).sum(axis=1, skipna=False)
    error = math.sqrt((n - 1) * np.var(left)) if n > 1 else math.nan
    return value, value - 1.96 * error, value + 1.96 * error
