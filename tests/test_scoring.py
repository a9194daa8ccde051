"""Years and last use come from dated positions, up to today."""

from __future__ import annotations

from datetime import date

import pytest

import skillgap
from skillgap.model import GapReport, SkillResult

TODAY = date(2024, 6, 15)
ROLE = skillgap.Role.from_skills("Clerk", ["Data Entry", "Payroll"])


def _report(text: str) -> GapReport:
    return skillgap.analyze(skillgap.Resume.from_text(text), ROLE, today=TODAY)


def _data_entry(text: str) -> SkillResult:
    return next(skill for skill in _report(text).hard_skills if skill.name == "Data Entry")


def test_overlapping_positions_count_once() -> None:
    text = (
        "Experience\n\nClerk, Acme, January 2020 - December 2021\n• Data entry\n\n"
        "Typist, Bolt, January 2021 - December 2022\n• Data entry of orders"
    )
    assert _data_entry(text).years == 3.0


def test_a_current_position_counts_up_to_today() -> None:
    skill = _data_entry("Experience\n\nClerk, Acme, July 2023 - Present\n• Data entry")
    assert (skill.years, skill.last_used) == (1.0, "present")


def test_dates_to_come_are_cut_at_today() -> None:
    skill = _data_entry("Education\n\nCertificate in Data Entry, City College, July 2023 - December 2026")
    assert skill.last_used == "2024-06"
    assert skill.years == 1.0


def test_a_skill_without_dates_has_no_years() -> None:
    skill = _data_entry("Skills\n\nData entry")
    assert (skill.years, skill.last_used, skill.strength) == (None, None, "listed")


@pytest.mark.parametrize("text", ["", "Skills\n\nData entry", "Skills\n\nData entry, payroll"])
def test_coverage_stays_between_none_and_all(text: str) -> None:
    report = _report(f"Jane Doe\n\n{text}")
    assert report.coverage == len(report.covered) / 2


def test_signatures_tell_roles_apart_that_share_their_name() -> None:
    other = skillgap.Role.from_skills("Clerk", ["Data Entry", "Filing"])
    resume = skillgap.Resume.from_text("Skills\n\nData entry")
    one, two = (skillgap.analyze(resume, role, today=TODAY).signature for role in (ROLE, other))
    assert one != two
    assert one == _report("Skills\n\nData entry").signature
