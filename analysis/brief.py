"""What the notebooks say about a text in plain sentences, and the small tables beside them.

Whatever is said about the text at hand is computed here, so that it is true of the next text too: of one without
quotations, without actors, without a single threat. What rests on a lens, which can err, is said to be found.

    >>> show.prose(*reading(Text("It may rain.")))
    The text has 3 words in 1 sentence.
    The words are those of the narrator (100%).
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from textwrap import shorten

import numpy as np
import pandas as pd
from spacy.tokens import Token

from . import actors, compare, hedging, measures, norms, readability, reader, show, stance, stats, summary, threat
from .claims import Claim
from .clauses import WORDS, subject
from .parse import parse
from .propositions import COPULAS
from .show import count
from .text import Text
from .voices import MARKS

Said = list[str | tuple[str, str]]  # sentences; or a sentence and the address of its evidence
BECAME = {"merged": "merged into another", "split": "split from another", "recast": "names other sides"}
BECAME |= {"surer": "became surer", "vaguer": "became vaguer"}
ALIKE, STEPS = 0.2, (0.5, 0.8)  # standard deviations: what no reader would notice; medium and large (Cohen 1988)
DETERMINED = re.compile(r"(?i:the|an?|our|his|her|their|its|my|your|one|another)\b")
NAMELESS = frozenset("he she it they them who those some many others".split())  # holders whom nobody can look up
OWN = frozenset("i we it this that there which".split())  # who think what the voice thinks


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
    """A voice as a sentence names it."""
    if voice == "unknown":
        return "an unknown voice"
    described = voice in show.UNNAMED or (_tag(voice) == "NN" and " " in voice and not DETERMINED.match(voice))
    return f"the {voice}" if described else voice


def _tag(name: str) -> str:
    return parse(name, [(0, len(name))])[:].root.tag_


def _first(voice: str) -> str:
    """A voice as a sentence begins with it."""
    return (named := _named(voice))[:1].upper() + named[1:]


def upright(measured: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """A lens's measures as rows, and as columns the groups with the most words, with intervals where there are any."""
    names = [name for name in measured if f"{name}_low" in measured or name in readability.FORMULAS]
    columns = {"measure": list(map(measures.label, names))}
    for _, group in measured.sort_values("words", ascending=False, kind="stable").head(most).iterrows():
        columns |= {f"{group.iloc[0]}{end}": [group.get(name + end) for name in names] for end in stats.ENDS}
    return pd.DataFrame(columns)


def reading(text: Text) -> Said:
    """What was read: its size and its voices."""
    words = stats.tally(text, "voice", text.words.start)
    if not words:
        return ["The text holds no words."]
    shares = ((_named(voice), f"{number / words.total():.0%}") for voice, number in words.most_common())
    shares = listed(
        f"{voice} ({share.replace('0%', 'under 1%') if share == '0%' else share})" for voice, share in shares
    )
    size = f"The text has {count(words.total(), 'word')} in {count(len(text.sentences), 'sentence')}."
    return [size, f"The words are those of {shares}."]


def sides(text: Text) -> Said:
    """Of whom a voice speaks well or ill, and who is named most often."""
    mentions = stance.toward(text)
    if mentions.empty:
        return ["No actor was found: none that the codebook knows, nobody with a title or a first name that it knows."]
    others = mentions.actor[~mentions.actor.str.startswith("we (")]
    often = listed(actor for actor, n in Counter(others).most_common(3) if n > 2)
    told = f"Found most often: {often}." if often else "No actor was found more than twice."
    return [*_verdicts(text), told]


def sureness(text: Text) -> Said:
    """How sure the voices sound: how often they hedge, and with which words."""
    measured, cues = hedging.measure(text).iloc[0], hedging.find(text)
    if not measured.hedges + measured.boosters:
        return ["No hedge and no booster was found."]
    many = f"{count(measured.hedges, 'hedge')} and {count(measured.boosters, 'booster')}"
    hedges = cues.cue[cues.category.isin(hedging.GROUPS["hedges"])].str.lower()
    listed_cues = _counted("“" + " ".join(cue.split()) + "”" for cue in hedges)
    told = [f"Counted as hedges, in whatever voice and sense: {listed_cues}."] * bool(len(hedges))
    return [f"{many} were counted in {count(measured.words, 'word')}.", *told]


