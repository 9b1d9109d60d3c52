"""What the notebooks say about a text in plain sentences, and the small tables beside them.

A notebook's own prose never speaks of one text. Whatever is said about the text at hand is computed here, so that it is
true of the next text too: of one without quotations, without actors, without a single threat.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from . import catalogue, compare, hedging, norms, rates, readability, show, stance, threat
from .codebook import Codebook
from .text import Text

LIMIT = 40_000  # characters of a text that a page shows marked, and to which it can be linked


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "sentence"), count(1200, "word")
    ('1 sentence', '1,200 words')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: Iterable[object], most: int = 5) -> str:
    """Names as prose, the first few of them.

    >>> listed(["Ana", "Ben", "Cy"]), listed("abcdef", 2)
    ('Ana, Ben and Cy', 'a, b and 4 more')
    """
    names = [str(name) for name in names]
    if len(names) > most + 1:
        names = [*names[:most], f"{len(names) - most} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def reading(text: Text) -> show.Shown:
    """What was read: its size, its voices, and what is odd about the file."""
    return show.prose(*_reading(text))


def _reading(text: Text) -> list[str]:
    words = rates.words_by(text, "voice").most_common()
    total = sum(number for _, number in words)
    spoken = [f"{voice} ({number / total:.0%} of the words)" for voice, number in words if number]
    if not spoken:
        return ["The text holds no words.", *text.warnings]
    speak = "1 voice speaks" if len(spoken) == 1 else f"{len(spoken)} voices speak"
    size = f"{count(total, 'word')} in {count(len(text.spans), 'sentence')}"
    return [f"The text has {size}. {speak} in it: {listed(spoken)}.", *text.warnings]


def reasons(text: Text) -> pd.DataFrame:
    """A row an attributed passage: voice, kind, how it begins, and the words that gave it to that voice."""
    rows = [
        (passage.voice, passage.kind, _opening(text, passage), " · ".join(text.raw[a:b] for a, b in passage.because))
        for passage in text.passages
        if passage.because
    ]
    return pd.DataFrame(rows, columns=["voice", "kind", "passage", "because"])


def unsure(text: Text) -> pd.DataFrame:
    """A row a passage that nobody is known to speak, or whose speaker no word beside it names."""
    rows = [
        (passage.voice, passage.kind, _opening(text, passage), "no speaker" if lost else "by convention")
        for passage in text.passages
        if (lost := passage.voice == "unknown") or (passage.voice != "narrator" and not passage.because)
    ]
    return pd.DataFrame(rows, columns=["voice", "kind", "passage", "found"])


def _opening(text: Text, passage) -> str:
    words = text.raw[passage.start : passage.end].split()
    return " ".join(words[:9]) + (" …" if len(words) > 9 else "")


def sureness(text: Text) -> show.Shown:
    """How sure the voices sound: how often they hedge, which of them most, and the least certain sentence."""
    return show.prose(*_sureness(text))


def _sureness(text: Text) -> list[str | tuple[str, str]]:
    table, cues = hedging.measure(text), hedging.find(text)
    if table.empty or not table.hedges[0] + table.boosters[0]:
        return ["No hedge and no booster was found."]
    whole, hedges = table.iloc[0], cues[cues.category.isin(hedging.GROUPS["hedges"])]
    said = [
        f"{count(whole.hedges, 'hedge')} and {count(whole.boosters, 'booster')} in {count(whole.words, 'word')}: "
        f"{_rate(whole, 'hedges')} hedges in 100, in {whole.hedged_share:.0%} of the sentences."
    ]
    if len(hedges):
        common = hedges.cue.str.lower().value_counts()
        said.append(f"Most frequent: {listed(f'“{cue}” ({n})' for cue, n in common.head(4).items())}.")
        sure = [hedging.certainty(text, start, end) for start, end, _ in text.spans]
        said.append(_quoted(text, "The least certain sentence", sure.index(min(sure)), "03_hedging"))
    voices = hedging.measure(text, by="voice").query("words >= 50").sort_values("hedges_per_100", kind="stable")
    if len(voices) > 1:
        low, high = voices.iloc[0], voices.iloc[-1]
        gap = compare.difference(*(tuple(v[f"hedges_per_100{end}"] for end in compare.ENDS) for v in (high, low)))
        verdict = "more than chance would often make" if gap[1] > 0 else "a difference that chance could make"
        said.append(
            f"In 100 words, {named(high.voice)} hedges {_rate(high, 'hedges')} times and {named(low.voice)} "
            f"{_rate(low, 'hedges')} times, the most and the least of the voices: {verdict}."
        )
    return said


def named(voice: str) -> str:
    """A voice as the subject of a sentence.

    >>> named("narrator"), named("Ana")
    ('the narrator', 'Ana')
    """
    return {"narrator": "the narrator", "interviewer": "the interviewer", "unknown": "an unknown voice"}.get(
        voice, voice
    )


def _rate(row: pd.Series, name: str) -> str:
    return f"{row[f'{name}_per_100']:.1f} ({row[f'{name}_per_100_low']:.1f} to {row[f'{name}_per_100_high']:.1f})"


def _quoted(text: Text, what: str, sentence: int, page: str) -> tuple[str, str]:
    """A sentence of the text, quoted, and its address in the marked text of a page, as far as that reaches."""
    start, _, passage = text.spans[sentence]
    address = f"{page}.ipynb#s{sentence}" if start < LIMIT else ""
    return (f"{what} ({named(text.passages[passage].voice)}): {_clipped(text, sentence)}", address)


def _clipped(text: Text, sentence: int, width: int = 160) -> str:
    words = " ".join(text.raw[slice(*text.spans[sentence][:2])].split())
    return words if len(words) <= width else words[: width - 1].rsplit(" ", 1)[0] + " …"


def highest(text: Text, cues: pd.DataFrame, scores: Iterable[float], most: int = 5) -> show.Shown:
    """The sentences that score highest, from 0.5 up, with their cues marked."""
    values = list(scores)
    order = sorted((i for i, value in enumerate(values) if value >= 0.5), key=lambda i: -values[i])[:most]
    return show.marks(text, cues, sentences=order) if order else show.prose("No sentence scores 0.5 or more.")


def scopes(text: Text) -> pd.DataFrame:
    """A row a hedge or booster: the claim it governs, the cue, its kind, the certainty it leaves, and the voice."""
    table = hedging.scope(text)
    claims = [" ".join(text.raw[a:b].split()) for a, b in zip(table.start, table.end, strict=True)]
    voices = [text.voice_at(start) for start in table.start]
    claims = pd.Series(claims, table.index, object)  # pandas' own kind of string takes no lone surrogate
    return table.assign(claim=claims, voice=voices)[["claim", "cue", "category", "certainty", "voice"]]


def versions(text: Text, codebooks: dict[str, Codebook], lens=hedging) -> pd.DataFrame:
    """A lens's measures by one codebook and by another: a row a measure."""
    tables = [lens.measure(text, codebook=codebook).assign(group=name) for name, codebook in codebooks.items()]
    return upright(pd.concat(tables))


