"""The labels of the two collection roles: each is found where it stands, and none is taken away by its own skill."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import skillgap
from skillgap.matching.notation import expand_label
from skillgap.model import Resume, Role, Skill

ROLES = ("collections-specialist", "accounts-collector")
# Labels stand for thousands of phrases; this many of each, spread over them, are tried.
TRIED = 4
# First words of duties that take no -ing: past forms that have a key of their own, and an adjective.
_NO_BASE_FORMS = frozenset(
    ["wrote", "written", "rewrote", "rewritten", "drew", "drawn", "dealt", "drove", "brought", "responsible"]
)


def _phrases(skill: Skill) -> Iterator[tuple[str, str]]:
    """(label, phrase) of labels that need no companion; a duty in the form with -ing, which is always a verb."""
    for label in skill.labels:
        if label.near or label.only_in:
            continue
        phrases = expand_label(label.text)
        for phrase in phrases[:: max(1, len(phrases) // TRIED)][:TRIED]:
            written = phrase.replace("%", "20%").replace("$", "$500")
            yield label.text, _gerund(written) if label.is_duty else written


def _gerund(phrase: str) -> str:
    verb, _, rest = phrase.partition(" ")
    if verb in _NO_BASE_FORMS or not verb.isalpha() or verb.endswith("ed"):
        return phrase
    if verb.endswith("e") and not verb.endswith("ee"):
        verb = verb[:-1]
    elif len(verb) <= 4 and verb[-1] in "bdglmnprt" and verb[-2] in "aeiou" and verb[-3] not in "aeiou":
        verb += verb[-1]
    return f"{verb}ing {rest}"


def _unfound(role: Role, name: str, skill: Skill) -> list[str]:
    lines = [(label, f"• {phrase[0].upper()}{phrase[1:]}") for label, phrase in _phrases(skill)]
    text = "Experience\n" + "\n".join(line for _, line in lines)
    evidence = skillgap.analyze(Resume.from_text(text), role).explain(name).evidence
    starts = sorted(e.start for e in evidence)
    unfound: list[str] = []
    offset = len("Experience\n")
    for label, line in lines:
        if not any(offset <= start < offset + len(line) for start in starts):
            unfound.append(f"{line} ({label[:60]})")
        offset += len(line) + 1
    return unfound


def _wanted() -> list[object]:
    """Every skill of the roles once."""
    wanted: dict[str, object] = {}
    for role in map(skillgap.load_role, ROLES):
        skills = {skill.id: skill for skill in role.skills}
        for requirement in role.requirements:
            asked = (role, requirement.name, skills[requirement.skill])
            wanted.setdefault(requirement.skill, pytest.param(*asked, id=requirement.skill))
    return list(wanted.values())


@pytest.mark.parametrize(("role", "name", "skill"), _wanted())
def test_labels_are_found_where_they_stand(role, name, skill):
    assert not _unfound(role, name, skill)


@pytest.mark.parametrize("role_id", ROLES)
def test_skill_is_found_by_its_own_name_in_a_list_of_skills(role_id):
    role = skillgap.load_role(role_id)
    for requirement in role.requirements:
        report = skillgap.analyze(Resume.from_text(f"Skills\n{requirement.name}"), role)
        found = {s.name for s in (*report.hard_skills, *report.core_skills) if s.covered}
        assert requirement.name in found, requirement.name
