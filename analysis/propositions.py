"""Propositions: the parse as rows, who does, is or suffers what, who says so, and how surely.

Predication in the sense of Reisigl & Wodak (2001): a verb, a copula with its complement or a noun of action, with
whoever is told to act and whoever is acted upon. Commitment after Hyland (2005): what a hedge governs follows from the
parse, as Vincze et al. (2008) annotate it by hand: its own clause, or the clause that it takes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd
from spacy.tokens import Span, Token

from . import reports
from .clauses import RELATIVE, WORDS, after, agent, child, offsets, patient, phrase, subject
from .codebook import load

ASKED, SUPPOSED = 0.4, 0.5  # the certainty that a question, and that a condition, leaves
MOODS = {"planned": 0.7, "due": 0.5}  # and that a wish or plan, and a duty, leaves
DUTIES = frozenset("should must shall ought".split())
BOOSTERS = frozenset({"booster", "certain", "certitude"})
UNSAID = frozenset({"other sense", "denial", "conditional"})  # categories of no hedge, or that the parse sees better
CONDITIONS = frozenset("if unless provided lest".split())
NOBODY = frozenset("no nobody none nothing neither few hardly".split())
TAKES = frozenset("ccomp xcomp acl csubj csubjpass".split())  # what a hedge that takes a clause governs
ONTO = frozenset("of on against to upon with into over for toward towards".split())
UPON = ("on", "against", "upon", "into")
NAMED = frozenset("amod compound nmod".split())
COPULAS = frozenset("be become remain seem".split())
COLUMNS = (
    "start end sentence voice holder predicate agent patient agent_start agent_end patient_start patient_end "
    "negated asked conditional certainty"
).split()


class Proposition(NamedTuple):
    """A predicate with its participants, as tokens of ``text.doc``, and what limits it."""

    kind: str  # verb, copula or noun
    predicate: Token  # the verb, the complement of a copula, or the noun
    verb: Token  # of its clause
    agent: Token | None
    patient: Token | None
    negated: bool
    asked: bool
    conditional: bool
    mood: str  # told (as done or under way), open (to come, possible), planned or due
    sentence: int = 0
    holder: str = ""
    certainty: float = 1.0

    @property
    def lemma(self) -> str:
        return self.predicate.lemma_.lower()


class Hedge(NamedTuple):
    """A hedge or booster of the codebook, its words in their sentence, and the propositions that it governs."""

    sentence: int
    first: int
    last: int
    row: int
    category: str
    certainty: float  # that it leaves; 1 for boosters
    governed: tuple[int, ...]  # as indices into ``find``


def find(text) -> list[Proposition]:
    """Every predicate with at least one participant, in the order of the text; found once a text."""
    return text.remember("propositions", lambda: _committed(text))


def hedges(text, codebook=None) -> list[Hedge]:
    """The hedges and boosters of a text and what they govern."""
    book = codebook or load("hedging", text)
    return text.remember(("hedges", book), lambda: _hedges(text, book, _bare(text)))


def table(text) -> pd.DataFrame:
    """A row a proposition: start, end (of the predicate), sentence, voice, holder, predicate, agent, patient,
    agent_start, agent_end, patient_start, patient_end, negated, asked, conditional, certainty.

    ``holder`` says so: the innermost source of reported speech, else the voice. Pronouns are resolved where the subject
    before is plain. Of what is not named the words are "" and the offsets -1. ``certainty`` is 0 (flatly denied) to 1.
    """
    rows = []
    for it in find(text):
        start, end = _extent(text, it)
        who, whom = (participant(text, one) for one in (it.agent, it.patient))
        words = (text.raw[start:end], text.raw[slice(*who)], text.raw[slice(*whom)])
        limits = (it.negated, it.asked, it.conditional, it.certainty)
        rows.append((start, end, it.sentence, text.voice_at(start), it.holder, *words, *who, *whom, *limits))
    kinds = dict.fromkeys(COLUMNS[:3] + COLUMNS[8:12], int) | dict.fromkeys(COLUMNS[12:15], bool) | {"certainty": float}
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object).astype(kinds)


def participant(text, token: Token | None) -> tuple[int, int]:
    """Where the words stand that name an agent or patient, or what its pronoun stands for; (-1, -1) of nobody."""
    if token is None:
        return -1, -1
    return offsets(text.doc, phrase(reports.antecedents(text).get(token.i, token)))


def _extent(text, it: Proposition) -> tuple[int, int]:
    """The words of the predicate: a verb with its particle, a copula up to its complement, a noun."""
    first = min(it.verb.i, it.predicate.i) if it.kind == "copula" else it.predicate.i
    particle = child(it.predicate, "prt") if it.kind == "verb" else None
    near = particle is not None and particle.i == it.predicate.i + 1
    return offsets(text.doc, (first, max(it.verb.i * (it.kind == "copula"), it.predicate.i) + 1 + near))


def _bare(text) -> list[Proposition]:
    """The propositions without what hangs on other words than their own."""

    def read() -> list[Proposition]:
        found = [it for token in text.doc for it in _read(token)]
        starts = [start for start, _ in text.bounds]
        placed = ((it, bisect_right(starts, it.predicate.idx) - 1) for it in found)
        return [it._replace(sentence=at) for it, at in placed if at >= 0 and it.predicate.idx < text.bounds[at][1]]

    return text.remember("propositions.bare", read)


def _committed(text) -> list[Proposition]:
    found, strengths = _bare(text), defaultdict(list)
    for hedge in hedges(text):
        for number in hedge.governed:
            strengths[number].append(hedge.certainty)
    told, rows = reports.by_sentence(text), []
    for number, it in enumerate(found):
        around = [one for one in told.get(it.predicate.sent.start, ()) if one.start <= it.predicate.i < one.end]
        inner = min(around, key=lambda one: one.end - one.start, default=None)
        holder = reports.source(text, inner) if inner else text.voice_at(it.predicate.idx)
        it = it._replace(holder=holder, negated=it.negated != any(one.denied for one in around))
        rows.append(it._replace(certainty=certainty(it, strengths[number])))
    return rows


def _hedges(text, book, found: Sequence[Proposition]) -> list[Hedge]:
    own, rows, telling = defaultdict(list), [], {report.cue.i for report in reports.find(text)}
    for number, it in enumerate(found):
        own[it.predicate.sent.start].append(number)
    for sentence, first, last, row in book.matches(text):
        category, strength, at = book.rows[row].category, _strength(book.rows[row]), text.offsets(sentence)
        cue = text.parsed(at[first][0], at[last - 1][1])
        told = category == "vague attribution" and cue.root.i in telling  # "some say that": they are its holder
        if strength is not None and not told:
            numbers = own[cue.root.sent.start]
            governed = governs(*_reach(cue, category), [found[number] for number in numbers])
            rows.append(Hedge(sentence, first, last, row, category, strength, tuple(numbers[i] for i in governed)))
    return rows


def _strength(cue) -> float | None:
    """The certainty that a cue of the codebook leaves, 1 for boosters; None where it is no hedge."""
    if cue.category in BOOSTERS:
        return 1.0
    left = float(cue.extra.get("certainty") or 1)
    return left if left < 1 and cue.category not in UNSAID else None


def _reach(cue: Span, category: str) -> tuple[Token, bool]:
    """The word of a cue from which its reach is counted, and whether it takes a clause, as "it is likely that"."""
    root = cue.root
    of = root.head if root.dep_ in ("acomp", "attr") or root.head.lemma_ in COPULAS else root
    takes = next((one for one in (*cue, of) if any(it.dep_ in TAKES and it not in cue for it in _taken(one))), None)
    return (takes or root), takes is not None and category != "modal"


def _taken(word: Token) -> Iterator[Token]:
    """Where the clause stands that a word takes: after it, or before a verb, as in "the truce is dead, some say"."""
    return word.children if word.pos_ == "VERB" else word.rights


def _read(token: Token) -> Iterator[Proposition]:
    if token.pos_ in ("VERB", "AUX") and token.dep_ not in ("aux", "auxpass"):
        complement = child(token, "attr", "acomp", "oprd") if token.lemma_ in COPULAS else None
        if complement is not None:
            yield from _made("copula", complement, token, subject(token), after(complement, *ONTO))
        elif token.dep_ not in ("amod", "prep", "compound"):
            yield from _made("verb", token, token, agent(token), patient(token))
    elif token.pos_ == "NOUN" and token.dep_ not in ("attr", "compound") and _acts(token):
        yield from _made("noun", token, _governor(token), *_sides(token))


def _made(kind: str, predicate: Token, verb: Token, who: Token | None, whom: Token | None) -> Iterator[Proposition]:
    if who is None and whom is None:
        return
    # a noun of action that no verb brings about is taken for granted: "the war was not necessary"
    granted = kind == "noun" and predicate.dep_ not in ("dobj", "attr", "oprd", "nsubjpass", "ROOT")
    nobody = any(map(_is_nobody, (who, whom, predicate)))
    negated = nobody or (kind == "copula" and child(predicate, "neg") is not None) or (not granted and _denied(verb))
    asked, supposed, mood = (False, False, "told") if granted else (_asked(verb), _supposed(verb), _mood(verb))
    yield Proposition(kind, predicate, verb, who, whom, negated, asked, supposed, mood)


def _acts(noun: Token) -> bool:
    lemma = noun.lemma_.lower()
    return lemma in WORDS["actions"] or (lemma.endswith(tuple(WORDS["endings"])) and lemma not in WORDS["no_actions"])


def _governor(token: Token) -> Token:
    """The verb in whose clause a word stands."""
    while (token.pos_ not in ("VERB", "AUX") or token.dep_ in ("aux", "auxpass")) and token.head != token:
        token = token.head
    return token


def _sides(noun: Token) -> tuple[Token | None, Token | None]:
    """Who acts and upon whom, by a noun: "Turkey's attack on Syria", "Turkish attacks", "Syria's defeat by Turkey"."""
    owner, onto, bearer = child(noun, "poss") or _named(noun), after(noun, *ONTO), _bearer(noun)
    if owner is None and after(noun, *UPON) is not None:
        owner, onto = after(noun, "of"), after(noun, *UPON)  # "the entry of troops into Egypt"
    if onto is None and noun.lemma_ in WORDS["suffered"]:
        owner, onto = None, owner  # "Smith's arrest"
    owner = after(noun, "by") or owner
    if bearer is not None:  # "Turkey launched an attack on Syria"
        owner, onto = owner or agent(bearer), onto or after(bearer, "to", *UPON)
    return owner, onto


def _named(noun: Token) -> Token | None:
    """A name or demonym before a noun."""
    return next((one for one in noun.lefts if one.dep_ in NAMED and one.text[:1].isupper()), None)


def _bearer(noun: Token) -> Token | None:
    """The verb that lends a noun its subject: "X launched an attack", "the threat that X poses", "X engages in"."""
    above = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ in ("in", "to") else noun.head
    if noun.dep_ in ("dobj", "pobj") and above.lemma_ in WORDS["light" if noun.dep_ == "dobj" else "engaging"]:
        return above
    clause = child(noun, "relcl")
    lends = clause is not None and clause.lemma_ in WORDS["light"] and agent(clause) not in (None, noun)
    return clause if lends else None


def _denied(verb: Token) -> bool:
    """Is it said not to be so: "not", "no longer", "failed to", "without", "nobody believes that", "no plan to"?"""
    own = child(verb, "neg") is not None or any(one.lower_ == "longer" and child(one, "neg") for one in verb.children)
    return own or _denied_above(verb, verb.head) or (_shares(verb) and _denied(verb.head))


def _denied_above(verb: Token, above: Token) -> bool:
    """Does the word deny it on which its clause depends?"""
    if verb.dep_ in ("acl", "relcl"):
        return _lacks(above) and _completes(verb)
    if verb.dep_ == "ccomp" and above.lemma_ == "be":
        return _is_untrue(above)
    if verb.dep_ in ("xcomp", "ccomp", "pcomp") and (above.lemma_ in WORDS["failing"] or above.lower_ == "without"):
        return True
    if verb.dep_ == "xcomp" or (verb.dep_ == "ccomp" and above.lemma_ in WORDS["believing"]):
        return child(above, "neg") is not None or _is_nobody(subject(above))
    return False


def _lacks(noun: Token) -> bool:
    """Is there none of it, as in "no plan to leave", and is it no doubt, as in "no question that he left"?"""
    return (_without(noun) or noun.head.lemma_ == "lack") and noun.lemma_ not in ("doubt", "question")


def _is_untrue(copula: Token) -> bool:
    """Does it deny the clause that follows: "it is false that", "it is not true that", "the danger is not that"?"""
    said = child(copula, "acomp", "attr", "oprd")
    denied = child(copula, "neg") is not None
    return denied if said is None or said.lower_ in ("true", "so") else said.lower_ in WORDS["untrue"] and not denied


def _is_nobody(one: Token | None) -> bool:
    return one is not None and (one.lower_ in NOBODY or _without(one))


def _completes(verb: Token) -> bool:
    """Is it what a noun is of, as in "a plan to leave", "no evidence that he left", and not "a man that left"?"""
    own = child(verb, "nsubj", "nsubjpass")
    return verb.tag_ == "VB" if own is None else own.lower_ not in RELATIVE


def _shares(verb: Token) -> bool:
    """Is it joined to a verb whose subject and auxiliaries are its own, too?"""
    return verb.dep_ == "conj" and child(verb, "aux", "auxpass", "nsubj", "nsubjpass", "mark") is None


def _without(noun: Token) -> bool:
    return any(one.lower_ in NOBODY for one in noun.lefts if one.dep_ in ("det", "neg", "amod"))


def _asked(verb: Token) -> bool:
    """Does it stand in what a question asks, and not only beside it?"""
    last = verb.sent[-1]
    while last.i > verb.i and (last.is_space or last.is_quote):
        last = last.nbor(-1)
    if last.text[-1:] != "?":
        return any(one.lower_ == "whether" for one in verb.lefts)
    while verb.dep_ in ("conj", "xcomp", "ccomp") and verb.head != verb:
        verb = verb.head
    return verb.dep_ in ("ROOT", "advcl")


def _supposed(verb: Token) -> bool:
    """Is it a condition, or does it hold on one?"""
    while not (_if(verb) or any(_if(one) for one in verb.children)):
        stated = verb.dep_ == "ccomp" and child(verb, "mark") is not None
        if stated or verb.dep_ not in ("xcomp", "conj", "ccomp") or verb.head == verb:
            return False
        verb = verb.head
    return True


def _if(verb: Token) -> bool:
    """Is it a condition: "if they leave", "should they leave", "provided that they leave"?"""
    first = next(verb.lefts, verb)
    turned = first.dep_ == "aux" and first.lower_ in ("should", "were", "had")
    opened = any(one.lower_ in CONDITIONS for one in verb.lefts if one.dep_ in ("mark", "advmod"))
    asks = verb.head.lemma_ in ("ask", "wonder", "inquire")  # "they asked if he had left"
    granted = verb.lower_ in ("assuming", "supposing", "provided") and child(verb, "ccomp") is not None
    return granted or (verb.dep_ == "advcl" and (turned or (opened and not asks)))


def _mood(verb: Token) -> str:
    """Is it told as done or under way ("told"), as to come ("open": will, may), as wanted ("planned"), or as due?

    Of infinitives only those after "began to" and the like are told.
    """
    helpers = {one.lower_: one.tag_ for one in verb.children if one.dep_ in ("aux", "auxpass")}
    if "MD" in helpers.values():
        return "due" if DUTIES & helpers.keys() else "open"
    if "to" in helpers and verb.head.lemma_ not in WORDS["doing"]:
        return "planned"
    if verb.dep_ == "xcomp" or _shares(verb):
        return _mood(verb.head)
    return "due" if verb.tag_ == "VB" and verb.dep_ == "ROOT" and not helpers else "told"  # "Stop the war!"


def governs(cue: Token, takes_clause: bool, found: Sequence[Proposition]) -> list[int]:
    """Which propositions of its sentence a hedge or booster governs.

    One that takes a clause ("believe that", "likely to", "the claim that") governs all in that clause; any other its
    own clause, infinitives that follow from it ("may try to") and verbs that share its subject.
    """
    verb, rows = _governor(cue), []
    for number, own in enumerate(found):
        above, steps = own.verb, 0
        while above != verb and above.head != above and _passes(above, takes_clause):
            above, steps = (above.head if above.head.pos_ in ("VERB", "AUX") else _governor(above.head)), steps + 1
        if above == verb and not (takes_clause and own.predicate == cue and steps == 0):
            rows.append(number)
    return rows


def _passes(verb: Token, takes_clause: bool) -> bool:
    if takes_clause and verb.dep_ in TAKES:
        return True
    return verb.dep_ == "xcomp" or _shares(verb)


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


def certainty(found: Proposition, strengths: Sequence[float]) -> float:
    """How sure it is made to sound, 0..1, that it is so: 1 is flat assertion, 0 flat denial."""
    mood = 1.0 if found.negated else MOODS.get(found.mood, 1.0)
    left = min(commitment(strengths), ASKED if found.asked else 1.0, SUPPOSED if found.conditional else 1.0, mood)
    return round(1 - left, 3) if found.negated and left > 0.5 else left
