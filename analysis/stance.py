"""Stance: who stands where towards whom?

Evaluation is described as in appraisal theory (Martin & White 2005): affect, judgement of what people are and do,
appreciation of things. ``codebooks/evaluation.csv`` holds the cues. What a cue says about an actor depends on the place of
that actor: in "Ankara attacked its critics" the attack speaks for or against the doer, in "critics attacked Ankara" for
or against the target. So every cue has four weights, learned from NewsMTSC (Hamborg & Donnay 2021): how much it makes a
negative or a positive verdict likelier, against a neutral one, for an actor that stands before it (the doer) or after it
(the target). A cue counts less with every word between them. ``codebooks/roles.csv`` weighs the place itself: an actor
that "said" something is mostly only quoted. ``codebooks/actors.csv`` knows states by their capitals, demonyms and seats of power.
"""

from __future__ import annotations

import csv
import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from . import rates
from .codebook import HERE, Codebook, cue_table, load, logistic
from .text import Text, TextError
from .voices import COMMON, HE, SHE, TITLES, VERBS

POLARITIES = ("negative", "neutral", "positive")
BACKGROUND = frozenset({"context", "speech", "event", "hedge", "contrast"})  # weighed, but no evaluation of their own
WEIGHTS = ("doer_negative", "doer_positive", "target_negative", "target_positive")
NEGATORS = frozenset("not no never cannot nor neither without hardly barely n't".split())
REACH = 60  # words; farther cues count nothing
DECAY = [1 / (1 + distance / 8) for distance in range(REACH)]
ENOUGH = 3  # mentions from which a mean polarity is shown with confidence

_LETTERS = map(chr, range(0x530))
_CAPITAL = f"[{''.join(letter for letter in _LETTERS if letter.isupper())}]"
_NAME = re.compile(
    rf"{_CAPITAL}[\w'’-]*\w(?: (?:(?:de|van|von|bin|al|der|la|ibn|el) )*{_CAPITAL}(?:\.|[\w'’-]*\w)){{0,4}}"
)


class Mention(NamedTuple):
    """An actor in the text; its words are first..last-1 of the sentence."""

    start: int
    end: int
    actor: str
    kind: str
    sentence: int
    first: int
    last: int


class Verdict(NamedTuple):
    """What the cues around a mention add up to; parts are (contribution, sentence, first word, last word + 1)."""

    polarity: str
    score: float
    parts: list[tuple[float, int, int, int]]


# --- actors


@cache
def _names(path: Path) -> tuple[dict[str, list[tuple]], frozenset[str]]:
    """First word of a name -> (its other words, actor, kind, as written, is a seat); and words that no person is called."""
    table, others = defaultdict(list), frozenset()
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "none":
                others = frozenset(row["names"].lower().split("|"))
                continue
            for column in ("names", "demonyms", "seats"):
                for name in filter(None, (row.get(column) or "").split("|")):
                    words = name.lower().removeprefix("the ").split()
                    entry = (row["actor"], row["kind"], name, column == "seats")
                    for last in (words[-1], words[-1] + "'s"):
                        first, *rest = [*words[:-1], last]
                        table[first].append((tuple(rest), *entry))
                    if column != "seats" and len(words) == 1 and row["kind"] != "in-group":
                        for side in ("anti-", "pro-"):
                            table[side + words[0]].append(((), *entry))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return dict(table), others


def actors(text: Text, codebook: str | Path | None = None) -> pd.DataFrame:
    """A row a mention of an actor: start, end, mention, actor, kind, voice, sentence.

    kind is state, bloc, organisation, group, person or in-group ("we", "our": the voice's own side). ``codebook`` is a
    CSV file with columns actor, kind, names, demonyms, seats (several are separated by "|"), added to the package's own; without it, a
    file ``<text>.actors.csv`` beside the text is used where there is one.

    >>> actors(Text("Baku trusts the Kremlin, not our base."))[["mention", "actor"]].values.tolist()
    [['Baku', 'Azerbaijan'], ['Kremlin', 'Russia'], ['our', 'we (narrator)']]
    """
    rows = [
        (m.start, m.end, text.raw[m.start : m.end], m.actor, m.kind, text.voice_at(m.start), m.sentence)
        for m in mentions(text, codebook)
    ]
    return _frame(rows, "start end mention actor kind voice sentence")


def mentions(text: Text, codebook: str | Path | None = None) -> list[Mention]:
    """The mentions behind ``actors``, as plain tuples in the order of the text."""
    codebook = codebook or text.meta.get("actors")
    return text.remember(("stance.mentions", codebook), lambda: _mentions(text, codebook))


