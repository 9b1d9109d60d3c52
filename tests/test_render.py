"""Pages from notebooks: whole or not at all, nothing outside their folder, whatever a text is called."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest

render = pytest.importorskip("analysis.render", reason="pages need the extra `notebooks`")
nbformat = pytest.importorskip("nbformat")
BeautifulSoup = pytest.importorskip("bs4").BeautifulSoup
psutil = pytest.importorskip("psutil")
from analysis import TextError, corrections  # noqa: E402
from analysis.__main__ import main  # noqa: E402

from .texts import leaks  # noqa: E402

GENERATOR = '<meta name="generator" content="Subtext">'
FIRST = """from pathlib import Path
import analysis
from analysis import show
text = analysis.read(TEXT)
show.prose((text.raw[:40], "01_lens.ipynb#s0"))"""
SECOND = """import analysis
from analysis import show
text = analysis.read(TEXT)
assert "fail" not in text.raw, "it was told to fail\\nand so it did"
show.marks(text, text.sentences.assign(category="sentence"), link="s")"""


def notebook(title, code, tag):
    cells = [
        nbformat.v4.new_markdown_cell(f"# {title}\n\nWhat does *it* do?"),
        nbformat.v4.new_code_cell('TEXT = "../seeds/seed.txt"', metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(code, metadata={"tags": [tag]}),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A collection of two small notebooks."""
    home = tmp_path_factory.mktemp("home")
    (home / "notebooks").mkdir()
    nbformat.write(notebook("Overview", FIRST, "briefing"), home / "notebooks" / "00_overview.ipynb")
    nbformat.write(notebook("Lens", SECOND, "lens"), home / "notebooks" / "01_lens.ipynb")
    return home


@pytest.fixture(autouse=True)
def at_home(home, monkeypatch):
    monkeypatch.setattr(render, "HOME", home)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("We may go. They could stay.", "utf-8")
    return path


def tree(folder):
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_a_page_a_notebook_and_an_index_with_the_briefing(text, tmp_path):
    assert render.render([text], tmp_path / "deep" / "site") == []
    site = tmp_path / "deep" / "site"
    names = {str(path.relative_to(site)) for path in site.rglob("*.*")}
    assert names == {"index.html", "note/00_overview.html", "note/01_lens.html"}
    index = (site / "index.html").read_text("utf-8")
    assert "We may go. They could stay." in index and 'href="note/01_lens.html#s0"' in index
    assert "<em>it</em>" in index
    assert 'id="s0"' in (site / "note" / "01_lens.html").read_text("utf-8")
    assert sorted(os.listdir(tmp_path)) == ["deep", "note.txt"] and os.listdir(tmp_path / "deep") == ["site"]


MANY = """from analysis import corpus, show
names = [text.name for text in corpus.texts(TEXTS)]
show.table(__import__("pandas").DataFrame({"text": [show.Link(name, "../texts/" + name) for name in names]}))"""


@pytest.mark.parametrize("single", [False, True])
def test_several_texts_get_a_notebook_on_all_and_an_index_of_one_row_each(text, home, tmp_path, monkeypatch, single):
    (tmp_path / "a<b.txt").write_text("Floods threaten the port.", "utf-8")
    lines = [",".join(corrections.COLUMNS), "threat,We may go.,,,threat,yes", "threat,It rained.,,,threat,yes"]
    text.with_suffix(".corrections.csv").write_text("\n".join(lines))
    (tmp_path / "home").mkdir()
    shutil.copytree(home / "notebooks", tmp_path / "home" / "notebooks")
    many = notebook("Many", MANY, "x")
    many.cells[1].source = 'TEXTS = "../seeds/seed.csv"'
    nbformat.write(many, tmp_path / "home" / "notebooks" / "08_many.ipynb")
    monkeypatch.setattr(render, "HOME", tmp_path / "home")
    site = tmp_path / ("all.html" if single else "site")
    with pytest.warns(UserWarning, match=r"In note\.corrections\.csv row 3 was not applied"):
        assert render.render([text, tmp_path / "a<b.txt"], site, single_file=single) == []
    index = (site if single else site / "index.html").read_text("utf-8")
    page = index if single else (site / "08_many.html").read_text("utf-8")
    first = 'href="#a-b--00_overview"' if single else 'href="a-b/00_overview.html"'
    assert first in index and first in page and 'href="../texts/' not in page
    rows = re.findall("<tr>.*?</tr>", index.split("</table>")[0], re.DOTALL)
    assert "✎ 1 row corrected by hand" in rows[1] and "✎" not in rows[2]
    assert (
        len(rows) == 3 and "1 sentence may claim a danger" in rows[2] and "No claim of a threat was found." in rows[1]
    )
    assert ('href="#08_many"' if single else 'href="08_many.html"') in index
    ids = re.findall(r'<[a-z][^<>]* id="([^"]*)"', page)
    links = {link for link in re.findall(r'<a [^<>]*href="#([^"]*)"', page) if "04_threat" not in link}
    assert links <= {*ids} and len(ids) == len({*ids})  # this small collection has no notebook 04
    if not single:
        assert {path.name for path in site.glob("*.html")} == {"index.html", "08_many.html"}
        render.render([tmp_path / "a<b.txt"], tmp_path / "one")
        assert not (tmp_path / "one" / "08_many.html").exists()


