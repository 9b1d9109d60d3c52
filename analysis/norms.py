"""Norms: where a text stands among reference documents of many genres, on every measure.

The reference is the development part of GUM, the Georgetown University Multilayer corpus (Zeldes 2017). ``norms.csv``
holds figures only, a row a document, none of its words; ``python -m analysis norms GOLD_DIR`` counts them again.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pandas as pd
from scipy.stats import percentileofscore

from . import measures
from .stats import share
from .text import Text, TextError

FEW = 100  # words: of fewer, one word more or less moves a text past half of the others
FILE = Path(__file__).parent / "norms.csv"
SOURCE = (
    "Measures of documents of GUM, the Georgetown University Multilayer corpus (https://gucorpling.org/gum; Zeldes"
    " 2017, doi:10.1007/s10579-016-9343-x), CC BY-NC-SA 4.0 and freer. Figures only: none of its text is in this file."
)


def names() -> list[str]:
    """The measures that have norms: all but bare counts, which grow with the length of a text."""
    return [measure.name for measure in measures.MEASURES.values() if measure.unit != "count"]


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
    which the documents were drawn: from the low end for those below to the high end for those not above. With those of
    one genre it is wide, and honestly so. A profile of under 100 ``words`` has no percentile; ``warning`` says why.

    >>> place({"flesch_kincaid_grade": 40.0}, "news").round(1).values.tolist()
    [['flesch_kincaid_grade', 40.0, 100.0, 80.6, 100.0, 16, '']]
    """
    documents = reference()
    if genre is not None:
        documents = documents[documents.genre == genre]
        if documents.empty:
            raise TextError(f"no reference documents of the genre {genre!r}; choose from {', '.join(genres().index)}")
    short, rows = profile.get("words", FEW) < FEW, []
    warning = f"under {FEW} words: too short to be placed among others" if short else ""
    for name in [name for name in names() if name in profile]:
        value, norm = float(_written(profile[name])), documents[name].dropna()
        n = 0 if short or math.isnan(value) else len(norm)  # of no documents all shares are NaN
        low, high = share((norm < value).sum(), n)[1], share((norm <= value).sum(), n)[2]
        percentile = percentileofscore(norm, value, kind="mean") if n else math.nan
        rows.append((name, value, percentile, 100 * low, 100 * high, len(norm), warning))
    return pd.DataFrame(rows, columns=["measure", "value", "percentile", "low", "high", "n", "warning"])


def by_genre(profile: Mapping[str, float]) -> pd.DataFrame:
    """`place` within each genre: the same columns, and genre."""
    return pd.concat([place(profile, genre).assign(genre=genre) for genre in genres().index], ignore_index=True)


def _written(figure: float) -> str:
    """A figure as norms.csv has it, so that a reference document is equal to itself."""
    return f"{figure:.5g}"


def build(documents: Iterable[Mapping]) -> str:
    """Counts norms.csv again from documents (id, genre, paragraphs: [[sentence, …], …]); says what it did."""
    rows = []
    for document in sorted(documents, key=lambda document: document["id"]):
        text = Text("\n\n".join(map(" ".join, document["paragraphs"])), name=document["id"])
        figures = measures.figures(text)
        rows.append([document["id"], document["genre"], *(_written(figures[name]) for name in names())])
    aside = FILE.with_suffix(".unfinished")
    with open(aside, "w", encoding="utf-8", newline="") as file:
        file.write(f"# {SOURCE}\n")
        pd.DataFrame(rows, columns=["id", "genre", *names()]).to_csv(file, index=False, lineterminator="\n")
    os.replace(aside, FILE)
    reference.cache_clear()
    return f"{FILE.name}: {len(rows)} documents, {len(names())} measures"
