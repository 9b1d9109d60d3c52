"""Generated texts through everything that reads one: no exception, offsets that hold, scores within their range.

    python -m tests.fuzz 20000                    that many texts; --seed N for others than those of the last run
    python -m tests.fuzz --files 2000             that many files of every kind, cut short, flipped, one in another
    python -m tests.guided -max_total_time=1200   twenty minutes led by coverage; needs: pip install atheris

Most texts are a few words from the codebooks, thrown together with names, marks and line breaks: that is where rules
meet what they were not written for. A text that breaks something is printed with its number, cut down to what still
breaks it; `--seed NUMBER 1` makes it again.
"""

from __future__ import annotations

import argparse
import csv
import inspect
import io
import random
import re
import sys
import tomllib
from collections.abc import Callable
from email.message import EmailMessage
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import pandas as pd
from matplotlib.figure import Figure

import analysis
from analysis import TextError, formats, hedging, norms, readability, show, stance, threat, voices
from analysis.codebook import HERE, Codebook, CodebookError

LENSES = (stance, hedging, threat, readability)
GROUPS = (None, "voice", "kind", "segment")
TABLES = 20  # one text in so many goes through every table too: they cost twenty times what the figures do
TRIES = 400  # cuts that are tried to make a text shorter

# what breaks programs: marks that open and never close, white space of every kind, joiners, letters that grow in lower
# case, digits of other scripts, NUL, lone surrogates, markup and formulas
MARKS = (
    "“ ” \" ` ´ ' ’ ‘ « » „ ( ) [ ] { } [3] … ... . .. ! ? ?! ; : , - – — _ * # > % & / \\ | $ $x$ <b> </b> &amp; "
    "=1+1 @Ana #tag http://a.b/c?d=1 a@b.org 1. 1) 3.5 1,000 £5m 50% ½ ² ٣ Ⅷ 10:30 U.S. Mr. e.g. J. Ph.D. i.e. No. 's"
).split()
BREAKS = ["\n", "\n\n", "\r\n", *"\r\t\v\f\x1c\x85\u2028\u2029\u00a0"]
SPACES = [*" " * 12, "", "  ", *BREAKS]
ODD = (
    "\0 \x1b \u200b \u200d \ufeff \u202e \u00ad \ud800 \udfff \ufffd e\u0301 İ ı ß ﬁ Σ ŉ 👩\u200d🚀 🇦🇿 שלום سلام 部长"
).split(" ")
# what the lenses wait for, so that texts lead into their rules
NAMES = (
    "Ana Brown|Russia|Turkey|the Kremlin|Ankara|the West|NATO|Mr. Hill|Dr Berg|the United States|we|they|he|it|who|"
    "the minister|our children|the nation|immigrants|Bob's party|McDonald|O’Neil|al-Assad|Ms. de la Cruz"
).split("|")
DOES = (
    "may|might|could have|will not|threatens|attacks|has attacked|was attacked by|said that|warned|told|asked|wrote|"
    "according to|is likely to|cannot be ruled out|seems to|praised|condemned|is a threat to|must stop|if|unless|but|"
    "although|some say|no doubt|perhaps|destroy|kill|will be killed by|fears|protects|is|was|and|or|because|not|never"
).split("|")
THINGS = (
    "the region|war|a catastrophe|nuclear weapons|the economy|peace|fraud|with missiles|by force|soon|at once|for us|"
    "against Iran|of mass destruction|in the world|the bridge|a bakery|courage|one of the best|many of them|very big"
).split("|")
SMALL = (
    "may might could would will must should can shall to by of from against for with in on if unless whether that who "
    "which not no never nobody and or but because is are was be been has had do did being the a our we us they it he"
).split()
# so few words that they meet in every order: one or two of each kind that rules turn on
CORE = (
    "may will could must should to not no never if unless whether that who and but or because by of against for is are "
    "was been has the a our us we they he said warned threat danger enemy threatens attack attacked war kill destroy "
    "stop likely possible perhaps Russia Turkey NATO Ana Brown praised corrupt brave denied accused"
).split()
MARKED = "---\ntitle: Dams\nspeakers: [Ida Lind]\n---\nIt may break."  # with front matter
NESTED = (
    b"[",
    b"{",
    b"(",
    b"<div>",
    b"<",
    b"&",
    b"> ",
    b"\0",
    b"\x0c",
    b"\n",
    b"{\\rtf",
    b"0:01 --> 0:02\n",
    b"\xff\xfe",
)
LABELS = "Q: |A: |ANA BROWN: |Question: |Interviewer: |Photo: |By Ana Brown\n|# |- |> |— |".split("|")[:-1]


