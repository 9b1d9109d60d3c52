"""Hedging: how sure does each voice sound?

Hyland's stance model (2005): hedges withhold commitment, boosters close the matter, attitude markers judge,
self-mention shows the speaker. The cues are in ``codebooks/hedging.csv``. Two questions are put to the trained encoder
(``reader``): ``sentences`` asks whether who speaks withholds commitment, as a reader of politics would say; ``score``
asks how uncertain an annotator of Wikipedia (CoNLL-2010, Farkas et al. 2010) would call the sentence, who minds *who
says so?* in "some say" and lets most "could" and "if" pass.

A hedge withholds commitment to what is claimed. What is merely supposed, wished or asked about claims nothing, a number
that is rounded is only vague, and who passes on what others say need not doubt it: these have groups of their own. So
have the words that only an encyclopaedia minds: ``load("hedging").without("vague quantifier")`` switches them off.
``other sense`` keeps a word from being taken for a hedge ("could see": ability); no count has it, nor denials and
concessions.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from . import corrections, propositions, reader, stats
from .codebook import Codebook, Match, cue_table, load
from .text import Text

GROUPS = {
    "hedges": (
        *("modal", "epistemic verb", "epistemic adjective", "epistemic adverb", "epistemic noun"),
        *("passive belief", "negated certainty"),
        *("hedge", "tentat"),  # what other dictionaries call them
    ),
    "supposed": ("conditional", "inverted conditional", "hypothetical", "hope or fear", "indirect question"),
    "boosters": ("booster", "certain", "certitude"),
    "attitude": ("attitude marker",),
    "self_mention": ("self-mention",),
    "vague": ("approximator", "vague quantifier", "vague frequency", "superlative", "peacock", "unnamed source"),
    "attributions": ("attribution", "vague attribution"),
}
JUDGED = {"hedges": "hedged", "boosters": "boosted"}  # groups whose sentences the encoder knows, and its answers
LEAST = 10.0**-reader.DIGITS  # the encoder's answers are rounded, and no log-odds are endless
HEDGED = 0.5  # the certainty of a hedged sentence whose hedge is in no codebook
UNCOUNTED = dict.fromkeys(("other sense", "denial", "concessive"), "")
GROUP = {category: name for name, categories in GROUPS.items() for category in categories} | UNCOUNTED


def find(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a cue: start, end, cue (as written), category, weight, sentence, voice, entry (codebook row).

    >>> find(Text("Baku is unlikely to attack."))[["cue", "category"]].values.tolist()
    [['unlikely to', 'epistemic adjective']]
    """
    book = codebook or load("hedging", text)
    return cue_table(text, book.rows, _cues(text, book))


def score(text: Text) -> pd.Series:
    """How uncertain, 0..1, an annotator of CoNLL-2010 would call each sentence; from 0.5 on it counts as uncertain.

    The trained encoder says so, and the cues: the log-odds of the one and what the others weigh (``model/doubt.csv``)
    add up.

    >>> score(Text("Some say that it rained. It rained.")).gt(0.5).tolist()
    [True, False]
    """
    weights, cues = doubt(), find(text, load("hedging"))
    told = cues.assign(weight=cues.entry.map(weights)).drop_duplicates(["sentence", "entry"]).groupby("sentence").weight
    odds = logit(reader.sentences(text, "doubt").clip(LEAST, 1 - LEAST)) * weights["<encoder>"] + weights["<always>"]
    return expit(odds.add(told.sum(), fill_value=0.0)).rename("hedging")


@cache
def doubt() -> pd.Series:
    """What each cue of the codebook weighs in ``score``, beside the encoder."""
    return pd.read_csv(reader.MODEL / "doubt.csv", index_col="cue").weight


