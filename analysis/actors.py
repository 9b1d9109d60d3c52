"""Who is named in a text: states by their many names, blocs, organisations, persons, and the voice's "we".

``codebooks/actors.csv`` knows states by their demonyms, capitals and seats of power, blocs and organisations; persons
are found in the text.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from .codebook import HERE, CodebookError, changed
from .names import COMMON, HE, SHE, TITLES, VERBS
from .text import Text

_CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я]"
_WORD = rf"{_CAPITAL}(?!(?<=A)nti-|(?<=P)ro-)[\w'’-]*(?:\.\w+)*"  # it begins with a letter, which is found fast
_DOT = r"(?:(?<=\b\w)\.|(?<=\b(?:Mr|Ms|Dr|St|Lt))\.|(?<=\b(?:Mrs|Gen|Sen|Rep|Gov|Col|Sgt|Rev))\.|(?<=\bProf)\.)?"
_RUN = re.compile(rf"{_WORD}(?:{_DOT}[ \xa0](?:(?:de|van|von|bin|al|der|la|ibn|el|del|da) ){{0,2}}{_WORD})*")
LONGEST = 8  # words of a person's name; a longer run of capitals is a heading or a list
_GROUP = frozenset("we us our ours ourselves".split())
_WE = re.compile(r"\b(?:we|us|our|ours|ourselves)\b")
_PLACED = (["in"], ["near"], ["outside"], ["around"])  # before a place that is no government
_APPOSITION = re.compile(r", (?:a|an|the|who|head|director|minister|senior)\b")


class Mention(NamedTuple):
    """An actor in the text."""

    start: int
    end: int
    actor: str
    kind: str


class Name(NamedTuple):
    """A name, folded; whom it stands for, and how it is written."""

    name: str
    actor: str
    kind: str
    written: str
    seat: bool = False


def mentions(text: Text, codebook: str | Path | None = None) -> list[Mention]:
    """The mentions behind ``actors``, in the order of the text, without a table and without asking who speaks: the
    actor of "our" is "we".
    """
    codebook = codebook or text.codebooks.get("actors")
    return text.remember(("stance.mentions", str(codebook)), lambda: _mentions(text, codebook))


def called(mention: Mention, voice: str) -> str:
    """The actor, as the tables name it: whose "we" it is belongs to the name."""
    return f"we ({voice})" if mention.kind == "in-group" else mention.actor


@lru_cache(maxsize=32)
def _names(path: Path, _changed: int = 0) -> tuple[dict[str, tuple[Name, ...]], dict[str, frozenset[str]]]:
    """First word of a name -> the names that begin so, longest first; and lists of words: "none", which no person is
    called; "forename", which persons are called as well as states; "region", which after a comma make a name a town's;
    "dish", which after a name tell of no actor. A name of the kind "elsewhere" is no actor's, though another's begins
    it.
    """
    table, lists = (
        defaultdict(list),
        {"none": frozenset(), "forename": HE | SHE, "region": frozenset(), "dish": frozenset()},
    )
    try:
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise CodebookError(f"{path.name}: the actors cannot be read: {reason}") from None
    if not rows:
        raise CodebookError(
            f"{path.name}: no actor: row 1 names the columns (actor,kind,names,demonyms,seats), each row below is one"
        )
    for number, row in enumerate(rows, 2):
        if not row.get("names") and not row.get("demonyms") and not row.get("seats"):
            raise CodebookError(f"{path.name}: row {number}: no name in the columns names, demonyms or seats")
        kind = row.get("kind") or "organisation"
        if kind in lists:
            lists[kind] |= frozenset((row.get("names") or "").lower().split("|"))
            continue
        for column in ("names", "demonyms", "seats"):
            for written in filter(None, map(str.strip, (row.get(column) or "").split("|"))):
                name = written.lower().removeprefix("the ")
                if not re.match(_CAPITAL, written[len(written) - len(name) :]):
                    raise CodebookError(f"{path.name}: row {number}: {written!r} is never found: no capital begins it")
                entry = Name(name, row.get("actor") or written, kind, written, column == "seats")
                table[name.split()[0]].append(entry)
                if " " not in name:
                    table[name + "'s"].append(entry)
    lists["none"] |= table.keys() | COMMON | _GROUP | {"of", "and", "for", "in", "the", "to"}
    return {word: tuple(sorted(found, key=lambda name: -len(name.name))) for word, found in table.items()}, lists


def _mentions(text: Text, codebook: str | Path | None) -> list[Mention]:
    known, lists = _names(HERE / "actors.csv")
    if only := text.codebooks.get("only-actors"):
        known, _ = _names(only, changed(only))
    if codebook:
        added, _ = _names(Path(codebook), changed(Path(codebook)))
        known = known | {word: names + known.get(word, ()) for word, names in added.items()}
    raw, folded, found, free = text.raw, text.folded, [], 0
    runs = [(run.start(), folded[run.start() : run.end()].split(" ")) for run in _RUN.finditer(raw)]
    people = _people(text, runs, lists)
    for start, words in runs:
        for word in words:
            named = start >= free and (word in people or word in known)
            for name in (*people.get(word, ()), *known.get(word, ())) if named else ():
                end = start + len(name.name)
                if folded.startswith(name.name, start) and _is_written(text, start, end, name, lists):
                    if name.kind != "elsewhere":
                        found.append(Mention(start, end, name.actor, name.kind))
                    free = end
                    break
            start += len(word) + 1
    for sentence, words in enumerate(text.tokens):
        if not _GROUP.isdisjoint(words):
            for we in _WE.finditer(folded, *text.bounds[sentence]):
                if not raw[we.start() : we.end()].isupper():
                    found.append(Mention(*we.span(), "we", "in-group"))
    return sorted(found)


def _is_written(text: Text, start: int, end: int, name: Name, lists: dict[str, frozenset[str]]) -> bool:
    """Is what reads as this name written as one, and not as another's part or as a common word?"""
    raw, folded, after = text.raw, text.folded, text.raw[end : end + 2]
    if after[:1].isalnum():
        return False
    follows = after[:1] == " " and after[1:].isupper() and not (raw[start:end].isupper() and end - start > 3)
    if name.written.isupper() and not raw.startswith(name.written, start):
        return False  # "US", not "Us"
    if name.written.startswith("the ") and (follows or not folded.endswith("the ", 0, start)):
        return False  # "the West", not "West Bank"
    if name.kind == "person":
        return True
    if name.seat and (follows or folded[max(start - 9, 0) : start].split()[-1:] in _PLACED):
        return False  # neither "in Paris" nor "Paris Hilton"
    next_ = folded[end : end + 20].lstrip(", ").split(" ")[0].strip(".,;:!?)'")
    if (after == ", " and next_ in lists["region"]) or (after[:1] == " " and next_ in lists["dish"]):
        return False  # "Jordan, Montana", "Brussels sprouts"
    if folded[max(start - 9, 0) : start].rstrip(" \"'(`")[-1:] not in ("", *".!?:\n"):
        return True
    small = re.compile(rf"\b{re.escape(name.name)}\b")  # a text on turkeys writes the word great as a sentence's first
    return not text.remember(("actors.small", name.name), lambda: bool(small.search(raw)))


