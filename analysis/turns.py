"""Turns: where whole paragraphs are somebody's: the questions and answers of interviews, transcripts, speeches."""

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from .names import CAPITAL, HE, SHE, TITLES, WORDS, bare, fits

_WE = re.compile(r"(?i:\b(?:i|we|my|our|me|us)\b)")
_TALK = re.compile(r"\b(?:I|[Mm]e|[Mm]y)\b|\?")
LABEL = re.compile(
    rf"(?:[\[(]?\d\d?:\d\d(?::\d\d)?[\])]? |Q\d+\. (?:\[\d+\] )?)?[*_]{{0,2}}(?P<name>{CAPITAL}[\w.'’-]*"
    rf"(?: (?:(?:de|van|von|of|the|al|for) ){{0,2}}(?:{CAPITAL}[\w.'’-]*|\d\d?)){{0,5}})"
    r"(?: \((?P<who>[^)\n]{1,60})\)){0,2}"  # a constituency, or who the minister is
    r"(?:[*_]{0,2}:|(?<=\b[QA])\.|(?<=[A-Z]{3})\.| [–—-])[*_]{0,2}(?=\s|$)"
)
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
_ABOUT = re.compile(r" about (?:his|(her))\b")
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
    raw, body = attribution.raw, attribution.body if titled else 0
    found = _labelled(attribution, paragraphs, body) or _asked(attribution, paragraphs, quoted)
    if not found:
        return _speech(attribution, paragraphs, quoted)
    guest, why = _guest(attribution, paragraphs[min(found)][0])
    last = max(i for i, turn in found.items() if turn.begins)
    whole = all(turn.begins for i, turn in found.items() if i < last and raw[paragraphs[i][0]] not in "([")
    own = {}
    for i, turn in found.items():
        start, end = paragraphs[i]
        kind, voice, begins, because = turn if turn.voice else turn._replace(voice=guest, because=turn.because + why)
        about = voice.split()[-1] in raw[start:end] and not _WE.search(raw, start, end)
        if i > last and (about or _NOTE.match(raw, start, end) or (whole and not _WE.search(raw, start, end))):
            break  # nobody speaks after "This interview has been edited", nor, where all turns are short, "The vote: …"
        if begins or raw[start] not in "([" or raw[end - 1] not in ")]":  # unlike "(Laughter)"
            own[i] = Turn(kind, voice, begins, because)
    return own


def _labelled(attribution, paragraphs, body):
    """A transcript with labels.

    "Note:" and "Ingredients:" are labels, too. Speakers take turns, and are named: in the text outside the labels, by a
    title or first name, by a word for who asks; or else most of them say "I" or ask.
    """
    raw, asker, answerer = attribution.raw, WORDS["asker"], WORDS["answerer"]
    labels = {i: label for i, span in enumerate(paragraphs) if (label := LABEL.match(raw, *span))}
    starts = {label.start("name") for label in labels.values()}
    known = {mention.name[-1].lower() for mention in attribution.names.mentions if mention.start not in starts}
    known |= HE | SHE | TITLES | asker | answerer
    voices, sure, office = {}, set(), {}
    for i, label in labels.items():
        words = {word.rstrip(".").lower() for word in label["name"].split()}
        if words.isdisjoint(WORDS["heading"]):
            voices[i] = office[label["name"]] = _voice(attribution.names, label, office)
            sure |= {voices[i]} if words & known else set()
    spelled = Counter(labels[i]["name"] for i in voices)
    marked = {i for i, voice in voices.items() if voice in sure or labels[i]["who"] or labels[i]["name"].isupper()}
    once = {i for i in marked if paragraphs[i][0] >= body}
    voices = {i: voice for i, voice in voices.items() if i in once or spelled[labels[i]["name"]] > 1}
    talk = sum(1 for i in voices if _TALK.search(raw, labels[i].end(), paragraphs[i][1]))
    changes = sum(one != two for one, two in pairwise(voices.values()))
    if len(voices) < 3 or not (sure or 2 * talk > len(voices)) or 2 * changes < len(voices) - 1:
        return {}
    first, found = min(voices), {}
    if 4 * len(voices) < len(paragraphs) - first:
        return {}
    for i in range(first, len(paragraphs)):
        if i in voices:
            who, asks = voices[i].lower(), raw[paragraphs[i][1] - 1] == "?"
            kind = "question" if who in asker or (asks and who not in answerer) else "answer"
            voice = "interviewer" if who in asker else None if who in answerer else voices[i]
        found[i] = Turn(kind, voice, i in voices, (labels[i].span("name"),) if i in voices else ())
    return found


