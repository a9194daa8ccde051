from __future__ import annotations

import io
import json
import os
import pickle
import re
import socket
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillgap import parsing
from skillgap.errors import (
    EmptyResumeError,
    MissingExtraError,
    ResumeError,
    ResumeLimitError,
    UnreadableResumeError,
    UnsupportedFormatError,
)
from skillgap.model import Limits, Resume
from skillgap.parsing import parse_resume

FIXTURES = Path(__file__).parent / "fixtures" / "formats"
# The old Word document needs a converter; `test_legacy_doc` reads it where one is installed.
FORMATS = ("docx", "odt", "rtf", "html", "md", "txt", "json", "pdf")


def words(resume: Resume) -> list[str]:
    return re.findall(r"[^\W_]+", resume.text.casefold())


# ---------------------------------------------------------------------------------------------- formats


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind not in ("json", "pdf")])
def test_the_same_resume_gives_the_same_words_in_every_format(kind):
    expected = parse_resume(FIXTURES / "resume.docx")
    assert words(parse_resume(FIXTURES / f"resume.{kind}")) == words(expected)


def test_a_pdf_gives_the_same_words_though_perhaps_in_another_order():
    expected = parse_resume(FIXTURES / "resume.docx")
    assert sorted(words(parse_resume(FIXTURES / "resume.pdf"))) == sorted(words(expected))


def test_a_json_resume_gives_the_same_words_but_for_its_order_and_months():
    expected = parse_resume(FIXTURES / "resume.docx")
    months = {"march": "mar", "june": "jun", "february": "feb", "experience": "work experience"}
    wanted = sorted(" ".join(months.get(word, word) for word in words(expected)).split())
    assert sorted([*words(parse_resume(FIXTURES / "resume.json")), "summary"]) == sorted([*wanted, "summary"])


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_has_the_same_sections(kind):
    resume = parse_resume(FIXTURES / f"resume.{kind}")
    assert {section.kind for section in resume.sections} == {"contact", "summary", "experience", "skills", "education"}
    assert not resume.hidden and not resume.warnings


@pytest.mark.parametrize("kind", FORMATS)
def test_the_name_of_a_file_does_not_matter(kind, tmp_path):
    data = (FIXTURES / f"resume.{kind}").read_bytes()
    disguised = tmp_path / "resume.exe"
    disguised.write_bytes(data)
    assert parse_resume(disguised).text == parse_resume(data).text


# ---------------------------------------------------------------------------------------------- sources


def test_a_resume_is_returned_as_it_is():
    resume = Resume("Jane Doe")
    assert parse_resume(resume) is resume


def test_paths_strings_bytes_and_streams_give_the_same_resume():
    path = FIXTURES / "resume.docx"
    data = path.read_bytes()
    with path.open("rb") as file:
        read = [
            parse_resume(path),
            parse_resume(str(path)),
            parse_resume(data),
            parse_resume(io.BytesIO(data)),
            parse_resume(file),
        ]
    assert len({resume.text for resume in read}) == 1
    assert [resume.source for resume in read] == [str(path), str(path), None, None, str(path)]


def test_bytes_may_be_given_a_name_for_people():
    assert parse_resume(b"Jane Doe", name="upload 7").source == "upload 7"
    with pytest.raises(EmptyResumeError) as caught:
        parse_resume(b"", name="upload 7")
    assert caught.value.path == "upload 7"


def test_a_text_stream_and_other_objects_are_refused():
    with pytest.raises(UnreadableResumeError, match="open as text"):
        parse_resume(io.StringIO("Jane Doe"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="int"):
        parse_resume(7)  # type: ignore[call-overload]


def test_an_unknown_engine_is_refused():
    with pytest.raises(ValueError, match="pdfminer"):
        parse_resume(b"Jane Doe", engine="mupdf")  # type: ignore[call-overload]


# ---------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize("text", ["Experience\nWrote reports in Excel", "Jane Doe, clerk\n" * 1000])
def test_text_in_place_of_a_path_is_told_apart_and_not_repeated(text):
    with pytest.raises(UnreadableResumeError, match=r"Resume\.from_text") as caught:
        parse_resume(text)
    assert str(caught.value).startswith("This is a text")


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda folder: folder / "missing.pdf", UnreadableResumeError, "no such file"),
        (lambda folder: folder, UnreadableResumeError, "folder"),
        (lambda folder: folder / ("x" * 5_000), UnreadableResumeError, "too long|no such file|cannot be opened"),
        (lambda folder: str(folder / "a\x00b"), UnreadableResumeError, "no such file|cannot be opened"),
    ],
    ids=["missing", "folder", "long name", "null in name"],
)
def test_what_cannot_be_opened_is_said_in_a_sentence(tmp_path, make, error, says):
    with pytest.raises(error, match=says) as caught:
        parse_resume(make(tmp_path))
    assert caught.value.path is not None
    assert str(caught.value).endswith(".")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may open everything")
def test_a_file_without_permission_is_unreadable(tmp_path):
    path = tmp_path / "cv.txt"
    path.write_text("Jane")
    path.chmod(0)
    with pytest.raises(UnreadableResumeError, match="permission"):
        parse_resume(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableResumeError, match="pipe"):
        parse_resume(tmp_path / "pipe")


