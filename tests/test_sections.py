"""Sections told by the words and looks of headings."""

from __future__ import annotations

from skillgap.parsing.lines import Line
from skillgap.parsing.sections import find_sections


def headings(lines: list[Line]) -> list[str]:
    return [heading.text for heading in find_sections(lines).values() if heading.text]


def heading(text: str) -> Line:
    return Line(text, font_size=12.0, is_bold=True)


def body(text: str) -> Line:
    return Line(text, font_size=10.0)


def test_a_heading_in_other_words_is_told_by_its_font() -> None:
    lines = [body("Jane Doe"), heading("EXPERIENCE"), body("Clerk at Acme"), heading("SKILLS"), body("Excel"),
             heading("LIFE PHILOSOPHY"), body("Be kind, be exact and be on time.")]  # fmt: skip
    assert headings(lines) == ["EXPERIENCE", "SKILLS", "LIFE PHILOSOPHY"]


def test_items_that_look_like_headings_are_items() -> None:
    lines = [body("Jane Doe"), heading("EXPERIENCE"), body("Clerk at Acme"), heading("SKILLS"),
             heading("HTML5"), body("JavaScript"), heading("EDUCATION"), body("BSc")]  # fmt: skip
    assert headings(lines) == ["EXPERIENCE", "SKILLS", "EDUCATION"]


def test_lines_of_a_headings_look_below_each_other_are_no_headings() -> None:
    lines = [body("Jane Doe"), heading("EXPERIENCE"), body("Clerk at Acme"), heading("GARDEN"),
             heading("KITCHEN"), body("Grew beans"), heading("SKILLS"), body("Excel"),
             heading("EDUCATION"), body("BSc")]  # fmt: skip
    assert headings(lines) == ["EXPERIENCE", "SKILLS", "EDUCATION"]
