"""Threat framing: what are we told to fear, from whom, and how certain is it said to be?

Securitisation theory (Buzan, Wæver & de Wilde 1998) asks of a text who or what threatens (agent), what is threatened
(referent), by what means and what is to be done; proximisation theory (Cap 2017) how near the threat is made to come;
fear-appeal theory (Witte 1992) how severe it is and how exposed we are; Entman (1993) which functions a frame fulfils.
Choi et al. (2022) published a threat dictionary before; none of its words were copied.

Two codebooks. ``threat.csv`` has the cues. Their weights were learned by logistic regression on lines that annotators
did or did not mark as an appeal to fear (Da San Martino et al. 2020), each cue's shrunken towards the weight of its
category, since the fear appeals are few. Its ``role`` column tells threat cues from context, which moves the score but
is nothing to be afraid of, and from guards (reassurance). Rows with the roles ``elsewhere`` (sport, a kitchen, software
…) and ``public`` (public life) have votes on what the sentences around are about: where sport has it, "attack" and
"threat" are meant otherwise, and are not counted; where nothing is public, no claim is made. No people, country or
faith is a threat cue, though annotators marked lines about some far more often. But some groups are: Hamas, Hezbollah,
the Taliban, Islamic State, the Revolutionary Guard, nazis. "Soviet", "communist", Hitler and the Klan move the score as
context; parties, the Kremlin and NATO have votes for public life. Such names take a side: see their rows in the file.
``claims.csv`` has the words that turn a clause into a claim; see ``claims.py``.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate, groupby
from math import sqrt
from operator import itemgetter

import pandas as pd
from scipy.special import expit as logistic

from . import hedging, propositions, stats, voices
from .claims import NOTHING, Claim, classes, clause, may_claim, named, written
from .codebook import Codebook, cue_table, load
from .text import Text, frame

STEADY = 3  # words added to a sentence's length, so that a heading of one word does not weigh like a cry of many
UNWEIGHED = ("elsewhere", "public")  # roles whose weights are votes on what the text is about
NEAR, VOTES = 4, 3  # in so many sentences before and after, so many votes for sport, a kitchen, … make it one
ENOUGH = 40  # words among which at least one is of public life, where threats are political
PUBLIC = frozenset(
    {"public life", "military means", "weapons of mass destruction", "terrorism", "law", "oppression", "crime"}
    | {"disease", "natural hazard"}
)
ONGOING = frozenset({"erupts", "appears", "presses"})  # what is said of a threat, rarely with whom it is a threat to
DOUBTED = 0.3  # a claim of less certainty is denied or doubted
LATER = 3  # sentences, from the claim's own on, in which its response is looked for
COLUMNS = (
    "sentence voice agent referent means imminence response conditional certainty threat because start end kind".split()
)
FEARED = frozenset(
    {"declared threat", "threat", "alarm", "attack", "war", "killing", "crime", "terrorism", "death", "disease"}
    | {"catastrophe", "annihilation", "vulnerability"}
)
FRAMES = {
    "problem": FEARED,
    "cause": frozenset({"cause"}),
    "judgement": frozenset({"damnation", "moral judgement", "oppression", "conspiracy"}),
    "remedy": frozenset({"deterrence"}),
}


def find(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a threat cue: start, end, cue (as written), category, weight, sentence, voice, entry (the codebook's row).

    >>> find(Text("The enemy could attack at any moment."))[["cue", "category"]].values.tolist()
    [['enemy', 'adversary'], ['attack', 'attack'], ['at any moment', 'imminence']]
    """
    book = codebook or load("threat", text)
    return cue_table(text, book.rows, _cues(text, book))


