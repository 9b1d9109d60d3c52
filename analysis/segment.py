"""From a string: paragraphs, sentences and words, as offsets into that string. Nothing here ever changes the text.

Every pattern takes time linear in the text's length, whatever the text: runs are matched possessively (``*+``) and from
their first character only, and every other repetition is bounded.
"""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

from ftfy.chardata import LIGATURES

VARIANTS = {"'": "’‘`´ʼʹ′‛", '"': "“”„‟«»″", "-": "‐‑", " ": "\u00a0\u202f_", "i": "İ"}
_FOLD = str.maketrans({variant: plain for plain, variants in VARIANTS.items() for variant in variants})
# on folded text; letters, then accents typed as characters of their own, and what web pages break words at, unseen
_UNSEEN = "\xad\u200b\u200c\u2060\ufeff"
_LETTERS = rf"[\w\u0300-\u036f{_UNSEEN}]++"
WORD = re.compile(rf"(?![{_UNSEEN}]){_LETTERS}(?:['.-]{_LETTERS})*+")
SPELT_OUT = dict.fromkeys(map(ord, _UNSEEN), "") | LIGATURES  # for str.translate
_ADDRESS = re.compile(
    r"""(?m:^\[[^\]\n]{1,80}\]:[ ]\S++(?:[ ]"[^"\n]{0,200}")?$)  # below a text in Markdown,
    | (?i:(?:https?|ftp|file)://|www\.|\bdoi:|\b[a-z]:\\)[^\s<>"“”)\]]++  # of a page, of a file,
    | (?<![\w/.])(?:(?:/[\w.-]++){2,}+|[ru]/\w{3,}+)     # of a forum,
    | (?<![\w.-])[\w-]++(?:\.[\w-]++){1,4}+(?<=[a-z]{2})/[^\s<>"“”)\]]*+
    | (?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++       # of a letter box,
    | (?<![\w@])@\w++(?:@[\w-]++(?:\.[\w-]++)++)?+              # of an account,
    | (?<=\])\((?:[^\s()]|\([^\s()]{1,80}\)){1,500}+(?:[ ]"[^"\n]{0,200}")?\)  # behind a link of Markdown""",
    re.VERBOSE,
)

_LISTS = tomllib.loads((Path(__file__).parent / "codebooks" / "abbreviations.toml").read_text("utf-8"))
_OPENING = frozenset(form for word in _LISTS["opening"].split() for form in (word.capitalize(), word.upper()))
_KIND = {
    form: kind
    for kind in ("perhaps", "number", "inside")
    for word in _LISTS[kind].split()
    for form in ((word, word.capitalize(), word.title(), word.upper()) if word.islower() else (word,))
}

_B = r"[\s\u200b-\u200f\u2060\ufeff]"  # blank, zero-width spaces and marks of direction included
_INK = _B.replace("[", "[^")
_DATE = r"[A-Z][a-z]{2,5}day,\s(?:[A-Z][a-z]{2,8}\s\d{1,2}|\d{1,2}\s[A-Z][a-z]{2,8}),?\s\d{4}"

