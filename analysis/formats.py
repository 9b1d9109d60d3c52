"""What kind of file is this? What stands in it says so, and its name only where that does not; each kind has a reader.

What is no prose is refused in a plain line; plain text goes through ``mend``, and what archives export through
``exports``.
"""

from __future__ import annotations

import codecs
import csv
import email
import email.policy
import html
import io
import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import yaml

from . import captions, exports
from .mend import Found, count, mend

CARD = ".meta.yaml"  # article.meta.yaml says what article.txt cannot say of itself
LONGEST = 100_000  # characters of YAML above or beside a text; more of it is no description of one

_MAIL = ("From", "Date", "Subject")  # of an e-mail's header
LARGEST = 100_000_000  # bytes of a Word document once unpacked

# front matter stands between two rules and begins with a key, so that a paragraph between two rules is none
_FRONT = re.compile(r"---[ \t]*(\r?\n\w+:\s.*?)\r?\n---[ \t]*(?:[\r\n]+|\Z)", re.DOTALL)
_NOTICE = re.compile(  # in a page, and what stands below it
    r"(?im)^.*(?:subscribers only|for subscribers\b|subscribe (?:now|today|to (?:read|continue|keep))"
    r"|already a subscriber|to (?:continue|keep) reading|sign in to read|start your free trial|free account to read).*$"
)
_QUOTED = re.compile(rb"(?i)</?q(?:\s[^<>]{0,500})?>")  # which bears no marks of its own in a web page


class TextError(ValueError):
    """A text that cannot be read: one plain line that says what, where and what to do."""


def find(path: Path) -> Found:
    """The text in a file, what stands above and beside it, and what is doubtful about it; else TextError."""
    archive, found = articles(path)
    return exports.together(archive, found) if archive else found[0]


def articles(path: Path) -> tuple[str, list[Found]]:
    """The archive that a file was exported from, and its articles; of another file "" and its one text."""
    data = _bytes(path)
    if is_beside(path):
        raise refusal(path, "stands beside texts, as a codebook or to describe them; read one of those")
    kind = _kind(path, data)
    if isinstance(kind, str):
        raise refusal(path, f"is {kind}")
    raw, meta, warnings = kind(path, data)
    archive, several = exports.articles(raw)
    found = []
    for prose, fields, doubts in several or [(raw, meta, warnings)]:
        prose, more, mended = mend(prose)
        told = {key: value for key, value in (more | fields | _card(path)).items() if value}
        found.append((prose, told, (*doubts, *mended)))
    if not any(any(map(str.isalnum, prose)) for prose, *_ in found):
        raise refusal(path, "is empty: there are no words to read in it")
    return archive, found


def is_beside(path: Path) -> bool:
    """Is a file a codebook, or a description of the text beside it, by its name?"""
    return bool(
        re.search(r"\.meta\.yaml$|\.(?:only-)?(?:actors|evaluation|hedging|threat)\.csv$|\.(?:dicx?|qdc)$", path.name)
    )


def _card(path: Path) -> dict[str, str | list[str]]:
    """What the card beside a text says of it."""
    card = path.with_name(path.stem + CARD)
    if not os.path.isfile(card):  # not Path.is_file, to which a name that is too long for a file is an error
        return {}
    lines = _bytes(card).decode("utf-8-sig", errors="replace")
    return _fields(card, lines.rstrip().removesuffix("---"))


def _kind(path: Path, data: bytes) -> Reader | str:
    """Who reads what stands in a file, by its name where that does not tell; or what it is, if no prose."""
    head = data[:20_000].decode(_encoding(data, "latin-1"), "replace").removeprefix("ï»¿").lstrip("\ufeff \t\r\n")
    known = (reader for begins, reader in KINDS if re.match(begins, head))
    return next(known, None) or READERS.get(path.suffix.lower(), _TABLE if _is_table(head) else _plain)


