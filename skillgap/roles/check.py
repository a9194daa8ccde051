"""Checks of role and skill files that a user (or the catalogue's author) writes.

What makes a file unusable is an error; what a careful author would look at again is a note. Each names the
file, the line and the entry.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Literal

from skillgap.errors import VocabularyError
from skillgap.matching.normalize import normalize
from skillgap.matching.notation import expand_label
from skillgap.model import IMPORTANCE_WEIGHTS, Resume, Skill
from skillgap.roles.catalogue import load_catalogue
from skillgap.roles.generality import find_general_labels
from skillgap.roles.loading import RoleEntry, read_toml, role_from_tables, skills_from_tables
from skillgap.roles.places import Places
from skillgap.roles.spelling import misspelt, words_among

# Two roles whose shared weight of hard skills is this part of all their weight would rank any resume alike.
NEARLY_EQUAL = 0.70

# Below this rapidfuzz score (0-100) another id is another thing: "food-safty" scores 95 against "food-safety".
LIKELY_MEANT = 85.0

_CODE_FORMS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "onet-soc": (re.compile(r"\d{2}-\d{4}\.\d{2}\Z"), "13-1071.00"),
    "soc": (re.compile(r"\d{2}-\d{4}\Z"), "13-1071"),
    "isco-08": (re.compile(r"\d{4}\Z"), "2423"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found, and where; an ``error`` must be mended, a ``note`` looked at."""

    file: str
    line: int | None
    entry: str
    message: str
    level: Literal["error", "note"] = "note"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        level = "note" if self.level == "note" else ""
        return ": ".join(part for part in (place, level, self.entry, self.message) if part)


@dataclass(slots=True)
class _Files:
    """What the files hold: skills and roles by id, the file of each, and what could not be read."""

    skills: dict[str, Skill] = field(default_factory=dict)
    roles: dict[str, RoleEntry] = field(default_factory=dict)
    umbrellas: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    home: dict[str, str] = field(default_factory=dict)
    places: dict[str, Places] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def note(self, skill: str, message: str, *, text: str | None = None) -> Finding:
        """A note on a skill, at the line that holds a text or else at its table."""
        file = self.home[skill]
        places = self.places[file]
        line = places.of_text(text, table=skill) if text else places.of_table(skill)
        return Finding(file, line, skill, message)

    def role_note(
        self, role: RoleEntry, message: str, *, text: str | None = None, level: Literal["error", "note"] = "note"
    ) -> Finding:
        """A finding on a role, at the line that holds a text or else at its id."""
        line = self.places[role.source].of_text(text or f'"{role.id}"')
        return Finding(role.source, line, role.id, message, level)


def check_roles(path: Path, *, resumes: Iterable[Resume] | None = None) -> tuple[Finding, ...]:
    """What is wrong or doubtful in a role file, a skill file or a folder of them, errors first.

    Relations may name skills of the built-in catalogue; skills that a role asks for by words that no vocabulary
    knows are fine (bare names). With resumes, labels that cover too many of them are noted; these
    should come from many fields.

    Raises:
        ValueError: there are too few resumes to judge by.
    """
    files = _read(path)
    known = {**load_catalogue().skills, **files.skills}
    findings = [
        *files.findings,
        *_dangling(files, known),
        *_shared_labels(files, known),
        *_shared_titles(files),
        *_nearly_equal_roles(files),
        *_missing_fields(files),
        *_odd_codes(files),
        *_misspelt_prose(files, known),
        *(_general_labels(files, resumes) if resumes is not None else ()),
    ]
    return tuple(sorted(findings, key=lambda f: (f.level != "error", f.file, f.line or 0)))


def _read(path: Path) -> _Files:
    files = _Files()
    if path.suffix != ".toml" and not os.path.lexists(path):
        files.findings.append(Finding(str(path), None, "", "there is no such file or folder", "error"))
        return files
    if not os.path.isdir(path):  # noqa: PTH112 - says no, and no error, of what may not be looked at
        _read_file(path, files)
        return files
    is_catalogue = (path / "roles").is_dir() or (path / "skills").is_dir()
    for file in sorted((*path.glob("skills/*.toml"), *(path / "roles" if is_catalogue else path).glob("*.toml"))):
        _read_file(file, files)
    if not files.places:
        files.findings.append(Finding(str(path), None, "", "no role or skill file (*.toml) in this folder", "error"))
    return files


