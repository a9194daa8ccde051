from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillgap.errors import ResumeLimitError, SkillgapError
from skillgap.model import Limits
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document
from skillgap.parsing.html import read_html, read_mhtml


def read(page: str | bytes) -> Document:
    return read_html(page.encode() if isinstance(page, str) else page, budget=Budget(Limits()))


def texts(page: str | bytes) -> list[str]:
    return [block.text for block in read(page).blocks]


def kinds(page: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(page).blocks]


def shown_and_hidden(page: str) -> tuple[str, str]:
    found = read(page).blocks
    return " ".join(b.text for b in found if not b.hidden), " ".join(b.text for b in found if b.hidden)


def test_headings_paragraphs_lists_and_tables_are_told_apart():
    page = (
        "<h2>Skills</h2><p>Good at</p><ul><li>Excel</li><li><p>SAP</p><p>"
        "FI and CO</p></li></ul><table><tr><td>A</td><th>B</th></tr></table>"
    )
    assert kinds(page) == [
        ("heading", "Skills"),
        ("paragraph", "Good at"),
        ("bullet", "Excel"),
        ("bullet", "SAP"),
        ("paragraph", "FI and CO"),
        ("cell", "A"),
        ("cell", "B"),
    ]


def test_line_ends_in_the_source_are_spaces_and_br_parts_blocks():
    assert texts("<p>Posted\n   payments<br>Filed <b>cl</b>aims</p>") == ["Posted payments", "Filed claims"]


def test_pre_keeps_its_lines():
    assert texts("<pre>Posted\nFiled</pre>") == ["Posted", "Filed"]


def test_scripts_styles_comments_and_metadata_are_no_text():
    page = (
        "<head><title>CV</title><style>p{}</style></head><body><script>var a</script><!-- no -->"
        "<noscript>no</noscript><template>no</template><p>yes</p><input type=hidden value=no></body>"
    )
    assert texts(page) == ["yes"]


def test_columns_of_a_flex_row_do_not_join_their_words():
    page = "<style>.row{display:flex}</style><div class=row><span>Clerk</span><span>2019</span></div>"
    assert texts(page) == ["Clerk", "2019"]
    assert texts("<div><span>Excel</span><span>lent</span></div>") == ["Excellent"]
    assert texts("<style>a{display:inline-block}</style><a>Clerk</a><a>2019</a>") == ["Clerk 2019"]


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : NONE !important",
        "visibility:hidden",
        "opacity:0",
        "opacity: 0%",
        "color:#fff",
        "color: rgb(254, 254, 254)",
        "color:white",
        "color:transparent",
        "color:rgba(0,0,0,0)",
        "color:#00000000",
        "font-size:1px",
        "font-size:0",
        "position:absolute;left:-9999px",
        "text-indent:-9999px",
        "width:1px;height:1px;overflow:hidden",
        "background:#000;color:#010101",
        "color:hsl(0 0% 100%)",
        "color:hsla(120, 100%, 50%, 0)",
        "color:rgb(100% 100% 100%)",
        "color:mintcream",
        "font:0/0 a",
        "font: bold 1px serif",
        "margin-left:-9999px",
        "position:relative;left:-9999px",
        "position:absolute;right:5000px",
        "transform:translateX(-9999px)",
        "transform:scale(0)",
        "transform:rotateY(90deg)",
        "filter:opacity(0)",
        "clip-path:inset(50%)",
        "position:absolute;clip:rect(0,0,0,0)",
        "content-visibility:hidden",
        "letter-spacing:-1em",
        "max-width:0;overflow:hidden",
    ],
)
def test_hidden_by_its_style(style):
    assert shown_and_hidden(f'<p>Clerk <span style="{style}">Excel</span></p>') == ("Clerk", "Excel")


@pytest.mark.parametrize(
    "style",
    [
        "color:#888",
        "color:var(--missing)",
        "background:#123;color:#fff",
        "background:url(x.png);color:#fff",
        "background:linear-gradient(red,blue);color:#fff",
        "font-size:8px",
        "opacity:.6",
        "position:absolute;left:20px",
        "color:hsl(210 80% 40%)",
        "font: 11px/1.4 serif",
        "margin:-20px 0 0 -20px",
        "transform:scale(1.05)",
        "transform:translate(10px, 2px) rotate(90deg)",
        "filter:drop-shadow(0 0 2px #000)",
        "clip-path:inset(0)",
        "clip-path:circle(50%)",
        "letter-spacing:-0.02em",
    ],
)
def test_not_hidden_by_its_style(style):
    assert shown_and_hidden(f'<p style="{style}">Excel</p>') == ("Excel", "")


@pytest.mark.parametrize(
    "selector", ["p", ".x", "#y", "p.x", "div p", "div > .x", "body .x", "*", "p, h1", "@media screen{p", ":root p"]
)
def test_style_sheets_apply_by_tag_class_id_and_ancestors(selector):
    closing = "}" if selector.startswith("@") else ""
    page = f"<style>{selector} {{display:none}}{closing}</style><div><p class='a x' id=y>Excel</p></div>"
    assert shown_and_hidden(page) == ("", "Excel")