def evidence(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a cue that moves the score, as ``find``: threat cues, context ("our", "will") and guards ("no danger")."""
    weights = _columns(book := codebook or load("threat", text))[1]
    return cue_table(text, book.rows, [match for match in book.matches(text) if weights[match[3]]])


def score(text: Text, codebook: Codebook | None = None) -> pd.Series:
    """How much of a threat each sentence makes, 0..1: the logistic of its cues' weights over the root of its length.

    From 0.5 on the sentence counts as a threat. On the development lines that is the point of the best F2: of the
    lines that threaten, annotators mark few. The score orders sentences; it is no probability.
    """
    return pd.Series(_scores(text, codebook or load("threat", text)), dtype=float, name="threat")


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group (``by`` None, "voice", "kind" or "segment"): words, sentences, and with 95 % intervals

    * threats, claims: threat cues and threat claims, and each per 100 words (``…_per_100``);
    * threat_share: the share of sentences that score 0.5 or more; threat: their mean score, 0..1.
    """
    return stats.table(text, by, *_found(text, codebook or load("threat", text)))


def _found(text: Text, book: Codebook) -> tuple[dict[str, list], dict[str, list], dict[str, list]]:
    """What ``measure`` counts: the places of cues and claims; the truths and the numbers of the sentences."""
    claimed = [(claim.sentence, claim.core[0]) for claim in _claims(text)]
    places, scores = {"threats": [match[:2] for match in _cues(text, book)], "claims": claimed}, _scores(text, book)
    places = {name: [text.offsets(at)[word][0] for at, word in own] for name, own in places.items()}
    return places, {"threat": [score >= 0.5 for score in scores]}, {"threat": scores}


def claims(text: Text) -> pd.DataFrame:
    """A row a claim that something threatens something, in the order of the text.

    ``voice``: who speaks, or whom the narrator names as the source ("Putin said that …", ``voices.reports``); the
    narrator chose the words, so in ``measure`` such a claim counts as the narrator's.
    ``agent`` threatens ``referent`` by ``means``, "" where it is not said. Agents and referents are actors of the
    stance codebook, or else words of the text; "us" and "our interests" are the voice's side where the text states it.
    ``imminence`` and ``response``: the words for how soon, and for what is to be done (there or within the next two
    sentences); ``conditional``: said to hold only if something else does; ``certainty``: how sure the voice sounds,
    0..1 (``hedging.certainty``); ``threat``: the sentence's score; ``because``: the offsets of the words that make it a
    claim, which spans ``start`` to ``end``; ``kind``: its pattern in ``claims.csv``.

    >>> claims(Text("Rising seas could threaten the port."))[["agent", "referent", "certainty"]].values.tolist()
    [['Rising seas', 'the port', 0.5]]
    """
    rows, scores, found = [], _scores(text, load("threat", text)), _claims(text)
    soon, must, tell = _said(text, "imminence"), _said(text, "response"), classes(load("claims", text))["tell"]
    speakers = [text.passages[passage].voice for *_, passage in text.spans]
    reports = ((i, voice, text.folded[a:z]) for i, _, voice, ((a, z), *_) in voices.reports(text)) if found else ()
    named_source = {i: voice for i, voice, cue in reports if " " in cue or cue in tell}  # not "accused" or "vowed"
    for place, claim in enumerate(found):
        sentence, at = claim.sentence, text.offsets(claim.sentence)
        start, end = at[claim.extent[0]][0], at[claim.extent[-1]][1]
        threatened, before = (sentence, claim.referent), found[max(place - 1, 0)]
        near = sentence - before.sentence < 2 and speakers[sentence] == speakers[before.sentence]
        if near and not claim.referent and claim.kind in ONGOING:
            threatened = (before.sentence, before.referent)  # "X is vulnerable. War could break out."
        later = (i for i in range(sentence, sentence + LATER) if i in must and speakers[i] == speakers[sentence])
        answer = next(later, sentence)
        called = must.get(answer, NOTHING)
        if called:  # from "must" to the next pause
            called = range(called[0], clause(text, answer).next(called.stop))
        said = ((sentence, claim.means), (sentence, soon.get(sentence, NOTHING)), (answer, called))
        who = [named(text, sentence, claim.agent, own=False), named(text, *threatened)]
        who[1] *= who[0] != who[1]  # "it" is not what threatens it
        because = ((at[claim.core[0]][0], at[claim.core[-1]][1]),)
        certainty = min(hedging.certainty(text, *span) for span in ((start, end), *because))  # "used to threaten"
        held = [it for it in propositions.find(text) if start <= it.predicate.idx < end]
        kind = (any(it.conditional for it in held), certainty, round(scores[sentence], 3))
        voice = named_source.get(text.spans[sentence][0]) or text.voice_at(start)
        parts = (written(text, *part) for part in said)
        rows.append((sentence, voice, *who, *parts, *kind, because, start, end, claim.kind))
    types = {"sentence": int, "conditional": bool, "certainty": float, "threat": float, "start": int, "end": int}
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object).astype(types)


