"""What leaves the notebooks: tables that open anywhere and say where their words stand, and figures."""

from xml.etree import ElementTree

import pandas as pd
import pytest
from PIL import Image

import analysis
from analysis import export, hedging, plot, show

NAUGHTY = (
    '=HYPERLINK("x") may attack Russia, said @Ann. “-5 is a threat to us,” Bob Hill warned. $x^2$ & 100 % of_it #1. '
) * 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    export.save(analysis.Text(NAUGHTY), folder / "new" / "deep")
    return folder / "new" / "deep"


def test_offsets_in_the_tables_lead_back_to_the_words(folder):
    cues = pd.read_csv(folder / "hedging.csv")
    assert cues.cue.tolist() == [NAUGHTY[start:end] for start, end in zip(cues.start, cues.end, strict=True)]


def test_no_cell_begins_like_a_formula(folder):
    for path in folder.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        for column in table.columns.intersection(["cue", "mention", "actor", "agent", "referent", "voice"]):
            assert not table[column].str.startswith(("=", "+", "@")).any(), path.name


def test_tables_and_figures_name_their_methods(folder):
    methods = pd.read_csv(folder / "methods.csv", index_col="name").method
    assert "Hyland 2005" in methods["hedges_per_100"]
    with Image.open(folder / "hedging.png") as picture:
        assert "Hyland 2005" in picture.text["Source"] and picture.text["Title"].startswith("Hedges and boosters")
    with Image.open(folder / "voices.png") as picture:
        assert "Source" not in picture.text and picture.text["Title"]


def test_a_drawing_says_what_it_shows(folder):
    for path in folder.glob("*.svg"):
        assert len(ElementTree.parse(path).find("{http://www.w3.org/2000/svg}title").text) > 20, path.name
    assert "Method: Securitisation (Buzan et al. 1998)" in (folder / "threats.svg").read_text("utf-8")


@pytest.mark.parametrize("name", ["<b>&amp;", "a -- b", "\x1b[31m", "\u202eevil", "部长", "𝒳", "]]>"])
def test_any_name_can_stand_in_a_drawing(name, tmp_path):
    picture = plot.balance(hedging.measure(analysis.Text("We may go. " * 20)).assign(group=name))
    for kind in ("svg", "png"):
        picture.save(tmp_path / f"it.{kind}", source="Martin & White 2005")
    drawn = ElementTree.parse(tmp_path / "it.svg").getroot()
    assert show.visible(name) in drawn[0].text and "Martin & White 2005" in "".join(drawn.itertext())


def test_the_same_text_gives_the_same_files(folder, tmp_path):
    names = export.save(analysis.Text(NAUGHTY), tmp_path)
    assert {"hedging.csv", "claims.csv", "acts.csv", "threats.svg", "threats.png", "methods.csv"} <= {*names}
    for name in names:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name
