"""Exchange: what was found in a text, as files that other tools open; three of them can be read back.

===========  ==================================================================================================
``.jsonld``  W3C Web Annotations (Sanderson et al. 2017), for Recogito and tools of linked data; read, too
``.ann``     brat standoff, with the text beside it in ``.txt``; read, too
``.tsv``     CoNLL-U Plus: a token a line with its parse, and a column of BIO tags a lens; its comments are read
``.qdpx``    a REFI-QDA 1.5 project, for NVivo, MAXQDA, ATLAS.ti, QualCoder: kinds are codes, voices cases
``.qdc``     a REFI-QDA codebook, for the same tools: the cues as codes, found in this text or not
===========  ==================================================================================================

Every file goes through one table, that of ``table``. What is read comes from others: what does not fit ends in a
TextError of one line.
"""

from __future__ import annotations

import io
import json
import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import jinja2
import pandas as pd
from markupsafe import Markup, escape
from spacy.tokens import Token
from spacy.util import filter_spans

from . import stance, threat
from .codebook import frame, load
from .corrections import AROUND
from .formats import LARGEST, refusal
from .measures import LENSES
from .tables import COLUMNS as CELLS
from .tables import TextError
from .text import Text

COLUMNS = "start end cue lens kind voice score entry"
PARTS = (*LENSES, "mentions", "acts", "claims", "voices")  # what the column ``lens`` may say
UNSAID = {"lens": "", "kind": "", "voice": "unknown", "score": 1.0, "entry": ""}  # of what others have marked
DATE = "1980-01-01T00:00:00Z"  # QualCoder wants one; always the same, so that the same text gives the same file
WRITTEN, UNSEALED = "urn:subtext:written:", 64 * "0"  # behind it a file bears the digest of all else in it

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE = re.compile("[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")  # as brat reads lines, which is as Python does

Row = dict[str, object]


def table(text: Text) -> pd.DataFrame:
    """A row an annotation: start, end (offsets into raw), cue (the words), lens, kind, voice, score, entry.

    =============  ==================  ================================  ==================================
    ``lens``       ``kind``            ``score``                         ``entry``
    =============  ==================  ================================  ==================================
    a lens's name  a cue's category    its weight                        the codebook's row
    ``mentions``   polarity            how sure it is, -1..1             the actor
    ``acts``       positive, negative  its weight                        who acts, and upon whom
    ``claims``     threat              how certain it is made to sound   who threatens whom, by what means
    ``voices``     kind of passage     1                                 nothing
    =============  ==================  ================================  ==================================

    >>> table(Text("Go? It may."))[["cue", "lens", "kind"]].values.tolist()
    [['Go? It may.', 'voices', 'narration'], ['may', 'hedging', 'modal']]

    The rows stand in the order of their cells. A lone surrogate, which no file can hold, is a question mark.
    """
    return _frame(_found(text))


def _found(text: Text) -> Iterator[Row]:
    def row(it, lens: str, kind: str, score: float, entry: str) -> Row:
        words = {"cue": text.raw[it.start : it.end], "voice": it.voice, "kind": kind, "entry": " ".join(entry.split())}
        whole = {key: _utf8(said).decode() for key, said in words.items()}
        return {"start": it.start, "end": it.end, "lens": lens, "score": score, **whole}

    for name, lens in LENSES.items():
        yield from (row(it, name, it.category, it.weight, it.entry) for it in lens.find(text).itertuples())
    for it in stance.toward(text).itertuples():
        yield row(it, "mentions", it.polarity, it.score, it.actor)
    for it in stance.relations(text).itertuples():
        yield row(it, "acts", "negative" if it.weight < 0 else "positive", it.weight, _upon(it.agent, it.target))
    for it in threat.claims(text).itertuples():
        yield row(it, "claims", "threat", it.certainty, _upon(it.agent, it.referent, it.means))
    yield from (row(it, "voices", it.kind, 1.0, "") for it in text.segments.itertuples())


def _upon(agent: str, other: str, means: str = "") -> str:
    return f"{agent or '?'} → {other or '?'}" + (f" ({means})" if means else "")


