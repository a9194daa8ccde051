"""The sections of a resume, told by the headings' words, fonts and places.

A heading is a short line alone that says one of the wordings of `skillgap/data/section_headings.toml`.
Wordings that also name a skill or a subject ("Training") need a sign besides: capitals, a colon, a bolder
or larger font, or what the reader of the format said. A line in other words is a heading only if it wears
the very font of headings that are known; a job title or an employer is not, since dates follow it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import get_args

from skillgap.model import SectionKind
from skillgap.parsing.contacts import is_contact_line, is_name
from skillgap.parsing.dates import mentions_date, mentions_range
from skillgap.parsing.lines import Line, is_numbered, word_set

# No heading of the 288 real resumes that these rules were tried on is longer.
_MOST_WORDS, _MOST_CHARACTERS = 8, 64
# How many lines a job's description may take; the bound keeps the search for the next job linear.
_FAR_AHEAD = 80

_NOT_LETTERS = re.compile(r"[\W\d_]+")
_PARTS = re.compile(r"\s*(?:[,/|&+•·]|\band\b|\bund\b|\bet\b|\by\b|\be\b)\s*")
_ORNAMENT_ENDS = re.compile(r"^[^\w(\"“]+|[^\w)\"”]+$")
_NUMBER = re.compile(r"^(?:\d{1,2}|[IVX]{1,4}|[A-H])[.)]\s*")
_CONTINUED = re.compile(r"\s*[(\[]?\b(?:continued|cont(?:['’]?d|inued|\.)?)[)\]]?\W*$", re.IGNORECASE)
_CONTINUED_ENDS = ("cont", "contd", "cont'd", "cont’d", "continued")
_ASIDE = re.compile(r"\s*\([^()]{1,40}\)\s*$")
_INLINE = re.compile(r"([^:|]{2,40}?)\s*(?::|\s[-–—]\s)\s*(?=\S)")
_GLUED_ENDS = (
    "Experience",
    "History",
    "Education",
    "Training",
    "Background",
    "Skills",
    "Highlights",
    "Accomplishments",
)
_GLUED = re.compile(
    r"(?<=[^,;:&/-])[ ](?:(?:(?:Work|Professional|Relevant)[ ])?Experience|(?:Work|Employment)[ ]History|"
    r"Education(?:[ ]and[ ]Training)?|Educational[ ]Background|Skills|Highlights|Accomplishments)$"
)
_SENTENCE_END = re.compile(r"[.,;!?]$")

# The last word of a longer heading ("Relevant Accounting Coursework") and the kind that it tells.
_HEAD_NOUNS: Mapping[str, SectionKind] = {
    "skills": "skills",
    "competencies": "skills",
    "proficiencies": "skills",
    "expertise": "skills",
    "qualifications": "skills",
    "experience": "experience",
    "employment": "experience",
    "accomplishments": "experience",
    "achievements": "experience",
    "internships": "experience",
    "coursework": "education",
    "certifications": "certifications",
    "certificates": "certifications",
    "licenses": "certifications",
    "projects": "projects",
    "references": "references",
    "publications": "other",
    "presentations": "other",
    "awards": "other",
    "honors": "other",
    "affiliations": "other",
    "memberships": "other",
    "interests": "other",
    "activities": "other",
}
# Words that tell a title, an employer or a sentence from a heading.
_NO_HEADING = word_set(
    """
    manager director coordinator supervisor specialist assistant associate analyst clerk officer engineer
    consultant department board university college school institute inc llc ltd company corp of for with to in
    on at is are was i we year years strong excellent good proven solid extensive using including my customer
    """
)


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a section begins: its kind and its heading's words.

    ``is_inline`` says that the section's text goes on in the same line ("Skills: Excel, Word");
    ``is_by_font`` that only its font tells it.
    """

    kind: SectionKind
    text: str
    is_inline: bool = False
    is_by_font: bool = False


@dataclass(frozen=True, slots=True)
class _Wordings:
    certain: Mapping[str, SectionKind]
    likely: Mapping[str, SectionKind]
    within_entries: frozenset[str]


def find_sections(lines: Sequence[Line]) -> dict[int, Heading]:
    """The lines at which a section begins, by their index, in order.

    What stands before the first heading is "contact" as far as it tells who the person is, and "summary"
    from there on (or "experience", if a resume without headings goes on with dated entries); these have
    an empty heading.

    >>> lines = [Line("Jane Doe"), Line("Skills"), Line("MS Excel")]
    >>> [(index, heading.kind) for index, heading in find_sections(lines).items()]
    [(0, 'contact'), (1, 'skills')]
    """
    headings = _known_headings(lines)
    headings |= _headings_by_font(lines, headings)
    first = min(headings, default=len(lines))
    starts = _before_headings(lines[:first], has_headings=bool(headings))
    starts.update(sorted(headings.items()))
    for index, heading in headings.items():
        if heading.kind == "contact":
            starts[index] = _settle_contact(lines, index, heading, starts)
    return starts


