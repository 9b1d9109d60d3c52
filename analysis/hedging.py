"""Hedging: how sure does each voice sound?

Hyland's stance model (2005): hedges withhold commitment, boosters close the matter, attitude markers judge,
self-mention shows the speaker. The cues are in ``codebooks/hedging.csv``; two columns there lead to two readings:

* ``weight`` to ``score``, how uncertain an annotator would call the sentence. Learned from Wikipedia sentences of
  CoNLL-2010 (Farkas et al. 2010; ``subtext learn GOLD_DIR hedging``), it has an encyclopaedia's sense of uncertainty:
  it asks *who says so?* of "some say" and "is considered", and lets most "could" and "if" pass.
* ``certainty`` to ``certainty``, how much commitment the hedges leave: what a reader of politics asks.

What only the encyclopaedia minds has categories of its own, so that ``load("hedging").without("vague quantifier")``
switches it off. Never counted: ``other sense`` keeps a word from being taken for a hedge ("could see": ability),
``context`` only weighs in the score, ``denial`` says that what follows is not so, ``concessive`` is shown and no more.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

import pandas as pd

from . import stats
from .codebook import Codebook, cue_table, load, logistic
from .text import Text, TextError, frame

GROUPS = {
    "hedges": (
        *("modal", "epistemic verb", "epistemic adjective", "epistemic adverb", "epistemic noun", "approximator"),
        *("conditional", "inverted conditional", "indirect question"),
        *("vague attribution", "passive belief", "negated certainty"),
        *("hedge", "tentat"),  # what other dictionaries call them
    ),
    "boosters": ("booster", "certain", "certitude"),
    "attitude": ("attitude marker",),
    "self_mention": ("self-mention",),
    "vague": ("vague quantifier", "vague frequency", "superlative", "peacock", "unnamed source"),
    "attributions": ("attribution",),
}
UNCOUNTED = frozenset({"other sense", "context", "denial", "concessive"})
EMBEDDING = frozenset({"epistemic verb", "epistemic noun", "vague attribution", "indirect question"})
CONDITIONAL = frozenset({"conditional", "inverted conditional"})
ASKED = 0.4  # the certainty that a question leaves: it asserts nothing, but brings it up
MOST = 50  # scopes of a sentence that are asked what they govern, the nearest; by then next to nothing is certain
WH = frozenset("how what when where which who whom whose why".split())  # what takes for granted all but the answer

_MARK = re.compile(r"[\",;:()]|''")
_NOTHING = re.compile(r"[ ,.]*+")
_OPENING = re.compile(r"\s{0,3}(?:(?:and|or|but|so|then|yet|very|quite|most|more) ){0,3}")  # "but, quite possibly, …"
_FINITE = (
    r"(?:may|might|could|would|will|can|cannot|should|must|is|are|was|were|has|have|had|did|do|does|\w+ed|"
    r"began|broke|came|fell|fought|held|left|lost|met|rose|said|sent|struck|took|went|won)\b"
)
_VERB = re.compile(rf"\b{_FINITE}")
_EDGE = re.compile(
    r"(?P<part>[;:()\"—–!?]|(?<!\w)-(?!\w)|, (?=but\b))|,(?!\d{3})|\b(?=[abiostuw])(?:"  # the end of any clause
    r"(?P<opening>(?:and|or|that|because|although|though|while|whereas)(?=,)|"  # what opens one
    r"(?:and|or) (?=(?:if|unless|there|he|she|it|they|we|you|i)\b))|"
    r"(?P<maybe>(?:and|or) "  # and does if a verb stands before it too, and after it a determiner or a name
    rf"(?=(?:(?P<first>the|an?|this|that|these|those|his|her|its|their|our|my|no) )?(?:[\w'-]+ ){{1,3}}?{_FINITE}))|"
    r"(?=(?:but|because|although|though|while|whereas|unless|if|when|where|which|who|since|until|so that)\b))"
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
    …") everything that follows in its part of the sentence. One that a mark sets off ("reportedly, …", "…, some say")
    comments on the whole part, as does a conditional: the consequence holds only if the condition does. None reaches
    back over an "and" that opens a clause of its own. A surface rule in the spirit of Vincze et al. 2008, right for
    most sentences, not a parse.
    """
    rows = [row for found in _scopes(text, codebook or load("hedging", text)) for row in found]
    return frame(rows, "start end cue category certainty sentence", "start end sentence", "certainty")


