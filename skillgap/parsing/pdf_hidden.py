"""Text of a PDF page that a human reader cannot see, and why not."""

from __future__ import annotations

from skillgap.parsing.pdf_page import PdfPage


def mark_hidden(page: PdfPage) -> None:
    """Set the reason on each word of a page that cannot be seen."""
