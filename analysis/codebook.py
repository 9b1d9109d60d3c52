"""What counts as a cue: codebooks, and the finding of their cues in a text.

A codebook is a CSV file, a row a cue, that an analyst can open, cite, extend or replace. Quantitative content analysis
calls the same thing a dictionary (Krippendorff 2018, ch. 7); each row names the literature behind its category.

The cue grammar, one element a word:

==============  ===============================================================
``threat``      this word, in any capitalisation and with any apostrophe
``threaten*``   every word that begins so
``*est``        every word of more letters that ends so
``may|might``   alternatives
``<number>``    a number written in digits
``_``           any one word
``very?``       an element that may be missing (any of the above with ``?``)
``<people>``    a class of words: a row above with this cue, the category ``class`` and
                the words as alternatives in the column ``example``
==============  ===============================================================

A cue without a weight weighs 1. LIWC's dictionaries (``.dic``, ``.dicx``) are read too, a row a word and category.

The columns ``before`` and ``after`` look at the one neighbouring word: alternatives as above, a leading ``!`` for "none
of these", ``^`` for the sentence's start (in ``before``), ``$`` for its end (in ``after``), and ``<capital>`` (in
``before``) for a cue that is itself written with a capital letter.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from .automaton import Automaton, Condition, Element, End, element
from .segment import WORD, fold

if TYPE_CHECKING:
    from .text import Text

HERE = Path(__file__).parent / "codebooks"
COLUMNS = ("cue", "category", "weight", "before", "after", "source", "example")
TAKEN = frozenset({"voice", "kind", "segment", "group", "words", "sentences"})
ROLES = ("threat", "context", "guard", "elsewhere", "public", "least", "fixed")  # of a row of threat.csv
# What a cell of these columns may hold, in words and as a test; an empty cell stands for the usual
FORMS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "weight": ("a number", lambda cell: math.isfinite(_number(cell))),
    "own": ("a number", lambda cell: math.isfinite(_number(cell))),
    "certainty": ("between 0 and 1", lambda cell: 0 <= _number(cell) <= 1),
    "role": ("one of " + ", ".join(ROLES), ROLES.__contains__),
    "category": ("free: every table has such a column; name it else", lambda cell: cell not in TAKEN),
}
LONGEST = 100  # words of a cue
OPTIONAL = 6  # words of a cue that may be missing: each doubles the ways in which it is looked for
CLASS_LIMIT = 1_000_000  # characters

_CLASS = re.compile(r"<[^<>]+>")
_THOUSANDS = re.compile(r"(?:(?<=\d),\d{3}(?!\d))*")  # of "1,500", two words to us
_WORDS = re.compile(WORD.pattern + r"\*?")
_CONDITIONAL = re.compile(r"(?:<[^<>]*>|\([^()]*\))\d+(?:/(\d+))?")  # LIWC 2007: "(02 134)125/464" is 464 by default


class CodebookError(ValueError):
    """A codebook that cannot be used: one line with the file, the row, the column and the reason."""


class Cue(NamedTuple):
    """A row of a codebook; ``extra`` holds the columns beyond the standard ones, as written."""

    cue: str
    category: str
    weight: float
    before: str
    after: str
    source: str
    example: str
    extra: dict[str, str]


def _spread(source: str, classes: dict[str, str]) -> str:
    """The source with the words of each class in place of its name, folded as texts are, but for "_", our sign."""
    source = "_".join(map(fold, source.split("_")))
    return _CLASS.sub(lambda name: classes.get(name[0], name[0]), source) if "<" in source else source


class Codebook:
    """Cues with their categories and weights, and where they stand in a text.

    >>> book = Codebook.parse("cue,category,weight\\nmay,modal,1\\nit is likely,adjective,2", "mine")
    >>> from analysis import Text
    >>> [book.rows[row].cue for *_, row in book.matches(Text("It is likely that we may go."))]
    ['it is likely', 'may']
    """

    def __init__(self, rows: Iterable[Cue], name: str = "codebook"):
        self.name = name
        self.rows: list[Cue] = []
        self.constants: dict[str, float] = {}
        self.classes: dict[str, str] = {}
        self._more: dict[int, list[int]] = {}  # a cue's first row -> the rows of its other categories
        self.cues: list[tuple[tuple[Element, ...], End]] = []
        self._contexts = []
        self._firsts: dict[tuple, int] = {}
        for cue in rows:
            self._add(cue)

    def _add(self, cue: Cue) -> None:
        """Takes up a row; ValueError with the column and the reason, if it cannot."""
        if cue.category in ("class", "constant") and not _CLASS.fullmatch(cue.cue):
            raise ValueError("cue", f"{cue.cue!r} is no name of a {cue.category}, which is written <so>")
        if cue.category == "class":
            self.classes[cue.cue] = words = _spread(cue.example, self.classes)
            if len(words) > CLASS_LIMIT:  # classes of classes of classes
                raise ValueError("example", "the class holds too many words")
            try:
                element(words)
            except ValueError as error:
                raise ValueError("example", error) from None
            return
        if cue.category == "constant":
            self.constants[cue.cue.strip("<>")] = cue.weight
            return
        row, compiled = len(self.rows), []
        for column, compile_ in (("cue", _choices), ("before", Condition.parse), ("after", Condition.parse)):
            try:
                compiled.append(compile_(_spread(getattr(cue, column), self.classes)))
            except ValueError as error:
                raise ValueError(column, error) from None
        self.rows.append(cue)
        self._contexts.append(bool(cue.before) + bool(cue.after))
        if (first := self._firsts.setdefault(_key(cue), row)) != row:
            self._more.setdefault(first, []).append(row)
            return
        choices, before, after = compiled
        if len(choices) > LONGEST:
            raise ValueError("cue", f"it has {len(choices)} words; a cue has {LONGEST} at most")
        for choice in product(*choices):
            if elements := tuple(filter(None, choice)):
                self.cues.append((elements, End(row, before, after)))

    @classmethod
    def read(cls, path: str | Path) -> Codebook:
        """The codebook in a CSV file, or a LIWC dictionary; CodebookError names the file, the row and the reason."""
        path = Path(path)
        source = contents(path)
        form = {".dic": _numbered, ".dicx": _crossed}.get(path.suffix.lower())
        if not form:
            return cls.parse(source, path.name)
        rows = {}
        for entry, category, weight in form(source, path.name):
            if cue := " ".join(_WORDS.findall(fold(entry))):  # an emoticon is no word to us, and is left out
                if category in TAKEN | {"class", "constant"}:  # names that mean another thing
                    category = category.title()
                rows[cue, category] = Cue(cue, category, weight, "", "", path.stem, "", {})
        if not rows:
            raise CodebookError(f"{path.name}: this dictionary holds no words")
        return cls(rows.values(), path.name)

    @classmethod
    def parse(cls, source: str, name: str = "codebook") -> Codebook:
        """The codebook in a string of CSV."""
        book, seen = cls((), name), {}
        for number, extra in records(source, name, ("cue", "category"), (*COLUMNS, *FORMS)):
            where = f"{name}: row {number}"
            for column in ("cue", "category"):
                if not extra[column]:
                    raise CodebookError(f"{where}, column {column!r}: it is empty; fill it in or delete the row")
            for column, (what, holds) in FORMS.items():
                if (cell := extra.get(column)) and not holds(cell):
                    raise CodebookError(f"{where}, column {column!r}: {cell!r} is not {what}")
            fields = {column: extra.pop(column, "") for column in COLUMNS}
            cue = Cue(**{**fields, "weight": float(fields["weight"] or 1)}, extra=extra)
            if (first := seen.setdefault(_key(cue), number)) != number:
                raise CodebookError(f"{where}, column 'cue': {cue.cue!r} stands in row {first} already")
            try:
                book._add(cue)
            except ValueError as error:
                column, reason = error.args
                raise CodebookError(f"{where}, column {column!r}: {reason}") from None
        return book

    def __add__(self, other: Codebook) -> Codebook:
        """Both codebooks; where both have a cue in the same context, the other's row counts."""
        theirs = other._all()
        keys = {_key(cue) for cue in theirs}
        return Codebook(theirs + [cue for cue in self._all() if _key(cue) not in keys], f"{self.name} + {other.name}")

    def without(self, *categories: str) -> Codebook:
        """The codebook with these categories switched off."""
        return Codebook((cue for cue in self._all() if cue.category not in categories), self.name)

    def _all(self) -> list[Cue]:
        constants = [Cue(f"<{k}>", "constant", v, "", "", "", "", {}) for k, v in self.constants.items()]
        classes = [Cue(k, "class", 0, "", "", "", v, {}) for k, v in self.classes.items()]
        return constants + classes + self.rows

    def matches(self, text: Text) -> list[tuple[int, int, int, int]]:
        """Where the cues stand: (sentence, first word, last word + 1, row), in the order of the text.

        The longest cue wins, from left to right, and cues do not overlap.
        """
        return text.remember(self, lambda: self.under_all(self.longest(self.every(text))))

    def longest(self, matches: Iterable[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
        """Of ``every`` the longest cue, from left to right, without overlap; of two as long the more specific."""
        found, here, start, free = [], -1, 0, 0
        for match in matches:
            sentence, first, last, row = match
            if sentence != here or first >= free:
                found.append(match)
            elif first == start and (last > free or self._contexts[row] > self._contexts[found[-1][3]]):
                found[-1] = match
            else:
                continue
            here, start, free = sentence, first, last
        return found

    def under_all(self, matches: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
        """The matches under all their categories: a LIWC dictionary may have several for a word."""
        if not self._more:
            return matches
        return [(*match[:3], row) for match in matches for row in (match[3], *self._more.get(match[3], ()))]

    def every(self, text: Text) -> list[tuple[int, int, int, int]]:
        """As ``matches``, but with the cues that stand inside others: "some people say" holds "some" as well."""
        return every(text, self)[0]

    def find(self, text: Text) -> pd.DataFrame:
        """A row a cue: start, end (offsets into raw), cue (as written), category, weight, sentence, voice, entry.

        ``entry`` is the codebook's row that matched, as it stands in the ``cue`` column of the file.
        """
        return cue_table(text, self.rows, self.matches(text))


def every(text: Text, *books: Codebook) -> list[list[tuple[int, int, int, int]]]:
    """``Codebook.every`` of several codebooks at once, which takes hardly longer than of one."""
    if any((book, "every") not in text.memo for book in books):
        for book, found in zip(books, _automaton(books).scan(text), strict=True):
            text.memo[book, "every"] = found
    return [text.memo[book, "every"] for book in books]


@lru_cache(maxsize=64)
def _automaton(books: tuple[Codebook, ...]) -> Automaton:
    return Automaton([book.cues for book in books])


class Cues(pd.DataFrame):
    """A table of cues that knows whose they are, so that a notebook can show them in their context."""

    _metadata = ["origin"]  # noqa: RUF012 (pandas' own name for what a table keeps when it is cut or sorted)
    origin: Text | None = None

    @property
    def _constructor(self) -> type[Cues]:
        return Cues


def cue_table(text: Text, rows: Sequence[Cue], matches: Iterable[tuple[int, int, int, int]]) -> Cues:
    """The table that a lens's ``find`` returns, of matches that the lens has kept."""
    table = []
    for sentence, first, last, row in matches:
        offsets, cue = text.offsets(sentence), rows[row]
        end = _THOUSANDS.match(text.raw, offsets[last - 1][1]).end()
        table.append((offsets[first][0], end, cue.category, cue.weight, sentence, cue.cue))
    return cues(text, table)


def cues(text: Text, table: Iterable[tuple[int, int, str, float, int, str]]) -> Cues:
    """A table of cues from rows of start, end, category, weight, sentence and entry."""
    rows = [(a, b, text.raw[a:b], kind, weight, i, text.voice_at(a), entry) for a, b, kind, weight, i, entry in table]
    found = Cues(rows, columns="start end cue category weight sentence voice entry".split(), dtype=object)
    found.origin = text
    return found.astype({"start": int, "end": int, "weight": float, "sentence": int})


def _key(cue: Cue) -> tuple:
    """What no two rows of a codebook share."""
    return (fold(cue.cue), cue.before, cue.after, cue.category == "class")


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def contents(path: Path) -> str:
    """What stands in the file of a codebook."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8; save it as UTF-8"
        raise CodebookError(f"{path.name}: the codebook cannot be read: {reason}") from error


def records(
    source: str, name: str, needed: Iterable[str], known: Iterable[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their numbers; CodebookError if its form is wrong.

    A column that is nearly called as a known one is a slip of the pen, any other is its reader's own.
    """
    reader = csv.DictReader(io.StringIO(source, newline=None), restval="")
    try:
        rows = [(reader.line_num, record) for record in reader]  # blank lines count, as they do for the reader
    except csv.Error as error:
        raise CodebookError(f"{name}: line {reader.line_num}: it cannot be read as CSV: {error}") from None
    columns = [*filter(None, reader.fieldnames or ())]
    for column in columns:
        if columns.count(column) > 1:
            raise CodebookError(f"{name}: row 1: the column {column!r} stands there twice")
        meant = get_close_matches(column.strip().lower(), {*known} - {*columns}, 1, 0.75)
        if meant and column not in known:
            raise CodebookError(f"{name}: row 1: there is no column {column!r}; is {meant[0]!r} meant?")
    if missing := [column for column in needed if column not in columns]:
        raise CodebookError(f"{name}: row 1: the column {missing[0]!r} is missing; name it in the first row")
    for number, record in rows:
        if any(map(str.strip, record.pop(None, ()))):
            raise CodebookError(
                f"{name}: row {number}: it has more cells than row 1; a cell with a comma in it needs quotes"
            )
        yield number, {column: cell.strip() for column, cell in record.items()}


def _numbered(source: str, name: str) -> Iterator[tuple[str, str, float]]:
    """A LIWC .dic file: between two lines % the categories, a number and a name each; then ``word* 1 2``."""
    names, marks = {}, 0
    for number, line in enumerate(source.splitlines(), 1):
        where, line = f"{name}: row {number}", _CONDITIONAL.sub(r"\1", line).strip()
        word, *rest = line.split("\t" if "\t" in line else None, 1) or [""]
        if word == "%":
            marks += 1
        elif word and not marks:
            raise CodebookError(f"{where}: a LIWC dictionary begins with its categories, between two lines %")
        elif word and not rest:
            raise CodebookError(f"{where}: {word!r} stands alone; a number goes with a name, a word with numbers")
        elif marks == 1 and word:
            names[word] = rest[0].split(" (")[0].strip()
        elif word:
            for code in rest[0].split():
                if code not in names:
                    raise CodebookError(f"{where}: {code!r} is the number of no category")
                yield word, names[code], 1


def _crossed(source: str, name: str) -> Iterator[tuple[str, str, float]]:
    """A LIWC .dicx file: a table with a column a category, in which a word has an X or a weight."""
    reader = csv.reader(io.StringIO(source, newline=None))
    try:
        names = next(reader, [])[1:]
        for word, *marks in filter(None, reader):
            for column, mark in enumerate(map(str.strip, marks)):
                where = f"{name}: row {reader.line_num}, column {column + 2}"
                category, weight = "".join(names[column : column + 1]).strip(), 1 if mark in "Xx" else _number(mark)
                if mark and not category:
                    raise CodebookError(f"{where}: the first row names no category for it")
                if not math.isfinite(weight):
                    raise CodebookError(f"{where}: {mark!r} is not a number")
                if mark:
                    yield word, category, weight
    except csv.Error as error:
        raise CodebookError(f"{name}: row {reader.line_num}: it cannot be read as CSV: {error}") from None


def logistic(logit: float) -> float:
    """From log-odds to a probability, without overflow."""
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def _choices(cue: str) -> list[tuple[Element, ...]]:
    """The elements of a cue, each in a tuple, with None beside it where its word may be missing."""
    sources = cue.split()
    if sum(source.endswith("?") for source in sources) > OPTIONAL:
        raise ValueError(f"more than {OPTIONAL} words of the cue may be missing; write it as several cues")
    return [(element(source.removesuffix("?")), None)[: 1 + source.endswith("?")] for source in sources]


def load(name: str, text: Text | None = None) -> Codebook:
    """One of the package's own codebooks, such as ``load("hedging")``; for a text, with what its reader brought along.

    ``text.codebooks`` may name a file to be added to ours ("hedging") or to stand in its place ("only-hedging").
    """
    if text is None or not text.codebooks:
        return _loaded(name)
    files = [text.codebooks.get(key) for key in (f"only-{name}", name)]
    return text.remember(("codebook", name), lambda: _loaded(name, *files, *map(changed, files)))


def changed(path: Path | None) -> int:
    """When a file was last changed, so that what was read from it before is not taken for what it says now."""
    return path.stat().st_mtime_ns if path and path.exists() else 0


@lru_cache(maxsize=32)
def _loaded(name: str, only: Path | None = None, added: Path | None = None, *_changed: int) -> Codebook:
    """A codebook as its files make it; one that has changed since is read again."""
    if unsigned := next((f for f in (only, added) if name == "evaluation" and f and f.suffix.startswith(".dic")), None):
        raise CodebookError(
            f"{unsigned.name}: a LIWC dictionary does not say which of its words speak well of somebody and which ill; "
            f"evaluation takes a CSV with weights above and below 0"
        )
    book = Codebook.read(only or HERE / f"{name}.csv")
    return book + Codebook.read(added) if added else book
