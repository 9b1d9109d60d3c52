"""The reader's pencil: a file of corrections wins over every lens, is marked, counted, and found again by quotation."""

import csv
import io
import pickle
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis import Text, TextError, brief, corrections, export, hedging, read, show, stance, threat, voices
from analysis.__main__ import main
from analysis.lab import validate

from .conftest import SEED
from .texts import TEXTS, defined

FIRST = "“We will win,” the minister said. Floods threaten the port. It might fail. Ann Lee praised Iran."
RAW = f"{FIRST}\n\nThe mayor said that Iran will attack. Iran lied to Ann Lee."
HEAD = ",".join(corrections.COLUMNS)


@pytest.fixture
def told(tmp_path):
    """A text with these rows of corrections beside it."""

    def write(*rows: tuple | str, raw: str = RAW) -> Text:
        lines = io.StringIO(newline="")
        csv.writer(lines).writerows(row for row in rows if isinstance(row, tuple))
        (tmp_path / "note.txt").write_bytes(raw.encode())
        (tmp_path / "note.corrections.csv").write_bytes(f"{HEAD}\n{lines.getvalue()}".encode())
        return read(tmp_path / "note.txt")

    return write


def cell(text: Text, lens: str, words: str, column: str) -> object:
    """What the table of a lens says of the row that stands on the last of these words; None where no row is."""
    table, start = corrections.TABLES[lens](text), text.raw.rindex(words)
    rows = dict(zip(corrections.spans(text, table), table.to_dict("records"), strict=True))
    return rows.get((start, start + len(words)), {}).get(column)


CASES = [  # lens, quote, prefix, suffix, column, value, and what the table then says
    ("voices", "“We will win,”", "", "", "voice", "Jan  Novak", "Jan Novak"),
    ("reports", "Iran will attack", "", "", "source", "the old mayor", "the old mayor"),
    ("stance", "Iran", "", "lied to", "polarity", "neutral", "neutral"),
    ("stance", "Ann Lee", "lied to", "", "actor", "Mrs. Lee", "Mrs. Lee"),
    ("stance", "Ann Lee", "lied to", "", "holder", "The mayor", "The mayor"),
    ("claims", "Floods threaten the port", "", "", "referent", "Baku", "Baku"),
    ("claims", "Floods threaten the port", "", "", "agent", "", ""),
    ("claims", "Floods threaten the port", "", "", "certainty", "0.3", 0.3),
    ("claims", "Floods threaten the port", "", "", "conditional", "yes", True),
    ("claims", "Floods threaten the port", "", "", "holder", "Ann Lee", "Ann Lee"),
    ("hedging", "It might\nfail.", "", "", "hedged", "no", False),
    ("hedging", "Iran lied to Ann Lee.", "", "", "boosted", "yes", True),
    ("threat", "It might fail.", "", "", "threat", "yes", True),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[4]}")
def test_a_cell_is_what_the_reader_says(told, case):
    *row, expected = case
    words = " ".join(row[1].split())
    assert cell(Text(RAW), row[0], words, row[4]) != expected
    text = told(tuple(row))
    assert cell(text, row[0], words, row[4]) == expected
    assert text.warnings == ["1 row was corrected by hand (note.corrections.csv), marked with ✎."]


@pytest.mark.parametrize(
    ("lens", "words", "there"),
    [
        ("reports", "Iran will attack", "It might fail"),
        ("stance", "the minister", "the port"),
        ("claims", "Floods threaten the port", "Iran lied to Ann Lee"),
    ],
)
def test_rows_go_and_come(told, lens, words, there):
    before = corrections.TABLES[lens](Text(RAW))
    text = told((lens, words, "", "", "row", "remove"), (lens, there, "", "", "row", "add"))
    after = corrections.TABLES[lens](text)
    assert cell(text, lens, words, "start") is None and cell(text, lens, there, "start") == RAW.index(there)
    assert len(after) == len(before) and after.dtypes.equals(before.dtypes)
    assert after.start.is_monotonic_increasing and after.index.tolist() == [*range(len(after))]


