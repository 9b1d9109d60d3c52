"""Many texts: one process, all cores or a Dask cluster, by the same code, in flat memory, safe to interrupt."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from tqdm import tqdm

from . import measures, show
from .codebook import CodebookError
from .formats import ENDINGS
from .text import Text, TextError, brought, read

PART = 200  # texts a part: a few seconds of work, so an interruption loses little and a worker is kept busy
AHEAD = 3  # parts a worker may have waiting: enough never to idle, few enough to keep memory flat

Item = tuple[str, str | Path | Text]  # a text's id, and the text itself or the file that holds it


def texts(source, column: str = "text") -> Iterator[Item]:
    """The texts of a source, each with its id: a folder, a glob, a table (DataFrame, CSV, JSONL, Parquet), or a list of
    paths, strings and Texts.

    Files keep their path as id, Texts their name, rows of a table their ``id`` column or row number; what has none of
    these gets its number. Nothing is read before it is needed. TextError names the source that cannot be read.

    >>> list(texts(["It rained.", "We may go."]))
    [('0', 'It rained.'), ('1', 'We may go.')]
    """
    if isinstance(source, pd.DataFrame):
        yield from zip(_ids(source), source[column], strict=True)
    elif isinstance(source, (str, Path)):
        yield from _named(Path(source), column)
    else:
        for number, item in enumerate(source):
            if isinstance(item, Path):
                yield from _named(item, column)
            else:
                named = isinstance(item, Text) and item.name != "text"
                yield _printable(item.name) if named else str(number), item


def _named(path: Path, column: str) -> Iterator[Item]:
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file())
        if not files:
            raise TextError(f"{path}: no text in this folder; expected files ending in {', '.join(sorted(ENDINGS))}")
        yield from ((_printable(file.relative_to(path)), file) for file in files)
    elif path.suffix.lower() in (".csv", ".jsonl", ".parquet") and path.is_file():
        yield from _table(path, column)
    elif path.is_file():
        yield _printable(path), path
    elif files := sorted(glob.glob(str(path), recursive=True)):
        yield from ((_printable(file), Path(file)) for file in files)
    else:
        raise TextError(f"{path}: no such file, folder or pattern")


def _table(path: Path, column: str) -> Iterator[Item]:
    """The texts of a table in a file."""
    try:
        for number, row in enumerate(_rows(path)):
            if not isinstance(row, dict) or column not in row:
                there = ", ".join(row) if isinstance(row, dict) else "no columns"
                raise TextError(f"{path.name}: row {number + 1} has no {column!r} but {there}; name the texts' column")
            yield _printable(row.get("id", number)), row[column]
    except TextError:
        raise
    except (OSError, ValueError, RecursionError, pa.ArrowException) as error:
        raise TextError(f"{path.name}: the table cannot be read: {str(error).splitlines()[0]}") from error


def _rows(path: Path) -> Iterator[dict]:
    """The rows of a table in a file, a batch at a time, every value as it is written."""
    if path.suffix.lower() == ".jsonl":
        with path.open(encoding="utf-8-sig") as lines:
            yield from (json.loads(line) for line in lines if line.strip())
    elif path.suffix.lower() == ".parquet":
        for batch in pq.ParquetFile(path).iter_batches(PART):
            yield from batch.to_pylist()
    else:
        for chunk in pd.read_csv(path, dtype=str, keep_default_na=False, chunksize=PART):
            yield from chunk.to_dict("records")


def _printable(path: object) -> str:
    """A path as text that every file format can hold, whatever bytes the name has."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _ids(frame: pd.DataFrame) -> list[str]:
    return [_printable(key) for key in frame.get("id", frame.index)]