def _read_file(path: Path, files: _Files) -> None:
    file = str(path)
    try:
        tables = read_toml(path)
    except VocabularyError as error:
        files.findings.append(Finding(file, error.line, "", error.message, "error"))
        files.places[file] = Places("")
        return
    files.places[file] = Places(path.read_text(encoding="utf-8"))
    if {"title", "hard", "core"} & tables.keys() or isinstance(tables.get("id"), str):
        _read_role(tables, file, files)
    else:
        _read_skills(tables, file, files)


def _read_role(tables: dict[str, object], file: str, files: _Files) -> None:
    own = tables.pop("skills", {})
    if isinstance(own, dict):
        _read_skills(own, file, files)
    try:
        role = role_from_tables(tables, file=file)
    except VocabularyError as error:
        files.findings.append(_from_error(error, files, file))
        return
    if role.id in files.roles:
        other = files.roles[role.id].source
        files.findings.append(files.role_note(role, f"a role of this id stands in {other} too", level="error"))
        return
    files.roles[role.id] = role


def _read_skills(tables: Mapping[str, object], file: str, files: _Files) -> None:
    for skill_id, table in tables.items():
        if skill_id in files.home:
            message = f"a skill of this id stands in {files.home[skill_id]} too"
            files.findings.append(Finding(file, files.places[file].of_table(skill_id), skill_id, message, "error"))
            continue
        try:
            (skill,) = skills_from_tables({skill_id: table}, file=file)
        except VocabularyError as error:
            files.findings.append(_from_error(error, files, file))
            files.broken.add(skill_id)
            continue
        files.skills[skill_id] = skill
        files.home[skill_id] = file
        if isinstance(table, dict) and table.get("umbrella"):
            files.umbrellas.add(skill_id)


def _from_error(error: VocabularyError, files: _Files, file: str) -> Finding:
    """An error of the loader with its line."""
    line = files.places[file].of_error(error.entry or "", error.message)
    return Finding(file, line, error.entry or "", error.message, "error")


def _dangling(files: _Files, known: Mapping[str, Skill]) -> Iterator[Finding]:
    there = known.keys() | files.broken
    for skill in files.skills.values():
        for relation in ("broader", "shown_by", "shown_by_many"):
            for other in getattr(skill, relation):
                if other not in there:
                    message = f"{relation} names {other!r}, which is no skill{_nearest(other, there)}"
                    place = files.note(skill.id, message, text=f'"{other}"')
                    yield Finding(place.file, place.line, skill.id, message, "error")
    for role in files.roles.values():
        for wanted in role.wanted:
            # Bare names are words with spaces or capitals; what is written like an id is meant as one.
            is_id = wanted.name is None and wanted.skill == wanted.skill.lower() and "-" in wanted.skill
            if is_id and not wanted.is_bare and wanted.skill not in there:
                message = f"no skill has the id {wanted.skill!r}{_nearest(wanted.skill, there)}"
                yield files.role_note(role, message, text=f'"{wanted.skill}"', level="error")


def _nearest(skill_id: str, there: Iterable[str]) -> str:
    """What the author may have meant, as the end of a message."""
    from rapidfuzz import process

    found = process.extractOne(skill_id, tuple(there), score_cutoff=LIKELY_MEANT)
    return f"; did you mean {found[0]!r}?" if found else ""


def _shared_labels(files: _Files, known: Mapping[str, Skill]) -> Iterator[Finding]:
    """Labels of one text that belong to two hard skills of which neither shows the other.

    Core skills are traits, reported apart: "team leader" rightly shows leadership, team building and, as a hard
    skill, staff supervision. Umbrella skills are worded for a whole field and share its labels.
    """
    owners: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for skill in files.skills.values():
        if skill.kind == "core" or skill.id in files.umbrellas:
            continue
        written = [(skill.preferred_label, skill.preferred_label)]
        written += [(t, label.text) for label in skill.labels if not label.near for t in expand_label(label.text)]
        for text, notation in {normalize(text): (text, notation) for text, notation in written}.values():
            owners[normalize(text)].append((skill.id, notation))
    shows = _showing(files.skills, known)
    for text, owned in owners.items():
        for (one, _), (other, notation) in combinations(owned, 2):
            if one not in shows[other] and other not in shows[one]:
                yield files.note(other, f"label {text!r} belongs to {one!r} too", text=f'"{notation}"')


