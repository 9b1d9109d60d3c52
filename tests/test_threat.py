"""Threat: cases as data, what the seed must show, properties over arbitrary strings."""

import csv
from pathlib import Path

import pytest
from hypothesis import given

from analysis import Text, codebook, threat

from .texts import TEXTS, cases

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
        ("“Frankly, the continued growth", {"agent": "Turkey", "referent": "Russia"}, "sure"),
        ("Yerevan and Azerbaijan lack", {"referent": "Armenia", "imminence": "at any moment"}, "hedged"),
        ("If Americans", {"agent": "United States", "referent": "Russia", "means": "this infrastructure"}, "hedged"),
        ("While Baku`s actions", {"agent": "private military companies", "conditional": True}, "hedged"),
        (
            "If Ankara decides",
            {
                "agent": "Turkey",
                "referent": "the regional balance of power",
                "conditional": True,
            },
            "hedged",
        ),
        ("While Baku is unlikely", {"agent": "Turkey and NATO", "conditional": True}, "hedged"),
        ("However, if relations", {"referent": "Russia", "kind": "exposed"}, "hedged"),
        ("Azerbaijan alone", {"agent": "Azerbaijan", "means": "such an action"}, "doubted"),
    ],
)
def test_the_seed(begins, parts, sure):
    sentence = next(i for i, (start, end, _) in enumerate(SEED.spans) if SEED.raw[start:end].startswith(begins))
    said = CLAIMS[CLAIMS.sentence == sentence]
    fits = said[(said[list(parts)] == list(parts.values())).all(axis=1)]
    assert len(fits) == 1, said
    assert sureness(fits.certainty.item()) == sure
    assert fits.voice.item() == "Yury Lyamin"


def test_most_sentences_of_the_seed_make_a_claim_where_a_reader_finds_one():
    with open(HOME / "tests/gold/lyamin-interview.csv", encoding="utf-8", newline="") as file:
        read = [row["threat"] == "yes" for row in csv.DictReader(file)]
    claimed = set(CLAIMS.sentence)
    assert sum((i in claimed) == truth for i, truth in enumerate(read)) >= 0.9 * len(read)


def test_a_question_presupposes():
    (strikes,) = [i for i, (a, b, _) in enumerate(SEED.spans) if "phantom threat" in SEED.raw[a:b]]
    asked = threat.presupposed(SEED)
    said = asked[asked.sentence == strikes][["cue", "phrase"]].values.tolist()
    assert said == [["threat", "the phantom threat of strikes"]]  # one noun phrase, told once


@pytest.mark.parametrize(
    "raw", ["Is there a threat?", "How serious are the supplies?", "Do wars end?", "They fear the war."]
)
def test_a_question_without_a_definite_threat_presupposes_none(raw):
    assert threat.presupposed(Text(raw)).empty


def test_the_evidence_is_what_moves_the_score():
    text = Text("Our children will be in danger. There is no danger. It is blue.")
    moved, found = threat.evidence(text), threat.find(text)
    assert set(moved.sentence) == {0, 1}
    assert set(found.cue) < set(moved.cue)
    scores, base = threat.score(text), threat.score(Text("It is blue.")).item()
    assert scores[0] > base > scores[1] and scores[2] == base


@pytest.mark.parametrize(("raw", "expected"), cases("threat_voices.json"))
def test_whose_claim_it_is(raw, expected):
    assert threat.claims(Text(raw)).voice.tolist() == expected


@pytest.mark.parametrize(
    ("raw", "referent", "response"),
    [
        ("“Russia may attack us. We must build ships,” said Ana Brown.", "we (Ana Brown)", "must build ships"),
        ("“Russia may attack us,” said Ana Brown. “We must build ships,” said Otto Lind.", "we (Ana Brown)", ""),
        ("Estonia is vulnerable. War could break out.", "Estonia", ""),
        ("Estonia is vulnerable. It rained. War could break out.", "", ""),
        ("“Estonia is vulnerable,” said Ana Brown. “War could break out,” said Otto Lind.", "", ""),
    ],
)
def test_one_voice_does_not_finish_what_another_says(raw, referent, response):
    assert threat.claims(Text(raw))[["referent", "response"]].to_numpy().tolist()[-1] == [referent, response]


@pytest.mark.parametrize(
    ("raw", "agent"),
    [
        ("“Iran has been arming. It threatens our whole region,” said Ana Brown.", "Iran"),
        ("“Iran has been arming,” said Ana Brown. “It threatens our whole region,” said Otto Lind.", ""),
    ],
)
def test_one_voice_means_nobody_whom_another_has_named(raw, agent):
    assert threat.claims(Text(raw)).agent.tolist() == [agent]


