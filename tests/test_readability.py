"""Readability: textstat's figures, offline; harder when harder; properties over any string; floors on corpora."""

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from pyphen import Pyphen

from analysis import codebook, hedging, readability
from analysis.text import Text

from .texts import TEXTS, cases

GOLD = os.environ.get("SUBTEXT_GOLD")
SEED = (Path(__file__).parent.parent / "seeds" / "lyamin-interview.txt").read_text("utf-8")


def test_formulas_need_neither_network_nor_home(tmp_path):
    """Any attempt to open a connection, or to write beside the temporary folder, ends in an error."""
    script = """
import socket, sys
def refuse(*_, **__): raise AssertionError("the network was asked")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import nltk
path = [*nltk.data.path]
from analysis import readability
from analysis.text import Text
table = readability.measure(Text(open(sys.argv[1], encoding="utf-8").read()))
print(*(f"{table[name][0]:.4f}" for name in readability.FORMULAS))
assert nltk.data.path == path, "NLTK's search path was left changed"
"""
    seed = tmp_path / "seed.txt"
    seed.write_text(SEED, "utf-8")
    environment = {**os.environ, "HOME": "/nonexistent", "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", script, str(seed)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, umask=0o002)
    # umask: on many desktops groups may write to new folders, and NLTK reads nothing in those
    assert done.stdout.split() == "31.9957 12.8861 15.6812 14.3327 13.1313 13.8050 11.7823 14.4000".split()
    assert list(tmp_path.iterdir()) == [seed], "a temporary folder was left behind"


@pytest.mark.parametrize(("texts", "expected"), cases("harder.json"))
def test_difficulty(texts, expected):
    one, other = (readability.difficulty(Text(raw)) for raw in texts)
    assert (one > other) is expected if expected else one == other


def test_the_difficulty_measured_is_that_of_the_text_inside_its_interval():
    text = Text(SEED)
    row = readability.measure(text).iloc[0]
    assert row.difficulty == pytest.approx(readability.difficulty(text))
    assert row.difficulty_low < row.difficulty < row.difficulty_high
    assert row.words == len(text.words) and row.sentences == len(text.sentences)


def test_measure_by_voice_warns_of_short_passages():
    table = readability.measure(Text(SEED), "voice").set_index("voice")
    assert table.warning["interviewer"] == "under 100 words"
    assert table.warning["narrator"] == "under 30 sentences: not SMOG"
    assert readability.measure(Text(SEED)).warning[0] == ""
    assert len(readability.measure(Text(SEED), "segment")) == len(Text(SEED).segments)


@pytest.mark.parametrize("raw", ["", "!!! ???"])
def test_without_words_there_is_nothing_to_measure(raw):
    row = readability.measure(Text(raw)).iloc[0]
    assert row.words == 0 and row[[*readability.FORMULAS, "spread", "difficulty"]].isna().all()
    assert readability.parts(Text(raw)).empty


def test_find_shows_hard_words_as_written():
    text = Text("The Vizier`s diplomacy, a tool of 1453, was known to my father.")
    found = readability.find(text)
    assert found[["cue", "category", "entry"]].values.tolist() == [
        ["Vizier`s", "rare", "vizier's"],
        ["diplomacy", "long", "diplomacy"],
    ]


def test_score_puts_the_harder_sentence_higher():
    scores = readability.score(Text("The cat sat. Constitutional jurisprudence presupposes adjudicative impartiality."))
    assert scores[0] < 0.5 < scores[1]


@pytest.mark.parametrize(("sentences", "expected"), cases("harder_sentences.json"))
def test_score_of_a_single_sentence(sentences, expected):
    one, other = readability.score(Text(" ".join(sentences)))
    assert (one > other) is expected


def test_by_voice_sentences_and_words_are_those_of_the_other_lenses():
    mine, others = (lens.measure(Text(SEED), "voice").set_index("voice") for lens in (readability, hedging))
    assert mine[["words", "sentences"]].equals(others[["words", "sentences"]])


def test_smog_counts_full_stops_as_the_formula_does():
    told = "The ministry announced a number of new measures on Monday"
    assert readability.measure(Text(f"{told}. " * 30)).warning[0] == ""
    lines = Text("\n\n".join([told] * 9 + [f"{told}."] * 22))
    assert readability.measure(lines).warning[0] == "under 30 sentences: not SMOG" and len(lines.sentences) >= 30


@given(TEXTS)
def test_any_string_can_be_judged(raw):
    text = Text(raw)
    assert all(
        text.raw[row.start : row.end] == row.cue and row.weight > 0 for row in readability.find(text).itertuples()
    )
    scores = readability.score(text)
    assert list(scores.index) == list(text.sentences.index) and scores.between(0, 1).all()
    formulas = readability.formulas(raw).values()
    assert all(map(math.isfinite, formulas)) or all(map(math.isnan, formulas))
    assert math.isfinite(readability.difficulty(text)) == (len(text.words) > 0)


def test_words_that_make_a_text_easier_do_so():
    told, met = (
        readability.difficulty(Text("People say so.")),
        readability.difficulty(Text("Sovereigns pontificate so.")),
    )
    assert told < met


def test_no_word_stays_in_the_memory_of_the_hyphenator():
    readability.measure(Text("Grumblethorpe and Wexcombery met."))
    assert not Pyphen(lang="en_US").hd.cache


@pytest.mark.skipif(not GOLD, reason="SUBTEXT_GOLD does not name a folder of annotated corpora")
def test_the_command_learns_the_same_weights_again(tmp_path, monkeypatch):
    learn = pytest.importorskip("analysis.lab.learn", reason="needs the extra `learn`")
    for name in ("difficulty.csv", "cmudict.zip"):
        (tmp_path / name).write_bytes((codebook.HERE / name).read_bytes())
    for room in (learn, readability):
        monkeypatch.setattr(room, "HERE", tmp_path)
    told = learn.readability(Path(GOLD))
    rank, ordered = map(float, re.findall(r"0\.\d{3}", told))
    assert rank >= 0.76 and ordered >= 0.95, told  # of excerpts that the encoder was not trained on
    one, two = (pd.read_csv(folder / "difficulty.csv", index_col="feature") for folder in (codebook.HERE, tmp_path))
    assert one.index.equals(two.index)
    numbers = one.select_dtypes("number").columns
    assert (one[numbers] - two[numbers]).abs().max().max() < 0.002, "run: python -m analysis learn GOLD_DIR"
    monkeypatch.undo()
    readability.model.cache_clear()
