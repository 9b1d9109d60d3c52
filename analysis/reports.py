"""Reported speech: whose claim a clause is, when somebody tells what somebody else says.

Content and source come from the parse: "X said that …", "…, X said", "according to X, …", "as X put it, …", "X urged Y
to …", "X accused Y of …", "X's claim that …". Reports stand inside reports; each has its row.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import pandas as pd
from spacy.tokens import Token

from . import clauses, corrections
from .actors import mentions
from .clauses import VERBAL, WORDS, after, agent, child, clause, offsets, phrase, subject, trimmed
from .codebook import frame

WH = frozenset("who whom whose what which why how when where".split())
SELF = frozenset("i we me us".split())
NOBODY = frozenset("no nobody none nothing".split())


class Report(NamedTuple):
    """What is reported, as tokens; who says so, if anybody is named; the word that tells of it; is it denied?"""

    start: int
    end: int
    source: Token | None
    cue: Token
    denied: bool


def reports(text) -> pd.DataFrame:
    """A row a stretch of reported speech: start, end (of what is reported), source, because (offsets of who says so).

    ``source`` is the fullest name that the text has for whoever is said to say it; where nobody is named there is no
    row. What is quoted word for word is direct speech: it has a voice of its own and is none of these.

    >>> from .text import Text
    >>> text = Text("The minister said that Iran will attack.")
    >>> [(row.source, text.raw[row.start : row.end]) for row in reports(text).itertuples()]
    [('the minister', 'Iran will attack')]
    """
    rows = []
    for it in find(text):
        if it.source is not None and it.source.lower_ != "you":
            said = offsets(text.doc, phrase(it.source)), (it.cue.idx, it.cue.idx + len(it.cue))
            rows.append((*offsets(text.doc, (it.start, it.end)), source(text, it), said))
    return frame(rows, "start end source because", "start end")


def believed(text) -> pd.DataFrame:
    """Who is believed: a row a voice and a source that it reports, those with most reports first.

    Columns: voice, source, reports (count), and how many of them the voice introduces by a word that takes what is said
    for true (endorsing: "showed", "admitted"), keeps it at a distance (distancing: "claimed", "alleged"), or leaves it
    open (neutral: "said"). Martin & White (2005) call the three endorse, distance and acknowledge.

    >>> from .text import Text
    >>> believed(Text("Iran claims that it won. Iraq said that it lost."))[["source", "distancing"]].values.tolist()
    [['Iran', 1], ['Iraq', 0]]
    """
    found: dict[tuple[str, str], list[int]] = {}
    for it in find(text):
        if it.source is not None and it.source.lower_ not in SELF | NOBODY | {"you"}:
            lemma, counts = (
                it.cue.lemma_.lower(),
                found.setdefault((text.voice_at(it.cue.idx), source(text, it)), [0] * 4),
            )
            kinds = (lemma in WORDS["endorsing"], lemma in WORDS["distancing"])
            counts[:] = map(sum, zip(counts, (1, *kinds, not any(kinds)), strict=True))
    counts = "reports endorsing distancing neutral"
    table = frame([(*key, *counted) for key, counted in found.items()], f"voice source {counts}", counts)
    return table.sort_values("reports", ascending=False, kind="stable", ignore_index=True)


def find(text) -> list[Report]:
    """The reports of a text, in the order of what is reported; found once a text."""
    return text.remember("reports", lambda: _find(text))


def _find(text) -> list[Report]:
    found = {}
    for token in text.doc:
        for report in (*_said(token), *_told(token), *_branded(token), *_noun(token), *_according(token)):
            empty = report.start >= report.end or text.doc[report.start].lower_ in WH
            empty |= report.source is not None and report.source.lower_ == "that"  # "That said, …"
            if not empty and not _is_direct(text, report):
                found.setdefault((report.start, report.end), report)
    found = sorted(found.values(), key=lambda report: report[:2])

    def added(start: int, end: int) -> Report:  # who says so, the reader says too
        words = text.parsed(start, end)
        return Report(words.start, words.end, words.root, words.root, False)

    return corrections.rows(text, "reports", found, added, lambda it: offsets(text.doc, it[:2]))


def _is_direct(text, report: Report) -> bool:
    """Is it quoted word for word?"""
    passage = text.passage_at(text.doc[report.start].idx)
    return text.passages[passage].kind == "quote" and text.passage_at(report.cue.idx) != passage


def around(text, token: Token) -> list[Report]:
    """The reports inside which a word stands, the innermost first."""

    def by_sentence() -> dict[int, list[Report]]:
        return {start: [*own] for start, own in groupby(find(text), lambda report: report.cue.sent.start)}

    told = text.remember("reports.by_sentence", by_sentence).get(token.sent.start, ())
    return sorted((it for it in told if it.start <= token.i < it.end), key=lambda it: it.end - it.start)


def holder(text, token: Token) -> str:
    """Whose claim a word is: the innermost source of reported speech, else the voice."""
    inner = around(text, token)
    return source(text, inner[0]) if inner else text.voice_at(token.idx)


def antecedents(text) -> dict[int, Token]:
    """What each pronoun stands for where it is plain, by its place in ``text.doc``; a voice means what it has named."""

    def find_all() -> dict[int, Token]:
        named = (it for it in mentions(text) if it.kind not in ("person", "in-group"))
        things = {token.i for it in named for token in text.parsed(it.start, it.end)}  # nobody who is "he" or "she"
        found = clauses.antecedents(text.doc, things).items()
        return {i: noun for i, noun in found if text.voice_at(text.doc[i].idx) == text.voice_at(noun.idx)}

    return text.remember("antecedents", find_all)


def source(text, report: Report) -> str:
    """Who says so, by the fullest name that the text has; "unknown" where nobody is named."""
    if by_hand := corrections.said(text, "reports", offsets(text.doc, report[:2])).get("source"):
        return by_hand
    if report.source is None:
        return "unknown"
    token = antecedents(text).get(report.source.i, report.source)
    if token.lower_ in SELF | NOBODY:  # "nobody says": the voice denies it
        return text.voice_at(token.idx)
    start, end = offsets(text.doc, phrase(token))
    name = " ".join(text.raw[start:end].split()).removesuffix("'s").removesuffix("’s")
    if not text.passages:
        return name
    voice = text.attribution.source(token)[0]
    return voice if voice != "unknown" else name


def _said(verb: Token) -> Iterator[Report]:
    """The clause of a verb of saying; what stands beside "as X said"."""
    if verb.lemma_ not in WORDS["saying"] or verb.pos_ not in VERBAL or _performs(verb):
        return
    contents = _contents(verb)
    if not contents and _is_aside(verb):
        yield Report(*_rest(verb.head, verb), agent(verb), verb, _denies(verb))
    yield from (_report(verb, one) for one in contents)


def _contents(verb: Token) -> list[Token]:
    """The verbs of the clauses that a verb of saying takes: "say that it won, that it will stay"."""
    first, *others = [one for one in verb.children if one.dep_ == "ccomp"] or [verb]
    if first == verb or _has_object(verb, first):
        return []
    return [first, *(one for one in others if child(one, "mark"))]


def _has_object(verb: Token, content: Token) -> bool:
    """Is what looks like its clause another's: of "make" all but "X made it clear that", and that of "It rained; X
    threatened us"?"""
    if verb.lemma_ == "make":
        return child(verb, "oprd", "acomp", "amod", "dobj") is None
    return content.i < verb.i and child(verb, "dobj") is not None


