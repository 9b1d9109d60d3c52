"""Text: a string bound to its passages, sentences and words, each an offset into the string; `read` opens a file."""

from __future__ import annotations

import io
import os
import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import cached_property, partial
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

import charset_normalizer
import pandas as pd
import py3langid
from ftfy.badness import BADNESS_RE

from . import segment, voices

T = TypeVar("T")

CODEBOOKS = ("actors", "evaluation", "hedging", "threat")  # which of ours a reader may add to or replace

_OTHER = {b"%PDF": "a PDF", b"PK\3\4": "a zip archive", b"GIF8": "a GIF image"}
_OTHER |= {b"\x89PNG": "a PNG image", b"\xff\xd8\xff": "a JPEG image"}
_OWN = re.compile(rf"(.+)\.((?:only-)?(?:{'|'.join(CODEBOOKS)}))\.(?:csv|dicx?)", re.DOTALL)
_CUT = re.compile(rb"(?:\xc3|\xe2\x80?)\Z")  # the beginning of an accented letter, of a quotation mark or dash
_CONTROLS = re.compile("[\0-\x08\x0e-\x1a]")
_GARBLED = re.compile(f"(?:{BADNESS_RE.pattern})|\ufffd", BADNESS_RE.flags)
# words that English has in plenty and few other languages have at all
_ENGLISH = frozenset(
    "the of and that this with from they it were are his her have has which not been would their you said".split()
)
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")  # letters of languages written without spaces
_CYRILLIC = re.compile("(?<![A-Za-z])[\u0400-\u04ff]{2,}(?![A-Za-z])")
_FRONT = re.compile(r"---[ \t]*(?:\r\n|\r|\n)(.*?)(?:\r\n|\r|\n)---[ \t]*(?:[\r\n]+|\Z)", re.DOTALL)
_RULE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_VALUE = re.compile(r"""\[[^]]*\]|"[^"]*"|'[^']*'|[^\["'{}|>&*!].*|""")
_MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# of a saved web page: quotations that bear no marks of their own; paragraphs in bold print, and of those the questions
_Q = re.compile(rb"(?i)</?q(?:\s[^<>]{0,500})?>")
_BOLD = re.compile(rb"(?is)(<p(?:\s[^<>]{0,500})?>\s{0,9}<(?:b|strong)>)([^<>]{4,1000}?)(</(?:b|strong)>\s{0,9}</p>)")
_ASKED = re.compile(rb"(?i)\?\s{0,9}</(?:b|strong)>\s{0,9}</p>")
# of a Word document: paragraphs, their words, words that are not in bold print
_BLOCK = ".//w:p[not(ancestor::w:txbxContent)]"
_RUN = ".//w:r[not(ancestor::w:moveFrom or ancestor::w:txbxContent)]"
_PARTS = f"{_RUN}/*[self::w:t or self::w:tab or self::w:br or self::w:cr or self::w:noBreakHyphen]"
_PLAIN_RUN = f"{_RUN}[w:t[normalize-space()] and not(w:rPr/w:b[not(@w:val='0' or @w:val='false')])]"
_FIELD = re.compile(r"(\w+):\s*(.*)|\s*-\s+(.*)|\s*(?:#.*)?")


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

    def __init__(
        self,
        raw: str,
        name: str = "text",
        *,
        meta: dict | None = None,
        warnings: tuple[str, ...] = (),
        codebooks: dict[str, Path] | None = None,
    ):
        if not isinstance(raw, str):
            raise TextError(f"{name}: a text is made from a string, not {type(raw).__name__}; use read() for files")
        self.raw = raw
        self.name = name
        self.meta = meta or {}
        self.codebooks = codebooks or {}
        self._given = warnings
        self.memo: dict[Hashable, object] = {}
        self._offsets: dict[int, list[tuple[int, int]]] = {}

    def __getstate__(self) -> dict:
        """What the text was made from, without what has been found in it: that is how it travels to other processes."""
        kept = ("raw", "name", "meta", "codebooks", "_given")
        return {name: self.__dict__[name] for name in kept} | {"memo": {}, "_offsets": {}}

    def __repr__(self) -> str:
        return f"Text({self.name!r}, {sum(map(len, self.tokens))} words, {len(self.bounds)} sentences)"

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make()`` returned when this text was first asked for ``key``."""
        if key not in self.memo:
            self.memo[key] = make()
        return self.memo[key]

    @cached_property
    def warnings(self) -> list[str]:
        """What a reader should know before trusting a figure, a sentence each: encoding, mojibake, language.

        >>> Text("The cafÃ© is closed.").warnings
        ['1 place looks garbled by a wrong encoding, first “cafÃ©”. Nothing was changed.']
        """
        doubts = list(self._given)
        if garbled := [match.start() for match in _GARBLED.finditer(self.raw)]:
            places = "1 place looks" if len(garbled) == 1 else f"{len(garbled):,} places look"
            at = garbled[0]
            word = self.raw[max(0, at - 20) : at].rpartition(" ")[2] + self.raw[at : at + 20].partition(" ")[0]
            doubts.append(f"{places} garbled by a wrong encoding, first “{word}”. Nothing was changed.")
        if left := segment.prose(self.raw)[1]:
            doubts.append(f"Left out, as no prose: {left:,} {'line' if left == 1 else 'lines'} of code or tables.")
        if language := self._foreign():
            doubts.append(f"This looks like {language}; the codebooks are for English only.")
        return doubts

    def _foreign(self) -> str:
        """The language this looks like, if it is not English and the text is long enough to say."""
        words = [word for sentence in self.tokens for word in sentence if len(word) > 1 and word[0].isalpha()]
        if len(words) + len(_UNSPACED.findall(self.raw, 0, 1000)) < 8:
            return ""
        if sum(map(_ENGLISH.__contains__, words)) >= 0.12 * len(words):
            return ""
        likely = py3langid.rank(self.raw[:100_000])
        language, score = next(row for row in likely if row[0] != "zxx")
        # e to the 25th times likelier: of 16,564 English sentences, 7 look so foreign, 4 of them Nigerian Pidgin
        if score <= dict(likely)["en"] + 25:
            return ""
        names = tomllib.loads((Path(__file__).parent / "codebooks" / "languages.toml").read_text("utf-8"))
        return next((name for name, codes in names.items() if language in codes.split()), "another language")

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
        return voices.passages(self.attribution)

    @cached_property
    def attribution(self) -> voices.Attribution:
        """The names of the text and the rules that lead to them; for ``voices``."""
        return voices.Attribution(self.raw, self.folded, self.paragraphs, self.bounds, self.meta.get("speakers", ()))

    @cached_property
    def bounds(self) -> list[tuple[int, int]]:
        """A sentence's start and end. Who speaks is worked out apart, in ``spans``, when a figure asks for it."""
        return [span for paragraph in self.paragraphs for span in segment.sentences(self.raw, *paragraph)]

    @cached_property
    def spans(self) -> list[tuple[int, int, int]]:
        """A sentence's start, its end, and the passage that holds most of it."""
        spans, passages = [], self.passages
        for start, end in self.bounds:
            near = range(self.passage_at(start), self.passage_at(end - 1) + 1)
            held = (min(end, passages[i].end) - max(start, passages[i].start) for i in near)
            spans.append((start, end, max(zip(held, near, strict=True), key=itemgetter(0))[1]))
        return spans

    @cached_property
    def tokens(self) -> list[list[str]]:
        """The folded words of each sentence."""
        find, folded = segment.WORD.findall, self.folded
        return [find(folded, start, end) for start, end in self.bounds]

    def offsets(self, sentence: int) -> list[tuple[int, int]]:
        """Where the words of a sentence start and end; worked out only for sentences that show evidence."""
        if sentence not in self._offsets:
            start, end = self.bounds[sentence]
            self._offsets[sentence] = [match.span() for match in segment.WORD.finditer(self.folded, start, end)]
        return self._offsets[sentence]

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
        rows = []
        for sentence, words in enumerate(self.tokens):
            for (start, end), word in zip(self.offsets(sentence), words, strict=True):
                rows.append((start, end, sentence, word, self.raw[start:end]))
        return frame(rows, "start end sentence word text", "start end sentence")


