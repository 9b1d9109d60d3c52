"""What kind of file is this? ``KINDS`` has a reader a kind; what is no prose is refused in one plain line.

A new kind of file is a new pair in ``KINDS``, and an ending in ``ENDINGS`` where a folder of texts may hold such files.
"""

from __future__ import annotations

import io
import os
import re
from contextlib import suppress
from copy import deepcopy
from functools import partial
from pathlib import Path

import charset_normalizer
import yaml

Found = tuple[str, dict[str, str | list[str]], tuple[str, ...]]  # raw, meta, warnings

ENDINGS = (".txt", ".md", ".html", ".htm", ".docx")  # of the files that a folder of texts is searched for
CARD = ".meta.yaml"  # article.meta.yaml says what article.txt cannot say of itself
LONGEST = 100_000  # characters of YAML above or beside a text; more of it is no description of one

_NO_PROSE = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"PK\3\4": "a zip archive",
}
_MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_WIDE = ["utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be"]
_CUT = re.compile(rb"(?:\xc3|\xe2\x80?)\Z")  # the beginning of an accented letter, of a quotation mark or dash
_CONTROLS = re.compile("[\0-\x08\x0e-\x1a]")
_CYRILLIC = re.compile("(?<![A-Za-z])[\u0400-\u04ff]{2,}(?![A-Za-z])")
# front matter stands between two rules and begins with a key, so that a paragraph between two rules is none
_EOL, _FIRST = r"(?:\r\n?|\n)", r"(?:\s|#[^\r\n]*)*+\w+:"
_FRONT = re.compile(rf"---[ \t]*{_EOL}({_FIRST}(?:\s.*?)?){_EOL}---[ \t]*(?:[\r\n]+|\Z)", re.DOTALL)
_RULE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_QUOTED = re.compile(rb"(?i)</?q(?:\s[^<>]{0,500})?>")  # which bears no marks of its own in a web page
_BOLD_PARAGRAPH = "//p[count(*) = 1 and (b or strong) and not(text()[normalize-space()])]"
# of a Word document: paragraphs; their stretches of words, inserted ones too; those that are not in bold print
_PARAGRAPH = ".//w:p[not(ancestor::w:txbxContent)]"
_RUN = ".//w:r[not(ancestor::w:moveFrom or ancestor::w:txbxContent)]"
_PLAIN_RUN = f"{_RUN}[w:t[normalize-space()] and not(w:rPr/w:b[not(@w:val='0' or @w:val='false')])]"


class TextError(ValueError):
    """A text that cannot be read: one plain line that says what, where and what to do."""


def find(path: Path) -> Found:
    """The text in a file, what stands above and beside it, and what is doubtful about it; else TextError."""
    data = _bytes(path)
    raw, meta, warnings = next(read for recognised, read in KINDS if recognised(path, data))(path, data)
    if not any(map(str.isalnum, raw)):
        raise refusal(path, "is empty: there are no words to read in it")
    card = path.with_name(path.stem + CARD)
    if os.path.isfile(card):  # not Path.is_file, to which a name that is too long for a file is an error
        meta |= _fields(card, _RULE.sub("", _bytes(card).decode("utf-8-sig", errors="replace")))
    return raw, {key: value for key, value in meta.items() if value}, warnings


def _bytes(path: Path) -> bytes:
    try:
        if path.is_file() or not path.exists():
            return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise refusal(path, f"cannot be read: {reason}; check its name and permissions") from None
    raise refusal(path, "is a folder; name a file in it" if path.is_dir() else "is not an ordinary file")


def refusal(path: Path, reason: str) -> TextError:
    """A TextError about a file, printable whatever the file's name."""
    return TextError("".join(c if c.isprintable() else ascii(c)[1:-1] for c in f"{path} {reason}"))


def _plain(path: Path, data: bytes) -> Found:
    """Plain text in whatever encoding, without its front matter."""
    raw, doubt = _decoded(data)
    if "\0" in raw:
        raise refusal(path, "is not text, or in no known encoding; save its words as plain text in UTF-8")
    front = _FRONT.match(raw)
    meta = _fields(path, "\n" + front[1]) if front else {}
    return raw[front.end() if front else 0 :], meta, (doubt,) if doubt else ()


def _decoded(data: bytes) -> tuple[str, str]:
    """The text in some bytes, and what is doubtful about its encoding; a NUL where there is no text."""
    marked = next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), "utf-8-sig")
    with suppress(UnicodeDecodeError):
        if "\0" not in (raw := data.decode(marked)):
            return raw, ""
    if b"\0" in data:
        best = charset_normalizer.from_bytes(data, cp_isolation=_WIDE).best()
        return _guessed(str(best), best.encoding, 0) if best else ("\0", "")
    raw = data.decode("utf-8-sig", errors="replace")
    broken = raw.count("\ufffd") - data.count("\ufffd".encode())
    whole = len(data.decode("utf-8", errors="ignore").encode()) - len(data.decode("ascii", errors="ignore"))
    if whole > 4 * broken or (broken == 1 and _CUT.search(data)):  # letters of several bytes come about in no other way
        places = "1 place" if broken == 1 else f"{broken:,} places"
        return raw, f"The file is in UTF-8 but for {places}, read as “\ufffd”; it may be damaged or cut short."
    # of the old pages Windows' Western and Cyrillic ones: charset_normalizer takes short Western texts for Cyrillic
    encoding = "cp1251" if _CYRILLIC.search(data.decode("cp1251", errors="ignore")) else "cp1252"
    return _guessed(data.decode(encoding, errors="replace"), encoding, 0.001)


