"""A screening as one HTML page: a table to sort and filter, a heat map, and two or three candidates side by side.

The rows lie in the page as JSON; `shortlist.js` shows as many as fit on the screen, so that thousands stay fluid.
Without the script there is a plain ranked table. Each candidate's report is a file of its own in a folder beside.
"""

from __future__ import annotations

import json
import re
import weakref
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path, PurePath
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple
from urllib.parse import quote

from skillgap.model import IMPORTANCES, GapReport, Requirement, Role, Screened, SkillResult
from skillgap.reporting.blind import is_blind_name, redact
from skillgap.reporting.html import STRENGTH_KEY, render_html
from skillgap.reporting.markup import escape_line, page_foot, page_head, read_asset, script_data
from skillgap.reporting.pictures import coverage_histogram
from skillgap.reporting.quoting import quote_skill
from skillgap.reporting.records import FROM_RECORDS, to_json
from skillgap.reporting.shortlist import Failed, common_folder, name_in, summarize_failure
from skillgap.reporting.terminal import shorten
from skillgap.reporting.text import MEANING, percent

# Rows wait here until all are known and can be ranked; what is more goes to a file without a name.
_MEMORY_BYTES = 16_000_000

# Candidates beyond the best so many are compared without quotes, or the page would weigh hundreds of megabytes.
_MOST_QUOTED = 5_000
_LONGEST_QUOTE = 100

# One letter a skill in the page's data.
_LETTERS = {"demonstrated": "d", "listed": "l", "none": "n"}


class _Row(NamedTuple):
    """How one resume ranks, and where its data waits; rows sort best first."""

    minus_coverage: float
    missing_essential: int
    path: str
    number: int
    is_blind: bool
    start: int
    data_bytes: int
    quote_bytes: int