def test_what_is_corrected_reaches_the_figures_and_findings(told):
    claim, lied = "Floods threaten the port", "Iran lied to Ann Lee"
    text = told(
        ("claims", claim, "", "", "row", "remove"),
        ("claims", lied, "", "", "row", "add"),
        ("claims", lied, "", "", "agent", "Iran"),
        ("claims", lied, "", "", "referent", "Ann Lee"),
        ("threat", "It might fail.", "", "", "threat", "yes"),
        ("hedging", "It might fail.", "", "", "hedged", "no"),
        ("reports", "Iran will attack", "", "", "source", "the old mayor"),
    )
    plain = Text(RAW)
    assert threat.measure(text).threat_share[0] > threat.measure(plain).threat_share[0]
    assert hedging.measure(text).hedged_share[0] < hedging.measure(plain).hedged_share[0]
    assert threat.measure(text).claims[0] == threat.measure(plain).claims[0]
    cells = stance.matrix(text).query("voice == 'narrator'").set_index("actor")
    assert cells.endangering["Iran"] == cells.endangered["Ann Lee"] == 1
    said = show.prose(*brief.findings(text)).plain
    assert "Iran as a threat to Ann Lee" in said and "Floods" not in said
    assert "the old mayor" in {*threat.claims(text).holder} & {*voices.believed(text).source}


def test_a_corrected_voice_speaks_in_every_table(told):
    text = told(("voices", "“We will win,”", "", "", "voice", "Jan Novak"))
    assert {"Jan Novak"} <= {*stance.toward(text).voice} & {*hedging.measure(text, "voice").voice}


def test_what_a_reader_overrules_is_no_longer_evidence(told):
    plain = stance.toward(Text(RAW)).query("polarity == 'negative'").iloc[-1]
    assert plain.because
    mention = told(("stance", "Iran", "", "lied to", "polarity", "positive"))
    row = stance.toward(mention).query("start == @plain.start").iloc[0]
    assert (row.score, row.because) == (1.0, ())


def test_rows_are_marked_where_they_are_shown(told):
    claim = "Floods threaten the port"
    text = told(
        ("claims", claim, "", "", "referent", "Ba<b>ku"), ("voices", "“We will win,”", "", "", "voice", "Jan Novak")
    )
    shown = show.table(threat.claims(text)[["holder", "agent", "referent", "certainty"]])
    assert [line.count("✎") for line in shown.plain.splitlines()] == [0, 1, 0]
    assert "Ba&lt;b&gt;ku <span" in shown.html and 'aria-label="corrected by hand"' in shown.html
    assert "Jan Novak ✎" in show.marks(text, text.segments.assign(category=text.segments.voice)).plain
    sure = told(("claims", claim, "", "", "certainty", "0.3"))
    assert "✎" in show.table(threat.claims(sure)[["agent", "certainty"]]).plain  # though a number bears no mark
    assert "✎" not in show.table(threat.claims(Text(RAW))).html


WRONG = [
    (("hedges", "It might fail.", "", "", "hedged", "no"), "row 2, column 'lens': 'hedges' is none of voices"),
    (("hedging", "It might fail.", "", "", "hedge", "no"), "row 2, column 'column': 'hedge' is none of hedged"),
    (("threat", "It might fail.", "", "", "row", "remove"), "row 2, column 'column': 'row' is none of threat"),
    (("hedging", "It might fail.", "", "", "hedged", "maybe"), "row 2, column 'value': 'maybe' is not yes or no"),
    (("claims", "Floods threaten the port", "", "", "certainty", "1.2"), "'1.2' is not between 0 and 1"),
    (("stance", "Iran", "", "lied", "polarity", "bad"), "'bad' is not negative, neutral or positive"),
    (("voices", "“We will win,”", "", "", "voice", ""), "'' is not a name; fill it in"),
    (("stance", "", "", "", "polarity", "neutral"), "there are no words; fill them in"),
    (("stance", "Iran", "", "lied", "polarity", "neutral", "and more"), "row 2: it has more cells than row 1"),
]


@pytest.mark.parametrize(("row", "reason"), WRONG, ids=[reason for _, reason in WRONG])
def test_a_row_that_cannot_be_meant_is_one_line(told, row, reason):
    with pytest.raises(TextError) as error:
        told(row)
    assert str(error.value).startswith("note.corrections.csv: row 2") and reason in str(error.value)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xfe\x00", "column 'lens' is missing"),
        (b"lens,quote,column\n", "column 'value' is missing"),
        (b"", "is missing"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path, data, reason):
    (tmp_path / "note.txt").write_text(RAW)
    (tmp_path / "note.corrections.csv").write_bytes(data)
    with pytest.raises(TextError, match=reason):
        read(tmp_path / "note.txt")


def test_what_fits_no_longer_is_told_and_not_applied(told):
    gone = ("claims", "Floods threaten the harbour", "", "", "referent", "Baku")
    no_row = ("stance", "threaten", "", "", "polarity", "negative")
    elsewhere = ("stance", "Ann Lee", "said to", "at noon", "polarity", "negative")  # not the Ann Lee that is left
    any_of_three = ("stance", "Iran", "", "", "polarity", "positive")
    text = told(gone, ("threat", "It might fail.", "", "", "threat", "yes"), no_row, elsewhere, any_of_three)
    assert [line.partition(" (")[0].partition(":")[0] for line in text.warnings] == [
        "1 row was corrected by hand",
        "In note.corrections.csv rows 2, 4, 5, 6 were not applied",
    ]
    assert threat.claims(text).equals(threat.claims(Text(RAW)))
    assert stance.toward(text).equals(stance.toward(Text(RAW)))


