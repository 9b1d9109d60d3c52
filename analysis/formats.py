"""What kind of file is this, and what text stands in it?

``codebooks/kinds.toml`` says how the files of a kind begin, what they are called, who reads them. What stands in a file
counts before its name. What is no prose is refused in a plain line; ``exports`` cuts what archives export into
articles, and ``mend`` mends what other programs did to a text.
"""

from __future__ import annotations

import csv
import email.policy
import html
import io
import json
import os
import re
import tomllib
from contextlib import suppress
from copy import deepcopy
from itertools import product
from pathlib import Path
from zipfile import ZipFile

import yaml

from . import exports
from .codebook import HERE
from .labels import FORMS
from .mend import Found, count, mend
from .tables import TextError

CODEBOOKS = ("actors", "evaluation", "hedging", "threat")  # which of ours a reader may add to or replace
DESCRIPTION = ".meta.yaml"  # article.meta.yaml says what article.txt cannot say of itself
CORRECTIONS = ".corrections.csv"  # article.corrections.csv says in what a lens is wrong
_DICTIONARIES = (".dic", ".dicx", ".qdc")
_BESIDE = (DESCRIPTION, CORRECTIONS, *map("".join, product((".", ".only-"), CODEBOOKS, (".csv", *_DICTIONARIES))))
LONGEST = 100_000  # characters of YAML above or beside a text; more of it is no description of one
FEW = 300  # characters, which a page has at most where a script would draw the rest
LARGEST = 100_000_000  # bytes of a Word document once unpacked

# front matter stands between two rules and begins with a key, so that a paragraph between two rules is none
_FRONT = re.compile(r"---[ \t]*(\r?\n\w+:\s.*?)\r?\n---[ \t]*(?:[\r\n]+|\Z)", re.DOTALL)
_NOTICE = re.compile(rf"(?im)^.*(?:{FORMS['paywall']}).*$")  # in a page, and what stands below it
_HELD = re.compile(r'"((?:[^"\\{}]|\\.){200,}+)"')  # in a script
# the article in its data: named so, or a string of paragraphs
_BODY = re.compile(r'(?:"articleBody"\s*:\s*|(?="(?:<|\\u003[cC])p\b[^"]{200}))("(?:[^"\\]|\\.)*+")')
_LEFT_OUT = {  # of a Word document
    ("footnote", ""): ".//w:footnoteReference | .//w:endnoteReference",
    ("text box", "text boxes"): ".//w:txbxContent[not(ancestor::*[local-name() = 'Fallback'])]",
    ("hidden passage", ""): ".//w:r[w:rPr/w:vanish]",
}
_COUNT = ".//w:tr[count(w:tc) > 2]/w:tc[1][translate(., '0123456789.:,-> ', '') = '']"  # of a row, or its time
_UNREAD = f".//w:del | .//w:moveFrom | .//w:txbxContent | .//w:r[w:rPr/w:vanish] | {_COUNT}"
_HEADS = frozenset("dialogue name no speaker text time timecode timestamp transcript turn utterance who words".split())
_XML = r"(?:<\?xml[^>]*>\s*|<!--.{0,5000}?-->\s*|<!DOCTYPE[^>]*>\s*)*"  # what may stand above the first element
_HIDDEN = re.compile(  # in Rich Text, or struck out there
    r"\{(?:\\[a-z]+-?\d* ?)*?\\(?:v|deleted)(?![a-z0])[^{}]*\}|\\(?:v|deleted)(?![a-z0])[^{}]{0,999}?\\(?:v|deleted)0 ?"
)
_QUOTED = re.compile(rb"(?i)<(/?)q(?:\s[^<>]{0,500})?>")  # which bears no marks of its own in a web page


def articles(path: Path) -> tuple[str, list[Found]]:
    """The archive that a file was exported from, and its articles; of another file "" and its one text.

    Each with what stands above and beside it, and what is doubtful about it. TextError says why it cannot be read.
    """
    data = _bytes(path)
    if is_beside(path):
        raise refusal(path, "stands beside texts, as a codebook, to describe or to correct them; read one of those")
    read = _read(path, data)
    archive, several = exports.articles(read[0])
    description = beside(path).get(DESCRIPTION)
    described = _fields(description, _bytes(description).decode("utf-8-sig", "replace")) if description else {}
    found = []
    for raw, fields, doubts in several or [read]:
        raw, more, mended = mend(raw)
        told = {key: value for key, value in (more | fields | described).items() if value}
        found.append((raw, told, (*doubts, *mended)))
    if not any(any(map(str.isalnum, raw)) for raw, *_ in found):
        raise refusal(path, "is empty: there are no words to read in it")
    return archive, found


