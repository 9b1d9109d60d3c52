"""Learning: from corpora of our own, in which one knows what there is to learn, into copies of the codebooks."""

import csv
import json
import math
import random
import shutil

import pytest

pytest.importorskip("sklearn", reason="learning needs the extra `learn`")
from analysis import codebook, readability
from analysis.lab import learn

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
    for module in (codebook, learn, readability):
        monkeypatch.setattr(module, "HERE", tmp_path / "books")
    readability.model.cache_clear()
    yield tmp_path / "books"
    monkeypatch.undo()
    readability.model.cache_clear()


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("lens", "book", "high", "low"),
    [
        ("hedging", "hedging", "perhaps", "said that"),
        ("threat", "threat", "destroy", "no|not|without|never|hardly"),
        ("readability", "vocabulary", "constitutional", "cat"),
    ],
)
def test_a_lens_learns_what_its_corpus_teaches(gold, books, lens, book, high, low):
    before = rows(books / f"{book}.csv")
    report = getattr(learn, lens)(gold)
    after = rows(books / f"{book}.csv")
    assert "cross-validated" in report
    weights = {row["cue"]: float(row["weight"] or "nan") for row in after}
    high, low = (next(weight for cue, weight in weights.items() if cue.startswith(begins)) for begins in (high, low))
    assert high > low
    assert not [row for row in after if row["weight"] and not math.isfinite(float(row["weight"]))]
    if lens != "readability":  # which chooses its words anew; the others keep their rows, and all but the weights
        assert [row["cue"] for row in after] == [row["cue"] for row in before]
        assert [row["source"] for row in after] == [row["source"] for row in before]
    codebook.load(book)


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
    own = {
        row["cue"].split("|")[0]: float(row["own"] or 0)
        for name in ("evaluation", "plain")
        for row in rows(books / f"{name}.csv")
    }
    roles = {
        row.pop("category"): {role: float(weight) for role, weight in row.items()} for row in rows(books / "roles.csv")
    }
    brave, corrupt = (roles[f"judgement: {kind}"][f"doer_{good}"] for kind in ("virtue", "crime"))
    assert brave > 0 > corrupt and roles["act"]["doer_negative"] < 0 > roles["act"]["doer_positive"]
    assert (own["brave"] > 0 > own["corrupt*"]) == (good == "positive")
