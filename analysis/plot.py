"""The figures, in one look: direct labels instead of legends, colours that colour-blind readers can tell apart.

Every function returns a `Picture`, or a sentence where there is nothing to draw. A picture shows itself in a notebook
as a PNG on a white card, which reads the same in light and dark mode and on paper, and it carries the words for what it
shows: its alternative text, and its plain-text form where there are no pictures. `Picture.save` writes SVG, PNG or PDF.

Matplotlib is used without pyplot: no global state, no figure kept alive, a quicker start.
"""

import html
import io
import warnings
from collections import Counter
from itertools import cycle

import matplotlib
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from .catalogue import label
from .rates import words_by
from .readability import FEW, GRADES
from .show import count, visible
from .show import prose as nothing  # a sentence, where there is nothing to draw

INK, MUTED, RULE, CARD = "#222222", "#5f5f5f", "#dddddd", "#ffffff"
# Okabe & Ito (2008), without their yellow, which is too pale for a white card
HUES = BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
QUIET = {"narrator": "#8a8a8a", "interviewer": "#4d4d4d", "unknown": "#c4c4c4"}
UNNAMED = "(not named)"
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

        The file carries its alternative text, and with it the ``source`` of its method.
        """
        kind = kind or str(path).rpartition(".")[2]
        stamp, said = {"png": "Software", "svg": "Date", "pdf": "CreationDate"}[kind], visible(self.alt)
        words = {"Title": said.partition(". ")[0], "Subject" if kind == "pdf" else "Description": said}
        if source:
            words |= {"Keywords" if kind == "pdf" else "Source": f"Method: {source}"}
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # a script that the font lacks is drawn as boxes
            self.figure.savefig(drawn := io.BytesIO(), format=kind, dpi=DPI, metadata={stamp: None} | words)
        data = drawn.getvalue()
        if kind == "svg":  # what a screen reader says of it; matplotlib writes the title only
            said = html.escape(f"{said} {words.get('Source', '')}".strip(), quote=False)
            data = data.replace(b"</title>", f"</title>\n <desc>{said}</desc>".encode(), 1)
        if hasattr(path, "write"):
            path.write(data)
        else:
            with open(path, "wb") as file:
                file.write(data)


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


def _sheet(labels, title, key=None, right=0.3, row=0.36, foot=0.55):
    """Axes with a row a label, as high as the rows need, under a title; `key` names colours below it."""
    labels = [short(name) for name in labels]
    left, head, tall = 0.3 + 0.082 * max(map(len, labels)), 0.5 if key is None else 0.7, row * len(labels)
    height = head + tall + foot
    figure = Figure(figsize=(WIDTH, height), facecolor=CARD)
    figure.text(0.1 / WIDTH, 1 - 0.13 / height, title, va="top", weight="bold", size=11)
    at = 0.1
    for name, hue in list((key or {}).items())[:6]:
        figure.text(at / WIDTH, 1 - 0.4 / height, "■", color=hue, va="top", size=9)
        figure.text((at + 0.15) / WIDTH, 1 - 0.4 / height, short(name, 22), color=MUTED, va="top", size=9)
        at += 0.35 + 0.077 * len(short(name, 22))
    axes = figure.add_axes((left / WIDTH, foot / height, 1 - (left + right) / WIDTH, tall / height))
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks(range(len(labels)), labels)
    return axes


def _bare(axes, scale):
    """No horizontal scale: the values stand beside the marks."""
    axes.set_xticks([])
    axes.spines.bottom.set_visible(False)
    axes.set_xlabel(scale, labelpad=8)


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
    axes = _sheet(lanes, f"Most words: {short(lanes[0], 50)}, {said[lanes[0]] / total:.0%}", right=1.4)
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
    values, hue = list(scores), colours(passage.voice for passage in text.passages)
    voices = [text.passages[index].voice for _, _, index in text.spans]
    above = sorted((i for i, value in enumerate(values) if value >= line), key=lambda i: -values[i])
    title = f"{len(above)} of {count(len(values), 'sentence')} found {what}"
    axes = _sheet(["0.0"], title, {voice: hue[voice] for voice in dict.fromkeys(voices)}, row=2.1)
    axes.set(xlim=(-1, len(values)), ylim=(0, 1.12), xlabel="sentence")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_yticks([0, line, 1], ["0", f"{line:g}", "1"])
    axes.axhline(line, color=MUTED, lw=0.8, ls=(0, (4, 3)))
    axes.vlines(range(len(values)), 0, values, colors=[hue[voice] for voice in voices], lw=min(9, 450 / len(values)))
    for rank, at in enumerate(above[:most]):  # a number that would cover another is left out
        if all(abs(at - other) > len(values) / 40 or values[other] - values[at] > 0.07 for other in above[:rank]):
            axes.text(at, values[at] + 0.02, str(at), ha="center", size=8)
    numbers = ", ".join(map(str, above[:most]))
    return Picture(axes.figure, f"{title}{' (the highest: ' + numbers + ')' if above else ''}.")


@in_style
def matrix(cells, most=12):
    """Polarity and position by actor (rows) and voice (columns): `stance.matrix`; too few mentions have no colour."""
    if cells.empty:
        return nothing("No actor was found.")
    actors, voices = (
        list(cells.groupby(side).mentions.sum().sort_values(ascending=False, kind="stable").index[:limit])
        for side, limit in (("actor", most), ("voice", 6))
    )
    axes, said = _sheet(actors, "Who speaks how of whom", {}, row=0.42, foot=0.3, right=0.15), []
    for cell in cells[cells.actor.isin(actors) & cells.voice.isin(voices)].itertuples():
        x, y = voices.index(cell.voice), actors.index(cell.actor)
        tint = RULE if not cell.enough or not cell.polarity else VERMILION if cell.polarity < 0 else BLUE
        depth = 0.08 + 0.5 * abs(cell.polarity) if cell.enough else 0.4
        axes.barh(y, 0.97, left=x - 0.485, height=0.9, color=tint, alpha=depth)
        words = f"n = {cell.mentions}"
        if cell.enough:
            words = f"{cell.polarity:+.2f}  ({words})".replace("-", "−").replace("+0.00", "0.00")
            said.append(f"{cell.voice} of {cell.actor} {words} {cell.position}".strip())
        below = 0.17 if cell.position else 0
        axes.text(x, y - below, words, ha="center", va="center", color=INK if cell.enough else MUTED, size=9)
        axes.text(x, y + below, cell.position, ha="center", va="center", color=INK, size=7.5)
    axes.set_xlim(-0.5, len(voices) - 0.5)
    axes.set_xticks(range(len(voices)), [short(voice, 60 // len(voices)) for voice in voices])
    axes.tick_params(axis="x", length=0, labelcolor=INK, top=True, labeltop=True, bottom=False, labelbottom=False)
    axes.spines.bottom.set_visible(False)
    axes.set_xlabel("mean polarity, −1 (negative) to +1 (positive); grey: too few mentions to say")
    said = said or ["no voice mentions any actor often enough to say"]
    return Picture(axes.figure, f"Mean polarity, −1 to +1, by voice and actor: {'; '.join(said)}.")


def threats(claims):
    """Who or what is said to threaten whom: `threat.claims(text)`; the surer, the wider, and dashed below 0.5."""
    parts = claims[["agent", "referent", "certainty"]].replace({"agent": {"": UNNAMED}, "referent": {"": UNNAMED}})
    if claims.empty:
        return nothing("No claim of a threat was found.")
    return _bands(
        parts, "Who is said to threaten whom", "certainty, 0 to 1 (× claims); dashed: below 0.5", 0.5, (BLUE, VERMILION)
    )


@in_style
def borders(cells, most=14):
    """Us and them, of `stance.matrix`: in how many mentions a voice has an actor do harm, and have it done to it."""
    rows = cells[(cells.position != "") | (cells.endangered + cells.endangering > 0)]
    rows = rows.assign(side=rows.endangered - rows.endangering, us=rows.position == "in-group")
    voices = rows.groupby("voice").mentions.transform("sum")
    rows = rows.assign(size=voices).sort_values(["size", "voice", "us", "side"], ascending=False, kind="stable")
    if rows.empty:
        return nothing("No voice draws a border between us and them.")
    shown, said = rows.head(most), []
    actors = shown.actor.where(~shown.actor.str.startswith("we ("), "we")
    names = [f"{short(voice, 18)}: {short(actor, 24)}" for voice, actor in zip(shown.voice, actors, strict=True)]
    axes = _sheet(names, "Us and them, by the dangers named", row=0.36, right=1.3)
    reach = max(1, shown[["endangered", "endangering"]].to_numpy().max()) * 1.15
    for y, row in enumerate(shown.itertuples()):
        axes.axhline(y, color=RULE, lw=0.6, zorder=0)
        for value, side, colour in ((row.endangering, -1, VERMILION), (row.endangered, 1, BLUE)):
            axes.barh(y, side * value, height=0.55, color=colour, alpha=0.85)
            if value:
                axes.text(
                    side * (value + reach / 60), y, str(value), va="center", ha=("right", "", "left")[side + 1], size=9
                )
        axes.text(1.02, y, row.position, transform=axes.get_yaxis_transform(), va="center", size=9)
        said.append(
            f"{row.voice} of {row.actor}: {row.endangering} and {row.endangered}".rstrip() + f" {row.position}".rstrip()
        )
    for text, x, colour, ha in (("does harm", -1, VERMILION, "left"), ("harm is done to it", 1, BLUE, "right")):
        axes.text(x * reach, len(names) - 0.4, text, color=colour, weight="bold", ha=ha, va="top")
    axes.axvline(0, color=INK, lw=0.8)
    axes.set_xlim(-reach, reach)
    more = f"; {len(rows) - most} more rows are not shown" if len(rows) > most else ""
    _bare(axes, "mentions" + more)
    return Picture(
        axes.figure, f"Mentions in which an actor does harm and in which harm is done to it: {'; '.join(said)}."
    )


def deeds(relations):
    """Who, by whose word, does what to whom: `stance.relations(text)`; dashed where the acts are more bad than good."""
    if relations.empty:
        return nothing("No actor is said to act upon another.")
    parts = relations.assign(says=relations.voice + ": " + relations.agent)[["says", "target", "weight"]]
    scale = "mean of good (+1) and bad (−1) acts (× acts); dashed: bad"
    return _bands(parts, "Who says that who acts upon whom", scale, 0, (VERMILION, BLUE))


@in_style
def _bands(links, title, scale, line, hues, most=10):
    """A band a pair from left to right, as wide as its mean is far from nothing; dashed where it is below a line."""
    left, right, value = links.columns
    links = links.assign(**{side: links[side].map(lambda name: short(name, 30)) for side in (left, right)})
    pairs = links.groupby([left, right], sort=False)[value].agg(["size", "mean"]).reset_index()
    named = ~pairs[[left, right]].eq(UNNAMED).any(axis=1)
    order = pairs.assign(named=named).sort_values(["named", "size", "mean"], ascending=False, kind="stable")
    pairs = order.head(most).set_axis(["one", "other", "size", "mean", "named"], axis=1)
    ones = list(dict.fromkeys(pairs.one))
    rank = pairs.one.map(ones.index).groupby(pairs.other).mean()
    others = list(rank.sort_values(kind="stable").index)  # each beside what leads to it, so that few bands cross
    rows, margin = max(len(ones), len(others)), 0.4 + 0.082 * max(len(short(other)) for other in others)
    axes = _sheet(ones, title, row=0.46 * rows / len(ones), right=margin, foot=0.35)
    beside = {other: (i + 0.5) * len(ones) / len(others) - 0.5 for i, other in enumerate(others)}
    for other, at in beside.items():
        axes.text(1.02, at, short(other), va="center")
    box = {"size": 8.5, "ha": "center", "va": "center", "bbox": {"fc": CARD, "ec": "none", "pad": 1}}
    for turn, pair in enumerate(pairs.itertuples()):
        a, b = ones.index(pair.one), beside[pair.other]
        look = {"ec": hues[pair.mean >= line], "ls": "-" if pair.mean >= line else (0, (2, 1))}
        bend = Path([(0.01, a), (0.45, a), (0.55, b), (0.99, b)], [Path.MOVETO, *[Path.CURVE4] * 3])
        axes.add_patch(PathPatch(bend, fill=False, lw=1 + 5 * abs(pair.mean), alpha=0.55, **look))
        parts, joins = pairs.one.eq(pair.one).sum() > 1, pairs.other.eq(pair.other).sum() > 1
        near = (0.3, 0.5, 0.7)[turn % 3] if parts and joins else 0.9 if parts else 0.1  # where the band runs alone
        words = f"{pair.mean:.2f}".replace("-", "−") + (f" × {pair.size}" if pair.size > 1 else "")
        height = a + (3 * near**2 - 2 * near**3) * (b - a)
        axes.text(0.03 + 0.94 * near, height, words, **box)
    axes.set_xlim(0, 1)
    more = f"; {len(order) - most} more pairs are not shown" if len(order) > most else ""
    _bare(axes, scale + more)
    said = "; ".join(f"{pair.one} → {pair.other} {pair.mean:.2f}" for pair in pairs.itertuples())
    return Picture(axes.figure, f"{title}: {said}. The number is {scale}.")


@in_style
def quadrant(claims, text):
    """Threat against certainty: a point a claim, coloured by voice, with the number of its sentence beside it."""
    if claims.empty:
        return nothing("No claim of a threat was found.")
    hue, at = colours([*(passage.voice for passage in text.passages), *claims.voice]), claims.certainty.eq(0.5).sum()
    title = f"Threat claims: {claims.certainty.gt(0.5).sum()} of {len(claims)} with a certainty above one half"
    title += f", {at} at one half" if at else ""
    axes = _sheet(["0.0"], title, {voice: hue[voice] for voice in dict.fromkeys(claims.voice)}, row=3.6)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.05, 1.1), xlabel="certainty of the claim", ylabel="threat of its sentence")
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.axhline(0.5, color=RULE, lw=1)
    axes.axvline(0.5, color=RULE, lw=1)
    for x, ha in ((0, "left"), (1, "right")):
        for y, alarm in ((1.07, "alarm"), (-0.02, "concern")):
            axes.text(x, y, f"{alarm}, {'as fact' if x else 'hedged'}", ha=ha, va="center", color=MUTED, style="italic")
    groups = []  # points are never moved; those that touch have one label, the numbers from top to bottom
    for claim in claims.sort_values("threat", ascending=False, kind="stable").itertuples():
        axes.plot(claim.certainty, claim.threat, "o", ms=8, mfc=hue[claim.voice], mec=CARD, alpha=0.8, clip_on=False)
        near = (own for own in groups if abs(own[-1][0] - claim.certainty) < 0.03 and own[-1][1] - claim.threat < 0.055)
        if (own := next(near, None)) is None:
            groups.append(own := [])
        own.append((claim.certainty, claim.threat, str(claim.sentence)))
    for own in groups:
        x, side = own[0][0], -1 if 0.1 < own[0][0] < 0.5 or own[0][0] > 0.9 else 1
        y, words = sum(y for _, y, _ in own) / len(own), ", ".join(dict.fromkeys(number for _, _, number in own))
        axes.text(x + 0.013 * side, y, words, size=8.5, ha="left" if side > 0 else "right", va="center")
    said = "; ".join(f"{claim.sentence} ({claim.certainty:.2f}, {claim.threat:.2f})" for claim in claims.itertuples())
    return Picture(axes.figure, f"{title}. Sentence (certainty, threat): {said}.")


@in_style
def dots(rows, title, scale, limits=None, band=None, form="{:.1f}"):
    """A dot a row, its interval and its value: from columns name, value, low, high, and trusted where some are not.

    An untrusted value is a ring. `band` shades a stretch of the scale.
    """
    if rows.empty:
        return nothing(f"{title}: nothing to show.")
    axes = _sheet(list(rows.name), title, row=0.33, right=0.9)
    if band:
        axes.axvspan(*band, color=RULE, alpha=0.5, lw=1)
    for y, row in enumerate(rows.itertuples()):
        axes.axhline(y, color=RULE, lw=0.6, zorder=0)
        axes.plot([row.low, row.high], [y, y], color=MUTED, lw=1.4)
        axes.plot(row.value, y, "o", ms=8, mfc=BLUE if getattr(row, "trusted", True) else CARD, mec=BLUE, clip_on=False)
        axes.text(1.035, y, form.format(row.value), transform=axes.get_yaxis_transform(), va="center", size=9)
    axes.set_xlim(limits)
    axes.set_xlabel(scale)
    said = "; ".join(f"{name} {form.format(value)}" for name, value in zip(rows.name, rows.value, strict=True))
    return Picture(axes.figure, f"{title}. {scale[0].upper() + scale[1:]}: {said}.")


def balance(rates, kinds=("hedges", "boosters"), most=9):
    """Rates per 100 words, a row a group and a kind, with 95 % intervals: from a lens's `measure(text, by=…)`."""
    rates = rates[rates.words > 0].sort_values("words", ascending=False, kind="stable").head(most)
    if not rates[list(kinds)].to_numpy().any():
        return nothing(f"{' and '.join(f'no {kind}' for kind in kinds).capitalize()} were found.")
    rows = []
    for _, group in rates.iterrows():
        for kind in kinds:
            estimate = group[[f"{kind}_per_100{end}" for end in ("", "_low", "_high")]]
            rows.append((f"{short(group.iloc[0], 16)} ({group.words:,}): {kind}", *estimate))
    title, scale = f"{' and '.join(kinds)} by voice".capitalize(), "per 100 words; in brackets: the words"
    return dots(pd.DataFrame(rows, columns=["name", "value", "low", "high"]), title, scale, limits=(0, None))


