"""Who is named in a text: states by their many names, blocs, organisations, persons, and the voice's "we".

``codebooks/actors.csv`` knows states by their demonyms, capitals and seats of power, blocs and organisations; persons
are found in the text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

from .codebook import HERE, changed
from .names import COMMON, HE, SHE, TITLES, VERBS
from .segment import fold
from .tables import CodebookError, contents, records
from .text import Text
from .turns import LABEL

_CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я]"
_WORD = rf"{_CAPITAL}(?!(?<=A)nti-|(?<=P)ro-)[\w-]*(?:['’](?!(?:s|m|d|ll|re|ve)\b)\w+)*(?:\.\w+)*"  # letter first: fast
_DOT = r"(?:(?<=\b\w)\.|(?<=\b(?:Mr|Ms|Dr|St|Lt))\.|(?<=\b(?:Mrs|Gen|Sen|Rep|Gov|Col|Sgt|Rev))\.|(?<=\bProf)\.)?"
_RUN = re.compile(rf"{_WORD}(?:{_DOT}[ \xa0](?:(?:de|van|von|bin|al|der|la|ibn|el|del|da) ){{0,2}}{_WORD})*")
NAMESAKES = 50  # persons whose names begin with the same two words
LONGEST = 7  # words of a person's name behind the first; a longer run of capitals is a heading or a list
COLUMNS = ("names", "demonyms", "seats")  # of actors.csv: where an actor's names stand
_GROUP = frozenset("we us our ours ourselves".split())
_WE = re.compile(r"\b(?:we|us|our|ours|ourselves)\b")
_PLACED = (["in"], ["near"], ["outside"], ["around"])  # before a place that is no government
_LABEL = re.compile(rf"^[ \t]*{LABEL.pattern}", re.MULTILINE)  # who speaks is not spoken of
_OF = re.compile(rf" of (?:the )?{_CAPITAL}")
_AFTER = re.compile(r" ([\w'-]+)|, (?:a|an|the|who|head|director|minister|senior)\b")


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
    """The mentions behind ``actors``, in the order of the text, without a table; the actor of "our" is "we", whoever
    speaks.
    """
    codebook = codebook or text.codebooks.get("actors")
    return text.remember(("actors.mentions", str(codebook)), lambda: _mentions(text, codebook))


def called(mention: Mention, voice: str) -> str:
    """The actor, as the tables name it: whose "we" it is belongs to the name."""
    return f"we ({voice})" if mention.kind == "in-group" else mention.actor


@lru_cache(maxsize=32)
def _names(path: Path, _changed: int = 0) -> tuple[dict[str, tuple[Name, ...]], dict[str, frozenset[str]]]:
    """First word of a name -> the names that begin so, longest first; and lists of words: "none", which no person is
    called; "forename", which persons are called as well as states; "surname", which alone is a person's. A name of the
    kind "elsewhere" is no actor's, though another's begins it.
    """
    lists = {"none": COMMON | {"of", "and"}, "forename": (HE | SHE) - TITLES, "surname": set()}
    table, rows = defaultdict(list), [*records(contents(path), path.name, (), ("actor", "kind", *COLUMNS))]
    if not rows or not {*COLUMNS} & {*rows[0][1]}:
        raise CodebookError(
            f"{path.name}: no actor: row 1 names the columns (actor,kind,names,demonyms,seats), each row below is one"
        )
    for number, row in rows:
        kind = row.get("kind") or "organisation"
        if kind in lists:
            lists[kind] = lists[kind] | {*(row.get("names") or "").lower().split("|")}
            continue
        columns = {column: (row.get(column) or "").split("|") for column in COLUMNS}
        if not any(map(any, columns.values())):
            raise CodebookError(f"{path.name}: row {number}: no name in the columns names, demonyms or seats")
        for column, names in columns.items():
            for written in filter(None, map(str.strip, names)):
                name = fold(written).removeprefix("the ")
                if not re.match(_CAPITAL, written[len(written) - len(name) :]):
                    raise CodebookError(f"{path.name}: row {number}: {written!r} is never found: no capital begins it")
                table[name.split()[0]].append(Name(name, row.get("actor") or written, kind, written, column == "seats"))
    lists["none"] = (lists["none"] | table.keys() | TITLES | {f"{word}." for word in TITLES}) - lists["forename"]
    return {word: tuple(sorted(found, key=lambda name: -len(name.name))) for word, found in table.items()}, lists


def _mentions(text: Text, codebook: str | Path | None) -> list[Mention]:
    known, lists = _names(HERE / "actors.csv")
    for own in filter(None, (text.codebooks.get("only-actors"), codebook)):
        added, theirs = _names(Path(own), changed(Path(own)))
        known = _joined(added, known) if own == codebook else added
        lists = {kind: words | theirs[kind] for kind, words in lists.items()}  # whom a reader names is no person
    raw, folded, found, free = text.raw, text.folded, [], 0
    runs = [(run.start(), folded[run.start() : run.end()].split(" ")) for run in _RUN.finditer(raw)]
    known = _joined(_people(text, runs, lists), known)
    for start, words in runs:
        for word, pair in zip(words, map(" ".join, pairwise([*words, ""])), strict=True):
            for name in (*known.get(pair, ()), *known.get(word, ())):
                end = start + len(name.name)
                if start >= free and folded.startswith(name.name, start) and _is_written(raw, folded, start, end, name):
                    if name.kind != "elsewhere":
                        found.append(Mention(start, end, name.actor, name.kind))
                    free = end
                    break
            start += len(word) + 1
    for sentence, words in enumerate(text.tokens):
        if not _GROUP.isdisjoint(words):
            we = (match.span() for match in _WE.finditer(folded, *text.bounds[sentence]))
            found += [Mention(*span, "we", "in-group") for span in we if not raw[slice(*span)].isupper()]
    labels = [label for label in _LABEL.finditer(raw) if label[0].rstrip("*_")[-1] == ":"]
    spoken = {at: label for label in labels for at in range(*label.span())}
    return sorted(it for it in found if it.start not in spoken or _heads(text, it, spoken[it.start]))


def _heads(text: Text, mention: Mention, label: re.Match) -> bool:
    """Is a mention before a colon spoken of, as in "Iran deal: Senate votes today", and no label of who speaks?"""
    if mention.kind == "person" or mention.start >= label.end("name"):
        return False
    return text.passages[text.passage_at(label.end() - 1)].kind not in ("question", "answer")


def _joined(first: dict[str, tuple[Name, ...]], then: dict[str, tuple[Name, ...]]) -> dict[str, tuple[Name, ...]]:
    return then | {word: names + then.get(word, ()) for word, names in first.items()}


def _is_written(raw: str, folded: str, start: int, end: int, name: Name) -> bool:
    """Is what reads as this name written as one, and not as another's part or as a common word?"""
    after = raw[end : end + 2]
    if name.kind == "person" or after[:1].isalnum():
        return not after[:1].isalnum()
    follows = after[:1] == " " and after[1:].isupper() and raw[start + 1].islower()
    if name.kind == "organisation" and _OF.match(raw, end):
        return False  # "the Supreme Court of Norway"
    if name.written.startswith("the ") and (follows or not folded.endswith("the ", 0, start)):
        return False  # "the West", not "West Bank"
    if name.seat and (follows or folded[max(start - 9, 0) : start].split()[-1:] in _PLACED):
        return False  # neither "in Paris" nor "Paris Hilton"
    if not name.written.isupper():
        return True
    before, after = raw[max(start - 60, 0) : start].rpartition("\n")[2], raw[end : end + 60].partition("\n")[0]
    pronoun = name.name in _GROUP and before.isupper() and (before + after).isupper()  # "THE ROAD AHEAD OF US"
    return raw.startswith(name.written, start) and not pronoun  # "US", not "Us"