def hardness(text: Text) -> Said:
    """How hard the text is to read, by the formulas and by our own measure."""
    figures = readability.measure(text).iloc[0]
    if figures.words < readability.FEW:
        return [f"Under {readability.FEW} words no formula is reliable, and this text has {figures.words}."]
    grades, far = figures[readability.GRADES], figures.difficulty
    low, middle, high = (f"{max(it, 0):.0f}" for it in (min(grades), grades.median(), max(grades)))
    suits = (
        f"A reader needs about {middle} years of school: the middle of {len(grades)} formulas, from {low} to {high}."
    )
    much = ("a little", "clearly", "much")[sum(abs(far) >= step for step in STEPS)]
    gap = f"{much} {'harder' if far > 0 else 'easier'} than" if abs(far) >= ALIKE else "about as hard as"
    by = f" ({abs(far):.1f} standard deviations)" if abs(far) >= ALIKE else ""
    return [suits, f"By our own measure it is {gap} the average text for pupils of grades 3 to 12{by}."]


def standing(text: Text) -> Said:
    """On which measures the text is clearly higher or lower than most reference documents, and than most of the news
    among them, which are too few to be sure of."""
    profile = measures.profile(text)
    placed, news = norms.place(profile), norms.reference().query("genre == 'news'")
    if placed.warning.any():
        return [f"The text has {placed.warning[0]}."]
    over = [(news[it.measure] < it.value).mean() for it in placed.itertuples()]
    under = [(news[it.measure] > it.value).mean() for it in placed.itertuples()]
    sides = {"higher": (placed.low > 90) & pd.Series(over).gt(0.9)}
    sides["lower"] = (placed.high < 10) & pd.Series(under).gt(0.9)
    ours = ~placed.measure.isin([*readability.FORMULAS, "spread"])  # of which difficulty says the same
    told = {side: placed.measure[far & ours].map(measures.label) for side, far in sides.items()}
    told = {side: listed(names, 6) for side, names in told.items() if len(names)}
    most = f"than in nine of ten of the {placed.n.max()} reference documents, and of the news among them"
    said = [f"{side.capitalize()} {most}: {it}." for side, it in told.items()]
    return said or [f"No figure is clearly higher or lower {most}."]


def revised(found: compare.Versions) -> Said:
    """What became of an earlier version of a text; or that it is none.

    >>> old, new = Text("It rained. Floods threaten the port."), Text("Floods may threaten the port.")
    >>> show.prose(*revised(compare.versions(old, new)))
    1 sentence was dropped, said by the narrator.
    1 sentence was reworded, said by the narrator: 1 vaguer.
    Claims of a threat: 1 became vaguer.
    """
    if found.kept < compare.VERSION:
        return [f"These are no versions of one text: {found.kept:.0%} of the sentences are in both, reworded or not."]
    told = []
    for change, own in found.sentences.groupby("change"):
        voices = [*map(_named, own.old_voice.fillna(own.new_voice))]
        said = f"{count(len(own), 'sentence was', 'sentences were')} {BECAME.get(change, change)}, said by "
        said += _counted(voices) if len({*voices}) > 1 else voices[0]
        told.append(f"{said}: {_each(own.sure)}." if any(own.sure) else f"{said}.")
    if len(found.claims):
        told.append(f"Claims of a threat: {_each(BECAME.get(it, it) for it in found.claims.change)}.")
    for change, own in found.voices.query("change in ('cut', 'new')").groupby("change"):
        words = own.old_words + own.new_words
        who = (f"{_named(voice)} ({count(n, 'word')})" for voice, n in zip(own.voice, words, strict=True))
        told.append(f"{'Cut altogether' if change == 'cut' else 'New'}: {listed(who)}.")
    return told or ["Every sentence is in both, as it was."]


def _each(kinds: Iterable[str]) -> str:
    return listed(f"{n} {kind}" for kind, n in Counter(filter(None, kinds)).items())


