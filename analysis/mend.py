"""Plain text mended of what other programs did to it: times, tags, quoted mail, pages, columns, words divided.

Each step of ``STEPS`` knows one mess and returns None for every text in which it does not find it; else the text
without it, what that said of the text, and a sentence on what it changed or left out.
"""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import groupby, pairwise

from wordfreq import zipf_frequency

from . import captions, segment
from .labels import FORMS

Found = tuple[str, dict[str, str | list[str]], tuple[str, ...]]  # raw, meta, warnings


def mend(raw: str) -> Found:
    """A text mended, what it said of itself in the parts that are left out, and a sentence on each thing done."""
    raw, meta, said = captions.words(raw), {}, ()
    for step in STEPS:
        if found := step(raw):
            raw, more, notes = found
            meta, said = meta | more, said + notes
    return raw.translate(segment.SPELT_OUT), meta, said  # without soft hyphens and ligatures


def count(number: int, one: str, more: str = "") -> str:
    """A number of things in words: "1 line", "2 lines"."""
    return f"1 {one}" if number == 1 else f"{number:,} {more or one + 's'}"


_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});")
_BREAK = re.compile(r"(?i)<(?:br|/p|/div|/li|/h[1-6]|/tr)\s*/?>\n?")
_TAG = re.compile(FORMS["tag"])
_BOOK = re.compile(FORMS["book"])
_PREFACE = re.compile(rf"(?s){FORMS['preface']}")


def untagged(raw: str) -> Found:
    """Text without the tags and entities of web pages.

    >>> untagged("<p>We can&rsquo;t <b>wait</b>.</p>It is late.")[0]
    'We can’t wait.\\nIt is late.'
    """
    entities, words, notes = len(_ENTITY.findall(raw)), len(raw.split()), ()
    if 100 * entities > words:
        said = count(entities, "HTML entity", "HTML entities")
        notes = (f"{said} (&…;) read as the signs they stand for.",)
        for _ in range(2):  # some are written twice over
            raw = _ENTITY.sub(lambda entity: html.unescape(entity[0]), raw)
    tags = len(_TAG.findall(raw))
    if 30 * tags > words or _TAG.match(raw.lstrip()):  # a few may be what the text speaks of
        raw = _TAG.sub("", _BREAK.sub("\n", raw)).strip()
        notes = (f"Left out, as no prose: {count(tags, 'HTML tag')}.", *notes)
    return raw, {}, notes


def ungutenberged(raw: str) -> Found | None:
    """A book of Project Gutenberg without its header, its licence and the places of its pictures."""
    found = _BOOK.match(raw) if "project gutenberg" in raw.lower() else None
    if found and (found[1] or found.end() < len(raw)):
        told = re.findall(r"(?m)^(Title|Author): *(\S[^\r\n]*)", found[1] or "")
        text = re.sub(r"\[Illustration[^\]]{0,500}\]", "", found[2]).strip()
        said = "Left out: the header and the licence of Project Gutenberg."
        return text, {name.lower(): value.strip() for name, value in told}, (said,)
    return None


def unprefaced(raw: str) -> Found | None:
    """A scanned book without what Google or the Internet Archive says above it."""
    text = _PREFACE.sub("", raw, 1)
    return (text, {}, ("Left out: what was set above this book when it was scanned.",)) if text != raw else None


