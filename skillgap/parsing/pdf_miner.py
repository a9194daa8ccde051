"""The text of PDF pages by way of pdfminer.six: its documents and fonts, our own interpreter of page content.

pdfminer.six reads the file's objects and fonts. The content streams go through `skillgap.parsing.pdf_content`
and an interpreter that keeps nothing but what shows, hides, colours or clips text, and that builds words
while it reads: that is several times faster than pdfminer's own way through objects for every glyph.
"""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdffont import PDFFont
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, dict_value, list_value, resolve1, stream_value
from pdfminer.psparser import PSLiteral, literal_name

from skillgap.parsing.budget import Budget
from skillgap.parsing.layout import Dot, Word
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

# pdfminer logs every object and every oddity; on Type3 fonts that alone takes longer than reading the page.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

Matrix = tuple[float, float, float, float, float, float]

_IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

# A gap of a tenth of the larger of a glyph's width and height parts words: pdfminer's `word_margin`.
_WORD_MARGIN = 0.1
# Forms within forms deeper than this are no honest page; the format itself allows 28 (PDF 32000-1, annex C).
_MAX_FORM_DEPTH = 28
# How many saved graphics states are kept; more come only from streams made to exhaust memory.
_MAX_SAVED_STATES = 2_000
_CHECK_EVERY = 2_000


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that applies the first and then the second."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


class GlyphTable(dict[int, tuple[str, float]]):
    """A font's glyphs as text and width (of the font size), looked up in pdfminer once for each code."""

    __slots__ = ("font", "is_bold", "is_multibyte", "is_vertical", "is_two_byte")

    def __init__(self, font: PDFFont) -> None:
        super().__init__()
        self.font = font
        self.is_multibyte = font.is_multibyte()
        self.is_vertical = font.is_vertical()
        self.is_bold = _is_bold(font)

    def __missing__(self, code: int) -> tuple[str, float]:
        try:
            text = self.font.to_unichr(code)
        except Exception:
            text = "\ufffd"
        try:
            width = float(self.font.char_width(code))
        except Exception:
            width = 0.5
        if not isinstance(text, str) or not math.isfinite(width):
            text, width = str(text), 0.5
        self[code] = glyph = (text, width)
        return glyph


def _is_bold(font: PDFFont) -> bool:
    name = str(font.fontname).lower()
    return any(part in name for part in ("bold", "black", "heavy", "demi")) or bool(font.flags & (1 << 18))


class _State:
    """The part of the graphics state that bears on text."""

    __slots__ = (
        "alpha", "char_space", "clip", "ctm", "fill", "font", "font_size", "leading", "mode", "rise", "scale",
        "word_space",
    )  # fmt: skip

    def __init__(self, ctm: Matrix) -> None:
        self.ctm = ctm
        self.font: GlyphTable | None = None
        self.font_size = 0.0
        self.char_space = 0.0
        self.word_space = 0.0
        self.scale = 1.0
        self.leading = 0.0
        self.rise = 0.0
        self.mode = 0
        self.fill: tuple[float, ...] | None = (0.0,)
        self.alpha = 1.0
        self.clip: tuple[float, float, float, float] | None = None

    def copy(self) -> _State:
        other = _State.__new__(_State)
        for name in _State.__slots__:
            setattr(other, name, getattr(self, name))
        return other


