from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archives import pack, unpack
from skillgap.errors import EncryptedResumeError, ResumeLimitError, SkillgapError, UnreadableResumeError
from skillgap.model import Limits
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document, TextBlock
from skillgap.parsing.docx import read_docx

FIXTURE = Path(__file__).parent / "fixtures" / "formats" / "resume.docx"

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "v": "urn:schemas-microsoft-com:vml",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    }.items()
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def part(tag: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><{tag} {NAMESPACES}>{content}</{tag}>'


def package(
    body: str,
    parts: dict[str, tuple[str, str]] | None = None,
    *,
    relations: str = "",
    main_type: str = MAIN,
    extra: dict[str, bytes] | None = None,
    background: str = "",
) -> bytes:
    """A Word file; ``parts`` maps a file name under word/ to the kind of its relation and its XML."""
    rows = "".join(
        f'<Relationship Id="{name}" Type="{RELATION}{kind}" Target="{name}"/>'
        for name, (kind, _) in (parts or {}).items()
    )
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main_type}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{rels}">'
        f'<Relationship Id="rId1" Type="{RELATION}officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": part("w:document", f"{background}<w:body>{body}</w:body>"),
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{rels}">{rows}{relations}</Relationships>',
    }
    own = {f"word/{name}": content for name, (_, content) in (parts or {}).items()}
    return pack(members | own | (extra or {}))


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(content: str, properties: str = "") -> str:
    inner = content if content.startswith("<") else run(content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def table(*rows: tuple[str, ...], properties: str = "", cell: str = "") -> str:
    lines = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:tcPr>{cell}</w:tcPr>{content}</w:tc>" for content in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{lines}</w:tbl>"


def read(data: bytes, **limits: int) -> Document:
    return read_docx(data, budget=Budget(Limits(**limits)))  # type: ignore[arg-type]


def blocks(body: str, parts: dict[str, tuple[str, str]] | None = None, **options: str) -> tuple[TextBlock, ...]:
    return read(package(body, parts, **options)).blocks  # type: ignore[arg-type]


def texts(body: str, parts: dict[str, tuple[str, str]] | None = None, **options: str) -> list[str]:
    return [block.text for block in blocks(body, parts, **options)]


def shown_and_hidden(body: str, parts: dict[str, tuple[str, str]] | None = None, **options: str) -> tuple[str, str]:
    found = blocks(body, parts, **options)
    return " ".join(b.text for b in found if not b.hidden), " ".join(b.text for b in found if b.hidden)


def styles(content: str) -> dict[str, tuple[str, str]]:
    return {"styles.xml": ("styles", part("w:styles", content))}


# ---------------------------------------------------------------------------------------------- order and structure


def test_reads_body_and_tables_in_document_order():
    body = para("Before") + table((para("Excel"), para("9 years"))) + para("After")
    assert texts(body) == ["Before", "Excel", "9 years", "After"]


def test_a_cell_of_one_paragraph_is_a_cell_and_a_layout_cell_reads_like_the_body():
    body = table((para("Excel"), para("Clerk, Acme") + para("Posted payments")))
    assert [b.kind for b in blocks(body)] == ["cell", "paragraph", "paragraph"]


def test_reads_nested_tables_where_they_stand():
    inner = table((para("inner"),))
    assert texts(table((para("first") + inner + para("last"),))) == ["first", "inner", "last"]


def test_a_merged_cell_is_read_once():
    merged = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    body = (
        f"<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>"
        f"{para('Skills')}</w:tc></w:tr><w:tr>{merged}</w:tr></w:tbl>"
    )
    assert texts(body) == ["Skills"]


def test_headers_come_first_and_footers_last_each_once():
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="h.xml"/>'
        '<w:footerReference w:type="default" r:id="f.xml"/></w:sectPr>'
    )
    body = para("one") + f"<w:p><w:pPr>{section}</w:pPr></w:p>" + para("two") + section
    parts = {"h.xml": ("header", part("w:hdr", para("Jane Doe"))), "f.xml": ("footer", part("w:ftr", para("Page 1")))}
    assert texts(body, parts) == ["Jane Doe", "one", "two", "Page 1"]


