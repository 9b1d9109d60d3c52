"""Explore: controls over the same functions, for a reader with a kernel; `view` alone for one without.

A choice in the controls is a call of `view`, and what they show is what it returns: nothing is to be had by clicking
that could not be written down and cited.
"""

from __future__ import annotations

import re

import ipywidgets
import pandas as pd

from . import brief, show
from .catalogue import LENSES
from .codebook import Codebook, CodebookError, load
from .text import Text, TextError, read

BOOKS = {"hedging": "hedging", "threat": "threat", "stance": "evaluation"}  # lenses whose cues are a codebook


def view(text, lens="hedging", categories=(), voices=(), search="", threshold=0.5, added=""):
    """A text through one lens: measures by voice, sentences that score `threshold` or more, cues in context.

    `categories` and `voices` keep only these cues (none named: all); `search` looks for words in place of the lens's
    cues; `added` holds rows of a codebook, as CSV without its heading: cue, category, weight.
    """
    module, options = LENSES[lens], {}
    if added.strip() and lens in BOOKS:
        options["codebook"] = load(BOOKS[lens]) + Codebook.parse(f"cue,category,weight\n{added}", "your cues")
    cues = found(text, search) if search.strip() else module.find(text, **options)
    keep = pd.Series(True, cues.index)
    for column, chosen in (("category", categories), ("voice", voices)):
        keep &= cues[column].isin(chosen) if chosen else True
    scores = module.score(text, **options)
    high = [i for i, score in enumerate(scores) if score >= threshold][:20]
    measured = (
        brief.upright(module.measure(text, by="voice", **options)) if lens in BOOKS else brief.formulas(text, "voice")
    )
    parts = [
        show.table(measured, f"{lens.capitalize()}, by voice"),
        show.prose(
            f"{brief.count(len(high), 'sentence')} with a score of {threshold:.2f} or more (at most 20 are shown)."
        ),
        show.marks(text, cues[keep], sentences=high),
        show.kwic(text, cues[keep].head(60)),
    ]
    return show.Shown("\n".join(part.html for part in parts), "\n\n".join(part.plain for part in parts))


def found(text: Text, search: str) -> pd.DataFrame:
    """Where words stand in a text, in any capitalisation, as cues: start, end, category, voice.

    >>> found(Text("War is not a word for warm."), "war").start.tolist()
    [0]
    """
    words = r"\s+".join(map(re.escape, search.lower().split()))
    spans = [match.span() for match in re.finditer(rf"(?<!\w){words}(?!\w)", text.folded)] if words else []
    rows = [(start, end, "search", text.voice_at(start)) for start, end in spans]
    return pd.DataFrame(rows, columns=["start", "end", "category", "voice"])


class Controls:
    """Controls that call `view`; where no kernel runs, a line that says how to get them.

    One set a kernel: it bears a fixed name, so that the notebook's file is the same after every run.
    """

    before = None

    def __init__(self, path):
        if Controls.before:
            Controls.before.all.close()
        Controls.before = self
        self.path = ipywidgets.Text(str(path), description="File")
        self.pasted = ipywidgets.Textarea(placeholder="or paste a text here", description="Text")
        self.lens = ipywidgets.Dropdown(options=list(LENSES), value="hedging", description="Lens")
        self.categories = ipywidgets.SelectMultiple(description="Cues")
        self.voices = ipywidgets.SelectMultiple(description="Voices")
        self.search = ipywidgets.Text(placeholder="words to look for", description="Search", continuous_update=False)
        self.threshold = ipywidgets.FloatSlider(
            0.5, min=0, max=1, step=0.05, description="Score", continuous_update=False
        )
        self.added = ipywidgets.Textarea(placeholder="cue,category,weight", description="Own cues")
        self.shown = ipywidgets.HTML()
        for control in (self.path, self.pasted, self.lens):
            control.observe(self.open, "value")
        for control in (self.categories, self.voices, self.search, self.threshold, self.added):
            control.observe(self.update, "value")
        rows = [
            (self.path, self.pasted),
            (self.lens, self.threshold),
            (self.categories, self.voices),
            (self.search, self.added),
        ]
        self.all = ipywidgets.VBox([*map(ipywidgets.HBox, rows), self.shown], model_id="subtext-explore")
        self.open()

    def open(self, change=None):
        """Another text or lens: what can be chosen changes with it."""
        try:
            self.text = Text(self.pasted.value, "pasted") if self.pasted.value.strip() else read(self.path.value)
        except TextError as error:
            self.shown.value = show.prose(str(error)).html
            return
        counts = LENSES[self.lens.value].find(self.text).category.value_counts()
        self.categories.options = [(f"{name} ({n})", name) for name, n in counts.items()]
        self.voices.options = list(dict.fromkeys(passage.voice for passage in self.text.passages))
        self.update()

    def update(self, change=None):
        """Another choice: the same text, seen anew."""
        chosen = (self.lens, self.categories, self.voices, self.search, self.threshold, self.added)
        try:
            self.shown.value = view(self.text, *(control.value for control in chosen)).html
        except CodebookError as error:
            self.shown.value = show.prose(str(error)).html

    def _repr_mimebundle_(self, include=None, exclude=None):
        line = show.prose("The controls appear here when this notebook is run in JupyterLab or VS Code.")
        widget = self.all._repr_mimebundle_()
        return {**widget, "text/html": line.html, "text/plain": line.plain}