def read(path: str | Path) -> Text:
    """The text in a file: plain text, Markdown, a saved web page (.html) or a Word document (.docx).

    ``raw`` is the file as decoded, line breaks and all, less a byte order mark. What a text cannot say of itself may
    stand above it between two lines ``---``, or beside ``article.txt`` in ``article.meta.yaml``: ``title``, ``date``,
    ``source``, ``outlet``, ``translated_from``, ``speakers``, each as ``key: value``. That becomes ``meta``; the voices
    are told the speakers' names. Raises TextError, in one plain line, where there is no text to read.

    Codebooks of one's own may stand beside it too, and become ``codebooks``: ``article.hedging.csv`` is added to
    ``hedging.csv`` of ours, ``article.only-hedging.csv`` takes its place; so for threat, evaluation and actors.
    """
    path = Path(path)
    if path.name.endswith(".meta.yaml") or _OWN.fullmatch(path.name):
        raise _refusal(path, f"stands beside a text and is none itself; read {path.name.split('.')[0]}.txt")
    # os.path.isfile: a name of 255 bytes is a text's, and with another ending no file's, which Path takes for an error
    beside = path.with_name(path.stem + ".meta.yaml") if path.name else path
    try:
        data = path.read_bytes() if path.is_file() or not path.exists() else None
        card = beside.read_text("utf-8-sig", errors="replace") if os.path.isfile(beside) else None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _refusal(path, f"cannot be read: {reason}; check its name and permissions") from None
    if data is None:
        raise _refusal(path, "is a folder; name a file in it" if path.is_dir() else "is not an ordinary file")
    reader = _READERS.get(path.suffix.lower(), _plain)
    kind = next((kind for mark, kind in _OTHER.items() if data.startswith(mark)), "")
    if kind and not (reader is _document and kind == "a zip archive"):  # as every Word document is
        raise _refusal(path, f"is {kind}; save its words as plain text in UTF-8")
    raw, meta, warnings = reader(path, data)
    if not any(map(str.isalnum, raw)):
        raise _refusal(path, "is empty: there are no words to read in it")
    if card is not None:
        try:
            meta |= _fields(_RULE.sub("", card))
        except _UnreadError as line:
            raise _refusal(beside, f"has a line that is not “key: value”: {line}") from None
    return Text(raw, path.stem, meta=meta, warnings=warnings, codebooks=dict(brought(path)))


