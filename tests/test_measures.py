"""The catalogue: whatever a lens measures has a name, a unit, a meaning, a source and a norm, and nothing else has."""

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given

from analysis import measures, norms, stance
from analysis.text import Text

from .texts import TEXTS

SEED = Text((Path(__file__).parent.parent / "seeds" / "lyamin-interview.txt").read_text("utf-8"), name="seed")


def test_every_figure_of_every_lens_is_in_the_catalogue():
    measured = {name: lens for lens in measures.LENSES for name in measures.figures(SEED, lens)}
    assert measured | {"words": "text"} == measures.MEASURES.lens.to_dict()


def test_every_measure_is_explained():
    table = measures.table()
    assert table.notna().all().all() and table.name.is_unique
    assert not table.meaning.str.contains(r"\.$|\n").any()


def test_every_measure_but_counts_has_a_norm():
    assert {*measures.names()} - {*norms.names()} == {"words", "actors"}
    assert list(norms.reference().columns) == ["id", "genre", *norms.names()]
    assert norms.reference()[norms.names()].notna().any().all()


def test_profile_is_one_flat_row():
    profile = measures.profile(SEED)
    assert isinstance(profile, pd.Series) and profile.name == "seed" and profile.dtype == float
    assert list(profile.index) == measures.names()


def test_units_hold():
    reference = norms.reference()
    for measure in measures.MEASURES.loc[norms.names()].itertuples():
        values = reference[measure.name].dropna()
        if measure.unit in ("0 to 1", "-1 to 1"):
            low, high = map(float, measure.unit.split(" to "))
            assert values.between(low, high).all(), measure.name
        if measure.unit in ("per 100 words", "US school grades"):
            assert (values >= 0).all(), measure.name


@given(TEXTS)
def test_any_string_has_a_profile(raw):
    figures = measures.figures(Text(raw))
    assert list(figures) == measures.names()
    assert not any(math.isinf(value) for value in figures.values())


def test_table_can_be_had_by_lens():
    assert list(measures.table().columns) == ["name", "label", "lens", "unit", "meaning", "more", "method"]
    assert set(measures.table("threat").lens) == {"threat"}


def test_figures_are_what_the_tables_count():
    found, words, mentions = measures.figures(SEED), len(SEED.words), stance.toward(SEED)
    assert found["words"] == words
    assert found["mentions_per_100"] == pytest.approx(100 * len(mentions) / words)
    assert found["actors"] == mentions.actor.nunique()
    weights = stance.find(SEED).weight
    assert found["tone"] == pytest.approx(((weights > 0).sum() - (weights <= 0).sum()) / len(weights))
