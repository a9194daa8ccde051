"""PDF: the text blocks of a file in reading order."""

from __future__ import annotations

from typing import Literal

from skillgap.model import ResumeWarning
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document, TextBlock
from skillgap.parsing.layout import lay_out

Engine = Literal["pdfminer", "pdfium"]


def read_pdf(data: bytes, *, budget: Budget, engine: Engine = "pdfminer") -> Document:
    """The text blocks of a PDF, in reading order.

    Raises:
        EncryptedResumeError: The file needs a password.
        UnreadableResumeError: The file is damaged beyond reading.
        ResumeLimitError: The file is over a limit of the budget.
        MissingExtraError: The engine is pdfium and pypdfium2 is not installed.
    """
    from skillgap.parsing import pdf_miner

    blocks: list[TextBlock] = []
    warnings: list[ResumeWarning] = []
    count = 0
    for page in pdf_miner.read_pages(data, budget):
        count += 1
        found = lay_out(page.words, dots=page.dots, page=page.number)
        if not found:
            warnings.append(ResumeWarning("page-without-text", f"Page {page.number} holds no text.", page.number))
        blocks.extend(found)
        budget.check_characters(sum(len(block.text) for block in blocks))
    return Document(tuple(blocks), "pdf", engine, count, tuple(warnings))
