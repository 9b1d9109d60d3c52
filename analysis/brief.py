"""What the notebooks say about a text in plain sentences, and the small tables beside them.

Whatever is said about the text at hand is computed here, so that it is true of the next text too: of one without
quotations, without actors, without a single threat. What rests on a lens, which can err, is said to be found.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import wraps
from textwrap import shorten

import pandas as pd

from . import compare, hedging, measures, norms, plot, readability, show, stance, stats, threat
from .codebook import Codebook
from .show import count, percent
from .text import Text

Said = list[str | tuple[str, str]]  # sentences; or a sentence and the address of its evidence


def listed(names: Iterable[object], most: int = 5) -> str:
    """Names as prose, the first few of them.

    >>> listed(["Ana", "Ben", "Cy"]), listed("abcdef", 2)
    ('Ana, Ben and Cy', 'a, b and 4 more')
    """
    names = [str(name) for name in names]
    if len(names) > most + 1:
        names = [*names[:most], f"{len(names) - most} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _counted(items: Iterable[str]) -> str:
    return listed(f"{item} ({number})" for item, number in Counter(items).most_common())


def _named(voice: str) -> str:
    return {"unknown": "an unknown voice"}.get(voice, f"the {voice}" if voice in plot.QUIET else voice)


def _cut(words: str, width: int = 400) -> str:
    return shorten(words, width, placeholder=" …")


def evidence(text: Text, rows: pd.DataFrame, columns: str, words: str = "words") -> pd.DataFrame:
    """Columns of a lens's table for reading: the words from start to end under a name, and those of ``because``.

    >>> text = Text("It may rain.")
    >>> evidence(text, hedging.find(text), "found category", "found").values.tolist()
    [['may', 'modal']]
    """
    quoted = {words: [_cut(text.raw[start:end]) for start, end in zip(rows.start, rows.end, strict=True)]}
    if "because" in rows:
        quoted["because"] = [" · ".join(_cut(text.raw[start:end]) for start, end in it) for it in rows.because]
    return rows.assign(**quoted)[columns.split()].reset_index(drop=True)


def _shown(say: Callable[[Text], Said]) -> Callable[..., show.Shown]:
    """Shows the sentences that a function finds; without a title, after what is odd about the text."""

    @wraps(say)
    def shown(text: Text, title: str = "", page: str = "") -> show.Shown:
        said = [(it, page) if isinstance(it, str) else it for it in say(text)]
        return show.prose(*([] if title else text.warnings), *said, title=title)

    return shown


def _top(text: Text, what: str, scores: pd.Series, page: str) -> Said:
    """The sentence that scores highest, quoted, and its address in the marked text of a page; nothing if several do."""
    best = scores.index[scores == scores.max()]
    if len(best) != 1:
        return []
    it = text.sentences.loc[best[0]]
    address = f"{page}.ipynb#s{best[0]}" if it.start < show.LIMIT else ""
    return [(f"{what} ({_named(it.voice)}): {_cut(it.text, 160)}", address)]


def _stated(text: Text) -> pd.Index:
    """The sentences that neither ask nor hold a denial."""
    cues, asked = hedging.find(text), text.sentences.text.map(lambda said: "?" in said[-3:]).astype(bool)
    return text.sentences.index[~asked].difference(cues.sentence[cues.category == "denial"])


@_shown
def reading(text: Text) -> Said:
    """What was read: its size and its voices."""
    words = stats.table(text, "voice", {}).set_index("voice").words
    words = words[words > 0].sort_values(ascending=False, kind="stable")
    if words.empty:
        return ["The text holds no words."]
    shares = listed(f"{_named(voice)} ({percent(number / words.sum())})" for voice, number in words.items())
    size = f"The text has {count(words.sum(), 'word')} in {count(len(text.sentences), 'sentence')}."
    return [size, f"Voices, with their shares of the words: {shares}."]


def reasons(text: Text) -> pd.DataFrame:
    """A row a passage that is not the narrator's: voice, kind, passage, and the words that gave it that voice."""
    found = evidence(text, text.segments.query("voice != 'narrator'"), "voice kind passage because", "passage")
    why = found.because.replace("", "by convention").mask(found.voice == "unknown", "no speaker was found")
    return found.assign(passage=[_cut(words, 60) for words in found.passage], because=why)


