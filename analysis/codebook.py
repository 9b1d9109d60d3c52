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
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain, groupby, product
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from .segment import WORD, fold

if TYPE_CHECKING:  # a Text asks this module for its hedges, and not the other way round
    from .text import Text

HERE = Path(__file__).parent / "codebooks"
COLUMNS = ("cue", "category", "weight", "before", "after", "source", "example")
TAKEN = frozenset({"voice", "kind", "segment", "group", "words", "sentences"})
ROLES = ("threat", "context", "guard")  # of a row of threat.csv
FORMS = {  # what a cell of these columns may hold, in words and as a test; an empty cell stands for the usual
    "weight": ("a number", lambda cell: math.isfinite(_number(cell))),
    "own": ("a number", lambda cell: math.isfinite(_number(cell))),
    "certainty": ("between 0 and 1", lambda cell: 0 <= _number(cell) <= 1),
    "role": ("one of " + ", ".join(ROLES), ROLES.__contains__),
    "category": ("free: every table has such a column; name it else", lambda cell: cell not in TAKEN),
}
LONGEST = 100  # words of a cue
WAYS = 64  # in which a cue may be read, with its optional words and those with signs

_FORM = re.compile(rf"{WORD.pattern}(?:['.-]?\*)?|\*['.-]?{WORD.pattern}")  # of one word
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


class Pattern(NamedTuple):
    """One way to read a row's cue."""

    row: int
    words: list[frozenset[str]]  # the forms that each may have
    signs: list[tuple[int, str]]  # which word, and how the text is written around it: (0, "#metoo")
    beside: list[tuple[int, frozenset[str], bool]]  # of a neighbour its place, its forms, whether they are wanted


