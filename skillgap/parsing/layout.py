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
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import attrgetter
from statistics import median

from skillgap.model import BlockKind
from skillgap.parsing.document import TextBlock
from skillgap.parsing.hyphens import LINE_HYPHEN, join_hyphens


@dataclass(slots=True)
class Word:
    """Letters without a space between them, on one baseline.

    ``x0`` and ``x1`` are its ends along the baseline and ``y`` is the baseline's height (upward is more), in
    points and in a frame turned by ``angle`` degrees against the page. ``has_space`` says that a space glyph
    follows. ``hidden`` is the reason why the word cannot be seen, empty where it can.
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


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn horizontal line; what stands above it is read before what stands below."""

    x0: float
    x1: float
    y: float


# A gap of more than this share of the font size parts segments; spaces between words are 0.2 to 0.4 of it, and
# in justified lines, where a space glyph stands in the gap, rarely over 1.
_SEGMENT_GAP = 1.0
_JUSTIFIED_SEGMENT_GAP = 1.5
# List marks are at most this share of the font size wide; larger drawn dots are knobs and icons.
_LARGEST_DOT = 0.55
# How wide the gaps of a stretched line may be between lines of a paragraph that run across them.
_STRETCHED_GAP = 3.0
# Words whose gap is below this share of the font size, without a space glyph, are one word in several pieces.
_WORD_GAP = 0.1
# Baselines within this share of the font size are one line.
_BASELINE_TOLERANCE = 0.25
# A gutter narrower than this share of the font size is a chance of word ends, not a gutter.
_GUTTER_WIDTH = 0.8
_MIN_GUTTER_LINES = 3
# How far a rule or a coloured bar above a column's text stands out to its left at most, as a share of the font size.
_RULE_OVERHANG = 3.0
# What stands more than so many lines below the end of one side, alone, belongs to neither side.
_FAR_BELOW = 4.5
# Letters of a spaced-out heading ("S K I L L S") stand at most this share of the font size apart.
_LETTER_GAP = 0.9
_MIN_SPACED_LETTERS = 4
# Regions within regions; more come only from pages made to exhaust the stack.
_MAX_REGION_DEPTH = 40
# Segments that are ordered with care; a page with more is no resume, and is read from top to bottom.
_MAX_SEGMENTS = 3_000

_BULLETS = frozenset("•●▪■◦‣⁃∙·○□▫◆◇❖►▶▸➢➤➔→✓✔✗★☆♦§¤–—-*»›−➣➜⮚❑❒⦿⚫⬤◼◾️‐\ufffd")
_FUSED_BULLETS = frozenset("•●▪■◦‣⁃∙○□▫◆◇❖►▶▸➢➤➔✓✔➣➜⮚❑❒⦿⚫⬤◼◾")
_WEAK_BULLETS = frozenset("oOØüvqnlu+~>")
# Months of the languages of western Europe; Jane, Mayor and Marketing are none.
_MONTH_NAME = (
    "(?:jan(?:uary|uar|vier|eiro)?|feb(?:ruary|ruar|braio|rero)?|f[eé]v(?:rier|ereiro)?|mar(?:ch|s|zo|ço)?|m[äa]rz|apr(?:ile?)?|"
    "a[bv]r(?:il)?|ma[iy]o?|jui?n[eio]?|jui?l[yio]?|juillet|aug(?:ust)?|août|ago(?:sto)?|sept?(?:ember|embre|iembre)?|"
    "o[ck]t(?:ober|obre|ubre)?|nov(?:ember|embre|iembre|embro)?|d[eé][cz](?:ember|embre|embro)?)"
)
_DATE = re.compile(
    rf"(?:19|20)\d\d|\b{_MONTH_NAME}\b|present|current|\bnow\b|today|\d/\d",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]$|\[\d{1,4}\]$")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LEFT_TO_RIGHT = re.compile(r"[A-Za-z0-9\u00c0-\u058f\u0900-\u1fff\u3040-\ud7ff]")

# What both PDF engines give for a sign of an icon font.
_ICON = "\ue000"
# Letters of what stands behind an icon that names it.
_MOST_NAMED_BY_ICON = 40


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
    is_bold: bool = False
    text: str = ""
    has_icon: bool = False  # the mark is a sign of an icon font
    goes_on: bool = False  # the line before it in reading order goes on here, whatever its look
    row_x0: float = 0.0  # the ends of the row of short pieces that it belongs to, else its own
    row_x1: float = 0.0

    def settle(self, is_mirrored: bool) -> None:
        """Set what follows from the words, once these are final."""
        self.is_bold = all(map(attrgetter("is_bold"), self.words))
        self.text = _join_words(self.words, is_mirrored)
        self.row_x0, self.row_x1 = self.x0, self.x1


def lay_out(
    words: Iterable[Word],
    *,
    dots: Sequence[Dot] = (),
    rules: Sequence[Rule] = (),
    page: int | None = None,
    hyphenates: bool | None = None,
) -> list[TextBlock]:
    """The blocks of one page in reading order; visible text comes first, hidden text behind it.

    ``hyphenates`` says whether the program that set the page splits words at line ends, None where unknown.

    >>> left, right = Word("Excel", 50, 80, 700, 10), Word("Budgets", 150, 190, 700, 10)
    >>> [block.text for block in lay_out([left, right])]
    ['Excel', 'Budgets']
    """
    return join_hyphens(lay_out_page(words, dots=dots, rules=rules, page=page), hyphenates)


def lay_out_page(
    words: Iterable[Word],
    *,
    dots: Sequence[Dot] = (),
    rules: Sequence[Rule] = (),
    page: int | None = None,
    check_time: Callable[[], None] = lambda: None,
) -> list[TextBlock]:
    """The blocks of one page of several; `join_hyphens` must be called on the blocks of all of them.

    ``check_time`` is called again and again and may raise: a page of ten thousand pieces takes long.
    """
    groups: dict[tuple[str, int], list[Word]] = {}
    for look, run in groupby(words, attrgetter("hidden", "angle")):
        groups.setdefault(look, []).extend(run)
    blocks: list[list[_Segment]] = []
    turned: list[list[_Segment]] = []
    unseen: list[TextBlock | None] = []
    for (hidden, angle), group in sorted(groups.items(), key=lambda item: item[0][1] != 0):
        if hidden:
            unseen += [_build_block(block, page, hidden) for block in _lay_out_group(group, (), (), check_time)]
        elif angle:
            turned += _lay_out_group(group, (), (), check_time)
        else:
            blocks = _lay_out_group(group, dots, rules, check_time)
    for block in turned:
        check_time()
        _insert_turned(blocks, block)
    seen = [_build_block(block, page, "") for block in blocks]
    return _name_headings([block for block in seen + unseen if block is not None], page)


def _lay_out_group(
    words: list[Word], dots: Sequence[Dot], rules: Sequence[Rule], check_time: Callable[[], None]
) -> list[list[_Segment]]:
    """The blocks of words of one direction, as the lines that they consist of."""
    check_time()
    is_mirrored = _is_right_to_left(words)
    if is_mirrored:
        # Seen in a mirror, a page that is read from right to left is laid out like any other.
        words = [replace(word, x0=-word.x1, x1=-word.x0) for word in words]
        dots = [replace(dot, x=-dot.x) for dot in dots]
        rules = [replace(rule, x0=-rule.x1, x1=-rule.x0) for rule in rules]
    segments = _find_segments(words, dots)
    for segment in segments:
        segment.settle(is_mirrored)
    _find_strings_of_pieces(segments)
    return _find_blocks(_order([segment for segment in segments if segment.text], rules, 0, check_time))


