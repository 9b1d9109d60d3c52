"""The figures, in one look: direct labels instead of legends, colours that colour-blind readers can tell apart.

Most are dots with their intervals, grids with words in each cell, or lines from one to another; beside them stand lanes
(who speaks where), bars along the text, and the quadrant of threat and certainty.

Every function returns a `Picture`, or a sentence where there is nothing to draw. A
picture shows itself in a notebook as a PNG on a white card, which reads the same in light and dark mode and on paper,
and it carries the words for what it shows: its alternative text, and its plain-text form where there are no pictures.

Matplotlib is used without pyplot: no global state, no figure kept alive, a quicker start.
"""

import io
import warnings
from itertools import cycle
from math import nan
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from .compare import ENDS
from .measures import label
from .show import count, percent, visible
from .show import prose as nothing  # a sentence, where there is nothing to draw
from .stats import words_by

INK, MUTED, RULE, CARD = "#222222", "#5f5f5f", "#dddddd", "#ffffff"
# Okabe & Ito (2008), without their yellow, which is too pale for a white card
HUES = BLUE, *_ = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
QUIET = {"narrator": "#8a8a8a", "interviewer": "#4d4d4d", "unknown": "#c4c4c4"}
UNNAMED = "(not named)"
LEGEND = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": 5}
SIDES = {"in-group": 1, "out-group": -1, "": 0}
WIDTH, DPI = 8.0, 150  # inches, shown at 100 pixels an inch and sharper where the screen or the paper can
STYLE = Path(__file__).parent / "templates" / "figures.mplstyle"
in_style = matplotlib.rc_context(matplotlib.rc_params_from_file(STYLE, use_default_template=False))


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
        """Write the figure to a path (its suffix says how) or an open binary file: svg or png, undated.

        Its title in the file is its alternative text; the ``source`` of its method stands there too.
        """
        kind = kind or str(path).rpartition(".")[2]
        about = {"Date" if kind == "svg" else "Software": None, "Title": visible(self.alt)}
        if source:
            about["Source"] = f"Method: {source}"
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


def _unshown(all_, most, what):
    return f"; {all_ - most} more {what} not shown" if all_ > most else ""


@in_style
def floor(text, most=9):
    """Who holds the floor: a lane a voice from the first word to the last, and each voice's share of the words."""
    counts, said, at = words_by(text, "segment"), +words_by(text, "voice"), 0
    if len(said) < 2:
        return nothing(f"One voice was found: {short(*said)}." if said else "The text holds no words.")
    lanes, hue = [voice for voice, _ in said.most_common(most)], colours(said)
    axes = _sheet([short(voice) for voice in lanes], "Who holds the floor", right=1.4)
    held = {voice: [] for voice in lanes}
    for index, passage in enumerate(text.passages):
        if passage.voice in held:
            held[passage.voice].append((at, counts[index]))
        at += counts[index]
    shares = {voice: percent(said[voice] / at) for voice in lanes}
    for lane, voice in enumerate(lanes):
        axes.axhline(lane, color=RULE, lw=0.8, zorder=0)
        axes.broken_barh(held[voice], (lane - 0.31, 0.62), color=hue[voice])
        axes.text(at * 1.015, lane, f"{count(said[voice], 'word')} · {shares[voice]}", va="center", size=9)
    axes.set_xlim(0, at)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel("words from the beginning of the text" + _unshown(len(said), most, "voices"))
    words = "; ".join(f"{voice} {said[voice]:,} ({share})" for voice, share in shares.items())
    return Picture(axes.figure, f"Words by voice, of {at:,}: {words}.")


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
    axes.legend(**LEGEND)
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
    axes.legend(**LEGEND)
    for _, near in claims.groupby([claims.certainty.mul(8).round(), claims.threat.mul(15).round()]):  # a label for all
        x, side = (near.certainty.min(), -1) if near.certainty.max() > 0.9 else (near.certainty.max(), 1)
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
    scale += _unshown(len(rows), most, "rows")
    rows = pd.DataFrame({"low": nan, "high": nan, "trusted": True}, rows.index).assign(**rows).head(most)
    rows, said = rows.reset_index(drop=True), []
    axes = _sheet(list(rows.name), title, row=0.33, right=0.9)
    if band:
        axes.axvspan(*band, color=RULE, alpha=0.5, lw=1)
    axes.grid(axis="y", color=RULE, lw=0.6)
    axes.hlines(rows.index, rows.low, rows.high, color=MUTED, lw=1.4)
    for trusted, own in rows.groupby("trusted"):
        axes.plot(own.value, own.index, "o", ms=8, mfc=BLUE if trusted else CARD, mec=BLUE, clip_on=False)
    beside = {"xycoords": axes.get_yaxis_transform(), "textcoords": "offset points", "va": "center", "size": 9}
    for it in rows.itertuples():
        value, low, high = (form.format(number).replace("-", "−") for number in (it.value, it.low, it.high))
        axes.annotate(value, (1, it.Index), (12, 0), **beside)
        said.append(f"{it.name}: {value}" + f" ({low} to {high})" * (it.low == it.low))
    axes.set_xlim(limits)
    axes.set_xlabel(scale)
    return Picture(axes.figure, f"{title}. {scale[0].upper() + scale[1:]}: {'; '.join(said)}.")