def frames(text: Text) -> pd.DataFrame:
    """A row a sentence: its number, voice, and which of Entman's (1993) functions of a frame it was found to fulfil.

    ``problem``: a word of what is feared (``FEARED``) or a threat claim; ``cause``: a claim that names an agent, or a
    word of causing beside a problem; ``judgement``: a word of moral judgement; ``remedy``: what must be done, or a word
    of deterrence, in or soon after a problem that the same voice names.
    """
    book, found = load("threat", text), _claims(text)
    held: dict[int, set[str]] = {claim.sentence: {"threat"} for claim in found}
    elsewhere, _ = _elsewhere(text, book)
    for sentence, _, _, row in book.matches(text):
        if sentence not in elsewhere:
            held.setdefault(sentence, set()).add(book.rows[row].category)
    called, blamed = _said(text, "response"), {claim.sentence for claim in found if claim.agent}
    rows, speakers = [], [text.passages[passage].voice for *_, passage in text.spans]
    problems = {i for i, own in held.items() if not FEARED.isdisjoint(own)}
    for i, voice in enumerate(speakers):
        problem, cause, judgement, remedy = (not own.isdisjoint(held.get(i, ())) for own in FRAMES.values())
        near = any(j in problems and speakers[j] == voice for j in range(max(i - LATER + 1, 0), i + 1))
        functions = (problem, i in blamed or (cause and problem), judgement, near and (remedy or i in called))
        rows.append((i, voice, *functions))
    return pd.DataFrame(rows, columns=["sentence", "voice", *FRAMES])


def presupposed(text: Text) -> pd.DataFrame:
    """A row a threat that a question takes for granted, as whoever answers has to grant it or to fight it.

    A definite noun phrase presupposes that there is what it names ("the phantom threat of strikes"; Strawson 1950):
    sentence, voice, cue (the first in it), phrase (from "the", "this", "our" … to its last cue), category, start, end
    (of the cue).

    >>> presupposed(Text("How will we survive the coming invasion? Is there a threat?")).phrase.tolist()
    ['the coming invasion']
    """
    threats, rows = load("threat", text), {}
    for sentence, first, last, row in _cues(text, threats):
        kind = threats.rows[row].category
        asked = kind in FEARED and hedging.is_question(text, sentence)
        if asked and (begins := clause(text, sentence).definite(first)) is not None:
            start, end = text.offsets(sentence)[first][0], text.offsets(sentence)[last - 1][1]
            told = [sentence, text.voice_at(start), text.raw[start:end], "", kind, start, end]
            rows.setdefault((sentence, begins), told)[3] = written(text, sentence, range(begins, last))
    return frame(list(rows.values()), "sentence voice cue phrase category start end", "sentence start end")


def _said(text: Text, category: str) -> dict[int, range]:
    """The first words of a category of threat.csv in each sentence that has any."""
    book = load("threat", text)
    matches = [match for match in reversed(book.matches(text)) if book.rows[match[3]].category == category]
    return {sentence: range(first, last) for sentence, first, last, _ in matches}