def _frame(found: Iterable[Row]) -> pd.DataFrame:
    rows = sorted(tuple(row[column] for column in COLUMNS.split()) for row in found)
    return frame(rows, COLUMNS, "start end", "score")


def _utf8(words: str) -> bytes:
    return words.encode("utf-8", "replace")


def save(text: Text, path: Path) -> None:
    """Write what was found in a text to a file for other tools; its suffix is one of ``WRITERS``."""
    kind = path.suffix.lower()
    path.write_bytes(_sealed(WRITERS[kind](text, [] if kind == ".qdc" else table(text).to_dict("records"))))
    if kind == ".ann":
        path.with_suffix(".txt").write_bytes(_utf8(text.raw))


def _sealed(data: bytes) -> bytes:
    """A file with the digest of all else in it."""
    before, mark, behind = data.partition(WRITTEN.encode())
    behind = behind[len(UNSEALED) :]
    return before + mark + sha256(before + behind).hexdigest().encode() * bool(mark) + behind


def is_untouched(path: Path) -> bool:
    """Is a file for other tools as it was written: has nobody worked in it?"""
    data = path.read_bytes()
    return WRITTEN.encode() in data and _sealed(data) == data


def rows(path: str | Path) -> pd.DataFrame:
    """The annotations in a file, as ``table`` has them: .jsonld, .ann (with its .txt) or .tsv.

    What Subtext has written comes back as it was. What others have marked in such a file has the voice "unknown" and
    the score 1. In a .tsv the comments are read, not the columns, which cannot hold one cue over another. TextError
    says what is wrong.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if not reader:
        raise refusal(path, f"is no file of annotations that can be read; those end in {', '.join(READERS)}")
    try:
        return _frame(_checked(reader(path)))
    except OSError as error:
        why = f"cannot be read: {error.strerror or error}; check its name and permissions"
        raise refusal(Path(error.filename or path), why) from None  # of a mark's text, that one
    except Exception as error:  # of JSON, of what should stand in it: a damaged file fails in any way
        why = error if isinstance(error, TextError) else "it is damaged, cut short, or of another form"
        raise refusal(path, f"cannot be read as annotations: {why}; save it again") from None


def _checked(found: Iterable[Row]) -> Iterator[Row]:
    """Rows whose cells are of the right kinds and whose positions fit their words."""
    for number, row in enumerate(found, 1):
        row = UNSAID | row
        start, end, row["score"] = row["start"], row["end"], float(row["score"])
        whole = type(start) is type(end) is int and 0 <= start < end and math.isfinite(row["score"])
        if not whole or not all(isinstance(row[key], str) for key in ("cue", "lens", "kind", "voice", "entry")):
            raise TextError(f"annotation {number} has no position, or a cell of a wrong kind")
        if len(row["cue"]) != end - start:
            raise TextError(f"annotation {number}, at {start} to {end}, does not fit the text")
        yield row


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise TextError(f"it is larger than {LARGEST:,} bytes")
    return path.read_bytes()


@cache
def _forms() -> jinja2.Environment:
    """The templates of files for other tools."""
    forms = jinja2.Environment(loader=jinja2.PackageLoader(__package__), autoescape=True, finalize=_in_xml)
    forms.filters["json"] = lambda value: Markup(json.dumps(value, ensure_ascii=False))
    forms.filters["in_one_line"] = lambda value: " ".join(str(value).split())
    forms.globals |= {"guid": _guid, "date": DATE, "seal": WRITTEN + UNSEALED}
    return forms


def _in_xml(value: object) -> Markup:
    """A value as XML can hold it."""
    return value if isinstance(value, Markup) else escape(_NO_XML.sub("\ufffd", str(value)))


def _guid(*what: object) -> str:
    """The same identifier for the same thing, in every file: what tools merge, they merge by it."""
    return str(uuid5(NAMESPACE_URL, "urn:subtext:" + json.dumps(what)))


def _json(row: Row) -> str:
    """A row in one line, whatever takes which character for a line's end."""
    line = json.dumps(row, ensure_ascii=False)
    return line if line.isprintable() else json.dumps(row)


def _annotations(text: Text, found: list[Row]) -> bytes:
    return _utf8(_forms().get_template("annotations.jsonld.j2").render(text=text, rows=found, around=AROUND))


