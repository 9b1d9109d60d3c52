"""Captions: what is said in subtitles (.vtt, .srt), machine transcripts and pages with numbered lines, as paragraphs.

There a sentence runs over several cues, each with a number and a time, or over several numbered lines. What is read
here has neither, and a paragraph for each turn; ``labels.py`` finds out who speaks.
"""

import re
from collections import Counter
from html import unescape
from itertools import pairwise

from spacy.lang.en.stop_words import STOP_WORDS

from .actors import WORDS
from .labels import CLOCK, FORMS, SILENT, TALK, opening

_AT = rf"(?:{CLOCK}|\d:\d{{1,2}}:\d{{1,2}}\.\d{{1,3}}|\d+\.\d+s?)"
_SPAN = rf"{_AT}(?:[ \t]+--?>[ \t]+|,|\t){_AT}"
_CUE = re.compile(rf"(?m)^(?:\d+[ \t]*\n)?[ \t]*{_SPAN}(?:[ \t].*)?$")
_TIME = re.compile(rf"(?m)^[ \t]*(?:\[{_SPAN}\]|\({_AT}, {_AT}\)|{_SPAN}\t|(?=\d+:){CLOCK}[ \t]*$)")  # or above
_BESIDE = re.compile(rf"^[ \t]*(?:(?=\d+:){CLOCK}[ \t]+(?=\S))|[\[(]{CLOCK}[\])]")  # or within brackets among them
_SPELT = re.compile(  # a time once more, for who cannot see it: below the clock, or between a name and the clock
    rf"(:\d\d)?\r?\n(?:\d+ (?:hour|minute|second)s?,? ?)+(?(1)(?=\r?\n)|\r?\n(?={CLOCK}\r?\n))"
)
_WHO = re.compile(r"(?im)^((?:[\[(][\d:., >s-]+[\])])?[ \t]*)(?:\(speaker ([\d?]+)\)|\[speaker:(\d+)\]):?(?=[ \t]+\S)")
_ABOVE = re.compile(rf'(?m)^\d+ "([^"\n]+)" \(\d+\)\n({_SPAN}.*\n)')  # as Webex has the name of who speaks
_TAG = re.compile(FORMS["tagged"])
_MARK = re.compile(r"((?:[-–—] ?(?=\S)|>>+ ?)?)(.*)")  # before the words of somebody else
_DASHED = re.compile(r"(?m)^[ \t]*[-–—] (?=(\S.*))")
_ASIDE = re.compile(rf"[\[(][^\[\]()]{{1,200}}[\])]?\.?|{SILENT.pattern}")
_DIRECTION = re.compile(r"\[(?:[^\W\d]+|[a-z][^\[\]]*)\]|\([^()]*\)")  # "[Music]" and the like, but no "[Ann Lee]"
_UNCLOSED = re.compile(r"[\[(][^\[\]()]{1,200}")
_SPOKEN = re.compile(rf"(?!(?:{SILENT.pattern})\Z)(?s:.+)")
_STRANGE = re.compile(r"(?:[^\s:.?!,]{1,25} ){0,3}[^\s:.?!,]{1,25}(?=: )")
_LABELLED = re.compile(r"[:\]]\s*\Z|  \Z|\t\Z")
_ENDS = (".", "?", "!", "…", '"', "”")
_AMONG = re.compile(  # what Otter and Whisper write above; where a page of the Congressional Record ends
    r"(?m)^(?:SUMMARY KEYWORDS|SPEAKERS)\s*\n.*\n\s*|\ADetected language .*\s*"
    r"|(?:\r?\n)?^[ \t]*\[\[Page \w+\]\][ \t]*(?:\r?\n){1,2}"
)
_BELOW = re.compile(rf"(?m)^(\S[^\r\n]{{0,40}})\r?\n[ \t]*({CLOCK})[ \t]*$")
_NUMBERED = re.compile(r"(?m)^[ \t]{0,12}([\dl]{1,4})(?!\S)(.*)$")  # "l" is what a scanner reads for 1


def words(raw):
    """What is said in captions or on pages with numbered lines; any other text as it is.

    >>> print(words("1\\n00:01 --> 00:02\\nWe may\\n\\n2\\n00:02 --> 00:03\\nleave.\\n- Why?\\n- No."))
    >> We may leave.
    >> Why?
    >> No.
    """
    raw = _WHO.sub(lambda who: f"{who[1]}Speaker {who[2] or who[3]}:".replace("Speaker ?:", ">>"), _AMONG.sub("", raw))
    raw = _beside(_SPELT.sub(lambda time: time[1] or "  ", raw))
    text = _ABOVE.sub(r"\2<v \1>", "\n".join(raw.splitlines()))
    said = _DASHED.findall(raw)  # a dialogue, but for one in which every other line asks: that is an interview
    talk, asked = sum(map(bool, map(TALK.search, said))), sum("?" in line for line in said)
    if 2 * talk > len(said) > max(2, 2 * asked, len(_lines(text)) / 2) and asked:
        raw = _DASHED.sub(">> ", raw)
    return "\n".join(_marked(_turns(_undirected(_cues(text) or _timed(text)))) or _turns(_pages(text))) or raw


def _undirected(lines):
    """Lines without directions where nobody is named; else a direction may end what somebody says."""
    said = [line for line in lines if not _DIRECTION.fullmatch(line)]
    return lines if any(line.startswith(">>") or _label(line) for line in said) else said


