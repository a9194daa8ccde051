"""Coverage and heat maps as pictures for documents, drawn by matplotlib (extra ``plot``).

Listed skills are hatched or drawn half as high: the pictures say the same when printed in grey.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from skillgap.errors import MissingExtraError
from skillgap.model import IMPORTANCES, GapReport, SkillResult, Strength
from skillgap.reporting.blind import redact
from skillgap.reporting.pictures import STRENGTH_WORDS
from skillgap.reporting.shortlist import common_folder, name_in, shorten_path
from skillgap.reporting.terminal import clean_line, shorten
from skillgap.reporting.text import percent, subject_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# The colours of the HTML report on white.
_FILLS: dict[Strength, str] = {"demonstrated": "#12805e", "listed": "#f3cf7a", "none": "#ffffff"}
_EDGES: dict[Strength, str] = {"demonstrated": "#12805e", "listed": "#7a4a00", "none": "#83878c"}
_HATCHES: dict[Strength, str] = {"demonstrated": "", "listed": "////", "none": ""}

_FORMATS = (".png", ".svg", ".pdf")
_DOTS_PER_INCH = 150
_INCHES_A_CELL = 0.24
# Rows that one picture can hold and still be read; the best are drawn.
_MOST_ROWS = 60
_LONGEST_NAME = 32
_LONGEST_NOTE = 80

_HALF_CELL = 0.42
_HEIGHTS: dict[Strength, float] = {"demonstrated": 0.84, "listed": 0.42, "none": 0.05}
_LABEL = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}


def plot_report(report: GapReport, path: str | PathLike[str] | None = None) -> Figure:
    """A matplotlib figure of how much of the role the resume shows, by importance; written to ``path`` if given.

    Raises:
        MissingExtraError: matplotlib is not installed (``skillgap[plot]``).
        ValueError: the path ends in none of .png, .svg and .pdf.
    """
    report = redact(report)
    groups = [(i, [s for s in report.hard_skills if s.importance == i]) for i in IMPORTANCES]
    groups = [(importance, skills) for importance, skills in groups if skills]
    figure = _new_figure(path, 6.4, 1.3 + 0.42 * len(groups))
    axes = figure.add_subplot()
    for row, (_, skills) in enumerate(groups):
        left = 0
        for strength in _HEIGHTS:
            count = sum(skill.strength == strength for skill in skills)
            if count:
                axes.barh(row, count, left=left, height=0.62, **_look(strength))
                axes.text(left + count / 2, row, str(count), ha="center", va="center", fontsize=8, bbox=_LABEL)
            left += count
    _label(axes, "y", [f"{i}, {sum(s.covered for s in skills)} of {len(skills)}" for i, skills in groups])
    axes.set_xlim(0, max((len(skills) for _, skills in groups), default=1) * 1.01)
    axes.set_ylim(max(len(groups), 1) - 0.5, -0.5)
    axes.xaxis.set_visible(False)
    _unframe(axes)
    _add_title(figure, f"{report.role.title}: {percent(report.coverage)} coverage", subject_of(report))
    _add_legend(figure)
    return _saved(figure, path)


def plot_heat_map(reports: Sequence[GapReport], path: str | PathLike[str] | None = None) -> Figure:
    """A matplotlib figure of resumes by skills, best coverage on top; written to ``path`` if given.

    The reports are on one role. Of more than 60 the best 60 are drawn, and the title says so.

    Raises:
        MissingExtraError: matplotlib is not installed (``skillgap[plot]``).
        ValueError: there is no report, they are on several roles, or the path ends in none of .png, .svg and .pdf.
    """
    if len({report.role.id for report in reports}) != 1:
        raise ValueError("A heat map needs reports on one role.")
    folder = common_folder([report.source for report in reports if report.source])
    named = [(redact(report), _name(report, n, folder)) for n, report in enumerate(reports, 1)]
    best = sorted(named, key=lambda pair: (-pair[0].coverage, pair[1]))[:_MOST_ROWS]
    first = best[0][0]
    order = sorted(range(len(first.hard_skills)), key=lambda n: IMPORTANCES.index(first.hard_skills[n].importance))
    width = 2.6 + _INCHES_A_CELL * len(order)
    figure = _new_figure(path, width, 2.9 + _INCHES_A_CELL * len(best))
    axes = figure.add_subplot()
    _draw_cells(axes, [[report.hard_skills[n] for n in order] for report, _ in best])
    axes.set_xlim(-0.5, max(len(order), 1) - 0.5)
    axes.set_ylim(len(best) - 0.5, -0.5)
    axes.set_aspect("equal")
    _label(axes, "y", [f"{name}  {percent(report.coverage)}" for report, name in best])
    _label(axes, "x", [shorten(clean_line(first.hard_skills[n].name), _LONGEST_NAME) for n in order], rotation=90)
    axes.tick_params(axis="x", labeltop=True, labelbottom=False)
    _unframe(axes)
    note = f"The best {len(best)} of {len(reports)} resumes" if len(best) < len(reports) else ""
    _add_title(figure, first.role.title, note)
    _add_legend(figure)
    return _saved(figure, path)


def _name(report: GapReport, number: int, folder: str) -> str:
    if report.is_blind or not report.source:
        return f"Resume {number}"
    return shorten_path(name_in(folder, report.source), _LONGEST_NAME)


def _draw_cells(axes: Axes, rows: Sequence[Sequence[SkillResult]]) -> None:
    """One bar a skill in each row: whole, half or nearly nothing."""
    from matplotlib.collections import PolyCollection

    for strength, height in _HEIGHTS.items():
        corners = []
        for y, skills in enumerate(rows):
            for x, skill in enumerate(skills):
                if skill.strength == strength:
                    foot, top = y + _HALF_CELL, y + _HALF_CELL - height
                    corners.append([(x - _HALF_CELL, foot), (x - _HALF_CELL, top), (x + _HALF_CELL, top)])
                    corners[-1].append((x + _HALF_CELL, foot))
        axes.add_collection(PolyCollection(corners, **_look(strength)))


def _look(strength: Strength) -> dict[str, object]:
    return {
        "facecolor": _FILLS[strength],
        "edgecolor": _EDGES[strength],
        "hatch": _HATCHES[strength],
        "linewidth": 0.6,
    }


def _new_figure(path: str | PathLike[str] | None, width: float, height: float) -> Figure:
    if path is not None and Path(path).suffix.lower() not in _FORMATS:
        raise ValueError(f"{path} tells no form of picture: end it in one of {', '.join(_FORMATS)}.")
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("Pictures", extra="plot") from error
    return Figure(figsize=(width, height), dpi=_DOTS_PER_INCH, layout="constrained")


def _label(axes: Axes, axis: Literal["x", "y"], names: Sequence[str], **style: object) -> None:
    labels = axes.set_xticks if axis == "x" else axes.set_yticks
    labels(range(len(names)), names, fontsize=8, parse_math=False, **style)
    axes.tick_params(axis=axis, length=0)


def _unframe(axes: Axes) -> None:
    for spine in axes.spines.values():
        spine.set_visible(False)


def _add_title(figure: Figure, title: str, note: str = "") -> None:
    text = clean_line(title) + (f"\n{shorten(clean_line(note), _LONGEST_NOTE)}" if note else "")
    # A dollar sign in a title is one, and no formula.
    figure.suptitle(text, x=0.01, ha="left", fontsize=11, parse_math=False)


def _add_legend(figure: Figure) -> None:
    from matplotlib.patches import Patch

    keys = [Patch(label=STRENGTH_WORDS[strength], **_look(strength)) for strength in _HEIGHTS]
    figure.legend(handles=keys, loc="outside lower left", ncols=len(keys), frameon=False, fontsize=8)


def _saved(figure: Figure, path: str | PathLike[str] | None) -> Figure:
    if path is None:
        return figure
    from matplotlib import rc_context

    # The same report gives the same bytes: no date, no random names inside.
    dates = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(Path(path).suffix.lower())
    with warnings.catch_warnings(), rc_context({"svg.hashsalt": "skillgap"}):
        # A script that matplotlib's font lacks is drawn as boxes; that is no reason to trouble the user's program.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        figure.savefig(path, metadata=dates)
    return figure
