"""`suggest_roles` and `compare_roles`."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import skillgap
from skillgap.cli import main
from skillgap.model import Resume, Role, Suggestion
from skillgap.roles.catalogue import find_roles, load_catalogue
from skillgap.suggesting import RoleFinder

ROOT = Path(__file__).parent.parent
MARIA = ROOT / "examples" / "resumes" / "maria_alvarez.pdf"


def _best(text: str, limit: int = 3) -> list[str]:
    return [suggestion.role for suggestion in skillgap.suggest_roles(Resume.from_text(text), limit=limit)]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Skills\nServSafe, knife skills, line cooking, grill, sauté, portion control", "line-cook"),
        ("Skills\nbrake repair, engine diagnostics, ASE certified, transmission repair", "automotive-technician"),
        ("Experience\nTook vital signs, drew blood, roomed patients, gave injections, took EKGs", "medical-assistant"),
        ("Skills\nHTML, CSS, JavaScript, React, responsive design, accessibility", "front-end-developer"),
        ("Experience\nRegistered Nurse 2015 to Current\nCare of patients on a surgical ward", "registered-nurse"),
    ],
)
def test_skills_and_titles_find_the_role(text: str, role: str) -> None:
    assert role in _best(text)


def test_title_held_now_outweighs_one_held_long_ago() -> None:
    jobs = "Experience\n{} 2015 to Current\nWorked with people\n{} 2001 to 2004\nWorked with people"
    assert _best(jobs.format("Pharmacist", "Lawyer"), 1) == ["pharmacist"]
    assert _best(jobs.format("Lawyer", "Pharmacist"), 1) == ["lawyer"]


def test_headline_outweighs_a_title_held() -> None:
    jobs = "{}\n\nExperience\n{} 2015 to Current\nWorked with people"
    assert _best(jobs.format("Pharmacist", "Lawyer"), 1) == ["pharmacist"]
    assert _best(jobs.format("Lawyer", "Pharmacist"), 1) == ["lawyer"]


def test_words_of_a_title_speak_for_it() -> None:
    jobs = "Experience\n{} 2015 to Current\nWorked with people"
    assert any(role in _best(jobs.format("Pizza Chef")) for role in ("executive-chef", "sous-chef", "pastry-chef"))
    assert "aircraft-mechanic" in _best(jobs.format("Aircraft Worker"))


def test_what_was_done_is_no_title() -> None:
    text = "Experience\nClerk 2015 to Current\n• Scheduled pharmacist shifts\n• Called the lawyer"
    assert not {"pharmacist", "lawyer"} & set(_best(text))


def test_resume_that_stands_twice_in_a_document_counts_once() -> None:
    jobs = "Experience\nLawyer 2015 to Current\nQwrt zxcv\nPharmacist 2001 to 2004\nQwrt zxcv"
    once, twice = (
        {s.role: s.score for s in skillgap.suggest_roles(Resume.from_text(text), limit=300)}
        for text in (jobs, f"{jobs}\n{jobs}")
    )
    assert once["pharmacist"] == twice["pharmacist"]


def test_later_resumes_are_compared_as_the_first_ones() -> None:
    finder = RoleFinder(load_catalogue())
    resume = skillgap.parse_resume(MARIA)
    assert len({finder.suggest(resume, 20) for _ in range(5)}) == 1


def test_longest_title_counts() -> None:
    assert _best("Experience\nSous Chef 2019 to Current\nRan the kitchen at night", 1) == ["sous-chef"]


def test_people_worked_for_are_no_titles_held() -> None:
    text = "Experience\nReceptionist 2015 to Current\nReported to the lawyer and scheduled meetings for the pharmacist"
    found = skillgap.suggest_roles(Resume.from_text(text), limit=5)
    assert not any(s.titles for s in found if s.role in ("lawyer", "pharmacist"))


def test_skills_of_every_office_decide_nothing() -> None:
    text = "Skills\nteamwork, communication, Microsoft Office, customer service, time management\nwelding, MIG, TIG"
    assert _best(text, 1) == ["welder"]


def test_coverage_is_that_of_analyze() -> None:
    for suggestion in skillgap.suggest_roles(MARIA, limit=4):
        report = skillgap.analyze(MARIA, suggestion.role)
        assert suggestion.coverage == pytest.approx(report.coverage, abs=0.05)
        assert set(suggestion.speaking) <= {s.name for s in report.covered} | {s.name for s in report.missing}
        assert not set(suggestion.speaking) & set(suggestion.missing)


def test_suggestions_are_ordered_limited_and_the_same_each_time() -> None:
    one, two = (skillgap.suggest_roles(MARIA, limit=7) for _ in range(2))
    assert one == two
    assert len(one) == 7
    assert [s.score for s in one] == sorted((s.score for s in one), reverse=True)
    assert len({s.role for s in one}) == 7


def test_text_without_skills_suggests_nothing() -> None:
    assert skillgap.suggest_roles(Resume.from_text("Qwrt zxcv\n\nPlmk njbh")) == ()


def test_own_roles_are_suggested_too(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        'id = "zorblatt-tuner"\ntitle = "Zorblatt Tuner"\n'
        'hard = ["Zorblatt Tuning", "Frobnication", "Blargh Maintenance"]\n',
        encoding="utf-8",
    )
    text = "Skills\nZorblatt tuning, frobnication, blargh maintenance"
    found = skillgap.suggest_roles(Resume.from_text(text), folders=[tmp_path], limit=1)
    assert [s.role for s in found] == ["zorblatt-tuner"]
    assert found[0].coverage == 1.0


def test_every_role_of_the_field_map_is_in_the_catalogue() -> None:
    tables = tomllib.loads((ROOT / "benchmarks" / "suggestions_fields.toml").read_text(encoding="utf-8"))
    known = {role.id for role in find_roles(limit=None)}
    assert {role for roles in tables["fields"].values() for role in roles} - known == set()
    assert len(tables["fields"]) == 24


def test_suggest_prints_roles_with_their_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", str(MARIA), "-n", "2"]) == 0
    said = capsys.readouterr().out
    assert "1  Collections Specialist" in said
    assert "titles held: Collections Specialist" in said
    assert "missing:" in said


def test_suggest_gives_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", str(MARIA), "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["roles"][0]["role"] == "collections-specialist"
    assert len(answer["roles"]) == 5
    assert answer["roles"][0].keys() == set(Suggestion.__dataclass_fields__)


def test_suggest_refuses_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", str(MARIA.parent)]) == 2
    assert "one resume at a time" in capsys.readouterr().err


def test_import_of_skillgap_makes_nothing_ready_to_suggest() -> None:
    code = "import sys, skillgap; print('skillgap.suggesting' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


# --------------------------------------------------------------------------------------------- comparing


def test_roles_are_compared_both_ways() -> None:
    move = skillgap.compare_roles("accounts receivable clerk", "accountant")
    back = skillgap.compare_roles("accountant", "accounts receivable clerk")
    assert {r.skill for r in move.shared} >= {"account-reconciliation"}
    assert "budgeting" in {r.skill for r in move.lacking}
    assert move.lacking_back == back.lacking
    assert 0.0 < move.carried < 1.0


def test_shared_and_lacking_are_all_that_the_other_role_asks_for() -> None:
    move = skillgap.compare_roles("line cook", "sous chef")
    assert sorted(r.skill for r in (*move.shared, *move.lacking)) == sorted(r.skill for r in move.other.requirements)


def test_a_role_brings_all_to_itself() -> None:
    move = skillgap.compare_roles("accountant", "accountant")
    assert (move.carried, move.lacking, move.lacking_back) == (1.0, (), ())


def test_roles_without_anything_in_common_share_nothing() -> None:
    chef = Role.from_skills("Chef", ["Menu Planning"])
    pilot = Role.from_skills("Pilot", ["Flight Planning"])
    assert skillgap.compare_roles(chef, pilot).carried == 0.0


def test_compare_prints_what_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["roles", "compare", "accounts collector", "accountant"]) == 0
    said = capsys.readouterr().out
    assert "Accounts Collector → Accountant" in said
    assert "LACKING FOR ACCOUNTANT" in said
    assert main(["roles", "compare", "accounts collector", "stamp collector of Mars"]) == 2
