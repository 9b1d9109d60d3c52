"""Reported speech: whose claim a clause is, when somebody tells what somebody else says.

Content and source come from the parse: "X said that …", "…, X said", "according to X, …", "as X put it, …", "X urged Y
to …", "X accused Y of …", "X's claim that …". Reports stand inside reports; each has its row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import pandas as pd
from spacy.tokens import Token

from . import clauses, corrections
from .actors import mentions
from .clauses import (
    NOBODY,
    SUBJECTS,
    VERBAL,
    WORDS,
    after,
    agent,
    child,
    clause,
    is_nobody,
    offsets,
    phrase,
    subject,
    trimmed,
)
from .codebook import frame, once
from .names import GENDERS

WH = frozenset("who whom whose what which why how when where".split())
SELF = frozenset("i we me us".split())
ANYBODY = frozenset("you anyone anybody everyone everybody".split())  # "as anyone can testify"


class Report(NamedTuple):
    """What is reported, as tokens; who says so, if anybody is named; the word that tells of it; is it denied?"""

    start: int
    end: int
    source: Token | None
    cue: Token
    denied: bool


def reports(text) -> pd.DataFrame:
    """A row a stretch of reported speech: start, end (of what is reported), source, denied, because (offsets of who
    says so).

    ``source`` is the fullest name that the text has for whoever is said to say it; where nobody is named there is no
    row. ``denied``: the source is told to deny it, or not to have said it. What is quoted word for word is direct
    speech: it has a voice of its own and is none of these.

    >>> from .text import Text
    >>> text = Text("The minister said that Iran will attack.")
    >>> [(row.source, text.raw[row.start : row.end]) for row in reports(text).itertuples()]
    [('the minister', 'Iran will attack')]
    """
    rows = []
    for it in find(text):
        if it.source is not None and it.source.lower_ not in ANYBODY:
            said = offsets(text.doc, phrase(it.source)), (it.cue.idx, it.cue.idx + len(it.cue))
            denied = it.denied or any(outer.denied for outer in around(text, it.cue))  # "denied reports that X said"
            rows.append((*offsets(text.doc, (it.start, it.end)), source(text, it), denied, said))
    return frame(rows, "start end source denied because", "start end", "", "denied")


def believed(text) -> pd.DataFrame:
    """Who is believed: a row a voice and a source that it reports, those with most reports first.

    Columns: voice, source, reports (count), and how many of them the voice introduces by a word that takes what is said
    for true (endorsing: "showed", "admitted"), keeps it at a distance (distancing: "claimed", "alleged"), or leaves it
    open (neutral: "said"). Martin & White (2005) call the three endorse, distance and acknowledge.

    >>> from .text import Text
    >>> believed(Text("Iran claims that it won. Iraq said that it lost."))[["source", "distancing"]].values.tolist()
    [['Iran', 1], ['Iraq', 0]]
    """
    found: dict[tuple[str, str], Counter] = {}
    for it in find(text):
        if it.source is not None and it.source.lower_ not in SELF | NOBODY | ANYBODY:
            lemma, held = it.cue.lemma_.lower(), (text.voice_at(it.cue.idx), source(text, it))
            kind = next((kind for kind in ("endorsing", "distancing") if lemma in WORDS[kind]), "neutral")
            found.setdefault(held, Counter()).update(("reports", kind))
    counts = "reports endorsing distancing neutral"
    rows = [(*held, *(counted[kind] for kind in counts.split())) for held, counted in found.items()]
    table = frame(rows, f"voice source {counts}", counts)
    return table.sort_values("reports", ascending=False, kind="stable", ignore_index=True)


@once
def find(text) -> list[Report]:
    """The reports of a text, in the order of what is reported."""
    found = {}
    for cue in text.doc:
        for (start, end), source in (*_verb(cue), *_branded(cue), *_noun(cue), *_according(cue)):
            asks = start < end and text.doc[start].lower_ in WH
            points = source is not None and source.lower_ == "that"  # "That said, …"
            source = None if source is not None and source.lower_ in WH else source  # "Who can say that"
            if start < end and not (asks or points or _is_direct(text, start, cue)):
                found.setdefault((start, end), Report(start, end, source, cue, _denies(cue, source)))
    found = sorted(found.values(), key=lambda report: report[:2])

    def added(start: int, end: int) -> Report:  # who says so, the reader says too
        words = text.parsed(start, end)
        return Report(words.start, words.end, words.root, words.root, False)

    return corrections.rows(text, "reports", found, added, lambda it: offsets(text.doc, it[:2]))


def _is_direct(text, start: int, cue: Token) -> bool:
    """Is it quoted word for word what begins there?"""
    passage = text.passage_at(text.doc[start].idx)
    return text.passages[passage].kind == "quote" and text.passage_at(cue.idx) != passage


@once
def _by_sentence(text) -> dict[int, list[Report]]:
    return {start: [*own] for start, own in groupby(find(text), lambda report: report.cue.sent.start)}


def around(text, token: Token) -> list[Report]:
    """The reports inside which a word stands, the innermost first."""
    told = _by_sentence(text).get(token.sent.start, ())
    return sorted((it for it in told if it.start <= token.i < it.end), key=lambda it: it.end - it.start)


def holder(text, token: Token) -> str:
    """Whose claim a word is: the innermost source of reported speech, else the voice."""
    inner = around(text, token)
    return source(text, inner[0]) if inner else text.voice_at(token.idx)


@once
def antecedents(text) -> dict[int, Token]:
    """What each pronoun stands for where it is plain, by its place in ``text.doc``; a voice means what it has named."""
    named = (it for it in mentions(text) if it.kind not in ("person", "in-group"))
    things = {token.i for it in named for token in text.parsed(it.start, it.end)}  # nobody who is "he" or "she"
    found = clauses.antecedents(text.doc, things).items()
    found = ((text.doc[i], noun) for i, noun in found)
    found = ((it, noun) for it, noun in found if text.voice_at(it.idx) == text.voice_at(noun.idx))
    return {it.i: noun for it, noun in found if text.attribution.names.may_be(noun.text, GENDERS.get(it.lower_))}


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


Told = Iterator[tuple[tuple[int, int], Token | None]]  # what a word reports, as tokens, and who says so


def _according(cue: Token) -> Told:
    """The rest of the clause around "according to X", or "in the words of X"."""
    quotes = cue.lower_ == "words" and cue.head.lower_ == "in"
    own = after(cue, "of") or child(cue, "poss") if quotes else after(cue, "to") if cue.lower_ == "according" else None
    aside = cue.head if quotes else cue
    if own is not None and aside.head != aside:
        yield _rest(aside.head, aside), own


def _noun(cue: Token) -> Told:
    """The clause of a noun of saying: "the minister's claim that …"."""
    content = child(cue, "acl", "ccomp", "relcl") if cue.lemma_ in WORDS["nouns"] and cue.pos_ == "NOUN" else None
    if content is not None and any(one.lower_ == "that" and one.dep_ == "mark" for one in content.lefts):
        yield clause(content), child(cue, "poss") or after(cue, "by", "of", "from")


def _verb(cue: Token) -> Told:
    """The clauses of a verb of saying, or what it is said aside of; what somebody is told to do."""
    if cue.pos_ in VERBAL and not (_performs(cue) or _is_to_come(cue)):
        contents = _contents(cue)
        told = [_rest(cue.head, cue)] if not contents and _is_aside(cue) else map(clause, [*contents, *_charge(cue)])
        yield from ((span, _sayer(cue)) for span in told)


def _is_to_come(verb: Token) -> bool:
    """Has nobody said it yet: "X will say that", "we asked X to confirm that", "if X says that"?"""
    helpers = {one.lower_ for one in verb.children if one.dep_ == "aux"}
    asked = "to" in helpers and verb.dep_ in ("xcomp", "ccomp", "advcl") and verb.head.lemma_ in WORDS["directing"]
    supposed = any(one.lower_ == "if" for one in verb.lefts)
    return asked or supposed or not helpers.isdisjoint(("will", "shall", "'ll"))


def _sayer(verb: Token) -> Token | None:
    """Its agent; nobody in "it is wrong to conclude that"."""
    own = agent(verb)
    return None if own is not None and own.lower_ == "it" and own.head != verb else own


def _branded(cue: Token) -> Told:
    """Whom somebody calls a danger: "X branded Y a threat to the country"."""
    named = [one for one in cue.rights if one.dep_ in ("dobj", "dative", "oprd", "attr")]
    danger = cue.lemma_ in WORDS["naming"] and len(named) == 2 and named[1].lemma_ in WORDS["danger"]
    if danger and not _performs(cue):
        yield (named[0].left_edge.i, named[1].right_edge.i + 1), agent(cue)


def _contents(verb: Token) -> list[Token]:
    """The verbs of the clauses that a verb of saying takes: "say that it won, that it will stay"."""
    first, *others = [one for one in verb.children if one.dep_ == "ccomp"] or [verb]
    found_so = verb.lemma_ == "find" and first.pos_ == "ADJ"  # "found him guilty"
    if verb.lemma_ not in WORDS["saying"] or first == verb or found_so or _has_object(verb, first):
        return []
    return [first, *(one for one in others if child(one, "mark"))]


def _has_object(verb: Token, content: Token) -> bool:
    """Is what looks like its clause another's: of "make" all but "X made it clear that", and that of "It rained; X
    threatened us"?"""
    if verb.lemma_ == "make":
        return child(verb, "oprd", "acomp", "amod", "dobj") is None
    apart = any(one.text == ";" for one in verb.doc[content.i : verb.i])
    return content.i < verb.i and (apart or child(verb, "dobj") is not None)


