"""Texts made to cost time or memory, at a hundredth of the size that the limits allow."""

from __future__ import annotations

import time

import pytest

from skillgap import Limits, ResumeLimitError, SkillgapError, analyze, load_role
from skillgap.errors import UnreadableResumeError

# Each of these once took time or memory that grew with the square of its length.
TEXTS = {
    "one clause without end": "and or " * 6_000,
    "one skill without end": "MS Excel " * 4_000,
    "one skill a line": "MS Excel\n" * 4_000,
    "one word in spaced letters": "E x c e l " * 4_000,
    "headings without end": "Experience\nSkills\n" * 2_000,
    "labels without end": "Name: Address: Phone: " * 2_000,
    "dates without end": "Jan 2019 - Feb 2020\n" * 2_000,
    "at signs": "a@" * 20_000,
    "hyphens": "a-" * 20_000,
    "dots and one at sign": "a." * 20_000 + "@",
    "sections with labels and dates": "Experience\nJan 2019 - Feb 2020\nName: A B\nSkills\nMS Excel, A/R\n" * 400,
    "denied without end": "no not never without " * 2_000 + "Excel",
    "one letter repeated": "a " * 20_000,
    "combining marks": "e" + "\u0301" * 40_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_time_does_not_grow_with_the_square_of_the_text(text: str) -> None:
    report = analyze(text.encode(), load_role("collections-specialist"), limits=Limits(seconds=40))
    assert 0 <= report.coverage < 1


MARKED = {
    "markdown emphasis": b"# Jane Doe\n\n" + b"*_" * 20_000 + b" Excel",
    "markdown links": b"# Jane Doe\n\n" + b"[a](" * 20_000 + b" Excel",
    "markdown brackets": b"# Jane Doe\n\n" + b"[" * 40_000 + b" Excel",
    "style sheet in style sheet": b"<html><style>" + b"@media screen{" * 20_000 + b"</style><p>Excel</p>",
    "rtf without a cell's end": rb"{\rtf1 \trowd" + rb"\cellx100" * 20_000 + rb" Excel\cell\row}",
    "rtf fields in fields": rb"{\rtf1 Excel " + rb"{\field{\fldrslt " * 60 + b"x" + b"}}" * 60 + b"}",
}


@pytest.mark.parametrize("data", MARKED.values(), ids=MARKED)
def test_markup_is_read_in_time(data: bytes) -> None:
    began = time.monotonic()
    assert "Excel" in analyze(data, load_role("collections-specialist"), limits=Limits(seconds=40)).resume.text
    assert time.monotonic() - began < 40


@pytest.mark.parametrize(
    "data",
    [
        b"MIME-Version: 1.0\nContent-Type: text/html" + b"; a=b" * 20_000 + b"\n\n<p>Excel</p>",
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n"
        + b"--a\nContent-Type: text/html\n\n<p>Excel</p>\n" * 5_000,
    ],
    ids=["parameters", "parts"],
)
def test_an_e_mail_of_no_honest_shape_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableResumeError, match="too many parts or too long headers"):
        analyze(data, load_role("collections-specialist"))


def test_more_lines_than_a_text_can_have_words_are_a_limit_error() -> None:
    with pytest.raises(ResumeLimitError, match="lines"):
        analyze(b"a\t" * 60_000, load_role("collections-specialist"))


def test_the_deadline_holds_for_matching_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from skillgap.parsing import structure

    usual = structure.find_contacts

    def slowly(text: str, sections: object) -> object:
        time.sleep(0.3)
        return usual(text, sections)  # type: ignore[arg-type]

    monkeypatch.setattr(structure, "find_contacts", slowly)
    with pytest.raises(ResumeLimitError, match=r"^cv\.txt: Reading took longer than 0\.2 s") as caught:
        analyze(
            NamedBytes(b"Jane Doe\nSkills\nMS Excel"), load_role("collections-specialist"), limits=Limits(seconds=0.2)
        )
    assert caught.value.path == "cv.txt"


class NamedBytes:
    """A binary file with a name."""

    name = "cv.txt"

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int = -1) -> bytes:
        return self._data


def test_a_missing_memory_is_a_limit_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from skillgap.matching import evidence

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(evidence, "find_evidence", fail)
    with pytest.raises(SkillgapError, match="memory"):
        analyze(b"Jane Doe\nSkills\nMS Excel", load_role("collections-specialist"))
