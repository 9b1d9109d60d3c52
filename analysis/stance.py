"""Stance: who stands where towards whom?

Evaluation is described as in appraisal theory (Martin & White 2005): affect, judgement of what people are and do,
appreciation of things. ``codebooks/evaluation.csv`` holds its cues. What a cue says of an actor depends on the actor's
role in the clause: in "Ankara attacked its critics" Ankara acts, in "critics attacked Ankara" it is acted upon.
``codebooks/roles.csv`` says what the cues of a category speak for in either role, in log-odds against a neutral
verdict, learned on news sentences (NewsMTSC, Hamborg & Donnay 2021; ``subtext learn GOLD_DIR stance``). A cue counts
less the more steps of the parse lie between it and the actor; a denied ill says nothing, a denied good is an ill.

An act is a proposition that is told as done and whose agent and patient are actors.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

import pandas as pd
from scipy.special import expit, softmax
from spacy.tokens import Token

from . import propositions, reports, stats
from .actors import Mention, by_token, called, mentions
from .clauses import WORDS, joined, offsets, phrase
from .codebook import HERE, Codebook, frame, load
from .propositions import Proposition
from .text import Text, TextError

POLARITIES = ("negative", "neutral", "positive")
ROLES = ("agent", "patient")
LEARNED = pd.read_csv(HERE / "roles.csv", keep_default_na=False)
WEIGHTS = {(it.category, it.role): (it.negative, it.positive) for it in LEARNED.itertuples()}
NOT_GOOD = "not good"  # the category of every good cue that is denied
PASSIVE = frozenset("dobj nsubjpass dative pobj prep attr".split())  # relations in which an actor is acted upon
HALF = 3  # steps of the parse at which a cue counts half
REACH = 40  # words from a mention in which its cues are looked for
HARMS = frozenset({"judgement: aggression", "hostilities", "pressure", "harm", "appreciation: danger", "war"})
MOST = 20  # actors in a list that act together
DENIED = 0.3  # the certainty up to which something is denied
SURE = 0.6  # the certainty from which on an act is told as done
CAUTION = 1.0  # log-odds for neutral: an ordinary text takes sides less often than news picked for its stance
OWN = 3.0  # log-odds a unit of weight of a category of the reader's own: as of the clearest of ours
CLEAR = 0.5  # of the likelier side, against neutral: from there on a verdict is given
ENOUGH = 3  # mentions from which a mean says something


def find(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row an evaluative cue: start, end, cue (as written), category, weight (-1 or 1), sentence, voice, entry.

    >>> find(Text("A brave but dishonest man."))[["cue", "category", "weight"]].values.tolist()
    [['brave', 'judgement: virtue', 1.0], ['dishonest', 'judgement: untruth', -1.0]]
    """
    return (codebook or load("evaluation", text)).find(text)


def score(text: Text, codebook: Codebook | None = None) -> pd.Series:
    """How likely, 0..1, a sentence takes sides: the most of any mention in it."""
    scores, found = [0.0] * len(text.bounds), mentions(text)
    for mention, verdict in zip(found, _verdicts(text, found, codebook), strict=True):
        sentence = text.sentence_at(mention.start)
        scores[sentence] = max(scores[sentence], verdict.sided)
    return pd.Series(scores, dtype=float, name="stance")


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
    table = stats.table(text, by, cues, {"evaluative": (score(text, codebook) >= CLEAR).tolist()})
    different = {(groups[text.passage_at(mention.start)], mention.actor) for mention in named}
    return table.assign(
        tone=(table.positive - table.negative) / (table.positive + table.negative),
        actors=table[by or "group"].map(Counter(label for label, _ in different)).astype(int),
    )


# --- evaluation of whom


class Evidence(NamedTuple):
    """An evaluative cue; as evidence on a mention, in which role that is, and how much the cue counts there (0..1)."""

    head: Token
    start: int
    end: int
    category: str
    weight: float
    role: str = ""
    near: float = 1.0


class Verdict(NamedTuple):
    """What is said of a mention."""

    polarity: str = "neutral"
    score: float = 0.0
    sided: float = 0.0  # the probability of the likelier side against that of neutral
    because: tuple[tuple[int, int], ...] = ()


def toward(text: Text, spans: Iterable[tuple[int, int]] | None = None) -> pd.DataFrame:
    """A row a mention of an actor, those found or the given ones in their order: what the words around it make of it.

    Columns: start, end, mention, actor (of a given span without a known actor: its words), polarity (negative, neutral,
    positive), score (-1..1: probability of positive less that of negative; 0 where neutral), voice, sentence, because
    (offsets of the cues that speak most for the verdict, the strongest first; a verdict has at least one, a neutral
    mention may have some that lean). A "we" that was found, and not given, is neutral, as nobody is named. Raises
    TextError for a span outside the text.

    >>> text = Text("Voters praised Smith. Jones lied, and was sacked for fraud.")
    >>> toward(text, [(15, 20), (22, 27)]).polarity.tolist()
    ['positive', 'negative']
    """
    found, rows = mentions(text) if spans is None else given(text, spans), []
    for it, verdict in zip(found, _verdicts(text, found), strict=True):
        voice = text.voice_at(it.start) if text.passages else "unknown"
        said = (verdict.polarity, verdict.score, voice, text.sentence_at(it.start), verdict.because)
        rows.append((it.start, it.end, text.raw[it.start : it.end], called(it, voice), *said))
    return frame(rows, "start end mention actor polarity score voice sentence because", "start end sentence", "score")


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


