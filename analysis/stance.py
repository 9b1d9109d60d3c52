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

* A cue counts less with distance: half at ``HALF`` words. A comma or another's "'s" between counts as more words.
* A negated good cue counts as a cue of its own ("not honest"); a negated bad one ("not a liar") does not count. What
  is done to nobody is negated, as is what is denied or not said: "attacked no one", "unfair to call her a coward".
* The subject of a passive is the one to whom it is done, who stands behind "by" the one who does it; to whom harm is
  done is not judged by it, nor is a voice's own side by any ill that is done to it.
* What somebody says is not said of them: the words of a quotation do not count for the mention of its speaker.
* The ill that somebody condemns or opposes is not their own, nor is what they suffer or mourn.
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

from . import hedging, stats
from .actors import PREPOSITIONS, TITLES, VERBS, Mention, called, mentions
from .codebook import HERE, Codebook, Cue, cue_table, load
from .text import Text, TextError, frame
from .voices import Passage

POLARITIES = ("negative", "neutral", "positive")
DOER, TARGET = 0, 1
PLAIN = frozenset({"context", "place"})  # categories of plain.csv that have no side
HARMS = frozenset({"judgement: aggression", "hostilities", "pressure"})  # to whom they are done is not judged by them
ACTS = frozenset({"act", "contest"})  # what actors do to each other that is neither good nor bad in itself
US = "in-group"  # the kind of mention that a voice's own side is
DENIAL, NOBODY = "denial", "nobody"  # categories of plain.csv that negate what follows, or what stands right before
NOT_GOOD = "not good"  # the category of every good cue that is negated
SURE = 2 / 3  # the certainty from which on an act is said to be done: from "said to" down it is hearsay
ENOUGH = 3  # mentions from which a mean says something

REACH = 50  # words from a mention that are looked at: of 8,739 verdicts two rest on what is farther off
# HALF, COMMA and SCOPE were found by cross-validation
HALF = 8  # words from a mention at which a cue counts half
COMMA = 5  # words by which a cue behind a comma, bracket, dash or another's "'s" is farther off
SCOPE = 3  # words after a negator that are negated; after a denial ("unfair to call") three times as many
LISTED = 20  # actors in a list, quotations by one name; longer lists tell nothing of each
TOUCHING = 4  # words between what bears on each other: a danger and what it is a danger to, a loss and whose it is
# what is done about ill that is another's, or borne -> in how many words behind it an ill is that ill
OTHERS = {(category, DOER): REACH for category in ("accusation", "opposition")}
OTHERS |= {(category, TARGET): TOUCHING for category in ("suffering", "harm", *HARMS)}
OTHERS |= {(category, DOER): TOUCHING for category in ("suffering", "affect: mourning")}
NEGATORS = frozenset("not no never cannot nor neither nobody without".split())
PUNCTUATION = frozenset(",;:()—–")
_PRONOUNS = frozenset("he she they i we him her them his their its my our it you".split())
_BE = frozenset("is are was were be been being get got gets".split())
_DONE = ("ed", "en", "wn", "ght", "shot", "hurt", "struck")  # how participles end
_CLAUSE = VERBS | frozenset("but because although though while whereas if when which that as after before than".split())
_AUXILIARIES = frozenset("has have had been also who that being".split()) | _BE
_ONTO = frozenset("against at by of on to toward towards with".split())  # between an act and whom it is done to
_BARS = frozenset("and or to like what how who whom had has have will would could may might can".split())
_BARS |= NEGATORS | _BE | PREPOSITIONS
_AND = frozenset((",", "and", ", and", "or"))


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


