"""Many resumes against one or several roles: one row a file, whatever the file holds."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from skillgap.analysis import analyze
from skillgap.errors import ResumeError, ResumeLimitError, SkillgapError, UnreadableResumeError
from skillgap.model import Limits, Role, Screened
from skillgap.roles.catalogue import load_role

if TYPE_CHECKING:
    from concurrent.futures import Future

Engine = Literal["pdfminer", "pdfium"]

# Files handed out ahead of the one awaited: enough to keep every worker busy with unequal files,
# few enough that memory does not grow with the folder.
_AHEAD_PER_JOB = 4


@dataclass(frozen=True, slots=True)
class _Options:
    engine: Engine
    ocr: bool
    limits: Limits
    count_hidden: bool
    blind: bool


def screen(
    paths: Iterable[str | PathLike[str]],
    role: Role | str | Sequence[Role | str],
    *,
    engine: Engine = "pdfminer",
    ocr: bool = True,
    limits: Limits | None = None,
    count_hidden: bool = False,
    blind: bool = False,
    jobs: int = 1,
) -> Iterator[Screened]:
    """One `Screened` a file, in the order of ``paths``, each as soon as it is done.

    Several roles give several reports a file, and each file is read once.

    Raises:
        UnknownRoleError, VocabularyError: a role cannot be loaded; before any file is read.
        MissingExtraError: the engine asked for is not installed.
    """
    asked = [role] if isinstance(role, Role | str) else role
    roles = tuple(load_role(r) for r in asked)
    if not roles:
        raise ValueError("screen() needs at least one role.")
    options = _Options(engine, ocr, limits or Limits(), count_hidden, blind)
    names = (fspath(path) for path in paths)
    return _in_processes(names, roles, options, jobs) if jobs > 1 else _in_turn(names, roles, options)


def list_files(paths: Iterable[str | PathLike[str]]) -> tuple[Path, ...]:
    """The files named and all files below the folders named, sorted within each, every file once.

    Hidden files and folders (".git", ".DS_Store") inside a folder are left out.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if path.is_dir():
            found.update(dict.fromkeys(sorted(_visible_files(path))))
        else:
            found[path] = None
    return tuple(found)


def _visible_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _in_turn(names: Iterable[str], roles: tuple[Role, ...], options: _Options) -> Iterator[Screened]:
    for name in names:
        yield _screen_one(name, roles, options)


def _in_processes(names: Iterable[str], roles: tuple[Role, ...], options: _Options, jobs: int) -> Iterator[Screened]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # The roles go to each worker once: a role that came with every file would be indexed for every file.
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_start_worker, initargs=(roles, options)) as pool:
        waiting: deque[Future[Screened]] = deque()
        try:
            for name in names:
                waiting.append(pool.submit(_work, name))
                if len(waiting) >= jobs * _AHEAD_PER_JOB:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


_worker: list[tuple[tuple[Role, ...], _Options]] = []


def _start_worker(roles: tuple[Role, ...], options: _Options) -> None:
    _worker.append((roles, options))


def _work(name: str) -> Screened:
    return _screen_one(name, *_worker[0])


def _screen_one(name: str, roles: tuple[Role, ...], options: _Options) -> Screened:
    began = time.perf_counter()
    try:
        first = analyze(
            name,
            roles[0],
            engine=options.engine,
            ocr=options.ocr,
            limits=options.limits,
            count_hidden=options.count_hidden,
            blind=options.blind,
        )
        others = (
            analyze(first.resume, role, count_hidden=options.count_hidden, blind=options.blind) for role in roles[1:]
        )
        return Screened(name, reports=(first, *others), seconds=time.perf_counter() - began)
    except ResumeError as problem:
        error: ResumeError = problem
    except MemoryError:
        error = ResumeLimitError("Reading took more memory than there is.", path=name)
    except SkillgapError:
        raise  # a wrong call (an extra that is missing), the same for every file
    except Exception as problem:
        # Whatever a stranger's file makes a parser do costs this one row and never the run.
        message = f"Reading failed unexpectedly ({type(problem).__name__}); the file is likely damaged."
        error = UnreadableResumeError(message, path=name)
    return Screened(name, error=error, seconds=time.perf_counter() - began)