def _mentions(text: Text, codebook: str | Path | None) -> list[Mention]:
    known, others = _names(HERE / "actors.csv")
    if codebook:
        added, _ = _names(Path(codebook))
        known = known | {word: entries + known.get(word, []) for word, entries in added.items()}
    people = _people(text, known, others)
    raw, found = text.raw, []
    for sentence, words in enumerate(text.tokens):
        free = 0
        for first, entries in enumerate(map(known.get, words)):
            person = people.get(words[first].removesuffix("'s")) if people else None
            if not (entries or person) or first < free:
                continue
            offsets = text.offsets(sentence)
            start = offsets[first][0]
            if person and raw[start].isupper():
                last = _stretch(words, first, person[0])
                found.append(_mention(text, sentence, first, last, person[1], "person"))
                free = last
                continue
            for rest, actor, kind, written, seat in entries or ():
                last = first + 1 + len(rest)
                if tuple(words[first + 1 : last]) != rest or not _written(text, words, offsets, first, written, seat):
                    continue
                if kind == "in-group":
                    actor = f"{actor} ({text.voice_at(start)})"
                found.append(_mention(text, sentence, first, last, actor, kind))
                free = last
                break
    return found


def _mention(text: Text, sentence: int, first: int, last: int, actor: str, kind: str) -> Mention:
    offsets = text.offsets(sentence)
    start, end = offsets[first][0], offsets[last - 1][1]
    if text.folded.endswith("'s", start, end):
        end -= 2
    return Mention(start, end, actor, kind, sentence, first, last)


def _written(text: Text, words: Sequence[str], offsets: Sequence, first: int, written: str, seat: bool) -> bool:
    """Is the name written as a name? "US" in capitals, "the West" with its article, "Paris" not inside "Paris Hilton"."""
    raw, (start, end) = text.raw, offsets[first]
    before = words[first - 1] if first else ""
    if written.islower():
        return raw[start:end].islower() or (first == 0 and raw[start + 1 : end].islower()) or start + 1 == end
    if written.startswith("the "):
        return before == "the" and raw[start].isupper() and not raw[end + 1 : end + 2].isupper()
    if written.isupper():
        return raw[start:end].replace("’", "'").removesuffix("'s") == written.split()[0]
    if not raw[start].isupper() and "-" not in raw[start:end]:
        return False
    return not (seat and (before in ("in", "near", "outside", "around") or raw[end + 1 : end + 2].isupper()))


def _people(text: Text, known: dict, others: frozenset[str]) -> dict[str, tuple]:
    """Word of a name -> (the words of the full name, the full name); a title, a speech verb or a first name gives a person away."""
    people: dict[str, tuple] = {}
    voices = {passage.voice for passage in text.passages}
    for match in _NAME.finditer(text.raw):
        words = match[0].split()
        titled = False
        while words and (words[0].lower() in COMMON or words[0].rstrip(".").lower() in TITLES):
            titled = words[0].rstrip(".").lower() in TITLES
            words = words[1:]
        folded = [word.lower().replace("’", "'").removesuffix("'s") for word in words]
        while len(folded) > 1 and folded[0] in known:
            words, folded = words[1:], folded[1:]
        if not words or any(word in others or word in known for word in folded):
            continue
        name = " ".join(words).replace("’s", "").replace("'s", "")
        if len(words) == 1:
            if titled and folded[0] not in people:
                people[folded[0]] = ((folded[0],), name)
            continue
        after = text.folded[match.end() : match.end() + 20].split()
        if (
            titled
            or name in voices
            or folded[0] in HE
            or folded[0] in SHE
            or (after and after[0] in VERBS)
            or re.match(r", (?:a|an|the|who|head|director|minister)\b", text.folded[match.end() : match.end() + 12])
        ):
            person = (tuple(folded), name)
            people[folded[-1]] = person
            people.setdefault(folded[0], person)
    return people


def _stretch(words: Sequence[str], first: int, full: tuple[str, ...]) -> int:
    """The end of a name that begins at a word, as far as the words belong to the full name."""
    last = first + 1
    while last < len(words) and words[last].removesuffix("'s") in full:
        last += 1
    return last


# --- evaluation


