"""Share: the notebooks run on any text, and their results as pages that need no network and no Python."""

import os
import re
import shutil
import tempfile
import textwrap
from base64 import b64encode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import product
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import nbformat
import psutil
from markupsafe import Markup
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter
from tqdm import tqdm
from traitlets.config import Config

from . import brief, corrections, measures, output, show, withheld
from .formats import CORRECTIONS, DESCRIPTION, beside
from .text import Text, read

PACKAGE = Path(__file__).resolve().parent
HOME = PACKAGE.parent  # the collection is no part of the package: pages are rendered from a checkout
ROOMS = ("notebooks", "seeds", "tests/gold")  # what notebooks read, by paths from their own folder
LONGEST_SOCKET = 100  # bytes of a path; systems end it at 104 or 108, and each channel adds its number
GENERATOR = re.compile('<meta (?:(?:name="generator"|content="Subtext") ?){2}/?>')  # in each page of ours, and no other


class RenderError(ValueError):
    """Pages that cannot be made: one plain line with what and why."""


@dataclass
class Page:
    """A notebook that ran on a text."""

    stem: str
    notebook: nbformat.NotebookNode
    error: str = ""  # or the cell and the reason
    body: Markup | None = None


@dataclass
class Subject:
    """A text, the name of its pages' folder, and its pages; without a name, all texts together."""

    path: Path
    text: Text
    name: str
    pages: list[Page] = field(default_factory=list)
    briefing: Markup | None = None  # what the index says of it; of several, a line

    @property
    def file(self) -> str:
        """The file as a reader knows it: two folders may hold files of one name."""
        return f"{self.path.resolve().parent.name}/{self.path.name}" if self.name else self.title

    @property
    def failed(self) -> list[str]:
        """A line for each notebook that failed."""
        return [f"{show.visible(self.file)}: {it.stem}.ipynb, {it.error}" for it in self.pages if it.error]

    @property
    def title(self) -> str:
        """What the text calls itself: its stated title or its headline; else the name of its file."""
        headed = self.text.passages and self.text.passages[0].kind == "headline"  # quotations in it are passages, too
        named = self.text.raw[slice(*self.text.paragraphs[0])].lstrip("# ") if headed else self.path.stem
        return textwrap.shorten(str(self.text.meta.get("title") or named), 120, placeholder=" …")


def render(
    texts: Sequence[str | Path],
    to: str | Path,
    single_file: bool = False,
    codebooks: dict[str, Path] | None = None,
    no_text: bool = False,
) -> list[str]:
    """Run every notebook on every text and write the pages; returns a line for each notebook that failed.

    ``to`` is a folder, which changes only when all is done; with ``single_file`` it may be a file ending in .html,
    which then holds everything. ``codebooks`` are the reader's own, as in ``Text.codebooks``. With ``no_text`` no five
    words in a row of a text stand on its pages; `attach` puts them back. TextError, CodebookError, RenderError, or
    FileExistsError where something else stands: nothing was changed.
    """
    to = Path(to).resolve()
    target = to if not single_file or to.suffix in (".html", ".htm") else to / "index.html"
    notebooks = sorted((HOME / "notebooks").glob("*.ipynb"))
    if not notebooks:
        raise RenderError(f"no notebooks beside {HOME.name}: the collection is rendered from a checkout of the project")
    _spare(single_file, target)
    paths = [Path(path) for path in texts]
    subjects = list(map(Subject, paths, map(read, paths), _names(paths, no_text)))
    for subject in subjects:
        subject.text.codebooks |= codebooks or {}
        measures.figures(Text("", codebooks=subject.text.codebooks))  # a codebook that cannot be used is told here
        corrections.warn(subject.text)
    with _aside(target):
        pass  # where nothing can be written, it is told before the work
    subjects += [Subject(Path(), Text("", meta={"title": f"{len(paths)} texts"}), "")] * (len(paths) > 1)
    tasks = _tasks(subjects, notebooks)
    for (subject, _), page in zip(tasks, _run(tasks), strict=True):
        subject.pages.append(page)
    files = _files(subjects, single_file)
    if no_text:
        files = withheld.without(files, [withheld.Source(it.path.name, it.text.raw) for it in subjects])
    _spare(single_file, target)  # what somebody may have put there meanwhile
    _publish(files, target)
    return [line for subject in subjects for line in subject.failed]


