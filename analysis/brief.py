"""What the notebooks say about a text in plain sentences, and the small tables beside them.

Whatever is said about the text at hand is computed here, so that it is true of the next text too: of one without
quotations, without actors, without a single threat. What rests on a lens, which can err, is said to be found.

    >>> show.prose(*reading(Text("It may rain.")))
    The text has 3 words in 1 sentence.
    Voices, with their shares of the words: the narrator (100%).
"""

from collections import Counter
from collections.abc import Iterable
from textwrap import shorten

import pandas as pd

from . import compare, hedging, measures, norms, plot, readability, show, stance, stats, threat
from .show import count
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


def _quoted(text: Text, start: int, end: int, width: int = 400) -> str:
    return shorten(text.raw[start:end], width, placeholder=" …")


def evidence(text: Text, rows: pd.DataFrame, columns: str, words: str = "words") -> pd.DataFrame:
    """Columns of a lens's table for reading: the words from start to end under a name, and those of ``because``.

    >>> text = Text("It may rain.")
    >>> evidence(text, hedging.find(text), "found category", "found").values.tolist()
    [['may', 'modal']]
    """
    places = {words: [[span] for span in zip(rows.start, rows.end, strict=True)]}
    if "because" in rows:
        places["because"] = rows.because
    for name, spans in places.items():
        quoted = [" · ".join(_quoted(text, *span) for span in each) for each in spans]
        rows = rows.assign(**{name: pd.Series(quoted, rows.index, dtype=object)})  # objects hold any string at all
    return rows[columns.split()].reset_index(drop=True)


def upright(measured: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """A lens's measures as rows, and as columns the groups with the most words, with intervals where there are any."""
    names = compare.measured(measured.columns)
    columns = {"measure": list(map(measures.label, names))}
    for _, group in measured.sort_values("words", ascending=False, kind="stable").head(most).iterrows():
        columns |= {f"{group.iloc[0]}{end}": [group.get(name + end) for name in names] for end in compare.ENDS}
    return pd.DataFrame(columns)


def _highest(text: Text, what: str, scores: pd.Series, page: str, holder: str = "") -> Said:
    """The sentence that scores highest, quoted, with its voice and its place on a page; nothing if several do."""
    best = scores.index[scores == scores.max()]
    if len(best) != 1:
        return []
    start, end, voice = text.sentences.loc[best[0], ["start", "end", "voice"]]
    address = f"{page}.ipynb#s{best[0]}" if start < show.LIMIT else ""
    return [(f"{what} ({_named(holder or voice)}): {_quoted(text, start, end, 160)}", address)]


def reading(text: Text) -> Said:
    """What was read: its size and its voices."""
    words = stats.tally(text, "voice", text.words.start)
    if not words:
        return ["The text holds no words."]
    shares = listed(f"{_named(voice)} ({number / words.total():.0%})" for voice, number in words.most_common())
    size = f"The text has {count(words.total(), 'word')} in {count(len(text.sentences), 'sentence')}."
    return [size, f"Voices, with their shares of the words: {shares}."]


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
    return said + _highest(text, "The harshest sentence about an actor", -worst, "02_stance")


def sureness(text: Text) -> Said:
    """How sure the voices sound: how often they hedge, with which words, and the least certain sentence."""
    measured, cues = hedging.measure(text).iloc[0], hedging.find(text)
    if not measured.hedges + measured.boosters:
        return ["No hedge and no booster was found."]
    found = f"{count(measured.hedges, 'hedge')} and {count(measured.boosters, 'booster')}"
    said: Said = [f"{found} found in {count(measured.words, 'word')}."]
    hedges = cues.cue[cues.category.isin(hedging.GROUPS["hedges"])].str.lower()
    if len(hedges):
        said.append(f"The hedges: {_counted('“' + ' '.join(cue.split()) + '”' for cue in hedges)}.")
    doubt = 1 - hedging.sentences(text).certainty
    doubt = doubt.drop(text.propositions.query("asked or negated").sentence.unique())  # they state nothing
    return said + _highest(text, "The least certain statement", doubt[doubt > 0], "03_hedging")


def alarming(text: Text) -> pd.DataFrame:
    """The threat claims that are more sure than not, in sentences that ask nothing, the most threatening first."""
    found, asking = threat.claims(text), text.propositions.query("asked").sentence
    found = found[(found.certainty > 0.5) & ~found.sentence.isin(asking)]
    return found.sort_values("threat", ascending=False, kind="stable")


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
    worst = alarming(text).drop_duplicates("sentence").set_index("sentence")
    holder = next(iter(worst.holder), "")
    return said + _highest(text, "The most threatening claim", worst.threat, "04_threat_framing", holder)


def hardness(text: Text) -> Said:
    """How hard the text is to read, by the formulas and by our own measure, and its hardest sentence."""
    figures = readability.measure(text).iloc[0]
    if figures.words < readability.FEW:
        return [f"Under {readability.FEW} words no formula is reliable, and this text has {figures.words}."]
    grades, far = figures[readability.GRADES], figures.difficulty
    suits = f"By the formulas it suits grades {min(grades):z.0f} to {max(grades):z.0f} of US schools"
    gap = f"{abs(far):.1f} standard deviations {'harder' if far > 0 else 'easier'}"
    said = f"{suits}; by our own measure it is {gap} than the average school text."
    return [said, *_highest(text, "The hardest sentence", readability.score(text), "01_text")]


def standing(text: Text) -> Said:
    """On which measures the text is clearly higher or lower than nearly all reference documents."""
    placed = norms.place(measures.profile(text))
    if placed.warning.any():
        return [f"The text has {placed.warning[0]}."]
    sides = {"Higher": placed.low > 90, "Lower": placed.high < 10}
    told = {side: listed(placed.measure[far].map(measures.label), 6) or "nothing" for side, far in sides.items()}
    return [f"{side} than in nine tenths of {placed.n.max()} reference documents: {it}." for side, it in told.items()]


PAGES = {  # what the overview asks, who answers it, and where the whole answer stands
    "Voices": (reading, "01_text.ipynb#The-text,-by-voice"),
    "Stance": (sides, "02_stance.ipynb#The-evidence,-in-the-text"),
    "Hedging": (sureness, "03_hedging.ipynb#The-evidence,-in-the-text"),
    "Threat framing": (alarms, "04_threat_framing.ipynb#The-claims"),
    "Readability": (hardness, "05_readability.ipynb#What-drives-the-grade"),
    "Among other texts": (standing, "06_compare.ipynb#Among-all-reference-documents"),
}


def overview(text: Text) -> show.Shown:
    """The lenses on one page; every sentence leads to its evidence, the one it speaks of or the lens's whole."""
    parts = [show.prose(*text.warnings, title="Please note")] if text.warnings else []
    for title, (say, page) in PAGES.items():
        linked = [(said, page) if isinstance(said, str) else said for said in say(text)]
        parts.append(show.prose(*linked, title=title))
    return show.together(*parts)
