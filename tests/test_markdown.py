"""Markdown reports: the same report, and nothing in a resume that a renderer takes for markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from skillgap.model import GapReport
from skillgap.reporting.markdown import escape_markdown
from skillgap.reporting.terminal import clean_line

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](http://x.example/p.png) "
    "`code` **bold** _em_ ~~gone~~ # head | cell &lt; &#60; https://x.example www.x.example $x$ \\"
)


def _render(markdown: str) -> str:
    return str(MarkdownIt("js-default", {"html": True, "linkify": False}).render(markdown))


def test_markdown_is_the_golden_one(sample_report: GapReport, golden: Callable[[str, str], None]) -> None:
    golden("report.md", sample_report.to_markdown())


def test_nothing_of_the_resume_becomes_markup(with_text: Callable[[str], GapReport]) -> None:
    html = _render(with_text(HOSTILE).to_markdown())
    tags = {tag.split()[0] for tag in re.findall(r"<(/?[a-z0-9]+[^>]*)>", html)}
    assert {tag.lstrip("/") for tag in tags} <= {"h1", "h2", "h3", "p", "ul", "li", "strong", "hr"}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize(
    "text",
    ["# x", "- x", "+ x", "* x", "1. x", "12) x", "> x", "---", "===", "    x", "| a | b |", "~~~", "```", "\ttab"],
)
def test_text_at_the_start_of_a_line_starts_no_block(text: str) -> None:
    html = _render(escape_markdown(text))
    assert re.fullmatch(r"<p>[^<]*</p>\n", html)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_shows_as_it_is(text: str) -> None:
    from html import unescape

    html = _render("x" + escape_markdown(text) + "x")
    assert unescape(html).strip() == f"<p>x{clean_line(text)}x</p>"


def test_blind_markdown_names_no_source(sample_report: GapReport) -> None:
    first = replace(sample_report, is_blind=True).to_markdown().splitlines()[0]
    assert first == "# Dental Collector: a resume"
