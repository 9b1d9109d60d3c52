"""Excerpts that a language model judged, sentence by sentence, by written rules: what the encoder learns to read from.

A row of ``judged.jsonl`` is an excerpt of some 300 words: of a public corpus (``corpus``, ``id``, ``start`` and ``end``
in it, and the beginning of the excerpt's SHA-256, ``sha``), or of our own writing (``raw``). Offsets count from the
excerpt's beginning:

=========  ===========================================================================================================
sentences  [start, end, flags]: H hedged, B boosted, T tells of a threat
mentions   [start, end, sign] of an actor: "-" spoken ill of, "+" spoken well of, "0" neither, "p" a place, "x" no actor
claims     [start, end, agent, referent, certainty] of a threat: the predicate, both sides ([start, end] or null), and
           "stated", "likely", "possible" or "denied"
=========  ===========================================================================================================

A language model judged, by these rules. Hedged: who speaks, or whoever's words are passed on, does not commit to what
is said (epistemic "may", "likely", "appear", "I think", "alleged"); not ability, permission, duty, hope, plain
attribution, conditions or questions. Boosted: certainty put into words ("of course", "in fact", "no doubt"). Threat:
an agent, event or development harms, endangers or may harm somebody or something, told as danger or as a charge; not
plain reports of crime, accident or battle. Mention: what the sentence, in the voice that utters it, makes of the
actor; a reported accusation counts as ill, who merely speaks, suffers, wins or loses as neither, and so does what is
in doubt. Certainty: stated flatly; likely; possible, or on a condition; denied.

A second reading of 96 excerpts agrees with the first by F1 .92 on hedged, .89 on boosted, .84 on threats, and by macro
F1 .92 on what is made of a mention.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from spacy.tokens import Token

from .. import propositions
from ..actors import Mention
from ..claims import candidates
from ..propositions import extent
from ..reader import Stretch, marked, placed, plain
from ..text import Text, TextError

FILE = Path(__file__).with_name("judged.jsonl")
BLOCK = 40  # sentences that are taken to come from one article where the corpus does not say
APART = 5  # one article in so many is kept for the figures
FLAGS = {"hedged": "H", "boosted": "B", "threat": "T"}
SIGNS = dict(zip("-0+", range(3), strict=True))  # as UPPER["stance"] counts them


class Example(NamedTuple):
    """A stretch or, of a passage, several in order; what is true of them; are they kept for the figures?

    Where the question is of single nouns, ``places`` has the piece that each begins with, and ``truth`` an answer each.
    """

    stretches: tuple[Stretch, ...]
    truth: float | tuple[float, ...]
    apart: bool
    places: tuple[int, ...] = ()


def rows(path: Path) -> list[dict]:
    """The rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def is_apart(group: object) -> bool:
    """Is a group (an article, a block of neighbours) kept for the figures? The same on every machine."""
    return int(sha256(str(group).encode()).hexdigest(), 16) % APART == 0


