"""Rows as CSV and JSONL files that spreadsheets open without running what a resume put into them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

# A spreadsheet takes a cell that begins so for a formula; the full-width forms are folded by some.
_FORMULA_START = re.compile(r"\s*[=+\-@＝＋－＠\t\r\n]")
# XML cannot hold these (for Excel), and no reader of a table wants them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def safe_cell(value: object) -> object:
    """The value as a table cell: numbers and None as they are, text that no spreadsheet takes for a formula.

    >>> safe_cell("=cmd()"), safe_cell("C++"), safe_cell(-1)
    ("'=cmd()", 'C++', -1)
    """
    if not isinstance(value, str):
        return value
    text = printable_cell(value)
    return f"'{text}" if _FORMULA_START.match(text) else text


def printable_cell(text: str) -> str:
    """The text with every character that a table cannot hold replaced by U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text)


def csv_line(cells: Iterable[object]) -> str:
    """One row of CSV with its line end (RFC 4180: CR LF, quotes doubled); booleans as true and false."""
    out = io.StringIO()
    csv.writer(out).writerow([str(c).lower() if isinstance(c, bool) else safe_cell(c) for c in cells])
    return out.getvalue()


def records_to_csv(records: Sequence[Mapping[str, object]]) -> str:
    """The records as CSV under a header row; empty without records."""
    if not records:
        return ""
    header = tuple(records[0])
    return csv_line(header) + "".join(csv_line(record[name] for name in header) for record in records)
