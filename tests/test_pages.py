"""The rendered pages in a real browser: complete without a network, for every reader, whatever the text holds."""

import csv
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest

from analysis import Text, read, show
from analysis.codebook import Codebook

from .conftest import CLOSING, HOSTILE, PAYLOADS, SEED
from .texts import leaks

sync_api = pytest.importorskip("playwright.sync_api", reason="a browser test needs the extra `test`")

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
AXE = Path(sys.prefix) / "node_modules" / "axe-core" / "axe.min.js"
SCRIPT = (Path(show.__file__).parent / "templates" / "subtext.js").read_text("utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(site):
    """Every page of the site: the index, a page a notebook for each of the two texts, one on both, the single file."""
    found = sorted(site.rglob("*.html"))
    assert len(found) == 2 * len(list((Path(__file__).parent.parent / "notebooks").glob("*.ipynb")))
    return [*found, site.parent / "single.html"]


@pytest.fixture(params=["light", "dark"])
def reader(request, browser):
    """A reader's window; whatever goes wrong in it is noted."""
    context = browser.new_context(color_scheme=request.param)
    page = context.new_page()
    page.trouble = []
    page.on("console", lambda message: page.trouble.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: page.trouble.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (page.trouble.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: page.trouble.append(request.url) if not local(request.url) else None)
    page.on("requestfailed", lambda request: page.trouble.append(f"failed: {request.url}"))
    yield page
    context.close()


def local(url):
    return urlsplit(url).scheme in ("file", "data")


def test_no_error_no_network_and_nothing_overflows(reader, pages):
    for path in pages:
        for width in (1280, 375):
            reader.set_viewport_size({"width": width, "height": 900})
            reader.goto(path.as_uri())
            across = reader.evaluate("document.documentElement.scrollWidth")
            assert across <= width, f"{path.name} is {across} pixels wide at {width}"
            cut = reader.evaluate(
                """() => [...document.querySelectorAll('main *')].filter(e => {
                  const box = e.getBoundingClientRect(), frame = e.closest('.table, figure');
                  return box.width && !frame && box.right > innerWidth + 1;
                }).map(e => e.outerHTML.slice(0, 80))"""
            )
            assert not cut, f"{path.name} at {width}: {cut[:3]}"
    assert reader.trouble == []


def test_a_page_of_the_seed_is_five_screens_at_most_and_a_telephone_shows_whole_figures(browser, pages):
    page = browser.new_page()
    for path in pages:
        if "lyamin" in path.parent.name:
            page.set_viewport_size({"width": 1200, "height": 900})
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollHeight") <= 7_000, path.name
            page.set_viewport_size({"width": 390, "height": 844})
            cut = "[...document.images].filter(i => i.getBoundingClientRect().right > innerWidth).length"
            assert not page.evaluate(cut), path.name
    page.close()


@pytest.mark.skipif(not AXE.exists(), reason="no axe-core: `make` installs it from npm")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_that_axe_can_find(browser, pages, scheme):
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # axe is a script, and pages allow but one
    reader = context.new_page()
    for path in pages:
        reader.goto(path.as_uri())
        assert not (found := barriers(reader)), f"{path.name}: {found}"
    context.close()


def barriers(reader):
    """What axe finds on a page with everything unfolded."""
    reader.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    reader.add_script_tag(path=AXE)
    found = reader.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", WCAG)["violations"]
    return "; ".join(f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found)


def test_every_link_lands(reader, pages, site):
    anchors = {}
    for path in pages:
        reader.goto(path.as_uri())
        anchors[path] = set(reader.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
    for path in pages:
        reader.goto(path.as_uri())
        for link in reader.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)"):
            place = urlsplit(link)
            if place.scheme in ("http", "https"):
                assert "example.invalid" not in link
                continue
            target = Path(unquote(place.path))
            assert target in anchors, f"{path.name} links to {target.name}, which is not there"
            assert not place.fragment or unquote(place.fragment) in anchors[target], f"{path.name}: {link}"


def test_headings_step_down_and_figures_speak(reader, pages):
    for path in pages:
        reader.goto(path.as_uri())
        levels = reader.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5')].map(h => +h.tagName[1])")
        assert levels[0] == 1 and (levels.count(1) == 1 or path.name == "single.html")
        assert all(after <= before + 1 for before, after in pairwise(levels)), path.name
        assert all(len(alt) > 20 for alt in reader.evaluate("[...document.images].map(i => i.alt)")), path.name
        assert reader.evaluate("document.documentElement.lang") == "en"


def test_code_is_folded_and_one_click_or_key_away(reader, pages):
    reader.goto(next(path for path in pages if "hedging" in path.name).as_uri())
    assert reader.locator("details.code[open]").count() == 0
    first = reader.locator("details.code").first
    assert not first.locator("pre").is_visible()
    first.locator("summary").click()
    assert first.locator("pre").is_visible() and "analysis" in first.inner_text()
    first.locator("summary").focus()
    reader.keyboard.press("Enter")
    assert not first.locator("pre").is_visible()


def test_the_keyboard_reaches_the_content_first(reader, pages):
    reader.goto(pages[1].as_uri())
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.activeElement.className") == "skip"
    reader.keyboard.press("Enter")
    assert reader.evaluate("document.activeElement.id") == "main"


def test_it_prints(browser, pages, tmp_path):
    page = browser.new_page()
    for path in pages:
        page.goto(path.as_uri())
        page.pdf(path=tmp_path / "page.pdf", format="A4")
        assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 680, "height": 960})  # A4 between its margins
        assert page.evaluate(
            "[...document.querySelectorAll('main *')].every(e => e.getBoundingClientRect().right < 682)"
        )
        assert not page.locator("details.code, nav").locator("visible=true").count(), path.name
        page.emulate_media(media="screen")
    page.close()


