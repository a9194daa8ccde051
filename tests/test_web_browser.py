"""The page for job-seekers in a real browser: with the mouse, with the keyboard alone, and without JavaScript.

SCREENSHOTS=folder keeps a picture of every state, in light and dark, at the width of a phone and of a desk.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import skillgap

pytest.importorskip("starlette", reason="the extra `web` is not installed")
if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent
RESUMES = ROOT / "examples" / "resumes"
MARIA = RESUMES / "maria_alvarez.pdf"
ROLE = "Collections Specialist"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where `skillgap serve` serves the page."""
    process = subprocess.Popen(
        [sys.executable, "-m", "skillgap", "serve", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=20)
    assert "failed" not in messages


@pytest.fixture
def open_page(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the first page; whatever a page asks for must come from its own address, and nothing may go wrong in it."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []
    wrong: list[str] = []

    def open_one(**options: Any) -> Page:
        context = chromium.new_context(**{"viewport": DESK, **options})
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url))
        context.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        page = context.new_page()
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert asked
    assert [url for url in asked if not url.startswith(address)] == []
    # The browser itself notes an answer with status 4xx as an error of the page.
    assert [text for text in wrong if "the server responded with a status of 4" not in text] == []


def _choose_role(page: Page, typed: str = "debt colector") -> None:
    field = page.get_by_label("Role", exact=True)
    field.fill(typed)
    page.get_by_role("option", name=ROLE).wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    assert field.input_value() == ROLE


def _upload(page: Page, *paths: Path | dict[str, Any]) -> None:
    page.locator("input[type=file]").first.set_input_files(list(paths))  # type: ignore[arg-type]
    page.get_by_role("button", name="Show the report").click()


def _open_report(page: Page) -> None:
    _choose_role(page)
    _upload(page, MARIA)
    page.locator(".sg-report").wait_for()
    page.locator(".mirror mark").first.wait_for(state="attached")


def _status(page: Page) -> str:
    return " ".join(page.locator("[data-status]").inner_text().split())


def _coverage(text: str) -> str:
    return f"{round(skillgap.analyze(skillgap.Resume.from_text(text), ROLE).coverage * 100)} %"


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder, f"{name}.png"))


