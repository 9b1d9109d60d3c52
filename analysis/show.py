"""The evidence in the text: marked passages, words in context, tables, sentences that link to what they rest on.

Whatever stands in a text is shown, never obeyed: markup is escaped, dollar signs and backslashes stand alone so that no
viewer takes them for mathematics, and control characters (terminal escapes, direction overrides) become visible. What
a colour says is also written beside it, as a code host's view of a notebook strips every style.
"""

import html
import re
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from numbers import Integral, Real
from zlib import crc32

import pandas as pd

from .text import Text, frame

# Tints and their lines: Okabe & Ito's colours, which readers with any colour vision can tell apart, and grey. The ink
# is stated too, as a notebook that is not trusted yet loses "inherit", and black ink would then stand on a dark page.
TINTS = "#f9e7bf #d5ecfa #bfe7dc #f2dee9 #f4d7bf #bfdcec #fbf8d0 #dfdfdf".split()
LINES = "#e69f00 #56b4e9 #009e73 #cc79a7 #d55e00 #0072b2 #f0e442 #808080".split()
FIXED = {"negative": 4, "positive": 5, "neutral": 7, "narrator": 7}
FREE = 7  # colours that categories share out among themselves
LIMIT = 40_000  # characters of a text that a page shows marked, and to which it can be linked

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


def marks(
    text: Text, cues: pd.DataFrame, sentences: Iterable[int] | None = None, link: str = "", limit: int = LIMIT
) -> Shown:
    """The text with its cues marked, each with its category; hovering names the codebook's row and the voice.

    ``cues`` needs start, end and category (as every lens's ``find`` returns them). With ``sentences``, only these are
    shown, each with its number and its voice. ``link="s"`` numbers every sentence, and gives sentence 12 the anchor
    ``s12``. After ``limit`` characters the rest is counted instead of shown.
    """
    colours = tints(cues.category)
    notes = [_note(cue) for cue in cues.to_dict("records")]
    found = sorted(zip(cues.start, cues.end, cues.category, notes, strict=True), key=lambda cue: (cue[0], -cue[1]))
    numbered = list(range(len(text.bounds)) if sentences is None and link else sentences or ())
    anchors = {text.bounds[n][0]: f'<sup id="{link}{n}">{n}</sup>' if link else f"<sup>{n}</sup>" for n in numbered}
    places = sorted(anchors)
    if sentences is None:
        regions = [(at, min(at + limit, end), "") for start, end in text.paragraphs for at in range(start, end, limit)]
    else:
        regions = [(*text.bounds[n], text.passages[text.spans[n][2]].voice) for n in numbered]
    starts, longest = [start for start, *_ in found], max((end - start for start, end, *_ in found), default=0)
    lines, plain, length, counts = [], [], 0, Counter()
    for start, end, voice in regions:
        if length > limit:
            left = sum(last > start for _, last in text.paragraphs)
            hidden = count(left, "more paragraph"), sum(at >= start for at in starts)
            plain.append(f"… {hidden[0]} with {count(hidden[1], 'cue')}, not shown here as the text is long.")
            lines.append(f"<p>{plain[-1]}</p>")
            break
        near = found[bisect_left(starts, start - longest) : bisect_left(starts, end)]
        near = [cue for cue in near if cue[0] < end and cue[1] > start]
        counts.update(cue[2] for cue in near)
        within = {at: anchors[at] for at in places[bisect_left(places, start) : bisect_left(places, end)]}
        rich, bare = _marked(text.raw, start, end, near, colours, within)
        lines.append(f"<p>{rich}{f' <small>— {escape(voice)}</small>' if voice else ''}</p>")
        plain.append(f"{bare}{f' — {visible(voice)}' if voice else ''}")
        length += end - start
    key = " · ".join(f"{_mark(escape(name), colours[name])} {n}" for name, n in counts.most_common())
    if not key and sentences is None:  # of chosen sentences it goes without saying
        key = "Nothing is marked."
    body = "\n".join([f'<p class="key">{key}</p>'] * bool(key) + lines)
    return Shown(f'<div class="subtext marks mathjax_ignore">\n{body}\n</div>', "\n\n".join(plain))


