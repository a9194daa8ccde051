"""JSON Resume (resume.json, https://jsonresume.org/schema) → text blocks under the headings people use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from skillgap.errors import UnreadableResumeError, UnsupportedFormatError
from skillgap.model import BlockKind
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document, TextBlock
from skillgap.parsing.flow import Collector, Paragraph

_HEADINGS = {
    "work": "Work Experience",
    "volunteer": "Volunteer Experience",
    "education": "Education",
    "awards": "Awards",
    "certificates": "Certificates",
    "publications": "Publications",
    "skills": "Skills",
    "languages": "Languages",
    "interests": "Interests",
    "references": "References",
    "projects": "Projects",
}
# Keys of an entry that make its first line, in the order in which people write them.
_TITLES = (
    *("position", "studyType", "area", "title", "language", "fluency", "name", "company", "organization"),
    *("institution", "entity", "issuer", "awarder", "publisher", "level", "location"),
)
_LINKS = frozenset({"url", "website", "image", "$schema", "meta"})
_DATES = frozenset({"startDate", "endDate", "date", "releaseDate"})
_LISTS = frozenset({"highlights", "courses"})
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})(?:-\d{1,2})?(?:T.*)?")
_DEEPEST = 20


def read_json_resume(data: bytes, *, budget: Budget) -> Document:
    """The text blocks of a JSON Resume.

    Raises:
        UnsupportedFormatError: the JSON holds none of the schema's sections.
    """
    try:
        resume = json.loads(data)
    except (ValueError, RecursionError):
        raise UnreadableResumeError("The JSON is damaged and cannot be read.") from None
    if not isinstance(resume, dict) or not {"basics", *_HEADINGS} & resume.keys():
        raise UnsupportedFormatError(
            'The file is JSON but no JSON Resume: it has no "basics", "work", "education" or "skills". '
            "The schema stands at https://jsonresume.org/schema."
        )
    out = Collector(budget)
    out.extend(_basics(resume.get("basics")))
    # The schema's sections come in its own order, whatever order the file has; unknown ones follow.
    for key in (*_HEADINGS, *(key for key in resume if key not in _HEADINGS)):
        if key in resume and key not in _LINKS and key != "basics":
            out.extend(_section(key, resume[key]))
    return Document(tuple(out.blocks), "json", "json-resume")


def _basics(basics: object) -> Iterator[TextBlock]:
    if not isinstance(basics, Mapping):
        return
    for key in ("name", "label", "email", "phone", "url", "website"):
        yield from _block(_text(basics.get(key)))
    location = basics.get("location")
    if isinstance(location, Mapping):
        yield from _block(", ".join(filter(None, map(_text, location.values()))))
    for profile in _items(basics.get("profiles")):
        if isinstance(profile, Mapping):
            yield from _block(
                " ".join(filter(None, (_text(profile.get(key)) for key in ("network", "username", "url"))))
            )
    if summary := _text(basics.get("summary")):
        yield TextBlock("Summary", "heading")
        yield from _block(summary)
    known = {"name", "label", "email", "phone", "url", "website", "location", "profiles", "summary", "image", "picture"}
    for key, value in basics.items():
        if key not in known:
            yield from _anything(value, 0)


def _section(key: str, value: object) -> Iterator[TextBlock]:
    entries = _items(value)
    if not entries:
        return
    heading = _HEADINGS.get(key) or re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]+", " ", key).strip().capitalize()
    yield from _block(heading, "heading")
    for entry in entries:
        yield from _entry(entry) if isinstance(entry, Mapping) else _anything(entry, 0)


def _entry(entry: Mapping[str, object]) -> Iterator[TextBlock]:
    yield from _block(", ".join(filter(None, (_text(entry.get(key)) for key in _TITLES))))
    yield from _block(_dates(entry))
    for key, value in entry.items():
        if (key in _TITLES and not isinstance(value, list | dict)) or key in _DATES or key in _LINKS:
            continue
        if key == "keywords":
            yield from _block(", ".join(filter(None, map(_text, _items(value)))))
        elif key in _LISTS:
            for item in _items(value):
                yield from _block(_text(item), "bullet")
        else:
            yield from _anything(value, 0)


def _dates(entry: Mapping[str, object]) -> str:
    start, end = spell_date(entry.get("startDate")), spell_date(entry.get("endDate"))
    if start:
        return f"{start} – {end or 'Present'}"
    return end or spell_date(entry.get("date")) or spell_date(entry.get("releaseDate"))


def spell_date(value: object) -> str:
    """A date as people write it: "2019-03-01" is "Mar 2019"."""
    text = _text(value)
    match = _ISO_DATE.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12:
        return text
    return f"{_MONTHS[int(match[2]) - 1]} {match[1]}"


def _anything(value: object, depth: int) -> Iterator[TextBlock]:
    """All text of a value that the schema does not know."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _anything(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _anything(item, depth + 1) if isinstance(item, list | Mapping) else _block(_text(item), "bullet")
    else:
        yield from _block(_text(value))


def _items(value: object) -> Sequence[object]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _text(value: object) -> str:
    if isinstance(value, bool) or value is None or isinstance(value, list | dict):
        return ""
    return str(value).strip()


def _block(text: str, kind: BlockKind = "paragraph") -> Iterator[TextBlock]:
    paragraph = Paragraph(kind)
    paragraph.add(text)
    yield from paragraph.blocks()
