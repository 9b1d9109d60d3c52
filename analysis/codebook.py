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
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from .segment import WORD, fold
from .text import Text

HERE = Path(__file__).parent / "codebooks"
COLUMNS = ("cue", "category", "weight", "before", "after", "source", "example")
NUMBERS = frozenset({"weight", "certainty", "own"})
MEMO_LIMIT = 100_000  # word types remembered by a codebook; past that it starts afresh, so memory stays flat

_CONSTANT = re.compile(r"<([^<>]+)>$")
_CLASS = re.compile(r"<[^<>]+>")
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


class Element(NamedTuple):
    """One word of a cue: the exact words, the beginnings, the endings, or any word or number, that it stands for."""

    words: frozenset[str]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]
    anything: bool
    number: bool

    def accepts(self, word: str) -> bool:
        return (
            word in self.words
            or self.anything
            or (bool(self.beginnings) and word.startswith(self.beginnings))
            or (bool(self.endings) and word.endswith(self.endings) and word not in self.endings)
            or (self.number and word[:1].isdecimal())
        )


def _element(source: str) -> Element:
    words, beginnings, endings = set(), [], []
    for part in source.split("|"):
        if part in ("_", "<number>"):
            continue
        if part.endswith("*"):
            beginnings.append(part[:-1])
        elif part.startswith("*"):
            endings.append(part[1:])
        else:
            words.add(part)
        if not part.strip("*") or part.count("*") > 1 or set(part.strip("*")) & set("*?<>"):
            raise ValueError(f"{source!r} is not a word, a beginning with *, an ending with *, or <number>")
    parts = source.split("|")
    return Element(frozenset(words), tuple(beginnings), tuple(endings), "_" in parts, "<number>" in parts)


class Condition(NamedTuple):
    """What the neighbouring word of a cue must, or must not, be."""

    element: Element
    edge: bool  # the sentence's start or end satisfies it
    capital: bool  # the cue itself begins with a capital letter
    wanted: bool

    def holds(self, text: Text, sentence: int, neighbour: int, first: int) -> bool:
        words = text.tokens[sentence]
        met = self.element.accepts(words[neighbour]) if 0 <= neighbour < len(words) else self.edge
        if self.capital and not met:
            met = text.raw[text.offsets(sentence)[first][0]].isupper()
        return met is self.wanted


def _spread(source: str, classes: dict[str, str]) -> str:
    """The source with the words of each class in place of its name."""
    return _CLASS.sub(lambda name: classes.get(name[0], name[0]), source.lower())


def _condition(source: str) -> Condition | None:
    source = source.strip().lower()
    if not source:
        return None
    wanted = not source.startswith("!")
    parts = source.lstrip("!").split("|")
    plain = [part for part in parts if part not in ("^", "$", "<capital>")]
    element = _element("|".join(plain)) if plain else Element(frozenset(), (), (), False, False)
    return Condition(element, "^" in parts or "$" in parts, "<capital>" in parts, wanted)


class _Outcome(NamedTuple):
    """What a cue that has been read to its end comes to."""

    row: int
    before: Condition | None
    after: Condition | None


class _State(dict):
    """The cues still open after some words, and the state that each next word leads to (None: no cue goes on so).

    Together the states are an automaton, built as far as texts have led into it: a word that no cue waits for costs one
    look-up, however many cues there are.
    """

    def __init__(self, cues: list[tuple[tuple[Element, ...], _Outcome]], first: bool = False):
        super().__init__()
        ends = [outcome for elements, outcome in cues if not elements]
        # of two cues of one length, the one with a context is more specific; then the file's order decides
        self.ends = sorted(ends, key=lambda end: (-bool(end.before) - bool(end.after), end.row))
        self.exact: dict[str, list] = {}
        self.beginnings: dict[str, list] = {}
        self.rest: list[tuple[Element, tuple]] = []
        for (head, *rest), outcome in (cue for cue in cues if cue[0]):
            for word in head.words:
                self.exact.setdefault(word, []).append((rest, outcome))
            for beginning in head.beginnings:
                self.beginnings.setdefault(beginning, []).append((rest, outcome))
            if head.endings or head.anything or head.number:
                self.rest.append((head, (rest, outcome)))
        self.lengths = sorted({len(beginning) for beginning in self.beginnings})
        self.goes_on = bool(self.exact or self.beginnings or self.rest)
        if first and not self.lengths and not self.rest:
            self.update((word, _State(open_)) for word, open_ in self.exact.items())
            self.step = self.get
        else:
            self.step = self.__getitem__ if self.lengths or self.rest else self._exactly

    def _exactly(self, word: str) -> _State | None:
        """The next state where all cues go on with exact words: classes of words have too many to build ahead."""
        if word not in self and word in self.exact:
            self[word] = _State(self.exact[word])
        return self.get(word)

    def __missing__(self, word: str) -> _State | None:
        open_ = list(self.exact.get(word, ()))
        for length in self.lengths:
            open_ += self.beginnings.get(word[:length], ())
        open_ += [cue for head, cue in self.rest if head.accepts(word)]
        if len(self) >= MEMO_LIMIT:
            self.clear()
        state = self[word] = _State(open_) if open_ else None
        return state


