"""`skillgap roles check`: what it finds in role and skill files, and what it lets be."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillgap import Resume
from skillgap.cli import main
from skillgap.roles.check import Finding, check_roles

WHOLE_SKILL = """
name = "bread baking"
scope = "Baking bread by hand or machine."
definition = "Turning flour, water and time into bread."
advice = "Say how many loaves a day."
labels = ["bread baker", "sourdough"]
"""

WHOLE_ROLE = """
id = "village-baker"
title = "Village Baker"
alt_titles = ["bread baker of the village"]
summary = "Bakes the bread of a village."
responsibilities = ["mix dough", "bake before dawn"]
[codes]
onet-soc = "51-3011.00"
isco-08 = "7512"
[hard]
essential = ["village-bread"]
[skills.village-bread]
name = "bread of the village"
scope = "Baking bread by hand."
definition = "Turning flour into bread."
advice = "Say how many loaves."
labels = ["hearth loaves"]
"""


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.lstrip("\n"), encoding="utf-8")
    return path


def _said(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{f.level} {f.line} {f.entry}: {f.message}" for f in findings]


def test_whole_role_file_has_no_finding(tmp_path: Path) -> None:
    assert check_roles(_write(tmp_path, "village-baker.toml", WHOLE_ROLE)) == ()


def test_bare_names_are_no_fault(tmp_path: Path) -> None:
    role = WHOLE_ROLE.replace('["village-bread"]', '["village-bread", "Sourdough Keeping", "oven care"]')
    assert check_roles(_write(tmp_path, "village-baker.toml", role)) == ()


def test_id_that_no_skill_has_is_an_error_with_its_line(tmp_path: Path) -> None:
    role = WHOLE_ROLE.replace('["village-bread"]', '["village-bread", "oven-caer"]')
    (finding,) = check_roles(_write(tmp_path, "village-baker.toml", role))
    assert (finding.level, finding.line, finding.entry) == ("error", 10, "village-baker")
    assert finding.message == "no skill has the id 'oven-caer'"


def test_id_nearly_that_of_a_skill_is_told_which(tmp_path: Path) -> None:
    role = WHOLE_ROLE.replace('["village-bread"]', '["village-bread", "menu-plannning"]')
    (finding,) = check_roles(_write(tmp_path, "village-baker.toml", role))
    assert finding.message == "no skill has the id 'menu-plannning'; did you mean 'menu-planning'?"


def test_relation_to_no_skill_is_an_error_with_its_line(tmp_path: Path) -> None:
    text = f'[bread-baking]{WHOLE_SKILL}broader = ["baking"]\nshown_by = ["brad-shaping"]\n'
    (finding,) = check_roles(_write(tmp_path, "skills.toml", text))
    assert _said((finding,)) == ["error 8 bread-baking: shown_by names 'brad-shaping', which is no skill"]


def test_relation_to_a_skill_of_the_catalogue_is_no_fault(tmp_path: Path) -> None:
    text = f'[bread-baking]{WHOLE_SKILL}broader = ["baking"]\n'
    assert check_roles(_write(tmp_path, "skills.toml", text)) == ()


def test_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (finding,) = check_roles(tmp_path / "nowhere")
    assert (finding.level, finding.message) == ("error", "there is no such file or folder")


def test_broken_toml_is_an_error_with_its_line(tmp_path: Path) -> None:
    (finding,) = check_roles(_write(tmp_path, "role.toml", 'id = "a"\ntitle = "A\n'))
    assert (finding.level, finding.line) == ("error", 2)


def test_every_wrong_entry_is_told_at_once(tmp_path: Path) -> None:
    text = (
        f'[bread-baking]{WHOLE_SKILL}kind = "soft"\n\n[Dough]\nname = "dough"\n\n[oven]\nname = "oven"\nlabel = ["x"]\n'
    )
    findings = check_roles(_write(tmp_path, "skills.toml", text))
    assert [(f.level, f.line, f.entry) for f in findings] == [
        ("error", 7, "bread-baking"),
        ("error", 9, "Dough"),
        ("error", 14, "oven"),
    ]


def test_id_in_two_files_is_an_error(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        _write(tmp_path, f"skills/{name}", f"[bread-baking]{WHOLE_SKILL}")
    (finding,) = check_roles(tmp_path)
    assert finding.level == "error"
    assert finding.file.endswith("b.toml")
    assert "a.toml" in finding.message


def test_label_of_two_unrelated_skills_is_noted(tmp_path: Path) -> None:
    second = WHOLE_SKILL.replace('"bread baking"', '"loaf shaping"').replace(
        '["bread baker", ', '["sour|plain dough", '
    )
    text = f"[bread-baking]{WHOLE_SKILL}\n[loaf-shaping]{second}"
    assert _said(check_roles(_write(tmp_path, "skills.toml", text))) == [
        "note 13 loaf-shaping: label 'sourdough' belongs to 'bread-baking' too"
    ]


@pytest.mark.parametrize("line", ['broader = ["bread-baking"]', "umbrella = true", 'kind = "core"'])
def test_label_of_related_umbrella_or_core_skill_may_be_shared(tmp_path: Path, line: str) -> None:
    second = WHOLE_SKILL.replace('"bread baking"', '"loaf shaping"') + line
    text = f"[bread-baking]{WHOLE_SKILL}\n[loaf-shaping]{second}\n"
    assert check_roles(_write(tmp_path, "skills.toml", text)) == ()


def test_label_of_two_skills_related_over_a_third_may_be_shared(tmp_path: Path) -> None:
    middle = WHOLE_SKILL.replace('"bread baking"', '"loaf work"').replace('["bread baker", "sourdough"]', '["loaf"]')
    last = WHOLE_SKILL.replace('"bread baking"', '"loaf shaping"')
    text = f'[bread-baking]{WHOLE_SKILL}\n[loaf-work]{middle}broader = ["bread-baking"]\n'
    text += f'\n[loaf-shaping]{last}broader = ["loaf-work"]\n'
    assert check_roles(_write(tmp_path, "skills.toml", text)) == ()


def test_umbrella_must_be_true_or_false(tmp_path: Path) -> None:
    (finding,) = check_roles(_write(tmp_path, "skills.toml", f'[bread-baking]{WHOLE_SKILL}umbrella = "yes"\n'))
    assert _said((finding,)) == ["error 7 bread-baking: 'umbrella' is true or false"]


def test_roles_with_nearly_equal_skills_are_noted(tmp_path: Path) -> None:
    skills = ["accounts-payable", "general-ledger", "payroll-processing", "tax-preparation", "budgeting"]
    for name, own in (("one", skills), ("two", [*skills[:4], "auditing of gifts"]), ("three", skills[3:])):
        role = WHOLE_ROLE.replace("village-baker", name).replace("Village Baker", f"Baker {name}")
        role = role.replace("bread baker of the village", f"baker of kind {name}").split("[skills.")[0]
        _write(tmp_path, f"{name}.toml", role.replace('["village-bread"]', str(own).replace("'", '"')))
    assert [(f.entry, f.message) for f in check_roles(tmp_path)] == []
    two = (tmp_path / "two.toml").read_text(encoding="utf-8").replace(', "auditing of gifts"', "")
    (tmp_path / "two.toml").write_text(two, encoding="utf-8")
    assert [(f.entry, f.message) for f in check_roles(tmp_path)] == [
        ("two", "hard skills are nearly those of 'one' (similarity 0.80)")
    ]


def test_title_of_two_roles_is_noted(tmp_path: Path) -> None:
    _write(tmp_path, "a.toml", WHOLE_ROLE)
    other = (
        WHOLE_ROLE.replace("village-ba", "town-ba").replace("Village", "Town").replace("village-bread", "town-bread")
    )
    other = other.replace('"hearth loaves"', '"tin loaves"').replace("bread of the village", "bread of the town")
    _write(tmp_path, "b.toml", other)
    (finding,) = check_roles(tmp_path)
    assert finding.line == 3
    assert finding.message == "title 'bread baker of the village' belongs to 'village-baker' too"


def test_missing_fields_are_noted(tmp_path: Path) -> None:
    path = _write(tmp_path, "r.toml", 'id = "r"\ntitle = "R"\n[hard]\nuseful = ["x-ray"]\n[skills.x-ray]\nname = "x"\n')
    assert _said(check_roles(path)) == [
        "note 1 r: without summary, responsibilities, codes",
        "note 5 x-ray: without scope, definition, advice, labels",
    ]


@pytest.mark.parametrize("code", ["51-3011", "51-3011.0", "513011.00"])
def test_odd_code_is_noted_with_its_line(tmp_path: Path, code: str) -> None:
    (finding,) = check_roles(_write(tmp_path, "r.toml", WHOLE_ROLE.replace("51-3011.00", code)))
    assert (finding.level, finding.line) == ("note", 7)
    assert code in finding.message


def test_misspelt_prose_is_noted_with_its_line(tmp_path: Path) -> None:
    role = WHOLE_ROLE.replace("mix dough", "mix doufgh for Kirkwall by NVQ").replace(
        "Turning flour into", "Trunign flour"
    )
    assert _said(check_roles(_write(tmp_path, "r.toml", role))) == [
        "note 5 village-baker: no word list knows 'doufgh'",
        "note 14 village-bread: no word list knows 'Trunign'",
    ]


def test_words_of_the_vocabulary_are_no_misspellings(tmp_path: Path) -> None:
    text = f"[bread-baking]{WHOLE_SKILL}".replace("by hand", "by hand, poolish and all").replace(
        '"sourdough"', '"sourdough", "poolish|biga dough"'
    )
    assert check_roles(_write(tmp_path, "skills.toml", text)) == ()


def test_label_that_covers_most_resumes_is_noted(tmp_path: Path) -> None:
    path = _write(tmp_path, "skills.toml", f"[bread-baking]{WHOLE_SKILL}".replace('"sourdough"', '"sourdough", "team"'))
    resumes = [Resume.from_text(f"Skills\nTeam work, {'sourdough' if n < 3 else 'sales'}") for n in range(10)]
    assert _said(check_roles(path, resumes=resumes)) == ["note 1 bread-baking: label 'team' covers 100% of the resumes"]


def test_few_resumes_are_not_judged_by(tmp_path: Path) -> None:
    path = _write(tmp_path, "skills.toml", f"[bread-baking]{WHOLE_SKILL}")
    with pytest.raises(ValueError, match="at least 10"):
        check_roles(path, resumes=[Resume.from_text("sourdough")])


def test_empty_folder_is_an_error(tmp_path: Path) -> None:
    (finding,) = check_roles(tmp_path)
    assert str(finding) == f"{tmp_path}: no role or skill file (*.toml) in this folder"


def test_command_prints_findings_and_fails_on_errors_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noted = _write(tmp_path, "noted.toml", WHOLE_ROLE.replace("51-3011.00", "51-3011"))
    assert main(["roles", "check", str(noted)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"{noted}:7: note: village-baker: ")
    assert "no error, 1 note" in err
    wrong = _write(tmp_path, "wrong.toml", WHOLE_ROLE.replace('title = "Village Baker"', ""))
    assert main(["roles", "check", str(wrong)]) == 2
    assert capsys.readouterr().out == f"{wrong}:1: village-baker: 'title' is missing or empty\n"
