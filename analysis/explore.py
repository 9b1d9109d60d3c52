"""Explore: controls over the same functions, for a reader with a kernel; `view` alone for one without.

A choice in the controls is a call of `view`, and what they show is what it returns: nothing is to be had by clicking
that could not be written down and cited.
"""

from pathlib import Path

import ipywidgets
import pandas as pd

from . import brief, show
from .codebook import Codebook, CodebookError, load
from .measures import LENSES
from .text import Text, TextError, read

BOOKS = {"hedging": "hedging", "threat": "threat", "stance": "evaluation"}  # lenses whose cues are a codebook
MOST = 20  # sentences shown


def view(text, lens="hedging", categories=(), voices=(), search="", threshold=0.5, added=""):
    """A text through one lens: its measures, the sentences that score `threshold` or more, and all that hold a cue.

    The cues are the lens's, or whatever `search` finds (in the grammar of codebooks); `categories` and `voices` keep
    only these of them (none named: all). `added` holds rows of a codebook, as CSV without its heading (cue, category,
    weight, certainty); the measures then stand beside those without them.
    """
    module, options = LENSES[lens], {}
    measured = module.measure(text, by="voice")
    if added.strip() and lens in BOOKS:
        ours = load(BOOKS[lens], text)
        rows = f"cue,category,weight,certainty\n{added}"
        options["codebook"] = ours + Codebook.parse(rows, "your cues (row 1 is the heading)", ours.classes)
        both = {"as shipped": module.measure(text), "with your cues": module.measure(text, **options)}
        measured = pd.concat(table.assign(group=name) for name, table in both.items())
    cues = found(text, search) if search.strip() else module.find(text, **options)
    for column, chosen in {"category": categories, "voice": voices}.items():
        cues = cues[cues[column].isin(chosen)] if chosen else cues
    scores = module.score(text)
    high = scores.index[scores >= threshold]
    told = f"{show.count(len(high), 'sentence')} of {len(scores)} with a score of {threshold:.2f} or more"
    cited = cues.sentence.drop_duplicates()
    return show.together(
        show.table(brief.upright(measured), f"{lens.capitalize()}: measures with 95 % intervals"),
        show.prose(f"{told}; the first {MOST} are shown." if len(high) > MOST else f"{told}."),
        show.marks(text, cues, sentences=high[:MOST]),
        show.folded(f"Every sentence with such a cue: {len(cited)}", show.marks(text, cues, cited.head(show.ROWS))),
    )


def found(text: Text, search: str) -> pd.DataFrame:
    """Where words stand in a text, in the grammar of codebooks: as a lens's cues.

    >>> found(Text("War is not a word for warm seas or cold wars."), "cold? war|wars").cue.tolist()
    ['War', 'cold wars']
    """
    quoted = search.replace('"', " ")
    return Codebook.parse(f'cue,category\n"{quoted}",search', "your search").find(text)


class Controls:
    """Controls that call `view`; where no kernel runs, a line that says how to get them."""

    def __init__(self, path: str):
        beside = sorted(str(file) for file in Path(path).parent.glob("*.txt"))
        self.path = ipywidgets.Combobox(value=str(path), options=beside, description="File", continuous_update=False)
        self.pasted = ipywidgets.Textarea(placeholder="or paste a text here", description="Text")
        self.lens = ipywidgets.ToggleButtons(options=list(LENSES), value="hedging", description="Lens")
        self.categories = ipywidgets.SelectMultiple(description="Cues", rows=7)
        self.voices = ipywidgets.SelectMultiple(description="Voices", rows=7)
        self.search = ipywidgets.Text(placeholder="threat* of _", description="Search", continuous_update=False)
        self.threshold = ipywidgets.FloatSlider(0.5, max=1, step=0.05, description="Score", continuous_update=False)
        self.added = ipywidgets.Textarea(placeholder="will,modal,1,0.8", description="Own cues")
        self.shown = ipywidgets.HTML()
        self.chosen = (self.categories, self.voices, self.search, self.threshold, self.added)
        rows = (self.path, self.pasted), (self.lens,), self.chosen[:2], self.chosen[2:]
        self.all = ipywidgets.VBox([*map(ipywidgets.HBox, rows), self.shown])
        self.text = None
        self.update()
        for control in (self.path, self.pasted, self.lens, *self.chosen):
            control.observe(self.update, "value")

    def update(self, change=None):
        """Show what is chosen; after another text or lens was, first put up what can be chosen."""
        try:
            if change is None or change["owner"] in (self.path, self.pasted, self.lens):
                self.text = None  # so that no half of the new choices is shown
                text = Text(self.pasted.value, "pasted") if self.pasted.value.strip() else read(self.path.value)
                counts = LENSES[self.lens.value].find(text).category.value_counts()
                self.categories.options = [(f"{name} ({n})", name) for name, n in counts.items()]
                self.voices.options = list(dict.fromkeys(text.segments.voice))
                self.text = text
            if self.text is not None:
                self.shown.value = view(self.text, self.lens.value, *(control.value for control in self.chosen)).html
        except (TextError, CodebookError) as error:
            self.shown.value = show.prose(str(error)).html

    def _repr_mimebundle_(self, include=None, exclude=None):
        line = show.prose("The controls appear here when this notebook is run in JupyterLab or VS Code.")
        return self.all._repr_mimebundle_() | {"text/html": line.html, "text/plain": line.plain}