@dataclass(frozen=True, slots=True)
class MinedPage:
    """What one page shows: its size and its words in the order of drawing."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    dots: tuple[Dot, ...]


class PageReader:
    """Reads the words of pages of one document."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._resource_manager = PDFResourceManager()
        self._tables: dict[int, GlyphTable] = {}
        self._fonts_by_id: dict[int, GlyphTable] = {}

    def read(self, page: PDFPage, number: int) -> MinedPage:
        """What a page shows."""
        x0, y0, x1, y1 = page.mediabox
        width, height = x1 - x0, y1 - y0
        ctm: Matrix
        if page.rotate == 90:
            ctm, width, height = (0, -1, 1, 0, -y0, x1), height, width
        elif page.rotate == 180:
            ctm = (-1, 0, 0, -1, x1, y1)
        elif page.rotate == 270:
            ctm, width, height = (0, 1, -1, 0, y1, -x0), height, width
        else:
            ctm = (1, 0, 0, 1, -x0, -y0)
        self._words: list[Word] = []
        self._dots: list[Dot] = []
        self._word: Word | None = None
        self._letters: list[str] = []
        data = b"\n".join(stream_value(content).get_data() for content in page.contents)
        self._run(data, dict_value(page.resources), _State(ctm), 0, set())
        self._close_word()
        return MinedPage(number, width, height, tuple(self._words), tuple(self._dots))

    def _font(self, reference: object) -> GlyphTable:
        spec = dict_value(reference)
        objid = getattr(reference, "objid", None)
        key = objid if objid is not None else -id(spec)
        table = self._fonts_by_id.get(key)
        if table is None:
            table = self._fonts_by_id[key] = GlyphTable(self._resource_manager.get_font(objid, spec))
        return table

    def _run(self, data: bytes, resources: dict[str, Any], state: _State, depth: int, open_forms: set[int]) -> None:
        fonts = dict_value(resources.get("Font"))
        saved: list[_State] = []
        text_matrix = _IDENTITY
        line_x = line_y = 0.0  # start of the line in text space, under text_matrix
        pen = 0.0  # how far the pen has moved along the line
        path: list[bytes] = []
        show = self._show
        countdown = _CHECK_EVERY
        for shape, operator, raw, operands in read_statements(data):
            countdown -= 1
            if not countdown:
                self._budget.check_time()
                countdown = _CHECK_EVERY
            if shape == NUMBERS:
                if operator == b"Td" or operator == b"TD":
                    numbers = to_numbers(raw)
                    if len(numbers) >= 2:
                        line_x += numbers[-2]
                        line_y += numbers[-1]
                        pen = 0.0
                        if operator == b"TD":
                            state.leading = -numbers[-1]
                elif operator == b"Tm":
                    numbers = to_numbers(raw)
                    if len(numbers) >= 6:
                        a, b, c, d, e, f = numbers[-6:]
                        text_matrix = (a, b, c, d, e, f)
                        line_x = line_y = pen = 0.0
                elif operator == b"BT":
                    text_matrix = _IDENTITY
                    line_x = line_y = pen = 0.0
                elif operator in _PATH:
                    path.append(raw)
                elif operator == b"re":
                    numbers = to_numbers(raw)
                    if len(numbers) >= 4:
                        x, y, w, h = numbers[-4:]
                        path.append(b"%f %f %f %f" % (x, y, x + w, y + h))
                elif operator in _PAINT:
                    if path:
                        self._paint(path, state)
                        path = []
                elif operator == b"n":
                    path = []
                elif operator == b"q":
                    if len(saved) < _MAX_SAVED_STATES:
                        saved.append(state.copy())
                elif operator == b"Q":
                    if saved:
                        state = saved.pop()
                elif operator == b"cm":
                    numbers = to_numbers(raw)
                    if len(numbers) >= 6:
                        a, b, c, d, e, f = numbers[-6:]
                        state.ctm = multiply((a, b, c, d, e, f), state.ctm)
                elif operator == b"T*":
                    line_y -= state.leading
                    pen = 0.0
                elif operator in _TEXT_NUMBERS:
                    numbers = to_numbers(raw)
                    if numbers:
                        self._set_number(state, operator, numbers[-1])
            elif shape == HEX_SHOW:
                pen = show(decode_hex(raw), state, text_matrix, line_x, line_y, pen)
            elif shape == LITERAL_SHOW:
                pen = show(decode_literal(raw), state, text_matrix, line_x, line_y, pen)
            elif shape == ARRAY_SHOW:
                for item in show_items(raw):
                    if isinstance(item, float):
                        pen -= item * 0.001 * state.font_size * state.scale
                    else:
                        pen = show(item, state, text_matrix, line_x, line_y, pen)
            elif shape == NAMED:
                if operator == b"Tf":
                    reference = fonts.get(decode_name(raw))
                    state.font = self._font(reference) if reference is not None else None
                    if operands and isinstance(operands[0], float):
                        state.font_size = operands[0]
                elif operator == b"Do":
                    self._do(decode_name(raw), resources, state, depth, open_forms)
            elif operator == b"TJ" or operator == b"Tj" or operator == b"'" or operator == b'"':
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
                        pen = show(part, state, text_matrix, line_x, line_y, pen)
            elif operator == b"Tf" and len(operands) >= 2:
                name, size = operands[-2:]
                if isinstance(name, Name) and isinstance(size, float):
                    reference = fonts.get(name.text)
                    state.font = self._font(reference) if reference is not None else None
                    state.font_size = size
            elif operator == b"Do" and operands and isinstance(operands[-1], Name):
                self._do(operands[-1].text, resources, state, depth, open_forms)

    def _paint(self, path: list[bytes], state: _State) -> None:
        numbers = to_numbers(b" ".join(path))
        a, b, c, d, e, f = state.ctm
        xs, ys = numbers[::2], numbers[1::2]
        corners = [(x * a + y * c + e, x * b + y * d + f) for x in (min(xs), max(xs)) for y in (min(ys), max(ys))]
        x0, x1 = min(x for x, _ in corners), max(x for x, _ in corners)
        y0, y1 = min(y for _, y in corners), max(y for _, y in corners)
        width, height = x1 - x0, y1 - y0
        if 1 < width < 9 and 1 < height < 9 and 0.5 < width / height < 2:
            self._dots.append(Dot((x0 + x1) / 2, (y0 + y1) / 2, max(width, height)))

    def _set_number(self, state: _State, operator: bytes, value: float) -> None:
        if operator == b"Tc":
            state.char_space = value
        elif operator == b"Tw":
            state.word_space = value
        elif operator == b"Tz":
            state.scale = value * 0.01
        elif operator == b"TL":
            state.leading = value
        elif operator == b"Tr":
            state.mode = int(value)
        else:
            state.rise = value

    def _do(
        self, name: str, resources: dict[str, Any], state: _State, depth: int, open_forms: set[int]
    ) -> None:
        form = resolve1(dict_value(resources.get("XObject")).get(name))
        if not isinstance(form, PDFStream) or depth >= _MAX_FORM_DEPTH or id(form) in open_forms:
            return
        subtype = form.get("Subtype")
        if not isinstance(subtype, PSLiteral) or literal_name(subtype) != "Form":
            return
        inner = state.copy()
        matrix = [float(resolve1(value)) for value in list_value(form.get("Matrix"))]
        if len(matrix) == 6:
            a, b, c, d, e, f = matrix
            inner.ctm = multiply((a, b, c, d, e, f), state.ctm)
        inner_resources = dict_value(form.get("Resources")) or resources
        self._run(form.get_data(), inner_resources, inner, depth + 1, open_forms | {id(form)})

    def _show(
        self, raw: bytes, state: _State, text_matrix: Matrix, line_x: float, line_y: float, pen: float
    ) -> float:
        """Add the glyphs of a string to the words, and give the pen's new place."""
        table = state.font
        if table is None:
            return pen
        size = state.font_size
        scale = state.scale
        a, b, c, d, e, f = multiply(text_matrix, state.ctm)
        y_text = line_y + state.rise
        char_space = state.char_space * scale
        word_space = 0.0 if table.is_multibyte else state.word_space * scale
        stretch = math.hypot(a, b)
        height = abs(size) * math.hypot(c, d)
        if not stretch or not height:
            return pen
        cos, sin = a / stretch, b / stretch
        # Places along and across the baseline, so that turned text is put together as level text is.
        x0 = line_x * a + y_text * c + e
        y0 = line_x * b + y_text * d + f
        along = x0 * cos + y0 * sin
        across = y0 * cos - x0 * sin
        angle = 0 if abs(sin) < 0.01 and cos > 0 else round(math.degrees(math.atan2(sin, cos))) % 360
        word = self._word
        if word is not None and (
            word.angle != angle or abs(word.y - across) > 0.3 * height or abs(word.size - height) > 0.05 * height
        ):
            self._close_word()
            word = None
        letters = self._letters
        codes = table.font.decode(raw) if table.is_multibyte else raw
        factor = size * scale
        margin = _WORD_MARGIN * height
        for code in codes:
            text, width = table[code]
            advance = width * factor
            start = along + pen * stretch
            end = start + advance * stretch
            if text == " " or text == "\xa0":
                if word is not None:
                    word.has_space = True
                    self._close_word()
                    word = None
            else:
                if word is not None:
                    gap = start - word.x1
                    if gap > margin and gap > _WORD_MARGIN * (end - start) + char_space * stretch or gap < -height:
                        self._close_word()
                        word = None
                if word is None:
                    self._word = word = Word("", start, end, across, height, table.is_bold, angle)
                    letters.append(text)
                else:
                    letters.append(text)
                    if end > word.x1:
                        word.x1 = end
            pen += advance + char_space
            if word_space and code == 32:
                pen += word_space
        return pen

    def _close_word(self) -> None:
        word = self._word
        if word is not None:
            word.text = "".join(self._letters)
            self._words.append(word)
        self._word = None
        self._letters.clear()


_PATH = frozenset((b"m", b"l", b"c", b"v", b"y"))
_PAINT = frozenset((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s"))
_TEXT_NUMBERS = frozenset((b"Tc", b"Tw", b"Tz", b"TL", b"Tr", b"Ts"))


def read_pages(data: bytes, budget: Budget) -> Iterator[MinedPage]:
    """The pages of a PDF."""
    document = PDFDocument(PDFParser(io.BytesIO(data)))
    reader = PageReader(budget)
    for number, page in enumerate(PDFPage.create_pages(document), start=1):
        budget.check_pages(number)
        yield reader.read(page, number)
