"""The HTML report: whole, valid, self-contained, and never the resume's own markup."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillgap.analysis import analyze
from skillgap.cli import main
from skillgap.model import Block, Evidence, GapReport, HiddenText, Nearest, Page, Resume
from skillgap.reporting.highlighting import Span, cut_lines
from skillgap.reporting.html import render_fragment, render_html, render_notebook, report_css, report_js
from skillgap.reporting.markup import escape_line, escape_text, read_asset
from skillgap.reporting.records import report_from_dict

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title></textarea><svg/onload=alert(1)>",
    "<!-- --><![CDATA[ ]]>",
    "&lt;b&gt; &#60; &amp",
    "=cmd()",
    "javascript:alert(1)",
    "a\x00b\x1b[31mc\x7f\x85\ufdd0\uffff\U0001fffe\ud800",
    "\u202eevil\u2066\u200b",
]


def parse(page: str) -> Element:
    """The page's tree; anything that the HTML standard calls an error fails the test."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return tree


def elements(tree: Element) -> list[str]:
    return [str(element.tag) for element in tree.iter() if isinstance(element.tag, str)]


def text_of(element: Element) -> str:
    return "".join(element.itertext())


def by_class(tree: Element, name: str) -> list[Element]:
    return [e for e in tree.iter() if isinstance(e.tag, str) and name in e.get("class", "").split()]


@pytest.fixture
def blind_report(sample_report: GapReport) -> GapReport:
    return replace(sample_report, is_blind=True)


def test_report_is_the_golden_one(sample_report: GapReport, golden: Callable[[str, str], None]) -> None:
    golden("report.html", render_fragment(sample_report) + "\n")


def test_blind_report_is_the_golden_one(blind_report: GapReport, golden: Callable[[str, str], None]) -> None:
    golden("report_blind.html", render_fragment(blind_report) + "\n")


# The page


def test_page_is_valid(sample_report: GapReport, blind_report: GapReport) -> None:
    for report in (sample_report, blind_report, replace(sample_report, hard_skills=(), core_skills=(), warnings=())):
        tree = parse(report.to_html())
        assert elements(tree).count("h1") == 1
        assert tree.get("lang") == "en"


def test_page_needs_nothing_but_itself(sample_report: GapReport) -> None:
    tree = parse(sample_report.to_html())
    assert not set(elements(tree)) & {"link", "img", "iframe", "object", "embed", "form", "base"}
    targets = [e.get(name) for e in tree.iter() for name in ("href", "src") if e.get(name)]
    assert targets
    assert all(str(target).startswith("#") for target in targets)
    assert not re.search(r"url\(|@import|@font-face", report_css() + read_asset("page.css"))


