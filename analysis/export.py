"""Export: a text's tables as CSV, its figures as SVG and PNG, and the papers behind the measures."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from . import measures, norms, plot, show, stance, threat
from .measures import LENSES
from .text import Text


def save(text: Text, folder: str | Path) -> list[str]:
    """Write everything that the notebooks show of a text into a folder; returns the names of the files.

    Tables are CSV: cues, mentions, acts and claims with offsets into the text, measures by voice, and norms;
    ``methods.csv`` has each measure's meaning, unit and source. Figures are SVG and PNG; their words stand in their
    metadata. A column ``sentence`` counts from 0 like every offset; what is shown on a page counts from 1.
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
    voices = {f"{name}_by_voice": lens.measure(text, by="voice") for name, lens in LENSES.items()}
    cells, placed = stance.matrix(text), norms.place(measures.profile(text))
    results = {"mentions": stance.toward(text), "acts": stance.relations(text), "claims": threat.claims(text)}
    results |= {name: lens.find(text) for name, lens in LENSES.items()} | voices
    results |= {"stance_matrix": cells, "norms": placed, "methods": measures.table()}
    for name, table in results.items():
        show.safe(table).to_csv(folder / f"{name}.csv", index=False, errors="backslashreplace")
    pictures = {
        "voices": plot.floor(text),
        "hedging": plot.balance(voices["hedging_by_voice"]),
        "stance": plot.matrix(cells),
        "norms": plot.places(placed),
    }
    for name, picture in pictures.items():
        for kind in ("svg", "png") if isinstance(picture, plot.Picture) else ():  # and no sentence that there is none
            picture.save(folder / f"{name}.{kind}")