def test_pages_are_small(site):
    assert all(path.stat().st_size < 1_500_000 for path in site.rglob("*.html"))
    assert sum(path.stat().st_size for path in site.rglob("lyamin*/*")) < 5_000_000
    assert (site.parent / "single.html").stat().st_size < 5_000_000


def foreign(page):
    """How much stands on a page that could act and is not ours; of scripts there is just the one that we wrote."""
    assert page.evaluate("[...document.scripts].map(s => s.textContent)") == [SCRIPT]
    return page.evaluate("document.querySelectorAll('iframe, form, body style, img[src=x]').length")


def squeezed(string):
    return re.sub(r"\s+", "", string)


def test_whatever_the_text_holds_is_shown_as_text(reader, pages, hostile):
    """The payloads stand in the text, its headline and its file's name; the pages show them and do not obey."""
    name = squeezed(hostile.stem)
    for path in pages:
        reader.goto(path.as_uri())
        if path.name == "index.html":
            seen = squeezed(reader.evaluate("document.body.innerText"))
            assert name in seen and squeezed("</title><script>alert('headline')</script>") in seen
        if path.name == "01_text.html" and "lyamin" not in str(path):
            seen = squeezed(
                reader.evaluate(
                    """() => { document.querySelectorAll('sup').forEach(s => s.remove());
                               return document.querySelector('.marks').textContent; }"""
                )
            )
            lost = [payload for payload in PAYLOADS if squeezed(show.visible(payload.replace("\0", ""))) not in seen]
            lost = [payload for payload in lost if "\f" not in payload]  # a form feed ends a paragraph
            assert lost == []
        assert not foreign(reader), path
        assert not reader.evaluate("document.querySelectorAll('mjx-container, .MathJax, .katex').length")
    assert reader.trouble == [] and HOSTILE


CORNERS = """import analysis
from analysis import hedging, plot, show, stance, threat
text = analysis.read(TEXT)
print(text.raw, text.meta)
text.raw + "as plain text"
---
folded = show.folded(text.raw, show.marks(text, hedging.find(text), sentences=[0]))
show.together(folded, show.prose((text.raw, "a.ipynb#" + text.raw)))
---
show.marks(text, hedging.find(text), link="s")
---
show.table(stance.toward(text), text.raw)
---
plot.floor(text)
---
show.table(threat.claims(text).rename(columns={"voice": text.raw}))
---
raise ValueError(text.raw)"""