def _others(source, column: str) -> pd.DataFrame:
    """What a DataFrame holds beside its texts, by id; of another source, nothing."""
    if not isinstance(source, pd.DataFrame):
        return pd.DataFrame(index=pd.Index([], dtype=str))
    if column not in source:
        raise TextError(f"the table has no column {column!r} but {', '.join(map(str, source))}; name the texts' column")
    ids = pd.Index(_ids(source), dtype=str)
    if not ids.is_unique:
        raise TextError(f"the table has two rows with the id {ids[ids.duplicated()][0]!r}; make ids differ")
    taken = {"id", "error", *measures.names()}
    others = source.drop(columns=["id", column], errors="ignore").set_axis(ids)
    return others.rename(columns=lambda name: f"{name}_given" if name in taken else str(name))


def profile(
    source,
    workers: int = 1,
    client=None,
    to: str | Path | None = None,
    column: str = "text",
    codebooks: dict[str, Path] | None = None,
) -> pd.DataFrame | Path:
    """Profiles of many texts: a row a text, with its ``id`` and every measure of every lens.

    >>> profile(["It rained.", "We may go."])[["id", "words"]].values.tolist()
    [['0', 2.0], ['1', 3.0]]

    ``source`` is anything that `texts` takes; other columns of a DataFrame are kept, and ``_given`` is added to the
    name of one that a measure has too. ``workers`` processes share the work, or the cluster behind ``client`` (a
    ``dask.distributed.Client``); the rows and their order are the same whichever way they are computed.
    ``codebooks`` are the reader's own, as in ``Text.codebooks``, in files that every worker can open.

    Without ``to`` the rows come back as a DataFrame, the texts that could not be read in ``attrs["errors"]``. With
    ``to`` (a .parquet or .csv path) they are streamed to that file part by part, in flat memory: parts wait in
    ``TO.parts``, an interrupted run goes on where it stopped, and the file appears only when it is complete. Beside it
    stands ``TO.errors.csv`` when texts could not be read: id and reason.
    """
    own = {name: Path(file).absolute() for name, file in (codebooks or {}).items()}
    measures.profile(Text("", codebooks=own))  # a codebook that cannot be used is told here, and not at every text
    others = _others(source, column)
    parts = _parts(tqdm(texts(source, column), unit=" texts", disable=None), own)
    with _executor(workers, client) as executor:
        run = partial(_in_order, executor, AHEAD * max(workers, 1), parts)
        if to is not None:
            return _stream(Path(to), run, others)
        table = pd.concat([_work([], {}), *(part for _, part in run(lambda key: False))], ignore_index=True)
    good = _good(table, others)
    good.attrs["errors"] = _bad(table).to_dict("records")
    return good


def _executor(workers: int, client) -> Executor:
    if client is not None:
        return client.get_executor(pure=False)
    return ProcessPoolExecutor(workers) if workers > 1 else _Here()


class _Here(Executor):
    """This process, as an executor: work is done when its result is asked for."""

    def submit(self, function: Callable, *args) -> SimpleNamespace:
        return SimpleNamespace(result=partial(function, *args))


def _parts(items: Iterator[Item], own: dict[str, Path]) -> Iterator[tuple[str, tuple[list[Item], dict[str, Path]]]]:
    """Items in parts; a part's key tells its place and content, so that a changed source is never taken for the old."""
    # parts that other code or codebooks left behind are not taken over either
    files = [file for file in sorted(Path(__file__).parent.rglob("*")) if file.suffix in (".py", ".csv", ".toml")]
    edition = repr(sorted(own)).encode() + b"".join(file.read_bytes() for file in [*files, *own.values()])
    items, number = iter(items), 0
    while part := list(islice(items, PART)):
        digest = hashlib.sha256(edition)
        for key, item in part:
            digest.update(repr((key, _content(item))).encode("utf-8", "backslashreplace"))
        yield f"{number:06d}-{digest.hexdigest()[:16]}", (part, own)
        number += 1


def _content(item: str | Path | Text) -> object:
    """What an item's figures depend on."""
    if isinstance(item, Path):
        return [(str(file), _stamp(file)) for file in (item, *brought(item).values())]
    if isinstance(item, Text):
        return item.raw, item.meta, [(name, _stamp(file)) for name, file in item.codebooks.items()]
    return item


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
        return f"{found.st_size}-{found.st_mtime_ns}"
    except OSError:
        return "missing"


