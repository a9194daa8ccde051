"""`skillgap suggest`: the roles that fit a resume best."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from skillgap.cli.options import (
    EngineOption,
    FoldersOption,
    OcrOption,
    WidthOption,
    fail,
    with_limits,
)
from skillgap.console import put_lines, put_text

if TYPE_CHECKING:
    from skillgap.model import Limits


@with_limits
def suggest_command(
    resume: Annotated[str, typer.Argument(metavar="RESUME", help="The resume's file; - reads standard input.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="Most roles to suggest.")] = 5,
    output_format: Annotated[
        Literal["text", "json"], typer.Option("--format", "-f", help="Form of the answer.")
    ] = "text",
    folders: FoldersOption = None,
    pdf_engine: EngineOption = "pdfminer",
    ocr: OcrOption = True,
    width: WidthOption = None,
    *,
    limits: Limits,
) -> None:
    """Suggest the roles that fit a resume best.

    Each with its coverage, the skills that speak for it, and the important ones that are missing.
    """
    from skillgap.analysis import suggest_roles
    from skillgap.parsing import parse_resume
    from skillgap.reporting.suggestions import suggestion_lines

    if os.path.isdir(resume):  # noqa: PTH112 - says no, and no error, of what may not be looked at
        fail(f"{resume} is a folder; suggest reads one resume at a time.")
    parsed = parse_resume(
        sys.stdin.buffer.read() if resume == "-" else resume,
        engine=pdf_engine,
        ocr=ocr,
        limits=limits,
    )
    found = suggest_roles(parsed, limit=limit, folders=folders or ())
    if output_format == "json":
        put_text(json.dumps({"source": parsed.source, "roles": [asdict(s) for s in found]}, indent=2) + "\n")
    else:
        put_lines(lambda columns: suggestion_lines(found, source=parsed.source, width=columns), width=width)
