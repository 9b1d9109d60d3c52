"""Turns: where whole paragraphs are somebody's: the questions and answers of interviews, transcripts, speeches."""

import re
from collections import Counter
from operator import itemgetter
from typing import NamedTuple

from .actors import CAPITAL, HE, LABEL, SHE, TITLES, WORDS, bare

_WE = re.compile(r"(?i:\b(?:i|we|my|our|me|us)\b)")
_TALK = re.compile(r"\b(?:I|[Mm]e|[Mm]y)\b|\?")
_BOLD = re.compile(r"(\*\*|__)[^\n]+\1$")
_ROLES = HE | SHE | TITLES | WORDS["asker"] | WORDS["answerer"]
_NOTE = re.compile(
    r"(?i:[\W_]*(?:$|editor|note\b|this (?:interview|conversation|transcript|article|text)\b"
    r"|interview(?:ed)? (?:by|was)\b|translat|photo|source|copyright|©|originally ))"
)
_INTERVIEW = re.compile(
    r"(?im:\binterview(?:s|ed)?\b|\b(?:spoke|speaks|talk(?:ed|s)|sat down) (?:to|with)\b"
    r"|\bin conversation\b|^\W*a conversation with\b)"
)
_WITH = re.compile(  # who is asked: "interviewed Ann Lee", "spoke to him", not "spoke to us about Ann Lee"
    r"(?: with)?(?: (?:him|her|them)\b"
    rf"|(?: (?!(?:us|me|our|about|on|at|by|for|during|after|before|who)\b)[\w'’.,-]+){{0,12}}? (?={CAPITAL}))"
)
_BY = re.compile(  # who asks
    r"(?:reporter|correspondent) $"
    r"|\b[Bb]y (?:(?:our|the|and|[A-Z][\w'’]*|\w*(?:reporter|correspondent|editor|writer|journalist)) ){0,4}$"
)
_SPEECH = rf"\b({'|'.join(sorted(WORDS['speech']))})\b"
_SPEECH_OF = re.compile(rf"{_SPEECH}(?: [\w-]+){{0,4}}? (?:by|of|from)(?: the| [\w-]+'s)?\s$")
_S_SPEECH = re.compile(rf"(?:'s? |: )(?:[\w-]+ ){{0,4}}?{_SPEECH}")


class Turn(NamedTuple):
    """A paragraph that is somebody's: of what kind, whose, does a turn begin, and why so?"""

    kind: str
    voice: str | None  # None: the guest's, until he is found
    begins: bool = False
    because: tuple[tuple[int, int], ...] = ()


def turns(attribution, paragraphs, quoted, titled):
    """Paragraph -> Turn; empty where the writer speaks."""
    raw = attribution.raw
    found = _labelled(attribution, paragraphs, attribution.body if titled else 0)
    if not (found := found or _asked(attribution, paragraphs, quoted)):
        return _speech(attribution, paragraphs, quoted)
    guest, why = _guest(attribution, paragraphs[min(found)][0])
    begins = [i for i, turn in found.items() if turn.begins]
    short, own = len(begins) > 0.9 * (begins[-1] - begins[0]), {}  # turns are of one paragraph each
    for i, turn in found.items():
        if i > begins[-1] and _is_note(raw[slice(*paragraphs[i])], short):
            break
        if turn.begins or raw[paragraphs[i][0]] not in "([":  # unlike "(Laughter)"
            own[i] = turn if turn.voice else turn._replace(voice=guest, because=turn.because + why)
    return own


def _is_note(paragraph, short):
    """Nobody speaks after "This interview has been edited", nor, where turns are short, "The vote: …"."""
    return bool(_NOTE.match(paragraph)) or (short and not _WE.search(paragraph))


def _labelled(attribution, paragraphs, body):
    """A transcript with labels: paragraph -> Turn.

    "Note:" and "Ingredients:" are labels, too. Speakers take turns, and are named: in the text outside the labels, by a
    title or first name, by a word for who asks; or else most of them say "I" or ask.
    """
    raw, found = attribution.raw, {}
    labels = _labels(raw, paragraphs)
    voices, sure = _speakers(attribution, paragraphs, labels, body)
    talk = sum(1 for i in voices if _TALK.search(raw, labels[i].end(), paragraphs[i][1]))
    if len(voices) < 3 or not (sure or 2 * talk > len(voices)):
        return {}
    opened = {i: _turn(voice, labels[i], raw[paragraphs[i][1] - 1] == "?") for i, voice in voices.items()}
    for i in range(min(voices), len(paragraphs)):
        found[i] = opened.get(i) or found[i - 1]._replace(begins=False)
    return found


def _labels(raw, paragraphs):
    labels = ((i, LABEL.match(raw, *span)) for i, span in enumerate(paragraphs))
    return {i: label for i, label in labels if label and WORDS["heading"].isdisjoint(_words(label))}


def _speakers(attribution, paragraphs, labels, body):
    """(paragraph -> voice, the voices that are somebody's for sure): a label that stands there once must be sure."""
    names, starts = attribution.names, {label.start("name") for label in labels.values()}
    known = {name.words[-1].lower() for name in names.found if name.start not in starts} | _ROLES
    voices = {i: _voice(names, label) for i, label in labels.items()}
    sure, spelled = {voices[i] for i, label in labels.items() if _words(label) & known}, Counter(voices.values())
    for i, label in labels.items():
        is_sure = voices[i] in sure or _is_marked(label, paragraphs[i][1])
        if spelled[voices[i]] < 2 and not (is_sure and paragraphs[i][0] >= body):
            del voices[i]
    return voices, sure


def _is_marked(label, end):
    """Does it say more than a name, or stand in capitals? Alone in capitals it may be a heading."""
    return label["who"] or (label["name"].isupper() and label.end() < end)


