"""What a page carries in its form from one request to the next, so that the server need not keep it.

A `Resume` that was read from a file, so that its pages and warnings outlast the upload, and a `Baseline`, the
version that the next one is compared with.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any, TypeVar, get_args

from skillgap.errors import SkillgapError
from skillgap.model import (
    Block,
    BlockKind,
    Contact,
    ContactKind,
    GapReport,
    HiddenText,
    Page,
    Position,
    Resume,
    ResumeWarning,
    Section,
    SectionKind,
    Strength,
)

# Raised when the form of what is carried changes: a page that an older version made is then told to start anew.
_VERSION = 1

_Part = TypeVar("_Part")


class CarriedError(SkillgapError):
    """What a page carried came back changed, or from another version."""

    def __init__(
        self, message: str = "This page is out of date. Start again with the resume's file or its text."
    ) -> None:
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A version of a resume as far as the next one is compared with it; ``skills`` holds (id, strength) pairs."""

    role: str
    name: str
    coverage: float
    skills: tuple[tuple[str, Strength], ...]


def pack_resume(resume: Resume) -> str:
    r"""A resume as text, from which `unpack_resume` makes an equal one.

    >>> resume = Resume.from_text("Skills\nMS Excel")
    >>> unpack_resume(pack_resume(resume)) == resume
    True
    """
    return _dump(
        [
            _VERSION,
            resume.text,
            resume.source,
            resume.format,
            resume.reader,
            *(
                [astuple(part) for part in parts]
                for parts in (
                    resume.pages,
                    resume.sections,
                    resume.blocks,
                    resume.positions,
                    resume.contacts,
                    resume.hidden,
                    resume.warnings,
                )
            ),
        ]
    )


def unpack_resume(packed: str) -> Resume:
    """The resume that `pack_resume` wrote.

    Raises:
        CarriedError: the text is not what `pack_resume` writes.
    """
    try:
        version, text, source, format_, reader, *parts = json.loads(packed)
        pages, sections, blocks, positions, contacts, hidden, warnings = parts
        if version != _VERSION or not all(isinstance(value, str) for value in (text, format_, reader)):
            raise CarriedError
        if not isinstance(source, str | None):
            raise CarriedError
        resume = Resume(
            text=text,
            source=source,
            format=format_,
            reader=reader,
            pages=_build(Page, pages),
            sections=_build(Section, sections),
            blocks=_build(Block, blocks),
            positions=tuple(
                Position(start, end, _month(first), _month(last), bool(is_current), str(dates))
                for start, end, first, last, is_current, dates in positions
            ),
            contacts=_build(Contact, contacts),
            hidden=_build(HiddenText, hidden),
            warnings=_build(ResumeWarning, warnings),
        )
    except (ValueError, TypeError, RecursionError):
        raise CarriedError from None
    _check(resume)
    return resume


def baseline_of(report: GapReport, *, name: str) -> Baseline:
    """What the next version of the report's resume is compared with."""
    skills = (*report.hard_skills, *report.core_skills)
    return Baseline(report.role.id, name, report.coverage, tuple((s.id, s.strength) for s in skills))


def pack_baseline(baseline: Baseline) -> str:
    """A baseline as text, from which `unpack_baseline` makes an equal one."""
    return _dump([_VERSION, baseline.role, baseline.name, baseline.coverage, dict(baseline.skills)])


def unpack_baseline(packed: str) -> Baseline:
    """The baseline that `pack_baseline` wrote.

    Raises:
        CarriedError: the text is not what `pack_baseline` writes.
    """
    try:
        version, role, name, coverage, skills = json.loads(packed)
        baseline = Baseline(str(role), str(name), float(coverage), tuple(skills.items()))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise CarriedError from None
    is_sound = version == _VERSION and 0 <= baseline.coverage <= 1
    if not is_sound or not all(strength in get_args(Strength) for _, strength in baseline.skills):
        raise CarriedError
    return baseline


def _dump(data: object) -> str:
    # ASCII: line breaks and odd characters in a form's values do not come back as they went.
    return json.dumps(data, separators=(",", ":"))


def _build(kind: type[_Part], rows: Iterable[Sequence[Any]]) -> tuple[_Part, ...]:
    return tuple(kind(*row) for row in rows)


def _month(pair: Sequence[int] | None) -> tuple[int, int] | None:
    if pair is None:
        return None
    year, month = pair
    return int(year), int(month)


def _check(resume: Resume) -> None:
    """Raise unless all spans lie in the text and all kinds are known: nothing later looks again."""
    spans = [
        *((part.start, part.end) for part in resume.pages),
        *((part.start, part.end) for part in resume.sections),
        *((part.start, part.end) for part in resume.blocks),
        *((part.start, part.end) for part in resume.positions),
        *((part.start, part.end) for part in resume.contacts),
        *((part.start, part.end) for part in resume.hidden),
    ]
    numbers = [p.number for p in resume.pages] + [h.page for h in resume.hidden] + [w.page for w in resume.warnings]
    strings = [s.heading for s in resume.sections] + [h.reason for h in resume.hidden]
    strings += [string for warning in resume.warnings for string in (warning.code, warning.message)]
    if not (
        all(isinstance(value, int) for span in spans for value in span)
        and all(0 <= start <= end <= len(resume.text) for start, end in spans)
        and all(isinstance(number, int | None) for number in numbers)
        and all(isinstance(string, str) for string in strings)
        and all(section.kind in get_args(SectionKind) for section in resume.sections)
        and all(block.kind in get_args(BlockKind) for block in resume.blocks)
        and all(contact.kind in get_args(ContactKind) for contact in resume.contacts)
    ):
        raise CarriedError
