"""The HTML pages in a real browser: readable by everyone, silent on the network, of use with and without the script.

SCREENSHOTS=folder keeps a picture of report and shortlist, in light and dark, at the width of a phone and of a desk.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from skillgap.errors import EncryptedResumeError
from skillgap.model import GapReport, Screened, SkillResult
from skillgap.reporting.shortlist_page import ShortlistPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PHONE, DESKTOP = (390, 844), (1280, 900)
VIEWS = pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]
)


@pytest.fixture
def report_file(sample_report: GapReport, tmp_path: Path) -> Path:
    (tmp_path / "report.html").write_text(sample_report.to_html(), encoding="utf-8")
    return tmp_path / "report.html"


@pytest.fixture
def shortlist_file(sample_report: GapReport, tmp_path: Path) -> Path:
    return write_shortlist(sample_report, tmp_path, 60)


def write_shortlist(report: GapReport, folder: Path, count: int) -> Path:
    page = ShortlistPage(report.role, folder / "list_files" if count < 100 else None)
    for n in range(count):
        hard = tuple(missing(skill) if (n >> bit) & 1 else skill for bit, skill in enumerate(report.hard_skills))
        page.add(Screened(f"in/candidate_{n:04}.pdf", reports=(replace(report, hard_skills=hard),)))
    page.add(Screened("in/locked.pdf", error=EncryptedResumeError("The file needs a password.", path="in/locked.pdf")))
    page.save(folder / "list.html")
    return folder / "list.html"


def missing(skill: SkillResult) -> SkillResult:
    return replace(skill, strength="none", evidence=())


@contextmanager
def opened(browser: Browser, file: Path, size: tuple[int, int] = DESKTOP, **options: Any) -> Iterator[Page]:
    """The file in a browser that notes whatever it complains of and whatever it asks for."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
    page = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    yield page
    assert complaints == []
    assert [url for url in requests if not url.startswith(file.parent.as_uri())] == []
    context.close()


def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def violations(page: Page) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe: pip install -e '.[browser]'")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response["violations"]
    return [f"{v['id']}: {v['help']}: {[node['html'] for node in v['nodes']][:3]}" for v in found]


@VIEWS
def test_report_has_no_barrier(chromium: Browser, report_file: Path, size: tuple[int, int], scheme: str) -> None:
    with opened(chromium, report_file, size, color_scheme=scheme, bypass_csp=True) as page:
        keep_picture(page, f"report-{size[0]}-{scheme}")
        assert violations(page) == []


@VIEWS
def test_shortlist_has_no_barrier(
    chromium: Browser, sample_report: GapReport, tmp_path: Path, size: tuple[int, int], scheme: str
) -> None:
    # Rows are alike: axe looks at each element, and need not look at five times as many.
    file = write_shortlist(sample_report, tmp_path, 12)
    with opened(chromium, file, size, color_scheme=scheme, bypass_csp=True) as page:
        page.get_by_label("Compare candidate_0000.pdf").check()
        page.get_by_label("Compare candidate_0002.pdf").check()
        page.locator("#compare").click()
        page.get_by_label("Must show").select_option("0")
        keep_picture(page, f"shortlist-{size[0]}-{scheme}")
        assert violations(page) == []


@pytest.mark.parametrize("size", [(320, 640), PHONE, (768, 1024), DESKTOP, (1920, 1080)])
def test_no_page_is_wider_than_the_screen(
    chromium: Browser, report_file: Path, shortlist_file: Path, size: tuple[int, int]
) -> None:
    for file in (report_file, shortlist_file):
        with opened(chromium, file, size) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_hostile_report_runs_nothing(chromium: Browser, with_text: Callable[[str], GapReport], tmp_path: Path) -> None:
    attack = '"><img src="https://evil.example/x" onerror=window.bad=1><script>window.bad=1</script>'
    (tmp_path / "report.html").write_text(with_text(attack).to_html(), encoding="utf-8")
    with opened(chromium, tmp_path / "report.html") as page:
        assert page.evaluate("window.bad") is None
        assert page.locator("img").count() == 0
        assert page.get_by_role("heading", level=1).inner_text() == attack