def test_a_failing_notebook_is_reported_and_the_rest_is_rendered(text, tmp_path):
    text.write_text("We may fail.", "utf-8")
    lines = render.render([text], tmp_path / "site")
    assert lines == [
        f"{tmp_path.name}/note.txt: 01_lens.ipynb, cell 2: AssertionError: it was told to fail and so it did"
    ]
    page = (tmp_path / "site" / "note" / "01_lens.html").read_text("utf-8")
    assert "This page is not complete" in page and "Traceback" not in page
    assert "We may fail." in (tmp_path / "site" / "note" / "00_overview.html").read_text("utf-8")


def test_one_file_to_mail(text, tmp_path):
    other = tmp_path / "2 others.md"
    other.write_text("It rains.", "utf-8")
    assert render.render([text, other], tmp_path / "mail.html", single_file=True) == []
    html = (tmp_path / "mail.html").read_text("utf-8")
    ids = re.findall(r'<[a-z][^<>]* id="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<a [^<>]*href="#([^"]*)"', html)) <= {*ids}
    assert not re.findall(r'<(?:link|script|img)[^<>]*(?:href|src)="(?!data:)', html)
    assert sorted(os.listdir(tmp_path)) == ["2 others.md", "mail.html", "note.txt"]


def test_a_single_file_replaces_no_page_of_another_kind(text, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("my own page")
    with pytest.raises(FileExistsError, match=r"stands there already.*index\.html"):
        render.render([text], tmp_path / "mine", single_file=True)
    assert (tmp_path / "mine" / "index.html").read_text() == "my own page"
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(FileExistsError, match=r"stands there already.*folder\.html"):
        render.render([text], tmp_path / "folder.html", single_file=True)


def test_a_kernel_that_cannot_live_is_reported_and_the_rest_is_rendered(text, tmp_path, monkeypatch):
    monkeypatch.setattr(render.os, "cpu_count", lambda: 1)
    text.write_text("We may die.", "utf-8")
    code = "import os, analysis\nif 'die' in analysis.read(TEXT).raw: os._exit(1)"
    (tmp_path / "notebooks").mkdir()
    for name, source in {"a": code, "b": "1"}.items():
        nbformat.write(notebook(name, source, "x"), tmp_path / "notebooks" / f"{name}.ipynb")
    monkeypatch.setattr(render, "HOME", tmp_path)
    (line,) = render.render([text], tmp_path / "site")
    assert line.startswith(f"{tmp_path.name}/note.txt: a.ipynb, ") and "died" in line
    assert "not complete" not in (tmp_path / "site" / "note" / "b.html").read_text("utf-8")


def test_where_nothing_can_be_written_is_told_before_the_work(text, tmp_path, monkeypatch):
    monkeypatch.setattr(render, "_run", lambda *_: pytest.fail("the notebooks were run"))
    with pytest.raises(OSError, match="cannot be written") as error:
        render.render([text], text / "deep" / "site")
    assert error.value.filename == str((text / "deep" / "site").resolve())


@pytest.mark.parametrize("bad", ["missing.txt", "empty.txt", "picture.txt", "folder"])
def test_bad_input_changes_nothing(bad, text, tmp_path):
    (tmp_path / "empty.txt").touch()
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\b\6\0\0\0")
    (tmp_path / "folder").mkdir()
    render._publish({"index.html": GENERATOR}, tmp_path / "site")
    before = tree(tmp_path)
    with pytest.raises(TextError, match=rf"{bad} \w.+") as error:
        render.render([text, tmp_path / bad], tmp_path / "site")
    assert "\n" not in str(error.value) and tree(tmp_path) == before


def test_a_folder_of_somebody_else_is_left_alone(text, tmp_path):
    with pytest.raises(FileExistsError, match="stands there already"):
        render.render([text], tmp_path)
    with pytest.raises(FileExistsError, match="stands there already"):
        render.render([text], text)
    (tmp_path / "clone" / ".git").mkdir(parents=True)
    (tmp_path / "clone" / ".git" / "config").touch()
    (tmp_path / "clone" / "index.html").write_text(GENERATOR)
    with pytest.raises(FileExistsError, match="stands there already"):
        render.render([text], tmp_path / "clone")
    render._publish({"a/index.html": GENERATOR, "a/note/01_lens.html": GENERATOR}, tmp_path / "sites")
    with pytest.raises(FileExistsError, match="stands there already"):
        render.render([text], tmp_path / "sites")
    render.render([text], tmp_path / "site")
    (tmp_path / "site" / "archive").mkdir()
    (tmp_path / "site" / "archive" / "mine.html").write_text("my own page")
    with pytest.raises(FileExistsError, match="stands there already"):
        render.render([text], tmp_path / "site")


def test_what_is_put_into_the_folder_meanwhile_is_left_alone(text, tmp_path, monkeypatch):
    run = render._run

    def meanwhile(*given):
        (tmp_path / "site").mkdir()
        (tmp_path / "site" / "thesis.docx").touch()
        return run(*given)

    monkeypatch.setattr(render, "_run", meanwhile)
    with pytest.raises(FileExistsError, match="stands there already"):
        render.render([text], tmp_path / "site")
    assert os.listdir(tmp_path / "site") == ["thesis.docx"]


def test_without_notebooks_it_says_where_they_are(text, tmp_path, monkeypatch):
    monkeypatch.setattr(render, "HOME", tmp_path)
    with pytest.raises(render.RenderError, match="from a checkout"):
        render.render([text], tmp_path / "site")


NAMES = ["a\nb.txt", "...txt", "$x$ <b>.txt", "é" * 125 + ".txt", b"caf\xe9.txt", "-rf", "#?&%2e.txt", "الف.txt"]
NAMES += ["a" * 255, b"\xe9" * 251 + b".txt", "=1+1.txt", "site", "..\\..\\up.txt"]


def test_any_name_gives_safe_pages(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    nbformat.write(notebook("Size", "print(len(open(TEXT).read()))", "size"), tmp_path / "notebooks" / "size.ipynb")
    monkeypatch.setattr(render, "HOME", tmp_path)
    paths = [Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + os.fsencode(name))) for name in [*NAMES, "note.txt"]]
    for path in paths:
        path.write_text("We may go.", "utf-8")
    assert render.render([*paths, paths[-1]], tmp_path / "out" / "site") == []
    assert os.listdir(tmp_path / "out") == ["site"]
    folders = [entry for entry in (tmp_path / "out" / "site").iterdir() if entry.is_dir()]
    assert len(folders) == len(NAMES) + 2 and all(os.listdir(folder) == ["size.html"] for folder in folders)
    assert all(re.fullmatch(r"\w(?:[\w-]*\w)?", folder.name) for folder in folders)


