"""The words of a page in pdfium: characters that stand close together, in one look, on one line.

What seldom changes within a word is asked for only at its ends: most words are made whole from a run of characters,
and only where a run is not plain are its letters taken one by one.
"""

from __future__ import annotations

import ctypes
import math
import re
import sys
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, repeat
from typing import Any, Final

from skillgap.parsing.budget import Budget
from skillgap.parsing.pdf_geometry import Matrix, multiply, transform
from skillgap.parsing.pdf_page import (
    UNMAPPED,
    Box,
    Colour,
    DrawnWord,
    Ink,
    PdfPage,
    glyph_text,
    in_speaking_order,
    is_bold_font,
    is_symbol_font,
    symbol_text,
)
from skillgap.parsing.pdfium_calls import Answers, lib, pointer, quick
from skillgap.parsing.pdfium_objects import PageObjects, read_clip, read_colour

_BOXES = Answers(ctypes.c_float, 4, pointers=1)
_SHADES = Answers(ctypes.c_uint, 4, pointers=4)
_ORIGINS = Answers(ctypes.c_double, 2, pointers=2)
_MATRICES = Answers(ctypes.c_float, 6, pointers=1, kept=4)

# Characters that are asked for at once, between two looks at the clock.
_CHUNK = 8_000
# A wider gap, as a share of a letter's height and of its width, parts words.
_WORD_MARGIN = 0.1
# A letter that begins further back than this share of its height is not the next of its word.
_MOST_OVERLAP = 0.3
# Letters of a run stand on one line to so many points.
_EXACT = 0.01
# Rendering modes that draw the outlines of letters, in a colour of their own.
_STROKED = frozenset((1, 2, 5, 6))
# Letters narrower than this share of their height are a line.
_FLAT_SHARE = 0.05
_FORCED_BOLD = 1 << 18  # of a font's flags