def upright(measured: pd.DataFrame, most: int = 8) -> pd.DataFrame:
    """A lens's measures as rows, and as columns the groups with the most words, each with its interval."""
    rows = []
    for name in [name for name in measured.columns if f"{name}_low" in measured]:
        row = {"measure": catalogue.label(name)}
        for _, group in measured.sort_values("words", ascending=False, kind="stable").head(most).iterrows():
            row |= {f"{group.iloc[0]}{end}": group[f"{name}{end}"] for end in compare.ENDS}
        rows.append(row)
    return pd.DataFrame(rows, columns=None if rows else ["measure"])


def sides(text: Text) -> show.Shown:
    """Who stands where: the actors, the clearest verdicts with their intervals, and the words of the strongest."""
    return show.prose(*_sides(text))


def _sides(text: Text) -> list[str | tuple[str, str]]:
    mentions, cells = stance.toward(text), stance.matrix(text)
    if mentions.empty:
        return ["No actor was found: no state, bloc, organisation or named person."]
    actors = mentions.actor.value_counts()
    often = listed(f"{actor} ({n})" for actor, n in actors.head(5).items())
    said = [f"{count(len(mentions), 'mention')} of {count(len(actors), 'actor')}; most often {often}."]
    for voice, own in cells[cells.position != ""].groupby("voice", sort=False):
        groups = {group: listed(own.actor[own.position == group]) for group in ("in-group", "out-group")}
        if len(own) > 1:  # "we" alone draws no border
            placed = "; ".join(f"{group} {names}" for group, names in groups.items() if names)
            said.append(f"Us and them, by the dangers named, for {named(voice)}: {placed}.")
    known = cells[cells.enough].sort_values("polarity", kind="stable")
    clear = {"negative": known[known.polarity_high < 0], "positive": known[known.polarity_low > 0][::-1]}
    for sign, found in clear.items():
        if len(found):
            spoken = (
                f"{named(cell.voice)} of {cell.actor} ({cell.polarity:+.2f}, n = {cell.mentions}"
                f"{cell.position and ', '}{cell.position})"
                for cell in found.itertuples()
            )
            said.append(f"The words around these mentions are clearly {sign}: {listed(spoken, 3)}.".replace("-0", "−0"))
    if (clear["negative"].position == "in-group").any():
        said.append("Negative words around an in-group may tell of its dangers and not of its faults.")
    unclear = len(known) - sum(map(len, clear.values()))
    said.append(
        f"Pairs of a voice and an actor with {stance.ENOUGH} mentions or more: {len(known)}, of which {unclear} "
        f"not clearly other than neutral."
    )
    worst = mentions.loc[mentions.score.idxmin()]
    if worst.polarity == "negative":
        said.append(_quoted(text, f"The most negative mention, of {worst.actor}", worst.sentence, "02_stance"))
    return said


