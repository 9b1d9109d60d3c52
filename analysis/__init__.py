"""Subtext: how a political text takes sides, hedges, frames threats, and how hard it is to read.

>>> import analysis
>>> text = analysis.Text("We may leave.")
>>> analysis.hedging.find(text).cue.tolist()
['We', 'may']
"""

from . import hedging, readability, show, stance, threat
from .measures import profile
from .text import Text, TextError, read

__all__ = ["Text", "TextError", "hedging", "profile", "read", "readability", "show", "stance", "threat"]
