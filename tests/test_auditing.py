"""Audits: which rates are computed, what is left out and said, which files do not join."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillgap.auditing import Audit, Group, Grouping, audit, fisher_exact, read_groups, read_key, read_rows
from skillgap.cli import main
from skillgap.errors import AuditError
from skillgap.reporting.audit import audit_to_dict, render_audit
from skillgap.reporting.terminal import display_width


def sample(**counts: tuple[int, int]) -> tuple[dict[str, float | None], dict[str, dict[str, str]]]:
    """Rows and groups of so many people a group, of whom so many have a coverage of 0.8 and the rest of 0.2."""
    rows: dict[str, float | None] = {}
    groups: dict[str, dict[str, str]] = {}
    for name, (count, passed) in counts.items():
        for number in range(count):
            file = f"{name}{number}.pdf"
            rows[file] = 0.8 if number < passed else 0.2
            groups[file] = {"sex": name}
    return rows, groups


def group_of(audit: Audit, name: str) -> Group:
    return next(group for grouping in audit.groupings for group in grouping.groups if group.name == name)


def test_impact_ratio_is_the_rate_over_that_of_the_most_selected_group() -> None:
    rows, groups = sample(male=(80, 48), female=(40, 12))  # the example of the guidelines' questions and answers
    found = audit(rows, groups, threshold=0.5)
    male, female = group_of(found, "male"), group_of(found, "female")
    assert male.selection is not None and female.selection is not None
    assert (male.selection.rate, male.selection.ratio, male.selection.p_value) == (0.6, 1.0, None)
    assert (female.selection.rate, female.selection.ratio) == (0.3, 0.5)
    assert female.selection.is_below_four_fifths and not male.selection.is_below_four_fifths


def test_exactly_four_fifths_is_not_below() -> None:
    rows, groups = sample(male=(100, 50), female=(100, 40))
    female = group_of(audit(rows, groups, threshold=0.5), "female")
    assert female.selection is not None
    assert female.selection.ratio == pytest.approx(0.8)
    assert not female.selection.is_below_four_fifths


def test_scoring_rate_is_the_share_above_the_median_of_the_sample() -> None:
    rows: dict[str, float | None] = {f"{n}": n / 10 for n in range(10)}
    groups = {f"{n}": {"sex": "female" if n % 2 else "male"} for n in range(10)}
    found = audit(rows, groups)
    assert found.median == pytest.approx(0.45)
    scoring = {group.name: group.scoring for group in found.groupings[0].groups}
    assert scoring["female"] is not None and scoring["male"] is not None
    assert (scoring["female"].passed, scoring["male"].passed) == (3, 2)
    assert scoring["male"].ratio == pytest.approx(2 / 3)
    assert all(group.selection is None for group in found.groupings[0].groups), "no threshold, no selection"


def test_a_coverage_at_the_threshold_is_selected() -> None:
    found = audit({"a": 0.5, "b": 0.4}, {"a": {"sex": "f"}, "b": {"sex": "m"}}, threshold=0.5)
    f = group_of(found, "f")
    assert f.selection is not None and f.selection.passed == 1


def test_groups_under_two_percent_have_rates_but_no_ratios_and_are_no_measure() -> None:
    rows, groups = sample(male=(60, 30), female=(60, 30), other=(2, 2))
    other = group_of(audit(rows, groups, threshold=0.5), "other")
    male = group_of(audit(rows, groups, threshold=0.5), "male")
    assert other.is_left_out and other.selection is not None and male.selection is not None
    assert (other.selection.rate, other.selection.ratio) == (1.0, None)
    assert male.selection.ratio == 1.0


def test_small_groups_are_told_with_their_swing() -> None:
    rows, groups = sample(male=(60, 30), female=(10, 3))
    text = render_audit(audit(rows, groups, threshold=0.5))
    assert "female: only 10 people: one more or less moves the rate by 10%" in text
    alone = render_audit(audit(*sample(male=(4, 2), female=(1, 1)), threshold=0.5))
    assert "female: only 1 person: one more or less" in alone
    assert "male: only" not in text.replace("female: only", "")


def test_two_columns_are_crossed() -> None:
    rows, groups = sample(male=(4, 2), female=(4, 1))
    people = {f: {**g, "ethnicity": "A" if n % 2 else "B"} for n, (f, g) in enumerate(groups.items())}
    found = audit(rows, people, threshold=0.5)
    assert [grouping.name for grouping in found.groupings] == ["sex", "ethnicity", "sex × ethnicity"]
    assert {group.name for group in found.groupings[2].groups} == {"male × A", "male × B", "female × A", "female × B"}
    assert sum(group.count for group in found.groupings[2].groups) == 8


def test_people_of_unknown_group_and_unread_resumes_are_counted_apart() -> None:
    rows, groups = sample(male=(4, 2), female=(4, 1))
    rows["male0.pdf"] = None
    groups["female0.pdf"] = {"sex": ""}
    found = audit(rows, groups, threshold=0.5)
    male = group_of(found, "male")
    assert (found.count, found.unread, found.groupings[0].unknown) == (7, 1, 1)
    assert (male.count, male.unread) == (3, 1)
    text = render_audit(found)
    assert "1 could not be read and are in no rate." in text
    assert "male: one resume could not be read" in text


def test_nobody_selected_gives_no_ratio() -> None:
    rows, groups = sample(male=(4, 0), female=(4, 0))
    male = group_of(audit(rows, groups, threshold=0.5), "male")
    assert male.selection is not None
    assert (male.selection.rate, male.selection.ratio) == (0.0, None)


def test_files_join_by_name_where_paths_differ() -> None:
    found = audit({"in/a.pdf": 0.5, "in/b.pdf": 0.1}, {"a.pdf": {"sex": "f"}, "old/b.pdf": {"sex": "m"}})
    assert {group.name: group.count for group in found.groupings[0].groups} == {"f": 1, "m": 1}


def test_a_name_that_stands_twice_joins_nothing() -> None:
    rows = {"x/a.pdf": 0.5, "y/a.pdf": 0.1, "b.pdf": 0.3}
    with pytest.raises(AuditError, match=r"2 of 3 files of the rows are in no group: x/a\.pdf, y/a\.pdf"):
        audit(rows, {"a.pdf": {"sex": "f"}, "b.pdf": {"sex": "m"}})


def test_files_in_no_group_are_named_or_skipped_on_request() -> None:
    rows, groups = {"a": 0.5, "b": 0.1}, {"a": {"sex": "f"}}
    with pytest.raises(AuditError, match="1 of 2 files of the rows are in no group: b"):
        audit(rows, groups)
    found = audit(rows, groups, skip_unknown_files=True)
    assert (found.count, found.skipped) == (1, ("b",))


def test_nothing_joins_names_files_of_both_sides() -> None:
    with pytest.raises(AuditError, match=r"\(a\.pdf\).*\(b\.pdf\)"):
        audit({"a.pdf": 0.5}, {"b.pdf": {"sex": "f"}}, skip_unknown_files=True)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 30), st.integers(1, 30))
def test_fisher_is_the_sum_of_all_tables_no_likelier(passed: int, other: int, count: int, others: int) -> None:
    from math import comb

    passed, other = min(passed, count), min(other, others)
    total = comb(count + others, passed + other)
    tables = [comb(count, k) * comb(others, passed + other - k) for k in range(min(count, passed + other) + 1)]
    slow = sum(table for table in tables if table <= tables[passed]) / total
    assert fisher_exact(passed, count, other, others) == pytest.approx(slow)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.floats(0, 1)), min_size=1), st.floats(0, 1))
def test_rates_and_ratios_stay_in_their_bounds(people: list[tuple[str, float | None]], threshold: float) -> None:
    rows = {str(n): score for n, (_, score) in enumerate(people)}
    groups = {str(n): {"g": name, "h": name.upper()} for n, (name, _) in enumerate(people)}
    if all(score is None for score in rows.values()):
        with pytest.raises(AuditError):
            audit(rows, groups)
        return
    found = audit(rows, groups, threshold=threshold)
    for grouping in found.groupings:
        assert sum(group.count for group in grouping.groups) == found.count
        rates = [rate for group in grouping.groups for rate in (group.scoring, group.selection) if rate is not None]
        assert all(0 <= rate.rate <= 1 and (rate.ratio is None or 0 <= rate.ratio <= 1) for rate in rates)
    json.dumps(audit_to_dict(found), allow_nan=False)
    render_audit(found)


# ---------------------------------------------------------------------------------------------- the command


def write_rows(path: Path, rows: Mapping[str, float | None]) -> Path:
    lines = []
    for file, coverage in rows.items():
        if coverage is None:
            lines.append({"file": file, "error": {"type": "EmptyResumeError", "message": "No text."}})
        else:
            lines.append({"file": file, "report": {"role": {"id": "clerk", "title": "Clerk"}, "coverage": coverage}})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def inputs(tmp_path: Path) -> tuple[Path, Path]:
    rows, groups = sample(male=(80, 48), female=(40, 12))
    table = "\n".join(["file,sex", *(f"{file},{of_file['sex']}" for file, of_file in groups.items())])
    (tmp_path / "groups.csv").write_text(table, encoding="utf-8")
    return write_rows(tmp_path / "rows.jsonl", rows), tmp_path / "groups.csv"


def test_command_prints_rates_ratios_and_sources(inputs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    rows, groups = map(str, inputs)
    assert main(["audit", rows, "--groups", groups, "--threshold", "0.5", "--width", "100"]) == 0
    out = capsys.readouterr().out
    assert "clerk: 120 resumes scored, median coverage 50%; selected from 50% coverage" in out
    assert "12 (30%)  0.50" in out
    assert "female: selection ratio 0.50 is under four fifths, a significant difference" in out
    assert "29 CFR 1607.4 D" in out and "6 RCNY 5-300" in out


def test_command_writes_json(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    rows, groups = map(str, inputs)
    assert main(["audit", rows, "--groups", groups, "-o", str(tmp_path / "audit.json")]) == 0
    data = json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))
    assert data["threshold"] is None
    assert [group["group"] for group in data["groupings"][0]["groups"]] == ["female", "male"]
    assert data["groupings"][0]["groups"][0]["selection"] is None


def test_rows_of_a_real_screening_are_read(tmp_path: Path) -> None:
    resumes = Path(__file__).parent.parent / "examples" / "resumes"
    main(["screen", str(resumes), "--role", "collections specialist", "-o", str(tmp_path / "rows.jsonl")])
    rows, role = read_rows(tmp_path / "rows.jsonl")
    assert role == "collections-specialist"
    assert len(rows) == len(list(resumes.iterdir()))
    assert all(coverage is not None and 0 < coverage < 1 for coverage in rows.values())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "holds no rows"),
        ("a,b\n", "line 1: this is no row"),
        ('{"file": "a"}\n', "line 1: this is no row"),
        ("[" * 100_000, "line 1: this is no row"),
        ('{"file": "a", "report": {"role": {"id": "x"}, "coverage": 7}}\n', "coverage from 0 to 1"),
        ('{"file": "a", "error": {}}\n{"file": "a", "error": {}}\n', "line 2: a has two rows"),
        (
            '{"file": "a", "report": {"role": {"id": "x"}, "coverage": 1}}\n'
            '{"file": "b", "report": {"role": {"id": "y"}, "coverage": 1}}\n',
            r"several roles \(x, y\)",
        ),
    ],
)
def test_wrong_rows_are_told_with_their_line(content: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(AuditError, match=told):
        read_rows(tmp_path / "rows.jsonl")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "it is empty"),
        ("name,sex\na,f\n", "its columns are name, sex"),
        ("file\na\n", "a column for each grouping"),
        ("file,sex,sex\na,f,f\n", "each named once"),
        ("file,sex\n,f\n", "line 2: the file is missing"),
        ("file,sex\na,f\na,m\n", "line 3: a stands there twice"),
        ("file,sex\n", "names no files"),
    ],
)
def test_wrong_groups_are_told(content: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "groups.csv").write_text(content, encoding="utf-8")
    with pytest.raises(AuditError, match=told):
        read_groups(tmp_path / "groups.csv")


def test_spreadsheets_own_way_of_saving_is_read(tmp_path: Path) -> None:
    (tmp_path / "groups.csv").write_bytes('\ufeffFile, sex \r\n"a, b.pdf",f\r\n\r\nc.pdf\r\n'.encode())
    assert read_groups(tmp_path / "groups.csv") == {"a, b.pdf": {"sex": "f"}, "c.pdf": {"sex": ""}}


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_what_cannot_be_opened_is_one_sentence(
    inputs: tuple[Path, Path], name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", str(inputs[0]), "--groups", str(tmp_path / name)]) == 2
    assert "cannot be opened" in capsys.readouterr().err


def test_command_without_groups_says_what_is_missing(
    inputs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", str(inputs[0])]) == 2
    assert "--groups GROUPS.csv" in capsys.readouterr().err


@pytest.mark.parametrize("width", [60, 80, 120])
def test_audit_fits_the_terminal(width: int) -> None:
    rng = random.Random(7)
    rows: dict[str, float | None] = {str(n): rng.random() for n in range(300)}
    names = ["Hispanic or Latino", "Native Hawaiian or Pacific Islander (not Hispanic or Latino)", "多人種"]
    groups = {file: {"sex": rng.choice("fm"), "race/ethnicity": rng.choice(names)} for file in rows}
    text = render_audit(audit(rows, groups, threshold=0.7), width=width)
    assert max(map(display_width, text.splitlines())) <= width


def test_names_of_groups_cannot_steer_the_terminal() -> None:
    found = audit({"a": 0.5, "b": 0.2}, {"a": {"s\x1b[2J": "f\x1b[31m"}, "b": {"s\x1b[2J": "m"}}, threshold=0.1)
    assert "\x1b" not in render_audit(found)
    assert isinstance(found.groupings[0], Grouping)


def test_blind_rows_are_joined_by_their_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "resumes"
    folder.mkdir()
    for name, text in (("ann", "Excel and invoices"), ("bob", "Cooked"), ("bob-copy", "Cooked")):
        (folder / f"{name}.txt").write_text(f"Experience\n\n{text}")
    rows, key, groups = tmp_path / "rows.jsonl", tmp_path / "key.csv", tmp_path / "groups.csv"
    groups.write_text("file,sex\nann.txt,f\nbob.txt,m\n")
    screened = ["screen", str(folder), "--role", "accountant", "-j", "1", "--blind", "--key", str(key), "-o", str(rows)]
    assert main(screened) == 0
    assert "ann.txt" not in rows.read_text()
    capsys.readouterr()
    assert main(["audit", str(rows), "-g", str(groups), "--key", str(key), "-t", "0.01", "-f", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["resumes"] == 2
    assert main(["audit", str(rows), "-g", str(groups)]) == 2
    key.write_text("file,is\nresume-0,ann.txt\n")
    assert main(["audit", str(rows), "-g", str(groups), "--key", str(key)]) == 2
    assert "key does not tell" in capsys.readouterr().err


def test_a_key_that_is_none_is_told(tmp_path: Path) -> None:
    for content in ("", "file\na\n", "a,b\n1,2\n"):
        (tmp_path / "key.csv").write_text(content)
        with pytest.raises(AuditError, match="no key"):
            read_key(tmp_path / "key.csv")