def _showing(asked: Iterable[str], known: Mapping[str, Skill]) -> dict[str, set[str]]:
    """For each skill asked about all skills whose evidence shows it too, by its relations and theirs."""
    direct = {skill.id: {*skill.shown_by, *skill.shown_by_many} for skill in known.values()}
    for skill in known.values():
        for broader in skill.broader:
            direct.setdefault(broader, set()).add(skill.id)
    showing: dict[str, set[str]] = {}
    for skill_id in asked:
        found: set[str] = set()
        queue = [skill_id]
        while queue:
            new = direct.get(queue.pop(), set()) - found
            found |= new
            queue.extend(new)
        showing[skill_id] = found
    return showing


def _shared_titles(files: _Files) -> Iterator[Finding]:
    owner: dict[str, str] = {}
    for role in files.roles.values():
        for title in dict.fromkeys((role.title, *role.alt_titles)):
            other = owner.setdefault(title.casefold(), role.id)
            if other != role.id:
                yield files.role_note(role, f"title {title!r} belongs to {other!r} too", text=title)


def _nearly_equal_roles(files: _Files) -> Iterator[Finding]:
    """Pairs of roles by weighted Jaccard similarity: the lesser weights of their hard skills over the greater."""
    weights = {
        role.id: {w.skill: IMPORTANCE_WEIGHTS[w.importance] for w in role.wanted if w.kind == "hard"}
        for role in files.roles.values()
    }
    for one, other in combinations(files.roles.values(), 2):
        similarity = _similarity(weights[one.id], weights[other.id])
        if similarity >= NEARLY_EQUAL:
            message = f"hard skills are nearly those of {one.id!r} (similarity {similarity:.2f})"
            yield files.role_note(other, message)


def _similarity(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = sum(min(one[skill], other[skill]) for skill in one.keys() & other.keys())
    return shared / (sum(one.values()) + sum(other.values()) - shared)


def _missing_fields(files: _Files) -> Iterator[Finding]:
    for skill in files.skills.values():
        if skill.is_bare:
            continue  # known by its name alone, and meant to be
        fields = {"scope": skill.scope_note, "definition": skill.definition, "advice": skill.advice}
        missing = [name for name, value in fields.items() if not value]
        if not skill.labels:
            missing.append("labels")
        if missing:
            yield files.note(skill.id, f"without {', '.join(missing)}")
    for role in files.roles.values():
        given = {"summary": role.summary, "responsibilities": role.responsibilities, "codes": role.codes}
        missing = [name for name, there in given.items() if not there]
        if missing:
            yield files.role_note(role, f"without {', '.join(missing)}")


def _odd_codes(files: _Files) -> Iterator[Finding]:
    for role in files.roles.values():
        for scheme, code in role.codes:
            form, example = _CODE_FORMS.get(scheme, (None, ""))
            if form and not form.match(code):
                yield files.role_note(role, f"{scheme} code {code!r} is not written like {example!r}", text=f'"{code}"')


def _misspelt_prose(files: _Files, known: Mapping[str, Skill]) -> Iterator[Finding]:
    own = words_among(
        text
        for skill in known.values()
        for text in (skill.preferred_label, *(label.text for label in skill.labels), *skill.not_labels)
    ) | words_among(text for role in files.roles.values() for text in (role.title, *role.alt_titles))
    for skill in files.skills.values():
        for prose in (skill.scope_note, skill.definition, skill.advice):
            for word in misspelt(prose, own):
                yield files.note(skill.id, f"no word list knows {word!r}", text=word)
    for role in files.roles.values():
        for prose in (role.summary, *role.responsibilities):
            for word in misspelt(prose, own):
                yield files.role_note(role, f"no word list knows {word!r}", text=word)


def _general_labels(files: _Files, resumes: Iterable[Resume]) -> Iterator[Finding]:
    hard = [s for s in files.skills.values() if s.kind == "hard" and s.id not in files.umbrellas]
    for general in find_general_labels(hard, resumes):
        message = f"label {general.label!r} covers {general.share:.0%} of the resumes"
        yield files.note(general.skill, message)
