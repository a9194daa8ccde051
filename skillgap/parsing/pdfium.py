"""The text of PDF pages by way of pdfium (extra ``fast``): characters and their places, into the same layout.

pdfium gives one character at a time through ctypes; calls are what reading costs here, so they are mapped over
arrays, many characters at once, and what seldom changes is asked for only once a word.
"""

from __future__ import annotations

import ctypes
import math
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter
from typing import Any, Final

from skillgap.errors import EncryptedResumeError, MissingExtraError, UnreadableResumeError
from skillgap.parsing.budget import Budget
from skillgap.parsing.layout import Dot, Rule
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
    symbol_text,
)

try:
    import pypdfium2.raw as pdfium
except ImportError as error:
    raise MissingExtraError("The pdfium engine and its fast reading of PDF files", extra="fast") from error


class _Library:
    """pdfium's functions, taking and giving handles as plain numbers: comparing pointers is slow in ctypes."""

    def __getattr__(self, name: str) -> Any:
        function = getattr(pdfium, name)
        address = ctypes.cast(function, ctypes.c_void_p).value or 0
        kinds = [_plain(kind) for kind in (function.restype, *function.argtypes)]
        plain = ctypes.CFUNCTYPE(*kinds)(address)
        setattr(self, name, plain)
        return plain


def _plain(kind: Any) -> Any:
    """The type of an argument, a number instead of a pointer to something only pdfium knows."""
    is_handle = kind is not None and "struct_fpdf_" in kind.__name__
    return ctypes.c_void_p if is_handle else kind


class _QuickLibrary:
    """pdfium's functions for calls by the thousand; other threads wait, so each must return at once.

    Types of arguments are not checked, which takes most of the time of such a call: a page is given by `_pointer`,
    an object by its number, and what pdfium writes to by the pointers of `_Answers`.
    """

    def __getattr__(self, name: str) -> Any:
        function = getattr(pdfium, name)
        address = ctypes.cast(function, ctypes.c_void_p).value or 0
        kinds = [] if name.startswith(("FPDFText_", "FPDFPage_")) else [ctypes.c_void_p]
        quick = ctypes.PYFUNCTYPE(_number(function.restype), *kinds)(address)
        setattr(self, name, quick)
        return quick


def _number(kind: Any) -> Any:
    return ctypes.c_void_p if kind is not None and issubclass(kind, ctypes._Pointer) else kind


def _pointer(handle: int) -> Any:
    """A page's handle as `_QuickLibrary` takes it."""
    return ctypes.byref(ctypes.c_char.from_address(handle))


class _Answers:
    """Room for the numbers that pdfium writes in answer to many calls: so many a call, all of one C type.

    Pointers are made once: making them takes longer than the calls.
    """

    _ROOM = 1_000

    def __init__(self, kind: Any, fields: int, pointers: int) -> None:
        size = ctypes.sizeof(kind)
        self._fields = fields
        self._memory = (kind * (fields * self._ROOM))()
        self._pointers = [
            [ctypes.byref(self._memory, size * (fields * call + field)) for call in range(self._ROOM)]
            for field in range(pointers)
        ]
        self._numbers = memoryview(self._memory).cast("B").cast(kind._type_)

    def ask(self, function: Any, arguments: Sequence[int | None], page: Any = None) -> tuple[Iterator[Any], list[int]]:
        """All numbers that a function answers for its arguments one by one, and what it returned for each."""
        numbers: list[Any] = []
        returned: list[int] = []
        for first in range(0, len(arguments), self._ROOM):
            part = arguments[first : first + self._ROOM]
            ctypes.memset(self._memory, 0, ctypes.sizeof(self._memory))
            if page is None:
                returned += map(function, part, *self._pointers)
            else:
                returned += map(function, repeat(page), part, *self._pointers)
            numbers += self._numbers[: self._fields * len(part)].tolist()
        return iter(numbers), returned


_lib = _Library()
_quick = _QuickLibrary()

Matrix = tuple[float, float, float, float, float, float]
_Shades = tuple[int, int, int, int]
_Sides = tuple[float, float, float, float]  # of a character's box: left, top, right, bottom
# Rendering modes that draw the outlines of letters, in a colour of their own.
_STROKED = frozenset((1, 2, 5, 6))
_COVERING_KINDS = frozenset(getattr(pdfium, f"FPDF_ANNOT_{kind.upper()}") for kind in COVERING_NOTES)

# pdfium keeps state of its own and must not be called from two threads at once.
PDFIUM_LOCK = threading.RLock()

# To be asked under the lock only.
_BOXES = _Answers(ctypes.c_float, 4, 1)
_BOUNDS = _Answers(ctypes.c_float, 4, 4)
_SHADES = _Answers(ctypes.c_uint, 4, 4)
_ORIGINS = _Answers(ctypes.c_double, 2, 2)
_MATRICES = _Answers(ctypes.c_float, 6, 1)

