"""What a worker process does: read a resume, compare it with a role, and render what the page shows of it.

Everything that goes in and out is small, plain and picklable; nothing is written to disk.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Literal

from skillgap.analysis import analyze_resume
from skillgap.errors import ResumeLimitError, SkillgapError, UnreadableResumeError, UnsupportedFormatError
from skillgap.model import GapReport, Limits, Resume, Role
from skillgap.parsing import PdfEngine, parse_resume
from skillgap.parsing.detect import detect_format
from skillgap.roles.catalogue import load_role
from skillgap.web.carry import (
    baseline_of,
    pack_baseline,
    pack_resume,
    unpack_baseline,
    unpack_resume,
)
from skillgap.web.compare import Changes, compare_versions
from skillgap.web.marks import Mark, find_marks

# Programs that read old Word files need a file to read. This folder is memory, not disk, where there is one.
_MEMORY_FOLDER = Path("/dev/shm")

_PASTED = "pasted text"

# Run through once, so that everything that reading and comparing need is loaded.
_SAMPLE_RESUME = "Skills\nBookkeeping"
_SAMPLE_POSTING = "Clerk\n\nRequirements\n- Bookkeeping\n- MS Excel"

_USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Settings:
    """How every resume is read, and where further roles are."""

    folders: tuple[str, ...] = ()
    engine: PdfEngine = "pdfminer"
    ocr: bool = True
    limits: Limits = _USUAL_LIMITS


@dataclass(frozen=True, slots=True)
class Source:
    """One resume as it comes in: a file's bytes, what a page carried, or text; text beside ``carried`` is its edit."""

    name: str | None = None
    data: bytes | None = None
    carried: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What resumes are held against: a role's id or, where that is empty, a job posting's text."""

    role: str = ""
    posting: str = ""

    @property
    def key(self) -> str:
        """What a worker has prepared is known by it; after one posting it is ready for all."""
        return self.role or "postings"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report as a page shows it; ``carried`` and ``baseline`` travel in the page's form."""

    name: str
    role: str
    coverage: float
    shown: int
    asked: int
    missing_essentials: tuple[str, ...]
    fragment: str
    text: str
    carried: str
    baseline: str
    changes: Changes | None


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edited text changes in a page that is open; ``marks`` count characters of the text as it was sent."""

    role: str
    coverage: float
    shown: int
    asked: int
    fragment: str
    marks: tuple[Mark, ...]
    changes: Changes | None


_settings: list[Settings] = [Settings()]


def start_worker(settings: Settings) -> None:
    """Make a new process ready, so that no request waits for imports and word lists."""
    _settings[:] = [settings]
    _stay_off_the_disk()
    role = Role.from_skills("Clerk", ["Bookkeeping"])
    _render(analyze_resume(Resume.from_text(_SAMPLE_RESUME), role))
    load_role("collections-specialist", folders=settings.folders)
    _load_readers()
    # What is loaded now stays; the collector need not look at it with every request.
    gc.collect()
    gc.freeze()


def prepare(target: Target) -> None:
    """Make a role ready for the requests to come or, without one, the whole vocabulary for job postings."""
    role = _role_of(target if target.role else Target(posting=_SAMPLE_POSTING))
    analyze_resume(Resume.from_text(_SAMPLE_RESUME), role)
    gc.freeze()


def make_sheet(source: Source, target: Target, before: str | None) -> Sheet:
    """The report on one resume, compared with the version before where that is given.

    Raises:
        SkillgapError: the resume cannot be read, or the posting names no skill.
    """
    resume = _guarded(source)
    report = analyze_resume(resume, _role_of(target))
    name = resume.source or _PASTED
    return Sheet(
        name=name,
        role=report.role.title,
        coverage=report.coverage,
        shown=len(report.covered),
        asked=len(report.hard_skills),
        missing_essentials=tuple(skill.name for skill in report.missing if skill.importance == "essential"),
        fragment=_render(report),
        text=visible_text(resume),
        carried=pack_resume(resume),
        baseline=pack_baseline(baseline_of(report, name=name)),
        changes=compare_versions(unpack_baseline(before), report) if before else None,
    )


def read_only(source: Source) -> tuple[str, str]:
    """A resume's name and what a page carries of it, for when its role is not known yet.

    Raises:
        SkillgapError: the resume cannot be read.
    """
    resume = _guarded(source)
    return resume.source or _PASTED, pack_resume(resume)


def make_edit(source: Source, target: Target, before: str | None) -> Edit:
    """What an edited text changes.

    Raises:
        SkillgapError: the text is empty or too long, or the posting names no skill.
    """
    report = analyze_resume(_guarded(source), _role_of(target))
    return Edit(
        role=report.role.title,
        coverage=report.coverage,
        shown=len(report.covered),
        asked=len(report.hard_skills),
        fragment=_render(report),
        marks=find_marks(source.text or "", report),
        changes=compare_versions(unpack_baseline(before), report) if before else None,
    )


def make_download(source: Source, target: Target, form: Literal["html", "json"]) -> str:
    """The whole report as a file of its own.

    Raises:
        SkillgapError: the resume cannot be read, or the posting names no skill.
    """
    from skillgap.reporting.html import render_html

    report = analyze_resume(_guarded(source), _role_of(target))
    return report.to_json() if form == "json" else render_html(report)


def visible_text(resume: Resume) -> str:
    r"""A resume's text as people edit it: without what a reader of the document cannot see.

    Read again, it gives the same lines, and text that was hidden does not come to count as evidence.
    """
    if not resume.hidden:
        return resume.text
    hidden = {resume.text.rfind("\n", 0, part.start) + 1 for part in resume.hidden}
    kept, start = [], 0
    for line in resume.text.split("\n"):
        if start not in hidden:
            kept.append(line)
        start += len(line) + 1
    return "\n".join(kept)


def _guarded(source: Source) -> Resume:
    """The resume of a source; whatever it makes a parser do becomes an error that says so."""
    try:
        return _resume_of(source)
    except SkillgapError:
        raise
    except MemoryError:
        raise ResumeLimitError("Reading the file takes more memory than there is.", path=source.name) from None
    except Exception as error:
        message = f"The file is damaged and cannot be read ({type(error).__name__}). Export or download it again."
        raise UnreadableResumeError(message, path=source.name) from None


def _resume_of(source: Source) -> Resume:
    settings = _settings[0]
    if source.carried is not None:
        resume = unpack_resume(source.carried)
        if source.text is None or source.text == visible_text(resume):
            return resume
        return Resume.from_text(source.text, source=resume.source)
    if source.data is None:
        return Resume.from_text(source.text or "")
    _refuse_what_needs_a_disk(source.data, source.name)
    return parse_resume(source.data, name=source.name, engine=settings.engine, ocr=settings.ocr, limits=settings.limits)


def _refuse_what_needs_a_disk(data: bytes, name: str | None) -> None:
    if _has_memory_folder() or detect_format(data, name=name) != "doc":
        return
    message = (
        "Old Word files (.doc) are read by way of a file on the disk, and this page writes none. Save the resume as "
        "DOCX or PDF."
    )
    raise UnsupportedFormatError(message, path=name)


def _has_memory_folder() -> bool:
    return sys.platform == "linux" and _MEMORY_FOLDER.is_dir() and os.access(_MEMORY_FOLDER, os.W_OK)


def _role_of(target: Target) -> Role:
    if target.role:
        return load_role(target.role, folders=_settings[0].folders)
    return _role_of_posting(target.posting)


@lru_cache(maxsize=4)
def _role_of_posting(posting: str) -> Role:
    from skillgap.roles.posting import role_from_posting

    # As a resume: a string might be taken for the path of a file on this machine.
    return role_from_posting(Resume.from_text(posting), folders=_settings[0].folders)


def _render(report: GapReport) -> str:
    from skillgap.reporting.html import render_fragment

    # Under the heading of the page, and with names that the page does not use.
    return render_fragment(report, prefix="report-", level=2)


def _stay_off_the_disk() -> None:
    if _has_memory_folder():
        tempfile.tempdir = str(_MEMORY_FOLDER)


def _load_readers() -> None:
    """Import what the common formats need."""
    pdf = "pdf_miner" if _settings[0].engine == "pdfminer" else "pdfium"
    for name in ("docx", "pdf", pdf):
        import_module(f"skillgap.parsing.{name}")
