"""Export: a text's tables as CSV, its figures as SVG and PNG, and the papers behind them."""

from pathlib import Path

from . import measures, norms, plot, show, stance, threat
from .measures import LENSES
from .text import Text

NORMS = "percentiles among documents of GUM (Zeldes 2017); score intervals (Wilson 1927)"


def save(text: Text, folder: str | Path) -> list[str]:
    """Write everything that the notebooks show of a text into a folder; returns the names of the files.

    Tables are CSV: cues, mentions, acts and claims with offsets into the text, measures by voice, and norms;
    ``methods.csv`` has each measure's meaning, unit and source. Figures are SVG and PNG; their words and sources stand
    in their metadata.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    voices = {f"{name}_by_voice": lens.measure(text, by="voice") for name, lens in LENSES.items()}
    acts, claims, placed = stance.relations(text), threat.claims(text), norms.place(measures.profile(text))
    tables = {"mentions": stance.toward(text), "acts": acts, "claims": claims, "stance_matrix": stance.matrix(text)}
    tables |= {name: lens.find(text) for name, lens in LENSES.items()} | voices
    tables |= {"norms": placed, "methods": measures.table()}
    figures = {
        "voices": (plot.floor(text), ""),
        "hedging": (plot.balance(voices["hedging_by_voice"]), measures.sources("hedging")),
        "stance": (plot.matrix(tables["stance_matrix"]), measures.sources("stance")),
        "deeds": (plot.deeds(acts), measures.sources("stance")),
        "threats": (plot.threats(claims), measures.sources("threat")),
        "norms": (plot.places(placed), NORMS),
    }
    drawn = {name: figure for name, figure in figures.items() if isinstance(figure[0], plot.Picture)}  # no sentences
    for name, table in tables.items():
        show.safe(table).to_csv(folder / f"{name}.csv", index=False, errors="backslashreplace")
    for name, (picture, source) in drawn.items():
        for kind in ("svg", "png"):
            picture.save(folder / f"{name}.{kind}", source=source)
    return sorted(
        [*(f"{name}.csv" for name in tables), *(f"{name}.{kind}" for name in drawn for kind in ("png", "svg"))]
    )