def _people(text: Text, runs: list, lists: dict[str, frozenset[str]]) -> dict[str, tuple[Name, ...]]:
    """The persons of the text, by the words that may begin a mention of them: full name, surname.

    Two capitals are not yet a person. What gives one away: a title, a first name, a speech verb after it, an apposition
    (", a senior researcher"); a lone capital, a title or a speech verb, if the text has it within a sentence, too. A
    surname stands for the fullest name that ends so. A few dozen are so well known that they are persons anywhere.
    """
    raw, folded = text.raw, text.folded
    inner = {words[0] for start, words in runs if raw[max(start - 2, 0)].islower()} - lists["none"] | lists["surname"]
    full: dict[str, None] = {}  # in the order of the text
    for start, words in runs:
        title = ""
        for stops, part in groupby(words, lists["none"].__contains__) if len(words) > 1 or words[0] in inner else ():
            name = " ".join(part)
            end, (first, _, rest) = start + len(name), name.partition(" ")
            if not stops and name.strip() and rest.count(" ") < LONGEST:
                after = _AFTER.match(raw, end)  # no name goes on after it: "Member States"
                says = after and (after[1] in VERBS if after[1] else rest)
                says = says and (rest or (name in inner and not folded.endswith("the ", 0, start)))
                if says or title in TITLES or (rest and first in lists["forename"]) or name in lists["surname"]:
                    full[" ".join(raw[start:end].replace("’", "'").split())] = None
            start, title = end + 1, name.rsplit(" ", 1)[-1].rstrip(".")
    found: dict[str, tuple[Name, ...]] = {}
    for person in sorted(full, key=lambda name: " " not in name):
        first, surname = person.lower().split()[0], person.lower().split()[-1]
        if surname not in found:
            found[surname] = (Name(surname, person, "person", person),)
        if first != surname:
            pair = " ".join(person.lower().split()[:2])  # as many may share a first name
            found[pair] = (Name(person.lower(), person, "person", person), *found.get(pair, ()))[:NAMESAKES]
    return found
