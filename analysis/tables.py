"""What stands in the files of codebooks: CSV, LIWC's dictionaries, REFI-QDA; or one plain line on what is wrong."""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from .segment import fold

COLUMNS = ("cue", "category", "weight", "before", "after", "source", "example")
TAKEN = "voice|kind|segment|group|words|sentences"  # columns that every table has
FORMS = {  # what a cell of these columns may hold, and how that is called
    "cue": (".+", "a cue; fill it in or delete the row"),
    "category": (rf"(?!(?:{TAKEN})$).+", f"a category's name: fill it in, but not with {TAKEN.replace('|', ', ')}"),
    "weight": (r"|-?(?:\d+\.?\d*|\.\d+)", "a number"),
    "certainty": (r"|0?\.\d+|[01](?:\.0*)?", "between 0 and 1"),
}

_REMARK = re.compile(r"(?:^|\s)(?://|#\s).*")  # in a LIWC dictionary
# a category on a condition, as in LIWC 2007, is passed over, and not what holds otherwise: <of>131/125
_CONDITIONAL = re.compile(r"(?:<[^<>]*>|\([^()]*\))[^\s/]*(?:/(\d+))?\S*")


class TextError(ValueError):
    """A text that cannot be read: one plain line that says what, where and what to do."""


class CodebookError(TextError):
    """A table that no text can be read by: one line with the file, the row, the column and the reason."""


class Cue(NamedTuple):
    """A row of a codebook; ``where`` says which, ``extra`` holds the columns beyond the standard ones, as written."""

    cue: str
    category: str
    weight: float = 1
    before: str = ""
    after: str = ""
    source: str = ""
    example: str = ""
    where: str = ""
    extra: Mapping[str, str] = {}


def key(cue: Cue) -> tuple[str, str, str]:
    """What no two rows of a codebook share."""
    return fold(cue.cue), cue.before, cue.after


def decoded(data: bytes) -> str:
    """What a spreadsheet wrote: in UTF-16 with its mark, in UTF-8, else in Windows-1252."""
    try:
        return data.decode("utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except ValueError:
        return data.decode("cp1252", "replace")


def contents(path: Path) -> str:
    """What stands in a file of a reader's own."""
    try:
        return decoded(path.read_bytes())
    except OSError as error:
        raise CodebookError(f"{path.name}: it cannot be read: {error.strerror}") from error


def records(source: str, name: str, needed: Iterable[str] = (), known: Iterable[str] = ()) -> list[tuple[str, dict]]:
    """The rows of a CSV file, each with its place ("mine.csv: row 2"); CodebookError if its form is wrong.

    A row without a cell is passed over: spreadsheets leave such rows.
    """
    source = re.sub(r"\Asep=.\n", "", io.StringIO(source, newline=None).read())  # a line that is for Excel alone
    first = source.partition("\n")[0]
    sign = "," if "," in first else max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(source), restval="", delimiter=sign)
    try:
        rows = [(f"{name}: row {reader.line_num}", row) for row in reader]  # blank lines count, as for the reader
    except csv.Error as error:
        raise CodebookError(f"{name}: row {reader.line_num}: it cannot be read as CSV: {error}") from None
    if fault := _fault({*filter(None, reader.fieldnames or ())}, needed, {*known}):
        raise CodebookError(f"{name}: row 1: {fault}")
    told = []
    for where, row in rows:
        if any(row.pop(None, ())) or row.pop("", ""):
            raise CodebookError(f"{where}: it has more cells than row 1; a cell with a comma in it needs quotes")
        told.append((where, {column: cell.strip() for column, cell in row.items()}))
    return [(where, row) for where, row in told if any(row.values())]


def _fault(columns: set[str], needed: Iterable[str], known: set[str]) -> str:
    """What is wrong with the names of the columns: nearly called as a known one, one is a slip of the pen."""
    for column in columns - known:
        if meant := get_close_matches(column.lower(), known - columns, 1, 0.75):
            return f"there is no column {column!r}; is {meant[0]!r} meant?"
    missing = next((column for column in needed if column not in columns), "")
    return missing and f"the column {missing!r} is missing; name it in the first row"


def listed(source: str, name: str) -> Iterator[Cue]:
    """The rows of a codebook in CSV."""
    return _cues(records(source, name, ("cue", "category"), (*COLUMNS, *FORMS)))


def _cues(rows: Iterable[tuple[str, dict]]) -> Iterator[Cue]:
    """Cues from rows, each with its place; CodebookError where a cell holds what it may not, or a cue stands twice."""
    seen = {}
    for where, row in rows:
        for column, (form, what) in FORMS.items():
            cell = row.get(column)
            if cell is not None and not re.fullmatch(form, cell):
                raise CodebookError(f"{where}, column {column!r}: {cell!r} is not {what}")
        cells = {column: row.pop(column, "") for column in COLUMNS}
        cue = Cue(**cells | {"weight": float(cells["weight"] or 1)}, where=where, extra=row)
        if key(cue) in seen:
            raise CodebookError(f"{where}, column 'cue': {cue.cue!r} stands in {seen[key(cue)].split(': ')[1]} already")
        seen[key(cue)] = where
        yield cue


