"""Stance: who stands where towards whom?

Evaluation is described as in appraisal theory (Martin & White 2005): affect, judgement of what people are and do,
appreciation of things. ``codebooks/evaluation.csv`` holds its cues. What a cue says of an actor depends on the actor's
role: in "Ankara attacked its critics" Ankara does, in "critics attacked Ankara" it is done to. So a cue has four
weights, log-odds of a negative and of a positive verdict against a neutral one, for an actor before it (the doer) and
an actor after it (the target). They were learned (``subtext learn GOLD_DIR stance``) on news sentences whose stance
towards one mention was judged by annotators (NewsMTSC, Hamborg & Donnay 2021). The rules:

* A cue counts less with distance: half at ``HALF`` words. A comma between counts as more words.
* A negated cue does not count as itself: "not honest" speaks against an actor, "not a liar" neither for nor against.
* A danger *to* the actor ("a threat to Russia") says nothing: a victim is not blamed for the act.
* ``codebooks/roles.csv`` weighs the words right beside the mention, and plainer words around it: an actor that "said"
  something is mostly only quoted.

``codebooks/actors.csv`` knows states by their demonyms, capitals and seats of power, blocs and organisations.
"""

from __future__ import annotations

import csv
import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from . import rates
from .codebook import HERE, Codebook, CodebookError, changed, cue_table, load, logistic
from .names import COMMON, HE, SHE, TITLES, VERBS
from .text import Text, TextError, frame

POLARITIES = ("negative", "neutral", "positive")
WEIGHTS = ("doer_negative", "doer_positive", "target_negative", "target_positive")
DANGERS = frozenset({"judgement: aggression", "appreciation: danger", "hostilities", "war", "pressure"})
ACTS = frozenset({"act", "contest"})  # what actors do to each other that is neither good nor bad in itself
ENOUGH = 3  # mentions from which a mean says something

# found by cross-validation; tests/gold/stance_ablation.csv says what each of them adds
NEGATORS = frozenset("not no never cannot nor neither without hardly barely".split())
HALF = 8  # words from a mention at which a cue counts half
COMMA = 3  # words by which a cue behind a comma, bracket or dash is farther off
SCOPE = 3  # words after a negator that are negated
REACH = 60  # words; what stands farther off is not read
TOUCHING = 4  # words between a danger and what it is a danger to
_CONJUNCTIONS = frozenset("but because although though while whereas if when which as that after before than".split())
_PUNCTUATION = frozenset(",;:()—–")
_PRONOUNS = frozenset("he she they i we him her them his their it".split())
_OWNERS = frozenset(("his", "her", "their", "its"))
_AUXILIARIES = frozenset("has have had is are was were will would could can may might to also been be who that".split())
_BE = frozenset("is are was were be been being".split())

_CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я]"
_WORD = rf"(?!(?:Anti|Pro)-){_CAPITAL}[\w'’-]*(?:\.\w+)*"
_DOT = r"(?:(?<=\b\w)\.|(?<=\b(?:Mr|Ms|Dr|St|Lt))\.|(?<=\b(?:Mrs|Gen|Sen|Rep|Gov|Col|Sgt|Rev))\.|(?<=\bProf)\.)?"
_RUN = re.compile(rf"{_WORD}(?:{_DOT}[ \xa0](?:(?:de|van|von|bin|al|der|la|ibn|el|del|da) ){{0,2}}{_WORD})*")
_GROUP = frozenset("we us our ours ourselves".split())
_WE = re.compile(r"\b(?:we|us|our|ours|ourselves)\b")
_APPOSITION = re.compile(r", (?:a|an|the|who|head|director|minister|senior)\b")


class Mention(NamedTuple):
    """An actor in the text."""

    start: int
    end: int
    actor: str
    kind: str


class Placed(NamedTuple):
    """A mention with its sentence; its words there are first..last-1."""

    start: int
    end: int
    actor: str
    kind: str
    sentence: int
    first: int
    last: int


class Name(NamedTuple):
    """A name, folded; whom it stands for, and how it is written."""

    name: str
    actor: str
    kind: str
    written: str
    seat: bool = False


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
        (m.start, m.end, text.raw[m.start : m.end], m.actor, m.kind, text.voice_at(m.start), m.sentence)
        for m in placed(text, mentions(text, codebook))
    ]
    return frame(rows, "start end mention actor kind voice sentence", "start end sentence")


def mentions(text: Text, codebook: str | Path | None = None) -> list[Mention]:
    """The mentions behind ``actors``, in the order of the text, without a table."""
    codebook = codebook or text.codebooks.get("actors")
    return text.remember(("stance.mentions", str(codebook)), lambda: _mentions(text, codebook))


