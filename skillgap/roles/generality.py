"""Labels that cover so many resumes that they tell nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from skillgap.matching.evidence import PreparedResume, find_evidence
from skillgap.matching.index import LabelIndex
from skillgap.model import Resume, Skill

# Of resumes from many fields, hardly a skill but the most common is shown by three in ten.
GENERAL_SHARE = 0.30
# With fewer resumes a share says nothing.
FEWEST_RESUMES = 10


@dataclass(frozen=True, slots=True)
class GeneralLabel:
    """A label and the share (0-1) of the resumes in which it shows its skill."""

    skill: str
    label: str
    share: float


def find_general_labels(skills: Iterable[Skill], resumes: Iterable[Resume]) -> tuple[GeneralLabel, ...]:
    """Labels that show their skill in more than `GENERAL_SHARE` of the resumes, the most general first.

    Raises:
        ValueError: there are fewer than `FEWEST_RESUMES`.
    """
    index = LabelIndex(tuple(skills))
    showing: Counter[tuple[str, str]] = Counter()
    count = 0
    for resume in resumes:
        count += 1
        found = find_evidence(PreparedResume(resume), index)
        showing.update({(skill, evidence.label) for skill, of in found.items() for evidence in of.evidence})
    if count < FEWEST_RESUMES:
        raise ValueError(f"{count} resumes are too few to judge labels; give at least {FEWEST_RESUMES}")
    return tuple(
        GeneralLabel(skill, label, number / count)
        for (skill, label), number in showing.most_common()
        if number / count > GENERAL_SHARE
    )