@pytest.mark.parametrize(
    "selector", [".z", "h1", "#x", "ul p", "@media print{p", "p:hover", "p:nth-child(2)", "p::before"]
)
def test_style_sheets_do_not_apply_elsewhere(selector):
    closing = "}" if selector.startswith("@") else ""
    page = f"<style>{selector} {{display:none}}{closing}</style><div><p class=x id=y>Excel</p></div>"
    assert shown_and_hidden(page) == ("Excel", "")


def test_white_text_in_a_dark_sidebar_is_honest_and_hidden_in_a_white_box_inside_it():
    side = "<style>:root{--ink:#102030} aside{background:var(--ink);color:#fff} .card{background:white}</style>"
    assert shown_and_hidden(f"{side}<aside><p>Excel</p></aside>") == ("Excel", "")
    assert shown_and_hidden(f"{side}<aside><div class=card>Excel</div></aside>") == ("", "Excel")


def test_the_hidden_attribute_hides():
    assert shown_and_hidden("<p hidden>Excel</p>") == ("", "Excel")


@pytest.mark.parametrize(
    "page",
    [
        "<meta charset=windows-1252><p>Zoë</p>".encode("cp1252"),
        "<meta charset=iso-8859-1><p>Zoë</p>".encode("cp1252"),
        "<p>Zoë</p>".encode(),
        "<p>Zoë</p>".encode("cp1252"),
        "<p>Zoë</p>".encode("utf-16"),
        b"<p>Zo&euml;</p>",
        "<meta charset=utf-16><p>Zoë</p>".encode(),
        "<meta charset=nonsense><p>Zoë</p>".encode(),
    ],
)
def test_reads_any_encoding(page):
    assert texts(page) == ["Zoë"]


def test_reads_the_page_of_a_web_archive_and_names_attachments():
    archive = (
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; "
        "boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>Zo=C3=AB"
        "</p>\r\n--x\r\nContent-Type: image/png\r\n\r\nxx\r\n--x--\r\n"
    )
    assert [b.text for b in read_mhtml(archive.encode(), budget=Budget(Limits())).blocks] == ["Zoë"]
    mail = (
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
        "boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nMy CV <below>\r\n--x\r\n"
        'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="cv.pdf"\r\n\r\nxx\r\n--x--\r\n'
    )
    document = read_mhtml(mail.encode(), budget=Budget(Limits()))
    assert [b.text for b in document.blocks] == ["My CV <below>"]
    assert "cv.pdf" in document.warnings[0].message


def test_deep_nesting_loses_no_text():
    assert texts("<div>" * 1_500 + "Excel") == ["Excel"]
    assert texts("<b>" * 150 + "Excel") == ["Excel"]


def test_nesting_beyond_all_sense_is_told():
    document = read("<p>Jane</p>" + "<div>" * 50_000 + "Excel")
    assert document.blocks[0].text == "Jane"
    assert len(document.blocks) == 2 or [w.code for w in document.warnings] == ["damaged"]


def test_a_long_page_hits_the_limit():
    with pytest.raises(ResumeLimitError):
        read_html(b"<p>Excel</p>" * 100, budget=Budget(Limits(characters=100)))


def test_the_fixture_reads_like_the_others():
    page = (Path(__file__).parent / "fixtures" / "formats" / "resume.html").read_bytes()
    assert "Resume of somebody" not in " ".join(texts(page))
    assert ("heading", "Experience") in kinds(page.decode())


@given(st.text(alphabet="<>/=\"' abpdivstyle:;{}#.&\n", max_size=200))
def test_any_markup_gives_a_document_or_a_typed_error(page):
    with suppress(SkillgapError):
        read(page)


def test_a_declaration_that_is_important_wins_over_others():
    page = "<style>p{color:#fff !important}</style><p style='color:#000'>Excel</p>"
    assert shown_and_hidden(page) == ("", "Excel")
    page = "<style>p{color:#fff}p.x{color:#000!important}</style><p class=x style='color:white'>Excel</p>"
    assert shown_and_hidden(page) == ("Excel", "")


@pytest.mark.parametrize(
    ("query", "is_ours"),
    [
        ("(min-width: 1px)", True),
        ("only screen and (min-width: 48em)", True),
        ("print, screen", True),
        ("print", False),
        ("(max-width: 600px)", False),
        ("(prefers-color-scheme: dark)", False),
        ("screen and (min-width: 2000px)", False),
    ],
)
def test_rules_for_screens_of_the_usual_size_apply(query, is_ours):
    page = f"<style>@media {query} {{ p {{ display: none }} }}</style><p>Excel</p>"
    assert shown_and_hidden(page) == (("", "Excel") if is_ours else ("Excel", ""))


def test_a_closed_dialog_is_not_seen():
    assert shown_and_hidden("<p>Cook</p><dialog>Excel</dialog>") == ("Cook", "Excel")
    assert shown_and_hidden("<p>Cook</p><dialog open>Excel</dialog>") == ("Cook Excel", "")
