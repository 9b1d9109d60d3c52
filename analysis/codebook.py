"""What counts as a cue: codebooks, and where their cues stand in a text.

A codebook is a CSV file, a row a cue, that an analyst can open, cite, extend or replace. Quantitative content analysis
calls the same thing a dictionary (Krippendorff 2018, ch. 7); each row names the literature behind its category. A cue
without a weight weighs 1. LIWC's dictionaries (``.dic``, ``.dicx``) and REFI-QDA's (``.qdc``) are read too. A cue is
written word by word:

==============  ===============================================================
``threat``      this word, in any capitalisation and with any apostrophe
``threaten*``   every word that begins so
``*est``        every word that ends so
``may|might``   one word or the other
``<number>``    a number written in digits
``_``           any one word
``very?``       a word that may be missing (any of the above with ``?``)
``<people>``    a class of words, listed in the TOML file beside our codebook
==============  ===============================================================

A cue never reaches across a comma, a bracket, a colon, a semicolon or a quotation mark. Other signs are looked through,
in cues as in texts: ``R&D`` is the words "r" and "d", one after the other. But the signs at the ends of
``50%``, ``C++`` and ``$5`` must stand in the text.

The columns ``before`` and ``after`` look at the one neighbouring word: alternatives as above, a leading ``!`` for "none
of these", and in ``before`` a ``^`` for the sentence's start. ``!<capital>`` (in ``before``) passes over a cue that is
itself written with a capital letter (but not one all in capitals).
"""

from __future__ import annotations

import os
import re
import tomllib
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial, wraps
from itertools import accumulate, chain, groupby
from operator import itemgetter
from pathlib import Path

import pandas as pd

from . import tables
from .segment import WORD, fold
from .tables import CodebookError, Cue, contents, key

HERE = Path(__file__).parent / "codebooks"
MOST_MISSING = 5  # words of a cue: each that may be missing doubles the ways to look for it

_MARK = re.compile(r",(?!\d)|[\";:()\[\]]|''")  # on folded text; the comma in "1,500" is none
_NO_WORD = re.compile(rf"[*?<>@]|{_MARK.pattern}")
_FORM = re.compile(rf"{WORD.pattern}(?:['.-]?\*)?|\*['.-]?{WORD.pattern}")
_SPECIAL = {
    "_": r"[^ \n]+",
    "<number>": r"\d[^ \n]*(?: \d{3}){0,4}",  # "1,500" is two words to us
    "^": r"\^",
    "<capital>": r"(?!)",  # asks nothing of the word before: it is asked of the cue itself
}

_compiled = lru_cache(maxsize=10_000)(re.compile)  # when a text first needs it: of thousands of cues most never are

Classes = Mapping[str, list[str]]
Match = tuple[int, int, int, int]  # sentence, first word, last word + 1, row of the codebook