def test_policy_allows_this_style_and_this_script_alone(sample_report: GapReport) -> None:
    tree = parse(sample_report.to_html())
    (policy,) = (e.get("content", "") for e in tree.iter("meta") if e.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (element,) = tree.iter(tag)
        digest = base64.b64encode(hashlib.sha256(text_of(element).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_nothing_that_the_policy_forbids_is_written(sample_report: GapReport) -> None:
    for element in parse(sample_report.to_html()).iter():
        assert not [name for name in element.keys() if name == "style" or name.startswith("on")]  # noqa: SIM118


def test_style_stays_inside_the_report() -> None:
    rules = re.sub(r"/\*.*?\*/|@(?:media|container)[^{]*\{", "", report_css(), flags=re.DOTALL)
    selectors = [s.strip() for rule in re.findall(r"([^{}]+)\{", rules) for s in re.split(r",(?![^(]*\))", rule)]
    assert len(selectors) > 100
    assert [s for s in selectors if not s.startswith(".sg")] == []


@pytest.mark.parametrize("name", ["page.css", "theme.css", "report.css", "report.js", "shortlist.css", "shortlist.js"])
def test_styles_and_scripts_survive_any_encoding(name: str) -> None:
    assert read_asset(name).isascii()  # else their hashes would not hold in a page that was written in another


def test_page_on_standard_output_is_right_in_any_encoding(capsys: pytest.CaptureFixture[str]) -> None:
    resume = Path(__file__).parent.parent / "examples" / "resumes" / "maria_alvarez.pdf"
    assert main(["analyze", str(resume), "--role", "collections specialist", "--format", "html"]) == 0
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert text_of(parse(printed)) == text_of(parse(analyze(resume, "collections specialist").to_html()))


def test_same_report_gives_the_same_page(sample_report: GapReport) -> None:
    assert sample_report.to_html() == sample_report.to_html()


# Links between skills and words


@pytest.mark.parametrize("is_blind", [False, True])
def test_every_link_leads_somewhere(sample_report: GapReport, is_blind: bool) -> None:
    tree = parse(replace(sample_report, is_blind=is_blind).to_html())
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    links = [str(e.get("href")).removeprefix("#") for e in tree.iter("a")]
    assert set(links) <= set(ids)
    names = [name for e in tree.iter() for name in str(e.get("aria-labelledby") or "").split()]
    assert set(names) <= set(ids)


def test_skills_and_words_lead_to_each_other(sample_report: GapReport) -> None:
    tree = parse(sample_report.to_html())
    (skill,) = (e for e in by_class(tree, "sg-skill") if "Accounts Receivable" in text_of(e))
    words = {e.get("id"): e for e in tree.iter("mark")}
    quoted = [text_of(words[str(a.get("href"))[1:]]) for a in skill.iter("a")]
    assert quoted[0] == "A/R aging"
    back = [a for refs in by_class(tree, "sg-refs") for a in refs.iter("a") if a.get("href") == f"#{skill.get('id')}"]
    assert len(back) == 2
    assert text_of(back[0]) == f"{skill.get('data-skills')} Accounts Receivable"


def test_listed_and_demonstrated_differ_in_words_not_only_in_colour(sample_report: GapReport) -> None:
    tree = parse(sample_report.to_html())
    told = {
        text_of(by_class(skill, "sg-name")[0]): text_of(by_class(skill, "sg-strength")[0])
        for skill in by_class(tree, "sg-skill")
    }
    assert told["Accounts Receivable"] == "demonstrated"
    assert told["MS Excel"] == "only listed"
    assert told["Bookkeeping"] == "missing"


def test_missing_skill_has_advice_and_its_nearest_words(sample_report: GapReport) -> None:
    tree = parse(sample_report.to_html())
    (skill,) = (e for e in by_class(tree, "sg-skill") if "Bookkeeping" in text_of(e))
    assert "Say whose books you kept" in text_of(skill)
    assert "“QuickBooks”" in text_of(skill)
    (near,) = by_class(tree, "sg-nearest")
    assert text_of(near) == "QuickBooks"
    assert near.get("id") == str(next(skill.iter("a")).get("href"))[1:]


def test_two_reports_fit_on_one_page(sample_report: GapReport) -> None:
    both = render_fragment(sample_report, prefix="a-", level=2) + render_fragment(sample_report, prefix="b-", level=2)
    tree = parse(f"<!DOCTYPE html><html lang=en><head><title>x</title></head><body><h1>x</h1>{both}</body></html>")
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert elements(tree).count("h1") == 1


def test_notebook_gets_style_and_report_without_script(sample_report: GapReport) -> None:
    shown = sample_report._repr_html_()
    assert shown == render_notebook(sample_report)
    assert "<script" not in shown
    assert "Accounts Receivable" in shown


# The resume's text


def test_text_beside_is_the_resumes_own(sample_report: GapReport) -> None:
    assert resume_lines(sample_report) == [line for line in sample_report.resume.text.split("\n") if line]


def resume_lines(report: GapReport) -> list[str]:
    """The lines as the page shows them, without the small numbers."""
    (shown,) = by_class(parse(report.to_html()), "sg-text")
    for parent in list(shown.iter()):
        for child in list(parent):
            if child.get("class") in ("sg-refs", "sg-page-start"):
                position = list(parent).index(child)
                tail = child.tail or ""
                parent.remove(child)
                if position:
                    before = list(parent)[position - 1]
                    before.tail = (before.tail or "") + tail
                else:
                    parent.text = (parent.text or "") + tail
    lines = [e for e in shown.iter() if e.tag in ("p", "li", "h2", "h3", "h4")]
    return [text_of(line) for line in lines]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), max_size=12))
def test_overlapping_evidence_changes_no_word(sample_report: GapReport, places: list[tuple[int, int]]) -> None:
    text = sample_report.resume.text
    found = tuple(
        Evidence(text[start : start + size], start, start + size, 1, "experience", "x", "exact", 100.0)
        for start, size in places
        if text[start : start + size].strip() and "\n" not in text[start : start + size]
    )
    skills = tuple(replace(s, evidence=found[n::2]) for n, s in enumerate(sample_report.hard_skills[:2]))
    report = replace(sample_report, hard_skills=skills, core_skills=())
    assert resume_lines(report) == [line for line in text.split("\n") if line]
    marked = "".join(text_of(e) for e in parse(report.to_html()).iter("mark"))
    assert len(marked) == len({n for e in found for n in range(e.start, e.end)})


OFFSETS = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)
SPANS = st.lists(OFFSETS.map(lambda ends: Span(*ends, "listed", 1)))