BOUGHT = "Germany bought gas from Veldavia."


@pytest.mark.parametrize(
    ("quote", "prefix", "suffix", "edited", "fits"),
    [
        ("Veldavia", "from", "attacked", f"It rained. {BOUGHT}", False),  # another Veldavia is meant
        ("Veldavia", "from", "attacked", f"{BOUGHT} Hackers from\nVeldavia attacked.", True),
        ("Veldavia", "Hackers from", "attacked us", f"{BOUGHT} Hackers from Veldavia struck.", True),
        ("Veldavia", "us", "attacked the port", f"{BOUGHT} In Veldavia attacked the port.", True),
        ("Veldavia", "", "said that it was late", BOUGHT, False),  # it stood at the start of the text
        ("Veldavia", "", "", BOUGHT, True),
        ("Veldavia", "", "", f"{BOUGHT} Veldavia paid.", False),  # which of the two is meant cannot be told
        ("Veldavia", "", "", "Veldavians bought gas.", False),  # Veldavia itself is gone
        ("Veldavia", "bought from", "", "The gas bought from Veldavians.", True),
        ("Veldavia", "", "ns bought", "Veldavians bought gas.", True),
    ],
)
def test_one_side_alone_must_be_telling(quote, prefix, suffix, edited, fits):
    found = [(edited.rindex(quote), edited.rindex(quote) + len(quote))]
    assert (corrections.places(edited, quote, prefix, suffix) == found) is fits


def test_of_two_rows_on_a_cell_the_later_counts(told):
    rows = [("threat", "It might fail.", "", "", "threat", answer) for answer in ("yes", "no")]
    assert not cell(told(*rows), "threat", "It might fail.", "threat")


def test_a_spreadsheet_may_have_saved_it(tmp_path):
    (tmp_path / "note.txt").write_text("-Floods threaten the port.\n\nIt might fail.")
    lines = ["lens;quote;column;value", "hedging;'-Floods threaten the port.;hedged;yes", ";;;", ""]
    (tmp_path / "note.corrections.csv").write_text("\r\n".join(lines), "utf-8-sig", newline="")
    assert hedging.sentences(read(tmp_path / "note.txt")).hedged.tolist() == [True, True]


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("Hedging;It might fail.;Hedged;FALSE", "hedged", False),
        ("threat;It might fail.;threat;Yes", "threat", True),
        ("hedging;It might fail.;certainty;0,9", "certainty", 0.9),
        ("stance;the minister;polarity;Positive", "polarity", "positive"),
        ("stance;the minister;actor;Zoë Novák", "actor", "Zoë Novák"),
    ],
)
def test_capitals_commas_and_other_encodings_are_read(tmp_path, row, column, expected):
    (tmp_path / "note.txt").write_text(RAW, "utf-8")
    (tmp_path / "note.corrections.csv").write_bytes(f"lens;quote;column;value\n{row}".encode("cp1252"))
    lens, words, *_ = row.split(";")
    assert cell(read(tmp_path / "note.txt"), lens.lower(), words, column) == expected


def test_corrections_travel_with_the_text(told):
    text = told(("threat", "It might fail.", "", "", "threat", "yes"))
    assert threat.sentences(pickle.loads(pickle.dumps(text))).equals(threat.sentences(text))


QUOTES = [case[:4] for case in CASES]
WORDS = st.text(st.sampled_from("Iran lied to Ann Lee.“”\r\n’é "), max_size=60)


@given(WORDS, st.sampled_from([0, len(FIRST), len(RAW)]))
@settings(max_examples=300)
def test_a_paragraph_elsewhere_moves_no_correction(paragraph, at):
    """What `around` writes of a place is found there again, whatever stands above, between or below."""
    edited = f"{RAW[:at]}\n\n{paragraph}\n\n{RAW[at:]}"
    for _, quote, *_ in QUOTES:
        words = " ".join(quote.split())
        start = RAW.rindex(words)
        end, moved = start + len(words), (len(edited) - len(RAW)) * (start >= at)
        around = RAW[max(0, start - corrections.AROUND) : start], RAW[end : end + corrections.AROUND]
        assert (start + moved, end + moved) in corrections.places(edited, words, *around)