def sentences(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a sentence: hedged, boosted, certainty (0..1), because (the offsets of its hedges and boosters).

    Whether a sentence is hedged or boosted the encoder says, from the probability in ``model/cuts.csv`` on, a lower one
    where it has such a cue; where a reader has a codebook of their own, its cues say so. Certainty is what the cues
    leave together (``propositions.commitment``), ``HEDGED`` where a hedged sentence has none that we know. A question
    claims nothing that could be hedged, but leaves open what it asks.

    >>> sentences(Text("They might attack. They wait. Might they attack?"))[["hedged", "certainty"]].values.tolist()
    [[True, 0.45], [False, 1.0], [False, 0.4]]
    """
    book, asks = codebook or load("hedging", text), [_asks(text, sentence) for sentence in range(len(text.bounds))]
    judged = _judged(text, book)
    left, because = [[propositions.ASKED] * asked for asked in asks], [[] for _ in asks]
    for sentence, first, last, row in _cues(text, book):
        cue, at = book.rows[row], text.offsets(sentence)
        group, strength = GROUP.get(cue.category), propositions.strength(cue)
        if group in judged and not judged[group][sentence]:
            continue  # the encoder found nothing hedged, or boosted, here
        because[sentence] += [(at[first][0], at[last - 1][1])] * (group in judged)
        left[sentence] += [strength] * (strength is not None)
    hedged = [said and not asked for said, asked in zip(judged["hedges"], asks, strict=True)]
    sure = [propositions.commitment(strengths or [HEDGED] * it) for strengths, it in zip(left, hedged, strict=True)]
    table = pd.DataFrame({"hedged": hedged, "boosted": judged["boosters"], "certainty": sure, "because": because})
    table = table.astype({"hedged": bool, "boosted": bool, "certainty": float, "because": object})
    return corrections.applied(text, "hedging", table)


def _judged(text: Text, book: Codebook) -> dict[str, list[bool]]:
    """Is each sentence hedged, or boosted: by the encoder, or by the cues of a reader's own codebook."""
    held = {(GROUP.get(book.rows[row].category), sentence) for sentence, _, _, row in _cues(text, book)}
    cued = {group: [(group, sentence) in held for sentence in range(len(text.bounds))] for group in JUDGED}
    if book is not load("hedging"):
        return cued
    odds = {group: reader.sentences(text, own) for group, own in JUDGED.items()}
    least = {group: np.where(cued[group], reader.cut(f"{own} seen"), reader.cut(own)) for group, own in JUDGED.items()}
    return {group: (odds[group] >= least[group]).tolist() for group in JUDGED}


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group (``by`` None, "voice", "kind" or "segment"): words, sentences, and with 95 % intervals

    * hedges, supposed, boosters, attitude, self_mention, vague, attributions: counts, and per 100 words
      (``…_per_100``); in a reader's codebook, each category that is none of ours too;
    * hedged_share: the share of sentences that are hedged; uncertain_share: of those that score 0.5 or more;
    * certainty: the mean certainty of the sentences, 0..1.
    """
    book = codebook or load("hedging", text)
    cues, sentence = find(text, book), sentences(text, book)
    kinds = [GROUP.get(cue.category, cue.category) for cue in book.rows]  # a reader's own count as themselves
    groups = cues.category.map(lambda category: GROUP.get(category, category))
    places = {name: cues.start[groups == name] for name in dict.fromkeys([*GROUPS, *kinds]) if name}
    shares = {"hedged": sentence.hedged.tolist(), "uncertain": (score(text) >= 0.5).tolist()}
    return stats.table(text, by, places, shares, {"certainty": sentence.certainty.tolist()})


def _asks(text: Text, sentence: int) -> bool:
    """Does a sentence end in a question mark, before or after what closes it?"""
    start, end = text.bounds[sentence]
    return "?" in text.folded[max(start, end - 3) : end]


def _cues(text: Text, book: Codebook) -> list[Match]:
    """The matches that count; "Had they left?" asks, and supposes nothing."""
    kinds = [cue.category for cue in book.rows]
    found = (match for match in book.matches(text) if kinds[match[3]] != "other sense")
    return [match for match in found if kinds[match[3]] != "inverted conditional" or not _asks(text, match[0])]
