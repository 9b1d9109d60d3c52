"""The lenses held against whole texts that were read blind, every layer of them: a folder with ``texts/*.txt`` and, a
JSON object a line, ``gold/LAYER.jsonl``; a layer whose file is not there is passed over.

================  ====================================================================================================
voices            file, start, end, voice, accept (other right answers), kind ("mention": nobody speaks, not asked)
reported          file, start, end (of the content), source, accept
acts              file, start, end, agent, target
threats           file, start, end
stance            file, start, end, polarity, place (true: only a location, not asked)
hedges            file, start, end (of a sentence), hedged, boosted
threat_sentences  file, start, end, threat
================  ====================================================================================================

A row of ours agrees with one of the readers' if both lie about the same words and name the same: two names are the same
if they share a word. Intervals are bootstrapped over the texts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import compress
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from .. import hedging, stance, threat, voices
from ..text import Text, TextError, read

SMALL = frozenset("the a an of and or mr mrs ms dr he she they we it his her their our its for in on to by at".split())
NEAR = 40  # characters between the words of an act as we and as the readers mark them


def who(*names: str) -> set[str]:
    """The words of some names that tell who is meant.

    >>> sorted(who("Mr. Hill's party", "the Hills"))
    ['hill', 'hills', 'party']
    """
    words = re.findall(r"[^\W_][\w.-]*", " ".join(names).lower())
    return {word.strip(".") for word in words} - SMALL - {"s"}


def overlap(one: Any, other: Any, apart: int = 0) -> int:
    """How many characters two rows with ``start`` and ``end`` share, or would if each reached farther."""
    return min(one.end, other.end) - max(one.start, other.start) + apart


def _same_report(ours: Any, gold: Any) -> bool:
    shorter = min(ours.end - ours.start, gold.end - gold.start)
    return overlap(ours, gold) > shorter / 2 and bool(who(ours.source) & who(gold.source, *gold.accept))


def _same_act(ours: Any, gold: Any) -> bool:
    named = who(ours.agent) & who(gold.agent) and who(ours.target) & who(gold.target)
    return bool(named) and overlap(ours, gold, NEAR) > 0


def _same_claim(ours: Any, gold: Any) -> bool:
    return overlap(ours, gold) > 0


def matched(ours: list, gold: list, same: Callable[[Any, Any], bool]) -> Counter:
    """How many rows we and the readers have, and how many of either agree with one of the other's."""
    right = sum(any(same(row, other) for other in gold) for row in ours)
    found = sum(any(same(row, other) for row in ours) for other in gold)
    return Counter(said=len(ours), right=right, there=len(gold), found=found)


def _reports(text: Text, gold: list) -> Counter:
    return matched(list(voices.reports(text).itertuples()), gold, _same_report)


def _acts(text: Text, gold: list) -> Counter:
    return matched(list(stance.relations(text).itertuples()), gold, _same_act)


def _claims(text: Text, gold: list) -> Counter:
    return matched(list(threat.claims(text).itertuples()), gold, _same_claim)


