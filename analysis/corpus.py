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
import pyarrow.csv
import pyarrow.parquet as pq
from tqdm import tqdm

from . import measures, show
from .codebook import CodebookError
from .text import Text, TextError, brought, read

PART = 200  # texts a part: a few seconds of work, so an interruption loses little and a worker is kept busy
AHEAD = 3  # parts a worker may have waiting: enough never to idle, few enough to keep memory flat
SUFFIXES = {".txt", ".md", ".html", ".htm", ".docx"}

Item = tuple[str, "str | Path"]  # a text's id, and the text itself or the file that holds it


def texts(source, column: str = "text") -> Iterator[Item]:
    """The texts of a source, each with its id: a folder, a glob, a table (CSV, JSONL, Parquet), paths, or strings.

    Files keep their path as id, rows of a table their ``id`` column or row number, strings their number. Nothing
    is read before it is needed. TextError names the source that cannot be read.
    """
    if isinstance(source, (str, Path)):
        yield from _named(Path(source), column)
        return
    for number, item in enumerate(source):
        if isinstance(item, Path):
            yield from _named(item, column)
        else:
            yield str(number), item


def _named(path: Path, column: str) -> Iterator[Item]:
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        if not files:
            raise TextError(f"{path}: no text in this folder; expected files ending in {', '.join(sorted(SUFFIXES))}")
        yield from ((_printable(file.relative_to(path)), file) for file in files)
    elif path.suffix.lower() in (".csv", ".jsonl", ".parquet") and path.is_file():
        rows = _table(path, column)
        yield from ((_printable(str(row.get("id", number))), row[column]) for number, row in enumerate(rows))
    elif path.is_file():
        yield _printable(path), path
    elif files := sorted(glob.glob(str(path), recursive=True)):
        yield from ((_printable(file), Path(file)) for file in files)
    else:
        raise TextError(f"{path}: no such file, folder or pattern")


def _printable(path: str | Path) -> str:
    """A path as text that every file format can hold, whatever bytes the name has."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _table(path: Path, column: str) -> Iterator[dict]:
    """The rows of a table that has a text column, a batch at a time."""
    try:
        if path.suffix.lower() == ".jsonl":
            with path.open(encoding="utf-8-sig") as lines:
                for number, line in enumerate(lines, 1):
                    if not line.strip():
                        continue
                    row = json.loads(line)
                    if not isinstance(row, dict) or column not in row:
                        raise TextError(f"{path.name}: line {number} has no {column!r}; name the column of the texts")
                    yield row
            return
        if path.suffix.lower() == ".parquet":
            batches = pq.ParquetFile(path).iter_batches(PART)
        else:  # ids and texts as they are written, line breaks and all
            how = pa.csv.ParseOptions(newlines_in_values=True)
            kinds = pa.csv.ConvertOptions(column_types={"id": pa.string(), column: pa.string()})
            batches = pa.csv.open_csv(path, parse_options=how, convert_options=kinds)
        for batch in batches:
            if column not in batch.schema.names:
                raise TextError(f"{path.name}: no column {column!r} among {', '.join(batch.schema.names)}")
            yield from batch.select([c for c in ("id", column) if c in batch.schema.names]).to_pylist()
    except (OSError, ValueError, RecursionError, pa.ArrowException) as error:
        if isinstance(error, TextError):
            raise
        raise TextError(f"{path.name}: the table cannot be read: {str(error).splitlines()[0]}") from error


def profile(
    source,
    workers: int = 1,
    client=None,
    to: str | Path | None = None,
    column: str = "text",
    codebooks: dict[str, Path] | None = None,
) -> pd.DataFrame | Path:
    """Profiles of many texts: a row a text, with its ``id`` and every measure of every lens.

    ``source`` is anything that `texts` takes. ``workers`` processes share the work, or the cluster behind ``client`` (a
    ``dask.distributed.Client``); the rows and their order are the same whichever way they are computed.
    ``codebooks`` are the reader's own, as in ``Text.codebooks``, in files that every worker can open.

    Without ``to`` the rows come back as a DataFrame, the texts that could not be read in ``attrs["errors"]``. With
    ``to`` (a .parquet or .csv path) they are streamed to that file part by part, in flat memory: parts wait in
    ``TO.parts``, an interrupted run goes on where it stopped, and the file appears only when it is complete. Beside it
    stands ``TO.errors.csv`` when texts could not be read: id and reason.
    """
    own = {name: Path(file).absolute() for name, file in (codebooks or {}).items()}
    measures.figures(Text("", codebooks=own))  # a codebook that cannot be used is told here, and not at every text
    with _executor(workers, client) as executor:
        parts = _parts(texts(source, column), own)
        if to is None:
            rows = [row for _, part in _in_order(executor, workers, parts, lambda key: False) for row in part]
            good, errors = _sorted_out(rows)
            good.attrs["errors"] = errors.to_dict("records")
            return good
        return _stream(Path(to), executor, workers, parts)


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
    number, edition = 0, _edition(own)
    while part := list(islice(items, PART)):
        digest = edition.copy()
        for key, text in part:
            files = [text, *brought(text).values()] if isinstance(text, Path) else ()
            stamp = str([(str(file), _stamp(file)) for file in files]) if files else text
            digest.update(repr((key, stamp)).encode("utf-8", "backslashreplace"))
        yield f"{number:06d}-{digest.hexdigest()[:16]}", (part, own)
        number += 1


def _edition(own: dict[str, Path]):
    """A digest of the code and the codebooks: parts that another edition left behind are not taken over."""
    digest = hashlib.sha256(repr(sorted(own)).encode())
    ours = [file for file in sorted(Path(__file__).parent.rglob("*")) if file.suffix in (".py", ".csv", ".toml")]
    for file in [*ours, *own.values()]:
        digest.update(file.read_bytes())
    return digest


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
        return f"{found.st_size}-{found.st_mtime_ns}"
    except OSError:
        return "missing"


def _work(part: list[Item], own: dict[str, Path]) -> list[dict]:
    """The rows of a part; a text that cannot be read is a row with an error."""
    rows = []
    for key, source in part:
        try:
            text = read(source) if isinstance(source, Path) else Text(source, name=key)
            text.codebooks |= own
            rows.append({"id": key, "error": ""} | measures.figures(text))
        except (TextError, CodebookError) as error:
            rows.append({"id": key, "error": _printable(str(error))})
    return rows


def _in_order(
    executor: Executor, workers: int, parts: Iterator[tuple[str, tuple]], done: Callable[[str], bool]
) -> Iterator[tuple[str, list[dict] | None]]:
    """Each part's key and rows (None where it was done before), in the source's order, a bounded number ahead."""
    waiting, broken = deque(), None
    with tqdm(unit=" texts", disable=None) as bar:
        while True:
            try:
                for key, part in islice(parts, AHEAD * max(workers, 1) - len(waiting) + 1):
                    waiting.append((key, len(part[0]), None if done(key) else executor.submit(_work, *part)))
            except TextError as error:  # a table that breaks off: what was read before is not lost
                broken = error
            if not waiting:
                break
            key, size, future = waiting.popleft()
            yield key, future and future.result()
            bar.update(size)
    if broken:
        raise broken


def _sorted_out(rows: list[dict]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows with figures, and rows with the reason why there are none."""
    columns = dict.fromkeys(measures.names(), float)
    good = pd.DataFrame([row for row in rows if not row["error"]], columns=["id", *columns]).astype(columns)
    return good, pd.DataFrame([row for row in rows if row["error"]], columns=["id", "error"])


