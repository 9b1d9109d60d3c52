"""Many texts: one process, all cores or a Dask cluster, by the same code, in flat memory, safe to interrupt."""

from __future__ import annotations

import codecs
import glob
import hashlib
import os
import pickle
import shutil
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
from pyarrow import csv, parquet
from tqdm import tqdm

from . import measures, reader, show
from .codebook import CodebookError, changed
from .formats import ENDINGS, is_beside
from .mend import count
from .text import Text, TextError, articles

PART = 50  # texts a part: some seconds of work, so an interruption loses little and a worker is kept busy
ROUND = 8  # parts that a worker has before it at most: enough to be idle seldom, few enough to keep memory flat

NO_TEXT = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None")  # in the column of a table's texts
TABLES = (".csv", ".tsv", ".jsonl", ".parquet")
Item = tuple[str, str | Path | Text]  # a text's id, and the text itself or the file that holds it


def texts(source, column: str = "text") -> Iterator[Item]:
    """The texts of a source, each with its id: a folder, a glob, a table (DataFrame, CSV, JSONL, Parquet), or a list of
    paths, strings and Texts.

    Files keep their path as id, Texts their name, rows of a table their ``id`` column or row number; what has none of
    these gets its number. Nothing is read before it is needed. TextError names the source that cannot be read; a
    warning says which files were passed over, which ids stand twice and which texts are the same.

    >>> list(texts(["It rained.", "We may go."]))
    [('0', 'It rained.'), ('1', 'We may go.')]
    """
    ids, contents, twice, same = set(), set(), [], []
    for key, item in _texts(source, column):
        digest = _digest(item)
        twice += [key] if key in ids else []
        same += [key] if digest in contents else []
        ids.add(key)
        contents.add(digest)
        yield key, item
    _tell(twice, "id stands twice", "ids stand twice")
    _tell(same, "text is the same as one before it", "texts are the same as one before them")


def _tell(names: list[str], one: str, more: str) -> None:
    if names:
        listed = ", ".join(names[:5]) + ", …" * (len(names) > 5)
        warnings.warn(f"{count(len(names), one, more)}: {listed}", stacklevel=2)


def _digest(item: str | Path | Text) -> bytes:
    """What two items share only if they hold the same; nothing of a file that cannot be read, which is told later."""
    held = getattr(item, "raw", item)
    with suppress(OSError, ValueError):
        held = item.read_bytes() if isinstance(item, Path) and item.is_file() else held
    known = held.encode("utf-8", "replace") if isinstance(held, str) else held
    return hashlib.sha256(known if isinstance(known, bytes) and known else os.urandom(16)).digest()[:12]


def _texts(source, column: str) -> Iterator[Item]:
    if isinstance(source, (str, Path)):
        yield from _named(Path(source), column)
    elif isinstance(source, pd.DataFrame):
        if column not in source:
            names = ", ".join(map(str, source))
            longest = max(source, key=lambda name: source[name].astype(str).str.len().mean(), default="")
            hint = f" ({longest!r}, by its length?)" if len(source.columns) > 1 else ""
            raise TextError(f"there is no column {column!r} but {names}; name the texts' column{hint}")
        rows = zip(source.index, source.get("id", source.index), source[column], strict=True)
        yield from ((_printable(number if pd.isna(key) else key), text) for number, key, text in rows)
    else:
        for number, item in enumerate(source):
            if isinstance(item, Path):
                yield from _named(item, column)
            else:
                yield _printable(item.name if isinstance(item, Text) and item.name != "text" else number), item


def _named(path: Path, column: str) -> Iterator[Item]:
    if path.is_file() and path.suffix.lower() in TABLES:
        yield from _table(path, column)
    elif path.is_dir():
        yield from ((_printable(file.relative_to(path)), file) for file in _inside(path))
    elif files := [path] if path.is_file() else sorted(map(Path, glob.glob(str(path), recursive=True))):
        yield from ((_printable(file), file) for file in files)
    else:
        raise TextError(f"{path}: no such file, folder or pattern")


