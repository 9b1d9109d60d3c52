"""The figures, in one look: direct labels, and colours that colour-blind readers can tell apart.

Every function returns a `Picture`, or a sentence where there is nothing to draw. The look of them all is in
``templates/figures.mplstyle``. Matplotlib is used without pyplot, whose state is global and whose figures stay alive.
"""

import io
import warnings
from pathlib import Path
from textwrap import fill

import matplotlib
from matplotlib.figure import Figure

from . import stats
from .measures import label
from .show import LINES, UNNAMED, count, estimate, part, tints, visible
from .show import prose as nothing  # a sentence, where there is nothing to draw

MUTED, RULE = "#5f5f5f", "#dddddd"
HUES = BLUE, *_ = LINES[:-1]  # all but the grey
QUIET = dict(zip(UNNAMED, ("#8a8a8a", "#4d4d4d", "#c4c4c4"), strict=True))
WIDTH = 5.2  # inches: what a telephone can still show whole, and legible
ENOUGH = 50  # words: in fewer, one hedge more or less moves the rate by over two in a hundred
STYLE = Path(__file__).parent / "templates" / "figures.mplstyle"
in_style = matplotlib.rc_context(matplotlib.rc_params_from_file(STYLE, use_default_template=False))


class Picture:
    """A figure, and `alt`: a sentence or two that carry what it shows. In a notebook it is a PNG on a white card."""

    def __init__(self, figure, alt):
        self.figure, self.alt = figure, alt

    def __repr__(self):
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        self.save(file := io.BytesIO())
        data = {"image/png": file.getvalue(), "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt, "width": int(100 * WIDTH)}}

    @in_style
    def save(self, path):
        """Write the figure and its words: SVG or PNG by suffix; to an open file PNG, without the words."""
        unsaid = "Date" if str(path).endswith(".svg") else "Software"  # the same figure gives the same file
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph|constrained_layout")  # letters that the font lacks, or very wide
            title = visible(self.alt) if isinstance(path, str | Path) else None
            self.figure.savefig(path, metadata={"Title": title, unsaid: None})


def _colours(passages):
    """A colour for each voice, as the page has it where it marks whose words are whose."""
    hues = dict(enumerate(HUES))
    return {name: QUIET.get(name) or hues.get(n, QUIET["unknown"]) for name, n in tints(passages.voice).items()}


def _short(name, width):
    name = " ".join(visible(name).split())
    return name if len(name) <= width else name[: width - 1].rstrip() + "…"


def _axes(title, scale, height, rows=()):
    """An empty figure; with rows, their names stand on the left, the first at the top."""
    figure = Figure((WIDTH, height))
    figure.suptitle(title, x=0.01, ha="left")
    figure.supxlabel(fill(scale, 64), color=MUTED)
    axes = figure.subplots()
    if len(rows):
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(range(len(rows)), [_short(name, 34) for name in rows])
    return axes


@in_style
def floor(text, most=9):
    """Who holds the floor: a lane from the first word to the last for each of the voices that say most."""
    words = stats.table(text, "segment", {}).words
    passages = text.segments.assign(first=words.cumsum() - words, words=words)
    said = passages.groupby("voice", sort=False).words.sum().sort_values(ascending=False, kind="stable")
    said, total, hue = said[said > 0], words.sum(), _colours(passages)
    if len(said) < 2:
        return nothing(f"One voice was found: {_short(said.index[0], 36)}." if total else "The text holds no words.")
    shown, told = said.head(most), []
    scale = "words from the beginning of the text" + f"; {most} of {len(said)} voices" * (len(said) > most)
    axes = _axes("Who holds the floor", scale, 0.9 + 0.36 * len(shown), shown.index)
    axes.set_xlim(0, total)
    for lane, (voice, number) in enumerate(shown.items()):
        held = passages.loc[passages.voice == voice, ["first", "words"]]
        axes.axhline(lane, color=RULE, lw=0.8, zorder=0)
        axes.broken_barh(held.to_numpy(), (lane - 0.31, 0.62), color=hue[voice])
        axes.text(total * 1.015, lane, f"{count(number, 'word')} · {part(number, total)}", va="center", size=9)
        told.append(f"{voice} {number:,} ({part(number, total)})")
    return Picture(axes.figure, f"Words by voice, of {total:,}: {'; '.join(told)}.")


@in_style
def course(text, scores, told, what, most=8):
    """The score of each sentence along the text, coloured by voice; pale are those that are not ``told``."""
    sentences = text.sentences.assign(score=list(scores), told=list(told))
    if sentences.empty:
        return nothing("The text holds no sentence.")
    above = sentences.score[sentences.told]
    title, hue = f"{len(above)} of {count(len(sentences), 'sentence')} {what}", _colours(text.segments)
    highest = f"the highest: {', '.join(map(str, above.nlargest(most).index + 1))}" if len(above) else ""
    axes = _axes(title, f"sentence; {highest}" if highest else "sentence", 2.7)
    axes.set(xlim=(0, len(sentences) + 1), ylim=(0, 1.04), yticks=[0, 0.5, 1])
    width = min(9, 450 / len(sentences))
    for voice, own in sentences.groupby("voice", sort=False):
        axes.vlines(own.index + 1, 0, own.score, colors=hue[voice], lw=width, alpha=own.told.map({True: 1, False: 0.3}))
        axes.plot([], color=hue[voice], lw=6, label=_short(voice, 15))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
    return Picture(axes.figure, f"{title} ({highest})." if highest else f"{title}.")


@in_style
def _intervals(names, estimates, title, scale, limits, form, band=(0, 0)):
    """A row for each name: a dot at its figure, a line along its interval; `band` shades some of the scale."""
    axes, lanes = _axes(title, scale, 0.9 + 0.33 * len(names), names), range(len(names))
    values, low, high = estimates.T
    axes.axvspan(*band, color=RULE, alpha=0.5, lw=1)
    axes.grid(axis="y", color=RULE, lw=0.6)
    axes.hlines(lanes, low, high, color=MUTED, lw=1.4)
    axes.scatter(values, lanes, 64, BLUE, clip_on=False, zorder=3)
    axes.set_xlim(limits)
    for lane, value in enumerate(values):
        axes.text(1.03, lane, form.format(value), transform=axes.get_yaxis_transform(), va="center", size=9)
    said = [f"{name}: {estimate(*row, form)}" for name, row in zip(names, estimates, strict=True)]
    return Picture(axes.figure, f"{title} ({scale}): {'; '.join(said)}.")


def matrix(cells, most=15):
    """How each voice speaks of the actors that it mentions often enough to tell, and clearly well or ill at least once:
    `stance.matrix(text)`."""
    often = cells[cells.enough.astype(bool)]
    rows = often[often.polarity != 0].sort_values("mentions", ascending=False, kind="stable").head(most)
    if rows.empty:
        rarely = "No voice seems to speak well or ill of an actor" if len(often) else "No voice mentions an actor"
        return nothing("No actor was found." if cells.empty else f"{rarely} often enough to compare.")
    names = [f"{_short(it.voice, 14)} on {_short(it.actor, 14)} ({it.mentions})" for it in rows.itertuples()]
    scale = f"mean polarity, with 95 % intervals; {len(rows)} of {count(len(cells), 'pair')}, of whom most is said"
    estimates = rows[[f"polarity{end}" for end in stats.ENDS]].to_numpy(float)
    return _intervals(names, estimates, "How each voice speaks of each actor", scale, (-1, 1), "{:+z.2f}")


def balance(rates):
    """Hedges and boosters per 100 words of each voice, with 95 % intervals: `hedging.measure(text, by="voice")`."""
    rows = rates[rates.words >= ENOUGH].sort_values("words", ascending=False, kind="stable")
    if rows.empty:
        return nothing(f"No voice says {ENOUGH} words, and in fewer a rate means little.")
    kinds = ("hedges", "boosters")
    names = [f"{_short(voice, 24)}, {kind}" for voice in rows.iloc[:, 0] for kind in kinds]
    estimates = rows[[f"{kind}_per_100{end}" for kind in kinds for end in stats.ENDS]].to_numpy(float).reshape(-1, 3)
    scale = f"per 100 words of the voices that say {ENOUGH} or more, with 95 % intervals"
    return _intervals(names, estimates, "Hedges and boosters by voice", scale, (0, None), "{:.1f}")


def places(placed, most=99):
    """Where a text stands among the reference documents: `norms.place(figures)`, or only where it stands out most."""
    if placed.warning.any():
        return nothing(f"The text has {placed.warning[0]}.")
    rows = placed.dropna()
    rows = rows.loc[rows.percentile.sub(50).abs().nlargest(most).index.sort_values()]
    scale = f"percentile among {rows.n.max()} reference documents; grey: the middle half"
    names, estimates = rows.measure.map(label).tolist(), rows[["percentile", "low", "high"]].to_numpy(float)
    return _intervals(names, estimates, "The text among others", scale, (0, 100), "{:.0f}", band=(25, 75))
