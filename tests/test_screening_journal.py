"""Runs that break off and go on: every file once, none lost, whole rows whatever happens."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import skillgap.screening
from skillgap import Role, SkillgapError
from skillgap.cli import main
from skillgap.errors import EncryptedResumeError
from skillgap.model import GapReport, Screened
from skillgap.reporting.journal import Journal, read_journal
from skillgap.reporting.records import report_from_dict

ROOT = Path(__file__).parent.parent
ROLE = ("--role", "line cook")
GOOD = "Skills\nMenu planning and food safety\n"

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "in"
    place.mkdir()
    for n in range(12):
        (place / f"{n:02}.txt").write_text(f"{GOOD}Resume number {n}")
    (place / "empty.txt").write_text("")
    return place


@pytest.fixture(autouse=True)
def _without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of `main` read in this process: starting a worker for a dozen lines would be most of the time."""
    run_job = skillgap.screening.run_job
    monkeypatch.setattr(skillgap.screening, "run_job", lambda *a, **k: run_job(*a, **{**k, "jobs": 1, "timeout": None}))


def _files(journal: Path) -> list[str]:
    return [Path(json.loads(line)["file"]).name for line in journal.read_text().splitlines()]


def _screen(folder: Path, *more: str) -> int:
    return main(["screen", str(folder), *ROLE, *more])


# rows


def test_report_comes_back_from_its_record(sample_report: GapReport) -> None:
    data = json.loads(sample_report.to_json())
    again = report_from_dict(data, sample_report.role)
    assert again.to_dict() == data
    assert again.coverage == sample_report.coverage
    for skill in again.hard_skills:
        assert all(again.resume.text[e.start : e.end] == e.text for e in skill.evidence)


def test_rows_come_back_from_the_journal(tmp_path: Path, sample_report: GapReport) -> None:
    error = EncryptedResumeError("The file is locked.", path="b.pdf")
    rows = (
        Screened("a.pdf", reports=(sample_report,), sha256="ab" * 32),
        Screened("b.pdf", error=error),
        Screened("c.pdf", reports=(sample_report,), sha256="ab" * 32, duplicate_of="a.pdf"),
    )
    journal = Journal(tmp_path / "rows.jsonl", "run")
    for row in rows:
        journal.add(row)
    journal.close()
    read = list(read_journal(tmp_path / "rows.jsonl", "run", [sample_report.role]))
    assert [(r.path, r.sha256, r.duplicate_of, len(r.reports)) for r in read] == [
        (r.path, r.sha256, r.duplicate_of, len(r.reports)) for r in rows
    ]
    assert repr(read[1].error) == repr(error)
    assert read[0].reports[0].hard_skills == sample_report.hard_skills


def test_journal_that_is_not_there_has_no_rows(tmp_path: Path) -> None:
    assert list(read_journal(tmp_path / "rows.jsonl", "run", [])) == []


# going on


@pytest.mark.parametrize(
    ("kept", "torn"), [(0, b'{"file"'), (5, b""), (5, b'{"file": "in/0'), (7, b"\0" * 50 + b"\n\0"), (13, b'{"fi')]
)
def test_run_goes_on_where_it_broke_off(folder: Path, tmp_path: Path, kept: int, torn: bytes) -> None:
    out = tmp_path / "rows.jsonl"
    assert _screen(folder, "-o", str(out)) == 1
    whole = out.read_bytes()
    rows = whole.splitlines(keepends=True)
    out.write_bytes(b"".join(rows[:kept]) + torn)
    assert _screen(folder, "-o", str(out), "--continue") == 1
    assert out.read_bytes() == whole


