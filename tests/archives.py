"""Zip archives, which Word and OpenDocument files are too, as tests make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def pack(members: Mapping[str, bytes | str], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of members by name, in their order.

    >>> unpack(pack({"a": "text", "b": b"bytes"}))
    {'a': b'text', 'b': b'bytes'}
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The members of an archive by name, in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
