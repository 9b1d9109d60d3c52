"""Voices: who is speaking where, and why we think so.

`passages` divides a text into contiguous stretches, each with one voice; a first, plain version.
"""

import re
from typing import NamedTuple

VERBS = frozenset(
    """said says say saying told tells asked asks added adds noted notes stated states wrote writes argued argues
    warned warns explained explains continued continues replied replies insisted insists claimed claims declared
    declares announced according concluded remarked observed tweeted called calls described suggested commented""".split()
)


class Passage(NamedTuple):
    """A stretch of text with one voice; `because` holds the offsets of the cue ("said") and of the name behind it."""

    start: int
    end: int
    kind: str
    voice: str
    paragraph: int
    because: tuple[tuple[int, int], ...]


_QUOTE = re.compile(r"[“«„]([^“”«»„]*)[”»]|[“«„][^“”«»„]*\Z|\"([^\"]*)(?:\"|\Z)")
_NAME = re.compile(r"[A-Z][\w-]*(?:'[a-z]+)?\.?(?: (?:(?:of|the|de|van|von|al) )*[A-Z][\w-]*)*")
_WORD = re.compile(r"[^\W\d_]+")
_PRONOUN = {"he", "she", "they", "it", "his", "her", "their", "expert", "analyst", "minister", "senator", "president"}


def _attribution(raw, start, end):
    """The speech verb in raw[start:end], and the name or pronoun nearest to it."""
    verb = next((m for m in _WORD.finditer(raw, start, end) if m[0].lower() in VERBS), None)
    if not verb:
        return None
    names = [m for m in _NAME.finditer(raw, start, end) if m[0].lower() not in _PRONOUN and m[0] != "The"]
    before = [m for m in names if m.end() <= verb.start()]
    after = [m for m in names if m.start() >= verb.end()]
    name = before[-1] if before else after[0] if after and verb.start() - start < 3 else None
    return verb.span(), name and name.span()


def passages(raw, folded, paragraphs, speakers=()):
    """Contiguous, ordered passages that cover the text of every paragraph (a list of (start, end))."""
    known = list(speakers)
    rows, last, running = [], None, False

    def full(name):
        return next((k for k in known if name == k or k.endswith(" " + name)), None)

    questions = {
        i for i, (start, end) in enumerate(paragraphs) if i and raw[start:end].rstrip().endswith("?") and end - start < 200
        and not _QUOTE.search(raw, start, end)
    }
    questions = questions if len(questions) > 1 else set()
    answering = False
    for i, (start, end) in enumerate(paragraphs):
        headline = i == 0 and len(paragraphs) > 1 and end - start < 160
        quotes = [m for m in _QUOTE.finditer(raw, start, end)]
        for name in _NAME.finditer(raw, start, end):
            if " " in name[0] and not full(name[0].split()[-1]):
                known.append(name[0])
        if i in questions:
            answering = True
            rows.append(Passage(start, end, "question", "interviewer", i, ()))
            continue
        if answering:
            rows.append(Passage(start, end, "answer", last or "unknown", i, ()))
            continue
        at = start
        for n, quote in enumerate(quotes):
            stop = quotes[n + 1].start() if n + 1 < len(quotes) else end
            sentence = re.compile(r"[.!?](?=\s|$)").search(raw, quote.end(), stop)
            why = _attribution(raw, quote.end(), sentence.end() if sentence else stop) or _attribution(raw, at, quote.start())
            if not why and not headline and quote.start() > start and n == 0:
                continue
            if why and why[1]:
                name = raw[slice(*why[1])]
                last = full(name) or full(name.split()[-1]) or name
            elif headline and (m := _NAME.match(raw, start, quote.start())):
                last, why = m[0], ((m.end(), m.end() + 1), m.span())
            elif not why and quote.start() > start and len(quote[0].split()) < 5:
                continue
            if at < quote.start():
                rows.append(Passage(at, quote.start(), "headline" if headline else "narration", "narrator", i, ()))
            because = tuple(span for span in why if span) if why else ()
            rows.append(
                Passage(*quote.span(), "headline" if headline else "quote", last or "unknown", i, because)
            )
            at = quote.end()
        if at < end:
            rows.append(Passage(at, end, "headline" if headline else "narration", "narrator", i, ()))
    return [trimmed for row in rows if (trimmed := _trim(raw, row))]


def _trim(raw, row):
    text = raw[row.start : row.end]
    start = row.start + len(text) - len(text.lstrip())
    end = row.start + len(text.rstrip())
    return row._replace(start=start, end=end) if start < end else None
