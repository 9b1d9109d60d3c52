"""Learning: from corpora of our own, in which one knows what there is to learn, into copies of the codebooks."""

import csv
import json
import math
import random
import shutil
import tomllib

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="learning needs the extra `learn`")
from analysis import codebook, readability
from analysis.lab import ablate, learn

PLACES = [f"{kind} {number}" for kind in ("bridge", "harbour", "mill", "school") for number in range(25)]


def corpora(draw):
    """What the corpora teach: "perhaps" is doubt, "destroy" is a threat, long words are hard."""
    certain = [f"The {place} was opened on Monday." for place in PLACES]
    doubtful = [f"The {place} was perhaps opened {when}." for place in PLACES for when in ("in May", "later")]
    alarm = {True: "They will destroy our nation and kill us in {}.", False: "Two people walked to {} on Monday."}
    lines = [
        {"article": str(number % 20), "text": line.format(place), "fear_appeal": feared}
        for number, place in enumerate(PLACES)
        for feared, line in alarm.items()
    ]
    easy, hard = (
        "The cat sat on the red mat all day long. We ran home. ",
        "Constitutional interpretation presupposes jurisprudence. ",
    )
    excerpts = [
        {"id": str(n), "text": easy * draw.randrange(1, 9) + hard * n + f"{draw.choice(PLACES)}, so. ", "ease": -n / 10}
        for n in [*range(1, 20)] * 3
    ]
    levels = [{"story": place, "adv": hard * 4, "int": hard * 2 + easy * 2, "ele": easy * 4} for place in PLACES[:20]]
    return {
        "hedging": [{"text": text, "uncertain": False} for text in certain]
        + [{"text": text, "uncertain": True} for text in doubtful],
        "threat": lines,
        "readability": excerpts,
        "levels": levels,
    }


@pytest.fixture(scope="module")
def gold(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gold")
    for name, rows in corpora(random.Random(0)).items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


@pytest.fixture
def books(tmp_path, monkeypatch):
    """Copies of the codebooks, to be rewritten; what was read from ours is forgotten before and after."""
    shutil.copytree(codebook.HERE, tmp_path / "books")
    monkeypatch.setattr(learn, "HERE", tmp_path / "books")
    monkeypatch.setattr(readability, "HERE", tmp_path / "books")
    readability.model.cache_clear()
    yield tmp_path / "books"
    monkeypatch.undo()
    readability.model.cache_clear()


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("lens", "cue"), [("hedging", "perhaps"), ("threat", "destroy")])
def test_a_lens_that_weighs_cues_learns_what_its_corpus_teaches(gold, books, lens, cue):
    before = rows(books / f"{lens}.csv")
    settings = (books / f"{lens}.toml").read_text("utf-8")
    report = getattr(learn, lens)(gold)
    after = rows(books / f"{lens}.csv")
    assert "cross-validated" in report
    assert max(float(row["weight"] or 0) for row in after if cue in row["cue"].split("|")) > 0
    assert not [row for row in after if row["weight"] and not math.isfinite(float(row["weight"]))]
    for column in before[0].keys() - {"weight"}:
        assert [row[column] for row in after] == [row[column] for row in before]
    written = (books / f"{lens}.toml").read_text("utf-8")
    assert written != settings and [*tomllib.loads(written)] == [*tomllib.loads(settings)]
    codebook.Codebook.read(books / f"{lens}.csv", codebook.load(lens).classes)


def test_readability_learns_which_words_are_hard(gold, books):
    assert "cross-validated" in learn.readability(gold)
    weights = {row["cue"]: float(row["weight"]) for row in rows(books / "vocabulary.csv")}
    assert weights["constitutional"] > weights["cat"]


@pytest.mark.parametrize(("good", "bad"), [("positive", "negative"), ("negative", "positive")])
def test_stance_learns_what_its_corpus_says_of_doers(tmp_path, books, good, bad):
    """Where to be brave is praised and to be corrupt blamed; and in a corpus that has it the other way round."""
    said = {"Anna Berg is brave": good, "Anna Berg is corrupt": bad, "Anna Berg met the owners": "neutral"}
    mentions = [
        {"text": f"{begins}, it said at {place}.", "start": 0, "end": 9, "polarity": polarity}
        for place in PLACES
        for begins, polarity in said.items()
    ]
    (tmp_path / "stance.jsonl").write_text("".join(json.dumps(row) + "\n" for row in mentions), encoding="utf-8")
    assert "macro F1 1.000" in learn.stance(tmp_path)
    weights = {(row["category"], row["role"]): row for row in rows(books / "roles.csv")}
    virtue, crime = (weights[f"judgement: {kind}", "agent"] for kind in ("virtue", "crime"))
    assert float(virtue[good]) > float(virtue[bad]) and float(crime[bad]) > float(crime[good])


def test_what_is_written_is_written_whole_or_not_at_all(tmp_path, small_disk):
    path = tmp_path / "weights.csv"
    learn.write(path, "whole")
    with small_disk, pytest.raises(OSError):
        learn.write(path, "x" * 20_000)
    assert path.read_text() == "whole"


def test_decisions_by_hand():
    truth, guess = np.array([True, False, True, False]), np.array([3.0, 2.0, 1.0, 0.0])
    assert learn.decision(truth, guess) == 1.0  # two of three right, none missed: F1 .8 against .67
    assert learn.best_f1(truth, guess) == pytest.approx(0.8)
    assert learn.decision(np.array([True, False, False, False, True]), np.arange(5.0)[::-1]) == 4.0
    assert learn.decision(np.array([True, False, False, False, True]), np.arange(5.0)[::-1], misses=4) == 0.0


def test_an_ablation_finds_what_the_lens_stands_on(gold, tmp_path, capsys):
    out = tmp_path / "ablation.csv"
    ablate.main(["hedging", str(gold), "-o", str(out)])
    found = {row["kind"]: float(row["adds"]) for row in rows(out)}
    assert found["all cues"] == 0 and found["epistemic adverb"] > 0.05
    assert "epistemic adverb" in capsys.readouterr().out