def attach(texts: Sequence[str | Path], site: str | Path, to: str | Path | None = None) -> None:
    """Put the words of texts back into pages rendered with ``no_text``, in their place or ``to`` another.

    TextError, RenderError where no such text was left out of them, or FileExistsError where these are no pages of ours:
    nothing was changed.
    """
    site, to = Path(site).resolve(), Path(to or site).resolve()
    sources, single = [withheld.Source(Path(path).name, read(path).raw) for path in texts], site.is_file()
    if not site.exists():
        raise RenderError(f"{show.visible(site)}: no pages are there")
    _spare(single, site, to)
    paths = [site] if single else site.rglob("*.html")
    files = {str(path.relative_to(site)): path.read_text("utf-8") for path in paths}
    for source in sources:
        if not any(f'data-text="{source.key}"' in page for page in files.values()):
            what = f"is not the text whose words are left out of {show.visible(site)}, or has changed since"
            raise RenderError(f"{show.visible(source.file)}: {what}")
        files = {address: withheld.attached(page, source) for address, page in files.items()}
    _publish(files, to)


def _tasks(subjects: list[Subject], notebooks: list[Path]) -> list[tuple[Subject, Path]]:
    """Every notebook on every text, but one whose parameter is TEXTS, and not TEXT, on all of them together."""
    many = {notebook: '"TEXTS = ' in notebook.read_text("utf-8") for notebook in notebooks}
    return [(it, notebook) for it, notebook in product(subjects, notebooks) if many[notebook] != bool(it.name)]


def _spare(single_file: bool, *places: Path) -> None:
    output.spare(places, _is_page if single_file else _is_site)


def _is_page(file: Path) -> bool:
    return file.is_file() and GENERATOR.search(file.read_text("utf-8", "replace")) is not None


def _is_site(folder: Path) -> bool:
    """Is it a folder of our pages and nothing else, or an empty one?"""
    inside = [*folder.rglob("*")]
    pages = [folder / "index.html", *(path for path in inside if not path.is_dir())] if inside else []
    return folder.is_dir() and all(map(_is_page, pages))


def _names(paths: list[Path], neutral: bool = False) -> list[str]:
    """A folder a text: the file's name, as far as it is safe in an address; numbered where two are alike. Where words
    are withheld it is a number alone, as a file may be called by its headline.

    >>> _names([Path("../a b.txt"), Path("é*.txt")]), _names([Path("a b.txt"), Path("a*b.txt"), Path("..")])
    (['a-b', 'é'], ['1-a-b', '2-a-b', '3-text'])
    """
    if neutral:
        return [f"text-{number}" for number in range(1, len(paths) + 1)]
    plain = [path.name.removesuffix(path.suffix).encode("utf-8", "replace").decode() for path in paths]
    names = [re.sub(r"\W+", "-", name).strip("-_")[:40].lower() or "text" for name in plain]
    return names if len({*names}) == len(names) else [f"{number}-{name}" for number, name in enumerate(names, 1)]


