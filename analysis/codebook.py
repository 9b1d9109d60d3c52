"""What counts as a cue: codebooks, and where their cues stand in a text.

A codebook is a CSV file, a row a cue, that an analyst can open, cite, extend or replace. Quantitative content analysis
calls the same thing a dictionary (Krippendorff 2018, ch. 7); each row names the literature behind its category.

A cue is written word by word:

==============  ===============================================================
``threat``      this word, in any capitalisation and with any apostrophe
``threaten*``   every word that begins so
``*est``        every longer word that ends so
``may|might``   one word or the other
``<number>``    a number written in digits
``_``           any one word
``very?``       a word that may be missing (any of the above with ``?``)
``<people>``    a class of words: those listed under this name in the TOML file
                beside our codebook of the same name (a reader's own cues may use it too)
``U.S.``        a word with signs (``R&D``, ``9/11``, ``#MeToo``): these words and signs
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
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain, product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from .segment import WORD, fold

if TYPE_CHECKING:  # a Text is built on what this module finds
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
WAYS = 64  # in which a cue may be read, with its optional words and those with signs

_FORM = re.compile(rf"{WORD.pattern}|{WORD.pattern}['.-]?\*|\*['.-]?{WORD.pattern}")  # of one word
_WORDS = re.compile(WORD.pattern + r"\*?")
_THOUSANDS = re.compile(r"(?:(?<=\d),\d{3}(?!\d))*")  # of "1,500", two words to us
_CONDITIONAL = re.compile(r"(?:<[^<>]*>|\([^()]*\))\d+(?:/(\d+))?")  # LIWC 2007: "(02 134)125/464" is 464 by default

Match = tuple[int, int, int, int]  # sentence, first word, last word + 1, row of the codebook


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


class Neighbour(NamedTuple):
    """What the word beside a cue must, or must not, be."""

    forms: frozenset[str]
    wanted: bool


class Pattern(NamedTuple):
    """One way to read a row's cue: the forms that each word may have, and what must be written with its signs."""

    row: int
    words: list[frozenset[str]]
    signs: list[tuple[int, str]]  # which word, and how it is written from there on: (0, "9/11")
    before: Neighbour | None
    after: Neighbour | None


