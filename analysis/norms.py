"""Norms: where a text stands among reference documents of many genres, on every measure.

The reference is the development part of GUM, the Georgetown University Multilayer corpus (Zeldes 2017). ``norms.csv``
holds figures only, a row a document, none of its words; ``subtext norms GOLD_DIR`` counts them again.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import isnan, nan
from pathlib import Path

import pandas as pd

from . import measures
from .stats import share
from .text import TextError

FEW = 100  # words: of fewer, one word more or less moves a text past half of the others
FILE = Path(__file__).parent / "norms.csv"
WRITTEN = "{:.5g}"  # how norms.csv has a figure


def names() -> list[str]:
    """The measures that have norms: all but bare counts, which grow with the length of a text."""
    table = measures.table()
    return table.name[table.unit != "count"].tolist()


@cache
def reference() -> pd.DataFrame:
    """The reference documents, a row each: id, genre, and every measure that has norms."""
    return pd.read_csv(FILE, comment="#", usecols=["id", "genre", *names()])


def genres() -> pd.Series:
    """The genres, and how many documents each has."""
    return reference().genre.value_counts().sort_index()


def place(profile: Mapping[str, float], genre: str | None = None) -> pd.DataFrame:
    """Where a profile stands: a row a measure that has norms, with value, percentile, low, high, n, warning.

    ``percentile`` is the share of the n reference documents (of a genre, or all) that the value exceeds, half of those
    it equals included. ``low`` to ``high`` is the 95 % interval (Wilson 1927) of that share in the population from
    which they were drawn: from the low end for those below to the high end for those not above. Of one genre it is
    wide, and honestly so. A profile of under 100 ``words`` has no percentile; ``warning`` says why.

    >>> place({"flesch_kincaid_grade": 40.0}, "news").round(1).values.tolist()
    [['flesch_kincaid_grade', 40.0, 100.0, 80.6, 100.0, 16, '']]
    """
    if genre not in (None, *genres().index):
        raise TextError(f"no reference documents of the genre {genre!r}; choose from {', '.join(genres().index)}")
    documents, rows = reference()[reference().genre.eq(genre) | (genre is None)], []
    short = profile.get("words", FEW) < FEW
    warning = f"under {FEW} words: too short to be placed among others" if short else ""
    for name in filter(profile.__contains__, names()):
        value = float(WRITTEN.format(profile[name]))  # so that a reference document is equal to itself
        norm = documents[name].dropna()
        n = 0 if short or isnan(value) else len(norm)  # of no documents all shares are NaN
        low, high = share((norm < value).sum(), n)[1], share((norm <= value).sum(), n)[2]
        percentile = 50 * ((norm < value).mean() + (norm <= value).mean()) if n else nan
        rows.append((name, value, percentile, 100 * low, 100 * high, len(norm), warning))
    return pd.DataFrame(rows, columns=["measure", "value", "percentile", "low", "high", "n", "warning"])
