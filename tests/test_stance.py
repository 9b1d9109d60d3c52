"""Stance: verdicts, actors and acts as cases; the seed; the contract over arbitrary texts; a floor on gold mentions."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import actors, codebook, read, reader, stance
from analysis.codebook import CodebookError
from analysis.text import Text, TextError

from .texts import TEXTS, cases

SEED = Path(__file__).parent.parent / "seeds" / "lyamin-interview.txt"
EXPERT = "Yury Lyamin"
FAILING = pytest.mark.xfail(strict=True, reason="a known failure: the encoder has seldom seen arms given")


def marked(source: str) -> tuple[Text, tuple[int, int]]:
    """A text and the span that [[…]] marks in it."""
    before, mention, after = source.replace("]]", "[[").split("[[")
    return Text(before + mention + after), (len(before), len(before + mention))


@pytest.mark.parametrize(("raw", "expected"), cases("stance.json"))
def test_verdicts(raw, expected):
    text, span = marked(raw)
    assert stance.toward(text, [span]).polarity.item() == expected


@pytest.mark.parametrize("words", ["Labour betrayed the miners", "Iran finances terror"])
@pytest.mark.parametrize("untrue", ["It is not true that", "It is a lie that", "Nobody says that", "Ana denied that"])
def test_no_verdict_on_whom_a_clause_is_about_that_is_said_to_be_untrue(words, untrue):
    assert stance.toward(Text(f"{words}.")).polarity[0] == "negative"
    assert set(stance.toward(Text(f"{untrue} {words}.")).polarity) <= {"neutral"}


def test_no_verdict_on_whom_others_are_measured_by():
    told = stance.toward(Text("Russia is more honest than America.")).set_index("mention").polarity
    assert told["Russia"] == "positive" and told["America"] == "neutral"


def test_what_a_source_says_is_the_sources_judgement():
    text = Text("Iran claimed that Israel had slaughtered children. Iraq betrayed us.")
    own = stance.toward(text).set_index("mention")[["voice", "holder", "polarity"]]
    assert own.loc["Israel"].tolist() == ["narrator", "Iran", "negative"]
    assert own.loc["Iraq"].tolist() == ["narrator", "narrator", "negative"]
    cells = stance.matrix(text).set_index(["voice", "actor"])
    assert cells.loc[("Iran", "Israel"), "negative"] == 1 and ("narrator", "Israel") not in cells.index


@pytest.mark.parametrize(("raw", "expected"), cases("actors.json"))
def test_actors(raw, expected):
    assert stance.toward(Text(raw))[["mention", "actor"]].values.tolist() == expected


def test_a_republic_is_a_state():
    found = actors.mentions(Text("The Republic of Tarsia began to build. Tarsia went on."))
    assert [(it.actor, it.kind) for it in found] == [("Republic of Tarsia", "state")] * 2


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Turkey has armed Azerbaijan.", ("Turkey", "armed", "Azerbaijan", 1)),
        ("Azerbaijan was armed by Turkey.", ("Turkey", "armed", "Azerbaijan", 1)),
        ("Ankara quickly condemned Israel.", ("Turkey", "condemned", "Israel", -1)),
        ("Kyiv thanked Warsaw.", ("Ukraine", "thanked", "Poland", 1)),
        ("Israel did not attack Iran.", None),
        ("Iran waited, and attacked near Israel.", None),
        ("Turkey, attacked, warned Israel.", ("Turkey", "warned", "Israel", -1)),
        ("The attack worried Turkey and Israel.", None),
    ],
)
def test_who_does_what_to_whom(raw, expected):
    found = stance.relations(Text(raw))[["agent_actor", "act", "target_actor", "weight"]]
    assert found.values.tolist() == ([[*expected]] if expected else [])


@pytest.mark.parametrize(("raw", "expected"), cases("stance_acts.json"))
def test_acts(raw, expected):
    assert stance.relations(Text(raw))[["agent_actor", "act", "target_actor"]].values.tolist() == expected


@pytest.mark.parametrize(
    ("raw", "holder"),
    [
        ("Ethiopia accused Sudan of laying mines.", "Ethiopia"),
        ("Iran was condemned by the president.", "the president"),
        ("Iran was condemned.", "narrator"),
    ],
)
def test_whose_judgement_it_is(raw, holder):
    assert stance.toward(Text(raw)).holder.iloc[-1] == holder


@pytest.mark.parametrize(
    "raw",
    [
        "A dishonest thief from Moscow was caught.",
        "The Kremlin denies this shameful crime.",
        "It is no worse than Iran.",
    ],
)
def test_no_verdict_on_a_place_on_who_denies_or_is_compared(raw):
    assert stance.toward(Text(raw)).polarity.tolist() == ["neutral"]


@pytest.mark.parametrize("raw", ["They like turkey.", "The window was in the east.", "The lion slept by the lake."])
def test_words_that_only_look_like_praise_or_blame(raw):
    assert stance.find(Text(raw)).empty


# --- the seed


@pytest.fixture(scope="module")
def seed():
    return read(SEED)


def test_turkey_has_many_names(seed):
    table = stance.toward(seed)
    names = set(table[table.actor == "Turkey"].mention)
    assert {"Turkey", "Ankara", "Turks", "Turkish"} <= names


def test_the_expert_takes_sides(seed):
    cells = stance.matrix(seed).set_index(["voice", "actor"])
    assert cells.loc[(EXPERT, "Turkey"), "polarity"] < 0 and cells.loc[(EXPERT, "Turkey"), "position"] != "in-group"
    assert cells.loc[(EXPERT, "Turkey"), "negative"] > cells.loc[(EXPERT, "Turkey"), "positive"]
    assert cells.loc[(EXPERT, "Russia"), "position"] == "in-group" and not cells.loc[(EXPERT, "Russia"), "negative"]
    assert cells.loc[(EXPERT, f"we ({EXPERT})"), "position"] == "in-group"


@pytest.mark.xfail(strict=True, reason="a known failure: the encoder takes the West's companies for the agent")
def test_the_west_is_another_out_group_of_the_expert(seed):
    cells = stance.matrix(seed).set_index(["voice", "actor"])
    assert cells.loc[(EXPERT, "the West"), "position"] == "out-group"


def test_the_narrator_is_not_the_expert(seed):
    table = stance.toward(seed)
    assert {"narrator", "interviewer", EXPERT} <= set(table.voice)
    cells = stance.matrix(seed).set_index(["voice", "actor"])
    assert cells.loc[("narrator", "Turkey"), "polarity"] != cells.loc[(EXPERT, "Turkey"), "polarity"]
    assert cells.loc[("narrator", "Russia"), "position"] == ""


def test_too_few_mentions_say_so(seed):
    cells = stance.matrix(seed)
    assert (cells.enough == (cells.mentions >= stance.ENOUGH)).all() and not cells.enough.all()
    assert cells[cells.mentions == 1].polarity_low.isna().all()


def test_verdicts_and_scores_point_the_same_way(seed):
    assert_consistent(stance.toward(seed))
    sentences = stance.toward(seed).query("polarity != 'neutral'").sentence
    assert (stance.score(seed)[sentences] >= reader.cut("sided seen")).all()


def test_a_label_is_no_mention(seed):
    assert stance.toward(seed).start.min() > len(EXPERT)


def test_every_act_has_the_voice_that_tells_of_it():
    found = stance.relations(Text("Ankara condemned Israel. “Moscow accused Kyiv,” said Olga Petrenko."))
    assert found[["voice", "agent_actor"]].to_numpy().tolist() == [["narrator", "Turkey"], ["Olga Petrenko", "Russia"]]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Floods threaten Mali. Gunmen could attack Mali.", ["in-group", 2, 0]),
        ("Floods threaten Mali. Gunmen could attack Mali. Mali threatens the coast.", ["in-group", 2, 1]),
        ("Mali threatens the coast.", ["out-group", 0, 1]),
        ("Mali threatens nobody.", ["", 0, 0]),
    ],
)
def test_who_is_threatened_or_threatens_more_often_has_a_side(raw, expected):
    assert stance.matrix(Text(raw))[["position", "endangered", "endangering"]].to_numpy().tolist() == [expected]


def test_tone_is_the_balance_of_good_and_bad_words():
    assert stance.measure(Text("A brave, honest liar.")).tone[0] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("raw", "actor"),
    [
        ("According to Yury Lyamin, the risks of a new military threat are growing.", "Yury Lyamin"),
        ("The union supplied attack drones to Ukraine.", "Ukraine"),
        pytest.param("The union sent missiles to Ukraine.", "Ukraine", marks=FAILING),
    ],
)
def test_neither_a_source_nor_who_gets_weapons_is_on_a_side(raw, actor):
    cells = stance.matrix(Text(raw)).set_index("actor")
    assert cells.loc[actor, ["endangered", "endangering"]].tolist() == [0, 0]


def test_the_words_behind_a_verdict():
    text = Text("Voters praised Smith. Jones lied, and was sacked for fraud.")
    praised, lied = stance.toward(text, [(15, 20), (22, 27)]).because
    assert text.raw[slice(*praised[0])] == "praised" and text.raw[slice(*lied[0])] in ("lied", "fraud", "sacked")


# --- the contract


def assert_consistent(table):
    """A verdict's score points the same way, and a neutral mention has neither score nor evidence."""
    sided, neutral = table[table.polarity != "neutral"], table[table.polarity == "neutral"]
    assert (neutral.score == 0).all() and not neutral.because.map(len).any()
    assert ((sided.score > 0) == (sided.polarity == "positive")).all()


