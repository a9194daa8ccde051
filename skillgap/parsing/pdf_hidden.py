"""Text of a PDF page that a human reader cannot see, and why not.

A word is hidden where its ink leaves nothing to see: drawn invisibly, in the colour of what lies beneath it,
too small to read, outside the page or the part of it that is drawn on, painted over, or on a layer that is
switched off. What only looks suspicious stays visible: white letters on a dark sidebar or a picture are honest.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence

from skillgap.parsing.pdf_page import Area, Box, Colour, DrawnWord, Ink, PdfPage

# Print of 2 points is a hair over half a millimetre high; the smallest legal print is about 4.
_SMALLEST_SIZE = 2.0
# Colours whose channels differ by no more than this (20 of 255) are one colour to the eye.
_SAME_COLOUR = 0.08
# Below this opacity letters do not stand out from the paper.
_SEEN_ALPHA = 0.08
# Letters narrower than this share of their normal width are a line, not letters.
_SMALLEST_STRETCH = 0.05
# A scan is a page of which an image covers at least this share.
_SCAN_SHARE = 0.6
# Less hidden text than this on a page is an accident of layout.
_FEWEST_LETTERS = 4
# Text rendering modes from this on add to the clip what they draw; the last draws nothing.
_CLIPPING = 4
_ONLY_CLIPPING = 7
_WHITE: Colour = (1.0, 1.0, 1.0)
# Words between two looks at the clock.
_CHECK_EVERY = 64


def mark_hidden(
    page: PdfPage,
    check_time: Callable[[], None] = lambda: None,
    find_blank: Callable[[Sequence[Box]], Sequence[bool]] | None = None,
) -> None:
    """Set the reason on each word of a page that cannot be seen; drop hidden words that are also seen there.

    ``check_time`` is called again and again and may raise: words are many, and so is what may cover them.
    ``find_blank`` tells which boxes of the page's picture are blank; it is asked of words that rules cannot judge.

    The text layer of a scanned page lies unseen beneath or upon the picture of the same words: where a picture
    covers the page and no other text is seen, such text counts as seen.
    """
    covers = [(index, area.box) for index, area in enumerate(page.areas) if _is_cover(area)]
    plain: dict[int, bool] = {}  # of the inks on bare paper, by their place in memory
    doubtful: list[int] = []
    is_bare = not page.areas
    smallest = _smallest_size(page)
    for index, word in enumerate(page.words):
        if not index % _CHECK_EVERY:
            check_time()
        ink = word.ink
        if is_bare and word.size >= smallest:
            is_plain = plain.get(id(ink))
            if is_plain is None:
                is_plain = plain[id(ink)] = _is_plain(ink)
            if is_plain and _reaches(word, page.box) and (ink.clip is None or _reaches(word, ink.clip)):
                word.hidden = ""
                continue
        reason = _find_reason(word, _box(word), page, covers)
        if reason == _DOUBTFUL:
            reason = ""
            doubtful.append(index)
        word.hidden = reason
    if find_blank is not None and (page.is_odd or doubtful):
        _look_at(page, range(page.drawn) if page.is_odd else doubtful, find_blank)
    hidden = [word for word in page.words if word.hidden]
    if sum(len(word.text) for word in hidden) < _FEWEST_LETTERS:
        # A page number beyond the edge or a word end cut off misleads nobody.
        for word in hidden:
            word.hidden = ""
    elif hidden:
        if _is_scan(page):
            for word in page.words:
                if word.hidden in _SCAN_REASONS:
                    word.hidden = ""
        _drop_shadows(page)


def _look_at(page: PdfPage, indexes: Sequence[int], find_blank: Callable[[Sequence[Box]], Sequence[bool]]) -> None:
    """Judge words by the page's picture: those in doubt, and on an odd page those that its colours seem to hide."""
    asked = [
        index
        for index in indexes
        if index < page.drawn
        and page.words[index].hidden in ("", _SAME)
        and any(letter.isalnum() for letter in page.words[index].text)
    ]
    if not asked:
        return
    seen = [_box(word) for word in page.words if not word.hidden]
    for index, is_blank in zip(asked, find_blank([_core(page.words[index]) for index in asked]), strict=True):
        word = page.words[index]
        if is_blank:
            word.hidden = word.hidden or _BLANK
        elif word.hidden and not _meets_any(word, seen):
            # A pattern has no colour of its own.
            word.hidden = ""


