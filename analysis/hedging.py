"""Hedging: how sure does each voice sound?

Hyland's stance model (2005): hedges withhold commitment, boosters close the matter, attitude markers judge,
self-mention shows the speaker. The cues are in ``codebooks/hedging.csv``; two columns there lead to two readings:

* ``weight`` to ``score``, how uncertain an annotator would call the sentence. The weights were learned from Wikipedia
  sentences of CoNLL-2010 (Farkas et al. 2010; ``subtext learn GOLD_DIR hedging``). Its sense of uncertainty is an
  encyclopaedia's: it asks *who says so?* of "some say" and "is considered", and lets most "could" and "if" pass.
* ``certainty`` to ``certainty``, how much commitment the hedges leave: what a reader of politics asks.

What only the encyclopaedia minds (vague quantifiers, unnamed sources, superlatives) has categories of its own, so that
``load("hedging").without("vague quantifier")`` switches it off. Two categories are never counted: ``other sense`` keeps
a word from being taken for a hedge ("could see": ability), ``context`` only weighs in the score ("is known as").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

import pandas as pd

from . import rates
from .codebook import Codebook, cue_table, load, logistic, longest
from .text import Text, TextError, frame

GROUPS = {
    "hedges": (
        *("modal", "epistemic verb", "epistemic adjective", "epistemic adverb", "epistemic noun", "approximator"),
        *("conditional", "vague attribution", "passive belief", "negated certainty"),
        *("hedge", "tentat"),  # what other dictionaries call them
    ),
    "boosters": ("booster", "certain", "certitude"),
    "attitude": ("attitude marker",),
    "self_mention": ("self-mention",),
    "vague": ("vague quantifier", "vague frequency", "superlative", "unnamed source"),
    "attributions": ("attribution",),
}
EMBEDDING = frozenset({"epistemic verb", "epistemic noun", "vague attribution"})
REPORTING = EMBEDDING | {"passive belief", "unnamed source"}

_MARK = re.compile(r"[\",;:()]|''")
_NOTHING = re.compile(r"[ ,.]*+")
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
    return cue_table(text, book.rows, _cues(text, book))


def score(text: Text, codebook: Codebook | None = None) -> pd.Series:
    """How uncertain, 0..1, an annotator of CoNLL-2010 would call each sentence; from 0.5 on it counts as uncertain.

    Logistic of the sum of the weights of the different cues in it. A long cue's weight comes on top of those of the
    shorter ones inside it: "many of" adds to what "many" says already. A codebook without an intercept has -1, so that
    one cue of weight 1 reaches the decision point.
    """
    return pd.Series(_scores(text, codebook or load("hedging", text)), dtype=float, name="hedging")


def scope(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a hedge or booster: start, end (of the claim that it governs), cue, category, certainty, sentence.

    A hedge governs its clause, from comma, bracket or conjunction to the next; one that takes a clause ("some say that
    …") everything that follows in its part of the sentence, and at the end of a part what precedes ("…, some say"); a
    conditional the whole part, as the consequence holds only if the condition does. A surface rule in the spirit of
    Vincze et al. 2008, right for most sentences, not a parse.
    """
    rows = [row for found in _scopes(text, codebook or load("hedging", text)).values() for row in found]
    return frame(rows, "start end cue category certainty sentence", "start end sentence", "certainty")


