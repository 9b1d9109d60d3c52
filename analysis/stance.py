"""Stance: who stands where towards whom?

Evaluation is described as in appraisal theory (Martin & White 2005): affect, judgement of what people are and do,
appreciation of things. ``codebooks/evaluation.csv`` holds its cues. What a cue says of an actor depends on the actor's
role: in "Ankara attacked its critics" Ankara does, in "critics attacked Ankara" it is done to. ``codebooks/roles.csv``
says what the cues of a category speak for, in log-odds against a neutral verdict, of the one who does and of the one
to whom it is done; ``own`` in evaluation.csv moves that for a single cue. ``codebooks/plain.csv`` holds words that
only make a verdict less or more likely ("said"), whichever it is: the evaluative cues alone decide its sign.

All of this was learned (``subtext learn GOLD_DIR stance``) on news sentences whose stance towards one mention was
judged by annotators (NewsMTSC, Hamborg & Donnay 2021). The rules, with what each adds in
``tests/gold/stance_ablation.csv``:

* A cue counts less with distance: half at ``HALF`` words. Commas, and other names, between count as more words.
* A negated cue counts as a cue of its own: "not honest" speaks against an actor, "not a liar" does not count.
* Who suffers harm is its target, though it is the subject of a passive: a victim is not blamed for the act.
* What somebody says is not said of them: the words of a quotation do not count for the mention of its speaker.
"""

from __future__ import annotations

import csv
import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from . import rates
from .actors import Mention, called, mentions
from .codebook import HERE, Codebook, Cue, cue_table, load
from .names import VERBS
from .text import Text, TextError, frame
from .voices import Passage

POLARITIES = ("negative", "neutral", "positive")
DOER, TARGET = 0, 1
PLAIN = frozenset({"context", "place"})  # categories of plain.csv that have no side
_HARMS = "judgement: aggression|judgement: crime|appreciation: danger|affect: worry|harm|hostilities|war|pressure"
HARMS = frozenset(
    [*_HARMS.split("|"), "judgement: atrocity"]
)  # categories of what is done to somebody, who is not to blame for it
DANGERS = HARMS - {"affect: worry", "judgement: crime", "harm"}  # those that draw a border between us and them
DEEDS = HARMS | {"accusation", "praise", "support", "opposition", "custody"}  # of these a passive tells who is done to
ATROCITY = "judgement: atrocity"  # a crime that, said of who stands beside it, condemns; too rare to be learned
REBUKES = frozenset({"accusation", "opposition"})
NEGATED = ("not good", "not bad")
ACTS = frozenset({"act", "contest"})  # what actors do to each other that is neither good nor bad in itself
ENOUGH = 3  # mentions from which a mean says something

# HALF, COMMA, OTHER and SCOPE were found by cross-validation; EDGE is kept for what it means, though it earns nothing
NEGATORS = frozenset(
    "not no never cannot nor neither without hardly barely falsely wrongly wrongfully unjustly".split()
)
NOBODY = frozenset({"nobody", "none", "no one"})
NEGATING = frozenset({"far from", "anything but", "cleared of", "innocent of", "free of", "free from"})
HALF = 8  # words from a mention at which a cue counts half
COMMA = 5  # words by which a cue behind a comma, bracket or dash is farther off
OTHER = 2  # words by which one behind another name or pronoun is
EDGE = 100  # words by which one is, too far to bear, in a clause with another subject ("claims that Japan …")
OWNED = 10  # words by which one of what another owns is ("Norway condemned Russia's brutal invasion")
SCOPE = 3  # words after a negator that are negated
TOUCHING = 4  # words between a danger and what it is a danger to
_CONJUNCTIONS = frozenset("but because although though while whereas if when which as that after before than".split())
_PUNCTUATION = frozenset(",;:()—–")
_PRONOUNS = frozenset("he she they i we him her them his their my our it you".split())
_SUBJECTS = frozenset("i he she they we it you".split())
_OWNERS = frozenset(("his", "her", "their", "its"))
_AUXILIARIES = frozenset("has have had is are was were will would could can may might also been be who that".split())
_IRREALIS = frozenset("will would could may might should must can to not never".split())
_IF = frozenset("if unless whether nobody none".split())  # before an actor: nothing is said to be done
_AND = frozenset((",", "and", ", and", "or"))
_BE = frozenset("is are was were be been being get got gets".split())
_DONE = ("ed", "en", "wn", "ght", "shot", "hurt", "struck")  # how participles end
_EDGES = frozenset("but that although though while whereas because".split())
_PASSIVE = frozenset(("by", "of"))  # behind a participle without "was": "Smith accused of fraud"
_BY = frozenset(("by", "under", "from"))  # before who has done what somebody suffers


