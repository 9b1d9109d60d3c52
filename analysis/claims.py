"""Who or what is said to threaten whom: the grammar of a threat claim.

``codebooks/claims.csv`` has the words that can make a clause into a claim, each with the places where its parts stand:
``subject`` and ``object`` of the verb, ``core`` (inside the cue), ``before`` (the noun before it), or a preposition
("to", "against"). ``needs`` names what has to hold (``open``: not yet fact; ``link``: "is", "poses"; ``cue:object``:
the object is itself a threat). The clause is read by a chunker of a few rules, not by a parser: it goes from pause to
pause and from one function word to the next, whose lists are in the same file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from . import stance
from .codebook import Codebook
from .text import Text

Span = tuple[int, int]  # words first..last-1 of a sentence
REACH = 40  # words; what stands farther off is not read, so that time grows with the text's length and no faster
MOST = 12  # claims read in one sentence
EXTRAS = frozenset({"imminence", "response", "condition"})
PARTICIPLE = ("ed", "en", "run", "hit")
PRONOUNS = frozenset("it they he she this that these those".split())
ALSO_NOUNS = frozenset(
    "increase threat risk risks plan plans attempt attempts fear fears claim claims hope need needs use force face "
    "place places turn turns launch act acts start cause causes help lead leads views".split()
)
OURS = frozenset("we i our us".split())
OWN_SIDE = frozenset("interests security citizens borders troops sovereignty territory people society army".split())
SAME = ("we", "us", "we in", "our country", "our nation", "our homeland")
ASIDE = frozenset({"in", "near", "at", "with"})  # an actor behind one of these is where, not who
DUTY = frozenset("must need needs should".split())


class Claim(NamedTuple):
    """A claim in a sentence: its parts as words of the sentence, None where they are not said."""

    sentence: int
    kind: str
    core: Span
    agent: Span | None
    referent: Span | None
    means: Span | None
    imminence: Span | None
    conditional: bool

    @property
    def extent(self) -> Span:
        held = [part for part in (self.core, self.agent, self.referent, self.means) if part]
        return min(a for a, _ in held), max(b for _, b in held)


@lru_cache(maxsize=8)
def _classes(book: Codebook) -> dict[str, frozenset[str]]:
    own = {name[1:-1]: frozenset(words.split("|")) for name, words in book.classes.items()}
    verbal = own["aux"] | own["verb"]
    return own | {
        "verbal": verbal | own["link"],
        "group": verbal | own["link"] | own["adverb"] | {"a", "an", "the"},  # what may stand in a verb group
        # what a noun phrase does not go across
        "outside": (own["clause"] - {"and", "or", "for"}) | (verbal - {"to"} - ALSO_NOUNS),
        "finite": verbal - {"to"} - ALSO_NOUNS,
        "joined": own["clause"] - {"and", "or"},  # what begins a clause and joins no noun phrases
        "edge": verbal | own["preposition"] | own["clause"],
        "end": (own["aux"] | own["preposition"] | own["clause"]) - {"of"},
        "spent": own["adverb"] | {"too", "alone", "and", "or", "of"},
    }


def may_claim(matches: list[tuple[int, int, int, int]], book: Codebook, cues: set[int]) -> bool:
    """Can the matches make a claim at all? A quick look before a sentence is read."""
    rows = [book.rows[row] for *_, row in matches]
    needs = [row.extra["needs"].split("|") for row in rows if row.category not in EXTRAS]
    return any(cues or not need.startswith("cue:") for own in needs for need in own)


class Clause:
    """One sentence, read around the words that make a claim; ``cues`` are the places of its threat cues."""

    def __init__(self, text: Text, sentence: int, book: Codebook, cues: set[int]):
        self.text, self.sentence, self.book, self.cues = text, sentence, book, cues
        self.words, self.at, self.is_ = text.tokens[sentence], text.offsets(sentence), _classes(book)
        self.has_if = "if" in self.words
        gaps = [text.folded[self.at[i][1] : self.at[i + 1][0]] for i in range(len(self.at) - 1)]
        self.pause = [True, *(not (gap.isspace() or gap in "-,") for gap in gaps), True]  # punctuation before word i

    def claims(self, matches: list[tuple[int, int, int, int]]) -> list[Claim]:
        """The claims that the matches of claims.csv in this sentence make, in their order."""
        rows = [((first, last), self.book.rows[row]) for _, first, last, row in matches]
        extra = {
            kind: next((span for span, row in rows if row.category == kind), None)
            for kind in ("imminence", "condition")
        }
        condition, found = bool(extra.pop("condition")), []
        for span, row in rows:
            parts = self.parts(*span, row) if row.category not in EXTRAS else None
            if parts:
                found.append(Claim(self.sentence, row.category, span, **parts, **extra, conditional=condition))
            if len(found) == MOST:
                break
        return self.merged(found)

    def merged(self, found: list[Claim]) -> list[Claim]:
        """Claims that share their words told once; what is deployed is the means of what "it" then does."""
        kept: list[Claim] = []
        for claim in found:
            last = kept[-1] if kept else None
            if last and any(part and part[0] <= claim.core[0] < part[1] for part in (last.agent, last.means)):
                continue
            if last and last.kind == "deploys" and not last.referent and claim.agent == last.agent:
                kept[-1] = claim._replace(means=claim.means or last.means)
            elif not last or claim.extent[0] >= last.core[1] or claim.extent[0] > last.extent[0]:
                kept.append(claim)
        return kept

    def parts(self, first: int, last: int, row) -> dict[str, Span | None] | None:
        """Agent, referent and means of a claim around its core; None where the words make no claim."""
        noun, category = self.noun_before(first), row.category
        if category == "against" and noun:  # "defended his record against": the noun phrase begins at "his"
            noun = (next((i for i in range(*noun) if self.words[i] in self.is_["determiner"]), noun[0]), noun[1])
        subject, group = self.subject(noun[0] if noun and category in ("threat", "against") else first)
        modifiers = set(self.words[noun[0] : noun[1]]) if noun else set()
        if (group | modifiers) & self.is_["negator"] or (category == "threat" and self.is_slight(last)):
            return None
        if category == "dangerous" and not (self.pause[last] or self.words[last] in self.is_["edge"]):
            return None  # "a deadly threat": of a noun, so no verdict
        slots = {"subject": subject, "before": noun, "core": (first + 1, last), **self.after(last)}
        ending = self.words[first].endswith
        if category in ("threatens", "strikes") and group & self.is_["be"] and ending(PARTICIPLE):
            slots["object"], slots["subject"] = subject, slots.get("by")
        linked = bool(group & self.is_["link"])
        holds = {
            "open": bool(group & self.is_["open"]) or (ending("s") and self.has_if),
            "link": linked,
            "object": "object" in slots,
            "hostile": self.is_threat(noun),
            "used": bool(noun) and noun[0] > 0 and self.words[noun[0] - 1] in self.is_["use"],
            "deed": bool(group & self.is_["open"]) and not self.is_["deed"].isdisjoint(self.words[last : last + 4]),
            "cue:subject": self.is_threat(subject) or (bool(group & self.is_["open"]) and self.is_pronoun(subject)),
            "cue:object": self.is_threat(slots.get("object")),
            "cue:with": self.is_threat(slots.get("with")),
        }
        needs = row.extra["needs"]
        if needs and not any(holds[need] for need in needs.split("|")):
            return None
        parts = {name: self.filled(row.extra[name], slots) for name in ("agent", "referent", "means")}
        if category == "threat" and not linked:
            parts["agent"] = self.filled("from|by|of", slots)
        if parts["means"] == parts["agent"]:
            parts["means"] = None
        if self.is_pronoun(parts["agent"]):
            parts["agent"] = self.antecedent(parts["agent"])
        if category == "tips":  # "the balance" is part of the cue, "of power" is not
            parts["referent"] = (first + 1, self.next_stop(last))
        return parts if parts["agent"] or parts["referent"] else None

    def filled(self, places: str, slots: dict) -> Span | None:
        """The first of the places that is filled; "in" only by a name, as "in recent years" threatens nobody."""
        for place in filter(None, places.split("|")):
            span = slots.get(place)
            if span and (place != "in" or any(self.text.raw[self.at[i][0]].isupper() for i in range(*span))):
                return span
        return None

    def is_threat(self, span: Span | None) -> bool:
        return bool(span) and not self.cues.isdisjoint(range(*span))

    def is_slight(self, last: int) -> bool:
        """Is it "the risk … is low"?"""
        pairs = pairwise(self.words[last : self.next_pause(last)])
        return any(verb in self.is_["link"] and grade in self.is_["slight"] for verb, grade in pairs)

    def is_pronoun(self, span: Span | None) -> bool:
        return bool(span) and span[1] - span[0] == 1 and self.words[span[0]] in PRONOUNS

    def antecedent(self, span: Span) -> Span:
        """For a pronoun the subject of the sentence's first clause; if that is "we", the first actor named after it."""
        first = self.clause_subject(max(span[0] - REACH, 0), span[0])
        if first and not OURS.isdisjoint(self.words[slice(*first)]):
            named = (mention for mention in by_sentence(self.text).get(self.sentence, ()) if mention.kind != "in-group")
            first = next(((mention.first, mention.last) for mention in named), None)
        return first if first and first[1] <= span[0] else span

    def subject(self, first: int) -> tuple[Span | None, set[str]]:
        """The subject of the verb group that ends before a word, and the words of that group."""
        i, group, left = first - 1, set(), max(first - REACH, 0)
        skip = self.is_["group"]
        while i >= left and not self.pause[i + 1] and (self.words[i] in skip or self.words[i].endswith("ly")):
            group.add(self.words[i])
            i -= 1
        if i >= 0 and not group and self.words[i] in self.is_["preposition"]:  # "a hub for operations against"
            return None, group
        if i > 0 and self.words[i] in self.is_["relative"]:
            return self.noun_before(i), group
        if (i >= 0 and self.words[i] in ("and", "or", "then")) or (i >= 0 and group and self.pause[i + 1]):
            start = i
            while start > left and not self.pause[start] and self.words[start - 1] not in self.is_["joined"]:
                start -= 1
            aside = start > 0 and self.pause[start] and self.words[start].endswith("ed")  # "Baku, supported by us, …"
            return self.trimmed(self.noun_phrase(start) if aside else self.clause_subject(start, i + 1)), group
        return self.trimmed(self.noun_phrase(i + 1)), group

    def trimmed(self, span: Span | None) -> Span | None:
        """A subject up to a verb that no list knows ("the candidates hurried across …"); none that begins "in part"."""
        if not span or self.words[span[0]] in self.is_["preposition"]:
            return None
        for i in range(span[0] + 1, span[1]):
            plain = self.text.raw[self.at[i][0]].islower()
            if plain and self.words[i].endswith("ed") and (i + 1 == span[1] or self.words[i + 1] != "by"):
                follows = self.words[i + 1] if i + 1 < span[1] else "the"
                capital = self.text.raw[self.at[min(i + 1, span[1] - 1)][0]].isupper()
                if capital or follows in self.is_["determiner"] or follows in self.is_["preposition"]:
                    return (span[0], i)
        return span

    def clause_subject(self, start: int, stop: int) -> Span | None:
        """The noun phrase from a clause's first word up to its first verb."""
        while start < stop and self.words[start] in self.is_["opener"]:
            start += 1
        end = start
        while end < stop and self.words[end] not in self.is_["verbal"]:
            end += 1
            if self.pause[end]:
                break
        return (start, end) if start < end else None

    def noun_phrase(self, end: int) -> Span | None:
        """The noun phrase, with what depends on it, that ends before a word; a participle between commas is skipped."""
        start, stop, left = end, self.is_["outside"], max(end - REACH, 0)
        while start > left and self.words[start - 1] not in stop:
            start -= 1
            if self.pause[start]:
                break
        while start < end and self.words[start] in self.is_["opener"]:
            start += 1
        if 0 < start < end and self.pause[start] and self.words[start].endswith("ed"):
            return self.noun_phrase(start)
        return (start, end) if start < end else None

    def noun_before(self, first: int) -> Span | None:
        """The words of the noun phrase right before a word: "a direct" before "threat", "the port" before "against"."""
        start, stop, left = first, self.is_["edge"], max(first - REACH, 0)
        while start > left and self.words[start - 1] not in stop and not (start < first and self.pause[start]):
            start -= 1
        return (start, first) if start < first else None

    def next_pause(self, i: int) -> int:
        right = min(i + REACH, len(self.words))
        return next((j for j in range(i, right) if self.pause[j]), right)

    def next_stop(self, i: int) -> int:
        stop = self.is_["end"]
        right = min(i + REACH, len(self.words))
        return next((j for j in range(i, right) if self.pause[j] or self.words[j] in stop), right)

    def after(self, last: int) -> dict[str, Span]:
        """The object and the prepositional phrases right of a word, by their preposition."""
        slots: dict[str, Span] = {}
        if last + 1 < len(self.words) and self.words[last] == "say" and self.pause[last] and self.pause[last + 1]:
            last += 1  # "station, say, missiles"
        slot, start, i, right = "object", last, last, min(last + REACH, len(self.words))
        stop, spent = self.is_["joined"], self.is_["spent"]
        while True:
            over = i >= right or (self.pause[i] and i > last) or self.words[i] in stop
            over = over or self.words[i] in self.is_["finite"]
            if over or (self.words[i] in self.is_["preposition"] and (self.words[i] != "of" or i == start)):
                end = i
                while end > start and self.words[end - 1] in spent:
                    end -= 1
                if end > start:
                    slots.setdefault(slot, (start, end))
                if over:
                    return slots
                slot, start = self.words[i], i + 1
            i += 1


