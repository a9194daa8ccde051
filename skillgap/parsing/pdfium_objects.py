"""The objects of a page in pdfium: what they paint, and in which order text was drawn among it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any, Final

from skillgap.parsing.budget import Budget
from skillgap.parsing.layout import Dot, Rule
from skillgap.parsing.pdf_geometry import IDENTITY, Matrix, cut, multiply, transform
from skillgap.parsing.pdf_page import MAX_AREAS, MAX_DOTS, MIN_RULE, Area, Box, Colour, PdfPage
from skillgap.parsing.pdfium_calls import Answers, lib, pdfium, pointer, quick

_MAX_OBJECTS = 500_000
_TEXT_OBJECT: Final = pdfium.FPDF_PAGEOBJ_TEXT
_MAX_FORM_DEPTH = 28
_MAX_SEGMENTS = 64
# Of a path that is one rectangle.
_RECTANGLE_SEGMENTS = frozenset((4, 5, 6))
_NOWHERE: Final[Box] = (-1e9, -1e9, -1e9, -1e9)

_BOUNDS = Answers(ctypes.c_float, 4, pointers=4)


class PageObjects:
    """Reads the objects of one page, and adds the areas, dots and rules that they paint to it.

    ``places`` tells which of the page's text objects an object is, in the order of drawing.
    """

    def __init__(self, page: PdfPage, frame: Matrix, budget: Budget) -> None:
        self._page = page
        self._frame = frame
        self._budget = budget
        self._count = 0
        self._texts: list[int] = []
        self._painted: list[tuple[int, Matrix]] = []  # for each text: areas painted before it, matrix of its form
        self._spots: list[tuple[int, ...]] = []  # of the text objects
        self._orders: dict[tuple[int, ...], int] = {}  # how many areas were painted before text on a spot
        self.places: dict[int | None, int] = {}

    def read(self, handle: int) -> None:
        """Read all objects of a page, and those of the forms in it."""
        self._handle = handle
        count = max(0, lib.FPDFPage_CountObjects(handle))
        objects = list(map(quick.FPDFPage_GetObject, repeat(pointer(handle)), range(min(count, _MAX_OBJECTS))))
        self._read_objects(objects, self._frame, 0)
        self.places.update(zip(self._texts, range(len(self._texts)), strict=True))

    def find_order(self, handle: int | None) -> tuple[int, Matrix]:
        """How many areas were painted before a text object, and the matrix of the form that it stands in."""
        areas = len(self._page.areas)
        place = self.places.get(handle)
        order, matrix = self._painted[place] if place is not None else (areas, self._frame)
        if handle and areas:
            # Of text drawn twice on one spot pdfium keeps the first, and it is the last that is seen.
            if not self._orders:
                self._spots = _find_spots(self._texts)
                self._orders = {spot: areas for spot, (areas, _) in zip(self._spots, self._painted, strict=True)}
            spot = self._spots[place] if place is not None else _find_spots([handle])[0]
            order = max(order, self._orders.get(spot, 0))
        return order, matrix

    def _read_objects(self, objects: list[Any], matrix: Matrix, depth: int) -> None:
        self._budget.check_time()
        self._count += len(objects)
        if self._count > _MAX_OBJECTS or not all(objects):
            return
        kinds = list(map(quick.FPDFPageObj_GetType, objects))
        others = [index for index, kind in enumerate(kinds) if kind != _TEXT_OBJECT]
        done = 0
        for index, box in zip(others, _read_bounds([objects[index] for index in others]), strict=True):
            self._add_texts(objects[done:index], matrix)
            done = index + 1
            self._budget.check_time()
            self._read_object(objects[index], kinds[index], box, matrix, depth)
        self._add_texts(objects[done:], matrix)

    def _add_texts(self, handles: list[Any], matrix: Matrix) -> None:
        if handles:
            self._texts += handles
            self._painted += repeat((len(self._page.areas), matrix), len(handles))

    def _read_object(self, handle: int, kind: int, box: Box, matrix: Matrix, depth: int) -> None:
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._add_path(handle, transform(box, matrix), matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self._add_image(handle, transform(box, matrix), matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
            self._add_area(Area(transform(box, matrix), "fill"))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_FORM_DEPTH:
            if lib.FPDFPageObj_HasTransparency(handle):
                self._page.is_odd = True
            count = max(0, lib.FPDFFormObj_CountObjects(handle))
            inner = [lib.FPDFFormObj_GetObject(handle, index) for index in range(count)]
            self._read_objects(inner, multiply(_object_matrix(handle), matrix), depth + 1)

    def _add_path(self, handle: int, box: Box, matrix: Matrix) -> None:
        fill_mode, is_stroked = ctypes.c_int(), ctypes.c_int()
        lib.FPDFPath_GetDrawMode(handle, ctypes.byref(fill_mode), ctypes.byref(is_stroked))
        is_filled = fill_mode.value != pdfium.FPDF_FILLMODE_NONE
        if not is_filled and not is_stroked.value:
            return
        page = self._page
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
        colour, alpha = read_colour(handle, is_filled)
        if alpha <= 0.05:
            return
        is_plain = alpha > 0.95 and not lib.FPDFPageObj_HasTransparency(handle)
        is_exact = is_filled and _is_rectangle(handle)
        clip, _ = read_clip(handle, matrix)
        self._add_area(
            Area(box if clip is None else cut(box, clip), "fill", colour if is_plain else None, is_exact, is_plain)
        )

    def _find_rim(self, handle: Any, height: float) -> float | None:
        """How far a thick line reaches beyond its bounds, None where a stroked path is thin or an outline.

        pdfium widens the bounds of a line by its whole width on each side.
        """
        width = ctypes.c_float()
        lib.FPDFPageObj_GetStrokeWidth(handle, ctypes.byref(width))
        return -float(width.value) / 2 if width.value >= 3 and height < 2.2 * width.value else None

    def _add_image(self, handle: int, box: Box, matrix: Matrix) -> None:
        wide, high = ctypes.c_uint(), ctypes.c_uint()
        lib.FPDFImageObj_GetImagePixelSize(handle, ctypes.byref(wide), ctypes.byref(high))
        details = pdfium.FPDF_IMAGEOBJ_METADATA()
        lib.FPDFImageObj_GetImageMetadata(handle, self._handle, ctypes.byref(details))
        is_opaque = not lib.FPDFPageObj_HasTransparency(handle)
        a, b, c, d, _, _ = _object_matrix(handle)
        is_upright = (abs(b) < 1e-3 * abs(a) and abs(c) < 1e-3 * abs(d)) or (
            abs(a) < 1e-3 * abs(b) and abs(d) < 1e-3 * abs(c)
        )
        clip, _ = read_clip(handle, matrix)
        self._add_area(
            Area(
                box if clip is None else cut(box, clip),
                "image",
                None,
                is_upright,
                is_opaque,
                (int(wide.value), int(high.value)),
                details.bits_per_pixel == 1,
            )
        )

    def add_note(self, box: Box) -> None:
        """Keep the place of a note that may cover what the page draws."""
        self._add_area(Area(box, "fill", is_opaque=False))

    def _add_area(self, area: Area) -> None:
        if area.box[2] - area.box[0] > 3 and area.box[3] - area.box[1] > 3 and len(self._page.areas) < 2 * MAX_AREAS:
            self._page.areas.append(area)


def _read_bounds(handles: Sequence[int | None]) -> Iterator[Box]:
    """The boxes of objects."""
    sides, _ = _BOUNDS.ask(quick.FPDFPageObj_GetBounds, handles)
    return zip(*sides, strict=True)


def _find_spots(handles: Sequence[int | None]) -> list[tuple[int, ...]]:
    """Where objects stand on the page, to half a point."""
    return [tuple(round(2 * side) for side in box) for box in _read_bounds(handles)]


def _object_matrix(handle: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    if not lib.FPDFPageObj_GetMatrix(handle, ctypes.byref(matrix)):
        return IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def read_colour(handle: Any, is_filled: bool) -> tuple[Colour, float]:
    """The colour and opacity in which an object is filled, or else stroked."""
    shades = [ctypes.c_uint() for _ in range(4)]
    ask = lib.FPDFPageObj_GetFillColor if is_filled else lib.FPDFPageObj_GetStrokeColor
    ask(handle, *(ctypes.byref(shade) for shade in shades))
    red, green, blue, alpha = (shade.value / 255 for shade in shades)
    return (red, green, blue), alpha


def _is_rectangle(handle: Any) -> bool:
    """Whether a path is one upright rectangle."""
    count = lib.FPDFPath_CountSegments(handle)
    if not 4 <= count <= 6:
        return False
    xs, ys = set(), set()
    for index in range(count):
        segment = lib.FPDFPath_GetPathSegment(handle, index)
        if index and lib.FPDFPathSegment_GetType(segment) != pdfium.FPDF_SEGMENT_LINETO:
            return False
        x, y = _segment_point(segment)
        xs.add(round(x, 2))
        ys.add(round(y, 2))
    return len(xs) == 2 and len(ys) == 2


def read_clip(handle: Any, frame: Matrix) -> tuple[Box | None, bool]:
    """The box that drawing of an object is confined to, None for the whole page; whether it says too little."""
    path = quick.FPDFPageObj_GetClipPath(handle)
    count = quick.FPDFClipPath_CountPaths(path) if path else 0
    if count <= 0:
        return None, False
    clip: Box | None = None
    is_odd = count > _MAX_SEGMENTS
    for index in range(max(0, min(count, _MAX_SEGMENTS))):
        segments = lib.FPDFClipPath_CountPathSegments(path, index)
        is_odd = is_odd or segments not in _RECTANGLE_SEGMENTS
        if not 0 < segments <= _MAX_SEGMENTS:
            continue
        points = [_segment_point(lib.FPDFClipPath_GetPathSegment(path, index, number)) for number in range(segments)]
        box = (
            min(x for x, _ in points),
            min(y for _, y in points),
            max(x for x, _ in points),
            max(y for _, y in points),
        )
        clip = box if clip is None else cut(box, clip)
    if clip is None:
        return None, is_odd
    # Clips that have nothing in common leave a box turned inside out.
    return (transform(clip, frame) if clip[0] <= clip[2] and clip[1] <= clip[3] else _NOWHERE), is_odd


def _segment_point(segment: Any) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    lib.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
    return float(x.value), float(y.value)