class Placed(NamedTuple):
    """A mention with its sentence; its words there are first..last-1."""

    start: int
    end: int
    actor: str
    kind: str
    sentence: int
    first: int
    last: int


# --- actors


def actors(text: Text, codebook: str | Path | None = None) -> pd.DataFrame:
    """A row a mention of an actor: start, end, mention, actor, kind, voice, sentence.

    kind is state, bloc, organisation, group, person, or in-group: "we", "our", the voice's own side. ``codebook`` names
    a CSV file with actors to add, with the columns of ``codebooks/actors.csv``; without it ``text.codebooks`` is asked,
    which knows a file ``article.actors.csv`` beside ``article.txt``. Places ("in Baku") are not taken for governments,
    "in Turkey" is.

    >>> actors(Text("Baku trusts the Kremlin, not our base."))[["mention", "actor"]].values.tolist()
    [['Baku', 'Azerbaijan'], ['Kremlin', 'Russia'], ['our', 'we (narrator)']]
    """
    rows = [
        (m.start, m.end, text.raw[m.start : m.end], called(m, voice), m.kind, voice, m.sentence)
        for m in placed(text, mentions(text, codebook))
        for voice in (text.voice_at(m.start),)
    ]
    return frame(rows, "start end mention actor kind voice sentence", "start end sentence")


# --- evaluation


