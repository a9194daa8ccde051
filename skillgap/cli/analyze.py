"""`skillgap analyze`: one resume against one role."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from skillgap.cli.options import (
    EngineOption,
    FoldersOption,
    HiddenOption,
    OcrOption,
    PostingOption,
    RoleOption,
    WidthOption,
    fail,
    is_same_file,
    load_target,
    told_if_unwritable,
    with_limits,
)
from skillgap.console import put_lines, put_text

if TYPE_CHECKING:
    from skillgap.model import GapReport, Limits
    from skillgap.reporting.terminal import Line

Format = Literal["text", "json", "html", "markdown", "csv", "jsonl"]

# Forms that are no text, and so only go into files.
FileFormat = Literal["excel", "parquet"]

_FORMAT_OF_SUFFIX: dict[str, Format | FileFormat] = {
    ".txt": "text",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".xlsx": "excel",
    ".parquet": "parquet",
}


@with_limits
def analyze_command(
    resume: Annotated[str, typer.Argument(metavar="RESUME", help="The resume's file; - reads standard input.")],
    role: RoleOption = None,
    posting: PostingOption = None,
    folders: FoldersOption = None,
    output_format: Annotated[
        Format | None, typer.Option("--format", "-f", help="Form of the report; text unless -o tells another.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead of standard output.")
    ] = None,
    explain: Annotated[
        list[str] | None, typer.Option(metavar="SKILL", help="Tell why a skill is covered or missing; repeatable.")
    ] = None,
    blind: Annotated[bool, typer.Option("--blind", help="Leave out what tells who the person is.")] = False,
    count_hidden: HiddenOption = False,
    pdf_engine: EngineOption = "pdfminer",
    ocr: OcrOption = True,
    width: WidthOption = None,
    *,
    limits: Limits,
) -> None:
    """Compare a resume with a role.

    The report tells which of the role's skills the resume shows, in which words, and which are missing.
    """
    chosen = _choose_format(output_format, output)
    if os.path.isdir(resume):  # noqa: PTH112 - says no, and no error, of what may not be looked at
        fail(f"{resume} is a folder; `skillgap screen {resume}` reads all resumes in it.")
    if output and is_same_file(output, Path(resume)):
        fail(f"{output} is the resume itself; -o needs another file.")
    target = load_target(role, folders, posting)

    from skillgap.analysis import analyze

    report = analyze(
        sys.stdin.buffer.read() if resume == "-" else resume,
        target,
        engine=pdf_engine,
        ocr=ocr,
        limits=limits,
        count_hidden=count_hidden,
        blind=blind,
    )
    if explain:
        put_lines(lambda columns: _explained(report, explain, columns), width=width)
    elif output and chosen == "excel":
        from skillgap.reporting.excel import write_report_workbook

        with told_if_unwritable(output):
            write_report_workbook(report, output)
    elif output and chosen == "parquet":
        from skillgap.reporting.parquet import write_records

        with told_if_unwritable(output):
            write_records(report.to_records(), output)
    elif output:
        with told_if_unwritable(output):
            output.write_text(_render(report, chosen, width or 80), encoding="utf-8", errors="replace", newline="")
    elif chosen == "text":
        from skillgap.reporting.text import report_lines

        put_lines(lambda columns: report_lines(report, width=columns), width=width)
    elif chosen == "html":
        # A page says of itself that it is UTF-8; in ASCII it is right whatever standard output makes of it.
        put_text(report.to_html().encode("ascii", "xmlcharrefreplace").decode("ascii"))
    else:
        put_text(_render(report, chosen, width or 80))


def _choose_format(asked: Format | None, output: Path | None) -> Format | FileFormat:
    """The form asked for, else the one that the file's ending tells, else text."""
    told = _FORMAT_OF_SUFFIX.get(output.suffix.lower()) if output else None
    if output and not told:
        endings = ", ".join(_FORMAT_OF_SUFFIX)
        fail(f"{output} tells no form of report: end it in one of {endings}.")
    if asked and told and asked != told:
        fail(f"--format {asked} does not go with {output}, which is {told}: change one of them.")
    return asked or told or "text"


def _render(report: GapReport, chosen: Format | FileFormat, width: int) -> str:
    if chosen == "json":
        return report.to_json() + "\n"
    if chosen == "html":
        return report.to_html()
    if chosen == "markdown":
        return report.to_markdown()
    if chosen == "csv":
        from skillgap.reporting.tables import records_to_csv

        return records_to_csv(report.to_records())
    if chosen == "jsonl":
        from skillgap.reporting.records import to_json

        return "".join(f"{to_json(record)}\n" for record in report.to_records())
    from skillgap.reporting.text import render_text

    return render_text(report, width=width) + "\n"


def _explained(report: GapReport, skills: Sequence[str], width: int) -> list[Line]:
    from skillgap.reporting.blind import redact_explanation
    from skillgap.reporting.text import explanation_lines

    lines: list[Line] = []
    for skill in skills:
        explanation = report.explain(skill)
        lines += [*([()] if lines else []), *explanation_lines(redact_explanation(report, explanation), width=width)]
    return lines
