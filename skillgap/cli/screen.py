"""`skillgap screen`: folders of resumes against one role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillgap.cli.options import (
    BytesOption,
    CharactersOption,
    EngineOption,
    FoldersOption,
    HiddenOption,
    OcrOption,
    PagesOption,
    PostingOption,
    RoleOption,
    TimeoutOption,
    WidthOption,
    fail,
    is_same_file,
    load_target,
    make_limits,
    told_if_unwritable,
)
from skillgap.console import put_lines, with_progress

if TYPE_CHECKING:
    from skillgap.model import Role, Screened

_SCREEN_SUFFIXES = (".html", ".xlsx", ".csv", ".jsonl", ".parquet")
# With -o every resume can be looked up in the file; without, all are shown.
_MOST_RANKED = 25


def screen_command(
    paths: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Folders, with all below them, and files.")],
    role: RoleOption = None,
    posting: PostingOption = None,
    folders: FoldersOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Keep it: .html, .xlsx, .csv, .jsonl, .parquet."),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, metavar="N", help="Files read at the same time.")] = 1,
    count_hidden: HiddenOption = False,
    pdf_engine: EngineOption = "pdfminer",
    ocr: OcrOption = True,
    width: WidthOption = None,
    max_bytes: BytesOption = None,
    max_pages: PagesOption = None,
    max_characters: CharactersOption = None,
    timeout: TimeoutOption = None,
) -> None:
    """Rank folders of resumes by coverage.

    Resumes that cannot be read are listed too, each with the reason.
    """
    from skillgap.reporting.shortlist import ranked_lines, summarize, summarize_failure

    if output and output.suffix.lower() not in _SCREEN_SUFFIXES:
        fail(f"{output} tells no form of table: end it in one of {', '.join(_SCREEN_SUFFIXES)}.")
    target = load_target(role, folders, posting)

    from skillgap.screening import list_files, screen

    files = [path for path in list_files(paths) if output is None or not _is_written_by(path, output)]
    if not files:
        fail(f"There is no file in {', '.join(map(str, paths))}.")
    rows = screen(
        files,
        target,
        engine=pdf_engine,
        ocr=ocr,
        limits=make_limits(max_bytes, max_pages, max_characters, timeout),
        count_hidden=count_hidden,
        jobs=jobs,
    )
    ranked, failed = [], []
    with _row_writer(output, target) as write:
        for screened in with_progress(rows, len(files)):
            write(screened)
            if screened.report:
                ranked.append(summarize(screened.path, screened.report))
            else:
                failed.append(summarize_failure(screened))
    most = _MOST_RANKED if output else None
    put_lines(lambda columns: ranked_lines(target, ranked, failed, width=columns, most=most), width=width)
    raise typer.Exit(1 if failed else 0)


def _is_written_by(path: Path, output: Path) -> bool:
    """Whether a file comes from an earlier run into the same output: the table itself or a report beside it."""
    from skillgap.reporting.collectors import reports_folder

    return is_same_file(path, output) or is_same_file(path.parent, reports_folder(output))


@contextmanager
def _row_writer(output: Path | None, role: Role) -> Iterator[Callable[[Screened], object]]:
    """A function that keeps one row in the file; one that does nothing without a file.

    A run that is broken off leaves whole rows.
    """
    from skillgap.reporting.collectors import COLLECTORS

    if output is None:
        yield lambda screened: None
    elif output.suffix.lower() in COLLECTORS:
        collector = COLLECTORS[output.suffix.lower()](role, output)
        with told_if_unwritable(output):
            output.open("ab").close()  # better told now than after an hour

        def add(screened: Screened) -> None:
            with told_if_unwritable(output):
                collector.add(screened)

        try:
            yield add
        finally:
            with told_if_unwritable(output):
                collector.save(output)
    else:
        from skillgap.reporting.shortlist import ROW_FORMATS

        header, to_row = ROW_FORMATS[output.suffix.lower()]
        with told_if_unwritable(output):
            file = output.open("w", encoding="utf-8", newline="", buffering=1)
        with file:
            file.write(header)
            yield lambda screened: file.write(to_row(screened))
