"""The catalogue: skillgap's own roles and skills, and folders that a user adds.

`load_role` gives a whole `Role`, `find_roles` ranks roles for a name as people type it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from skillgap.errors import UnknownRoleError, VocabularyError
from skillgap.model import Requirement, Role, Skill
from skillgap.roles.bare import bare_skill, slug
from skillgap.roles.compiled import read_tables
from skillgap.roles.loading import (
    RoleEntry,
    WantedSkill,
    lines_told,
    read_role,
    role_from_tables,
    skill_from_table,
    skills_from_tables,
)

DATA = Path(__file__).parent.parent / "data"

# Below this rapidfuzz score (0-100) a typed name is another role, not a misspelling of this one:
# "acounts collecter" scores 91 against "accounts collector", "accountant" 64.
NAME_SCORE_CUTOFF = 86.0

# What a query that is a part of a longer title scores: less than a name misspelt, more than most chance likenesses.
_PART_SCORE = 85.0
# Names below this, of 100, share some letters and no more ("pilot", "biologist": 57); "welding" and "welder" share 62.
_LOWEST_SCORE = 60.0
# Names between these two need a word in common: "unicorn tamer" and "music teacher" have many letters alike (64).
_ALIKE_SCORE = 75.0
# Of 1, with more weight on how words begin: "welding" and "welder" are 0.85 alike, "tamer" and "teacher" 0.74.
_SAME_WORD = 0.84
# Where titles hold "collector", "college professor" (67) is no answer; "accountant" for "account" (82) is one.
_WITHIN = 12.0
_SUGGESTED = 5


@dataclass(frozen=True, slots=True)
class RoleSummary:
    """A role as a list shows it: its id, title and alternative titles."""

    id: str
    title: str
    alt_titles: tuple[str, ...] = ()
    summary: str = ""


class Vocabulary(Mapping[str, Skill]):
    """Skills by id. Of the built-in ones only those that are asked for are made of their tables."""

    def __init__(self, tables: Mapping[str, tuple[object, str]], ready: Mapping[str, Skill]) -> None:
        self._tables = tables
        self._ready = dict(ready)
        self._ids: dict[str, None] = dict.fromkeys((*tables, *ready))
        self._own = frozenset(ready)

    def __getitem__(self, skill_id: str) -> Skill:
        if skill_id not in self._ready:
            table, file = self._tables[skill_id]
            self._ready[skill_id] = skill_from_table(skill_id, table, file=file)
        return self._ready[skill_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, skill_id: object) -> bool:
        return skill_id in self._ids

    def named(self, name: str) -> Skill | None:
        """The skill whose preferred label is the name, whatever its case."""
        found = self._by_name.get(name.casefold())
        return None if found is None else self[found]

    def narrower(self, skill_id: str) -> tuple[str, ...]:
        """The ids of the skills that name this one as broader."""
        return tuple(self._narrower.get(skill_id, ()))

    def with_own(self, skills: Iterable[Skill]) -> Vocabulary:
        """The vocabulary with a role's own skills, which go before others of their id."""
        own = {skill.id: skill for skill in skills}
        if not own:
            return self
        return Vocabulary(self._tables, {**{i: self._ready[i] for i in self._own}, **own})

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return {name.casefold(): skill_id for skill_id in self._ids for name in self._peek(skill_id, "name")}

    @cached_property
    def _narrower(self) -> dict[str, list[str]]:
        shows: dict[str, list[str]] = {}
        for skill_id in self._ids:
            for broader in self._peek(skill_id, "broader"):
                shows.setdefault(broader, []).append(skill_id)
        return shows

    def _peek(self, skill_id: str, key: Literal["name", "broader"]) -> Sequence[str]:
        """A value of a skill without making the skill: an entry that is wrong is told when it is used."""
        if skill_id in self._own:
            skill = self._ready[skill_id]
            return (skill.preferred_label,) if key == "name" else skill.broader
        table = self._tables[skill_id][0]
        value = table.get(key, ()) if isinstance(table, dict) else ()
        values = (value,) if isinstance(value, str) else value
        return tuple(v for v in values if isinstance(v, str))