def _words(label):
    return {word.rstrip(".").lower() for word in label["name"].split()}


def _turn(voice, label, asks):
    """The turn that a label opens."""
    who, because = voice.lower(), (label.span("name"),)
    if who in WORDS["answerer"]:
        return Turn("answer", None, True, because)
    if who in WORDS["asker"]:  # several ask at a press conference
        return Turn("question", voice.capitalize() if who in WORDS["press"] else "interviewer", True, because)
    return Turn("question" if asks else "answer", voice, True, because)


def _voice(names, label):
    """Whom a label names: "NOVAK" is Jan Novak, if the text knows one; "The Minister (Jan Novak)" is, too."""
    who = label["who"] if label["who"] and label["name"].startswith("The ") else label["name"]
    name = tuple(bare(who.split()))
    if not name or name[-1].isdigit():
        return who
    titled = tuple(word.title() for word in name)
    return names.full(titled if titled[-1] in names.known else name)


def _asked(attribution, paragraphs, quoted):
    """An interview whose questions are in bold print or stand by themselves: paragraph -> Turn; the guest answers."""
    questions = _questions(attribution.raw, paragraphs, quoted)
    begins = {*questions} - {i + 1 for i in questions}
    if len(begins) < 2 or _is_essay(attribution, paragraphs, questions, quoted):
        return {}
    found = dict.fromkeys(range(questions[0], len(paragraphs)), Turn("answer", None))
    found |= {i + 1: Turn("answer", None, True) for i in begins if i + 1 in found}
    return found | dict.fromkeys(begins, Turn("question", "interviewer", True))


def _questions(raw, paragraphs, quoted):
    """The paragraphs in bold print from the first question among them on, or else the short ones that are questions."""
    bold = [i for i, span in enumerate(paragraphs) if _BOLD.match(raw, *span)]
    asked = [i for i in bold if raw[paragraphs[i][1] - 3] == "?"]
    if len(asked) > 1:
        return bold[bold.index(asked[0]) :]
    return [i for i, (a, b) in enumerate(paragraphs) if raw[b - 1] == "?" and b - a < 400 and i not in quoted]


def _is_essay(attribution, paragraphs, questions, quoted):
    """Does the writer ask the questions: nobody is known to answer in the first person, or answers are too long?"""
    raw, first = attribution.raw, questions[0]
    told = min(quoted, default=first) < first  # the introduction quotes the guest
    known = attribution.speakers or _INTERVIEW.search(raw, 0, paragraphs[first][0])
    answers = [paragraphs[i + 1] for i in questions if i + 1 < len(paragraphs)]
    personal = sum(1 for answer in answers if (_WE if told else _TALK).search(raw, *answer))
    if not known and 2 * personal < len(questions):
        return True
    if _BOLD.match(raw, *paragraphs[first]):
        return False
    return not (known or told) or len(paragraphs) - first > 5 * len(questions)


def _guest(attribution, end):
    """(voice, because): whom an interview that begins at `end` is with.

    That is the speaker whom the reader named, else the person in its introduction whom somebody "interviewed" or
    "talked to", else the likeliest person there: never one who asks, or after "by".
    """
    if attribution.speakers:
        return attribution.speakers[0], ()
    raw, names, ranked = attribution.raw, attribution.names, []
    near = [(name, names.person(name)) for name in names.within(0, min(end, 5000)) if len(name.words) > 1]
    asks = {full for name, full in near if _BY.search(raw, max(0, name.start - 40), name.start)}
    for name, full in near:
        if not full or full in asks:
            continue
        ranked.append((_rank(attribution, name, end), full, (name.start, name.end)))
    rank, full, span = max(ranked, key=itemgetter(0), default=((), "", ()))
    return (full, (span,)) if any(rank) or len({row[1] for row in ranked}) == 1 else ("unknown", ())


def _rank(attribution, name, end):
    """What makes a name the guest's: it is whom somebody "interviewed", stands beside that word, has a first name."""
    start, stop = attribution.bounds[attribution.sentence(name.start)]
    cue = _INTERVIEW.search(attribution.raw, start, min(stop, end))
    met = _WITH.match(attribution.raw, cue.end(), stop) if cue else None
    return met is not None and name.start == met.end(), cue is not None, name.words[0].lower() in HE | SHE


def _speech(attribution, paragraphs, quoted):
    """A speech, all in the first person, by whoever the reader or the headline names: paragraph -> Turn."""
    raw = attribution.raw
    body = next((start for start, end in paragraphs[:5] if raw[end - 1] in '.!?,;:…”"'), 0)
    voice, why = _speaker(attribution, body)
    if not voice or raw.find(voice.split()[-1], body) >= 0:
        return {}  # an article about the speaker
    quotations = [span for spans in quoted.values() for span in spans if span[0] >= body]
    others = sum(len(_WE.findall(raw, *span)) for span in quotations)
    if len(_WE.findall(raw, body)) - others < 0.01 * raw.count(" ", body):
        return {}  # what others say of themselves does not make a speech of a report
    return {i: Turn("narration", voice, because=why) for i, (start, _) in enumerate(paragraphs) if start >= body}


def _speaker(attribution, body):
    """(voice, because) of the speech that its headlines announce: "Remarks by President Lee", "Ann Lee's address"."""
    if len(attribution.speakers) == 1:
        return attribution.speakers[0], ()
    for name in attribution.names.within(0, min(body, 1000)):
        cue = _SPEECH_OF.search(attribution.folded, 0, name.start)
        cue = cue or _S_SPEECH.match(attribution.folded, name.end, body)
        if cue and (full := attribution.names.person(name)):
            return full, (cue.span(1), (name.start, name.end))
    return "", ()
