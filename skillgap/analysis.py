"""One resume against one role or the whole catalogue: parse → match → score."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from os import PathLike
from typing import BinaryIO, Literal

from skillgap.errors import ResumeLimitError
from skillgap.model import GapReport, Limits, Resume, Role, Suggestion

# Raised whenever the rules of matching change, so that signatures tell reports apart that other rules made.
MATCHING_VERSION = "4"


def analyze(
    resume: str | PathLike[str] | bytes | BinaryIO | Resume,
    role: str | PathLike[str] | Role,
    *,
    engine: Literal["pdfminer", "pdfium"] = "pdfminer",
    ocr: bool = True,
    limits: Limits | None = None,
    count_hidden: bool = False,
    blind: bool = False,
    today: date | None = None,
) -> GapReport:
    r"""A report of which skills of a role a resume shows, in which words, and which are missing.

    Args:
        resume: a path, the bytes of a file, a binary file, or a `Resume`.
        role: a role's id, title or alternative title, the path of a role file, or a `Role`.
        engine: what reads PDF files, "pdfminer" or "pdfium" (extra ``fast``).
        ocr: whether pictures and scanned pages are recognised where the extra ``ocr`` is installed.
        limits: how large and how slow the file may be.
        count_hidden: whether text that human readers cannot see counts as evidence.
        blind: whether the report leaves out who the person is.
        today: the day up to which current positions count; the real one by default.

    Raises:
        ResumeError: the resume cannot be read (see `skillgap.errors` for the kinds).
        UnknownRoleError: no role has this name.
        VocabularyError: a role file is wrong.

    >>> resume = Resume.from_text("Skills\nMS Excel, bookkeeping, A/R")
    >>> report = analyze(resume, Role.from_skills("Clerk", ["MS Excel", "Bookkeeping", "Payroll"]))
    >>> [skill.name for skill in report.covered], [skill.name for skill in report.missing]
    (['MS Excel', 'Bookkeeping'], ['Payroll'])
    """
    from skillgap.parsing import parse_resume
    from skillgap.parsing.budget import Budget
    from skillgap.roles.catalogue import load_role

    wanted = load_role(role)
    # One deadline for reading and matching: a text of a million words takes long to match, too.
    budget = Budget(limits or Limits())
    parsed = parse_resume(resume, engine=engine, ocr=ocr, limits=budget.limits)
    try:
        return analyze_resume(
            parsed, wanted, count_hidden=count_hidden, blind=blind, today=today, check_time=budget.check_time
        )
    except ResumeLimitError as error:
        error.path = parsed.source
        raise
    except MemoryError:
        raise ResumeLimitError("Matching takes more memory than there is.", path=parsed.source) from None


def suggest_roles(
    resume: str | PathLike[str] | bytes | BinaryIO | Resume,
    *,
    limit: int = 5,
    folders: Iterable[str | PathLike[str]] = (),
    limits: Limits | None = None,
) -> tuple[Suggestion, ...]:
    r"""The roles of the catalogue that fit a resume best, best first, each with what speaks for it.

    Args:
        resume: a path, the bytes of a file, a binary file, or a `Resume`.
        limit: the most roles to suggest.
        folders: further folders of roles, besides those that ``SKILLGAP_ROLES`` lists.
        limits: how large and how slow the file may be.

    Raises:
        ResumeError: the resume cannot be read.

    >>> text = "Experience\nSous Chef 2019 to Current\nCooked on the line, planned menus, ServSafe certified"
    >>> suggest_roles(Resume.from_text(text), limit=1)[0].title
    'Sous Chef'
    """
    from skillgap.parsing import parse_resume
    from skillgap.roles.catalogue import added_folders
    from skillgap.suggesting import role_finder

    parsed = parse_resume(resume, limits=limits or Limits())
    return role_finder(*added_folders(folders)).suggest(parsed, limit)


def analyze_resume(
    resume: Resume,
    role: Role,
    *,
    count_hidden: bool = False,
    blind: bool = False,
    today: date | None = None,
    check_time: Callable[[], None] = lambda: None,
) -> GapReport:
    """The report on a resume that is already read and a role that is already loaded.

    ``check_time`` is called again and again while words are matched, and may raise where time is up.
    """
    from skillgap import __version__
    from skillgap.matching.evidence import PreparedResume, find_evidence
    from skillgap.matching.index import index_of
    from skillgap.matching.nearest import find_nearest
    from skillgap.scoring import make_signature, score_role, skills_showing

    index = index_of(role.skills)
    prepared = PreparedResume(resume, check_time)
    findings = find_evidence(prepared, index)
    shown = {
        skill
        for skill, showing in skills_showing(role).items()
        if any(findings[other].evidence for other in showing if other in findings)
    }
    nearest = {
        skill.id: found
        for skill in role.skills
        if skill.id not in shown and (found := find_nearest(prepared, skill, findings.get(skill.id))) is not None
    }
    day = today or date.today()
    settings = ("hidden:counted",) if count_hidden else ()
    return score_role(
        resume,
        role,
        findings,
        nearest,
        signature=make_signature(role, resume, version=__version__, matching=MATCHING_VERSION, settings=settings),
        today=(day.year, day.month),
        count_hidden=count_hidden,
        is_blind=blind,
    )
