"""What each kind of cue adds to a lens.

    python -m analysis.lab.ablate LENS GOLD_DIR -o tests/gold/LENS_ablation.csv

A row is the lens learned anew without that kind, and cross-validated as ``learn`` does; ``adds`` is what its statistic
loses. In the last two rows cues share nothing within their category, or are told apart by it alone. How much is chance
is seen from the kinds that cannot matter: below 0.004 nothing is known.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from . import learn

COLUMNS = "kind without_it adds command date".split()


def variants(model: learn.Lens, found: learn.Evidence) -> Iterator[tuple[str, learn.Lens, learn.Evidence]]:
    """The lens as it is, then without each of its parts."""
    yield "all cues", model, found
    kinds = np.array([kind.partition("|")[0] for kind in found.kinds])  # of stance in either role
    for kind in sorted({*kinds[np.unique(found.cues.indices)]}):
        yield kind, model, found._replace(cues=csr_matrix(found.cues.multiply(kinds != kind)))
    if model.shared:
        yield "what cues of a category share", model._replace(shared=0), found
        yield "what tells cues of a category apart", model._replace(shared=0), merged(found, kinds)
    else:
        yield "what tells who does from to whom it is done", model, merged(found, kinds)


def merged(found: learn.Evidence, kinds: np.ndarray) -> learn.Evidence:
    """The evidence with one column a kind."""
    known, place = np.unique(kinds, return_inverse=True)
    return found._replace(cues=csr_matrix(found.cues @ np.eye(len(known))[place]), kinds=known)


def ablate(lens: str, gold: Path) -> Iterator[tuple[str, float, float]]:
    """A row a variant: its name, the statistic, and what is lost against the lens as it is."""
    model, whole = learn.MODELS[lens], None
    for kind, fitted, found in variants(model, model.evidence(gold)):
        figure = model.figure(found.truth, learn.guesses(fitted, found))
        whole = figure if whole is None else whole
        yield kind, figure, whole - figure


def main(argv: list[str] | None = None) -> None:
    """The command: prints what it finds as it finds it, and writes it as CSV where it is told to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lens", choices=learn.MODELS)
    parser.add_argument("gold", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    given, records = parser.parse_args(argv), []
    command = f"python -m analysis.lab.ablate {given.lens} GOLD_DIR"
    for kind, figure, adds in ablate(given.lens, given.gold):
        print(f"{figure:.3f} {adds:+.3f}  {kind}", flush=True)
        records.append((kind, f"{figure:.3f}", f"{adds:.3f}", command, date.today()))
    if given.output:
        learn.write(given.output, learn.table(COLUMNS, records))


if __name__ == "__main__":
    main()
