"""Threat framing: what are we told to fear, from whom, and how certain is it said to be?

Securitisation theory (Buzan, Wæver & de Wilde 1998) asks of a text who or what threatens (agent), what is threatened
(referent), by what means and what is to be done; proximisation theory (Cap 2017) how near the threat is made to come;
fear-appeal theory (Witte 1992) how severe it is and how exposed we are; Entman (1993) which functions a frame fulfils.
Choi et al. (2022) published a threat dictionary before; none of its words were copied.

Two codebooks. ``threat.csv`` has the cues. Their weights were learned by logistic regression on lines that annotators
did or did not mark as an appeal to fear (Da San Martino et al. 2020), each cue's shrunken towards the weight of its
category, since the fear appeals are few. Its ``role`` column tells threat cues from context, which moves the score but
is nothing to be afraid of. ``claims.csv`` has the words that turn a clause into a claim, and where its parts stand.
"""

from __future__ import annotations

from itertools import groupby
from math import sqrt
from operator import itemgetter

import pandas as pd

from . import hedging, rates
from .codebook import Codebook, cue_table, load, logistic
from .text import Text

STEADY = 3  # words added to a sentence's length, so that a heading of one word does not weigh like a cry of many
COLUMNS = (
    "sentence voice agent referent means imminence response conditional certainty threat because start end kind"
).split()
FRAMES = {
    "problem": {"threat", "alarm", "disease", "terrorism", "crime", "catastrophe", "annihilation", "death", "killing"},
    "cause": {"cause"},
    "judgement": {"damnation", "moral decay", "oppression", "judgement"},
    "remedy": {"defence", "call", "warning"},
}
CORES = frozenset(
    "threatens strikes threat exposed erupts perishes dangerous faces against deploys appears".split()
) | {
    "attempts",
    "presses",
    "tips",
}