_OURS = {"von": "from", "de": "from", "gesendet": "sent", "envoyé": "sent", "betreff": "subject", "objet": "subject"}
_FIELD = rf"[* \t]*(From|Sent|To|An|À|Cc|Bcc|Subject|Date|Reply-To|Importance|Attachments|{'|'.join(_OURS)})\s?:(.*)"
_HEADER = re.compile(rf"(?i)(?:\s*(?:(?:{FORMS['passed']})\s*)?(?:{_FIELD}(?:\n|\Z)){{2,}})*")  # or two, if passed on
_PRINTED = re.compile(  # a header as Gmail and Lotus have it: who, when, to whom
    r"(?im)^[ \t]*([^\s:][^\n\t:]{0,99})[\n\t][ \t]*+([^<\n]*\d:\d\d.*)\n[ \t]*(?=To:(?:.*@|.*\n[ \t]*(?:cc|Subject):))"
)
_THREAD = re.compile(r"\A(?:.*\n){0,8}?(.+)\n+\d+ messages?\s*\n(?=From: )")
_WROTE = f"(?:{FORMS['wrote']})"
_BELOW = re.compile(  # where another mail begins
    rf"(?im)^[* ]*(?:(?P<sure>{FORMS['passed']}|{FORMS['headed']})|_{{20,}})|(?-i:^(?=.*\d){_WROTE})(?!\s*>)"
)
_BY_MAIL = re.compile(r"\w@\w|\d:\d\d|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? ")  # and not in a book, before a block quote
_SIGNED = re.compile(rf"(?im)\n(?:{FORMS['signed']})(?:\n.*){{0,11}}\Z")
_DISCLAIMER = re.compile(rf"(?i)\n(?:{FORMS['disclaimer']})(?s:.*)")


def mailed(raw: str) -> Found | None:
    """An e-mail as its writer's own words: without its header, what is quoted in it, and the signature."""
    text = _PRINTED.sub(r"From: \1\nDate: \2\n", re.sub(r"\r\n?", "\n", raw))
    text = _THREAD.sub(r"Subject: \1\n", text)
    head = _HEADER.match(text)
    told = {_OURS.get(key := name.lower(), key): it.strip("* ") for name, it in re.findall(f"(?im)^{_FIELD}", head[0])}
    text = text[head.end() :]
    cut = _BELOW.search(text)
    if "from" not in told and not (cut and (cut["sure"] or "@" in cut[0])) and not _replies(text):
        return None
    own, below = (text[: cut.start()], text[cut.start() :]) if cut else (text, "")
    quoted = own.count("\n>") + own.startswith(">") + len(re.findall(r"(?m)^.*\S", below))
    own = re.sub(rf"(?m)^{_WROTE}|^>.*\n?", "", own)
    if not own.strip():  # forwarded without a word: then it is the message itself
        own, quoted = re.sub(r"(?m)^>\s?", "", text), 0
    kept = _SIGNED.sub("", _DISCLAIMER.sub("", own).rstrip())
    notes = (f"Left out, as others’ words: {count(quoted, 'line')} quoted in this e-mail.",) * bool(quoted)
    notes += ("Left out: the signature of this e-mail.",) * (kept != own.rstrip())
    author = re.sub(r"\s*[<\[(].*", "", told.get("from", "")).strip('" ')
    meta = {"title": told.get("subject", ""), "date": told.get("date") or told.get("sent", ""), "author": author}
    return kept.strip(), meta, notes


def _replies(text: str) -> bool:
    """Is somebody quoted as in an e-mail: below an address, a time or a day of the week, or at the very beginning?"""
    wrote = re.finditer(f"(?m)^(?:> ?)?{_WROTE}", text) if "\n>" in text else ()
    return any(not it.start() or _BY_MAIL.search(it[0]) for it in wrote)


_NUMBERED = re.compile(r"(.{0,300} (?=\d+/\d+$)|\D{0,80}?)(\d{1,4})(|\D.{0,80})")  # a page's address has digits
_IN_ROMAN = re.compile(r"(?i)(\W*+(?:page |pg?\. ?)?\W*+)([ivx]+)(\W*)")
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi xxii xxiii xxiv xxv xxvi".split()
_BARE = re.compile(r"(?i)\W*(?:page|pg?|seite)?\W*(?:(?:of|/)\W*\d{1,4}\W*)?")
_PAGE = re.compile(r"(?i)\W*(?:[-–—]|page|pg?|seite)\W*")  # what tells the number of a page from that of an item
_MOST = 0.3  # of the words of pages are text, however many footnotes they have
_ENDNOTES = re.compile(r"(?im)^[ \t#*]*(?:(?:end|foot)?notes|notes and references)[ \t:*]*\r?\n(?=\s*\W?1\b)")
_NOTE = re.compile(r"\s{0,8}(\d{1,3}|[*†‡¹²³⁴⁵⁶⁷⁸⁹⁰]+)[.)]?\s{0,4}(?=[\"“‘'A-Z])")
_REFERENCE = r"(?<=[a-z.,;:!?\"”’)]){}(?!\w)"  # to a note, right behind a word or a sign
_ENDED = re.compile(r"""[.!?…:;]["”’»)\]\d¹²³⁴⁵⁶⁷⁸⁹⁰]*$""")
_GUTTER = re.compile(r"(?<=\S)\s{2,}(?=\S)")
_ABOVE = re.compile(r"\n*[^\n]{1,80}\n\n+[ \t]*[a-z]")
_LIGATURE = re.compile(r"\b([A-Za-z]+) (ff[il]?|f[il])\b(?: ([a-z]+))?")
_HYPHENS = "-‐‑¬=⸗\xad"
_END = rf"[{_HYPHENS}][ \t]*\r?\n[ \t]*"
_DIVIDED = re.compile(rf"(?<![^\W\d_])([^\W\d_]++){_END}([a-z]+)|\b([A-Z][a-z]+){_END}([A-Z][a-z]+)")


