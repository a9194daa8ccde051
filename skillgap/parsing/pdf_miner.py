"""The text of PDF pages by way of pdfminer.six: its objects and fonts, our own interpreter of page content.

pdfminer.six reads the file's objects and fonts. The content streams go through `skillgap.parsing.pdf_content`
and an interpreter that keeps nothing but what shows, hides, colours, covers or clips text, and that builds
words while it reads: several times faster than pdfminer's own way through an object for every glyph.
"""

from __future__ import annotations

import io
import logging
import math
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from pdfminer import pdftypes
from pdfminer.cmapdb import CMapDB, IdentityCMap, IdentityCMapByte
from pdfminer.lzw import LZWDecoder
from pdfminer.pdfdocument import PDFBaseXRef, PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdffont import PDFCIDFont, PDFFont
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSKeyword, PSLiteral
from pdfminer.utils import apply_tiff_predictor

from skillgap.errors import EncryptedResumeError, ResumeError, UnreadableResumeError
from skillgap.parsing.budget import Budget
from skillgap.parsing.layout import Dot, Rule
from skillgap.parsing.pdf_content import (
    ARRAY_SHOW,
    HEX_SHOW,
    LITERAL_SHOW,
    NAMED,
    NUMBERS,
    InlineImage,
    Name,
    Operand,
    decode_hex,
    decode_literal,
    decode_name,
    read_statements,
    show_items,
    to_numbers,
)
from skillgap.parsing.pdf_fonts import is_identity_map, read_cmap, read_to_unicode
from skillgap.parsing.pdf_geometry import IDENTITY, Matrix, cut, multiply
from skillgap.parsing.pdf_page import (
    COVERING_NOTES,
    MAX_AREAS,
    MAX_ATTACHMENTS,
    MAX_DOTS,
    MIN_RULE,
    UNMAPPED,
    Area,
    Box,
    Colour,
    DrawnWord,
    Ink,
    PdfPage,
    does_hyphenate,
    field_words,
    find_note_colour,
    glyph_text,
    in_speaking_order,
    is_bold_font,
    is_symbol_font,
    is_tex,
    level_letters,
    symbol_text,
)

# pdfminer logs every object and every oddity; on Type3 fonts that alone takes longer than reading the page.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

Glyph = tuple[str, float, bool]

_BLACK: Final[Colour] = (0.0, 0.0, 0.0)
_EVERYWHERE: Final[Box] = (-math.inf, -math.inf, math.inf, math.inf)

# A gap of a tenth of the larger of a glyph's width and height parts words: pdfminer's `word_margin`.
_WORD_MARGIN = 0.1
# How far the letters of a word that is set wide stand apart at most, as a share of the font size.
_WIDEST_SPACING = 1.0
# Forms within forms deeper than this are no honest page; the format itself allows 28 (ISO 32000-1, annex C).
_MAX_FORM_DEPTH = 28
# Saved graphics states; the format allows 28, and more than this come only from streams made to exhaust memory.
_MAX_SAVED_STATES = 1_000
# Nodes of the page tree looked at; a cyclic or endless tree ends here.
_MAX_PAGE_NODES = 100_000
# Statements and path segments between two looks at the clock.
_CHECK_EVERY = 2_000
# A code of two bytes in hexadecimal; there are at most 65,536 of them.
_CODE_DIGITS = 4
_MAX_NAME_DEPTH = 2
_MAX_PATH = 2_000
_MAX_FORMS = 20_000
# The clear-text head of a Type 1 font, which holds its encoding, has some thousands of bytes.
_LONGEST_FONT_HEAD = 100_000
# References to references; one is seen, more are not.
_MAX_HOPS = 8
# Glyphs are numbered by two bytes.
_LAST_GLYPH = 65_535
# Membership of layers within layers, and layers that one rule names; honest rules name two or three.
_MAX_LAYER_DEPTH = 3
_MAX_LAYERS = 20

# Letters narrower than this share of their height are a line.
_FLAT = 0.05

