"""A file → `Resume`: one module a format, told by content and not by file name."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, overload

from skillgap.errors import (
    EmptyResumeError,
    MissingExtraError,
    ResumeError,
    ResumeLimitError,
    UnreadableResumeError,
    UnsupportedFormatError,
)
from skillgap.model import Limits, Resume
from skillgap.parsing.budget import Budget
from skillgap.parsing.detect import Format, detect_format
from skillgap.parsing.document import Document

if TYPE_CHECKING:
    from os import PathLike

__all__ = ["PdfEngine", "parse_resume", "read_file"]

PdfEngine = Literal["pdfminer", "pdfium"]
_DEFAULT_LIMITS = Limits()


@overload
def parse_resume(source: Resume, /) -> Resume: ...
@overload
def parse_resume(
    source: str | PathLike[str] | bytes | BinaryIO,
    /,
    *,
    engine: PdfEngine = "pdfminer",
    ocr: bool = True,
    limits: Limits = _DEFAULT_LIMITS,
    name: str | None = None,
) -> Resume: ...
@overload
def parse_resume(
    source: str | PathLike[str] | bytes | BinaryIO | Resume,
    /,
    *,
    engine: PdfEngine = "pdfminer",
    ocr: bool = True,
    limits: Limits = _DEFAULT_LIMITS,
    name: str | None = None,
) -> Resume: ...
def parse_resume(
    source: str | PathLike[str] | bytes | BinaryIO | Resume,
    /,
    *,
    engine: PdfEngine = "pdfminer",
    ocr: bool = True,
    limits: Limits = _DEFAULT_LIMITS,
    name: str | None = None,
) -> Resume:
    r"""A resume read from a path, bytes or a binary file; a `Resume` is returned as it is.

    The format is told by content: a PDF called ``cv.doc`` is read as a PDF.

    >>> parse_resume(b"Jane Doe\n\nSkills\nMS Excel, bookkeeping").format
    'text'

    Args:
        source: The file.
        engine: What reads PDF: ``"pdfminer"``, or ``"pdfium"`` (extra ``fast``).
        ocr: Whether pages and pictures without text are recognised where the extra ``ocr`` or Tesseract is there.
        limits: How large and how slow the file may be.
        name: The file's name for people, where the source is bytes or a stream without one.

    Raises:
        UnsupportedFormatError: the file is of no format that is read, or needs something not installed.
        EncryptedResumeError: the file is locked with a password.
        UnreadableResumeError: the file is damaged or missing, a folder, or may not be opened.
        EmptyResumeError: the file holds no text.
        ResumeLimitError: the file is over one of the limits.
        MissingExtraError: ``engine="pdfium"`` without the ``fast`` extra.
    """
    if isinstance(source, Resume):
        return source
    if engine not in ("pdfminer", "pdfium"):
        raise ValueError(f"engine must be 'pdfminer' or 'pdfium', not {engine!r}")
    if not isinstance(source, str | os.PathLike | bytes | bytearray | memoryview) and not hasattr(source, "read"):
        raise TypeError(f"A resume is a path, bytes or a binary file, not {type(source).__name__}")
    if isinstance(source, str) and "\n" in source and not os.path.exists(source):  # noqa: PTH110 - a long text is no error
        # Without a path: the text may hold what no message and no log should.
        raise UnreadableResumeError("This is a text, not the name of a file; Resume.from_text(text) reads it.")
    path = _name_of(source) if name is None else name
    try:
        return _parse(source, path, engine=engine, ocr=ocr, limits=limits)
    except ResumeError as error:
        error.path = path if error.path is None else error.path
        raise
    except MissingExtraError:
        raise
    except MemoryError:
        raise ResumeLimitError("Reading the file takes more memory than there is.", path=path) from None
    except RecursionError:
        raise ResumeLimitError("The file is nested too deeply to be a resume.", path=path) from None
    except Exception as error:
        # Parsers meet bytes that their authors never thought of; whatever they raise, the file is what is wrong.
        # Their errors may quote the resume, so only the kind is told, and they are not kept as the cause.
        message = f"The file is damaged and cannot be read ({type(error).__name__}). Export or download it again."
        raise UnreadableResumeError(message, path=path) from None


def _parse(
    source: str | PathLike[str] | bytes | BinaryIO, path: str | None, *, engine: PdfEngine, ocr: bool, limits: Limits
) -> Resume:
    from skillgap.parsing.structure import build_resume

    budget = Budget(limits)
    data = _read_source(source, budget)
    if not data.strip(b"\x00 \t\r\n"):
        raise EmptyResumeError("The file is empty (0 bytes of text); was its upload or download cut off?")
    document = _read_document(data, detect_format(data, name=path), budget=budget, engine=engine, ocr=ocr)
    if not any(any(map(str.isalnum, block.text)) for block in document.blocks):
        raise EmptyResumeError(_nothing_found(document))
    return build_resume(document, source=path, budget=budget)


def read_file(path: str | PathLike[str], *, limits: Limits = _DEFAULT_LIMITS) -> bytes:
    """The bytes of a file that may be a resume, for callers that need them besides the `Resume`.

    Raises:
        UnreadableResumeError: the file is missing, a folder or a device, or may not be opened.
        ResumeLimitError: the file is larger than the limit.
    """
    try:
        return _read_path(path, Budget(limits))
    except ResumeError as error:
        error.path = _name_of(path)
        raise


def _name_of(source: str | PathLike[str] | bytes | BinaryIO) -> str | None:
    if isinstance(source, str | os.PathLike):
        return os.fsdecode(source).encode("utf-8", "replace").decode("utf-8")
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else None


# ---------------------------------------------------------------------------------------------- opening


def _read_source(source: str | PathLike[str] | bytes | BinaryIO, budget: Budget) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        budget.check_file_bytes(len(source))
        return bytes(source)
    if isinstance(source, str | os.PathLike):
        return _read_path(source, budget)
    data = source.read(budget.limits.file_bytes + 1)
    if isinstance(data, str):
        raise UnreadableResumeError("The file is open as text; open it as binary: open(path, 'rb').")
    budget.check_file_bytes(len(data))
    return data


def _read_path(source: str | PathLike[str], budget: Budget) -> bytes:
    if not os.fspath(source):
        raise UnreadableResumeError("The name of the file is empty.")
    path = Path(source)
    try:
        if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
            raise UnreadableResumeError("The folder may not be opened: permission is denied.")
        if path.is_dir():
            raise UnreadableResumeError("This is a folder, not a file; `skillgap screen` reads folders.")
        if not path.exists():
            raise UnreadableResumeError("There is no such file; check the name and the folder.")
        if not path.is_file():
            raise UnreadableResumeError("This is a device or a pipe, not a file.")
        with path.open("rb") as file:
            data = file.read(budget.limits.file_bytes + 1)
            if len(data) > budget.limits.file_bytes:
                budget.check_file_bytes(max(len(data), path.stat().st_size))
            return data
    except PermissionError:
        raise UnreadableResumeError("The file may not be opened: permission is denied.") from None
    except (OSError, ValueError) as error:
        raise UnreadableResumeError(f"The file cannot be opened: {_os_reason(error)}.") from None


def _os_reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return "its name is too long"
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)).lower()


# ---------------------------------------------------------------------------------------------- reading


def _read_document(data: bytes, kind: Format, *, budget: Budget, engine: PdfEngine, ocr: bool) -> Document:
    if kind == "pdf":
        return _read_pdf(data, budget=budget, engine=engine, ocr=ocr)
    if kind == "image":
        return _read_image(data, budget=budget, ocr=ocr)
    document = _READERS[kind](data, budget)
    has_only_pictures = not document.blocks and any(w.code == "image-not-read" for w in document.warnings)
    if ocr and has_only_pictures and kind in ("docx", "odt"):
        from skillgap.parsing.ocr import recognize_pictures

        return recognize_pictures(data, document, budget=budget)
    return document


def _read_pdf(data: bytes, *, budget: Budget, engine: PdfEngine, ocr: bool) -> Document:
    from skillgap.parsing.pdf import read_pdf

    document = read_pdf(data, budget=budget, engine=engine)
    codes = {warning.code for warning in document.warnings}
    if not ocr or "page-without-text" not in codes or "attachment-read" in codes:
        return document
    from skillgap.parsing.ocr import recognize_pages

    return recognize_pages(data, document, budget=budget)


def _read_image(data: bytes, *, budget: Budget, ocr: bool) -> Document:
    from skillgap.parsing.ocr import read_image

    if not ocr:
        raise UnsupportedFormatError("The file is a picture, and text recognition is switched off (ocr=False).")
    return read_image(data, budget=budget)


def _docx(data: bytes, budget: Budget) -> Document:
    from skillgap.parsing.docx import read_docx

    return read_docx(data, budget=budget)


def _text(data: bytes, budget: Budget) -> Document:
    from skillgap.parsing.plain import read_text

    return read_text(data, budget=budget)


def _doc(data: bytes, budget: Budget) -> Document:
    from skillgap.parsing.legacy_doc import read_doc

    return read_doc(data, budget=budget)


def _odt(data: bytes, budget: Budget) -> Document:
    from skillgap.parsing.odt import read_odt

    return read_odt(data, budget=budget)


def _rtf(data: bytes, budget: Budget) -> Document:
    from skillgap.parsing.rtf import read_rtf

    return read_rtf(data, budget=budget)


def _html(data: bytes, budget: Budget) -> Document:
    from skillgap.parsing.html import read_html

    return read_html(data, budget=budget)


def _mhtml(data: bytes, budget: Budget) -> Document:
    from skillgap.parsing.html import read_mhtml

    return read_mhtml(data, budget=budget)


def _json(data: bytes, budget: Budget) -> Document:
    from skillgap.parsing.json_resume import read_json_resume

    return read_json_resume(data, budget=budget)


def _markdown(data: bytes, budget: Budget) -> Document:
    from skillgap.parsing.markdown import read_markdown

    return read_markdown(data, budget=budget)


_READERS: dict[Format, Callable[[bytes, Budget], Document]] = {
    "docx": _docx,
    "doc": _doc,
    "odt": _odt,
    "rtf": _rtf,
    "html": _html,
    "mhtml": _mhtml,
    "json": _json,
    "markdown": _markdown,
    "text": _text,
}


def _nothing_found(document: Document) -> str:
    if document.warnings:
        return "No text was found. " + " ".join(dict.fromkeys(warning.message for warning in document.warnings))
    return "The document is blank: no text was found in it."
