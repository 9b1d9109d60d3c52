"""Two versions of a text: which sentences and claims were added, dropped or changed, and whose voice was cut."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import count, product
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import hedging, propositions, stats, threat
from .codebook import frame
from .parse import plain
from .text import Text

CLOSE = 0.5  # words in common: in 40 stories told anew this pairs 94 % of the sentences, in 40 unrelated pairs none
WITHIN = 0.8  # of the words of a sentence: so many stand in what its neighbour became if the two are one now
VERSION = 0.25  # the share of sentences kept from which on two texts are versions of one: of unrelated ones it is 0
PARTS = ["predicate", "agent", "referent"]  # by which a claim is known


class Versions(NamedTuple):
    """What became of a text. ``kept``: the share (0..1) of the shorter version's sentences that the other has, too."""

    kept: float
    sentences: pd.DataFrame
    claims: pd.DataFrame
    voices: pd.DataFrame


def versions(old: Text, new: Text) -> Versions:
    """What changed from one version of a text to another.

    >>> found = versions(Text("Floods threaten the port. It rained."), Text("Floods may threaten the port."))
    >>> found.sentences[["change", "old_text", "sure"]].values.tolist()
    [['reworded', 'Floods threaten the port.', 'vaguer'], ['dropped', 'It rained.', '']]
    >>> found.claims[["change", "old_agent", "old_certainty", "new_certainty"]].values.tolist()
    [['vaguer', 'Floods', 1.0, 0.5]]

    ``sentences``: a row a sentence that was added, dropped or reworded (``change``), merged into its neighbour or split
    from it; ``sure``: whether a rewording is "surer", "vaguer", or "reversed": denied, or denied no longer. ``claims``:
    a row a claim of a threat that became surer or vaguer, was reversed, has other sides ("recast"), appeared or went,
    as ``threat.claims`` has it. ``voices``: a row a voice with other words than before: cut, new, shorter or longer.
    What begins with ``old_`` or ``new_`` is told of that version, and missing where it has no such row: the sentence's
    number, offsets, voice and text; certainty (0..1), of sentences by ``hedging.sentences``; words.

    Sentences that are the same but for white space and the style of marks are paired first, wherever they stand: what
    only moved is not told. Of the others those with most words in common (Dice 1945) are one reworded, from ``CLOSE``
    (0..1) on. Two claims are one if predicate, agent and referent are the same, or one of these in sentences that are
    paired.
    """
    before, after = ([" ".join(plain(words).split()) for words in text.sentences.text] for text in (old, new))
    there = {key: n for n, key in enumerate(_numbered(after))}
    same = {n: there[key] for n, key in enumerate(_numbered(before)) if key in there}
    pairs = same | _reworded(old, new, same)
    sentences = _beside(_said(old), _said(new), pairs, "dropped", "added").replace({"change": {"": "reworded"}})
    sentences = sentences[~sentences.old_sentence.isin([*same])].reset_index(drop=True)
    merged, split = _within(old, new, pairs), _within(new, old, {j: i for i, j in pairs.items()})
    sentences.loc[sentences.old_sentence.isin(merged), "change"] = "merged"
    sentences.loc[sentences.new_sentence.isin(split), "change"] = "split"
    claimed = _claimed(old), _claimed(new)
    claims = _beside(*claimed, _restated(*claimed, pairs), "went", "appeared")
    claims["change"] += claims.pop("sure")
    sides = [[claims[f"{side}_{part}"].str.casefold() for part in ("agent", "referent")] for side in ("old", "new")]
    recast = sides[0][0].ne(sides[1][0]) | sides[0][1].ne(sides[1][1])
    claims.loc[claims.change.eq("") & recast, "change"] = "recast"
    kept = len(pairs) / max(min(len(before), len(after)), 1)
    return Versions(kept, sentences, claims[claims.change != ""].reset_index(drop=True), _voices(old, new))


def _numbered(things: Iterable[str]) -> list[tuple[str, int]]:
    """Each thing with how many of its like came before it, so that no two are the same.

    >>> _numbered(["may", "we", "may"])
    [('may', 0), ('we', 0), ('may', 1)]
    """
    seen = defaultdict(count)
    return [(thing, next(seen[thing])) for thing in things]


def _said(text: Text) -> pd.DataFrame:
    told = text.sentences[["start", "end", "voice", "text"]].assign(certainty=hedging.sentences(text).certainty)
    stated = [set() for _ in text.bounds]
    for it in propositions.find(text):
        stated[it.sentence].add((it.lemma, it.negated))
    return told.assign(stated=stated).rename_axis("sentence").reset_index()