@pytest.fixture(scope="module")
def corners(tmp_path_factory):
    """A site, and a single file, of small notebooks on texts with payloads wherever a text can bring one."""
    render, nbformat = pytest.importorskip("analysis.render"), pytest.importorskip("nbformat")
    home, new = tmp_path_factory.mktemp("corners"), nbformat.v4
    parameters = new.new_code_cell('TEXT = ""', metadata={"tags": ["parameters"]})
    cells = [new.new_code_cell(source, metadata={"tags": ["briefing"]}) for source in CORNERS.split("---\n")]
    (home / "notebooks").mkdir()
    notebook = new.new_notebook(cells=[new.new_markdown_cell("# Corners"), parameters, *cells])
    nbformat.write(notebook, home / "notebooks" / "00_corners.ipynb")
    texts = []
    for number, payload in enumerate(map("".join, zip(CLOSING[::2], CLOSING[1::2], strict=True))):
        folder = home / f"<b onmouseover=hit()>{number}<"  # where two files have one name, the folder's is shown too
        folder.mkdir()
        (folder / "title><img src=x onerror=window.hit='file'>.txt").write_text(
            f"“We may win {payload},” Ana {payload} Brown said\n\nRussia may strike Turkey. The {payload} is a threat."
            f"\n\nANA {payload}: It could be {payload}.\n\nBOB HILL: Perhaps.\n\nANA {payload}: We may attack Russia."
        )
        beside = (folder / "title><img src=x onerror=window.hit='file'>").as_posix()
        if number % 2:  # the others show their headline as their title
            lines = (f"{name}: The {name} {payload}\n" for name in ("title", "date", "source", "outlet", "speakers"))
            Path(f"{beside}.meta.yaml").write_text("".join(lines))
        row = '"{}"'.format(payload.replace('"', '""'))
        Path(f"{beside}.hedging.csv").write_text(f"cue,category\nstrike,{row}\n")
        Path(f"{beside}.actors.csv").write_text(f"actor,kind,names,demonyms,seats\n{row},state,Turkey,,\n")
        texts.append(folder / "title><img src=x onerror=window.hit='file'>.txt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "HOME", home)
        failed = render.render(texts, home / "site")
        assert len(failed) == len(texts) and all("cell 8: ValueError" in line for line in failed)
        assert len(render.render(texts[:2], home / "single.html", single_file=True)) == 2
    return [*sorted((home / "site").rglob("*.html")), home / "single.html"]


@pytest.mark.parametrize("shielded", [True, False], ids=["by its policy too", "by escaping alone"])
def test_nothing_that_a_text_brings_runs(browser, corners, shielded):
    context = browser.new_context(bypass_csp=not shielded)
    page, trouble = context.new_page(), []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: None if local(request.url) else trouble.append(request.url))
    for path in corners:
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        page.wait_for_timeout(50)
        assert page.evaluate("window.hit") is None, path
        assert not foreign(page), path
        handlers = (
            "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(a => a.startsWith('on'))"
        )
        assert page.evaluate(handlers) == [], path
        seen = squeezed(page.evaluate("document.body.textContent"))
        assert "window.hit=" in seen, "the payloads are there to be read"
    seen = squeezed(page.evaluate("document.title + document.body.textContent"))
    assert all(squeezed(payload) in seen for payload in CLOSING[:4])
    assert trouble == []
    context.close()


def test_every_page_allows_no_script_but_its_own(reader, pages):
    for path in pages:
        reader.goto(path.as_uri())
        (policy,) = reader.evaluate(
            "[...document.head.querySelectorAll('meta[http-equiv=Content-Security-Policy]')].map(m => m.content)"
        )
        digest = b64encode(sha256(SCRIPT.encode()).digest()).decode()
        assert policy.startswith(f"default-src 'none'; script-src 'sha256-{digest}'; ") and policy.count("script-") == 1
        reader.evaluate(
            """() => { const script = document.createElement('script'); script.textContent = 'window.hit = 1';
                       const style = document.createElement('style'); style.textContent = '* {display: none}';
                       const picture = document.createElement('div'); picture.innerHTML = '<b onclick="hit = 2">';
                       document.body.append(picture); picture.firstChild.click();
                       document.body.append(script, style); }"""
        )
        reader.wait_for_timeout(20)
        assert reader.evaluate("window.hit") is None
        assert reader.evaluate("getComputedStyle(document.querySelector('main')).display") == "block"
        assert reader.evaluate("getComputedStyle(document.querySelector('main')).fontFamily.includes('Georgia')")