def test_a_first_page_header_counts_only_where_it_is_switched_on():
    parts = {"h.xml": ("header", part("w:hdr", para("Cover")))}
    reference = '<w:headerReference w:type="first" r:id="h.xml"/>'
    assert texts(para("text") + f"<w:sectPr>{reference}</w:sectPr>", parts) == ["text"]
    assert texts(para("text") + f"<w:sectPr>{reference}<w:titlePg/></w:sectPr>", parts) == ["Cover", "text"]


TEXT_BOX = """<w:r><mc:AlternateContent>
<mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:extent cx="990000" cy="990000"/>
<a:graphic><a:graphicData><wps:wsp><wps:spPr>{fill}</wps:spPr>
<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>
<mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>
</mc:AlternateContent></w:r>"""


def test_a_text_box_is_read_once_after_its_paragraph():
    box = TEXT_BOX.format(content=para("Boxed"), fill="")
    assert texts(f"<w:p>{box}{run('Host')}</w:p>" + para("Next")) == ["Host", "Boxed", "Next"]


def test_a_fallback_is_read_where_the_choice_holds_no_text():
    box = "<w:txbxContent><w:p><w:r><w:t>Old box</w:t></w:r></w:p></w:txbxContent>"
    body = (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="x"><w:drawing/></mc:Choice>'
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert texts(body) == ["Old box"]


def test_reads_word_art():
    assert texts('<w:p><w:r><w:pict><v:shape><v:textpath string="JANE DOE"/></v:shape></w:pict></w:r></w:p>') == [
        "JANE DOE"
    ]


def test_reads_content_controls_of_every_level():
    body = (
        f"<w:sdt><w:sdtPr><w:alias w:val='no'/></w:sdtPr><w:sdtContent>{para('block')}</w:sdtContent></w:sdt>"
        f"<w:p>{run('in ')}<w:sdt><w:sdtContent>{run('line')}</w:sdtContent></w:sdt></w:p>"
        f"<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc>{para('cell')}</w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>"
    )
    assert texts(body) == ["block", "in line", "cell"]


def test_reads_the_words_of_hyperlinks_and_not_their_targets():
    relation = f'<Relationship Id="x" Type="{RELATION}hyperlink" Target="https://evil.example" TargetMode="External"/>'
    body = f'<w:p>{run("See ")}<w:hyperlink r:id="x">{run("my page")}</w:hyperlink></w:p>'
    assert texts(body, relations=relation) == ["See my page"]


def test_keeps_insertions_and_leaves_out_deletions_moves_and_comments():
    body = (
        f"<w:p>{run('Led ')}<w:del><w:r><w:delText>gone </w:delText></w:r></w:del><w:ins>{run('ten ')}</w:ins>"
        f"<w:moveFrom>{run('away ')}</w:moveFrom><w:moveTo>{run('clerks')}</w:moveTo>"
        '<w:r><w:commentReference w:id="1"/></w:r></w:p>'
    )
    parts = {"comments.xml": ("comments", part("w:comments", f'<w:comment w:id="1">{para("nice")}</w:comment>'))}
    assert texts(body, parts) == ["Led ten clerks"]


def test_a_deleted_paragraph_end_joins_two_paragraphs():
    body = para(run("Posted pay"), "<w:rPr><w:del/></w:rPr>") + para("ments")
    assert texts(body) == ["Posted payments"]


def test_a_deleted_table_row_is_left_out():
    body = (
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{para('gone')}"
        f"</w:tc></w:tr><w:tr><w:tc>{para('kept')}</w:tc></w:tr></w:tbl>"
    )
    assert texts(body) == ["kept"]


def test_a_note_follows_the_paragraph_that_refers_to_it():
    body = f'<w:p>{run("Audited books")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>' + para("Next")
    notes = (
        f'<w:footnote w:id="0" w:type="separator">{para("---x")}'
        f'</w:footnote><w:footnote w:id="2">{para("With Acme.")}</w:footnote>'
    )
    parts = {"footnotes.xml": ("footnotes", part("w:footnotes", notes))}
    assert texts(body, parts) == ["Audited books", "With Acme.", "Next"]


def test_reads_the_words_of_charts_and_diagrams():
    chart = (
        "<c:title><c:tx><a:p><a:r><a:t>Skill levels</a:t></a:r></a:p></c:tx></c:title><c:ser>"
        "<c:cat><c:pt><c:v>Excel</c:v></c:pt><c:pt><c:v>SAP</c:v></c:pt>"
        "</c:cat><c:val><c:pt><c:v>4.5</c:v></c:pt></c:val></c:ser>"
    )
    diagram = "<dgm:pt><dgm:t><a:p><a:r><a:t>Plan </a:t></a:r><a:r><a:t>budgets</a:t></a:r></a:p></dgm:t></dgm:pt>"
    parts = {
        "chart1.xml": ("chart", part("c:chartSpace", chart)),
        "data1.xml": ("diagramData", part("dgm:dataModel", diagram)),
    }
    body = (
        '<w:p><w:r><w:drawing><c:chart r:id="chart1.xml"/></w:drawing></w:r>'
        '<w:r><w:drawing><dgm:relIds r:dm="data1.xml"/></w:drawing></w:r></w:p>'
    )
    assert texts(body, parts) == ["Skill levels", "Excel", "SAP", "Plan budgets"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("c.html", "<html><body><p>Posted payments</p></body></html>"),
        ("c.rtf", r"{\rtf1 Posted payments\par}"),
    ],
)
def test_reads_embedded_documents_of_other_formats(name, content):
    assert texts('<w:altChunk r:id="' + name + '"/>', {name: ("aFChunk", content)}) == ["Posted payments"]


