"""Documents whose parts nest, refer to each other and lie in ways that no program writes.

Hypothesis builds the trees. Whatever they are, a file gives one report or one typed error, in time; where the words
that people see stand in a sound run, they are found, and found once.
"""

from __future__ import annotations

import io
import re
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archives import pack, unpack
from skillgap import Role, analyze, parse_resume
from skillgap.errors import SkillgapError
from skillgap.model import GapReport, Limits, Resume
from skillgap.parsing.pdf import Engine

ROLE = Role.from_skills("Clerk", ["Bookkeeping", "Python", "Negotiation"])
SECONDS = 5.0
# A word that stands nowhere else, so that it can be counted.
MARK = "Quokkaherding"

quick = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large],
)


def analyze_in_time(data: bytes, engine: Engine = "pdfminer") -> GapReport | None:
    """The report on a file, None where it gives a typed error; either must come soon and keep its promises."""
    began = time.monotonic()
    try:
        report = analyze(
            data, ROLE, engine=engine, ocr=False, limits=Limits(seconds=SECONDS, decompressed_bytes=20_000_000)
        )
    except SkillgapError as error:
        assert str(error)
        return None
    finally:
        assert time.monotonic() - began < 2 * SECONDS
    resume = report.resume
    size = len(resume.text)
    for span in (*resume.blocks, *resume.pages, *resume.sections, *resume.hidden, *resume.contacts):
        assert 0 <= span.start <= span.end <= size
    for skill in (*report.hard_skills, *report.core_skills):
        for evidence in skill.evidence:
            assert resume.text[evidence.start : evidence.end] == evidence.text
    return report


def count_seen(resume: Resume) -> int:
    """How many times the mark stands where it is seen."""
    places = [match.start() for match in re.finditer(MARK, resume.text)]
    return sum(not any(hidden.start <= place < hidden.end for hidden in resume.hidden) for place in places)


def name_spaces(spaces: dict[str, str]) -> str:
    return " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in spaces.items())


# ---------------------------------------------------------------------------------------------- Word

OPEN_XML = "http://schemas.openxmlformats.org/"
WORD_SPACES = name_spaces(
    {
        "w": f"{OPEN_XML}wordprocessingml/2006/main",
        "r": f"{OPEN_XML}officeDocument/2006/relationships",
        "a": f"{OPEN_XML}drawingml/2006/main",
        "c": f"{OPEN_XML}drawingml/2006/chart",
        "dgm": f"{OPEN_XML}drawingml/2006/diagram",
        "mc": f"{OPEN_XML}markup-compatibility/2006",
        "m": f"{OPEN_XML}officeDocument/2006/math",
        "wp": f"{OPEN_XML}drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
    }
)
RELATION = f"{OPEN_XML}officeDocument/2006/relationships/"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
TYPES = (
    f'<Types xmlns="{OPEN_XML}package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
)


def part(tag: str, content: str) -> str:
    return f"<{tag} {WORD_SPACES}>{content}</{tag}>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