@in_style
def grid(cells, title, scale, most=15):
    """A cell for a row and a column, with words and a note in it, blue where its value is above zero, orange below.

    ``cells`` has the columns row, column, value (-1..1; grey where it is NaN), words and note.
    """
    scale += _unshown(cells.row.nunique(), most, "rows")
    rows, columns = (list(dict.fromkeys(cells[side]))[:most] for side in ("row", "column"))
    crowded = len(columns) > 6
    axes, said = _sheet(rows, title, row=0.28 if crowded else 0.42, head=1.2 if crowded else 0.8, right=0.3), []
    for cell in cells[cells.row.isin(rows) & cells.column.isin(columns)].itertuples():
        x, y = columns.index(cell.column), rows.index(cell.row)
        known = cell.value == cell.value
        hue, depth = (HUES[cell.value < 0], 0.5 * abs(cell.value)) if known and cell.value else (RULE, 0.4)
        axes.barh(y, 0.97, left=x - 0.485, height=0.9, color=hue, alpha=depth)
        below = 0.18 if cell.note else 0
        look = {"ha": "center", "va": "center", "size": 8 if crowded else 9}
        axes.text(x, y - below, cell.words, color=INK if known else MUTED, **look)
        axes.text(x, y + below, cell.note, ha="center", va="center", size=7.5)
        said.append(f"{cell.column}, {cell.row}: {cell.words}{cell.note and f' ({cell.note})'}")
    axes.set_xlim(-0.5, len(columns) - 0.5)
    names = [short(name, 14 if crowded else 60 // len(columns)) for name in columns]
    axes.set_xticks(range(len(columns)), names, rotation=45 if crowded else 0, ha="left" if crowded else "center")
    axes.tick_params(axis="x", length=0, labelcolor=INK, top=True, labeltop=True, bottom=False, labelbottom=False)
    axes.spines.bottom.set_visible(False)
    axes.set_xlabel(scale, loc="right")  # it may be longer than the rows are wide
    return Picture(axes.figure, f"{title}. {scale[0].upper() + scale[1:]}. {'; '.join(said)}.")


def _by_mentions(cells, most=5):
    """Those of `stance.matrix` as rows and columns of a grid, most mentions first; and how many voices do not fit."""
    said = cells.groupby("voice", sort=False).mentions.sum().sort_values(ascending=False, kind="stable").index
    shown = cells[cells.voice.isin(said[:most])].assign(row=cells.actor, column=cells.voice)
    shown = shown.assign(of=shown.groupby("row").mentions.transform("sum"), by=shown.voice.map(list(said).index))
    shown = shown.sort_values(["of", "row", "by"], ascending=[False, True, True], kind="stable")
    return shown, _unshown(len(said), most, "voices")


def matrix(cells):
    """How each voice (columns) speaks of each actor (rows): `stance.matrix(text)`; too few mentions have no colour."""
    if cells.empty:
        return nothing("No actor was found.")
    cells, unshown = _by_mentions(cells)
    words, notes = [], []
    for it in cells.itertuples():
        words.append(f"{it.polarity:+z.2f}, n = {it.mentions}" if it.enough else f"too few: {it.mentions}")
        known = it.enough and it.polarity_low == it.polarity_low
        notes.append(f"{it.polarity_low:+.2f} to {it.polarity_high:+.2f}" if known else "")
    cells = cells.assign(words=words, note=notes, value=cells.polarity.where(cells.enough))
    cells[["words", "note"]] = cells[["words", "note"]].replace("-", "−", regex=True)
    scale = "mean polarity (−1 to +1) of n mentions, 95 % interval"
    return grid(cells, "Who speaks how of whom", scale + unshown)


def borders(cells):
    """Us and them: how often a voice (columns) has an actor (rows) do harm and come to harm: `stance.matrix(text)`."""
    dangers = cells.endangered + cells.endangering
    named = dangers.groupby(cells.voice).transform("sum") > 0  # "we" alone draws no border
    sided = cells[named & ((dangers > 0) | (cells.position != ""))]
    if sided.empty:
        return nothing("No border between us and them was found.")
    cells, unshown = _by_mentions(sided)
    words = [
        f"does {it.endangering} · suffers {it.endangered}" if it.endangering + it.endangered else 'by "we", "our"'
        for it in cells.itertuples()
    ]
    cells = cells.assign(words=words, note=cells.position, value=cells.position.map(SIDES.get).astype(float))
    scale = "mentions in which an actor does harm and suffers it; colour: its side of the border"
    return grid(cells, "Us and them, by the dangers named", scale + unshown)


def genres(placed):
    """Where a text stands within each genre (columns) on each measure (rows): `norms.by_genre(figures)`."""
    if placed.warning.any():
        return nothing(f"The text has {placed.warning[0]}.")
    middle = placed.low.le(50) & placed.high.ge(50)
    value = ((placed.percentile - 50) / 50).where(~middle, 0.0)
    cells = placed.assign(row=placed.measure.map(label), column=placed.genre, value=value, note="")
    cells = cells.assign(words=cells.percentile.map("{:.0f}".format)).dropna(subset="percentile")
    scale = "percentile within the genre; grey: its 95 % interval holds the middle"
    picture, ranges = grid(cells, "The text within each genre", scale, 30), cells.groupby("row", sort=False).percentile
    said = "; ".join(f"{name} {own.min():.0f} to {own.max():.0f}" for name, own in ranges)
    return Picture(picture.figure, f"The text within each genre, from its lowest percentile to its highest: {said}.")


def threats(claims):
    """Who or what is said to threaten whom: `threat.claims(text)`; the surer, the wider, and dashed below 0.5."""
    links = claims[["agent", "referent", "certainty"]][(claims.agent != "") | (claims.referent != "")]
    if links.empty:
        return nothing("No claim that names what threatens or what is threatened was found.")
    links = links.replace({"agent": {"": UNNAMED}, "referent": {"": UNNAMED}})
    return _bands(links, "Who is said to threaten whom", "certainty, 0 to 1 (× claims); dashed: below 0.5", 0.5)


def deeds(relations):
    """Who, by whose word, does what to whom: `stance.relations(text)`; dashed where the acts are more bad than good."""
    if relations.empty:
        return nothing("No act of one actor upon another was found.")
    links = relations.assign(says=relations.voice + ": " + relations.agent)[["says", "target", "weight"]]
    return _bands(
        links, "Who says that who acts upon whom", "mean of good (+1) and bad (−1) acts (× acts); dashed: bad"
    )


@in_style
def _bands(links, title, scale, line=0, most=12):
    """A line a pair, from one to the other, as wide as its mean is far from nothing; dashed where below a line."""
    left, right, value = links.columns
    pairs = links.groupby([left, right], sort=False)[value].agg(["size", "mean"]).reset_index()
    pairs = pairs.set_axis(["one", "other", "size", "mean"], axis=1).assign(unnamed=pairs.eq(UNNAMED).any(axis=1))
    pairs = pairs.sort_values(["unnamed", "size", "mean"], ascending=[True, False, False], kind="stable")
    scale, pairs = scale + _unshown(len(pairs), most, "pairs"), pairs.head(most)
    pairs = pairs.sort_values("one", key=lambda names: names.map(list(pairs.one).index), kind="stable")
    ones, others = (pairs[side].map(lambda name: short(name, 34)) for side in ("one", "other"))
    axes = _sheet(ones.where(~ones.duplicated(), ""), title, right=0.5 + 0.082 * others.str.len().max())
    for y, (pair, other) in enumerate(zip(pairs.itertuples(), others, strict=True)):
        low = pair.mean < line
        axes.hlines(y, 0, 1, color=HUES[low], ls=(0, (2, 1)) if low else "-", lw=1 + 5 * abs(pair.mean), alpha=0.55)
        words = f"{pair.mean:z.2f}".replace("-", "−") + f" × {pair.size}" * (pair.size > 1)
        axes.text(0.5, y, words, size=8.5, ha="center", va="center", bbox={"fc": CARD, "ec": "none", "pad": 1})
        axes.text(1.02, y, f"→ {other}", va="center")
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.spines.bottom.set_visible(False)
    axes.set_xlabel(scale, labelpad=8)
    said = "; ".join(f"{pair.one} → {pair.other} {pair.mean:z.2f}" for pair in pairs.itertuples())
    return Picture(axes.figure, f"{title}: {said}. The number is {scale}.")


def balance(rates, kinds=("hedges", "boosters"), most=5):
    """Rates per 100 words, a row a group and a kind, with 95 % intervals: from a lens's `measure(text, by=…)`."""
    rates, rows = rates[rates.words > 0].sort_values("words", ascending=False, kind="stable"), []
    if not rates[list(kinds)].to_numpy().any():
        return nothing(f"{' and '.join(f'no {kind}' for kind in kinds).capitalize()} were found.")
    for _, group in rates.head(most).iterrows():
        for kind in kinds:
            estimate = group[[f"{kind}_per_100{end}" for end in ENDS]]
            rows.append((f"{short(group.iloc[0], 22)} ({count(group.words, 'word')}), {kind}", *estimate))
    scale = "per 100 words; lines: 95 % intervals" + _unshown(len(rates), most, "voices")
    rows = pd.DataFrame(rows, columns=["name", "value", "low", "high"])
    return dots(rows, f"{' and '.join(kinds)} by voice".capitalize(), scale, limits=(0, None))


def places(placed, most=99):
    """Where a text stands among the reference documents: `norms.place(figures)`, or only what is most telling of it."""
    if placed.warning.any():
        return nothing(f"The text has {placed.warning[0]}.")
    rows = placed.dropna()
    telling = (rows.percentile - 50).abs().sort_values(ascending=False, kind="stable").index[:most]
    rows = rows[rows.index.isin(telling)]
    names = [f"{label(name)} ({value:z.2f})" for name, value in zip(rows.measure, rows.value, strict=True)]
    scale = f"percentile among {rows.n.max()} reference documents; grey: the middle half"
    rows = rows.assign(name=names, value=rows.percentile)
    return dots(rows, "The text among others", scale, (0, 100), (25, 75), "{:.0f}", most)


def gaps(differences, one, other):
    """How far two texts differ on what is counted per 100 words: `compare.measures(…)`, with 95 % intervals."""
    rows = differences[differences.measure.str.endswith("_per_100")].dropna()
    rows = rows.rename(columns={f"difference{end}": end.strip("_") or "value" for end in ENDS})
    reach = rows[["low", "high"]].abs().to_numpy().max(initial=0) * 1.05 or 1
    title, scale = f"{short(one)} less {short(other)}, per 100 words", "difference; rings: the interval holds zero"
    rows = rows.assign(name=rows.measure.map(label), trusted=rows.differs)
    return dots(rows, title, scale, (-reach, reach), (0, 0), "{:+z.1f}", len(rows))
