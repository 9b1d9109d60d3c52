"""Propositions: the parse as rows, who does, is or suffers what, who says so, and how surely.

Predication in the sense of Reisigl & Wodak (2001): a verb, a copula with its complement or a noun of action, with
whoever is told to act and whoever is acted upon. Commitment after Hyland (2005): what a hedge governs follows from the
parse, as Vincze et al. (2008) annotate it by hand: its own clause, or the clause that it takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

import pandas as pd
from spacy.tokens import Span, Token

from . import clauses, reports
from .clauses import HELPING, VERBAL, WORDS, after, agent, child, governor, offsets, patient, phrase, shares, subject
from .codebook import Cue, frame, load, once

ASKED, SUPPOSED = 0.4, 0.5  # the certainty that a question, and that a condition, leaves
MOODS = {"planned": 0.7, "due": 0.5}  # and that a wish or plan, and a duty, leaves
DUTIES = frozenset("should must shall ought".split())
BOOSTERS = frozenset({"booster", "certain", "certitude"})
INVERTED = ("should", "were", "had")  # before their subject they make a condition: "had they left"
CONDITIONS = frozenset("if unless provided lest".split())
TAKES = frozenset("ccomp xcomp acl csubj csubjpass".split())  # the clauses that a hedge may take
ONTO = ("of", "to", "over", "for", "toward", "towards", *clauses.UPON)  # before what a noun of action is done to
UNREAL = WORDS["untrue"] | WORDS["played_down"]
COPULAS = frozenset("be become remain seem".split())


class Proposition(NamedTuple):
    """A predicate with its participants, as tokens of ``text.doc``, who says so, and what limits it."""

    kind: str  # verb, copula or noun
    predicate: Token  # the verb, the complement of a copula, or the noun
    verb: Token  # of its clause
    agent: Token | None
    patient: Token | None
    sentence: int
    holder: str
    negated: bool
    asked: bool
    conditional: bool
    mood: str  # told (as done or under way), open (to come, possible), planned or due
    certainty: float = 1.0

    @property
    def lemma(self) -> str:
        return self.predicate.lemma_.lower()


def table(text) -> pd.DataFrame:
    """A row a proposition: start, end (of the predicate), sentence, voice, holder, predicate, agent, patient,
    agent_start, agent_end, patient_start, patient_end, negated, asked, conditional, certainty.

    ``holder`` says so: the innermost source of reported speech, else the voice. Pronouns are resolved where the subject
    before is plain. Of what is not named the words are "" and the offsets -1. ``certainty`` is 0 (flatly denied) to 1.
    """
    rows = []
    for it in find(text):
        start, end = extent(text, it)
        who, whom = (_named(text, one) for one in (it.agent, it.patient))
        words = (text.raw[slice(*span)] for span in ((start, end), who, whom))
        limits = (it.negated, it.asked, it.conditional, it.certainty)
        rows.append((start, end, it.sentence, text.voice_at(start), it.holder, *words, *who, *whom, *limits))
    places, limits = "agent_start agent_end patient_start patient_end", "negated asked conditional"
    columns = f"start end sentence voice holder predicate agent patient {places} {limits} certainty"
    return frame(rows, columns, f"start end sentence {places}", "certainty", limits)


def _named(text, token: Token | None) -> tuple[int, int]:
    """Where the words stand that name an agent or patient, or what its pronoun stands for; (-1, -1) of nobody."""
    return (-1, -1) if token is None else offsets(text.doc, phrase(reports.antecedents(text).get(token.i, token)))


def extent(text, it: Proposition) -> tuple[int, int]:
    """The words of the predicate: a verb with its particle, a copula up to its complement, a noun."""
    at = it.predicate.i
    places = {at, it.verb.i} if it.kind == "copula" else {at}
    places |= {one.i for one in it.predicate.rights if one.dep_ == "prt" and one.i == at + 1}
    return offsets(text.doc, (min(places), max(places) + 1))


@once
def find(text) -> list[Proposition]:
    """Every predicate with at least one participant, in the order of the text."""
    found, hedges = [], defaultdict(list)
    for sentence, *hedge in _hedges(text):
        hedges[sentence].append(hedge)
    for number, bounds in enumerate(text.bounds):
        for token in text.parsed(*bounds):
            kind, predicate, verb, who, whom = _predication(token)
            if who is None and whom is None:
                continue
            negated, *limits = _limits(kind, predicate, verb, (who, whom, predicate))
            denied = any(one.denied for one in reports.around(text, predicate))
            once_only = denied and _is_negated(verb.head)  # "has not threatened to"
            negated = negated != denied or once_only
            held = reports.holder(text, predicate)
            it = Proposition(kind, predicate, verb, who, whom, number, held, negated, *limits)
            strengths = [left for head, takes_clause, left in hedges[number] if governs(head, takes_clause, it)]
            found.append(it._replace(certainty=_certainty(it, strengths)))
    return found


# --- predicates and their participants


def _predication(token: Token) -> tuple[str, Token, Token, Token | None, Token | None]:
    """What a word predicates of whom: kind, predicate, verb, agent, patient; nobody's if it is no predicate."""
    if token.pos_ in VERBAL and token.dep_ not in HELPING:
        complement = child(token, "attr", "acomp") if token.lemma_ in COPULAS else None
        if complement is not None:
            return "copula", complement, token, subject(token), after(complement, *ONTO)
        if token.dep_ not in ("amod", "prep", "compound"):  # "the remaining", "including"
            return "verb", token, token, agent(token), patient(token)
    elif token.pos_ == "NOUN" and token.dep_ != "attr":
        lemma = token.lemma_.lower()
        ends = lemma.endswith(tuple(WORDS["endings"])) and lemma not in WORDS["no_actions"]
        if ends or lemma in WORDS["actions"]:
            return "noun", token, governor(token), *_sides(token)
    return "", token, token, None, None


