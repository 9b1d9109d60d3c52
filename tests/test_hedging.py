"""Hedging: cases as data, what must hold on the seed, properties over arbitrary strings."""

import csv
from pathlib import Path

import pytest
from hypothesis import given

from analysis import Text, codebook, hedging

from .texts import TEXTS, cases

HOME = Path(__file__).parent.parent
SEED = Text((HOME / "seeds" / "lyamin-interview.txt").read_text("utf-8"), "seed")


def told(text: Text, words: str) -> float:
    """How surely the text says these words: its least certain proposition there, or about whom they name."""
    start, found = text.raw.index(words), text.propositions
    end = start + len(words)
    said = found[found.start.between(start, end - 1)].certainty
    whom = found.query("agent_start < @end and @start < agent_end or patient_start < @end and @start < patient_end")
    return min(said if len(said) else whom.certainty, default=1.0)


def answer(raw: str, asked: dict) -> dict:
    """What the lens says to each question that a case asks."""
    text, said = Text(raw), {}
    found = hedging.find(text)
    for name in hedging.GROUPS.keys() & asked.keys():
        said[name] = found[found.category.isin(hedging.GROUPS[name])].cue.tolist()
    if "uncertain" in asked:
        said["uncertain"] = bool(hedging.score(text).max() >= 0.5)
    if "certainty" in asked:
        said["certainty"] = told(text, asked["of"]) if "of" in asked else hedging.sentences(text).certainty.min()
    return said | {key: asked[key] for key in ("of",) if key in asked}


@pytest.mark.parametrize(("raw", "expected"), cases("hedging.json"))
def test_case(raw, expected):
    assert answer(raw, expected) == expected


def test_the_seed_hedges_where_a_reader_says_that_it_does():
    cues = hedging.find(SEED)  # that reader called conditions, hopes and "would" hedges, too
    hedged = set(cues[cues.category.isin(hedging.GROUPS["hedges"] + hedging.GROUPS["supposed"])].sentence)
    with open(HOME / "tests/gold/lyamin-interview.csv", encoding="utf-8", newline="") as file:
        read = [row["hedged"] == "yes" for row in csv.DictReader(file)]
    assert [sentence in hedged for sentence in range(len(SEED.spans))] == read


def test_what_the_seed_must_show():
    found = hedging.find(SEED)
    kind = dict(zip(found.cue.str.lower(), found.category, strict=True))
    assert kind["could"] == "modal"
    assert kind["possibly"] == "epistemic adverb"
    assert kind["unlikely to"] == "epistemic adjective"
    assert kind["cannot be ruled out"] == "negated certainty"
    assert kind["it is logical to anticipate"] == "epistemic adjective"
    assert kind["if"] == "conditional"
    assert kind["absolutely"] == kind["will inevitably"] == "booster"
    assert kind["naturally"] == "attitude marker"
    reports = [i for i, (_, _, p) in enumerate(SEED.spans) if SEED.passages[p].paragraph in (2, 3, 4)]
    plain = found[found.sentence.isin(reports)]
    assert not set(plain.category) & set(hedging.GROUPS["hedges"])
    assert "attribution" in set(plain.category)


def test_a_hedge_in_a_quotation_belongs_to_the_voice_quoted():
    text = Text("“The truce may not last,” Ana Brown said. Supplies might run out.")
    assert hedging.find(text).query("category == 'modal'").voice.tolist() == ["Ana Brown", "narrator"]


@pytest.mark.parametrize(
    "raw", ["It will certainly perhaps rain.", "He denied the report.", "It may rain.", "Did it rain?", "Why so?"]
)
def test_how_sure_a_text_sounds_is_how_sure_its_sentence_sounds(raw):
    assert hedging.measure(Text(raw)).certainty[0] == hedging.sentences(Text(raw)).certainty[0]


def test_categories_can_be_switched_off_and_cues_added():
    text = Text("Some say that many towns will fall.")
    book = codebook.load("hedging")
    assert hedging.find(text, book.without("vague attribution", "vague quantifier", "epistemic verb")).empty
    more = book + codebook.Codebook.parse("cue,category,weight,certainty\nwill fall,modal,2,0.8")
    assert hedging.sentences(Text("Towns will fall."), more).certainty[0] == 0.8


def test_the_codebook_can_be_cited():
    book = codebook.load("hedging")
    known = {category for group in hedging.GROUPS.values() for category in group}
    for cue in book.rows:
        assert cue.source, f"{cue.cue}: no source"
        assert cue.category in known | {"concessive", "denial", "other sense"}, cue.cue
        assert not cue.extra["certainty"] or 0 < float(cue.extra["certainty"]) < 1, cue.cue
        assert any(book.rows[row] == cue for *_, row in book._tried(Text(cue.example))), f"{cue.cue}: {cue.example!r}"
        if strength := cue.extra["certainty"]:  # a longer or an earlier row may win, but not leave another certainty
            entries = {(found.entry, found.category) for found in hedging.find(Text(cue.example)).itertuples()}
            left = {row.extra["certainty"] for row in book.rows if (row.cue, row.category) in entries}
            assert strength in left, f"{cue.cue}: {cue.example!r} is left another certainty"


@given(TEXTS)
def test_every_cue_is_a_slice_of_the_text(raw):
    text = Text(raw)
    found = hedging.find(text)
    assert [raw[a:b] for a, b in zip(found.start, found.end, strict=True)] == found.cue.tolist()
    assert hedging.score(text).between(0, 1).all()
    assert len(hedging.score(text)) == len(text.spans)
    whole = hedging.sentences(text).certainty
    row = hedging.measure(text).iloc[0]
    assert row.certainty == pytest.approx(sum(whole) / len(whole) if len(whole) else float("nan"), nan_ok=True)
    assert (row.drop("group").dropna() >= 0).all()


def test_a_text_that_once_broke_what_hedges_govern():
    """Generated: a comma before the sentence whose first word may open a clause."""
    raw = "Ana Brown was attacked by\x1cnuclear weapons `,\nIf\x1cthe minister  attacks not us\ragainst Iran"
    assert Text(raw).propositions.certainty.between(0, 1).all()


def test_the_share_of_sentences_hedged():
    text = Text("They might attack the port. They attack it today. Nobody works. We walk home.")
    assert hedging.measure(text).hedged_share[0] == 0.25


def test_a_cue_with_a_wide_space_in_it_is_not_broken_by_the_comma_after_it():
    assert hedging.find(Text("There is no  doubt, the mayor said, of it.")).cue[0] == "no  doubt"


def test_of_two_occurrences_the_one_that_a_mark_breaks_is_no_cue():
    assert hedging.find(Text("“Some, say” and some say that we go.")).query("cue == 'some say'").start.tolist() == [16]
