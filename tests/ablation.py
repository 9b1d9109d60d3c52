"""What each rule of the stance lens adds: ``python -m tests.ablation GOLD_DIR`` writes tests/gold/stance_ablation.csv.

Every row is a model learned anew without that rule. Its figures are means over two ways of cutting the 8,739 mentions
into five folds, articles kept whole; a difference below 0.003 may be chance. They may lie above the ten-fold figure
that ``subtext learn`` prints, as the plain words here are those chosen on the whole corpus. ``adds`` is what macro F1
loses without the rule; for the rule that was tried and left out, which comes last, what it would gain with it.
``mentions`` are those whose verdict changes; with and without the rule so many of them are right as ``right_with`` and
``right_without`` say.
"""

import csv
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np

from analysis import learn, stance

OUT = Path(__file__).parent / "gold" / "stance_ablation.csv"
RULES = {  # where a rule is switched off
    "a negated cue does not count as itself": (stance, {"SCOPE": 0}),
    "of harm only the doer is judged": (stance, {"HARMS": frozenset()}),
    "what somebody says is not said of them": (stance.Scene, {"spoken": lambda self, mention: []}),
    "far cues count less": (stance, {"HALF": 10**6}),
    "a comma keeps cue and mention apart": (stance, {"COMMA": 0}),
    "other names keep cue and mention apart": (stance, {"OTHER": 0}),
    "a clause with another subject is its own": (stance, {"EDGE": 0}),
    "what another owns is the other's": (stance, {"OWNED": 0}),
    "what one condemns or rejects one is not": (stance, {"REBUKES": frozenset()}),
    "a passive turns blame and praise round": (stance, {"DEEDS": stance.HARMS}),
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

    def weighed(self, mention):
        words, half = self.words, set()
        for i, word in enumerate(words):
            if word == "but":
                half |= set(range(i))
            elif word in ("although", "though", "despite", "while"):
                half |= set(range(i, len(words) if i > mention.first else mention.first))
        return (cue._replace(near=cue.near / 2) if cue.first in half else cue for cue in evidence(self, mention))

    return weighed


def sideless(found):
    """The evidence with doer and target in one role."""
    names = sorted({category for category, _ in found.names[1]})
    into = np.array([[category == name for name in names] for category, _ in found.names[1]], dtype=float)
    return found._replace(role=learn.csr_matrix(found.role @ into), names=(found.names[0], names, found.names[2]))


def main(gold: Path) -> None:
    items = learn.rows(gold, "stance")
    cuts = [learn.verdicts(items, 5, seed) for seed in range(2)]
    whole = learn.evidence(items)
    beside = np.array(["_" in name.split() or name[0] in "_“" for name in whole.names[2]])
    constant = np.array([name == "_" for name in whole.names[2]])
    tables = {
        "all rules": whole,
        "doer and target are weighed apart": sideless(whole),
        "cues share what their category teaches": whole._replace(role=whole.role * 0),
        "a cue has a weight of its own": whole._replace(own=whole.own * 0),
        "the words beside the mention": whole._replace(plain=whole.plain.multiply(~beside | constant).tocsr()),
        "plainer words": whole._replace(plain=whole.plain.multiply(beside).tocsr()),
    }
    for rule, (where, values) in RULES.items():
        with changed(where, values):
            tables[rule] = learn.evidence(items)
    with changed(stance.Scene, {"evidence": conceding(stance.Scene.evidence)}):
        tables["left out: contrast: what is conceded counts half"] = learn.evidence(items)
    rows, best, usual = [], 0, []
    with changed(learn, {"plainest": lambda found, y: found}):  # the plain words are those chosen on the whole corpus
        for rule, found in tables.items():
            guesses = [learn.guesses(found, y, fold) for y, fold in cuts]
            macro, *each = np.mean([learn.f1(guess, y) for guess, (y, _) in zip(guesses, cuts, strict=True)], axis=0)
            best, usual = (best, usual) if rows else (macro, guesses)
            adds = "" if not rows else f"{macro - best if rule.startswith('left out') else best - macro:.4f}"
            turned = [(one != other, one, other, y) for one, other, (y, _) in zip(usual, guesses, cuts, strict=True)]
            counts = [(n.sum(), (one == y)[n].sum(), (other == y)[n].sum()) for n, one, other, y in turned]
            if rule.startswith("left out"):  # the usual model is the one without it
                counts = [(n, without, within) for n, within, without in counts]
            touched = np.mean(counts, axis=0).round().astype(int) if rows else [""] * 3
            rows.append([rule, f"{macro:.4f}", adds, *(f"{figure:.3f}" for figure in each), *touched])
            print(*rows[-1], flush=True)
    with open(OUT, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        head = "rule macro_f1 adds negative neutral positive mentions right_with right_without command date"
        out.writerow(head.split())
        out.writerows([*row, "python -m tests.ablation GOLD_DIR", date.today().isoformat()] for row in rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