def verdicts(text: Text) -> pd.DataFrame:
    """A row a mention judged positive or negative: voice, actor, mention, polarity, score, because, sentence."""
    table = stance.toward(text).query("polarity != 'neutral'")
    because = [" · ".join(text.raw[start:end] for start, end in offsets) for offsets in table.because]
    columns = ["voice", "actor", "mention", "polarity", "score", "because", "sentence"]
    return table.assign(because=because)[columns].reset_index(drop=True)


def positioning(text: Text) -> pd.DataFrame:
    """The places where a voice says "we", "us" or "our", as cues: start, end, category, voice."""
    actors = stance.actors(text)
    return actors[actors.kind == "in-group"].assign(category="in-group")


def alarms(text: Text) -> show.Shown:
    """What we are told to fear: how many claims, how surely, from whom, and the most threatening sentence."""
    return show.prose(*_alarms(text))


def _alarms(text: Text) -> list[str | tuple[str, str]]:
    claims, scores = threat.claims(text), threat.score(text)
    if claims.empty:
        return ["No claim of a threat was found."]
    sure = int((claims.certainty >= 0.5).sum())
    said = [
        f"{count(len(claims), 'claim')} of a threat: {sure} with a certainty of one half or more, "
        f"{int(claims.conditional.sum())} on a condition."
    ]
    for part, what in (("agent", "Said to threaten"), ("referent", "Said to be threatened")):
        names = claims[part][claims[part] != ""].value_counts()
        if len(names):
            said.append(f"{what}: {listed(names.head(6).index, 6)}.")
    said.append(_quoted(text, "The sentence that scores highest for threat", int(scores.idxmax()), "04_threat_framing"))
    return said


def claims(text: Text, most: int | None = None) -> pd.DataFrame:
    """The threat claims for reading: the most threatening first if only so many are wanted, else as they stand."""
    table = threat.claims(text)
    if most:
        table = table.sort_values("threat", ascending=False, kind="stable").head(most)
    words = [" ".join(text.raw[a:b].split()) for a, b in zip(table.start, table.end, strict=True)]
    parts = [part for part in ("agent", "referent", "means", "imminence", "response") if table[part].any()]
    columns = ["claim", *parts, "certainty", "conditional", "voice", "sentence"]
    return table.assign(claim=words)[columns].reset_index(drop=True)