def split_glued_headings(lines: Sequence[Line]) -> list[Line]:
    """The lines with a heading on its own line that a reader left at the end of the paragraph above it.

    It is split off after a sentence's end, or where the next lines are a dated entry.

    >>> lines = [Line("I keep the ledgers of three clinics in town. Experience"), Line("Clerk 2010 to 2012")]
    >>> [line.text for line in split_glued_headings(lines)]
    ['I keep the ledgers of three clinics in town.', 'Experience', 'Clerk 2010 to 2012']
    """
    split: list[Line] = []
    for index, line in enumerate(lines):
        match = _GLUED.search(line.text) if line.text.endswith(_GLUED_ENDS) and not line.hidden else None
        if match is None or not _is_glued(lines, index, match):
            split.append(line)
            continue
        split.append(replace(line, text=line.text[: match.start()].rstrip()))
        split.append(replace(line, text=match.group().strip(), kind="paragraph"))
    return split


def _is_glued(lines: Sequence[Line], index: int, match: re.Match[str]) -> bool:
    before = lines[index].text[: match.start()]
    if len(before) < 20 or _has_shape(lines[index].text):
        return False
    if before.endswith((".", "!", "?", '."')):
        return True
    # Without a full stop the words may belong together ("Teaching Experience").
    following = lines[index + 1 : index + 3]
    if any(certain_kind(line.text) for line in following):
        return False
    return len(before) > 60 and any(mentions_range(line.text[:140]) for line in following)


def needs_mark(line: Line, index: int, heading: Heading) -> bool:
    """Whether a heading must bear a mark in plain text, since its words and place do not tell it there."""
    if heading.is_by_font or line.is_marked:
        return True
    if certain_kind(line.text):
        return False
    kind = _likely_kind(line.text)
    return (
        kind is None
        or is_numbered(line.text)
        or not (is_emphatic(line.text) or (index > 0 and line.text[:1].isupper()))
    )


def may_be_heading(text: str) -> bool:
    """Whether a line that stands apart in plain text says something that headings say."""
    return (
        (text[:1].isupper() or is_numbered(text))
        and _has_shape(text)
        and bool(certain_kind(text) or _likely_kind(text))
    )


def certain_kind(text: str) -> SectionKind | None:
    """The kind of section that a line begins wherever it stands alone; None if it is no sure heading.

    >>> certain_kind("PROFESSIONAL EXPERIENCE (continued):"), certain_kind("Education & Certifications")
    ('experience', 'education')
    >>> certain_kind("Experience with Excel") is None
    True
    """
    if len(text) > _MOST_CHARACTERS:
        return None
    wordings = _wordings()
    key = _key(text)
    if not key:
        return None
    if kind := wordings.certain.get(key):
        return kind
    bare = _bare(text)
    if bare != text and (kind := wordings.certain.get(_key(bare))):
        return kind
    parts = _split_parts(bare)
    if len(parts) < 2:
        return None
    kinds = [wordings.certain.get(_key(part)) or wordings.likely.get(_key(part)) for part in parts]
    # One sure part carries the others: "Training & Certifications", "Projects / Portfolio".
    if all(kinds) and any(wordings.certain.get(_key(part)) for part in parts):
        return kinds[0]
    return None


def is_emphatic(text: str) -> bool:
    """Whether a line is set off by its own characters: in capitals, or with a colon at its end."""
    return text.isupper() or text.endswith(":")


def _kind_of_words(text: str) -> SectionKind:
    return certain_kind(text) or _likely_kind(text) or "other"


def _likely_kind(text: str) -> SectionKind | None:
    if len(text) > _MOST_CHARACTERS:
        return None
    wordings = _wordings()
    bare = _bare(text)
    if kind := wordings.likely.get(_key(bare)):
        return kind
    parts = _split_parts(bare)
    if len(parts) > 1:
        kinds = [wordings.certain.get(_key(part)) or wordings.likely.get(_key(part)) for part in parts]
        if all(kinds):
            return kinds[0]
    words = bare.casefold().split()
    if not 2 <= len(words) <= 6 or "," in bare or any(word in _NO_HEADING for word in words):
        return None
    return _HEAD_NOUNS.get(words[-1])


def _known_headings(lines: Sequence[Line]) -> dict[int, Heading]:
    body_size = _body_size(lines)
    shouting = _is_mostly_capitals(lines)
    headings: dict[int, Heading] = {}
    kind_before: SectionKind | None = None
    for index, line in enumerate(lines):
        heading = _heading_at(line, body_size=body_size, shouting=shouting)
        if heading is None and _stands_out(lines, index) and (kind := _likely_kind(line.text)):
            heading = Heading(kind, line.text)
        if heading is None:
            continue
        if _stands_within_entry(lines, index, heading, kind_before):
            continue
        headings[index] = heading
        kind_before = heading.kind
    return headings


