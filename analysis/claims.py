"""Who or what is said to threaten whom: the grammar of a threat claim.

``codebooks/claims.csv`` has the words that can make a clause into a claim, each with the places where its parts stand:
``subject`` and ``object`` of the verb, ``core`` (inside the cue), ``before`` (the noun before it), or a preposition
("to", "against"). ``needs`` names what has to hold (``open``: not yet fact; ``link``: "is", "poses"; ``cue:object``:
the object is itself a threat). The clause is read by a chunker of a few rules, not by a parser: it goes from pause to
pause and from one function word to the next, whose lists are in the same file. How sure the voice sounds of a claim,
and on what condition it holds, is for ``hedging.py`` to say.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from . import stance
from .codebook import Codebook, load
from .hedging import is_question
from .actors import TITLES, VERBS
from .segment import fold
from .text import Text

NOTHING = range(0)  # parts of a clause are ranges of its sentence's words
REACH = 40  # words; what stands farther off is not read, so that time grows with the text's length and no faster
MOST = 12  # claims read in one sentence
QUIET = re.compile(r"[-,]|\.?\s*[$€£#@]?|\.'")  # between words with no pause: "Mr. Lee", "cost $9", "the U.S.'s"
_NAME = r"[A-Z][\w-]{0,30}(?: [A-Z][\w-]{0,30}){0,2}"
_NAMES = rf"(?:{_NAME}, ){{1,9}}{_NAME},? (?:and|or) {_NAME}"  # "Iran, Russia and China" that begin or end something
LIST = re.compile(rf"^{_NAMES}|(?<!\b[Ii]n )\b{_NAMES}(?=[^\w ]|$| (?:at|by|for|from|in|on|to|with)\b)")
OPENED = re.compile(r"(?<!\w)'\w")  # a quotation in single marks
SCARE = re.compile(r"""(?<!\w)(['"])([\w' -]{1,20}?)\1(?!\w)""")  # no pause either: a "shield" against
PARTICIPLE = ("ed", "en", "run", "hit")


class Claim(NamedTuple):
    """A claim in a sentence: its parts as ranges of the sentence's words, empty where they are not said."""

    sentence: int
    kind: str
    core: range
    agent: range
    referent: range
    means: range

    @property
    def extent(self) -> range:
        return range(min(part[0] for part in self[2:] if part), max(part.stop for part in self[2:]))


@lru_cache(maxsize=8)
def classes(book: Codebook) -> dict[str, frozenset[str]]:
    own = {name[1:-1]: frozenset(words.split("|")) for name, words in book.classes.items()}
    verbal = own["aux"] | own["verb"] | own["link"]
    speech = {verb for verb in VERBS if verb.endswith(("ed", "ing"))} | own["tell"]
    finite = (verbal | speech) - {"to"} - own["also noun"]
    joined = own["clause"] - {"and", "or"}
    outside = (joined - {"for"}) | finite | {"to"}
    return own | {
        "verbal": verbal,
        "group": verbal | speech | own["adverb"] | {"a", "an", "the", "no"},  # what may stand in a verb group
        "modal": own["open"] - own["clause"] - {"about"},
        "finite": finite,
        "joined": joined,  # what begins a clause and joins no noun phrases
        "outside": outside,  # what a noun phrase does not go across
        "neither end": outside | own["preposition"] | own["adverb"] | own["particle"] | {"and", "or"},
        "edge": verbal | own["preposition"] | own["clause"],
        "spent": own["adverb"] | own["pronoun"] - {"that"} | {"too", "first", "and", "or", "of"},
    }


def may_claim(matches: list[tuple[int, int, int, int]], book: Codebook, cues: set[int]) -> bool:
    """Can the matches make a claim at all? A quick look before a sentence is read."""
    rows = [book.rows[row] for *_, row in matches]
    needs = [row.extra["needs"].split("|") for row in rows if row.category != "other sense"]
    return any(cues or not need.startswith("cue:") for own in needs for need in own)