def responses(text: Text, book: Codebook) -> dict[int, Span]:
    """What each sentence says must be done: from "must", "need to" or "urged" to the next pause."""
    found: dict[int, Span] = {}
    for sentence, first, last, row in book.matches(text):
        if book.rows[row].category == "response" and sentence not in found:
            found[sentence] = (first, Clause(text, sentence, book, set()).next_pause(last))
    return found


def named(text: Text, sentence: int, span: Span | None, own: bool = True) -> str:
    """Who or what a part of a claim is: the actors named in it, or its words; "we" and, if ``own``, "our interests"
    stand for a side if the text says which ("our enemies" do not).

    >>> named(Text("Ankara and its allies"), 0, (0, 4))
    'Turkey'
    """
    if not span:
        return ""
    words, inner, sides = text.tokens[sentence], [], []
    for mention in by_sentence(text).get(sentence, ()):
        if span[0] <= mention.first < span[1] and ASIDE.isdisjoint(words[span[0] : mention.first]):
            (sides if mention.kind == "in-group" else inner).append(mention)
    names = dict.fromkeys(mention.actor for mention in inner)
    if sides and not names and (own or span[1] - span[0] == 1):
        voices = [text.voice_at(mention.start) for mention in sides]
        names = dict.fromkeys(side(text, voice) or f"we ({voice})" for voice in voices)
    if names:
        return " and ".join(names)
    offsets = text.offsets(sentence)
    return " ".join(text.raw[offsets[span[0]][0] : offsets[span[1] - 1][1]].split()).strip("`“”\"‘’'")