def _people(text: Text, runs: list, lists: dict[str, frozenset[str]]) -> dict[str, tuple[Name, ...]]:
    """The persons of the text, by the words that may begin a mention of them: full name, surname, title and surname.

    Two capitals are not yet a person. What gives one away: a title, a first name, a speech verb after it or an
    apposition (", a senior researcher"). A surname stands for the fullest name that ends so.
    """
    full: dict[str, None] = {}  # in the order of the text
    for start, run in runs:
        words, titled, begin, at = [], False, start, start
        for written in [*run, ""] if len(run) > 1 else ():
            word, end = written.removesuffix("'s").rstrip("."), at + len(written)
            # a state's name may begin a person's, as in "Georgia Smith"
            stops = not word or word in TITLES or (word in lists["none"] and word not in lists["forename"])
            if not stops:
                begin = begin if words else at
                words.append(word)
            owns = not stops and word != written and len(word) > 1  # a possessive ends a name
            if (stops or owns) and words and (titled or len(words) > 1) and len(words) <= LONGEST:
                name = text.raw[begin : end if owns else at - 1]
                after = text.folded[begin + len(name) : begin + len(name) + 24]
                says = after[:1] == " " and after.split(None, 1)[:1] and after.split(None, 1)[0] in VERBS
                if titled or words[0] in lists["forename"] or says or _APPOSITION.match(after):
                    full[" ".join(name.replace("’", "'").removesuffix("'s").split())] = None
            if stops or owns:
                words, titled = [], word in TITLES
            at = end + 1
    found: dict[str, tuple[Name, ...]] = {}
    for person in sorted(full, key=lambda name: " " not in name):
        first, *_, surname = [*person.lower().split(), person.lower().split()[-1]]
        if surname not in found:
            found[surname] = found[surname + "'s"] = (Name(surname, person, "person", person),)
        if first != surname:
            found[first] = (Name(person.lower(), person, "person", person), *found.get(first, ()))
    return found
