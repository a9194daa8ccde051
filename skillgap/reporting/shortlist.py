"""Screened resumes as rows and as a ranked table."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from skillgap.errors import ResumeError
from skillgap.model import GapReport, Role, Screened
from skillgap.reporting.records import report_to_dict, to_json
from skillgap.reporting.tables import csv_line
from skillgap.reporting.terminal import Line, Piece, Style, clean_line, display_width, pad, shorten, wrap
from skillgap.reporting.text import MEANING, WIDEST, coverage_bar, percent

ROW_FIELDS = (
    *("file", "role", "coverage", "shown", "demonstrated", "listed", "missing", "missing_essential"),
    *("shown_skills", "missing_skills", "warnings", "duplicate_of", "error", "message"),
)

_MISSING = "missing essentials"


@dataclass(frozen=True, slots=True)
class Ranked:
    """What the ranked table shows of one resume; small, since a run keeps one for every file."""

    file: str
    coverage: float
    shown: int
    asked: int
    missing_essential: tuple[str, ...]
    warnings: int
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A resume that could not be read, and why."""

    file: str
    error: str
    message: str


def screened_to_dict(screened: Screened) -> dict[str, object]:
    """``{"file": …, "report": {…}}`` or ``{"file": …, "error": {"type": …, "message": …}}``.

    Several roles give ``"reports": […]`` instead, in the order of the roles.
    """
    if len(screened.reports) == 1:
        return {"file": screened.path, "report": report_to_dict(screened.reports[0])}
    if screened.reports:
        return {"file": screened.path, "reports": [report_to_dict(report) for report in screened.reports]}
    failed = summarize_failure(screened)
    return {"file": screened.path, "error": {"type": failed.error, "message": failed.message}}


def screened_to_row(screened: Screened) -> tuple[object, ...]:
    """The values of `ROW_FIELDS` on the first role; one that could not be read has only file, error and message."""
    report = screened.report
    if not report:
        failed = summarize_failure(screened)
        return (screened.path, *(None,) * (len(ROW_FIELDS) - 3), failed.error, failed.message)
    return _report_to_row(screened, report)


def screened_to_rows(screened: Screened) -> tuple[tuple[object, ...], ...]:
    """One row of `ROW_FIELDS` for each role, or the one of a resume that could not be read."""
    rows = tuple(_report_to_row(screened, report) for report in screened.reports)
    return rows or (screened_to_row(screened),)


def _report_to_row(screened: Screened, report: GapReport) -> tuple[object, ...]:
    demonstrated = sum(s.strength == "demonstrated" for s in report.covered)
    return (
        *(screened.path, report.role.id, round(report.coverage, 4)),
        *(len(report.covered), demonstrated, len(report.covered) - demonstrated, len(report.missing)),
        len(_missing_essential(report)),
        "; ".join(s.name for s in report.covered),
        "; ".join(s.name for s in report.missing),
        "; ".join(w.code for w in report.warnings),
        screened.duplicate_of,
        None,
        None,
    )


# For each ending of a file of rows: what stands on top, and how one row is written.
ROW_FORMATS: Mapping[str, tuple[str, Callable[[Screened], str]]] = {
    ".jsonl": ("", lambda screened: to_json(screened_to_dict(screened)) + "\n"),
    ".csv": (csv_line(ROW_FIELDS), lambda screened: "".join(map(csv_line, screened_to_rows(screened)))),
}


def summarize(path: str, report: GapReport, *, duplicate_of: str | None = None) -> Ranked:
    """What the ranked table shows of a report."""
    return Ranked(
        path,
        report.coverage,
        len(report.covered),
        len(report.hard_skills),
        # One name for all resumes of a run instead of one each.
        tuple(map(sys.intern, _missing_essential(report))),
        len(report.warnings),
        duplicate_of,
    )


def summarize_failure(screened: Screened) -> Failed:
    """The type of a screened resume's error and its message, without the path that the row already has."""
    error = screened.error
    message = error.message if isinstance(error, ResumeError) else str(error)
    return Failed(screened.path, type(error).__name__, message)


def ranked_lines(
    role: Role, ranked: Sequence[Ranked], failed: Sequence[Failed], *, width: int = 80, most: int | None = None
) -> list[Line]:
    """The resumes by coverage, best first, and those that could not be read, as styled lines.

    Several files with the same content are ranked once; the others are told apart. ``most`` limits each list;
    what is left out is counted.
    """
    lines = [*_ranking(role, ranked, failed, width, most), *_others(ranked, failed, width, most)]
    return [*lines, (), *_meaning(width)] if ranked else lines


def ranked_by_role_lines(
    ranked: Sequence[tuple[Role, Sequence[Ranked]]],
    failed: Sequence[Failed],
    *,
    width: int = 80,
    most: int | None = None,
) -> list[Line]:
    """A ranking for each role, and once for all what could not be read, as styled lines."""
    lines: list[Line] = []
    for role, rows in ranked:
        lines += [*_ranking(role, rows, failed, width, most), ()]
    others = _others(ranked[0][1], failed, width, most)[1:]
    if not ranked[0][1]:
        return [*lines, *others]
    return [*lines, *([*others, ()] if others else []), *_meaning(width)]


