"""Names: the people and bodies that a text names, each with evidence that it is a name.

A run of capitalised words is a name unless something else explains its capital: the beginning of a sentence, a title
without a name ("Prime Minister"), a day of the week. A surname stands for the fullest name in the text that ends so.
"""

import csv
import re
from bisect import bisect_left
from collections import Counter
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

WORDS: dict[str, set[str]] = {"report": set()}  # category -> words, from the codebook
with open(Path(__file__).parent / "codebooks" / "speech.csv", encoding="utf-8", newline="") as _file:
    for _row in csv.DictReader(_file):
        WORDS.setdefault(_row["category"], set()).update(_row["cue"].split("|"))
        if _row["category"] == "verb" and _row["weight"] == "1":  # reports speech without a quotation, too
            WORDS["report"].update(_row["cue"].split("|"))
VERBS, PREPOSITIONS = WORDS["verb"], WORDS["preposition"]
HE, SHE = WORDS["male name"] | WORDS["male title"], WORDS["female name"] | WORDS["female title"]
TITLES = WORDS["title"] | WORDS["male title"] | WORDS["female title"]
COMMON = WORDS["opener"] | WORDS["time"] | PREPOSITIONS  # written with a capital without being somebody's name
_SKIPPED = COMMON | WORDS["speech"]
_DOES = VERBS | WORDS["be"] | WORDS["auxiliary"]

CAPITAL = "[A-ZÀ-ÖØ-ÞĂĄĆČĎĐĒĘĚĞĢĪĬĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽ]"
_ABBREVIATED = "|".join(word.capitalize() for word in sorted(WORDS["abbreviation"]))
_CAPITALISED = rf"(?:(?:{_ABBREVIATED})\.|(?:{CAPITAL}\.)+|(?:{CAPITAL}['’`])?{CAPITAL}[\w-]*(?:/{CAPITAL}\b)?)"
_PARTICLE = re.compile("(?:d[aeiu]|das|dos|del|della|der|den|la|le|ter|van|von|bin|bint|ibn|abu|al|el)", re.IGNORECASE)
_NAME = re.compile(
    rf"(?<![\w.])(?<![\w.]-)(?:(?:van|von|de|da|di|du|bin|ibn|al|el)[ -](?:(?:der|den|de|la) )?)?{_CAPITALISED}"
    rf"(?:[ \xa0](?:[“\"(]\w{{1,20}}[”\")] |of (?:the )?|(?:{_PARTICLE.pattern} ){{1,2}}|[ae]l-)?{_CAPITALISED}){{0,7}}"
)
_NO_LONGER = frozenset("former vice deputy acting".split())  # a vice president is not the president
_PART, _SOLID = re.compile(r"\w\S*"), re.compile(r"\S+")
_APPOSITION = re.compile(r", (?:\d+, )?((?:an?|the) [^,;:.()\n]{2,80})")
_NEXT = re.compile(r" ([\w'-]+)|(?:'s |, (?:\d|(?:who|an?) |\w+ing ))")
_CALLED = re.compile(r"\b(?:girl|boy|man|woman|friend|child) (?:called|named) \Z")
_STOPS = ".!?…:;\n\r\u2028\u2029"
_OPENING = " \xa0\"“”„«‘'`([*_#>–—-"  # what may stand between a full stop and the first word


class Mention(NamedTuple):
    """A name in the text: where it stands, titles and all, and its words without them."""

    start: int
    end: int
    name: tuple[str, ...]
    gender: set[str] | None  # that its title tells
    person: bool  # it may be one: more than one lone capital


class Names:
    """Every mention of a name in a text, in order, and the full names behind them."""

    def __init__(self, raw, folded, speakers=()):
        self.folded, self.mentions = folded, _mentions(raw, folded)
        self.at = {part.start(): m for m in self.mentions for part in _PART.finditer(raw, m.start, m.end)}
        counts = Counter(mention.name for mention in self.mentions)
        self.fullest: dict = {}  # a surname with a first word, or the end of a name -> the longest that it stands for
        self.known: dict[str, list] = {}  # surname -> the full names it may stand for, the most frequent first
        stated = (tuple(speaker.split()[:9]) for speaker in speakers)
        for name in (*stated, *(name for name, _ in counts.most_common())):
            if len(name) > 1 or name not in counts:
                self.known.setdefault(surname(name), []).append(name)
                ends = [name[i:] for i in range(1, len(name))]
                forename = name[0].lower() in HE | SHE  # not of "Crooked Ann Lee", but of "Debbie Wasserman Schultz"
                ends = [end for end in ends if forename or any(map(_PARTICLE.fullmatch, end))]
                for key in ((surname(name), name[0]), *(" ".join(end).lower() for end in ends)):
                    self.fullest[key] = max(self.fullest.get(key, name), name, key=len)

    def full(self, name, gender=None):
        """The fullest form of a name: "Aliyev" -> "Ilham Aliyev"."""
        if len(name) == 1 and name[0].lower() in WORDS["organisation"]:
            return name[0]  # "this Court" is not every court
        known = self.known.get(surname(name), ())[:20]  # the most frequent
        if len(name) == 1:
            name = next((full for full in known if fits(full[0], gender)), (*known, name)[0])
        keys = (surname(name), name[0]), " ".join(name).lower()
        return " ".join(max((self.fullest.get(key, name) for key in keys), key=len))

    def person(self, mention, gender=None):
        """The full name behind a mention, if it may be a person of that gender, else ""."""
        name, full = mention.name, self.full(mention.name, mention.gender or gender)
        body = any(word.lower() in WORDS["organisation"] for word in name)
        likely = (mention.person or surname(name) in self.known) and not body
        return full if likely and len(name) < 5 and fits(full, gender) else ""

    @cached_property
    def descriptions(self):
        """Noun -> [(offset, mention, words)]: what the text says of the people it names, next to their names.

        "Prime Minister Ann Lee", "the nurse Ann Lee", "Ann Lee, a nurse from Borvale,".
        """
        found = {}
        for name in self.mentions:
            said = _PART.findall(self.folded, max(name.start - 15, 0), name.start)[-2:]
            said += self.folded[name.start : name.end].split()[: -len(name.name)]
            beside = _APPOSITION.match(self.folded, name.end)
            words = {word.strip(".,") for word in said}
            if beside and VERBS.isdisjoint(beside[1].split()):  # not "In Lenz, the mayor said"
                words.update(beside[1].split())
            for word in words:
                found.setdefault(word, []).append((name.start, name, words))
        return found

    def described(self, words, end):
        """(full name, span) of the last person before `end` of whom the text has said those words, or None."""
        named = self.descriptions.get(words[-1], ())
        k = bisect_left(named, (end,))
        for _, name, said in reversed(named[max(k - 20, 0) : k]):
            if said.issuperset(words) and not said & _NO_LONGER - {*words} and (full := self.person(name)):
                return full, (name.start, name.end)
        return None

    def within(self, start, end):
        return self.mentions[bisect_left(self.mentions, (start,)) : bisect_left(self.mentions, (end,))]


