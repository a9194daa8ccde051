from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archives import pack
from skillgap.errors import EncryptedResumeError, ResumeLimitError, SkillgapError, UnreadableResumeError
from skillgap.model import Limits
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document
from skillgap.parsing.odt import read_odt

NAMESPACES = " ".join(
    [
        *(
            f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
            for prefix, name in (
                ("office", "office"),
                ("text", "text"),
                ("table", "table"),
                ("draw", "drawing"),
                ("style", "style"),
                ("fo", "xsl-fo-compatible"),
                ("svg", "svg-compatible"),
                ("chart", "chart"),
            )
        ),
        'xmlns:xlink="http://www.w3.org/1999/xlink"',
    ]
)


def flat(body: str, styles: str = "", masters: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?><office:document {NAMESPACES}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:master-styles>{masters}</office:master-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    ).encode()


def read(data: bytes, **limits: int) -> Document:
    return read_odt(data, budget=Budget(Limits(**limits)))  # type: ignore[arg-type]


def texts(body: str, styles: str = "", masters: str = "") -> list[str]:
    return [block.text for block in read(flat(body, styles, masters)).blocks]


def kinds(body: str, styles: str = "") -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(flat(body, styles)).blocks]


def shown_and_hidden(body: str, styles: str = "", masters: str = "") -> tuple[str, str]:
    found = read(flat(body, styles, masters)).blocks
    return " ".join(b.text for b in found if not b.hidden), " ".join(b.text for b in found if b.hidden)


def style(name: str, family: str, properties: str, more: str = "") -> str:
    return f'<style:style style:name="{name}" style:family="{family}" {more}>{properties}</style:style>'


def test_headings_lists_tables_and_paragraphs_are_told_apart():
    body = (
        "<text:h>Skills</text:h><text:p>Good at</text:p><text:list>"
        "<text:list-item><text:p>Excel</text:p><text:p>pivot</text:p>"
        "<text:list><text:list-item><text:p>SAP</text:p></text:list-item></text:list></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>A"
        "</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert kinds(body) == [
        ("heading", "Skills"),
        ("paragraph", "Good at"),
        ("bullet", "Excel"),
        ("paragraph", "pivot"),
        ("bullet", "SAP"),
        ("cell", "A"),
    ]


def test_spaces_tabs_and_breaks():
    assert texts('<text:p>a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d\n  e</text:p>') == ["a b", "c", "d e"]


def test_spans_links_and_frames():
    body = (
        '<text:p>Po<text:span>sted</text:span> <text:a xlink:href="https://x.example">payments</text:a>'
        "<draw:frame><draw:text-box><text:p>Boxed</text:p></draw:text-box></draw:frame></text:p><text:p>Next</text:p>"
    )
    assert texts(body) == ["Posted payments", "Boxed", "Next"]


def test_notes_follow_and_comments_and_deletions_are_left_out():
    body = (
        "<text:tracked-changes><text:changed-region><text:p>gone</text:p></text:changed-region></text:tracked-changes>"
        "<text:p>Audited<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>With Acme.</text:p></text:note-body></text:note>"
        "<office:annotation><text:p>nice</text:p></office:annotation> books</text:p>"
    )
    assert texts(body) == ["Audited books", "With Acme."]


def test_headers_first_and_footers_last():
    master = (
        '<style:master-page style:name="Standard"><style:header><text:p>Jane Doe</text:p></style:header>'
        "<style:footer><text:p>Page 1</text:p></style:footer></style:master-page>"
        '<style:master-page style:name="Unused"><style:header><text:p>Never</text:p></style:header></style:master-page>'
    )
    assert texts("<text:p>body</text:p>", masters=master) == ["Jane Doe", "body", "Page 1"]


@pytest.mark.parametrize(
    "properties",
    [
        'text:display="none"',
        'fo:color="#ffffff"',
        'fo:font-size="1pt"',
        'style:text-scale="1%"',
        'fo:color="#010101" fo:background-color="#000000"',
        'fo:letter-spacing="-0.5cm"',
    ],
)
def test_hidden_by_its_style(properties):
    hides = style("T1", "text", f"<style:text-properties {properties}/>")
    body = '<text:p>Clerk <text:span text:style-name="T1">Excel</text:span></text:p>'
    assert shown_and_hidden(body, hides) == ("Clerk", "Excel")


WHITE = style("W", "text", '<style:text-properties fo:color="#ffffff"/>')
WHITE_WORD = '<text:p{}><text:span text:style-name="W">Excel</text:span></text:p>'


