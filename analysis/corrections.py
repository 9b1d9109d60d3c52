"""A reader's pencil: what somebody who has read the text says in place of a lens, in ``article.corrections.csv``.

A row corrects one cell: the ``lens``, the ``column`` of its table, and the right ``value``; ``quote`` has the words on
which the cell's row stands, by which it is found again where the text has changed elsewhere. Of several places
``prefix`` and ``suffix`` tell which, as in a text quote selector of W3C's Web Annotations (Sanderson et al. 2017). What
has no place, or more than one, is not applied, and every page says so. In the column ``row``, ``remove`` takes a row
out, and ``add`` brings one in, whose cells other rows of the file may fill.
"""

from __future__ import annotations

import re
import tomllib
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from .codebook import HERE
from .tables import TextError, contents, records

AROUND = 32  # characters before and after a quotation, by which it is found again in a text that has changed
TELLING = 12  # characters by which it is found again where what stands on its other side has changed
COLUMNS = ("lens", "quote", "prefix", "suffix", "column", "value")
NEEDED = ("lens", "quote", "column", "value")
_PENCIL = tomllib.loads((HERE / "corrections.toml").read_text("utf-8"))
JUDGED, FORMS = _PENCIL["judged"], _PENCIL["forms"]
THEN = {  # what else a row says where a reader says other than the lens
    "polarity": ("score", {"negative": -1.0, "neutral": 0.0, "positive": 1.0}),
    "threat": ("score", {True: 1.0, False: 0.0}),
    "hedged": ("certainty", {True: 0.5, False: 1.0}),
}
TABLES: dict[str, Callable[..., pd.DataFrame]] = {}  # the table of each lens; ``measures`` fills it in

Span = tuple[int, int]


class ByHand(str):
    """Words of a row that a reader has corrected: pages mark them."""


def read(text) -> dict[tuple[str, Span | str], dict[str, object]]:
    """What a reader says of each row, column by column, and in which ``lines`` of the file: by lens, and by where the
    row stands in the text or else by its line. Of two lines on a cell the later counts. TextError names file, line and
    reason.
    """
    return text.remember("corrections", lambda: _read(text.corrections, text.raw)) if text.corrections else {}


def _read(path: Path, raw: str) -> dict:
    found = defaultdict(lambda: {"lines": []})
    for where, row in records(contents(path), path.name, NEEDED, COLUMNS):
        row = {name: re.sub("^'(?=[-=+@＝＋－＠])", "", cell) for name, cell in row.items()}  # ``show.safe``
        line, lens, column = where.rpartition(" ")[2], row["lens"].lower(), row["column"].lower()
        own = found[lens, _place(where, row, raw) or line]
        own[column] = _meant(where, lens, column, row["value"])
        own["lines"].append(line)
    return {**found}


def _place(where: str, row: dict[str, str], raw: str) -> Span | None:
    if not row["quote"]:
        raise TextError(f"{where}, column 'quote': there are no words; fill them in")
    at = places(raw, row["quote"], row.get("prefix", ""), row.get("suffix", ""))
    return at[0] if len(at) == 1 else None


def _meant(where: str, lens: str, column: str, value: str) -> object:
    for name, cell, known in (("lens", lens, JUDGED), ("column", column, JUDGED.get(lens, ()))):
        if cell not in known:
            raise TextError(f"{where}, column {name!r}: {cell!r} is none of {', '.join(known)}")
    form, what = FORMS.get(column, (r"[\s\S]*", ""))
    plain = {"true": "yes", "false": "no"}.get(value.lower(), value.lower().replace(",", "."))  # as spreadsheets write
    if not (found := re.fullmatch(form, value) or re.fullmatch(form, plain)):
        raise TextError(f"{where}, column 'value': {value!r} is not {what}")
    if what == "yes or no":
        return found[0] == "yes"
    return float(found[0]) if column == "certainty" else ByHand(" ".join(found[0].split()))


