"""The sentences of a text that hold most of what it is about, so that a page can let its voices speak for themselves.

By their centroid (Radev et al. 2004, "Centroid-based summarization of multiple documents"): of sentences as weighted
bags of content words, those most like their sum. A word weighs more the rarer it is in English at large (wordfreq,
Speer 2022).
"""

from __future__ import annotations

from collections import Counter
from math import hypot

import pandas as pd
from wordfreq import zipf_frequency

from . import reader, stats
from .clauses import subject
from .codebook import frame
from .text import Text

CONTENT = frozenset("NOUN PROPN VERB ADJ".split())
COMMON = 7  # the Zipf frequency of words that say nothing
FEWEST, MOST = 8, 50  # words of a sentence that can stand alone
ELSEWHERE = frozenset("he she it they this these those".split())  # as subjects, they mean somebody of another sentence
HEARD = 0.1  # of the words: a voice that says as much is shown
ALIKE = 0.5  # cosine from which on two sentences say much the same


def central(text: Text, most: int = 4) -> pd.DataFrame:
    """A row a central sentence: sentence, voice, score (cosine to the whole, times how pointed it is), start, end.

    Each voice that says a tenth of the words has its most central one; the other places go to the voices by their
    shares of the words, as seats do by D'Hondt's method. No question, nothing from a questioner's turn, nothing in
    which a voice repeats itself. In the order of the text.

    >>> text = Text("It was late. The port of Lenz must stay open, as the town of Lenz lives by it. We went home.")
    >>> central(text, 1).sentence.tolist()
    [1]
    """
    vectors = [_vector(text, number) for number in range(len(text.bounds))]
    words = stats.tally(text, "voice", text.words.start)
    seats: Counter[str] = Counter()
    waiting, chosen = _ranked(text, vectors), []
    while waiting and len(chosen) < most:
        heard = [it for it in waiting if not seats[it[1]] and words[it[1]] >= HEARD * words.total()]
        it = max(heard or waiting, key=lambda it: words[it[1]] / (seats[it[1]] + 1))  # of equals the first
        chosen.append(it)
        seats[it[1]] += 1
        waiting = [other for other in waiting if other != it and not _repeats(it, other, vectors)]
    return frame(sorted(chosen), "sentence voice score start end", "sentence start end", "score")


def _repeats(one: tuple, other: tuple, vectors: list[dict[str, float]]) -> bool:
    """Does one voice say much the same in two sentences?"""
    return one[1] == other[1] and _cosine(vectors[one[0]], vectors[other[0]]) >= ALIKE


def _ranked(text: Text, vectors: list[dict[str, float]]) -> list[tuple]:
    """The sentences that can stand alone, the most central first."""
    whole: Counter[str] = Counter()
    for vector in vectors:
        whole.update(vector)
    kinds, aside = [passage.kind for passage in text.passages], asked(text)
    pointed = reader.sentences(text, "sided") + reader.sentences(text, "threat")
    rows = []
    for number, (start, end, own) in enumerate(text.spans):
        if FEWEST <= len(text.tokens[number]) <= MOST and number not in aside and kinds[own] != "headline":
            score = _cosine(vectors[number], whole) * (1 + pointed[number]) / (1 + _leans(text, number))
            rows.append((number, text.voice_at(start), score, start, end))
    return sorted(rows, key=lambda row: -row[2])


def _leans(text: Text, sentence: int) -> bool:
    """Is it about somebody whom only the sentences before it name?"""
    about = subject(text.parsed(*text.bounds[sentence]).root)
    return about is not None and about.lower_ in ELSEWHERE


def _vector(text: Text, sentence: int) -> dict[str, float]:
    """The content words of a sentence, by their lemmas, the rarer the heavier."""
    words = text.parsed(*text.bounds[sentence])
    lemmas = Counter(word.lemma_.lower() for word in words if word.pos_ in CONTENT and word.is_alpha)
    return {lemma: n * max(0.0, COMMON - zipf_frequency(lemma, "en")) for lemma, n in lemmas.items()}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    lengths = hypot(*one.values()) * hypot(*other.values())
    return sum(weight * other.get(lemma, 0.0) for lemma, weight in one.items()) / lengths if lengths else 0.0


def asked(text: Text) -> set[int]:
    """The sentences that end in a question mark, before or after what closes them, or stand in a questioner's turn."""
    kinds = [passage.kind for passage in text.passages]
    spans = enumerate(text.spans)
    return {n for n, (at, end, own) in spans if "?" in text.raw[max(at, end - 3) : end] or kinds[own] == "question"}
