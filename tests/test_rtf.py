from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillgap.errors import ResumeLimitError, SkillgapError
from skillgap.model import Limits
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document
from skillgap.parsing.rtf import read_rtf

FONTS = (
    r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset2 Symbol;}{\f2\fcharset204 Arial CYR;}{\f3\fcharset128 MS Mincho;}}"
)
COLORS = r"{\colortbl;\red255\green255\blue255;\red0\green0\blue0;\red31\green56\blue100;}"


def read(body: str, head: str = r"\ansi\ansicpg1252" + FONTS + COLORS) -> Document:
    return read_rtf(("{\\rtf1" + head + " " + body + "}").encode("cp1252"), budget=Budget(Limits()))


def texts(body: str, **options: str) -> list[str]:
    return [block.text for block in read(body, **options).blocks]


def kinds(body: str, **options: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(body, **options).blocks]


def shown_and_hidden(body: str) -> tuple[str, str]:
    found = read(body).blocks
    return " ".join(b.text for b in found if not b.hidden), " ".join(b.text for b in found if b.hidden)


def test_paragraphs_tabs_and_lines_part_blocks():
    assert texts(r"Clerk\tab 2019\line Duluth\par Next\par") == ["Clerk", "2019", "Duluth", "Next"]


def test_line_ends_in_the_source_are_nothing():
    assert texts("Po\r\nsted pay\nments\\\nNext") == ["Posted payments", "Next"]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (r"Zo\'eb", "Zoë"),
        (r"Zo\u235?", "Zoë"),
        (r"\uc2 Zo\u235\'c3\'ab!", "Zoë!"),
        (r"\uc0 Zo\u235 !", "Zoë!"),
        (r"\u-10179?\u-8704?", "\U0001f600"),
        (r"\f2\'cf\'f0\'e8\'e2\'e5\'f2", "Привет"),
        (r"\f3\'93\'fa\'96\'7b", "日本"),
        (r"a\emdash b\~c\_d\{\}\\", "a—b c-d{}\\"),
        (r"{\upr{Zoe}{\*\ud{Zo\u235?}}}", "Zoë"),
        (r"left\rquote s", "left’s"),
    ],
)
def test_characters_are_read_in_every_way_of_writing_them(code, text):
    assert texts(code) == [text]


def test_symbol_bullets_make_list_items():
    assert kinds(r"\f1\'b7\f0\tab Posted payments\par") == [("bullet", "Posted payments")]


@pytest.mark.parametrize(
    "item",
    [
        r"\pard{\listtext\f1\'b7\tab}\ls1 Posted\par",
        r"{\pntext\f1\'B7\tab}Posted\par",
        r"\pard\ls1\ilvl0 Posted\par",
    ],
)
def test_list_items_are_bullets_without_their_mark(item):
    assert kinds(item + r"\pard Next\par") == [("bullet", "Posted"), ("paragraph", "Next")]


def test_headings_are_told_by_style_and_outline_level():
    head = r"\ansi{\stylesheet{\s0 Normal;}{\s1\sbasedon0\snext0 heading 1;}{\*\cs10 Strong;}}"
    body = r"\pard\s1 Skills\par\pard\s0 Excel\par\pard\outlinelevel0 Work\par"
    assert kinds(body, head=head) == [("heading", "Skills"), ("paragraph", "Excel"), ("heading", "Work")]


def test_tables_give_cells_row_by_row():
    row = r"\trowd\cellx100\cellx200\pard\intbl {}\cell {}\cell\row"
    assert kinds(row.format("Excel", "9 years") + row.format("SAP", "2 years") + r"\pard After\par") == [
        ("cell", "Excel"),
        ("cell", "9 years"),
        ("cell", "SAP"),
        ("cell", "2 years"),
        ("paragraph", "After"),
    ]


def test_headers_come_first_and_footnotes_follow_their_paragraph():
    body = r"Audited{\footnote With Acme.} books\par Next\par{\header Jane Doe\par}{\footer Page 1\par}"
    assert texts(body) == ["Jane Doe", "Audited books", "With Acme.", "Next", "Page 1"]


def test_text_boxes_are_read_once():
    shape = r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt Boxed\par}}{\shprslt{\*\do{\dptxbxtext Boxed\par}}}}"
    assert texts(rf"Host{shape}\par Next\par") == ["Host", "Boxed", "Next"]


