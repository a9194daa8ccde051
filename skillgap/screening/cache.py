"""Resumes that were parsed before, kept in one SQLite file that several processes and runs may share.

An entry is found by the file's content, the parser's settings and the version of the parsing code; nothing is
found by a file's name. What is corrupt or was made by another version is dropped and built anew: the cache may cost
time, never a row. Entries hold personal data in full, so the folder is for its owner's eyes only.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import zlib
from collections.abc import Callable
from dataclasses import astuple
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath
from typing import Any

from skillgap.errors import SkillgapError
from skillgap.model import Block, Contact, HiddenText, Limits, Page, Position, Resume, ResumeWarning, Section

FILE_NAME = "parsed-resumes.sqlite3"

# Raised when the form of an entry changes.
_FORM = 1
# Another run may hold the file for the time of one small write; so long is waited before the entry is done without.
_SECONDS_TO_WAIT = 10.0
# Text shrinks to a third at the lowest level; higher ones cost more time than the disk gives back.
_COMPRESSION = 1

# What a parse that depends on the moment warns of: read again another time, it may give more.
_PASSING = frozenset({"page-skipped"})

# Packages whose version can change what a file is read as.
_READERS = ("pdfminer.six", "pypdfium2", "lxml", "python-docx", "markdown-it-py", "pillow", "rapidocr")

_TABLE = "CREATE TABLE IF NOT EXISTS resumes (key BLOB PRIMARY KEY, made_by TEXT NOT NULL, entry BLOB NOT NULL)"


class ParseCache:
    """The parse cache of a folder.

    A connection belongs to one thread; `of` gives each thread of a process its own and keeps it open.
    """

    def __init__(self, folder: str) -> None:
        self._connection: sqlite3.Connection | None = None
        try:
            Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
            self._connection = _connect(folder)
        except (OSError, sqlite3.Error):
            return  # a worker on another machine may not have the folder: it does without

    @classmethod
    def of(cls, folder: str) -> ParseCache:
        """This thread's cache of a folder."""
        opened: dict[str, ParseCache] = _opened.__dict__
        if folder not in opened:
            opened[folder] = cls(folder)
        return opened[folder]

    def key(self, sha256: str, path: str, *, engine: str, ocr: bool, limits: Limits) -> bytes:
        """What an entry is found by: content and all that may change how it is read."""
        suffix = PurePath(path).suffix.lower()  # tells Markdown from plain text
        settings = repr((sha256, suffix, engine, ocr and _can_recognize(), astuple(limits)))
        return hashlib.sha256(settings.encode("utf-8", "replace")).digest()

    def get(self, key: bytes) -> Resume | None:
        """The resume of an entry, without its source; None where there is none or it is of no use."""
        if self._connection is None:
            return None
        try:
            rows = self._connection.execute(
                "SELECT entry FROM resumes WHERE key = ? AND made_by = ?", (key, made_by())
            ).fetchall()
            return _decode(rows[0][0]) if rows else None
        except (sqlite3.Error, zlib.error, ValueError, TypeError, KeyError, IndexError):
            return None

    def put(self, key: bytes, resume: Resume) -> None:
        """Keep a resume, unless it was read only in part for reasons that pass."""
        if self._connection is None or any(warning.code in _PASSING for warning in resume.warnings):
            return
        try:
            with self._connection:
                self._connection.execute(
                    "INSERT OR REPLACE INTO resumes VALUES (?, ?, ?)", (key, made_by(), _encode(resume))
                )
        except sqlite3.Error:
            return  # a full disk or a file that another run holds for too long costs only the entry

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()


_opened = threading.local()


def prepare_cache(folder: str) -> None:
    """Make the folder and the file ready for a run: entries of other versions go, a corrupt file is made anew.

    Raises:
        SkillgapError: the folder cannot be made or written to.
    """
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        if not any(place.iterdir()):
            place.chmod(0o700)
        (place / FILE_NAME).touch(mode=0o600)
        try:
            _tidy(folder)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                return  # another run uses it, so it is in order
            for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
                (place / name).unlink(missing_ok=True)
            (place / FILE_NAME).touch(mode=0o600)
            _tidy(folder)
    except (OSError, sqlite3.Error) as error:
        message = f"{folder}: the cache cannot be kept there ({error}); give --cache another folder."
        raise SkillgapError(message) from None


@lru_cache(maxsize=1)
def made_by() -> str:
    """The version of all that reads files: of skillgap, of its parsing code as it stands, and of the readers."""
    from skillgap import __version__, parsing

    code = hashlib.sha256()
    for path in sorted(Path(parsing.__file__).parent.glob("*.py")):
        code.update(path.read_bytes())
    readers = (f"{name} {_version(name)}" for name in _READERS)
    return "|".join((str(_FORM), __version__, code.hexdigest()[:16], *readers))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"


@lru_cache(maxsize=1)
def _can_recognize() -> bool:
    from skillgap.parsing.ocr import is_available

    return is_available()


def _connect(folder: str) -> sqlite3.Connection:
    connection = sqlite3.connect(Path(folder) / FILE_NAME, timeout=_SECONDS_TO_WAIT)
    try:
        # Readers and a writer do not wait for each other; a crash loses entries at most, which are built anew.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_TABLE)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _tidy(folder: str) -> None:
    connection = _connect(folder)
    try:
        (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if state != "ok":
            raise sqlite3.DatabaseError(state)
        with connection:
            connection.execute("DELETE FROM resumes WHERE made_by != ?", (made_by(),))
    finally:
        connection.close()


# ---------------------------------------------------------------------------------------------- entries


def _encode(resume: Resume) -> bytes:
    rows = [
        resume.text,
        resume.format,
        resume.reader,
        *([astuple(item) for item in items] for items in (getattr(resume, name) for name in _PARTS)),
    ]
    return zlib.compress(json.dumps(rows).encode(), _COMPRESSION)


def _decode(entry: bytes) -> Resume:
    text, kind, reader, *parts = json.loads(zlib.decompress(entry))
    made: dict[str, Any] = {
        name: tuple(make(*item) for item in items) for (name, make), items in zip(_PARTS.items(), parts, strict=True)
    }
    return Resume(text, format=kind, reader=reader, **made)


def _position(
    start: int, end: int, first: list[int] | None, last: list[int] | None, is_current: bool, dates: str
) -> Position:
    return Position(start, end, _month(first), _month(last), is_current, dates)


def _month(given: list[int] | None) -> tuple[int, int] | None:
    return (given[0], given[1]) if given else None


_PARTS: dict[str, Callable[..., Any]] = {
    "pages": Page,
    "sections": Section,
    "blocks": Block,
    "positions": _position,
    "contacts": Contact,
    "hidden": HiddenText,
    "warnings": ResumeWarning,
}
