"""One file → one row, whatever the file holds; the same in this process, in a worker, or on another machine."""

from __future__ import annotations

import hashlib
import pickle
import time
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from skillgap.errors import ResumeError, ResumeLimitError, SkillgapError, UnreadableResumeError
from skillgap.model import Limits, Resume, Role, Screened
from skillgap.screening.sources import Source, read_source

if TYPE_CHECKING:
    from skillgap.model import GapReport

# Stands for the role in reports on their way between processes: a role is six times as large as all the rest.
_NO_ROLE = Role("", "", (), ())


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked of every file of a run.

    ``today`` is the day up to which current positions count, the same for all. ``cache`` is the folder of the
    parse cache, None for none.
    """

    roles: tuple[Role, ...]
    today: date
    engine: Literal["pdfminer", "pdfium"] = "pdfminer"
    ocr: bool = True
    limits: Limits = field(default_factory=Limits)
    count_hidden: bool = False
    blind: bool = False
    cache: str | None = None

    @property
    def signature(self) -> str:
        """What decides the rows of a run: runs of equal signatures can be joined.

        Limits are not part of it: they decide whether a file is read, not what its report says.
        """
        from skillgap import __version__
        from skillgap.analysis import MATCHING_VERSION

        roles = (
            f"{role.id}@{hashlib.sha256(repr(role).encode('utf-8', 'replace')).hexdigest()[:10]}" for role in self.roles
        )
        parts = (
            f"roles:{','.join(roles)}",
            f"matching:{MATCHING_VERSION}",
            f"engine:{self.engine}",
            f"ocr:{'on' if self.ocr else 'off'}",
            f"hidden:{'counted' if self.count_hidden else 'left-out'}",
            *(("blind",) if self.blind else ()),
            f"skillgap:{__version__}",
        )
        return "|".join(parts)


def screen_source(source: Source, job: Job) -> Screened:
    """The row of one file.

    Raises:
        SkillgapError: the call is wrong (an extra is missing), so that every file would fail alike.
    """
    began = time.perf_counter()
    path = str(source)
    digest = ""
    try:
        data = read_source(source, limits=job.limits)
        digest = hashlib.sha256(data).hexdigest()
        reports = _report(data, path, digest, job)
        return Screened(path, reports=reports, seconds=time.perf_counter() - began, sha256=digest)
    except ResumeError as problem:
        error = problem
        error.path = path  # matching does not know it
        if isinstance(problem.__context__, MemoryError):
            error = out_of_memory(path)
    except MemoryError:
        error = out_of_memory(path)
    except SkillgapError:
        raise
    except Exception as problem:
        # Whatever a stranger's file makes a parser do costs this one row and never the run.
        message = f"Reading failed unexpectedly ({type(problem).__name__}); the file is likely damaged."
        error = UnreadableResumeError(message, path=path)
    return Screened(path, error=error, seconds=time.perf_counter() - began, sha256=digest)


def out_of_memory(path: str, memory: int | None = None) -> ResumeLimitError:
    """The error of a file that takes more memory than it may."""
    limit = f"the limit of {memory / 1e6:,.0f} MB" if memory else "there is or may be used"
    message = f"Reading took more memory than {limit}; screen(memory=…) or --max-memory raises the limit."
    return ResumeLimitError(message, path=path)


def pack(screened: Screened) -> bytes:
    """A row on its way to another process, without the roles, which that process has."""
    bare = replace(screened, reports=tuple(replace(report, role=_NO_ROLE) for report in screened.reports))
    return pickle.dumps(bare, pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes, job: Job) -> Screened:
    """The row that `pack` packed, with the roles of the job."""
    screened: Screened = pickle.loads(packed)
    reports = zip(screened.reports, job.roles, strict=False)
    return replace(screened, reports=tuple(replace(report, role=role) for report, role in reports))


def _report(data: bytes, path: str, digest: str, job: Job) -> tuple[GapReport, ...]:
    from skillgap.analysis import analyze_resume
    from skillgap.parsing.budget import Budget

    budget = Budget(job.limits)
    resume = _parse(data, path, digest, job)
    return tuple(
        analyze_resume(
            resume,
            role,
            count_hidden=job.count_hidden,
            blind=job.blind,
            today=job.today,
            check_time=budget.check_time,
        )
        for role in job.roles
    )


def _parse(data: bytes, path: str, digest: str, job: Job) -> Resume:
    from skillgap.parsing import parse_resume

    if job.cache is None:
        return parse_resume(data, engine=job.engine, ocr=job.ocr, limits=job.limits, name=path)
    from skillgap.screening.cache import ParseCache

    cache = ParseCache.of(job.cache)
    key = cache.key(digest, path, engine=job.engine, ocr=job.ocr, limits=job.limits)
    known = cache.get(key)
    if known is not None:
        return replace(known, source=path)
    resume = parse_resume(data, engine=job.engine, ocr=job.ocr, limits=job.limits, name=path)
    cache.put(key, resume)
    return resume
