"""Two roles side by side: what a person in the one brings to the other, and what is lacking."""

from __future__ import annotations

import os
from collections.abc import Iterable

from skillgap.model import IMPORTANCE_WEIGHTS, Requirement, Role, RoleComparison
from skillgap.roles.catalogue import load_role


def compare_roles(
    one: str | os.PathLike[str] | Role,
    other: str | os.PathLike[str] | Role,
    *,
    folders: Iterable[str | os.PathLike[str]] = (),
) -> RoleComparison:
    """What two roles share, and what each lacks for the other, most important first.

    A skill that the other role asks for is shared where the first asks for it too, or for a skill whose evidence
    shows it ("QuickBooks" brings "accounting software").

    Args:
        one: the role that a person comes from: a name, an id, a role file, or a `Role`.
        other: the role that the person goes to.
        folders: further folders of roles, besides those that ``SKILLGAP_ROLES`` lists.

    Raises:
        UnknownRoleError: no role has such a name.
        VocabularyError: a role file is wrong.

    >>> chef = Role.from_skills("Chef", ["Menus", "Baking"])
    >>> move = compare_roles(chef, Role.from_skills("Baker", ["Baking", "Bread"]))
    >>> [r.name for r in move.shared], [r.name for r in move.lacking]
    (['Baking'], ['Bread'])
    """
    first, second = load_role(one, folders=folders), load_role(other, folders=folders)
    shared, lacking = _divide(first, second)
    _, lacking_back = _divide(second, first)
    weights = [IMPORTANCE_WEIGHTS[r.importance] for r in second.hard_skills]
    carried = sum(IMPORTANCE_WEIGHTS[r.importance] for r in shared if r.kind == "hard")
    return RoleComparison(
        one=first,
        other=second,
        shared=shared,
        lacking=lacking,
        lacking_back=lacking_back,
        carried=carried / sum(weights) if weights else 0.0,
    )


def _divide(come_from: Role, go_to: Role) -> tuple[tuple[Requirement, ...], tuple[Requirement, ...]]:
    """The requirements of the second role that the first one brings, and those that it does not."""
    brought = _shown_by(come_from)
    ordered = sorted(go_to.requirements, key=lambda r: (r.kind == "core", -IMPORTANCE_WEIGHTS[r.importance]))
    return (
        tuple(r for r in ordered if (r.skill, r.kind) in brought or (r.skill, "hard") in brought),
        tuple(r for r in ordered if (r.skill, r.kind) not in brought and (r.skill, "hard") not in brought),
    )


def _shown_by(role: Role) -> set[tuple[str, str]]:
    """The skills that a role asks for, and those that its skills show."""
    shows: dict[str, list[str]] = {}
    for skill in role.skills:
        shows.setdefault(skill.id, []).extend(skill.broader)
        for narrower in skill.shown_by:
            shows.setdefault(narrower, []).append(skill.id)
    brought: set[tuple[str, str]] = set()
    queue = [(r.skill, str(r.kind)) for r in role.requirements]
    while queue:
        skill_id, kind = queue.pop()
        if (skill_id, kind) not in brought:
            brought.add((skill_id, kind))
            queue += [(other, kind) for other in shows.get(skill_id, ())]
    return brought
