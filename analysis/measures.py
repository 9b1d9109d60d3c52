"""The catalogue of measures, ``codebooks/measures.csv``, and ``profile``, a text's row of them.

The notebooks show the catalogue, and the norms have a percentile for each of its rows but bare counts: a lens that
measures something new adds a row there.
"""

from __future__ import annotations

import pandas as pd

from . import corrections, hedging, readability, stance, threat, voices
from .codebook import HERE
from .text import Text

LENSES = {"stance": stance, "hedging": hedging, "threat": threat, "readability": readability}
corrections.TABLES |= {"voices": lambda text: text.segments, "reports": voices.reports, "stance": stance.toward}
corrections.TABLES |= {"claims": threat.claims, "hedging": hedging.sentences, "threat": threat.sentences}
MEASURES = pd.read_csv(HERE / "measures.csv", dtype=str).set_index("name", drop=False).rename_axis(None)


def names() -> list[str]:
    """The measures of a profile, in its order."""
    return MEASURES.name.tolist()


def label(name: str) -> str:
    """A measure's name as one would say it.

    >>> label("vague_per_100"), label("mean_length")
    ('vague words per 100', 'mean length')
    """
    return MEASURES.label.get(name, name.replace("_", " "))


def figures(text: Text, lens: str | None = None) -> dict[str, float]:
    """The whole text's row in each lens's ``measure``, or in that of one, in the order of ``names()``."""
    found = {}
    for name in [lens] if lens else LENSES:
        found |= LENSES[name].measure(text).iloc[0].to_dict()
    return {name: found[name] for name in names() if name in found}


def profile(text: Text, lens: str | None = None) -> pd.Series:
    """The same as a row of numbers; what cannot be measured is NaN. ``table`` says what each measure is.

    >>> profile(Text("We may leave."))[["words", "self_mention_per_100", "flesch_kincaid_grade"]].round(1).tolist()
    [3.0, 33.3, -2.6]
    """
    return pd.Series(figures(text, lens), dtype=float, name=text.name)


def table(lens: str | None = None) -> pd.DataFrame:
    """The catalogue, a row a measure: name, label, lens, unit, meaning, more (what a higher value means), method."""
    return MEASURES[MEASURES.lens.eq(lens) | (lens is None)].reset_index(drop=True)
