"""The evidence in the text: marked passages, tables, sentences that link to what they rest on.

Each is a macro of ``templates/show.html.j2``, filled. Whatever stands in a text is shown, never obeyed: markup is
escaped, dollar signs and backslashes stand alone so that no viewer takes them for mathematics, control characters
become visible. What a colour says is also written beside it, as a code host's view of a notebook strips every style.
"""

import html
import re
from collections import Counter, defaultdict, namedtuple
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise

import jinja2
import pandas as pd
from markupsafe import Markup

from .corrections import ByHand
from .mend import count as count  # so that notebooks have what they write with in one place
from .text import Text

# Tints and their lines: Okabe & Ito's colours (2008) without yellow, which is too pale for a white card, and grey.
# The ink is stated too: a notebook that is not trusted yet loses "inherit", and black ink would stand on a dark page.
TINTS = "#bfdcec #f4d7bf #bfe7dc #f2dee9 #f9e7bf #d5ecfa #dfdfdf".split()
LINES = "#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #808080".split()
GREY = len(TINTS) - 1
UNNAMED = ("narrator", "interviewer", "unknown")  # voices that are called by what they do
# the most frequent others share the rest
FIXED = {"negative": 1, "positive": 0} | dict.fromkeys(("neutral", *UNNAMED), GREY)
LIMIT = 40_000  # characters of a text that a page shows marked, and to which it can be linked
ROWS = 100  # of a table on a page
LONG = 60  # characters of a marked passage that gets no line below it: it would shout
PENCIL = ' <span role="img" aria-label="corrected by hand" title="corrected by hand">✎</span>'
NONE = "–"  # what a table has where nothing is known

PLAIN = {" <a .*?</a>": "", "<sup[^<>]*> ?(.*?)</sup>": r"[\1]", "<br>": "\n", "</t[dh]>": "\t", "<[^<>]*>": ""}

Link = namedtuple("Link", "words address")  # a cell of a table that leads somewhere

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Shown:
    """Something to look at: HTML for a notebook, and its words without the tags for everything else."""

    html: str

    @property
    def plain(self) -> str:
        """A line a paragraph or a row; cells stand apart by a tab, what is raised stands in brackets, links go."""
        words = self.html
        for pattern, instead in PLAIN.items():
            words = re.sub(pattern, instead, words)
        return "\n".join(line.rstrip() for line in html.unescape(words).split("\n") if line.strip())

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.plain


def visible(string: object) -> str:
    """A string with its control characters made visible.

    >>> visible("red" + chr(27) + "[31m, turned" + chr(0x202E))
    'red⟨U+001B⟩[31m, turned⟨U+202E⟩'
    """
    return _CONTROL.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", str(string))


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


def part(number: int, whole: int) -> str:
    """A share in words: "12%", and "under 1%" of what is there.

    >>> part(12, 100), part(1, 1000)
    ('12%', 'under 1%')
    """
    return f"{number / whole:.0%}" if number >= whole / 100 else "under 1%"


def tints(categories: Iterable[str]) -> dict[str, int]:
    """A colour for each category, as its place in ``TINTS``; beyond the six most frequent, grey.

    >>> tints(["negative", "modal", "booster"])
    {'booster': 0, 'modal': 2, 'negative': 1}
    """
    names = [name for name, _ in Counter(sorted(categories)).most_common()]
    free = iter([n for n in range(GREY) if n not in map(FIXED.get, names)])
    return {name: FIXED[name] if name in FIXED else next(free, GREY) for name in names}


def marks(text: Text, cues: pd.DataFrame, sentences: Iterable[int] | None = None, link: str = "") -> Shown:
    """The text with its cues marked, each with its category; hovering names the codebook's row and the voice.

    >>> may = pd.DataFrame({"start": [3], "end": [6], "category": ["modal"]})
    >>> marks(Text("We may stay."), may)
    modal 1
    We may[modal] stay.

    ``cues`` needs start, end and category (as every lens's ``find`` returns them). With ``sentences``, only these are
    shown, each with its number and its voice. ``link="s"`` numbers every sentence, and gives row 12 of
    ``text.sentences`` the anchor ``s12``. Readers count from 1, so that its number is 13. Of a long text the first
    ``LIMIT`` characters are shown.
    """
    if chosen := sentences is not None:
        spans = text.sentences.loc[[*sentences], ["start", "end", "voice"]].to_numpy().tolist()
    else:
        spans = [(start, min(end, LIMIT), "") for start, end in text.paragraphs if start < LIMIT]
        cues = cues[cues.start < LIMIT]
    numbers = {start: n for n, (start, _) in enumerate(text.bounds)} if link or chosen else {}
    outer_first = sorted(cues.itertuples(index=False), key=lambda cue: (cue.start, -cue.end))
    stretches = [([*_pieces(text, start, end, outer_first, numbers)], voice) for start, end, voice in spans]
    counts = Counter(category for pieces, _ in stretches for *_, closing in pieces for category in closing)
    cut = not chosen and len(text.raw.rstrip()) > LIMIT
    return _shown("marks", counts.most_common(), tints(cues.category), stretches, cut, link, chosen)


