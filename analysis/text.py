"""Text: a string bound to its passages, sentences and words, each an offset into the string; `read` opens a file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import KW_ONLY, dataclass, field, fields
from functools import cached_property
from operator import itemgetter
from pathlib import Path

import pandas as pd
import py3langid
from ftfy.badness import BADNESS_RE
from spacy.tokens import Doc, Span
from wordfreq import zipf_frequency

from . import corrections, exports, formats, labels, parse, propositions, segment, voices
from .codebook import frame
from .formats import TextError
from .mend import Found, count

_STOP = re.compile(r"[.!?…](?!\w)")
_SIGN = re.compile(r"[{}<>\\|=_^~#@+\[\]]")  # which prose has few of
LONG_ENOUGH = 70  # letters and digits, to say how a text is written: data has few words
FEW = 5  # sentences, of which one without a verb is no wonder
_FINITE = frozenset({"VB", "VBD", "VBP", "VBZ", "MD"})  # what the parse calls verbs, but participles
_SITE = re.compile(rf"(?im)^[ \t#*-]*(?:{labels.FORMS['site']})[ \t.*]*$")
_REFERENCE = re.compile(
    r"\(#[a-z]?\)\.|#[–-]#\.?$|\bdoi\b|^\W*[A-Z]\w+, (?:[A-Z]\. ?){1,3}[,(&]"
)  # years, pages, "Lee, A."
_NOTICE = re.compile(rf"(?i){labels.FORMS['notice']}")
_WALL = re.compile(rf"(?im)^.{{0,80}}(?:{labels.FORMS['paywall']}).{{0,80}}$")
_PLAINLY = re.compile(r"\b(?:the|and)\b")  # one word in eleven of English prose, and hardly one of any other
_SMALL = re.compile(r"(?<![\w'’.-])[a-z]{3,}(?![\w'’-])")  # words that are no names
_FORMS = {  # what more than a third of the lines may be
    "code": "many of its lines are code or settings",
    "logged": "many of its lines begin with a date and a time, as in a log",
    "priced": "many of its lines end in a price, as in a menu or a bill",
}
_GARBLED = re.compile(f"(?:{BADNESS_RE.pattern})|\ufffd", BADNESS_RE.flags)


@dataclass(eq=False, repr=False)
class Text:
    """A text and what the lenses stand on: ``segments``, ``sentences`` and ``words``.

    Every start and end, here and in every lens, is an offset into ``raw``, so that ``raw[start:end]`` is the evidence
    itself. The tables are built when asked for; the lenses work on the plain lists below them.

    >>> text = Text('“We could win,” the minister said. It rained.', name="note")
    >>> text.sentences.text.tolist()
    ['“We could win,” the minister said.', 'It rained.']
    """

    raw: str
    name: str = "text"
    _: KW_ONLY
    meta: dict = field(default_factory=dict)
    doubts: tuple[str, ...] = ()  # about the file that the text was read from
    codebooks: dict[str, Path] = field(default_factory=dict)
    corrections: Path | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.raw, str):
            kind = type(self.raw).__name__
            raise TextError(f"{self.name}: a text is made from a string, not {kind}; use read() for files")
        if names := self.meta.get("speakers"):
            names = names if isinstance(names, list) else str(names).split(",")
            self.meta = self.meta | {"speakers": [name.strip() for name in map(str, names) if name.strip()]}
        self.memo: dict[Hashable, object] = {}
        corrections.read(self)  # what cannot be understood is told at once

    def __getstate__(self) -> dict:
        """What the text was made from, without what has been found in it: that is how it travels to other processes."""
        return {given.name: getattr(self, given.name) for given in fields(self)} | {"memo": {}}

    def __repr__(self) -> str:
        return f"Text({self.name!r}, {sum(map(len, self.tokens))} words, {len(self.bounds)} sentences)"

    def remember(self, key: Hashable, make: Callable):
        """What ``make()`` returned when this text was first asked for ``key``."""
        if key not in self.memo:
            self.memo[key] = make()
        return self.memo[key]

    @cached_property
    def warnings(self) -> list[str]:
        """What a reader should know before trusting a figure, a sentence each: encoding, mojibake, length, language.

        >>> Text("The cafÃ© is closed.").warnings
        ['1 place looks garbled by a wrong encoding, first “cafÃ©”. Nothing was changed.']
        """
        doubts = list(self.doubts)
        if garbled := [match.start() for match in _GARBLED.finditer(self.raw)]:
            at = garbled[0]
            word = self.raw[max(0, at - 20) : at].rpartition(" ")[2] + self.raw[at : at + 20].partition(" ")[0]
            places = count(len(garbled), "place looks", "places look")
            doubts.append(f"{places} garbled by a wrong encoding, first “{word}”. Nothing was changed.")
        if left := segment.prose(self.raw)[1]:
            doubts.append(f"Left out, as no prose: {count(left, 'line')} of code or tables.")
        if long := sum(len(words) > parse.LONGEST for words in self.tokens):
            more = f"of more than {parse.LONGEST} words"
            doubts.append(f"{count(long, f'sentence {more} was', f'sentences {more} were')} parsed in parts.")
        doubts += [*_doubts_of_writing(self), *_doubts_of_origin(self)]
        if _is_foreign(self.raw[:100_000]):
            doubts.append("This does not look like English; the codebooks are for English only.")
        else:
            doubts += _doubts_of_kind(self)
        return [*doubts, *corrections.told(self)]

    @cached_property
    def is_punctuated(self) -> bool:
        """Has the text a stop in a hundred words; or, of fewer, any, or no sentence of more than forty?"""
        lengths = [*map(len, self.tokens)]
        return len(_STOP.findall(self.raw)) >= sum(lengths) / 100 or (sum(lengths) < 100 and max(lengths) <= 40)

    @cached_property
    def folded(self) -> str:
        """``raw`` in lower case, with plain apostrophes and quotation marks, without addresses; as long as ``raw``."""
        return segment.fold(segment.without_addresses(self.raw))

    @cached_property
    def paragraphs(self) -> list[tuple[int, int]]:
        return segment.paragraphs(self.raw)

    @cached_property
    def labels(self) -> dict[int, labels.Label]:
        """Of a transcript, what tells at the beginning of a paragraph who speaks."""
        return labels.find(self.raw, self.paragraphs)

    @cached_property
    def unspoken(self) -> list[tuple[int, int]]:
        """What are no words of anybody: labels, times, stage directions."""
        return labels.unspoken(self.raw, self.paragraphs, self.labels)

    @cached_property
    def lone(self) -> dict[int, int]:
        """Where labels with a colon start and end, in whatever text: nobody speaks of who is named there."""
        return labels.lone(self.raw, self.paragraphs)

    @cached_property
    def spoken(self) -> str:
        """``folded`` with blanks for what nobody says."""
        spoken = [*self.folded]
        for start, end in self.unspoken:
            spoken[start:end] = " " * (end - start)
        return "".join(spoken)

    @cached_property
    def passages(self) -> list[voices.Passage]:
        """Stretches of one kind and one voice, in order; they cover every paragraph."""
        found = voices.passages(self.attribution)
        told = [corrections.said(self, "voices", it[:2]).get("voice") for it in found]
        return [it._replace(voice=own, because=()) if own else it for it, own in zip(found, told, strict=True)]

    @cached_property
    def attribution(self) -> voices.Attribution:
        """The names of the text and the rules that lead to them; for ``voices``."""
        return voices.Attribution(self)

    @cached_property
    def bounds(self) -> list[tuple[int, int]]:
        """A sentence's start and end. Who speaks is worked out apart, in ``spans``, when a figure asks for it."""
        behind = {self.paragraphs[i][0]: label.end for i, label in self.labels.items()}
        spoken = ((end - len(self.raw[behind.get(start, start) : end].lstrip()), end) for start, end in self.paragraphs)
        found = [span for paragraph in spoken for span in segment.sentences(self.raw, *paragraph)]
        silent = {*self.unspoken}
        return [span for span in found if span not in silent]

    @cached_property
    def spans(self) -> list[tuple[int, int, int]]:
        """A sentence's start, its end, and the passage that holds most of it."""
        return [(*bounds, self._holder(*bounds)) for bounds in self.bounds]

    def _holder(self, start: int, end: int) -> int:
        near = range(self.passage_at(start), self.passage_at(end - 1) + 1)
        return max(near, key=lambda i: min(end, self.passages[i].end) - max(start, self.passages[i].start))

    @cached_property
    def tokens(self) -> list[list[str]]:
        """The folded words of each sentence, without soft hyphens and ligatures."""
        find, spoken = segment.WORD.findall, self.spoken
        found = [find(spoken, start, end) for start, end in self.bounds]
        return found if spoken.isascii() else [[word.translate(segment.SPELT_OUT) for word in own] for own in found]

    def offsets(self, sentence: int) -> list[tuple[int, int]]:
        """Where the words of a sentence start and end; worked out only for sentences that show evidence."""
        find, bounds = segment.WORD.finditer, self.bounds[sentence]
        return self.remember(("offsets", sentence), lambda: [word.span() for word in find(self.spoken, *bounds)])

    @cached_property
    def doc(self) -> Doc:
        """The parse, as a spaCy Doc over ``raw`` with our sentences: ``token.idx`` is an offset into ``raw``.

        What nobody says, as the label of a turn ("NOVAK:"), is parsed apart from the sentence behind it.
        """
        return parse.parse(self.raw, self.bounds)

    def parsed(self, start: int, end: int) -> Span:
        """The tokens of ``doc`` that stand between two offsets, at least one; their ``root`` heads the others."""
        starts = self.remember("token starts", lambda: [token.idx for token in self.doc])
        first = max(bisect_right(starts, start) - 1, 0)
        return self.doc[first : max(bisect_right(starts, end - 1), first + 1)]

    @cached_property
    def propositions(self) -> pd.DataFrame:
        """Who does, is or suffers what, who says so, and how surely; see ``propositions.table`` for the columns."""
        return propositions.table(self)

    def sentence_at(self, offset: int) -> int:
        """The sentence that holds an offset, or the last before it."""
        return max(bisect_right(self.bounds, offset, key=itemgetter(0)) - 1, 0)

    def passage_at(self, offset: int) -> int:
        """The passage that holds an offset, as an index into ``passages`` and ``segments``."""
        return max(bisect_right(self.passages, offset, key=itemgetter(0)) - 1, 0)

    def voice_at(self, offset: int) -> str:
        return self.passages[self.passage_at(offset)].voice

    @cached_property
    def segments(self) -> pd.DataFrame:
        """A row a passage: start, end, kind, voice, paragraph, text, because.

        ``kind`` is headline, narration, question, answer or quote; ``voice`` the speaker's fullest name in the text, or
        "narrator", "interviewer", "unknown"; ``because`` the offsets of the cue and the name that say so.
        """
        rows = [(*passage[:5], self.raw[passage.start : passage.end], passage.because) for passage in self.passages]
        return frame(rows, "start end kind voice paragraph text because", "start end paragraph")

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """A row a sentence: start, end, segment (the one that holds most of it), kind, voice, text."""
        rows = ((*span, *self.passages[span[2]][2:4], self.raw[span[0] : span[1]]) for span in self.spans)
        return frame(list(rows), "start end segment kind voice text", "start end segment")

    @cached_property
    def words(self) -> pd.DataFrame:
        """A row a word: start, end, sentence, word (lower case, plain apostrophes), text (as written)."""
        places = ((number, *span) for number in range(len(self.bounds)) for span in self.offsets(number))
        rows = [(start, end, number, self.folded[start:end], self.raw[start:end]) for number, start, end in places]
        return frame(rows, "start end sentence word text", "start end sentence")


