"""Which propositions are claims of a threat: somebody or something harms, endangers or may harm somebody or something.

``harm.toml`` lists the predicates and says of each list which participants are agent, referent and means of a claim,
and what has to hold. A claim with neither agent nor referent is none.
"""

from __future__ import annotations

import tomllib
from itertools import product
from pathlib import Path
from typing import NamedTuple

from spacy.tokens import Token

from . import propositions
from .actors import by_token, called
from .clauses import child, complements, joined, offsets, phrase, subject
from .propositions import SUPPOSED, Proposition
from .reports import antecedents
from .text import Text

RULES = tomllib.loads((Path(__file__).parent / "codebooks" / "harm.toml").read_text("utf-8"))
LISTS = {name: frozenset(RULES.pop(name).split()) for name in ("empty", "nameless", "prevents")}
BY_WORD: dict[tuple[str, str], list[str]] = {}  # kind of proposition and word -> the rules that it calls
for _name, _rule in RULES.items():
    for _key in product(_rule["of"].split(), _rule["words"].split()):
        BY_WORD.setdefault(_key, []).append(_name)
PARTS = ("agent", "referent", "means")
Part = Token | None
Parts = tuple[Part, Part, Part]
NOTHING: Parts = (None, None, None)
PRONOUN_TAGS = frozenset("PRP PRP$ WP WDT DT EX".split())


class Claim(NamedTuple):
    """A proposition as a claim of a threat; agent, referent and means as tokens and as words."""

    kind: str  # a rule of harm.toml
    it: Proposition
    parts: Parts
    agent: str
    referent: str
    means: str
    certainty: float


def find(text: Text, feared: set[int]) -> list[Claim]:
    """The claims of a text, given which of its tokens name something feared; one for each participant threatened."""
    found, everything = {}, propositions.find(text)
    deeds = {it.predicate: it for it in everything if it.kind == "noun" and _is_harm(it.predicate)}
    for it in everything:
        kind, parts = _read(it, feared)
        parts = agent, referent, means = _through(deeds, *(_meant(part, it) for part in parts))
        who, whom, how = named(text, agent, means), named(text, referent, means), named(text, means, referent)
        if who or whom:
            sure = SUPPOSED if kind == "shields" or _is_averted(it.predicate) else it.certainty
            claim = Claim(kind, it, parts, who, whom * (whom != who), how, sure)
            found.setdefault(referent or agent, claim)
    return list(found.values())


def _through(deeds: dict[Token, Proposition], agent: Part, referent: Part, means: Part) -> Parts:
    """For "the attack that Iran launched" as agent Iran, by an attack; nothing of "plans an attack on X", as the noun
    has a row of its own."""
    if means in deeds and deeds[means].patient is not None and referent is None:
        return NOTHING
    if agent in deeds and deeds[agent].agent is not None:
        return deeds[agent].agent, referent, agent
    return agent, referent, means


def named(text: Text, token: Part, less: Part = None) -> str:
    """Who or what a participant is: the actors named at the heads of its phrase, else its words; "" of a pronoun whose
    meaning is not plain, and of "the situation". What follows a preposition may be told apart: ``less``.

    >>> text = Text("Ankara attacked. Its allies fled.")
    >>> named(text, text.doc[0]), named(text, text.doc[4])
    ('Turkey', 'Its allies')
    """
    if token is None:
        return ""
    token = antecedents(text).get(token.i, token)
    actors = [by_token(text).get(head.i) for head in joined(token)]
    if all(actors):
        return " and ".join(dict.fromkeys(called(it, text.voice_at(it.start)) for it in actors))
    if token.tag_ in PRONOUN_TAGS or token.lemma_.lower() in LISTS["empty"]:
        return ""
    first, last = phrase(token)
    last = less.head.i if less is not None and token.i < less.head.i < last else last
    start, end = offsets(text.doc, (first, last))
    return " ".join(text.raw[start:end].split()).strip("`“”\"‘’'").removesuffix("'s").removesuffix("’s")


