"""The trained encoder: what it is given, and that its figures are the same however it is run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis
from analysis import hedging, reader, stance
from analysis.__main__ import main
from analysis.text import Text

SEED = analysis.read(Path(__file__).parent.parent / "seeds" / "lyamin-interview.txt")
RAW = "Ankara praised the brave rescuers of Baku and accused Yerevan of a cruel and cowardly attack on the harbour."
LONG = "the town and " * 200


@pytest.fixture
def fresh(monkeypatch):
    """Sessions made anew, before and after."""
    reader._session.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    reader._session.cache_clear()


def figures():
    """Some figures of every kind, of texts that remember nothing."""
    text, seed = Text(RAW), Text(SEED.raw)
    pair = stance.between(text, (0, 6), (54, 61))
    tables = stance.toward(seed), hedging.sentences(seed), stance.score(seed).to_frame(), hedging.score(seed).to_frame()
    return [pair.to_list(), *(table.values.tolist() for table in tables)]


def test_threads_and_batches_do_not_matter(fresh):
    fresh.setattr(reader, "BATCH", 1)
    one_by_one = figures()
    fresh.setattr(reader, "BATCH", 32)
    fresh.setattr(reader, "THREADS", 2)
    assert figures() == one_by_one


def test_texts_read_together_are_read_as_alone():
    asked = [({}, reader.plain(raw)) for raw in ("It may rain.", RAW, LONG, "")]
    reader.read(asked)
    for memo, stretch in asked:
        assert np.allclose(memo[stretch], reader._answers([stretch], False)[0], atol=1e-4)


def test_many_texts_can_be_read_ahead(monkeypatch):
    texts = [Text(RAW), Text("The truce may collapse. It was signed in May."), Text("")]
    alone = [reader.sentences(Text(text.raw), "threat") for text in texts]
    reader.ahead(texts)
    monkeypatch.setattr(reader, "_answers", None)
    for text, found in zip(texts, alone, strict=True):
        assert np.allclose(reader.sentences(text, "threat"), found, atol=1e-4)


def test_what_was_read_is_not_read_again(monkeypatch):
    text = Text("The truce may collapse.")
    hedging.score(text)
    monkeypatch.setattr(reader, "_answers", None)
    assert hedging.sentences(text).hedged.tolist() == [True]


@pytest.mark.parametrize("harm", ["gone", "changed", "unlisted"])
@pytest.mark.parametrize("name", ["lower.onnx", "upper.onnx"])
def test_a_model_that_is_not_as_it_was_made_is_one_line(fresh, tmp_path, capsys, name, harm):
    folder = tmp_path / "model"
    shutil.copytree(reader.MODEL, folder)
    if harm == "gone":
        (folder / name).unlink()
    elif harm == "changed":
        (folder / name).write_bytes(b"another")
    else:
        (folder / "checksums.sha256").unlink()
    fresh.setattr(reader, "MODEL", folder)
    with pytest.raises(reader.ReaderError, match="onnx is missing or damaged; install Subtext again"):
        stance.toward(Text(RAW), [(0, 6)])


def test_the_command_says_so_in_one_line(fresh, tmp_path, capsys):
    pytest.importorskip("pyarrow", reason="tables of profiles need the extra `cluster`")
    (tmp_path / "a.txt").write_text(RAW)
    fresh.setattr(reader, "MODEL", tmp_path)
    assert main(["profile", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out.csv")]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("subtext: ") and said.endswith("lower.onnx is missing or damaged; install Subtext again")


def test_a_label_is_nobodys_word():
    turns = "QUESTION: Is it over?\n\nCRITIC: The ministry may have lied to the harbour town.\n"
    alone = Text("The ministry may have lied to the harbour town.")
    for lens in (hedging, analysis.threat, stance):
        assert lens.score(Text(turns)).iloc[-1] == lens.score(alone).iloc[0]


def test_leaving_out_the_evidence_weakens_the_verdict():
    text, checked = Text(RAW), 0
    for row in stance.toward(text, [(37, 41), (54, 61)]).query("polarity != 'neutral'").itertuples():
        for start, end in row.because:
            shift = (end - start) * (start < row.start)
            less = Text(RAW[:start] + RAW[end:])
            span = (row.start - shift, row.end - shift)
            answer = reader.UPPER["stance"].index(row.polarity)
            before, after = (
                reader.mentions(it, "stance", [[at]])[0, answer]
                for it, at in ((text, (row.start, row.end)), (less, span))
            )
            assert after < before, RAW[start:end]
            checked += 1
    assert checked


@pytest.mark.parametrize("raw", [f"{LONG} Ankara lied.", f"Ankara lied {LONG}.", f"{LONG} Ankara lied {LONG}."])
def test_a_mention_in_a_long_sentence_is_read_with_what_is_near(raw):
    start = raw.index("Ankara")
    stretch = reader.marked(raw, (start, start + 6))
    read = reader._tokenizer().decode(stretch.pieces)
    assert len(stretch.pieces) <= reader.LONGEST and "[ ankara ] lied" in read and read.endswith("ankara")
    assert stretch.pieces[stretch.marks[0]] == reader._mark(0, 0)


@given(st.text(max_size=300), st.data())
def test_any_spans_can_be_marked(raw, data):
    place = st.integers(0, len(raw))
    spans = [tuple(sorted(span)) for span in data.draw(st.lists(st.tuples(place, place), min_size=1, max_size=2))]
    stretch = reader.marked(raw, *spans)
    assert len(stretch.pieces) <= reader.LONGEST
    for which, mark in enumerate(stretch.marks):
        assert stretch.pieces[mark] == reader._mark(which, 0)


def test_reading_opens_no_connection_and_leaves_no_file(tmp_path):
    """Not even the library's own report of its use to its makers."""
    script = """
import socket, sys
def refuse(*_, **__): raise AssertionError("the network was asked")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from analysis import hedging
from analysis.text import Text
print(len(hedging.score(Text("The truce may collapse."))))
"""
    environment = {**os.environ, "HOME": "/nonexistent", "TMPDIR": str(tmp_path)}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1"] and not list(tmp_path.iterdir())


def test_no_answer_without_a_sentence():
    assert reader.sentences(Text(""), "doubt").empty
    assert reader.judge("stance", [], {}).shape == (0, 3)


def test_each_noun_beside_a_claim_is_found_by_the_piece_it_begins_with():
    raw = "Rebels threaten the port’s café [and] Kyiv."
    nouns = [raw.index(word) for word in ("Rebels", "port", "caf", "Kyiv")]
    stretch, places = reader.placed(raw, [(7, 15)], nouns)
    pieces = [reader._tokenizer().id_to_token(stretch.pieces[place]) for place in places]
    assert pieces == ["rebels", "port", "cafe", "kyiv"]
    assert stretch == reader.marked(raw, (7, 15))  # so that claim and roles are read in one pass


def test_a_noun_too_far_from_a_claim_to_be_read_has_no_part_in_it():
    raw = f"Rebels attacked {'and attacked ' * 200} the port."
    odds = reader.beside(Text(raw), (7, 15), [0, raw.index("port")])
    assert odds[1].tolist() == [0, 0, 1] and odds[0].sum() == pytest.approx(1, abs=1e-3)
