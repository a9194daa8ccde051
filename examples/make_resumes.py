"""Make the invented resumes in resumes/: PDF and DOCX in the layouts that people send.

    pip install reportlab python-docx
    python examples/make_resumes.py

Nobody here exists. Running it again gives the same bytes.
"""

from __future__ import annotations

import datetime
import zipfile
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor
from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    FrameBreak,
    HRFlowable,
    ListFlowable,
    ListItem,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

HERE = Path(__file__).parent / "resumes"


@dataclass(frozen=True)
class Job:
    """One entry of a resume: a job, a course, a degree."""

    title: str
    place: str
    dates: str
    duties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """What one invented resume says."""

    name: str
    contact: tuple[str, ...]
    headline: str
    summary: str
    jobs: tuple[Job, ...]
    education: tuple[Job, ...]
    skills: tuple[str, ...]
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


MARIA = Person(
    "Maria Alvarez",
    ("Tucson, AZ", "(520) 555-0142", "maria.alvarez@example.com"),
    "Collections Specialist",
    "Collections specialist with eight years in consumer and dental debt. Keeps the customer and the cash: 94 % of "
    "promises to pay kept in 2023. Bilingual, fluent in English and Spanish.",
    (
        Job(
            "Collections Specialist",
            "Saguaro Dental Partners, Tucson, AZ",
            "March 2019 – May 2024",
            (
                "Make 70 outbound collection calls a day on past-due patient accounts and negotiate payment plans.",
                "Work the accounts receivable aging report weekly; cut balances over 90 days from 31 % to 12 %.",
                "Post payments, process refunds and mail monthly statements to 2,300 patients.",
                "Document every call and promise to pay in the collection system.",
                "Resolve billing disputes with insurers and explain benefits to patients.",
                "Train new collectors in call handling and the Fair Debt Collection Practices Act.",
            ),
        ),
        Job(
            "Accounts Receivable Clerk",
            "Desert Sky Medical Supply, Tucson, AZ",
            "June 2016 – February 2019",
            (
                "Entered invoices and cash receipts and reconciled customer accounts at month-end.",
                "Wrote dunning letters and followed up on delinquent accounts by phone and mail.",
                "Built pivot tables in Excel that showed the sales team which customers paid late.",
            ),
        ),
    ),
    (Job("Associate of Applied Science, Accounting", "Santa Cruz Community College", "2016"),),
    (
        *("Accounts receivable", "Skip tracing", "Payment arrangements", "QuickBooks", "MS Excel", "MS Word"),
        *("Time management", "Customer service", "Conflict resolution", "Attention to detail"),
    ),
)

TOM = Person(
    "Tom Okafor",
    ("Leeds, LS2 7XY", "0113 496 0521", "tom.okafor@example.org", "linkedin.example/tomokafor"),
    "Credit Controller",
    "Credit controller who enjoys turning a cold ledger into paid invoices. Six years of B2B collections in "
    "wholesale and logistics.",
    (
        Job(
            "Credit Controller",
            "Harrow & Pike Logistics, Leeds",
            "2020 – present",
            (
                "Manage a sales ledger of 640 accounts and £3.2m of debt.",
                "Collect overdue balances by phone, e-mail and letter before action.",
                "Brought days sales outstanding down from 58 to 41.",
                "Prepare monthly aging analysis and bad-debt forecast for the finance director.",
                "Agree repayment plans and monitor that they are kept.",
            ),
        ),
        Job(
            "Sales Ledger Assistant",
            "Calder Foods Wholesale, Bradford",
            "2017 – 2020",
            (
                "Allocated cash, raised credit notes and sent customer statements.",
                "Answered customers' account queries and kept their records up to date.",
            ),
        ),
    ),
    (
        Job("AAT Level 3, Advanced Diploma in Accounting", "Aire Valley College", "2019"),
        Job("A-levels: Mathematics, Economics, English", "Beckside School", "2017"),
    ),
    ("Sage 50", "SAP", "Microsoft Office", "VLOOKUP", "Credit checks", "Negotiation", "Prioritising a full desk"),
    (("Languages", ("English (native)", "Igbo (fluent)")),),
)

