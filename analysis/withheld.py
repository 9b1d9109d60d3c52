"""Pages without the words of their texts, for texts under copyright, and with them again for whoever has the text.

Of every run of ``RUN`` words or more of a text a page keeps its place: "[121–164]", as readers count characters. The
place's full name, "[3f2a9c81d0b4 121–164]", says of which text; behind it stand the numbers of those letters that the
page has in capitals where the text has none, or the other way round. In attributes and titles it takes the place of the
words; else an attribute has it: ``<span class="withheld" data-place="[3f2a9c81d0b4 121–164]">[121–164]</span>``.
A picture that such words describe may show them, and is left out for good.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby, pairwise

from bs4 import BeautifulSoup, NavigableString, Tag

from .segment import fold
from .show import visible

RUN = 5
DOCTYPE = "<!doctype html>"  # which a parser would write in capitals, with a line break behind it
INLINE = frozenset("a b code em i mark small span strong sub sup".split())  # elements that may stand within a word
BESIDE = ["sup", "small"]  # numbers, labels and voices, which stand among the words of a text and are none of them
KEPT = frozenset("class content href id name src style".split())  # attributes that a page works by
_WORD = re.compile(r"⟨u\+[0-9a-f]{4,6}⟩|(\w+)")  # what cannot be seen is shown as its number
_PLACE = re.compile(r"\[(\w{12}) (\d+)–(\d+)((?: \d+)*)\]")


@dataclass(eq=False)
class Source:
    """A text: the name of its file, and what pages are not to tell."""

    file: str
    raw: str

    def __post_init__(self) -> None:
        self.digest = sha256(self.raw.encode("utf-8", "surrogatepass")).hexdigest()
        self.key = self.digest[:12]


Index = dict[tuple[str, ...], list[tuple[Source, int]]]  # runs of words, and where each word stands


def without(pages: dict[str, str], sources: list[Source]) -> dict[str, str]:
    """Pages, by their address, without the words of some texts."""
    index: Index = {}
    for source in sources:
        for run in _runs(_words(source.raw)):
            index.setdefault(tuple(word for word, *_ in run), [(source, start) for _, start, _ in run])
    return {address: _without(page, index, sources) for address, page in pages.items()}


def attached(page: str, source: Source) -> str:
    """A page with the words of a text that were left out of it."""

    def words(place: re.Match) -> str:
        if place[1] != source.key:
            return place[0]
        there = [*source.raw[int(place[2]) - 1 : int(place[3])]]
        for number in map(int, place[4].split()):  # a letter that the page has in the other case
            low = fold(there[number])
            there[number] = low.upper() if there[number] == low else low
        return "".join(there)

    soup = parsed(page)
    for note in soup.find_all(attrs={"data-text": source.key}):
        note.decompose()
    for span in soup.find_all("span", "withheld"):
        if (told := _PLACE.sub(words, span["data-place"])) != span["data-place"]:
            span.replace_with(told)
    _plain(soup, lambda string: _PLACE.sub(words, string))
    return f"{DOCTYPE}{soup}"


def parsed(page: str) -> BeautifulSoup:
    """A page as a tree that is written as it was read, but for the order of attributes and void tags."""
    how = {"multi_valued_attributes": None, "preserve_whitespace_tags": {"html"}}  # nothing is taken for a list, or cut
    return BeautifulSoup(page.removeprefix(DOCTYPE), "html.parser", **how)


def _words(string: str) -> list[tuple[str, int, int]]:
    return [(word[1], *word.span(1)) for word in _WORD.finditer(fold(string)) if word[1]]


def _runs(words: list[tuple[str, int, int]]) -> Iterator[tuple[tuple[str, int, int], ...]]:
    return zip(*(words[n:] for n in range(RUN)), strict=False)


def _without(page: str, index: Index, sources: list[Source]) -> str:
    soup = parsed(page)
    _plain(soup, lambda string: _plainly(string, index))
    for picture in soup.find_all("img", alt=_PLACE):
        picture["src"] = "data:,"
    for strings in _strings(soup):
        for string, pieces in zip(strings, _pieces(strings, index), strict=True):
            if isinstance(string, NavigableString) and any(place for _, place in pieces):
                string.replace_with(*(_span(place) if place else words for words, place in pieces))
    for source in sources:
        if soup.find(attrs={"data-place": re.compile(source.key)}):
            note = f"The words of {visible(source.file)} (sha256 {source.digest}) are left out here; whoever has the"
            note += f" text can put them back: subtext render {visible(source.file)} --attach SITE"
            told = _plainly(note, index)  # a file may be called by the first words of its text
            soup.main.insert(0, soup.new_tag("p", attrs={"class": "of", "data-text": source.key}, string=told))
    return f"{DOCTYPE}{soup}"


def _plain(soup: BeautifulSoup, change: Callable[[str], str]) -> None:
    """What holds no markup is changed: attributes and the title."""
    for tag in soup.find_all(True):
        tag.attrs |= {name: change(value) for name, value in tag.attrs.items() if name not in KEPT}
    soup.title.string = change(soup.title.string)


def _plainly(string: str, index: Index) -> str:
    (pieces,) = _pieces([string], index)
    return "".join(place or words for words, place in pieces)


def _span(place: str) -> Tag:
    span = Tag(name="span", attrs={"class": "withheld", "data-place": place})
    span.string = _PLACE.sub(r"[\2–\3]", place)
    return span


def _strings(soup: BeautifulSoup) -> tuple[list[str], list[str]]:
    """What is to be read on a page, in order, and what stands beside it; between blocks a line break."""
    strings, last = ([], []), None
    for each in soup.descendants:
        if isinstance(each, Tag):
            last = last if each.name in INLINE else None
        elif type(each) is NavigableString:  # no script, no style
            block = each.find_parent(lambda tag: tag.name not in INLINE)
            strings[bool(each.find_parent(BESIDE))].extend([each] if block is last else ["\n", each])
            last = block
    return strings


def _pieces(strings: list[str], index: Index) -> Iterator[list[tuple[str, str]]]:
    """Each of some strings that follow one another, in pieces: the words, and the name of their place or nothing."""
    joined, end = "".join(strings), 0
    places = _places(joined, index)
    for string in strings:
        start, end, pieces = end, end + len(string), []
        for place, (first, *rest) in groupby(range(start, end), places.__getitem__):
            words = joined[first : first + 1 + len(rest)]
            pieces.append((words, _named(words, place[0], first + place[1]) if place else ""))
        yield pieces


def _places(shown: str, index: Index) -> list[tuple[Source, int] | None]:
    """For each character that is to be left out: of which text it is, and how much further on it stands there."""
    words, places = _words(shown), [None] * len(shown)
    for run in _runs(words):
        found = index.get(tuple(word for word, *_ in run), ())
        for (_, first, last), (source, start) in zip(run, found, strict=False):
            places[first:last] = [(source, start - first)] * (last - first)
    for (*_, first), (_, last, _) in pairwise(words):  # and between words what is as in the text
        source, further = places[last] or (None, 0)
        alike = source and shown[first:last] == source.raw[first + further : last + further]
        if alike and places[first - 1] == places[last]:
            places[first:last] = [places[last]] * (last - first)
    return places


def _named(words: str, source: Source, start: int) -> str:
    """The full name of a place in a text, where a page has these words."""
    there = source.raw[start : start + len(words)]
    other = "".join(f" {n}" for n, (one, two) in enumerate(zip(words, there, strict=True)) if one != two)
    return f"[{source.key} {start + 1}–{start + len(words)}{other}]"
