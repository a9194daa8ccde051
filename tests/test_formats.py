"""The same resume gives the same result from every format, and from PDF of every program."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from skillgap import GapReport, analyze
from skillgap.parsing import legacy_doc

# Written by tests/fixtures/formats/build.py: `resume.pdf` by LibreOffice, the other PDFs by the program in their name.
FORMATS = Path(__file__).parent / "fixtures" / "formats"
FILES = sorted(path.name for path in FORMATS.iterdir() if path.suffix not in (".py", ".txt") and path.is_file())
ROLES = ("collections-specialist", "accountant")


@cache
def expected(role: str) -> GapReport:
    return analyze(FORMATS / "resume.txt", role)


def result(report: GapReport) -> dict[str, tuple[str, list[str]]]:
    """Strength and evidence of every skill; where words stand differs from format to format."""
    return {
        skill.id: (skill.strength, sorted({evidence.text.casefold() for evidence in skill.evidence}))
        for skill in (*report.hard_skills, *report.core_skills)
    }


def check(name: str, role: str, **options: str) -> None:
    report = analyze(FORMATS / name, role, **options)  # type: ignore[arg-type]
    assert report.warnings == ()
    assert result(report) == result(expected(role))
    assert report.coverage == expected(role).coverage


def test_every_format_is_here() -> None:
    kinds = {Path(name).suffix for name in FILES}
    assert kinds == {".pdf", ".docx", ".odt", ".rtf", ".doc", ".html", ".md", ".json"}
    assert sum(name.endswith(".pdf") for name in FILES) == 4
    assert expected("collections-specialist").coverage > 0.5, "there must be something to compare"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith(".doc")])
def test_format_does_not_matter(name: str, role: str) -> None:
    check(name, role)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".pdf")])
def test_pdf_engine_does_not_matter(name: str) -> None:
    pytest.importorskip("pypdfium2")
    check(name, ROLES[0], engine="pdfium")


@pytest.mark.skipif(shutil.which("antiword") is None, reason="antiword is not installed")
def test_old_word_files_are_no_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legacy_doc, "_find_office", lambda: None)  # starting LibreOffice takes seconds
    check("resume.doc", ROLES[0])
