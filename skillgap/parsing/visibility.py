"""Whether a reader can see text of some size and colour: one rule for every format that stores looks."""

from __future__ import annotations

# The colour of paper, colours that cannot be told (pictures, gradients, patterns), and colours that are none.
PAGE = "FFFFFF"
UNKNOWN = "unknown"
TRANSPARENT = "transparent"

SMALLEST_POINTS = 2.0
# Indents that leave no line on a page of A4 turned on its side.
WIDEST_POINTS = 842.0
# Points between letters. Designers set them up to one point closer; letters of the text itself are four to eight wide.
LEAST_SPACING_POINTS = -4.0
_NARROWEST_PERCENT = 10.0
# White on white has a contrast of 1, the palest grey that designers set text in about 1.5 (WCAG asks for 4.5).
_LEAST_CONTRAST = 1.2


def find_reason(
    size: float | None, color: str | None, background: str = PAGE, *, width_percent: float | None = None
) -> str:
    """Why text cannot be seen, empty where it can or where that cannot be told.

    ``size`` is in points; colours are six hexadecimal digits, "auto", UNKNOWN or TRANSPARENT.

    >>> find_reason(11, "FFFFFF"), find_reason(11, "FFFFFF", "1F3864"), find_reason(11, "FFFFFF", UNKNOWN)
    ('in the colour of its background', '', '')
    >>> find_reason(1, "000000")
    'only 1 points high'
    """
    if size is not None and size < SMALLEST_POINTS:
        return f"only {size:g} points high"
    if width_percent is not None and width_percent < _NARROWEST_PERCENT:
        return "squeezed to no width"
    if color == TRANSPARENT:
        return "transparent"
    if color is None or color in ("auto", UNKNOWN) or background == UNKNOWN:
        return ""
    return "in the colour of its background" if contrast(color, background) < _LEAST_CONTRAST else ""


def contrast(first: str, second: str) -> float:
    """The contrast of two colours (six hexadecimal digits), 1 for the same and 21 for black on white.

    The measure is that of WCAG 2: the ratio of relative luminances, each raised by 0.05.

    >>> contrast("000000", "FFFFFF"), contrast("FEFEFE", "FFFFFF") < 1.02
    (21.0, True)
    """
    dark, light = sorted((_luminance(first), _luminance(second)))
    return round((light + 0.05) / (dark + 0.05), 3)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
