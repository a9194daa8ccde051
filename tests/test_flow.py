from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillgap.errors import ResumeLimitError
from skillgap.model import Limits
from skillgap.parsing.budget import Budget
from skillgap.parsing.flow import Collector, Look, Paragraph, strip_bullet


def texts(*runs: str, kind: str = "paragraph") -> list[str]:
    paragraph = Paragraph(kind)  # type: ignore[arg-type]
    for run in runs:
        paragraph.add(run)
    return [block.text for block in paragraph.blocks()]


@pytest.mark.parametrize("gap", ["\t", "\t\t", "    ", "\n", "\u2028", "\u00a0" * 5])
def test_tabs_wide_gaps_and_line_breaks_part_blocks(gap):
    assert texts(f"Clerk{gap}2019") == ["Clerk", "2019"]


@pytest.mark.parametrize("gap", [" ", "   ", "\u00a0", "\u3000"])
def test_narrow_gaps_do_not(gap):
    assert texts(f"Clerk{gap}2019") == ["Clerk 2019"]


@pytest.mark.parametrize(
    "text",
    [
        "2019\t–\t2021",
        "Mar 2019 –\tPresent",
        "2019\t– Present",
        "2019\tto\t2021",
        "2019 to\t2021",
        "•\tPosted",
        "1.\tPosted",
    ],
)
def test_one_phrase_is_not_parted_by_its_tabs(text):
    assert len(texts(text)) == 1


@pytest.mark.parametrize("text", ["Excel\t– advanced", "Word\tto do", "end.\n– next", "Acme\tI. Smith"])
def test_two_phrases_are(text):
    assert len(texts(text)) == 2


def test_a_break_inside_a_long_unfinished_line_joins_it():
    long = "Reviewed the accounts receivable aging report"
    assert texts(f"{long}\nweekly") == [f"{long} weekly"]
    assert texts(f"{long}.\nweekly") == [f"{long}.", "weekly"]
    assert texts(f"{long}\nWeekly") == [long, "Weekly"]


def test_only_the_first_piece_of_a_heading_is_one():
    paragraph = Paragraph("heading")
    paragraph.add("Experience\t2019\nAcme")
    assert [block.kind for block in paragraph.blocks()] == ["heading", "cell", "paragraph"]


@pytest.mark.parametrize("mark", ["•", "●", "▪", "- ", "– ", "* ", "o ", "\uf0b7", "✓", "»  "])
def test_typed_bullets_are_told_by_their_mark(mark):
    assert strip_bullet(f"{mark}Posted payments") == ("Posted payments", True)


@pytest.mark.parametrize("text", ["-5 %", "*bold*", "online sales", "o'clock", "Posted – filed", "–", ""])
def test_words_that_only_begin_like_a_bullet_keep_it(text):
    assert strip_bullet(text)[0] in (text, "")


def test_hidden_runs_are_blocks_of_their_own_with_their_reason():
    paragraph = Paragraph()
    paragraph.add("Clerk ")
    paragraph.add("Excel ", Look(hidden="transparent"))
    paragraph.add("SAP", Look(hidden="transparent"))
    paragraph.add(" at Acme")
    assert [(b.text, b.hidden) for b in paragraph.blocks()] == [("Clerk at Acme", ""), ("Excel SAP", "transparent")]


def test_the_size_of_a_block_is_that_of_most_letters():
    paragraph = Paragraph()
    paragraph.add("A", Look(size=30))
    paragraph.add("ccounting", Look(size=11, is_bold=True))
    block = next(paragraph.blocks())
    assert (block.text, block.font_size, block.is_bold) == ("Accounting", 11, True)


def test_a_collector_counts_characters():
    out = Collector(Budget(Limits(characters=10)))
    paragraph = Paragraph()
    paragraph.add("Posted payments")
    with pytest.raises(ResumeLimitError):
        out.extend(paragraph.blocks())


@given(st.lists(st.tuples(st.text(), st.sampled_from(["", "transparent"])), max_size=5))
def test_blocks_hold_no_line_breaks_and_lose_no_letters(runs):
    paragraph = Paragraph()
    for text, hidden in runs:
        paragraph.add(text, Look(hidden=hidden))
    blocks = list(paragraph.blocks())
    assert not any(set(block.text) & set("\n\r\t") for block in blocks)
    for wanted in ("", "transparent"):
        letters = sorted(c for text, hidden in runs for c in text if c.isascii() and c.isalpha() and hidden == wanted)
        found = sorted(c for b in blocks for c in b.text if c.isascii() and c.isalpha() and b.hidden == wanted)
        # A lone "o" may be a bullet's mark.
        assert [c for c in found if c != "o"] == [c for c in letters if c != "o"]
