"""What worker processes and executors share: files are handed out as they are needed, rows come in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from skillgap.screening.sources import Source

# Rows that may wait for an earlier file where order is kept, some 30 kB each. At thirty files a second this
# bridges most of the minute that a file may take.
_MOST_WAITING = 1_000

_Row = TypeVar("_Row")


@dataclass(slots=True)
class Ticket:
    """A file on its way: its place in the order, and how often it was handed out."""

    number: int
    source: Source
    tries: int = 0


class Feed:
    """The files of a run, one after another, never far ahead of those that are done.

    Where order is kept, ``oldest`` tells the number of the first file that is not done: rows of later ones wait.
    """

    def __init__(self, sources: Iterable[Source], *, ordered: bool) -> None:
        self._coming = enumerate(sources)
        self._ordered = ordered
        self._again: deque[Ticket] = deque()
        self._next: Ticket | None = None

    def take(self, oldest: int | None) -> Ticket | None:
        """The next file, None where there is no other or where it has to wait."""
        if self._again:
            return self._again.popleft()
        if self._next is None:
            number, source = next(self._coming, (-1, ""))
            self._next = Ticket(number, source) if number >= 0 else None
        ticket = self._next
        if ticket is None or (self._ordered and oldest is not None and ticket.number - oldest >= _MOST_WAITING):
            return None
        self._next = None
        return ticket

    def give_back(self, ticket: Ticket) -> None:
        """Have a file handed out again before all others."""
        self._again.append(ticket)


def in_order(rows: Iterable[tuple[int, _Row]]) -> Iterator[_Row]:
    """The rows in the order of their numbers, which begin with 0.

    >>> list(in_order([(1, "b"), (0, "a"), (2, "c")]))
    ['a', 'b', 'c']
    """
    waiting: dict[int, _Row] = {}
    turn = 0
    for number, row in rows:
        waiting[number] = row
        while turn in waiting:
            yield waiting.pop(turn)
            turn += 1