def beside(path: Path) -> dict[str, Path]:
    """What stands beside a text to describe it, to correct it, or to read it by: files by their endings."""
    files = {ending: Path(f"{path.with_suffix('')}{ending}") for ending in _BESIDE}
    # os.path: to pathlib a name that is too long for a file is an error
    return {ending: file for ending, file in files.items() if os.path.isfile(file)}


def is_beside(path: Path) -> bool:
    """Is a file a codebook, or a description or correction of the text beside it, by its name?"""
    return path.name.endswith((*_BESIDE, *_DICTIONARIES))


def refusal(path: Path, reason: str) -> TextError:
    """A TextError about a file, printable whatever the file's name."""
    return TextError("".join(c if c.isprintable() else ascii(c)[1:-1] for c in f"{path} {reason}"))


def _bytes(path: Path) -> bytes:
    try:
        if path.is_file() or not path.exists():
            return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise refusal(path, f"cannot be read: {reason}; check its name and permissions") from None
    raise refusal(path, "is a folder; name a file in it" if path.is_dir() else "is not an ordinary file")


def _read(path: Path, data: bytes) -> Found:
    head = data[:20_000].decode(_encoding(data, "latin-1"), "replace").removeprefix("ï»¿").lstrip("\ufeff \t\r\n")

    def fits(kind: dict[str, str]) -> tuple[bool, bool, bool]:
        own = bool(re.match(kind["begins"].replace("XML", _XML), head) if "begins" in kind else _is_table(head))
        return own, own and "begins" in kind, path.suffix.lower() in kind.get("endings", "").split()

    kind = max(KINDS, key=fits)  # of kinds that fit alike the first: of none, plain text
    try:
        found = "reader" in kind and _READERS["_" + kind["reader"]](path, data)
    except TextError:
        raise
    except ImportError:
        raise refusal(path, "takes another library to read: pip install 'subtext[documents]'") from None
    except Exception:  # of zip, of XML, of headers: a damaged file fails in any way
        found = None
    if not found:
        raise refusal(path, f"is {kind['otherwise']}")
    return found


def _plain(path: Path, data: bytes) -> Found:
    """Plain text in whatever encoding, without its front matter."""
    raw, warnings = _decoded(path, data)
    front = _FRONT.match(raw)
    return (raw[front.end() :], _fields(path, front[1]), warnings) if front else (raw, {}, warnings)


