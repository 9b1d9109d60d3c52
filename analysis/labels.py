"""Labels: what in a transcript tells who speaks, and what else in it nobody says.

"MS. HALE: …", "Q    …", "The SPEAKER pro tempore. …", "IDA BRANDT, CNN ANCHOR: …", "Ida Brandt  0:03" on a line of its
own: a label may take any common form. One alone proves nothing ("Price: ten euros."), so a text is a transcript where
labels come back, and titles, times, questions or an "I" show that somebody talks.
"""

import re
from collections import Counter
from typing import NamedTuple

from .actors import ABBREVIATED, CAPITAL, HE, SHE, TITLES, WORDS, bare

TALK = re.compile(r"\b(?:I|[Mm]e|[Mm]y)\b|\?")
_ROLES = HE | SHE | TITLES | WORDS["asker"] | WORDS["answerer"]
_CLOCK = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[.,]\d{1,3})?(?:\s?[AaPp]\.?[Mm]\b\.?)?"
_DATE = r"(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|(?:Today|Yesterday)(?=[ ]at))"
_TIME = rf"[\[(]?(?:{_DATE}(?:,|[ ]at)?[ ])?{_CLOCK}(?:[ ]-->[ ]{_CLOCK})?[\])]?"
_WORD = rf"(?:(?i:{ABBREVIATED})\.|(?:{CAPITAL}\.)+|{CAPITAL}[\w'’-]*)"
_SMALL = "de|da|di|du|la|le|el|al|bin|ibn|van|von|der|den|of|the|for"
_LABEL = re.compile(
    rf"""(?:\#{{1,6}}[ ]|>>+[ ]?)?
    (?:(?P<time>{_TIME})\s+(?:-[ ])?(?:From[ ]+)?|Q\d+\.[ ](?:\[\d+\][ ])?)?[*_\[<]{{0,2}}
    (?P<name>Q(?=[.:*_\s])|A(?=[.:*_]|[ \t]{{2}})
      |{_WORD}(?:[ ](?:(?:{_SMALL})[ ]){{0,2}}(?:{_WORD}|\d\d?)){{0,6}}(?:[ ]pro[ ]tempore)?
      |(?<=<)[^<>\n]{{1,40}}(?=>)|(?(time)[\w@+.-]{{1,25}}(?:[ ][\w.+-]{{1,25}}){{0,2}}(?=:[ ])|(?!)))  # of a chat
    (?P<mark>[\]>])?
    (?:[ ]\((?P<who>[^)\n]{{1,80}})\)){{0,2}}  # a constituency, or who the minister is
    (?P<office>,[ ][^:.!?\n]{{1,80}}(?=:))?
    (?:[ ]+to[ ]+[\w ]{{1,40}}?(?=[ ]?:))?  # the chat of a meeting: "From Ann Lee to Everyone : …"
    (?:(?:[ ][–—-])?[ \t]+(?P<after>{_TIME}))?[*_]{{0,2}}
    (?P<end>[ ]?:(?=[\s*_]|$)|\.(?=\s)|[ \t]{{2,}}|\t|[ ][–—-](?=\s)|(?<=\bQ)[ ](?=[A-Z(\["“—–])|\s*$|(?<=>))[*_]{{0,2}}
    (?:[ ]*[\[(]{_CLOCK}[\])])?""",
    re.VERBOSE,
)
_CHANGE = re.compile(rf">>+\s?|(?:[\[(]|(?={_DATE})){_TIME}(?:[ ]-)?\s")  # somebody else, who is not named
_HEADING = re.compile(rf"(?i:[*_]*(?:\w+['’]?s['’]? )?(?:{'|'.join(sorted(WORDS['heading']))}):)")
_SEEMING = re.compile(rf"(?:(?:The|(?i:{ABBREVIATED})\.?)[ ][A-Z]{{3,}}|[A-Z]{{2,}}[ ][A-Z]{{2,}})\b")
_STAGE = re.compile(rf"[\[(](?i:(?:[\w-]+ ){{0,2}}(?:{'|'.join(sorted(WORDS['stage']))})(?: [\w:]+){{0,2}}[.!…]?)[\])]")
_SILENT = re.compile(rf"(?:[\[(][^\[\]()\n]{{0,100}}[\])]\.?[ ]?){{1,3}}|(?:END\s+)?{_TIME}|END|BY [A-Z .'’-]{{3,40}}:")


_STOPS = ".?!…”\"'"


class Label(NamedTuple):
    """What tells who speaks: a name, where it stands, where the words begin, who holds the office that it names.

    Without a name it tells no more than that somebody else does; "narrator" is whoever wrote the transcript.
    """

    start: int
    stop: int
    end: int
    name: str
    holder: str = ""
    sure: bool = True  # by a time, a title, a role, a first name
    alone: bool = False  # on a line of its own
    silent: bool = False  # no words at all: a stage direction, a time

    @property
    def key(self):
        """The surname, by which a label is known when it comes back."""
        return (bare(self.words) or self.words or [""])[-1].lower()

    @property
    def words(self):
        """The name without a place behind it: "Mr. ARP of Lenz"."""
        words = self.name.split()
        return words[: words.index("of")] if "of" in words and words[words.index("of") - 1].isupper() else words


