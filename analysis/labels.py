"""Labels: what in a transcript tells who speaks, and what else in it nobody says.

"MS. HALE: …", "Q    …", "The CHAIR. …", "IDA BRANDT, CNN ANCHOR: …", "Ida Brandt  0:03" on a line of its own. One alone
proves nothing ("Price: ten euros."): in a transcript labels come back, and titles, times, questions, an "I" show talk.
"""

import re
import tomllib
from collections import Counter
from typing import NamedTuple

from spacy.lang.en.stop_words import STOP_WORDS

from .codebook import HERE
from .names import ABBREVIATED, CAPITAL, HE, SHE, TITLES, VERBS, WORDS, bare

TALK = re.compile(r"\b(?:I|i|[Mm]e|[Mm]y)\b|\?")
_PEOPLE = HE | SHE | TITLES
_ROLES = _PEOPLE | (WORDS["asker"] - {"i"}) | WORDS["answerer"]  # "I" may number a chapter
CLOCK = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[.,]\d{1,3})?(?:\s?[AaPp]\.?[Mm]\b\.?)?+"
_DATE = (
    r"(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|(?:Today|Yesterday)(?=[ ]at)"
    r"|\d{1,2}[ ][A-Z][a-z]{2,8}[ ]\d{4}|[A-Z][a-z]{2,8}[ ]\d{1,2},[ ]\d{4})"
)
_TIME = rf"[\[(]?(?:{_DATE}(?:T|(?:,|[ ]at)?[ ]))?{CLOCK}Z?(?:[ ]?(?:-{{1,2}}>?|–)[ ]?{CLOCK})?[\])]?"
_LETTER = rf"(?:{CAPITAL}|[Α-ΩЀ-Я\u0590-\u109f\u3040-\ud7ff])"  # of other alphabets, of which many have no capitals
_SHORT = rf"(?:(?i:{ABBREVIATED})|[A-Z]{{2,5}}(?=\.[ ][A-Z]{{2}}))\."  # "Sen.", "PRES. RUTH KERR"
_WORD = rf"(?:{_SHORT}|(?:{CAPITAL}\.)+|i?(?:[ae]\w-|d['’])?{_LETTER}[\w'’-]*)"
_MONTH = rf"(?i:{'|'.join(sorted(WORDS['time']))})\b"
_NICK = r"[^\s:]{1,25}(?:[ ][^\s:]{1,25}){0,2}(?:[ ][^\sa-z:][^\s:]{0,24}){0,3}"  # Dr. Ann Lee (Ward 6)
_SMALL = "de|da|di|do|dos|du|della?|la|le|el|al|bin|ibn|van|von|zu|der|den|ter|ten|of|the|for|and"
_SEAT = r"(?:[ ]\([^()\n]{1,40}\))?"
_NO_ROW = r"(?!\d[\d.,]*(?<=\d)(?:[ ]?%)?(?:[ ]{2}|\t|$))"  # of a table
_LABEL = re.compile(
    rf"""(?:\#{{1,6}}[ ]|>>+[ ]?|[*-][ ](?=\*\*)|(?P<quoted>["“]))?(?:[*_]{{2}}(?=[\[(]?\d))?
    (?:(?P<time>{_TIME})\s+(?:-[ ])?(?:From[ ]+)?(?:~\s)?|(?:Q\d+\.?|\d{{1,4}}\.?)[ ]+(?!{_MONTH})(?:\[\d+\][ ])?)?
    (?:[*_\[]{{0,2}}|<[ @+]?|(?P<paren>\()(?=[^()\n]{{1,40}}\):))
    (?P<name>Q(?=\d{{0,3}}[.:*_\s])|A(?=\d{{0,3}}[.:*_]|[ \t]{{2}})
      |{CAPITAL}[^\n:.!?()]{{5,110}}(?=[ ]\({CAPITAL}[^()\n ]+[ ][^()\n]{{2,50}}{_SEAT}\){_SEAT}(?:\s*$|:))  # an office
      |{_WORD}(?:[ ](?:(?:{_SMALL})[ ]){{0,2}}(?:{_WORD}|\#?\d\d?)){{0,8}}(?:[ ]pro[ ]tempore)?
      (?:,[ ]{_WORD}(?:[ ]\w+){{0,2}}
        (?=(?:[ ]\([^()\n]{{1,40}}\))?[ \t]+{_TIME}\s*$|(?(time)\s*$|(?!))))?  # "Lee, Ann (External)  0:03"
      |(?(time)(?:(?<=[< ])[\w@.+-]{{1,25}}(?=>)|{_NICK}(?=:[ ]))  # of a chat
        |[a-z][\w'’-]{{0,20}}(?:[ ][a-z][\w'’-]{{1,20}})?(?:[ ]\d\d?)?(?=:(?:\s|$)|[ ]—[ ]{_TIME}\s*$)))
    (?:(?<=\b[QA])\d{{1,3}})?(?P<mark>[\]>])?(?(paren)\))[*_]{{0,2}}
    (?:[ ][(\[](?P<who>(?!\d+:)[^()\]\n]{{1,80}}){_SEAT}[)\]])?(?:[ ][(\[](?!\d+:)[^)\]\n]{{1,80}}[)\]])?  # a name
    (?P<office>(?:,|[ ]/)[ ](?:[^:.!?\n]|(?<=\b[A-Z])\.){{1,80}}(?=:|\.[ ][–—])
      |[ ](?:--|[–—-])[ ]{CAPITAL}[^:.!?\n]{{1,80}}(?=\s*$))?
    (?(time)(?:[ ]+to[ ]+[\w ]{{1,40}}?(?:\([^()\n]*\))?(?=[ ]?:))?)  # in a chat: "to Everyone :"
    (?:(?:,|[ ][–—|-])?[ \t]+(?P<after>{_TIME}))?[*_]{{0,2}}
    (?P<end>[ ]?:(?=[\s*_]|$)|\.[ ][–—](?=\s)|(?:\.?\t|[ \t]{{2,}}+){_NO_ROW}|(?(time)(?!))\.(?=\s)|[ ][–—|-](?=\s)
      |(?(after)(?<=[\])])[ ](?=\S)|(?!))|(?<=\bQ)[ ](?=[A-Z(\["“—–])|\s*$|(?(quoted)(?!)|(?<=[\]>])))[*_]{{0,2}}
    (?:(?:\t|[ ]*[\[(]){CLOCK}(?:[\])]|(?=\t)))?""",
    re.VERBOSE,
)
_CHANGE = re.compile(rf">>+\s?|(?:[\[(]|(?={_DATE})){_TIME}(?:[ ]-)?\s")  # somebody else, who is not named
_STRANGE = re.compile(r"[*_]*([^\s:?!;,()\d\"“”][^:?!;,()\n\"“”]{0,58}):[*_]*(?=\s)")
_TIMED = re.compile(rf"{_TIME}\s+(?![*<-])")
_LOUD = r"\S\S[^a-z\s]*[A-Z][^a-z\s]*"
_TITLED = re.compile(rf"(?i:(?:{'|'.join(sorted(TITLES))})\.? .+|the (?:.+ )?(?:{'|'.join(sorted(TITLES))}))")
_CALLED = re.compile(rf"{_LOUD}|The (?:\S+ )*?{_LOUD}(?: .*)?")  # in the record of a house
_HOLDER = re.compile(r"\s*\(([^()\n]{1,80})\)")
_PERSON = re.compile(rf"{CAPITAL}\S*(?: (?:{CAPITAL}\S*|{_SMALL}))+")
_NAMED = re.compile(rf"{CAPITAL}\S* (?:\S+ )*{CAPITAL}\S*")
_HEADING = re.compile(rf"(?i:[*_]*(?:\w+['’]?s['’]? )?(?:{'|'.join(sorted(WORDS['heading']))}):)")
_TO_CHAIR = re.compile(r"\s*(?:M(?:r|s|rs|adam)\.? (?:President|Speaker|Chair\w*)|My Lords),")
_NOBODY = re.compile(  # "Sir – Your leader was wrong"; "Press Briefing – 3 May"
    rf"(?i:sirs?|madam|dear .+|(?:.+ )?(?:{'|'.join(sorted(WORDS['speech']))}))"
)
_CAPITALS = rf"(?:(?:The|(?i:{ABBREVIATED})\.?)[ ][A-Z]{{3,}}|[A-Z]{{2,}}[ -][A-Z]{{2,}})\b"
_SEEMING = re.compile(rf"{_CAPITALS}|(?:Some|Several|An?)[ ][\w. ]{{1,30}}(?::[ ]|[ ]rose\b)")
_FORMS = tomllib.loads((HERE / "formats.toml").read_text("utf-8"))
FORMS = {kind: "|".join(forms).replace("\n", "") for kind, forms in _FORMS.items()}
_STAGE = re.compile(  # a direction, or what a chat has instead of words
    rf"[\[(](?i:(?:[\w-]+ ){{0,2}}(?:{'|'.join(sorted(WORDS['stage']))})(?: [\w:]+){{0,2}}[.!…]?)[\])]|\[{CLOCK}\]"
    rf"|{FORMS['chat']}"
)
SILENT = re.compile(rf"(?:END\s+)?{_TIME}(?:[ ][A-Z]{{2,3}}T)?|{FORMS['silent']}")


