"""`skillgap screen`: folders of resumes against one role or several."""

from __future__ import annotations

import hashlib
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillgap.cli.options import (
    EngineOption,
    FoldersOption,
    HiddenOption,
    OcrOption,
    PostingOption,
    WidthOption,
    fail,
    is_same_file,
    load_target,
    told_if_unwritable,
    with_limits,
)
from skillgap.console import put_lines, tell, with_progress
from skillgap.screening import MEMORY

if TYPE_CHECKING:
    from skillgap.model import Limits, Role, Screened
    from skillgap.reporting.shortlist import Failed, Ranked
    from skillgap.reporting.terminal import Line
    from skillgap.screening.rows import Job
    from skillgap.screening.sources import Source

_SCREEN_SUFFIXES = (".html", ".xlsx", ".csv", ".jsonl", ".parquet")
# Forms that hold all roles of a run in one file; the others get a file for each role.
_SUFFIXES_OF_SEVERAL_ROLES = (".jsonl", ".csv")
_JOURNAL_SUFFIX = ".jsonl"
_KEY_SUFFIX = ".csv"
_KEY_FIELDS = ("file", "is")
# With -o every resume can be looked up in the file; without, all are shown.
_MOST_RANKED = 25


@with_limits
def screen_command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="FOLDER...", help="Folders, with all below them; zip archives, files, patterns, URLs."),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", "-r", metavar="ROLE", help="Title or id of a role, or a role file; repeatable."),
    ] = None,
    posting: PostingOption = None,
    folders: FoldersOption = None,
    from_file: Annotated[
        str | None, typer.Option("--from-file", metavar="LIST", help="A file that names one path a line; - for input.")
    ] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option("--output", "-o", metavar="FILE", help="Keep it (.html .xlsx .csv .jsonl .parquet); repeatable."),
    ] = None,
    go_on: Annotated[
        bool, typer.Option("--continue", help="Go on with a run that broke off; needs its -o rows.jsonl.")
    ] = False,
    cache: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep what resumes say, personal data and all, in DIR for later runs."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, metavar="N", help="Files read at once; one a core by default.")
    ] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="Leave out what tells who people are, the names of files too.")
    ] = False,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --blind: keep there (.csv) which row is which file.")
    ] = None,
    count_hidden: HiddenOption = False,
    pdf_engine: EngineOption = "pdfminer",
    ocr: OcrOption = True,
    width: WidthOption = None,
    max_memory: Annotated[
        int | None,
        typer.Option(
            "--max-memory", min=1, metavar="MB", help=f"Most memory for one file; {MEMORY // 1_000_000} unless given."
        ),
    ] = None,
    *,
    limits: Limits,
) -> None:
    """Rank folders of resumes by coverage.

    Resumes that cannot be read are listed too, each with the reason.
    """
    outputs = output or []
    for path in outputs:
        if path.suffix.lower() not in _SCREEN_SUFFIXES:
            fail(f"{path} tells no form of table: end it in one of {', '.join(_SCREEN_SUFFIXES)}.")
    journal = next((path for path in outputs if path.suffix.lower() == _JOURNAL_SUFFIX), None)
    if go_on and journal is None:
        fail("--continue reads what is done from the rows of the run: give the same -o rows.jsonl again.")
    if key and not blind:
        fail("--key keeps which row of a blind run is which file: add --blind, or leave it out.")
    if key and key.suffix.lower() != _KEY_SUFFIX:
        fail(f"{key} is to be a table of names: end it in {_KEY_SUFFIX}.")
    if key and any(is_same_file(key, path) or key == path for path in outputs):
        fail(f"{key} is given to -o as well; --key needs a file of its own, kept apart from the rows.")
    if cache and cache.exists() and not cache.is_dir():
        fail(f"{cache} is a file; --cache takes a folder.")
    given = [*(paths or []), *(_listed(from_file) if from_file else [])]
    if not given:
        fail("Which resumes? Give folders or files, or --from-file LIST.")
    targets = _load_targets(role, folders, posting)

    from skillgap.reporting.blind import hide_file
    from skillgap.reporting.records import to_text
    from skillgap.screening import make_job, run_job
    from skillgap.screening.sources import find_sources

    job = make_job(
        targets,
        engine=pdf_engine,
        ocr=ocr,
        limits=limits,
        count_hidden=count_hidden,
        blind=blind,
        cache=None if cache is None else str(cache),
    )
    sources = list(_without_written(find_sources(given), outputs, targets, [cache, key]))
    if not sources:
        fail(f"There is no file in {', '.join(given)}.")

    shortlist = _Shortlist(targets)
    with ExitStack() as stack:
        earlier = _done_before(journal, job) if go_on and journal else iter(())
        # The first row tells whether it is the same run, before the other tables are begun anew.
        first = next(earlier, None)
        writers = [stack.enter_context(_rows_writer(path, job, keep_rows=go_on)) for path in outputs]
        done: Counter[str] = Counter()
        seen: dict[str, str] = {}
        for screened in chain([first], earlier) if first else ():
            done[to_text(screened.path)] += 1
            shortlist.add(screened)
            if screened.reports:
                seen.setdefault(screened.sha256, screened.path)
            for path, write in zip(outputs, writers, strict=True):
                if path != journal:
                    write(screened)
        if done:
            sources = list(_without_done(sources, done, job))
            tell(f"{journal} has {done.total():,} files; {len(sources):,} are left.")
        write_key = stack.enter_context(_key_writer(key, keep_rows=bool(done))) if key else None
        rows = run_job(
            sources,
            job,
            jobs=jobs or _usable_cores(),
            # Given even where it is the usual one: hard limits are what keeps a run of thousands going.
            timeout=limits.seconds,
            memory=max_memory * 1_000_000 if max_memory else MEMORY,
            seen=seen,
        )
        try:
            # Closed before the files are: Ctrl-C must end the workers first.
            with closing(with_progress(rows, len(sources))) as coming:
                for row in coming:
                    screened = hide_file(row) if blind else row
                    if write_key:
                        write_key(screened.path, row.path)
                    shortlist.add(screened)
                    for write in writers:
                        write(screened)
        except KeyboardInterrupt:
            if journal:
                tell(f"{journal} holds what is done; the same command with --continue goes on.")
            raise
    put_lines(lambda columns: shortlist.lines(columns, _MOST_RANKED if outputs else None), width=width)
    raise typer.Exit(shortlist.exit_code)


