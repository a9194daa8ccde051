"""Worker processes on this machine: started once, with a hard limit of time and memory for each file.

    sources ──▶ Feed ──▶ one pipe a worker ──▶ rows

A file that takes too long, takes too much memory or crashes its parser costs one row and one process, which is
replaced. Each worker has a pipe of its own and shares no lock with the others, so that it can be killed at any
moment and it is always known which file it was at. Processes are spawned, never forked: the same on Linux, macOS
and Windows.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing import connection
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any

from skillgap.errors import ResumeError, ResumeLimitError, SkillgapError, UnreadableResumeError
from skillgap.model import Resume, Screened
from skillgap.screening.rows import Job, out_of_memory, pack, screen_source, unpack
from skillgap.screening.sources import Source
from skillgap.screening.stream import Feed, Ticket, in_order

# Parsing and matching watch the time in their own loops and give up in good order; the process is killed only
# where they do not.
_SECONDS_OF_GRACE = 2.0

# A file whose worker died is read once more: something else may have killed it.
_MOST_TRIES = 2
# Workers that end before they are ready, one after another: no other will do better.
_MOST_FAILED_STARTS = 3

# Ctrl-C gets through on Windows only between waits.
_SECONDS_TO_WAIT = 0.2
# A worker that is told to end closes what it has open; after this it is killed.
_SECONDS_TO_END = 1.0

# Exit code of a worker that found itself over its memory limit; no signal and no exception gives it.
_OVER_MEMORY = 86
_SECONDS_BETWEEN_LOOKS = 0.1

# The first byte of what a worker says.
_READY, _ROW, _WRONG_CALL = b"0", b"1", b"2"


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

    def rows(self, feed: Feed) -> Iterator[tuple[int, bytes | Screened]]:
        """The number and the row of each file as it is done, packed where a worker made it."""
        while True:
            self._hand_out(feed)
            if not any(worker.ticket for worker in self._workers):
                return
            self._wait()
            for worker in tuple(self._workers):
                for row in self._collect(worker, feed):
                    self._hand_out(feed)  # before the row is looked at: no worker waits for that
                    yield row

    def end(self) -> None:
        """Let the workers end in good order."""
        for worker in self._workers:
            worker.pipe.close()
        for worker in self._workers:
            worker.process.join(_SECONDS_TO_END)

    def kill(self) -> None:
        """End the workers now."""
        for worker in self._workers:
            worker.kill()
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
                self._workers.append(_Worker(self._job, self._memory))
            self._workers[number].hand(ticket)

    def _wait(self) -> None:
        ready: list[Any] = [worker.pipe for worker in self._workers]
        connection.wait(ready + [worker.process.sentinel for worker in self._workers], timeout=_SECONDS_TO_WAIT)

    def _collect(self, worker: _Worker, feed: Feed) -> list[tuple[int, bytes | Screened]]:
        """The rows that a worker made, and what is to be said of it where it is dead or too slow."""
        rows: list[tuple[int, bytes | Screened]] = []
        is_dead = not worker.process.is_alive()  # asked first: what it said before it died comes out whole
        try:
            while worker.pipe.poll():
                said = worker.pipe.recv_bytes()
                if said[:1] == _READY:
                    worker.start_clock()
                    continue
                if said[:1] == _WRONG_CALL:
                    raise pickle.loads(said[1:])
                self._failed_starts = 0
                if (ticket := worker.done()) is not None:
                    rows.append((ticket.number, said[1:]))
        except (EOFError, OSError):
            worker.process.join(_SECONDS_TO_END)
            is_dead = True
        is_too_slow = self._seconds is not None and worker.seconds() > self._seconds
        if is_dead or is_too_slow:
            rows += self._bury(worker, feed, is_too_slow=is_too_slow and not is_dead)
        return rows

    def _bury(self, worker: _Worker, feed: Feed, *, is_too_slow: bool) -> list[tuple[int, bytes | Screened]]:
        """Take a worker out; the file that it was at becomes a row or is handed out again."""
        self._workers.remove(worker)
        worker.kill()
        if not worker.is_ready:
            self._failed_starts += 1
            if self._failed_starts >= _MOST_FAILED_STARTS:
                told = _describe_end(worker.process.exitcode)
                raise SkillgapError(f"The worker processes end as soon as they start ({told}); jobs=1 needs none.")
        ticket = worker.ticket
        if ticket is None:
            return []
        ticket.tries += worker.is_ready
        error = self._too_slow(ticket) if is_too_slow else self._cause(ticket, worker.process.exitcode)
        if error is None:
            feed.give_back(ticket)
            return []
        return [(ticket.number, Screened(str(ticket.source), error=error, seconds=worker.seconds()))]

    def _too_slow(self, ticket: Ticket) -> ResumeLimitError:
        limit = self._job.limits.seconds or 0.0
        message = f"Reading took longer than {limit:g} s and was stopped; screen(timeout=…) or --timeout allows more."
        return ResumeLimitError(message, path=str(ticket.source))

    def _cause(self, ticket: Ticket, code: int | None) -> ResumeError | None:
        """The error of a file whose worker died; None where the file is to be tried again."""
        path = str(ticket.source)
        if code == _OVER_MEMORY:
            return out_of_memory(path, self._memory)
        if ticket.tries < _MOST_TRIES:
            return None
        message = f"Reading the file ended its process twice ({_describe_end(code)}); it is likely damaged."
        return UnreadableResumeError(message, path=path)


class _Worker:
    """One process, its pipe, and the file that it is at."""

    def __init__(self, job: Job, memory: int | None) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        # The roles go to each worker once: a role that came with every file would be indexed for every file.
        self.process = _CONTEXT.Process(target=_serve, args=(theirs, job, memory), daemon=True)
        self.process.start()
        theirs.close()
        self.ticket: Ticket | None = None
        self.is_ready = False
        self._since = 0.0

    def hand(self, ticket: Ticket) -> None:
        """Give it a file."""
        self.ticket = ticket
        self._since = time.monotonic()
        with suppress(OSError):  # it is dead, which is seen to where its words are collected
            self.pipe.send(ticket.source)

    def start_clock(self) -> None:
        """It is ready, and begins with its first file."""
        self.is_ready = True
        self._since = time.monotonic()

    def done(self) -> Ticket | None:
        """The file that it has done."""
        ticket, self.ticket = self.ticket, None
        return ticket

    def seconds(self) -> float:
        """How long it has been at its file."""
        return time.monotonic() - self._since if self.ticket and self.is_ready else 0.0

    def kill(self) -> None:
        """End it now, and the programs that it runs."""
        if self.process.is_alive():
            try:
                os.killpg(self.process.pid or 0, signal.SIGKILL)
            except (AttributeError, OSError):  # Windows, or too young to have a group of its own
                self.process.kill()
            self.process.join()
        self.pipe.close()


def _describe_end(code: int | None) -> str:
    try:
        return f"signal {signal.Signals(-(code or 0)).name}"
    except ValueError:
        return f"exit code {code}"


# ---------------------------------------------------------------------------------------------- starting


class _Process(SpawnProcess):
    """A process that does not run the caller's main module again.

    All that a worker needs is in this package. A script that calls `screen` hence needs no
    ``if __name__ == "__main__"``, and a heavy one is not loaded once more for each worker.
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - multiprocessing's own name
        with _hiding:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                return SpawnProcess._Popen(process_obj)
            finally:
                sys.modules["__main__"] = main


