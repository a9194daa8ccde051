"""Abbreviations that every reader of resumes knows, spelt out and back."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

_MARKS = ",;:()"
_PUNCTUATION = frozenset(_MARKS)


@lru_cache(maxsize=1)
def _rules() -> dict[str, list[tuple[str, re.Pattern[str], str]]]:
    """By the first word of what a label must hold, in lower case: the whole of that, its pattern, its replacement."""
    tables = tomllib.loads(files("skillgap").joinpath("data", "abbreviations.toml").read_text(encoding="utf-8"))
    rules: dict[str, list[tuple[str, re.Pattern[str], str]]] = {}

    def add(sought: str, other: str, flags: int) -> None:
        # Names are written in the plural as well: "Standard Operating Procedures".
        plural = "s?" if flags else ""
        pattern = re.compile(rf"(?<![\w&/|]){re.escape(sought)}{plural}(?![\w&/|])", flags)
        rules.setdefault(sought.lower().split()[0], []).append((sought.lower(), pattern, other))

    for short, full in tables["either_way"].items():
        add(full, short, re.IGNORECASE)
        add(short, full, 0)
    for short, full in tables["spell_out"].items():
        add(short, full, re.IGNORECASE)
    return rules


def spelt_variants(label: str) -> Iterator[str]:
    """The label with one of its abbreviations spelt out, or one of its phrases abbreviated.

    Alternatives ("CRM|ERP system") are left as they are.

    >>> list(spelt_variants("HR policies")), list(spelt_variants("Customer Relationship Management"))
    (['human resources policies'], ['CRM'])
    >>> list(spelt_variants("menu planning"))
    []
    """
    lowered = label.lower()
    rules = _rules()
    words = lowered.split()
    if rules.keys().isdisjoint(words) and _PUNCTUATION.isdisjoint(lowered):
        return
    for word in dict.fromkeys(words):
        for sought, pattern, other in rules.get(word.strip(_MARKS), ()):
            if sought in lowered:
                variant = pattern.sub(other, label)
                if variant != label:
                    yield variant
