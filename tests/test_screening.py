"""Screening: one row a file, whatever the file does to the process that reads it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

import skillgap
from processes import is_alive
from skillgap import Limits, Role
from skillgap.model import Screened
from skillgap.screening import make_job, run_job
from skillgap.screening.stream import Feed

ROOT = Path(__file__).parent.parent
RESUMES = ROOT / "examples" / "resumes"
COOK = Role.from_skills("Cook", ["Menu Planning", "Food Safety"])
GOOD = "Skills\nMenu planning\n"

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals and limits")


def _write(folder: Path, **texts: str) -> list[Path]:
    paths = [folder / f"{name}.txt" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text)
    return paths


def _outcome(row: Screened) -> float | str:
    return row.report.coverage if row.report else type(row.error).__name__


# rows


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_file_has_a_row_in_the_order_of_the_files(jobs: int, tmp_path: Path) -> None:
    paths = [RESUMES / "maria_alvarez.pdf", tmp_path / "nowhere.pdf", *_write(tmp_path, cook=GOOD, empty="")]
    rows = list(skillgap.screen(paths, COOK, jobs=jobs))
    assert [row.path for row in rows] == [str(path) for path in paths]
    assert [_outcome(row) for row in rows] == [0.0, "UnreadableResumeError", 0.5, "EmptyResumeError"]


def test_workers_give_the_reports_that_this_process_gives() -> None:
    here = [row.report for row in skillgap.screen(RESUMES, "collections specialist")]
    there = [row.report for row in skillgap.screen(RESUMES, "collections specialist", jobs=2)]
    assert here == there
    assert len(here) == 7


def test_reports_of_workers_share_the_callers_role() -> None:
    (row,) = skillgap.screen(RESUMES / "maria_alvarez.pdf", COOK, timeout=30)
    assert row.report is not None
    assert row.report.role is COOK


def test_several_roles_give_several_reports(tmp_path: Path) -> None:
    baker = Role.from_skills("Baker", ["Menu Planning"])
    for jobs in (1, 2):
        (row,) = skillgap.screen(_write(tmp_path, cook=GOOD), [COOK, baker], jobs=jobs)
        assert [(report.role.title, report.coverage) for report in row.reports] == [("Cook", 0.5), ("Baker", 1.0)]


def test_several_roles_read_each_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import skillgap.parsing

    parse, read = skillgap.parsing.parse_resume, []
    monkeypatch.setattr(skillgap.parsing, "parse_resume", lambda *a, **k: read.append(k["name"]) or parse(*a, **k))
    paths = _write(tmp_path, one=GOOD, two="Skills\nFood safety")
    assert len(list(skillgap.screen(paths, [COOK, "line cook", "collections specialist"]))) == 2
    assert read == [str(path) for path in paths]


def test_same_content_is_told_and_still_reported(tmp_path: Path) -> None:
    paths = _write(tmp_path, first=GOOD, other="Skills\nFood safety", again=GOOD)
    rows = list(skillgap.screen(paths, COOK))
    assert [row.duplicate_of for row in rows] == [None, None, str(paths[0])]
    assert rows[2].report is not None
    assert rows[0].sha256 == rows[2].sha256 != rows[1].sha256


def test_what_cannot_be_read_is_no_duplicate(tmp_path: Path) -> None:
    rows = list(skillgap.screen(_write(tmp_path, one="", two=""), COOK))
    assert [row.duplicate_of for row in rows] == [None, None]


def test_unknown_role_is_told_before_any_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(skillgap.UnknownRoleError):
        skillgap.screen([tmp_path / "nowhere.pdf"], "qqqqqqqqq")
    with pytest.raises(ValueError, match="at least one role"):
        skillgap.screen([tmp_path / "nowhere.pdf"], [])


def test_no_jobs_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        skillgap.screen([], COOK, jobs=0)


def test_one_path_may_stand_for_itself(tmp_path: Path) -> None:
    (path,) = _write(tmp_path, cook=GOOD)
    assert [row.path for row in skillgap.screen(str(path), COOK)] == [str(path)]


def test_nothing_gives_nothing() -> None:
    assert list(skillgap.screen([], COOK, jobs=2)) == []


def test_files_are_asked_for_as_they_are_needed(tmp_path: Path) -> None:
    paths = _write(tmp_path, **{f"cook{n:03}": f"{GOOD}{n}" for n in range(200)})
    asked: list[object] = []

    def coming() -> object:
        for path in paths:
            asked.append(path)
            yield str(path)

    rows = run_job(coming(), make_job(COOK), jobs=2)
    next(rows)
    assert len(asked) < 40
    rows.close()  # type: ignore[attr-defined]


def test_rows_that_wait_for_a_slow_file_are_bounded() -> None:
    feed = Feed((str(n) for n in range(5_000)), ordered=True)
    slow = feed.take(None)
    assert slow is not None
    ahead = 0
    while feed.take(slow.number) is not None:
        ahead += 1
    assert ahead == 999
    feed.give_back(slow)
    again, following = feed.take(slow.number), feed.take(slow.number + 1)
    assert again is slow
    assert following is not None
    assert following.number == 1_000


def test_files_run_ahead_where_order_is_not_kept() -> None:
    feed = Feed((str(n) for n in range(2_000)), ordered=False)
    assert sum(1 for _ in iter(lambda: feed.take(0), None)) == 2_000


# hard limits


@posix_only
def test_file_that_hangs_in_c_code_costs_one_row(
    faulty_reader: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillgap.screening.workers._SECONDS_OF_GRACE", 0.5)
    paths = _write(tmp_path, a=GOOD, b="HANG", c=f"{GOOD}c", d=f"{GOOD}d")
    began = time.monotonic()
    rows = list(skillgap.screen(paths, COOK, jobs=2, timeout=1))
    assert [_outcome(row) for row in rows] == [0.5, "ResumeLimitError", 0.5, 0.5]
    assert "longer than 1 s" in str(rows[1].error)
    assert "--timeout" in str(rows[1].error)
    assert rows[1].error.path == str(paths[1])  # type: ignore[union-attr]
    assert time.monotonic() - began < 20


@posix_only
def test_file_that_eats_memory_costs_one_row(faulty_reader: None, tmp_path: Path) -> None:
    paths = _write(tmp_path, a=GOOD, b="EAT", c=f"{GOOD}c")
    rows = list(skillgap.screen(paths, COOK, jobs=2, memory=150_000_000))
    assert [_outcome(row) for row in rows] == [0.5, "ResumeLimitError", 0.5]
    assert "memory" in str(rows[1].error)
    assert "--max-memory" in str(rows[1].error)


@posix_only
def test_memory_that_is_too_little_for_any_file_fails_files_and_no_worker(tmp_path: Path) -> None:
    (row,) = skillgap.screen(RESUMES / "maria_alvarez.pdf", COOK, jobs=2, timeout=60, memory=1_000_000)
    assert "--max-memory" in str(row.error)


@posix_only
def test_memory_limit_is_held_where_the_system_does_not_hold_it(
    faulty_reader: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on macOS: the worker's own watch is all there is.
    custom = Path(os.environ["PYTHONPATH"].split(os.pathsep)[0]) / "sitecustomize.py"
    custom.write_text(f"{custom.read_text()}\nimport resource\nresource.setrlimit = lambda *_: None\n")
    rows = list(skillgap.screen(_write(tmp_path, a="EAT", b=GOOD), COOK, timeout=30, memory=150_000_000))
    assert [_outcome(row) for row in rows] == ["ResumeLimitError", 0.5]
    assert "limit of 150 MB" in str(rows[0].error)


@posix_only
def test_crash_costs_one_row(faulty_reader: None, tmp_path: Path) -> None:
    paths = _write(tmp_path, a=GOOD, b="CRASH", c=f"{GOOD}c", d="CRASH d", e=f"{GOOD}e")
    rows = list(skillgap.screen(paths, COOK, jobs=2))
    assert [_outcome(row) for row in rows] == [0.5, "UnreadableResumeError", 0.5, "UnreadableResumeError", 0.5]
    assert "SIGSEGV" in str(rows[1].error)


def test_file_whose_worker_was_killed_by_something_else_is_read_again(faulty_reader: None, tmp_path: Path) -> None:
    (path,) = _write(tmp_path, a=f"CRASH-ONCE {tmp_path / 'mark'}\n{GOOD}")
    (row,) = skillgap.screen(path, COOK, timeout=30)
    assert (tmp_path / "mark").exists()
    assert _outcome(row) == 0.5


@posix_only
def test_killed_idle_workers_lose_nothing(faulty_reader: None, tmp_path: Path) -> None:
    trace = tmp_path / "pids"
    paths = _write(tmp_path, **{f"r{n:02}": f"TRACE {trace}\n{GOOD}{n}" for n in range(40)})
    rows = skillgap.screen(paths, COOK, jobs=2)
    got = [next(rows)]
    for pid in {int(line) for line in trace.read_text().splitlines()}:
        os.kill(pid, signal.SIGKILL)
    got += rows
    assert [row.path for row in got] == [str(path) for path in paths]
    assert {_outcome(row) for row in got} == {0.5}


def test_workers_start_once(faulty_reader: None, tmp_path: Path) -> None:
    trace = tmp_path / "pids"
    paths = _write(tmp_path, **{f"r{n:02}": f"TRACE {trace}\n{GOOD}{n}" for n in range(30)})
    assert len(list(skillgap.screen(paths, COOK, jobs=2))) == 30
    pids = trace.read_text().splitlines()
    assert len(pids) == 30
    assert len(set(pids)) <= 2
    assert str(os.getpid()) not in pids


def test_rows_come_as_they_are_done_where_order_is_not_asked_for(faulty_reader: None, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    quick = {name: f"TRACE {trace}\n{GOOD}{name}" for name in ("b", "c")}
    paths = _write(tmp_path, slow=f"AWAIT 2 {trace}\n{GOOD}", **quick)
    for ordered in (False, True):
        rows = list(skillgap.screen(paths, COOK, jobs=2, ordered=ordered, timeout=30))
        assert {_outcome(row) for row in rows} == {0.5}
        names = [Path(row.path).stem for row in rows]
        assert (names == ["slow", "b", "c"]) if ordered else (names[-1] == "slow" and len(names) == 3)
        trace.unlink()


def test_slow_file_keeps_no_other_core_idle(faulty_reader: None, tmp_path: Path) -> None:
    # The first file waits until all others are read.
    trace = tmp_path / "trace"
    others = {f"r{n:03}": f"TRACE {trace}\n{GOOD}{n}" for n in range(120)}
    paths = _write(tmp_path, slow=f"AWAIT 120 {trace}\n{GOOD}", **others)
    rows = list(skillgap.screen(paths, COOK, jobs=2, timeout=30))
    assert [row.path for row in rows] == [str(path) for path in paths]
    assert {_outcome(row) for row in rows} == {0.5}


# how workers start and end


def test_script_needs_no_main_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import skillgap\n"
        "print('started')\n"
        f"for row in skillgap.screen({str(RESUMES / 'maria_alvarez.pdf')!r}, 'collections specialist', jobs=2):\n"
        "    print(row.report.role.title)\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["started", "Collections Specialist"]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_worker_outlives_its_parent(faulty_reader: None, tmp_path: Path) -> None:
    trace = tmp_path / "pids"
    _write(tmp_path, a=f"TRACE {trace}\n{GOOD}", b=f"TRACE {trace}\n{GOOD}b", c="SLEEP 60", d="SLEEP 60")
    script = f"import skillgap\nfor row in skillgap.screen({str(tmp_path)!r}, 'line cook', jobs=2): pass"
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    deadline = time.monotonic() + 30
    while not (trace.exists() and len(trace.read_text().split()) == 2) and time.monotonic() < deadline:
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    pids = [int(pid) for pid in trace.read_text().split()]
    assert pids
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, pids))


def test_leaving_early_ends_the_workers(faulty_reader: None, tmp_path: Path) -> None:
    paths = _write(tmp_path, a=GOOD, b="SLEEP 60", c="SLEEP 60")
    rows = skillgap.screen(paths, COOK, jobs=2)
    next(rows)
    began = time.monotonic()
    rows.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 2


def test_workers_that_cannot_start_are_told(faulty_reader: None, tmp_path: Path) -> None:
    custom = Path(os.environ["PYTHONPATH"].split(os.pathsep)[0]) / "sitecustomize.py"
    custom.write_text("import os, sys\nif any('spawn_main' in arg for arg in sys.orig_argv): os._exit(3)\n")
    with pytest.raises(skillgap.SkillgapError, match="end as soon as they start"):
        list(skillgap.screen(_write(tmp_path, a=GOOD), COOK, jobs=2))


def test_missing_engine_is_no_row_but_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    for module in [name for name in sys.modules if name.startswith("skillgap.parsing.pdfium")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pypdfium2.raw", None)
    with pytest.raises(skillgap.SkillgapError, match=r"skillgap\[fast\]"):
        list(skillgap.screen(RESUMES / "maria_alvarez.pdf", COOK, engine="pdfium"))


def test_limits_of_the_parsers_hold_in_workers(tmp_path: Path) -> None:
    (row,) = skillgap.screen(_write(tmp_path, a=GOOD * 100), COOK, timeout=30, limits=Limits(characters=100))
    assert "--max-characters" in str(row.error)


# executors


class _Lossy(Executor):
    """An executor whose work is now and then lost with the machine that did it."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self._inner = ThreadPoolExecutor(2)
        self.submitted: Counter[str] = Counter()

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        self.submitted[str(args[0])] += 1
        if Path(str(args[0])).stem == "lost":
            future: Future[object] = Future()
            future.set_exception(self._error)
            return future
        return self._inner.submit(fn, *args, **kwargs)