GRACE = Person(
    "Grace Lindqvist",
    ("Duluth, MN 55802", "218-555-0187", "grace.lindqvist@example.net"),
    "Medical Billing and Coding Specialist",
    "Certified coder with eleven years in hospital and clinic billing. Detail-oriented; denial rate under 3 %.",
    (
        Job(
            "Medical Billing Specialist",
            "North Shore Orthopedics, Duluth, MN",
            "08/2018 – Present",
            (
                "Bill Medicare, Medicaid and commercial payers for four surgeons; 96 % clean-claim rate.",
                "Work denials and appeals, and correct claims within five days.",
                "Follow up on unpaid patient balances and set up payment plans.",
                "Post insurance and patient payments from remittance advice.",
                "Maintain electronic medical records in Epic and audit charts for missing documentation.",
                "Explain statements to patients, with patience, by phone and at the desk.",
            ),
        ),
        Job(
            "Patient Account Representative",
            "St. Brendan Hospital, Superior, WI",
            "05/2013 – 07/2018",
            (
                "Collected copays and deposits, balanced the drawer daily and prepared bank deposits.",
                "Verified insurance and estimated patients' share of cost.",
                "Filed, scanned and retrieved records for three departments.",
            ),
        ),
        Job(
            "Receptionist",
            "Lakeview Family Dental, Superior, WI",
            "01/2011 – 04/2013",
            (
                "Answered a six-line telephone, scheduled patients and sorted the mail.",
                "Typed letters to referring dentists in Microsoft Word.",
            ),
        ),
    ),
    (Job("Diploma, Medical Billing and Coding", "Twin Ports Technical College", "2012"),),
    ("ICD-10-CM", "CPT", "Epic", "Claim scrubbing", "Microsoft Excel", "Typing, 75 wpm", "Teamwork"),
    (
        ("Certificates", ("Certified Professional Coder (CPC), 2014", "HIPAA privacy training, renewed 2023")),
        (
            "Volunteering",
            ("Treasurer of the Park Point rowing club: keeps the books and reports at the annual meeting",),
        ),
    ),
)

SAM = Person(
    "Sam Whitlock",
    ("Columbus, OH", "614-555-0119", "sam.whitlock@example.com"),
    "Store Manager",
    "Retail manager looking for a first position in collections. No experience with accounting software yet; "
    "hoping to learn QuickBooks this year.",
    (
        Job(
            "Assistant Store Manager",
            "Buckeye Outdoor, Columbus, OH",
            "2019 – 2024",
            (
                "Supervised a team of 14 and wrote the weekly schedule.",
                "Handled customer complaints and returns, and rebuilt relationships with unhappy customers.",
                "Counted the registers and made the nightly deposit.",
                "Exceeded the sales target in nine of twelve quarters.",
            ),
        ),
        Job(
            "Sales Associate",
            "Excel Sporting Goods, Dayton, OH",
            "2016 – 2019",
            ("Served customers on the floor and at the register.", "Won the regional sales contest in 2018."),
        ),
    ),
    (Job("High school diploma", "Dayton West High School", "2016"),),
    ("Coaching", "Inventory counts", "Cash handling", "Point of sale", "Dependable and punctual"),
)

DANA = Person(
    "Dana Petrov",
    ("Halifax, NS", "902-555-0163", "dana.petrov@example.ca"),
    "Call Centre Agent, Early Arrears",
    "Call-centre agent with three years in early-stage collections for a telephone company.",
    (
        Job(
            "Collections Agent",
            "Maritime Mobile, Halifax, NS",
            "May 2021 – present",
            (
                "Call customers whose bills are 15 to 60 days overdue and take payments by card.",
                "Set up payment arrangements by what a household can afford.",
                "Log each call, update account status and escalate disputes.",
                "Met or exceeded the monthly recovery target in 30 of 34 months.",
            ),
        ),
        Job(
            "Customer Service Representative",
            "Maritime Mobile, Halifax, NS",
            "September 2019 – April 2021",
            (
                "Answered 60 calls a day about bills, plans and faults.",
                "Typed notes of every contact and kept customer files complete.",
            ),
        ),
    ),
    (Job("Bachelor of Arts, English", "Fundy Shore University", "2019"),),
    ("Excell", "Word", "Salesforce", "De-escalation", "Multi-tasking", "French (conversational)"),
)

