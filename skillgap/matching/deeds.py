"""Deeds and the words for them: what a bare name such as "Staff Training" is also called, and done by."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from skillgap.matching.forms import word_forms, word_key
from skillgap.matching.word_classes import duty_verbs


@dataclass(frozen=True, slots=True)
class Deeds:
    """The tables of ``skillgap/data/deeds.toml``, words in lower case.

    ``same``, ``prepositions``, ``noun_prepositions`` and ``things`` are asked by a word's key.
    """

    verbs: dict[str, tuple[str, ...]]
    nouns: dict[str, tuple[str, ...]]
    agents: dict[str, tuple[str, ...]]
    same: dict[str, tuple[str, ...]]
    same_in: dict[str, tuple[str, ...]]
    prepositions: dict[str, frozenset[str]]
    noun_prepositions: dict[str, frozenset[str]]
    things: dict[str, frozenset[str]]
    measures: frozenset[str]
    made: dict[str, str]
    makers: tuple[str, ...]
    dropped: frozenset[str]
    dropped_after_two: frozenset[str]
    dropped_after_name: frozenset[str]
    certifications: frozenset[str]
    certificates: frozenset[str]
    not_doing: frozenset[str]
    fixed: frozenset[str]


@lru_cache(maxsize=1)
def deeds() -> Deeds:
    """The deeds that skillgap knows."""
    tables = tomllib.loads(files("skillgap").joinpath("data", "deeds.toml").read_text(encoding="utf-8"))
    same: dict[str, tuple[str, ...]] = {}
    for line in tables["same"]["lines"]:
        words = tuple(line.split())
        for word in words:
            same[word_key(word)] = tuple(other for other in words if other != word)
    return Deeds(
        verbs=_lists(tables["verbs"]),
        nouns=_lists(tables["nouns"]),
        agents=_lists(tables["agents"]),
        same=same,
        same_in=_lists(tables["same_in"]),
        made=dict(tables["made"]),
        makers=tuple(tables["makers"]["verbs"].split()),
        measures=frozenset(tables["measures"]["words"].split()),
        fixed=frozenset(tables["heads"]["fixed"]),
        prepositions=_sets_by_key(tables["verb_prepositions"]),
        noun_prepositions=_sets_by_key(tables["noun_prepositions"]),
        things=_sets_by_key(tables["verb_things"]),
        **{name: frozenset(tables["heads"][name].split()) for name in _SETS_OF_HEADS},
    )


_SETS_OF_HEADS = ("dropped", "dropped_after_two", "dropped_after_name", "certifications", "certificates", "not_doing")


def _lists(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {word: tuple(others.split()) for word, others in table.items()}


def _sets_by_key(table: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {word_key(word): frozenset(others.split()) for word, others in table.items()}


def without_empty_head(name: str) -> str | None:
    """A bare name without a last word that says nothing, None where it has no such word.

    >>> without_empty_head("Communication Skills"), without_empty_head("Help Desk Support")
    ('Communication', 'Help Desk')
    >>> without_empty_head("Technical Support")
    """
    *words, head = name.split()
    known = deeds()
    is_empty = head.lower() in known.dropped and words
    return " ".join(words) if is_empty or (head.lower() in known.dropped_after_two and len(words) > 1) else None


@lru_cache(maxsize=10_000)
def verb_of(noun: str) -> str | None:
    """The verb of a lower-case noun in -ing, -ment or -tion that names its deed, None for other words.

    >>> verb_of("training"), verb_of("recruitment"), verb_of("operation"), verb_of("morning")
    ('train', 'recruit', 'operate', None)
    """
    if noun.endswith("ing"):
        candidates: tuple[str, ...] = (noun[:-3], f"{noun[:-3]}e", noun[:-4])
    elif noun.endswith("ment"):
        candidates = (noun[:-4],)
    elif noun.endswith("tion"):
        candidates = (f"{noun[:-3]}e", noun[:-3], f"{noun[:-5]}e", noun[:-5])
    else:
        return None
    return next((verb for verb in candidates if len(verb) > 2 and verb in duty_verbs()), None)


@lru_cache(maxsize=1)
def gerunds_apart() -> dict[str, tuple[str, ...]]:
    """Key of a verb → its -ing forms that are nouns of their own elsewhere and have another key.

    >>> gerunds_apart()[word_key("build")]
    ('building',)
    """
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted(word_forms().listed):
        verb = verb_of(word) if word.endswith("ing") else None
        if verb is not None and word_key(verb) != word_key(word):
            found[word_key(verb)] = (*found.get(word_key(verb), ()), word)
    return found
