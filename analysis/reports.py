"""Reported speech: whose claim a clause is, when somebody tells what somebody else says.

Content and source come from the parse: "X said that …", "…, X said", "according to X, …", "as X put it, …", "X urged Y
to …", "X accused Y of …", "X's claim that …". Reports stand inside reports; each has its row.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from spacy.tokens import Token

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
    open (neutral: "said"). The kinds are those of Thompson & Ye (1991): factive, counter-factive, non-factive.

    >>> from .text import Text
    >>> believed(Text("Iran claims that it won. Iraq said that it lost."))[["source", "distancing"]].values.tolist()
    [['Iran', 1], ['Iraq', 0]]
    """
    rows = []
    for it in find(text):
        if it.source is not None and it.source.lower_ not in SELF | NOBODY | {"you"}:
            lemma = it.cue.lemma_.lower()
            kinds = (lemma in WORDS["endorsing"], lemma in WORDS["distancing"])
            rows.append((text.voice_at(it.cue.idx), source(text, it), 1, *kinds, not any(kinds)))
    counts = "reports endorsing distancing neutral"
    found = frame(rows, f"voice source {counts}", counts).groupby(["voice", "source"], sort=False, as_index=False).sum()
    return found.sort_values("reports", ascending=False, kind="stable", ignore_index=True)


def find(text) -> list[Report]:
    """The reports of a text, in the order of what is reported; found once a text."""
    return text.remember("reports", lambda: _find(text))


def _find(text) -> list[Report]:
    found = {}
    for cue in text.doc:
        (start, end), source = _told(cue)
        # no question, and nothing quoted word for word
        if start < end and text.doc[start].lower_ not in WH:
            passage = text.passage_at(text.doc[start].idx)
            if text.passages[passage].kind != "quote" or text.passage_at(cue.idx) == passage:
                found.setdefault((start, end), Report(start, end, source, cue, _denies(cue, source)))
    return sorted(found.values(), key=lambda report: report[:2])


def source(text, report: Report) -> str:
    """Who says so, by the fullest name that the text has; "unknown" where nobody is named."""
    token = report.source
    if token is None:
        return "unknown"
    if token.lower_ in SELF | NOBODY:  # "nobody says": the voice denies it
        return text.voice_at(token.idx)
    voice = text.attribution.source(token)[0]
    start, end = offsets(text.doc, phrase(token))
    words = " ".join(text.raw[start:end].split()).removesuffix("'s").removesuffix("’s")
    return voice if voice != "unknown" else words


def _told(cue: Token) -> tuple[tuple[int, int], Token | None]:
    """What a word reports, as a stretch of tokens, and who says so; (0, 0) by a word that reports nothing."""
    lemma, content = cue.lemma_, None
    if cue.lower_ == "according" and cue.head != cue:
        own = child(child(cue, "prep") or cue, "pobj")
        return _rest(cue.head, cue) if own else (0, 0), own
    if cue.pos_ == "NOUN" and lemma in WORDS["nouns"]:  # "the minister's claim that …"
        content = child(cue, "acl", "ccomp", "relcl")
        that = content and any(one.lower_ == "that" and one.dep_ == "mark" for one in content.lefts)
        return clause(content) if that else (0, 0), child(cue, "poss") or after(cue, "by", "of", "from")
    if cue.pos_ in VERBAL and not _performs(cue):
        clear = lemma == "make" and child(cue, "oprd", "acomp", "amod", "dobj")  # "X made it clear that …"
        if clear or lemma in WORDS["saying"]:
            content = child(cue, "ccomp")
        if content is None and lemma in WORDS["directing"]:  # "urged X to …", "accused X of lying"
            charge = (child(one, "pcomp") for one in cue.rights if one.lower_ in ("of", "with", "for"))
            content = child(cue, "xcomp", "ccomp") or next(charge, None)
            content = content if content is not None and content.pos_ in VERBAL else None
        as_said = cue.dep_ == "advcl" and any(one.lower_ == "as" for one in cue.lefts)
        if content is None and lemma in WORDS["saying"] and (cue.dep_ == "parataxis" or as_said):
            return _rest(cue.head, cue), agent(cue)
    return clause(content) if content else (0, 0), agent(cue) if content else None


def _performs(verb: Token) -> bool:
    """Is the saying done by these very words, as in "I say that …", "we urge you to …"?"""
    own = subject(verb)
    tenses = {verb.tag_, *(one.tag_ for one in verb.children if one.dep_ == "aux")}
    return own is not None and own.lower_ in ("i", "we") and tenses.isdisjoint(("VBD", "VBN"))


def _denies(cue: Token, source: Token | None) -> bool:
    """Is it reported as not so: "X denied that", "nobody said that", "the denial that"; not "nobody denied that"?"""
    if cue.pos_ == "NOUN":
        return cue.lemma_ == "denial" or (cue.dep_ == "dobj" and cue.head.lemma_ in WORDS["denying"])
    nobody = source is not None and any(one.lower_ in NOBODY for one in (source, *source.lefts))
    return (nobody or child(cue, "neg") is not None) != (cue.lemma_ in WORDS["denying"])


def _rest(content: Token, aside: Token) -> tuple[int, int]:
    """A clause without what is said aside at its beginning or end, and the marks there."""
    start, end = clause(content)
    if aside.left_edge.i <= start + 1:
        start = aside.right_edge.i + 1
    elif aside.right_edge.i + 1 >= end:
        end = aside.left_edge.i
    return trimmed(content.doc, start, end)