def _run(tasks: Sequence[tuple[Subject, Path]]) -> list[Page]:
    """Notebooks on texts, in a copy of the collection, as many at a time as there are cores."""
    before = psutil.Process().children()
    with tempfile.TemporaryDirectory(prefix="subtext-") as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        work = Path(folder)
        for room in ROOMS:
            if (HOME / room).is_dir():
                shutil.copytree(HOME / room, work / room)
        texts = {it.name: _bring(it, work / "texts") if it.name else "../texts" for it, _ in tasks}
        pages = [pool.submit(_execute, notebook, texts[subject.name], work) for subject, notebook in tasks]
        try:
            return [page.result() for page in tqdm(pages, "notebooks", leave=False, disable=None)]
        except BaseException:  # Ctrl-C too: end the kernels, which live in sessions of their own
            pool.shutdown(wait=False, cancel_futures=True)
            shutil.rmtree(work / "notebooks")  # so that none is tried again
            for kernel in psutil.Process().children():
                if kernel not in before:
                    kernel.kill()
            raise


def _bring(subject: Subject, folder: Path) -> str:
    """Copy a text, what is told of it beside it, and its reader's codebooks to where the notebooks find them."""
    folder.mkdir(exist_ok=True)
    suffix = subject.path.suffix if subject.path.suffix.isascii() else ".txt"
    told = {it: file for it, file in beside(subject.path).items() if it in (DESCRIPTION, CORRECTIONS)}
    files = {suffix: subject.path} | told
    for own, file in subject.text.codebooks.items():
        kind = file.suffix.lower() if file.suffix.lower() in (".dic", ".dicx", ".qdc") else ".csv"
        files[f".{own}{kind}"] = file
    for ending, file in files.items():
        shutil.copyfile(file, folder / f"{subject.name}{ending}")
    return f"../{folder.name}/{subject.name}{suffix}"


def _execute(notebook: Path, text: str, work: Path) -> Page:
    """One notebook on one text; where a cell fails, what came before it and the reason."""
    page = Page(notebook.stem, nbformat.read(work / "notebooks" / notebook.name, 4))
    code = [cell for cell in page.notebook.cells if cell.cell_type == "code"]
    for cell in code:
        cell.update(outputs=[], execution_count=None)
        if "parameters" in cell.metadata.get("tags", ()):
            cell.source = re.sub("^(TEXTS?) = .*", lambda own: f"{own[1]} = {text!r}", cell.source, flags=re.MULTILINE)
    socket, config = str(work / uuid4().hex[:8]), Config()
    if os.name == "posix" and len(os.fsencode(socket)) < LONGEST_SOCKET:  # through files a kernel needs no free port
        config.KernelManager.update(transport="ipc", ip=socket)
    paths = f"{PACKAGE.parent}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"  # this package, installed or not
    how = {"extra_arguments": ["--log-level=50"], "resources": {"metadata": {"path": str(work / "notebooks")}}}
    client = NotebookClient(page.notebook, timeout=None, shutdown_kernel="immediate", config=config, **how)
    try:
        client.execute(env=os.environ | {"PYTHONPATH": paths, "PYDEVD_DISABLE_FILE_VALIDATION": "1"})  # no warning
    except CellExecutionError as failed:
        page.error = f"cell {max(cell.execution_count or 0 for cell in code)}: {failed.ename}: {failed.evalue}"
    except RuntimeError as died:  # a kernel
        page.error = str(died)
    page.error = show.visible(textwrap.shorten(page.error, 300, placeholder=" …"))
    return page