LI = Person(
    "Li Wei Chen",
    ("San Jose, CA", "408-555-0177", "liwei.chen@example.com"),
    "Staff Accountant",
    "Staff accountant, CPA candidate, with a taste for clean ledgers and short month-ends.",
    (
        Job(
            "Staff Accountant",
            "Foothill Robotics, San Jose, CA",
            "Jan 2021 – Present",
            (
                "Prepare journal entries, bank reconciliations and financial statements for two entities.",
                "Closed the books in four days instead of nine by automating accruals in Excel.",
                "Analyse variances between budget and actuals and present them to management.",
                "Maintain fixed-asset and lease records for the auditors.",
            ),
        ),
        Job(
            "Accounts Payable Clerk",
            "Almaden Nurseries, Gilroy, CA",
            "Jul 2018 – Dec 2020",
            (
                "Matched invoices with purchase orders and scheduled vendor payments.",
                "Reconciled supplier statements and filed tax forms 1099.",
            ),
        ),
    ),
    (Job("BS Business Administration (Accounting), minor in Economics", "Guadalupe State University", "2018"),),
    ("NetSuite", "QuickBooks Online", "Excel (Power Query)", "SQL", "US GAAP", "Mandarin", "English"),
)

JORDAN = Person(
    "Jordan Reyes",
    ("Portland, OR", "jordan@example.design", "jordanreyes.example"),
    "Graphic Designer",
    "Designer of brands, packages and the odd cookbook. Curious, quick, and fond of constraints.",
    (
        Job(
            "Graphic Designer",
            "Fernwood Studio, Portland, OR",
            "2020 – now",
            (
                "Designed identities for 25 food and drink brands, from the first sketch to the printed box.",
                "Presented concepts to clients and led photo shoots.",
                "Curated the studio's collection of vintage labels.",
            ),
        ),
        Job(
            "Junior Designer",
            "Pressroom Nine, Eugene, OR",
            "2017 – 2020",
            ("Laid out two quarterly magazines.", "Retouched photographs and prepared files for print."),
        ),
    ),
    (Job("BFA Graphic Design", "Cascade College of Art", "2017"),),
    ("Illustrator", "InDesign", "Photoshop", "Figma", "Typography", "Letterpress"),
)


# PDF through reportlab

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9.5, leading=13)
HEADING = ParagraphStyle("heading", BODY, fontName="Helvetica-Bold", fontSize=11, spaceBefore=9, spaceAfter=3)
NAME = ParagraphStyle("name", BODY, fontName="Helvetica-Bold", fontSize=20, leading=25)


def bullets(items: tuple[str, ...], style: ParagraphStyle = BODY) -> ListFlowable:
    return ListFlowable(
        [ListItem(Paragraph(item, style), leftIndent=10) for item in items],
        bulletType="bullet",
        start="•",
        leftIndent=10,
        bulletFontSize=8,
    )


def pdf_one_column(person: Person, path: Path) -> None:
    """The classic: name on top, headings with rules, dates in the line of the job."""
    serif = ParagraphStyle("serif", BODY, fontName="Times-Roman", fontSize=10.5, leading=13.5)
    heading = ParagraphStyle("h", HEADING, fontName="Times-Bold", fontSize=12, textColor=HexColor("#1f3a5f"))
    story = [
        Paragraph(person.name, ParagraphStyle("n", NAME, fontName="Times-Bold", alignment=1)),
        Paragraph(" · ".join(person.contact), ParagraphStyle("c", serif, alignment=1)),
    ]

    def section(title: str) -> None:
        story.extend([Paragraph(title, heading), HRFlowable(width="100%", thickness=0.7, color=HexColor("#1f3a5f"))])

    section("Professional Summary")
    story.append(Paragraph(person.summary, serif))
    section("Work Experience")
    for job in person.jobs:
        story += [
            Paragraph(f"<b>{job.title}</b>, {job.place}, {job.dates}", ParagraphStyle("j", serif, spaceBefore=4)),
            bullets(job.duties, serif),
        ]
    section("Education")
    story += [Paragraph(f"{e.title}, {e.place}, {e.dates}", serif) for e in person.education]
    section("Skills")
    story.append(Paragraph(", ".join(person.skills), serif))
    build(SimpleDocTemplate(str(path), pagesize=LETTER, margin=54, topMargin=48, bottomMargin=48), story, person)