def test_any_executor_gives_the_same_rows() -> None:
    with ThreadPoolExecutor(2) as executor:
        there = [row.report for row in skillgap.screen(RESUMES, "collections specialist", executor=executor)]
    assert there == [row.report for row in skillgap.screen(RESUMES, "collections specialist")]


def test_executor_is_not_shut_down(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        for _ in range(2):
            assert len(list(skillgap.screen(_write(tmp_path, a=GOOD), COOK, executor=executor))) == 1
        assert executor.submit(threading.active_count).result()


def test_lost_worker_of_an_executor_costs_one_row(tmp_path: Path) -> None:
    rows = list(skillgap.screen(_write(tmp_path, a=GOOD, lost=GOOD, c=GOOD), COOK, executor=_Lossy(OSError("gone"))))
    assert [_outcome(row) for row in rows] == [0.5, "UnreadableResumeError", 0.5]


def test_broken_executor_is_its_owners_to_mend(tmp_path: Path) -> None:
    rows = skillgap.screen(_write(tmp_path, a=GOOD, lost=GOOD), COOK, executor=_Lossy(BrokenProcessPool("gone")))
    with pytest.raises(BrokenProcessPool):
        list(rows)


def test_role_goes_to_an_executor_with_few_files_only(tmp_path: Path) -> None:
    sent: list[bool] = []

    class Watching(ThreadPoolExecutor):
        def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
            sent.append(args[2] is not None)
            return super().submit(fn, *args, **kwargs)

    role = Role.from_skills("Sent once", ["Menu Planning"])
    paths = _write(tmp_path, **{f"r{n:03}": f"{GOOD}{n}" for n in range(300)})
    with Watching(2) as executor:
        assert len(list(skillgap.screen(paths, role, executor=executor))) == 300
    # Those that were on their way before the first came back, at most; each goes twice, once with the role.
    assert 1 <= sum(sent) <= 70
    assert len(sent) == 300 + sum(sent)
