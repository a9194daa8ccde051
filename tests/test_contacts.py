"""What in a resume tells how to reach the person."""

from __future__ import annotations

import pytest

from skillgap.model import Resume


def phones(text: str) -> list[str]:
    resume = Resume.from_text(text)
    return [resume.text[span.start : span.end] for span in resume.contacts if span.kind == "phone"]


@pytest.mark.parametrize(
    "number", ["+1-5551234567", "+1 5551234567", "0123 456789", "(703) 555-0134", "555-0134", "+44.1865.274624"]
)
def test_telephone_numbers_are_found(number: str) -> None:
    assert phones(f"Jane Doe\n{number}\n\nSkills\nExcel") == [number]


@pytest.mark.parametrize(
    "text", ["2010-2012", "01/2010 02/2011", "raised 1 200 000 dollars", "12 345 678", "1000-2000000", "GPA 3.58"]
)
def test_other_numbers_are_no_telephone_numbers(text: str) -> None:
    assert phones(f"Jane Doe\n\nExperience\n{text}\nClerk") == []
