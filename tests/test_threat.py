"""Threat: cases as data, what the seed must show, properties over arbitrary strings."""

import csv
from pathlib import Path

import pytest
from hypothesis import given

from analysis import Text, threat
from analysis.clauses import WORDS

from .texts import TEXTS, cases

FAILING = pytest.mark.xfail(strict=True, reason="a known failure")
HOME = Path(__file__).parent.parent
SEED = Text((HOME / "seeds" / "lyamin-interview.txt").read_text("utf-8"), "seed")
CLAIMS = threat.claims(SEED)


def sureness(certainty):
    return "sure" if certainty >= 0.8 else "hedged" if certainty >= 0.3 else "doubted"


@pytest.mark.parametrize(("raw", "expected"), cases("threat.json"))
def test_claims(raw, expected):
    found = threat.claims(Text(raw))
    rows = found[["agent", "referent", "means", "certainty"]].values.tolist()
    assert [[*parts, sureness(certainty)] for *parts, certainty in rows] == expected


@pytest.mark.parametrize(
    ("begins", "parts", "sure"),
    [
        (
            "Yury Lyamin: “If diplomacy",
            {"agent": "new tensions", "referent": "the region", "conditional": True},
            "hedged",
        ),
        ("“Frankly, the continued growth", {"referent": "Russian interests"}, "sure"),
        pytest.param("“And yes, Armenia", {"agent": "", "referent": "Armenia"}, "sure", marks=FAILING),
        pytest.param("Yerevan and Azerbaijan lack", {"agent": "a new round of conflict"}, "hedged", marks=FAILING),
        (
            "If Americans",
            {"agent": "Americans or their allies", "referent": "we (Yury Lyamin)", "conditional": True},
            "hedged",
        ),
        (
            "If Ankara decides",
            {"agent": "Turkey", "referent": "the regional balance of power", "conditional": True},
            "hedged",
        ),
        ("However, if relations", {"referent": "our southern flank"}, "hedged"),
    ],
)
def test_the_seed(begins, parts, sure):
    sentence = next(i for i, (start, end, _) in enumerate(SEED.spans) if SEED.raw[start:end].startswith(begins))
    said = CLAIMS[CLAIMS.sentence == sentence]
    fits = said[(said[list(parts)] == list(parts.values())).all(axis=1)]
    assert len(fits) == 1, said
    assert sureness(fits.certainty.item()) == sure
    assert fits.holder.item() == "Yury Lyamin"


def test_most_sentences_of_the_seed_make_a_claim_where_a_reader_finds_one():
    with open(HOME / "tests/gold/lyamin-interview.csv", encoding="utf-8", newline="") as file:
        read = [row["threat"] == "yes" for row in csv.DictReader(file)]
    claimed = set(CLAIMS.sentence)
    assert sum((i in claimed) == truth for i, truth in enumerate(read)) >= 0.8 * len(read)


def test_a_danger_whose_truth_is_asked_is_an_uncertain_claim_of_whoever_asks():
    (strikes,) = [i for i, (a, b, _) in enumerate(SEED.spans) if "phantom threat" in SEED.raw[a:b]]
    asked = CLAIMS[CLAIMS.sentence == strikes]
    assert set(asked.holder) == {"interviewer"}
    assert asked.certainty.between(0.3, 0.5).all()


@pytest.mark.parametrize(
    "raw",
    [
        "The treaty should prevent the fleet from attacking the port.",
        "We must avert an attack on the port.",
        pytest.param("The wall protects the port from the sea.", marks=FAILING),
    ],
)
def test_what_is_to_be_prevented_is_possible(raw):
    (claim,) = threat.claims(Text(raw)).itertuples()
    assert claim.certainty == 0.5


def test_a_sentence_tells_of_a_danger_if_it_claims_one():
    text = Text("Floods threaten the port. It is blue. Terror, terror, threats of war and terror!")
    table = threat.sentences(text)
    assert table.threat.tolist() == [True, False, False] and table.score.iloc[2] > table.score.iloc[1]


@pytest.mark.parametrize(("raw", "expected"), cases("threat_voices.json"))
def test_whose_claim_it_is(raw, expected):
    assert threat.claims(Text(raw)).holder.tolist() == expected