@lru_cache(maxsize=32)
def _names(path: Path, _changed: int = 0) -> tuple[dict[str, tuple[Name, ...]], frozenset[str]]:
    """First word of a name -> the names that begin so, longest first; and the words that no person is called."""
    table, others = defaultdict(list), frozenset()
    try:
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise CodebookError(f"{path.name}: the actors cannot be read: {reason}") from None
    for number, row in enumerate(rows, 2):
        if not row.get("names") and not row.get("demonyms") and not row.get("seats"):
            raise CodebookError(f"{path.name}: row {number}: no name in the columns names, demonyms or seats")
        kind = row.get("kind") or "organisation"
        if kind == "none":
            others |= frozenset(row["names"].lower().split("|"))
            continue
        for column in ("names", "demonyms", "seats"):
            for written in filter(None, map(str.strip, (row.get(column) or "").split("|"))):
                name = written.lower().removeprefix("the ")
                entry = Name(name, row.get("actor") or written, kind, written, column == "seats")
                table[name.split()[0]].append(entry)
                if " " not in name:
                    table[name + "'s"].append(entry)
    others |= table.keys() | COMMON | _GROUP | {"of", "and", "for", "in", "the", "to"}
    return {word: tuple(sorted(found, key=lambda name: -len(name.name))) for word, found in table.items()}, others


def _mentions(text: Text, codebook: str | Path | None) -> list[Mention]:
    known, others = _names(HERE / "actors.csv")
    if only := text.codebooks.get("only-actors"):
        known, _ = _names(only, changed(only))
    if codebook:
        added, _ = _names(Path(codebook), changed(Path(codebook)))
        known = known | {word: names + known.get(word, ()) for word, names in added.items()}
    raw, folded, found = text.raw, text.folded, []
    runs = [(run.start(), folded[run.start() : run.end()].split(" ")) for run in _RUN.finditer(raw)]
    people = _people(text, runs, others)
    free = 0
    for start, words in runs:
        if known.keys().isdisjoint(words) and people.keys().isdisjoint(words):
            continue
        for word in words:
            for name in (*people.get(word, ()), *known.get(word, ())) if start >= free else ():
                end = start + len(name.name)
                if folded.startswith(name.name, start) and _is_written(raw, folded, start, end, name):
                    found.append(Mention(start, end, name.actor, name.kind))
                    free = end
                    break
            start += len(word) + 1
    for sentence, words in enumerate(text.tokens):
        if not _GROUP.isdisjoint(words):
            for we in _WE.finditer(folded, *text.bounds[sentence]):
                if not raw[we.start() : we.end()].isupper():
                    found.append(Mention(*we.span(), f"we ({text.voice_at(we.start())})", "in-group"))
    return sorted(found)


def _stretches(run: list[str], others: frozenset[str]) -> Iterator[tuple[bool, list[str], int, int]]:
    """The parts of a run of capitals that may be a person: is there a title, the words, where they start and end."""
    words, titled, begin, at = [], False, 0, 0
    for written in [*run, ""]:
        word = written.removesuffix("'s").rstrip(".")
        if not word or word in TITLES or word in others:
            if words and (titled or len(words) > 1):
                yield titled, words, begin, at - 1
            words, titled = [], word in TITLES
        else:
            begin = begin if words else at
            words.append(word if len(word) > 1 else written)
            if word != written and len(word) > 1:  # a possessive ends a name
                if titled or len(words) > 1:
                    yield titled, words, begin, at + len(written)
                words, titled = [], False
        at += len(written) + 1


def _is_written(raw: str, folded: str, start: int, end: int, name: Name) -> bool:
    """Is it written as a name? "US" in capitals, "the West" with its article, neither "in Paris" nor "Paris Hilton"."""
    after = raw[end : end + 2]
    if after[:1].isalnum() or (name.written.isupper() and not raw.startswith(name.written, start)):
        return False
    follows = after[:1] == " " and after[1:].isupper()
    if name.written.startswith("the "):
        return folded.endswith("the ", 0, start) and not follows
    return not (name.seat and (follows or folded.endswith((" in ", " near ", " outside ", " around "), 0, start)))


