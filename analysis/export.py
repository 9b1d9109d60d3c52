"""Export: a text's tables as CSV and LaTeX, its figures as SVG and PNG, and the papers behind them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from . import catalogue, norms, plot, stance, threat
from .catalogue import LENSES
from .text import Text


def save(text: Text, folder: str | Path) -> list[str]:
    """Write everything that the notebooks show of a text into a folder; returns the names of the files.

    Cues, mentions and claims are CSV with offsets into the text; measures by voice and norms are CSV and LaTeX; figures
    are SVG and PNG; ``methods.csv`` has each measure's meaning, unit and source.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    placed, mentions, claims = norms.place(catalogue.profile(text)), stance.matrix(text), threat.claims(text)
    evidence = {name: lens.find(text) for name, lens in LENSES.items()}
    evidence |= {"mentions": stance.toward(text), "claims": claims, "methods": catalogue.table()}
    results = {f"{name}_by_voice": lens.measure(text, by="voice") for name, lens in LENSES.items()}
    results |= {"norms": placed, "stance_matrix": mentions}
    for name, table in (evidence | results).items():
        safe(table).to_csv(folder / f"{name}.csv", index=False)
    for name, table in results.items():
        table.to_latex(folder / f"{name}.tex", index=False, escape=True, float_format="%.2f")
    balance = plot.balance(LENSES["hedging"].measure(text, by="voice"))
    pictures = {"voices": plot.floor(text), "hedging": balance, "stance": plot.matrix(mentions)}
    pictures |= {
        "threats": plot.threats(claims),
        "certainty": plot.quadrant(claims, text),
        "norms": plot.places(placed),
    }
    for name, picture in pictures.items():
        for kind in (
            ("svg", "png") if isinstance(picture, plot.Picture) else ()
        ):  # and not where nothing was to be drawn
            picture.save(folder / f"{name}.{kind}")
    return sorted(path.name for path in folder.iterdir())


def safe(table: pd.DataFrame) -> pd.DataFrame:
    """A table that a spreadsheet shows and does not run: a cell that begins like a formula gets an apostrophe first.

    Lists of offsets are written as "start-end start-end".

    >>> safe(pd.DataFrame({"cue": ["=1+1", "may"], "because": [[(0, 3), (5, 7)], []]})).values.tolist()
    [["'=1+1", '0-3 5-7'], ['may', '']]
    """

    def cell(value: object) -> object:
        if isinstance(value, (list, tuple)):
            return " ".join(f"{start}-{end}" for start, end in value)
        return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value

    return table.map(cell)
