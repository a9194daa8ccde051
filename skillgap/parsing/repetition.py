"""Words written over and over to be found by a search: told, though a reader can see them."""

from __future__ import annotations

import re
from collections import Counter
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
    folded = list(map(str.casefold, _WORD.findall(text)))
    if max(Counter(pairwise(folded)).values(), default=0) < _FEWEST_TIMES:
        return  # what is repeated so often repeats the pair of words that it begins with
    words = [(match.group().casefold(), match.start(), match.end()) for match in _WORD.finditer(text)]
    last_seen: dict[tuple[str, str], int] = {}
    at = 0
    while at + 1 < len(words):
        pair = (words[at][0], words[at + 1][0])
        before = last_seen.get(pair)
        last_seen[pair] = at
        found = _repetition_at(words, before, at - before) if before is not None else None
        if found is None:
            at += 1
            continue
        first, size, count = found
        times = count // size
        yield Repetition(words[first][1], words[first + size - 1][2], words[first + count - 1][2], times)
        at = first + count
        last_seen.clear()


def _repetition_at(words: list[tuple[str, int, int]], first: int, size: int) -> tuple[int, int, int] | None:
    """Where a block of so many words begins to repeat itself, its size and how many words that makes in all."""
    if size > _LONGEST_BLOCK or not any(_is_told(word) for word, _, _ in words[first : first + size]):
        return None
    end = first + size
    while end < len(words) and words[end][0] == words[end - size][0]:
        end += 1
    count = (end - first) // size * size
    if count < max(_FEWEST_WORDS, _FEWEST_TIMES * size):
        return None
    return first, size, count


def _is_told(word: str) -> bool:
    return len(word) >= _SHORTEST_WORD and not word.isdigit() and len(set(word)) > 1