def _voiced(text: Text, gold: list) -> Counter:
    asked = [row for row in gold if row.kind != "mention"]
    said = [text.voice_at((row.start + row.end) // 2) for row in asked]
    right = (who(voice) & who(row.voice, *row.accept) for voice, row in zip(said, asked, strict=True))
    return Counter(there=len(asked), found=sum(map(bool, right)))


def _polarities(text: Text, gold: list) -> Counter:
    asked = [row for row in gold if not row.place]
    found = stance.polarities(text, [(row.start, row.end) for row in asked])
    return Counter(zip((row.polarity for row in asked), found, strict=True))


def _verdicts(text: Text, gold: list) -> Counter:
    """The rows that speak well or ill of an actor; of a mention that no reader marked they are wrong."""
    sided = [row for row in gold if not row.place and row.polarity != "neutral"]
    found = stance.toward(text).query("polarity != 'neutral'")
    return matched(
        list(found.itertuples()), sided, lambda row, it: overlap(row, it) > 0 and row.polarity == it.polarity
    )


def _sentences(answer: str, lens: ModuleType, text: Text, gold: list) -> Counter:
    """The sentences of which an answer is yes, by the lens's table and by the readers."""
    ours = [SimpleNamespace(start=start, end=end) for start, end in compress(text.bounds, lens.sentences(text)[answer])]
    there = [row for row in gold if getattr(row, answer)]
    return matched(ours, there, lambda row, it: overlap(row, it) > 0.4 * min(row.end - row.start, it.end - it.start))


def macro_f1(pairs: Counter) -> float:
    """The mean F1 of the polarities, from how often each (readers', ours) comes."""
    each = []
    for polarity in stance.POLARITIES:
        there = sum(n for (gold, _), n in pairs.items() if gold == polarity)
        said = sum(n for (_, ours), n in pairs.items() if ours == polarity)
        each.append(2 * pairs[polarity, polarity] / max(there + said, 1))
    return float(np.mean(each))


def _precision(counts: Counter) -> float:
    return counts["right"] / max(counts["said"], 1)


def _recall(counts: Counter) -> float:
    return counts["found"] / max(counts["there"], 1)


class Layer(NamedTuple):
    """How a layer is counted in one text, and what the counts of all texts come to."""

    lens: str
    file: str  # where its rows are
    fields: str  # that they must have
    count: Callable[[Text, list], Counter]
    figures: dict[str, Callable[[Counter], float]]


BOTH = {"precision": _precision, "recall": _recall}
LAYERS = {
    "voices": Layer("text", "voices", "start end voice accept kind", _voiced, {"share right": _recall}),
    "reported": Layer("text", "reported", "start end source accept", _reports, BOTH),
    "acts": Layer("stance", "acts", "start end agent target", _acts, BOTH),
    "stance": Layer("stance", "stance", "start end polarity place", _polarities, {"macro F1": macro_f1}),
    "verdicts": Layer("stance", "stance", "start end polarity place", _verdicts, BOTH),
    "claims": Layer("threat", "threats", "start end", _claims, BOTH),
    "threats": Layer("threat", "threat_sentences", "start end threat", partial(_sentences, "threat", threat), BOTH),
    **{
        answer: Layer("hedging", "hedges", f"start end {answer}", partial(_sentences, answer, hedging), BOTH)
        for answer in ("hedged", "boosted")
    },
}


def measured(folder: Path, load: Callable[[Path], list[dict]], resamples: int) -> Iterator[tuple]:
    """Of each layer and figure: lens, what is measured, its value, low, high (95 %), and how many texts there are."""
    texts = {path.name: read(path) for path in sorted((folder / "texts").glob("*.txt"))}
    draw = np.random.default_rng(0).integers(len(texts), size=(resamples, len(texts))) if texts else ()
    for name, layer in LAYERS.items():
        path = folder / "gold" / f"{layer.file}.jsonl"
        if not path.exists():
            continue
        gold = _by_file(path.name, load(path), texts, layer.fields)
        counts = [layer.count(text, gold[file]) for file, text in texts.items()]
        for figure, value in layer.figures.items():
            drawn = [value(_total(counts[i] for i in again)) for again in draw]
            yield (
                layer.lens,
                f"{name}: {figure}",
                value(_total(counts)),
                *np.quantile(drawn, [0.025, 0.975]),
                len(texts),
            )


def _total(counts: Iterable[Counter]) -> Counter:
    total: Counter = Counter()
    for own in counts:
        total.update(own)
    return total


def _by_file(name: str, rows: list[dict], texts: dict[str, Text], fields: str) -> dict[str, list]:
    """The rows of a layer by the text that they are about, as things with attributes."""
    found: dict[str, list] = {file: [] for file in texts}
    for row in rows:
        if row["file"] not in found:
            raise TextError(f"{name}: there is no text {row['file']!r}")
        if missing := set(fields.split()) - row.keys():
            raise TextError(f"{name}: a row on {row['file']} has no {min(missing)!r}")
        found[row["file"]].append(SimpleNamespace(**row))
    return found
