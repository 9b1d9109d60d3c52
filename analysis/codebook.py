"""What counts as a cue: codebooks, and where their cues stand in a text.

A codebook is a CSV file, a row a cue, that an analyst can open, cite, extend or replace. Quantitative content analysis
calls the same thing a dictionary (Krippendorff 2018, ch. 7); each row names the literature behind its category. A cue
without a weight weighs 1. LIWC's dictionaries (``.dic``, ``.dicx``) are read too. A cue is written word by word:

==============  ===============================================================
``threat``      this word, in any capitalisation and with any apostrophe
``threaten*``   every word that begins so
``*est``        every longer word that ends so
``may|might``   one word or the other
``<number>``    a number written in digits
``_``           any one word
``very?``       a word that may be missing (any of the above with ``?``)
``<people>``    a class of words, listed in the TOML file beside our codebook
``U.S.``        words with their signs; so too ``R&D``, ``9/11``, ``#MeToo``
==============  ===============================================================

A cue never reaches across a comma, a bracket, a colon, a semicolon or a quotation mark that it does not name itself.

The columns ``before`` and ``after`` look at the one neighbouring word: alternatives as above, a leading ``!`` for "none
of these", ``^`` for the sentence's start (in ``before``) and ``$`` for its end (in ``after``). ``!<capital>`` (in
``before``) passes over a cue that is itself written with a capital letter.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from . import tables
from .segment import WORD, fold
from .tables import CodebookError, Cue, contents, key

HERE = Path(__file__).parent / "codebooks"
EITHER = {"cue": ["_", "<number>"], "before": ["_", "<number>", "^", "<capital>"], "after": ["_", "<number>", "$"]}

_FORM = re.compile(rf"{WORD.pattern}(?:['.-]?\*)?|\*['.-]?{WORD.pattern}")  # of one word
_MARK = re.compile(r"[\",;:()\[\]]|''")  # on folded text
_THOUSANDS = re.compile(r"(?:(?<=\d),\d{3}(?!\d))*")  # of "1,500", two words to us

Classes = Mapping[str, list[str]]
Match = tuple[int, int, int, int]  # sentence, first word, last word + 1, row of the codebook


class Element(NamedTuple):
    """One word of a cue, or what its row asks of the word beside it."""

    forms: frozenset[str]  # any of which the word may have
    signed: list[str]  # or how the text is written here, be it one word or several
    optional: bool
    unwanted: bool


class Pattern(NamedTuple):
    """A row's cue, word by word, between the words beside it."""

    row: int
    before: Element
    elements: list[Element]
    after: Element


class Sentence(NamedTuple):
    """Where cues are looked for; the words are numbered from 1, between the sentence's two ends."""

    forms: list[frozenset[str]]  # that each word has
    starts: list[int]  # of the words in the text
    marks: set[int]  # the words before which one stands that no cue reaches across
    text: object


