"""The sentences of a text that hold most of what it is about, so that a page can let its voices speak for themselves.

By their centroid (Radev et al. 2004, "Centroid-based summarization of multiple documents"): of sentences as weighted
bags of content words, those most like their sum. A word weighs more the rarer it is in English at large (wordfreq,
Speer 2022).
"""

from __future__ import annotations

from collections import Counter
from math import hypot

import pandas as pd
from spacy.tokens import Span, Token
from wordfreq import zipf_frequency

from . import reader, stats
from .clauses import HELPING, WORDS, child
from .codebook import frame
from .text import Text

CONTENT = frozenset("NOUN PROPN VERB ADJ".split())
COMMON, RARE = 7, 3  # Zipf frequencies: of words that say nothing, and from which on rarer ones say no more
FEWEST, MOST = 8, 50  # words of a sentence that can stand alone
ELSEWHERE = frozenset("he she it they him her them this that these those".split())
POINTING = ("nsubj", "dobj", "pobj", "attr")  # relations of a "that" which no clause follows
AHEAD = frozenset("must should shall need ought will".split())  # of what ought to be done, or will be
HEARD = 0.1  # of the words: a voice that says as much is shown
FAR = 4  # times as central as that: a voice's best sentence is then not worth a place
LEADS = 5  # sentences that lead to a question
ALIKE = 0.5  # cosine from which on two sentences say much the same


def central(text: Text, most: int = 4) -> pd.DataFrame:
    """A row a central sentence: sentence, voice, score (cosine to the whole, weighed by how pointed it is), start, end.

    Each voice that says a tenth of the words has its most central one; the other places go to the voices by their
    shares of the words, as seats do by D'Hondt's method, but half of them to others than the narrator. No question,
    nothing from a questioner's turn, nothing in which a voice repeats itself. In the order of the text.

    >>> text = Text("It was late. The port of Lenz must stay open, as the town of Lenz lives by it. We went home.")
    >>> central(text, 1).sentence.tolist()
    [1]
    """
    vectors = [_vector(text, number) for number in range(len(text.bounds))]
    words = stats.tally(text, "voice", text.words.start)
    seats: Counter[str] = Counter()
    waiting, chosen = _ranked(text, vectors), []
    while waiting and len(chosen) < most:
        it = _next(waiting, seats, words, most)
        chosen.append(it)
        seats[it[1]] += 1
        waiting = [other for other in waiting if other != it and not _repeats(it, other, vectors)]
    return frame(sorted(chosen), "sentence voice score start end", "sentence start end", "score")


def _next(waiting: list[tuple], seats: Counter[str], words: Counter[str], most: int) -> tuple:
    """The sentence that takes the next place."""
    fit = [it for it in waiting if it[2] * FAR >= waiting[0][2]]
    heard = [it for it in fit if not seats[it[1]] and words[it[1]] >= HEARD * words.total()]
    if not heard and 2 * seats["narrator"] >= most:
        heard = [it for it in fit if it[1] not in ("narrator", "unknown")]
    return max(heard or waiting, key=lambda it: words[it[1]] / (seats[it[1]] + 1))  # of equals the first


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
            words = text.parsed(*text.bounds[number])
            weight = 1 + pointed[number] + any(word.lemma_ in AHEAD for word in words)
            score = _cosine(vectors[number], whole) * weight / (1 + 4 * (_leans(words) or _is_taken_back(text, number)))
            rows.append((number, text.voice_at(start), score, start, end))
    return sorted(rows, key=lambda row: -row[2])


def _leans(words: Span) -> bool:
    """Does a sentence need its neighbours: with "she", "this" or "but" those before it, with "of course" the next?"""
    first = next((word for word in words if word.pos_ in ("NOUN", "PROPN") or word.lower_ in ELSEWHERE), None)
    thanks = any(word.lower_ in WORDS["thanking"] for word in words)
    leans = thanks or _opens(words, "leaning") or any(map(_points_back, words))
    return leans or (first is not None and first.pos_ == "PRON")


def _opens(words: Span, kind: str) -> bool:
    """Does a sentence open with one of the words or phrases of a kind?"""
    opening = "_".join(word.lower_ for word in words if word.is_alpha)
    return f"{opening}_".startswith(tuple(f"{phrase}_" for phrase in WORDS[kind]))


def _is_taken_back(text: Text, number: int) -> bool:
    """Does the same voice take it back in the next sentence: "But …"?"""
    voice = text.voice_at(text.bounds[number][0])
    after = text.bounds[number + 1 : number + 2]
    return any(text.voice_at(start) == voice and _opens(text.parsed(start, end), "turning") for start, end in after)


def _points_back(word: Token) -> bool:
    """Does a word stand for a clause before: "that is wrong", "they did so"?"""
    does = word.lemma_ == "do" and word.dep_ not in HELPING and child(word, "dobj") is None
    return does or (word.lower_ in ("this", "that") and word.dep_ in POINTING)


def _vector(text: Text, sentence: int) -> dict[str, float]:
    """The content words of a sentence, by their lemmas, the rarer the heavier."""
    words = text.parsed(*text.bounds[sentence])
    lemmas = Counter(word.lemma_.lower() for word in words if word.pos_ in CONTENT and word.is_alpha)
    return {lemma: n * max(0.0, COMMON - max(RARE, zipf_frequency(lemma, "en"))) for lemma, n in lemmas.items()}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    lengths = hypot(*one.values()) * hypot(*other.values())
    return sum(weight * other.get(lemma, 0.0) for lemma, weight in one.items()) / lengths if lengths else 0.0


def asked(text: Text) -> set[int]:
    """The sentences that end in a question mark, before or after what closes them, or stand in a questioner's turn: a
    longer one that only ends in a question is a speech."""
    turns = Counter(own for _, _, own in text.spans)
    brief = {own for own, n in turns.items() if n <= LEADS and text.passages[own].kind == "question"}
    return {n for n, (at, end, own) in enumerate(text.spans) if "?" in text.raw[max(at, end - 3) : end] or own in brief}
