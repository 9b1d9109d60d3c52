"""Export: a text's tables as CSV and its figures as SVG and PNG, or what was found in it for other tools, and back."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from . import corrections, exchange, measures, norms, plot, predications, show, stance, threat
from .exchange import rows
from .formats import refusal
from .text import Text

__all__ = ["rows", "save"]


def save(text: Text, path: str | Path) -> list[str]:
    """Write everything that the notebooks show of a text into a folder; returns the names of the files.

    Tables are CSV: cues, mentions, acts and claims with offsets into the text, measures by voice, and norms;
    ``methods.csv`` has each measure's meaning, unit and source. Figures are SVG and PNG; their words stand in their
    metadata. A column ``sentence`` counts from 0 like every offset; what is shown on a page counts from 1.

    A path that ends in .jsonld, .qdpx, .qdc, .tsv or .ann is a file for other tools instead; ``exchange`` says more,
    and ``rows`` reads it again. TextError if something else stands there: it may be somebody's work.
    """
    path = Path(path)
    alone = exchange.files(text, path) if path.suffix.lower() in exchange.WRITERS and not path.is_dir() else {}
    folder = path.parent if alone else path
    _spare(folder, alone)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".subtext-", dir=folder) as aside:  # no half of a file where a whole one stood
        for name, data in alone.items():
            (Path(aside) / name).write_bytes(data)
        if not alone:
            _write(text, Path(aside))
        names = sorted(path.name for path in Path(aside).iterdir())
        for name in names:
            os.replace(f"{aside}/{name}", folder / name)
    corrections.warn(text)
    return names


def _spare(folder: Path, files: dict[str, bytes]) -> None:
    for file in (folder / name for name in files):
        if file.exists() and (file.is_dir() or file.read_bytes() != files[file.name]):
            raise refusal(file, "stands there already with other content; move it, or give another name")
    if folder.is_file():
        raise refusal(folder, "is a file; name a folder, or a file that ends as other tools' do")
    if not files and folder.is_dir() and any(folder.iterdir()) and not (folder / "methods.csv").exists():
        raise refusal(folder, "holds something other than exported tables; name a new folder")


def _write(text: Text, folder: Path) -> None:
    tables = {"mentions": stance.toward(text), "acts": stance.relations(text), "claims": threat.claims(text)}
    tables |= {"stance_matrix": stance.matrix(text), "norms": norms.place(measures.profile(text))}
    tables |= {"predications": predications.find(text), "methods": measures.table()}
    for name, lens in measures.LENSES.items():
        tables |= {name: lens.find(text), f"{name}_by_voice": lens.measure(text, by="voice")}
    for name, table in tables.items():
        show.safe(table).to_csv(folder / f"{name}.csv", index=False, errors="backslashreplace")
    figures = {"voices": plot.floor(text), "hedging": plot.balance(tables["hedging_by_voice"])}
    figures |= {"stance": plot.matrix(tables["stance_matrix"]), "norms": plot.places(tables["norms"])}
    for name, figure in figures.items():
        for kind in ("svg", "png") if isinstance(figure, plot.Picture) else ():  # and no line that there is none
            figure.save(folder / f"{name}.{kind}")
