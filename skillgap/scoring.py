"""Findings × role → `GapReport`; pure: no files, no clock, no randomness."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from skillgap.errors import UnknownSkillError
from skillgap.matching.evidence import Findings
from skillgap.matching.index import index_of
from skillgap.matching.notation import expand_label
from skillgap.model import (
    IMPORTANCE_WEIGHTS,
    Evidence,
    Explanation,
    GapReport,
    Nearest,
    Position,
    Requirement,
    Resume,
    ResumeWarning,
    Role,
    SectionKind,
    Skill,
    SkillResult,
    Strength,
)

# Sections that tell what a person did or was certified in; the others only name skills.
DEMONSTRATING: frozenset[SectionKind] = frozenset({"experience", "projects", "education", "certifications"})

# So many different labels together show a skill that one of them alone only hints at (`Skill.shown_by_many`).
MANY = 4

# From this likeness (0-100) on, a word that is no skill's name may be meant for it: "exell" is 91 like "excel".
_NAME_SCORE_CUTOFF = 70.0
_MOST_SUGGESTED = 4


def score_role(
    resume: Resume,
    role: Role,
    findings: Mapping[str, Findings],
    nearest: Mapping[str, Nearest],
    *,
    signature: str,
    today: tuple[int, int],
    count_hidden: bool = False,
    is_blind: bool = False,
) -> GapReport:
    """The report of a role from the findings by skill id.

    Args:
        resume: the resume that the findings quote.
        role: the role; skills that show others (``broader``, ``shown_by``) pass their evidence on.
        findings: what each skill's own labels found.
        nearest: the nearest phrase by skill id, for skills that are missing.
        signature: what decided the report (see `make_signature`).
        today: (year, month) up to which a current position counts.
        count_hidden: whether text that human readers cannot see is evidence too.
        is_blind: whether the report must not tell who the person is.
    """
    showing = skills_showing(role)
    skills = {skill.id: skill for skill in role.skills}

    def result(requirement: Requirement, *, with_hidden: bool) -> SkillResult:
        return _score_requirement(
            requirement, skills, showing[requirement.skill], findings, nearest, resume, today, with_hidden=with_hidden
        )

    hard = tuple(result(r, with_hidden=count_hidden) for r in role.hard_skills)
    core = tuple(result(r, with_hidden=count_hidden) for r in role.core_skills)
    report = GapReport(
        role=role,
        resume=resume,
        hard_skills=hard,
        core_skills=core,
        signature=signature,
        warnings=resume.warnings,
        is_blind=is_blind,
    )
    if not resume.hidden:
        return report
    other = replace(report, hard_skills=tuple(result(r, with_hidden=not count_hidden) for r in role.hard_skills))
    with_hidden = report if count_hidden else other
    return replace(
        report, hidden_coverage=with_hidden.coverage, warnings=(*report.warnings, _hidden_warning(report, other))
    )


def skills_showing(role: Role) -> dict[str, tuple[str, ...]]:
    """For each skill that a role requires, the ids of all skills whose evidence shows it, itself first."""
    shows: dict[str, list[str]] = {skill.id: list(skill.shown_by) for skill in role.skills}
    for skill in role.skills:
        for broader in skill.broader:
            shows.setdefault(broader, []).append(skill.id)
    return {requirement.skill: _reachable(requirement.skill, shows) for requirement in role.requirements}


@lru_cache(maxsize=256)
def _digest(skills: str, requirements: tuple[Requirement, ...]) -> str:
    return hashlib.sha256(f"{skills} {requirements!r}".encode("utf-8", "replace")).hexdigest()[:10]


def make_signature(role: Role, resume: Resume, *, version: str, matching: str, settings: Iterable[str] = ()) -> str:
    """What decided a report, part by part: equal signatures on equal files mean equal reports."""
    weights = "-".join(f"{weight:g}" for weight in IMPORTANCE_WEIGHTS.values())
    parts = (
        f"role:{role.id}",
        f"vocabulary:{_digest(index_of(role.skills).digest, role.requirements)}",
        f"matching:{matching}",
        f"weights:{weights}",
        f"reader:{resume.reader}",
        *settings,
        f"skillgap:{version}",
    )
    return "|".join(parts)


def explain_skill(report: GapReport, skill: str) -> Explanation:
    """Why a skill of a report, given by name, id or a label of its own, is covered or missing.

    Raises:
        UnknownSkillError: the role has no such skill, or several have the label; it suggests the nearest.
        TypeError: what is given is no text.
    """
    if not isinstance(skill, str):
        raise TypeError(f"A skill is named by text, not by {type(skill).__name__}")
    result = _named(report, skill.strip().casefold())
    if result is None:
        raise UnknownSkillError(skill, role=report.role.title, suggestions=_nearest_names(report, skill))
    return Explanation(
        name=result.name,
        covered=result.covered,
        labels=_labels_tried(report.role, result.id),
        evidence=result.evidence,
        rejected=result.rejected,
        nearest=result.nearest,
    )


def _named(report: GapReport, wanted: str) -> SkillResult | None:
    """The skill of a name or id, else the only one that has the words among its labels."""
    results = (*report.hard_skills, *report.core_skills)
    for result in results:
        if wanted in (result.id, result.name.casefold()):
            return result
    skills = {skill.id: skill for skill in report.role.skills}
    labelled = [r for r in results if r.id in skills and wanted in _own_labels(skills[r.id])]
    return labelled[0] if len(labelled) == 1 else None


def _nearest_names(report: GapReport, wanted: str) -> tuple[str, ...]:
    """The names of the skills that a word may mean, nearest first."""
    from rapidfuzz import fuzz

    asked = wanted.strip().casefold()
    skills = {skill.id: skill for skill in report.role.skills}
    scored: list[tuple[float, str]] = []
    for result in (*report.hard_skills, *report.core_skills):
        name = result.name.casefold()
        labels = _own_labels(skills[result.id]) if result.id in skills else ()
        # "ledger" is all of the general ledger that people may remember.
        whole, part = fuzz.token_set_ratio(asked, name), fuzz.partial_ratio(asked, name)
        alike = max(whole, *(fuzz.ratio(asked, label) for label in (name, *labels)))
        if alike >= _NAME_SCORE_CUTOFF:
            # Of skills that share a label, the one that bears it in its name is meant.
            scored.append((alike + part, result.name))
    scored.sort(key=lambda pair: -pair[0])
    return tuple(name for _, name in scored[:_MOST_SUGGESTED])


def _own_labels(skill: Skill) -> set[str]:
    return {label.casefold() for label in _labels_of(skill)}


def _labels_tried(role: Role, skill_id: str) -> tuple[str, ...]:
    skills = {skill.id: skill for skill in role.skills}
    tried: dict[str, None] = {}
    for shown_id in skills_showing(role)[skill_id]:
        tried.update(dict.fromkeys(_labels_of(skills[shown_id])))
    return tuple(tried)


def _labels_of(skill: Skill) -> Iterator[str]:
    yield skill.preferred_label
    for label in skill.labels:
        is_plain = skill.is_bare and not label.is_whole
        yield from (label.text,) if is_plain else expand_label(label.text)


def _reachable(start: str, shows: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    found = {start: None}
    queue = [start]
    while queue:
        for other in shows.get(queue.pop(), ()):
            if other not in found and other in shows:
                found[other] = None
                queue.append(other)
    return tuple(found)


def _score_requirement(
    requirement: Requirement,
    skills: Mapping[str, Skill],
    showing: Sequence[str],
    findings: Mapping[str, Findings],
    nearest: Mapping[str, Nearest],
    resume: Resume,
    today: tuple[int, int],
    *,
    with_hidden: bool,
) -> SkillResult:
    evidence: dict[tuple[int, int], Evidence] = {}
    for skill_id in showing:
        found = findings.get(skill_id)
        if found is None:
            continue
        via = None if skill_id == requirement.skill else skills[skill_id].preferred_label
        for item in (*found.evidence, *(found.hidden if with_hidden else ())):
            evidence.setdefault((item.start, item.end), item if via is None else replace(item, via=via))
    skill = skills[requirement.skill]
    if not evidence and skill.shown_by_many:
        evidence = _many(skill, skills, findings)
    ordered = tuple(sorted(evidence.values(), key=lambda e: (e.start, e.end)))
    own = findings.get(requirement.skill)
    years, last_used, dates = _time_used(ordered, resume.positions, today)
    return SkillResult(
        id=requirement.skill,
        name=requirement.name,
        kind=requirement.kind,
        importance=requirement.importance,
        strength=_strength(ordered),
        evidence=ordered,
        rejected=tuple(own.rejected) if own else (),
        nearest=None if ordered else nearest.get(requirement.skill),
        definition=skill.definition,
        advice=skill.advice,
        years=years,
        last_used=last_used,
        years_from=dates,
        is_known=requirement.is_known,
    )


def _many(
    skill: Skill, skills: Mapping[str, Skill], findings: Mapping[str, Findings]
) -> dict[tuple[int, int], Evidence]:
    """Evidence of several skills that show one only together, empty where it is too little."""
    found = [
        replace(item, via=skills[other].preferred_label)
        for other in skill.shown_by_many
        if other in findings and other in skills
        for item in findings[other].evidence
    ]
    if len({item.label.casefold() for item in found}) < MANY:
        return {}
    return {(item.start, item.end): item for item in found}


def _strength(evidence: Sequence[Evidence]) -> Strength:
    if not evidence:
        return "none"
    return "demonstrated" if any(e.section in DEMONSTRATING for e in evidence) else "listed"


def _time_used(
    evidence: Sequence[Evidence], positions: Sequence[Position], today: tuple[int, int]
) -> tuple[float | None, str | None, tuple[str, ...]]:
    """Years (overlaps once), last month ("YYYY-MM" or "present") and date ranges of the positions with evidence."""
    if not evidence:
        return None, None, ()
    starts = [e.start for e in evidence]
    used = [p for p in positions if bisect_left(starts, p.start) < bisect_left(starts, p.end)]
    spans: list[tuple[int, int]] = []
    for position in used:
        last = today if position.is_current else position.last and min(position.last, today)
        if position.first is not None and last is not None and _month(*last) >= _month(*position.first):
            spans.append((_month(*position.first), _month(*last) + 1))
    months = 0
    reached = 0
    for first, end in sorted(spans):
        months += max(0, end - max(first, reached))
        reached = max(reached, end)
    ends = [p.last for p in used if p.last is not None]
    last_used = "present" if any(p.is_current for p in used) else None
    if last_used is None and ends:
        # A degree that is still to come is used up to today.
        year, month = min(max(ends), today)
        last_used = f"{year:04d}-{month:02d}"
    return (round(months / 12, 1) if spans else None, last_used, tuple(p.dates for p in used))


def _month(year: int, month: int) -> int:
    return year * 12 + month - 1


def _hidden_warning(report: GapReport, other: GapReport) -> ResumeWarning:
    now, then = f"{report.coverage:.0%}", f"{other.coverage:.0%}"
    is_counted = report.coverage >= other.coverage and report.coverage != other.coverage
    verb = "without" if is_counted else "with"
    return ResumeWarning(
        "hidden-text-effect",
        f"The file holds text that a reader cannot see. Coverage is {now}; {verb} that text it would be {then}.",
    )
