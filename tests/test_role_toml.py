"""`Role.to_toml` and `load_role`: what is written is read back as the same role."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillgap.errors import VocabularyError
from skillgap.model import Label, Requirement, Role, Skill
from skillgap.roles.catalogue import find_roles, load_role
from skillgap.roles.posting import role_from_posting

CASES = Path(__file__).parent / "cases" / "postings"


def _again(role: Role) -> Role:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "role.toml"
        path.write_text(role.to_toml(), encoding="utf-8", newline="")
        return replace(load_role(path), source=role.source)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('id = "chef"\ntitle = "Chef"\n[hard]\nvital = ["baking"]', ":4: chef: hard: unknown key 'vital'"),
        ('id = "chef"\ntitle = "Chef"\n[hard]\nuseful = ["baking", 5]', ":4: chef: hard: 'useful' is a list"),
        ('id = "chef"\ntitle = "Chef"\n[hard\n', ":3: not valid TOML"),
        ('id = "chef"\ntitle = "Chef"\n[hard]\nuseful = ["a"\n\n', ":5: not valid TOML"),
    ],
)
def test_role_file_that_is_wrong_is_told_with_the_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "chef.toml").write_text(text)
    with pytest.raises(VocabularyError) as alone:
        load_role(tmp_path / "chef.toml")
    with pytest.raises(VocabularyError) as in_a_folder:
        load_role("chef", folders=[tmp_path])
    assert str(alone.value).startswith(f"{tmp_path / 'chef.toml'}{told}")
    assert str(in_a_folder.value) == str(alone.value)


@pytest.mark.parametrize("query", ["unicorn tamer", "zzz", "x y z"])
def test_what_is_like_no_title_finds_no_role(query: str) -> None:
    assert find_roles(query) == ()


@pytest.mark.parametrize(("query", "title"), [("weldng", "Welder"), ("tester of software", "QA Engineer")])
def test_what_shares_a_word_with_a_title_finds_it(query: str, title: str) -> None:
    assert find_roles(query, limit=1)[0].title == title


def test_beside_a_title_as_typed_stands_only_what_it_is_a_part_of() -> None:
    # "alterations specialist" shares most letters with it, and is a tailor.
    found = [role.id for role in find_roles("collections specialist")]
    assert found[0] == "collections-specialist"
    assert "tailor-and-dressmaker" not in found
    assert len(find_roles("nurse")) > 3


_words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=24).map(str.strip)
_names = _words.filter(lambda text: bool(text) and any(c.isalnum() for c in text))


@st.composite
def _roles(draw: st.DrawFn) -> Role:
    names = draw(st.lists(_names, min_size=1, max_size=6))
    core = draw(st.lists(_names, max_size=3))
    role = Role.from_skills(draw(_names), names, core_skills=core)
    requirements = tuple(
        replace(
            requirement,
            importance=draw(st.sampled_from(["essential", "important", "useful"])),
            years=draw(st.none() | st.integers(0, 40)),
            is_known=draw(st.booleans()),
            note=draw(st.just("") | _names),
        )
        for requirement in role.requirements
    )
    return replace(
        role,
        requirements=requirements,
        alt_titles=tuple(draw(st.lists(_names, max_size=5))),
        summary=draw(st.just("") | _names),
        responsibilities=tuple(draw(st.lists(_names, max_size=5))),
        attribution=draw(st.just("") | _names),
        codes=tuple(draw(st.dictionaries(_names, _words, max_size=2)).items()),
        years=draw(st.none() | st.integers(0, 40)),
    )


@settings(max_examples=60, deadline=None)
@given(_roles())
def test_any_role_of_names_is_read_back_the_same(role: Role) -> None:
    assert _again(role) == role


@pytest.mark.parametrize("no_role", [None, 3, ["accountant"]])
def test_what_is_no_role_is_said_by_its_type(no_role: object) -> None:
    with pytest.raises(TypeError, match=f"not {type(no_role).__name__}"):
        load_role(no_role)  # type: ignore[arg-type]


@pytest.mark.parametrize("role_id", [r.id for r in find_roles(limit=None)[::25]])
def test_roles_of_the_catalogue_are_read_back_the_same(role_id: str) -> None:
    role = load_role(role_id)
    assert _again(role) == role


@pytest.mark.parametrize("name", ["line_cook.txt", "registered_nurse.html", "hr_generalist.html"])
def test_roles_of_postings_are_read_back_the_same(name: str) -> None:
    role = role_from_posting(CASES / name)
    assert _again(role) == role
    assert any(r.importance == "essential" for r in role.requirements)


def test_own_skills_keep_their_labels() -> None:
    skill = Skill(
        "zorblatt",
        "Zorblatt",
        scope_note='a "program"',
        definition="Line\nand tab\t.",
        labels=(
            Label("zorblatting"),
            Label("run|use zorblatt", is_duty=True),
            Label("ZB", near=("ledger", "book keeping"), only_in=("skills",)),
        ),
        not_labels=("zorblatt street",),
    )
    role = Role("clerk", "Clerk", (Requirement("zorblatt", "Zorblatt software"),), (skill,))
    assert _again(role) == role


def test_bare_name_stays_bare_though_the_catalogue_knows_it() -> None:
    role = Role.from_skills("Clerk", ["QuickBooks"])
    assert _again(role).skills == role.skills
    assert _again(role).skills[0].is_bare


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('{skill = "ms-excel", years = "3"}', "whole number"),
        ('{skill = "ms-excel", years = -1}', "whole number"),
        ('{skill = "ms-excel", bare = "yes"}', "true or false"),
        ('{skill = "ms-excel", note = 3}', "string"),
    ],
)
def test_wrong_values_are_told(tmp_path: Path, entry: str, message: str) -> None:
    path = tmp_path / "role.toml"
    path.write_text(f'id = "clerk"\ntitle = "Clerk"\nhard = [{entry}]\n', encoding="utf-8")
    with pytest.raises(VocabularyError, match=message):
        load_role(path)