@pytest.mark.parametrize("data", [b"", b"  \r\n\t", b"\x00" * 64, b"\xef\xbb\xbf", b"-----\n***\n"])
def test_a_blank_file_is_empty(data):
    with pytest.raises(EmptyResumeError):
        parse_resume(data)


def test_a_file_of_another_kind_names_what_is_read(tmp_path):
    path = tmp_path / "cv.pdf"
    path.write_bytes(b"\x7fELF" + bytes(range(256)))
    with pytest.raises(UnsupportedFormatError, match="skillgap reads PDF, Word") as caught:
        parse_resume(path)
    assert caught.value.path == str(path)


def test_a_file_over_the_size_limit_is_not_read_whole(tmp_path):
    path = tmp_path / "cv.txt"
    path.write_text("word " * 1_000)
    with pytest.raises(ResumeLimitError, match=r"5,000 bytes.*max-bytes"):
        parse_resume(path, limits=Limits(file_bytes=100))
    with pytest.raises(ResumeLimitError, match="max-bytes"):
        parse_resume(path.read_bytes(), limits=Limits(file_bytes=100))


def test_a_deadline_that_is_over_is_a_limit():
    with pytest.raises(ResumeLimitError, match="timeout"):
        parse_resume(FIXTURES / "resume.docx", limits=Limits(seconds=0))


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (RecursionError("deep"), ResumeLimitError),
        (MemoryError(), ResumeLimitError),
        (KeyError("Jane Doe"), UnreadableResumeError),
        (AssertionError("Jane Doe"), UnreadableResumeError),
        (MissingExtraError("PDF", extra="fast"), MissingExtraError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_whatever_a_parser_raises_is_typed_and_does_not_quote_the_resume(monkeypatch, raised, expected):
    def fail(*args: object, **options: object) -> None:
        raise raised

    monkeypatch.setattr(parsing, "_read_document", fail)
    with pytest.raises(expected) as caught:
        parse_resume(b"Jane Doe", name="cv.txt")
    assert "Jane Doe" not in str(caught.value)
    if isinstance(caught.value, ResumeError):
        assert caught.value.path == "cv.txt"


def test_errors_cross_process_borders():
    with pytest.raises(EmptyResumeError) as caught:
        parse_resume(b"", name="cv.txt")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (type(copy), str(copy), copy.path) == (EmptyResumeError, str(caught.value), "cv.txt")


# ---------------------------------------------------------------------------------------------- trust


def test_nothing_is_fetched_from_anywhere(monkeypatch):
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a resume was about to use the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    page = (
        '<link rel=stylesheet href="http://x.example/a.css"><img src="http://x.example/a.png">'
        '<iframe src="http://x.example"></iframe><p>Jane Doe</p>'
    )
    xml = '<!DOCTYPE html SYSTEM "http://x.example/a.dtd"><html><body><p>Jane Doe</p></body></html>'
    for data in (page.encode(), xml.encode(), *((FIXTURES / f"resume.{kind}").read_bytes() for kind in FORMATS)):
        assert parse_resume(data).text


@pytest.mark.parametrize("kind", FORMATS)
def test_only_the_parser_of_the_format_is_imported(kind):
    import subprocess

    script = (
        "import sys; from skillgap.parsing import parse_resume; before = set(sys.modules);"
        f"parse_resume({str(FIXTURES / f'resume.{kind}')!r}); print(*sys.modules)"
    )
    root = str(Path(parsing.__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    loaded = set(done.stdout.split())
    for module, needed_by in (("docx", {"docx"}), ("pdfminer", {"pdf"}), ("markdown_it", {"md"}), ("PIL", set())):
        assert (module in loaded) == (kind in needed_by), module


SEEDS = [(FIXTURES / f"resume.{kind}").read_bytes() for kind in FORMATS]


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_any_damage_to_any_format_gives_a_resume_or_a_typed_error(data):
    content = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(0, 12))):
        at = data.draw(st.integers(0, len(content) - 1))
        width = data.draw(st.integers(0, 40))
        content[at : at + width] = data.draw(st.binary(max_size=40))
        if not content:
            break
    try:
        resume = parse_resume(bytes(content), ocr=False)
    except ResumeError as error:
        assert error.message
        return
    for block in resume.blocks:
        assert resume.text[block.start : block.end].strip()
    assert json.dumps(resume.text)


# A Word 97 mark, which hypothesis takes from the sources, is given to a converter: that takes seconds.
@settings(deadline=None)
@given(st.binary(max_size=500))
def test_any_bytes_give_a_resume_or_a_typed_error(data):
    try:
        parse_resume(data, ocr=False)
    except ResumeError as error:
        assert error.message


@pytest.mark.parametrize(
    ("dates", "first", "last"),
    [
        ("2015年3月 - 2019年5月", (2015, 3), (2019, 5)),
        ("2015年～2019年", (2015, 1), (2019, 12)),
        ("2015年4月1日 - 現在", (2015, 4), None),
        ("с 2015 по настоящее время", (2015, 1), None),
        ("2015 - současnost", (2015, 1), None),
    ],
)
def test_dates_of_positions_in_other_scripts_are_read(
    dates: str, first: tuple[int, int], last: tuple[int, int] | None
) -> None:
    (position,) = parse_resume(f"Ada L.\n\nExperience\n{dates} Acme\n".encode()).positions
    assert (position.first, position.last, position.is_current) == (first, last, last is None)
