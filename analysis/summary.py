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
from .reports import SELF
from .text import Text

CONTENT = frozenset("NOUN PROPN VERB ADJ".split())
COMMON, RARE = 7, 3  # Zipf frequencies: of words that say nothing, and from which on rarer ones say no more
FEWEST, MOST = 8, 50  # words of a sentence that can stand alone
ELSEWHERE = frozenset("he she it they him her them his its their this that these those".split())
POINTING = ("nsubj", "dobj", "pobj", "attr")  # relations of a "that" which no clause follows
AHEAD = frozenset("must should shall need ought will".split())  # of what ought to be done, or will be
HEARD = 0.1  # of the words: a voice that says as much is shown
FAR = 4  # times as central as that: a voice's best sentence is then not worth a place
LEAD = 2  # sentences, of the body
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
    rows, weights, aside = [], _weights(text), asked(text)
    for number, (start, end, own) in enumerate(text.spans):
        alone = FEWEST <= len(text.tokens[number]) <= MOST and text.passages[own].kind != "headline"
        if alone and number not in aside and text.voice_at(start) != "interviewer":
            score = _cosine(vectors[number], whole) * weights[number]
            rows.append((number, text.voice_at(start), score, start, end))
    return sorted(rows, key=lambda row: -row[2])


def _weights(text: Text) -> list[float]:
    """How much each sentence counts: more if it takes sides, tells of danger, or leads a story that nobody tells as
    their own; a fifth if it is weak by itself, or taken back."""
    personal = {text.voice_at(token.idx) for token in text.doc if token.lower_ in SELF}
    pointed, lead, weights = reader.sentences(text, "sided") + reader.sentences(text, "threat"), _lead(text), []
    for number, bounds in enumerate(text.bounds):
        words, own = text.parsed(*bounds), text.voice_at(bounds[0]) in personal
        due = any(word.lemma_ in AHEAD for word in words)
        weight = 1 + (pointed[number] + due) / 2 + (number in lead and not own)
        weights.append(weight / (1 + 4 * (_is_taken_back(text, number) or _is_weak(words, own))))
    return weights


def _lead(text: Text) -> list[int]:
    """The first sentences below the headline, if nobody else says them."""
    kinds = [text.passages[own].kind for _, _, own in text.spans]
    return [number for number, kind in enumerate(kinds) if kind == "narration"][:LEAD]


def _leans(words: Span) -> bool:
    """Does a sentence need its neighbours: with "she", "this" or "but" those before it, with "of course" the next?"""
    first = next((word for word in words if word.pos_ in ("NOUN", "PROPN") or word.lower_ in ELSEWHERE), None)
    thanks = any(word.lower_ in WORDS["thanking"] for word in words)
    of_whom = child(words.root, "nsubj")
    thanks = thanks or (of_whom is not None and of_whom.lower_ in ("he", "she", "they"))
    leans = thanks or _opens(words, "leaning") or any(map(_points_back, words))
    return leans or (first is not None and first.pos_ == "PRON")


def _opens(words: Span, kind: str) -> bool:
    """Does a sentence open with one of the words or phrases of a kind?"""
    opening = "_".join(word.lower_ for word in words if word.is_alpha)
    return f"{opening}_".startswith(tuple(f"{phrase}_" for phrase in WORDS[kind]))


def _is_taken_back(text: Text, number: int) -> bool:
    """Does the same voice take it back in the next sentence, "But …", or anybody deny it there: "That is not so."?"""
    voice = text.voice_at(text.bounds[number][0])
    for start, end in text.bounds[number + 1 : number + 2]:
        words = text.parsed(start, end)
        turns = text.voice_at(start) == voice and _opens(words, "turning")
        if turns or words.root.lemma_ in WORDS["denying"] or (len(words) < FEWEST and _is_denial(words)):
            return True
    return False


def _is_weak(words: Span, personal: bool) -> bool:
    """Does a sentence lean on others, deny something, or tell what people say: "The accepted view is that …", and of
    somebody who says "I" also "They say that …"?"""
    root, about = words.root, child(words.root, "nsubj")
    who = about.lower_ if about is not None else ""
    heard = root.lemma_ in WORDS["hearsay"] or (about is not None and about.lemma_ in WORDS["hearsay"])
    told = personal and root.lemma_ in WORDS["saying"] and who not in SELF
    return heard or told or _leans(words) or (_is_denial(words) and who not in SELF)  # "I cannot vote for it"


def _is_denial(words: Span) -> bool:
    """Does a sentence say only what is not so?"""
    return child(words.root, "neg") is not None and not any(one.dep_ == "conj" for one in words.root.rights)


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
    """The sentences that end in a question mark, before or after what closes them, or stand in a turn of somebody who
    asks more than answers: a longer one is a speech."""
    turns, kinds = Counter(own for _, _, own in text.spans), Counter((it.voice, it.kind) for it in text.passages)
    asks = {voice for voice, kind in kinds if kinds[voice, "question"] > kinds[voice, "answer"]}
    brief = {own for own, n in turns.items() if n <= LEADS and text.passages[own].voice in asks}
    return {n for n, (at, end, own) in enumerate(text.spans) if "?" in text.raw[max(at, end - 3) : end] or own in brief}
