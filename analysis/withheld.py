"""Pages without the words of their texts, for texts under copyright, and with them again for who holds the text.

Of every run of ``RUN`` words or more of a text a page keeps its place: ``<span class="withheld">[121–164]</span>``, as
readers count characters. In attributes and titles, which hold no markup, "[3f2a9c81d0b4 121–164]" names the text, too.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import accumulate, pairwise
from typing import NamedTuple

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.dammit import EntitySubstitution
from bs4.formatter import HTMLFormatter

from .segment import fold
from .show import visible

RUN = 5
DOCTYPE = "<!doctype html>"  # which a parser would write in capitals, with a line break behind it
INLINE = frozenset("a b code em i mark small span strong sub sup".split())  # elements that may stand within a word
BESIDE = ["sup", "small"]  # numbers, labels and voices, which stand among the words of a text and are none of them
KEPT = frozenset("class content href id name src style".split())  # attributes that a page works by
_WORD = re.compile(r"⟨u\+[0-9a-f]{4,6}⟩|(\w+)")  # what cannot be seen is shown as its number
_PLACE = re.compile(r"\[(\w{12}) (\d+)–(\d+)\]")


@dataclass(eq=False)
class Source:
    """A text: the name of its file, and what pages are not to tell."""

    file: str
    raw: str

    @cached_property
    def digest(self) -> str:
        return sha256(self.raw.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def key(self) -> str:
        return self.digest[:12]


class Place(NamedTuple):
    """Words in a string of a page, and where they stand in a text."""

    first: int
    last: int
    source: Source
    start: int
    end: int


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
        return visible(source.raw[int(place[2]) - 1 : int(place[3])]) if place[1] == source.key else place[0]

    soup = parsed(page)
    for tag in soup.find_all(attrs={"data-text": source.key}):
        told = visible(source.raw[int(tag["data-start"]) : int(tag["data-end"])]) if tag.name == "span" else ""
        other = {*map(int, tag.get("data-other-case", "").split())}
        tag.replace_with("".join(_other_case(char) if n in other else char for n, char in enumerate(told)))
    for tag in soup.find_all(True):
        tag.attrs |= {name: _PLACE.sub(words, value) for name, value in tag.attrs.items() if name not in KEPT}
    soup.title.string = _PLACE.sub(words, soup.title.string)
    return DOCTYPE + soup.decode(formatter=_AsWritten())


def _other_case(char: str) -> str:
    return char.upper() if char == fold(char) else fold(char)


class _AsWritten(HTMLFormatter):
    """A page as it was: its attributes are not sorted, and what has no end tag gets no slash."""

    def __init__(self) -> None:
        super().__init__(EntitySubstitution.substitute_xml, void_element_close_prefix="")

    def attributes(self, tag: Tag) -> Iterable[tuple[str, str]]:
        return tag.attrs.items()


def parsed(page: str) -> BeautifulSoup:
    """A page as a tree that is written as it was read."""
    how = {"multi_valued_attributes": None, "preserve_whitespace_tags": {"html"}}  # nothing is taken for a list, or cut
    return BeautifulSoup(page.removeprefix(DOCTYPE), "html.parser", **how)


def _words(string: str) -> list[tuple[str, int, int]]:
    return [(word[1], *word.span(1)) for word in _WORD.finditer(fold(string)) if word[1]]


def _runs(words: list[tuple[str, int, int]]) -> Iterator[tuple[tuple[str, int, int], ...]]:
    return zip(*(words[n:] for n in range(RUN)), strict=False)


def _without(page: str, index: Index, sources: list[Source]) -> str:
    soup = parsed(page)
    for tag in soup.find_all(True):
        tag.attrs |= {name: _plainly(value, index) for name, value in tag.attrs.items() if name not in KEPT}
    for strings in _strings(soup):
        for string, places in zip(strings, _places(strings, index), strict=True):
            if places:
                string.replace_with(*_filled(string, places, _plain if string.parent.name == "title" else _span))
    for source in sources:
        if soup.find(attrs={"data-text": source.key}):
            note = (
                f"The words of {visible(source.file)} (sha256 {source.digest}) are left out here; who holds the text "
            )
            note += f"can put them back: subtext render {visible(source.file)} --attach SITE"
            told = _plainly(note, index)  # a file may be called by the first words of its text
            soup.main.insert(0, soup.new_tag("p", attrs={"class": "of", "data-text": source.key}, string=told))
    return DOCTYPE + soup.decode(formatter=_AsWritten())


def _span(place: Place, words: str) -> Tag:
    where = {"data-text": place.source.key, "data-start": str(place.start), "data-end": str(place.end)}
    there = visible(place.source.raw[place.start : place.end])
    if other := [str(n) for n, (one, two) in enumerate(zip(words, there, strict=True)) if one != two]:
        where["data-other-case"] = " ".join(other)
    span = Tag(name="span", attrs={"class": "withheld"} | where)
    span.string = f"[{place.start + 1}–{place.end}]"
    return span


def _plain(place: Place, _: str) -> str:
    return f"[{place.source.key} {place.start + 1}–{place.end}]"


def _plainly(string: str, index: Index) -> str:
    return "".join(_filled(string, *_places([string], index), _plain))


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


def _places(strings: Sequence[str], index: Index) -> list[list[Place]]:
    """For each of some strings that follow one another, its words that belong to a run in a text."""
    joined, edges = "".join(strings), [0, *accumulate(map(len, strings))]
    words, found = _words(joined), {}
    for first, run in enumerate(_runs(words)):
        for n, there in enumerate(index.get(tuple(word for word, *_ in run), ())):
            found.setdefault(first + n, there)
    places: list[list[Place]] = [[] for _ in strings]
    for n in sorted(found):
        (_, first, last), (source, start) = words[n], found[n]
        for at in range(bisect_right(edges, first) - 1, bisect_left(edges, last)):
            here, there = max(first, edges[at]), min(last, edges[at + 1])
            place = Place(here - edges[at], there - edges[at], source, start + here - first, start + there - first)
            if places[at] and _follows(places[at][-1], place, strings[at]):
                places[at][-1] = places[at][-1]._replace(last=place.last, end=place.end)
            else:
                places[at].append(place)
    return places


def _follows(one: Place, other: Place, string: str) -> bool:
    """Stands between two places of a string what stands between them in the text?"""
    between = visible(one.source.raw[one.end : other.start])
    return one.source is other.source and one.end <= other.start and string[one.last : other.first] == between


def _filled(string: str, places: list[Place], make: Callable[[Place, str], str | Tag]) -> Iterator[str | Tag]:
    """A string, and in it what is made of its places."""
    edges = [0, *(edge for place in places for edge in place[:2]), len(string)]
    for n, (first, last) in enumerate(pairwise(edges)):
        if first < last:
            yield make(places[n // 2], string[first:last]) if n % 2 else string[first:last]