class Label(NamedTuple):
    """What tells who speaks. Without a name that is somebody else; "narrator" is whoever wrote the transcript."""

    start: int  # of the name
    stop: int
    end: int  # where the words begin
    name: str
    holder: str = ""  # of the office that the name is
    marked: bool = False  # by what stands before it: a time, a number, a quotation mark
    sure: bool = True  # by a time, a title, a role, a first name
    alone: bool = False  # on a line of its own
    silent: bool = False  # no words at all: a stage direction, a time

    @property
    def key(self):
        """The surname, by which a label is known when it comes back."""
        return (bare(self.words) or self.words or [""])[-1].lower()

    @property
    def words(self):
        """The name without a place behind it, "Mr. ARP of Lenz", in the order in which it is spoken, not "Lee, Ann"."""
        words = " ".join(self.name.split(", ")[::-1]).split()
        return words[: words.index("of")] if "of" in words and words[words.index("of") - 1].isupper() else words

    @property
    def plain(self):
        """May the name be a word of a sentence, being in lower case, and unlike "ann_lee" or "alee42"?"""
        return self.name.islower() and not re.search(r"_|[a-z]\d", self.name)


def _openings(raw, paragraphs, shouts):
    """Paragraph -> what opens it that looks like a label, in whatever text."""
    return {i: label for i, span in _spoken(raw, paragraphs) if (label := opening(raw, *span, shouts))}