def _sides(noun: Token) -> tuple[Token | None, Token | None]:
    """Who acts and upon whom, by a noun: "Turkey's attack on Syria", "Turkish attacks", "Syria's defeat by Turkey"."""
    own, bearer = owner(noun), _bearer(noun)
    onto = after(noun, *ONTO) or (bearer and after(bearer, "to"))
    if own is None and after(noun, *clauses.UPON) is not None:
        own, onto = after(noun, "of"), after(noun, *clauses.UPON)  # "the entry of troops into Egypt"
    if onto is None and noun.lemma_ in WORDS["suffered"]:
        own, onto = None, own  # "Smith's arrest"
    return after(noun, "by") or own or (bearer and agent(bearer)) or _equated(noun), onto


def _equated(noun: Token) -> Token | None:
    """Who is said to be the danger: "the threat to X is Y", but not "the threat is a myth"."""
    danger = noun.dep_ == "nsubj" and noun.lemma_ in WORDS["danger"]
    return child(noun.head, "attr") if danger and _verdict_on(noun) is None else None


def owner(noun: Token) -> Token | None:
    """Whose a noun of action is: "Turkey's attack", "Turkish attacks"."""
    named = (one for one in noun.lefts if one.dep_ in ("amod", "compound", "nmod") and one.text[0].isupper())
    return child(noun, "poss") or next(named, None)


def _bearer(noun: Token) -> Token | None:
    """The verb that lends a noun its subject: "X launched an attack", "the threat that X poses", "X engages in"."""
    above = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ in ("in", "to") else noun.head
    if noun.dep_ in ("dobj", "pobj") and above.lemma_ in WORDS["light" if noun.dep_ == "dobj" else "engaging"]:
        return above
    below = (one for one in noun.rights if one.dep_ in ("relcl", "acl") and one.lemma_ in WORDS["light"])
    return next(below, None)  # "the threat that X poses", "the threat posed by X"


# --- limits: is it denied, asked, on a condition, wanted or due?


def _limits(kind: str, predicate: Token, verb: Token, named: Sequence[Token | None]) -> tuple[bool, bool, bool, str]:
    nobody = any(map(clauses.is_nobody, named))
    if kind == "noun" and (word := _verdict_on(predicate)) is not None:
        verb, denied = word.head, word.lemma_ in UNREAL
        return nobody or denied != _is_denied(verb), _is_asked(verb), _is_supposed(verb), _mood(verb)
    if kind == "noun" and not (_bearer(predicate) or clauses.at_risk(predicate) or _equated(predicate)):
        return nobody, False, False, "told"  # what no verb brings about is granted: "the war was not needed"
    return nobody or _is_denied(verb), _is_asked(verb), _is_supposed(verb), _mood(verb)


def _is_asked(verb: Token) -> bool:
    return any("?" in token.text for token in verb.sent[-3:])  # before or after what closes the sentence


def _verdict_on(noun: Token) -> Token | None:
    """The word by which a danger, or what it is of, is said to be real or not: "the threat of an attack is a myth"."""
    above = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "of" else noun
    if above.lemma_ not in WORDS["danger"] or above.dep_ != "nsubj":
        return None
    said = child(above.head, "attr", "acomp")
    plain = said is not None and said.tag_ in ("NN", "JJ") and not any(one.lower_ == "the" for one in said.lefts)
    return said if plain and said.lemma_ in UNREAL | WORDS["true"] else None  # but not "is the lies that they tell"


