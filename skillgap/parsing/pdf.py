"""PDF: the text blocks of a file in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, Protocol

from skillgap.errors import EncryptedResumeError, ResumeError, UnreadableResumeError
from skillgap.garbage import without_garbage_collection
from skillgap.model import ResumeWarning
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document, TextBlock
from skillgap.parsing.hyphens import join_hyphens
from skillgap.parsing.layout import lay_out_page
from skillgap.parsing.pdf_attachments import COVER_TEXT, Attached, read_attached
from skillgap.parsing.pdf_hidden import mark_hidden
from skillgap.parsing.pdf_page import Area, Box, PdfPage
from skillgap.parsing.pdf_scan import has_odd_paint, may_have_layers

if TYPE_CHECKING:
    from skillgap.parsing.pdf_picture import PagePictures

Engine = Literal["pdfminer", "pdfium"]

_DAMAGE = frozenset(("damaged", "page-skipped"))
# A page of which more than half the glyphs say nothing about their meaning has no text to read.
_MAX_UNMAPPED = 0.5


class _Source(Protocol):
    @property
    def page_count(self) -> int: ...
    @property
    def is_damaged(self) -> bool: ...
    @property
    def hyphenates(self) -> bool | None: ...
    def read_page(self, number: int) -> PdfPage: ...
    def rescan(self) -> bool: ...
    def attachments(self) -> list[str]: ...
    def close(self) -> None: ...


def read_pdf(data: bytes, *, budget: Budget, engine: Engine = "pdfminer") -> Document:
    """The text blocks of a PDF, in reading order.

    Pages without text, damaged pages and images that likely hold text are named in the document's warnings.

    Raises:
        EncryptedResumeError: The file needs a password.
        UnreadableResumeError: The file is damaged beyond reading.
        ResumeLimitError: The file is over a limit of the budget.
        MissingExtraError: The engine is pdfium and pypdfium2 is not installed.
    """
    pictures = _Pictures(data, budget)
    source, engine = _open(data, pictures, budget, engine)
    try:
        document = _read(source, data, pictures, budget, engine)
        is_damaged = source.is_damaged or any(warning.code in _DAMAGE for warning in document.warnings)
        if is_damaged or not document.blocks:
            # A wrong cross-reference table makes objects look missing that are still there.
            try:
                again = _read(source, data, pictures, budget, engine) if source.rescan() else document
                document = max(document, again, key=_count_characters)
            except ResumeError:
                pass
        # Without pdfium the same engine may judge otherwise: the signature tells.
        return replace(document, reader=f"{document.reader}+drawn") if pictures.were_drawn else document
    finally:
        source.close()
        pictures.close()


class _Pictures:
    """The pictures of a PDF's pages, drawn on asking; of none where pdfium is not installed."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        self._data = data
        self._budget = budget
        self._drawn: PagePictures | None = None
        self.is_odd = has_odd_paint(data)

    @cached_property
    def may_stall(self) -> bool:
        """Whether the file could make pdfium run for hours."""
        from skillgap.parsing.pdf_guard import may_stall_pdfium

        return may_stall_pdfium(self._data, self._budget)

    def find_blank(self, page: PdfPage, boxes: Sequence[Box]) -> Sequence[bool]:
        """Whether nothing is drawn within boxes of a page; nothing is blank where that cannot be told."""
        if find_spec("pypdfium2") is None or self.may_stall:
            return [False] * len(boxes)
        from skillgap.parsing.pdf_picture import PagePictures, may_be_drawn

        if not may_be_drawn(page.areas):
            return [False] * len(boxes)
        if self._drawn is None:
            self._drawn = PagePictures(self._data, self._budget)
        left, low, right, high = page.box
        moved = [(x0 - left, y0 - low, x1 - left, y1 - low) for x0, y0, x1, y1 in boxes]
        return self._drawn.find_blank(page.number, (right - left, high - low), moved)

    @property
    def were_drawn(self) -> bool:
        """Whether any page was drawn, so that its picture may have decided what is hidden."""
        return self._drawn is not None

    def close(self) -> None:
        """Let go of the file."""
        if self._drawn is not None:
            self._drawn.close()


def _open(data: bytes, pictures: _Pictures, budget: Budget, engine: Engine) -> tuple[_Source, Engine]:
    budget.check_file_bytes(len(data))
    if engine == "pdfium":
        from skillgap.parsing.pdfium import PdfiumSource

        layered = _read_layers(data, budget)
        if layered is not None:
            return layered, "pdfminer"
        if not pictures.may_stall:
            return PdfiumSource(data, budget), "pdfium"
    from skillgap.parsing.pdf_miner import PdfMinerSource

    return PdfMinerSource(data, budget), "pdfminer"