def _people(text: Text, runs: list, others: frozenset[str]) -> dict[str, tuple[Name, ...]]:
    """The persons of the text, by the words that may begin a mention of them: full name, surname, title and surname.

    Two capitals are not yet a person. What gives one away: a title, a first name, a speech verb after it, an apposition
    (", a senior researcher"), or that it is a voice of the text. A surname stands for the fullest name that ends so.
    """
    full: dict[str, None] = {}  # in the order of the text
    for start, run in runs:
        for titled, words, first, last in _stretches(run, others) if len(run) > 1 else ():
            begin, end = start + first, start + last
            named = titled or words[0] in HE or words[0] in SHE
            if not named and len(words) > 1:
                after = text.folded[end : end + 24]
                named = after[:1] == " " and after.split(None, 1)[:1] and after.split(None, 1)[0] in VERBS
                named = named or _APPOSITION.match(after)
            if named:
                full[" ".join(text.raw[begin:end].replace("’", "'").removesuffix("'s").split())] = None
    for voice in dict.fromkeys(passage.voice for passage in text.passages):
        words = voice.split()
        if len(words) > 1 and others.isdisjoint(voice.lower().split()) and all(word[0].isupper() for word in words):
            full[voice] = None
    found: dict[str, tuple[Name, ...]] = {}
    for person in sorted(full, key=lambda name: " " not in name):
        first, *_, surname = [*person.lower().split(), person.lower().split()[-1]]
        if surname not in found:
            found[surname] = found[surname + "'s"] = (Name(surname, person, "person", person),)
        if first != surname:
            found[first] = (Name(person.lower(), person, "person", person), *found.get(first, ()))
    return found


# --- evaluation


