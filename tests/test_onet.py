"""`roles import onet`: both releases give the same roles, with figures and attribution; wrong folders are told."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import skillgap
from skillgap.cli import main
from skillgap.errors import VocabularyError
from skillgap.roles.catalogue import load_catalogue, load_role
from skillgap.roles.onet import import_onet

CODE = "O*NET-SOC Code"
SCALED = (CODE, "Title", "Element ID", "Element Name", "Scale ID", "Scale Name", "Data Value", "N")
TABLES: dict[str, list[tuple[str, ...]]] = {
    "Occupation Data": [
        (CODE, "Title", "Description"),
        ("43-3011.00", "Bill and Account Collectors", "Locate customers of delinquent accounts."),
        ("15-1252.00", "Software Developers", "Research, design and develop software."),
        ("11-9039.00", "Education Administrators, All Other", "All not listed."),
    ],
    "Alternate Titles": [
        (CODE, "Title", "Alternate Title", "Short Title", "Source(s)"),
        ("43-3011.00", "Bill and Account Collectors", "Debt Chaser", "n/a", "08"),
        ("43-3011.00", "Bill and Account Collectors", "Certified Collector (CC)", "CC", "08"),
    ],
    "Technology Skills": [
        (CODE, "Title", "Example", "Commodity Code", "Commodity Title", "Hot Technology", "In Demand"),
        ("43-3011.00", "", "Microsoft Excel", "43232110", "Spreadsheet software", "Y", "Y"),
        ("43-3011.00", "", "Structured query language SQL", "43232306", "Data base user interface software", "Y", "N"),
        ("43-3011.00", "", "Zorblatt Collector software", "43231601", "Accounting software", "N", "N"),
        ("15-1252.00", "", "Chef", "43232201", "Configuration management software", "Y", "Y"),
        ("15-1252.00", "", "Django", "43232408", "Web platform development software", "Y", "Y"),
        ("15-1252.00", "", "Swift", "43232408", "Object oriented development software", "Y", "N"),
    ],
    "Knowledge": [
        SCALED,
        ("43-3011.00", "", "2.C.7.a", "English Language", "IM", "Importance", "4.09", "22"),
        ("43-3011.00", "", "2.C.7.a", "English Language", "LV", "Level", "4.08", "22"),
        ("43-3011.00", "", "2.C.8.b", "Law and Government", "IM", "Importance", "3.25", "22"),
        ("43-3011.00", "", "2.C.4.b", "Physics", "IM", "Importance", "1", "22"),
        ("43-3011.00", "", "2.C.4.a", "Mathematics", "IM", "Importance", "3.31", "22"),
    ],
    "Skills": [
        SCALED,
        ("43-3011.00", "", "2.A.1.d", "Speaking", "IM", "Importance", "3.88", "8"),
        ("43-3011.00", "", "2.A.1.e", "Mathematics", "IM", "Importance", "3", "8"),
    ],
    "Task Statements": [
        (CODE, "Title", "Task ID", "Task", "Task Type"),
        ("43-3011.00", "", "1", 'Record information about "status" of accounts.', "Core"),
        ("43-3011.00", "", "2", "Sort mail.", "Supplemental"),
    ],
}
READ_ME = "O*NET 29.3 Database\nMay 2025 Release\n"
Writer = Callable[[Path, str, Sequence[Sequence[str]]], None]


def _write_text(folder: Path, name: str, rows: Sequence[Sequence[str]]) -> None:
    (folder / f"{name}.txt").write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def _write_excel(folder: Path, name: str, rows: Sequence[Sequence[str]]) -> None:
    from openpyxl import Workbook

    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(folder / f"{name}.xlsx")


def _release(folder: Path, write: Writer = _write_text, *, without: Sequence[str] = ()) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in TABLES.items():
        if name not in without:
            write(folder, name, rows)
    (folder / "Read Me.txt").write_text(READ_ME, encoding="utf-8")
    return folder


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    import_onet(_release(tmp_path / "release"), tmp_path / "out")
    return tmp_path / "out"


def test_text_and_excel_releases_give_the_same_files(tmp_path: Path) -> None:
    import_onet(_release(tmp_path / "text"), tmp_path / "from_text")
    import_onet(_release(tmp_path / "excel", _write_excel), tmp_path / "from_excel")
    files = sorted(path.relative_to(tmp_path / "from_text") for path in (tmp_path / "from_text").rglob("*.toml"))
    assert len(files) == 3
    for file in files:
        text, excel = ((tmp_path / name / file).read_text(encoding="utf-8") for name in ("from_text", "from_excel"))
        assert text == excel


def test_published_figures_decide_importance_and_stand_in_the_note(imported: Path) -> None:
    role = load_role("onet-bill-and-account-collectors", folders=[imported])
    known = {r.name: (r.importance, r.kind, r.note) for r in role.requirements}
    assert known["English Language"] == ("essential", "hard", "importance 4.09 of 5, level 4.08 of 7")
    assert known["Law and Government"] == ("important", "hard", "importance 3.25 of 5")
    assert known["Speaking"] == ("important", "core", "importance 3.88 of 5")
    assert "Physics" not in known


def test_flags_decide_the_importance_of_technologies(imported: Path) -> None:
    role = load_role("onet-bill-and-account-collectors", folders=[imported])
    known = {r.name: (r.skill, r.importance, r.note) for r in role.requirements}
    assert known["Microsoft Excel"] == ("ms-excel", "important", "in demand and hot technology")
    assert known["Structured query language SQL"] == ("sql", "useful", "hot technology")
    assert known["Zorblatt Collector software"][1:] == ("useful", "used in the occupation")


def test_what_knowledge_and_skills_both_name_is_asked_for_once(imported: Path) -> None:
    role = load_role("onet-bill-and-account-collectors", folders=[imported])
    (mathematics,) = (r for r in role.requirements if r.skill == "mathematics")
    assert mathematics.note == "importance 3.31 of 5; importance 3 of 5"


def test_names_resolve_only_to_the_same_thing(imported: Path) -> None:
    skills = {r.name: r.skill for r in load_role("onet-software-developers", folders=[imported]).requirements}
    # Django shows Python, but Python shows no Django; SWIFT of the banks is not Swift.
    assert skills["Django"] == "onet-django"
    assert skills["Swift"] == "swift"


def test_plain_words_count_as_programs_only_among_their_kind(imported: Path) -> None:
    role = load_role("onet-software-developers", folders=[imported])

    def covered(text: str) -> set[str]:
        return {s.name for s in skillgap.analyze(skillgap.Resume.from_text(text), role).covered}

    assert "Chef" in covered("Skills\nConfiguration management with Chef and Ansible")
    assert "Chef" not in covered("Experience\nChef, Harbour Bistro 2019 to 2021\nChef of a busy kitchen")


def test_each_role_names_release_and_licence(imported: Path) -> None:
    for path in sorted((imported / "roles").glob("*.toml")):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        assert "O*NET 29.3 Database" in tables["attribution"]
        assert "CC BY 4.0" in tables["attribution"]
        assert tables["codes"]["onet-soc"]


def test_titles_tasks_and_codes_are_kept(imported: Path) -> None:
    role = load_role("debt chaser", folders=[imported])
    assert role.title == "Bill and Account Collectors"
    assert role.alt_titles == ("Debt Chaser", "Certified Collector")
    assert role.responsibilities == ('Record information about "status" of accounts',)
    assert role.codes == (("onet-soc", "43-3011.00"),)


def test_occupations_without_skills_are_left_out_and_counted(tmp_path: Path) -> None:
    done = import_onet(_release(tmp_path / "release"), tmp_path / "out")
    assert (done.version, done.written, done.without_data, done.missing_tables) == ("29.3", 2, ("11-9039.00",), ())


def test_imported_folder_passes_the_check_of_role_files(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_catalogue(str(imported))
    assert main(["roles", "find", "debt chaser", "--roles", str(imported)]) == 0
    assert "Bill and Account Collectors" in capsys.readouterr().out


def test_shown_roles_tell_the_published_figures(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["roles", "show", "onet-bill-and-account-collectors", "--roles", str(imported), "--width", "100"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "(importance 4.09 of 5, level 4.08 of 7)" in said
    assert "CC BY 4.0" in said


def test_elements_name_only_skills_that_there_are() -> None:
    from skillgap.roles.onet import _tables, _told_elements

    known = load_catalogue().skills
    entries = (*_told_elements().values(), *_tables()["technologies"].values())
    named = {s for told in entries for s in (told.get("skill"), *told.get("shown_by", ())) if s}
    assert {str(name) for name in named if name not in known} == set()


# -------------------------------------------------------------------------------------------- wrong folders


def test_missing_occupations_are_told(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="'Occupation Data' is missing"):
        import_onet(_release(tmp_path / "release", without=["Occupation Data"]), tmp_path / "out")


def test_release_without_any_table_of_skills_is_refused(tmp_path: Path) -> None:
    release = _release(tmp_path / "release", without=["Technology Skills", "Knowledge", "Skills"])
    with pytest.raises(VocabularyError, match="none of the tables Technology Skills, Knowledge, Skills"):
        import_onet(release, tmp_path / "out")


def test_missing_tables_are_told_and_the_rest_is_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release = _release(tmp_path / "release", without=["Knowledge"])
    assert main(["roles", "import", "onet", str(release), "-o", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().err
    assert "no table 'Knowledge'" in said
    assert "2 roles of O*NET 29.3" in said


def test_wrong_release_is_told_by_its_column(tmp_path: Path) -> None:
    release = _release(tmp_path / "release")
    _write_text(release, "Technology Skills", [(CODE, "T2 Type", "T2 Example", "Commodity Code", "Commodity Title")])
    with pytest.raises(VocabularyError, match=r"Technology Skills\.txt: the column 'Example' is missing"):
        import_onet(release, tmp_path / "out")


@pytest.mark.parametrize(("name", "message"), [("db_29_3.zip", "unpack it"), ("nowhere", "no such folder")])
def test_archive_and_missing_folder_are_told(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "db_29_3.zip").write_bytes(b"PK")
    with pytest.raises(VocabularyError, match=message):
        import_onet(tmp_path / name, tmp_path / "out")


def test_damaged_workbook_is_named(tmp_path: Path) -> None:
    release = _release(tmp_path / "release", _write_excel)
    (release / "Skills.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(VocabularyError, match=r"Skills\.xlsx"):
        import_onet(release, tmp_path / "out")


def test_folder_inside_the_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "download").mkdir()
    _release(tmp_path / "download" / "db_29_3_text")
    assert import_onet(tmp_path / "download", tmp_path / "out").written == 2
