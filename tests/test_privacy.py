"""Nothing leaves the machine and nothing is kept: no network, no files left, no resume text in logs or errors."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from archives import pack
from skillgap import Limits, SkillgapError, analyze, parse_resume
from skillgap.parsing import legacy_doc
from skillgap.parsing.budget import Budget

TESTS = Path(__file__).parent
FILES = sorted(
    path
    for folder in (TESTS / "fixtures", TESTS.parent / "examples" / "resumes")
    for path in folder.rglob("*.*")
    if path.suffix in (".pdf", ".docx", ".odt", ".rtf", ".html", ".md", ".json", ".txt") and path.is_file()
)

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def make_docx(body: str, relations: str = "", doctype: str = "") -> bytes:
    return pack(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'{doctype}<w:document {W} xmlns:r="{R}"><w:body>{body}</w:body></w:document>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}'
            "</Relationships>",
            "../../escaped.txt": "a path that leads out of the archive",
            "/tmp/skillgap-escaped.txt": "a path from the root",
        }
    )


PARAGRAPH = "<w:p><w:r><w:t>Jane Doe, MS Excel</w:t></w:r></w:p>"


def make_callers(here: str) -> dict[str, bytes]:
    """Documents of each format that refer to an address in every way that their format has."""
    outside = "".join(
        f'<Relationship Id="e{n}" Type="{R}/{kind}" Target="{here}/{kind}" TargetMode="External"/>'
        for n, kind in enumerate(("attachedTemplate", "image", "hyperlink", "oleObject", "header", "aFChunk", "frame"))
    )
    return {
        "docx with outside parts": make_docx(
            PARAGRAPH + '<w:p><w:hyperlink r:id="e2"><w:r><w:t>my page</w:t></w:r></w:hyperlink></w:p>'
            '<w:altChunk r:id="e5"/><w:p><w:r><w:instrText>INCLUDEPICTURE "' + here + '"</w:instrText></w:r></w:p>',
            outside,
        ),
        "docx with outside entities": make_docx(
            PARAGRAPH, doctype=f'<!DOCTYPE x SYSTEM "{here}/x.dtd" [<!ENTITY % p SYSTEM "{here}/p">%p;]>'
        ),
        "odt with outside pictures": pack(
            {
                "mimetype": "application/vnd.oasis.opendocument.text",
                "content.xml": '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
                'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:x="http://www.w3.org/1999/xlink" '
                'xmlns:d="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"><o:body><o:text><t:p>Jane Doe, MS Excel'
                f'<d:frame><d:image x:href="{here}/x.png"/></d:frame></t:p></o:text></o:body></o:document-content>',
            }
        ),
        "rtf with outside parts": (
            rb"{\rtf1 Jane Doe, MS Excel {\*\template " + here.encode() + rb"/x.dot}{\field{\*\fldinst INCLUDEPICTURE "
            rb'"' + here.encode() + rb'/x.png"}{\fldrslt my page}}}'
        ),
        "html with outside parts": f"""<html><head><base href="{here}/">
            <link rel="stylesheet" href="{here}/x.css">
            <style>@import url({here}/y.css);
            p {{ background: url({here}/z.png) }}</style>
            <script src="{here}/x.js"></script>
            <meta http-equiv="refresh" content="0;url={here}"></head>
            <body><p>Jane Doe, MS Excel</p><img src="{here}/x.png">
            <iframe src="{here}"></iframe><object data="{here}"></object></body></html>""".encode(),
        "pdf with outside parts": b"""%PDF-1.7
    1 0 obj <</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI(HERE)>>/AA<</WC<</S/SubmitForm/F(HERE)>>>>>> endobj
    2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
    3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Contents 4 0 R
    /Resources<</Font<</F1 5 0 R>>/XObject<</X 6 0 R>>>>
    /Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(HERE)>>>>]>> endobj
    4 0 obj <</Length 65>> stream
    BT /F1 12 Tf 40 350 Td (Jane Doe, MS Excel) Tj ET /X Do
    endstream endobj
    5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
    6 0 obj <</Subtype/Image/Width 9/Height 9/Length 0/FFilter/FlateDecode/F<</FS/URL/F(HERE)>>>> stream
    endstream endobj
    trailer <</Root 1 0 R>>""".replace(b"HERE", here.encode()),
        "markdown with outside parts": (
            f"# Jane Doe\n\n![photo]({here}/x.png) MS Excel\n\n<img src='{here}/y.png'>".encode()
        ),
        "json with a schema elsewhere": json.dumps(
            {
                "$schema": f"{here}/schema.json",
                "basics": {"name": "Jane Doe", "image": here},
                "skills": [{"name": "MS Excel"}],
            }
        ).encode(),
    }


CALLING = make_callers("http://198.51.100.7")  # an address for documentation: nobody answers


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Within it, no socket can be made and no name looked up; tries are listed, whatever becomes of the error."""
    tries: list[str] = []

    def refuse(name: str) -> object:
        def call(*args: object, **_: object) -> None:
            tries.append(f"{name}{args}")
            raise OSError("there is no network here")

        return call

    for name in ("getaddrinfo", "gethostbyname", "create_connection", "socketpair"):
        monkeypatch.setattr(socket, name, refuse(name))

    class NoSocket(socket.socket):
        def __init__(self, *args: object, **kwargs: object) -> None:
            refuse("socket")(*args)

    monkeypatch.setattr(socket, "socket", NoSocket)
    yield tries
    assert tries == []


