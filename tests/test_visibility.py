from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillgap.parsing.visibility import TRANSPARENT, UNKNOWN, contrast, find_reason

COLORS = st.integers(0, 0xFFFFFF).map("{:06X}".format)


@pytest.mark.parametrize(
    ("size", "color", "background"),
    [
        (11, "FFFFFF", "FFFFFF"),
        (11, "FAFAFA", "FFFFFF"),
        (11, "101010", "000000"),
        (1.9, "000000", "FFFFFF"),
        (11, TRANSPARENT, UNKNOWN),
    ],
)
def test_what_nobody_sees_has_a_reason(size, color, background):
    assert find_reason(size, color, background)


@pytest.mark.parametrize(
    ("size", "color", "background"),
    [
        (11, "000000", "FFFFFF"),
        (11, "D0D0D0", "FFFFFF"),
        (11, "FFFFFF", "2E74B5"),
        (11, "FFFFFF", UNKNOWN),
        (11, "auto", "000000"),
        (None, None, "FFFFFF"),
        (4, "000000", "FFFFFF"),
    ],
)
def test_what_can_be_seen_or_cannot_be_told_has_none(size, color, background):
    assert find_reason(size, color, background) == ""


@given(COLORS, COLORS)
def test_contrast_is_the_same_both_ways_and_at_least_one(first, second):
    assert contrast(first, second) == contrast(second, first) >= 1