def _insert_turned(blocks: list[list[_Segment]], block: list[_Segment]) -> None:
    """Put turned text before the first block that begins beside or below its upper end.

    Section names are set so along the edge of their section; what else is turned goes last.
    """
    sizes = [segment.size for other in blocks for segment in other]
    first = block[0]
    if not sizes or first.size < 1.15 * median(sizes) or len(first.text) > 30:
        blocks.append(block)
        return
    angle = first.words[0].angle
    # In its own frame the text runs along x; on the page, upward at 90 degrees and downward at 270.
    top = first.x1 if angle == 90 else -first.x0 if angle == 270 else None
    if top is None:
        blocks.append(block)
        return
    reach = first.x1 - first.x0
    best = len(blocks)
    widest = 0.0
    for index, other in enumerate(blocks):
        line = other[0]
        if line.words[0].angle or line.y >= top + reach:
            continue
        # The name stands beside the middle of its section, whose beginning is the widest gap above.
        above = blocks[index - 1][-1] if index else None
        gap = above.y - line.y if above is not None and above.y > line.y else 0.0
        if line.y < top - 0.5 * first.size:
            best = min(best, index)
            break
        if gap > widest:
            best, widest = index, gap
    blocks.insert(best, block)


# ---------------------------------------------------------------------------------------------- segments


def _find_segments(words: list[Word], dots: Sequence[Dot]) -> list[_Segment]:
    rows: list[list[Word]] = []
    for word in sorted(_without_overprints(words), key=attrgetter("y"), reverse=True):
        if rows and rows[-1][0].y - word.y <= _BASELINE_TOLERANCE * min(rows[-1][0].size, word.size):
            rows[-1].append(word)
        else:
            rows.append([word])
    segments = _attach_raised([segment for row in rows for segment in _split_row(row)])
    segments = _split_at_edges(_join_stretched(segments))
    for segment in segments:
        _find_mark(segment)
    _find_drawn_marks(segments, dots)
    return _attach_lone_marks(segments)


def _without_overprints(words: list[Word]) -> list[Word]:
    """The words less those drawn a second time almost on the spot, as programs do that have no bold font."""
    seen: dict[str, list[Word]] = {}
    kept: list[Word] = []
    for word in words:
        twins = seen.get(word.text)
        if twins is None:
            seen[word.text] = [word]
            kept.append(word)
            continue
        near = 0.25 * word.size
        for twin in twins[-50:]:
            if abs(twin.x0 - word.x0) < near and abs(twin.y - word.y) < near:
                twin.has_space = twin.has_space or word.has_space
                break
        else:
            twins.append(word)
            kept.append(word)
    return kept


def _split_row(row: list[Word]) -> list[_Segment]:
    row.sort(key=lambda word: word.x0)
    if not _ACCENTS.keys().isdisjoint([word.text for word in row]):
        row = _set_accents(row)
    row, leaders = _without_leaders(_join_spaced_letters(row))
    if not row:
        return []
    pieces: list[list[Word]] = [[row[0]]]
    end = row[0].x1
    for index, word in enumerate(row[1:], 1):
        piece = pieces[-1]
        before = piece[-1]
        gap = word.x0 - end
        is_part = index in leaders
        if not is_part and (gap > _SEGMENT_GAP * before.size or gap > _SEGMENT_GAP * word.size):
            size = min(max(before.size, word.size), 1.5 * min(before.size, word.size))
            is_part = gap > (_JUSTIFIED_SEGMENT_GAP if before.has_space else _SEGMENT_GAP) * size
        if is_part:
            pieces.append([word])
            end = word.x1
        else:
            piece.append(word)
            if word.x1 > end:
                end = word.x1
    return [_make_segment(piece) for piece in pieces]


def _without_leaders(row: list[Word]) -> tuple[list[Word], set[int]]:
    """The words of a row without dots that lead the eye over a gap, and the places of words that follow such dots."""
    text = "".join([word.text for word in row])
    if text.count(".") + text.count("…") + text.count("_") < _MIN_LEADER_DOTS:
        return row, set()
    dots = sum(len(word.text) for word in row if not word.text.strip(".…_"))
    if dots < _MIN_LEADER_DOTS and not any(_LEADER.search(word.text) for word in row):
        return row, set()
    kept: list[Word] = []
    leaders: set[int] = set()
    run = 0
    for word in [part for whole in row for part in _split_at_leader(whole)]:
        if not word.text.strip(".…_"):
            run += len(word.text)
            continue
        if run >= _MIN_LEADER_DOTS and kept:
            leaders.add(len(kept))
        run = 0
        kept.append(word)
    return kept, leaders


def _split_at_leader(word: Word) -> list[Word]:
    if not _LEADER.search(word.text):
        return [word]
    step = (word.x1 - word.x0) / len(word.text)
    return [
        replace(word, text=match[0], x0=word.x0 + match.start() * step, x1=word.x0 + match.end() * step)
        for match in re.finditer(r"[.…_]{4,}|(?:(?![.…_]{4}).)+", word.text)
    ]


_LEADER = re.compile(r"[.…_]{4}")
_MIN_LEADER_DOTS = 4


def _split_at_edges(segments: list[_Segment]) -> list[_Segment]:
    """The segments, with labels set close to a column parted from the column's lines.

    A gap narrower than those between columns still parts, if it is much wider than the line's other gaps and
    several lines begin right behind it.
    """
    edges: dict[int, list[tuple[float, float]]] = {}  # places where something begins, the lines' own beginnings first
    for segment in segments:
        edges.setdefault(round(segment.x0), []).append((segment.x0, segment.y))
    columns: dict[int, list[tuple[float, float]]] = {}  # places behind gaps in lines
    for segment in segments:
        for before, after in pairwise(segment.words[: _MOST_LABEL_WORDS + 1]):
            if after.x0 - before.x1 >= _LABEL_GAP * segment.size:
                columns.setdefault(round(after.x0), []).append((after.x0, segment.y))
    for place, starts in columns.items():
        if place in edges:
            edges[place] += starts
        elif len(starts) >= _MIN_LABELS:
            edges[place] = starts
    parted: list[_Segment] = []
    for segment in segments:
        cut = _find_cut(segment, edges)
        if cut:
            parted += [_make_segment(segment.words[:cut]), _make_segment(segment.words[cut:])]
        else:
            parted.append(segment)
    return parted


def _find_cut(segment: _Segment, edges: dict[int, list[tuple[float, float]]]) -> int:
    """Before which word a segment is to be parted, 0 for none."""
    words = segment.words
    gaps = [after.x0 - before.x1 for before, after in pairwise(words)]
    for index, gap in enumerate(gaps[:_MOST_LABEL_WORDS], 1):
        if gap < _LABEL_GAP * segment.size or gap < 1.8 * max((other for other in gaps if other != gap), default=0.0):
            continue
        if _is_mark(words[0].text) or words[0].text in _WEAK_BULLETS or _NUMBERED.match(words[0].text):
            continue
        if words[0].text.startswith(":"):
            continue
        place = words[index].x0
        lines = sum(
            abs(x0 - place) < 0.7 and 0 < abs(y - segment.y) < 12 * segment.size
            for near in (-1, 0, 1)
            for x0, y in edges.get(round(place) + near, ())
        )
        if lines + 1 >= _MIN_GUTTER_LINES:
            return index
    return 0


# A label beside a column is a date, a place or a name; as a share of the font size, it stands this far off.
_MOST_LABEL_WORDS = 4
# Where no line begins at a place, so many must have a gap before it.
_MIN_LABELS = 4
_LABEL_GAP = 0.55


def _make_segment(words: list[Word]) -> _Segment:
    widest = words[0]
    if len(words) > 1:
        widest = max(words, key=lambda word: (len(word.text), word.size))
    x0 = words[0].x0
    return _Segment(words, x0, max([word.x1 for word in words]), widest.y, widest.size, text_x0=x0)


