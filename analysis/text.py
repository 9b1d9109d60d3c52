"""Text: a string bound to its passages, sentences and words, each an offset into the string."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import TypeVar

import pandas as pd

from . import segment, voices

T = TypeVar("T")


class TextError(ValueError):
    """A text that cannot be read: one plain line that says what, where and what to do."""


class Text:
    """A text and what the lenses stand on: ``segments``, ``sentences`` and ``words``.

    Every start and end, here and in every lens, is an offset into ``raw``, so that ``raw[start:end]`` is the evidence
    itself. The tables are built when asked for; the lenses work on the plain lists below them.

    >>> text = Text('“We could win,” the minister said. It rained.', name="note")
    >>> text.sentences.text.tolist()
    ['“We could win,” the minister said.', 'It rained.']
    """

    def __init__(self, raw: str, name: str = "text", *, meta: dict | None = None, warnings: tuple[str, ...] = ()):
        if not isinstance(raw, str):
            raise TextError(f"{name}: a text is made from a string, not {type(raw).__name__}; use read() for files")
        self.raw = raw
        self.name = name
        self.meta = meta or {}
        self.warnings = list(warnings)
        self._memo: dict[Hashable, object] = {}
        self._offsets: dict[int, list[tuple[int, int]]] = {}

    def __repr__(self) -> str:
        return f"Text({self.name!r}, {sum(map(len, self.tokens))} words, {len(self.spans)} sentences)"

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make()`` returned when this text was first asked for ``key``."""
        if key not in self._memo:
            self._memo[key] = make()
        return self._memo[key]

    @cached_property
    def folded(self) -> str:
        """``raw`` in lower case with plain apostrophes and quotation marks, letter for letter as long as ``raw``."""
        return segment.fold(self.raw)

    @cached_property
    def paragraphs(self) -> list[tuple[int, int]]:
        return segment.paragraphs(self.raw)

    @cached_property
    def passages(self) -> list[voices.Passage]:
        """Stretches of one kind and one voice, in order; they cover every paragraph."""
        return voices.passages(self.raw, self.folded, self.paragraphs, self.meta.get("speakers", ()))

    @cached_property
    def spans(self) -> list[tuple[int, int, int]]:
        """A sentence's start, its end, and the passage that holds most of it."""
        spans, passages, at = [], self.passages, 0
        for paragraph in self.paragraphs:
            for start, end in segment.sentences(self.raw, *paragraph):
                while at + 1 < len(passages) and passages[at].end <= start:
                    at += 1
                best, most, here = at, -1, at
                while here < len(passages) and passages[here].start < end:
                    held = min(end, passages[here].end) - max(start, passages[here].start)
                    if held > most:
                        best, most = here, held
                    here += 1
                spans.append((start, end, best))
        return spans

    @cached_property
    def tokens(self) -> list[list[str]]:
        """The folded words of each sentence."""
        find, folded = segment.WORD.findall, self.folded
        return [find(folded, start, end) for start, end, _ in self.spans]

    def offsets(self, sentence: int) -> list[tuple[int, int]]:
        """Where the words of a sentence start and end; worked out only for sentences that show evidence."""
        if sentence not in self._offsets:
            start, end, _ = self.spans[sentence]
            self._offsets[sentence] = [match.span() for match in segment.WORD.finditer(self.folded, start, end)]
        return self._offsets[sentence]

    @cached_property
    def _starts(self) -> list[int]:
        return [passage.start for passage in self.passages]

    def passage_at(self, offset: int) -> int:
        """The passage that holds an offset, as an index into ``passages`` and ``segments``."""
        return max(bisect_right(self._starts, offset) - 1, 0)

    def voice_at(self, offset: int) -> str:
        return self.passages[self.passage_at(offset)].voice

    @cached_property
    def segments(self) -> pd.DataFrame:
        """A row a passage: start, end, kind, voice, paragraph, text, because.

        ``kind`` is headline, narration, question, answer or quote; ``voice`` the speaker's fullest name in the text, or
        "narrator", "interviewer", "unknown"; ``because`` the offsets of the cue and the name that say so.
        """
        rows = [(*passage[:5], self.raw[passage.start : passage.end], passage.because) for passage in self.passages]
        return _frame(rows, "start end kind voice paragraph text because", "start end paragraph")

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """A row a sentence: start, end, segment (the one that holds most of it), kind, voice, text."""
        rows = []
        for start, end, index in self.spans:
            passage = self.passages[index]
            rows.append((start, end, index, passage.kind, passage.voice, self.raw[start:end]))
        return _frame(rows, "start end segment kind voice text", "start end segment")

    @cached_property
    def words(self) -> pd.DataFrame:
        """A row a word: start, end, sentence, word (lower case, plain apostrophes), text (as written)."""
        rows = []
        for sentence, words in enumerate(self.tokens):
            for (start, end), word in zip(self.offsets(sentence), words, strict=True):
                rows.append((start, end, sentence, word, self.raw[start:end]))
        return _frame(rows, "start end sentence word text", "start end sentence")


def _frame(rows: list[tuple], columns: str, whole: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split()).astype(dict.fromkeys(whole.split(), int))
