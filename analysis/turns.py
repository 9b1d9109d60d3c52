"""Turns: where whole paragraphs are somebody's: the questions and answers of interviews, transcripts, speeches."""

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from .attribution import INTERVIEW
from .names import CAPITAL, HE, SHE, TITLES, WORDS, bare

_FIRST_PERSON = re.compile(r"(?i:\b(?:i|we|my|our|me|us)\b)")
_I = re.compile(r"\bI\b")
_TALK = re.compile(r"\b(?:I|[Mm]e|[Mm]y)\b|\?")
_LABEL = re.compile(
    rf"[*_]{{0,2}}(?P<name>{CAPITAL}[\w.'’-]*"
    rf"(?: (?:(?:de|van|von|of|the|al|for) ){{0,2}}(?:{CAPITAL}[\w.'’-]*|\d\d?)){{0,5}})"
    r"(?: \((?P<who>[^)\n]{1,60})\)){0,2}"  # a constituency, or who the minister is
    r"(?:[*_]{0,2}:|(?<=\b[QA])\.|(?<=[A-Z]{3})\.| [–—-])[*_]{0,2}(?=\s|$)"
)
_NOTE = re.compile(
    r"(?i:[\W_]*(?:$|ed(?:itor)?['’.]?s?\b|note\b|this (?:interview|conversation|transcript|article|text)\b"
    r"|interview(?:ed)? (?:by|was|has)\b|translat(?:ed|ion)\b|photo|source|copyright|©|originally ))"
)


class Turn(NamedTuple):
    """A paragraph that is somebody's: of what kind, whose (None: the guest's), does a turn begin, and why so?"""

    kind: str
    voice: str | None
    begins: bool = False
    because: tuple[tuple[int, int], ...] = ()


def turns(attribution, paragraphs, quoted, titled):
    """Paragraph -> Turn; empty where the writer speaks."""
    body = attribution.body if titled else 0
    return (
        _labelled(attribution, paragraphs, body)
        or _asked(attribution, paragraphs, quoted)
        or _speech(attribution, paragraphs, quoted)
    )


def _labelled(attribution, paragraphs, body):
    """A transcript with labels.

    "Note:" and "Ingredients:" are labels, too. Speakers take turns, and are named: in the text outside the labels, by a
    title or first name, by a word for who asks; or else most of them say "I" or ask.
    """
    raw, asker, answerer = attribution.raw, WORDS["asker"], WORDS["answerer"]
    labels = {i: label for i, span in enumerate(paragraphs) if (label := _LABEL.match(raw, *span))}
    spelled = Counter(label["name"] for label in labels.values())
    starts = {paragraphs[i][0] for i in labels}
    known = {mention.name[-1].lower() for mention in attribution.names.mentions if mention.start not in starts}
    known |= HE | SHE | TITLES | asker | answerer
    voices, sure = {}, set()
    for i, label in labels.items():
        words = {word.rstrip(".").lower() for word in label["name"].split()}
        headline = paragraphs[i][0] < body and spelled[label["name"]] == 1 and not words & asker
        if not headline and words.isdisjoint(WORDS["heading"]):
            voices[i] = _voice(attribution.names, label)
            sure |= {voices[i]} if words & known else set()
    counts = Counter(voices.values())
    voices = {i: v for i, v in voices.items() if v in sure or counts[v] > 1 or labels[i]["name"].isupper()}
    talk = sum(1 for i in voices if _TALK.search(raw, labels[i].end(), paragraphs[i][1]))
    changes = sum(one != two for one, two in pairwise(voices.values()))
    enough = len(voices) > (1 if {voice.lower() for voice in sure} & asker else 2 if sure else 3)
    if not (enough and (sure or 2 * talk > len(voices)) and 2 * changes >= len(voices) - 1):
        return {}
    first = min(voices)
    if 4 * len(voices) < len(paragraphs) - first:
        return {}
    found = {}
    for i in range(first, len(paragraphs)):
        if i in voices:
            who, asks = voices[i].lower(), raw[paragraphs[i][1] - 1] == "?"
            kind = "question" if who in asker or (asks and who not in answerer) else "answer"
            voice = "interviewer" if who in asker else None if who in answerer else voices[i]
        found[i] = Turn(kind, voice, i in voices, (labels[i].span("name"),) if i in voices else ())
    return found


def _voice(names, label):
    """Whom a label names: "NOVAK" is Jan Novak, if the text knows one; "The Minister (Jan Novak)" is, too."""
    who = label["who"] if label["who"] and label["name"].startswith("The ") else label["name"]
    name = tuple(bare(who.split()))
    titled = tuple(word.title() for word in name)
    return names.full(titled if titled[-1] in names.known else name) if name else who


def _asked(attribution, paragraphs, quoted):
    """An interview whose questions are in bold print or stand by themselves; the guest answers."""
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
    return {
        i: Turn("question", "interviewer", True) if i in asked else Turn("answer", None, i - 1 in asked)
        for i in range(questions[0], len(paragraphs))
    }


def _speech(attribution, paragraphs, quoted):
    """A speech or statement, all in the first person, by whoever the reader or the headline names."""
    raw = attribution.raw
    body = next((start for start, end in paragraphs[:5] if raw[end - 1] in '.!?,;:…”"'), 0)
    voice, why = (attribution.speakers[0], ()) if len(attribution.speakers) == 1 else attribution.headed(body)
    if not voice or raw.find(voice.split()[-1], body) >= 0:
        return {}  # an article about the speaker
    quotations = [span for spans in quoted.values() for span in spans if span[0] >= body]
    others = sum(len(_FIRST_PERSON.findall(raw, *span)) for span in quotations)
    if len(_FIRST_PERSON.findall(raw, body)) - others < 0.01 * raw.count(" ", body):
        return {}  # what others say of themselves does not make a speech of a report
    return {i: Turn("narration", voice, because=why) for i, (start, _) in enumerate(paragraphs) if start >= body}


def is_interview(raw, paragraphs, own):
    """Do turns make an interview when nobody knows whose? Labels or the text say so, or most of the answers say "I"."""
    answers = [paragraphs[i] for i, turn in own.items() if turn == Turn("answer", None, True)]
    personal = sum(1 for span in answers if _I.search(raw, *span))
    return 2 * personal >= len(answers) or INTERVIEW.search(raw, 0, paragraphs[min(own)][0]) is not None


def is_note(raw, start, end, voice):
    """Is a paragraph after the last turn the editor's, about the interview or about its guest?"""
    about = voice.split()[-1] in raw[start:end] and not _FIRST_PERSON.search(raw, start, end)
    return about or _NOTE.match(raw, start, end) is not None
