"""Folders, patterns, archives, lists and URLs → the files that they mean, and each file's bytes.

A source is a string (a path or a URL) or a `ZipMember`. Members of archives are read in memory, within limits,
and nothing is ever unpacked to disk. URLs ("s3://…", "gs://…", "file://…") are read by way of fsspec.
"""

from __future__ import annotations

import glob
import io
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike, fspath
from pathlib import PurePath
from typing import IO, TYPE_CHECKING

from skillgap.errors import (
    EmptyResumeError,
    EncryptedResumeError,
    MissingExtraError,
    ResumeError,
    ResumeLimitError,
    SkillgapError,
    UnreadableResumeError,
)
from skillgap.model import Limits

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

# A directory of this size lists about half a million files; a larger one is made to fill the memory.
_LARGEST_DIRECTORY_BYTES = 50_000_000
# The end record of a zip file, which tells how large its directory is: magic, 8 bytes, size at 12; a comment of
# up to 64 KiB may follow.
_END_MAGIC, _END_BYTES = b"PK\x05\x06", 22
# Where the size does not fit into its four bytes, a second record has it in eight, at 40.
_END64_MAGIC, _END64_BYTES = b"PK\x06\x06", 56
_LONGEST_COMMENT = 1 << 16

# Members that only a document has: Word and OpenDocument files are zip archives too.
_MARKS_OF_A_DOCUMENT = frozenset({"[Content_Types].xml", "mimetype"})

# Archives that one process keeps open: to open one costs a look at its whole directory.
_OPEN_ARCHIVES = 4


@dataclass(frozen=True, slots=True)
class ZipMember:
    """A file inside a zip archive, by its place in the archive's directory.

    >>> str(ZipMember("inbox.zip", "march/cv.pdf", 3))
    'inbox.zip!march/cv.pdf'
    """

    archive: str
    name: str
    number: int

    def __str__(self) -> str:
        return f"{self.archive}!{self.name}"


Source = str | ZipMember


def find_sources(paths: Iterable[str | PathLike[str]]) -> Iterator[Source]:
    """All files that the paths mean, every file once.

    A folder gives all files below it, in order of their names; a zip archive gives its members; a pattern
    (``*.pdf``, ``**/cv*``) that is no file itself gives what it matches; a URL the same by way of fsspec. Hidden
    files and folders (".git", "__MACOSX") below a folder or in an archive are left out. What is not there is
    given as it is, so that it becomes a row that says so.

    Raises:
        MissingExtraError: a URL without fsspec (extra ``cluster``) or without the package for its kind.
    """
    seen: set[Source] = set()
    for path in paths:
        for source in _expand(fspath(path)):
            if source not in seen:
                seen.add(source)
                yield source


def is_url(path: str) -> bool:
    """Whether a path is a URL.

    >>> is_url("s3://bucket/cv.pdf"), is_url("C:/cv.pdf")
    (True, False)
    """
    scheme, mark, _ = path.partition("://")
    return bool(mark) and scheme.replace("+", "").replace("-", "").isalnum() and len(scheme) > 1


def read_source(source: Source, *, limits: Limits) -> bytes:
    """The bytes of a file.

    Raises:
        ResumeError: it is missing, locked, damaged or too large.
        MissingExtraError: a URL needs a package that is not installed.
    """
    try:
        if isinstance(source, ZipMember):
            return _read_member(source, limits)
        if _is_archive(source):
            _refuse_broken_archive(source)
        if is_url(source):
            return _read_url(source, limits)
    except ResumeError as error:
        error.path = str(source)
        raise
    if glob.has_magic(source) and not os.path.lexists(source):
        raise UnreadableResumeError("No file is like this pattern; check the folder and the ending.", path=source)
    from skillgap.parsing import read_file

    return read_file(source, limits=limits)


# ---------------------------------------------------------------------------------------------- finding


def _expand(path: str) -> Iterator[Source]:
    if is_url(path):
        yield from _expand_url(path)
        return
    path = str(PurePath(path))
    if os.path.isdir(path):  # noqa: PTH112 - names of ten thousand files stay strings
        yield from _expand_files(_files_below(path))
    elif glob.has_magic(path) and not os.path.lexists(path):
        found = sorted(glob.iglob(path, recursive=True), key=_by_parts)  # noqa: PTH207
        yield from (source for match in found for source in _expand(match)) if found else (path,)
    else:
        yield from _expand_files([path])


def _expand_files(paths: Iterable[str]) -> Iterator[Source]:
    for path in paths:
        members = _members(path) if _is_archive(path) else ()
        yield from members or (path,)


def _files_below(folder: str) -> list[str]:
    found: list[str] = []
    closed: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = [name for name in folders if not _is_hidden(name)]
        found += [os.path.join(place, name) for name in names if not _is_hidden(name)]  # noqa: PTH118
    # A pipe or a device would block whoever opens it; a broken link is a row that says so.
    found = [path for path in found if os.path.isfile(path) or os.path.islink(path)]  # noqa: PTH113, PTH114
    # A folder that may not be opened is given itself, so that it becomes a row that says so.
    found += [os.fspath(error.filename) for error in closed]
    return sorted((str(PurePath(path)) for path in found), key=_by_parts)


def _by_parts(path: str) -> list[str]:
    return path.split(os.sep)  # noqa: PTH206


def _is_archive(path: str) -> bool:
    return path.lower().endswith(".zip")


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _expand_url(url: str) -> Iterator[Source]:
    try:
        files, path = _file_system(url)
        if glob.has_magic(path):
            found = [str(match) for match, info in files.glob(path, detail=True).items() if info["type"] == "file"]
        elif files.isdir(path):
            found = [str(match) for match in files.find(path)]
            found = [match for match in found if not any(map(_is_hidden, match[len(path) :].split("/")))]
        else:
            found = [path]
        found = [url] if found == [path] else [str(files.unstrip_protocol(match)) for match in sorted(found)]
    except ResumeError:
        found = [url]  # whoever reads it tells what is wrong
    except SkillgapError:
        raise
    except Exception:
        found = [url]
    yield from _expand_files(found or [url])


