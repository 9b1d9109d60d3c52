"""The figures, in one look: direct labels instead of legends, colours that colour-blind readers can tell apart.

Nearly all are dots with their intervals; beside them stand lanes (who speaks where), bars along the text, and the
quadrant of threat and certainty. Every function returns a `Picture`, or a sentence where there is nothing to draw. A
picture shows itself in a notebook as a PNG on a white card, which reads the same in light and dark mode and on paper,
and it carries the words for what it shows: its alternative text, and its plain-text form where there are no pictures.

Matplotlib is used without pyplot: no global state, no figure kept alive, a quicker start.
"""

import io
import warnings
from collections import Counter
from itertools import cycle
from math import nan

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from .catalogue import label
from .compare import ENDS
from .rates import words_by
from .show import count, visible
from .show import prose as nothing  # a sentence, where there is nothing to draw

INK, MUTED, RULE, CARD = "#222222", "#5f5f5f", "#dddddd", "#ffffff"
# Okabe & Ito (2008), without their yellow, which is too pale for a white card
HUES = BLUE, *_ = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
QUIET = {"narrator": "#8a8a8a", "interviewer": "#4d4d4d", "unknown": "#c4c4c4"}
WIDTH, DPI = 8.0, 150  # inches, shown at 100 pixels an inch and sharper where the screen or the paper can
in_style = matplotlib.rc_context(
    {
        "font.family": "DejaVu Sans",  # comes with matplotlib, so figures look the same on every machine
        "font.size": 10,
        "text.color": INK,
        "text.parse_math": False,  # a name with dollar signs is a name, not a formula
        "axes.edgecolor": RULE,
        "axes.labelcolor": MUTED,
        "axes.spines.left": False,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "xtick.color": RULE,
        "xtick.labelcolor": MUTED,
        "ytick.major.size": 0,
        "ytick.labelcolor": INK,
        "svg.hashsalt": "subtext",  # the same figure gives the same file
    }
)


class Picture:
    """A figure and the words for it: `alt`, a sentence or two that carry what the figure shows."""

    def __init__(self, figure, alt):
        self.figure, self.alt = figure, alt

    def __repr__(self):
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        self.save(file := io.BytesIO(), "png")
        data = {"image/png": file.getvalue(), "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt, "width": int(100 * WIDTH)}}

    @in_style
    def save(self, path, kind=None, source=""):
        """Write the figure to a path (its suffix says how) or an open binary file: svg, png or pdf, undated.

        Its title in the file is its alternative text; the ``source`` of its method stands there too.
        """
        kind = kind or str(path).rpartition(".")[2]
        undated = {"png": "Software", "svg": "Date", "pdf": "CreationDate"}[kind]
        about = {undated: None, "Title": visible(self.alt)}
        if source:
            about["Subject" if kind == "pdf" else "Source"] = f"Method: {source}"
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # a script that the font lacks is drawn as boxes
            self.figure.savefig(path, format=kind, dpi=DPI, metadata=about)


def colours(voices):
    """A colour for each voice: greys for narrator, interviewer and unknown, hues in turn for those with a name.

    >>> colours(["narrator", "Ana"])
    {'narrator': '#8a8a8a', 'Ana': '#0072B2'}
    """
    hues = cycle(HUES)
    return {voice: QUIET.get(voice) or next(hues) for voice in dict.fromkeys(voices)}


def short(name, width=36):
    """A label that fits.

    >>> short("the representative of the ministry", 12)
    'the represe…'
    """
    name = " ".join(visible(name).split())
    return name if len(name) <= width else name[: width - 1].rstrip() + "…"


def _sheet(labels, title, right=0.3, row=0.36, head=0.5):
    """Axes with a row a label, as high as the rows need, under a title; a higher head leaves room for a legend."""
    labels, foot = [short(name, 52) for name in labels], 0.55
    left, height = 0.3 + 0.082 * max(map(len, labels)), head + row * len(labels) + foot
    figure = Figure(figsize=(WIDTH, height), facecolor=CARD)
    figure.text(0.1 / WIDTH, 1 - 0.13 / height, title, va="top", weight="bold", size=11)
    axes = figure.add_axes((left / WIDTH, foot / height, 1 - (left + right) / WIDTH, row * len(labels) / height))
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(axis="y", pad=9)  # a dot on the edge touches no label
    return axes


def _legend(axes):
    look = {"handlelength": 0.7, "columnspacing": 1.2, "handletextpad": 0.4, "labelcolor": MUTED, "fontsize": 9}
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=5, frameon=False, borderpad=0, **look)


