"""Threat framing: what are we told to fear, from whom, and how certain is it said to be?

Securitisation theory (Buzan, Wæver & de Wilde 1998) asks of a text who or what threatens (agent), what is threatened
(referent), by what means and what is to be done; proximisation theory (Cap 2017) how near the threat is made to come;
fear-appeal theory (Witte 1992) how severe it is and how exposed we are; Entman (1993) which functions a frame fulfils.

``threat.csv`` has cues by category, each with a weight in the score. ``harm.toml`` has the predicates that make a
proposition (``propositions.py``) a claim of a threat: verbs and nouns of harm, and of being exposed to it.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from math import inf, sqrt
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from spacy.tokens import Token

from . import propositions, stats
from .actors import called, mentions
from .clauses import child, clause, complements, joined, offsets, phrase
from .codebook import Codebook, cue_table, load, logistic
from .propositions import SUPPOSED, Proposition
from .reports import antecedents
from .text import Text, frame

_LISTS = tomllib.loads((Path(__file__).parent / "codebooks" / "harm.toml").read_text("utf-8"))
HARM = {name: frozenset(words.split()) for name, words in _LISTS.items()}
STEADY = 3  # words added to a sentence's length, so that a heading of one word does not weigh like a cry of many
LOUD = 0.5  # the score from which a sentence counts as an appeal to fear
DOUBTED = 0.3  # a claim of less certainty is denied or doubted
LATER = 3  # sentences, from the claim's own on, in which its response is looked for
COLUMNS = (
    "sentence voice holder agent referent means imminence response conditional certainty threat because start end kind"
).split()
FEARED = frozenset(
    {"declared threat", "threat", "alarm", "attack", "war", "killing", "crime", "terrorism", "death", "disease"}
    | {"catastrophe", "annihilation", "vulnerability", "natural hazard", "escalation", "weapons of mass destruction"}
)
JUDGED = frozenset({"damnation", "moral judgement", "oppression", "conspiracy"})
TOWARD = ("to", "for", "against", "on", "upon", "toward", "towards")
FRAMES = ("problem", "cause", "judgement", "remedy")
DEFINITE = frozenset("the this that these those our their its his her such".split())
PRONOUNS = frozenset("PRP PRP$ WP WDT DT EX".split())
AMONG = ("in", "across", "to", "into", "over", "among", "between")


Parts = tuple[str, Token | None, Token | None, Token | None]  # kind, agent, referent, means


class Claim(NamedTuple):
    """A proposition as a claim of a threat: its kind (a list of ``harm.toml``), and its parts as tokens."""

    kind: str
    it: Proposition
    agent: Token | None
    referent: Token | None
    means: Token | None
    certainty: float


def find(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a threat cue: start, end, cue (as written), category, weight, sentence, voice, entry (the codebook's row).

    >>> find(Text("The enemy could attack at any moment."))[["cue", "category"]].values.tolist()
    [['enemy', 'adversary'], ['attack', 'attack'], ['at any moment', 'imminence']]
    """
    book = codebook or load("threat", text)
    return cue_table(text, book.rows, _cues(text, book))


def score(text: Text, codebook: Codebook | None = None) -> pd.Series:
    """How much of a threat each sentence makes, 0..1: the logistic of its cues' weights over the root of its length.

    From 0.5 on the sentence counts as an appeal to fear. The score orders sentences; it is no probability.
    """
    return pd.Series(_scores(text, codebook or load("threat", text)), dtype=float, name="threat")