def test_an_embedded_document_that_is_not_there_is_told():
    document = read(package(para("text") + '<w:altChunk r:id="missing"/>'))
    assert [warning.code for warning in document.warnings] == ["part-skipped"]


# ---------------------------------------------------------------------------------------------- paragraphs


def test_headings_are_told_by_their_style_or_what_it_is_based_on():
    content = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H1"/></w:style>'
    )
    body = para("Skills", '<w:pStyle w:val="Mine"/>') + para("Excel") + para("Work", '<w:outlineLvl w:val="0"/>')
    assert [b.kind for b in blocks(body, styles(content))] == ["heading", "paragraph", "heading"]


def test_styles_that_are_based_on_each_other_do_not_hang():
    content = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:name w:val="{a}"/><w:basedOn w:val="{b}"/></w:style>'
        for a, b in (("A", "B"), ("B", "A"))
    )
    assert texts(para("text", '<w:pStyle w:val="A"/>'), styles(content)) == ["text"]


def test_list_items_are_bullets_unless_their_level_has_no_mark():
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
        '</w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="none"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    item = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr>'
    body = para("a", item.format(0, 1)) + para("b", item.format(1, 1)) + para("c", item.format(0, 0))
    parts = {"numbering.xml": ("numbering", part("w:numbering", numbering))}
    assert [b.kind for b in blocks(body, parts)] == ["bullet", "paragraph", "paragraph"]


def test_typed_bullets_lose_their_mark():
    symbol = '<w:r><w:sym w:font="Wingdings" w:char="F0A7"/><w:tab/></w:r>'
    found = blocks(para("• Posted payments") + f"<w:p>{symbol}{run('Filed claims')}</w:p>")
    assert [(b.text, b.kind) for b in found] == [("Posted payments", "bullet"), ("Filed claims", "bullet")]