def _members(path: str) -> tuple[ZipMember, ...]:
    """The files in an archive; empty where it cannot be opened, so that reading it tells why."""
    try:
        return _list_members(path)
    except ResumeError:
        return ()


def _list_members(path: str) -> tuple[ZipMember, ...]:
    try:
        with _open(path) as file:
            _check_directory(file)
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
    except OSError as error:
        raise UnreadableResumeError(f"The archive cannot be opened: {_reason(error)}.") from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise UnreadableResumeError("The archive is damaged and cannot be opened; download or pack it again.") from None
    if any(info.filename in _MARKS_OF_A_DOCUMENT for info in infos):
        return ()
    return tuple(
        ZipMember(path, info.filename, number)
        for number, info in enumerate(infos)
        if not info.is_dir() and not any(map(_is_hidden, info.filename.replace("\\", "/").split("/")))
    )


def _refuse_broken_archive(path: str) -> None:
    """Tell why an archive gave no members, unless it is a document that only bears an archive's name."""
    if _list_members(path):
        return
    with _open(path) as file, zipfile.ZipFile(file) as archive:
        if not any(name in _MARKS_OF_A_DOCUMENT for name in archive.namelist()):
            raise EmptyResumeError("The archive holds no file.")


# ---------------------------------------------------------------------------------------------- reading


def _read_member(member: ZipMember, limits: Limits) -> bytes:
    try:
        archive = _open_archive(member.archive, _version(member.archive))
        info = archive.infolist()[member.number]
        if info.flag_bits & 0x1:
            raise EncryptedResumeError("The archive locks this file with a password; unpack it first.")
        if info.file_size > limits.file_bytes:
            raise _too_large(info.file_size, limits)
        with archive.open(info) as file:
            data = file.read(limits.file_bytes + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, IndexError) as error:
        told = "is packed in a way that cannot be read" if isinstance(error, NotImplementedError) else "is damaged"
        raise UnreadableResumeError(f"The file {told} in its archive.") from None
    except OSError as error:
        raise UnreadableResumeError(f"The archive cannot be opened: {_reason(error)}.") from None
    if len(data) > limits.file_bytes:
        raise _too_large(len(data), limits)
    return data


@lru_cache(maxsize=_OPEN_ARCHIVES)
def _open_archive(path: str, version: tuple[int, int]) -> zipfile.ZipFile:
    """The archive, which closes itself when nobody holds it any more."""
    if is_url(path):
        remote = _open(path)
        _check_directory(remote)
        return zipfile.ZipFile(remote)
    with _open(path) as file:
        _check_directory(file)
    return zipfile.ZipFile(path)


def close_archives() -> None:
    """Close the archives that `read_source` has left open in this process for the members to come."""
    _open_archive.cache_clear()


def _version(path: str) -> tuple[int, int]:
    """What changes when another archive takes the place of this one."""
    if is_url(path):
        return 0, 0
    found = os.stat(path)  # noqa: PTH116
    return found.st_mtime_ns, found.st_size


def _check_directory(file: IO[bytes]) -> None:
    """Refuse an archive whose directory alone would fill the memory; leaves the file at its start."""
    end = file.seek(0, io.SEEK_END)
    file.seek(max(0, end - _LONGEST_COMMENT - _END_BYTES - _END64_BYTES - 20))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END_MAGIC)
    size = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if size == 0xFFFFFFFF:
        at = tail.rfind(_END64_MAGIC)
        size = int.from_bytes(tail[at + 40 : at + 48], "little") if at >= 0 else size
    if size > _LARGEST_DIRECTORY_BYTES:
        raise ResumeLimitError(f"The archive lists too many files: {size:,} bytes of names. Unpack or divide it.")


def _read_url(url: str, limits: Limits) -> bytes:
    files, path = _file_system(url)
    try:
        with files.open(path, "rb") as file:
            data: bytes = file.read(limits.file_bytes + 1)
    except FileNotFoundError:
        raise UnreadableResumeError("There is no such file; check the name and the folder.") from None
    except PermissionError:
        raise UnreadableResumeError("The file may not be opened: permission is denied.") from None
    except Exception as error:
        # Every kind of store has errors of its own.
        raise UnreadableResumeError(f"The file cannot be read from its store ({type(error).__name__}).") from None
    if len(data) > limits.file_bytes:
        raise _too_large(len(data), limits)
    return data


def _open(path: str) -> IO[bytes]:
    if not is_url(path):
        return open(path, "rb")  # noqa: PTH123 - whoever asks for it closes it
    files, inside = _file_system(path)
    file: IO[bytes] = files.open(inside, "rb")
    return file


def _file_system(url: str) -> tuple[AbstractFileSystem, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise MissingExtraError("URLs", extra="cluster") from None
    try:
        files, path = url_to_fs(url)
    except ImportError as error:  # fsspec itself is there, but not the package for this kind of store
        raise SkillgapError(f"{url} cannot be read: {error}.") from None
    except ValueError as error:
        raise UnreadableResumeError(f"The URL cannot be read: {error}.", path=url) from None
    return files, path


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _too_large(size: int, limits: Limits) -> ResumeLimitError:
    return ResumeLimitError(
        f"The file has {size:,} bytes, over the limit of {limits.file_bytes:,}; "
        "Limits(file_bytes=…) or --max-bytes raises it."
    )
