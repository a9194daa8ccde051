"""Content streams of PDF pages, cut into statements: an operator and its operands.

A general tokenizer pays for every number, name and string apart. Nearly all of a page consists of a few
shapes of statement (numbers and an operator, a string to show, an array of strings to show, a name and an
operator), so one regular expression takes each of them whole and leaves its operands as raw bytes: operators
that nobody asks for then cost next to nothing. What has another shape goes through `parse_operands`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

# The shapes of statement; the numbers are those of the groups of `_STATEMENT` that end each shape.
NUMBERS: Final = 2
HEX_SHOW: Final = 3
LITERAL_SHOW: Final = 4
ARRAY_SHOW: Final = 5
NAMED: Final = 8
GENERAL: Final = 9

# Quantifiers are possessive throughout: a hostile stream cannot make the match backtrack.
_STATEMENT = re.compile(
    rb"""
    [\x00\t\n\x0c\r ]*+
    (?: ( (?: [-+.0-9]++ [\x00\t\n\x0c\r ]++ )*+ ) ( [A-Za-z'"*] [A-Za-z0-9'"*]*+ )
      | < ( [0-9A-Fa-f]*+ ) > [\x00\t\n\x0c\r ]*+ Tj \b
      | \( ( (?: [^()\\]++ | \\. )*+ ) \) [\x00\t\n\x0c\r ]*+ Tj \b
      | \[ ( (?: [^\[\]()<>%/]++ | < [0-9A-Fa-f]*+ > | \( (?: [^()\\]++ | \\. )*+ \) )*+ ) \]
        [\x00\t\n\x0c\r ]*+ TJ \b
      | / ( [^\x00\t\n\x0c\r ()<>\[\]{}/%]*+ ) [\x00\t\n\x0c\r ]++
        ( (?: [-+.0-9]++ [\x00\t\n\x0c\r ]++ )?+ ) ( [A-Za-z] [A-Za-z0-9]*+ )
      | ( \S )
      | \Z   # else a long blank end would be tried again from each of its places
    )
    """,
    re.VERBOSE | re.DOTALL,
)

_TOKEN = re.compile(
    rb"""
    [\x00\t\n\x0c\r ]*+
    (?: ( [-+.0-9]++ )
      | / ( [^\x00\t\n\x0c\r ()<>\[\]{}/%]*+ )
      | < ( [0-9A-Fa-f\x00\t\n\x0c\r ]*+ ) >
      | ( \( )
      | ( << | >> | [\[\]{}] )
      | ( % [^\r\n]*+ )
      | ( [^\x00\t\n\x0c\r ()<>\[\]{}/%]++ )
      | ( . )
    )
    """,
    re.VERBOSE | re.DOTALL,
)

_ARRAY_ITEM = re.compile(rb"<([0-9A-Fa-f]*+)>|\(((?:[^()\\]++|\\.)*+)\)|([-+.0-9]++)", re.DOTALL)
_LITERAL_PART = re.compile(rb"[^()\\]*+(?:\\.[^()\\]*+)*+", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_INLINE_IMAGE_END = re.compile(rb"[\x00\t\n\x0c\r ]EI(?=[\x00\t\n\x0c\r ]|$)")
_BARE_INLINE_IMAGE_END = re.compile(rb"EI(?=[\x00\t\n\x0c\r ]|$)")

_NOT_HEX = bytes(set(range(256)) - set(b"0123456789ABCDEFabcdef"))

# Operands before an operator: arrays and dictionaries deeper or longer than this are no honest content.
_MAX_DEPTH = 32
_MAX_OPERANDS = 100_000
# No operator takes more than 32 numbers (ISO 32000-1, 8.6.6.5), of some twenty digits.
_LONGEST_NUMBERS = 1_000
# Tokens between two looks at the clock.
_CHECK_EVERY = 5_000


@dataclass(frozen=True, slots=True)
class Name:
    """A PDF name, so that it cannot be taken for a string."""

    text: str


@dataclass(frozen=True, slots=True)
class InlineImage:
    """An image that stands in the content stream; only its dictionary is kept."""

    entries: dict[str, Operand]


Operand = float | bytes | Name | InlineImage | list["Operand"] | dict[str, "Operand"]
Statement = tuple[int, bytes, bytes, list[Operand]]


def read_statements(data: bytes, check_time: Callable[[], None] = lambda: None) -> Iterator[Statement]:
    """The statements of a content stream, in order: shape, operator, raw operand, parsed operands.

    The raw operand is what stands before the operator (`NUMBERS`), inside the string or array to show
    (`HEX_SHOW`, `LITERAL_SHOW`, `ARRAY_SHOW`), or the name (`NAMED`, whose number is the one parsed operand,
    if there is one). `GENERAL` statements have only parsed operands. ``check_time`` is called now and then within
    long operands, and may raise.

    >>> for shape, operator, raw, operands in read_statements(b"BT /F1 9 Tf 1 2 Td (Hi) Tj [(a) -20 (b)] TJ ET"):
    ...     print(shape, operator, raw, operands)
    2 b'BT' b'' []
    8 b'Tf' b'F1' [9.0]
    2 b'Td' b'1 2 ' []
    4 b'Tj' b'Hi' []
    5 b'TJ' b'(a) -20 (b)' []
    2 b'ET' b'' []
    """
    position = 0
    size = len(data)
    none: list[Operand] = []
    while position < size:
        for match in _STATEMENT.finditer(data, position):
            shape = match.lastindex
            if shape == NUMBERS:
                operator = match[2]
                if operator == b"BI":
                    entries, position = _read_inline_image(data, match.end(), check_time)
                    yield GENERAL, b"EI", b"", [InlineImage(entries)]
                    break
                yield NUMBERS, operator, match[1], none
            elif shape == HEX_SHOW:
                yield HEX_SHOW, b"Tj", match[3], none
            elif shape == LITERAL_SHOW:
                yield LITERAL_SHOW, b"Tj", match[4], none
            elif shape == ARRAY_SHOW:
                yield ARRAY_SHOW, b"TJ", match[5], none
            elif shape == NAMED:
                number = match[7]
                yield NAMED, match[8], match[6], [to_number(number)] if number else none
            elif shape is None:
                return
            else:
                general, operator, position = parse_operands(data, match.start(), check_time)
                if operator:
                    yield GENERAL, operator, b"", general
                break
        else:
            return


def parse_operands(
    data: bytes, position: int, check_time: Callable[[], None] = lambda: None
) -> tuple[list[Operand], bytes, int]:
    """The operands from a position to the next operator, that operator (empty at the end), and where it ends."""
    stack: list[list[Operand]] = [[]]
    size = len(data)
    countdown = _CHECK_EVERY
    while position < size:
        countdown -= 1
        if not countdown:
            check_time()
            countdown = _CHECK_EVERY
        match = _TOKEN.match(data, position)
        if match is None:
            break
        position = match.end()
        shape = match.lastindex
        value: Operand
        if shape == 1:
            value = to_number(match[1])
        elif shape == 2:
            value = Name(decode_name(match[2]))
        elif shape == 3:
            value = decode_hex(match[3])
        elif shape == 4:
            body, position = _read_literal(data, position, check_time)
            value = decode_literal(body)
        elif shape == 5:
            mark = match[5]
            if mark in (b"[", b"<<", b"{"):
                if len(stack) < _MAX_DEPTH:
                    stack.append([])
                continue
            if len(stack) == 1:
                continue
            closed = stack.pop()
            value = _to_dictionary(closed) if mark == b">>" else closed
        elif shape == 7:
            word = match[7]
            if word in (b"true", b"false", b"null"):
                value = Name(word.decode("ascii"))
            elif len(stack) == 1:
                return stack[0], word, position
            else:
                continue
        else:
            continue
        if len(stack[-1]) < _MAX_OPERANDS:
            stack[-1].append(value)
    return stack[0], b"", size


def to_numbers(raw: bytes) -> list[float]:
    """The numbers of a raw operand, the last ones of very many; what is none counts as what it begins with, or 0."""
    raw = raw[-_LONGEST_NUMBERS:]
    try:
        return [float(part) for part in raw.split()]
    except ValueError:
        return [to_number(part) for part in raw.replace(b"\x00", b" ").split()]


def to_number(raw: bytes) -> float:
    """One number, read as forgivingly as PDF viewers do.

    >>> to_number(b"-.5"), to_number(b"--5"), to_number(b"1.2.3"), to_number(b"12-4"), to_number(b".")
    (-0.5, -5.0, 1.2, 12.0, 0.0)
    """
    try:
        return float(raw)
    except ValueError:
        found = re.search(rb"-?(?:\d+\.?\d*|\.\d+)", raw)
        return float(found[0]) if found else 0.0


def show_items(raw: bytes) -> Iterator[bytes | float]:
    """The strings and shifts of the array of a TJ operator, from its raw operand."""
    for match in _ARRAY_ITEM.finditer(raw):
        hexadecimal, literal, number = match.groups()
        if number is not None:
            yield to_number(number)
        elif literal is not None:
            yield decode_literal(literal)
        else:
            yield decode_hex(hexadecimal)


def decode_hex(raw: bytes) -> bytes:
    """The bytes of a hexadecimal string; an odd last digit counts as its first half.

    >>> decode_hex(b"48 69 2")
    b'Hi '
    """
    try:
        return bytes.fromhex(raw.decode("ascii"))
    except ValueError:
        digits = raw.translate(None, _NOT_HEX)
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def decode_literal(raw: bytes) -> bytes:
    r"""The bytes of a string in parentheses, escapes undone.

    >>> decode_literal(rb"a\(b\)\101\
    ... ")
    b'a(b)A'
    """
    if b"\\" not in raw and b"\r" not in raw:
        return raw
    return _ESCAPE.sub(_unescape, raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))


def decode_name(raw: bytes) -> str:
    """A name as text, ``#xx`` undone.

    >>> decode_name(b"F#311")
    'F11'
    """
    if b"#" in raw:
        raw = re.sub(rb"#([0-9A-Fa-f]{2})", lambda match: bytes((int(match[1], 16),)), raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _unescape(match: re.Match[bytes]) -> bytes:
    escaped = match[1]
    if escaped.isdigit() and escaped < b"8":
        return bytes((int(escaped, 8) & 255,))
    if escaped in (b"\n", b"\r\n"):
        return b""
    return _ESCAPED.get(escaped, escaped)


def _read_literal(data: bytes, position: int, check_time: Callable[[], None]) -> tuple[bytes, int]:
    """The body of a string whose opening parenthesis stands before the position, and where it ends."""
    start = position
    depth = 1
    size = len(data)
    countdown = _CHECK_EVERY
    while position < size:
        countdown -= 1
        if not countdown:
            check_time()
            countdown = _CHECK_EVERY
        match = _LITERAL_PART.match(data, position)
        position = match.end() if match else position
        if position >= size:
            break
        mark = data[position]
        position += 1
        if mark == 0x28:
            depth += 1
        elif mark == 0x29:
            depth -= 1
            if not depth:
                return data[start : position - 1], position
    return data[start:size], size


def _read_inline_image(data: bytes, position: int, check_time: Callable[[], None]) -> tuple[dict[str, Operand], int]:
    """The dictionary of an inline image and where the image ends; the position stands behind BI."""
    operands, operator, position = parse_operands(data, position, check_time)
    entries = _to_dictionary(operands)
    if operator != b"ID":
        return entries, position
    found = _INLINE_IMAGE_END.search(data, position) or _BARE_INLINE_IMAGE_END.search(data, position)
    return entries, found.end() if found else len(data)


def _to_dictionary(items: list[Operand]) -> dict[str, Operand]:
    return {key.text: value for key, value in zip(items[::2], items[1::2], strict=False) if isinstance(key, Name)}