def _from_annotations(path: Path) -> Iterator[Row]:
    whole = json.loads(_bytes(path))
    for number, item in enumerate(whole if isinstance(whole, list) else whole.get("first", whole)["items"], 1):
        where = {selector["type"]: selector for selector in _several(item["target"]["selector"])}
        if not (place := where.get("TextPositionSelector")):
            raise TextError(f"annotation {number} has no position, but a quotation alone")
        bodies = [body for body in _several(item.get("body", [])) if isinstance(body, dict) and "value" in body]
        said = {body.get("subtext:column", "kind"): body["value"] for body in bodies}
        yield said | {"start": place["start"], "end": place["end"], "cue": where["TextQuoteSelector"]["exact"]}


def _several(one: object) -> list:
    """What may stand by itself or in a list."""
    return one if isinstance(one, list) else [one]


def _standoff(text: Text, found: list[Row]) -> bytes:
    """The marks of brat standoff, each with a note that holds the row; over a line's end a mark is in pieces."""
    lines = []
    for number, row in enumerate(found, 1):
        pieces = [*_LINE.finditer(text.raw, row["start"], row["end"])]
        places, words = ";".join(f"{it.start()} {it.end()}" for it in pieces), " ".join(it[0] for it in pieces)
        kind = re.sub(r"[^A-Za-z0-9]+", "_", row["kind"]).strip("_")
        lines.append(f"T{number}\t{row['lens']}-{kind} {places}\t{words}\n")
        lines.append(f"#{number}\tAnnotatorNotes T{number}\t{_json({key: row[key] for key in UNSAID})}\n")
    lines += [f"#0\tSubtext T1\t{WRITTEN}{UNSEALED}\n"] if lines else []
    return _utf8("".join(lines))


def _from_standoff(path: Path) -> list[Row]:
    *lines, last = _in_lines(_bytes(path).decode("utf-8-sig")).split("\n")
    raw, marks, notes = _bytes(path.with_suffix(".txt")).decode(), {}, {}
    if last:
        raise TextError("its last line is cut short")
    for name, what, *said in (line.split("\t", 2) for line in lines if line):
        if name.startswith("T"):
            marks[name] = _mark(raw, name, what, said)
        elif what.startswith("AnnotatorNotes ") and said[0].startswith("{"):
            told = json.loads(said[0])
            notes[what.split(" ")[1]] = {key: told[key] for key in UNSAID if key in told}
    return [mark | notes.get(name, {}) for name, mark in marks.items()]


def _mark(raw: str, name: str, what: str, said: list[str]) -> Row:
    """What a line of a mark says: "hedging-modal 3 6", or the places of its pieces, and their words."""
    kind, _, places = what.partition(" ")
    pieces = [[int(at) for at in place.split(" ")] for place in places.split(";")]
    if said != [" ".join(raw[start:end] for start, end in pieces)]:
        raise TextError(f"{name} does not fit the text beside it")
    start, end, (lens, _, kind) = pieces[0][0], pieces[-1][1], kind.partition("-")
    return {"start": start, "end": end, "cue": raw[start:end], "lens": lens, "kind": kind}


def _tokens(text: Text, found: list[Row]) -> bytes:
    """CoNLL-U Plus: its ten columns, a column a lens with BIO tags, and each row as a comment above its sentence."""
    own = defaultdict(list)
    for row in found:
        own[text.sentence_at(row["start"])].append(f"# row = {_json(row)}")
    columns = ["ID FORM LEMMA UPOS XPOS FEATS HEAD DEPREL DEPS MISC", *(f"SUBTEXT:{part.upper()}" for part in PARTS)]
    lines = [f"# global.columns = {' '.join(columns)}", f"# rows = {len(found)}", f"# {WRITTEN}{UNSEALED}"]
    lines += [] if text.bounds else own[0]
    tags = [_tagged(text, [row for row in found if row["lens"] == part]) for part in PARTS]
    for number, (start, end) in enumerate(text.bounds):
        lines += [f"# sent_id = {number + 1}", f"# text = {' '.join(text.raw[start:end].split())}", *own[number]]
        lines += [*_lines(text, [token for token in text.parsed(start, end) if not token.is_space], tags), ""]
    return _utf8("\n".join(lines) + "\n")


