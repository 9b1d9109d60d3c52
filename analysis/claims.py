"""Which propositions are claims of a threat: somebody or something harms, endangers or may harm somebody or something.

``harm.toml`` lists the predicates by what they make of their participants. Each rule below reads one kind of
proposition as kind of claim, agent, referent and means; where one of its parts is missing that it needs, there is none.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from spacy.tokens import Token

from . import propositions
from .actors import called, mentions
from .clauses import WORDS, child, complements, joined, offsets, phrase, subject
from .propositions import SUPPOSED, Proposition
from .reports import antecedents
from .text import Text

_LISTS = tomllib.loads((Path(__file__).parent / "codebooks" / "harm.toml").read_text("utf-8"))
HARM = {name: frozenset(words.split()) for name, words in _LISTS.items()}
TOWARD = ("to", "for", "against", "on", "upon", "toward", "towards")
PRONOUNS = frozenset("PRP PRP$ WP WDT DT EX".split())
Parts = tuple[str, Token | None, Token | None, Token | None]  # kind, agent, referent, means


class Claim(NamedTuple):
    """A proposition as a claim of a threat; agent, referent and means as tokens and as words."""

    kind: str  # a list of harm.toml
    it: Proposition
    parts: tuple[Token | None, Token | None, Token | None]
    agent: str
    referent: str
    means: str
    certainty: float

    @property
    def sentence(self) -> int:
        return self.it.sentence


def find(text: Text, feared: set[int]) -> list[Claim]:
    """The claims of a text, given which of its tokens name something feared; one for each participant threatened."""
    found, everything = {}, propositions.find(text)
    deeds = {it.predicate: it.agent for it in everything if it.agent is not None and it.lemma in HARM["blows"]}
    for it in everything:
        kind, *parts = RULES[it.kind](it, feared) or ("",)
        agent, referent, means = map(_meant, parts) if kind else (None, None, None)
        if agent in deeds:  # "the attack that Iran launched killed": Iran, by an attack
            agent, means = deeds[agent], agent
        if agent is not None and agent.lemma_ in HARM["nameless"]:
            agent = None
        who, whom, how = (named(text, one) for one in (agent, referent, means))
        if (whom and whom != who) or (who and (kind in HARM["untold"] or referent is not None)):
            taken_for_granted = kind == "shields" or _averted(it.predicate)
            sure = SUPPOSED if taken_for_granted else it.certainty
            claim = Claim(kind, it, (agent, referent, means), who, whom * (whom != who), how, sure)
            found.setdefault(referent if referent is not None else agent, claim)
    return list(found.values())


def named(text: Text, token: Token | None) -> str:
    """Who or what a participant is: the actors named at the heads of its phrase, else its words; "" of a pronoun whose
    meaning is not plain, and of "the situation".

    >>> text = Text("Ankara attacked. Its allies fled.")
    >>> named(text, text.doc[0]), named(text, text.doc[4])
    ('Turkey', 'Its allies')
    """
    if token is None:
        return ""
    token = antecedents(text).get(token.i, token)
    actors = [_actor(text, head) for head in joined(token)]
    if all(actors):
        return " and ".join(dict.fromkeys(actors))
    if token.tag_ in PRONOUNS or token.lemma_.lower() in HARM["empty"]:
        return ""
    start, end = offsets(text.doc, phrase(token))
    return " ".join(text.raw[start:end].split()).strip("`“”\"‘’'").removesuffix("'s").removesuffix("’s")


def _actor(text: Text, head: Token) -> str:
    found = mentions(text)
    at = bisect_right(found, head.idx, key=attrgetter("start")) - 1
    inside = at >= 0 and head.idx < found[at].end
    return called(found[at], text.voice_at(head.idx)) if inside else ""


def _meant(part: Token | None) -> Token | None:
    """For "a process" in "it is a process that ruins us" what is said to be one."""
    own = subject(part.head) if part is not None and part.dep_ == "attr" else None
    return own if own is not None and own.pos_ in ("NOUN", "PROPN") else part


def _averted(token: Token) -> bool:
    """Is it taken for granted as what is to be prevented?"""
    above = token.head.head if token.dep_ == "pcomp" else token.head
    return token.dep_ in ("pcomp", "xcomp", "ccomp", "dobj") and above.lemma_ in HARM["prevents"]


def _quality(it: Proposition, feared: set[int]) -> Parts | None:
    """ "X is a threat to Y", "X is dangerous for Y", "Y is vulnerable to X"."""
    beside = dict(complements(it.predicate))
    said = {it.lemma, *(one.lemma_.lower() for one in it.predicate.lefts if one.dep_ == "amod")}
    if it.lemma in HARM["perils"]:
        return "perils", it.agent, _first(beside, (*TOWARD, "of")), None
    if said & HARM["exposed"]:
        return "exposed", _first(beside, ("to", "from")), it.agent, None
    if said & HARM["dangerous"]:
        return "dangerous", it.agent, _first(beside, TOWARD), None
    return ("blows", it.agent, it.patient, None) if it.lemma in HARM["blows"] else None


def _deed(it: Proposition, feared: set[int]) -> Parts | None:
    """ "X poses a threat to Y", "the threat of X", "X's attack on Y", "dangerous actions by X"."""
    noun, beside = it.predicate, dict(complements(it.predicate))
    toward = _first(beside, TOWARD)
    if it.lemma in HARM["blows"]:
        mere = it.agent is None and it.lemma in WORDS["suffered"]  # "the killing of X"
        return None if mere or it.patient is beside.get("for") else ("blows", it.agent, it.patient, None)
    if it.lemma not in HARM["perils"]:
        return ("dangerous", it.agent, toward or beside.get("in"), None) if _is_dangerous(noun) else None
    source = it.agent if it.agent is not None else _first(beside, ("from", "of"))
    if toward is None and source is not None and source.lemma_ in HARM["blows"]:  # "the threat of strikes on Y"
        toward = _first(dict(complements(source)), TOWARD)
    if toward is None and it.patient is not source:
        toward = it.patient
    bare = toward is None and source is not None and source.head == noun  # "the Russian threat"
    return None if bare else ("perils", source, toward, None)


def _act(it: Proposition, feared: set[int]) -> Parts | None:
    """ "X threatens Y", "X puts Y at risk", "X breaks out", "X uses Z against Y"."""
    verb, particle, own = it.predicate, child(it.predicate, "prt"), child(it.predicate, "dobj")
    lemma = f"{it.lemma}_{particle.lower_}" if particle is not None else it.lemma
    beside = dict(complements(verb))
    if it.lemma in HARM["into"] and (state := _state(verb)) is not None:
        cause = _first(beside | dict(complements(state)), ("of", "from", "by"))
        return ("exposed", cause, it.agent, None) if own is None else ("exposed", it.agent, own, None)
    if lemma in HARM["turned"] and "against" in beside:
        return "turned", it.agent, beside["against"], own
    if lemma in HARM["shields"] and (source := _first(beside, ("from", "against"))) is not None:
        return "shields", source, it.patient, None
    if own is None and lemma in HARM["perishes"] and _is_open(it):
        return "perishes", _first(beside, ("from", "by")), it.agent, None
    if own is None and lemma in HARM["arises"] and _is_feared(it.agent, feared):
        return "arises", it.agent, _first(beside, ("in", "across", "to", "into", "over", "among", "between")), None
    return _done(it, lemma, beside, feared)


def _done(it: Proposition, lemma: str, beside: dict[str, Token], feared: set[int]) -> Parts | None:
    """ "X harms Y with Z"; where what is feared is the object, "Y faces X", "X provokes a war with Y"."""
    if _is_feared(it.patient, feared):
        if lemma in HARM["suffers"]:
            return "suffers", it.patient, it.agent, None
        toward = _first(beside | dict(complements(it.patient)), (*TOWARD, "in", "with"))
        return ("brings", it.agent, toward, it.patient) if lemma in HARM["brings"] else None
    harms = lemma in HARM["harms"] or (lemma in HARM["could_harm"] and _is_open(it))
    means = _first(beside, ("with", "through", "via"))
    return ("harms", it.agent, it.patient, means) if harms and it.patient is not None else None


RULES = {"copula": _quality, "noun": _deed, "verb": _act}


def _state(verb: Token) -> Token | None:
    """The state in "is at risk", "puts them in danger"."""
    heads = [one for one in (verb, child(verb, "dobj")) if one is not None]
    states = (noun for head in heads for prep, noun in complements(head) if f"{prep}_{noun.lemma_}" in HARM["state"])
    return next(states, None)


def _first(beside: dict[str, Token], prepositions: tuple[str, ...]) -> Token | None:
    return next((beside[one] for one in prepositions if one in beside), None)


def _is_feared(noun: Token | None, feared: set[int]) -> bool:
    """Does it name something feared, as "war", "a wave of violence", "dangerous plans"?"""
    inner = [noun, *(object_ for prep, object_ in complements(noun) if prep == "of")] if noun is not None else []
    return any(one.i in feared or one.lemma_ in HARM["perils"] | HARM["blows"] or _is_dangerous(one) for one in inner)


def _is_dangerous(noun: Token) -> bool:
    return any(one.lemma_.lower() in HARM["dangerous"] for one in noun.lefts if one.dep_ == "amod")


def _is_open(it: Proposition) -> bool:
    """Is it told as still to come, or as no more than possible?"""
    return not it.negated and (it.certainty < 1 or not it.factual)
