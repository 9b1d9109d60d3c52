"""Transcripts: files of every style, as data; what nobody says is no word and no sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Text, captions, read

from .texts import TEXTS, cases

PIECES = st.sampled_from(
    [
        *("1\n", "00:01 --> 00:02\n", "[00:01 --> 00:02] ", "\n\n", "<v Ann Lee>", "</v>", "- ", ">> ", "\n", " 7  "),
        *("(Applause)", "[00:05] ", "Ann Lee: ", "ANN LEE, HOST: ", "Ann Lee  0:03\n", "Q  ", "MR. LEE. ", "We may "),
    ]
)


@pytest.mark.parametrize(("raw", "expected"), cases("transcripts.json"))
def test_who_says_each_sentence(tmp_path, raw, expected):
    """Every sentence of a file, whatever it is called, with its voice."""
    path = tmp_path / "note.txt"
    path.write_text(raw, "utf-8")
    found = read(path).sentences
    assert [[row.voice, " ".join(row.text.split())] for row in found.itertuples()] == expected


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("Q  (Inaudible) Who pays?\nMR. LEE: I do. (Laughter.) Now!\n(BREAK)\nQ  When?", "who pays i do now when"),
        ("Ann Lee  0:03\nWho pays?\nJo Moss  0:07\nI do.\nAnn Lee  0:09\nWhen?", "who pays i do when"),
        ("[00:05] Ann Lee: Who pays?\n[00:07] Jo Moss: I do.\n[00:09] Ann Lee: When?", "who pays i do when"),
    ],
)
def test_labels_times_and_directions_are_no_words(raw, words):
    text = Text(raw)
    assert " ".join(text.words.word) == words
    assert [raw[row.start : row.end] for row in text.words.itertuples()] == text.words.text.tolist()


def test_who_is_named_in_a_label_is_not_spoken_of():
    from analysis import actors

    text = Text("FRANCE: I will not go.\nUNITED KINGDOM: Why not? We told Spain.\nFRANCE: Ask them.\n")
    assert [it.actor for it in actors.mentions(text) if it.kind == "state"] == ["Spain"]


def test_only_a_label_before_a_colon_hides_who_is_named():
    from analysis import actors

    told = Text("Anna Lee, who farms below the dam, told the Valley Post:\n\nMs. MOSS: It will break.")
    assert [it.actor for it in actors.mentions(told) if it.kind == "person"] == ["Anna Lee"]


@pytest.mark.parametrize(
    "raw",
    [
        "Note that 10:30 --> 11:00 is free.\nIt rained.",
        "1 egg\n2 cups of flour\n3 spoons of milk\n4 grains of salt\n5 nuts\n6 figs\n7 dates\n8 plums\n9 pears",
        "It rained at 10:30.\n\nWe left at 11:00.",
    ],
)
def test_other_texts_are_no_captions(raw):
    assert captions.words(raw) == raw


@pytest.mark.parametrize("ending", ["vtt", "srt"])
def test_captions_by_their_names(tmp_path, ending):
    path = tmp_path / f"talk.{ending}"
    path.write_text("1\n00:01,000 --> 00:02,000\nWe may\n2\n00:02,000 --> 00:03,000\nleave.\n", "utf-8")
    assert read(path).raw == "We may leave."


@given(TEXTS | st.lists(PIECES | TEXTS, max_size=40).map("".join))
def test_odd_transcripts_break_nothing(raw):
    text = Text(captions.words(raw))
    assert all(start < end for start, end in text.bounds)
    assert len(text.spoken) == len(text.raw)
    assert all(
        text.raw[label.start : label.stop] == label.name for label in text.labels.values() if label.start < label.stop
    )


@pytest.mark.parametrize(
    "piece", ["00:01 --> 00:02\na\n\n", "[00:01 --> 00:02] A: b\n", " 1  Q. a\n", ">> ", "A B: ", "(Applause) "]
)
def test_much_of_one_thing(piece):
    assert Text(captions.words(piece * (100_000 // len(piece)))).passages