def find(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row an evaluative cue: start, end, cue (as written), category, weight (-1 or 1), sentence, voice, entry.

    >>> find(Text("A brave but unreliable partner."))[["cue", "weight"]].values.tolist()
    [['brave', 1.0], ['unreliable', -1.0], ['partner', 1.0]]
    """
    book = codebook or load("evaluation")
    return cue_table(text, book.rows, _cues(text, book))


def _cues(text: Text, book: Codebook) -> list[tuple[int, int, int, int]]:
    return [match for match in book.matches(text) if book.rows[match[3]].category not in BACKGROUND]


def score(text: Text, codebook: Codebook | None = None) -> pd.Series:
    """How evaluative each sentence is, 0..1; from 0.5 on its evaluative cues outweigh the plain words around them."""
    book = codebook or load("evaluation")
    weights = _weights(book)
    sums = [book.constants.get("intercept", -1.0)] * len(text.spans)
    slope = book.constants.get("slope", 0.5)
    for sentence, _, _, row in _cues(text, book):
        sums[sentence] += slope * max(map(abs, weights[row]))
    return pd.Series([logistic(value) for value in sums], dtype=float, name="stance")


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group: positive and negative cues per 100 words, and the share of evaluative sentences, with intervals."""
    book = codebook or load("evaluation")
    signs: dict[str, list] = {"positive": [], "negative": []}
    for sentence, first, _, row in _cues(text, book):
        signs["positive" if book.rows[row].weight > 0 else "negative"].append((sentence, first))
    return rates.table(text, by, signs, {"evaluative": (score(text, codebook) >= 0.5).tolist()})


def figures(text: Text) -> dict[str, float]:
    """The lens's measures for the whole text, without a table."""
    book = load("evaluation")
    words = sum(map(len, text.tokens))
    signs = Counter(book.rows[row].weight > 0 for *_, row in _cues(text, book))
    named = [mention for mention in mentions(text) if mention.kind != "in-group"]
    scores = [verdict.score for verdict in _verdicts(text, named)]
    return {
        "positive_per_100": 100 * signs[True] / words if words else 0.0,
        "negative_per_100": 100 * signs[False] / words if words else 0.0,
        "actors": float(len({mention.actor for mention in named})),
        "mentions_per_100": 100 * len(named) / words if words else 0.0,
        "mean_polarity": sum(scores) / len(scores) if scores else 0.0,
    }


# --- evaluation of whom


def toward(text: Text, spans: Iterable[tuple[int, int]] | None = None) -> pd.DataFrame:
    """A row a mention of an actor, found or given: what the words around it make of it.

    Columns: start, end, mention, actor (of a given span that is no known actor: the words themselves), polarity (negative,
    neutral, positive), score (-1..1: probability of positive less that of negative), voice, sentence, because (offsets
    of the cues that count most for the verdict, the strongest first).

    >>> text = Text("The senator praised Smith. He lied to voters, critics said of Jones.")
    >>> toward(text, [(20, 25), (27, 29)]).polarity.tolist()
    ['positive', 'negative']
    """
    found = mentions(text) if spans is None else [_given(text, *span) for span in spans]
    rows = []
    for mention, verdict in zip(found, _verdicts(text, found), strict=True):
        because = [
            (text.offsets(sentence)[first][0], text.offsets(sentence)[last - 1][1])
            for part, sentence, first, last in sorted(verdict.parts, reverse=True)[:3]
            if part > 0.05
        ]
        start, end = mention.start, mention.end
        voice = text.voice_at(start) if text.passages else "unknown"
        judged = (verdict.polarity, verdict.score, voice, mention.sentence, because)
        rows.append((start, end, text.raw[start:end], mention.actor, *judged))
    return _frame(rows, "start end mention actor polarity score voice sentence because")


def _given(text: Text, start: int, end: int) -> Mention:
    """The mention that a given span is: its words, and the actor if one is mentioned inside it."""
    if not 0 <= start <= end <= len(text.raw):
        raise TextError(
            f"{text.name}: a mention at {start} to {end} lies outside the text of {len(text.raw)} characters"
        )
    actor = next((m for m in mentions(text) if m.start < end and start < m.end), None)
    name, kind = (actor.actor, actor.kind) if actor else (text.raw[start:end], "given")
    if not text.spans:
        return Mention(start, end, name, kind, 0, 0, 0)
    sentence = max(bisect_right(text.spans, start, key=lambda span: span[0]) - 1, 0)
    offsets = text.offsets(sentence)
    first = next((i for i, word in enumerate(offsets) if word[1] > start), max(len(offsets) - 1, 0))
    last = next((i for i, word in enumerate(offsets) if word[0] >= end), len(offsets))
    return Mention(start, end, name, kind, sentence, first, max(last, first + 1))


@cache
def _weights(book: Codebook) -> list[tuple[float, ...]]:
    return [tuple(float(cue.extra.get(column) or 0) for column in WEIGHTS) for cue in book.rows]


@cache
def _roles() -> dict[str, tuple[float, float]]:
    """What the place of a mention says: feature -> (negative, positive) log-odds against neutral."""
    with open(HERE / "roles.csv", encoding="utf-8", newline="") as file:
        return {row["place"]: (float(row["negative"]), float(row["positive"])) for row in csv.DictReader(file)}


def evidence(text: Text, mention: Mention, cues: Sequence[tuple]) -> list[tuple[int, int, float, tuple]]:
    """What bears on a mention: (row of the codebook, 0 doer or 2 target, how much it counts, the match)."""
    words, found = text.tokens[mention.sentence], []
    for match in cues:
        _, first, last, row = match
        if first >= mention.last:
            side, distance = 0, first - mention.last + 1
        elif last <= mention.first:
            side, distance = 2, mention.first - last + 1
        else:
            continue
        if distance < REACH:
            factor = DECAY[distance]
            if not NEGATORS.isdisjoint(words[max(first - 3, 0) : first]):
                factor *= 0.3
            found.append((row, side, factor, match))
    return found


def places(text: Text, mention: Mention) -> list[str]:
    """The features of a mention's own place, as named in roles.csv."""
    words = text.tokens[mention.sentence]
    first, last = mention.first, mention.last
    own = words[first] if first < len(words) else ""
    before = ["^", "^", *words[max(first - 2, 0) : first]][-2:]
    after = [*words[last : last + 2], "$", "$"][:2]
    found = [f"_ {after[0]}", f"{before[1]} _", f"_ {after[0]} {after[1]}", f"{before[0]} {before[1]} _"]
    if text.folded.startswith("'s", mention.end) or own in ("his", "her", "their", "its"):
        found.append("owner")
    if own in ("he", "she", "they", "i", "we", "him", "her", "them", "his", "their", "it"):
        found.append("pronoun")
    if '"' in text.folded[slice(*text.spans[mention.sentence][:2])]:
        found.append("quotation")
    return found


def _verdicts(text: Text, found: Sequence[Mention]) -> list[Verdict]:
    book = load("evaluation")
    weights, roles = _weights(book), _roles()
    by_sentence = defaultdict(list)
    wanted = {mention.sentence for mention in found}
    for match in book.matches(text):
        if match[0] in wanted:
            by_sentence[match[0]].append(match)
    base = roles.get("always", (0.0, 0.0))
    verdicts = []
    for mention in found:
        negative, positive = base
        parts = []
        if text.spans:
            for place in places(text, mention):
                if place in roles:
                    negative += roles[place][0]
                    positive += roles[place][1]
            for row, side, factor, match in evidence(text, mention, by_sentence[mention.sentence]):
                against, for_ = weights[row][side] * factor, weights[row][side + 1] * factor
                negative += against
                positive += for_
                parts.append((against, for_, match))
        top = max(negative, positive, 0.0)
        scale = [math.exp(value - top) for value in (negative, 0.0, positive)]
        best = scale.index(max(scale))
        verdicts.append(
            Verdict(
                POLARITIES[best],
                (scale[2] - scale[0]) / sum(scale),
                [(_toward(best, against, for_), *match[:3]) for against, for_, match in parts],
            )
        )
    return verdicts


def _toward(best: int, against: float, for_: float) -> float:
    """How much a contribution speaks for the verdict: for a neutral one, how little it evaluates."""
    return (against - max(for_, 0), -max(against, for_), for_ - max(against, 0))[best]


# --- many mentions together


def matrix(text: Text) -> pd.DataFrame:
    """A row a voice and an actor: voice, actor, mentions, negative, neutral, positive (counts), polarity (mean score, with
    polarity_low and polarity_high), enough (at least three mentions, so that a mean says something).
    """
    rows = []
    for (voice, actor), group in toward(text).groupby(["voice", "actor"], sort=False):
        counts = [int((group.polarity == polarity).sum()) for polarity in POLARITIES]
        rows.append((voice, actor, len(group), *counts, *rates.mean(group.score.tolist()), len(group) >= ENOUGH))
    columns = "voice actor mentions negative neutral positive polarity polarity_low polarity_high enough"
    return pd.DataFrame(rows, columns=columns.split())


def relations(text: Text) -> pd.DataFrame:
    """A row an act of one actor towards another: agent, act (the cue), target, weight, sentence, voice, start, end.

    The cue stands between the two, "by" after it turns them round. Nothing is said of acts that are no cue.
    """
    book, rows = load("evaluation"), []
    cues = _cues(text, book)
    found = mentions(text)
    for left, right in zip(found, found[1:], strict=False):
        if left.sentence != right.sentence or left.actor == right.actor:
            continue
        for sentence, first, last, row in cues:
            if sentence == left.sentence and left.last <= first and last <= right.first:
                words, offsets = text.tokens[sentence], text.offsets(sentence)
                agent, target = (right, left) if "by" in words[last : last + 2] else (left, right)
                start, end = offsets[first][0], offsets[last - 1][1]
                act = (agent.actor, text.raw[start:end], target.actor, book.rows[row].weight)
                rows.append((*act, sentence, text.voice_at(start), start, end))
    return _frame(rows, "agent act target weight sentence voice start end")


def _frame(rows: list[tuple], columns: str) -> pd.DataFrame:
    whole = dict.fromkeys({"start", "end", "sentence"} & set(columns.split()), int)
    return pd.DataFrame(rows, columns=columns.split()).astype(whole)
