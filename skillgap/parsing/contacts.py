"""What a resume tells of who and where a person is, found for blind reports.

Recall comes first, with one bound: nothing that may show a skill is taken. So links without a scheme count
only in the contact lines, places only there or after a label, and a line of title words is never a name.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from skillgap.model import Contact, ContactKind, Section, SectionKind

_EMAIL = re.compile(r"[\w.+%-]{1,64}[ ]?@[ ]?(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}")

_PHONE = re.compile(
    r"(?<![\w$£€/.,#-])(?:\+|00)?\(?\d{1,4}\)?(?:[ .\-–/]{1,3}\(?\d{1,7}\)?){1,6}"
    r"(?:[ ]?(?:x|ext\.?|extension)[ ]?\d{1,6})?(?![\w%/]|[-.]\d)",
    re.IGNORECASE,
)
_PHONE_IN_ONE = re.compile(r"\d\d{8,14}(?![\w%/.,-])")  # one digit first: so the search skips what is none
_COUNTRY_CODE = re.compile(r"\+\d{1,3}[ -]\Z")
_PHONE_LABEL = re.compile(
    r"\b(?:phone|tel|telephone|mobile|cell|fax|mob|ph|handy|móvil|telefon|téléphone|telefoon)\b", re.IGNORECASE
)
# 2003-2011, 11.2009 - 01.2016, 2015-03-01: dates have a telephone number's digits.
_DATE_LIKE = re.compile(
    r"(?:\d{1,2}[./-]){0,2}(?:19|20)\d\d(?:[ ]?[-–/. ]{1,3}[ ]?(?:\d{1,2}[./-]){0,2}(?:19|20)?\d\d){0,6}"
    r"|(?:19|20)\d\d[-./]\d\d[-./]\d\d.*"
)
_NO_PHONE = re.compile(r"\d{1,2}/\d{1,2}/\d|^(?:19|20)\d\d[ ]| – ")
_TWO_DIGITS_AT_MOST = re.compile(r"\D*\d{1,2}(?:\D+\d{1,2})*\D*")

_LINK_SIGNS = ("://", "www.", ".com/", ".org/", ".net/", ".co/", ".io/", ".me/")
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"|]{2,200}"
    r"|\b(?:linkedin|github|gitlab|bitbucket|facebook|fb|twitter|x|instagram|behance|dribbble|medium|stackoverflow|"
    r"youtube|vimeo|tumblr|skype|orcid|kaggle|xing|researchgate)\.(?:com|org|net|co|io|me)/[^\s<>\"|,;]{1,200}",
    re.IGNORECASE,
)
_BARE_LINK = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9-]{2,63}\.){1,3}"
    r"(?:com|org|net|io|me|dev|co|info|eu|us|uk|de|fr|es|it|nl|pl|ca|in|app|page|site|online|design|tech|blog)"
    r"(?![\w@]|\.\w)(?:/[^\s<>\"|,;]{0,200})?"
)
_HANDLE = re.compile(
    r"\b(?:linkedin|github|gitlab|twitter|skype|instagram|facebook|telegram|whatsapp)(?:[ ]?(?:id|profile|url))?"
    r"[ ]?[:/]{1,3}[ ]?[^\s|,;•]{2,60}",
    re.IGNORECASE,
)
_HANDLE_SITES = ("linkedin", "github", "gitlab", "twitter", "skype", "instagram", "facebook", "telegram", "whatsapp")

_STREET_WORD = (
    r"(?:street|st|avenue|ave|av|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|circle|cir|place|pl|terrace|ter|way|"
    r"parkway|pkwy|highway|hwy|square|sq|trail|trl|crescent|close|gardens|loop|row|walk|plaza|pike|run|alley|path)"
)
_STREET = re.compile(
    rf"\b\d{{1,6}}[A-Za-z]?[ ](?:[NSEW]{{1,2}}\.?[ ])?(?:[A-Z0-9][\w'’.-]{{0,30}}[ ]){{1,4}}{_STREET_WORD}\b\.?"
    r"(?:,?[ ](?:apt|apartment|unit|suite|ste|#|no|floor|fl)\.?[ ]?#?[\w-]{1,8})?",
    re.IGNORECASE,
)
_STREET_ABROAD = re.compile(
    r"\b[A-ZÄÖÜ][\wäöüß.-]{2,40}(?:straße|strasse|str\.|weg|platz|gasse|allee|laan|straat|gatan|vej)[ ]\d{1,4}[a-z]?\b"
    r"|\b\d{1,4}(?:bis|ter)?,?[ ](?:rue|avenue|boulevard|place|chemin|allée|impasse|quai)[ ][\w'’ .-]{3,40}"
    r"|\b(?:calle|avda\.?|avenida|via|viale|piazza|corso|rua|ulica|ul\.)[ ][\w'’ .-]{3,40}[ ,]{1,2}\d{1,4}\b",
    re.IGNORECASE,
)
_PO_BOX = re.compile(r"\bP\.?[ ]?O\.?[ ]?Box[ ]\d{1,7}", re.IGNORECASE)
_STATE = (
    r"(?:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[TA]|"
    r"W[AVIY]|ON|QC|BC|AB|MB|SK|NS|NB)"
)
_CITY_STATE = re.compile(
    rf"\b[A-Z][A-Za-z.'’-]{{1,30}}(?:[ ][A-Z][A-Za-z.'’-]{{1,30}}){{0,3}}[ ]?,[ ]{{0,2}}{_STATE}\b\.?"
    r"(?:,?[ ]{1,2}\d{5}(?:-\d{4})?\b|,?[ ]{1,2}[A-Z]\d[A-Z][ ]?\d[A-Z]\d\b)?"
)
_ZIP = re.compile(rf"\b{_STATE}[ ,.]{{1,3}}\d{{5}}(?:-\d{{4}})?\b")
_POSTCODE = re.compile(
    r"\b[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2}\b|\b(?:D-|CH-|A-|F-|NL-)?(?!(?:19|20)\d\d[ ])\d{4,5}[ ][A-ZÄÖÜÉ][\w-]{2,30}"
)
# Anonymised resumes say this for every place.
_PLACEHOLDER = re.compile(r"\bcity[ ]?,[ ]?(?:state|st)\b(?:[ ]?,?[ ](?:zip|\d{5}|country|usa))*", re.IGNORECASE)

_LABEL_SIGN = re.compile(r"[:=][ ]{0,2}")
_LABEL_DASH = re.compile(r"[:=–-][ ]{0,2}")
_LONGEST_LABEL, _MOST_LABEL_WORDS = 30, 3
_LONGEST_VALUE: Mapping[str, int] = {"address": 160, "personal": 40, "birth_date": 30, "name": 60}
# Four words hold any nationality, family status or date; more are a sentence that goes on.
_MOST_VALUE_WORDS = 4
_VALUE_ENDS: Mapping[str, re.Pattern[str]] = {
    "address": re.compile(r"[|•·;\t]|[ ]{2}"),
    "personal": re.compile(r"[|•·;:,\t]"),
    "birth_date": re.compile(r"[|•·;\t]|(?<=\d{4})\D"),
    "name": re.compile(r"[|•·;\t]"),
}

_BIRTH_SIGNS = ("born ", "years old", "year old", "years-old", "year-old", " aged ", "geb. ")
_BIRTH = re.compile(
    r"\b(?:born|geb\.)[ ](?:on[ ]|in[ ])?(?:\d{1,2}(?:st|nd|rd|th)?[ ./-])?[A-Za-z0-9]{1,9}[ ./,-]{1,2}(?:\d{1,2},?[ ])?"
    r"(?:19|20)\d\d|\bborn[ ]in[ ](?:19|20)\d\d|\baged[ ]\d{2}\b|\b\d{2}[ -]years?[ -]old\b",
    re.IGNORECASE,
)
_PERSONAL_SIGNS = (
    "/her",
    "/him",
    "/them",
    "/ her",
    "/ him",
    "/ them",
    "photo a",
    "photo e",
    "photograph ",
    "single, ",
    "married, ",
    "divorced, ",
    "widowed, ",
)
_PERSONAL = re.compile(
    r"\(?\b(?:she|he|they)[ ]?/[ ]?(?:her|him|them)(?:[ ]?/[ ]?(?:hers|his|theirs))?\b\)?"
    r"|\bphoto(?:graph)?[ ](?:attached|enclosed|available|here)\b"
    r"|\b(?:single|married|divorced|widowed),[ ](?:no|one|two|three|four|\d)[ ](?:child|children|kids)\b",
    re.IGNORECASE,
)

_NAME_LEAD = re.compile(r"(?:resume|résumé|cv|curriculum vitae)(?:[ ](?:of|for))?[ ]{0,2}[:–-]?[ ]", re.IGNORECASE)
_NAME_TOKEN = re.compile(r"(?:[^\W\d_][’'.-]?){1,20}$")
_PARTICLES = frozenset(
    {"de", "da", "del", "della", "der", "den", "di", "do", "dos", "du", "el", "al", "bin", "ibn", "bint", "la", "le"}
    | {"van", "von", "ter", "ten", "zu", "y", "e", "af"}
)
_TITLES_BEFORE = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "herr", "frau"})
_ABOUT_PERSON: frozenset[SectionKind] = frozenset({"contact", "summary", "references", "other"})
_LINES_FOR_NAME = 4
_SEPARATORS = re.compile(r"[ ]*(?:[|•·;⋅◆■♦]|[ ][-–—][ ]|\t)[ ]*")

_LabelKind = ContactKind | Literal["end"]


@dataclass(frozen=True, slots=True)
class _NameLists:
    never: frozenset[str]
    credentials: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Label:
    kind: _LabelKind
    start: int
    value_start: int


def find_contacts(text: str, sections: Sequence[Section]) -> tuple[Contact, ...]:
    r"""The spans that tell who or where the person is, in order and without overlap.

    >>> text = "Jane Doe\njane@example.org | (555) 010-9999\nSkills\nASP.NET, Salesforce.com"
    >>> sections = [Section("contact", "", 0, 42), Section("skills", "Skills", 42, len(text))]
    >>> [(contact.kind, text[contact.start:contact.end]) for contact in find_contacts(text, sections)]
    [('name', 'Jane Doe'), ('email', 'jane@example.org'), ('phone', '(555) 010-9999')]
    """
    # A label or a site anywhere is found by plain search first: most of a resume's text has none.
    folded = text.lower()
    found: list[Contact] = []
    found += _emails(text)
    if any(sign in folded for sign in _LINK_SIGNS):
        found += _spans("link", _LINK, text)
    if any(site in folded for site in _HANDLE_SITES):
        found += _spans("link", _HANDLE, text)
    if any(sign in folded for sign in _BIRTH_SIGNS):
        found += _spans("birth_date", _BIRTH, text)
    if any(sign in folded for sign in _PERSONAL_SIGNS):
        found += _spans("personal", _PERSONAL, text)
    found += _phones(text)
    found += _labelled(text, sections)
    for section in sections:
        if section.kind == "contact":
            found += _spans("link", _BARE_LINK, text, section.start, section.end)
            found += _places(text, section.start, section.end)
    found += _names(text, sections)
    return _without_overlap(found)


def is_contact_line(text: str) -> bool:
    """Whether a line is an address, a telephone number, a link, or the like, and little else.

    >>> is_contact_line("Tel. +44 20 7946 0000"), is_contact_line("12 Elm Street, Dayton, OH 45402")
    (True, True)
    >>> is_contact_line("Wrote e-mail to 300 clients a day")
    False
    """
    if len(text) > 200:
        return False
    if ("@" in text and _EMAIL.search(text)) or _HANDLE.match(text):
        return True
    if ("/" in text or "www" in text.lower()) and (match := _LINK.search(text)):
        return len(text) - (match.end() - match.start()) < 80
    if len(text) < 120 and any(map(str.isdigit, text)):
        if next(_phones(text), None) is not None:
            return len(text) < 90
        if _STREET.match(text) or _ZIP.search(text) or _PO_BOX.search(text) or _STREET_ABROAD.match(text):
            return True
    if ":" in text[:_LONGEST_LABEL] or "=" in text[:_LONGEST_LABEL]:
        label = next(_labels(text, _LABEL_SIGN, 0, len(text)), None)
        if label is not None and label.start == 0 and label.kind != "end":
            return True
    if _PLACEHOLDER.match(text):
        return True
    match = _CITY_STATE.match(text)
    return match is not None and len(text) - match.end() < 12 and len(text) < 60


def is_name(text: str) -> bool:
    """Whether a line is a person's name, with or without titles and credentials, and not a job title.

    >>> is_name("Dr. María del Carmen O'Neil-Ruiz, PhD"), is_name("JANE Q. DOE")
    (True, True)
    >>> is_name("Senior Accountant"), is_name("Skills")
    (False, False)
    """
    if not 4 <= len(text) <= 60 or any(map(str.isdigit, text)):
        return False
    return _name_words(text) is not None


def _name_words(text: str) -> list[str] | None:
    """The words of a name without titles and credentials, None where it is no name."""
    lists = _name_lists()
    name, *rest = text.split(",")
    if any(not _is_credential(word) for part in rest for word in part.split()):
        # "Doe, Jane": the family name first.
        if len(rest) != 1 or len(name.split()) > 2 or not 1 <= len(rest[0].split()) <= 3:
            return None
        name = f"{rest[0]} {name}"
    words = name.split()
    while words and words[0].casefold().strip(".") in _TITLES_BEFORE:
        words = words[1:]
    while len(words) > 2 and _is_credential(words[-1]):
        words = words[:-1]
    if not 2 <= len(words) <= 5:
        return None
    for word in words:
        plain = word.strip("()\"“”'’")
        if plain.casefold() in _PARTICLES:
            continue
        if not _NAME_TOKEN.match(plain) or not plain[0].isupper() or plain.casefold().strip(".") in lists.never:
            return None
        if "-" in plain and any(part.casefold() in lists.never for part in plain.split("-")):
            return None
    if all(len(word.strip(".")) <= 2 for word in words):
        return None
    return words


def _is_credential(word: str) -> bool:
    credentials = _name_lists().credentials
    folded = word.casefold().strip("()")
    return folded in credentials or folded.replace(".", "") in credentials


@cache
def _name_lists() -> _NameLists:
    data = tomllib.loads(files("skillgap").joinpath("data/name_words.toml").read_text("utf-8"))
    return _NameLists(frozenset(data["never_in_names"]), frozenset(data["credentials"]))


@cache
def _label_kinds() -> Mapping[str, _LabelKind]:
    data = tomllib.loads(files("skillgap").joinpath("data/contact_labels.toml").read_text("utf-8"))
    kinds: tuple[_LabelKind, ...] = (*get_args(ContactKind), "end")
    return {label: kind for kind in kinds for label in data.get(kind, ())}


def _names(text: str, sections: Sequence[Section]) -> Iterator[Contact]:
    name = None
    for start, end in _lines_for_name(text, sections):
        line = text[start:end]
        label = next(_labels(line, _LABEL_SIGN, 0, min(len(line), _LONGEST_LABEL)), None)
        if label is not None and label.kind == "name" and label.start == 0:
            start += label.value_start
        elif match := _NAME_LEAD.match(line):
            start += match.end()
        line = _SEPARATORS.split(text[start:end], maxsplit=1)[0].rstrip()
        if is_name(line):
            name = _name_words(line)
            yield Contact("name", start, start + len(line))
            break
    if not name:
        return
    # The name again: in a page's header, a signature, a copyright line.
    forms = {"[ ]".join(map(re.escape, name))}
    if len(name) > 2:
        forms.add(rf"{re.escape(name[0])}[ ]{re.escape(name[-1])}")
    forms.add(rf"{re.escape(name[-1])},[ ]{re.escape(name[0])}")
    again = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(forms, key=len, reverse=True))})(?!\w)", re.IGNORECASE)
    yield from _spans("name", again, text)


def _lines_for_name(text: str, sections: Sequence[Section]) -> Iterator[tuple[int, int]]:
    """The lines that may hold the name: the first ones, before any heading, then those of contact sections."""
    before_headings = next((section.start for section in sections if section.heading), len(text))
    yield from _first_lines(text, 0, min(before_headings, 600), _LINES_FOR_NAME)
    for section in sections:
        if section.kind == "contact" and section.start > 0:
            yield from _first_lines(text, section.start, section.end, 3 * _LINES_FOR_NAME)


def _first_lines(text: str, start: int, stop: int, count: int) -> Iterator[tuple[int, int]]:
    while start < stop and count:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        begin = start + len(line) - len(line.lstrip("\t •#"))
        if begin < end:
            count -= 1
            yield begin, end
        start = end + 1


def _phones(text: str) -> Iterator[Contact]:
    for match in _PHONE.finditer(text):
        written = match.group()
        digits = sum(map(str.isdigit, written))
        if not 7 <= digits <= 16 or _DATE_LIKE.fullmatch(written) or _NO_PHONE.search(written):
            continue
        if written[0] not in "+0(" and re.search(r"\d{6}", written):
            continue
        if _TWO_DIGITS_AT_MOST.fullmatch(written) and written[0] not in "+0":
            continue
        labelled = _PHONE_LABEL.search(text, max(0, match.start() - 16), match.start()) is not None
        looks_dialled = written[0] in "+0(" or "-" in written
        if digits >= 9 or labelled or (looks_dialled and _stands_alone(text, match)):
            yield Contact("phone", match.start(), match.end())
    for match in _PHONE_IN_ONE.finditer(text):
        before = text[max(0, match.start() - 2) : match.start()].rstrip(" ")[-1:]
        # A run of digits is a number of any kind, unless a plus or a label says what it is or it has a phone's length.
        code = _COUNTRY_CODE.search(text, max(0, match.start() - 5), match.start())
        if (
            before in ("+", ":", "=")
            or code is not None
            or (len(match.group()) == 10 and match.group()[0] > "1" and before not in "$£€/.,#-")
        ):
            yield Contact("phone", code.start() if code else match.start() - (before == "+"), match.end())


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a number is all that its line or a part of it between bars holds, and is long enough to be dialled."""
    before = text[max(0, match.start() - 3) : match.start()].rstrip(" ")[-1:]
    after = text[match.end() : match.end() + 3].lstrip(" ")[:1]
    return before in ("", "\n", "|", "·", "•", "\t") and after in ("", "\n", "|", "·", "•", "\t")