def brought(path: Path) -> dict[str, Path]:
    """The codebooks that stand beside a text."""
    names = [(kind + name, ending) for kind in ("", "only-") for name in CODEBOOKS for ending in ("csv", "dic", "dicx")]
    files = ((name, f"{path.with_suffix('')}.{name}.{ending}") for name, ending in names)
    return {name: Path(file) for name, file in files if os.path.isfile(file)}


def _refusal(path: Path, reason: str) -> TextError:
    return TextError("".join(c if c.isprintable() else ascii(c)[1:-1] for c in f"{path} {reason}"))


def _plain(path: Path, data: bytes) -> tuple[str, dict, tuple[str, ...]]:
    """Plain text in whatever encoding, without its front matter."""
    raw, doubt = _decoded(data)
    if "\0" in raw:
        raise _refusal(path, "is not text, or in no known encoding; save its words as plain text in UTF-8")
    warnings = (doubt,) if doubt else ()
    if not (front := _FRONT.match(raw)):
        return raw, {}, warnings
    try:
        return raw[front.end() :], _fields(front[1]), warnings
    except _UnreadError as line:
        if not re.search(r"^\w+:", front[1], re.MULTILINE):
            return raw, {}, warnings  # no front matter, but a paragraph between two rules
        doubt = f"The lines above the text were read as part of it, for one of them is not “key: value”: “{line}”."
        return raw, {}, (*warnings, doubt)


def _decoded(data: bytes) -> tuple[str, str]:
    """The text in some bytes, and what is doubtful about its encoding; a NUL where there is no text."""
    marked = next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), "utf-8-sig")
    with suppress(UnicodeDecodeError):
        if "\0" not in (raw := data.decode(marked)):
            return raw, ""
    if b"\0" in data:
        pages = ["utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be"]
        best = charset_normalizer.from_bytes(data, cp_isolation=pages).best()
        return (str(best), _guess(best.encoding)) if best and not _CONTROLS.search(str(best)) else ("\0", "")
    raw = data.decode("utf-8-sig", errors="replace")
    broken = raw.count("\ufffd") - data.count("\ufffd".encode())
    whole = len(data.decode("utf-8", errors="ignore").encode()) - len(data.decode("ascii", errors="ignore"))
    if whole > 4 * broken or (broken == 1 and _CUT.search(data)):  # letters of several bytes come about in no other way
        places = "1 place" if broken == 1 else f"{broken:,} places"
        return raw, f"The file is in UTF-8 but for {places}, read as “\ufffd”; it may be damaged or cut short."
    # of the old pages Windows' Western and Cyrillic ones: where all are tried, a rare one is too often taken for them
    encoding = "cp1251" if _CYRILLIC.search(data.decode("cp1251", errors="ignore")) else "cp1252"
    raw = data.decode(encoding, errors="replace")
    return "\0" if len(_CONTROLS.findall(raw)) > 0.001 * len(raw) else raw, _guess(encoding)


