"""Reports as plain data: nested for JSON, flat for tables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from skillgap.model import Evidence, GapReport, Nearest, Resume, ResumeWarning, Role, SkillKind, SkillResult
from skillgap.reporting.blind import redact

# Raised when a field changes its meaning or goes; fields may be added without.
SCHEMA = 1

# The `Resume.reader` of a report that was made from its records.
FROM_RECORDS = "records"

_SURROGATES = re.compile("[\ud800-\udfff]")


def report_to_dict(report: GapReport) -> dict[str, object]:
    """The report as plain data, in the shape of ``skillgap/data/report.schema.json``."""
    report = redact(report)
    return {
        "schema": SCHEMA,
        "role": {"id": report.role.id, "title": report.role.title},
        "source": report.source,
        "coverage": report.coverage,
        "hidden_coverage": report.hidden_coverage,
        "blind": report.is_blind,
        "signature": report.signature,
        "warnings": [_warning_to_dict(warning) for warning in report.warnings],
        "hard_skills": [_skill_to_dict(skill) for skill in report.hard_skills],
        "core_skills": [_skill_to_dict(skill) for skill in report.core_skills],
    }


def report_from_dict(data: Mapping[str, Any], role: Role) -> GapReport:
    """The report that `report_to_dict` gave as plain data, on the same role.

    What the data do not hold is not there: what was rejected, and of the resume's text all but the words quoted.
    """
    hard = tuple(_skill_from_dict(skill, "hard") for skill in data["hard_skills"])
    core = tuple(_skill_from_dict(skill, "core") for skill in data["core_skills"])
    return GapReport(
        role,
        Resume(_quoted_text((*hard, *core)), source=data["source"], reader=FROM_RECORDS),
        hard,
        core,
        signature=data["signature"],
        warnings=tuple(ResumeWarning(w["code"], w["message"], w["page"]) for w in data["warnings"]),
        hidden_coverage=data["hidden_coverage"],
        is_blind=data["blind"],
    )


def report_to_json(report: GapReport, *, indent: int | None = 2) -> str:
    """The report as JSON in ASCII; lone surrogates, which no UTF-8 can carry, become U+FFFD."""
    return to_json(report_to_dict(report), indent=indent)


def to_json(data: object, *, indent: int | None = None) -> str:
    r"""Any plain data as JSON that every parser reads: ASCII only, no lone surrogates, no NaN.

    >>> to_json({"name": "Zo\u00eb \ud800"})
    '{"name": "Zo\\u00eb \\ufffd"}'
    """
    text = json.dumps(data, indent=indent, ensure_ascii=True, allow_nan=False)
    # Escaped surrogates are nearly always halves of an emoji or there is none; only then is a look worth it.
    if "\\ud" in text:
        text = json.dumps(_without_surrogates(data), indent=indent, ensure_ascii=True, allow_nan=False)
    return text


def to_text(text: str) -> str:
    """The text as any JSON of ours gives it back: lone surrogates are U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)


def report_to_records(report: GapReport) -> list[dict[str, object]]:
    """One flat row a skill, hard skills first; every row has the same keys, in the same order.

    ``quote`` is the first evidence's text; ``quotes`` counts all.
    """
    report = redact(report)
    return [_skill_to_record(report, skill) for skill in (*report.hard_skills, *report.core_skills)]


def _skill_to_record(report: GapReport, skill: SkillResult) -> dict[str, object]:
    first = skill.evidence[0] if skill.evidence else None
    return {
        "source": report.source,
        "role": report.role.id,
        "coverage": report.coverage,
        "kind": skill.kind,
        "skill": skill.id,
        "name": skill.name,
        "importance": skill.importance,
        "covered": skill.covered,
        "strength": skill.strength,
        "quotes": len(skill.evidence),
        "quote": first.text if first else None,
        "page": first.page if first else None,
        "section": first.section if first else None,
        "label": first.label if first else None,
        "method": first.method if first else None,
        "similarity": first.similarity if first else None,
        "nearest": skill.nearest.text if skill.nearest else None,
        "nearest_similarity": skill.nearest.similarity if skill.nearest else None,
        "years": skill.years,
        "last_used": skill.last_used,
        "advice": skill.advice,
    }


def _skill_to_dict(skill: SkillResult) -> dict[str, object]:
    return {
        "id": skill.id,
        "name": skill.name,
        "importance": skill.importance,
        "is_known": skill.is_known,
        "covered": skill.covered,
        "strength": skill.strength,
        "evidence": [_evidence_to_dict(evidence) for evidence in skill.evidence],
        "nearest": _nearest_to_dict(skill.nearest) if skill.nearest else None,
        "definition": skill.definition,
        "advice": skill.advice,
        "years": skill.years,
        "last_used": skill.last_used,
        "years_from": list(skill.years_from),
    }


def _quoted_text(skills: Sequence[SkillResult]) -> str:
    """A text in which each quote stands where it stood in the resume, and nothing between them."""
    quotes: list[Evidence | Nearest] = [e for skill in skills for e in skill.evidence]
    quotes += [skill.nearest for skill in skills if skill.nearest]
    text = ["\n"] * max((quote.end for quote in quotes), default=0)
    for quote in quotes:
        text[quote.start : quote.end] = quote.text.ljust(quote.end - quote.start)[: quote.end - quote.start]
    return "".join(text)


def _skill_from_dict(data: Mapping[str, Any], kind: SkillKind) -> SkillResult:
    return SkillResult(
        id=data["id"],
        name=data["name"],
        kind=kind,
        importance=data["importance"],
        strength=data["strength"],
        evidence=tuple(Evidence(**evidence) for evidence in data["evidence"]),
        nearest=Nearest(**data["nearest"]) if data["nearest"] else None,
        definition=data["definition"],
        advice=data["advice"],
        years=data["years"],
        last_used=data["last_used"],
        years_from=tuple(data["years_from"]),
        is_known=data["is_known"],
    )


def _evidence_to_dict(evidence: Evidence) -> dict[str, object]:
    return {
        "text": evidence.text,
        "page": evidence.page,
        "start": evidence.start,
        "end": evidence.end,
        "section": evidence.section,
        "label": evidence.label,
        "method": evidence.method,
        "similarity": evidence.similarity,
        "via": evidence.via,
    }


def _nearest_to_dict(nearest: Nearest) -> dict[str, object]:
    return {
        "text": nearest.text,
        "start": nearest.start,
        "end": nearest.end,
        "label": nearest.label,
        "similarity": nearest.similarity,
    }


def _warning_to_dict(warning: ResumeWarning) -> dict[str, object]:
    return {"code": warning.code, "message": warning.message, "page": warning.page}


def _without_surrogates(data: object) -> object:
    match data:
        case str():
            return to_text(data)
        case dict():
            return {_without_surrogates(key): _without_surrogates(value) for key, value in data.items()}
        case list() | tuple():
            return [_without_surrogates(item) for item in data]
        case _:
            return data
