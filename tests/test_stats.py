"""Rates: intervals that hold what they promise, and counts that add up whichever way a text is grouped."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from analysis import Text, TextError, stats

INTERVIEW = """Anna Berg, a farmer, spoke to us.

Q: Do you think it might rain?
A: It might. “It might snow,” said my neighbour Otto Lind.
"""


def test_intervals_as_tables_print_them():
    assert stats.share(5, 10) == pytest.approx((0.5, 0.2366, 0.7634), abs=1e-4)  # Brown, Cai & DasGupta 2001
    assert stats.rate(4, 100) == pytest.approx((4, 1.0899, 10.2416), abs=1e-4)  # Garwood 1936
    assert stats.mean([1, 2, 3]) == pytest.approx((2, -0.4841, 4.4841), abs=1e-4)  # 2 ± 4.3027 / √3


@pytest.mark.parametrize("expected", [0.5, 3.0, 20.0])
def test_the_interval_of_a_rate_holds_the_truth_as_often_as_it_says(expected):
    held = (low <= expected <= high for _, low, high in (stats.rate(count, 100) for count in range(200)))
    assert sum(poisson.pmf(count, expected) for count, true in enumerate(held) if true) >= 0.95


def test_nothing_counted_is_not_certainty():
    assert stats.rate(0, 100)[2] > 3
    assert stats.share(0, 10)[2] > 0.25


def test_of_nothing_nothing_is_known():
    assert all(math.isnan(x) for known in (stats.rate(0, 0), stats.share(0, 0), stats.mean([])) for x in known)
    assert all(math.isnan(x) for values in ([0.5], [0.5] * 4) for x in stats.mean(values)[1:])


@given(st.integers(0, 500), st.integers(1, 10_000))
def test_an_interval_holds_its_estimate(count, words):
    estimate, low, high = stats.rate(count, words)
    assert 0 <= low <= estimate <= high


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_and_its_interval_stay_in_bounds(pair):
    estimate, low, high = stats.share(*pair)
    assert 0 <= low <= estimate <= high <= 1


def test_the_mean_of_numbers_from_0_to_1_stays_there_and_of_one_is_not_certain():
    several = stats.table(Text("It rained. It snowed."), None, {}, means={"sure": [0.0, 0.9]}).iloc[0]
    assert several[["sure", "sure_low", "sure_high"]].tolist() == [0.45, 0, 1]
    one = stats.table(Text("It rained."), None, {}, means={"sure": [0.9]}).iloc[0]
    assert one.sure == 0.9 and math.isnan(one.sure_low) and math.isnan(one.sure_high)


def test_an_empty_text_is_one_text_and_has_no_voices():
    assert stats.table(Text(""), None, {}).words.tolist() == [0] and stats.table(Text(""), "voice", {}).empty


@pytest.mark.parametrize("by", [None, "voice", "kind", "segment"])
def test_groups_add_up_to_the_text(by):
    text = Text(INTERVIEW)
    mights = text.words.start[text.words.word == "might"]
    table = stats.table(text, by, {"mights": mights}, {"all": [True] * len(text.spans)})
    assert table.words.sum() == len(text.words)
    assert table.sentences.sum() == len(text.sentences)
    assert table.mights.sum() == 3
    assert (table.all_share[table.sentences > 0] == 1).all()


def test_a_word_belongs_to_the_voice_that_says_it():
    table = stats.table(Text("Otto Lind said: “It might snow here today.” We saw."), "voice", {}).set_index("voice")
    assert table.words["Otto Lind"] == 5
    assert table.words["narrator"] == 5


def test_an_unknown_grouping_is_refused_in_plain_words():
    with pytest.raises(TextError, match="not by 'colour'"):
        stats.table(Text("A text."), "colour", {})


def test_a_voice_of_any_characters_has_its_rates():
    text = Text("“We will go there now,” said the spokes\ud800 man for Donald Trump.")
    assert len(stats.table(text, "voice", {})) == 2
