"""Subtext: how a political text takes sides, hedges, frames threats, and how hard it is to read.

>>> import analysis
>>> text = analysis.Text("We may leave.")
>>> text.words.word.tolist()
['we', 'may', 'leave']
"""

from .text import Text, TextError

__all__ = ["Text", "TextError"]
