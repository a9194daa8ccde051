"""Words written over and over to be found by a search: told, though a reader can see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+(?:[+#'’&.-][^\W_]+|[+#]{1,2})*")

# A block of keywords is longer than any phrase that is repeated in earnest, and shorter than a page.
_LONGEST_BLOCK = 80
# A line of a table may say the same in three or four cells ("Yes Yes Yes"), hardly in six.
_FEWEST_TIMES = 5
# So many words in all: "very very very very very" misleads nobody.
_FEWEST_WORDS = 12
# Of two letters or digits is a mark of a table or a blackened name ("xx xx xx").
_SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True)
class Repetition:
    """A span in which the same words stand ``times`` times in a row; ``end_of_first`` ends the first time."""

    start: int
    end_of_first: int
    end: int
    times: int


def find_repetitions(text: str) -> Iterator[Repetition]:
    """Blocks of words that stand five times and more in a row, from first to last.

    >>> text = "Skills: " + "Excel, payroll, bookkeeping. " * 6
    >>> [(text[r.start:r.end_of_first], r.times) for r in find_repetitions(text)]
    [('Excel, payroll, bookkeeping', 6)]
    """
    words = list(map(str.casefold, _WORD.findall(text)))
    places: list[tuple[int, int]] = []
    last_seen: dict[tuple[str, str], int] = {}
    start = 0  # of what is not part of a repetition that was found
    for at, pair in enumerate(pairwise(words)):
        before = last_seen.get(pair)
        last_seen[pair] = at
        if before is None or at - before > _LONGEST_BLOCK or before < start:
            continue
        found = _repetition_at(words, before, at - before)
        if found is None:
            continue
        places = places or [match.span() for match in _WORD.finditer(text)]
        first, size, count = found
        times = count // size
        yield Repetition(places[first][0], places[first + size - 1][1], places[first + count - 1][1], times)
        start = first + count


def _repetition_at(words: list[str], first: int, size: int) -> tuple[int, int, int] | None:
    """Where a block of so many words begins to repeat itself, its size and how many words that makes in all."""
    end = first + size
    enough = first + max(_FEWEST_WORDS, _FEWEST_TIMES * size)
    while end < enough and end < len(words) and words[end] == words[end - size]:
        end += 1
    if end < enough or not any(map(_is_told, words[first : first + size])):
        return None
    while end < len(words) and words[end] == words[end - size]:
        end += 1
    count = (end - first) // size * size
    return first, size, count


def _is_told(word: str) -> bool:
    return len(word) >= _SHORTEST_WORD and not word.isdigit() and len(set(word)) > 1
