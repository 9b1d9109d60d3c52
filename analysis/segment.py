"""From a string: paragraphs, sentences and words, as offsets into that string. Nothing here ever changes the text."""

import re

FOLD = {"'": "’‘`´ʼʹ′‛", '"': "“”„‟«»″", "-": "‐‑", " ": "\u00a0\u202f"}
WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_STOP = re.compile(r"[.!?…]+[\"'”’»)\]`]*(?=\s+[\"'“‘«`(\[]*[^\W_a-zà-ÿ])")
_ABBREVIATION = re.compile(r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|no|gen|col|sen|rep|gov|e\.g|i\.e|jr)|\b[^\W\d_])\.$", re.IGNORECASE)


def fold(raw):
    """A lower-case copy of the same length, with one kind of apostrophe, quotation mark, hyphen and space."""
    folded = raw.replace("İ", "i").lower()  # the only capital whose lower case is longer than itself
    for plain, variants in FOLD.items():
        for variant in variants:
            folded = folded.replace(variant, plain)
    return folded


def paragraphs(raw):
    """The [(start, end)] of paragraphs, white space trimmed. A line break of any kind ends a paragraph."""
    return [span for match in _LINE.finditer(raw) if (span := _trim(raw, *match.span()))]


def sentences(raw, start, end):
    """The [(start, end)] of sentences between two offsets, white space trimmed."""
    spans = []
    for match in _STOP.finditer(raw, start, end):
        if not _ABBREVIATION.search(raw, max(start, match.start() - 12), match.end()) and (
            span := _trim(raw, start, match.end())
        ):
            spans.append(span)
            start = match.end()
    return spans + [span for span in [_trim(raw, start, end)] if span]


def _trim(raw, start, end):
    text = raw[start:end]
    start, end = start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
    return (start, end) if start < end else None
