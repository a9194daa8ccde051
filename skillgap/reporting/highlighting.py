"""A text cut where spans begin and end, so that overlapping ones can be marked up without nesting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

SpanKind = Literal["demonstrated", "listed", "nearest", "hidden"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the resume's text and what is to be seen there; ``skill`` is the skill's number in the report."""

    start: int
    end: int
    kind: SpanKind
    skill: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one line in which the same spans hold from end to end."""

    start: int
    end: int
    spans: tuple[Span, ...]

    @property
    def shows(self) -> tuple[Span, ...]:
        """The spans that are evidence."""
        return tuple(span for span in self.spans if span.kind in ("demonstrated", "listed"))


def cut_lines(text: str, spans: Iterable[Span]) -> Iterator[list[Segment]]:
    """The lines of a text, each cut wherever a span begins or ends; empty lines are left out."""
    waiting = sorted(spans, key=lambda span: (span.start, -span.end), reverse=True)
    active: list[Span] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        segments: list[Segment] = []
        position = start
        while position < end:
            while waiting and waiting[-1].start <= position:
                active.append(waiting.pop())
            active = [span for span in active if span.end > position]
            stops = [span.end for span in active] + [span.start for span in waiting[-1:]]
            stop = min([end, *stops])
            segments.append(Segment(position, stop, tuple(active)))
            position = stop
        if line.strip():
            yield segments
        start = end + 1
