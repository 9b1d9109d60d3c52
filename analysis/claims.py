"""Who or what is said to threaten whom: the grammar of a threat claim.

``codebooks/claims.csv`` has the words that can make a clause into a claim, each with the places where its parts stand:
``subject`` and ``object`` of the verb, ``core`` (inside the cue), ``before`` (the noun before it), or a preposition
("to", "against"). ``needs`` names what has to hold (``open``: not yet fact; ``link``: "is", "poses"; ``cue:object``:
the object is itself a threat). The clause is read by a chunker of a few rules, not by
a parser: it goes from pause to pause and from one function word to the next, whose lists are in the same file.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from . import stance
from .attribution import VERBS
from .codebook import Codebook, load
from .text import Text

Span = tuple[int, int]  # words first..last-1 of a sentence
REACH = 40  # words; what stands farther off is not read, so that time grows with the text's length and no faster
MOST = 12  # claims read in one sentence
EXTRAS = frozenset({"imminence", "response", "condition", "doubt", "denial", "other sense"})
MOST_SURE = {"doubt": 0.5, "denial": 0.2}  # what is left of a claim after "there is a risk that", "no risk that"
STOPS = frozenset(",;:()—–")
PARTICIPLE = ("ed", "en", "run", "hit")


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
    most: float  # the most certainty that what stands before the claim leaves: "a risk that", "should they attack"

    @property
    def extent(self) -> Span:
        held = [part for part in (self.core, self.agent, self.referent, self.means) if part]
        return min(a for a, _ in held), max(b for _, b in held)


@lru_cache(maxsize=8)
def classes(book: Codebook) -> dict[str, frozenset[str]]:
    own = {name[1:-1]: frozenset(words.split("|")) for name, words in book.classes.items()}
    verbal = own["aux"] | own["verb"] | own["link"]
    finite = verbal - {"to"} - own["also noun"]
    joined = own["clause"] - {"and", "or"}
    return own | {
        "verbal": verbal,
        "group": verbal | own["adverb"] | {"a", "an", "the", "no"},  # what may stand in a verb group
        "modal": own["open"] - own["clause"] - {"about"},
        "finite": finite,
        "joined": joined,  # what begins a clause and joins no noun phrases
        "outside": (joined - {"for"}) | finite | {"to"},  # what a noun phrase does not go across
        "edge": verbal | own["preposition"] | own["clause"],
        "end": (own["aux"] | own["preposition"] | own["clause"]) - {"of"},
        "not listed": verbal | own["preposition"] | own["clause"] | own["opener"],
        "spent": own["adverb"] | own["pronoun"] - {"that"} | {"too", "first", "and", "or", "of"},
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
        self.words, self.at, self.is_ = text.tokens[sentence], text.offsets(sentence), classes(book)
        self.asks = is_question(text, sentence)
        self.cores: set[int] = set()  # where the words that may make a claim begin
        gaps = [text.folded[end:start] for (_, end), (start, _) in pairwise(self.at)]
        # whether there is punctuation before word i, and whether it sets off a phrase
        self.pause = [True, *(gap != " " and not (gap.isspace() or gap in "-,") for gap in gaps), True]
        self.comma = [False, *(gap != " " and not STOPS.isdisjoint(gap) for gap in gaps), False]

    def claims(self, matches: list[tuple[int, int, int, int]]) -> list[Claim]:
        """The claims that the matches of claims.csv in this sentence make, in their order."""
        rows = [((first, last), self.book.rows[row]) for _, first, last, row in matches]
        self.cores = {first for (first, _), row in rows if row.category not in EXTRAS}
        imminence, condition, *_ = (
            next((span for span, row in rows if row.category == kind), None) for kind in ("imminence", "condition")
        )
        found = []
        for span, row in rows:
            parts = self.parts(*span, row) if row.category not in EXTRAS and len(found) < MOST else None
            if parts:
                before = [other.category for (_, last), other in rows if last <= span[0]]
                before += ["doubt"] * self.inverts(span[0])
                most = min((MOST_SURE[kind] for kind in before if kind in MOST_SURE), default=1.0)
                rest = {"imminence": imminence, "conditional": bool(condition), "most": most}
                found.append(Claim(self.sentence, row.category, span, **parts, **rest))
        return self.merged(found)

    def merged(self, found: list[Claim]) -> list[Claim]:
        """Claims that share their words told once; what is deployed is the means of what "it" then does."""
        kept: list[Claim] = []
        for claim in found:
            last = kept[-1] if kept else None
            if last and any(part and part[0] <= claim.core[0] < part[1] for part in (last.agent, last.means)):
                continue
            if last and last.kind == "deploys" and not last.referent and self.is_pronoun(claim.agent):
                kept[-1] = claim._replace(agent=last.agent, means=claim.means or last.means)
            elif not last or claim.extent[0] > min(last.extent[0], last.core[1] - 1) or claim.core[0] >= last.extent[1]:
                kept.append(claim)
        return kept

    def parts(self, first: int, last: int, row) -> dict[str, Span | None] | None:
        """Agent, referent and means of a claim around its core; None where the words make no claim."""
        words, is_, category = self.words, self.is_, row.category
        noun = self.back(first, is_["edge"])
        if noun and category == "against" and noun[0] and words[noun[0] - 1] == "of":  # "its control of gas"
            noun = (self.back(noun[0] - 1, is_["edge"]) or noun)[0], first
        if noun and category in ("against", "threat"):  # "defended his record against": the noun phrase begins at "his"
            noun = (next((i for i in range(*noun) if words[i] in is_["determiner"]), noun[0]), noun[1])
        subject, group = self.subject(noun[0] if noun and category in ("threat", "against") else first)
        modifiers = set(words[noun[0] : noun[1]]) if noun else set()
        beside = words[subject[0] - 1] if subject and subject[0] else ""
        if beside == "no" or (subject and words[subject[0]] in is_["nobody"]):
            return None
        denied = not is_["negator"].isdisjoint(group | modifiers)
        if denied != (words[first] == "ruled") or (category == "threat" and self.is_slight(last)):
            return None  # but "cannot be ruled out"
        if category == "dangerous" and not (self.pause[last] or words[last] in is_["edge"]):
            return None  # "a deadly threat": of a noun, so no verdict
        if "to" in group <= {"to", "be"} and category in ("strikes", "perishes", "faces", "attempts"):
            return None  # "sprays to kill insects"
        ending = words[first].endswith
        if not group and ending(("ed", "ing")) and words[first - 1] in is_["article"] | {"and"} and first:
            return None  # "rare and endangered birds"
        if subject and words[subject[0]] == "there":
            subject, group = None, group - is_["link"]
        slots = {"subject": subject, "before": noun, "core": (first + 1, last), **self.after(last)}
        if category == "looms" and subject:  # "an attack on Ukraine is likely": the parts stand inside the subject
            head = next((i for i in range(*subject) if i in self.cues), subject[0])
            slots = {"head": (subject[0], head + 1), **self.after(head + 1)}
            if words[head] not in is_["done to"]:  # unlike "an invasion of Taiwan"
                slots.pop("of", None)
        if category in ("threatens", "strikes") and group & is_["be"] and ending(PARTICIPLE):
            slots["object"], slots["subject"] = subject, slots.get("by")
        if category == "exposed" and beside in is_["causative"]:  # "puts them at risk"
            slots |= {"to": self.subject(subject[0] - 1)[0]}
        if not is_["nobody"].isdisjoint(words[slice(*(slots.get("object") or (0, 0)))]):
            return None
        linked, is_open = bool(group & is_["link"]), bool(group & is_["open"])
        holds = {
            "open": is_open or (ending("s") and "if" in words) or (ending("ing") and bool(group & is_["be"])),
            "link": linked,
            "object": "object" in slots,
            "hostile": bool(noun) and noun[1] - 1 in self.cues,
            "expected": self.is_threat(slots.get("object")) and not is_["expect"].isdisjoint(words[:first]),
            "used": bool(noun) and noun[0] > 0 and words[noun[0] - 1] in is_["use"],
            "deed": is_open and not is_["deed"].isdisjoint(words[last : last + 4]),
            "cue:subject": self.is_threat(subject) or (is_open and self.is_pronoun(subject)),
            **{f"cue:{place}": self.is_threat(slots.get(place)) for place in ("object", "with", "into")},
            "cue:head": linked and self.is_threat(slots.get("head")),
        }
        needs = row.extra["needs"]
        if needs and not any(holds[need] for need in needs.split("|")):
            return None
        parts = {name: self.filled(row.extra[name], slots) for name in ("agent", "referent", "means")}
        if category == "threat" and not linked:
            parts["agent"] = self.filled("from|by|of", slots) or self.said_to_be(last)
        if parts["means"] == parts["agent"]:
            parts["means"] = None
        if parts["agent"] == parts["referent"]:
            parts["agent"] = None
        if category == "tips":  # "the balance" is part of the cue, "of power" is not
            parts["referent"] = (first + 1, self.next(last, is_["end"]))
        state = category in ("dangerous", "exposed", "perishes")  # "it is dangerous" is no claim without what it is
        return (
            parts if parts["referent"] or (parts["agent"] and not (state and self.is_pronoun(parts["agent"]))) else None
        )

    def filled(self, places: str, slots: dict) -> Span | None:
        """The first of the places that is filled by what is somebody or something; "in" only by a name, as "in recent
        years" threatens nobody."""
        for place in filter(None, places.split("|")):
            span = slots.get(place)
            if span and place in ("by", "with", "through", "from") and self.is_time(span):
                continue  # "by 2050"
            if span and (place != "in" or any(map(self.is_capital, range(*span)))):
                return None if self.words[span[1] - 1] in self.is_["empty"] else span
        return None

    def is_time(self, span: Span) -> bool:
        last = self.words[span[1] - 1]
        return last.isdigit() or (last in self.is_["time"] and span[1] - span[0] < 4)

    def is_adverb(self, word: int) -> bool:
        """Is it "openly", and not Italy, an ally or the family?"""
        own, before = self.words[word], self.words[word - 1] if word else ""
        modifies = self.words[word + 1].endswith(("ed", "ing")) if word + 1 < len(self.words) else False
        noun = own in self.is_["noun in -ly"] or (before in self.is_["article"] and not modifies)
        return own.endswith("ly") and not noun and not (word and self.is_capital(word))

    def inverts(self, word: int) -> bool:
        """Does the word stand in a condition without "if", or after one: "should Iran attack, the region will burn"?"""
        begins = next((i for i in range(word, max(word - REACH, 0), -1) if self.comma[i]), 0)
        return not self.asks and "should" in (self.words[0], self.words[begins])

    def is_capital(self, word: int) -> bool:
        return self.text.raw[self.at[word][0]].isupper()

    def definite(self, word: int) -> int | None:
        """Where the definite noun phrase that a word ends begins: "the" in "the phantom threat of strikes"."""
        before = range(*(self.back(word, self.is_["edge"] - {"of"}) or (0, 0)))
        return next((i for i in before if self.words[i] in self.is_["definite"]), None)

    def is_threat(self, span: Span | None) -> bool:
        return bool(span) and not self.cues.isdisjoint(range(*span))

    def is_slight(self, last: int) -> bool:
        """Is it "the risk … is low"?"""
        pairs = pairwise(self.words[last : self.next(last)])
        return any(verb in self.is_["link"] and grade in self.is_["slight"] for verb, grade in pairs)

    def is_pronoun(self, span: Span | None) -> bool:
        return bool(span) and span[1] - span[0] == 1 and self.words[span[0]] in self.is_["pronoun"]

    def said_to_be(self, last: int) -> Span | None:
        """What a threat is: "the real danger to the vote is the lies that people tell"."""
        stop = self.next(last)
        verb = next((i for i in range(last, stop) if self.words[i] in self.is_["be"]), stop)
        span = self.after(verb + 1).get("object") if verb + 1 < stop else None
        return span if span and (self.words[span[0]] in self.is_["article"] or self.is_capital(span[0])) else None

    def subject(self, verb: int) -> tuple[Span | None, set[str]]:
        """The subject of the verb group that ends before a word, and the words of that group."""
        words, is_, i, left = self.words, self.is_, verb - 1, max(verb - REACH, 0)
        while i >= left and not self.pause[i + 1] and (words[i] in is_["group"] or self.is_adverb(i)):
            i -= 1
        group = set(words[i + 1 : verb])
        if i >= 0 and not group and words[i] in is_["preposition"]:  # "a hub for operations against"
            return None, group
        if i > 0 and self.comma[i + 1] and (group or not words[verb].endswith("ing")):  # "Iran, reportedly, threatens"
            aside = next((j for j in range(i, left, -1) if self.comma[j]), 0)
            if aside and aside not in self.cores:
                return self.trimmed(self.noun_phrase(aside)), group
        if i > 0 and words[i] in is_["relative"]:
            head = self.back(i, is_["edge"])
            begins = [j for j in range(*head) if words[j] in is_["determiner"]] if head else []
            return (begins[-1], i) if begins else head, group
        apart = self.comma[i + 1] or (group and self.pause[i + 1])
        if i >= 0 and (apart or words[i] in ("and", "or", "then")):
            start = i  # "it could open the gates, kill the guards and poison the wells"
            while start > left and words[start - 1] not in is_["joined"]:
                if self.pause[start] and start not in self.cores:
                    break
                start -= 1
            group |= (is_["modal"] - {"to"}).intersection(
                words[start:i]
            )  # "they could open the gates and poison the wells"
            aside = start > 0 and self.pause[start] and (words[start].endswith("ed") or words[start] in is_["spent"])
            # "Baku, supported by us, …"
            return self.trimmed(self.noun_phrase(start) if aside else self.opening(start, i + 1)), group
        noun = self.noun_phrase(i + 1)
        before = words[noun[0] - 1] if noun and noun[0] else ""
        verb_like = noun and words[noun[0]] in is_["also noun"] and words[noun[0] + 1] in is_["determiner"]
        if before in is_["relative"] and verb_like:  # "the gangs that run this trade"
            return self.subject(noun[0])[0], group
        asks = self.asks or before == "should"  # "Will Iran attack?", "Should Iran attack, …"
        if asks and before in is_["aux"] and (noun[0] == 1 or self.pause[noun[0] - 1]):
            return noun, group | {before}
        infinitive = words[i + 1] == "to"
        if before in is_["modal"] or (infinitive and before in is_["verbal"]):  # a verb that no list knows: "dare to"
            above, over = self.subject(noun[0] - (before not in is_["aux"] | is_["modal"]))
            if infinitive:  # "lacks the ships to attack", "is in no position to attack"
                group |= over | is_["negator"].intersection({before, *words[slice(*noun)]})
            return above, group
        return self.listed(self.trimmed(noun)), group

    def listed(self, span: Span | None) -> Span | None:
        """The whole of a list of which a noun phrase is the end: "Iran, Russia and China"."""
        if not span or {"and", "or"}.isdisjoint(self.words[slice(*span)]):
            return span
        start = span[0]
        while self.comma[start] and start > span[0] - REACH:
            near = range(start - 1, max(start - 4, -1), -1)
            head = next((i for i in near if self.pause[i] or self.words[i - 1] == "that"), start)
            if not self.is_item(head, start):
                break
            start = head
        return start, span[1]

    def list_end(self, i: int) -> int | None:
        """Where the list ends that goes on after a comma: "Taiwan, Japan and Korea"; None where there is no list."""
        ends, right, is_, edge = False, min(i + REACH, len(self.words)), self.is_, self.is_["edge"]
        while i < right and not ends:
            ends = self.words[i] in ("and", "or")
            i += ends
            i += i < right and self.words[i] in is_["article"]
            stop = next((j for j in range(i, right) if self.words[j] in edge or (j > i and self.pause[j])), right)
            if not self.is_item(i, stop):
                return None
            i = stop
        return i if ends and (self.pause[i] or self.words[i] in is_["preposition"]) else None

    def is_item(self, first: int, last: int) -> bool:
        """Can these words be one of a list: a name of up to three words, or one noun?"""
        is_, words = self.is_, self.words[first:last]
        if not words or not self.cores.isdisjoint(range(first, last)) or not is_["not listed"].isdisjoint(words):
            return False
        adverbs = any(word.endswith("ly") and word not in is_["noun in -ly"] for word in words)
        return not adverbs and (len(words) == 1 or (len(words) < 4 and all(map(self.is_capital, range(first, last)))))

    def trimmed(self, span: Span | None) -> Span | None:
        """A subject up to a verb that no list knows ("the candidates hurried across …"); none that begins "in part"."""
        if not span or self.words[span[0]] in self.is_["preposition"]:
            return None
        if self.words[span[1] - 1].endswith("'s"):  # "the government's plan to …"
            span = (span[0], min(span[1] + 1, len(self.words)))
        follows = (self.is_["determiner"] | self.is_["preposition"]) - {"by"}
        verbs = (i for i in range(span[0] + 1, span[1]) if self.words[i].endswith("ed"))
        return (span[0], next((i for i in verbs if not follows.isdisjoint(self.words[i + 1 : i + 2])), span[1]))

    def opening(self, start: int, stop: int) -> Span | None:
        """The noun phrase from a clause's first word up to its first verb."""
        while start < stop and self.words[start] in self.is_["opener"]:
            start += 1
        end = next((i for i in range(start, stop) if self.words[i] in self.is_["verbal"] or self.pause[i + 1]), stop)
        end += end < stop and self.words[end] not in self.is_["verbal"]
        return (start, end) if start < end else None

    def noun_phrase(self, end: int) -> Span | None:
        """The noun phrase, with what depends on it, that ends before a word; a participle between commas is skipped."""
        start, _ = self.back(end, self.is_["outside"]) or (end, end)
        while start < end and self.words[start] in self.is_["opener"]:
            start += 1
        if 0 < start < end and self.pause[start] and self.words[start].endswith("ed"):
            return self.noun_phrase(start)
        return (start, end) if start < end else None

    def back(self, end: int, stop: frozenset[str]) -> Span | None:
        """The words before a word, back to a pause or to one that stops."""
        start, left, words = end, max(end - REACH, 0), self.words
        while start > left and not (start < end and self.pause[start]):
            planned = words[start - 1].endswith(("ed", "ing")) and words[start - 2] in self.is_["article"]
            if words[start - 1] in stop and not (planned and start - 1 > left and start < end):  # "the planned port"
                break
            start -= 1
        return (start, end) if start < end else None

    def next(self, i: int, stop: frozenset[str] = frozenset()) -> int:
        """The next pause from a word on, or the next word that stops."""
        right = min(i + REACH, len(self.words))
        return next((j for j in range(i, right) if self.pause[j] or self.words[j] in stop), right)

    def after(self, last: int) -> dict[str, Span]:
        """The object and the prepositional phrases right of a word, by their preposition."""
        slots: dict[str, Span] = {}
        said = last + 1 < len(self.words) and self.words[last] == "say" and self.pause[last] and self.pause[last + 1]
        last += said  # "station, say, missiles"
        gap = self.text.folded[self.at[last - 1][1] : self.at[last][0]] if last < len(self.words) else ""
        broken = not said and not STOPS.isdisjoint(gap)  # unlike "the appearance of “contractors”"
        slot, start, i, right = "object", last, last, min(last + REACH, len(self.words))
        while True:
            over = i >= right or (self.pause[i] and (i > last or broken))
            over = over or self.words[i] in self.is_["joined"] or self.words[i] in self.is_["finite"]
            over = over or (self.words[i] in ("and", "or") and i + 1 in self.cores)  # "poison wells and kill cattle"
            if over and slot == "object" and i > start and self.comma[i] and (end := self.list_end(i)):
                i = end
                continue
            if over or (self.words[i] in self.is_["preposition"] and (self.words[i] != "of" or i == start)):
                end = i
                while end > start and self.words[end - 1] in self.is_["spent"]:
                    end -= 1
                alone = end == start and i == start + 1 and self.words[start] in self.is_["pronoun"]
                if alone and (i >= right or self.words[i] not in self.is_["finite"]):  # "against it", not "it will"
                    end = i
                if end > start:
                    slots.setdefault(slot, (start, end))
                if over:
                    return slots
                slot, start = self.words[i], i + 1
            i += 1


