"""What the vocabulary says of a bare name: who asks for "Cash Flow Management" takes "cash flow analysis" for it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from skillgap.model import Label

# To plan menus, to design and to develop them are told apart: a name means one of them.
_TOLD_APART = frozenset({"creation", "design", "development", "planning"})


@lru_cache(maxsize=5_000)
def known_labels(name: str) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """Labels of the built-in skill of exactly this name that share a word with it, and the skill's `Skill.not_labels`.

    Labels without such a word often ask for less than the name does: a nurse knows medical terminology, but "RN" does
    not say so.

    >>> labels, _ = known_labels("Medical Terminology")
    >>> "RN" in [label.text for label in labels]
    False
    """
    from skillgap.roles.catalogue import load_catalogue

    found = load_catalogue().skills.named(name)
    if found is None:
        return (), ()
    labels = (replace(label, is_whole=True) for label in found.labels if _is_said_of(name, label))
    return tuple(labels), found.not_labels


def _is_said_of(name: str, label: Label) -> bool:
    """Whether every reading of a label has a word of a name and says more, yet not of another deed."""
    from skillgap.matching.notation import parts_of

    own = _keys(name)
    parts = parts_of(label.text)
    if len(parts) == 1 and not all(" " in choice for choice in parts[0]):
        return False  # "mortgages" alone are no mortgage lending
    if len(own) == 1 and label.is_duty:
        return False  # what is done with SQL names SQL
    heads = {choice.lower().rsplit(None, 1)[-1] for choice in parts[-1]}
    if not label.is_duty and len(parts) == 2 and not _TOLD_APART.isdisjoint(heads - {name.lower().rsplit(None, 1)[-1]}):
        return False
    return any(all(not own.isdisjoint(_keys(choice)) for choice in part) for part in parts)


@lru_cache(maxsize=20_000)
def _keys(text: str) -> frozenset[str]:
    from skillgap.matching.normalize import tokenize
    from skillgap.matching.word_classes import FUNCTION_WORDS, PREPOSITIONS

    return frozenset(t.key for t in tokenize(text) if t.low not in FUNCTION_WORDS and t.low not in PREPOSITIONS)