def _inside(folder: Path) -> list[Path]:
    """The texts in a folder, without what systems and word processors put beside them for their own use."""
    found = sorted(file for file in folder.rglob("*") if not (file.is_dir() or file.name.startswith((".", "~$"))))
    files = [file for file in found if file.suffix.lower() in ENDINGS]
    if not files:
        raise TextError(f"{folder}: no text in this folder; expected files ending in {', '.join(sorted(ENDINGS))}")
    over = [file for file in found if file.suffix.lower() not in ENDINGS and not is_beside(file)]
    _tell([_printable(file.relative_to(folder)) for file in over], "file was passed over", "files were passed over")
    return files


def _table(path: Path, column: str) -> Iterator[Item]:
    """The texts of a table in a file, which is read some rows at a time, every value as it is written."""
    try:
        if path.suffix.lower() in (".csv", ".tsv"):
            encoding, sign = _form(path)
            form = {"sep": sign, "encoding": encoding, "na_values": {column: NO_TEXT}, "keep_default_na": False}
            tables = pd.read_csv(path, dtype=str, chunksize=PART, **form)
        elif path.suffix.lower() == ".jsonl":
            tables = pd.read_json(path, lines=True, dtype=False, encoding="utf-8-sig", chunksize=PART)
        else:
            batches = parquet.ParquetFile(path).iter_batches(PART)
            tables = (batch.to_pandas(ignore_metadata=True) for batch in batches)
        first = 0
        for table in tables:
            yield from _texts(table.set_axis(range(first, first + len(table))), column)
            first += len(table)
    except (OSError, ValueError, TypeError, pa.ArrowException) as error:
        raise TextError(f"{path.name}: the table cannot be read: {str(error).splitlines()[0]}") from error


def _form(path: Path) -> tuple[str, str]:
    """The encoding of a table in a file, and the sign between its cells: that which its first row has most of."""
    with open(path, "rb") as file:
        first = file.readline()
        sign = max(",;\t", key=first.decode("latin-1").count)
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", sign
        try:
            file.seek(0)
            deque(codecs.iterdecode(file, "utf-8"), maxlen=0)
        except UnicodeDecodeError:
            return "cp1252", sign
    return "utf-8-sig", sign


def _printable(name: object) -> str:
    """A name as text that every file format can hold, whatever bytes it has."""
    return str(name).encode("utf-8", "backslashreplace").decode()


def profile(
    source, workers: int = 1, client=None, to: str | Path = "", column: str = "text", codebooks: dict | None = None
) -> pd.DataFrame | Path:
    """Profiles of many texts: a row a text, with its ``id`` and every measure of every lens.

    >>> profile(["It rained.", "We may go."])[["id", "words"]].values.tolist()
    [['0', 2.0], ['1', 3.0]]

    ``source`` is anything that `texts` takes. ``workers`` processes share the work, or the cluster behind ``client`` (a
    ``dask.distributed.Client``); the rows and their order are the same whichever way they are computed.
    ``codebooks`` are the reader's own, as in ``Text.codebooks``, in files that every worker can open.

    The rows come back as a DataFrame, the texts that could not be read in ``attrs["errors"]``; other columns of a
    DataFrame come with them, ``_given`` added to the name of one that a measure has too. Or ids and measures are
    written ``to`` a .parquet or .csv file, in flat memory; beside it ``TO.errors.csv`` has the texts that could not be
    read. What is done waits in ``TO.parts`` until all is: an interrupted run goes on where it stopped.
    """
    own = {name: Path(file).absolute() for name, file in (codebooks or {}).items()}
    measures.profile(Text("", codebooks=own))  # a codebook that cannot be used is told here, and not at every text
    parts = _parts(tqdm(texts(source, column), unit=" texts", disable=None), own)
    run = partial(_run, parts, partial(_work, own=own), workers, client)
    if to:
        return _write(Path(to), run)
    with TemporaryDirectory() as folder:
        table = pd.concat([_work([], own), *run(Path(folder))], ignore_index=True)
    if isinstance(source, pd.DataFrame):
        others = source.drop(columns=["id", column], errors="ignore").reset_index(drop=True)
        table = table.merge(others, left_index=True, right_index=True, suffixes=("", "_given"))
    unread = table.error != ""
    good = table[~unread].drop(columns="error").reset_index(drop=True)
    good.attrs["errors"] = table.loc[unread, ["id", "error"]].to_dict("records")
    return good