def test_the_words_of_a_text_leave_every_page_and_come_back(pages, hostile):
    """In all that notebooks show, of the text and of one that tries to break the page, in many files and in one."""
    withheld = pytest.importorskip("analysis.withheld")
    sources = [withheld.Source(path.name, read(path).raw) for path in (SEED, hostile)]
    whole = {str(path): path.read_text("utf-8") for path in pages}
    bare = withheld.without(whole, sources)
    for path, page in bare.items():
        assert not any(leaks(page, source.raw) for source in sources), path
        assert f'<script type="module">{SCRIPT}</script>' in page and "sha256-" in page
        for source in sources:
            page = withheld.attached(page, source)
        assert withheld.parsed(page).get_text() == withheld.parsed(whole[path]).get_text()


CUES = ["=1+1", "+x", "-y (1 to 2)", "@z", "＝w", '"may", twice', "item 10", "item 9", "Ärger", "–", "maybe", "b"]
RATES = [9.0, 10.0, None, -0.5, 100.5, 0.25, 3.0, 2.0, 1.0, 7.0, 8.0, 1234.0]
FRAME = pd.DataFrame({"cue": CUES, "rate": RATES, "sentence": range(12)})
FRAME = FRAME.assign(rate_low=FRAME.rate - 1, rate_high=FRAME.rate + 1)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """A page with a long table and, folded, a short one; it shows the first two of twelve sentences."""
    render, nbformat = pytest.importorskip("analysis.render"), pytest.importorskip("nbformat")
    folder, text = tmp_path_factory.mktemp("tables"), Text("We may go. They could stay.")
    parts = show.marks(text, text.sentences.assign(category="x"), link="s"), show.table(FRAME, "Hedges, by cue")
    parts = [*parts, show.folded("The first <few>", show.table(FRAME.head(3)))]
    outputs = [nbformat.v4.new_output("display_data", data={"text/html": part.html}) for part in parts]
    cells = [nbformat.v4.new_markdown_cell("# Tables"), nbformat.v4.new_code_cell("1", outputs=outputs)]
    page = render.Page("01_tables", nbformat.v4.new_notebook(cells=cells))
    files = render._files([render.Subject(folder / "note.txt", text, "note", [page])], False)
    (folder / "01_tables.html").write_text(files["note/01_tables.html"], "utf-8")
    return folder / "01_tables.html"


def column(reader, at):
    """What a reader sees in a column of the first table."""
    cells = f"[...document.querySelectorAll('main table')][0].querySelectorAll('tbody tr > :nth-child({at})')"
    return reader.evaluate(f"[...{cells}].filter(c => c.checkVisibility()).map(c => c.textContent.split(' (')[0])")


def test_a_table_sorts_by_click_and_key(reader, tables):
    reader.goto(tables.as_uri())
    written, heading = column(reader, 2), reader.get_by_role("columnheader", name="rate").first
    heading.get_by_role("button").click()
    numbers = "-0.50 0.25 1.00 2.00 3.00 7.00 8.00 9.00 10.00 100.50 1234.00".split()
    assert column(reader, 2) == [*numbers, "–"] and heading.get_attribute("aria-sort") == "ascending"
    reader.keyboard.press("Space")
    assert column(reader, 2) == [*numbers[::-1], "–"] and heading.get_attribute("aria-sort") == "descending"
    reader.keyboard.press("Shift+Tab")
    reader.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "none" and "Ärger b" in " ".join(column(reader, 1))
    assert column(reader, 1).index("item 9") + 1 == column(reader, 1).index("item 10")
    reader.keyboard.press("Enter")
    reader.keyboard.press("Enter")
    assert column(reader, 2) == written, "the third time, as it was written"
    assert reader.trouble == []


def test_a_long_table_is_filtered(reader, tables):
    reader.goto(tables.as_uri())
    reader.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert reader.get_by_role("button", name="Save these rows as CSV").count() == 2
    field = reader.get_by_role("searchbox")
    assert field.count() == 1 and field.get_attribute("aria-label") == "Filter: Hedges, by cue"
    field.press_sequentially("TO  item")
    assert column(reader, 1) == ["item 10", "item 9"] and reader.get_by_role("status").inner_text() == "2 of 12 rows"
    field.fill("no such words")
    assert column(reader, 1) == [] and reader.get_by_role("status").inner_text() == "0 of 12 rows"
    field.fill("")
    assert len(column(reader, 1)) == 12


def saved(reader, path):
    with reader.expect_download() as download:
        reader.get_by_role("button", name="Save these rows as CSV: Hedges").press("Enter")
    assert download.value.suggested_filename == "Hedges-by-cue.csv"
    download.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.reader(file)]


