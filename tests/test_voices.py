"""Voices: cases as data, properties over arbitrary strings, the first text, a floor on annotated articles."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Text, segment, voices

from .conftest import SEED
from .texts import TEXTS, cases, rows

SPEAKERS = {case["input"]: case["speakers"] for _, case in rows("voices.json") if "speakers" in case}
SPEECH = st.sampled_from(
    [
        *(
            "“",
            "”",
            '"',
            "‘",
            "’",
            "`",
            "«",
            "»",
            "„",
            "\n“",
            "\n",
            "\n\n",
            ": ",
            ", ",
            ". ",
            "? ",
            "— ",
            "(",
            ")",
            "**",
        ),
        *(
            "said ",
            "he ",
            "the ",
            "told ",
            "according to ",
            "who ",
            "Ann Lee ",
            "Mr. Lee ",
            "Lee's ",
            "Q: ",
            "LEE: ",
            "\0",
        ),
    ]
)


def passages(raw, speakers=()):
    return Text(raw, meta={"speakers": speakers}).passages


@pytest.mark.parametrize(("raw", "expected"), cases("voices.json"))
def test_who_says_what(raw, expected):
    """Every passage but the narrator's narration: kind, voice, words."""
    found = [[p.kind, p.voice, raw[p.start : p.end]] for p in passages(raw, SPEAKERS.get(raw, ()))]
    assert [row for row in found if row[:2] != ["narration", "narrator"]] == expected


@given(TEXTS | st.lists(SPEECH | TEXTS, max_size=40).map("".join), st.lists(st.text(max_size=8), max_size=2))
def test_passages_cover_every_paragraph_in_order(raw, speakers):
    paragraphs, found = segment.paragraphs(raw), passages(raw, speakers)
    assert all(one.end <= two.start for one, two in pairwise(found))
    for p in found:
        start, end = paragraphs[p.paragraph]
        assert start <= p.start < p.end <= end
        assert raw[p.start : p.end] == raw[p.start : p.end].strip()
        assert p.kind in ("headline", "narration", "question", "answer", "quote")
        assert p.voice
        assert all(0 <= start < end <= len(raw) for start, end in p.because)
    covered = "".join(raw[p.start : p.end] for p in found)
    assert "".join(covered.split()) == "".join("".join(raw[start:end] for start, end in paragraphs).split())


@pytest.mark.parametrize(
    "piece", ['"', "“", "” ", " ‘", " `a", " 'a", "Q: A?\n", "B: “\n", "“a\n", "said ", "“a b,” he said. ", "a?\n"]
)
def test_half_a_megabyte_of_one_thing(piece):
    assert passages(piece * (500_000 // len(piece)))


def test_reports_in_half_a_megabyte_without_a_full_stop():
    assert voices.reports(Text("Ann Lee said that " * 30_000))[0][2] == "Ann Lee"


def test_the_interview():
    text = Text(SEED.read_text("utf-8"))
    spoken = [(p.kind, text.raw[p.start : p.end]) for p in text.passages if p.voice == "Yury Lyamin"]
    assert [kind for kind, _ in spoken] == ["headline", *["quote"] * 4, *["answer"] * 6]
    assert [text.raw[p.start : p.end].split()[0] for p in text.passages if p.voice == "interviewer"] == [
        "Could",
        "How",
        "So,",
    ]
    assert {p.kind for p in text.passages if p.voice == "narrator"} == {"headline", "narration"}
    quote = next(p for p in text.passages if p.kind == "quote")
    assert [text.raw[start:end] for start, end in quote.because] == ["stated", "the expert", "Yury Lyamin"]


def test_reported_speech():
    text = Text("Jan Novak said that the bridge is old. According to the FBI, it may fall. It was built in 1900.")
    reports = [(text.raw[start:end], voice) for start, end, voice, _ in voices.reports(text)]
    assert reports == [
        ("Jan Novak said that the bridge is old.", "Jan Novak"),
        ("According to the FBI, it may fall.", "FBI"),
    ]


def test_reported_speech_with_a_few_words_quoted():
    text = Text('Ann Lee said that the bridge over the river is "a shame". Economists said that Tom Brown "denied it".')
    assert [voice for _, _, voice, _ in voices.reports(text)] == ["Ann Lee", "Economists"]


def test_reported_speech_of_a_pronoun():
    text = Text("Ann Lee opened the bridge. She said that it is safe. “All of it,” she added.")
    assert [voice for _, _, voice, _ in voices.reports(text)] == ["Ann Lee"]


def test_reported_speech_of_whoever_told_somebody_or_claims():
    text = Text(
        "Ann Lee told the Chamber of Ships last Tuesday that the bridge is old. Mr Kowal claims that it is new."
        " I may sue Tom Brown for complaining. In the states that Ann Lee won it rained."
    )
    assert [voice for _, _, voice, _ in voices.reports(text)] == ["Ann Lee", "Kowal"]


def test_reported_speech_of_a_body_without_a_name():
    text = Text("The opposition claims that the bridge is old. It may fall, according to the coast guard.")
    assert [voice for _, _, voice, _ in voices.reports(text)] == ["The opposition", "The coast guard"]


def test_reported_speech_of_whoever_said_it():
    text = Text(
        "Poland and Lenz have agreed to close the bridge, Minister Robert Kowal said on Tuesday. Editor's note: old."
        " The town of Lenz, the oldest of all, is poor, said Ann Lee, an engineer."
    )
    assert [voice for _, _, voice, _ in voices.reports(text)] == ["Robert Kowal", "Ann Lee"]


@pytest.mark.parametrize(
    "raw",
    [
        "Britain declared war on Germany.",
        "On Monday substitute Kofi Mensah added a third.",
        "Leaf Blowers Should Go\n\nThe letter came. It says that leaf blowers are loud.",
        "It is often said that the Treaty of Versailles caused the war.",
        "It was agreed to ask Mr Lee for two offers.",
        "Minister Joan Petrie agrees.",
        "Ann Lee read this book.",
        "The council met Ann Lee. They said that the bridge is old.",
        "When the flood came to Lenz Abbey he saw no one; he flew to a ball and joked that it is old.",
        "Kyiv is a city. He said that the bridge is old.",
        "“The Salt House” is the best novel that Maria Cruz has written.",
        '"The figure is probably exaggerated," said Prof. Lena Brandt of Harbour University.',
        'Ann Lee told reporters on the bridge on Monday: "It is old."',
        '"The bridge," said Ann Lee, an engineer of the Borvale council, "is old."',
        "Clearwater Ltd runs the bridge. The prime minister says that it is old.",
    ],
)
def test_rather_nobody_than_a_wrong_source(raw):
    assert voices.reports(Text(raw)) == []