@pytest.mark.parametrize(
    ("raw", "referent"),
    [
        ("“Russia may attack us,” said Ana Brown. “We must build ships,” said Otto Lind.", "we (Ana Brown)"),
        ("Estonia is vulnerable. It rained. War could break out.", ""),
        ("“Estonia is vulnerable,” said Ana Brown. “War could break out,” said Otto Lind.", ""),
    ],
)
def test_one_voice_does_not_finish_what_another_says(raw, referent):
    assert threat.claims(Text(raw)).referent.tolist()[-1] == referent


@pytest.mark.parametrize(
    ("raw", "agent"),
    [
        ("“The militia has been arming. It threatens our whole region,” said Ana Brown.", "the militia"),
        ("“The militia has been arming,” said Ana Brown. “It threatens our whole region,” said Otto Lind.", ""),
    ],
)
def test_one_voice_means_nobody_whom_another_has_named(raw, agent):
    assert threat.claims(Text(raw)).agent.tolist()[-1] == agent


@pytest.mark.parametrize(
    ("raw", "conditional"),
    [
        ("The army provided food as rebels threatened the town.", False),
        ("The rebels will attack the town if it thaws.", True),
    ],
)
def test_on_what_condition(raw, conditional):
    *_, claim = threat.claims(Text(raw)).itertuples()
    assert claim.conditional == conditional


def test_the_figures_count_a_reported_claim_as_the_narrators():
    by_voice = threat.measure(Text("Ann Lee said that gangs threaten the port."), by="voice")
    assert by_voice[["voice", "claims"]].values.tolist() == [["narrator", 1]]


@pytest.mark.parametrize(
    ("more", "less"),
    [
        pytest.param("There is a danger to the public.", "There is no danger to the public.", marks=FAILING),
        pytest.param(
            "The virus poses a threat to residents.", "The virus poses no threat to residents.", marks=FAILING
        ),
        pytest.param("Baku will attack us.", "Baku is unlikely to attack us.", marks=FAILING),
        pytest.param("The risk of flooding is high.", "The risk of flooding is low.", marks=FAILING),
        ("The enemy will strike at any moment.", "The museum opens at nine on Monday."),
        pytest.param("Be afraid.", "Do not be afraid.", marks=FAILING),
    ],
)
def test_negation_and_reassurance_lower_the_score(more, less):
    """The encoder learned from single lines of propaganda, where even a danger denied is meant to frighten."""
    high, low = (threat.score(Text(raw)).item() for raw in (more, less))
    assert high > low
    assert low < 0.2


@pytest.mark.parametrize(("raw", "expected"), cases("threat_neutral.json"))
def test_a_neutral_text_makes_no_claim(raw, expected):
    assert len(threat.claims(Text(raw))) == expected


@given(TEXTS)
def test_any_string(raw):
    text = Text(raw)
    scores, made, found = threat.score(text), threat.claims(text), threat.find(text)
    assert len(scores) == len(text.spans)
    assert scores.between(0, 1).all()
    assert made.certainty.between(0, 1).all()
    assert (made.end > made.start).all()
    assert [raw[a:b] for a, b in zip(found.start, found.end, strict=True)] == found.cue.tolist()
    assert len(threat.sentences(text)) == len(text.spans)
    for by in (None, "voice", "kind", "segment"):
        assert threat.measure(text, by).threats.sum() == len(found)


@given(TEXTS)
def test_words_of_the_codebooks_in_any_order(raw):
    words = [*sorted(WORDS["actions"])[:40], *"threaten endanger attack kill destroy danger risk enemy war".split()]
    words += "may not the a of to by with from against is was that who Iran we it , . ? “ ” if must no".split()
    text = Text(" ".join(words[(ord(letter) * 7) % len(words)] for letter in raw))
    for claim in threat.claims(text).itertuples():
        assert all(claim.start <= a < b <= claim.end for a, b in claim.because)


def test_a_pronoun_after_a_line_of_marks():
    assert threat.claims(Text("* * *\nThey will attack the town.")).agent.tolist() == [""]