def test_tabs_and_line_breaks_part_blocks():
    body = f"<w:p>{run('Clerk, Acme')}<w:r><w:tab/></w:r>{run('2019')}<w:r><w:br/></w:r>{run('Duluth')}</w:p>"
    assert texts(body) == ["Clerk, Acme", "2019", "Duluth"]


def test_a_range_of_dates_is_not_parted_by_its_tabs():
    tab = "<w:r><w:tab/></w:r>"
    assert texts(f"<w:p>{run('2019')}{tab}{run('–')}{tab}{run('2021')}{tab}{run('Acme')}</w:p>") == [
        "2019 – 2021",
        "Acme",
    ]


def test_a_line_wrapped_by_hand_is_one_block():
    first = "Reviewed the accounts receivable aging report"
    body = f"<w:p>{run(first)}<w:r><w:br/></w:r>{run('each week and cut balances')}</w:p>"
    assert texts(body) == [f"{first} each week and cut balances"]


def test_words_split_over_runs_stay_whole():
    assert texts(f"<w:p>{run('Ex')}{run('cel', '<w:b/>')}</w:p>") == ["Excel"]


def test_field_results_are_text_and_instructions_are_not():
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    nested = mark("begin") + run("hidden result") + mark("end")
    body = (
        f"<w:p>{mark('begin')}<w:r><w:instrText>HYPERLINK</w:instrText>"
        f"</w:r>{nested}{mark('separate')}{run('Shown')}{mark('end')}</w:p>"
    )
    assert texts(body)[0].endswith("Shown")
    assert "HYPERLINK" not in texts(body)[0]


def test_an_unfinished_field_loses_no_text():
    body = f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{run("Posted payments")}</w:p>' + para("Next")
    assert texts(body) == ["Posted payments", "Next"]


def test_formulas_and_special_characters_are_read():
    body = f"<w:p>{run('x')}<m:oMath><m:r><m:t>=1</m:t></m:r></m:oMath><w:r><w:noBreakHyphen/></w:r>{run('y')}</w:p>"
    assert texts(body) == ["x=1-y"]


def test_size_and_boldness_are_those_of_the_letters():
    content = '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
    body = para(run("EXPERIENCE", '<w:b/><w:sz w:val="28"/>')) + para(run("Clerk", "<w:b/>") + run(" at Acme Ltd"))
    assert [(b.font_size, b.is_bold) for b in blocks(body, styles(content))] == [(14.0, True), (11.0, False)]


# ---------------------------------------------------------------------------------------------- hidden text


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ("<w:vanish/>", "marked as hidden"),
        ('<w:color w:val="FFFFFF"/>', "in the colour of its background"),
        ('<w:color w:val="FEFDFE"/>', "in the colour of its background"),
        ('<w:color w:val="auto" w:themeColor="background1"/>', "in the colour of its background"),
        ('<w:shd w:val="clear" w:fill="000000"/><w:color w:val="050505"/>', "in the colour of its background"),
        ('<w:sz w:val="2"/>', "only 1 points high"),
        ('<w:w w:val="1"/>', "squeezed to no width"),
        ("<w14:textFill><w14:noFill/></w14:textFill>", "transparent"),
        (
            '<w:color w:val="000000"/><w14:textFill><w14:solidFill><w14:srgbClr w14:val="FFFFFF"/></w14:solidFill>'
            "</w14:textFill>",
            "in the colour of its background",
        ),
        ('<w:color w:val="000000" w:themeColor="background1"/>', "in the colour of its background"),
        ('<w:color w:val="808080" w:themeColor="text1" w:themeTint="05"/>', "in the colour of its background"),
        (
            '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F3864" w:themeFill="bg1"/>',
            "in the colour of its background",
        ),
        ('<w:spacing w:val="-200"/>', "squeezed to no width"),
    ],
)
def test_words_that_nobody_sees_are_hidden_with_a_reason(properties, reason):
    found = blocks(para(run("Clerk at Acme ") + run("Excel SAP", properties)))
    assert [(b.text, b.hidden) for b in found] == [("Clerk at Acme", ""), ("Excel SAP", reason)]