def _note(cue: dict) -> str:
    entry = f"codebook row “{cue['entry']}”" if cue.get("entry") else ""
    return " · ".join(str(part) for part in (cue["category"], entry, cue.get("voice")) if part)


def _mark(rich: str, colour: int, note: str = "", long: bool = False) -> str:
    under = "" if long else f";border-bottom:2px solid {LINES[colour]}"  # under a long passage it would shout
    title = f' title="{html.escape(visible(note))}"' if note else ""
    return f'<mark class="c{colour}" style="background-color:{TINTS[colour]};color:#222222{under}"{title}>{rich}</mark>'


def _marked(raw: str, start: int, end: int, found: Sequence, colours: dict, anchors: dict) -> tuple[str, str]:
    """A stretch of the text as HTML and as plain text; cues may lie inside one another or reach past its edges."""
    inside = [(max(a, start), min(b, end), name, note) for a, b, name, note in found]
    points = sorted({start, end, *anchors}.union(*((a, b) for a, b, _, _ in inside)))
    rich, bare, open_ = [], [], []
    waiting = inside[::-1]
    for here, there in pairwise(points):
        rich.append(anchors.get(here, ""))
        while waiting and waiting[-1][0] <= here:
            open_.append(waiting.pop())
            bare.append("[")
        piece, closing = raw[here:there], [cue for cue in open_ if cue[1] <= there]
        labels = "".join(f"<sup> {escape(name)}</sup>" for _, _, name, _ in reversed(closing))
        shown = escape(piece).replace("\n", "<br>")
        note = "; ".join(cue[3] for cue in reversed(open_))
        inner = open_[-1] if open_ else None
        rich.append(_mark(shown + labels, colours[inner[2]], note, inner[1] - inner[0] > 60) if inner else shown)
        bare.append(visible(piece) + "".join(f"|{visible(name)}]" for _, _, name, _ in reversed(closing)))
        open_ = [cue for cue in open_ if cue[1] > there]
    return "".join(rich), "".join(bare)


def kwic(text: Text, cues: pd.DataFrame, width: int = 40) -> Shown:
    """Key words in context: a line a cue, with ``width`` characters of the text on either side (Luhn 1960)."""
    rows = [
        (text.raw[max(a - width, 0) : a], text.raw[a:b], text.raw[b : b + width], category, text.voice_at(a))
        for a, b, category in zip(cues.start, cues.end, cues.category, strict=True)
    ]
    if not rows:
        return prose("No such words stand in the text.")
    shown = table(frame(rows, "left cue right category voice", ""), "Words in context", head=1)
    return Shown(shown.html.replace("subtext table", "subtext table kwic", 1), shown.plain)


