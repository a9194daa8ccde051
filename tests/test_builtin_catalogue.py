"""The catalogue that comes with skillgap: it passes the check, and it is as large and as even as promised."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from skillgap.roles.catalogue import DATA, Catalogue, load_catalogue
from skillgap.roles.check import check_roles
from skillgap.roles.loading import RoleEntry

# The two first roles were given with one list of skills in two wordings; they keep both.
FIRST_ROLES = frozenset({"accounts-collector", "collections-specialist"})

# The civilian major groups of the Standard Occupational Classification 2018.
SOC_MAJOR_GROUPS = frozenset(f"{group}" for group in range(11, 54, 2))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def _wanted(role: RoleEntry, kind: str) -> list[str]:
    return [wanted.skill for wanted in role.wanted if wanted.kind == kind]


def test_catalogue_passes_its_own_check() -> None:
    findings = [f for f in check_roles(DATA) if not (f.entry in FIRST_ROLES and "nearly those of" in f.message)]
    assert [str(finding) for finding in findings] == []


def test_catalogue_has_the_promised_size(catalogue: Catalogue) -> None:
    assert len(catalogue.roles) >= 150
    assert len(catalogue.skills) >= 1500
    assert statistics.median(len(skill.labels) for skill in catalogue.skills.values()) >= 4


def test_every_major_group_of_occupations_has_several_roles(catalogue: Catalogue) -> None:
    groups = [dict(role.codes)["onet-soc"][:2] for role in catalogue.roles.values()]
    assert set(groups) == SOC_MAJOR_GROUPS
    assert min(groups.count(group) for group in SOC_MAJOR_GROUPS) >= 5


def test_every_role_has_a_file_of_its_name(catalogue: Catalogue) -> None:
    assert {Path(role.source).stem for role in catalogue.roles.values()} == catalogue.roles.keys()


def test_every_role_asks_for_enough_and_not_too_much(catalogue: Catalogue) -> None:
    for role in catalogue.roles.values():
        if role.id in FIRST_ROLES:
            continue
        assert 20 <= len(_wanted(role, "hard")) <= 40, role.id
        assert 8 <= len(_wanted(role, "core")) <= 10, role.id


def test_every_role_asks_for_skills_that_the_vocabulary_explains(catalogue: Catalogue) -> None:
    for role in catalogue.roles.values():
        assert [
            wanted for wanted in (*_wanted(role, "hard"), *_wanted(role, "core")) if wanted not in catalogue.skills
        ] == []


def test_core_skills_stand_among_core_requirements_only(catalogue: Catalogue) -> None:
    for role in catalogue.roles.values():
        assert [w for w in _wanted(role, "core") if catalogue.skills[w].kind != "core"] == [], role.id
        assert [w for w in _wanted(role, "hard") if catalogue.skills[w].kind != "hard"] == [], role.id


def test_every_role_has_both_codes_and_other_titles(catalogue: Catalogue) -> None:
    for role in catalogue.roles.values():
        assert {"onet-soc", "isco-08"} <= dict(role.codes).keys(), role.id
        assert len(role.alt_titles) >= 3, role.id


def test_no_hard_skill_is_asked_for_by_most_roles(catalogue: Catalogue) -> None:
    asked = [skill for role in catalogue.roles.values() for skill in _wanted(role, "hard")]
    assert max(asked.count(skill) for skill in set(asked)) < len(catalogue.roles) / 4


def test_no_role_could_be_any_role(catalogue: Catalogue) -> None:
    """Most of what is essential to a role is essential to few others."""
    asked = [
        wanted.skill for role in catalogue.roles.values() for wanted in role.wanted if wanted.importance == "essential"
    ]
    for role in catalogue.roles.values():
        essential = [w.skill for w in role.wanted if w.kind == "hard" and w.importance == "essential"]
        assert min(asked.count(skill) for skill in essential) <= 10, role.id
