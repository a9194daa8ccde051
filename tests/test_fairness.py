"""The result depends on skills alone: who the person is changes nothing, and a blind report does not tell it."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillgap import GapReport, Resume, analyze, load_role
from skillgap.cli import main
from skillgap.reporting.blind import redact, redact_explanation
from skillgap.reporting.excel import write_report_workbook
from skillgap.reporting.tables import records_to_csv

ROLES = ("collections-specialist", "accountant")


@dataclass(frozen=True)
class Person:
    """All that a resume tells of who somebody is, beside what they can do."""

    name: str = "Maria Alvarez"
    pronoun: str = "she"
    address: str = "12 Elm Street, Dayton, OH 45402"
    phone: str = "(555) 010-4477"
    email: str = "maria.alvarez@example.com"
    link: str = "linkedin.com/in/maria-alvarez"
    personal: str = ""
    school: str = "Lake Superior College"
    graduated: str = "2012"
    gap: str = ""


PEOPLE = {
    "a man's name": Person(name="John Miller", pronoun="he", email="john.miller@example.com"),
    "a name from Ghana": Person(name="Kwame Osei-Tutu", email="k.osei-tutu@example.com"),
    "a name from Vietnam": Person(name="Nguyễn Thị Hồng", email="hong.nguyen@example.com"),
    "a name from Ireland": Person(name="Siobhán O'Connor", email="siobhan@example.ie"),
    "a name of five words": Person(name="María del Carmen Pérez Soto"),
    "a name in capitals": Person(name="LAKISHA WASHINGTON"),
    "a family name first": Person(name="Washington, Lakisha"),
    "titles": Person(name="Dr. Mohammed Al-Farouq, MBA"),
    "they": Person(pronoun="they"),
    "an address abroad": Person(address="Hauptstraße 5, 10115 Berlin"),
    "another part of town": Person(address="2210 Martin Luther King Jr Blvd, Detroit, MI 48208"),
    "no address": Person(address=""),
    "a phone abroad": Person(phone="+91 98765 43210"),
    "an old address at a provider": Person(email="grandma1948@aol.example"),
    "no link": Person(link=""),
    "a birth date": Person(personal="Date of Birth: 4 July 1961"),
    "an age": Person(personal="Age: 58"),
    "gender": Person(personal="Gender: Female"),
    "marital status": Person(personal="Marital Status: Married, two children"),
    "nationality": Person(personal="Nationality: Nigerian"),
    "religion": Person(personal="Religion: Hindu"),
    "a photo": Person(personal="Photo attached"),
    "a famous school": Person(school="Harvard University"),
    "a women's college": Person(school="Smith College for Women"),
    "a school of Black history": Person(school="Howard University"),
    "a school abroad": Person(school="Universidad Nacional de Colombia"),
    "graduated long ago": Person(graduated="1979"),
    "graduated lately": Person(graduated="2023"),
    "a gap": Person(gap="January 2018 – March 2019\nCareer break"),
    "parental leave": Person(gap="January 2018 – March 2019\nParental leave"),
    "a gap for illness": Person(gap="2018 – 2019\nMedical leave"),
    "time in prison": Person(gap="2017 – 2019\nAway from work"),
}

LAYOUTS = {
    "plain": """{name}
{address}
{phone} | {email} | {link}
{personal}

Summary
Collections specialist with nine years in consumer accounts. {Pronoun} speaks English and keeps exact records.

Experience
Senior Collections Specialist, Larkfield Credit Services
March 2019 – Present
• Made sixty outbound collection calls a day on delinquent accounts and set up payment arrangements.
• Reviewed the accounts receivable aging report each week and reconciled bank deposits.
{gap}
Accounts Receivable Clerk, Northshore Dental Group
June 2015 – December 2017
• Prepared patients’ billing statements; posted payments in QuickBooks.

Skills
MS Excel (pivot tables), Microsoft Word, SAP, bookkeeping, customer service

Education
Associate of Applied Science in Accounting, {school}, {graduated}
""",
    "skills first": """CURRICULUM VITAE OF {name}
{personal}
Address: {address}
Tel: {phone}  E-mail: {email}
Web: {link}

Core Competencies
• Bookkeeping and general ledger
• Negotiation
• Data entry in SAP and MS Excel