# Skills and words


def test_skill_lights_up_its_words_and_words_their_skills(chromium: Browser, report_file: Path) -> None:
    with opened(chromium, report_file) as page:
        skill = page.locator(".sg-skill", has_text="Accounts Receivable")
        skill.locator(".sg-name").hover()
        assert page.locator("mark.sg-lit").all_inner_texts() == ["A/R aging", "days sales outstanding"]
        page.locator("mark", has_text="MS Excel").hover()
        assert page.locator(".sg-skill.sg-lit .sg-name").all_inner_texts() == ["MS Excel"]
        page.locator("h1").hover()
        assert page.locator(".sg-lit").count() == 0


def test_focus_does_what_the_pointer_does(chromium: Browser, report_file: Path) -> None:
    with opened(chromium, report_file) as page:
        page.locator(".sg-skill", has_text="Statements").get_by_role("link").first.focus()
        assert page.locator("mark.sg-lit").all_inner_texts() == ["Sent monthly statements to patients"]


def test_links_work_without_the_script(chromium: Browser, report_file: Path) -> None:
    with opened(chromium, report_file, PHONE, java_script_enabled=False) as page:
        page.locator(".sg-skill", has_text="Accounts Receivable").get_by_role("link").first.click()
        assert page.locator("mark:target").inner_text() == "A/R aging"
        page.locator("mark:target + .sg-refs a").first.click()
        assert page.locator(".sg-skill:target .sg-name").inner_text() == "Accounts Receivable"


def test_report_prints_without_what_only_a_screen_can_do(
    chromium: Browser, sample_report: GapReport, tmp_path: Path
) -> None:
    text = "\n".join(f"Kept the books of shop number {n}." for n in range(8))
    resume = replace(sample_report.resume, text=text, sections=(), pages=(), contacts=())
    evidence = sample_report.hard_skills[0].evidence[0]
    spots = [text.index(f"number {n}") for n in range(8)]
    many = tuple(replace(evidence, text=text[s : s + 8], start=s, end=s + 8) for s in spots)
    skill = replace(sample_report.hard_skills[0], evidence=many)
    report = replace(sample_report, resume=resume, hard_skills=(skill,), core_skills=())
    (tmp_path / "report.html").write_text(report.to_html(), encoding="utf-8")
    pypdfium2 = pytest.importorskip("pypdfium2")
    with opened(chromium, tmp_path / "report.html") as page:
        pdf = pypdfium2.PdfDocument(page.pdf(format="Letter"))
    printed = " ".join("".join(page.get_textpage().get_text_range() for page in pdf).split())
    pdf.close()
    assert "Parts of the report" not in printed
    assert "5 more, marked in the resume's words" in printed
    assert all(printed.count(f"shop number {n}") == (2 if n < 3 else 1) for n in range(8))


# The shortlist


def names(page: Page) -> list[str]:
    return page.locator("#rows .sg-space .sg-who > :first-child").all_inner_texts()


def test_sorting_and_filtering(chromium: Browser, shortlist_file: Path) -> None:
    with opened(chromium, shortlist_file) as page:
        assert names(page)[0] == "candidate_0000.pdf"
        page.get_by_role("button", name="Candidate").click()
        assert names(page)[:2] == ["candidate_0000.pdf", "candidate_0001.pdf"]
        assert page.locator("[aria-sort=ascending]").inner_text().startswith("Candidate")
        page.get_by_label("Find").fill("_0017 CANDI")
        assert names(page) == ["candidate_0017.pdf"]
        assert page.locator("#status").inner_text() == "1 of 60 candidates"
        page.get_by_role("button", name="Show all").click()
        page.locator("#status").filter(has_text="60 candidates").wait_for()
        page.get_by_label("Coverage at least").fill("50")
        page.get_by_label("Must show").select_option(label="MS Excel (important)")
        assert 0 < len(names(page)) < 60
        before = len(names(page))
        page.get_by_label("demonstrated, not only listed").check()
        assert names(page) == []
        page.get_by_role("button", name="Remove MS Excel").click()
        assert len(names(page)) >= before


