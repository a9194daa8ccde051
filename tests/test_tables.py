"""Tables: CSV and workbooks that a spreadsheet opens without running them, and the ranked table of a screening."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillgap.errors import EncryptedResumeError, MissingExtraError
from skillgap.model import GapReport, Screened
from skillgap.reporting.excel import ShortlistWorkbook, write_report_workbook
from skillgap.reporting.shortlist import ROW_FIELDS, ROW_FORMATS, ranked_lines, summarize, summarize_failure
from skillgap.reporting.tables import csv_line, records_to_csv, safe_cell
from skillgap.reporting.terminal import display_width, join_plain

FORMULAS = ["=cmd()", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "=HYPERLINK(0)"]


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_is_shown_as_text(text: str) -> None:
    assert str(safe_cell(text)).startswith("'")


@pytest.mark.parametrize("value", ["C++", "a=b", "MS Excel", "", "3-5 years", -1, -0.5, None, True])
def test_harmless_value_stays_as_it_is(value: object) -> None:
    assert safe_cell(value) == value


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1))
def test_csv_line_reads_back(cells: list[str]) -> None:
    (row,) = csv.reader(io.StringIO(csv_line(cells), newline=""))
    assert row == [str(safe_cell(cell)) for cell in cells] or cells == [""]


def test_report_as_csv_is_the_golden_one(sample_report: GapReport, golden: Callable[[str, str], None]) -> None:
    golden("report.csv", records_to_csv(sample_report.to_records()))


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_report_is_a_formula(with_text: Callable[[str], GapReport], formula: str) -> None:
    rows = list(csv.reader(io.StringIO(records_to_csv(with_text(formula).to_records()), newline="")))
    assert len(rows) == 4
    assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in tuple("=+-@＝")]


def test_no_records_make_no_csv() -> None:
    assert records_to_csv([]) == ""


# Screenings


@pytest.fixture
def failed() -> Screened:
    return Screened("in/locked.pdf", error=EncryptedResumeError("The file needs a password.", path="in/locked.pdf"))


def test_jsonl_row_is_one_line_with_report_or_error(sample_report: GapReport, failed: Screened) -> None:
    header, to_row = ROW_FORMATS[".jsonl"]
    good = to_row(Screened("in/a.pdf", reports=(sample_report,)))
    bad = to_row(failed)
    assert header == ""
    assert good.count("\n") == bad.count("\n") == 1
    assert json.loads(good) == {"file": "in/a.pdf", "report": sample_report.to_dict()}
    assert json.loads(bad) == {
        "file": "in/locked.pdf",
        "error": {"type": "EncryptedResumeError", "message": "The file needs a password."},
    }


def test_csv_rows_fit_their_header(sample_report: GapReport, failed: Screened) -> None:
    header, to_row = ROW_FORMATS[".csv"]
    text = header + to_row(Screened("in/a.pdf", reports=(sample_report,))) + to_row(failed)
    good, bad = csv.DictReader(io.StringIO(text, newline=""))
    assert tuple(good) == ROW_FIELDS
    assert (good["shown"], good["demonstrated"], good["listed"], good["missing"]) == ("4", "2", "2", "2")
    assert good["missing_skills"] == "Bookkeeping; TallySheet"
    assert (bad["coverage"], bad["error"]) == ("", "EncryptedResumeError")


def test_file_name_cannot_be_a_formula_or_steer_the_terminal(sample_report: GapReport) -> None:
    screened = Screened("=1\x1b[2J.pdf", reports=(sample_report,))
    assert ROW_FORMATS[".csv"][1](screened).startswith("'=1")
    assert "\x1b" not in join_plain(ranked_lines(sample_report.role, [summarize(screened.path, sample_report)], []))


def test_best_come_first_and_failures_are_listed(sample_report: GapReport, failed: Screened) -> None:
    worse = replace(sample_report, hard_skills=sample_report.hard_skills[1:])
    ranked = [summarize("worse.pdf", worse), summarize("better.pdf", sample_report)]
    text = join_plain(ranked_lines(sample_report.role, ranked, [summarize_failure(failed)]))
    assert text.index("better.pdf") < text.index("worse.pdf") < text.index("Could not be read: 1")
    assert "in/locked.pdf: The file needs a password." in text


def test_folder_that_all_files_share_is_told_once(sample_report: GapReport, failed: Screened) -> None:
    ranked = [summarize("in/a.pdf", sample_report), summarize("in/below/b.pdf", sample_report)]
    text = join_plain(ranked_lines(sample_report.role, ranked, [summarize_failure(failed)]))
    assert text.startswith("Dental Collector: 2 resumes read in in\n")
    assert text.count("in/") == 0
    assert "below/b.pdf" in text


@pytest.mark.parametrize("folder", ["../in", "./in", "/in", ".."])
def test_folder_may_be_written_in_any_way(sample_report: GapReport, folder: str) -> None:
    ranked = [summarize(f"{folder}/{name}.pdf", sample_report) for name in "ab"]
    text = join_plain(ranked_lines(sample_report.role, ranked, []))
    assert "a.pdf" in text
    assert f"{folder}/a.pdf" not in text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_ranked_table_fits_the_terminal(sample_report: GapReport, failed: Screened, width: int) -> None:
    files = ["a.pdf", "in/" + "very_long_name_" * 10 + ".pdf", "履歴書" * 20 + ".pdf"]
    ranked = [summarize(file, sample_report) for file in files]
    lines = ranked_lines(sample_report.role, ranked, [summarize_failure(failed)], width=width)
    assert max(display_width(line) for line in join_plain(lines).splitlines()) <= width


def test_warnings_are_marked_only_where_there_are_any(sample_report: GapReport) -> None:
    quiet = summarize("quiet.pdf", replace(sample_report, warnings=()))
    text = join_plain(ranked_lines(sample_report.role, [quiet, summarize("loud.pdf", sample_report)], []))
    assert "loud.pdf  !" in text
    assert "quiet.pdf !" not in text
    assert "!" not in join_plain(ranked_lines(sample_report.role, [quiet], []))


def test_ranking_says_that_it_is_no_verdict(sample_report: GapReport) -> None:
    ranked = [summarize("a.pdf", sample_report)]
    assert "no hiring verdict" in " ".join(join_plain(ranked_lines(sample_report.role, ranked, [])).split())


def test_ranking_without_a_resume_has_nothing_to_say_of_it(sample_report: GapReport, failed: Screened) -> None:
    text = join_plain(ranked_lines(sample_report.role, [], [summarize_failure(failed)]))
    assert "Could not be read: 1" in text
    assert "verdict" not in text


def test_rows_left_out_are_counted(sample_report: GapReport, failed: Screened) -> None:
    lines = ranked_lines(
        sample_report.role,
        [summarize(f"{n}.pdf", sample_report) for n in range(1_200)],
        [summarize_failure(failed)] * 30,
        most=20,
    )
    text = join_plain(lines)
    assert "… and 1,180 more" in text
    assert "… and 10 more" in text


# Workbooks


def _cells(path: Path, sheet: str) -> list[list[object]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[sheet].iter_rows()]


def test_workbook_ranks_and_lists_failures(sample_report: GapReport, failed: Screened, tmp_path: Path) -> None:
    worse = replace(sample_report, hard_skills=sample_report.hard_skills[1:])
    workbook = ShortlistWorkbook(sample_report.role)
    for screened in (Screened("b.pdf", reports=(worse,)), failed, Screened("a.pdf", reports=(sample_report,))):
        workbook.add(screened)
    workbook.save(tmp_path / "x.xlsx")
    assert [row[0] for row in _cells(tmp_path / "x.xlsx", "Shortlist")] == ["file", "a.pdf", "b.pdf"]
    assert _cells(tmp_path / "x.xlsx", "Not read")[1] == [
        *("in/locked.pdf", "EncryptedResumeError", "The file needs a password.")
    ]
    skills = _cells(tmp_path / "x.xlsx", "Skills")
    assert skills[0][:4] == ["file", "coverage", "Accounts Receivable", "Bookkeeping"]
    assert skills[1][2:4] == ["demonstrated", "none"]


def test_workbook_of_failures_alone_can_be_written(sample_report: GapReport, failed: Screened, tmp_path: Path) -> None:
    workbook = ShortlistWorkbook(sample_report.role)
    workbook.add(failed)
    workbook.save(tmp_path / "x.xlsx")
    assert len(_cells(tmp_path / "x.xlsx", "Shortlist")) == 1


@pytest.mark.parametrize("text", [*FORMULAS, "\x00\x1b\ud800\uffff", "a" * 40_000])
def test_workbook_holds_any_text_as_text(with_text: Callable[[str], GapReport], text: str, tmp_path: Path) -> None:
    write_report_workbook(with_text(text), tmp_path / "x.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "x.xlsx"):
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n", "b"}
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value[:1] in tuple("=+-@"):
                    assert cell.quotePrefix


def test_workbook_has_filters_a_fixed_header_and_real_widths(sample_report: GapReport, tmp_path: Path) -> None:
    write_report_workbook(sample_report, tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["Skills"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert 20 < sheet.column_dimensions["F"].width < 40
    assert sheet.conditional_formatting


def test_workbook_without_openpyxl_names_the_extra(sample_report: GapReport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match="skillgap\\[excel\\]"):
        ShortlistWorkbook(sample_report.role)
