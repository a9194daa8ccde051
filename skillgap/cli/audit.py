"""`skillgap audit`: selection rates and impact ratios of a screening by group."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from skillgap.cli.options import WidthOption, fail, is_same_file, told_if_unwritable
from skillgap.console import put_lines, put_text, tell


def audit_command(
    rows: Annotated[Path, typer.Argument(metavar="ROWS.jsonl", help="What `skillgap screen … -o ROWS.jsonl` wrote.")],
    groups: Annotated[
        Path | None,
        typer.Option(
            "--groups", "-g", metavar="GROUPS.csv", help='CSV: a column "file", and one for each grouping (sex, …).'
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="KEY.csv", help="Of rows made with --blind: what --key of screen kept."),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", "-t", min=0, max=1, metavar="X", help="Coverage (0 to 1) that selects."),
    ] = None,
    output_format: Annotated[
        Literal["text", "json"], typer.Option("--format", "-f", help="Form of the audit.")
    ] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead of standard output.")
    ] = None,
    skip_unknown: Annotated[bool, typer.Option("--skip-unknown", help="Leave out files that are in no group.")] = False,
    width: WidthOption = None,
) -> None:
    """Compare how groups of people fared in a screening.

    Selection rates (with --threshold), scoring rates (above the median), impact ratios, and warnings of small groups,
    after 29 CFR 1607.4 D and New York City Local Law 144. Groups are also crossed, two columns at a time.
    """
    if groups is None:
        fail('Which groups? Give --groups GROUPS.csv with a column "file" and one for each grouping.')
    if output and any(is_same_file(output, read) for read in (rows, groups, key) if read):
        fail(f"{output} is read here; -o needs another file.")

    from skillgap.auditing import audit, read_groups, read_key, read_rows, unblind
    from skillgap.reporting.audit import audit_lines, audit_to_json, render_audit

    coverage, role = read_rows(rows)
    of_files = read_groups(groups)
    if key:
        coverage = unblind(coverage, read_key(key), of_files)
    found = audit(coverage, of_files, role=role, threshold=threshold, skip_unknown_files=skip_unknown)
    as_json = output_format == "json" or (output is not None and output.suffix.lower() == ".json")
    if output:
        text = audit_to_json(found) if as_json else render_audit(found, width=width or 80)
        with told_if_unwritable(output):
            output.write_text(text + "\n", encoding="utf-8", newline="")
    elif as_json:
        put_text(audit_to_json(found) + "\n")
    else:
        put_lines(lambda columns: audit_lines(found, width=columns), width=width)
    if found.skipped:
        tell(f"{len(found.skipped):,} files are in no group and were left out.")
