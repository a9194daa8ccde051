"""Plain text → `Document`: any encoding, wrapped lines joined, bullets and columns told apart."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skillgap.errors import UnreadableResumeError
from skillgap.model import Limits, Resume
from skillgap.parsing.budget import Budget
from skillgap.parsing.cleaning import clean_text
from skillgap.parsing.document import Document, TextBlock
from skillgap.parsing.lines import CELL, HEADING, find_wraps, has_words, join_spaced_letters, join_wrapped, split_mark
from skillgap.parsing.sections import may_be_heading
from skillgap.parsing.structure import build_resume

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Half of Western text in UTF-16 is zero bytes; a fifth leaves room for other scripts' punctuation and spaces.
_UTF16_ZEROS = 0.2
# What a cp1252 text holds beyond ASCII: letters of Western Europe, quotes, dashes, bullets, signs.
_WESTERN = frozenset(
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœšžßÀÁÂÄÅÆÇÈÉÊËÍÎÑÓÔÖØÚÜŒŠŽ‘’“”–—•…·«»©®™°§´\u00a0\u00ad€£¡¿ªº½¼²³×±¶†"
)
_SURELY_WESTERN = 0.9
# Real text has no control characters but these and the few that old programs left behind.
_TEXT_CONTROLS = frozenset("\t\n\r\f\v\x1a\x1b\x1c\x1d\x1e\x1f\x85\x08")
_MOST_CONTROLS, _MOST_UNDECODABLE = 0.01, 0.05

_COLUMN_GAP = re.compile(r"(?<=\S)(?:[ \u00a0]*\t[\s\u00a0]*|[ \u00a0]{3,})(?=\S)")
_NUMBER_GAP = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|\(?[a-hA-H]\)|[^\w\s]{1,2}|o|[\ue000-\uf8ff])$")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the file: its cells (one where it has no columns), and whether an empty line stands before it."""

    indent: str
    cells: tuple[str, ...]
    is_apart: bool


def read_text(data: bytes, *, budget: Budget) -> Document:
    r"""The document that a plain-text file holds, whatever its encoding.

    >>> document = read_text("Jane Doe\n\n- Kept books".encode("utf-16"), budget=Budget(Limits()))
    >>> [(block.kind, block.text) for block in document.blocks]
    [('paragraph', 'Jane Doe'), ('bullet', 'Kept books')]

    Raises:
        UnreadableResumeError: the bytes are no text.
        ResumeLimitError: there is more text than the limits allow.
    """
    budget.check_file_bytes(len(data))
    text = decode_text(data)
    budget.check_characters(len(text))
    return Document(tuple(_blocks_of(text, budget)), format="text", reader="text")


def resume_from_text(text: str, *, source: str | None = None) -> Resume:
    """The resume that a string holds.

    Raises:
        EmptyResumeError: the string has no words.
        ResumeLimitError: the string is longer than the default limits allow.
    """
    budget = Budget(Limits())
    budget.check_characters(len(text))
    return build_resume(Document(tuple(_blocks_of(text, budget)), format="text", reader="text"), source=source)


def decode_text(data: bytes) -> str:
    """The text that bytes hold, in the encoding that they bear witness to.

    >>> decode_text("Café – “Zürich”".encode("cp1252"))
    'Café – “Zürich”'

    Raises:
        UnreadableResumeError: the bytes are no text.
    """
    text = _decode(data)
    sample = text[:200_000]
    controls = sum(1 for character in sample if character < " " and character not in _TEXT_CONTROLS)
    if controls > max(2, len(sample) * _MOST_CONTROLS) or sample.count("\ufffd") > max(
        2, len(sample) * _MOST_UNDECODABLE
    ):
        raise UnreadableResumeError(
            "The file is not text: it holds binary data of a kind that skillgap does not know. Save the resume as PDF, "
            "DOCX or plain text."
        )
    return text