def _spoken(raw, paragraphs):
    """The number and the place of each paragraph that is no stage direction, time or note."""
    return ((i, span) for i, span in enumerate(paragraphs) if not SILENT.fullmatch(raw, *span))


def opening(raw, start, end, shouts=False):
    """What looks like a label at the beginning of a paragraph; None for "Note:". Where all shout, no capitals tell."""
    match = _LABEL.match(raw, start, end)
    if not (match and _is_label(match, shouts)):
        change = _CHANGE.match(raw, start, end)
        return Label(start, start, change.end(), "", sure=raw[start] == ">") if change else None
    name, alone = match["name"], not raw[match.end() : end].strip()
    below = alone and _HOLDER.match(raw, end)
    holder = match["who"] or (below[1] if below else "")
    holder = holder if re.match("(?i)the |.* (?:of|for|to|at) ", name) and _PERSON.fullmatch(holder) else ""
    signs = match["time"], match["after"], match["mark"], match["office"] and name.isupper(), match[0][:2] == ">>"
    sure = any(signs) or not _ROLES.isdisjoint(_words(name))
    return Label(*match.span("name"), match.end(), name, holder, match.start("name") > start, sure, alone)


def _is_label(match, shouts):
    """Does a name end as a label does? With a full stop only as in the record of a house: "Mr. Arp.", "The CHAIR."."""
    name, end, last = match["name"], match["end"].strip(" "), match[0].rstrip(" :*_").split()[-1]
    headed = WORDS["heading"] & _words(name) and not match["who"]  # "The Secretary to the Treasury (Ann Lee)" is none
    if headed or _NOBODY.fullmatch(name) or last in VERBS:  # "The minister, Ann Lee, said:"
        return False
    if end not in ("", ".") or name in ("Q", "A"):
        return True
    if not end:
        return bool(match["time"] or match["after"]) or not shouts
    return bool(_TITLED.fullmatch(name) or (not shouts and _CALLED.fullmatch(name)))


