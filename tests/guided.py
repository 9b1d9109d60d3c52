"""Fuzzing led by coverage, of `Text` with every lens and of the codebook reader: atheris, and with it libFuzzer.

    python -m tests.guided -max_total_time=1200     twenty minutes; every option is libFuzzer's own

The input's first byte says what the rest of it is: a text, or a codebook in one of its four forms. It starts from the
texts of `tests.fuzz` and from rows of every codebook. An input that breaks something, or outlasts ``-timeout``, is
written to a file (``-artifact_prefix=FOLDER/``), which, given as the one argument, is run again.
"""

import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["analysis"]):
    from analysis.codebook import HERE

    from . import fuzz

FORMS = {b"a": "actors.csv", b"c": "mine.csv", b"d": "mine.dic", b"x": "mine.dicx"}
DICTIONARIES = ("d%\n1 tentat\n2 foes\n%\nperhaps\t1\nenem*\t2 1\n", "xDicTerm,tentat,foes\nperhaps,X,\nenem*,,X\n")


def one(data: bytes) -> None:
    source = data[1:].decode("utf-8", "surrogateescape")
    if name := FORMS.get(data[:1]):
        fuzz.book(source, name)
    else:
        fuzz.check(source, tables=False)


def begin(folder: Path) -> None:
    """Something of every form to start from."""
    starts = ["t" + fuzz.make(random.Random(number)) for number in range(300)]
    for path in sorted(HERE.glob("*.csv")):
        lines = path.read_text("utf-8").splitlines(keepends=True)
        form = "a" if path.stem == "actors" else "c"
        starts += [form + "".join([lines[0], *lines[at : at + 3]]) for at in range(1, len(lines), len(lines) // 10 + 1)]
    for number, start in enumerate([*starts, *DICTIONARIES]):
        (folder / str(number)).write_bytes(start.encode("utf-8", "replace"))


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        begin(Path(folder))
        given = sys.argv[1:]
        again = [option for option in given if not option.startswith("-")]
        atheris.Setup([sys.argv[0], "-timeout=20", "-max_len=2000", *given, *([] if again else [folder])], one)
        atheris.Fuzz()
