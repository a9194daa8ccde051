"""Rows as Parquet files (extra ``parquet``), with the same types whatever the rows hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from typing import TYPE_CHECKING

from skillgap.errors import MissingExtraError
from skillgap.model import Screened
from skillgap.reporting.shortlist import ROW_FIELDS, screened_to_row
from skillgap.reporting.tables import printable_cell

if TYPE_CHECKING:
    import pyarrow

# Every other column is text. Integers and floats are wide: what reads Parquet expects no other.
_INTEGERS = frozenset({"quotes", "page", "shown", "demonstrated", "listed", "missing", "missing_essential"})
_FLOATS = frozenset({"coverage", "similarity", "nearest_similarity", "years"})
_BOOLEANS = frozenset({"covered"})

# Rows are packed so many at a time; packed they take a fifth of what Python's objects take.
_ROWS_A_BATCH = 1_000


def write_records(records: Sequence[Mapping[str, object]], path: str | PathLike[str]) -> None:
    """Write the rows of a report (`GapReport.to_records`) as one table.

    Raises:
        MissingExtraError: pyarrow is not installed (``skillgap[parquet]``).
    """
    fields = tuple(records[0]) if records else ()
    _write(path, fields, [_pack(fields, [tuple(record.values()) for record in records])])


class ShortlistParquet:
    """Collects screened resumes, one row each, and writes them as one table."""

    def __init__(self) -> None:
        _load()  # at once: a run of an hour must not end with a missing package
        self._waiting: list[tuple[object, ...]] = []
        self._packed: list[pyarrow.RecordBatch] = []

    def add(self, screened: Screened) -> None:
        """Take one resume, read or failed."""
        self._waiting.append(screened_to_row(screened))
        if len(self._waiting) >= _ROWS_A_BATCH:
            self._packed.append(_pack(ROW_FIELDS, self._waiting))
            self._waiting = []

    def save(self, path: str | PathLike[str]) -> None:
        """Write the table, in the order in which the resumes came."""
        _write(path, ROW_FIELDS, [*self._packed, _pack(ROW_FIELDS, self._waiting)])


def _load() -> None:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("Parquet files", extra="parquet") from error


def _schema(fields: Sequence[str]) -> pyarrow.Schema:
    import pyarrow

    kinds = {
        **dict.fromkeys(_INTEGERS, pyarrow.int64()),
        **dict.fromkeys(_FLOATS, pyarrow.float64()),
        **dict.fromkeys(_BOOLEANS, pyarrow.bool_()),
    }
    return pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in fields])


def _pack(fields: Sequence[str], rows: Sequence[Sequence[object]]) -> pyarrow.RecordBatch:
    _load()
    import pyarrow

    schema = _schema(fields)
    columns = [pyarrow.array([_printable(row[n]) for row in rows], type=kind) for n, kind in enumerate(schema.types)]
    return pyarrow.RecordBatch.from_arrays(columns, schema=schema)


def _printable(value: object) -> object:
    return printable_cell(value) if isinstance(value, str) else value


def _write(path: str | PathLike[str], fields: Sequence[str], batches: Sequence[pyarrow.RecordBatch]) -> None:
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_batches(batches, schema=_schema(fields)), fspath(path))
