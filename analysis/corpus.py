"""Many texts: one process, all cores or a Dask cluster, by the same code, in flat memory, safe to interrupt."""

from __future__ import annotations

import codecs
import glob
import hashlib
import os
import pickle
import re
import shutil
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
from pyarrow import csv, parquet
from tqdm import tqdm

from . import corrections, measures, output, reader, show
from .codebook import changed
from .formats import ENDINGS, beside, is_beside
from .mend import count
from .text import Text, TextError, articles

PART = 50  # texts a part: some seconds of work, so an interruption loses little and a worker is kept busy
ROUND = 8  # parts that a worker has before it at most: enough to be idle seldom, few enough to keep memory flat

# in the column of a table's texts
NO_TEXT = ("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "None", "[deleted]", "[removed]")
EMPTY = ("", "nan", "None", "NaT", "<NA>")  # in any other column
TABLES = (".csv", ".tsv", ".jsonl", ".parquet")
codecs.register_error("as cp1252", lambda e: (e.object[e.start : e.end].decode("cp1252", "replace"), e.end))
RULES = ".codebook.txt"  # of a sheet that `subtext sample` wrote
OURS = ["id", "error", "digest", "unfit"]  # what a part knows of a text beside its figures and what is told of it
WARNED = "warnings"  # the column of what is doubtful about a text, if anything is
SHOWN = 10  # texts of which that is told at once
Item = tuple[str, object, dict]  # a text's id; text, file or what is wrong with it; what else its table says of it


def texts(source, column: str = "text") -> Iterator[Text]:
    """The texts of a folder, a glob, a table (DataFrame, CSV, JSONL, Parquet), or a list of paths, strings and Texts.

    >>> [(text.name, text.raw) for text in texts(["It rained.", "We may go."])]
    [('0', 'It rained.'), ('1', 'We may go.')]

    A text is called by its path, its name, or its cell in the column ``id``; else by its number. Other cells (date,
    outlet, speakers) are its ``meta``. A warning names files that were passed over and texts that cannot be read.
    """
    unread = []
    for item in _items(source, column):
        try:
            yield from _opened(*item)
        except TextError as error:
            unread.append(_printable(error))
    _tell(unread, "text could not be read", "texts could not be read")


def _tell(names: list[str], one: str, more: str) -> None:
    if names:
        listed = ", ".join(names[:5]) + ", …" * (len(names) > 5)
        warnings.warn(f"{count(len(names), one, more)}: {listed}", stacklevel=2)


def _items(source, column: str) -> Iterator[Item]:
    """The texts of a source before they are opened, so that whoever works on a file is the first to read it."""
    if isinstance(source, pd.DataFrame):
        yield from _rows(source, column)
        return
    alone = isinstance(source, str | Path) or (isinstance(source, list) and len(source) == 1)
    for number, item in enumerate([Path(source)] if isinstance(source, str | Path) else source):
        if isinstance(item, Path) and _is_table(item) and not alone:
            yield from _spared(item, column)
        elif isinstance(item, Path):
            yield from _named(item, column)
        else:
            yield _printable(item.name if isinstance(item, Text) and item.name != "text" else number), item, {}


def _rows(table: pd.DataFrame, column: str) -> Iterator[Item]:
    """The texts of a table, each with what stands in the other columns of its row."""
    if column not in table:
        names = ", ".join(map(str, table))
        longest = max(table, key=lambda name: table[name].astype(str).str.len().mean(), default="")
        hint = f" ({longest!r}, by its length?)" if len(table.columns) > 1 else ""
        raise TextError(f"there is no column {column!r} but {names}; name the texts' column{hint}")
    others = table.drop(columns=["id", column], errors="ignore")
    rows = zip(table.index, table.get("id", table.index), table[column], others.itertuples(False, None), strict=True)
    for number, key, text, cells in rows:
        told = {_printable(name): cell for name, cell in zip(others, cells, strict=True) if str(cell) not in EMPTY}
        yield _printable(number if str(key) in EMPTY else key), None if str(text).strip() in NO_TEXT else text, told


def _named(path: Path, column: str) -> Iterator[Item]:
    if _is_table(path):
        yield from _table(path, column)
    elif path.is_dir():
        yield from ((_printable(file.relative_to(path)), file, {}) for file in _inside(path))
    elif files := [path] if path.is_file() else sorted(map(Path, glob.glob(str(path), recursive=True))):
        yield from ((_printable(file), file, {}) for file in files)
    else:
        raise TextError(f"{path}: no such file, folder or pattern")


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in TABLES and path.is_file()


def _spared(path: Path, column: str) -> Iterator[Item]:
    """The texts of a table among other sources, which go on where it cannot be read."""
    try:
        yield from _table(path, column)
    except TextError as error:
        yield _printable(path), error, {}


def _inside(folder: Path) -> list[Path]:
    """The texts in a folder, without what systems and word processors put beside them for their own use."""
    own = re.compile(r"(?:^|[/\\])(?:\.|~\$|__MACOSX)")  # of a folder, too: .ipynb_checkpoints
    found = sorted(it for it in folder.rglob("*") if not (it.is_dir() or own.search(str(it.relative_to(folder)))))
    files = [file for file in found if file.suffix.lower() in ENDINGS and not file.name.endswith(RULES)]
    if not files:
        raise TextError(f"{folder}: no text in this folder; expected files ending in {', '.join(sorted(ENDINGS))}")
    over = [file for file in sorted({*found} - {*files}) if not is_beside(file)]
    _tell([_printable(file.relative_to(folder)) for file in over], "file was passed over", "files were passed over")
    return files


def _table(path: Path, column: str) -> Iterator[Item]:
    """The texts of a table in a file, which is read some rows at a time, every value as it is written."""
    try:
        if path.suffix.lower() in (".csv", ".tsv"):
            with open(path, "rb") as file:
                first = file.readline()  # what below is no UTF-8 is read as Windows-1252, where it stands
            wide = first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            form = {"encoding": "utf-16" if wide else "utf-8-sig", "encoding_errors": "as cp1252", "dtype": str}
            form["index_col"] = False  # else a cell too many in every row moves the others
            head = first.decode(form["encoding"], "ignore")
            own = re.match('"?sep=(.)"?\\s*$', head)  # a line that is for Excel alone
            form["sep"], form["skiprows"] = own[1] if own else max(",;\t|", key=head.count), int(bool(own))
            tables = pd.read_csv(path, chunksize=PART, keep_default_na=False, **form)
        elif path.suffix.lower() == ".jsonl":
            tables = pd.read_json(path, lines=True, dtype=False, encoding="utf-8-sig", chunksize=PART)
        else:
            batches = parquet.ParquetFile(path).iter_batches(PART)
            tables = (batch.to_pandas(ignore_metadata=True) for batch in batches)
        first = 0
        for table in _whole(tables, path):
            yield from _rows(table.set_axis(range(first, first + len(table))), column)
            first += len(table)
    except (OSError, ValueError, TypeError, pa.ArrowException) as error:
        raise TextError(f"{path.name}: the table cannot be read: {str(error).splitlines()[0]}") from error


def _whole(tables: Iterable[pd.DataFrame], path: Path) -> Iterator[pd.DataFrame]:
    """The tables; it is told where rows have more cells than there are columns."""
    tables = iter(tables)
    while True:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always", pd.errors.ParserWarning)
            table = next(tables, None)
        if table is None:
            return
        if any(issubclass(it.category, pd.errors.ParserWarning) for it in said):
            more = "its rows have more cells than its first row; what is in those is left out"
            warnings.warn(f"{_printable(path)}: {more} (a cell with a comma in it needs quotes)", stacklevel=2)
        yield table


def _printable(name: object) -> str:
    """A name as text that every file format can hold, whatever bytes it has."""
    return str(name).encode("utf-8", "backslashreplace").decode()


def profile(
    source, workers: int = 1, client=None, to: str | Path = "", column: str = "text", codebooks: dict | None = None
) -> pd.DataFrame | Path:
    """Profiles of many texts: a row a text, with its ``id``, every measure of every lens, and what is told of it.

    >>> profile(["It rained.", "We may go."])[["id", "words"]].values.tolist()
    [['0', 2.0], ['1', 3.0]]

    ``source`` is anything that `texts` takes. ``workers`` processes share the work, or the cluster behind ``client`` (a
    ``dask.distributed.Client``); the rows and their order are the same whichever way they are computed.
    ``codebooks`` are the reader's own, as in ``Text.codebooks``, in files that every worker can open.

    What is told of a text by the other columns of its table, or by its file (title, date, outlet), follows the
    measures, ``_given`` added to a name of theirs. If a text has ``warnings``, they stand in a column of that name, and
    the first of them are told. A warning says which ids stand twice, and which texts are the same.

    The rows come back as a DataFrame, the texts that could not be read in ``attrs["errors"]``. Or they are written
    ``to`` a .parquet or .csv file, in flat memory, what is told as words; beside it ``TO.errors.csv`` has the texts
    that could not be read. What is done waits in ``TO.parts``: an interrupted run goes on where it stopped.
    """
    own = {name: Path(file).absolute() for name, file in (codebooks or {}).items()}
    measures.profile(Text("", codebooks=own))  # a codebook that cannot be used is told here, and not at every text
    if workers < 1:
        raise TextError(f"{workers} processes can do no work; give 1 or more of them (--workers)")
    parts = _parts(tqdm(_items(source, column), unit=" texts", disable=None), own)
    run = partial(_run, parts, partial(_work, own=own), workers, client)
    if to:
        _spare(Path(to))
        return _write(Path(to), run)
    with TemporaryDirectory() as folder:
        outcomes = _outcomes(done := run(Path(folder)))
        table = pd.concat([*map(pd.read_parquet, done)] or [_work([], own)])
    good = table[table.error == ""].drop(columns=OURS[1:]).reset_index(drop=True)
    good.attrs["errors"] = outcomes[outcomes.error != ""].to_dict("records")
    return good


def _parts(items: Iterable[Item], own: dict[str, Path]) -> Iterator[tuple[str, list[Item]]]:
    """Items in parts, each with its file's name: its place, and a digest of what is read and by what code."""
    kinds = (".py", ".csv", ".toml", ".sha256")
    code = [file for file in sorted(Path(__file__).parent.rglob("*")) if file.suffix in kinds]
    edition = hashlib.sha256(b"".join(map(Path.read_bytes, code))).digest()  # an installer may set any date
    items = iter(items)
    for number, part in enumerate(iter(lambda: list(islice(items, PART)), [])):
        read = [item for _, item, _ in part if isinstance(item, Path)]
        files = [*own.values(), *read, *chain.from_iterable(beside(file).values() for file in read)]
        digest = hashlib.sha256(pickle.dumps((edition, own, part, [*map(changed, files)]))).hexdigest()
        yield f"{number:07}-{digest[:16]}.parquet", part


def _run(parts: Iterator, work: Callable, workers: int, client, folder: Path) -> list[Path]:
    """The figures of each part, in the source's order; parts that the folder holds were done by an earlier run."""
    pool, done = ProcessPoolExecutor(workers) if workers > 1 else nullcontext(), []
    if client is not None:
        pool, workers = client.get_executor(pure=False), sum(client.nthreads().values())
    with pool as executor:
        while some := dict(islice(parts, ROUND * max(workers, 1))):
            new = {name: part for name, part in some.items() if not (folder / name).exists()}
            results = (executor.map if executor else map)(work, new.values())
            for name, table in zip(new, results, strict=True):
                table.to_parquet(folder / "unfinished")
                os.replace(folder / "unfinished", folder / name)
            done += map(folder.joinpath, some)
    return done


def _outcomes(parts: Iterable[Path]) -> pd.DataFrame:
    """The id and the error of each text; it is told which ids stand twice, and which texts are the same."""
    known = [pd.read_parquet(it, columns=[*OURS, *{WARNED} & {*parquet.read_schema(it).names}]) for it in parts]
    rows = pd.concat([pd.DataFrame(columns=[*OURS, WARNED], dtype=str), *known])
    _pass_on(rows[rows[WARNED].notna()])
    twins = rows.digest.duplicated() & (rows.digest != "")
    _tell([*rows.id[rows.id.duplicated()]], "id stands twice", "ids stand twice")
    unfit = "corrections that were not applied, as they do not fit it any more"
    _tell([*rows.id[rows.unfit != ""]], f"text has {unfit}", f"texts have {unfit}")
    _tell([*rows.id[twins]], "text is the same as one before it", "texts are the same as one before them")
    return rows[["id", "error"]]


def _pass_on(warned: pd.DataFrame) -> None:
    """What is doubtful about the first texts of which anything is, a line each, and how many more there are."""
    for name, said in warned[["id", WARNED]].head(SHOWN).itertuples(index=False):
        warnings.warn(f"{name}: {said}", stacklevel=2)
    if more := max(0, len(warned) - SHOWN):
        has = count(more, "more text has", "more texts have")
        warnings.warn(f"{has} warnings: see the column “{WARNED}”", stacklevel=2)


def _work(part: list[Item], own: dict[str, Path]) -> pd.DataFrame:
    """The figures of a part, or an error for each text that cannot be read."""
    rows, opened = [], {}
    for key, item, told in part:
        try:
            for text in _opened(key, item, told):
                text.codebooks |= own
                opened[len(rows)] = text
                digest = hashlib.sha256(" ".join(text.raw.split()).encode("utf-8", "replace")).hexdigest()
                rows.append({"id": text.name, "error": "", "digest": digest[:24], "unfit": ""})
        except TextError as error:
            rows.append({"id": key, "error": _printable(error), "digest": "", "unfit": ""})
    reader.ahead(opened.values())
    for number in [*opened]:
        try:
            text = opened.pop(number)  # what was found in a text goes with it: memory stays flat
            rows[number] |= measures.figures(text) | _told(text) | {"unfit": corrections.unfit(text)}
        except TextError as error:
            rows[number]["error"] = _printable(error)
    kinds = dict.fromkeys(OURS, str) | dict.fromkeys(measures.names(), float)
    table = pd.DataFrame(rows, columns=[*dict.fromkeys(chain(kinds, *rows))]).astype(kinds)
    mixed = [name for name in table if pd.api.types.infer_dtype(table[name]).startswith("mixed")]
    return table.assign(**{name: table[name].map(str, na_action="ignore") for name in mixed})


def _told(text: Text) -> dict[str, object]:
    """What is told of a text, as columns that no figure has; several names become one line, as do its warnings."""
    told = {WARNED: _printable(" ".join(text.warnings))} if text.warnings else {}
    for key, it in text.meta.items():
        it = ", ".join(map(str, it)) if isinstance(it, list) else it
        taken = key in (*OURS, WARNED, *measures.names())
        told[f"{key}_given" if taken else key] = _printable(it) if isinstance(it, str) else it
    return told


def _opened(key: str, item: object, told: dict) -> list[Text]:
    """The text of an item, or the articles in an archive's file, each with its id, and with what is told of it."""
    if isinstance(item, str) and any(map(str.isalnum, item)):
        return [Text(item, key, meta=told)]
    if isinstance(item, TextError):
        raise item
    if not isinstance(item, Path | Text):
        raise TextError(f"{key} is empty: there are no words to read in it")
    found = articles(item) if isinstance(item, Path) else [item]
    names = [key] if len(found) == 1 else [f"{key} {number}" for number in range(1, len(found) + 1)]
    return [replace(text, name=name, codebooks={**text.codebooks}) for text, name in zip(found, names, strict=True)]


def _beside(to: Path) -> tuple[Path, Path]:
    """Where what is done waits, and where the texts are listed that could not be read."""
    return to.with_name(f"{to.name}.parts"), to.with_name(f"{to.name}.errors.csv")


def _spare(to: Path) -> None:
    """TextError if profiles cannot be written to such a file, FileExistsError if something else stands there."""
    if to.suffix not in (".parquet", ".csv"):
        raise TextError(f"{to}: profiles are written to a .parquet or .csv file; give it that ending")
    folder, errors = _beside(to)
    output.spare([to, errors, *folder.glob("*")], _is_ours)


def _is_ours(file: Path) -> bool:
    """Does it hold profiles, or the errors of such a run; or is it what an interrupted run was just writing?"""
    if file.parent.suffix == ".parts" and file.name in ("unfinished", file.parent.stem):
        return True
    try:
        columns = parquet.read_schema(file).names if file.suffix == ".parquet" else pd.read_csv(file, nrows=0)
    except (OSError, ValueError, pa.ArrowException):
        return False
    return {"id", *measures.names()} <= {*columns} or [*columns] == ["id", "error"]


def _write(to: Path, run: Callable[[Path], list[Path]]) -> Path:
    """Writes the figures to a file, a part at a time, and the errors beside it."""
    folder, errors = _beside(to)
    folder.mkdir(parents=True, exist_ok=True)
    outcomes = _outcomes(parts := run(folder))
    unread = outcomes[outcomes.error != ""]
    if len(unread) and len(unread) == len(outcomes):
        shutil.rmtree(folder)
        raise TextError(f"{unread.error.iloc[0]} (none of {count(len(unread), 'text')} could be read)")
    begin, form = (csv.CSVWriter, show.safe) if to.suffix == ".csv" else (parquet.ParquetWriter, pd.DataFrame)
    names = dict.fromkeys(chain(_work([], {}), *(parquet.read_schema(part).names for part in parts)))
    kinds = dict.fromkeys((name for name in names if name not in OURS[1:]), "string")
    kinds |= dict.fromkeys(measures.names(), "float64")
    schema = pa.schema(zip(form(pd.DataFrame(columns=[*kinds])), kinds.values(), strict=True))
    with begin(folder / to.name, schema) as file:
        for part in map(pd.read_parquet, parts):
            table = part[part.error == ""].reindex(columns=[*kinds])
            told = {n: table[n].astype(object).map(str, na_action="ignore") for n in kinds if kinds[n] == "string"}
            file.write_table(pa.Table.from_pandas(form(table.assign(**told)), schema, preserve_index=False))
    errors.unlink(missing_ok=True)  # what an earlier run could not read says nothing of this one
    if len(unread):
        show.safe(unread).to_csv(errors, index=False)
    os.replace(folder / to.name, to)
    shutil.rmtree(folder)
    return to