def _is_denied(verb: Token) -> bool:
    """Is it said not to be so: "not", "no longer", "failed to", "without", "nobody believes that"?"""
    denied = child(verb, "neg") or any(one.lower_ == "longer" and child(one, "neg") for one in verb.children)
    if denied and {one.lower_ for one in verb.children}.isdisjoint(("just", "only", "merely", "simply")):
        return True
    return (
        _is_passed_over(verb, verb.head)
        or _is_denied_above(verb, verb.head)
        or (shares(verb) and _is_denied(verb.head))
    )


def _is_denied_above(verb: Token, above: Token) -> bool:
    """Does the word deny it on which its clause depends?"""
    if verb.dep_ in ("acl", "relcl") and clauses.is_nobody(above):  # "no plan to leave", "no evidence that"
        return _is_content(verb) and above.lemma_ not in ("doubt", "question")
    said = child(above, "acomp", "attr") or above  # "it is false that", "it is not true that"
    negated = _is_negated(above)
    if said.lemma_ in WORDS["untrue"] and _is_content(verb):
        return not negated
    if verb.dep_ in ("xcomp", "pcomp") and not WORDS["failing"].isdisjoint((said.lemma_, above.lower_)):
        return True
    if verb.dep_ == "xcomp":
        return _is_denied(above)
    return negated and verb.dep_ == "ccomp" and _is_open_to(above, said)


def _is_passed_over(verb: Token, above: Token) -> bool:
    """Is something else done: "instead of attacking", "rather than attack", "talk rather than attack"?"""
    instead = above.lower_ == "of" and any(one.lower_ == "instead" for one in (above.head, *above.lefts))
    joint = child(above, "cc") if verb.dep_ == "conj" else verb
    return instead or (joint is not None and any(one.lower_ == "rather" for one in joint.lefts))


def _is_open_to(above: Token, said: Token) -> bool:
    """Does it deny its clause if it is denied: "believe", "be true", "X lets them", but not "let them"?"""
    return said.lemma_ in WORDS["believing"] or (said.lemma_ in WORDS["allowing"] and subject(above) is not None)


def _is_negated(verb: Token) -> bool:
    return child(verb, "neg") is not None or clauses.is_nobody(subject(verb))


def _is_content(verb: Token) -> bool:
    """Does its clause say what is believed, planned, claimed: "the lie that …", "a plan to …"; not "a man who …"?"""
    that = any(one.lower_ == "that" and one.dep_ in ("mark", "advmod") for one in verb.lefts)
    return verb.dep_ in ("acl", "ccomp") or (verb.dep_ == "relcl" and that)


def is_rejected(token: Token) -> bool:
    """Does a word stand in a clause that the word above it denies: "it is not true that", "no evidence that"?"""
    verb = governor(token)
    return verb.dep_ in ("ccomp", "acl", "relcl") and _is_denied_above(verb, verb.head)


def _is_supposed(verb: Token) -> bool:
    """Is it a condition, "if they leave", "should they leave", or does it hold on one, as in "if X, we go, we hit"?"""
    joined = (one for one in verb.lefts if one.dep_ == "ccomp" and child(one, "mark") is None)
    if any(map(_has_condition, (verb, *joined) if verb.lemma_ not in WORDS["saying"] else (verb,))):
        return True
    return (verb.dep_ in ("xcomp", "conj", "ccomp") or _is_in_situation(verb)) and _is_supposed(governor(verb.head))


def _is_in_situation(verb: Token) -> bool:
    """Does its clause say what a verb above places it in: "we could face a situation where they starve"?"""
    return verb.dep_ == "relcl" and verb.head.dep_ in ("dobj", "pobj") and verb.head.lemma_ in WORDS["empty"]


def _has_condition(verb: Token) -> bool:
    lefts = {one.lower_ if one.tag_ != "MD" else "will" for one in verb.lefts}
    return {"without", "will"} <= lefts or any(_is_condition(clause, verb) for clause in (verb, *verb.children))


def _is_condition(clause: Token, verb: Token) -> bool:
    """Does a clause make another one depend on it: "if they leave", "had they left"?"""
    helper, own = child(clause, "aux"), child(clause, "nsubj")
    turned = helper is not None and own is not None and helper.i < own.i and helper.lower_ in INVERTED
    if clause.dep_ == "ccomp":
        return turned and clause.i > verb.i  # "could have won had they wished to"
    return clause.dep_ == "advcl" and (turned or any(one.lower_ in CONDITIONS for one in clause.lefts))