def find(text: Text, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a threat cue: start, end, cue (as written), category, weight, sentence, voice, entry (the codebook's row).

    >>> find(Text("The enemy could attack at any moment."))[["cue", "category"]].values.tolist()
    [['attack', 'attack'], ['any moment', 'imminence']]
    """
    book = codebook or load("threat", text)
    return cue_table(text, book.rows, [match for match in book.matches(text) if _is_threat(book.rows[match[3]])])


def score(text: Text, codebook: Codebook | None = None) -> pd.Series:
    """How much of a threat each sentence makes, 0..1: the logistic of its cues' weights over the root of its length.

    From 0.5 on the sentence counts as a threat: the point of the best F1 on the development lines, of which only one
    in forty is a fear appeal. It orders sentences; it is no probability.
    """
    return pd.Series(_scores(text, codebook or load("threat", text)), dtype=float, name="threat")


def measure(text: Text, by: str | None = None, codebook: Codebook | None = None) -> pd.DataFrame:
    """A row a group (``by`` None, "voice", "kind" or "segment"): words, sentences, and with 95 % intervals

    * threats, claims: threat cues and threat claims, and each per 100 words (``…_per_100``);
    * threat_share: the share of sentences that score 0.5 or more; threat: their mean score, 0..1.
    """
    book = codebook or load("threat", text)
    places = {
        "threats": [match[:2] for match in book.matches(text) if _is_threat(book.rows[match[3]])],
        "claims": [(claim["sentence"], claim["core"]) for claim in _claims(text)],
    }
    scores = _scores(text, book)
    return rates.table(text, by, places, {"threat": [score >= 0.5 for score in scores]}, {"threat": scores})


def figures(text: Text) -> dict[str, float]:
    """The measures of the whole text by their names in ``measure``, without building a table."""
    book = load("threat", text)
    words, scores = sum(map(len, text.tokens)), _scores(text, book)
    cues = sum(_is_threat(book.rows[row]) for *_, row in book.matches(text))
    n = len(scores)
    return {
        "threats_per_100": 100 * cues / words if words else 0.0,
        "claims_per_100": 100 * len(_claims(text)) / words if words else 0.0,
        "threat_share": sum(score >= 0.5 for score in scores) / n if n else 0.0,
        "threat": sum(scores) / n if n else float("nan"),
    }


def claims(text: Text) -> pd.DataFrame:
    """A row a claim that something threatens something, in the order of the text.

    ``agent`` threatens ``referent`` by ``means``, as written in the clause, "" where it is not said; ``imminence`` and
    ``response``: the words for how soon, and for what is to be done; ``conditional``: said to hold only if something
    else does; ``certainty``: how sure the voice sounds of it, 0..1 (``hedging.certainty``); ``threat``: the sentence's
    score; ``because``: the offsets of the words that make it a claim; ``start`` and ``end`` span it; ``kind``: the
    claim's pattern in ``claims.csv``.

    >>> claims(Text("Rising seas could threaten the port."))[["agent", "referent", "certainty"]].values.tolist()
    [['Rising seas', 'the port', 0.5]]
    """
    rows, scores = [], _scores(text, load("threat", text))
    for claim in _claims(text):
        sentence, (start, end) = claim["sentence"], claim["span"]
        parts = {part: " ".join(text.raw[slice(*claim[part])].split()) for part in _PARTS}
        rows.append(
            parts
            | {
                "sentence": sentence,
                "voice": text.voice_at(start),
                "conditional": claim["conditional"],
                "certainty": hedging.certainty(text, start, end),
                "threat": round(scores[sentence], 3),
                "because": claim["because"],
                "start": start,
                "end": end,
                "kind": claim["kind"],
            }
        )
    types = {"sentence": int, "conditional": bool, "certainty": float, "threat": float, "start": int, "end": int}
    return pd.DataFrame(rows, columns=COLUMNS).astype(types)


def frames(text: Text) -> pd.DataFrame:
    """A row a sentence: its number, voice, and which of Entman's (1993) functions of a frame it fulfils, true or false.

    ``problem``, ``cause``, ``judgement`` and ``remedy`` each stand for a set of the codebook's categories (``FRAMES``).
    """
    book = load("threat", text)
    held: dict[int, set[str]] = {}
    for sentence, _, _, row in book.matches(text):
        held.setdefault(sentence, set()).add(book.rows[row].category)
    rows = [
        {"sentence": i, "voice": text.passages[span[2]].voice}
        | {function: not categories.isdisjoint(held.get(i, ())) for function, categories in FRAMES.items()}
        for i, span in enumerate(text.spans)
    ]
    return pd.DataFrame(rows, columns=["sentence", "voice", *FRAMES])


def presupposed(text: Text) -> pd.DataFrame:
    """A row a threat cue in a question, which whoever answers has to grant or to fight: sentence, voice, cue, …

    >>> presupposed(Text("How will we survive the invasion? Who won?")).sentence.tolist()
    [0]
    """
    book = load("threat", text)
    asked = {i for i, (start, end, _) in enumerate(text.spans) if "?" in text.raw[max(start, end - 3) : end]}
    rows = []
    for sentence, first, last, row in book.matches(text):
        if sentence in asked and _is_threat(book.rows[row]):
            start, end = text.offsets(sentence)[first][0], text.offsets(sentence)[last - 1][1]
            rows.append((sentence, text.voice_at(start), text.raw[start:end], book.rows[row].category, start, end))
    found = pd.DataFrame(rows, columns=["sentence", "voice", "cue", "category", "start", "end"])
    return found.astype({"sentence": int, "start": int, "end": int})


def _is_threat(cue) -> bool:
    return cue.extra.get("role", "threat") == "threat"


def _scores(text: Text, book: Codebook) -> list[float]:
    return text.remember(("threat.scores", book), lambda: _work_out(text, book))


def _work_out(text: Text, book: Codebook) -> list[float]:
    sums = [0.0] * len(text.spans)
    for sentence, _, _, row in book.matches(text):
        sums[sentence] += book.rows[row].weight
    intercept = book.constants.get("intercept", -1.0)
    return [logistic(intercept + total / sqrt(len(words) + STEADY)) for total, words in zip(sums, text.tokens, strict=True)]


_PARTS = ("agent", "referent", "means", "imminence", "response")


def _claims(text: Text) -> list[dict]:
    return text.remember("threat.claims", lambda: _find_claims(text))


def _find_claims(text: Text) -> list[dict]:
    book, threats, found = load("claims"), load("threat", text), []
    cues: dict[int, set[int]] = {}
    for sentence, first, last, row in threats.matches(text):
        if _is_threat(threats.rows[row]):
            cues.setdefault(sentence, set()).update(range(first, last))
    scores = _scores(text, threats)
    for sentence, matches in groupby(book.matches(text), itemgetter(0)):
        if scores[sentence] < 0.02:
            continue
        found += _Parse(text, sentence, book, cues.get(sentence, set())).claims(list(matches))
    return found


class _Parse:
    """One sentence, read around the words that make a claim: a chunker of a dozen rules, not a parser."""

    def __init__(self, text: Text, sentence: int, book: Codebook, cues: set[int]):
        self.sentence, self.book, self.cues = sentence, book, cues
        self.words, self.at = text.tokens[sentence], text.offsets(sentence)
        gaps = [text.folded[a[1] : b[0]] for a, b in zip(self.at, self.at[1:], strict=False)]
        self.pause = [True, *(not gap.isspace() and gap != "-" for gap in gaps), True]  # punctuation before word i
        self.is_ = {name[1:-1]: frozenset(words.split("|")) for name, words in book.classes.items()}

    def claims(self, matches: list[tuple]) -> list[dict]:
        found: list[dict] = []
        rows = [(first, last, self.book.rows[row]) for _, first, last, row in matches]
        extra = {
            kind: next(((first, last) for first, last, row in rows if row.category == kind), None)
            for kind in ("imminence", "response", "condition")
        }
        for first, last, row in rows:
            if row.category not in CORES:
                continue
            parts = self.parts(first, last, row)
            if parts and not any(first < claim["to"] and claim["from"] < last for claim in found):
                found.append(self.claim(first, last, row, parts, extra))
        return found

    def claim(self, first, last, row, parts, extra):
        held = [(first, last), *(part for part in parts.values() if part)]
        low, high = min(a for a, _ in held), max(b for _, b in held)
        offsets = {name: self.span(parts.get(name)) for name in ("agent", "referent", "means")}
        offsets["imminence"] = self.span(extra["imminence"])
        response = extra["response"]
        offsets["response"] = self.span(response and (response[0], self.clause_end(response[1])))
        return offsets | {
            "sentence": self.sentence,
            "core": first,
            "from": low,
            "to": high,
            "span": self.span((low, high)),
            "conditional": bool(extra["condition"]),
            "kind": row.category,
            "because": (self.span((first, last)),),
        }

    def span(self, words):
        return (self.at[words[0]][0], self.at[words[1] - 1][1]) if words and words[0] < words[1] else (0, 0)

    def parts(self, first: int, last: int, row) -> dict | None:
        """The parts of a claim around the words first..last-1 by the grammar of its row; None where it is none."""
        slots = self.after(last)
        noun = self.noun_before(first) if row.category == "threat" else None
        slots["subject"], group = self.before(noun[0] if noun else first)
        passive = row.category in ("threatens", "strikes") and bool(group & {"be", "been", "being", "is", "are", "get"})
        if passive and self.words[first].endswith(("ed", "en", "run", "put")):
            slots["object"], slots["subject"] = slots["subject"], slots.get("by")
        open_ = bool(group & self.is_["open"]) or "if" in self.words
        linked = bool(group & self.is_["link"])
        slots["core"] = (first + 1, last)
        slots["before"] = self.noun_before(first)
        needs = set(row.extra["needs"].split("|")) - {""}
        met = {
            "open": open_,
            "link": linked,
            "hostile": bool(slots["before"] and self.holds_cue(slots["before"])),
            "cue:subject": self.holds_cue(slots["subject"]),
            "cue:object": self.holds_cue(slots.get("object")),
            "means": bool(slots.get("with") and self.holds_cue(slots["with"])),
        }
        if needs and not any(met[need] for need in needs):
            return None
        parts = {
            name: next((slots[slot] for slot in row.extra[name].split("|") if slots.get(slot)), None)
            for name in ("agent", "referent", "means")
        }
        if row.category == "threat" and not linked:
            parts["agent"] = slots.get("from") or slots.get("of") or slots.get("by") or None
        return parts if parts["agent"] or parts["referent"] else None

    def holds_cue(self, span) -> bool:
        return bool(span) and not self.cues.isdisjoint(range(*span))

    def before(self, first: int) -> tuple[tuple[int, int] | None, set[str]]:
        """The subject left of a verb group, and the words of the group."""
        skip = self.is_["aux"] | self.is_["adverb"] | self.is_["verb"] | self.is_["link"] | {"a", "an", "the", "no"}
        i, group = first - 1, set()
        while i >= 0 and not self.pause[i + 1] and (self.words[i] in skip or self.words[i].endswith("ly")):
            group.add(self.words[i])
            i -= 1
        if i >= 0 and self.words[i] in self.is_["relative"]:
            i -= 1
        return self.noun_phrase(i + 1), group

    def noun_phrase(self, end: int) -> tuple[int, int] | None:
        """The noun phrase, with what depends on it, that ends before a word."""
        start = end
        while start > 0 and self.words[start - 1] not in self.is_["clause"] - {"and"} - {"or"}:
            word = self.words[start - 1]
            if (word in self.is_["aux"] and word != "to") or word in self.is_["verb"]:
                break
            start -= 1
            if self.pause[start]:
                break
        while start < end and self.words[start] in self.is_["opener"]:
            start += 1
        return (start, end) if start < end else None

    def noun_before(self, first: int) -> tuple[int, int] | None:
        start = first
        stop = self.is_["preposition"] | self.is_["clause"] | self.is_["aux"] | self.is_["verb"]
        while start > 0 and self.words[start - 1] not in stop and not self.pause[start]:
            start -= 1
        return (start, first) if start < first else None

    def clause_end(self, i: int) -> int:
        while i < len(self.words) and not self.pause[i]:
            i += 1
        return i

    def after(self, last: int) -> dict[str, tuple[int, int] | None]:
        """The object and the prepositional phrases right of a word, by their preposition."""
        slots: dict[str, tuple[int, int] | None] = {}
        slot, start, i = "object", last, last
        stop = self.is_["clause"] - {"and", "or"}
        while i <= len(self.words):
            over = i == len(self.words) or (self.pause[i] and i > last) or self.words[i] in stop
            over = over or (self.words[i] in self.is_["aux"] and self.words[i] != "to")
            if over or (self.words[i] in self.is_["preposition"] and not (self.words[i] == "of" and i > start)):
                if i > start:
                    slots.setdefault(slot, (start, i))
                if over:
                    break
                slot, start = self.words[i], i + 1
            i += 1
        return slots
