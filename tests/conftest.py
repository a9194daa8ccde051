"""Reports built by hand, so that tests of the output depend on nothing but the model."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from skillgap.model import (
    Contact,
    ContactKind,
    Evidence,
    GapReport,
    Method,
    Nearest,
    Page,
    Requirement,
    Resume,
    ResumeWarning,
    Role,
    Section,
    Skill,
    SkillResult,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)

# A busy machine is no fault of the code: only what takes as long as no input should is one.
settings.register_profile("skillgap", deadline=10_000)
settings.load_profile("skillgap")

# Programs that write fixtures are run by hand and need packages that the tests do not.
collect_ignore_glob = ["**/build.py"]

GOLDEN = Path(__file__).parent / "golden"

TEXT = """Priya Nair
priya.nair@example.com
https://example.com/priya
Summary
Collections specialist who enjoys the work. She speaks English and Hindi.
Experience
Collections Specialist, Larkspur Dental Group
Made 60 collection calls a day; reconciled A/R aging for 400 accounts and cut days sales outstanding from 51 to 42.
Posted patient payments. Sent monthly statements to patients.
Skills
MS Excel, QuickBooks, time managment
Priya Nair, page 2
"""


def _evidence(words: str, section: str, label: str, method: Method = "exact", similarity: float = 100.0) -> Evidence:
    start = TEXT.index(words)
    return Evidence(words, start, start + len(words), 1, section, label, method, similarity)  # type: ignore[arg-type]


def _contact(kind: ContactKind, words: str) -> Contact:
    return Contact(kind, TEXT.index(words), TEXT.index(words) + len(words))


@pytest.fixture
def sample_report() -> GapReport:
    """Every case a renderer meets: all strengths and methods, nearest, years, warnings, an unknown term."""
    near = TEXT.index("QuickBooks")
    hard = (
        SkillResult(
            "accounts-receivable",
            "Accounts Receivable",
            "hard",
            "essential",
            "demonstrated",
            evidence=(
                _evidence("A/R aging", "experience", "aging report", "inflected", 92.5),
                _evidence("days sales outstanding", "experience", "days sales outstanding"),
            ),
            definition="Money that customers owe for goods or services already delivered.",
            advice="Name the size of the ledger.",
            years=4.5,
            last_used="present",
            years_from=("March 2020 - present",),
        ),
        SkillResult(
            "bookkeeping",
            "Bookkeeping",
            "hard",
            "essential",
            "none",
            nearest=Nearest("QuickBooks", near, near + 10, "bookkeeping", 61.9),
            definition="Keeping the record of what a business earns, spends, owns and owes.",
            advice="Say whose books you kept, in which program, and who checked them.",
        ),
        SkillResult(
            "statements",
            "Statements",
            "hard",
            "important",
            "demonstrated",
            evidence=(_evidence("Sent monthly statements to patients", "experience", "send statement", "reordered"),),
            years=1.0,
            last_used="2019-06",
        ),
        SkillResult(
            "ms-excel",
            "MS Excel",
            "hard",
            "important",
            "listed",
            evidence=(_evidence("MS Excel", "skills", "MS Excel"),),
        ),
        SkillResult(
            "time-management",
            "Time Management",
            "hard",
            "useful",
            "listed",
            evidence=(_evidence("time managment", "skills", "time management", "fuzzy", 96.6),),
        ),
        SkillResult("tallysheet", "TallySheet", "hard", "useful", "none", is_known=False),
    )
    core = (
        SkillResult(
            "enjoyment",
            "Enjoyment of the Job",
            "core",
            "important",
            "listed",
            evidence=(_evidence("enjoys the work", "summary", "enjoy work", "inflected"),),
        ),
        SkillResult("team-building", "Team Building", "core", "important", "none", advice="Name a team you built."),
    )
    role = Role(
        "dental-collector",
        "Dental Collector",
        tuple(Requirement(s.id, s.name, s.importance, s.kind, s.is_known) for s in (*hard, *core)),
        tuple(Skill(s.id, s.name, s.kind) for s in (*hard, *core)),
    )
    skills, end = TEXT.index("Skills\n"), len(TEXT)
    experience, summary = TEXT.index("Experience\n"), TEXT.index("Summary\n")
    resume = Resume(
        TEXT,
        pages=(Page(1, 0, skills), Page(2, skills, end)),
        sections=(
            Section("contact", "", 0, summary),
            Section("summary", "Summary", summary, experience),
            Section("experience", "Experience", experience, skills),
            Section("skills", "Skills", skills, end),
        ),
        source="priya_nair.pdf",
        format="pdf",
        reader="pdfminer",
        contacts=(
            _contact("name", "Priya Nair"),
            _contact("email", "priya.nair@example.com"),
            _contact("link", "https://example.com/priya"),
        ),
    )
    return GapReport(
        role,
        resume,
        hard,
        core,
        signature="role:dental-collector|vocabulary:1|matching:1|reader:pdfminer|skillgap:0.1.0",
        warnings=(ResumeWarning("page-skipped", "Page 3 of Priya Nair's file is damaged and was left out.", 3),),
    )


@pytest.fixture
def with_text(sample_report: GapReport) -> Callable[[str], GapReport]:
    """The sample report with one skill whose evidence, names, nearest and warnings are the given text."""

    def build(text: str) -> GapReport:
        evidence = Evidence(text, 0, len(text), None, "other", text, "exact", 100.0)
        shown = SkillResult("a", text, "hard", "essential", "demonstrated", evidence=(evidence,))
        missing = SkillResult(
            "b", text, "hard", "essential", "none", nearest=Nearest(text, 0, len(text), text, 50.0), advice=text
        )
        return replace(
            sample_report,
            role=replace(sample_report.role, title=text),
            resume=Resume(text, source=text),
            hard_skills=(shown, missing),
            core_skills=(replace(shown, kind="core"),),
            signature=text,
            warnings=(ResumeWarning("code", text),),
        )

    return build


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a text with a file of tests/golden; UPDATE_GOLDEN=1 rewrites the file instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode(), f"{path} differs; look at it, then run with UPDATE_GOLDEN=1"

    return compare


# A reader of text files with faults; a file that begins with the name of a fault has it.
_FAULTY_READER = """
import os, re, signal, time
from pathlib import Path
import skillgap.parsing.plain as plain

