"""What leaves the notebooks: tables that open anywhere and say where their words stand, and figures."""

import pandas as pd
import pytest

import analysis
from analysis import export

NAUGHTY = (
    '=HYPERLINK("x") may attack Russia, said @Ann. “-5 is a threat to us,” Bob Hill warned. $x^2$ & 100 % of_it #1'
)


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


def test_latex_escapes_what_latex_would_run(folder):
    assert "\\_" in (folder / "norms.tex").read_text() and "$x" not in (folder / "stance_by_voice.tex").read_text()


def test_the_same_text_gives_the_same_files(folder, tmp_path):
    names = export.save(analysis.Text(NAUGHTY), tmp_path)
    assert {"hedging.csv", "claims.csv", "norms.tex", "threats.svg", "threats.png", "methods.csv"} <= {*names}
    for name in names:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_full_disk_leaves_whole_files(tmp_path, small_disk):
    export.save(analysis.Text("We may go."), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with small_disk, pytest.raises(OSError, match="File too large"):
        export.save(analysis.Text("We may attack them. " * 1_000), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
