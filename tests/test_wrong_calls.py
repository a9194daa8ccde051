"""Wrong arguments from Python are told in words that name them, not by whatever breaks first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import skillgap
from skillgap import Limits, Resume, Role

RESUME = Resume.from_text("Skills\nMenu planning")
COOK = Role.from_skills("Cook", ["Menu Planning"])


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: Role.from_skills(None, ["Menu Planning"]), "title of a role is text, not NoneType"),  # type: ignore[arg-type]
        (lambda: Role.from_skills("Cook", [5]), "name of a skill is text, not int"),  # type: ignore[list-item]
        (lambda: Role.from_skills("Cook", b"Menu"), "name of a skill is text, not int"),  # type: ignore[arg-type]
        (lambda: Resume.from_text(b"Skills"), "not bytes; parse_resume reads files"),  # type: ignore[arg-type]
        (lambda: skillgap.find_roles(None), "not by NoneType"),  # type: ignore[arg-type]
        (lambda: skillgap.role_from_posting(5), "A posting is text, a path or bytes, not int"),  # type: ignore[arg-type]
        (lambda: skillgap.analyze(RESUME, COOK).explain(None), "not by NoneType"),  # type: ignore[arg-type]
    ],
)
def test_value_of_another_kind_is_named(call: Callable[[], object], told: str) -> None:
    with pytest.raises(TypeError, match=told):
        call()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: Limits(pages=-1), "pages is a number from 0 on, not -1"),
        (lambda: Limits(seconds="60"), "seconds is a number from 0 on, not '60'"),  # type: ignore[arg-type]
        (lambda: Limits(characters=None), "characters is a number from 0 on, not None"),  # type: ignore[arg-type]
        (lambda: skillgap.screen([], COOK, timeout=-1), "seconds is a number from 0 on, not -1"),
        (lambda: skillgap.screen([], COOK, memory=0), "memory is the most bytes"),
    ],
)
def test_number_that_makes_no_sense_is_named(call: Callable[[], object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        call()


def test_no_limit_of_time_is_a_limit() -> None:
    assert Limits(seconds=None).seconds is None


def test_empty_name_of_a_file_is_no_folder() -> None:
    with pytest.raises(skillgap.UnreadableResumeError, match="name of the file is empty"):
        skillgap.analyze("", COOK)


def test_unknown_skill_can_be_caught_as_a_missing_key() -> None:
    report = skillgap.analyze(RESUME, COOK)
    with pytest.raises(KeyError, match="Nearest: Menu Planning"):
        report.explain("menu plan")
    with pytest.raises(skillgap.UnknownSkillError) as error:
        report.explain("menu plan")
    assert error.value.suggestions == ("Menu Planning",)