class Codebook:
    """Cues with their categories and weights, and where they stand in a text.

    >>> from analysis import Text
    >>> book = Codebook.parse("cue,category,weight\\nmay,modal,1\\nit is likely,adjective,2", "mine")
    >>> [book.rows[row].cue for *_, row in book.matches(Text("It is likely that we may go."))]
    ['it is likely', 'may']

    ``classes`` has the words behind each <class>, ``constants`` what else the TOML file beside a codebook sets.
    """

    def __init__(
        self,
        rows: Iterable[Cue] = (),
        name: str = "codebook",
        classes: Classes | None = None,
        constants: Mapping | None = None,
    ):
        self.name, self.classes, self.constants = name, classes or {}, constants or {}
        self.rows: list[Cue] = []
        self._contexts: list[int] = []  # how many of each row's columns before and after are filled in
        self._beginning: dict[str, list[Pattern]] = defaultdict(list)  # with a word of this form
        self._written: set[str] = set()  # every form that some cue asks for
        self._lengths: set[int] = set()  # of the beginnings and endings among them
        for cue in rows:
            self._add(cue)

    def _add(self, cue: Cue) -> None:
        """Takes up a row; ValueError says why it cannot."""
        pattern = _pattern(cue, len(self.rows), self.classes)
        for element in pattern.elements:
            for form in _asked(element):
                self._beginning[form].append(pattern)
            if not element.optional:
                break
        asked = set().union(*map(_asked, (pattern.before, *pattern.elements, pattern.after)))
        self._written |= asked
        self._lengths |= {len(form) - 1 for form in asked if "*" in form}
        self.rows.append(cue)
        self._contexts.append(bool(cue.before) + bool(cue.after))

    @classmethod
    def read(cls, path: str | Path, classes: Classes | None = None) -> Codebook:
        """The codebook in a CSV file, or a LIWC dictionary; CodebookError names the file, the row and the reason."""
        path = Path(path)
        listed = tables.liwc if path.suffix.lower() in (".dic", ".dicx") else tables.listed
        return cls._of(listed(contents(path), path.name), path.name, classes)

    @classmethod
    def parse(cls, source: str, name: str = "codebook", classes: Classes | None = None) -> Codebook:
        """The codebook in a string of CSV, whose cues may name these classes of words."""
        return cls._of(tables.listed(source, name), name, classes)

    @classmethod
    def _of(cls, rows: Iterable[tuple[int, Cue]], name: str, classes: Classes | None) -> Codebook:
        """A codebook of rows with their numbers in a file."""
        book = cls((), name, classes)
        for at, cue in rows:
            try:
                book._add(cue)
            except ValueError as error:
                raise CodebookError(f"{name}: row {at}, {error}") from None
        return book

    def __add__(self, other: Codebook) -> Codebook:
        """Both codebooks; where both have a cue in the same context, the other's row counts."""
        keys = {key(cue) for cue in other.rows}
        rows = [*other.rows, *(cue for cue in self.rows if key(cue) not in keys)]
        classes, constants = {**self.classes, **other.classes}, {**self.constants, **other.constants}
        return Codebook(rows, f"{self.name} + {other.name}", classes, constants)

    def without(self, *categories: str) -> Codebook:
        """The codebook with these categories switched off."""
        rows = (cue for cue in self.rows if cue.category not in categories)
        return Codebook(rows, self.name, self.classes, self.constants)

    def matches(self, text) -> list[Match]:
        """Where the cues stand in a Text: (sentence, first word, last word + 1, row), in the order of the text.

        The longest cue wins, from left to right, and cues do not overlap; of two as long the one with a context. A cue
        that stands in several rows, as a LIWC dictionary has a word under several categories, keeps them all.
        """
        return text.remember(self, lambda: [*self._longest(self.every(text))])

    def every(self, text) -> list[Match]:
        """As ``matches``, but with the cues that stand inside others: "some people say" holds "some" as well."""
        return text.remember((self, "every"), lambda: [*self._tried(text)])

    def find(self, text) -> pd.DataFrame:
        """A row a cue: start, end (offsets into raw), cue (as written), category, weight, sentence, voice, entry.

        ``entry`` is the codebook's row that matched, as it stands in the ``cue`` column of the file.
        """
        return cue_table(text, self.rows, self.matches(text))

    def _longest(self, matches: Iterable[Match]) -> Iterator[Match]:
        free = (-1, 0)  # from which word on, and in which sentence
        for place, here in groupby(matches, itemgetter(0, 1)):
            if place >= free:
                here = [*here]
                *_, last, row = max(here, key=lambda match: (match[2], self._contexts[match[3]], -match[3]))
                free, own = (place[0], last), key(self.rows[row])
                yield from (match for match in here if match[2] == last and key(self.rows[match[3]]) == own)

    def _tried(self, text) -> Iterator[Match]:
        """Tries at each word the cues that may begin there."""
        forms = {word: self._forms(word) for word in set(chain.from_iterable(text.tokens))}
        begin = {word: [it for form in own for it in self._beginning.get(form, ())] for word, own in forms.items()}
        for sentence, words in enumerate(text.tokens):
            here = _sentence(text, sentence, forms)
            for first, word in enumerate(words, 1):
                found = {(end, pattern.row) for pattern in begin[word] for end in _ends(pattern, first, here)}
                yield from ((sentence, first - 1, end - 1, row) for end, row in sorted(found))

    def _forms(self, word: str) -> frozenset[str]:
        """Of the forms that some cue asks for those that a word has."""
        forms = {"_", word, "<number>" if word[0].isdecimal() else word}
        forms |= {word[:length] + "*" for length in self._lengths if length <= len(word)}
        forms |= {"*" + word[-length:] for length in self._lengths if length < len(word)}
        return frozenset(self._written & forms)


def _sentence(text, sentence: int, forms: Mapping[str, frozenset[str]]) -> Sentence:
    """A sentence made ready, its words' forms known."""
    starts = [start for start, _ in text.offsets(sentence)]
    marks = {bisect(starts, mark.start()) + 1 for mark in _MARK.finditer(text.folded, *text.bounds[sentence])}
    own = [frozenset("^"), *map(forms.get, text.tokens[sentence]), frozenset("$")]
    return Sentence(own, [0, *starts], marks, text)


def _ends(pattern: Pattern, first: int, here: Sentence) -> set[int]:
    """Behind which words a cue ends that begins at this one; nowhere if it does not stand here."""
    beside = here.forms[first - 1]
    if "<capital>" in pattern.before.forms and here.text.raw[here.starts[first]].isupper():  # the cue itself
        beside = {"<capital>"}
    if pattern.before.forms.isdisjoint(beside) is not pattern.before.unwanted:
        return set()
    ends = {first}
    for element in pattern.elements:
        ends = {end for at in ends for end in _next(element, at, here, at == first or at not in here.marks)}
        if not ends:
            return ends
    after = pattern.after
    return {end for end in ends - {first} if after.forms.isdisjoint(here.forms[end]) is after.unwanted}


