"""Export: a text's tables as CSV and LaTeX, its figures as SVG and PNG, and the papers behind them."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from . import measures, norms, plot, show, stance, threat
from .measures import LENSES
from .text import Text

NORMS = "percentiles among documents of GUM (Zeldes 2017); score intervals (Wilson 1927)"


def save(text: Text, folder: str | Path) -> list[str]:
    """Write everything that the notebooks show of a text into a folder; returns the names of the files.

    Cues, mentions and claims are CSV with offsets into the text; measures by voice and norms are CSV and LaTeX; figures
    are SVG and PNG, and carry their alternative text. Each measure's meaning, unit and source stand in ``methods.csv``;
    tables in LaTeX name theirs in the caption, figures in their metadata.
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
    placed, matrix, claims = norms.place(measures.profile(text)), stance.matrix(text), threat.claims(text)
    cited = {name: measures.sources(name) for name in LENSES}
    voices = {name: lens.measure(text, by="voice") for name, lens in LENSES.items()}
    evidence = {name: lens.find(text) for name, lens in LENSES.items()}
    evidence |= {"mentions": stance.toward(text), "claims": claims, "methods": measures.table()}
    results = {f"{name}_by_voice": (table, cited[name]) for name, table in voices.items()}
    results |= {"norms": (placed, NORMS), "stance_matrix": (matrix, cited["stance"])}
    for name, table in (evidence | {name: table for name, (table, _) in results.items()}).items():
        show.safe(table).to_csv(folder / f"{name}.csv", index=False, errors="backslashreplace")
    for name, (table, source) in results.items():
        caption = f"{measures.label(name).capitalize()}. Method: {source}.".replace("&", r"\&")
        table.to_latex(folder / f"{name}.tex", index=False, escape=True, float_format="%.2f", caption=caption)
    pictures = {
        "voices": (plot.floor(text), ""),
        "hedging": (plot.balance(voices["hedging"]), cited["hedging"]),
        "stance": (plot.matrix(matrix), cited["stance"]),
        "deeds": (plot.deeds(stance.relations(text)), cited["stance"]),
        "threats": (plot.threats(claims), cited["threat"]),
        "certainty": (plot.quadrant(claims, text), f"{cited['threat']}; {measures.MEASURES.method['certainty']}"),
        "norms": (plot.places(placed), NORMS),
    }
    for name, (picture, source) in pictures.items():
        for kind in (
            ("svg", "png") if isinstance(picture, plot.Picture) else ()
        ):  # and no sentence that nothing is there
            picture.save(folder / f"{name}.{kind}", source=source)