def _is_aside(verb: Token) -> bool:
    """Does it say of the clause around it who says so: "As X said, …", "…, X said, …"?"""
    if verb.dep_ == "parataxis":
        return child(verb, "dobj") is None and getattr(subject(verb), "lower_", "") != "that"  # "That said, …"
    return verb.dep_ == "advcl" and any(one.lower_ == "as" for one in verb.lefts)


def _performs(verb: Token) -> bool:
    """Is the saying done by these very words, as in "I say that …", "we urge you to …"?"""
    own = subject(verb)
    tenses = {verb.tag_, *(one.tag_ for one in verb.children if one.dep_ == "aux")}
    return own is not None and own.lower_ in ("i", "we") and tenses.isdisjoint(("VBD", "VBN"))


def _told(verb: Token) -> Iterator[Report]:
    """What somebody is asked to do, vows to do, or is accused of."""
    if verb.lemma_ in WORDS["directing"] and verb.pos_ == "VERB" and not _performs(verb):
        content = child(verb, "xcomp", "ccomp") or _charge(verb)
        if content is not None and content.pos_ in VERBAL and content.i > verb.i:
            yield _report(verb, content)


def _branded(verb: Token) -> Iterator[Report]:
    """Whom somebody calls a danger: "X branded Y a threat to the country"."""
    named = [one for one in verb.rights if one.dep_ in ("dobj", "dative", "oprd", "attr")]
    if (
        verb.lemma_ in WORDS["naming"]
        and len(named) == 2
        and named[1].lemma_ in WORDS["danger"]
        and not _performs(verb)
    ):
        yield Report(named[0].left_edge.i, named[1].right_edge.i + 1, agent(verb), verb, _denies(verb))


def _charge(verb: Token) -> Token | None:
    """What somebody is accused of doing: "accused X of lying"."""
    prep = next((one for one in verb.rights if one.dep_ == "prep" and one.lower_ in ("of", "with", "for")), None)
    return prep and child(prep, "pcomp")


def _report(verb: Token, content: Token) -> Report:
    start, end = clause(content)
    return Report(start, end, agent(verb), verb, _denies(verb))


def _denies(verb: Token) -> bool:
    """Is it reported as not so: "X denied that", "nobody said that", but not "nobody denied that"?"""
    own = agent(verb)
    words = () if own is None else (own, *own.lefts)
    nobody = any(one.lower_ in ("no", "nobody", "none", "nothing") for one in words)
    return (nobody or child(verb, "neg") is not None) != (verb.lemma_ in WORDS["denying"])


def _noun(noun: Token) -> Iterator[Report]:
    """The clause of a noun of saying: "the minister's claim that …"."""
    content = child(noun, "acl", "ccomp", "relcl") if noun.lemma_ in WORDS["nouns"] and noun.pos_ == "NOUN" else None
    if content is not None and any(one.lower_ == "that" and one.dep_ == "mark" for one in content.lefts):
        own = child(noun, "poss") or after(noun, "by", "of", "from")
        yield Report(*clause(content), own, noun, _is_denial(noun))


def _is_denial(noun: Token) -> bool:
    """Does it say that something is not so: "the denial that", "rejected claims that"?"""
    return noun.lemma_ == "denial" or (noun.dep_ == "dobj" and noun.head.lemma_ in WORDS["denying"])


def _according(token: Token) -> Iterator[Report]:
    """The rest of the clause around "according to X"."""
    if token.lower_ == "according" and token.head != token:
        own = child(child(token, "prep") or token, "pobj")
        if own is not None:
            yield Report(*_rest(token.head, token), own, token, False)


def _rest(content: Token, aside: Token) -> tuple[int, int]:
    """A clause without what is said aside at its beginning or end, and the marks there."""
    start, end = clause(content)
    if aside.left_edge.i <= start + 1:
        start = aside.right_edge.i + 1
    elif aside.right_edge.i + 1 >= end:
        end = aside.left_edge.i
    return trimmed(content.doc, start, end)
