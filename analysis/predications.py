"""Predications: what is said of each actor, evaluated or not.

Whom a text blames or praises is a judgement; what it says of them is in its words. In the discourse-historical approach
(Reisigl & Wodak 2001) these are the *predications*: what an actor does, is, undergoes, or is called in passing.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from spacy.tokens import Span, Token

from . import propositions
from .actors import Mention, by_token, called
from .clauses import HELPING, WORDS, joined, offsets, phrase, trimmed
from .codebook import frame
from .propositions import Proposition
from .reports import antecedents
from .text import Text

LONGEST = 12  # words of a predication that are given
MODIFIERS = ("amod", "compound", "nmod")
COLUMNS = "voice holder actor how predication negated asked conditional certainty sentence start end"


def find(text: Text) -> pd.DataFrame:
    """A row a predication, in the order of the text.

    ``actor`` as the stance lens names them; ``how``: "does", "is", "undergoes" or "called" (an epithet or apposition);
    ``predication``: its words, ``LONGEST`` at most, whose offsets are ``start`` and ``end``; ``holder`` says so: the
    innermost source of reported speech, else the ``voice``; negated, asked, conditional, certainty (0..1) as in
    ``text.propositions``, of what is called so in passing False and 1.

    >>> find(Text("The corrupt NATO fled. Iran is no danger."))[["actor", "how", "predication"]].values.tolist()
    [['NATO', 'called', 'corrupt'], ['NATO', 'does', 'fled'], ['Iran', 'is', 'is no danger']]
    """
    rows = [*_predicated(text), *_epithets(text)]
    limits, places = "negated asked conditional", "sentence start end"
    found = frame(rows, COLUMNS, places, "certainty", limits)
    return found.sort_values(["start", "end"], kind="stable", ignore_index=True)


def _predicated(text: Text) -> Iterator[tuple]:
    """What actors do, are, and undergo."""
    for it in propositions.find(text):
        thing = it.kind == "noun" and it.lemma not in WORDS["actions"]  # "the book's second edition"
        if it.patient is None and (thing or it.lemma in WORDS["saying"]):
            continue  # what somebody says is reported speech
        for side, how in ((it.agent, "is" if it.kind == "copula" else "does"), (it.patient, "undergoes")):
            for mention in _actors(text, side):
                start, end = _words(text, it, how)
                voice, limits = text.voice_at(start), (it.negated, it.asked, it.conditional, it.certainty)
                words = " ".join(text.raw[start:end].split())
                yield voice, it.holder, called(mention, voice), how, words, *limits, it.sentence, start, end


def _actors(text: Text, side: Token | None) -> list[Mention]:
    """The actors that one side of a proposition names, or that its pronoun stands for."""
    heads = joined(antecedents(text).get(side.i, side)) if side is not None else []
    named = (by_token(text).get(head.i) for head in heads)
    return [*dict.fromkeys(mention for mention in named if mention is not None)]


def _words(text: Text, it: Proposition, how: str) -> tuple[int, int]:
    """The predicate with what follows it in its clause; of whoever undergoes it, with whoever does it."""
    first, last = it.predicate.i, it.predicate.i + 1
    if it.kind == "copula":  # "may have been fair"
        first = min(first, it.verb.i, *(one.i for one in it.verb.lefts if one.dep_ in HELPING))
    if how == "undergoes":
        near = phrase(it.agent) if it.agent is not None else (first, last)
        around = min(near[0], first), max(near[1], last)
        return offsets(text.doc, around if around[1] - around[0] <= LONGEST else (first, last))
    inner = [one for one in it.predicate.rights if one.dep_ not in ("conj", "cc", "advcl", "punct", "parataxis")]
    last = max([last, *(one.right_edge.i + 1 for one in inner)])
    return offsets(text.doc, trimmed(text.doc, first, min(last, first + LONGEST)))


def _epithets(text: Text) -> Iterator[tuple]:
    """What actors are called in passing: "the corrupt regime in Kabul", "NATO, an aggressor"."""
    for mention in dict.fromkeys(by_token(text).values()):
        named = text.parsed(mention.start, mention.end)
        for first, last in _beside(named):
            start, end = offsets(text.doc, (first, last))
            voice, words = text.voice_at(start), " ".join(text.raw[start:end].split())
            said = ("called", words, False, False, False, 1.0, text.sentence_at(start), start, end)
            yield voice, voice, called(mention, voice), *said


def _beside(named: Span) -> Iterator[tuple[int, int]]:
    """Where the epithets and appositions of a name stand."""
    for one in named.root.children:
        epithet = one.dep_ in MODIFIERS and one.pos_ in ("ADJ", "NOUN") and one.is_lower
        if epithet and one not in named:
            yield one.left_edge.i, one.i + 1
        elif one.dep_ == "appos" and one.pos_ == "NOUN":
            yield phrase(one)