def find(raw, paragraphs):
    """Paragraph -> the Label that opens it; empty where the text is no transcript.

    >>> raw = "Q  Who pays?\\nMS. HALE: I do.\\n(Laughter.)\\nQ  And then?"
    >>> [(i, label.name) for i, label in find(raw, [(0, 12), (13, 28), (29, 40), (41, 53)]).items()]
    [(0, 'Q'), (1, 'MS. HALE'), (2, 'narrator'), (3, 'Q')]
    """
    shouts = sum(map(str.isupper, raw[:5000])) > sum(map(str.islower, raw[:5000]))
    found = {i: label for i, span in enumerate(paragraphs) if (label := _label(raw, *span, shouts))}
    often, names = Counter(label.key for label in found.values()), [label.name for label in found.values()]
    if 0 in found and names.count(names[0]) == 1 and not found[0].alone and raw[paragraphs[0][1] - 1] not in _STOPS:
        del found[0]  # a headline
    first = min((i for i, label in found.items() if often[label.key] > 1), default=len(paragraphs))
    found = {i: it for i, it in found.items() if often[it.key] > 1 or _is_turn(raw, paragraphs, found, i, first)}
    if not _is_transcript(raw, paragraphs, found):
        return {}
    for i in range(min(found), len(paragraphs)):
        if i in found and found[i].alone and found[i].name.startswith("The "):
            found[i] = found[i]._replace(holder=_bracketed(raw, paragraphs[i + 1 : i + 2]))
        if i not in found and (other := _other(raw, *paragraphs[i], shouts)):
            found[i] = other
    return dict(sorted(found.items()))


def _bracketed(raw, paragraph):
    """What a paragraph that stands in brackets holds."""
    return next((raw[start + 1 : end - 1] for start, end in paragraph if raw[start] == "(" and raw[end - 1] == ")"), "")


def _label(raw, start, end, shouts):
    """The label at the beginning of a paragraph, whatever it looks like; None for "Note:"."""
    match = _LABEL.match(raw, start, end)
    if match and _is_label(match, shouts):
        marked = match["time"] or match["after"] or match["mark"] or match[0].startswith(">>")
        sure = bool(marked or _plain(match["name"]) & _ROLES)
        holder = match["who"] if match["who"] and match["name"].startswith("The ") else ""
        alone = not raw[match.end() : end].strip()
        return Label(*match.span("name"), match.end(), match["name"], holder, sure, alone)
    change = _CHANGE.match(raw, start, end)
    return Label(start, start, change.end(), "", sure=False) if change else None


def _is_label(match, shouts):
    """Does a name end as a label does? In a text all in capitals no capitals tell."""
    name, end = match["name"], match["end"]
    capital = not shouts and any(len(word) > 2 and word[2:].isupper() for word in name.split())
    if name.startswith("BY ") or not WORDS["heading"].isdisjoint(_plain(name)):
        return False
    if match["office"]:
        return name.isupper() or match["office"][2:].isupper()
    if end.strip() not in ("", "."):
        return True
    if end == ".":
        return name in ("Q", "A") or (capital and _is_titled(name))
    if end and match.end("end") < match.endpos:  # a wide space
        return name in ("Q", "A") or capital
    return not shouts or bool(match["time"] or match["after"])


def _is_titled(name):
    return name.startswith("The ") or name.split()[0].rstrip(".").lower() in TITLES


def _plain(name):
    return {word.rstrip(".").lower() for word in name.split()}


def _is_turn(raw, paragraphs, found, i, first):
    """Does a label that never comes back open a turn? Not if it may be a headline, or a heading."""
    label, end = found[i], paragraphs[i][1]
    if label.alone:
        followed = i + 1 < len(paragraphs) and i + 1 not in found
        return followed and (label.sure or (i > first and " " in label.name))
    return i > first or label.sure or raw[end - 1] in _STOPS


def _is_transcript(raw, paragraphs, found):
    """Do labels come back, or are all of them sure? Is one of them, or do most of those so named say "I" or ask?"""
    often = Counter(label.key for label in found.values())
    sure = [label.sure for label in found.values()]
    if len(found) < 3 or (max(often.values()) < 2 and not all(sure)):
        return False
    ends = [*(label.start for label in [*found.values()][1:]), len(raw)]
    talk = [TALK.search(raw, label.end, end) for label, end in zip(found.values(), ends, strict=True)]
    return any(sure) or 2 * sum(map(bool, talk)) > len(talk)


def _other(raw, start, end, shouts):
    """What else ends a turn: what nobody says, a note, what looks like a label of no known form."""
    if _SILENT.fullmatch(raw, start, end):
        return Label(start, start, end, "narrator", silent=True)
    if _HEADING.match(raw, start, end):
        return Label(start, start, start, "narrator")
    seeming = _SEEMING.match(raw, start, end)
    return Label(start, start, start, "") if seeming and not shouts else None


def unspoken(raw, paragraphs, labels):
    """The [(start, end)] of what are no words of anybody: labels, times, stage directions."""
    opened = ((paragraphs[i][0], label.end) for i, label in labels.items())
    before = (span for span in paragraphs[: min(labels, default=0)] if _SILENT.fullmatch(raw, *span))
    return [*before, *opened, *(match.span() for match in _STAGE.finditer(raw))]