def _lines(raw: str) -> list[str]:
    """The lines of a text, whatever divides them, without white space at their ends; a page's end is one of its own."""
    return [line.rstrip(" \t") for line in re.sub(r"\r\n?", "\n", raw).replace("\f", "\n\f\n").split("\n")]


def _joined(parts: Iterable[Iterable[str]]) -> str:
    """Pages or columns one after the other, with no blank line between them where a sentence goes on."""
    joined = ""
    for text in filter(None, ("\n".join(lines).strip("\n") for lines in parts)):
        joined += ("\n\n" if _ENDED.search(joined) else "\n") * bool(joined) + text
    return joined


def single_spaced(raw: str) -> Found | None:
    """Text in which blank lines stand behind every line, as if each were a paragraph, without those."""
    lines = _lines(raw)
    alone = [len([*same]) == 1 for full, same in groupby(lines, bool) if full]
    kept = [*filter(None, lines)]
    lower = sum(two[0].islower() and not _ENDED.search(one) for one, two in pairwise(kept))
    if len(kept) < 6 or sum(alone) < 0.9 * len(alone) or lower < 0.25 * len(kept):
        return None
    text = "\n".join(lines).strip()
    often = Counter(map(len, re.findall(r"\n+", text))).most_common(1)[0][0]
    return re.sub(r"\n+", lambda gap: "\n" * (1 + (len(gap[0]) > often)), text), {}, ()


def in_one_column(raw: str) -> Found | None:
    """Text of columns that stand side by side, the left one first."""
    lines = [line if line[:1] == "\t" or line.count("\t") > 4 else line.expandtabs(200) for line in _lines(raw)]
    column = _gutter(lines)
    sides = [(line, "") if line[:column][-2:].strip() else (line[:column].rstrip(), line[column:]) for line in lines]
    if not column or not _are_prose(sides):
        return None
    parts = ("\n".join(side) for side in zip(*sides, strict=True))
    whole = _joined((found[0] if (found := in_one_column(part)) else part).split("\n") for part in parts)
    return whole, {}, ("Columns that stand side by side were read one after the other.",)


def _gutter(lines: list[str]) -> int:
    """Behind how many characters of its lines most of a text has blanks, or a tab; else 0."""
    gaps = [(gap.end(), len(gap[0])) for line in lines for gap in _GUTTER.finditer(line)]
    many = Counter(at for at, _ in gaps)
    wide = many + Counter(at for at, width in gaps if width > 2)  # two blanks may stand between sentences
    column = max((at for at in many if many[at] > 4), key=wide.get, default=0)
    return column if wide[column] >= 0.6 * sum(map(bool, lines)) and max(map(len, lines)) < 2000 else 0


def _are_prose(sides: list[tuple[str, str]]) -> bool:
    """Have lines four words on either side, of which some begin in lower case, as in no table?"""
    full = [both for both in sides if all(both)]
    lower = sum(part[:1].islower() for both in full for part in both)
    return sum(min(len(one.split()), len(two.split())) for one, two in full) >= 4 * len(full) <= 16 * lower


