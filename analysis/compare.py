"""Two texts, or two voices of one text, side by side: how far the measures differ, and which words set them apart."""

from __future__ import annotations

from collections import Counter
from math import hypot, log, sqrt
from pathlib import Path

import pandas as pd

from .rates import words_by
from .text import Text, read

ENDS = ("", "_low", "_high")


def part(text: Text, voice: str) -> Text:
    """What one voice says in a text, as a text of its own.

    >>> part(Text('“We won,” said Ana. “They lost.”'), "Ana").raw
    '“We won,”\\n\\n“They lost.”'
    """
    said = (text.raw[passage.start : passage.end] for passage in text.passages if passage.voice == voice)
    return Text("\n\n".join(said), name=voice)


def pair(text: Text, other: str | Path | None = None) -> tuple[Text, Text]:
    """Two texts to compare: the text and another; or its two voices that say most; or, of one voice, its two halves."""
    if other:
        return text, read(other)
    voices = [voice for voice, words in words_by(text, "voice").most_common(2) if words]
    if len(voices) == 2:
        return part(text, voices[0]), part(text, voices[1])
    middle = text.spans[len(text.spans) // 2][0] if text.spans else 0
    return Text(text.raw[:middle], name="first half"), Text(text.raw[middle:], name="second half")


def difference(one: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float, float]:
    """The difference of two estimates with 95 % intervals, with an interval of its own (Zou & Donner 2008).

    >>> [round(x, 2) for x in difference((4.0, 2.0, 7.0), (1.0, 0.0, 3.0))]
    [3.0, 0.17, 6.16]
    """
    (a, a_low, a_high), (b, b_low, b_high) = one, other
    return (a - b, a - b - hypot(a - a_low, b_high - b), a - b + hypot(a_high - a, b - b_low))


def measures(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """What a lens measured in two texts, a row a measure: measure, one, other, difference (each _low, _high), differs.

    Takes the one-row tables that a lens's ``measure(text)`` returns. ``differs`` says whether the 95 % interval of the
    difference leaves out zero; of twenty measures that do not differ, one will seem to.
    """
    rows = []
    for name in [name for name in one.columns if f"{name}_low" in one]:
        parts = {
            side: tuple(table[f"{name}{end}"][0] for end in ENDS) for side, table in (("one", one), ("other", other))
        }
        parts["difference"] = gap = difference(parts["one"], parts["other"])
        row = {f"{side}{end}": value for side, three in parts.items() for end, value in zip(ENDS, three, strict=True)}
        rows.append({"measure": name} | row | {"differs": gap[1] > 0 or gap[2] < 0})
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
