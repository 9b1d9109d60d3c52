"""Two texts side by side, and the lenses beside a reader."""

from collections import Counter
from pathlib import Path

import pytest

import analysis
from analysis import compare, hedging

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


def test_keyness_is_the_same_from_both_sides():
    one, other = Counter(war=12, peace=1, the=80), Counter(war=1, peace=12, the=80)
    here, there = (compare.keyness(*pair).set_index("item").z for pair in ((one, other), (other, one)))
    assert here["war"] == pytest.approx(-there["war"]) and abs(here["the"]) < 0.2 and here["war"] > 1.96
    assert compare.keyness(Counter(), Counter()).empty


def test_one_chance_word_weighs_less_than_many():
    table = compare.keyness(Counter(war=12, once=1, the=80), Counter(peace=12, the=80)).set_index("item")
    assert table.z["war"] > 1.96 > table.z["once"] and table.log_odds["once"] > 0


def test_the_annotation_covers_every_sentence_of_the_seed():
    table = compare.annotated(SEED, HERE / "gold/lyamin-interview.csv")
    assert table.sentence.tolist() == list(range(len(SEED.spans)))
    agreement = compare.agreement(table).set_index("what").agree
    assert agreement["voice"] > 0.9 and agreement["hedged"] > 0.8 and agreement["threat"] > 0.7


def test_disturbing_changes_the_surface_only():
    variants = compare.disturbed(SEED)
    assert Counter(variants["sentences shuffled"].raw.split()) == Counter(SEED.raw.split())
    assert len(variants["one word in twenty misspelt"].raw) == len(SEED.raw)
    assert "“" not in variants["straight quotation marks"].raw
    assert [text.raw for text in compare.disturbed(SEED).values()] == [text.raw for text in variants.values()]
    assert compare.disturbed(analysis.Text(""))
