from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillgap.errors import SkillgapError, UnreadableResumeError, UnsupportedFormatError
from skillgap.model import Limits
from skillgap.parsing.budget import Budget
from skillgap.parsing.json_resume import read_json_resume


def texts(resume: object) -> list[str]:
    document = read_json_resume(json.dumps(resume).encode(), budget=Budget(Limits()))
    return [block.text for block in document.blocks]


def test_sections_come_under_the_headings_people_use():
    resume = {
        "skills": [{"name": "Office", "level": "Master", "keywords": ["Excel", "Word"]}],
        "work": [{"name": "Acme"}],
    }
    assert texts(resume) == ["Work Experience", "Acme", "Skills", "Office, Master", "Excel, Word"]


@pytest.mark.parametrize(
    ("dates", "written"),
    [
        ({"startDate": "2019-03-01", "endDate": "2021-11"}, "Mar 2019 – Nov 2021"),
        ({"startDate": "2019"}, "2019 – Present"),
        ({"startDate": "2019-03", "endDate": ""}, "Mar 2019 – Present"),
        ({"endDate": "2015-06"}, "Jun 2015"),
        ({"startDate": "spring 2019", "endDate": "2019-13"}, "spring 2019 – 2019-13"),
    ],
)
def test_dates_are_written_as_people_write_them(dates, written):
    assert texts({"work": [{"position": "Clerk", **dates}]}) == ["Work Experience", "Clerk", written]


def test_highlights_are_bullets():
    document = read_json_resume(
        json.dumps({"work": [{"name": "Acme", "highlights": ["Posted payments"]}]}).encode(), budget=Budget(Limits())
    )
    assert document.blocks[-1].kind == "bullet"


def test_what_the_schema_does_not_know_is_read_too():
    resume = {
        "basics": {"name": "Jane", "motto": "On time"},
        "militaryService": [{"rank": "Sergeant", "x": {"y": ["z"]}}],
    }
    assert texts(resume) == ["Jane", "On time", "Military service", "Sergeant", "z"]


def test_links_and_pictures_of_entries_are_no_text():
    assert texts({"work": [{"name": "Acme", "url": "https://acme.example"}], "meta": {"version": "1"}}) == [
        "Work Experience",
        "Acme",
    ]


def test_other_json_is_unsupported_and_says_why():
    with pytest.raises(UnsupportedFormatError, match="no JSON Resume"):
        texts({"rows": []})


def test_damaged_json_is_unreadable():
    with pytest.raises(UnreadableResumeError):
        read_json_resume(b'{"basics": ', budget=Budget(Limits()))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "keywords", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["basics", "work", "skills", "other", "languages"]), JSON))
def test_any_shape_gives_a_document_or_a_typed_error(resume):
    with suppress(SkillgapError):
        texts(resume)