def _join_spaced_letters(row: list[Word]) -> list[Word]:
    """The words of a row, with letters that are spaced out for show ("S K I L L S") joined to words."""
    if [len(word.text) for word in row].count(1) < _MIN_SPACED_LETTERS:
        return row
    joined: list[Word] = []
    start = 0
    while start < len(row):
        end = start + 1
        while (
            end < len(row)
            and len(row[end - 1].text) <= 3
            and len(row[end].text) <= 3
            and row[end].x0 - row[end - 1].x1 < 1.5 * row[end].size
        ):
            end += 1
        run = row[start:end]
        letters = [word.text for word in run if len(word.text) == 1 and word.text.isalnum()]
        is_spaced = len(letters) >= _MIN_SPACED_LETTERS and len(letters) > 0.6 * len(run) and len(set(letters)) > 2
        joined.extend(_join_run(run) if is_spaced else run)
        start = end
    return joined


def _join_run(run: list[Word]) -> list[Word]:
    gaps = [after.x0 - before.x1 for before, after in pairwise(run)]
    usual = sorted(gaps)[len(gaps) // 3]
    if usual > _LETTER_GAP * run[0].size:
        return run
    # A space glyph parts words, unless one stands between all the letters; then wider gaps part them.
    spaced = [word.has_space for word in run[:-1]]
    if sum(spaced) > 0.5 * len(spaced):
        breaks = [gap > 1.7 * usual + 0.05 * run[0].size for gap in gaps]
    else:
        breaks = [is_spaced and gap > 1.3 * usual for is_spaced, gap in zip(spaced, gaps, strict=True)]
        if not any(breaks):
            breaks = [gap > 1.7 * usual + 0.1 * run[0].size for gap in gaps]
    words: list[list[Word]] = [[run[0]]]
    for word, is_break in zip(run[1:], breaks, strict=True):
        if is_break:
            words.append([word])
        else:
            words[-1].append(word)
    return [
        replace(
            letters[0],
            text="".join(letter.text for letter in letters),
            # What stands behind a letter belongs to it, so that the next word is not taken for a column.
            x1=letters[-1].x1 + (usual if index < len(words) - 1 else 0.0),
            has_space=True,
        )
        for index, letters in enumerate(words)
    ]


def _attach_raised(segments: list[_Segment]) -> list[_Segment]:
    """The segments, with superscripts and subscripts put into the line that they belong to."""
    if len(segments) > _MAX_SEGMENTS:
        return segments
    small = [
        segment for segment in segments if len(segment.words) <= 2 and sum(len(word.text) for word in segment.words) < 7
    ]
    raised: set[int] = set()
    for segment in small:
        for host in segments:
            if (
                host.size * 0.85 > segment.size
                and -0.35 * host.size < segment.y - host.y < 0.7 * host.size
                and host.x0 - 0.2 * host.size < segment.x0 < host.x1 + 0.25 * host.size
            ):
                host.words = sorted([*host.words, *segment.words], key=lambda word: word.x0)
                host.x0 = min(host.x0, segment.x0)
                host.x1 = max(host.x1, segment.x1)
                raised.add(id(segment))
                follower = _find_follower(host, segments)
                if follower is not None and id(follower) not in raised:
                    # The room of the raised letters parted what follows from the line ("7th September").
                    host.words += follower.words
                    host.x1 = max(host.x1, follower.x1)
                    raised.add(id(follower))
                break
    return [segment for segment in segments if id(segment) not in raised]


def _find_follower(host: _Segment, segments: list[_Segment]) -> _Segment | None:
    """The segment that stands right behind another on its line, no further off than a word."""
    for other in segments:
        if (
            other is not host
            and abs(other.y - host.y) < 0.1 * host.size
            and abs(other.size - host.size) < 0.05 * host.size
            and 0 <= other.x0 - host.x1 < 0.6 * host.size
        ):
            return other
    return None


def _join_stretched(segments: list[_Segment]) -> list[_Segment]:
    """The segments, with a line of a paragraph that was stretched to the column's width made one again.

    Where text of the same look runs across a gap in the lines right above and below, the gap is no gutter.
    """
    kept: list[_Segment] = []
    ordered = sorted(segments, key=lambda segment: (-round(segment.y, 1), segment.x0))
    for index, segment in enumerate(ordered):
        before = kept[-1] if kept else None
        if (
            before is not None
            and abs(before.y - segment.y) < 0.1 * segment.size
            and abs(before.size - segment.size) < 0.05 * segment.size
            and 0 < segment.x0 - before.x1 < _STRETCHED_GAP * segment.size
            and any(_crosses(other, before, segment, 1) for other in ordered[max(0, index - 12) : index])
            and any(_crosses(other, before, segment, -1) for other in ordered[index + 1 : index + 12])
        ):
            kept[-1] = _make_segment(before.words + segment.words)
        else:
            kept.append(segment)
    return kept


def _crosses(other: _Segment, left: _Segment, right: _Segment, side: int) -> bool:
    """Whether a segment just above (side 1) or below (-1) runs across the gap between two others."""
    return (
        0.9 * right.size < (other.y - right.y) * side < 1.7 * right.size
        and abs(other.size - right.size) < 0.05 * right.size
        and other.x0 < left.x1 - 2 * right.size
        and other.x1 > right.x0 + 2 * right.size
    )


def _find_mark(segment: _Segment) -> None:
    """Tell whether a segment begins with the mark of a list item, and take a written mark off it."""
    first = segment.words[0]
    if len(segment.words) > 1:
        second = segment.words[1]
        gap = second.x0 - first.x1
        is_weak = first.text in _WEAK_BULLETS and gap > 0.45 * segment.size
        if (_is_mark(first.text) and (first.has_space or gap > _WORD_GAP * segment.size)) or is_weak:
            segment.has_mark = True
            segment.has_icon = first.text == _ICON
            del segment.words[0]
            segment.text_x0 = second.x0
            return
        if _NUMBERED.match(first.text):
            segment.is_numbered = True
            segment.text_x0 = second.x0
            return
    if len(first.text) > 1 and (first.text[0] in _FUSED_BULLETS or _is_private(first.text[0])):
        segment.has_mark = True
        segment.has_icon = first.text[0] == _ICON
        segment.words[0] = replace(first, text=first.text[1:])
        return


def _find_drawn_marks(segments: list[_Segment], dots: Sequence[Dot]) -> None:
    """Tell which segments have a drawn dot for a list mark.

    A dot somewhat further off counts if other lines have the like: one alone may be anything.
    """
    found: list[tuple[_Segment, Dot, tuple[int, int]]] = []
    dots = sorted(dots, key=attrgetter("y"))
    heights = [dot.y for dot in dots]
    for segment in segments:
        if segment.has_mark:
            continue
        size = segment.size
        low, high = bisect_left(heights, segment.y - 0.1 * size), bisect_right(heights, segment.y + 0.75 * size)
        for dot in dots[low:high]:
            distance = segment.x0 - dot.x
            if 0.1 * size < distance < 2.0 * size and dot.size < 0.8 * size:
                found.append((segment, dot, (round(distance), round(dot.size))))
                break
    for segment, dot, look in found:
        is_plain = segment.x0 - dot.x < 1.3 * segment.size and dot.size < _LARGEST_DOT * segment.size
        if is_plain or sum(other == look for _, _, other in found) > 1:
            segment.has_mark = True
            segment.x0 = dot.x - dot.size / 2


def _attach_lone_marks(segments: list[_Segment]) -> list[_Segment]:
    """The segments, with a mark that stands alone given to the segment to its right."""
    if len(segments) > _MAX_SEGMENTS:
        return segments
    kept: list[_Segment] = []
    for segment in segments:
        text = segment.words[0].text
        is_number = _NUMBERED.match(text) is not None and len(text) > 2
        if len(segment.words) == 1 and not segment.has_mark and (_is_mark(text) or text in _WEAK_BULLETS or is_number):
            followers = [
                other
                for other in segments
                if other is not segment
                and abs(other.y - segment.y) < 0.45 * max(segment.size, other.size)
                and -1 < other.x0 - segment.x1 < 2.5 * max(segment.size, other.size)
            ]
            if followers:
                follower = min(followers, key=lambda other: other.x0)
                if is_number:
                    follower.words.insert(0, segment.words[0])
                    follower.is_numbered = True
                else:
                    follower.has_mark = True
                    follower.has_icon = text == _ICON
                follower.text_x0 = follower.x0
                follower.x0 = segment.x0
                continue
            if _is_mark(text):
                continue
        kept.append(segment)
    return kept


def _find_strings_of_pieces(segments: list[_Segment]) -> None:
    """Set the ends of rows of short pieces (tags, contact data) that no columns parted.

    The pieces of such a row begin where nothing else begins. What it runs across is no gutter.
    """
    if len(segments) > _MAX_SEGMENTS:
        return
    starts: dict[int, int] = {}
    for segment in segments:
        starts[round(segment.x0)] = starts.get(round(segment.x0), 0) + 1
    for row in _find_rows(segments):
        runs = [[row[0]]]
        for segment in row[1:]:
            if segment.x0 - runs[-1][-1].x1 < _PIECE_GAP * segment.size:
                runs[-1].append(segment)
            else:
                runs.append([segment])
        for run in runs:
            alone = sum(sum(starts.get(round(piece.x0) + near, 0) for near in (-1, 0, 1)) == 1 for piece in run[1:])
            if len(run) >= _MIN_PIECES and alone > 0.5 * (len(run) - 1):
                for piece in run:
                    piece.row_x0, piece.row_x1 = run[0].x0, run[-1].x1


# How far the pieces of a row of tags stand apart at most, as a share of the font size, and how many make a row.
_PIECE_GAP = 3.0
_MIN_PIECES = 3


def _is_mark(text: str) -> bool:
    return len(text) <= 2 and all(letter in _BULLETS or _is_private(letter) for letter in text)


def _is_private(letter: str) -> bool:
    return "\ue000" <= letter <= "\uf8ff" or letter >= "\U000f0000"


# ---------------------------------------------------------------------------------------- reading order


def _order(
    segments: list[_Segment], rules: Sequence[Rule], depth: int, check_time: Callable[[], None]
) -> list[list[_Segment]]:
    """Segments in reading order, in the regions of the page that they stand in."""
    if not segments:
        return []
    gutter = None
    if depth < _MAX_REGION_DEPTH and 1 < len(segments) <= _MAX_SEGMENTS:
        gutter = _find_gutter(segments, rules, check_time)
    if gutter is None:
        return [_order_rows(segments)]
    above, left, right, below = gutter
    ordered = _order(above, rules, depth + 1, check_time)
    if names := _find_margin_names(left, right):
        ordered += _order([segment for segment in right if segment.y > _top_of(names[0])], rules, depth + 1, check_time)
        for index, name in enumerate(names):
            end = _top_of(names[index + 1]) if index + 1 < len(names) else -float("inf")
            for segment in name[1:]:
                segment.goes_on = True
            ordered.append(name)
            inside = [other for other in right if end < other.y <= _top_of(name)]
            ordered += _order(inside, rules, depth + 1, check_time)
        return ordered + _order(below, rules, depth + 1, check_time)
    for band_left, band_right, is_labels in _split_bands(left, right):
        if is_labels and (band_left or band_right):
            ordered.append(_order_rows(band_left + band_right))
        else:
            ordered += _order(band_left, rules, depth + 1, check_time)
            ordered += _order(band_right, rules, depth + 1, check_time)
    return ordered + _order(below, rules, depth + 1, check_time)


def _order_rows(segments: list[_Segment]) -> list[_Segment]:
    return [segment for row in _find_rows(segments) for segment in row]


def _find_rows(segments: list[_Segment]) -> list[list[_Segment]]:
    """The segments in rows from top to bottom, each from left to right."""
    rows: list[list[_Segment]] = []
    for segment in sorted(segments, key=lambda segment: -segment.y):
        if rows and rows[-1][0].y - segment.y <= 0.4 * min(rows[-1][0].size, segment.size):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda segment: segment.x0) for row in rows]


