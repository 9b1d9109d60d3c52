"""Threat framing: what are we told to fear, from whom, and how certain is it said to be?

Securitisation theory (Buzan, Wæver & de Wilde 1998) asks of a text who or what threatens (agent), what is threatened
(referent), by what means and what is to be done; proximisation theory (Cap 2017) how near the threat is made to come;
fear-appeal theory (Witte 1992) how severe it is; Entman (1993) which functions a frame fulfils.

``threat.csv`` has cues by category, each with a weight in the score. ``harm.toml`` has the predicates that make a
proposition a claim of a threat; ``claims.py`` reads it so.
"""

from __future__ import annotations

from math import sqrt

import pandas as pd
from scipy.special import expit

from . import stats
from .actors import mentions
from .claims import Claim
from .claims import find as find_claims
from .clauses import clause, offsets, phrase
from .codebook import Codebook, cue_table, load
from .text import Text

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
FRAMES = ("problem", "cause", "judgement", "remedy")


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
    scores, claimed = score(text), {claim.sentence for claim in _claims(text)}
    threats = [number in claimed or loud >= LOUD for number, loud in scores.items()]
    return pd.DataFrame({"threat": pd.Series(threats, dtype=bool), "score": scores})


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group (``by`` None, "voice", "kind" or "segment"): words, sentences, and with 95 % intervals

    * threats, claims: threat cues and threat claims, and each per 100 words (``…_per_100``);
    * threat_share: the share of sentences that score 0.5 or more; threat: their mean score, 0..1.
    """
    return stats.table(text, by, *_counted(text, codebook or load("threat", text)))


def _counted(text: Text, book: Codebook) -> tuple[dict[str, list], dict[str, list], dict[str, list]]:
    """What ``measure`` counts: the offsets of cues and claims; the truths and the numbers of the sentences."""
    scores = _scores(text, book)
    places = {"threats": find(text, book).start, "claims": [claim.it.predicate.idx for claim in _claims(text)]}
    return places, {"threat": [score >= LOUD for score in scores]}, {"threat": scores}


def claims(text: Text) -> pd.DataFrame:
    """A row a claim that something threatens something, in the order of the text.

    ``voice`` utters it; ``holder`` says so: the innermost source of reported speech, else the voice. ``agent``
    threatens ``referent`` by ``means``, "" where it is not said: actors as the stance lens names them, else words of
    the text. ``imminence`` and ``response``: the words for how soon, and for what is to be done (there or within the
    next two sentences of the same voice); ``conditional``: said to hold only if something else does; ``certainty``: how
    surely it is said, 0 (denied) to 1; ``threat``: the sentence's score; ``because``: the offsets of the predicate;
    ``start`` and ``end``: from the first participant or predicate to the last; ``kind``: its list in ``harm.toml``.

    >>> claims(Text("Rising seas could threaten the port."))[["agent", "referent", "certainty"]].values.tolist()
    [['Rising seas', 'the port', 0.5]]
    """
    scores, rows = _scores(text, load("threat", text)), []
    soon, must = _said(text, "imminence"), _said(text, "response")
    for claim in _claims(text):
        core = offsets(text.doc, (claim.it.predicate.i, claim.it.predicate.i + 1))
        spans = [core, *(offsets(text.doc, phrase(one)) for one in claim.parts if one is not None)]
        start, end = min(start for start, _ in spans), max(end for _, end in spans)
        voices = [text.passages[passage].voice for *_, passage in text.spans[claim.sentence : claim.sentence + LATER]]
        answers = [must.get(claim.sentence + i, "") for i, voice in enumerate(voices) if voice == voices[0]]
        who = (text.voice_at(start), claim.it.holder, claim.agent, claim.referent, claim.means)
        said = (soon.get(claim.sentence, ""), next(filter(None, answers), ""), claim.it.conditional, claim.certainty)
        rows.append((claim.sentence, *who, *said, round(scores[claim.sentence], 3), (core,), start, end, claim.kind))
    types = {"sentence": int, "conditional": bool, "certainty": float, "threat": float, "start": int, "end": int}
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object).astype(types)


def frames(text: Text) -> pd.DataFrame:
    """A row a sentence: its number, voice, and which of Entman's (1993) functions of a frame it was found to fulfil.

    ``problem``: a word of what is feared (``FEARED``) or a threat claim; ``cause``: a claim that names an agent;
    ``judgement``: a word of moral judgement; ``remedy``: what must be done, in or soon after a problem that the same
    voice names.
    """
    found, speakers, problems = _claims(text), [text.passages[passage].voice for *_, passage in text.spans], {}
    feared, judged, must = (_marked(text, kinds) for kinds in (FEARED, JUDGED, {"response"}))
    claimed, blamed = {claim.sentence for claim in found}, {claim.sentence for claim in found if claim.agent}
    rows = []
    for i, voice in enumerate(speakers):
        if i in feared or i in claimed:
            problems[voice] = i
        remedy = i in must and i - problems.get(voice, -LATER) < LATER
        rows.append((i, voice, problems.get(voice) == i, i in blamed, i in judged, remedy))
    return pd.DataFrame(rows, columns=["sentence", "voice", *FRAMES])


def _claims(text: Text) -> list[Claim]:
    def find_all() -> list[Claim]:
        feared = {start for cues in _marked(text, FEARED).values() for cue in cues for start, _ in cue}
        feared -= {mention.start for mention in mentions(text)}  # Hamas is feared, but an actor and no event
        return find_claims(text, {token.i for token in text.doc if token.idx in feared})

    return text.remember("threat.claims", find_all)


def _marked(text: Text, kinds: frozenset[str] | set[str]) -> dict[int, list[list[tuple[int, int]]]]:
    """The cues of some categories in each sentence that has any, as the offsets of their words."""
    book, found = load("threat", text), {}
    for sentence, first, last, row in book.matches(text):
        if book.rows[row].category in kinds:
            found.setdefault(sentence, []).append(text.offsets(sentence)[first:last])
    return found


def _said(text: Text, category: str) -> dict[int, str]:
    """The first words of a category in each sentence that has any; with "must" and the like the rest of the clause."""
    tokens, found = {token.idx: token for token in text.doc}, {}
    for sentence, cues in _marked(text, {category}).items():
        start, end, cue = cues[0][0][0], cues[0][-1][1], tokens.get(cues[0][0][0])
        if category == "response" and cue is not None:
            end = max(end, offsets(text.doc, clause(cue.head if cue.dep_ == "aux" else cue))[1])
        found[sentence] = " ".join(text.raw[start:end].split())
    return found


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
        return [expit(intercept + total / root) for total, root in zip(sums, roots, strict=True)]

    return text.remember(("threat.scores", book), score_all)
