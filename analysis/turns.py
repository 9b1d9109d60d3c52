"""Turns: where whole paragraphs are somebody's: the questions and answers of interviews, transcripts, speeches."""

import re
from collections import defaultdict
from itertools import pairwise, takewhile
from typing import NamedTuple

from spacy.lang.en.stop_words import STOP_WORDS

from .labels import TALK
from .names import CAPITAL, VERBS, WORDS, bare

_WE = re.compile(r"(?i:\b(?:i|we|my|our|me|us)\b)")
_BOLD = re.compile(r"(\*\*?|__?)[^\n]+\1$")
_INTERVIEW = re.compile(
    r"(?im:\binterview(?:s|ed)?\b|\b(?:spoke|speaks|talk(?:ed|s)|sat down) (?:to|with)\b"
    r"|\bin conversation\b|^\W*a conversation with\b)"
)
_MEETS = re.compile(  # who is asked: "interviewed Ann Lee", not "spoke to us about Ann Lee"
    rf"{_INTERVIEW.pattern}(?: with)?"
    rf"(?: (?!(?:us|me|our|about|on|at|by|for|during|after|before|who)\b)[\w'’.,-]+){{0,12}}? (?={CAPITAL})"
)
_NOUN, _APPOSITION = re.compile(r"\b([a-z]{3,}) \Z"), re.compile(r", (?:the|an?|who|head|director)\b")
_BY = re.compile(  # who asks
    r"(?:reporter|correspondent) $|\b(?:Words|Text|Interview|Questions): $"
    r"|\b[Bb]y (?:(?:our|the|and|[A-Z][\w'’]*|\w*(?:reporter|correspondent|editor|writer|journalist)) ){0,4}$"
)
_PAPER = re.compile(rf"(?i: (?:of|from|for|at) (?:[\w’']+ ){{0,3}}?(?:{'|'.join(sorted(WORDS['outlet']))})\b)")
_SPEECH = re.compile(rf"\b(?:{'|'.join(sorted(WORDS['speech']))})\b")
_ABOUT = re.compile(  # before what a speech is about, or whom it is given to: no "of" or "by"
    rf"\b(?:{'|'.join(sorted(WORDS['preposition'] - {'of', 'from', 'by'}))}) (?:(?:the|an?|our) )?$"
)
_CUT = re.compile(
    r"(?i:\b(?:break|clip|videotape|recess|adjourned|copyright|edited|rights|ends|put|agreed|negatived|ordered|withdrawn)\b)"
)


class Turn(NamedTuple):
    """A paragraph that is somebody's: of what kind, whose, and why so?"""

    kind: str
    voice: str | None  # None: the guest's, until he is found
    because: tuple[tuple[int, int], ...] = ()


def turns(attribution):
    """Paragraph -> Turn; empty where the writer speaks."""
    if not (found := _labelled(attribution) or _asked(attribution)):
        return _speech(attribution)
    guest, why = _guest(attribution, attribution.paragraphs[min(found)][0])
    return {i: turn if turn.voice else Turn(turn.kind, guest, turn.because + why) for i, turn in found.items()}


def _labelled(attribution):
    """A transcript with labels: paragraph -> Turn. A turn goes on behind a stage direction, but not behind a break."""
    raw, labels, ends = attribution.raw, attribution.labels, [end for _, end in attribution.paragraphs]
    voices, found, turn = _voices(attribution.names, labels.values()), {}, None
    for i in range(min(labels, default=len(ends)), len(ends)):
        label, found[i] = labels.get(i), turn
        if label and label.silent:
            found[i] = Turn("narration", "narrator")
            turn = Turn("narration", "unknown") if _CUT.search(raw, label.start, ends[i]) else turn
        elif label:
            asks = raw[ends[min(i + label.alone, len(ends) - 1)] - 1] == "?"
            voice = voices[label.name, label.holder]
            found[i] = turn = _turn(voice, asks, ((label.start, label.stop),) if label.name else ())
    return found


def _turn(voice, asks, because):
    """The turn that a label opens."""
    who = voice.lower()
    if voice in ("narrator", "unknown"):
        return Turn("narration", voice, because)
    if who in WORDS["answerer"]:
        return Turn("answer", None, because)
    if who in WORDS["asker"]:  # several ask at a press conference
        return Turn("question", voice.capitalize() if who in WORDS["press"] else "interviewer", because)
    return Turn("question" if asks else "answer", voice, because)