def is_question(text: Text, sentence: int) -> bool:
    start, end = text.bounds[sentence]
    return "?" in text.raw[max(start, end - 3) : end]


def responses(text: Text, book: Codebook) -> dict[int, Span]:
    """What each sentence says must be done: from "must", "need to" or "urged" to the next pause."""
    found: dict[int, Span] = {}
    for sentence, first, last, row in book.matches(text):
        if book.rows[row].category == "response" and sentence not in found:
            found[sentence] = (first, Clause(text, sentence, book, set()).next(last))
    return found


def named(text: Text, sentence: int, span: Span | None, own: bool = True) -> str:
    """Who or what a part of a claim is: the actors named in it, or its words; "we" and, if ``own``, "our interests"
    stand for a side if the text says which ("our enemies" do not). A pronoun is what it stands for, "" if unclear.

    >>> named(Text("Ankara and its allies"), 0, (0, 4))
    'Turkey'
    """
    if not span:
        return ""
    words, inner, sides, is_ = text.tokens[sentence], [], [], classes(load("claims", text))
    if span[1] - span[0] == 1 and words[span[0]] in is_["pronoun"] | is_["them"]:
        found = antecedent(text, sentence, span[0])
        return named(text, *found, own) if found else ""
    for mention in actors(text).get(sentence, ()):
        if span[0] <= mention.first < span[1] and is_["aside"].isdisjoint(words[span[0] : mention.first]):
            (sides if mention.kind == "in-group" else inner).append(mention)
    names = dict.fromkeys(mention.actor for mention in inner)
    if sides and not names and (own or span[1] - span[0] == 1):
        voices = [text.voice_at(mention.start) for mention in sides]
        names = dict.fromkeys(side(text, voice) or f"we ({voice})" for voice in voices)
    if names:
        return " and ".join(names)
    offsets = text.offsets(sentence)
    return " ".join(text.raw[offsets[span[0]][0] : offsets[span[1] - 1][1]].split()).strip("`“”\"‘’'")