def places(raw: str, quote: str, prefix: str = "", suffix: str = "") -> list[Span]:
    """Where a quotation stands in a text, however its lines are broken: of several places those that fit best.

    One fits by the ``prefix`` before it and the ``suffix`` behind it, as far as they are given; by one of them alone if
    that is ``TELLING``; or by being long and the only one. Of those that fit alike, one that is no part of a word; if
    nothing is given of what stands beside it, no part of a word fits.

    >>> places("Iran said no. Iraq and Iran said yes.", "Iran", "Iraq and", "said")
    [(23, 27)]
    >>> places("Iranians said yes.", "Iran")
    []
    """
    before, words, behind = (r"\s+".join(map(re.escape, it.split())) for it in (prefix, quote, suffix))
    found = defaultdict(list)
    for start, end in (it.span() for it in re.finditer(words, raw)):
        near = raw[max(0, start - 2 * len(prefix) - AROUND) : start], raw[end : end + 2 * len(suffix) + AROUND]
        sides = (prefix, re.search(rf"{before}\s*\Z", near[0])), (suffix, re.match(rf"\s*{behind}", near[1]))
        cut = (near[0][-1:] + raw[start], raw[end - 1] + near[1][:1])
        found[_fits(sides), -sum(len(it) == 2 and it.isalnum() for it in cut)].append((start, end))
    best = max(found, default=(0, 0))
    alone = len(quote) > AROUND and len([*found.values()]) == len(found[best]) == 1
    placed = best[0] and (not best[1] or prefix.strip() or suffix.strip())
    return found[best] if placed or alone else []


def _fits(sides: Iterable[tuple[str, re.Match | None]]) -> int:
    """2 where all that is given of what stands beside a quotation fits, 1 where one side does that is telling."""
    given = [(bool(fit), len(side) >= TELLING) for side, fit in sides if side.strip()]
    return 2 * all(fit for fit, _ in given) or any(map(all, given))


# --- where a reader's word counts


def said(text, lens: str, span: Span) -> dict[str, object]:
    """What a reader says of a row that stands there: columns and their values."""
    if found := read(text).get((lens, span), {}):
        text.remember("corrected", set).add((lens, span))
    return found


def rows(text, lens: str, own: list, add: Callable, place: Callable[..., Span] = lambda it: it[:2]) -> list:
    """The rows of a lens without those that a reader takes out, and with those that ``add`` makes of their place."""
    if not (given := {at: it.get("row") for (which, at), it in read(text).items() if which == lens}):
        return own
    there = {*map(place, own)}
    new = [add(*at) for at, row in given.items() if row == "add" and at not in there and not isinstance(at, str)]
    kept = [it for it in (*own, *new) if said(text, lens, place(it)).get("row") != "remove"]
    return sorted(kept, key=place) if new else kept


def spans(text, table: pd.DataFrame) -> list[Span]:
    """Where the rows of a lens's table stand: a table without offsets has a row a sentence."""
    return [*zip(table.start, table.end, strict=True)] if "start" in table else text.bounds


def applied(text, lens: str, table: pd.DataFrame) -> pd.DataFrame:
    """A lens's table with a reader's cells in place of its own; if those are no words, the row's words are marked."""
    for label, span in zip(table.index, spans(text, table), strict=True) if read(text) else ():
        if told := said(text, lens, span):
            row = table.loc[label]
            for column, value in _cells(row, {it: told[it] for it in row.index.intersection([*told])}).items():
                table.at[label, column] = value
    return table


def _cells(row: pd.Series, told: dict[str, object]) -> dict[str, object]:
    """What is to change in a row where a reader says something of it."""
    marked = any(isinstance(value, ByHand) for value in told.values())
    cells = {} if marked else {column: ByHand(cell) for column, cell in row.items() if isinstance(cell, str)}
    for column in THEN.keys() & {column for column, value in told.items() if value != row[column]}:
        cells |= {THEN[column][0]: THEN[column][1][told[column]]} | ({"because": ()} if "because" in row else {})
    return cells | told


def unfit(text) -> str:
    """A line on the corrections that fit the text no longer, if there are any."""
    for lens in {lens for lens, _ in read(text)}:
        TABLES[lens](text)
    used = text.memo.get("corrected", ())
    gone = [line for key, it in read(text).items() if key not in used for line in it["lines"]]
    row = f"row {', '.join(gone)} was" if len(gone) == 1 else f"rows {', '.join(gone)} were"
    why = "the words are no longer there, stand there more than once, or no such row stands on them"
    return f"In {text.corrections.name} {row} not applied: {why}." if gone else ""


def told(text) -> list[str]:
    """How many rows were corrected by hand, and which corrections fit the text no longer."""
    left, used = unfit(text), text.memo.get("corrected", ())
    many = "1 row was" if len(used) == 1 else f"{len(used):,} rows were"
    said = [f"{many} corrected by hand ({text.corrections.name}), marked with ✎."] if used else []
    return [*said, left] if left else said


def warn(text) -> None:
    """Tell of corrections that fit the text no longer."""
    if line := unfit(text):
        warnings.warn(line, stacklevel=3)
