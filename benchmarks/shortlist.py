"""How a shortlist of thousands behaves: time to write it, and to load, sort, filter and scroll it in Chromium.

    python benchmarks/shortlist.py [CANDIDATES]

Needs the extra `test` (playwright) and Chromium, whose path CHROMIUM may give. The candidates are the resumes in
examples/, each with other skills left out, so that no two rows are alike; the random numbers are fixed.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import skillgap
from skillgap.model import GapReport, Screened, SkillResult
from skillgap.reporting.collectors import reports_folder
from skillgap.reporting.shortlist_page import ShortlistPage

RESUMES = Path(__file__).parent.parent / "examples" / "resumes"
ROLE = "collections specialist"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
ROUNDS = 7

# Two frames after the change have it on the screen.
PAINTED = "await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));"
STEPS = {
    "sort by name": 'set("sort", "name")',
    "sort by a skill": 'set("sort", "9")',
    "filter by words": 'set("sort", "coverage"); set("find", "tom 12")',
    "filter by coverage": 'set("find", ""); set("least", "60")',
    "must show a skill": 'set("least", "0"); set("must", "3")',
    "scroll to the end": 'document.getElementById("fields").reset(); rows.scrollTop = rows.scrollHeight',
}


def main(count: int = 5_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "shortlist.html"
        write(page, count)
        drive(page)


def write(path: Path, count: int) -> None:
    reports = [s.report for s in skillgap.screen(sorted(RESUMES.iterdir()), ROLE) if s.report]
    role = skillgap.load_role(ROLE)
    tracemalloc.start()
    page = ShortlistPage(role)
    for screened in candidates(reports, count):
        page.add(screened)
    kept, _ = tracemalloc.get_traced_memory()
    page.save(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    began = time.perf_counter()
    page = ShortlistPage(role, reports_folder(path))
    for screened in candidates(reports, count):
        page.add(screened)
    adding = time.perf_counter() - began
    began = time.perf_counter()
    page.save(path)
    saving = time.perf_counter() - began
    beside = sum(file.stat().st_size for file in reports_folder(path).iterdir())
    print(f"{count:,} candidates, {len(role.requirements)} skills")
    print(f"  write      {1000 * adding / count:7.1f} ms a candidate with its report, {saving:.1f} s for the page")
    print(f"  size       {path.stat().st_size / 1e6:7.1f} MB, {beside / 1e6:.0f} MB of reports beside it")
    print(f"  memory     {kept / 1e6:7.1f} MB kept, at most {most / 1e6:.1f} MB")


def candidates(reports: list[GapReport], count: int) -> Iterator[Screened]:
    chance = random.Random(1)
    for n in range(count):
        report = chance.choice(reports)
        share = chance.random() ** 2
        hard = tuple(thinned(skill, share, chance) for skill in report.hard_skills)
        stem = Path(report.source or "").stem
        yield Screened(f"in/{stem}_{n:05}.pdf", reports=(replace(report, hard_skills=hard),))


def thinned(skill: SkillResult, share: float, chance: random.Random) -> SkillResult:
    return replace(skill, strength="none", evidence=()) if chance.random() < share else skill


def drive(path: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        loads, times = [], {step: [] for step in STEPS}
        for _ in range(ROUNDS):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(path.as_uri())
            page.wait_for_selector("#rows .sg-space [role=row]")
            loads.append(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
            for step, script in STEPS.items():
                times[step].append(page.evaluate(measured(script)))
            nodes = page.evaluate("document.querySelectorAll('*').length")
            page.close()
        browser.close()
    print(f"  load       {statistics.median(loads):7.0f} ms, {nodes:,} elements in the document")
    for step, measurements in times.items():
        work, seen = (statistics.median(times) for times in zip(*measurements, strict=True))
        print(f"  {step:<20} {work:6.1f} ms of work, {seen:5.0f} ms to the screen")


def measured(script: str) -> str:
    return f"""async () => {{
        const rows = document.getElementById("rows");
        const set = (id, value) => {{
            const field = document.getElementById(id);
            field.value = value;
            field.dispatchEvent(new Event("input", {{ bubbles: true }}));
        }};
        const began = performance.now();
        {script};
        void rows.offsetHeight;
        const done = performance.now();
        {PAINTED}
        return [done - began, performance.now() - began];
    }}"""


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
