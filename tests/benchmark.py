"""How fast Subtext is beside what people use now, and how its time and memory grow: prints ratios, judges nothing.

    python tests/benchmark.py speed FOLDER     every text file of a folder, or the lines' "text" of a .jsonl file
    python tests/benchmark.py growth FOLDER    100, 1,000, 10,000 and 100,000 texts made of those, one process each
    python tests/benchmark.py workers FOLDER   10,000 texts made of those: one process, two workers, a cluster of two
    python tests/benchmark.py lenses           every step on 100 KB and 1 MB of its worst inputs: an hour or more
    python tests/benchmark.py lenses and that  only on the inputs of these names

Speed counts processor time of one process, so a busy machine disturbs it little. Workers are timed by the clock.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import platform
import random
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter, process_time

import analysis
from analysis import corpus, hedging, parse, readability, stance, threat, voices


def load(source: str) -> list[str]:
    """The texts behind a path, as strings."""
    return [text.raw for text in corpus.texts(source)]


def times(work, texts: list[str], runs: int = 3) -> list[float]:
    """The processor time that ``work`` took for all the texts, in each of some runs."""
    taken = []
    for _ in range(runs):
        before = process_time()
        for text in texts:
            work(text)
        taken.append(process_time() - before)
    return taken


def speed(source: str) -> None:
    """Words per second of Subtext, the parser alone, textstat's eight formulas, VADER by sentence, a bare tokeniser.

    Every tool reads a tenth of the texts before the clock starts, so that what it loads is loaded. textstat and Subtext
    remember words: so the rest is timed at first sight, and Subtext, which in an archive has met most words before,
    once more.
    """
    texts = load(source)
    warm, texts = texts[::10], [text for number, text in enumerate(texts) if number % 10]
    words = sum(len(text.split()) for text in texts)
    tools = {
        "textstat, eight formulas": readability.formulas,
        "the parser alone": parse.pipeline(),
        "Subtext, all four lenses": lambda text: analysis.profile(analysis.Text(text)),
        "a bare re.findall of words": re.compile(r"\w+").findall,
    }
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        vader = SentimentIntensityAnalyzer()
        tools["VADER by sentence"] = lambda text: [vader.polarity_scores(s) for s in re.split(r"(?<=[.!?])\s+", text)]
    except ImportError:
        print("vaderSentiment is not installed: left out")
    print(f"{len(texts)} texts, {words:,} words; {versions()}")
    seconds = {}
    for name, work in tools.items():
        times(work, warm, 1)
        seconds[name], *again = times(work, texts, 1 if work is readability.formulas else 3)
        if name.startswith("Subtext"):
            seconds["the same, words known"] = min(again)
    base = seconds["the parser alone"]
    for name, taken in seconds.items():
        print(f"{name:28} {words / taken / 1e6:8.3f} million words/s {base / taken:8.2f} times the parser")


def workers(source: str, count: int = 10_000) -> None:
    """Seconds by the clock for the same texts: one process, two workers, and a local Dask cluster of two."""
    from dask.distributed import Client

    texts = list(itertools.islice(itertools.cycle(load(source)), count))
    print(f"{count:,} texts, {sum(len(text.split()) for text in texts):,} words; {versions()}")
    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        ways = {"one process": {}, "two workers": {"workers": 2}, "a cluster of two": {"client": client}}
        seconds = {}
        for name, way in ways.items():
            before = perf_counter()
            corpus.profile(texts, **way)
            seconds[name] = perf_counter() - before
            print(f"{name:28} {seconds[name]:8.1f} s {seconds['one process'] / seconds[name]:8.2f} times one process")


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


# For each pattern that looks ahead or back, and for each list that a rule keeps, what makes it look or grow furthest.
WORST = {
    "no full stop": "word ",
    "only full stops": ".",
    "only opening quotation marks": "“",
    "straight quotation marks": '" ',
    "sentences of one quotation": "“It rained.” ",
    "single quotation marks": "‘a’ ",
    "back-ticks": "`a' ",
    "capitalised names": "Anna ",
    "initials": "A. ",
    "letters and stops": "a.A",
    "labels": "Q: ",
    "speakers": "ANA BROWN: yes?\n",
    "turns": "Who won?\nWe did.\n",
    "speech": "“We may go,” Ana Brown said. ",
    "one sentence of speech": "“We may go now,” Ana Brown said, and ",
    "appositions": "Ana Brown, who ",
    "sources": "according to Ana Brown ",
    "we": "we go ",
    "actors and acts": "Russia threatens Turkey ",
    "compounds": "anti-Russia ",
    "hedges": "could possibly ",
    "conditions": "if we may ",
    "hedged acts": "Russia armed Turkey, possibly ",
    "conditional acts": "Russia armed Turkey if ",
    "vague sources": "some say ",
    "wide spaces": "some  say ",
    "threats": "a threat to us ",
    "calls": "we must stop Russia ",
    "means": "weapons of mass destruction ",
    "references": ".[a ",
    "brackets": "(",
    "commas": ", ",
    "line breaks": "\n",
    "paragraphs": "x\n\n",
    "items": "# A\n",
    "spaces": " ",
    "zero-width spaces": ".\u200b",
    "apostrophes": "'",
    "hyphens": "a-",
    "one long word": "a",
    "one long foreign word": "é",
    "capitals that grow": "İ",
    "digits": "1.",
    "garbled": "Ã©",
    "speakers after said": "said Mr. X, ",
    "nested reports": "who said that ",
    "that": "that ",
    "and": "and ",
    "of the": "of the ",
    "not": "not ",
    "nouns in a row": "state ",
    "commas and names": "Russia, ",
    "clauses in one sentence": "Russia armed Turkey and ",
    "clauses in each other": "the man who knew that ",
    "passives": "was attacked by ",
    "by and by": "by him by ",
    "he said": "he said he ",
    "questions": "Did he go? ",
    "reports in a row": "He said that he said so. ",
    "openings and reports": "“that ",
}
# the same, where only what ends it makes a rule look
ENDED = {
    "a question": ("the attack ", "? "),
    "capitals and hyphens": ("A-", " could attack Russia. "),
    "a list": ("Syria, ", "and Iran could attack Russia with nuclear missiles. "),
    "pronouns": ("It'd be cold. ", "It could attack Russia. "),
}
# the same with ever new names, for what is remembered of each
NAMED = {
    "new people": "{} {} said that {} {} may attack us. ",
    "new speakers": "{} {}: We may go to {} {}.\n",
    "new quotations": "“We may go to {} {},” {} {} said. ",
    "one name, many people": "“We may go to {},” said {} Lee. Ann {} told {}. ",
    "one first name, many people": "Ann Lee {} said that we go. ",
    "new words": "{} x{} y{} z{} ",
}
# The steps of a reading in their order, so that each is timed without those before it.
STEPS = {
    "segmenting": lambda text: (text.tokens, text.warnings),
    "voices": lambda text: text.segments,
    "parse": lambda text: getattr(text, "doc", None),
    "propositions": lambda text: (voices.reports(text), getattr(text, "propositions", None)),
    "hedging": lambda text: (hedging.find(text), hedging.score(text), hedging.measure(text, "voice")),
    "stance": lambda text: (stance.toward(text), stance.relations(text)),
    "threat": lambda text: (threat.claims(text), threat.score(text), threat.measure(text, "voice")),
    "readability": lambda text: (readability.measure(text), readability.find(text)),
}
TURN = itertools.count()
LINEAR = 12  # times as long for ten times as much
BRIEF = 0.05  # seconds: what takes less is not judged, as a busy machine adds as much


def inputs() -> dict[str, Callable[[int], str]]:
    """Of each worst input its name, and what makes it as long as one wants."""
    worst = {label: lambda size, unit=unit: unit * (size // len(unit)) for label, unit in WORST.items()}
    worst |= {label: lambda size, own=own: own[0] * (size // len(own[0])) + own[1] for label, own in ENDED.items()}
    return worst | {label: lambda size, form=form: _named(form, size) for label, form in NAMED.items()}


def lenses(*labels: str) -> None:
    """How much longer each step takes on 1 MB than on 100 KB: 10 is linear. Marks what takes more than 12 times."""
    worst = inputs()
    steps("Russia may attack us.")  # what is loaded once is loaded outside the clock
    gc.disable()  # as timeit does: else a long run, and no short one, pays for walks over all that pandas has loaded
    for label in labels or worst:
        make = worst[label]
        short, long = least(make(100_000), 3), steps(make(1_000_000))
        if any(slow(short[name], long[name]) for name in STEPS):  # again, in case the machine was busy
            long = {name: min(long[name], again) for name, again in steps(make(1_000_000)).items()}
        told = []
        for name in STEPS:
            mark = "!" if slow(short[name], long[name]) else ""
            told.append(f"{name} {long[name] / max(short[name], 1e-6):5.1f}{mark} ({long[name]:.2f} s)")
        print(f"{label:28}", " ".join(told), flush=True)


def slow(short: float, long: float) -> bool:
    return long > max(LINEAR * short, BRIEF)


def least(raw: str, runs: int) -> dict[str, float]:
    """The least time of some runs."""
    taken = [steps(raw) for _ in range(runs)]
    return {name: min(own[name] for own in taken) for name in STEPS}


def steps(raw: str) -> dict[str, float]:
    """The processor time of each step of one reading of a text, in seconds."""
    text, taken = analysis.Text(raw + f"{next(TURN):04}"), {}  # another end, so that no text is known from before
    for name, step in STEPS.items():
        before = process_time()
        step(text)
        taken[name] = process_time() - before
    del text
    gc.collect()
    return taken


def _named(form: str, size: int) -> str:
    """A text of that size with names that nobody has: of five syllables, ever different ones."""
    syllables = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    draw, parts, length = random.Random(0), [], 0
    while length < size:
        names = ["".join(draw.choices(syllables, k=5)).capitalize() for _ in range(4)]
        parts.append(form.format(*names))
        length += len(parts[-1])
    return "".join(parts)


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
    parser.add_argument("what", choices=["speed", "growth", "grow", "workers", "lenses"])
    parser.add_argument("arguments", nargs="*")
    given = parser.parse_args()
    if given.what != "lenses" and not given.arguments:
        parser.error(f"{given.what} needs a FOLDER of texts, or a .jsonl file")
    if given.what == "lenses" and (unknown := {*given.arguments} - {*inputs()}):
        parser.error(f"no input is called {min(unknown)!r}; they are: {', '.join(inputs())}")
    arguments = [int(value) if value.isdigit() else value for value in given.arguments]
    {"speed": speed, "growth": growth, "grow": grow, "workers": workers, "lenses": lenses}[given.what](*arguments)
