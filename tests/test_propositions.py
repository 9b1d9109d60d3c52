"""The parse and what is read from it: cases as data, properties over arbitrary strings, and a model that is missing."""

import hashlib
from types import SimpleNamespace

import pytest
from hypothesis import given, settings

from analysis import Text, parse, predications, voices

from .texts import TEXTS, cases

NAMES = "predicate agent patient negated asked conditional certainty".split()


@pytest.mark.parametrize(("raw", "expected"), cases("propositions.json"))
def test_who_does_what_to_whom_and_how_surely(raw, expected):
    assert Text(raw).propositions[NAMES].values.tolist() == expected


@pytest.mark.parametrize(("raw", "expected"), cases("reports.json"))
def test_what_is_reported_and_who_says_so(raw, expected):
    text = Text(raw)
    assert [[row.source, raw[row.start : row.end]] for row in voices.reports(text).itertuples()] == expected


DENIED = {
    "Clara Moor denied that she had closed the port.": True,
    "Nobody said that the port would close.": True,
    "Nobody denied that the port would close.": False,
    "Clara Moor said that the port would not close.": False,
}


@pytest.mark.parametrize("raw", DENIED)
def test_a_report_says_whether_its_source_denies_it(raw):
    assert voices.reports(Text(raw)).denied.tolist() == [DENIED[raw]]


@pytest.mark.parametrize(("raw", "expected"), cases("believed.json"))
def test_who_is_believed(raw, expected):
    assert voices.believed(Text(raw)).values.tolist() == expected


@pytest.mark.parametrize(("raw", "expected"), cases("predications.json"))
def test_what_is_said_of_each_actor(raw, expected):
    found = predications.find(Text(raw))[["actor", "how", "predication"]].values.tolist()
    assert sorted(found) == sorted(expected)


def test_a_predication_is_held_by_who_says_so_and_is_as_sure():
    found = predications.find(Text("The minister said that Iran may attack Iraq."))
    assert found[["actor", "holder", "certainty"]].values.tolist() == [
        ["Iraq", "the minister", 0.5],
        ["Iran", "the minister", 0.5],
    ]


@settings(max_examples=60)
@given(TEXTS)
def test_a_predication_is_words_of_the_text(raw):
    for row in predications.find(Text(raw)).itertuples():
        assert " ".join(raw[row.start : row.end].split()) == row.predication != ""


def test_the_holder_of_a_claim_is_whoever_says_so_last():
    text = Text("The minister said that engineers warned that the bridge may fall.")
    told = dict(zip(text.propositions.predicate, text.propositions.holder, strict=True))
    assert told == {"said": "narrator", "warned": "the minister", "fall": "engineers"}


@pytest.mark.parametrize(
    ("raw", "certainty"),
    [("The minister denied that the bridge will fall.", 0), ("Nobody said that the bridge will fall.", 0)],
)
def test_what_is_denied_is_nobodys_claim(raw, certainty):
    assert Text(raw).propositions.set_index("predicate").certainty["fall"] == certainty


@settings(max_examples=60)
@given(TEXTS)
def test_the_parse_is_as_long_as_the_text_and_keeps_our_sentences(raw):
    text = Text(raw)
    assert len(text.doc.text) == len(raw)
    starts = {token.idx for token in text.doc if token.is_sent_start}
    assert {start for start, _ in text.bounds} <= starts | {0}


@settings(max_examples=60)
@given(TEXTS)
def test_every_row_is_words_of_the_text(raw):
    text = Text(raw)
    for row in text.propositions.itertuples():
        assert raw[row.start : row.end] == row.predicate != ""
        assert row.agent == (raw[row.agent_start : row.agent_end] if row.agent_start >= 0 else "")
        assert row.patient == (raw[row.patient_start : row.patient_end] if row.patient_start >= 0 else "")
        assert row.agent or row.patient
        assert 0 <= row.certainty <= 1
        start, end = text.bounds[row.sentence]
        assert start <= row.start < end
    for row in voices.reports(text).itertuples():
        assert 0 <= row.start < row.end <= len(raw) and row.source


def test_a_sentence_too_long_for_a_parser_is_parsed_in_parts():
    text = Text("word " * (2 * parse.LONGEST + 10))
    assert max(len(sentence) for sentence in text.doc.sents) <= parse.LONGEST


def test_a_hedge_is_said_of_what_it_governs():
    found = Text("The council may close the school, and the union will strike.").propositions
    assert dict(zip(found.predicate, found.certainty, strict=True)) == {"close": 0.5, "strike": 1.0}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A folder that is looked at in place of the installed model."""
    monkeypatch.setattr(parse, "find_spec", lambda name: None)
    parse.pipeline.cache_clear()
    yield tmp_path
    parse.pipeline.cache_clear()


def test_a_missing_model_is_told_in_one_plain_line(package):
    with pytest.raises(parse.ParserError, match=r"^no English parser is installed; .*pip install") as told:
        parse.pipeline()
    assert "\n" not in str(told.value)


def test_a_damaged_model_is_refused(package, monkeypatch):
    found = SimpleNamespace(submodule_search_locations=[str(package)])
    monkeypatch.setattr(parse, "find_spec", lambda name: found if name == parse.REUPLOAD else None)
    (package / "__init__.py").write_text("raise SystemExit('code that must not run')")
    with pytest.raises(parse.ParserError, match="not as it was published"):
        parse.pipeline()


def test_the_checksums_are_those_of_files_that_the_parser_reads():
    lines = [line.split() for line in parse.CHECKSUMS.read_text("utf-8").splitlines()]
    assert all(len(checksum) == hashlib.sha256().digest_size * 2 for checksum, _ in lines)
    assert {"parser/model", "tok2vec/model", "tagger/model"} <= {name.partition("/")[2] for _, name in lines}


def test_a_label_is_no_word_of_what_is_said():
    turns = ["NOVAK: Will the council close it?", "LEE: The council closed it.", "NOVAK: When?", "LEE: I forgot."]
    text = Text("\n".join(turns))
    assert set(text.propositions.agent) <= {"the council", "The council", "I"}


@pytest.mark.parametrize(
    "dateline", ["NAIROBI, Sept 3 (Agency) - ", "Geneva (AP) — ", "NEW YORK, May 12 – ", "St. Ives, Cornwall (PA) -- "]
)
def test_a_dateline_acts_in_no_sentence(dateline):
    text = Text(f"{dateline}The army attacked Poland.")
    assert text.propositions[["agent", "patient"]].values.tolist() == [["The army", "Poland"]]


@pytest.mark.parametrize("raw", ["NATO – not Iran – attacked Poland.", "NATO - and only NATO - attacked."])
def test_a_name_before_a_dash_is_no_dateline(raw):
    assert [sentence.text for sentence in Text(raw).doc.sents] == [raw]
