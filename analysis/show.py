"""The evidence in the text: marked passages, words in context, tables, sentences that link to what they rest on.

Whatever stands in a text is shown, never obeyed: markup is escaped, dollar signs and backslashes stand alone so that no
viewer takes them for mathematics, and control characters (terminal escapes, direction overrides) become visible. What
a colour says is also written beside it, as a code host's view of a notebook strips every style.
"""

import html
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from numbers import Integral, Real
from operator import attrgetter
from typing import NamedTuple
from zlib import crc32

import jinja2
import pandas as pd
from markupsafe import Markup

from .text import Text, frame

# Tints and their lines: Okabe & Ito's colours, which readers with any colour vision can tell apart, and grey. The ink
# is stated too, as a notebook that is not trusted yet loses "inherit", and black ink would then stand on a dark page.
TINTS = "#f9e7bf #d5ecfa #bfe7dc #f2dee9 #f4d7bf #bfdcec #fbf8d0 #dfdfdf".split()
LINES = "#e69f00 #56b4e9 #009e73 #cc79a7 #d55e00 #0072b2 #f0e442 #808080".split()
FIXED = {"negative": 4, "positive": 5, "neutral": 7, "narrator": 7}
FREE = 7  # colours that categories share out among themselves
LIMIT = 40_000  # characters of a text that a page shows marked, and to which it can be linked
ROWS = 100  # of a table on a page
LONG = 60  # characters of a marked passage that gets no line below it: it would shout

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Shown:
    """Something to look at, as HTML and as plain text; a notebook takes the richest form that it can show."""

    html: str
    plain: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.plain


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "sentence"), count(1200, "word")
    ('1 sentence', '1,200 words')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def percent(share: float) -> str:
    """A share in words, never nothing where there is something.

    >>> percent(0.355), percent(0.002)
    ('36%', 'under 1%')
    """
    return f"{share:.0%}" if not share or share >= 0.005 else "under 1%"


def visible(string: object) -> str:
    """A string with its control characters made visible.

    >>> visible("red" + chr(27) + "[31m, turned" + chr(0x202E))
    'red␛[31m, turned⟨U+202E⟩'
    """

    def picture(match: re.Match) -> str:
        code = ord(match[0])
        return chr(0x2400 + code) if code < 0x20 else f"⟨U+{code:04X}⟩"

    return _CONTROL.sub(picture, str(string))


def escape(string: object) -> str:
    """A string as HTML that can do nothing, between tags.

    >>> escape("<b>$x$")
    '&lt;b&gt;<span>$</span>x<span>$</span>'
    """
    return re.sub(r"[$\\]", r"<span>\g<0></span>", html.escape(visible(string)))


def safe(table: pd.DataFrame) -> pd.DataFrame:
    """A table that a spreadsheet shows and does not run: a cell that begins like a formula gets an apostrophe first.

    Lists of offsets are written as "start-end start-end".

    >>> safe(pd.DataFrame({"cue": ["=1+1", "may"], "because": [[(0, 3), (5, 7)], []]})).values.tolist()
    [["'=1+1", '0-3 5-7'], ['may', '']]
    """

    def cell(value: object) -> object:
        if isinstance(value, (list, tuple)):
            return " ".join(f"{start}-{end}" for start, end in value)
        return f"'{value}" if isinstance(value, str) and value.startswith(tuple("=+-@\t\r\n＝＋－＠")) else value

    words = [name for name in table if table[name].dtype.kind not in "iufb"]
    return table.assign(**{name: table[name].map(cell) for name in words}).rename(columns=cell)


def tints(categories: Iterable[str]) -> dict[str, int]:
    """A colour a category, as its place in ``TINTS``: the same name gets the same colour wherever it can."""
    chosen: dict[str, int] = {}
    for category in sorted(set(categories)):
        first = crc32(category.encode("utf-8", "replace")) % FREE
        turns = ((first + step) % FREE for step in range(FREE))
        free = (colour for colour in turns if colour not in chosen.values())
        chosen[category] = FIXED.get(category) or next(free, first)
    return chosen


class Piece(NamedTuple):
    """Words within the same cues: the number of a sentence that begins here, and the cues that open, hold and close."""

    text: str
    number: int | None
    opening: int
    around: list  # the innermost first
    closing: list[str]

    def __str__(self) -> str:
        return "[" * self.opening + visible(self.text) + "".join(f"|{visible(name)}]" for name in self.closing)