def _find_margin_names(left: list[_Segment], right: list[_Segment]) -> list[list[_Segment]]:
    """The lines on the left in groups, if they are names of sections set beside these; else none."""
    names: list[list[_Segment]] = []
    for segment in sorted(left, key=lambda segment: -segment.y):
        above = names[-1][-1] if names else None
        if above is not None and 0 < above.y - segment.y < 1.45 * segment.size and above.size < 1.12 * segment.size:
            names[-1].append(segment)
        else:
            names.append([segment])
    if len(names) < 2 or len(right) < 2 * len(names):
        return []
    size = median(segment.size for segment in right)
    if any(line.size > _LARGEST_MARGIN_NAME * size for name in names for line in name):
        # The person's name beside ways to reach them.
        return []

    def stands_out(segment: _Segment) -> bool:
        return segment.text.isupper() or segment.is_bold or segment.size > 1.15 * size

    def is_name(name: list[_Segment]) -> bool:
        return (
            len(name) <= 4
            and all(
                stands_out(line) and len(line.text) <= 30 and not line.has_mark and line.text[0].isupper()
                for line in name[:1]
            )
            and all(stands_out(line) and not line.has_mark for line in name)
            and not any(
                _DATE.search(line.text) or line.text.endswith((":", ".", ",")) or "@" in line.text for line in name
            )
            and any(abs(other.y - name[0].y) < 0.7 * name[0].size for other in right)
        )

    if sum(map(is_name, names)) < 0.8 * len(names) or sum(map(stands_out, right)) > 0.5 * len(right):
        return []
    return names


# Of the size of the text that they stand beside: names of sections are larger, but no titles.
_LARGEST_MARGIN_NAME = 1.8


def _top_of(name: list[_Segment]) -> float:
    return name[0].y + 0.7 * name[0].size


_Gutter = tuple[list[_Segment], list[_Segment], list[_Segment], list[_Segment]]


def _find_gutter(segments: list[_Segment], rules: Sequence[Rule], check_time: Callable[[], None]) -> _Gutter | None:
    """What stands above, left, right and below the gutter with most lines beside it, None where there is none."""
    ordered = sorted(segments, key=lambda segment: -segment.y)
    size = median(segment.size for segment in segments)
    edges: list[float] = []
    for edge in sorted(segment.x0 for segment in segments):
        if not edges or edge - edges[-1] > 1:
            edges.append(edge)
    best: tuple[float, int, int, float] | None = None
    for edge in edges[1:]:
        check_time()
        start_by = edge - _RULE_OVERHANG * size
        crossings = sorted((rule.y for rule in rules if rule.x0 < start_by and rule.x1 > edge + size), reverse=True)
        crossing = 0
        start = 0
        left: list[_Segment] = []
        right: list[_Segment] = []
        for position, segment in enumerate([*ordered, None]):
            index = position
            is_right = segment is not None and segment.row_x0 >= edge - 1
            is_left = segment is not None and segment.row_x1 <= edge - _GUTTER_WIDTH * size
            is_ruled = False
            while segment is not None and crossing < len(crossings) and crossings[crossing] > segment.y:
                is_ruled = True
                crossing += 1
            if is_ruled and _is_underlined(ordered, start, index, crossings[crossing - 1]):
                # A heading that is underlined across the gutter belongs to what follows.
                index -= 1
                for side in (left, right):
                    if side and side[-1] is ordered[index]:
                        side.pop()
            if segment is not None and not is_ruled and not (is_right or is_left):
                # The row of what runs across is no row of two columns.
                while left or right:
                    side = left if left and left[-1] is ordered[index - 1] else right
                    if not side or side[-1] is not ordered[index - 1] or not _is_level(segment, [side[-1]]):
                        break
                    side.pop()
                    index -= 1
            if is_ruled or not (is_right or is_left):
                if _are_columns(left, right, size):
                    score = (ordered[start].y - ordered[index - 1].y) * min(len(left), len(right))
                    if best is None or score > best[0]:
                        best = (score, start, index, edge)
                is_part = is_right or is_left
                start = index if is_ruled and is_part else position + 1
                left, right = [], []
                if start < position:
                    heading = ordered[start]
                    (right if heading.row_x0 >= edge - 1 else left).append(heading)
            if segment is not None and (is_right or is_left):
                (right if is_right else left).append(segment)
    if best is None:
        return None
    _, start, end, edge = best
    start, end = _trim(ordered, start, end, edge)
    left = [segment for segment in ordered[start:end] if segment.x0 < edge - 1]
    right = [segment for segment in ordered[start:end] if segment.x0 >= edge - 1]
    return (ordered[:start], left, right, ordered[end:]) if left and right else None