def _is_aside(verb: Token) -> bool:
    """Does it say of the clause around it who says so: "As X said, …", "…, X said, …"?"""
    as_said = verb.dep_ == "advcl" and any(one.lower_ == "as" for one in verb.lefts)
    apart = verb.dep_ == "parataxis" and child(verb, "dobj") is None and child(verb, *SUBJECTS) is not None
    return verb.lemma_ in WORDS["saying"] and (as_said or apart)


def _performs(verb: Token) -> bool:
    """Is the saying done by these very words, as in "I say that …", "we urge you to …"?"""
    own = subject(verb)
    tenses = {verb.tag_, *(one.tag_ for one in verb.children if one.dep_ == "aux")}
    return own is not None and own.lower_ in ("i", "we") and tenses.isdisjoint(("VBD", "VBN"))


def _charge(verb: Token) -> Iterator[Token]:
    """What somebody is asked to do, vows to do, or is accused of: "urged X to go", "accused X of lying"."""
    if verb.lemma_ in WORDS["directing"] and not (verb.lemma_ == "threaten" and _is_thing(subject(verb))):
        charge = (child(one, "pcomp") for one in verb.rights if one.lower_ in ("of", "with", "for"))
        content = child(verb, "xcomp", "ccomp") or next(charge, None)
        if content is not None and content.pos_ in VERBAL and content.i > verb.i:
            yield content


