"""Roles for the terminal: the catalogue as a list, one role with what its skills mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from skillgap.model import IMPORTANCES, Requirement, Role, RoleComparison
from skillgap.reporting.terminal import Line, Piece, clean_line, display_width, pad, wrap

_WIDEST = 100


class RoleTitles(Protocol):
    """What a list of roles shows of each."""

    @property
    def id(self) -> str:
        """The role's id."""

    @property
    def title(self) -> str:
        """The role's title."""

    @property
    def alt_titles(self) -> tuple[str, ...]:
        """What else people call it."""


def summary_lines(roles: Sequence[RoleTitles], *, width: int = 80) -> list[Line]:
    """The roles as styled lines: title, id, and what else people call them."""
    width = min(width, _WIDEST)
    column = max(display_width(role.title) for role in roles) + 2
    lines: list[Line] = []
    for role in roles:
        lines.append((Piece(pad(clean_line(role.title), column), "title"), Piece(clean_line(role.id), "dim")))
        if role.alt_titles:
            lines += wrap([Piece(clean_line(", ".join(role.alt_titles)), "dim")], width, indent=4)
    return lines


def role_lines(role: Role, *, width: int = 80) -> list[Line]:
    """The role as styled lines: what it is, what it does, and the skills it needs."""
    width = min(width, _WIDEST)
    lines: list[Line] = [(Piece(clean_line(role.title), "title"), Piece(f"  {clean_line(role.id)}", "dim"))]
    if role.alt_titles:
        lines += wrap([Piece("also: " + clean_line(", ".join(role.alt_titles)), "dim")], width, indent=2)
    if role.codes:
        codes = ", ".join(f"{scheme} {code}" for scheme, code in role.codes)
        lines += wrap([Piece(clean_line(codes), "dim")], width, indent=2)
    if role.summary:
        lines += [(), *wrap([Piece(clean_line(role.summary))], width)]
    if role.responsibilities:
        lines += [(), (Piece("RESPONSIBILITIES", "heading"),)]
        for duty in role.responsibilities:
            lines += wrap([Piece("• " + clean_line(duty))], width, indent=2, hang=2)
    lines += _skills("HARD SKILLS", role, role.hard_skills, width)
    lines += _skills("CORE SKILLS", role, role.core_skills, width)
    if role.attribution:
        lines += [(), *wrap([Piece(clean_line(role.attribution), "dim")], width)]
    return lines


def comparison_lines(comparison: RoleComparison, *, width: int = 80) -> list[Line]:
    """The comparison as styled lines: what is shared, and what lacks either way, by importance."""
    width = min(width, _WIDEST)
    one, other = clean_line(comparison.one.title), clean_line(comparison.other.title)
    lines: list[Line] = [
        (Piece(f"{one} → {other}", "title"),),
        *wrap([Piece(f"{comparison.carried:.0%} of what {other} asks for is asked of {one} too.")], width),
    ]
    for heading, requirements in (
        ("SHARED", comparison.shared),
        (f"LACKING FOR {other.upper()}", comparison.lacking),
        (f"THE OTHER WAY, LACKING FOR {one.upper()}", comparison.lacking_back),
    ):
        lines += [(), (Piece(f"{heading}  {len(requirements)}", "heading"),)]
        for importance in IMPORTANCES:
            names = [clean_line(r.name) for r in requirements if r.importance == importance]
            if names:
                pieces = [Piece(f"{importance}: ", "dim"), Piece(", ".join(names))]
                lines += wrap(pieces, width, indent=2, hang=2)
    return lines


def _skills(heading: str, role: Role, requirements: Iterable[Requirement], width: int) -> list[Line]:
    definitions = {skill.id: skill.definition or skill.scope_note for skill in role.skills}
    lines: list[Line] = []
    for importance in IMPORTANCES:
        group = [r for r in requirements if r.importance == importance]
        if group:
            lines += [(), (Piece(f"{heading}, {importance}", "heading"),)]
        for requirement in group:
            name = clean_line(requirement.name)
            definition = clean_line(definitions.get(requirement.skill, ""))
            # Where the terminal shows no bold, the colon alone tells the name from its meaning.
            pieces = [Piece(f"{name}:" if definition else name, "title")]
            if definition:
                pieces.append(Piece(f" {definition}"))
            if asked := _asked(requirement):
                pieces.append(Piece(f"  ({asked})", "dim"))
            lines += wrap(pieces, width, indent=2, hang=2)
    return lines


def _asked(requirement: Requirement) -> str:
    """The years asked for and the source's own words or figures."""
    years = "" if requirement.years is None else f"{requirement.years} year{'' if requirement.years == 1 else 's'}"
    return "; ".join(part for part in (years, clean_line(requirement.note)) if part)