def given(text: Text, spans: Iterable[tuple[int, int]]) -> list[Mention]:
    """The mentions that given spans are: of the actor named inside a span, or of whatever the span says."""
    known, found = mentions(text), []
    for start, end in spans:
        if not 0 <= start <= end <= len(text.raw):
            size = len(text.raw)
            raise TextError(f"{text.name}: no mention can be at {start} to {end}: the text has {size} characters")
        at = bisect_right(known, end - 1, key=lambda mention: mention.start) - 1
        inside = at >= 0 and known[at].end > start
        actor, kind = known[at][2:] if inside else (text.raw[start:end], "given")
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
    scores = [0.0] * len(text.bounds)
    for mention, verdict in _judged(text, codebook) if scores else ():
        scores[mention.sentence] = max(scores[mention.sentence], verdict.sided)
    return pd.Series(scores, dtype=float, name="stance")


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group: positive and negative cues per 100 words, the share of sentences that speak well or ill of an
    actor (``evaluative``), 95 % intervals.
    """
    signs = _signs(text, codebook or load("evaluation", text))
    return stats.table(text, by, signs, {"evaluative": (score(text, codebook) >= 0.5).tolist()})


def figures(text: Text) -> dict[str, float]:
    """The lens's measures for the whole text, as plain numbers."""
    signs, found = _signs(text, load("evaluation", text)), mentions(text)
    good, bad = len(signs["positive"]), len(signs["negative"])
    tone = (good - bad) / (good + bad) if good + bad else math.nan
    counted = {"tone": tone, "actors": len({mention.actor for mention in found})}
    return stats.whole(text, signs | {"mentions": found}, {}, {}) | counted


def _signs(text: Text, book: Codebook) -> dict[str, list[tuple[int, int]]]:
    """The places (sentence, word) of the positive and of the negative cues."""
    signs: dict[str, list] = {"positive": [], "negative": []}
    for sentence, first, _, row in book.matches(text):
        signs["positive" if book.rows[row].weight > 0 else "negative"].append((sentence, first))
    return signs


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
    rows = []
    asked = _judged(text) if spans is None else _judge(text, given(text, spans), load("evaluation", text))
    for mention, verdict in asked:
        start, end = mention.start, mention.end
        voice = text.voice_at(start) if text.passages else "unknown"
        judged = (verdict.polarity, verdict.score, voice, mention.sentence, verdict.because)
        rows.append((start, end, text.raw[start:end], called(mention, voice), *judged))
    return frame(rows, "start end mention actor polarity score voice sentence because", "start end sentence", "score")


class Evidence(NamedTuple):
    """A cue that bears on a mention: in which role the mention is, and how much the cue counts there (0..1)."""

    row: int
    category: str  # that of the cue, or NOT_GOOD
    role: int
    near: float
    first: int
    last: int


class Verdict(NamedTuple):
    """What is said of a mention."""

    polarity: str
    score: float
    sided: float  # the probability of the likelier side against that of neutral
    because: list[tuple[int, int]]
    harm: int  # 1: it is done to the actor; -1: the actor does it