def read_all(path: Path) -> None:
    for engine in ("pdfminer", "pdfium") if path.suffix == ".pdf" and "pypdfium2" in sys.modules else ("pdfminer",):
        try:
            analyze(path, "collections-specialist", engine=engine, ocr=False, limits=Limits(seconds=30))
        except SkillgapError:
            continue  # locked files are among the fixtures


def test_no_format_is_read_by_way_of_the_network(no_network: list[str]) -> None:
    assert {path.suffix for path in FILES} >= {".pdf", ".docx", ".odt", ".rtf", ".html", ".md", ".json", ".txt"}
    for path in FILES:
        read_all(path)
    assert no_network == []


@pytest.mark.parametrize("data", CALLING.values(), ids=CALLING)
def test_what_a_file_refers_to_is_never_fetched(data: bytes, no_network: list[str]) -> None:
    assert "MS Excel" in parse_resume(data, ocr=False).text
    assert no_network == []


def test_no_library_written_in_c_calls_either() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        for data in make_callers(f"http://127.0.0.1:{server.getsockname()[1]}").values():
            assert "MS Excel" in parse_resume(data, ocr=False).text
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.slow
@pytest.mark.skipif(legacy_doc._find_office() is None, reason="LibreOffice is not installed")
def test_libreoffice_fetches_nothing_that_a_document_links_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        page = f'<p>Jane Doe</p><img src="http://127.0.0.1:{server.getsockname()[1]}/x.png">'.encode()
        office = legacy_doc._find_office()
        assert office is not None
        legacy_doc._read_with_office(page, office, Budget(Limits()))
        with pytest.raises(TimeoutError):
            server.accept()


def test_damaged_files_call_nobody_either(no_network: list[str]) -> None:
    for data in CALLING.values():
        for keep in range(len(data) // 3, len(data), max(1, len(data) // 12)):
            try:
                parse_resume(data[:keep] + b"\xff" * 9 + data[keep + 9 :], ocr=False, limits=Limits(seconds=20))
            except SkillgapError:
                continue
    assert no_network == []


def test_the_guard_itself_would_notice(no_network: list[str]) -> None:
    with pytest.raises(OSError, match="no network"):
        socket.create_connection(("198.51.100.7", 80))
    assert len(no_network) == 1
    no_network.clear()


def test_no_module_for_the_network_is_even_loaded() -> None:
    code = (
        "import sys, skillgap; skillgap.analyze(sys.argv[1], 'collections-specialist');"
        "callers = ('urllib.request', 'http.client', 'requests', 'httpx', 'ftplib', 'smtplib');"
        "print([m for m in callers if m in sys.modules])"
    )
    resume = TESTS.parent / "examples" / "resumes" / "maria_alvarez.pdf"
    done = subprocess.run([sys.executable, "-c", code, str(resume)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# --------------------------------------------------------------------------------------------- nothing is kept


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch, home, work = (tmp_path / name for name in ("tmp", "home", "work"))
    for folder in (scratch, home, work):
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(work)
    for path in FILES:
        read_all(path)
    for data in CALLING.values():
        parse_resume(data, ocr=False)
    assert files_below(tmp_path) == set()
    assert not Path("/tmp/skillgap-escaped.txt").exists()


@pytest.mark.parametrize("data", CALLING.values(), ids=CALLING)
def test_nothing_is_logged_or_printed(
    data: bytes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        for keep in (len(data), len(data) - 40, len(data) // 2):
            try:
                parse_resume(data[:keep], ocr=False)
            except SkillgapError:
                continue
    assert "Jane" not in caplog.text and "Excel" not in caplog.text
    assert capfd.readouterr() == ("", "")


def test_errors_quote_nothing_of_the_resume(monkeypatch: pytest.MonkeyPatch) -> None:
    from skillgap.parsing import plain

    def fail(text: str, budget: object) -> None:
        raise ValueError(f"cannot read {text}")

    monkeypatch.setattr(plain, "_blocks_of", fail)
    with pytest.raises(SkillgapError) as caught:
        parse_resume(b"Jane Doe\nSkills\nMS Excel")
    told: BaseException | None = caught.value
    while told is not None:
        assert "Jane" not in str(told)
        told = told.__cause__ or (None if told.__suppress_context__ else told.__context__)


def test_a_resume_is_not_kept_by_the_process() -> None:
    import gc
    import weakref

    report = analyze(b"Jane Doe\n\nSkills\nMS Excel, xylographic bookkeeping", "collections-specialist")
    gone = [weakref.ref(report)]
    del report
    gc.collect()
    assert gone[0]() is None


def test_archives_are_read_and_never_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "cv.docx"
    path.write_bytes(CALLING["docx with outside parts"])
    parse_resume(path)
    assert files_below(tmp_path) == {path}
