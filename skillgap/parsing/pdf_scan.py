"""What the bytes of a PDF say about it before it is read: cheap looks that spare or ask for dear ones."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator


def may_have_layers(data: bytes) -> bool:
    """Whether a file may have layers: it says so, or its objects are packed so that a plain look cannot tell."""
    # The catalogue is what tells; it stands in one of the first object streams, which are small.
    return any(b"/OCProperties" in part for part in plain_parts(data) if part)


def has_odd_paint(data: bytes) -> bool:
    """Whether a file may paint letters with masks, blend modes, patterns, spot colours or pictures of letters.

    What is left of letters that are painted so, only a picture of the page tells. What is encrypted or packed in an
    odd way may hold anything.

    >>> has_odd_paint(b"<</Type/ExtGState/BM/Normal/ca 1>>"), has_odd_paint(b"<</BM /Screen>>")
    (False, True)
    """
    if b"/Encrypt" in data:
        return True
    return any(part is None or (_may_be_odd(part) and _ODD_WORD.search(part) is not None) for part in plain_parts(data))


def _may_be_odd(part: bytes) -> bool:
    """Whether a word stands there that `_ODD_WORD` begins with; looking for plain bytes is many times faster."""
    return any(word in part for word in _ODD)


_ODD = (b"/BM", b"/Luminosity", b"/Alpha", b"/PatternType", b"/Separation", b"/DeviceN", b"/Type3")
_ODD_WORD = re.compile(
    rb"/BM\s*+(?!/Normal\b|/Compatible\b|\[\s*+/Normal\s*+\])|/(?:Luminosity|Alpha|PatternType|Separation|DeviceN|Type3)\b"
)


def plain_parts(data: bytes) -> Iterator[bytes | None]:
    """The file as it stands, and the beginnings of the object streams in it, None where they cannot be unpacked."""
    yield data
    for match in _PACKED.finditer(data):
        try:
            yield zlib.decompressobj().decompress(data[match.end() : match.end() + _PEEK_BYTES], 10 * _PEEK_BYTES)
        except zlib.error:
            yield None


_PACKED = re.compile(rb"/ObjStm\b[^\x80-\xff]{0,300}?stream\r?\n")
_PEEK_BYTES = 200_000