_WORD_MARGIN = 0.1
_IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_CHECK_EVERY = 2_000
# Characters that are asked for at once, between two looks at the clock.
_CHUNK = 8_000
# The edge of a character's box is its origin, in points, where the font says how high its letters are.
_EXACT = 0.02
_MAX_OBJECTS = 500_000
_TEXT_OBJECT: Final = pdfium.FPDF_PAGEOBJ_TEXT
_MAX_FORM_DEPTH = 28
_FLAT_SHARE = 0.05
_MAX_SEGMENTS = 64
# Of a path that is one rectangle.
_RECTANGLE_SEGMENTS = frozenset((4, 5, 6))
_NOWHERE: Final[Box] = (-1e9, -1e9, -1e9, -1e9)


class PdfiumSource:
    """One PDF opened in pdfium: how many pages it has, and each page's words on asking."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._data = data  # pdfium reads from it as long as the document is open
        self._budget = budget
        self.is_damaged = False
        with PDFIUM_LOCK:
            self._document: Any = _lib.FPDF_LoadMemDocument64(data, len(data), None)
            if not self._document:
                raise _opening_error(_lib.FPDF_GetLastError())
            self._count = _lib.FPDF_GetPageCount(self._document)
            producer = f"{self._read_meta(b'Creator')} {self._read_meta(b'Producer')}"
            self.hyphenates = does_hyphenate(producer)
            self._is_tex = is_tex(producer)

    @property
    def page_count(self) -> int:
        """How many pages the file has."""
        return int(self._count)

    def read_page(self, number: int) -> PdfPage:
        """What the page of a 1-based number shows."""
        with PDFIUM_LOCK:
            page = _lib.FPDF_LoadPage(self._document, number - 1)
            if not page:
                raise UnreadableResumeError(f"Page {number} is damaged.")
            try:
                return _PageReader(page, number, self._budget, self._is_tex).read()
            finally:
                _lib.FPDF_ClosePage(page)

    def rescan(self) -> bool:
        """Whether there is another way to read the file: pdfium has rebuilt a damaged table already."""
        return False

    def attachments(self) -> list[str]:
        """The names of files attached to the document, some at most."""
        with PDFIUM_LOCK:
            count = max(0, _lib.FPDFDoc_GetAttachmentCount(self._document))
            found = [_lib.FPDFDoc_GetAttachment(self._document, index) for index in range(min(count, MAX_ATTACHMENTS))]
            return [name for attachment in found if attachment and (name := _attachment_name(attachment))]

    def close(self) -> None:
        """Let go of the document."""
        with PDFIUM_LOCK:
            if self._document:
                _lib.FPDF_CloseDocument(self._document)
                self._document = None

    def _read_meta(self, key: bytes) -> str:
        buffer = ctypes.create_string_buffer(512)
        length = _lib.FPDF_GetMetaText(self._document, key, buffer, len(buffer))
        return buffer.raw[: max(0, min(int(length), len(buffer)) - 2)].decode("utf-16-le", "ignore")


def _attachment_name(attachment: int) -> str:
    buffer = (ctypes.c_ushort * 256)()
    size = int(_lib.FPDFAttachment_GetName(attachment, buffer, ctypes.sizeof(buffer)))
    if not 2 < size <= ctypes.sizeof(buffer):
        return ""
    return bytes(buffer)[: size - 2].decode("utf-16-le", "ignore")


def _opening_error(code: int) -> EncryptedResumeError | UnreadableResumeError:
    if code == pdfium.FPDF_ERR_PASSWORD:
        return EncryptedResumeError(
            "The PDF is protected by a password. Open it with the password and save it without one, then try again."
        )
    if code == pdfium.FPDF_ERR_SECURITY:
        return EncryptedResumeError(
            "The PDF is encrypted in a way that cannot be undone here (a certificate or rights management). "
            "Save or print it to an unprotected PDF, then try again."
        )
    return UnreadableResumeError(
        "The PDF is damaged: pdfium cannot open it. Open it in a PDF viewer and save it anew, or send another copy."
    )


class _PageReader:
    """Reads one page: painted areas first, as words need to know which lie beneath them, then characters."""

    def __init__(self, page: Any, number: int, budget: Budget, is_tex: bool) -> None:
        self._handle = page
        self._budget = budget
        self._is_tex = is_tex
        bounds = pdfium.FS_RECTF()
        _lib.FPDF_GetPageBoundingBox(page, ctypes.byref(bounds))
        x0, x1 = sorted((float(bounds.left), float(bounds.right)))
        y0, y1 = sorted((float(bounds.bottom), float(bounds.top)))
        turn = int(_lib.FPDFPage_GetRotation(page))
        self._frame: Matrix = (
            (1, 0, 0, 1, -x0, -y0),
            (0, -1, 1, 0, -y0, x1),
            (-1, 0, 0, -1, x1, y1),
            (0, 1, -1, 0, y1, -x0),
        )[turn % 4]
        self._page = PdfPage(number, _transform((x0, y0, x1, y1), self._frame))
        self._texts: list[int] = []
        self._painted: list[tuple[int, Matrix]] = []  # for each text: areas painted before it, matrix of its form
        self._places: dict[int, int] = {}  # the place of a text object in the list
        self._spots: list[tuple[int, ...]] = []  # of the text objects
        self._orders: dict[tuple[int, ...], int] = {}  # how many areas were painted before text on a spot
        self._fonts: dict[int, _Font] = {}
        self._inks: dict[tuple[object, ...], Ink] = {}
        self._word: DrawnWord | None = None
        self._letters: list[str] = []
        self._colour = _BLACK_INK  # of the open word
        self._spaced: DrawnWord | None = None  # the word before a space
        self._high = 0  # the first half of a surrogate pair
        self._last_place = 0
        self._last_handle: int | None = None
        self._last_start = 0.0
        self._text_page: Any = None
        self._looks: dict[int | None, _Look] = {None: (self._find_font(None), _BLACK_INK)}
        self._modes: dict[int | None, tuple[int, int]] = {None: (0, 0)}  # rendering mode, number of clips
        self._slants: dict[tuple[float, ...], _Slant] = {}
        self._objects = 0

    def read(self) -> PdfPage:
        """What the page shows, with the text of its form fields and notes."""
        count = max(0, _lib.FPDFPage_CountObjects(self._handle))
        objects = list(map(_quick.FPDFPage_GetObject, repeat(_pointer(self._handle)), range(min(count, _MAX_OBJECTS))))
        self._read_objects(objects, self._frame, 0)
        self._places = dict(zip(self._texts, range(len(self._texts)), strict=True))
        text_page = _lib.FPDFText_LoadPage(self._handle)
        if text_page:
            try:
                self._read_characters(text_page)
            finally:
                _lib.FPDFText_ClosePage(text_page)
        self._page.drawn = len(self._page.words)
        self._read_annotations()
        return self._page

    # Painted areas ----------------------------------------------------------------------------------

    def _read_objects(self, objects: list[Any], matrix: Matrix, depth: int) -> None:
        self._budget.check_time()
        self._objects += len(objects)
        if self._objects > _MAX_OBJECTS or not all(objects):
            return
        kinds = list(map(_quick.FPDFPageObj_GetType, objects))
        done = 0
        for index in [index for index, kind in enumerate(kinds) if kind != _TEXT_OBJECT]:
            self._add_texts(objects[done:index], matrix)
            done = index + 1
            self._budget.check_time()
            self._read_object(objects[index], kinds[index], matrix, depth)
        self._add_texts(objects[done:], matrix)

    def _add_texts(self, handles: list[Any], matrix: Matrix) -> None:
        if handles:
            self._texts += handles
            self._painted += repeat((len(self._page.areas), matrix), len(handles))

    def _read_object(self, handle: int, kind: int, matrix: Matrix, depth: int) -> None:
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._add_path(handle, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self._add_image(handle, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
            self._add_area(Area(_transform(_bounds(handle), matrix), "fill"))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_FORM_DEPTH:
            if _lib.FPDFPageObj_HasTransparency(handle):
                self._page.is_odd = True
            count = max(0, _lib.FPDFFormObj_CountObjects(handle))
            inner = [_lib.FPDFFormObj_GetObject(handle, index) for index in range(count)]
            self._read_objects(inner, _multiply(_object_matrix(handle), matrix), depth + 1)

    def _add_path(self, handle: Any, matrix: Matrix) -> None:
        fill_mode, is_stroked = ctypes.c_int(), ctypes.c_int()
        _lib.FPDFPath_GetDrawMode(handle, ctypes.byref(fill_mode), ctypes.byref(is_stroked))
        is_filled = fill_mode.value != pdfium.FPDF_FILLMODE_NONE
        if not is_filled and not is_stroked.value:
            return
        page = self._page
        box = _transform(_bounds(handle), matrix)
        width, height = box[2] - box[0], box[3] - box[1]
        if not (width < 1e6 and height < 1e6):
            return
        if 0.8 < width < 10 and 0.8 < height < 10 and 0.5 < width / height < 2:
            if len(page.dots) < MAX_DOTS:
                page.dots.append(Dot((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, max(width, height) - 0.5))
            return
        if width > MIN_RULE and height < 4.5 and len(page.rules) < MAX_DOTS:
            page.rules.append(Rule(box[0], box[2], (box[1] + box[3]) / 2))
        if not is_filled:
            rim = self._find_rim(handle, min(width, height))
            if rim is None:
                return
            box = (box[0] - rim, box[1] - rim, box[2] + rim, box[3] + rim)
        colour, alpha = _colour(handle, is_filled)
        if alpha <= 0.05:
            return
        is_plain = alpha > 0.95 and not _lib.FPDFPageObj_HasTransparency(handle)
        is_exact = is_filled and _is_rectangle(handle)
        clip, _ = _clip_box(handle, matrix)
        self._add_area(
            Area(box if clip is None else _cut(box, clip), "fill", colour if is_plain else None, is_exact, is_plain)
        )

    def _find_rim(self, handle: Any, height: float) -> float | None:
        """How far a thick line reaches beyond its bounds, None where a stroked path is thin or an outline.

        pdfium widens the bounds of a line by its whole width on each side.
        """
        width = ctypes.c_float()
        _lib.FPDFPageObj_GetStrokeWidth(handle, ctypes.byref(width))
        return -float(width.value) / 2 if width.value >= 3 and height < 2.2 * width.value else None

    def _add_image(self, handle: Any, matrix: Matrix) -> None:
        box = _transform(_bounds(handle), matrix)
        wide, high = ctypes.c_uint(), ctypes.c_uint()
        _lib.FPDFImageObj_GetImagePixelSize(handle, ctypes.byref(wide), ctypes.byref(high))
        details = pdfium.FPDF_IMAGEOBJ_METADATA()
        _lib.FPDFImageObj_GetImageMetadata(handle, self._handle, ctypes.byref(details))
        is_opaque = not _lib.FPDFPageObj_HasTransparency(handle)
        a, b, c, d, _, _ = _object_matrix(handle)
        is_upright = (abs(b) < 1e-3 * abs(a) and abs(c) < 1e-3 * abs(d)) or (
            abs(a) < 1e-3 * abs(b) and abs(d) < 1e-3 * abs(c)
        )
        clip, _ = _clip_box(handle, matrix)
        self._add_area(
            Area(
                box if clip is None else _cut(box, clip),
                "image",
                None,
                is_upright,
                is_opaque,
                (int(wide.value), int(high.value)),
                details.bits_per_pixel == 1,
            )
        )

    def _add_area(self, area: Area) -> None:
        if area.box[2] - area.box[0] > 3 and area.box[3] - area.box[1] > 3 and len(self._page.areas) < 2 * MAX_AREAS:
            self._page.areas.append(area)

    # Characters -------------------------------------------------------------------------------------

    def _read_characters(self, text_page: Any) -> None:
        """Read the words: at once where a run of letters is plain, letter by letter where it is not."""
        count = max(0, _lib.FPDFText_CountChars(text_page))
        self._budget.check_characters(count)
        self._text_page = _pointer(text_page)
        self._page.glyphs += count
        codes = _read_codes(text_page, count)
        for first in range(0, count, _CHUNK):
            self._budget.check_time()
            part = codes[first : first + _CHUNK]
            boxes = self._read_boxes(first, len(part))
            runs, spaces = _find_runs(part, boxes, is_plain=self._frame[0] == 1)
            marks = self._read_marks([first + start for start, _, _, _ in runs])
            lasts = self._read_handles([first + end - 1 for _, end, _, _ in runs])
            words = [
                end - start > 1 and self._is_word(end - start, boxes[start][0], mark, last)
                for (start, end, _, _), mark, last in zip(runs, marks, lasts, strict=True)
            ]
            apart = [
                index
                for (start, end, _, _), is_word in zip(runs, words, strict=True)
                if not is_word
                for index in range(first + start + 1, first + end)
            ]
            letters = iter(self._read_marks(apart))
            for (start, end, right, before), is_word, mark, last in zip(runs, words, marks, lasts, strict=True):
                if before:
                    self._take_spaces(before)
                if is_word:
                    if self._take_word(part[start:end], boxes[start][0], right, mark, last):
                        continue
                    rest: Iterator[_Mark] = iter(self._read_marks(range(first + start + 1, first + end)))
                else:
                    rest = letters
                self._take_letter(part[start], boxes[start], mark)
                for index in range(start + 1, end):
                    self._take_letter(part[index], boxes[index], next(rest))
            if spaces:
                self._take_spaces(spaces)
        self._close_word()

    def _take_spaces(self, count: int) -> None:
        """End the word at so many spaces.

        pdfium drops single space glyphs and sets spaces of its own where it saw or guessed one.
        """
        self._spaced = self._word if count == 1 else None
        self._close_word()

    def _read_boxes(self, first: int, count: int) -> list[_Sides]:
        """The boxes of so many characters: left, top, right, bottom."""
        sides, _ = _BOXES.ask(_quick.FPDFText_GetLooseCharBox, range(first, first + count), self._text_page)
        return list(zip(sides, sides, sides, sides, strict=True))

    def _read_handles(self, indexes: Sequence[int]) -> list[int | None]:
        """The text objects of characters; what these look like is known from then on."""
        handles: list[int | None] = list(map(_quick.FPDFText_GetTextObject, repeat(self._text_page), indexes))
        looks = self._looks
        unknown = [handle for handle in dict.fromkeys(handles) if handle not in looks]
        if not unknown:
            return handles
        values, known = _SHADES.ask(_quick.FPDFPageObj_GetFillColor, unknown)
        colours: Iterable[_Shades] = zip(values, values, values, values, strict=True)
        if not all(known):
            colours = (colour if is_known else _BLACK_INK for colour, is_known in zip(colours, known, strict=True))
        handles_of_fonts = list(map(_quick.FPDFTextObj_GetFont, unknown))
        fonts = {handle: self._find_font(handle) for handle in set(handles_of_fonts)}
        looks.update(zip(unknown, zip(map(fonts.__getitem__, handles_of_fonts), colours, strict=True), strict=True))
        return handles

    def _read_marks(self, indexes: Sequence[int]) -> list[_Mark]:
        """What is known of characters: their text object, where they stand on the page as seen, how they are set."""
        if not indexes:
            return []
        handles = self._read_handles(indexes)
        modes = self._modes
        unknown = [handle for handle in dict.fromkeys(handles) if handle not in modes]
        if unknown:
            clips = map(_quick.FPDFClipPath_CountPaths, map(_quick.FPDFPageObj_GetClipPath, unknown))
            drawn = map(_quick.FPDFTextObj_GetTextRenderMode, unknown)
            modes.update(zip(unknown, zip(drawn, clips, strict=True), strict=True))
        points, _ = _ORIGINS.ask(_quick.FPDFText_GetCharOrigin, indexes, self._text_page)
        numbers, _ = _MATRICES.ask(_quick.FPDFText_GetMatrix, indexes, self._text_page)
        sizes = map(_quick.FPDFText_GetFontSize, repeat(self._text_page), indexes)
        shapes = zip(*(numbers,) * 6, sizes, strict=True)
        a, b, c, d, e, f = self._frame
        marks: list[_Mark] = []
        slants = self._slants
        for handle, x, y, (run_x, run_y, side_x, side_y, _, _, size) in zip(
            handles, points, points, shapes, strict=True
        ):
            shape = (run_x, run_y, side_x, side_y, size)
            slant = slants.get(shape)
            if slant is None:
                slant = slants[shape] = self._measure_slant(*shape)
            marks.append((handle, x * a + y * c + e, x * b + y * d + f, slant))
        return marks

    def _is_word(self, length: int, left: float, mark: _Mark, last_handle: int | None) -> bool:
        """Whether a run of so many letters is all of one font and colour, upright and without a space in it."""
        handle, page_x, _, slant = mark
        if not handle:
            return False
        # The edge of an upright letter's box tells where it stands, unless its font says nothing of heights.
        if slant.angle or not slant.height or not -_EXACT <= left + self._frame[4] - page_x <= _EXACT:
            return False
        if last_handle == handle:
            return True
        places = self._places
        place = places.get(handle)
        if place is None:
            return False
        # Objects that are missing between those of a run held nothing but a space.
        if places.get(last_handle or 0, place) - place >= length:
            return False
        (font, colour), (last_font, last_colour) = self._looks[handle], self._looks[last_handle]
        return font is last_font and colour == last_colour

    def _take_word(self, codes: Sequence[int], left: float, right: float, mark: _Mark, last_handle: int | None) -> bool:
        """Make a run of letters a word; False where it may go on with the word before it."""
        word = self._word
        left += self._frame[4]
        if word is not None and word.x0 <= left < word.x1 + 0.02 * word.size:
            return False
        handle, page_x, page_y, slant = mark
        font, colour = self._looks[handle]
        place = self._places.get(handle or 0, self._last_place)
        last_place = self._places.get(last_handle or 0, place)
        if word is not None:
            word.has_space = word.has_space or place > self._last_place + 1
            self._close_word()
        letters = [font[code] for code in codes]
        if UNMAPPED in letters:
            self._page.unmapped += letters.count(UNMAPPED)
        self._open_word(handle, font, colour, slant, (page_x, right + self._frame[4], page_y))
        self._letters = letters
        self._last_place, self._last_handle, self._last_start = last_place, last_handle, math.inf
        return True

    def _take_letter(self, code: int, box: _Sides, mark: _Mark) -> None:
        """Add one letter to the word that it belongs to, or begin a word with it."""
        if 0xD800 <= code < 0xDC00:
            self._high = code
            return
        if 0xDC00 <= code < 0xE000 and self._high:
            code, self._high = 0x10000 + ((self._high - 0xD800) << 10) + code - 0xDC00, 0
        handle, page_x, page_y, slant = mark
        font, colour = self._looks[handle]
        if not slant.height:
            return
        start = page_x * slant.cos + page_y * slant.sin
        across = page_y * slant.cos - page_x * slant.sin
        left, top, right, bottom = box
        is_plain = self._frame[0] == 1 and not slant.angle
        end = right + self._frame[4] if is_plain else start + self._extent((left, bottom, right, top), slant)
        place = self._places.get(handle or 0, self._last_place)
        word = self._word
        text = font[code]
        if word is not None:
            gap, height = start - word.x1, slant.height
            is_apart = (gap > _WORD_MARGIN * height and gap > _WORD_MARGIN * (end - start)) or gap < -0.3 * height
            is_other = handle != self._last_handle
            if is_other and place > self._last_place + 1:
                # pdfium leaves out objects that hold nothing but a space.
                word.has_space = True
                is_apart = True
            elif is_other and (
                colour != self._colour or word.is_bold is not font.is_bold or abs(across - word.y) > 0.05 * word.size
            ):
                is_apart = True
            elif is_apart and is_other and self._letters[-1] == text and abs(start - self._last_start) < 0.1 * height:
                return  # the same glyph once more, a hair aside: bold by overprinting
            if is_apart:
                self._close_word()
                word = None
        if word is None:
            self._open_word(handle, font, colour, slant, (start, end, across))
        elif end > word.x1:
            word.x1 = end
        if text == UNMAPPED:
            self._page.unmapped += 1
        self._letters.append(text)
        self._last_place, self._last_handle, self._last_start = place, handle, start

    def _open_word(
        self, handle: int | None, font: _Font, colour: _Shades, slant: _Slant, place: tuple[float, float, float]
    ) -> None:
        """Begin a word at a place: its start and end on its line, and the line's height."""
        start, end, across = place
        spaced = self._spaced
        if spaced is not None and start - spaced.x1 < 0.6 * slant.height:
            # Wider gaps get a space from pdfium, too, and may be those of columns.
            spaced.has_space = True
        self._spaced = None
        ink, order = self._find_ink(handle, colour, slant.stretch)
        self._word = DrawnWord("", start, end, across, slant.height, font.is_bold, slant.angle, False, "", ink, order)
        self._colour = colour

    def _measure_slant(self, a: float, b: float, c: float, d: float, size: float) -> _Slant:
        run_x, run_y, side_x, side_y, _, _ = _multiply((a, b, c, d, 0.0, 0.0), self._frame)
        length, side = math.hypot(run_x, run_y), math.hypot(side_x, side_y)
        if not length or not side or not math.isfinite(length * side * size):
            return _FLAT
        sign = -1.0 if size < 0 else 1.0
        cos, sin = sign * run_x / length, sign * run_y / length
        angle = 0 if cos > 0.9999 else round(math.degrees(math.atan2(sin, cos))) % 360
        # Letters that are slanted on to their own baseline are a line.
        is_flat = abs(run_x * side_y - run_y * side_x) < _FLAT_SHARE * length * side
        return _Slant(cos, sin, angle, abs(size) * side, 0.0 if is_flat else round(length / side, 2))

    def _extent(self, box: Box, slant: _Slant) -> float:
        """How far a character's box reaches along its line."""
        x0, y0, x1, y1 = _transform(box, self._frame)
        return float((x1 - x0) * abs(slant.cos) if abs(slant.cos) > abs(slant.sin) else (y1 - y0) * abs(slant.sin))

    def _close_word(self) -> None:
        word = self._word
        if word is not None:
            text = "".join(self._letters)
            if text:
                word.text = text if text.isascii() else in_speaking_order(self._letters)
                self._page.words.append(word)
            self._word = None
            self._letters.clear()

    def _find_font(self, handle: int | None) -> _Font:
        key = handle or 0
        found = self._fonts.get(key)
        if found is None:
            found = self._fonts[key] = _Font(handle, self._is_tex)
        return found

    def _find_ink(self, handle: int | None, shades: _Shades, stretch: float) -> tuple[Ink, int]:
        """The ink of a text object, and how many areas were painted before it."""
        mode, clips = self._modes[handle]
        if clips <= 0 and not self._page.areas and mode not in _STROKED:
            # All of a page's text is so, mostly.
            key: tuple[object, ...] = (shades, mode, stretch)
            found = self._inks.get(key)
            if found is None:
                found = self._inks[key] = _mix_ink(handle, shades, max(0, mode), None, stretch)
            return found, 0
        place = self._places.get(handle or 0)
        order, matrix = self._painted[place] if place is not None else (len(self._page.areas), self._frame)
        if handle and self._page.areas:
            # Of text drawn twice on one spot pdfium keeps the first, and it is the last that is seen.
            if not self._orders:
                self._spots = _find_spots(self._texts)
                self._orders = dict(zip(self._spots, map(itemgetter(0), self._painted), strict=True))
            spot = self._spots[place] if place is not None else _find_spots([handle])[0]
            order = max(order, self._orders.get(spot, 0))
        mode = max(0, mode)
        clip, is_odd = _clip_box(handle, matrix) if clips > 0 else (None, False)
        key = (shades, mode, clip, stretch, is_odd)
        ink = self._inks.get(key)
        if ink is None or mode in _STROKED:
            ink = self._inks[key] = _mix_ink(handle, shades, mode, clip, stretch, is_odd)
        return ink, order

    # Annotations ------------------------------------------------------------------------------------

    def _read_annotations(self) -> None:
        """Read the text that form fields and free-text notes show on the page."""
        for index in range(min(2_000, max(0, _lib.FPDFPage_GetAnnotCount(self._handle)))):
            annotation = _lib.FPDFPage_GetAnnot(self._handle, index)
            if not annotation:
                continue
            try:
                kind = _lib.FPDFAnnot_GetSubtype(annotation)
                flags = _lib.FPDFAnnot_GetFlags(annotation)
                if flags & 0b100010:
                    continue
                if kind not in (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT):
                    self._add_note(annotation, kind)
                    continue
                text = _annotation_string(annotation, b"V" if kind == pdfium.FPDF_ANNOT_WIDGET else b"Contents")
                bounds = pdfium.FS_RECTF()
                if text and _lib.FPDFAnnot_GetRect(annotation, ctypes.byref(bounds)):
                    place = (bounds.left, bounds.bottom, bounds.right, bounds.top)
                    colour = find_note_colour(_annotation_string(annotation, b"DA"))
                    if _lib.FPDFAnnot_HasKey(annotation, b"MK") or _lib.FPDFAnnot_HasKey(annotation, b"C"):
                        colour = None  # it may have a ground of its own
                    where = _transform(place, self._frame)
                    self._page.words.extend(field_words(text, where, len(self._page.areas), colour))
            finally:
                _lib.FPDFPage_CloseAnnot(annotation)

    def _add_note(self, annotation: int, kind: int) -> None:
        """Keep the place of a note that may cover what the page draws."""
        bounds = pdfium.FS_RECTF()
        if kind in _COVERING_KINDS and _lib.FPDFAnnot_GetRect(annotation, ctypes.byref(bounds)):
            place = (bounds.left, bounds.bottom, bounds.right, bounds.top)
            self._add_area(Area(_transform(place, self._frame), "fill", is_opaque=False))


