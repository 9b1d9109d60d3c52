"""Two texts side by side."""

from pathlib import Path

import pytest

import analysis
from analysis import compare, hedging, readability

HERE = Path(__file__).parent
SEED = analysis.read(HERE.parent / "seeds/lyamin-interview.txt")


def test_two_files_two_voices_or_two_halves(tmp_path):
    (tmp_path / "other.txt").write_text("Another text.")
    assert [side.name for side in compare.pair(SEED, tmp_path / "other.txt")] == [SEED.name, "other"]
    assert [side.name for side in compare.pair(SEED)] == ["Yury Lyamin", "narrator"]
    one, other = compare.pair(analysis.Text("It rained. It poured. It snowed. It froze."))
    assert (one.text.raw, other.text.raw) == ("It rained. It poured. ", "It snowed. It froze.")


def test_a_voice_measures_the_same_here_and_in_the_table_by_voice():
    table = hedging.measure(SEED, by="voice").set_index("voice")
    for side in compare.pair(SEED):
        measured = side.measure(hedging)
        assert (measured[table.columns] == table.loc[side.voice]).all()


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


def test_the_halves_of_a_text_know_its_readers_codebooks(tmp_path):
    (tmp_path / "mine.csv").write_text("cue,category\nwidget,modal")
    text = analysis.Text("A widget fell. " * 40, codebooks={"hedging": tmp_path / "mine.csv"})
    assert [len(analysis.hedging.find(side.text)) for side in compare.pair(text)] == [20, 20]