def antecedent(text: Text, sentence: int, word: int) -> tuple[int, Span] | None:
    """What "it" or "they" stands for, as a sentence and words of it: the subject that opens that sentence, or the one
    before by the same voice; if that is "we", the first actor named after it. None where it is not clear: number does
    not fit, the subject only reports, or the pronoun is no subject ("them").
    """
    book, pronoun = load("claims", text), text.tokens[sentence][word]
    is_, voice = classes(book), text.voice_at(text.bounds[sentence][0])
    for place in (sentence, sentence - 1) if pronoun not in is_["them"] else ():
        if place < 0 or text.voice_at(text.bounds[place][0]) != voice:
            return None
        clause = Clause(text, place, book, set())
        if not is_["address"].isdisjoint(clause.words[:1]):
            return None
        stop = word if place == sentence else len(clause.words)
        span = clause.trimmed(clause.opening(0, stop))
        own = [
            mention for mention in actors(text).get(place, ()) if mention.kind != "in-group" and mention.last <= stop
        ]
        if span and not is_["ours"].isdisjoint(clause.words[slice(*span)]):
            span = next(((mention.first, mention.last) for mention in own), None)
        if not span or clause.words[span[0]] in is_["pronoun"] | is_["empty"]:
            continue
        if place < sentence and not VERBS.isdisjoint(clause.words[span[1] : span[1] + 1]):
            return None
        end = next((i for i in range(*span) if clause.words[i] in is_["relative"]), span[1])
        head = clause.words[min(clause.next(span[0] + 1, is_["preposition"]), end) - 1]
        many = "and" in clause.words[span[0] : end] or head in is_["plural"]
        many = many or (head.endswith("s") and not head.endswith(("ss", "us", "is", "'s")))
        if many == (pronoun == "they") or any(span[0] <= mention.first < end for mention in own):
            return (place, (span[0], end))
        return None
    return None


