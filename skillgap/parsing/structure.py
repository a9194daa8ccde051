"""A document's blocks → a `Resume`: one line a block, with sections, dates, contact data and hidden text.

The text is written so that reading it again as plain text gives the same blocks and sections (see
`skillgap.parsing.lines` for its marks): people may edit it, and what they leave alone stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from skillgap.errors import EmptyResumeError
from skillgap.model import Block, BlockKind, HiddenText, Limits, Page, Resume, ResumeWarning, Section
from skillgap.parsing.budget import Budget
from skillgap.parsing.cleaning import clean_text, count_split_words, read_tag_characters
from skillgap.parsing.contacts import find_contacts
from skillgap.parsing.dates import find_positions
from skillgap.parsing.document import Document, TextBlock
from skillgap.parsing.lines import (
    Line,
    drop_leading_glyphs,
    find_wraps,
    has_words,
    is_numbered,
    join_spaced_letters,
    mark,
    split_mark,
)
from skillgap.parsing.repetition import find_repetitions
from skillgap.parsing.sections import (
    Heading,
    certain_kind,
    find_sections,
    may_be_heading,
    needs_mark,
    split_glued_headings,
)

# Invisible characters inside words come singly from web forms; more than these in one block are there to hide words
# from a search, or to hide a search's words from people.
_MOST_SPLIT_WORDS = 7
_LONGEST_EXCERPT = 60
# Parts of one block between two looks at the clock.
_CHECK_EVERY = 1_000
# Some places show what a file is; a file of nothing else must not fill the report.
_MOST_REPETITIONS = 10

_TAG_REASON = "it is written in invisible characters"


def build_resume(document: Document, *, source: str | None = None, budget: Budget | None = None) -> Resume:
    r"""The resume that a document holds: text with exact spans of blocks, pages, sections, positions and contacts.

    A block's span covers its words, not the mark ("• ", a tab, "# ") before them. Lines without a letter or
    a digit (rules, ornaments) are left out. The ``budget`` bounds time and lines.

    >>> blocks = (TextBlock("Skills"), TextBlock("MS Excel", kind="bullet"))
    >>> resume = build_resume(Document(blocks, format="docx", reader="docx"))
    >>> resume.text
    'Skills\n• MS Excel'
    >>> [resume.text[block.start:block.end] for block in resume.blocks]
    ['Skills', 'MS Excel']

    Raises:
        EmptyResumeError: the document has no words.
        ResumeLimitError: the document is over a limit of the budget.
    """
    budget = budget or Budget(Limits(seconds=None))
    check_time = budget.check_time
    lines = split_glued_headings(tuple(_lines_of(document.blocks, budget)))
    if not lines:
        raise EmptyResumeError(_describe_emptiness(document), path=source)
    check_time()
    starts = find_sections(lines)
    check_time()
    kinds = [_kind_of(line, starts.get(index)) for index, line in enumerate(lines)]
    written, wraps = _write_lines(lines, kinds, starts)
    text, offsets = _join(written, wraps, starts)
    blocks = tuple(
        Block(kind, offset + len(string) - len(line.text), offset + len(string))
        for line, kind, string, offset in zip(lines, kinds, written, offsets, strict=True)
    )
    sections = _sections_of(starts, offsets, len(text))
    pages = _pages_of(document, lines, offsets, len(text))
    check_time()
    positions = find_positions(text, sections, blocks)
    check_time()
    hidden = tuple(
        HiddenText(block.start, block.end, line.page, line.hidden)
        for line, block in zip(lines, blocks, strict=True)
        if line.hidden
    )
    return Resume(
        text=text,
        pages=pages,
        sections=sections,
        blocks=blocks,
        source=source,
        format=document.format,
        reader=document.reader,
        positions=positions,
        contacts=find_contacts(text, sections),
        hidden=hidden,
        warnings=(
            *document.warnings,
            *_warn_of_hidden(text, hidden),
            *_warn_of_split_words(document.blocks),
            *_warn_of_repetitions(text, pages),
        ),
    )


def _lines_of(blocks: Sequence[TextBlock], budget: Budget) -> Iterator[Line]:
    count = 0
    for block in blocks:
        budget.check_time()
        budget.check_lines(count)
        message = read_tag_characters(block.text)
        for raw in _physical_lines(block.text):
            kind: BlockKind = "cell" if "\t" in raw.strip() and block.kind == "paragraph" else block.kind
            for part in raw.strip().split("\t"):
                text, part_kind, is_marked = split_mark(
                    clean_text(join_spaced_letters(drop_leading_glyphs(part))), kind
                )
                if part_kind == "heading" and not is_marked and is_numbered(text) and not may_be_heading(text):
                    part_kind = "bullet"
                count += 1
                if not count % _CHECK_EVERY:
                    budget.check_time()
                    budget.check_lines(count)
                if has_words(text):
                    yield Line(text, part_kind, block.page, block.font_size, block.is_bold, block.hidden, is_marked)
        if message and has_words(clean_text(message)):
            yield Line(split_mark(clean_text(message), "paragraph")[0], "paragraph", block.page, hidden=_TAG_REASON)


def _physical_lines(text: str) -> list[str]:
    # Readers promise none, but a stray line break in a block must not break the text's one line a block.
    return [text] if text.isprintable() else text.splitlines()


def _kind_of(line: Line, heading: Heading | None) -> BlockKind:
    if heading is not None and heading.text and not heading.is_inline:
        return "heading"
    if line.kind == "heading":
        return "bullet" if is_numbered(line.text) else "paragraph"
    return line.kind


def _write_lines(
    lines: Sequence[Line], kinds: Sequence[BlockKind], starts: Mapping[int, Heading]
) -> tuple[list[str], list[bool]]:
    """The lines with their marks, and which of them would seem to run on into the next."""
    marked = {
        index
        for index, heading in starts.items()
        if kinds[index] == "heading" and needs_mark(lines[index], index, heading)
    }
    while True:
        written = [
            mark(line.text, kind, is_marked=index in marked) + line.text
            for index, (line, kind) in enumerate(zip(lines, kinds, strict=True))
        ]
        wraps = find_wraps(written)
        # The empty line before such a heading would be taken for one that only keeps two lines apart.
        unclear = {
            index
            for index in starts
            if index and wraps[index - 1] and kinds[index] == "heading" and not certain_kind(lines[index].text)
        } - marked
        if not unclear:
            return written, wraps
        marked |= unclear


def _join(written: Sequence[str], wraps: Sequence[bool], starts: Mapping[int, Heading]) -> tuple[str, list[int]]:
    """The text, with an empty line before headings and between lines that else would seem one that was wrapped."""
    parts: list[str] = []
    offsets: list[int] = []
    offset = 0
    for index, string in enumerate(written):
        if index:
            gap = "\n\n" if wraps[index - 1] or (index in starts and starts[index].text) else "\n"
            parts.append(gap)
            offset += len(gap)
        offsets.append(offset)
        parts.append(string)
        offset += len(string)
    return "".join(parts), offsets


def _sections_of(starts: Mapping[int, Heading], offsets: Sequence[int], length: int) -> tuple[Section, ...]:
    ordered = sorted(starts.items())
    begins = [offsets[index] for index, _ in ordered]
    if begins:
        begins[0] = 0
    return tuple(
        Section(heading.kind, heading.text, begin, end)
        for (_, heading), begin, end in zip(ordered, begins, [*begins[1:], length], strict=True)
    )


def _pages_of(document: Document, lines: Sequence[Line], offsets: Sequence[int], length: int) -> tuple[Page, ...]:
    count = max(document.page_count, max((line.page or 0 for line in lines), default=0))
    if not count:
        return ()
    begins = [-1] * (count + 2)
    for line, offset in zip(lines, offsets, strict=True):
        if line.page and begins[line.page] < 0:
            begins[line.page] = offset
    begins[1], begins[count + 1] = 0, length
    # A page without text begins and ends where the next one begins.
    for number in range(count, 0, -1):
        if begins[number] < 0:
            begins[number] = begins[number + 1]
        begins[number] = min(begins[number], begins[number + 1])
    return tuple(Page(number, begins[number], begins[number + 1]) for number in range(1, count + 1))


def _warn_of_hidden(text: str, hidden: Sequence[HiddenText]) -> Iterator[ResumeWarning]:
    groups: dict[tuple[int | None, str], list[HiddenText]] = {}
    for span in hidden:
        groups.setdefault((span.page, span.reason), []).append(span)
    for (page, reason), spans in groups.items():
        words = sum(len(text[span.start : span.end].split()) for span in spans)
        quote = _excerpt(" ".join(text[span.start : span.end] for span in spans[:8]))
        place = f"On page {page}, " if page else ""
        count = "one word is" if words == 1 else f"{words} words are"
        message = f"{place}{count} hidden from human readers ({reason}): “{quote}”"
        yield ResumeWarning("hidden-text", message[:1].upper() + message[1:], page)


def _warn_of_split_words(blocks: Sequence[TextBlock]) -> Iterator[ResumeWarning]:
    for block in blocks:
        if (count := count_split_words(block.text)) > _MOST_SPLIT_WORDS:
            place = f"On page {block.page}, " if block.page else ""
            message = f"{place}{count} invisible characters split words: “{_excerpt(clean_text(block.text))}”"
            yield ResumeWarning("hidden-text", message, block.page)


def _warn_of_repetitions(text: str, pages: Sequence[Page]) -> Iterator[ResumeWarning]:
    for found in islice(find_repetitions(text), _MOST_REPETITIONS):
        page = next((page.number for page in pages if page.start <= found.start < page.end), None)
        place = f"On page {page}, the" if page else "The"
        quote = _excerpt(" ".join(text[found.start : found.end_of_first].split()))
        yield ResumeWarning(
            "repeated-text",
            f"{place} same words stand {found.times} times in a row: “{quote}”. A skill counts once, however often "
            "it is written.",
            page,
        )


def _excerpt(text: str) -> str:
    if len(text) <= _LONGEST_EXCERPT:
        return text
    return text[:_LONGEST_EXCERPT].rsplit(" ", 1)[0] + " …"


def _describe_emptiness(document: Document) -> str:
    if document.page_count:
        pages = "its one page" if document.page_count == 1 else f"its {document.page_count} pages"
        return (
            f"The file has no text on {pages}: it is blank, or a scan. If it is a scan, install OCR "
            "(pip install 'skillgap[ocr]') or save the resume as text."
        )
    return "The file has no text: it is blank, or holds only pictures. Save the resume with its text and try again."
