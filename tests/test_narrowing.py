"""`likely_skills`: whatever a text shows, the narrowed vocabulary shows too."""

from __future__ import annotations

from pathlib import Path

import pytest

import skillgap
from skillgap.matching.evidence import PreparedResume, find_evidence
from skillgap.matching.index import LabelIndex, index_of
from skillgap.model import Skill
from skillgap.roles.catalogue import load_catalogue
from skillgap.roles.narrowing import likely_skills

ROOT = Path(__file__).parent.parent
FILES = [
    *sorted((ROOT / "examples" / "resumes").glob("*.*")),
    *(p for p in sorted((ROOT / "tests" / "cases" / "postings").iterdir()) if p.suffix not in (".py", ".toml")),
]


@pytest.mark.parametrize("path", [p for p in FILES if p.is_file()], ids=lambda p: p.name)
def test_narrowed_vocabulary_finds_the_same_skills(path: Path) -> None:
    vocabulary = load_catalogue().vocabulary
    resume = skillgap.parse_resume(path)
    likely = likely_skills(vocabulary, resume.text)
    assert len(likely) < len(vocabulary)
    whole = {s for s, f in find_evidence(PreparedResume(resume), index_of(vocabulary)).items() if f.evidence}
    part = {s for s, f in find_evidence(PreparedResume(resume), LabelIndex(likely)).items() if f.evidence}
    assert part == whole


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("ADA and FMLA", "employment-law-compliance"),
        ("bookkeepping of a shop", "bookkeeping"),
        ("accountsreceivable", "accounts-receivable"),
        ("Profit and Loss statements", "financial-reporting"),
        ("collected on overdue accounts", "bill-and-account-collection"),
        ("J.D. with honors", "law-degree"),
    ],
)
def test_other_spellings_keep_their_skill(text: str, skill: str) -> None:
    assert skill in {s.id for s in likely_skills(load_catalogue().vocabulary, text)}


def test_label_may_stand_run_together() -> None:
    bar = Skill("bar", "bar tender")
    assert likely_skills([bar], "Bartender") == (bar,)
    assert likely_skills([bar], "Barber") == ()


def test_label_may_be_a_form_of_a_short_word() -> None:
    ups = Skill("ups", "sign ups")
    assert likely_skills([ups], "signing up members") == (ups,)


def test_other_words_leave_a_skill_out() -> None:
    found = {s.id for s in likely_skills(load_catalogue().vocabulary, "Planned menus for 200 guests")}
    assert "menu-planning" in found
    assert "kubernetes" not in found