_PATH = frozenset((b"m", b"l", b"c", b"v", b"y"))
_FILL = frozenset((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"))
_PAINT = _FILL | {b"S", b"s", b"n"}


class PdfMinerSource:
    """One opened PDF: how many pages it has, and each page's words on asking."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._data = data
        self._budget = budget
        self._is_rescanned = False
        self.is_damaged = False
        self.hyphenates: bool | None = None
        self._open()

    def _open(self) -> None:
        try:
            self._use(_open_document(self._data, self._budget, _Document))
        except ResumeError:
            raise
        except Exception:
            self._pages: list[PDFPage] = []
        if not self._pages:
            self.rescan()

    def rescan(self) -> bool:
        """Read the file anew without its cross-reference table, by looking for objects from end to end."""
        if self._is_rescanned:
            return False
        self._is_rescanned = True
        try:
            self._use(_open_document(self._data, self._budget, _RescannedDocument))
        except ResumeError:
            raise
        except Exception as error:
            raise UnreadableResumeError(
                "The PDF is damaged: no pages could be found in it. Open it in a PDF viewer and save it anew, "
                "or send another copy."
            ) from error
        return True

    def _use(self, document: PDFDocument) -> None:
        tree = _PageTree(document, self._budget)
        pages = list(tree.find_pages())
        self.is_damaged = tree.is_damaged
        self._reader = _PageReader(document, self._budget)
        self._pages = pages
        self._document = document
        self.hyphenates = does_hyphenate(_read_producer(document))

    @property
    def page_count(self) -> int:
        """How many pages the file has."""
        return len(self._pages)

    def read_page(self, number: int) -> PdfPage:
        """What the page of a 1-based number shows."""
        return self._reader.read(self._pages[number - 1], number)

    @property
    def has_off_layers(self) -> bool:
        """Whether the file opens with layers (optional content) switched off."""
        return self._reader.has_off_layers

    def attachments(self) -> list[str]:
        """The names of files attached to the document, some at most."""
        return [name for name, _ in self._find_attachments()]

    def pinned_attachments(self) -> list[str]:
        """The names of files that marks on the pages stand for, some at most."""
        return [name for name, _ in self._find_pinned()]

    def read_attachment(self, name: str) -> bytes:
        """The bytes of the attached file of a name, as far as they are whole; empty where there are none."""
        for other, file in (*self._find_attachments(), *self._find_pinned()):
            files = _dict(file.get("EF"))
            stream = _value(files.get("UF")) or _value(files.get("F"))
            if other == name and isinstance(stream, PDFStream):
                return _quietly(stream.get_data) or b""
        return b""

    def _find_attachments(self) -> list[tuple[str, dict[str, Any]]]:
        names = _dict(_dict(self._document.catalog).get("Names"))
        return _find_attachments(_dict(names.get("EmbeddedFiles")))

    def _find_pinned(self) -> list[tuple[str, dict[str, Any]]]:
        notes = (_dict(note) for page in self._pages[:MAX_ATTACHMENTS] for note in _list(page.annots)[:_MAX_FORMS])
        files = (_dict(note.get("FS")) for note in notes if _name(note.get("Subtype")) == "FileAttachment")
        return [(name, file) for file in islice(files, MAX_ATTACHMENTS) if (name := _name_of_file(file))]

    def close(self) -> None:
        """Let go of the document."""
        self._pages = []


# ---------------------------------------------------------------------------------------------- documents


def _find_attachments(tree: dict[str, Any], depth: int = 0) -> list[tuple[str, dict[str, Any]]]:
    """The names of the files in a tree of names (ISO 32000-1, 7.9.6), and where these are."""
    found: list[tuple[str, dict[str, Any]]] = []
    for reference in _list(tree.get("Names"))[1 : 2 * MAX_ATTACHMENTS : 2]:
        file = _dict(reference)
        if name := _name_of_file(file):
            found.append((name, file))
    if depth < _MAX_NAME_DEPTH:
        for kid in _list(tree.get("Kids"))[:MAX_ATTACHMENTS]:
            if len(found) >= MAX_ATTACHMENTS:
                break
            found += _find_attachments(_dict(kid), depth + 1)
    return found[:MAX_ATTACHMENTS]


def _name_of_file(file: dict[str, Any]) -> str:
    name = _value(file.get("UF")) or _value(file.get("F"))
    return _decode_text(name) if isinstance(name, bytes) else ""


def _read_producer(document: PDFDocument) -> str:
    """The names of the programs that made a document."""
    names = [_value(entry.get(key)) for entry in document.info for key in ("Creator", "Producer")]
    return " ".join(_decode_text(name) for name in names if isinstance(name, bytes))


class _Document(PDFDocument):
    """A document whose objects are never references: pdfminer would follow those in a circle for ever."""

    def getobj(self, objid: int) -> object:
        found: object = super().getobj(objid)
        for _ in range(_MAX_HOPS):
            if not isinstance(found, PDFObjRef):
                return found
            found = super().getobj(found.objid)
        return None


class _RescannedDocument(_Document):
    """A document whose cross-reference table is not trusted: its objects are looked for from end to end."""

    def find_xref(self, parser: PDFParser) -> int:
        return 0

    def read_xref_from(self, parser: PDFParser, start: int, xrefs: list[PDFBaseXRef]) -> None:
        parser.fallback = True
        if isinstance(parser, _Parser):
            xrefs.append(_ScannedXRef(self, parser))


class _ScannedXRef(PDFBaseXRef):
    """The places of objects as the file's bytes show them; the last of several with one number counts."""

    def __init__(self, document: PDFDocument, parser: _Parser) -> None:
        data = parser.data
        self._offsets: dict[int, tuple[int | None, int, int]] = {}
        packed: list[tuple[int, int]] = []
        catalog: int | None = None
        for match in _OBJECT.finditer(data):
            objid, offset = int(match[1]), match.start(1)
            self._offsets[objid] = (None, offset, int(match[2]))
            head = data[match.end() : match.end() + 400]
            if _OBJECT_STREAM.search(head.partition(b"stream")[0]):
                packed.append((objid, offset))
            elif _CATALOG.search(head.partition(b"endobj")[0]):
                catalog = objid
        for objid, offset in packed:
            self._unpack(parser, objid, offset)
        roots = _ROOT.findall(data)
        root = next((number for number in map(int, reversed(roots)) if number in self._offsets), catalog)
        self._trailer: dict[str, Any] = {} if root is None else {"Root": PDFObjRef(document, root)}
        encryption = _ENCRYPT.findall(data)
        if encryption:
            self._trailer["Encrypt"] = PDFObjRef(document, int(encryption[-1]))
            found = _FILE_ID.search(data)
            if found:
                self._trailer["ID"] = [decode_hex(found[1]), b""]

    def _unpack(self, parser: _Parser, objid: int, offset: int) -> None:
        """Add the objects that an object stream holds."""
        parser.seek(offset)
        stream = _quietly(lambda: parser.nextobject()[1])
        if not isinstance(stream, PDFStream):
            return
        head = (_quietly(stream.get_data) or b"")[: _value(stream.get("First")) or 0]
        numbers = [int(part) for part in head.split() if part.isdigit()]
        for index, inner in enumerate(numbers[::2]):
            self._offsets.setdefault(inner, (objid, index, 0))

    def get_trailer(self) -> dict[str, Any]:
        return self._trailer

    def get_objids(self) -> Iterable[int]:
        return self._offsets.keys()

    def get_pos(self, objid: int) -> tuple[int | None, int, int]:
        return self._offsets[objid]

    def load(self, parser: PDFParser) -> None:
        """Nothing is left to load."""


_OBJECT = re.compile(rb"(?<![0-9])(\d{1,9})\s{1,9}(\d{1,5})\s{1,9}obj\b")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm\b")
_CATALOG = re.compile(rb"/Type\s*/Catalog\b")
_ROOT = re.compile(rb"/Root\s{1,9}(\d{1,9})\s{1,9}\d{1,5}\s{1,9}R\b")
_ENCRYPT = re.compile(rb"/Encrypt\s{1,9}(\d{1,9})\s{1,9}\d{1,5}\s{1,9}R\b")
_FILE_ID = re.compile(rb"/ID\s{0,9}\[\s{0,9}<([0-9A-Fa-f\s]{0,200})>")


class _Stream(PDFStream):
    """A stream that unpacks within the budget, and keeps what could be unpacked of damaged data."""

    budget: Budget
    is_whole = True

    def decode(self) -> None:
        data = self.rawdata or b""
        if self.decipher is not None and self.objid is not None and self.genno is not None:
            data = self.decipher(self.objid, self.genno, data, self.attrs)
        for entry, parameters in islice(self.get_filters(), _MAX_FILTERS):
            data = self._apply(str(getattr(entry, "name", entry)), parameters, data)
        self.data = data
        self.rawdata = None

    def _apply(self, name: str, parameters: object, data: bytes) -> bytes:
        budget = self.budget
        if name in ("FlateDecode", "Fl"):
            data, is_whole = _inflate(data, budget)
            self.is_whole = self.is_whole and is_whole
        elif name in ("LZWDecode", "LZW"):
            data = _unpack_lzw(data, budget)
        elif name in ("ASCII85Decode", "A85"):
            data = _decode_ascii85(data, budget)
        elif name in ("ASCIIHexDecode", "AHx"):
            data = decode_hex(data.partition(b">")[0])
        elif name in ("RunLengthDecode", "RL"):
            data = _decode_run_lengths(data, budget)
        if not isinstance(parameters, dict) or "Predictor" not in parameters:
            return data
        numbers = {key: pdftypes.int_value(parameters.get(key, default)) for key, default in _PREDICTOR_DEFAULTS}
        if not 0 < numbers["Columns"] * numbers["Colors"] * numbers["BitsPerComponent"] <= 1_000_000:
            return data
        if numbers["Predictor"] >= 10:
            bits = numbers["Colors"] * numbers["BitsPerComponent"]
            return _undo_png_predictor(data, numbers["Columns"] * bits, max(1, bits // 8), budget)
        if numbers["Predictor"] == 2:
            # pdfminer watches no clock; nobody but pictures uses this predictor for more than this.
            if len(data) > _MAX_TIFF:
                return b""
            return apply_tiff_predictor(numbers["Colors"], numbers["Columns"], numbers["BitsPerComponent"], data)
        return data


_NOT_ASCII85 = bytes(set(range(256)) - set(range(0x21, 0x76)) - set(b"z"))
_ASCII85_ZERO = 1_743_128_013  # what "!!!!!" comes to, which stands for zero
_ASCII85_STEP = 500_000  # a multiple of five
_MAX_TIFF = 1_000_000
# One filter is the rule, two are seen, and more than ten can only be there to cost time.
_MAX_FILTERS = 10
_PREDICTOR_DEFAULTS = (("Predictor", 1), ("Colors", 1), ("Columns", 1), ("BitsPerComponent", 8))


class _Parser(PDFParser):
    """A parser that watches the clock and whose streams unpack within the budget."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        super().__init__(io.BytesIO(data))
        self.data = data
        self._budget = budget

    def fillbuf(self) -> bool:
        self._budget.check_time()
        return super().fillbuf()

    def do_keyword(self, pos: int, token: PSKeyword) -> None:
        self._budget.check_time()
        super().do_keyword(pos, token)
        if token is self.KEYWORD_STREAM and self.curstack:
            stream = self.curstack[-1][1]
            if type(stream) is PDFStream:
                # pdfminer offers no way to say which class its streams have.
                stream.__class__ = _Stream
                stream.budget = self._budget  # type: ignore[attr-defined]


def _open_document(data: bytes, budget: Budget, kind: type[PDFDocument]) -> PDFDocument:
    try:
        return kind(_Parser(data, budget))
    except PDFPasswordIncorrect as error:
        raise EncryptedResumeError(
            "The PDF is protected by a password. Open it with the password and save it without one, then try again."
        ) from error
    except PDFEncryptionError as error:
        raise EncryptedResumeError(
            "The PDF is encrypted in a way that cannot be undone here (a certificate or rights management). "
            "Save or print it to an unprotected PDF, then try again."
        ) from error


def open_pages(data: bytes, budget: Budget) -> tuple[PDFDocument, list[PDFPage]]:
    """A file's objects and its pages, for who looks at these alone."""
    document = _open_document(data, budget, _Document)
    return document, list(_PageTree(document, budget).find_pages())


def _inflate(data: bytes, budget: Budget) -> tuple[bytes, bool]:
    """Unpack Flate data, as much of it as is whole, and whether it all is."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpacker = zlib.decompressobj(window)
        pieces: list[bytes] = []
        # Data whose two-byte head is damaged may still be sound behind it.
        rest = body = data if window > 0 else data[2:]
        try:
            while not unpacker.eof:
                piece = unpacker.decompress(rest, 1 << 20)
                budget.spend_decompressed(len(piece))
                pieces.append(piece)
                rest = unpacker.unconsumed_tail
                if not piece and not rest:
                    break
            is_whole = unpacker.eof
        except zlib.error:
            # What came out before the damage is lost with the whole chunk; go through it in small steps.
            pieces = pieces if any(pieces) else _inflate_in_steps(body, window, budget)
            is_whole = False
        if any(pieces) or is_whole:
            return b"".join(pieces), is_whole
    return b"", not data


def _inflate_in_steps(data: bytes, window: int, budget: Budget) -> list[bytes]:
    unpacker = zlib.decompressobj(window)
    pieces = []
    try:
        for start in range(0, len(data), 64):
            piece = unpacker.decompress(data[start : start + 64])
            budget.spend_decompressed(len(piece))
            pieces.append(piece)
    except zlib.error:
        pass
    return pieces


def _unpack_lzw(data: bytes, budget: Budget) -> bytes:
    pieces = []
    for count, piece in enumerate(LZWDecoder(io.BytesIO(data)).run()):
        if piece is None:
            break
        pieces.append(piece)
        budget.spend_decompressed(len(piece))
        if not count % _CHECK_EVERY:
            budget.check_time()
    return b"".join(pieces)


def _decode_ascii85(data: bytes, budget: Budget) -> bytes:
    """The bytes of ASCII base-85, in steps that watch the clock; what is damaged is read as far as it goes."""
    digits = data.partition(b"~")[0].translate(None, _NOT_ASCII85)
    # A "z" stands for four zero bytes: a short file of nothing else unpacks to four times its size.
    budget.spend_decompressed(4 * digits.count(b"z") + len(digits))
    digits = digits.replace(b"z", b"!!!!!")
    pieces = []
    for start in range(0, len(digits), _ASCII85_STEP):
        budget.check_time()
        step = digits[start : start + _ASCII85_STEP]
        missing = -len(step) % 5
        step += b"u" * missing
        groups = struct.iter_unpack("5B", step)
        values = (
            a * 52_200_625 + b * 614_125 + c * 7_225 + d * 85 + e - _ASCII85_ZERO & 0xFFFF_FFFF
            for a, b, c, d, e in groups
        )
        piece = struct.pack(f">{len(step) // 5}I", *values)
        pieces.append(piece[: len(piece) - missing])
    return b"".join(pieces)


def _decode_run_lengths(data: bytes, budget: Budget) -> bytes:
    """The bytes of run-length data, as far as it goes."""
    pieces = []
    at = count = 0
    while at < len(data):
        length = data[at]
        if length == 128:
            break
        piece = data[at + 1 : at + 2 + length] if length < 128 else data[at + 1 : at + 2] * (257 - length)
        at += 2 + length if length < 128 else 2
        pieces.append(piece)
        budget.spend_decompressed(len(piece))
        count += 1
        if not count % _CHECK_EVERY:
            budget.check_time()
    return b"".join(pieces)


def _undo_png_predictor(data: bytes, row_bits: int, pixel: int, budget: Budget) -> bytes:
    """Undo the PNG filters of rows of so many bits, with so many bytes to a pixel."""
    width = (row_bits + 7) // 8
    before = bytearray(width)
    out = bytearray()
    for count, start in enumerate(range(0, len(data), width + 1)):
        if not count % _CHECK_EVERY or width > _CHECK_EVERY:
            budget.check_time()
        kind = data[start]
        row = bytearray(data[start + 1 : start + 1 + width])
        if kind == 1:
            for index in range(pixel, len(row)):
                row[index] = (row[index] + row[index - pixel]) & 255
        elif kind == 2:
            row = bytearray((value + above) & 255 for value, above in zip(row, before, strict=False))
        elif kind == 3:
            for index in range(len(row)):
                left = row[index - pixel] if index >= pixel else 0
                row[index] = (row[index] + (left + before[index]) // 2) & 255
        elif kind == 4:
            for index in range(len(row)):
                left = row[index - pixel] if index >= pixel else 0
                corner = before[index - pixel] if index >= pixel else 0
                row[index] = (row[index] + _paeth(left, before[index], corner)) & 255
        out += row
        before = row + bytearray(width - len(row))
    return bytes(out)


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    near = ((abs(guess - left), 0, left), (abs(guess - above), 1, above), (abs(guess - corner), 2, corner))
    return min(near)[2]


class _PageTree:
    """The pages in the order of the page tree; pages found anywhere in the file where it has no tree."""

    def __init__(self, document: PDFDocument, budget: Budget) -> None:
        self._document = document
        self._budget = budget
        self.is_damaged = False  # whether a part of the tree is missing

    def find_pages(self) -> Iterator[PDFPage]:
        """All pages."""
        document = self._document
        count = 0
        for objid, attributes in self._walk():
            count += 1
            self._budget.check_pages(count)
            yield _make_page(document, objid, attributes)
        if count:
            return
        for xref in document.xrefs:
            # A table may claim thousands of millions of objects.
            for objid in list(islice(xref.get_objids(), _MAX_PAGE_NODES)):
                self._budget.check_time()
                found = _quietly(document.getobj, objid)
                if isinstance(found, dict) and _name(found.get("Type")) == "Page":
                    count += 1
                    self._budget.check_pages(count)
                    yield _make_page(document, objid, found)

    def _walk(self) -> Iterator[tuple[object, dict[str, Any]]]:
        # Depth first without recursion: a hostile tree is as deep as it likes.
        waiting: list[tuple[object, dict[str, Any]]] = [(self._document.catalog.get("Pages"), {})]
        seen: set[int] = set()
        for _ in range(_MAX_PAGE_NODES):
            if not waiting:
                return
            reference, inherited = waiting.pop()
            objid = reference.objid if isinstance(reference, PDFObjRef) else None
            if objid is not None:
                if objid in seen:
                    continue
                seen.add(objid)
            node = _value(reference)
            if not isinstance(node, dict):
                self.is_damaged = True
                continue
            attributes = {**inherited, **node}
            kind = _name(node.get("Type")) or _name(node.get("type"))
            if "Kids" in node and kind != "Page":
                passed = {key: attributes[key] for key in PDFPage.INHERITABLE_ATTRS if key in attributes}
                waiting.extend((kid, passed) for kid in reversed(_list(node["Kids"])))
            elif kind == "Page" or "Contents" in node:
                yield objid, attributes


def _make_page(document: PDFDocument, objid: object, attributes: dict[str, Any]) -> PDFPage:
    """A page; where its frame is damaged, with that of a letter."""
    try:
        return PDFPage(document, objid, attributes, None)
    except Exception:
        sound = {key: value for key, value in attributes.items() if key in ("Type", "Contents", "Resources")}
        sound["Resources"] = _dict(sound.get("Resources"))
        return PDFPage(document, objid, {**sound, "MediaBox": [0, 0, 612, 792]}, None)


# --------------------------------------------------------------------------------- values, read forgivingly


def _quietly(function: Callable[..., Any], *arguments: object) -> Any:
    """What a function of pdfminer gives, None where it fails on damaged data."""
    try:
        return function(*arguments)
    except ResumeError:
        raise
    except Exception:
        return None


def _value(value: object) -> Any:
    return _quietly(resolve1, value)


def _dict(value: object) -> dict[str, Any]:
    found = _value(value)
    if isinstance(found, PDFStream):
        found = found.attrs
    return found if isinstance(found, dict) else {}


def _list(value: object) -> list[Any]:
    found = _value(value)
    return list(found) if isinstance(found, (list, tuple)) else []


def _floats(value: object) -> list[float]:
    return [float(each) for each in map(_value, _list(value)) if isinstance(each, (int, float))]


def _name(value: object) -> str:
    found = _value(value)
    name = found.name if isinstance(found, PSLiteral) else ""
    return name if isinstance(name, str) else name.decode("latin-1")


def _matrix(value: object) -> Matrix:
    numbers = _floats(value)
    if len(numbers) != 6:
        return IDENTITY
    a, b, c, d, e, f = numbers
    return (a, b, c, d, e, f)


def _box_of(points: list[tuple[float, float]], matrix: Matrix) -> Box:
    """The upright box around points, after a matrix."""
    a, b, c, d, e, f = matrix
    xs = [x * a + y * c + e for x, y in points]
    ys = [x * b + y * d + f for x, y in points]
    return (min(xs), min(ys), max(xs), max(ys))


# -------------------------------------------------------------------------------------------------- fonts


class _Font(dict[int, Glyph]):
    """A font's glyphs as text, width (of the font size) and whether word spacing applies, filled as asked for."""

    __slots__ = (
        "_cmap",
        "_font",
        "_is_identity",
        "_is_symbolic",
        "_is_tex",
        "_is_wide",
        "_meanings",
        "_name",
        "_strings",
        "is_bold",
        "is_vertical",
    )

    _cmap: dict[int, Any] | None

    def __init__(
        self,
        font: PDFFont | None,
        meanings: dict[int, str],
        cmap: dict[int, Any] | None = None,
        is_tex: bool = False,
        is_identity: bool = False,
    ) -> None:
        super().__init__()
        self._font = font
        self._is_identity = is_identity
        self._meanings = meanings
        self._is_tex = is_tex
        self._strings: dict[bytes, list[Glyph]] = {}
        self._cmap = cmap
        self._is_wide = False
        if isinstance(font, PDFCIDFont) and cmap is None:
            self._is_wide = type(font.cmap) is IdentityCMap
            if not isinstance(font.cmap, (IdentityCMap, IdentityCMapByte)):
                self._cmap = getattr(font.cmap, "code2cid", {})
        self.is_vertical = font is not None and font.is_vertical()
        name = str(font.fontname) if font is not None else ""
        flags = font.flags if font is not None else 0
        self._name = name
        self._is_symbolic = is_symbol_font(name)
        self.is_bold = is_bold_font(name) or bool(flags & (1 << 18))

    def __missing__(self, code: int) -> Glyph:
        self[code] = glyph = self._make_glyph(code, code)
        return glyph

    def glyphs(self, raw: bytes) -> list[Glyph]:
        """The glyphs of a string to show."""
        found = self._strings.get(raw)
        if found is None:
            found = [self[code] for code in self._codes(raw)] if self._cmap is None else self._walk(raw, self._cmap)
            if len(raw) <= 2:
                self._strings[raw] = found
        return found

    def _codes(self, raw: bytes) -> Sequence[int]:
        if self._is_wide:
            return struct.unpack(f">{len(raw) // 2}H", raw[: len(raw) // 2 * 2])
        return raw

    def _walk(self, raw: bytes, tree: dict[int, Any]) -> list[Glyph]:
        """The glyphs of codes of several lengths, by a tree that leads from the bytes of a code to its glyph."""
        glyphs: list[Glyph] = []
        branch = tree
        code = 0
        for byte in raw:
            code = code << 8 | byte
            found = branch.get(byte)
            if isinstance(found, dict):
                branch = found
                continue
            if isinstance(found, int):
                glyphs.append(self._make_glyph(code, found))
            branch, code = tree, 0
        return glyphs

    def _make_glyph(self, code: int, cid: int) -> Glyph:
        font = self._font
        text = self._meanings.get(code)
        if text is None and font is not None:
            text = _quietly(font.to_unichr, cid)
        elif text is None:
            text = bytes((code & 255,)).decode("cp1252", "replace")
        if not isinstance(text, str):
            is_letter = self._is_identity or (self._is_tex and code < 32)
            text = chr(code) if is_letter and code <= _LAST_GLYPH else UNMAPPED
        width = _quietly(font.char_width, cid) if font is not None else 0.5
        if not isinstance(width, (int, float)) or not math.isfinite(width) or abs(width) > 100:
            width = 0.5
        text = symbol_text(text, self._name) if self._is_symbolic else glyph_text(text, self._is_tex)
        # Word spacing applies to the code 32 of one byte alone (ISO 32000-1, 9.3.3).
        is_space = code == 32 and not self._is_wide and self._cmap is None
        return (text, abs(width) if self.is_vertical else float(width), is_space)


class _Replaced:
    """The span of an ActualText: what stands for glyphs without a meaning of their own.

    The letters that are seen count, not those that the file says they stand for: icons carry names that nobody
    sees. So only soft hyphens and glyphs without a meaning are replaced, these by no more letters than glyphs.
    """

    def __init__(self, actual: str) -> None:
        self._actual = actual
        self._is_hyphen = actual == "\xad"

    def apply(self, glyphs: list[Glyph]) -> list[Glyph]:
        """The glyphs of one string, replaced where they need to be."""
        if not self._is_hyphen and len(self._actual) > 2 * len(glyphs):
            return glyphs
        replaced = []
        for text, width, is_space in glyphs:
            if self._is_hyphen or UNMAPPED in text:
                text, self._actual = self._actual, ""
            replaced.append((text, width, is_space))
        return replaced


def _bound_ranges(value: object, size: int) -> list[Any]:
    """The widths of a composite font without ranges beyond the last glyph that there can be.

    The array has glyphs with lists of widths, and ranges: first, last and the numbers that hold for all between.
    pdfminer fills in every glyph of a range, be they thousands of millions.
    """
    bounded: list[Any] = []
    run: list[int | float] = []
    for item in map(_value, _list(value)):
        if isinstance(item, list):
            bounded += [*run[-1:], item] if run and 0 <= run[-1] <= _LAST_GLYPH else []
            run = []
        elif isinstance(item, (int, float)) and not isinstance(item, bool):
            run.append(item)
            if len(run) == size:
                if 0 <= run[0] <= _LAST_GLYPH:
                    bounded += [int(run[0]), int(min(run[1], _LAST_GLYPH)), *run[2:]]
                run = []
    return bounded


# ------------------------------------------------------------------------------------------- interpreter


class _State:
    """The part of the graphics state that bears on text."""

    __slots__ = (
        "alpha", "char_space", "clip", "ctm", "fill", "fill_space", "font", "font_size", "ink", "is_blended",
        "is_clip_odd", "leading", "line_width", "mode", "rise", "scale", "stroke", "stroke_alpha", "stroke_space",
        "word_space",
    )  # fmt: skip

    ctm: Matrix
    font: _Font | None
    fill: Colour | None
    stroke: Colour | None
    clip: Box | None
    ink: Ink | None

    def __init__(self, ctm: Matrix) -> None:
        self.ctm = ctm
        self.font = None
        self.font_size = 0.0
        self.char_space = 0.0
        self.word_space = 0.0
        self.scale = 1.0
        self.leading = 0.0
        self.rise = 0.0
        self.mode = 0
        self.fill = self.stroke = _BLACK
        self.fill_space = self.stroke_space = "DeviceGray"
        self.alpha = self.stroke_alpha = 1.0
        self.line_width = 1.0
        self.is_blended = False
        self.is_clip_odd = False
        self.clip = None
        self.ink = None

    def copy(self) -> _State:
        other = _State.__new__(_State)
        other.ctm = self.ctm
        other.font = self.font
        other.font_size = self.font_size
        other.char_space = self.char_space
        other.word_space = self.word_space
        other.scale = self.scale
        other.leading = self.leading
        other.rise = self.rise
        other.mode = self.mode
        other.fill = self.fill
        other.stroke = self.stroke
        other.fill_space = self.fill_space
        other.stroke_space = self.stroke_space
        other.alpha = self.alpha
        other.stroke_alpha = self.stroke_alpha
        other.line_width = self.line_width
        other.is_blended = self.is_blended
        other.is_clip_odd = self.is_clip_odd
        other.clip = self.clip
        other.ink = self.ink
        return other


class _Setting:
    """How text of a font and size runs in a frame; worked out once, as strings come by the thousand."""

    __slots__ = (
        "angle", "cos", "factor", "font", "frame", "height", "is_flat", "scale", "sin", "size", "slack", "stretch",
    )  # fmt: skip

    def __init__(self, frame: Matrix, font: _Font | None, size: float, scale: float) -> None:
        self.frame, self.font, self.size, self.scale = frame, font, size, scale
        run_x, run_y, side_x, side_y = frame[:4]
        self.factor = size * scale
        if font is not None and font.is_vertical:
            # Down the column is along the baseline.
            run_x, run_y, side_x, side_y, self.factor = -side_x, -side_y, run_x, run_y, size
        stretch = math.hypot(run_x, run_y)
        self.height = abs(size) * math.hypot(side_x, side_y)
        # Letters of one line stand on one baseline but for raised ones; beside a column stands the next one.
        self.slack = (0.05 if font is not None and font.is_vertical else 0.25) * self.height
        self.cos, self.sin, self.angle = 1.0, 0.0, 0
        if stretch and math.isfinite(stretch):
            self.cos, self.sin = run_x / stretch, run_y / stretch
            if self.factor < 0:
                self.cos, self.sin, stretch = -self.cos, -self.sin, -stretch
            if not self.cos > 0.9999:
                self.angle = round(math.degrees(math.atan2(self.sin, self.cos))) % 360
        self.stretch = stretch
        # Letters are a line where their width, or what their slant leaves of their height, is next to nothing.
        area = abs(run_x * side_y - run_y * side_x)
        self.is_flat = abs(self.factor * stretch) < _FLAT * self.height or area < _FLAT * abs(
            stretch * math.hypot(side_x, side_y)
        )


class _PageReader:
    """Reads pages of one document; fonts are kept from page to page."""

    def __init__(self, document: PDFDocument, budget: Budget) -> None:
        self._budget = budget
        self._manager = PDFResourceManager()
        self._fonts: dict[int, _Font] = {}
        self._kept: list[object] = []  # keeps objects alive whose identity is a key
        self._is_tex = is_tex(_read_producer(document))
        self._off_layers = _find_off_layers(document)
        self.has_off_layers = bool(self._off_layers)
        self._inks: dict[tuple[object, ...], Ink] = {}
        self._glyph_total = 0

    def read(self, page: PDFPage, number: int) -> PdfPage:
        """What a page shows, with the text of its annotations."""
        x0, y0, x1, y1 = page.mediabox
        ctm: Matrix
        if page.rotate == 90:
            ctm = (0, -1, 1, 0, -y0, x1)
        elif page.rotate == 180:
            ctm = (-1, 0, 0, -1, x1, y1)
        elif page.rotate == 270:
            ctm = (0, 1, -1, 0, y1, -x0)
        else:
            ctm = (1, 0, 0, 1, -x0, -y0)
        visible = cut(page.mediabox, page.cropbox)
        if visible[0] >= visible[2] or visible[1] >= visible[3]:
            visible = page.mediabox
        box = _box_of([(visible[0], visible[1]), (visible[2], visible[3])], ctm)
        self._page = PdfPage(number, box)
        self._word: DrawnWord | None = None
        self._letters: list[str] = []
        self._last_start = 0.0
        self._setting = _Setting(IDENTITY, None, 0.0, 1.0)
        self._marked: list[tuple[bool, bool]] = []
        self._off = 0
        self._replaced: _Replaced | None = None
        self._form_count = 0
        data = b"\n".join(self._contents(page))
        self._run(data, _dict(page.resources), _State(ctm), 0, frozenset())
        self._close_word()
        if any(font.is_vertical for font in self._fonts.values()):
            self._page.words = level_letters(self._page.words)
        self._page.drawn = len(self._page.words)
        self._read_annotations(page, ctm)
        self._close_word()
        return self._page

    def _contents(self, page: PDFPage) -> Iterator[bytes]:
        """The parts of a page's content; one part may be named again and again, each time for its whole size."""
        seen: set[int] = set()
        for reference in page.contents:
            part = self._stream_data(reference)
            key = reference.objid if isinstance(reference, PDFObjRef) else -1
            if key in seen:
                self._budget.spend_decompressed(len(part))
            seen.add(key)
            yield part

    def _stream_data(self, reference: object) -> bytes:
        stream = _value(reference)
        if not isinstance(stream, PDFStream):
            self._page.damage.append("a part of its content is missing")
            return b""
        data = _quietly(stream.get_data)
        if data is None or not getattr(stream, "is_whole", True):
            self._page.damage.append("a part of its content cannot be unpacked")
        return data or b""

    # Operators --------------------------------------------------------------------------------------

    def _run(
        self, data: bytes, resources: dict[str, Any], state: _State, depth: int, open_forms: frozenset[int]
    ) -> None:
        """Interpret a content stream."""
        fonts = _dict(resources.get("Font"))
        saved: list[_State] = []
        text_matrix = IDENTITY
        line_x = line_y = pen = 0.0
        frame: Matrix = state.ctm  # text_matrix and the state's ctm in one
        path: list[tuple[bytes, bytes]] = []
        is_clip = False
        show = self._show
        codes: dict[bytes, bytes] = {}  # the bytes of hexadecimal strings of one letter
        countdown = _CHECK_EVERY
        for shape, operator, raw, operands in read_statements(data, self._budget.check_time):
            countdown -= 1
            if not countdown:
                self._budget.check_time()
                self._budget.check_characters(self._glyph_total + self._page.glyphs)
                countdown = _CHECK_EVERY
            if shape == NUMBERS:
                if operator == b"Td" or operator == b"TD":
                    try:
                        first, second = raw.split()
                        x, y = float(first), float(second)
                    except ValueError:
                        numbers = to_numbers(raw)
                        if len(numbers) < 2:
                            continue
                        x, y = numbers[-2:]
                    line_x += x
                    line_y += y
                    pen = 0.0
                    if operator == b"TD":
                        state.leading = -y
                elif operator in _PATH or operator == b"re":
                    if len(path) < _MAX_PATH:
                        path.append((operator, raw))
                elif operator in _PAINT:
                    if path:
                        self._paint(path, state, operator, is_clip)
                        path = []
                    is_clip = False
                elif operator == b"Tm":
                    numbers = to_numbers(raw)
                    if len(numbers) >= 6:
                        a, b, c, d, e, f = numbers[-6:]
                        text_matrix = (a, b, c, d, e, f)
                        frame = multiply(text_matrix, state.ctm)
                        line_x = line_y = pen = 0.0
                elif operator == b"BT":
                    text_matrix = IDENTITY
                    frame = state.ctm
                    line_x = line_y = pen = 0.0
                elif operator == b"q":
                    if len(saved) < _MAX_SAVED_STATES:
                        saved.append(state.copy())
                elif operator == b"Q":
                    if saved:
                        state = saved.pop()
                        frame = multiply(text_matrix, state.ctm)
                elif operator == b"cm":
                    numbers = to_numbers(raw)
                    if len(numbers) >= 6:
                        a, b, c, d, e, f = numbers[-6:]
                        state.ctm = multiply((a, b, c, d, e, f), state.ctm)
                        frame = multiply(text_matrix, state.ctm)
                elif operator == b"T*":
                    line_y -= state.leading
                    pen = 0.0
                elif operator == b"W" or operator == b"W*":
                    is_clip = True
                elif operator in _SETTERS:
                    numbers = to_numbers(raw)
                    if numbers:
                        _SETTERS[operator](state, numbers)
                        state.ink = None
                elif operator == b"EMC":
                    self._end_marked()
                    state.ink = None
            elif shape == HEX_SHOW:
                string = codes.get(raw)
                if string is None:
                    string = decode_hex(raw)
                    if len(raw) <= _CODE_DIGITS:
                        codes[raw] = string
                pen = show(string, state, frame, line_x, line_y, pen)
            elif shape == LITERAL_SHOW:
                pen = show(decode_literal(raw), state, frame, line_x, line_y, pen)
            elif shape == ARRAY_SHOW:
                shift = 0.001 * state.font_size * (-1.0 if state.font and state.font.is_vertical else state.scale)
                for count, item in enumerate(show_items(raw), 1):
                    if not count % _CHECK_EVERY:
                        self._budget.check_time()
                        self._budget.check_characters(self._glyph_total + self._page.glyphs)
                    if isinstance(item, float):
                        pen -= item * shift
                    else:
                        pen = show(item, state, frame, line_x, line_y, pen)
            elif shape == NAMED:
                name = decode_name(raw)
                if operator == b"Tf":
                    state.font = self._find_font(fonts, name)
                    if operands and isinstance(operands[0], float):
                        state.font_size = operands[0]
                elif operator == b"cs":
                    state.fill_space, state.fill = self._space(resources, name)
                    state.ink = None
                elif operator == b"CS":
                    state.stroke_space, state.stroke = self._space(resources, name)
                    state.ink = None
                elif operator == b"gs":
                    self._set_graphics(state, resources, name)
                elif operator == b"Do":
                    self._do(name, resources, state, depth, open_forms)
                elif operator == b"scn":
                    state.fill = state.ink = None
                elif operator == b"SCN":
                    state.stroke = state.ink = None
                elif operator == b"sh":
                    self._add_area(Area(cut(self._page.box, state.clip or _EVERYWHERE), "fill"))
                elif operator == b"BMC":
                    self._begin_marked(False, None)
            elif operator in (b"TJ", b"Tj", b"'", b'"'):
                if operator in (b"'", b'"'):
                    line_y -= state.leading
                    pen = 0.0
                    if operator == b'"' and len(operands) >= 3:
                        word_space, char_space = operands[-3], operands[-2]
                        if isinstance(word_space, float) and isinstance(char_space, float):
                            state.word_space, state.char_space = word_space, char_space
                last: Operand = operands[-1] if operands else b""
                for part in last if isinstance(last, list) else [last]:
                    if isinstance(part, float):
                        pen -= part * 0.001 * state.font_size * state.scale
                    elif isinstance(part, bytes):
                        pen = show(part, state, frame, line_x, line_y, pen)
            elif operator == b"Tf" and len(operands) >= 2:
                font_name, size = operands[-2:]
                if isinstance(font_name, Name) and isinstance(size, float):
                    state.font = self._find_font(fonts, font_name.text)
                    state.font_size = size
            elif operator == b"BDC":
                self._begin_marked_with(operands, resources)
                state.ink = None
            elif operator == b"Do" and operands and isinstance(operands[-1], Name):
                self._do(operands[-1].text, resources, state, depth, open_forms)
            elif operator == b"scn":
                state.fill = state.ink = None
            elif operator == b"EI" and operands and isinstance(operands[0], InlineImage):
                self._add_inline_image(operands[0], state)
        self._glyph_total += self._page.glyphs if not depth else 0

    def _show(self, raw: bytes, state: _State, frame: Matrix, line_x: float, line_y: float, pen: float) -> float:
        """Add the glyphs of a string to the words, and give the pen's new place."""
        font = state.font
        if font is None:
            return pen
        size, scale = state.font_size, state.scale
        a, b, c, d, e, f = frame
        y_text = line_y + state.rise
        x0, y0 = line_x * a + y_text * c + e, line_x * b + y_text * d + f
        setting = self._setting
        if setting.frame is not frame or setting.font is not font or setting.size != size or setting.scale != scale:
            setting = self._setting = _Setting(frame, font, size, scale)
            if state.ink is not None and (state.ink.stretch < _FLAT) is not setting.is_flat:
                state.ink = None
        factor, stretch, height = setting.factor, setting.stretch, setting.height
        char_space, word_space = state.char_space, state.word_space
        if not font.is_vertical:
            char_space, word_space = char_space * scale, word_space * scale
        glyphs = font.glyphs(raw)
        if self._replaced is not None:
            glyphs = self._replaced.apply(glyphs)
        page = self._page
        page.glyphs += len(glyphs)
        if not stretch or not height or not math.isfinite(stretch * height * x0 * y0):
            return pen
        cos, sin, angle = setting.cos, setting.sin, setting.angle
        # Places along and across the baseline, so that turned text is put together as level text is.
        along = x0 * cos + y0 * sin
        across = y0 * cos - x0 * sin
        ink = state.ink
        if ink is None:
            ink = self._find_ink(state, 0.0 if setting.is_flat else abs(factor * stretch) / height)
        word = self._word
        if word is not None and (
            word.ink is not ink
            or abs(word.y - across) > setting.slack
            or abs(word.size - height) > 0.05 * height
            or word.angle != angle
            or word.is_bold is not font.is_bold
        ):
            if font.is_vertical and glyphs and glyphs[0][0] == " ":
                word.has_space = True
            self._close_word()
            word = None
        letters = self._letters
        margin = _WORD_MARGIN * height
        # Letters that a wider space parts are no word set wide: the numbers of a table's columns are set so.
        extra = char_space * stretch
        if not 0 < extra < _WIDEST_SPACING * height:
            extra = 0.0
        last = self._last_start
        for text, width, is_space in glyphs:
            advance = width * factor
            start = along + pen * stretch
            length = advance * stretch
            pen += advance + char_space
            if text == " ":
                if word is not None:
                    word.has_space = True
                    self._close_word()
                    word = None
                if is_space:
                    pen += word_space
                continue
            if text == UNMAPPED:
                page.unmapped += 1
            if word is not None:
                gap = start - word.x1
                if gap > margin + extra or gap < -0.3 * height:
                    if -0.2 * height < start - last < 0.2 * height and letters[-1] == text and length > 0:
                        continue  # the same glyph once more, a hair aside: bold by overprinting
                    self._close_word()
                    word = None
            if word is None:
                self._word = word = DrawnWord(
                    "", start, start + length, across, height, font.is_bold, angle, False, "", ink, len(page.areas)
                )
            elif start + length > word.x1:
                word.x1 = start + length
            letters.append(text)
            last = start
        self._last_start = last
        return pen

    def _close_word(self) -> None:
        word = self._word
        if word is not None:
            word.text = "".join(self._letters)
            if word.text:
                if len(word.text) > 1 and not word.text.isascii():
                    word.text = in_speaking_order(self._letters)
                self._page.words.append(word)
            self._word = None
            self._letters.clear()

    def _find_ink(self, state: _State, stretch: float) -> Ink:
        mode = state.mode
        colour, alpha = (state.stroke, state.stroke_alpha) if mode in (1, 5) else (state.fill, state.alpha)
        if mode in (2, 6):
            # Filled and stroked: of one colour only where both are.
            colour, alpha = (colour if state.stroke == colour else None), max(state.alpha, state.stroke_alpha)
        clip = state.clip
        key = (colour, alpha, mode, clip, bool(self._off), round(stretch, 2), state.is_clip_odd)
        ink = self._inks.get(key)
        if ink is None:
            if len(self._inks) > 10_000:
                self._inks.clear()
            ink = self._inks[key] = Ink(*key)
        state.ink = ink
        return ink

    # Fonts ------------------------------------------------------------------------------------------

    def _find_font(self, fonts: dict[str, Any], name: str) -> _Font | None:
        reference = fonts.get(name)
        if reference is None:
            return self._fonts.setdefault(0, _Font(None, {}))
        key = reference.objid if isinstance(reference, PDFObjRef) else -id(reference)
        font = self._fonts.get(key)
        if font is None:
            self._kept.append(reference)
            font = self._fonts[key] = self._load_font(_dict(reference))
        return font

    def _load_font(self, spec: dict[str, Any]) -> _Font:
        """A font; its ToUnicode map is read by `read_to_unicode`, many times faster than by pdfminer."""
        spec = dict(spec)
        meanings: dict[int, str] = {}
        is_identity = False
        to_unicode = _value(spec.get("ToUnicode"))
        if isinstance(to_unicode, PDFStream):
            del spec["ToUnicode"]
            named = _quietly(to_unicode.get_data) or b""
            meanings = read_to_unicode(named)
            is_identity = is_identity_map(named)
        cmap: dict[int, Any] | None = None
        if _name(spec.get("Subtype")) == "Type0":
            encoding = _value(spec.get("Encoding"))
            if isinstance(encoding, PDFStream):
                base = _quietly(CMapDB.get_cmap, _name(encoding.get("UseCMap")))
                cmap = read_cmap(_quietly(encoding.get_data) or b"", getattr(base, "code2cid", None))
            spec = self._descend(spec, bool(meanings))
        elif "FontFile" in (descriptor := _dict(spec.get("FontDescriptor"))):
            # pdfminer reads the head of a Type 1 font word by word and watches no clock.
            length = _value(_dict(descriptor["FontFile"]).get("Length1"))
            if not isinstance(length, int) or length > _LONGEST_FONT_HEAD:
                spec["FontDescriptor"] = {key: value for key, value in descriptor.items() if key != "FontFile"}
        font = _quietly(self._manager.get_font, None, spec)
        if font is None:
            self._page.damage.append("a font is damaged, so that letters may be wrong")
        return _Font(font, meanings, cmap, self._is_tex, is_identity)

    def _descend(self, spec: dict[str, Any], has_meanings: bool) -> dict[str, Any]:
        """The inner font of a composite font, without the font file where that is not needed for meanings."""
        inner = _list(spec.get("DescendantFonts"))
        inner_spec = dict(_dict(inner[0])) if inner else {}
        for key in ("Encoding", "ToUnicode"):
            if key in spec:
                inner_spec[key] = _value(spec[key])
        for key, size in (("W", 3), ("W2", 5)):
            if key in inner_spec:
                inner_spec[key] = _bound_ranges(inner_spec[key], size)
        if _name(inner_spec.get("Subtype")) not in ("CIDFontType0", "CIDFontType2"):
            inner_spec["Subtype"] = PSLiteral("CIDFontType2")
        if has_meanings:
            descriptor = dict(_dict(inner_spec.get("FontDescriptor")))
            descriptor.pop("FontFile2", None)
            inner_spec["FontDescriptor"] = descriptor
        return inner_spec

    # Painting ---------------------------------------------------------------------------------------

    def _paint(self, path: list[tuple[bytes, bytes]], state: _State, operator: bytes, is_clip: bool) -> None:
        """Take note of a painted path as list mark or area, and of a clipping path."""
        if operator == b"n" and not is_clip:
            return
        figures = _find_figures(path, state.ctm)
        if not figures:
            return
        if operator != b"n":
            self._paint_figures(figures, state, operator)
        if is_clip:
            boxes = [box for box, _ in figures]
            whole = (
                min(box[0] for box in boxes),
                min(box[1] for box in boxes),
                max(box[2] for box in boxes),
                max(box[3] for box in boxes),
            )
            state.clip = whole if state.clip is None else cut(whole, state.clip)
            if len(figures) != 1 or not figures[0][1]:
                state.is_clip_odd = True
            state.ink = None

    def _paint_figures(self, figures: list[tuple[Box, bool]], state: _State, operator: bytes) -> None:
        page = self._page
        is_filled = operator in _FILL
        colour, alpha = (state.fill, state.alpha) if is_filled else (state.stroke, state.stroke_alpha)
        # A thick line is a painted area, too; some programs draw the ground of a heading so.
        rim = 0.0 if is_filled else 0.5 * state.line_width * math.sqrt(abs(_determinant(state.ctm)))
        is_frame = not is_filled or _is_nested([box for box, _ in figures])
        for (x0, y0, x1, y1), is_rectangle in figures:
            width, height = x1 - x0, y1 - y0
            if not (width < 1e6 and height < 1e6):
                continue
            if 0.8 < width < 9 and 0.8 < height < 9 and 0.5 < width / height < 2:
                if len(page.dots) < MAX_DOTS:
                    page.dots.append(Dot((x0 + x1) / 2, (y0 + y1) / 2, max(width, height)))
                continue
            if width > MIN_RULE and height + 2 * rim < 4 and len(page.rules) < MAX_DOTS:
                page.rules.append(Rule(x0, x1, (y0 + y1) / 2))
            if not is_filled and not (rim > 1.5 and (width < 2 * rim or height < 2 * rim)):
                continue
            if alpha <= 0.05 or self._off:
                continue
            box = (x0 - rim, y0 - rim, x1 + rim, y1 + rim)
            is_plain = alpha > 0.95 and not state.is_blended
            self._add_area(
                Area(
                    box if state.clip is None else cut(box, state.clip),
                    "fill",
                    colour if is_plain and not (is_filled and is_frame) else None,
                    is_rectangle and not is_frame,
                    is_plain,
                )
            )

    def _add_area(self, area: Area) -> None:
        """Keep an area that a word could lie on or under."""
        x0, y0, x1, y1 = area.box
        if x1 - x0 <= 3 or y1 - y0 <= 3:
            return
        count = len(self._page.areas)
        if count >= MAX_AREAS:
            # A drawing of thousands of pieces; only what is large can still matter to text.
            page_box = self._page.box
            is_large = (x1 - x0) * (y1 - y0) > 0.01 * (page_box[2] - page_box[0]) * (page_box[3] - page_box[1])
            if not is_large or count >= 2 * MAX_AREAS:
                return
        self._page.areas.append(area)

    def _add_image(self, state: _State, pixels: tuple[int, int], is_opaque: bool, is_bitonal: bool) -> None:
        box = _box_of([(0, 0), (1, 0), (0, 1), (1, 1)], state.ctm)
        if state.clip is not None:
            box = cut(box, state.clip)
        if self._off or state.alpha < 0.05:
            return
        exact = _is_upright(state.ctm)
        is_opaque = is_opaque and state.alpha > 0.95 and not state.is_blended
        self._add_area(Area(box, "image", None, exact, is_opaque, pixels, is_bitonal))

    def _add_inline_image(self, image: InlineImage, state: _State) -> None:
        entries = image.entries
        sizes = [entries.get(short, entries.get(long)) for short, long in (("W", "Width"), ("H", "Height"))]
        width, height = (int(size) if isinstance(size, float) else 0 for size in sizes)
        mask = entries.get("IM", entries.get("ImageMask"))
        is_mask = isinstance(mask, Name) and mask.text == "true"
        bits = entries.get("BPC", entries.get("BitsPerComponent"))
        self._add_image(state, (width, height), not is_mask, is_mask or bits == 1.0)

    # Colours and state ------------------------------------------------------------------------------

    def _space(self, resources: dict[str, Any], name: str) -> tuple[str, Colour | None]:
        """The kind of a colour space, and the colour that choosing it sets."""
        if name in ("DeviceGray", "DeviceRGB", "DeviceCMYK", "G", "RGB", "CMYK"):
            return name, _BLACK
        spec = _value(_dict(resources.get("ColorSpace")).get(name))
        for _ in range(4):
            if isinstance(spec, PSLiteral):
                return _name(spec), _BLACK
            parts = _list(spec)
            if not parts:
                return name, None
            kind = _name(parts[0])
            if kind == "ICCBased" and len(parts) > 1:
                count = _value(_dict(parts[1]).get("N"))
                by_count = {1: "DeviceGray", 3: "DeviceRGB", 4: "DeviceCMYK"}
                return by_count.get(count, kind), _BLACK
            if kind in ("CalGray", "CalRGB"):
                return "DeviceGray" if kind == "CalGray" else "DeviceRGB", _BLACK
            if kind in ("Separation", "DeviceN"):
                return "Separation", None
            if kind in ("Indexed", "I") and len(parts) == 4:
                palette = _value(parts[3])
                raw = _quietly(palette.get_data) if isinstance(palette, PDFStream) else palette
                base, _ = self._space({}, _name(parts[1]))
                count = _COMPONENTS.get(base, 0)
                if isinstance(raw, bytes) and count:
                    return f"Indexed {base} {raw[: 256 * count].hex()}", None
            return kind, None
        return name, None

    def _set_graphics(self, state: _State, resources: dict[str, Any], name: str) -> None:
        entries = _dict(_dict(resources.get("ExtGState")).get(name))
        for key, value in entries.items():
            if key in ("ca", "CA"):
                alpha = _value(value)
                if isinstance(alpha, (int, float)):
                    if key == "ca":
                        state.alpha = float(alpha)
                    else:
                        state.stroke_alpha = float(alpha)
                    state.ink = None
            elif key == "BM":
                modes = [_name(mode) for mode in _list(value) or [value]]
                state.is_blended = not {"Normal", "Compatible"} & set(modes)
            elif key == "SMask":
                state.is_blended = isinstance(_value(value), dict)
            elif key == "Font":
                parts = _list(value)
                if len(parts) == 2 and isinstance(_value(parts[1]), (int, float)):
                    state.font = self._find_font({"": parts[0]}, "")
                    state.font_size = float(_value(parts[1]))

    # Marked content and layers ----------------------------------------------------------------------

    def _begin_marked_with(self, operands: list[Operand], resources: dict[str, Any]) -> None:
        tag = operands[0] if operands else None
        properties = operands[1] if len(operands) > 1 else None
        if isinstance(tag, Name) and tag.text == "OC" and isinstance(properties, Name):
            layer = _dict(resources.get("Properties")).get(properties.text)
            self._begin_marked(self._is_off(layer), None)
            return
        actual: object = None
        if isinstance(properties, dict):
            actual = properties.get("ActualText")
        elif isinstance(properties, Name):
            actual = _value(_dict(_dict(resources.get("Properties")).get(properties.text)).get("ActualText"))
        self._begin_marked(False, _decode_text(actual) if isinstance(actual, bytes) else None)

    def _begin_marked(self, is_off: bool, actual: str | None) -> None:
        if len(self._marked) >= 10_000:
            return
        self._marked.append((is_off, actual is not None))
        self._off += is_off
        if actual is not None:
            self._replaced = _Replaced(actual)

    def _end_marked(self) -> None:
        if self._marked:
            is_off, is_replaced = self._marked.pop()
            self._off -= is_off
            if is_replaced:
                self._replaced = None

    def _is_off(self, layer: object, depth: int = 0) -> bool:
        """Whether an optional-content group, or all groups of a membership dictionary, is switched off."""
        if isinstance(layer, PDFObjRef) and layer.objid in self._off_layers:
            return True
        if depth > _MAX_LAYER_DEPTH:
            return False
        rule = _list(_dict(layer).get("VE"))
        if rule:
            return not self._is_on_by(rule, depth + 1)
        groups = _dict(layer).get("OCGs")
        if groups is None:
            return False
        members = _list(groups) or [groups]
        states = [self._is_off(member, depth + 1) for member in members]
        return any(states) if _name(_dict(layer).get("P")) == "AllOn" else bool(states) and all(states)

    def _is_on_by(self, rule: list[Any], depth: int) -> bool:
        """Whether a visibility expression ("not this layer", "this and that one") lets content be seen."""
        operator, *operands = rule
        states = []
        for operand in operands[:_MAX_LAYERS]:
            inner = _list(operand)
            if not inner:
                states.append(not self._is_off(operand, depth))
            elif depth <= _MAX_LAYER_DEPTH:
                states.append(self._is_on_by(inner, depth + 1))
        name = _name(operator)
        if name == "Not":
            return not (states and states[0])
        return any(states) if name == "Or" else all(states)

    # Forms, images, annotations ---------------------------------------------------------------------

    def _do(self, name: str, resources: dict[str, Any], state: _State, depth: int, open_forms: frozenset[int]) -> None:
        stream = _value(_dict(resources.get("XObject")).get(name))
        if not isinstance(stream, PDFStream):
            return
        kind = _name(stream.get("Subtype"))
        if kind == "Image":
            sizes = [_value(stream.get(key)) for key in ("Width", "Height")]
            width, height = (size if isinstance(size, int) else 0 for size in sizes)
            is_mask = _value(stream.get("ImageMask")) is True
            see_through = is_mask or "SMask" in stream or "Mask" in stream
            bits = _value(stream.get("BitsPerComponent"))
            self._add_image(state, (width, height), not see_through, is_mask or bits == 1)
        elif kind == "Form":
            self._run_form(stream, resources, state, depth, open_forms)

    def _run_form(
        self, form: PDFStream, resources: dict[str, Any], state: _State, depth: int, open_forms: frozenset[int]
    ) -> None:
        key = form.objid if form.objid is not None else -id(form)
        self._form_count += 1
        if depth >= _MAX_FORM_DEPTH or key in open_forms or self._form_count > _MAX_FORMS:
            return
        inner = state.copy()
        inner.ctm = multiply(_matrix(form.get("Matrix")), state.ctm)
        bounds = _floats(form.get("BBox"))
        if len(bounds) == 4:
            box = _box_of([(x, y) for x in bounds[::2] for y in bounds[1::2]], inner.ctm)
            inner.clip = box if inner.clip is None else cut(box, inner.clip)
        if "Group" in form and (state.alpha < 1 or state.is_blended):
            self._page.is_odd = True
        is_off = "OC" in form and self._is_off(form.get("OC"))
        self._off += is_off
        inner.ink = None
        self._run(
            self._stream_data(form), _dict(form.get("Resources")) or resources, inner, depth + 1, open_forms | {key}
        )
        self._off -= is_off

    def _read_annotations(self, page: PDFPage, ctm: Matrix) -> None:
        """Read the text that form fields and free-text notes show on the page."""
        letters = 0
        for reference in _list(page.annots)[:_MAX_FORMS]:
            self._budget.check_time()
            self._budget.check_characters(self._glyph_total + self._page.glyphs + letters)
            annotation = _dict(reference)
            flags = _value(annotation.get("F"))
            kind = _name(annotation.get("Subtype"))
            if isinstance(flags, int) and flags & 0b100010:  # hidden, not to be viewed
                continue
            if kind not in ("Widget", "FreeText"):
                if kind in COVERING_NOTES:
                    bounds = _floats(annotation.get("Rect"))
                    if len(bounds) == 4:
                        corners = [(x, y) for x in bounds[::2] for y in bounds[1::2]]
                        self._add_area(Area(_box_of(corners, ctm), "fill", is_opaque=False))
                continue
            form = _value(_dict(annotation.get("AP")).get("N"))
            if isinstance(form, dict):
                form = _value(form.get(_name(annotation.get("AS"))))
            place = _floats(annotation.get("Rect"))
            if len(place) != 4:
                continue
            count = len(self._page.words)
            if isinstance(form, PDFStream):
                state = _State(multiply(_place_appearance(form, place), ctm))
                self._run_form(form, {}, state, 0, frozenset())
                self._close_word()
            drawn = self._page.words[count:]
            for word in drawn:
                # A field scrolls: what does not fit its frame is still there to be read.
                word.ink = replace(word.ink, clip=None)
            if not drawn:
                value = _value(_find_inherited(annotation, "V")) or _value(annotation.get("Contents"))
                if isinstance(value, bytes):
                    corners = [(x, y) for x in place[::2] for y in place[1::2]]
                    letters += len(value)
                    look = _value(_find_inherited(annotation, "DA"))
                    colour = find_note_colour(look.decode("latin-1") if isinstance(look, bytes) else "")
                    if "MK" in annotation or "C" in annotation:
                        colour = None  # it may have a ground of its own
                    words = field_words(_decode_text(value), _box_of(corners, ctm), len(self._page.areas), colour)
                    self._page.words.extend(words)


def _find_inherited(annotation: dict[str, Any], key: str) -> object:
    """A field's entry, or that of the field it is part of."""
    for _ in range(8):
        if key in annotation:
            return annotation[key]
        annotation = _dict(annotation.get("Parent"))
    return None


def _place_appearance(form: PDFStream, place: list[float]) -> Matrix:
    """The matrix that moves an appearance to its annotation's rectangle (ISO 32000-1, 12.5.5)."""
    bounds = _floats(form.get("BBox"))
    if len(bounds) != 4:
        return (1, 0, 0, 1, place[0], place[1])
    x0, y0, x1, y1 = _box_of([(x, y) for x in bounds[::2] for y in bounds[1::2]], _matrix(form.get("Matrix")))
    left, right = sorted(place[::2])
    low, high = sorted(place[1::2])
    scale_x = (right - left) / (x1 - x0) if x1 > x0 else 1.0
    scale_y = (high - low) / (y1 - y0) if y1 > y0 else 1.0
    return (scale_x, 0, 0, scale_y, left - x0 * scale_x, low - y0 * scale_y)


def _find_figures(path: list[tuple[bytes, bytes]], ctm: Matrix) -> list[tuple[Box, bool]]:
    """The boxes of a path's figures, and whether each is an upright rectangle that fills its box."""
    figures: list[tuple[Box, bool]] = []
    points: list[tuple[float, float]] = []
    is_upright = _is_upright(ctm)
    is_straight = True

    def end_figure() -> None:
        if points:
            xs, ys = {round(x, 3) for x, _ in points}, {round(y, 3) for _, y in points}
            is_rectangle = is_straight and is_upright and len(points) >= 4 and len(xs) == 2 and len(ys) == 2
            figures.append((_box_of(_corners(points), ctm), is_rectangle))
            points.clear()

    for operator, raw in path:
        numbers = to_numbers(raw)
        if operator == b"re":
            if len(numbers) >= 4:
                x, y, width, height = numbers[-4:]
                corners = [(x, y), (x + width, y), (x, y + height), (x + width, y + height)]
                figures.append((_box_of(corners, ctm), is_upright))
            continue
        if operator == b"m":
            end_figure()
            is_straight = True
        elif operator != b"l":
            is_straight = False
        points.extend(zip(numbers[::2], numbers[1::2], strict=False))
    end_figure()
    return figures


def _is_nested(boxes: list[Box]) -> bool:
    """Whether one box of a path holds another: then it is a frame, and what lies within is not painted."""
    if not 1 < len(boxes) < 50:
        return len(boxes) > 1
    return any(
        outer is not inner
        and outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and outer[2] >= inner[2]
        and outer[3] >= inner[3]
        for outer in boxes
        for inner in boxes
    )


def _determinant(matrix: Matrix) -> float:
    return matrix[0] * matrix[3] - matrix[1] * matrix[2]


def _corners(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return [(x, y) for x in (min(xs), max(xs)) for y in (min(ys), max(ys))]


def _is_upright(matrix: Matrix) -> bool:
    a, b, c, d, _, _ = matrix
    return (abs(b) < 1e-3 * abs(a) and abs(c) < 1e-3 * abs(d)) or (abs(a) < 1e-3 * abs(b) and abs(d) < 1e-3 * abs(c))


def _find_off_layers(document: PDFDocument) -> frozenset[int]:
    """The object numbers of the optional-content groups that the document opens with switched off."""
    properties = _dict(document.catalog.get("OCProperties"))
    default = _dict(properties.get("D"))
    off = {layer.objid for layer in _list(default.get("OFF")) if isinstance(layer, PDFObjRef)}
    for event in _list(default.get("AS"))[:_MAX_LAYERS]:
        # Some layers are switched by what is done with the file: shown, or printed.
        if _name(_dict(event).get("Event")) == "View":
            layers = [layer for layer in _list(_dict(event).get("OCGs")) if isinstance(layer, PDFObjRef)]
            off |= {layer.objid for layer in layers[:MAX_AREAS] if _is_off_in_view(layer)}
    if _name(default.get("BaseState")) == "OFF":
        on = {layer.objid for layer in _list(default.get("ON")) if isinstance(layer, PDFObjRef)}
        off |= {layer.objid for layer in _list(properties.get("OCGs")) if isinstance(layer, PDFObjRef)} - on
    return frozenset(off)


def _is_off_in_view(layer: PDFObjRef) -> bool:
    view = _dict(_dict(_dict(layer).get("Usage")).get("View"))
    return _name(view.get("ViewState")) == "OFF"


def _decode_text(raw: bytes) -> str:
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "ignore")
    return raw.decode("latin-1")


def _to_colour(space: str, numbers: list[float]) -> Colour | None:
    """A colour of a colour space in red, green and blue; None where the space does not say."""
    values = [min(1.0, max(0.0, number)) for number in numbers]
    if space == "Separation":
        # No ink at all is the paper's white; any ink has a colour of its own.
        return (1.0, 1.0, 1.0) if not any(values) else None
    if space == "Lab":
        # Greys alone: it is white on paper that hides.
        is_grey = len(numbers) == 3 and abs(numbers[1]) < 5 and abs(numbers[2]) < 5
        return (numbers[0] / 100,) * 3 if is_grey else None
    if space.startswith("Indexed "):
        _, base, palette = space.split(" ")
        size = 2 * _COMPONENTS[base]
        at = int(numbers[0]) * size if numbers and 0 <= numbers[0] < 256 else -size
        entry = bytes.fromhex(palette[at : at + size]) if at >= 0 else b""
        return _to_colour(base, [byte / 255 for byte in entry])
    if space not in _PLAIN_SPACES:
        return None
    if len(values) == 1:
        return (values[0], values[0], values[0])
    if len(values) == 3:
        return (values[0], values[1], values[2])
    if len(values) == 4:
        cyan, magenta, yellow, black = values
        return ((1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black))
    return None


_COMPONENTS = {"DeviceGray": 1, "DeviceRGB": 3, "DeviceCMYK": 4, "G": 1, "RGB": 3, "CMYK": 4}
_PLAIN_SPACES = frozenset(("DeviceGray", "DeviceRGB", "DeviceCMYK", "G", "RGB", "CMYK"))


def _set_fill(state: _State, numbers: list[float]) -> None:
    state.fill = _to_colour(state.fill_space, numbers)


def _set_stroke(state: _State, numbers: list[float]) -> None:
    state.stroke = _to_colour(state.stroke_space, numbers)


def _device_fill(count: int, space: str) -> Callable[[_State, list[float]], None]:
    def set_fill(state: _State, numbers: list[float]) -> None:
        state.fill_space = space
        state.fill = _to_colour(space, numbers[-count:])

    return set_fill


def _device_stroke(count: int, space: str) -> Callable[[_State, list[float]], None]:
    def set_stroke(state: _State, numbers: list[float]) -> None:
        state.stroke_space = space
        state.stroke = _to_colour(space, numbers[-count:])

    return set_stroke


def _setter(name: str, factor: float = 1.0) -> Callable[[_State, list[float]], None]:
    def set_value(state: _State, numbers: list[float]) -> None:
        setattr(state, name, numbers[-1] * factor)

    return set_value


def _set_mode(state: _State, numbers: list[float]) -> None:
    state.mode = int(numbers[-1]) if abs(numbers[-1]) < 8 else 0


_SETTERS: dict[bytes, Callable[[_State, list[float]], None]] = {
    b"Tc": _setter("char_space"),
    b"Tw": _setter("word_space"),
    b"Tz": _setter("scale", 0.01),
    b"TL": _setter("leading"),
    b"Ts": _setter("rise"),
    b"Tr": _set_mode,
    b"w": _setter("line_width"),
    b"g": _device_fill(1, "DeviceGray"),
    b"rg": _device_fill(3, "DeviceRGB"),
    b"k": _device_fill(4, "DeviceCMYK"),
    b"sc": _set_fill,
    b"scn": _set_fill,
    b"G": _device_stroke(1, "DeviceGray"),
    b"RG": _device_stroke(3, "DeviceRGB"),
    b"K": _device_stroke(4, "DeviceCMYK"),
    b"SC": _set_stroke,
    b"SCN": _set_stroke,
}
