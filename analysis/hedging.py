"""Hedging: how sure does each voice sound?

Hyland's stance model (2005): hedges withhold commitment, boosters close the matter, attitude markers judge,
self-mention shows the speaker. The cues are in ``codebooks/hedging.csv``. Their weights, log-odds, were learned by logistic
regression (``python -m analysis.learn hedging``) on Wikipedia sentences that annotators judged certain or uncertain
(CoNLL-2010, Farkas et al. 2010). That sense of uncertainty is an encyclopaedia's: it asks *who says so?* of "some
say", "many" and "is considered", and lets most "could" and "if" pass. Two readings follow, and both are given:
``score``, how uncertain an annotator would call the sentence; and ``certainty``, how much commitment its hedges leave.

Not counted, though the codebook has them, because they are no hedges: the categories of ``BACKGROUND``. They only help
the score to tell vague from exact writing. ``codebook.load("hedging").find(text)`` shows them too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import groupby
from operator import itemgetter

import pandas as pd

from . import rates
from .codebook import Codebook, cue_table, load
from .text import Text

GROUPS = {
    "hedges": (
        "hedge",
        "tentat",
        "modal",
        "epistemic verb",
        "epistemic adjective",
        "epistemic adverb",
        "epistemic noun",
        "approximator",
        "conditional",
        "vague attribution",
        "passive belief",
        "negated certainty",
    ),
    "boosters": ("booster", "certain", "certitude"),
    "attitude": ("attitude marker",),
    "self_mention": ("self-mention",),
    "vague": ("vague quantifier", "vague frequency", "superlative"),
    "attributions": ("attribution",),
}
BACKGROUND = frozenset({"context", "evaluation", "exact figure", "other modal"})
EMBEDDING = frozenset({"epistemic verb", "epistemic noun", "vague attribution", "passive belief"})

_PART = re.compile(r"[;:()\"—–!?]|(?<!\w)-(?!\w)")  # what ends every clause
_CLAUSE = re.compile(
    r"[,;:()\"—–!?]|(?<!\w)-(?!\w)|"
    r"\b(?=(?:but|because|although|though|while|whereas|unless|if|when|where|which|who|since|until|so that)\b)"
)


def find(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a cue: start, end, cue (as written), category, weight (log-odds), sentence, voice, entry (codebook row).

    >>> find(Text("Baku is unlikely to attack."))[["cue", "category"]].values.tolist()
    [['unlikely to', 'epistemic adjective']]
    """
    book = codebook or load("hedging", text)
    kept = [match for match in book.matches(text) if book.rows[match[3]].category not in BACKGROUND]
    return cue_table(text, book.rows, kept)


def score(text: Text, codebook: Codebook | None = None) -> pd.Series:
    """How uncertain, 0..1, an annotator of CoNLL-2010 would call each sentence; from 0.5 on it counts as uncertain."""
    return pd.Series((codebook or load("hedging", text)).scores(text), dtype=float, name="hedging")


