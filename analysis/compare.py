"""Two texts, or two voices of one text, side by side: how far the measures differ, and which words set them apart."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable
from math import hypot, log, sqrt
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pandas as pd

from . import hedging, stance, threat
from .rates import words_by
from .text import Text, read

ENDS = ("", "_low", "_high")
COUNTING = (stance, hedging, threat)  # the lenses whose measures are held side by side


class Side(NamedTuple):
    """What is compared: a text, or what one voice says in it, measured where it stands."""

    text: Text
    name: str
    voice: str = ""

    @property
    def words(self) -> int:
        return words_by(self.text, "voice" if self.voice else None)[self.voice or "text"]

    def measure(self, lens: ModuleType) -> pd.Series:
        """What a lens measures of this side: the row that its table by voice has for it, too."""
        table = lens.measure(self.text, by="voice" if self.voice else None)
        return (table[table.voice == self.voice] if self.voice else table).iloc[0]

    def cues(self) -> Counter:
        """How often each cue is found, in lower case; what several lenses take for a cue counts once."""
        found = pd.concat([lens.find(self.text) for lens in COUNTING]).drop_duplicates(["start", "end"])
        return Counter(found.cue[(found.voice == self.voice) | (not self.voice)].str.lower())


def pair(text: Text, other: str | Path | None = None) -> tuple[Side, Side]:
    """Two sides to compare: the text and another; or its two voices that say most; or, of one voice, its two halves."""
    if other:
        another = read(other)
        return Side(text, text.name), Side(another, another.name + " (2)" * (another.name == text.name))
    voices = [voice for voice, words in words_by(text, "voice").most_common(2) if words]
    if len(voices) == 2:
        return Side(text, voices[0], voices[0]), Side(text, voices[1], voices[1])
    middle = text.spans[len(text.spans) // 2][0] if text.spans else 0
    return Side(Text(text.raw[:middle]), "the first half"), Side(Text(text.raw[middle:]), "the second half")


def difference(one: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float, float]:
    """The difference of two estimates with 95 % intervals, with an interval of its own (Zou & Donner 2008).

    >>> [round(x, 2) for x in difference((4.0, 2.0, 7.0), (1.0, 0.0, 3.0))]
    [3.0, 0.17, 6.16]
    """
    (a, a_low, a_high), (b, b_low, b_high) = one, other
    return (a - b, a - b - hypot(a - a_low, b_high - b), a - b + hypot(a_high - a, b - b_low))


def measures(one: Side, other: Side) -> pd.DataFrame:
    """What the lenses measure on two sides: measure, one, other, difference (each _low, _high), differs.

    ``differs`` says whether the 95 % interval of the difference leaves out zero; of twenty measures that do not differ,
    one will seem to.
    """
    rows = []
    for lens in COUNTING:
        here, there = one.measure(lens), other.measure(lens)
        for name in [name for name in here.index if f"{name}_low" in here]:
            sides = [tuple(side[f"{name}{end}"] for end in ENDS) for side in (here, there)]
            gap = difference(*sides)
            row = {"measure": name}
            for column, estimate in zip(("one", "other", "difference"), (*sides, gap), strict=True):
                row |= {f"{column}{end}": value for end, value in zip(ENDS, estimate, strict=True)}
            rows.append(row | {"differs": gap[1] > 0 or gap[2] < 0})
    return pd.DataFrame(rows)


def keyness(one: Counter, other: Counter) -> pd.DataFrame:
    """Which items set two counts apart: item, one, other, log_odds, z; the most telling first.

    Log-odds ratios shrunk towards what both have in common, so that no single chance word leads the list (Monroe,
    Colaresi & Quinn 2008); beyond ±1.96, z is more than chance would often make.

    >>> keyness(Counter(war=9, the=50), Counter(peace=9, the=50)).item.tolist()
    ['war', 'peace', 'the']
    """
    both, rows = one + other, []
    for item, count in both.items():
        sides = [(side[item] + count / 10, (side.total() + both.total() / 10)) for side in (one, other)]
        (a, b), (not_a, not_b) = [n for n, _ in sides], [total - n + 0.5 for n, total in sides]
        gap = log(a / not_a) - log(b / not_b)
        rows.append((item, one[item], other[item], gap, gap / sqrt(1 / a + 1 / b + 1 / not_a + 1 / not_b)))
    table = pd.DataFrame(rows, columns=["item", "one", "other", "log_odds", "z"])
    return table.sort_values("z", key=abs, ascending=False, kind="stable", ignore_index=True)


def kappa(pairs: Iterable[tuple]) -> tuple[float, float]:
    """The share of pairs that agree, and Cohen's (1960) kappa, which takes off what chance would agree on.

    >>> kappa([(1, 1), (1, 1), (0, 0), (0, 1)])
    (0.75, 0.5)
    """
    pairs = list(pairs)
    ones, others = (Counter(side) for side in zip(*pairs, strict=True))
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    chance = sum(ones[value] * others[value] for value in ones) / len(pairs) ** 2
    return agreed, (agreed - chance) / (1 - chance) if chance < 1 else 1.0


def annotated(text: Text, path: str | Path) -> pd.DataFrame:
    """A reader's annotation beside what the lenses say, a row a sentence; `tests/gold/README.md` describes the file.

    Columns: sentence, begins, and for voice, hedged, threat, agent, referent and stance the reader's (as in the file)
    and the lenses' (`found_…`).
    """
    gold = pd.read_csv(path, keep_default_na=False)
    starts = {
        begins: number
        for begins in gold.begins
        for number, (start, _, _) in enumerate(text.spans)
        if text.raw.startswith(begins, start)
    }
    claims, hedges, mentions = threat.claims(text), hedging.find(text), stance.toward(text)
    hedged = set(hedges[hedges.category.isin(hedging.GROUPS["hedges"])].sentence)
    rows = []
    for begins in gold.begins:
        sentence = starts[begins]
        own, judged = claims[claims.sentence == sentence], mentions[mentions.sentence == sentence]
        clear = judged[judged.polarity != "neutral"].drop_duplicates("actor")
        rows.append(
            {
                "sentence": sentence,
                "found_voice": text.passages[text.spans[sentence][2]].voice,
                "found_hedged": "yes" if sentence in hedged else "no",
                "found_threat": "yes" if len(own) else "no",
                "found_agent": "; ".join(filter(None, own.agent)),
                "found_referent": "; ".join(filter(None, own.referent)),
                "found_stance": "; ".join(f"{m.actor}: {m.polarity}" for m in clear.itertuples()),
            }
        )
    return gold.join(pd.DataFrame(rows))


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """How far the lenses agree with the reader: what, agree, kappa, n. Parts of a claim agree if they share a word.

    Of `annotated`'s table. Agent and referent are asked where both see a threat and the reader names one; stance where
    the reader sees one: has the lens the same sign for that actor?
    """
    rows = []
    for what in ("voice", "hedged", "threat"):
        rows.append((what, *kappa(zip(table[what], table[f"found_{what}"], strict=True)), len(table)))
    for part in ("agent", "referent"):
        asked = table[(table.threat == "yes") & (table.found_threat == "yes") & (table[part] != "")]
        same = [bool(_words(a) & _words(b)) for a, b in zip(asked[part], asked[f"found_{part}"], strict=True)]
        rows.append((part, sum(same) / len(same), float("nan"), len(same)))
    pairs = zip(table.stance, table.found_stance, strict=True)
    same = [one in found.split("; ") for read, found in pairs if read for one in read.split("; ")]
    rows.append(("stance", sum(same) / len(same), float("nan"), len(same)))
    return pd.DataFrame(rows, columns=["what", "agree", "kappa", "n"])


def _words(phrase: str) -> set[str]:
    return set(re.findall(r"\w{4,}|us", phrase.lower()))


def disturbed(text: Text, seed: int = 0) -> dict[str, Text]:
    """The text with its surface disturbed, to see how much a measure owes to it: each change by name."""
    draw, raw = random.Random(seed), text.raw
    sentences = [raw[start:end] for start, end, _ in text.spans]
    shuffled = draw.sample(sentences, len(sentences))
    typos = re.sub(r"[^\W\d_]{4,}", lambda word: _mistyped(word[0], draw) if draw.random() < 0.05 else word[0], raw)
    half = len(sentences) // 2
    variants = {
        "one word in twenty misspelt": typos,
        "straight quotation marks": re.sub("[“”„«»]", '"', re.sub("[‘’`]", "'", raw)),
        "sentences shuffled": " ".join(shuffled),
        "first half": "\n\n".join(sentences[:half]),
        "second half": "\n\n".join(sentences[half:]),
    }
    return {name: Text(variant, name) for name, variant in variants.items()}


def _mistyped(word: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