def subject(path, **codebooks):
    text = render.read(path)
    text.codebooks |= codebooks
    return render.Subject(path, text, "a-name")


def test_the_mark_of_a_heading_is_no_part_of_the_title(text):
    text.write_text("# fastcache\n\nIt is fast. It may be small.")
    assert subject(text).title == "fastcache"


def test_what_stands_beside_a_text_comes_along(text, tmp_path):
    text.with_suffix(".meta.yaml").write_text("title: A note\n")
    for name in ("note.hedging.dic", "mine.txt", "note.notes.csv"):
        (tmp_path / name).write_text("cue,category\nmay,hedge")
    (tmp_path / "note.corrections.csv").write_text(",".join(corrections.COLUMNS))
    folder = tmp_path / "texts"
    ours = {"only-threat": tmp_path / "mine.txt"}
    assert render._bring(subject(text, **ours), folder) == "../texts/a-name.txt"
    brought = ["corrections.csv", "hedging.dic", "meta.yaml", "only-threat.csv", "txt"]
    assert sorted(os.listdir(folder)) == [f"a-name.{ending}" for ending in brought]


def test_the_notebooks_see_the_codebooks_of_their_reader(text, tmp_path, monkeypatch):
    code = "import analysis\nprint(analysis.hedging.find(analysis.read(TEXT)).entry.tolist())"
    (tmp_path / "notebooks").mkdir()
    nbformat.write(notebook("Hedges", code, "x"), tmp_path / "notebooks" / "hedges.ipynb")
    monkeypatch.setattr(render, "HOME", tmp_path)
    (tmp_path / "mine.csv").write_text("cue,category\nstay,hedge")
    assert render.render([text], tmp_path / "site", codebooks={"only-hedging": tmp_path / "mine.csv"}) == []
    assert "['stay']" in unescape((tmp_path / "site" / "note" / "hedges.html").read_text("utf-8"))


