"""The command line: what each command prints and where, exit codes, and that no failure is a traceback."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from skillgap.cli import main

ROOT = Path(__file__).parent.parent
RESUMES = ROOT / "examples" / "resumes"
MARIA = str(RESUMES / "maria_alvarez.pdf")
ROLE = ("--role", "collections specialist")


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "SKILLGAP_ROLES"):
        monkeypatch.delenv(name, raising=False)


Captured = pytest.CaptureFixture[str]


def _refused(capsys: Captured, *args: str) -> str:
    """The message of a call that must end with exit code 2, one line on standard error and nothing else."""
    assert main(args) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err
    return shown.err


def _python(*args: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, *args], capture_output=True, text=True, cwd=ROOT, encoding="utf-8", **options
    )


# analyze


def test_report_goes_to_standard_output_and_nothing_else_does(capsys: Captured) -> None:
    assert main(["analyze", MARIA, *ROLE]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("Collections Specialist\n")
    assert "maria_alvarez.pdf" in shown.out
    assert shown.err == ""
    assert max(map(len, shown.out.splitlines())) <= 80


def test_piped_report_holds_no_escape_sequence(capsys: Captured) -> None:
    main(["analyze", MARIA, *ROLE])
    assert "\x1b" not in capsys.readouterr().out


def test_colour_can_be_forced_and_no_colour_wins(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["analyze", MARIA, *ROLE])
    assert "\x1b[32m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(["analyze", MARIA, *ROLE])
    assert "\x1b" not in capsys.readouterr().out


def test_width_is_kept(capsys: Captured) -> None:
    main(["analyze", MARIA, *ROLE, "--width", "60"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 60


def test_json_is_the_reports_own(capsys: Captured) -> None:
    import skillgap

    assert main(["analyze", MARIA, *ROLE, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data == skillgap.analyze(MARIA, "collections specialist").to_dict()
    assert data["schema"] == 1


def test_markdown_and_csv_are_the_reports_own(capsys: Captured) -> None:
    main(["analyze", MARIA, *ROLE, "-f", "markdown"])
    assert capsys.readouterr().out.startswith("# Collections Specialist: ")
    main(["analyze", MARIA, *ROLE, "-f", "csv"])
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert {row["kind"] for row in rows} == {"hard", "core"}


@pytest.mark.parametrize(
    ("name", "begin"), [("r.json", "{"), ("r.md", "# "), ("r.txt", "Collections"), ("r.csv", "source,")]
)
def test_ending_of_the_output_file_tells_the_format(capsys: Captured, tmp_path: Path, name: str, begin: str) -> None:
    assert main(["analyze", MARIA, *ROLE, "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begin)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["report.pdf", "report.docx", "report", "report.exe"])
def test_output_that_tells_no_format_is_refused(capsys: Captured, tmp_path: Path, name: str) -> None:
    assert "end it in one of .txt, .json" in _refused(capsys, "analyze", MARIA, *ROLE, "-o", str(tmp_path / name))
    assert not (tmp_path / name).exists()


def test_format_and_output_that_disagree_are_refused(capsys: Captured, tmp_path: Path) -> None:
    message = _refused(capsys, "analyze", MARIA, *ROLE, "-f", "json", "-o", str(tmp_path / "r.md"))
    assert "--format json does not go with" in message


def test_resume_is_never_overwritten_by_its_report(capsys: Captured, tmp_path: Path) -> None:
    resume = tmp_path / "resume.txt"
    resume.write_text("Skills\nMS Excel")
    assert "is the resume itself" in _refused(capsys, "analyze", str(resume), *ROLE, "-o", str(resume))
    assert resume.read_text() == "Skills\nMS Excel"


def test_report_as_workbook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    assert main(["analyze", MARIA, *ROLE, "-o", str(tmp_path / "report.xlsx")]) == 0
    assert openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames == ["Skills", "Evidence", "About"]


def test_output_into_no_folder_is_one_sentence(capsys: Captured, tmp_path: Path) -> None:
    message = _refused(capsys, "analyze", MARIA, *ROLE, "-o", str(tmp_path / "no" / "r.json"))
    assert "cannot be written: No such file or directory." in message


def test_resume_can_come_from_standard_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "skillgap", "analyze", "-", *ROLE, "-f", "json"],
        input=Path(MARIA).read_bytes(),
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    assert json.loads(done.stdout)["source"] is None


def test_blind_report_names_nobody(capsys: Captured) -> None:
    for output_format in ("text", "json", "markdown", "csv"):
        assert main(["analyze", MARIA, *ROLE, "--blind", "-f", output_format]) == 0
        assert not re.search(r"maria|alvarez|520\)|example\.com", capsys.readouterr().out, re.IGNORECASE)


def test_explanation_takes_the_reports_place(capsys: Captured) -> None:
    assert main(["analyze", MARIA, *ROLE, "--explain", "MS Excel", "--explain", "Patient Account"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("MS Excel: covered\n")
    assert "\nPatient Account: " in out
    assert "Coverage" not in out


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("Exell", "MS Excel"), ("patients account", "Patient Account"), ("book keeping", "Bookkeeping")],
)
def test_explanation_of_no_skill_of_the_role_names_the_nearest(capsys: Captured, asked: str, nearest: str) -> None:
    message = _refused(capsys, "analyze", MARIA, *ROLE, "--explain", asked)
    assert f"asks for no skill called '{asked}'. Nearest: {nearest}" in message
    assert message.count(",") <= 3


@pytest.mark.parametrize("asked", ["Juggling", "", "zz top"])
def test_explanation_of_what_is_like_no_skill_names_none(capsys: Captured, asked: str) -> None:
    message = _refused(capsys, "analyze", MARIA, *ROLE, "--explain", asked)
    assert message.endswith(f"asks for no skill called '{asked}'. The report lists all skills.\n")


def test_explanation_takes_a_label_in_place_of_the_skills_name(capsys: Captured) -> None:
    assert main(["analyze", MARIA, "--role", "accountant", "--explain", "excel"]) == 0
    assert capsys.readouterr().out.startswith("MS Excel: covered\n")


def test_help_names_the_limits_that_hold_unless_others_are_given(capsys: Captured) -> None:
    assert main(["screen", "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    for limit in ("25,000,000", "100", "1,000,000", "60", "800"):
        assert f"; {limit} unless given" in told


# errors


@pytest.mark.parametrize("columns", [60, 80])
def test_message_is_wrapped_in_a_terminal_and_keeps_names_whole(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    name = f"a-folder/{'long-name-' * 9}.pdf"
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = _refused(capsys, "analyze", name, *ROLE).splitlines()
    assert len(lines) > 1
    assert [line for line in lines if len(line) > columns] == [line for line in lines if name in line]
    assert any(name in line for line in lines)


def test_message_stays_on_one_line_where_no_terminal_shows_it(capsys: Captured) -> None:
    message = _refused(capsys, "analyze", f"{'long-name-' * 20}.pdf", *ROLE)
    assert message.count("\n") == 1


def test_role_without_a_name_is_no_folder(capsys: Captured) -> None:
    assert "No role is called ''" in _refused(capsys, "analyze", MARIA, "--role", "")


def test_cache_that_is_a_file_is_told(capsys: Captured) -> None:
    assert "--cache takes a folder" in _refused(capsys, "screen", MARIA, *ROLE, "--cache", MARIA)


def test_screening_without_a_resume_tells_the_failures_alone(capsys: Captured, tmp_path: Path) -> None:
    for roles in (ROLE, (*ROLE, "--role", "accountant")):
        assert main(["screen", str(tmp_path / "nowhere"), *roles]) == 2
        shown = capsys.readouterr().out
        assert "no such file" in shown
        assert "verdict" not in shown


def test_missing_role_says_how_to_find_one(capsys: Captured) -> None:
    assert "`skillgap roles` lists them" in _refused(capsys, "analyze", MARIA)


@pytest.mark.parametrize(("name", "help_"), [("posting.txt", "--posting"), ("roles", "--roles")])
def test_role_that_is_another_file_or_a_folder_is_told_where_it_goes(
    capsys: Captured, tmp_path: Path, name: str, help_: str
) -> None:
    (tmp_path / "posting.txt").write_text("Payroll Clerk")
    (tmp_path / "roles").mkdir()
    message = _refused(capsys, "analyze", MARIA, "--role", str(tmp_path / name))
    assert name in message
    assert help_ in message


def test_unknown_role_suggests_the_nearest(capsys: Captured) -> None:
    assert "Nearest: " in _refused(capsys, "analyze", MARIA, "--role", "collector of stamps")


@pytest.mark.parametrize("command", ["analyze", "screen"])
def test_wrong_role_file_is_named(capsys: Captured, tmp_path: Path, command: str) -> None:
    role = tmp_path / "chef.toml"
    role.write_text("id = 'chef'\ntitle = 'Chef'\nhard = 3\n")
    assert "chef.toml" in _refused(capsys, command, MARIA, "--role", str(role))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.pdf", b""),
        ("damaged.pdf", b"%PDF-1.7\n1 0 obj\n<<"),
        ("noise.docx", bytes(range(256)) * 20),
        ("blank.txt", b" \n\n "),
        ("program.exe", b"MZ\x90\x00" + bytes(500)),
    ],
)
def test_unreadable_resume_is_one_sentence_and_exit_code_2(
    capsys: Captured, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    message = _refused(capsys, "analyze", str(tmp_path / name), *ROLE)
    assert message.count("\n") == 1
    assert message.startswith("skillgap: ")
    assert name in message


@pytest.mark.parametrize("command", [["analyze", *ROLE], ["suggest"]])
@pytest.mark.parametrize("name", ["x" * 5000, "closed/cv.pdf"])
def test_file_that_cannot_even_be_looked_for_is_one_sentence(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, command: list[str], name: str
) -> None:
    stat = os.stat

    def refuse(path: object, **options: bool) -> os.stat_result:
        if "closed" in str(path):
            raise PermissionError(13, "Permission denied", path)
        return stat(path, **options)  # type: ignore[arg-type]

    # The superuser, who may run these tests, may look into all folders.
    monkeypatch.setattr(os, "stat", refuse)
    assert re.search("may not be opened|too long|no such file", _refused(capsys, command[0], name, *command[1:]))


def test_missing_file_and_folder_are_one_sentence(capsys: Captured, tmp_path: Path) -> None:
    assert "nowhere.pdf" in _refused(capsys, "analyze", str(tmp_path / "nowhere.pdf"), *ROLE)
    assert "screen" in _refused(capsys, "analyze", str(tmp_path), *ROLE)


def test_name_of_a_file_cannot_steer_the_terminal(capsys: Captured, tmp_path: Path) -> None:
    message = _refused(capsys, "analyze", str(tmp_path / "\x1b[2Jcv.pdf"), *ROLE)
    assert "\x1b" not in message


@pytest.mark.parametrize(
    "args", [["analyse"], ["analyze"], ["analyze", MARIA, "--rol", "x"], ["analyze", MARIA, *ROLE, "--width", "9"]]
)
def test_wrong_usage_has_exit_code_2(capsys: Captured, args: list[str]) -> None:
    assert "Usage: skillgap" in _refused(capsys, *args)


@pytest.mark.parametrize(
    ("option", "value", "limit"),
    [("--max-bytes", "100", "bytes"), ("--max-characters", "50", "characters"), ("--timeout", "0.001", "s;")],
)
def test_limits_are_named_when_they_are_hit(
    capsys: Captured, tmp_path: Path, option: str, value: str, limit: str
) -> None:
    resume = tmp_path / "long.pdf"
    resume.write_bytes((RESUMES / "grace_lindqvist.pdf").read_bytes())
    message = _refused(capsys, "analyze", str(resume), *ROLE, option, value)
    assert option in message
    assert limit in message


def test_page_limit_is_named_when_it_is_hit(capsys: Captured) -> None:
    message = _refused(capsys, "analyze", str(RESUMES / "grace_lindqvist.pdf"), *ROLE, "--max-pages", "1")
    assert "2 pages" in message
    assert "--max-pages" in message


# screen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two resumes, one of them below, a damaged file, and a hidden one that nobody means."""
    place = tmp_path / "in"
    (place / "more").mkdir(parents=True)
    (place / "maria.pdf").write_bytes(Path(MARIA).read_bytes())
    (place / "more" / "sam.pdf").write_bytes((RESUMES / "sam_whitlock.pdf").read_bytes())
    (place / "damaged.pdf").write_bytes(b"%PDF-1.7\nnothing")
    (place / ".DS_Store").write_bytes(b"\0")
    return place