@_shown
def sides(text: Text) -> Said:
    """Who stands where: the actors, the borders drawn, the clear verdicts, and the harshest sentence."""
    mentions, cells = stance.toward(text), stance.matrix(text)
    if mentions.empty:
        return ["No actor was found: none that the codebook knows, nobody with a title or a first name that it knows."]
    actors = f"{count(len(mentions), 'mention')} of {count(mentions.actor.nunique(), 'actor')} found"
    said: Said = [f"{actors}: {_counted(mentions.actor)}."]
    for voice, own in cells[cells.position != ""].groupby("voice", sort=False):
        if len(own) > 1:  # "we" alone draws no border
            placed = "; ".join(f"{side} {listed(names)}" for side, names in own.groupby("position").actor)
            said.append(f"Us and them, by the dangers that {_named(voice)} speaks of: {placed}.")
    known = cells[cells.enough.astype(bool)]
    for manner, clear in {"ill": known[known.polarity_high < 0], "well": known[known.polarity_low > 0]}.items():
        if told := listed(f"{_named(it.voice)} of {it.actor}" for it in clear.itertuples()):
            said.append(f"Found to speak clearly {manner}: {told}.")
    worst = mentions[mentions.polarity == "negative"].groupby("sentence").score.min()
    return said + _top(text, "The harshest sentence about an actor", -worst, "02_stance")


@_shown
def sureness(text: Text) -> Said:
    """How sure the voices sound: how often each of them hedges, with which words, and the least certain sentence."""
    by, cues = hedging.measure(text, by="voice"), hedging.find(text)
    if not by.hedges.sum() + by.boosters.sum():
        return ["No hedge and no booster was found."]
    hedges = cues.cue[cues.category.isin(hedging.GROUPS["hedges"])].str.lower()
    found = f"{count(by.hedges.sum(), 'hedge')} and {count(by.boosters.sum(), 'booster')}"
    said: Said = [f"{found} found in {count(by.words.sum(), 'word')}."]
    if len(hedges):
        said.append(f"The hedges: {_counted('“' + ' '.join(cue.split()) + '”' for cue in hedges)}.")
    rates = [
        f"{_named(it.voice)} {it.hedges_per_100:.1f} ({it.hedges_per_100_low:.1f} to {it.hedges_per_100_high:.1f})"
        for it in by[by.words >= plot.ENOUGH].itertuples()
    ]
    if rates:
        said.append(f"Hedges in 100 words, of the voices that say {plot.ENOUGH} or more: {listed(rates)}.")
    doubt = 1 - hedging.sentences(text).certainty[_stated(text)]
    return said + _top(text, "The least certain statement", doubt[doubt > 0], "03_hedging")


def highest(text: Text, cues: pd.DataFrame, scores: Iterable[float], most: int = 5) -> show.Shown:
    """The sentences that score highest, from 0.5 up, with their cues marked."""
    order = sorted((-score, i) for i, score in enumerate(scores) if score >= 0.5)[:most]
    return show.marks(text, cues, [i for _, i in order]) if order else show.prose("No sentence scores 0.5 or more.")


def _alarming(text: Text) -> pd.DataFrame:
    """The threat claims that are neither asked nor denied nor doubted, the most threatening first."""
    found = threat.claims(text)
    found = found[found.sentence.isin(_stated(text)) & (found.certainty >= threat.DOUBTED)]
    return found.sort_values("threat", ascending=False, kind="stable")


def claims(text: Text, most: int | None = None) -> pd.DataFrame:
    """The threat claims as they stand; or so many, the most threatening of those that are neither denied nor asked."""
    found, further = _alarming(text).head(most) if most else threat.claims(text), []
    for it in found.itertuples():
        parts = {"by": it.means, "when": it.imminence, "calls for": it.response}
        parts = [f"{name}: {words}" for name, words in parts.items() if words] + ["on a condition"] * it.conditional
        further.append("; ".join(parts))
    columns = "sentence claim agent referent further certainty voice"
    return evidence(text, found.assign(further=further), columns, "claim")


@_shown
def alarms(text: Text) -> Said:
    """What we are told to fear: how many claims, how surely, from whom, and the most threatening of them."""
    found = threat.claims(text)
    if found.empty:
        return ["No claim of a threat was found."]
    held = found[found.certainty >= threat.DOUBTED]
    sure = f"More sure than not: {(found.certainty > 0.5).sum()}. Denied or doubted: {len(found) - len(held)}"
    said: Said = [f"{count(len(found), 'claim')} of a threat found. {sure}."]
    for part, what in ((held.agent, "Said to threaten"), (held.referent, "Said to be under threat")):
        if things := {thing.casefold(): thing for thing in part if thing}:
            said.append(f"{what}: {listed(things.values(), 6)}.")
    worst = _alarming(text).groupby("sentence").threat.max()
    return said + _top(text, "The most threatening claim", worst, "04_threat_framing")


def functions(text: Text) -> pd.DataFrame:
    """A row a function of a frame (Entman 1993): how many sentences it was found in, their share, and which."""
    table, rows = threat.frames(text), []
    for function in threat.FRAMES:
        found = table.sentence[table[function].astype(bool)]
        rows.append((function, len(found), *stats.share(len(found), len(table)), listed(found, 12)))
    return pd.DataFrame(rows, columns="function found share share_low share_high sentences".split())


