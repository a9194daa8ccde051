"""Reports for the terminal: readable at 60 columns, without colour, and piped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from skillgap.model import (
    IMPORTANCES,
    Explanation,
    GapReport,
    Nearest,
    Rejection,
    ResumeWarning,
    SkillResult,
)
from skillgap.reporting.blind import redact
from skillgap.reporting.quoting import Quote, quote_skill
from skillgap.reporting.terminal import Line, Piece, Style, clean_line, display_width, join_plain, pad, wrap

# Wider text is hard to read, however wide the window is.
WIDEST = 100
NARROWEST = 40

MEANING = (
    "Coverage is the share of the role's hard skills, weighted by importance (essential 3, important 2, useful 1), "
    "that the resume's own words show. It tells what is written, not what the person can do: no hiring verdict."
)

# Two quotes convince; the JSON holds them all.
_QUOTES = 2

# Some skills are shown by those of a whole field, by a thousand labels; nobody reads more than a screenful.
_MOST_LABELS = 100

_IN = {"indent": 2, "hang": 2}


def render_text(report: GapReport, *, width: int = 80) -> str:
    """The report as plain text without colours or control characters."""
    return join_plain(report_lines(report, width=width))


def report_lines(report: GapReport, *, width: int = 80) -> tuple[Line, ...]:
    """The report as styled lines of at most ``width`` columns."""
    report = redact(report)
    width = min(max(width, NARROWEST), WIDEST)
    lines: list[Line] = []
    for make_part in (_head, _covered, _missing, _core, _warnings, _foot):
        part = tuple(make_part(report, width))
        lines += [(), *part] if lines and part else part
    return tuple(lines)


def render_explanation(explanation: Explanation, *, width: int = 80) -> str:
    """The explanation as plain text."""
    return join_plain(explanation_lines(explanation, width=width))


def explanation_lines(explanation: Explanation, *, width: int = 80) -> tuple[Line, ...]:
    """The explanation of one skill as styled lines of at most ``width`` columns."""
    width = min(max(width, NARROWEST), WIDEST)
    verdict = Piece("covered", "good") if explanation.covered else Piece("missing", "bad")
    lines = wrap([Piece(clean_line(explanation.name), "title"), Piece(": "), verdict], width, hang=2)
    labels = " · ".join(clean_line(label) for label in explanation.labels[:_MOST_LABELS]) or "none"
    more = len(explanation.labels) - _MOST_LABELS
    lines += [(), (Piece(f"Labels tried ({len(explanation.labels):,})", "heading"),)]
    lines += wrap([Piece(labels), Piece(f" … and {more:,} more" if more > 0 else "", "dim")], width, indent=2)
    lines += [(), (Piece(f"Found ({len(explanation.evidence)})", "heading"),)]
    for evidence in explanation.evidence:
        place = f"page {evidence.page}, {evidence.section}" if evidence.page else evidence.section
        via = f", by way of {evidence.via}" if evidence.via else ""
        how = f"{place}; {evidence.method}, {_like(evidence.similarity, evidence.label)}{via}"
        lines += wrap(_told(evidence.text, "hit", how), width, **_IN)
    rejected = _labels_by_words(explanation.rejected)
    lines += [(), (Piece(f"Found and rejected ({len(rejected)})", "heading"),)]
    for (_, _, text, reason), named in rejected.items():
        how = f"{reason}; {'label' if len(named) == 1 else 'labels'} {', '.join(f'“{label}”' for label in named)}"
        lines += wrap(_told(text, "weak", how), width, **_IN)
    if explanation.nearest and not explanation.covered:
        lines += [(), (Piece("Nearest phrase", "heading"),), *wrap(_nearest(explanation.nearest, ()), width, **_IN)]
    return tuple(lines)


def _labels_by_words(rejected: Iterable[Rejection]) -> dict[tuple[int, int, str, str], list[str]]:
    """The labels that the same words were rejected for, by span, words and reason."""
    found: dict[tuple[int, int, str, str], list[str]] = {}
    for rejection in rejected:
        key = (rejection.start, rejection.end, rejection.text, rejection.reason)
        found.setdefault(key, []).append(rejection.label)
    return found


def coverage_bar(coverage: float, width: int) -> tuple[Piece, Piece]:
    """A bar of so many columns: full only at 1, empty only at 0."""
    full = round(coverage * width)
    if 0 < coverage < 1:
        full = min(max(full, 1), width - 1)
    style: Style = "good" if coverage >= 2 / 3 else "weak" if coverage >= 1 / 3 else "bad"
    return Piece("█" * full, style), Piece("░" * (width - full), "dim")


def percent(coverage: float) -> str:
    """The coverage in whole per cent; 100 % means all and 0 % none, however near it comes.

    >>> percent(0.667), percent(0.9999), percent(1.0)
    ('67 %', '99 %', '100 %')
    """
    if 0 < coverage < 1:
        return f"{min(max(round(coverage * 100), 1), 99)} %"
    return f"{round(coverage * 100)} %"


def subject_of(report: GapReport) -> str:
    """What to call the resume: its file's name, where there is one and the report is not blind."""
    if report.is_blind:
        return "a resume, blind"
    return report.source or "a resume"


