"""What is written beside a reader's own files: whole or not at all, and over nobody's work.

One rule holds for pages, tables, sheets and files for other tools: what Subtext wrote may be replaced as long as nobody
has worked in it since; all else is left alone, and one line says so. Who writes a file also knows one of its own.
"""

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


def spare(places: Iterable[Path], is_ours: Callable[[Path], bool]) -> None:
    """FileExistsError if something stands in one of these places that is not known as ours."""
    for place in places:
        if place.exists() and not is_ours(place):
            why = "stands there already and is not as Subtext wrote it; move it, or give another name"
            raise FileExistsError(errno.EEXIST, why, str(place))


@contextmanager
def aside(folder: Path, is_ours: Callable[[Path, Path], bool]) -> Iterator[Path]:
    """A folder to write in, whose files then take their places in another: no half of a file where a whole one stood.

    ``is_ours`` is asked of a file in such a place, and of what is to take it. FileExistsError: nothing was changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".subtext-", dir=folder) as made:
        yield Path(made)
        names = os.listdir(made)
        spare((folder / name for name in names), lambda old: old.is_file() and is_ours(old, Path(made, old.name)))
        for name in names:
            os.replace(Path(made, name), folder / name)