def certainty(text: Text, start: int, end: int, codebook: Codebook | None = None) -> float:
    """How sure the voice sounds of what stands between two offsets: 1 is flat assertion.

    The strongest hedge that governs any of it decides (codebook column ``certainty``); each further one takes a
    tenth off, as in "could possibly"; each booster then closes half of the remaining doubt. A question that
    asks whether hedges all of its sentence, a denial what follows it: "they deny that" is itself certain.

    >>> text = Text("Azerbaijan is unlikely to attack. They deny that they will attack.")
    >>> certainty(text, 0, 33), certainty(text, 34, 66), certainty(text, 49, 65)
    (0.2, 1.0, 0.2)
    """
    if not 0 <= start <= end <= len(text.raw):
        raise TextError(f"{text.name}: nothing stands at {start} to {end}: the text has {len(text.raw)} characters")
    return _certainty([strength for _, strength in _governing(text, start, end, codebook or load("hedging", text))])


def conditional(text: Text, start: int, end: int) -> bool:
    """Whether what stands between two offsets is said to hold only on a condition ("if", "unless", "should they …")."""
    return any(kind in CONDITIONAL for kind, _ in _governing(text, start, end, load("hedging", text)))


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group (``by`` None, "voice", "kind" or "segment"): words, sentences, and with 95 % intervals

    * hedges, boosters, attitude, self_mention, vague, attributions: counts, and per 100 words (``…_per_100``); in a
      reader's codebook, each category that is none of ours too;
    * hedged_share: the share of sentences with a hedge; uncertain_share: of those that score 0.5 or more;
    * certainty: the mean certainty of the sentences, 0..1.
    """
    return stats.table(text, by, *_found(text, codebook or load("hedging", text)))


def _found(text: Text, book: Codebook) -> tuple[dict[str, list], dict[str, list], dict[str, list]]:
    """What ``measure`` counts: the places of the cues of each group; the truths and the numbers of the sentences."""
    kinds, groups, _, strengths = _columns(book)
    places, sentences = {name: [] for name in (*GROUPS, *filter(None, groups))}, range(len(text.bounds))
    strength = [[ASKED] if _asks(text, sentence) else [] for sentence in sentences]
    for sentence, first, _, row in _cues(text, book):
        if group := groups[row]:
            places[group].append((sentence, first))
        if group == "boosters" or (strengths[row] < 1 and kinds[row] != "denial"):
            strength[sentence].append(strengths[row])
    hedged = {sentence for sentence, _ in places["hedges"]}
    hedged, uncertain = [i in hedged for i in sentences], [score >= 0.5 for score in _scores(text, book)]
    certainty = [_certainty(own) if own else 1.0 for own in strength]
    return places, {"hedged": hedged, "uncertain": uncertain}, {"certainty": certainty}


@lru_cache(maxsize=32)
def _columns(book: Codebook) -> tuple[list[str], list[str | None], list[float], list[float]]:
    """Of each row of a codebook its category, group, weight, and the certainty that it leaves (1: it is no hedge)."""
    kinds = [cue.category for cue in book.rows]
    group = {kind: kind for kind in kinds if kind not in UNCOUNTED}  # a reader's own categories count as themselves
    group |= {category: name for name, categories in GROUPS.items() for category in categories}
    strengths = [float(cue.extra.get("certainty") or 1) for cue in book.rows]
    return kinds, list(map(group.get, kinds)), [cue.weight for cue in book.rows], strengths


def _cues(text: Text, book: Codebook) -> list[tuple[int, int, int, int]]:
    """The cues that count, as (sentence, first word, last word + 1, row)."""
    kinds = _columns(book)[0]

    def counts(sentence: int, first: int, last: int, row: int) -> bool:
        """Whether no mark breaks the cue: '… for women," said' is no report of what women said."""
        if kinds[row] == "other sense" or (kinds[row] == "inverted conditional" and _asks(text, sentence)):
            return False
        at = text.offsets(sentence) if last - first > 1 else ()  # most are one word, which no mark can break
        return not (at and _MARK.search(text.folded, at[first][0], at[last - 1][1]))

    def cues() -> list[tuple[int, int, int, int]]:
        found = book.longest(match for match in book.every(text) if kinds[match[3]] != "context")
        return book.under_all([match for match in found if counts(*match)])

    return text.remember((book, "hedging"), cues)


def _scores(text: Text, book: Codebook) -> list[float]:
    logits, weights = [book.constants.get("intercept", -1.0)] * len(text.bounds), _columns(book)[2]
    for sentence, row in dict.fromkeys(map(itemgetter(0, 3), book.every(text))):
        logits[sentence] += weights[row]
    return [logistic(logit) for logit in logits]


def _governing(text: Text, start: int, end: int, book: Codebook) -> list[tuple[str, float]]:
    """Of each hedge, booster or denial that governs any of what stands there its category and certainty."""
    scopes = text.remember(("hedging.sorted", book), lambda: list(map(sorted, _scopes(text, book))))
    near = slice(max(bisect_left(text.bounds, (start + 1,)) - 1, 0), bisect_left(text.bounds, (end,)))
    before = ((own, bisect_left(own, (end,))) for own in scopes[near])
    rows = (row for own, stop in before for row in own[max(stop - MOST, 0) : stop])
    governing = (row for row in rows if (row[3] != "denial" or row[0] <= start) and start < row[1])
    return [(kind, strength) for _, _, _, kind, strength, _ in governing]


def _certainty(strengths: list[float]) -> float:
    """What hedges (below 1) and boosters (1) leave together."""
    hedges = [strength for strength in strengths if strength < 1]
    left = min(hedges) * 0.9 ** (len(hedges) - 1) if hedges else 1.0
    return round(1 - (1 - left) * 0.5 ** (len(strengths) - len(hedges)), 3)


def is_question(text: Text, sentence: int) -> bool:
    start, end = text.bounds[sentence]
    return "?" in text.folded[max(start, end - 3) : end]


def _asks(text: Text, sentence: int) -> bool:
    """Whether a sentence asks if something is so."""
    return is_question(text, sentence) and WH.isdisjoint(text.tokens[sentence][:2])


def _scopes(text: Text, book: Codebook) -> list[list[tuple]]:
    """Of each sentence the (start, end, cue, category, certainty, sentence) of what lowers or raises its certainty."""

    def find_all() -> list[list[tuple]]:
        kinds, groups, _, strengths = _columns(book)
        scopes: list[list[tuple]] = [[] for _ in text.bounds]
        for sentence, bounds in enumerate(text.bounds):
            if _asks(text, sentence):
                scopes[sentence].append((*bounds, "?", "question", ASKED, sentence))
        for sentence, cues in groupby(_cues(text, book), itemgetter(0)):
            edges, at = _Edges(text, sentence), text.offsets(sentence)  # found once, however many cues ask
            for _, first, last, row in cues:
                if strengths[row] < 1 or groups[row] == "boosters":
                    start, end, kind = at[first][0], at[last - 1][1], kinds[row]
                    left, right = edges.governed(start, end, kind)
                    if left < right:
                        scopes[sentence].append((left, right, text.raw[start:end], kind, strengths[row], sentence))
        return scopes

    return text.remember(("hedging.scopes", book), find_all)


class _Edges:
    """Where the clauses of a sentence, and the parts that hold them, begin and end."""

    def __init__(self, text: Text, sentence: int):
        self.folded, (a, z) = text.folded, text.bounds[sentence]
        self.lefts, self.rights, self.ends = [a], [], []  # of clauses; of parts
        self.openings = [a]  # where what reaches back stops
        for edge in _EDGE.finditer(self.folded, a, z):
            kind, (start, end) = edge.lastgroup, edge.span()
            if kind == "maybe":
                named = edge["first"] or text.raw[end].isupper()
                since = self.lefts[-2:][0] if self.folded.startswith(",", start - 2) else self.lefts[-1]
                if not (named and _VERB.search(self.folded, since, start)):
                    continue
            self.lefts.append(end)
            if kind:
                self.openings.append(end)
            if kind == "part" or not kind:
                self.rights.append(start)
            if kind == "part":
                self.ends.append(start)
        self.rights.append(z)
        self.ends.append(z)

    def governed(self, start: int, end: int, kind: str) -> tuple[int, int]:
        """What a cue governs."""
        left = self.lefts[bisect_right(self.lefts, start) - 1]
        right, closing = (ends[bisect_left(ends, end)] for ends in (self.rights, self.ends))
        opening = self.openings[bisect_right(self.openings, start) - 1]
        if kind in EMBEDDING:
            right = closing
        if kind == "denial":  # of a clause, "deny that …", or within one, "fail to …"
            return end, closing if "that" in self.folded[start : end + 5] else right
        if kind == "indirect question":
            return start, right
        apart = _NOTHING.fullmatch(self.folded, end, right)
        comments = apart and (kind in EMBEDDING or _OPENING.fullmatch(self.folded, left, start))
        return (opening, closing) if comments or kind in CONDITIONAL else (left, right)
