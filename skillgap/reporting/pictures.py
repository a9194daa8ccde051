"""Coverage and skills as small SVG pictures that stand inside HTML pages.

Their colours come from the page's style sheet; what they tell, they tell by form as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from skillgap.model import IMPORTANCE_WEIGHTS, IMPORTANCES, Importance, SkillResult
from skillgap.reporting.markup import escape_line
from skillgap.reporting.text import percent

STRENGTH_SYMBOLS = {"demonstrated": "✓", "listed": "○", "none": "✗"}
STRENGTH_WORDS = {"demonstrated": "demonstrated", "listed": "only listed", "none": "missing"}

# A row of skill squares that a phone shows whole.
_SQUARES_IN_A_ROW = 16


def coverage_ring(skills: Sequence[SkillResult], coverage: float) -> str:
    """Coverage as a ring: demonstrated skills as a thick arc, listed ones as a thin one, each by its weight."""
    total = sum(IMPORTANCE_WEIGHTS[s.importance] for s in skills) or 1.0
    demonstrated, listed = (
        100 * sum(IMPORTANCE_WEIGHTS[s.importance] for s in skills if s.strength == strength) / total
        for strength in ("demonstrated", "listed")
    )
    told = percent(coverage)
    label = f"Coverage {told}: {demonstrated:.0f} % demonstrated, {listed:.0f} % only listed"
    arcs = "".join(
        f'<circle class="sg-arc-{kind}" cx="60" cy="60" r="50" pathLength="100" '
        f'stroke-dasharray="{share:.2f} {100 - share:.2f}" stroke-dashoffset="{-offset:.2f}"/>'
        for kind, share, offset in (("demonstrated", demonstrated, 0.0), ("listed", listed, demonstrated))
        if share
    )
    return (
        f'<svg class="sg-ring" viewBox="0 0 120 120" role="img" aria-label="{label}">'
        f'<circle class="sg-arc-none" cx="60" cy="60" r="50"/><g transform="rotate(-90 60 60)">{arcs}</g>'
        f'<text x="60" y="63" class="sg-ring-figure">{told}</text>'
        '<text x="60" y="79" class="sg-ring-word">coverage</text></svg>'
    )


def skill_squares(skills: Sequence[SkillResult]) -> Iterator[str]:
    """One square a skill, a row an importance: ticked where demonstrated, ringed where listed, empty where missing."""
    yield '<dl class="sg-squares">'
    for importance in IMPORTANCES:
        group = [skill for skill in skills if skill.importance == importance]
        if group:
            shown = sum(skill.covered for skill in group)
            yield f"<div><dt>{importance}</dt><dd><span>{shown} of {len(group)}</span> {_square_row(importance, group)}"
            yield "</dd></div>"
    yield "</dl>"


def _square_row(importance: Importance, group: Sequence[SkillResult]) -> str:
    order = {"demonstrated": 0, "listed": 1, "none": 2}
    cells = []
    for n, skill in enumerate(sorted(group, key=lambda skill: order[skill.strength])):
        x, y = n % _SQUARES_IN_A_ROW * 20 + 1, n // _SQUARES_IN_A_ROW * 20 + 1
        mark = {
            "demonstrated": f'<path d="M{x + 4} {y + 9}l4 4 6-8"/>',
            "listed": f'<circle cx="{x + 9}" cy="{y + 9}" r="4"/>',
            "none": "",
        }[skill.strength]
        title = f"{escape_line(skill.name)}: {STRENGTH_WORDS[skill.strength]}"
        cells.append(
            f'<g class="sg-square-{skill.strength}"><title>{title}</title>'
            f'<rect x="{x}" y="{y}" width="18" height="18" rx="4"/>{mark}</g>'
        )
    width = min(len(group), _SQUARES_IN_A_ROW) * 20
    height = -(-len(group) // _SQUARES_IN_A_ROW) * 20
    shown = sum(skill.covered for skill in group)
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{shown} of {len(group)} {importance} skills shown">{"".join(cells)}</svg>'
    )


def coverage_histogram(coverages: Sequence[float]) -> str:
    """How many of the coverages lie in each tenth, as bars with their numbers on top."""
    counts = [0] * 10
    for coverage in coverages:
        counts[min(int(coverage * 10), 9)] += 1
    most = max(counts) or 1
    told = ", ".join(f"{n * 10} to {n * 10 + 10} %: {count:,}" for n, count in enumerate(counts) if count)
    bars = []
    for n, count in enumerate(counts):
        height = 70 * count / most
        if count:
            bars.append(
                f'<rect x="{n * 30 + 3}" y="{84 - height:.1f}" width="24" height="{height:.1f}"/>'
                f'<text x="{n * 30 + 15}" y="{79 - height:.1f}">{count:,}</text>'
            )
    ticks = "".join(f'<text class="sg-tick" x="{x * 3}" y="99">{x}</text>' for x in range(0, 101, 20))
    return (
        f'<svg class="sg-histogram" viewBox="-12 -2 326 104" role="img" aria-label="Resumes by coverage: {told}">'
        f'<path d="M0 84.5h300"/>{"".join(bars)}{ticks}</svg>'
    )
