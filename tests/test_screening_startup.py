"""Starting up stays quick: measured in processor time, with a wide margin for slow machines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

resource = pytest.importorskip("resource", reason="Windows tells no processor time of children")

ROOT = Path(__file__).parent.parent


def _seconds(*args: str) -> float:
    """The least processor time of three runs."""
    taken = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *args], check=True, capture_output=True, cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken)


# On the machine that this was written on: 0.05 s and 0.08 s over a bare interpreter's 0.01 s.
@pytest.mark.parametrize(
    ("args", "most"), [(("-c", "import skillgap"), 0.3), (("-m", "skillgap", "--help"), 0.5)], ids=["import", "help"]
)
def test_start_up_is_quick(args: tuple[str, ...], most: float) -> None:
    assert _seconds(*args) - _seconds("-c", "pass") < most


@pytest.mark.parametrize("command", [["--help"], ["screen", "--help"]])
def test_help_imports_nothing_of_screening(command: list[str]) -> None:
    heavy = (
        "multiprocessing",
        "concurrent.futures",
        "sqlite3",
        "fsspec",
        "distributed",
        "rapidfuzz",
        "lxml",
    )
    code = (
        f"import sys; sys.argv = ['skillgap', *{command}]\n"
        "from skillgap.cli import main; main()\n"
        f"print([m for m in {heavy} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr == "[]\n"
