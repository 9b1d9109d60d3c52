"""Two texts side by side."""

import math
from collections import Counter
from pathlib import Path

import pytest

import analysis
from analysis import compare, hedging, readability

from .texts import cases

HERE = Path(__file__).parent
SEED = analysis.read(HERE.parent / "seeds/lyamin-interview.txt")


def test_two_files_two_voices_or_two_halves(tmp_path):
    (tmp_path / "other.txt").write_text("Another text.")
    assert [side.name for side in compare.pair(SEED, tmp_path / "other.txt")] == [SEED.name, "other"]
    assert [side.name for side in compare.pair(SEED)] == ["Yury Lyamin", "narrator"]
    one, other = compare.pair(analysis.Text("It rained. It poured. It snowed. It froze."))
    assert (one.text.raw, other.text.raw) == ("It rained. It poured. ", "It snowed. It froze.")
    assert (one.words, other.words) == (4, 4)


def test_a_voice_measures_the_same_here_and_in_the_table_by_voice():
    table = hedging.measure(SEED, by="voice").set_index("voice")
    for side in compare.pair(SEED):
        measured = side.measure(hedging)
        assert (measured[table.columns] == table.loc[side.voice]).all() and side.words == measured.words
        assert sum(side.cues().values()) <= sum(len(lens.find(SEED)) for lens in compare.COUNTING)


def test_what_several_lenses_mark_counts_once():
    one, _ = compare.pair(analysis.Text("It was a brutal attack. It was a threat."))
    found = [analysis.Text("It was a brutal attack. "), *compare.COUNTING]
    assert sum(len(lens.find(found[0])) for lens in found[1:]) > sum(one.cues().values()) >= 2
    assert set(one.cues().values()) == {1}


def test_a_text_does_not_differ_from_itself():
    table = compare.measures(*[compare.Side(SEED, "seed")] * 2)
    assert not table.differs.any() and (table.difference == 0).all()


def test_a_difference_is_found_where_there_is_one():
    unsure, sure = (compare.Side(analysis.Text(raw * 60), raw) for raw in ("They may win. ", "They won. "))
    table = compare.measures(unsure, sure).set_index("measure")
    assert table.differs["hedges_per_100"] and table.difference_low["hedges_per_100"] > 10


def test_readability_is_held_side_by_side_too():
    draft, final = (
        "The implementation necessitates interinstitutional consultation. ",
        "We must ask them all. ",
    )
    one, other = (compare.Side(analysis.Text(raw * 30), raw) for raw in (draft, final))
    table = compare.measures(one, other).set_index("measure")
    assert table.difference["flesch_kincaid_grade"] > 10 and table.difference["flesch_reading_ease"] < -100
    assert table.difference_low.isna()[[*readability.FORMULAS]].all() and not table.differs["flesch_kincaid_grade"]
    assert table.differs["difficulty"] and table.one["difficulty"] == pytest.approx(readability.difficulty(one.text))


@pytest.mark.parametrize(("counts", "expected"), cases("keyness.json"))
def test_a_cue_sets_two_texts_apart(counts, expected):
    a, b, words, other_words = counts
    there, back = (
        compare.keyness(Counter(it=one), Counter(it=other), *sizes).iloc[0]
        for one, other, sizes in ((a, b, (words, other_words)), (b, a, (other_words, words)))
    )
    assert bool(there.p < compare.SURE) is expected
    assert (there.p, there.log_ratio) == pytest.approx((back.p, -back.log_ratio))
    assert there.p >= 0.05 or (there.log_ratio > 0) == (a / words > b / other_words)


def test_keyness_of_nothing_is_nothing():
    assert compare.keyness(Counter(), Counter(), 10, 10).empty
    assert compare.keyness(Counter(), Counter(war=3), 0, 10).empty


@pytest.mark.parametrize(("n", "words", "other_words"), [(7, 383, 228), (12, 200, 100), (40, 100, 100), (300, 90, 700)])
def test_chance_tells_a_cue_about_as_seldom_as_it_should(n, words, other_words):
    """Of two texts that use a cue as often, some seem to differ: about one in twenty."""
    share, told = words / (words + other_words), 0.0
    for k in range(n + 1):
        row = compare.keyness(Counter(it=k), Counter(it=n - k), words, other_words).iloc[0]
        told += math.comb(n, k) * share**k * (1 - share) ** (n - k) * (row.p < compare.SURE)
    assert told < 0.08


def test_the_cue_most_unlike_chance_comes_first():
    table = compare.keyness(Counter(war=12, once=1, the=80), Counter(peace=12, the=80), 400, 400)
    assert {*table.item[:2]} == {"war", "peace"} and {*table.item[2:]} == {"once", "the"}


def test_the_halves_of_a_text_know_its_readers_codebooks(tmp_path):
    (tmp_path / "mine.csv").write_text("cue,category\nwidget,modal")
    text = analysis.Text("A widget fell. " * 40, codebooks={"hedging": tmp_path / "mine.csv"})
    assert [len(analysis.hedging.find(side.text)) for side in compare.pair(text)] == [20, 20]
