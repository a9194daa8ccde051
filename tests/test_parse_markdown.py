from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skillgap.model import Limits
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import TextBlock
from skillgap.parsing.markdown import read_markdown


def blocks(text: str) -> tuple[TextBlock, ...]:
    return read_markdown(text.encode(), budget=Budget(Limits())).blocks


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks(text)]


def test_headings_lists_tables_and_paragraphs_are_told_apart():
    text = (
        "# Jane Doe\n\nClerk at\nAcme\n\n- Excel\n  - pivot tables\n\n1. "
        "SAP\n\n   FI and CO\n\n| A | B |\n|---|---|\n| C | D |\n\nSkills\n---\n"
    )
    assert kinds(text) == [
        ("heading", "Jane Doe"),
        ("paragraph", "Clerk at Acme"),
        ("bullet", "Excel"),
        ("bullet", "pivot tables"),
        ("bullet", "SAP"),
        ("paragraph", "FI and CO"),
        ("cell", "A"),
        ("cell", "B"),
        ("cell", "C"),
        ("cell", "D"),
        ("heading", "Skills"),
    ]


def test_marks_are_no_text_and_link_targets_are_not_either():
    assert kinds("**Led** *ten* `clerks`, ~~gone~~ see [my page](https://jane.example) <https://x.example>") == [
        ("paragraph", "Led ten clerks, gone see my page https://x.example")
    ]


def test_a_hard_break_parts_blocks():
    assert [text for _, text in kinds("**Acme**  \n2019\\\nDuluth<br>MN")] == ["Acme", "2019", "Duluth", "MN"]


def test_boldness_is_kept():
    assert [block.is_bold for block in blocks("**Acme**\n\nAcme **Ltd**")] == [True, False]


def test_c_sharp_and_snake_case_survive():
    assert kinds("C#, F#, snake_case_name and 2 * 3 * 4") == [("paragraph", "C#, F#, snake_case_name and 2 * 3 * 4")]


def test_front_matter_is_read_as_lines():
    assert [text for _, text in kinds("---\nname: Jane Doe\nemail: j@x.example\n---\n# CV\n")] == [
        "name: Jane Doe",
        "email: j@x.example",
        "CV",
    ]


def test_code_keeps_its_lines():
    assert [text for _, text in kinds("```\nExcel\nSAP\n```\n")] == ["Excel", "SAP"]


def test_html_inside_is_read_as_html():
    found = blocks('<div style="display:none">Excel</div>\n\n<p align="center">Jane</p>\n')
    assert [(block.text, bool(block.hidden)) for block in found] == [("Excel", True), ("Jane", False)]


def test_deep_nesting_ends():
    assert isinstance(blocks("> " * 2_000 + "Excel"), tuple)
    assert isinstance(blocks("[" * 2_000 + "Excel"), tuple)


def test_other_encodings_are_read():
    assert read_markdown("# Zoë".encode("cp1252"), budget=Budget(Limits())).blocks[0].text == "Zoë"
    assert read_markdown("# Zoë".encode("utf-16"), budget=Budget(Limits())).blocks[0].text == "Zoë"


@given(st.text(alphabet="#*-_`[]()<>|~ \nab1.", max_size=200))
def test_any_text_gives_blocks_on_one_line(text):
    assert all("\n" not in block.text for block in blocks(text))
