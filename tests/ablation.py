"""What each rule of the stance lens adds: ``python tests/ablation.py GOLD_DIR`` writes tests/gold/stance_ablation.csv.

Every row is a model learned anew without that rule and cross-validated in ten folds, as ``subtext learn`` does; ``adds`` is
what macro F1 loses without the rule. With 8,739 mentions, differences below 0.003 are within chance.
"""

import csv
import sys
from datetime import date
from pathlib import Path

from scipy.sparse import csr_matrix, hstack

from analysis import learn, stance

HERE = Path(__file__).parent / "gold" / "stance_ablation.csv"
RULES = {  # the constant that switches a rule off
    "a negated cue says nothing": {"SCOPE": 0},
    "a danger to somebody does not count against them": {"TOUCHING": 0},
    "far cues count less": {"HALF": 10**6},
    "a comma keeps cue and mention apart": {"COMMA": 0},
    "another name keeps them apart": {"NAME": 0},
}


def main(gold: Path) -> None:
    items = learn.rows(gold, "stance")
    y, fold = learn.verdicts(items)
    whole = learn.evidence(items).tocsc()
    book, places = stance._model()
    cues, rest = 2 * len(book.rows), whole.shape[1] - len(places)
    evaluative = [2 * row + side for row, cue in enumerate(book.rows) if cue.weight for side in (0, 1)]
    either = whole[:, 0:rest:2] + whole[:, 1:rest:2]
    tables = {
        "all rules": whole,
        "doer and target are weighed apart": hstack([either, whole[:, rest:]]),
        "cues share what their category teaches": hstack([whole[:, :cues], whole[:, rest:]]),
        "the words beside the mention": whole[:, :rest],
        "plainer words": hstack([whole[:, evaluative], whole[:, cues:]]),
    }
    for rule, constants in RULES.items():
        usual = {name: getattr(stance, name) for name in constants}
        for name, value in constants.items():
            setattr(stance, name, value)
        tables[rule] = learn.evidence(items)
        for name, value in usual.items():
            setattr(stance, name, value)
    rows = [(rule, learn.f1(learn.guesses(csr_matrix(table), y, fold), y)) for rule, table in tables.items()]
    best = rows[0][1][0]
    with open(HERE, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["rule", "without_it", "adds", "negative", "neutral", "positive", "command", "date"])
        for rule, (macro, *each) in rows:
            figures = [f"{figure:.3f}" for figure in (macro, best - macro, *each)]
            out.writerow([rule, *figures, "python tests/ablation.py GOLD_DIR", date.today().isoformat()])
            print(f"{macro:.3f}  {rule}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
