"""Make the README's pictures in docs/ from the resumes beside this file: report and shortlist, as a browser shows them.

    pip install -e '.[browser]' pillow
    python examples/make_pictures.py [CHROMIUM]

Needs Chromium (Debian: apt-get install chromium).
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

import skillgap
from skillgap.reporting.shortlist_page import ShortlistPage

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
ROLE = "collections specialist"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
# Flat colours: so few are enough, and the pictures stay light enough for a README.
COLOURS = 200


def main(chromium: str | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report, shortlist = write_pages(Path(folder))
        path = chromium or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1240, "height": 860})
        page.goto(report.as_uri())
        page.locator(".sg-skill .sg-name").first.hover()
        picture(page, "report.png")
        page.goto(shortlist.as_uri())
        page.locator("#candidates").hover()
        picture(page, "shortlist.png")
        browser.close()


def write_pages(folder: Path) -> tuple[Path, Path]:
    role = skillgap.load_role(ROLE)
    shortlist = ShortlistPage(role)
    for screened in skillgap.screen(sorted((HERE / "resumes").iterdir()), role):
        shortlist.add(screened)
    shortlist.save(folder / "shortlist.html")
    report = folder / "report.html"
    with contextlib.chdir(HERE / "resumes"):  # a report names the file as it was named to skillgap
        report.write_text(skillgap.analyze("maria_alvarez.pdf", role).to_html(), encoding="utf-8")
    return report, folder / "shortlist.html"


def picture(page: Page, name: str) -> None:
    DOCS.mkdir(exist_ok=True)
    page.screenshot(path=DOCS / name)
    with Image.open(DOCS / name) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(DOCS / name, optimize=True)
    print(f"{DOCS / name}: {(DOCS / name).stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(*sys.argv[1:2])
