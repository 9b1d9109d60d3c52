"""What the notebooks say about a text in plain sentences, and the small tables beside them.

A notebook's own prose never speaks of one text. Whatever is said about the text at hand is computed here, so that it is
true of the next text too: of one without quotations, without actors, without a single threat. A lens can err, so what
rests on one is said to be found, and what several share equally is not said of one of them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import wraps

import pandas as pd

from . import compare, hedging, measures, norms, readability, show, stance, stats, threat
from .codebook import Codebook
from .show import count, percent
from .text import Text, frame
from .voices import reports

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


def _words(text: Text, start: int, end: int, width: int | None = None) -> str:
    """Words of the text on one line, cut to a width where one is given."""
    words = " ".join(text.raw[start:end].split())
    return words if len(words) <= (width or len(words)) else words[: width - 1].rsplit(" ", 1)[0] + " …"


def _cited(text: Text, because: Iterable[tuple[int, int]]) -> str:
    return " · ".join(_words(text, *offsets) for offsets in because)


def _furthest(text: Text, what: str, scores: Mapping[int, float], page: str) -> Said:
    """The sentence that scores highest, quoted, and its address in the marked text of a page; nothing if several do."""
    best = max(scores, key=scores.get, default=0)
    if list(scores.values()).count(scores.get(best)) != 1:
        return []
    start, end = text.bounds[best]
    spoken = text.passages[text.passage_at(start) : text.passage_at(end - 1) + 1]
    voices = listed(dict.fromkeys(named(passage.voice) for passage in spoken))
    address = f"{page}.ipynb#s{best}" if start < show.LIMIT else ""
    return [(f"{what} ({voices}): {_words(text, start, end, 160)}", address)]


@_shown
def reading(text: Text) -> Said:
    """What was read: its size and its voices."""
    spoken = Counter({voice: words for voice, words in stats.words_by(text, "voice").items() if words}).most_common()
    total = sum(words for _, words in spoken)
    if not spoken:
        return ["The text holds no words."]
    size = f"The text was read as {count(total, 'word')} in {count(len(text.spans), 'sentence')}"
    if len(spoken) == 1:
        return [f"{size}, in one voice: {named(spoken[0][0])}."]
    voices = listed(f"{named(voice)} ({percent(words / total)})" for voice, words in spoken)
    return [f"{size}, in {len(spoken)} voices with their shares of the words: {voices}."]


def reasons(text: Text) -> pd.DataFrame:
    """A row an attributed passage: voice, kind, how it begins, and the words that gave it to that voice, if any did."""
    rows, otherwise = [], {"narrator": "", "unknown": "no speaker was found"}
    for it in text.passages:
        because = _cited(text, it.because) * (it.voice != "unknown") or otherwise.get(it.voice, "by convention")
        if because:
            rows.append((it.voice, it.kind, _words(text, it.start, it.end, 60), because))
    return frame(rows, "voice kind passage because", "")


def reported(text: Text) -> pd.DataFrame:
    """A row a sentence of reported speech ("X said that …"): voice, the sentence, and the words that say so."""
    found = reports(text)
    rows = [(voice, _words(text, start, end, 400), _cited(text, because)) for start, end, voice, because in found]
    return frame(rows, "voice sentence because", "")


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
    known, clear = cells[cells.enough].replace({"actor": r"^we \(.*"}, "“we”", regex=True), []
    for sign, found in (("negative", known[known.polarity_high < 0]), ("positive", known[known.polarity_low > 0])):
        pairs = [
            f"{named(it.voice)} of {it.actor} ({it.polarity:+.2f}, n = {it.mentions})" for it in found.itertuples()
        ]
        if pairs:
            clear.append(f"Found clearly {sign}, by the words around the mentions: {listed(pairs, 3)}.")
    none = f"No voice was found to mention an actor {stance.ENOUGH} times or more and speak clearly well or ill of it."
    said += [sentence.replace("-0", "−0") for sentence in clear] or [none]
    negative = mentions[mentions.polarity == "negative"].groupby("sentence").score.min()
    return said + _furthest(text, "The sentence whose mention scores most negative", dict(-negative), "02_stance")


def verdicts(text: Text) -> pd.DataFrame:
    """A row a mention judged positive or negative: voice, actor, mention, polarity, score, because, sentence."""
    rows = [
        (it.voice, it.actor, it.mention, it.polarity, it.score, _cited(text, it.because), it.sentence)
        for it in stance.toward(text).itertuples()
        if it.polarity != "neutral"
    ]
    return frame(rows, "voice actor mention polarity score because sentence", "sentence", "score")


@_shown
def sureness(text: Text) -> Said:
    """How sure the voices sound: how often they hedge, each of them, and the least certain sentence."""
    table, cues = hedging.measure(text), hedging.find(text)
    if table.empty or not table.hedges[0] + table.boosters[0]:
        return ["No hedge and no booster was found."]
    whole = table.iloc[0]
    said: Said = [
        f"{count(whole.hedges, 'hedge')} and {count(whole.boosters, 'booster')} found in {count(whole.words, 'word')}: "
        f"{_rate(whole)} hedges in 100, in {whole.hedged_share * whole.sentences:.0f} of "
        f"{count(whole.sentences, 'sentence')}."
    ]
    voices = hedging.measure(text, by="voice").query("words >= 50")
    if len(voices) > 1:
        each = listed(f"{named(own.voice)} {_rate(own)}" for _, own in voices.iterrows())
        said.append(f"Hedges found in 100 words, by voice, of those with 50 words or more: {each}.")
    hedges = cues.cue[cues.category.isin(hedging.GROUPS["hedges"])].str.lower()
    if common := frequent((f"“{' '.join(cue.split())}”" for cue in hedges), 4):
        said.append(f"Most frequent: {listed(common)}.")
    told = enumerate(hedging.sentences(text).certainty)
    doubt = {i: 1 - left for i, left in told if left < 1 and not hedging.is_question(text, i)}
    return said + _furthest(text, "The statement found least certain", doubt, "03_hedging")


def _rate(row: pd.Series) -> str:
    return "{:.1f} ({:.1f} to {:.1f})".format(*(row[f"hedges_per_100{end}"] for end in compare.ENDS))


def highest(text: Text, cues: pd.DataFrame, scores: Iterable[float], most: int = 5) -> show.Shown:
    """The sentences that score highest, from 0.5 up, with their cues marked."""
    values = list(scores)
    order = sorted((i for i, value in enumerate(values) if value >= 0.5), key=lambda i: -values[i])[:most]
    return show.marks(text, cues, sentences=order) if order else show.prose("No sentence scores 0.5 or more.")


def scopes(text: Text) -> pd.DataFrame:
    """A row a hedge or booster: the claim it governs, the cue, its kind, the certainty it leaves, and the voice."""
    rows = [
        (_words(text, it.start, it.end), it.cue, it.category, it.certainty, text.voice_at(it.start))
        for it in hedging.scope(text).itertuples()
    ]
    return frame(rows, "claim cue category certainty voice", "", "certainty")


def claims(text: Text, most: int | None = None) -> pd.DataFrame:
    """The threat claims for reading: the most threatening first if only so many are wanted, else as they stand."""
    table, rows = threat.claims(text), []
    for it in (table.sort_values("threat", ascending=False, kind="stable").head(most) if most else table).itertuples():
        parts = {"by": it.means, "when": it.imminence, "calls for": it.response}
        further = [f"{name}: {words}" for name, words in parts.items() if words] + ["on a condition"] * it.conditional
        claim = _words(text, it.start, it.end)
        rows.append((it.sentence, claim, it.agent, it.referent, "; ".join(further), it.certainty, it.voice))
    return frame(rows, "sentence claim agent referent further certainty voice", "sentence", "certainty")


def kinds(cues: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """How many of a lens's cues there are of each kind: in all, and of the voices that have the most.

    >>> kinds(hedging.find(Text("It may rain. It could snow."))).values.tolist()
    [['modal', 2, 2]]
    """
    pairs, voices = Counter(zip(cues.category, cues.voice, strict=True)), Counter(cues.voice).most_common(most)
    rows = [(kind, n, *(pairs[kind, voice] for voice, _ in voices)) for kind, n in Counter(cues.category).most_common()]
    return pd.DataFrame(rows, columns=["kind", "in all", *(voice for voice, _ in voices)])


def versions(text: Text, codebooks: dict[str, Codebook], lens=hedging) -> pd.DataFrame:
    """A lens's measures by one codebook and by another: a row a measure."""
    tables = [lens.measure(text, codebook=codebook).assign(group=name) for name, codebook in codebooks.items()]
    return upright(pd.concat(tables))