def test_what_is_no_text_is_left_out():
    body = (
        r"{\info{\author Nobody}}{\*\generator Word;}{\pict\pngblip "
        r"89504e47}{\field{\*\fldinst HYPERLINK x}{\fldrslt my page}}"
        r"{\*\unknown secret}{\*\bkmkstart a}{\annotation note}{\deleted gone} end{\bin5 abcde}\par"
    )
    assert texts(body) == ["my page end"]


@pytest.mark.parametrize(
    "code",
    [
        r"\v Excel\v0",
        r"\cf1 Excel\cf0",
        r"\fs2 Excel\fs24",
        r"\charscalex1 Excel\charscalex100",
        r"\chcbpat2\cf2 Excel\plain",
        r"\expndtw-200 Excel\expndtw0",
        r"\expnd-40 Excel\expnd0",
    ],
)
def test_hidden_words_are_told(code):
    assert shown_and_hidden(rf"Clerk {{{code}}}\par") == ("Clerk", "Excel")


@pytest.mark.parametrize(
    "code",
    [
        r"\cf2 Excel",
        r"\chcbpat3\cf1 Excel",
        r"\pard\cbpat3\cf1 Excel",
        r"\trowd\clcbpat3\cellx100\cellx200\pard\intbl\cf1 Excel\cell\row",
        r"{\shp{\*\shpinst{\shptxt \cf1 Excel\par}}}",
    ],
)
def test_words_on_a_dark_ground_are_seen(code):
    assert shown_and_hidden(code + r"\par") == ("Excel", "")


@pytest.mark.parametrize(
    ("code", "is_seen"),
    [
        (r"\li20000", False),
        (r"\ri20000\li-20000", False),
        (r"\sl-10", False),
        (r"\li720\ri720", True),
        (r"\sl-240", True),
    ],
)
def test_paragraphs_are_seen_where_they_have_lines_on_the_page(code, is_seen):
    expected = ("Excel Cook", "") if is_seen else ("Cook", "Excel")
    assert shown_and_hidden(rf"\pard{code} Excel\par\pard Cook\par") == expected


def test_white_words_in_a_white_cell_beside_a_dark_one_are_hidden():
    row = r"\trowd\clcbpat3\cellx100\cellx200\pard\intbl\cf1 Skills\cell Excel\cell\row"
    assert shown_and_hidden(row) == ("Skills", "Excel")


def test_size_and_boldness_are_kept():
    block = read(r"\fs28\b EXPERIENCE\b0\par").blocks[0]
    assert (block.font_size, block.is_bold) == (14.0, True)


def test_a_cut_off_file_gives_what_can_be_read_and_says_so():
    document = read_rtf(rb"{\rtf1\ansi Posted payments\par {\b Filed", budget=Budget(Limits()))
    assert [b.text for b in document.blocks] == ["Posted payments", "Filed"]
    assert [warning.code for warning in document.warnings] == ["damaged"]


def test_hostile_nesting_and_length_end():
    with pytest.raises(SkillgapError):
        read_rtf(b"{\\rtf1" + b"{" * 500_000, budget=Budget(Limits()))
    with pytest.raises(ResumeLimitError):
        read_rtf(b"{\\rtf1 " + b"word\\par " * 1_000 + b"}", budget=Budget(Limits(characters=1_000)))


@given(st.text(alphabet="{}\\'*abuvpd0123456789 \n;", max_size=200))
def test_any_stream_gives_a_document_or_a_typed_error(body):
    try:
        document = read_rtf(b"{\\rtf1" + body.encode(), budget=Budget(Limits()))
    except SkillgapError:
        return
    assert all("\n" not in block.text for block in document.blocks)


WORDS = [
    *(r"\par", r"\pard", r"\cell", r"\row", r"\trowd", r"\intbl", r"\v", r"\tab", r"\bin9", r"\u8226?", r"\'b7", " z "),
    *("{", "}", r"{\footnote x}", r"{\header h}", r"{\fonttbl", r"{\colortbl;", r"{\stylesheet{\s1 a;}}"),
    r"{\shp{\*\shpinst{\shptxt y\par}}}",
]


@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_any_order_of_words_gives_a_document_or_a_typed_error(words):
    with suppress(SkillgapError):
        read_rtf(("{\\rtf1" + "".join(words)).encode(), budget=Budget(Limits()))
