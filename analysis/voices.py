"""Voices: who is speaking where, and why we think so.

A quotation is found by its marks, in every common style, and given to whoever is said to say it (attribution.py).
Interviews and transcripts are recognised by labels, bold print, or paragraphs that are questions.
"""

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from .attribution import INTERVIEW, Attribution, Clause, because
from .names import CAPITAL, HE, SHE, WORDS, bare

_DOUBLE = re.compile('["“”„«»]')
_SINGLE = re.compile(  # the lookbehind comes second, so that the pattern is looked for by its first character
    r"(?:‘(?<!\w‘)(?:[^‘\n]{1,1500}?[,.!?…]’|[^‘\n]{1,1500}?\w’)|`(?<!\w`)(?=\w)(?:[^`\n]|(?<=\w)`(?=\w)){1,1500}`"
    r"|'(?<!\w')(?=\w)(?:[^'\n]|(?<=\w)'(?=\w)){1,1500}')(?!\w)"
)
_FIRST_PERSON = re.compile(r"(?i:\b(?:i|we|my|our|me|us)\b)")
_PERSONAL = re.compile(r"(?i:\b(?:i|we|my|our|me|us|you|your)\b|\?)")
_LABEL = re.compile(
    rf"[*_]{{0,2}}(?P<name>{CAPITAL}[\w.'’-]*(?: (?:(?:de|van|von|of|the|al|for) ){{0,2}}(?:{CAPITAL}[\w.'’-]*|\d\d?)){{0,5}})"
    rf"(?: \((?P<who>[^)\n]{{1,60}})\)){{0,2}}(?:[*_]{{0,2}}:|(?<=\b[QA])\.|(?<=[A-Z]{{3}})\.| [–—-])[*_]{{0,2}}(?=\s|$)"
)
_NOTE = re.compile(
    r"(?i:[\W_]*(?:$|ed(?:itor)?['’.]?s?\b|note\b|this (?:interview|conversation|transcript|article|text)\b|interview(?:ed)? (?:by|was|has)\b"
    r"|translat(?:ed|ion)\b|photo|source|copyright|©|originally ))"
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
    "narrator", "interviewer", "unknown". A label ("Q:", "NOVAK:") is part of the turn that it opens. The words of a
    speech are the speaker's narration. `speakers` are names the text may not tell of itself: the guest of an
    interview, the speaker of a speech.
    """
    rows, pending, guest, attribution = [], [], None, Attribution(raw, folded, paragraphs, speakers)
    quoted = quotations(raw, paragraphs)
    titled = bool(paragraphs) and _is_headline(raw, paragraphs)
    body = attribution.body if titled else 0
    turns = (
        _labelled(attribution, paragraphs, body)
        or _asked(attribution, paragraphs, quoted)
        or _speech(attribution, paragraphs)
    )
    tail = max((i for i, turn in turns.items() if turn[2]), default=len(paragraphs))  # where the last turn begins

    for i, (start, end) in enumerate(paragraphs):
        if i in turns and not guest:
            guest = attribution.guest(start)
            if guest[0] == "unknown" and ("answer", None, True, ()) in turns.values():
                turns = {}  # questions of the writer's own
        kind, voice, why = "headline" if titled and not i else "narration", "narrator", ()
        if i in turns:
            kind, voice, _, why = turns[i]
            if voice is None:
                voice, named = guest
                why += named
            if i > tail and _is_note(raw, start, end, voice):
                turns = {}  # nobody speaks after "This interview has been edited"
            if i not in turns or (raw[start] in "([" and raw[end - 1] in ")]"):  # "(Laughter)"
                kind, voice, why = "narration", "narrator", ()
        at, spans = start, quoted.get(i, ())
        for n, (opening, closing) in enumerate(spans):
            found = attribution.attribute(start, at, opening, closing, spans[n + 1][0] if n + 1 < len(spans) else end)
            if not found or (
                i in turns and (found is attribution.last or not found[1] or found[0] in ("narrator", voice))
            ):
                continue  # in a turn, a quotation needs a speaker of its own
            if opening > start:
                pending = []
                _add(rows, raw, at, opening, kind, voice, i, why)
            if found is not attribution.last:
                for row in pending:  # the speaker is named where the quotation ends
                    rows[row] = rows[row]._replace(voice=found[0], because=found[1])
                pending = []
            pending.append(len(rows))
            rows.append(Passage(opening, closing, "headline" if kind == "headline" else "quote", found[0], i, found[1]))
            attribution.last, attribution.since, at = found, closing, closing
            if closing < end or raw[end - 1] in '"”»“':
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
    """Is the first paragraph a title: marked so, short with no full stop, or Written Mostly in Capitals?"""
    start, end = paragraphs[0]
    words = raw[start : min(end, start + 250)].split()
    if raw[start] == "#" or len(paragraphs) < 2 or len(words) > 25:
        return raw[start] == "#"
    if raw[end - 1] not in '.!?,;:"”’»*>':
        return True
    long = [word for word in words if len(word) > 3]
    return (len(words) > 3 and sum(word[0].isupper() for word in long) > 0.6 * len(long)) or ": “" in raw[start:end]


def _labelled(attribution, paragraphs, body):
    """Paragraph -> (kind, voice or None for the guest, does a turn begin?, because) of a transcript with labels.

    "Note:" and "Ingredients:" are labels, too. Speakers take turns, and are named: in the text outside the labels, by a
    title or first name, by a word for who asks; or else most of what they say is "I", "you" or a question.
    """
    raw, labels, sure = attribution.raw, {}, WORDS["asker"] | WORDS["answerer"]
    for i, (start, end) in enumerate(paragraphs):
        if label := _LABEL.match(raw, start, end):
            labels[i] = label
    names = Counter(label["name"] for label in labels.values())
    labels = {  # a headline may have a colon, too
        i: label
        for i, label in labels.items()
        if paragraphs[i][0] >= body or names[label["name"]] > 1 or label["name"].lower() in sure
    }
    if len(labels) < 2:
        return {}
    starts = {paragraphs[i][0] for i in labels}
    named = (
        {mention.name[-1].lower() for mention in attribution.names.mentions if mention.start not in starts} | HE | SHE
    )
    turns = {}
    for i, label in labels.items():
        who = label["who"] if label["who"] and label["name"].startswith("The ") else label["name"]
        name = bare(who.split())  # "NOVAK" is Jan Novak, if the text knows one
        titled = tuple(word.title() for word in name)
        voice = (
            attribution.names.full(titled if titled[-1] in attribution.names.known else tuple(name)) if name else who
        )
        if len(name) != len(who.split()) or named & {word.lower() for word in (*name[:1], *name[-1:])}:
            sure.add(voice.lower())
        turns[i] = voice
    counts = Counter(turns.values())
    turns = {
        i: voice
        for i, voice in turns.items()
        if voice.lower() in sure or counts[voice] > 1 or labels[i]["name"].isupper()
    }
    known = {voice for voice in turns.values() if voice.lower() in sure}
    personal = sum(1 for i in turns if _PERSONAL.search(raw, labels[i].end(), paragraphs[i][1]))
    changes = sum(one != two for one, two in pairwise(turns.values()))
    few = len(turns) < (2 if known & WORDS["asker"] else 3 if known else 4) or 2 * changes < max(len(turns) - 1, 1)
    if few or 4 * len(turns) < len(paragraphs) - min(turns) or not (known or 2 * personal > len(turns)):
        return {}
    found = {}
    for i in range(min(turns), len(paragraphs)):
        start, end = paragraphs[i]
        if i in turns:
            voice, why = turns[i], (labels[i].span("name"),)
            if voice.lower() in WORDS["asker"] | WORDS["answerer"]:
                turn = ("answer", None) if voice.lower() in WORDS["answerer"] else ("question", "interviewer")
            else:
                turn = "question" if raw[end - 1] == "?" else "answer", voice
        found[i] = (*turn, i in turns, why if i in turns else ())
    return found


def _asked(attribution, paragraphs, quoted):
    """The same of an interview whose questions are in bold print or stand by themselves; the guest answers."""
    raw = attribution.raw
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
            ends = [*(paragraphs[i][0] for i in questions[1:]), len(raw)]
            answers = [raw[paragraphs[i][1] : end] for i, end in zip(questions, ends, strict=True)]
            personal = sum(1 for answer in answers if _FIRST_PERSON.search(answer))
            if min(quoted, default=len(raw)) > questions[0] or 2 * personal < len(answers):
                return {}  # an essay with questions of its own
    asked = {i for i, last in zip(questions, [-2, *questions], strict=False) if i > last + 1}
    if len(asked) < 2:
        return {}
    turns = {}
    for i in range(questions[0], len(paragraphs)):
        turns[i] = ("question", "interviewer", True, ()) if i in asked else ("answer", None, i - 1 in asked, ())
    return turns


def _speech(attribution, paragraphs):
    """The same of a speech or statement, all in the first person: the speaker is named by the reader or the headline."""
    raw, head = attribution.raw, (start for start, end in paragraphs[:5] if attribution.raw[end - 1] in '.!?,;:…”"')
    body = next(head, 0)
    voice, why = (attribution.speakers[0], ()) if len(attribution.speakers) == 1 else attribution.headed(body)
    if not voice:
        return {}
    about = raw.find(voice.split()[-1], body) >= 0
    if why or about:
        personal, words = len(_FIRST_PERSON.findall(raw, body, body + 20_000)), raw.count(" ", body, body + 20_000)
        if personal < (0.03 if about else 0.01) * words or (about and not why):
            return {}  # an article about the speaker
    return {i: ("narration", voice, False, why) for i, (start, _) in enumerate(paragraphs) if start >= body}


def _is_note(raw, start, end, voice):
    """Is a paragraph after the last turn the editor's, about the interview or about its guest?"""
    about = voice.split()[-1] in raw[start:end] and not _FIRST_PERSON.search(raw, start, end)
    return about or _NOTE.match(raw, start, end) is not None


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
        verbs = [i for i, word in enumerate(clause.words) if word in WORDS["report"] and clause.is_verb(i)]
        verbs.sort(key=lambda i: clause.words[i] not in ("said", "says"))  # "They agreed to leave, Ann Lee said"
        sources = ((clause.span(i, i + 1), attribution.said(clause, i, start)) for i in verbs)
        for cue, source in filter(None, (attribution.lead(clause, start), *sources)):
            if source and source[0] not in ("unknown", "narrator"):
                found.append((start, end, *because(cue, source)))
                break
    return found
