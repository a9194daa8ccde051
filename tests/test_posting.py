"""`role_from_posting`: what a posting asks for is found and weighed, what it offers is not."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

import skillgap
from programs import load_benchmark
from skillgap.errors import PostingError
from skillgap.model import Importance, Role
from skillgap.roles.posting import role_from_posting

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases" / "postings"


@pytest.fixture(scope="module")
def outcomes() -> tuple[ModuleType, list[object]]:
    benchmark = load_benchmark("postings")
    return benchmark, [benchmark.run_case(name) for name in benchmark.case_names()]


def _role(*lines: str, title: str = "Accounting Clerk") -> Role:
    return role_from_posting("\n".join([title, "", *lines]))


def _weights(role: Role) -> dict[str, Importance]:
    return {r.skill: r.importance for r in role.requirements}


# ------------------------------------------------------------------------------------------ ten postings


def test_ten_postings_keep_precision_and_recall(outcomes: tuple[ModuleType, list[object]]) -> None:
    benchmark, found = outcomes
    assert len(found) == 10
    assert benchmark.precision(found) >= 0.9
    assert benchmark.recall(found) >= 0.85


def test_titles_of_ten_postings_are_found(outcomes: tuple[ModuleType, list[object]]) -> None:
    assert [(o.name, o.title) for o in outcomes[1]] == [(o.name, o.expected_title) for o in outcomes[1]]  # type: ignore[attr-defined]


def test_offers_and_praise_make_no_requirement(outcomes: tuple[ModuleType, list[object]]) -> None:
    assert [o.forbidden for o in outcomes[1]] == [()] * 10  # type: ignore[attr-defined]


def test_importance_is_the_postings_own(outcomes: tuple[ModuleType, list[object]]) -> None:
    found = sum(len(o.found) for o in outcomes[1])  # type: ignore[attr-defined]
    misweighed = sum(len(o.misweighed) for o in outcomes[1])  # type: ignore[attr-defined]
    assert misweighed / found <= 0.1


# ------------------------------------------------------------------------------------------- importance


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Requirements", "essential"),
        ("Minimum Qualifications", "essential"),
        ("MUST HAVES", "essential"),
        ("What you'll need:", "essential"),
        ("Qualifications", "important"),
        ("Who you are", "important"),
        ("Key Responsibilities", "important"),
        ("Preferred Qualifications", "useful"),
        ("Nice to have", "useful"),
        ("Bonus points", "useful"),
        ("Desirable", "useful"),
    ],
)
def test_heading_weighs_what_stands_under_it(heading: str, expected: str) -> None:
    role = _role(heading, "- Bank reconciliation", "- Experience with QuickBooks")
    assert _weights(role) == {"bank-reconciliation": expected, "quickbooks": expected}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("QuickBooks is required.", "essential"),
        ("Must have experience with QuickBooks.", "essential"),
        ("QuickBooks experience is a must.", "essential"),
        ("QuickBooks is a plus.", "useful"),
        ("Experience with QuickBooks preferred.", "useful"),
        ("Ideally you know QuickBooks.", "useful"),
        ("QuickBooks is helpful but not required.", "useful"),
        ("Experience with QuickBooks.", "important"),
    ],
)
def test_sentence_weighs_what_it_names(sentence: str, expected: str) -> None:
    role = _role("Qualifications", "- Bank reconciliation", f"- {sentence}")
    assert _weights(role)["quickbooks"] == expected


def test_cues_of_one_sentence_keep_to_their_own_words() -> None:
    role = _role("Qualifications", "- QuickBooks required, bank reconciliation preferred")
    assert _weights(role) == {"quickbooks": "essential", "bank-reconciliation": "useful"}


def test_each_requirement_quotes_the_sentence_that_asks_for_it() -> None:
    role = _role(
        "Duties", "- Data entry", "- Bank reconciliation", "Requirements", "- Data entry is required. Be kind."
    )
    assert {r.skill: r.note for r in role.requirements} == {
        "data-entry": "Data entry is required.",
        "bank-reconciliation": "Bank reconciliation",
    }


def test_what_is_asked_for_outweighs_what_a_duty_names() -> None:
    role = _role("Responsibilities", "- Bank reconciliation", "- Data entry", "Preferred", "- Bank reconciliation")
    assert _weights(role) == {"data-entry": "important", "bank-reconciliation": "useful"}


# ---------------------------------------------------------------------------------------- years, terms


def test_years_stand_with_their_skill() -> None:
    lines = (
        "- 3+ years of bank reconciliation",
        "- QuickBooks (two years)",
        "- Data entry",
        "- Four to six years of payroll",
    )
    years = {r.skill: r.years for r in _role("Requirements", *lines).requirements}
    assert years == {"bank-reconciliation": 3, "quickbooks": 2, "data-entry": None, "payroll-processing": 4}


def test_years_of_a_skill_are_not_years_in_all() -> None:
    role = _role("Requirements", "- 3+ years of bank reconciliation", "- QuickBooks", "- Data entry")
    assert role.years is None


def test_years_in_all_stand_with_the_role() -> None:
    role = _role("Requirements", "- At least five years of relevant experience", "- Data entry", "- QuickBooks")
    assert role.years == 5
    assert {r.years for r in role.requirements} == {None}


@pytest.mark.parametrize("line", ["Must be at least 18 years old", "Our firm has served Ohio for over 40 years."])
def test_ages_are_no_years_of_experience(line: str) -> None:
    assert _role("Requirements", "- Data entry", "- QuickBooks", f"- {line}").years is None


def test_terms_that_no_vocabulary_knows_are_kept_by_their_words_and_marked() -> None:
    role = _role("Requirements", "- Experience with Zorblatt Ledger and QuickBooks", "- Data entry")
    unknown = [r for r in role.hard_skills if not r.is_known]
    assert [(r.name, r.importance) for r in unknown] == [("Zorblatt Ledger", "essential")]
    report = skillgap.analyze(skillgap.Resume.from_text("Skills\nZorblatt Ledger, data entry"), role)
    assert {s.name for s in report.covered} >= {"Zorblatt Ledger"}


def test_certificates_are_requirements() -> None:
    role = _role("Requirements", "- CPA license", "- Certified Zorblatt Practitioner certification", "- Data entry")
    names = {r.name for r in role.requirements}
    assert any("CPA" in name for name in names)
    assert any("Zorblatt" in name for name in names)


@pytest.mark.parametrize(
    "line",
    ["Team player", "Strong work ethic", "Ability to work weekends", "Must be able to lift 50 pounds", "Reliable car"],
)
def test_phrases_of_every_posting_make_no_unknown_term(line: str) -> None:
    role = _role("Requirements", "- Data entry", "- QuickBooks", f"- {line}")
    assert [r.name for r in role.requirements if not r.is_known] == []


def test_the_field_of_a_degree_is_no_skill() -> None:
    role = _role("Requirements", "- Bachelor's degree in accounting or economics", "- Data entry", "- QuickBooks")
    assert set(_weights(role)) == {"data-entry", "quickbooks"}


# ------------------------------------------------------------------------------------------ what is left out


@pytest.mark.parametrize(
    "lines",
    [
        ("Benefits", "- Free QuickBooks classes"),
        ("About us", "We make QuickBooks add-ons."),
        ("Why join Larkspur?", "You will love our QuickBooks team."),
        ("How to apply", "Send us a QuickBooks file."),
        ("About the job", "Founded in 2004, Larkspur is a leading provider of QuickBooks add-ons."),
        ("We offer tuition assistance and QuickBooks training.",),
        ("Larkspur is an equal opportunity employer of QuickBooks users.",),
    ],
)
def test_boilerplate_makes_no_requirement(lines: tuple[str, ...]) -> None:
    role = _role("Requirements", "- Data entry", "- Bank reconciliation", "", *lines)
    assert "quickbooks" not in _weights(role)


def test_a_group_of_skills_gives_way_to_what_is_meant() -> None:
    assert "computers-and-electronics" not in _weights(_role("Requirements", "- MS Excel", "- QuickBooks"))


def test_longest_words_win() -> None:
    role = _role("Requirements", "- Microsoft SQL Server", "- Python", title="Database Administrator")
    assert set(_weights(role)) == {"sql-server", "python"}


# ------------------------------------------------------------------------------------------------ no posting


@pytest.mark.parametrize("text", ["", "   \n", "Roses are red.\nViolets are blue.", "x" * 5000])
def test_text_that_asks_for_nothing_is_refused(text: str) -> None:
    with pytest.raises(PostingError):
        role_from_posting(text)


def test_posting_without_skills_is_refused() -> None:
    with pytest.raises(PostingError, match="hardly any skill"):
        role_from_posting("Helper wanted\n\nRequirements\n- Must be friendly and on time")


def test_resume_is_told_from_a_posting() -> None:
    with pytest.raises(PostingError, match="looks like a resume"):
        role_from_posting(ROOT / "examples" / "resumes" / "maria_alvarez.pdf")


def test_missing_file_is_named() -> None:
    with pytest.raises(skillgap.ResumeError, match=r"nowhere\.pdf"):
        role_from_posting("nowhere.pdf")


# --------------------------------------------------------------------------------------------- sources, title


def test_text_path_and_bytes_give_the_same_role(tmp_path: Path) -> None:
    path = tmp_path / "posting.txt"
    path.write_text("Payroll Clerk\n\nRequirements\n- ADP\n- MS Excel\n\nA plus:\n- Bookkeeping\n", encoding="utf-8")
    by_path = role_from_posting(path)
    assert role_from_posting(str(path)) == by_path
    assert role_from_posting(path.read_bytes()).requirements == by_path.requirements
    assert role_from_posting(path.read_text(encoding="utf-8")).requirements == by_path.requirements


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ("Job Title: Payroll Specialist", "Payroll Specialist"),
        ("Payroll Specialist - Denver, CO (Full-time)", "Payroll Specialist"),
        ("PAYROLL SPECIALIST", "Payroll Specialist"),
        ("HVAC TECHNICIAN", "HVAC Technician"),
        ("DIRECTOR OF NURSING", "Director of Nursing"),
        (
            "Larkspur Dental Group\n\nWe are looking for an experienced payroll specialist to join us.",
            "Payroll specialist",
        ),
    ],
)
def test_title_is_found(top: str, expected: str) -> None:
    text = f"{top}\n\nRequirements\n- Data entry\n- QuickBooks"
    assert role_from_posting(text).title == expected


def test_title_can_be_given() -> None:
    assert role_from_posting(CASES / "line_cook.txt", title="Cook").id == "cook"


# ----------------------------------------------------------------------------------------- command line


def test_posting_takes_the_place_of_a_role(capsys: pytest.CaptureFixture[str]) -> None:
    from skillgap.cli import main

    resume = str(ROOT / "examples" / "resumes" / "maria_alvarez.pdf")
    posting = str(CASES / "accounts_receivable_specialist.txt")
    assert main(["analyze", resume, "--posting", posting, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["role"]["title"] == "Accounts Receivable Specialist"
    assert report["coverage"] > 0.3
    assert main(["analyze", resume, "--posting", posting, "--role", "accountant"]) == 2
    assert "give one of them" in capsys.readouterr().err


def test_role_of_a_posting_is_written_and_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from skillgap.cli import main

    target = tmp_path / "cook.toml"
    assert main(["roles", "from-posting", str(CASES / "line_cook.txt"), "-o", str(target)]) == 0
    assert "Line cook" in capsys.readouterr().err
    assert main(["roles", "show", str(target)]) == 0
    assert "Knife skills" in capsys.readouterr().out
    assert main(["roles", "from-posting", str(CASES / "line_cook.txt"), "-o", str(tmp_path / "cook.docx")]) == 2


def test_work_with_benefits_is_a_duty_and_benefits_offered_are_not() -> None:
    role = _role(
        "Responsibilities:",
        "- Submit dental insurance claims",
        "- Administer 401(k) plans and life insurance",
        "- Health insurance and paid time off",
        "Requirements:",
        "- MS Excel",
        "- Payroll",
    )
    assert role.responsibilities == ("Submit dental insurance claims", "Administer 401(k) plans and life insurance")


def test_benefits_under_requirements_ask_for_nothing() -> None:
    plain = _role("Requirements:", "- MS Excel", "- Payroll")
    offered = _role("Requirements:", "- MS Excel", "- Payroll", "- Health insurance, life insurance, 401(k)")
    assert _weights(offered) == _weights(plain)