class _Font(dict[int, str]):
    """What the characters of a font count as, filled as asked for."""

    __slots__ = ("_is_tex", "is_bold", "is_symbolic", "name")

    def __init__(self, handle: Any, is_tex: bool) -> None:
        super().__init__()
        self._is_tex = is_tex
        self.name = ""
        is_forced = False
        if handle:
            buffer = ctypes.create_string_buffer(256)
            _lib.FPDFFont_GetBaseFontName(handle, buffer, len(buffer))
            self.name = buffer.value.decode("utf-8", "replace")
            is_forced = bool(_lib.FPDFFont_GetFlags(handle) & (1 << 18))
        self.is_symbolic = is_symbol_font(self.name)
        self.is_bold = is_bold_font(self.name) or is_forced

    def __missing__(self, code: int) -> str:
        text = "-" if code in _HYPHENS else chr(code)
        self[code] = text = symbol_text(text, self.name) if self.is_symbolic else glyph_text(text, self._is_tex)
        return text


@dataclass(frozen=True, slots=True)
class _Slant:
    """How a line of text runs: its direction, the height of its letters, and how far they are stretched."""

    cos: float
    sin: float
    angle: int
    height: float
    stretch: float


# A character: its text object, where it stands on the page as it is seen, and how it is set.
_Mark = tuple[int | None, float, float, _Slant]
_Look = tuple[_Font, _Shades]