def _pieces(text: Text, start: int, end: int, cues: list, numbers: dict[int, int]) -> Iterator[tuple]:
    """A stretch of the text, cut where a cue or a sentence begins or ends; cues may lie inside one another.

    A piece has its words, the number of a sentence that begins with it, the cues around it, the innermost first, and
    the categories of those that end with it.
    """
    begin, edges = defaultdict(list), {start, end, *(numbers.keys() & range(start, end))}
    for cue in cues:
        if cue.start < end and cue.end > start:
            begin[max(cue.start, start)].insert(0, cue)
            edges |= {max(cue.start, start), min(cue.end, end)}
    around: list = []
    for here, there in pairwise(sorted(edges)):
        around = [*begin[here], *(cue for cue in around if cue.end > here)]
        closing = [cue.category for cue in around if min(cue.end, end) == there]
        yield text.raw[here:there], numbers.get(here), around, closing


def table(frame: pd.DataFrame, caption: str = "", rows: int = ROWS, text: Text | None = None) -> Shown:
    """A table of at most ``rows`` rows, with its index if that has a name; an estimate and its interval share a cell.

    A whole number in a column ``sentence`` is shown as readers count, from 1, and links to its words as `marks` shows
    them; so does a `Link` in any column. With ``text``, lists of offsets (``because``) show the words that stand there.

    >>> table(pd.DataFrame({"voice": ["Ana"], "rate": [2.0], "rate_low": [1.0], "rate_high": [4.5]}), "Rates").plain
    'Rates\\nvoice\\trate\\nAna\\t2.00 (1.00 to 4.50)'
    """
    if frame.empty:
        return prose(f"{caption}. None was found." if caption else "None was found.")
    if frame.index.names != [None]:
        frame = frame.reset_index()
    ends = {name: both for name in frame if {*(both := (f"{name}_low", f"{name}_high"))} <= {*frame}}
    names = [name for name in frame if name not in chain.from_iterable(ends.values())]
    cells = [_column(frame.head(rows), name, ends.get(name, ()), text.raw if text else "") for name in names]
    right, heads = [frame[name].dtype.kind in "iuf" for name in names], [str(name).replace("_", " ") for name in names]
    return _shown("table", heads, [*zip(*cells, strict=True)], right, caption, max(len(frame) - rows, 0))


def _column(frame: pd.DataFrame, name: str, ends: Sequence[str], raw: str) -> list[str | Link]:
    """The cells of a column, as they are shown."""
    if ends:
        return [estimate(*row) for row in frame[[name, *ends]].itertuples(index=False)]
    if name == "sentence" and frame[name].dtype.kind in "iu":
        return [NONE if pd.isna(number) else Link(number + 1, f"#s{number}") for number in frame[name]]
    return [_cell(value, raw) for value in frame[name]]


def estimate(value: float, low: float, high: float, form: str = "{:z.2f}") -> str:
    """A figure with its interval, where it has one.

    >>> estimate(2, 1, 4.5), estimate(2, float("nan"), float("nan"), "{:.0f}")
    ('2.00 (1.00 to 4.50)', '2')
    """
    middle, *ends = (NONE if pd.isna(figure) else form.format(figure) for figure in (value, low, high))
    return middle if NONE in ends else f"{middle} ({ends[0]} to {ends[1]})"


def _cell(value: object, raw: str) -> str | Link:
    if isinstance(value, Link):
        return value
    if raw and isinstance(value, (list, tuple)):
        value = " · ".join(raw[start:end] for start, end in value)
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return NONE
    words = f"{value:z.2f}" if isinstance(value, float) else visible(value).replace("\n", " ")
    return ByHand(words) if isinstance(value, ByHand) else words


def prose(*sentences: str | tuple[str, str], title: str = "") -> Shown:
    """Sentences about a text as a list; a pair of a sentence and an address links to its evidence.

    >>> prose("A <b> b.", ("It hedges.", "03_hedging.ipynb#s2"))
    A <b> b.
    It hedges.
    """
    return _shown("prose", title, [(each, "") if isinstance(each, str) else each for each in sentences])


def together(*parts: Shown) -> Shown:
    """Several things to look at, one below the other."""
    return Shown("\n".join(part.html for part in parts))


def folded(summary: str, *parts: Shown) -> Shown:
    """Several things to look at, shown when their summary is clicked; a table without a caption has that for one."""
    named = together(*parts).html.replace(_shown("opening").html, _shown("opening", summary, True).html)
    return _shown("folded", summary, Markup(named))


def _shown(macro: str, *values: object) -> Shown:
    """A macro of show.html.j2, filled: every value is escaped, so that what is markup must say so."""
    return Shown(str(getattr(_templates().get_template("show.html.j2").module, macro)(*values)))


@cache
def _templates() -> jinja2.Environment:
    def finalize(value: object) -> Markup:
        return value if isinstance(value, Markup) else Markup(escape(value) + PENCIL * isinstance(value, ByHand))

    escaped = {"finalize": finalize}
    templates = jinja2.Environment(loader=jinja2.PackageLoader(__package__), autoescape=True, **escaped)
    templates.filters["attribute"] = lambda value: Markup(html.escape(visible(value)))
    templates.filters["broken"] = lambda value: Markup(escape(value).replace("\n", "<br>"))
    templates.globals |= {"tints": TINTS, "lines": LINES, "long": LONG}
    return templates