def grades(measured):
    """The six formulas that speak in US school grades, and how far apart they lie: `readability.measure(text)`.

    A ring marks SMOG where there are fewer than the thirty sentences that it wants.
    """
    row = measured.iloc[0]
    if row.words < FEW:
        return nothing(f"Under {FEW} words there is no grade to draw.")
    rows = pd.DataFrame({"name": [label(name) for name in GRADES], "value": row[GRADES].to_list()})
    rows["trusted"] = [not row.warning or name != "smog_index" for name in GRADES]
    rows = rows.assign(low=float("nan"), high=float("nan")).sort_values("value", kind="stable")
    title = f"The formulas lie {row.spread:.1f} school years apart"
    return dots(rows, title, "US school grade", band=(rows.value.min(), rows.value.max()))


def places(placed, most=99):
    """Where a text stands among the reference documents: `norms.place(figures)`, or only what is most telling of it."""
    if placed.warning.any():
        return nothing(f"The text has {placed.warning[0]}.")
    rows = placed.dropna()
    telling = (rows.percentile - 50).abs().sort_values(ascending=False, kind="stable").index[:most]
    rows = rows[rows.index.isin(telling)]
    if rows.empty:
        return nothing("There is nothing to compare with the reference documents.")
    names = [f"{label(name)}: {value:.2f}" for name, value in zip(rows.measure, rows.value, strict=True)]
    rows = rows.assign(name=names, value=rows.percentile)
    scale = f"percentile among {rows.n.max()} reference documents; grey: the middle half"
    return dots(rows, "The text among others", scale, limits=(0, 100), band=(25, 75), form="{:.0f}")


def gaps(differences, one, other):
    """How far two texts differ on what is counted per 100 words: `compare.measures(…)`, with 95 % intervals."""
    rows = differences[differences.measure.str.endswith("_per_100")].dropna()
    rows = pd.DataFrame(
        {
            "name": rows.measure.str.removesuffix("_per_100").str.replace("_", " "),
            "value": rows.difference,
            "low": rows.difference_low,
            "high": rows.difference_high,
            "trusted": rows.differs,
        }
    )
    reach = rows[["low", "high"]].abs().to_numpy().max() * 1.05 if len(rows) else 1
    title = f"{short(one)} less {short(other)}, per 100 words"
    return dots(rows, title, "difference; rings: the interval holds zero", (-reach, reach), (0, 0), "{:+z.1f}")