def test_a_codebook_that_cannot_be_used_changes_nothing(text, tmp_path):
    text.with_name("note.threat.csv").write_text("word,category\nmay,hedge")
    before = tree(tmp_path)
    with pytest.raises(ValueError, match=r"note\.threat\.csv: row 1: the column 'cue' is missing"):
        render.render([text], tmp_path / "site")
    assert tree(tmp_path) == before


def test_a_later_result_takes_the_place_of_an_earlier_one(tmp_path):
    site = tmp_path / "site"
    render._publish({"old/page.html": "old", "index.html": "old"}, site)
    render._publish({"index.html": "new"}, site)
    assert [path.name for path in site.rglob("*")] == ["index.html"] and os.listdir(tmp_path) == ["site"]


def test_a_full_disk_leaves_the_earlier_result(tmp_path, monkeypatch):
    site = tmp_path / "site"
    render._publish({"index.html": "whole"}, site)

    def full(path, *_):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space") as error:
        render._publish({"index.html": "half"}, site)
    assert error.value.filename == str(site)
    assert (site / "index.html").read_text() == "whole" and os.listdir(tmp_path) == ["site"]


def test_a_page_larger_than_the_disk_leaves_the_earlier_result(tmp_path, small_disk):
    site = tmp_path / "site"
    render._publish({"index.html": "whole"}, site)
    with small_disk, pytest.raises(OSError, match="File too large"):
        render._publish({"index.html": "whole", "a/b.html": "half" * 100_000}, site)
    assert [path.name for path in site.rglob("*")] == ["index.html"] and os.listdir(tmp_path) == ["site"]


def test_a_folder_that_is_read_only_is_left_as_it_is(tmp_path, nobody):
    (tmp_path / "shelf").mkdir(mode=0o555)
    with nobody, pytest.raises(OSError, match="Permission denied"):
        render._publish({"index.html": "new"}, tmp_path / "shelf" / "site")
    assert os.listdir(tmp_path / "shelf") == []


def test_a_link_to_a_folder_keeps_leading_there(text, tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to("far/site")
    (tmp_path / "linked.txt").symlink_to(text)
    runs = []
    for _ in range(2):
        assert render.render([tmp_path / "linked.txt"], tmp_path / "near") == []
        runs.append({path.name: path.read_bytes() for path in (tmp_path / "far/site").rglob("*.html")})
    assert runs[0] == runs[1], "the same text gives the same pages, byte for byte"
    assert (tmp_path / "near").is_symlink() and (tmp_path / "far/site/linked/01_lens.html").is_file()
    assert sorted(os.listdir(tmp_path)) == ["far", "linked.txt", "near", "note.txt"]
    assert os.listdir(tmp_path / "far") == ["site"]


STOPPED = """
import signal, sys
from pathlib import Path
from analysis import __main__, render
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background jobs are born without
render.HOME = Path(sys.argv[1])
sys.exit(__main__.main(["render", *sys.argv[2:]]))
"""


def test_ctrl_c_while_notebooks_run_leaves_the_earlier_result_and_no_kernel(text, tmp_path):
    (tmp_path / "notebooks").mkdir()
    code = f"import os, time\nopen({str(tmp_path / 'kernel')!r}, 'w').write(str(os.getpid()) + ' ')\ntime.sleep(100)"
    nbformat.write(notebook("Slow", code, "x"), tmp_path / "notebooks" / "slow.ipynb")
    render._publish({"index.html": GENERATOR}, tmp_path / "site")
    (tmp_path / "scratch").mkdir()
    program = [sys.executable, "-c", STOPPED, tmp_path, text, "--to", tmp_path / "site"]
    where = os.environ | {"TMPDIR": str(tmp_path / "scratch"), "PYTHONPATH": str(render.PACKAGE.parent)}
    process = subprocess.Popen(program, stderr=subprocess.PIPE, text=True, env=where, start_new_session=True)
    while not (tmp_path / "kernel").exists() or not (tmp_path / "kernel").read_text().endswith(" "):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60)[1] == "subtext: stopped before the end; earlier results are as they were\n"
    assert process.returncode == 130 and os.listdir(tmp_path / "scratch") == []
    assert (tmp_path / "site" / "index.html").read_text() == GENERATOR
    kernel = int((tmp_path / "kernel").read_text())
    assert not psutil.pid_exists(kernel) or psutil.Process(kernel).status() == psutil.STATUS_ZOMBIE