def find(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row an evaluative cue: start, end, cue (as written), category, weight (-1 or 1), sentence, voice, entry.

    >>> find(Text("A brave but dishonest man."))[["cue", "category", "weight"]].values.tolist()
    [['brave', 'judgement: virtue', 1.0], ['dishonest', 'judgement: untruth', -1.0]]
    """
    book = codebook or load("evaluation", text)
    return cue_table(text, book.rows, book.matches(text))


def score(text: Text, codebook: Codebook | None = None) -> pd.Series:
    """How likely, 0..1, a sentence takes sides on whom it mentions, by its cues; from 0.5 on it does."""
    book = codebook or load("evaluation", text)
    weights, slope = _weights(book), book.constants.get("slope", 0.25)
    sums = [book.constants.get("intercept", -0.5)] * len(text.bounds)
    for sentence, _, _, row in book.matches(text):
        sums[sentence] += slope * max(map(abs, weights[row]))
    return pd.Series([logistic(value) for value in sums], dtype=float, name="stance")


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group: positive and negative cues per 100 words, the share of evaluative sentences, 95 % intervals."""
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
    positive), score (-1..1: probability of positive less that of negative), voice, sentence, because (offsets of the
    cues that speak most for the verdict, the strongest first). Raises TextError for a span outside the text.

    >>> text = Text("Voters praised Smith. Jones lied, and was sacked for fraud.")
    >>> toward(text, [(15, 20), (22, 27)]).polarity.tolist()
    ['positive', 'negative']
    """
    found = placed(text, mentions(text) if spans is None else given(text, spans))
    rows = []
    for mention, (polarity, number, because) in zip(found, _verdicts(text, found), strict=True):
        start, end = mention.start, mention.end
        voice = text.voice_at(start) if text.passages else "unknown"
        judged = (polarity, number, voice, mention.sentence, because)
        rows.append((start, end, text.raw[start:end], mention.actor, *judged))
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


@lru_cache(maxsize=32)
def _weights(book: Codebook) -> list[tuple[float, ...]]:
    """The four role weights of each row; a cue that somebody added without them counts its weight in either role."""
    rows = []
    for cue in book.rows:
        plain = (max(-cue.weight, 0), max(cue.weight, 0)) * 2
        rows.append(tuple(float(cue.extra.get(c) or p) for c, p in zip(WEIGHTS, plain, strict=True)))
    return rows


def _model(text: Text | None = None) -> tuple[Codebook, dict[str, tuple[float, ...]]]:
    """The cues and the plainer words in one codebook; and the weights of the places, where "_" is the mention."""
    return _with_roles(load("evaluation", text))


@lru_cache(maxsize=32)
def _with_roles(book: Codebook) -> tuple[Codebook, dict[str, tuple[float, ...]]]:
    roles = load("roles")
    weighed = zip(roles.rows, _weights(roles), strict=True)
    return roles.without("place") + book, {c.cue: own for c, own in weighed if c.category == "place"}


class _Around:
    """What bears on the mentions of a sentence: its cues, less those that say nothing, and how far apart words are."""

    def __init__(self, text: Text, sentence: int, book: Codebook, matches: Sequence[tuple]):
        self.words, self.path = text.tokens[sentence], []
        raw, self.folded, offsets = text.raw, text.folded, text.offsets(sentence)
        self.quotes = self.folded.find('"', *text.bounds[sentence]) >= 0
        far, end = 0, offsets[0][0] if offsets else 0
        for start, after in offsets:
            far += 1
            if start - end > 1 and not _PUNCTUATION.isdisjoint(raw[end:start]):
                far += COMMA
            self.path.append(far)
            end = after
        self.cues, self.negated = [], []
        for _, first, last, row in matches:
            weight, context = book.rows[row].weight, self.words[max(first - SCOPE, 0) : first]
            if NEGATORS.isdisjoint(context) and not any(word.endswith("n't") for word in context):
                self.cues.append((first, last, row))
            elif weight:
                self.negated.append((first, "not good" if weight > 0 else "not bad"))
            elif book.rows[row].category == "context":
                self.cues.append((first, last, row))
        self.firsts = [first for first, _, _ in self.cues]

    def between(self, first: int, last: int) -> list[tuple[int, int, int]]:
        """The cues that begin with one of these words: first word, last word + 1, row."""
        return self.cues[bisect_left(self.firsts, first) : bisect_left(self.firsts, last)]

    def evidence(self, mention: Placed, book: Codebook) -> list[tuple[int, int, float, int, int]]:
        """A tuple a cue: row, 0 for the doer's or 2 for the target's weights, how much it counts, its words."""
        found, path, words = [], self.path, self.words
        for first, last, row in self.between(mention.first - REACH, mention.last + REACH):
            if first >= mention.last:
                found.append((row, 0, HALF / (HALF + path[first] - path[mention.last - 1]), first, last))
            elif last <= mention.first:
                bridge = words[last - 1 : mention.first]
                if book.rows[row].category not in DANGERS or not _is_against(bridge):
                    found.append((row, 2, HALF / (HALF + path[mention.first] - path[last - 1]), first, last))
        return found

    def places(self, mention: Placed) -> list[str]:
        """What stands right beside a mention, "_" being the mention, and how it is made; as named in roles.csv."""
        words, first, last = self.words, mention.first, mention.last
        own = words[first] if words else ""
        *_, second, before = ["^", "^", *words[max(first - 2, 0) : first]]
        after, next_, *_ = [*words[last : last + 2], "$", "$"]
        found = ["_", f"_ {after}", f"{before} _", f"_ {after} {next_}", f"{second} {before} _"]
        if own in _OWNERS or self.folded.startswith("'s", mention.end):
            found.append("_'s")
        if own in _PRONOUNS:
            found.append("_=pronoun")
        if self.quotes:
            found.append("“_”")
        near = self.negated[bisect_left(self.negated, (first - HALF,)) : bisect_left(self.negated, (last + HALF,))]
        return found + sorted({f"{'of' if at < first else 'is'} {what}" for at, what in near})


def _is_against(bridge: Sequence[str]) -> bool:
    """Do the words from a danger to a mention say that it is a danger to it: "threat to", "attacks on", "against"?"""
    return len(bridge) <= TOUCHING and not {"to", "on", "against", "upon"}.isdisjoint(bridge)


def around(text: Text, found: Sequence[Placed], book: Codebook) -> dict[int, _Around]:
    """What bears on the mentions of each sentence that has one."""
    matches: dict[int, list] = {mention.sentence: [] for mention in found if text.bounds}
    for match in book.matches(text):
        if match[0] in matches:
            matches[match[0]].append(match)
    return {sentence: _Around(text, sentence, book, own) for sentence, own in matches.items()}


def _verdicts(text: Text, found: Sequence[Placed]) -> list[tuple[str, float, list[tuple[int, int]]]]:
    """Polarity, score and the offsets of the strongest cues, of each mention."""
    book, role = _model(text)
    weights, scenes, verdicts = _weights(book), around(text, found, book), []
    for mention in found:
        own, parts = [], []
        if here := scenes.get(mention.sentence):
            own = [role[place] for place in here.places(mention) if place in role]
            for row, side, near, first, last in here.evidence(mention, book):
                parts.append((weights[row][side] * near, weights[row][side + 1] * near, first, last))
        negative = sum(place[0] for place in own) + sum(part[0] for part in parts)
        positive = sum(place[1] for place in own) + sum(part[1] for part in parts)
        top = max(negative, positive, 0.0)
        odds = [math.exp(value - top) for value in (negative, 0.0, positive)]
        best = odds.index(max(odds))
        speaks = [((a - b, -abs(a) - abs(b), b - a)[best], first, last) for a, b, first, last in parts]
        offsets = text.offsets(mention.sentence) if parts else []
        because = [(offsets[f][0], offsets[e - 1][1]) for part, f, e in sorted(speaks, reverse=True)[:3] if part > 0.1]
        verdicts.append((POLARITIES[best], (odds[2] - odds[0]) / sum(odds), because))
    return verdicts


# --- many mentions together


def matrix(text: Text) -> pd.DataFrame:
    """A row a voice and an actor: voice, actor, position, mentions, negative, neutral, positive (counts), polarity (the
    mean score, with polarity_low and polarity_high), enough (are there ``ENOUGH`` mentions for it to say something?).

    position is the ideological square's (van Dijk 1998): "in-group" is the voice's we, or an actor to whom it names
    dangers, at two mentions or more; "out-group" one from whom it names them. Elsewhere it is empty.
    """
    sides, rows = _positions(text), []
    for (voice, actor), group in toward(text).groupby(["voice", "actor"], sort=False):
        counts = [int((group.polarity == polarity).sum()) for polarity in POLARITIES]
        mean = rates.mean(group.score.tolist())
        rows.append((voice, actor, sides.get((voice, actor), ""), len(group), *counts, *mean, len(group) >= ENOUGH))
    counts = "mentions negative neutral positive"
    means = "polarity polarity_low polarity_high"
    return frame(rows, f"voice actor position {counts} {means} enough", counts, means).astype({"enough": bool})


def _positions(text: Text) -> dict[tuple[str, str], str]:
    """(voice, actor) -> in-group or out-group."""
    (book, _), found = _model(text), placed(text, mentions(text))
    scenes, balance, sides = around(text, found, book), Counter(), {}
    for mention in found:
        place, here = (text.voice_at(mention.start), mention.actor), scenes[mention.sentence]
        words, first, last = here.words, mention.first, mention.last
        near = [cue for cue in here.between(first - REACH, last + REACH) if book.rows[cue[2]].category in DANGERS]
        facing = any(end <= first and _is_against(words[end - 1 : first]) for _, end, _ in near)
        posing = any(
            start >= last and here.path[start] - here.path[last - 1] <= HALF and "by" not in words[end : end + 1]
            for start, end, _ in near
        )
        balance[place] += (facing or words[first].startswith("anti-")) - posing
        if mention.kind == "in-group":
            sides[place] = "in-group"
    return {place: "in-group" if n > 0 else "out-group" for place, n in balance.items() if abs(n) > 1} | sides


def relations(text: Text) -> pd.DataFrame:
    """A row an act of one actor towards another: agent, act (the cue), target, weight, sentence, voice, start, end.

    The act is a verb that is a cue, between two mentions with no comma or conjunction; "by" turns it round ("was armed
    by Turkey"). weight is the act's own: -1 bad, 1 good, 0 neither. Acts that no codebook knows are not seen.

    >>> relations(Text("Ankara accused Israel."))[["agent", "act", "target", "weight"]].values.tolist()
    [['Turkey', 'accused', 'Israel', -1.0]]
    """
    (book, _), found, rows = _model(text), placed(text, mentions(text)), []
    scenes = around(text, found, book)
    for left, right in pairwise(found):
        if left.sentence != right.sentence or left.actor == right.actor:
            continue
        here, offsets = scenes[left.sentence], text.offsets(left.sentence)
        words, gap = here.words, text.raw[left.end : right.start]
        if not (_CONJUNCTIONS.isdisjoint(words[left.last : right.first]) and _PUNCTUATION.isdisjoint(gap)):
            continue
        for first, last, row in here.between(left.last, right.first):
            before, cue = words[first - 1], book.rows[row]
            if last > right.first or not (cue.weight or cue.category in ACTS):
                continue
            if first == left.last or before in _AUXILIARIES or before.endswith("ly"):
                by = "by" in words[last : last + 1]
                if not by and not _BE.isdisjoint(words[left.last : first]) and not words[last - 1].endswith("ing"):
                    break  # done to the first actor by nobody named: "Russians were arrested on suspicion of …"
                agent, target = (right, left) if by else (left, right)
                start, end = offsets[first][0], offsets[last - 1][1]
                act = (agent.actor, text.raw[start:end], target.actor, cue.weight)
                rows.append((*act, left.sentence, text.voice_at(start), start, end))
                break
    return frame(rows, "agent act target weight sentence voice start end", "start end sentence", "weight")