def test_a_paragraph_elsewhere_leaves_every_correction_in_force(told):
    rows = [case[:6] for case in CASES]
    edited = (
        f"The court sat on Monday.\n\n{RAW.replace(FIRST, FIRST + chr(10) * 2 + 'Rain fell in Ghent.')}\n\nThe end."
    )
    text = told(*rows, raw=edited)
    assert text.warnings == told(*rows).warnings and len(text.warnings) == 1


# --- other rooms


def test_exported_tables_say_what_the_reader_says(told, tmp_path):
    told(("claims", "Floods threaten the port", "", "", "referent", "Baku"))
    assert main(["export", str(tmp_path / "note.txt"), "--to", str(tmp_path / "out.jsonld")]) == 0
    assert "Floods → Baku" in {*export.rows(tmp_path / "out.jsonld").entry}


def test_commands_tell_what_was_not_applied(told, tmp_path, capsys):
    pytest.importorskip("pyarrow", reason="profiles need the extra `cluster`")
    told(("claims", "nowhere", "", "", "row", "remove"), ("threat", "It might fail.", "", "", "threat", "yes"))
    note = str(tmp_path / "note.txt")
    assert main(["export", note, "--to", str(tmp_path / "out")]) == 0
    why = "the words are no longer there, stand there more than once, or no such row stands on them."
    assert capsys.readouterr().err == f"subtext: In note.corrections.csv row 2 was not applied: {why}\n"
    assert main(["profile", note, "-o", str(tmp_path / "out.csv")]) == 0
    why = "1 text has corrections that were not applied, as they do not fit it any more"
    assert f"subtext: {why}: {note}\n" in capsys.readouterr().err


def test_a_bad_row_ends_the_command_in_one_line(told, tmp_path, capsys):
    with pytest.raises(TextError):
        told(("threat", "It might fail.", "", "", "threat", "perhaps"))
    assert main(["export", str(tmp_path / "note.txt"), "--to", str(tmp_path / "out")]) == 1
    line = capsys.readouterr().err
    assert line == "subtext: note.corrections.csv: row 2, column 'value': 'perhaps' is not yes or no\n"
    assert not (tmp_path / "out").exists()


def test_the_file_of_corrections_is_no_text(told, tmp_path):
    told()
    with pytest.raises(TextError, match="stands beside texts"):
        read(tmp_path / "note.corrections.csv")


def test_corrections_are_gold(told, tmp_path):
    told(
        ("threat", "It might fail.", "", "", "threat", "yes"),
        ("threat", "Floods threaten the port.", "", "", "threat", "yes"),
        ("claims", "Floods threaten the port", "", "", "row", "remove"),
        ("claims", "nowhere", "", "", "row", "remove"),
    )
    found = validate.validate(tmp_path).set_index("lens")
    assert found.value.to_dict() == {"threat": 0.5, "claims": 0.0} and found.n.to_dict() == {"threat": 2, "claims": 1}
    assert {*found.corpus} == {"corrections"}


@cache
def form():
    """What the notebook `explore` has for corrections."""
    return defined("explore", "def correction", "def write", TEXT=str(SEED))


VALUES = {"voices": ("voice", "Jan Novak"), "stance": ("actor", "Jan Novak"), "hedging": ("certainty", "0.3")}


@given(TEXTS.filter(lambda raw: raw.isascii() or raw == raw.encode("utf-8", "replace").decode()), st.data())
@settings(max_examples=60)
def test_every_row_of_any_text_can_be_corrected(raw, data):
    """What the form in `explore` writes of a row is applied to that row, or is told if it stands in several places."""
    text = Text(raw)
    lens = data.draw(st.sampled_from([*VALUES]))
    spans = [span for span in corrections.spans(text, corrections.TABLES[lens](text)) if raw[slice(*span)].strip()]
    assume(spans)
    row = form().correction(text, lens, data.draw(st.sampled_from(spans)), *VALUES[lens])
    with TemporaryDirectory() as folder:
        file = Path(folder, "note.corrections.csv")
        show.safe(row).to_csv(file, index=False)
        told = replace(text, corrections=file).warnings
        once = len(corrections.places(raw, *row.loc[0, ["quote", "prefix", "suffix"]])) == 1
        said = "1 row was corrected by hand" if once else "In note.corrections.csv row 2 was not applied"
        assert any(line.startswith(said) for line in told)


def test_an_interrupted_profile_notices_new_corrections(told, tmp_path):
    """What was done before a correction is not taken for what is done with it."""
    corpus = pytest.importorskip("analysis.corpus", reason="profiles need the extra `cluster`")
    part = [("note", tmp_path / "note.txt", {})]
    (tmp_path / "note.txt").write_text(RAW)
    [(before, _)] = corpus._parts(part, {})
    told(("threat", "It might fail.", "", "", "threat", "yes"))
    [(after, _)] = corpus._parts(part, {})
    assert before != after
