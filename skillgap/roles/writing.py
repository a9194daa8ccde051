"""`Role` → TOML that `skillgap.roles.loading` reads back as the same role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from skillgap.matching.notation import expand_label
from skillgap.model import Label, Requirement, Role, Skill
from skillgap.roles.bare import bare_skill

# Characters that a TOML basic string cannot hold as they are.
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")


def role_to_toml(role: Role, vocabulary: Mapping[str, Skill]) -> str:
    """The role as a role file.

    Skills that the vocabulary holds are written by their id, others as bare names or, with all their labels,
    as skills of the file's own.
    """
    own = {skill.id: skill for skill in role.skills if vocabulary.get(skill.id) != skill}
    by_name = {r.skill for r in role.requirements if r.skill in own and own[r.skill] == _bare_of(r)}
    lines = [f"id = {quote(role.id)}", f"title = {quote(role.title)}"]
    lines += _filled("alt_titles", role.alt_titles)
    lines += _filled("summary", role.summary)
    lines += _filled("years", role.years)
    lines += _filled("responsibilities", role.responsibilities)
    lines += _filled("attribution", role.attribution)
    for kind in ("hard", "core"):
        wanted = [r for r in role.requirements if r.kind == kind]
        if wanted:
            lines += ["", f"{kind} = ["]
            lines += [f"  {inline_table(_requirement_row(r, is_bare=r.skill in by_name, own=own))}," for r in wanted]
            lines += ["]"]
    if role.codes:
        lines += ["", "[codes]", *(f"{_key(scheme)} = {quote(code)}" for scheme, code in role.codes)]
    for skill in own.values():
        if skill.id not in by_name:
            lines += ["", f"[skills.{_key(skill.id)}]", *_skill_lines(skill)]
    return "\n".join(lines) + "\n"


def quote(text: str) -> str:
    r"""A TOML string that holds a text.

    >>> print(quote('C:\\tools "quoted"'))
    "C:\\tools \"quoted\""
    """
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _escaped(c)) for c in text) + '"'


def _escaped(character: str) -> str:
    # TOML knows no surrogates; they come from undecodable bytes and carry nothing.
    code = ord(character)
    return "\\uFFFD" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _bare_of(requirement: Requirement) -> Skill:
    return bare_skill(requirement.name, kind=requirement.kind, skill_id=requirement.skill)


def _requirement_row(requirement: Requirement, *, is_bare: bool, own: Mapping[str, Skill]) -> Iterator[tuple[str, str]]:
    yield "skill", quote(requirement.skill)
    yield "name", quote(requirement.name)
    yield "importance", quote(requirement.importance)
    if requirement.note:
        yield "note", quote(requirement.note)
    if requirement.years is not None:
        yield "years", str(requirement.years)
    if is_bare:
        yield "bare", "true"
    is_known = not (is_bare or (requirement.skill in own and own[requirement.skill].is_bare))
    if requirement.is_known != is_known:
        yield "known", "true" if requirement.is_known else "false"


def _skill_lines(skill: Skill) -> Iterator[str]:
    yield f"name = {quote(skill.preferred_label)}"
    if skill.kind != "hard":
        yield f"kind = {quote(skill.kind)}"
    if skill.is_bare:
        yield "bare = true"
    yield from _filled("scope", skill.scope_note)
    yield from _filled("definition", skill.definition)
    yield from _filled("advice", skill.advice)
    plain = [label for label in skill.labels if not (label.near or label.only_in)]
    yield from _filled("labels", tuple(label.text for label in plain if not label.is_duty))
    yield from _filled("duties", tuple(label.text for label in plain if label.is_duty))
    ambiguous = [label for label in skill.labels if label.near or label.only_in]
    if ambiguous:
        yield "ambiguous = ["
        yield from (f"  {inline_table(_label_row(label))}," for label in ambiguous)
        yield "]"
    yield from _filled("not_labels", skill.not_labels)
    yield from _filled("broader", skill.broader)
    yield from _filled("shown_by", skill.shown_by)
    yield from _filled("shown_by_many", skill.shown_by_many)


def _label_row(label: Label) -> Iterator[tuple[str, str]]:
    yield "label", quote(label.text)
    if label.near:
        # Loading expands the notation of these words; what it left is written so that it stays one word.
        yield "near", _list(text if expand_label(text) == (text,) else text.replace(" ", "_") for text in label.near)
    if label.only_in:
        yield "only_in", _list(label.only_in)
    if label.is_duty:
        yield "duty", "true"


def inline_table(pairs: Iterable[tuple[str, str]]) -> str:
    """A TOML table on one line, of keys and values that are TOML already.

    >>> inline_table([("skill", quote("menus")), ("years", "3")])
    '{skill = "menus", years = 3}'
    """
    return "{" + ", ".join(f"{key} = {value}" for key, value in pairs) + "}"


def _filled(key: str, value: str | int | tuple[str, ...] | None) -> Iterator[str]:
    if value is None or value == "" or value == ():
        return
    if isinstance(value, tuple):
        yield f"{key} = [" if len(value) > 3 else f"{key} = {_list(value)}"
        if len(value) > 3:
            yield from (f"  {quote(item)}," for item in value)
            yield "]"
    else:
        yield f"{key} = {quote(value) if isinstance(value, str) else value}"


def _list(items: Iterable[str]) -> str:
    return "[" + ", ".join(quote(item) for item in items) + "]"


def _key(text: str) -> str:
    return text if _BARE_KEY.match(text) else quote(text)