@pytest.mark.parametrize(
    "properties",
    [
        '<w:vanish w:val="0"/>',
        '<w:color w:val="auto"/>',
        '<w:color w:val="7F7F7F"/>',
        '<w:shd w:val="clear" w:fill="1F3864"/><w:color w:val="FFFFFF"/>',
        '<w:highlight w:val="darkBlue"/><w:color w:val="FFFFFF"/>',
        '<w:sz w:val="8"/>',
        '<w:w w:val="90"/>',
        '<w:color w:val="FFFFFF" w:themeColor="text1"/>',
        '<w:color w:val="FFFFFF" w:themeColor="background1" w:themeShade="80"/>',
        '<w:color w:val="FFFFFF"/><w14:textFill><w14:gradFill/></w14:textFill>',
        '<w:spacing w:val="-10"/>',
    ],
)
def test_words_that_can_be_seen_are_not_hidden(properties):
    assert shown_and_hidden(para(run("Excel", properties))) == ("Excel", "")


WHITE = run("Excel", '<w:color w:val="FFFFFF"/>')
DARK_FILL = '<a:solidFill><a:srgbClr val="1F3864"/></a:solidFill>'
DARK = '<w:shd w:val="clear" w:fill="1F3864"/>'


@pytest.mark.parametrize(
    "body",
    [
        para(WHITE, DARK),
        table((para(WHITE),), cell=DARK),
        table((para(WHITE),), properties=DARK),
        f"<w:p>{TEXT_BOX.format(content=para(WHITE), fill=DARK_FILL)}</w:p>",
    ],
    ids=["paragraph", "cell", "table", "text box"],
)
def test_white_text_on_a_dark_ground_is_honest(body):
    assert shown_and_hidden(body) == ("Excel", "")


@pytest.mark.parametrize(
    "body",
    [
        para(WHITE, '<w:shd w:val="clear" w:fill="FFFFFF"/>'),
        table((para(WHITE),)),
        table((table((para(WHITE),), cell='<w:shd w:val="clear" w:fill="FDFDFD"/>'),), cell=DARK),
        f"<w:p>{TEXT_BOX.format(content=para(WHITE), fill='<a:noFill/>')}</w:p>",
    ],
    ids=["white paragraph", "plain cell", "white cell in a dark one", "box without fill"],
)
def test_white_text_on_a_light_ground_is_hidden(body):
    assert shown_and_hidden(body) == ("", "Excel")


def test_white_text_may_stand_on_a_shape_behind_the_page_or_on_a_coloured_page():
    shape = (
        '<w:p><w:r><w:drawing><wp:anchor behindDoc="1"><wp:extent cx="2540000" cy="9000000"/><a:graphic>'
        "<wps:spPr><a:solidFill/></wps:spPr></a:graphic></wp:anchor></w:drawing></w:r></w:p>"
    )
    assert shown_and_hidden(shape + para(WHITE)) == ("Excel", "")
    assert shown_and_hidden(para(WHITE), background='<w:background w:color="203040"/>') == ("Excel", "")


def test_a_white_shape_behind_the_page_is_no_ground_for_white_text():
    shape = (
        '<w:p><w:r><w:drawing><wp:anchor behindDoc="1"><wp:extent cx="2540000" cy="9000000"/><a:graphic>'
        '<wps:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></wps:spPr></a:graphic></wp:anchor>'
        "</w:drawing></w:r></w:p>"
    )
    assert shown_and_hidden(shape + para(WHITE)) == ("", "Excel")


