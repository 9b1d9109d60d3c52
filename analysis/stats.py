"""From cues to rates: one place where counts meet words, by voice, kind or segment, with 95 % intervals.

A rate per 100 words has a score interval for a Poisson count, a share of sentences a Wilson score interval (Wilson
1927); Brown, Cai & DasGupta (2001, 2003) recommend both over the textbook intervals, as they hold for small counts.
Both take cues as independent; in a text that repeats itself the truth is wider.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import nan, pi, sqrt, tan

import pandas as pd

from .text import Text, TextError

Z = 1.959964  # the normal quantile of a two-sided 95 % interval


def rate(count: float, words: int) -> tuple[float, float, float]:
    """Cues per 100 words, with a 95 % interval; of no words, NaN.

    >>> [round(x, 2) for x in rate(4, 200)]
    [2.0, 0.78, 5.14]
    """
    if not words:
        return (nan, nan, nan)
    middle, half = count + Z * Z / 2, Z * sqrt(count + Z * Z / 4)
    return (100 * count / words, 100 * max(middle - half, 0) / words, 100 * (middle + half) / words)


def share(part: float, whole: int) -> tuple[float, float, float]:
    """A share of sentences in 0..1, with a 95 % interval; of no sentences, NaN.

    >>> [round(x, 2) for x in share(5, 10)]
    [0.5, 0.24, 0.76]
    """
    if not whole:
        return (nan, nan, nan)
    p, z2 = part / whole, Z * Z
    middle = p + z2 / (2 * whole)
    half = Z * sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole))
    # at 0 and at 1 the bound is the estimate itself; without min and max a rounding error could part them
    return (p, min(max((middle - half) / (1 + z2 / whole), 0), p), max(min((middle + half) / (1 + z2 / whole), 1), p))


def mean(values: Sequence[float]) -> tuple[float, float, float]:
    """A mean with a 95 % interval by Student (1908); unknown (NaN) of one value, or of values that are all the same.

    >>> [round(x, 2) for x in mean([0.1, 0.2, 0.6])]
    [0.3, -0.36, 0.96]
    """
    n = len(values)
    if not n:
        return (nan, nan, nan)
    middle = sum(values) / n
    spread = sum((value - middle) ** 2 for value in values)
    if n == 1 or min(values) == max(values):
        return (middle, nan, nan)
    half = _student(n - 1) * sqrt(spread / (n - 1) / n)
    return (middle, middle - half, middle + half)


def _student(freedom: int) -> float:
    """The quantile of Student's t for a 95 % interval: exact for 1 and 2, else a series (Abramowitz & Stegun 26.7.5).

    >>> [round(_student(n), 2) for n in (1, 2, 3, 10, 1000)]
    [12.71, 4.3, 3.18, 2.23, 1.96]
    """
    if freedom < 3:
        return tan(0.475 * pi) if freedom == 1 else 0.95 / sqrt(2 * 0.975 * 0.025)
    z, v = Z, freedom
    terms = (
        z,
        (z**3 + z) / (4 * v),
        (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2),
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3),
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4),
    )
    return sum(terms)


def labels(text: Text, by: str | None) -> list:
    """The group of each passage: its voice, its kind, its own number, or one group for the whole text."""
    if by not in (None, "voice", "kind", "segment"):
        raise TextError(f"measures are grouped by None, 'voice', 'kind' or 'segment', not by {by!r}")
    return [
        "text" if by is None else number if by == "segment" else getattr(passage, by)
        for number, passage in enumerate(text.passages)
    ]


def words_by(text: Text, by: str | None) -> Counter:
    """How many words each group has; a word belongs to the passage it stands in, not to its sentence's."""
    groups, sentences = labels(text, by), range(len(text.bounds))
    return Counter(_group(text, groups, by, at, word) for at in sentences for word in range(len(text.tokens[at])))


def table(
    text: Text,
    by: str | None,
    cues: Mapping[str, Iterable[tuple[int, int]]],
    shares: Mapping[str, Sequence[bool]] | None = None,
    means: Mapping[str, Sequence[float]] | None = None,
) -> pd.DataFrame:
    """A row a group, in the order of the text: words, sentences, and each measure with its 95 % interval.

    ``cues`` holds the places (sentence, word) of each kind of cue: columns NAME (count), NAME_per_100, _low, _high.
    ``shares`` holds a truth a sentence: columns NAME_share, _low, _high (0..1). ``means`` holds a number in 0..1 a
    sentence: columns NAME, NAME_low, NAME_high.
    """
    groups = labels(text, by)
    words = words_by(text, by)
    places = {name: Counter(_group(text, groups, by, *place) for place in found) for name, found in cues.items()}
    members: dict = {label: [] for label in dict.fromkeys(groups)} or ({"text": []} if by is None else {})
    for sentence, (_, _, index) in enumerate(text.spans):
        members[groups[index]].append(sentence)
    rows = []
    named = members or {"": []}  # a text without passages has no rows, but all the columns
    for label, own in named.items():
        row = {"words": words[label], "sentences": len(own)}
        for name, counts in places.items():
            row[name] = counts[label]
            row |= _interval(f"{name}_per_100", rate(counts[label], words[label]))
        for name, truths in (shares or {}).items():
            row |= _interval(f"{name}_share", share(sum(truths[s] for s in own), len(own)))
        for name, values in (means or {}).items():
            estimate = mean([values[s] for s in own])
            row |= _interval(name, tuple(min(max(x, 0.0), 1.0) if x == x else x for x in estimate))
        rows.append(row)
    found = pd.DataFrame(rows)
    found.insert(0, by or "group", pd.Series(list(named), dtype=object))  # objects hold any string at all
    return found.head(len(members))


def whole(
    text: Text,
    cues: Mapping[str, Sequence[tuple[int, int]]],
    shares: Mapping[str, Sequence[bool]],
    means: Mapping[str, Sequence[float]],
) -> dict[str, float]:
    """The rates, shares and means of ``table`` for the whole text: without counts and intervals, and fast."""
    words = sum(map(len, text.tokens))
    found = {f"{name}_per_100": 100 * len(places) / words if words else nan for name, places in cues.items()}
    found |= {f"{name}_share": sum(truths) / len(truths) if truths else nan for name, truths in shares.items()}
    return found | {name: sum(values) / len(values) if values else nan for name, values in means.items()}


def _group(text: Text, groups: list, by: str | None, sentence: int, word: int):
    """The group of a word; offsets are looked up only where groups can differ within a sentence."""
    return groups[0] if by is None else groups[text.passage_at(text.offsets(sentence)[word][0])]


def _interval(name: str, estimate: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), estimate, strict=True))
