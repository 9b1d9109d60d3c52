"""Voices: cases as data, properties over arbitrary strings, the first text, a floor on annotated articles."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Text, actors, segment
from analysis.names import WORDS as LISTS

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
WORDS = SPEECH | st.sampled_from(
    [
        *sorted(f"{form} " for words in LISTS.values() for word in words for form in (word, word.capitalize())),
        *("LEE\n", "Q ", "MR. LEE     ", "WHO ", "al-Qaeda", "Sputnik Azerbaijan ", "of State ", "’s ", "24 ", "- "),
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
def test_much_of_one_thing(piece):
    assert passages(piece * (100_000 // len(piece)))


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


@pytest.mark.parametrize(
    ("phrase", "voice"),
    [
        ("Aliyev", "Ilham Aliyev"),
        ("She", "Maria Cruz"),
        ("the engineer", "Maria Cruz"),
        ("the baker", "the baker"),
        ("the opposition", "the opposition"),
        ("the mayor of Lenz", "mayor of Lenz"),
    ],
)
def test_whom_a_noun_phrase_names(phrase, voice):
    raw = (
        "Ilham Aliyev spoke. Then Aliyev left. Maria Cruz, an engineer, built the bridge. She is proud. It is old, the"
        " engineer said; so said the baker, the opposition and the mayor of Lenz."
    )
    at = raw.rindex(phrase, 0, raw.index("left")) if phrase == "Aliyev" else raw.index(phrase)
    text = Text(raw)
    assert text.attribution.source(text.parsed(at, at + len(phrase)).root)[0] == voice


@given(st.lists(WORDS, max_size=40).map("".join))
def test_short_odd_texts_break_nothing(raw):
    text = Text(raw)
    assert all(raw[m.start : m.end] and m.actor for m in actors.mentions(text))
    assert all(passage.voice for passage in text.passages)
    assert all(text.attribution.source(token)[0] for token in text.doc)


def test_a_title_in_capitals_is_no_speaker():
    raw = "STATEMENT BY LOW MOOR MINES ASA ON RECENT STRIKES AND CLOSURES\n\nWe regret the strike. Our mines are safe."
    assert {passage.voice for passage in Text(raw).passages} == {"narrator"}
