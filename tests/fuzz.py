"""Generated texts through everything that reads one: no exception, offsets that hold, scores within their range.

    python -m tests.fuzz 100000                   that many texts; --seed N for others than those of the last run
    python -m tests.guided -max_total_time=1200   twenty minutes led by coverage; needs: pip install atheris

A text that breaks something is printed with its number, and `--seed NUMBER 1` makes it again.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import analysis
from analysis import TextError, hedging, norms, readability, show, stance, threat
from analysis.codebook import Codebook, CodebookError

LENSES = (stance, hedging, threat, readability)
GROUPS = (None, "voice", "kind", "segment")
TABLES = 20  # one text in so many goes through every table too: they cost twenty times what the figures do

# what breaks programs: marks that open and never close, white space of every kind, joiners, letters that grow in lower
# case, digits of other scripts, NUL, lone surrogates, markup and formulas
MARKS = (
    "“ ” \" ` ´ ' ’ ‘ « » „ ( ) [ ] { } [3] … ... . .. ! ? ?! ; : , - – — _ * # > % & / \\ | $ $x$ <b> </b> &amp; "
    "=1+1 @Ana #tag http://a.b/c?d=1 a@b.org 1. 1) 3.5 1,000 £5m 50% ½ ² ٣ Ⅷ 10:30 U.S. Mr. e.g. J. Ph.D. i.e. No."
).split()
SPACES = [*" " * 12, "", "  ", "\n\n", "\r\n", *"\n\r\t\v\f\x1c\x85\u2028\u2029\u00a0"]
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
LABELS = (
    "Q: ",
    "A: ",
    "ANA BROWN: ",
    "Question: ",
    "Interviewer: ",
    "Photo: ",
    "By Ana Brown\n",
    "# ",
    "- ",
    "> ",
    "— ",
)


def make(draw: random.Random) -> str:
    """A text: mostly sentences with something wrong in them, else marks alone, one piece repeated, or any letters."""
    kind = draw.random()
    if kind < 0.05:
        return "".join(chr(draw.randrange(0x110000)) for _ in range(draw.randrange(40)))
    if kind < 0.10:
        return draw.choice([*MARKS, *ODD, *NAMES, *DOES, *LABELS]) * draw.randrange(200)
    if kind < 0.25:
        return "".join(draw.choice(MARKS) + draw.choice(SPACES) for _ in range(draw.randrange(40)))
    text = "".join(map(_sentence, [draw] * draw.randrange(1, 9)))
    return _damaged(text, draw) if kind < 0.6 else text


def _sentence(draw: random.Random) -> str:
    words = [
        draw.choice(draw.choice((NAMES, DOES, THINGS, DOES, NAMES, THINGS, MARKS)))
        for _ in range(draw.randrange(1, 12))
    ]
    sentence = "".join(word + draw.choice(SPACES) for word in words)
    sentence = sentence[:1].upper() + sentence[1:].rstrip() + draw.choice(".....?!:;,…")
    if draw.random() < 0.3:
        opens, closes = draw.choice(("“”", '""', "``", "''", "‘’", "«»", "„“", "“ ", "”“", "()"))
        cut = draw.randrange(len(sentence))
        sentence = f"{sentence[:cut]}{opens}{sentence[cut:]}{closes}"
    return (
        draw.choice(LABELS) * (draw.random() < 0.15) + sentence + draw.choice((" ", " ", " ", "\n", "\n\n", "\r\n", ""))
    )


def _damaged(text: str, draw: random.Random) -> str:
    for _ in range(draw.randrange(1, 6)):
        at, to = sorted(draw.randrange(len(text) + 1) for _ in range(2))
        new = draw.choice((draw.choice(ODD), draw.choice(MARKS), draw.choice(SPACES), text[at:to][:200], ""))
        text = text[:at] + new + text[min(to, at + draw.randrange(4)) :]
    return text


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
    claims, mentions = threat.claims(text), stance.toward(text)
    assert claims.certainty.between(0, 1).all() and mentions.score.between(-1, 1).all()
    for start, end in [offsets for table in (claims, mentions) for row in table.because for offsets in row]:
        assert 0 <= start < end <= len(raw), (start, end)
    assert mentions.mention.tolist() == [raw[a:b] for a, b in zip(mentions.start, mentions.end, strict=True)]
    if not tables:
        return
    norms.place(profile)
    for table in (text.segments, text.sentences, text.words):
        assert table.text.tolist() == [raw[a:b] for a, b in zip(table.start, table.end, strict=True)]
    hedging.scope(text), stance.matrix(text), stance.relations(text), threat.frames(text)
    for lens in LENSES:
        cues = lens.find(text)
        assert cues.cue.tolist() == [raw[a:b] for a, b in zip(cues.start, cues.end, strict=True)], lens.__name__
        show.marks(text, cues)._repr_html_()
        show.kwic(text, cues)
        for group in GROUPS:
            show.table(lens.measure(text, by=group))._repr_html_()


def book(source: str, name: str = "mine.csv") -> None:
    """A codebook read from a file of that name and used, or refused in one line that names the file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(source.encode("utf-8", "surrogatepass"))
        text = analysis.Text("We may go with Ana Brown to Turkey. 40 of them could not, perhaps.")
        try:
            if name.endswith("actors.csv"):
                stance.actors(text, path)
            else:
                Codebook.read(path).find(text)
        except CodebookError as error:
            assert "\n" not in str(error) and str(error).startswith(name), str(error)


def inputs(count: int, seed: int) -> int:
    """``count`` texts from ``seed`` on; returns how many broke something."""
    began, broken, refused = monotonic(), 0, 0
    for number in range(seed, seed + count):
        raw = make(random.Random(number))
        try:
            check(raw, tables=number % TABLES == 0)
        except TextError:
            refused += 1
        except Exception as error:
            broken += 1
            print(f"text {number}: {type(error).__name__}: {error}\n  {raw!r}", flush=True)
    print(
        f"{count:,} texts from {seed:,} on in {monotonic() - began:.0f} s: {broken} broke something, {refused} refused"
    )
    return broken


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    sys.exit(bool(inputs(given.count, given.seed)))
