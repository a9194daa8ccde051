from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from skillgap.errors import EmptyResumeError, ResumeLimitError, UnreadableResumeError, UnsupportedFormatError
from skillgap.model import Limits, ResumeWarning
from skillgap.parsing import ocr, parse_resume
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document, TextBlock
from skillgap.parsing.ocr import read_image, recognize_pages

FIXTURE = Path(__file__).parent / "fixtures" / "formats" / "resume.pdf"

Image = pytest.importorskip("PIL.Image", reason="the ocr extra is not installed")
pdfium = pytest.importorskip("pypdfium2", reason="the ocr extra is not installed")
with_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
with_rapidocr = pytest.mark.skipif(not ocr._has_rapidocr(), reason="rapidocr is not installed")


class Recognizer:
    """Stands in for an engine: gives the same words for every picture, and remembers the pictures."""

    name = "stand-in"

    def __init__(self, found: list[ocr._Found] | None = None) -> None:
        self.found = [ocr._Found("Bookkeeping", 100, 100, 400, 140, 95.0)] if found is None else found
        self.pictures: list[tuple[int, int]] = []

    def recognize(self, image: object, seconds: float) -> list[ocr._Found]:
        self.pictures.append(image.size)  # type: ignore[attr-defined]
        return self.found


@pytest.fixture
def recognizer(monkeypatch):
    stand_in = Recognizer()
    monkeypatch.setattr(ocr, "_recognizer", lambda: stand_in)
    monkeypatch.setattr(ocr, "is_available", lambda: True)
    return stand_in


def drawn(kind: str = "PNG", size: tuple[int, int] = (1600, 800), **options: object) -> bytes:
    picture = Image.new("L", size, 255)
    picture.paste(0, (10, 10, 200, 40))
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def page_picture(dots_per_inch: int = 200) -> object:
    with pdfium.PdfDocument(FIXTURE) as pdf:
        return pdf[0].render(scale=dots_per_inch / 72).to_pil().convert("L")


def scan(kind: str = "PNG", turn: int = 0) -> bytes:
    target = io.BytesIO()
    page_picture().rotate(turn, expand=True).save(target, kind)  # type: ignore[attr-defined]
    return target.getvalue()


def budget(**limits: float) -> Budget:
    return Budget(Limits(**limits))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"])
def test_pictures_of_every_kind_are_opened(recognizer, kind):
    document = read_image(drawn(kind), budget=budget())
    assert [block.text for block in document.blocks] == ["Bookkeeping"]
    assert (document.format, document.reader) == ("image", "ocr:stand-in")
    assert [warning.code for warning in document.warnings] == ["ocr"]


def test_each_frame_of_a_tiff_is_a_page(recognizer):
    frames = [Image.new("L", (1600, 800), 200) for _ in range(3)]
    for frame in frames:
        frame.paste(0, (0, 0, 50, 50))
    target = io.BytesIO()
    frames[0].save(target, "TIFF", save_all=True, append_images=frames[1:])
    document = read_image(target.getvalue(), budget=budget())
    assert [block.page for block in document.blocks] == [1, 2, 3]
    with pytest.raises(ResumeLimitError, match="pages"):
        read_image(target.getvalue(), budget=budget(pages=2))


def test_too_many_pixels_are_refused_before_they_are_unpacked(recognizer):
    with pytest.raises(ResumeLimitError, match="image_pixels"):
        read_image(drawn(size=(3000, 3000)), budget=budget(image_pixels=1_000_000))
    assert recognizer.pictures == []


def test_small_pictures_grow_and_huge_ones_shrink(recognizer):
    read_image(drawn(size=(600, 800)), budget=budget())
    read_image(drawn(size=(5000, 5000)), budget=budget())
    small, huge = recognizer.pictures[0], recognizer.pictures[-1]
    assert small[0] == 1500
    assert huge[0] * huge[1] <= 16_100_000


def test_transparent_pictures_stand_on_white_paper(recognizer, monkeypatch):
    seen = []
    monkeypatch.setattr(
        recognizer, "recognize", lambda image, seconds: seen.append(image.getpixel((5, 5))) or recognizer.found
    )
    target = io.BytesIO()
    picture = Image.new("RGBA", (1600, 800), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (100, 100, 300, 140))
    picture.save(target, "PNG")
    read_image(target.getvalue(), budget=budget())
    assert seen[0] == 255