def _is_distant(text: Text, claim: Claim) -> bool:
    """Is it held at arm's length: in quotation marks of its own, played down, or thought by somebody else?"""
    it = claim.it
    thinks = it.verb.dep_ == "ccomp" and it.verb.head.lemma_ not in COPULAS  # "the truth is that"
    thinker = subject(it.verb.head) if thinks else None
    if thinker is not None and thinker.lower_ not in OWN and it.holder == text.voice_at(thinker.idx):
        return True
    sides = [one for one in claim.parts[:2] if one is not None and one.pos_ == "NOUN"]
    nouns = [*sides, *[it.predicate] * (it.kind == "noun")]
    return any(_is_marked(text, one) for one in (it.predicate, *sides)) or _is_played_down(text, it.predicate, nouns)


def _is_played_down(text: Text, predicate: Token, nouns: list[Token]) -> bool:
    """Is it called a phantom, or exaggerated?"""
    above = predicate.head
    near = [above, above.head, *above.children, *chain.from_iterable(noun.lefts for noun in nouns)]
    untrue = stance.find(text).query("category == 'judgement: untruth'")
    called = (((untrue.start <= token.idx) & (token.idx < untrue.end)).any() for token in near)
    return any(token.lemma_ in WORDS["played_down"] for token in near) or any(called)


def _is_marked(text: Text, token: Token) -> bool:
    """Does a word stand in quotation marks of its own?"""
    start, end = token.idx, token.idx + len(token)
    return start > 0 and {text.raw[start - 1], *text.raw[end : end + 1]} <= {*MARKS}


def alarming(text: Text) -> pd.DataFrame:
    """The threat claims that are likely right in both their sides, the likeliest first: none that is denied, asked or
    mocked.

    >>> alarming(Text("Floods threaten the port. Do they threaten us? It is a phantom threat.")).agent.tolist()
    ['Floods']
    """
    aside, found = summary.asked(text), threat.claims(text)
    weak = (it for it in threat.found(text) if not it.roles_agree or it.it.negated or _is_distant(text, it))
    unsure = {it.it.predicate.idx for it in weak}
    made = ~found.because.str[0].str[0].isin(unsure) & ~found.sentence.isin(aside) & (found.certainty >= 0.5)
    whole = found.threat >= reader.cut("whole claim")
    sides = zip(found.agent.str.casefold(), found.referent.str.casefold(), strict=True)
    apart = np.array([one not in other and other not in one for one, other in sides], dtype=bool)  # "an attack on us"
    return found[made & whole & apart].sort_values("threat", ascending=False, kind="stable")


def alarms(text: Text) -> Said:
    """What we are told to fear: who presents whom as a threat, then how many sentences may claim a danger."""
    found = threat.asserted(text)
    if found.empty:
        return ["No claim of a threat was found."]
    many = f"{count(found.sentence.nunique(), 'sentence')} may claim a danger"
    return [*_threats(text)[:3], f"{many}, not counting what is denied or doubted in the same clause."]


def words(text: Text) -> Said:
    """The sentences that share most with the rest of the text, each with its voice and a link to its place.

    >>> show.prose(*words(Text("“The port of Lenz must stay open to every ship,” said Ana Lee, who runs it.")))
    Ana Lee: “The port of Lenz must stay open to every ship,” said Ana Lee, who runs it.
    """
    told = []
    for it in summary.central(text).itertuples():
        said = " ".join(text.raw[it.start : it.end].split())
        if said.count("“") != said.count("”") or said.count('"') % 2:  # it goes on before or behind
            said = f"{said}{'”' if said[0] == '“' else said[0]}" if said[0] in '“"' else said.strip('“”"')
        told.append(_linked(text, f"{_first(it.voice)}: {said}", it.sentence, "01_text"))
    return told


def findings(text: Text, most: int = 4) -> Said:
    """What the lenses find that is sure enough to be told, with a link to its words: who is presented as a threat to
    whom, of whom a voice speaks well or ill; and how often such claims are right.

    >>> show.prose(*findings(Text("Rising seas threaten the port.")))
    The narrator presents “Rising seas” as a threat to “the port”: 1 claim, stated flatly.
    Read each in the text before you quote it: in texts that the encoder had not seen, 75% of such claims were right.
    """
    threats, right = _threats(text)[:3], reader.cuts().precision["whole claim"]
    told = (threats + _verdicts(text))[:most]
    if threats:
        warning = "Read each in the text before you quote it: in texts that the encoder had not seen,"
        told.append(f"{warning} {right:.0%} of such claims were right.")
    return told or [
        "Nothing found is sure enough to be told here; the tables of notebooks 2 and 4 have it, with the sentences."
    ]