def _files(subjects: list[Subject], single: bool) -> dict[str, str]:
    """The pages by their address; a single file holds them all, and its links lead to places within it."""
    how = {"template_name": "templates", "template_file": "page.html.j2", "anchor_link_text": ""}
    exporter = HTMLExporter(extra_template_basedirs=[str(PACKAGE)], **how)
    exporter.environment.autoescape = True  # whatever is markup says so, in the templates or here
    exporter.config.NbConvertBase.display_data_priority = ["text/html", "image/png", "text/plain"]
    exporter.register_filter("visible", show.visible)
    exporter.register_filter("digest", lambda own: f"sha256-{b64encode(sha256(own.encode()).digest()).decode()}")
    for it in subjects:
        bodies = {page.stem: exporter.from_notebook_node(page.notebook)[0] for page in it.pages}
        stem = it.pages[0].stem if it.name else ""
        told = _briefing(it.pages[0].notebook) if len(subjects) == 1 else show.prose(brief.alarms(it.text)[-1]).html
        it.briefing = _linked(told, it.name, stem, bodies, single, f"{quote(it.name)}/")
        for page in it.pages:
            page.body = _linked(bodies[page.stem], it.name, page.stem, bodies, single)
    ours = PACKAGE / "templates"
    style, script = (Markup((ours / f"subtext.{kind}").read_text("utf-8")) for kind in ("css", "js"))
    told = {"subjects": subjects, "style": style, "script": script, "single": single}
    shell = exporter.environment.get_template("site.html.j2")
    if single:
        return {"": shell.render(**told)}
    places = [(f"{it.name}/{page.stem}.html".lstrip("/"), it, page) for it in subjects for page in it.pages]
    inner = {place: shell.render(each=it, page=page, **told) for place, it, page in places}
    return {"index.html": shell.render(**told)} | inner


def _briefing(notebook: nbformat.NotebookNode) -> str:
    """What the cell tagged ``briefing`` shows: so the index says what the first notebook says."""
    cells = [cell for cell in notebook.cells if "briefing" in cell.metadata.get("tags", ())]
    shown = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    return "\n".join(data.get("text/html", "") for data in shown)


def _linked(html: str, name: str, stem: str, bodies: dict[str, str], single: bool, folder: str = "") -> Markup:
    """Links between notebooks as links between pages, and anchors that stay unique in a single file.

    A sentence's number leads to a page that shows the sentence, if it can be the page itself; else it is no link.

    >>> pages = {"a": '<p><sup id="s1">2</sup>', "b": ""}
    >>> print(_linked('<a href="#s1">2</a>, <a href="#s2">3</a>, <a href="a.ipynb">a</a>', "text", "b", pages, False))
    <a href="a.html#s1">2</a>, 3, <a href="a.html">a</a>
    """

    def address(link: re.Match) -> str:
        begin, page, anchor, number = link.groups("")
        if number and not page:
            page = next((page for page in (stem, *bodies) if f' id="{anchor}"' in bodies.get(page, "")), "")
            if not page:
                return number
        page = page or stem
        within = "#" + quote("--".join(filter(None, (name, page, anchor))))
        place = within if single else f"{folder}{page}.html" + f"#{anchor}" * bool(anchor)
        return f'{begin}{place}"' + f">{number}</a>" * bool(number)

    html = re.sub(r'<a class="anchor-link"[^<>]*></a>', "", html)  # headings keep their ids
    if single:
        html = re.sub(r'(<[a-z][^<>]*? id=")', rf"\g<1>{'--'.join(filter(None, (name, stem)))}--", html)
    target = r'(?:([\w-]+)\.ipynb)?(?:#([^"]*))?"'
    html = re.sub(rf'(<a\b[^<>]*? href="){target}(?:>(\d+)</a>)?', address, html)
    pages = r"#\1--00_overview" if single else r"\1/00_overview.html"  # of a text, where a notebook leads to its file
    return Markup(re.sub(r'(?<= href=")\.\./texts/([\w-]+)\.\w+(?=")', pages, html))


def _publish(files: dict[str, str], target: Path) -> None:
    """Write the pages aside and move them into place, so that nobody ever finds half of them."""
    with _aside(target) as aside:
        for address, html in files.items():
            (aside / "new" / address).parent.mkdir(parents=True, exist_ok=True)
            (aside / "new" / address).write_text(html, "utf-8")
        if target.exists():
            target.rename(aside / "old")
        (aside / "new").rename(target)


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """A folder beside the target, for as long as it is needed; what goes wrong is told of the target."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".subtext-", dir=target.parent, ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except OSError as error:
        raise OSError(error.errno, f"cannot be written: {error.strerror}", str(target)) from None
