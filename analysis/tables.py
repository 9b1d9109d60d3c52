"""What stands in the files of codebooks: tables in CSV and LIWC's dictionaries, or one plain line on what is wrong."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from .segment import fold

COLUMNS = ("cue", "category", "weight", "before", "after", "source", "example")
TAKEN = frozenset({"voice", "kind", "segment", "group", "words", "sentences"})
ROLES = ("threat", "context", "guard")  # of a row of threat.csv
FORMS = {  # what a cell of these columns may hold, in words and as a test; an empty cell stands for the usual
    "weight": ("a number", lambda cell: math.isfinite(number(cell))),
    "certainty": ("between 0 and 1", lambda cell: 0 <= number(cell) <= 1),
    "role": ("one of " + ", ".join(ROLES), ROLES.__contains__),
    "category": ("free: every table has such a column; name it else", lambda cell: cell not in TAKEN),
}

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
    extra: Mapping[str, str]


def key(cue: Cue) -> tuple[str, str, str]:
    """What no two rows of a codebook share."""
    return fold(cue.cue), cue.before, cue.after


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
    """The rows of a CSV file with their numbers; CodebookError if its form is wrong."""
    reader = csv.DictReader(io.StringIO(source, newline=None), restval="")
    try:
        rows = [(reader.line_num, record) for record in reader]  # blank lines count, as they do for the reader
    except csv.Error as error:
        raise CodebookError(f"{name}: line {reader.line_num}: it cannot be read as CSV: {error}") from None
    if fault := _fault([*filter(None, reader.fieldnames or ())], needed, known):
        raise CodebookError(f"{name}: row 1: {fault}")
    for number, record in rows:
        if any(map(str.strip, record.pop(None, ()))):
            more = "it has more cells than row 1; a cell with a comma in it needs quotes"
            raise CodebookError(f"{name}: row {number}: {more}")
        yield number, {column: cell.strip() for column, cell in record.items()}


def _fault(columns: list[str], needed: Iterable[str], known: Iterable[str]) -> str:
    """What is wrong with the names of the columns: nearly called as a known one, one is a slip of the pen."""
    for column in columns:
        if columns.count(column) > 1:
            return f"the column {column!r} stands there twice"
        meant = get_close_matches(column.strip().lower(), {*known} - {*columns}, 1, 0.75)
        if meant and column not in known:
            return f"there is no column {column!r}; is {meant[0]!r} meant?"
    missing = next((column for column in needed if column not in columns), "")
    return missing and f"the column {missing!r} is missing; name it in the first row"


def listed(source: str, name: str) -> Iterator[tuple[int, Cue]]:
    """The rows of a codebook in CSV, with their numbers."""
    seen = {}
    for at, row in records(source, name, ("cue", "category"), (*COLUMNS, *FORMS)):
        where = f"{name}: row {at}, column"
        for column, (what, holds) in FORMS.items():
            if (cell := row.get(column)) and not holds(cell):
                raise CodebookError(f"{where} {column!r}: {cell!r} is not {what}")
        fields = {column: row.pop(column, "") for column in COLUMNS}
        cue = Cue(**fields | {"weight": float(fields["weight"] or 1)}, extra=row)
        if not cue.category:
            raise CodebookError(f"{where} 'category': it is empty; fill it in or delete the row")
        if (first := seen.setdefault(key(cue), at)) != at:
            raise CodebookError(f"{where} 'cue': {cue.cue!r} stands in row {first} already")
        yield at, cue


def liwc(source: str, name: str) -> Iterable[tuple[int, Cue]]:
    """The words of a LIWC dictionary, each under each of its categories, with the numbers of their rows."""
    form, rows = _numbered if name.lower().endswith(".dic") else _crossed, {}
    for at, word, category, weight in form(source, name):
        category = category.title() if category in TAKEN else category
        rows[fold(word), category] = at, Cue(fold(word), category, weight, "", "", Path(name).stem, "", {})
    if not rows:
        raise CodebookError(f"{name}: this dictionary holds no words")
    return rows.values()


def _numbered(source: str, name: str) -> Iterator[tuple[int, str, str, float]]:
    """A LIWC .dic file: between two lines % the categories, a number and a name each; then ``word* 1 2``."""
    names, marks = {}, 0
    for row, line in enumerate(source.splitlines(), 1):
        where, line = f"{name}: row {row}", _CONDITIONAL.sub(r"\1", line).strip()
        word, *rest = line.split("\t" if "\t" in line else None, 1) or [""]
        if word in ("", "%"):
            marks += word == "%"
        elif not marks:
            raise CodebookError(f"{where}: a LIWC dictionary begins with its categories, between two lines %")
        elif not rest:
            raise CodebookError(f"{where}: {word!r} stands alone; a number goes with a name, a word with numbers")
        elif marks == 1:
            names[word] = rest[0].split(" (")[0].strip()
        else:
            for code in rest[0].split():
                if code not in names:
                    raise CodebookError(f"{where}: {code!r} is the number of no category")
                yield row, word, names[code], 1


def _crossed(source: str, name: str) -> Iterator[tuple[int, str, str, float]]:
    """A LIWC .dicx file: a table with a column a category, in which a word has an X or a weight."""
    for at, row in records(source, name, (), ()):
        word, *cells = row.items()
        for category, mark in cells:
            weight = 1 if mark in "Xx" else number(mark)
            if mark and not category:
                raise CodebookError(f"{name}: row {at}: {mark!r} stands in a column that row 1 does not name")
            if not math.isfinite(weight):
                raise CodebookError(f"{name}: row {at}, column {category!r}: {mark!r} is not a number")
            if mark:
                yield at, word[1], category, weight


def number(cell: str) -> float:
    """The number in a cell; NaN if it is none.

    >>> number("0.5"), number("much")
    (0.5, nan)
    """
    try:
        return float(cell)
    except ValueError:
        return math.nan