def _heading_at(line: Line, *, body_size: float, shouting: bool) -> Heading | None:
    text = line.text
    if line.hidden:
        return None
    if line.is_marked and _has_shape(text):
        return Heading(_kind_of_words(text), text)
    if _has_shape(text):
        is_set_off = (
            line.kind == "heading"
            or (is_emphatic(text) and not shouting)
            or text.endswith(":")
            or (line.is_bold and line.kind == "paragraph")
            or line.font_size > body_size * 1.08 > 0
        )
        if (kind := certain_kind(text)) and (line.kind != "bullet" or is_set_off or is_numbered(text)):
            return Heading(kind, text)
        if is_set_off and line.kind != "bullet" and (kind := _likely_kind(text)):
            return Heading(kind, text)
    if line.kind not in ("paragraph", "heading") or (":" not in text[:42] and " – " not in text[:42]):
        return None
    return _inline_heading(text)


def _stands_out(lines: Sequence[Line], index: int) -> bool:
    """Whether a short line stands between texts that it belongs to neither of, as no item of a list does."""
    line = lines[index]
    if not 0 < index < len(lines) - 1 or line.kind not in ("paragraph", "heading") or line.hidden:
        return False
    if not line.text[0].isupper() or not _has_shape(line.text) or len(line.text.split()) > 4:
        return False
    before = lines[index - 1]
    return before.kind == "bullet" or len(before.text) > 60 or before.text.endswith(".") or mentions_date(before.text)


def _inline_heading(text: str) -> Heading | None:
    match = _INLINE.match(text)
    if match is None:
        return None
    wording = match.group(1).strip()
    if wording[:1].islower() or len(wording.split()) > 5:
        return None
    wordings = _wordings()
    kind = wordings.certain.get(_key(wording)) or certain_kind(wording)
    if kind is None and wording.isupper():
        kind = _likely_kind(wording)
    if kind is None or kind == "contact":
        return None
    return Heading(kind, wording, is_inline=True)


def _stands_within_entry(lines: Sequence[Line], index: int, heading: Heading, kind_before: SectionKind | None) -> bool:
    """Whether a line that reads as a heading is a part of a job, a project or a course instead."""
    if lines[index].is_marked or kind_before not in ("experience", "projects", "education"):
        return False
    if heading.is_inline and kind_before == "education" and heading.kind in ("education", "certifications"):
        # "Certificate: Network Security, 2005" is a line of the list.
        return True
    if not heading.is_inline and _key(heading.text) not in _wordings().within_entries:
        return False
    for line in lines[index + 1 : index + 1 + _FAR_AHEAD]:
        if _has_shape(line.text) and certain_kind(line.text) and _key(line.text) not in _wordings().within_entries:
            return False
        if line.kind != "bullet" and len(line.text) < 140 and mentions_range(line.text):
            return True
    return False


def _headings_by_font(lines: Sequence[Line], known: Mapping[int, Heading]) -> dict[int, Heading]:
    """Headings in other words, told by the font that known headings wear and that nothing else wears."""
    if len(known) < 2 or not any(line.font_size for line in lines):
        return {}
    styles = Counter(_style(lines[index]) for index, heading in known.items() if not heading.is_inline)
    if not styles:
        return {}
    style, count = styles.most_common(1)[0]
    body = Counter[tuple[float, bool, bool]]()
    for line in lines:
        body[_style(line)] += len(line.text)
    first = min(known)
    wearers = [
        index for index, line in enumerate(lines) if index > first and index not in known and _style(line) == style
    ]
    if count < 2 or body.most_common(1)[0][0] == style or len(wearers) > count:
        return {}
    # Lines of one look right below each other are items of a list, or a title in pieces.
    alone = [index for index in wearers if not {index - 1, index + 1} & {*wearers}]
    return {
        index: Heading(_kind_of_words(lines[index].text), lines[index].text, is_by_font=True)
        for index in alone
        if _may_be_unknown_heading(lines, index)
    }


def _may_be_unknown_heading(lines: Sequence[Line], index: int) -> bool:
    line = lines[index]
    if line.hidden or line.kind == "bullet" or not _has_shape(line.text) or len(line.text.split()) > 5:
        return False
    if mentions_date(line.text) or is_contact_line(line.text) or line.text.endswith(")"):
        return False
    if any(map(str.isdigit, line.text)) and not is_numbered(line.text):
        # "HTML5", "Office 365": items of a list that is set like its heading.
        return False
    # A title or an employer in a heading's font has its dates beside or below it.
    return not any(
        mentions_range(following.text) for following in lines[index + 1 : index + 3] if len(following.text) < 120
    )