def test_run_that_is_done_does_nothing_more(capsys: Captured, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    _screen(folder, "-o", str(out))
    first, before = capsys.readouterr(), out.read_bytes()
    assert _screen(folder, "-o", str(out), "--continue") == 1
    again = capsys.readouterr()
    assert out.read_bytes() == before
    assert again.out == first.out
    assert "13 files; 0 are left" in again.err


def test_run_without_a_journal_yet_starts(folder: Path, tmp_path: Path) -> None:
    assert _screen(folder, "-o", str(tmp_path / "rows.jsonl"), "--continue") == 1
    assert len(_files(tmp_path / "rows.jsonl")) == 13


def test_new_files_are_added(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    _screen(folder, "-o", str(out))
    (folder / "copy of 03.txt").write_text((folder / "03.txt").read_text())
    _screen(folder, "-o", str(out), "--continue")
    assert _files(out).count("copy of 03.txt") == 1
    assert len(_files(out)) == 14
    last = json.loads(out.read_text().splitlines()[-1])
    assert last["duplicate_of"] == str(folder / "03.txt")


def test_tables_of_a_run_that_went_on_are_those_of_one_that_never_broke(folder: Path, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    tables = ("rows.jsonl", "rows.csv", "rows.parquet")
    pytest.importorskip("pyarrow")
    for place in (whole, broken):
        place.mkdir()
        _screen(folder, *(arg for name in tables for arg in ("-o", str(place / name))))
    lines = (broken / "rows.jsonl").read_bytes().splitlines(keepends=True)
    (broken / "rows.jsonl").write_bytes(b"".join(lines[:7]))
    _screen(folder, "--continue", *(arg for name in tables for arg in ("-o", str(broken / name))))
    for name in tables:
        assert (broken / name).read_bytes() == (whole / name).read_bytes()


def test_reports_beside_a_page_stay_whole_where_a_run_goes_on(folder: Path, tmp_path: Path) -> None:
    outputs = ("-o", str(tmp_path / "rows.jsonl"), "-o", str(tmp_path / "list.html"))
    _screen(folder, *outputs)
    pages = {path.name: path.read_text() for path in (tmp_path / "list_files").iterdir()}
    assert len(pages) == 12
    _screen(folder, *outputs, "--continue")
    assert {path.name: path.read_text() for path in (tmp_path / "list_files").iterdir()} == pages


def _refused(capsys: Captured, folder: Path, *more: str) -> str:
    assert _screen(folder, *more) == 2
    return capsys.readouterr().err


def test_another_role_is_no_continuation(capsys: Captured, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    _screen(folder, "-o", str(out))
    before = out.read_bytes()
    capsys.readouterr()
    assert main(["screen", str(folder), "--role", "sous chef", "-o", str(out), "--continue"]) == 2
    told = capsys.readouterr().err
    assert "line-cook@" in told
    assert "sous-chef@" in told
    assert "hidden:counted" in _refused(capsys, folder, "-o", str(out), "--continue", "--count-hidden")
    assert out.read_bytes() == before


def test_another_limit_is_a_continuation(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    _screen(folder, "-o", str(out))
    assert _screen(folder, "-o", str(out), "--continue", "--timeout", "90", "--max-memory", "500") == 1


def test_file_that_is_no_journal_is_left_alone(capsys: Captured, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    out.write_text('{"some": "thing"}\n{"file": "a.pdf", "error": {"type": "ResumeError", "message": "-"}}\n')
    before = out.read_bytes()
    assert "line 1: this is no row" in _refused(capsys, folder, "-o", str(out), "--continue")
    assert out.read_bytes() == before


def test_going_on_needs_the_rows(capsys: Captured, folder: Path, tmp_path: Path) -> None:
    assert "-o rows.jsonl" in _refused(capsys, folder, "--continue")
    assert "-o rows.jsonl" in _refused(capsys, folder, "--continue", "-o", str(tmp_path / "rows.csv"))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_no_text_can_hold_are_neither_lost_nor_done_twice(folder: Path, tmp_path: Path) -> None:
    for byte in (b"\xe9", b"\xea"):
        with open(os.fsencode(folder) + b"/caf" + byte + b".txt", "w") as file:  # noqa: PTH123
            file.write(f"{GOOD}{byte!r}")
    out = tmp_path / "rows.jsonl"
    _screen(folder, "-o", str(out))
    whole = out.read_bytes()
    for kept in (13, 14):
        out.write_bytes(b"".join(whole.splitlines(keepends=True)[:kept]))
        _screen(folder, "-o", str(out), "--continue")
        assert sorted(_files(out)) == sorted(json.loads(line)["file"].rsplit("/")[-1] for line in whole.splitlines())


def _run(args: Sequence[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "skillgap", "screen", *args]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def _wait_for_rows(out: Path, most: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not (out.exists() and out.read_bytes().count(b"\n") >= most) and time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
def test_killed_run_goes_on_until_every_file_is_done_once(tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    for n in range(150):
        (place / f"{n:03}.txt").write_text(f"{GOOD}Resume number {n}")
    out = tmp_path / "rows.jsonl"
    args = (str(place), *ROLE, "-o", str(out), "--continue", "--jobs", "2")
    for most in (20, 80):
        process = _run(args)
        _wait_for_rows(out, most, process)
        process.kill()
        process.communicate()
        assert most <= out.read_bytes().count(b"\n") < 150
    process = _run(args)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert sorted(_files(out)) == sorted(path.name for path in place.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
def test_ctrl_c_ends_busy_workers_within_two_seconds(faulty_reader: None, tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    for n in range(40):
        (place / f"{n:02}.txt").write_text(f"{GOOD}{n}" if n < 4 else "HANG")
    out = tmp_path / "rows.jsonl"
    process = _run((str(place), *ROLE, "-o", str(out), "-o", str(tmp_path / "rows.xlsx"), "--jobs", "2"))
    _wait_for_rows(out, 4, process)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - began < 2
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "--continue" in err
    assert all(json.loads(line) for line in out.read_text().splitlines())


# one run, several forms and roles


def test_several_forms_hold_the_same_files(folder: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    outputs = [tmp_path / name for name in ("rows.jsonl", "rows.csv", "list.xlsx", "list.html")]
    assert _screen(folder, *(arg for path in outputs for arg in ("-o", str(path)))) == 1
    assert len(_files(outputs[0])) == 13
    assert len(list(csv.DictReader(outputs[1].read_text().splitlines()))) == 13
    assert openpyxl.load_workbook(outputs[2])["Shortlist"].max_row == 13
    assert "</html>" in outputs[3].read_text()


def test_several_roles_are_ranked_each(capsys: Captured, folder: Path, tmp_path: Path) -> None:
    out = [tmp_path / name for name in ("rows.jsonl", "rows.csv", "list.html")]
    args = [arg for path in out for arg in ("-o", str(path))]
    assert _screen(folder, "--role", "sous chef", *args) == 1
    shown = capsys.readouterr().out
    places = [shown.index(part) for part in ("Line Cook: 12 resumes", "Sous Chef: 12 resumes", "Could not be read")]
    assert places == sorted(places)
    assert shown.count("Could not be read") == 1
    first = json.loads(out[0].read_text().splitlines()[0])
    assert [report["role"]["id"] for report in first["reports"]] == ["line-cook", "sous-chef"]
    rows = list(csv.DictReader(out[1].read_text().splitlines()))
    assert [row["role"] for row in rows[:2]] == ["line-cook", "sous-chef"]
    assert len(rows) == 2 * 12 + 1
    assert sorted(path.name for path in tmp_path.glob("*.html")) == ["list.line-cook.html", "list.sous-chef.html"]
    # And it goes on with both.
    out[0].write_bytes(b"".join(out[0].read_bytes().splitlines(keepends=True)[:5]))
    assert _screen(folder, "--role", "sous chef", *args, "--continue") == 1
    assert len(_files(out[0])) == 13


def test_what_a_run_writes_is_no_resume_of_the_next(capsys: Captured, folder: Path) -> None:
    outputs = [arg for name in ("rows.jsonl", "list.html", "list.csv") for arg in ("-o", str(folder / name))]
    for _ in range(2):
        _screen(folder, "--role", "sous chef", *outputs, "--cache", str(folder / "cache"))
    assert len(_files(folder / "rows.jsonl")) == 13


def test_duplicates_are_told_and_ranked_once(capsys: Captured, folder: Path) -> None:
    (folder / "x-copy.txt").write_text((folder / "04.txt").read_text())
    _screen(folder)
    shown = capsys.readouterr().out
    assert "Same content as another, ranked once: 1" in shown
    assert "x-copy.txt: as 04.txt" in shown
    assert sum("x-copy.txt" in line for line in shown.splitlines()) == 1


# what to read


def test_list_in_a_file_names_what_to_read(folder: Path, tmp_path: Path) -> None:
    listed, out = tmp_path / "list.txt", tmp_path / "rows.jsonl"
    listed.write_text(f"# the last first\n{folder / '03.txt'}\n\n{folder / '01.txt'}\r\n")
    assert main(["screen", "--from-file", str(listed), *ROLE, "-o", str(out)]) == 0
    assert _files(out) == ["03.txt", "01.txt"]


def test_list_may_come_from_another_program(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    command = [sys.executable, "-m", "skillgap", "screen", "--from-file", "-", *ROLE, "-o", str(out)]
    listed = b"".join(os.fsencode(folder / name) + b"\0" for name in ("02.txt", "with space.txt"))
    (folder / "with space.txt").write_text(GOOD)
    done = subprocess.run(command, input=listed, capture_output=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert _files(out) == ["02.txt", "with space.txt"]


def test_missing_list_and_no_path_are_refused(capsys: Captured, tmp_path: Path) -> None:
    assert main(["screen", "--from-file", str(tmp_path / "nowhere"), *ROLE]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main(["screen", *ROLE]) == 2
    assert "Which resumes?" in capsys.readouterr().err


def test_help_says_that_the_cache_holds_personal_data(capsys: Captured) -> None:
    main(["screen", "--help"])
    assert "personal" in " ".join(capsys.readouterr().out.split())


def test_role_of_other_skills_but_the_same_id_is_another_run(tmp_path: Path, sample_report: GapReport) -> None:
    from skillgap.screening import make_job

    one, other = (make_job(Role.from_skills("Cook", [name])).signature for name in ("Baking", "Grilling"))
    assert one != other
    journal = Journal(tmp_path / "rows.jsonl", one)
    journal.add(Screened("a.pdf", reports=(sample_report,)))
    journal.close()
    with pytest.raises(SkillgapError, match="another run"):
        list(read_journal(tmp_path / "rows.jsonl", other, [sample_report.role]))


# blind runs


@pytest.fixture
def people(tmp_path: Path) -> Path:
    place = tmp_path / "people"
    place.mkdir()
    for name in ("ann_lee", "omar_haddad", "ann_lee_again"):
        (place / f"{name}.txt").write_text(f"{GOOD}Resume of {name.removesuffix('_again')}")
    (place / "priya_nair.txt").write_text("")
    return place


NAMES = ("ann_lee", "omar", "haddad", "priya", "nair")


@pytest.mark.parametrize("ending", ["jsonl", "csv", "html"])
def test_blind_run_names_no_file(ending: str, capsys: Captured, people: Path, tmp_path: Path) -> None:
    out = tmp_path / f"rows.{ending}"
    assert _screen(people, "--blind", "-o", str(out)) == 1
    told = capsys.readouterr()
    written = "".join(
        p.read_text() + str(p.relative_to(tmp_path))
        for p in tmp_path.rglob("*")
        if people not in p.parents and p.is_file()
    )
    assert "resume-" in written
    assert "resume-" in told.out
    assert not [name for name in NAMES if name in (written + told.out + told.err).casefold()]


def test_key_tells_which_row_is_which_file(people: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "rows.jsonl", tmp_path / "key.csv"
    assert _screen(people, "--blind", "-o", str(out), "--key", str(key)) == 1
    rows = list(csv.DictReader(key.read_text().splitlines()))
    assert sorted(Path(row["is"]).name for row in rows) == sorted(path.name for path in people.iterdir())
    assert sorted(row["file"] for row in rows) == sorted(_files(out))
    called = {Path(row["is"]).stem: row["file"] for row in rows}
    assert called["ann_lee"] == called["ann_lee_again"] != called["omar_haddad"]
    assert key.stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_names_of_a_blind_run_are_the_same_in_the_next(people: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    _screen(people, "--blind", "-o", str(first))
    (people / "omar_haddad.txt").rename(people / "someone_else.txt")
    _screen(people, "--blind", "-o", str(second))
    assert sorted(_files(first)) == sorted(_files(second))


def test_blind_run_goes_on_where_it_broke_off(capsys: Captured, people: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "rows.jsonl", tmp_path / "key.csv"
    given = ("--blind", "-o", str(out), "--key", str(key))
    _screen(people, *given)
    whole, names = out.read_text().splitlines(keepends=True), key.read_text().splitlines(keepends=True)
    out.write_text("".join(whole[:2]))
    key.write_text("".join(names[:3]))
    capsys.readouterr()
    assert _screen(people, *given, "--continue") == 1
    assert "2 files; 2 are left" in capsys.readouterr().err
    assert sorted(_files(out)) == sorted(json.loads(line)["file"] for line in whole)
    assert sorted(key.read_text().splitlines()) == sorted("".join(names).splitlines())


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--key", "key.csv"), "--blind"),
        (("--blind", "--key", "key.txt"), ".csv"),
        (("--blind", "--key", "rows.csv", "-o", "rows.csv"), "of its own"),
    ],
)
def test_key_that_makes_no_sense_is_refused(
    options: tuple[str, ...], told: str, capsys: Captured, people: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _screen(people, *options) == 2
    assert told in capsys.readouterr().err
