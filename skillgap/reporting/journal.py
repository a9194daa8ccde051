"""The rows of a screening as JSON lines that a run which broke off can go on from.

Each row stands alone: it says which file it is of, what the file held (``sha256``), and under which ``run`` it was
made. A row is written in one piece and never changed; the worst that a crash leaves is a torn last line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from skillgap import errors
from skillgap.errors import ResumeError, SkillgapError
from skillgap.model import Role, Screened
from skillgap.reporting.records import report_from_dict, to_json
from skillgap.reporting.shortlist import screened_to_dict


class Journal:
    """A file of rows that only grows."""

    def __init__(self, path: str | PathLike[str], run: str, *, keep_rows: bool = False) -> None:
        self._run = run
        # Without a buffer each row goes to the system in one piece, whatever happens to this process then.
        self._file: BinaryIO = Path(path).open("ab" if keep_rows else "wb", buffering=0)  # noqa: SIM115 - see close

    def add(self, screened: Screened) -> None:
        """Write one row."""
        line = to_json(screened_to_dict(screened) | _about(screened, self._run)) + "\n"
        rest = memoryview(line.encode("ascii"))
        while rest:
            rest = rest[self._file.write(rest) or 0 :]

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_journal(path: str | PathLike[str], run: str, roles: Sequence[Role]) -> Iterator[Screened]:
    """The rows of a journal whose run is to go on; a torn last row is cut off the file.

    The reports hold all that a row tells, and no text of the resume besides. Nothing comes of a file that is not
    there.

    Raises:
        SkillgapError: the journal is of another run, or the file is no journal.
    """
    place = Path(path)
    if not place.exists():
        return
    whole = 0
    with place.open("r+b") as file:
        for number, line in enumerate(file, 1):
            data = _row(line)
            if data is None:
                if not _ends_here(file):
                    raise SkillgapError(f"{path}, line {number}: this is no row of a screening; -o needs another file.")
                file.truncate(whole)
                return
            _check_run(data, run, path)
            whole += len(line)
            yield _screened(data, roles)


def _about(screened: Screened, run: str) -> dict[str, object]:
    about: dict[str, object] = {"run": run}
    if screened.sha256:
        about["sha256"] = screened.sha256
    if screened.duplicate_of is not None:
        about["duplicate_of"] = screened.duplicate_of
    return about


def _row(line: bytes) -> dict[str, object] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        data = json.loads(line)
    except ValueError:
        return None
    is_row = isinstance(data, dict) and "file" in data and {"report", "reports", "error"} & data.keys()
    return data if is_row else None


def _ends_here(file: BinaryIO) -> bool:
    """Whether nothing but further torn lines follows, as after a loss of power."""
    return all(_row(line) is None for line in file)


def _check_run(data: dict[str, object], run: str, path: str | PathLike[str]) -> None:
    before = data.get("run")
    if before == run:
        return
    then, now = (set(str(text).split("|")) for text in (before, run))
    changed = "; ".join(f"then {old}" for old in sorted(then - now)) + "; " + "; ".join(sorted(now - then)) + " now"
    raise SkillgapError(
        f"{path} is of another run ({changed}): go on with the same role and settings, or leave out --continue."
    )


def _screened(data: dict[str, object], roles: Sequence[Role]) -> Screened:
    file = str(data["file"])
    sha256 = str(data.get("sha256", ""))
    duplicate_of = data.get("duplicate_of")
    row = Screened(file, sha256=sha256, duplicate_of=None if duplicate_of is None else str(duplicate_of))
    error = data.get("error")
    if isinstance(error, dict):
        return replace(row, error=_error(str(error["type"]), str(error["message"]), file))
    given = data["reports"] if "reports" in data else [data["report"]]
    assert isinstance(given, list)
    return replace(row, reports=tuple(report_from_dict(r, role) for r, role in zip(given, roles, strict=True)))


def _error(name: str, message: str, file: str) -> ResumeError:
    kind = getattr(errors, name, ResumeError)
    return kind(message, path=file) if issubclass(kind, ResumeError) else ResumeError(message, path=file)
