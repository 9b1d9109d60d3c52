"""Validation: statistics with values worked out by hand, corpora of our own, and what an unreadable one is told."""

import json
import math

import pytest

from analysis import TextError, validate
from analysis.validate import auc, f1, macro_f1, share, spearman

CORPORA = {
    "segments": [
        {"id": "a", "genre": "news", "paragraphs": [["It rained.", "Dr. Berg left.", "We stayed."], ["It stopped."]]},
        {"id": "b", "genre": "vlog", "paragraphs": [["so then", "we left"]]},
    ],
    "voices": [
        {
            "id": "a",
            "text": "Anna Berg spoke. “We will not leave this town,” Berg said.",
            "attributions": [{"source": [[48, 52]], "cue": [[53, 57]], "content": [[17, 47]]}],
        }
    ],
    "hedging": [
        {"text": "It may perhaps have rained.", "uncertain": True},
        {"text": "Two bridges were closed on Monday.", "uncertain": False},
    ],
    "stance": [
        {"text": "Berg was sacked for fraud.", "start": 0, "end": 4, "polarity": "negative"},
        {"text": "Voters praised Berg for her courage.", "start": 15, "end": 19, "polarity": "positive"},
        {"text": "Berg arrived on Monday.", "start": 0, "end": 4, "polarity": "neutral"},
    ],
    "threat": [
        {"article": "a", "text": "Terrorists will attack our children and destroy our nation.", "fear_appeal": True},
        {"article": "b", "text": "The bakery opens at nine.", "fear_appeal": False},
        {"article": "c", "text": "The match ended in a draw.", "fear_appeal": False},
    ],
    "readability": [
        {"id": "1", "text": "The cat sat on the mat. It was a big cat. It was red.", "ease": 1.0},
        {"id": "2", "text": "Constitutional jurisprudence presupposes interpretative methodologies.", "ease": -2.0},
        {"id": "3", "text": "The town council met on Monday evening to discuss a new bridge.", "ease": 0.0},
    ],
    "levels": [
        {
            "story": "bridge",
            "adv": "The municipality's deliberations concerning infrastructural deterioration proved inconclusive.",
            "int": "The town council talked for hours about the broken bridge, but it did not decide anything.",
            "ele": "The bridge is old. The town talked about it. They did not say what to do.",
        }
    ],
}


@pytest.fixture
def gold(tmp_path):
    for name, rows in CORPORA.items():
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path


def test_statistics_worked_out_by_hand():
    assert f1([{"hit": 2, "miss": 1}, {"hit": 1, "false alarm": 2}]) == pytest.approx(2 * 3 / (2 * 3 + 3))
    assert f1([{"rest": 5}]) == 0
    pairs = [("negative", "negative"), ("negative", "neutral"), ("neutral", "neutral"), ("positive", "negative")]
    assert macro_f1([pairs]) == pytest.approx((1 / 2 + 2 / 3 + 0) / 3)
    assert share([(1, 2), (2, 2)]) == 0.75
    assert auc([[(True, 0.9), (False, 0.1)], [(True, 0.4), (False, 0.6), (False, 0.4)]]) == pytest.approx(4.5 / 6)
    assert math.isnan(auc([[(False, 0.3)]]))
    assert spearman([(1, 10), (2, 30), (3, 20)]) == pytest.approx(0.5)


def test_every_corpus_is_scored_beside_its_baseline(gold):
    found = validate.validate(gold).set_index("corpus")
    assert found.index.tolist() == list(CORPORA)
    assert found.value["segments"] == found.value["hedging"] == found.value["threat"] == found.value["voices"] == 1
    assert found.value["levels"] == 1
    assert found.baseline_value["segments"] < 1
    # in corpora as small as these a resample can be all of one kind, and rank statistics have no value then
    assert (found.low.dropna() <= found.value[found.low.notna()] + 1e-9).all()
    assert (found.value[found.high.notna()] <= found.high.dropna() + 1e-9).all()


def test_only_the_corpora_asked_for(gold):
    assert validate.validate(gold, ["hedging"]).corpus.tolist() == ["hedging"]


def test_the_same_figures_every_time(gold):
    assert validate.validate(gold, ["threat", "stance"]).equals(validate.validate(gold, ["threat", "stance"]))


def test_a_corpus_that_cannot_be_read_is_one_plain_line(gold, tmp_path):
    with pytest.raises(TextError, match=r"no corpus here; expected one of segments\.jsonl"):
        validate.validate(tmp_path / "none")
    (gold / "hedging.jsonl").write_text('{"text": "It rained.", "uncertain": false}\n{broken\n', encoding="utf-8")
    with pytest.raises(TextError, match=r"hedging\.jsonl: line 2 is not a JSON object"):
        validate.validate(gold, ["hedging"])