def _shouts(raw):
    return sum(map(str.isupper, raw[:5000])) > sum(map(str.islower, raw[:5000]))


def _words(name):
    return {word.rstrip(".").lower() for word in name.split()}


def find(raw, paragraphs):
    """Paragraph -> the Label that opens it; empty where the text is no transcript.

    >>> raw = "Q  Who pays?\\nMS. HALE: I do.\\n(Laughter.)\\nQ  And then?"
    >>> [(i, label.name) for i, label in find(raw, [(0, 12), (13, 28), (29, 40), (41, 53)]).items()]
    [(0, 'Q'), (1, 'MS. HALE'), (2, 'narrator'), (3, 'Q')]
    """
    shouts = _shouts(raw)
    found = _proven(raw, paragraphs, _timely(raw, paragraphs, _openings(raw, paragraphs, shouts)))
    if not _is_transcript(raw, found, all(raw[start] == ">" for start, _ in paragraphs)):
        return {}
    found |= _strange(raw, paragraphs, found)
    rest = range(min(found), len(paragraphs))
    return {i: label for i in rest if (label := found.get(i) or _other(raw, *paragraphs[i], shouts))}


def _strange(raw, paragraphs, found):
    """In a transcript whose labels end in a colon, those of no known form: "Hilma af Klint:" if it comes back. If it
    does not, but may be a name, nobody knows whose words follow."""
    if 2 * sum(raw[label.end - 1] == ":" for label in found.values()) <= len(found):
        return {}
    seen = _colons(raw, paragraphs, found)
    often = Counter(match[1] for match in seen.values())
    known = {i: Label(*match.span(1), match.end(), match[1]) for i, match in seen.items() if often[match[1]] > 1}
    names = [(i, match.start()) for i, match in seen.items() if i not in known and _NAMED.fullmatch(match[1])]
    return known | {i: Label(at, at, at, "") for i, at in names}


def _colons(raw, paragraphs, found):
    """Paragraph -> what opens it as a label might, behind the first one."""
    rest = ((i, span) for i, span in _spoken(raw, paragraphs) if i > min(found) and i not in found)
    matches = ((i, _STRANGE.match(raw, *span)) for i, span in rest)
    return {i: match for i, match in matches if match and _may_be_called(match[1])}


def _may_be_called(name):
    words = name.lower().split()
    common = words[0] in STOP_WORDS or words[-1] in VERBS or not WORDS["heading"].isdisjoint(words)
    return len(words) < 7 and not common


def _timely(raw, paragraphs, found):
    """Without the lines of a programme, "10:30  Coffee" above "11:00  War and peace": where most lines with times name
    nobody who says anything."""
    timed = {i for i, span in enumerate(paragraphs) if _TIMED.match(raw, *span)}
    says = [i for i in timed & {*found} if not (found[i].alone and i + 1 in timed)]
    return found if 2 * len(says) >= len(timed) else {i: it for i, it in found.items() if i not in timed}