class Codebook:
    """Cues with their categories and weights, and where they stand in a text.

    >>> book = Codebook.parse("cue,category,weight\\nmay,modal,1\\nit is likely,adjective,2", "mine")
    >>> [book.rows[row].cue for *_, row in book.matches(Text("It is likely that we may go."))]
    ['it is likely', 'may']
    """

    def __init__(self, rows: Iterable[Cue], name: str = "codebook"):
        self.name = name
        self.rows: list[Cue] = []
        self.constants: dict[str, float] = {}
        self.classes: dict[str, str] = {}
        self._more: dict[int, list[int]] = {}  # a cue's first row -> the rows of its other categories
        cues, firsts = [], {}
        for cue in rows:
            if cue.category == "class":
                self.classes[cue.cue] = _spread(cue.example, self.classes)
                continue
            constant = _CONSTANT.match(cue.cue)
            if constant and constant[1] != "number" and cue.cue not in self.classes:
                self.constants[constant[1]] = cue.weight
                continue
            row = len(self.rows)
            self.rows.append(cue)
            if (first := firsts.setdefault(_key(cue), row)) != row:
                self._more.setdefault(first, []).append(row)
                continue
            before, after = (_condition(_spread(neighbour, self.classes)) for neighbour in (cue.before, cue.after))
            choices = []
            for source in _spread(cue.cue, self.classes).split():
                element = _element(source.removesuffix("?"))
                choices.append((element, None) if source.endswith("?") else (element,))
            for choice in product(*choices):
                if elements := tuple(element for element in choice if element):
                    cues.append((elements, _Outcome(row, before, after)))
        self._start = _State(cues, first=True)

    @classmethod
    def read(cls, path: str | Path) -> Codebook:
        """The codebook in a CSV file, or a LIWC dictionary; CodebookError names the file, the row and the reason."""
        path = Path(path)
        try:
            source = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8; save it as UTF-8"
            raise CodebookError(f"{path.name}: the codebook cannot be read: {reason}") from error
        form = {".dic": _numbered, ".dicx": _crossed}.get(path.suffix.lower())
        if not form:
            return cls.parse(source, path.name)
        rows = {}
        for entry, category, weight in form(source, path.name):
            if cue := " ".join(_WORDS.findall(fold(entry))):  # an emoticon is no word to us, and is left out
                category = "Class" if category == "class" else category  # which means something else in a codebook
                rows[cue, category] = Cue(cue, category, weight, "", "", path.stem, "", {})
        if not rows:
            raise CodebookError(f"{path.name}: this dictionary holds no words")
        return cls(rows.values(), path.name)

    @classmethod
    def parse(cls, source: str, name: str = "codebook") -> Codebook:
        """The codebook in a string of CSV."""
        reader = csv.DictReader(io.StringIO(source, newline=None))
        try:
            records = list(reader)
        except csv.Error as error:
            raise CodebookError(f"{name}: line {reader.line_num}: it cannot be read as CSV: {error}") from None
        missing = [column for column in ("cue", "category") if column not in (reader.fieldnames or ())]
        if missing:
            raise CodebookError(f"{name}: row 1: the column {missing[0]!r} is missing; name it in the first row")
        rows, seen, classes = [], {}, {}
        for number, record in enumerate(records, 2):
            fields = {column: (record.get(column) or "").strip() for column in COLUMNS}
            where = f"{name}: row {number}"
            if not fields["cue"]:
                raise CodebookError(f"{where}, column 'cue': it is empty; write a cue or delete the row")
            for column in NUMBERS & record.keys():
                _number((record[column] or "").strip(), f"{where}, column {column!r}")
            weight = float(fields["weight"] or 1)
            if fields["category"] == "class":
                classes[fields["cue"]] = _spread(fields["example"], classes)
            for column, compile_ in (("cue", _check), ("before", _condition), ("after", _condition)):
                try:
                    compile_(_spread(fields[column], classes))
                except ValueError as error:
                    raise CodebookError(f"{where}, column {column!r}: {error}") from None
            extra = {k: (v or "").strip() for k, v in record.items() if isinstance(k, str) and k not in COLUMNS}
            rows.append(Cue(**{**fields, "weight": weight}, extra=extra))
            if (first := seen.setdefault(_key(rows[-1]), number)) != number:
                raise CodebookError(f"{where}, column 'cue': {fields['cue']!r} stands in row {first} already")
        return cls(rows, name)

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
        return text.remember(self, lambda: self.under_all(self._scan(text)))

    def under_all(self, matches: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
        """The matches under all their categories: a LIWC dictionary may have several for a word."""
        if not self._more:
            return matches
        return [(*match[:3], row) for match in matches for row in (match[3], *self._more.get(match[3], ()))]

    def every(self, text: Text) -> list[tuple[int, int, int, int]]:
        """As ``matches``, but with the cues that stand inside others: "some people say" holds "some" as well."""
        return text.remember((self, "every"), lambda: self._scan(text, every=True))

    def _scan(self, text: Text, every: bool = False) -> list[tuple[int, int, int, int]]:
        found = []
        start = self._start.step
        for sentence, words in enumerate(text.tokens):
            free, size = 0, len(words)
            for first, state in enumerate(map(start, words)):
                if state is None or first < free:
                    continue
                longest, last = None, first + 1
                while state is not None:
                    for row, before, after in state.ends:
                        if (before is None or before.holds(text, sentence, first - 1, first)) and (
                            after is None or after.holds(text, sentence, last, first)
                        ):
                            longest = (sentence, first, last, row)
                            if not every:
                                break
                            found.append(longest)
                    if last == size or not state.goes_on:
                        break
                    state = state.step(words[last])
                    last += 1
                if longest and not every:
                    found.append(longest)
                    free = longest[2]
        return found

    def find(self, text: Text) -> pd.DataFrame:
        """A row a cue: start, end (offsets into raw), cue (as written), category, weight, sentence, voice, entry.

        ``entry`` is the codebook's row that matched, as it stands in the ``cue`` column of the file.
        """
        return cue_table(text, self.rows, self.matches(text))


def longest(matches: Iterable[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Of ``Codebook.every``, what ``Codebook.matches`` keeps: the longest cue, from left to right, without overlap."""
    found, at, free = [], None, 0
    for match in matches:
        sentence, first, last, _ = match
        if at == (sentence, first):
            if last > free:
                found[-1], free = match, last
        elif not at or sentence != at[0] or first >= free:
            found.append(match)
            at, free = (sentence, first), last
    return found


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
        table.append((offsets[first][0], offsets[last - 1][1], cue.category, cue.weight, sentence, cue.cue))
    return cues(text, table)


def cues(text: Text, table: Iterable[tuple[int, int, str, float, int, str]]) -> Cues:
    """A table of cues from rows of start, end, category, weight, sentence and entry."""
    rows = [(a, b, text.raw[a:b], kind, weight, i, text.voice_at(a), entry) for a, b, kind, weight, i, entry in table]
    found = Cues(rows, columns="start end cue category weight sentence voice entry".split())
    found.origin = text
    return found.astype({"start": int, "end": int, "weight": float, "sentence": int})


def _key(cue: Cue) -> tuple:
    """What no two rows of a codebook share."""
    return (cue.cue.lower(), cue.before, cue.after, cue.category == "class")


def _number(value: str, where: str) -> float:
    """A weight as it is written; where nothing is written, 1."""
    try:
        number = float(value or 1)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CodebookError(f"{where}: {value!r} is not a number")
    return number


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
                if mark and column >= len(names):
                    raise CodebookError(f"{where}: the first row names no category for it")
                if mark:
                    yield word, names[column].strip(), 1 if mark in "Xx" else _number(mark, where)
    except csv.Error as error:
        raise CodebookError(f"{name}: row {reader.line_num}: it cannot be read as CSV: {error}") from None


def logistic(logit: float) -> float:
    """From log-odds to a probability, without overflow."""
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def _check(cue: str) -> None:
    if not _CONSTANT.match(cue):
        for source in cue.lower().split():
            _element(source.removesuffix("?"))


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
    book = Codebook.read(only or HERE / f"{name}.csv")
    return book + Codebook.read(added) if added else book