ANCHOR = (
    "<w:p><w:r><w:drawing><wp:anchor>{place}<wp:extent {size}/><a:graphic><a:graphicData><wps:wsp><wps:txbx>"
    "<w:txbxContent><w:p><w:r><w:t>Excel</w:t></w:r></w:p></w:txbxContent></wps:txbx><wps:bodyPr>{fit}</wps:bodyPr>"
    "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>"
)
LEFT = '<wp:positionH relativeFrom="page"><wp:posOffset>{}</wp:posOffset></wp:positionH>'


@pytest.mark.parametrize(
    ("place", "size", "fit", "is_seen"),
    [
        ("", 'cx="900000" cy="900000"', "", True),
        ("", 'cx="1" cy="900000"', "", False),
        ("", 'cx="900000" cy="0"', "<a:spAutoFit/>", True),
        (LEFT.format(-20_000_000), 'cx="900000" cy="900000"', "", False),
        (LEFT.format(-8_000_000), 'cx="900000" cy="900000"', "", False),
        (LEFT.format(-900_000), 'cx="9000000" cy="900000"', "", True),
    ],
)
def test_a_text_box_is_seen_where_it_has_size_and_stands_on_the_page(place, size, fit, is_seen):
    expected = ("Excel", "") if is_seen else ("", "Excel")
    assert shown_and_hidden(ANCHOR.format(place=place, size=size, fit=fit)) == expected


def test_a_choice_that_word_does_not_know_is_not_what_people_see():
    both = (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="odd" xmlns:odd="http://example.com/odd"><w:t>Excel</w:t>'
        "</mc:Choice><mc:Fallback><w:t>Cook</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert "Excel" not in " ".join(texts(both))


def test_hidden_by_a_style():
    content = '<w:style w:type="character" w:styleId="X"><w:name w:val="X"/><w:rPr><w:vanish/></w:rPr></w:style>'
    assert shown_and_hidden(para(run("Excel", '<w:rStyle w:val="X"/>')), styles(content)) == ("", "Excel")


@pytest.mark.parametrize(
    "body",
    [
        para(run("Excel"), '<w:spacing w:line="10" w:lineRule="exact"/>'),
        para(run("Excel"), '<w:framePr w:x="-90000"/>'),
        para(run("Excel"), '<w:ind w:left="20000"/>'),
        para(run("Excel"), '<w:ind w:left="-20000" w:right="20000"/>'),
        f'<w:tbl><w:tr><w:trPr><w:trHeight w:val="5" w:hRule="exact"/>'
        f"</w:trPr><w:tc>{para('Excel')}</w:tc></w:tr></w:tbl>",
        f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{para('Excel')}</w:tc></w:tr></w:tbl>",
    ],
    ids=[
        "line without height",
        "frame off the page",
        "line off the page",
        "line left of the page",
        "row without height",
        "hidden row",
    ],
)
def test_hidden_by_its_place(body):
    assert shown_and_hidden(body) == ("", "Excel")


def test_a_vanished_part_of_a_word_leaves_no_gap_and_white_spacers_are_no_text():
    assert shown_and_hidden(para(run("Ex") + run("tra", "<w:vanish/>") + run("cel"))) == ("Excel", "tra")
    assert shown_and_hidden(para(run("Clerk") + run(" ... ", '<w:color w:val="FFFFFF"/>') + run("2019"))) == (
        "Clerk 2019",
        "",
    )


# ---------------------------------------------------------------------------------------------- packages


@pytest.mark.parametrize(
    "main_type",
    [
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "text/plain",
    ],
    ids=["docm", "dotx", "wrong"],
)
def test_reads_macro_files_templates_and_wrong_content_types(main_type):
    assert [b.text for b in read(package(para("text"), main_type=main_type)).blocks] == ["text"]


def rezip(data: bytes, *, rename: dict[str, str] | None = None, replace: dict[str, bytes] | None = None) -> bytes:
    members = unpack(data) | (replace or {})
    return pack({(rename or {}).get(name, name): content for name, content in members.items() if content})


def strict(data: bytes) -> bytes:
    changed = {
        name: content.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/",
            b"http://purl.oclc.org/ooxml/wordprocessingml/",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"
        )
        for name, content in unpack(data).items()
    }
    return pack(changed)