@in_style
def floor(text, most=9):
    """Who holds the floor: a lane a voice from the first word to the last, and each voice's share of the words."""
    counts, said, runs, total = words_by(text, "segment"), Counter(), [], 0
    for index, passage in enumerate(text.passages):
        runs.append((passage.voice, total, counts[index]))
        said[passage.voice] += counts[index]
        total += counts[index]
    if len(+said) < 2:
        return nothing(f"One voice was found: {short(*+said)}." if total else "The text holds no words.")
    lanes, hue = [voice for voice, _ in said.most_common(most)], colours(said)
    axes = _sheet([short(voice) for voice in lanes], "Who holds the floor", right=1.4)
    for voice, start, words in runs:
        if voice in lanes:
            axes.barh(lanes.index(voice), words, left=start, height=0.62, color=hue[voice])
    for lane, voice in enumerate(lanes):
        axes.axhline(lane, color=RULE, lw=0.8, zorder=0)
        axes.text(total * 1.015, lane, f"{said[voice]:,} words · {said[voice] / total:.0%}", va="center", size=9)
    axes.set_xlim(0, total)
    axes.xaxis.get_major_locator().set_params(integer=True)
    others = f"; {len(said) - most} more voices are not shown" if len(said) > most else ""
    axes.set_xlabel("words from the beginning of the text" + others)
    shares = "; ".join(f"{voice} {said[voice]:,} ({said[voice] / total:.0%})" for voice in lanes)
    return Picture(axes.figure, f"Words by voice, of {total:,}: {shares}.")


@in_style
def course(text, scores, what, line=0.5, most=14):
    """A score a sentence along the text, coloured by voice; the highest above the line carry their sentence number."""
    if not len(scores):
        return nothing("The text holds no sentence.")
    values, voices = list(scores), [text.passages[index].voice for _, _, index in text.spans]
    above = sorted((i for i, value in enumerate(values) if value >= line), key=lambda i: -values[i])
    title = f"{len(above)} of {count(len(values), 'sentence')} found {what}"
    axes = _sheet(["0.0"], title, row=2.1, head=0.75)
    axes.set(xlim=(-1, len(values)), ylim=(0, 1.12), xlabel="sentence")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_yticks([0, line, 1], ["0", f"{line:g}", "1"])
    axes.axhline(line, color=MUTED, lw=0.8, ls=(0, (4, 3)))
    for voice, hue in colours(passage.voice for passage in text.passages).items():
        if own := [at for at, its in enumerate(voices) if its == voice]:
            heights, width = [values[at] for at in own], min(9, 450 / len(values))
            axes.vlines(own, 0, heights, colors=hue, lw=width, label=short(voice, 22))
    _legend(axes)
    for rank, at in enumerate(above[:most]):  # a number that would cover another is left out
        if all(abs(at - other) > len(values) / 40 or values[other] - values[at] > 0.07 for other in above[:rank]):
            axes.text(at, values[at] + 0.02, str(at), ha="center", size=8)
    numbers = ", ".join(map(str, above[:most]))
    return Picture(axes.figure, f"{title}{' (the highest: ' + numbers + ')' if above else ''}.")


