"""Role and skill files, parsed once and kept as JSON beside them, since TOML takes twenty times as long to read.

A compiled file holds for each TOML file the digest of its bytes and its tables. Tables are taken from it only where
the digest is that of the file as it is now; a file that was edited or added is parsed. So a compiled file may be old,
damaged or missing: it costs time, never truth.

The wheel is built with compiled files of the built-in catalogue: ``hatch_build.py`` loads this module alone, which
imports nothing but the standard library at its top.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

Group = Literal["roles", "skills"]
Tables = dict[str, object]

# Raised when the shape of compiled files changes; others are then left aside.
FORMAT = 1


def list_files(folder: Path, group: Group) -> list[Path]:
    """The role or skill files of a folder, by name; roles may stand in the folder itself."""
    if group == "skills":
        return sorted(folder.glob("skills/*.toml"))
    place = folder / "roles" if (folder / "roles").is_dir() else folder
    return sorted(place.glob("*.toml"))


def read_tables(folder: Path, group: Group) -> Iterator[tuple[Path, Tables]]:
    """Each role or skill file of a folder with its tables.

    Raises:
        VocabularyError: a file is not UTF-8 or not TOML (with the line), or cannot be read.
    """
    known = _load(folder, group)
    for path in list_files(folder, group):
        data = read_bytes(path)
        found = known.get(path.name)
        yield path, found[1] if found is not None and found[0] == _digest(data) else parse_toml(data, path)


def compile_folder(folder: Path) -> None:
    """Write the compiled files of a folder."""
    for group in ("roles", "skills"):
        entries = dict(_entries(list_files(folder, group)))
        if entries:
            text = json.dumps({"format": FORMAT, "files": entries}, ensure_ascii=False, separators=(",", ":"))
            compiled_path(folder, group).write_text(text, encoding="utf-8")


def compiled_path(folder: Path, group: Group) -> Path:
    """Where the compiled file of a group stands."""
    return folder / f"{group}.compiled.json"


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        VocabularyError: the file is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        from skillgap.errors import VocabularyError

        is_missing = isinstance(error, FileNotFoundError)
        reason = "there is no such file" if is_missing else f"cannot be read: {error.strerror}"
        raise VocabularyError(reason, file=str(path)) from error


def parse_toml(data: bytes, path: Path) -> Tables:
    """The tables of a TOML file.

    Raises:
        VocabularyError: the bytes are not UTF-8, or not TOML (with the line).
    """
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        from skillgap.errors import VocabularyError

        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else len(data.splitlines())  # "at end of document"
        raise VocabularyError(f"not valid TOML: {error}", file=str(path), line=line) from error
    except UnicodeDecodeError as error:
        from skillgap.errors import VocabularyError

        raise VocabularyError("not UTF-8 text; save the file as UTF-8", file=str(path)) from error


def _entries(paths: Iterable[Path]) -> Iterator[tuple[str, tuple[str, Tables]]]:
    for path in paths:
        data = read_bytes(path)
        tables = parse_toml(data, path)
        # JSON has no dates; a file with one is read from TOML, and refused where it does not belong.
        if json.loads(json.dumps(tables, default=repr)) == tables:
            yield path.name, (_digest(data), tables)


def _load(folder: Path, group: Group) -> dict[str, tuple[str, Tables]]:
    try:
        found = json.loads(compiled_path(folder, group).read_bytes())
        return found["files"] if found["format"] == FORMAT else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