def _voices(names, labels):
    """The name in each label, and who holds that office -> whom they mean: an office its only holder, who is named in
    brackets once, "The Minister (Jan Novak)"; "JN" Jan Novak, if nobody else has such initials; Senator Lee and Dr. Lee
    two people."""
    held = defaultdict(set)
    for label in labels:
        held[label.name] |= {label.holder} - {""}

    def words_of(label):
        only = held[label.name] if len(held[label.name]) == 1 else ()
        return tuple((label.holder or "".join(only)).split() or label.words)

    called = {(label.name, label.holder): words_of(label) for label in labels}
    titles, initials, surnames = defaultdict(set), defaultdict(set), defaultdict(set)
    for words in {*called.values()}:
        initials["".join(word[0] for word in words)].add(words)
        surnames[words[-1].lower() if words else ""] |= {words} if len(bare([*words])) > 1 else set()
        if len(words) == 2 and words[0].rstrip(".").lower() in WORDS["title"]:
            titles[words[1].lower()].add(words[0][:3].lower())  # "Sen." is "Senator"

    def voice(name, words):
        if len(name) == 1 and {"A", "B"} <= held.keys():  # then an A does not answer a Q
            return f"Speaker {name}"
        if len(words) == 2 and len(titles[words[1].lower()]) > 1:
            return " ".join(words)
        meant = initials[name] if len(initials[name]) == 1 else surnames[words[-1].lower()] if len(words) == 1 else ()
        return _voice(names, next(iter(meant)) if len(meant) == 1 else words)

    return {(name, holder): voice(name, words) for (name, holder), words in called.items()}


def _voice(names, words):
    """Whom a label names: "NOVAK" is Jan Novak, if the text knows one of that surname."""
    name = tuple(bare([*words]))
    office = "of" in words and name[-1:] and name[-1].lower() in WORDS["nobody"] | WORDS["body"]
    unnamed = not name or office or name[-1].isdigit() or words[0] == "The"
    if unnamed or len(name[-1]) < 2 < len(words[0]):
        return " ".join(words) or "unknown"
    full = names.full(name, " ".join([*words[: -len(name)], ""]))
    named = full if WORDS["preposition"].isdisjoint(full.lower().split()) else " ".join(name)  # "THE LEAD WITH ANN LEE"
    return re.sub(r"^Q\d+ ", "", named)  # "Q7 Ann Lee"


def _asked(attribution):
    """An interview whose questions are in bold print or stand by themselves: paragraph -> Turn. The writer asks them
    where answers are long, or where nobody speaks of an interview and most answers are not in the first person."""
    raw, paragraphs, quoted = attribution.raw, attribution.paragraphs, attribution.quotations
    questions = _questions(raw, paragraphs, quoted)
    begins = {*questions} - {i + 1 for i in questions}
    if len(begins) < 2:
        return {}
    first, size = questions[0], len(paragraphs)
    known = attribution.speakers or _INTERVIEW.search(raw, 0, paragraphs[first][0])
    own, after = _WE if quoted else TALK, [*paragraphs[1:], (0, 0)]  # "we" alone may be the writer's
    personal = sum(bool(own.search(raw, *after[i])) for i in questions)
    if (not known and 2 * personal < len(questions)) or size - first > 5 * len(questions):
        return {}
    asks, answers = Turn("question", "interviewer"), Turn("answer", None)
    return {i: asks if i in begins else answers for i in range(first, size)}


def _questions(raw, paragraphs, quoted):
    """The paragraphs in bold print from the first question among them on, or else the short ones that are questions,
    and what stands apart as those do."""
    bold = [i for i, span in enumerate(paragraphs) if _BOLD.match(raw, *span)]
    asked = [i for i in bold if raw[slice(*paragraphs[i])].rstrip("*_").endswith("?")]
    if len(asked) > 1:
        return bold[bold.index(asked[0]) :]
    asked = [i for i, (a, b) in enumerate(paragraphs) if raw[b - 1] == "?" and b - a < 400 and i not in quoted]
    return (asked and _apart(raw, paragraphs, asked)) or asked