def _labelled(text: str, sections: Sequence[Section]) -> Iterator[Contact]:
    """The values of labels, with their labels; "Name" and "Location" of a job or a project are not the person's."""
    labels = list(_labels(text, _LABEL_SIGN, 0, len(text)))
    for section in sections:
        if section.kind == "contact":
            labels += _labels(text, _LABEL_DASH, section.start, section.end)
    labels.sort(key=lambda label: label.start)
    for index, label in enumerate(labels):
        if label.kind == "end" or (label.kind in ("name", "address") and not _is_about_person(sections, label.start)):
            continue
        limit = label.value_start + _LONGEST_VALUE[label.kind]
        if index + 1 < len(labels):
            limit = min(limit, max(labels[index + 1].start, label.value_start))
        end = _end_of_value(text, label.kind, label.value_start, min(limit, len(text)))
        if end > label.value_start:
            yield Contact(label.kind, label.start, end)


def _is_about_person(sections: Sequence[Section], offset: int) -> bool:
    # Sections stand in order and apart.
    place = bisect_right(sections, offset, key=lambda section: section.start) - 1
    return place >= 0 and offset < sections[place].end and sections[place].kind in _ABOUT_PERSON


def _labels(text: str, sign: re.Pattern[str], start: int, stop: int) -> Iterator[_Label]:
    """The labels of personal data before each sign (a colon) of a part of the text."""
    kinds = _label_kinds()
    for match in sign.finditer(text, start, stop):
        before = text[max(0, match.start() - _LONGEST_LABEL) : match.start()]
        before = before[before.rfind("\n") + 1 :].rstrip(" ")
        words = before.lower().replace("’", "'").split(" ")
        # The longest label wins: "place of birth" before "birth".
        for count in range(min(_MOST_LABEL_WORDS, len(words)), 0, -1):
            label = " ".join(words[-count:]).lstrip("(•|,;.-\t*")
            kind = kinds.get(label) or kinds.get(label.replace(".", ""))
            if kind is not None:
                end = match.start() - (text[match.start() - 1] == " ")
                yield _Label(kind, end - len(label), match.end())
                break


