"""The files of a screening that are written when all rows are known, by their ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from skillgap.model import Role, Screened


class Collector(Protocol):
    """Takes the rows of a screening one by one and writes them as one file."""

    def add(self, screened: Screened) -> None:
        """Take one resume, read or failed."""

    def save(self, path: Path) -> None:
        """Write the file."""


def reports_folder(page: Path) -> Path:
    """Where the reports of an HTML shortlist go: beside it, named as browsers name what belongs to a page.

    >>> reports_folder(Path("out/shortlist.html")).as_posix()
    'out/shortlist_files'
    """
    return page.with_name(f"{page.stem}_files")


def _new_page(role: Role, output: Path) -> Collector:
    from skillgap.reporting.shortlist_page import ShortlistPage

    return ShortlistPage(role, reports_folder(output))


def _new_workbook(role: Role, output: Path) -> Collector:
    from skillgap.reporting.excel import ShortlistWorkbook

    return ShortlistWorkbook(role)


def _new_table(role: Role, output: Path) -> Collector:
    from skillgap.reporting.parquet import ShortlistParquet

    return ShortlistParquet()


# Making one raises `MissingExtraError` where its package is missing: before the first resume is read.
COLLECTORS: Mapping[str, Callable[[Role, Path], Collector]] = {
    ".html": _new_page,
    ".xlsx": _new_workbook,
    ".parquet": _new_table,
}
