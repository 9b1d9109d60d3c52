"""Explore: what the notebook's controls show is what its `view` returns, and words of a text never become markup."""

import re
from types import SimpleNamespace

import pytest

pytest.importorskip("ipywidgets", reason="the controls need the extra `notebooks`")
from analysis import Text, read, stance, threat
from analysis.measures import LENSES

from .conftest import PAYLOADS, SEED
from .texts import defined


def run(begin, end):
    """What the notebook defines from one cell to another, on the seed."""
    displayed = {}
    return defined(
        "explore", begin, end, TEXT=str(SEED), displayed=displayed, display=lambda data, raw: displayed.update(data)
    )


@pytest.fixture
def controls():
    it = run("def found", "def update")
    return SimpleNamespace(**vars(it) | it.chosen)


@pytest.fixture(scope="module")
def seed():
    return read(SEED)


@pytest.fixture(scope="module")
def view():
    return run("def found", "def view").view


@pytest.mark.parametrize("raw", ["", "It may rain.", "\n\n1984"])
@pytest.mark.parametrize("lens", LENSES)
def test_any_text_has_a_view(view, lens, raw):
    assert view(Text(raw), lens, search="may", added="rain,modal,1", threshold=0).html


def test_words_are_found_in_the_grammar_of_codebooks():
    found = run("def found", "def found").found(Text("War is not a word for warm seas or cold wars."), "cold? war|wars")
    assert found.cue.tolist() == ["War", "cold wars"]


def test_a_click_is_a_call_of_view(controls, view, seed):
    controls.lens.value = "threat"
    controls.categories.value = ("threat", "war")
    controls.threshold.value = 0.3
    controls.voices.value = ("Yury Lyamin",)
    said = view(seed, "threat", ("threat", "war"), voices=["Yury Lyamin"], threshold=0.3)
    assert controls.shown.value == said.html
    controls.search.value = "strik*"
    sought = view(seed, "threat", ("threat", "war"), ["Yury Lyamin"], "strik*", 0.3)
    assert controls.shown.value == sought.html != said.html


def test_an_edited_cue_moves_the_measures(view, seed):
    shown = view(seed, added="could,off,0\nwill,modal,1,0.5").plain
    line = next(line for line in shown.splitlines() if line.startswith("hedges per 100"))
    shipped, edited = re.findall(r"(\d+\.\d+) \(", line)
    assert shipped != edited and "with your cues" in shown


def test_another_text_brings_its_own_voices_and_cues(controls):
    controls.pasted.value = "“It may rain,” Ana Brown said."
    assert "Ana Brown" in controls.voices.options
    assert "may" in controls.shown.value and "Lyamin" not in controls.shown.value


@pytest.mark.parametrize(
    ("control", "value", "reason"),
    [
        ("path", "none.txt", "none.txt cannot be read"),
        ("search", "m*y", "your search: row 2"),
        ("added", "will,modal,heavy", "&#x27;heavy&#x27; is not a number"),
    ],
)
def test_what_cannot_be_is_told_and_mended(controls, control, value, reason):
    before, was = controls.shown.value, getattr(controls, control).value
    getattr(controls, control).value = value
    assert reason in controls.shown.value
    getattr(controls, control).value = was
    assert controls.shown.value == before


def test_markup_in_a_text_or_a_search_stays_text(controls):
    controls.pasted.value = " ".join(f"It may be {payload}." for payload in PAYLOADS)
    controls.threshold.value = 0
    controls.search.value = "may <img>"
    tags = set(re.findall(r"<(\w+)", controls.shown.value))
    assert tags <= set("div p br mark sup small span ul li details summary table caption thead tbody tr th td".split())


def test_without_a_kernel_a_line_stands_in(controls):
    assert "JupyterLab" in controls.displayed["text/plain"] and "JupyterLab" in controls.displayed["text/html"]


@pytest.fixture
def form(tmp_path):
    """The form for corrections, of a text of its own."""
    (tmp_path / "note.txt").write_text("Floods threaten the port. It may rain. It may rain.")
    it = run("def found", "for control in (path, pasted, pencil")
    it.path.value = str(tmp_path / "note.txt")
    return SimpleNamespace(**vars(it) | it.pencil, file=tmp_path / "note.corrections.csv")


def test_a_correction_is_written_beside_its_text(form):
    form.lens, form.column = form.pencil["lens"], form.pencil["column"]
    form.lens.value = "threat"
    form.row.value = form.row.options[1][1]  # of two sentences with the same words the first
    assert form.value.options == ("yes", "no")
    form.value.value = "yes"
    form.button.click()
    assert "note.corrections.csv" in form.outcome.value and form.copied.value.startswith("lens,quote,")
    text = read(form.path.value)
    assert threat.sentences(text).threat.tolist() == [True, True, False]
    form.words.value, form.lens.value, form.column.value, form.value.value = "the port", "stance", "row", "add"
    form.button.click()
    assert "the port" in {*stance.toward(read(form.path.value)).mention}
    assert len(form.file.read_text().splitlines()) == 3
    assert sorted(form.file.parent.iterdir()) == [form.file, form.file.with_name("note.txt")]


def test_what_cannot_be_corrected_is_told_and_leaves_no_file(form):
    form.pencil["lens"].value, form.value.value = "threat", "perhaps"
    form.button.click()
    assert "is not yes or no" in form.outcome.value and not form.file.exists()
    form.words.value, form.value.value = "It may rain.", "yes"
    form.button.click()
    assert "stand 2 times" in form.outcome.value and not form.file.exists()


def test_of_a_pasted_text_the_line_is_shown(form):
    form.pasted.value = "=Floods threaten <b>the port</b>."
    form.pencil["lens"].value, form.value.value = "threat", "no"
    form.button.click()
    assert "no file to stand beside" in form.outcome.value and not form.file.exists()
    assert form.copied.value.splitlines()[1] == "threat,'=Floods threaten <b>the port</b>.,,,threat,no"
