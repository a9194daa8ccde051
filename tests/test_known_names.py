"""What the vocabulary adds to a bare name: labels that share a word with it, and nothing wider."""

from __future__ import annotations

import pytest

from skillgap import Resume, Role, analyze
from skillgap.roles.bare import bare_skill
from skillgap.roles.catalogue import load_catalogue
from skillgap.roles.known_names import known_labels


def _covered(name: str, text: str) -> bool:
    resume = Resume.from_text(f"Jane Doe\n\nExperience\nWorker, Acme, 2010 - 2014\n• {text}\n")
    return bool(analyze(resume, Role.from_skills("Role", [name])).covered)


def test_a_name_that_the_vocabulary_has_is_shown_by_labels_with_a_word_of_it() -> None:
    assert _covered("Cash Flow Management", "Prepared cash flow analyses.")
    assert _covered("Food Safety", "Kept to all rules of food handling.")


def test_the_case_of_a_name_does_not_matter() -> None:
    assert known_labels("food safety") == known_labels("Food Safety")


def test_a_name_that_the_vocabulary_lacks_has_its_own_words_alone() -> None:
    assert known_labels("Cash Flow of Rivers") == ((), ())
    assert bare_skill("Cash Flow of Rivers").labels == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Medical Terminology", "Supervised two RNs and an LPN."),
        ("Mortgage Lending", "Took mortgage payments at the counter."),
        ("Menu Planning", "Menu development for a cafe."),
        ("Project Management", "Managed project files."),
        ("Time Management", "Managed time sheets."),
    ],
)
def test_labels_that_say_less_than_the_name_do_not_show_it(name: str, text: str) -> None:
    assert load_catalogue().skills.named(name) is not None
    assert not _covered(name, text)


def test_what_the_vocabulary_tells_apart_from_a_name_is_told_apart() -> None:
    assert _covered("Accounting", "Did the accounting of a bakery.")
    assert not _covered("Accounting", "Set up authentication, authorization and accounting on routers.")


def test_a_bare_name_is_written_and_read_again_with_the_same_labels() -> None:
    skill = bare_skill("Food Safety")
    assert any(label.is_whole for label in skill.labels)
    assert bare_skill("Food Safety") == skill


def test_labels_of_the_vocabulary_are_explained_one_by_one() -> None:
    report = analyze(Resume.from_text("Skills\nPainting"), Role.from_skills("Role", ["Food Safety"]))
    tried = report.explain("Food Safety").labels
    assert "food handling" in tried
    assert not any("|" in label for label in tried)
