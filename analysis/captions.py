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
_ASIDE = re.compile(r"[\[(][^\[\]()]{1,200}(?P<end>[\])]\.?)?")
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
    """The lines of a cue without tags, who speaks before the words on a line of its own."""
    untagged = unescape(_TAG.sub(lambda tag: f"\n{_named(tag[1])}: " if tag[1] else "", cue))
    return [*filter(None, map(str.strip, untagged.split("\n")))]


def _named(voice):
    """The name in a tag, as a list has it or not: "Lee, Ann" is Ann Lee."""
    return " ".join(voice.split(", ")[::-1])


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
    turns, last, goes_on, in_aside = [], "", False, None
    for line in lines:
        mark = _MARK.match(line)[0]
        line = line[len(mark) :]
        label = _label(line)
        if label and label.name == last and goes_on and not (mark or turns[-1].endswith(_ENDS)):
            label, line = None, line[label.end :].lstrip()
        aside = _ASIDE.fullmatch(line)
        if line and goes_on and (in_aside or not (mark or label or aside or SILENT.fullmatch(line))):
            turns[-1] += f" {line}"
        elif line:
            turns.append(f">> {line}" if mark and not (label or aside) else line)
        last = label.name if label else last * (not mark)
        aside = turns and _ASIDE.fullmatch(turns[-1])
        in_aside, goes_on = aside and not aside["end"], bool(line) and not SILENT.fullmatch(turns[-1])
    return turns
