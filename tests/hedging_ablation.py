"""What each kind of cue adds to the hedging lens: ``python -m tests.hedging_ablation GOLD_DIR`` writes
tests/gold/hedging_ablation.csv.

A row is a model learned anew without that kind and cross-validated in ten folds, as ``subtext learn`` does. ``adds``
is what F1 loses without it. With 7,343 sentences, differences below 0.004 are within chance.
"""

import csv
import sys
from datetime import date
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer

from analysis import learn
from analysis.codebook import Codebook, load
from analysis.text import Text

HERE = Path(__file__).parent / "gold" / "hedging_ablation.csv"


def main(gold: Path) -> None:
    items, book = learn.rows(gold, "hedging"), load("hedging")
    y, fold = learn.uncertain(items)
    whole, kind = learn.doubt(items, book).tocsc(), np.array([cue.category for cue in book.rows])
    n, kinds = len(kind), sorted(set(kind))
    anywhere = {cue.cue: cue._replace(before="", after="") for cue in book.rows}
    bare = Codebook([*(cue for cue in book._all() if cue.category == "class"), *anywhere.values()])
    weighed = ~np.isin(kind, learn.WEIGHTLESS)
    alone = ((i, row) for i, item in enumerate(items) for *_, row in book.matches(Text(item["text"])) if weighed[row])
    found = sorted(set(alone))
    longest = csr_matrix((np.ones(len(found)), tuple(zip(*found, strict=True))), shape=(len(items), n))
    tables = {
        "all cues": whole,
        "cues inside longer ones count too": hstack(
            [longest, longest @ csr_matrix(kind[:, None] == kinds, dtype=float)]
        ),
        "cues share what their category teaches": whole[:, :n],
        "what stands before and after a cue": learn.doubt(items, bare),
    }
    for own in sorted(set(kind[weighed])):
        tables[own] = whole[:, np.flatnonzero(np.append(kind, kinds) != own)]
    words = CountVectorizer(ngram_range=(1, 3), binary=True, min_df=2)
    tables["instead of all cues: word 1-3-grams"] = words.fit_transform(item["text"] for item in items)
    best, rows = None, []
    for rule, table in tables.items():
        f, *parts = learn.agreement(learn.flagged(csr_matrix(table, dtype=float), y, fold)[0], y)
        best = best or f
        figures = [f"{figure:.3f}" for figure in (f, best - f, *parts)]
        rows.append([rule, *figures, "python -m tests.hedging_ablation GOLD_DIR", date.today().isoformat()])
        print(f"{f:.3f}  {rule}", flush=True)
    with open(HERE, "w", encoding="utf-8", newline="") as file:
        head = ["kind", "without_it", "adds", "precision", "recall", "command", "date"]
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
