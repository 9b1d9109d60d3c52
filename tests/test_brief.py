"""What is said about a text in plain sentences has to be true of every text."""

import re

import pytest
from hypothesis import given, settings

import analysis
from analysis import Text, brief, measures, show, summary

from .conftest import SEED
from .texts import TEXTS

SENTENCES = (brief.findings, brief.reading, brief.sides, brief.sureness, brief.alarms, brief.hardness, brief.standing)
TABLES = (brief.alarming,)
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


def said(text, *says):
    """All that the given functions say of a text; without any, all that is said of it at all."""
    return "\n".join(show.prose(*say(text)).plain for say in says or SENTENCES)


def test_nothing_is_claimed_of_a_text_that_has_nothing():
    told = said(analysis.Text("It rained."))
    for nothing in (
        "Nothing found is sure enough",
        "No actor",
        "No hedge and no booster was found",
        "No claim",
        "Under 100 words",
    ):
        assert nothing in told


def test_numbers_in_the_sentences_are_those_of_the_tables():
    text = analysis.Text(WAR)
    told, found = said(text), analysis.hedging.measure(text).iloc[0]
    assert f"{len(text.sentences)} sentences" in told and f"{found.hedges} hedges and " in told
    assert f"{analysis.threat.asserted(text).sentence.nunique()} sentences may claim a danger" in told


def test_what_somebody_is_quoted_with_is_theirs_and_what_they_think_is_not_told():
    quoted = analysis.Text("“Two dry years would threaten the survival of every farm in Lenz,” said Ana Lee.")
    thought = analysis.Text("Ministers think that two dry years would threaten the survival of every farm in Lenz.")
    assert brief.alarming(quoted).holder.tolist() == ["Ana Lee"] and brief.alarming(thought).empty


def test_only_a_short_turn_that_ends_in_a_question_is_asked():
    speech = "ANA LEE: Floods threaten the port. We built. We paid. We dug. We lost. Floods came. Why?\nBEN HILL: Who?"
    turn = "ANA LEE: Floods threaten the port. Why?\nBEN HILL: Nobody knows.\nANA LEE: Who would?\nBEN HILL: Nobody."
    assert 0 not in summary.asked(analysis.Text(speech)) and 0 in summary.asked(analysis.Text(turn))


def test_every_link_leads_to_a_sentence_that_is_marked_there():
    text = analysis.Text("The port is open. Floods could threaten the port. Fires could threaten the town.")
    links = re.findall(r'href="(\d\d_\w+)\.ipynb#s(\d+)"', brief.overview(text).html)
    assert {("04_threat_framing", "1"), ("04_threat_framing", "2")} <= {*links}


FLAT, LEFT_OPEN = "Floods pose a grave threat to the port.", "Floods may threaten the port."
SURENESS = {
    FLAT: "presents “Floods” as a threat to “the port”: 1 claim, stated flatly.",
    LEFT_OPEN: "as a possible threat to “the port”: 1 claim, not stated as certain.",
    f"{FLAT} {FLAT}": "presents “Floods” as a threat to “the port”: 2 claims, stated flatly.",
    f"{FLAT} {LEFT_OPEN}": "threat to “the port”: 2 claims, 1 stated flatly.",
}


@pytest.mark.parametrize("raw", SURENESS)
def test_a_finding_says_how_sure_it_is_made_to_sound(raw):
    finding, how_often_right = said(analysis.Text(raw), brief.findings).split("\n")
    assert finding.endswith(SURENESS[raw]) and "75% of such claims were right" in how_often_right


def test_what_is_reported_is_told_of_its_source():
    told = said(analysis.Text("The mayor said that floods threaten the port."), brief.findings)
    assert "The mayor, as the narrator reports it, presents “floods” as a threat to “the port”" in told
    assert "The narrator presents" not in told


DENIED = "They deny that a missile strike on our cities might possibly threaten the nation with destruction."
ASKED = "Could a missile strike on our cities threaten the nation with war, terror and destruction?"
MOCKED = "The so-called threat of Iran to the nation is growing. The “threat” of war to the nation is growing."


THOUGHT = "The opposition fears that the attack endangers the nation. Critics believe that war threatens the nation."