def _claimed(text: Text) -> pd.DataFrame:
    told = threat.claims(text)
    lemmas = pd.Series([text.parsed(*because[0]).lemma_ for because in told.because], dtype=object)
    told = told.assign(predicate=lemmas, stated=[{("", it)} for it in told.certainty < threat.DOUBTED])
    return told[["sentence", "start", "end", "holder", *PARTS, "certainty", "stated"]]


def _reworded(old: Text, new: Text, same: dict[int, int]) -> dict[int, int]:
    """The sentences that have most words in common; a word that both have twice counts for two."""
    sides, where = ((old, {*same}), (new, {*same.values()})), defaultdict(list)
    one, other = ({n: _numbered(it) for n, it in enumerate(text.tokens) if n not in done} for text, done in sides)
    for j, words in other.items():
        for word in words:
            where[word].append(j)
    shared = Counter((i, j) for i, words in one.items() for word in words for j in where[word])
    return _closest(((2 * n / (len(one[i]) + len(other[j])), i, j) for (i, j), n in shared.items()), CLOSE)


def _within(one: Text, other: Text, pairs: dict[int, int]) -> list[int]:
    """The sentences without a pair whose words stand in what a neighbour of theirs became."""

    def stands(n: int, near: int) -> bool:
        left = Counter(other.tokens[pairs[near]]) - Counter(one.tokens[near]) if near in pairs else Counter()
        return (Counter(one.tokens[n]) & left).total() >= max(1, WITHIN * len(one.tokens[n]))

    return [n for n in range(len(one.tokens)) if n not in pairs and (stands(n, n - 1) or stands(n, n + 1))]


def _restated(old: pd.DataFrame, new: pd.DataFrame, pairs: dict[int, int]) -> dict[int, int]:
    """The claims that both versions make; that their sentences are paired counts as two parts that are the same."""
    alike = []
    for one, other in product(old.itertuples(), new.itertuples()):
        parts = sum(getattr(one, part).lower() == getattr(other, part).lower() != "" for part in PARTS)
        alike.append((parts + 2 * (pairs.get(one.sentence) == other.sentence), one.Index, other.Index))
    return _closest(alike, len(PARTS))


def _closest(alike: Iterable[tuple[float, int, int]], least: float) -> dict[int, int]:
    """The rows of two tables in pairs: those that are most alike, then those of the rest; of equals the first."""
    pairs, taken = {}, set()
    for _, i, j in sorted((it for it in alike if it[0] >= least), key=lambda it: (-it[0], *it[1:])):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _beside(old: pd.DataFrame, new: pd.DataFrame, pairs: dict[int, int], gone: str, came: str) -> pd.DataFrame:
    """The rows of both versions, in the order of the new; what is gone follows what it followed."""
    one, other, back = old.pop("stated"), new.pop("stated"), {j: i for i, j in pairs.items()}
    turned = [i for i, j in pairs.items() if {(it, not no) for it, no in one[i] - other[j]} & (other[j] - one[i])]
    sides = old.add_prefix("old_"), new.add_prefix("new_").assign(row=[back.get(j, len(old) + j) for j in new.index])
    table = sides[0].assign(row=old.index).merge(sides[1], "outer", "row", indicator="change")
    table["change"] = table.change.astype(str).map({"left_only": gone, "right_only": came, "both": ""})
    moved = np.sign(table.new_certainty - table.old_certainty).map({1: "surer", -1: "vaguer"}).fillna("").astype(str)
    moved = moved.mask(table.row.isin(turned), "reversed")
    whole = {name: "Int64" for name in table if name.endswith(("_sentence", "_start", "_end"))}
    order = table.new_sentence.ffill().fillna(-1).argsort(kind="stable")
    names = ["change", "sure", *table.columns.drop(["change", "row"])]
    return table.assign(sure=moved).astype(whole).iloc[order][names]


def _voices(old: Text, new: Text) -> pd.DataFrame:
    before, after = (stats.tally(text, "voice", text.words.start) for text in (old, new))
    rows = [(voice, before[voice], after[voice]) for voice in dict.fromkeys([*before, *after])]
    table = frame(rows, "voice old_words new_words", "old_words new_words")
    kinds = [table.new_words == 0, table.old_words == 0]
    kinds += [table.new_words < table.old_words, table.new_words > table.old_words]
    table.insert(0, "change", np.select(kinds, ["cut", "new", "shorter", "longer"], ""))
    return table[table.change != ""].reset_index(drop=True)
