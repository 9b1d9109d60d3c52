"""Voices: who is speaking where, and why we think so.

A quotation is found by its marks, in every common style, and given to whoever is said to say it (attribution.py).
Interviews and transcripts are recognised by labels, bold print, or paragraphs that are questions.
"""

import re
from collections import Counter
from typing import NamedTuple

from .attribution import CAPITAL, INTERVIEW, WORDS, Attribution, Clause, because

_DOUBLE = re.compile('["“”„«»]')
_SINGLE = re.compile(  # the lookbehind comes second, so that the pattern is looked for by its first character
    r"(?:‘(?<!\w‘)(?:[^‘\n]{1,1500}?[,.!?…]’|[^‘\n]{1,1500}?\w’)|`(?<!\w`)(?=\w)(?:[^`\n]|(?<=\w)`(?=\w)){1,1500}`"
    r"|'(?<!\w')(?=\w)(?:[^'\n]|(?<=\w)'(?=\w)){1,1500}')(?!\w)"
)
_FIRST_PERSON = re.compile(r"(?i:\b(?:i|we|my|our|me|us)\b)")
_LABEL = re.compile(
    rf"(?:\*\*|__)?({CAPITAL}[\w.'’-]*(?: (?:(?:de|van|von|of|the|al) )?{CAPITAL}[\w.'’-]*){{0,4}})(?: \([^)\n]*\))?"
    r":(?:\*\*|__)?(?=\s|$)"
)


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
    found, paragraph, i, end, opening, carried = {}, iter(enumerate(paragraphs)), -1, -1, None, -9
    for mark in _DOUBLE.finditer(raw):
        at = mark.start()
        if at >= end:
            if opening is not None:
                found.setdefault(i, []).append((opening, end))
                carried, opening = i, None
            while at >= end:
                i, (start, end) = next(paragraph)
            nested = 0
        sign = raw[at]
        if opening is None:
            if sign == "”" and not raw[at + 1 : at + 2].isalnum():
                if i not in found and 0 < i - carried < 6 and carried == max(found):
                    found.update((k, [paragraphs[k]]) for k in range(carried + 1, i))
                    found[i] = [(start, at + 1)]
            elif at == start or not raw[at - 1].isalnum():
                opening = at
        elif sign == "“" and raw[opening] == '"':
            nested += 1
        elif sign == "”" and nested:
            nested -= 1
        elif sign != "“" or raw[opening] == "„":
            if at - opening > 20 or (at - opening > 2 and not _is_nickname(raw, opening, at + 1)):
                found.setdefault(i, []).append((opening, at + 1))
            opening = None
    if opening is not None:
        found.setdefault(i, []).append((opening, end))
    if "‘" in raw or "`" in raw or " '" in raw or "\n'" in raw or raw[:1] == "'":
        single = next(singles := _SINGLE.finditer(raw), None)
        for i, (start, end) in enumerate(paragraphs):
            spans = []
            while single and single.start() < end:
                spans += [single.span()] if start <= single.start() and single.end() <= end else []
                single = next(singles, None)
            if spans:  # those outside other quotations
                spans, at, found[i] = sorted(spans + found.get(i, [])), -1, []
                for span in spans:
                    if span[0] >= at:
                        found[i].append(span)
                        at = span[1]
    return found


def _is_nickname(raw, start, end):
    return (
        raw[max(0, start - 2) : start].strip().isalpha()
        and raw[start + 1 : end - 1].isalpha()
        and raw[start + 1].isupper()
        and raw[end + 1 : end + 2].isupper()
    )


def passages(raw, folded, paragraphs, speakers=()):
    """The [Passage] of a text: contiguous, in order, white space trimmed; together they cover every paragraph.

    `kind` is headline, narration, question, answer or quote; `voice` the speaker's fullest name in the text, or
    "narrator", "interviewer", "unknown". `speakers` are names the text may not tell of itself: the guest of an
    interview, the speaker of a speech.
    """
    rows, pending, guest, attribution = [], [], None, Attribution(raw, folded, paragraphs, speakers)
    quoted = quotations(raw, paragraphs)
    turns = _turns(attribution, paragraphs, quoted)
    speaker = attribution.speakers[0] if len(attribution.speakers) == 1 else ""
    titled = bool(paragraphs) and _is_headline(raw, paragraphs)
    about = raw.find(speaker.split()[-1], attribution.body * titled) >= 0 if speaker else False
    plain = "narration", "narrator" if about or turns or not speaker else speaker  # a speech does not name its speaker

    def add(start, end, *what):
        text = raw[start:end]
        start, end = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
        if rows and end - start < 4 and rows[-1].paragraph == what[2] and not any(map(str.isalnum, raw[start:end])):
            rows[-1] = rows[-1]._replace(end=end)  # the full stop after a quotation is no passage of its own
        elif start < end:
            rows.append(Passage(start, end, *what))

    for i, (start, end) in enumerate(paragraphs):
        if i in turns:
            kind, voice, label = turns[i]
            add(start, label, "narration", "narrator", i)
            why = ((start, label),) * (label > start)
            if voice is None:
                voice, why = guest = guest or attribution.guest(paragraphs[min(turns)][0])
            add(label, end, kind, voice, i, why)
            continue
        kind, narration = ("quote", plain) if i or not titled else ("headline", ("headline", "narrator"))
        if i not in quoted:
            rows.append(Passage(start, end, *narration, i))
            continue
        at, spans = start, quoted[i]
        for n, (opening, closing) in enumerate(spans):
            found = attribution.attribute(start, at, opening, closing, spans[n + 1][0] if n + 1 < len(spans) else end)
            if found:
                if at < opening:
                    add(at, opening, *narration, i)
                if opening > start:
                    pending = []
                if found is not attribution.last:
                    for row in pending:  # the speaker is named where the quotation ends
                        rows[row] = rows[row]._replace(voice=found[0], because=found[1])
                    pending = []
                pending.append(len(rows))
                rows.append(Passage(opening, closing, kind, found[0], i, found[1]))
                attribution.last, at = found, closing
                attribution.since = closing
                if closing < end or raw[end - 1] in '"”»“':
                    pending = []
        if at < end:
            add(at, end, *narration, i)
    return rows