def _doubts_of_writing(text: Text) -> Iterator[str]:
    """What capitals, stops and signs make doubtful in a text of some length."""
    letters = [char for char in text.raw if char.isalpha()]
    capitals, small = sum(map(str.isupper, letters)), sum(map(str.islower, letters))
    words = sum(map(len, text.tokens))
    if sum(map(str.isalnum, text.raw)) < LONG_ENOUGH:
        return
    if not text.is_punctuated:
        yield f"Hardly a full stop in {words:,} words: where sentences end is not known, nor how hard they are to read."
    if capitals > 9 * small:
        yield "This is written in capitals: names are hardly told from other words."
    if small > 200 * capitals:
        yield "This is written in lower case: names, and where sentences begin, are guesses."
    if len(re.findall("[a-z]", text.spoken)) > 12 * words:  # words of English have five letters
        yield "Its words are so long that this looks like data, or has lost the spaces between them."
    elif len(_SIGN.findall(text.spoken)) > 0.04 * len(letters):
        yield "Much of this looks like code, data or markup, and no prose: its figures may mean nothing."


def _doubts_of_kind(text: Text) -> Iterator[str]:
    """What tells that a text of some length is no running prose: its lines, its words, or sentences without a verb.

    (Of 2,615 texts none has 8 % of its words in lines that are the same four times but for numbers; logs and tables
    have 80 % and more. Where less than 30 % of the words stand in sentences with an auxiliary or a pronoun the parse
    finds verbs in sentences with 66 % of them at least; in bibliographies, menus and tables, 25 % at most. Of 757 texts
    none has 4 % of its words in small letters in no list of English words; pages misread by a scanner, 9 % and more.)
    """
    if sum(map(str.isalnum, text.raw)) >= LONG_ENOUGH and (kind := _form(text) or _wording(text)):
        yield f"This does not read like running prose: {kind}."