def scope(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a hedge or booster: start, end (of the claim that it governs), cue, category, certainty, sentence.

    A hedge governs its clause, up to a comma, a bracket or a conjunction; one that takes a clause ("some say that …",
    "is believed to …") everything that follows in its part of the sentence; a conditional the whole part, as the
    consequence holds only if the condition does. A surface rule, right for most sentences, not a parse
    (Vincze et al. 2008 annotate scope in the same spirit).
    """
    rows = [row for found in _scopes(text, codebook or load("hedging", text)).values() for row in found]
    return pd.DataFrame(rows, columns=["start", "end", "cue", "category", "certainty", "sentence"])


def certainty(text: Text, start: int, end: int, codebook: Codebook | None = None) -> float:
    """How sure the voice sounds of what stands between two offsets: 1 is flat assertion.

    The strongest hedge that governs any of it decides (codebook column ``certainty``); each further one takes a
    tenth off, as in "could possibly"; each booster then closes half of the remaining doubt.

    >>> text = Text("Azerbaijan is unlikely to attack. They will attack.")
    >>> certainty(text, 0, 33), certainty(text, 34, 51)
    (0.2, 1.0)
    """
    scopes = _scopes(text, codebook or load("hedging", text))
    starts = text.remember("hedging.starts", lambda: [span[0] for span in text.spans])
    first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1)
    governing = [
        row for i in range(max(first, 0), last) for row in scopes.get(i, ()) if row[0] < end and start < row[1]
    ]
    return _certainty(
        [row[4] for row in governing if row[3] != "booster"], sum(row[3] == "booster" for row in governing)
    )


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group (``by`` None, "voice", "kind" or "segment"): words, sentences, and with 95 % intervals

    * hedges, boosters, attitude, self_mention, vague, attributions: counts, and per 100 words (``…_per_100``);
    * hedged_share: the share of sentences with a hedge; uncertain_share: of those that score 0.5 or more;
    * certainty: the mean certainty of the sentences, 0..1.
    """
    book = codebook or load("hedging", text)
    places = {name: [] for name in GROUPS}
    for sentence, first, _, row in book.matches(text):
        if group := _groups(book)[row]:
            places[group].append((sentence, first))
    hedged = {sentence for sentence, _ in places["hedges"]}
    shares = {
        "hedged": [sentence in hedged for sentence in range(len(text.spans))],
        "uncertain": [score >= 0.5 for score in book.scores(text)],
    }
    return rates.table(text, by, places, shares, {"certainty": _sentences(text, book)})


def figures(text: Text) -> dict[str, float]:
    """The measures of the whole text by their names in ``measure``, without building a table."""
    book = load("hedging", text)
    groups, counts, hedged = _groups(book), dict.fromkeys(GROUPS, 0), set()
    for sentence, _, _, row in book.matches(text):
        if group := groups[row]:
            counts[group] += 1
            if group == "hedges":
                hedged.add(sentence)
    words, sentences = sum(map(len, text.tokens)), len(text.spans)
    result = {f"{name}_per_100": 100 * count / words if words else 0.0 for name, count in counts.items()}
    result["hedged_share"] = len(hedged) / sentences if sentences else 0.0
    result["uncertain_share"] = sum(score >= 0.5 for score in book.scores(text)) / sentences if sentences else 0.0
    result["certainty"] = sum(_sentences(text, book)) / sentences if sentences else float("nan")
    return result


def _groups(book: Codebook) -> list[str | None]:
    """The group of each row of a codebook, worked out once."""
    if "groups" not in book.__dict__:
        group = {category: name for name, categories in GROUPS.items() for category in categories}
        book.__dict__["groups"] = [group.get(cue.category) for cue in book.rows]
    return book.__dict__["groups"]


def _certainty(hedges: list[float], boosters: int) -> float:
    left = min(hedges) * 0.9 ** (len(hedges) - 1) if hedges else 1.0
    return round(1 - (1 - left) * 0.5**boosters, 3)


def _sentences(text: Text, book: Codebook) -> list[float]:
    """The certainty of each sentence as a whole: all its hedges and boosters govern it."""
    result = [1.0] * len(text.spans)
    for sentence, found in groupby(book.matches(text), itemgetter(0)):
        cues = [book.rows[row] for *_, row in found]
        if hedges := [float(cue.extra["certainty"]) for cue in cues if cue.extra.get("certainty")]:
            result[sentence] = _certainty(hedges, sum(cue.category == "booster" for cue in cues))
    return result


def _scopes(text: Text, book: Codebook) -> dict[int, list[tuple]]:
    """For each sentence the (start, end, cue, category, certainty, sentence) of its hedges and boosters."""
    return text.remember(("hedging.scopes", book), lambda: _find_scopes(text, book))


def _find_scopes(text: Text, book: Codebook) -> dict[int, list[tuple]]:
    scopes: dict[int, list[tuple]] = {}
    for sentence, first, last, row in book.matches(text):
        cue = book.rows[row]
        strength = float(cue.extra.get("certainty") or 1)
        if strength == 1 and cue.category != "booster":
            continue
        start, end = text.offsets(sentence)[first][0], text.offsets(sentence)[last - 1][1]
        left, right = text.spans[sentence][:2]
        wide = cue.category == "conditional" or cue.category in EMBEDDING
        for edge in (_PART if wide else _CLAUSE).finditer(text.folded, left, right):
            if edge.end() <= start:
                left = edge.end()
            elif edge.start() >= end:
                right = edge.start()
                break
        left = start if cue.category in EMBEDDING else left
        found = (left, right, text.raw[start:end], cue.category, strength, sentence)
        scopes.setdefault(sentence, []).append(found)
    return scopes
