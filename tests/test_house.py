"""The house itself: small, simple, built upwards, and changing nothing for who only imports it."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from radon.complexity import cc_visit

HOUSE = Path(__file__).parent.parent / "analysis"
ROOMS = {".".join(path.relative_to(HOUSE).with_suffix("").parts): path for path in sorted(HOUSE.rglob("*.py"))}
MOST_LINES = 9_230
MOST_BRANCHES = 12  # of a function, as radon counts: boolean operators and comprehensions too
DOOR = "__main__"  # the command line, which may open lab when its commands are asked for


def in_lab(room: str) -> bool:
    return room.startswith("lab.")


def imports(room: str) -> set[str]:
    """The rooms that a room imports, wherever in it, and for type checkers too."""
    found = set()
    for node in ast.walk(ast.parse(ROOMS[room].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {own for name in node.names if (own := _room(name.name.split(".")))}
        elif isinstance(node, ast.ImportFrom):
            here = ["analysis", *room.split(".")[: -node.level]] if node.level else []
            base = here[: 1 + room.count(".")] + (node.module or "").split(".") * bool(node.module)
            for name in node.names:
                found.add(_room([*base, name.name]) or _room(base))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            name = ast.literal_eval(node.args[0]) if isinstance(node.args[0], ast.Constant) else ""
            found.add(_room(("analysis" + name if name.startswith(".") else name).split(".")))
    return found - {"", room}


def _room(parts: list[str]) -> str:
    """The room of that full name; "" for what is no module of ours."""
    name = ".".join(parts[1:]) or "__init__"
    return next((own for own in (name, f"{name}.__init__") if own in ROOMS), "") if parts[0] == "analysis" else ""


def test_no_function_has_too_many_branches():
    tangled = [
        f"{room}.{block.fullname} {block.complexity}"
        for room, path in ROOMS.items()
        for block in cc_visit(path.read_text("utf-8"))
        if block.letter != "C" and block.complexity > MOST_BRANCHES
    ]
    assert not tangled, "\n".join(tangled)


def test_the_house_is_small():
    lines = {room: len(path.read_text("utf-8").splitlines()) for room, path in ROOMS.items() if not in_lab(room)}
    assert sum(lines.values()) <= MOST_LINES, sorted(lines.items(), key=lambda room: -room[1])


def test_imports_go_one_way():
    try:
        TopologicalSorter({room: imports(room) for room in ROOMS}).prepare()
    except CycleError as error:
        pytest.fail(" is imported by ".join(error.args[1]))


def test_nothing_outside_lab_imports_lab():
    assert not {
        (room, own) for room in ROOMS if not in_lab(room) and room != DOOR for own in imports(room) if in_lab(own)
    }


def test_the_walls_are_seen(monkeypatch, tmp_path):
    """Every way to import a room is recognised."""
    sources = {
        "low": "",
        "lab.__init__": "",
        "lab.deep": "from .. import low\nfrom ..high import x\nfrom . import wide\nfrom .wide import y",
        "lab.wide": "import analysis.low\nfrom analysis import high, nothing",
        "high": "def f():\n    from .low import x\n    import_module('.lab.deep', __package__)",
        "__init__": "from . import high\nfrom .low import x\nimport os, json.decoder",
    }
    paths = {room: tmp_path / room for room in sources}
    for room, source in sources.items():
        paths[room].write_text(source)
    monkeypatch.setattr(sys.modules[__name__], "ROOMS", paths)
    assert {room: imports(room) for room in sources} == {
        "low": set(),
        "lab.__init__": set(),
        "lab.deep": {"low", "high", "lab.wide"},
        "lab.wide": {"low", "high", "__init__"},
        "high": {"low", "lab.deep"},
        "__init__": {"high", "low"},
    }


IMPORTING = """
import pandas
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
import matplotlib.pyplot  # has hooks of its own

def state():
    return dict(
        pandas=pandas.describe_option(_print_desc=False),
        matplotlib=str(matplotlib.rcParams),
        shown=[{*own.type_printers, *own.deferred_printers} for own in shell.display_formatter.formatters.values()],
        called={name: [*calls] for name, calls in shell.events.callbacks.items()},
        known={*shell.user_ns},
    )

before = state()
import analysis
from analysis import plot, show
after = state()
assert not (changed := [name for name in before if before[name] != after[name]]), changed
"""


def test_importing_changes_no_setting_of_others():
    """pandas' options, matplotlib's, and what an IPython session shows, calls and knows."""
    done = subprocess.run([sys.executable, "-c", IMPORTING], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_importing_needs_no_ipython():
    code = "import sys; import analysis; sys.exit('IPython' in sys.modules and 'IPython is imported')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_public_function_says_what_it_does():
    silent = [
        f"{room}.{node.name}"
        for room, path in ROOMS.items()
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if room != DOOR and not ast.get_docstring(node)
    ]
    assert not silent, "\n".join(silent)
