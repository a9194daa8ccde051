"""Whose deed words tell, what a posting asks for, which words are names: rules behind the decisions on sentences."""

from __future__ import annotations

import pytest

import skillgap
from skillgap.matching.normalize import tokenize
from skillgap.matching.others import told_before, whose_deed


def _reasons(text: str, *names: str) -> set[str]:
    """Why words of a text show none of some bare names; empty where one is shown."""
    role = skillgap.Role.from_skills("Tester", names)
    report = skillgap.analyze(skillgap.Resume.from_text(text), role)
    return set() if report.covered else {r.reason for s in report.missing for r in s.rejected}


def _covered(text: str, *names: str) -> set[str]:
    role = skillgap.Role.from_skills("Tester", names)
    return {skill.name for skill in skillgap.analyze(skillgap.Resume.from_text(text), role).covered}


def _deed(text: str, words: str) -> str | None:
    tokens = tokenize(text)
    start = text.index(words)
    places = [n for n, t in enumerate(tokens) if start <= t.start < start + len(words)]
    return whose_deed(tokens, places[0], places[-1])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("our CFO prepared the statements", "prepared the statements"),
        ("the auditors had reviewed contracts", "reviewed contracts"),
        ("customers who purchased", "purchased"),
        ("auditors whose analysis was sound", "analysis"),
        ("another team handled payments", "handled payments"),
        ("Each week the owner reconciled the bank", "reconciled the bank"),
    ],
)
def test_deed_of_another_subject_is_somebody_elses(text, words):
    assert _deed(text, words) == "somebody else did it"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("payments were arranged by another team", "payments"),
        ("statements were mailed by an outside vendor", "statements were mailed"),
        ("bookkeeping was outsourced to a firm", "bookkeeping"),
        ("trained by senior nurses", "trained"),
        ("calls were made by others", "calls"),
    ],
)
def test_passive_with_another_agent_is_somebody_elses(text, words):
    assert _deed(text, words) == "it was done by others"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("our team collected debts", "collected debts"),
        ("payments were posted by me", "payments"),
        ("accounts were handled by our team", "accounts"),
        ("payments were sent by mail", "payments"),
        ("debts were collected by phone", "debts"),
        ("errors were reduced by analysis", "analysis"),
        ("prepare schedules to be filed by the lawyers", "prepare schedules"),
        ("reviewed statements that were prepared by the bank", "statements"),
        ("a manager who led 20", "led"),
        ("Assisted the chef prepared meals", "prepared meals"),
    ],
)
def test_own_part_stays_ones_own(text, words):
    assert _deed(text, words) is None


def test_praise_of_a_manager_names_the_agent():
    assert _deed("praised by the customer service manager", "customer service") == "it tells who else did something"


@pytest.mark.parametrize("before", ["Helped my mother ", "My brother and I ", "Cooked for my sister's café and "])
def test_work_with_the_family_is_ones_own(before):
    assert told_before(before) is None


def test_what_others_did_while_one_watched_is_told_apart():
    assert told_before("Watched my supervisor ") == "others did it, and one looked on"
    assert told_before("Observed patients and ") is None


def test_bullets_under_a_quoted_posting_are_its_wishes():
    text = "Cover letter\nYour advertisement asks for:\n- Welding\n- Forklift driving\n\nI drive a bus."
    assert _reasons(text, "Welding") == {"it is what a posting asks for"}


def test_claim_after_a_quoted_posting_counts():
    assert _covered("Your posting asks for welding, which I have done for ten years.", "Welding") == {"Welding"}


def test_bullets_under_an_own_heading_are_no_posting():
    assert _covered("Experience\nDuties:\n- Welding\n- Forklift driving", "Welding") == {"Welding"}


@pytest.mark.parametrize(
    "text",
    [
        "Experience\nCashier, Oracle Street Market, Tucson, AZ\nRan the till",
        "Experience\nBarista, Java House, 2018 - 2020\nMade drinks",
        "Experience\nOperator, Acme Plastics, Spring, TX\nRan a press",
        "Education\nHigh School Diploma, Swift Creek Academy, 2004",
    ],
)
def test_product_in_the_name_of_an_employer_town_or_school_is_none(text):
    assert not _covered(text, "Oracle", "Java", "Spring", "Swift")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Experience\nDeveloper, Java and Oracle, Acme\nWrote services", "Java"),
        ("Experience\nDBA, Oracle Database Administration\nTuned queries", "Oracle"),
        ("Skills\nJava, Oracle", "Oracle"),
    ],
)
def test_product_in_a_title_or_a_list_counts(text, name):
    assert _covered(text, name) == {name}


@pytest.mark.parametrize(
    "item", ["Project Management", "Office Management", "Client Access", "Go Green", "Spring 2011"]
)
def test_common_words_in_a_phrase_name_no_product(item):
    names = ("Microsoft Project", "Microsoft Access", "Go", "Spring")
    assert not _covered(f"Skills\n{item}, Filing", *names)


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ("Project 2013", "Microsoft Project"),
        ("MS Project", "Microsoft Project"),
        ("Access database", "Microsoft Access"),
    ],
)
def test_common_words_name_the_product_by_version_or_companion(item, name):
    assert _covered(f"Skills\n{item}, Filing", name) == {name}


def test_names_of_people_are_no_abbreviations():
    assert not _covered("Experience\nOsha Miller, reference", "OSHA")
    assert _covered("Experience\nTracked bugs in Jira for html pages", "JIRA", "HTML") == {"JIRA", "HTML"}


def test_sales_force_is_no_salesforce_unless_written_as_a_name():
    assert not _covered("Experience\nManaged a sales force of 12.", "Salesforce")
    assert _covered("Skills\nSales Force, HubSpot", "Salesforce") == {"Salesforce"}


def test_country_is_no_language():
    assert not _covered("Experience\nSold tools to plants in Germany and Russia.", "German", "Russian")


def test_rejection_of_a_longer_phrase_takes_its_parts_along():
    text = "Experience\nHired by the head of accounts receivable to clean the offices."
    report = skillgap.analyze(skillgap.Resume.from_text(text), "collections-specialist")
    assert "Accounts Receivable" not in {skill.name for skill in report.covered}


def test_title_after_an_employers_name_is_ones_own():
    assert _covered("Experience\nDillard's Bookkeeper, 2011 - 2015", "Bookkeeping") == {"Bookkeeping"}
    assert not _covered("Experience\nTyped letters for Smith's bookkeeper", "Bookkeeping")
