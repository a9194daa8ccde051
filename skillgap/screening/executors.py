"""Somebody's executor: a cluster, or any other `concurrent.futures.Executor`.

The machines need this package and nothing of the caller's. What is asked of every file goes to each worker process
once: a task that comes to a process which does not have it yet says so, and is handed out again with it.
"""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from queue import Empty, SimpleQueue

from skillgap.errors import SkillgapError, UnreadableResumeError
from skillgap.model import Screened
from skillgap.screening.rows import Job, pack, screen_source, unpack
from skillgap.screening.sources import Source
from skillgap.screening.stream import Feed, Ticket, in_order

# Files handed out ahead for each worker.
_AHEAD_PER_JOB = 4
# Nobody can ask an executor how many workers it has: so many files keep a small cluster busy.
_LEAST_AHEAD = 64

# Ctrl-C gets through on Windows only between waits.
_SECONDS_TO_WAIT = 0.2

# Jobs that a worker process keeps; several runs may share a cluster.
_MOST_JOBS = 8


def screen_in_executor(
    sources: Iterable[Source], job: Job, executor: Executor, *, jobs: int, ordered: bool
) -> Iterator[Screened]:
    """The row of every source, read by an executor of ``jobs`` workers or so."""
    submitted = _Submitted(job, executor)
    try:
        rows = submitted.rows(Feed(sources, ordered=ordered), ahead=max(jobs * _AHEAD_PER_JOB, _LEAST_AHEAD))
        for row in in_order(rows) if ordered else (row for _, row in rows):
            yield unpack(row, job) if isinstance(row, bytes) else row
    finally:
        submitted.cancel()


class _Submitted:
    """The files that an executor has at a time."""

    def __init__(self, job: Job, executor: Executor) -> None:
        self._executor = executor
        self._packed_job = pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
        self._key = hashlib.sha256(self._packed_job).hexdigest()
        self._flying: dict[Future[bytes | None], Ticket] = {}
        self._done: SimpleQueue[Future[bytes | None]] = SimpleQueue()

    def rows(self, feed: Feed, *, ahead: int) -> Iterator[tuple[int, bytes | Screened]]:
        """The number and the row of each file as it is done; ``ahead`` files are handed out at a time."""
        while True:
            while len(self._flying) < ahead:
                ticket = feed.take(min((t.number for t in self._flying.values()), default=None))
                if ticket is None:
                    break
                self._hand_out(ticket, None)
            if not self._flying:
                return
            try:
                future = self._done.get(timeout=_SECONDS_TO_WAIT)
            except Empty:
                continue
            ticket = self._flying.pop(future)
            row = self._row(future, ticket)
            if row is None:
                self._hand_out(ticket, self._packed_job)
            else:
                yield ticket.number, row

    def cancel(self) -> None:
        """Give up what is still handed out; the executor itself is its owner's."""
        for future in self._flying:
            future.cancel()

    def _hand_out(self, ticket: Ticket, packed_job: bytes | None) -> None:
        future = self._executor.submit(screen_remotely, ticket.source, self._key, packed_job)
        self._flying[future] = ticket
        future.add_done_callback(self._done.put)

    def _row(self, future: Future[bytes | None], ticket: Ticket) -> bytes | Screened | None:
        try:
            return future.result()
        except (SkillgapError, BrokenExecutor):
            raise
        except Exception as error:
            # A cluster tries a task again by itself before it gives up.
            path = str(ticket.source)
            message = f"The worker that read the file was lost ({type(error).__name__}); the file may be damaged."
            return Screened(path, error=UnreadableResumeError(message, path=path))


# ---------------------------------------------------------------------------------------------- in the worker


_known_jobs: OrderedDict[str, Job] = OrderedDict()


def screen_remotely(source: Source, key: str, packed_job: bytes | None) -> bytes | None:
    """The packed row of a file, None where this process does not know the job of this key yet."""
    job = _known_jobs.get(key)
    if job is None:
        if packed_job is None:
            return None
        job = _known_jobs.setdefault(key, pickle.loads(packed_job))
        if len(_known_jobs) > _MOST_JOBS:
            _known_jobs.popitem(last=False)
    return pack(screen_source(source, job))
