"""From cues to rates: one place where counts meet words, by voice, kind or segment, with 95 % intervals.

A count of cues is taken as a Poisson count and has Garwood's (1936) exact interval; a share of sentences has Wilson's
score interval (1927), which holds for few sentences too (Brown, Cai & DasGupta 2001); a mean has Student's (1908).
All three take cues and sentences as independent: in a text that repeats itself the truth is wider.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import nan

import numpy as np
import pandas as pd
from scipy.special import gammaincinv, ndtri, stdtrit  # scipy.stats would take most of a second to load

from .text import Text, TextError

Estimate = tuple[float, float, float]  # a figure, and the lower and the upper end of its 95 % interval
UNKNOWN: Estimate = (nan, nan, nan)
ENDS = ("", "_low", "_high")  # what the columns of an estimate add to its name


def rate(count: int, words: int) -> Estimate:
    """Cues per 100 words; of no words, NaN.

    >>> [round(x, 2) for x in rate(4, 200)]
    [2.0, 0.54, 5.12]
    """
    if not words:
        return UNKNOWN
    low, high = np.nan_to_num(gammaincinv([count, count + 1], [0.025, 0.975]))  # of no cues the lower is 0
    return tuple(100 * float(x) / words for x in (count, low, high))


def share(part: int, whole: int) -> Estimate:
    """A share of sentences in 0..1; of no sentences, NaN.

    >>> [round(x, 2) for x in share(5, 10)]
    [0.5, 0.24, 0.76]
    """
    if not whole:
        return UNKNOWN
    part, whole, z = int(part), int(whole), float(ndtri(0.975))
    middle, reach = part + z**2 / 2, z * (part * (1 - part / whole) + z**2 / 4) ** 0.5
    low, high = ((middle + side) / (whole + z**2) for side in (-reach, reach))
    return (part / whole, max(low, 0.0), min(high, 1.0))


def mean(values: Sequence[float]) -> Estimate:
    """A mean; its interval is unknown (NaN) of one value, or of values that are all the same.

    >>> [round(x, 2) for x in mean([0.1, 0.2, 0.6])]
    [0.3, -0.36, 0.96]
    """
    if len(values) == 0:
        return UNKNOWN
    middle, reach = float(np.mean(values)), nan
    if max(values) > min(values):
        reach = float(stdtrit(len(values) - 1, 0.975) * np.std(values, ddof=1) / len(values) ** 0.5)
    return (middle, middle - reach, middle + reach)


def labels(text: Text, by: str | None) -> list:
    """The group of each passage: its voice, its kind, its own number, or one group for the whole text."""
    if by not in (None, "voice", "kind", "segment"):
        raise TextError(f"measures are grouped by None, 'voice', 'kind' or 'segment', not by {by!r}")
    if by in ("voice", "kind"):
        return [getattr(passage, by) for passage in text.passages]
    return [number if by else "text" for number in range(len(text.passages))]


def tally(text: Text, by: str | None, offsets: Iterable[int]) -> Counter:
    """How many of some offsets each group has; a word counts for the passage it stands in, not for its sentence's."""
    groups = labels(text, by)
    return Counter(groups[text.passage_at(offset)] for offset in offsets)


def sentences_by(text: Text, by: str | None) -> dict:
    """The numbers of each group's sentences, in the order of the text; a text without words is one empty group."""
    groups = labels(text, by)
    found: dict = {label: [] for label in (groups if by else ["text"])}
    for sentence, (_, _, passage) in enumerate(text.spans):
        found[groups[passage]].append(sentence)
    return found


def table(
    text: Text,
    by: str | None,
    cues: Mapping[str, Iterable[int]],
    shares: Mapping[str, Sequence[bool]] | None = None,
    means: Mapping[str, Sequence[float]] | None = None,
) -> pd.DataFrame:
    """A row a group, in the order of the text: words, sentences, and each measure with its 95 % interval.

    ``cues`` holds the offsets of the cues of each kind: columns NAME (count), NAME_per_100, _low, _high.
    ``shares`` holds a truth a sentence: columns NAME_share, _low, _high (0..1). ``means`` holds a number in 0..1 a
    sentence: columns NAME, NAME_low, NAME_high.
    """
    members, words = sentences_by(text, by), tally(text, by, text.words.start)
    counts = {name: tally(text, by, offsets) for name, offsets in cues.items()}
    rows = []
    for label, own in (members or {"": []}).items():  # a text without voices has no rows, but all the columns
        row = {"words": words[label], "sentences": len(own)}
        for name, found in counts.items():
            row |= {name: found[label]} | interval(f"{name}_per_100", rate(found[label], words[label]))
        for name, truths in (shares or {}).items():
            row |= interval(f"{name}_share", share(sum(truths[sentence] for sentence in own), len(own)))
        for name, values in (means or {}).items():
            row |= interval(name, np.clip(mean([values[sentence] for sentence in own]), 0.0, 1.0))
        rows.append(row)
    found = pd.DataFrame(rows).head(len(members))
    found.insert(0, by or "group", pd.Series(list(members), dtype=object))  # objects hold any string at all
    return found


def interval(name: str, estimate: Iterable[float]) -> dict[str, float]:
    """The three columns of an estimate."""
    return dict(zip((name + end for end in ENDS), estimate, strict=True))


def groups(table: pd.DataFrame, keys: Iterable) -> Iterator[tuple]:
    """Each key with its rows, in the order of the table. pandas' own grouping breaks off where a name holds half an
    emoji."""
    places = defaultdict(list)
    for place, key in enumerate(keys):
        places[key].append(place)
    yield from ((key, table.iloc[own]) for key, own in places.items())
