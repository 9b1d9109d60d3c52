"""The reader: a small trained encoder that says what a stretch of text is judged to be.

One encoder (MiniLM, Wang et al. 2020: six layers, 22 million parameters), one head a question. A sentence is read as it
stands by the first three layers; where these see something to judge, all six read it again with one or two mentions
marked in brackets and named behind it, which tells the encoder about whom it is asked. ``model/MODEL.md`` says what it
was trained on, how right it is, and what it gets wrong; ``analysis.lab.train`` made it.

``model/`` holds the weights in 8 bits. They become float32 before use, as arithmetic in 8 bits differs from processor
to processor: so figures agree to four digits on every machine, whatever the number of threads.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, softmax

from . import parse

MODEL = Path(__file__).parent / "model"
LOWER = {  # the answers of the first three layers, to a sentence or passage as it stands
    "doubt": ("yes",),
    "fear": ("yes",),
    "difficulty": ("standard deviations",),
    "hedged": ("yes",),
    "boosted": ("yes",),
    "threat": ("yes",),
    "sided": ("yes",),
}
UPPER = {  # the answers of all six, to mentions that are marked
    "stance": ("negative", "neutral", "positive"),
    "verdict": ("negative", "neutral", "positive"),
    "relation": ("none", "p positive to q", "q positive to p", "p negative to q", "q negative to p"),
    "claim": ("yes",),
}
ROLES = ("agent", "referent", "neither")  # the answers of all six to each noun beside a claim that is marked
ANSWERS = sum(map(len, UPPER.values()))  # so many stand before those to the nouns
MARKS = (("[", "]"), ("{", "}"))  # around the first mention and the second
LONGEST = 128  # pieces of words that are read of a sentence
NEAR = 1_000  # characters before and behind a mention in which these pieces lie
NAMED = 12  # pieces of a mention that are named again
BATCH = 8  # stretches that are read at once
ALIKE = 8  # pieces by which their lengths may differ: what fills up the shorter ones is read too
THREADS = 1  # that read them; a caller who reads one text at a time may set more
DIGITS = 4  # to which figures agree from machine to machine


class ReaderError(ValueError):
    """The model is missing or not as it was made: one plain line."""


class Stretch(NamedTuple):
    """What the encoder is given: pieces of words, how many of the last name mentions again, where each mention begins.

    Without mentions ``marks`` is empty.
    """

    pieces: tuple[int, ...]
    again: int = 0
    marks: tuple[int, ...] = ()


@cache
def _tokenizer():
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(_checked("tokenizer.json")))


@cache
def _session(name: str, threads: int):
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # its library would tell its makers that it runs
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    return onnxruntime.InferenceSession(str(_checked(name)), options, providers=["CPUExecutionProvider"])


def _checked(name: str) -> Path:
    """A file of the model, if it is as it was made."""
    file, sums = MODEL / name, MODEL / "checksums.sha256"
    known = sums.read_text("utf-8") if sums.is_file() else ""
    if not file.is_file() or f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {name}\n" not in known:
        raise ReaderError(f"{file} is missing or damaged; install Subtext again")
    return file


def plain(raw: str) -> Stretch:
    """A sentence as the encoder reads it, by three layers."""
    return _stretch([piece for piece, _ in _pieces(raw, 0, NEAR)][: LONGEST - 2])


def marked(raw: str, *spans: tuple[int, int]) -> Stretch:
    """A sentence with one or two mentions marked, and around them as much of it as fits.

    >>> _tokenizer().decode(marked("Turkey accused Armenia.", (0, 6)).pieces)
    '[ turkey ] accused armenia. turkey'
    """
    return placed(raw, spans)[0]


def placed(raw: str, spans: Sequence[tuple[int, int]], words: Iterable[int] = ()) -> tuple[Stretch, list[int]]:
    """That, and the piece that each word, given by its first offset, begins with: 0 of one that does not fit in."""
    pieces, places, last = [], {}, 0
    for which in sorted(range(len(spans)), key=lambda k: spans[k]):
        start, end = (max(bound, last) for bound in spans[which])
        pieces += _pieces(raw, max(last, start - NEAR), start)
        places[which] = len(pieces)
        pieces += [(_mark(which, 0), -1), *_pieces(raw, start, end), (_mark(which, 1), -1)]
        last = end
    pieces += _pieces(raw, last, last + NEAR)
    names: list[int] = []
    for which, span in enumerate(spans):
        names += [_mark(1, 0)] * which + [it for it, _ in _pieces(raw, *span)][:NAMED]
    room = LONGEST - 3 - len(names)
    first, last = min(places.values()), max(places.values())
    start = min(max(0, min((first + last - room) // 2, len(pieces) - room)), first)
    marks = (1 + min(places[which] - start, room - 1) for which in range(len(spans)))
    kept, starts = zip(*pieces[start : start + room], strict=True)
    seen = {at: place for place, at in enumerate(starts, 1)}
    return _stretch(kept, names, tuple(marks)), [seen.get(word, 0) for word in words]


def _pieces(raw: str, start: int, end: int) -> list[tuple[int, int]]:
    """The pieces of a stretch of a sentence, and the offset at which each begins."""
    found = _tokenizer().encode(parse.plain(raw[start:end]), add_special_tokens=False)
    return [(piece, start + first) for piece, (first, _) in zip(found.ids, found.offsets, strict=True)]


@cache
def _mark(which: int, side: int) -> int:
    return _tokenizer().token_to_id(MARKS[which][side])


def _stretch(pieces: Sequence[int], names: Sequence[int] = (), marks: tuple[int, ...] = ()) -> Stretch:
    begin, apart = map(_tokenizer().token_to_id, ("[CLS]", "[SEP]"))
    again = [*names, apart] if names else []
    return Stretch((begin, *pieces, apart, *again), len(again), marks)


def judge(head: str, stretches: Iterable[Stretch], memo: dict[Stretch, np.ndarray]) -> np.ndarray:
    """A row a stretch: the probability of each answer of a head; of difficulty, the figure itself.

    ``memo`` holds what was read before, a text's own, so that nothing is read twice for another head.
    """
    stretches = list(stretches)
    read([(memo, stretch) for stretch in stretches])
    heads = LOWER if head in LOWER else UPPER
    first = sum(len(answers) for answers in [*heads.values()][: [*heads].index(head)])
    found = np.array([memo[it][first : first + len(heads[head])] for it in stretches])
    found = found.reshape(len(stretches), len(heads[head])).astype(float)
    if head != "difficulty":
        found = expit(found) if found.shape[1] == 1 else softmax(found, axis=1)
    return found.round(DIGITS)


def roles(stretch: Stretch, places: Sequence[int], memo: dict[Stretch, np.ndarray]) -> np.ndarray:
    """A row a noun beside a marked claim, given by the piece it begins with: the probability of each of ``ROLES``."""
    read([(memo, stretch)])
    found = softmax(memo[stretch][ANSWERS:].reshape(-1, len(ROLES))[list(places)].astype(float), axis=1)
    found[[not place for place in places]] = 0, 0, 1  # not read
    return found.round(DIGITS)


def read(asked: Iterable[tuple[dict, Stretch]]) -> None:
    """Reads what is in no memo yet, of one text or of many, into the memos: long ones with long ones."""
    new: dict[Stretch, list[dict]] = {}
    for memo, stretch in asked:
        if stretch not in memo:
            new.setdefault(stretch, []).append(memo)

    def shape(stretch: Stretch) -> tuple[bool, int]:
        return bool(stretch.marks), len(stretch.pieces) // ALIKE

    for (deep, _), own in groupby(sorted(new, key=shape), key=shape):
        while batch := list(islice(own, BATCH)):
            for stretch, answers in zip(batch, _answers(batch, deep), strict=True):
                for memo in new[stretch]:
                    memo[stretch] = answers


def _answers(batch: list[Stretch], deep: bool) -> np.ndarray:
    """What the heads say of some stretches, a row each."""
    pieces, again, mask = np.zeros((3, len(batch), max(len(it.pieces) for it in batch)), np.int64)
    for row, it in enumerate(batch):
        size = len(it.pieces)
        pieces[row, :size], mask[row, :size], again[row, size - it.again : size] = it.pieces, 1, 1
    answers, hidden = _session("lower.onnx", THREADS).run(None, {"pieces": pieces, "again": again, "mask": mask})
    if not deep:
        return answers
    marks = np.array([(it.marks[0], it.marks[-1]) for it in batch])
    return _session("upper.onnx", THREADS).run(None, {"hidden": hidden, "mask": mask, "marks": marks})[0]


# --- of a text


def sentences(text, head: str) -> pd.Series:
    """What one of the ``LOWER`` heads says of each sentence, without the label of who speaks: a probability, 0..1."""
    return pd.Series(judge(head, _plain(text), _memo(text))[:, 0], dtype=float, name=head)


def ahead(texts: Iterable) -> None:
    """Reads the sentences of many texts together, so that long ones go with long ones."""
    read((_memo(text), stretch) for text in texts for stretch in _plain(text))


def _plain(text) -> list[Stretch]:
    return text.remember("reader.plain", lambda: [plain(_said(text, i)) for i in range(len(text.bounds))])


def _said(text, sentence: int) -> str:
    """A sentence without the label before it ("NOVAK:"), even where nothing else tells of turns."""
    start, end = text.bounds[sentence]
    return text.raw[text.lone.get(start, start) : end].lstrip() or text.raw[start:end]


def mentions(text, head: str, asked: Iterable[Sequence[tuple[int, int]]]) -> np.ndarray:
    """A row for each mention, or pair of mentions, at offsets into the text: the probability of each answer."""
    return judge(head, [_marked(text, spans) for spans in asked], _memo(text))


def beside(text, span: tuple[int, int], words: Iterable[int]) -> np.ndarray:
    """What part words, given by where they begin, have in a claim: a row each, as ``roles`` gives it."""
    start, end = _around(text, [span])
    stretch, places = placed(text.raw[start:end], [(span[0] - start, span[1] - start)], (it - start for it in words))
    return roles(stretch, places, _memo(text))


def because(text, head: str, answer: int, spans: Sequence, words: Iterable[tuple[int, int]]) -> list[tuple]:
    """Those words (start, end) of the sentence without which the answer would be less likely, and by how much, the most
    first: each is left out in turn, and the rest read again.
    """
    start, end = _around(text, spans)
    words, less = list(words), [_marked(text, spans)]
    for first, last in words:
        rest = text.raw[start:first] + text.raw[last:end]
        less.append(marked(rest, *(_moved(span, start, first, last) for span in spans)))
    whole, *parts = judge(head, less, {})[:, answer]
    found = ((round(whole - part, DIGITS), *word) for part, word in zip(parts, words, strict=True))
    return sorted((it for it in found if it[0] > 0), key=lambda it: (-it[0], it[1]))


def _moved(span: tuple[int, int], start: int, first: int, last: int) -> tuple[int, int]:
    """Where a span of a text stands in the stretch from ``start`` on that lacks what is between two offsets."""
    gone = (last - first) * (span[0] >= last) + start
    return span[0] - gone, span[1] - gone


def _memo(text) -> dict:
    return text.remember("reader.memo", dict)


def _around(text, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The sentence, or sentences, that hold some spans."""
    first, last = min(spans)[0], max(span[1] for span in spans)
    if not text.bounds:
        return 0, len(text.raw)
    start, end = text.bounds[text.sentence_at(first)][0], text.bounds[text.sentence_at(max(last - 1, first))][1]
    return min(start, first), max(end, last)


def _marked(text, spans: Sequence[tuple[int, int]]) -> Stretch:
    start, end = _around(text, spans)
    return marked(text.raw[start:end], *((first - start, last - start) for first, last in spans))


@cache
def cuts() -> pd.DataFrame:
    """A row an answer: from which probability on a lens speaks (cut), what that bought (precision, recall), on what."""
    return pd.read_csv(MODEL / "cuts.csv", index_col="answer")


def cut(answer: str) -> float:
    """From which probability on a lens speaks: ``model/cuts.csv`` has the precision and recall that this bought."""
    return float(cuts().cut[answer])
