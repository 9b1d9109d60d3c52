"""What each kind of cue adds to the threat lens: ``python -m tests.threat_ablation GOLD_DIR`` writes
tests/gold/threat_ablation.csv.

A row is a model learned anew without that kind and cross-validated in ten folds by article, as ``subtext learn`` does.
``adds`` is what the area under the ROC curve loses without it, over 243 fear appeals: differences below 0.005 are
within chance. Reassurance is not there for this corpus and costs a little on it.
"""

import csv
import sys
from datetime import date
from pathlib import Path

import numpy as np

from ..codebook import Codebook, load
from . import learn, validate

OUT = Path(__file__).parent / "gold" / "threat_ablation.csv"


def main(gold: Path) -> None:
    items, book = learn.rows(gold, "threat"), load("threat")
    y, fold = learn.fear_appeals(items)
    kinds = sorted({cue.category for cue in book.rows})
    of = {
        role: [cue.category for cue in book.rows if cue.extra["role"] == role]
        for role in ("context", "guard", "threat")
    }
    unbound = Codebook(book.rows, classes=book.classes, constants=book.constants | {"least": {}})
    books = {
        "all cues": book,
        "a least weight for threat cues": unbound,
        **{f"all cues with the role {role}": book.without(*own) for role, own in of.items()},
        **{kind: book.without(kind) for kind in kinds},
    }
    with open(OUT, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["kind", "without_it", "adds", "lowest_fold", "highest_fold", "command", "date"])
        best = None
        for kind, left in books.items():
            guess = learn.alarm(*learn.feared(items, left), y, fold, left)
            each = [validate.auc(y[fold == part], guess[fold == part]) for part in range(10)]
            best = best or np.mean(each)
            figures = [f"{figure:.3f}" for figure in (np.mean(each), best - np.mean(each), min(each), max(each))]
            out.writerow([kind, *figures, "python -m tests.threat_ablation GOLD_DIR", date.today().isoformat()])
            print(f"{figures[0]}  {kind}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
