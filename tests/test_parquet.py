"""Rows as Parquet, and as pandas and polars take them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from skillgap.cli import main
from skillgap.errors import EncryptedResumeError, MissingExtraError
from skillgap.model import GapReport, Screened
from skillgap.reporting import parquet
from skillgap.reporting.parquet import ShortlistParquet, write_records
from skillgap.reporting.shortlist import ROW_FIELDS

EXAMPLES = Path(__file__).parent.parent / "examples" / "resumes"
needs_pyarrow = pytest.mark.skipif(not find_spec("pyarrow"), reason="needs pyarrow: pip install 'skillgap[parquet]'")


def read(path: Path) -> Any:
    from pyarrow import parquet as files

    return files.read_table(path)


@needs_pyarrow
def test_report_reads_back_from_parquet(sample_report: GapReport, tmp_path: Path) -> None:
    write_records(sample_report.to_records(), tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet").to_pylist() == sample_report.to_records()


@needs_pyarrow
def test_types_do_not_depend_on_the_rows(sample_report: GapReport, tmp_path: Path) -> None:
    for name, records in (("a", sample_report.to_records()), ("b", sample_report.to_records()[-1:])):
        write_records(records, tmp_path / name)
    assert read(tmp_path / "a").schema == read(tmp_path / "b").schema
    assert str(read(tmp_path / "a").schema.field("years").type) == "double"


@needs_pyarrow
@pytest.mark.parametrize("count", [0, 1, 5])
def test_shortlist_reads_back_from_parquet(
    sample_report: GapReport, tmp_path: Path, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_ROWS_A_BATCH", 2)
    table = ShortlistParquet()
    for n in range(count):
        table.add(Screened(f"{n}.pdf", reports=(sample_report,)))
    table.add(Screened("x.pdf", error=EncryptedResumeError("It needs a password.", path="x.pdf")))
    table.save(tmp_path / "a.parquet")
    rows = read(tmp_path / "a.parquet").to_pylist()
    assert [row["file"] for row in rows] == [*(f"{n}.pdf" for n in range(count)), "x.pdf"]
    assert tuple(rows[0]) == ROW_FIELDS
    assert (rows[-1]["coverage"], rows[-1]["message"]) == (None, "It needs a password.")


@needs_pyarrow
def test_text_that_no_table_can_hold_is_replaced(with_text: Callable[[str], GapReport], tmp_path: Path) -> None:
    write_records(with_text("a\x00b\ud800").to_records(), tmp_path / "a")
    assert read(tmp_path / "a").to_pylist()[0]["name"] == "a\ufffdb\ufffd"


@needs_pyarrow
def test_commands_write_parquet(tmp_path: Path) -> None:
    resume = str(EXAMPLES / "dana_petrov.docx")
    assert main(["analyze", resume, "-r", "collections specialist", "-o", str(tmp_path / "a.parquet")]) == 0
    assert main(["screen", resume, "-r", "collections specialist", "-o", str(tmp_path / "b.parquet")]) == 0
    assert read(tmp_path / "a.parquet").num_rows == 38
    assert read(tmp_path / "b.parquet").column("error").to_pylist() == [None]


def test_missing_pyarrow_names_its_extra(sample_report: GapReport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtraError, match=r"skillgap\[parquet\]"):
        ShortlistParquet()
    with pytest.raises(MissingExtraError, match=r"skillgap\[parquet\]"):
        write_records(sample_report.to_records(), "never.parquet")


@pytest.mark.filterwarnings("default")  # other people's deprecations
def test_pandas_takes_records_as_they_are(sample_report: GapReport) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(sample_report.to_records())
    assert next(iter(frame[frame["covered"]]["skill"])) == "accounts-receivable"
    assert len(frame) == len(sample_report.to_records())


@pytest.mark.filterwarnings("default")
def test_polars_takes_records_as_they_are(sample_report: GapReport) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(sample_report.to_records())
    assert frame.filter(polars.col("covered")).height == 5


def test_analyze_writes_one_line_a_skill(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    assert main(["analyze", str(EXAMPLES / "dana_petrov.docx"), "-r", "collections specialist", "-o", str(path)]) == 0
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 38
    assert rows[0]["role"] == "collections-specialist"
