"""Learning: from corpora of our own, in which one knows what there is to learn, into copies of the files."""

import csv
import json
import shutil

import pytest

pytest.importorskip("sklearn", reason="learning needs the extra `learn`")
from analysis import codebook, readability, reader
from analysis.lab import judged, learn

EASY, HARD = "The cat sat on the red mat all day long. ", "Constitutional interpretation presupposes jurisprudence. "


@pytest.fixture(scope="module")
def gold(tmp_path_factory):
    """Excerpts that teachers find the easier the fewer hard sentences they have, and stories at three levels."""
    folder = tmp_path_factory.mktemp("gold")
    corpora = {
        "readability": [
            {"id": str(n), "text": EASY * (n % 7 + 1) + HARD * (n % 20), "ease": -(n % 20) / 10} for n in range(150)
        ],
        "levels": [{"story": str(n), "adv": HARD * 4, "int": HARD * 2 + EASY * 2, "ele": EASY * 4} for n in range(60)],
        "threat": [{"article": "1", "text": "Floods threaten the port.", "fear_appeal": True}],
        "attributions": [],
        "segments": [],
    }
    for name, rows in corpora.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


@pytest.fixture
def books(tmp_path, monkeypatch):
    """Copies of the codebooks and the model, to be rewritten; what was read of ours is forgotten before and after."""
    shutil.copytree(codebook.HERE, tmp_path / "books")
    shutil.copytree(reader.MODEL, tmp_path / "model")
    monkeypatch.setattr(learn, "HERE", tmp_path / "books")
    monkeypatch.setattr(readability, "HERE", tmp_path / "books")
    monkeypatch.setattr(reader, "MODEL", tmp_path / "model")
    for read in (readability.model, reader.cuts):
        read.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    for read in (readability.model, reader.cuts):
        read.cache_clear()


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_difficulty_learns_what_teachers_find_hard(gold, books):
    told = learn.readability(gold)
    assert "cross-validated" in told and "1.000 of stories in order" in told
    before, after = (rows(folder / "difficulty.csv") for folder in (codebook.HERE, books / "books"))
    assert [row["meaning"] for row in after] == [row["meaning"] for row in before]
    assert [row["coefficient"] for row in after] != [row["coefficient"] for row in before]


def test_a_lens_speaks_from_where_it_is_mostly_right(gold, books, monkeypatch):
    """Of excerpts whose hedged sentences the encoder knows well, the cut stands between these and the others."""
    hedged, plain = "The truce may perhaps collapse.", "The town has two bridges."
    raw = f"{hedged} {plain}"
    sentences = [[0, len(hedged), "HT"], [len(hedged) + 1, len(raw), ""]]
    claim = [raw.index("collapse"), len(hedged), [0, 9], None, "possible"]
    row = {"corpus": "own", "id": "", "raw": raw, "sentences": sentences, "mentions": [[0, 9, "-"]], "claims": [claim]}
    file = books / "judged.jsonl"
    file.write_text("".join(json.dumps(row | {"id": str(n)}) + "\n" for n in range(30)), encoding="utf-8")
    monkeypatch.setattr(judged, "FILE", file)
    learn.cuts(gold)
    cut = {row["answer"]: row for row in rows(books / "model" / "cuts.csv")}
    assert cut["hedged"]["precision"] == cut["hedged"]["recall"] == "1.0"
    low, high = reader.judge("hedged", [reader.plain(plain), reader.plain(hedged)], {})[:, 0]
    assert low < reader.cut("hedged") <= high


def test_an_excerpt_of_other_words_is_refused(gold, books, monkeypatch):
    row = {"corpus": "threat", "id": "1", "start": 0, "end": 6, "sha": "0000", "sentences": [], "mentions": []}
    file = books / "judged.jsonl"
    file.write_text(json.dumps(row | {"claims": []}) + "\n", encoding="utf-8")
    monkeypatch.setattr(judged, "FILE", file)
    with pytest.raises(ValueError, match="threat has other words for 1"):
        judged.excerpts(gold)


def test_what_is_written_is_written_whole_or_not_at_all(tmp_path, small_disk):
    path = tmp_path / "weights.csv"
    learn.write(path, "whole")
    with small_disk, pytest.raises(OSError):
        learn.write(path, "x" * 20_000)
    assert path.read_text() == "whole"
