"""What kind of file is this? ``READERS`` has a reader for each ending; what is no prose is refused in a plain line."""

from __future__ import annotations

import codecs
import io
import os
import re
from copy import deepcopy
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType

import yaml

from . import captions

Found = tuple[str, dict[str, str | list[str]], tuple[str, ...]]  # raw, meta, warnings

CARD = ".meta.yaml"  # article.meta.yaml says what article.txt cannot say of itself
LONGEST = 100_000  # characters of YAML above or beside a text; more of it is no description of one

_NO_PROSE = {b"%PDF": "a PDF", b"PK\3\4": "a zip archive"}
# front matter stands between two rules and begins with a key, so that a paragraph between two rules is none
_FRONT = re.compile(r"---[ \t]*(\r?\n\w+:\s.*?)\r?\n---[ \t]*(?:[\r\n]+|\Z)", re.DOTALL)
_QUOTED = re.compile(rb"(?i)</?q(?:\s[^<>]{0,500})?>")  # which bears no marks of its own in a web page


class TextError(ValueError):
    """A text that cannot be read: one plain line that says what, where and what to do."""


def find(path: Path) -> Found:
    """The text in a file, what stands above and beside it, and what is doubtful about it; else TextError."""
    data, ending = _bytes(path), path.suffix.lower()
    if path.name.endswith((CARD, ".csv", ".dic", ".dicx")):
        raise refusal(path, "stands beside texts, as a codebook or to describe them; read one of those")
    for mark, kind in _NO_PROSE.items():
        if data.startswith(mark) and ending != ".docx":
            raise refusal(path, f"is {kind}; save its words as plain text in UTF-8")
    raw, meta, warnings = READERS.get(ending, _plain)(path, data)
    if not any(map(str.isalnum, raw)):
        raise refusal(path, "is empty: there are no words to read in it")
    card = path.with_name(path.stem + CARD)
    if os.path.isfile(card):  # not Path.is_file, to which a name that is too long for a file is an error
        lines = _bytes(card).decode("utf-8-sig", errors="replace")
        meta |= _fields(card, lines.rstrip().removesuffix("---"))
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
    raw, warnings = _decoded(path, data)
    front = _FRONT.match(raw)
    meta = _fields(path, front[1]) if front else {}
    return captions.words(raw[front.end() if front else 0 :]), meta, warnings


def _decoded(path: Path, data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text in some bytes, and what is doubtful about its encoding."""
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        raw = data.decode(encoding)
        if "\0" not in raw:
            return raw, ()
    except UnicodeDecodeError:
        raw = data.decode(encoding, errors="replace")
    if "\0" in raw or encoding != "utf-8-sig":
        raise refusal(path, "is not text, or in no known encoding; save its words as plain text in UTF-8")
    # letters of several bytes come about in no other way, so where most of them are whole the file is in UTF-8
    if (broken := raw.count("\ufffd")) < sum(letter > "\x7f" for letter in raw) / 2:
        places = "1 place" if broken == 1 else f"{broken:,} places"
        return raw, (f"The file is in UTF-8 but for {places}, read as “\ufffd”; it may be damaged or cut short.",)
    guess = "The file is not in UTF-8; it was read as cp1252, which is a guess."
    return data.decode("cp1252", errors="replace"), (guess,)


def _fields(path: Path, lines: str) -> dict[str, str | list[str]]:
    """The fields of a description in YAML, as they are written, their names in lower case."""
    where, found = "", None
    try:
        found = (yaml.load(lines.rstrip(), yaml.BaseLoader) or {}) if len(lines) <= LONGEST else None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
    if not isinstance(found, dict) or not all(map(_is_flat, found.values())):
        form = f"“key: value” or “key: [value, value]”, {LONGEST:,} characters of it at most"
        raise refusal(path, f"{where}this YAML is not {form}; correct it")
    meta = {key.lower(): value for key, value in found.items()}
    if isinstance(speakers := meta.get("speakers"), str):
        meta["speakers"] = [name.strip() for name in speakers.split(",") if name.strip()]
    return meta


def _is_flat(value: object) -> bool:
    return all(isinstance(part, str) for part in (value if isinstance(value, list) else [value]))


def _extra(library: str, path: Path, kind: str) -> ModuleType:
    """A library that only some readers need, for they may never open a file of that kind."""
    try:
        return import_module(library)
    except ImportError:
        raise refusal(path, f"is {kind}; to read those: pip install 'subtext[documents]'") from None


def _page(path: Path, data: bytes) -> Found:
    """The article in a saved web page, without its menus, notices and scripts."""
    trafilatura = _extra("trafilatura", path, "a web page")
    tree = trafilatura.load_html(_QUOTED.sub(lambda tag: b"&rdquo;" if tag[0][1:2] == b"/" else b"&ldquo;", data))
    extract = partial(trafilatura.bare_extraction, include_comments=False, with_metadata=True)
    page = extract(deepcopy(tree)) if tree is not None else None
    if not page:
        return "", {}, ()
    if "\n" not in page.text:  # of a short page it may run title, byline and paragraphs together
        page = extract(deepcopy(tree), favor_precision=True) or page
    bold_paragraph = "//p[count(*) = 1 and (b or strong) and not(text()[normalize-space()])]"
    bold = {" ".join(paragraph.text_content().split()) for paragraph in tree.xpath(bold_paragraph)}
    meta = {"title": page.title, "date": page.date, "source": page.url, "outlet": page.sitename}
    return _with_questions(page.text, bold), meta, ()


def _document(path: Path, data: bytes) -> Found:
    """The paragraphs of a Word document."""
    docx = _extra("docx", path, "a Word document")
    try:
        document = docx.Document(io.BytesIO(data))
        title, body = document.core_properties.title, document.element.body
        for gone in body.xpath(".//w:del | .//w:moveFrom | .//w:txbxContent"):  # as if every change were accepted
            gone.getparent().remove(gone)
        runs = [[docx.text.run.Run(run, document) for run in own.xpath(".//w:r")] for own in body.xpath(".//w:p")]
    except Exception:  # of zip, of XML, of what should stand in it: a damaged file fails in any way
        raise refusal(path, "is not a whole Word document; save it again, or as plain text") from None
    lines = ["".join(run.text for run in own) for own in runs]
    bold = {line for line, own in zip(lines, runs, strict=True) if all(run.bold for run in own if run.text.strip())}
    return _with_questions("\n".join(lines), bold), {"title": title}, ()


def _with_questions(raw: str, bold: set[str]) -> str:
    """The text with its lines in bold print marked as in Markdown, if they are an interviewer's: two or more ask."""
    bold = {line.strip() for line in bold} - {""}
    if sum(line.endswith("?") for line in bold) < 2:
        return raw
    return "\n".join(f"**{line.strip()}**" if line.strip() in bold else line for line in raw.split("\n"))


READERS = {".docx": _document, ".html": _page, ".htm": _page}  # of other files the text is plain
ENDINGS = (".txt", ".md", ".vtt", ".srt", *READERS)  # of the files that a folder of texts is searched for