read = plain.read_text

def read_text(data, *, budget):
    fault, _, rest = data.partition(b" ")
    argument = rest.split(b"\\n")[0].decode()
    if fault == b"HANG":
        re.match(r"(a+)+$", "a" * 60 + "!")  # in C code that keeps the interpreter's lock
    elif fault == b"SLEEP":
        time.sleep(float(argument))
    elif fault == b"AWAIT":  # so many files with TRACE
        count, _, trace = argument.partition(" ")
        while not Path(trace).exists() or Path(trace).read_text().count("\\n") < int(count):
            time.sleep(0.01)
    elif fault == b"CRASH":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif fault == b"CRASH-ONCE" and not Path(argument).exists():
        Path(argument).touch()
        os._exit(9)
    elif fault == b"EAT":
        kept = []
        while True:
            kept.append(bytearray(10_000_000))
            time.sleep(0.002)
    elif fault == b"TRACE":
        with open(argument, "a") as file:
            file.write(f"{os.getpid()}\\n")
    return read(data, budget=budget)

plain.read_text = read_text
"""


@pytest.fixture
def faulty_reader(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Python process that starts from now on reads text files with `_FAULTY_READER`.

    Worker processes are spawned: nothing that a test changes in its own process reaches them.
    """
    place = tmp_path_factory.mktemp("faulty")
    (place / "sitecustomize.py").write_text(_FAULTY_READER)
    paths = (str(place), str(GOLDEN.parent.parent), os.environ.get("PYTHONPATH", ""))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A Chromium for tests marked ``browser``; CHROMIUM may name one that is not on the path."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install -e '.[browser]'")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not path:
        pytest.skip("needs Chromium: apt-get install chromium, or name one in CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()