def _mood(verb: Token) -> str:
    """Is it told as done or under way ("told"), as to come ("open": will, may), as wanted ("planned"), or as due?

    Of infinitives only those after "began to" and the like are told.
    """
    helpers = {one.lower_: one.tag_ for one in verb.children if one.dep_ in HELPING}
    if "MD" in helpers.values():
        return "due" if DUTIES & helpers.keys() else "open"
    if _is_wanted(verb, helpers):
        return "planned"
    if verb.dep_ == "xcomp" or shares(verb) or _is_in_situation(verb) or (verb.dep_, verb.tag_) == ("ccomp", "VB"):
        return _mood(governor(verb.head))
    imperative = (verb.tag_, verb.dep_) == ("VB", "ROOT") and child(verb, "nsubj") is None
    return "due" if imperative else "told"


def _is_wanted(verb: Token, helpers: Container[str]) -> bool:
    """Is it no more than aimed at: "want to leave", but not "begin to leave"; "stop them from leaving"?"""
    prevented = verb.dep_ == "pcomp" and verb.head.lower_ == "from"
    return prevented or ("to" in helpers and verb.head.lemma_ not in WORDS["doing"])


# --- hedges and what they govern


def strength(cue: Cue) -> float | None:
    """The certainty that a cue of the hedging codebook leaves, 1 by boosters; None where it does not bear on that."""
    left = float(cue.extra.get("certainty") or 1)
    if cue.category in BOOSTERS:
        return 1.0
    return left if left < 1 and cue.category not in ("other sense", "denial") else None


def _hedges(text) -> Iterator[tuple[int, Token, bool, float]]:
    """The hedges and boosters: sentence, the word from which the scope is counted, does it take a clause, and the
    certainty that is left."""
    book, telling = load("hedging", text), {report.cue.i for report in reports.find(text)}
    for sentence, first, last, row in book.matches(text):
        kind, left, at = book.rows[row].category, strength(book.rows[row]), text.offsets(sentence)
        if left is None or kind == "conditional":  # the parse sees conditions better
            continue
        cue = text.parsed(at[first][0], at[last - 1][1])
        if kind != "vague attribution" or cue.root.i not in telling:  # of "some say that" they are the holders
            taker = _taker(cue)
            yield sentence, taker or cue.root, taker is not None, left


def _taker(cue: Span) -> Token | None:
    """The word of a cue that takes a clause, as "it is likely that"."""
    words = (*cue, cue.root.head) if cue.root.head.lemma_ in COPULAS else cue
    return next((one for one in words if any(it.dep_ in TAKES and it not in cue for it in one.children)), None)


def governs(cue: Token, takes_clause: bool, it: Proposition) -> bool:
    """Is a proposition of its sentence in the scope of a hedge or booster?

    One that takes a clause ("believe that", "likely to", "the claim that") governs all in that clause; any other its
    own clause, infinitives that follow from it ("may try to") and verbs that share its subject.
    """
    if cue.lemma_ in UNREAL and cue == _verdict_on(it.predicate):
        return False  # "the threat is a myth": what it says is counted as denial
    if cue.dep_ == "amod":
        return cue.head == it.predicate  # "the so-called threat", but not "they crossed the disputed border"
    verb, above = governor(cue), it.verb
    while above != verb and above.head != above:
        if not (above.dep_ in (TAKES if takes_clause else ("xcomp",)) or shares(above) or _is_in_situation(above)):
            return False
        above = governor(above.head)
    return above == verb and not (takes_clause and it.predicate == cue)


def commitment(strengths: Sequence[float]) -> float:
    """The certainty that hedges (below 1) and boosters (1) leave together.

    The strongest hedge decides, each further one takes off a tenth, as in "could possibly", and each booster closes
    half of the remaining doubt.

    >>> commitment([0.5, 0.5]), commitment([0.5, 1]), commitment([])
    (0.45, 0.75, 1.0)
    """
    hedges = [strength for strength in strengths if strength < 1]
    left = min(hedges) * 0.9 ** (len(hedges) - 1) if hedges else 1.0
    return round(1 - (1 - left) * 0.5 ** (len(strengths) - len(hedges)), 3)


def _certainty(it: Proposition, strengths: Sequence[float]) -> float:
    """How sure it is made to sound, 0..1, that it is so: 1 is flat assertion, 0 flat denial."""
    mood = 1.0 if it.negated else MOODS.get(it.mood, 1.0)
    left = min(commitment(strengths), ASKED if it.asked else 1.0, SUPPOSED if it.conditional else 1.0, mood)
    return round(1 - left, 3) if it.negated and left > 0.5 else left