class Clause:
    """One sentence, read around the words that make a claim."""

    def __init__(self, text: Text, sentence: int):
        self.raw, self.sentence, self.book = text.raw, sentence, load("claims", text)
        self.at, self.is_ = text.offsets(sentence), classes(self.book)
        words = text.tokens[sentence]
        self.words = [self.read(*three) for three in zip(["", *words], words, [*words[1:], ""], strict=False)]
        self.asks = is_question(text, sentence)
        self.cues: set[int] = set()  # the places of its threat cues
        self.cores: set[int] = set()  # where the words that may make a claim begin
        begin, end = text.bounds[sentence]
        folded = fold(LIST.sub(lambda names: names[0].replace(",", " "), text.raw[begin:end]))
        folded = SCARE.sub(r" \2 ", folded.replace(" 's ", "  s "))
        if not OPENED.search(folded):
            folded = folded.replace("s' ", "s  ")  # "the rebels' raid"
        gaps = [folded[last - begin : first - begin] for (_, last), (first, _) in pairwise(self.at)]
        # whether there is punctuation before word i, and whether it sets off a phrase
        self.pause = [True, *(gap != " " and not QUIET.fullmatch(gap) for gap in gaps), True]
        self.comma = [False, *(gap != " " and not stance.PUNCTUATION.isdisjoint(gap) for gap in gaps), False]

    def read(self, before: str, word: str, after: str) -> str:
        """A word; in capitals if it reads like a finite verb but is none: "the MAY Day parade", "raids ORDERED by"."""
        participle = word.endswith("ed") and after in ("by", "on") and before not in self.is_["be"]
        nominal = participle or before in self.is_["article"]
        return word.upper() if nominal and word in self.is_["finite"] else word

    def claims(self, matches: list[tuple[int, int, int, int]], cues: set[int]) -> list[Claim]:
        """The claims that the matches of claims.csv in this sentence make, in their order; ``cues``: see there."""
        self.cues = cues
        rows = [(range(first, last), self.book.rows[row]) for _, first, last, row in matches]
        rows = [(core, row) for core, row in rows if row.category != "other sense"][:MOST]
        self.cores = {core[0] for core, _ in rows}
        found: list[Claim] = []
        for core, row in rows:
            last = found[-1] if found else None
            if last and core[0] < last.extent.stop and core[0] not in last.referent:
                continue  # in the words of the last claim
            if parts := self.parts(core, row):
                found.append(Claim(self.sentence, row.category, core, *parts))
        return found

    def parts(self, core: range, row) -> tuple[range, range, range] | None:
        """Agent, referent and means of a claim around its core; None where the words make no claim."""
        words, is_, category = self.words, self.is_, row.category
        noun = self.head(core[0])
        subject, group = self.subject(noun.start if category in ("threat", "against") else core[0])
        slots = {
            "subject": subject,
            "before": noun[words[noun[0]].endswith("ing") :] if len(noun) > 1 else noun,
            "core": core[1:],
            **self.after(core.stop),
        }
        beside = words[subject[0] - 1] if subject and subject[0] else ""
        if is_["negator"] & (group | self.said(noun)):
            return None
        if is_["nobody"] & (self.said(subject[:1]) | self.said(slots.get("object", NOTHING)) | {beside}):
            return None
        if category == "dangerous" and not (self.pause[core.stop] or words[core.stop] in is_["edge"]):
            return None  # "a deadly threat": of a noun, so no verdict
        if "to" in group <= {"to", "be"} and category in ("strikes", "perishes", "faces", "attempts"):
            return None  # "sprays to kill insects"
        ending = words[core[0]].endswith
        if not group and ending(("ed", "ing")) and words[core[0] - 1 : core[0]] == ["and"]:
            return None  # "rare and endangered birds"
        if category == "looms" and subject:  # "an attack on Ukraine is likely": the parts stand inside the subject
            head = next((i for i in subject if i in self.cues), subject[0])
            slots = {"head": range(subject[0], head + 1), **self.after(head + 1)}
        if category in ("threatens", "strikes") and group & is_["be"] and ending(PARTICIPLE):
            slots["object"], slots["subject"] = subject, slots.get("by", NOTHING)
        if category == "exposed" and beside in is_["causative"]:  # "puts them at risk"
            slots["to"] = self.subject(subject[0] - 1)[0]
        linked = is_["link"] & (group | self.said(core))
        is_open = group & is_["open"] or (ending("s") and "if" in words) or (ending("ing") and group & is_["be"])
        holds = {f"cue:{place}": self.is_threat(slots.get(place, NOTHING)) for place in ("object", "with", "into")} | {
            "cue:subject": self.is_threat(subject) or (is_open and self.is_pronoun(subject)),
            "cue:head": linked and self.is_threat(slots.get("head", NOTHING)),
            "hostile": noun and noun[-1] in self.cues,
            "used": noun and words[max(noun[0] - 1, 0)] in is_["use"],
            "object": slots.get("object"),
            "link": linked,
            "open": is_open,
            "warned": is_open and subject and is_["warn"] & set(words[: subject[0]]),
        }
        needs = row.extra["needs"]
        if needs and not any(holds[need] for need in needs.split("|")):
            return None
        from_ = "from|by|of" if category == "threat" and not linked else row.extra["agent"]
        places = (from_, row.extra["referent"], row.extra["means"])
        agent, referent, means = (self.phrase(self.filled(own, slots)) for own in places)
        means = NOTHING if means == agent else means
        agent = NOTHING if agent == referent else agent  # "the region will burn"
        if category in ("threatens", "strikes", "against") and self.headword(referent) in is_["ill"]:
            return None
        state = category in ("dangerous", "exposed", "perishes")  # "it is dangerous" is no claim without what it is
        return (agent, referent, means) if referent or (agent and not (state and self.is_pronoun(agent))) else None

    def filled(self, places: str, slots: dict[str, range]) -> range:
        """The first of the places that is filled by what is somebody or something; "in" only by a name, as "in recent
        years" threatens nobody."""
        spans = ((place, self.timeless(slots.get(place, NOTHING))) for place in places.split("|"))
        found = (span for place, span in spans if span and (place != "in" or any(map(self.is_capital, span))))
        return next((span for span in found if self.words[span[-1]] not in self.is_["empty"]), NOTHING)

    def phrase(self, span: range) -> range:
        """What of a part is a noun phrase: from its last verb on, without what neither begins nor ends one ("a").

        A pronoun that is a subject stands alone; of "and chose the boy", "…, accusing them", "felt" nothing is left.
        """
        words, is_ = self.words, self.is_
        if span and stem(words[span[-1]]) in is_["nominative"]:
            return range(span[-1], span.stop)
        verbal = is_["nominative"] | is_["finite"] | is_["asks"] | is_["causative"]
        start = max((i + 1 for i in span if stem(words[i]) in verbal or self.is_past(i)), default=span.start)
        kept = [i for i in range(start, span.stop) if words[i] not in is_["neither end"] and not self.is_adverb(i)]
        while kept and words[kept[-1]] in is_["article"]:
            kept.pop()
        if not kept:
            return NOTHING
        left, first, right = ["", *words, ""][kept[0] : kept[0] + 3]
        gerund, alone, cut = first.endswith("ing"), len(kept) == 1, len(kept) < len(span)
        verb = (
            (first in is_["objective"] and not alone)
            or (cut and ((kept[0] > span[0] and left in ("and", "or")) or (alone and first.endswith("ed"))))
            or (gerund and left and self.pause[kept[0]] and right in is_["determiner"])
            or (gerund and alone and kept[0] not in self.cues and (left in is_["be"] or right == "to"))
        )
        return NOTHING if verb else range(kept[0], kept[-1] + 1)

    def is_past(self, word: int) -> bool:
        """Is a word a verb in -ed that no list knows, as in "Ross promised the West more sanctions"?"""
        is_, (before, verb, after) = self.is_, ["", *self.words, ""][word : word + 3]
        attribute = before in is_["definite"] | is_["article"] | is_["preposition"]
        follows = after in is_["determiner"] | is_["particle"] | is_["preposition"] - {"by"}
        return verb[-2:].lower() == "ed" and follows and not attribute

    def timeless(self, span: range) -> range:
        """Words without the time at their end: "the town" of "the town next week", nothing of "3 May 2050"."""
        words, is_ = self.words, self.is_
        kept = [i for i in span if words[i] not in is_["dated"] and not words[i][:4].isdigit()]
        last = words[span[-1]] if span else ""
        if kept and last in is_["time"] and words[kept[-1]] not in is_["definite"]:  # unlike "her day"
            return range(span.start, kept[-1] + 1)
        return span if kept or not (last in is_["time"] or last[:4].isdigit()) else NOTHING

    def headword(self, span: range) -> str:
        """The noun that a noun phrase is about: "victims" in "the victims of crime"."""
        ends = self.is_["preposition"] | {"and", "or"}
        return self.words[min(self.next(span[0] + 1, ends), span.stop) - 1] if span else ""

    def said(self, span: range) -> set[str]:
        return {self.words[i] for i in span}

    def is_adverb(self, word: int) -> bool:
        adverb = self.words[word].endswith("ly") and self.words[word] not in self.is_["noun in -ly"]
        return adverb and not (word and self.is_capital(word))  # unlike "Mr. Daly"

    def is_capital(self, word: int) -> bool:
        return self.raw[self.at[word][0]].isupper()

    def is_threat(self, span: range) -> bool:
        return not self.cues.isdisjoint(span)

    def is_pronoun(self, span: range) -> bool:
        return len(span) == 1 and self.words[span[0]] in self.is_["pronoun"]

    def definite(self, word: int) -> int | None:
        """Where the definite noun phrase that a word ends begins: "the" in "the phantom threat of strikes"."""
        before = self.back(word, self.is_["edge"] - {"of"})
        return next((i for i in before if self.words[i] in self.is_["definite"]), None)

    def subject(self, verb: int) -> tuple[range, set[str]]:
        """The subject of the verb group that ends before a word, and the words of that group."""
        words, is_, i, left = self.words, self.is_, verb - 1, max(verb - REACH, 0)
        while i >= left and not self.pause[i + 1] and (words[i] in is_["group"] or self.is_adverb(i)):
            i -= 1
        group = set(words[i + 1 : verb])
        if i < 0 or (not group and words[i] in is_["preposition"]):  # "a hub for operations against"
            return NOTHING, group
        if self.comma[i + 1] and (group or not words[verb].endswith("ing")):  # "Iran, reportedly, threatens"
            aside = next((j for j in range(i, left, -1) if self.comma[j]), 0)
            if aside and aside not in self.cores:
                return self.trimmed(self.noun_phrase(aside)), group
        if words[i] in is_["relative"]:
            return self.head(i), group
        if self.comma[i + 1] or (group and self.pause[i + 1]) or words[i] in ("and", "or"):
            start = i  # "it could open the gates, kill the guards and poison the wells"
            while start > left and words[start - 1] not in is_["joined"]:
                if self.pause[start] and start not in self.cores:
                    break
                start -= 1
            group |= (is_["modal"] - {"to"}).intersection(words[start:i])
            return self.trimmed(self.opening(range(start, i + 1))), group
        noun = self.noun_phrase(i + 1)
        before = words[noun[0] - 1] if noun and noun[0] else ""
        asks = self.asks or before == "should"  # "Will Iran attack?", "Should Iran attack, …"
        if asks and before in is_["aux"] and self.pause[noun[0] - 1]:
            return noun, group | {before}
        infinitive = words[i + 1] == "to"
        if before in is_["modal"] or (infinitive and before in is_["verbal"]):  # a verb that no list knows: "dare to"
            above, over = self.subject(noun[0] - (before not in is_["aux"] | is_["modal"]))
            if infinitive:  # "lacks the ships to attack", "is in no position to attack"
                group |= over | is_["negator"] & (self.said(noun) | {before})
            return above, group
        return self.trimmed(noun), group

    def trimmed(self, span: range) -> range:
        """A subject up to a verb that no list knows ("the candidates hurried across …"); none that begins "in part"."""
        if self.is_["preposition"] & self.said(span[:1]):
            return NOTHING
        verbs = (i for i in span[1:] if self.is_past(i))
        return range(span.start, next(verbs, span.stop))

    def opened(self, span: range) -> range:
        """A clause without the words that open it: "and", "however"."""
        return range(next((i for i in span if self.words[i] not in self.is_["opener"]), span.stop), span.stop)

    def opening(self, clause: range) -> range:
        """The noun phrase from a clause's first word up to its first verb."""
        span = self.opened(clause)
        ends = (i for i in span if self.words[i] in self.is_["verbal"] or (i > span.start and self.pause[i]))
        return range(span.start, next(ends, span.stop))

    def noun_phrase(self, end: int) -> range:
        """The noun phrase, with what depends on it, that ends before a word."""
        return self.opened(self.back(end, self.is_["outside"]))

    def head(self, end: int) -> range:
        """The noun that ends before a word, from its determiner on: "the war" in "will win the war against"."""
        noun = self.back(end, self.is_["edge"])
        start = noun.start + (self.words[noun.start - 1] in self.is_["modal"] - {"to"} if noun.start else 0)
        return range(next((i for i in reversed(noun) if self.words[i] in self.is_["determiner"]), start), end)

    def back(self, end: int, stop: frozenset[str]) -> range:
        """The words before a word, back to a pause or to one that stops."""
        start, left = end, max(end - REACH, 0)
        while start > left and self.words[start - 1] not in stop and not (start < end and self.pause[start]):
            start -= 1
        return range(start, end)

    def next(self, i: int, stop: frozenset[str] = frozenset()) -> int:
        """The next pause from a word on, or the next word that stops."""
        right = min(i + REACH, len(self.words))
        return next((j for j in range(i, right) if self.pause[j] or self.words[j] in stop), right)

    def after(self, last: int) -> dict[str, range]:
        """The object and the prepositional phrases right of a word, by their preposition."""
        slots: dict[str, range] = {}
        slot, start, right = "object", last, min(last + REACH, len(self.words))
        for i in range(last, right + 1):
            over = i >= right or (self.pause[i] and (i > last or self.comma[i]))  # unlike 'warns of "attacks"'
            over = over or self.words[i] in self.is_["joined"] or self.words[i] in self.is_["finite"]
            over = over or (self.words[i] in ("and", "or") and i + 1 in self.cores)  # "poison wells and kill cattle"
            over = over or (
                self.words[i] == "to" and self.is_["infinitive"] & self.said(range(i + 1, min(i + 2, right)))
            )
            if over or (self.words[i] in self.is_["preposition"] and (self.words[i] != "of" or i == start)):
                filled = [j for j in range(start, i) if self.words[j] not in self.is_["spent"]]
                if filled:
                    slots.setdefault(slot, range(start, filled[-1] + 1))
                if over:
                    break
                slot, start = self.words[i], i + 1
        return slots