def _encoding(data: bytes, other: str = "utf-8-sig") -> str:
    """UTF-16, with its mark or where every second byte is zero, as in no other text; else another encoding."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = {data[at:2000:2].count(0): order for at, order in enumerate(("utf-16-be", "utf-16-le"))}
    return zeros[max(zeros)] if max(zeros) > max(len(data[:2000]) / 4, 10 * min(zeros)) else other


def _is_table(head: str) -> bool:
    """Is a text a table: below a row of plain names, rows with as many cells each?"""
    first, *lines = head.splitlines()[:20] or [""]
    parts = re.fullmatch(r'"?\w+"?(?:([,;\t])"?\w+"?)(?:\1"?\w+"?)*', first)
    rows = [*csv.reader(lines[:-1] or lines, delimiter=parts[1])] if parts else []
    return bool(rows) and all(len(row) == first.count(parts[1]) + 1 for row in rows if row)


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
    encoding = _encoding(data)
    raw = data.decode(encoding, "replace")
    broken = raw.count("\ufffd") - data.count("\ufffd".encode())
    # letters of several bytes come about in no other way, so where most of them are whole the file is in UTF-8; so it
    # is if it ends in the beginning of one, as of an emoji, and is whole before
    whole = broken < sum(letter > "\x7f" for letter in raw) / 2
    cut = encoding != "utf-8-sig" or (broken == 1 and re.search(rb"[\xc2-\xf4][\x80-\xbf]{1,2}\Z", data))
    if "\0" in raw or (encoding != "utf-8-sig" and broken > 1 + len(raw) / 100):
        raise refusal(path, f"is not text, or in no known encoding; {_SAVE}")
    if broken > 0 and not (whole or cut):
        guess = "The file is not in UTF-8; it was read as cp1252, which is a guess."
        return data.decode("cp1252", "replace"), (guess,)
    said = f"The file is in {encoding.upper()[:6].rstrip('-')} but for {count(broken, 'place')}, read as “\ufffd”"
    return raw, (f"{said}; it may be damaged or cut short.",) * (broken > 0)


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
    if tree is None:
        return "", {}, ()
    page, told = _extracted(tree), _told_to_machines(tree)
    words = page.text if page else ""
    scripted = (words and len(words) < 300 and "JavaScript" in words) or len(told) > 1.5 * len(words)
    if told and scripted:  # a script would draw the page, and has not run
        return told, {"title": tree.findtext(".//title")}, ()
    if scripted:
        raise refusal(path, "is a page that a script draws, saved without its words; copy those into a .txt file")
    return _article(page, tree) if page else ("", {}, ())


def _article(page, tree) -> Found:
    """The article that was found in a page, its bold questions marked, up to a notice to subscribers."""
    paragraphs = tree.xpath("//p[count(*) = 1 and (b or strong) and not(text()[normalize-space()])]")
    bold = {" ".join(paragraph.text_content().split()) for paragraph in paragraphs}
    meta = {"title": page.title, "date": page.date, "source": page.url, "outlet": page.sitename}
    notice = _NOTICE.search(page.text, len(page.text) // 3)
    doubts = ("Left out: a notice to subscribers, behind which the article may go on.",) if notice else ()
    return _with_questions(page.text[: notice.start() if notice else None].rstrip(), bold), meta, doubts


def _extracted(tree):
    """What trafilatura takes for the article in a page."""
    for body in tree.xpath("//body[p][ul or ol][not(.//article or .//main)]"):
        body.tag = "article"  # lists outside of one would be taken for menus
    extract = partial(import_module("trafilatura").bare_extraction, include_comments=False, with_metadata=True)
    page = extract(deepcopy(tree))
    if page and "\n" not in page.text:  # of a short page it may run title, byline and paragraphs together
        page = extract(deepcopy(tree), favor_precision=True) or page
    return page


def _told_to_machines(tree) -> str:
    """The article in a page's description of itself for search engines (JSON-LD)."""
    scripts = " ".join(tree.xpath("//script[@type='application/ld+json']/text()"))
    found = re.findall(r'"articleBody"\s*:\s*("(?:[^"\\]|\\.)*+")', scripts)
    with suppress(ValueError):
        return html.unescape(max((json.loads(body, strict=False) for body in found), key=len, default=""))
    return ""


