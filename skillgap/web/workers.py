"""Worker processes that wait ready, so that no request pays for a start, and are killed where a file hangs them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from skillgap.errors import ResumeLimitError, SkillgapError
from skillgap.web.jobs import Settings, Target, prepare, start_worker
from skillgap.worker_process import WorkerError, WorkerLostError, WorkerProcess

# The parsers check the limit of time themselves and say more about it; a worker that overstays is killed.
_GRACE_SECONDS = 5.0
_NO_LIMIT_SECONDS = 600.0
# From the start of a process to its first job: imports and word lists, on a slow and busy machine.
_START_SECONDS = 120.0
# Several times what the largest files within the limits take; a file that needs more is not a resume.
_MEMORY_BYTES = 2_000_000_000

_Result = TypeVar("_Result")


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
            WorkerError: one cannot start.
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
            WorkerError: the job failed in a way that nobody foresaw.
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
        except (WorkerLostError, MemoryError):
            message = "Reading the file took more memory than it may, or brought its reader down. Export it again."
            raise ResumeLimitError(message) from None
        except WorkerError as error:
            raise WorkerError(f"{error} in {job.__name__}") from None
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
    """A process that is replaced where it is killed or dies, and what it has prepared."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._is_ended = False
        self._begin()

    def do(self, job: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> Any:
        """The result of a job.

        Raises:
            TimeoutError: it took longer, and was killed.
            WorkerLostError: the process died of it.
            SkillgapError, MemoryError, WorkerError: the job raised it.
        """
        with self._lock:
            if not self.process.is_alive and not self._is_ended:
                self._replace()  # it died, or was killed from outside, while it had nothing to do
            self._wait_until_ready()
            self.process.give((job, args))
            try:
                answer = self.process.answer(seconds)
            except (TimeoutError, WorkerLostError):
                self._replace()
                raise
        if answer.error is not None:
            raise answer.error
        return answer.result

    def wait_until_ready(self) -> None:
        """Return once the process can begin with a job at once.

        Raises:
            WorkerError: it cannot start.
        """
        with self._lock:
            self._wait_until_ready()

    def end(self) -> None:
        """Kill the process for good; who waits for it is told that it is lost."""
        self._is_ended = True
        self.process.kill()

    def _begin(self) -> None:
        self.process = WorkerProcess(_make_ready, self._settings, memory=_MEMORY_BYTES)
        self.prepared: set[str] = set()

    def _wait_until_ready(self) -> None:
        try:
            self.process.wait_until_ready(_START_SECONDS)
        except TimeoutError:
            raise WorkerError("a worker process does not start") from None
        except WorkerLostError as lost:
            raise WorkerError(f"a worker process ended before it was ready ({lost})") from None

    def _replace(self) -> None:
        self.process.kill()
        if not self._is_ended:
            self._begin()


def _make_ready(settings: Settings) -> Callable[[tuple[Callable[..., Any], tuple[Any, ...]]], Any]:
    start_worker(settings)
    return _call


def _call(asked: tuple[Callable[..., Any], tuple[Any, ...]]) -> Any:
    job, args = asked
    return job(*args)
