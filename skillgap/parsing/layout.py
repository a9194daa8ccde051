"""Reading order: the words of a page become segments, columns, lines and blocks.

The way is the same for every source of words with places (both PDF engines; text recognition may use it too):

1. Words on one baseline form **segments**, split where the gap is wider than any space between words.
2. Segments are put in order by **gutters**: the tallest empty strip that has text on both sides parts a region
   in what stands above it, its left side, its right side and what stands below; each part is ordered the same
   way. A side that merely labels the lines of the other (dates, places, names of fields) is read row by row.
3. Segments in order become **blocks**: a line continues the one before it where the first word would not have
   fitted there and where style, indent and distance agree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from skillgap.model import BlockKind
from skillgap.parsing.document import TextBlock


@dataclass(slots=True)
class Word:
    """Letters without a space between them, on one baseline.

    ``x0`` and ``x1`` are its ends along the baseline and ``y`` is the baseline's height (upward is more), in
    points and in a frame turned by ``angle`` degrees against the page. ``has_space`` says that a space glyph
    follows.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    is_bold: bool = False
    angle: int = 0
    has_space: bool = False
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A small drawn figure that may be the mark of a list item; its place is that of its middle."""

    x: float
    y: float
    size: float


# A gap of more than this share of the font size parts segments; spaces between words are 0.2 to 0.4 of it, and
# in justified lines, where a space glyph stands in the gap, rarely over 1.
_SEGMENT_GAP = 1.0
_JUSTIFIED_SEGMENT_GAP = 1.5
# Words whose gap is below this share of the font size, without a space glyph, are one word in several pieces.
_WORD_GAP = 0.1
# Baselines within this share of the font size are one line.
_BASELINE_TOLERANCE = 0.25
# A gutter narrower than this share of the font size is a chance of word ends, not a gutter.
_GUTTER_WIDTH = 0.8
_MIN_GUTTER_LINES = 3

_BULLETS = frozenset("•●▪■◦‣⁃∙·○□▫◆◇❖►▶▸➢➤➔→✓✔✗★☆♦§¤–—-*»›−➣➜⮚❑❒⦿⚫⬤◼◾▪️")
_WEAK_BULLETS = frozenset("oOØüvqnlu+~>")
_DATE = re.compile(
    r"(?:19|20)\d\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|present|current|\bnow\b|today|\d/\d",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]$")


@dataclass(slots=True)
class _Segment:
    words: list[Word]
    x0: float
    x1: float
    y: float
    size: float
    has_mark: bool = False
    text_x0: float = 0.0  # where the text begins behind a mark
    is_numbered: bool = False

    @property
    def top(self) -> float:
        return self.y + 0.8 * self.size

    @property
    def bottom(self) -> float:
        return self.y - 0.2 * self.size

    @property
    def is_bold(self) -> bool:
        return all(word.is_bold for word in self.words)

    @property
    def text(self) -> str:
        return _join_words(self.words)


def lay_out(words: Iterable[Word], *, dots: Sequence[Dot] = (), page: int | None = None) -> list[TextBlock]:
    """The blocks of a page in reading order.

    >>> left, right = Word("Excel", 50, 80, 700, 10), Word("Budgets", 150, 190, 700, 10)
    >>> [block.text for block in lay_out([left, right])]
    ['Excel', 'Budgets']
    """
    groups: dict[tuple[str, int], list[Word]] = {}
    for word in words:
        groups.setdefault((word.hidden, word.angle), []).append(word)
    blocks: list[TextBlock] = []
    # Level visible text first, then turned text, then what cannot be seen.
    for (hidden, angle), group in sorted(groups.items(), key=lambda item: (item[0][0] != "", item[0][1] != 0)):
        segments = _find_segments(group, dots if angle == 0 and not hidden else ())
        for block in _find_blocks(_order(segments, 0)):
            built = _build_block(block, page, hidden)
            if built:
                blocks.append(built)
    return blocks


# ---------------------------------------------------------------------------------------------- segments


def _find_segments(words: list[Word], dots: Sequence[Dot]) -> list[_Segment]:
    rows: list[list[Word]] = []
    for word in sorted(_without_overprints(words), key=lambda word: -word.y):
        if rows and rows[-1][0].y - word.y <= _BASELINE_TOLERANCE * min(rows[-1][0].size, word.size):
            rows[-1].append(word)
        else:
            rows.append([word])
    segments = [segment for row in rows for segment in _split_row(row)]
    segments = _attach_raised(segments)
    for segment in segments:
        _find_mark(segment, dots)
    return _attach_lone_marks(segments)


def _without_overprints(words: list[Word]) -> list[Word]:
    """The words less those drawn a second time almost on the spot, as programs do that have no bold font."""
    seen: dict[str, list[Word]] = {}
    kept: list[Word] = []
    for word in words:
        twins = seen.setdefault(word.text, [])
        near = 0.25 * word.size
        for twin in twins:
            if abs(twin.x0 - word.x0) < near and abs(twin.y - word.y) < near:
                twin.has_space = twin.has_space or word.has_space
                break
        else:
            twins.append(word)
            kept.append(word)
    return kept


def _split_row(row: list[Word]) -> list[_Segment]:
    row.sort(key=lambda word: word.x0)
    pieces: list[list[Word]] = [[row[0]]]
    end = row[0].x1
    for word in row[1:]:
        before = pieces[-1][-1]
        gap = word.x0 - end
        size = min(max(before.size, word.size), 1.5 * min(before.size, word.size))
        limit = _JUSTIFIED_SEGMENT_GAP if before.has_space else _SEGMENT_GAP
        if gap > limit * size:
            pieces.append([word])
            end = word.x1
        else:
            pieces[-1].append(word)
            end = max(end, word.x1)
    return [_make_segment(piece) for piece in pieces]


def _make_segment(words: list[Word]) -> _Segment:
    widest = max(words, key=lambda word: (len(word.text), word.size))
    x0 = words[0].x0
    return _Segment(words, x0, max(word.x1 for word in words), widest.y, widest.size, text_x0=x0)


def _attach_raised(segments: list[_Segment]) -> list[_Segment]:
    """The segments, with superscripts and subscripts put into the line that they belong to."""
    kept: list[_Segment] = []
    for segment in segments:
        if len(segment.words) > 2 or len(segment.text) > 6:
            kept.append(segment)
            continue
        for host in segments:
            if (
                host is not segment
                and host.size * 0.85 > segment.size
                and -0.35 * host.size < segment.y - host.y < 0.7 * host.size
                and host.x0 - 0.2 * host.size < segment.x0 < host.x1 + 0.25 * host.size
            ):
                host.words = sorted([*host.words, *segment.words], key=lambda word: word.x0)
                host.x0 = min(host.x0, segment.x0)
                host.x1 = max(host.x1, segment.x1)
                break
        else:
            kept.append(segment)
    return kept


def _find_mark(segment: _Segment, dots: Sequence[Dot]) -> None:
    first = segment.words[0]
    if len(segment.words) > 1:
        second = segment.words[1]
        gap = second.x0 - first.x1
        if _is_mark(first.text) or (first.text in _WEAK_BULLETS and gap > 0.45 * segment.size):
            segment.has_mark = True
            del segment.words[0]
            segment.text_x0 = second.x0
            return
        if _NUMBERED.match(first.text):
            segment.is_numbered = True
            return
    if len(first.text) > 1 and first.text[0] in _BULLETS - frozenset("-–—−*·§") and first.text[1].isalnum():
        segment.has_mark = True
        first.text = first.text[1:]
        return
    for dot in dots:
        if (
            dot.size < 0.8 * segment.size
            and -0.1 * segment.size < dot.y - segment.y < 0.75 * segment.size
            and 0.1 * segment.size < segment.x0 - dot.x < 3.0 * segment.size
        ):
            segment.has_mark = True
            segment.x0 = dot.x - dot.size / 2
            return


def _attach_lone_marks(segments: list[_Segment]) -> list[_Segment]:
    """The segments, with a mark that stands alone given to the segment to its right."""
    kept: list[_Segment] = []
    for segment in segments:
        if len(segment.words) == 1 and (_is_mark(segment.text) or segment.text in _WEAK_BULLETS):
            followers = [
                other
                for other in segments
                if other is not segment
                and abs(other.y - segment.y) < 0.4 * max(segment.size, other.size)
                and -1 < other.x0 - segment.x1 < 4 * max(segment.size, other.size)
            ]
            if followers:
                follower = min(followers, key=lambda other: other.x0)
                follower.has_mark = True
                follower.text_x0 = follower.x0
                follower.x0 = segment.x0
                continue
            if _is_mark(segment.text):
                continue
        kept.append(segment)
    return kept


def _is_mark(text: str) -> bool:
    return len(text) <= 2 and all(letter in _BULLETS or _is_private(letter) for letter in text)


def _is_private(letter: str) -> bool:
    return unicodedata.category(letter) == "Co"


# ---------------------------------------------------------------------------------------- reading order


@dataclass(slots=True)
class _Gutter:
    x: float
    above: list[_Segment] = field(default_factory=list)
    left: list[_Segment] = field(default_factory=list)
    right: list[_Segment] = field(default_factory=list)
    below: list[_Segment] = field(default_factory=list)


# Regions within regions; more come only from pages made to exhaust the stack.
_MAX_REGION_DEPTH = 40


def _order(segments: list[_Segment], depth: int) -> list[_Segment]:
    """Segments in reading order."""
    if len(segments) < 2:
        return segments
    gutter = _find_gutter(segments) if depth < _MAX_REGION_DEPTH else None
    if gutter is None:
        return _order_rows(segments)
    above, below = _order(gutter.above, depth + 1), _order(gutter.below, depth + 1)
    if _is_labels(gutter.right, gutter.left) or _is_labels(gutter.left, gutter.right):
        between = _order_rows(gutter.left + gutter.right)
    else:
        between = _order(gutter.left, depth + 1) + _order(gutter.right, depth + 1)
    return above + between + below


def _order_rows(segments: list[_Segment]) -> list[_Segment]:
    ordered = sorted(segments, key=lambda segment: -segment.y)
    rows: list[list[_Segment]] = []
    for segment in ordered:
        if rows and rows[-1][0].y - segment.y <= 0.4 * min(rows[-1][0].size, segment.size):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [segment for row in rows for segment in sorted(row, key=lambda segment: segment.x0)]


def _find_gutter(segments: list[_Segment]) -> _Gutter | None:
    """The gutter with most lines beside it, None where the region is one column."""
    ordered = sorted(segments, key=lambda segment: -segment.y)
    size = median(segment.size for segment in segments)
    width = _GUTTER_WIDTH * size
    edges: list[float] = []
    for edge in sorted(segment.x0 for segment in segments):
        if not edges or edge - edges[-1] > 1:
            edges.append(edge)
    best: tuple[float, int, int, float] | None = None
    for edge in edges[1:]:
        start = 0
        left = right = 0
        for index, segment in enumerate([*ordered, None]):
            if segment is not None and segment.x0 >= edge - 1:
                right += 1
                continue
            if segment is not None and segment.x1 <= edge - width:
                left += 1
                continue
            if min(left, right) >= _MIN_GUTTER_LINES:
                height = ordered[start].y - ordered[index - 1].y
                score = height * min(left, right)
                if best is None or score > best[0]:
                    best = (score, start, index, edge)
            start = index + 1
            left = right = 0
    if best is None:
        return None
    _, start, end, edge = best
    start, end = _trim(ordered, start, end, edge)
    run = ordered[start:end]
    gutter = _Gutter(edge, ordered[:start], below=ordered[end:])
    for segment in run:
        (gutter.right if segment.x0 >= edge - 1 else gutter.left).append(segment)
    if not gutter.left or not gutter.right:
        return None
    return gutter


def _trim(ordered: list[_Segment], start: int, end: int, edge: float) -> tuple[int, int]:
    """The run of a gutter less the lines at its end that only happen not to cross it.

    Behind a list in two columns, headings and short lines stand on the left side alone; they belong below.
    """
    last_right = max(index for index in range(start, end) if ordered[index].x0 >= edge - 1)
    starts = {round(segment.x0) for segment in ordered[start : last_right + 1]}
    size = ordered[last_right].size
    for index in range(last_right + 1, end):
        segment = ordered[index]
        gap = ordered[index - 1].y - segment.y
        is_aligned = any(round(segment.x0) + shift in starts for shift in (-1, 0, 1))
        is_heading = segment.size > 1.1 * size or (segment.is_bold and not ordered[last_right].is_bold)
        if not is_aligned or is_heading or (end < len(ordered) and gap > 1.7 * size):
            return start, index
    return start, end


def _is_labels(labels: list[_Segment], lines: list[_Segment]) -> bool:
    """Whether one side of a gutter labels lines of the other (dates, places), so that rows are read across."""
    if len(labels) > len(lines):
        return False
    baselines = sorted(line.y for line in lines)
    aligned = sum(
        any(abs(label.y - baseline) <= 0.2 * label.size for baseline in baselines) for label in labels
    )
    if aligned < 0.85 * len(labels):
        return False
    if any(label.has_mark for label in labels):
        return False
    dated = sum(bool(_DATE.search(label.text)) for label in labels)
    if dated >= 0.4 * len(labels):
        return True
    gaps = [upper.y - lower.y for upper, lower in zip(labels, labels[1:], strict=False)]
    return len(labels) <= 0.6 * len(lines) and median(gaps) > 2.0 * median(label.size for label in labels)


# ------------------------------------------------------------------------------------------------ blocks


def _find_blocks(segments: list[_Segment]) -> list[list[_Segment]]:
    blocks: list[list[_Segment]] = []
    for index, segment in enumerate(segments):
        if blocks and _continues(blocks[-1], segment, segments, index):
            blocks[-1].append(segment)
        else:
            blocks.append([segment])
    return blocks


def _continues(block: list[_Segment], segment: _Segment, segments: list[_Segment], index: int) -> bool:
    """Whether a segment is the next line of a block."""
    last = block[-1]
    first = block[0]
    size = last.size
    leading = last.y - segment.y
    if segment.has_mark or segment.is_numbered:
        return False
    if not 0.5 * size < leading < 1.9 * size or abs(segment.size - size) > 0.12 * size:
        return False
    if last.words[-1].is_bold != segment.words[0].is_bold and (last.is_bold or segment.is_bold):
        return False
    if len(block) > 1 and leading > 1.25 * (block[-2].y - last.y) + 0.5:
        return False
    indent = segment.x0 - first.text_x0
    if abs(indent) > 0.6 * size and not (len(block) == 1 and -3.5 * size < indent < 0 and not first.has_mark):
        from_mark = first.has_mark and -0.6 * size < segment.x0 - first.x0 < 3.5 * size
        if not from_mark:
            return False
    if segment.x1 < last.x0 or segment.x0 > last.x1:
        return False
    right = _right_edge(segments, index, last)
    room = right - last.x1
    needed = segment.words[0].x1 - segment.words[0].x0 + 0.25 * size
    if needed <= room:
        return False
    text = last.text
    is_long = last.x1 - last.text_x0 > 22 * size
    next_letter = segment.text[:1]
    return is_long or next_letter.islower() or text.endswith((",", "-", "&", "/", " and", " of", " the", " to", " in"))


def _right_edge(segments: list[_Segment], index: int, last: _Segment) -> float:
    """How far to the right lines reach around a line."""
    right = last.x1
    for other in segments[max(0, index - 40) : index + 40]:
        if abs(other.text_x0 - last.text_x0) < 6 * last.size and other.x0 < last.x1:
            right = max(right, other.x1)
    return right


def _build_block(block: list[_Segment], page: int | None, hidden: str) -> TextBlock | None:
    text = ""
    for segment in block:
        text = _join_lines(text, segment.text)
    text = _clean(text)
    if not text:
        return None
    size = median(segment.size for segment in block)
    kind: BlockKind = "bullet" if block[0].has_mark else "paragraph"
    return TextBlock(
        text,
        kind,
        page,
        round(size, 2),
        all(segment.is_bold for segment in block),
        hidden,
    )


def _join_words(words: Sequence[Word]) -> str:
    parts: list[str] = []
    before: Word | None = None
    for word in words:
        if before is not None:
            gap = word.x0 - before.x1
            if before.has_space or gap > _WORD_GAP * min(before.size, word.size):
                parts.append(" ")
        parts.append(word.text)
        before = word
    return "".join(parts)


def _join_lines(text: str, line: str) -> str:
    if not text:
        return line
    if text.endswith("\xad"):
        return text[:-1] + line
    if text.endswith(("-", "‐")) and len(text) > 1 and text[-2].isalpha() and line[:1].islower():
        return text[:-1] + line
    if _is_wide(text[-1]) and _is_wide(line[0]):
        return text + line
    return f"{text} {line}"


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F")


_LIGATURES = {ord(letter): unicodedata.normalize("NFKC", letter) for letter in "ﬀﬁﬂﬃﬄﬅﬆ"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ufffe\uffff]")


def _clean(text: str) -> str:
    text = text.translate(_LIGATURES).replace("\xad", "").replace("\xa0", " ")
    text = _CONTROL.sub(" ", text)
    text = "".join(letter for letter in text if not _is_private(letter))
    return " ".join(text.split())