# Characters that stand on one line without a gap, by their boxes alone: the places of the first and behind the last,
# the right edge, and the number of spaces before them.
_Run = tuple[int, int, float, int]


def _find_runs(codes: Sequence[int], boxes: Sequence[_Sides], *, is_plain: bool) -> tuple[list[_Run], int]:
    """The runs of characters, and the number of spaces behind the last; each character is one where none is plain."""
    runs: list[_Run] = []
    gaps = _SPACES
    spaces, start = 0, -1
    right = bottom = margin = overlap = 0.0
    for index, (code, (x0, top, x1, low)) in enumerate(zip(codes, boxes, strict=True)):
        if code in gaps:
            if start >= 0:
                runs.append((start, index, right, spaces))
                spaces, start = 0, -1
            spaces += 1
            continue
        if start >= 0:
            gap = x0 - right
            if (
                overlap <= gap
                and (gap <= margin or gap <= _WORD_MARGIN * (x1 - x0))
                and -0.01 < low - bottom < 0.01
                and is_plain
            ):
                if x1 > right:
                    right = x1
                continue
            runs.append((start, index, right, spaces))
            spaces = 0
        start, right, bottom = index, x1, low
        margin, overlap = _WORD_MARGIN * (top - low), -0.3 * (top - low)
    if start >= 0:
        runs.append((start, len(codes), right, spaces))
        spaces = 0
    return runs, spaces


