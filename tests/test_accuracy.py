"""Decisions on the labelled cases of ``tests/cases/accuracy``, and the counting of ``benchmarks/accuracy.py``.

A case with ``fails`` is a known failure: it is expected to fail, and a change that mends it must take the mark away.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from programs import load_benchmark

ROOT = Path(__file__).parent.parent


bench = load_benchmark("accuracy")
SENTENCES = list(bench.load_sentences())
RESUMES = list(bench.load_resumes())


def _marked(case):
    marks = [pytest.mark.xfail(reason=case.fails)] if case.fails else []
    return pytest.param(case, id=case.name, marks=marks)


def _wrong(case) -> dict[str, str]:
    scores = bench.by_skillgap(case)
    return {
        skill: "not found" if truth else "found"
        for skill, truth in case.truth.items()
        if (scores[skill] >= 100) != truth
    }


@pytest.mark.parametrize("case", [_marked(case) for case in SENTENCES])
def test_sentence_is_decided_as_labelled(case):
    assert not _wrong(case), case.resume.text


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in RESUMES])
def test_resume_is_decided_as_labelled_but_for_its_known_failures(case):
    wrong = _wrong(case)
    assert set(wrong) == case.failing, {skill: wrong.get(skill, "right now") for skill in set(wrong) ^ case.failing}


def test_every_case_asks_for_skills_that_its_role_has():
    for case in (*SENTENCES, *RESUMES):
        names = {requirement.name for requirement in case.role.requirements}
        assert case.truth, case.name
        assert not (set(case.truth) | case.failing) - names, case.name


def test_half_of_the_sentences_are_traps_and_negatives():
    hard = sum(case.kind != "wild" for case in SENTENCES)
    assert len(SENTENCES) >= 300
    assert hard >= len(SENTENCES) / 2


def test_quotes_of_labels_stand_in_their_resume():
    for path in sorted((bench.CASES / "resumes").glob("*.toml")):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        text = " ".join(path.with_name(tables["file"]).read_text(encoding="utf-8").split())
        for asked in tables["asked"]:
            for skill, quote in asked["yes"].items():
                assert quote in text, f"{path.name}: {skill}"
            assert not set(asked["yes"]) & set(asked.get("partial", ())), path.name


def test_macro_f1_is_the_mean_of_both_decisions():
    counts = bench.Counts(tp=3, fp=1, fn=1, tn=5)
    assert counts.precision == 0.75
    assert counts.recall == 0.75
    assert counts.macro_f1 == pytest.approx((6 / 8 + 10 / 12) / 2)


def test_cutoff_of_a_fuzzy_way_is_the_best_one():
    rows = [(SENTENCES[0], "x", truth, points) for truth, points in ((True, 90.0), (True, 85.0), (False, 80.0))]
    assert bench.best_cutoff(rows) == 81


def test_gold_folder_is_scored_and_partial_left_out(tmp_path):
    (tmp_path / "a.txt").write_text("Experience\nKept the books for a shop.\n", encoding="utf-8")
    labels = {
        "roles": {
            "collections-specialist": {"hard": ["Bookkeeping", "Economics", "Accounting"], "core": ["Creativity"]}
        },
        "resumes": {
            "a": {
                "file": "a.txt",
                "hard": {"Bookkeeping": {"label": "yes", "quotes": ["books"]}, "Accounting": {"label": "partial"}},
                "core": {},
            }
        },
    }
    (tmp_path / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
    cases = list(bench.load_gold(tmp_path))
    assert [case.truth for case in cases] == [{"Bookkeeping": True, "Economics": False}, {"Creativity": False}]
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "accuracy.py"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "| skillgap | 1.000 | 1.000 | 1.000 |" in done.stdout