# --- what the codebooks hold


def _table(name: str) -> list[dict[str, str]]:
    with open(HERE / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def classes() -> dict[str, list[str]]:
    """The words of each class of words that cues or rules name, of every codebook."""
    listed = {}
    for path in sorted(HERE.glob("*.toml")):
        settings = tomllib.loads(path.read_text("utf-8"))
        listed |= settings | settings.get("classes", {})
    return {name: re.split(r"[\s,|]+", own.strip()) for name, own in listed.items() if isinstance(own, str)}


def words(element: str) -> list[str]:
    """What an element of a cue stands for: "may|might", "threaten*", "*est", "<number>", "<people>", "_"."""
    element = element.removesuffix("?")
    if "|" in element:
        return [word for choice in element.split("|") for word in words(choice)]
    if element.startswith("<"):
        return [word.replace("*", "") for word in classes().get(element.strip("<>"), ["40"])]
    if element == "_":
        return ["it"]
    return [element.replace("*", "mod" if element.startswith("*") else ending) for ending in ("", "ing", "s")]


def spelt(cue: str) -> list[str]:
    """A cue as it may stand in a text, often enough for each of its words to come up."""
    elements = [words(element) for element in cue.split()]
    size = max(map(len, elements), default=0)
    return [" ".join(own[turn % len(own)] for own in elements) for turn in range(size)]


@cache
def cues() -> dict[str, dict[str, list[str]]]:
    """What each codebook waits for, by category, as it may stand in a text."""
    found: dict[str, dict[str, list[str]]] = {}
    for name in ("hedging", "threat", "claims", "evaluation", "speech"):
        for row in _table(name) if (HERE / f"{name}.csv").exists() else ():
            if row["category"] not in ("class", "constant"):
                found.setdefault(name, {}).setdefault(row["category"], []).extend(spelt(row["cue"]))
    for row in _table("actors"):
        own = "|".join((row["names"], row["demonyms"], row["seats"])).split("|")
        found.setdefault("actors", {}).setdefault(row["kind"], []).extend(filter(None, own))
    found["words"] = {name: [word.replace("*", "") for word in own] for name, own in classes().items()}
    return found


@cache
def pieces() -> list[str]:
    """Everything that texts are put together from, for those who draw in another way."""
    own = [text for book in cues().values() for texts in book.values() for text in texts]
    return sorted({*own, *MARKS, *BREAKS, *ODD, *NAMES, *DOES, *THINGS, *LABELS})


# --- texts


def make(draw: random.Random) -> str:
    """A text: mostly a few cues, names and marks; else sentences, often damaged, one piece repeated, or any letters."""
    kind = draw.random()
    if kind < 0.3:
        return " ".join(draw.choice(CORE if draw.random() < 0.8 else _odd()) for _ in range(draw.randrange(1, 9)))
    if kind < 0.6:
        return _thrown(draw)
    if kind < 0.62:
        return "".join(chr(draw.randrange(0x110000)) for _ in range(draw.randrange(40)))
    if kind < 0.65:
        return draw.choice([*MARKS, *ODD, *NAMES, *DOES, *LABELS]) * draw.randrange(60)
    if kind < 0.7:
        return "".join(draw.choice(MARKS) + draw.choice(SPACES) for _ in range(draw.randrange(40)))
    text = "".join(map(_sentence, [draw] * draw.randrange(1, 6)))
    return _damaged(text, draw) if kind < 0.9 else text


@cache
def _odd() -> list[str]:
    return [*MARKS, *ODD, *BREAKS, *LABELS]


def _thrown(draw: random.Random) -> str:
    """One to eight pieces: cues alone, or among them names, marks and line breaks. Rare kinds of cue are no rarer."""
    parts, pure = [], draw.random() < 0.5
    for _ in range(min(draw.randrange(1, 9), draw.randrange(1, 9))):
        if draw.random() < 0.3:  # what rules look for beside the cues
            own = SMALL
        elif pure or draw.random() < 0.6:
            kinds = draw.choice(list(cues().values()))
            own = kinds[draw.choice(list(kinds))]
        else:
            own = draw.choice((MARKS, ODD, NAMES, DOES, THINGS, LABELS, BREAKS))
        part = draw.choice(own)
        if draw.random() < 0.3:  # of a cue of several words one, often where rules do not expect it alone
            part = draw.choice(part.split() or [part])
        parts.append(draw.choice((str.capitalize, str.upper))(part) if draw.random() < 0.1 else part)
    spaces = (" ",) if pure else (*" " * 30, *SPACES)
    return "".join(part + draw.choice(spaces) for part in parts)


def _sentence(draw: random.Random) -> str:
    own = [
        draw.choice(draw.choice((NAMES, DOES, THINGS, DOES, NAMES, THINGS, MARKS)))
        for _ in range(draw.randrange(1, 12))
    ]
    sentence = "".join(word + draw.choice(SPACES) for word in own)
    sentence = sentence[:1].upper() + sentence[1:].rstrip() + draw.choice(".....?!:;,…")
    if draw.random() < 0.3:
        opens, closes = draw.choice(("“”", '""', "``", "''", "‘’", "«»", "„“", "“ ", "”“", "()"))
        cut = draw.randrange(len(sentence))
        sentence = f"{sentence[:cut]}{opens}{sentence[cut:]}{closes}"
    label = draw.choice(LABELS) * (draw.random() < 0.15)
    return label + sentence + draw.choice((" ", " ", " ", "\n", "\n\n", "\r\n", ""))


def _damaged(text: str, draw: random.Random) -> str:
    for _ in range(draw.randrange(1, 6)):
        at, to = sorted(draw.randrange(len(text) + 1) for _ in range(2))
        new = draw.choice((draw.choice(ODD), draw.choice(MARKS), draw.choice(SPACES), text[at:to][:200], ""))
        text = text[:at] + new + text[min(to, at + draw.randrange(4)) :]
    return text


# --- what must hold


def check(raw: str, tables: bool = True) -> None:
    """Everything that a text goes through; AssertionError or whatever it raises names the trouble."""
    text = analysis.Text(raw)
    profile = analysis.profile(text)
    repr(text), text.warnings
    for start, end in text.bounds:
        assert 0 <= start < end <= len(raw) and raw[start:end].strip() == raw[start:end], (start, end)
    for lens in LENSES:
        scores = lens.score(text)
        assert len(scores) == len(text.bounds), lens.__name__
        assert scores.between(0, 1).all(), lens.__name__
    mentions = stance.toward(text)
    assert mentions.score.between(-1, 1).all()
    assert mentions.mention.tolist() == [raw[a:b] for a, b in zip(mentions.start, mentions.end, strict=True)]
    for table in (mentions, threat.claims(text), voices.reports(text)):
        holds(raw, table)
    contract(text)
    if tables:
        norms.place(profile)
        every_table(text)


def holds(raw: str, table: object) -> None:
    """What is true of every table with offsets: they stand in the text, and certainty is between 0 and 1."""
    if not isinstance(table, pd.DataFrame):
        return
    spans = list(zip(table.start, table.end, strict=True)) if {"start", "end"} <= {*table} else []
    spans += [span for row in table.get("because", ()) for span in row]
    for start, end in spans:
        assert 0 <= start < end <= len(raw), (start, end)
    if "text" in table and "start" in table:
        assert table.text.tolist() == [raw[a:b] for a, b in zip(table.start, table.end, strict=True)]
    if "certainty" in table and "start" in table:
        assert table.certainty.between(0, 1).all()
    for column in ("negated", "asked", "conditional", "hedged", "boosted"):
        assert column not in table or table[column].dtype == bool, column


def contract(text: analysis.Text) -> None:
    """What is promised of the newer tables, where they are there already."""
    raw = text.raw
    if hasattr(type(text), "doc"):
        for token in text.doc:  # marks and breaks may be made plain for the parser, words may not
            written = raw[token.idx : token.idx + len(token.text)]
            assert token.text == written or not token.text.isalnum(), (token.text, written)
    if hasattr(type(text), "propositions"):
        said = text.propositions
        holds(raw, said)
        assert said.predicate.tolist() == [raw[a:b] for a, b in zip(said.start, said.end, strict=True)]
        for side in ("agent", "patient"):
            for start, end in said[said[side] != ""][[f"{side}_start", f"{side}_end"]].dropna().astype(int).values:
                assert 0 <= start < end <= len(raw), (side, start, end)
    for lens, truths in ((hedging, ("hedged", "boosted")), (threat, ("threat",))):
        if hasattr(lens, "sentences"):
            table = lens.sentences(text)
            assert len(table) == len(text.bounds) and all(table[column].dtype == bool for column in truths)
            assert table["certainty" if lens is hedging else "score"].between(0, 1).all()
            holds(raw, table)
    if hasattr(stance, "between"):
        pairs = stance.toward(text).groupby("sentence")[["start", "end"]].head(2).values.tolist()
        for p, q in zip(pairs[::2], pairs[1::2], strict=False):
            if sum(a < q[1] and p[0] < b for a, b in text.bounds) == 1:
                found, signs = stance.between(text, tuple(p), tuple(q)), ("positive", "negative")
                ways = {f"{a} {sign} to {b}" for a, b in ("pq", "qp") for sign in signs}
                assert found.relation in {"none", *ways} and -1 <= found.score <= 1


@cache
def _asked() -> list[tuple[Callable, tuple[str, ...]]]:
    """What the lenses can be asked about a text alone, and the groups by which they count it."""
    found = []
    for room in (*LENSES, voices):
        for name, ask in vars(room).items():
            if name.startswith("_") or not inspect.isfunction(ask) or ask.__module__ != room.__name__:
                continue
            asks = inspect.signature(ask).parameters
            if [name for name, own in asks.items() if own.default is own.empty] == ["text"]:
                found.append((ask, GROUPS if "by" in asks else ()))
    return found


def every_table(text: analysis.Text) -> None:
    """Whatever can be made of a text, and shown."""
    for table in (text.segments, text.sentences, text.words):
        holds(text.raw, table)
    for ask, groups in _asked():
        holds(text.raw, ask(text))
        for group in groups:
            show.table(ask(text, by=group))._repr_html_()
    for lens in LENSES:
        found = lens.find(text)
        assert found.cue.tolist() == [text.raw[a:b] for a, b in zip(found.start, found.end, strict=True)], lens.__name__
        show.marks(text, found)._repr_html_()
        show.folded("cues", show.marks(text, found, found.sentence.unique()))._repr_html_()


def book(source: str, name: str = "mine.csv") -> None:
    """A codebook read from a file of that name and used, or refused in one line that names the file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(source.encode("utf-8", "surrogatepass"))
        text = analysis.Text("We may go with Ana Brown to Turkey. 40 of them could not, perhaps.")
        try:
            if name.endswith("actors.csv"):
                stance.toward(analysis.Text(text.raw, codebooks={"actors": path}))
            else:
                Codebook.read(path).find(text)
        except CodebookError as error:
            assert "\n" not in str(error) and str(error).startswith(name), str(error)


# --- files


@cache
def _files() -> list[bytes]:
    """A file of every kind that is read, and of every kind that is refused."""
    import docx

    from . import test_formats as own
    from .texts import rows

    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = "Ida Lind <ida@lind.example>", "<1@lind.example>"
    mail.set_content(own.PROSE)
    mail.add_alternative(own.PAGE.format("", own.ITEMS), "html")
    mail.add_attachment(b"\0" * 99, "application", "zip", filename="dam.zip")
    document, packed = docx.Document(), io.BytesIO()
    document.add_paragraph(own.PROSE)
    document.save(packed)
    drawn, pdf = Figure(), io.BytesIO()
    drawn.text(0.1, 0.5, own.PROSE[:60])
    drawn.savefig(pdf, format="pdf")
    texts = [own.LEXIS, own.NEXIS, own.FACTIVA, own.PROQUEST, own.BOOK, own.PAGES, own.CLOSED, own.COLUMNS, MARKED]
    texts += [own.PAGE.format(own.TOLD, own.ITEMS), *(case["input"] for _, case in rows("transcripts.json"))]
    texts += [data for data, _ in own.REFUSED if isinstance(data, str)]
    return [*map(str.encode, texts), own.RICH, mail.as_bytes(), packed.getvalue(), pdf.getvalue()] + [
        text.encode("utf-16") for text in texts[:5]
    ]


def _spoilt(data: bytes, draw: random.Random) -> bytes:
    for _ in range(draw.randrange(1, 5)):
        at, to = sorted(draw.randrange(len(data) + 1) for _ in range(2))
        marks = bytes(draw.randrange(256) for _ in range(draw.randrange(1, 9)))
        new = draw.choice((b"", marks, data[at:to] * 3, draw.choice(_files())[:2000], draw.choice(NESTED) * 300))
        data = draw.choice((data[:to], data[:at] + new + data[min(to, at + len(marks)) :], data[:at] + new + data[at:]))
    return data[:50_000]


def files(count: int, seed: int) -> int:
    """``count`` spoilt files from ``seed`` on, each read or refused in one line; returns how many broke something."""
    broken = 0
    with TemporaryDirectory() as folder:
        for number in range(seed, seed + count):
            draw = random.Random(number)
            path = Path(folder) / f"any{draw.choice(('.txt', *formats.ENDINGS))}"
            path.write_bytes(_spoilt(draw.choice(_files()), draw))
            try:
                assert analysis.read(path).warnings is not None
            except TextError as error:
                assert str(error).isprintable() and str(error).startswith(str(path)), str(error)
            except Exception as error:
                broken += 1
                print(f"file {number}: {type(error).__name__}: {error}", flush=True)
    print(f"{count:,} files from {seed:,} on: {broken} broke something")
    return broken


# --- a run


def trouble(raw: str, tables: bool) -> Exception | None:
    """What a text raises; a text that is refused is no trouble."""
    try:
        check(raw, tables)
    except TextError:
        return None
    except Exception as error:
        return error
    return None


def shrunk(raw: str, breaks: Callable[[str], bool]) -> str:
    """The text without what can be cut out of it while it still breaks: ever smaller stretches of it.

    >>> shrunk("We may threat, he said.", lambda raw: "may" in raw and "eat" in raw)
    'mayeat'
    """
    size, tries = len(raw) // 2, TRIES
    while size:
        at = 0
        while at < len(raw) and tries:
            shorter, tries = raw[:at] + raw[at + size :], tries - 1
            raw, at = (shorter, at) if breaks(shorter) else (raw, at + size)
        size //= 2
    return raw


def _breaks(tables: bool, kind: type, raw: str) -> bool:
    return type(trouble(raw, tables)) is kind


def inputs(count: int, seed: int) -> int:
    """``count`` texts from ``seed`` on; returns how many broke something."""
    began, broken = monotonic(), 0
    for number in range(seed, seed + count):
        raw, tables = make(random.Random(number)), number % TABLES == 0
        if error := trouble(raw, tables):
            broken += 1
            short = shrunk(raw, partial(_breaks, tables, type(error)))
            at = inspect.getinnerframes(error.__traceback__)[-1]
            where = f"{Path(at.filename).name}:{at.lineno}"
            print(f"text {number}: {type(error).__name__} in {where}: {error}\n  {short!r}", flush=True)
    print(f"{count:,} texts from {seed:,} on in {monotonic() - began:.0f} s: {broken} broke something")
    return broken


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--files", type=int, default=0)
    given = parser.parse_args()
    sys.exit(bool(files(given.files, given.seed) if given.files else inputs(given.count, given.seed)))