_INVISIBLE = "drawn invisibly"
_COVERED = "covered by something drawn over it"
_SAME = "in the colour of its background"
_BLANK = "drawn so that nothing of it is seen"
# No reason, but only a picture of the page can tell.
_DOUBTFUL = "?"
_SCAN_REASONS = frozenset((_INVISIBLE, _COVERED, _SAME))


def _smallest_size(page: PdfPage) -> float:
    return min(_SMALLEST_SIZE, 0.004 * (page.box[3] - page.box[1]))


def _is_plain(ink: Ink) -> bool:
    """Whether ink is seen on bare paper, wherever that is."""
    return (
        not ink.is_off
        and ink.mode < 3
        and ink.alpha >= _SEEN_ALPHA
        and ink.stretch >= _SMALLEST_STRETCH
        and not ink.is_clip_odd
        and (ink.colour is None or not _is_same(_WHITE, ink.colour))
    )


def _find_reason(word: DrawnWord, box: Box, page: PdfPage, covers: Sequence[tuple[int, Box]]) -> str:
    ink = word.ink
    if ink.is_off:
        return "on a layer that is switched off"
    if ink.mode == 3:
        return _INVISIBLE
    if ink.alpha < _SEEN_ALPHA:
        return "transparent"
    if word.size < _smallest_size(page):
        return f"only {word.size:.1f} points high"
    if ink.stretch < _SMALLEST_STRETCH:
        return "squeezed to no width"
    if not _meet(box, page.box):
        return "outside the page"
    if ink.clip is not None and not _meet(box, ink.clip):
        return "outside the part of the page that is drawn on"
    if ink.mode >= _CLIPPING:
        # What is painted next is seen through the letters; where nothing is, they are seen only if filled, too.
        if any(_meet(area.box, box) for area in page.areas[word.order :]):
            return ""
        if ink.mode == _ONLY_CLIPPING:
            return _INVISIBLE
    later = covers[bisect_left(covers, word.order, key=lambda cover: cover[0]) :]
    if later and (any(_holds(cover, box) for _, cover in later) or _hold_together(later, box)):
        return _COVERED
    reason = _judge_background(ink, box, page.areas, word.order)
    if not reason and (ink.is_clip_odd or any(_meet(area.box, box) for area in page.areas[word.order :])):
        return _DOUBTFUL
    return reason


def _judge_background(ink: Ink, box: Box, areas: Sequence[Area], order: int) -> str:
    """The reason if ink is of the colour of what the first so many areas painted beneath a box, or that in doubt."""
    if ink.colour is None:
        return ""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    # Figures that are no rectangles may lie beside the word, or beneath it.
    is_maybe_same = is_maybe_other = False
    for index in range(order - 1, -1, -1):
        area = areas[index]
        x0, y0, x1, y1 = area.box
        if not (x0 <= x <= x1 and y0 <= y <= y1):
            continue
        if area.colour is None:
            return _DOUBTFUL
        is_same = _is_same(area.colour, ink.colour)
        if area.is_exact:
            break
        is_maybe_same = is_maybe_same or is_same
        is_maybe_other = is_maybe_other or not is_same
    else:
        is_same = _is_same(_WHITE, ink.colour)
    if is_same:
        return _DOUBTFUL if is_maybe_other else _SAME
    return _DOUBTFUL if is_maybe_same else ""


