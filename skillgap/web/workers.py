"""Worker processes: they wait ready, so that a request costs no start, and can be ended, so that no file hangs them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from concurrent.futures import TimeoutError as JobTimeoutError
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from skillgap.errors import ResumeLimitError, SkillgapError
from skillgap.web.jobs import Settings, Target, prepare, start_worker

# The parsers check the limit of time themselves and say more about it; a worker that overstays is ended.
_GRACE_SECONDS = 5.0
_NO_LIMIT_SECONDS = 600.0

_Result = TypeVar("_Result")


@dataclass(eq=False)
class _Worker:
    """A pool of one process, so that it is known what this process has prepared."""

    settings: Settings
    pool: ProcessPool = field(init=False)
    prepared: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Begin with a new process."""
        self.prepared.clear()
        context = get_context("spawn")
        self.pool = ProcessPool(1, initializer=start_worker, initargs=(self.settings,), context=context)


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
        """Wait until every process is ready."""
        await asyncio.gather(*(asyncio.wrap_future(w.pool.schedule(_nothing)) for w in self._workers))

    async def stop(self) -> None:
        """End the processes, with whatever they are at."""
        if self._preparing:
            self._preparing.cancel()
        for worker in self._workers:
            worker.pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.gather(*(asyncio.to_thread(worker.pool.join) for worker in self._workers))

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
        if not worker.pool.active:
            # Pebble gives up a pool whose process dies while it has nothing to do.
            worker.renew()
        try:
            result = await asyncio.wrap_future(worker.pool.schedule(job, args=args, timeout=self._seconds))
        except JobTimeoutError:
            worker.prepared.clear()
            message = f"Reading took longer than {self._seconds:g} s and was stopped. --timeout gives more."
            raise ResumeLimitError(message) from None
        except (ProcessExpired, BrokenExecutor, MemoryError):
            worker.prepared.clear()
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


def _nothing() -> None:
    """A job that is done once its process is ready."""