def _verdicts(text: Text, found: list[Mention], codebook: Codebook | None = None) -> list[Verdict]:
    each = zip(found, evidence(text, found, codebook or load("evaluation", text)), strict=True)
    return [Verdict() if it.kind == "in-group" else _verdict(bearing) for it, bearing in each]


def _verdict(bearing: list[Evidence]) -> Verdict:
    """A softmax over the sums for negative, neutral and positive."""
    (negative, positive), parts = WEIGHTS["(intercept)", ""], []
    for it in bearing:
        own = (max(-OWN * it.weight, 0.0), max(OWN * it.weight, 0.0))  # of a reader's category, in either role
        bad, good = WEIGHTS.get((it.category, it.role), own)
        negative, positive = negative + it.near * bad, positive + it.near * good
        parts.append((it.near * (good - bad), it.start, it.end))
    sign, side = (1, positive) if positive > negative else (-1, negative)
    speak = sorted((-sign * part, start, end) for part, start, end in parts if sign * part > 0.1)
    because = tuple((start, end) for _, start, end in speak[:3])
    sided = float(expit(side - CAUTION)) if speak else 0.0
    if sided < CLEAR:
        return Verdict(sided=sided, because=because)
    bad, _, good = softmax([negative, CAUTION, positive])
    return Verdict(POLARITIES[sign + 1], float(good - bad), sided, because)


def evidence(text: Text, found: Iterable[Mention], book: Codebook) -> Iterator[list[Evidence]]:
    """The cues that bear on each mention."""
    cues = _cues(text, book)
    places = [cue.head.i for cue in cues]
    for mention in found:
        at = text.parsed(mention.start, mention.end).root.i if text.bounds else 0
        near = cues[bisect_right(places, at - REACH) : bisect_right(places, at + REACH)]
        yield [_weighed(text.doc[at], cue) for cue in near if _bears(text, mention, cue)]


def _cues(text: Text, book: Codebook) -> list[Evidence]:
    """The evaluative cues in the order of their heads; a denied ill is left out, a denied good is an ill."""
    denied = {token.i for it in propositions.find(text) if it.negated for token in (it.verb, it.predicate)}
    found = []
    for sentence, first, last, row in book.matches(text):
        start, end = text.offsets(sentence)[first][0], text.offsets(sentence)[last - 1][1]
        cue = Evidence(text.parsed(start, end).root, start, end, book.rows[row].category, book.rows[row].weight)
        if cue.head.i not in denied:
            found.append(cue)
        elif cue.weight > 0:
            found.append(cue._replace(category=NOT_GOOD, weight=-cue.weight))
    return sorted(found, key=lambda cue: cue.head.i)


def _bears(text: Text, mention: Mention, cue: Evidence) -> bool:
    """Has a cue to do with a mention: is it in its sentence, and not in words that it only utters?"""
    start, end = text.bounds[text.sentence_at(mention.start)]
    said = text.passages[text.passage_at(cue.start)]
    uttered = said.kind == "quote" and any(a <= mention.start < b for a, b in said.because)
    return start <= cue.start < end and not uttered


def _weighed(token: Token, cue: Evidence) -> Evidence:
    """A cue as evidence: the more steps of the parse there are between it and the mention, the less it counts."""
    above = {one.i: steps for steps, one in enumerate((cue.head, *cue.head.ancestors))}
    path = [token, *token.ancestors]
    up = next((steps for steps, one in enumerate(path) if one.i in above), len(path) - 1)
    steps, relation = up + above.get(path[up].i, REACH), path[up - 1].dep_ if up else ""
    return cue._replace(role=ROLES[relation in PASSIVE], near=HALF / (HALF + steps))


# --- many mentions together


def matrix(text: Text) -> pd.DataFrame:
    """A row a voice and an actor: voice, actor, position, endangered, endangering (propositions in which harm is done
    to it, or in which it does harm), mentions, negative, neutral, positive (counts), polarity (the mean score, with
    polarity_low and polarity_high), enough (are there ``ENOUGH`` mentions for it to say something?).

    position is the ideological square's (van Dijk 1998): "in-group" is the voice's we, or an actor who comes to more
    harm than it does; "out-group" the other way round. Elsewhere it is empty.
    """
    rows, (suffered, done) = [], _harm(text)
    for pair, own in toward(text).groupby(["voice", "actor"], sort=False):
        more, counts = suffered[pair] - done[pair], Counter(own.polarity)
        us = pair[1] == f"we ({pair[0]})"
        position = "in-group" if us or more > 0 else "out-group" if more < 0 else ""
        mean = (min(max(bound, -1.0), 1.0) for bound in stats.mean(list(own.score)))
        counted = (suffered[pair], done[pair], len(own), *(counts[polarity] for polarity in POLARITIES))
        rows.append((*pair, position, *counted, *mean, len(own) >= ENOUGH))
    counts, means = "endangered endangering mentions negative neutral positive", "polarity polarity_low polarity_high"
    return frame(rows, f"voice actor position {counts} {means} enough", counts, means, "enough")


