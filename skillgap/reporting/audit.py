"""An audit for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillgap.reporting.records import to_json
from skillgap.reporting.terminal import Line, Piece, Style, clean_line, display_width, join_plain, pad, shorten, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skillgap.auditing import Audit, Group, Grouping, Rate

# Raised when a field changes its meaning or goes.
SCHEMA = 1
SOURCES = (
    "29 CFR 1607.4 D (Uniform Guidelines on Employee Selection Procedures): four-fifths rule",
    "New York City Local Law 144 of 2021, 6 RCNY 5-300 to 5-304: impact ratio, scoring rate, the 2 % rule",
)
_NO_FINDING = (
    "These figures describe this sample and this role; they are no legal finding. Under 29 CFR 1607.4 D smaller "
    "differences may matter where they are significant, and larger ones may not where numbers are small."
)
_WIDEST = 110
_ROOM_FOR_TWO = 84


def audit_to_json(audit: Audit, *, indent: int | None = 2) -> str:
    """The audit as JSON text."""
    return to_json(audit_to_dict(audit), indent=indent)


def audit_to_dict(audit: Audit) -> dict[str, object]:
    """The audit as plain data."""
    return {
        "schema": SCHEMA,
        "role": audit.role,
        "resumes": audit.count,
        "unread": audit.unread,
        "skipped": list(audit.skipped),
        "median_coverage": audit.median,
        "threshold": audit.threshold,
        "groupings": [
            {
                "grouping": grouping.name,
                "unknown": grouping.unknown,
                "groups": [_group_to_dict(group) for group in grouping.groups],
            }
            for grouping in audit.groupings
        ],
        "sources": list(SOURCES),
    }


def render_audit(audit: Audit, *, width: int = 80) -> str:
    """The audit as plain text."""
    return join_plain(audit_lines(audit, width=width))


def audit_lines(audit: Audit, *, width: int = 80) -> list[Line]:
    """The audit as styled lines of at most ``width`` columns."""
    width = min(max(width, 60), _WIDEST)
    told = f"{audit.count:,} resumes scored, median coverage {audit.median:.0%}"
    if audit.threshold is not None:
        told += f"; selected from {audit.threshold:.0%} coverage"
    lines = wrap([Piece(clean_line(audit.role or "Screening"), "title"), Piece(f": {told}")], width, hang=2)
    if audit.unread:
        lines += wrap([Piece(f"{audit.unread:,} could not be read and are in no rate.", "weak")], width)
    if audit.skipped:
        lines += wrap([Piece(f"{len(audit.skipped):,} files are in no group and were left out.", "weak")], width)
    for grouping in audit.groupings:
        lines += [(), *_grouping_lines(grouping, width, audit.threshold is not None)]
    lines.append(())
    lines += wrap(
        [
            Piece(
                "Selected: coverage at or over the threshold. Above median: the scoring rate. Ratio: the rate over "
                "that of the group with the highest. p: Fisher's exact test against that group.",
                "dim",
            )
        ],
        width,
    )
    lines += wrap([Piece(_NO_FINDING, "dim")], width)
    for source in SOURCES:
        lines += wrap([Piece(f"Source: {source}.", "dim")], width, hang=2)
    return lines


def _grouping_lines(grouping: Grouping, width: int, has_selection: bool) -> list[Line]:
    lines: list[Line] = [(Piece(clean_line(grouping.name), "heading"),)]
    names = [clean_line(group.name) for group in grouping.groups]
    rates = ("selected", "above median") if has_selection else ("above median",)
    # Beside each other where there is room, else one below the other.
    for shown in (rates,) if width >= _ROOM_FOR_TWO else [(rate,) for rate in rates]:
        lines += _table(grouping.groups, names, shown, width)
    for group, name in zip(grouping.groups, names, strict=True):
        for note, style in _notes(group):
            lines += wrap([Piece(f"{name}: {note}", style)], width, indent=2, hang=2)
    if grouping.unknown:
        told = f"{grouping.unknown:,} people without a known group are in no rate."
        lines += wrap([Piece(told, "weak")], width, indent=2)
    return lines


def _table(groups: Sequence[Group], names: Sequence[str], rates: Sequence[str], width: int) -> list[Line]:
    column = min(max(map(display_width, names), default=0), width - 7 - len(rates) * (2 + len(_rate_head(""))))
    head = pad("", column) + pad("people", 7, right=True) + "".join("  " + _rate_head(rate) for rate in rates)
    lines: list[Line] = [(Piece(head, "dim"),)]
    for group, name in zip(groups, names, strict=True):
        line = [Piece(pad(shorten(name, column), column), "title"), Piece(pad(f"{group.count:,}", 7, right=True))]
        for rate in rates:
            line += [Piece("  "), _rate_piece(group.selection if rate == "selected" else group.scoring)]
        lines.append(tuple(line))
    return lines


def _rate_head(label: str) -> str:
    return f"{label:>13} {'ratio':>5} {'p':>5}"


def _rate_piece(rate: Rate | None) -> Piece:
    if rate is None:
        return Piece(pad("-", len(_rate_head("")), right=True))
    share = f"{rate.passed:,} ({rate.rate:.0%})"
    ratio = "-" if rate.ratio is None else f"{rate.ratio:.2f}"
    p_value = "" if rate.p_value is None else f"{rate.p_value:.3f}"
    return Piece(f"{share:>13} {ratio:>5} {p_value:>5}", "bad" if rate.is_below_four_fifths else "plain")


def _notes(group: Group) -> list[tuple[str, Style]]:
    """What must be known to read a group's figures, and whether it is worth a look."""
    notes: list[tuple[str, Style]] = []
    for label, rate in (("selection", group.selection), ("scoring", group.scoring)):
        if rate is not None and rate.is_below_four_fifths:
            notes.append((f"{label} ratio {rate.ratio:.2f} is under four fifths{_significance(rate)}", "bad"))
    if group.is_left_out:
        notes.append((f"{group.share:.1%} of the sample, under 2 %: left out of the ratios (6 RCNY 5-301)", "weak"))
    elif group.is_small:
        people = "1 person" if group.count == 1 else f"{group.count} people"
        notes.append((f"only {people}: one more or less moves the rate by {_swing(group)}", "weak"))
    if group.unread:
        resumes = "one resume" if group.unread == 1 else f"{group.unread:,} resumes"
        notes.append((f"{resumes} could not be read", "weak"))
    return notes


def _significance(rate: Rate) -> str:
    from skillgap.auditing import SIGNIFICANCE

    if rate.p_value is None:
        return ""
    return ", a significant difference" if rate.p_value < SIGNIFICANCE else ", but not a significant difference"


def _swing(group: Group) -> str:
    return f"{1 / group.count:.0%}" if group.count else "all"


def _group_to_dict(group: Group) -> dict[str, object]:
    return {
        "group": group.name,
        "people": group.count,
        "unread": group.unread,
        "share": group.share,
        "median_coverage": group.median,
        "selection": _rate_to_dict(group.selection),
        "scoring": _rate_to_dict(group.scoring),
        "left_out": group.is_left_out,
        "small": group.is_small,
    }


def _rate_to_dict(rate: Rate | None) -> dict[str, object] | None:
    if rate is None:
        return None
    return {
        "passed": rate.passed,
        "rate": rate.rate,
        "impact_ratio": rate.ratio,
        "p_value": rate.p_value,
        "below_four_fifths": rate.is_below_four_fifths,
    }