def _voice(names, label, office):
    """Whom a label names: "NOVAK" is Jan Novak, if the text knows one; "The Minister (Jan Novak)" and from then on "The
    Minister" are, too."""
    if not label["who"] and label["name"] in office:
        return office[label["name"]]
    who = label["who"] if label["who"] and label["name"].startswith("The ") else label["name"]
    name = tuple(bare(who.split()))
    titled = tuple(word.title() for word in name)
    return names.full(titled if titled[-1] in names.known else name) if name and not name[-1].isdigit() else who


def _asked(attribution, paragraphs, quoted):
    """An interview whose questions are in bold print or stand by themselves; the guest answers."""
    raw = attribution.raw
    bold = [i for i, (a, b) in enumerate(paragraphs) if b - a > 4 and raw[a : a + 2] == raw[b - 2 : b] in ("**", "__")]
    asked = [i for i in bold if raw[paragraphs[i][1] - 3] == "?"]
    plain = [i for i, (a, b) in enumerate(paragraphs) if raw[b - 1] == "?" and b - a < 400 and i not in quoted]
    questions = [i for i in bold if i >= asked[0]] if len(asked) > 1 else plain
    begins = {i for i, last in zip(questions, [-2, *questions], strict=False) if i > last + 1}
    if len(begins) < 2:
        return {}
    first, answers = questions[0], [paragraphs[i + 1] for i in begins if i + 1 < len(paragraphs)]
    known = attribution.speakers or _INTERVIEW.search(raw, 0, paragraphs[first][0])
    told = min(quoted, default=first) < first  # the introduction quotes the guest
    personal = sum(1 for answer in answers if (_WE if told else _TALK).search(raw, *answer))
    if not known and (2 * personal < len(questions) or (questions is plain and not told)):
        return {}  # an essay with questions of its own
    if questions is plain and (
        len(paragraphs) - first > (8 if known else 5) * len(questions)
        or 4 * sum(i > first for i in quoted) > len(paragraphs) - first
    ):
        return {}  # too few questions for so many answers: the writer of a report asks them
    return {
        i: Turn("question", "interviewer", True) if i in begins else Turn("answer", None, i - 1 in begins)
        for i in range(first, len(paragraphs))
    }


def _guest(attribution, end):
    """(voice, because): whom an interview that begins at `end` is with.

    That is the speaker whom the reader named, else the person in its introduction whom somebody "interviewed" or
    "talked to", else the likeliest person there: never one who asks, or after "by".
    """
    if attribution.speakers:
        return attribution.speakers[0], ()
    raw, names, asks, ranked, end = attribution.raw, attribution.names, set(), [], min(end, 5000)
    for name in names.within(0, end):
        if len(name.name) > 1 and (full := names.person(name)):
            start, stop = attribution.bounds[attribution.sentence(name.start)]
            cue = _INTERVIEW.search(raw, start, min(stop, end))
            met = cue and _WITH.match(raw, cue.end(), stop)
            if _BY.search(raw, max(0, name.start - 40), name.start) or (met and name.start < cue.start()):
                asks.add(full)
            object_ = bool(met) and name.start == met.end()
            about = _ABOUT.match(raw, name.end) if object_ else None
            if about and not fits(full, SHE if about[1] else HE):
                asks = {full}  # "Ann Lee talks to Tom Baker about her book": it is he who asks
            ranked.append(
                ((object_, cue is not None, full.split()[0].lower() in HE | SHE), full, (name.start, name.end))
            )
    counts = Counter(full for _, full, _ in ranked if full not in asks)
    people = [row for row in ranked if row[1] not in asks]
    rank, full, span = max(people, key=lambda row: (row[0], counts[row[1]]), default=((), "", ()))
    return (full, (span,)) if any(rank) or len(counts) == 1 else ("unknown", ())


def _speech(attribution, paragraphs, quoted):
    """A speech or statement, all in the first person, by whoever the reader or the headline names."""
    raw, folded = attribution.raw, attribution.folded
    body = next((start for start, end in paragraphs[:5] if raw[end - 1] in '.!?,;:…”"'), 0)
    headed = {}  # "Remarks by President Lee", "Ann Lee's address"
    for name in attribution.names.within(0, min(body, 1000)):
        cue = _SPEECH_OF.search(folded, 0, name.start) or _S_SPEECH.match(folded, name.end, body)
        if cue and (full := attribution.names.person(name)):
            headed.setdefault(full, (cue.span(1), (name.start, name.end)))
    voice = next(iter(attribution.speakers if len(attribution.speakers) == 1 else headed), "")
    if not voice or raw.find(voice.split()[-1], body) >= 0:
        return {}  # an article about the speaker
    quotations = [span for spans in quoted.values() for span in spans if span[0] >= body]
    others = sum(len(_WE.findall(raw, *span)) for span in quotations)
    if len(_WE.findall(raw, body)) - others < 0.01 * raw.count(" ", body):
        return {}  # what others say of themselves does not make a speech of a report
    why = headed.get(voice, ())
    return {i: Turn("narration", voice, because=why) for i, (start, _) in enumerate(paragraphs) if start >= body}