def _work(part: list[Item], own: dict[str, Path]) -> pd.DataFrame:
    """The figures of a part, or an error for each text that cannot be read."""
    rows = []
    for key, item in part:
        try:
            text = item if isinstance(item, Text) else read(item) if isinstance(item, Path) else Text(item, name=key)
            text = Text(text.raw, text.name, meta=text.meta, codebooks=text.codebooks | own)
            rows.append({"id": key, "error": "", **measures.profile(text)})
        except (TextError, CodebookError) as error:
            rows.append({"id": key, "error": _printable(error)})
    kinds = {"id": str, "error": str} | dict.fromkeys(measures.names(), float)
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def _good(table: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    return table[table.error == ""].drop(columns="error").join(others, on="id").reset_index(drop=True)


def _bad(table: pd.DataFrame) -> pd.DataFrame:
    return table.loc[table.error != "", ["id", "error"]]


def _in_order(
    executor: Executor, ahead: int, parts: Iterator[tuple[str, tuple]], done: Callable[[str], bool]
) -> Iterator[tuple[str, pd.DataFrame | None]]:
    """Each part's key and figures (None where it was done before), in the source's order, a bounded number ahead."""
    waiting = deque()
    for key, part in parts:
        waiting.append((key, None if done(key) else executor.submit(_work, *part)))
        if len(waiting) > ahead:
            key, future = waiting.popleft()
            yield key, future and future.result()
    for key, future in waiting:
        yield key, future and future.result()


def _stream(to: Path, run: Callable, others: pd.DataFrame) -> Path:
    if to.suffix not in (".parquet", ".csv"):
        raise TextError(f"{to}: profiles are written to a .parquet or .csv file; give it that ending")
    schema = _schema(others)
    waiting = to.with_name(to.name + ".parts")
    waiting.mkdir(parents=True, exist_ok=True)
    files = []
    for key, part in run(lambda key: (waiting / f"{key}.parquet").exists()):
        files.append(waiting / f"{key}.parquet")
        if part is not None:
            part.to_parquet(waiting / "unfinished", index=False)
            os.replace(waiting / "unfinished", files[-1])
    errors = pd.concat([_bad(_work([], {})), *(_bad(pd.read_parquet(file)) for file in files)], ignore_index=True)
    if 0 < sum(pq.read_metadata(file).num_rows for file in files) == len(errors):
        shutil.rmtree(waiting)
        raise TextError(f"{errors.error[0]} (none of {show.count(len(errors), 'text')} could be read)")
    whole, beside = waiting / f"whole{to.suffix}", to.with_name(to.name + ".errors.csv")
    _write((_good(pd.read_parquet(file), others) for file in files), whole, schema)
    beside.unlink(missing_ok=True)  # what an earlier run could not read says nothing of this one
    if len(errors):
        show.safe(errors).to_csv(beside, index=False)
    os.replace(whole, to)
    shutil.rmtree(waiting)
    return to


def _schema(others: pd.DataFrame) -> pa.Schema:
    """The columns of the file, found before the work begins: a column that no file can hold is told at once."""
    try:
        kept = pa.Schema.from_pandas(others, preserve_index=False)
    except pa.ArrowException as error:
        raise TextError(f"the table has a column that cannot be written: {str(error).splitlines()[0]}") from error
    return pa.schema([("id", pa.string()), *((name, pa.float64()) for name in measures.names()), *kept])


def _write(tables: Iterator[pd.DataFrame], whole: Path, schema: pa.Schema) -> None:
    """Writes the parts' figures into one file, a part at a time."""
    if whole.suffix == ".csv":
        with whole.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            show.safe(schema.empty_table().to_pandas()).to_csv(file, index=False)
            for table in tables:
                show.safe(table).to_csv(file, header=False, index=False)
        return
    with pq.ParquetWriter(whole, schema) as writer:
        for table in tables:
            writer.write_table(pa.Table.from_pandas(table, schema, preserve_index=False))