def unpaged(raw: str) -> Found | None:
    """Text from the pages of a document, without their numbers, running headers and footnotes."""
    lines = _lines(raw)
    ends = sorted(_page_ends(lines))
    pages = [page for one, two in pairwise([-1, *ends, len(lines)]) if any(page := lines[one + 1 : two])]
    running = _running(pages)
    texts = [_body(page, running) for page in pages]
    left = sum(map(bool, lines)) - raw.count("\f") - sum(line != "" for text in texts for line in text)
    text, all_words = _joined(texts), len(" ".join(lines).split())
    said = f"Left out, as no prose: {count(left, 'line')} of page numbers, running headers and footnotes."
    return (text, {}, (said,)) if ends and left and len(text.split()) > _MOST * all_words else None


def _page_ends(lines: list[str]) -> set[int]:
    """Which lines are a page's end: a form feed, or one of several that differ by rising numbers only.

    These say "page", or one of them stands in the middle of a sentence: else they may number answers or stanzas.
    """
    ends = {at for at, line in enumerate(lines) if line == "\f"}
    for around, found in _alike(lines).items():
        rising = _rising(found, around[0].casefold() == "page")
        sure = _PAGE.fullmatch(around[0]) and all(map(_BARE.fullmatch, around))
        if sure or any(_interrupts(lines, at) for at in rising):
            ends |= rising
    return ends


def _alike(lines: list[str]) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """By what stands around the number in a line, where such lines are and which numbers they have."""
    alike = defaultdict(list)
    for at, line in enumerate(lines):
        roman = _IN_ROMAN.fullmatch(line)
        number = roman and roman[2].lower() in _ROMAN and f"{roman[1]}{_ROMAN.index(roman[2].lower()) + 1}{roman[3]}"
        parts = _NUMBERED.fullmatch((number or line).strip())
        if parts and (not _ENDED.search(parts[1]) or _BARE.fullmatch(parts[1])):  # else it is a footnote’s, in the text
            alike[" ".join(parts[1].split()), " ".join(parts[3].split())].append((at, int(parts[2])))
    return alike


def _rising(numbered: list[tuple[int, int]], certain: bool) -> set[int]:
    """Of lines with a number each, those of which one goes on counting from the other, some lines below it."""
    steps = [(one, two) for (one, first), (two, then) in pairwise(numbered) if 0 < then - first < 3 < two - one]
    return {at for step in steps for at in step} or {at for at, _ in numbered if certain}


def _interrupts(lines: list[str], at: int) -> bool:
    """Does a line stand in the middle of a sentence, whatever footnotes are above it, or a header below?"""

    near = [*map(str.strip, lines[max(at - 200, 0) : at + 200])]  # some pages
    notes = [n for n in range(max(at - 8, 0), at) if _NOTE.match(lines[n])]
    above = [lines[max(end - 8, 0) : end] for end in (at, *notes[:1])]
    ends = [["", *(line for line in some if not _runs(line, near, 5))][-1] for some in above]
    broken = any(len(end.split()) > 3 and not _ENDED.search(end) for end in ends)
    below = [*filter(None, map(str.strip, lines[at + 1 : at + 8])), "", ""]
    return broken and (below[0][:1].islower() or (below[1][:1].islower() and _runs(below[0], near)))


def _runs(line: str, near: list[str], longest: int = 99) -> bool:
    """Is a line of at most so many words empty, in capitals or there again, as what runs above or below the text?"""
    return len(line.split()) <= longest and (line == line.upper() or near.count(line.strip()) > 1)


def _edges(page: list[str]) -> dict[int, str]:
    """The two lines at the top of a page and the two at its bottom, "#" for every number: where they stand, which."""
    full = [at for at, line in enumerate(page) if line]
    return {at: re.sub(r"\d+", "#", " ".join(page[at].split()).casefold()) for at in (*full[:2], *full[-2:])}