def test_a_picture_without_words_is_empty(recognizer):
    recognizer.found = []
    with pytest.raises(EmptyResumeError, match="recognised"):
        read_image(drawn(), budget=budget())


def test_a_damaged_picture_is_unreadable(recognizer):
    with pytest.raises(UnreadableResumeError):
        read_image(drawn()[:60], budget=budget())


def test_unsure_words_are_dropped(recognizer):
    recognizer.found = [ocr._Found("Excel", 100, 100, 400, 140, 90.0), ocr._Found("~;", 100, 300, 400, 340, 5.0)]
    assert [block.text for block in read_image(drawn(), budget=budget()).blocks] == ["Excel"]


def test_without_the_extra_a_picture_names_it(monkeypatch):
    monkeypatch.setattr(ocr, "is_available", lambda: False)
    with pytest.raises(UnsupportedFormatError, match=r"skillgap\[ocr\]"):
        read_image(drawn(), budget=budget())


EMPTY_PAGE = ResumeWarning("page-without-text", "Page 2 holds no text.", 2)


def two_pages() -> bytes:
    with pdfium.PdfDocument.new() as pdf, pdfium.PdfDocument(FIXTURE) as page:
        pdf.import_pages(page)
        pdf.import_pages(page)
        target = io.BytesIO()
        pdf.save(target)
        return target.getvalue()


def test_only_pages_without_text_are_recognised_and_stand_in_their_place(recognizer):
    blocks = (TextBlock("first", page=1), TextBlock("third", page=3))
    source = Document(blocks, "pdf", "pdfminer", 3, (EMPTY_PAGE,))
    document = recognize_pages(two_pages(), source, budget=budget())
    assert [(b.text, b.page) for b in document.blocks] == [("first", 1), ("Bookkeeping", 2), ("third", 3)]
    assert document.reader == "pdfminer+ocr:stand-in"
    assert [(w.code, w.page) for w in document.warnings] == [("ocr", 2)]


def test_a_page_that_stays_empty_keeps_its_warning(recognizer):
    recognizer.found = []
    source = Document((TextBlock("first", page=1),), "pdf", "pdfminer", 2, (EMPTY_PAGE,))
    assert recognize_pages(two_pages(), source, budget=budget()) == source


def test_without_the_extra_the_warning_names_it(monkeypatch):
    monkeypatch.setattr(ocr, "is_available", lambda: False)
    source = Document((TextBlock("first", page=1),), "pdf", "pdfminer", 2, (EMPTY_PAGE,))
    document = recognize_pages(two_pages(), source, budget=budget())
    assert document.blocks == source.blocks
    assert "skillgap[ocr]" in document.warnings[0].message


def test_a_page_that_takes_too_long_is_skipped_and_told(recognizer, monkeypatch):
    import subprocess

    def hang(image: object, seconds: float) -> list[ocr._Found]:
        raise subprocess.TimeoutExpired("tesseract", seconds)

    monkeypatch.setattr(recognizer, "recognize", hang)
    source = Document((TextBlock("first", page=1),), "pdf", "pdfminer", 2, (EMPTY_PAGE,))
    document = recognize_pages(two_pages(), source, budget=budget())
    assert [w.code for w in document.warnings] == ["page-without-text", "page-skipped"]


def test_misread_bullets_are_bullets():
    table = "\n".join(
        [
            "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
            "4\t1\t1\t1\t1\t0\t100\t100\t900\t40\t-1\t",
            "5\t1\t1\t1\t1\t1\t100\t110\t20\t20\t40\te",
            "5\t1\t1\t1\t1\t2\t140\t100\t200\t40\t96\tPosted",
            "5\t1\t1\t1\t1\t3\t350\t100\t200\t40\t96\tpayments",
            "4\t1\t1\t1\t2\t0\t100\t160\t900\t40\t-1\t",
            "5\t1\t1\t1\t2\t1\t100\t160\t20\t40\t90\te",
            "5\t1\t1\t1\t2\t2\t140\t160\t200\t40\t96\tpluribus",
            "5\t1\t1\t1\t2\t3\t350\t160\t200\t40\t96\tunum",
        ]
    )
    found = list(ocr._words_of_tsv(table))
    assert [item.text for item in found] == ["•", "Posted", "payments", "e", "pluribus", "unum"]
    assert {(item.top, item.bottom) for item in found[:3]} == {(100.0, 140.0)}


