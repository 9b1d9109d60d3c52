"""Finds the cues of several codebooks in one pass over a text, at the cost of about one look-up a word.

What the words of a cue may be are its elements; all cues together are a tree of elements, in which a text is followed
from each cue's rarest word outwards. Only here is that grammar known; ``codebook.py`` documents it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .text import Text

MANY = 8  # words of an element, above which a state asks the element rather than listing them all
MEMO_LIMIT = 100_000  # word types remembered; past that it starts afresh, so memory stays flat

# The words that are read last when a cue is looked for: half of any text, the most frequent first.
_FREQUENT = {
    word: 1 / (rank + 1)
    for rank, word in enumerate(
        "the to of and a in is for that on it was with as be he by at have are this from i not but his they has an we "
        "or you were their had will who would which her been she its if one there more about all when so what out up "
        "said can no them than into some other also only could new now then after over our him any these two first may "
        "most such very how do did being while before where because people many last make made take even get".split()
    )
}


class Element(NamedTuple):
    """One word of a cue: the exact words, the beginnings, the endings, or any word or number, that it stands for."""

    words: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    anything: bool = False
    number: bool = False

    @classmethod
    def parse(cls, source: str) -> Element:
        """The element written so in a codebook; ValueError says what cannot stand in one."""
        words, beginnings, endings, parts = set(), [], [], source.split("|")
        for part in parts:
            if part in ("_", "<number>"):
                continue
            if part.endswith("*"):
                beginnings.append(part[:-1])
            elif part.startswith("*"):
                endings.append(part[1:])
            else:
                words.add(part)
            if not part.strip("*") or part.count("*") > 1 or set(part.strip("*")) & set("*?<>"):
                raise ValueError(f"{source!r} is not a word, a beginning with *, an ending with *, or <number>")
        return cls(frozenset(words), tuple(beginnings), tuple(endings), "_" in parts, "<number>" in parts)

    @property
    def pattern(self) -> bool:
        """Whether it accepts more than its words."""
        return bool(self.beginnings or self.endings or self.anything or self.number)

    @property
    def frequency(self) -> tuple[bool, bool, float]:
        """How often it may be met: anything most, then endings, then the words that are themselves frequent."""
        return self.anything, bool(self.endings), max([_FREQUENT.get(word, 0) for word in self.words], default=0)

    def accepts(self, word: str) -> bool:
        return (
            word in self.words
            or self.anything
            or (bool(self.beginnings) and word.startswith(self.beginnings))
            or (bool(self.endings) and word.endswith(self.endings) and word not in self.endings)
            or (self.number and word[:1].isdecimal())
        )


class Condition(NamedTuple):
    """What the neighbouring word of a cue must, or must not, be."""

    element: Element
    edge: bool  # the sentence's start or end satisfies it
    capital: bool  # the cue itself begins with a capital letter
    wanted: bool

    @classmethod
    def parse(cls, source: str) -> Condition | None:
        """The condition written so in a codebook, if any is."""
        source = source.strip().lower()
        if not source:
            return None
        parts = source.removeprefix("!").split("|")
        plain = [part for part in parts if part not in ("^", "$", "<capital>")]
        element = Element.parse("|".join(plain)) if plain else Element()
        return cls(element, "^" in parts or "$" in parts, "<capital>" in parts, not source.startswith("!"))

    def holds(self, text: Text, sentence: int, neighbour: int, first: int) -> bool:
        words = text.tokens[sentence]
        met = self.element.accepts(words[neighbour]) if 0 <= neighbour < len(words) else self.edge
        if self.capital and not met:
            met = text.raw[text.offsets(sentence)[first][0]].isupper()
        return met is self.wanted


class End(NamedTuple):
    """What a cue that has been read to its end comes to: a row of one of the codebooks, in its context."""

    row: int
    before: Condition | None
    after: Condition | None
    book: int = 0


class Node:
    """A place in the tree of all cues. Its branches are one element more, right (True) or left of those read so far."""

    __slots__ = ("branches", "ends", "ways")

    def __init__(self):
        self.ends: list[End] = []
        self.branches: dict[tuple[bool, Element], Node] = {}
        self.ways: dict[bool, Ways] = {}

    def way(self, right: bool) -> Ways:
        """Its branches on one side, sorted out when they are first needed."""
        if right not in self.ways:
            self.ways[right] = Ways(
                [(element, node) for (side, element), node in self.branches.items() if side is right]
            )
        return self.ways[right]


class Ways:
    """The ways on to one side: where a known word leads, and what is to be asked of any other."""

    __slots__ = ("known", "patterns")

    def __init__(self, branches: Iterable[tuple[Element, Node]] = ()):
        self.known: dict[str, tuple[Node, ...]] = {}
        self.patterns: list[tuple[Element, Node]] = []
        for element, node in branches:
            if element.pattern or len(element.words) > MANY:
                self.patterns.append((element, node))
            else:
                for word in element.words:
                    self.known[word] = (*self.known.get(word, ()), node)

    @classmethod
    def of(cls, nodes: Iterable[Node], right: bool) -> Ways:
        """The ways on from several nodes."""
        ways = [way for node in nodes if node.branches and ((way := node.way(right)).known or way.patterns)]
        if len(ways) == 1:
            return ways[0]
        joined = cls()
        for way in ways:
            for word, found in way.known.items():
                joined.known[word] = joined.known.get(word, ()) + found
            joined.patterns += way.patterns
        return joined

    def step(self, word: str) -> tuple[Node, ...]:
        nodes = self.known.get(word, ())
        return (*nodes, *[node for element, node in self.patterns if element.accepts(word)]) if self.patterns else nodes


class State:
    """Where the words read so far have led to in the tree: several nodes, where several elements accept a word."""

    __slots__ = ("asks", "ends", "left", "right")

    def __init__(self, nodes: tuple[Node, ...]):
        self.ends = [end for node in nodes for end in node.ends]
        self.left, self.right = Ways.of(nodes, right=False), Ways.of(nodes, right=True)
        # whether more is to be asked of the words beside it than whether they are among those known here
        self.asks = any(end.before or end.after for end in self.ends) or self.left.patterns or self.right.patterns


class Automaton(dict):
    """Finds the cues of several codebooks in one pass over a text.

    A cue is read from its rarest word: first to the left, then to the right. So most words of a text, and all the
    little ones that many cues have in common, cost no more than one look-up: as a dictionary the automaton holds, for
    each word met, the state that it leads to, or None.
    """

    def __init__(self, books: Sequence[Iterable[tuple[tuple[Element, ...], End]]]):
        super().__init__()
        self.books, root = len(books), Node()
        for number, book in enumerate(books):
            for elements, end in book:
                rarest = min(range(len(elements)), key=lambda place, elements=elements: elements[place].frequency)
                node = root
                for place in (*range(rarest, -1, -1), *range(rarest + 1, len(elements))):
                    node = node.branches.setdefault((place >= rarest, elements[place]), Node())
                if (end := end._replace(book=number)) not in node.ends:  # "very? very? bad" leads to "very bad" twice
                    node.ends.append(end)
        self.states: dict[tuple[Node, ...], State] = {}
        self.exact: dict[str, list[Node]] = {}
        # of the hundreds of patterns, a new word is tried on those that share its first letters
        self.beginnings: dict[str, list[tuple[tuple[str, ...], Node]]] = {}
        self.patterns: list[tuple[Element, Node]] = []
        for (_, element), node in root.branches.items():
            for word in element.words:
                self.exact.setdefault(word, []).append(node)
            for beginning in element.beginnings:
                self.beginnings.setdefault(beginning[:3], []).append((beginning, node))
            if element.endings or element.anything or element.number:
                self.patterns.append((element, node))

    def __missing__(self, word: str) -> State | None:
        nodes = [
            *self.exact.get(word, ()),
            *[
                node
                for length in (1, 2, 3)
                for start, node in self.beginnings.get(word[:length], ())
                if word.startswith(start)
            ],
            *[node for element, node in self.patterns if element.accepts(word)],
        ]
        if len(self) >= MEMO_LIMIT:
            self.clear()
        self[word] = state = self.state(tuple(dict.fromkeys(nodes))) if nodes else None
        return state

    def state(self, nodes: tuple[Node, ...]) -> State:
        if nodes not in self.states:
            if len(self.states) >= MEMO_LIMIT:
                self.states.clear()
            self.states[nodes] = State(nodes)
        return self.states[nodes]

    def scan(self, text: Text) -> list[list[tuple[int, int, int, int]]]:
        """Of each codebook all its cues in the text, those inside others and overlapping ones too."""
        found, state_of = [[] for _ in range(self.books)], self.__getitem__
        for sentence, words in enumerate(text.tokens):
            beside = zip(map(state_of, words), ["", *words], [*words[1:], ""], strict=False)
            for first, (state, before, after) in enumerate(beside):
                if state is None:
                    continue
                if state.asks or before in state.left.known or after in state.right.known:
                    self.follow(state, text, sentence, words, first, first + 1, found)
                else:
                    for row, _, _, book in state.ends:
                        found[book].append((sentence, first, first + 1, row))
        for matches in found:
            matches.sort()
        return found

    def follow(self, state: State, text: Text, sentence: int, words: list[str], first: int, last: int, found) -> None:
        """From the words first..last-1, which have led to a state, on to both sides, as far as a cue goes on there."""
        for row, before, after, book in state.ends:
            if (before is None or before.holds(text, sentence, first - 1, first)) and (
                after is None or after.holds(text, sentence, last, first)
            ):
                found[book].append((sentence, first, last, row))
        if first and (nodes := state.left.step(words[first - 1])):
            self.follow(self.state(nodes), text, sentence, words, first - 1, last, found)
        if last < len(words) and (nodes := state.right.step(words[last])):
            self.follow(self.state(nodes), text, sentence, words, first, last + 1, found)