def _apart(raw, paragraphs, asked):
    """The paragraphs between a blank line and an answer right below, from the first question on, if each question is
    one."""
    gaps = [raw[one[1] : two[0]].count("\n") for one, two in pairwise(paragraphs)]
    apart = [i for i, (above, below) in enumerate(pairwise(gaps), 1) if above > 1 > below - 1 and i >= asked[0]]
    return apart if {*asked} <= {*apart} and len(apart) < 2 * len(asked) else []


def _guest(attribution, end):
    """(voice, because): the speaker whom the reader named, else the person whom somebody "interviewed" or "talked to"
    before an offset, else the first who is named there: never one who asks, or after "by"."""
    if attribution.speakers:
        return attribution.speakers[0], ()
    raw, near = attribution.raw, _may_answer(attribution.raw, attribution.names, min(end, 5000))
    met = {cue.end() for cue in _MEETS.finditer(raw, 0, end)}
    at = next((n for n, (_, it) in enumerate(near) if it.start in met), 0)
    if at and _is_introduced(raw, near[at - 1][1]) and not _is_introduced(raw, near[at][1]):
        at -= 1  # "The former minister Jan Novak talks to Ann Lee"
    return (near[at][0], (near[at][1][:2],)) if near else ("unknown", ())


def _may_answer(raw, names, end):
    """[(full name, Name)] of the people named before an offset, without those of whom it is told that they ask."""
    near = [(names.person(it), it) for it in names.within(0, end) if len(it.words) > 1 < len(it.words[-1])]
    asks = {full for full, it in near if _BY.search(raw, max(0, it.start - 40), it.start) or _PAPER.match(raw, it.end)}
    return [(full, it) for full, it in near if full not in asks | {""}]


def _is_introduced(raw, name):
    """Does a text tell of a person who he is, as it does of a guest: by a title, before the name or behind it?"""
    before = _NOUN.search(raw, max(0, name.start - 30), name.start)
    known = before and before[1] not in WORDS["preposition"] | WORDS["asker"] | STOP_WORDS
    return bool(name.title or known or _APPOSITION.match(raw, name.end))


def _speech(attribution):
    """A speech, all in the first person, by whoever the reader names or its headline ("Remarks by President Lee"):
    paragraph -> Turn."""
    raw, paragraphs = attribution.raw, attribution.paragraphs
    body = next((start for start, end in paragraphs[:5] if raw[end - 1] in '.!?,;:…”"'), 0)
    voice, why = _speaker(attribution, min(body, 1000))
    if not voice or _tells_of(raw, voice.split()[-1], body) or not _WE.search(raw, body):
        return {}
    return {i: Turn("narration", voice, why) for i, (start, _) in enumerate(paragraphs) if start >= body}


def _tells_of(raw, surname, start):
    """Is a text an article about who bears a surname: does it name them often, or say that they said something?"""
    beside = re.findall(rf"(\w+)\W+{re.escape(surname)}\b(?:\W+(\w+))?", raw[start:])
    return len(beside) > 3 or any(not VERBS.isdisjoint(words) for words in beside)


def _speaker(attribution, end):
    """(voice, because): the speaker whom the reader named, else the person in a headline with a word for a speech, who
    bears two names or a title there, and whom it is not about."""
    if named := attribution.speakers:
        return named[0] if len(named) == 1 else "", ()
    names = attribution.names
    cue, by = _SPEECH.search(names.folded, 0, end), attribution.raw.find(" by ", 0, end)
    near = [name for name in names.within(0, end) if not _ABOUT.search(names.folded, max(0, name[0] - 30), name[0])]
    near.sort(key=lambda name: name.start < by)
    voice, span = next(((full, name[:2]) for name in near if cue and (full := _person(names, name))), ("", ()))
    return voice, (cue.span(), span) if voice else ()


def _person(names, name):
    """The full name of a person; of a line in capitals, which is one run of them, only a person's own name."""
    full = names.person(name)
    if _SPEECH.search(full.lower()):
        return ""  # "COMMUNIQUÉ No"
    if not full.isupper():
        sure = name.title or full.lower() in WORDS["surname"] or names.folded.endswith(" by ", 0, name.start)
        return full if sure or " " in full else ""
    own = [*takewhile(lambda word: word.lower() not in WORDS["preposition"] | {"and"}, full.split())]
    return " ".join(own) if len(own) > 1 else ""