_PRINTED = re.compile("[^\t\n\r \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# pdfium gives a hyphen at the end of a line as one of these.
_HYPHENS = frozenset("\x02\ufffe")
# Where a character takes two places, the first is given to one that says nothing.
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_JOINER = "\u200d"
_UTF_16 = f"utf-16-{sys.byteorder[0]}e"

_Shades = tuple[int, int, int, int]
_BLACK_INK: Final[_Shades] = (0, 0, 0, 255)
# Characters that stand on one line without a gap, by their boxes alone: the places of the first and behind the last,
# the right edge, and the number of spaces before them.
_Run = tuple[int, int, float, int]
_Style = tuple["_Look", int, int]  # with the rendering mode and the number of clips


@dataclass(frozen=True, slots=True)
class _Slant:
    """How a line of text runs: its direction, the height of its letters, and how far they are stretched.

    ``is_level`` says that boxes of letters are measured along the line.
    """

    cos: float
    sin: float
    angle: int
    height: float
    stretch: float
    is_level: bool


_FLAT = _Slant(1.0, 0.0, 0, 0.0, 1.0, False)
# A character's text object and its place in the order of drawing.
_Spot = tuple[int | None, int]
_UNPLACED = -1
# A character: its text object, where it stands on the page as it is seen, how it is set, what it looks like.
_Mark = tuple[_Spot, float, float, _Slant, _Style]


class TextReader:
    """Reads the characters of one page, and adds the words that they make to it."""

    def __init__(self, page: PdfPage, frame: Matrix, objects: PageObjects, budget: Budget, is_tex: bool) -> None:
        self._page = page
        self._frame = frame
        self._is_upright = frame[0] == 1  # the page is seen as pdfium measures it
        self._objects = objects
        self._places = objects.places
        self._budget = budget
        self._text_page: Any = None
        self._looks = _Looks(is_tex)
        self._slants = _Slants(frame)
        self._styles: dict[int | None, _Style] = {}
        self._inks: dict[tuple[object, ...], Ink] = {}
        self._word: DrawnWord | None = None
        self._letters: list[str] = []  # of the open word
        self._shades = _BLACK_INK  # of the open word
        self._spaced: DrawnWord | None = None  # the word before a space
        self._last_handle: int | None = None
        self._last_place = 0
        self._last_start = 0.0

    def read(self, text_page: int) -> None:
        """Read all characters of a page that pdfium has found."""
        count = max(0, lib.FPDFText_CountChars(text_page))
        self._budget.check_characters(count)
        self._text_page = pointer(text_page)
        self._page.glyphs += count
        text = _read_text(text_page, count)
        for first in range(0, count, _CHUNK):
            self._budget.check_time()
            self._read_part(first, text[first : first + _CHUNK])
        self._close_word()

    def _read_part(self, first: int, text: str) -> None:
        """Read characters: at once where a run of letters is plain, letter by letter where it is not."""
        sides, _ = _BOXES.ask(quick.FPDFText_GetLooseCharBox, range(first, first + len(text)), self._text_page)
        lefts, tops, rights, bottoms = sides
        runs, spaces = _find_runs(text, sides, is_plain=self._is_upright)
        runs, firsts, lasts = self._part_at_lost_spaces(first, runs, rights)
        marks = self._read_marks([first + start for start, _, _, _ in runs], firsts)
        # A run of one font and colour whose boxes are as wide as the font says is a word.
        words = [slant.is_level and look.font.has_heights for _, _, _, slant, (look, _, _) in marks]
        mixed = [index for index, (spot, last) in enumerate(zip(firsts, lasts, strict=True)) if spot != last]
        for index, look in zip(mixed, self._ask_looks([lasts[index][0] for index in mixed]), strict=True):
            words[index] = words[index] and look is marks[index][4][0]
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
                if self._take_run(text[start:end], lefts[start], right, mark, last):
                    continue
                rest: Iterator[_Mark] = iter(self._read_marks(range(first + start + 1, first + end)))
            else:
                rest = letters
            for index in range(start, end):
                box = (lefts[index], bottoms[index], rights[index], tops[index])
                self._take_letter(text[index], box, mark if index == start else next(rest))
        if spaces:
            self._take_spaces(spaces)

    def _part_at_lost_spaces(
        self, first: int, runs: list[_Run], rights: Sequence[float]
    ) -> tuple[list[_Run], list[_Spot], list[_Spot]]:
        """The runs, parted where an object is missing in between, with the text objects at their ends.

        pdfium leaves out objects that hold only a space.
        """
        starts = self._read_spots([first + start for start, _, _, _ in runs])
        ends = self._read_spots([first + end - 1 for _, end, _, _ in runs])
        gapped = [
            index
            for index, ((start, end, _, _), (_, place), (_, last_place)) in enumerate(
                zip(runs, starts, ends, strict=True)
            )
            if last_place - place >= end - start
        ]
        for index in reversed(gapped):
            start, end, _, before = runs[index]
            spots = self._read_spots(range(first + start, first + end))
            cuts = [
                start + offset
                for offset, ((_, place), (_, next_place)) in enumerate(pairwise(spots), 1)
                if next_place > place + 1 > 0
            ]
            parts = list(pairwise((start, *cuts, end)))
            runs[index : index + 1] = [
                (begin, stop, max(rights[begin:stop]), 0 if begin > start else before) for begin, stop in parts
            ]
            starts[index : index + 1] = [spots[begin - start] for begin, _ in parts]
            ends[index : index + 1] = [spots[stop - start - 1] for _, stop in parts]
        return runs, starts, ends

    def _read_spots(self, indexes: Sequence[int]) -> list[_Spot]:
        """The text objects of characters."""
        handles = list(map(quick.FPDFText_GetTextObject, repeat(self._text_page), indexes))
        return list(zip(handles, map(self._places.get, handles, repeat(_UNPLACED)), strict=False))

    def _read_styles(self, handles: Sequence[int | None]) -> Iterator[_Style]:
        """How text objects are drawn; each is asked once."""
        known = self._styles
        unknown = list(set(handles).difference(known))
        if unknown:
            modes = map(quick.FPDFTextObj_GetTextRenderMode, unknown)
            clips = map(quick.FPDFClipPath_CountPaths, map(quick.FPDFPageObj_GetClipPath, unknown))
            known.update(zip(unknown, zip(self._ask_looks(unknown), modes, clips, strict=True), strict=True))
        return map(known.__getitem__, handles)

    def _ask_looks(self, handles: Sequence[int | None]) -> Iterator[_Look]:
        """The fonts and colours of text objects."""
        (reds, greens, blues, alphas), known = _SHADES.ask(quick.FPDFPageObj_GetFillColor, handles)
        if not all(known):
            alphas = array("I", [alpha if is_known else 255 for alpha, is_known in zip(alphas, known, strict=True)])
        fonts = map(quick.FPDFTextObj_GetFont, handles)
        return map(self._looks.__getitem__, zip(fonts, reds, greens, blues, alphas, strict=True))

    def _read_marks(self, indexes: Sequence[int], spots: Sequence[_Spot] = ()) -> list[_Mark]:
        """What is known of characters, one by one, whose text objects may have been asked for."""
        if not indexes:
            return []
        spots = spots or self._read_spots(indexes)
        handles = [handle for handle, _ in spots]
        (xs, ys), _ = _ORIGINS.ask(quick.FPDFText_GetCharOrigin, indexes, self._text_page)
        a, b, c, d, e, f = self._frame
        if (a, b, c, d, e, f) != (1, 0, 0, 1, 0, 0):
            places = list(zip(xs, ys, strict=True))
            xs = array("d", [x * a + y * c + e for x, y in places])
            ys = array("d", [x * b + y * d + f for x, y in places])
        turns, _ = _MATRICES.ask(quick.FPDFText_GetMatrix, indexes, self._text_page)
        sizes = map(quick.FPDFText_GetFontSize, repeat(self._text_page), indexes)
        slants = map(self._slants.__getitem__, zip(*turns, sizes, strict=True))
        return list(zip(spots, xs, ys, slants, self._read_styles(handles), strict=True))

    def _take_spaces(self, count: int) -> None:
        """End the word at so many spaces.

        pdfium drops single space glyphs and sets spaces of its own where it saw or guessed one.
        """
        self._spaced = self._word if count == 1 else None
        self._close_word()

    def _take_run(self, letters: str, left: float, right: float, mark: _Mark, last: _Spot) -> bool:
        """Make a run of letters a word; False where it may go on with the word before it."""
        word = self._word
        (_, place), x, y, _, (look, _, _) = mark
        # Boxes may begin before their letters; where they begin behind these, several letters stand for one glyph.
        if left + self._frame[4] > x:
            x = left + self._frame[4]
        if word is not None:
            if word.x0 <= x < word.x1 + 0.02 * word.size:
                return False
            word.has_space = word.has_space or place > self._last_place + 1
            self._close_word()
        texts = look.font.read(letters)
        if UNMAPPED in texts:
            self._page.unmapped += texts.count(UNMAPPED)
        self._open_word(mark, x, right + self._frame[4], y)
        self._letters = texts
        self._remember(last, math.inf)
        return True

    def _take_letter(self, letter: str, box: Box, mark: _Mark) -> None:
        """Add one letter to the word that it belongs to, or begin a word with it."""
        (handle, place), x, y, slant, (look, _, _) = mark
        if not slant.height:
            return
        start = x * slant.cos + y * slant.sin
        across = y * slant.cos - x * slant.sin
        end = box[2] + self._frame[4] if slant.is_level else start + self._extent(box, slant)
        word = self._word
        text = look.font[letter]
        if word is not None:
            gap, height = start - word.x1, slant.height
            is_apart = gap > _WORD_MARGIN * height and gap > _WORD_MARGIN * (end - start)
            is_apart = is_apart or gap < -_MOST_OVERLAP * height
            is_other = handle != self._last_handle
            if is_other and place > self._last_place + 1:
                # pdfium leaves out objects that hold nothing but a space.
                word.has_space = True
                is_apart = True
            elif is_other and (
                look.shades != self._shades
                or word.is_bold is not look.font.is_bold
                or abs(across - word.y) > 0.05 * word.size
            ):
                is_apart = True
            elif is_apart and is_other and self._letters[-1] == text and abs(start - self._last_start) < 0.1 * height:
                return  # the same glyph once more, a hair aside: bold by overprinting
            if is_apart:
                self._close_word()
                word = None
        if word is None:
            self._open_word(mark, start, end, across)
        elif end > word.x1:
            word.x1 = end
        if text == UNMAPPED:
            self._page.unmapped += 1
        self._letters.append(text)
        self._remember(mark[0], start)

    def _remember(self, spot: _Spot, start: float) -> None:
        """Keep of the last letter of the open word what the next one is compared with."""
        self._last_handle, place = spot
        if place != _UNPLACED:
            self._last_place = place
        self._last_start = start

    def _open_word(self, mark: _Mark, start: float, end: float, across: float) -> None:
        """Begin a word that reaches from its start to its end, on a line at the height ``across``."""
        (handle, _), _, _, slant, style = mark
        look = style[0]
        spaced = self._spaced
        if spaced is not None:
            if start - spaced.x1 < 0.6 * slant.height:
                # Wider gaps get a space from pdfium, too, and may be those of columns.
                spaced.has_space = True
            self._spaced = None
        ink, order = self._find_ink(handle, style, slant.stretch)
        is_bold = look.font.is_bold
        self._word = DrawnWord("", start, end, across, slant.height, is_bold, slant.angle, False, "", ink, order)
        self._shades = look.shades

    def _close_word(self) -> None:
        word = self._word
        if word is not None:
            text = "".join(self._letters)
            if text:
                word.text = text if text.isascii() else in_speaking_order(self._letters)
                self._page.words.append(word)
            self._word = None
            self._letters = []

    def _extent(self, box: Box, slant: _Slant) -> float:
        """How far a character's box reaches along its line."""
        x0, y0, x1, y1 = transform(box, self._frame)
        return float((x1 - x0) * abs(slant.cos) if abs(slant.cos) > abs(slant.sin) else (y1 - y0) * abs(slant.sin))

    def _find_ink(self, handle: int | None, style: _Style, stretch: float) -> tuple[Ink, int]:
        """The ink of a text object, and how many areas were painted before it."""
        look, mode, clips = style
        if clips <= 0 and not self._page.areas and mode not in _STROKED:
            # All of a page's text is so, mostly.
            key: tuple[object, ...] = (look, mode, stretch)
            found = self._inks.get(key)
            if found is None:
                found = self._inks[key] = _mix_ink(handle, look.shades, mode, None, stretch)
            return found, 0
        order, matrix = self._objects.find_order(handle)
        clip, is_odd = read_clip(handle, matrix) if clips > 0 else (None, False)
        key = (look, mode, clip, stretch, is_odd)
        ink = self._inks.get(key)
        if ink is None or mode in _STROKED:
            ink = self._inks[key] = _mix_ink(handle, look.shades, mode, clip, stretch, is_odd)
        return ink, order


class _Font(dict[str, str]):
    """What the characters of a font count as, filled as asked for."""

    __slots__ = ("_is_tex", "has_heights", "is_bold", "is_symbolic", "name")

    def __init__(self, handle: int | None, is_tex: bool) -> None:
        super().__init__()
        self._is_tex = is_tex
        self.name = ""
        self.has_heights = False
        is_forced = False
        if handle:
            buffer = ctypes.create_string_buffer(256)
            lib.FPDFFont_GetBaseFontName(handle, buffer, len(buffer))
            self.name = buffer.value.decode("utf-8", "replace")
            is_forced = bool(lib.FPDFFont_GetFlags(handle) & _FORCED_BOLD)
            ascent, descent = ctypes.c_float(), ctypes.c_float()
            lib.FPDFFont_GetAscent(handle, 1.0, ctypes.byref(ascent))
            lib.FPDFFont_GetDescent(handle, 1.0, ctypes.byref(descent))
            self.has_heights = ascent.value != descent.value
        self.is_symbolic = is_symbol_font(self.name)
        self.is_bold = is_bold_font(self.name) or is_forced

    def __missing__(self, letter: str) -> str:
        text = "-" if letter in _HYPHENS else letter
        self[letter] = text = symbol_text(text, self.name) if self.is_symbolic else glyph_text(text, self._is_tex)
        return text

    def read(self, letters: str) -> list[str]:
        """What characters count as: one by one, or as they are where they are plain."""
        if letters.isascii() and letters.isprintable() and not self.is_symbolic:
            return [letters]
        return [self[letter] for letter in letters]


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """A font and a colour; alike are only those that are the same object."""

    font: _Font
    shades: _Shades


class _Looks(dict[tuple[int | None, int, int, int, int], _Look]):
    """The looks of a page's text by the handle of their font and the shades of their colour."""

    def __init__(self, is_tex: bool) -> None:
        super().__init__()
        self._is_tex = is_tex
        self._fonts: dict[int | None, _Font] = {}

    def __missing__(self, key: tuple[int | None, int, int, int, int]) -> _Look:
        handle, *_ = key
        if handle not in self._fonts:
            self._fonts[handle] = _Font(handle, self._is_tex)
        look = self[key] = _Look(self._fonts[handle], key[1:])
        return look


class _Slants(dict[tuple[float, ...], _Slant]):
    """How text runs on the page as it is seen, by four numbers of its matrix and its font's size."""

    def __init__(self, frame: Matrix) -> None:
        super().__init__()
        self._frame = frame

    def __missing__(self, shape: tuple[float, ...]) -> _Slant:
        a, b, c, d, size = shape
        slant = _measure_slant(multiply((a, b, c, d, 0.0, 0.0), self._frame), size, self._frame[0] == 1)
        self[shape] = slant
        return slant


def _measure_slant(matrix: Matrix, size: float, is_upright: bool) -> _Slant:
    run_x, run_y, side_x, side_y, _, _ = matrix
    length, side = math.hypot(run_x, run_y), math.hypot(side_x, side_y)
    if not length or not side or not math.isfinite(length * side * size):
        return _FLAT
    sign = -1.0 if size < 0 else 1.0
    cos, sin = sign * run_x / length, sign * run_y / length
    angle = 0 if cos > 0.9999 else round(math.degrees(math.atan2(sin, cos))) % 360
    # Letters that are slanted on to their own baseline are a line.
    is_flat = abs(run_x * side_y - run_y * side_x) < _FLAT_SHARE * length * side
    stretch = 0.0 if is_flat else round(length / side, 2)
    return _Slant(cos, sin, angle, abs(size) * side, stretch, is_upright and not angle)


def _find_runs(text: str, sides: Sequence[Sequence[float]], *, is_plain: bool) -> tuple[list[_Run], int]:
    """The runs of characters, and the number of spaces behind the last; each character is one where none is plain.

    ``sides`` are those of the characters' boxes: left, top, right and bottom.
    """
    runs: list[_Run] = []
    lefts, tops, rights, bottoms = sides
    boxes = zip(lefts, rights, bottoms, strict=True)
    spaced = 0  # where the spaces begin before what comes next
    for match in _PRINTED.finditer(text):
        start, stop = match.span()
        spaces = start - spaced
        index, right = start, lefts[start]
        bottom = margin = overlap = math.inf
        for x0, x1, low in islice(boxes, spaces, stop - spaced):
            gap = x0 - right
            if (
                overlap <= gap
                and (low == bottom or -_EXACT < low - bottom < _EXACT)
                and (gap <= margin or gap <= _WORD_MARGIN * (x1 - x0))
            ):
                if x1 > right:
                    right = x1
            else:
                if index > start:
                    runs.append((start, index, right, spaces))
                    spaces = 0
                height = tops[index] - low
                start, right, bottom = index, x1, low
                margin = _WORD_MARGIN * height
                overlap = -_MOST_OVERLAP * height if is_plain else math.inf
            index += 1
        runs.append((start, stop, right, spaces))
        spaced = stop
    return runs, len(text) - spaced


def _mix_ink(
    handle: int | None, shades: _Shades, mode: int, clip: Box | None, stretch: float, is_clip_odd: bool = False
) -> Ink:
    """The ink of a text object that is filled with a colour."""
    red, green, blue, alpha = shades
    colour: Colour | None = (red / 255, green / 255, blue / 255)
    if mode in (1, 5) and handle:
        colour, stroke_alpha = read_colour(handle, False)
        alpha = round(255 * stroke_alpha)
    elif mode in (2, 6) and handle:
        # Filled and stroked: of one colour only where both are.
        stroke, stroke_alpha = read_colour(handle, False)
        colour = colour if stroke == colour else None
        alpha = max(alpha, round(255 * stroke_alpha))
    return Ink(colour, alpha / 255, max(0, mode), clip, False, stretch, is_clip_odd)


def _read_text(text_page: int, count: int) -> str:
    """All characters, at once where each is one unit of UTF-16."""
    buffer = (ctypes.c_ushort * (count + 1))()
    if lib.FPDFText_GetText(text_page, 0, count, buffer) == count + 1:
        text = bytes(buffer)[:-2].decode(_UTF_16, "surrogatepass")
        if len(text) == count and "\0" not in text:
            return text
    codes = map(quick.FPDFText_GetUnicode, repeat(pointer(text_page)), range(count))
    return _SURROGATES.sub(_join_surrogates, "".join(map(chr, codes)))


def _join_surrogates(match: re.Match[str]) -> str:
    return _JOINER + match[0].encode(_UTF_16, "surrogatepass").decode(_UTF_16)
