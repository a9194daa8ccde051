"""What a bare name is also called, and what its words leave out."""

from __future__ import annotations

import pytest

from skillgap import Resume, Role, analyze
from skillgap.matching.bare_names import called, other_names
from skillgap.matching.deeds import deeds
from skillgap.roles.bare import bare_skill


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Full-Cycle Recruiting", "full life cycle Recruiting"),
        ("Knowledge of Food Safety", "Food Safety"),
        ("Linux/Unix", "Unix"),
        ("LAN/WAN", "local area network"),
        ("Advanced Excel", "Excel advanced"),
        ("Subcontractor Coordination", "sub contractor Coordination"),
        ("Exceeding Sales Targets", "Exceeding sales goals"),
    ],
)
def test_a_name_has_other_ways_to_say_the_same(name: str, other: str) -> None:
    assert other in list(other_names(name))


@pytest.mark.parametrize("name", ["HR Compliance", "TCP/IP", "AP/AR", "Bookkeeping", "Information Security"])
def test_a_name_is_not_cut_where_its_halves_say_less(name: str) -> None:
    halves = {half.lower() for half in (*name.split(), *name.split("/"))} - {name.lower()}
    assert halves.isdisjoint(other.lower() for other in other_names(name))


def test_halves_of_two_deeds_count_in_a_list_that_has_both() -> None:
    labels = {label.text: label for label in called("Budgeting & Forecasting")}
    assert labels["Budgeting"].near == ("Forecasting",)
    assert labels["Budgeting"].only_in == ("skills",)


def test_two_fields_joined_are_not_shown_by_their_halves() -> None:
    assert list(called("Training and Development")) == []


def test_brackets_that_list_products_give_each() -> None:
    assert [label.text for label in bare_skill("ERP Packages (SAP, Oracle)").labels] == [
        "ERP Packages",
        "SAP",
        "Oracle",
    ]


def test_brackets_that_describe_are_kept_whole() -> None:
    assert "written" not in [label.text for label in bare_skill("Communication (written, verbal)").labels]


def test_one_program_of_a_suite_in_brackets_is_not_the_suite() -> None:
    role = Role.from_skills("Clerk", ["Microsoft Office (Word, Excel)"])
    assert not analyze(Resume.from_text("Skills\n• Excel"), role).covered
    assert analyze(Resume.from_text("Skills\n• Excel, Word"), role).covered


def test_acronyms_are_found_in_the_plural_but_not_as_words() -> None:
    role = Role.from_skills("Clerk", ["SOP"])
    assert analyze(Resume.from_text("Experience\n• Wrote SOPs."), role).covered
    assert not analyze(Resume.from_text("Experience\n• Threw sops to the crowd."), role).covered


def test_the_notation_of_other_names_is_sound() -> None:
    for table in (deeds().phrases, deeds().called):
        for name, others in table.items():
            assert name == name.lower() == name.strip()
            assert all(other == other.strip() and other for other in others), name
            assert name not in others, name