@lru_cache(maxsize=1)
def roles() -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
    """Category -> what its cues speak for, (negative, positive), of the doer and of the target."""
    with open(HERE / "roles.csv", encoding="utf-8", newline="") as file:
        return {name: ((float(a), float(b)), (float(c), float(d))) for name, a, b, c, d in list(csv.reader(file))[1:]}


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
        start, end = text.bounds[sentence]
        self.words, self.offsets, self.folded = text.tokens[sentence], text.offsets(sentence), text.folded
        self.quotes = text.folded.find('"', start, end) >= 0
        self.path, self.owned, far, before = [], [], 0, start  # how far each word is from the first; what owning adds
        for word, (first, last) in zip(self.words, self.offsets, strict=True):
            self.owned.append(COMMA if word.endswith("'s") else 0)
            apart = self.path and not PUNCTUATION.isdisjoint(text.raw[before:first])
            far += 1 + self.owned[-1] + (COMMA if apart else 0)
            self.path.append(far)
            before = last
        self.cues, self.actors = [], set()
        denials = [last - 1 for *_, last, row in matches if book.rows[row].category == DENIAL]
        nobody = {first for _, first, _, row in matches if book.rows[row].category == NOBODY}
        self.ills = {row for *_, row in matches if book.rows[row].weight < 0}
        self.good = {row for *_, row in matches if book.rows[row].weight > 0}
        negators = [word in NEGATORS or word.endswith("n't") for word in self.words]
        for _, first, last, row in matches:
            category, weight = book.rows[row].category, book.rows[row].weight
            to_nobody = last in nobody and self.path[last] - self.path[last - 1] == 1
            unsaid = any(0 < self.path[first] - self.path[denial] <= 3 * SCOPE for denial in denials)
            if weight and (to_nobody or unsaid or any(negators[max(first - SCOPE, 0) : first])):
                category = NOT_GOOD if weight > 0 else ""  # a bad word that is negated says nothing
            if category not in ("", DENIAL, NOBODY):
                self.cues.append((first, last, row, category))
        # a quotation's words are said by, not of, whoever is named as its speaker
        here = range(text.passage_at(start), text.passage_at(max(end - 1, start)) + 1) if text.passages else ()
        said = ((*name, text.passages[p]) for p in here for name in text.passages[p].because)
        self.said = sorted(said, key=lambda name: name[:2])

    def evidence(self, mention: Placed, bearing: list[Evidence]) -> Iterator[Evidence]:
        """What of it speaks for or against a mention: of harm, what it does; of "us", the good, and what "we" do."""
        us, we = mention.kind == US, self.words[mention.first] == "we"
        for cue in bearing:
            borne = cue.role == TARGET and cue.category in HARMS
            if us and (cue.row not in self.good or cue.category == NOT_GOOD):
                apart = not _CLAUSE.isdisjoint(self.words[mention.last : cue.first])  # "we say that Moscow lied"
                borne = apart or not we or cue.role == TARGET or cue.category == "suffering"
            if not borne or cue.category in PLAIN:
                yield cue

    def bearing(self, mention: Placed) -> list[Evidence]:
        """The cues that have to do with a mention."""
        spoken, spared, found = self.spoken(mention), 0, []
        before, behind = self.path[mention.first] - self.owned[mention.first], self.path[mention.last - 1]
        near = slice(*(bisect_left(self.cues, (at,)) for at in (mention.first - REACH, mention.last + REACH)))
        for first, last, row, category in self.cues[near]:
            start = self.offsets[first][0]
            if first < mention.last and mention.first < last:
                continue
            if first < spared and row in self.ills:
                spared = max(spared, last + TOUCHING)
                continue
            if spoken and any(p.start <= start < p.end for p in spoken):
                continue
            far = before - self.path[last - 1] if first < mention.first else self.path[first] - behind
            role = self.role(mention, first, last)
            if mention.first < first and far <= TOUCHING:
                spared = max(spared, last + OTHERS.get((category, role), 0))
            found.append(Evidence(row, category, role, HALF / (HALF + far), first, last))
        return found

    def role(self, mention: Placed, first: int, last: int) -> int:
        """Is a mention the one who does what a cue says, or the one to whom it is done?"""
        words = self.words
        if first < mention.first:
            return DOER if words[last] == "by" else TARGET
        passive = words[first].endswith(_DONE) and not _BE.isdisjoint(words[max(first - 3, mention.last) : first])
        return TARGET if passive else DOER

    def spoken(self, mention: Placed) -> list[Passage]:
        """The quotations whose speaker this mention names."""
        at = bisect_left(self.said, (mention.end,))
        names = [p for _, end, p in self.said[max(at - LISTED, 0) : at] if mention.start < end]
        return [p for p in names if not p.start <= mention.start < p.end]

    def places(self, mention: Placed) -> list[str]:
        """What stands right beside a mention, "_" being the mention, and how it is made; as named in plain.csv."""
        words, first, last = self.words, mention.first, mention.last
        found = ["_", f"_ {(*words[last : last + 1], '$')[0]}", f"{words[first - 1] if first else '^'} _"]
        if self.folded.startswith("'s", mention.end):
            found.append("_'s")
        if words[first] in _PRONOUNS:
            found.append("_=pronoun")
        if self.quotes:
            found.append("“_”")
        return found

    def harm(self, mention: Placed, bearing: list[Evidence]) -> int:
        """Is harm done to a mention (1), or does it harm (-1)? The nearest harm tells, unless another actor, a clause
        or a speech verb is between: who reports a harm, or denies it, does none.
        """
        if self.words[mention.first].startswith("anti-"):
            return 1
        harms = [cue for cue in bearing if cue.category in HARMS and cue.near >= 0.5]
        for cue in sorted(harms, key=lambda cue: -cue.near):
            before = cue.first < mention.first
            between = range(cue.last, mention.first) if before else range(mention.last, cue.first)
            apart = before and len(between) > TOUCHING
            if not apart and self.actors.isdisjoint(between) and _CLAUSE.isdisjoint(self.words[i] for i in between):
                return -1 if cue.role == DOER else 1
        return 0


