"""Every measure's name, lens, unit, one-line meaning and method, in one table; and ``profile``, a text's row of them.

The table is ``codebooks/measures.csv``. The notebooks show it, the docstring of ``profile`` ends in it, and the norms
have a percentile for each of its rows but bare counts: a lens that measures something new adds a row there. What needs
every mention judged, as the share of evaluative sentences does, is left to the lens's own table, as it takes long.
"""

from __future__ import annotations

import csv
from typing import NamedTuple

import pandas as pd

from . import hedging, readability, stance, threat
from .codebook import HERE, every, load
from .text import Text

LENSES = {"stance": stance, "hedging": hedging, "threat": threat, "readability": readability}


class Measure(NamedTuple):
    """A row of ``measures.csv``; ``more`` says what a higher value means."""

    name: str
    label: str
    lens: str
    unit: str
    meaning: str
    more: str
    method: str


def _read() -> dict[str, Measure]:
    with open(HERE / "measures.csv", encoding="utf-8") as file:
        return {row["name"]: Measure(**row) for row in csv.DictReader(file)}


MEASURES = _read()
_NAMES = pd.Index(MEASURES)


def names() -> list[str]:
    """The measures of a profile, in its order."""
    return list(MEASURES)


def label(name: str) -> str:
    """A measure's name as one would say it.

    >>> label("vague_per_100"), label("mean_length")
    ('vague words per 100', 'mean length')
    """
    return MEASURES[name].label if name in MEASURES else name.replace("_", " ")


def figures(text: Text) -> dict[str, float]:
    """Every measure of every lens for the whole text, as plain numbers, in the order of ``names()``."""
    found = _size(text)
    every(text, *(load(book, text) for book in ("hedging", "threat", "evaluation")))  # the lenses ask for them
    for lens in LENSES.values():
        found |= lens.figures(text)
    return {name: found[name] for name in MEASURES}


def profile(text: Text, lens: str | None = None) -> pd.Series:
    """A flat row: words, and every measure of every lens (or of one), for the whole text; NaN if there is nothing.

    >>> profile(Text("We may leave."))[["words", "self_mention_per_100", "flesch_kincaid_grade"]].round(1).tolist()
    [3.0, 33.3, -2.6]
    """
    found = _size(text) | LENSES[lens].figures(text) if lens else figures(text)
    index = pd.Index([name for name in MEASURES if name in found]) if lens else _NAMES
    return pd.Series([found[name] for name in index], index, dtype=float, name=text.name)


def _size(text: Text) -> dict[str, float]:
    return {"words": sum(map(len, text.tokens))}


def table(lens: str | None = None) -> pd.DataFrame:
    """The catalogue, a row a measure: name, label, lens, unit, meaning, more (what a higher value means), method."""
    return pd.DataFrame([measure for measure in MEASURES.values() if lens in (None, measure.lens)])


def sources(lens: str) -> str:
    """The methods behind a lens's measures, in one line.

    >>> sources("threat")[:51]
    'Securitisation (Buzan et al. 1998); Framing (Entman'
    """
    return "; ".join(dict.fromkeys(measure.method for measure in MEASURES.values() if measure.lens == lens))


profile.__doc__ += "\n\nMeasures:\n\n" + "\n".join(
    f"* ``{row.name}`` ({row.unit}): {row.meaning}. {row.method}." for row in MEASURES.values()
)