def _cues(text: Text, book: Codebook) -> list[tuple[int, int, int, int]]:
    """The matches that are threat cues; in a reader's own codebook, which has no roles, all are."""
    roles, (elsewhere, _) = _columns(book)[0], _elsewhere(text, book)
    return [match for match in book.matches(text) if roles[match[3]] == "threat" and match[0] not in elsewhere]


@lru_cache(maxsize=32)
def _columns(book: Codebook) -> tuple[list[str], list[float], list[str]]:
    """Of each row of a codebook its role, its weight in the score, and the matter for which it has a vote."""
    roles, weights, matters = [cue.extra.get("role") or "threat" for cue in book.rows], [], []
    for cue, role in zip(book.rows, roles, strict=True):
        weights.append(0.0 if role in UNWEIGHED else cue.weight)
        matters.append("public" if cue.category in PUBLIC else cue.category if role == "elsewhere" else "")
    return roles, weights, matters


def _scores(text: Text, book: Codebook) -> list[float]:
    def score_all() -> list[float]:
        sums, weights = [0.0] * len(text.bounds), _columns(book)[1]
        for sentence, _, _, row in book.matches(text):
            sums[sentence] += weights[row]
        for sentence in _elsewhere(text, book)[0]:
            sums[sentence] += book.constants.get("elsewhere", 0.0)
        intercept = book.constants.get("intercept", -1.0)
        roots = (sqrt(len(words) + STEADY) for words in text.tokens)
        return [logistic(intercept + total / root) for total, root in zip(sums, roots, strict=True)]

    return text.remember(("threat.scores", book), score_all)


def _elsewhere(text: Text, book: Codebook) -> tuple[set[int], set[int]]:
    """The sentences of a match report, a recipe, a novel …, where "attack", "kill" and "threat" are meant otherwise;
    and those with many words around them and none of public life, so that no claim there is political.

    One word astray is not enough: the different words for one such matter in the sentences around have votes, against
    one for each word of public life there.
    """

    def find_all() -> tuple[set[int], set[int]]:
        roles, _, matters = _columns(book)
        held: dict[str, dict[int, list[int]]] = {}
        for sentence, _, _, row in book.matches(text):
            if matters[row]:
                held.setdefault(matters[row], {}).setdefault(sentence, []).append(row)
        public, n = held.pop("public", {}), len(text.bounds)
        here = _around([len(public.get(i, ())) for i in range(n)])
        words = _around([len(words) for words in text.tokens])
        private = {i for i in range(n) if not here[i] and words[i] >= ENOUGH} if "public" in roles else set()
        found = set()
        for own in held.values():
            for i in {near for at in own for near in range(at - NEAR, at + NEAR + 1) if 0 <= near < n}:
                rows = {row for near in range(i - NEAR, i + NEAR + 1) for row in own.get(near, ())}
                if sum(book.rows[row].weight for row in rows) >= max(VOTES, here[i] + 1):
                    found.add(i)
        return found, private

    return text.remember(("threat.elsewhere", book), find_all)


def _around(counts: list[int]) -> list[int]:
    """The sum of a count over each sentence and those near it."""
    sums = list(accumulate([*[0] * (NEAR + 1), *counts, *[0] * NEAR]))
    return [after - before for before, after in zip(sums, sums[2 * NEAR + 1 :], strict=False)]


def _claims(text: Text) -> list[Claim]:
    def find_all() -> list[Claim]:
        book, threats, cues, found = load("claims", text), load("threat", text), {}, []
        for sentence, first, last, _ in _cues(text, threats):
            cues.setdefault(sentence, set()).update(range(first, last))
        elsewhere = set().union(*_elsewhere(text, threats))
        for sentence, group in groupby(book.matches(text), itemgetter(0)):
            held, matches = cues.get(sentence, set()), list(group)
            if sentence not in elsewhere and may_claim(matches, book, held):
                found += clause(text, sentence).claims(matches, held)
        return found

    return text.remember("threat.claims", find_all)