def _meant(part: Part, it: Proposition) -> Part:
    """For "a process" in "it is a process that ruins us" what is said to be one."""
    own = subject(part.head) if part is not None and part.dep_ == "attr" else None
    return own if own is not None and own.pos_ in ("NOUN", "PROPN") and own != it.predicate else part


def _is_averted(token: Token) -> bool:
    """Is it taken for granted as what is to be prevented?"""
    above = token.head.head if token.dep_ == "pcomp" else token.head
    return token.dep_ in ("pcomp", "xcomp", "ccomp", "dobj") and above.lemma_ in LISTS["prevents"]


def _keys(it: Proposition) -> list[str]:
    """What rules may know a proposition by: its lemma, an adjective beside its noun, a state that it tells of."""
    if it.kind != "verb":
        return [it.lemma, *(one.lemma_.lower() for one in it.predicate.lefts if one.dep_ == "amod")]
    particle, object_ = child(it.predicate, "prt"), child(it.predicate, "dobj")
    heads = [it.predicate] if object_ is None else [it.predicate, object_]
    states = [f"{prep}_{noun.lemma_}" for head in heads for prep, noun in complements(head)]
    return [*states, it.lemma if particle is None else f"{it.lemma}_{particle.lower_}"]


def _read(it: Proposition, feared: set[int]) -> tuple[str, Parts]:
    """The first rule by which a proposition is a claim, with its agent, referent and means; "" if there is none."""
    kinds = [kind for key in _keys(it) for kind in BY_WORD.get((it.kind, key), ())]
    slots = _slots(it) if kinds else {}
    for kind in kinds:
        rule = RULES[kind]
        agent, referent, means = (next(filter(None, map(slots.get, rule[part].split())), None) for part in PARTS)
        referent = None if referent == agent else referent
        agent = None if agent is not None and agent.lemma_ in LISTS["nameless"] else agent
        true = _facts(it, slots, agent, referent, feared)
        if all((need.removeprefix("no ") in true) is not need.startswith("no ") for need in rule["needs"]):
            return kind, (agent, referent, means)
    return "", NOTHING


def _facts(it: Proposition, slots: dict[str, Token], agent: Part, referent: Part, feared: set[int]) -> set[str]:
    """What is true of a proposition, of all that rules may need."""
    facts = {
        "agent": agent is not None,
        "referent": referent is not None,
        "object": "object" in slots,
        "patient": "patient" in slots,
        "open": not it.negated and (it.certainty < 1 or it.mood != "told"),  # still to come, or no more than possible
        # "X is a threat", "the threat of X", and not "X's threat", which tells of none
        "told": it.kind == "copula" or referent is not None or (agent is not None and agent.head != it.predicate),
    }
    facts |= {f"feared {name}": _is_feared(noun, feared) for name, noun in slots.items()}
    return {name for name, holds in facts.items() if holds}


def _slots(it: Proposition) -> dict[str, Token]:
    """Agent, patient, object, and what each preposition beside the predicate or its object leads to."""
    own = {"agent": it.agent, "patient": it.patient, "object": child(it.predicate, "dobj")}
    near = [it.patient, it.predicate] if it.kind == "verb" else [it.predicate]
    places = {prep: noun for head in near if head is not None for prep, noun in complements(head)}
    for prep, state in [*places.items()]:
        if ("verb", f"{prep}_{state.lemma_}") in BY_WORD:  # "under pressure from"
            places |= dict(complements(state))
    if it.predicate.dep_ == "nsubj" and it.agent is None and "of" not in places:
        own["agent"] = child(it.verb, "attr")  # "the threat to Y is X"
    return places | {name: token for name, token in own.items() if token is not None}


def _is_feared(noun: Token, feared: set[int]) -> bool:
    """Does it name something feared, as "war", "a wave of violence", "dangerous plans"?"""
    inner = [noun, *(object_ for prep, object_ in complements(noun) if prep == "of")]
    return any(one.i in feared or any(map(_is_harm, (one, *one.lefts))) for one in inner)


def _is_harm(noun: Token) -> bool:
    """Does a rule know the word as a noun of harm or danger, or as an adjective beside one?"""
    return ("noun", noun.lemma_.lower()) in BY_WORD
