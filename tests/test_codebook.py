"""Codebooks: the cue grammar, contexts, what wins where cues overlap, and what a bad file is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Text
from analysis.codebook import Codebook, CodebookError

HEADER = "cue,category,weight,before,after,source,example\n"


def found(rows: str, text: str) -> list[str]:
    book = Codebook.parse(HEADER + rows)
    return book.find(Text(text)).cue.tolist()


@pytest.mark.parametrize(
    ("rows", "text", "expected"),
    [
        ("may,modal,1,,", "We may. MAY we? Maybe.", ["may", "MAY"]),
        ("threaten*,threat,1,,", "They threaten; threatening words. No threat.", ["threaten", "threatening"]),
        ("may|might,modal,1,,", "It might, it may.", ["might", "may"]),
        ("about <number>,approximator,1,,", "About 40 of them, about time.", ["About 40"]),
        ("so _ as,comparison,1,,", "As so much as so little, so as it is.", ["so much as"]),
        ("very? likely,adjective,1,,", "Likely and very likely.", ["Likely", "very likely"]),
        ("it`s clear,booster,1,,", "", []),
        ("it's clear,booster,1,,", "It`s clear; it’s clear; it's clear.", ["It`s clear", "it’s clear", "it's clear"]),
        ("may,modal,1,!<capital>,", "We may go in May.", ["may"]),
        ("could,modal,1,,!not", "We could. We could not.", ["could"]),
        ("well,attitude,1,^,", "Well, all is well.", ["Well"]),
        ("though,concessive,1,,$", "Though it rained, we went, though.", ["though"]),
        ("<who>,class,,,,,some|many\n<who> say,vague,1,,", "Many say so. All say so.", ["Many say"]),
    ],
)
def test_the_grammar(rows, text, expected):
    assert found(rows, text) == expected


def test_the_longest_cue_wins_and_cues_do_not_overlap():
    rows = "rule,act,1,,\nruled out,certain,1,,\ncannot be ruled out,negated,1,,\nout of,place,1,,"
    assert found(rows, "It cannot be ruled out of hand.") == ["cannot be ruled out"]


def test_of_two_equal_cues_the_one_with_a_context_wins():
    rows = "may,modal,1,,\nmay,permission,1,you,"
    book = Codebook.parse(HEADER + rows)
    assert book.find(Text("You may; we may.")).category.tolist() == ["permission", "modal"]


def test_a_cue_counts_once_a_sentence_in_its_score():
    book = Codebook.parse(HEADER + "may,modal,2,,\n<intercept>,constant,-2,,")
    once, twice, none = book.scores(Text("We may. We may or may not. We go."))
    assert once == twice == pytest.approx(0.5)
    assert none == pytest.approx(0.1192, abs=1e-4)


def test_one_codebook_on_another_replaces_and_adds():
    ours = Codebook.parse(HEADER + "may,modal,1,,\n<intercept>,constant,-1,,")
    theirs = Codebook.parse(HEADER + "may,modal,3,,\nmayhap,adverb,1,,")
    both = ours + theirs
    assert [(cue.cue, cue.weight) for cue in both.rows] == [("may", 3), ("mayhap", 1)]
    assert both.constants == {"intercept": -1}
    assert [cue.cue for cue in both.without("modal").rows] == ["mayhap"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("word,category\nmay,modal", "mine.csv: row 1: the column 'cue' is missing"),
        (HEADER + "may,modal,heavy,,", "mine.csv: row 2, column 'weight': 'heavy' is not a number"),
        (HEADER + "may,modal,inf,,", "mine.csv: row 2, column 'weight': 'inf' is not a number"),
        (HEADER + "may,modal,1,,\nMay,month,1,,", "mine.csv: row 3, column 'cue': 'May' stands in row 2 already"),
        (HEADER + ",modal,1,,", "mine.csv: row 2, column 'cue': it is empty"),
        (HEADER + "m*y,modal,1,,", "mine.csv: row 2, column 'cue': 'm*y' is not a word"),
        (HEADER + "may,modal,1,!*,", "mine.csv: row 2, column 'before': '*' is not a word"),
    ],
)
def test_a_bad_codebook_is_told_where_and_why(tmp_path, source, reason):
    path = tmp_path / "mine.csv"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(CodebookError) as error:
        Codebook.read(path)
    assert str(error.value).startswith(reason)
    assert "\n" not in str(error.value)


def test_a_codebook_that_is_not_there(tmp_path):
    with pytest.raises(CodebookError, match=r"none\.csv: the codebook cannot be read: No such file"):
        Codebook.read(tmp_path / "none.csv")


@given(st.text())
def test_any_string_is_a_codebook_or_a_plain_refusal(source):
    try:
        Codebook.parse(source).find(Text("We may go."))
    except CodebookError as error:
        assert "\n" not in str(error)


@given(st.lists(st.sampled_from("may might could go we <number> go* _ very? may|can".split()), min_size=1, max_size=4))
def test_every_match_stands_in_its_sentence(elements):
    book = Codebook.parse(HEADER + " ".join(elements) + ",x,1,,")
    text = Text("We may go. We could go very far, might we not? 40 may go.")
    for row in book.find(text).itertuples():
        start, end, _ = text.spans[row.sentence]
        assert start <= row.start < row.end <= end
        assert text.raw[row.start : row.end] == row.cue