def _mentions(raw, folded):
    """The names of a text.

    The first word of a sentence owes its capital to its place. It belongs to a name if the text has it with a capital
    elsewhere, if it is a first name or a title, or if what follows makes it a subject ("Novak said", "Novak, 62,").
    """
    runs, inner, forenames, found = [], set(), set(), []
    for match in _NAME.finditer(raw):
        spans = [word.span() for word in _SOLID.finditer(raw, *match.span())]
        before = raw[max(0, match.start() - 8) : match.start()].rstrip(_OPENING)[-1:]
        if len(spans) > 1 and match[0].isupper():  # of A SENTENCE IN CAPITALS, what stands beside a speech verb
            verbs = [i for i, span in enumerate(spans) if folded[slice(*span)] in VERBS]
            if verbs or len(spans) > 3:
                parts = [spans[i + 1 : j] for i, j in pairwise([-1, *verbs, len(spans)])] if verbs else []
                runs += [(part, False) for part in parts if part and len(bare([raw[slice(*s)] for s in part])) < 4]
                continue
        runs.append((spans, before in _STOPS))
        if before.islower() or before == ",":
            inner.update(raw[slice(*span)] for span in spans)
        if len(spans) == 2 and (before not in _STOPS or _acts(_NEXT.match(folded, match.end()), _DOES)):
            forenames.add(raw[slice(*spans[0])])
    for spans, first in runs:
        words, skip = [raw[slice(*span)] for span in spans], 0
        while skip < len(words) and words[skip].rstrip(".").lower() in _SKIPPED:
            skip += 1  # "But Ann Lee", "Speech of Ann Lee"
        word, acts = words[0].rstrip(".").lower(), False
        if first and not skip:
            after = _NEXT.match(folded, spans[0][1])
            acts = _acts(after, _DOES if len(words) == 1 and words[0] in forenames else VERBS)  # "Ann was", of Ann Lee
            known = word in HE or word in SHE or word in TITLES or words[0][1:].isupper()
            if not known and words[0] not in inner:
                # "Substitute Ann Lee" is Ann Lee; "Vincent van Gogh" is himself
                alone = len(words) < 2 or (len(words) > 2 and words[1].isalpha() and not _PARTICLE.fullmatch(words[1]))
                skip = int(word in VERBS or word.endswith(("ly", "ing")) or (alone and not acts))
        if name := bare(words[skip:]):
            titles = {word.rstrip(".").lower() for word in words[skip : -len(name)]}
            gender = HE if titles & WORDS["male title"] else SHE if titles & WORDS["female title"] else None
            person = acts or len(words) - skip > 1 or name[0].lower() in HE or name[0].lower() in SHE
            person = person or bool(_CALLED.search(folded, max(spans[0][0] - 16, 0), spans[0][0]))
            found.append(Mention(spans[skip][0], spans[-1][1], tuple(name), gender, person))
    return found


def _acts(after, verbs):
    """Does what follows a capitalised word make it a subject?"""
    return bool(after) and (not after[1] or after[1] in verbs or after[1].endswith("ed"))


def bare(words):
    """A name without titles; nothing is left of a title alone ("Mayor of London", "Prime Minister")."""
    first = 0
    for i, word in enumerate(words):
        last = i + 1 == len(words) and (first < i or words[i - 1][-1] == ".")  # "Mr. King"
        last |= not WORDS["organisation"].isdisjoint(map(str.lower, words[i + 1 : i + 2]))  # "the General Staff"
        if word.rstrip(".").lower() in TITLES and not last:
            first = i + 1
    while words[first : first + 1] == ["of"]:
        first += 2 + (words[first + 1 : first + 2] == ["the"])  # "Secretary of State John Stone"
    return words[first:]


def surname(name):
    """The word by which a name is known: "Leyen", "Julani" of "al-Julani"."""
    return name[-1][3:] if name[-1][:3].lower() in ("al-", "el-") else name[-1]


def fits(name, gender):
    """Can a name be of this gender? Yes, unless its first word is known to be of the other."""
    first = name.split()[0].lower()
    return gender is None or first in gender or not (first in HE or first in SHE)