class Codebook:
    """Cues with their categories and weights, and where they stand in a text.

    >>> from analysis import Text
    >>> book = Codebook.parse("cue,category,weight\\nmay,modal,1\\nit is likely,adjective,2", "mine")
    >>> [book.rows[row].cue for *_, row in book.matches(Text("It is likely that we may go."))]
    ['it is likely', 'may']

    ``classes`` are the words behind each <class>, ``constants`` what else the lens's TOML file sets.
    """

    def __init__(
        self,
        rows: Iterable[Cue],
        name: str = "codebook",
        classes: Mapping[str, list[str]] | None = None,
        constants: Mapping | None = None,
    ):
        self.name, self.classes, self.constants = name, classes or {}, constants or {}
        self.rows: list[Cue] = []
        self._patterns: list[Pattern] = []
        self._beginning: dict[str, list[Pattern]] = {}  # with a word of this form
        self._written: set[str] = set()  # every form that some cue asks for
        self._lengths: set[int] = set()  # of the beginnings and endings among them
        for cue in rows:
            self._add(cue)

    def _add(self, cue: Cue) -> None:
        """Takes up a row; ValueError with the column and the reason, if it cannot."""
        read = {"cue": _readings, "before": _neighbour, "after": _neighbour}
        for column, compile_ in read.items():
            try:
                read[column] = compile_(getattr(cue, column), self.classes)
            except ValueError as error:
                raise ValueError(column, error) from None
        for words, signs in read["cue"]:
            pattern = Pattern(len(self.rows), words, signs, read["before"], read["after"])
            for form in words[0]:
                self._beginning.setdefault(form, []).append(pattern)
            forms = set().union(*words, *(beside.forms for beside in pattern[3:] if beside))
            self._written |= forms
            self._lengths |= {len(form) - 1 for form in forms if "*" in form}
        self.rows.append(cue)

    @classmethod
    def read(cls, path: str | Path, classes: Mapping | None = None, constants: Mapping | None = None) -> Codebook:
        """The codebook in a CSV file, or a LIWC dictionary; CodebookError names the file, the row and the reason."""
        path = Path(path)
        source = contents(path)
        form = {".dic": _numbered, ".dicx": _crossed}.get(path.suffix.lower())
        if not form:
            return cls.parse(source, path.name, classes, constants)
        rows = {}
        for entry, category, weight in form(source, path.name):
            if cue := " ".join(_WORDS.findall(fold(entry))):  # an emoticon is no word to us, and is left out
                category = category.title() if category in TAKEN else category
                rows[cue, category] = Cue(cue, category, weight, "", "", path.stem, "", {})
        if not rows:
            raise CodebookError(f"{path.name}: this dictionary holds no words")
        return cls(rows.values(), path.name)

    @classmethod
    def parse(
        cls, source: str, name: str = "codebook", classes: Mapping | None = None, constants: Mapping | None = None
    ) -> Codebook:
        """The codebook in a string of CSV."""
        book, seen = cls((), name, classes, constants), {}
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
        keys = {_key(cue) for cue in other.rows}
        rows = [*other.rows, *(cue for cue in self.rows if _key(cue) not in keys)]
        name, classes = f"{self.name} + {other.name}", {**self.classes, **other.classes}
        return Codebook(rows, name, classes, {**self.constants, **other.constants})

    def without(self, *categories: str) -> Codebook:
        """The codebook with these categories switched off."""
        rows = (cue for cue in self.rows if cue.category not in categories)
        return Codebook(rows, self.name, self.classes, self.constants)

    def matches(self, text: Text) -> list[Match]:
        """Where the cues stand: (sentence, first word, last word + 1, row), in the order of the text.

        The longest cue wins, from left to right, and cues do not overlap.
        """
        return text.remember(self, lambda: self.longest(self.every(text)))

    def longest(self, matches: Iterable[Match]) -> list[Match]:
        """Of ``every`` the longest cue, from left to right, without overlap; of two as long the one with a context.

        A cue that stands in several rows, as a LIWC dictionary has a word under several categories, keeps them all.
        """
        found, taken = [], (-1, 0, 0, 0)
        for match in sorted(matches, key=self._rank):
            sentence, first, last, row = match
            if (sentence, first) >= (taken[0], taken[2]):
                found.append(taken := match)
            elif match[:3] == taken[:3] and _key(self.rows[row]) == _key(self.rows[taken[3]]):
                found.append(match)
        return found

    def _rank(self, match: Match) -> tuple:
        sentence, first, last, row = match
        return sentence, first, -last, -bool(self.rows[row].before) - bool(self.rows[row].after), row

    def every(self, text: Text) -> list[Match]:
        """As ``matches``, but with the cues that stand inside others: "some people say" holds "some" as well."""
        return text.remember((self, "every"), lambda: sorted(set(self._scan(text))))

    def _scan(self, text: Text) -> Iterator[Match]:
        """Tries at each word the cues that may begin there."""
        forms = {word: self._forms(word) for word in {"", *chain.from_iterable(text.tokens)}}
        patterns = {word: [p for form in own for p in self._beginning.get(form, ())] for word, own in forms.items()}
        for sentence, words in enumerate(text.tokens):
            seen = [forms[word] for word in words]
            for first, word in enumerate(words):
                for pattern in patterns[word]:
                    last = first + len(pattern.words)
                    fits = last <= len(words) and not any(map(frozenset.isdisjoint, pattern.words, seen[first:last]))
                    if fits and _holds(pattern, text, sentence, first, forms):
                        yield sentence, first, last, pattern.row

    def _forms(self, word: str) -> frozenset[str]:
        """Of the forms that the cues ask for those that a word has; "" stands for either end of the sentence."""
        if not word:
            return frozenset("^$")
        forms = {"_", word, "<number>" if word[0].isdecimal() else "_"}
        forms |= {word[:length] + "*" for length in self._lengths if length <= len(word)}
        forms |= {"*" + word[-length:] for length in self._lengths if length < len(word)}
        return frozenset(self._written & forms)

    def find(self, text: Text) -> pd.DataFrame:
        """A row a cue: start, end (offsets into raw), cue (as written), category, weight, sentence, voice, entry.

        ``entry`` is the codebook's row that matched, as it stands in the ``cue`` column of the file.
        """
        return cue_table(text, self.rows, self.matches(text))