def test_folder_is_ranked_and_failures_are_listed(capsys: Captured, folder: Path) -> None:
    assert main(["screen", str(folder), *ROLE]) == 1
    shown = capsys.readouterr()
    assert shown.out.index("maria.pdf") < shown.out.index("sam.pdf") < shown.out.index("damaged.pdf")
    assert "Could not be read: 1" in shown.out
    assert "3 of 3 files" in shown.err


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_jsonl_has_one_row_a_file(capsys: Captured, folder: Path, tmp_path: Path, jobs: str) -> None:
    out = tmp_path / "rows.jsonl"
    assert main(["screen", str(folder), *ROLE, "-o", str(out), "--jobs", jobs]) == 1
    rows = [json.loads(line) for line in out.read_text(encoding="ascii").splitlines()]
    assert [Path(row["file"]).name for row in rows] == ["damaged.pdf", "maria.pdf", "sam.pdf"]
    assert set(rows[0]) == {"file", "run", "sha256", "error"}
    assert set(rows[0]["error"]) == {"type", "message"}
    assert set(rows[1]) == {"file", "run", "sha256", "report"}
    assert rows[1]["report"]["role"]["id"] == "collections-specialist"


def test_csv_has_one_row_a_file(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    assert main(["screen", str(folder), *ROLE, "-o", str(out)]) == 1
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [bool(row["error"]) for row in rows] == [True, False, False]


def test_workbook_has_one_row_a_file(capsys: Captured, folder: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    out = tmp_path / "shortlist.xlsx"
    assert main(["screen", str(folder), *ROLE, "-o", str(out)]) == 1
    workbook = openpyxl.load_workbook(out)
    assert (workbook["Shortlist"].max_row, workbook["Not read"].max_row) == (3, 2)


def test_all_well_has_exit_code_0(capsys: Captured) -> None:
    assert main(["screen", MARIA, *ROLE]) == 0


def test_file_named_twice_is_screened_once(capsys: Captured, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    main(["screen", str(folder / "maria.pdf"), str(folder), *ROLE, "-o", str(out)])
    assert len(out.read_text().splitlines()) == 3


def test_rows_written_into_the_folder_are_no_resume_of_it(folder: Path) -> None:
    out = folder / "rows.jsonl"
    for _ in range(2):
        main(["screen", str(folder), *ROLE, "-o", str(out)])
    assert len(out.read_text().splitlines()) == 3


def test_missing_file_is_a_row_like_any_failure(capsys: Captured, tmp_path: Path) -> None:
    assert main(["screen", MARIA, str(tmp_path / "nowhere.pdf"), *ROLE]) == 1
    assert "nowhere.pdf" in capsys.readouterr().out


def test_empty_folder_is_refused(capsys: Captured, tmp_path: Path) -> None:
    assert "There is no file in" in _refused(capsys, "screen", str(tmp_path), *ROLE)


@pytest.mark.parametrize("name", ["rows.pdf", "rows", "rows.json"])
def test_screening_into_a_silly_file_is_refused_before_any_work(capsys: Captured, tmp_path: Path, name: str) -> None:
    assert ".jsonl" in _refused(capsys, "screen", MARIA, *ROLE, "-o", str(tmp_path / name))


# roles


def test_roles_lists_the_catalogue(capsys: Captured) -> None:
    assert main(["roles"]) == 0
    out = capsys.readouterr().out
    assert "collections-specialist" in out
    assert "accounts-collector" in out


@pytest.mark.parametrize("query", [["debt collector"], ["debt", "collector"], ["debt", "colector"]])
def test_roles_takes_a_query_with_or_without_quotes(capsys: Captured, query: list[str]) -> None:
    assert main(["roles", *query]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert "collect" in first.lower()


def test_roles_query_and_command_share_a_group(capsys: Captured) -> None:
    main(["roles", "-n", "1", "collector"])
    short = capsys.readouterr().out
    main(["roles", "find", "collector", "-n", "1"])
    assert short == capsys.readouterr().out


def test_chance_likenesses_do_not_follow_real_hits(capsys: Captured) -> None:
    assert main(["roles", "collector"]) == 0
    out = capsys.readouterr().out
    assert "accounts-collector" in out
    assert "lawyer" not in out, "collector and solicitor share letters, no more"


def test_roles_of_one_name_are_all_suggested_and_no_others(capsys: Captured) -> None:
    message = _refused(capsys, "analyze", MARIA, "--role", "nurse")
    assert "Registered Nurse" in message
    assert "Nearest: Commercial Pilot. " in _refused(capsys, "roles", "show", "pilot")


def test_query_like_nothing_is_refused(capsys: Captured) -> None:
    assert "No role is like" in _refused(capsys, "roles", "qqqqqqqqqqqq")


def test_role_is_shown_with_what_its_skills_mean(capsys: Captured) -> None:
    assert main(["roles", "show", "collections-specialist"]) == 0
    out = capsys.readouterr().out
    assert "RESPONSIBILITIES" in out
    assert "HARD SKILLS, essential" in out
    assert "\n  MS Excel: Microsoft" in out


# the program


def test_version(capsys: Captured) -> None:
    import skillgap

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"skillgap {skillgap.__version__}\n"


@pytest.mark.parametrize(
    "command",
    [[], ["analyze"], ["screen"], ["roles"], ["roles", "find"], ["roles", "show"]],
)
def test_every_command_has_help(capsys: Captured, command: list[str]) -> None:
    assert main([*command, "--help"]) == 0
    assert "Usage: skillgap" in capsys.readouterr().out


def test_package_runs_as_a_module() -> None:
    done = _python("-m", "skillgap", "--version")
    assert done.returncode == 0
    assert done.stdout.startswith("skillgap ")


def test_help_imports_no_parser_and_no_rich() -> None:
    code = (
        "import sys; sys.argv = ['skillgap', '--help']\n"
        "from skillgap.cli import main; main()\n"
        "print([m for m in ('rich', 'pdfminer', 'docx', 'lxml', 'rapidfuzz', 'Stemmer')"
        " if m in sys.modules], file=sys.stderr)"
    )
    assert _python("-c", code).stderr == "[]\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGPIPE")
def test_closed_pipe_ends_the_program_quietly() -> None:
    command = (
        f"{sys.executable} -m skillgap analyze {MARIA} --role 'collections specialist' | true; echo ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr == ""
    assert done.stdout.strip() in ("0", "141")


def test_terminal_without_unicode_gets_ascii() -> None:
    done = _python("-m", "skillgap", "analyze", MARIA, *ROLE, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "###" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
def test_ctrl_c_leaves_whole_rows_and_no_traceback(tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    first = place / "0.pdf"
    first.write_bytes(Path(MARIA).read_bytes())
    # So many that a busy machine cannot be through before it is interrupted.
    for n in range(1, 4_000):
        (place / f"{n}.pdf").hardlink_to(first)
    out = tmp_path / "rows.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "skillgap", "screen", str(place), *ROLE, "-o", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    deadline = time.monotonic() + 30
    while not (out.exists() and out.stat().st_size > 10_000) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=5)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "interrupted" in err
    rows = out.read_text().splitlines()
    assert rows
    assert all(json.loads(row) for row in rows)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize("command", [("roles",), ("roles", "from-posting", "tests/cases/postings/line_cook.txt")])
def test_result_that_does_not_fit_on_the_disk_is_one_sentence(command: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "skillgap", *command], stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
    assert done.returncode == 2
    assert done.stderr == "skillgap: The result cannot be written: No space left on device.\n"
