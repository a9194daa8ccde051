"""Sections told by the words and looks of headings."""

from __future__ import annotations

import pytest

from skillgap.parsing.lines import Line
from skillgap.parsing.sections import find_sections


def headings(lines: list[Line]) -> list[str]:
    return [heading.text for heading in find_sections(lines).values() if heading.text]


def heading(text: str) -> Line:
    return Line(text, font_size=12.0, is_bold=True)


def body(text: str) -> Line:
    return Line(text, font_size=10.0)


def test_a_heading_in_other_words_is_told_by_its_font() -> None:
    lines = [body("Jane Doe"), heading("EXPERIENCE"), body("Clerk at Acme"), heading("SKILLS"), body("Excel"),
             heading("LIFE PHILOSOPHY"), body("Be kind, be exact and be on time.")]  # fmt: skip
    assert headings(lines) == ["EXPERIENCE", "SKILLS", "LIFE PHILOSOPHY"]


@pytest.mark.parametrize(
    ("experience", "skills", "education"),
    [
        ("工作经历", "专业技能", "教育背景"),
        ("職務経歴", "スキル", "学歴"),
        ("경력사항", "보유 기술", "학력"),
        ("Опыт работы", "Навыки", "Образование"),
        ("Doświadczenie zawodowe", "Umiejętności", "Wykształcenie"),
        ("Berufserfahrung", "EDV-Kenntnisse", "Ausbildung"),
        ("Expérience professionnelle", "Compétences", "Formation"),
        ("Pracovní zkušenosti", "Dovednosti", "Vzdělání"),
        ("İş Deneyimi", "Beceriler", "Eğitim"),
        ("ניסיון תעסוקתי", "כישורים", "השכלה"),
        ("الخبرات العملية", "المهارات", "التعليم"),
    ],
)
def test_headings_of_other_languages_are_known(experience: str, skills: str, education: str) -> None:
    lines = [Line("Ada L."), Line(experience), Line("2015 - 2019"), Line(skills), Line("Excel"), Line(education)]
    kinds = [(heading.kind, heading.text) for heading in find_sections([*lines, Line("2010")]).values()]
    assert kinds[1:] == [("experience", experience), ("skills", skills), ("education", education)]


def test_a_chinese_heading_may_go_on_in_its_line() -> None:
    found = find_sections([Line("张三"), Line("技能:Excel, SAP"), Line("工作经历"), Line("2015年3月 - 至今 会计")])
    assert [(heading.kind, heading.text) for heading in found.values()][1:] == [
        ("skills", "技能"),
        ("experience", "工作经历"),
    ]


def test_items_that_look_like_headings_are_items() -> None:
    lines = [body("Jane Doe"), heading("EXPERIENCE"), body("Clerk at Acme"), heading("SKILLS"),
             heading("HTML5"), body("JavaScript"), heading("EDUCATION"), body("BSc")]  # fmt: skip
    assert headings(lines) == ["EXPERIENCE", "SKILLS", "EDUCATION"]


def test_lines_of_a_headings_look_below_each_other_are_no_headings() -> None:
    lines = [body("Jane Doe"), heading("EXPERIENCE"), body("Clerk at Acme"), heading("GARDEN"),
             heading("KITCHEN"), body("Grew beans"), heading("SKILLS"), body("Excel"),
             heading("EDUCATION"), body("BSc")]  # fmt: skip
    assert headings(lines) == ["EXPERIENCE", "SKILLS", "EDUCATION"]
