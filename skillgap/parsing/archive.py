"""Zip-based documents (DOCX, ODT) → their members in memory, within a budget; nothing is ever written.

The archives come from strangers: sizes in their directory may lie, entries may be damaged or cut off, names
may use backslashes. Members are inflated piece by piece and counted; what is damaged is given as far as it goes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from skillgap.errors import EncryptedResumeError, ResumeLimitError, UnreadableResumeError
from skillgap.parsing.budget import Budget

# A resume has some dozens of members, a long report some hundreds; more is an attempt to waste time.
_MOST_MEMBERS = 20_000
_PIECE_BYTES = 1 << 16
_LOCAL_HEADER = struct.Struct("<4sHHHHHIIIHH")
_LOCAL_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Archive:
    """The members of a zip file that were asked for, by name with forward slashes.

    ``names`` lists all members; ``damaged`` those whose content is cut off or fails its checksum.
    ``is_salvaged`` is true where the directory of the zip was unreadable and members were found by their headers.
    """

    members: dict[str, bytes]
    names: tuple[str, ...]
    damaged: tuple[str, ...] = ()
    is_salvaged: bool = False


def member_names(data: bytes) -> tuple[str, ...]:
    """The names of a zip file's members with forward slashes, empty where it is no zip file at all.

    >>> member_names(b"not a zip")
    ()
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            names = tuple(_plain_name(info.filename) for info in source.infolist()[:_MOST_MEMBERS])
    except Exception:
        names = ()
    return names if all(names) and names else tuple(name for name, _ in _salvage_headers(data))


def read_archive(data: bytes, *, budget: Budget, wanted: Callable[[str], bool]) -> Archive:
    """The members of a zip file whose names are wanted.

    Raises:
        EncryptedResumeError: the members are locked with a password.
        ResumeLimitError: there are too many members, or they unpack to too many bytes.
        UnreadableResumeError: nothing of the archive can be read.
    """
    try:
        source = zipfile.ZipFile(io.BytesIO(data))
        infos = source.infolist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, OSError, struct.error):
        return _salvage(data, budget=budget, wanted=wanted)
    if not all(info.filename for info in infos):
        # Members without a name are a sign of a damaged directory; they have one at their own beginning.
        return _salvage(data, budget=budget, wanted=wanted)
    if len(infos) > _MOST_MEMBERS:
        raise ResumeLimitError(f"The file is an archive of {len(infos):,} members; {_MOST_MEMBERS:,} are the limit.")
    members: dict[str, bytes] = {}
    damaged: list[str] = []
    with source:
        for info in infos:
            name = _plain_name(info.filename)
            if info.is_dir() or not wanted(name):
                continue
            if info.flag_bits & 0x1:
                raise EncryptedResumeError("The file is locked with a password; save a copy without one.")
            content, is_whole = _read_member(source, info, budget)
            if not is_whole:
                damaged.append(name)
            if content or name not in members:
                members[name] = content
    return Archive(members, tuple(_plain_name(info.filename) for info in infos), tuple(damaged))


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")


def _read_member(source: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> tuple[bytes, bool]:
    pieces: list[bytes] = []
    try:
        with source.open(info) as member:
            while piece := member.read(_PIECE_BYTES):
                budget.spend_decompressed(len(piece))
                budget.check_time()
                pieces.append(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError):
        # The pieces read before the damage are still the document's own text.
        return b"".join(pieces), False
    return b"".join(pieces), True


def _salvage(data: bytes, *, budget: Budget, wanted: Callable[[str], bool]) -> Archive:
    """Members found by their local headers, for archives that lost their directory (cut-off downloads)."""
    members: dict[str, bytes] = {}
    names: list[str] = []
    damaged: list[str] = []
    for name, start in _salvage_headers(data):
        names.append(name)
        if not wanted(name) or members.get(name):
            continue
        content, is_whole = _inflate_at(data, start, budget)
        members[name] = content
        if not is_whole:
            damaged.append(name)
    if not any(members.values()):
        raise UnreadableResumeError("The file is damaged: its archive cannot be opened. Export or download it again.")
    return Archive(members, tuple(names), tuple(damaged), is_salvaged=True)


def _salvage_headers(data: bytes) -> Iterator[tuple[str, int]]:
    """Each local header's name and where the header starts."""
    at = data.find(_LOCAL_MAGIC)
    found = 0
    while at >= 0 and found < _MOST_MEMBERS:
        if at + _LOCAL_HEADER.size > len(data):
            return
        name_length = _LOCAL_HEADER.unpack_from(data, at)[9]
        name = data[at + _LOCAL_HEADER.size : at + _LOCAL_HEADER.size + name_length]
        if name and len(name) == name_length:
            found += 1
            yield _plain_name(name.decode("utf-8", "replace")), at
        at = data.find(_LOCAL_MAGIC, at + 4)


def _inflate_at(data: bytes, at: int, budget: Budget) -> tuple[bytes, bool]:
    _, _, flags, method, _, _, _, packed, _, name_length, extra_length = _LOCAL_HEADER.unpack_from(data, at)
    if flags & 0x1:
        raise EncryptedResumeError("The file is locked with a password; save a copy without one.")
    start = at + _LOCAL_HEADER.size + name_length + extra_length
    if method == zipfile.ZIP_STORED:
        end = start + packed if packed else max(start, data.find(_LOCAL_MAGIC, start))
        budget.spend_decompressed(max(0, min(end, len(data)) - start))
        return data[start:end], end <= len(data)
    if method != zipfile.ZIP_DEFLATED:
        return b"", False
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces: list[bytes] = []
    rest = data[start:]
    try:
        while rest and not inflater.eof:
            piece = inflater.decompress(rest, _PIECE_BYTES)
            budget.spend_decompressed(len(piece))
            budget.check_time()
            pieces.append(piece)
            rest = inflater.unconsumed_tail
            if not piece and not rest:
                break
    except zlib.error:
        return b"".join(pieces), False
    return b"".join(pieces), inflater.eof
