"""Two versions of a resume against one role: what the newer one won and lost."""

from __future__ import annotations

from dataclasses import dataclass

from skillgap.model import GapReport
from skillgap.web.carry import Baseline


@dataclass(frozen=True, slots=True)
class Changes:
    """How a version differs from the one before: coverages, and the names of the skills that changed.

    ``stronger`` were only listed and are demonstrated now, ``weaker`` the other way round.
    """

    name: str
    before: float
    after: float
    won: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    stronger: tuple[str, ...] = ()
    weaker: tuple[str, ...] = ()

    @property
    def has_changed(self) -> bool:
        """Whether any skill is shown otherwise than before."""
        return bool(self.won or self.lost or self.stronger or self.weaker)


def compare_versions(before: Baseline, report: GapReport) -> Changes | None:
    """What changed since a version before, None where that was held against another role."""
    skills = (*report.hard_skills, *report.core_skills)
    was = dict(before.skills)
    if before.role != report.role.id or was.keys() != {skill.id for skill in skills}:
        return None
    moves: dict[str, list[str]] = {"won": [], "lost": [], "stronger": [], "weaker": []}
    for skill in skills:
        move = _MOVES.get((was[skill.id], skill.strength))
        if move:
            moves[move].append(skill.name)
    return Changes(
        before.name, before.coverage, report.coverage, **{move: tuple(names) for move, names in moves.items()}
    )


_MOVES = {
    ("none", "listed"): "won",
    ("none", "demonstrated"): "won",
    ("listed", "none"): "lost",
    ("demonstrated", "none"): "lost",
    ("listed", "demonstrated"): "stronger",
    ("demonstrated", "listed"): "weaker",
}