def _document(path: Path, data: bytes) -> Found:
    """The paragraphs of a Word document, as if every change to it were accepted."""
    docx = _extra("docx", path, "a Word document")
    try:
        document = docx.Document(_small(data))
        title, body = document.core_properties.title, document.element.body
        doubts = _left_out(body)
        for gone in body.xpath(".//w:del | .//w:moveFrom | .//w:txbxContent | .//w:r[w:rPr/w:vanish]"):
            gone.getparent().remove(gone)
        runs = [[docx.text.run.Run(run, document) for run in own.xpath(".//w:r")] for own in body.xpath(".//w:p")]
    except Exception:  # of zip, of XML, of what should stand in it: a damaged file fails in any way
        kind = "not a whole Word document" if path.suffix.lower() == ".docx" else "a zip archive"
        raise refusal(path, f"is {kind}, or a very large one; save it again, or its words as plain text") from None
    lines = ["".join(run.text for run in own) for own in runs]
    bold = {line for line, own in zip(lines, runs, strict=True) if all(run.bold for run in own if run.text.strip())}
    return _with_questions("\n".join(lines), bold), {"title": title}, doubts


def _small(data: bytes) -> io.BytesIO:
    """A zip archive that unpacks to no more than LARGEST."""
    file = io.BytesIO(data)
    if sum(part.file_size for part in ZipFile(file).infolist()) > LARGEST:
        raise ValueError
    return file


def _left_out(body) -> tuple[str, ...]:
    """A sentence on the footnotes, text boxes and hidden words of a Word document."""
    kinds = {
        "footnote": ".//w:footnoteReference | .//w:endnoteReference",
        "text box": ".//w:txbxContent[not(ancestor::*[local-name() = 'Fallback'])]",
        "hidden passage": ".//w:r[w:rPr/w:vanish]",
    }
    found = {kind: len(body.xpath(path)) for kind, path in kinds.items()}
    said = ", ".join(count(many, kind, "text boxes" * (kind == "text box")) for kind, many in found.items() if many)
    return (f"Left out of this Word document: {said}.",) if said else ()


def _rtf(path: Path, data: bytes) -> Found:
    """The text of a Rich Text file."""
    raw = _extra("striprtf.striprtf", path, "a Rich Text file").rtf_to_text(data.decode("latin-1"), errors="replace")
    title = re.search(rb"\\title ([^{}\\]+)", data)
    return raw.strip(), {"title": title[1].decode("cp1252", "replace") if title else ""}, ()


def _pdf(path: Path, data: bytes) -> Found:
    """The text of a PDF, a form feed between its pages."""
    miner = _extra("pdfminer.high_level", path, "a PDF")
    try:
        raw = miner.extract_text(io.BytesIO(data))
    except Exception:  # of what should stand in it: a damaged file fails in any way
        raise refusal(path, f"is a PDF, damaged or locked; {_SAVE}") from None
    if not any(map(str.isalnum, raw)):
        raise refusal(path, "is a PDF of pictures, with no words in it; put it through text recognition (OCR) first")
    return raw.rstrip("\f\n"), {}, ("Read from a PDF: where its lines and columns go on is a guess.",)


