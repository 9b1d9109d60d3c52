"""Threat framing: what are we told to fear, from whom, and how certain is it said to be?

Securitisation theory (Buzan, Wæver & de Wilde 1998) asks of a text who or what threatens (agent), what is threatened
(referent) and by what means; fear-appeal theory (Witte 1992) how severe the threat is made to sound.

Whether a sentence tells of a danger the trained encoder says (``reader``). ``threat.csv`` has cues by category;
``harm.toml`` has the predicates that make a proposition a claim of a threat, and ``claims.py`` reads it so.
"""

from __future__ import annotations

import pandas as pd

from . import reader, stats
from .actors import by_token
from .claims import Claim
from .claims import find as find_claims
from .clauses import offsets, phrase
from .codebook import Codebook, frame, load
from .text import Text

DOUBTED = 0.3  # a claim of less certainty is denied or doubted
FEARED = frozenset(
    {"declared threat", "threat", "alarm", "attack", "war", "killing", "crime", "terrorism", "death", "disease"}
    | {"catastrophe", "annihilation", "vulnerability", "natural hazard", "escalation", "weapons of mass destruction"}
)


def find(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a threat cue: start, end, cue (as written), category, weight, sentence, voice, entry (the codebook's row).

    >>> find(Text("The enemy could attack at any moment."))[["cue", "category"]].values.tolist()
    [['enemy', 'adversary'], ['attack', 'attack'], ['at any moment', 'imminence']]
    """
    return (codebook or load("threat", text)).find(text)


def score(text: Text) -> pd.Series:
    """How likely, 0..1, an annotator of propaganda would call each sentence an appeal to fear."""
    return reader.sentences(text, "fear").rename("threat")


def sentences(text: Text) -> pd.DataFrame:
    """A row a sentence: threat (does it tell of a danger, by the encoder?), score (how likely that is, 0..1).

    >>> sentences(Text("Floods threaten the port. It is blue.")).threat.tolist()
    [True, False]
    """
    scores = reader.sentences(text, "threat")
    return pd.DataFrame({"threat": scores >= reader.cut("threat"), "score": scores})


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group (``by`` None, "voice", "kind" or "segment"): words, sentences, and with 95 % intervals

    * threats, claims: threat cues and threat claims, and each per 100 words (``…_per_100``);
    * threat_share: the share of sentences that tell of a danger; threat: their mean score, 0..1.
    """
    told = sentences(text)
    cues = {"threats": find(text, codebook).start, "claims": [claim.it.predicate.idx for claim in found(text)]}
    return stats.table(text, by, cues, {"threat": told.threat.tolist()}, {"threat": told.score.tolist()})


def claims(text: Text) -> pd.DataFrame:
    """A row a claim that something threatens something, in the order of the text.

    ``voice`` utters it; ``holder`` says so: the innermost source of reported speech, else the voice. ``agent``
    threatens ``referent`` by ``means``, "" where it is not said: actors as the stance lens names them, else words of
    the text. ``conditional``: said to hold only if something else does; ``certainty``: how surely it is said, 0
    (denied) to 1; ``threat``: the sentence's score; ``because``: the offsets of the predicate; ``start`` and ``end``:
    from the first participant or predicate to the last; ``kind``: its rule in ``harm.toml``.

    >>> claims(Text("Rising seas could threaten the port."))[["agent", "referent", "certainty"]].values.tolist()
    [['Rising seas', 'the port', 0.5]]
    """
    scores, rows = sentences(text).score, []
    for claim in found(text):
        core = offsets(text.doc, (claim.it.predicate.i, claim.it.predicate.i + 1))
        parts = (offsets(text.doc, phrase(one)) for one in claim.parts if one is not None)
        starts, ends = zip(core, *parts, strict=True)
        who = (text.voice_at(min(starts)), claim.it.holder, claim.agent, claim.referent, claim.means)
        how = (claim.it.conditional, claim.certainty, scores[claim.it.sentence])
        rows.append((claim.it.sentence, *who, *how, (core,), min(starts), max(ends), claim.kind))
    columns = "sentence voice holder agent referent means conditional certainty threat because start end kind"
    return frame(rows, columns, "sentence start end", "certainty threat", "conditional")


def found(text: Text) -> list[Claim]:
    """The claims as the parse has them; ``claims`` is their table."""

    def find_all() -> list[Claim]:
        cues = find(text).query("category in @FEARED")
        words = (token.i for start, end in zip(cues.start, cues.end, strict=True) for token in text.parsed(start, end))
        return find_claims(text, {*words} - by_token(text).keys())  # Hamas is feared, but an actor and no event

    return text.remember("threat.claims", find_all)
