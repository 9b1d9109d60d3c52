"""What the notebooks say about a text in plain sentences, and the small tables beside them.

A notebook's own prose never speaks of one text. Whatever is said about the text at hand is computed here, so that it is
true of the next text too: of one without quotations, without actors, without a single threat. A lens can err, so what
rests on one is said to be found, and what several share equally is not said of one of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import wraps

import pandas as pd

from . import catalogue, compare, hedging, norms, rates, readability, show, stance, threat
from .codebook import Codebook
from .show import count
from .text import Text
from .text import frame as tabled
from .voices import reports

UNNAMED = frozenset("it they them he him she her this that these those which who what one".split())
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


def frequent(items: Iterable[str], most: int = 5) -> list[str]:
    """The items found more often than the others, with their number; none where all are found as often.

    >>> frequent("banana"), frequent("abc")
    (['a (3)', 'n (2)'], [])
    """
    counts = Counter(items).most_common()
    rest = counts[min(most, len(counts) - 1)][1] if counts else 0
    return [f"{item} ({number})" for item, number in counts if number > rest]


def named(voice: str) -> str:
    """A voice as the subject of a sentence.

    >>> named("narrator"), named("Ana")
    ('the narrator', 'Ana')
    """
    return {"unknown": "an unknown voice"}.get(voice, f"the {voice}" if voice in ("narrator", "interviewer") else voice)


def _shown(say: Callable[[Text], Said]) -> Callable[..., show.Shown]:
    """What finds sentences about a text as what shows them; those without evidence of their own link to a page.

    Without a title they open a notebook, and what is odd about the text comes first.
    """

    @wraps(say)
    def shown(text: Text, title: str = "", page: str = "") -> show.Shown:
        linked = [(said, page) if isinstance(said, str) else said for said in say(text)]
        return show.prose(*([] if title else text.warnings), *linked, title=title)

    return shown


@_shown
def reading(text: Text) -> Said:
    """What was read: its size and its voices."""
    words = rates.words_by(text, "voice").most_common()
    total = sum(number for _, number in words)
    spoken = [f"{named(voice)} ({number / total:.0%} of the words)" for voice, number in words if number]
    if not spoken:
        return ["The text holds no words."]
    size = f"{count(total, 'word')} in {count(len(text.spans), 'sentence')}"
    return [f"The text was read as {size}, in {count(len(spoken), 'voice')}: {listed(spoken)}."]


def reasons(text: Text) -> pd.DataFrame:
    """A row an attributed passage: voice, kind, how it begins, and the words that gave it to that voice."""
    return _attributed(text, "because", lambda it: " · ".join(text.raw[a:b] for a, b in it.because))


def unsure(text: Text) -> pd.DataFrame:
    """A row a passage that nobody is known to speak, or whose speaker no word beside it names."""
    told = {"unknown": "no speaker", "narrator": ""}
    return _attributed(text, "found", lambda it: told.get(it.voice, "" if it.because else "by convention"))


def reported(text: Text) -> pd.DataFrame:
    """A row a sentence of reported speech ("X said that …"): voice, the sentence, and the words that say so."""
    rows = []
    for start, end, voice, because in reports(text):
        rows.append((voice, _clipped(text, start, end, 400), " · ".join(text.raw[a:b] for a, b in because)))
    return tabled(rows, "voice sentence because", "")


def _attributed(text: Text, column: str, why: Callable) -> pd.DataFrame:
    rows = [(it.voice, it.kind, _clipped(text, it.start, it.end, 60), why(it)) for it in text.passages if why(it)]
    return tabled(rows, f"voice kind passage {column}", "")


def _with(table: pd.DataFrame, **columns: list[str]) -> pd.DataFrame:
    """A table with more columns, of any strings at all."""
    return table.assign(**{name: pd.Series(values, table.index, object) for name, values in columns.items()})


def _clipped(text: Text, start: int, end: int, width: int = 160) -> str:
    words = " ".join(text.raw[start:end].split())
    return words if len(words) <= width else words[: width - 1].rsplit(" ", 1)[0] + " …"


def _furthest(text: Text, what: str, scores: Mapping[int, float], page: str) -> Said:
    """The sentence that scores highest, quoted, and its address in the marked text of a page; nothing if several do."""
    best = max(scores, key=scores.get, default=0)
    if list(scores.values()).count(scores.get(best)) != 1:
        return []
    start, end, passage = text.spans[best]
    address = f"{page}.ipynb#s{best}" if start < show.LIMIT else ""
    return [(f"{what} ({named(text.passages[passage].voice)}): {_clipped(text, start, end)}", address)]


@_shown
def sides(text: Text) -> Said:
    """Who stands where: the actors, the clearest verdicts with their intervals, and the words of the strongest."""
    mentions, cells = stance.toward(text), stance.matrix(text)
    if mentions.empty:
        return ["No actor was found: none that the codebook knows, nobody with a title or a first name that it knows."]
    actors, often = list(dict.fromkeys(mentions.actor)), frequent(mentions.actor)
    total = f"{count(len(mentions), 'mention')} of {count(len(actors), 'actor')} found"
    said: Said = [f"{total}; most often {listed(often)}." if often else f"{total}: {listed(actors)}."]
    for voice, own in cells[cells.position != ""].groupby("voice", sort=False):
        groups = {group: listed(own.actor[own.position == group]) for group in ("in-group", "out-group")}
        if len(own) > 1:  # "we" alone draws no border
            placed = "; ".join(f"{group} {names}" for group, names in groups.items() if names)
            said.append(f"Us and them, by the dangers found in the words of {named(voice)}: {placed}.")
    known = cells[cells.enough].sort_values("polarity", kind="stable")
    clear = {"negative": known[known.polarity_high < 0], "positive": known[known.polarity_low > 0][::-1]}
    for sign, found in clear.items():
        if len(found):
            spoken = (
                f"{named(cell.voice)} of {cell.actor} ({cell.polarity:+.2f}, n = {cell.mentions}"
                f"{cell.position and ', '}{cell.position})"
                for cell in found.itertuples()
            )
            said.append(
                f"Found clearly {sign}, by the words around the mentions: {listed(spoken, 3)}.".replace("-0", "−0")
            )
    if (clear["negative"].position == "in-group").any():
        said.append("Negative words around an in-group may tell of its dangers and not of its faults.")
    if known.empty:
        said.append(f"No voice was found to mention an actor {stance.ENOUGH} times: too little to say where it stands.")
    elif unclear := len(known) - sum(map(len, clear.values())):
        pairs = (
            f"{unclear} of {count(len(known), 'pair')} of a voice and an actor with {stance.ENOUGH} mentions or more"
        )
        said.append(f"Found not clearly other than neutral: {pairs}.")
    negative = mentions[mentions.polarity == "negative"].groupby("sentence").score.min()
    return said + _furthest(text, "The sentence whose mention scores most negative", dict(-negative), "02_stance")


def verdicts(text: Text) -> pd.DataFrame:
    """A row a mention judged positive or negative: voice, actor, mention, polarity, score, because, sentence."""
    table = stance.toward(text).query("polarity != 'neutral'")
    because = [" · ".join(text.raw[start:end] for start, end in offsets) for offsets in table.because]
    columns = ["voice", "actor", "mention", "polarity", "score", "because", "sentence"]
    return _with(table, because=because)[columns].reset_index(drop=True)


def positioning(text: Text) -> pd.DataFrame:
    """The places where a voice says "we", "us" or "our", as cues: start, end, category, voice."""
    return stance.actors(text).query("kind == 'in-group'").assign(category="in-group")


@_shown
def sureness(text: Text) -> Said:
    """How sure the voices sound: how often they hedge, which of them most, and the least certain sentence."""
    table, cues = hedging.measure(text), hedging.find(text)
    if table.empty or not table.hedges[0] + table.boosters[0]:
        return ["No hedge and no booster was found."]
    whole = table.iloc[0]
    said: Said = [
        f"{count(whole.hedges, 'hedge')} and {count(whole.boosters, 'booster')} found in {count(whole.words, 'word')}: "
        f"{_rate(whole, 'hedges')} hedges in 100, in {whole.hedged_share * whole.sentences:.0f} of "
        f"{count(whole.sentences, 'sentence')}."
    ]
    hedges = cues.cue[cues.category.isin(hedging.GROUPS["hedges"])].str.lower()
    if common := frequent((f"“{' '.join(cue.split())}”" for cue in hedges), 4):
        said.append(f"Most frequent: {listed(common)}.")
    doubt = {i: 1 - hedging.certainty(text, start, end) for i, (start, end, _) in enumerate(text.spans)}
    if any(doubt.values()):
        said += _furthest(text, "The sentence found least certain", doubt, "03_hedging")
    voices = hedging.measure(text, by="voice").query("words >= 50").sort_values("hedges_per_100", kind="stable")
    low, high = voices.iloc[:1].squeeze(), voices.iloc[-1:].squeeze()
    if len(voices) > 1 and high.hedges_per_100 > low.hedges_per_100:
        gap = compare.difference(*(tuple(v[f"hedges_per_100{end}"] for end in compare.ENDS) for v in (high, low)))
        verdict = "more than chance would often make" if gap[1] > 0 else "a difference that chance could make"
        said.append(
            f"In 100 words of {named(high.voice)}, {_rate(high, 'hedges')} hedges were found, in 100 of "
            f"{named(low.voice)} {_rate(low, 'hedges')}: the most and the least of the voices with 50 words or more, "
            f"and {verdict}."
        )
    return said


def _rate(row: pd.Series, name: str) -> str:
    return f"{row[f'{name}_per_100']:.1f} ({row[f'{name}_per_100_low']:.1f} to {row[f'{name}_per_100_high']:.1f})"


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
    return _with(table, claim=claims, voice=voices)[["claim", "cue", "category", "certainty", "voice"]]


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


@_shown
def alarms(text: Text) -> Said:
    """What we are told to fear: how many claims, how surely, from whom, and the most threatening sentence."""
    claims, scores = threat.claims(text), threat.score(text)
    said: Said = ["No claim of a threat was found."]
    sure, even = (int(claims.certainty.pipe(side, 0.5).sum()) for side in (pd.Series.gt, pd.Series.eq))
    denied = claims.certainty < threat.DOUBTED
    if len(claims):
        total = f"{count(len(claims), 'claim')} of a threat found: {sure} with a certainty above one half"
        total = f"{total}, {even} at one half, {denied.sum()} denied or doubted"
        said = [f"{total}, {claims.conditional.sum()} on a condition."]
    for part, what in (("agent", "threatens"), ("referent", "is threatened")):
        if things := _things(claims[part][~denied]):
            said.append(f"Found as what {what}: {listed(things, 6)}.")
    high = {sentence: score for sentence, score in scores.items() if score >= 0.5}
    if high:
        said.append(f"Sentences that score 0.5 or more as appeals to fear: {len(high)} of {len(scores)}.")
        said += _furthest(text, "The one that scores highest", high, "04_threat_framing")
    return said


def _things(phrases: Iterable[str]) -> list[str]:
    """The different things that phrases name; a pronoun names none."""
    plain = (re.sub(r"^(The|An?)\b", lambda article: article[0].lower(), phrase) for phrase in phrases)
    return list({it.casefold(): it for it in plain if it and it.lower() not in UNNAMED}.values())


def claims(text: Text, most: int | None = None) -> pd.DataFrame:
    """The threat claims for reading: the most threatening first if only so many are wanted, else as they stand."""
    table = threat.claims(text)
    if most:
        table = table.sort_values("threat", ascending=False, kind="stable").head(most)
    words = [" ".join(text.raw[a:b].split()) for a, b in zip(table.start, table.end, strict=True)]
    parts = [part for part in ("agent", "referent", "means", "imminence", "response") if table[part].any()]
    columns = ["claim", *parts, "certainty", "conditional", "voice", "sentence"]
    return _with(table, claim=words)[columns].reset_index(drop=True)


def frame(text: Text) -> pd.DataFrame:
    """A row a function of a frame (Entman 1993): how many sentences fulfil it, their share, the first of them."""
    table, rows = threat.frames(text), []
    for function in threat.FRAMES:
        found = [int(sentence) for sentence in table.sentence[table[function].astype(bool)]]
        example = _clipped(text, *text.bounds[found[0]]) if found else ""
        rows.append((function, len(found), *rates.share(len(found), len(table)), example))
    return tabled(
        rows, "function sentences share share_low share_high first", "sentences", "share share_low share_high"
    )


@_shown
def hardness(text: Text) -> Said:
    """How hard the text is to read, by the formulas and by our own measure, and its hardest sentence."""
    words, figures = sum(map(len, text.tokens)), readability.figures(text)
    if words < readability.FEW:
        return [f"Under {readability.FEW} words no formula is reliable, and this text has {words}."]
    grades, far = [figures[name] for name in readability.GRADES], figures["difficulty"]
    side = "harder" if far > 0 else "easier"
    return [
        f"The formulas put it between grade {round(min(grades))} and grade {round(max(grades))} of US schools; by our "
        f"own measure it is {abs(far):.1f} standard deviations {side} than the mean of school excerpts.",
        *_furthest(text, "The sentence that scores hardest", dict(readability.score(text)), "01_text"),
    ]


def formulas(text: Text) -> pd.DataFrame:
    """A row a formula: its value for the whole text, how it is computed, its source, and a warning if it is short."""
    row, rows = readability.measure(text).iloc[0], []
    sums = {"spread": "highest less lowest of the six with grades", "difficulty": "what the counts below add up to"}
    for name, written in (readability.FORMULAS | sums).items():
        lacks = row.warning if row.words < readability.FEW or name == "smog_index" else ""
        estimate = [row.get(f"{name}{end}") for end in compare.ENDS]
        rows.append((catalogue.label(name), *estimate, written, catalogue.MEASURES[name].method, lacks))
    table = pd.DataFrame(rows, columns="measure value value_low value_high formula source warning".split())
    return table if row.warning else table.drop(columns="warning")


@_shown
def standing(text: Text) -> Said:
    """On which measures the text is clearly higher or lower than nearly all reference documents."""
    placed = norms.place(catalogue.profile(text))
    if placed.warning.any():
        return [f"The text has {placed.warning[0]}."]
    placed, said = placed.dropna(), []
    others = f"nine tenths of {placed.n.max()} reference documents of {len(norms.genres())} genres"
    for side, rows in {"Higher": placed[placed.low > 90], "Lower": placed[placed.high < 10]}.items():
        if len(rows):
            said.append(f"{side} than in {others}: {listed(map(catalogue.label, rows.measure), 6)}.")
    return said or [f"No measure is clearly higher or lower than in {others}."]


def genres(profile: pd.Series) -> show.Shown:
    """How far off the text is in each genre, and where above or below, the nearest genre first; and the percentiles."""
    rows, each = [], {genre: norms.place(profile, genre).dropna() for genre in norms.genres().index}
    for genre, placed in each.items():
        sides = (placed.measure[side].map(catalogue.label) for side in (placed.low > 50, placed.high < 50))
        rows.append(
            (genre, placed.n.max(), (placed.percentile - 50).abs().mean(), *(listed(side, 4) for side in sides))
        )
    columns = ["genre", "documents", "mean distance from the middle", "above the middle in", "below it in"]
    nearest = pd.DataFrame(rows, columns=columns).dropna().sort_values(columns[2], kind="stable", ignore_index=True)
    if nearest.empty:
        return show.prose("There is too little text, or nothing measured in it, to be placed in a genre.")
    exact = pd.DataFrame({genre: each[genre].set_index("measure").percentile for genre in nearest.genre}).dropna()
    exact = exact.round().astype(int).rename(index=catalogue.label)
    return show.together(show.table(nearest, "The text in each genre"), show.table(exact, "Percentiles by genre"))


def pairing(one: compare.Side, other: compare.Side) -> show.Shown:
    """What is compared with what, how much there is of each, and whether it is enough."""
    sizes = [f"{named(side.name)} ({count(side.words, 'word')})" for side in (one, other)]
    few = [f"Under {norms.FEW} words on a side, hardly any difference can be told from chance."]
    return show.prose(f"Compared: {listed(sizes)}.", *few * (min(one.words, other.words) < norms.FEW))


def differences(gaps: pd.DataFrame, one: compare.Side, other: compare.Side) -> pd.DataFrame:
    """What `compare.measures` found on both sides, for reading: the columns bear their names."""
    names = {f"{side}{end}": f"{it.name}{end}" for side, it in (("one", one), ("other", other)) for end in compare.ENDS}
    gaps = gaps.assign(measure=gaps.measure.map(catalogue.label)).dropna(subset=["one", "other"])
    told = gaps.differs.map({True: "yes", False: "no"}).where(gaps.difference_low.notna(), "")
    return gaps.assign(differs=told).rename(columns=names)


def keywords(one: compare.Side, other: compare.Side, most: int = 15) -> show.Shown:
    """The kinds of cue, and the cues, that set two sides apart by more than chance would often make."""
    told = []
    for what, counts in (("kind of cue", (one.kinds(), other.kinds())), ("cue", (one.cues(), other.cues()))):
        table = compare.keyness(*counts, one.words, other.words)
        found = table[table.p < compare.SURE].drop(columns="chance")
        if found.empty:
            told.append(show.prose(f"No {what} was found to set the two apart by more than chance would often make."))
            continue
        names = [what, f"times in {one.name}", f"times in {other.name}", "log ratio", "p"]
        found = found.assign(p=[f"{p:.3f}" if p >= 0.001 else "under 0.001" for p in found.p])
        title = f"Each {what} that sets the two apart: {len(found)} of {len(table)}; by chance {table.chance.sum():.1f}"
        told.append(show.table(found.head(most).set_axis(names, axis=1), title))
    return show.together(*told)


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