def test_candidates_stand_side_by_side(chromium: Browser, shortlist_file: Path) -> None:
    with opened(chromium, shortlist_file) as page:
        assert page.locator("#compare").is_disabled()
        boxes = page.locator("#rows .sg-space input")
        for n in (0, 1, 4):
            boxes.nth(n).check()
        boxes.nth(2).click()
        assert not boxes.nth(2).is_checked()
        assert "Three at most" in page.locator("#status").inner_text()
        page.locator("#compare").click()
        assert page.evaluate("document.activeElement.id") == "side"
        row = page.locator("#versus tr", has_text="Accounts Receivable").inner_text()
        assert row.count("demonstrated") == 3
        assert "reconciled A/R aging" in row
        page.get_by_label("only where they differ").check()
        assert page.locator("#versus tr", has_text="Accounts Receivable").count() == 0
        assert page.locator("#versus tr", has_text="Time Management").count() == 1


def test_keyboard_alone_is_enough(chromium: Browser, shortlist_file: Path) -> None:
    with opened(chromium, shortlist_file) as page:
        visited: list[str] = []
        while len(chosen := page.locator("#rows input:checked").all()) < 2 and len(visited) < 40:
            page.keyboard.press("Tab")
            visited.append(page.evaluate("document.activeElement.id || document.activeElement.ariaLabel || ''"))
            if visited[-1].startswith("Compare candidate"):
                page.keyboard.press("Space")
        assert len(chosen) == 2
        assert [name for name in visited if name][:4] == ["find", "least", "must", "sort"]
        page.locator("#compare").focus()
        page.keyboard.press("Enter")
        assert page.locator("#comparison").is_visible()


def test_scrolling_on_leaves_the_keyboard_where_it_was(
    chromium: Browser, sample_report: GapReport, tmp_path: Path
) -> None:
    with opened(chromium, write_shortlist(sample_report, tmp_path, 200)) as page:
        box = page.locator("#rows .sg-space input").first
        box.focus()
        name = page.evaluate("document.activeElement.ariaLabel")
        page.evaluate("document.getElementById('rows').scrollTop = 1e9")
        page.get_by_text("200", exact=True).wait_for()
        assert page.evaluate("document.activeElement.ariaLabel") == name


def test_row_leads_to_its_report(chromium: Browser, shortlist_file: Path) -> None:
    with opened(chromium, shortlist_file) as page:
        page.get_by_role("link", name="candidate_0000.pdf").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Dental Collector"


def test_shortlist_reads_without_the_script(chromium: Browser, shortlist_file: Path) -> None:
    with opened(chromium, shortlist_file, java_script_enabled=False) as page:
        assert page.locator("#explorer").is_hidden()
        assert page.locator("noscript tbody tr").count() == 60
        assert page.get_by_text("The file needs a password.").is_visible()


def test_thousands_of_rows_stay_few_elements(chromium: Browser, sample_report: GapReport, tmp_path: Path) -> None:
    with opened(chromium, write_shortlist(sample_report, tmp_path, 2_000)) as page:
        assert page.locator("#rows .sg-space [role=row]").count() < 60
        page.evaluate("document.getElementById('rows').scrollTop = 1e9")
        page.get_by_text("2000", exact=True).wait_for()
        assert page.locator("#rows .sg-space [role=row]").count() < 60
        assert page.locator("#rows").get_attribute("aria-rowcount") == "2001"


def test_shortlist_prints_all_its_rows(chromium: Browser, shortlist_file: Path) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    with opened(chromium, shortlist_file) as page:
        pdf = pypdfium2.PdfDocument(page.pdf(format="A4"))
    text = "".join(page.get_textpage().get_text_range() for page in pdf)
    pdf.close()
    assert all(f"candidate_{n:04}.pdf" in text for n in range(60))