_LINE = re.compile(rf"{_INK}(?:[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*{_INK})?")
_BEGINS = "|".join(sorted(_OPENING))
_ITEM = re.compile(r"(?:[-*•·]|\(?(?:\d{1,2}|[a-z])[.)])\s")
_OPENS = re.compile(
    rf"{_ITEM.pattern}|(?:(?:M[rs]s?|Dr)\.|The)\s[A-Z]{{3,}}|[A-Z][A-Z .'’-]{{2,30}}:\s|[QA][.:]\s"
    rf"|[^\s:]{{1,32}}(?: [^\s:]{{1,32}}){{0,3}} — [^\n:]{{1,20}}\d:\d\d(?: [AP]M)?(?=\n)"
)  # turns, too, and who writes in a chat, "ann_lee — Today at 9:21 PM"
_STOP = re.compile(
    rf"""( [.!?…] (?<![.!?…]{{2}}) [.!?…]*+                         # 1: the end: full stop, !, ? or ellipsis,
    (?: (?<=[a-z][.!?]) (?: [⁰¹²³⁴-⁹⁻*†‡]++ | \d{{1,3}}(?:,[ ]?\d{{1,3}})*+ )  # the number of a footnote,
      | \s\d{{1,3}} (?=\s(?:{_BEGINS})\b) )?
    (["'”’»“)\]`]*+) (?: (?<=[.!?]["”’]) (?:\d{{1,3}}|[⁰¹²³⁴-⁹⁻*†‡]++) (?=\s|$) )?  # 2: what closes with it, a note,
    (?: {_B}? \[ [^\[\]]{{1,24}} \] )*+ )                          #    references: [3], [citation needed],
    (?: {_B}++ | (?<=[a-z][.!?]) (?=(?:{_BEGINS})\b) )             # a space, or one forgotten
    (?= ["'“‘«„`(\[—–-]*+ {_B}*+ ([^\W_]{{1,20}}+|.) )            # 3: the first word of what follows""",
    re.VERBOSE | re.DOTALL,
)
_LABEL = r"(?:Figure|Fig\.|Table|Box|Map)\s"
_NUMBERED = re.compile(rf"(?:{_LABEL})?[(\[]?(?:\d{{1,3}}(?:\.\d{{1,3}}){{0,3}}|[A-Za-z]|[ivxIVX]{{1,5}})\.")
_CAPTION = re.compile(rf"(?:{_LABEL}\d{{1,3}}(?:\.\d{{1,3}}){{0,2}}|{_DATE})\s(?=[(A-Z])")
_BESIDE = re.compile(rf"(?<=\s)\(?(?i:{'|'.join(_LISTS['credit'].split())}):|(?<=[\w'\"”’)]\s){_DATE}$")
_SAYS = re.compile(rf"(?:[^\W_]+\.?\s+){{1,3}}(?:{'|'.join(_LISTS['saying'].split())})\b")


def fold(raw):
    """A lower-case copy of the same length, with one kind of apostrophe, quotation mark, hyphen and space."""
    return raw.translate(_FOLD).lower()


def without_addresses(raw):
    """A copy of the same length with spaces for addresses, of whose parts none is a word of the text.

    >>> without_addresses("Write to may@lenz.example or @maybe_ann.")
    'Write to                  or           .'
    """
    return _ADDRESS.sub(lambda address: " " * len(address[0]), raw) if re.search(r"(?i)[@/(\\]|www|doi:", raw) else raw


def paragraphs(raw):
    """The [(start, end)] of paragraphs, white space trimmed. A line break of any kind ends a paragraph; what Markdown
    marks as code or a table is none.

    Old mail, PDF and Gutenberg files break their lines at a fixed width instead. There, a line break is a space where
    the next word would not have fitted, and ends a paragraph after a short line or a blank one, or before a list item.
    """
    lines, _ = prose(raw)
    width = _width(raw, lines[:2000])
    joined = lines[:1]
    for one, two in pairwise(lines):
        long = one[1] - one[0] >= 40 and (raw[one[1] - 1].isalnum() or raw[one[1] - 1] == ",")
        broken = (_goes_on(raw, one, two) and (width or long)) or (width and _needed(raw, one, two) > width)
        if broken and _runs_on(raw, one, two) and not _OPENS.match(raw, two[0]):
            joined[-1] = (joined[-1][0], two[1])
        else:
            joined.append(two)
    return joined


def prose(raw):
    """The lines that are neither between two fences of code nor a row of a table, and how many are; all, if no other is
    there."""
    lines, fence, kept = [match.span() for match in _LINE.finditer(raw)], "", []
    for start, end in lines:
        mark = raw[start : start + 3]
        if mark in ("```", "~~~") and fence in ("", mark):
            fence = "" if fence else mark
        elif not fence and not (raw[start] == raw[end - 1] == "|"):
            kept.append((start, end))
    return (lines, 0) if fence or not kept else (kept, len(lines) - len(kept))


