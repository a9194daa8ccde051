"""The terminal report: readable at any width, honest, and deaf to what a stranger's file wants of the terminal."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillgap.analysis import analyze
from skillgap.model import Evidence, Explanation, GapReport, Nearest, Rejection, Resume, Role, SkillResult
from skillgap.reporting.blind import redact, redact_explanation
from skillgap.reporting.quoting import quote_skill
from skillgap.reporting.terminal import (
    Piece,
    clean_line,
    display_width,
    fit_encoding,
    join_plain,
    print_styled,
    shorten,
    wrap,
)
from skillgap.reporting.text import coverage_bar, percent, render_explanation, render_text, report_lines

WISH = "Experience\nCashier, Corner Shop, 2019 to 2022\nRan the till.\nSummary\nI would like to learn QuickBooks."

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
HOSTILE = f"\x1b]0;owned\x07\x1b[2J\x1b[31mMS\x9b1mExcel\x00\x08\x7f\r\n{BIDI}\u200b\ud800\u2028"


@pytest.mark.parametrize("width", [80, 60])
def test_report_is_the_golden_one(sample_report: GapReport, golden: Callable[[str, str], None], width: int) -> None:
    golden(f"report_{width}.txt", render_text(sample_report, width=width) + "\n")


def test_blind_report_is_the_golden_one(sample_report: GapReport, golden: Callable[[str, str], None]) -> None:
    golden("report_blind.txt", render_text(replace(sample_report, is_blind=True)) + "\n")


def test_str_is_the_plain_80_column_report(sample_report: GapReport) -> None:
    assert str(sample_report) == render_text(sample_report, width=80)


def test_words_that_name_a_missing_skill_come_with_the_reason_why_they_do_not_count() -> None:
    report = analyze(Resume.from_text(WISH), Role.from_skills("Bookkeeper", ["QuickBooks"]))
    assert not report.covered
    for shown in (str(report), report.to_markdown(), report.to_html()):
        words = " ".join(shown.split())
        assert "not counted: only wished for" in words
        assert "100 of 100" not in words


@pytest.mark.parametrize("width", [1, 40, 60, 80, 100, 250])
def test_no_line_is_wider_than_asked_for(sample_report: GapReport, width: int) -> None:
    widest = max(display_width(line) for line in render_text(sample_report, width=width).splitlines())
    assert widest <= min(max(width, 40), 100)


def test_plain_report_holds_no_control_character_but_line_ends(with_text: Callable[[str], GapReport]) -> None:
    text = render_text(with_text(HOSTILE))
    assert not re.search(f"[\x00-\x09\x0b-\x1f\x7f-\x9f{BIDI}\u200b\u2028\ud800-\udfff]", text)
    assert "MSExcel" in text
    assert "owned" not in text


def test_coloured_report_holds_only_colours_of_ours(with_text: Callable[[str], GapReport]) -> None:
    out = io.StringIO()
    print_styled(report_lines(with_text(HOSTILE)), out)
    assert set(re.findall(r"\x1b.", out.getvalue())) == {"\x1b["}
    assert set(re.findall(r"\x1b\[[^m]*m", out.getvalue())) <= {
        *(f"\x1b[{code}m" for code in ("0", "1", "2", "31", "32", "33", "1;4", "1;36")),
    }
    assert not re.search(f"[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f{BIDI}]", out.getvalue())


def test_colour_changes_no_word(sample_report: GapReport) -> None:
    out = io.StringIO()
    lines = report_lines(sample_report, width=70)
    print_styled(lines, out)
    uncoloured = re.sub(r"\x1b\[[\d;]*m", "", out.getvalue())
    plain = join_plain([tuple(p for p in line if p.style != "mark") for line in lines])
    assert [line.rstrip() for line in uncoloured.splitlines()] == plain.splitlines()


def test_markup_of_the_resume_is_no_markup_of_the_terminal(with_text: Callable[[str], GapReport]) -> None:
    out = io.StringIO()
    print_styled(report_lines(with_text("[red]MS[/red] :smile: Excel")), out)
    assert "[red]MS[/red] :smile: Excel" in out.getvalue()


def test_perfect_and_empty_roles_have_reports(sample_report: GapReport) -> None:
    covered = tuple(s for s in sample_report.hard_skills if s.covered)
    assert "Coverage  100 %" in render_text(replace(sample_report, hard_skills=covered))
    assert "Coverage    0 %" in render_text(replace(sample_report, hard_skills=(), core_skills=(), warnings=()))


def test_report_says_that_it_is_no_verdict(sample_report: GapReport) -> None:
    assert "no hiring verdict" in " ".join(render_text(sample_report).split())


@pytest.mark.parametrize(
    ("coverage", "shown"), [(0.0, "0 %"), (0.001, "1 %"), (0.285, "28 %"), (0.9999, "99 %"), (1.0, "100 %")]
)
def test_percent_is_100_only_for_all_and_0_only_for_none(coverage: float, shown: str) -> None:
    assert percent(coverage) == shown


@given(st.floats(0, 1), st.integers(2, 100))
def test_bar_is_full_only_at_one_and_empty_only_at_zero(coverage: float, width: int) -> None:
    full, empty = (len(piece.text) for piece in coverage_bar(coverage, width))
    assert full + empty == width
    assert (empty == 0) == (coverage == 1)
    assert (full == 0) == (coverage == 0)


# Quotes


def test_quote_keeps_to_the_clause_and_marks_the_words(sample_report: GapReport) -> None:
    (quote,) = quote_skill(sample_report, sample_report.hard_skills[0])
    assert [p.text for p in quote.parts if p.is_hit] == ["A/R aging", "days sales outstanding"]
    assert quote.parts[0].text == "reconciled "
    assert quote.parts[-1].text == " from 51 to 42."


def test_item_of_a_skill_list_is_quoted_without_its_neighbours(sample_report: GapReport) -> None:
    (quote,) = quote_skill(sample_report, sample_report.hard_skills[3])
    assert [part.text for part in quote.parts] == ["MS Excel"]


def _report_on(report: GapReport, text: str, *words: str) -> tuple[GapReport, SkillResult]:
    evidence = tuple(
        replace(report.hard_skills[0].evidence[0], text=w, start=text.index(w), end=text.index(w) + len(w))
        for w in words
    )
    return replace(report, resume=Resume(text)), replace(report.hard_skills[3], evidence=evidence)


def test_long_clause_is_cut_around_the_evidence(sample_report: GapReport) -> None:
    text = "before " * 200 + "pivot tables" + " after" * 200
    (quote,) = quote_skill(*_report_on(sample_report, text, "pivot tables"))
    whole = "".join(part.text for part in quote.parts)
    assert whole.startswith("…before")
    assert whole.endswith("after…")
    assert "before pivot tables after" in whole
    assert len(whole) <= 162


def test_far_apart_evidence_of_one_line_is_not_quoted_across_all_between(sample_report: GapReport) -> None:
    text = "MS Excel " + "and more " * 100 + "pivot tables"
    quotes = quote_skill(*_report_on(sample_report, text, "MS Excel", "pivot tables"))
    assert all(sum(len(part.text) for part in quote.parts) <= 162 for quote in quotes)
    assert [p.text for quote in quotes for p in quote.parts if p.is_hit] == ["MS Excel", "pivot tables"]


def test_same_words_are_quoted_once(sample_report: GapReport) -> None:
    report, skill = _report_on(sample_report, "MS Excel\nms excel", "MS Excel", "ms excel")
    assert len(quote_skill(report, skill)) == 1


@given(st.text(max_size=300), st.data())
def test_any_quote_holds_its_evidence(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    skill = SkillResult("a", "A", "hard", "useful", "none")
    evidence = Evidence(text[start:end], start, end, None, "other", "a", "exact", 100.0)
    report = GapReport(Role("a", "A", (), ()), Resume(text), (skill,), (), "")
    quotes = quote_skill(report, replace(skill, evidence=(evidence,)))
    if start < end:
        assert [p.text for quote in quotes for p in quote.parts if p.is_hit] == [text[start:end]]


# Terminal


@given(st.text())
def test_cleaned_text_is_one_printable_line(text: str) -> None:
    line = clean_line(text)
    assert len(line.splitlines()) <= 1
    assert not re.search(f"[\x00-\x1f\x7f-\x9f{BIDI}\ud800-\udfff]", line)
    assert clean_line(line) == line


@given(st.lists(st.text(alphabet="ab 経\u0301", max_size=30), max_size=5), st.integers(6, 30), st.integers(0, 2))
def test_wrapping_loses_no_word_and_keeps_the_width(texts: list[str], width: int, indent: int) -> None:
    lines = wrap([Piece(text) for text in texts], width, indent=indent, hang=1)
    plain = join_plain(lines)
    assert "".join(plain.split()) == "".join("".join(texts).split())
    assert all(display_width(line) <= width for line in plain.splitlines())


@pytest.mark.parametrize("width", [1, 2, 5, 50])
def test_shortened_text_fits(width: int) -> None:
    assert display_width(shorten("経理 and bookkeeping", width)) <= width


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437"])
def test_old_terminals_get_what_they_can_show(sample_report: GapReport, encoding: str) -> None:
    text = fit_encoding(render_text(sample_report), encoding)
    assert text.encode(encoding)
    assert "A/R aging" in text


# Blind reports


def test_blind_report_tells_nothing_of_the_person(sample_report: GapReport) -> None:
    blind = replace(sample_report, is_blind=True)
    for shown in (render_text(blind), blind.to_markdown(), blind.to_json(), str(blind.to_records())):
        for secret in ("Priya", "Nair", "priya", "nair", "example.com", "She "):
            assert secret not in shown
        assert "A/R aging" in shown


def test_redacted_evidence_still_slices_the_redacted_text(sample_report: GapReport) -> None:
    mail = sample_report.resume.text.index("priya.nair@")
    skill = sample_report.hard_skills[0]
    evidence = replace(skill.evidence[0], text="priya.nair", start=mail, end=mail + 10)
    report = redact(replace(sample_report, is_blind=True, hard_skills=(replace(skill, evidence=(evidence,)),)))
    (redacted,) = report.hard_skills[0].evidence
    assert redacted.text == "█" * 10 == report.resume.text[redacted.start : redacted.end]
    assert len(report.resume.text) == len(sample_report.resume.text)


def test_report_that_is_not_blind_is_untouched(sample_report: GapReport) -> None:
    assert redact(sample_report) is sample_report


def test_ms_excel_is_no_title(sample_report: GapReport) -> None:
    resume = Resume("Ms. Doe knows MS Excel and Ms Word; she taught her team at doe@example.org.")
    whole = Evidence(resume.text, 0, len(resume.text), None, "other", "MS Excel", "exact", 100.0)
    skills = (replace(sample_report.hard_skills[0], evidence=(whole,)),)
    blind = redact(replace(sample_report, resume=resume, is_blind=True, hard_skills=skills, core_skills=()))
    assert blind.resume.text == "██. Doe knows MS Excel and Ms Word; ███ taught ███ team at ███████████████."


def test_many_contacts_cost_no_more_than_a_moment(sample_report: GapReport) -> None:
    line = "jane.doe@example.org "
    contacts = tuple(
        replace(sample_report.resume.contacts[1], start=n * len(line), end=n * len(line) + len(line) - 1)
        for n in range(5_000)
    )
    blind = redact(
        replace(sample_report, resume=Resume(line * 5_000, contacts=contacts), is_blind=True, hard_skills=())
    )
    assert "@" not in blind.resume.text


# Explanations


@pytest.fixture
def explanation(sample_report: GapReport) -> Explanation:
    text = sample_report.resume.text
    street = text.index("Priya Nair")
    return Explanation(
        "MS Excel",
        False,
        ("MS Excel", "Microsoft Excel", "pivot tables"),
        (),
        (Rejection("Priya Nair", street, street + 10, "excel", "an employer's name"),),
        Nearest("QuickBooks", text.index("QuickBooks"), text.index("QuickBooks") + 10, "Excel", 40.0),
    )


def test_explanation_names_labels_rejections_and_the_nearest_phrase(explanation: Explanation) -> None:
    text = str(explanation)
    assert text == render_explanation(explanation)
    assert "MS Excel: missing" in text
    assert "MS Excel · Microsoft Excel · pivot tables" in text
    assert "“Priya Nair” (an employer's name; label “excel”)" in text
    assert "“QuickBooks” (40 of 100 like “Excel”)" in text


def test_labels_beyond_a_screenful_are_counted(explanation: Explanation) -> None:
    labels = tuple(f"label {n}" for n in range(2_500))
    text = " ".join(render_explanation(replace(explanation, labels=labels)).split())
    assert "Labels tried (2,500)" in text
    assert "label 99 … and 2,400 more" in text
    assert "label 100" not in text
    assert "more" not in render_explanation(replace(explanation, labels=labels[:100]))


def test_words_rejected_for_several_labels_are_told_once(explanation: Explanation) -> None:
    (rejection,) = explanation.rejected
    both = replace(explanation, rejected=(rejection, replace(rejection, label="excel at")))
    text = render_explanation(both, width=100)
    assert "Found and rejected (1)" in text
    assert "“Priya Nair” (an employer's name; labels “excel”, “excel at”)" in text


def test_explanation_of_a_covered_skill_tells_how_it_was_found(sample_report: GapReport) -> None:
    evidence = replace(sample_report.hard_skills[4].evidence[0], via="Planning")
    text = render_explanation(Explanation("Time Management", True, (), (evidence,), (), None), width=100)
    assert "Time Management: covered" in text
    assert "(page 1, skills; fuzzy, 97 of 100 like “time management”, by way of Planning)" in text


def test_explanation_is_clean(explanation: Explanation) -> None:
    text = render_explanation(replace(explanation, name=HOSTILE, labels=(HOSTILE,)))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


def test_explanation_of_a_blind_report_is_blind(sample_report: GapReport, explanation: Explanation) -> None:
    blind = redact_explanation(replace(sample_report, is_blind=True), explanation)
    assert blind.rejected[0].text == "█████ ████"
    assert redact_explanation(sample_report, explanation) is explanation
