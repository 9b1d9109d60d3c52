"""What the command line does with annotated corpora; each returns the exit status."""

import os
from datetime import date
from pathlib import Path

from analysis import show


def validate(gold: Path, output: Path | None) -> int:
    """Prints how right each lens is on each corpus, and writes it to a CSV file if one is named."""
    from .validate import validate as measure  # each command brings its own libraries, some of them optional

    found = measure(gold)
    if output:
        aside = output.with_name(f"{output.name}.new")  # no half of a file where a whole one stood
        try:
            found.round(3).assign(date=date.today()).to_csv(aside, index=False, lineterminator="\n")
            os.replace(aside, output)
        except OSError as error:
            aside.unlink(missing_ok=True)
            raise OSError(error.errno, error.strerror, str(output)) from None
    whole = found.category == ""
    methods = found[whole].drop(columns=["category", "false_alarms", "misses"]).reset_index(drop=True)
    errors = found[~whole].drop(columns=["lens", "method", "statistic"]).reset_index(drop=True)
    print(show.table(methods, "Each lens and plainer methods, with 95 % intervals"))
    print(show.table(errors, "The share of judgements that are right", len(errors)))
    return 0


def learn(gold: Path) -> int:
    """Fits again how difficulty and doubt are put together, and from where on a lens speaks."""
    from . import learn as fits

    for fit in (fits.readability, fits.doubt, fits.cuts):
        print(fit(gold))
    return 0


def norms(gold: Path) -> int:
    """Counts norms.csv again."""
    from .norms import build
    from .validate import load

    print(build(load(gold / "segments.jsonl", "id genre paragraphs")))
    return 0
