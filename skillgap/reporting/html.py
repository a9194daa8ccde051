"""Reports as HTML: the skills, and beside them the resume's own words that show each.

Nothing is needed to read a page but the page itself. Every skill has a number; every run of the resume's words that
shows skills carries their numbers as links, and every quote under a skill is a link to its words. `report.js` adds
that both light up together, and nothing else.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from skillgap.model import IMPORTANCES, BlockKind, GapReport, SkillResult
from skillgap.reporting.blind import redact
from skillgap.reporting.highlighting import Segment, Span, SpanKind, cut_lines
from skillgap.reporting.markup import escape_line, escape_text, read_asset, render_page
from skillgap.reporting.pictures import STRENGTH_SYMBOLS, STRENGTH_WORDS, coverage_ring, skill_squares
from skillgap.reporting.quoting import DEMONSTRATING, Quote, quote_skill
from skillgap.reporting.records import FROM_RECORDS
from skillgap.reporting.text import MEANING, describe_nearest, describe_time, describe_warning, is_own_term, subject_of

# Three quotes show how a skill is used; the others are one click away, and all are marked in the text.
_QUOTES = 3

_HAS_WORDS = re.compile(r"\w")

STRENGTH_KEY = (
    "<strong>Demonstrated</strong> means that experience, projects, education or certificates show the skill; "
    "<strong>only listed</strong>, that a list of skills or the summary names it. Both count as shown."
)


def report_css() -> str:
    """The style sheet of `render_fragment`; every rule is confined to the class ``sg``."""
    return read_asset("theme.css") + read_asset("report.css")


def report_js() -> str:
    """The script of `render_fragment`, for any number of reports on a page, also those that come later."""
    return read_asset("report.js")


def render_html(report: GapReport) -> str:
    """The report as a whole HTML page that needs no other file; the resume's words are escaped."""
    report = redact(report)
    return render_page(
        title=f"{escape_line(report.role.title)}: {escape_line(subject_of(report))}",
        styles=(read_asset("page.css"), report_css()),
        scripts=(report_js(),),
        body=f'<main class="sg-page">\n{render_fragment(report)}\n</main>\n',
    )


def render_notebook(report: GapReport) -> str:
    """The report as a notebook shows it: the style and the report, without a page and without a script."""
    fragment = render_fragment(report)
    # Cells of one notebook are one page: ids must differ, and the same report must give the same text.
    prefix = f"sg-{hashlib.sha256(fragment.encode()).hexdigest()[:8]}-"
    shown = render_fragment(report, prefix=prefix)
    return f'<style>{report_css()}</style>\n<div class="sg sg-notebook">{shown}</div>'


def render_fragment(report: GapReport, *, prefix: str = "", level: int = 1) -> str:
    """The report's part of a page, without ``<html>``; it needs `report_css` and likes `report_js`.

    ``prefix`` begins every id, so that several reports fit on one page. ``level`` is that of the first heading.
    """
    report = redact(report)
    return "\n".join(_Writer(report, prefix, level).article())


