"""Finds the cues of several codebooks in one pass over a text, at the cost of about one look-up a word.

An element of a cue is the set of forms that its word may have there: the word itself, its beginning or ending with an
asterisk, "_", "<number>". All cues together are a tree of elements, in which a text is followed from each cue's rarest
word outwards. Only here is that grammar known; ``codebook.py`` documents it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .text import Text

MEMO_LIMIT = 100_000  # word types remembered; past that it starts afresh, so memory stays flat
NEAR_LIMIT = 500  # as many as are remembered to stand, or not to stand, beside a word in a cue

Element = frozenset[str]


@lru_cache(MEMO_LIMIT)
def element(source: str, *marks: str) -> Element:
    """The element written so in a codebook; ValueError says what cannot stand in one."""
    forms = frozenset(source.split("|"))
    for form in forms.difference(("_", "<number>"), marks):
        if not form.strip("*") or form.count("*") > 1 or not set("*?<>").isdisjoint(form.strip("*")):
            raise ValueError(f"{source!r} is not a word, a beginning with *, an ending with *, or <number>")
    return forms


def rarity(one: Element) -> tuple[bool, bool, int]:
    """How rarely an element may be met: anything is most frequent, then endings, then short words."""
    return "_" not in one, all(form[0] != "*" for form in one), min(map(len, one))


class Forms(dict):
    """The forms of each word that some cue has; where a text or sentence ends there are "^" and "$"."""

    def __init__(self, written: Iterable[str]):
        super().__init__()
        self.written = frozenset(written)
        self.begins = sorted({len(form) - 1 for form in self.written if form[-1] == "*"})
        self.ends = sorted({len(form) - 1 for form in self.written if form[0] == "*"})

    def __missing__(self, word: str) -> tuple[str, ...]:
        forms = ["_", word] if word else ["^", "$"]
        forms += [word[:n] + "*" for n in self.begins if n <= len(word)]
        forms += ["*" + word[-n:] for n in self.ends if n < len(word)]
        if word[:1].isdecimal():
            forms.append("<number>")
        if len(self) >= MEMO_LIMIT:
            self.clear()
        self[word] = found = tuple(self.written.intersection(forms))
        return found


class Condition(NamedTuple):
    """What the neighbouring word of a cue must, or must not, be."""

    element: Element
    wanted: bool

    @classmethod
    def parse(cls, source: str) -> Condition | None:
        """The condition written so in a codebook, if any is."""
        source = source.strip().lower()
        wanted = element(source.removeprefix("!"), "^", "$", "<capital>") if source else None
        return cls(wanted, not source.startswith("!")) if wanted else None

    def holds(self, text: Text, sentence: int, first: int, forms: tuple[str, ...]) -> bool:
        met = not self.element.isdisjoint(forms)
        if not met and "<capital>" in self.element:  # of the cue itself
            met = text.raw[text.offsets(sentence)[first][0]].isupper()
        return met is self.wanted


class End(NamedTuple):
    """What a cue that has been read to its end comes to: a row of one of the codebooks, in its context."""

    row: int
    before: Condition | None
    after: Condition | None
    book: int = 0


class Node:
    """A place in the tree of all cues: those that end there, and the elements that may follow on either side."""

    __slots__ = ("ends", "left", "right")

    def __init__(self):
        self.ends: list[End] = []
        self.left: dict[Element, Node] = {}
        self.right: dict[Element, Node] = {}


class State:
    """Where the words read so far have led to in the tree: several nodes, where several elements accept a word."""

    __slots__ = ("conditional", "free", "left", "right")

    def __init__(self, nodes: Iterable[Node], forms: Forms):
        ends = [end for node in nodes for end in node.ends]
        self.conditional = [end for end in ends if end.before or end.after]
        self.free = [(end.book, end.row) for end in ends if not (end.before or end.after)]
        left = [branch for node in nodes for branch in node.left.items()]
        right = [branch for node in nodes for branch in node.right.items()]
        self.left, self.right = (Ways(branches, forms, NEAR_LIMIT) if branches else None for branches in (left, right))


class Ways(dict):
    """Where each word leads to, once it has been met: a state, or None."""

    def __init__(self, branches: Iterable[tuple[Element, Node]], forms: Forms, limit: int):
        super().__init__()
        self.forms, self.limit = forms, limit
        self.nodes: dict[str, list[Node]] = {}
        self.states: dict[tuple[Node, ...], State] = {}
        for one, node in branches:
            for form in one:
                self.nodes.setdefault(form, []).append(node)

    def __missing__(self, word: str) -> State | None:
        state, forms = None, self.forms[word]
        if not self.nodes.keys().isdisjoint(forms):
            nodes = tuple(dict.fromkeys(node for form in forms for node in self.nodes.get(form, ())))
            state = self.states.get(nodes) or self.states.setdefault(nodes, State(nodes, self.forms))
        if len(self) >= self.limit:
            self.clear()
        self[word] = state
        return state


class Automaton(Ways):
    """Finds the cues of several codebooks in one pass over a text.

    A cue is read from its rarest word: first to the left, then to the right. So most words of a text, and all the
    little ones that many cues have in common, cost no more than one look-up.
    """

    def __init__(self, books: Sequence[Iterable[tuple[tuple[Element, ...], End]]]):
        self.books, root, written = len(books), Node(), set()
        for number, book in enumerate(books):
            for elements, end in book:
                written.update(*elements, *(context.element for context in (end.before, end.after) if context))
                rarest = max(range(len(elements)), key=[*map(rarity, elements)].__getitem__)
                node = root.right.setdefault(elements[rarest], Node())
                for one in reversed(elements[:rarest]):
                    node = node.left.setdefault(one, Node())
                for one in elements[rarest + 1 :]:
                    node = node.right.setdefault(one, Node())
                if (end := end._replace(book=number)) not in node.ends:  # "very? very? bad" leads to "very bad" twice
                    node.ends.append(end)
        super().__init__(root.right.items(), Forms(written), MEMO_LIMIT)

    def scan(self, text: Text) -> list[list[tuple[int, int, int, int]]]:
        """Of each codebook all its cues in the text, those inside others and overlapping ones too."""
        found, state_of = [[] for _ in range(self.books)], self.__getitem__
        for sentence, words in enumerate(text.tokens):
            padded = ["", *words, ""]
            for first, (state, left, right) in enumerate(zip(map(state_of, words), padded, padded[2:], strict=False)):
                if state is None:
                    continue
                if (
                    state.conditional
                    or (state.left is not None and state.left[left])
                    or (state.right is not None and state.right[right])
                ):
                    self.follow(state, text, sentence, padded, first, first + 1, found)
                else:
                    for book, row in state.free:
                        found[book].append((sentence, first, first + 1, row))
        for matches in found:
            matches.sort()
        return found

    def follow(self, state: State, text: Text, sentence: int, padded: list[str], first: int, last: int, found) -> None:
        """From the words first..last-1, which have led to a state, on to both sides, as far as a cue goes on there."""
        left, right = padded[first], padded[last + 1]  # the words beside them, of a list with "" at its ends
        for book, row in state.free:
            found[book].append((sentence, first, last, row))
        for row, before, after, book in state.conditional:
            if (before is None or before.holds(text, sentence, first, self.forms[left])) and (
                after is None or after.holds(text, sentence, first, self.forms[right])
            ):
                found[book].append((sentence, first, last, row))
        if state.left is not None and (further := state.left[left]):
            self.follow(further, text, sentence, padded, first - 1, last, found)
        if state.right is not None and (further := state.right[right]):
            self.follow(further, text, sentence, padded, first, last + 1, found)