def kinds(cues: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """How many of a lens's cues there are of each kind: in all, and of the voices that have the most.

    >>> kinds(hedging.find(Text("It may rain. It could snow."))).loc["modal"].to_dict()
    {'in all': 2, 'narrator': 2}
    """
    table = cues.groupby(["category", "voice"]).size().unstack(fill_value=0).rename_axis(index="kind", columns=None)
    often = table[table.sum().nlargest(most).index]
    often.insert(0, "in all", table.sum(axis=1))
    return often.sort_values("in all", ascending=False, kind="stable")


def versions(text: Text, codebooks: dict[str, Codebook], lens=hedging) -> pd.DataFrame:
    """A lens's measures by one codebook and by another: a row a measure."""
    return upright(pd.concat(lens.measure(text, codebook=book).assign(group=name) for name, book in codebooks.items()))


def upright(measured: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """A lens's measures as rows, and as columns the groups with the most words, with intervals where there are any."""
    names = compare.measured(measured.columns)
    columns = {"measure": list(map(measures.label, names))}
    for _, group in measured.sort_values("words", ascending=False, kind="stable").head(most).iterrows():
        columns |= {f"{group.iloc[0]}{end}": [group.get(name + end) for name in names] for end in compare.ENDS}
    return pd.DataFrame(columns)


@_shown
def hardness(text: Text) -> Said:
    """How hard the text is to read, by the formulas and by our own measure, and its hardest sentence."""
    figures = readability.measure(text).iloc[0]
    if figures.words < readability.FEW:
        return [f"Under {readability.FEW} words no formula is reliable, and this text has {figures.words}."]
    grades, far = figures[readability.GRADES], figures.difficulty
    suits = f"By the formulas it suits grades {min(grades):z.0f} to {max(grades):z.0f} of US schools"
    gap = f"{abs(far):.1f} standard deviations {'harder' if far > 0 else 'easier'}"
    said = f"{suits}; by our own measure it is {gap} than the average school text."
    return [said, *_top(text, "The hardest sentence", readability.score(text), "01_text")]


def formulas(text: Text) -> pd.DataFrame:
    """A row a formula: its value for the whole text, how it is computed, and its source."""
    table = measures.table("readability")
    value = table.name.map(readability.measure(text).iloc[0]).astype(float)
    formula = table.name.map(readability.FORMULAS).fillna(table.meaning)
    return pd.DataFrame({"measure": table.label, "value": value, "formula": formula, "source": table.method})


@_shown
def standing(text: Text) -> Said:
    """On which measures the text is clearly higher or lower than nearly all reference documents."""
    placed = norms.place(measures.profile(text))
    if placed.warning.any():
        return [f"The text has {placed.warning[0]}."]
    sides = {"Higher": placed.low > 90, "Lower": placed.high < 10}
    told = {side: listed(placed.measure[far].map(measures.label), 6) or "nothing" for side, far in sides.items()}
    return [f"{side} than in nine tenths of {placed.n.max()} reference documents: {it}." for side, it in told.items()]


def differences(gaps: pd.DataFrame, one: compare.Side, other: compare.Side) -> pd.DataFrame:
    """What `compare.measures` found on both sides, for reading: the columns bear their names."""
    names = {f"{side}{end}": f"{it.name}{end}" for side, it in (("one", one), ("other", other)) for end in compare.ENDS}
    told = gaps.differs.astype(object).where(gaps.difference_low.notna(), "")
    gaps = gaps.assign(measure=gaps.measure.map(measures.label), differs=told)
    return gaps.dropna(subset=["one", "other"]).rename(columns=names)


def keywords(one: compare.Side, other: compare.Side, most: int = 15) -> show.Shown:
    """The cues that set two sides apart by more than chance would often make."""
    table = compare.keyness(one.cues(), other.cues(), one.words, other.words)
    found = table[table.p < compare.SURE].head(most)
    found = found.assign(p=found.p.map("{:.1g}".format))
    found.columns = ["cue", f"times in {one.name}", f"times in {other.name}", "log ratio", "p"]
    return show.table(found, "Cues that set the two apart by more than chance would often make")


def overview(text: Text) -> show.Shown:
    """The four lenses on one page; every sentence leads to its evidence, the one it speaks of or the lens's whole."""
    return show.together(
        *[show.prose(*text.warnings, title="Please note")] * bool(text.warnings),
        reading(text, "Voices", "01_text.ipynb#The-text,-by-voice"),
        sides(text, "Stance", "02_stance.ipynb#The-evidence,-in-the-text"),
        sureness(text, "Hedging", "03_hedging.ipynb#The-evidence,-in-the-text"),
        alarms(text, "Threat framing", "04_threat_framing.ipynb#The-claims"),
        hardness(text, "Readability", "05_readability.ipynb#What-drives-the-grade"),
        standing(text, "Among other texts", "06_compare.ipynb#Among-all-reference-documents"),
    )
