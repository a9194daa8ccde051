"""Runs of characters as a word processor stores them → text blocks.

The readers of DOCX, ODT, RTF and HTML know where a paragraph's characters are and how they look; what tabs,
line breaks, typed bullets and hidden runs make of them is decided here, once for all.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter

from skillgap.model import BlockKind
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import TextBlock

VISIBLE = ""
PICTURES_NOT_READ = "The document holds pictures that may show text; what they show was not read."


@dataclass(frozen=True, slots=True)
class Look:
    """How a run of characters looks: ``size`` in points, 0.0 where unknown, and why no reader sees it, if so.

    ``takes_space`` tells hidden text that leaves a gap on the page (white) from text that leaves none (vanished).
    """

    size: float = 0.0
    is_bold: bool = False
    hidden: str = VISIBLE
    takes_space: bool = True


PLAIN = Look()

# Marks that can only be bullets, and marks that are bullets when a space follows them.
_SURE_BULLETS = "•●▪▫◦‣⁃∙○■□▶►▸➢➤➔✓✔✗❖♦◆◇★☆⚫⬤⦁\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf0a8\uf06e\uf02d"
_BULLET = re.compile(rf"(?:[{_SURE_BULLETS}\uf000-\uf0ff]+|[·*»>§](?=\s)|[-–—−](?=\s)|o(?=\s+[A-Z]))\s*")
_LONE_BULLET = re.compile(rf"[{_SURE_BULLETS}\uf000-\uf0ff·*»>§\-–—−o]")
_LONE_NUMBER = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]")
_RANGE_MARK = re.compile(r"[-–—−]|to|until|till|through", re.IGNORECASE)
_STARTS_RANGE = re.compile(r"(?:[-–—−]\s*|(?:to|until|till|through)\s+)(?=\S)", re.IGNORECASE)
_ENDS_IN_RANGE = re.compile(r"\d\s*[-–—−]$|\d\s+(?:to|until|till|through)$", re.IGNORECASE)
_LONGEST_RANGE = 60
_SEPARATOR = re.compile(r"\n|[ ]*\t[ \t]*|[ ]{4,}")

# Spaces of all widths are spaces, and every kind of line end is a newline; `structure` cleans the rest.
_CLEAN = dict.fromkeys(map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"), " ")
_CLEAN |= dict.fromkeys(map(ord, "\u202f\u205f\u3000"), " ")
_CLEAN |= dict.fromkeys(map(ord, "\r\v\f\u0085\u2028\u2029"), "\n")
_CLEAN |= dict.fromkeys((*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)), "")
_CLEAN |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")

# A line of a paragraph that was wrapped by hand fills most of its width; a shorter one ends where its author wished.
_WRAPPED_LENGTH = 45
_SHARE_OF_BOLD = 0.9


def plain_characters(text: str) -> str:
    r"""Text with every kind of space as a space, every line end as a newline, and no control characters.

    >>> plain_characters("A\u00a0B\u2028C\x07")
    'A B\nC'
    """
    return text.translate(_CLEAN)


def strip_bullet(text: str) -> tuple[str, bool]:
    """Text without a bullet's mark typed before it, and whether there was one.

    >>> strip_bullet("• Posted payments"), strip_bullet("- 5 years"), strip_bullet("-5 °C")
    (('Posted payments', True), ('5 years', True), ('-5 °C', False))
    """
    match = _BULLET.match(text)
    if match is None:
        return text, False
    return text[match.end() :], True


class Paragraph:
    r"""Gathers the runs of one paragraph and gives its text blocks.

    >>> paragraph = Paragraph()
    >>> paragraph.add("Clerk, Acme\t2019 – 2021")
    >>> [block.text for block in paragraph.blocks()]
    ['Clerk, Acme', '2019 – 2021']
    """

    def __init__(self, kind: BlockKind = "paragraph", *, page: int | None = None) -> None:
        self.kind = kind
        self.page = page
        self._runs: list[tuple[str, Look]] = []

    def add(self, text: str, look: Look = PLAIN) -> None:
        """Append a run; tabs and newlines in it are the paragraph's own tabs and line breaks."""
        if text:
            self._runs.append((text, look))

    def add_tab(self, look: Look = PLAIN) -> None:
        """Append a tab."""
        self._runs.append(("\t", look))

    def add_break(self, look: Look = PLAIN) -> None:
        """Append a line break."""
        self._runs.append(("\n", look))

    def blocks(self) -> Iterator[TextBlock]:
        """The visible blocks in order, then what is hidden, one block a stretch of the same reason."""
        yield from self._visible_blocks()
        yield from self._hidden_blocks()

    def _visible_blocks(self) -> Iterator[TextBlock]:
        pieces: list[str] = []
        looks: list[tuple[int, Look]] = []
        length = 0
        for raw, look in self._runs:
            text = plain_characters(raw)
            if look.hidden:
                text = " " if look.takes_space and pieces and not pieces[-1].endswith(" ") else ""
            if text:
                pieces.append(text)
                length += len(text)
                looks.append((length, look))
        whole = "".join(pieces)
        for start, end, separator in _segments(whole):
            text, is_bullet = strip_bullet(" ".join(whole[start:end].split()))
            if not text:
                continue
            size, is_bold = _main_look(whole, looks, start, end)
            yield TextBlock(text, self._kind_after(separator, is_bullet), self.page, size, is_bold)

    def _kind_after(self, separator: str, is_bullet: bool) -> BlockKind:
        if is_bullet and self.kind != "heading":
            return "bullet"
        if not separator:
            return self.kind
        if separator != "\n":
            return "cell"
        return "paragraph" if self.kind == "heading" else self.kind

    def _hidden_blocks(self) -> Iterator[TextBlock]:
        reason, pieces = VISIBLE, list[str]()
        for raw, look in (*self._runs, ("", PLAIN)):
            if look.hidden != reason and (look.hidden or raw.strip() or not raw):
                yield from _hidden_block(pieces, reason, self.page)
                reason, pieces = look.hidden, []
            if look.hidden:
                pieces.append(plain_characters(raw))
            elif reason and raw:
                pieces.append(" ")


