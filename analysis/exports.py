"""What press archives export: LexisNexis, Factiva and others put many articles into one file, each with its fields.

An article is its prose; its title, date, outlet and author become ``meta``, and what else is said of it is left out.
``codebooks/exports.toml`` says how the files of an archive look.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

from .mend import Found

_ARCHIVES = tomllib.loads((Path(__file__).parent / "codebooks" / "exports.toml").read_text("utf-8"))
_DATED, _NO_NAME = re.compile(_ARCHIVES.pop("dated")), re.compile(_ARCHIVES.pop("no_name"))


def articles(raw: str) -> tuple[str, list[Found]]:
    """The archive that a text was exported from, and its articles; of another text "" and nothing."""
    raw = re.sub(r"\r\n?", "\n", raw)
    for name, archive in _ARCHIVES.items():
        parts = re.split(f"(?m)^{archive['sign']}$", raw) if re.search(f"(?m)^{archive['tells']}", raw) else []
        found, first = [], {}
        for prose, meta in filter(None, (_article(archive, part) for part in parts)):
            same = first.setdefault(re.sub(r"\W+", "", prose.casefold()), n := len(found) + 1)
            twin = f"Article {n} of this file has the same words as article {same}."
            meta = {key: " ".join(value.split("\n\n")[0].split()) for key, value in meta.items()}
            meta["author"] = re.sub(r"(?i)^by\s+", "", meta.get("author", ""))
            found.append((prose, meta, (twin,) * (same < n)))
        if found:
            return name, found
    return "", []


def together(archive: str, found: list[Found]) -> Found:
    """The articles of an archive's file as one text; of another file its text as it is."""
    if not archive:
        return found[0]
    raw, mended = "\n\n".join(it[0] for it in found), [*dict.fromkeys(note for it in found for note in it[2])]
    said = [f"An export of {archive}: its fields were left out, or became title, date, outlet and author."]
    if len(found) == 1:
        return raw, found[0][1], (*said, *mended)
    said += [f"{len(found)} articles stand in this file, and are read as one text; `subtext profile` reads each."]
    titles = Counter(meta["title"] for _, meta, _ in found if "title" in meta)
    (title, many), *_ = *titles.most_common(1), ("", 0)
    said += [f"More than one article bears the title “{title}”: it may be the same one twice."] * (many > 1)
    return raw, {"outlet": sorted({meta["outlet"] for _, meta, _ in found if "outlet" in meta})}, (*said, *mended)


def _article(archive: dict, part: str) -> tuple[str, dict[str, str]] | None:
    """The prose of an article and what its fields say, if there is prose in it."""
    above, *rest = re.split(rf"(?m)^[ \t]*({archive['labels']}):?[ \t]*".replace("\n", ""), part)
    fields = [(name.lower(), said.strip()) for name, said in zip(rest[::2], rest[1::2], strict=True)]
    if len(fields) < 3:
        return _unlabelled(archive, part.strip())
    prose = "\n\n".join(filter(None, (said for name, said in fields if name in archive["prose"])))
    if not prose:  # then it begins behind a blank line below one of the fields
        prose = "\n\n".join(said.partition("\n\n")[2] for name, said in fields if name != "copyright").strip()
    known = dict(reversed(fields))  # of two of a name the first
    told = {ours: known[name] for ours, name in archive["meta"].items() if known.get(name)}
    if source := re.match(archive.get("source", "(?!)"), known.get("source", "")):
        told |= source.groupdict()
    return (prose, _head(above) | told) if prose else None


def _unlabelled(archive: dict, part: str) -> tuple[str, dict[str, str]] | None:
    """The prose of an article without fields, and what stands above it."""
    forms = (re.fullmatch(form, part) for form in archive.get("unlabelled", ()))
    found = next(filter(None, forms), None)
    return found and (found["prose"], {**found.groupdict(""), "prose": ""})


def _head(above: str) -> dict[str, str]:
    """Title, outlet and date as they stand above the fields: the title first, or below the outlet and the date."""
    lines = [line for line in dict.fromkeys(map(str.strip, above.splitlines())) if line and not _NO_NAME.match(line)]
    at = next((at for at, line in enumerate(lines) if _DATED.search(line) and len(line) < 80), len(lines))
    before, behind = lines[:at][-2:], lines[at + 1 :]
    title, outlet = [*behind[:1], *before, ""][:2] if behind and len(before) < 2 else [*before, "", ""][:2]
    told = {"title": re.sub(r"^\d+\. ", "", title), "outlet": outlet, "date": "".join(lines[at : at + 1])}
    return {key: said for key, said in told.items() if said}