class Codebook:
    """Cues with their categories and weights, and where they stand in a text.

    >>> from analysis import Text
    >>> book = Codebook.parse("cue,category,weight\\nmay,modal,1\\nit is likely,adjective,2", "mine")
    >>> [book.rows[row].cue for *_, row in book.matches(Text("It is likely that we may go."))]
    ['it is likely', 'may']

    ``classes`` has the words behind each <class>, ``constants`` what else the TOML file beside a codebook sets.
    """

    def __init__(self, rows: Iterable[Cue], name: str = "codebook", classes: Mapping = {}, constants: Mapping = {}):
        self.name, self.classes, self.constants = name, classes, constants
        self.rows: list[Cue] = []
        self._beginning: dict[str, list[Pattern]] = defaultdict(list)  # with a word of this form
        self._written: set[str] = set()  # every form that some cue asks for
        self._lengths: set[int] = set()  # of the beginnings and endings among them
        for cue in rows:
            self._add(cue)

    def _add(self, cue: Cue) -> None:
        """Takes up a row; ValueError says why it cannot."""
        readings, beside = _readings(cue.cue, self.classes), _beside(cue, self.classes)
        for words, signs in readings:
            places = [(len(words) if place else -1, forms, wanted) for place, forms, wanted in beside]
            pattern = Pattern(len(self.rows), words, signs, places)
            for form in words[0]:
                self._beginning[form].append(pattern)
            written = set().union(*words, *(forms for _, forms, _ in beside))
            self._written |= written
            self._lengths |= {len(form) - 1 for form in written if "*" in form}
        self.rows.append(cue)

    @classmethod
    def read(cls, path: str | Path, classes: Mapping = {}) -> Codebook:
        """The codebook in a CSV file, or a LIWC dictionary; CodebookError names the file, the row and the reason."""
        path = Path(path)
        source = contents(path)
        form = {".dic": _numbered, ".dicx": _crossed}.get(path.suffix.lower())
        if not form:
            return cls.parse(source, path.name, classes)
        rows = {}
        for entry, category, weight in form(source, path.name):
            words = re.findall(WORD.pattern + r"\*?", fold(entry))
            if cue := " ".join(words):  # an emoticon is no word to us, and is left out
                category = category.title() if category in TAKEN else category
                rows[cue, category] = Cue(cue, category, weight, "", "", path.stem, "", {})
        if not rows:
            raise CodebookError(f"{path.name}: this dictionary holds no words")
        return cls(rows.values(), path.name)

    @classmethod
    def parse(cls, source: str, name: str = "codebook", classes: Mapping = {}) -> Codebook:
        """The codebook in a string of CSV, whose cues may name these classes of words."""
        book, seen = cls((), name, classes), {}
        for number, extra in records(source, name, ("cue", "category"), (*COLUMNS, *FORMS)):
            where, fields = f"{name}: row {number}", {column: extra.pop(column, "") for column in COLUMNS}
            for column, cell in (fields | extra).items():
                what, holds = FORMS.get(column, ("", bool))
                if not cell and column in ("cue", "category"):
                    raise CodebookError(f"{where}, column {column!r}: it is empty; fill it in or delete the row")
                if cell and not holds(cell):
                    raise CodebookError(f"{where}, column {column!r}: {cell!r} is not {what}")
            cue = Cue(**{**fields, "weight": float(fields["weight"] or 1)}, extra=extra)
            if (first := seen.setdefault(_key(cue), number)) != number:
                raise CodebookError(f"{where}, column 'cue': {cue.cue!r} stands in row {first} already")
            try:
                book._add(cue)
            except ValueError as error:
                raise CodebookError(f"{where}, {error}") from None
        return book

    def __add__(self, other: Codebook) -> Codebook:
        """Both codebooks; where both have a cue in the same context, the other's row counts."""
        keys = {_key(cue) for cue in other.rows}
        rows = [*other.rows, *(cue for cue in self.rows if _key(cue) not in keys)]
        classes, constants = {**self.classes, **other.classes}, {**self.constants, **other.constants}
        return Codebook(rows, f"{self.name} + {other.name}", classes, constants)

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
        for place, here in groupby(matches, itemgetter(0, 1)):
            if place >= (taken[0], taken[2]):
                here = [*here]
                taken = max(here, key=lambda match: (match[2], self._contexts(match[3]), -match[3]))
                key = _key(self.rows[taken[3]])
                found += [match for match in here if match[2] == taken[2] and _key(self.rows[match[3]]) == key]
        return found

    def _contexts(self, row: int) -> int:
        return bool(self.rows[row].before) + bool(self.rows[row].after)

    def every(self, text: Text) -> list[Match]:
        """As ``matches``, but with the cues that stand inside others: "some people say" holds "some" as well."""
        return text.remember((self, "every"), lambda: [*self._tried(text)])

    def _tried(self, text: Text) -> Iterator[Match]:
        """Tries at each word the cues that may begin there."""
        vocabulary = {word: self._forms(word) for word in set(chain.from_iterable(text.tokens))}
        patterns = {word: [p for form in forms for p in self._beginning[form]] for word, forms in vocabulary.items()}
        for sentence, words in enumerate(text.tokens):
            forms = [vocabulary[word] for word in words]
            for first, word in enumerate(words):
                found = [p for p in patterns[word] if _holds(p, text, sentence, first, forms)]
                yield from sorted({(sentence, first, first + len(pattern.words), pattern.row) for pattern in found})

    def _forms(self, word: str) -> frozenset[str]:
        """Of the forms that some cue asks for those that a word has."""
        forms = {"_", word, "<number>" if word[0].isdecimal() else word}
        forms |= {word[:length] + "*" for length in self._lengths if length <= len(word)}
        forms |= {"*" + word[-length:] for length in self._lengths if length < len(word)}
        return frozenset(self._written & forms)

    def find(self, text: Text) -> pd.DataFrame:
        """A row a cue: start, end (offsets into raw), cue (as written), category, weight, sentence, voice, entry.

        ``entry`` is the codebook's row that matched, as it stands in the ``cue`` column of the file.
        """
        return cue_table(text, self.rows, self.matches(text))


def _holds(pattern: Pattern, text: Text, sentence: int, first: int, forms: list[frozenset[str]]) -> bool:
    """Whether a cue stands at a word of a sentence: its words, with their signs, and the right words beside it."""
    here = forms[first : first + len(pattern.words)]
    if len(here) < len(pattern.words) or any(map(frozenset.isdisjoint, pattern.words, here)):
        return False
    for word, written in pattern.signs:
        begins = text.offsets(sentence)[first + word][0] - WORD.search(written).start()
        if begins < 0 or not text.folded.startswith(written, begins):
            return False
    for place, own, wanted in pattern.beside:
        at = first + place
        met = not own.isdisjoint("^" if at < 0 else "$" if at == len(forms) else forms[at])
        capital = "<capital>" in own and text.raw[text.offsets(sentence)[first][0]].isupper()  # of the cue itself
        if (met or capital) is not wanted:
            return False
    return True


