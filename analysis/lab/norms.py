"""The reference of the norms, counted: norms.csv from documents of GUM."""

import os
from collections.abc import Iterable, Mapping

import pandas as pd

from .. import measures, norms
from ..text import Text

SOURCE = (
    "Measures of documents of GUM, the Georgetown University Multilayer corpus (https://gucorpling.org/gum; Zeldes"
    " 2017, doi:10.1007/s10579-016-9343-x), CC BY-NC-SA 4.0 and freer. Figures only: none of its text is in this file."
)


def build(documents: Iterable[Mapping]) -> str:
    """Counts norms.csv again from documents (id, genre, paragraphs: [[sentence, …], …]); says what it did."""
    rows = []
    for document in sorted(documents, key=lambda document: document["id"]):
        text = Text("\n\n".join(map(" ".join, document["paragraphs"])), name=document["id"])
        figures = measures.figures(text)
        rows.append(
            [document["id"], document["genre"], *(norms.WRITTEN.format(figures[name]) for name in norms.names())]
        )
    aside = norms.FILE.with_suffix(".unfinished")  # no half of a file where a whole one stood
    with open(aside, "w", encoding="utf-8", newline="") as file:
        file.write(f"# {SOURCE}\n")
        pd.DataFrame(rows, columns=["id", "genre", *norms.names()]).to_csv(file, index=False, lineterminator="\n")
    os.replace(aside, norms.FILE)
    norms.reference.cache_clear()
    return f"{norms.FILE.name}: {len(rows)} documents, {len(norms.names())} measures"
