"""What a resume tells of who and where a person is, found for blind reports.

Recall comes first, with one bound: nothing that may show a skill is taken. So links without a scheme count
only in the contact lines, places only there or after a label, and a line of title words is never a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from skillgap.model import Contact, ContactKind, Section

_EMAIL = re.compile(r"[\w.+%-]{1,64}[ ]?@[ ]?(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}")
_PHONE = re.compile(
    r"(?<![\w$£€/.,#-])(?:\+|00)?\(?\d{1,4}\)?(?:[ .\-–/]{1,3}\(?\d{1,5}\)?){1,6}(?:[ ]?(?:x|ext\.?|extension)[ ]?\d{1,6})?(?![\w%/]|[-.]\d)",
    re.IGNORECASE,
)
_PHONE_ONE_RUN = re.compile(
    r"(?<![\w$£€/.,#-])(?:\+\d{7,15}|(?<=[:=] )\d{9,12}|(?<=[:=])\d{9,12}|[2-9]\d{9})(?![\w%/.,-])"
)
_PHONE_LABEL = re.compile(
    r"\b(?:phone|tel|telephone|mobile|cell|fax|mob|ph|handy|móvil|telefon|téléphone|telefoon)\b", re.IGNORECASE
)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"|]{2,200}"
    r"|\b(?:linkedin|github|gitlab|bitbucket|facebook|fb|twitter|x|instagram|behance|dribbble|medium|stackoverflow|youtube|"
    r"vimeo|tumblr|skype|orcid|kaggle|xing|researchgate)\.(?:com|org|net|co|io|me)/[^\s<>\"|,;]{1,200}",
    re.IGNORECASE,
)
_BARE_LINK = re.compile(
    r"(?<![\w@.])(?:[a-z0-9-]{2,63}\.){1,3}(?:com|org|net|io|me|dev|co|info|eu|us|uk|de|fr|es|it|nl|pl|ca|in|app|page|site|"
    r"online|design|tech|blog)(?![\w@]|\.\w)(?:/[^\s<>\"|,;]{0,200})?"
)
_HANDLE = re.compile(
    r"\b(?:linkedin|github|gitlab|twitter|skype|instagram|facebook|telegram|whatsapp)(?:[ ]?(?:id|profile|url))?[ ]?[:/]{1,3}[ ]?[^\s|,;•]{2,60}",
    re.IGNORECASE,
)

_STREET_WORD = (
    r"(?:street|st|avenue|ave|av|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|circle|cir|place|pl|terrace|ter|way|"
    r"parkway|pkwy|highway|hwy|square|sq|trail|trl|crescent|close|gardens|loop|row|walk|plaza|pike|run|alley|path)"
)
_STREET = re.compile(
    rf"\b\d{{1,6}}[A-Za-z]?[ ](?:[NSEW]{{1,2}}\.?[ ])?(?:[A-Z0-9][\w'’.-]{{0,30}}[ ]){{1,4}}{_STREET_WORD}\b\.?"
    r"(?:,?[ ](?:apt|apartment|unit|suite|ste|#|no|floor|fl)\.?[ ]?#?[\w-]{1,8})?",
    re.IGNORECASE,
)
_STREET_OTHER = re.compile(
    r"\b[A-ZÄÖÜ][\wäöüß.-]{2,40}(?:straße|strasse|str\.|weg|platz|gasse|allee|laan|straat|gatan|vej)[ ]\d{1,4}[a-z]?\b"
    r"|\b\d{1,4}(?:bis|ter)?,?[ ](?:rue|avenue|boulevard|place|chemin|allée|impasse|quai)[ ][\w'’ .-]{3,40}"
    r"|\b(?:calle|avda\.?|avenida|via|viale|piazza|corso|rua|ulica|ul\.)[ ][\w'’ .-]{3,40}[ ,]{1,2}\d{1,4}\b",
    re.IGNORECASE,
)
_PO_BOX = re.compile(r"\bP\.?[ ]?O\.?[ ]?Box[ ]\d{1,7}", re.IGNORECASE)
_STATE = (
    r"(?:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]|"
    r"ON|QC|BC|AB|MB|SK|NS|NB)"
)
_CITY_STATE = re.compile(
    rf"\b[A-Z][A-Za-z.'’-]+(?:[ ][A-Z][A-Za-z.'’-]+){{0,3}}[ ]?,?[ ]{_STATE}\b\.?(?:,?[ ]+\d{{5}}(?:-\d{{4}})?\b|,?[ ]+[A-Z]\d[A-Z][ ]?\d[A-Z]\d\b)?"
)
_ZIP = re.compile(rf"\b{_STATE}[ ,.]+\d{{5}}(?:-\d{{4}})?\b")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2}\b|\b(?:D-|CH-|A-|F-|NL-)?\d{4,5}[ ][A-ZÄÖÜÉ][\w-]{2,30}")
_PLACEHOLDER = re.compile(r"\bcity[ ]?,[ ]?(?:state|st)\b(?:[ ]?,?[ ](?:zip|\d{5}|country|usa))*", re.IGNORECASE)

_VALUE = r"[ ]{0,2}[:\-–=][ ]{0,2}"
_ADDRESS_LABEL = re.compile(
    rf"\b(?:(?:permanent|present|current|home|mailing|postal|street|residential|correspondence)[ ])?(?:address|adresse|anschrift|residence|dirección|indirizzo|endereço){_VALUE}(?=\S)",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"\b(?:date[ ]of[ ]birth|birth[ ]?date|d\.?o\.?b\.?|birthday|geburtsdatum|geboren(?:[ ]am)?|geb\.|né(?:e)?[ ]le|date[ ]de[ ]naissance|"
    r"fecha[ ]de[ ]nacimiento|data[ ]di[ ]nascita|data[ ]de[ ]nascimento|geboortedatum|data[ ]urodzenia)(?!\w)"
    r"[ ]{0,2}[:\-–=]?[ ]{0,2}"
    r"(?:\d{1,4}(?:st|nd|rd|th)?(?:[ ]of)?[ ./-]{1,2}[\w.]{1,10}[ ,./-]{1,3}\d{2,4}|[A-Za-z]{3,9}\.?[ ]\d{1,2}(?:st|nd|rd|th)?,?[ ]\d{4}|\d{4})?"
    r"|\bborn[ ](?:on[ ]|in[ ])?(?:\d{1,2}(?:st|nd|rd|th)?[ ./-])?[A-Za-z0-9]{1,9}[ ./,-]{1,2}(?:\d{1,2},?[ ])?(?:19|20)\d\d"
    r"|\bage(?:d)?[ ]{0,2}[:\-–=][ ]{0,2}\d{2}(?:[ ]years?(?:[ ]old)?)?|\b(?:aged[ ])\d{2}\b|\b\d{2}[ ]years?[ ]old\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"(?<![\w-])(?:gender|sex|marital[ ]status|civil[ ]status|family[ ]status|status(?=[ ]{0,2}[:=][ ]{0,2}(?:single|married|divorced|widow))|nationality|"
    r"citizenship|religion|ethnicity|race|place[ ]of[ ]birth|birth[ ]?place|passport(?:[ ](?:no|number))?\.?|father['’]?s?[ ]name|"
    r"mother['’]?s?[ ]name|spouse(?:['’]s[ ]name)?|husband['’]?s?[ ]name|children|dependents|blood[ ]group|caste|height|weight|"
    r"social[ ]security(?:[ ](?:no|number))?\.?|ssn|visa[ ]status|disability|photo|photograph|pronouns|geschlecht|familienstand|"
    r"staatsangehörigkeit|nationalität|geburtsort|konfession|situation[ ]familiale|nationalité|estado[ ]civil|"
    r"nacionalidad|stato[ ]civile|nazionalità|cittadinanza|nacionalidade|nationaliteit|obywatelstwo)"
    r"[ ]{0,2}[:=–-][ ]{0,2}(?P<value>[^\s:;|•,\n][^:;|•,\n]{0,40})",
    re.IGNORECASE,
)
_PERSONAL_WORDS = re.compile(
    r"\((?:she|he|they|xe|ze)[ ]?/[ ]?(?:her|him|them|hers|his|theirs|hir|xem)(?:[ ]?/[ ]?\w{2,6})?\)"
    r"|\b(?:she|he|they)[ ]?/[ ]?(?:her|him|them)(?:[ ]?/[ ]?(?:hers|his|theirs))?\b"
    r"|\bphoto(?:graph)?[ ](?:attached|enclosed|available|here)\b|\b(?:single|married|divorced|widowed),[ ](?:no|one|two|three|four|\d)[ ](?:child|children|kids)\b",
    re.IGNORECASE,
)
# A value runs on into the next label where a form was flattened: "Female Marital Status : Married".
_NEXT_LABEL = re.compile(
    r"[ ](?:gender|sex|marital|civil|nationality|religion|date|place|father|mother|passport|languages?|hobbies|address|permanent|"
    r"phone|mobile|email|declaration|interests|height|weight|status|visa|driving)\b.*",
    re.IGNORECASE,
)

_NAME_LABEL = re.compile(
    r"^(?:(?:full|legal|candidate(?:['’]s)?|first|last)[ ])?(?:name|nom|nombre|nome|naam)[ ]{0,2}:[ ]{0,2}",
    re.IGNORECASE,
)
_NAME_LEAD = re.compile(r"^(?:resume|résumé|cv|curriculum vitae)(?:[ ](?:of|for))?[ ]{0,2}[:–-]?[ ]", re.IGNORECASE)
_NAME_TOKEN = re.compile(r"(?:[^\W\d_][’'.-]?){1,20}$")
_PARTICLES = frozenset(
    "de da del della der den di do dos du el al bin ibn bint la le van von ter ten zu y e af".split()
)
_TITLES_BEFORE = frozenset("mr mrs ms miss dr prof sir madam herr frau".split())
_CREDENTIALS = frozenset(
    "cpa mba phd md rn bsn msn esq jd cfa cma pmp phr sphr shrm-cp shrm-scp ea cia cisa cissp pe dds dvm lpn cna ba bs "
    "ms ma bsc msc lcsw lmsw ccc-slp np fnp aprn edd med m.ed. m.a. b.a. b.s. m.s. ph.d. m.d. jr sr ii iii iv aia acca ca".split()
)
# Words of titles, subjects and headings: a line with one of them is not a name. People are called Baker,
# Cook, Mason and Carter, so trades that are common surnames count only beside another such word.
_NO_NAME = frozenset(
    "resume résumé curriculum vitae cv summary profile objective experience education skills contact information page "
    "accountant accounts account accounting accounter manager management director supervisor coordinator specialist "
    "assistant associate analyst clerk officer engineer engineering developer programmer designer consultant "
    "representative administrator administrative administration executive secretary receptionist technician teacher "
    "instructor professor lecturer nurse nursing physician attorney lawyer paralegal advocate counsel auditor "
    "bookkeeper collector collections collection cashier sales salesperson salesman marketing advertising finance "
    "financial banking banker teller treasurer controller comptroller payroll billing payable receivable credit loan "
    "mortgage insurance claims underwriter customer service services support human resources hr recruiter recruiting "
    "recruitment talent training trainer trainee intern internship student graduate apprentice operator operations "
    "production manufacturing quality assurance control inspector machinist mechanic mechanical electrical electrician "
    "electronic electronics technical technology information systems system network software hardware web data "
    "database business development project program product process planning planner strategic strategy chief president "
    "vice head lead leader senior junior principal staff team owner founder partner chef sous culinary kitchen "
    "restaurant bartender server waitress waiter hostess host barista food beverage hospitality hotel store retail "
    "merchandiser merchandising buyer purchasing procurement logistics warehouse shipping driver delivery pilot "
    "aviation flight aircraft airline construction foreman superintendent carpenter plumber welder painter laborer "
    "maintenance facilities facility property estate realtor agent agency broker fitness coach coaching athletic sport "
    "sports personal trainer health healthcare medical clinical dental hygienist pharmacy pharmacist therapist therapy "
    "counselor social worker caregiver aide care childcare nanny daycare preschool school elementary secondary "
    "principal superintendent librarian library museum curator artist art arts artistic graphic creative digital media "
    "photographer photography videographer editor editorial writer author journalist reporter public relations "
    "communications communication content copywriter translator interpreter fashion apparel stylist model actor "
    "actress musician music dancer producer film television legal law compliance risk security guard police "
    "detective firefighter military army navy air force marine veteran government federal state city county national "
    "international global regional district area general agriculture agricultural farm automotive auto automobile "
    "bpo call center help desk desktop it civil structural environmental chemical biomedical research researcher "
    "scientist science laboratory lab chemist biologist economist statistician mathematician professional expert "
    "freelance self employed certified licensed registered corporate commercial industrial residential independent "
    "office front desk field site plant shift crew group division department unit company inc llc ltd university college "
    "institute academy of and the for in at with to on by or & / | highlights references objective about proficient "
    "excel word microsoft bilingual english spanish french german work history employment career tax audit budget cost "
    "investment wealth advisor adviser planner ambassador volunteer member board committee community outreach event "
    "events wedding catering housekeeping housekeeper janitor custodian cleaner cleaning landscaping horticulture "
    "veterinary animal vet groomer pet lifeguard camp counselor tutor tutoring educator education".split()
)

_LINES_FOR_NAME = 4
_SEPARATORS = re.compile(r"[ ]*(?:[|•·;⋅◆■♦]|[ ][-–—][ ]|\t)[ ]*")


def find_contacts(text: str, sections: Sequence[Section]) -> tuple[Contact, ...]:
    """The spans that tell who or where the person is, in order and without overlap.

    >>> text = "Jane Doe\\njane@example.org | (555) 010-9999\\nSkills\\nASP.NET, Salesforce.com"
    >>> sections = [Section("contact", "", 0, 42), Section("skills", "Skills", 42, len(text))]
    >>> [(contact.kind, text[contact.start:contact.end]) for contact in find_contacts(text, sections)]
    [('name', 'Jane Doe'), ('email', 'jane@example.org'), ('phone', '(555) 010-9999')]
    """
    found: list[Contact] = []
    if "@" in text:
        found += _spans("email", _EMAIL, text)
    found += _spans("link", _LINK, text)
    found += _spans("link", _HANDLE, text)
    found += _phones(text)
    found += _spans("birth_date", _BIRTH, text)
    found += _personal(text)
    found += _labelled_addresses(text)
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
    if ("@" in text and _EMAIL.search(text)) or _LINK.search(text) or _HANDLE.match(text):
        return True
    if any(map(str.isdigit, text)):
        if next(_phones(text), None) is not None and len(text) < 90:
            return True
        if _STREET.match(text) or _ZIP.search(text) or _PO_BOX.search(text) or _STREET_OTHER.match(text):
            return len(text) < 120
    if _PLACEHOLDER.match(text) or _ADDRESS_LABEL.match(text) or _BIRTH.match(text) or _PERSONAL.match(text):
        return True
    if _NAME_LABEL.match(text):
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
    name, *rest = text.split(",")
    if any(
        word.casefold().strip(".") not in _CREDENTIALS and word.casefold() not in _CREDENTIALS
        for part in rest
        for word in part.split()
    ):
        # "Doe, Jane": the family name first.
        if len(rest) != 1 or len(name.split()) > 2 or len(rest[0].split()) > 3 or not rest[0].strip():
            return None
        name = f"{rest[0]} {name}"
    words = name.split()
    while words and words[0].casefold().strip(".") in _TITLES_BEFORE:
        words = words[1:]
    while len(words) > 1 and words[-1].casefold().strip("().") in _CREDENTIALS:
        words = words[:-1]
    if not 2 <= len(words) <= 5:
        return None
    for word in words:
        plain = word.strip("()\"“”'’")
        if plain.casefold() in _PARTICLES:
            continue
        if not _NAME_TOKEN.match(plain) or not plain[0].isupper() or plain.casefold().strip(".") in _NO_NAME:
            return None
        if any(part.casefold() in _NO_NAME for part in plain.split("-")):
            return None
    if all(len(word.strip(".")) <= 2 for word in words):
        return None
    return words


def _names(text: str, sections: Sequence[Section]) -> Iterator[Contact]:
    name = None
    for start, end in _lines_for_name(text, sections):
        line = text[start:end]
        for pattern in (_NAME_LABEL, _NAME_LEAD):
            if match := pattern.match(line):
                start += match.end()
                line = text[start:end]
        line = _SEPARATORS.split(line, maxsplit=1)[0].rstrip()
        if is_name(line):
            name = _name_words(line)
            yield Contact("name", start, start + len(line))
            break
    if not name:
        return
    # The name again: in a page's header, a signature, a copyright line.
    forms = {r"[ ]".join(map(re.escape, name))}
    if len(name) > 2:
        forms.add(rf"{re.escape(name[0])}[ ]{re.escape(name[-1])}")
    forms.add(rf"{re.escape(name[-1])},[ ]{re.escape(name[0])}")
    again = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(forms, key=len, reverse=True))})(?!\w)", re.IGNORECASE)
    yield from _spans("name", again, text)


def _lines_for_name(text: str, sections: Sequence[Section]) -> Iterator[tuple[int, int]]:
    """The lines that may hold the name: the resume's first ones, then those of contact sections."""
    regions = [(0, min(len(text), 600))] + [(s.start, s.end) for s in sections if s.kind == "contact" and s.start > 0]
    for region_start, region_end in regions:
        start, count = region_start, 0
        while start < region_end and count < _LINES_FOR_NAME * (3 if region_start else 1):
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            begin = start + (len(text[start:end]) - len(text[start:end].lstrip("\t •#")))
            if begin < end:
                count += 1
                yield begin, end
            start = end + 1