def _is_underlined(ordered: list[_Segment], start: int, index: int, rule: float) -> bool:
    """Whether the line before a rule is a heading with room above it, alone in its row, that the rule underlines."""
    if index - start < 2:
        return False
    heading, above = ordered[index - 1], ordered[index - 2]
    room = above.y - heading.y
    return heading.y - rule < 0.8 * heading.size and room > 1.5 * heading.size and len(heading.text) <= 40


def _are_columns(left: list[_Segment], right: list[_Segment], size: float) -> bool:
    """Whether what stands on the sides of a strip is more than a row or two of one column."""
    if not left or not right:
        return False
    if min(len(left), len(right)) >= _MIN_GUTTER_LINES:
        return True
    # A name in large letters counts for more than a line; so do two list items on each side.
    weights = [sum(2 if segment.size > 1.5 * size else 1 for segment in side) for side in (left, right)]
    if min(weights) >= 2 and max(weights) >= _MIN_GUTTER_LINES:
        return True
    return min(weights) >= 2 and all(segment.has_mark for segment in left + right)


def _trim(ordered: list[_Segment], start: int, end: int, edge: float) -> tuple[int, int]:
    """The run of a gutter less the lines at its ends that only happen not to cross it.

    Above and below a list in two columns, headings and short lines stand on one side alone; they do not belong
    to the list. A sidebar, whose lines keep no row with those beside it, keeps its column to the end.
    """
    sides = [segment.x0 >= edge - 1 for segment in ordered]
    left = [segment for segment, side in zip(ordered[start:end], sides[start:end], strict=True) if not side]
    right = [segment for segment, side in zip(ordered[start:end], sides[start:end], strict=True) if side]
    fewer, more = sorted((left, right), key=len)
    # The person's name stands beside the middle of the contact data, and on a row with some of it by chance.
    is_name = fewer[0].size > _LARGEST_MARGIN_NAME * median(segment.size for segment in more)
    is_level = sum(_is_level(segment, more) for segment in fewer) >= 0.6 * len(fewer)
    if _are_headed_alike(left, right) or ((is_name or not is_level) and not _are_labelled_rows(left, right)):
        return start, _end_of_sides(ordered, sides, start, end)
    first = max(sides.index(True, start, end), sides.index(False, start, end))
    last_side = sides[end - 1]
    last = max(index for index in range(start, end) if sides[index] is not last_side)
    # What goes on below is measured by its own column, which may be set larger than the other.
    same_side = (ordered[index] for index in range(last, start - 1, -1) if sides[index] is last_side)
    last_row = next(same_side, ordered[last])
    starts = {round(x) for segment in ordered[first : last + 1] for x in (segment.x0, segment.text_x0)}
    while start < first and ordered[start].y - ordered[first].y > 0.3 * ordered[first].size:
        start += 1
    for index in range(last + 1, end):
        segment = ordered[index]
        gap = ordered[index - 1].y - segment.y
        if gap < 0.3 * segment.size and index == last + 1:
            continue
        is_aligned = any(round(segment.x0) + shift in starts for shift in (-1, 0, 1))
        is_heading = segment.size > 1.1 * last_row.size or (segment.is_bold and not last_row.is_bold)
        if not is_aligned or is_heading or gap > 1.7 * last_row.size:
            return start, index
    return start, end


def _are_labelled_rows(left: list[_Segment], right: list[_Segment]) -> bool:
    """Whether each line on the left labels lines on the right, but for headings above and below them all."""
    top = min(left[0].y, right[0].y) + 0.3 * right[0].size
    foot = min(segment.y for segment in right) - 0.3 * right[0].size
    labels = [segment for segment in left if foot <= segment.y <= top]
    others = [segment for segment in left if not foot <= segment.y <= top]
    size = median(segment.size for segment in left)
    return (
        len(labels) >= _MIN_GUTTER_LINES
        and all(_is_level(segment, right) for segment in labels)
        and right[0].y <= labels[0].y + 0.3 * right[0].size
        and any(segment.size > 1.1 * size for segment in others if segment.y < foot)
    )


def _end_of_sides(ordered: list[_Segment], sides: list[bool], start: int, end: int) -> int:
    """Where a gutter ends whose lines keep no rows: at a wide gap, or behind two lists, if it parts these.

    What stands alone below two lists, outdented or without a mark and at a distance, is the next section.
    """
    last = max(index for index in range(start, end) if sides[index] is not sides[end - 1])
    for index in range(last + 1, end):
        # Sections of a column stand closer together than what begins below both.
        if ordered[index - 1].y - ordered[index].y > _FAR_BELOW * ordered[index].size:
            return index
    beside = [ordered[index] for index in range(start, last + 1) if sides[index] is sides[end - 1]]
    across = [ordered[index] for index in range(start, last + 1) if sides[index] is not sides[end - 1]]
    leading = max(_even_leading(beside), _even_leading(across))
    if not leading:
        return end
    edge = min((segment.x0 for segment in beside), default=0.0)
    above = beside[-1].y if beside else ordered[last].y
    for index in range(last + 1, end):
        segment = ordered[index]
        is_outdented = segment.x0 < edge - 0.5 * segment.size and not segment.has_mark
        if above - segment.y > (1.3 if is_outdented else 1.5) * leading:
            return index
        above = segment.y
    return end


def _even_leading(lines: list[_Segment]) -> float:
    """How far apart the lines of a list stand, 0 where they do not look like one: of one size, without a gap."""
    if not lines:
        return 0.0
    size = lines[0].size
    leadings = [above.y - below.y for above, below in pairwise(lines)]
    if any(abs(line.size - size) > 0.05 * size for line in lines):
        return 0.0
    if not leadings:
        return 1.2 * size
    return median(leadings) if max(leadings) <= 1.5 * min(leadings) + 0.2 * size else 0.0


