"""What each kind of cue adds to the hedging lens: ``python -m tests.hedging_ablation GOLD_DIR`` writes
tests/gold/hedging_ablation.csv.

A row is a model learned anew without that kind and cross-validated in ten folds, as ``subtext learn`` does. ``adds``
is what F1 loses without it. With 7,343 sentences, differences below 0.004 are within chance.
"""

import csv
import sys
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from ..codebook import Codebook, load
from ..text import Text
from . import learn, validate

HERE = Path(__file__).parent / "gold" / "hedging_ablation.csv"


def main(gold: Path) -> None:
    items, book = learn.rows(gold, "hedging"), load("hedging")
    y, fold = learn.uncertain(items)
    whole, kind = learn.doubt(items, book), np.array([cue.category for cue in book.rows])
    anywhere = {cue.cue: cue._replace(before="", after="") for cue in book.rows}
    bare = Codebook(anywhere.values(), classes=book.classes)
    weighed = ~np.isin(kind, learn.WEIGHTLESS)
    alone = ((i, row) for i, item in enumerate(items) for *_, row in book.matches(Text(item["text"])) if weighed[row])
    fit = partial(learn.weigh, book=book, spread=learn.SPREAD)
    models = {
        "all cues": (fit, whole),
        "cues inside longer ones count too": (fit, learn.counted(set(alone), whole.shape)),
        "cues share what their category teaches": (partial(fit, shared=0), whole),
        "what stands before and after a cue": (partial(fit, book=bare), learn.doubt(items, bare)),
    }
    for own in sorted(set(kind[weighed])):
        models[own] = (fit, csr_matrix(whole.multiply(kind != own)))
    words = CountVectorizer(ngram_range=(1, 3), binary=True, min_df=2)
    grams = csr_matrix(words.fit_transform(item["text"] for item in items), dtype=float)
    models["instead of all cues: word 1-3-grams"] = (_plain, grams)
    best, rows = None, []
    for rule, (model, table) in models.items():
        found, _ = learn.flagged(learn.held_out(model, table, y, fold), y, fold)
        f = validate.f1(y, found)
        best = best or f
        figures = [f"{figure:.3f}" for figure in (f, best - f, y[found].mean(), found[y].mean())]
        rows.append([rule, *figures, "python -m tests.hedging_ablation GOLD_DIR", date.today().isoformat()])
        print(f"{f:.3f}  {rule}", flush=True)
    with open(HERE, "w", encoding="utf-8", newline="") as file:
        head = ["kind", "without_it", "adds", "precision", "recall", "command", "date"]
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def _plain(x, y):
    """Each column with a weight of its own."""
    model = LogisticRegression(C=learn.SPREAD, max_iter=1000).fit(x, y)
    return model.coef_[0], model.intercept_[0]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
