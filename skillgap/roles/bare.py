"""A role from bare skill names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from skillgap.errors import VocabularyError
from skillgap.model import Importance, Label, Requirement, Role, Skill, SkillKind
from skillgap.roles.known_names import known_labels

# "Family and Medical Leave Act (FMLA)", "FMLA (Family and Medical Leave Act)", "Customer Relationship Mgmt [CRM]"
_BRACKETED = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]\s*")
_LISTED = re.compile(r"[,;/]\s*(?:and\s+|or\s+)?")
_SYMBOL_NAMES = {"c++": "c-plus-plus", "c#": "c-sharp", "f#": "f-sharp"}


def slug(name: str) -> str:
    """The id of a name: lower-case ASCII words joined by hyphens; symbols that tell skills apart are spelt out.

    >>> slug("Documenting/Recording Information"), slug("C++"), slug("Crème brûlée")
    ('documenting-recording-information', 'c-plus-plus', 'creme-brulee')
    """
    lowered = name.strip().lower()
    for symbol, spelt in _SYMBOL_NAMES.items():
        lowered = re.sub(rf"(?<!\w){re.escape(symbol)}(?!\w)", spelt, lowered)
    ascii_only = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-") or "x" + "-".join(f"{ord(c):x}" for c in lowered[:8])


def bare_skill(name: str, *, kind: SkillKind = "hard", skill_id: str | None = None) -> Skill:
    """A skill that is known by its name alone; what stands in brackets is an alternative label.

    Where the vocabulary has a skill of that very name, labels of it that share a word with the name count too.

    >>> [label.text for label in bare_skill("Family and Medical Leave Act (FMLA)").labels]
    ['Family and Medical Leave Act', 'FMLA']
    """
    from skillgap.matching.names import programs_of_suite, suites_with

    outside = " ".join(_BRACKETED.sub(" ", name).split())
    programs = programs_of_suite(outside)
    inside = [part for text in _BRACKETED.findall(name) for part in _bracketed(text.strip())]
    inside = [part for part in inside if part not in programs]
    labels = tuple(
        Label(text) for text in dict.fromkeys((outside, *inside, *suites_with(outside))) if text and text != name
    )
    halves = outside.split("/") if " " not in outside else ()
    if not programs and len(halves) == 2 and all(len(half) > 1 and half.isalpha() for half in halves):
        programs = tuple(halves)  # "LAN, WAN" are LAN/WAN
    pairs = tuple(Label(one, near=tuple(other for other in programs if other != one)) for one in programs)
    known, not_labels = known_labels(outside)
    return Skill(
        id=skill_id or slug(name),
        preferred_label=name,
        kind=kind,
        labels=(*labels, *pairs, *known),
        not_labels=not_labels,
        is_bare=True,
    )


def _bracketed(text: str) -> tuple[str, ...]:
    """What stands in brackets after a name, parted where it lists products ("SAP, Oracle"), not where it describes.

    >>> _bracketed("SAP, Oracle"), _bracketed("written, verbal")
    (('SAP', 'Oracle'), ('written, verbal',))
    """
    from skillgap.matching.forms import is_english
    from skillgap.matching.names import is_product_word

    parts = tuple(_LISTED.split(text.removeprefix("e.g.").strip()))
    are_names = all(
        len(part) > 2 and part[0].isupper() and (not is_english(part.lower()) or is_product_word(part.lower()))
        for part in parts
    )
    return parts if are_names else (text,)


def role_from_names(
    title: str, skills: Iterable[str], *, core_skills: Iterable[str] = (), importance: Importance = "important"
) -> Role:
    """A role whose skills are matched by their names; names that repeat are kept once.

    Raises:
        VocabularyError: the title or a name is empty, or there is no hard skill.
        TypeError: the title or a name is no text.
    """
    if not isinstance(title, str):
        raise TypeError(f"The title of a role is text, not {type(title).__name__}")
    if isinstance(skills, str) or isinstance(core_skills, str):
        raise VocabularyError("the skills of a role are a list of names, not one string", file="Role.from_skills")
    if not title.strip():
        raise VocabularyError("a role needs a title", file="Role.from_skills")
    hard = _named(skills, "hard", importance)
    core = _named(core_skills, "core", importance)
    if not hard:
        raise VocabularyError("a role needs at least one hard skill", file="Role.from_skills", entry=title)
    known: dict[str, Skill] = {}
    for _, skill in (*hard, *core):
        known.setdefault(skill.id, skill)
    return Role(
        id=slug(title),
        title=title.strip(),
        requirements=tuple(requirement for requirement, _ in (*hard, *core)),
        skills=tuple(known.values()),
    )


def _named(names: Iterable[str], kind: SkillKind, importance: Importance) -> list[tuple[Requirement, Skill]]:
    named: dict[str, tuple[Requirement, Skill]] = {}
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"The name of a skill is text, not {type(name).__name__}")
        if not name.strip():
            raise VocabularyError("a skill name is empty", file="Role.from_skills")
        skill = bare_skill(name.strip(), kind=kind)
        named.setdefault(skill.id, (Requirement(skill.id, name.strip(), importance, kind), skill))
    return list(named.values())
