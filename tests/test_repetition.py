"""Keywords written over and over are told; honest repetition is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillgap import Resume, analyze
from skillgap.parsing.repetition import find_repetitions

BLOCK = "Excel, accounts receivable, bookkeeping, payroll, SAP, collections"


@pytest.mark.parametrize(
    "text",
    [
        "Excel " * 20,
        f"{BLOCK}\n" * 6,
        f"Skills\n{BLOCK}. {BLOCK} | {BLOCK}; {BLOCK}\n{BLOCK} {BLOCK}",
        "EXCEL Payroll excel payroll Excel PAYROLL " * 4,
        "C++ C# " * 10,
    ],
)
def test_keywords_in_a_row_are_told(text: str) -> None:
    (found,) = find_repetitions(f"Jane Doe\nClerk at Larkspur\n{text}\nEducation")
    assert found.times >= 5


@pytest.mark.parametrize(
    "text",
    [
        "Excel Excel Excel Excel",
        f"{BLOCK}\n" * 4,
        "Yes Yes Yes No Yes Yes",
        "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
        "xx xx xx xx xx xx xx xx xx xx xx xx xx",
        "___ ___ ___ ___ ___ ___ ___ ___ ___ ___ ___ ___",
        "Company Name City, State\nClerk\n" * 4,
        "\n".join(f"Sales Associate, Store {n}\nServed customers and kept the till." for n in range(4)),
        "".join(f"• Sold product {n} to clients in region {n}\n" for n in range(30)),
    ],
)
def test_honest_repetition_is_not_told(text: str) -> None:
    assert list(find_repetitions(text)) == []


def test_warning_names_the_words_and_coverage_is_that_of_one_time() -> None:
    from skillgap import Role

    role = Role.from_skills("Clerk", ["Excel", "Payroll", "Welding"])
    once = analyze(Resume.from_text("Skills\nExcel, payroll"), role)
    often = analyze(Resume.from_text("Skills\n" + "Excel, payroll\n" * 40), role)
    assert often.coverage == once.coverage
    (warning,) = [warning for warning in often.warnings if warning.code == "repeated-text"]
    assert "40 times in a row: “Excel, payroll”" in warning.message


@given(st.lists(st.sampled_from(["excel", "payroll", "sap", "a", "1"]), max_size=80))
def test_what_is_found_is_a_repetition(words: list[str]) -> None:
    text = " ".join(words)
    end = 0
    for found in find_repetitions(text):
        assert end <= found.start < found.end_of_first <= found.end <= len(text)
        first = text[found.start : found.end_of_first]
        assert text[found.start : found.end] == " ".join([first] * found.times)
        end = found.end
