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


def test_measures_name_their_methods_and_figures_say_what_they_show(folder):
    methods = pd.read_csv(folder / "methods.csv", index_col="name").method
    assert "Hyland 2005" in methods["hedges_per_100"]
    with Image.open(folder / "hedging.png") as picture:
        assert picture.text["Title"].startswith("Hedges and boosters")


def test_a_drawing_says_what_it_shows(folder):
    for path in folder.glob("*.svg"):
        assert len(ElementTree.parse(path).find("{http://www.w3.org/2000/svg}title").text) > 20, path.name


@pytest.mark.parametrize("name", ["<b>&amp;", "a -- b", "\x1b[31m", "\u202eevil", "部长", "𝒳", "]]>"])
def test_any_name_can_stand_in_a_drawing(name, tmp_path):
    picture = plot.balance(hedging.measure(analysis.Text("We may go. " * 20)).assign(group=name))
    for kind in ("svg", "png"):
        picture.save(tmp_path / f"it.{kind}")
    drawn = ElementTree.parse(tmp_path / "it.svg").getroot()
    assert show.visible(name) in drawn[0].text


def test_the_same_text_gives_the_same_files(folder, tmp_path):
    names = export.save(analysis.Text(NAUGHTY), tmp_path)
    assert {"hedging.csv", "claims.csv", "acts.csv", "hedging.svg", "hedging.png", "methods.csv"} <= {*names}
    for name in names:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_folder_of_ours_is_replaced_and_what_somebody_made_of_it_is_not(tmp_path):
    export.save(analysis.Text("We may go."), tmp_path)
    names = export.save(analysis.Text("We may attack."), tmp_path)
    claims = (tmp_path / "claims.csv").read_text()
    (tmp_path / "claims.csv").write_text(claims.replace("start,", "my notes,start,", 1))
    before = {name: (tmp_path / name).read_bytes() for name in names}
    with pytest.raises(FileExistsError, match=r"stands there already.*claims\.csv"):
        export.save(analysis.Text("We may go."), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    (other := tmp_path / "other").mkdir()
    (other / "methods.csv").write_text("my,methods\n")
    with pytest.raises(FileExistsError, match=r"stands there already.*other"):
        export.save(analysis.Text("We may go."), other)


def test_a_full_disk_leaves_whole_files(tmp_path, small_disk):
    export.save(analysis.Text("We may go."), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with small_disk, pytest.raises(OSError, match="File too large"):
        export.save(analysis.Text("We may attack them. " * 1_000), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