def _width(raw, lines):
    """The width at which lines were broken, or 0 where every line is a paragraph.

    Broken lines are full, and the next one goes on in lower case. (Of 168 documents, 156 broken at 65 or 78 characters
    and without blank lines have 40 % full and 34 % going on so, at least; unbroken ones at most 16 % and 1 %.)
    """
    inner = [(one, two) for one, two in pairwise(lines) if _runs_on(raw, one, two)]
    lengths = sorted(end - start for (start, end), _ in inner)
    width = lengths[len(lengths) * 9 // 10] if len(inner) > 2 else 0
    full = sum(_needed(raw, one, two) > width for one, two in inner)
    lower = sum(_goes_on(raw, one, two) for one, two in inner)
    return width if 22 <= width <= 160 and full > 0.3 * len(inner) and lower > 0.25 * len(inner) else 0


def _runs_on(raw, one, two):
    """Whether two lines are divided by no more than a line break: the first line of a paragraph may be set in."""
    gap, before = raw[one[1] : two[0]], raw[max(0, one[0] - 12) : one[0]]
    deeper = _indent(gap) > _indent(before) and not _ITEM.match(raw, one[0])
    return gap.count("\n") < 2 and gap.count("\r") < 2 and not deeper


def _indent(gap):
    """How many blanks stand behind the last line break."""
    return len(gap) - len(gap.rstrip(" \t"))


def _goes_on(raw, one, two):
    """Whether line one does not end in a stop, and line two begins in lower case."""
    return raw[two[0]].islower() and raw[one[1] - 1] not in ".!?"


def _needed(raw, one, two):
    """How long line one would be with the first word of line two."""
    space = raw.find(" ", two[0], two[0] + 30)
    return one[1] - one[0] + 1 + (min(space, two[1]) if space > 0 else two[1]) - two[0]


def sentences(raw, start, end):
    """The [(start, end)] of the sentences of a paragraph (its offsets, trimmed), white space trimmed."""
    spans = []
    lower = raw[start:end].islower()  # as in a chat, where a capital letter says nothing
    caption, credits = _CAPTION.match(raw, start, end), _BESIDE.finditer(raw, start + 1, end)
    # where it changes hands without a stop: figure | caption, caption | credit, headline | date
    for cut in (*([caption.end()] if caption else ()), *(credit.start() for credit in credits), end):
        begin = start
        for match in _STOP.finditer(raw, start, cut):
            if _ends(raw, begin, match, cut, lower):
                spans.append((begin, match.end(1)))
                begin = match.end()
        if begin < cut:
            spans.append((begin, begin + len(raw[begin:cut].rstrip())))
        start = cut
    return spans


def _ends(raw, begin, match, end, lower):
    """Whether the stop found by `_STOP` ends the sentence that starts at `begin`, maybe one all in lower case."""
    _, closing, after = match.groups()
    at = match.start(1)
    goes_on = after[0] in ".,;:!?…)]" or (after[0].islower() and not (lower and raw[at] != "…"))
    if goes_on:
        return False
    if raw[at] != ".":
        return not (closing and _SAYS.match(raw, match.end(), end))
    return closing not in ("", "]", ")") or raw[at + 1] in ".!?…" or not _abbreviates(raw, begin, at, after)


def _abbreviates(raw, begin, at, after):
    """Whether a full stop belongs to an abbreviation, an initial or a number, and nothing ends with it."""
    word = (raw[max(begin, at - 24) : at].split() or [""])[-1].rpartition("-")[2].lstrip("([\"'“”‘«`—–")
    initial = word[-2:-1] in "." and word[-1:].isalpha()  # or the last letter of U.S.
    kind = _KIND.get(word, "perhaps" if initial else "")
    if kind == "inside" or (at - begin < 16 and _NUMBERED.fullmatch(raw, begin, at + 1)):
        return True
    if kind == "perhaps":
        return after not in _OPENING
    return kind == "number" and after[0].isdigit()