def _split_bands(left: list[_Segment], right: list[_Segment]) -> list[tuple[list[_Segment], list[_Segment], bool]]:
    """The two sides of a gutter in bands from top to bottom, and whether one side labels the lines of the other.

    Dates, places and names of fields stand in rows with what they belong to, and are read across.
    """
    if _are_headed_alike(left, right):
        return [(left, right, False)]
    fewer, more = (left, right) if len(left) < len(right) else (right, left)
    clusters = _find_clusters(fewer)
    labels = [_is_label(cluster, more) for cluster in clusters]
    labelled = sum(
        len(cluster) * (1.5 if _DATE.search(cluster[0].text) else 1.0)
        for cluster, is_label in zip(clusters, labels, strict=True)
        if is_label
    )
    if labelled < 0.4 * len(fewer):
        return [(left, right, False)]
    bands: list[tuple[list[_Segment], list[_Segment], bool]] = []
    low = float("inf")
    for index, (cluster, is_label) in enumerate(zip(clusters, labels, strict=True)):
        if bands and bands[-1][2] == is_label:
            continue
        if index:
            low = cluster[0].y + 0.6 * cluster[0].size
            if is_label:
                low = max(low, _find_break(clusters[index - 1][-1], cluster[0], more))
            bands[-1] = (
                [segment for segment in bands[-1][0] if segment.y > low],
                [segment for segment in bands[-1][1] if segment.y > low],
                bands[-1][2],
            )
        bands.append(
            (
                [segment for segment in left if segment.y <= low],
                [segment for segment in right if segment.y <= low],
                is_label,
            )
        )
    return bands


def _are_headed_alike(left: list[_Segment], right: list[_Segment]) -> bool:
    """Whether headings of one look stand side by side, each with text of its own below.

    Columns whose lines are set on one grid look like rows, but for their headings.
    """
    size = 1.1 * median(segment.size for segment in left + right)
    headings = [_find_headings(side, size) for side in (left, right)]
    return any(
        abs(one.size - other.size) < 0.05 * one.size and _is_level(one, [other])
        for one in headings[0]
        for other in headings[1]
    )


def _find_headings(side: list[_Segment], size: float) -> list[_Segment]:
    """The lines of a column that are larger than a size, with smaller lines right below them, and no dates."""
    ordered = sorted(side, key=lambda segment: -segment.y)
    return [
        segment
        for segment, below in pairwise(ordered)
        if segment.size > size > below.size
        and len(segment.text) <= _LONGEST_HEADING
        and segment.y - below.y < 3 * segment.size
        and not _DATE.search(segment.text)
        and not _DATE.search(below.text)
    ]


_LONGEST_HEADING = 30


def _find_break(last: _Segment, first: _Segment, lines: list[_Segment]) -> float:
    """Where a column parts between a line beside it and the next one there: in its widest gap."""
    between = sorted((line.y for line in lines if first.y - 1 <= line.y <= last.y), reverse=True)
    if len(between) < 2:
        return -float("inf")
    gap, low = max((above - below, below) for above, below in pairwise(between))
    return low + 0.5 * gap


def _find_clusters(column: list[_Segment]) -> list[list[_Segment]]:
    """The lines of a column in groups that stand close together and are of one size."""
    clusters: list[list[_Segment]] = []
    for segment in sorted(column, key=lambda segment: -segment.y):
        above = clusters[-1][-1] if clusters else None
        if (
            above is not None
            and above.y - segment.y < 2.6 * max(segment.size, above.size)
            and abs(above.size - segment.size) < 0.12 * segment.size
            and not (segment.has_mark and not any(line.has_mark for line in clusters[-1]))
        ):
            clusters[-1].append(segment)
        else:
            clusters.append([segment])
    return clusters


def _is_label(cluster: list[_Segment], lines: list[_Segment]) -> bool:
    """Whether a group of lines belongs, line by line, to lines on the other side of a gutter."""
    beside = [line for line in lines if any(_is_level(line, [segment]) for segment in cluster)]
    if sum(_is_level(segment, beside) for segment in cluster) < 0.85 * len(cluster):
        return False
    if beside and cluster[0].size > 1.35 * median(line.size for line in beside):
        return False
    if len(cluster) == 1 or sum(bool(_DATE.search(segment.text)) for segment in cluster) >= 0.4 * len(cluster):
        return True
    dated = [line for line in beside if len(line.text) <= 24 and _DATE.search(line.text)]
    if sum(_is_level(segment, dated) for segment in cluster) >= 0.6 * len(cluster):
        # Rows of a table, of which one column holds dates.
        return True
    # A list's marks stand before the first cell of a row alone.
    firsts = [
        min((line for line in beside if _is_level(line, [each])), key=lambda line: line.x0)
        for each in cluster
        if _is_level(each, beside)
    ]
    marked = [bool(side) and all(segment.has_mark for segment in side) for side in (cluster, firsts)]
    if marked[0] is not marked[1]:
        return True
    if marked[0]:
        return False
    if len(cluster) <= 2 or any(all(len(line.text) <= 4 for line in side) for side in (cluster, beside)):
        return True
    if any(
        all(line.text.endswith(":") for line in side) or all(line.text.startswith(":") for line in side)
        for side in (cluster, beside)
    ):
        return True
    if all(segment.is_bold for segment in cluster) and not any(line.is_bold for line in beside):
        return True
    if all(line.is_bold for line in beside) and not any(segment.is_bold for segment in cluster):
        return True
    ends = [segment.x1 for segment in cluster]
    heads = [segment.x0 for segment in cluster]
    return max(ends) - min(ends) < 1 and max(heads) - min(heads) > cluster[0].size


def _is_level(segment: _Segment, others: list[_Segment]) -> bool:
    """Whether a segment stands on one baseline with another."""
    return any(abs(segment.y - other.y) <= 0.12 * segment.size for other in others)


# ------------------------------------------------------------------------------------------------ blocks


def _find_blocks(regions: list[list[_Segment]]) -> list[list[_Segment]]:
    blocks: list[list[_Segment]] = []
    margin = max((segment.x1 for region in regions for segment in region), default=0.0)
    for region in regions:
        edges = (min(segment.x0 for segment in region), max(segment.x1 for segment in region), margin)
        first = len(blocks)
        for index, segment in enumerate(region):
            if blocks and _continues(blocks[-1], segment, region, index, edges):
                blocks[-1].append(segment)
            elif len(blocks) - first > 1 and _continues_round(blocks[-2], blocks[-1], segment, region):
                blocks[-2].append(segment)
            else:
                blocks.append([segment])
    return blocks


def _continues_round(block: list[_Segment], beside: list[_Segment], segment: _Segment, region: list[_Segment]) -> bool:
    """Whether a segment is the next line of a block beside which something stands: a title's, next to its dates."""
    last, date = block[-1], beside[0]
    if len(beside) > 1 or abs(date.y - last.y) > 0.3 * last.size or not last.x1 < date.x0 or segment.x1 > date.x0:
        return False
    is_open = last.text.endswith(_UNFINISHED) or _is_inner(segment.text[0]) or (last.is_bold and segment.is_bold)
    if not is_open and not _is_range_in_pieces(last.text, segment.text):
        return False
    column = [other for other in region if other.x1 <= date.x0]
    right = max(other.x1 for other in column)
    edges = (min(other.x0 for other in column), right, right)
    index = next(index for index, other in enumerate(column) if other is segment)
    return _continues(block, segment, column, index, edges)