class _Writer:
    """Writes one report; holds what all its parts need: the skills' numbers and the names of anchors."""

    def __init__(self, report: GapReport, prefix: str, level: int) -> None:
        self._report = report
        self._prefix = escape_line(prefix)
        self._level = level
        core = sorted(report.core_skills, key=lambda skill: not skill.covered)
        self._groups = (report.covered, report.missing, tuple(core))
        self._skills = tuple(skill for group in self._groups for skill in group)
        self._numbers = {id(skill): number for number, skill in enumerate(self._skills, 1)}

    def article(self) -> Iterator[str]:
        """The whole report."""
        report = self._report
        name = self._id("title")
        yield f'<article class="sg sg-report" aria-labelledby="{name}">'
        yield from self._head()
        yield from self._warnings()
        yield '<div class="sg-columns">'
        yield '<div class="sg-skills">'
        shown, missing, core = self._groups
        yield from self._hard("shown", "Shown", shown)
        yield from self._hard("missing", "Missing", missing)
        if core:
            yield from self._core(core)
        yield "</div>"
        yield from self._resume()
        yield "</div>"
        yield '<footer class="sg-foot">'
        yield f"<p>{escape_line(MEANING)}</p>"
        yield f"<p>{STRENGTH_KEY}</p>"
        yield f'<p class="sg-signature">Signature: <code>{escape_line(report.signature)}</code></p>'
        yield "</footer>"
        yield "</article>"

    def _id(self, name: str) -> str:
        return f"{self._prefix}{name}"

    def _heading(self, depth: int, text: str, *, name: str = "", kind: str = "") -> str:
        tag = f"h{min(self._level + depth, 6)}"
        attributes = (f' id="{self._id(name)}"' if name else "") + (f' class="{kind}"' if kind else "")
        return f"<{tag}{attributes}>{text}</{tag}>"

    # The head: who, what, how much

    def _head(self) -> Iterator[str]:
        report = self._report
        pages = len(report.resume.pages)
        size = f" · {pages} page{'s' if pages > 1 else ''}" if pages else ""
        demonstrated = sum(s.strength == "demonstrated" for s in report.covered)
        listed = len(report.covered) - demonstrated
        yield '<header class="sg-head">'
        yield coverage_ring(report.hard_skills, report.coverage)
        yield '<div class="sg-summary">'
        yield self._heading(0, escape_line(report.role.title), name="title")
        yield f'<p class="sg-source"><bdi>{escape_line(subject_of(report))}</bdi>{size}</p>'
        shown = f"<strong>{len(report.covered)} of {len(report.hard_skills)}</strong>"
        yield (
            f'<p class="sg-count">{shown} hard skills shown: '
            f'<span class="sg-key sg-demonstrated"><i aria-hidden="true">✓</i> {demonstrated} demonstrated</span> '
            f'<span class="sg-key sg-listed"><i aria-hidden="true">○</i> {listed} only listed</span> '
            f'<span class="sg-key sg-none"><i aria-hidden="true">✗</i> {len(report.missing)} missing</span></p>'
        )
        yield from skill_squares(report.hard_skills)
        yield "</div>"
        yield from self._navigation()
        yield "</header>"

    def _navigation(self) -> Iterator[str]:
        report = self._report
        yield '<nav class="sg-nav" aria-label="Parts of the report"><ul>'
        if report.warnings:
            yield f'<li><a href="#{self._id("warnings")}">Warnings ({len(report.warnings)})</a></li>'
        yield f'<li><a href="#{self._id("shown")}">Shown ({len(report.covered)})</a></li>'
        yield f'<li><a href="#{self._id("missing")}">Missing ({len(report.missing)})</a></li>'
        if report.core_skills:
            yield f'<li><a href="#{self._id("core")}">Core skills</a></li>'
        yield f'<li><a href="#{self._id("resume")}">The resume’s words</a></li>'
        yield "</ul></nav>"

    def _warnings(self) -> Iterator[str]:
        warnings = self._report.warnings
        if not warnings:
            return
        yield f'<section class="sg-warnings" aria-labelledby="{self._id("warnings")}">'
        yield self._heading(1, f"Warnings <small>{len(warnings)}</small>", name="warnings")
        yield "<ul>"
        for warning in warnings:
            yield f"<li>{escape_line(describe_warning(warning))}</li>"
        yield "</ul></section>"

    # The skills

    def _hard(self, name: str, title: str, skills: Sequence[SkillResult]) -> Iterator[str]:
        yield f'<section class="sg-{name}" aria-labelledby="{self._id(name)}">'
        yield self._heading(1, f"{title} <small>{len(skills)}</small>", name=name)
        if not skills:
            yield '<p class="sg-note">None of the role’s hard skills.</p>'
        for importance in IMPORTANCES:
            group = [skill for skill in skills if skill.importance == importance]
            if group:
                yield self._heading(2, importance.capitalize(), kind="sg-importance")
                yield from self._list(group, 3)
        yield "</section>"

    def _core(self, skills: Sequence[SkillResult]) -> Iterator[str]:
        covered = sum(skill.covered for skill in skills)
        yield f'<section class="sg-core" aria-labelledby="{self._id("core")}">'
        yield self._heading(1, f"Core skills <small>{covered} of {len(skills)}</small>", name="core")
        yield '<p class="sg-note">Apart: no part of coverage.</p>'
        yield from self._list(skills, 2)
        yield "</section>"

    def _list(self, skills: Iterable[SkillResult], depth: int) -> Iterator[str]:
        yield '<ul class="sg-list">'
        for skill in skills:
            yield from self._skill(skill, depth)
        yield "</ul>"

    def _skill(self, skill: SkillResult, depth: int) -> Iterator[str]:
        number = self._numbers[id(skill)]
        yield f'<li class="sg-skill sg-{skill.strength}" id="{self._id(f"s{number}")}" data-skills="{number}">'
        yield self._heading(
            depth,
            f'<span class="sg-symbol" aria-hidden="true">{STRENGTH_SYMBOLS[skill.strength]}</span> '
            f'<span class="sg-what"><span class="sg-name">{escape_line(skill.name)}</span> '
            f'<span class="sg-strength">{STRENGTH_WORDS[skill.strength]}</span></span> '
            f'<span class="sg-number"><span class="sg-unseen">number </span>{number}</span>',
        )
        notes = [describe_time(skill)] if skill.covered else []
        if is_own_term(self._report, skill):
            notes.append("matched by its words alone")
        if any(notes):
            yield f'<p class="sg-time">{escape_line(", ".join(note for note in notes if note))}</p>'
        if not skill.covered and skill.definition:
            yield f"<p>{escape_line(skill.definition)}</p>"
        yield from self._quotes(quote_skill(self._report, skill))
        if skill.nearest and not skill.covered:
            like = escape_line(describe_nearest(skill.nearest, skill.rejected))
            yield (
                f'<p class="sg-near">Nearest words: <a href="#{self._id(f"t{skill.nearest.start}")}">'
                f'“{escape_line(skill.nearest.text)}”</a> <span class="sg-place">{like}</span></p>'
            )
        if skill.advice and skill.strength != "demonstrated":
            yield f'<p class="sg-advice"><strong>To show it:</strong> {escape_line(skill.advice)}</p>'
        yield "</li>"

    def _quotes(self, quotes: Sequence[Quote]) -> Iterator[str]:
        if not quotes:
            return
        yield '<ul class="sg-quotes">'
        yield from map(self._quote, quotes[:_QUOTES])
        yield "</ul>"
        if len(quotes) > _QUOTES:
            yield f"<details><summary>{len(quotes) - _QUOTES} more</summary>"
            yield '<ul class="sg-quotes">'
            yield from map(self._quote, quotes[_QUOTES:])
            yield "</ul></details>"

    def _quote(self, quote: Quote) -> str:
        words = "".join(
            f"<b>{escape_text(part.text)}</b>" if part.is_hit else escape_text(part.text) for part in quote.parts
        )
        link = f'<a href="#{self._id(f"t{quote.start}")}">“{words}”</a>'
        return f'<li>{link} <span class="sg-place">{escape_line(quote.place)}</span></li>'

    # The resume's text

    def _resume(self) -> Iterator[str]:
        report = self._report
        name = self._id("resume")
        yield f'<section class="sg-resume" aria-labelledby="{name}">'
        yield self._heading(1, "The resume’s words", name="resume")
        note = ""
        if report.is_blind:
            note = "Blind: only words that show a skill are printed, or come near to one. "
        elif report.resume.reader == FROM_RECORDS:
            note = "Made again from a record that kept no more of the resume than these words. "
        yield (
            f'<p class="sg-note">{note}<span class="sg-hit sg-demonstrated">Demonstrated</span> and '
            '<span class="sg-hit sg-listed">only listed</span> skills; the small numbers lead to them.</p>'
        )
        yield f'<div class="sg-text" role="group" aria-labelledby="{name}" tabindex="0" dir="auto">'
        yield from self._lines()
        yield "</div></section>"

    def _lines(self) -> Iterator[str]:
        report = self._report
        pages = deque(page for page in report.resume.pages if page.number > 1)
        is_list_open = False
        part = None
        for line, kind in self._blocks():
            new_page = None
            while pages and pages[0].start <= line[0].start:
                new_page = pages.popleft().number
            content = self._blind_line(line) if report.is_blind else self._line(line)
            if is_list_open and (kind != "bullet" or new_page):
                yield "</ul>"
                is_list_open = False
            if new_page:
                yield f'<p class="sg-page-start">Page {new_page}</p>'
            if not content:
                continue
            if report.is_blind and part != (part := report.resume.section_at(line[0].start)) and part:
                yield self._heading(2, part.kind.capitalize())
            if kind == "bullet":
                yield f"<li>{content}</li>" if is_list_open else f"<ul><li>{content}</li>"
                is_list_open = True
            elif kind == "heading" and not report.is_blind:
                yield self._heading(2, content)
            else:
                yield f"<p>{content}</p>"
        if is_list_open:
            yield "</ul>"

    def _blocks(self) -> Iterator[tuple[list[Segment], BlockKind]]:
        """The lines of the text as segments, each with its kind; a bullet's own sign is left to the page."""
        text = self._report.resume.text
        blocks = deque(self._report.resume.blocks)
        for line in cut_lines(text, self._spans()):
            while blocks and blocks[0].start < line[0].start:
                blocks.popleft()
            if not blocks or blocks[0].start >= line[-1].end:
                yield line, "paragraph"
                continue
            block = blocks.popleft()
            if block.kind == "bullet" and not _HAS_WORDS.search(text, line[0].start, block.start):
                line = [s if s.start >= block.start else replace(s, start=block.start) for s in line]
                line = [s for s in line if s.start < s.end]
            yield line, block.kind

    def _spans(self) -> list[Span]:
        report, spans = self._report, []
        for skill in self._skills:
            number = self._numbers[id(skill)]
            for evidence in skill.evidence:
                kind: SpanKind = "demonstrated" if evidence.section in DEMONSTRATING else "listed"
                spans.append(Span(evidence.start, evidence.end, kind, number))
            if skill.nearest and not skill.covered:
                spans.append(Span(skill.nearest.start, skill.nearest.end, "nearest", number))
        spans += [Span(hidden.start, hidden.end, "hidden") for hidden in report.resume.hidden]
        return spans

    def _line(self, segments: Sequence[Segment]) -> str:
        parts: list[str] = []
        run: dict[int, None] = {}
        for n, segment in enumerate(segments):
            run |= dict.fromkeys(span.skill for span in segment.shows if span.skill)
            parts.append(self._words(segment))
            following = segments[n + 1].spans if n + 1 < len(segments) else ()
            if run and not any(span in following for span in segment.shows):
                parts.append(self._references(run))
                run = {}
        return "".join(parts).strip()

    def _blind_line(self, segments: Sequence[Segment]) -> str:
        """The words that show a skill or come near to one; what stands around them may tell who the person is."""
        told = [s for s in segments if any(span.kind != "hidden" for span in s.spans)]
        if not told:
            return ""
        kept: list[Segment] = []
        parts: list[str] = []
        for segment in told:
            if kept and segment.start > kept[-1].end:
                parts.append(self._line(kept))
                kept = []
            kept.append(segment)
        return "… " + " … ".join([*parts, self._line(kept)]) + " …"

    def _words(self, segment: Segment) -> str:
        report = self._report
        words = escape_text(report.resume.text[segment.start : segment.end])
        if not segment.spans or not words:
            return words
        name = f' id="{self._id(f"t{segment.start}")}"' if any(s.start == segment.start for s in segment.spans) else ""
        skills = " ".join(str(n) for n in dict.fromkeys(s.skill for s in segment.spans) if n)
        tied = f' data-skills="{skills}"' if skills else ""
        if any(span.kind == "hidden" for span in segment.spans):
            words = f'<s class="sg-hidden"><span class="sg-unseen">hidden text: </span>{words}</s>'
        if not segment.shows:
            return f'<span class="sg-nearest"{name}{tied}>{words}</span>'
        kind = "demonstrated" if any(span.kind == "demonstrated" for span in segment.shows) else "listed"
        return f'<mark class="sg-hit sg-{kind}"{name}{tied}>{words}</mark>'

    def _references(self, skills: Iterable[int]) -> str:
        links = " ".join(
            f'<a href="#{self._id(f"s{number}")}" data-skills="{number}">{number}'
            f'<span class="sg-unseen"> {escape_line(self._skills[number - 1].name)}</span></a>'
            for number in sorted(skills)
        )
        return f'<sup class="sg-refs">{links}</sup>'