def _mix_ink(
    handle: int | None, shades: _Shades, mode: int, clip: Box | None, stretch: float, is_clip_odd: bool = False
) -> Ink:
    """The ink of a text object that is filled with a colour."""
    red, green, blue, alpha = shades
    colour: Colour | None = (red / 255, green / 255, blue / 255)
    if mode in (1, 5) and handle:
        colour, stroke_alpha = _colour(handle, False)
        alpha = round(255 * stroke_alpha)
    elif mode in (2, 6) and handle:
        # Filled and stroked: of one colour only where both are.
        stroke, stroke_alpha = _colour(handle, False)
        colour = colour if stroke == colour else None
        alpha = max(alpha, round(255 * stroke_alpha))
    return Ink(colour, alpha / 255, mode, clip, False, stretch, is_clip_odd)


_FLAT = _Slant(1.0, 0.0, 0, 0.0, 1.0)
_BLACK_INK: Final[_Shades] = (0, 0, 0, 255)


def _read_codes(text_page: Any, count: int) -> Sequence[int]:
    """The code points of all characters, at once where each is one unit of UTF-16."""
    buffer = (ctypes.c_ushort * (count + 1))()
    if _lib.FPDFText_GetText(text_page, 0, count, buffer) == count + 1:
        codes: list[int] = memoryview(buffer).cast("B").cast("H").tolist()[:count]
        if not any(0xD800 <= code < 0xE000 or not code for code in set(codes)):
            return codes
    return list(map(_quick.FPDFText_GetUnicode, repeat(_pointer(text_page)), range(count)))


