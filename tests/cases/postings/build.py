"""Writes the postings that are no text files: Word and PDF. Run it after a change: python tests/cases/postings/build.py."""

from __future__ import annotations

from pathlib import Path

from docx import Document
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate, Spacer

HERE = Path(__file__).parent

TEACHER = (
    ("title", "Larkmoor Unified School District"),
    ("title", "Certificated Vacancy: Middle School Mathematics Teacher"),
    ("table", (("School", "Juniper Middle School"), ("Grades", "7 and 8"), ("Work year", "185 days"), ("Salary", "$54,210 to $98,770"))),
    ("heading", "Job Purpose"),
    ("text", "Teaches mathematics and algebra to classes of about 28 students and works with families so that each student makes a year of growth."),
    ("heading", "Essential Duties and Responsibilities"),
    ("item", "Prepares lesson plans aligned with the Common Core standards"),
    ("item", "Differentiates instruction for English learners and advanced students"),
    ("item", "Uses formative assessment and benchmark data to regroup students"),
    ("item", "Keeps an orderly room through positive classroom management"),
    ("item", "Takes part in IEP meetings with the special education team"),
    ("item", "Confers with parents and records grades in PowerSchool"),
    ("heading", "Minimum Qualifications"),
    ("item", "Bachelor's degree in mathematics, education or a related field"),
    ("item", "Valid state teaching credential with a mathematics authorization"),
    ("item", "Knowledge of curriculum development"),
    ("heading", "Desirable Qualifications"),
    ("item", "Google Classroom"),
    ("item", "AVID training"),
    ("item", "Coaching a school sport"),
    ("heading", "Physical Demands"),
    ("text", "Sits, stands and walks; lifts books up to 25 pounds; reads small print and a computer screen."),
    ("heading", "Non-Discrimination"),
    ("text", "The district prohibits discrimination, harassment and bullying based on race, sex, religion, disability or any other protected group. Reasonable accommodations are made on request."),
)  # fmt: skip

PARALEGAL = (
    ("title", "Litigation Paralegal"),
    ("text", "Osei Marchetti LLP is a trial boutique of 14 lawyers in Providence. We try cases that larger firms settle, and we are known for our training, our picnics and our patent practice."),
    ("text", "We are looking for a litigation paralegal with three to five years of experience in civil litigation to support two partners from complaint through trial."),
    ("heading", "The work"),
    ("item", "Draft discovery requests and responses and prepare deposition summaries"),
    ("item", "E-file pleadings in state and federal court"),
    ("item", "Run document review and productions in Relativity"),
    ("item", "Keep the litigation calendar and track deadlines"),
    ("item", "Prepare trial binders and exhibits; assist at trial"),
    ("heading", "You"),
    ("text", "A paralegal certificate is required. You must know the federal and Rhode Island rules of civil procedure. Legal research on Westlaw, cite checking and proofreading are second nature to you. Experience with medical malpractice cases and a notary commission are a plus. Clio is helpful but not required."),
    ("heading", "We offer"),
    ("text", "A salary of $62,000 to $75,000, bonus, health insurance, and tuition assistance for law school."),
    ("text", "Email a letter and resume to hiring@oseimarchetti.example."),
)  # fmt: skip

HVAC = (
    ("title", "HVAC Service Technician"),
    ("text", "Polar & Ember Mechanical - Dayton, Ohio"),
    ("text", "Polar & Ember has kept Dayton comfortable since 1987. Our plumbers, electricians and technicians look after 6,000 homes, and our call center answers day and night."),
    ("heading", "JOB DUTIES"),
    ("item", "Diagnose and repair furnaces, boilers, heat pumps and air conditioners in homes and light commercial buildings"),
    ("item", "Perform preventive maintenance on rooftop units"),
    ("item", "Troubleshoot electrical controls and thermostats with a multimeter"),
    ("item", "Recover and charge refrigerants"),
    ("item", "Explain repairs and prices to customers and write up invoices on a tablet"),
    ("heading", "MUST HAVES"),
    ("item", "EPA Section 608 certification (Universal)"),
    ("item", "Minimum 2 years of residential HVAC service"),
    ("item", "Valid driver's license with a clean record"),
    ("item", "Ability to read wiring diagrams"),
    ("heading", "NICE TO HAVES"),
    ("item", "NATE certification"),
    ("item", "Brazing"),
    ("item", "Ductwork installation and sheet metal"),
    ("item", "ServiceTitan"),
    ("heading", "PAY & PERKS"),
    ("text", "$28-$41 an hour, company van, phone, uniforms, paid training in plumbing and sales, 401(k), health insurance. Drug test required."),
)  # fmt: skip

DESIGNER = (
    ("title", "Graphic Designer (Packaging)"),
    ("text", "Fern & Fathom Tea Company, Portland, Oregon. Hybrid, 32 hours a week."),
    ("heading", "About us"),
    ("text", "We blend, pack and ship loose-leaf tea to 900 shops. Our small team of buyers, tasters, photographers and web developers shares one big table."),
    ("heading", "What you will be doing"),
    ("item", "Packaging design for about 60 new products a year, from sketch to dieline"),
    ("item", "Typesetting of labels in English, French and Spanish"),
    ("item", "Preparing press-ready files and checking proofs with our printers"),
    ("item", "Illustration for seasonal tins"),
    ("item", "Banner ads and social media graphics together with marketing"),
    ("heading", "What you need"),
    ("item", "At least four years as a graphic designer"),
    ("item", "Expert skills in Adobe Illustrator, InDesign and Photoshop"),
    ("item", "A strong feeling for typography and color"),
    ("item", "Knowledge of print production and Pantone colors"),
    ("item", "A portfolio with packaging work"),
    ("heading", "What would be great"),
    ("item", "After Effects"),
    ("item", "Experience with Esko ArtiosCAD"),
    ("item", "Product photography"),
    ("heading", "Salary and benefits"),
    ("text", "$34 an hour, four weeks of vacation, all the tea you can drink, and a yearly course in ceramics or letterpress printing."),
)  # fmt: skip


def write_docx(name: str, parts: tuple[tuple[str, object], ...]) -> None:
    document = Document()
    for kind, content in parts:
        if kind == "table":
            rows = list(content)  # type: ignore[call-overload]
            table = document.add_table(rows=0, cols=2)
            for row in rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
            continue
        style = {"title": "Title", "heading": "Heading 2", "item": "List Bullet", "text": "Normal"}[kind]
        document.add_paragraph(str(content), style=style)
    document.save(str(HERE / name))


def write_pdf(name: str, parts: tuple[tuple[str, str], ...]) -> None:
    styles = getSampleStyleSheet()
    story = []
    for kind, content in parts:
        if kind == "item":
            story.append(ListFlowable([ListItem(Paragraph(content, styles["BodyText"]))], bulletType="bullet"))
        else:
            style = {"title": "Title", "heading": "Heading3", "text": "BodyText"}[kind]
            story.append(Paragraph(content.replace("&", "&amp;"), styles[style]))
        if kind == "text":
            story.append(Spacer(1, 4))
    SimpleDocTemplate(str(HERE / name), pagesize=LETTER, invariant=1).build(story)


if __name__ == "__main__":
    write_docx("mathematics_teacher.docx", TEACHER)
    write_docx("paralegal.docx", PARALEGAL)
    write_pdf("hvac_technician.pdf", HVAC)
    write_pdf("graphic_designer.pdf", DESIGNER)
