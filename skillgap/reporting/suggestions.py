"""Suggested roles for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from skillgap.model import Suggestion
from skillgap.reporting.terminal import Line, Piece, clean_line, wrap

_WIDEST = 100


def suggestion_lines(suggestions: Sequence[Suggestion], *, source: str | None = None, width: int = 80) -> list[Line]:
    """The suggestions as styled lines, best first, each with what speaks for it."""
    width = min(width, _WIDEST)
    name = clean_line(source) if source else "The resume"
    if not suggestions:
        return wrap([Piece(f"{name} shows no skill and no title of any role.")], width)
    lines: list[Line] = [(Piece(f"Roles that fit {name if source else 'the resume'} best", "title"),)]
    for rank, suggestion in enumerate(suggestions, start=1):
        lines += [
            (),
            (
                Piece(f"{rank}  {clean_line(suggestion.title)}", "title"),
                Piece(f"  {clean_line(suggestion.role)}  ", "dim"),
                Piece(f"{suggestion.coverage:.0%} covered"),
            ),
        ]
        for label, words in (
            ("titles held", suggestion.titles),
            ("shown", suggestion.speaking),
            ("missing", suggestion.missing),
        ):
            if words:
                lines += wrap(
                    [Piece(f"{label}: ", "dim"), Piece(clean_line(", ".join(words)))], width, indent=3, hang=3
                )
    lines += [(), *wrap([Piece(_NOTE, "dim")], width)]
    return lines


_NOTE = (
    "Ordered by how telling the skills shown are, and by titles held; coverage is the share of the role's hard skills "
    "that the resume's own words show. `skillgap analyze RESUME --role ID` tells more."
)