def _marked(turns):
    """Turns with ">>" before labels in capitals, which are no words of a sentence there, before all labels where every
    turn has one, and before whoever speaks first and is somebody, too, though nothing says so."""
    labelled = {i for i, turn in enumerate(turns) if turn.startswith(">>") or _label(turn)}
    if len(labelled) < 2:
        return turns
    first = next((i for i, turn in enumerate(turns) if not _ASIDE.fullmatch(turn)), 0)
    loud = re.compile("" if len(labelled) == len(turns) else "[A-Z][^a-z:]+:")
    sure = {i for i in labelled if loud.match(turns[i])} | ({first} - labelled)
    return [f">> {turn.removeprefix('>> ')}" if i in sure else turn for i, turn in enumerate(turns)]


def _beside(raw):
    """The text with the times that stand below names, as in what is copied from a chat, beside them."""
    names = [name[1] for name in _BELOW.finditer(raw)]
    known = [name for name in names if opening(f"{name}\n", 0, len(name))]
    return _BELOW.sub(r"\1  \2", raw) if len({*names}) < len(names) == len(known) else raw


def _lines(text):
    return [*filter(None, map(str.strip, text.split("\n")))]


def _cues(text):
    """The lines in the cues of .vtt or .srt, each once, though every cue may show again the last line before it."""
    found = _strange(_named([_plain(cue.partition("\n\n")[0]) for cue in _CUE.split(text)[1:]]))
    rolls = 3 * sum(one[-1:] == two[:1] for one, two in pairwise(found)) >= len(found)
    shown = "\n".join(line for one, two in pairwise([[], *found]) for line in two if not (rolls and line in one))
    captions = len(found) > 1 or re.match(rf"WEBVTT|(?:1\n)?{_SPAN}", text)
    return _lines(re.sub(r"(?=(?<!>)>>)", "\n", shown)) if captions else []


def _named(cues):
    """Cues with a colon behind the name where each has one on a line of its own."""
    names = Counter(cue[0] for cue in cues if cue[1:] and getattr(opening(cue[0], 0, len(cue[0])), "alone", False))
    if names.total() < 0.8 * len(cues):
        return cues
    return [[f">> {cue[0].rstrip(':')}: {cue[1]}", *cue[2:]] if cue[0] in names else cue for cue in cues]


def _strange(cues):
    """Cues with ">>" before "room 2b: No", like a label of no known form, where most begin with a label."""
    first = [cue[0] for cue in cues if cue]
    if 2 * sum(map(bool, map(_label, first))) <= len(first):
        return cues
    strange = {line for line in first if (it := _STRANGE.match(line)) and STOP_WORDS.isdisjoint(it[0].lower().split())}
    return [[f">> {cue[0]}", *cue[1:]] if cue and cue[0] in strange and not _label(cue[0]) else cue for cue in cues]


def _plain(cue):
    """The lines of a cue without tags; who speaks before the words on a line of its own, "Lee, Ann" as Ann Lee."""
    return _lines(unescape(_TAG.sub(lambda tag: f"\n>> {' '.join(tag[1].split(', ')[::-1])}: " if tag[1] else "", cue)))


def _timed(text):
    """The lines with times above them or before them, "[00:00.000 --> 00:04.320] Good evening", without those."""
    times, lines = [*_TIME.finditer(text)], _lines(text)
    if len(times) > 1 and (times[0].start() == 0 or len(times) > len(lines) / 4):
        at = times[0].start()
        return [*text[:at].replace("\n", "\n\n").split("\n"), *_lines(_TIME.sub("", text[at:]))]
    said = [_BESIDE.sub("", line).strip() for line in lines if _BESIDE.match(line) and not _label(line)]
    return said if len(lines) == len(said) > 2 and sum(line.endswith(_ENDS) for line in said) < len(said) / 2 else []


def _pages(text):
    """The numbered lines of a court reporter's pages, without what stands above and below the numbers.

    Of ten numbers one may be misread, or lost before a line.
    """
    _, *parts = _NUMBERED.split(text)
    numbers = [int(number.replace("l", "1")) for number in parts[::3]]
    said = []
    for words, below, (one, two) in zip(parts[1::3], parts[2::3], pairwise([*numbers, 0]), strict=True):
        said += [words.strip(), *_lines(below if two - one == 2 else "")]
    counted = sum(two not in (one + 1, 1) for one, two in pairwise(numbers)) <= len(numbers) / 10
    names = [label.key for label in map(_label, said) if label and label.key not in WORDS["time"]]  # of "3 May: Rain"
    return said if counted and len(names) > 1 and (len(numbers) >= 8 or len({*names}) < len(names)) else []


def _label(line):
    """The label that opens a line of somebody's words: with a colon or a gap behind it, for a line may begin with a
    name, or Q and A."""
    label = opening(line, 0, len(line))
    known = label and (label.sure or not label.plain) and _LABELLED.search(line, 0, label.end)
    return label if known or (label and label.name in ("Q", "A")) else None


def _turns(lines):
    """Lines as turns: another one begins with a label, a dash or ">>", and with what nobody says; not with the same
    label within a sentence. What stands in brackets may take several lines."""
    turns, last = [""], None
    for mark, line in map(re.Match.groups, map(_MARK.match, lines)):
        label = _label(line)
        aside, name = not label and _ASIDE.fullmatch(line), getattr(label, "name", None)
        if None is not name == last and not turns[-1].endswith(_ENDS):
            turns[-1] += f" {line[label.end :].lstrip()}"
        elif line and not label and (_UNCLOSED if mark or aside else _SPOKEN).fullmatch(turns[-1]):
            turns[-1] += f" {line}"
        else:
            turns.append(f">> {line}" if mark and not aside else line)
            last = name
    return [*filter(None, turns)]
