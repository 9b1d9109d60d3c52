"""What is said about a text in plain sentences has to be true of every text."""

import re

import pytest
from hypothesis import given, settings

import analysis
from analysis import brief, compare, measures, show, threat

from .texts import TEXTS

SENTENCES = (brief.overview, brief.reading, brief.sides, brief.sureness, brief.alarms, brief.hardness)
TABLES = (
    *(brief.reasons, brief.reported, brief.verdicts),
    *(brief.claims, brief.functions, brief.scopes),
)
WAR = (
    "“Russia is a brutal regime, and it could attack Ukraine,” warned Ana Lee. “Russia threatens us all. We may lose.” "
    * 4
)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_something_true_can_be_said_of_any_text(raw):
    text = analysis.Text(raw)
    for say in SENTENCES:
        assert say(text).plain
    for make in TABLES:
        assert show.table(make(text)).html


def test_nothing_is_claimed_of_a_text_that_has_nothing():
    said = brief.overview(analysis.Text("It rained.")).plain
    for nothing in ("No actor was found", "No hedge and no booster", "No claim of a threat", "Under 100 words"):
        assert nothing in said


def test_numbers_in_the_sentences_are_those_of_the_tables():
    text = analysis.Text(WAR)
    said, found = brief.overview(text).plain, analysis.hedging.measure(text).iloc[0]
    assert f"{len(text.spans)} sentences" in said and f"{found.hedges} hedges" in said
    assert f"{len(analysis.threat.claims(text))} claims of a threat" in said


def test_every_link_leads_to_a_sentence_that_is_marked_there():
    text = analysis.Text(WAR + "Perhaps, if it rains, the brutal regime in Russia might possibly destroy us all.")
    links = re.findall(r'href="(\d\d_\w+)\.ipynb#s(\d+)"', brief.overview(text).html)
    assert len(links) > 1 and all(int(number) < len(text.spans) for _, number in links)


def test_voices_are_named_beside_each_other_only_where_each_says_enough():
    short = "“We may go,” said Ana Lee. “They could stay,” said Ben Ode."
    assert "by voice" not in brief.sureness(analysis.Text(short)).plain
    long = "“We may go if it could perhaps rain, and they might possibly stay, or so I think,” said Ana Lee.\n\n" * 5
    dull = "The cat sat on the mat and the dog ate the bone in the hall of the house by the sea.\n\n" * 5
    assert "by voice, of those with 50 words or more: Ana Lee " in brief.sureness(analysis.Text(long + dull)).plain


def test_what_several_share_is_not_said_of_one():
    """Neither of the cues nor of the actors that are found once, nor of a sentence that others equal."""
    said = brief.overview(analysis.Text("Russia may win. China may lose. It may rain in Iran.")).plain
    assert "3 actors found: Russia, China and Iran" in said
    for superlative in ("most often", "least certain"):
        assert superlative not in said
    assert "most often" not in brief.sides(analysis.Text("Russia won. Russia lost.")).plain


def test_an_agent_is_told_once():
    said = brief.alarms(analysis.Text("The flood threatens the port. The flood threatens the town.")).plain
    assert "What threatens, as found: The flood.\n" in said


def test_sentences_about_claims_and_about_scores_do_not_contradict():
    text = analysis.Text("Terror, panic, catastrophe, war and death! It rained.")
    assert threat.claims(text).empty and (threat.score(text) >= 0.5).any()
    assert "No claim of a threat was found.\nSentences that score 0.5 or more" in brief.alarms(text).plain


def test_what_is_odd_about_a_text_is_said_first():
    text = analysis.Text("Le pont menace de céder, et la mairie ne peut plus attendre. " * 20)
    note = text.warnings[0]
    assert brief.overview(text).plain.startswith(f"Please note\n{note}")
    assert brief.hardness(text).plain.startswith(note)


def test_keywords_or_a_line_that_there_are_none():
    one, other = analysis.Text("It may rain. " * 40), analysis.Text("It clearly rains. " * 40)
    sides = [compare.Side(text, name) for text, name in ((one, "a"), (other, "b"))]
    assert "clearly" in brief.keywords(*sides).plain
    assert "No cue was found" in brief.keywords(sides[0], sides[0]).plain


def test_the_highest_scoring_sentences_or_a_word_that_there_are_none():
    text = analysis.Text("It may rain. It rained.")
    cues = analysis.hedging.find(text)
    assert (
        "may" in brief.highest(text, cues, [0.9, 0.1]).plain
        and "rained" not in brief.highest(text, cues, [0.9, 0.1]).plain
    )
    assert brief.highest(text, cues, [0.1, 0.1]).plain == "No sentence scores 0.5 or more."


@pytest.mark.parametrize("name", measures.LENSES)
def test_upright_tables_keep_every_measure_and_voice(name):
    measured = measures.LENSES[name].measure(analysis.Text(WAR), by="voice")
    upright = brief.upright(measured)
    lone = 8 if name == "readability" else 0  # the formulas have no interval
    assert len(upright) == lone + sum(f"{column}_low" in measured for column in measured.columns)
    assert name == "readability" or {"Ana Lee", "narrator"} <= {*upright.columns}


def test_formulas_with_their_authors_and_what_they_are_short_of():
    table = brief.formulas(analysis.Text(WAR * 2)).set_index("measure")
    assert table.loc["SMOG", "source"] == "McLaughlin 1969" and "√" in table.formula["SMOG"]
    assert table.warning["SMOG"] and not table.warning["Gunning fog"]
