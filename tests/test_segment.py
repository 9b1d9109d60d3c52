"""Paragraphs, sentences and words: cases as data, properties over arbitrary strings."""

import re
from itertools import pairwise

import pytest
from hypothesis import given

from analysis import segment

from .texts import TEXTS, cases


def sentences(raw):
    return [span for paragraph in segment.paragraphs(raw) for span in segment.sentences(raw, *paragraph)]


def visible(raw):
    return re.sub("[\\s\u200b-\u200f\u2060\ufeff]", "", raw)


@pytest.mark.parametrize(("raw", "expected"), cases("segment.json"))
def test_sentences(raw, expected):
    assert [raw[slice(*span)] for span in segment.sentences(raw, 0, len(raw))] == expected


@pytest.mark.parametrize(("raw", "expected"), cases("paragraphs.json"))
def test_paragraphs(raw, expected):
    assert [raw[slice(*span)] for span in segment.paragraphs(raw)] == expected


def test_words_keep_apostrophes_hyphens_and_points():
    folded = segment.fold("It`s Baku’s multi‑vector, anti-Russian 2001-2010 plan: 3.5 U.S. bases, a _new_ cafe\u0301!")
    assert segment.WORD.findall(folded) == [
        *("it's", "baku's", "multi-vector", "anti-russian", "2001-2010", "plan", "3.5", "u.s", "bases", "a", "new"),
        "cafe\u0301",
    ]


@given(TEXTS)
def test_folding_never_moves_an_offset(raw):
    assert len(segment.fold(raw)) == len(raw)


@given(TEXTS)
def test_sentences_are_trimmed_slices_in_order_and_lose_no_visible_character(raw):
    paragraphs = segment.paragraphs(raw)
    for spans in (paragraphs, sentences(raw)):
        assert all(start < end and raw[start:end] == raw[start:end].strip() for start, end in spans)
        assert all(one[1] <= two[0] for one, two in pairwise(spans))
    assert all(any(a <= start and end <= b for a, b in paragraphs) for start, end in sentences(raw))
    assert visible("".join(raw[start:end] for start, end in sentences(raw))) == visible(raw)


@pytest.mark.parametrize(
    "piece", [".", '"', " ", "\n", ". ", 'a."', "word ", ".[1] ", ": ", "image: ", "a\n", "x" * 60 + "\n"]
)
def test_a_megabyte_of_one_thing(piece):
    raw = piece * (1_000_000 // len(piece))
    assert sum(end - start for start, end in sentences(raw)) <= len(raw)
