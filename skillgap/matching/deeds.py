"""Deeds and the words for them: what a bare name such as "Staff Training" is also called, and done by."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from skillgap.matching.forms import is_english, word_forms, word_key
from skillgap.matching.word_classes import duty_verbs


@dataclass(frozen=True, slots=True)
class Deeds:
    """The tables of ``skillgap/data/deeds.toml``, words in lower case.

    ``same``, ``prepositions``, ``noun_prepositions``, ``things`` and ``other_objects`` are asked by a word's key.
    """

    verbs: dict[str, tuple[str, ...]]
    nouns: dict[str, tuple[str, ...]]
    agents: dict[str, tuple[str, ...]]
    same: dict[str, dict[str, str]]
    same_in: dict[str, tuple[str, ...]]
    same_people: dict[str, dict[str, str]]
    phrases: dict[str, tuple[str, ...]]
    called: dict[str, tuple[str, ...]]
    prepositions: dict[str, frozenset[str]]
    noun_prepositions: dict[str, frozenset[str]]
    things: dict[str, frozenset[str]]
    other_objects: dict[str, frozenset[str]]
    not_shown: dict[str, tuple[str, ...]]
    making_verbs: frozenset[str]
    made_things: frozenset[str]
    measures: frozenset[str]
    made: dict[str, str]
    makers: tuple[str, ...]
    between: tuple[str, ...]
    dropped: frozenset[str]
    dropped_after_two: frozenset[str]
    dropped_after_name: frozenset[str]
    certifications: frozenset[str]
    certificates: frozenset[str]
    taken_acronyms: frozenset[str]
    not_doing: frozenset[str]
    people: frozenset[str]
    fields: frozenset[str]
    fixed: frozenset[str]


@lru_cache(maxsize=1)
def deeds() -> Deeds:
    """The deeds that skillgap knows."""
    tables = tomllib.loads(files("skillgap").joinpath("data", "deeds.toml").read_text(encoding="utf-8"))
    same: dict[str, dict[str, str]] = {}
    for line in tables["same"]["lines"]:
        words = line.split()
        for word in words:
            same[word_key(word.lstrip("="))] = {_form_of(other): other.lstrip("=") for other in words if other != word}
    return Deeds(
        verbs=_lists(tables["verbs"]),
        nouns=_lists(tables["nouns"]),
        agents=_lists(tables["agents"]),
        same=same,
        same_in=_lists(tables["same_in"]),
        same_people={
            word_key(word): {_form_of(other): other.lstrip("=") for other in others.split()}
            for word, others in tables["same_people"].items()
        },
        phrases=_texts(tables["phrases"]),
        called=_texts(tables["called"]),
        made=dict(tables["made"]),
        makers=tuple(tables["makers"]["verbs"].split()),
        between=tuple(tables["heads"]["between"].split()),
        making_verbs=frozenset(word_key(verb) for verb in tables["makings"]["verbs"].split()),
        made_things=frozenset(tables["makings"]["things"].split()),
        measures=frozenset(tables["measures"]["words"].split()),
        fixed=frozenset(tables["heads"]["fixed"]),
        prepositions=_sets_by_key(tables["verb_prepositions"]),
        noun_prepositions=_sets_by_key(tables["noun_prepositions"]),
        things=_sets_by_key(tables["verb_things"]),
        other_objects=_sets_by_key(tables["other_objects"]),
        not_shown=_texts(tables["not_shown"]),
        **{name: frozenset(tables["heads"][name].split()) for name in _SETS_OF_HEADS},
    )


_SETS_OF_HEADS = (
    "people",
    "fields",
    "dropped",
    "dropped_after_two",
    "dropped_after_name",
    "certifications",
    "certificates",
    "taken_acronyms",
    "not_doing",
)


def _form_of(word: str) -> str:
    return word if word.startswith("=") else word_key(word)


def _lists(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {word: tuple(others.split()) for word, others in table.items()}


def _texts(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(text.split("; ")) for name, text in table.items()}


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


def acronym_of(name: str) -> str | None:
    """The initials of a name of three words and more, None where they are a word or would say something else.

    >>> acronym_of("Know Your Customer"), acronym_of("Menu Planning"), acronym_of("Customer Service Skills")
    ('KYC', None, None)
    """
    words = name.replace("-", " ").replace("/", " ").split()
    if not 3 <= len(words) <= 6 or not all(word.isalpha() for word in words) or words[-1].lower() in deeds().dropped:
        return None
    initials = "".join(word[0] for word in words if word.lower() not in {"a", "an", "and", "for", "of", "the", "to"})
    is_taken = initials.lower() in deeds().taken_acronyms or is_english(initials.lower())
    return None if len(initials) < 3 or is_taken else initials.upper()


# Ending of a noun → what makes a verb of it: so many letters fewer, and others in their place.
_VERB_ENDINGS: dict[str, tuple[tuple[int, str], ...]] = {
    "ing": ((3, ""), (3, "e"), (4, "")),
    "ment": ((4, ""),),
    "fication": ((7, "y"),),
    "tion": ((3, "e"), (3, ""), (5, "e"), (5, ""), (4, "e")),
    "sion": ((3, "e"), (4, "d"), (4, "t"), (5, "t")),
    "ance": ((4, ""), (4, "e")),
    "ence": ((4, ""), (4, "e")),
    "al": ((2, ""), (2, "e")),
    "very": ((1, ""),),
}


@lru_cache(maxsize=10_000)
def verb_of(noun: str) -> str | None:
    """The verb of a lower-case noun that names its deed, None for other words.

    >>> verb_of("training"), verb_of("recruitment"), verb_of("operation"), verb_of("morning")
    ('train', 'recruit', 'operate', None)
    >>> verb_of("reduction"), verb_of("expansion"), verb_of("approval"), verb_of("insurance")
    ('reduce', 'expand', 'approve', None)
    """
    endings = next((endings for ending, endings in _VERB_ENDINGS.items() if noun.endswith(ending)), ())
    candidates = (noun[:-cut] + ending for cut, ending in endings)
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
