"""Which format a file is, told by its content: names lie, and streams have none."""

from __future__ import annotations

import codecs
import json
import re
from typing import Literal

from skillgap.errors import EncryptedResumeError, UnsupportedFormatError
from skillgap.parsing.archive import member_names

Format = Literal["pdf", "docx", "doc", "odt", "rtf", "html", "mhtml", "json", "markdown", "text", "image"]

FORMATS_READ = (
    "PDF, Word (.docx, .doc), OpenDocument (.odt), RTF, HTML, Markdown, JSON Resume, plain text and, "
    "with the `ocr` extra, PNG, JPEG, TIFF and WebP pictures"
)

# Acrobat accepts a PDF header within the first kilobyte, and so do the readers that people check their files with.
_PDF_HEADER_WITHIN = 1024
_TAR_MAGIC_AT = 257  # bytes, after the name, the owner, the size and the time of the first member
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_IMAGES = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
    b"BM",
    b"GIF87a",
    b"GIF89a",
)
_KNOWN_OTHERS = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"%!PS", "PostScript; export it as PDF"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"8BPS", "a Photoshop picture; export it as PNG"),
    (b"SQLite format 3\x00", "a database"),
    (b"WPC", "a WordPerfect document; export it as DOCX or PDF"),
    (b"\xffWPC", "a WordPerfect document; export it as DOCX or PDF"),
)
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|link|style|script|section|article|main|header|"
    rb"table|div|p|h[1-6]|ul|center|font|span)[\s>/]",
    re.IGNORECASE,
)

# One mark may stand in any text; two are a habit of Markdown.
_MARKDOWN_HEADING = re.compile(r"^ {0,3}#{1,6} +[^\s#].*$", re.MULTILINE)
_MARKDOWN_MARKS = re.compile(
    r"\*\*\S[^*\n]*\*\*|__\S[^_\n]*__|\]\((?:https?:|mailto:|tel:|www\.|#)[^)\s]*\)"
    r"|^(?:={3,}|-{3,}|\*{3,})\s*$|^> |^```",
    re.MULTILINE,
)
_MARKDOWN_NAMES = (".md", ".markdown", ".mdown", ".mkd", ".rmd", ".qmd")
_SNIFFED_BYTES = 65_536
_LARGEST_CONTROL_SHARE = 0.02