def sentences(text: Text) -> pd.DataFrame:
    """A row a sentence: threat (does it hold a claim, or score 0.5 or more?), score (0..1).

    >>> sentences(Text("Floods threaten the port. It is blue.")).threat.tolist()
    [True, False]
    """
    scores, claimed = score(text), {claim.it.sentence for claim in _claims(text)}
    threats = [number in claimed or loud >= LOUD for number, loud in scores.items()]
    return pd.DataFrame({"threat": pd.Series(threats, dtype=bool), "score": scores})


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group (``by`` None, "voice", "kind" or "segment"): words, sentences, and with 95 % intervals

    * threats, claims: threat cues and threat claims, and each per 100 words (``…_per_100``);
    * threat_share: the share of sentences that score 0.5 or more; threat: their mean score, 0..1.
    """
    return stats.table(text, by, *_counted(text, codebook or load("threat", text)))


def figures(text: Text) -> dict[str, float]:
    """The measures of the whole text by their names in ``measure``, without building a table."""
    return stats.whole(text, *_counted(text, load("threat", text)))


def _counted(text: Text, book: Codebook) -> tuple[dict[str, list], dict[str, list], dict[str, list]]:
    """What ``measure`` counts: the places of cues and claims; the truths and the numbers of the sentences."""
    claimed = []
    for claim in _claims(text):
        at = text.offsets(claim.it.sentence)
        claimed.append((claim.it.sentence, max(bisect_right(at, (claim.it.predicate.idx, inf)) - 1, 0)))
    places, scores = {"threats": [match[:2] for match in _cues(text, book)], "claims": claimed}, _scores(text, book)
    return places, {"threat": [score >= LOUD for score in scores]}, {"threat": scores}


def claims(text: Text) -> pd.DataFrame:
    """A row a claim that something threatens something, in the order of the text.

    ``voice`` utters it; ``holder`` says so: the innermost source of reported speech, else the voice.
    ``agent`` threatens ``referent`` by ``means``, "" where it is not said: actors by the name that the stance lens gives
    them, else the words of the text, and for a pronoun those that it stands for.
    ``imminence`` and ``response``: the words for how soon, and for what is to be done (there or within the next two
    sentences of the same voice); ``conditional``: said to hold only if something else does; ``certainty``: how surely it
    is said, 0 (denied) to 1; ``threat``: the sentence's score; ``because``: the offsets of the predicate; ``start`` and
    ``end``: from the first participant or predicate to the last; ``kind``: the list of ``harm.toml`` that has it.

    >>> claims(Text("Rising seas could threaten the port."))[["agent", "referent", "certainty"]].values.tolist()
    [['Rising seas', 'the port', 0.5]]
    """
    scores, rows = _scores(text, load("threat", text)), []
    soon, must = _said(text, "imminence"), _said(text, "response")
    for claim in _claims(text):
        it, sentence = claim.it, claim.it.sentence
        spans = [offsets(text.doc, phrase(one)) for one in claim[2:5] if one is not None]
        core = offsets(text.doc, (it.predicate.i, it.predicate.i + 1))
        start, end = min(core, *spans)[0], max(last for _, last in (core, *spans))
        agent, referent, means = (named(text, one) for one in claim[2:5])
        voices = [text.passages[passage].voice for *_, passage in text.spans[sentence : sentence + LATER]]
        answers = (must.get(sentence + later, "") for later, voice in enumerate(voices) if voice == voices[0])
        said = (means, soon.get(sentence, ""), next(filter(None, answers), ""))
        sure = (it.conditional, claim.certainty, round(scores[sentence], 3))
        who = (text.voice_at(start), it.holder, agent, referent * (referent != agent))
        rows.append((sentence, *who, *said, *sure, (core,), start, end, claim.kind))
    types = {"sentence": int, "conditional": bool, "certainty": float, "threat": float, "start": int, "end": int}
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object).astype(types)


def named(text: Text, token: Token | None) -> str:
    """Who or what a participant is: the actors named at the heads of its phrase, else its words; "" of a pronoun whose
    meaning is not plain, and of "the situation".

    >>> text = Text("Ankara and its allies")
    >>> named(text, text.doc[0]), named(text, text.doc[3])
    ('Ankara and its allies', 'its allies')
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
    near = found[bisect_right(found, head.idx, key=attrgetter("start")) - 1] if found else None
    return called(near, text.voice_at(head.idx)) if near and near.start <= head.idx < near.end else ""


def _claims(text: Text) -> list[Claim]:
    return text.remember("threat.claims", lambda: _find(text))


def _find(text: Text) -> list[Claim]:
    feared, found = _feared(text), {}
    for it in propositions.find(text):
        claim = _claim(it, feared)
        if claim and (claim.agent or claim.referent):
            at = claim.referent if claim.referent is not None else claim.agent
            found.setdefault((it.sentence, at.i), claim)
    return list(found.values())


def _feared(text: Text) -> set[int]:
    """The tokens of what is feared: "war", "threat", "flood" …"""
    book, at = load("threat", text), {token.idx: token.i for token in text.doc}
    words = (
        text.offsets(sentence)[word][0]
        for sentence, first, last, row in _cues(text, book)
        if book.rows[row].category in FEARED
        for word in range(first, last)
    )
    return {at[start] for start in words if start in at}


