"""Hedging: how sure does each voice sound?

Hyland's stance model (2005): hedges withhold commitment, boosters close the matter, attitude markers judge,
self-mention shows the speaker. The cues are in ``codebooks/hedging.csv``; two columns there lead to two readings:

* ``weight`` to ``score``, how uncertain an annotator would call the sentence. Learned from Wikipedia sentences of
  CoNLL-2010 (Farkas et al. 2010; ``subtext learn GOLD_DIR hedging``), it has an encyclopaedia's sense of uncertainty:
  it asks *who says so?* of "some say" and "is considered", and lets most "could" and "if" pass.
* ``certainty`` to ``certainty``, how much commitment the hedges leave: what a reader of politics asks.

A hedge withholds commitment to what is claimed. What is merely supposed, wished or asked about claims nothing, a number
that is rounded is only vague, and who passes on what others say need not doubt it: these have groups of their own. So
have the words that only an encyclopaedia minds: ``load("hedging").without("vague quantifier")`` switches them off.
``other sense`` keeps a word from being taken for a hedge ("could see": ability); no count has it, nor denials and
concessions.
"""

from __future__ import annotations

import pandas as pd
from scipy.special import expit

from . import propositions, stats
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
UNCOUNTED = dict.fromkeys(("other sense", "denial", "concessive"), "")
GROUP = {category: name for name, categories in GROUPS.items() for category in categories} | UNCOUNTED


def find(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a cue: start, end, cue (as written), category, weight (log-odds), sentence, voice, entry (codebook row).

    >>> find(Text("Baku is unlikely to attack."))[["cue", "category"]].values.tolist()
    [['unlikely to', 'epistemic adjective']]
    """
    book = codebook or load("hedging", text)
    return cue_table(text, book.rows, _cues(text, book))


def score(text: Text, codebook: Codebook | None = None) -> pd.Series:
    """How uncertain, 0..1, an annotator of CoNLL-2010 would call each sentence; from 0.5 on it counts as uncertain.

    Logistic of the sum of the weights of the different cues in it. A long cue's weight comes on top of those of the
    shorter ones inside it: "many of" adds to what "many" says already. A codebook without an intercept has -1, so that
    one cue of weight 1 reaches the decision point.
    """
    book = codebook or load("hedging", text)
    logits = pd.Series(book.constants.get("intercept", -1.0), range(len(text.bounds)), dtype=float, name="hedging")
    for sentence, row in {(sentence, row) for sentence, _, _, row in book.every(text)}:
        logits[sentence] += book.rows[row].weight
    return expit(logits)


def sentences(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a sentence: hedged, boosted, certainty (0..1), because (the offsets of its hedges and boosters).

    Certainty is what the sentence's cues leave together (``propositions.commitment``). A question claims nothing that
    could be hedged, but leaves open what it asks.

    >>> sentences(Text("It may rain. It rains. May it rain?"))[["hedged", "certainty"]].values.tolist()
    [[True, 0.5], [False, 1.0], [False, 0.4]]
    """
    book, count = codebook or load("hedging", text), len(text.bounds)
    left = [[propositions.ASKED] * _asks(text, sentence) for sentence in range(count)]
    hedged, boosted, because = [False] * count, [False] * count, [[] for _ in range(count)]
    for sentence, first, last, row in _cues(text, book):
        cue, at = book.rows[row], text.offsets(sentence)
        group, strength = GROUP.get(cue.category), float(cue.extra.get("certainty") or 1)
        hedged[sentence] |= group == "hedges" and not _asks(text, sentence)
        boosted[sentence] |= group == "boosters"
        if group == "boosters" or (strength < 1 and cue.category != "denial"):
            left[sentence].append(strength)
        if group in ("hedges", "boosters"):
            because[sentence].append((at[first][0], at[last - 1][1]))
    certainty = [propositions.commitment(strengths) for strengths in left]
    table = pd.DataFrame({"hedged": hedged, "boosted": boosted, "certainty": certainty, "because": because})
    return table.astype({"hedged": bool, "boosted": bool, "certainty": float, "because": object})


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
    shares = {"hedged": sentence.hedged.tolist(), "uncertain": (score(text, book) >= 0.5).tolist()}
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
