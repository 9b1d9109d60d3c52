"""What the notebooks say about a text in plain sentences, and the small tables beside them.

A notebook's own prose never speaks of one text. Whatever is said about the text at hand is computed here, so that it is
true of the next text too: of one without quotations, without actors, without a single threat.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from . import rates, show
from .text import Text


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "sentence"), count(1200, "word")
    ('1 sentence', '1,200 words')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: Iterable[object], most: int = 5) -> str:
    """Names as prose, the first few of them.

    >>> listed(["Ana", "Ben", "Cy"]), listed("abcdef", 2)
    ('Ana, Ben and Cy', 'a, b and 4 more')
    """
    names = [str(name) for name in names]
    if len(names) > most + 1:
        names = [*names[:most], f"{len(names) - most} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def reading(text: Text) -> show.Shown:
    """What was read: its size, its voices, and what is odd about the file."""
    words = rates.words_by(text, "voice").most_common()
    total = sum(number for _, number in words)
    size = (total, "word"), (len(text.spans), "sentence"), (len(text.paragraphs), "paragraph")
    spoken = [f"{voice} ({number / total:.0%} of the words)" for voice, number in words if number]
    speak = "1 voice speaks" if len(spoken) == 1 else f"{len(spoken)} voices speak"
    voices = f"{speak} in it: {listed(spoken)}." if spoken else "It holds no words."
    return show.prose(f"The text has {listed(count(*part) for part in size)}.", voices, *text.warnings)


def reasons(text: Text) -> pd.DataFrame:
    """A row an attributed passage: voice, kind, how it begins, and the words that gave it to that voice."""
    rows = [
        (passage.voice, passage.kind, _opening(text, passage), " · ".join(text.raw[a:b] for a, b in passage.because))
        for passage in text.passages
        if passage.because
    ]
    return pd.DataFrame(rows, columns=["voice", "kind", "passage", "because"])


def unsure(text: Text) -> pd.DataFrame:
    """A row a passage that nobody is known to speak, or whose speaker no word beside it names."""
    rows = [
        (passage.voice, passage.kind, _opening(text, passage), "no speaker" if lost else "by convention")
        for passage in text.passages
        if (lost := passage.voice == "unknown") or (passage.voice != "narrator" and not passage.because)
    ]
    return pd.DataFrame(rows, columns=["voice", "kind", "passage", "found"])


def _opening(text: Text, passage) -> str:
    words = text.raw[passage.start : passage.end].split()
    return " ".join(words[:9]) + (" …" if len(words) > 9 else "")
