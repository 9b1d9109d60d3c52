"""Turns: where whole paragraphs are somebody's: the questions and answers of interviews, transcripts, speeches."""

import re
from collections import Counter
from typing import NamedTuple

from .actors import CAPITAL, HE, LABEL, SHE, TITLES, WORDS, bare

_WE = re.compile(r"(?i:\b(?:i|we|my|our|me|us)\b)")
_TALK = re.compile(r"\b(?:I|[Mm]e|[Mm]y)\b|\?")
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
    last = max(i for i, turn in found.items() if turn.begins)
    asides = {i for i in found if raw[paragraphs[i][0]] in "([" and raw[paragraphs[i][1] - 1] in ")]"}  # "(Laughter)"
    whole = all(turn.begins for i, turn in found.items() if i < last and i not in asides)
    own = {}
    for i, turn in found.items():
        # nobody speaks after "This interview has been edited", nor, where all turns are short, "The vote: …"
        if i > last and (_NOTE.match(raw, *paragraphs[i]) or (whole and not _WE.search(raw, *paragraphs[i]))):
            break
        if turn.begins or i not in asides:
            own[i] = turn if turn.voice else turn._replace(voice=guest, because=turn.because + why)
    return own


def _labelled(attribution, paragraphs, body):
    """A transcript with labels: paragraph -> Turn.

    "Note:" and "Ingredients:" are labels, too. Speakers take turns, and are named: in the text outside the labels, by a
    title or first name, by a word for who asks; or else most of them say "I" or ask.
    """
    raw = attribution.raw
    labels = {i: label for i, span in enumerate(paragraphs) if (label := LABEL.match(raw, *span))}
    labels = {i: label for i, label in labels.items() if WORDS["heading"].isdisjoint(_words(label))}
    starts = {label.start("name") for label in labels.values()}
    known = {name.words[-1].lower() for name in attribution.names.found if name.start not in starts}
    known |= HE | SHE | TITLES | WORDS["asker"] | WORDS["answerer"]
    spelled, office = Counter(label["name"] for label in labels.values()), {}
    voices = {i: _voice(attribution.names, label, office) for i, label in labels.items()}
    sure = {voices[i] for i, label in labels.items() if _words(label) & known}
    for i, label in labels.items():  # a label that stands there once must be somebody's for sure
        capitals = label["name"].isupper() and label.end() < paragraphs[i][1]
        once = paragraphs[i][0] >= body and (voices[i] in sure or label["who"] or capitals)
        if not once and spelled[label["name"]] < 2:
            del voices[i]
    talk = sum(1 for i in voices if _TALK.search(raw, labels[i].end(), paragraphs[i][1]))
    if len(voices) < 3 or not (sure or 2 * talk > len(voices)):
        return {}
    found = {}
    for i in range(min(voices), len(paragraphs)):
        found[i] = _turn(voices[i], labels[i], raw[paragraphs[i][1] - 1] == "?") if i in voices else found[i - 1]
        found[i] = found[i]._replace(begins=i in voices)
    return found


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


def _voice(names, label, office):
    """Whom a label names: "NOVAK" is Jan Novak, if the text knows one; "The Minister (Jan Novak)" and from then on "The
    Minister" are, too."""
    if not label["who"] and label["name"] in office:
        return office[label["name"]]
    who = label["who"] if label["who"] and label["name"].startswith("The ") else label["name"]
    name = tuple(bare(who.split()))
    titled = tuple(word.title() for word in name)
    if name and not name[-1].isdigit():
        who = names.full(titled if titled[-1] in names.known else name)
    return office.setdefault(label["name"], who)


def _asked(attribution, paragraphs, quoted):
    """An interview whose questions are in bold print or stand by themselves: paragraph -> Turn; the guest answers."""
    raw = attribution.raw
    bold = [i for i, (a, b) in enumerate(paragraphs) if b - a > 4 and raw[a : a + 2] == raw[b - 2 : b] in ("**", "__")]
    asked = [i for i in bold if raw[paragraphs[i][1] - 3] == "?"]
    plain = [i for i, (a, b) in enumerate(paragraphs) if raw[b - 1] == "?" and b - a < 400 and i not in quoted]
    questions = [i for i in bold if i >= asked[0]] if len(asked) > 1 else plain
    begins = {i for i, last in zip(questions, [-2, *questions], strict=False) if i > last + 1}
    if len(begins) < 2 or _is_essay(attribution, paragraphs, questions, begins, quoted, len(asked) < 2):
        return {}
    return {
        i: Turn("question", "interviewer", True) if i in begins else Turn("answer", None, i - 1 in begins)
        for i in range(questions[0], len(paragraphs))
    }


def _is_essay(attribution, paragraphs, questions, begins, quoted, plain):
    """Does the writer ask the questions: nobody is known to answer in the first person, or answers are too long?"""
    raw, first = attribution.raw, questions[0]
    answers = [paragraphs[i + 1] for i in begins if i + 1 < len(paragraphs)]
    known = attribution.speakers or _INTERVIEW.search(raw, 0, paragraphs[first][0])
    told = min(quoted, default=first) < first  # the introduction quotes the guest
    personal = sum(1 for answer in answers if (_WE if told else _TALK).search(raw, *answer))
    if not known and (2 * personal < len(questions) or (plain and not told)):
        return True
    return plain and len(paragraphs) - first > (8 if known else 5) * len(questions)


def _guest(attribution, end):
    """(voice, because): whom an interview that begins at `end` is with.

    That is the speaker whom the reader named, else the person in its introduction whom somebody "interviewed" or
    "talked to", else the likeliest person there: never one who asks, or after "by".
    """
    if attribution.speakers:
        return attribution.speakers[0], ()
    raw, names, asks, ranked, end = attribution.raw, attribution.names, set(), [], min(end, 5000)
    for name in names.within(0, end):
        if len(name.words) < 2 or not (full := names.person(name)):
            continue
        start, stop = attribution.bounds[attribution.sentence(name.start)]
        cue = _INTERVIEW.search(raw, start, min(stop, end))
        met = cue and _WITH.match(raw, cue.end(), stop)
        if _BY.search(raw, max(0, name.start - 40), name.start) or (met and name.start < cue.start()):
            asks.add(full)
        rank = bool(met) and name.start == met.end(), cue is not None, full.split()[0].lower() in HE | SHE
        ranked.append((rank, full, (name.start, name.end)))
    people = [row for row in ranked if row[1] not in asks]
    rank, full, span = max(people, key=lambda row: row[0], default=((), "", ()))
    return (full, (span,)) if any(rank) or len({full for _, full, _ in people}) == 1 else ("unknown", ())


def _speech(attribution, paragraphs, quoted):
    """A speech or statement, all in the first person, by whoever the reader or the headline names: paragraph -> Turn."""
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
        cue = _SPEECH_OF.search(attribution.folded, 0, name.start) or _S_SPEECH.match(attribution.folded, name.end, body)
        if cue and (full := attribution.names.person(name)):
            return full, (cue.span(1), (name.start, name.end))
    return "", ()
