"""Threat framing: what are we told to fear, from whom, and how certain is it said to be?

Securitisation theory (Buzan, Wæver & de Wilde 1998) asks of a text who or what threatens (agent), what is threatened
(referent) and by what means; fear-appeal theory (Witte 1992) how severe the threat is made to sound.

How likely a sentence tells of a danger, and which of its propositions claims so of whom, the trained encoder says
(``reader``, ``claims``). ``threat.csv`` has cues by category, which are counted beside that.
"""

from __future__ import annotations

import pandas as pd

from . import corrections, reader, stats
from .claims import find as found
from .clauses import offsets, phrase
from .codebook import Codebook, frame, load
from .text import Text

DOUBTED = 0.3  # a claim of less certainty is denied or doubted


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
    """A row a sentence: threat (does it claim one, not denied or doubted, as ``claims`` has it?), score (how likely it
    tells of one, 0..1).

    >>> sentences(Text("Floods threaten the port. It is blue.")).threat.tolist()
    [True, False]
    """
    scores = reader.sentences(text, "threat")
    told = pd.DataFrame({"threat": scores.index.isin(asserted(text).sentence), "score": scores})
    return corrections.applied(text, "threat", told)


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group (``by`` None, "voice", "kind" or "segment"): words, sentences, and with 95 % intervals

    * threats, claims: threat cues and claims that are not denied or doubted, and each per 100 words (``…_per_100``);
    * threat_share: the share of sentences that claim a danger; threat: their mean score, 0..1.
    """
    told = sentences(text)
    cues = {"threats": find(text, codebook).start, "claims": asserted(text).because.str[0].str[0]}
    return stats.table(text, by, cues, {"threat": told.threat.tolist()}, {"threat": told.score.tolist()})


def asserted(text: Text) -> pd.DataFrame:
    """The ``claims`` that are made, and not denied or doubted."""
    found = claims(text)
    return found[found.certainty >= DOUBTED]


def claims(text: Text) -> pd.DataFrame:
    """A row a claim that something threatens something, in the order of the text.

    ``voice`` utters it; ``holder`` says so: the innermost source of reported speech, else the voice. ``agent``
    threatens ``referent`` by ``means``, "" where it is not said: actors as the stance lens names them, else words of
    the text. ``conditional``: said to hold only if something else does; ``certainty``: how surely it is said, 0
    (denied) to 1; ``threat``: how likely it is a claim at all; ``because``: the offsets of the predicate; ``start`` and
    ``end``: from the first participant or predicate to the last.

    >>> claims(Text("Rising seas could threaten the port."))[["agent", "referent", "certainty"]].values.tolist()
    [['Rising seas', 'the port', 0.5]]
    """
    rows = []
    for claim in found(text):
        core = offsets(text.doc, (claim.it.predicate.i, claim.it.predicate.i + 1))
        parts = (offsets(text.doc, phrase(one)) for one in claim.parts if one is not None)
        starts, ends = zip(core, *parts, strict=True)
        who = (text.voice_at(core[0]), claim.it.holder, claim.agent, claim.referent, claim.means)
        how = (claim.it.conditional, claim.certainty, claim.score)
        rows.append((claim.it.sentence, *who, *how, (core,), min(starts), max(ends)))

    def added(*span: int) -> tuple:
        voice = text.voice_at(span[0])
        return (text.sentence_at(span[0]), voice, voice, "", "", "", False, 1.0, 1.0, (span,), *span)

    rows = corrections.rows(text, "claims", rows, added, lambda row: row[-2:])
    columns = "sentence voice holder agent referent means conditional certainty threat because start end"
    table = frame(rows, columns, "sentence start end", "certainty threat", "conditional")
    return corrections.applied(text, "claims", table)