def _continues(
    block: list[_Segment], segment: _Segment, region: list[_Segment], index: int, edges: tuple[float, float, float]
) -> bool:
    """Whether a segment is the next line of a block."""
    last = block[-1]
    size = last.size
    leading = last.y - segment.y
    if segment.goes_on:
        return True
    if segment.has_mark or segment.is_numbered:
        return False
    if segment.text.startswith(":") and abs(leading) < 0.2 * size and segment.x0 > last.x1:
        return True
    if not 0.5 * size < leading < 1.9 * size or abs(segment.size - size) > 0.12 * size:
        return False
    if last.words[-1].is_bold != segment.words[0].is_bold and (last.is_bold or segment.is_bold):
        return False
    if len(block) > 1 and leading > 1.25 * (block[-2].y - last.y) + 0.5:
        return False
    if segment.x1 < last.x0 or segment.x0 > last.x1:
        return False
    if _is_range_in_pieces(last.text, segment.text) and abs(segment.x0 - last.x0) < 0.6 * size:
        return True
    is_open = last.text.endswith(_UNFINISHED) or _ends_with_month(last.text)
    is_lower = _is_inner(segment.text[0])
    if last.text[-1] in "-‐" and last.text[-2:-1].isalpha() and (is_lower or _is_compound(block, segment)):
        return True
    if not is_open and not is_lower and (_BEGINS_WITH_DATE.match(segment.text) or _FIELD.match(segment.text)):
        return False
    if _ADDRESS.match(segment.text) or _ADDRESS.fullmatch(last.text):
        return False
    alignment = _find_alignment(block, segment, is_lower)
    if not alignment:
        return False
    needed = _needed(segment)
    near, is_wide = _find_edges(region, index, last, edges)
    room = {
        "left": near[1] - last.x1,
        "right": last.x0 - near[0],
        "centre": last.x0 - near[0] + near[1] - last.x1,
    }[alignment]
    if needed <= room:
        return False
    if is_wide:
        is_long = last.x1 - last.text_x0 > 22 * size
        return is_long or is_lower or is_open
    is_long = last.x1 - last.x0 > min(18 * size, 0.6 * (edges[1] - edges[0]))
    return is_long and is_lower and not last.text.endswith((".", ":", ";", "!", "?"))


def _is_compound(block: list[_Segment], segment: _Segment) -> bool:
    """Whether a line goes on with the second half of a compound in capitals ("No-", "Insulation") of a long line.

    A short line's hyphen at its end stands between a title and an employer.
    """
    last = block[-1]
    return (
        segment.text[0].isalpha()
        and last.is_bold == segment.is_bold
        and not last.words[-1].has_space
        and last.x1 - last.x0 > _LONG_LINE * last.size
        and abs(segment.x0 - block[0].text_x0) <= 0.6 * last.size
    )


# As a share of the font size: some six words.
_LONG_LINE = 18


def _needed(segment: _Segment) -> float:
    """The room that the first word of a line would have needed in the line before."""
    word = segment.words[0]
    if _is_wide(word.text[0]):
        # Scripts without spaces are broken between any two letters.
        return 0.8 * segment.size
    return word.x1 - word.x0 + 0.25 * segment.size


def _ends_with_month(text: str) -> bool:
    return _ENDS_WITH_MONTH.search(text, max(0, len(text) - _LONGEST_MONTH)) is not None


def _is_inner(letter: str) -> bool:
    """Whether a letter does not begin a sentence by its look: it is small, or of a script without capitals."""
    return letter.isalpha() and not letter.isupper() and not letter.istitle()


_UNFINISHED = (
    ",",
    "-",
    "&",
    "/",
    " and",
    " of",
    " the",
    " to",
    " in",
    " for",
    " with",
    " a",
    " an",
    " or",
    " on",
    " by",
)
_FIELD = re.compile(r"[A-Z][\w/&-]*(?: [\w/&-]+){0,3}:\s")
_ADDRESS = re.compile(r"(?:https?:|www\.)\S+|\S+@\S+\.\w+", re.IGNORECASE)
_MONTH = rf"{_MONTH_NAME}\b\.?"
_ENDS_WITH_MONTH = re.compile(rf"\b{_MONTH}$", re.IGNORECASE)
_LONGEST_MONTH = 12
_BEGINS_WITH_DATE = re.compile(
    rf"(?:{_MONTH}\s+)?(?:\d{{1,2}},?\s+)?(?:(?:0?\d|1[0-2])/)?(?:19|20)\d\d\b", re.IGNORECASE
)


_DATE_ALONE = re.compile(rf"(?:{_MONTH}\s+)?(?:(?:0?\d|1[0-2])/)?(?:19|20)\d\d", re.IGNORECASE)
_RANGE_MARK = re.compile(r"to|until|till|through|[-–—]", re.IGNORECASE)
_RANGE_OPEN = re.compile(rf"{_DATE_ALONE.pattern}\s*(?:to|until|till|through|[-–—])", re.IGNORECASE)
_RANGE_END = re.compile(rf"(?:{_DATE_ALONE.pattern}|present|current|now|today|to date|ongoing)", re.IGNORECASE)


def _is_range_in_pieces(text: str, line: str) -> bool:
    """Whether a line goes on with a range of dates that a narrow column broke ("May 2019", "to", "June 2020")."""
    if _RANGE_MARK.fullmatch(line):
        return bool(_DATE_ALONE.fullmatch(text))
    is_open = _RANGE_MARK.fullmatch(text) or _RANGE_OPEN.fullmatch(text)
    return bool(is_open and _RANGE_END.fullmatch(line))


def _find_alignment(block: list[_Segment], segment: _Segment, is_lower: bool) -> str:
    """How a line stands under a block as its next line: "left", "right", "centre", or not at all ("")."""
    first, last = block[0], block[-1]
    size = last.size
    indent = segment.x0 - first.text_x0
    if abs(indent) <= 0.6 * size:
        return "left"
    if first.has_mark or first.is_numbered:
        # Text that runs back under its mark looks like the next item's or title's first line.
        return "left" if is_lower and -0.6 * size < segment.x0 - first.x0 < 3.5 * size else ""
    if abs(segment.x1 - last.x1) <= 0.3 * size:
        return "right"
    if abs(segment.x0 + segment.x1 - last.x0 - last.x1) <= 0.8 * size:
        return "centre"
    # The first line of a paragraph may be indented.
    return "left" if len(block) == 1 and -3.5 * size < indent < 0 else ""


def _find_edges(
    region: list[_Segment], index: int, last: _Segment, edges: tuple[float, float, float]
) -> tuple[tuple[float, float], bool]:
    """Between which edges the lines around a line are set, and whether there is more than a guess to it.

    Where several lines close by reach one edge, that is where they are broken; else it is the region's. ``edges``
    holds the region's two and the page's right one.
    """
    close = [region[index], last]
    size, indent, leading = last.size, last.text_x0, 2.2 * last.size
    for step, start in ((-1, index - 1), (1, index)):
        before = (region[start] if start >= 0 else last).y
        for other in region[max(0, index - 39) : max(0, start)][::-1] if step < 0 else region[start + 1 : index + 40]:
            if (
                not 0 < (other.y - before) * -step < leading
                or abs(other.size - size) > 0.12 * size
                or abs(other.text_x0 - indent) > 6 * size
            ):
                break
            close.append(other)
            before = other.y
    right = max([segment.x1 for segment in close])
    left = min([segment.x0 for segment in close])
    edge = right - 4 * size
    if [segment.x1 > edge for segment in close].count(True) >= 3 and any(
        _is_inner(segment.text[0]) for segment in close
    ):
        return (left, right), True
    needed = _needed(region[index])
    if last.x1 + needed > edges[1] or (left < last.x0 and last.x0 - needed < edges[0]):
        # What only the longest line reaches is no edge that lines are broken at, but for the page's own.
        reach = edges[1] - needed
        is_edge = edges[1] > edges[2] - needed or any(other.x1 > reach and other is not last for other in region)
        return edges[:2], is_edge
    return (left, right), False


def _build_block(block: list[_Segment], page: int | None, hidden: str) -> TextBlock | None:
    text = ""
    for segment in block:
        text = _join_lines(text, segment.text)
    text = _clean(text)
    if not any(letter.isalnum() for letter in text):
        return None
    size = median(segment.size for segment in block)
    # An icon before a few words tells what they are (a telephone number, a heading); it makes no list.
    is_bullet = block[0].has_mark and not (block[0].has_icon and len(text) <= _MOST_NAMED_BY_ICON)
    kind: BlockKind = "bullet" if is_bullet else "paragraph"
    return TextBlock(text, kind, page, round(size, 2), all(segment.is_bold for segment in block), hidden)