def _guess(encoding: str) -> str:
    return f"The file is not in UTF-8; it was read as {encoding.replace('_', '-')}, which is a guess."


class _UnreadError(ValueError):
    """A line that is not ``key: value``."""


def _fields(lines: str) -> dict:
    """Lines ``key: value``; a value may be a ``[list, of, more]`` or lines ``- value``. No more of YAML is read."""
    fields: dict = {}
    for line in lines.splitlines():
        match = _FIELD.fullmatch(line.rstrip())
        value = match and (match[2] or match[3] or "")
        if match is None or (match[3] and not fields) or not _VALUE.fullmatch(value):
            raise _UnreadError(line.strip())
        if match[1]:
            key, several = match[1].lower(), value.startswith("[") or (match[1].lower() == "speakers" and value)
            items = [one.strip(" \"'") for one in value.strip("[]").split(",")]
            fields[key] = [one for one in items if one] if several else value.strip("\"'")
        elif match[3]:
            fields[key] = [*(fields[key] or ()), value.strip("\"'")]
    return fields


def _page(path: Path, data: bytes) -> tuple[str, dict, tuple[str, ...]]:
    """The article in a saved web page, without its menus, notices and scripts."""
    try:
        import trafilatura  # an extra, for most readers never open a web page
    except ImportError:
        raise _refusal(path, "is a web page; to read those: pip install 'subtext[documents]'") from None
    data = _Q.sub(lambda tag: b"&rdquo;" if tag[0][1:2] == b"/" else b"&ldquo;", data)
    if len(_ASKED.findall(data)) > 1:
        data = _BOLD.sub(rb"\1**\2**\3", data)
    extract = partial(trafilatura.bare_extraction, data, with_metadata=True, include_comments=False)
    page = extract()
    if not page:
        return "", {}, ()
    if "\n" not in (page.text or ""):  # of a short page it may run title, byline and paragraphs together
        page = extract(favor_precision=True) or page
    meta = {"title": page.title, "date": page.date, "source": page.url, "outlet": page.sitename}
    return page.text or "", {key: value for key, value in meta.items() if value}, ()


def _document(path: Path, data: bytes) -> tuple[str, dict, tuple[str, ...]]:
    """The paragraphs of a Word document."""
    try:
        import docx  # an extra, likewise
    except ImportError:
        raise _refusal(path, "is a Word document; to read those: pip install 'subtext[documents]'") from None
    try:
        document = docx.Document(io.BytesIO(data))
        title, blocks = document.core_properties.title, document.element.body.xpath(_BLOCK)
    except Exception:  # of zip, of XML, of what should stand in it: a damaged file fails in any way
        raise _refusal(path, "is not a whole Word document; save it again, or as plain text") from None
    found = [(_written(paragraph), paragraph) for paragraph in blocks]
    bold = {text for text, paragraph in found if text.strip() and not paragraph.xpath(_PLAIN_RUN)}
    if sum(text.rstrip().endswith("?") for text in bold) < 2:
        bold = set()
    lines = (f"**{text.strip()}**" if text in bold else text for text, _ in found)
    return "\n".join(lines), {"title": title} if title else {}, ()


def _written(paragraph) -> str:
    """The words of a paragraph of a Word document, what was inserted under revision included."""
    signs = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
    return "".join(signs.get(part.tag.rpartition("}")[2]) or part.text or "" for part in paragraph.xpath(_PARTS))


_READERS = {".html": _page, ".htm": _page, ".docx": _document}


def frame(rows: list[tuple], columns: str, whole: str, real: str = "") -> pd.DataFrame:
    """A table: ``whole`` columns are int, ``real`` ones float, others plain objects, which hold any string at all."""
    kinds = dict.fromkeys(whole.split(), int) | dict.fromkeys(real.split(), float)
    return pd.DataFrame(rows, columns=columns.split(), dtype=object).astype(kinds)