def test_reads_strict_ooxml_with_its_headers():
    parts = {"h.xml": ("header", part("w:hdr", para("Jane Doe")))}
    body = para("text") + '<w:sectPr><w:headerReference w:type="default" r:id="h.xml"/></w:sectPr>'
    assert [b.text for b in read(strict(package(body, parts))).blocks] == ["Jane Doe", "text"]


def test_reads_flat_packages_and_word_2003_xml():
    main = part("w:document", f"<w:body>{para('text')}</w:body>").split("?>")[1]
    flat = (
        '<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        '<pkg:part pkg:name="/_rels/.rels"><pkg:xmlData><Relationships '
        'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{RELATION}officeDocument" '
        f'Target="word/document.xml"/></Relationships></pkg:xmlData></pkg:part>'
        f'<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>{main}</pkg:xmlData></pkg:part></pkg:package>'
    )
    assert [b.text for b in read(flat.encode()).blocks] == ["text"]
    old = (
        '<?xml version="1.0"?><w:wordDocument '
        'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:wx="x">'
        "<w:body><wx:sect><w:p><w:r><w:t>text</w:t></w:r></w:p></wx:sect></w:body></w:wordDocument>"
    )
    assert [b.text for b in read(old.encode()).blocks] == ["text"]


def test_a_backslash_in_a_path_is_a_slash():
    data = package(
        para("text") + '<w:sectPr><w:headerReference w:type="default" r:id="h"/></w:sectPr>',
        relations=f'<Relationship Id="h" Type="{RELATION}header" Target="sub\\h.xml"/>'
        f'<Relationship Id="i" Type="{RELATION}image" Target="media\\image1.png"/>',
        extra={"word\\sub\\h.xml": part("w:hdr", para("Jane Doe")).encode(), "word\\media\\image1.png": b"\x89PNG"},
    )
    assert [b.text for b in read(data).blocks] == ["Jane Doe", "text"]


@pytest.mark.parametrize(
    "relation",
    [
        f'<Relationship Id="a" Type="{RELATION}header" Target="missing.xml"/>',
        f'<Relationship Id="a" Type="{RELATION}styles" Target="NULL"/>',
        f'<Relationship Id="a" Type="{RELATION}attachedTemplate" '
        f'Target="http://evil.example/t.dotm" TargetMode="External"/>',
        f'<Relationship Id="a" Type="{RELATION}header" Target="document.xml"/>',
        "<Relationship/>",
    ],
)
def test_broken_and_outside_relations_are_left_alone(relation):
    assert texts(para("text"), relations=relation) == ["text"]


@pytest.mark.parametrize("name", ["[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels"])
def test_packages_without_their_lists_are_read(name):
    assert [b.text for b in read(rezip(package(para("text")), replace={name: b""})).blocks] == ["text"]


def test_bad_properties_do_no_harm():
    data = rezip(FIXTURE.read_bytes(), replace={"docProps/core.xml": b"<oops"})
    assert read(data).blocks == read(FIXTURE.read_bytes()).blocks


def test_damaged_xml_gives_what_can_be_read_and_says_so():
    whole = part("w:document", f"<w:body>{para('Posted payments')}{para('Filed claims')}</w:body>")
    data = rezip(package(para("x")), replace={"word/document.xml": whole[: whole.index("claims")].encode()})
    document = read(data)
    assert document.blocks[0].text == "Posted payments"
    assert [warning.code for warning in document.warnings] == ["damaged"]