@dataclass(eq=False, repr=False)
class Codebook:
    """Cues with their categories and weights, and where they stand in a text.

    >>> from analysis import Text
    >>> book = Codebook.parse("cue,category,weight\\nmay,modal,1\\nit is likely,adjective,2", "mine")
    >>> [book.rows[row].cue for *_, row in book.matches(Text("It is likely that we may go."))]
    ['it is likely', 'may']

    ``classes`` has the words behind each <class>.
    """

    rows: Sequence[Cue]
    classes: Classes = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._patterns, self._beginning = [], defaultdict(list)  # for each row; the rows that may begin with a form
        self._signs = [_signs(cue.cue) for cue in self.rows]
        for row, cue in enumerate(self.rows):
            try:
                begins, pattern = _pattern(cue, self.classes)
            except ValueError as error:
                raise CodebookError(f"{cue.where}, {error}") from None
            self._patterns.append(pattern)
            for form in begins:
                self._beginning[form].append(row)
        self._lengths = {len(form) - 1 for form in self._beginning if "*" in form}

    @classmethod
    def read(cls, path: str | Path, classes: Classes | None = None, part: str = "") -> Codebook:
        """The codebook in a file: CSV, a LIWC dictionary, or REFI-QDA, of which a ``part`` may be meant ("hedging").

        CodebookError names the file, the row and the reason.
        """
        path = Path(path)
        forms = {".dic": tables.liwc, ".dicx": tables.liwc, ".qdc": partial(tables.refi, part=part)}
        return cls([*forms.get(path.suffix.lower(), tables.listed)(contents(path), path.name)], classes or {})

    @classmethod
    def parse(cls, source: str, name: str = "codebook", classes: Classes | None = None) -> Codebook:
        """The codebook in a string of CSV, whose cues may name these classes of words."""
        return cls([*tables.listed(source, name)], classes or {})

    def __add__(self, other: Codebook) -> Codebook:
        """Both codebooks; where both have a cue in the same context, the other's row counts."""
        keys = {key(cue) for cue in other.rows}
        rows = [*other.rows, *(cue for cue in self.rows if key(cue) not in keys)]
        return Codebook(rows, {**self.classes, **other.classes})

    def without(self, *categories: str) -> Codebook:
        """The codebook with these categories switched off."""
        return replace(self, rows=[cue for cue in self.rows if cue.category not in categories])

    def matches(self, text) -> list[Match]:
        """Where the cues stand in a Text: (sentence, first word, last word + 1, row), in the order of the text.

        The longest cue wins, from left to right, and cues do not overlap; of two as long the one with a context. A cue
        that stands in several rows, as a LIWC dictionary has a word under several categories, keeps them all.
        """
        return text.remember(self, lambda: [*self._longest_of(self._tried(text))])

    def find(self, text) -> pd.DataFrame:
        """A row a cue: start, end (offsets into raw), cue (as written), category, weight, sentence, voice, entry.

        ``entry`` is the codebook's row that matched, as it stands in the ``cue`` column of the file.
        """
        return cue_table(text, self.rows, self.matches(text))

    def _longest_of(self, matches: Iterable[Match]) -> Iterator[Match]:
        free = (-1, 0)  # from which word on, and in which sentence
        contexts = [bool(cue.before) + bool(cue.after) for cue in self.rows]
        for place, here in groupby(matches, itemgetter(0, 1)):
            if place >= free:
                here = [*here]
                *_, last, row = max(here, key=lambda match: (match[2], contexts[match[3]], -match[3]))
                free, own = (place[0], last), key(self.rows[row])
                yield from (match for match in here if match[2] == last and key(self.rows[match[3]]) == own)

    def _tried(self, text) -> Iterator[Match]:
        """Tries at each word the cues that may begin there."""
        begin = {word: self._may_begin(word) for word in set(chain.from_iterable(text.tokens))}
        for sentence, words in enumerate(text.tokens):
            asked = [(first, row) for first, word in enumerate(words) for row in begin[word]]
            line, starts = _line(text, sentence) if asked else ("", [])
            for first, row in asked:
                found = _compiled(self._patterns[row]).match(line, starts[first])
                lower = "<capital>" in self.rows[row].before  # must the cue itself be in lower case?
                if found and not (lower and _is_name(text.raw[slice(*text.offsets(sentence)[first])])):
                    match = (sentence, first, first + line.count(" ", *found.span(1)), row)
                    if self._signs[row] == ("", "") or self._is_signed(text, *match):
                        yield match

    def _is_signed(self, text, sentence: int, first: int, last: int, row: int) -> bool:
        """Do the signs at both ends of a cue stand in the text, too?"""
        (before, behind), places = self._signs[row], text.offsets(sentence)
        return text.folded.endswith(before, 0, places[first][0]) and text.folded.startswith(behind, places[last - 1][1])

    def _may_begin(self, word: str) -> list[int]:
        """The rows that may begin with a word."""
        forms = {word, "_", "<number>" if word[0].isdecimal() else word}
        forms |= {form for length in self._lengths for form in (f"{word[:length]}*", f"*{word[-length:]}")}
        return sorted({row for form in forms for row in self._beginning.get(form, ())})


def _is_name(word: str) -> bool:
    """Is a word written as names are: May, US, but not MAY, which is louder than may?"""
    return word[0].isupper() and not (word.isupper() and len(word) > 2)


def _signs(cue: str) -> tuple[str, str]:
    """With which signs a cue begins and ends; those of one word or another ("5%|all") may be missing."""
    return ("", "") if "|" in cue else (re.match("[#$€£]*", cue)[0], re.search("[%+#$€£]*$", cue)[0])


def _line(text, sentence: int) -> tuple[str, list[int]]:
    """A sentence as the patterns of cues see it, and where in it the word before each word starts.

    Every word ends in a space, "^" stands before the first, and a line break where no cue reaches across.
    """
    starts = [start for start, _ in text.offsets(sentence)]
    marks = {bisect(starts, mark.start()) for mark in _MARK.finditer(text.folded, *text.bounds[sentence])}
    words = ["^ ", *("\n" * (at in marks) + word + " " for at, word in enumerate(text.tokens[sentence]))]
    return "".join(words), [0, *accumulate(map(len, words[:-1]))]