Professional Experience
Bookkeeper, Harbor Freight Lines    2012 - 2017
Prepared monthly financial statements and payroll for 60 staff. Processed accounts payable and receivable.
{gap}
Collector, Saguaro Medical    2019 - present
Collected past due balances by phone and letter, and resolved disputes with customers.

Education and Training
{school} — Diploma in Business Administration ({graduated})
""",
    "references last": """{name}
Objective
Seeking work as an accounts receivable clerk.

Work History
Billing Clerk | Cedar Valley Utilities | 05/2016 - 08/2023
- Issued invoices, answered billing questions and took payments.
- Kept spreadsheets in Excel; wrote collection letters in Word.
{gap}

Education
{school}, {graduated}

Contact
{phone}
{email}
{address}
{link}
{personal}
""",
}


def write(layout: str, person: Person) -> str:
    fields = {field: getattr(person, field) for field in Person.__dataclass_fields__}
    text = LAYOUTS[layout].format(Pronoun=person.pronoun.capitalize(), **fields)
    return "\n".join(line for line in text.splitlines() if line.strip(" |") or not line)


def outcome(report: GapReport) -> tuple[object, ...]:
    """All that may not change with the person."""
    return report.coverage, tuple(
        (skill.id, skill.strength, tuple((e.text, e.section, e.label, e.method) for e in skill.evidence))
        for skill in (*report.hard_skills, *report.core_skills)
    )


def analyze_text(text: str, role: str, *, blind: bool = False) -> GapReport:
    return analyze(Resume.from_text(text), load_role(role), blind=blind)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_who_the_person_is_changes_nothing(layout: str, role: str) -> None:
    usual = analyze_text(write(layout, Person()), role)
    assert len(usual.covered) >= 3, "there must be something to lose"
    for change, person in PEOPLE.items():
        assert outcome(analyze_text(write(layout, person), role)) == outcome(usual), change


def test_a_skill_less_does_change_the_result() -> None:
    text = write("plain", Person())
    with_excel, without = (analyze_text(t, ROLES[0]) for t in (text, text.replace("MS Excel (pivot tables), ", "")))
    assert without.coverage < with_excel.coverage


FIRST = ("Aisha", "Brad", "Chidi", "Dmitri", "Emeka", "Fatima", "Greta", "Hye-jin", "Imran", "José", "Lakshmi", "Zoë")
LAST = ("Abebe", "Bianchi", "Chen", "Dubois", "Eze", "Fernández", "Goldberg", "Haddad", "Jones", "Kowalczyk", "O'Neil")
people = st.builds(
    Person,
    name=st.builds("{} {}".format, st.sampled_from(FIRST), st.sampled_from(LAST)),
    pronoun=st.sampled_from(["she", "he", "they"]),
    address=st.builds(
        "{} {} {}, {}".format,
        st.integers(1, 9999),
        st.sampled_from(["Oak", "Lincoln", "Cesar Chavez", "Martin Luther King"]),
        st.sampled_from(["Street", "Ave", "Blvd"]),
        st.sampled_from(["Compton, CA 90220", "Scarsdale, NY 10583", "Jackson, MS 39201", "Toronto, ON M5V 2T6"]),
    ),
    email=st.builds("{}{}@example.{}".format, st.sampled_from("abc"), st.integers(1930, 2010), st.just("com")),
    personal=st.sampled_from(["", "DOB: 01/02/1960", "Sex: M", "Nationality: Mexican", "Marital status: single"]),
    school=st.sampled_from(
        ["Yale University", "Spelman College", "City College", "University of Lagos", "IIT Delhi", "Texas State"]
    ),
    graduated=st.integers(1965, 2024).map(str),
    gap=st.sampled_from(["", "2018 – 2019\nCareer break", "2018\nMaternity leave", "2018\nMilitary service abroad"]),
)


@settings(max_examples=60, deadline=None)
@given(people, st.sampled_from(sorted(LAYOUTS)))
def test_any_person_gets_the_same_result(person: Person, layout: str) -> None:
    assert outcome(analyze_text(write(layout, person), ROLES[0])) == outcome(
        analyze_text(write(layout, Person()), ROLES[0])
    )


def test_a_picture_in_the_file_changes_nothing() -> None:
    def save(with_photo: bool) -> bytes:
        document = docx.Document()
        if with_photo:
            document.add_picture(io.BytesIO(PNG))
        for line in write("plain", Person()).splitlines():
            document.add_paragraph(line)
        data = io.BytesIO()
        document.save(data)
        return data.getvalue()

    assert outcome(analyze(save(True), ROLES[0])) == outcome(analyze(save(False), ROLES[0]))


# A picture of one dot.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)

# ------------------------------------------------------------------------------------------------ blind reports

TELLING = {
    "name": lambda p: [word for word in p.name.replace(",", " ").split() if len(word.strip(".")) > 3],
    "contact": lambda p: [p.phone, p.email, p.link.rpartition("/")[2]],
    "place": lambda p: [part.strip() for part in p.address.split(",")],
    "personal": lambda p: [p.personal.partition(":")[2].strip()],
}


def all_outputs(report: GapReport, folder: Path) -> str:
    """What every form of output holds, one behind the other."""
    write_report_workbook(report, folder / "report.xlsx")
    import openpyxl

    book = openpyxl.load_workbook(folder / "report.xlsx")
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    parts = [str(report), report.to_json(), report.to_markdown(), records_to_csv(report.to_records()), *cells]
    parts += [report.to_html(), str(report.to_records())]
    told = (*report.hard_skills, *report.core_skills)
    parts += [str(redact_explanation(report, report.explain(skill.id))) for skill in told]
    return "\n".join(parts)


# Those whose resumes tell more than the others, or in another way.
_TOLD_MOST = (
    *("a name from Vietnam", "a name from Ireland", "a family name first", "titles", "an address abroad"),
    *("a phone abroad", "a birth date", "gender", "marital status", "nationality"),
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_output_of_a_blind_report_tells_who_the_person_is(layout: str, tmp_path: Path) -> None:
    role = load_role(ROLES[0])
    for change in _TOLD_MOST if layout == "plain" else _TOLD_MOST[2:5]:
        person = PEOPLE[change]
        resume = replace(Resume.from_text(write(layout, person)), source=f"{person.name.replace(' ', '_')}_cv.pdf")
        shown = all_outputs(analyze(resume, role, blind=True), tmp_path).casefold()
        assert "excel" in shown, "skills are told"
        for kind, find in TELLING.items():
            for word in find(person):
                assert not word or word.casefold() not in shown, f"{kind} of {change}: {word}"
        for word in (" she ", " he ", "maternity"):
            assert word not in shown


def test_words_within_evidence_are_blackened_too(tmp_path: Path) -> None:
    text = "Maria Alvarez\n\nExperience\nCollector\n• Maria Alvarez made collection calls to customers at maria@x.org"
    report = analyze(Resume.from_text(text), load_role(ROLES[0]), blind=True)
    shown = all_outputs(report, tmp_path)
    assert "Maria" not in shown and "maria@" not in shown


def test_only_quoted_words_are_left_of_the_text() -> None:
    report = analyze(Resume.from_text(write("plain", Person())), load_role(ROLES[0]), blind=True)
    text = redact(report).resume.text
    assert len(text) == len(report.resume.text)
    left = {word for word in text.split() if "█" not in word}
    assert "Northshore" not in left and "Superior" not in left
    assert "Excel" in text


def test_warnings_of_a_blind_report_quote_nothing() -> None:
    resume = Resume.from_text("Maria Alvarez\n\nSkills\n" + "Excel, Payroll, Alvarez Books\n" * 9)
    report = analyze(resume, load_role(ROLES[0]), blind=True)
    assert any(warning.code == "repeated-text" for warning in report.warnings)
    assert "Alvarez" not in report.to_json()
    assert "9 times in a row" in report.to_json()


def test_blind_command_names_neither_person_nor_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "Maria_Alvarez_CV.txt"
    path.write_text(write("plain", Person()), encoding="utf-8")
    for form in ("text", "json", "markdown", "csv", "html"):
        assert main(["analyze", str(path), "--role", ROLES[0], "--blind", "--format", form]) == 0
        shown = capsys.readouterr()
        assert "alvarez" not in (shown.out + shown.err).casefold(), form
