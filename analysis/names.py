"""Names: the runs of capitalised words in a text that name somebody or something, and whose full name each stands for.

A run of capitalised words is a name unless something else explains its capital: the beginning of a sentence, a title
without a name ("Prime Minister"), a day of the week. A surname stands for the fullest name in the text that ends so.
``codebooks/words.toml`` has the words by class.
"""

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from itertools import chain, takewhile
from typing import NamedTuple

from spacy.lang.en.stop_words import STOP_WORDS

from .codebook import HERE

_LISTS = tomllib.loads((HERE / "words.toml").read_text("utf-8"))
WORDS = {name: frozenset(words.split()) for name, words in _LISTS.items()}
VERBS = WORDS["reports"] | WORDS["quotes"]
BODIES = WORDS["body"] | WORDS["organisation"]
HE, SHE = WORDS["male name"] | WORDS["male title"], WORDS["female name"] | WORDS["female title"]
GENDERS = {"he": HE, "him": HE, "his": HE, "she": SHE, "her": SHE, "hers": SHE}
TITLES = WORDS["title"] | WORDS["male title"] | WORDS["female title"]
FIRST = HE | SHE
_COMMON = STOP_WORDS | WORDS["opener"] | WORDS["time"] | WORDS["preposition"]  # whatever their capital, no name's
_THINGS = BODIES | (WORDS["nobody"] - FIRST)  # words of names that no person bears
NAMELESS = _COMMON | TITLES | BODIES | WORDS["nobody"] | {"and"}  # words that are no part of a person's own name
_SOMEBODY = FIRST | TITLES | WORDS["surname"]

CAPITAL = "[A-ZÀ-ÖØ-ÞĂĄĆČĎĐĒĘĚĞĢĪĬĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽ]"
ABBREVIATED = "|".join(word.capitalize() for word in sorted(WORDS["abbreviation"]))
CAPITALISED = rf"(?:(?:{ABBREVIATED})\.|(?:{CAPITAL}\.)+|(?:{CAPITAL}['’`])?{CAPITAL}[\w-]*(?:/{CAPITAL}\b)?)"
_PARTICLE = "(?:d[aeiu]|das|dos|del|della|der|den|la|le|ter|van|von|bin|bint|ibn|abu|al|el)"
_NAME = re.compile(
    rf"(?<!\w)(?:(?:van|von|de|da|di|du|bin|ibn|al|el)[ -](?:(?:der|den|de|la) )?)?{CAPITALISED}"
    rf"(?:(?:(?<=s)['’])?[ \xa0](?:[“\"(]\w{{1,20}}[”\")] |of (?:the )?|(?:{_PARTICLE} ){{1,2}}|[ae]l-)?"
    rf"{CAPITALISED}){{0,7}}"
)
_SMALL = re.compile(r"\b[a-z]\w+")
_LINE = re.compile(r"[^\n\r]{1,200}")
_SOLID = re.compile(r"\S+")
_NEXT = re.compile(r" ([\w'-]+)")
_NO_LONGER = frozenset("former vice deputy acting".split())  # a vice president is not the president
_APPOSITION = re.compile(r", (?:\d+, )?((?:an?|the) [^,;:.()\n]{2,80})")
_STOPS = ".!?…:;\n\r\u2028\u2029"
_OPENING = " \xa0\"“”„«‘'`([*_#>–—-"  # what may stand between a full stop and the first word


class Name(NamedTuple):
    """A name in the text: where it stands, title and all; its words without the title; the title, "Mrs. "."""

    start: int
    end: int
    words: tuple[str, ...]
    title: str

    @property
    def bare(self):
        """Where the words begin, behind the title."""
        return self.start + len(self.title)


