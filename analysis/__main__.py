"""The command line: ``subtext``, or ``python -m analysis``.

Exit status 0: done; 1: an input is at fault, and one line on standard error says what and where; 2: wrong usage.
"""

import argparse
import os
import sys
import warnings
from importlib import import_module
from pathlib import Path

import pandas as pd

from .formats import CODEBOOKS

SEED = Path(__file__).resolve().parent.parent / "seeds" / "lyamin-interview.txt"
EXTRAS = "notebooks,cluster,learn"  # which bring what some commands need


def _room(name: str):
    """A module of the package, loaded when its command is asked for: some need an optional extra, some are slow."""
    return import_module(f".{name}", __package__)


def render(args: argparse.Namespace) -> int:
    texts = args.text or [SEED]
    if args.attach:
        _room("render").attach(texts, args.attach, args.to)
        return 0
    own = dict(args.codebook)
    failed = _room("render").render(texts, args.to or "site", args.single_file, own, args.no_text)
    return max(map(_say, failed), default=0)


def profile(args: argparse.Namespace) -> int:
    client = import_module("dask.distributed").Client(args.scheduler) if args.scheduler else None
    _room("corpus").profile(args.source, args.workers, client, args.output, args.column, dict(args.codebook))
    errors = Path(f"{args.output}.errors.csv")
    if not errors.exists():
        return 0
    why = pd.read_csv(errors, dtype=str, keep_default_na=False).error
    return _say(f"{len(why)} of the texts could not be read, the first because: {why[0]} (all in {errors})")


def export(args: argparse.Namespace) -> int:
    text = _room("text").read(args.text)
    text.codebooks |= dict(args.codebook)
    _room("export").save(text, args.to)
    return 0


def sheet(args: argparse.Namespace) -> int:
    """Rows for somebody else to judge: as a sheet or as prompts, by the ending of the file."""
    coders, corpus = _room("coders"), _room("corpus")
    drawn = coders.draw(corpus.texts(args.source, args.column), args.n, args.seed)
    print("\n".join(map(str, coders.save(drawn, args.output))))
    return 0


def agree(args: argparse.Namespace) -> int:
    for caption, table in _room("coders").report(args.first, args.second):
        print(_room("show").table(table, caption, len(table)))
    return 0


def lab(args: argparse.Namespace) -> int:
    """What is done with annotated corpora, each by the function of that name."""
    given = {name: value for name, value in vars(args).items() if name not in ("run", "command")}
    return getattr(_room("lab.commands"), args.command)(**given)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser("subtext", description="How a text takes sides, hedges, raises alarm, and reads.")
    commands = top.add_subparsers(required=True, metavar="COMMAND", dest="command")

    def command(name: str, run, does: str):
        added = commands.add_parser(name, help=does, description=does)
        added.set_defaults(run=run)
        return added.add_argument

    add = command("render", render, "the notebooks run on texts, as pages that need no network")
    add("text", nargs="*", metavar="TEXT", help="a file to read (the seed interview when none is named)")
    add("--to", metavar="FOLDER", help="where the pages go (default: site)")
    add("--single-file", action="store_true", help="one self-contained file: FOLDER/index.html, or --to NAME.html")
    add("--no-text", action="store_true", help="leave out the words of the texts, all runs of five or more")
    add("--attach", metavar="SITE", help="put the words of the texts back into pages that were made with --no-text")
    own = f"your own, added to ours (NAME: {', '.join(CODEBOOKS)}); with only-NAME=FILE, in place of ours"
    own = {"action": "append", "default": [], "type": _codebook, "metavar": "NAME=FILE", "help": own}
    add("--codebook", **own)
    add = command("export", export, "what was found in a text, for spreadsheets and other tools")
    add("text", type=Path, metavar="TEXT", help="a file to read")
    what = "a folder (tables as CSV, figures), or a file: .jsonld, .qdpx, .qdc, .tsv (CoNLL-U Plus), .ann (brat)"
    add("--to", required=True, metavar="PATH", help=what)
    add("--codebook", **own)
    add = command("profile", profile, "every measure of many texts, a row a text")
    kinds = "a file, folder, pattern, or table (CSV, TSV, JSONL, Parquet)"
    source = {"nargs": "+", "type": Path, "metavar": "SOURCE", "help": kinds}
    column = {"default": "text", "metavar": "NAME", "help": "the texts' column in a table (default: text)"}
    add("source", **source)
    add("-o", "--output", required=True, metavar="FILE", help="a .parquet or .csv file")
    add("--column", **column)
    add("--workers", type=int, default=1, metavar="N", help="processes (default: 1)")
    add("--scheduler", metavar="ADDRESS", help="a Dask scheduler whose workers share the work")
    add("--codebook", **own)
    for name, ending, does in (
        ("sample", "csv", "rows of texts for somebody else to judge, blind: a sheet, its rules and its key"),
        ("tasks", "jsonl", "the same rows as prompts for a language model: JSON Lines, and their key"),
    ):
        add = command(name, sheet, does)
        add("source", **source)
        add("-n", type=int, default=100, metavar="N", help="how many rows (default: 100)")
        add("-o", "--output", type=Path, default=f"sheet.{ending}", metavar="FILE", help=f"default: sheet.{ending}")
        add("--seed", type=int, default=1, metavar="N", help="another seed, another draw (default: 1)")
        add("--column", **column)
    add = command("agree", agree, "how far two who judged the same rows agree; or one of them and the lenses")
    add("first", type=Path, metavar="FIRST", help="a sheet, tasks, or a key")
    add("second", type=Path, metavar="SECOND", help="another, of the same rows")
    gold = {"type": Path, "metavar": "GOLD_DIR", "help": "the folder of the corpora, one JSONL file each"}
    add = command("validate", lab, "the lenses held against annotated corpora")
    add("gold", **gold)
    add("-o", "--output", type=Path, metavar="FILE", help="write the figures as CSV, too")
    command("learn", lab, "difficulty and the thresholds of the lenses fitted again")("gold", **gold)
    command("norms", lab, "the reference texts' measures counted again, into norms.csv")("gold", **gold)
    return top


def _codebook(named: str) -> tuple[str, Path]:
    name, _, file = named.partition("=")
    if name.removeprefix("only-") not in CODEBOOKS or not file:
        raise argparse.ArgumentTypeError(f"{named!r} is not NAME=FILE; NAME is one of {', '.join(CODEBOOKS)}")
    return name, Path(file)


def _say(message: object) -> int:
    """One line on standard error; the exit status of what it tells."""
    line = _room("show").visible(message).replace("\n", "␊")
    print(f"subtext: {line}", file=sys.stderr)
    return 1


def main(argv: list[str] | None = None) -> int:
    args = parser().parse_args(argv)
    sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that knows no dash gets its number
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_: _say(message)
            status = args.run(args)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        _say("stopped before the end; earlier results are as they were")
        return 130
    except ModuleNotFoundError as error:
        return _say(f'{error.name} is not installed; it may come with: pip install -e ".[{EXTRAS}]"')
    except OSError as error:
        return _say(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or error)
    except ValueError as error:  # TextError, CodebookError, RenderError: one plain line each
        if type(error).__module__.split(".")[0] != __package__:
            raise
        return _say(error)


if __name__ == "__main__":
    sys.exit(main())