def _is_same(first: Colour, second: Colour) -> bool:
    (red, green, blue), (other_red, other_green, other_blue) = first, second
    return (
        abs(red - other_red) <= _SAME_COLOUR
        and abs(green - other_green) <= _SAME_COLOUR
        and abs(blue - other_blue) <= _SAME_COLOUR
    )


def _is_cover(area: Area) -> bool:
    return area.is_opaque and area.is_exact and (area.kind == "image" or area.colour is not None)


def _holds(area: Box, box: Box) -> bool:
    """Whether an area leaves nothing to see of a box, but for a rim."""
    rim_x, rim_y = 0.1 * (box[2] - box[0]), 0.25 * (box[3] - box[1])
    return (
        area[0] <= box[0] + rim_x
        and area[1] <= box[1] + rim_y
        and area[2] >= box[2] - rim_x
        and area[3] >= box[3] - rim_y
    )


def _hold_together(areas: Sequence[tuple[int, Box]], box: Box) -> bool:
    """Whether areas side by side leave nothing to see of a box, but for a rim."""
    rim_x, rim_y = 0.1 * (box[2] - box[0]), 0.25 * (box[3] - box[1])
    reached = box[0] + rim_x
    tall = (area for _, area in areas if area[1] <= box[1] + rim_y and area[3] >= box[3] - rim_y)
    for left, _, right, _ in sorted(area for area in tall if area[2] > box[0] and area[0] < box[2]):
        if left > reached + rim_x:
            return False
        reached = max(reached, right)
    return reached >= box[2] - rim_x


def _is_scan(page: PdfPage) -> bool:
    if any(not word.hidden for word in page.words):
        return False
    return find_image_share(page) >= _SCAN_SHARE


def find_image_share(page: PdfPage) -> float:
    """The share of a page that its images cover, from 0 to 1; overlaps are not looked for."""
    whole = (page.box[2] - page.box[0]) * (page.box[3] - page.box[1])
    covered = 0.0
    for area in page.areas:
        if area.kind == "image":
            x0, y0 = max(area.box[0], page.box[0]), max(area.box[1], page.box[1])
            x1, y1 = min(area.box[2], page.box[2]), min(area.box[3], page.box[3])
            covered += max(0.0, x1 - x0) * max(0.0, y1 - y0)
    return min(1.0, covered / whole) if whole > 0 else 0.0


def _drop_shadows(page: PdfPage) -> None:
    """Drop hidden words that stand, visible, at the same place: the page shows them once."""
    seen: dict[str, list[Box]] = {}
    for word in page.words:
        if not word.hidden:
            seen.setdefault(word.text, []).append(_box(word))
    page.words = [word for word in page.words if not word.hidden or not _meets_any(word, seen.get(word.text, ()))]


def _meets_any(word: DrawnWord, boxes: Sequence[Box]) -> bool:
    box = _box(word)
    return any(_meet(box, other) for other in boxes)


def _reaches(word: DrawnWord, box: Box) -> bool:
    """Whether a part of a word lies inside a box; one that runs along the page and begins there does."""
    if not word.angle and box[0] < word.x0 < box[2] and box[1] < word.y < box[3]:
        return True
    return _meet(_box(word), box)


def _meet(first: Box, second: Box) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def _core(word: DrawnWord) -> Box:
    """The upright box of the middle of a word's letters, in which all of them leave ink."""
    return _box(word, 0.08, 0.45)


def _box(word: DrawnWord, below: float = -0.2, above: float = 0.75) -> Box:
    """The upright box of a word on the page, from so much of its size over its baseline up to so much."""
    low, high = word.y + below * word.size, word.y + above * word.size
    right = max(word.x1, word.x0 + 0.1)
    if not word.angle:
        return (word.x0, low, right, high)
    cos, sin = math.cos(math.radians(word.angle)), math.sin(math.radians(word.angle))
    corners = [(x * cos - y * sin, x * sin + y * cos) for x in (word.x0, right) for y in (low, high)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return (min(xs), min(ys), max(xs), max(ys))