def scenes(text: Text, found: Sequence[Placed], book: Codebook) -> dict[int, Scene]:
    """Each sentence with a mention, and the cues in it."""
    matches: dict[int, list] = {mention.sentence: [] for mention in found if text.bounds}
    for match in book.matches(text):
        if match[0] in matches:
            matches[match[0]].append(match)
    here = {sentence: Scene(text, sentence, book, cues) for sentence, cues in matches.items() if text.tokens[sentence]}
    for mention in found:
        if mention.sentence in here:
            here[mention.sentence].actors.add(mention.first)
    return here


def _judged(text: Text, codebook: Codebook | None = None) -> list[tuple[Placed, Verdict]]:
    """What is said of each mention that was found."""
    book = codebook or load("evaluation", text)
    return text.remember(("stance", book), lambda: list(_judge(text, mentions(text), book)))


def _judge(text: Text, found: Iterable[Mention], codebook: Codebook) -> Iterator[tuple[Placed, Verdict]]:
    """What is said of these mentions: a softmax of the sums for negative, neutral and positive."""
    book, owns, places = with_plain(codebook)
    found, weights = placed(text, found), roles()
    sentences = scenes(text, found, book)
    for mention in found:
        if not (here := sentences.get(mention.sentence)):
            yield mention, Verdict("neutral", 0.0, 0.0, [], 0)
            continue
        negative, positive, parts = 0.0, 0.0, []
        neutral = sum(places.get(place, 0) for place in here.places(mention))
        bearing = here.bearing(mention)
        for row, category, role, near, first, last in here.evidence(mention, bearing):
            if category in PLAIN:
                neutral += owns[row] * near
                continue
            shift, weight = owns[row] if category != NOT_GOOD else 0, book.rows[row].weight
            bad, good = weights[category][role] if category in weights else (max(-weight, 0), max(weight, 0))
            bad, good = near * (bad - shift), near * (good + shift)
            parts.append((good - bad, here.offsets[first][0], here.offsets[last - 1][1]))
            negative, positive = negative + bad, positive + good
        sign = 1 if positive > negative else -1
        speak = sorted((-sign * part, start, end) for part, start, end in parts if sign * part > 0.1)
        top = max(negative, neutral, positive)
        bad, none, good = (math.exp(value - top) for value in (negative, neutral, positive))
        side = max(bad, good)
        polarity = "neutral" if none > side or not speak else POLARITIES[sign + 1]
        leaning = 0.0 if polarity == "neutral" else (good - bad) / (bad + none + good)
        sided = side / (side + none) if speak else 0.0
        because = [(start, end) for _, start, end in speak[:3]]
        yield mention, Verdict(polarity, leaning, sided, because, here.harm(mention, bearing))


# --- many mentions together


def matrix(text: Text) -> pd.DataFrame:
    """A row a voice and an actor: voice, actor, position, endangered, endangering (mentions as the one to whom harm is
    done, or who does it), mentions, negative, neutral, positive (counts), polarity (the mean score, with polarity_low
    and polarity_high), enough (are there ``ENOUGH`` mentions for it to say something?).

    position is the ideological square's (van Dijk 1998): "in-group" is the voice's we, or an actor whom it names as
    endangered in two mentions more than as endangering; "out-group" the other way round. Elsewhere it is empty.
    """
    cells, rows = defaultdict(list), []
    for mention, verdict in _judged(text):
        voice = text.voice_at(mention.start)
        cells[voice, called(mention, voice), mention.kind == "in-group"].append(verdict)
    for (voice, actor, us), own in cells.items():
        counts, harm = Counter(verdict.polarity for verdict in own), Counter(verdict.harm for verdict in own)
        more = harm[1] - harm[-1]
        position = "in-group" if us or more > 1 else "out-group" if more < -1 else ""
        mean = (min(max(bound, -1.0), 1.0) for bound in stats.mean([verdict.score for verdict in own]))
        counted = (harm[1], harm[-1], len(own), *(counts[polarity] for polarity in POLARITIES))
        rows.append((voice, actor, position, *counted, *mean, len(own) >= ENOUGH))
    counts = "endangered endangering mentions negative neutral positive"
    means = "polarity polarity_low polarity_high"
    return frame(rows, f"voice actor position {counts} {means} enough", counts, means).astype({"enough": bool})


