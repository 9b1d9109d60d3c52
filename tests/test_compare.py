"""Two texts side by side, as the notebook on comparison holds them; two versions of one text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from analysis import Text, brief, hedging, measures, readability
from analysis.compare import versions

from .conftest import SEED as PATH
from .texts import TEXTS, defined

SEED, HEDGES = analysis.read(PATH), measures.label("hedges_per_100")


@pytest.fixture(scope="module")
def compare():
    return defined("06_compare", "def pair", "def differences", TEXT=str(PATH), OTHER=None)


def gaps(compare, one, other):
    """The differences of two texts, by the names that measures have in tables."""
    (_, here), (_, there) = compare.side("one", one), compare.side("other", other)
    labels = {measures.label(name): name for name in measures.names()}
    return compare.differences(here, there).rename(labels)


def test_two_files_two_voices_or_two_halves(compare, tmp_path):
    (tmp_path / "other.txt").write_text("Another text.")
    assert [name for name, _ in compare.pair(SEED, tmp_path / "other.txt")] == [SEED.name, "other"]
    assert [name for name, _ in compare.pair(SEED, PATH)] == [SEED.name, f"{SEED.name} (2)"]
    assert [name for name, _ in compare.pair(SEED)] == ["Yury Lyamin", "narrator"]
    halves = compare.pair(analysis.Text("It rained. It poured. It may snow. It froze."))
    assert [name for name, _ in halves] == ["the first half", "the second half"]
    assert [own.value[HEDGES] > 0 for _, own in halves] == [False, True]


def test_a_voice_measures_the_same_here_and_in_the_table_by_voice(compare):
    table = hedging.measure(SEED, by="voice").set_index("voice")
    for name, own in compare.pair(SEED):
        assert own.value[HEDGES] == table.hedges_per_100[name]


def test_a_text_does_not_differ_from_itself(compare):
    table = gaps(compare, SEED, SEED)
    assert len(table) > 20 and not table.differs.any() and (table.difference == 0).all()


def test_a_difference_is_found_where_there_is_one(compare):
    table = gaps(compare, *(analysis.Text(raw * 60) for raw in ("They may win. ", "They won. ")))
    assert table.differs["hedges_per_100"] and table.difference_low["hedges_per_100"] > 10


def test_the_interval_of_a_difference_is_zou_and_donner_s(compare):
    one, other = (compare.pd.DataFrame([row], columns=["value", "low", "high"]) for row in ((4, 2, 7), (1, 0, 3)))
    found = compare.differences(one, other).iloc[0]
    assert found[["difference", "difference_low", "difference_high"]].astype(float).round(2).tolist() == [3, 0.17, 6.16]


def test_readability_is_held_side_by_side_too(compare):
    draft, final = (
        "The implementation necessitates interinstitutional consultation. ",
        "We must ask them all. ",
    )
    one, other = (analysis.Text(raw * 30) for raw in (draft, final))
    table = gaps(compare, one, other)
    assert table.difference["flesch_kincaid_grade"] > 10 and table.difference["flesch_reading_ease"] < -100
    assert table.difference_low.isna()[[*readability.FORMULAS]].all() and not table.differs["flesch_kincaid_grade"]
    assert table.differs["difficulty"] and table.one["difficulty"] == pytest.approx(readability.difficulty(one))


def test_the_halves_of_a_text_know_its_readers_codebooks(compare, tmp_path):
    (tmp_path / "mine.csv").write_text("cue,category\nwidget,modal")
    text = analysis.Text("A widget fell. " * 40, codebooks={"hedging": tmp_path / "mine.csv"})
    assert all(own.value[HEDGES] > 30 for _, own in compare.pair(text))


DRAFT = Text(
    "The dam will hold. “A flood threatens the valley,” Ana Brown said. “Nobody asked us,” Ben Hill said. It rained."
)
PRINTED = Text(
    "It rained. The dam may hold. “A flood could threaten the valley,” Ana Brown said. Two roads are closed."
)


def test_what_was_added_dropped_and_reworded():
    found = versions(DRAFT, PRINTED)
    told = found.sentences[["change", "sure", "old_sentence", "new_sentence"]].astype(object)
    assert told.where(told.notna(), None).values.tolist() == [
        ["reworded", "vaguer", 0, 1],
        ["reworded", "vaguer", 1, 2],
        ["dropped", "", 2, None],
        ["added", "", None, 3],
    ]
    for side, text in (("old", DRAFT), ("new", PRINTED)):
        own = found.sentences[[f"{side}_{name}" for name in ("start", "end", "text", "voice")]].dropna()
        assert [text.raw[start:end] for start, end, *_ in own.values] == own.iloc[:, 2].tolist()
        assert own.iloc[:, 3].tolist() == [text.voice_at(start + 2) for start in own.iloc[:, 0]]
    assert found.kept == 0.75 and "It rained." not in found.sentences.old_text.values  # which only moved


def test_which_claims_moved_and_whose_voice_was_cut():
    found = versions(DRAFT, PRINTED)
    assert found.claims.change.tolist() == ["vaguer"] and found.claims.old_agent.tolist() == ["A flood"]
    assert (found.claims.new_certainty < found.claims.old_certainty).all()
    assert found.voices.set_index("voice").change["Ben Hill"] == "cut"
    assert found.voices.set_index("voice").old_words["Ben Hill"] == 3
    back = versions(DRAFT, Text("The dam will hold. It rained."))
    assert back.claims.change.tolist() == ["went"]


@pytest.mark.parametrize(
    ("one", "other", "sure"),
    [
        ("Iran may send troops to Iraq.", "Iran will not send troops to Iraq.", "reversed"),
        ("Floods will threaten the port.", "Floods will not threaten the port.", "reversed"),
        ("Iran could send troops to Iraq.", "Iran will send troops to Iraq.", "surer"),
        ("Iran will not send troops to Iraq.", "Iran might not send troops to Iraq.", "vaguer"),
    ],
)
def test_what_is_denied_is_no_surer(one, other, sure):
    back = {"surer": "vaguer", "vaguer": "surer"}.get(sure, sure)
    for old, new, moved in ((one, other, sure), (other, one, back)):
        found = versions(Text(old), Text(new))
        assert [*found.sentences.sure] == [moved] and {*found.claims.change} <= {moved}
    assert len(found.claims) == one.startswith("Floods")


def test_sentences_that_are_one_now_were_not_dropped_and_one_that_is_two_was_not_added_to():
    two, one = Text("The port closed on Monday. Ships left."), Text("The port closed on Monday and ships left.")
    assert [*versions(two, one).sentences.change] == ["reworded", "merged"]
    assert [*versions(one, two).sentences.change] == ["reworded", "split"]


@pytest.mark.parametrize("new", ["Israel threatens Iran.", "Iraq threatens Israel."])
def test_a_claim_with_other_sides_is_told(new):
    assert [*versions(Text("Iran threatens Israel."), Text(new)).claims.change] == ["recast"]


def test_marks_of_another_style_are_no_other_words():
    found = versions(Text("“It’s late,” Ana said."), Text('"It\'s  late," Ana said.'))
    assert found.kept == 1 and found.sentences.empty


def test_a_claim_that_moved_to_another_sentence_has_not_gone():
    old = Text("Floods threaten the port. It rained for a week, as it does in every spring.")
    new = Text("As every spring it rained for a week, and the mayor warned again that floods threaten the port.")
    assert versions(old, new).claims.empty


def test_a_voice_has_as_many_words_as_in_every_other_table():
    table = versions(Text("It rained."), DRAFT).voices.set_index("voice")
    assert table.new_words.to_dict() == hedging.measure(DRAFT, "voice").set_index("voice").words.to_dict()


POOL = ["It rained.", "It may rain.", "It will rain.", "Floods threaten the port.", "Floods could threaten the port."]
POOL += ["“We will win,” Ana Brown said.", "“We may win,” Ana Brown said.", "“It is late,” Ben Hill said.", "…"]
MADE = st.lists(st.sampled_from(POOL), max_size=7).map(" ".join).map(Text)
TURNS = ("dropped added", "merged split", "surer vaguer", "went appeared", "cut new", "shorter longer")
MIRRORED = {one: other for turn in TURNS for one, other in (turn.split(), turn.split()[::-1])}


@settings(max_examples=40)
@given(MADE, MADE)
def test_there_and_back_are_mirrors(one, other):
    there, back = versions(one, other), versions(other, one)
    assert there.kept == back.kept
    for table, mirrored in zip(there[1:], back[1:], strict=True):
        swapped = {name: {"old": "new", "new": "old"}.get(name[:3], name[:3]) + name[3:] for name in table}
        assert rows(table) == rows(mirrored.rename(columns=swapped)[[*table]].replace(MIRRORED))


def rows(table):
    return sorted(map(str, table.astype(object).where(table.notna(), None).values.tolist()))


@settings(max_examples=15)
@given(TEXTS)
def test_nothing_became_of_what_is_the_same(raw):
    assert all(table.empty for table in versions(Text(raw), Text(raw))[1:])


def test_another_text_is_no_version():
    found = versions(SEED, DRAFT)
    assert found.kept == 0 and len(found.sentences) == len(SEED.bounds) + len(DRAFT.bounds)
    (said,) = brief.revised(found)
    assert said == "These are no versions of one text: 0% of the sentences are in both, reworded or not."


def test_what_changed_is_said_in_sentences():
    assert brief.revised(versions(DRAFT, DRAFT)) == ["Every sentence is in both, as it was."]
    told = brief.revised(versions(DRAFT, PRINTED))
    assert told[1:3] == [
        "1 sentence was dropped, said by Ben Hill.",
        "2 sentences were reworded, said by the narrator (1) and Ana Brown (1): 2 vaguer.",
    ]
    assert told[3:] == ["Claims of a threat: 1 became vaguer.", "Cut altogether: Ben Hill (3 words)."]


def test_the_notebook_shows_tables_of_versions_only(tmp_path):
    (tmp_path / "draft.txt").write_text("“It rained all week,” Ana Brown said. Nobody came.")
    (tmp_path / "final.txt").write_text("“It rained for a week,” Ana Brown said. Nobody came. It was late.")
    for other, holds in ((tmp_path / "draft.txt", True), (PATH, False)):
        page = defined("06_compare", "DRAFT =", "claims =", TEXT=tmp_path / "final.txt", OTHER=other)
        assert ("It was late." in page.shown.html) is holds and ("<table" in page.shown.html) is holds