@pytest.mark.parametrize("odd", [DENIED, ASKED, MOCKED, THOUGHT])
def test_what_is_denied_asked_mocked_or_thought_by_others_is_no_finding_of_the_voice(odd):
    text = analysis.Text(f"Floods threaten the port. {odd} The minister may resign.")
    own = brief.alarming(text).query("holder == voice")
    assert own.agent.tolist() == ["Floods"]
    assert not re.search("The narrator presents.* nation", said(text, brief.findings))
    assert len(analysis.threat.claims(text)) > 1


BLAME = "Russia lied, a dishonest, corrupt, brutal liar. "


def test_whom_a_voice_speaks_ill_of_by_itself():
    assert "The narrator speaks ill of Russia in 4 of 4 mentions, and well in none." in said(
        analysis.Text(BLAME * 4), brief.findings
    )
    passed_on = analysis.Text("The minister said that Russia lied, a dishonest, corrupt, brutal liar. " * 4)
    asked = analysis.Text("Is Russia a dishonest, corrupt, brutal liar? " * 4)
    assert "speaks ill" not in said(passed_on, brief.findings) + said(asked, brief.findings)


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


def test_a_questioner_presents_nobody_as_a_threat():
    raw = (
        "Q: Iran threatens the coast. What do you do?\nLEE: Rising seas threaten the port.\nQ: And then?\nLEE: We wait."
    )
    assert set(brief.alarming(analysis.Text(raw)).agent) == {"Rising seas"}


def test_a_claim_is_told_only_if_both_its_sides_are_likely_right():
    told = analysis.Text("Rising seas could threaten the port. The town is in grave danger.")
    assert len(analysis.threat.claims(told)) == 2 and brief.alarming(told).agent.tolist() == ["Rising seas"]


SPEECH = (
    "MODERATOR: Must the port of Lenz stay open at any price, or may it close?\n"
    "LEE: The port of Lenz must stay open, as every town on the coast lives by that port. I had tea.\n"
    "MODERATOR: And you?\n"
    "HILL: Close the port of Lenz, and the coast will have clean water in every town again. It rained.\n"
)


def test_the_voices_speak_for_themselves_each_by_its_own_sentence():
    told = show.prose(*brief.words(analysis.Text(SPEECH))).plain.split("\n")
    assert [line.split()[0] for line in told] == ["LEE:", "HILL:"]
    assert "must stay open" in told[0] and "clean water" in told[1]


def test_nothing_is_shown_twice_and_nobody_is_drowned_out():
    lone = "“The coast needs clean water more than any port,” said Ana Lee."
    text = analysis.Text(" ".join(["The port of Lenz must stay open, as the coast lives by it."] * 9 + [lone]))
    assert summary.central(text).voice.tolist() == ["narrator", "Ana Lee"]


def test_half_a_quotation_loses_its_lone_mark():
    text = analysis.Text("“The port must close for good. The coast wants clean water for every town,” said Ana Lee.")
    assert show.prose(*brief.words(text)).plain.startswith("Ana Lee: The coast wants")


PLAYED_DOWN = "Kolun's threat to the gas line is empty. The danger to the port is exaggerated."


def test_a_danger_that_is_played_down_is_no_finding():
    assert brief.alarming(analysis.Text(PLAYED_DOWN)).empty
    assert len(brief.alarming(analysis.Text("Kolun's threat to the gas line is growing."))) == 1


LEANING = (
    "It is true that the port of Lenz needs a longer pier and a new crane for its ships. "
    "She must close the port of Lenz and its pier before the winter comes. "
    "The port of Lenz must have a longer pier before the winter comes."
)


def test_what_is_granted_or_means_somebody_named_before_is_not_shown_first():
    assert summary.central(analysis.Text(LEANING), 1).sentence.tolist() == [2]


def test_a_text_full_of_alarm_is_higher_than_others_on_threats():
    raw = "The enemy threatens to destroy our towns. Terror and war are a grave danger to our children. " * 12
    said = brief.standing(Text(raw))
    assert any(it.startswith("Higher") and "threat claims" in it for it in said)
    assert not any("Linsear" in it or "spread" in it for it in said)


def test_nobody_presents_themselves_and_nobody_nameless_presents_anything():
    raw = "They said that Tarsia threatens Iran. Tarsia vowed to destroy the port."
    told = [it[0] for it in brief.findings(Text(raw))]
    assert not any(it.startswith(("They", "Tarsia presents Tarsia")) for it in told)


def test_the_seed_is_placed_by_our_own_measure():
    assert "than the average text for pupils of grades 3 to 12 (" in brief.hardness(analysis.read(SEED))[1]
