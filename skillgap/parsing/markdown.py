"""Markdown → text blocks, through markdown-it-py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from skillgap.model import BlockKind, ResumeWarning
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document, TextBlock
from skillgap.parsing.flow import Collector, Look, Paragraph

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?\r?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LINE_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
# The time that markdown-it takes grows with the square of the marks in a paragraph; honest ones have a few dozen.
_MARKUP = re.compile(r"[*_`<\[\]!~|]")
_MOST_MARKUP = 5_000
_TOO_MUCH_MARKUP = ResumeWarning("damaged", "The file has too much markup to be Markdown; it was read as plain text.")
# Nothing in a resume nests deeper, and every level costs the parser a frame.
_DEEPEST_NESTING = 20


def read_markdown(data: bytes, *, budget: Budget) -> Document:
    """The text blocks of a Markdown file (CommonMark with tables)."""
    from markdown_it import MarkdownIt

    text = _decode(data)
    budget.check_characters(len(text))
    out = Collector(budget)
    if front := _FRONT_MATTER.match(text):
        for line in front[1].splitlines():
            out.extend(_plain(line))
        text = text[front.end() :]
    if any(len(_MARKUP.findall(part)) > _MOST_MARKUP for part in re.split(r"\n[ \t]*\n", text)):
        for line in text.splitlines():
            budget.check_time()
            out.extend(_plain(line))
        return Document(tuple(out.blocks), "markdown", "markdown-it", warnings=(_TOO_MUCH_MARKUP,))
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST_NESTING}).enable(["table", "strikethrough"])
    kinds: list[BlockKind] = []
    for token in parser.parse(text):
        if token.type in _OPENING:
            kinds.append(_OPENING[token.type])
        elif token.type in _CLOSING and kinds:
            kinds.pop()
        elif token.type == "inline":
            out.extend(_inline(token.children or (), _kind(kinds)))
            if kinds and kinds[-1] == "bullet":
                kinds[-1] = "paragraph"
        elif token.type in ("fence", "code_block"):
            for line in token.content.splitlines():
                out.extend(_plain(line))
        elif token.type == "html_block":
            from skillgap.parsing.html import read_html

            out.extend(read_html(token.content.encode(), budget=budget).blocks)
    return Document(tuple(out.blocks), "markdown", "markdown-it")


_OPENING: dict[str, BlockKind] = {
    "heading_open": "heading",
    "list_item_open": "bullet",
    "th_open": "cell",
    "td_open": "cell",
    "blockquote_open": "paragraph",
}
_CLOSING = frozenset(name.replace("_open", "_close") for name in _OPENING)


def _kind(kinds: Sequence[BlockKind]) -> BlockKind:
    """What the innermost construct makes of a paragraph: only the first one of a list item is the item."""
    return kinds[-1] if kinds else "paragraph"


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _plain(line: str) -> Iterator[TextBlock]:
    paragraph = Paragraph()
    paragraph.add(line)
    yield from paragraph.blocks()


def _inline(tokens: Sequence[Token], kind: BlockKind) -> Iterator[TextBlock]:
    paragraph = Paragraph(kind)
    bold = 0
    for token in tokens:
        look = Look(is_bold=bold > 0)
        if token.type in ("text", "code_inline"):
            paragraph.add(token.content, look)
        elif token.type == "softbreak":
            paragraph.add(" ", look)
        elif token.type == "hardbreak" or (token.type == "html_inline" and _LINE_BREAK_TAG.match(token.content)):
            paragraph.add_break(look)
        elif token.type == "strong_open":
            bold += 1
        elif token.type == "strong_close":
            bold -= 1
    yield from paragraph.blocks()