def _guessed(raw: str, encoding: str, most: float) -> tuple[str, str]:
    """A guess, unless more of the text than a share is control characters, which no text holds."""
    if len(_CONTROLS.findall(raw)) > most * len(raw):
        return "\0", ""
    return raw, f"The file is not in UTF-8; it was read as {encoding.replace('_', '-')}, which is a guess."


class _Fields(yaml.BaseLoader):
    """Of YAML: keys, each with a value or a list of values, as they are written. No aliases, by which a few lines can
    stand for millions, and nothing nested deeper."""

    def compose_node(self, parent, index):
        expected = yaml.ScalarEvent if index is None else (yaml.ScalarEvent, yaml.SequenceStartEvent)
        if parent is None:
            expected = yaml.MappingStartEvent
        elif isinstance(parent, yaml.SequenceNode):
            expected = yaml.ScalarEvent
        if not self.check_event(expected):
            raise yaml.MarkedYAMLError(problem="this is no value", problem_mark=self.peek_event().start_mark)
        return super().compose_node(parent, index)


def _fields(path: Path, lines: str) -> dict[str, str | list[str]]:
    """The fields of a description in YAML, their names in lower case."""
    if len(lines) > LONGEST:
        raise refusal(path, f"has more than {LONGEST:,} characters of YAML; keep to title, date, source and the like")
    try:
        found = yaml.load(yaml.reader.Reader.NON_PRINTABLE.sub("\ufffd", lines.rstrip()), _Fields) or {}
    except yaml.MarkedYAMLError as error:
        reason = f"this YAML is not “key: value” or “key: [value, value]”: {error.problem}; correct it"
        raise refusal(path, f"line {error.problem_mark.line + 1}: {reason}") from None
    meta = {key.lower(): value for key, value in found.items()}
    if isinstance(speakers := meta.get("speakers"), str):
        meta["speakers"] = [name.strip() for name in speakers.split(",") if name.strip()]
    return meta


def _page(path: Path, data: bytes) -> Found:
    """The article in a saved web page, without its menus, notices and scripts."""
    try:
        import trafilatura  # an extra, for most readers never open a web page
    except ImportError:
        raise refusal(path, "is a web page; to read those: pip install 'subtext[documents]'") from None
    tree = trafilatura.load_html(_QUOTED.sub(lambda tag: b"&rdquo;" if tag[0][1:2] == b"/" else b"&ldquo;", data))
    if tree is None:
        return "", {}, ()
    bold = {" ".join(paragraph.text_content().split()) for paragraph in tree.xpath(_BOLD_PARAGRAPH)}
    extract = partial(trafilatura.bare_extraction, include_comments=False, with_metadata=True)
    page = extract(deepcopy(tree))
    if page and "\n" not in page.text:  # of a short page it may run title, byline and paragraphs together
        page = extract(tree, favor_precision=True) or page
    if not page:
        return "", {}, ()
    meta = {"title": page.title, "date": page.date, "source": page.url, "outlet": page.sitename}
    return _with_questions(page.text, bold), meta, ()


def _document(path: Path, data: bytes) -> Found:
    """The paragraphs of a Word document."""
    try:
        import docx  # an extra, likewise
    except ImportError:
        raise refusal(path, "is a Word document; to read those: pip install 'subtext[documents]'") from None
    try:
        document = docx.Document(io.BytesIO(data))
        title, paragraphs = document.core_properties.title, document.element.body.xpath(_PARAGRAPH)
    except Exception:  # of zip, of XML, of what should stand in it: a damaged file fails in any way
        raise refusal(path, "is not a whole Word document; save it again, or as plain text") from None
    lines = ["".join(run.text for run in paragraph.xpath(_RUN)) for paragraph in paragraphs]
    bold = {line.strip() for line, own in zip(lines, paragraphs, strict=True) if not own.xpath(_PLAIN_RUN)} - {""}
    return _with_questions("\n".join(lines), bold), {"title": title}, ()


def _with_questions(raw: str, bold: set[str]) -> str:
    """The text with its lines in bold print marked as in Markdown, if they are an interviewer's: two or more ask."""
    if sum(line.endswith("?") for line in bold) < 2:
        return raw
    return "\n".join(f"**{line.strip()}**" if line.strip() in bold else line for line in raw.split("\n"))


def _no_prose(path: Path, data: bytes) -> Found:
    kind = next(kind for mark, kind in _NO_PROSE.items() if data.startswith(mark))
    raise refusal(path, f"is {kind}; save its words as plain text in UTF-8")


def _beside(path: Path, data: bytes) -> Found:
    raise refusal(path, "stands beside texts, to describe them or as a codebook, and is none itself; read one of those")


# how a kind is recognised, and what reads it; the first that fits is taken
KINDS = (
    (lambda path, data: path.name.endswith((CARD, ".csv", ".dic", ".dicx")), _beside),
    (lambda path, data: path.suffix.lower() == ".docx", _document),
    (lambda path, data: data.startswith(tuple(_NO_PROSE)), _no_prose),
    (lambda path, data: path.suffix.lower() in (".html", ".htm"), _page),
    (lambda path, data: True, _plain),
)
