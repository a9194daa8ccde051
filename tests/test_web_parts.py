"""The parts of the page that need no server: what travels, comparison, marks in edited text, addresses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import skillgap
from skillgap.model import GapReport, HiddenText, Resume, Role
from skillgap.web.carry import (
    Baseline,
    CarriedError,
    baseline_of,
    pack_baseline,
    pack_resume,
    unpack_baseline,
    unpack_resume,
)
from skillgap.web.compare import compare_versions
from skillgap.web.jobs import visible_text
from skillgap.web.marks import find_marks

RESUMES = Path(__file__).parent.parent / "examples" / "resumes"
CLERK = Role.from_skills("Clerk", ["Bookkeeping", "Payroll", "Skip Tracing"], core_skills=["Patience"])


# What travels


@pytest.mark.parametrize("path", sorted(RESUMES.iterdir()), ids=lambda path: path.name)
def test_resume_comes_back_from_the_form_as_it_went(path: Path) -> None:
    resume = skillgap.parse_resume(path)
    assert unpack_resume(pack_resume(resume)) == resume


def test_every_part_of_a_resume_travels(sample_report: GapReport) -> None:
    resume = replace(
        sample_report.resume, hidden=(HiddenText(0, 5, 1, "it is white"),), warnings=sample_report.warnings
    )
    assert unpack_resume(pack_resume(resume)) == resume


@given(st.text())
def test_odd_characters_travel_as_ascii(text: str) -> None:
    packed = pack_resume(Resume(text))
    assert packed.isascii()
    assert packed.isprintable()
    assert unpack_resume(packed).text == text


def _changed(resume: Resume, at: int, value: object) -> str:
    data = json.loads(pack_resume(resume))
    data[at] = value
    return json.dumps(data)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (0, 0),
        (1, None),
        (2, 5),
        (3, []),
        (5, [[1, -1, 3]]),
        (5, [[1, 3, 2]]),
        (5, [["1", 0, 2]]),
        (6, [["skills", "Skills", 0, 1_000_000]]),
        (6, [["nonsense", "Skills", 0, 2]]),
        (7, [["heading", 0, "x"]]),
        (7, [["heading", 0, 1, 2, 3]]),
        (8, [[0, 1, [2020], None, False, ""]]),
        (9, [["name", 0, None]]),
        (10, [[0, 1, 1, None]]),
        (11, [["code", None, None]]),
    ],
)
def test_resume_that_was_changed_on_its_way_is_refused(at: int, value: object) -> None:
    resume = Resume.from_text("Skills\nBookkeeping")
    with pytest.raises(CarriedError):
        unpack_resume(_changed(resume, at, value))


@pytest.mark.parametrize(
    "packed", ["", "[", "[]", "{}", "3", "[" * 100_000, '[1,"r","n",2,{}]', '[1,"r","n",0,[]]', "NaN"]
)
def test_baseline_that_was_changed_on_its_way_is_refused(packed: str) -> None:
    with pytest.raises(CarriedError):
        unpack_baseline(packed)


def test_baseline_comes_back_as_it_went(sample_report: GapReport) -> None:
    baseline = baseline_of(sample_report, name="cv.pdf")
    assert unpack_baseline(pack_baseline(baseline)) == baseline
    wrong = Baseline("r", "n", 0.5, (("a", "splendid"),))  # type: ignore[arg-type]
    with pytest.raises(CarriedError):
        unpack_baseline(pack_baseline(wrong))


# Comparison


def _report(text: str) -> GapReport:
    return skillgap.analyze(Resume.from_text(text), CLERK)


def test_comparison_tells_won_lost_stronger_and_weaker() -> None:
    before = baseline_of(_report("Skills\nPayroll, skip tracing"), name="old")
    after = _report("Experience\nClerk, Acme, 2019 - 2021\n- Ran payroll for forty people\nSkills\nBookkeeping")
    changes = compare_versions(before, after)
    assert changes is not None
    assert (changes.won, changes.lost, changes.stronger, changes.weaker) == (
        ("Bookkeeping",),
        ("Skip Tracing",),
        ("Payroll",),
        (),
    )
    back = compare_versions(baseline_of(after, name="new"), _report("Skills\nPayroll, skip tracing"))
    assert back is not None
    assert (back.won, back.lost, back.weaker) == (("Skip Tracing",), ("Bookkeeping",), ("Payroll",))


def test_same_version_has_no_changes() -> None:
    report = _report("Skills\nPayroll")
    changes = compare_versions(baseline_of(report, name="old"), report)
    assert changes is not None
    assert not changes.has_changed


def test_another_role_or_other_skills_of_it_are_not_compared() -> None:
    report = _report("Skills\nPayroll")
    other = skillgap.analyze(report.resume, Role.from_skills("Clerk", ["Bookkeeping"]))
    assert compare_versions(baseline_of(other, name="old"), report) is None
    baker = skillgap.analyze(report.resume, replace(CLERK, id="baker"))
    assert compare_versions(baseline_of(baker, name="old"), report) is None


# Marks


def _marked(text: str) -> list[str]:
    units = text.encode("utf-16-le")
    found = find_marks(text, _report(text))
    return [units[2 * mark.start : 2 * mark.end].decode("utf-16-le") for mark in found]


@pytest.mark.parametrize(
    "text",
    [
        "Skills\nBookkeeping, payroll, skip tracing",
        "Skills\n\n\n   * Bookkeeping,\n\t\tpayroll\n\n  -  skip  tracing  ",
        "=======\nSkills\n=======\n- Bookkeeping\n----------------------------------\n- payroll\n• • skip tracing",
        "😀 Skills 😀\nBookkeeping 😀😀 payroll\n😀 skip tracing",
        "S K I L L S\nBookkeeping; payroll; skip tracing",
    ],
)
def test_marks_lie_on_the_words_as_they_were_typed(text: str) -> None:
    assert [" ".join(mark.lower().split()) for mark in _marked(text)] == ["bookkeeping", "payroll", "skip tracing"]


def test_overlapping_evidence_is_one_mark_with_all_its_skills() -> None:
    role = Role.from_skills("Clerk", ["Payroll", "Payroll Processing"])
    text = "Skills\nPayroll processing"
    (mark,) = find_marks(text, skillgap.analyze(Resume.from_text(text), role))
    assert mark.skills == ("Payroll", "Payroll Processing") or mark.skills == ("Payroll Processing", "Payroll")


@given(
    st.lists(st.sampled_from(["Payroll", "bookkeeping ", "\n", "  ", "• ", "😀", "-----", "x", "\t", "skip tracing"]))
)
def test_marks_stay_in_the_text_in_order_and_apart(pieces: list[str]) -> None:
    text = "Skills\n" + "".join(pieces)
    marks = find_marks(text, _report(text))
    ends = [0, *(mark.end for mark in marks)]
    assert all(end <= mark.start < mark.end for end, mark in zip(ends, marks, strict=False))
    assert ends[-1] <= len(text.encode("utf-16-le")) // 2


def test_text_unlike_its_reading_is_given_up_quickly() -> None:
    report = _report("Skills\nPayroll " + "ab" * 3_000)
    find_marks("xy" * 30_000, report)


def test_marks_pass_over_what_was_hidden() -> None:
    text = "Skills\nBookkeeping\nPayroll"
    start = text.index("Bookkeeping")
    resume = replace(Resume.from_text(text), hidden=(HiddenText(start, start + 11, None, "it is white"),))
    report = skillgap.analyze(resume, CLERK)
    edited = visible_text(resume)
    assert edited == "Skills\nPayroll"
    assert [edited[mark.start : mark.end] for mark in find_marks(edited, report)] == ["Payroll"]


# Names and addresses


def test_address_knows_its_own_names() -> None:
    pytest.importorskip("starlette", reason="the extra `web` is not installed")
    from skillgap.web.guard import Address

    assert Address("127.0.0.1", 8000).hosts == {"127.0.0.1:8000", "localhost:8000"}
    assert Address("::1", 8000).url == "http://[::1]:8000/"
    assert "http://127.0.0.1" in Address("127.0.0.1", 80).origins