def detect_format(data: bytes, *, name: str | None = None) -> Format:
    """The format of a file, by its content.

    The name is only asked where content cannot tell: whether a text is Markdown.

    >>> detect_format(b"%PDF-1.7 ..."), detect_format(b"Jane Doe, clerk", name="cv.pdf")
    ('pdf', 'text')

    Raises:
        EncryptedResumeError: a Word document locked with a password.
        UnsupportedFormatError: a format that skillgap does not read.
    """
    head = data[:_SNIFFED_BYTES]
    # An archive that keeps a PDF as it stands has a PDF's header, too, in its first kilobyte.
    if b"%PDF-" in head[:_PDF_HEADER_WITHIN] and not _is_archive(head):
        return "pdf"
    if data.startswith(_OLE_MAGIC):
        return _ole_format(data)
    if data.startswith(b"PK") or b"PK\x03\x04" in head[:64]:
        return _zip_format(data)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n\x00").startswith(b"{\\rt"):
        return "rtf"
    if data.startswith(_IMAGES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "image"
    _refuse_known_others(data)
    return _text_format(data, head, name)


def _is_archive(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04") or _is_tar(head)


def _is_tar(head: bytes) -> bool:
    return head[_TAR_MAGIC_AT:].startswith(b"ustar")


def _refuse_known_others(data: bytes) -> None:
    if _is_tar(data):
        raise _unsupported("The file is a tar archive; unpack it and give the resume in it")
    for magic, what in _KNOWN_OTHERS:
        if data.startswith(magic):
            raise _unsupported(f"The file is {what}" if ";" in what else f"The file is {what}, not a resume")
    if data[4:8] == b"ftyp":
        kind = "a HEIC picture; save it as JPEG" if data[8:12] in (b"heic", b"heix", b"mif1", b"avif") else "a video"
        raise _unsupported(f"The file is {kind}")


def _unsupported(what: str) -> UnsupportedFormatError:
    return UnsupportedFormatError(f"{what}. skillgap reads {FORMATS_READ}.")


def _ole_format(data: bytes) -> Format:
    """Old Office formats share one container; the names of their streams tell them apart."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        raise EncryptedResumeError("The document is locked with a password; save a copy without one.")
    if has("WordDocument"):
        return "doc"
    if has("Workbook") or has("PowerPoint Document") or has("__properties_version1.0"):
        what = "a spreadsheet" if has("Workbook") else "a presentation" if has("PowerPoint Document") else "an e-mail"
        raise _unsupported(f"The file is {what}; export the resume as DOCX or PDF")
    # Old Word files with damaged directories still open in Word and LibreOffice.
    return "doc"


def _zip_format(data: bytes) -> Format:
    names = member_names(data)
    lowered = {name.lower() for name in names}
    if any(re.fullmatch(r"(?:.*/)?word/.*|(?:.*/)?document\d*\.xml", name) for name in lowered):
        return "docx"
    if "content.xml" in lowered and b"opendocument.spreadsheet" not in data[:200]:
        if b"opendocument.presentation" in data[:200]:
            raise _unsupported("The file is a presentation; export the resume as PDF")
        return "odt"
    others = (
        ("xl/", "a spreadsheet; export the resume as DOCX or PDF"),
        ("content.xml", "a spreadsheet; export the resume as DOCX or PDF"),
        ("ppt/", "a presentation; export the resume as PDF"),
        ("index/document.iwa", "a Pages document; export it as DOCX or PDF"),
        ("index.xml", "a Pages document; export it as DOCX or PDF"),
        ("meta-inf/container.xml", "an e-book; export the resume as DOCX or PDF"),
    )
    for start, what in others:
        if any(name.startswith(start) for name in lowered):
            raise _unsupported(f"The file is {what}")
    if "[content_types].xml" in lowered or not names:
        return "docx"
    raise _unsupported("The file is a zip archive; unpack it and give the resume in it")


def _text_format(data: bytes, head: bytes, name: str | None) -> Format:
    text = _as_text(head)
    if text is None:
        raise _unsupported("The file is of a kind that skillgap does not know")
    begin = text.lstrip("\ufeff \t\r\n\x00")
    if begin.startswith("<"):
        return _markup_format(begin)
    if re.match(r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?mime-version:", begin, re.IGNORECASE):
        return "mhtml"
    if begin.startswith("{") and _is_json(data):
        return "json"
    if len(_MARKUP.findall(head)) >= 3 and b"</" in head:
        return "html"
    if _is_markdown(text, name):
        return "markdown"
    return "text"


def _markup_format(begin: str) -> Format:
    if "<pkg:package" in begin or "<w:wordDocument" in begin or re.search(r"<w:document[\s>]", begin):
        return "docx"
    if "<office:document" in begin:
        return "odt"
    if re.match(r"<\?xml", begin) and not re.search(r"<(?:!doctype\s+)?html[\s>]", begin, re.IGNORECASE):
        raise _unsupported("The file is XML of a kind that skillgap does not know")
    if _MARKUP.search(begin.encode("utf-8", "replace")):
        return "html"
    return "text"


def _as_text(head: bytes) -> str | None:
    """The beginning of a file as text, None where it is binary."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    if head.count(0) * 3 > len(head):
        # UTF-16 without a mark has a zero in every other byte of Latin text.
        return head.decode("utf-16-be" if head[:1] == b"\x00" else "utf-16-le", "replace")
    controls = sum(head.count(code) for code in (*range(9), 11, *range(14, 27), *range(28, 32)))
    if controls > len(head) * _LARGEST_CONTROL_SHARE:
        return None
    return head.decode("utf-8", "replace")


def _is_json(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data), dict)
    except (ValueError, RecursionError):
        return False


def _is_markdown(text: str, name: str | None) -> bool:
    headings = len(_MARKDOWN_HEADING.findall(text))
    marks = len(_MARKDOWN_MARKS.findall(text))
    if name is not None and name.lower().endswith(_MARKDOWN_NAMES):
        return True
    return headings >= 2 or (headings >= 1 and marks >= 1) or bool(re.search(r"\]\((?:https?:|mailto:)", text))