def marks(
    text: Text, cues: pd.DataFrame, sentences: Iterable[int] | None = None, link: str = "", limit: int = LIMIT
) -> Shown:
    """The text with its cues marked, each with its category; hovering names the codebook's row and the voice.

    >>> may = pd.DataFrame({"start": [3], "end": [6], "category": ["modal"]})
    >>> marks(Text("We may stay."), may)
    We [may|modal] stay.

    ``cues`` needs start, end and category (as every lens's ``find`` returns them). With ``sentences``, only these are
    shown, each with its number and its voice. ``link="s"`` numbers every sentence, and gives sentence 12 the anchor
    ``s12``. After ``limit`` characters the rest is counted instead of shown.
    """
    found = sorted(cues.itertuples(index=False), key=lambda cue: (cue.start, -cue.end))
    longest = max((cue.end - cue.start for cue in found), default=0)
    bounds = text.bounds if link or sentences is not None else []  # of the sentences that get their number
    colours, counts, stretches, plain, length = tints(cues.category), Counter(), [], [], 0
    for start, end, voice in _spans(text, sentences, limit):
        if length > limit:
            rest = count(sum(last > start for _, last in text.paragraphs), "more paragraph")
            cut = count(len(found) - _at(found, start), "cue")
            plain.append(f"… {rest} with {cut}, not shown here as the text is long.")
            break
        near = [cue for cue in found[_at(found, start - longest) : _at(found, end)] if cue.end > start]
        counts.update(cue.category for cue in near)
        stretches.append((list(_pieces(text, start, end, near, bounds)), voice))
        plain.append("".join(map(str, stretches[-1][0])) + f" — {visible(voice)}" * bool(voice))
        length += end - start
    rest, silent = plain[len(stretches) :], sentences is not None  # of chosen sentences it goes without saying
    return Shown(_html("marks", counts.most_common(), colours, stretches, rest, link, silent), "\n\n".join(plain))


def _spans(text: Text, sentences: Iterable[int] | None, limit: int) -> list[tuple[int, int, str]]:
    """What to show: the sentences asked for, with their voices, or the paragraphs, long ones in pieces."""
    if sentences is not None:
        return [(*text.bounds[n], text.passages[text.spans[n][2]].voice) for n in sentences]
    return [(at, min(at + limit, end), "") for start, end in text.paragraphs for at in range(start, end, limit)]


def _at(found: list, offset: int) -> int:
    return bisect_left(found, offset, key=attrgetter("start"))


def _pieces(text: Text, start: int, end: int, cues: list, bounds: list) -> Iterator[Piece]:
    """A stretch of the text, cut where a cue or a sentence begins or ends; cues may lie inside one another."""
    first, last = (bisect_left(bounds, (at,)) for at in (start, end))
    numbers = {bounds[n][0]: n for n in range(first, last)}
    waiting = [cue._replace(start=max(cue.start, start), end=min(cue.end, end)) for cue in reversed(cues)]
    points = {start, end, *numbers}.union(*((cue.start, cue.end) for cue in waiting))
    around: list = []
    for here, there in pairwise(sorted(points)):
        before = len(around)
        while waiting and waiting[-1].start <= here:
            around.insert(0, waiting.pop())
        closing = [cue.category for cue in around if cue.end <= there]
        yield Piece(text.raw[here:there], numbers.get(here), len(around) - before, around, closing)
        around = [cue for cue in around if cue.end > there]


def kwic(text: Text, cues: pd.DataFrame, width: int = 40) -> Shown:
    """Key words in context: a line a cue, with ``width`` characters of the text on either side (Luhn 1960)."""
    rows = [
        (text.raw[max(a - width, 0) : a], text.raw[a:b], text.raw[b : b + width], category, text.voice_at(a))
        for a, b, category in zip(cues.start, cues.end, cues.category, strict=True)
    ]
    if not rows:
        return prose("No such words stand in the text.")
    return _table(frame(rows[:ROWS], "left cue right category voice", ""), "Words in context", len(rows), "table kwic")


def table(frame: pd.DataFrame, caption: str = "", rows: int = ROWS) -> Shown:
    """A table of at most ``rows`` rows, headed by a column; an estimate and its interval share a cell.

    >>> table(pd.DataFrame({"voice": ["Ana"], "rate": [2.0], "rate_low": [1.0], "rate_high": [4.5]}), "Rates")
    Rates
    voice                 rate
    Ana    2.00 (1.00 to 4.50)
    """
    if frame.empty:
        return prose(f"{caption}: nothing was found." if caption else "Nothing was found.")
    if frame.index.names != [None] or not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index(names=[name or "" for name in frame.index.names], allow_duplicates=True)
    return _table(frame.head(rows), caption, len(frame), "table")