def test_white_text_on_a_dark_ground_is_honest():
    dark = 'fo:background-color="#1f3864"'
    paragraph = style("P", "paragraph", f"<style:paragraph-properties {dark}/>")
    assert shown_and_hidden(WHITE_WORD.format(' text:style-name="P"'), WHITE + paragraph) == ("Excel", "")
    cell = style("C", "table-cell", f"<style:table-cell-properties {dark}/>")
    body = (
        f'<table:table><table:table-row><table:table-cell table:style-name="C">'
        f"{WHITE_WORD.format('')}</table:table-cell></table:table-row></table:table>"
    )
    assert shown_and_hidden(body, WHITE + cell) == ("Excel", "")
    box = style("G", "graphic", '<style:graphic-properties draw:fill="solid" draw:fill-color="#1f3864"/>')
    body = (
        f'<text:p><draw:frame draw:style-name="G"><draw:text-box>'
        f"{WHITE_WORD.format('')}</draw:text-box></draw:frame></text:p>"
    )
    assert shown_and_hidden(body, WHITE + box) == ("Excel", "")
    behind = style(
        "B",
        "graphic",
        '<style:graphic-properties style:wrap="run-through" draw:fill="solid" draw:fill-color="#1f3864"/>',
    )
    shape = '<text:p><draw:custom-shape draw:style-name="B" svg:width="6cm" svg:height="20cm"/></text:p>'
    assert shown_and_hidden(shape + WHITE_WORD.format(""), WHITE + behind) == ("Excel", "")


def test_what_lies_beyond_the_page_is_hidden():
    far = style("F", "paragraph", '<style:paragraph-properties fo:margin-left="40cm"/>')
    near = style("N", "paragraph", '<style:paragraph-properties fo:margin-left="-1cm" fo:margin-right="2cm"/>')
    body = '<text:p text:style-name="F">Excel</text:p><text:p text:style-name="N">Cook</text:p>'
    assert shown_and_hidden(body, far + near) == ("Cook", "Excel")
    for place, is_seen in (('svg:x="-90cm"', False), ('svg:x="-20cm"', False), ('svg:x="-1cm" svg:y="5cm"', True)):
        box = "<draw:text-box><text:p>Excel</text:p></draw:text-box>"
        frame = f'<draw:frame {place} svg:width="6cm" svg:height="4cm">{box}'
        expected = ("Excel", "") if is_seen else ("", "Excel")
        assert shown_and_hidden(f"<text:p>{frame}</draw:frame></text:p>") == expected


def test_hidden_sections_and_fields():
    body = (
        '<text:section text:display="none"><text:p>Excel</text:p></text:section>'
        '<text:p>Clerk <text:hidden-text text:is-hidden="true" text:string-value="SAP"/></text:p>'
    )
    assert shown_and_hidden(body) == ("Clerk", "Excel SAP")


def test_styles_that_are_based_on_each_other_do_not_hang():
    loop = style("A", "paragraph", "", 'style:parent-style-name="B"') + style(
        "B", "paragraph", "", 'style:parent-style-name="A"'
    )
    assert texts('<text:p text:style-name="A">text</text:p>', loop) == ["text"]


def test_a_locked_document_is_encrypted():
    manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    with pytest.raises(EncryptedResumeError, match="password"):
        read(pack({"content.xml": b"\x01\x02", "META-INF/manifest.xml": manifest}))


def test_damaged_documents_give_what_can_be_read():
    whole = flat("<text:p>Posted payments</text:p><text:p>Filed claims</text:p>")
    document = read(pack({"content.xml": whole[: whole.index(b"claims")]}))
    assert document.blocks[0].text == "Posted payments"
    with pytest.raises(UnreadableResumeError):
        read(pack({"content.xml": b"oops"}))


def test_a_bomb_hits_the_limit():
    with pytest.raises(ResumeLimitError):
        read(pack({"content.xml": flat("<text:p>" + "a" * 2_000_000 + "</text:p>")}), decompressed_bytes=500_000)


def test_entities_are_not_fetched(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    xml = flat("<text:p>Jane &f;</text:p>").replace(
        b"?>", f'?><!DOCTYPE x [<!ENTITY f SYSTEM "{secret.as_uri()}">]>'.encode(), 1
    )
    assert [b.text for b in read(xml).blocks] == ["Jane"]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_any_damage_gives_a_document_or_a_typed_error(data):
    content = bytearray((Path(__file__).parent / "fixtures" / "formats" / "resume.odt").read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(SkillgapError):
        read(bytes(content[: data.draw(st.integers(100, len(content)))]))