class Actor(NamedTuple):
    """An actor's mention: its words are first..last-1 of its sentence."""

    start: int
    actor: str
    kind: str
    first: int
    last: int


def by_sentence(text: Text) -> dict[int, list[Actor]]:
    """The mentions of actors in each sentence."""
    return text.remember("claims.actors", lambda: _by_sentence(text))


def _by_sentence(text: Text) -> dict[int, list[Actor]]:
    found: dict[int, list[Actor]] = {}
    starts = [start for start, _ in text.bounds]
    for mention in stance.mentions(text):
        sentence = max(bisect_right(starts, mention.start) - 1, 0)
        at = text.offsets(sentence)
        first = bisect_right(at, (mention.start, mention.end))
        first -= first > 0 and at[first - 1][1] > mention.start
        last = next((i for i in range(first, len(at)) if at[i][1] >= mention.end), len(at) - 1) + 1
        found.setdefault(sentence, []).append(Actor(mention.start, mention.actor, mention.kind, first, last))
    return found


def side(text: Text, voice: str) -> str:
    """The actor that a voice means by "we", "" where the text does not say.

    It says so by "we Russians" or "our country, Russia" (counts three), by what the voice calls "Russian interests" or
    borders, and by what Russia "needs to" do in a sentence of that voice, or that names it.
    """
    return text.remember(("claims.side", voice), lambda: _side(text, voice))


def _side(text: Text, voice: str) -> str:
    said: Counter = Counter()
    for sentence, mentions in by_sentence(text).items():
        words, speakers = text.tokens[sentence], {mention.actor for mention in mentions}
        for mention in mentions:
            if mention.kind not in ("state", "bloc") or (
                text.voice_at(mention.start) != voice and voice not in speakers
            ):
                continue
            before = " ".join(words[max(mention.first - 2, 0) : mention.first])
            follows = words[mention.last] if mention.last < len(words) else ""
            said[mention.actor] += 3 * before.endswith(SAME) + (follows in OWN_SIDE) + (follows in DUTY)
    best = said.most_common(1)
    return best[0][0] if best and best[0][1] else ""