class _Shortlist:
    """What the ranked tables need of each file."""

    def __init__(self, roles: Sequence[Role]) -> None:
        self._roles = roles
        self._ranked: list[list[Ranked]] = [[] for _ in roles]
        self.failed: list[Failed] = []

    def add(self, screened: Screened) -> None:
        from skillgap.reporting.shortlist import summarize, summarize_failure

        if not screened.reports:
            self.failed.append(summarize_failure(screened))
        for ranked, report in zip(self._ranked, screened.reports, strict=False):
            ranked.append(summarize(screened.path, report, duplicate_of=screened.duplicate_of))

    @property
    def exit_code(self) -> int:
        """0 where all files were read, 1 where some were, 2 where none was."""
        if not self.failed:
            return 0
        return 1 if any(self._ranked) else 2

    def lines(self, width: int, most: int | None) -> list[Line]:
        from skillgap.reporting.shortlist import ranked_by_role_lines, ranked_lines

        if len(self._roles) == 1:
            return ranked_lines(self._roles[0], self._ranked[0], self.failed, width=width, most=most)
        ranked = list(zip(self._roles, self._ranked, strict=True))
        return ranked_by_role_lines(ranked, self.failed, width=width, most=most)


# ---------------------------------------------------------------------------------------------- what to read


def _load_targets(names: Sequence[str] | None, folders: list[Path] | None, posting: Path | None) -> tuple[Role, ...]:
    roles = {role.id: role for role in (load_target(name, folders, posting) for name in (names or (None,)))}
    return tuple(roles.values())