NUMBERS = st.sampled_from(["0", "-1", "1", "99", "2147483648", "-99999999999999999999", "1e308", "nan", "", "x", "½"])
PROPERTIES = st.one_of(
    st.sampled_from(
        ["<w:b/>", "<w:vanish/>", '<w:rStyle w:val="A"/>', '<w:color w:val="FFFFFF" w:themeColor="none"/>']
    ),
    st.builds('<w:sz w:val="{}"/>'.format, NUMBERS),
    st.builds('<w:w w:val="{}"/>'.format, NUMBERS),
    st.builds('<w:spacing w:val="{}"/>'.format, NUMBERS),
    st.builds('<w:shd w:val="{0}" w:fill="{0}" w:themeFill="{0}" w:themeFillTint="{0}"/>'.format, NUMBERS),
)
PARAGRAPH_PROPERTIES = st.one_of(
    st.sampled_from(['<w:pStyle w:val="A"/>', '<w:pStyle w:val="none"/>', "<w:rPr><w:del/></w:rPr>"]),
    st.builds('<w:numPr><w:ilvl w:val="{0}"/><w:numId w:val="{0}"/></w:numPr>'.format, NUMBERS),
    st.builds('<w:ind w:left="{0}" w:hanging="{0}"/>'.format, NUMBERS),
    st.builds('<w:spacing w:line="{0}" w:lineRule="exact"/>'.format, NUMBERS),
    st.builds('<w:outlineLvl w:val="{0}"/>'.format, NUMBERS),
    st.builds('<w:framePr w:x="{0}" w:y="{0}"/>'.format, NUMBERS),
)
RUNS = st.one_of(
    st.builds(run, st.sampled_from(["clerk ", "kept books", "&amp;", "\t", " "]), PROPERTIES),
    st.sampled_from(
        [
            "<w:r><w:tab/><w:br/><w:noBreakHyphen/></w:r>",
            '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:char="zzzz"/></w:r>',
            '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText>'
            '<w:fldChar w:fldCharType="separate"/><w:t>3</w:t><w:fldChar w:fldCharType="end"/></w:r>',
            '<w:r><w:fldChar w:fldCharType="end"/><w:fldChar w:fldCharType="separate"/></w:r>',
            '<w:r><w:footnoteReference w:id="1"/><w:endnoteReference w:id="77"/></w:r>',
            "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>",
            '<w:r><w:drawing><wp:inline><c:chart r:id="none"/><dgm:relIds r:dm="doc"/></wp:inline></w:drawing></w:r>',
            '<w:r><w:pict><v:shape style="width:1e99pt"><v:imagedata r:id="none"/></v:shape></w:pict></w:r>',
            "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath><w:r/><w:unknown><w:r/></w:unknown>",
        ]
    ),
)


def box(content: str) -> str:
    """A text box as Word writes it: once for itself, and once for programs that do not know its shapes."""
    inner = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor>'
        '<wp:extent cx="990000" cy="990000"/>'
        f"<a:graphic><a:graphicData><wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor>"
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


# What may hold blocks and lets them be seen.
HOLDERS: tuple[Callable[[str], str], ...] = (
    lambda inner: f"<w:tbl><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>",
    lambda inner: (
        f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999"/></w:tcPr>{inner}</w:tc><w:tc/></w:tr></w:tbl>'
    ),
    lambda inner: f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>",
    lambda inner: f"<w:customXml>{inner}</w:customXml>",
    lambda inner: f"<w:ins>{inner}</w:ins>",
    lambda inner: f"<w:moveTo>{inner}</w:moveTo>",
    lambda inner: (
        f"<mc:AlternateContent><mc:Choice>{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent>"
    ),
    box,
)
# What may hold runs and lets them be seen.
RUN_HOLDERS: tuple[Callable[[str], str], ...] = (
    lambda inner: f'<w:hyperlink r:id="none">{inner}</w:hyperlink>',
    lambda inner: f"<w:ins>{inner}</w:ins>",
    lambda inner: f"<w:smartTag>{inner}</w:smartTag>",
    lambda inner: f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>",
    lambda inner: f'<w:fldSimple w:instr="x">{inner}</w:fldSimple>',
    lambda inner: f"<w:dir>{inner}</w:dir>",
)
PARAGRAPHS = st.builds(
    lambda runs, properties: para("".join(runs) or "<w:r/>", properties),
    st.lists(RUNS, max_size=4),
    PARAGRAPH_PROPERTIES,
)
BLOCKS = st.recursive(
    PARAGRAPHS,
    lambda inner: st.builds(
        lambda hold, parts: hold("".join(parts)), st.sampled_from(HOLDERS), st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)
MARKED = st.builds(
    lambda runs, blocks: wrap(f"<w:p>{wrap(run(MARK), runs)}</w:p>", blocks),
    st.lists(st.sampled_from(RUN_HOLDERS), max_size=4),
    st.lists(st.sampled_from(HOLDERS), max_size=5),
)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style><w:style w:styleId="A"/>'
)
NUMBERING = (
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"/></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
)
NOTES = '<w:footnote w:id="1"><w:p><w:r><w:footnoteReference w:id="1"/><w:t>note</w:t></w:r></w:p></w:footnote>'
STRICT = (
    (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    ),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
    ("http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main"),
)