def _mail(path: Path, data: bytes) -> Found:
    """An e-mail, or the page that a browser saved as one (.mhtml)."""
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
    try:
        body = message.get_body(("plain", "html")) or message
        content = body.get_payload(decode=True) or b""
        header = "".join(f"{name}: {' '.join(str(message.get(name) or '').split())}\n" for name in _MAIL)
        attached = sum(part.get_filename() is not None for part in message.walk())
    except Exception:  # of headers, of encodings: a damaged file fails in any way
        raise refusal(path, f"is not a whole e-mail; {_SAVE}") from None
    if message.get_content_type() == "multipart/related":
        raw, meta, doubts = _page(path, content)
        return raw, meta | {"source": str(message.get("Snapshot-Content-Location") or meta.get("source", ""))}, doubts
    doubts = (f"Left out: {count(attached, 'file')} attached to this e-mail.",) if attached else ()
    with suppress(LookupError, UnicodeDecodeError):
        content = content.decode(body.get_content_charset() or "utf-8").encode()
    words, _ = _decoded(path, content)
    if body.get_content_type() == "text/html":
        words = _extra("trafilatura", path, "an e-mail in HTML").html2txt(f"<html><body>{words}</body></html>")
    return f"{header}\n{words}", {}, doubts


def _with_questions(raw: str, bold: set[str]) -> str:
    """The text with its lines in bold print marked as in Markdown, if they are an interviewer's: two or more ask."""
    bold = {line.strip() for line in bold} - {""}
    if sum(line.endswith("?") for line in bold) < 2:
        return raw
    return "\n".join(f"**{line.strip()}**" if line.strip() in bold else line for line in raw.split("\n"))


Reader = Callable[[Path, bytes], Found]
_SAVE = "save its words as plain text in UTF-8"
_TABLE = "a table; `subtext profile` reads its texts, a row a text (--column names where they stand)"
_DATA = f"JSON; read the texts in it by `subtext profile`, if it is a list (.jsonl), or {_SAVE}"
_HEADER = r"[A-Z][\w-]{1,40}:.{0,2000}\n(?:[ \t].{0,2000}\n)*"
_XML = r"(?:<\?xml[^>]*>\s*|<!--.{0,5000}?-->\s*|<!DOCTYPE[^>]*>\s*)*"
_MARKUP = rf"(?is)<\?xml|{_XML}<(?!p\b|div\b|span\b|h\d|[uo]l\b|table\b)[a-z]\w{{0,40}}(?:\s[^<>]{{0,500}})?>\s*<[a-z]"
_JSON = r'(?:[\w.]+ ?= ?)?(?:\[\s*)?\{\s*"[^"\n]{0,100}"\s*:|\[\s*"(?:[^"\\\n]|\\.){0,1000}"\s*[,\]]'
KINDS = (  # how the files of a kind begin, whatever they are called, and who reads them
    ("%PDF", _pdf),
    ("PK\3\4", _document),
    (r"\{\\rtf", _rtf),
    ("ÐÏ\x11à", "an old Word document (.doc) or the like; save it as .docx, or as plain text"),
    (rf"(?is)(?:<!doctype html|{_XML}<(?:html|body|head)[\s>])", _page),
    (rf"(?s){_XML}<TEI", f"TEI, a text in XML; {_SAVE}"),
    (rf"(?s){_XML}<(?:rss|feed|rdf:RDF)\b", f"a news feed in XML; {_SAVE}"),
    (_MARKUP, f"XML; {_SAVE}"),
    (r'(?s)\{.{0,200}?"(?:cells|nbformat)"\s*:', f"a notebook; {_SAVE}"),
    (_JSON, _DATA),
    (r"From \S+@\S+ .{0,60}\d{4}\s*\n[A-Z][\w-]+:", "a mailbox; save one e-mail of it, as .eml"),
    (rf"(?i)(?:{_HEADER}){{0,60}}(?:MIME-Version|Message-ID|Received: from|Received: by)\b", _mail),
)
READERS = {  # of files whose beginning does not tell; of others the text is plain
    ".docx": _document,
    **dict.fromkeys((".html", ".htm"), _page),
    **dict.fromkeys((".eml", ".mhtml", ".mht"), _mail),
    **dict.fromkeys((".csv", ".tsv", ".jsonl", ".parquet"), _TABLE),
}
_PLAIN = (".txt", ".md", ".vtt", ".srt")
ENDINGS = (*_PLAIN, ".rtf", ".pdf", *(ending for ending, reader in READERS.items() if reader != _TABLE))
