"""Captions: what is said in subtitles (.vtt, .srt), machine transcripts and pages with numbered lines, as paragraphs.

There a sentence runs over several cues, each with a number and a time, or over several numbered lines. What is read
here has neither, and a paragraph for each turn; ``labels.py`` finds out who speaks.
"""

import re
from html import unescape
from itertools import pairwise

_CLOCK = r"(?:\d+:)?\d?\d:\d\d(?:[.,]\d{1,3})?"
_TIMED = re.compile(rf"\s*{_CLOCK}\s+-->\s+{_CLOCK}(?:\s.*)?")
_HEAD = re.compile(rf"\s*(?:\[{_CLOCK}\s+-->\s+{_CLOCK}\]|{_CLOCK}\s*$)\s*")
_TAG = re.compile(r"<v(?:\.[\w.]{1,40})?\s+(?P<voice>[^<>]{1,80})>|<[^<>]{0,200}>|\{\\[^{}]{0,80}\}|[♪♫]")
_NAMED = r"[A-Z][\w.'’-]*(?: (?:(?:de|van|von|der|bin|al) ){0,2}[A-Z\d][\w.'’-]*){0,3}(?: \([^()]{1,40}\))?"
_TURN = re.compile(rf"(?P<mark>[-–—] ?(?=\S)|>>+ ?)?(?:(?P<label>{_NAMED}):(?=\s|$)\s*)?")
_BRACKET = re.compile(r"[\[(][^\[\]()]{1,100}[\])]\.?")
_NUMBERED = re.compile(r"\s{0,12}(?P<number>\d{1,2})(?:\s+(?P<words>\S.*))?\s*")
_OPENS = re.compile(r"[QA](?:\.|\s\s)|(?:[A-Z]+\.? ){0,4}[A-Z]+:|[(\[]")


def words(raw):
    """What is said in captions or on pages with numbered lines; any other text as it is.

    >>> print(words("1\\n00:01 --> 00:02\\nWe may\\n\\n2\\n00:02 --> 00:03\\nleave.\\n- Why?"))
    We may leave.
    >> Why?
    """
    lines = raw.splitlines()
    turns = _turns(_unrolled(_subtitles(lines)) or _timed(lines)) or _pages(lines)
    return "\n".join(map(" ".join, turns)) if turns else raw


def _subtitles(lines):
    """The lines of each cue of .vtt or .srt."""
    cues, shown = [], False
    for line in lines:
        if _TIMED.fullmatch(line):
            if cues and cues[-1] and cues[-1][-1].isdigit():
                cues[-1].pop()  # the number of this one
            cues, shown = [*cues, []], True
        elif not line:
            shown = False
        elif shown:
            cues[-1] += filter(None, map(str.strip, _plain(line).split("\n")))
    return cues if len(cues) > 1 else []


def _plain(line):
    """A line of a cue without tags, who speaks before it on a line of its own."""
    return unescape(_TAG.sub(lambda tag: f"\n{tag['voice']}: " if tag["voice"] else "", line))


def _unrolled(cues):
    """The lines of cues, each once, where every cue shows again the last line of the one before."""
    again = sum(one[-1:] == two[:1] for one, two in pairwise(cues))
    return [line for one, two in pairwise([[], *cues]) for line in two if 3 * again < len(cues) or line not in one]


def _timed(lines):
    """The words of lines that have their times before them, "[00:00.000 --> 00:04.320] Good evening", or above them."""
    heads = [_HEAD.match(line) for line in lines]
    if sum(map(bool, heads)) < 2 or not (heads[0] or any("-->" in head[0] for head in heads if head)):
        return []
    said = (line[head.end() if head else 0 :] for line, head in zip(lines, heads, strict=True))
    return [*filter(None, map(str.strip, said))]


def _turns(lines):
    """Lines as turns, each a list of its lines: another one begins with a label, a dash or ">>", or in brackets."""
    turns, last, goes_on = [], "", False
    for line in lines:
        opens, aside = _TURN.match(line), _BRACKET.fullmatch(line)
        label, rest = opens["label"] or "", line[opens.end() :]
        if opens["mark"] or (label and label != last):
            turns.append([f"{label}: {rest}" if label else f">> {rest}"])
            last = label
        elif goes_on and not aside:
            turns[-1].append(rest)
        else:
            turns.append([rest])
        goes_on = not aside
    return turns


def _pages(lines):
    """The turns on the numbered pages of a court reporter, without what stands above and below the numbers."""
    rows = [*filter(None, map(_NUMBERED.fullmatch, lines))]
    counted = all(int(two["number"]) in (int(one["number"]) + 1, 1) for one, two in pairwise(rows))
    said = [(row["words"] or "").rstrip() for row in rows]
    opens = [*map(bool, map(_OPENS.match, said))]
    if len(rows) < 8 or not counted or sum(opens) < 2:
        return []
    turns = []
    for before, own, begins in zip(["", *said], said, opens, strict=False):
        if own and (begins or not before):
            turns.append([own])
        elif own:
            turns[-1].append(own)
    return turns