@in_style
def quadrant(claims, text):
    """Threat against certainty: a point a claim, coloured by voice, with the number of its sentence beside it."""
    if claims.empty:
        return nothing("No claim of a threat was found.")
    title = f"Threat claims: {claims.certainty.gt(0.5).sum()} of {len(claims)} with a certainty above one half"
    axes = _sheet(["threat"], title, row=3.6, head=0.75)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.05, 1.1), xlabel="certainty of the claim", ylabel="threat of its sentence")
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.axhline(0.5, color=RULE, lw=1)
    axes.axvline(0.5, color=RULE, lw=1)
    for x, ha in ((0, "left"), (1, "right")):
        for y, alarm in ((1.07, "alarm"), (-0.02, "concern")):
            axes.text(x, y, f"{alarm}, {'as fact' if x else 'hedged'}", ha=ha, va="center", color=MUTED, style="italic")
    hue = colours([*(passage.voice for passage in text.passages), *claims.voice])
    for voice, own in claims.groupby("voice", sort=False):
        look = {"ms": 8, "mfc": hue[voice], "mec": CARD, "alpha": 0.8, "clip_on": False}
        axes.plot(own.certainty, own.threat, "o", label=short(voice, 22), **look)
    _legend(axes)
    for _, near in claims.groupby([claims.certainty.round(1), claims.threat.mul(15).round()]):  # one label for them all
        x, side = near.certainty.mean(), -1 if near.certainty.mean() > 0.9 else 1
        numbers = short(", ".join(dict.fromkeys(map(str, near.sentence))))
        axes.text(x + 0.013 * side, near.threat.mean(), numbers, size=8.5, ha=("left", "right")[side < 0], va="center")
    said = "; ".join(f"{claim.sentence} ({claim.certainty:.2f}, {claim.threat:.2f})" for claim in claims.itertuples())
    return Picture(axes.figure, f"{title}. Sentence (certainty, threat): {said}.")


@in_style
def dots(rows, title, scale, limits=None, band=None, form="{:.1f}", most=20):
    """A dot a row, its value beside it: columns name and value; low and high are drawn as a line, where they are given.

    Where `trusted` is given and false, the dot is a ring. `band` shades a stretch of the scale.
    """
    if rows.empty:
        return nothing(f"{title}: nothing to show.")
    scale += f"; {len(rows) - most} more are not shown" if len(rows) > most else ""
    rows = pd.DataFrame({"low": nan, "high": nan, "trusted": True}, rows.index).assign(**rows).head(most)
    values, rows = [form.format(value).replace("-", "−") for value in rows.value], rows.reset_index(drop=True)
    axes = _sheet(list(rows.name), title, row=0.33, right=0.9)
    if band:
        axes.axvspan(*band, color=RULE, alpha=0.5, lw=1)
    axes.grid(axis="y", color=RULE, lw=0.6)
    axes.hlines(rows.index, rows.low, rows.high, color=MUTED, lw=1.4)
    for trusted, own in rows.groupby("trusted"):
        axes.plot(own.value, own.index, "o", ms=8, mfc=BLUE if trusted else CARD, mec=BLUE, clip_on=False)
    for y, value in enumerate(values):
        beside = {"xycoords": axes.get_yaxis_transform(), "textcoords": "offset points", "va": "center", "size": 9}
        axes.annotate(value, (1, y), (12, 0), **beside)
    axes.set_xlim(limits)
    axes.set_xlabel(scale)
    said = "; ".join(f"{name} {value}" for name, value in zip(rows.name, values, strict=True))
    return Picture(axes.figure, f"{title}. {scale[0].upper() + scale[1:]}: {said}.")


