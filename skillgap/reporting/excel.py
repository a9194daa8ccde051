"""Reports and shortlists as Excel workbooks: a sheet a view, filters, fixed headers, colours that mean something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike, fspath
from typing import TYPE_CHECKING

from skillgap.errors import MissingExtraError
from skillgap.model import GapReport, Role, Screened
from skillgap.reporting.blind import redact
from skillgap.reporting.records import report_to_records
from skillgap.reporting.shortlist import ROW_FIELDS, screened_to_row
from skillgap.reporting.tables import printable_cell
from skillgap.reporting.terminal import display_width
from skillgap.reporting.text import MEANING

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

# Excel's own limit for one cell.
_LONGEST_CELL = 32_767
# Wider columns push the others off the screen.
_WIDEST_COLUMN = 60

_GREEN, _YELLOW, _RED = "FFC6E7C8", "FFFFEB9C", "FFF8C9C4"
_STRENGTH_COLOURS = {"demonstrated": _GREEN, "listed": _YELLOW, "none": _RED}
_EVIDENCE_FIELDS = ("skill", "text", "page", "section", "label", "method", "similarity", "via", "start", "end")


def write_report_workbook(report: GapReport, path: str | PathLike[str]) -> None:
    """Write one report: its skills, every piece of evidence, and what the figures mean.

    Raises:
        MissingExtraError: openpyxl is not installed (``skillgap[excel]``).
    """
    workbook = _new_workbook()
    report = redact(report)
    records = report_to_records(report)
    skills = _add_sheet(workbook, "Skills", tuple(records[0]) if records else (), [tuple(r.values()) for r in records])
    _colour(skills, _STRENGTH_COLOURS)
    evidence = [
        (skill.name, e.text, e.page, e.section, e.label, e.method, e.similarity, e.via, e.start, e.end)
        for skill in (*report.hard_skills, *report.core_skills)
        for e in skill.evidence
    ]
    _add_sheet(workbook, "Evidence", _EVIDENCE_FIELDS, evidence)
    about = [("resume", report.source), ("coverage", report.coverage), ("signature", report.signature)]
    about += [(f"warning: {w.code}", w.message) for w in report.warnings]
    _add_about(workbook, report.role, about)
    workbook.save(fspath(path))


class ShortlistWorkbook:
    """Collects screened resumes, a few hundred bytes each, and writes them as one workbook."""

    def __init__(self, role: Role) -> None:
        self._workbook = _new_workbook()  # at once: a run of an hour must not end with a missing package
        self._role = role
        self._rows: list[tuple[object, ...]] = []
        self._strengths: list[tuple[object, ...]] = []
        self._failures: list[tuple[object, ...]] = []

    def add(self, screened: Screened) -> None:
        """Take one resume, read or failed."""
        row = screened_to_row(screened)
        report = screened.report
        if report is None:
            self._failures.append((row[0], *row[-2:]))
            return
        self._rows.append(row[:-2])
        skills = (*report.hard_skills, *report.core_skills)
        self._strengths.append((row[0], report.coverage, *(skill.strength for skill in skills)))

    def save(self, path: str | PathLike[str]) -> None:
        """Write the workbook: best first, the skills of each, what could not be read, what the figures mean."""
        column = ROW_FIELDS.index("coverage")
        ranked = sorted(self._rows, key=lambda row: (-_number(row[column]), str(row[0])))
        shortlist = _add_sheet(self._workbook, "Shortlist", ROW_FIELDS[:-2], ranked)
        _show_coverage(shortlist, column + 1)
        header = ("file", "coverage", *(r.name for r in (*self._role.hard_skills, *self._role.core_skills)))
        strengths = sorted(self._strengths, key=lambda row: (-_number(row[1]), str(row[0])))
        heat_map = _add_sheet(self._workbook, "Skills", header, strengths, widest=16)
        _show_coverage(heat_map, 2)
        _colour(heat_map, _STRENGTH_COLOURS)
        heat_map.freeze_panes = "C2"
        _turn_header(heat_map, first=3)
        if self._failures:
            _add_sheet(self._workbook, "Not read", ("file", "error", "message"), self._failures)
        _add_about(self._workbook, self._role, [("read", len(self._rows)), ("not read", len(self._failures))])
        self._workbook.save(fspath(path))


def _new_workbook() -> Workbook:
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise MissingExtraError("Excel files", extra="excel") from error
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    return workbook


def _add_sheet(
    workbook: Workbook,
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    widest: int = _WIDEST_COLUMN,
) -> Worksheet:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet: Worksheet = workbook.create_sheet(title)
    widths = [len(name) + 3 for name in header]  # the filter's button takes the rest
    for number, values in enumerate((header, *rows), 1):
        for column, value in enumerate(values, 1):
            if value is None:
                continue
            widths[column - 1] = max(widths[column - 1], display_width(str(value)) + 1)
            _fill(sheet, number, column, value)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(width, widest)
    for cell in sheet[1] if header else ():
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "B2"
    if header:
        sheet.auto_filter.ref = sheet.dimensions
    return sheet


def _fill(sheet: Worksheet, row: int, column: int, value: object) -> None:
    cell = sheet.cell(row=row, column=column)
    if not isinstance(value, str):
        cell.value = value  # type: ignore[assignment]
        return
    cell.value = printable_cell(value)[:_LONGEST_CELL]
    # Text, whatever it begins with; the prefix keeps it text also when a user edits the cell.
    cell.data_type = "s"
    cell.quotePrefix = value[:1] in tuple("=+-@")


def _add_about(workbook: Workbook, role: Role, rows: Sequence[tuple[str, object]]) -> None:
    _add_sheet(workbook, "About", ("about", "what"), [("role", role.title), *rows, ("meaning", MEANING)])


def _turn_header(sheet: Worksheet, first: int) -> None:
    """Long names over narrow columns stand aslant, so that a screen holds more of them."""
    from openpyxl.styles import Alignment

    for cell in sheet[1][first - 1 :]:
        cell.alignment = Alignment(text_rotation=60, vertical="bottom")
    sheet.row_dimensions[1].height = 150


def _show_coverage(sheet: Worksheet, column: int) -> None:
    from openpyxl.formatting.rule import DataBarRule
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(column)
    bar = DataBarRule(start_type="num", start_value=0, end_type="num", end_value=1, color="FF63BE7B")  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(f"{letter}2:{letter}{max(2, sheet.max_row)}", bar)
    for (cell,) in sheet.iter_rows(min_row=2, min_col=column, max_col=column):
        cell.number_format = "0%"


def _colour(sheet: Worksheet, colours: dict[str, str]) -> None:
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import PatternFill

    for text, colour in colours.items():
        rule = CellIsRule(operator="equal", formula=[f'"{text}"'], fill=PatternFill(bgColor=colour))  # type: ignore[no-untyped-call]
        sheet.conditional_formatting.add(sheet.dimensions, rule)


def _number(value: object) -> float:
    return value if isinstance(value, float) else 0.0