def _claim(it: Proposition, feared: set[int]) -> Claim | None:
    parts = {"copula": _quality, "noun": _deed}.get(it.kind, _act)(it, feared)
    if parts is None:
        return None
    kind, agent, referent, means = parts
    agent = None if agent is not None and agent.lemma_.lower() in HARM["nameless"] else agent
    averted = kind == "shields" or _averted(it.predicate)
    return Claim(kind, it, agent, referent, means, SUPPOSED if averted else it.certainty)


def _averted(token: Token) -> bool:
    """Is it taken for granted as what is to be prevented?"""
    while token.dep_ in ("pcomp", "xcomp", "ccomp", "prep", "dobj", "pobj") and token.head != token:
        token = token.head
        if token.pos_ == "VERB" and token.dep_ != "prep":
            return token.lemma_ in HARM["prevents"]
    return False


def _quality(it: Proposition, feared: set[int]) -> Parts | None:
    """ "X is a threat to Y", "X is dangerous for Y", "Y is vulnerable to X"."""
    beside = dict(complements(it.predicate))
    toward = next((beside[prep] for prep in TOWARD if prep in beside), it.patient)
    if it.lemma in HARM["perils"]:
        return "perils", it.agent, toward or beside.get("of"), None
    if it.lemma in HARM["dangerous"]:
        return "dangerous", it.agent, toward, None
    if it.lemma in HARM["exposed"]:
        return "exposed", beside.get("to") or beside.get("from"), it.agent, None
    if it.lemma in HARM["blows"]:
        return "blows", it.agent, it.patient or toward, None
    return None


def _deed(it: Proposition, feared: set[int]) -> Parts | None:
    """ "X's attack on Y", "X poses a threat to Y", "the threat of X"."""
    beside = dict(complements(it.predicate))
    toward = next((beside[prep] for prep in TOWARD if prep in beside), None)
    if it.lemma in HARM["perils"]:
        source = it.agent or beside.get("from") or beside.get("of")
        return "perils", source, toward or (it.patient if it.patient != source else None), None
    if it.lemma not in HARM["blows"]:
        return None
    if it.patient is None and it.lemma in HARM["suffered"]:
        return "blows", None, it.agent, None
    return ("blows", it.agent, it.patient, None) if it.patient is not None and it.patient.i not in feared else None


def _act(it: Proposition, feared: set[int]) -> Parts | None:
    """ "X threatens Y with Z", "Y faces X", "X breaks out", "X puts Y at risk"."""
    verb, particle = it.predicate, child(it.predicate, "prt")
    lemma = f"{it.lemma}_{particle.lower_}" if particle is not None else it.lemma
    beside = dict(complements(verb))
    who, whom = it.agent, it.patient
    if it.lemma in HARM["into"] and (state := _state(verb)) is not None:
        within = dict(complements(state))
        own = child(verb, "dobj")
        cause = next((within[prep] for prep in ("of", "from", "by") if prep in within), beside.get("from"))
        return ("exposed", cause, who, None) if own is None else ("exposed", who, own, None)
    if whom is not None and whom.i in feared:
        return _brought(it, lemma, beside)
    if whom is not None and (lemma in HARM["harms"] or (lemma in HARM["could_harm"] and _open(it))):
        return "harms", who, whom, next((beside[prep] for prep in ("with", "through", "via", "by") if prep in beside), None)
    if who is not None and who.i in feared and lemma in HARM["arises"]:
        return "arises", who, next((beside[prep] for prep in AMONG if prep in beside), None), None
    if lemma in HARM["perishes"] and child(verb, "dobj") is None and _open(it):
        return "perishes", beside.get("from") or beside.get("by"), who, None
    if lemma in HARM["shields"] and (source := beside.get("from") or beside.get("against")) is not None:
        return "shields", source, whom, None
    if lemma in HARM["turned"] and "against" in beside:
        return "turned", who, beside["against"], child(verb, "dobj")
    return None


def _brought(it: Proposition, lemma: str, beside: dict[str, Token]) -> Parts | None:
    """ "Y faces X", "X provokes a war with Y": what is feared is the object."""
    if lemma in HARM["suffers"]:
        return "suffers", it.patient, it.agent, None
    if lemma in HARM["brings"]:
        within = dict(complements(it.patient)) | beside
        return "brings", it.agent, next((within[prep] for prep in (*TOWARD, "in", "with") if prep in within), None), it.patient
    return None