def _proven(raw, paragraphs, found):
    """The labels that come back, or that open a turn for other reasons; not a name in the headline, nor a heading."""
    often, names = Counter(label.key for label in found.values()), Counter(label.name for label in found.values())
    back = {i: label for i, label in found.items() if often[label.key] > 1}
    first, small = min(back, default=len(paragraphs)), any(label.plain for label in back.values())

    def opens(i, it):
        if it.plain and not (small or it.marked):
            return False
        marked = i > 0 or it.marked
        if often[it.key] > 1 and (marked or names[it.name] > 1):
            return True
        if it.alone:
            known = it.sure or (i > first and (" " in it.name or (it.name.isupper() and found[first].alone)))
            return known and i + 1 < len(paragraphs) and i + 1 not in found
        dash, end = raw[it.end - 1] in "–—|-", raw[paragraphs[i][1] - 1]  # with which a title may be divided, too
        return i > first or (it.sure and marked) or (end in ".?!…”\"'" if i else not dash and end in ".?!…")

    return {i: label for i, label in found.items() if opens(i, label)}


def _begins_as_one(raw, first=None, second=None):
    """Is the chair addressed first: "Mr. LEE. Mr. President, I rise"? Or does one who is called so ask, and somebody in
    capitals answer: "QUESTION: Who pays?", "LEE: We do."?"""
    if first and _TO_CHAIR.match(raw, first.end):
        return True
    asked = second and first.key in WORDS["asker"] and "?" in raw[first.end : second.start]
    return asked and second.name.isupper()


def _is_transcript(raw, found, marked):
    """Do labels come back, or are all of them sure? Is one of them, or do most of those so named say "I" or ask? Or do
    two people come back, by their full names?"""
    if _begins_as_one(raw, *[*found.values()][:2]):
        return True
    often, sure = Counter(label.key for label in found.values()), [label.sure for label in found.values()]
    if len(found) < (2 if marked or {"q", "a"} <= often.keys() else 3) or (max(often.values()) < 2 and not all(sure)):
        return False
    return any(sure) or _are_two(raw, found.values()) or 2 * _talking(raw, [*found.values()]) > len(found)


def _are_two(raw, labels):
    """Do two people come back by their full names, or in the first cells of a table?"""
    named = (it for it in labels if raw[it.end - 1] == "\t" or (raw[it.end - 1] == ":" and _NAMED.fullmatch(it.name)))
    people = Counter(it.name for it in named)
    return sum(n > 1 for n in people.values()) > 1


def _talking(raw, labels):
    """How many of those who are named so say "I", or ask."""
    ends = [*(label.start for label in labels), len(raw)][1:]
    return sum(bool(TALK.search(raw, label.end, end)) for label, end in zip(labels, ends, strict=True))


def _other(raw, start, end, shouts):
    """What else ends a turn: what nobody says, a note, what looks like a label of no known form."""
    silent = bool(SILENT.fullmatch(raw, start, end))
    if silent or _HEADING.match(raw, start, end):
        return Label(start, start, end if silent else start, "narrator", silent=silent)
    return Label(start, start, start, "") if not shouts and _SEEMING.match(raw, start, end) else None


def unspoken(raw, paragraphs, labels):
    """The [(start, end)] of what are no words of anybody: labels, times, stage directions."""
    opened = ((paragraphs[i][0], label.end) for i, label in labels.items())
    before = (span for span in paragraphs[: min(labels, default=0)] if SILENT.fullmatch(raw, *span))
    return [*before, *opened, *(match.span() for match in _STAGE.finditer(raw))]


def lone(raw, paragraphs):
    """Where a label with a colon starts and ends in whatever text: "Ms. FINCH:", not "Iran Deal:" or "Lee told me:"."""
    opened = _openings(raw, paragraphs, _shouts(raw)).items()
    colons = [(i, it) for i, it in opened if raw[it.start].isupper() and raw[it.end - 1] == ":"]
    short = [(i, it) for i, it in colons if it.name.count(" ") < 4 and "," not in raw[it.stop : it.end]]
    people = {i for i, it in short if _words(it.name.split()[0]) & _PEOPLE}
    return {paragraphs[i][0]: it.end for i, it in colons if it.name.isupper() or i in people}