def _form(text: Text) -> str:
    """What its lines make of a text."""
    spoken = (text.spoken[start:end].split() for start, end in segment.prose(text.raw)[0])
    lines = [re.sub(r"\d+", "#", " ".join(words)) for words in spoken if words]
    often = Counter(lines)
    if sum(many * len(line.split()) for line, many in often.items() if many > 3) > 0.5 * len(" ".join(lines).split()):
        return "most of its lines differ only in numbers, as in a log or a table"
    if sum(bool(_REFERENCE.search(line)) for line in often) > max(2, len(often) / 2):
        return "most of its lines are references"
    alike = {form: sum(map(bool, map(re.compile(labels.FORMS[form]).match, lines))) for form in _FORMS}
    return next((_FORMS[form] for form, many in alike.items() if many > max(3, len(lines) / 3)), "")


def _wording(text: Text) -> str:
    """What its words make of a text."""
    sentences = len(text.bounds) >= FEW or not text.is_punctuated
    if sentences and _share(text, _is_joined) < 0.3 and _share(text, _has_verb) < 0.4:
        return "hardly a sentence has a verb, as in a list, a menu or a table"
    words = _SMALL.findall(segment.without_addresses(text.raw[:100_000]))
    unknown = sum(zipf_frequency(word, "en") < 1 for word in words)
    none = "many of its words are none, as in dialect or in a page misread by a scanner"
    return none if unknown > max(2, len(words) / 16) else ""