def stances(cells):
    """How each voice speaks of each actor it mentions often enough: `stance.matrix(text)`, with 95 % intervals."""
    known = cells[cells.enough].sort_values("mentions", ascending=False, kind="stable")
    if known.empty:
        return nothing("No voice was found to mention an actor often enough to say how it speaks of it.")
    names = [
        f"{short(cell.voice, 18)} on {short(cell.actor.replace(f'we ({cell.voice})', 'us'), 24)} ({cell.mentions})"
        for cell in known.itertuples()
    ]
    rows = known.assign(name=names, value=known.polarity, low=known.polarity_low, high=known.polarity_high)
    scale = "mean polarity, −1 (negative) to +1 (positive); in brackets: the mentions"
    return dots(rows, "Who speaks how of whom", scale, (-1, 1), (0, 0), "{:+z.2f}")


def threats(claims):
    """Who or what is said to threaten whom, and how surely: `threat.claims(text)`; a ring where below one half."""
    if claims.empty:
        return nothing("No claim of a threat was found.")
    sides = claims[["agent", "referent"]].replace("", "(not named)").map(lambda name: short(name, 24))
    pairs = claims.certainty.groupby(sides.agent + " → " + sides.referent, sort=False)
    rows = pairs.agg(value="mean", low="min", high="max", size="size").rename_axis("name").reset_index()
    rows = rows.sort_values(["size", "value"], ascending=False, kind="stable")
    rows = rows.assign(name=rows["name"] + rows["size"].map(lambda size: f" ({size})" * (size > 1)))
    scale = "certainty, a mean where claims are several; rings: below 0.5"
    return dots(rows.assign(trusted=rows.value >= 0.5), "Who is said to threaten whom", scale, (0, 1), form="{:.2f}")


def balance(rates, kinds=("hedges", "boosters"), most=9):
    """Rates per 100 words, a row a group and a kind, with 95 % intervals: from a lens's `measure(text, by=…)`."""
    rates = rates[rates.words > 0].sort_values("words", ascending=False, kind="stable").head(most)
    if not rates[list(kinds)].to_numpy().any():
        return nothing(f"{' and '.join(f'no {kind}' for kind in kinds).capitalize()} were found.")
    rows = []
    for _, group in rates.iterrows():
        for kind in kinds:
            estimate = group[[f"{kind}_per_100{end}" for end in ENDS]]
            rows.append((f"{short(group.iloc[0], 16)} ({group.words:,}): {kind}", *estimate))
    title, scale = f"{' and '.join(kinds)} by voice".capitalize(), "per 100 words; in brackets: the words"
    return dots(pd.DataFrame(rows, columns=["name", "value", "low", "high"]), title, scale, limits=(0, None))


def places(placed, most=99):
    """Where a text stands among the reference documents: `norms.place(figures)`, or only what is most telling of it."""
    if placed.warning.any():
        return nothing(f"The text has {placed.warning[0]}.")
    rows = placed.dropna()
    telling = (rows.percentile - 50).abs().sort_values(ascending=False, kind="stable").index[:most]
    rows = rows[rows.index.isin(telling)]
    names = [f"{label(name)}: {value:.2f}" for name, value in zip(rows.measure, rows.value, strict=True)]
    scale = f"percentile among {rows.n.max()} reference documents; grey: the middle half"
    rows = rows.assign(name=names, value=rows.percentile)
    return dots(rows, "The text among others", scale, (0, 100), (25, 75), "{:.0f}", most)


def gaps(differences, one, other):
    """How far two texts differ on what is counted per 100 words: `compare.measures(…)`, with 95 % intervals."""
    rows = differences[differences.measure.str.endswith("_per_100")].dropna()
    rows = rows.rename(columns={f"difference{end}": end.strip("_") or "value" for end in ENDS})
    names = rows.measure.str.removesuffix("_per_100").str.replace("_", " ")
    reach = rows[["low", "high"]].abs().to_numpy().max(initial=0) * 1.05 or 1
    title, scale = f"{short(one)} less {short(other)}, per 100 words", "difference; rings: the interval holds zero"
    rows = rows.assign(name=names, trusted=rows.differs)
    return dots(rows, title, scale, (-reach, reach), (0, 0), "{:+z.1f}", len(rows))