def liwc(source: str, name: str) -> Iterable[Cue]:
    """The words of a LIWC dictionary, each under each of its categories."""
    found, form = {}, _numbered if name.lower().endswith(".dic") else _crossed
    for where, word, category in form(source, name):
        category = category.title() if re.fullmatch(TAKEN, category) else category
        found[fold(word), category] = Cue(fold(word), category, source=Path(name).stem, where=where)
    if not found:
        raise CodebookError(f"{name}: this dictionary holds no words")
    return found.values()


def _numbered(source: str, name: str) -> Iterator[tuple[str, str, str]]:
    """A LIWC .dic file: between two lines % the categories, a number and a name each; then ``word* 1 2``."""
    names, marks = {}, 0
    for number, line in enumerate(source.splitlines(), 1):
        line = _REMARK.sub("", line).strip()
        word, *rest = re.split(r"\t" if "\t" in line else r"\s+(?=[\d<(])", line, maxsplit=1)
        codes = [code.lstrip("0") for code in _CONDITIONAL.sub(r"\1", "".join(rest)).split()]  # 01 is 1
        if line in ("", "%"):
            marks += line == "%"
        elif marks == 1 and len(category := line.split(None, 1)) == 2:
            names[category[0].lstrip("0")] = category[1].split(" (")[0].strip()
        elif marks == 2 and rest and names.keys() >= {*codes}:
            yield from ((f"{name}: row {number}", word.strip(), names[code]) for code in dict.fromkeys(codes))
        else:
            forms = "a category's number and name, between two lines %, nor below them a word with such numbers"
            raise CodebookError(f"{name}: row {number}: {line!r} is neither {forms}")


def _crossed(source: str, name: str) -> Iterator[tuple[str, str, str]]:
    """A LIWC .dicx file: a table with a column a category, in which a word has an X."""
    for where, row in records(source, name):
        cells = [*row.items()]
        for category, mark in cells[1:]:
            if mark not in ("", "x", "X"):
                raise CodebookError(f"{where}, column {category!r}: {mark!r} is not X")
            if mark:
                yield where, cells[0][1], category


def tree(source: str) -> ElementTree.Element:
    """The root of some XML from others: ValueError if it is none, or declares entities, which may grow without end."""
    if "<!DOCTYPE" in source:
        raise ValueError("it declares a document type, and with it perhaps entities")
    try:
        return ElementTree.fromstring(source)
    except ElementTree.ParseError as error:
        raise ValueError(f"it is not whole XML: {error}") from None


def described(description: str) -> dict[str, str]:
    """What the lines ``key: value`` in the description of a code say.

    >>> described("weight: -1\\nSeen in two texts.")
    {'weight': '-1'}
    """
    return dict(re.findall(r"(?m)^([a-z_]+): (.+)$", description))


def refi(source: str, name: str, part: str = "") -> Iterator[Cue]:
    """The codes of a REFI-QDA codebook that hold no others, each under the one that holds it, as its category.

    Where codes for several codebooks stand in the file, as Subtext writes them, those under the code called ``part``.
    """
    try:
        root = tree(source)
    except ValueError as error:
        raise CodebookError(f"{name}: the codebook cannot be read: {error}; export it again") from None
    if (first := root.tag.rpartition("}")[2]) != "CodeBook":
        wrong = f"its first element is <{first}>, and that of a REFI-QDA codebook <CodeBook>"
        raise CodebookError(f"{name}: {wrong}; export the codebook again")
    if not (tops := root.findall("{*}Codes/{*}Code")):
        raise CodebookError(f"{name}: its <CodeBook> has no <Codes> with a <Code> in it; export it again")
    mine = [code for code in tops if code.get("name") == part and code.find("{*}Code/{*}Code") is not None]
    rows = [(f"{name}: code {number}", row) for number, row in enumerate(_leaves(mine or tops), 1)]
    if nameless := next((where for where, row in rows if not row["cue"]), ""):
        raise CodebookError(f"{nameless}: its <Code> has no name; give it one, or delete it")
    return _cues(rows)


def _leaves(codes: list[ElementTree.Element]) -> Iterator[dict[str, str]]:
    """The codes that hold no others, as rows."""
    above = {inner: code for top in codes for code in top.iter() for inner in code.findall("{*}Code")}
    for code in dict.fromkeys((*codes, *above)):
        if code.find("{*}Code") is None:
            cue, told = code.get("name", "").strip(), described(code.findtext("{*}Description") or "")
            yield {"cue": cue, **told, "category": above.get(code, code).get("name", "").strip() or cue}
