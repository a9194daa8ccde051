"""Reports as Markdown (CommonMark with tables left out, so that every renderer shows the same)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from skillgap.model import IMPORTANCES, GapReport, SkillResult
from skillgap.reporting.blind import redact
from skillgap.reporting.quoting import Quote, quote_skill
from skillgap.reporting.terminal import clean_line
from skillgap.reporting.text import (
    MEANING,
    coverage_bar,
    describe_nearest,
    describe_time,
    describe_warning,
    is_own_term,
    percent,
)

# Backslashes stop emphasis, code, links, headings, math and strike-through; entities stop HTML, also in
# renderers that let it through; the last pattern stops bare addresses from becoming links.
_SPECIAL = re.compile(r"([\\`*_\[\]{}()#|~$^!])")
_LINK_START = re.compile(r"(?i)(://|\bwww\.)")
_LINE_START = re.compile(r"^(?:[-+=]|\d+[.)])")


def escape_markdown(text: str) -> str:
    r"""The text as one line of Markdown that shows it to the letter.

    >>> escape_markdown("<b>C#</b> *and* [x](http://evil)")
    '&lt;b&gt;C\\#&lt;/b&gt; \\*and\\* \\[x\\]\\(http\\://evil\\)'
    """
    text = clean_line(text)
    text = _SPECIAL.sub(r"\\\1", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _LINK_START.sub(lambda m: "\\" + m[1] if m[1][0] == ":" else m[1][:-1] + "\\.", text)
    return _LINE_START.sub(lambda m: m[0][:-1] + "\\" + m[0][-1], text)


def render_markdown(report: GapReport) -> str:
    """The report as Markdown; the resume's words are escaped."""
    report = redact(report)
    return "\n".join(_lines(report)) + "\n"


def _lines(report: GapReport) -> Iterator[str]:
    subject = escape_markdown(report.source) if report.source else "a resume"
    yield f"# {escape_markdown(report.role.title)}: {subject}"
    yield ""
    bar = "".join(piece.text for piece in coverage_bar(report.coverage, 25))
    count = f"{len(report.covered)} of {len(report.hard_skills)} hard skills"
    yield f"**Coverage {percent(report.coverage)}** {bar} {count}"
    yield ""
    yield "## Shown"
    yield from _groups(report, report.covered)
    yield "## Missing"
    yield from _groups(report, report.missing)
    if report.core_skills:
        yield "## Core skills (apart: no part of coverage)"
        yield ""
        for skill in report.core_skills:
            yield from _skill(report, skill)
        yield ""
    if report.warnings:
        yield "## Warnings"
        yield ""
        for warning in report.warnings:
            yield f"- {escape_markdown(describe_warning(warning))}"
        yield ""
    yield "---"
    yield ""
    yield MEANING
    yield ""
    yield f"Signature: {escape_markdown(report.signature)}"


def _groups(report: GapReport, skills: Sequence[SkillResult]) -> Iterator[str]:
    yield ""
    if not skills:
        yield "None of the role's hard skills."
        yield ""
    for importance in IMPORTANCES:
        group = [skill for skill in skills if skill.importance == importance]
        if not group:
            continue
        yield f"### {importance.capitalize()}"
        yield ""
        for skill in group:
            yield from _skill(report, skill)
        yield ""


def _skill(report: GapReport, skill: SkillResult) -> Iterator[str]:
    notes = [skill.strength if skill.covered else "not shown", describe_time(skill)]
    if is_own_term(report, skill):
        notes.append("matched by its words alone")
    yield f"- **{escape_markdown(skill.name)}** ({', '.join(note for note in notes if note)})"
    for quote in quote_skill(report, skill):
        yield f"  - {_quoted(quote)}"
    if skill.covered:
        return
    if skill.nearest:
        like = escape_markdown(describe_nearest(skill.nearest, skill.rejected))
        yield f"  - nearest: “{escape_markdown(skill.nearest.text)}” ({like})"
    if skill.advice:
        yield f"  - {escape_markdown(skill.advice)}"


def _quoted(quote: Quote) -> str:
    parts = []
    for part in quote.parts:
        text = escape_markdown(part.text)
        if part.is_hit:
            parts.append(f"**{text}**")
        else:
            spaces = [" " if edge.isspace() else "" for edge in (part.text[:1], part.text[-1:])]
            parts.append(text.join(spaces) if text else " ")
    return f"“{''.join(parts)}” ({escape_markdown(quote.place)})"
