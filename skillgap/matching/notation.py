"""The small notation in which vocabulary files write labels.

``a|b`` lists alternatives for one word, ``_`` joins the words of one alternative: "review|work past_due account".
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product


def parts_of(notation: str) -> tuple[tuple[str, ...], ...]:
    """The alternatives of each part of a label, in order.

    >>> parts_of("review|follow_up_on overdue account")
    (('review', 'follow up on'), ('overdue',), ('account',))
    """
    return tuple([_alternatives(part) for part in notation.split()])


# Vocabularies repeat their words: each is read once.
@lru_cache(maxsize=50_000)
def _alternatives(part: str) -> tuple[str, ...]:
    return tuple([choice.replace("_", " ") for choice in part.split("|") if choice])


def expand_label(notation: str) -> tuple[str, ...]:
    """Every label that a notation stands for, in the order written.

    >>> expand_label("review|follow_up_on overdue account")
    ('review overdue account', 'follow up on overdue account')
    >>> expand_label("A/R")
    ('A/R',)
    """
    return tuple(" ".join(combination) for combination in product(*parts_of(notation)))


@lru_cache(maxsize=50_000)
def first_label(notation: str) -> str:
    """The first label that a notation stands for.

    >>> first_label("review|follow_up_on overdue account")
    'review overdue account'
    """
    return " ".join(part[0] for part in parts_of(notation))