def upright(measured: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """A lens's measures as rows, and as columns the groups with the most words, with intervals where there are any."""
    groups = measured.sort_values("words", ascending=False, kind="stable").head(most)
    names = compare.measured(measured.columns)
    columns = {"measure": list(map(measures.label, names))}
    for _, group in groups.iterrows():
        columns |= {f"{group.iloc[0]}{end}": [group.get(name + end) for name in names] for end in compare.ENDS}
    return pd.DataFrame(columns)


@_shown
def alarms(text: Text) -> Said:
    """What we are told to fear: how many claims, how surely, from whom, and the most threatening sentence."""
    claims, scores = threat.claims(text), threat.score(text)
    said: Said = ["No claim of a threat was found."]
    denied = claims.certainty < threat.DOUBTED
    if len(claims):
        sure = f"with a certainty above one half: {(claims.certainty > 0.5).sum()}; denied or doubted: {denied.sum()}"
        said = [f"{count(len(claims), 'claim')} of a threat found; {sure}."]
    for part, what in (("agent", "What threatens"), ("referent", "What is threatened")):
        if things := {thing.casefold(): thing for thing in claims[part][~denied] if thing}:
            said.append(f"{what}, as found: {listed(things.values(), 6)}.")
    high = {sentence: score for sentence, score in scores.items() if score >= 0.5}
    if high:
        said.append(f"Sentences that score 0.5 or more as appeals to fear: {len(high)} of {len(scores)}.")
    return said + _furthest(text, "The one that scores highest", high, "04_threat_framing")


def functions(text: Text) -> pd.DataFrame:
    """A row a function of a frame (Entman 1993): how many sentences it was found in, their share, and which."""
    table, rows = threat.frames(text), []
    for function in threat.FRAMES:
        found = list(table.sentence[table[function].astype(bool)])
        rows.append((function, len(found), *stats.share(len(found), len(table)), listed(found, 12)))
    return frame(rows, "function found share share_low share_high sentences", "found", "share share_low share_high")


@_shown
def hardness(text: Text) -> Said:
    """How hard the text is to read, by the formulas and by our own measure, and its hardest sentence."""
    words, figures = sum(map(len, text.tokens)), readability.figures(text)
    if words < readability.FEW:
        return [f"Under {readability.FEW} words no formula is reliable, and this text has {words}."]
    grades, far = [figures[name] for name in readability.GRADES], figures["difficulty"]
    side = f"{abs(far):.1f} standard deviations {'harder' if far > 0 else 'easier'} than"
    return [
        f"The formulas give it grades of US schools from {min(grades):z.0f} to {max(grades):z.0f}; by our own "
        f"measure it is {side if abs(far) >= 0.05 else 'about as hard as'} the mean of school excerpts.",
        *_furthest(text, "The sentence that scores hardest", dict(readability.score(text)), "01_text"),
    ]


def formulas(text: Text) -> pd.DataFrame:
    """A row a formula: its value for the whole text, how it is computed, its source, and a warning if it is short."""
    row, rows = readability.measure(text).iloc[0], []
    sums = {"spread": "highest less lowest of the six with grades", "difficulty": "what the counts below add up to"}
    for name, written in (readability.FORMULAS | sums).items():
        lacks = row.warning if row.words < readability.FEW or name == "smog_index" else ""
        estimate = [row.get(f"{name}{end}") for end in compare.ENDS]
        rows.append((measures.label(name), *estimate, written, measures.MEASURES[name].method, lacks))
    table = pd.DataFrame(rows, columns="measure value value_low value_high formula source warning".split())
    return table if row.warning else table.drop(columns="warning")


@_shown
def standing(text: Text) -> Said:
    """On which measures the text is clearly higher or lower than nearly all reference documents."""
    placed = norms.place(measures.profile(text))
    if placed.warning.any():
        return [f"The text has {placed.warning[0]}."]
    placed, said = placed.dropna(), []
    others = f"nine tenths of {placed.n.max()} reference documents of {len(norms.genres())} genres"
    for side, rows in {"Higher": placed[placed.low > 90], "Lower": placed[placed.high < 10]}.items():
        if len(rows):
            said.append(f"{side} than in {others}: {listed(map(measures.label, rows.measure), 6)}.")
    return said or [f"No measure is clearly higher or lower than in {others}."]


def pairing(one: compare.Side, other: compare.Side) -> show.Shown:
    """What is compared with what, how much there is of each, and whether it is enough."""
    sizes = [f"{named(side.name)} ({count(side.words, 'word')})" for side in (one, other)]
    few = [f"Under {norms.FEW} words on a side, hardly any difference can be told from chance."]
    return show.prose(f"Compared: {listed(sizes)}.", *few * (min(one.words, other.words) < norms.FEW))


def differences(gaps: pd.DataFrame, one: compare.Side, other: compare.Side) -> pd.DataFrame:
    """What `compare.measures` found on both sides, for reading: the columns bear their names."""
    names = {f"{side}{end}": f"{it.name}{end}" for side, it in (("one", one), ("other", other)) for end in compare.ENDS}
    gaps = gaps.assign(measure=gaps.measure.map(measures.label)).dropna(subset=["one", "other"])
    told = gaps.differs.map({True: "yes", False: "no"}).where(gaps.difference_low.notna(), "")
    return gaps.assign(differs=told).rename(columns=names)


def keywords(one: compare.Side, other: compare.Side, most: int = 15) -> show.Shown:
    """The cues that set two sides apart by more than chance would often make."""
    table = compare.keyness(one.cues(), other.cues(), one.words, other.words)
    found = table[table.p < compare.SURE]
    if found.empty:
        return show.prose("No cue was found to set the two apart by more than chance would often make.")
    found = found.assign(p=[f"{p:.3f}" if p >= 0.001 else "under 0.001" for p in found.p])
    names = ["cue", f"times in {one.name}", f"times in {other.name}", "log ratio", "p"]
    title = f"Cues that set the two apart: {len(found)} of {len(table)}"
    return show.table(found.head(most).set_axis(names, axis=1), title)


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