class Catalogue:
    """Skills and roles by id, of the built-in data and of further folders, which go before it."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.roles: dict[str, RoleEntry] = {}
        for folder in (DATA, *folders):
            self.roles.update(read_roles(folder))
        # Files of one's own are checked whole and at once; the built-in ones have their tests.
        self._own_skills: dict[str, Skill] = {}
        for folder in folders:
            self._own_skills.update(read_skill_files(folder))
        self._resolved: dict[str, Role] = {}

    @cached_property
    def skills(self) -> Vocabulary:
        """All skills, made when they are asked for."""
        tables: dict[str, tuple[object, str]] = {}
        for path, skills in read_tables(DATA, "skills"):
            tables.update((skill_id, (table, str(path))) for skill_id, table in skills.items())
        return Vocabulary(tables, self._own_skills)

    @cached_property
    def vocabulary(self) -> tuple[Skill, ...]:
        """All skills; always the same tuple, so that its index is built once."""
        return tuple(self.skills.values())

    def role(self, role_id: str) -> Role:
        """The role of this id with all skills that it needs; always the same object, so that its index is too."""
        if role_id not in self._resolved:
            self._resolved[role_id] = resolve_role(self.roles[role_id], self.skills)
        return self._resolved[role_id]


@lru_cache(maxsize=8)
def load_catalogue(*folders: str) -> Catalogue:
    """The built-in catalogue with the roles and skills of further folders, which go before its own.

    Each folder holds role files (``*.toml``), or ``roles/`` and ``skills/`` as skillgap's own data does.

    Raises:
        VocabularyError: a file or an entry is wrong, or a folder is missing.
    """
    with lines_told():
        return Catalogue(tuple(map(Path, folders)))


def read_skill_files(folder: Path) -> dict[str, Skill]:
    """The skills of a folder by id.

    Raises:
        VocabularyError: a file or an entry is wrong, an id stands twice, or the folder is missing.
    """
    _require_folder(folder)
    skills: dict[str, Skill] = {}
    for path, tables in read_tables(folder, "skills"):
        for skill in skills_from_tables(tables, file=str(path)):
            if skill.id in skills:
                raise VocabularyError("a skill of this id stands in another file too", file=str(path), entry=skill.id)
            skills[skill.id] = skill
    return skills


def read_roles(folder: Path) -> dict[str, RoleEntry]:
    """The roles of a folder by id.

    Raises:
        VocabularyError: a file or an entry is wrong, an id stands twice, or the folder is missing.
    """
    _require_folder(folder)
    roles: dict[str, RoleEntry] = {}
    for path, tables in read_tables(folder, "roles"):
        entry = role_from_tables(tables, file=str(path))
        if entry.id in roles:
            raise VocabularyError("a role of this id stands in another file too", file=str(path), entry=entry.id)
        roles[entry.id] = entry
    return roles


def _require_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise VocabularyError("no such folder", file=str(folder))


def added_folders(folders: Iterable[str | os.PathLike[str]] = ()) -> tuple[str, ...]:
    """Folders given by a caller, then those of the environment variable ``SKILLGAP_ROLES``."""
    from_environment = (part for part in os.environ.get("SKILLGAP_ROLES", "").split(os.pathsep) if part)
    return tuple(dict.fromkeys((*(os.fspath(folder) for folder in folders), *from_environment)))


def resolve_role(entry: RoleEntry, skills: Vocabulary) -> Role:
    """A whole `Role`: each wanted skill looked up, and every skill whose evidence would show it taken along.

    Raises:
        VocabularyError: a skill's relation names an unknown skill.
    """
    known = skills.with_own(entry.skills)
    needed: dict[str, Skill] = {}
    requirements: list[Requirement] = []
    for wanted in entry.wanted:
        skill = _look_up(wanted, known)
        needed.setdefault(skill.id, skill)
        requirements.append(
            Requirement(
                skill=skill.id,
                name=wanted.name or (wanted.skill if skill.is_bare else display_name(skill.preferred_label)),
                importance=wanted.importance,
                kind=wanted.kind,
                is_known=not skill.is_bare if wanted.is_known is None else wanted.is_known,
                years=wanted.years,
                note=wanted.note,
            )
        )
    looked_up = [skill_id for skill_id, skill in needed.items() if known.get(skill_id) is skill]
    for skill in _narrower(looked_up, known, entry):
        needed.setdefault(skill.id, skill)
    return Role(
        id=entry.id,
        title=entry.title,
        requirements=tuple(requirements),
        skills=tuple(needed.values()),
        alt_titles=entry.alt_titles,
        codes=entry.codes,
        summary=entry.summary,
        responsibilities=entry.responsibilities,
        attribution=entry.attribution,
        source=entry.source,
        years=entry.years,
    )


def display_name(preferred_label: str) -> str:
    """A preferred label as a role lists it: its first letter a capital.

    >>> display_name("accounts receivable"), display_name("pH measurement"), display_name("iOS development")
    ('Accounts receivable', 'pH measurement', 'iOS development')
    """
    first = preferred_label.split(maxsplit=1)[0] if preferred_label.strip() else ""
    return preferred_label if first != first.lower() else preferred_label[:1].upper() + preferred_label[1:]


def role_as_toml(role: Role) -> str:
    """The role as a role file, in which skills of the catalogue stand by their ids."""
    from skillgap.roles.writing import role_to_toml

    return role_to_toml(role, load_catalogue(*added_folders()).skills)


def _look_up(wanted: WantedSkill, known: Vocabulary) -> Skill:
    if wanted.is_bare:
        return bare_skill(wanted.name or wanted.skill, kind=wanted.kind, skill_id=slug(wanted.skill))
    found = known.get(wanted.skill) or known.named(wanted.skill)
    return found or bare_skill(wanted.name or wanted.skill, kind=wanted.kind, skill_id=slug(wanted.skill))


def _narrower(needed: Iterable[str], known: Vocabulary, entry: RoleEntry) -> list[Skill]:
    found: dict[str, Skill] = {}
    queue = list(needed)
    while queue:
        skill_id = queue.pop()
        asked = known.get(skill_id)
        shown_by = (*asked.shown_by, *asked.shown_by_many) if asked else ()
        for narrower in (*shown_by, *known.narrower(skill_id)):
            if narrower not in known:
                raise VocabularyError(
                    f"shown_by names {narrower!r}, which is no skill", file=entry.source, entry=skill_id
                )
            if narrower not in found:
                found[narrower] = known[narrower]
                queue.append(narrower)
    return list(found.values())


def load_role(role: str | os.PathLike[str] | Role, *, folders: Iterable[str | os.PathLike[str]] = ()) -> Role:
    """The role of an id, title, alternative title, near misspelling of these, or the path of a role file.

    Args:
        role: a name ("debt collector"), an id, or the path of a TOML file; a `Role` is given back as it is.
        folders: further folders of roles, besides those that ``SKILLGAP_ROLES`` lists.

    Raises:
        UnknownRoleError: no role has such a name; it suggests the nearest.
        VocabularyError: a role or skill file is wrong, or the name is that of another file.
        TypeError: what is given is neither a name nor a path nor a role.

    >>> load_role("collection agent").id
    'collections-specialist'
    """
    if isinstance(role, Role):
        return role
    if not isinstance(role, str | os.PathLike):
        raise TypeError(f"A role is a name, the path of a role file or a Role, not {type(role).__name__}")
    catalogue = load_catalogue(*added_folders(folders))
    if isinstance(role, os.PathLike) or str(role).endswith(".toml"):
        entry = read_role(Path(role))
        with lines_told():
            return resolve_role(entry, catalogue.skills)
    if role in catalogue.roles:
        return catalogue.role(role)
    if not role.strip():
        raise UnknownRoleError(role)
    ranked = _rank(role, catalogue)
    if ranked and ranked[0][0] >= NAME_SCORE_CUTOFF:
        return catalogue.role(ranked[0][1])
    _refuse_other_paths(role)
    suggestions = tuple(catalogue.roles[role_id].title for role_id in _near(ranked)[:_SUGGESTED])
    raise UnknownRoleError(role, suggestions=suggestions)


def _refuse_other_paths(name: str) -> None:
    """Nothing, unless a name that no role has is that of a folder or file."""
    try:
        is_folder, is_file = Path(name).is_dir(), Path(name).is_file()
    except OSError:
        return
    if is_folder:
        raise VocabularyError("is a folder; roles of a folder are taken with --roles DIR (folders=)", file=name)
    if is_file:
        raise VocabularyError(
            "is a file, but the file of a role ends in .toml; a posting is given with --posting (role_from_posting)",
            file=name,
        )


def find_roles(
    query: str = "", *, limit: int | None = 10, folders: Iterable[str | os.PathLike[str]] = ()
) -> tuple[RoleSummary, ...]:
    """Roles that a query may mean, best first; without a query all roles by title.

    >>> find_roles("debt colector", limit=1)[0].title
    'Collections Specialist'
    """
    if not isinstance(query, str):
        raise TypeError(f"Roles are found by text, not by {type(query).__name__}")
    catalogue = load_catalogue(*added_folders(folders))
    if query.strip():
        ids = _near(_rank(query, catalogue))
    else:
        ids = sorted(catalogue.roles, key=lambda role_id: catalogue.roles[role_id].title.casefold())
    chosen = (catalogue.roles[role_id] for role_id in ids[:limit])
    return tuple(RoleSummary(e.id, e.title, e.alt_titles, e.summary) for e in chosen)


def _near(ranked: Sequence[tuple[float, str]]) -> list[str]:
    """The ids that a query may mean: no long way behind the best; beside a title as typed, what it is a part of."""
    best = ranked[0][0] if ranked else 0.0
    lowest = _PART_SCORE if best > _PART_SCORE else max(_LOWEST_SCORE, best - _WITHIN)
    return [role_id for score, role_id in ranked if score >= lowest]


def _rank(query: str, catalogue: Catalogue) -> list[tuple[float, str]]:
    """(score 0-100, role id), best first; an exact title goes before an exact alternative title."""
    asked = _fold(query)
    ranked: list[tuple[float, float, str]] = []
    for entry in catalogue.roles.values():
        title = max(_similarity(asked, _fold(name)) for name in (entry.id, entry.title))
        others = max((_similarity(asked, _fold(name)) for name in entry.alt_titles), default=0.0)
        ranked.append((max(title, others), title, entry.id))
    ranked.sort(key=lambda row: (-row[0], -row[1], row[2]))
    return [(score, role_id) for score, _, role_id in ranked]


def _similarity(asked: str, name: str) -> float:
    from rapidfuzz import fuzz

    straight = fuzz.ratio(asked, name)
    # Words typed in another order are the same name; a part of a longer title is a weaker hit.
    reordered = fuzz.token_sort_ratio(asked, name)
    part = _PART_SCORE if f" {asked} " in f" {name} " and len(asked) > 3 else 0.0
    score = max(straight, reordered - 1.0, part)
    is_doubtful = _LOWEST_SCORE <= score < _ALIKE_SCORE
    return 0.0 if is_doubtful and not _shares_a_word(asked, name) else score


def _shares_a_word(asked: str, name: str) -> bool:
    """Whether a word of one begins as one of the other does, or is a misspelling of it."""
    from rapidfuzz.distance import JaroWinkler

    return any(
        word[0] == other[0] and JaroWinkler.similarity(word, other) >= _SAME_WORD
        for word in asked.split()
        for other in name.split()
    )


def _fold(name: str) -> str:
    return " ".join(slug(name).split("-"))