def _ranking(
    role: Role, ranked: Sequence[Ranked], failed: Sequence[Failed], width: int, most: int | None
) -> list[Line]:
    single = [row for row in ranked if row.duplicate_of is None]
    best = sorted(single, key=lambda r: (-r.coverage, len(r.missing_essential), r.file))
    folder = _folder_of_all(ranked, failed)
    place = f" in {clean_line(folder)}" if folder else ""
    lines = wrap([Piece(clean_line(role.title), "title"), Piece(f": {_count(len(ranked))} read{place}")], width)
    if best:
        lines += [(), *_table(best[:most], folder, width)]
    if most is not None and len(best) > most:
        lines.append((Piece(f"… and {len(best) - most:,} more", "dim"),))
    return lines


def _others(ranked: Sequence[Ranked], failed: Sequence[Failed], width: int, most: int | None) -> list[Line]:
    """What stands below the ranking: files with the same content as another, and files that could not be read."""
    folder = _folder_of_all(ranked, failed)
    copies = [(row.file, f"as {name_in(folder, row.duplicate_of)}") for row in ranked if row.duplicate_of is not None]
    lines = _listed(f"Same content as another, ranked once: {len(copies):,}", "heading", copies, folder, width, most)
    failures = [(failure.file, clean_line(failure.message)) for failure in failed]
    return lines + _listed(f"Could not be read: {len(failed):,}", "bad", failures, folder, width, most)


def _listed(
    title: str, style: Style, rows: Sequence[tuple[str, str]], folder: str, width: int, most: int | None
) -> list[Line]:
    if not rows:
        return []
    lines: list[Line] = [(), (Piece(title, style),)]
    for file, told in rows[:most]:
        lines += wrap((Piece(f"{name_in(folder, file)}: ", "title"), Piece(told)), width, indent=2, hang=2)
    if most is not None and len(rows) > most:
        lines.append((Piece(f"  … and {len(rows) - most:,} more", "dim"),))
    return lines


def _meaning(width: int) -> list[Line]:
    return wrap([Piece(MEANING, "dim")], min(width, WIDEST))


def _folder_of_all(ranked: Sequence[Ranked], failed: Sequence[Failed]) -> str:
    return common_folder([*(row.file for row in ranked), *(row.file for row in failed)])


def _table(shown: Sequence[Ranked], folder: str, width: int) -> list[Line]:
    names = [name_in(folder, row.file) for row in shown]
    rank_width = len(str(len(shown)))
    bar_width = 5 if width < 60 else 10 if width < 90 else 20
    warned = any(row.warnings for row in shown)
    free = width - rank_width - bar_width - 18 - 2 * warned
    # A wide terminal tells which essential skills are missing, too.
    name_width = min(max(map(display_width, names)), free - len(_MISSING) - 2 if width >= 80 else free)
    missing_width = free - name_width - 2
    head = [pad("#", rank_width, right=True), "cover", " " * bar_width, "shown", pad("file", name_width + 2 * warned)]
    head += [_MISSING] if missing_width >= len(_MISSING) else []
    lines: list[Line] = [(Piece("  ".join(head).rstrip(), "heading"),)]
    for number, (row, name) in enumerate(zip(shown, names, strict=True), 1):
        line = [
            Piece(pad(str(number), rank_width, right=True) + "  " + pad(percent(row.coverage), 5, right=True) + "  "),
            *coverage_bar(row.coverage, bar_width),
            Piece("  " + pad(f"{row.shown}/{row.asked}", 5, right=True) + "  "),
            Piece(pad(shorten_path(name, name_width), name_width), "title"),
        ]
        if warned:
            line.append(Piece(" !" if row.warnings else "  ", "weak"))
        if missing_width >= len(_MISSING):
            line.append(Piece("  " + shorten(", ".join(map(clean_line, row.missing_essential)), missing_width), "dim"))
        lines.append(tuple(line))
    if warned:
        lines += wrap([Piece("! has warnings: analyze it alone to read them", "weak")], width)
    return lines


def common_folder(files: Sequence[str]) -> str:
    """The folder that all the files lie in, empty where there is none to speak of."""
    try:
        common = os.path.commonpath([PurePath(file).parent for file in files])
    except ValueError:
        return ""  # no files, several drives, or absolute and relative paths
    return "" if common == "." else common


def name_in(folder: str, file: str) -> str:
    """The file's path below the folder, or whole without one, as one printable line."""
    path = PurePath(file)
    return clean_line(str(path.relative_to(folder)) if folder and path.is_relative_to(folder) else file)


def _count(resumes: int) -> str:
    return f"{resumes:,} resume{'' if resumes == 1 else 's'}"


def _missing_essential(report: GapReport) -> tuple[str, ...]:
    return tuple(s.name for s in report.missing if s.importance == "essential")


def shorten_path(path: str, width: int) -> str:
    """The path cut at its front: the file's own name tells it from the others."""
    if display_width(path) <= width:
        return path
    tail = path
    while display_width(tail) > width - 1:
        tail = tail[1:]
    return "…" + tail