def wrap(content: str, holders: list[Callable[[str], str]]) -> str:
    for hold in holders:
        content = hold(content)
    return content


def make_word(body: str, relations: str = "") -> bytes:
    kinds = ("styles", "numbering", "footnotes")
    parts = "".join(f'<Relationship Id="{kind}" Type="{RELATION}{kind}" Target="{kind}.xml"/>' for kind in kinds)
    main = f'<Relationship Id="main" Type="{RELATION}officeDocument" Target="word/document.xml"/>'
    return pack(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONS.format(main),
            "word/document.xml": part("w:document", f"<w:body>{body}</w:body>"),
            "word/_rels/document.xml.rels": RELATIONS.format(parts + relations),
            "word/styles.xml": part("w:styles", STYLES),
            "word/numbering.xml": part("w:numbering", NUMBERING),
            "word/footnotes.xml": part("w:footnotes", NOTES),
        }
    )


def rewrite(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """An archive with each of its members changed."""
    return pack({name: change(name, content) for name, content in unpack(data).items()})


def make_strict(_: str, content: bytes) -> bytes:
    for loose, strict in STRICT:
        content = content.replace(loose.encode(), strict.encode())
    return content


@quick
@given(st.lists(BLOCKS, max_size=3), MARKED, st.lists(BLOCKS, max_size=3), st.booleans())
def test_words_in_a_sound_run_of_a_word_file_are_found_once(
    before: list[str], marked: str, after: list[str], is_strict: bool
) -> None:
    data = make_word("".join((*before, "<w:p/>", marked, *after)))
    report = analyze_in_time(rewrite(data, make_strict) if is_strict else data)
    assert report is not None
    assert count_seen(report.resume) == 1


FAULTY_RELATIONS = st.lists(
    st.sampled_from(
        [
            f'<Relationship Id="doc" Type="{RELATION}header" Target="document.xml"/>',
            f'<Relationship Id="doc" Type="{RELATION}footer" Target="document.xml"/>',
            f'<Relationship Id="x" Type="{RELATION}styles" Target="nowhere.xml"/>',
            f'<Relationship Id="y" Type="{RELATION}styles" Target="../../../etc/passwd"/>',
            f'<Relationship Id="z" Type="{RELATION}frame" Target="http://example.com/x" TargetMode="External"/>',
            f'<Relationship Id="chunk" Type="{RELATION}aFChunk" Target="document.xml"/>',
            '<Relationship Id="" Type="" Target=""/><Relationship/>',
        ]
    ),
    max_size=3,
)
REFERRING = (
    '<w:altChunk r:id="chunk"/><w:p><w:pPr><w:sectPr><w:headerReference r:id="doc"/><w:footerReference r:id="none"/>'
    "</w:sectPr></w:pPr></w:p>"
)
MEMBERS = ("[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml")
FAULTS = st.lists(
    st.tuples(
        st.sampled_from(MEMBERS),
        st.sampled_from(
            ["drop", "empty", "cut", "double", "other type", "not XML", "swap", "unclosed", "entity", "utf-16"]
        ),
    ),
    max_size=3,
)


def break_archive(data: bytes, faults: list[tuple[str, str]], cut: int) -> bytes:
    """An archive with faulty members, and some bytes of its end cut off."""
    members = list(unpack(data).items())
    for name, fault in faults:
        for index, (found, content) in enumerate(tuple(members)):
            if found != name:
                continue
            changed = {
                "empty": b"",
                "cut": content[: len(content) // 2],
                "other type": content.replace(MAIN.encode(), b"text/plain").replace(b"styles", b"numbering"),
                "not XML": b"\x00\xff" * 9,
                "swap": members[0][1],
                "unclosed": content.replace(b"</", b"<", 1),
                "entity": b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + content.replace(b"books", b"&x;"),
                "utf-16": content.decode("utf-8", "replace").encode("utf-16"),
            }.get(fault, content)
            members[index] = (name, changed)
            if fault == "double":
                members.append((name, content[::-1]))
        if fault == "drop":
            members = [member for member in members if member[0] != name]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            with new.open(info, "w") as file:
                file.write(content)
    packed = out.getvalue()
    return packed[: len(packed) - cut]


@quick
@given(st.lists(BLOCKS, max_size=3), FAULTY_RELATIONS, FAULTS, st.sampled_from([0, 0, 0, 1, 22, 300, 900]))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_any_word_package_gives_a_report_or_a_typed_error(
    body: list[str], relations: list[str], faults: list[tuple[str, str]], cut: int
) -> None:
    data = make_word(REFERRING + "".join(body), "".join(relations))
    report = analyze_in_time(break_archive(data, faults, cut))
    assert report is None or "passwd" not in report.resume.text


@pytest.mark.parametrize("depth", [30, 120, 400])
@pytest.mark.parametrize("hold", [*HOLDERS[:6], box], ids=lambda hold: hold("")[:9])
def test_deep_nesting_of_a_word_file_ends_soon(hold: Callable[[str], str], depth: int) -> None:
    inner = para(run(MARK))
    for _ in range(depth if hold is not box else min(depth, 12)):
        inner = hold(inner)
    report = analyze_in_time(make_word(inner + para(run("clerk"))))
    assert report is None or count_seen(report.resume) <= 1


# ---------------------------------------------------------------------------------------------- OpenDocument

ODT_NUMBERS = st.sampled_from(["0", "-1", "99999999999999999999", "1e308", "nan", "", "x"])
ODT_HOLDERS: tuple[Callable[[str], str], ...] = (
    lambda inner: f"<text:section>{inner}</text:section>",
    lambda inner: f"<text:list><text:list-item>{inner}</text:list-item></text:list>",
    lambda inner: (
        f"<table:table><table:table-row><table:table-cell>{inner}</table:table-cell></table:table-row></table:table>"
    ),
    lambda inner: (
        f'<text:p><draw:frame svg:x="1cm" svg:width="9cm"><draw:text-box>{inner}</draw:text-box></draw:frame></text:p>'
    ),
    lambda inner: f"<text:p><draw:g><draw:custom-shape>{inner}</draw:custom-shape></draw:g></text:p>",
    lambda inner: f"<text:table-of-content><text:index-body>{inner}</text:index-body></text:table-of-content>",
)
ODT_RUNS = st.one_of(
    st.builds('<text:s text:c="{0}"/>'.format, ODT_NUMBERS),
    st.builds('<text:span text:style-name="{0}">clerk</text:span>'.format, st.sampled_from("ABX")),
    st.sampled_from(
        [
            "kept books<text:tab/><text:line-break/>",
            "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>n</text:p></text:note-body></text:note>",
            '<draw:frame><draw:object xlink:href="./Object 1"/><draw:image xlink:href="http://example.com/x"/></draw:frame>',
            '<text:hidden-text text:is-hidden="true" text:string-value="x"/><office:annotation>a</office:annotation>',
        ]
    ),
)
ODT_BLOCKS = st.recursive(
    st.builds(
        lambda runs, name: f'<text:p text:style-name="{name}">{"".join(runs)}</text:p>',
        st.lists(ODT_RUNS, max_size=3),
        st.sampled_from("ABX"),
    ),
    lambda inner: st.builds(
        lambda hold, parts: hold("".join(parts)), st.sampled_from(ODT_HOLDERS), st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)
ODT_STYLES = "".join(
    f'<style:style style:name="{name}" style:family="{family}" style:parent-style-name="{above}">'
    f'<style:text-properties fo:font-size="{size}" fo:letter-spacing="{size}"/></style:style>'
    for family in ("text", "paragraph")
    for name, above, size in (("A", "B", "9999999999999%"), ("B", "A", "-1pt"))
)


OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
ODT_SPACES = name_spaces(
    {
        **{name: f"{OASIS}{name}:1.0" for name in ("office", "text", "table", "style")},
        **{"draw": f"{OASIS}drawing:1.0", "fo": f"{OASIS}xsl-fo-compatible:1.0", "svg": f"{OASIS}svg-compatible:1.0"},
        "xlink": "http://www.w3.org/1999/xlink",
    }
)


def make_odt(body: str) -> bytes:
    content = (
        f"<office:document-content {ODT_SPACES}><office:automatic-styles>{ODT_STYLES}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    return pack({"mimetype": kind, "content.xml": content, "styles.xml": content[:300]})


@quick
@given(
    st.lists(ODT_BLOCKS, max_size=3),
    st.lists(st.sampled_from(ODT_HOLDERS), max_size=6),
    st.lists(ODT_BLOCKS, max_size=3),
)
def test_words_in_a_sound_paragraph_of_an_opendocument_are_found_once(
    before: list[str], holders: list[Callable[[str], str]], after: list[str]
) -> None:
    marked = wrap(f"<text:p><text:span>{MARK}</text:span></text:p>", holders)
    report = analyze_in_time(make_odt("".join((*before, marked, *after))))
    assert report is not None
    assert count_seen(report.resume) == 1


# ---------------------------------------------------------------------------------------------- PDF

ENGINES: tuple[Engine, ...] = ("pdfminer", "pdfium")


def make_stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), entries, data)


def text_at(x: float, y: float, text: str) -> bytes:
    return b"BT /F1 12 Tf %g %g Td (%s) Tj ET\n" % (x, y, text.encode("cp1252"))


def make_pdf(objects: dict[int, bytes]) -> bytes:
    """A PDF of numbered objects; 1 is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    rows = []
    for number, body in objects.items():
        rows.append(b"%d 1\n%010d 00000 n \n" % (number, len(out)))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n" + b"".join(rows)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, start)
    return bytes(out)


FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
PDF_OBJECTS = {
    1: b"<</Type/Catalog/Pages 2 0 R>>",
    2: b"<</Type/Pages/Kids[3 0 R 10 0 R]/Count 2>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Contents 4 0 R"
    b"/Resources<</Font<</F1 5 0 R>>/XObject<</X 11 0 R>>>>>>",
    5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    6: make_stream(b"\xff", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"),
    10: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Contents[12 0 R 13 0 R]/Resources 14 0 R/Annots[15 0 R]>>",
    11: make_stream(b"/X Do /Y Do", FORM + b"/Resources<</XObject<</X 11 0 R/Y 6 0 R>>>>"),
    12: make_stream(text_at(40, 300, "Clerk kept books")),
    13: make_stream(zlib.compress(text_at(40, 200, "Python")), b"/Filter/FlateDecode"),
    14: b"<</Font<</F1 16 0 R>>/XObject<</X 11 0 R>>>>",
    15: b"<</Type/Annot/Subtype/FreeText/Rect[9 9 99 99]/Contents(Note)/Parent 15 0 R>>",
    16: b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[17 0 R]/ToUnicode 18 0 R>>",
    17: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/W[0[500 500]]/DW 500/FontDescriptor<</Type/FontDescriptor>>>>",
    18: make_stream(b"1 beginbfrange <0000> <00ff> <0000> endbfrange"),
}
PDF_PLACES = st.sampled_from(sorted(PDF_OBJECTS))
PDF_CHANGES = st.one_of(
    st.tuples(st.just("swap"), PDF_PLACES, PDF_PLACES),
    st.tuples(st.just("drop"), PDF_PLACES, PDF_PLACES),
    st.tuples(st.just("refer"), PDF_PLACES, PDF_PLACES),
    st.tuples(st.just("length"), PDF_PLACES, st.sampled_from([0, -1, 3, 10**6, 10**20])),
    st.tuples(st.just("filters"), PDF_PLACES, st.integers(1, 40)),
    st.tuples(st.just("cut"), PDF_PLACES, st.integers(1, 30)),
    st.tuples(st.just("number"), PDF_PLACES, st.sampled_from([0, -1, 10**10, 10**30])),
)


def change_pdf(objects: dict[int, bytes], change: tuple[str, int, int]) -> None:
    kind, place, value = change
    body = objects.get(place)
    if body is None:
        return
    if kind == "swap" and value in objects:
        objects[place], objects[value] = objects[value], body
    elif kind == "drop":
        del objects[place]
    elif kind == "refer":
        objects[place] = re.sub(rb"\d+ 0 R", b"%d 0 R" % value, body)
    elif kind == "length":
        objects[place] = re.sub(rb"/Length \d+", b"/Length %d" % value, body)
    elif kind == "filters":
        objects[place] = body.replace(b"/Length", b"/Filter[%s]/Length" % (b"/FlateDecode/LZWDecode/A85" * value), 1)
    elif kind == "cut":
        objects[place] = body[: len(body) - value]
    elif kind == "number":
        objects[place] = re.sub(rb"(?<![\w.])\d+(?! 0 R)(?![\w.])", b"%d" % value, body, count=2)


@quick
@given(st.lists(PDF_CHANGES, min_size=1, max_size=5), st.sampled_from(ENGINES))
def test_any_order_of_pdf_objects_gives_a_report_or_a_typed_error(
    changes: list[tuple[str, int, int]], engine: Engine
) -> None:
    if engine == "pdfium":
        pytest.importorskip("pypdfium2")
    objects = {**PDF_OBJECTS, 4: make_stream(text_at(40, 350, "Clerk"))}
    for change in changes:
        change_pdf(objects, change)
    if objects:
        analyze_in_time(make_pdf(objects), engine)


# Content that ends in the state in which it began.
PDF_CONTENT = st.lists(
    st.sampled_from(
        [
            b"q 9999999999 0 0 1e-9 0 0 cm /X Do Q",
            b"q 3 Tr 1 g BT /F1 12 Tf 40 60 Td (unseen words) Tj ET Q",
            b"BT /F9 12 Tf 40 40 Td (no such font) Tj ET",
            b"q 0 0 1 1 re W n BT /F1 9 Tf 40 80 Td (clipped words) Tj ET Q",
            b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI",
            b"/Span <</ActualText(other words)>> BDC EMC",
            b"/OC /None BDC EMC EMC",
            b"BT ET BT (a string without a font) Tj ET",
            b"1 2 3 unknown [1 [2] 3] << /A << /B (c) >> >> DP",
            b"q q q Q Q Q",
            b"99999999999999999999 w 0 0 m 1 1 l S",
        ]
    ),
    max_size=5,
)


@quick
@given(PDF_CONTENT, PDF_CONTENT, st.lists(PDF_CHANGES, max_size=3), st.booleans(), st.sampled_from(ENGINES))
def test_words_of_a_sound_pdf_page_are_found_once(
    before: list[bytes], after: list[bytes], changes: list[tuple[str, int, int]], is_packed: bool, engine: Engine
) -> None:
    if engine == "pdfium":
        pytest.importorskip("pypdfium2")
    content = b"\n".join((*before, text_at(40, 350, MARK), *after))
    sound = {1, 2, 3, 4, 5}
    objects = dict(PDF_OBJECTS)
    objects[4] = make_stream(zlib.compress(content), b"/Filter/FlateDecode") if is_packed else make_stream(content)
    for change in changes:
        if not sound & {change[1], change[2] if change[0] == "swap" else 0}:
            change_pdf(objects, change)
    report = analyze_in_time(make_pdf(objects), engine)
    assert report is not None
    assert count_seen(report.resume) == 1


def test_a_mark_is_counted_where_it_is_seen() -> None:
    resume = parse_resume(make_word(para(run(MARK)) + para(run(MARK, "<w:vanish/>"))), name="x.docx")
    assert resume.text.count(MARK) == 2
    assert count_seen(resume) == 1