_SPACES = frozenset((0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000))
# pdfium gives a hyphen at the end of a line as one of these.
_HYPHENS = frozenset((0x02, 0xFFFE))


def _bounds(handle: Any) -> Box:
    sides = [ctypes.c_float() for _ in range(4)]
    _lib.FPDFPageObj_GetBounds(handle, *(ctypes.byref(side) for side in sides))
    left, bottom, right, top = (float(side.value) for side in sides)
    return (left, bottom, right, top)


def _find_spots(handles: Sequence[int | None]) -> list[tuple[int, ...]]:
    """Where objects stand on the page, to half a point."""
    sides, _ = _BOUNDS.ask(_quick.FPDFPageObj_GetBounds, handles)
    values = iter([round(2 * side) for side in sides])
    return list(zip(values, values, values, values, strict=True))


def _object_matrix(handle: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    if not _lib.FPDFPageObj_GetMatrix(handle, ctypes.byref(matrix)):
        return _IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _colour(handle: Any, is_filled: bool) -> tuple[Colour, float]:
    shades = [ctypes.c_uint() for _ in range(4)]
    ask = _lib.FPDFPageObj_GetFillColor if is_filled else _lib.FPDFPageObj_GetStrokeColor
    ask(handle, *(ctypes.byref(shade) for shade in shades))
    red, green, blue, alpha = (shade.value / 255 for shade in shades)
    return (red, green, blue), alpha


def _is_rectangle(handle: Any) -> bool:
    """Whether a path is one upright rectangle."""
    count = _lib.FPDFPath_CountSegments(handle)
    if not 4 <= count <= 6:
        return False
    xs, ys = set(), set()
    for index in range(count):
        segment = _lib.FPDFPath_GetPathSegment(handle, index)
        if index and _lib.FPDFPathSegment_GetType(segment) != pdfium.FPDF_SEGMENT_LINETO:
            return False
        x, y = _segment_point(segment)
        xs.add(round(x, 2))
        ys.add(round(y, 2))
    return len(xs) == 2 and len(ys) == 2


def _clip_box(handle: Any, frame: Matrix) -> tuple[Box | None, bool]:
    """The box that drawing of an object is confined to, None for the whole page; whether it says too little."""
    path = _quick.FPDFPageObj_GetClipPath(handle)
    count = _quick.FPDFClipPath_CountPaths(path) if path else 0
    if count <= 0:
        return None, False
    clip: Box | None = None
    is_odd = count > _MAX_SEGMENTS
    for index in range(max(0, min(count, _MAX_SEGMENTS))):
        segments = _lib.FPDFClipPath_CountPathSegments(path, index)
        is_odd = is_odd or segments not in _RECTANGLE_SEGMENTS
        if not 0 < segments <= _MAX_SEGMENTS:
            continue
        points = [_segment_point(_lib.FPDFClipPath_GetPathSegment(path, index, number)) for number in range(segments)]
        box = (
            min(x for x, _ in points),
            min(y for _, y in points),
            max(x for x, _ in points),
            max(y for _, y in points),
        )
        clip = box if clip is None else _cut(box, clip)
    if clip is None:
        return None, is_odd
    # Clips that have nothing in common leave a box turned inside out.
    return (_transform(clip, frame) if clip[0] <= clip[2] and clip[1] <= clip[3] else _NOWHERE), is_odd


def _segment_point(segment: Any) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    _lib.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
    return float(x.value), float(y.value)


def _annotation_string(annotation: Any, key: bytes) -> str:
    size = _lib.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < size < 200_000:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    _lib.FPDFAnnot_GetStringValue(annotation, key, buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16-le", "ignore")


def _transform(box: Box, matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    xs = [x * a + y * c + e for x in (box[0], box[2]) for y in (box[1], box[3])]
    ys = [x * b + y * d + f for x in (box[0], box[2]) for y in (box[1], box[3])]
    return (min(xs), min(ys), max(xs), max(ys))


def _multiply(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _cut(first: Box, second: Box) -> Box:
    return (max(first[0], second[0]), max(first[1], second[1]), min(first[2], second[2]), min(first[3], second[3]))