def _encoding(data: bytes, other: str = "utf-8-sig") -> str:
    """UTF-16, with its mark or where every second byte is zero, as in no other text; else another encoding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    zeros = {data[at:2000:2].count(0): order for at, order in enumerate(("utf-16-be", "utf-16-le"))}
    return zeros[max(zeros)] if max(zeros) > max(len(data[:2000]) / 4, 10 * min(zeros)) else other


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
        other = "mac_roman" if re.search(rb"[a-z]\xd5[a-z]|\xd2[^\xd2]+\xd3", data) else "cp1252"  # “ ” ’ there
        guess = f"The file is not in UTF-8; it was read as {other}, which is a guess."
        return data.decode(other, "replace"), (guess,)
    said = f"The file is in {encoding.upper()[:6].rstrip('-')} but for {count(broken, 'place')}, read as “\ufffd”"
    return raw, (f"{said}; it may be damaged or cut short.",) * (broken > 0)


def _fields(path: Path, lines: str) -> dict[str, str | list[str]]:
    """The fields of a description in YAML, as they are written, their names in lower case."""
    where, found = "", None
    try:
        if len(lines) <= LONGEST:
            found = yaml.load(lines.rstrip().removesuffix("---"), yaml.BaseLoader) or {}
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
    if not isinstance(found, dict) or not all(map(_is_flat, found.values())):
        form = f"“key: value” or “key: [value, value]”, {LONGEST:,} characters of it at most"
        raise refusal(path, f"{where}this YAML is not {form}; correct it")
    return {key.lower(): value for key, value in found.items()}


def _is_flat(value: object) -> bool:
    return all(isinstance(part, str) for part in (value if isinstance(value, list) else [value]))


def _page(path: Path, data: bytes) -> Found:
    """The article in a saved web page, without its menus, notices and scripts, its bold questions marked."""
    import trafilatura

    tree = trafilatura.load_html(_QUOTED.sub(lambda tag: b"&rdquo;" if tag[1] else b"&ldquo;", data))
    if tree is None:
        return "", {}, ()
    page = _article(trafilatura, tree)
    words = getattr(page, "text", "")
    told = _told_to_machines(tree, len(words) < FEW)
    if _is_undrawn(tree, words) or len(told) > 1.5 * len(words):
        if told:  # a script would draw the page, and has not run
            return told, {"title": tree.findtext(".//title")}, ()
        drawn = "is a page that a script draws, saved without its words or cut short; copy those into a .txt file"
        raise refusal(path, drawn)
    if not page:
        return "", {}, ()
    paragraphs = tree.xpath("//p[count(*) = 1 and (b or strong) and not(text()[normalize-space()])]")
    bold = {" ".join(paragraph.text_content().split()) for paragraph in paragraphs}
    notice = _NOTICE.search(words, len(words) // 3)
    doubts = ("Left out: a notice to subscribers, behind which the article may go on.",) * bool(notice)
    if (stories := _stories(tree, words)) > 3:
        doubts += (f"This page lists {stories} stories; save each of them on its own, if one of them is meant.",)
    meta = {"title": page.title, "date": page.date, "source": page.url, "outlet": page.sitename}
    return _with_questions(words[: notice.start() if notice else None].rstrip(), bold), meta, doubts


def _article(trafilatura, tree):
    """What trafilatura takes for the article in a page."""
    listing = tree.xpath("//*[self::body or self::div][p][ul or ol][not(//article or //main)]")
    for body in sorted(listing, key=lambda it: it.xpath("string-length(string(p))"))[-1:]:
        body.tag = "article"  # lists outside of one would be taken for menus
    dates = {"extensive_search": False}  # which would take the year of the copyright for one
    form = {"include_comments": False, "with_metadata": True, "date_extraction_params": dates}
    return trafilatura.bare_extraction(deepcopy(tree), **form)


def _stories(tree, words: str) -> int:
    """How many stories a page lists: headings that lead to other pages, with most of its words beside them."""
    headings = "count(.//*[self::h2 or self::h3 or self::h4][.//a])"
    beside = [" ".join(it.text_content().split()) for it in tree.xpath(f"//*[{headings} > 1]/*[{headings} = 1]")]
    lines = [line for line in words.splitlines() if len(line) > 20]
    found = {told for told in beside for line in lines if line in told}
    return len(found) if sum(any(line in told for told in found) for line in lines) > len(lines) / 2 else 0


def _told_to_machines(tree, anywhere: bool) -> str:
    """The article in a page's description of itself for search engines (JSON-LD), or in the data of any script."""
    scripts, told = tree.xpath("//script/text()" if anywhere else "//script[@type='application/ld+json']/text()"), ""
    for body in _BODY.findall(" ".join(scripts)):
        with suppress(ValueError):
            told = max(told, json.loads(body, strict=False), key=len)
    return html.unescape(told)


def _is_undrawn(tree, words: str) -> bool:
    """Do the words of a page stand in a script that has not run: does one hold more prose than the page, and other?

    Or has it a script, and hardly a word ("Loading…")?
    """
    held = [re.sub("<[^<>]*>", "", said) for it in tree.xpath("//script/text()") for said in _HELD.findall(it)]
    most = max((said for said in held if said.count(" ") > len(said) / 10), key=len, default="")
    hidden = len(most) > len(words) and words[:40] not in most
    bare = len(words.split()) < 15 and bool(tree.xpath("//script"))
    return len(words) < FEW and ("JavaScript" in words or hidden or bare)


def _document(path: Path, data: bytes) -> Found:
    """The paragraphs of a Word document, as if every change to it were accepted; what is left out is told."""
    import docx

    if sum(part.file_size for part in ZipFile(io.BytesIO(data)).infolist()) > LARGEST:
        raise ValueError
    document = docx.Document(io.BytesIO(data))
    body = document.element.body
    doubts = _left_out(body)
    runs = [[docx.text.run.Run(run, document) for run in own.xpath(".//w:r")] for own in body.xpath(".//w:p")]
    lines = ["".join(run.text for run in own) for own in runs]
    bold = {line for line, own in zip(lines, runs, strict=True) if all(run.bold for run in own if run.text.strip())}
    return _with_questions("\n".join(lines), bold), {"title": document.core_properties.title}, doubts


def _left_out(body) -> tuple[str, ...]:
    """Takes what is not read out of a document, and says so of what may be text."""
    said = ", ".join(count(many, *kind) for kind, where in _LEFT_OUT.items() if (many := len(body.xpath(where))))
    heads = (it for it in body.xpath(".//w:tr[1]") if {*" ".join(it.itertext()).lower().split()} <= _HEADS)
    for gone in [*heads, *body.xpath(_UNREAD)]:
        gone.getparent().remove(gone)
    return (f"Left out of this Word document: {said}.",) * bool(said)