def clause(text: Text, sentence: int) -> Clause:
    """A sentence, read once however many cues and pronouns ask."""
    return text.remember(("claims.clause", sentence), lambda: Clause(text, sentence))


def stem(word: str) -> str:
    """A word up to its first apostrophe: the pronoun in "she'd"."""
    return word.partition("'")[0]


def named(text: Text, sentence: int, span: range, own: bool = True) -> str:
    """Who or what a part of a claim is: the actors named in it, or its words; "we" and, if ``own``, "our interests"
    stand for a side if the text says which ("our enemies" do not, nor Iran's for Iran). A pronoun is what it stands
    for, "" if unclear.

    >>> named(Text("Ankara and its allies"), 0, range(4))
    'Turkey'
    """
    words, is_ = text.tokens[sentence], classes(load("claims", text))
    if len(span) == 1 and stem(words[span[0]]) in is_["pronoun"] | is_["them"]:
        pronoun, (place, span) = stem(words[span[0]]), antecedent(text, sentence, span[0])
        opens = [mention for mention in actors(text).get(place, ()) if span and mention.first == span[0]]
        known = {it.kind == "person" for it in opens if not text.tokens[place][it.last - 1].endswith("'s")}
        last = written(text, place, span[-1:])
        human = any(known) or last.lower() in TITLES
        human |= pronoun != "it" and not known and last.istitle() and not last.endswith("ly")
        fits = pronoun not in ("it", "he", "she") or human == (pronoun != "it")
        return named(text, place, span, own) if fits else ""
    inside = [mention for mention in actors(text).get(sentence, ()) if mention.first in span]
    inside = [mention for mention in inside if is_["aside"].isdisjoint(words[span[0] : mention.first])]
    theirs = [mention for mention in inside if mention.kind != "in-group"]  # unlike "Syrian refugees", "Iran's foes"
    names = [it.actor for it in theirs if is_["private"].isdisjoint(words[it.last : min(it.last + 2, span.stop)])]
    if inside and not theirs and (own or len(span) == 1):
        voices = [text.voice_at(mention.start) for mention in inside]
        names = [side(text, voice) or f"we ({voice})" for voice in voices]
    return " and ".join(dict.fromkeys(names)) or written(text, sentence, span).strip("`“”\"‘’'")


