"""Two texts side by side, as the notebook on comparison holds them."""

import pytest

import analysis
from analysis import hedging, measures, readability

from .conftest import SEED as PATH
from .texts import defined

SEED, HEDGES = analysis.read(PATH), measures.label("hedges_per_100")


@pytest.fixture(scope="module")
def compare():
    return defined("06_compare", "def pair", "def differences", TEXT=str(PATH), OTHER=None)


def gaps(compare, one, other):
    """The differences of two texts, by the names that measures have in tables."""
    (_, here), (_, there) = compare.side("one", one), compare.side("other", other)
    labels = {measures.label(name): name for name in measures.names()}
    return compare.differences(here, there).rename(labels)


def test_two_files_two_voices_or_two_halves(compare, tmp_path):
    (tmp_path / "other.txt").write_text("Another text.")
    assert [name for name, _ in compare.pair(SEED, tmp_path / "other.txt")] == [SEED.name, "other"]
    assert [name for name, _ in compare.pair(SEED, PATH)] == [SEED.name, f"{SEED.name} (2)"]
    assert [name for name, _ in compare.pair(SEED)] == ["Yury Lyamin", "narrator"]
    halves = compare.pair(analysis.Text("It rained. It poured. It may snow. It froze."))
    assert [name for name, _ in halves] == ["the first half", "the second half"]
    assert [own.value[HEDGES] > 0 for _, own in halves] == [False, True]


def test_a_voice_measures_the_same_here_and_in_the_table_by_voice(compare):
    table = hedging.measure(SEED, by="voice").set_index("voice")
    for name, own in compare.pair(SEED):
        assert own.value[HEDGES] == table.hedges_per_100[name]


def test_a_text_does_not_differ_from_itself(compare):
    table = gaps(compare, SEED, SEED)
    assert len(table) > 20 and not table.differs.any() and (table.difference == 0).all()


def test_a_difference_is_found_where_there_is_one(compare):
    table = gaps(compare, *(analysis.Text(raw * 60) for raw in ("They may win. ", "They won. ")))
    assert table.differs["hedges_per_100"] and table.difference_low["hedges_per_100"] > 10


def test_the_interval_of_a_difference_is_zou_and_donner_s(compare):
    one, other = (compare.pd.DataFrame([row], columns=["value", "low", "high"]) for row in ((4, 2, 7), (1, 0, 3)))
    found = compare.differences(one, other).iloc[0]
    assert found[["difference", "difference_low", "difference_high"]].astype(float).round(2).tolist() == [3, 0.17, 6.16]


def test_readability_is_held_side_by_side_too(compare):
    draft, final = (
        "The implementation necessitates interinstitutional consultation. ",
        "We must ask them all. ",
    )
    one, other = (analysis.Text(raw * 30) for raw in (draft, final))
    table = gaps(compare, one, other)
    assert table.difference["flesch_kincaid_grade"] > 10 and table.difference["flesch_reading_ease"] < -100
    assert table.difference_low.isna()[[*readability.FORMULAS]].all() and not table.differs["flesch_kincaid_grade"]
    assert table.differs["difficulty"] and table.one["difficulty"] == pytest.approx(readability.difficulty(one))


def test_the_halves_of_a_text_know_its_readers_codebooks(compare, tmp_path):
    (tmp_path / "mine.csv").write_text("cue,category\nwidget,modal")
    text = analysis.Text("A widget fell. " * 40, codebooks={"hedging": tmp_path / "mine.csv"})
    assert all(own.value[HEDGES] > 30 for _, own in compare.pair(text))