def certainty(text: Text, start: int, end: int, codebook: Codebook | None = None) -> float:
    """How sure the voice sounds of what stands between two offsets: 1 is flat assertion.

    The strongest hedge that governs any of it decides (codebook column ``certainty``); each further one takes a
    tenth off, as in "could possibly"; each booster then closes half of the remaining doubt.

    >>> text = Text("Azerbaijan is unlikely to attack. They will attack.")
    >>> certainty(text, 0, 33), certainty(text, 34, 51)
    (0.2, 1.0)
    """
    if not 0 <= start <= end <= len(text.raw):
        raise TextError(f"{text.name}: nothing stands at {start} to {end}: the text has {len(text.raw)} characters")
    scopes = _scopes(text, codebook or load("hedging", text))
    starts = text.remember("hedging.starts", lambda: [start for start, _ in text.bounds])
    first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1)
    near = (row for sentence in range(max(first, 0), last) for row in scopes.get(sentence, ()))
    strengths = [strength for left, right, _, _, strength, _ in near if left < end and start < right]
    return _certainty([strength for strength in strengths if strength < 1], strengths.count(1))


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group (``by`` None, "voice", "kind" or "segment"): words, sentences, and with 95 % intervals

    * hedges, boosters, attitude, self_mention, vague, attributions: counts, and per 100 words (``…_per_100``);
    * hedged_share: the share of sentences with a hedge; uncertain_share: of those that score 0.5 or more;
    * certainty: the mean certainty of the sentences, 0..1.
    """
    book = codebook or load("hedging", text)
    places, (groups, *_) = {name: [] for name in GROUPS}, _columns(book)
    for sentence, first, _, row in _cues(text, book):
        if group := groups[row]:
            places[group].append((sentence, first))
    hedged = {sentence for sentence, _ in places["hedges"]}
    shares = {
        "hedged": [sentence in hedged for sentence in range(len(text.bounds))],
        "uncertain": [score >= 0.5 for score in _scores(text, book)],
    }
    return rates.table(text, by, places, shares, {"certainty": _sentences(text, book)})


def figures(text: Text) -> dict[str, float]:
    """The measures of the whole text by their names in ``measure``, without building a table."""
    book = load("hedging", text)
    groups, counts, hedged = _columns(book)[0], dict.fromkeys((*GROUPS, None), 0), set()
    for sentence, _, _, row in _cues(text, book):
        counts[groups[row]] += 1
        if groups[row] == "hedges":
            hedged.add(sentence)
    words, sentences = sum(map(len, text.tokens)), len(text.bounds)
    result = {f"{name}_per_100": 100 * counts[name] / words if words else 0.0 for name in GROUPS}
    result["hedged_share"] = len(hedged) / sentences if sentences else 0.0
    result["uncertain_share"] = sum(score >= 0.5 for score in _scores(text, book)) / sentences if sentences else 0.0
    result["certainty"] = sum(_sentences(text, book)) / sentences if sentences else float("nan")
    return result


@lru_cache(maxsize=32)
def _columns(book: Codebook) -> tuple[list[str | None], list[float], list[float]]:
    """Of each row of a codebook its group, its weight, and the certainty that it leaves (1: it is no hedge)."""
    group = {category: name for name, categories in GROUPS.items() for category in categories}
    return (
        [group.get(cue.category) for cue in book.rows],
        [cue.weight for cue in book.rows],
        [float(cue.extra.get("certainty") or 1) for cue in book.rows],
    )


def _cues(text: Text, book: Codebook) -> list[tuple[int, int, int, int]]:
    """The cues that count, as (sentence, first word, last word + 1, row)."""
    return text.remember((book, "hedging"), lambda: _find_cues(text, book))


def _find_cues(text: Text, book: Codebook) -> list[tuple[int, int, int, int]]:
    kinds = [cue.category for cue in book.rows]
    found = longest(match for match in book.every(text) if kinds[match[3]] != "context")
    kept = (match for match in found if kinds[match[3]] != "other sense")
    return book.under_all(
        [match for match in kept if kinds[match[3]] not in REPORTING or not _broken(text, *match[:3])]
    )


def _broken(text: Text, sentence: int, first: int, last: int) -> bool:
    """Whether a mark breaks a cue: '… for women," said' is no report of what women said."""
    if last - first == 1:
        return False
    offsets = text.offsets(sentence)
    return _MARK.search(text.folded, offsets[first][0], offsets[last - 1][1]) is not None


def _scores(text: Text, book: Codebook) -> list[float]:
    logits, weights = [book.constants.get("intercept", -1.0)] * len(text.bounds), _columns(book)[1]
    for sentence, row in dict.fromkeys(map(itemgetter(0, 3), book.every(text))):
        logits[sentence] += weights[row]
    return [logistic(logit) for logit in logits]


def _certainty(hedges: list[float], boosters: int) -> float:
    left = min(hedges) * 0.9 ** (len(hedges) - 1) if hedges else 1.0
    return round(1 - (1 - left) * 0.5**boosters, 3)


def _sentences(text: Text, book: Codebook) -> list[float]:
    """The certainty of each sentence as a whole: all its hedges and boosters govern it."""
    result, (groups, _, strengths) = [1.0] * len(text.bounds), _columns(book)
    for sentence, found in groupby(_cues(text, book), itemgetter(0)):
        rows = [row for *_, row in found]
        if hedges := [strengths[row] for row in rows if strengths[row] < 1]:
            result[sentence] = _certainty(hedges, sum(groups[row] == "boosters" for row in rows))
    return result


def _scopes(text: Text, book: Codebook) -> dict[int, list[tuple]]:
    """For each sentence the (start, end, cue, category, certainty, sentence) of its hedges and boosters."""
    return text.remember(("hedging.scopes", book), lambda: _find_scopes(text, book))


def _find_scopes(text: Text, book: Codebook) -> dict[int, list[tuple]]:
    scopes: dict[int, list[tuple]] = {}
    groups, _, strengths = _columns(book)
    for sentence, first, last, row in _cues(text, book):
        cue, strength = book.rows[row], strengths[row]
        if strength == 1 and groups[row] != "boosters":
            continue
        start, end = text.offsets(sentence)[first][0], text.offsets(sentence)[last - 1][1]
        part, clause = (_around(edges, text, sentence, start, end) for edges in (_PART, _CLAUSE))
        left, right = part if cue.category == "conditional" else clause
        if cue.category in EMBEDDING:
            right = part[1]
            if _NOTHING.fullmatch(text.folded, end, right):
                left = part[0]
        found = (left, right, text.raw[start:end], cue.category, strength, sentence)
        scopes.setdefault(sentence, []).append(found)
    return scopes


def _around(pattern: re.Pattern, text: Text, sentence: int, start: int, end: int) -> tuple[int, int]:
    """The nearest edges before and after a cue, within its sentence."""
    left, right = text.bounds[sentence]
    starts, ends = text.remember(("hedging.edges", pattern, sentence), lambda: _edges(pattern, text, left, right))
    before, after = bisect_right(ends, start), bisect_left(starts, end)
    return ends[before - 1] if before else left, starts[after] if after < len(starts) else right


def _edges(pattern: re.Pattern, text: Text, left: int, right: int) -> tuple[list[int], list[int]]:
    """Where the edges of clauses in a sentence start, and where they end; found once, however many cues ask."""
    found = list(pattern.finditer(text.folded, left, right))
    return [edge.start() for edge in found], [edge.end() for edge in found]
