"""Rows of a screening × groups of people → selection rates and impact ratios, for those who must audit.

What is computed follows two sources:

- 29 CFR 1607.4 D (Uniform Guidelines on Employee Selection Procedures, 1978): a selection rate of a group that is
  less than four fifths of the rate of the group with the highest rate is generally regarded as evidence of adverse
  impact; smaller differences may count where they are significant, larger ones may not where numbers are small.
- New York City Local Law 144 of 2021 and 6 RCNY 5-300 to 5-304: the impact ratio is the selection rate of a category
  over that of the most selected one, or its scoring rate over that of the highest scoring one; the scoring rate is the
  share of a category that scores above the sample's median; a category of less than 2 % of the data may be left out
  of the ratios as long as its number and rate are told; intersections of categories are looked at, too.

The figures describe one run of one tool on one sample; they are no legal finding.
"""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from os import PathLike
from pathlib import Path, PurePath
from statistics import median

from skillgap.errors import AuditError

# 29 CFR 1607.4 D.
FOUR_FIFTHS = 0.8
# 6 RCNY 5-301 (d): smaller categories may be left out of the ratios.
SMALLEST_SHARE = 0.02
# Rates of fewer people than this swing by whole tens of points with one person; 30 is the usual rule of thumb.
SMALL_GROUP = 30
# The usual level at which a difference is called significant.
SIGNIFICANCE = 0.05
# Joins the names of intersecting groups ("female × Asian").
CROSS = " × "

