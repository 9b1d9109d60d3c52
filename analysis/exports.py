"""What press archives export: LexisNexis, Factiva and ProQuest put many articles into one file, each with its fields.

An article is its prose; its title, date, outlet and author become ``meta``, and what else is said of it is left out.
``codebooks/exports.toml`` says how the files of an archive look.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from .mend import Found

_ARCHIVES = tomllib.loads((Path(__file__).parent / "codebooks" / "exports.toml").read_text("utf-8"))
_OURS = ("title", "author", "date", "outlet")
_DATED = re.compile(r"\b(?:1[89]|20)\d\d\b")
_BY = re.compile(r"(?i)^by\s+")
_NO_NAME = re.compile(r"(?i)document \d|.{0,20}edition$")
_UNLABELLED = re.compile(r"(?s)(.*?)\n[ \t]*[\d,]+ words[ \t]*\n(.{10,300}?)\n[ \t]*(?:\(c\)|©|Copyright)[^\n]*\n(.*)")


def articles(raw: str) -> tuple[str, list[Found]]:
    """The archive that a text was exported from, and its articles; of another text "" and nothing."""
    raw = re.sub(r"\r\n?", "\n", raw)
    for name, archive in _ARCHIVES.items():
        told = re.search(f"(?m)^{archive['tells']}", raw)
        cuts = [0, *(cut.end() for cut in re.finditer(f"(?m)^{archive['sign']}$", raw)), len(raw)] if told else []
        found = [article for one, two in pairwise(cuts) if (article := _article(archive, raw[one:two]))]
        if found:
            return name, [*_twins_told(found)]
    return "", []


def _twins_told(found: list[Found]) -> Iterator[Found]:
    """Articles, and of each whether its words are those of one before it."""
    first = {}
    for i, (prose, meta, notes) in enumerate(found, 1):
        same = first.setdefault(re.sub(r"\W+", "", prose.casefold()), i)
        yield prose, meta, (*notes, *[f"Article {i} of this file has the same words as article {same}."] * (same < i))


def together(archive: str, found: list[Found]) -> Found:
    """The articles of an archive's file as one text."""
    raw, mended = "\n\n".join(it[0] for it in found), [*dict.fromkeys(note for it in found for note in it[2])]
    said = f"A {archive} export: its fields were left out, or became title, date, outlet and author."
    if len(found) == 1:
        return raw, found[0][1], (said, *mended)
    said = (said, f"{len(found)} articles stand in this file, and are read as one text; `subtext profile` reads each.")
    titles = Counter(meta["title"] for _, meta, _ in found if "title" in meta).most_common(1)
    if titles and titles[0][1] > 1:
        said += (f"More than one article bears the title “{titles[0][0]}”: it may be the same one twice.",)
    return raw, {"outlet": sorted({meta["outlet"] for _, meta, _ in found if "outlet" in meta})}, (*said, *mended)


def _article(archive: dict, part: str) -> Found | None:
    """One article and what its fields say, if there is prose in it."""
    fields = [*_fields(archive["labels"].replace("\n", ""), part)]
    if len(fields) < 4:
        return _unlabelled(re.sub(f"(?m)^{archive['sign']}$", "", part).strip())
    known = dict(reversed(fields))  # of two of a name the first
    prose = "\n\n".join(said for name, said in fields if name in archive["prose"] and said)
    if not prose:  # then it begins behind a blank line below one of the fields
        prose = "\n\n".join(said.partition("\n\n")[2] for name, said in fields[1:] if name != "copyright").strip()
    return (prose, _head(known[""]) | _said(archive, known), ()) if prose else None


def _said(archive: dict, known: dict[str, str]) -> dict[str, str]:
    """Title, author, date and outlet, as far as the fields tell them."""
    found = {ours: next((known[name] for name in archive[ours] if known.get(name)), "") for ours in _OURS}
    found["author"] = _BY.sub("", found["author"])
    return {name: " ".join(said.split("\n\n")[0].split()) for name, said in found.items() if said}


def _fields(labels: str, part: str) -> Iterator[tuple[str, str]]:
    """The fields of an article in their order, each with what stands below it until the next."""
    found = [*re.finditer(rf"(?m)^[ \t]*({labels}):?[ \t]*", part)]
    ends = [*(label.start() for label in found), len(part)]
    yield "", part[: ends[0]].strip("\n")
    yield from ((label[1].lower(), part[label.end() : end].strip()) for label, end in zip(found, ends[1:], strict=True))


def _head(above: str) -> dict[str, str]:
    """Title, outlet and date as they stand above the fields: the outlet first if it is centred, else the title."""
    lines = [line for line in above.splitlines() if line.strip()]
    date = next((line for line in lines if _DATED.search(line) and len(line) < 80), "")
    names = [line for line in lines if line != date and not _NO_NAME.match(line.strip())]
    order = ("outlet", "title") if names and names[0].startswith("   ") else ("title", "outlet")
    return {name: line.strip() for name, line in zip(order, names, strict=False)} | {"date": date.strip()}


def _unlabelled(part: str) -> Found | None:
    """An article of Factiva in the form without labels: title, author, "142 words", date, outlet and so on."""
    found = _UNLABELLED.match(part)
    if not found:
        return None
    title, *by = [line.strip() for line in found[1].splitlines() if line.strip()] or [""]
    date, *more = found[2].splitlines()
    outlet = next((line.strip() for line in more if not line[:1].isdigit()), "")
    return found[3].strip(), {"title": title, "author": _BY.sub("", " ".join(by)), "date": date, "outlet": outlet}, ()
