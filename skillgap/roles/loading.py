"""TOML → `Skill` and role entries, validated; errors name file and entry.

A role file may define skills of its own under ``[skills.<id>]`` and may name required skills by id, by
name, or by words that no vocabulary knows (these are then matched by their words alone).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from skillgap.errors import VocabularyError
from skillgap.matching.notation import expand_label
from skillgap.model import IMPORTANCES, Importance, Label, SectionKind, Skill, SkillKind
from skillgap.roles.compiled import parse_toml, read_bytes
from skillgap.roles.places import Places

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")

_SKILL_KEYS = {
    "name", "kind", "scope", "definition", "advice", "labels", "duties", "ambiguous", "not_labels", "broader",
    "shown_by", "shown_by_many", "bare", "umbrella",
}  # fmt: skip
_ROLE_KEYS = {
    "id", "title", "alt_titles", "summary", "responsibilities", "codes", "hard", "core", "skills", "attribution",
    "years",
}  # fmt: skip
_AMBIGUOUS_KEYS = {"label", "near", "only_in", "duty"}
_WANTED_KEYS = {"skill", "name", "importance", "years", "bare", "known", "note"}


@dataclass(frozen=True, slots=True)
class WantedSkill:
    """A requirement as a role file writes it, before its skill is looked up.

    ``is_bare`` says that its name alone counts (`skillgap.roles.bare.bare_skill`), whatever the vocabulary has;
    ``is_known`` overrules what the look-up tells.
    """

    skill: str
    name: str | None
    importance: Importance
    kind: SkillKind
    years: int | None = None
    is_bare: bool = False
    is_known: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RoleEntry:
    """A role as its file writes it, before its skills are looked up; ``skills`` are its own."""

    id: str
    title: str
    wanted: tuple[WantedSkill, ...]
    alt_titles: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    summary: str = ""
    responsibilities: tuple[str, ...] = ()
    attribution: str = ""
    skills: tuple[Skill, ...] = ()
    source: str = ""
    years: int | None = None


def read_toml(path: Path) -> dict[str, object]:
    """The tables of a TOML file.

    Raises:
        VocabularyError: the file is missing, is not UTF-8, or is not TOML (with the line).
    """
    return parse_toml(read_bytes(path), path)


def skills_from_tables(tables: Mapping[str, object], *, file: str) -> Iterator[Skill]:
    """Skills from parsed tables, one a table, the key being the id."""
    for skill_id, table in tables.items():
        yield skill_from_table(skill_id, table, file=file)


def skill_from_table(skill_id: str, table: object, *, file: str) -> Skill:
    """The skill of an id from its parsed table.

    Raises:
        VocabularyError: the entry is wrong.
    """
    if not ID.match(skill_id):
        raise VocabularyError(
            "an id is lower-case words joined by hyphens, as in 'menu-planning'", file=file, entry=skill_id
        )
    if not isinstance(table, dict):
        raise VocabularyError(f"a skill is a table: write [{skill_id}] on a line of its own", file=file, entry=skill_id)
    return _skill(skill_id, table, file)


def read_role(path: Path) -> RoleEntry:
    """The role that a file describes.

    Raises:
        VocabularyError: the file or an entry is wrong.
    """
    tables = read_toml(path)
    with lines_told():
        return role_from_tables(tables, file=str(path))


@contextmanager
def lines_told() -> Iterator[None]:
    """Inside it, errors of tables are told with their line in the file, which is read again for that."""
    try:
        yield
    except VocabularyError as error:
        if error.line is None and error.file and error.file.endswith(".toml"):
            with suppress(OSError, UnicodeDecodeError):
                places = Places(Path(error.file).read_text(encoding="utf-8-sig"))
                error.line = places.of_error(error.entry or "", error.message)
        raise


def role_from_tables(tables: Mapping[str, object], *, file: str) -> RoleEntry:
    """A role from parsed tables."""
    role_id = _string(tables, "id", file, "role", required=True)
    if not ID.match(role_id):
        raise VocabularyError(f"id {role_id!r} is not lower-case words joined by hyphens", file=file, entry="id")
    _refuse_unknown(tables, _ROLE_KEYS, file, role_id)
    codes = tables.get("codes", {})
    if not isinstance(codes, dict) or not all(isinstance(code, str) for code in codes.values()):
        raise VocabularyError("'codes' is a table of scheme = \"code\"", file=file, entry=role_id)
    own = tables.get("skills", {})
    if not isinstance(own, dict):
        raise VocabularyError("'skills' is a table of skill tables: [skills.menu-planning]", file=file, entry=role_id)
    wanted = (*_wanted(tables, "hard", file, role_id), *_wanted(tables, "core", file, role_id))
    if not any(w.kind == "hard" for w in wanted):
        raise VocabularyError("a role needs at least one hard skill", file=file, entry=role_id)
    _refuse_repeats((w.skill for w in wanted if w.kind == "hard"), file, role_id)
    _refuse_repeats((w.skill for w in wanted if w.kind == "core"), file, role_id)
    return RoleEntry(
        id=role_id,
        title=_string(tables, "title", file, role_id, required=True),
        wanted=wanted,
        alt_titles=_strings(tables, "alt_titles", file, role_id),
        codes=tuple(cast("dict[str, str]", codes).items()),
        summary=_string(tables, "summary", file, role_id),
        responsibilities=_strings(tables, "responsibilities", file, role_id),
        attribution=_string(tables, "attribution", file, role_id),
        skills=tuple(skills_from_tables(own, file=file)),
        source=file,
        years=_count(tables, "years", file, role_id),
    )


def _skill(skill_id: str, table: dict[str, object], file: str) -> Skill:
    _refuse_unknown(table, _SKILL_KEYS, file, skill_id)
    kind = table.get("kind", "hard")
    if kind not in get_args(SkillKind):
        raise VocabularyError(f"kind is 'hard' or 'core', not {kind!r}", file=file, entry=skill_id)
    _flag(table, "umbrella", file, skill_id)  # for `skillgap.roles.check` alone
    labels = [Label(text) for text in _strings(table, "labels", file, skill_id)]
    labels += [Label(text, is_duty=True) for text in _strings(table, "duties", file, skill_id)]
    labels += _ambiguous(table, file, skill_id)
    return Skill(
        id=skill_id,
        preferred_label=_string(table, "name", file, skill_id, required=True),
        kind=cast("SkillKind", kind),
        scope_note=_string(table, "scope", file, skill_id),
        definition=_string(table, "definition", file, skill_id),
        advice=_string(table, "advice", file, skill_id),
        labels=tuple(labels),
        not_labels=_strings(table, "not_labels", file, skill_id),
        broader=_strings(table, "broader", file, skill_id),
        shown_by=_strings(table, "shown_by", file, skill_id),
        shown_by_many=_strings(table, "shown_by_many", file, skill_id),
        is_bare=bool(_flag(table, "bare", file, skill_id)),
    )


def _ambiguous(table: Mapping[str, object], file: str, entry: str) -> Iterator[Label]:
    entries = table.get("ambiguous", [])
    if not isinstance(entries, list):
        raise VocabularyError("'ambiguous' is a list of {label = …, near = […]}", file=file, entry=entry)
    for item in entries:
        if not isinstance(item, dict) or "label" not in item or not ({"near", "only_in"} & item.keys()):
            raise VocabularyError(
                'an ambiguous label is {label = "AR", near = ["billing", …]} or has only_in', file=file, entry=entry
            )
        _refuse_unknown(item, _AMBIGUOUS_KEYS, file, entry)
        only_in = _strings(item, "only_in", file, entry)
        for section in only_in:
            if section not in get_args(SectionKind):
                raise VocabularyError(f"only_in: no section is called {section!r}", file=file, entry=entry)
        near = tuple(word for text in _strings(item, "near", file, entry) for word in expand_label(text))
        yield Label(
            _string(item, "label", file, entry, required=True),
            is_duty=bool(item.get("duty", False)),
            near=near,
            only_in=cast("tuple[SectionKind, ...]", only_in),
        )


def _wanted(tables: Mapping[str, object], kind: SkillKind, file: str, role_id: str) -> Iterator[WantedSkill]:
    """The requirements of one kind: a table of lists by importance, or a list of tables that keeps its order."""
    given = tables.get(kind, [])
    if isinstance(given, dict):
        _refuse_unknown(given, set(IMPORTANCES), file, f"{role_id}: {kind}")
        for importance in IMPORTANCES:
            for name in _strings(given, importance, file, f"{role_id}: {kind}"):
                yield WantedSkill(name, None, importance, kind)
        return
    if not isinstance(given, list):
        raise VocabularyError(f"{kind!r} is a table of lists by importance, or a list", file=file, entry=role_id)
    for item in given:
        if isinstance(item, str):
            yield WantedSkill(item, None, "important", kind)
            continue
        if not isinstance(item, dict) or not ({"skill", "name"} & item.keys()):
            raise VocabularyError(
                f"{kind}: each entry is a skill id, or {{skill = …, name = …, importance = …}}",
                file=file,
                entry=role_id,
            )
        _refuse_unknown(item, _WANTED_KEYS, file, f"{role_id}: {kind}")
        written = _string(item, "name", file, role_id)
        skill = _string(item, "skill", file, role_id) or written
        importance = item.get("importance", "important")
        if importance not in IMPORTANCES:
            raise VocabularyError(
                f"importance is one of {', '.join(IMPORTANCES)}, not {importance!r}",
                file=file,
                entry=f"{role_id}: {skill}",
            )
        yield WantedSkill(
            skill,
            written or None,
            importance,
            kind,
            years=_count(item, "years", file, f"{role_id}: {skill}"),
            is_bare=bool(_flag(item, "bare", file, f"{role_id}: {skill}")),
            is_known=_flag(item, "known", file, f"{role_id}: {skill}"),
            note=_string(item, "note", file, f"{role_id}: {skill}"),
        )


def _string(table: Mapping[str, object], key: str, file: str, entry: str, *, required: bool = False) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise VocabularyError(f"{key!r} is a string, not {type(value).__name__}", file=file, entry=entry)
    if required and not value.strip():
        raise VocabularyError(f"{key!r} is missing or empty", file=file, entry=entry)
    return value.strip()


def _strings(table: Mapping[str, object], key: str, file: str, entry: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise VocabularyError(f"{key!r} is a list of non-empty strings", file=file, entry=entry)
    return tuple(item.strip() for item in value)


def _count(table: Mapping[str, object], key: str, file: str, entry: str) -> int | None:
    value = table.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise VocabularyError(f"{key!r} is a whole number", file=file, entry=entry)
    return value


def _flag(table: Mapping[str, object], key: str, file: str, entry: str) -> bool | None:
    value = table.get(key)
    if value is not None and not isinstance(value, bool):
        raise VocabularyError(f"{key!r} is true or false", file=file, entry=entry)
    return value


def _refuse_unknown(table: Mapping[str, object], known: set[str], file: str, entry: str) -> None:
    unknown = sorted(table.keys() - known)
    if unknown:
        raise VocabularyError(f"unknown key {unknown[0]!r}; known: {', '.join(sorted(known))}", file=file, entry=entry)


def _refuse_repeats(ids: Iterable[str], file: str, entry: str) -> None:
    seen: set[str] = set()
    for skill_id in ids:
        if skill_id in seen:
            raise VocabularyError(f"skill {skill_id!r} is asked for twice", file=file, entry=entry)
        seen.add(skill_id)