def actors(text: Text) -> dict[int, list[stance.Placed]]:
    """The mentions of actors in each sentence."""
    by_sentence = attrgetter("sentence")
    return text.remember(
        "claims.actors",
        lambda: {at: list(own) for at, own in groupby(stance.placed(text, stance.mentions(text)), by_sentence)},
    )


def side(text: Text, voice: str) -> str:
    """The actor that a voice means by "we", "" where the text does not say.

    It says so by "we Russians" or "our country, Russia" (counts three), by what the voice calls "Russian interests" or
    borders, and by what Russia "needs to" do in a sentence of that voice, or that names it.
    """
    return text.remember(("claims.side", voice), lambda: _side(text, voice))


def _side(text: Text, voice: str) -> str:
    said, is_ = Counter(), classes(load("claims", text))
    for sentence, mentions in actors(text).items():
        words, speakers = text.tokens[sentence], {mention.actor for mention in mentions}
        for mention in mentions:
            if mention.kind in ("state", "bloc") and (text.voice_at(mention.start) == voice or voice in speakers):
                before = " ".join(words[max(mention.first - 2, 0) : mention.first])
                follows = words[mention.last] if mention.last < len(words) else ""
                said[mention.actor] += 3 * before.endswith(tuple(is_["same"])) + (follows in is_["own"])
    best = said.most_common(1)
    return best[0][0] if best and best[0][1] else ""
