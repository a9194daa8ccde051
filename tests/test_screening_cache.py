"""The parse cache: it saves reading, changes no report, and never costs a row."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import skillgap
from skillgap import Limits, Resume, Role
from skillgap.model import Block, Contact, HiddenText, Page, Position, ResumeWarning, Section
from skillgap.screening import cache
from skillgap.screening.cache import FILE_NAME, ParseCache, prepare_cache

RESUMES = Path(__file__).parent.parent / "examples" / "resumes"
COOK = Role.from_skills("Cook", ["Menu Planning"])
BAKER = Role.from_skills("Baker", ["Baking"])

Read = list[str]


@pytest.fixture(autouse=True)
def _closed() -> object:
    yield
    for opened in cache._opened.__dict__.values():
        opened.close()
    cache._opened.__dict__.clear()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """The names of the files that were really parsed."""
    import skillgap.parsing

    names: Read = []
    parse = skillgap.parsing.parse_resume

    def watched(*args: object, **options: object) -> Resume:
        names.append(Path(str(options["name"])).name)
        return parse(*args, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(skillgap.parsing, "parse_resume", watched)
    return names


def _reports(place: Path, **options: object) -> list[object]:
    rows = skillgap.screen(RESUMES, options.pop("role", COOK), cache=place, **options)  # type: ignore[arg-type]
    return [row.report for row in rows]


def _entries(place: Path) -> list[tuple[bytes, str, bytes]]:
    with sqlite3.connect(place / FILE_NAME) as connection:
        rows = connection.execute("SELECT * FROM resumes ORDER BY key").fetchall()
    connection.close()
    return rows


def _change(place: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(place / FILE_NAME) as connection:
        connection.execute(statement, values)
    connection.close()


def test_second_run_reads_nothing_and_reports_the_same(tmp_path: Path, read: Read) -> None:
    plain = [row.report for row in skillgap.screen(RESUMES, COOK)]
    read.clear()
    assert _reports(tmp_path) == plain
    assert len(read) == 7
    assert _reports(tmp_path) == plain
    assert len(read) == 7


def test_another_role_costs_no_reading(tmp_path: Path, read: Read) -> None:
    _reports(tmp_path)
    assert _reports(tmp_path, role=BAKER) == [row.report for row in skillgap.screen(RESUMES, BAKER)]
    assert len(read) == 7 + 7


def test_workers_use_the_cache(tmp_path: Path, read: Read) -> None:
    there = _reports(tmp_path, jobs=2)
    assert len(_entries(tmp_path)) == 7
    assert _reports(tmp_path) == there
    assert read == []


@pytest.mark.parametrize("options", [{"engine": "pdfium"}, {"ocr": False}, {"limits": Limits(pages=50)}])
def test_other_settings_are_other_entries(tmp_path: Path, read: Read, options: dict[str, object]) -> None:
    _reports(tmp_path)
    _reports(tmp_path, **options)
    assert len(read) == 14


def test_content_counts_and_not_the_name(tmp_path: Path, read: Read) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    for path in (first, second):
        path.write_text("Skills\nMenu planning")
    rows = list(skillgap.screen([first, second], COOK, cache=tmp_path / "cache"))
    assert [row.report.source for row in rows if row.report] == [str(first), str(second)]
    first.write_text("Skills\nPainting")
    (row,) = skillgap.screen(first, COOK, cache=tmp_path / "cache")
    assert row.report is not None
    assert row.report.coverage == 0
    assert read == ["a.txt", "a.txt"]


def test_what_cannot_be_read_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (row,) = skillgap.screen(tmp_path / "empty.txt", COOK, cache=tmp_path / "cache")
    assert isinstance(row.error, skillgap.EmptyResumeError)
    assert _entries(tmp_path / "cache") == []


def test_resume_that_was_read_in_haste_is_not_kept(tmp_path: Path) -> None:
    prepare_cache(str(tmp_path))
    kept = ParseCache(str(tmp_path))
    kept.put(b"k", Resume("text", warnings=(ResumeWarning("page-skipped", "Page 2 took too long.", 2),)))
    assert kept.get(b"k") is None
    kept.close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda entry: b"",
        lambda entry: entry[: len(entry) // 2],
        lambda entry: bytes([entry[0] ^ 1]) + entry[1:],
        lambda entry: entry[:40] + bytes([entry[40] ^ 255]) + entry[41:],
        lambda entry: "text",
        lambda entry: None,
    ],
)
def test_corrupt_entry_is_built_anew(tmp_path: Path, read: Read, spoil: Callable[[bytes], object]) -> None:
    good = _reports(tmp_path)
    entries = _entries(tmp_path)
    _change(tmp_path, "UPDATE resumes SET entry = ? WHERE key = ?", spoil(entries[0][2]) or b"", entries[0][0])
    read.clear()
    assert _reports(tmp_path) == good
    assert len(read) == 1
    assert _entries(tmp_path) == entries


@pytest.mark.parametrize("content", [b"this is no database", b"SQLite format 3\0" + b"\xff" * 5_000])
def test_corrupt_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    good = _reports(tmp_path)
    cache._opened.__dict__.popitem()[1].close()
    (tmp_path / FILE_NAME).write_bytes(content)
    assert _reports(tmp_path) == good
    assert len(_entries(tmp_path)) == 7


def test_torn_file_is_made_anew(tmp_path: Path) -> None:
    good = _reports(tmp_path)
    cache._opened.__dict__.popitem()[1].close()
    data = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / FILE_NAME).write_bytes(data[: len(data) // 3])
    assert _reports(tmp_path) == good


def test_entries_of_another_version_go(tmp_path: Path, read: Read) -> None:
    _reports(tmp_path)
    _change(tmp_path, "UPDATE resumes SET made_by = 'another version'")
    read.clear()
    _reports(tmp_path)
    assert len(read) == 7
    assert {made_by for _, made_by, _ in _entries(tmp_path)} == {cache.made_by()}


def test_version_names_the_code_that_reads() -> None:
    assert skillgap.__version__ in cache.made_by()
    assert "pdfminer.six 2" in cache.made_by()


def test_cache_that_is_in_use_costs_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_SECONDS_TO_WAIT", 0.05)
    prepare_cache(str(tmp_path))
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert len(_reports(tmp_path)) == 7
    other.execute("ROLLBACK")
    other.close()


def test_two_runs_share_a_cache(tmp_path: Path) -> None:
    one = skillgap.screen(RESUMES, COOK, cache=tmp_path, jobs=2)
    other = skillgap.screen(RESUMES, BAKER, cache=tmp_path, jobs=2)
    both = list(zip(one, other, strict=True))
    assert len(both) == 7
    assert all(a.path == b.path and a.report and b.report for a, b in both)
    assert len(_entries(tmp_path)) == 7


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_cache_is_for_its_owners_eyes(tmp_path: Path) -> None:
    _reports(tmp_path / "new" / "cache")
    place = tmp_path / "new" / "cache"
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE((place / FILE_NAME).stat().st_mode) == 0o600


def test_cache_that_cannot_be_kept_is_told_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(skillgap.SkillgapError, match="another folder"):
        skillgap.screen(RESUMES, COOK, cache=tmp_path / "file")


def test_nothing_is_kept_unless_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    list(skillgap.screen(RESUMES, COOK))
    assert list(tmp_path.iterdir()) == []


_NUMBERS = st.integers(0, 10_000)
_MONTHS = st.none() | st.tuples(st.integers(1950, 2030), st.integers(1, 12))


@given(
    st.builds(
        Resume,
        text=st.text(),
        pages=st.lists(st.builds(Page, _NUMBERS, _NUMBERS, _NUMBERS)).map(tuple),
        sections=st.lists(st.builds(Section, st.just("skills"), st.text(), _NUMBERS, _NUMBERS)).map(tuple),
        blocks=st.lists(st.builds(Block, st.just("bullet"), _NUMBERS, _NUMBERS)).map(tuple),
        positions=st.lists(st.builds(Position, _NUMBERS, _NUMBERS, _MONTHS, _MONTHS, st.booleans(), st.text())).map(
            tuple
        ),
        contacts=st.lists(st.builds(Contact, st.just("email"), _NUMBERS, _NUMBERS)).map(tuple),
        hidden=st.lists(st.builds(HiddenText, _NUMBERS, _NUMBERS, st.none() | _NUMBERS, st.text())).map(tuple),
        warnings=st.lists(st.builds(ResumeWarning, st.text(), st.text(), st.none() | _NUMBERS)).map(tuple),
        format=st.text(),
        reader=st.text(),
    )
)
def test_entry_gives_back_the_resume(resume: Resume) -> None:
    assert cache._decode(cache._encode(resume)) == resume


def test_every_field_of_a_resume_is_kept(sample_report: skillgap.GapReport) -> None:
    resume = skillgap.parse_resume(RESUMES / "maria_alvarez.pdf")
    assert cache._decode(cache._encode(resume)) == replace(resume, source=None)
    kept = {"text", "format", "reader", "source", *cache._PARTS}
    assert set(Resume.__dataclass_fields__) == kept
