"""What each rule of the stance lens adds: ``python -m tests.ablation GOLD_DIR`` writes tests/gold/stance_ablation.csv.

Every row is a model learned anew without that rule. Its figures are means over two ways of cutting 8,739 mentions
into five folds, articles kept whole; a difference below 0.003 may be chance. ``adds`` is what macro F1 loses without
the rule. ``mentions`` are those whose verdict changes; with and without the rule so many of them are right as
``right_with`` and ``right_without`` say. Tried as well and left out, as they added nothing: contrast (what is conceded
counts half; a conjunction counts as a comma), other names as distance, the manner of an act. Of the rules kept, those
on "us" and on who condemns or suffers add nothing here, but spare readers of other texts verdicts on the blameless.
"""

import csv
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np

from .. import stance
from . import learn

OUT = Path(__file__).parent / "gold" / "stance_ablation.csv"
RULES = {  # where a rule is switched off
    "a negated cue does not count as itself": (stance, {"SCOPE": 0}),
    "of harm only the doer is judged, and never us": (stance, {"HARMS": frozenset(), "US": ""}),
    "what one condemns or suffers is not one's own ill": (stance, {"OTHERS": {}}),
    "a passive turns doer and target round": (
        stance.Scene,
        {"role": lambda self, mention, first, last: int(first < mention.first)},
    ),
    "what somebody says is not said of them": (stance.Scene, {"spoken": lambda self, mention: []}),
    "far cues count less": (stance, {"HALF": 10**6}),
    "a comma or another's 's keeps cue and mention apart": (stance, {"COMMA": 0}),
}


@contextmanager
def changed(where: object, values: dict):
    """Attributes that are others for a while."""
    usual = {name: getattr(where, name) for name in values}
    for name, value in values.items():
        setattr(where, name, value)
    yield
    for name, value in usual.items():
        setattr(where, name, value)


def without(found: learn.Evidence, forgotten) -> learn.Evidence:
    """The evidence without the weights whose name answers to a description."""
    kept = [not forgotten(*name) for name in found.names]
    return found._replace(table=found.table.multiply(kept).tocsr())


def sideless(found: learn.Evidence) -> learn.Evidence:
    """The evidence with doer and target in one role."""
    into = {name[:2]: None for name in found.names}
    merged = [[name[:2] == other for other in into] for name in found.names]
    return learn.Evidence(found.table @ learn.csr_matrix(np.array(merged, dtype=float)), list(into))


def beside(side: str, name: str, *_: int) -> bool:
    return side == "plain" and ("_" in name.split() or name[0] in "_“") and name != "_"


def main(gold: Path) -> None:
    items = learn.rows(gold, "stance")
    cuts = [learn.verdicts(items, 5, seed) for seed in range(3)]
    whole = learn.evidence(items)
    tables = {
        "all rules": whole,
        "doer and target are weighed apart": sideless(whole),
        "cues share what their category teaches": without(whole, lambda side, *_: side in learn.TWO),
        "a cue has a weight of its own": without(whole, lambda side, *_: side == "own"),
        "the words beside the mention": without(whole, beside),
        "plainer words": without(whole, lambda *name: name[0] == "plain" and name[1] != "_" and not beside(*name)),
    }
    for rule, (where, values) in RULES.items():
        with changed(where, values):
            tables[rule] = learn.evidence(items)
    rows, best, usual = [], 0, []
    for rule, found in tables.items():
        guesses = [learn.guesses(found, y, fold) for y, fold in cuts]
        macro, *each = np.mean([learn.f1(guess, y) for guess, (y, _) in zip(guesses, cuts, strict=True)], axis=0)
        best, usual = (best, usual) if rows else (macro, guesses)
        turned = [(one != other, one, other, y) for one, other, (y, _) in zip(usual, guesses, cuts, strict=True)]
        counts = [(n.sum(), (one == y)[n].sum(), (other == y)[n].sum()) for n, one, other, y in turned]
        touched = np.mean(counts, axis=0).round().astype(int) if rows else [""] * 3
        adds = f"{best - macro:.4f}" if rows else ""
        rows.append([rule, f"{macro:.4f}", adds, *(f"{figure:.3f}" for figure in each), *touched])
        print(*rows[-1], flush=True)
    with open(OUT, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        head = "rule macro_f1 adds negative neutral positive mentions right_with right_without command date"
        out.writerow(head.split())
        out.writerows([*row, "python -m tests.ablation GOLD_DIR", date.today().isoformat()] for row in rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