def written(text: Text, sentence: int, span: range) -> str:
    """Words of a sentence as they are written."""
    at = text.offsets(sentence)
    return " ".join(text.raw[at[span[0]][0] : at[span[-1]][1]].split()) if span else ""


def antecedent(text: Text, sentence: int, word: int) -> tuple[int, range]:
    """What "it" or "they" stands for, as a sentence and words of it: the subject that opens that sentence, or the one
    before by the same voice. No words where it is unclear: number does not fit, the pronoun is no subject ("them"), or
    that subject is a pronoun itself, which is not followed any further.
    """
    is_, pronoun = classes(load("claims", text)), stem(text.tokens[sentence][word])
    voice = text.voice_at(text.bounds[sentence][0])
    for place in (sentence, sentence - 1) if pronoun not in is_["them"] else ():
        if place < 0 or text.voice_at(text.bounds[place][0]) != voice:
            break
        here = clause(text, place)
        span = here.trimmed(here.opening(range(word if place == sentence else len(here.words))))
        if span and stem(here.words[span[0]]) not in is_["pronoun"] | is_["empty"] | is_["ours"] | is_["relative"]:
            span = range(span[0], next((i for i in span if here.words[i] in is_["relative"]), span.stop))
            head = here.headword(span)
            many = "and" in here.said(span) or head in is_["plural"]
            many = many or (head.endswith("s") and not head.endswith(("ss", "us", "is", "'s")))
            return place, span if many == (pronoun == "they") else NOTHING
    return sentence, NOTHING


def actors(text: Text) -> dict[int, list[stance.Placed]]:
    """The mentions of actors in each sentence."""

    def by_sentence() -> dict[int, list[stance.Placed]]:
        found = stance.placed(text, stance.mentions(text))
        return {sentence: list(own) for sentence, own in groupby(found, attrgetter("sentence"))}

    return text.remember("claims.actors", by_sentence)


def side(text: Text, voice: str) -> str:
    """The actor that a voice means by "we", "" where the text does not say.

    It says so by "we Russians" or "our country, Russia" (counts three), by what the voice calls "Russian interests" or
    borders, and by what Russia "needs to" do.
    """

    def count() -> Counter:
        said, is_ = Counter(), classes(load("claims", text))
        for sentence, mentions in actors(text).items():
            words = text.tokens[sentence]
            for mention in mentions:
                if mention.kind in ("state", "bloc") and text.voice_at(mention.start) == voice:
                    before = " ".join(words[max(mention.first - 2, 0) : mention.first])
                    follows = not is_["own"].isdisjoint(words[mention.last : mention.last + 1])
                    said[mention.actor] += 3 * before.endswith(tuple(is_["same"])) + follows
        return +said

    return next((actor for actor, _ in text.remember(("claims.side", voice), count).most_common(1)), "")
