"""Evidence as marks in the text that someone edits: the reader's text differs from it in spaces and line ends."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from skillgap.model import GapReport, Resume, Strength
from skillgap.reporting.quoting import DEMONSTRATING

# How many characters ahead the texts are searched for where they agree again after something that reading
# changed: a line of dashes is longer than most. How many characters must agree there: fewer agree by chance.
_LONGEST_DIFFERENCE = 120
_AGREEMENT = 4
# About a twentieth of a second; a text so unlike its reading is shown without the rest of its marks.
_MOST_TRIES = 250_000


@dataclass(frozen=True, slots=True)
class Mark:
    """A half-open span of the edited text that shows skills; ``skills`` holds their names.

    It counts UTF-16 units, as browsers do: an emoji is two.
    """

    start: int
    end: int
    strength: Strength
    skills: tuple[str, ...]


def find_marks(edited: str, report: GapReport) -> tuple[Mark, ...]:
    r"""The report's evidence as spans of the text that was edited, in order and without overlap.

    >>> from skillgap import Resume, Role, analyze
    >>> edited = "Skills\n\n\n  *  Bookkeeping,\n     Payroll"
    >>> report = analyze(Resume.from_text(edited), Role.from_skills("Clerk", ["Bookkeeping", "Payroll"]))
    >>> [edited[mark.start:mark.end] for mark in find_marks(edited, report)]
    ['Bookkeeping', 'Payroll']
    """
    places = _align(report.resume, edited)
    spans: dict[tuple[int, int], list[tuple[str, Strength]]] = {}
    for skill in (*report.hard_skills, *report.core_skills):
        for evidence in skill.evidence:
            found = [place for place in places[evidence.start : evidence.end] if place is not None]
            if found:
                # As the report marks them: by where the words stand, whatever shows the skill elsewhere.
                strength: Strength = "demonstrated" if evidence.section in DEMONSTRATING else "listed"
                spans.setdefault((found[0], found[-1] + 1), []).append((skill.name, strength))
    return _in_utf16(_without_overlap(spans), edited)


def _without_overlap(spans: dict[tuple[int, int], list[tuple[str, Strength]]]) -> tuple[Mark, ...]:
    """Marks that together cover what the spans cover; where spans overlap they become one mark."""
    marks: list[Mark] = []
    for (start, end), skills in sorted(spans.items()):
        names = tuple(dict.fromkeys(name for name, _ in skills))
        strength: Strength = "demonstrated" if any(s == "demonstrated" for _, s in skills) else "listed"
        if marks and start < marks[-1].end:
            last = marks[-1]
            both: Strength = "demonstrated" if "demonstrated" in (last.strength, strength) else "listed"
            all_names = tuple(dict.fromkeys((*last.skills, *names)))
            marks[-1] = Mark(last.start, max(last.end, end), both, all_names)
        else:
            marks.append(Mark(start, end, strength, names))
    return tuple(marks)


def _in_utf16(marks: tuple[Mark, ...], text: str) -> tuple[Mark, ...]:
    if all(character <= "\uffff" for character in text):
        return marks
    wide = [place for place, character in enumerate(text) if character > "\uffff"]
    return tuple(
        Mark(
            mark.start + bisect_left(wide, mark.start),
            mark.end + bisect_left(wide, mark.end),
            mark.strength,
            mark.skills,
        )
        for mark in marks
    )


def _align(resume: Resume, edited: str) -> list[int | None]:
    """For each character of the resume's text where it stands in the edited text, None where it does not.

    Reading leaves words alone and changes what is between them: spaces, line ends, marks of bullets. So both
    texts are walked side by side, and after a difference they are joined again at the next word they share.
    Text that no reader of the document sees is not there to be edited.
    """
    read = resume.text
    hidden = {part.start: part.end for part in resume.hidden}
    places: list[int | None] = [None] * len(read)
    here = there = 0
    tries = _MOST_TRIES
    while here < len(read) and there < len(edited) and tries > 0:
        if here in hidden and hidden[here] > here:
            here = hidden[here]
        elif read[here] == edited[there]:
            places[here] = there
            here, there = here + 1, there + 1
        elif read[here].isspace():
            here += 1
        elif edited[there].isspace():
            there += 1
        else:
            here, there, tried = _rejoin(read, here, edited, there)
            tries -= tried
    return places


def _rejoin(read: str, here: int, edited: str, there: int) -> tuple[int, int, int]:
    """The nearest places after a difference at which the texts agree for a few characters, and the tries it took."""
    tries = 0
    for reach in range(1, _LONGEST_DIFFERENCE):
        for ahead in range(reach + 1):
            for one, other in ((here + ahead, there + reach), (here + reach, there + ahead)):
                tries += 1
                probe = read[one : one + _AGREEMENT]
                if probe and not probe[0].isspace() and edited.startswith(probe, other):
                    return one, other, tries
    return here + 1, there + 1, tries