def _is_headline(raw, paragraphs):
    """Is the first paragraph a title: marked so, short with no full stop, or Written Mostly in Capitals?"""
    start, end = paragraphs[0]
    words = raw[start : min(end, start + 250)].split()
    if raw[start] == "#" or len(paragraphs) < 2 or len(words) > 25:
        return raw[start] == "#"
    if raw[end - 1] not in '.!?,;:"”’»*':
        return True
    long = [word for word in words if len(word) > 3]
    return (len(words) > 3 and sum(word[0].isupper() for word in long) > 0.6 * len(long)) or ": “" in raw[start:end]


def _turns(attribution, paragraphs, quoted):
    """Paragraph -> (kind, voice or None for the guest, end of the label) of transcripts and interviews."""
    raw, labels = attribution.raw, {}
    for i, (start, end) in enumerate(paragraphs):
        if ":" in raw[start : min(end, start + 80)] and (label := _LABEL.match(raw, start, end)):
            labels[i] = label[1], label.end()
    counts = Counter(label for label, _ in labels.values()) if labels else {}
    regular = [
        i for i, (label, _) in labels.items() if counts[label] > 1 or label.lower() in {*WORDS["asker"], "a", "answer"}
    ]
    turns, turn = {}, None
    if len(counts) > 1 and len(regular) > 1 and 4 * len(regular) >= len(paragraphs) - regular[0]:
        for i in range(regular[0], len(paragraphs)):
            start, end = paragraphs[i]
            name, after = labels.get(i, ("", start))
            if name.lower() in WORDS["asker"]:
                turn = "question", "interviewer"
            elif name.lower() in ("a", "answer"):
                turn = "answer", None
            elif name:  # "NOVAK" is Jan Novak, if the text knows one
                titled = name.title()
                name = attribution.full(tuple(titled.split() if titled.split()[-1] in attribution.known else name.split()))
                turn = "question" if raw[end - 1] == "?" else "answer", name
            turns[i] = (*turn, after)
        return turns
    bold = [i for i, (a, b) in enumerate(paragraphs) if b - a > 4 and raw[a : a + 2] == raw[b - 2 : b] in ("**", "__")]
    questions = [i for i in bold if raw[paragraphs[i][1] - 3] == "?"]
    if len(questions) > 1:
        questions = [i for i in bold if i >= questions[0]]
    else:
        questions = [i for i, (a, b) in enumerate(paragraphs) if raw[b - 1] == "?" and b - a < 400 and i not in quoted]
        if len(questions) < 2 or 4 * sum(i > questions[0] for i in quoted) > len(paragraphs) - questions[0]:
            return {}
        known = attribution.speakers or INTERVIEW.search(raw, 0, paragraphs[questions[0]][0])
        if len(paragraphs) - questions[0] > (8 if known else 5) * len(questions):
            return {}  # too few questions for so many answers: the writer asks them
        if not known:
            answers = [
                raw[paragraphs[i][1] : end]
                for i, end in zip(questions, [*(paragraphs[i][0] for i in questions[1:]), len(raw)], strict=True)
            ]
            personal = sum(1 for answer in answers if _FIRST_PERSON.search(answer))
            if min(quoted, default=len(raw)) > questions[0] or 2 * personal < len(answers):
                return {}  # an essay with questions of its own
    asked = {i for i, last in zip(questions, [-2, *questions], strict=False) if i > last + 1}
    if len(asked) < 2:
        return {}
    for i in range(questions[0], len(paragraphs)):
        turns[i] = (*(("question", "interviewer") if i in asked else ("answer", None)), paragraphs[i][0])
    return turns


def reports(text):
    """Reported speech in the narration of a Text: [(start, end, voice, because)], a row a sentence.

    "According to X, …", "X said that …": the first source that can be named. The passage stays the narrator's, who
    chose the words; an analyst who wants to know whose claim it is asks here.
    """
    found, attribution = [], Attribution(text.raw, text.folded, text.paragraphs)
    for start, end, passage in text.spans:
        if text.passages[passage].kind != "narration":
            continue
        clause = Clause(attribution, start, end)
        clause.read()
        verbs = (i for i, word in enumerate(clause.words) if word in WORDS["report"] and clause.is_verb(i))
        sources = ((clause.span(i, i + 1), attribution.said(clause, i, start)) for i in verbs)
        for cue, source in filter(None, (attribution.lead(clause, start), *sources)):
            if source and source[0] != "unknown":
                found.append((start, end, *because(cue, source)))
                break
    return found
