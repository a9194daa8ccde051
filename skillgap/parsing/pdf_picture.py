"""Pictures of PDF pages, drawn by pdfium (extra ``fast``), to see whether words leave any ink on them.

Rules tell most of what hides text. Masks, patterns, blend modes, odd clips and covers of any shape need what draws
them; drawing a page takes about as long as reading it, so only pages with words in doubt are drawn.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from skillgap.parsing.budget import Budget
from skillgap.parsing.pdf_page import Area, Box
from skillgap.parsing.pdfium_calls import LOCK, pdfium

# Points are drawn as so many pixels: letters of eight points are then seven pixels high without their stems.
_SCALE = 1.5
# A page of 2 by 2 metres is drawn smaller than that.
_MOST_PIXELS = 4_000_000
# Pictures on a page that together have more than this are not drawn: unpacking them could take minutes.
_MOST_IMAGE_PIXELS = 60_000_000
# Channels of one colour to the eye differ by no more than this, of 255.
_SAME_COLOUR = 12
_BYTES_A_PIXEL = 4


class PagePictures:
    """The pages of one PDF as pictures; None of them where pdfium cannot open the file."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._data = data  # pdfium reads from it as long as the document is open
        self._budget = budget
        with LOCK:
            self._document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)

    def find_blank(self, number: int, size: tuple[float, float], boxes: Sequence[Box]) -> list[bool]:
        """Whether nothing at all is drawn within boxes of a page, whose 1-based number and size in points are given.

        Boxes are in points from the lower left corner of what is seen of the page. Nothing is called blank on a page
        that cannot be drawn.

        Raises:
            ResumeLimitError: The time of the budget is over.
        """
        if not self._document:
            return [False] * len(boxes)
        with LOCK:
            page = pdfium.FPDF_LoadPage(self._document, number - 1)
            if not page:
                return [False] * len(boxes)
            try:
                return self._look(page, size, boxes)
            finally:
                pdfium.FPDF_ClosePage(page)

    def close(self) -> None:
        """Let go of the document."""
        with LOCK:
            if self._document:
                pdfium.FPDF_CloseDocument(self._document)
                self._document = None

    def _look(self, page: Any, size: tuple[float, float], boxes: Sequence[Box]) -> list[bool]:
        points = (pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page))
        if any(not 0 < told < 20_000 or abs(told - drawn) > 1 for told, drawn in zip(size, points, strict=True)):
            return [False] * len(boxes)  # the readers see another frame than pdfium draws
        scale = min(_SCALE, (_MOST_PIXELS / (points[0] * points[1])) ** 0.5)
        wide, high = max(1, int(points[0] * scale)), max(1, int(points[1] * scale))
        bitmap = pdfium.FPDFBitmap_CreateEx(wide, high, pdfium.FPDFBitmap_BGRx, None, 0)
        if not bitmap:
            return [False] * len(boxes)
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, wide, high, 0xFFFFFFFF)
            if not self._draw(bitmap, page, wide, high):
                return [False] * len(boxes)
            stride = pdfium.FPDFBitmap_GetStride(bitmap)
            pixels = memoryview(ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * high))
            return [_is_blank(pixels, stride, _to_pixels(box, scale, wide, high)) for box in boxes]
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)

    def _draw(self, bitmap: Any, page: Any, wide: int, high: int) -> bool:
        """Draw a page in steps, so that the clock can be looked at; whether it was drawn."""
        pause = pdfium.IFSDK_PAUSE(version=1)
        always = type(pause.NeedToPauseNow)(lambda _: 1)
        pause.NeedToPauseNow = always
        told = ctypes.byref(pause)
        state = pdfium.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, wide, high, 0, pdfium.FPDF_ANNOT, told)
        try:
            while state == pdfium.FPDF_RENDER_TOBECONTINUED:
                self._budget.check_time()
                state = pdfium.FPDF_RenderPage_Continue(page, told)
        finally:
            pdfium.FPDF_RenderPage_Close(page)
        return bool(state == pdfium.FPDF_RENDER_DONE)


def may_be_drawn(areas: Sequence[Area]) -> bool:
    """Whether the pictures on a page are small enough for the page to be drawn."""
    return sum(max(0, area.pixels[0]) * max(0, area.pixels[1]) for area in areas) <= _MOST_IMAGE_PIXELS


def _to_pixels(box: Box, scale: float, wide: int, high: int) -> tuple[int, int, int, int]:
    """A box as columns and rows of a picture, from and up to; empty outside of it."""
    x0, y0, x1, y1 = box
    left, right = max(0, int(x0 * scale)), min(wide, int(x1 * scale) + 1)
    top, bottom = max(0, high - int(y1 * scale) - 1), min(high, high - int(y0 * scale))
    return (left, top, right, bottom)


def _is_blank(pixels: memoryview, stride: int, place: tuple[int, int, int, int]) -> bool:
    """Whether a part of a picture is of one colour; a part that is empty tells nothing."""
    left, top, right, bottom = place
    if left >= right or top >= bottom:
        return False
    first, last = left * _BYTES_A_PIXEL, right * _BYTES_A_PIXEL
    joined = b"".join(pixels[row * stride + first : row * stride + last] for row in range(top, bottom))
    channels = (joined[channel::_BYTES_A_PIXEL] for channel in range(3))
    return all(max(channel) - min(channel) <= _SAME_COLOUR for channel in channels)
