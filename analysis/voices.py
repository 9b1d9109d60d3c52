"""Voices: who is speaking where, and why we think so.

A quotation is found by its marks, in every common style, and given to whoever is said to say it (attribution.py).
Interviews and transcripts are recognised by labels, bold print, or paragraphs that are questions.
"""

import re
from typing import NamedTuple

from . import turns
from .reports import reports

_QUOTATION = re.compile(
    r"""["“”„«»‘'`] (?<![^\W_].) (?:  # no mark in a word: it's, 6'3"
        (?<=")(?:[^"“”]|“[^"“”]*+”)*+(?:["“”]|\Z)
      | (?:(?<=“)|(?<=”)(?=\w))[^"”]*+(?:["”]|\Z)
      | (?<=„)[^"“”]*+(?:["“”]|\Z)
      | (?<=«)[^»]*+(?:»|\Z)
      | (?<=»)[^«]*+(?:«|\Z)
      | (?:(?<=‘)(?:[^‘\n]{1,1500}?[,.!?…]’|[^‘\n]{1,1500}?\w’)
        |(?<=`)(?=\w)(?:[^`\n]|(?<=\w)`(?=\w)){1,1500}`
        |(?<=')(?=\w)(?:[^'\n]|(?<=\w)'(?=\w)){1,1500}'
        |(?<=`)`(?=\w)[^`\n]{1,1500}?(?:''|’’))(?!\w))""",
    re.VERBOSE,
)
_REST = re.compile('[^"“”„«»]*+”')


__all__ = ["Passage", "passages", "quotations", "reports"]


class Passage(NamedTuple):
    """A stretch of text with one voice; `because` holds the offsets of the cue ("said") and of the names behind it."""

    start: int
    end: int
    kind: str
    voice: str
    paragraph: int
    because: tuple[tuple[int, int], ...] = ()


def quotations(raw, paragraphs):
    """Paragraph -> [(start, end)] of its quotations, whatever the marks.

    Straight marks pair by turns. A quotation that runs over paragraphs ends with each and begins again with the next,
    with or without a mark. A nickname (Marcia “Cia” Price), inches (6'3") and apostrophes are not quotations.

    >>> raw = "„Nein“, «non», ‘no,’ she said. It`s 6'3\\" and \\"no\\"."
    >>> [raw[start:end] for start, end in quotations(raw, [(0, len(raw))])[0]]
    ['„Nein“', '«non»', '‘no,’', '"no"']
    """
    found, opened = {}, -9
    for i, (start, end) in enumerate(paragraphs):
        rest = _REST.match(raw, start, end) if i - opened < 6 else None  # of a quotation a few paragraphs before
        if rest:
            found |= {k: [paragraphs[k]] for k in range(opened + 1, i)}
        spans = [rest.span()] if rest else []
        spans += [match.span() for match in _QUOTATION.finditer(raw, rest.end() if rest else start, end)]
        following = paragraphs[i + 1][0] if i + 1 < len(paragraphs) else start
        if not spans and raw[start] in "‘`" and raw[following] == raw[start] and following > start:
            spans = [(start, end)]
        if spans := [(opening, closing) for opening, closing in spans if closing - opening > 3]:
            found[i] = spans
            opened = i if spans[-1][1] == end and raw[end - 1] not in '"”»' else -9
    return found


def passages(attribution):
    """The [Passage] of an Attribution's text: contiguous, in order, white space trimmed; they cover every paragraph.

    `kind` is headline, narration, question, answer or quote; `voice` the speaker's fullest name in the text, or
    "narrator", "interviewer", "unknown". A label ("Q:", "NOVAK:") is part of the turn that it opens. The words of a
    speech are the speaker's narration.
    """
    rows, pending, raw, paragraphs = [], [], attribution.raw, attribution.paragraphs
    attribution.begin()
    quoted = quotations(raw, paragraphs)
    titled = bool(paragraphs) and _is_headline(raw, paragraphs)
    own = turns.turns(attribution, paragraphs, quoted, titled)
    for i, (start, end) in enumerate(paragraphs):
        kind, voice, why = "headline" if titled and not i else "narration", "narrator", ()
        if i in own:
            kind, voice, _, why = own[i]
        at, spans = start, quoted.get(i, ())
        for n, (opening, closing) in enumerate(spans):
            following = spans[n + 1][0] if n + 1 < len(spans) else end
            found = attribution.attribute(start, at, opening, closing, following)
            new = found and found is not attribution.last and found[1] and found[0] not in ("narrator", voice)
            if not found or (i in own and not new):
                continue  # in a turn, a quotation needs a speaker of its own
            if opening > start:
                pending = []
                _add(rows, raw, at, opening, kind, voice, i, why)
            if found is not attribution.last:
                for row in pending:  # the speaker is named where the quotation ends
                    rows[row] = rows[row]._replace(voice=found[0], because=found[1])
                pending = []
            pending.append(len(rows))
            rows.append(Passage(opening, closing, kind if kind == "headline" else "quote", found[0], i, found[1]))
            attribution.last, attribution.since, at = found, closing, closing
            if closing < end or raw[end - 1] in "\"”»“’`'":
                pending = []
        _add(rows, raw, at, end, kind, voice, i, why)
    return rows


def _add(rows, raw, start, end, kind, voice, paragraph, why):
    """A passage without the white space around it; the full stop after a quotation is no passage of its own."""
    text = raw[start:end]
    start, end = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
    if rows and end - start < 4 and rows[-1].paragraph == paragraph and not any(map(str.isalnum, raw[start:end])):
        rows[-1] = rows[-1]._replace(end=max(end, rows[-1].end))
    elif start < end:
        rows.append(Passage(start, end, kind, voice, paragraph, why))


def _is_headline(raw, paragraphs):
    """Is the first paragraph a title: short with no full stop, or Written Mostly in Capitals?"""
    start, end = paragraphs[0]
    words = raw[start : min(end, start + 250)].split()
    if len(paragraphs) < 2 or len(words) > 25:
        return False
    if raw[end - 1] not in '.!?,;:"”’»*>':
        return True
    long = [word for word in words if len(word) > 3]
    return (len(words) > 3 and sum(word[0].isupper() for word in long) > 0.6 * len(long)) or ": “" in raw[start:end]
