"""What the tests of the rendered pages share: texts that try to break them, and one site with both texts in it."""

import json
import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("subtext", deadline=None)  # a slow machine is no fault of the text
settings.load_profile("subtext")
collect_ignore = ["guided.py"]  # a command that needs atheris
HOME = Path(__file__).parent.parent
SEED = HOME / "seeds" / "lyamin-interview.txt"
CASES = json.loads((HOME / "tests/cases/payloads.json").read_text("utf-8"))
PAYLOADS = [case["input"] for case in CASES]
CLOSING = [case["input"] for case in CASES if "closes" in case]  # they close what they may stand in, and run
HOSTILE = "<img src=x onerror=alert(0)> $x$ **b**.txt"  # a file name


def pytest_terminal_summary(terminalreporter):
    """One line on the known failures; -rx lists them."""
    if failing := len(terminalreporter.getreports("xfailed")):
        terminalreporter.write_line(f"{failing} known failures, listed in tests/cases/known-failures")


@pytest.fixture
def small_disk():
    """A context in which no file can grow past 10,000 bytes."""
    resource = pytest.importorskip("resource", reason="needs a limit on the size of files")

    @contextmanager
    def limited():
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limited()


@pytest.fixture
def nobody(tmp_path):
    """A context in which permissions count, for root too."""

    @contextmanager
    def unprivileged():
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield
        finally:
            if root:
                os.seteuid(0)

    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    return unprivileged()


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """A text of payloads, with one in its headline and one for its name."""
    headline = "“</title><script>alert('headline')</script> could win $x$ and $y$,” Ana Brown said"
    lines = [f"The minister said that {payload} could be a threat to us." for payload in PAYLOADS]
    path = tmp_path_factory.mktemp("texts") / HOSTILE
    path.write_text("\n\n".join([headline, *lines]).replace("\0", ""), "utf-8")
    return path


@pytest.fixture(scope="session")
def site(tmp_path_factory, hostile):
    """The collection rendered on the seed and on the hostile text; beside it, the seed's pages in a single file."""
    render = pytest.importorskip("analysis.render", reason="pages need the extra `notebooks`")
    folder = tmp_path_factory.mktemp("rendered") / "site"
    pages, run = [], render._run

    def note(*args):
        pages.extend(run(*args))
        return pages

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "_run", note)
        assert render.render([SEED, hostile], folder) == []
        patch.setattr(render, "_run", lambda *_: pages[: len(pages) // 2])  # the seed's, not run again
        assert render.render([SEED], folder.parent / "single.html", single_file=True) == []
    return folder
