"""What every format reader hands over: a document's text blocks in reading order.

A reader knows its format and nothing about resumes; `skillgap.parsing.structure` turns a `Document`
into a `Resume` (offsets, pages, sections, dates, contact data).
"""

from __future__ import annotations

from dataclasses import dataclass

from skillgap.model import BlockKind, ResumeWarning


@dataclass(frozen=True, slots=True)
class TextBlock:
    """One paragraph, bullet, heading or table cell, unwrapped to a single line.

    ``text`` holds no line break: wrapped lines are joined, words hyphenated at line ends made whole.
    A bullet's mark is not part of ``text``; ``kind`` tells it. ``page`` is 1-based, None where the format
    has none. ``font_size`` (points) and ``is_bold`` help to find headings; 0.0 and False where unknown.
    ``hidden`` is the reason why a human reader cannot see the block, empty where they can; visible and
    hidden words never share a block.
    """

    text: str
    kind: BlockKind = "paragraph"
    page: int | None = None
    font_size: float = 0.0
    is_bold: bool = False
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file's blocks in reading order, and warnings about what could not be read.

    ``format`` and ``reader`` become those of the `Resume`; ``page_count`` is 0 where the format has no pages.
    """

    blocks: tuple[TextBlock, ...]
    format: str
    reader: str
    page_count: int = 0
    warnings: tuple[ResumeWarning, ...] = ()