def test_texts_of_one_name_can_be_told_apart(text, tmp_path):
    (tmp_path / "may").mkdir()
    (tmp_path / "may" / "note.txt").write_text("It rained.", "utf-8")
    assert render.render([text, tmp_path / "may" / "note.txt"], tmp_path / "site") == []
    index = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "<small>may/note.txt</small>" in index and f"<small>{tmp_path.name}/note.txt</small>" in index
    assert {*re.findall(r'href="#(in-brief[^"]*)"', index)} == {*re.findall(r'id="(in-brief[^"]*)"', index)}
    assert "may/note.txt" in (tmp_path / "site" / "2-note" / "01_lens.html").read_text("utf-8")


def pages(site):
    return {
        str(path.relative_to(site)): path.read_text("utf-8")
        for path in [*site.rglob("*.html"), *[site] * site.is_file()]
    }


@pytest.mark.parametrize("name", ["site", "mail.html"])
def test_pages_without_the_words_and_with_them_again(text, tmp_path, capsys, name):
    text, other = text.rename(tmp_path / "text-1.txt"), tmp_path / "text-2.txt"
    site, single = tmp_path / name, ["--single-file"] * name.endswith("html")
    other.write_text("“We cannot stay here for long,” <b>Ana Brown</b> said\nin Baku.", "utf-8")
    paths = [str(text), str(other)]
    assert main(["render", *paths, "--to", str(tmp_path / f"whole-{name}"), *single]) == 0
    assert main(["render", *paths, "--to", str(site), "--no-text", *single]) == 0
    for page in pages(site).values():
        assert not any(leaks(page, Path(path).read_text("utf-8")) for path in paths)
    digest = sha256(render.read(other).raw.encode()).hexdigest()
    note = f"sha256 {digest}) are left out here; whoever has the text can put them back: "
    assert any(note + "subtext render text-2.txt --attach SITE" in page for page in pages(site).values())
    assert main(["render", paths[0], "--attach", str(site), "--to", str(tmp_path / f"half-{name}")]) == 0
    assert main(["render", paths[1], "--attach", str(tmp_path / f"half-{name}")]) == 0
    assert seen(tmp_path / f"half-{name}") == seen(tmp_path / f"whole-{name}") != seen(site)
    before = tree(tmp_path)
    for path, where, why in (
        (paths[0], tmp_path / f"half-{name}", "text-1.txt: is not the text whose words are left out of"),
        (paths[0], other, "text-2.txt: stands there already"),
        (paths[0], tmp_path / "nowhere", "nowhere: no pages are there"),
        (paths[0] + ".gone", site, "text-1.txt.gone"),
    ):
        assert main(["render", path, "--attach", str(where)]) == 1
        said = capsys.readouterr().err
        assert why in said and said.count("\n") == 1 and tree(tmp_path) == before


def test_no_address_tells_a_headline(text, tmp_path):
    text.write_text("Floods threaten the whole port\n\nIt may rain.", "utf-8")
    render.render([text.rename(tmp_path / "Floods threaten the whole port.txt")], tmp_path / "site", no_text=True)
    assert not any("floods" in f"{address} {page}".lower() for address, page in pages(tmp_path / "site").items())


def seen(site):
    return {address: BeautifulSoup(page, "html.parser").get_text() for address, page in pages(site).items()}
