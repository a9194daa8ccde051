"""What the codes of a PDF font mean, read off its ToUnicode map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from typing import Any

_BEGIN = re.compile(rb"begin(bfchar|bfrange)")
_HEX_PAIR = re.compile(rb"<([0-9A-Fa-f\s]*+)>\s*+<([0-9A-Fa-f\s]*+)>")
_RANGE = re.compile(
    rb"<([0-9A-Fa-f\s]*+)>\s*+<([0-9A-Fa-f\s]*+)>\s*+(?:<([0-9A-Fa-f\s]*+)>|\[([^\]]*+)\])",
)
_CID_BEGIN = re.compile(rb"begin(cidchar|cidrange)")
_CID_RANGE = re.compile(rb"<([0-9A-Fa-f\s]*+)>\s*+<([0-9A-Fa-f\s]*+)>\s*+(\d{1,6})")
_CID_CHAR = re.compile(rb"<([0-9A-Fa-f\s]*+)>\s*+(\d{1,6})")
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*+)>")
_COMMENT = re.compile(rb"%[^\r\n]*+")

# A font has at most 65,536 codes; a map that names more was made to exhaust memory.
_MAX_CODES = 65_536
# A map that names every code takes a million and a half bytes.
_LONGEST_MAP = 2_000_000
# Digits of what one code means: the format allows 512 bytes (ISO 32000-1, 9.10.3), ligatures take six.
_LONGEST_TEXT = 128


# A hostile map takes ten megabytes; thirty of them are what a process may keep.
@lru_cache(maxsize=32)
def read_to_unicode(data: bytes) -> dict[int, str]:
    """The text of each code that a ToUnicode map names; the same map is read once in a process.

    >>> read_to_unicode(b"1 beginbfchar <0041> <00660069> endbfchar 1 beginbfrange <01> <03> <0061> endbfrange")
    {65: 'fi', 1: 'a', 2: 'b', 3: 'c'}
    """
    meanings: dict[int, str] = {}
    data = data[:_LONGEST_MAP]
    if b"%" in data:
        data = _COMMENT.sub(b"", data)
    for kind, body in _blocks(data, _BEGIN):
        if kind == b"bfchar":
            for code, text in _HEX_PAIR.findall(body):
                _add(meanings, _to_code(code), _to_text(text))
            continue
        for first, last, text, texts in _RANGE.findall(body):
            start, end = _to_code(first), min(_to_code(last), _to_code(first) + _MAX_CODES)
            if texts:
                for offset, each in enumerate(_HEX.findall(texts)):
                    if start + offset <= end:
                        _add(meanings, start + offset, _to_text(each))
                continue
            base = _to_text(text)
            if not base:
                continue
            head, tail = base[:-1], ord(base[-1])
            for code in range(start, end + 1):
                if tail + code - start > 0x10FFFF or len(meanings) >= _MAX_CODES:
                    break
                _add(meanings, code, head + chr(tail + code - start))
    return meanings


def is_identity_map(data: bytes) -> bool:
    """Whether a ToUnicode map names codes as what they are in Unicode, in the words of maps to glyphs."""
    return b"begincidrange" in data[:_LONGEST_MAP]


def read_cmap(data: bytes, base: dict[int, Any] | None = None) -> dict[int, Any]:
    """The tree that leads from the bytes of a code to its glyph, from a CMap that stands in the file.

    >>> read_cmap(b"1 begincidrange <0041> <0042> 7 endcidrange 1 begincidchar <20> 1 endcidchar")
    {0: {65: 7, 66: 8}, 32: 1}
    """
    tree: dict[int, Any] = deepcopy(base) if base else {}
    count = 0
    for kind, body in _blocks(_COMMENT.sub(b"", data[:_LONGEST_MAP]), _CID_BEGIN):
        for first, last, cid in _CID_RANGE.findall(body) if kind == b"cidrange" else _single(body):
            length = len(b"".join(first.split())) // 2
            start, end = _to_code(first), _to_code(last)
            for code in range(start, min(end, start + _MAX_CODES) + 1):
                count += 1
                if count > _MAX_CODES or not 0 < length <= 4 or code >= 256**length:
                    break
                branch = tree
                path = code.to_bytes(length, "big")
                for byte in path[:-1]:
                    found = branch.get(byte)
                    if not isinstance(found, dict):
                        found = branch[byte] = {}
                    branch = found
                branch[path[-1]] = int(cid) + code - start
    return tree


def _blocks(data: bytes, begin: re.Pattern[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The kind and the body of each block of a map; what is not ended is none."""
    position = 0
    while match := begin.search(data, position):
        end = data.find(b"end" + match[1], match.end())
        if end < 0:
            return
        yield match[1], data[match.end() : end]
        position = end


def _single(body: bytes) -> list[tuple[bytes, bytes, bytes]]:
    return [(code, code, cid) for code, cid in _CID_CHAR.findall(body)]


def _add(meanings: dict[int, str], code: int, text: str) -> None:
    # Some fonts give a code twice, as a space and as a no-break space; the plain one is meant.
    if len(meanings) < _MAX_CODES and not (text == "\xa0" and meanings.get(code) == " "):
        meanings[code] = text


def _to_code(raw: bytes) -> int:
    digits = b"".join(raw.split())
    return int(digits[-8:], 16) if digits else 0


def _to_text(raw: bytes) -> str:
    digits = b"".join(raw.split())[:_LONGEST_TEXT]
    if len(digits) <= 2:
        return chr(int(digits, 16)) if digits else ""
    if len(digits) % 4:
        digits = digits.rjust(len(digits) + 4 - len(digits) % 4, b"0")
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", "ignore")