class Names:
    """Every name in a text, in order, and the full names behind them.

    >>> raw = "President Ilham Aliyev spoke in Baku. Aliyev left."
    >>> names = Names(raw, raw.lower())
    >>> [(" ".join(name.words), names.full(name.words)) for name in names.found]
    [('Ilham Aliyev', 'Ilham Aliyev'), ('Baku', 'Baku'), ('Aliyev', 'Ilham Aliyev')]
    """

    def __init__(self, raw, folded, speakers=()):
        self.raw, self.folded = raw, folded
        self.inner = set()  # words that have a capital inside sentences, too
        self.small = {*_SMALL.findall(raw)}  # words without one
        self.found = [name for run in list(self._runs()) if (name := self._name(*run))]
        self.titled = {(name.words[-1].lower(), _gender(name.title)) for name in self.found}
        self.headlines = [line.span() for line in _LINE.finditer(raw) if _is_headline(line[0])]
        self.surnames = self._surnames(speakers)
        self.first_names = self._first_names()

    def _surnames(self, speakers):
        """Surname -> the fullest name of each person, or body, that bears it."""
        stated, found = [tuple(speaker.split()[:9]) for speaker in speakers], defaultdict(list)
        for words in sorted([*stated, *self._told()], key=_fullness, reverse=True):
            known = found[words[-1].lower()]
            if not any(_is_same(words, other) for other in known):
                known.append(words)
        return found

    def _first_names(self):
        """First name -> the same names; only if it is known as one, or the surname stands alone somewhere, too."""
        alone, found = {name.words[0] for name in self.found if len(name.words) == 1}, defaultdict(list)
        for words in chain(*self.surnames.values()):
            if words[0].lower() in FIRST or words[-1] in alone:
                found[words[0].lower()].append(words)
        return found

    def _told(self):
        """The names of several words, the most frequent first; not the Council of Lenz, which does not stand for Lenz,
        and none rarer than its own end: "Oh Bob Hill"."""
        several = (name for name in self.found if len(name.words) > 1 and not self.owes_capital_to_headline(name))
        counts = Counter(it.words for it in several if not ("of" in it.words and is_body(it.words)))
        rarer = {it for it, n in counts.items() if n < counts[it[1:]] and it[1].lower() in FIRST}
        return (words for words, _ in counts.most_common() if words not in rarer)

    def owes_capital_to_headline(self, name):
        """May the capital of its first word be the headline's that it stands in: "Derelict Obama"?"""
        k = bisect_right(self.headlines, (name.bare, float("inf"))) - 1
        in_headline = k >= 0 and name.end <= self.headlines[k][1]
        return in_headline and not name.title and name.words[0].lower() not in FIRST

    def _runs(self):
        """(start, end, does it begin a sentence?) of every run of capitalised words."""
        for match in _NAME.finditer(self.raw):
            words = match[0].split()
            before = self.raw[max(0, match.start() - 8) : match.start()].rstrip(_OPENING)[-1:]
            self.inner.update(words if before.islower() else words[1:])
            yield *match.span(), before in _STOPS

    def _name(self, start, end, first):
        """The name in a run, or None where other reasons explain all its capitals."""
        starts = [word.start() for word in _SOLID.finditer(self.raw, start, end)]
        words = self.raw[start:end].split()
        skip = sum(1 for _ in takewhile(lambda word: word.rstrip(".").lower() in _COMMON, words))
        if first and not skip:
            skip = self._opens(words, end)
        name = bare(words[skip:])
        while len(name) > 2 and name[0].lower() in NAMELESS and name[1].lower() in FIRST:
            name = name[1:]  # "Republican Jeb Bush"
        begins = len(words) - len(name)
        if "of" in name and name[0].lower() in FIRST:  # "Xi Jinping of China"
            name = name[: name.index("of")]
            end = starts[begins + len(name) - 1] + len(name[-1])
        return Name(starts[skip], end, tuple(name), self.raw[starts[skip] : starts[begins]]) if name else None

    def _opens(self, words, end):
        """How many words at the beginning of a sentence owe their capital to their place: 1 or 0."""
        word = words[0].rstrip(".").lower()
        named = words[0] in self.inner or word in _SOMEBODY or self.acts(end)
        return int(not named and (len(words) < 2 or word in VERBS or word.endswith(("ly", "ing"))))

    def acts(self, end):
        """Does the word behind a name look like its verb?"""
        after = _NEXT.match(self.folded, end)
        return bool(after) and (after[1] in VERBS or after[1].endswith("ed"))

    def full(self, words, title=""):
        """The fullest form of a name: "Aliyev" -> "Ilham Aliyev". A surname that several persons bear stands for one of
        them only if the title before it tells for whom, as in "Mrs. Stone"; else for itself."""
        surname, gender = words[-1].lower(), _gender(title)
        known = [name for name in self._meant(words, title) if fits(name[0], gender)]
        if not known and gender and {(surname, HE), (surname, SHE)} <= self.titled:
            return title + words[0]
        known = known[:1] if len(words) > 1 or len(known) == 1 else []
        return " ".join(max([words, *known], key=_fullness))

    def _meant(self, words, title):
        """Whom a name may stand for: those of this surname; of a first name alone, "Jamal", those whom it begins."""
        last, alone = words[-1].lower(), len(words) == 1
        if known := [name for name in self.surnames.get(last, ()) if alone or _is_same(words, name)]:
            return known
        return self.first_names.get(last, ()) if alone and not _gender(title) else ()  # "President Xi", but "Mr. Scott"

    def person(self, name, gender=None):
        """The full name behind a name, if it may be a person's of that gender, else ""."""
        full = self.full(name.words, name.title)
        return full if self.may_be(full, gender) and _THINGS.isdisjoint(map(str.lower, name.words)) else ""

    def likely(self, people, gender):
        """Of some full names the first that is known to be of a gender, by first name or by a title somewhere, or the
        only one; else ""."""
        words = ((full, full.lower().split()) for full in people if gender)
        known = (full for full, own in words if own[0] in gender or (own[-1], gender) in self.titled)
        return next(known, people[0] if len(people) == 1 or not gender else "")

    def may_be(self, name, gender):
        """Can a name be of this gender? Not by its first word, nor by titles of the other gender only: "Mr. Brandt"."""
        known = {own for own in (HE, SHE) for last in name.split()[-1:] if (last.lower(), own) in self.titled}
        return fits(name, gender) and (not gender or not known or gender in known)

    def around(self, offset):
        """The name that covers an offset, or None."""
        k = bisect_right(self.found, (offset, float("inf")))
        name = self.found[k - 1] if k else None
        return name if name and offset < name.end else None

    def within(self, start, end):
        return self.found[bisect_left(self.found, (start,)) : bisect_left(self.found, (end,))]

    def called(self, noun, end):
        """The last name before an offset, of twenty, that the text calls so: "Minister Lee", "Ann Lee, a minister"."""
        k = bisect_left(self.found, (end,))
        for name in reversed(self.found[max(k - 20, 0) : k]):
            beside = _APPOSITION.match(self.folded, name.end)
            said = [*name.title.lower().split(), *(beside[1].split() if beside else ())]
            if noun in said and _NO_LONGER.isdisjoint(said):
                return name
        return None