def _running(pages: list[list[str]]) -> set[str]:
    """The lines at the edges of several pages, whatever number is in them, or above the rest of a sentence."""
    often = Counter(key for page in pages for key in {*_edges(page).values()})
    above = {next(iter(_edges(page).values())) for page in pages[1:] if _ABOVE.match("\n".join(page))}
    return above | {key for key, many in often.items() if many > max(1, len(pages) // 4) and len(key) < 120}


def _body(page: list[str], running: set[str]) -> list[str]:
    """The lines of a page between its running header and its footnotes, without the numbers of these."""
    edges = _edges(page)
    lines = [line for at, line in enumerate(page) if edges.get(at) not in running]
    lowest = max(len(lines) // 2, len(lines) - 20)
    notes = _notes(lines[lowest:], "\n".join(lines))
    body = "\n".join(lines[: lowest + min(notes, default=len(lines))])
    body = re.sub(r"\n[ \t]*_{5,}\n*\Z", "", body).strip("\n")  # a rule above them
    return _without(body, notes.values()).split("\n")


def unnoted(raw: str) -> Found | None:
    """Text without the notes at its end, "1. Interview, 3 May.", if it refers to two or more of them."""
    *_, last = [None, *_ENDNOTES.finditer(raw)]
    body = raw[: last.start()] if last else raw
    notes = _notes(raw[last.end() :].splitlines(), body) if last else {}
    said = f"Left out: {count(len(notes), 'note')} at the end of this text."
    return (_without(body, notes.values()).rstrip(), {}, (said,)) if len(notes) > 1 else None


def _notes(lines: list[str], text: str) -> dict[int, str]:
    """Which lines are notes that a text refers to, and by what number."""
    found = {at: note[1] for at, line in enumerate(lines) if (note := _NOTE.match(line))}
    return {at: mark for at, mark in found.items() if re.search(_REFERENCE.format(re.escape(mark)), text)}


def _without(text: str, marks: Iterable[str]) -> str:
    """A text without what refers to its notes."""
    for mark in marks:
        text = re.sub(_REFERENCE.format(re.escape(mark)), "", text, count=1)
    return text


def undivided(raw: str) -> Found | None:
    """Text whose words were divided at line ends, with the words whole, and each paragraph in one line.

    >>> undivided("It is unmis-\\ntakable in the long-\\nterm plan.")[0]
    'It is unmistakable in the long-term plan.'
    """

    def rejoined(divided: re.Match) -> str:  # with a hyphen if they are two words that are no known one together
        one, two = divided[1] or divided[3], divided[2] or divided[4]
        often, less, whole = (zipf_frequency(word, "en") for word in (one, two, one + two))
        two_words = min(often, less) >= 4 and whole < 3.2 and not re.search("[\xad¬]", divided[0])
        return f"{one}-{two}" if divided[4] or two_words else one + two

    if not _DIVIDED.search(raw):
        return None
    raw = re.sub(r"\r\n?", "\n", raw)
    inside = {at for start, end in segment.paragraphs(raw) for at in range(start, end) if raw[at] == "\n"}
    joined = "".join(" " if at in inside and raw[at - 1] not in _HYPHENS else sign for at, sign in enumerate(raw))
    whole, many = _DIVIDED.subn(rejoined, joined)
    return whole, {}, (f"{count(many, 'word')} divided at the end of a line read as whole.",)


def ligated(raw: str) -> Found | None:
    """Text in whose words "ff", "fi" and "fl" stood apart, as some PDFs have them, with those words whole.

    >>> ligated("The of fi cer could fl ee.")[0]
    'The officer could flee.'
    """

    def whole(parted: re.Match) -> str:
        one, sign, two = parted[1], parted[2], parted[3] or ""
        ways = (f"{one}{sign}{two}", f"{one}{sign} {two}", f"{one} {sign}{two}")
        return next((way for way in ways if all(zipf_frequency(it, "en") > 2 for it in way.split())), parted[0])

    text = _LIGATURE.sub(whole, raw)
    return (text, {}, ("Words in which ff, fi or fl stood apart were read as whole.",)) if text != raw else None


STEPS = (
    untagged,
    ungutenberged,
    unprefaced,
    mailed,
    single_spaced,
    in_one_column,
    unpaged,
    unnoted,
    undivided,
    ligated,
)