def _harm(text: Text) -> tuple[Counter, Counter]:
    """How often a voice has an actor come to harm, and do harm, by the propositions that are not denied."""
    known, named, suffered, done = _by_head(text), by_token(text), Counter(), Counter()
    for it in propositions.find(text):
        if it.predicate.i in known and known[it.predicate.i].category in HARMS and not it.negated:
            voice = text.voice_at(it.predicate.idx)
            for side, counts in ((it.patient, suffered), (it.agent, done)):
                counts.update({(voice, called(named[i], voice)) for i in _inside(side) if i in named})
    return suffered, done


def _by_head(text: Text) -> dict[int, Evidence]:
    """The evaluative cue that each token of ``text.doc`` heads, if any."""
    return {cue.head.i: cue for cue in _cues(text, load("evaluation", text))}


def _inside(token: Token | None) -> range:
    return range(*phrase(token)) if token is not None else range(0)


def relations(text: Text) -> pd.DataFrame:
    """A row an act of one actor upon another: agent, act, target (as written), agent_actor, target_actor (whom that
    names), weight, sentence, voice, holder, start, end (of the act).

    An act is a proposition told as done: not denied, asked, planned or supposed, and held with a certainty of
    ``SURE``. Both sides are persons or bodies, one at least by name. weight is the act's own, where the codebook
    knows it: -1 bad, 1 good, else 0; what is meant ill but gives somebody arms or help is support.

    >>> relations(Text("Ankara accused Israel."))[["agent", "act", "target", "weight"]].values.tolist()
    [['Ankara', 'accused', 'Israel', -1.0]]
    """
    rows, known = [], _by_head(text)
    for it in filter(_is_act, propositions.find(text)):
        start, end = it.predicate.idx, it.predicate.idx + len(it.predicate)
        weight = known[it.predicate.i].weight if it.predicate.i in known else 0.0
        weight = 1.0 if it.lemma in WORDS["arming"] else weight
        sides = ([_actor(text, one) for one in joined(side)[:MOST]] for side in (it.agent, it.patient))
        for (one, agent, named), (other, target, named_too) in product(*(filter(None, side) for side in sides)):
            if agent != target and (named or named_too):
                who = (one, text.raw[start:end], other, agent, target)
                rows.append((*who, weight, it.sentence, text.voice_at(start), it.holder, start, end))
    columns = "agent act target agent_actor target_actor weight sentence voice holder start end"
    return frame(rows, columns, "start end sentence", "weight")


def _is_act(it: Proposition) -> bool:
    told = it.mood == "told" and not (it.negated or it.asked or it.conditional) and it.certainty >= SURE
    return told and it.kind != "copula" and it.lemma not in WORDS["states"] and bool(it.agent and it.patient)


def _actor(text: Text, token: Token) -> tuple[str, str, bool] | None:
    """Who a noun phrase is, if somebody who can act: as written, as the tables name it, and is it by name?"""
    token = reports.antecedents(text).get(token.i, token)
    mention, span = by_token(text).get(token.i), phrase(token, joined=False)
    if mention is None and token.pos_ != "PROPN" and token.lemma_.lower() not in WORDS["people"]:
        return None
    if mention is not None and mention.kind == "in-group":
        return None
    written = " ".join(text.raw[slice(*offsets(text.doc, span))].split())
    actor = mention.actor if mention is not None else written
    by_name = any(word.pos_ in ("PROPN", "ADJ") for word in text.doc[slice(*span)])
    return (actor if token.pos_ == "ADJ" else written), actor, by_name  # of "the Turkish attack" Turkey


def between(text: Text, p: tuple[int, int], q: tuple[int, int]) -> pd.Series:
    """What a sentence says of two actors at offsets p and q: relation ("none", "p negative to q", …) and score, 0..1.

    ``score`` is how certain the proposition is made to sound that says so, or 0.5 where there is none. Raises TextError
    for a span outside the text.

    >>> between(Text("Ankara accused Israel."), (0, 6), (15, 21)).relation
    'p negative to q'
    """
    given(text, (p, q))
    one, other = (text.parsed(*span).root.i if text.bounds else -1 for span in (p, q))
    known = _by_head(text)
    for it in propositions.find(text):
        doing, suffering = _inside(it.agent), _inside(it.patient)
        forth, back = (one in doing and other in suffering), (other in doing and one in suffering)
        if (forth or back) and it.predicate.i in known and it.certainty > DENIED:
            kind = "positive" if known[it.predicate.i].weight > 0 else "negative"
            relation = f"p {kind} to q" if forth else f"q {kind} to p"
            return pd.Series({"relation": relation, "score": it.certainty})
    return pd.Series({"relation": "none", "score": 0.5})
