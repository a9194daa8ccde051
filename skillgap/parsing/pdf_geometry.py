"""Boxes and matrices of PDF pages: six numbers that turn, stretch and shift."""

from __future__ import annotations

from typing import Final

from skillgap.parsing.pdf_page import Box

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def transform(box: Box, matrix: Matrix) -> Box:
    """The upright box around a box that a matrix moved.

    >>> transform((0, 0, 2, 1), (0, 1, -1, 0, 5, 0))
    (4, 0, 5, 2)
    """
    a, b, c, d, e, f = matrix
    x0, y0, x1, y1 = box
    left, right = sorted((x0 * a, x1 * a))
    leaning_left, leaning_right = sorted((y0 * c, y1 * c))
    low, high = sorted((y0 * d, y1 * d))
    leaning_low, leaning_high = sorted((x0 * b, x1 * b))
    return (left + leaning_left + e, leaning_low + low + f, right + leaning_right + e, leaning_high + high + f)


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that does what the first does and then what the second does."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def cut(first: Box, second: Box) -> Box:
    """What two boxes share; its sides are the wrong way round where they share nothing."""
    return (max(first[0], second[0]), max(first[1], second[1]), min(first[2], second[2]), min(first[3], second[3]))