def _end_of_value(text: str, kind: str, start: int, stop: int) -> int:
    value = text[start:stop].split("\n", 1)[0]
    if end := _VALUE_ENDS[kind].search(value):
        value = value[: end.start()]
    if kind in ("personal", "birth_date"):
        value = " ".join(value.split(" ")[: _MOST_VALUE_WORDS + 1 if kind == "birth_date" else _MOST_VALUE_WORDS])
    if kind == "address" and ("@" in value or "://" in value):
        return start
    return start + len(value.rstrip(" .,;"))


def _emails(text: str) -> Iterator[Contact]:
    """Addresses around each @, which is quicker than to try one at every letter."""
    done = 0
    for at in re.finditer("@", text):
        if at.start() < done:
            continue
        for contact in _spans("email", _EMAIL, text, max(done, at.start() - 66), min(len(text), at.end() + 360)):
            yield contact
            done = contact.end


def _places(text: str, start: int, end: int) -> Iterator[Contact]:
    for pattern in (_STREET, _STREET_ABROAD, _PO_BOX, _CITY_STATE, _ZIP, _POSTCODE, _PLACEHOLDER):
        yield from _spans("address", pattern, text, start, end)


def _spans(
    kind: ContactKind, pattern: re.Pattern[str], text: str, start: int = 0, end: int | None = None
) -> Iterator[Contact]:
    for match in pattern.finditer(text, start, len(text) if end is None else end):
        stop = match.end()
        ending = ".,;: " if "(" in match.group() else ".,;: )"
        while stop > match.start() and text[stop - 1] in ending:
            stop -= 1
        if stop > match.start():
            yield Contact(kind, match.start(), stop)


def _without_overlap(found: list[Contact]) -> tuple[Contact, ...]:
    """The spans in order; of two that overlap the one that begins first, or is longer, with the other's end."""
    kept: list[Contact] = []
    for contact in sorted(found, key=lambda c: (c.start, -c.end)):
        if kept and contact.start < kept[-1].end:
            if contact.end > kept[-1].end:
                kept[-1] = Contact(kept[-1].kind, kept[-1].start, contact.end)
            continue
        kept.append(contact)
    return tuple(kept)
