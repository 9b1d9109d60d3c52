"""Export: a text's tables as CSV and LaTeX, its figures as SVG and PNG, and the papers behind them."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from . import catalogue, norms, plot, show, stance, threat
from .catalogue import LENSES
from .text import Text


def save(text: Text, folder: str | Path) -> list[str]:
    """Write everything that the notebooks show of a text into a folder; returns the names of the files.

    Cues, mentions and claims are CSV with offsets into the text; measures by voice and norms are CSV and LaTeX; figures
    are SVG and PNG; ``methods.csv`` has each measure's meaning, unit and source.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".subtext-", dir=folder) as aside:  # no half of a file where a whole one stood
        _write(text, Path(aside))
        names = sorted(path.name for path in Path(aside).iterdir())
        for name in names:
            os.replace(Path(aside) / name, folder / name)
    return names


def _write(text: Text, folder: Path) -> None:
    placed, mentions, claims = norms.place(catalogue.profile(text)), stance.matrix(text), threat.claims(text)
    evidence = {name: lens.find(text) for name, lens in LENSES.items()}
    evidence |= {"mentions": stance.toward(text), "claims": claims, "methods": catalogue.table()}
    results = {f"{name}_by_voice": lens.measure(text, by="voice") for name, lens in LENSES.items()}
    results |= {"norms": placed, "stance_matrix": mentions}
    for name, table in (evidence | results).items():
        show.safe(table).to_csv(folder / f"{name}.csv", index=False, errors="backslashreplace")
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
