"""Norms: percentiles follow ranks, intervals are honest, and the command counts the same figures again."""

import math
import os
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import corpus, measures, norms, stats
from analysis.lab import norms as counted
from analysis.lab import validate
from analysis.text import Text, TextError

GOLD = os.environ.get("SUBTEXT_GOLD")
REFERENCE = norms.reference()


def test_the_file_names_its_source_and_licence():
    first = norms.FILE.read_text("utf-8").splitlines()[0]
    assert first.startswith("# ") and "Zeldes 2017" in first and "CC BY-NC-SA 4.0" in first


def test_the_documents_are_those_of_the_reference():
    assert len(REFERENCE) == 168 and REFERENCE.id.is_unique
    assert norms.genres().to_dict() == Counter(REFERENCE.genre) and len(norms.genres()) == 15
    assert REFERENCE.select_dtypes("number").columns.tolist() == norms.names(), "figures only"


@pytest.mark.parametrize("genre", [None, *norms.genres().index])
def test_a_reference_document_stands_at_its_own_rank(genre):
    documents = REFERENCE if genre is None else REFERENCE[REFERENCE.genre == genre]
    ranks = documents[norms.names()].rank()
    for row in documents.sample(min(len(documents), 8), random_state=0).index:
        for norm in norms.place(documents.loc[row], genre).itertuples():
            if not math.isnan(norm.value):
                assert norm.percentile == pytest.approx(100 * (ranks.loc[row, norm.measure] - 0.5) / norm.n)


@given(st.floats(-100, 100), st.floats(-100, 100), st.sampled_from([None, "news", "essay"]))
def test_a_higher_value_stands_no_lower_and_inside_its_interval(one, other, genre):
    first, second = (norms.place({"difficulty": value}, genre).iloc[0] for value in sorted((one, other)))
    assert first.percentile <= second.percentile
    for norm in (first, second):
        assert 0 <= norm.low <= norm.percentile <= norm.high <= 100


def test_fewer_documents_make_a_wider_interval():
    value = {"difficulty": REFERENCE.difficulty.median()}
    widths = [norms.place(value, genre).eval("high - low")[0] for genre in (None, "news", "essay")]
    assert widths == sorted(widths) and widths[0] < 16 and widths[2] > 50


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Draw a genre's worth of documents from all: does the interval hold the percentile among all?"""
    values, target = REFERENCE.difficulty, REFERENCE.difficulty.quantile(0.7)
    truth, held = 100 * (values < target).mean(), 0
    for seed in range(400):
        drawn = values.sample(12, replace=True, random_state=seed)
        low, high = (100 * p for p in stats.share((drawn < target).sum(), 12)[1:])
        held += low <= truth <= high
    assert held / 400 > 0.92


def test_what_cannot_be_measured_has_no_percentile():
    norm = norms.place({"difficulty": math.nan}).iloc[0]
    assert math.isnan(norm.percentile) and math.isnan(norm.low) and math.isnan(norm.high)


@pytest.mark.parametrize("genre", [None, "news"])
def test_a_text_too_short_is_not_placed(genre):
    for words, placed in ((99, False), (100, True)):
        norm = norms.place(measures.profile(Text("It rained and poured. " * 24 + "Yes. " * (words - 96))), genre)
        assert norm.percentile.notna().any() == placed
        assert norm.warning.str.startswith("under 100 words").all() != placed


def test_three_words_are_not_placed_in_whatever_form_they_come():
    rows, text = corpus.profile(["We may go.", "It rained and poured. " * 30]), Text("We may go.")
    forms = measures.profile(text), measures.profile(text, "hedging"), measures.profile(text).to_dict(), rows.loc[0]
    assert all(norms.place(form).percentile.isna().all() for form in forms)
    assert norms.place(rows.loc[1]).percentile.notna().any()


def test_a_count_grows_with_the_text_and_is_not_placed():
    placed = norms.place(measures.profile(Text("Russia warned Iran. " * 40)))
    assert not {"actors", "words"} & {*placed.measure} and "mentions_per_100" in {*placed.measure}


def test_an_unknown_genre_is_named_beside_the_known_ones():
    with pytest.raises(TextError, match="'poem'; choose from academic, bio"):
        norms.place({"difficulty": 0.0}, "poem")


@pytest.mark.skipif(not GOLD, reason="SUBTEXT_GOLD does not name a folder of annotated corpora")
def test_the_command_counts_the_same_figures_again(tmp_path, monkeypatch):
    """Of every fourth document, as a whole run takes minutes."""
    monkeypatch.setattr(norms, "FILE", tmp_path / "norms.csv")
    committed = norms.Path(norms.__file__).with_name("norms.csv").read_bytes().splitlines(True)
    documents = validate.load(norms.Path(GOLD) / "segments.jsonl", "id genre paragraphs")
    some = sorted(documents, key=lambda document: document["id"])[::4]
    assert counted.build(some) == f"norms.csv: {len(some)} documents, {len(norms.names())} measures"
    again = [*committed[:2], *committed[2::4]]
    assert (tmp_path / "norms.csv").read_bytes().splitlines(True) == again, "run: python -m analysis norms GOLD_DIR"
    norms.reference.cache_clear()
