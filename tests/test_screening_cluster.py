"""Screening on a Dask cluster: the same rows as here, and a worker that is killed loses none of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import skillgap
from skillgap import Role

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed", reason="needs the extra: pip install -e '.[cluster]'")

ROOT = Path(__file__).parent.parent
RESUMES = ROOT / "examples" / "resumes"
COOK = Role.from_skills("Cook", ["Menu Planning"])
GOOD = "Skills\nMenu planning\n"

# Dask's own clean-up warns of what it does when workers are killed under it.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning", "ignore::ResourceWarning"),
]


@pytest.fixture
def client(faulty_reader: None) -> Iterator[object]:
    """A client of two worker processes on this machine."""
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs="CRITICAL"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_cluster_gives_the_rows_that_this_machine_gives(client, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    paths = [RESUMES, tmp_path / "nowhere.pdf"]
    there = list(skillgap.screen(paths, ["collections specialist", COOK], executor=client.get_executor(), jobs=2))
    here = list(skillgap.screen(paths, ["collections specialist", COOK]))
    assert [(row.path, row.reports, str(row.error)) for row in there] == [
        (row.path, row.reports, str(row.error)) for row in here
    ]
    assert len(there) == 8


def test_killed_worker_loses_no_file(client, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    place, trace = tmp_path / "in", tmp_path / "trace"
    place.mkdir()
    for n in range(60):
        # Slow enough that the worker which is killed is at one of them.
        (place / f"{n:02}.txt").write_text(f"SLEEP 0.05\n{GOOD}{n}" if n % 2 else f"TRACE {trace}\n{GOOD}{n}")
    rows = skillgap.screen(place, COOK, executor=client.get_executor(), jobs=2, ordered=False)
    got = [next(rows) for _ in range(10)]
    pids = client.run(os.getpid)
    assert len(pids) == 2
    os.kill(next(iter(pids.values())), signal.SIGKILL)
    got += rows
    assert Counter(row.path for row in got) == Counter(str(path) for path in place.iterdir())
    assert {row.report.coverage if row.report else str(row.error) for row in got} == {1.0}
    # The work was the workers', and nobody's here.
    assert str(os.getpid()) not in trace.read_text().split()


def test_file_that_kills_every_worker_costs_one_row(client, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for name, text in (("a", GOOD), ("b", "CRASH"), ("c", f"{GOOD}c")):
        (tmp_path / f"{name}.txt").write_text(text)
    with dask.config.set({"distributed.scheduler.allowed-failures": 1}):
        rows = list(skillgap.screen(tmp_path, COOK, executor=client.get_executor(), jobs=2))
    assert [type(row.error).__name__ for row in rows] == ["NoneType", "UnreadableResumeError", "NoneType"]
    assert "KilledWorker" in str(rows[1].error)


def test_cluster_reads_stores_by_their_urls(client, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text(GOOD)
    rows = list(skillgap.screen(tmp_path.as_uri(), COOK, executor=client.get_executor(), jobs=2))
    assert [(row.path.startswith("file://"), row.report is not None) for row in rows] == [(True, True)]


def test_leaving_early_gives_up_what_is_handed_out(client, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for n in range(30):
        (tmp_path / f"{n:02}.txt").write_text(f"SLEEP 0.2\n{GOOD}{n}")
    rows = skillgap.screen(tmp_path, COOK, executor=client.get_executor(), jobs=2)
    next(rows)
    rows.close()  # type: ignore[attr-defined]
    assert threading.active_count() < 30
    assert client.submit(sum, [1, 2]).result(timeout=10) == 3


def test_example_runs_as_it_stands(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "screen_cluster.py")],
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "7 resumes screened by 2 workers"
    assert "Traceback" not in done.stderr