def _decode(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    if utf16 := _utf16_without_bom(data):
        return data.decode(utf16, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # One bad byte in a long text (a truncated last character, a stray quote) makes no other encoding of it.
        if len(data) - error.start < 4 and error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8")
    western = data.decode("cp1252", "replace")
    beyond = [character for character in western if character > "\x7f"]
    letters = sum(map(str.isalpha, western))
    if (
        sum(character in _WESTERN for character in beyond) >= len(beyond) * _SURELY_WESTERN
        and len(beyond) * 3 <= letters
    ):
        return western
    return _detect(data) or western


def _utf16_without_bom(data: bytes) -> str | None:
    sample = data[:4_000]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0) / len(sample), sample[1::2].count(0) / len(sample)
    if odd > _UTF16_ZEROS and even < odd / 8:
        return "utf-16-le"
    if even > _UTF16_ZEROS and odd < even / 8:
        return "utf-16-be"
    return None


def _detect(data: bytes) -> str | None:
    # Loaded only here: few files need it, and it takes a tenth of a second.
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    return data.decode(best.encoding, "replace") if best is not None else None


def _blocks_of(text: str, budget: Budget) -> Iterator[TextBlock]:
    rows = _rows_of(text, budget)
    wraps = _find_wraps(rows)
    runs_on = [wraps[index] and not rows[index + 1].is_apart for index in range(len(rows) - 1)] + [False]
    index = 0
    while index < len(rows):
        row = rows[index]
        if len(row.cells) > 1:
            for cell in row.cells:
                yield _block(cell, is_cell=True, is_set_off=False)
            index += 1
            continue
        joined = row.cells[0]
        first = index
        while runs_on[index]:
            index += 1
            joined = join_wrapped(joined, rows[index].cells[0])
        is_cell = row.indent.startswith(CELL) and index == first
        # An empty line sets a heading off, unless it only parts two lines that would seem to be one.
        is_set_off = first > 0 and row.is_apart and not wraps[first - 1] and index == first
        yield _block(joined, is_cell=is_cell, is_set_off=is_set_off)
        index += 1


def _block(text: str, *, is_cell: bool, is_set_off: bool) -> TextBlock:
    words, kind, is_marked = split_mark(text, "cell" if is_cell else "paragraph")
    if is_marked:
        return TextBlock(HEADING + words, kind="heading")
    if kind in ("paragraph", "cell") and is_set_off and may_be_heading(words):
        return TextBlock(words, kind="heading")
    return TextBlock(words, kind=kind)


def _rows_of(text: str, budget: Budget) -> list[_Row]:
    rows: list[_Row] = []
    is_apart = True
    pending_mark = ""
    for count, raw in enumerate(text.splitlines()):
        if count % 2_000 == 0:
            budget.check_time()
        body = raw.strip()
        if not body:
            is_apart = True
            continue
        indent = raw[: len(raw) - len(raw.lstrip())]
        cells = tuple(cell for cell in map(clean_text, _split_columns(body)) if has_words(cell))
        if not cells:
            # A bullet alone on its line belongs to the words below it.
            pending_mark = "• " if len(body) <= 2 else ""
            is_apart = is_apart or not pending_mark
            continue
        if pending_mark:
            cells = (pending_mark + cells[0], *cells[1:])
            pending_mark = ""
        rows.append(_Row(indent, cells, is_apart))
        is_apart = False
    return rows


def _split_columns(body: str) -> list[str]:
    body = join_spaced_letters(body)
    if "\t" not in body and "   " not in body:
        return [body]
    parts = _COLUMN_GAP.split(body)
    if len(parts) > 1 and _NUMBER_GAP.match(parts[0]):
        parts[:2] = [f"{parts[0]} {parts[1]}"]
    return parts


def _find_wraps(rows: Sequence[_Row]) -> list[bool]:
    """For each row whether it would go on in the next, were there no empty line between them."""
    wraps = find_wraps([row.indent + row.cells[0] if len(row.cells) == 1 else "\t".join(row.cells) for row in rows])
    for index, row in enumerate(rows):
        if len(row.cells) > 1:
            wraps[index] = False
            if index:
                wraps[index - 1] = False
    return wraps
