"""Worker processes on this machine: started once, with a hard limit of time and memory for each file.

    sources ──▶ Feed ──▶ worker processes ──▶ rows

A file that takes too long, takes too much memory or crashes its parser costs one row and one process, which is
replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from skillgap.errors import ResumeError, ResumeLimitError, SkillgapError, UnreadableResumeError
from skillgap.model import Resume, Screened
from skillgap.screening.rows import Job, out_of_memory, pack, screen_source, unpack
from skillgap.screening.sources import Source
from skillgap.screening.stream import Feed, Ticket, in_order
from skillgap.worker_process import Answer, WorkerLostError, WorkerProcess, end_all, wait_for_any

# Parsing and matching watch the time in their own loops and give up in good order; the process is killed only
# where they do not.
_SECONDS_OF_GRACE = 2.0

# A file whose worker died is read once more: something else may have killed it.
_MOST_TRIES = 2
# Workers that end before they are ready, one after another: no other will do better.
_MOST_FAILED_STARTS = 3

# Ctrl-C gets through on Windows only between waits.
_SECONDS_TO_WAIT = 0.2

_Row = tuple[int, bytes | Screened]


def screen_in_workers(
    sources: Iterable[Source], job: Job, *, jobs: int, memory: int | None, ordered: bool
) -> Iterator[Screened]:
    """The row of every source, read by ``jobs`` processes; ``memory`` is what a file may take, in bytes."""
    crew = _Crew(job, jobs, memory)
    try:
        rows = crew.rows(Feed(sources, ordered=ordered))
        for row in in_order(rows) if ordered else (row for _, row in rows):
            yield unpack(row, job) if isinstance(row, bytes) else row
        crew.end()
    finally:
        crew.kill()


class _Crew:
    """The workers of a run."""

    def __init__(self, job: Job, jobs: int, memory: int | None) -> None:
        self._job = job
        self._jobs = jobs
        self._memory = memory
        seconds = job.limits.seconds
        self._seconds = None if seconds is None else seconds + _SECONDS_OF_GRACE
        self._workers: list[_Worker] = []
        self._failed_starts = 0

    def rows(self, feed: Feed) -> Iterator[_Row]:
        """The number and the row of each file as it is done, packed where a worker made it."""
        while True:
            self._hand_out(feed)
            if not any(worker.ticket for worker in self._workers):
                return
            wait_for_any((worker.process for worker in self._workers), _SECONDS_TO_WAIT)
            for worker in tuple(self._workers):
                for row in self._collect(worker, feed):
                    self._hand_out(feed)  # before the row is looked at: no worker waits for that
                    yield row

    def end(self) -> None:
        """Let the workers end in good order."""
        end_all(worker.process for worker in self._workers)
        self._workers.clear()

    def kill(self) -> None:
        """End the workers now."""
        for worker in self._workers:
            worker.process.kill()
        self._workers.clear()

    def _hand_out(self, feed: Feed) -> None:
        """Give each worker without a file one: handed out ahead, a file might wait behind a slow one."""
        for number in range(self._jobs):
            if number < len(self._workers) and self._workers[number].ticket:
                continue
            ticket = feed.take(min((w.ticket.number for w in self._workers if w.ticket), default=None))
            if ticket is None:
                return
            if number >= len(self._workers):
                # The roles go to each process once: a role that came with every file would be indexed for every file.
                self._workers.append(_Worker(WorkerProcess(_prepare, self._job, memory=self._memory)))
            self._workers[number].hand(ticket)

    def _collect(self, worker: _Worker, feed: Feed) -> list[_Row]:
        """The row that a worker made, and what is to be said of it where it is dead or too slow."""
        rows: list[_Row] = []
        try:
            while (answer := worker.process.hear()) is not None:
                self._failed_starts = 0
                ticket = worker.take_back()
                rows.append((ticket.number, self._row(answer, ticket)))
        except WorkerLostError as lost:
            return rows + self._bury(worker, feed, lost)
        if self._seconds is not None and worker.process.seconds > self._seconds:
            return rows + self._bury(worker, feed, None)
        return rows

    def _row(self, answer: Answer, ticket: Ticket) -> bytes | Screened:
        if answer.error is None:
            row: bytes = answer.result
            return row
        if isinstance(answer.error, SkillgapError):
            raise answer.error
        path = str(ticket.source)
        if isinstance(answer.error, MemoryError):
            return Screened(path, error=out_of_memory(path, self._memory))
        message = f"Reading failed unexpectedly ({answer.error}); the file is likely damaged."
        return Screened(path, error=UnreadableResumeError(message, path=path))

    def _bury(self, worker: _Worker, feed: Feed, lost: WorkerLostError | None) -> list[_Row]:
        """Take a worker out that was lost or is too slow; its file becomes a row or is handed out again."""
        self._workers.remove(worker)
        seconds = worker.process.seconds
        worker.process.kill()
        if lost and not worker.process.is_ready:
            self._failed_starts += 1
            if self._failed_starts >= _MOST_FAILED_STARTS:
                raise SkillgapError(f"The worker processes end as soon as they start ({lost}); jobs=1 needs none.")
        ticket = worker.ticket
        if ticket is None:
            return []
        ticket.tries += worker.process.is_ready
        error = self._cause(ticket, lost) if lost else self._too_slow(ticket)
        if error is None:
            feed.give_back(ticket)
            return []
        return [(ticket.number, Screened(str(ticket.source), error=error, seconds=seconds))]

    def _too_slow(self, ticket: Ticket) -> ResumeLimitError:
        limit = self._job.limits.seconds or 0.0
        message = f"Reading took longer than {limit:g} s and was stopped; screen(timeout=…) or --timeout allows more."
        return ResumeLimitError(message, path=str(ticket.source))

    def _cause(self, ticket: Ticket, lost: WorkerLostError) -> ResumeError | None:
        """The error of a file whose worker died; None where the file is to be tried again."""
        path = str(ticket.source)
        if lost.is_over_memory:
            return out_of_memory(path, self._memory)
        if ticket.tries < _MOST_TRIES:
            return None
        message = f"Reading the file ended its process twice ({lost}); it is likely damaged."
        return UnreadableResumeError(message, path=path)


class _Worker:
    """A process and the file that it is at."""

    def __init__(self, process: WorkerProcess) -> None:
        self.process = process
        self.ticket: Ticket | None = None

    def hand(self, ticket: Ticket) -> None:
        """Give it a file."""
        self.ticket = ticket
        self.process.give(ticket.source)

    def take_back(self) -> Ticket:
        """The file that it has done."""
        ticket, self.ticket = self.ticket, None
        assert ticket is not None, "a process answers what it was given"
        return ticket


# ---------------------------------------------------------------------------------------------- in the worker


def _prepare(job: Job) -> Callable[[Source], bytes]:
    """What screens a file; matching is loaded and the roles are indexed before the first, whose time is limited."""
    from skillgap.analysis import analyze_resume

    for role in job.roles:
        analyze_resume(Resume("-"), role, today=job.today)
    return partial(_screen, job)


def _screen(job: Job, source: Source) -> bytes:
    return pack(screen_source(source, job))