@given(st.text("ab \n", max_size=40), SPANS)
def test_segments_cover_each_line_and_hold_their_spans(text: str, spans: list[Span]) -> None:
    lines = list(cut_lines(text, spans))
    assert ["".join(text[s.start : s.end] for s in line) for line in lines] == [
        line for line in text.split("\n") if line.strip()
    ]
    for segment in (s for line in lines for s in line):
        for position in range(segment.start, segment.end):
            assert set(segment.spans) == {span for span in spans if span.start <= position < span.end}


def test_bullets_headings_and_pages_are_told_apart(sample_report: GapReport) -> None:
    text = "Experience\n• Kept books\n• Made calls\nLast words"
    blocks = (Block("heading", 0, 10), Block("bullet", 13, 23), Block("bullet", 26, 36), Block("paragraph", 37, 47))
    resume = Resume(text, blocks=blocks, pages=(Page(1, 0, 37), Page(2, 37, 47)))
    report = replace(sample_report, resume=resume, hard_skills=(), core_skills=())
    (shown,) = by_class(parse(report.to_html()), "sg-text")
    assert [(e.tag, text_of(e).replace("\n", "")) for e in shown] == [
        ("h3", "Experience"),
        ("ul", "Kept booksMade calls"),
        ("p", "Page 2"),
        ("p", "Last words"),
    ]


def test_hidden_text_is_marked_as_such(sample_report: GapReport) -> None:
    start = sample_report.resume.text.index("enjoys")
    hidden = HiddenText(start, start + 6, 1, "white on white")
    report = replace(sample_report, resume=replace(sample_report.resume, hidden=(hidden,)))
    (marked,) = by_class(parse(report.to_html()), "sg-hidden")
    assert text_of(marked) == "hidden text: enjoys"


def test_nearest_words_inside_evidence_keep_their_link(sample_report: GapReport) -> None:
    start = sample_report.resume.text.index("aging")
    missing = replace(sample_report.hard_skills[1], nearest=Nearest("aging", start, start + 5, "x", 50.0))
    report = replace(sample_report, hard_skills=(sample_report.hard_skills[0], missing))
    tree = parse(report.to_html())
    assert [text_of(e) for e in tree.iter("mark") if e.get("id") == f"t{start}"] == ["aging"]


def test_report_from_a_record_says_that_the_text_was_not_kept(sample_report: GapReport) -> None:
    again = report_from_dict(sample_report.to_dict(), sample_report.role)
    tree = parse(again.to_html())
    assert "kept no more of the resume than these words" in text_of(tree)
    assert "days sales outstanding" in [text_of(mark) for mark in tree.iter("mark")]


# Blind


PERSONAL = ["Priya", "Nair", "priya.nair@example.com", "example.com", "priya_nair", "She"]


@pytest.mark.parametrize("words", PERSONAL)
def test_blind_page_tells_nothing_of_the_person(blind_report: GapReport, words: str) -> None:
    page = blind_report.to_html() + render_fragment(blind_report) + blind_report._repr_html_()
    assert not re.search(rf"\b{re.escape(words)}\b", page)


def test_blind_page_prints_only_words_that_show_something(blind_report: GapReport) -> None:
    page = blind_report.to_html()
    assert "Larkspur Dental Group" not in page
    assert "days sales outstanding" in page


# Strangers' text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(with_text: Callable[[str], GapReport], text: str) -> None:
    tree = parse(with_text(text).to_html())
    assert elements(tree) == elements(parse(with_text("harmless").to_html()))
    shown = text_of(tree)
    assert escape_line(text) == "" or html_unescaped(escape_line(text)) in shown


def html_unescaped(text: str) -> str:
    return text_of(parse(f"<!DOCTYPE html><title>x</title><p>{text}")).removeprefix("x")


SPECIAL = st.text(st.sampled_from("<>\"'&;=/!-`#x a()[]{}\\\u202e\x00\ufffe"), min_size=1, max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(SPECIAL)
def test_no_text_becomes_markup(with_text: Callable[[str], GapReport], text: str) -> None:
    harmless = re.sub(r"[^ ]", "x", text)
    found, wanted = (parse(render_html(with_text(f"a{inner}z"))) for inner in (text, harmless))
    assert elements(found) == elements(wanted)
    assert [sorted(e.keys()) for e in found.iter()] == [sorted(e.keys()) for e in wanted.iter()]


@given(st.text())
def test_escaped_text_holds_no_markup(text: str) -> None:
    for escaped in (escape_line(text), escape_text(text)):
        assert not set(escaped) & set("<>\"'")
        assert not re.search(r"&(?!(?:lt|gt|amp|quot|#x27);)", escaped)
        escaped.encode()  # no lone surrogates


def test_script_takes_no_html_from_anywhere() -> None:
    for script in (report_js(), read_asset("shortlist.js")):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|new Function", script)
        assert not re.search(r"fetch\(|XMLHttpRequest|sendBeacon|WebSocket|import\(|localStorage", script)