def apart(corpus: str, found: list[dict]) -> list[bool]:
    """Which rows of a public corpus are kept for the figures: whole articles, or blocks where none are told.

    In CoNLL-2010 sure and unsure sentences stand apart: of either kind every fifth block.
    """
    if corpus == "hedging":
        return [number // BLOCK % APART == 0 for number in range(len(found))]
    if corpus in ("stance", "relations"):
        block: dict[str, int] = {}  # a sentence stays where it was first met
        places = (block.setdefault(row["text"], number // BLOCK) for number, row in enumerate(found))
        return [is_apart(f"{corpus} {place}") for place in places]
    return [is_apart(row["article" if corpus == "threat" else "id"]) for row in found]


def excerpts(gold: Path) -> list[dict]:
    """The rows, those from a corpus with their words too. TextError where the corpus has others."""
    articles: dict[str, list[str]] = {}
    for row in rows(gold / "threat.jsonl"):
        articles.setdefault(row["article"], []).append(row["text"])
    texts = {name: "\n\n".join(lines) for name, lines in articles.items()}
    texts |= {row["id"]: row["text"] for row in rows(gold / "attributions.jsonl")}
    texts |= {row["id"]: "\n\n".join(map(" ".join, row["paragraphs"])) for row in rows(gold / "segments.jsonl")}
    found = rows(FILE)
    for row in found:
        if "raw" not in row:
            row["raw"] = texts[row["id"]][row["start"] : row["end"]]
            if not sha256(row["raw"].encode()).hexdigest().startswith(row["sha"]):
                raise TextError(f"{FILE.name}: the corpus {row['corpus']} has other words for {row['id']}")
    return found


def mentions(judged: list[dict], asked: Callable[[Text, Mention], bool] = lambda *_: True) -> list[Example]:
    """What is made of each actor who is ``asked`` about: the place in UPPER["stance"]."""
    found = []
    for row in judged:
        for start, end, sign in row["mentions"]:
            named = Mention(start, end, row["raw"][start:end], "given")
            if sign in SIGNS and (around := _sentence(row, start)) and asked(_text(row["raw"]), named):
                stretch = marked(row["raw"][slice(*around)], (start - around[0], end - around[0]))
                found.append(Example((stretch,), SIGNS[sign], is_apart(row["id"])))
    return found


def sentences(judged: list[dict]) -> list[Example]:
    """What was judged of each sentence: hedged, boosted, threat; and does it speak well or ill of somebody?"""
    found = []
    for row in judged:
        for start, end, flags in row["sentences"]:
            sided = any(start <= at < end and sign in "+-" for at, _, sign in row["mentions"])
            truth = (*(float(flag in flags) for flag in FLAGS.values()), float(sided))
            found.append(Example((plain(row["raw"][start:end]),), truth, is_apart(row["id"])))
    return found


def claims(judged: list[dict]) -> list[Example]:
    """The predicates of the sentences that tell of a threat: is this one the claim?"""
    found = []
    for row in judged:
        alarming = [(start, end) for start, end, flags in row["sentences"] if FLAGS["threat"] in flags]
        predicates = _predicates(_text(row["raw"])) if alarming else {}
        for first, last in sorted(predicates):
            if around := next(((start, end) for start, end in alarming if start <= first < end), None):
                told = any(first < end and start < last for start, end, *_ in row["claims"])
                stretch = marked(row["raw"][slice(*around)], (first - around[0], last - around[0]))
                found.append(Example((stretch,), float(told), is_apart(row["id"])))
    return found


def roles(judged: list[dict]) -> list[Example]:
    """The predicates of claims: which noun beside one is its agent, its referent, or neither (the place in ROLES)?"""
    return [example for row in judged for claim in row["claims"] for example in _roles(row, *claim[:4])]


def _roles(row: dict, start: int, end: int, *sides: list[int] | None) -> Iterator[Example]:
    """Those of one claim, of each predicate that its words hold."""
    text = _text(row["raw"])
    parts = [text.parsed(*side).root if side else None for side in sides]
    for span, predicate in _within(_predicates(text), start, end):
        first, last = _sentence(row, span[0]) or (0, 0)
        if first < last:
            nouns = [it for it in candidates(predicate) if first <= it.idx < last]
            moved = span[0] - first, span[1] - first
            stretch, places = placed(row["raw"][first:last], [moved], [it.idx - first for it in nouns])
            told = {at: _role(parts, it) for at, it in zip(places, nouns, strict=True)}
            told.pop(0, None)  # what does not fit in
            if told:
                yield Example((stretch,), tuple(told.values()), is_apart(row["id"]), tuple(told))


def _within(predicates: dict[tuple[int, int], Token], start: int, end: int) -> list[tuple[tuple[int, int], Token]]:
    """Those between two offsets, in order."""
    return sorted((span, token) for span, token in predicates.items() if span[0] < end and start < span[1])


def _role(parts: list[Token | None], noun: Token) -> int:
    return parts.index(noun) if noun in parts else len(parts)


@cache
def _text(raw: str) -> Text:
    """An excerpt, parsed once for its claims and their roles."""
    return Text(raw)


def _predicates(text: Text) -> dict[tuple[int, int], Token]:
    """Where the predicates of a text stand, and their tokens."""
    return {extent(text, it): it.predicate for it in propositions.find(text)}


def _sentence(row: dict, at: int) -> tuple[int, int] | None:
    return next(((start, end) for start, end, _ in row["sentences"] if start <= at < end), None)
