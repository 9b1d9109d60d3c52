"""How fast Subtext is beside what people use now, and how its time and memory grow: prints ratios, judges nothing.

    python tests/benchmark.py speed FOLDER     every text file of a folder, or the lines' "text" of a .jsonl file
    python tests/benchmark.py growth FOLDER    100, 1,000, 10,000 and 100,000 texts made of those, one process each
    python tests/benchmark.py lenses           each lens on 100 KB and 1 MB of its worst input

Speed counts processor time of one process, so a busy machine disturbs it little; each figure is the best of three runs.
"""

from __future__ import annotations

import argparse
import itertools
import platform
import re
import resource
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import process_time

import analysis
from analysis import corpus, hedging, readability, stance, threat

FORMULAS = (
    "flesch_reading_ease flesch_kincaid_grade gunning_fog smog_index automated_readability_index "
    "coleman_liau_index dale_chall_readability_score linsear_write_formula"
).split()


def load(source: str) -> list[str]:
    """The texts behind a path, as strings."""
    items = corpus.texts(source)
    return [analysis.read(item).raw if isinstance(item, Path) else item for _, item in items]


def best(work, texts: list[str], runs: int = 3) -> float:
    """The least processor time that ``work`` took for all the texts."""
    times = []
    for _ in range(runs):
        before = process_time()
        for text in texts:
            work(text)
        times.append(process_time() - before)
    return min(times)


def speed(source: str) -> None:
    """Words per second of Subtext, textstat's eight formulas, VADER by sentence and a bare tokeniser."""
    texts = load(source)
    words = sum(len(text.split()) for text in texts)
    readability.measure(
        analysis.Text("The dictionary is found now.")
    )  # textstat's dictionary is loaded outside the clock
    import textstat

    def formulas(text: str) -> None:
        for name in FORMULAS:
            getattr(textstat, name)(text)

    tools = {
        "Subtext, all four lenses": lambda text: analysis.profile(analysis.Text(text)),
        "textstat, eight formulas": formulas,
        "a bare re.findall of words": re.compile(r"\w+").findall,
    }
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        vader = SentimentIntensityAnalyzer()
        tools["VADER by sentence"] = lambda text: [vader.polarity_scores(s) for s in re.split(r"(?<=[.!?])\s+", text)]
    except ImportError:
        print("vaderSentiment is not installed: left out")
    print(f"{len(texts)} texts, {words:,} words; {versions()}")
    # textstat remembers texts it has seen, so it gets one run; the others run three times
    seconds = {name: best(work, texts, 1 if "textstat" in name else 3) for name, work in tools.items()}
    base = seconds["textstat, eight formulas"]
    for name, taken in seconds.items():
        print(f"{name:28} {words / taken / 1e6:8.3f} million words/s {base / taken:8.1f} times textstat")


def growth(source: str) -> None:
    """Seconds and peak memory for ever more texts, each count in a process of its own."""
    print(versions())
    for count in (100, 1_000, 10_000, 100_000):
        subprocess.run([sys.executable, __file__, "grow", source, str(count)], check=True)


def grow(source: str, count: int) -> None:
    """One row of `growth`."""
    texts = load(source)
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        before = process_time()
        corpus.profile(itertools.islice(itertools.cycle(texts), count), to=Path(folder) / "profiles.parquet")
        seconds = process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count:>8,} texts {seconds:8.1f} s {1000 * seconds / count:8.2f} ms a text {peak:8.0f} MB at most", flush=True
    )


# For each pattern that looks ahead or back, what makes it look furthest.
WORST = {
    "no full stop": "word ",
    "only full stops": ".",
    "only quotation marks": "“",
    "straight quotation marks": '" ',
    "back-ticks": "`",
    "capitalised names": "Anna ",
    "initials": "A. ",
    "hedges": "could possibly ",
    "conditions": "if ",
    "threats": "Russia threatens Turkey ",
    "labels": "Q: ",
    "line breaks": "\n",
    "spaces": " ",
    "apostrophes": "'",
    "one long word": "a",
    "digits": "1.",
}


def lenses() -> None:
    """How much longer 1 MB takes than 100 KB: 10 is linear."""
    works = {
        "segmenting": lambda text: text.tokens,
        "hedging": hedging.score,
        "stance": stance.toward,
        "threat": threat.claims,
        "readability": readability.figures,
        "profile": analysis.profile,
    }
    for label, unit in WORST.items():
        ratios = []
        for name, work in works.items():
            small, large = (
                best(lambda raw, work=work: work(analysis.Text(raw)), [(unit * size)[:size]], runs)
                for size, runs in ((100_000, 3), (1_000_000, 1))
            )
            ratios.append(f"{name} {large / small:5.1f} ({large:.2f} s)")
        print(f"{label:26}", " ".join(ratios), flush=True)


def versions() -> str:
    found = [f"Python {platform.python_version()}"]
    for package in ("pandas", "textstat", "vaderSentiment"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speed", "growth", "grow", "lenses"])
    parser.add_argument("arguments", nargs="*")
    given = parser.parse_args()
    arguments = [int(value) if value.isdigit() else value for value in given.arguments]
    {"speed": speed, "growth": growth, "grow": grow, "lenses": lenses}[given.what](*arguments)