def _lines(text: Text, words: list[Token], tags: list[dict[int, str]]) -> Iterator[str]:
    """The lines of a sentence, a word each, as it is written: the parser sees plain quotation marks."""
    place = {token.i: at for at, token in enumerate(words, 1)}
    for token in words:
        start, end = token.idx, token.idx + len(token)
        head = 0 if token.head.i == token.i else place.get(token.head.i, 0)
        cells = [place[token.i], text.raw[start:end], token.lemma_, token.pos_, token.tag_, token.morph, head]
        cells += [token.dep_, "", f"TokenRange={start}:{end}", *(tag.get(token.i, "O") for tag in tags)]
        yield "\t".join(re.sub(r"\s", "_", str(cell)) or "_" for cell in cells)


def _tagged(text: Text, found: list[Row]) -> dict[int, str]:
    """The BIO tags of tokens, by their number; of rows one over another the longest, of these the first."""
    spans = (text.doc.char_span(row["start"], row["end"], row["kind"], alignment_mode="expand") for row in found)
    tags = {}
    for span in filter_spans(spans):
        inked = (token.i for token in span if not token.is_space)
        tags |= {i: f"{'I' if n else 'B'}-{span.label_}" for n, i in enumerate(inked)}
    return tags


def _from_tokens(path: Path) -> list[Row]:
    lines = _in_lines(_bytes(path).decode("utf-8-sig")).split("\n")
    found = [json.loads(line.removeprefix("# row = ")) for line in lines if line.startswith("# row = ")]
    if f"# rows = {len(found)}" not in lines[:2]:
        raise TextError("its comments do not hold as many rows as it says")
    return found


def _project(text: Text, found: list[Row]) -> bytes:
    """A REFI-QDA project, which holds its text in a file of its own, with LF line ends."""
    gone = [pair.start() for pair in re.finditer("\r\n", text.raw)]  # the standard counts a line's end as one
    source, rows = _guid("source", text.raw), []
    for number, row in enumerate(found):
        places = {key: row[key] - bisect_left(gone, row[key]) for key in ("start", "end")}
        rows.append(row | places | {"guid": _guid(source, number)})
    whole = _forms().get_template("refi.xml.j2").module.project(text.name, source, rows)
    mark = "\ufeff" * text.raw.startswith("\ufeff")  # else the text's own would be read as a byte order mark
    packed = io.BytesIO()
    with ZipFile(packed, "w") as project:
        project.comment = f"{WRITTEN}{UNSEALED}".encode()
        for name, words in (("project.qde", whole), (f"Sources/{source}.txt", mark + _in_lines(text.raw))):
            part = ZipInfo(name)  # which bears no date of today
            part.external_attr = 0o644 << 16  # and else no permission to be read, once unpacked
            project.writestr(part, _utf8(words), ZIP_DEFLATED)
    return packed.getvalue()


def _in_lines(raw: str) -> str:
    return re.sub("\r\n?", "\n", raw)


def _codebook(text: Text, _: list[Row]) -> bytes:
    """A REFI-QDA codebook: hedging, threat and evaluation with their categories and cues, as this text is read by."""
    cues = [(book, cue) for book in ("evaluation", "hedging", "threat") for cue in load(book, text).rows]
    called, codes = Counter({cue.category for _, cue in cues}), []
    for book, cue in cues:
        called[cue.cue] += 1  # QualCoder wants no name twice
        name = f"{cue.cue} ({called[cue.cue]})" if called[cue.cue] > 1 else cue.cue
        said = {key: getattr(cue, key) for key in CELLS} | {**cue.extra}
        codes.append({"book": book, "category": cue.category, "cue": cue, "name": name, "said": said})
    return _utf8(_forms().get_template("refi.xml.j2").module.codebook(codes))


WRITERS = {".jsonld": _annotations, ".qdpx": _project, ".qdc": _codebook, ".tsv": _tokens, ".ann": _standoff}
READERS = {".jsonld": _from_annotations, ".ann": _from_standoff, ".tsv": _from_tokens}
