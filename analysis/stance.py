"""Stance: who stands where towards whom?

Evaluation is described as in appraisal theory (Martin & White 2005): affect, judgement of what people are and do,
appreciation of things. ``codebooks/evaluation.csv`` holds its cues. What a cue says of an actor depends on the actor's
role: in "Ankara attacked its critics" Ankara does, in "critics attacked Ankara" it is done to. So a cue has four
weights, log-odds of a negative and of a positive verdict against a neutral one, for an actor before it (the doer) and
an actor after it (the target). They were learned (``subtext learn GOLD_DIR stance``) on news sentences whose stance
towards one mention was judged by annotators (NewsMTSC, Hamborg & Donnay 2021). The rules:

* A cue counts less with distance: half at ``HALF`` words. A comma, conjunction or name between counts as more words.
* A negated cue says nothing ("not a liar"), nor does praise right after blame ("an unreliable partner"), nor a danger
  *to* the actor ("a threat to Russia"): a victim is not blamed for the act.
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
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from . import rates
from .codebook import HERE, Codebook, CodebookError, changed, cue_table, load, logistic
from .text import Text, TextError
from .voices import COMMON, HE, SHE, TITLES, VERBS

POLARITIES = ("negative", "neutral", "positive")
WEIGHTS = ("doer_negative", "doer_positive", "target_negative", "target_positive")
DANGERS = frozenset({"judgement: aggression", "appreciation: danger", "war", "pressure"})
NOT_ACTS = frozenset({"context", "hedge", "contrast", "status"})
ENOUGH = 3  # mentions from which a mean says something

# found by cross-validation: `python -m analysis.learn stance` prints what each of them adds
NEGATORS = frozenset("not no never cannot nor neither without hardly barely".split())
CONJUNCTIONS = frozenset("but because although though while whereas if when which who since until unless".split())
HALF = 8  # words from a mention at which a cue counts half
COMMA, CONJUNCTION, NAME = 3, 5, 2  # how many words farther off a cue is behind one of these
SCOPE = 6  # words after a negator that are negated
SPOILED = 0  # words between blame and the praise that it spoils
REACH = 60  # words; what stands farther off is not read
TOUCHING = 4  # words between a danger and what it is a danger to
_PUNCTUATION = frozenset(",;:()—–")
_PRONOUNS = frozenset("he she they i we him her them his their it".split())
_AUXILIARIES = frozenset("has have had is are was were will would could can may might to also been be who that".split())

_CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я]"
_PARTICLE = "(?:de|van|von|bin|al|der|la|ibn|el|del|da)"
_FULL_NAME = re.compile(rf"{_CAPITAL}[\w'’.-]*(?: (?:{_PARTICLE} ){{0,2}}{_CAPITAL}[\w'’.-]*){{1,4}}")
_APPOSITION = re.compile(r", (?:a|an|the|who|head|director|minister|senior)\b")


class Mention(NamedTuple):
    """An actor in the text; its words are first..last-1 of the sentence."""

    start: int
    end: int
    actor: str
    kind: str
    sentence: int
    first: int
    last: int


class Name(NamedTuple):
    """What a name's first word may go on to: its other words, whom it stands for, and how it is written."""

    rest: tuple[str, ...]
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
        for m in mentions(text, codebook)
    ]
    return _frame(rows, "start end mention actor kind voice sentence")


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
        raise CodebookError(
            f"{path.name}: the actors cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from None
    for number, row in enumerate(rows, 2):
        if not row.get("names") and not row.get("demonyms") and not row.get("seats"):
            raise CodebookError(f"{path.name}: row {number}: no name in the columns names, demonyms or seats")
        kind = row.get("kind") or "organisation"
        if kind == "none":
            others |= frozenset(row["names"].lower().split("|"))
            continue
        for column in ("names", "demonyms", "seats"):
            for written in filter(None, map(str.strip, (row.get(column) or "").split("|"))):
                words = written.lower().removeprefix("the ").split()
                for ending in ("", "'s"):
                    first, *rest = [*words[:-1], words[-1] + ending]
                    entry = Name(tuple(rest), row.get("actor") or written, kind, written, column == "seats")
                    table[first].append(entry)
                    if len(words) == 1 and column != "seats":
                        table["anti-" + first].append(entry)
                        table["pro-" + first].append(entry)
    return {word: tuple(sorted(found, key=lambda name: -len(name.rest))) for word, found in table.items()}, others


def _mentions(text: Text, codebook: str | Path | None) -> list[Mention]:
    known, others = _names(HERE / "actors.csv")
    if only := text.codebooks.get("only-actors"):
        known, _ = _names(only, changed(only))
    if codebook:
        added, _ = _names(Path(codebook), changed(Path(codebook)))
        known = known | {word: names + known.get(word, ()) for word, names in added.items()}
    people = _people(text, known, others)
    known = known | {word: names + known.get(word, ()) for word, names in people.items()} if people else known
    found, keys = [], known.keys()
    for sentence, words in enumerate(text.tokens):
        if keys.isdisjoint(words):
            continue
        offsets, free = text.offsets(sentence), 0
        for first, names in enumerate(map(known.get, words)):
            if names is None or first < free:
                continue
            for name in names:
                last = first + 1 + len(name.rest)
                if tuple(words[first + 1 : last]) == name.rest and _is_written(text.raw, words, offsets, first, name):
                    (start, _), (_, end) = offsets[first], offsets[last - 1]
                    end -= 2 * words[last - 1].endswith("'s")
                    actor = f"{name.actor} ({text.voice_at(start)})" if name.kind == "in-group" else name.actor
                    found.append(Mention(start, end, actor, name.kind, sentence, first, last))
                    free = last
                    break
    return found


def _is_written(raw: str, words: Sequence[str], offsets: Sequence, first: int, name: Name) -> bool:
    """Is it written as a name? "US" not "us", "the West" with its article, neither "in Paris" nor "Paris Hilton"."""
    start, end = offsets[first]
    written = name.written
    if name.kind == "in-group":
        return raw[start + 1 : end].islower() or (end - start == 1) or raw[start:end].islower()
    if written.isupper():
        return raw[start : start + len(written.split()[0])] == written.split()[0]
    if not raw[start].isupper() and "-" not in raw[start:end]:
        return written.islower()
    follows = raw[end + 1 : end + 2].isupper() and not name.rest
    if written.startswith("the "):
        return first > 0 and words[first - 1] == "the" and not follows
    return not (name.seat and (follows or (first > 0 and words[first - 1] in ("in", "near", "outside", "around"))))


def _people(text: Text, known: dict, others: frozenset[str]) -> dict[str, tuple[Name, ...]]:
    """The persons of the text, by the words that may begin a mention of them: full name, surname, title and surname.

    Two capitals are not yet a person. What gives one away: a title, a first name, a speech verb after it, an apposition
    (", a senior researcher"), or that it is a voice of the text. A surname stands for the fullest name that ends so.
    """
    full: dict[str, list[str]] = {}
    for passage in text.passages:
        if " " in passage.voice:
            full.setdefault(passage.voice.lower().split()[-1], passage.voice.split())
    for match in _FULL_NAME.finditer(text.raw):
        words, titled = match[0].rstrip(".").split(), False
        while words and (bare := words[0].lower().rstrip(".")) and (bare in TITLES or bare in COMMON or bare in known):
            titled = bare in TITLES or (titled and bare not in COMMON)
            words = words[1:]
        folded = [word.lower().replace("’", "'").removesuffix("'s") for word in words]
        if not words or not others.isdisjoint(folded) or not known.keys().isdisjoint(folded):
            continue
        after = text.folded[match.end() : match.end() + 24]
        if not titled and (len(words) == 1 or not (folded[0] in HE or folded[0] in SHE)):
            follows = after.split(None, 1)[0] if after.strip() else ""
            if len(words) == 1 or not (follows in VERBS or _APPOSITION.match(after)):
                continue
        if len(words) > len(full.get(folded[-1], ())):
            full[folded[-1]] = [word.removesuffix("'s").removesuffix("’s") for word in words]
    found = defaultdict(list)
    for surname, words in full.items():
        name, folded = " ".join(words), [word.lower().rstrip(".") for word in words]
        for ending in ("", "'s"):
            if len(words) > 1:
                found[folded[0]].append(Name((*folded[1:-1], surname + ending), name, "person", words[0]))
            found[surname + ending].append(Name((), name, "person", words[-1]))
    return {word: tuple(sorted(names, key=lambda name: -len(name.rest))) for word, names in found.items()}


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
    sums = [book.constants.get("intercept", -0.5)] * len(text.spans)
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
    found = mentions(text) if spans is None else given(text, spans)
    rows = []
    for mention, (polarity, number, because) in zip(found, _verdicts(text, found), strict=True):
        start, end = mention.start, mention.end
        voice = text.voice_at(start) if text.passages else "unknown"
        judged = (polarity, number, voice, mention.sentence, because)
        rows.append((start, end, text.raw[start:end], mention.actor, *judged))
    return _frame(rows, "start end mention actor polarity score voice sentence because")


def given(text: Text, spans: Iterable[tuple[int, int]]) -> list[Mention]:
    """The mentions that given spans are: of the actor named inside a span, or of whatever the span says."""
    known, found = mentions(text), []
    for start, end in spans:
        if not 0 <= start <= end <= len(text.raw):
            raise TextError(
                f"{text.name}: no mention can be at {start} to {end}: the text has {len(text.raw)} characters"
            )
        at = bisect_right(known, end - 1, key=lambda mention: mention.start) - 1
        actor, kind = text.raw[start:end], "given"
        if at >= 0 and known[at].end > start:
            actor, kind = known[at].actor, known[at].kind
        sentence = max(bisect_right(text.spans, start, key=lambda span: span[0]) - 1, 0)
        offsets = text.offsets(sentence) if text.spans else []
        first = min(bisect_right(offsets, start, key=lambda word: word[1]), max(len(offsets) - 1, 0))
        last = max(bisect_left(offsets, end, key=lambda word: word[0]), first + 1)
        found.append(Mention(start, end, actor, kind, sentence, first, last))
    return found


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
        raw, offsets = text.raw, text.offsets(sentence)
        far, end = 0, offsets[0][0] if offsets else 0
        for word, (start, after) in zip(self.words, offsets, strict=True):
            far += 1
            if start - end > 1 and not _PUNCTUATION.isdisjoint(raw[end:start]):
                far += COMMA
            if word in CONJUNCTIONS:
                far += CONJUNCTION
            elif raw[start].isupper():
                far += NAME
            self.path.append(far)
            end = after
        self.cues, blamed = [], -9
        for _, first, last, row in matches:
            weight = book.rows[row].weight
            context = self.words[max(first - SCOPE, 0) : first]
            said = not weight or (NEGATORS.isdisjoint(context) and not any(word.endswith("n't") for word in context))
            if said and not (weight > 0 and first - blamed <= SPOILED):
                self.cues.append((first, last, row))
            blamed = last if weight < 0 else blamed
        self.firsts = [first for first, _, _ in self.cues]

    def evidence(self, mention: Mention, book: Codebook) -> list[tuple[int, int, float, int, int]]:
        """A tuple a cue: row, 0 for the doer's or 2 for the target's weights, how much it counts, its words."""
        found, path, words = [], self.path, self.words
        low = bisect_left(self.firsts, mention.first - REACH)
        for first, last, row in self.cues[low : bisect_left(self.firsts, mention.last + REACH)]:
            if first >= mention.last:
                found.append((row, 0, HALF / (HALF + path[first] - path[mention.last - 1]), first, last))
            elif last <= mention.first:
                bridge = words[last - 1 : mention.first]
                if book.rows[row].category not in DANGERS or not _is_against(bridge):
                    found.append((row, 2, HALF / (HALF + path[mention.first] - path[last - 1]), first, last))
        return found


def _is_against(bridge: Sequence[str]) -> bool:
    """Do the words from a danger to a mention say that it is a danger to it: "threat to", "attacks on", "against"?"""
    return len(bridge) <= TOUCHING and not {"to", "on", "against", "upon"}.isdisjoint(bridge)


def places(text: Text, mention: Mention) -> list[str]:
    """What stands right beside a mention, "_" being the mention itself, and how it is made; as named in roles.csv."""
    words, first, last = text.tokens[mention.sentence], mention.first, mention.last
    own = words[first] if words else ""
    *_, second, before = ["^", "^", *words[max(first - 2, 0) : first]]
    after, next_, *_ = [*words[last : last + 2], "$", "$"]
    found = [f"_ {after}", f"{before} _", f"_ {after} {next_}", f"{second} {before} _", "_"]
    if text.folded.startswith("'s", mention.end) or own in ("his", "her", "their", "its"):
        found.append("_'s")
    if own in _PRONOUNS:
        found.append("_=pronoun")
    if '"' in text.folded[slice(*text.spans[mention.sentence][:2])]:
        found.append("“_”")
    return found


def around(text: Text, found: Sequence[Mention], book: Codebook) -> dict[int, _Around]:
    """What bears on the mentions of each sentence that has one."""
    matches: dict[int, list] = {mention.sentence: [] for mention in found if text.spans}
    for match in book.matches(text):
        if match[0] in matches:
            matches[match[0]].append(match)
    return {sentence: _Around(text, sentence, book, own) for sentence, own in matches.items()}


def _verdicts(text: Text, found: Sequence[Mention]) -> list[tuple[str, float, list[tuple[int, int]]]]:
    """Polarity, score and the offsets of the strongest cues, of each mention."""
    book, role = _model(text)
    weights, scenes, verdicts = _weights(book), around(text, found, book), []
    for mention in found:
        own = [role[place] for place in places(text, mention) if place in role] if text.spans else []
        parts = []
        for row, side, near, first, last in scenes[mention.sentence].evidence(mention, book) if text.spans else ():
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
    columns = "voice actor position mentions negative neutral positive polarity polarity_low polarity_high enough"
    return pd.DataFrame(rows, columns=columns.split())


def _positions(text: Text) -> dict[tuple[str, str], str]:
    """(voice, actor) -> in-group or out-group."""
    (book, _), found = _model(text), mentions(text)
    scenes, balance, sides = around(text, found, book), Counter(), {}
    for mention in found:
        place, here = (text.voice_at(mention.start), mention.actor), scenes[mention.sentence]
        words, first, last = here.words, mention.first, mention.last
        near = [cue for cue in here.cues if book.rows[cue[2]].category in DANGERS]
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
    (book, _), found, rows = _model(text), mentions(text), []
    scenes = around(text, found, book)
    for left, right in pairwise(found):
        if left.sentence != right.sentence or left.actor == right.actor:
            continue
        here, offsets = scenes[left.sentence], text.offsets(left.sentence)
        words, gap = here.words, text.raw[left.end : right.start]
        if not (CONJUNCTIONS.isdisjoint(words[left.last : right.first]) and _PUNCTUATION.isdisjoint(gap)):
            continue
        for first, last, row in here.cues:
            before, cue = words[first - 1], book.rows[row]
            if first < left.last or last > right.first or cue.category in NOT_ACTS:
                continue
            if first == left.last or before in _AUXILIARIES or before.endswith("ly"):
                agent, target = (right, left) if "by" in words[last : last + 1] else (left, right)
                start, end = offsets[first][0], offsets[last - 1][1]
                act = (agent.actor, text.raw[start:end], target.actor, cue.weight)
                rows.append((*act, left.sentence, text.voice_at(start), start, end))
                break
    return _frame(rows, "agent act target weight sentence voice start end")


def _frame(rows: list[tuple], columns: str) -> pd.DataFrame:
    whole = dict.fromkeys({"start", "end", "sentence"} & set(columns.split()), int)
    return pd.DataFrame(rows, columns=columns.split()).astype(whole)