def describe_nearest(nearest: Nearest, rejected: Iterable[Rejection]) -> str:
    """How near the words come; where they name the skill and are rejected, why they do not count.

    >>> wish = Rejection("Excel", 14, 19, "Excel", "only wished for")
    >>> describe_nearest(Nearest("Excel", 14, 19, "Excel", 100.0), [wish])
    'not counted: only wished for'
    >>> describe_nearest(Nearest("Excellent", 2, 11, "Excel", 71.4), [wish])
    '71 of 100 like “Excel”'
    """
    for rejection in rejected:
        if rejection.start < nearest.end and nearest.start < rejection.end:
            return f"not counted: {rejection.reason}"
    return f"{nearest.similarity:.0f} of 100 like “{nearest.label}”"


def describe_time(skill: SkillResult) -> str:
    """For how long and until when the resume's dated positions show the skill; empty where no dates tell."""
    parts = []
    if skill.years is not None:
        years = f"{skill.years:.1f}".removesuffix(".0")
        parts.append(f"{years} year{'' if years == '1' else 's'}")
    if skill.last_used:
        parts.append("in use now" if skill.last_used == "present" else f"last used {clean_line(skill.last_used)}")
    return ", ".join(parts)


def describe_warning(warning: ResumeWarning) -> str:
    """The warning's message, with its page where the message itself does not name it."""
    page = f"page {warning.page}"
    return warning.message if not warning.page or page in warning.message.lower() else f"{page}: {warning.message}"


def _head(report: GapReport, width: int) -> Iterator[Line]:
    subject = subject_of(report)
    pages = len(report.resume.pages)
    size = f" ({pages} page{'s' if pages > 1 else ''})" if pages else ""
    yield from wrap([Piece(clean_line(report.role.title), "title")], width)
    yield from wrap([Piece(f"{clean_line(subject)}{size}", "dim")], width)
    yield ()
    yield (Piece(f"  Coverage {percent(report.coverage):>6}  ", "title"), *coverage_bar(report.coverage, width - 20))
    for importance in IMPORTANCES:
        skills = [s for s in report.hard_skills if s.importance == importance]
        if skills:
            shown = sum(s.covered for s in skills)
            bar = coverage_bar(shown / len(skills), min(len(skills), width - 30))
            yield (Piece(f"  {importance:<9} {shown:>2} of {len(skills):<2}  "), *bar)
    demonstrated = sum(s.strength == "demonstrated" for s in report.covered)
    listed = len(report.covered) - demonstrated
    yield from wrap(
        [
            Piece(f"{len(report.covered)} of {len(report.hard_skills)} hard skills shown: "),
            Piece("✓", "good"),
            Piece(f" {demonstrated} demonstrated in work, projects or study, "),
            Piece("○", "weak"),
            Piece(f" {listed} only listed"),
        ],
        width,
        indent=2,
    )


def _covered(report: GapReport, width: int) -> Iterator[Line]:
    yield _heading("Shown", len(report.covered))
    if not report.covered:
        yield from wrap([Piece("None of the role's hard skills.")], width, indent=2)
    for group, skills in _by_importance(report.covered):
        yield (Piece(f"  {group}", "dim"),)
        for skill in skills:
            yield from _covered_skill(report, skill, width)


def _missing(report: GapReport, width: int) -> Iterator[Line]:
    yield _heading("Missing", len(report.missing))
    if not report.missing:
        yield from wrap([Piece("None of the role's hard skills.")], width, indent=2)
    for group, skills in _by_importance(report.missing):
        yield (Piece(f"  {group}", "dim"),)
        for skill in skills:
            yield from wrap([Piece("✗ ", "bad"), *_name(report, skill)], width, **_IN)
            if skill.nearest:
                yield from wrap(
                    [Piece("nearest: ", "dim"), *_nearest(skill.nearest, skill.rejected)], width, indent=6, hang=2
                )
            if skill.advice:
                yield from wrap([Piece("→ " + clean_line(skill.advice))], width, indent=6, hang=2)


