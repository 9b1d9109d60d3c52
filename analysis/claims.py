"""Which propositions are claims of a threat, and who threatens whom.

The trained encoder (``reader``) is asked of each predicate, in sentences that seem to tell of a threat, whether it is
the claim, and of each noun around a claim whether it is its agent, its referent, or neither. A claim with neither agent
nor referent is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from spacy.tokens import Token

from . import reader
from .actors import by_token, called
from .clauses import VERBAL, WORDS, after, at_risk, child, complements, is_passive, joined, offsets, phrase, subject
from .codebook import load, once
from .names import WORDS as NAMES
from .propositions import ONTO, SUPPOSED, UNREAL, Proposition, extent, owner
from .propositions import find as propositions
from .reports import antecedents, around, holder
from .text import Text

NOMINAL = frozenset("NOUN PROPN PRON".split())
INNER = frozenset("compound det expl nmod".split())  # what a noun is to one that it is a part of
PRONOUN_TAGS = frozenset("PRP PRP$ WP WDT DT EX".split())
TIE = 0.2  # by how much a participant that the parse ties to the predicate is likelier; .1 to .3 give much the same
BY = frozenset("with through via".split())  # what leads to the means of a threat


class Claim(NamedTuple):
    """A proposition as a claim of a threat; agent, referent and means as tokens and as words."""

    it: Proposition
    parts: tuple[Token | None, Token | None, Token | None]
    agent: str
    referent: str
    means: str
    certainty: float
    score: float

    @property
    def roles_agree(self) -> bool:
        """Do parse and encoder agree on who threatens whom? Then both are right half as often again."""
        who, whom = self.it.agent, self.it.patient
        if whom is not None and whom.lemma_ in WORDS["danger"]:
            whom = after(whom, *ONTO)  # "X poses a threat to Y"
        return bool(self.agent and self.referent) and self.parts[:2] == (who, whom)


@once
def find(text: Text) -> list[Claim]:
    """The claims of a text; of several with the same participants in one sentence the likeliest."""
    found: dict[tuple, Claim] = {}
    claimed = likely(text, reader.cut("claim"))
    cues, outer = frozenset(load("threat", text).find(text).start), _enclosing([it for it, _ in claimed])
    dangers = {it.predicate for it, _ in claimed if it.lemma in WORDS["danger"]} - outer
    for it, score in claimed:
        if it.predicate in outer or (_is_asked_for(it.verb) and it.predicate.idx not in cues):
            continue  # "we urge them to lay down their arms", but not "he urged them to kill the king"
        claim = _claim(text, it, score)
        key = it.sentence, claim.agent.casefold(), claim.referent.casefold()
        told = any(key[1:]) and claim.parts[0] not in dangers  # no threat is its own agent
        if told and (key not in found or found[key].score < score):
            found[key] = claim
    return sorted(found.values(), key=lambda claim: claim.it.predicate.i)


def _enclosing(claimed: Sequence[Proposition]) -> set[Token]:
    """Predicates around the one that matters: "seeks to attack", "halted the attack", "the threat of an attack"."""
    outer = {it.verb.head for it in claimed if it.verb.dep_ == "xcomp"}
    outer |= {it.predicate for it in claimed if it.lemma in WORDS["preventing"] | WORDS["ending"]}
    inner = (it.predicate.head.head for it in claimed if it.predicate.dep_ == "pobj")
    return outer | {noun for noun in inner if noun.lemma_ in WORDS["danger"]}


def _claim(text: Text, it: Proposition, score: float) -> Claim:
    parts = agent, referent, means = _participants(text, it)
    who, whom, how = named(text, agent, means), named(text, referent, means), named(text, means, referent)
    who *= agent is not None and agent.lemma_ not in WORDS["danger"]  # "a new threat emerges"
    if agent is not None and (
        vow := next((own for own in around(text, it.predicate)[:1] if own.source == agent), None)
    ):
        it = it._replace(holder=holder(text, vow.cue))  # "X vowed to attack Y": the claim is not X's
    sure = SUPPOSED if _is_to_be_prevented(it.predicate) else it.certainty
    told = {it.lemma, *(one.lower_ for token in (it.predicate, it.predicate.head) for one in token.rights)}
    if it.kind != "noun" and it.negated and told & (WORDS["receding"] | UNREAL):
        sure = 1 - sure  # "the danger is not over", "is not imaginary"
    return Claim(it, parts, who, whom * (whom != who), how, sure, score)


def _is_to_be_prevented(predicate: Token) -> bool:
    above = predicate.head.head if predicate.dep_ == "pcomp" else predicate.head
    return predicate.dep_ in ("pcomp", "xcomp", "ccomp", "dobj") and above.lemma_ in WORDS["preventing"]


def _is_asked_for(verb: Token) -> bool:
    """Does somebody ask for it: "we urge them to", "we call on them to"?"""
    asks = {verb.head.lemma_} & WORDS["asking"] or (verb.head.lemma_ == "call" and after(verb.head, "on", "upon"))
    to = any(one.lower_ == "to" for one in verb.lefts)
    return bool(to and asks) or (verb.dep_ in ("xcomp", "conj", "advcl") and _is_asked_for(verb.head))


def likely(text: Text, least: float) -> list[tuple[Proposition, float]]:
    """The propositions that are claims with a probability of ``least`` or more: that of the sentence, to tell of a
    threat, times that of the predicate, to be the claim if there is one.
    """
    alarm = reader.sentences(text, "threat")
    asked = [it for it in propositions(text) if alarm[it.sentence] >= least and not _is_only_named(it)]
    odds = reader.mentions(text, "claim", [[extent(text, it)] for it in asked])[:, 0]
    scored = [(it, round(own * alarm[it.sentence], reader.DIGITS)) for it, own in zip(asked, odds, strict=True)]
    return [(it, score) for it, score in scored if score >= least]


def _is_only_named(it: Proposition) -> bool:
    """Is it a danger of which no verb says anything, as in a heading: "The flood danger"?"""
    return it.lemma in WORDS["danger"] and it.verb.pos_ not in VERBAL


def _participants(text: Text, it: Proposition) -> tuple[Token | None, Token | None, Token | None]:
    """Agent, referent and means. The means are an object that is neither, or what "with" leads to."""
    place, nouns = extent(text, it), candidates(it.predicate)
    odds = reader.beside(text, place, (noun.idx for noun in nouns))[:, :2]
    odds[[noun in (it.agent, it.patient) for noun in nouns]] += TIE
    if len(nouns) > 1 and (twice := odds.argmax(axis=0))[0] == twice[1]:  # nobody threatens themselves
        odds[twice[0], odds[twice[0]].argmin()] = 0
    agent, referent = _by_parse(it, *(_likeliest(nouns, own) for own in odds.T))
    if it.lemma in WORDS["wielding"] and referent is not None and referent == child(it.predicate, "dobj"):
        referent = after(it.predicate, "at", "on", "against", "into", "over")  # "fired rockets at the town"
    near = [child(it.predicate, "dobj"), *(noun for prep, noun in complements(it.predicate) if prep in BY)]
    return agent, referent, next(filter(partial(_is_means, (agent, referent)), near), None)


def _is_means(others: tuple[Token | None, ...], noun: Token | None) -> bool:
    return noun is not None and noun not in others and noun.lemma_ not in WORDS["danger"]


def _by_parse(it: Proposition, agent: Token | None, referent: Token | None) -> tuple[Token | None, Token | None]:
    """Agent and referent where the parse knows better than the encoder: "X faces Y", "the threat to X is Y"."""
    agent = _by_noun(it) or _before(it.verb, agent)
    if agent is not None and agent in _harmed(it):
        agent, referent = None, referent or agent
    elif (noun := at_risk(it.predicate)) is not None:
        agent, referent = after(noun, "from", "of", "by"), subject(it.verb)
    elif it.kind != "noun" and it.lemma in WORDS["suffering"]:
        agent, referent = it.patient, it.agent
    elif it.kind == "verb" and agent is None and it.agent not in (referent, *_harmed(it)):
        agent = referent and it.agent  # whose act it is the parse knows
    return _around_danger(it, agent, referent)


def _before(verb: Token, agent: Token | None) -> Token | None:
    """Nobody who comes behind a clause in the passive has done it: "after some were killed, young men joined"."""
    return None if agent is not None and is_passive(verb) and agent.i > verb.right_edge.i else agent


def _by_noun(it: Proposition) -> Token | None:
    """Whose a noun of action is, or who is said to be it: "it is a Russian attack", "the threat is Iran"."""
    if it.kind == "noun" and it.agent is not None and it.agent.dep_ == "attr":
        return it.agent
    return owner(it.predicate) if it.kind != "verb" and it.lemma in WORDS["actions"] - WORDS["suffered"] else None


def _around_danger(it: Proposition, agent: Token | None, referent: Token | None) -> tuple[Token | None, Token | None]:
    """Whom "X is the danger", "the threat facing X", "X faces a threat from Y" name, instead of the threat itself."""
    equated = it.kind == "copula" and it.lemma in WORDS["danger"] and referent == it.agent
    if referent is not None and (equated or referent.lemma_ in WORDS["danger"]):
        agent, referent = referent, agent
    if agent is not None and agent.lemma_ in WORDS["danger"]:
        agent = after(agent, "from", "by") or agent
    return agent, referent


def _harmed(it: Proposition) -> tuple[Token | None, ...]:
    """Who can be no agent: whom a verb in the passive is about, or one of loss."""
    passive = it.kind == "verb" and is_passive(it.predicate)
    return (it.patient,) * passive + (it.agent,) * (it.kind == "verb" and it.lemma in WORDS["losing"])


def candidates(predicate: Token) -> list[Token]:
    """The nouns and pronouns of its sentence that may be participants of a predicate: not who is told of it, or asked
    for it, as in "we warn Iran that", "they urged Iran to".
    """
    above = (it for it in predicate.ancestors if it.lemma_ in WORDS["asking"])
    told = {one for verb in above for one in verb.children if one.dep_ in ("dobj", "dative", "nsubjpass")} | {predicate}
    nouns = (it for it in predicate.sent if it.pos_ in NOMINAL and it.dep_ not in INNER)
    return [it for it in nouns if not (it in told or _is_absent(it))]


def _is_absent(noun: Token) -> bool:
    """Is it missing, "without rain", or named by a headline for what follows: "Statement by Ann Lee on the attack"?"""
    by = noun.head.lower_ == "by" and noun.head.head.lower_ in NAMES["speech"]
    return noun.dep_ == "pobj" and (by or noun.head.lower_ == "without")


def _likeliest(nouns: list[Token], odds: np.ndarray) -> Token | None:
    return nouns[odds.argmax()] if nouns and odds.max() >= reader.cut("role") else None


def named(text: Text, token: Token | None, less: Token | None = None) -> str:
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
    if (token.tag_ in PRONOUN_TAGS and child(token, "relcl") is None) or token.lemma_.lower() in WORDS["empty"]:
        return ""
    first, last = _named_by(token)
    last = less.head.i if less is not None and token.i < less.head.i < last else last
    start, end = offsets(text.doc, (first, last))
    return " ".join(text.raw[start:end].split()).strip("`“”\"‘’'").removesuffix("'s").removesuffix("’s")


def _named_by(token: Token) -> tuple[int, int]:
    """A noun phrase, with its relative clause where that tells who is meant: "those who lie", "dogs that bite"."""
    who, (first, last) = child(token, "relcl"), phrase(token)
    first += token.doc[first].lower_ == "that" and first < token.i  # "fears that climate change"
    if who is None or who.left_edge.i > token.i + 1:
        return first, last
    bare = token.pos_ == "PRON" or token.left_edge == token
    return first, who.right_edge.i + 1 if bare else last
