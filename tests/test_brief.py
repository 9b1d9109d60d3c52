"""What is said about a text in plain sentences has to be true of every text."""

import re

import pytest
from hypothesis import given, settings

import analysis
from analysis import brief, measures, show

from .texts import TEXTS

SENTENCES = (brief.reading, brief.sides, brief.sureness, brief.alarms, brief.hardness, brief.standing)
TABLES = (
    brief.alarming,
    lambda text: brief.evidence(text, analysis.stance.toward(text), "words because actor voice"),
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
        assert show.prose(*say(text)).plain
    assert brief.overview(text).plain
    for make in TABLES:
        assert show.table(make(text)).html


def test_nothing_is_claimed_of_a_text_that_has_nothing():
    said = brief.overview(analysis.Text("It rained.")).plain
    for nothing in ("No actor was found", "No hedge and no booster", "No claim of a threat", "Under 100 words"):
        assert nothing in said


def test_numbers_in_the_sentences_are_those_of_the_tables():
    text = analysis.Text(WAR)
    said, found = brief.overview(text).plain, analysis.hedging.measure(text).iloc[0]
    assert f"{len(text.sentences)} sentences" in said and f"{found.hedges} hedges" in said
    assert f"{len(analysis.threat.claims(text))} claims of a threat" in said


def test_every_link_leads_to_a_sentence_that_is_marked_there():
    harsh = "Russia lied, a dishonest, corrupt, brutal liar."
    unsure = "Perhaps, if it rains, the regime in Russia might possibly destroy us all."
    text = analysis.Text(f"The port is open. {harsh} {unsure}")
    links = re.findall(r'href="(\d\d_\w+)\.ipynb#s(\d+)"', brief.overview(text).html)
    assert len(links) > 1 and all(int(number) < len(text.spans) for _, number in links)


def test_what_several_share_is_not_said_of_one():
    said = brief.overview(analysis.Text("Russia may win. China may lose. Iran may stall.")).plain
    assert "3 actors found: Russia (1), China (1) and Iran (1)." in said and "least certain" not in said


DENIED = "They deny that a missile strike on our cities might possibly threaten the nation with destruction."
ASKED = "Could a missile strike on our cities threaten the nation with war, terror and destruction?"


@pytest.mark.parametrize("odd", [DENIED, ASKED])
def test_what_is_denied_or_asked_is_no_alarm_and_no_doubt(odd):
    text = analysis.Text(f"Floods threaten the port. {odd} The minister may resign.")
    said = brief.overview(text).plain
    assert "least certain statement (the narrator): The minister may resign." in said
    assert "most threatening claim (the narrator): Floods threaten the port." in said
    assert brief.alarming(text).agent.tolist() == ["Floods"]
    assert len(analysis.threat.claims(text)) > 1


def test_an_agent_is_told_once():
    said = brief.alarms(analysis.Text("The flood threatens the port. The flood threatens the town."))
    assert "Said to threaten: The flood." in said


def test_what_is_odd_about_a_text_is_said_first():
    text = analysis.Text("Le pont menace de céder, et la mairie ne peut plus attendre. " * 20)
    note = text.warnings[0]
    assert brief.overview(text).plain.startswith(f"Please note\n{note}")


@pytest.mark.parametrize("name", measures.LENSES)
def test_upright_tables_keep_every_measure_and_voice(name):
    measured = measures.LENSES[name].measure(analysis.Text(WAR), by="voice")
    upright = brief.upright(measured)
    lone = 8 if name == "readability" else 0  # the formulas have no interval
    assert len(upright) == lone + sum(f"{column}_low" in measured for column in measured.columns)
    assert name == "readability" or {"Ana Lee", "narrator"} <= {*upright.columns}
