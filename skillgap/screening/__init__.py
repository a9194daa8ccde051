"""Many resumes against one or several roles: one row a file, whatever the file holds.

sources ──▶ stream ──▶ this process, worker processes here, or an executor ──▶ rows
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from os import PathLike, fspath
from typing import TYPE_CHECKING, Literal

from skillgap.model import Limits, Role, Screened

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from skillgap.screening.rows import Job
    from skillgap.screening.sources import Source

__all__ = ["MEMORY", "make_job", "run_job", "screen"]

# Memory in bytes that one file may take in a worker process. The largest resumes met took a tenth of it; a scan
# that is recognised takes a third.
MEMORY = 800_000_000


def screen(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]],
    role: Role | str | Sequence[Role | str],
    *,
    jobs: int = 1,
    timeout: float | None = None,
    memory: int | None = MEMORY,
    ordered: bool = True,
    executor: Executor | None = None,
    cache: str | PathLike[str] | None = None,
    engine: Literal["pdfminer", "pdfium"] = "pdfminer",
    ocr: bool = True,
    limits: Limits | None = None,
    count_hidden: bool = False,
    blind: bool = False,
) -> Iterator[Screened]:
    """One `Screened` a file, as it is done, in bounded memory; a file that cannot be read is a row too.

    With one job and no timeout the files are read in this process, and limits are those that the parsers hold in
    their own loops. Otherwise worker processes read them, which are ended where a file goes beyond its limits.

    Args:
        paths: files, folders with all below them, zip archives, patterns, or URLs (extra ``cluster``).
        role: a role or several; several give several reports a file, and each file is read once.
        jobs: how many files are read at the same time.
        timeout: the most seconds for one file, `Limits.seconds` unless given.
        memory: the most bytes of memory that one file may take in a worker process (Linux and macOS).
        ordered: whether rows come in the order of the files, or each as soon as it is done.
        executor: what runs the work instead of processes here, such as ``distributed.Client().get_executor()``;
            it must be able to open the paths, and holds no hard limits.
        cache: a folder where parsed resumes are kept, with all their personal data, for the next run.
        engine: what reads PDF files, "pdfminer" or "pdfium" (extra ``fast``).
        ocr: whether pictures and scanned pages are recognised where the extra ``ocr`` is installed.
        limits: how large and how slow a file may be.
        count_hidden: whether text that human readers cannot see counts as evidence.
        blind: whether the reports leave out who the person is.

    Raises:
        UnknownRoleError, VocabularyError: a role cannot be loaded; before any file is read.
        MissingExtraError: the engine asked for, or what opens a URL, is not installed.

    >>> from pathlib import Path
    >>> folder = Path(__file__).parent / "no such folder"
    >>> [type(screened.error).__name__ for screened in screen(folder, "collections specialist")]
    ['UnreadableResumeError']
    """
    from skillgap.screening.sources import find_sources

    given = [paths] if isinstance(paths, str | PathLike) else paths
    job = make_job(
        role,
        engine=engine,
        ocr=ocr,
        limits=limits or Limits(),
        count_hidden=count_hidden,
        blind=blind,
        cache=None if cache is None else fspath(cache),
    )
    return run_job(
        find_sources(given), job, jobs=jobs, timeout=timeout, memory=memory, ordered=ordered, executor=executor
    )


def make_job(
    role: Role | str | Sequence[Role | str],
    *,
    engine: Literal["pdfminer", "pdfium"] = "pdfminer",
    ocr: bool = True,
    limits: Limits | None = None,
    count_hidden: bool = False,
    blind: bool = False,
    cache: str | None = None,
) -> Job:
    """What is asked of every file of a run.

    Raises:
        UnknownRoleError, VocabularyError: a role cannot be loaded.
    """
    from skillgap.roles.catalogue import load_role
    from skillgap.screening.rows import Job

    roles = tuple(load_role(r) for r in ([role] if isinstance(role, Role | str) else role))
    if not roles:
        raise ValueError("screen() needs at least one role.")
    return Job(
        roles,
        date.today(),
        engine=engine,
        ocr=ocr,
        limits=limits or Limits(),
        count_hidden=count_hidden,
        blind=blind,
        cache=cache,
    )


def run_job(
    sources: Iterable[Source],
    job: Job,
    *,
    jobs: int = 1,
    timeout: float | None = None,
    memory: int | None = MEMORY,
    ordered: bool = True,
    executor: Executor | None = None,
    seen: Mapping[str, str] | None = None,
) -> Iterator[Screened]:
    """The rows of a run; see `screen`.

    ``seen`` maps the SHA-256 of what an earlier part of the run read to the file's path, so that a duplicate of it
    is told.
    """
    if jobs < 1:
        raise ValueError(f"jobs is the number of files read at the same time, at least 1, not {jobs}.")
    if memory is not None and memory < 1:
        raise ValueError(f"memory is the most bytes that one file may take, at least 1, not {memory}.")
    if timeout is not None:
        job = replace(job, limits=replace(job.limits, seconds=timeout))
    if job.cache is not None and executor is None:
        from skillgap.screening.cache import prepare_cache

        prepare_cache(job.cache)
    return _tell_duplicates(_rows(sources, job, jobs, timeout, memory, ordered, executor), seen or {})


def _rows(
    sources: Iterable[Source],
    job: Job,
    jobs: int,
    timeout: float | None,
    memory: int | None,
    ordered: bool,
    executor: Executor | None,
) -> Iterator[Screened]:
    if executor is not None:
        from skillgap.screening.executors import screen_in_executor

        return screen_in_executor(sources, job, executor, jobs=jobs, ordered=ordered)
    if jobs == 1 and timeout is None:
        return _read_here(sources, job)
    from skillgap.screening.workers import screen_in_workers

    return screen_in_workers(sources, job, jobs=jobs, memory=memory, ordered=ordered)


def _read_here(sources: Iterable[Source], job: Job) -> Iterator[Screened]:
    from skillgap.screening.rows import screen_source
    from skillgap.screening.sources import close_archives

    try:
        for source in sources:
            yield screen_source(source, job)
    finally:
        close_archives()


def _tell_duplicates(rows: Iterator[Screened], seen: Mapping[str, str]) -> Iterator[Screened]:
    """The rows, each told of an earlier one with the same content; what cannot be read is no duplicate."""
    first = {bytes.fromhex(sha256): path for sha256, path in seen.items()}
    for row in rows:
        if not row.reports:
            yield row
            continue
        earlier = first.setdefault(bytes.fromhex(row.sha256), row.path)
        yield row if earlier == row.path else replace(row, duplicate_of=earlier)