def pdf_sidebar(person: Person, path: Path) -> None:
    """A dark sidebar on the left with white text, the story on the right; the file draws the sidebar first."""
    width, height = A4
    side = 62 * mm
    light = ParagraphStyle("light", BODY, textColor=white, fontSize=9)
    light_heading = ParagraphStyle("lh", HEADING, textColor=HexColor("#ffd479"))

    def paint(canvas: object, _: object) -> None:
        canvas.setFillColor(HexColor("#20343c"))  # type: ignore[attr-defined]
        canvas.rect(0, 0, side, height, stroke=0, fill=1)  # type: ignore[attr-defined]

    document = BaseDocTemplate(str(path), pagesize=A4)
    frames = [
        Frame(6 * mm, 10 * mm, side - 12 * mm, height - 24 * mm, id="side"),
        Frame(side + 6 * mm, 10 * mm, width - side - 14 * mm, height - 24 * mm, id="main"),
    ]
    document.addPageTemplates(PageTemplate(frames=frames, onPage=paint))
    story = [Paragraph("CONTACT", light_heading), *(Paragraph(line, light) for line in person.contact)]
    story += [Paragraph("SKILLS", light_heading), *(Paragraph(skill, light) for skill in person.skills)]
    for title, items in person.extra:
        story += [Paragraph(title.upper(), light_heading), *(Paragraph(item, light) for item in items)]
    story += [FrameBreak(), Paragraph(person.name, NAME), Paragraph(person.headline, HEADING)]
    story += [Paragraph("Profile", HEADING), Paragraph(person.summary, BODY), Paragraph("Experience", HEADING)]
    for job in person.jobs:
        story += [Paragraph(f"<b>{job.title}</b> | {job.dates}", BODY), Paragraph(f"<i>{job.place}</i>", BODY)]
        story += [bullets(job.duties), Spacer(1, 5)]
    story.append(Paragraph("Education", HEADING))
    story += [Paragraph(f"{e.title}, {e.place}, {e.dates}", BODY) for e in person.education]
    build(document, story, person)


def pdf_dates_right(person: Person, path: Path) -> None:
    """Two pages; jobs as table rows with the dates set right; a list of skills in three columns."""
    right = ParagraphStyle("right", BODY, alignment=TA_RIGHT)
    story = [
        Paragraph(person.name, NAME),
        Paragraph(person.headline, HEADING),
        Paragraph(" | ".join(person.contact), BODY),
        Paragraph("Summary of Qualifications", HEADING),
        Paragraph(person.summary, BODY),
        Paragraph("Areas of Expertise", HEADING),
        Table(
            [
                [Paragraph("• " + skill, BODY) for skill in person.skills[row : row + 3]]
                for row in range(0, len(person.skills), 3)
            ],
            colWidths=[160] * 3,
            hAlign="LEFT",
        ),
        Paragraph("Professional Experience", HEADING),
    ]
    for job in person.jobs:
        head = [[Paragraph(f"<b>{job.title}</b><br/>{job.place}", BODY), Paragraph(job.dates, right)]]
        style = TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)])
        story += [Table(head, colWidths=[340, 140], style=style, hAlign="LEFT"), bullets(job.duties), Spacer(1, 8)]
    for title, items in person.extra:
        story += [Paragraph(title, HEADING), bullets(items)]
    story.append(Paragraph("Education", HEADING))
    story += [Paragraph(f"{e.title}, {e.place}, {e.dates}", BODY) for e in person.education]

    def page_number(canvas: object, document: object) -> None:
        canvas.setFont("Helvetica", 8)  # type: ignore[attr-defined]
        canvas.drawRightString(540, 30, f"{person.name} – page {document.page}")  # type: ignore[attr-defined]

    document = SimpleDocTemplate(str(path), pagesize=(LETTER[0], 560), leftMargin=60, rightMargin=60)
    build(document, story, person, page_number)


def build(document: BaseDocTemplate, story: list[object], person: Person, on_page: object = None) -> None:
    document.title = f"Resume of {person.name}"
    document.author = person.name
    document.invariant = 1
    if on_page:
        document.build(story, onFirstPage=on_page, onLaterPages=on_page)
    else:
        document.build(story)


# DOCX through python-docx