def frame(text: Text) -> pd.DataFrame:
    """A row a function of a frame (Entman 1993): how many sentences fulfil it, their share, the first of them."""
    table, rows = threat.frames(text), []
    for function in threat.FRAMES:
        found = [int(sentence) for sentence in table.sentence[table[function].astype(bool)]]
        part = rates.share(len(found), len(table))
        example = _clipped(text, found[0]) if found else ""
        rows.append((function, len(found), *part, example))
    return pd.DataFrame(rows, columns=["function", "sentences", "share", "share_low", "share_high", "first"])


def hardness(text: Text) -> show.Shown:
    """How hard the text is to read, by the formulas and by our own measure, and its hardest sentence."""
    return show.prose(*_hardness(text))


def _hardness(text: Text) -> list[str | tuple[str, str]]:
    words, figures = sum(map(len, text.tokens)), readability.figures(text)
    if words < 100:
        return [f"Under 100 words no formula is reliable, and this text has {words}."]
    grades = [figures[name] for name in readability.GRADES]
    side = "harder" if figures["difficulty"] > 0 else "easier"
    return [
        f"The formulas put it between grade {min(grades):.0f} and grade {max(grades):.0f} of US schools; by our own "
        f"measure it is {abs(figures['difficulty']):.1f} standard deviations {side} than the mean of school excerpts.",
        _quoted(text, "The sentence that scores hardest", int(readability.score(text).idxmax()), "01_text"),
    ]


def formulas(text: Text, by: str | None = None) -> pd.DataFrame:
    """A row a formula: who proposed it, and its value for the whole text or for each group."""
    measured = readability.measure(text, by)
    values = measured.set_index(measured.columns[0])[[*readability.FORMULAS, "spread", "difficulty"]].T
    sources = [readability.FORMULAS.get(name, "this project") for name in values.index]
    values.insert(0, "proposed by", sources)
    return values.rename(index=catalogue.label).reset_index(names="formula")


def _unusual(text: Text) -> list[str]:
    words = sum(map(len, text.tokens))
    if words < 100:
        return ["Under 100 words a text is too short to be placed among others."]
    placed, said = norms.place(catalogue.profile(text)).dropna(), []
    others = f"nine tenths of {placed.n.max()} reference documents of {len(norms.genres())} genres"
    for side, rows in {"Higher": placed[placed.low > 90], "Lower": placed[placed.high < 10]}.items():
        if len(rows):
            said.append(f"{side} than in {others}: {listed(map(catalogue.label, rows.measure), 6)}.")
    return said or [f"No measure is clearly higher or lower than in {others}."]


def pairing(one: Text, other: Text) -> show.Shown:
    """What is compared with what, and how much there is of each."""
    sizes = [f"{named(text.name)} ({count(sum(map(len, text.tokens)), 'word')})" for text in (one, other)]
    return show.prose(f"Compared: {' and '.join(sizes)}.")


def overview(text: Text) -> show.Shown:
    """The four lenses on one page; every sentence leads to its evidence, the one it speaks of or the lens's whole."""
    parts = {
        "Voices": (_reading(text), "01_text.ipynb#The-text,-by-voice"),
        "Stance": (_sides(text), "02_stance.ipynb#The-evidence,-in-the-text"),
        "Hedging": (_sureness(text), "03_hedging.ipynb#The-evidence,-in-the-text"),
        "Threat framing": (_alarms(text), "04_threat_framing.ipynb#The-claims"),
        "Readability": (_hardness(text)[:1], "05_readability.ipynb#What-drives-the-grade"),
        "Among other texts": (_unusual(text), "06_compare.ipynb#Among-all-reference-documents"),
    }
    shown = []
    for title, (sentences, lens) in parts.items():
        linked = [(sentence, lens) if isinstance(sentence, str) else sentence for sentence in sentences]
        shown.append(show.prose(*linked, title=title))
    return show.Shown("\n".join(part.html for part in shown), "\n\n".join(part.plain for part in shown))
