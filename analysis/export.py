"""Export: a text's tables as CSV and its figures as SVG and PNG, or what was found in it for other tools, and back."""

from filecmp import cmp
from pathlib import Path

from . import corrections, exchange, measures, norms, output, plot, predications, show, stance, threat
from .exchange import rows
from .text import Text

__all__ = ["rows", "save"]


def save(text: Text, path: str | Path) -> list[str]:
    """Write everything that the notebooks show of a text into a folder; returns the names of the files.

    Tables are CSV: cues, mentions, acts and claims with offsets into the text, measures by voice, and norms;
    ``methods.csv`` has each measure's meaning, unit and source. Figures are SVG and PNG; their words stand in their
    metadata. A column ``sentence`` counts from 0 like every offset; what is shown on a page counts from 1.

    A path that ends in .jsonld, .qdpx, .qdc, .tsv or .ann is a file for other tools instead; ``exchange`` says more,
    and ``rows`` reads it again. An earlier export is replaced; FileExistsError if somebody has worked in it, or
    something else stands there.
    """
    path = Path(path)
    alone = path.suffix.lower() in exchange.WRITERS and not path.is_dir()
    if not alone:
        output.spare([path], _is_export)
    with output.aside(path.parent if alone else path, _is_ours) as made:
        if alone:
            exchange.save(text, made / path.name)
        else:
            _write(text, made)
        names = sorted(file.name for file in made.iterdir())
    corrections.warn(text)
    return names


def _is_export(folder: Path) -> bool:
    """Is it a folder that holds the catalogue of our measures, or nothing?"""
    if (catalogue := folder / "methods.csv").is_file():
        return _heading(catalogue) == ",".join(measures.table()).encode()
    return folder.is_dir() and not any(folder.iterdir())


def _is_ours(file: Path, new: Path) -> bool:
    """Is it a figure, a table with the columns that the new one has, or a file for other tools as it was written?"""
    if file.suffix == ".csv":
        return _heading(file) == _heading(new)
    return file.suffix in (".svg", ".png") or cmp(file, new, shallow=False) or exchange.is_untouched(file)


def _heading(file: Path) -> bytes:
    with file.open("rb") as lines:
        return lines.readline().rstrip()


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
