"""A process that does one task after another, and that may be killed at any moment without harm to anything else.

    task ──pipe──▶ work(task) ──pipe──▶ Answer

It has a pipe of its own and shares no lock with others, so that it is always known which task it was at. Processes are
spawned, never forked: the same on Linux, macOS and Windows. A task that takes too much memory ends in an error or ends
the process; how long one may take is for the caller to watch, who kills the process.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any, TypeVar

from skillgap.errors import SkillgapError

# A process that is told to end closes what it has open; after this it is killed.
_SECONDS_TO_END = 1.0

# Exit code of a process that found itself over its memory limit; no signal and no exception gives it.
_OVER_MEMORY = 86
_SECONDS_BETWEEN_LOOKS = 0.1

# What a process says before its first answer.
_READY = b""

_Settings = TypeVar("_Settings")


class WorkerError(Exception):
    """A task failed in a way that nobody foresaw; the message names the kind of error and not what it said."""


class WorkerLostError(WorkerError):
    """The process ended, or cannot start; the message says how it ended.

    ``is_over_memory`` tells that its task took more memory than it may.
    """

    def __init__(self, message: str, *, is_over_memory: bool = False) -> None:
        super().__init__(message)
        self.is_over_memory = is_over_memory


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a task: its result, or a `SkillgapError`, `MemoryError` or `WorkerError`."""

    result: Any = None
    error: Exception | None = None


class WorkerProcess:
    """One process and its pipe.

    In the new process ``make`` is called with ``settings``; what it returns is called with each task. All of them,
    tasks and results are pickled. ``memory`` is what a task may take, in bytes; None for all that there is.
    """

    def __init__(
        self, make: Callable[[_Settings], Callable[[Any], Any]], settings: _Settings, *, memory: int | None
    ) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(theirs, make, settings, memory), daemon=True)
        with _interrupts_held_back():
            self._process.start()
        theirs.close()
        self._is_busy = False
        self._since = 0.0
        self.is_ready = False

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.is_alive()

    @property
    def seconds(self) -> float:
        """How long it has been at its task; the time that it takes to start does not count."""
        return time.monotonic() - self._since if self._is_busy and self.is_ready else 0.0

    def give(self, task: Any) -> None:
        """Have it do a task; that it is dead is told where its answer is asked for."""
        self._is_busy = True
        self._since = time.monotonic()
        with suppress(OSError):
            self._pipe.send(task)

    def hear(self) -> Answer | None:
        """The answer to its task, None as long as there is none.

        Raises:
            WorkerLostError: it ended, and has said all that it had to say.
        """
        is_alive = self.is_alive  # asked first: what it said before it died comes out whole
        try:
            if self._pipe.poll():
                return self._take_in(self._pipe.recv_bytes())
        except (EOFError, OSError):
            self._process.join(_SECONDS_TO_END)
            is_alive = False
        if not is_alive:
            code = self._process.exitcode
            raise WorkerLostError(_describe_end(code), is_over_memory=code == _OVER_MEMORY)
        return None

    def wait_until_ready(self, seconds: float) -> None:
        """Return once it can begin with a task at once.

        Raises:
            TimeoutError: that takes longer.
            WorkerLostError: it ended.
        """
        deadline = time.monotonic() + seconds
        while not self.is_ready:
            self.hear()
            if not self.is_ready:
                self._wait_until(deadline)

    def answer(self, seconds: float) -> Answer:
        """The answer to its task.

        Raises:
            TimeoutError: that takes longer.
            WorkerLostError: it ended.
        """
        deadline = time.monotonic() + seconds
        while (answer := self.hear()) is None:
            self._wait_until(deadline)
        return answer

    def kill(self) -> None:
        """End it now, and the programs that it runs (Tesseract, LibreOffice)."""
        pid = self._process.pid
        if pid is None or not self.is_alive:
            return
        try:
            os.killpg(pid, signal.SIGKILL)
        except (AttributeError, OSError):  # Windows, or too young to have a group of its own
            self._process.kill()
        self._process.join()

    def _take_in(self, said: bytes) -> Answer | None:
        if said == _READY:
            self.is_ready = True
            self._since = time.monotonic()
            return None
        self._is_busy = False
        answer: Answer = pickle.loads(said)
        return answer

    def _wait_until(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        wait_for_any([self], left)


def wait_for_any(workers: Iterable[WorkerProcess], seconds: float) -> None:
    """Return once one of the processes has said something or ended, or after so many seconds."""
    waited_for = [part for worker in workers for part in (worker._pipe, worker._process.sentinel)]
    connection.wait(waited_for, timeout=seconds)


def end_all(workers: Iterable[WorkerProcess]) -> None:
    """Let processes that are idle end in good order, and kill those that do not."""
    workers = tuple(workers)
    for worker in workers:
        worker._pipe.close()
    for worker in workers:
        worker._process.join(_SECONDS_TO_END)
        worker.kill()


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


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Inside it Ctrl-C waits, and a process that is started leaves it to its parent from its first moment on."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # started with the first process, it would let interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # an interrupt may come out of it
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# ---------------------------------------------------------------------------------------------- in the process


def _serve(
    pipe: connection.Connection,
    make: Callable[[_Settings], Callable[[Any], Any]],
    settings: _Settings,
    memory: int | None,
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # so that programs run for a task (tesseract, soffice) end with it
    work = make(settings)
    # Before the limit, under which a new thread's stack may be refused.
    threading.Thread(target=_watch, args=(memory,), daemon=True).start()
    if memory is not None:
        _limit_memory(memory)
    with suppress(EOFError, OSError):  # the parent has closed the pipe or is gone
        pipe.send_bytes(_READY)
        while True:
            pipe.send_bytes(_do(work, pipe.recv()))


def _do(work: Callable[[Any], Any], task: Any) -> bytes:
    """The packed answer to a task."""
    _taken_before[0] = _taken_bytes()
    _at_work.set()
    try:
        return _pack(Answer(work(task)))
    except (SkillgapError, MemoryError) as error:
        # Without its traceback, which holds what the task had in memory.
        return _pack(Answer(error=error.with_traceback(None)))
    except Exception as error:
        # Its message may quote the resume.
        return _pack(Answer(error=WorkerError(type(error).__name__)))
    finally:
        with _leaving:
            _at_work.clear()


def _pack(answer: Answer) -> bytes:
    return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)


def _limit_memory(memory: int) -> None:
    """Let the system refuse memory beyond what is taken now and the limit, where it can (Linux)."""
    if sys.platform != "linux":
        return
    import resource

    soft = _pages(5) + memory  # the data pages, which RLIMIT_DATA counts
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


# Set while a task is done; the lock keeps the watch from ending the process for a task that is already done.
_at_work = threading.Event()
_leaving = threading.Lock()
_taken_before = [0]


def _watch(memory: int | None) -> None:
    """End the process where its task takes too much memory, or once nobody waits for the answer any more.

    One that is idle needs no watch: it meets the end of its pipe.
    """
    parent = os.getppid()
    while _at_work.wait():
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        if os.getppid() != parent:
            if hasattr(os, "killpg"):
                os.killpg(0, signal.SIGKILL)
            os._exit(1)
        if memory is not None and _taken_bytes() > _taken_before[0] + memory:
            with _leaving:
                if _at_work.is_set():
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
