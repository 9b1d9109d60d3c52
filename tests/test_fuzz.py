"""The generated texts of `python -m tests.fuzz`, a few at every run; and the inputs that once broke something."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from . import fuzz

CUES = st.sampled_from(fuzz.CORE) | st.sampled_from(fuzz.pieces())

BROKE = [
    # a lone surrogate in the name of who says so, and in reported words
    "\ud800o Some say  e say Lee\ud800 will go. Ana \ud800 said that Russia\ud800 threatens us.",
    # a lone surrogate, as in half an emoji from a JSON file: no table that Arrow holds can take it
    "A “catastrophe” may no \ud800 doubt attack \ud800Russia. The mass \ud800 destruction of our nation threatens us.",
    # a sentence that opens with a relative has no subject for its pronoun to stand for
    "Mr. Hill.\nWho it will be killed by. Destroy is likely to threaten us.",
    # an article before a mark is no description of anybody
    "“We won,” said the (minister) Ann Lee.",
    # an underscore after a title is no name
    "Bob wrote Mr._ warned Mr. Hill;",
    # what may threaten nobody, by a cue that stands at the sentence's end
    "may threat",
    # a pronoun stood for the one before, sentence by sentence, deeper than Python goes
    "It'd be cold. " * 1000 + "It could attack Russia.",
]


def test_generated_texts_break_nothing():
    assert fuzz.inputs(60, seed=0) == 0


def test_spoilt_files_break_nothing():
    pytest.importorskip("pdfminer")
    assert fuzz.files(60, seed=0) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(CUES, min_size=1, max_size=8), st.sampled_from((" ", " ", "", "\n")))
def test_a_few_cues_and_marks_break_nothing(pieces, space):
    fuzz.check(space.join(pieces), tables=False)


def test_what_breaks_is_cut_down_to_what_breaks():
    assert (
        fuzz.shrunk("It may be a threat.\n\nThey said so.", lambda raw: "may" in raw and "threat" in raw) == "maythreat"
    )
    assert fuzz.shrunk("", lambda raw: True) == ""


@pytest.mark.parametrize("raw", BROKE)
def test_what_once_broke_something(raw):
    fuzz.check(raw)