def _read_layers(data: bytes, budget: Budget) -> _Source | None:
    """The file opened by pdfminer where it has layers that are switched off, which pdfium does not tell."""
    from skillgap.parsing.pdf_miner import PdfMinerSource

    if not may_have_layers(data):
        return None
    try:
        source = PdfMinerSource(data, budget)
    except (EncryptedResumeError, UnreadableResumeError):
        return None
    return source if source.has_off_layers else None


def _read(source: _Source, data: bytes, pictures: _Pictures, budget: Budget, engine: Engine) -> Document:
    blocks: list[TextBlock] = []
    warnings: list[ResumeWarning] = []
    count = source.page_count
    budget.check_pages(count)
    characters = 0
    for number in range(1, count + 1):
        budget.check_time()
        try:
            # A page makes some ten thousand objects in no cycle; searching them takes an eighth of reading's time.
            with without_garbage_collection():
                page = source.read_page(number)
                page.is_odd = page.is_odd or pictures.is_odd
                mark_hidden(page, budget.check_time, partial(pictures.find_blank, page))
                found = lay_out_page(
                    page.words, dots=page.dots, rules=page.rules, page=number, check_time=budget.check_time
                )
        except UnreadableResumeError as error:
            if count == 1:
                raise
            warnings.append(ResumeWarning("page-skipped", f"{error.message[:-1]} and was skipped.", number))
            continue
        except ResumeError:
            raise
        except Exception as error:
            warnings.append(
                ResumeWarning(
                    "page-skipped", f"Page {number} is damaged and was skipped ({type(error).__name__}).", number
                )
            )
            continue
        if page.glyphs and page.unmapped > _MAX_UNMAPPED * page.glyphs:
            found = []
        characters += sum(len(block.text) for block in found)
        budget.check_characters(characters)
        blocks.extend(found)
        warnings.extend(_warn(page, bool(found)))
    blocks = join_hyphens(blocks, source.hyphenates)
    names = source.attachments()
    if names or characters < COVER_TEXT:
        attached = _read_attached(source, data, names, characters, budget)
        budget.check_characters(characters + sum(len(block.text) for block in attached.blocks))
        blocks.extend(attached.blocks)
        warnings.extend(attached.warnings)
    return Document(tuple(blocks), "pdf", engine, count, tuple(warnings))


def _read_attached(source: _Source, data: bytes, names: list[str], characters: int, budget: Budget) -> Attached:
    """What attached files add to the pages, read by pdfminer: pdfium unpacks a file whole before it tells the size."""
    from skillgap.parsing.pdf_miner import PdfMinerSource

    opened: PdfMinerSource | None = source if isinstance(source, PdfMinerSource) else None
    if opened is None and characters < COVER_TEXT:
        with suppress(EncryptedResumeError, UnreadableResumeError):
            opened = PdfMinerSource(data, budget)
    if opened is None:
        return read_attached(names, lambda name: b"", characters, budget)
    if characters < COVER_TEXT:
        names = [*dict.fromkeys((*names, *opened.pinned_attachments()))]
    return read_attached(names, opened.read_attachment, characters, budget)


def _count_characters(document: Document) -> int:
    return sum(len(block.text) for block in document.blocks)


def _warn(page: PdfPage, has_text: bool) -> list[ResumeWarning]:
    warnings = []
    number = page.number
    for damage in dict.fromkeys(page.damage):
        warnings.append(ResumeWarning("damaged", f"Page {number}: {damage}.", number))
    if not has_text:
        reason = "its letters do not say what they mean" if page.unmapped else "it may be a scan, or blank"
        warnings.append(ResumeWarning("page-without-text", f"Page {number} holds no text ({reason}).", number))
    elif any(_is_text_image(area, page) for area in page.areas):
        warnings.append(
            ResumeWarning(
                "image-without-text",
                f"Page {number} holds an image that may show text; what it says was not read.",
                number,
            )
        )
    return warnings


def _is_text_image(area: Area, page: PdfPage) -> bool:
    """Whether an image likely shows text that the page does not hold: large or a banner, and nothing written on it.

    Portraits are neither; backgrounds have the page's text upon them.
    """
    x0, y0, x1, y1 = area.box
    width, height = x1 - x0, y1 - y0
    if area.kind != "image" or min(area.pixels) < 24 or width <= 0 or height <= 0:
        return False
    share = width * height / max(1.0, (page.box[2] - page.box[0]) * (page.box[3] - page.box[1]))
    is_banner = width > 3 * height and height > 9 and width > 150 and area.pixels[0] > 200
    if not (share > _LARGE_IMAGE or (is_banner and share > 0.01) or (area.is_bitonal and share > 0.05)):
        return False
    inside = sum(x0 < word.x0 < x1 and y0 < word.y < y1 for word in page.words if not word.angle)
    return inside < _FEW_WORDS


# A portrait covers a twentieth of a page, a scanned certificate a third.
_LARGE_IMAGE = 0.2
_FEW_WORDS = 5