def _violations(page: Page) -> list[str]:
    reason = "needs axe: pip install -e '.[browser]'"
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=reason)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    # The policy keeps foreign scripts out, and axe is one: it is run beside the page's own world.
    source = Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
    return [f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes']][:3]}" for v in found["violations"]]


# With the mouse


def test_upload_shows_the_report_and_lights_up_the_words(open_page: Callable[..., Page]) -> None:
    page = open_page()
    _open_report(page)
    expected = skillgap.analyze(MARIA, ROLE)
    assert f"Coverage {round(expected.coverage * 100)} %" in _status(page)
    marked = page.locator(".mirror mark").all_inner_texts()
    assert "QuickBooks" in marked
    assert set(marked) <= {e.text for s in (*expected.hard_skills, *expected.core_skills) for e in s.evidence} | {
        text for text in marked if any(e.text in text for s in expected.hard_skills for e in s.evidence)
    }


def test_marks_lie_under_their_words(open_page: Callable[..., Page]) -> None:
    for viewport in (PHONE, DESK):
        page = open_page(viewport=viewport)
        _open_report(page)
        mirror, text = (
            page.locator(name).evaluate("e => [e.clientWidth, e.scrollHeight]") for name in (".mirror", "#text")
        )
        assert mirror == text
        assert page.locator(".mirror").inner_text().replace("\u200b", "") == page.locator("#text").input_value()


def test_dropped_file_is_taken(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["Skills\\nMS Excel"], "dropped.txt"));
            data.items.add(new File(["Skills\\nBookkeeping"], "second.txt"));
            for (const name of ["dragover", "drop"]) {
                const event = new DragEvent(name, {dataTransfer: data, bubbles: true, cancelable: true});
                document.body.dispatchEvent(event);
            }
        }"""
    )
    assert page.locator("[data-chosen] li").all_inner_texts() == ["dropped.txt", "second.txt"]
    _choose_role(page)
    page.get_by_role("button", name="Show the report").click()
    assert page.get_by_role("row").count() == 3
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Open the report on second.txt").click()
    opened.value.locator(".sg-report").wait_for()
    assert "second.txt" in opened.value.title()


def test_bad_file_is_an_error_that_takes_the_focus(open_page: Callable[..., Page]) -> None:
    page = open_page()
    _choose_role(page)
    _upload(page, {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b""})
    alert = page.get_by_role("alert")
    assert "broken.pdf: " in alert.inner_text()
    assert page.evaluate("document.activeElement.id") == "problems"
    assert page.get_by_label("Role", exact=True).input_value() == ROLE
    assert page.title().startswith("Error")
    assert _violations(page) == []
    _picture(page, "error")


def test_files_that_are_too_large_are_told_before_they_are_sent(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.locator("form").first.evaluate("form => { form.dataset.mostBytes = 10; }")
    _choose_role(page)
    _upload(page, MARIA)
    assert "at most" in page.get_by_role("alert").inner_text()


def test_edit_changes_coverage_marks_and_report_at_once(open_page: Callable[..., Page]) -> None:
    page = open_page()
    _open_report(page)
    before = _status(page)
    text = page.locator("#text")
    text.press("Control+End")
    page.keyboard.type("\nBookkeeping 😀 <b>")
    page.locator(".move-won").wait_for()
    assert "Won: Bookkeeping" in _status(page)
    assert _coverage(text.input_value()) in _status(page)
    assert page.locator(".mirror mark").last.inner_text() == "Bookkeeping"
    assert page.locator(".sg-ring-figure").text_content() == _coverage(text.input_value())
    page.get_by_role("button", name="Undo all changes").click()
    page.locator(".move-won").wait_for(state="detached")
    assert before in _status(page)


def test_what_was_unfolded_stays_so(open_page: Callable[..., Page]) -> None:
    page = open_page()
    _open_report(page)
    folded = page.locator(".sg-skill details")
    folded.first.locator("summary").click()
    page.locator("#text").press("Control+End")
    page.keyboard.type("\nBookkeeping")
    page.locator(".move-won").wait_for()
    assert [part.get_attribute("open") is not None for part in folded.all()] == [True] + [False] * (folded.count() - 1)


def test_edit_while_the_server_looks_is_not_lost(open_page: Callable[..., Page]) -> None:
    page = open_page()
    _open_report(page)
    text = page.locator("#text")
    text.fill("Skills\n")
    for word in ("MS Excel, ", "bookkeeping, ", "skip tracing, ", "accounts receivable"):
        text.press("Control+End")
        page.keyboard.type(word, delay=40)
    page.wait_for_function(
        "want => document.querySelector('.sg-ring-figure').textContent === want", arg=_coverage(text.input_value())
    )
    page.wait_for_function("() => document.querySelectorAll('.mirror mark').length === 4")


def test_text_without_words_is_said_and_the_last_report_stays(open_page: Callable[..., Page]) -> None:
    page = open_page()
    _open_report(page)
    page.locator("#text").fill("   ")
    page.locator("#problems:not([hidden])").wait_for()
    assert page.locator(".sg-report").count() == 1
    page.locator("#text").fill("Skills\nMS Excel")
    page.locator("#problems").wait_for(state="hidden")


def test_another_role_gives_another_report(open_page: Callable[..., Page]) -> None:
    page = open_page()
    _open_report(page)
    field = page.get_by_label("Role", exact=True)
    field.fill("registered nurse")
    page.get_by_role("option", name="Registered Nurse", exact=True).click()
    page.locator("[data-role-title]", has_text="Registered Nurse").wait_for()
    assert page.locator("#report-title").inner_text() == "Registered Nurse"


def test_newer_file_is_compared(open_page: Callable[..., Page]) -> None:
    page = open_page()
    _open_report(page)
    page.get_by_text("Compare with a newer file").click()
    newer = {"name": "newer.txt", "mimeType": "text/plain", "buffer": b"Skills\nBookkeeping, MS Excel"}
    page.locator("input[type=file]").set_input_files(newer)  # type: ignore[arg-type]
    page.get_by_role("button", name="Show its report").click()
    page.locator(".move-lost").wait_for()
    assert "Won: Bookkeeping" in _status(page)
    assert "newer.txt" in page.title()


def test_report_is_saved_and_printed_as_it_stands(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page()
    _open_report(page)
    page.locator("#text").fill("Skills\nBookkeeping")
    for form in ("HTML", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save as {form}").click()
        assert download.value.suggested_filename == f"maria_alvarez-skillgap.{form.lower()}"
        download.value.save_as(tmp_path / form)
    shown = [s["name"] for s in json.loads((tmp_path / "JSON").read_text())["hard_skills"] if s["covered"]]
    assert shown == ["Accounting", "Bookkeeping"]
    assert "Bookkeeping" in (tmp_path / "HTML").read_text(encoding="utf-8")
    page.wait_for_function("() => document.querySelectorAll('.mirror mark').length === 1")
    (tmp_path / "report.pdf").write_bytes(page.pdf(format="A4"))
    printed = skillgap.parse_resume(tmp_path / "report.pdf").text
    assert ROLE in printed
    assert "Undo all changes" not in printed
    assert "Save as" not in printed


# With the keyboard alone


def test_keyboard_alone_goes_all_the_way(open_page: Callable[..., Page]) -> None:
    page = open_page()

    def go_to(description: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            here = page.evaluate(
                "() => { const e = document.activeElement; return e.labels?.[0]?.textContent || e.textContent.trim(); }"
            )[:60]
            if description in here:
                outline = page.evaluate(
                    "() => { const e = document.activeElement, p = e.closest('.editor') || e;"
                    " return [e, p].map(x => getComputedStyle(x).outlineStyle).join(); }"
                )
                assert "solid" in outline or "auto" in outline, f"nobody sees that {description} has the focus"
                return
        raise AssertionError(f"{description} cannot be reached by Tab")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    go_to("File")
    go_to("Or paste its text")
    page.keyboard.press("Enter")
    go_to("Text of your resume")
    page.keyboard.type("Skills\nMS Excel, skip tracing")
    go_to("Role")
    page.keyboard.type("debt colector")
    page.get_by_role("option", name=ROLE).wait_for()
    page.keyboard.press("ArrowDown")
    field = page.get_by_label("Role", exact=True)
    assert page.locator(f"#{field.get_attribute('aria-activedescendant')}").inner_text() == ROLE
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.locator(".sg-report").wait_for()
    go_to("Your text")
    page.keyboard.press("Control+End")
    page.keyboard.type(", bookkeeping")
    page.locator(".move-won").wait_for()
    go_to("Undo all changes")
    page.keyboard.press("Enter")
    page.locator(".move-won").wait_for(state="detached")
    with page.expect_download():
        page.keyboard.press("Shift+Tab")
        for _ in range(12):
            if page.evaluate("document.activeElement.textContent") == "Save as JSON":
                break
            page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(open_page: Callable[..., Page]) -> None:
    page = open_page()
    field = page.get_by_label("Role", exact=True)
    field.fill("nurse")
    page.get_by_role("option").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "nurse"


# Without JavaScript


def test_all_but_speed_is_there_without_javascript(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)
    page.get_by_label("Role", exact=True).fill("chief of collections")
    _upload(page, MARIA)
    assert "Did you mean" in page.locator("main").inner_text()
    page.get_by_role("button", name=ROLE).click()
    assert "maria_alvarez.pdf against Collections Specialist" in page.locator("h1").inner_text()
    before = _status(page)
    text = page.locator("#text").input_value()
    page.locator("#text").fill(f"{text}\nBookkeeping")
    page.get_by_role("button", name="Report on this text").click()
    assert "Won: Bookkeeping" in _status(page)
    assert _coverage(f"{text}\nBookkeeping") in _status(page)
    assert before not in _status(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as HTML").click()
    assert download.value.suggested_filename.endswith(".html")


def test_bad_file_is_said_without_javascript(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)
    page.get_by_label("Role", exact=True).fill(ROLE)
    _upload(page, {"name": "broken.docx", "mimeType": "", "buffer": b"PK\x03\x04broken"})
    assert "broken.docx: " in page.get_by_role("alert").inner_text()


# For everyone's eyes and screens


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_have_no_barriers_and_fit(
    open_page: Callable[..., Page], viewport: dict[str, int], scheme: str, tmp_path: Path
) -> None:
    page = open_page(viewport=viewport, color_scheme=scheme)
    empty = tmp_path / "a_rather_long_name_of_an_empty_file.pdf"
    empty.touch()

    def check(state: str) -> None:
        _picture(page, f"{state}-{scheme}-{viewport['width']}")
        assert _violations(page) == [], state
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= viewport["width"], f"{state} is {wide} wide"

    check("start")
    page.get_by_text("Or paste a job posting").click()
    field = page.get_by_label("Role", exact=True)
    field.fill("nurse")
    page.get_by_role("option").first.wait_for()
    field.press("ArrowDown")
    check("suggestions")
    field.press("Escape")
    field.fill("chief of collections")
    _upload(page, MARIA)
    page.get_by_role("heading", name="Did you mean …").wait_for()
    check("which-role")
    page.get_by_role("button", name=ROLE).click()
    page.locator(".mirror mark").first.wait_for(state="attached")
    check("report")
    page.locator("#text").press("Control+End")
    page.keyboard.type("\nBookkeeping, bankruptcy")
    page.locator(".move-won").wait_for()
    page.get_by_text("Compare with a newer file").click()
    check("edited")
    page.goto(page.url.replace("/report", "/"))
    _choose_role(page)
    _upload(page, MARIA, RESUMES / "dana_petrov.docx", empty)
    page.get_by_role("table").wait_for()
    check("several")
    page.goto(page.url.replace("/report", "/nothing"))
    check("problem")


def test_page_reflows_at_four_hundred_percent(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 320, "height": 256})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    _open_report(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_controls_are_large_enough_to_be_hit(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport=PHONE)
    _open_report(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll("main button, main input:not([type=hidden]), main summary, .top a")]
            .filter(e => e.checkVisibility()).map(e => [e.textContent.trim() || e.name, e.getBoundingClientRect()])
            .filter(([, box]) => box.height < 24 || box.width < 24)
            .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""
    )
    assert small == []


def test_posting_takes_the_place_of_the_role(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.get_by_text("Or paste a job posting").click()
    posting = "Payroll Clerk\n\nRequirements\n- MS Excel\n- Accounts receivable\n- Bookkeeping"
    page.get_by_label("Job posting").fill(posting)
    _upload(page, MARIA)
    page.locator(".mirror mark").first.wait_for(state="attached", timeout=60_000)
    assert "maria_alvarez.pdf against Payroll Clerk" in page.locator("h1").inner_text().replace("\n", " ")
    page.get_by_label("Your text").press("Control+End")
    page.keyboard.type("\nBookkeeping")
    page.locator(".move-won").wait_for()
    assert "Coverage 100 %" in _status(page)
