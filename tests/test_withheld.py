"""Pages without the words of a text, and with them again: nothing is told, and nothing is lost."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Text, show

from .texts import PIECES, leaks

withheld = pytest.importorskip("analysis.withheld", reason="pages need the extra `notebooks`")

SOME = "We may STAY cannot here for long fish; $x$ <b> & it’s a\\b İzmir".split()
WORDS = st.sampled_from([f"{word} " for word in SOME])
RAW = st.lists(WORDS | WORDS | WORDS | PIECES, max_size=40).map("".join)


def page(*shown: str, title: str = "Title") -> str:
    return f"<!doctype html><html><title>{title} · Subtext</title><main>{''.join(shown)}</main></html>"


def read(html: str) -> str:
    return withheld.parsed(html).get_text()


def out(html: str, *raws: str) -> str:
    return withheld.without({"a": html}, [withheld.Source("note.txt", raw) for raw in raws])["a"]


def back(html: str, raw: str) -> str:
    return withheld.attached(html, withheld.Source("note.txt", raw))


def everything(raw: str) -> str:
    """A page that shows a text in every way: marked, in a table, as a link, written otherwise, in an attribute."""
    text = Text(raw)
    words = [(word.start() + 1, word.end(), "modal") for word in re.finditer(r"\w+", raw)]  # a mark within a word
    cues = pd.DataFrame([word for word in words[::3] if word[0] < word[1]], columns=["start", "end", "category"])
    parts = [show.marks(text, cues, link="s"), show.marks(text, cues, sentences=range(len(text.bounds)))]
    parts.append(show.table(text.sentences, caption=" ".join(raw.split())))
    parts.append(show.prose(raw.upper(), text.folded, (raw, "a.html#s1"), title=raw))
    attribute = show.escape(raw).replace("<span>", "").replace("</span>", "")
    parts = [f'<p title="{attribute}">x</p><pre>{show.escape(raw)}</pre>', *(part.html for part in parts)]
    return page(*parts, title=attribute)


@given(RAW)
def test_no_run_of_words_is_left_and_all_come_back(raw):
    whole = everything(raw)
    bare = out(whole, raw)
    assert not leaks(bare, raw)
    assert read(back(bare, raw)) == read(whole)


def test_a_run_across_marks_and_cells_is_found():
    raw = "We cannot stay here for long."
    html = "<p>We <mark>can<sup> modal</sup></mark>not <b>stay</b> here</p><td>for</td><td>long</td>"
    html += "<p>We cannot stay here</p>"
    bare = out(page(html), raw)
    assert "<mark>" in bare and "modal" in bare and read(bare).count("cannot") == 1  # four words alone may stay
    assert ' 4–6]">[4–6]</span><sup> modal</sup>' in bare
    assert read(back(bare, raw)) == read(page(html))


def test_what_is_no_text_stays_as_it_is():
    raw = "one two three four five six"
    html = page(f'<script>"{raw}"</script><a href="{raw}" id="{raw}">x</a><br title="{raw}">')
    bare = out(html, raw)
    assert f'<script>"{raw}"</script><a href="{raw}" id="{raw}">' in bare
    assert f'title="{raw}"' not in bare and f'title="{raw}"' in back(bare, raw)


def test_a_picture_that_may_show_the_words_is_left_out():
    raw = "one two three four five six"
    bare = out(page(f'<img src="data:a" alt="Means: {raw}"><img src="data:b" alt="Means: one two">'), raw)
    assert 'src="data:a"' not in bare and 'src="data:b"' in bare and f"Means: {raw}" in back(bare, raw)


def test_each_text_comes_back_by_itself():
    one, other = "We may go there on Monday.", "They will stay here for long."
    whole = page(f"<p>{one}</p><p>{other}</p>")
    half = back(out(whole, one, other), other)
    assert other in half and one not in half and not leaks(half, one) and read(half).count("sha256") == 1
    assert read(back(half, one)) == read(whole)


def test_markup_in_a_text_comes_back_as_text():
    raw = "We may <script>alert(1)</script> go there on Monday"
    html = back(out(page(f"<p>{show.html.escape(raw)}</p>"), raw), raw)
    assert "<script>" not in html and raw in read(html)


def test_a_file_that_is_called_by_its_words_is_not_named():
    raw = "Floods may threaten the port"
    (bare,) = withheld.without({"a": page(f"<p>{raw}</p>")}, [withheld.Source(f"{raw}.txt", raw)]).values()
    assert "sha256" in bare and not leaks(bare, raw)