@given(TEXTS, st.data())
def test_a_row_a_given_span_in_its_order(raw, data):
    text = Text(raw)
    place = st.integers(0, len(raw))
    spans = [tuple(sorted(span)) for span in data.draw(st.lists(st.tuples(place, place), max_size=4))]
    table = stance.toward(text, spans)
    assert list(zip(table.start, table.end, strict=True)) == spans
    assert list(table.mention) == [raw[start:end] for start, end in spans]
    assert table.polarity.isin(stance.POLARITIES).all() and table.score.between(-1, 1).all()
    assert all(0 <= start < end <= len(raw) for because in table.because for start, end in because)
    assert_consistent(table)


@given(TEXTS)
def test_any_text(raw):
    text = Text(raw)
    table = stance.toward(text)
    assert list(table.mention) == [raw[start:end] for start, end in zip(table.start, table.end, strict=True)]
    assert table.start.is_monotonic_increasing and table.start.is_unique
    assert stance.score(text).between(0, 1).all() and len(stance.score(text)) == len(text.sentences)
    assert len(table) == stance.matrix(text).mentions.sum()
    assert stance.measure(text, "voice").mentions.sum() == len(table)
    stance.relations(text)


def test_actors_and_tone_are_counted_by_voice():
    text = Text("“Ankara is brave. Ankara helped us,” said Olga Petrenko. Ankara and Moscow met.")
    table = stance.measure(text, "voice").set_index("voice")
    assert table.actors["Olga Petrenko"] == stance.toward(text).query("voice == 'Olga Petrenko'").actor.nunique()
    assert table.tone["Olga Petrenko"] == 1 and table.tone.isna()["narrator"]