def _holds(pattern: Pattern, text: Text, sentence: int, first: int, forms: dict[str, frozenset[str]]) -> bool:
    """Whether a cue whose words have been found also has its signs and the right words beside it."""
    for word, written in pattern.signs:
        (begins,) = pattern.words[word]
        at = text.offsets(sentence)[first + word][0] - written.index(begins)
        if at < 0 or not text.folded.startswith(written, at):
            return False
    beside = ["", *text.tokens[sentence], ""] if pattern.before or pattern.after else ()
    for condition, at in (pattern.before, first), (pattern.after, first + len(pattern.words) + 1):
        if condition:
            met = not condition.forms.isdisjoint(forms[beside[at]])
            if not met and "<capital>" in condition.forms:  # of the cue itself
                met = text.raw[text.offsets(sentence)[first][0]].isupper()
            if met is not condition.wanted:
                return False
    return True


def _element(source: str, classes: Mapping[str, list[str]], *marks: str) -> tuple[frozenset[str], list[str]]:
    """The forms of one word that are written so in a codebook; and those that are several words, or have signs."""
    forms, signed = set(), []
    for written in source.split("|"):
        for form in classes.get(written[1:-1], [written]) if written[:1] == "<" else [written]:
            folded = fold(form)
            if form in ("_", "<number>", *marks) or _FORM.fullmatch(folded):
                forms.add(form if form == "_" else folded)
            elif not set("*?<>").isdisjoint(form):
                raise ValueError(f"{form!r} is not a word, a beginning with *, an ending with *, or <number>")
            elif not WORD.search(folded):
                raise ValueError(f"{form!r} is not a word: it holds no letter and no digit")
            else:
                signed.append(folded)
    return frozenset(forms), signed


def _readings(cue: str, classes: Mapping[str, list[str]]) -> list[tuple[list[frozenset[str]], list[tuple[int, str]]]]:
    """Every way to read a cue: its words, and those of them that are written with signs."""
    sources, choices = cue.split(), []
    if len(sources) > LONGEST:
        raise ValueError(f"it has {len(sources)} words; a cue has {LONGEST} at most")
    for source in sources:
        forms, signed = _element(source.removesuffix("?"), classes)
        ways = [([forms], "")] if forms else []
        ways += [([frozenset([word]) for word in WORD.findall(written)], written) for written in signed]
        choices.append(ways + [([], "")] * source.endswith("?"))
    if math.prod(map(len, choices)) > WAYS:
        raise ValueError(f"it can be read in more than {WAYS} ways; write it as several cues")
    readings = []
    for choice in product(*choices):
        words, signs = [], []
        for own, written in choice:
            signs += [(len(words), written)] if written else []
            words += own
        if words:
            readings.append((words, signs))
    return readings


def _neighbour(source: str, classes: Mapping[str, list[str]]) -> Neighbour | None:
    """What the columns ``before`` and ``after`` ask of the word there, if anything."""
    if not source:
        return None
    forms, signed = _element(source.lower().removeprefix("!"), classes, "^", "$", "<capital>")
    if signed:
        raise ValueError(f"{signed[0]!r} is not a word; only words without signs are looked for here")
    return Neighbour(forms, not source.startswith("!"))


def cue_table(text: Text, rows: Sequence[Cue], matches: Iterable[Match]) -> pd.DataFrame:
    """The table that a lens's ``find`` returns, of matches that the lens has kept."""
    table = []
    for sentence, first, last, row in matches:
        offsets, cue = text.offsets(sentence), rows[row]
        end = _THOUSANDS.match(text.raw, offsets[last - 1][1]).end()
        table.append((offsets[first][0], end, cue.category, cue.weight, sentence, cue.cue))
    return cues(text, table)


def cues(text: Text, table: Iterable[tuple[int, int, str, float, int, str]]) -> pd.DataFrame:
    """A table of cues from rows of start, end, category, weight, sentence and entry."""
    rows = [(a, b, text.raw[a:b], kind, weight, i, text.voice_at(a), entry) for a, b, kind, weight, i, entry in table]
    found = pd.DataFrame(rows, columns="start end cue category weight sentence voice entry".split(), dtype=object)
    return found.astype({"start": int, "end": int, "weight": float, "sentence": int})


def _key(cue: Cue) -> tuple[str, str, str]:
    """What no two rows of a codebook share."""
    return fold(cue.cue), cue.before, cue.after


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
    settings = HERE / f"{name}.toml"
    constants = tomllib.loads(settings.read_text("utf-8")) if settings.exists() else {}
    classes = {key: words.replace("\n", " ").split(", ") for key, words in constants.pop("classes", {}).items()}
    book = Codebook.read(only, classes) if only else Codebook.read(HERE / f"{name}.csv", classes, constants)
    return book + Codebook.read(added, classes) if added else book
