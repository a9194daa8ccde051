"""PDF files by way of pdfium (extra ``fast``): the pages' words and what is painted, into the same layout."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from skillgap.errors import EncryptedResumeError, UnreadableResumeError
from skillgap.parsing.budget import Budget
from skillgap.parsing.pdf_geometry import Matrix, transform
from skillgap.parsing.pdf_page import (
    COVERING_NOTES,
    MAX_ATTACHMENTS,
    Box,
    PdfPage,
    does_hyphenate,
    field_words,
    find_note_colour,
    is_tex,
)
from skillgap.parsing.pdfium_calls import LOCK, lib, pdfium
from skillgap.parsing.pdfium_objects import PageObjects
from skillgap.parsing.pdfium_text import TextReader

_MOST_ANNOTATIONS = 2_000
# Flags of an annotation that is not shown.
_UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_COVERING_KINDS = frozenset(getattr(pdfium, f"FPDF_ANNOT_{kind.upper()}") for kind in COVERING_NOTES)
_LONGEST_NOTE = 200_000  # bytes


class PdfiumSource:
    """One PDF opened in pdfium: how many pages it has, and each page's words on asking."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._data = data  # pdfium reads from it as long as the document is open
        self._budget = budget
        self.is_damaged = False
        with LOCK:
            self._document: Any = lib.FPDF_LoadMemDocument64(data, len(data), None)
            if not self._document:
                raise _opening_error(lib.FPDF_GetLastError())
            self._count = lib.FPDF_GetPageCount(self._document)
            producer = f"{self._read_meta(b'Creator')} {self._read_meta(b'Producer')}"
            self.hyphenates = does_hyphenate(producer)
            self._is_tex = is_tex(producer)

    @property
    def page_count(self) -> int:
        """How many pages the file has."""
        return int(self._count)

    def read_page(self, number: int) -> PdfPage:
        """What the page of a 1-based number shows."""
        with LOCK:
            page = lib.FPDF_LoadPage(self._document, number - 1)
            if not page:
                raise UnreadableResumeError(f"Page {number} is damaged.")
            try:
                return _read_page(page, number, self._budget, self._is_tex)
            finally:
                lib.FPDF_ClosePage(page)

    def rescan(self) -> bool:
        """Whether there is another way to read the file: pdfium has rebuilt a damaged table already."""
        return False

    def attachments(self) -> list[str]:
        """The names of files attached to the document, some at most."""
        with LOCK:
            count = max(0, lib.FPDFDoc_GetAttachmentCount(self._document))
            found = [lib.FPDFDoc_GetAttachment(self._document, index) for index in range(min(count, MAX_ATTACHMENTS))]
            return [name for attachment in found if attachment and (name := _attachment_name(attachment))]

    def close(self) -> None:
        """Let go of the document."""
        with LOCK:
            if self._document:
                lib.FPDF_CloseDocument(self._document)
                self._document = None

    def _read_meta(self, key: bytes) -> str:
        buffer = ctypes.create_string_buffer(512)
        length = lib.FPDF_GetMetaText(self._document, key, buffer, len(buffer))
        return buffer.raw[: max(0, min(int(length), len(buffer)) - 2)].decode("utf-16-le", "ignore")


def _attachment_name(attachment: int) -> str:
    buffer = (ctypes.c_ushort * 256)()
    size = int(lib.FPDFAttachment_GetName(attachment, buffer, ctypes.sizeof(buffer)))
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


def _read_page(handle: int, number: int, budget: Budget, is_tex: bool) -> PdfPage:
    """What a page shows, with the text of its form fields and notes."""
    bounds = pdfium.FS_RECTF()
    lib.FPDF_GetPageBoundingBox(handle, ctypes.byref(bounds))
    x0, x1 = sorted((float(bounds.left), float(bounds.right)))
    y0, y1 = sorted((float(bounds.bottom), float(bounds.top)))
    frames: tuple[Matrix, ...] = (
        (1, 0, 0, 1, -x0, -y0),
        (0, -1, 1, 0, -y0, x1),
        (-1, 0, 0, -1, x1, y1),
        (0, 1, -1, 0, y1, -x0),
    )
    frame = frames[int(lib.FPDFPage_GetRotation(handle)) % 4]
    page = PdfPage(number, transform((x0, y0, x1, y1), frame))
    # Words need to know which areas lie beneath them.
    objects = PageObjects(page, frame, budget)
    objects.read(handle)
    text_page = lib.FPDFText_LoadPage(handle)
    if text_page:
        try:
            TextReader(page, frame, objects, budget, is_tex).read(text_page)
        finally:
            lib.FPDFText_ClosePage(text_page)
    page.drawn = len(page.words)
    for annotation, kind, box in _find_annotations(handle):
        _read_annotation(annotation, kind, transform(box, frame), page, objects)
    return page


def _find_annotations(page: int) -> Iterator[tuple[int, int, Box]]:
    """The annotations that a page shows: each open until the next is asked for, its kind and its place."""
    for index in range(min(_MOST_ANNOTATIONS, max(0, lib.FPDFPage_GetAnnotCount(page)))):
        annotation = lib.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            bounds = pdfium.FS_RECTF()
            is_shown = not lib.FPDFAnnot_GetFlags(annotation) & _UNSEEN
            if is_shown and lib.FPDFAnnot_GetRect(annotation, ctypes.byref(bounds)):
                kind = lib.FPDFAnnot_GetSubtype(annotation)
                yield annotation, kind, (bounds.left, bounds.bottom, bounds.right, bounds.top)
        finally:
            lib.FPDFPage_CloseAnnot(annotation)


def _read_annotation(annotation: int, kind: int, box: Box, page: PdfPage, objects: PageObjects) -> None:
    """Add the text that a form field or free-text note shows, or the place of a note that may cover other text."""
    if kind in (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT):
        text = _annotation_string(annotation, b"V" if kind == pdfium.FPDF_ANNOT_WIDGET else b"Contents")
        has_ground = lib.FPDFAnnot_HasKey(annotation, b"MK") or lib.FPDFAnnot_HasKey(annotation, b"C")
        # On a ground of its own any colour may be seen.
        colour = None if has_ground else find_note_colour(_annotation_string(annotation, b"DA"))
        page.words.extend(field_words(text, box, len(page.areas), colour))
    elif kind in _COVERING_KINDS:
        objects.add_note(box)


def _annotation_string(annotation: Any, key: bytes) -> str:
    size = lib.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < size < _LONGEST_NOTE:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    lib.FPDFAnnot_GetStringValue(annotation, key, buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16-le", "ignore")
