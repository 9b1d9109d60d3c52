"""Stance: who stands where towards whom?

How a voice speaks of an actor is judged by the trained encoder (``reader``), mention by mention: a verdict is what the
sentence makes of that actor, and its evidence are the words without which the verdict would be weaker. Evaluation is
described as in appraisal theory (Martin & White 2005): affect, judgement of what people are and do, appreciation of
things; ``codebooks/evaluation.csv`` holds its cues, which are counted and marked, and judge nobody by themselves.

An act is a proposition that is told as done and whose agent and patient are actors.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from spacy.tokens import Token

from . import corrections, propositions, reader, reports, stats, threat
from .actors import INSIDE, Mention, by_token, called, mentions
from .claims import Claim
from .clauses import WORDS, agent, joined, offsets, phrase
from .codebook import Codebook, frame, load, once
from .propositions import Proposition
from .text import Text, TextError

POLARITIES = reader.UPPER["stance"]
RELATIONS = reader.UPPER["relation"]
SWAPPED = [0, 2, 1, 4, 3]  # the relations as they are called where p is q and q is p
SIGNS = dict(zip(RELATIONS, (0.0, 1.0, 0.0, -1.0, 0.0), strict=True))  # of an act of p upon q
MOST = 20  # actors in a list that act together
PLACING = frozenset("from in at".split())
BESIDE = frozenset("on upon with into".split())  # before what most acts are done beside, not to
SURE = 0.6  # the certainty from which on an act is told as done
ANNOTATORS = 0.6  # how much the answer of NewsMTSC's annotators counts beside the verdict's
USUAL = np.array([0.38, 0.35, 0.27])  # the shares of the polarities among what they judged
FIRM = 6  # as many mentions as in a text are needed to doubt that these hold there too
STEPS = 30
ENOUGH = 3  # mentions from which a mean says something
TRIED = 8  # words nearest to a mention that are left out in turn
BECAUSE = 3  # words that are shown as evidence, at most
BEARING = 0.2  # what one of them takes from the verdict, as a share of what the most telling one takes
TELLING = ("ADJ", "ADV", "NOUN", "VERB", "PART")  # parts of speech that may be evidence


def find(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row an evaluative cue: start, end, cue (as written), category, weight (-1 or 1), sentence, voice, entry.

    >>> find(Text("A brave but dishonest man."))[["cue", "category", "weight"]].values.tolist()
    [['brave', 'judgement: virtue', 1.0], ['dishonest', 'judgement: untruth', -1.0]]
    """
    return (codebook or load("evaluation", text)).find(text)