_FILE_COLUMN = "file"
# Enough of them to see what is wrong; all would fill the screen.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of a group passed, and how that compares with the group of the highest rate.

    ``ratio`` is None for groups that are left out for being small, and where nobody passed. ``p_value`` is that of
    Fisher's exact test (two-sided) against the group of the highest rate, None for that group itself.
    """

    passed: int
    rate: float
    ratio: float | None = None
    p_value: float | None = None

    @property
    def is_below_four_fifths(self) -> bool:
        """Whether the impact ratio is under four fifths."""
        return self.ratio is not None and self.ratio < FOUR_FIFTHS


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a sample: how many of it were scored, how many could not be read, and its rates.

    ``selection`` is None where no threshold was given. ``is_left_out`` says that the group is under 2 % of the
    sample, so that it has no ratios and is nobody's measure; ``is_small`` that it has fewer than 30 people.
    """

    name: str
    count: int
    unread: int
    share: float
    median: float | None
    scoring: Rate | None
    selection: Rate | None = None
    is_left_out: bool = False

    @property
    def is_small(self) -> bool:
        """Whether so few people are in the group that its rates swing with each of them."""
        return self.count < SMALL_GROUP


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of one column, or of two columns together; ``unknown`` counts people without a group."""

    name: str
    groups: tuple[Group, ...]
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Audit:
    """Selection and scoring rates of a screening by group.

    ``count`` is how many resumes were scored, ``unread`` how many could not be, ``median`` the median coverage;
    ``skipped`` names files of the screening that stand in no group and were left out on request.
    """

    role: str
    count: int
    unread: int
    median: float
    threshold: float | None
    groupings: tuple[Grouping, ...]
    skipped: tuple[str, ...] = ()


def audit(
    rows: Mapping[str, float | None],
    groups: Mapping[str, Mapping[str, str]],
    *,
    role: str = "",
    threshold: float | None = None,
    skip_unknown_files: bool = False,
) -> Audit:
    """The rates of each group of people, and of each pair of groupings.

    Args:
        rows: the coverage of each file, None where it could not be read.
        groups: for each file its group by grouping ("sex" → "female"), an empty text where unknown.
        role: the role's id, for the report.
        threshold: the coverage from which a resume counts as selected; without it only scoring rates are given.
        skip_unknown_files: leave out files that stand in no group instead of refusing them.

    Raises:
        AuditError: files do not join, or there is nothing to compare.

    >>> found = audit({"a": 0.9, "b": 0.8, "c": 0.2}, {f: {"sex": s} for f, s in zip("abc", "fmf")}, threshold=0.5)
    >>> [(group.name, group.selection.rate, group.selection.ratio) for group in found.groupings[0].groups]
    [('f', 0.5, 0.5), ('m', 1.0, 1.0)]
    """
    joined, skipped = _join(rows, groups, skip_unknown_files)
    people = [(rows[file], of_file) for file, of_file in joined.items()]
    scores = [score for score, _ in people if score is not None]
    if not scores:
        raise AuditError("None of the resumes was scored, so there are no rates to compare.")
    middle = median(scores)
    columns = tuple(dict.fromkeys(column for of_file in groups.values() for column in of_file))
    sets = [(column,) for column in columns] + list(combinations(columns, 2))
    return Audit(
        role=role,
        count=len(scores),
        unread=len(people) - len(scores),
        median=middle,
        threshold=threshold,
        groupings=tuple(_compare(people, columns, middle, threshold) for columns in sets),
        skipped=skipped,
    )


def read_rows(path: str | PathLike[str]) -> tuple[dict[str, float | None], str]:
    """The coverage by file of the rows that ``skillgap screen -o rows.jsonl`` wrote, and the role's id.

    Raises:
        AuditError: the file cannot be read, is no such file, or holds reports on several roles.
    """
    rows: dict[str, float | None] = {}
    contents: dict[str, object] = {}
    roles: dict[str, None] = {}
    for number, line in enumerate(_read_text(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            file = row["file"]
            reports = row.get("reports") or ([row["report"]] if "error" not in row else [])
            roles.update(dict.fromkeys(report["role"]["id"] for report in reports))
            coverage = float(reports[0]["coverage"]) if reports else None
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            raise AuditError(
                f"{path}, line {number}: this is no row of `skillgap screen … -o rows.jsonl`; write the rows anew."
            ) from None
        if not isinstance(file, str) or (coverage is not None and not 0 <= coverage <= 1):
            raise AuditError(f"{path}, line {number}: a row needs a file and a coverage from 0 to 1.")
        if len(roles) > 1:
            raise AuditError(
                f"{path} holds reports on several roles ({', '.join(roles)}); screen and audit one a time."
            )
        content = row.get("sha256")
        if content and contents.get(file) == content:
            continue  # rows of a blind screening are called by their content: the same resume, counted once
        if file in rows:
            raise AuditError(f"{path}, line {number}: {file} has two rows; a person may be counted only once.")
        rows[file] = coverage
        contents[file] = content
    if not rows:
        raise AuditError(f"{path} holds no rows; `skillgap screen FOLDER --role ROLE -o {path}` writes them.")
    return rows, next(iter(roles), "")


def read_groups(path: str | PathLike[str]) -> dict[str, dict[str, str]]:
    """The groups of each file, from a CSV file with a column "file" and a column for each grouping.

    Raises:
        AuditError: the file cannot be read, has no such columns, or names a file twice.
    """
    lines = list(csv.reader(_read_text(path).splitlines()))
    header = [name.strip() for name in lines[0]] if lines else []
    folded = [name.casefold() for name in header]
    if folded.count(_FILE_COLUMN) != 1:
        told = f"its columns are {', '.join(header)}" if header else "it is empty"
        raise AuditError(f'{path} needs one column "file" that names the resumes; {told}.')
    at = folded.index(_FILE_COLUMN)
    columns = [(index, name) for index, name in enumerate(header) if index != at and name]
    if not columns or len({name for _, name in columns}) < len(columns):
        raise AuditError(f'{path} needs, beside "file", a column for each grouping (such as sex), each named once.')
    groups: dict[str, dict[str, str]] = {}
    for number, cells in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        file = cells[at].strip() if at < len(cells) else ""
        if not file:
            raise AuditError(f"{path}, line {number}: the file is missing.")
        if file in groups:
            raise AuditError(f"{path}, line {number}: {file} stands there twice; a person may be counted only once.")
        groups[file] = {name: cells[index].strip() if index < len(cells) else "" for index, name in columns}
    if not groups:
        raise AuditError(f"{path} names no files.")
    return groups


def read_key(path: str | PathLike[str]) -> dict[str, list[str]]:
    """The files of each row of a blind screening, as ``skillgap screen --blind --key`` kept them.

    Raises:
        AuditError: the file cannot be read, or is no such file.
    """
    header, *lines = csv.reader(_read_text(path).splitlines() or [""])
    if header != ["file", "is"] or any(len(cells) != len(header) for cells in lines if cells):
        raise AuditError(
            f"{path} is no key of `skillgap screen --blind --key {path}`: its columns are not file and is."
        )
    files: dict[str, list[str]] = {}
    for cells in lines:
        if cells:
            files.setdefault(cells[0], []).append(cells[1])
    return files


def unblind(
    rows: Mapping[str, float | None], key: Mapping[str, Sequence[str]], groups: Mapping[str, object]
) -> dict[str, float | None]:
    """The coverage by file of blind rows; of files with the same content that which stands in a group.

    Raises:
        AuditError: a row is not in the key.

    >>> unblind({"resume-1": 0.5}, {"resume-1": ["a.pdf", "copy.pdf"]}, {"copy.pdf": {"sex": "f"}})
    {'copy.pdf': 0.5}
    """
    lost = [name for name in rows if name not in key]
    if lost:
        raise AuditError(f"The key does not tell what {_some(lost)} is: give the one that was kept with these rows.")
    known = {PurePath(file).name for file in groups}
    return {
        next((file for file in key[name] if PurePath(file).name in known), key[name][0]): rows[name] for name in rows
    }


def fisher_exact(passed: int, count: int, other_passed: int, other_count: int) -> float:
    """The two-sided p-value of Fisher's exact test on two groups' numbers of passes.

    >>> round(fisher_exact(1, 10, 9, 10), 4), fisher_exact(5, 10, 5, 10)
    (0.0011, 1.0)
    """
    total, all_passed = count + other_count, passed + other_passed
    base = _log_choose(total, all_passed)

    def log_probability(here: int) -> float:
        return _log_choose(count, here) + _log_choose(other_count, all_passed - here) - base

    seen = log_probability(passed)
    possible = range(max(0, all_passed - other_count), min(count, all_passed) + 1)
    # Ties count on both sides; the slack is for rounding, as in other implementations.
    likely = math.fsum(math.exp(p) for p in map(log_probability, possible) if p <= seen + 1e-7)
    return 1.0 if likely > 1 - 1e-9 else likely


def _read_text(path: str | PathLike[str]) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise AuditError(f"{path} is no text in UTF-8; save it so.") from None
    except OSError as error:
        raise AuditError(f"{path} cannot be opened: {(error.strerror or str(error)).lower()}.") from None


def _join(
    rows: Mapping[str, float | None], groups: Mapping[str, Mapping[str, str]], skip: bool
) -> tuple[dict[str, Mapping[str, str]], tuple[str, ...]]:
    """The groups of each screened file, by its path or else by its name alone, and the files without groups."""
    names = Counter(PurePath(file).name for file in rows)
    by_name: dict[str, list[str]] = {}
    for file in groups:
        by_name.setdefault(PurePath(file).name, []).append(file)
    joined: dict[str, Mapping[str, str]] = {}
    lost: list[str] = []
    for file in rows:
        name = PurePath(file).name
        if file in groups:
            joined[file] = groups[file]
        elif names[name] == 1 and len(by_name.get(name, ())) == 1:
            joined[file] = groups[by_name[name][0]]
        else:
            lost.append(file)
    if not joined:
        raise AuditError(
            f"No file of the rows ({_some(lost)}) is among those of the groups ({_some(list(groups))}); "
            "name the files there as the rows do."
        )
    if lost and not skip:
        raise AuditError(
            f"{len(lost):,} of {len(rows):,} files of the rows are in no group: {_some(lost)}. "
            "Add them, or leave them out with --skip-unknown."
        )
    return joined, tuple(lost)


def _some(files: Sequence[str]) -> str:
    rest = f" and {len(files) - _NAMED:,} more" if len(files) > _NAMED else ""
    return ", ".join(files[:_NAMED]) + rest


def _compare(
    people: Sequence[tuple[float | None, Mapping[str, str]]],
    columns: tuple[str, ...],
    middle: float,
    threshold: float | None,
) -> Grouping:
    scores: dict[str, list[float]] = {}
    unread: Counter[str] = Counter()
    unknown = 0
    for score, of_file in people:
        parts = [of_file.get(column, "") for column in columns]
        if not all(parts):
            unknown += 1
            continue
        name = CROSS.join(parts)
        scores.setdefault(name, [])
        if score is None:
            unread[name] += 1
        else:
            scores[name].append(score)
    known = sum(map(len, scores.values()))
    shares = {name: len(found) / known if known else 0.0 for name, found in scores.items()}
    left_out = {name for name, share in shares.items() if share < SMALLEST_SHARE}
    above = {name: sum(score > middle for score in found) for name, found in scores.items()}
    scoring = _rates(above, scores, left_out)
    selected = {name: sum(score >= (threshold or 0) for score in found) for name, found in scores.items()}
    selection = _rates(selected, scores, left_out) if threshold is not None else {}
    return Grouping(
        CROSS.join(columns),
        tuple(
            Group(
                name=name,
                count=len(found),
                unread=unread[name],
                share=shares[name],
                median=median(found) if found else None,
                scoring=scoring.get(name),
                selection=selection.get(name),
                is_left_out=name in left_out,
            )
            for name, found in sorted(scores.items())
        ),
        unknown,
    )


def _rates(
    passed: Mapping[str, int], scores: Mapping[str, Sequence[float]], left_out: Container[str]
) -> dict[str, Rate]:
    counts = {name: len(found) for name, found in scores.items() if found}
    measured = {name: passed[name] / count for name, count in counts.items() if name not in left_out}
    # Of equal rates the larger group is the steadier measure.
    best = max(measured, key=lambda name: (measured[name], counts[name]), default=None)
    rates: dict[str, Rate] = {}
    for name, count in counts.items():
        rate = passed[name] / count
        if best is None or name not in measured:
            rates[name] = Rate(passed[name], rate)
            continue
        p_value = None if name == best else fisher_exact(passed[name], count, passed[best], counts[best])
        rates[name] = Rate(passed[name], rate, rate / measured[best] if measured[best] else None, p_value)
    return rates


def _log_choose(count: int, some: int) -> float:
    return math.lgamma(count + 1) - math.lgamma(some + 1) - math.lgamma(count - some + 1)