def _parts(items: Iterator[Item], own: dict[str, Path]) -> Iterator[tuple[str, list[Item]]]:
    """Items in parts, each with its file's name: its place, and a digest of what is read and by what code."""
    kinds = (".py", ".csv", ".toml", ".sha256")
    code = [file for file in sorted(Path(__file__).parent.rglob("*")) if file.suffix in kinds]
    edition = hashlib.sha256(b"".join(map(Path.read_bytes, code))).digest()  # an installer may set any date
    items = iter(items)
    for number, part in enumerate(iter(lambda: list(islice(items, PART)), [])):
        files = [*own.values(), *(item for _, item in part if isinstance(item, Path))]
        digest = hashlib.sha256(pickle.dumps((edition, own, part, [*map(changed, files)]))).hexdigest()
        yield f"{number:07}-{digest[:16]}.parquet", part


def _run(parts: Iterator, work: Callable, workers: int, client, folder: Path) -> Iterator[pd.DataFrame]:
    """The figures of each part, in the source's order; parts that the folder holds were done by an earlier run."""
    pool = ProcessPoolExecutor(workers) if workers > 1 else nullcontext()
    if client is not None:
        pool, workers = client.get_executor(pure=False), sum(client.nthreads().values())
    with pool as executor:
        while some := dict(islice(parts, ROUND * max(workers, 1))):
            new = {name: part for name, part in some.items() if not (folder / name).exists()}
            results = (executor.map if executor else map)(work, new.values())
            for name, table in zip(new, results, strict=True):
                table.to_parquet(folder / "unfinished")
                os.replace(folder / "unfinished", folder / name)
            yield from (pd.read_parquet(folder / name) for name in some)


def _work(part: list[Item], own: dict[str, Path]) -> pd.DataFrame:
    """The figures of a part, or an error for each text that cannot be read."""
    rows, opened = [], {}
    for key, item in part:
        try:
            for number, text in enumerate(found := _opened(key, item), 1):
                opened[len(rows)] = Text(text.raw, text.name, meta=text.meta, codebooks=text.codebooks | own)
                rows.append({"id": key if len(found) == 1 else f"{key} {number}", "error": ""})
        except (TextError, CodebookError) as error:
            rows.append({"id": key, "error": _printable(error)})
    reader.ahead(opened.values())
    for number in [*opened]:
        try:
            text = opened.pop(number)  # what was found in a text goes with it: memory stays flat
            rows[number] |= measures.profile(text)
        except CodebookError as error:
            rows[number]["error"] = _printable(error)
    kinds = {"id": str, "error": str} | dict.fromkeys(measures.names(), float)
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def _opened(key: str, item: str | Path | Text) -> list[Text]:
    """The text of an item, or the articles in an archive's file."""
    if not isinstance(item, Path | Text) and not (isinstance(item, str) and any(map(str.isalnum, item))):
        raise TextError(f"{key} is empty: there are no words to read in it")
    return [item] if isinstance(item, Text) else articles(item) if isinstance(item, Path) else [Text(item, name=key)]


def _write(to: Path, run: Callable[[Path], Iterator[pd.DataFrame]]) -> Path:
    """Writes the figures to a file, a part at a time, and the errors beside it."""
    if to.suffix not in (".parquet", ".csv"):
        raise TextError(f"{to}: profiles are written to a .parquet or .csv file; give it that ending")
    begin, form = (csv.CSVWriter, show.safe) if to.suffix == ".csv" else (parquet.ParquetWriter, pd.DataFrame)
    schema = pa.schema([("id", pa.string()), *((name, pa.float64()) for name in measures.names())])
    folder, beside = to.with_name(to.name + ".parts"), to.with_name(to.name + ".errors.csv")
    folder.mkdir(parents=True, exist_ok=True)
    count, unread = 0, []
    with begin(folder / to.name, schema) as file:
        for table in run(folder):
            good = table.error == ""
            file.write_table(pa.Table.from_pandas(form(table[good]), schema))
            count += good.sum()
            unread += table.loc[~good, ["id", "error"]].to_dict("records")
    if unread and not count:
        shutil.rmtree(folder)
        raise TextError(f"{unread[0]['error']} (none of {show.count(len(unread), 'text')} could be read)")
    beside.unlink(missing_ok=True)  # what an earlier run could not read says nothing of this one
    if unread:
        show.safe(pd.DataFrame(unread)).to_csv(beside, index=False)
    os.replace(folder / to.name, to)
    shutil.rmtree(folder)
    return to