def relations(text: Text) -> pd.DataFrame:
    """A row an act of one actor towards another: agent, act (the cue), target, weight, sentence, voice, start, end.

    The act is the one cue of an act between two mentions, right behind the first; "by" turns it round ("was armed by
    Turkey"). "Syria, Iran and Turkey armed" is an act of each. What may or will be done, is denied, asked, supposed,
    rumoured or only claimed is none: the lens of hedging has to be ``SURE`` of an act.
    weight is the act's own: -1 bad, 1 good, 0 neither. Acts that no codebook knows are not seen.

    >>> relations(Text("Ankara accused Israel."))[["agent", "act", "target", "weight"]].values.tolist()
    [['Turkey', 'accused', 'Israel', -1.0]]
    """
    acts, rows, (book, *_) = defaultdict(list), [], with_plain(load("evaluation", text))
    for sentence, first, last, row in book.matches(text):
        if book.rows[row].weight or book.rows[row].category in ACTS:
            acts[sentence].append((first, last, book.rows[row].weight))
    for lefts, rights in pairwise(_coordinated(text, placed(text, mentions(text)))):
        left, right, here = lefts[-1], rights[0], acts[lefts[-1].sentence]
        between = slice(bisect_left(here, (left.last,)), bisect_left(here, (right.first,)))
        own = [act for act in here[between] if act[1] <= right.first]
        if left.sentence != right.sentence or left.actor == right.actor or len(own) != 1:
            continue
        ((first, last, weight),) = own
        (start, _), (_, end) = (text.offsets(left.sentence)[word] for word in (first, last - 1))
        if _acts(text, left, right, first, last) and hedging.certainty(text, start, end) >= SURE:
            voice, by = text.voice_at(start), text.tokens[left.sentence][last] == "by"
            for one, other in product(lefts, rights):
                agent, target = (called(mention, voice) for mention in ((other, one) if by else (one, other)))
                rows.append((agent, text.raw[start:end], target, weight, left.sentence, voice, start, end))
    return frame(rows, "agent act target weight sentence voice start end", "start end sentence", "weight")


def _acts(text: Text, left: Placed, right: Placed, first: int, last: int) -> bool:
    """Are the words between two mentions an act of the one towards the other, and is it told, not asked?"""
    words, start = text.tokens[left.sentence], text.offsets(left.sentence)[first][0]
    before, onto = words[left.last : first], words[last - 1 : last + 1]
    return not (
        hedging.is_question(text, left.sentence)  # "Why did X?" only takes it for granted
        or not _CLAUSE.isdisjoint(words[last : right.first])
        or not PUNCTUATION.isdisjoint(text.raw[left.end : right.start])
        or (words[last] == "by") is _BE.isdisjoint(before)
        or not all(word in _AUXILIARIES or word.endswith("ly") for word in before)
        or not _is_object(words, first, last, right.first)
        or words[left.first] == "us"  # "let us condemn"
        or (text.folded.startswith("'s", left.end) and _ONTO.isdisjoint(onto))  # "Ankara's wars in Syria"
        or (text.raw[start].isupper() and words[last] in TITLES)  # "Energy Minister"
    )


def _is_object(words: Sequence[str], first: int, last: int, target: int) -> bool:
    """Is what stands between a verb and a target no more than belongs to it: "praised the brave", "met with", not
    "backs talks with", "enemies like", "militants had pressed"?
    """
    between = words[last + (words[last] in _ONTO) : target]
    between = [word for before, word in pairwise(["", *between]) if word != "of" or before not in TITLES]
    return len(between) < 6 and _BARS.isdisjoint(between) and not any(word.endswith("ing") for word in between)


def _coordinated(text: Text, found: Sequence[Placed]) -> Iterator[list[Placed]]:
    """The mentions, those of a list together: of two with "and" between, or more with commas and an "and" at last."""
    groups: list[tuple[list[Placed], list[str]]] = []
    for mention in found:
        link = text.folded[groups[-1][0][-1].end : mention.start].strip() if groups else ""
        if link in _AND:
            groups[-1][0].append(mention)
            groups[-1][1].append(link)
        else:
            groups.append(([mention], []))
    for group, links in groups:
        listed = links[-1:] in ([], ["and"], ["or"]) or (links[-1] == ", and" and len(links) > 1)
        listed &= len(group) <= LISTED
        yield from [group] if listed else ([mention] for mention in group)