def _threats(text: Text) -> Said:
    """Who presents whom as a threat to whom: the most frequent claims, then the likeliest."""
    rows, known = alarming(text), {actors.called(it, text.voice_at(it.start)): it.kind for it in actors.mentions(text)}
    own = [who.lower() in agent.lower() for who, agent in zip(rows.holder, rows.agent, strict=True)]
    rows = rows[~rows.holder.str.lower().isin(NAMELESS) & ~np.array(own, dtype=bool)]
    keys = zip(*(map(str.casefold, rows[part]) for part in ("holder", "agent", "referent")), strict=True)
    told = sorted((own for _, own in stats.groups(rows, keys)), key=len, reverse=True)
    return [_linked(text, _presented(own, known), own.sentence.iloc[0], "04_threat_framing") for own in told]


def _presented(claims: pd.DataFrame, known: dict[str, str]) -> str:
    """What some claims of one holder about the same sides say, and how surely."""
    first, n, flat = claims.iloc[0], len(claims), int((claims.certainty == 1).sum())
    agent, referent = (_party(part, known) for part in (first.agent, first.referent))
    maybe = "possible " if claims.certainty.max() <= 0.5 else ""
    what = f"{agent} as a {maybe}{('threat', 'danger')['threat' in agent]} to {referent}"
    sure = "stated flatly" if flat == n else f"{flat} stated flatly" if flat else "not stated as certain"
    sure = "on a condition" if claims.conditional.all() else sure
    reported = "" if first.holder == first.voice else f", as {_named(first.voice)} reports it,"
    presents = "present" if known.get(first.holder) != "person" and _is_plural(first.holder) else "presents"
    return f"{_first(first.holder)}{reported} {presents} {what}: {count(n, 'claim')}, {sure}."


def _is_plural(name: str) -> bool:
    """Is a voice several, as "analysts" are, but not HANSSEN?"""
    return not name.isupper() and _tag(name) == "NNS"


def _party(words: str, known: dict[str, str]) -> str:
    """A side of a claim: an actor by name, or the words of the text in quotation marks."""
    if words in known and not words.startswith("we ("):
        return words
    return f"“{'us' if words.startswith('we (') else shorten(words, 90, placeholder=' …')}”"


def _linked(text: Text, said: str, sentence: int, page: str) -> tuple[str, str]:
    """What is said, with the place where a page shows the sentence; "" beyond what pages show."""
    return said, f"{page}.ipynb#s{sentence}" if text.bounds[sentence][0] < show.LIMIT else ""


def _verdicts(text: Text) -> Said:
    """Of whom a voice speaks well or ill, by itself and by far more often than the other way."""
    found, told = stance.toward(text), []
    own = found[(found.holder == found.voice) & ~found.sentence.isin(summary.asked(text))]
    for (voice, actor), mentions in stats.groups(own, zip(own.voice, own.actor, strict=True)):
        counts = Counter(mentions.polarity)
        (better, n), (_, other) = Counter(negative=counts["negative"], positive=counts["positive"]).most_common()
        if n >= stance.ENOUGH and n >= 4 * other:
            words = ("well", "ill") if better == "positive" else ("ill", "well")
            share = f"in {n} of {count(len(mentions), 'mention')}, and {words[1]} in {other or 'none'}"
            said = f"{_first(voice)} speaks {words[0]} of {actor} {share}."
            told.append((n, _linked(text, said, mentions.sentence[mentions.score.abs().idxmax()], "02_stance")))
    return [it for _, it in sorted(told, key=lambda it: -it[0])]


def overview(text: Text) -> show.Shown:
    """What to note about the text; what it says in its own words; and what the lenses find."""
    notes = [show.prose(*text.warnings, title="Please note")] if text.warnings else []
    said = [show.prose(*told, title="In its own words")] if (told := words(text)) else []
    return show.together(*notes, *said, show.prose(*findings(text), title="What the lenses find"))