def _stream(to: Path, executor: Executor, workers: int, parts: Iterator) -> Path:
    if to.suffix not in (".parquet", ".csv"):
        raise TextError(f"{to}: profiles are written to a .parquet or .csv file; give it that ending")
    waiting = to.with_name(to.name + ".parts")
    waiting.mkdir(parents=True, exist_ok=True)
    files = []
    for key, rows in _in_order(executor, workers, parts, lambda key: (waiting / f"{key}.parquet").exists()):
        files.append(waiting / f"{key}.parquet")
        if rows is not None:
            frame = pd.DataFrame(rows, columns=["id", "error", *measures.names()])
            frame.to_parquet(waiting / "unfinished", index=False)
            os.replace(waiting / "unfinished", files[-1])
    read, errors = _join(files, waiting / "whole", to.suffix)
    beside = to.with_name(to.name + ".errors.csv")
    if not read and len(errors):
        shutil.rmtree(waiting)
        raise TextError(f"{errors.error[0]} (none of {show.count(len(errors), 'text')} could be read)")
    beside.unlink(missing_ok=True)  # what an earlier run could not read says nothing of this one
    if len(errors):
        show.safe(errors).to_csv(beside, index=False)
    os.replace(waiting / "whole", to)
    shutil.rmtree(waiting)
    return to


def _join(files: list[Path], whole: Path, suffix: str) -> tuple[int, pd.DataFrame]:
    """Writes the parts' figures into one file, a part at a time; how many texts were read, and the errors."""
    good, bad = _sorted_out([])
    schema = pa.Table.from_pandas(good.astype({"id": "string"}), preserve_index=False).schema.remove_metadata()
    read, errors = 0, [bad]
    with (pq.ParquetWriter if suffix == ".parquet" else pa.csv.CSVWriter)(whole, schema) as writer:
        for file in files:
            good, bad = _sorted_out(pd.read_parquet(file).to_dict("records"))
            good = show.safe(good) if suffix == ".csv" else good
            writer.write_table(pa.Table.from_pandas(good, schema, preserve_index=False))
            read += len(good)
            errors.append(bad)
    return read, pd.concat(errors, ignore_index=True)