def test_a_cut_off_archive_gives_what_can_be_read_and_says_so():
    data = package(para("Posted payments"))
    cut = data[: data.index(b"PK\x01\x02")]
    document = read(cut)
    assert [b.text for b in document.blocks] == ["Posted payments"]
    assert [warning.code for warning in document.warnings] == ["damaged"]


def test_an_archive_of_something_else_is_unreadable():
    with pytest.raises(UnreadableResumeError, match="without a Word document"):
        read(rezip(package(para("x")), rename={"word/document.xml": "word/other.bin"}, replace={"_rels/.rels": b""}))


def test_a_document_without_a_body_is_unreadable():
    with pytest.raises(UnreadableResumeError, match="without a body"):
        read(rezip(package(""), replace={"word/document.xml": part("w:document", "").encode()}))


def test_a_locked_archive_is_encrypted():
    data = bytearray(package(para("x")))
    at = data.index(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    with pytest.raises(EncryptedResumeError, match="password"):
        read(bytes(data))


# ---------------------------------------------------------------------------------------------- hostile files


def test_a_zip_bomb_hits_the_limit():
    bomb = para("a" * 3_000_000)
    with pytest.raises(ResumeLimitError, match="decompressed_bytes"):
        read(package(bomb), decompressed_bytes=1_000_000)


def test_a_long_document_hits_the_limit():
    with pytest.raises(ResumeLimitError, match="max-characters"):
        read(package(para("word ") * 400), characters=1_000)


def test_entities_are_neither_expanded_nor_fetched(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    declarations = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "lol">{declarations}<!ENTITY file SYSTEM "{secret.as_uri()}">]>'
    xml = part("w:document", f"<w:body>{para('Jane &file; &e9; Doe')}</w:body>").replace("?>", f"?>{doctype}", 1)
    document = read(rezip(package(""), replace={"word/document.xml": xml.encode()}))
    joined = " ".join(b.text for b in document.blocks)
    assert "TOPSECRET" not in joined and "lol" not in joined


def test_deep_nesting_is_read_or_refused():
    body = para("deep")
    for _ in range(300):
        body = table((body,))
    try:
        document = read(package(body))
    except SkillgapError:
        return
    assert isinstance(document, Document)


def test_paragraphs_within_paragraphs_are_read_as_far_as_honest_files_go():
    body = "<w:p>" + run("outer") + "<w:p>" * 200 + run("inner") + "</w:p>" * 200 + "</w:p>" + para("after")
    document = read(package(body))
    assert [b.text for b in document.blocks] == ["outer", "after"]
    assert "part-skipped" in [w.code for w in document.warnings]


def test_a_document_that_embeds_itself_ends():
    inner = package(
        '<w:altChunk r:id="x.docx"/>',
        extra={"word/x.docx": b""},
        relations=f'<Relationship Id="x.docx" Type="{RELATION}aFChunk" Target="x.docx"/>',
    )
    for _ in range(4):
        inner = package(
            para("level") + '<w:altChunk r:id="x.docx"/>',
            extra={"word/x.docx": inner},
            relations=f'<Relationship Id="x.docx" Type="{RELATION}aFChunk" Target="x.docx"/>',
        )
    document = read(inner)
    assert 1 <= len(document.blocks) <= 4
    assert "part-skipped" in {warning.code for warning in document.warnings}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_damage_gives_a_document_or_a_typed_error(data):
    content = bytearray(package(para("Posted payments") + table((para("Excel"),))))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(content) // 2, len(content)))
    try:
        document = read(bytes(content[:cut]))
    except SkillgapError:
        return
    assert all("\n" not in block.text for block in document.blocks)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("abc é漢\t\n", max_size=12), max_size=6))
def test_no_word_of_a_python_docx_document_is_lost(paragraphs):
    source = docx.Document()
    for text in paragraphs:
        source.add_paragraph(text)
    target = io.BytesIO()
    source.save(target)
    found = " ".join(block.text for block in read(target.getvalue()).blocks)
    assert found.split() == " ".join(paragraphs).split()