def _element(source: str, classes: Mapping, column: str, *marks: str) -> tuple[frozenset[str], list[str]]:
    """The forms of one word that are written so in a codebook; and those that are several words, or have signs."""
    forms, signed = set(), []
    for written in source.split("|"):
        for form in classes.get(written[1:-1], [written]) if written[:1] == "<" else [written]:
            folded = form if form == "_" else fold(form)
            if form in ("_", "<number>", *marks) or _FORM.fullmatch(folded):
                forms.add(folded)
            elif WORD.search(folded) and set("*?<>").isdisjoint(form) and column == "cue":
                signed.append(folded)
            else:
                what = "a word, a beginning with *, an ending with *, or <number>"
                raise ValueError(f"column {column!r}: {form!r} is not {what}")
    return frozenset(forms), signed


def _readings(cue: str, classes: Mapping) -> list[tuple[list[frozenset[str]], list[tuple[int, str]]]]:
    """Every way to read a cue: its words, and how those with signs are written."""
    sources, choices, readings = cue.split(), [], []
    if len(sources) > LONGEST:
        raise ValueError(f"column 'cue': it has {len(sources)} words; a cue has {LONGEST} at most")
    for source in sources:
        forms, signed = _element(source.removesuffix("?"), classes, "cue")
        choices.append([([forms], "")] if forms else [])
        choices[-1] += [([frozenset([word]) for word in WORD.findall(written)], written) for written in signed]
        choices[-1] += [([], "")] if source.endswith("?") else []
    if math.prod(map(len, choices)) > WAYS:
        raise ValueError(f"column 'cue': it can be read in more than {WAYS} ways; write it as several cues")
    for choice in product(*choices):
        words, signs = [], []
        for own, written in choice:
            signs += [(len(words), written)] if written else []
            words += own
        readings += [(words, signs)] if words else []
    return readings


def _beside(cue: Cue, classes: Mapping) -> list[tuple[bool, frozenset[str], bool]]:
    """What a row asks of the words beside its cue: whether of the one after it, the forms, whether they are wanted."""
    beside = []
    for column, cell in ("before", cue.before), ("after", cue.after):
        if cell:
            forms, _ = _element(cell.lower().removeprefix("!"), classes, column, "^", "$", "<capital>")
            beside.append((column == "after", forms, cell[0] != "!"))
    return beside


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


def _numbered(source: str, name: str) -> Iterator[tuple[str, str, float]]:
    """A LIWC .dic file: between two lines % the categories, a number and a name each; then ``word* 1 2``."""
    names, marks = {}, 0
    for number, line in enumerate(source.splitlines(), 1):
        where, line = f"{name}: row {number}", _CONDITIONAL.sub(r"\1", line).strip()
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
                yield word, names[code], 1


def _crossed(source: str, name: str) -> Iterator[tuple[str, str, float]]:
    """A LIWC .dicx file: a table with a column a category, in which a word has an X or a weight."""
    for number, row in records(source, name, (), ()):
        word, *cells = row.items()
        for category, mark in cells:
            weight = 1 if mark in "Xx" else _number(mark)
            if mark and not category:
                raise CodebookError(f"{name}: row {number}: {mark!r} stands in a column that row 1 does not name")
            if not math.isfinite(weight):
                raise CodebookError(f"{name}: row {number}, column {category!r}: {mark!r} is not a number")
            if mark:
                yield word[1], category, weight


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
    path = HERE / f"{name}.toml"
    settings = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    classes = {key: words.replace("\n", " ").split(", ") for key, words in settings.pop("classes", {}).items()}
    book = Codebook.read(only or HERE / f"{name}.csv", classes)
    book.constants = {} if only else settings
    return book + Codebook.read(added, classes) if added else book
