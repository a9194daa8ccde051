"""XML that holds a resume (Europass old and new, HR-XML) → text blocks under the headings people use.

Europass writes it into the PDF files that it makes. The schemas differ in names and order; what is common to
them is read: containers that begin a section, entries of one line and its dates, and descriptions in HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from skillgap.model import BlockKind
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document, TextBlock
from skillgap.parsing.flow import Collector, Paragraph
from skillgap.parsing.html import read_html
from skillgap.parsing.json_resume import spell_date
from skillgap.parsing.lines import word_set
from skillgap.parsing.safe_xml import parse_xml

# Names of elements without namespace, hyphens and capitals: the versions of the schemas differ in these.
_ROOTS = word_set("skillspassport learnerinfo candidate resume structuredxmlresume cv")
_HEADINGS = {
    "headline": "Summary",
    "executivesummary": "Summary",
    "objective": "Objective",
    "workexperiencelist": "Work Experience",
    "employmenthistory": "Work Experience",
    "educationlist": "Education",
    "educationhistory": "Education",
    "personqualifications": "Skills",
    "qualifications": "Skills",
    "skills": "Skills",
    "skilllist": "Skills",
    "linguistic": "Languages",
    "languagelist": "Languages",
    "languages": "Languages",
    "organisational": "Organisational Skills",
    "jobrelated": "Job-related Skills",
    "computer": "Computer Skills",
    "driving": "Driving Licence",
    "licenses": "Driving Licence",
    "licensesandcertifications": "Certifications",
    "certifications": "Certifications",
    "projects": "Projects",
    "publicationhistory": "Publications",
    "publications": "Publications",
    "honoursandawards": "Awards",
    "achievements": "Achievements",
    "achievementlist": "Additional Information",
    "others": "Additional Information",
    "hobbiesandinterests": "Interests",
    "volunteering": "Volunteering",
    "references": "References",
}
# Some names mean a kind of skills only among skills.
_HEADINGS_WITHIN_SKILLS = {"communication": "Communication Skills", "other": "Other Skills"}
_ENTRIES = word_set(
    """
    personname address email telephone website instantmessaging communication contactmethod workexperience education
    employerhistory employerorg positionhistory educationorganizationattendance schoolorinstitution degree
    achievement foreignlanguage mothertongue language skill competency personcompetency license
    licenseorcertification certification publication project other reference hobby
    """
)
# What no page of the resume shows: the file's own data, pictures and other files; and what no report needs.
_SKIPPED = word_set(
    """
    documentinfo printingpreferences renderinginformation metadata photo signature data mimetype attachment
    attachmentlist attachmentinfo attachments attachmentreference documentation referenceto userarea
    distributionguidelines candidatesupplier
    demographics birthdate birthinfo gender nationalitylist type channelcode use
    """
)
_LONG = word_set("activities description comments summary qualificationsummary textresume executivesummary objective")
_SURNAMES = word_set("surname familyname lastname")
_STARTS = word_set("from startdate")
_ENDS = word_set("to enddate")
_DATES = word_set("date issuedate degreedate effectivedate publicationdate")
_ONGOING = word_set("current currentindicator ongoing")
_LONGEST_PIECE = 150
_MONTH = re.compile(r"-*(\d{1,2})")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|\w+);")
_DEEPEST = 60
_LANGUAGES = dict(
    re.findall(
        r"(\w+)=(\w+)",
        """
        ara=Arabic bul=Bulgarian ces=Czech dan=Danish deu=German ell=Greek eng=English est=Estonian fin=Finnish
        fra=French gle=Irish heb=Hebrew hin=Hindi hrv=Croatian hun=Hungarian isl=Icelandic ita=Italian jpn=Japanese
        kor=Korean lav=Latvian lit=Lithuanian mkd=Macedonian mlt=Maltese nld=Dutch nor=Norwegian pol=Polish
        por=Portuguese ron=Romanian rus=Russian slk=Slovak slv=Slovenian spa=Spanish sqi=Albanian srp=Serbian
        swe=Swedish tur=Turkish ukr=Ukrainian zho=Chinese
        """,
    )
)


def read_resume_xml(data: bytes, *, budget: Budget) -> Document | None:
    """The text blocks of a resume in XML; None where the XML holds something else, or is damaged.

    Raises:
        ResumeLimitError: the file is over a limit of the budget.
    """
    root = parse_xml(data, budget)
    if root is None or _name(root) not in _ROOTS:
        return None
    reader = _Reader(budget)
    reader.read(root, 0)
    return Document(tuple(reader.out.blocks), "xml", "lxml")


@dataclass(slots=True)
class _Entry:
    """What an element says itself, and the elements within it that have lines of their own."""

    pieces: list[str] = field(default_factory=list)
    start: str = ""
    end: str = ""
    dates: list[str] = field(default_factory=list)
    long: list[str] = field(default_factory=list)
    parts: list[etree._Element] = field(default_factory=list)

    def add(self, piece: str) -> None:
        if piece and piece not in self.pieces:
            self.pieces.append(piece)


class _Reader:
    def __init__(self, budget: Budget) -> None:
        self.out = Collector(budget)
        self._budget = budget
        self._heading = ""

    def read(self, element: etree._Element, depth: int) -> None:
        if depth > _DEEPEST:
            return
        entry = _Entry()
        _gather(element, entry, depth)
        self._write(_block(", ".join(entry.pieces)))
        self._write(_block(_spell_period(entry)))
        for text in entry.long:
            is_html = _MARKUP.search(text)
            self._write(
                read_html(f'<meta charset="utf-8">{text}'.encode(), budget=self._budget).blocks
                if is_html
                else _block(text)
            )
        for part in entry.parts:
            # A section of nothing but sections, as skills are, leaves its place to the first of them.
            self._heading = _heading_of(part) or self._heading
            self.read(part, depth + 1)

    def _write(self, blocks: Iterable[TextBlock]) -> None:
        for block in blocks:
            if self._heading:
                self.out.extend(_block(self._heading, "heading"))
                self._heading = ""
            self.out.extend((block,))


def _gather(element: etree._Element, entry: _Entry, depth: int) -> None:
    """Put what an element holds into an entry, down to elements with lines of their own."""
    if depth > _DEEPEST:
        return
    name = _name(element)
    text = (element.text or "").strip()
    if name in ("competency", "skill"):
        entry.add((element.get("name") or "").strip())
    if text and (name in _LONG or len(text) > _LONGEST_PIECE or "\n" in text or _MARKUP.search(text)):
        entry.long.append(text)
    elif name == "countrydialing":
        entry.add(f"+{text.lstrip('+')}")
    elif (name in _SURNAMES and entry.pieces) or (
        name == "dialnumber" and entry.pieces[-1:] and entry.pieces[-1][0] == "+"
    ):
        entry.pieces[-1] += f" {text}"
    elif text:
        entry.add(_LANGUAGES.get(text.lower(), text) if name in ("competencyid", "primarylanguagecode") else text)
    names = {_name(child) for child in element}
    seen_profile = False
    for child in element:
        child_name = _name(child)
        if not child_name or _is_skipped(child_name, names) or (child_name == "candidateprofile" and seen_profile):
            continue
        # Further profiles say the same in other languages.
        seen_profile = seen_profile or child_name == "candidateprofile"
        if child_name in _STARTS:
            entry.start = _spell_moment(child)
        elif child_name in _ENDS:
            entry.end = entry.end or _spell_moment(child)
        elif child_name in _ONGOING:
            entry.end = "Present" if (child.text or "").strip().lower() in ("true", "1") else entry.end
        elif child_name in _DATES:
            entry.dates.append(_spell_moment(child))
        elif child_name in _ENTRIES or _heading_of(child):
            entry.parts.append(child)
        else:
            _gather(child, entry, depth + 1)


def _is_skipped(name: str, siblings: set[str]) -> bool:
    if name in _SKIPPED or (name == "code" and "label" in siblings):
        return True
    if name in ("givenname", "familyname") and "formattedname" in siblings:
        return True
    return (name.endswith("code") and name not in ("code", "primarylanguagecode")) or (
        name.endswith("id") and name != "competencyid"
    )


def _heading_of(element: etree._Element) -> str:
    name = _name(element)
    parent = element.getparent()
    if parent is not None and _name(parent) == "skills" and name in _HEADINGS_WITHIN_SKILLS:
        return _HEADINGS_WITHIN_SKILLS[name]
    return _HEADINGS.get(name, "")


def _spell_period(entry: _Entry) -> str:
    if entry.start:
        return f"{entry.start} – {entry.end or 'Present'}"
    if entry.end and entry.end != "Present":
        return entry.end
    return ", ".join(filter(None, entry.dates))


def _spell_moment(element: etree._Element) -> str:
    """A date as people write it, from attributes, from elements for year and month, or from a text."""
    said = {_name(child): (child.text or "").strip() for child in element.iter() if len(child) == 0}
    year = element.get("year") or said.get("year", "")
    if not year:
        text = next((text for text in said.values() if text), "")
        return spell_date(text)
    month = _MONTH.match(element.get("month") or said.get("month", ""))
    return spell_date(f"{year}-{month[1]}" if month else year)


def _name(element: etree._Element) -> str:
    """The name of an element without namespace, capitals and hyphens; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2].lower().replace("-", "") if isinstance(tag, str) else ""


def _block(text: str, kind: BlockKind = "paragraph") -> Iterator[TextBlock]:
    paragraph = Paragraph(kind)
    paragraph.add(text)
    yield from paragraph.blocks()