def _with_questions(raw: str, bold: set[str]) -> str:
    """The text with its lines in bold print marked as in Markdown, if they are an interviewer's: two or more ask."""
    bold = {line.strip() for line in bold} - {""}
    if sum(line.endswith("?") for line in bold) < 2:
        return raw
    return "\n".join(f"**{line.strip()}**" if line.strip() in bold else line for line in raw.split("\n"))


def _rtf(path: Path, data: bytes) -> Found:
    from striprtf.striprtf import rtf_to_text

    title = re.search(rb"\\title ([^{}\\]+)", data)
    letters = "mac_roman" if b"\\mac" in data[:40] else "cp1252"  # a Mac's code page, 10000, is known by another name
    code = re.sub(r'HYPERLINK\s+"[^"]*"', "", data.decode("latin-1"))  # which would stand behind the link's words
    shown, gone = _HIDDEN.subn("", code.replace("\\ansicpg10000", ""))
    doubts = (f"Left out of this document: {count(gone, 'hidden or deleted passage')}.",) * bool(gone)
    raw = rtf_to_text(shown, letters, "replace").strip()
    return raw, {"title": title[1].decode("cp1252", "replace") if title else ""}, doubts


def _pdf(path: Path, data: bytes) -> Found:
    """The text of a PDF, a form feed between its pages."""
    from pdfminer.high_level import extract_text

    raw = extract_text(io.BytesIO(data))
    if not any(map(str.isalnum, raw)):
        raise refusal(path, "is a PDF of pictures, with no words in it; put it through text recognition (OCR) first")
    return raw.rstrip("\f\n"), {}, ("Read from a PDF: where its lines and columns go on is a guess.",)


def _mail(path: Path, data: bytes) -> Found:
    """An e-mail below a short header, which ``mend`` reads; or the page that a browser saved as one (.mhtml)."""
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
    body = message.get_body(("plain", "html")) or message
    content = body.get_payload(decode=True) or b""
    if message.get_content_type() == "multipart/related":
        raw, meta, doubts = _page(path, content)
        return raw, meta | {"source": str(message.get("Snapshot-Content-Location") or meta.get("source", ""))}, doubts
    told = {name: " ".join(str(message.get(name) or "").split()) for name in ("From", "Date", "Subject")}
    attached = sum(part.get_filename() is not None for part in message.walk())
    doubts = (f"Left out: {count(attached, 'file')} attached to this e-mail.",) if attached else ()
    with suppress(LookupError, UnicodeDecodeError):
        content = content.decode(body.get_content_charset() or "utf-8").encode()
    words, _ = _decoded(path, content)
    if body.get_content_type() == "text/html":
        words = re.sub(r"(?is)<(style|script|head)\b.*?</\1>|<!--.*?-->", "", words)
        words = re.sub(r"(?i)\s*<(?:br|/?(?:p|div|blockquote|tr|li|h\d))\b[^<>]*>\s*", "\n", words)
        words = html.unescape(re.sub("<[^<>]*>", "", words)).strip()
    return "".join(f"{name}: {value}\n" for name, value in told.items()) + f"\n{words}", {}, doubts


def _heard(path: Path, data: bytes) -> Found:
    """What a program heard and wrote as JSON or TSV, as Whisper does: as captions, which ``mend`` reads."""
    raw, _ = _decoded(path, data)
    table = csv.DictReader(raw.splitlines(), delimiter="\t") if raw.startswith("start\t") else None
    told = {"segments": table} if table else json.loads(raw)
    parts = told.get("segments") or told.get("utterances") or told["transcription"]
    cues = [(f"{part['speaker']}: " if "speaker" in part else "") + part["text"].strip() for part in parts]
    return "".join(f"0:00 --> 0:00\n{cue}\n\n" for cue in cues), {}, ()


def _is_table(head: str) -> bool:
    """Is a text a table: below a row of plain names, rows with as many cells each?"""
    first, *lines = head.splitlines()[:20] or [""]
    parts = re.fullmatch(r'"?\w+"?(?:([,;\t])"?\w+"?)(?:\1"?\w+"?)*', first)
    rows = [*csv.reader(lines[:-1] or lines, delimiter=parts[1])] if parts else []
    return bool(rows) and all(len(row) == first.count(parts[1]) + 1 for row in rows if row)


_SAVE = "save its words as plain text in UTF-8"
_READERS = {read.__name__: read for read in (_plain, _pdf, _document, _rtf, _page, _heard, _mail)}
KINDS = tomllib.loads((HERE / "kinds.toml").read_text("utf-8"))["kind"]
ENDINGS = tuple(ending for kind in KINDS if "reader" in kind for ending in kind.get("endings", "").split())
