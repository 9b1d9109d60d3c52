"""What stands around the package: README's figures, the citation, and what Binder installs."""

import json
import re
import tomllib
from pathlib import Path

import pandas as pd
import yaml

HOME = Path(__file__).parent.parent
ROWS = {  # README's words for what validation.csv measures on whole texts
    "hedged sentences": "hedged",
    "boosted sentences": "boosted",
    "sentences that tell of a danger": "threats",
    "claims that something threatens something": "claims",
    "actors spoken well or ill of": "verdicts",
    "acts of one actor on another": "acts",
    "reported speech": "reported",
}


def test_the_figures_in_readme_are_the_recorded_ones():
    recorded = pd.read_csv(HOME / "tests" / "gold" / "validation.csv").query("corpus == 'reading'")
    value, readme = recorded.set_index("statistic").value, (HOME / "README.md").read_text("utf-8")
    for words, row in ROWS.items():
        assert (
            f"| {words} | {value[f'{row}: precision']:.0%} | {value[f'{row}: recall']:.0%} |".replace("%", " %")
            in readme
        )
    assert f"{value['voices: share right']:.0%} of quotations".replace("%", " %") in readme


def test_zenodo_and_the_citation_say_the_same():
    zenodo = json.loads((HOME / ".zenodo.json").read_text("utf-8"))
    citation = yaml.safe_load((HOME / "CITATION.cff").read_text("utf-8"))
    assert all(zenodo[field] == citation[field] for field in ("title", "license", "keywords"))
    assert zenodo["upload_type"] == citation["type"] and zenodo["creators"] == citation["authors"]


def test_binder_installs_what_there_is():
    project = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]
    asked = (HOME / "binder" / "requirements.txt").read_text("utf-8")
    extras = re.search(r"^-e \.\[(.+)\]$", asked, re.M)[1].split(",")
    assert "notebooks" in extras and {*extras} <= {*project["optional-dependencies"]}
    assert (HOME / "binder" / re.search(r"^-c (.+)$", asked, re.M)[1]).exists()
    oldest = project["requires-python"].removeprefix(">=")
    assert (HOME / "binder" / "runtime.txt").read_text("utf-8").strip() == f"python-{oldest}"
