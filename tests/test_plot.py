"""Figures: whatever the text, a picture and the words for it; the same picture every time."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from analysis import hedging, norms, plot, show, stance

SPEECH = (
    "“We may lose everything,” said Ana Lee. “Russia could attack us at any moment. Russia is a brutal regime "
    "and its cruel leaders threaten our children.” Ben Ode praised Russia. “Perhaps we must be vigilant.”\n\n"
) * 3
FIGURES = {
    "floor": plot.floor,
    "balance": lambda text: plot.balance(hedging.measure(text, by="voice")),
    "course": lambda text: plot.course(text, hedging.score(text), hedging.score(text) >= 0.5, "uncertain"),
    "matrix": lambda text: plot.matrix(stance.matrix(text)),
    "places": lambda text: plot.places(norms.place(analysis.profile(text)), most=5),
}
COLUMNS = ["voice", "actor", "position", "mentions", "polarity", "polarity_low", "polarity_high", "enough"]
each = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
STRANGE = ("", "It rained.", "!!! ???", "$x$ \\alpha said $y$ Bob: “War!”", "“A\ud800\0,” said O\u202eB Ç👩.", SPEECH)


@each
@pytest.mark.parametrize("raw", STRANGE)
def test_a_picture_and_its_words_for_any_text(draw, raw):
    picture = draw(analysis.Text(raw))
    if raw != SPEECH and isinstance(picture, show.Shown):  # nothing to draw, and a line that says so
        assert len(picture.plain) > 15 and "\n" not in picture.plain
        return
    data, metadata = picture._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG") and len(data["text/plain"]) > 15
    assert b"Title" not in data["image/png"]
    assert metadata["image/png"]["alt"] == data["text/plain"]


@each
def test_the_same_text_gives_the_same_bytes(draw):
    first, second = (draw(analysis.Text(SPEECH))._repr_mimebundle_()[0] for _ in range(2))
    assert first == second and "Software" not in str(first["image/png"])


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_name_can_be_a_label(name):
    cells = pd.DataFrame([(name, name, name, 3, -0.5, -0.9, 0.1, True)], columns=COLUMNS)
    plot.matrix(cells)._repr_mimebundle_()


def test_what_is_mentioned_too_rarely_is_counted_and_not_drawn():
    few = ("Ana", "Russia", "", 2, -0.9, -1, 1, False)
    alt = plot.matrix(pd.DataFrame([few, ("Ana", "Iran", "", 3, -0.5, -0.9, 0.1, True)], columns=COLUMNS)).alt
    assert "Ana on Iran (3): -0.50 (-0.90 to +0.10)" in alt and "1 of 2 pairs" in alt
    assert "often enough" in plot.matrix(pd.DataFrame([few], columns=COLUMNS)).plain


def test_a_voice_of_a_few_words_does_not_stretch_the_axis():
    text = analysis.Text(
        "The ministry may sell the old harbour to the city next year. " * 9 + "“Perhaps, maybe,” said Ana Lee."
    )
    picture = plot.balance(hedging.measure(text, by="voice"))
    assert "Ana Lee" not in picture.alt and "voices that say 50 or more" in picture.alt
    assert picture.figure.axes[0].get_xlim()[1] < 30
    assert "No voice says 50 words" in plot.balance(hedging.measure(analysis.Text("We may go."), by="voice")).plain


def test_the_words_say_what_the_figure_shows():
    assert (
        plot.floor(analysis.Text("“We won,” said Ana Lee.")).alt
        == "Words by voice, of 5: narrator 3 (60%); Ana Lee 2 (40%)."
    )


def test_sentences_are_counted_as_readers_do():
    text, told = analysis.Text("It rained. It may snow. It rained."), [False, True, False]
    picture = plot.course(text, [0.1, 0.9, 0.95], told, "are in doubt")
    assert picture.alt == "1 of 3 sentences are in doubt (the highest: 2)."
    (bars,) = picture.figure.axes[0].collections
    assert [segment[0][0] for segment in bars.get_segments()] == [1, 2, 3]


def test_six_voices_have_colours_and_the_others_are_grey():
    text = analysis.Text(" ".join(f"“It is number {n},” said {chr(65 + n)}na Lee." for n in range(9)))
    hues = plot._colours(text.segments)
    assert {voice for voice, hue in hues.items() if hue in plot.HUES} == {f"{letter}na Lee" for letter in "ABCDEF"}
    assert len({*hues.values()}) == 8


def test_many_voices_are_cut_and_counted():
    text = analysis.Text(" ".join(f"“It is number {n},” said {chr(65 + n)}na Lee." for n in range(12)))
    assert "9 of 13 voices" in plot.floor(text).figure.get_supxlabel()


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_saved_in_the_form_its_suffix_names(kind, tmp_path):
    plot.floor(analysis.Text(SPEECH)).save(tmp_path / f"figure.{kind}")
    assert (tmp_path / f"figure.{kind}").stat().st_size > 500


def test_a_text_too_short_is_not_drawn_among_others():
    for raw in ("War.", "It rained. " * 49):
        text = analysis.Text(raw)
        assert "under 100 words" in plot.places(norms.place(analysis.profile(text))).plain