@pytest.mark.slow
@with_tesseract
@pytest.mark.parametrize(("kind", "turn"), [("JPEG", 0), ("PNG", 90)])
def test_tesseract_reads_a_scan_as_it_lies(kind, turn):
    document = read_image(scan(kind, turn), budget=budget())
    text = " ".join(block.text for block in document.blocks)
    assert document.reader == "ocr:tesseract"
    for phrase in ("Marisol Vandenberg", "accounts receivable aging report", "MS Excel", "QuickBooks"):
        assert phrase in text


@pytest.mark.slow
@with_rapidocr
def test_rapidocr_reads_a_scan_without_the_network(monkeypatch):
    import socket

    def refuse(*args: object) -> None:
        raise AssertionError("text recognition was about to use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(ocr.shutil, "which", lambda name: None)
    monkeypatch.setattr(ocr, "_recognizer", ocr._RapidOcr)
    document = read_image(scan(), budget=budget())
    text = " ".join(block.text for block in document.blocks)
    for phrase in ("Marisol Vandenberg", "accounts receivable aging report", "QuickBooks"):
        assert phrase in text


def word_file_with(picture: bytes, words: str = "") -> bytes:
    import docx

    document = docx.Document()
    document.add_picture(io.BytesIO(picture))
    if words:
        document.add_paragraph(words)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_a_word_file_of_only_pictures_is_recognised(recognizer):
    resume = parse_resume(word_file_with(drawn()))
    assert (resume.text, resume.reader) == ("Bookkeeping", "python-docx+ocr:stand-in")
    assert [warning.code for warning in resume.warnings] == ["ocr"]


def test_pictures_beside_words_are_not_recognised_but_told_where_they_are_large(recognizer):
    resume = parse_resume(word_file_with(drawn(size=(3000, 3000), dpi=(300, 300)), "Jane Doe"))
    assert resume.text == "Jane Doe"
    assert [warning.code for warning in resume.warnings] == ["image-not-read"]
    assert parse_resume(word_file_with(drawn(size=(300, 300), dpi=(300, 300)), "Jane Doe")).warnings == ()


def test_without_the_extra_a_word_file_of_only_pictures_names_it(monkeypatch):
    monkeypatch.setattr(ocr, "is_available", lambda: False)
    with pytest.raises(EmptyResumeError, match=r"skillgap\[ocr\]"):
        parse_resume(word_file_with(drawn()))


def test_when_time_runs_out_the_pages_read_so_far_are_kept(recognizer, monkeypatch):
    clock = iter([0.0, 10.0, 80.0, 90.0])
    monkeypatch.setattr(ocr.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(Budget, "remaining_seconds", lambda self: 70.0)
    recognizer.found = [ocr._Found("Bookkeeping for five clinics " * 8, 100, 100, 900, 140, 95.0)]
    warnings = tuple(ResumeWarning("page-without-text", f"Page {n} holds no text.", n) for n in (1, 2))
    blank = Image.effect_noise((100, 100), 50)
    monkeypatch.setattr(ocr, "_drawn_pages", lambda *args: iter([(1, blank), (2, blank)]))
    document = recognize_pages(b"", Document((), "pdf", "pdfminer", 2, warnings), budget=budget(seconds=None))
    assert {block.page for block in document.blocks} == {1}
    assert [(w.code, w.page) for w in document.warnings] == [("ocr", 1), ("page-without-text", 2), ("page-skipped", 2)]


def test_only_the_first_pages_that_gain_nothing_are_turned(recognizer):
    recognizer.found = []
    warnings = tuple(ResumeWarning("page-without-text", "", 1) for _ in range(5))
    with pdfium.PdfDocument(FIXTURE) as pdf:
        target = io.BytesIO()
        pdf.save(target)
    recognize_pages(target.getvalue(), Document((), "pdf", "pdfminer", 1, warnings), budget=budget())
    assert len(recognizer.pictures) == 5 + 3 * 3