class _Context(SpawnContext):
    Process = _Process


_CONTEXT = _Context()
_hiding = threading.Lock()


# ---------------------------------------------------------------------------------------------- in the worker


def _serve(pipe: connection.Connection, job: Job, memory: int | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # so that programs run for a file (tesseract, soffice) end with the worker
    _prepare(job)
    # Before the limit, under which a new thread's stack may be refused.
    threading.Thread(target=_watch, args=(memory,), daemon=True).start()
    if memory is not None:
        _limit_memory(memory)
    with suppress(EOFError, OSError):  # the parent has closed the pipe or is gone
        pipe.send_bytes(_READY)
        while True:
            pipe.send_bytes(_answer(pipe.recv(), job))


def _answer(source: Source, job: Job) -> bytes:
    _taken_before[0] = _taken_bytes()
    _reading.set()
    try:
        return _ROW + pack(screen_source(source, job))
    except SkillgapError as error:
        return _WRONG_CALL + pickle.dumps(error)
    finally:
        with _leaving:
            _reading.clear()


def _prepare(job: Job) -> None:
    """Load what matching needs and index the roles before the first file, whose time limit must not pay for it."""
    from skillgap.analysis import analyze_resume

    for role in job.roles:
        analyze_resume(Resume("-"), role, today=job.today)


def _limit_memory(memory: int) -> None:
    """Let the system refuse memory beyond what is taken now and the limit, where it can (Linux)."""
    if sys.platform != "linux":
        return
    import resource

    soft = _pages(5) + memory  # the data pages, which RLIMIT_DATA counts
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


# Set while a file is read; the lock keeps the watch from ending the process for a file that is already done.
_reading = threading.Event()
_leaving = threading.Lock()
_taken_before = [0]


def _watch(memory: int | None) -> None:
    """End the process where its file takes too much memory, or once nobody waits for its rows any more."""
    parent = os.getppid()
    while True:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        if os.getppid() != parent:
            if hasattr(os, "killpg"):
                os.killpg(0, signal.SIGKILL)
            os._exit(1)
        if memory is not None and _taken_bytes() > _taken_before[0] + memory:
            with _leaving:
                if _reading.is_set():
                    os._exit(_OVER_MEMORY)


def _taken_bytes() -> int:
    """The memory that this process holds, on macOS the most that it has held; 0 where the system does not tell."""
    if sys.platform == "linux":
        return _pages(1)
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _pages(column: int) -> int:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[column]) * os.sysconf("SC_PAGE_SIZE")