def _doubts_of_origin(text: Text) -> Iterator[str]:
    """What websites put around articles or in place of them."""
    words = sum(map(len, text.tokens))
    if len(found := dict.fromkeys(it[0].strip() for it in _SITE.finditer(text.raw))) > 2:
        yield f"Lines of a web page stand in this text and are read as its own, first “{next(iter(found))}”."
    if words < 150 and (notice := _NOTICE.search(text.raw)):
        yield f"This looks like a notice of a website, and no article: “{notice[0]}”."
    elif wall := _WALL.search(text.raw, min(len(text.raw) * 2 // 3, text.raw.rstrip().rfind("\n") + 1)):
        yield f"The article may go on behind a notice to subscribers: “{wall[0].strip()}”."


def _share(text: Text, fits: Callable[[Text, int], bool]) -> float:
    """The share of a text's words in sentences of some kind."""
    lengths = [*map(len, text.tokens)]
    return sum(many for number, many in enumerate(lengths) if fits(text, number)) / sum(lengths)


def _is_joined(text: Text, sentence: int) -> bool:
    return not labels.WORDS["joint"].isdisjoint(text.tokens[sentence])


def _has_verb(text: Text, sentence: int) -> bool:
    return any(token.tag_ in _FINITE for token in text.parsed(*text.bounds[sentence]))


def _is_foreign(raw: str) -> bool:
    """Does a text look like another language than English?"""
    if len(_PLAINLY.findall(raw)) > raw.count(" ") / 20:
        return False  # without what tells languages apart, which takes half a second to load
    scores = dict(py3langid.rank(raw))
    scores.pop("zxx")  # which stands for no language at all
    # e to the 50th times likelier: of 18,045 English sentences 3 look so foreign, full of foreign names all of them
    return max(scores.values()) > scores["en"] + 50


def read(path: str | Path) -> Text:
    """The text in a file: plain text, Markdown, captions, a saved page, a Word or RTF document, an e-mail, a PDF.

    ``raw`` is the file as decoded, line breaks and all, less a byte order mark, and mended (see ``mend``) of what other
    programs put into it: ``warnings`` say so. What a text cannot say of itself may
    stand above it between two lines ``---``, or beside ``article.txt`` in ``article.meta.yaml``: ``title``, ``date``,
    ``source``, ``outlet``, ``translated_from``, ``speakers``, each as ``key: value``. That becomes ``meta``; the voices
    are told the speakers' names. Raises TextError, in one plain line, where there is no text to read.

    Codebooks of one's own may stand beside it too, and become ``codebooks``: ``article.hedging.csv`` is added to
    ``hedging.csv`` of ours, ``article.only-hedging.csv`` takes its place; so for threat, evaluation and actors. What a
    reader has corrected stands in ``article.corrections.csv`` (see ``corrections``) and wins over every lens.
    """
    path = Path(path)
    return _text(path, path.stem, exports.together(*formats.articles(path)))


def articles(path: str | Path) -> list[Text]:
    """The articles in a file that LexisNexis, Factiva or ProQuest exported, a text each; of any other file the text."""
    path = Path(path)
    archive, found = formats.articles(path)
    if len(found) == 1:
        return [_text(path, path.stem, exports.together(archive, found))]
    return [_text(path, f"{path.stem} {number}", article) for number, article in enumerate(found, 1)]


def _text(path: Path, name: str, found: Found) -> Text:
    """A text that was found in a file, with the codebooks and the corrections that stand beside it."""
    (raw, meta, doubts), beside = found, formats.beside(path)
    corrected = beside.pop(formats.CORRECTIONS, None)
    books = {ending.split(".")[1]: file for ending, file in beside.items() if ending != formats.DESCRIPTION}
    return Text(raw, name, meta=meta, doubts=doubts, codebooks=books, corrections=corrected)
