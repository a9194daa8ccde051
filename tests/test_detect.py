from __future__ import annotations

import io
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives import pack
from skillgap.errors import EncryptedResumeError, SkillgapError, UnsupportedFormatError
from skillgap.parsing.detect import detect_format

FIXTURES = Path(__file__).parent / "fixtures" / "formats"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def zipped(*names: str, first: tuple[str, bytes] | None = None) -> bytes:
    members = dict([first] if first else []) | dict.fromkeys(names, b"x")
    return pack(members, compression=zipfile.ZIP_STORED)


def tarred(name: str, data: bytes) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("resume.pdf", "pdf"),
        ("resume.docx", "docx"),
        ("resume.doc", "doc"),
        ("resume.odt", "odt"),
        ("resume.rtf", "rtf"),
        ("resume.html", "html"),
        ("resume.json", "json"),
        ("resume.md", "markdown"),
        ("resume.txt", "text"),
    ],
)
@pytest.mark.parametrize("claimed", [None, "resume.pdf", "resume", "resume.exe"])
def test_content_decides_whatever_the_name(name, kind, claimed):
    assert detect_format((FIXTURES / name).read_bytes(), name=claimed) == kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\r\n\x00junk %PDF-1.4", "pdf"),
        (b"\xef\xbb\xbf{\\rtf1 hi}", "rtf"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image"),
        ("Jane Doe, clerk".encode("utf-16"), "text"),
        ("Jane Doe, clerk".encode("utf-16-le"), "text"),
        ("Zoë Müller, Sachbearbeiterin".encode("cp1252"), "text"),
        (b"<p>one</p><p>two</p><p>three</p>", "html"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "mhtml"),
        (b"From: <Saved>\r\nSubject: CV\r\nMIME-Version: 1.0\r\n", "mhtml"),
        (b'<?xml version="1.0"?><office:document xmlns:office="x"/>', "odt"),
        (b'<?xml version="1.0"?><w:wordDocument/>', "docx"),
        (zipped("word\\document.xml"), "docx"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
    ],
)
def test_formats_are_told_by_their_marks(data, kind):
    assert detect_format(data) == kind


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (zipped("xl/workbook.xml", "[Content_Types].xml"), "spreadsheet"),
        (zipped("ppt/presentation.xml"), "presentation"),
        (zipped("content.xml", first=("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")), "spreadsheet"),
        (zipped("META-INF/container.xml"), "e-book"),
        (zipped("Index/Document.iwa"), "Pages"),
        (zipped("cv.pdf"), "zip archive"),
        (zipped("b.pdf", first=("a.pdf", b"%PDF-1.7 stored as it stands")), "zip archive"),
        (tarred("a.pdf", b"%PDF-1.7"), "tar archive"),
        (OLE + "Workbook".encode("utf-16-le"), "spreadsheet"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"MZ\x90\x00", "program"),
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        (b"\x00\x00\x00\x18ftypisom", "video"),
        (bytes(range(32)) * 20, "does not know"),
        (b'<?xml version="1.0"?><svg/>', "XML"),
    ],
)
def test_other_formats_are_named_and_what_is_read_is_listed(data, says):
    with pytest.raises(UnsupportedFormatError, match=says) as caught:
        detect_format(data)
    assert "skillgap reads PDF, Word" in str(caught.value)


def test_a_locked_word_file_is_encrypted():
    with pytest.raises(EncryptedResumeError, match="password"):
        detect_format(OLE + "EncryptedPackage".encode("utf-16-le"))


@pytest.mark.parametrize(
    "text", ["# Jane\n\n## Skills\n", "# Jane\n\n**Clerk**, Acme\n", "[site](https://jane.example)\n"]
)
def test_markdown_is_told_by_its_marks(text):
    assert detect_format(text.encode()) == "markdown"


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe\n- Posted payments\n- Filed claims",
        "Jane Doe\n# of employees: 5",
        "C# and F# developer\n* Built tools",
        "Skills\n-----\nExcel",
        "{not json}",
        "if a < b and c > d",
    ],
)
def test_plain_text_is_not_taken_for_markup(text):
    assert detect_format(text.encode()) == "text"


def test_a_name_only_tells_markdown_from_text():
    assert detect_format(b"Jane Doe\n\n- Excel", name="cv.MD") == "markdown"
    assert detect_format(b"Jane Doe\n\n- Excel", name="cv.pdf") == "text"


@given(st.binary(max_size=300))
def test_any_bytes_have_a_format_or_a_typed_error(data):
    with suppress(SkillgapError):
        detect_format(data)


@given(
    st.sampled_from([b"PK\x03\x04", OLE, b"{\\rtf", b"<html>", b"{", b"%PDF-", b"MIME-Version:"]),
    st.binary(max_size=200),
)
def test_any_bytes_behind_a_mark_have_a_format_or_a_typed_error(mark, data):
    with suppress(SkillgapError):
        detect_format(mark + data)
