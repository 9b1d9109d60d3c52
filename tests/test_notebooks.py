"""What every notebook of the collection keeps to, beside running: nbval runs each one and compares every output."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind="code"):
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def outputs(path):
    return [output for cell in cells(path) for output in cell["outputs"]]


def joined(lines):
    return lines if isinstance(lines, str) else "".join(lines)


@each
def test_opens_with_its_title_then_the_text_as_a_parameter(path):
    first = json.loads(path.read_text("utf-8"))["cells"][0]
    assert first["cell_type"] == "markdown" and joined(first["source"]).startswith("# ")
    parameters = cells(path)[0]
    assert parameters["metadata"].get("tags") == ["parameters"]
    default = 'TEXTS = "../seeds/briefings.csv"' if "many" in path.stem else 'TEXT = "../seeds/lyamin-interview.txt"'
    assert default in joined(parameters["source"])


@each
def test_was_run_once_from_top_to_bottom(path):
    counts = [cell["execution_count"] for cell in cells(path)]
    assert counts == list(range(1, len(counts) + 1))
    assert not [output for output in outputs(path) if output["output_type"] == "error"]


@each
def test_code_cells_are_short(path):
    assert max(len(joined(cell["source"]).splitlines()) for cell in cells(path)) <= 25


@each
def test_headings_step_down_one_level_at_a_time(path):
    levels = [
        len(marks) for cell in cells(path, "markdown") for marks in re.findall(r"^(#+) ", joined(cell["source"]), re.M)
    ]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@each
def test_every_figure_says_in_words_what_it_shows(path):
    for output in outputs(path):
        if "image/png" in output.get("data", {}):
            alt = output["metadata"]["image/png"]["alt"]
            assert len(alt) > 20 and alt == joined(output["data"]["text/plain"])


@each
def test_outputs_hold_nothing_of_the_machine_or_the_hour(path):
    for output in outputs(path):
        shown = [joined(text) for kind, text in output.get("data", {}).items() if kind.startswith("text/")]
        shown.append(joined(output.get("text", "")))
        for text in shown:
            assert not re.search(r"0x[0-9a-f]{6,}|/home/|/tmp/|/Users/|[A-Z]:\\Users|site-packages", text)
            assert not re.search(r"\d{2}:\d{2}:\d{2}|\d+(?:\.\d+)? m?s ±|Wall time", text)


@each
def test_no_controls_are_kept_whose_kernel_is_gone(path):
    assert not [output for output in outputs(path) if any("widget-view" in kind for kind in output.get("data", {}))]


@each
def test_warnings_and_prints_are_not_left_in_the_output(path):
    assert not [output for output in outputs(path) if output.get("name") == "stderr"]


@each
def test_metadata_holds_no_version_or_timing(path):
    notebook = json.loads(path.read_text("utf-8"))
    assert "version" not in notebook["metadata"].get("language_info", {})
    assert all(set(cell["metadata"]) <= {"tags"} for cell in notebook["cells"])


@each
def test_no_cell_is_skipped_or_ignored_without_a_reason(path):
    for cell in cells(path):
        source, tags = joined(cell["source"]), cell["metadata"].get("tags", [])
        if "NBVAL" in source or any(tag.startswith("nbval") for tag in tags):
            assert re.search(r"^# \w.{20,}", source, re.M), "say in a comment why the output is not compared"
