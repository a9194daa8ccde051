"""Reports as data: the committed schema, JSON that every parser reads, and flat rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillgap.model import GapReport
from skillgap.reporting.records import SCHEMA, to_json


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((files("skillgap") / "data" / "report.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_json_is_the_golden_one(sample_report: GapReport, golden: Callable[[str, str], None]) -> None:
    golden("report.json", sample_report.to_json() + "\n")


@pytest.mark.parametrize("is_blind", [False, True])
def test_report_keeps_to_the_schema(
    sample_report: GapReport, validator: jsonschema.Draft202012Validator, is_blind: bool
) -> None:
    validator.validate(replace(sample_report, is_blind=is_blind, hidden_coverage=0.5).to_dict())


@pytest.mark.parametrize("field", ["schema", "role", "coverage", "signature", "warnings", "hard_skills", "core_skills"])
def test_schema_misses_no_field(
    sample_report: GapReport, validator: jsonschema.Draft202012Validator, field: str
) -> None:
    data = sample_report.to_dict()
    del data[field]
    assert not validator.is_valid(data)


def test_schema_knows_that_a_covered_skill_has_evidence(
    sample_report: GapReport, validator: jsonschema.Draft202012Validator
) -> None:
    data = json.loads(sample_report.to_json())
    data["hard_skills"][0]["evidence"] = []
    assert not validator.is_valid(data)


def test_schema_version_is_the_one_written(sample_report: GapReport) -> None:
    schema = json.loads((files("skillgap") / "data" / "report.schema.json").read_text())
    assert schema["properties"]["schema"]["const"] == SCHEMA == sample_report.to_dict()["schema"]


def test_skills_stand_in_the_roles_order(sample_report: GapReport) -> None:
    data = json.loads(sample_report.to_json())
    assert [s["id"] for s in data["hard_skills"]] == [r.skill for r in sample_report.role.hard_skills]


def test_evidence_slices_the_text_also_in_a_blind_report(sample_report: GapReport) -> None:
    data = json.loads(sample_report.to_json())
    for skill in data["hard_skills"]:
        for evidence in skill["evidence"]:
            assert sample_report.resume.text[evidence["start"] : evidence["end"]] == evidence["text"]


def test_blind_json_has_no_source(sample_report: GapReport) -> None:
    data = replace(sample_report, is_blind=True).to_dict()
    assert data["source"] is None
    assert data["blind"] is True


def test_dict_holds_nothing_but_plain_data(sample_report: GapReport) -> None:
    assert json.loads(json.dumps(sample_report.to_dict())) == sample_report.to_dict()


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\udc00\ud800", "😀 \ud83d", "\\ud800", "\u2028\x00\x1b"])
def test_json_is_valid_for_any_text(with_text: Callable[[str], GapReport], text: str) -> None:
    written = with_text(text).to_json()
    assert written.isascii()
    read = json.loads(written)
    assert read["hard_skills"][0]["evidence"][0]["text"].encode()
    assert len(read["hard_skills"][0]["evidence"][0]["text"]) == len(text)


WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.recursive(WORDS, lambda data: st.lists(data) | st.dictionaries(WORDS, data)))
def test_json_holds_what_was_put_in(data: object) -> None:
    assert json.loads(to_json(data)) == data


def test_records_are_flat_rows_of_one_shape(sample_report: GapReport) -> None:
    records = sample_report.to_records()
    assert [r["skill"] for r in records] == [s.id for s in (*sample_report.hard_skills, *sample_report.core_skills)]
    assert len({tuple(record) for record in records}) == 1
    assert all(isinstance(value, str | int | float | None) for record in records for value in record.values())
    assert records[0]["quote"] == "A/R aging"
    assert records[0]["quotes"] == 2
    assert records[1]["nearest"] == "QuickBooks"
    assert records[1]["quote"] is None