def _core(report: GapReport, width: int) -> Iterator[Line]:
    if not report.core_skills:
        return
    covered = [s for s in report.core_skills if s.covered]
    yield (Piece(f"CORE SKILLS  {len(covered)} of {len(report.core_skills)}", "heading"),)
    yield (Piece("  apart: no part of coverage", "dim"),)
    for skill in covered:
        yield from _covered_skill(report, skill, width, quotes=1)
    missing = [clean_line(s.name) for s in report.core_skills if not s.covered]
    if missing:
        yield from wrap([Piece("✗ ", "bad"), Piece("not shown: " + " · ".join(missing))], width, **_IN)


def _warnings(report: GapReport, width: int) -> Iterator[Line]:
    if not report.warnings:
        return
    yield _heading("Warnings", len(report.warnings))
    for warning in report.warnings:
        yield from wrap([Piece("! ", "weak"), Piece(clean_line(describe_warning(warning)))], width, **_IN)


def _foot(report: GapReport, width: int) -> Iterator[Line]:
    yield from wrap([Piece(MEANING, "dim")], width)
    yield from wrap([Piece("Signature: " + clean_line(report.signature), "dim")], width)


def _heading(title: str, count: int) -> Line:
    return (Piece(f"{title.upper()}  {count}", "heading"),)


def _by_importance(skills: Sequence[SkillResult]) -> Iterable[tuple[str, list[SkillResult]]]:
    for importance in IMPORTANCES:
        group = [s for s in skills if s.importance == importance]
        if group:
            yield importance, group


def _covered_skill(report: GapReport, skill: SkillResult, width: int, *, quotes: int = _QUOTES) -> Iterator[Line]:
    mark = Piece("✓ ", "good") if skill.strength == "demonstrated" else Piece("○ ", "weak")
    name = [mark, *_name(report, skill)]
    since = describe_time(skill)
    used = sum(display_width(p.text) for p in name)
    if since and used + display_width(since) + 4 <= width:
        yield (Piece("  "), *name, Piece(pad(since, width - used - 2, right=True), "dim"))
    else:
        yield from wrap(name, width, **_IN)
        yield from wrap([Piece(since, "dim")], width, indent=6) if since else ()
    found = quote_skill(report, skill)
    for quote in found[:quotes]:
        yield from wrap(_quoted(quote), width, indent=6, hang=1)
    if len(found) > quotes > 1:
        yield (Piece(f"      and {len(found) - quotes} more", "dim"),)


def is_own_term(report: GapReport, skill: SkillResult) -> bool:
    """Whether to say that no vocabulary knows the skill: in a role that is all of such names it would be noise."""
    return not skill.is_known and any(s.is_known for s in (*report.hard_skills, *report.core_skills))


def _name(report: GapReport, skill: SkillResult) -> list[Piece]:
    pieces = [Piece(clean_line(skill.name), "title")]
    if is_own_term(report, skill):
        pieces.append(Piece(" (matched by its words alone)", "dim"))
    return pieces


def _quoted(quote: Quote) -> list[Piece]:
    # Without colour the words that count stand between asterisks, as people write it in mail and chat.
    marks = [Piece("*", "mark")] if len(quote.parts) > 1 else []
    pieces = [Piece("“")]
    for part in quote.parts:
        if part.is_hit:
            pieces += [*marks, Piece(clean_line(part.text), "hit"), *marks]
        else:
            pieces.append(Piece(_clean_part(part.text)))
    return [*pieces, Piece("”"), Piece(f" ({clean_line(quote.place)})", "dim")]


def _told(words: str, style: Style, how: str) -> list[Piece]:
    return [Piece("“"), Piece(clean_line(words), style), Piece("”"), Piece(f" ({clean_line(how)})", "dim")]


def _clean_part(text: str) -> str:
    """The part as `clean_line` gives it, but still set off from its neighbours by the spaces it had."""
    spaces = (" " if text[:1].isspace() else "", " " if text[-1:].isspace() else "")
    return spaces[0] + clean_line(text) + spaces[1]


def _nearest(nearest: Nearest, rejected: Sequence[Rejection]) -> list[Piece]:
    return _told(nearest.text, "plain", describe_nearest(nearest, rejected))


def _like(similarity: float, label: str) -> str:
    return f"{similarity:.0f} of 100 like “{label}”"
