"""How much a skill takes in, told by the number of its labels."""

from __future__ import annotations

from math import prod

from skillgap.matching.notation import parts_of
from skillgap.model import Skill


def count_labels(skill: Skill) -> int:
    """The number of a skill's labels, written out.

    >>> from skillgap.model import Label
    >>> count_labels(Skill("menus", "menu planning", labels=(Label("plan|write menus", is_duty=True),)))
    3
    """
    return 1 + sum(prod(len(choices) for choices in parts_of(label.text)) for label in skill.labels)
