"""Whether text of one colour can be seen on another."""

from __future__ import annotations

PAGE = "FFFFFF"
UNKNOWN = "unknown"

# White on white has a contrast of 1, the palest grey that designers set text in about 1.5 (WCAG asks for 4.5).
LEAST_CONTRAST = 1.2


def contrast(first: str, second: str) -> float:
    """The contrast of two colours (six hexadecimal digits), 1 for the same and 21 for black on white.

    The measure is that of WCAG 2: the ratio of relative luminances, each raised by 0.05.

    >>> contrast("000000", "FFFFFF"), contrast("FEFEFE", "FFFFFF") < 1.02
    (21.0, True)
    """
    dark, light = sorted((_luminance(first), _luminance(second)))
    return round((light + 0.05) / (dark + 0.05), 3)


def hidden_by_color(color: str | None, background: str) -> str:
    """Why text of a colour cannot be seen on its background; empty where it can, or where one is not known.

    >>> hidden_by_color("FFFFFF", PAGE), hidden_by_color("FFFFFF", "1F3864"), hidden_by_color("FFFFFF", UNKNOWN)
    ('white text', '', '')
    """
    if color is None or color in ("auto", UNKNOWN) or background == UNKNOWN:
        return ""
    if contrast(color, background) >= LEAST_CONTRAST:
        return ""
    return "white text" if _luminance(color) > 0.8 else "text in the colour of its background"


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
