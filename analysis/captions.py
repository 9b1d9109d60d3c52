"""Captions: what is said in subtitles (.vtt, .srt), machine transcripts and pages with numbered lines, as paragraphs.

There a sentence runs over several cues, each with a number and a time, or over several numbered lines. What is read
here has neither, and a paragraph for each turn; ``labels.py`` finds out who speaks.
"""

import re
from html import unescape
from itertools import pairwise

from .labels import CLOCK, SILENT, opening

_SPAN = rf"{CLOCK}[ \t]+-->[ \t]+{CLOCK}"
_CUE = re.compile(rf"(?m)^(?:\d+[ \t]*\n)?[ \t]*{_SPAN}(?:[ \t].*)?$")
_TIME = re.compile(rf"(?m)^[ \t]*(?:\[{_SPAN}\]|(?=\d+:){CLOCK}[ \t]*$)")  # before words, or above them
_TAG = re.compile(r"<v(?:\.[\w.]{1,40})?\s+([^<>]{1,80})>|<[^<>]{0,200}>|\{\\[^{}]{0,80}\}|[♪♫]")
_MARK = re.compile(r"(?:[-–—] ?(?=\S)|>>+ ?)?")  # before the words of somebody else
_ASIDE = re.compile(r"[\[(][^\[\]()]{1,200}[\])]?\.?")
_UNCLOSED = re.compile(r"[\[(][^\[\]()]{1,200}")
_ENDS = (".", "?", "!", "…", '"', "”")
_NUMBERED = re.compile(r"(?m)^[ \t]{0,12}(\d{1,2})(?:[ \t]+(\S.*)|[ \t]*)$")


def words(raw):
    """What is said in captions or on pages with numbered lines; any other text as it is.

    >>> print(words("1\\n00:01 --> 00:02\\nWe may\\n\\n2\\n00:02 --> 00:03\\nleave.\\n- Why?"))
    We may leave.
    >> Why?
    """
    text = "\n".join(raw.splitlines())
    return "\n".join(_turns(_begun(_cues(text) or _timed(text)) or _pages(text))) or raw


def _cues(text):
    """The lines in the cues of .vtt or .srt, each once, though every cue may show again the last line before it."""
    found = [_plain(cue.partition("\n\n")[0]) for cue in _CUE.split(text)[1:]]
    rolls = 3 * sum(one[-1:] == two[:1] for one, two in pairwise(found)) >= len(found)
    shown = [line for one, two in pairwise([[], *found]) for line in two if not (rolls and line in one)]
    return shown if len(found) > 1 else []


def _plain(cue):
    """The lines of a cue without tags; who speaks before the words on a line of its own, "Lee, Ann" as Ann Lee."""
    voices = _TAG.sub(lambda tag: f"\n{' '.join(tag[1].split(', ')[::-1])}: " if tag[1] else "", cue)
    return [*filter(None, map(str.strip, unescape(voices).split("\n")))]


def _timed(text):
    """The lines that have times before them, "[00:00.000 --> 00:04.320] Good evening", or above them, without those."""
    times = _TIME.findall(text)
    if len(times) < 2 or not (_TIME.match(text) or any("-->" in time for time in times)):
        return []
    return [*filter(None, map(str.strip, _TIME.sub("", text).split("\n")))]


def _pages(text):
    """The numbered lines of a court reporter's pages, without what stands above and below the numbers."""
    rows = _NUMBERED.findall(text)
    counted = all(int(two) in (int(one) + 1, 1) for (one, _), (two, _) in pairwise(rows))
    said = [words.rstrip() for _, words in rows]
    return said if len(rows) >= 8 and counted and sum(_label(line) is not None for line in said) > 1 else []


def _label(line):
    """The label that opens a line of somebody's words: with a colon, for a line may begin with a name, or Q and A."""
    label = opening(line, 0, len(line))
    return label if label and (label.name in ("Q", "A") or line[: label.end].rstrip().endswith(":")) else None


def _begun(lines):
    """Captions in which speakers change: who speaks first is somebody, too, though nothing may say so."""
    first = next((i for i, line in enumerate(lines) if not _ASIDE.fullmatch(line)), 0)
    changes = sum(bool(_MARK.match(line)[0] or _label(line)) for line in lines)
    if changes < 2 or _MARK.match(lines[first])[0]:
        return lines
    return [*lines[:first], f">> {lines[first]}", *lines[first + 1 :]]


def _turns(lines):
    """Lines as turns: another one begins with a label, a dash or ">>", and with what nobody says. A label that is given
    again within a sentence is left out."""
    turns = [""]
    for line in map(_marked, lines):
        label, last = _label(line), _label(turns[-1])
        if label and last and label.name == last.name and not turns[-1].endswith(_ENDS):
            turns[-1] += f" {line[label.end :].lstrip()}"
        elif _goes_on(turns[-1], line) and not label:
            turns[-1] += f" {line}"
        else:
            turns.append(line)
    return [*filter(None, turns)]


def _marked(line):
    """A line with ">>" for any mark of another speaker, where no label tells who it is."""
    mark = _MARK.match(line)[0]
    line = line[len(mark) :]
    return f">> {line}" if mark and not (_label(line) or _ASIDE.fullmatch(line)) else line


def _goes_on(turn, line):
    """Does a line without a label go on with a turn? A direction in brackets may take several."""
    begins = line.startswith(">>") or _ASIDE.fullmatch(line) or SILENT.fullmatch(line) or SILENT.fullmatch(turn)
    return bool(turn and line and (_UNCLOSED.fullmatch(turn) or not begins))
