"""Many texts: every kind of source, the same rows whichever way they are computed, nothing lost to an interruption."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import analysis
from analysis import TextError, corpus, measures

STORIES = [
    f"{name} said it {may} rain on day {number}. “We {may} lose the bridge,” {name} warned. The {thing} was calm."
    for number in range(3)
    for name in ("Anna Berg", "Otto Lind")
    for may in ("might", "will")
    for thing in ("river", "army")
]


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(corpus, "PART", 10)
    monkeypatch.setattr(corpus, "ROUND", 1)


def sources(folder: Path, stories: list[str]) -> dict:
    """The same stories in every form that a source may have."""
    (folder / "texts").mkdir()
    for number, story in enumerate(stories):
        (folder / "texts" / f"{number:03}.txt").write_text(story, encoding="utf-8")
    frame = pd.DataFrame({"id": [f"s{n}" for n in range(len(stories))], "text": stories})
    frame.to_csv(folder / "table.csv", index=False)
    frame.to_parquet(folder / "table.parquet", index=False)
    (folder / "table.jsonl").write_text("".join(json.dumps({"text": s}) + "\n" for s in stories), encoding="utf-8")
    return {
        "folder": folder / "texts",
        "glob": str(folder / "texts" / "*.txt"),
        "paths": sorted((folder / "texts").iterdir()),
        "csv": folder / "table.csv",
        "parquet": folder / "table.parquet",
        "jsonl": folder / "table.jsonl",
        "strings": stories,
        "texts": [analysis.Text(story) for story in stories],
        "frame": frame.set_index("id"),
        "generator": (story for story in stories),
    }


def test_every_kind_of_source_gives_the_same_rows(tmp_path):
    expected = corpus.profile(STORIES[:6])
    for name, source in sources(tmp_path, STORIES[:6]).items():
        found = corpus.profile(source)
        assert found.id.is_unique, name
        assert_frame_equal(found[measures.names()], expected[measures.names()], obj=name)


def test_rows_are_the_same_whichever_way_they_are_computed(tmp_path, small_parts):
    one = corpus.profile(STORIES)
    assert_frame_equal(corpus.profile(STORIES, workers=2), one)
    to = corpus.profile(STORIES, to=tmp_path / "profiles.parquet")
    assert_frame_equal(pd.read_parquet(to), one)
    to = corpus.profile(STORIES, workers=2, to=tmp_path / "profiles.csv")
    assert_frame_equal(pd.read_csv(to, dtype={"id": str}), one, check_dtype=False)
    assert not list(tmp_path.glob("*.parts"))


def test_a_cluster_gives_the_same_rows(small_parts):
    distributed = pytest.importorskip("dask.distributed")
    cluster = distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        assert_frame_equal(corpus.profile(STORIES, client=client), corpus.profile(STORIES))


def test_texts_keep_their_names_and_what_belongs_to_them(tmp_path):
    (tmp_path / "a.txt").write_text("It may rain.", encoding="utf-8")
    (tmp_path / "a.only-hedging.csv").write_text("cue,category\nrain,hedge", encoding="utf-8")
    given = [analysis.read(tmp_path / "a.txt"), analysis.Text("We left.", "b"), analysis.Text("We left.")]
    found = corpus.profile(given)
    assert found.id.tolist() == ["a", "b", "2"]
    assert found.hedges_per_100.gt(0).tolist() == [True, False, False]
    assert given[0].memo == {} and given[1].codebooks == {}  # nothing is left behind in them


def test_a_dataframe_keeps_its_other_columns(small_parts):
    rows = range(len(STORIES))
    source = pd.DataFrame({"speech": STORIES, "words": [f"=w{n}" for n in rows], "year": [2000 + n for n in rows]})
    source["party"] = pd.Categorical(["left", None] * (len(STORIES) // 2))
    source.loc[3, "speech"] = None
    found = corpus.profile(source, column="speech")
    read = [n for n in rows if n != 3]
    assert found.id.tolist() == [str(n) for n in read]
    assert found.year.tolist() == [2000 + n for n in read]
    assert found.party.isna().tolist() == [n % 2 == 1 for n in read]
    assert found.words_given.tolist() == [f"=w{n}" for n in read]
    stories = corpus.profile(STORIES)[measures.names()].drop(3).reset_index(drop=True)
    assert_frame_equal(found[measures.names()], stories)


def test_the_other_columns_of_a_table_travel_to_the_result(tmp_path, small_parts):
    rows = [f"{n};{['Post', '', 'NA'][n % 3]};2025-0{1 + n % 9}-01;3;{story}" for n, story in enumerate(STORIES)]
    (tmp_path / "table.csv").write_text("\n".join(["id;outlet;date;words;text", *rows]), "utf-8")
    found = corpus.profile(tmp_path / "table.csv")
    assert found.columns.tolist() == ["id", *measures.names(), "outlet", "date", "words_given"]
    assert found.outlet[:3].fillna("").tolist() == ["Post", "", "NA"] and found.date[8] == "2025-09-01"
    for to in (tmp_path / "out.csv", tmp_path / "out.parquet"):
        corpus.profile([tmp_path / "table.csv", "We may stay."], to=to)
        is_csv = to.suffix == ".csv"
        read = pd.read_csv(to, dtype=str, keep_default_na=False) if is_csv else pd.read_parquet(to).astype(object)
        assert read.outlet.fillna("").tolist() == [*found.outlet.fillna(""), ""]
        assert read.words_given.fillna("").tolist() == ["3"] * len(STORIES) + [""]


def test_a_cell_too_many_in_every_row_is_told_and_moves_no_other(tmp_path):
    (tmp_path / "table.csv").write_text("id,text\n1,It may break, or not.\n2,We left, too.\n", "utf-8")
    with pytest.warns(Warning, match="table.csv: its rows have more cells than its first row"):
        found = corpus.profile(tmp_path / "table.csv")
    assert (found.id.tolist(), found.words.tolist()) == (["1", "2"], [3, 2])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_line_above_a_table_for_excel_alone_is_none_of_its_rows(tmp_path, encoding):
    table = 'sep=;\nid;text\na;"It may break, or not, says Zoë."\nb;We left.\n'
    (tmp_path / "table.csv").write_text(table, encoding)
    assert corpus.profile(tmp_path / "table.csv").id.tolist() == ["a", "b"]


def test_a_table_that_cannot_be_read_is_an_error_and_the_others_are_done(tmp_path):
    (tmp_path / "a.txt").write_text("It may rain.")
    (tmp_path / "b.csv").write_text("words\nhello\n")
    (tmp_path / "c.jsonl").write_text('{"id": "c", "text": "We left."}\n{')
    sources = [tmp_path / name for name in ("a.txt", "b.csv", "c.jsonl")]
    to = corpus.profile(sources, to=tmp_path / "p.parquet")
    assert pd.read_parquet(to).id.tolist() == [str(sources[0])]
    errors = pd.read_csv(f"{to}.errors.csv")
    assert errors.id.tolist() == [str(sources[1]), str(sources[2])]
    assert "there is no column 'text' but words" in errors.error[0] and "cannot be read" in errors.error[1]


def test_what_is_doubtful_about_a_text_is_told_and_a_column(tmp_path):
    german = "Der Bürgermeister sagte am Montag, dass der Damm seit Jahren nicht geprüft worden sei und brechen könnte."
    own = pd.DataFrame({"text": ["We left.", german], "warnings": ["mine", ""]})
    with pytest.warns(UserWarning, match="1: This does not look like English"):
        found = pd.read_csv(corpus.profile(own, to=tmp_path / "p.csv"), keep_default_na=False)
    assert found.warnings.str[:26].tolist() == ["", "This does not look like En"]
    assert found.warnings_given.tolist() == ["mine", ""]
    with pytest.warns(UserWarning) as said:
        corpus.profile([f"{german} {n}" for n in range(12)])
    told = [str(it.message) for it in said if issubclass(it.category, UserWarning)]
    assert len(told) == 11, told
    assert told[-1] == "2 more texts have warnings: see the column “warnings”"


def test_columns_of_any_kind_can_be_written(tmp_path):
    odd = [1, "two", None, ["Ana", "Ben"], {"a": 1}, pd.Timestamp("2025-03-01"), "\ud800"]
    source = pd.DataFrame({"text": ["We may go."] * 7, "=odd": odd, "when": pd.date_range("2025-01-01", periods=7)})
    assert corpus.profile(source).when.dt.day.tolist() == [1, 2, 3, 4, 5, 6, 7]
    out = pd.read_csv(corpus.profile(source, to=tmp_path / "out.csv"))
    assert out["'=odd"].fillna("").tolist()[:4] == ["1", "two", "", "Ana, Ben"]
    assert pd.read_parquet(corpus.profile(source, to=tmp_path / "out.parquet")).when[0].startswith("2025-01-01")


def test_what_a_file_tells_of_its_text_travels_too(tmp_path):
    (tmp_path / "a.txt").write_text("---\noutlet: Post\nspeakers: Ana Berg, Ben Lind\n---\nIt may rain.")
    (tmp_path / "b.txt").write_text("We left.")
    found = corpus.profile(tmp_path)
    assert found[["outlet", "speakers"]].fillna("").values.tolist() == [["Post", "Ana Berg, Ben Lind"], ["", ""]]


def test_a_file_is_read_once(tmp_path, monkeypatch):
    names = ["a.txt", "b.txt", "c.txt"]
    for name in names:
        (tmp_path / name).write_text(f"It may rain on {name}.")
    reading, opened = Path.read_bytes, []
    monkeypatch.setattr(Path, "read_bytes", lambda path: opened.append(path.name) or reading(path))
    corpus.profile(tmp_path)
    assert [name for name in opened if name in names] == names


def test_texts_are_opened_with_what_their_table_says_of_them(tmp_path):
    source = pd.DataFrame({"text": ["We may go.", "", "We left."], "speakers": ["Ana Berg, Ben Lind", "", 2]})
    with pytest.warns(UserWarning, match="1 text could not be read: 1 is empty"):
        one, other = corpus.texts(source)
    assert (one.name, one.meta) == ("0", {"speakers": ["Ana Berg", "Ben Lind"]}) and other.meta == {"speakers": ["2"]}
    assert one.segments.voice.tolist() == ["narrator"]


def test_a_spreadsheet_never_runs_an_id(tmp_path):
    source = pd.DataFrame({"id": ["=1+1", "b"], "text": ["It may rain.", "We left."]})
    found = pd.read_csv(corpus.profile(source, to=tmp_path / "p.csv"))
    assert found.id.tolist() == ["'=1+1", "b"]
    assert list(found) == ["id", *measures.names()]


def test_a_dataframe_without_the_column_is_one_plain_line():
    with pytest.raises(TextError, match="there is no column 'text' but words; name the texts' column"):
        corpus.profile(pd.DataFrame({"words": ["a"]}))


def test_where_no_text_can_be_read_the_earlier_result_stays(tmp_path):
    (tmp_path / "good.txt").write_text("Russia may attack.")
    (tmp_path / "empty.txt").write_text("")
    out = corpus.profile(tmp_path / "good.txt", to=tmp_path / "out.csv")
    before = out.read_bytes()
    with pytest.raises(analysis.TextError, match=r"empty.txt is empty.* \(none of 1 text could be read\)"):
        corpus.profile(tmp_path / "empty.txt", to=out)
    assert out.read_bytes() == before and not (tmp_path / "out.csv.parts").exists()


def test_a_bad_text_is_a_row_of_errors_and_not_the_end(tmp_path):
    (tmp_path / "good.txt").write_text("It may rain.", encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    found = corpus.profile(tmp_path)
    assert found.id.tolist() == ["good.txt"]
    assert [error["id"] for error in found.attrs["errors"]] == ["empty.txt", "picture.txt"]
    corpus.profile(tmp_path, to=tmp_path / "out" / "profiles.parquet")
    errors = pd.read_csv(tmp_path / "out" / "profiles.parquet.errors.csv")
    assert errors.id.tolist() == ["empty.txt", "picture.txt"]
    assert errors.error.str.len().gt(10).all()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("none", None, "no such file, folder or pattern"),
        ("folder", {}, "no text in this folder"),
        ("table.csv", "words\nhello\n", "table.csv: .*: there is no column 'text' but words; name the texts' column"),
        ("table.jsonl", '{"words": "b"}\n', "table.jsonl: .*: there is no column 'text' but words"),
        ("table.jsonl", "[1]", "table.jsonl: the table cannot be read"),
        ("table.jsonl", "{", "the table cannot be read"),
        ("table.parquet", "not parquet", "the table cannot be read"),
    ],
)
def test_a_source_that_cannot_be_read_is_one_plain_line(tmp_path, name, content, reason):
    path = tmp_path / name
    if content == {}:
        path.mkdir()
    elif content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(TextError, match=reason) as error:
        corpus.profile(path)
    assert "\n" not in str(error.value)


def test_a_table_that_breaks_off_keeps_what_was_done(tmp_path, small_parts):
    lines = [json.dumps({"text": story}) for story in STORIES]
    (tmp_path / "t.jsonl").write_text("\n".join([*lines[:55], "{broken"]), encoding="utf-8")
    with pytest.raises(TextError):
        corpus.profile(tmp_path / "t.jsonl", to=tmp_path / "p.parquet")
    assert not (tmp_path / "p.parquet").exists()
    assert list((tmp_path / "p.parquet.parts").iterdir())
    (tmp_path / "t.jsonl").write_text("\n".join(lines), encoding="utf-8")
    corpus.profile(tmp_path / "t.jsonl", to=tmp_path / "p.parquet")
    assert len(pd.read_parquet(tmp_path / "p.parquet")) == len(lines)


def interrupted():
    """The stories, in a run that is stopped after two parts."""
    yield from STORIES[:20]
    raise KeyboardInterrupt


def test_what_another_source_left_behind_is_not_taken_over(tmp_path, small_parts):
    to = tmp_path / "p.parquet"
    with pytest.raises(KeyboardInterrupt):
        corpus.profile(interrupted(), to=to)
    assert len(list((tmp_path / "p.parquet.parts").glob("0*"))) == 2
    changed = ["It will not rain.", *STORIES[1:]]
    assert_frame_equal(pd.read_parquet(corpus.profile(changed, to=to)), corpus.profile(changed))


def test_a_reader_s_codebook_reaches_every_text_and_every_worker(tmp_path, small_parts, monkeypatch):
    (tmp_path / "mine.csv").write_text("cue,category\nriver,hedge", encoding="utf-8")
    own = {"only-hedging": tmp_path / "mine.csv"}
    one = corpus.profile(STORIES, codebooks=own)
    assert one.hedges_per_100.gt(0).tolist() == ["river" in story for story in STORIES]
    monkeypatch.chdir(tmp_path)
    assert_frame_equal(corpus.profile(STORIES, workers=2, codebooks={"only-hedging": Path("mine.csv")}), one)
    with pytest.raises(KeyboardInterrupt):
        corpus.profile(interrupted(), codebooks=own, to=tmp_path / "p.parquet")
    (tmp_path / "mine.csv").write_text("cue,category\narmy,hedge", encoding="utf-8")
    found = pd.read_parquet(corpus.profile(STORIES, codebooks=own, to=tmp_path / "p.parquet"))
    assert found.hedges_per_100.gt(0).tolist() == ["army" in story for story in STORIES]


def test_a_bad_codebook_beside_a_text_is_an_error_of_that_text(tmp_path):
    for name in ("one.txt", "other.txt"):
        (tmp_path / name).write_text("It may rain.", encoding="utf-8")
    (tmp_path / "one.threat.csv").write_text("word\nrain", encoding="utf-8")
    found = corpus.profile(tmp_path)
    assert found.id.tolist() == ["other.txt"]
    assert found.attrs["errors"][0]["error"].startswith("one.threat.csv: row 1: the column 'cue' is missing")


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a POSIX signal")
def test_a_killed_run_goes_on_where_it_stopped(tmp_path):
    """Killed ever later and begun again, until it ends: the same rows as a run in one go."""
    stories = [f"{story} That was story {number}." for number in range(2) for story in STORIES]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps({"text": s}) + "\n" for s in stories), encoding="utf-8")
    code = (
        "import sys; from analysis import corpus; corpus.PART = 10; corpus.ROUND = 2;"
        "print('ready', flush=True); corpus.profile('t.jsonl', workers=2, to='p.parquet')"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(analysis.__file__).parent.parent)}
    for seconds in (0.1, 1, 2, None):
        run = subprocess.Popen(
            [sys.executable, "-c", code], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, start_new_session=True
        )
        run.stdout.readline()
        if seconds:
            time.sleep(seconds)
            os.killpg(run.pid, signal.SIGKILL)
        ended = run.wait()
        run.stdout.close()
    assert ended == 0
    assert_frame_equal(pd.read_parquet(tmp_path / "p.parquet"), corpus.profile(tmp_path / "t.jsonl"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.parquet", "t.jsonl"]


def test_tables_keep_ids_and_texts_as_written(tmp_path):
    line = "Russia may attack.\nWe may not. " * 20
    rows = pd.DataFrame({"id": ["007", "1e3", *map(str, range(2500))], "text": ["2024", "true", *[line] * 2500]})
    rows.to_csv(tmp_path / "table.csv", index=False)
    found = {text.name: text.raw for text in corpus.texts(tmp_path / "table.csv")}
    assert list(found) == rows.id.tolist() and list(found.values()) == rows.text.tolist()
    (tmp_path / "lines.jsonl").write_text('\ufeff{"id": "\\ud800", "text": "We may."}\n\n{"text": "No."}\n', "utf-8")
    assert [text.raw for text in corpus.texts(tmp_path / "lines.jsonl")] == ["We may.", "No."]
    corpus.profile(tmp_path / "lines.jsonl", to=tmp_path / "out.parquet")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_in_any_common_form(tmp_path, sign, encoding):
    rows = f'id{sign}words\n1{sign}"The café{sign} it may close."\n2{sign}"We left – “soon”."\n'
    (tmp_path / "table.csv").write_text(rows, encoding)
    found = {text.name: text.raw for text in corpus.texts(tmp_path / "table.csv", "words")}
    assert found == {"1": f"The café{sign} it may close.", "2": "We left – “soon”."}


def test_the_column_of_the_texts_is_guessed_at(tmp_path):
    (tmp_path / "table.csv").write_text("id,headline,body\n1,Closed,It may have to close.\n")
    with pytest.raises(TextError, match=r"no column 'text' but id, headline, body; .* \('body', by its length\?\)"):
        corpus.profile(tmp_path / "table.csv")


def test_cells_without_a_text_are_errors_and_ids_that_stand_twice_are_told(tmp_path):
    (tmp_path / "table.csv").write_text("id,text\n1,It may close.\n2,\n3,NA\n4,null\n1,We left.\n")
    with pytest.warns(UserWarning, match="1 id stands twice: 1"):
        found = corpus.profile(tmp_path / "table.csv")
    assert found.id.tolist() == ["1", "1"]
    assert [error["error"] for error in found.attrs["errors"]] == [
        f"{number} is empty: there are no words to read in it" for number in (2, 3, 4)
    ]


def test_no_post_is_read_where_none_is_left(tmp_path):
    (tmp_path / "posts.jsonl").write_text(
        "\n".join(json.dumps({"text": it}) for it in ("[deleted]", "#N/A", "We left."))
    )
    found = corpus.profile(tmp_path / "posts.jsonl")
    assert len(found) == 1 and len(found.attrs["errors"]) == 2


def test_what_a_folder_holds_besides_texts_is_told(tmp_path):
    for folder in (".ipynb_checkpoints", "__MACOSX"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text("It may rain.")
    for name in ("a.txt", "b.txt", "c.mp3", "d.json", "._a.txt", "~$b.docx", "a.meta.yaml", "a.threat.csv"):
        (tmp_path / name).write_text(
            "title: Rain" if name.endswith("yaml") else "cue,category\n" * (name[-3:] == "csv")
        )
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("It may rain.\n" if name == "b.txt" else "It may rain.")
    with pytest.warns(UserWarning) as told:
        found = corpus.profile(tmp_path)
    assert [str(one.message) for one in told if one.category is UserWarning] == [
        "2 files were passed over: c.mp3, d.json",
        "1 text is the same as one before it: b.txt",
    ]
    assert found.id.tolist() == ["a.txt", "b.txt"] and found.attrs["errors"] == []


def test_an_archive_s_file_is_a_row_an_article(tmp_path):
    form = "{} of 2 DOCUMENTS\n\nThe Post\n\nRain\n\nBYLINE: Ida\n\nLENGTH: 4 words\n\n{}\n\nLOAD-DATE: May 3\n"
    (tmp_path / "export.txt").write_text(form.format(1, "It may rain.") + form.format(2, "We left."))
    found = corpus.profile(tmp_path)
    assert found[["id", "words"]].values.tolist() == [["export.txt 1", 3], ["export.txt 2", 2]]
