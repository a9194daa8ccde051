"""Worker processes: they wait ready, so that a request costs no start, and can be killed, so that no file hangs them.

Each has a pipe of its own and shares nothing with the others. Processes are spawned, never forked: the same on Linux,
macOS and Windows.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from skillgap.errors import ResumeLimitError, SkillgapError
from skillgap.web.jobs import Settings, Target, prepare, start_worker

# The parsers check the limit of time themselves and say more about it; a worker that overstays is killed.
_GRACE_SECONDS = 5.0
_NO_LIMIT_SECONDS = 600.0
# From the start of a process to its first job: imports and word lists, on a slow and busy machine.
_START_SECONDS = 120.0

_Result = TypeVar("_Result")


class JobError(Exception):
    """A job failed in a way that nobody foresaw; the message names the kind of error and not what it said."""


class Workers:
    """Processes that take one job each at a time; who has prepared the role goes first."""

    def __init__(self, settings: Settings, count: int) -> None:
        seconds = settings.limits.seconds
        self._seconds = _NO_LIMIT_SECONDS if seconds is None else seconds + _GRACE_SECONDS
        self._workers = [_Worker(settings) for _ in range(count)]
        self._idle = list(self._workers)
        self._free = asyncio.Semaphore(count)
        self._wanted: Target | None = None
        self._preparing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Wait until every process is ready.

        Raises:
            JobError: one cannot start.
        """
        await asyncio.gather(*(asyncio.to_thread(worker.wait_until_ready) for worker in self._workers))

    async def stop(self) -> None:
        """End the processes, with whatever they are at."""
        if self._preparing:
            self._preparing.cancel()
        for worker in self._workers:
            worker.end()

    async def run(self, job: Callable[..., _Result], *args: Any, target: Target | None = None) -> _Result:
        """The result of a job, which is ended with its process when its time is up.

        Raises:
            ResumeLimitError: it took too long or too much memory.
            SkillgapError: what the job raised.
        """
        async with self._free:
            worker = self._take(target)
            try:
                return await self._run(worker, job, args, target)
            finally:
                self._idle.append(worker)

    def prepare(self, target: Target) -> None:
        """Have every process make a role ready, one after the other, in the background."""
        self._wanted = target
        if self._preparing is None or self._preparing.done():
            self._preparing = asyncio.create_task(self._prepare_wanted())

    def _take(self, target: Target | None) -> _Worker:
        """The idle worker that is best prepared; else the one used longest ago."""
        ready = [worker for worker in self._idle if target and target.key in worker.prepared]
        worker = ready[0] if ready else self._idle[0]
        self._idle.remove(worker)
        return worker

    async def _run(
        self, worker: _Worker, job: Callable[..., _Result], args: tuple[Any, ...], target: Target | None
    ) -> _Result:
        try:
            result: _Result = await asyncio.to_thread(worker.do, job, args, self._seconds)
        except TimeoutError:
            message = f"Reading took longer than {self._seconds:g} s and was stopped. --timeout gives more."
            raise ResumeLimitError(message) from None
        except (EOFError, OSError, MemoryError):
            message = "Reading the file took more memory than it may, or brought its reader down. Export it again."
            raise ResumeLimitError(message) from None
        if target:
            worker.prepared.add(target.key)
        return result

    async def _prepare_wanted(self) -> None:
        while (target := self._wanted) is not None:
            self._wanted = None
            for worker in self._workers:
                if target.key in worker.prepared:
                    continue
                # As a request of its own, so that it never delays one by more than a role takes.
                async with self._free:
                    if worker not in self._idle:
                        continue
                    self._idle.remove(worker)
                    try:
                        await self._run(worker, prepare, (target,), target)
                    except SkillgapError:
                        return  # the request that needs the role will say what is wrong
                    finally:
                        self._idle.append(worker)


class _Worker:
    """One process and its pipe; a process that is killed or dies is replaced."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._is_ended = False
        self._begin()

    def do(self, job: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> Any:
        """The result of a job.

        Raises:
            TimeoutError: it took longer, and was killed.
            EOFError, OSError: the process died of it.
            SkillgapError, MemoryError, JobError: the job raised it.
        """
        with self._lock:
            if not self._process.is_alive() and not self._is_ended:
                self._replace()  # it died, or was killed from outside, while it had nothing to do
            self._wait_until_ready()
            try:
                self._pipe.send((job, args))
                if not self._pipe.poll(seconds):
                    raise TimeoutError
                result, error = self._pipe.recv()
            except (TimeoutError, EOFError, OSError):
                self._replace()
                raise
        if error is not None:
            raise error
        return result

    def wait_until_ready(self) -> None:
        """Return once the process can begin with a job at once.

        Raises:
            JobError: it cannot start.
        """
        with self._lock:
            self._wait_until_ready()

    def end(self) -> None:
        """Kill the process for good; who waits for it meets the end of its pipe."""
        self._is_ended = True
        self._kill()

    def _begin(self) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._settings), daemon=True)
        self._process.start()
        theirs.close()
        self._is_ready = False
        self.prepared: set[str] = set()

    def _wait_until_ready(self) -> None:
        if self._is_ready:
            return
        try:
            if not self._pipe.poll(_START_SECONDS):
                raise JobError("a worker process does not start")
            self._pipe.recv()
        except (EOFError, OSError):
            raise JobError("a worker process ended before it was ready") from None
        self._is_ready = True

    def _replace(self) -> None:
        self._kill()
        self._pipe.close()
        if not self._is_ended:
            self._begin()

    def _kill(self) -> None:
        """Kill the process with all that it has started (Tesseract, LibreOffice)."""
        if sys.platform != "win32" and self._process.pid is not None and self._process.exitcode is None:
            with suppress(OSError):  # it has no group of its own yet
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()


def _serve(pipe: Connection, settings: Settings) -> None:
    """What a worker process does all its life: say that it is ready, then one job after another."""
    start_worker(settings)
    # Nobody listens any more where these fail: the server has ended.
    with suppress(EOFError, OSError):
        pipe.send(None)
        while True:
            job, args = pipe.recv()
            pipe.send(_attempt(job, args))


def _attempt(job: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    try:
        return job(*args), None
    except (SkillgapError, MemoryError) as error:
        return None, error
    except Exception as error:
        # Its message may quote the resume.
        return None, JobError(f"{type(error).__name__} in {job.__name__}")
