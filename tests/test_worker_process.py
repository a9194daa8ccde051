"""A worker process answers, dies alone, and outlives nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from processes import is_alive
from skillgap.errors import EmptyResumeError
from skillgap.worker_process import WorkerError, WorkerLostError, WorkerProcess, end_all, wait_for_any

ROOT = Path(__file__).parent.parent
FIXTURES = Path(__file__).parent / "fixtures"
# Far more than any of these takes.
SECONDS = 60.0

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals and limits")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, or needs its limit of memory")

Start = Callable[..., WorkerProcess]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.syspath_prepend(FIXTURES)  # which processes that are spawned take over
    ready_after = import_module("worker_tasks").ready_after
    started: list[WorkerProcess] = []

    def begin(seconds: float = 0.0, *, memory: int | None = None) -> WorkerProcess:
        started.append(WorkerProcess(ready_after, seconds, memory=memory))
        return started[-1]

    yield begin
    for worker in started:
        worker.kill()


def _pids(trace: Path) -> list[int]:
    """The process at work and the program that it has started, once they are."""
    deadline = time.monotonic() + SECONDS
    while not trace.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return [int(pid) for pid in trace.read_text().split()]


def _assert_that_all_end(pids: list[int]) -> None:
    deadline = time.monotonic() + 10
    while any(map(is_alive, pids)):
        assert time.monotonic() < deadline, "a process was left behind"
        time.sleep(0.02)


def test_tasks_are_done_one_after_another_in_one_process(start: Start) -> None:
    worker = start()
    pids = set()
    for _ in range(3):
        worker.give(("who", None))
        pids.add(worker.answer(SECONDS).result)
    assert len(pids) == 1
    assert os.getpid() not in pids


def test_error_on_purpose_comes_as_it_was_raised(start: Start) -> None:
    worker = start()
    worker.give(("refuse", "cv.pdf"))
    error = worker.answer(SECONDS).error
    assert isinstance(error, EmptyResumeError)
    assert (error.message, error.path) == ("Blank.", "cv.pdf")


def test_unforeseen_error_is_named_without_what_it_said(start: Start) -> None:
    worker = start()
    worker.give(("stumble", "Jane Doe"))
    error = worker.answer(SECONDS).error
    assert type(error) is WorkerError
    assert str(error) == "ValueError"


def test_result_that_cannot_be_sent_is_an_error_and_no_end(start: Start) -> None:
    worker = start()
    worker.give(("return_what_cannot_be_sent", None))
    assert type(worker.answer(SECONDS).error) is WorkerError
    worker.give(("who", None))
    assert worker.answer(SECONDS).error is None


@posix_only
@pytest.mark.parametrize(
    ("task", "told"), [(("exit", 3), "exit code 3"), (("exit", 0), "exit code 0"), (("crash", 11), "signal SIGSEGV")]
)
def test_lost_process_is_told_with_how_it_ended(start: Start, task: tuple[str, int], told: str) -> None:
    worker = start()
    worker.give(task)
    with pytest.raises(WorkerLostError) as lost:
        worker.answer(SECONDS)
    assert str(lost.value) == told
    assert not lost.value.is_over_memory
    assert not worker.is_alive


@linux_only
def test_task_that_takes_too_much_memory_fails_alone(start: Start) -> None:
    worker = start(memory=50_000_000)
    for size, kind in ((10_000_000, type(None)), (60_000_000, MemoryError), (10_000_000, type(None))):
        worker.give(("take", size))
        assert isinstance(worker.answer(SECONDS).error, kind)


def test_clock_of_a_task_begins_when_the_process_is_ready(start: Start) -> None:
    worker = start(0.5)
    worker.give(("who", None))
    assert worker.seconds == 0.0
    worker.wait_until_ready(SECONDS)
    assert 0.0 < worker.seconds < SECONDS
    worker.answer(SECONDS)
    assert worker.seconds == 0.0


def test_slow_start_and_slow_task_are_told_in_time(start: Start, tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        start(SECONDS).wait_until_ready(0.1)
    worker = start()
    worker.wait_until_ready(SECONDS)
    worker.give(("run_for_a_minute", str(tmp_path / "trace")))
    with pytest.raises(TimeoutError):
        worker.answer(0.1)


def test_first_of_several_to_answer_is_not_waited_for_longer(start: Start, tmp_path: Path) -> None:
    slow, quick = start(), start()
    slow.give(("run_for_a_minute", str(tmp_path / "trace")))
    quick.give(("who", None))
    answer = None
    while answer is None:
        wait_for_any((slow, quick), SECONDS)
        answer = quick.hear()
        assert slow.hear() is None


@posix_only
def test_interrupt_is_the_parents_to_handle(start: Start) -> None:
    worker = start()
    worker.give(("interrupt", None))
    assert worker.answer(SECONDS).result == "went on"


@linux_only
def test_interrupt_while_it_starts_ends_nothing_and_prints_nothing(
    start: Start, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As early as can be: before the process's own code runs, its interpreter interrupts itself.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "if any('spawn_main' in arg for arg in sys.orig_argv): os.kill(os.getpid(), signal.SIGINT)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    worker = start()
    worker.give(("who", None))
    assert worker.answer(SECONDS).error is None
    assert capfd.readouterr().err == ""


@linux_only
def test_programs_of_a_killed_process_end_with_it(start: Start, tmp_path: Path) -> None:
    worker = start()
    worker.give(("run_for_a_minute", str(tmp_path / "trace")))
    pids = _pids(tmp_path / "trace")
    worker.kill()
    _assert_that_all_end(pids)


@linux_only
def test_idle_processes_end_when_they_are_told_and_busy_ones_soon_after(start: Start, tmp_path: Path) -> None:
    idle, busy = start(), start()
    idle.give(("who", None))
    pid = idle.answer(SECONDS).result
    busy.give(("run_for_a_minute", str(tmp_path / "trace")))
    pids = [pid, *_pids(tmp_path / "trace")]
    end_all((idle, busy))
    assert not idle.is_alive
    _assert_that_all_end(pids)


@linux_only
def test_busy_process_and_its_programs_end_with_a_killed_parent(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from worker_tasks import ready_after\n"
        "from skillgap.worker_process import WorkerProcess\n"
        "worker = WorkerProcess(ready_after, 0.0, memory=None)\n"
        "worker.give(('run_for_a_minute', sys.argv[2]))\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(FIXTURES), str(trace)], cwd=ROOT)
    try:
        pids = _pids(trace)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    _assert_that_all_end(pids)