def score(text: Text) -> pd.Series:
    """How likely, 0..1, a sentence speaks well or ill of an actor."""
    return reader.sentences(text, "sided").rename("stance")


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group (``by`` None, "voice", "kind" or "segment"): words, sentences, and with 95 % intervals

    * positive, negative, mentions: cues and mentions of actors, and each per 100 words (``…_per_100``);
    * evaluative_share: the share of sentences that speak well or ill of an actor;

    then tone, praise less blame as a share of both, -1..1; and actors, how many different ones are mentioned.
    """
    named, groups = mentions(text), stats.labels(text, by)
    found = find(text, codebook)
    cues = {"positive": found.start[found.weight > 0], "negative": found.start[found.weight <= 0]}
    cues["mentions"] = [mention.start for mention in named]
    table = stats.table(text, by, cues, {"evaluative": (score(text) >= reader.cut("sided")).tolist()})
    different = {(groups[text.passage_at(mention.start)], mention.actor) for mention in named}
    return table.assign(
        tone=(table.positive - table.negative) / (table.positive + table.negative),
        actors=table[by or "group"].map(Counter(label for label, _ in different)).astype(int),
    )


# --- of whom is spoken well or ill


def toward(text: Text, spans: Iterable[tuple[int, int]] | None = None) -> pd.DataFrame:
    """A row a mention of an actor, those found or the given ones in their order: what its sentence makes of it.

    Columns: start, end, mention, actor (of a given span without a known actor: its words), polarity (negative, neutral,
    positive), score (-1..1: probability of positive less that of negative; 0 where neutral), voice, holder (whose
    judgement it is: the innermost source of reported speech, else the voice), sentence, because (offsets of the words
    of the sentence whose leaving out weakens the verdict most, the strongest first; of a neutral mention none). A given
    mention gets the likeliest polarity; one that was found a verdict only where it is clear (``model/cuts.csv``), and a
    "we" none. TextError: a span outside the text.

    >>> text = Text("Voters praised Smith. Jones lied, and was sacked for fraud.")
    >>> toward(text, [(15, 20), (22, 27)]).polarity.tolist()
    ['positive', 'negative']
    """
    found, rows = mentions(text) if spans is None else given(text, spans), []
    head, verdicts = ("verdict", _verdicts) if spans is None else ("stance", _forced)
    for it, (polarity, odds) in zip(found, verdicts(text, found), strict=True):
        voice = text.voice_at(it.start) if text.passages else "unknown"
        because = () if polarity == "neutral" else _because(text, it, head, POLARITIES.index(polarity))
        held = _judge(text, text.parsed(it.start, it.end).root) if text.passages else voice
        said = (polarity, odds, voice, held, text.sentence_at(it.start), because)
        rows.append((it.start, it.end, text.raw[it.start : it.end], called(it, voice), *said))
    columns = "start end mention actor polarity score voice holder sentence because"
    return corrections.applied(text, "stance", frame(rows, columns, "start end sentence", "score"))


def _judge(text: Text, root: Token) -> str:
    """Whose judgement a mention meets: of "X accused Y", "Y was praised by X" that of X."""
    verb = root.head
    judged = root.dep_ in ("dobj", "nsubjpass") and verb.lemma_ in WORDS["charging"] | WORDS["judging"]
    if judged and (verb.lemma_ in WORDS["charging"] or agent(verb) is not None):  # "is accused of it", by whomever
        return reports.source(text, reports.Report(root.i, root.i + 1, agent(verb), verb, False))
    return reports.holder(text, root)


def polarities(text: Text, spans: Iterable[tuple[int, int]]) -> list[str]:
    """The polarity of given mentions alone: what `toward` says of them, without the evidence, which costs most of it.

    >>> polarities(Text("Voters praised Smith."), [(15, 20)])
    ['positive']
    """
    return [polarity for polarity, _ in _forced(text, given(text, spans))]


def given(text: Text, spans: Iterable[tuple[int, int]]) -> list[Mention]:
    """The mentions that given spans are: of the actor named inside a span, or of whatever the span says."""
    known, found = mentions(text), []
    for start, end in spans:
        if not 0 <= start <= end <= len(text.raw):
            size = len(text.raw)
            raise TextError(f"{text.name}: no mention can be at {start} to {end}: the text has {size} characters")
        at = bisect_right(known, end - 1, key=lambda mention: mention.start) - 1
        inside = at >= 0 and known[at].end > start
        actor = called(known[at], text.voice_at(start)) if inside else text.raw[start:end]
        found.append(Mention(start, end, actor, "given"))
    return found


def _forced(text: Text, given: list[Mention]) -> list[tuple[str, float]]:
    """Polarity and score of each mention where one has to choose: by both answers of the encoder together, and by how
    many neutral mentions this text seems to hold (expectation maximisation: Saerens, Latinne & Decaestecker 2002)."""
    asked = [[(it.start, it.end)] for it in given]
    odds = reader.mentions(text, "stance", asked) * ANNOTATORS
    odds += reader.mentions(text, "verdict", asked) * (1 - ANNOTATORS)
    share, likely = USUAL, odds
    for _ in range(STEPS):
        likely = odds * (share / USUAL)
        likely /= likely.sum(axis=1, keepdims=True)
        share = (likely.sum(axis=0) + FIRM * USUAL) / (len(odds) + FIRM)
    return [*map(_polarity, likely)]


def _verdicts(text: Text, found: list[Mention]) -> list[tuple[str, float]]:
    """Polarity and score of each mention: a verdict only where it is clear, in sentences that seem to take sides."""
    sided, clear = score(text) >= reader.cut("sided seen"), reader.cut("verdict")
    asked = [i for i, it in enumerate(found) if sided[text.sentence_at(it.start)] and is_judged(text, it)]
    odds = reader.mentions(text, "verdict", [[(found[i].start, found[i].end)] for i in asked])
    verdicts = [("neutral", 0.0)] * len(found)
    for i, own in zip(asked, odds, strict=True):
        if own.max() >= clear:
            verdicts[i] = _polarity(own)
    return verdicts


def is_judged(text: Text, mention: Mention) -> bool:
    """Can the sentence speak well or ill of it? Not of "we"; not of whom a clause is about that is said to be untrue;
    nor of whom others are measured by, as in "safer than Iran"; nor of a state of which only a thing bears the name,
    as in "Chinese trade", unless the thing is said to threaten somebody; nor of a place from which somebody is; nor of
    who denies it, or is said not to threaten."""
    root, threatening = text.parsed(mention.start, mention.end).root, _threatening(text)
    denied = any(it.denied for it in reports.around(text, root)) or propositions.is_rejected(root)
    denied |= threatening.get(root.i, 1.0) < threat.DOUBTED
    denied |= root.dep_ == "nsubj" and root.head.lemma_ in WORDS["denying"]
    beside = root.head.lower_ == "than" or (root.i not in threatening and _is_of_thing(root)) or _is_place(root)
    return not (mention.kind == "in-group" or beside or denied)


def _is_of_thing(root: Token) -> bool:
    """Does only a thing bear the name: "Chinese trade"?"""
    return root.dep_ in INSIDE and root.head.pos_ == "NOUN" and root.head.lemma_ not in WORDS["people"]


def _is_place(root: Token) -> bool:
    """Is it only where somebody or something is: "a thief from Moscow", but not "attacks from Iran"?"""
    noun = root.head.head
    placed = root.dep_ == "pobj" and root.head.lower_ in PLACING and noun.pos_ == "NOUN"
    return placed and noun.lemma_ not in WORDS["actions"] | WORDS["danger"]


@once
def _threatening(text: Text) -> dict[int, float]:
    """The tokens of whatever is said to threaten somebody, each with how certain that is said to be."""
    claims = (claim for claim in threat.found(text) if claim.parts[0] is not None)
    return {i: claim.certainty for claim in claims for i in range(*phrase(claim.parts[0]))}


def _polarity(odds: np.ndarray) -> tuple[str, float]:
    likely = POLARITIES[odds.argmax()]
    return likely, 0.0 if likely == "neutral" else round(float(odds[2] - odds[0]), reader.DIGITS)


def _because(text: Text, mention: Mention, head: str, answer: int) -> tuple[tuple[int, int], ...]:
    """The words around a mention without which the verdict on it would be less clear; sought once, as it takes long."""
    return text.remember(("because", mention, head, answer), partial(_sought, text, mention, head, answer))


def _sought(text: Text, mention: Mention, head: str, answer: int) -> tuple[tuple[int, int], ...]:
    root = text.parsed(mention.start, mention.end).root
    other = (token for token in root.sent if token.is_alpha and not mention.start <= token.idx < mention.end)
    near = (token for token in other if token.pos_ in TELLING or token.lower_ == "no")
    tried = sorted(near, key=lambda token: abs(token.i - root.i))[:TRIED]
    words = [(token.idx, token.idx + len(token)) for token in tried]
    found = reader.because(text, head, answer, [(mention.start, mention.end)], words)
    return tuple((start, end) for less, start, end in found[:BECAUSE] if less >= BEARING * found[0][0])


# --- many mentions together


def matrix(text: Text) -> pd.DataFrame:
    """A row a voice and an actor: voice (the holder of the judgements, who speaks or is reported), actor, position,
    endangered, endangering (claims of a threat to it, and by it), mentions, negative, neutral, positive (counts),
    polarity (the mean score, with polarity_low and polarity_high), enough (are there ``ENOUGH`` mentions for it to say
    something?).

    position is the ideological square's (van Dijk 1998): "in-group" is the voice's we, or an actor whom it presents as
    more endangered than endangering; "out-group" the other way round. Elsewhere it is empty.
    """
    rows, (suffered, done) = [], _harm(text)
    found = toward(text)
    for pair, own in stats.groups(found, zip(found.holder, found.actor, strict=True)):
        more, counts = suffered[pair] - done[pair], Counter(own.polarity)
        us = pair[1] == f"we ({pair[0]})"
        position = "in-group" if us or more > 0 else "out-group" if more < 0 else ""
        mean = (min(max(bound, -1.0), 1.0) for bound in stats.mean(list(own.score)))
        counted = (suffered[pair], done[pair], len(own), *(counts[polarity] for polarity in POLARITIES))
        rows.append((*pair, position, *counted, *mean, len(own) >= ENOUGH))
    counts, means = "endangered endangering mentions negative neutral positive", "polarity polarity_low polarity_high"
    return frame(rows, f"voice actor position {counts} {means} enough", counts, means, "enough")


def _harm(text: Text) -> tuple[Counter, Counter]:
    """How often a voice has an actor endangered, and endangering others: claims of its own, neither doubted nor asked.

    What is a danger to Russian interests is one to Russia; "tensions between Moscow and Baku" are nobody's deed.
    """
    suffered, done, claims = Counter(), Counter(), threat.claims(text)
    read = {claim.it.predicate.idx: claim for claim in threat.found(text)}
    for row in claims[claims.certainty > threat.DOUBTED].itertuples():
        claim = read.get(row.because[0][0])  # None of one that a reader has found
        if claim is None or not claim.it.asked:
            suffered.update((row.holder, actor) for actor in _harmed(text, row, claim))
            done.update((row.holder, actor) for actor in _harming(text, row, claim))
    return suffered, done


def _harming(text: Text, row: NamedTuple, claim: Claim | None) -> set[str]:
    """The actors who threaten by a claim: of "Americans or their allies" the one with a name; or whom a reader says."""
    if claim is None or claim.agent != row.agent or claim.parts[0] is None:
        return {*row.agent.split(" and ")}
    agent = reports.antecedents(text).get(claim.parts[0].i, claim.parts[0])
    heads = (by_token(text).get(head.i) for head in joined(agent))
    return {called(it, row.voice) for it in heads if it is not None} or {row.agent}


def _harmed(text: Text, row: NamedTuple, claim: Claim | None) -> set[str]:
    """The actors named in the referent of a claim; or whom a reader says to be threatened."""
    if claim is None or claim.referent != row.referent:
        return {*row.referent.split(" and ")}
    named, referent = by_token(text), claim.parts[1]
    inside = range(*phrase(reports.antecedents(text).get(referent.i, referent))) if referent else ()
    return {called(named[i], row.voice) for i in inside if i in named}


def relations(text: Text) -> pd.DataFrame:
    """A row an act of one actor upon another: agent, act, target (as written), agent_actor, target_actor (whom that
    names), weight, sentence, voice, holder, start, end (of the act).

    An act is a proposition told as done: not denied, asked, planned or supposed, and held with a certainty of
    ``SURE``. Both sides are persons or bodies, one at least by name. weight is what the sentence makes of the act, by
    the encoder: -1 bad to its target, 1 good, else 0; arming and the like is good, and what is claimed a threat bad.

    >>> relations(Text("Ankara accused Israel."))[["agent", "act", "target", "weight"]].values.tolist()
    [['Ankara', 'accused', 'Israel', -1.0]]
    """
    acts = [*_acts(text)]
    harm = {claim.it.predicate for claim in threat.found(text) if claim.roles_agree}
    found = _relations(text, [(doer.span, target.span) for _, doer, target in acts])
    rows = []
    for (it, doer, target), (relation, _) in zip(acts, found, strict=True):
        start, end = it.predicate.idx, it.predicate.idx + len(it.predicate)
        who = (doer.written, text.raw[start:end], target.written, doer.actor, target.actor)
        sign = -1.0 if it.predicate in harm else SIGNS[relation]
        weight = 1.0 if it.lemma in WORDS["supporting"] else sign
        rows.append((*who, weight, it.sentence, text.voice_at(start), it.holder, start, end))
    columns = "agent act target agent_actor target_actor weight sentence voice holder start end"
    return frame(rows, columns, "start end sentence", "weight")


class Actor(NamedTuple):
    """A participant who can act: as written, as the tables name it, is that by name, and where it stands."""

    written: str
    actor: str
    named: bool
    span: tuple[int, int]


def _acts(text: Text) -> Iterator[tuple[Proposition, Actor, Actor]]:
    for it in filter(_is_act, propositions.find(text)):
        sides = ([_actor(text, one) for one in joined(side)[:MOST]] for side in (it.agent, it.patient))
        for doer, target in product(*(filter(None, own) for own in sides)):
            if doer.actor != target.actor and (doer.named or target.named):
                yield it, doer, target


def _is_act(it: Proposition) -> bool:
    """Is it told as something that one did to the other?"""
    told = it.mood == "told" and not (it.negated or it.asked or it.conditional) and it.certainty >= SURE
    acts = it.kind != "copula" and it.lemma not in WORDS["states"] and bool(it.agent and it.patient)
    return told and acts and not (it.kind == "verb" and _is_beside(it))


def _is_beside(it: Proposition) -> bool:
    """Is it done near somebody, not to them: "lived on Dairy Lane", "worked with them", but not "fired on them"?"""
    return it.patient.head.lower_ in BESIDE and it.lemma not in WORDS["wielding"] | WORDS["actions"]


def _actor(text: Text, token: Token) -> Actor | None:
    """Who a noun phrase is, if somebody who can act."""
    span = offsets(text.doc, phrase(token, joined=False))
    token = reports.antecedents(text).get(token.i, token)
    mention, meant = by_token(text).get(token.i), phrase(token, joined=False)
    known = token.pos_ == "PROPN" or token.lemma_.lower() in WORDS["people"]
    if not known if mention is None else mention.kind == "in-group":
        return None
    written = " ".join(text.raw[slice(*offsets(text.doc, meant))].split())
    actor = mention.actor if mention is not None else written
    named = any(word.pos_ in ("PROPN", "ADJ") for word in text.doc[slice(*meant)])
    return Actor(actor if token.pos_ == "ADJ" else written, actor, named, span)  # of "the Turkish attack" Turkey


def between(text: Text, p: tuple[int, int], q: tuple[int, int]) -> pd.Series:
    """What a sentence says of two actors at offsets p and q: relation ("none", "p negative to q", …), score (how likely
    that is, 0..1) and because (offsets of the words without which it would be less so). TextError for a span outside
    the text.

    >>> between(Text("Ankara accused Israel."), (0, 6), (15, 21)).relation
    'p negative to q'
    """
    given(text, (p, q))
    [(relation, score)] = _relations(text, [(p, q)])
    return pd.Series({"relation": relation, "score": score})


def _relations(text: Text, pairs: list[tuple]) -> list[tuple[str, float]]:
    """The likeliest relation of each pair, and how likely it is; each is read both ways round."""
    back = reader.mentions(text, "relation", [(q, p) for p, q in pairs])[:, SWAPPED]
    both = (reader.mentions(text, "relation", pairs) + back) / 2
    return [(RELATIONS[own.argmax()], float(own.max())) for own in both]