def table(frame: pd.DataFrame, caption: str = "", rows: int = 100, head: int = 0) -> Shown:
    """A table of at most ``rows`` rows, headed by a column; an estimate and its interval share a cell."""
    if frame.empty:
        return prose(f"{caption}: nothing was found." if caption else "Nothing was found.")
    if frame.index.names != [None] or not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index(names=[name or "" for name in frame.index.names], allow_duplicates=True)
    names = [" ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in frame.columns]
    at = {name: place for place, name in enumerate(names)}
    cells = {place: list(map(_cell, frame.iloc[:rows, place])) for place in range(len(names))}
    for name, place in at.items():
        if {low := f"{name}_low", high := f"{name}_high"} <= {*at}:
            bounds = zip(cells[place], cells.pop(at[low]), cells.pop(at[high]), strict=True)
            cells[place] = [it if "–" in (least, most) else f"{it} ({least} to {most})" for it, least, most in bounds]
    lines = [[visible(names[place]).replace("_", " ") for place in cells], *zip(*cells.values(), strict=True)]
    right = [frame.dtypes.iloc[place].kind in "iuf" or names[place] == "left" for place in cells]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    plain = [
        "  ".join(cell.rjust(w) if side else cell.ljust(w) for cell, w, side in zip(line, widths, right, strict=True))
        for line in lines
    ]
    rest = f"… {len(frame) - rows:,} more rows" if len(frame) > rows else ""
    plain = "\n".join(line.rstrip() for line in [*([visible(caption)] if caption else []), *plain, rest] if line)
    return Shown(_table(lines, right, head, caption, rest), plain)


def _cell(value: object) -> str:
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "–"
    if isinstance(value, Real) and not isinstance(value, Integral):
        return f"{value:z.2f}"
    return visible(value).replace("\n", " ")


def _table(lines: list[Sequence[str]], right: list[bool], head: int, caption: str, rest: str) -> str:
    def row(line: Sequence[str], heads: str, style: str) -> str:
        tags = [heads if place == head or "col" in heads else "td" for place in range(len(line))]
        cells = zip(tags, right, map(escape, line), strict=True)
        return f"<tr>{''.join(f'<{tag}{style * side}>{cell}</{tag[:2]}>' for tag, side, cell in cells)}</tr>"

    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    top = row(lines[0], 'th scope="col"', ' style="text-align:right"')
    body = "\n".join(row(line, 'th scope="row"', ' style="text-align:right;white-space:nowrap"') for line in lines[1:])
    name = html.escape(visible(caption)) or "table"
    return (
        f'<div class="subtext table mathjax_ignore" role="region" aria-label="{name}" tabindex="0" '
        f'style="overflow-x:auto">\n<table>{title}\n<thead>{top}</thead>\n<tbody>\n{body}\n</tbody></table>\n'
        f"{f'<p>{rest}</p>' if rest else ''}</div>"
    )


def prose(*sentences: str | tuple[str, str], title: str = "") -> Shown:
    """Sentences about a text as a list; a pair of a sentence and an address links to its evidence.

    >>> prose("A <b> b.", ("It hedges.", "03_hedging.ipynb#s2"))
    A <b> b.
    It hedges.
    """
    pairs = [(sentence, "") if isinstance(sentence, str) else sentence for sentence in sentences]
    links = [
        f' <a href="{html.escape(to)}">{"the words" if "#s" in to else "more"}</a>' if to else "" for _, to in pairs
    ]
    lines = "\n".join(f"<li>{escape(said)}{link}</li>" for (said, _), link in zip(pairs, links, strict=True))
    plain = "\n".join(visible(line) for line in ([title] if title else []) + [sentence for sentence, _ in pairs])
    head = f"<p><b>{escape(title)}</b></p>\n" if title else ""
    return Shown(f'<div class="subtext prose mathjax_ignore">{head}<ul>\n{lines}\n</ul></div>', plain)


def together(*parts: Shown) -> Shown:
    """Several things to look at, one below the other."""
    return Shown("\n".join(part.html for part in parts), "\n\n".join(part.plain for part in parts))


def whole(text: Text) -> Shown:
    """A text by itself: what it holds, and, folded, every passage marked with its voice."""
    voices = len({passage.voice for passage in text.passages})
    sizes = (sum(map(len, text.tokens)), "word"), (len(text.spans), "sentence"), (voices, "voice")
    summary = f"{text.name}: {', '.join(count(*size) for size in sizes)}"
    others = text.segments[text.segments.voice != "narrator"]
    passages = marks(text, others.assign(category=others.voice))
    return Shown(f"<details><summary>{escape(summary)}</summary>\n{passages.html}\n</details>", visible(summary))


def _in_notebooks(shell) -> None:
    """A Text or a table at the end of a cell show themselves in this way, whatever the version of pandas."""
    for kind, form in ((Text, whole), (pd.DataFrame, table), (pd.Series, lambda s: table(s.to_frame()))):
        shell.display_formatter.formatters["text/html"].for_type(kind, lambda value, form=form: form(value).html)
        shell.display_formatter.formatters["text/plain"].for_type(
            kind, lambda value, printer, _, form=form: printer.text(form(value).plain)
        )


if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()):
    _in_notebooks(shell)