def _hidden_block(pieces: Iterable[str], reason: str, page: int | None) -> Iterator[TextBlock]:
    text = " ".join("".join(pieces).split())
    # White dots and dashes serve as spacers in honest documents; words do not.
    if reason and any(map(str.isalnum, text)):
        yield TextBlock(text, page=page, hidden=reason)


def _segments(text: str) -> Iterator[tuple[int, int, str]]:
    """The spans of a paragraph's blocks, each with what parts it from the one before (empty for the first).

    Tabs, wide gaps and line breaks part blocks, unless one phrase runs on over them.
    """
    start, end, parted_by = -1, 0, ""
    last = last_but_one = 0
    for piece_start, piece_end, separator in _pieces(text):
        if start < 0:
            start = last = last_but_one = piece_start
        elif _runs_on(text[last_but_one:end], text[last:end], separator, text[piece_start:piece_end]):
            last_but_one, last = last, piece_start
        else:
            yield start, end, parted_by
            start, parted_by = piece_start, separator
            last = last_but_one = piece_start
        end = piece_end
    if start >= 0:
        yield start, end, parted_by


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    start, separator = 0, ""
    for match in _SEPARATOR.finditer(text):
        if text[start : match.start()].strip():
            yield start, match.start(), separator
            separator = ""
        start = match.end()
        separator = "\n" if "\n" in (match.group(), separator) else "\t"
    if text[start:].strip():
        yield start, len(text), separator


def _runs_on(last_two: str, last: str, separator: str, following: str) -> bool:
    """Whether a phrase runs on from the pieces before a separator to the one after it."""
    last, follows = last.strip(), following.strip()
    if _LONE_BULLET.fullmatch(last) or _LONE_NUMBER.fullmatch(last):
        return True
    if separator == "\n":
        return len(last) >= _WRAPPED_LENGTH and last[-1] not in ".:;!?" and follows[:1].islower()
    # A tab inside a range of dates ("2019 <tab> – <tab> 2021") parts nothing.
    is_mark = _RANGE_MARK.fullmatch(follows) or _STARTS_RANGE.match(follows)
    return bool((is_mark and last[-1].isdigit()) or _ENDS_IN_RANGE.search(last_two.rstrip()[-_LONGEST_RANGE:]))


def _main_look(text: str, looks: list[tuple[int, Look]], start: int, end: int) -> tuple[float, bool]:
    """The size of most characters of a span, and whether nearly all of them are bold.

    ``looks`` holds where each run ends and how it looks.
    """
    sizes: Counter[float] = Counter()
    bold = total = 0
    first_run = bisect_right(looks, start, key=itemgetter(0))
    for index in range(first_run, len(looks)):
        run_end, look = looks[index]
        stop = min(run_end, end)
        if not look.hidden:
            count = sum(map(str.isalnum, text[start:stop]))
            sizes[look.size] += count
            bold += count * look.is_bold
            total += count
        start = stop
        if run_end >= end:
            break
    return (sizes.most_common(1)[0][0] if sizes else 0.0), total > 0 and bold >= total * _SHARE_OF_BOLD


class Collector:
    """Gathers a document's blocks in order and counts their characters against the budget."""

    def __init__(self, budget: Budget) -> None:
        self.blocks: list[TextBlock] = []
        self._budget = budget
        self._characters = 0

    def extend(self, blocks: Iterable[TextBlock]) -> None:
        """Append blocks.

        Raises:
            ResumeLimitError: the document is too long, or reading it takes too long.
        """
        self._budget.check_time()
        for block in blocks:
            self._characters += len(block.text) + 1
            self._budget.check_characters(self._characters)
            self.blocks.append(block)
