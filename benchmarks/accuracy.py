"""How often the decisions "covered" and "missing" are right, beside what one would use instead.

    python benchmarks/accuracy.py                  # the cases that ship with the project
    python benchmarks/accuracy.py FOLDER           # a folder with labels.json, in the form of gold labels
    python benchmarks/accuracy.py --per-skill      # each skill's figures too
    python benchmarks/accuracy.py --errors         # and every wrong decision of skillgap

The cases (``tests/cases/accuracy``) are invented and labelled by hand: sentences as people write them, traps and
negatives, and whole resumes. Known failures count as the errors that they are. Needs flashtext for the keyword
matcher (``pip install flashtext``); without it that row is left out.

Macro F1 is the mean of the F1 of "covered" and the F1 of "missing". The fuzzy ways are swept over all cutoffs and
shown at the one that is best on these very cases, which flatters them.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

import skillgap
from skillgap.matching.notation import expand_label
from skillgap.model import Requirement, Resume, Role

CASES = Path(__file__).parent.parent / "tests" / "cases" / "accuracy"
HEADINGS = {
    "experience": "Experience",
    "skills": "Skills",
    "summary": "Summary",
    "education": "Education",
    "certifications": "Certifications",
    "languages": "Languages",
    "awards": "Awards",
    "interests": "Interests",
    "references": "References",
}
KINDS = ("wild", "negative", "trap")
SWEPT = range(50, 101)


@dataclass(frozen=True, slots=True)
class Case:
    """A text, the role asked of it, and what is true: skill → covered or not."""

    name: str
    kind: str
    resume: Resume
    role: Role
    truth: Mapping[str, bool]
    fails: str = ""
    failing: frozenset[str] = field(default_factory=frozenset)


def load_sentences(folder: Path = CASES / "sentences") -> Iterator[Case]:
    """The labelled sentences, file by file; those of a kind keep the order of the file."""
    for path in sorted(folder.glob("*.toml")):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        role = _role(tables)
        for kind in KINDS:
            for number, entry in enumerate(tables.get(kind, ())):
                heading = HEADINGS[entry.get("section", "experience")]
                truth = dict.fromkeys(entry.get("covered", ()), True) | dict.fromkeys(entry.get("missing", ()), False)
                yield Case(
                    name=f"{path.stem}-{kind}-{number}",
                    kind=kind,
                    resume=Resume.from_text(f"{heading}\n{entry['text']}"),
                    role=role,
                    truth=truth,
                    fails=entry.get("fails", ""),
                )


def load_resumes(folder: Path = CASES / "resumes") -> Iterator[Case]:
    """The labelled whole resumes, one case for each role that was asked of one; partial skills are left out."""
    for path in sorted(folder.glob("*.toml")):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        resume = skillgap.parse_resume(path.with_name(tables["file"]))
        for asked in tables["asked"]:
            role = _role(asked)
            yield Case(
                name=f"{path.stem}-{role.id}",
                kind="resume",
                resume=resume,
                role=role,
                truth={r.name: r.name in asked["yes"] for r in role.requirements if _is_asked(r, asked)},
                failing=frozenset(asked.get("fails", ())),
            )


def load_gold(folder: Path) -> Iterator[Case]:
    """The cases of a folder with labels.json: {"roles": {id: {"hard": […], "core": […]}}, "resumes": {…}}."""
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    for name, entry in labels["resumes"].items():
        resume = skillgap.parse_resume(folder / entry["file"])
        for role_id, kinds in labels["roles"].items():
            for kind, skills in kinds.items():
                if not skills:
                    continue
                given = {skill: entry[kind].get(skill, {"label": "no"})["label"] for skill in skills}
                truth = {skill: label == "yes" for skill, label in given.items() if label != "partial"}
                yield Case(f"{name}-{role_id}-{kind}", f"{kind} skills", resume, skillgap.load_role(role_id), truth)


def _role(table: Mapping[str, Any]) -> Role:
    if "role" in table:
        return skillgap.load_role(table["role"])
    return skillgap.Role.from_skills(table.get("title", "Bare names"), table["skills"])


def _is_asked(requirement: Requirement, asked: Mapping[str, Any]) -> bool:
    return requirement.name not in asked.get("partial", ()) and asked.get("kind", requirement.kind) == requirement.kind


# --- ways to decide: each gives every skill of a case's role a score, 0 to 100 -------------------------------------

Scores = Mapping[str, float]


def by_skillgap(case: Case) -> Scores:
    report = skillgap.analyze(case.resume, case.role)
    found = {s.name for s in (*report.hard_skills, *report.core_skills) if s.covered}
    return {name: 100.0 * (name in found) for name in case.truth}


def by_exact_phrase(case: Case) -> Scores:
    text = case.resume.text.lower()
    return {name: 100.0 * bool(re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", text)) for name in case.truth}


def by_partial_ratio(case: Case) -> Scores:
    text = case.resume.text.lower()
    return {name: fuzz.partial_ratio(name.lower(), text) for name in case.truth}


def by_token_set_ratio(case: Case) -> Scores:
    lines = [line for line in case.resume.text.lower().splitlines() if line.strip()]
    return {name: max((fuzz.token_set_ratio(name.lower(), line) for line in lines), default=0.0) for name in case.truth}


def by_keywords(case: Case) -> Scores:
    found = set(_keyword_processor(case.role.id, _Held(case.role)).extract_keywords(case.resume.text))
    names = {name for key in found for name in key.split("\n")}
    return {name: 100.0 * (name in names) for name in case.truth}


@dataclass(frozen=True)
class _Held:
    """A role that a cache may hold by its id."""

    role: Role

    def __hash__(self) -> int:
        return hash(self.role.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.role is self.role


@lru_cache(maxsize=16)
def _keyword_processor(role_id: str, held: _Held) -> Any:
    from flashtext import KeywordProcessor

    names_of: dict[str, set[str]] = {}
    skills = {skill.id: skill for skill in held.role.skills}
    for requirement in held.role.requirements:
        queue, seen = [requirement.skill], set[str]()
        while queue:
            skill = skills.get(queue.pop())
            if skill is None or skill.id in seen:
                continue
            seen.add(skill.id)
            queue += [*skill.shown_by, *(s.id for s in skills.values() if skill.id in s.broader)]
            for label in (requirement.name, skill.preferred_label, *_texts(skill)):
                names_of.setdefault(label.lower(), set()).add(requirement.name)
    processor = KeywordProcessor(case_sensitive=False)
    for label, names in names_of.items():
        processor.add_keyword(label, "\n".join(sorted(names)))
    return processor


def _texts(skill: skillgap.Skill) -> Iterator[str]:
    for label in skill.labels:
        yield from (label.text,) if skill.is_bare else expand_label(label.text)


Way = Callable[[Case], Scores]
WAYS: dict[str, tuple[Way, bool]] = {
    "skillgap": (by_skillgap, False),
    "exact phrase (the skill's name)": (by_exact_phrase, False),
    "rapidfuzz partial_ratio": (by_partial_ratio, True),
    "rapidfuzz token_set_ratio, by line": (by_token_set_ratio, True),
    "flashtext, the same labels": (by_keywords, False),
}


# --- counting ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Counts:
    """Right and wrong decisions: true and false positives and negatives of "covered"."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    tn: int = 0

    def add(self, truth: bool, found: bool) -> None:
        """Count one decision."""
        name = ("t" if truth == found else "f") + ("p" if found else "n")
        setattr(self, name, getattr(self, name) + 1)

    @property
    def total(self) -> int:
        """All decisions counted."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def precision(self) -> float:
        """The share of those found that are true."""
        return self.tp / (self.tp + self.fp or 1)

    @property
    def recall(self) -> float:
        """The share of those true that are found."""
        return self.tp / (self.tp + self.fn or 1)

    @property
    def macro_f1(self) -> float:
        """The mean of the F1 of "covered" and the F1 of "missing"."""
        wrong = self.fp + self.fn
        return sum(2 * right / (2 * right + wrong or 1) for right in (self.tp, self.tn)) / 2


Row = tuple[Case, str, bool, float]


def score(cases: Sequence[Case], way: Way) -> list[Row]:
    """(case, skill, truth, score) of every decision."""
    return [(c, name, c.truth[name], points) for c in cases for name, points in way(c).items()]


def count(rows: Iterable[Row], cutoff: float) -> Counts:
    counts = Counts()
    for _, _, truth, points in rows:
        counts.add(truth, points >= cutoff)
    return counts


def best_cutoff(rows: Sequence[Row]) -> int:
    return max(SWEPT, key=lambda cutoff: count(rows, cutoff).macro_f1)


def table(title: str, cases: Sequence[Case]) -> list[str]:
    decisions = sum(len(case.truth) for case in cases)
    lines = [
        f"{title}: {decisions:,} decisions",
        "",
        "| way | macro F1 | precision | recall |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, (way, is_swept) in WAYS.items():
        try:
            rows = score(cases, way)
        except ImportError:
            continue
        cutoff = best_cutoff(rows) if is_swept else 100
        c = count(rows, cutoff)
        label = f"{name} ≥ {cutoff}" if is_swept else name
        lines.append(f"| {label} | {c.macro_f1:.3f} | {c.precision:.3f} | {c.recall:.3f} |")
    return [*lines, ""]


def per_kind(cases: Sequence[Case]) -> list[str]:
    lines = ["Decisions of skillgap by kind of case:", "", "| kind | decisions | right |", "| --- | ---: | ---: |"]
    for kind in dict.fromkeys(case.kind for case in cases):
        c = count(score([case for case in cases if case.kind == kind], by_skillgap), 100)
        lines.append(f"| {kind} | {c.total} | {(c.tp + c.tn) / c.total:.1%} |")
    return [*lines, ""]


def per_skill(cases: Sequence[Case]) -> list[str]:
    counts: dict[str, Counts] = {}
    for _, name, truth, points in score(cases, by_skillgap):
        counts.setdefault(name, Counts()).add(truth, points >= 100)
    lines = [
        "| skill | covered rightly | wrongly | missing rightly | wrongly | macro F1 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, c in sorted(counts.items()):
        lines.append(f"| {name} | {c.tp} | {c.fp} | {c.tn} | {c.fn} | {c.macro_f1:.3f} |")
    return [*lines, ""]


def errors(cases: Sequence[Case]) -> list[str]:
    lines: list[str] = []
    for case in cases:
        wrong = [(n, t) for _, n, t, points in score([case], by_skillgap) if (points >= 100) != t]
        if not wrong:
            continue
        report = skillgap.analyze(case.resume, case.role)
        for name, truth in wrong:
            found = report.explain(name)
            if truth:
                lines.append(f"missed {case.name}  {name}: {[(r.text, r.reason) for r in found.rejected][:3]}")
            else:
                lines.append(f"false  {case.name}  {name}: {[(e.text, e.label) for e in found.evidence][:3]}")
            if case.kind in KINDS:
                lines.append(f"         {case.resume.text.partition(chr(10))[2]!r}")
    return [*lines, ""]


def main() -> int:
    cli = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    cli.add_argument("folder", nargs="?", type=Path, help="a folder with labels.json (default: the project's cases)")
    cli.add_argument("--per-skill", action="store_true", help="each skill's figures too")
    cli.add_argument("--errors", action="store_true", help="list every wrong decision of skillgap")
    args = cli.parse_args()
    if args.folder:
        gold = list(load_gold(args.folder))
        groups = {kind: [c for c in gold if c.kind == kind] for kind in dict.fromkeys(c.kind for c in gold)}
    else:
        groups = {"Sentences": list(load_sentences()), "Whole resumes": list(load_resumes())}
    every = [case for cases in groups.values() for case in cases]
    lines = [line for title, cases in groups.items() if cases for line in table(title, cases)]
    lines += per_kind(every)
    if args.per_skill:
        lines += per_skill(every)
    if args.errors:
        lines += errors(every)
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
