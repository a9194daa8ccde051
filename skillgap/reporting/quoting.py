"""The words around evidence, so that a reader sees what was said and not only what matched."""

from __future__ import annotations

import re
from dataclasses import dataclass

from skillgap.model import Evidence, GapReport, SectionKind, SkillResult

# A clause ends here; "etc." and "No." do too, which costs a quote a few words and nothing else.
_CLAUSE_END = re.compile(r"[.;:!?|•·]\s|\s[–—|•·]\s|\n")
_ITEM_END = re.compile(rf"{_CLAUSE_END.pattern}|[,/]\s")

# Where people say what they did, not what they can.
DEMONSTRATING: tuple[SectionKind, ...] = ("experience", "projects", "education", "certifications")

# About two lines of a terminal.
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a quote; ``is_hit`` says that they show the skill, not only stand beside it."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """A clause of the resume, or the middle of a long one, and where it stands.

    ``start`` is where the first evidence begins in the resume's text. ``read_as`` holds the labels whose misspelling
    the words were taken for, ``via`` the names of the other skills whose labels they matched.
    """

    parts: tuple[Part, ...]
    start: int
    page: int | None
    section: SectionKind
    read_as: tuple[str, ...] = ()
    via: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Page, where the format has any, section, and how the words came to count, for people."""
        notes = [f"page {self.page}"] if self.page else []
        notes.append(self.section)
        notes += [f"read as “{label}”" for label in self.read_as]
        notes += [f"by way of {skill}" for skill in self.via]
        return ", ".join(notes)


def quote_skill(report: GapReport, skill: SkillResult) -> tuple[Quote, ...]:
    """The skill's evidence as quotes: from work and study before lists, one a clause, each wording once.

    A blind report quotes the evidence alone: what stands around it may tell who the person is.
    """
    groups: dict[tuple[int, int], list[Evidence]] = {}
    for evidence in sorted(skill.evidence, key=lambda e: (e.section not in DEMONSTRATING, e.start, -e.end)):
        clause = (evidence.start, evidence.end) if report.is_blind else _clause(report.resume.text, evidence)
        groups.setdefault(clause, []).append(evidence)
    quotes = (_quote(report.resume.text, clause, group) for clause, group in groups.items())
    unlike = {"".join(part.text for part in quote.parts).casefold(): quote for quote in reversed(tuple(quotes))}
    return tuple(reversed(unlike.values()))


def _clause(text: str, evidence: Evidence) -> tuple[int, int]:
    # A clause that is longer than a quote is cut anyway; so far off and no further need its ends be sought.
    first, last = max(0, evidence.start - 4 * _LONGEST), evidence.end + 4 * _LONGEST
    start = max(first, text.rfind("\n", first, evidence.start) + 1)
    end = text.find("\n", evidence.end, last)
    end = min(last, len(text)) if end < 0 else end
    # Its neighbours in a list of skills say nothing about a skill.
    ends = _ITEM_END if evidence.section == "skills" else _CLAUSE_END
    for match in ends.finditer(text, start, evidence.start):
        start = match.end()
    after = ends.search(text, evidence.end, end)
    return start, after.start() if after else end


def _quote(text: str, clause: tuple[int, int], group: list[Evidence]) -> Quote:
    first = end = group[0].start
    parts: list[Part] = []
    for evidence in group:
        is_far_off = evidence.end - first > _LONGEST and evidence is not group[0]
        if evidence.start < end or is_far_off:
            continue  # within words that are quoted already, or further on than a quote reaches
        parts += [Part(text[end : evidence.start], False), Part(text[evidence.start : evidence.end], True)]
        end = evidence.end
    room = max(0, _LONGEST - (end - first))
    before, after = text[clause[0] : first].lstrip(), text[end : clause[1]].rstrip()
    # Words before the match say who did it and matter more than those that follow.
    before = _cut_front(before, max(room * 2 // 3, room - len(after)))
    parts = [Part(before, False), *parts, Part(_cut_back(after, room - len(before)), False)]
    return Quote(
        tuple(part for part in parts if part.text),
        group[0].start,
        group[0].page,
        group[0].section,
        read_as=tuple(dict.fromkeys(e.label for e in group if e.method == "fuzzy")),
        via=tuple(dict.fromkeys(e.via for e in group if e.via)),
    )


def _cut_front(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    _, space, rest = text[len(text) - most :].partition(" ")
    return "…" + rest if space else "…"


def _cut_back(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    rest, space, _ = text[: max(0, most)].rpartition(" ")
    return rest + "…" if space else "…"