def _name_headings(blocks: list[TextBlock], page: int | None) -> list[TextBlock]:
    """The blocks, with those called headings that their look alone makes so.

    Short lines that are larger than the running text, or bold capitals. The largest line of the first page is
    the person's name.
    """
    sizes = sorted((block.font_size, len(block.text)) for block in blocks if not block.hidden)
    half = sum(length for _, length in sizes) / 2
    body = 0.0
    for size, length in sizes:
        body = size
        half -= length
        if half <= 0:
            break
    largest = sizes[-1][0] if sizes else 0.0
    named: list[TextBlock] = []
    for block in blocks:
        is_short = len(block.text) <= 60 and len(block.text.split()) <= 6 and not block.text.endswith((".", ",", ";"))
        is_large = block.font_size >= 1.15 * body
        is_title = page in (None, 1) and block.font_size > 0.97 * largest and largest > 1.3 * body
        is_shouted = block.is_bold and block.text.isupper() and len(block.text) > 3
        if block.kind == "paragraph" and not block.hidden and is_short and not is_title and (is_large or is_shouted):
            named.append(replace(block, kind="heading"))
        else:
            named.append(block)
    return named


# -------------------------------------------------------------------------------------------------- text


def _is_right_to_left(words: list[Word]) -> bool:
    if not _RIGHT_TO_LEFT.search("".join([word.text for word in words])):
        return False
    turned = sum(len(word.text) for word in words if _RIGHT_TO_LEFT.search(word.text))
    return turned > 0.5 * sum(len(word.text) for word in words)


def _join_words(words: Sequence[Word], is_mirrored: bool) -> str:
    parts: list[str] = []
    before: Word | None = None
    for word in _in_speaking_order(words, is_mirrored):
        text = word.text
        if before is not None:
            if (
                before.has_space
                or (word.has_space and word.x0 < before.x0)
                or max(word.x0 - before.x1, before.x0 - word.x1) > _WORD_GAP * min(before.size, word.size)
                or (before.is_bold != word.is_bold and _is_title_in_two_weights(before, word))
            ):
                parts.append(" ")
            elif word.x0 < before.x1 - _ACCENT_OVERLAP * word.size:
                parts[-1], text = _join_accent(parts[-1], text)
        if is_mirrored and not text[0].isalnum() and not _RIGHT_TO_LEFT.search(text):
            # The mark behind a number stands to its left.
            text = _LEADING_MARKS.sub(r"\2\1", text)
        parts.append(text)
        before = word
    return "".join(parts).strip()


def _is_title_in_two_weights(before: Word, word: Word) -> bool:
    """Whether two words of a large line are told apart by their weight alone ("JANE" thin, "DOE" bold)."""
    return (
        min(before.size, word.size) >= _TITLE_SIZE
        and min(len(before.text), len(word.text)) >= _SHORTEST_NAME
        and before.text.isalpha()
        and word.text.isalpha()
        and word.text[0].isupper()
    )


# Points; the running text of resumes has 9 to 12, their title 18 to 40.
_TITLE_SIZE = 16.0
_SHORTEST_NAME = 2


def _set_accents(row: list[Word]) -> list[Word]:
    """The words of a row, with accents drawn by themselves over a letter made one with it."""
    kept = [word for word in row if word.text not in _ACCENTS]
    for accent in row:
        if accent.text not in _ACCENTS:
            continue
        middle = (accent.x0 + accent.x1) / 2
        index, host = next(
            ((index, word) for index, word in enumerate(kept) if word.x0 < middle < word.x1 and word.text.isalpha()),
            (-1, accent),
        )
        at = int((middle - host.x0) / (host.x1 - host.x0) * len(host.text)) if index >= 0 else 0
        letter = unicodedata.normalize("NFC", host.text[at] + _ACCENTS[accent.text])
        if index >= 0 and len(letter) == 1:
            kept[index] = replace(host, text=f"{host.text[:at]}{letter}{host.text[at + 1 :]}")
        else:
            kept.append(accent)
    return sorted(kept, key=lambda word: word.x0)


def _join_accent(left: str, right: str) -> tuple[str, str]:
    """Two pieces of a word that overlap, with an accent drawn over its letter made one with it ("E", "´S")."""
    if accent := _ACCENTS.get(left[-1:]):
        letter = unicodedata.normalize("NFC", right[:1] + accent)
        return (left[:-1], letter + right[1:]) if right[:1].isalpha() and len(letter) == 1 else (left, right)
    if accent := _ACCENTS.get(right[:1]):
        letter = unicodedata.normalize("NFC", left[-1:] + accent)
        return (left[:-1] + letter, right[1:]) if left[-1:].isalpha() and len(letter) == 1 else (left, right)
    return left, right


# Accents that stand by themselves, as old fonts have them, and their marks that combine with letters.
_ACCENTS = dict(
    zip("´`¨ˆ˜¸˚ˇ˘˝˛¯˙", "\u0301\u0300\u0308\u0302\u0303\u0327\u030a\u030c\u0306\u030b\u0328\u0304\u0307", strict=True)
)
# Of the font size, how far the accent reaches back over its letter.
_ACCENT_OVERLAP = 0.15
_LEADING_MARKS = re.compile(r"^([.,;:!?]+)(\w.*)$")


def _in_speaking_order(words: Sequence[Word], is_mirrored: bool) -> Sequence[Word]:
    """The words of a line as they are read: runs against the line's direction are turned round."""
    if not is_mirrored and "".join([word.text for word in words]).isascii():
        return words
    against = _LEFT_TO_RIGHT if is_mirrored else _RIGHT_TO_LEFT
    if not any(against.search(word.text) for word in words):
        return words
    along = _RIGHT_TO_LEFT if is_mirrored else _LEFT_TO_RIGHT
    ordered: list[Word] = []
    run: list[Word] = []
    for word in words:
        if against.search(word.text) or (run and not along.search(word.text)):
            run.append(word)
            continue
        ordered.extend(reversed(run))
        run = []
        ordered.append(word)
    ordered.extend(reversed(run))
    return ordered


def _join_lines(text: str, line: str) -> str:
    if not text:
        return line
    if text.endswith("\xad"):
        return text[:-1] + line
    if text.endswith(("-", "‐")) and len(text) > 1 and text[-2].isalnum() and line[:1].isalnum():
        is_open = text[-2].isalpha() and line[:1].islower()
        return text[:-1] + (LINE_HYPHEN if is_open else "-") + line
    if _is_wide(text[-1]) and _is_wide(line[0]):
        return text + line
    return f"{text} {line}"


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F")


_LIGATURES = {ord(letter): unicodedata.normalize("NFKC", letter) for letter in "ﬀﬁﬂﬃﬄﬅﬆ"}
_ARABIC_FORMS = re.compile(r"[\ufb50-\ufdff\ufe70-\ufefc]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_DROPPED = re.compile(r"[\x00\x02-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u2028\u2029\ufeff\ufffe\uffff]")
# A no-break or zero-width space that was written as UTF-8 and read as Latin-1 leaves a capital A behind.
_MISREAD_SPACE = re.compile(r"(?<![A-ZÀ-Þ])Â(?=[\s\u200b\xa0]|$)")

# Whatever any of these change, told at once: most text has none of it.
_UNCLEAN = re.compile(
    r"[Â\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc\x00-\x1b\x7f-\x9f\xad\u200b\u2028\u2029\ue000-\uf8ff\ufeff\ufffe\uffff\U000f0000-\U0010ffff]"
)


def _clean(text: str) -> str:
    """Text for people: ligatures as letters, no controls, private signs or remains of misread spaces."""
    if text.isascii():
        return " ".join(text.split(" "))
    if not _UNCLEAN.search(text):
        return " ".join(text.split())
    text = _MISREAD_SPACE.sub(" ", text.translate(_LIGATURES))
    text = _ARABIC_FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return " ".join(_DROPPED.sub("", _PRIVATE.sub(" ", text)).split())
