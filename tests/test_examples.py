"""The example programs run as they stand, use the public face only, and their resumes are those of their script."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
PROGRAMS = ("analyze_resume", "screen_folder", "check_my_resume")


def _run(program: str, *args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, str(EXAMPLES / f"{program}.py"), *args]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=cwd, env=environment)


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("analyze_resume", "maria_alvarez.pdf for Collections Specialist: coverage"),
        ("screen_folder", "7 resumes ranked in shortlist.csv"),
        ("check_my_resume", "Your resume shows"),
    ],
)
def test_example_runs_as_it_stands(program: str, shown: str, tmp_path: Path) -> None:
    done = _run(program, cwd=tmp_path)
    assert done.stderr == ""
    assert done.returncode == 0
    assert shown in done.stdout


@pytest.mark.parametrize("program", ["analyze_resume", "check_my_resume"])
def test_example_tells_an_error_in_a_sentence(program: str, tmp_path: Path) -> None:
    done = _run(program, "nowhere.pdf", cwd=tmp_path)
    assert done.returncode == 1
    assert "nowhere.pdf" in done.stderr
    assert "Traceback" not in done.stderr


def test_collectors_rank_above_the_designer(tmp_path: Path) -> None:
    lines = _run("screen_folder", cwd=tmp_path).stdout.splitlines()
    order = [line.split()[-1] for line in lines if "skills" in line]
    assert set(order[-2:]) == {"jordan_reyes.docx", "sam_whitlock.pdf"}
    assert "maria_alvarez.pdf" in order[:3]
    assert (tmp_path / "shortlist.csv").read_text(encoding="utf-8").startswith("coverage,file,")


@pytest.mark.parametrize("program", PROGRAMS)
def test_example_uses_the_public_face_only(program: str) -> None:
    tree = ast.parse((EXAMPLES / f"{program}.py").read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert "skillgap" in imported
    assert {name.split(".")[0] for name in imported} - {"skillgap"} <= sys.stdlib_module_names
    assert not [name for name in imported if name.startswith("skillgap.")]