def test_a_remedy_comes_soon_after_its_problem_and_in_the_same_voice():
    begins = "Gangs threaten the port. "
    for then, remedy in (("", True), ("It rained. ", True), ("It rained. It snowed. ", False)):
        assert threat.frames(Text(f"{begins}{then}We must act.")).remedy.iloc[-1] == remedy
    assert not threat.frames(Text(f"{begins}“We must build more ships,” said Otto Lind.")).remedy.any()


@pytest.mark.parametrize(
    ("raw", "conditional", "imminence"),
    [
        ("The army provided food as rebels threatened the town.", False, ""),
        ("The rebels will attack the town provided that it thaws.", True, ""),
        ("The rebels will attack the town within 12 months.", False, "within 12 months"),
        ("Having bombed it for 12 months, the rebels threaten the town.", False, ""),
    ],
)
def test_on_what_condition_and_how_soon(raw, conditional, imminence):
    (claim,) = threat.claims(Text(raw)).itertuples()
    assert (claim.conditional, claim.imminence) == (conditional, imminence)


def test_the_figures_count_a_reported_claim_as_the_narrators():
    by_voice = threat.measure(Text("Ann Lee said that gangs threaten the port."), by="voice")
    assert by_voice[["voice", "claims"]].values.tolist() == [["narrator", 1]]


def test_a_remedy_answers_a_problem():
    found = threat.frames(Text("You should bake the bread. Serve it cold. Gangs threaten the port. We must act."))
    assert found.remedy.tolist() == [False, False, False, True]
    assert found.cause.tolist() == [False, False, True, False]


@pytest.mark.parametrize("voter", ["goalkeeper", "oven", "government"])
def test_votes_on_what_a_text_is_about_are_no_alarm(voter):
    assert threat.score(Text(f"The {voter} was attacked.")).equals(threat.score(Text("The hedgehog was attacked.")))


def test_functions_of_a_frame():
    found = threat.frames(Text("Floods ruin us because the dam is corrupt. We must defend the town. It is blue."))
    assert found[["problem", "cause", "remedy"]].values.tolist() == [
        [True, True, False],
        [False, False, True],
        [False, False, False],
    ]


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("There is a danger to the public.", "There is no danger to the public."),
        ("The virus poses a threat to residents.", "The virus poses no threat to residents."),
        ("Baku will attack us.", "Baku is unlikely to attack us."),
        ("The risk of flooding is high.", "The risk of flooding is low."),
        ("The enemy will strike at any moment.", "The museum opens at nine on Monday."),
        ("Be afraid.", "Do not be afraid."),
    ],
)
def test_negation_and_reassurance_lower_the_score(more, less):
    high, low = (threat.score(Text(raw)).item() for raw in (more, less))
    assert high > low
    assert low < 0.2


@pytest.mark.parametrize(("raw", "expected"), cases("threat_neutral.json"))
def test_a_neutral_text_makes_no_claim(raw, expected):
    assert len(threat.claims(Text(raw))) == expected


@given(TEXTS)
def test_any_string(raw):
    text = Text(raw)
    scores, claims, found = threat.score(text), threat.claims(text), threat.find(text)
    assert len(scores) == len(text.spans) == len(threat.frames(text))
    assert scores.between(0, 1).all()
    assert claims.certainty.between(0, 1).all()
    assert (claims.end > claims.start).all()
    assert [raw[a:b] for a, b in zip(found.start, found.end, strict=True)] == found.cue.tolist()
    assert set(threat.presupposed(text).sentence) <= set(range(len(text.spans)))
    for by in (None, "voice", "kind", "segment"):
        assert threat.measure(text, by).threats.sum() == len(found)


@given(TEXTS)
def test_words_of_the_codebooks_in_any_order(raw):
    book = codebook.load("claims")
    cues = [cue.cue.split()[0].split("|")[0].rstrip("*?") for cue in book.rows]
    cues += [word for words in book.classes.values() for word in words[:4]]
    text = Text(" ".join(cues[(ord(letter) * 7) % len(cues)] for letter in raw))
    for claim in threat.claims(text).itertuples():
        assert all(claim.start <= a < b <= claim.end for a, b in claim.because)


def test_a_pronoun_after_a_line_of_marks():
    assert threat.claims(Text("* * *\nThey will attack the town.")).agent.tolist() == [""]


def test_a_cause_is_a_cause_of_a_problem():
    found = threat.frames(Text("The delay was caused by rain. The war was caused by greed."))
    assert found.cause.tolist() == [False, True]