def find(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row an evaluative cue: start, end, cue (as written), category, weight (-1 or 1), sentence, voice, entry.

    >>> find(Text("A brave but dishonest man."))[["cue", "category", "weight"]].values.tolist()
    [['brave', 'judgement: virtue', 1.0], ['dishonest', 'judgement: untruth', -1.0]]
    """
    book = codebook or load("evaluation", text)
    return cue_table(text, book.rows, book.matches(text))


def score(text: Text, codebook: Codebook | None = None) -> pd.Series:
    """How likely, 0..1, a sentence takes sides: the most of any mention in it, from 0.5 on with a verdict on it."""
    found, scores = placed(text, mentions(text)), [0.0] * len(text.bounds)
    for mention, verdict in zip(found, _verdicts(text, found, codebook), strict=True):
        if text.bounds:
            scores[mention.sentence] = max(scores[mention.sentence], verdict.sided)
    return pd.Series(scores, dtype=float, name="stance")


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group: positive and negative cues per 100 words, the share of sentences that speak well or ill of an
    actor (``evaluative``), 95 % intervals.
    """
    book = codebook or load("evaluation", text)
    signs: dict[str, list] = {"positive": [], "negative": []}
    for sentence, first, _, row in book.matches(text):
        signs["positive" if book.rows[row].weight > 0 else "negative"].append((sentence, first))
    return rates.table(text, by, signs, {"evaluative": (score(text, codebook) >= 0.5).tolist()})


def figures(text: Text) -> dict[str, float]:
    """The lens's measures for the whole text, as plain numbers."""
    book, words = load("evaluation", text), sum(map(len, text.tokens))
    signs = Counter(book.rows[row].weight > 0 for *_, row in book.matches(text))
    named = [mention.actor for mention in mentions(text)]
    return {
        "positive_per_100": 100 * signs[True] / words if words else math.nan,
        "negative_per_100": 100 * signs[False] / words if words else math.nan,
        "tone": (signs[True] - signs[False]) / signs.total() if signs else math.nan,
        "actors": len(set(named)),
        "mentions_per_100": 100 * len(named) / words if words else math.nan,
    }


# --- evaluation of whom


def toward(text: Text, spans: Iterable[tuple[int, int]] | None = None) -> pd.DataFrame:
    """A row a mention of an actor, those found or the given ones in their order: what the words around it make of it.

    Columns: start, end, mention, actor (of a given span without a known actor: its words), polarity (negative, neutral,
    positive), score (-1..1: probability of positive less that of negative; 0 where neutral), voice, sentence, because
    (offsets of the cues that speak most for the verdict, the strongest first; a verdict has at least one, a neutral
    mention may have some that lean). Raises TextError for a span outside the text.

    >>> text = Text("Voters praised Smith. Jones lied, and was sacked for fraud.")
    >>> toward(text, [(15, 20), (22, 27)]).polarity.tolist()
    ['positive', 'negative']
    """
    found, rows = placed(text, mentions(text) if spans is None else given(text, spans)), []
    for mention, verdict in zip(found, _verdicts(text, found), strict=True):
        start, end = mention.start, mention.end
        voice = text.voice_at(start) if text.passages else "unknown"
        judged = (verdict.polarity, verdict.score, voice, mention.sentence, verdict.because)
        rows.append((start, end, text.raw[start:end], called(mention, voice), *judged))
    return frame(rows, "start end mention actor polarity score voice sentence because", "start end sentence", "score")


def given(text: Text, spans: Iterable[tuple[int, int]]) -> list[Mention]:
    """The mentions that given spans are: of the actor named inside a span, or of whatever the span says."""
    known, found = mentions(text), []
    for start, end in spans:
        if not 0 <= start <= end <= len(text.raw):
            size = len(text.raw)
            raise TextError(f"{text.name}: no mention can be at {start} to {end}: the text has {size} characters")
        at = bisect_right(known, end - 1, key=lambda mention: mention.start) - 1
        actor, kind = text.raw[start:end], "given"
        if at >= 0 and known[at].end > start:
            actor, kind = known[at].actor, known[at].kind
        found.append(Mention(start, end, actor, kind))
    return found


def placed(text: Text, found: Iterable[Mention]) -> list[Placed]:
    """The mentions with the sentence in which each begins, and its words there."""
    here = []
    for mention in found:
        sentence = max(bisect_right(text.bounds, mention.start, key=lambda span: span[0]) - 1, 0)
        offsets = text.offsets(sentence) if text.bounds else []
        first = min(bisect_right(offsets, mention.start, key=lambda word: word[1]), max(len(offsets) - 1, 0))
        last = max(bisect_left(offsets, mention.end, key=lambda word: word[0]), first + 1)
        here.append(Placed(*mention, sentence, first, last))
    return here


class Evidence(NamedTuple):
    """A cue that bears on a mention: in which role the mention is, and how much the cue counts there (0..1)."""

    row: int
    category: str  # "not good" or "not bad" of a negated cue
    role: int
    near: float
    first: int
    last: int


class Verdict(NamedTuple):
    """``sided`` is the probability of the likelier side against that of neutral."""

    polarity: str
    score: float
    sided: float
    because: list[tuple[int, int]]


@lru_cache(maxsize=1)
def roles() -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
    """Category -> what its cues speak for, (negative, positive), of the doer and of the target."""
    with open(HERE / "roles.csv", encoding="utf-8", newline="") as file:
        table = {name: ((float(a), float(b)), (float(c), float(d))) for name, a, b, c, d in list(csv.reader(file))[1:]}
    return table | {ATROCITY: ((3.0, -1.5), (0.0, 0.0))}


@lru_cache(maxsize=32)
def with_plain(book: Codebook) -> tuple[Codebook, list[float], dict[str, float]]:
    """The cues and the plain words in one codebook, what each has of its own, and the places, "_" being the mention."""
    plain = load("plain")
    both = plain.without("place") + book
    places = {cue.cue: own(cue) for cue in plain.rows if cue.category == "place"}
    return both, [own(cue) for cue in both.rows], places


def own(cue: Cue) -> float:
    """What a cue adds for positive and takes from negative; of a plain word, what it adds for neutral."""
    return float(cue.extra.get("own") or 0)


class Scene:
    """A sentence with actors: its words and cues, and how far apart they are."""

    def __init__(self, text: Text, sentence: int, book: Codebook, matches: Sequence[tuple]):
        raw, self.folded, self.offsets = text.raw, text.folded, text.offsets(sentence)
        self.words, self.cues, self.path, self.named = text.tokens[sentence], [], [], []
        self.quotes = self.folded.find('"', *text.bounds[sentence]) >= 0
        far, end, capital, owned = 0, text.bounds[sentence][0], True, 0
        for i, (word, (start, after)) in enumerate(zip(self.words, self.offsets, strict=True)):
            upper = raw[start].isupper()
            name = upper and not capital
            self.named.append(OTHER if word in _SUBJECTS or name else 0)
            if name and not _EDGES.isdisjoint(self.words[max(i - 2, 0) : i]):
                self.named[-1] += EDGE
            far += 1 + self.named[-1] + owned + (COMMA if far and not _PUNCTUATION.isdisjoint(raw[end:start]) else 0)
            self.path.append(far)
            end, capital, owned = after, upper, OWNED if upper and word.endswith("'s") else 0
        self.rows, negated = book.rows, self.negated()
        for _, first, last, row in matches:
            cue = book.rows[row]
            category = NEGATED[cue.weight < 0] if cue.weight and first in negated else cue.category
            self.cues.append((first, last, row, category))
        self.manner = {  # an evaluative adverb -> the deed whose manner it tells
            first: (*deed[:2], self.rows[deed[2]].category)
            for first, last, row, _ in self.cues
            if self.words[last - 1].endswith("ly") and self.rows[row].weight < 0
            for deed in self.cues
            if self.rows[deed[2]].category in DEEDS and (deed[0] == last or deed[1] <= first <= deed[1] + SCOPE)
        }
        # a quotation's words are said by, not of, whoever is named as its speaker
        start, end = text.bounds[sentence]
        here = range(text.passage_at(start), text.passage_at(max(end - 1, start)) + 1) if text.passages else ()
        self.said = [(*name, text.passages[p]) for p in here for name in text.passages[p].because]

    def negated(self) -> set[int]:
        """The words within the scope of a negator, or of a "that" behind one ("no evidence that Ankara lied")."""
        found, left = set(), 0
        for i, word in enumerate(self.words):
            if left:
                found.add(i)
            left = SCOPE if word == "that" and left else max(left - 1, 0)
            pair = " ".join(self.words[max(i - 1, 0) : i + 1])
            if word in NOBODY or pair in NOBODY:
                left = 2 * SCOPE
            elif word in NEGATORS or pair in NEGATING or word.endswith("n't"):
                left = SCOPE
        return found

    def evidence(self, mention: Placed) -> Iterator[Evidence]:
        """The cues that speak for or against a mention: of harm, those alone that it does; of a bad word that is
        negated, nothing; of what is said ill of the voice's own side, nothing; and who is arrested is not his state.
        """
        for cue in self.bearing(mention):
            ill = self.rows[cue.row].weight < 0
            spared = cue.category in HARMS or (ill and mention.kind == "in-group")
            spared |= cue.category == "custody" and mention.kind == "state"
            if cue.category != NEGATED[1] and (cue.role == DOER or not spared):
                yield cue

    def bearing(self, mention: Placed) -> Iterator[Evidence]:
        """The cues that have to do with a mention."""
        path, words, spoken, hit, object_ = self.path, self.words, self.spoken(mention), 0, 0
        if "according" in words[max(mention.first - TOUCHING, 0) : mention.first]:
            return  # a source: what it is said to say is not said of it
        for first, last, row, category in self.cues:
            if mention.first < last and first < mention.last:
                continue
            if any(passage.start <= self.offsets[first][0] < passage.end for passage in spoken):
                continue
            ill, verb = self.rows[row].weight < 0, self.manner.get(first)
            role = self.role(mention, *(verb or (first, last, category)))
            if verb and role == TARGET:
                continue  # "brutally" tells how the one acts that attacks
            if first >= mention.last:
                far = path[first] - path[mention.last - 1]
                if ill and (
                    (hit and not _BY.isdisjoint(words[hit:first])) or (object_ and object_ <= first < object_ + SCOPE)
                ):
                    continue  # what somebody suffers from, condemns or rejects is not what they are
                if category == "suffering" or (category in HARMS and role == TARGET):
                    hit = last
                if category in REBUKES and role == DOER and far <= TOUCHING:
                    object_ = last
            else:
                far = path[mention.first] - self.named[mention.first] - path[last - 1]
            if EDGE and far >= EDGE:
                continue
            beside = mention.last <= first and far <= TOUCHING and VERBS.isdisjoint(words[mention.last : first])
            if category == ATROCITY and not beside:
                category = "judgement: crime"
            if category in HARMS and mention.kind == "in-group":
                role = TARGET  # a voice tells of the dangers to its own side
            yield Evidence(row, category, role, HALF / (HALF + far), first, last)

    def role(self, mention: Placed, first: int, last: int, category: str) -> int:
        """Is a mention the one who does what a cue says, or the one to whom it is done?"""
        words = self.words
        if first < mention.last:
            return DOER if category in DEEDS and words[last] == "by" else TARGET
        behind = words[max(first - 3, mention.last) : first]
        after = (*words[first + 1 : first + 2], *words[last : last + 1])
        passive = not _BE.isdisjoint(behind) or not _PASSIVE.isdisjoint(after)
        return TARGET if category in DEEDS and passive and words[first].endswith(_DONE) else DOER

    def spoken(self, mention: Placed) -> list[Passage]:
        """The quotations whose speaker this mention names."""
        names = [p for start, end, p in self.said if start < mention.end and mention.start < end]
        return [p for p in names if not p.start <= mention.start < p.end]

    def places(self, mention: Placed) -> list[str]:
        """What stands right beside a mention, "_" being the mention, and how it is made; as named in plain.csv."""
        words, first, last = self.words, mention.first, mention.last
        word = words[first] if words else ""
        *_, second, before = ["^", "^", *words[max(first - 2, 0) : first]]
        after, next_, *_ = [*words[last : last + 2], "$", "$"]
        found = ["_", f"_ {after}", f"{before} _", f"_ {after} {next_}", f"{second} {before} _"]
        if word in _OWNERS or self.folded.startswith("'s", mention.end):
            found.append("_'s")
        if word in _PRONOUNS:
            found.append("_=pronoun")
        if self.quotes:
            found.append("“_”")
        if self.spoken(mention):
            found.append("_=speaker")
        return found


def scenes(text: Text, found: Sequence[Placed], book: Codebook) -> dict[int, Scene]:
    """Each sentence with a mention, and the cues in it."""
    matches: dict[int, list] = {mention.sentence: [] for mention in found if text.bounds}
    for match in book.matches(text):
        if match[0] in matches:
            matches[match[0]].append(match)
    return {sentence: Scene(text, sentence, book, cues) for sentence, cues in matches.items()}


def _verdicts(text: Text, found: Sequence[Placed], codebook: Codebook | None = None) -> list[Verdict]:
    """What is said of each mention: a softmax of the sums for negative, neutral and positive."""
    book, owns, places = with_plain(codebook or load("evaluation", text))
    sentences, weights, verdicts = scenes(text, found, book), roles(), []
    for mention in found:
        here, negative, positive, parts = sentences.get(mention.sentence), 0.0, 0.0, []
        neutral = sum(places.get(place, 0) for place in here.places(mention)) if here else 0.0
        for row, category, role, near, first, last in here.evidence(mention) if here else ():
            if category in PLAIN:
                neutral += owns[row] * near
                continue
            shift = owns[row] if category == book.rows[row].category else 0
            weight = book.rows[row].weight
            bad, good = weights[category][role] if category in weights else (max(-weight, 0), max(weight, 0))
            bad, good = near * (bad - shift), near * (good + shift)
            parts.append((weight != 0, good - bad, first, last))
            negative, positive = negative + bad, positive + good
        sign = 1 if positive > negative else -1
        speak = [(judges, sign * part, first, last) for judges, part, first, last in parts if sign * part > 0.1]
        if any(judges for judges, *_ in speak):  # what takes sides in itself, before what only tends to
            speak = [part for part in speak if part[0]]
        speak.sort(reverse=True)
        top = max(negative, neutral, positive)
        bad, none, good = (math.exp(value - top) for value in (negative, neutral, positive))
        side = max(bad, good)
        polarity = "neutral" if none > side or not speak else POLARITIES[sign + 1]
        because = [(here.offsets[first][0], here.offsets[last - 1][1]) for *_, first, last in speak[:3]]
        sided = side / (side + none) if speak else 0.0
        leaning = 0.0 if polarity == "neutral" else (good - bad) / (bad + none + good)
        verdicts.append(Verdict(polarity, leaning, sided, because))
    return verdicts


# --- many mentions together


def matrix(text: Text) -> pd.DataFrame:
    """A row a voice and an actor: voice, actor, position, endangered, endangering (mentions as the one to whom harm is
    done, or who does it), mentions, negative, neutral, positive (counts), polarity (the mean score, with polarity_low
    and polarity_high), enough (are there ``ENOUGH`` mentions for it to say something?).

    position is the ideological square's (van Dijk 1998): "in-group" is the voice's we, or an actor whom it names as
    endangered in two mentions more than as endangering; "out-group" the other way round. Elsewhere it is empty.
    """
    sides, rows = _positions(text), []
    for (voice, actor), group in toward(text).groupby(["voice", "actor"], sort=False):
        counts = [int((group.polarity == polarity).sum()) for polarity in POLARITIES]
        mean = (min(max(bound, -1.0), 1.0) for bound in rates.mean(group.score.tolist()))
        rows.append((voice, actor, *sides[voice, actor], len(group), *counts, *mean, len(group) >= ENOUGH))
    counts = "endangered endangering mentions negative neutral positive"
    means = "polarity polarity_low polarity_high"
    return frame(rows, f"voice actor position {counts} {means} enough", counts, means).astype({"enough": bool})


def _positions(text: Text) -> dict[tuple[str, str], tuple[str, int, int]]:
    """(voice, actor) -> position, in how many mentions harm is done to the actor, and in how many by it."""
    found, (book, *_), sides = placed(text, mentions(text)), with_plain(load("evaluation", text)), {}
    sentences, counts = scenes(text, found, book), defaultdict(Counter)
    for mention in found:
        voice, here = text.voice_at(mention.start), sentences[mention.sentence]
        place, (words, first) = (voice, called(mention, voice)), (here.words, mention.first)
        done, doing = words[first].startswith("anti-"), False
        for cue in here.bearing(mention):
            if cue.near >= 0.5 and (cue.category == "suffering" or (cue.category in DANGERS and cue.role == TARGET)):
                bridge = words[cue.last - 1 : first]
                touches = len(bridge) <= 2 or not {"to", "on", "against", "upon"}.isdisjoint(bridge)
                if cue.category == "war" and "to" in bridge:
                    continue  # who gets weapons is not endangered by them
                done |= cue.first > first or (len(bridge) <= TOUCHING and touches and _CONJUNCTIONS.isdisjoint(bridge))
            elif cue.near >= 0.5:
                doing |= cue.category in DANGERS
        counts[place] += Counter(endangered=done, endangering=doing)
        sides[place] = "in-group" if mention.kind == "in-group" else ""
    for place, count in counts.items():
        more = count["endangered"] - count["endangering"]
        position = sides[place] or ("in-group" if more > 1 else "out-group" if more < -1 else "")
        sides[place] = (position, count["endangered"], count["endangering"])
    return sides


def relations(text: Text) -> pd.DataFrame:
    """A row an act of one actor towards another: agent, act (the cue), target, weight, sentence, voice, start, end.

    The act is a verb that is a cue, between two mentions with no comma or conjunction; "by" turns it round ("was armed
    by Turkey"). "Syria, Iran and Turkey armed" is an act of each; what may or will be done, is denied or refused, is
    none. weight is the act's own: -1 bad, 1 good, 0 neither. Acts that no codebook knows are not seen.

    >>> relations(Text("Ankara accused Israel."))[["agent", "act", "target", "weight"]].values.tolist()
    [['Turkey', 'accused', 'Israel', -1.0]]
    """
    found, (book, *_), rows = placed(text, mentions(text)), with_plain(load("evaluation", text)), []
    sentences = scenes(text, found, book)
    for lefts, rights in pairwise(_coordinated(text, found)):
        left, right = lefts[-1], rights[0]
        if left.sentence != right.sentence or left.actor == right.actor:
            continue
        here, gap = sentences[left.sentence], text.raw[left.end : right.start]
        words, starts = here.words, {first for first, *_ in here.cues}
        if not (_CONJUNCTIONS.isdisjoint(words[left.last : right.first]) and _PUNCTUATION.isdisjoint(gap)):
            continue
        if not _IF.isdisjoint(words[: left.first]):
            continue
        for first, last, row, category in here.cues:
            before, cue = words[first - 1], book.rows[row]
            if first < left.last or last > right.first or not (cue.weight or category in ACTS) or category in NEGATED:
                continue
            if first == left.last or before in _AUXILIARIES or before.endswith("ly"):
                by, between = "by" in words[last : last + 1], words[left.last : first]
                undone = not _IRREALIS.isdisjoint(between) or words[last - 1] == "to"
                undone |= last + (words[last] == "to") in starts and (
                    words[last] == "to" or words[last].endswith("ing")
                )
                if undone or (not by and not _BE.isdisjoint(between) and not words[last - 1].endswith("ing")):
                    break  # not done, or to the first by nobody named: "Russians were arrested on suspicion of …"
                start, end = here.offsets[first][0], here.offsets[last - 1][1]
                voice = text.voice_at(start)
                for one, other in product(lefts, rights):
                    agent, target = (called(mention, voice) for mention in ((other, one) if by else (one, other)))
                    rows.append((agent, text.raw[start:end], target, cue.weight, left.sentence, voice, start, end))
                break
    return frame(rows, "agent act target weight sentence voice start end", "start end sentence", "weight")


def _coordinated(text: Text, found: Sequence[Placed]) -> list[list[Placed]]:
    """The mentions, those together between which stands no more than a comma or "and"."""
    groups: list[list[Placed]] = []
    for mention in found:
        near = groups and groups[-1][-1].sentence == mention.sentence
        if near and text.folded[groups[-1][-1].end : mention.start].strip(" \xa0") in _AND:
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups
