"""Checks of role and skill files that a user (or the catalogue's author) writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from skillgap.errors import VocabularyError
from skillgap.matching.normalize import normalize
from skillgap.matching.notation import expand_label
from skillgap.model import Skill
from skillgap.roles.catalogue import load_catalogue, read_folder
from skillgap.roles.loading import RoleEntry, read_role, read_toml, skills_from_tables


def check_roles(path: Path) -> tuple[str, ...]:
    """What is wrong with a role file, a skill file or a folder of them, one message each; empty where all is well.

    Messages begin with the file and, for broken TOML, its line. Relations may name skills of the built-in
    catalogue; skills that a role asks for by words that no vocabulary knows are fine (bare names).
    """
    try:
        skills, roles = _read(path)
    except VocabularyError as error:
        return (str(error),)
    known = {**load_catalogue().skills, **skills}
    return (*_dangling(path, skills, roles, known), *_shared_labels(path, skills))


def _read(path: Path) -> tuple[dict[str, Skill], dict[str, RoleEntry]]:
    if path.is_dir():
        return read_folder(path)
    tables = read_toml(path)
    if "title" in tables or "hard" in tables:
        entry = read_role(path)
        return {skill.id: skill for skill in entry.skills}, {entry.id: entry}
    return {skill.id: skill for skill in skills_from_tables(tables, file=str(path))}, {}


def _dangling(
    path: Path, skills: Mapping[str, Skill], roles: Mapping[str, RoleEntry], known: Mapping[str, Skill]
) -> Iterator[str]:
    own = {skill.id for entry in roles.values() for skill in entry.skills}
    for skill in skills.values():
        for relation in ("broader", "shown_by", "shown_by_many"):
            for other in getattr(skill, relation):
                if other not in known and other not in own:
                    yield f"{path}: {skill.id}: {relation} names {other!r}, which is no skill"
    for entry in roles.values():
        for wanted in entry.wanted:
            is_id = wanted.name is None and wanted.skill == wanted.skill.lower() and "-" in wanted.skill
            if is_id and wanted.skill not in known and wanted.skill not in own:
                yield f"{entry.source}: {entry.id}: no skill has the id {wanted.skill!r}"


def _shared_labels(path: Path, skills: Mapping[str, Skill]) -> Iterator[str]:
    """Labels of one text that belong to two skills of which neither shows the other."""
    owner: dict[str, str] = {}
    for skill in skills.values():
        texts = {
            skill.preferred_label,
            *(t for label in skill.labels if not label.near for t in expand_label(label.text)),
        }
        for text in sorted(texts):
            other = owner.setdefault(normalize(text), skill.id)
            if other != skill.id and not _are_related(skill, skills[other]):
                yield f"{path}: {skill.id}: label {text!r} belongs to {other!r} too"


def _are_related(one: Skill, other: Skill) -> bool:
    related = {*one.broader, *one.shown_by, *one.shown_by_many}
    return other.id in related or one.id in {*other.broader, *other.shown_by, *other.shown_by_many}
