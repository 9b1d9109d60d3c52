"""The command line: plain lines, the promised exit status, no tracebacks."""

import json
import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from analysis import read
from analysis.__main__ import main

from .conftest import HOME, SEED


def run(*args, **how):
    command = [sys.executable, "-m", "analysis", *map(str, args)]
    return subprocess.run(command, cwd=HOME, capture_output=True, text=True, timeout=300, **how)


@pytest.fixture
def said(capsys):
    """What a call says on standard error: one line, and its status."""

    def call(*args):
        status = main([str(arg) for arg in args])
        printed = capsys.readouterr()
        assert printed.out == "" and printed.err.count("\n") == 1 and "Traceback" not in printed.err
        return status, printed.err.strip()

    return call


WRONG = [
    "",
    "sing",
    "render --loud",
    "profile a.txt",
    "profile a.txt -o x.csv --workers none",
    "render --codebook hedging",
    "render --codebook tone=a.csv",
    "validate",
]


@pytest.mark.parametrize("line", WRONG)
def test_wrong_usage_is_status_2(line, capsys):
    with pytest.raises(SystemExit) as stop:
        main(line.split())
    assert stop.value.code == 2 and "usage: subtext" in capsys.readouterr().err


def test_a_bad_text_is_one_line_that_names_it(said, tmp_path):
    for name, content in {"empty.txt": b"", "picture.txt": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"}.items():
        (tmp_path / name).write_bytes(content)
        status, line = said("render", tmp_path / name, "--to", tmp_path / "site")
        assert status == 1 and name in line
    assert said("render", tmp_path, "--to", tmp_path / "site")[0] == 1
    status, line = said("render", tmp_path / "no\nsuch\x1b[31m.txt", "--to", tmp_path / "site")
    assert status == 1 and "\x1b" not in line
    assert not (tmp_path / "site").exists()


def test_a_folder_that_cannot_be_written_is_one_line(said, tmp_path, monkeypatch):
    pytest.importorskip("nbclient", reason="pages need the extra `notebooks`")
    from analysis import render

    monkeypatch.setattr(render, "_run", lambda *_: [])
    monkeypatch.setattr(render, "_files", lambda *_: {"index.html": ""})
    (tmp_path / "file").touch()
    status, line = said("render", SEED, "--to", tmp_path / "file" / "site")
    assert status == 1 and "file" in line


def test_profiles_of_files_and_folders(tmp_path, capsys):
    pytest.importorskip("pyarrow", reason="tables of profiles need the extra `cluster`")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.txt").write_text("We may go.")
    assert main(["profile", str(SEED), str(tmp_path / "more"), "-o", str(tmp_path / "out.csv")]) == 0
    assert len(pd.read_csv(tmp_path / "out.csv")) == 2


def test_the_texts_of_a_table_and_what_is_odd_about_it(tmp_path, capsys):
    pytest.importorskip("pyarrow", reason="tables of profiles need the extra `cluster`")
    (tmp_path / "table.csv").write_text("id;body\n1;We may go.\n1;We left.\n")
    assert main(["profile", str(tmp_path / "table.csv"), "-o", str(tmp_path / "out.csv"), "--column", "body"]) == 0
    assert pd.read_csv(tmp_path / "out.csv").words.tolist() == [3, 2]
    assert "subtext: 1 id stands twice: 1\n" in capsys.readouterr().err


def test_a_codebook_of_ones_own(tmp_path, said):
    pytest.importorskip("pyarrow", reason="tables of profiles need the extra `cluster`")
    (tmp_path / "mine.dic").write_text("%\n1 hedge\n%\nerupt 1")
    (tmp_path / "bad.csv").write_text("cue\nerupt")
    out = tmp_path / "out.csv"
    assert main(["profile", str(SEED), "-o", str(out), "--codebook", f"only-hedging={tmp_path / 'mine.dic'}"]) == 0
    assert round(pd.read_csv(out).hedged_share[0] * len(read(SEED).spans)) == 1
    for command in (["profile", SEED, "-o", out], ["render", SEED, "--to", tmp_path / "site"]):
        status, line = said(*command, "--codebook", f"threat={tmp_path / 'bad.csv'}")
        assert status == 1 and line.startswith("subtext: bad.csv: row 1: the column 'category' is missing")
    assert not (tmp_path / "site").exists()


def test_a_source_that_is_not_there_is_one_line(said, tmp_path):
    pytest.importorskip("pyarrow", reason="tables of profiles need the extra `cluster`")
    status, line = said("profile", tmp_path / "none", "-o", tmp_path / "out.csv")
    assert status == 1 and "none" in line and not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("workers", ["0", "-1"])
def test_no_worker_is_one_line(said, tmp_path, workers):
    pytest.importorskip("pyarrow", reason="tables of profiles need the extra `cluster`")
    status, line = said("profile", SEED, "-o", tmp_path / "out.csv", "--workers", workers)
    assert status == 1 and f"{workers} processes can do no work; give 1 or more" in line
    assert not (tmp_path / "out.csv").exists()


def test_a_table_of_another_kind_is_one_line(said, tmp_path):
    pytest.importorskip("pyarrow", reason="tables of profiles need the extra `cluster`")
    status, line = said("profile", SEED, "-o", tmp_path / "out.doc")
    assert status == 1 and "out.doc: profiles are written to a .parquet or .csv file" in line


@pytest.mark.parametrize("command", ["profile", "export"])
def test_nobody_s_work_is_written_over(said, tmp_path, command):
    pytest.importorskip("pyarrow", reason="tables of profiles need the extra `cluster`")
    (work := tmp_path / "tab.csv").write_text("text,date\nRussia may attack the port.,2020-01-01\n")
    (mark := tmp_path / "a.ann").write_text("T1\tmine 0 6\tRussia\n")
    (tmp_path / "a.txt").write_text("Russia may attack the port.")
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    places = {"profile": [[work, "-o", work]], "export": [[SEED, "--to", mark], [SEED, "--to", tmp_path]]}[command]
    for place in places:
        status, line = said(command, *place)
        assert status == 1 and "stands there already" in line
    assert before == {file: file.read_bytes() for file in tmp_path.iterdir()}


def test_what_was_written_may_be_written_again(tmp_path):
    pytest.importorskip("pyarrow", reason="tables of profiles need the extra `cluster`")
    (text := tmp_path / "note.txt").write_text("Russia may attack the port.")
    for name in ("profile.csv", "profile.parquet"):
        assert [main(["profile", str(text), "-o", str(tmp_path / name)]) for _ in range(2)] == [0, 0]
    for name in ("note.ann", "tables", "note.jsonld"):
        assert [main(["export", str(text), "--to", str(tmp_path / name)]) for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("name", ["", "."])
def test_a_sheet_without_a_name_is_one_line(said, name):
    status, line = said("sample", SEED, "-o", name)
    assert status == 1 and "a sheet is a .csv file" in line


def test_a_folder_without_corpora_is_one_line(said, tmp_path):
    status, line = said("validate", tmp_path)
    assert status == 1 and "no corpus here" in line


def test_a_missing_extra_is_named(said, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "analysis.render", raising=False)
    monkeypatch.setitem(sys.modules, "nbclient", None)
    status, line = said("render", SEED, "--to", tmp_path / "site")
    assert status == 1 and "notebooks" in line


def test_ctrl_c_says_so(said, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("analysis.corpus.profile", stop)
    assert said("profile", SEED, "-o", "out.csv")[0] == 130


def test_a_reader_who_has_read_enough_is_no_error():
    program = """
import sys
from analysis import __main__ as command
def render(_):
    print("x" * 1_000_000)
command.render = render
sys.exit(command.main(["render"]))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    assert process.stderr.read() == b"" and process.wait(60) == 1


def test_it_runs_as_a_module_and_speaks_of_itself():
    done = run("--help", env=os.environ | {"PYTHONPATH": str(HOME)})
    assert done.returncode == 0 and "render" in done.stdout and done.stderr == ""


def test_a_folder_that_cannot_be_copied_is_one_line(said, tmp_path, monkeypatch):
    pytest.importorskip("nbclient", reason="pages need the extra `notebooks`")

    def full(*_):
        raise shutil.Error([("a", "b", "[Errno 28] No space left on device: 'a' -> 'b'"), ("c", "d", "the same")])

    monkeypatch.setattr("shutil.copytree", full)
    status, line = said("render", SEED, "--to", tmp_path / "site")
    assert status == 1 and "No space left on device: 'a' -> 'b'" in line
    assert not (tmp_path / "site").exists()


def test_names_in_a_table_are_no_formulas(tmp_path):
    pytest.importorskip("pyarrow", reason="tables of profiles need the extra `cluster`")
    for name, content in {"=1+1.txt": "We may go.", "@SUM(A1).txt": "", "-2.txt": "It rained."}.items():
        (tmp_path / name).write_text(content)
    assert main(["profile", str(tmp_path), "-o", str(tmp_path / "out.csv")]) == 1
    assert pd.read_csv(tmp_path / "out.csv").id.tolist() == ["'-2.txt", "'=1+1.txt"]
    assert pd.read_csv(tmp_path / "out.csv.errors.csv").id.tolist() == ["'@SUM(A1).txt"]


def test_learning_and_norms_print_what_was_found(monkeypatch, capsys, tmp_path):
    pytest.importorskip("sklearn", reason="learning needs the extra `learn`")
    for fit in ("readability", "doubt", "cuts"):
        monkeypatch.setattr(f"analysis.lab.learn.{fit}", lambda gold, fit=fit: f"{fit} from {gold}")
    monkeypatch.setattr("analysis.lab.norms.build", lambda documents: f"norms from {documents}")
    document = '{"id": "a", "genre": "news", "paragraphs": [["It rained."]]}'
    (tmp_path / "segments.jsonl").write_text(document)
    assert main(["learn", "GOLD"]) == 0 and main(["norms", str(tmp_path)]) == 0
    assert capsys.readouterr().out == (
        f"readability from GOLD\ndoubt from GOLD\ncuts from GOLD\nnorms from {[json.loads(document)]}\n"
    )
    (tmp_path / "segments.jsonl").write_text('{"id": "a", "genre": "news"}')
    assert main(["norms", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "subtext: segments.jsonl: line 1 has no 'paragraphs'\n"


def test_every_notebook_that_failed_is_a_line(monkeypatch, capsys):
    pytest.importorskip("nbclient", reason="pages need the extra `notebooks`")
    monkeypatch.setattr("analysis.render.render", lambda *_: ["a: 01_text.ipynb, cell 2", "b: 02_stance.ipynb, cell 3"])
    assert main(["render", str(SEED)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "subtext: a: 01_text.ipynb, cell 2",
        "subtext: b: 02_stance.ipynb, cell 3",
    ]