def _next(element: Element, at: int, here: Sentence, open_: bool) -> Iterator[int]:
    """Up to which words one element of a cue may reach from this one."""
    if element.optional:
        yield at
    if open_ and not element.forms.isdisjoint(here.forms[at]):
        yield at + 1
    for written in element.signed:
        own = [*WORD.finditer(written)]
        starts = max(here.starts[at] - own[0].start(), 0) if at < len(here.starts) else len(here.text.folded)
        if open_ and here.text.folded.startswith(written, starts):
            yield at + len(own)


def _pattern(cue: Cue, row: int, classes: Classes) -> Pattern:
    words = cue.cue.split()
    if not words:
        raise ValueError("column 'cue': it is empty; fill it in or delete the row")
    elements = [_element(word, "cue", classes) for word in words]
    return Pattern(row, _element(cue.before, "before", classes), elements, _element(cue.after, "after", classes))


def _element(source: str, column: str, classes: Classes) -> Element:
    """What a codebook says of one word in one of its columns."""
    forms, signed = set(), []
    own = source.removesuffix("?") if column == "cue" else source.removeprefix("!")
    for written in own.split("|") if source else ():
        for form in classes.get(written[1:-1], [written]) if written[:1] == "<" else [written]:
            folded = form if form == "_" else fold(form)
            if folded in EITHER[column] or _FORM.fullmatch(folded):
                forms.add(folded)
            elif column == "cue" and _is_signed(folded):
                signed.append(folded)
            else:
                what = "a word, a beginning with *, an ending with *, or <number>"
                raise ValueError(f"column {column!r}: {form!r} is not {what}")
    return Element(frozenset(forms), signed, source.endswith("?"), not source or source[0] == "!")


def _is_signed(written: str) -> bool:
    """Whether words are written so with their signs, and no mark at an edge that a cue never reaches across."""
    marked = _MARK.match(written) or _MARK.match(written[-1:])
    return bool(WORD.search(written)) and set("*?<>").isdisjoint(written) and not marked


def _asked(element: Element) -> set[str]:
    """The forms that an element looks for, be it only at the first of several words."""
    return element.forms | {WORD.search(written)[0] for written in element.signed}


def cue_table(text, rows: Sequence[Cue], matches: Iterable[Match]) -> pd.DataFrame:
    """The table that a lens's ``find`` returns, of matches that the lens has kept."""
    table = []
    for sentence, first, last, row in matches:
        offsets, cue = text.offsets(sentence), rows[row]
        end = _THOUSANDS.match(text.raw, offsets[last - 1][1]).end()
        table.append((offsets[first][0], end, cue.category, cue.weight, sentence, cue.cue))
    return cues(text, table)


def cues(text, table: Iterable[tuple[int, int, str, float, int, str]]) -> pd.DataFrame:
    """A table of cues from rows of start, end, category, weight, sentence and entry."""
    rows = [(a, b, text.raw[a:b], kind, weight, i, text.voice_at(a), entry) for a, b, kind, weight, i, entry in table]
    found = pd.DataFrame(rows, columns="start end cue category weight sentence voice entry".split(), dtype=object)
    return found.astype({"start": int, "end": int, "weight": float, "sentence": int})


def load(name: str, text=None) -> Codebook:
    """One of the package's own codebooks, such as ``load("hedging")``; for a text, with what its reader brought along.

    ``text.codebooks`` may name a file to be added to ours ("hedging") or to stand in its place ("only-hedging").
    """
    files = [text.codebooks.get(key) for key in (f"only-{name}", name)] if text is not None else []
    return _loaded(name, *files, *map(changed, files))


def changed(path: Path | None) -> int:
    """When a file was last changed, so that what was read from it before is not taken for what it says now."""
    return path.stat().st_mtime_ns if path and path.exists() else 0


@lru_cache(maxsize=32)
def _loaded(name: str, only: Path | None = None, added: Path | None = None, *_changed: int) -> Codebook:
    """A codebook as its files make it; one that has changed since is read again."""
    for unsigned in filter(None, (only, added)):
        if name == "evaluation" and unsigned.suffix.startswith(".dic"):
            raise CodebookError(
                f"{unsigned.name}: a LIWC dictionary does not say which of its words speak well of somebody and which "
                "ill; evaluation takes a CSV with weights above and below 0"
            )
    path = HERE / f"{name}.toml"
    settings = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    classes = {key: words.replace("\n", " ").split(", ") for key, words in settings.pop("classes", {}).items()}
    book = Codebook.read(only or HERE / f"{name}.csv", classes)
    book.constants = {} if only else settings
    return book + Codebook.read(added, classes) if added else book