def _before_headings(lines: Sequence[Line], *, has_headings: bool) -> dict[int, Heading]:
    starts: dict[int, Heading] = {}
    kind: SectionKind | None = None
    for index, line in enumerate(lines):
        if not has_headings and kind == "summary" and len(line.text) < 120 and mentions_range(line.text):
            starts[_entry_start(lines, index, max(starts))] = Heading("experience", "")
            break
        tells_who = _tells_who(line, index, lines, after_prose=kind == "summary")
        now: SectionKind = "contact" if tells_who else "summary"
        if now != kind:
            starts[index] = Heading(now, "")
            kind = now
    return starts


def _entry_start(lines: Sequence[Line], dated: int, floor: int) -> int:
    """Where the first dated entry of a resume without headings begins: a title may stand above its dates."""
    if dated - 1 > floor and len(lines[dated - 1].text) < 80 and lines[dated - 1].kind != "bullet":
        return dated - 1
    return dated


def _tells_who(line: Line, index: int, lines: Sequence[Line], *, after_prose: bool) -> bool:
    """Whether a line before the first heading is a name, a title, or a way to reach the person."""
    text = line.text
    if line.hidden:
        return not after_prose
    if is_contact_line(text):
        return True
    if after_prose:
        return False
    words = text.split()
    if len(words) <= 3 and any(is_contact_line(near.text) for near in lines[index + 1 : index + 7]):
        # A place or an account's name among ways to reach the person.
        return True
    if len(words) == 1 and index > 1 and is_contact_line(lines[index - 1].text):
        return True
    if line.kind == "bullet" or len(words) > 9 or text.endswith("."):
        return False
    if index == 0:
        return is_name(text) or ((len(lines) > 1 or len(words) < 5) and "," not in text)
    # Below the name: a title, credentials, a tagline of a few words.
    return index < 6 and not _SENTENCE_END.search(text) and not mentions_range(text)


def _settle_contact(lines: Sequence[Line], index: int, heading: Heading, starts: Mapping[int, Heading]) -> Heading:
    """The heading of a contact section, made "other" if what follows is mostly prose about the person."""
    end = min((start for start in starts if start > index), default=len(lines))
    content = lines[index + 1 : end]
    prose = sum(len(line.text) for line in content if len(line.text.split()) > 14 and not is_contact_line(line.text))
    total = sum(len(line.text) for line in content)
    return Heading("other", heading.text) if prose * 2 > total else heading


def _has_shape(text: str) -> bool:
    return (
        (3 if text[0].isascii() else 2) <= len(text) <= _MOST_CHARACTERS
        and not _SENTENCE_END.search(text)
        and len(text.split()) <= _MOST_WORDS
        and "@" not in text
        and (text[0].isalpha() or is_numbered(text))
    )


def _style(line: Line) -> tuple[float, bool, bool]:
    return round(line.font_size * 2) / 2, line.is_bold, line.text.isupper()


def _body_size(lines: Sequence[Line]) -> float:
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.font_size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _is_mostly_capitals(lines: Sequence[Line]) -> bool:
    capitals = sum(len(line.text) for line in lines if line.text.isupper())
    return capitals * 2 > sum(len(line.text) for line in lines)


def _bare(text: str) -> str:
    """A heading without ornaments, numbers, asides and "continued" around its words."""
    if (
        text[0].isalpha()
        and text[-1].isalpha()
        and text[1:4].isalpha()
        and not text.casefold().endswith(_CONTINUED_ENDS)
    ):
        return text
    text = _ORNAMENT_ENDS.sub("", text)
    text = _CONTINUED.sub("", text)
    text = _NUMBER.sub("", text)
    if text.endswith(")"):
        text = _ASIDE.sub("", text)
    return _ORNAMENT_ENDS.sub("", text)


def _split_parts(text: str) -> list[str]:
    folded = text.casefold()
    if " " not in folded and "/" not in folded:
        return [folded]
    return [part for part in _PARTS.split(folded) if part]


@cache
def _wordings() -> _Wordings:
    data = tomllib.loads(files("skillgap").joinpath("data/section_headings.toml").read_text("utf-8"))
    certain: dict[str, SectionKind] = {}
    likely: dict[str, SectionKind] = {}
    for kind in get_args(SectionKind):
        certain |= {_key(wording): kind for wording in data[kind]["certain"]}
        likely |= {_key(wording): kind for wording in data[kind]["likely"]}
    return _Wordings(certain, likely, frozenset(map(_key, data["within_entries"])))


def _key(text: str) -> str:
    """The letters of a wording: without case, accents, spaces and signs; "and" for "&"."""
    text = text.casefold()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
        text = text.replace("ł", "l").replace("ø", "o")
    if "&" in text:
        text = text.replace("&", " and ")
    return _NOT_LETTERS.sub("", text)