class ShortlistPage:
    """Collects screened resumes, about a hundred bytes of memory each, and writes them as one page.

    ``folder`` is where the reports go, one file each, as they come; without one the rows link to nothing.
    """

    def __init__(self, role: Role, folder: str | PathLike[str] | None = None) -> None:
        self._role = role
        self._folder = Path(folder) if folder else None
        self._skills = _ordered(role)
        self._rows: list[_Row] = []
        self._failures: list[tuple[int, Failed]] = []
        self._count = 0
        self._spool: IO[bytes] = SpooledTemporaryFile(max_size=_MEMORY_BYTES)  # noqa: SIM115 (closed by the next line)
        weakref.finalize(self, self._spool.close)

    def add(self, screened: Screened) -> None:
        """Take one resume, read or failed; write its report into the folder."""
        self._count += 1
        report = next((r for r in screened.reports if r.role.id == self._role.id), screened.report)
        if report is None:
            self._failures.append((self._count, summarize_failure(screened)))
            return
        report = redact(report)
        file = self._write_report(self._folder, screened.path, report) if self._folder else ""
        results = {(s.kind, s.id): s for s in (*report.hard_skills, *report.core_skills)}
        found = [results.get((skill.kind, skill.skill)) for skill in self._skills]
        data = _encode(
            file,
            round(report.coverage, 4),
            "".join(_LETTERS[skill.strength] if skill else "n" for skill in found),
            [warning.message for warning in report.warnings],
            bool(screened.duplicate_of),
        )
        quotes = _encode(*(_first_quote(report, skill) if skill else "" for skill in found))
        missing_essential = sum(skill.importance == "essential" for skill in report.missing)
        start = self._spool.seek(0, 2)
        self._spool.write(data + quotes)
        row = _Row(-report.coverage, missing_essential, screened.path, self._count, report.is_blind, start, 0, 0)
        self._rows.append(row._replace(data_bytes=len(data), quote_bytes=len(quotes)))

    def save(self, path: str | PathLike[str]) -> None:
        """Write the page: best first, what could not be read, what the figures mean."""
        target = Path(path)
        with target.open("w", encoding="utf-8", newline="") as file:
            file.writelines(self._page(target))

    def _write_report(self, folder: Path, path: str, report: GapReport) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        stem = (
            ""
            if report.is_blind and not is_blind_name(path)
            else re.sub(r"[^A-Za-z0-9]+", "-", PurePath(path).stem)[:40].strip("-")
        )
        file = folder / f"{self._count:05}{'-' if stem else ''}{stem}.html"
        # Where a run goes on, the report that its first part wrote quotes more than the records tell.
        if report.resume.reader != FROM_RECORDS or not file.exists():
            file.write_text(render_html(report), encoding="utf-8", newline="")
        return file.name

    def _page(self, target: Path) -> Iterator[str]:
        """The page in pieces, so that its rows are never all in memory."""
        ranked = sorted(self._rows)
        names = self._names(ranked)
        place = self._place_beside(target)
        scripts = (read_asset("shortlist.js"),)
        yield page_head(
            title=f"{escape_line(self._role.title)}: shortlist",
            styles=(read_asset("page.css"), read_asset("theme.css"), read_asset("shortlist.css")),
            scripts=scripts,
        )
        yield '<main class="sg sg-page sg-wide sg-shortlist">\n'
        yield from self._head(ranked)
        yield from _explorer(self._skills)
        yield from self._plain_table(place, ranked, names)
        if self._failures:
            yield from self._failed(any(row.is_blind for row in ranked))
        yield f'<footer class="sg-foot"><p>{escape_line(MEANING)}</p><p>{STRENGTH_KEY}</p></footer>\n</main>\n'
        yield '<script type="application/json" id="data">'
        yield from self._data(place, ranked, names)
        yield "</script>\n"
        yield page_foot(scripts)

    def _names(self, ranked: Sequence[_Row]) -> list[str]:
        """What each is called: the file below the folder that all share; in a blind run no file's own name."""
        folder = common_folder([*(row.path for row in ranked), *(failed.file for _, failed in self._failures)])
        return [_named(folder, row.path, row.number, is_blind=row.is_blind) for row in ranked]

    def _place_beside(self, page: Path) -> str:
        """The folder of the reports as links on the page name it, with a slash at its end; empty without reports."""
        if not self._folder:
            return ""
        try:
            return quote(self._folder.resolve().relative_to(page.resolve().parent).as_posix()) + "/"
        except ValueError:
            return self._folder.resolve().as_uri() + "/"

    def _read(self, start: int, size: int) -> list[object]:
        self._spool.seek(start)
        read: list[object] = json.loads(self._spool.read(size))
        return read

    def _data(self, place: str, ranked: Sequence[_Row], names: Sequence[str]) -> Iterator[str]:
        skills = [[skill.name, skill.importance, skill.kind] for skill in self._skills]
        yield f'{{"skills":{script_data(skills)},"rows":[\n'
        for n, (row, name) in enumerate(zip(ranked, names, strict=True)):
            file, *rest = self._read(row.start, row.data_bytes)
            quotes = self._read(row.start + row.data_bytes, row.quote_bytes) if n < _MOST_QUOTED else []
            yield (",\n" if n else "") + script_data([name, _link(place, str(file)), *rest, quotes])
        yield "\n]}"

    def _plain_table(self, place: str, ranked: Sequence[_Row], names: Sequence[str]) -> Iterator[str]:
        """What a reader without scripts sees of the candidates."""
        hard = [n for n, skill in enumerate(self._skills) if skill.kind == "hard"]
        essential = [n for n in hard if self._skills[n].importance == "essential"]
        yield '<noscript><section class="sg-card" aria-labelledby="ranked"><h2 id="ranked">Ranked</h2>\n'
        yield '<table class="sg-table"><thead><tr><th scope="col">#</th><th scope="col">Candidate</th>'
        yield '<th scope="col">Coverage</th><th scope="col">Shown</th><th scope="col">Missing essentials</th></tr>'
        yield "</thead><tbody>\n"
        for rank, (row, name) in enumerate(zip(ranked, names, strict=True), 1):
            file, coverage, strengths, *_ = self._read(row.start, row.data_bytes)
            letters = str(strengths)
            shown = sum(letters[n] != "n" for n in hard)
            lacks = ", ".join(self._skills[n].name for n in essential if letters[n] == "n")
            link = _link(place, str(file))
            label = f'<a href="{escape_line(link)}">{escape_line(name)}</a>' if link else escape_line(name)
            yield (
                f'<tr><td>{rank}</td><th scope="row">{label}</th><td>{percent(float(str(coverage)))}</td>'
                f"<td>{shown} of {len(hard)}</td><td>{escape_line(lacks)}</td></tr>\n"
            )
        yield "</tbody></table></section></noscript>\n"

    def _head(self, ranked: Sequence[_Row]) -> Iterator[str]:
        coverages = [-row.minus_coverage for row in ranked]
        yield '<header class="sg-card sg-head"><div>'
        yield f"<h1>{escape_line(self._role.title)}</h1>"
        yield f"<p>{_count(len(ranked), 'resume')} read, best first.</p>"
        if coverages:
            median = coverages[len(coverages) // 2]
            yield f"<p>The best shows {percent(coverages[0])} of the role, the one in the middle {percent(median)}.</p>"
        if self._failures:
            yield f'<p><a href="#failed">{_count(len(self._failures), "file")} could not be read.</a></p>'
        yield "</div>"
        if coverages:
            yield f"<figure>{coverage_histogram(coverages)}<figcaption>Resumes by coverage</figcaption></figure>"
        yield "</header>"

    def _failed(self, is_blind: bool) -> Iterator[str]:
        folder = common_folder([failed.file for _, failed in self._failures])
        yield '<section class="sg-card" aria-labelledby="failed">'
        yield f'<h2 id="failed">Could not be read <small>{len(self._failures):,}</small></h2>'
        yield '<div class="sg-scroll" role="group" aria-labelledby="failed" tabindex="0"><table class="sg-table">'
        yield '<thead><tr><th scope="col">File</th><th scope="col">What happened</th><th scope="col">Error</th></tr>'
        yield "</thead><tbody>"
        for number, failed in self._failures:
            name = _named(folder, failed.file, number, is_blind=is_blind)
            yield f'<tr><th scope="row">{escape_line(name)}</th><td>{escape_line(failed.message)}</td>'
            yield f"<td><code>{escape_line(failed.error)}</code></td></tr>"
        yield "</tbody></table></div></section>"


def _explorer(skills: Sequence[Requirement]) -> Iterator[str]:
    """What the script fills and then shows: the fields to search by, the table, the comparison."""
    options = "".join(
        f'<option value="{n}">{escape_line(skill.name)} '
        f"({skill.importance if skill.kind == 'hard' else skill.kind})</option>"
        for n, skill in enumerate(skills)
    )
    yield f"""\
<section class="sg-card sg-explorer" id="explorer" aria-labelledby="candidates" hidden>
<h2 id="candidates">Candidates</h2>
<form class="sg-fields" id="fields">
<label>Find <input type="search" id="find" autocomplete="off" spellcheck="false"></label>
<label>Coverage at least, % <input type="number" id="least" min="0" max="100" step="5" value="0"></label>
<label>Must show <select id="must"><option value="">add a skill …</option>{options}</select></label>
<label>Sort by <select id="sort"><option value="coverage">coverage</option>
<option value="shown">skills shown</option><option value="demonstrated">skills demonstrated</option>
<option value="essential">fewest missing essentials</option><option value="name">name</option>
<optgroup label="a skill">{options}</optgroup></select></label>
<label class="sg-check"><input type="checkbox" id="demonstrated"> demonstrated, not only listed</label>
<button type="reset">Show all</button>
<ul class="sg-chips" id="chips" aria-label="Skills that must be shown"></ul>
</form>
<p class="sg-status"><output id="status" for="find least must sort demonstrated"></output>
<button type="button" id="compare" disabled>Compare</button></p>
<p class="sg-legend">
<svg width="14" height="14" aria-hidden="true"><path class="sg-d" d="M1 1h12v12h-12z"/></svg> demonstrated
<svg width="14" height="14" aria-hidden="true"><path class="sg-l" d="M1 7h12v6h-12z"/></svg> only listed
<svg width="14" height="14" aria-hidden="true"><path class="sg-n" d="M4 12h6v1h-6z"/></svg> missing</p>
<div class="sg-rows" id="rows" role="table" aria-labelledby="candidates" tabindex="0"></div>
<section id="comparison" aria-labelledby="side" hidden><h3 id="side" tabindex="-1">Side by side</h3>
<p><label class="sg-check"><input type="checkbox" id="unlike"> only where they differ</label></p>
<div class="sg-scroll" role="group" aria-labelledby="side" tabindex="0">
<table class="sg-table" id="versus"></table></div>
</section>
</section>
"""


def _ordered(role: Role) -> tuple[Requirement, ...]:
    """The role's skills as columns: hard before core, the most important first."""
    hard = sorted(role.hard_skills, key=lambda skill: IMPORTANCES.index(skill.importance))
    return (*hard, *role.core_skills)


def _link(place: str, file: str) -> str:
    return place + quote(file) if file else ""


def _encode(*values: object) -> bytes:
    return to_json(values).encode("ascii")


def _first_quote(report: GapReport, skill: SkillResult) -> str:
    quotes = quote_skill(report, skill)
    return shorten("".join(part.text for part in quotes[0].parts), _LONGEST_QUOTE) if quotes else ""


def _named(folder: str, path: str, number: int, *, is_blind: bool) -> str:
    return f"Resume {number}" if is_blind and not is_blind_name(path) else name_in(folder, path)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