def _is_headline(line):
    """Has every longer word of a line a capital, so that a capital says nothing?"""
    longer = re.findall(r"[^\W\d_]{5,}", line)
    return len(longer) > 2 and line.rstrip()[-1:] != "." and all(word[0].isupper() for word in longer)


def _is_same(words, other):
    """May these be forms of one name: "Ilham Aliyev", "Ilham H. Aliyev"?"""
    folded, others = [word.lower() for word in words], [word.lower() for word in other]
    return folded[0] in others[:-1] or others[0] in folded[:-1]


def is_body(words):
    """Is this the name of a ministry, a court, a party: "Interior Ministry", "Council of Lenz"?"""
    return words[words.index("of") - 1 if "of" in words[1:] else -1].lower() in WORDS["body"]


def bare(words):
    """A name without titles; nothing is left of a title alone ("Mayor of London", "Prime Minister")."""
    first = 0
    for i, word in enumerate(words):
        last = i + 1 == len(words) and (first < i or words[i - 1][-1] == ".")  # "Mr. King"
        short = word[-1] == "." and len(word) > 2 and word.isupper() and word.count(".") == 1  # "PRES. RUTH KERR"
        if (short or word.rstrip(".").lower() in TITLES) and not last:
            first = i + 1
    return words[first + 2 * (words[first : first + 1] == ["of"]) :]  # "Secretary of State John Stone"


def _fullness(words):
    """By how many words a name is full; in capitals less so."""
    return len(words), not words[-1].isupper()


def _gender(title):
    """HE or SHE, by a title; None if it does not tell."""
    words = {word.rstrip(".").lower() for word in title.split()}
    return next((gender for gender in (HE, SHE) if words & gender), None)


def fits(name, gender):
    """Can a name be of this gender? Yes, unless its first word is known to be of the other."""
    first = (name.split() or [""])[0].lower()
    return gender is None or first in gender or not (first in HE or first in SHE)