def _pattern(cue: Cue, classes: Classes) -> tuple[set[str], str]:
    """The forms that a cue's first word may have, and the cue between its neighbours as a pattern on a ``_line``."""
    words = cue.cue.split()
    missing = [word.endswith("?") for word in words]
    if sum(missing) > MOST_MISSING or all(missing):
        raise ValueError(f"column 'cue': of its words {MOST_MISSING} at most may be missing, and never all")
    alternatives = [_forms(word.removesuffix("?"), "cue", classes) for word in words]
    own = "".join(f"(?:{_any(forms)} ){'?' * gone}" for forms, gone in zip(alternatives, missing, strict=True))
    begins = {form.split()[0] for form in chain(*alternatives[: missing.index(False) + 1])}
    before, after = (_beside(getattr(cue, column), column, classes) for column in ("before", "after"))
    return begins, rf"{before}\n?[^ \n]+ \n?({own}){after}"


def _beside(source: str, column: str, classes: Classes) -> str:
    """What a row asks of the word before or after its cue, as a pattern that looks ahead to it."""
    forms = _forms(source.removeprefix("!"), column, classes) if source else []
    return rf"(?{'!' if source[0] == '!' else '='}\n?{_any(forms)} )" if forms else ""


def _any(forms: list[str]) -> str:
    """A pattern for one form or another."""
    patterns = (_SPECIAL.get(form) or re.escape(form).replace(r"\*", r"[^ \n]*") for form in forms)
    return f"(?:{'|'.join(patterns)})"


def _forms(source: str, column: str, classes: Classes) -> list[str]:
    """The forms that a codebook names for one word of a cue, or for the word beside it."""
    found = []
    for form in chain.from_iterable(classes.get(written, [written]) for written in source.split("|")):
        folded = fold(form)
        words = WORD.findall(folded)
        if form in _SPECIAL:
            found.append(form)
        elif _FORM.fullmatch(folded):
            found.append(folded)
        elif words and not _NO_WORD.search(folded) and (column == "cue" or len(words) == 1):
            found.append(" ".join(words))
        else:
            what = "a word, a beginning with *, an ending with *, or <number>"
            raise ValueError(f"column {column!r}: {form!r} is not {what}")
    return found


def cue_table(text, rows: Sequence[Cue], matches: Iterable[Match]) -> pd.DataFrame:
    """The table that a lens's ``find`` returns, of matches that the lens has kept."""
    places = ((text.offsets(sentence)[first:last], rows[row], sentence) for sentence, first, last, row in matches)
    return cues(text, ((it[0][0], it[-1][1], cue.category, cue.weight, i, cue.cue) for it, cue, i in places))


def cues(text, table: Iterable[tuple[int, int, str, float, int, str]]) -> pd.DataFrame:
    """A table of cues from rows of start, end, category, weight, sentence and entry."""
    rows = [(a, b, text.raw[a:b], kind, weight, i, text.voice_at(a), entry) for a, b, kind, weight, i, entry in table]
    return frame(rows, "start end cue category weight sentence voice entry", "start end sentence", "weight")


def once(make: Callable) -> Callable:
    """A function of a text that does its work once a text."""

    @wraps(make)
    def found(text):
        return text.remember(f"{make.__module__}.{make.__qualname__}", partial(make, text))

    return found


def frame(rows: list[tuple], columns: str, whole: str, real: str = "", truth: str = "") -> pd.DataFrame:
    """A table: ``whole`` columns int, ``real`` float, ``truth`` bool, others plain objects, which hold any string."""
    kinds = {column: kind for kind, names in ((int, whole), (float, real), (bool, truth)) for column in names.split()}
    return pd.DataFrame(rows, columns=columns.split(), dtype=object).astype(kinds)


def load(name: str, text=None) -> Codebook:
    """One of the package's own codebooks, such as ``load("hedging")``; for a text, with what its reader brought along.

    ``text.codebooks`` may name a file to be added to ours ("hedging") or to stand in its place ("only-hedging").
    """
    files = [text.codebooks.get(key) for key in (f"only-{name}", name)] if text is not None else []
    return _loaded(name, *files, *map(changed, files)) if any(files) else _loaded(name)


def changed(path: Path | None) -> int:
    """When a file was last changed, so that what was read from it before is not taken for what it says now."""
    return os.stat(path).st_mtime_ns if path and os.path.exists(path) else 0


@lru_cache(maxsize=32)
def _loaded(name: str, only: Path | None = None, added: Path | None = None, *_changed: int) -> Codebook:
    """A codebook as its files make it; one that has changed since is read again."""
    unsigned = next((file.name for file in (only, added) if file and file.suffix.startswith(".dic")), "")
    if unsigned and name == "evaluation":
        raise CodebookError(f"{unsigned}: LIWC does not say what is good or bad; evaluation takes a CSV with weights")
    listed = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8")).get("classes", {})
    classes = {f"<{key}>": words.replace("\n", " ").split(", ") for key, words in listed.items()}
    book = Codebook.read(only or HERE / f"{name}.csv", classes, name)
    return book + Codebook.read(added, classes, name) if added else book
