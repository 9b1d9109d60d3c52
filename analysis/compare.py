"""Two texts, or two voices of one text, side by side: how far the measures differ, and which words set them apart."""

from __future__ import annotations

from collections import Counter
from math import hypot, log2, nan
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pandas as pd
from scipy.stats import binom, binomtest

from . import hedging, readability, stance, threat
from .stats import Estimate, interval, words_by
from .text import Text, read

ENDS = ("", "_low", "_high")
COUNTING = (stance, hedging, threat)  # the lenses whose cues are held side by side
SURE = 0.05  # a difference that chance makes less often is told


class Side(NamedTuple):
    """What is compared: a text, or what one voice says in it, measured where it stands."""

    text: Text
    name: str
    voice: str | None = None

    @property
    def by(self) -> str | None:
        return "voice" if self.voice else None

    @property
    def words(self) -> int:
        return words_by(self.text, self.by)[self.voice or "text"]

    def measure(self, lens: ModuleType) -> pd.Series:
        """What a lens measures of this side: the row that its table by voice has for it, too."""
        table = lens.measure(self.text, self.by)
        return table[table.iloc[:, 0] == (self.voice or "text")].iloc[0]

    def cues(self) -> Counter:
        """How often each cue is found, in lower case; what several lenses take for a cue counts once."""
        found = pd.concat([lens.find(self.text) for lens in COUNTING]).drop_duplicates(["start", "end"])
        return Counter(found.cue[(found.voice == self.voice) | (not self.voice)].str.lower())


def pair(text: Text, other: str | Path | None = None) -> tuple[Side, Side]:
    """Two sides to compare: the text and another; or its two voices that say most; or, of one voice, its two halves."""
    if other:
        another = read(other)
        return Side(text, text.name), Side(another, another.name + " (2)" * (another.name == text.name))
    voices = [Side(text, voice, voice) for voice, words in words_by(text, "voice").most_common(2) if words]
    if len(voices) == 2:
        return tuple(voices)
    middle = text.bounds[len(text.bounds) // 2][0] if text.bounds else 0
    halves = {"the first half": text.raw[:middle], "the second half": text.raw[middle:]}
    return tuple(Side(Text(half, meta=text.meta, codebooks=text.codebooks), name) for name, half in halves.items())


def difference(one: Estimate, other: Estimate) -> Estimate:
    """The difference of two estimates with 95 % intervals, with an interval of its own (Zou & Donner 2008).

    >>> [round(x, 2) for x in difference((4.0, 2.0, 7.0), (1.0, 0.0, 3.0))]
    [3.0, 0.17, 6.16]
    """
    (a, a_low, a_high), (b, b_low, b_high) = one, other
    return (a - b, a - b - hypot(a - a_low, b_high - b), a - b + hypot(a_high - a, b - b_low))


def measured(columns: pd.Index) -> list[str]:
    """What can be compared of a lens's table: the columns that have an interval, and the formulas of readability."""
    return [name for name in columns if f"{name}_low" in columns or name in readability.FORMULAS]


def measures(one: Side, other: Side) -> pd.DataFrame:
    """What the lenses measure on two sides: measure, one, other, difference (each _low, _high), differs.

    ``differs`` says whether the 95 % interval of the difference leaves out zero; of twenty measures that do not differ,
    one will seem to. The formulas of readability have no interval, as each reads the text as a whole, and never differ.
    """
    rows = []
    for lens in (*COUNTING, readability):
        here, there = one.measure(lens), other.measure(lens)
        for name in measured(here.index):
            a, b = ([side.get(name + end, nan) for end in ENDS] for side in (here, there))
            gap = difference(a, b)
            row = {"measure": name} | interval("one", a) | interval("other", b) | interval("difference", gap)
            rows.append(row | {"differs": gap[1] > 0 or gap[2] < 0})
    return pd.DataFrame(rows)


def keyness(one: Counter, other: Counter, words: int, other_words: int) -> pd.DataFrame:
    """Which items set apart what is counted in so many words each: item, one, other, log_ratio, p.

    ``log_ratio`` is the binary logarithm of how many times as often the first side has the item (Hardie 2014), half an
    occurrence added to both. ``p`` is the exact probability of counts as uneven, were the rates the same (Przyborowski
    & Wilenski 1940), with the counts found counted half (mid-p: Lancaster 1961): it holds for small counts, where
    log-likelihood (Dunning 1993) is too sure. The least likely comes first. Occurrences are taken as independent: one
    that brings on another seems surer than it is.

    >>> keyness(Counter(war=9, the=50), Counter(peace=9, the=50), 200, 200).round(3).values.tolist()[0]
    ['war', 9, 0, 4.248, 0.003]
    """
    rows = []
    for item in one + other if words and other_words else ():
        a, b, rate = one[item], other[item], words / (words + other_words)
        p = binomtest(a, a + b, rate).pvalue - binom.pmf(a, a + b, rate) / 2
        rows.append((item, a, b, log2((a + 0.5) / words) - log2((b + 0.5) / other_words), p))
    table = pd.DataFrame(rows, columns=["item", "one", "other", "log_ratio", "p"])
    return table.sort_values("p", kind="stable", ignore_index=True)
