"""README's picture: python -m tests.picture SITE, where SITE is what `make` rendered of the seed interview."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from .test_pages import CHROMIUM

PARTS = (("index.html", "main", 736), ("*/03_hedging.html", ".marks", 640))  # a page, what of it to show, how wide
HEIGHT = 860


def draw(site: Path, to: Path) -> None:
    """The briefing, and beside it the text with its hedges marked."""
    sheet = Image.new("RGB", (sum(width for *_, width in PARTS), HEIGHT), "#fdfcf9")
    with sync_playwright() as play:
        browser, at = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]), 0
        for name, part, width in PARTS:
            page = browser.new_page(viewport={"width": width, "height": HEIGHT})
            page.goto(next(site.glob(name)).resolve().as_uri())
            page.locator(part).first.evaluate("shown => scrollTo(0, shown.getBoundingClientRect().top - 10)")
            sheet.paste(Image.open(io.BytesIO(page.screenshot())), (at, 0))
            at += width
        browser.close()
    sheet.quantize(128).save(to, optimize=True)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(__file__).parent.parent / ".github" / "overview.png")