def _is_thing(noun: Token | None) -> bool:
    """Can it say nothing: "the penalty threatens to ruin them"?"""
    return noun is not None and noun.pos_ == "NOUN" and noun.lemma_.lower() not in WORDS["people"]


def _denies(cue: Token, source: Token | None) -> bool:
    """Is it reported as not so: "X denied that", "nobody said that", "the denial that"; not "nobody denied that"?"""
    if cue.pos_ == "NOUN":
        return cue.lemma_ == "denial" or (cue.dep_ == "dobj" and cue.head.lemma_ in WORDS["denying"])
    negated = is_nobody(source) or child(cue, "neg") is not None
    return negated != (cue.lemma_ in WORDS["denying"])


def _rest(content: Token, aside: Token) -> tuple[int, int]:
    """A clause without what is said aside at its beginning or end, and the marks there."""
    start, end = clause(content)
    more = (one for one in content.rights if one.dep_ == "conj" and one.i > aside.i and child(one, *SUBJECTS))
    if (joined := next(more, None)) is not None:  # "It has sunk, according to X, and it will not rise again"
        end = joined.left_edge.i
        start, end = trimmed(content.doc, start, end - (content.doc[end - 1].dep_ == "cc"))
    if aside.left_edge.i <= start + 1:
        start = aside.right_edge.i + 1
    elif aside.right_edge.i + 1 >= end:
        end = aside.left_edge.i
    return trimmed(content.doc, start, end)