def docx_headings(person: Person, path: Path) -> None:
    """Word's own headings and bullets, dates after a right tab, contact data in the page header."""
    document = docx.Document()
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(10.5)
    document.sections[0].header.paragraphs[0].text = " | ".join(person.contact)
    document.add_heading(person.name, 0)
    document.add_paragraph(person.headline, style="Subtitle")
    document.add_heading("Summary", 1)
    document.add_paragraph(person.summary)
    document.add_heading("Employment History", 1)
    for job in person.jobs:
        line = document.add_paragraph()
        line.paragraph_format.tab_stops.add_tab_stop(Pt(430), WD_TAB_ALIGNMENT.RIGHT)
        line.add_run(job.title).bold = True
        line.add_run(f", {job.place}\t{job.dates}")
        for duty in job.duties:
            document.add_paragraph(duty, style="List Bullet")
    document.add_heading("Education", 1)
    for entry in person.education:
        document.add_paragraph(f"{entry.title}, {entry.place}, {entry.dates}")
    document.add_heading("Skills", 1)
    document.add_paragraph(" • ".join(person.skills))
    save(document, person, path)


def docx_table(person: Person, path: Path) -> None:
    """Everything in one table: section titles in the narrow left column, their content in the right one."""
    document = docx.Document()
    document.add_paragraph().add_run(person.name).font.size = Pt(22)
    document.add_paragraph(" | ".join(person.contact))
    table = document.add_table(rows=0, cols=2)

    def row(title: str) -> docx.table._Cell:
        cells = table.add_row().cells
        cells[0].width, cells[1].width = Pt(100), Pt(370)
        run = cells[0].paragraphs[0].add_run(title)
        run.bold = True
        run.font.color.rgb = RGBColor(0x1F, 0x3A, 0x5F)
        return cells[1]

    row("PROFILE").paragraphs[0].text = person.summary
    cell = row("EXPERIENCE")
    for job in person.jobs:
        cell.add_paragraph().add_run(f"{job.title}, {job.place}").bold = True
        cell.add_paragraph(job.dates)
        for duty in job.duties:
            cell.add_paragraph(duty, style="List Bullet")
    row("EDUCATION").paragraphs[0].text = "; ".join(f"{e.title}, {e.place}, {e.dates}" for e in person.education)
    row("SKILLS").paragraphs[0].text = ", ".join(person.skills)
    save(document, person, path)


def docx_text_box(person: Person, path: Path) -> None:
    """Contact data and skills in a text box beside the story, as the templates of word processors have them."""
    document = docx.Document()
    document.add_heading(person.name, 0)
    anchor = document.add_paragraph(person.headline)
    lines = "".join(
        f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in ("Skills", *person.skills, "Contact", *person.contact)
    )
    anchor._p.append(
        parse_xml(
            f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict>'
            '<v:shape style="position:absolute;margin-left:330pt;margin-top:0;width:130pt;height:240pt">'
            f"<v:textbox><w:txbxContent>{lines}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
    )
    document.add_paragraph(person.summary)
    document.add_heading("Experience", 1)
    for job in person.jobs:
        document.add_paragraph(f"{job.title}, {job.place} ({job.dates})").runs[0].bold = True
        for duty in job.duties:
            document.add_paragraph(duty, style="List Bullet")
    document.add_heading("Education", 1)
    for entry in person.education:
        document.add_paragraph(f"{entry.title}, {entry.place}, {entry.dates}")
    save(document, person, path)


def save(document: docx.document.Document, person: Person, path: Path) -> None:
    """Save with fixed dates: in the document's properties and in the archive."""
    properties = document.core_properties
    properties.author, properties.title = person.name, f"Resume of {person.name}"
    properties.created = properties.modified = datetime.datetime(2024, 6, 1)
    properties.comments = ""
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[key]  # the template's preview picture shows another document
    document.save(str(path))
    with zipfile.ZipFile(path) as archive:
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(zipfile.ZipInfo(name, (2024, 6, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def main() -> None:
    HERE.mkdir(exist_ok=True)
    pdf_one_column(MARIA, HERE / "maria_alvarez.pdf")
    pdf_sidebar(TOM, HERE / "tom_okafor.pdf")
    pdf_dates_right(GRACE, HERE / "grace_lindqvist.pdf")
    pdf_one_column(SAM, HERE / "sam_whitlock.pdf")
    docx_headings(DANA, HERE / "dana_petrov.docx")
    docx_table(LI, HERE / "li_wei_chen.docx")
    docx_text_box(JORDAN, HERE / "jordan_reyes.docx")


if __name__ == "__main__":
    main()
