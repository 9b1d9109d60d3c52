"""Export: a text's tables as CSV, its figures as SVG and PNG, and the papers behind the measures."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from . import measures, norms, plot, show, stance, threat
from .text import Text


def save(text: Text, folder: str | Path) -> list[str]:
    """Write everything that the notebooks show of a text into a folder; returns the names of the files.

    Tables are CSV: cues, mentions, acts and claims with offsets into the text, measures by voice, and norms;
    ``methods.csv`` has each measure's meaning, unit and source. Figures are SVG and PNG; their words stand in their
    metadata. A column ``sentence`` counts from 0 like every offset; what is shown on a page counts from 1.
    """
    tables = {"mentions": stance.toward(text), "acts": stance.relations(text), "claims": threat.claims(text)}
    tables |= {"stance_matrix": stance.matrix(text), "norms": norms.place(measures.profile(text))}
    tables |= {"methods": measures.table()}
    for name, lens in measures.LENSES.items():
        tables |= {name: lens.find(text), f"{name}_by_voice": lens.measure(text, by="voice")}
    figures = {"voices": plot.floor(text), "hedging": plot.balance(tables["hedging_by_voice"])}
    figures |= {"stance": plot.matrix(tables["stance_matrix"]), "norms": plot.places(tables["norms"])}
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".subtext-", dir=folder) as aside:  # no half of a file where a whole one stood
        for name, table in tables.items():
            show.safe(table).to_csv(f"{aside}/{name}.csv", index=False, errors="backslashreplace")
        for name, figure in figures.items():
            for kind in ("svg", "png") if isinstance(figure, plot.Picture) else ():  # and no line that there is none
                figure.save(f"{aside}/{name}.{kind}")
        names = sorted(os.listdir(aside))
        for name in names:
            os.replace(f"{aside}/{name}", folder / name)
    return names