def _listed(name: str) -> list[str]:
    """The paths of a list: one a line, or divided by NUL as `find -print0` does; a line from "#" on is a comment."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        fail(f"{name} cannot be read: {(error.strerror or str(error)).lower()}.")
    if b"\0" in data:
        return [os.fsdecode(path) for path in data.split(b"\0") if path.strip()]
    lines = [os.fsdecode(line) for line in data.removeprefix(b"\xef\xbb\xbf").splitlines()]
    # A file's name may begin so too.
    return [line for line in lines if line.strip() and (not line.startswith("#") or _is_there(line))]


def _is_there(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:
        return False


def _without_written(
    sources: Iterable[Source], outputs: Sequence[Path], roles: Sequence[Role], more: Sequence[Path | None]
) -> Iterator[Source]:
    """The sources without what a run like this one wrote: the tables, the reports beside them, cache and key."""
    from skillgap.reporting.collectors import reports_folder

    tables = [*outputs, *(_output_for(path, role) for path in outputs for role in roles)]
    places = [*tables, *map(reports_folder, tables), *filter(None, more)]
    written = {identity for place in places if (identity := _identity(place))}
    for source in sources:
        if (
            not written
            or not isinstance(source, str)
            or not {_identity(source), _identity(Path(source).parent)} & written
        ):
            yield source


def _identity(path: str | Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - a path or a URL, which is no file here
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# ---------------------------------------------------------------------------------------------- going on


def _done_before(journal: Path, job: Job) -> Iterator[Screened]:
    from skillgap.reporting.journal import read_journal

    with told_if_unwritable(journal):
        yield from read_journal(journal, job.signature, job.roles)


def _without_done(sources: Iterable[Source], done: Counter[str], job: Job) -> Iterator[Source]:
    """The sources that have no row yet.

    Counted and not only looked up: two names that no UTF-8 can carry may have become one in the rows.
    """
    left = done.copy()
    for source in sources:
        name = next((name for name in _names_of(source, job) if left[name]), None)
        if name is None:
            yield source
        else:
            left[name] -= 1


def _names_of(source: Source, job: Job) -> Iterator[str]:
    """What the row of a file may be called; in a blind run that takes reading the file."""
    from skillgap.errors import ResumeError
    from skillgap.reporting.blind import blind_name
    from skillgap.reporting.records import to_text
    from skillgap.screening.sources import read_source

    if not job.blind:
        yield to_text(str(source))
        return
    yield blind_name(str(source))
    with suppress(ResumeError):
        yield blind_name(str(source), hashlib.sha256(read_source(source, limits=job.limits)).hexdigest())


# ---------------------------------------------------------------------------------------------- what is written


@contextmanager
def _rows_writer(output: Path, job: Job, *, keep_rows: bool) -> Iterator[Callable[[Screened], object]]:
    """A function that keeps the rows of all roles: in one file, or in a file for each role."""
    if output.suffix.lower() == _JOURNAL_SUFFIX:
        from skillgap.reporting.journal import Journal

        with told_if_unwritable(output):
            journal = Journal(output, job.signature, keep_rows=keep_rows)
        with closing(journal):
            yield journal.add
        return
    if len(job.roles) == 1 or output.suffix.lower() in _SUFFIXES_OF_SEVERAL_ROLES:
        with _row_writer(output, job.roles[0]) as write:
            yield write
        return
    with ExitStack() as stack:
        writers = [stack.enter_context(_row_writer(_output_for(output, role), role)) for role in job.roles]

        def write_each(screened: Screened) -> None:
            for number, write in enumerate(writers):
                write(replace(screened, reports=screened.reports[number : number + 1]))

        yield write_each


@contextmanager
def _key_writer(key: Path, *, keep_rows: bool) -> Iterator[Callable[[str, str], None]]:
    """A function that keeps which row is which file, in a file that only its owner may read."""
    from skillgap.reporting.tables import csv_line

    with told_if_unwritable(key):
        keep_rows = keep_rows and key.exists()
        mode = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if keep_rows else os.O_TRUNC)
        file = os.fdopen(os.open(key, mode, 0o600), "w", encoding="utf-8", newline="", buffering=1)
    with file:
        if not keep_rows:
            file.write(csv_line(_KEY_FIELDS))

        def write(name: str, path: str) -> None:
            with told_if_unwritable(key):
                file.write(csv_line((name, path)))

        yield write


def _output_for(output: Path, role: Role) -> Path:
    """The file of one role where each role gets its own."""
    return output.with_suffix(f".{role.id}{output.suffix}")


@contextmanager
def _row_writer(output: Path, role: Role) -> Iterator[Callable[[Screened], object]]:
    """A function that keeps one row in the file.

    A run that is broken off leaves whole rows.
    """
    from skillgap.reporting.collectors import COLLECTORS

    if output.suffix.lower() in COLLECTORS:
        collector = COLLECTORS[output.suffix.lower()](role, output)
        with told_if_unwritable(output):
            output.open("ab").close()  # better told now than after an hour

        def add(screened: Screened) -> None:
            with told_if_unwritable(output):
                collector.add(screened)

        try:
            yield add
        finally:
            with told_if_unwritable(output):
                collector.save(output)
    else:
        from skillgap.reporting.shortlist import ROW_FORMATS

        header, to_row = ROW_FORMATS[output.suffix.lower()]
        with told_if_unwritable(output):
            file = output.open("w", encoding="utf-8", newline="", buffering=1)
        with file:
            file.write(header)
            yield lambda screened: file.write(to_row(screened))
