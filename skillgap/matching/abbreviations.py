"""Abbreviations that every reader of resumes knows, spelt out and back."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """(word that a label must hold in lower case, pattern, replacement)."""
    tables = tomllib.loads(files("skillgap").joinpath("data", "abbreviations.toml").read_text(encoding="utf-8"))
    rules: list[tuple[str, re.Pattern[str], str]] = []
    for short, full in tables["either_way"].items():
        rules.append((full.lower(), re.compile(rf"(?<![\w&/]){re.escape(full)}(?![\w&/])", re.IGNORECASE), short))
        rules.append((short.lower(), re.compile(rf"(?<![\w&/]){re.escape(short)}(?![\w&/])"), full))
    for short, full in tables["spell_out"].items():
        rules.append((short.lower(), re.compile(rf"(?<![\w&/]){re.escape(short)}(?![\w&/])", re.IGNORECASE), full))
    return tuple(rules)


def spelt_variants(label: str) -> Iterator[str]:
    """The label with one of its abbreviations spelt out, or one of its phrases abbreviated.

    >>> list(spelt_variants("HR policies")), list(spelt_variants("Customer Relationship Management"))
    (['human resources policies'], ['CRM'])
    >>> list(spelt_variants("menu planning"))
    []
    """
    lowered = label.lower()
    for needle, pattern, other in _table():
        if needle not in lowered:
            continue
        variant = pattern.sub(other, label)
        if variant != label:
            yield variant
