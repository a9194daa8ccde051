"""What the matcher finds, and that its index loses nothing that looking everywhere would find."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import skillgap
from skillgap.matching.evidence import PreparedResume, find_evidence
from skillgap.matching.forms import word_key
from skillgap.matching.index import LabelIndex
from skillgap.matching.lookup import look_up
from skillgap.matching.matches import Match, find_matches, match_pattern
from skillgap.matching.normalize import Clause, normalize, tokenize
from skillgap.model import Label, Resume, Skill

WORDS = """
collect payment payments overdue account accounts of the and or , ; . customers statement statements prepare prepared
monthly excel excellent Excel no experience with bank reconciliation reconciled review reviewed all & / - A/R
receivable recievable bookkeeping book keeping manage managed time data entry reports
""".split()  # noqa: SIM905 - a list of forty words reads worse with quotes
SKILLS = (
    Skill("payments", "payment collection", labels=(Label("collect payment|account", is_duty=True), Label("payments"))),
    Skill("statements", "statement preparation", labels=(Label("prepare monthly statement", is_duty=True),)),
    Skill("books", "bookkeeping", labels=(Label("bank reconciliation"), Label("reconcile bank|account", is_duty=True))),
    Skill("excel", "MS Excel", labels=(Label("Excel"),), not_labels=("excellent account",)),
    Skill("receivables", "accounts receivable", labels=(Label("A/R"), Label("review account|statement", is_duty=True))),
    Skill("time", "Time Management", is_bare=True),
)
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(lambda words: "Work " + " ".join(words))


def _brute_force(clauses: list[Clause], index: LabelIndex) -> Iterator[Match]:
    """Every pattern tried at every position of every clause with every word of it as the first one sought."""
    for number, clause in enumerate(clauses):
        words = look_up(clause, index)
        for pattern in index.patterns:
            for anchor in range(len(pattern.words)):
                for position in range(len(clause.tokens)):
                    found = match_pattern(pattern, words, anchor, position)
                    if found is not None:
                        yield Match(pattern, number, *found)


def _ordered(matches: Iterator[Match]) -> set[tuple[int, int, tuple[int, ...]]]:
    return {(id(m.pattern), m.clause, tuple(sorted(m.positions))) for m in matches if not m.pattern.is_duty}


@settings(deadline=None)
@given(TEXTS)
def test_index_finds_what_looking_everywhere_finds(text: str) -> None:
    index = LabelIndex(SKILLS)
    clauses = PreparedResume(Resume.from_text(text)).clauses
    everywhere = list(_brute_force(clauses, index))
    # Words run together are sought by another way than position by position.
    found = [m for m in find_matches(clauses, index) if len(m.positions) == len(m.pattern.words)]
    # Of a duty's words that stand several times, those nearest to the first one sought are taken: other anchors may
    # take others, so duties are compared by where they were found at all.
    assert _ordered(iter(found)) <= _ordered(iter(everywhere))
    plain = {(id(m.pattern), m.clause) for m in everywhere if not m.pattern.is_duty}
    assert plain == {(id(m.pattern), m.clause) for m in found if not m.pattern.is_duty}
    duties = {(id(m.pattern), m.clause) for m in found if m.pattern.is_duty}
    assert duties <= {(id(m.pattern), m.clause) for m in everywhere if m.pattern.is_duty}


@settings(deadline=None)
@given(TEXTS)
def test_adjacent_words_of_a_label_are_always_found(text: str) -> None:
    clauses = PreparedResume(Resume.from_text(text)).clauses
    stands = any(
        [t.key for t in clause.tokens[i : i + 2]] == [t.key for t in tokenize("bank reconciliation")]
        and clause.tokens[i + 1].gap.name in ("SPACE", "JOINT")
        for clause in clauses
        for i in range(len(clause.tokens) - 1)
    )
    found = {m.pattern.skill for m in find_matches(clauses, LabelIndex(SKILLS))}
    assert not stands or "books" in found


@settings(deadline=None)
@given(TEXTS)
def test_evidence_is_cut_from_the_text(text: str) -> None:
    resume = Resume.from_text(text)
    for findings in find_evidence(PreparedResume(resume), LabelIndex(SKILLS)).values():
        for item in (*findings.evidence, *findings.rejected):
            assert resume.text[item.start : item.end] == item.text
        spans = [(e.start, e.end) for e in findings.evidence]
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(st.text(max_size=200))
def test_normalizing_twice_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@settings(deadline=None)
@given(TEXTS)
def test_a_run_of_the_same_text_finds_the_same(text: str) -> None:
    resume = Resume.from_text(text)
    first = find_evidence(PreparedResume(resume), LabelIndex(SKILLS))
    again = find_evidence(PreparedResume(resume), LabelIndex(SKILLS))
    assert first == again


def _covered(text: str, *names: str) -> list[str]:
    role = skillgap.Role.from_skills("Role", names)
    report = skillgap.analyze(Resume.from_text(f"Experience\n\n{text}"), role)
    return [skill.name for skill in report.hard_skills if skill.covered]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Menu Planning", "Planned seasonal menus for 200 guests"),
        ("Menu Planning", "Worked with the chef to plan weekly menus"),
        ("Inventory Management", "Responsible for inventory control"),
        ("Inventory Management", "Ordered and controlled inventory"),
        ("Food Cost Control", "Reduced food costs by 8%"),
        ("Staff Training", "Trained kitchen staff on new dishes"),
        ("Staff Training", "Training of employees"),
        ("Recruitment", "Recruited 60 nurses in a year"),
        ("Recruitment", "Recruiter for a chain of shops"),
        ("Troubleshooting", "Troubleshot printers and phones"),
        ("Compensation and Benefits", "Benefits and compensation for 300 people"),
        ("Benefits Administration", "Administered benefits programs for 300 people"),
        ("Software Installation", "Installation of hardware and software"),
        ("Patient Care", "Cared for patients after surgery"),
        ("Help Desk Support", "Provided help desk assistance"),
        ("Microsoft Office", "Skilled in Word, Excel and PowerPoint"),
        ("Customer Service", "Client service for a bank"),
        ("Public Speaking", "Spoke publicly at conferences"),
        ("Forklift Operation", "Operated forklifts and pallet jacks"),
    ],
)
def test_a_bare_name_is_shown_by_its_deed(name: str, text: str) -> None:
    assert _covered(text, name) == [name]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Menu Planning", "Menu development"),
        ("Inventory Management", "Maintained security of all supplies and inventory"),
        ("Time Management", "Managed time sheets"),
        ("Purchasing", "Matched work orders with invoices"),
        ("Purchasing", "Filed contracts and order forms"),
        ("Training and Development", "Attended professional development training"),
        ("Microsoft Office", "Ordered office supplies"),
        ("Microsoft Office", "Filed papers in Word"),
        ("Scheduling", "Enjoyed the flexible schedule"),
        ("Mechanical Engineering", "Engineered mechanical parts"),
        ("Recruitment", "Was recruited by a large chain"),
        ("Recruitment", "Worked with outside recruiters"),
        ("Project Management", "Reported to the project manager"),
    ],
)
def test_a_bare_name_is_not_shown_by_words_near_to_it(name: str, text: str) -> None:
    assert _covered(text, name) == []


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("witness", "witnesses"),
        ("process", "processes"),
        ("device", "devices"),
        ("agency", "agencies"),
        ("box", "boxes"),
    ],
)
def test_singular_and_plural_are_one_word(one: str, many: str) -> None:
    assert word_key(one) == word_key(many)


def test_words_joined_by_a_word_of_their_own_share_none() -> None:
    assert _covered("Business development leader, sales & business", "Business to Business") == []
    assert _covered("Business to business sales", "Business to Business") == ["Business to Business"]


def test_support_to_do_something_is_no_support_of_it() -> None:
    assert _covered("Offered polite support to boost sales and customer satisfaction", "Customer Support") == []
    assert _covered("Provided support to customers", "Customer Support") == ["Customer Support"]


def test_a_flexible_schedule_is_no_scheduling() -> None:
    role = skillgap.Role.from_skills("Role", ["Scheduling"])
    for text, is_shown in (("Flexible schedule", False), ("Schedules", True)):
        assert bool(skillgap.analyze(Resume.from_text(f"Skills\n\n{text}"), role).covered) is is_shown