def test_a_table_saves_what_is_seen_as_a_spreadsheet_may_open_it(reader, tables, tmp_path):
    reader.goto(tables.as_uri())
    head, *rows = saved(reader, tmp_path / "all.csv")
    assert head == ["cue", "rate", "sentence"]
    assert [row[0] for row in rows] == show.safe(FRAME).cue.to_list() and rows[0][0] == "'=1+1"
    assert [rows[0][1], rows[3][1], rows[2][1]] == ["9.00 (8.00 to 10.00)", "-0.50 (-1.50 to 0.50)", "–"]
    assert [row[2] for row in rows] == [str(number) for number in range(1, 13)]
    reader.get_by_role("searchbox").fill("item")
    reader.get_by_role("button", name="rate").first.click()
    assert [row[0] for row in saved(reader, tmp_path / "some.csv")] == ["cue", "item 9", "item 10"]
    assert reader.trouble == []


def test_without_script_a_table_is_a_table(browser, tables):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(tables.as_uri())
    assert page.locator("button, input, output, .tool, [aria-sort]").count() == 0
    assert page.locator("main table").first.locator("tr:visible").count() == 13
    context.close()


def test_a_number_of_a_sentence_leads_to_its_words(reader, tables):
    reader.goto(tables.as_uri())
    links = reader.locator("main table").first.locator("a")
    assert links.all_inner_texts() == ["1", "2"], "the others are not shown on any page"
    links.nth(1).click()
    assert reader.locator(":target").inner_text() == "2" and reader.url.endswith("#s1")


def test_what_is_folded_has_a_caption_and_is_printed(browser, tables):
    page = browser.new_page()
    page.goto(tables.as_uri())
    table = page.locator("details table")
    assert table.locator("caption").text_content() == "The first <few>" and not table.is_visible()
    page.emulate_media(media="print")
    assert table.bounding_box()["height"] > 50 and not page.locator(".tool").locator("visible=true").count()
    page.close()


@pytest.mark.skipif(not AXE.exists(), reason="no axe-core: `make` installs it from npm")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_controls_of_a_table_are_for_everybody(browser, tables, scheme):
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(tables.as_uri())
    page.get_by_role("searchbox").fill("item")
    page.get_by_role("button", name="rate").first.click()
    assert not barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


@pytest.fixture
def lab(tmp_path):
    """JupyterLab on a folder, as a first-time user has it; yields its address."""
    pytest.importorskip("jupyterlab", reason="the extra `notebooks` is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={tmp_path}"]
    aside = {name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
    server = subprocess.Popen(command, env=os.environ | aside, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        time.sleep(0.2)
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                break
    yield f"http://127.0.0.1:{port}/lab/tree/"
    server.terminate()
    server.wait(30)


def test_jupyterlab_shows_it_as_text_too(browser, lab, tmp_path):
    """Of a notebook that it does not trust yet: outputs go through its sanitiser and its mathematics."""
    nbformat = pytest.importorskip("nbformat", reason="the extra `notebooks` is not installed")
    text = Text("\n\n".join(f"The minister said that {payload} could be a threat." for payload in PAYLOADS))
    shown = [show.marks(text, Codebook.parse("cue,category\ncould,modal").find(text)), show.prose(*PAYLOADS)]
    outputs = [nbformat.v4.new_output("display_data", data={"text/html": each.html}) for each in shown]
    cells = [nbformat.v4.new_code_cell("1", outputs=outputs, execution_count=1)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "hostile.ipynb")
    page, trouble = browser.new_page(), []
    page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: trouble.append(request.url) if "example.invalid" in request.url else None)
    page.goto(lab + "hostile.ipynb")
    page.wait_for_selector(".jp-OutputArea-output .prose li", timeout=120_000)
    page.wait_for_timeout(2_000)  # mathematics is set after the text
    for kind in ("marks", "prose"):
        seen = page.evaluate(
            """kind => { const copy = document.querySelector('.jp-OutputArea-output .' + kind).cloneNode(true);
                         copy.querySelectorAll('sup').forEach(s => s.remove()); return copy.textContent; }""",
            kind,
        )
        lost = [payload for payload in PAYLOADS if squeezed(show.visible(payload)) not in squeezed(seen)]
        assert [payload for payload in lost if "\f" not in payload] == []
    assert page.locator("mjx-container").count() == 0 and trouble == []
    page.close()
