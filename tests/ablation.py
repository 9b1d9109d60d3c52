"""What each rule of the stance lens adds: ``python -m tests.ablation GOLD_DIR`` writes tests/gold/stance_ablation.csv.

Every row is a model learned anew without that rule. Its figures are means over four ways of cutting the 8,739 mentions
into five folds, articles kept whole, which makes differences of 0.001 worth reading. With a fifth of the corpus left
out they lie below the ten-fold figure that ``subtext learn`` prints. ``adds`` is what macro F1 loses without the rule;
for the rules that were tried and left out, which come last, it is what macro F1 would gain with them.
"""

import csv
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import mean

from scipy.sparse import csr_matrix, hstack

from analysis import learn, stance

OUT = Path(__file__).parent / "gold" / "stance_ablation.csv"
RULES = {  # the constant that switches a rule off
    "a negated cue does not count as itself": {"SCOPE": 0},
    "a danger to somebody does not count against them": {"TOUCHING": 0},
    "far cues count less": {"HALF": 10**6},
    "a comma keeps cue and mention apart": {"COMMA": 0},
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


def conceding(evidence):
    """Contrast: what stands before "but", or in a clause with "although" or "despite", counts half."""

    def weighed(self, mention, book):
        words, half = self.words, set()
        for i, word in enumerate(words):
            if word == "but":
                half |= set(range(i))
            elif word in ("although", "though", "despite", "while"):
                half |= set(range(i, len(words) if i > mention.first else mention.first))
        found = evidence(self, mention, book)
        return [(row, side, near / 2 if first in half else near, first, last) for row, side, near, first, last in found]

    return weighed


def turned(evidence):
    """Passive: the doer of a passive verb is its target ("was criticised by")."""

    def weighed(self, mention, book):
        found = []
        for row, side, near, first, last in evidence(self, mention, book):
            passive = self.words[last - 1].endswith("ed") and self.words[first - 1] in (
                "is",
                "are",
                "was",
                "were",
                "been",
            )
            found.append((row, 2 if side == 0 and passive else side, near, first, last))
        return found

    return weighed


def main(gold: Path) -> None:
    items = learn.rows(gold, "stance")
    cuts = [learn.verdicts(items, 5, seed) for seed in range(4)]
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
        with changed(stance, constants):
            tables[rule] = learn.evidence(items)
    for rule, turn in {
        "contrast: what is conceded counts half": conceding,
        "passive: the doer is the target": turned,
    }.items():
        with changed(stance._Around, {"evidence": turn(stance._Around.evidence)}):
            tables[f"left out: {rule}"] = learn.evidence(items)
    rows = []
    for rule, table in tables.items():
        each = [learn.f1(learn.guesses(csr_matrix(table), y, fold), y) for y, fold in cuts]
        rows.append((rule, [mean(figures) for figures in zip(*each, strict=True)]))
    best = rows[0][1][0]
    with open(OUT, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["rule", "macro_f1", "adds", "negative", "neutral", "positive", "command", "date"])
        for rule, (macro, *each) in rows:
            adds = "" if rule == "all rules" else f"{macro - best if rule.startswith('left out') else best - macro:.4f}"
            figures = [f"{macro:.4f}", adds, *(f"{figure:.3f}" for figure in each)]
            out.writerow([rule, *figures, "python -m tests.ablation GOLD_DIR", date.today().isoformat()])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
