"""The small notation in which vocabulary files write labels."""

from __future__ import annotations

from itertools import product


def expand_label(notation: str) -> tuple[str, ...]:
    """Every label that a notation stands for, in the order written.

    ``a|b`` lists alternatives for one word, ``_`` joins the words of one alternative.

    >>> expand_label("review|follow_up_on overdue account")
    ('review overdue account', 'follow up on overdue account')
    >>> expand_label("A/R")
    ('A/R',)
    """
    choices = [word.split("|") for word in notation.split()]
    return tuple(" ".join(combination).replace("_", " ") for combination in product(*choices))
