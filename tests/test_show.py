"""Evidence is shown as it stands in the text, and nothing in a text can come alive."""

import re
import subprocess
import sys
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Text, show
from analysis.codebook import Codebook

from .conftest import PAYLOADS

TAGS = set("div p b br mark sup small span ul li a details summary table caption thead tbody tr th td".split())
ATTRIBUTES = set("class style title id role aria-label tabindex scope href".split())
BOOK = Codebook.parse("cue,category\nmay|could,modal\nperhaps,adverb\nperhaps not,negation\n<number>,number")


class Reader(HTMLParser):
    """What a browser would make of the HTML: its tags, its titles, and the text outside the category labels."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.ids, self.titles, self.text, self.label = [], [], [], "", False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        assert tag in TAGS and {name for name, _ in attributes} <= ATTRIBUTES
        given = dict(attributes)
        self.tags.append(tag)
        self.titles.append(given.get("title"))
        self.ids.append(given.get("id"))
        self.label = tag == "sup"
        self.text += "\n" if tag == "br" else ""

    def handle_endtag(self, tag):
        self.label = False

    def handle_data(self, data):
        self.text += "" if self.label else data


def marked(raw, **how):
    text = Text(raw)
    return show.marks(text, BOOK.find(text), **how)


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
def test_payloads_are_text(payload):
    raw = f"We may see {payload} perhaps."
    text = Text(raw, name=payload)
    cues = BOOK.find(text)
    seen = "".join(show.visible(raw).replace("⟨U+000C⟩", "").split())  # a form feed ends a paragraph
    for shown in (show.marks(text, cues), show.prose(raw), show.table(pd.DataFrame({raw: [raw]}), raw)):
        assert seen in "".join(Reader(shown.html).text.replace("⟨U+000C⟩", "").split())
    passages = show.marks(text, text.segments.assign(category=text.segments.voice))
    for shown in (show.marks(text, cues, sentences=[0]), show.folded(payload, passages)):
        assert set(Reader(shown.html).tags) <= TAGS
        assert not set("\x1b\x9b\u202e\u2066") & set(shown.html + shown.plain)


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_is_shown_in_full(raw):
    text = Text(raw)
    cues = BOOK.find(text)
    read = Reader(show.marks(text, cues).html)
    shown = "".join(show.visible(raw[start:end]) for start, end in text.paragraphs)
    assert "".join(shown.split()) in "".join(read.text.split())
    assert read.tags.count("mark") >= len(cues)


@given(st.text(alphabet="$\\x<>&\"'", max_size=30))
def test_a_dollar_or_backslash_never_has_company(raw):
    inside = show.escape(raw).replace("<span>$</span>", "").replace("<span>\\</span>", "")
    assert "$" not in inside and "\\" not in inside and "<" not in inside and ">" not in inside


def test_a_mark_says_category_row_and_voice_without_colour():
    shown = marked("We may stay, perhaps not for 3 days.")
    assert shown.plain.splitlines()[-1] == "We may[modal] stay, perhaps not[negation] for 3[number] days."
    assert "modal · codebook row “may|could” · " in str(Reader(shown.html).titles)
    assert "<sup> modal</sup>" in shown.html


def test_what_is_folded_is_all_there():
    shown = show.folded("<b> & words", show.prose("It rained."), show.prose("It snowed."))
    assert shown.plain == "<b> & words\nIt rained.\nIt snowed."
    assert "<details><summary>&lt;b&gt; &amp; words</summary>" in shown.html


def test_a_folded_table_without_a_caption_has_its_summary_for_one():
    frame = pd.DataFrame({"cue": ["may"]})
    shown = show.folded("<b> words", show.table(frame), show.table(frame, "Named"))
    assert re.findall("<caption.*?</caption>", shown.html) == [
        '<caption class="unseen">&lt;b&gt; words</caption>',
        "<caption>Named</caption>",
    ]
    assert re.findall('aria-label="(.*?)"', shown.html) == ["&lt;b&gt; words", "Named"]


def test_a_cue_over_two_paragraphs_is_marked_in_both():
    text = Text("It rained.\n\nIt may snow.")
    cues = pd.DataFrame({"start": [3, 15], "end": [23, 18], "category": ["weather", "modal"]})
    assert show.marks(text, cues).plain.splitlines()[1:] == ["It rained.[weather]", "It may[modal] snow[weather]."]


def test_a_cue_inside_another_is_marked_in_both():
    text = Text("The base could fall.")
    cues = pd.DataFrame({"start": [4, 9], "end": [19, 14], "category": ["claim", "modal"]})
    assert show.marks(text, cues).plain.splitlines()[-1] == "The base could[modal] fall[claim]."


def test_only_the_sentences_asked_for_with_their_voice():
    shown = marked("We may go. It rains. They could stay.", sentences=[2])
    assert shown.plain.splitlines()[1:] == ["[3]They could[modal] stay. — narrator"]


def test_where_nothing_is_marked_it_is_said_of_a_whole_text_only():
    text, none = Text("Who knows? It rained."), BOOK.find(Text("It rained."))
    assert "Nothing is marked." in show.marks(text, none).html
    assert "Nothing is marked." not in show.marks(text, none, sentences=[0]).html


def test_sentences_can_be_linked_to():
    shown = marked("We may go. It rains. They could stay.", link="s")
    assert [name for name in Reader(shown.html).ids if name] == ["s0", "s1", "s2"]
    assert shown.plain.endswith("[1]We may[modal] go. [2]It rains. [3]They could[modal] stay."), "as readers count"


def test_a_table_links_to_sentences_by_the_numbers_that_readers_see():
    shown = show.table(pd.DataFrame({"sentence": [0, 11]}))
    assert '<a href="#s11">12</a>' in shown.html and shown.plain == "sentence\n1\n12"
    unknown = pd.DataFrame({"sentence": pd.array([1, None], "Int64"), "cue": "may"})
    assert show.table(unknown).plain == "sentence\tcue\n2\tmay\n–\tmay"
    assert show.table(pd.DataFrame({"sentence": ["We may go."]})).plain == "sentence\nWe may go."


def test_a_long_text_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(show, "LIMIT", 100)
    assert len(marked("We may go. " * 5_000).html) < 5_000, "one paragraph without an end"
    shown = marked("We may go.\n\n" * 50, link="s")
    assert [name for name in Reader(shown.html).ids if name] == [f"s{number}" for number in range(9)]
    assert shown.plain.endswith("\n… The rest is not shown here, as the text is long.")
    assert "The rest" not in marked("We may go.\n\n" * 8).plain


def test_offsets_show_the_words_that_stand_there():
    text, frame = Text("We <may>\n go."), pd.DataFrame({"because": [((3, 8), (10, 12)), ()]})
    assert show.table(frame, text=text).plain.splitlines() == ["because", "<may> · go"]
    assert "(3, 8)" in show.table(frame).plain


def test_categories_differ_in_colour_and_some_have_one_of_their_own():
    assert show.tints(["negative", "narrator"]) == {"negative": 1, "narrator": show.GREY}
    assert {*show.tints("abcdef").values()} == {*range(6)}
    grey = [name for name, colour in show.tints("agbhccddeeffggbb").items() if colour == show.GREY]
    assert grey == ["a", "h"], "of more than six, the rarest"
    assert 1 not in [show.tints(["negative", *"abcdefgh"])[name] for name in "abcdefgh"], "blame's own"


def test_an_estimate_and_its_interval_share_a_cell():
    frame = pd.DataFrame(
        {"voice": ["Ana", "Ben"], "rate": [2.0, None], "rate_low": [1.0, None], "rate_high": [4.5, None]}
    )
    frame["sure"] = [True, False]
    shown = show.table(frame, "Rates")
    assert shown.plain.splitlines() == [
        "Rates",
        "voice\trate\tsure",
        "Ana\t2.00 (1.00 to 4.50)\tyes",
        "Ben\t–\tno",
    ]
    assert '<th scope="row">Ana</th>' in shown.html and "<caption>Rates</caption>" in shown.html


def test_a_named_index_is_a_column_and_long_tables_are_cut():
    frame = pd.DataFrame({"n": range(5)}, index=pd.Index(list("abcde"), name="letter"))
    assert show.table(frame, rows=2).plain.splitlines() == ["letter\tn", "a\t0", "b\t1", "… 3 more rows"]


def test_a_table_of_nothing_is_a_line_that_says_so():
    nothing = pd.DataFrame({"start": [], "cue": []})
    assert repr(show.table(nothing)) == "None was found."
    assert repr(show.table(nothing, "Hedges")) == "Hedges. None was found."


def test_any_table_can_be_shown():
    assert repr(show.table(pd.DataFrame())) == "None was found."
    steep = pd.DataFrame({"b": [pd.NaT], "c": [pd.NA]}, index=pd.MultiIndex.from_tuples([("p", "q")], names=["x", "y"]))
    assert repr(show.table(steep)).splitlines()[1].split() == ["p", "q", "–", "–"]
    lists = pd.DataFrame({"because": [[(1, 2)], []], "kind": pd.Categorical(["k", None])})
    assert repr(show.table(lists)).splitlines() == ["because\tkind", "[(1, 2)]\tk", "[]\t–"]


def test_sentences_link_to_their_evidence():
    shown = show.prose("It <hedges>.", ("It warns.", "04_threat_framing.ipynb#s2"))
    assert 'It warns. <a href="04_threat_framing.ipynb#s2">in the text</a>' in shown.html
    assert repr(shown) == "It <hedges>.\nIt warns."


IMPORTED = """
import os
import matplotlib
import pandas
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()

def settings():
    formatters = {name: dict(kind.type_printers) for name, kind in shell.display_formatter.formatters.items()}
    options = pandas.describe_option(_print_desc=False)
    return formatters, options, dict(matplotlib.rcParams), dict(os.environ), dict(vars(pandas.DataFrame))

before = settings()
import analysis, analysis.export, analysis.render
assert settings() == before
"""


def test_importing_changes_no_setting_of_a_notebook():
    pytest.importorskip("nbclient", reason="needs the extra `notebooks`")
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_a_heading_is_no_formula_either():
    assert list(show.safe(pd.DataFrame({"=cmd()": [1.0], "cue": ["may"]}))) == ["'=cmd()", "cue"]


def test_a_link_in_a_table_is_a_link_and_can_do_nothing_else():
    frame = pd.DataFrame({"text": [show.Link("<b>$x$", '"><script>'), "plain"], "n": [1, 2]})
    html = show.table(frame).html
    assert '<a href="&quot;&gt;&lt;script&gt;">&lt;b&gt;<span>$</span>x<span>$</span></a>' in html
    assert "<script>" not in html and show.table(frame).plain.splitlines()[1:] == ["<b>$x$\t1", "plain\t2"]
