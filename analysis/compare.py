"""Two texts, or two voices of one text, side by side: how far the measures differ."""

from __future__ import annotations

from math import hypot, nan
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pandas as pd

from . import hedging, readability, stance, threat
from .stats import Estimate, interval, tally
from .text import Text, read

ENDS = ("", "_low", "_high")


class Side(NamedTuple):
    """What is compared: a text, or what one voice says in it, measured where it stands."""

    text: Text
    name: str
    voice: str | None = None

    def measure(self, lens: ModuleType) -> pd.Series:
        """What a lens measures of this side: the row that its table by voice has for it, too."""
        table = lens.measure(self.text, "voice" if self.voice else None)
        return table[table.iloc[:, 0] == (self.voice or "text")].iloc[0]


def pair(text: Text, other: str | Path | None = None) -> tuple[Side, Side]:
    """Two sides to compare: the text and another; or its two voices that say most; or, of one voice, its two halves."""
    if other:
        another = read(other)
        return Side(text, text.name), Side(another, another.name + " (2)" * (another.name == text.name))
    voices = [Side(text, voice, voice) for voice, words in tally(text, "voice", text.words.start).most_common(2)]
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
    for lens in (stance, hedging, threat, readability):
        here, there = one.measure(lens), other.measure(lens)
        for name in measured(here.index):
            a, b = ([side.get(name + end, nan) for end in ENDS] for side in (here, there))
            gap = difference(a, b)
            row = {"measure": name} | interval("one", a) | interval("other", b) | interval("difference", gap)
            rows.append(row | {"differs": gap[1] > 0 or gap[2] < 0})
    return pd.DataFrame(rows)
