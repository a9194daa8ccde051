"""Compiled catalogues: quick, and never older than the files that they were made of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skillgap.errors import VocabularyError
from skillgap.roles.catalogue import DATA, Catalogue, load_role
from skillgap.roles.compiled import compile_folder, compiled_path, list_files, parse_toml, read_tables

ROLE = 'id = "{id}"\ntitle = "{title}"\n[hard]\nessential = ["ms-excel"]\n'


def _write(folder: Path, role_id: str, title: str) -> Path:
    path = folder / f"{role_id}.toml"
    path.write_text(ROLE.format(id=role_id, title=title), encoding="utf-8")
    return path


def test_compiled_tables_are_those_of_the_files(tmp_path: Path) -> None:
    for group in ("roles", "skills"):
        (tmp_path / group).mkdir()
        for path in list_files(DATA, group):  # type: ignore[arg-type]
            (tmp_path / group / path.name).write_bytes(path.read_bytes())
    compile_folder(tmp_path)
    for group in ("roles", "skills"):
        assert compiled_path(tmp_path, group).is_file()  # type: ignore[arg-type]
        for path, tables in read_tables(tmp_path, group):  # type: ignore[arg-type]
            assert tables == parse_toml(path.read_bytes(), path)


def test_unchanged_files_are_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, "clerk", "Clerk")
    compile_folder(tmp_path)
    monkeypatch.setattr("skillgap.roles.compiled.parse_toml", lambda data, path: pytest.fail("parsed again"))
    assert [tables["title"] for _, tables in read_tables(tmp_path, "roles")] == ["Clerk"]


def test_edited_and_added_files_count_at_once(tmp_path: Path) -> None:
    _write(tmp_path, "clerk", "Clerk")
    _write(tmp_path, "baker", "Baker")
    compile_folder(tmp_path)
    _write(tmp_path, "clerk", "Klerk")  # as long as before
    _write(tmp_path, "chef", "Chef")
    (tmp_path / "baker.toml").unlink()
    assert {tables["title"] for _, tables in read_tables(tmp_path, "roles")} == {"Klerk", "Chef"}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 0, "files": {}}', b"\xff\xfe", b'{"format": 1}'])
def test_damaged_or_old_compiled_files_are_left_aside(tmp_path: Path, content: bytes) -> None:
    _write(tmp_path, "clerk", "Clerk")
    compiled_path(tmp_path, "roles").write_bytes(content)
    assert [tables["title"] for _, tables in read_tables(tmp_path, "roles")] == ["Clerk"]


def test_values_that_json_has_not_stay_as_they_are(tmp_path: Path) -> None:
    _write(tmp_path, "clerk", "Clerk").write_text('id = "clerk"\nwhen = 2024-05-01\n', encoding="utf-8")
    _write(tmp_path, "baker", "Baker")
    compile_folder(tmp_path)
    assert json.loads(compiled_path(tmp_path, "roles").read_text(encoding="utf-8"))["files"].keys() == {"baker.toml"}
    assert str([*read_tables(tmp_path, "roles")][1][1]["when"]) == "2024-05-01"


def test_a_role_is_the_same_with_and_without_compiled_files(tmp_path: Path) -> None:
    _write(tmp_path, "clerk", "Clerk")
    plain = load_role("clerk", folders=[tmp_path])
    compile_folder(tmp_path)
    assert Catalogue((tmp_path,)).role("clerk") == plain


def test_one_role_makes_only_the_skills_that_it_needs() -> None:
    catalogue = Catalogue(())
    role = catalogue.role("accountant")
    assert {skill.id for skill in role.skills} >= {r.skill for r in role.requirements}
    made = len(catalogue.skills._ready)
    assert made < len(catalogue.skills) / 2


def test_wrong_skill_of_ones_own_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "skills").mkdir()
    (tmp_path / "skills" / "mine.toml").write_text("[Zorblatt]\nname = 'Z'\n", encoding="utf-8")
    _write(tmp_path, "clerk", "Clerk")
    with pytest.raises(VocabularyError, match=r"mine\.toml"):
        Catalogue((tmp_path,))


def test_role_folders_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, "zorblatt-clerk", "Zorblatt Clerk")
    monkeypatch.setenv("SKILLGAP_ROLES", str(tmp_path))
    assert load_role("zorblatt clerk").id == "zorblatt-clerk"