def _table(frame: pd.DataFrame, caption: str, total: int, kind: str) -> Shown:
    """A table of ``total`` rows, of which these are shown, as HTML and as plain text."""
    columns, right = _columns(frame, {"left"} if kind == "table kwic" else set())
    lines = list(zip(*columns, strict=True))
    widths = [max(map(len, column)) for column in columns]
    padded = [[f"{cell:{'>' if at in right else '<'}{widths[at]}}" for at, cell in enumerate(line)] for line in lines]
    rest = f"… {total - len(frame):,} more rows" if total > len(frame) else ""
    plain = [visible(caption), *("  ".join(line).rstrip() for line in padded), rest]
    return Shown(_html("table", lines, right, caption, rest, kind), "\n".join(filter(None, plain)))


def _columns(frame: pd.DataFrame, numbers: set[str]) -> tuple[list[list[str]], set[int]]:
    """Columns as strings, headed by their names; and which of them end at one line, as numbers do."""
    names = [" ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in frame]
    frame = frame.set_axis(names, axis=1)
    numbers = numbers.union(name for name, kind in zip(names, frame.dtypes, strict=True) if kind.kind in "iuf")
    for name in names:
        if {*(ends := [f"{name}_low", f"{name}_high"])} <= {*frame}:
            values = [_cell(*row) for row in frame[[name, *ends]].itertuples(index=False)]
            frame = frame.assign(**{name: values}).drop(columns=ends)
    columns = [[visible(name).replace("_", " "), *map(_cell, frame.iloc[:, at])] for at, name in enumerate(frame)]
    return columns, {at for at, name in enumerate(frame) if name in numbers}


def _cell(value: object, *ends: float) -> str:
    """A value for reading, with the ends of its interval if they are known."""
    if ends and not any(map(pd.isna, ends)):
        return "{} ({} to {})".format(*map(_cell, (value, *ends)))
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "–"
    whole = isinstance(value, Integral) or not isinstance(value, Real)
    return visible(value).replace("\n", " ") if whole else f"{value:z.2f}"


def prose(*sentences: str | tuple[str, str], title: str = "") -> Shown:
    """Sentences about a text as a list; a pair of a sentence and an address links to its evidence.

    >>> prose("A <b> b.", ("It hedges.", "03_hedging.ipynb#s2"))
    A <b> b.
    It hedges.
    """
    pairs = [(sentence, "") if isinstance(sentence, str) else sentence for sentence in sentences]
    plain = map(visible, filter(None, [title, *(said for said, _ in pairs)]))
    return Shown(_html("prose", title, pairs), "\n".join(plain))


def together(*parts: Shown) -> Shown:
    """Several things to look at, one below the other."""
    return Shown("\n".join(part.html for part in parts), "\n\n".join(part.plain for part in parts))


def whole(text: Text) -> Shown:
    """A text by itself: what it holds, and, folded, every passage marked with its voice."""
    sizes = (len(text.words), "word"), (len(text.sentences), "sentence"), (text.segments.voice.nunique(), "voice")
    summary = f"{text.name}: {', '.join(count(*size) for size in sizes)}"
    others = text.segments[text.segments.voice != "narrator"]
    passages = marks(text, others.assign(category=others.voice))
    return Shown(_html("whole", summary, Markup(passages.html)), visible(summary))


def _html(macro: str, *values: object) -> str:
    """A macro of show.html.j2, filled: every value is escaped, so that what is markup must say so."""
    return str(getattr(_templates().get_template("show.html.j2").module, macro)(*values))


@cache
def _templates() -> jinja2.Environment:
    escaped = {"finalize": lambda value: value if isinstance(value, Markup) else Markup(escape(value))}
    templates = jinja2.Environment(loader=jinja2.PackageLoader(__package__), autoescape=True, **escaped)
    templates.filters["attribute"] = lambda value: Markup(html.escape(visible(value)))
    templates.filters["broken"] = lambda value: Markup(escape(value).replace("\n", "<br>"))
    templates.globals |= {"tints": TINTS, "lines": LINES, "long": LONG}
    return templates
