"""What the tests share: arbitrary texts, and cases kept as data."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import strategies as st

from analysis.segment import fold

HOME = Path(__file__).parent.parent

# what real files are made of, and what breaks programs: marks, abbreviations, white space of every kind, emoji with a
# joiner, combining marks, right-to-left letters, NUL, lone surrogates, letters whose lower case is longer
PIECES = st.sampled_from(
    [
        *("Mr. ", "U.S. ", "e.g. ", "The ", "may", "it`s", "“", "”", '"', "`", "’", "«", "»", "(", ")", "[3]", "…"),
        *(
            ". ",
            "! ",
            "? ",
            "...",
            ". . .",
            "1. ",
            "3.5",
            ": ",
            "; ",
            "—",
            "Photo: ",
            "Figure 2 ",
            "Monday, May 1, 2015",
        ),
        *("\n", "\r\n", "\r", "\u2028", "\u2029", "\u00a0", "\u200b", "\ufeff", "\u202e", "\0", "\ud800", "\udfff"),
        *("e\u0301", "\u0130", "ß", "ﬁ", "👩\u200d🚀", "שלום", "سلام", "部长", "_", "-", "'", " ", "  "),
    ]
)
TEXTS = st.lists(PIECES | st.text(st.characters(), max_size=5), max_size=60).map("".join)


def rows(name: str) -> list[tuple[str, dict]]:
    """The cases of that name, each with the folder in which it is: in-the-wild, negative or known-failures."""
    files = sorted((HOME / "tests/cases").glob(f"*/{name}"))
    return [(path.parent.name, case) for path in files for case in json.loads(path.read_text("utf-8"))]


def cases(name: str) -> list:
    """The same for pytest. A known failure must go on failing, until somebody moves it to another folder."""
    failing = {"known-failures": pytest.mark.xfail(strict=True, reason="a known failure")}
    return [
        pytest.param(case["input"], case["expected"], id=case["label"], marks=failing.get(folder, ()))
        for folder, case in rows(name)
    ]


def leaks(page: str, raw: str) -> set[tuple[str, ...]]:
    """The runs of five words of a text that stand on a page, or in an attribute that is no address."""
    bs4 = pytest.importorskip("bs4")
    soup = bs4.BeautifulSoup(page, "html.parser")
    told = [soup.get_text(gap) for gap in ("", " ")]  # as bs4 has it, without scripts and styles
    works = {"href", "id", "src", "style", "content"}
    told += [str(value) for tag in soup.find_all(True) for name, value in tag.attrs.items() if name not in works]
    for tag in soup.find_all(["sup", "small"]):
        told.append(tag.extract().get_text(" "))
    for tag in soup.find_all("span", "withheld"):
        tag.replace_with("|")
    told += [part for gap in ("", " ") for part in soup.get_text(gap).split("|")]
    return _runs(raw) & set().union(*map(_runs, told))


def _runs(string: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", re.sub(r"⟨u\+[0-9a-f]+⟩", " ", fold(string)))
    return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}


def defined(stem: str, begin: str, end: str, **given) -> SimpleNamespace:
    """What a notebook's cells define, from the one that holds some words to another, with names that are given."""
    found = json.loads((HOME / f"notebooks/{stem}.ipynb").read_text("utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in found if cell["cell_type"] == "code"]
    first, last = (next(n for n, source in enumerate(code) if words in source) for words in (begin, end))
    for source in [code[1], *code[first : last + 1]]:  # the cell before holds the parameters
        exec(source, given)
    return SimpleNamespace(**given)