def test_spans_outside_the_text_are_refused():
    with pytest.raises(TextError, match="no mention can be at 3 to 99: the text has 5 characters"):
        stance.toward(Text("Short"), [(3, 99)])


def test_cues_of_ones_own(seed):
    own = codebook.Codebook.parse("cue,category,weight\nbase,mine,1")
    assert stance.find(seed, own).cue.tolist() == ["base"]
    assert stance.measure(seed, codebook=own).positive.item() == 1


def test_words_of_ones_own_count_by_their_weights(tmp_path):
    (tmp_path / "mine.csv").write_text("cue,category,weight\nglorp,mine,3\nblarg,mine,-3")
    text = Text("Smith is a glorp. Jones is a blarg.", codebooks={"evaluation": tmp_path / "mine.csv"})
    assert stance.measure(text)[["positive", "negative", "tone"]].values.tolist() == [[1, 1, 0]]


def test_actors_of_ones_own(tmp_path):
    (tmp_path / "note.txt").write_text("Zelda Corp met the Reds. Reds lied.", "utf-8")
    file = tmp_path / "note.actors.csv"
    file.write_text(
        "actor,kind,names,demonyms,seats\nZelda,organisation,Zelda Corp,,\nthe Red party,organisation,Reds,,\n"
    )
    found = stance.toward(read(tmp_path / "note.txt"))
    assert found.actor.tolist() == ["Zelda", "the Red party", "the Red party"]
    file.write_text("actor,kind,names\n\nZelda,organisation,\n")
    with pytest.raises(CodebookError, match="row 3: no name in the columns names, demonyms, seats"):
        stance.toward(Text("Zelda.", codebooks={"actors": file}))
    file.write_text("actor;names\nZelda;Zelda\n")
    assert stance.toward(Text("Zelda.", codebooks={"actors": file})).actor.tolist() == ["Zelda"]
    for heading, meant in (("actor,kind,namse", "names"), ("actor,knid,names", "kind"), ("Actor,names", "actor")):
        file.write_text(f"{heading}\nZelda,organisation,Zelda\n")
        with pytest.raises(CodebookError, match=f"row 1: there is no column .*; is '{meant}' meant"):
            stance.toward(Text("Zelda.", codebooks={"actors": file}))
    file.write_text("actor,kind,names\nZelda,organisation,Zelda, Inc.\n")
    with pytest.raises(CodebookError, match="row 2: it has more cells than row 1"):
        stance.toward(Text("Zelda.", codebooks={"actors": file}))
    file.write_text("actor,kind,names\nZelda,organisation,Zelda|zelda corp\n")
    with pytest.raises(CodebookError, match="row 2: 'zelda corp' is never found: no capital begins it"):
        stance.toward(Text("Zelda.", codebooks={"actors": file}))


def test_who_is_arrested_is_not_who_arrests():
    """A passive without "by" has no doer, and what follows "on suspicion of" is no target."""
    text = Text("Swedish farmers were also arrested on suspicion of smuggling from Norway. Sweden accused Norway.")
    assert stance.relations(text)[["agent", "target"]].to_numpy().tolist() == [["Sweden", "Norway"]]


@pytest.mark.parametrize("span", [(-3, -1), (6, 0), (500, 900)])
def test_between_refuses_what_is_not_in_the_text(span):
    with pytest.raises(TextError, match="the text has 22 characters"):
        stance.between(Text("Ankara accused Israel."), (0, 6), span)


def test_between_nobody_there_is_nothing():
    assert stance.between(Text(""), (0, 0), (0, 0)).relation == "none"