def _state(verb: Token) -> Token | None:
    """The state in "is at risk", "puts them in danger"."""
    for above in (verb, child(verb, "dobj")):
        for prep, noun in complements(above) if above is not None else ():
            if f"{prep}_{noun.lemma_.lower()}" in HARM["state"]:
                return noun
    return None


def _open(it: Proposition) -> bool:
    """Is it told as still to come, or as no more than possible?"""
    return it.certainty < 1 or any(one.tag_ == "MD" for one in it.verb.children) or it.verb.tag_ == "VB"


def frames(text: Text) -> pd.DataFrame:
    """A row a sentence: its number, voice, and which of Entman's (1993) functions of a frame it was found to fulfil.

    ``problem``: a word of what is feared (``FEARED``) or a threat claim; ``cause``: a claim that names an agent;
    ``judgement``: a word of moral judgement; ``remedy``: what must be done, in or soon after a problem that the same
    voice names.
    """
    book, found = load("threat", text), _claims(text)
    held = {(sentence, book.rows[row].category) for sentence, *_, row in book.matches(text)}
    problems = {sentence for sentence, kind in held if kind in FEARED} | {claim.it.sentence for claim in found}
    blamed = {claim.it.sentence for claim in found if claim.agent is not None}
    judged = {sentence for sentence, kind in held if kind in JUDGED}
    called_for = {sentence for sentence, kind in held if kind == "response"}
    rows, speakers = [], [text.passages[passage].voice for *_, passage in text.spans]
    for i, voice in enumerate(speakers):
        near = any(j in problems and speakers[j] == voice for j in range(max(i - LATER + 1, 0), i + 1))
        rows.append((i, voice, i in problems, i in blamed, i in judged, near and i in called_for))
    return pd.DataFrame(rows, columns=["sentence", "voice", *FRAMES])


def presupposed(text: Text) -> pd.DataFrame:
    """A row a threat that a question takes for granted, as whoever answers has to grant it or to fight it.

    A definite noun phrase presupposes that there is what it names ("the phantom threat of strikes"; Strawson 1950):
    sentence, voice, phrase, start, end (of its noun).

    >>> presupposed(Text("How will we survive the coming invasion? Is there a threat?")).phrase.tolist()
    ['the coming invasion']
    """
    rows = []
    for i in sorted(_feared(text)):
        noun = text.doc[i]
        definite = any(one.lower_ in DEFINITE for one in noun.lefts)
        if noun.pos_ in ("NOUN", "PROPN") and definite and noun.sent.text.rstrip("\"'”’ \n").endswith("?"):
            start, end = offsets(text.doc, phrase(noun))
            rows.append((bisect_right(text.bounds, (start, inf)) - 1, text.voice_at(start), text.raw[start:end], start, end))
    return frame(rows, "sentence voice phrase start end", "sentence start end")


def _said(text: Text, category: str) -> dict[int, str]:
    """The first words of a category in each sentence that has any; with "must" goes what must be done."""
    book, found = load("threat", text), {}
    for sentence, first, last, row in book.matches(text):
        if book.rows[row].category == category and sentence not in found:
            at = text.offsets(sentence)
            found[sentence] = (at[first][0], at[last - 1][1])
    if category == "response":
        tokens = {token.idx: token for token in text.doc}
        found = {i: (start, _clause_end(tokens.get(start), end)) for i, (start, end) in found.items()}
    return {i: " ".join(text.raw[slice(*span)].split()) for i, span in found.items()}


def _clause_end(cue: Token | None, end: int) -> int:
    """Where the clause ends that a word such as "must" begins."""
    if cue is None:
        return end
    verb = cue.head if cue.dep_ == "aux" else cue
    return max(end, offsets(cue.doc, clause(verb))[1])


def _cues(text: Text, book: Codebook) -> list[tuple[int, int, int, int]]:
    """The matches that are threat cues; in a reader's own codebook, which has no roles, all are."""
    return [match for match in book.matches(text) if (book.rows[match[3]].extra.get("role") or "threat") == "threat"]


def _scores(text: Text, book: Codebook) -> list[float]:
    def score_all() -> list[float]:
        sums = [0.0] * len(text.bounds)
        for sentence, _, _, row in book.matches(text):
            sums[sentence] += book.rows[row].weight
        intercept = book.constants.get("intercept", -1.0)
        roots = (sqrt(len(words) + STEADY) for words in text.tokens)
        return [logistic(intercept + total / root) for total, root in zip(sums, roots, strict=True)]

    return text.remember(("threat.scores", book), score_all)