def _phones(text: str) -> Iterator[Contact]:
    for match in _PHONE.finditer(text):
        written = match.group()
        digits = sum(map(str.isdigit, written))
        if not 7 <= digits <= 16 or _is_date_like(written):
            continue
        labelled = _PHONE_LABEL.search(text, max(0, match.start() - 16), match.start()) is not None
        if digits >= 9 or labelled or re.fullmatch(r"\d{3}[ .-]\d{4}", written):
            yield Contact("phone", match.start(), match.end())
    yield from _spans("phone", _PHONE_ONE_RUN, text)


_DATE_LIKE = re.compile(
    r"(?:\d{1,2}[./-]){0,2}(?:19|20)\d\d(?:[ ]?[-–/. ]{1,3}[ ]?(?:\d{1,2}[./-]){0,2}(?:19|20)?\d\d)?|(?:19|20)\d\d[-./]\d\d[-./]\d\d.*"
)


def _is_date_like(written: str) -> bool:
    return _DATE_LIKE.fullmatch(written) is not None


def _personal(text: str) -> Iterator[Contact]:
    for match in _PERSONAL.finditer(text):
        value = match["value"]
        kept = _NEXT_LABEL.sub("", value)
        # Four words hold any nationality or family status; more are a sentence that goes on.
        kept = " ".join(kept.split(" ")[:4]).rstrip()
        yield Contact("personal", match.start(), match.start("value") + len(kept))
    yield from _spans("personal", _PERSONAL_WORDS, text)


def _labelled_addresses(text: str) -> Iterator[Contact]:
    for match in _ADDRESS_LABEL.finditer(text):
        end = text.find("\n", match.end())
        end = min(len(text) if end < 0 else end, match.end() + 160)
        value = _NEXT_LABEL.sub("", text[match.end() : end])
        value = _SEPARATORS.split(value, maxsplit=1)[0].rstrip()
        if "@" in value or _LINK.match(value):
            continue
        yield Contact("address", match.start(), match.end() + len(value))


def _places(text: str, start: int, end: int) -> Iterator[Contact]:
    for pattern in (_STREET, _STREET_OTHER, _PO_BOX, _CITY_STATE, _ZIP, _POSTCODE, _PLACEHOLDER):
        yield from _spans("address", pattern, text, start, end)


def _spans(
    kind: ContactKind, pattern: re.Pattern[str], text: str, start: int = 0, end: int | None = None
) -> Iterator[Contact]:
    for match in pattern.finditer(text, start, len(text) if end is None else end):
        stop = match.end()
        while (
            stop > match.start() and text[stop - 1] in ".,;: )" and (text[stop - 1] != ")" or "(" not in match.group())
        ):
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
