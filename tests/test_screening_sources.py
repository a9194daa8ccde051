"""What the paths of a screening mean: folders, patterns, archives, lists, URLs; and nothing is ever unpacked."""

from __future__ import annotations

import os
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import skillgap
from archives import pack
from skillgap import Limits, Role
from skillgap.screening.sources import ZipMember, close_archives, find_sources, is_url, read_source

COOK = Role.from_skills("Cook", ["Menu Planning"])
GOOD = b"Skills\nMenu planning\n"


def _names(*paths: str | Path) -> list[str]:
    return [str(source) for source in find_sources(paths)]


def _zip(path: Path, **members: bytes) -> Path:
    path.write_bytes(pack(members))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.txt", "more/c.txt", ".git/config", ".DS_Store", "more/__MACOSX/x.txt"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(GOOD)
    return tmp_path / "in"


def _outcome(row: skillgap.Screened) -> float | str:
    return row.report.coverage if row.report else type(row.error).__name__


# folders and patterns


def test_folder_means_all_files_below_it_but_hidden_ones(folder: Path) -> None:
    assert _names(folder) == [str(folder / name) for name in ("a.txt", "b.txt", "more/c.txt")]


def test_files_here_have_no_dot_before_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert _names(".", "./a.txt") == ["a.txt", "b.txt", str(Path("more", "c.txt"))]


def test_file_reached_by_two_ways_is_read_once(folder: Path) -> None:
    assert _names(folder / "b.txt", folder, f"{folder}/./a.txt") == [
        str(folder / name) for name in ("b.txt", "a.txt", "more/c.txt")
    ]


def test_pattern_gives_what_it_matches(folder: Path) -> None:
    assert _names(folder / "*.txt") == [str(folder / "a.txt"), str(folder / "b.txt")]
    assert _names(f"{folder}/**/c*") == [str(folder / "more" / "c.txt")]


def test_file_whose_name_looks_like_a_pattern_is_that_file(folder: Path) -> None:
    (folder / "cv [final].txt").write_bytes(GOOD)
    assert _names(folder / "cv [final].txt") == [str(folder / "cv [final].txt")]


@pytest.mark.parametrize(
    ("name", "told"), [("nowhere.pdf", "no such file"), ("no*thing.pdf", "No file is like this pattern")]
)
def test_what_is_not_there_becomes_a_row_that_says_so(tmp_path: Path, name: str, told: str) -> None:
    (row,) = skillgap.screen(tmp_path / name, COOK)
    assert _outcome(row) == "UnreadableResumeError"
    assert told in str(row.error)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_pipes_in_a_folder_are_left_out(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert str(folder / "pipe") not in _names(folder)


def test_folder_that_may_not_be_opened_is_a_row_that_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked, scandir, access = str(folder / "more"), os.scandir, os.access

    def refuse(path: str) -> object:
        if str(path) == locked:
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    # The superuser, who may run these tests, may open all folders.
    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr(os, "access", lambda path, mode: str(path) != locked and access(path, mode))
    assert _names(folder) == [str(folder / "a.txt"), str(folder / "b.txt"), locked]
    rows = list(skillgap.screen(folder, COOK))
    assert [_outcome(row) for row in rows if not row.duplicate_of] == [1.0, "UnreadableResumeError"]
    assert "folder may not be opened" in str(rows[-1].error)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_are_followed_to_files_but_not_into_folders(folder: Path) -> None:
    (folder / "link.txt").symlink_to(folder / "a.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "broken.txt").symlink_to(folder / "gone.txt")
    names = [Path(name).name for name in _names(folder)]
    assert names == ["a.txt", "b.txt", "broken.txt", "link.txt", "c.txt"]


# archives


def test_archive_gives_its_members(tmp_path: Path) -> None:
    members = {"cv.txt": GOOD, "march/other.txt": b"Skills\nPainting", "empty.txt": b"", "march/": b""}
    _zip(tmp_path / "inbox.zip", **members, **{"__MACOSX/cv.txt": b"x", "march/.hidden": b"x"})
    rows = list(skillgap.screen(tmp_path, COOK))
    assert [row.path for row in rows] == [
        f"{tmp_path / 'inbox.zip'}!{name}" for name in ("cv.txt", "march/other.txt", "empty.txt")
    ]
    assert [_outcome(row) for row in rows] == [1.0, 0.0, "EmptyResumeError"]
    assert rows[0].report is not None
    assert rows[0].report.source == rows[0].path


def test_members_are_read_by_workers_too(tmp_path: Path) -> None:
    _zip(tmp_path / "inbox.zip", **{f"{n}.txt": GOOD + str(n).encode() for n in range(20)})
    assert [_outcome(row) for row in skillgap.screen(tmp_path, COOK, jobs=2)] == [1.0] * 20


def test_nothing_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    _zip(tmp_path / "evil.zip", **{"../../escaped.txt": GOOD, "/tmp/absolute-escape.txt": GOOD, "c.txt": GOOD})
    rows = list(skillgap.screen(tmp_path / "evil.zip", COOK))
    assert {_outcome(row) for row in rows} == {1.0}
    assert list(place.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evil.zip", "place"]
    assert not Path("/tmp/absolute-escape.txt").exists()


def test_member_that_unpacks_to_too_much_costs_its_own_row(tmp_path: Path) -> None:
    _zip(tmp_path / "bomb.zip", bomb=b"\0" * 5_000_000, good=GOOD)
    rows = list(skillgap.screen(tmp_path, COOK, limits=Limits(file_bytes=1_000_000)))
    assert [_outcome(row) for row in rows] == ["ResumeLimitError", 1.0]
    assert "--max-bytes" in str(rows[0].error)


def test_member_that_lies_about_its_size_is_cut_off(tmp_path: Path) -> None:
    path = _zip(tmp_path / "lie.zip", bomb=b"\0" * 5_000_000)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 24, 10)  # the size unpacked, in the directory
    path.write_bytes(data)
    (row,) = skillgap.screen(path, COOK, limits=Limits(file_bytes=1_000_000))
    assert _outcome(row) in ("UnreadableResumeError", "ResumeLimitError", "EmptyResumeError")


def test_locked_member_is_told(tmp_path: Path) -> None:
    path = _zip(tmp_path / "locked.zip", cv=GOOD)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(data)
    (row,) = skillgap.screen(path, COOK)
    assert _outcome(row) == "EncryptedResumeError"


def test_damaged_member_costs_its_own_row(tmp_path: Path) -> None:
    path = _zip(tmp_path / "half.zip", a=GOOD * 50, b=GOOD + b"b")
    data = bytearray(path.read_bytes())
    data[40:50] = b"\xff" * 10
    path.write_bytes(data)
    assert [_outcome(row) for row in skillgap.screen(path, COOK)] == ["UnreadableResumeError", 1.0]


@pytest.mark.parametrize(
    ("data", "error", "told"),
    [(b"PK\x03\x04 cut off", "UnreadableResumeError", "archive is damaged"), (None, "EmptyResumeError", "no file")],
)
def test_archive_that_gives_nothing_is_a_row(tmp_path: Path, data: bytes | None, error: str, told: str) -> None:
    path = _zip(tmp_path / "inbox.zip")
    if data is not None:
        path.write_bytes(data)
    (row,) = skillgap.screen(path, COOK)
    assert (row.path, _outcome(row)) == (str(path), error)
    assert told in str(row.error)


def test_archive_with_a_directory_made_to_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "huge.zip", cv=GOOD)
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, data.rindex(b"PK\x05\x06") + 12, 1_000_000_000)
    path.write_bytes(data)
    (row,) = skillgap.screen(path, COOK)
    assert _outcome(row) == "ResumeLimitError"


def test_word_document_named_as_an_archive_is_a_resume(tmp_path: Path) -> None:
    source = Path(__file__).parent.parent / "examples" / "resumes" / "dana_petrov.docx"
    (tmp_path / "dana.zip").write_bytes(source.read_bytes())
    (row,) = skillgap.screen(tmp_path, "collections specialist")
    assert row.path == str(tmp_path / "dana.zip")
    assert row.report is not None


def test_two_members_of_one_name_are_two_rows(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("cv.txt", GOOD)
        archive.writestr("cv.txt", b"Skills\nPainting")
    assert [_outcome(row) for row in skillgap.screen(tmp_path, COOK)] == [1.0, 0.0]


def test_archive_in_an_archive_is_told(tmp_path: Path) -> None:
    inner = _zip(tmp_path / "inner", cv=GOOD).read_bytes()
    (tmp_path / "inner").unlink()
    _zip(tmp_path / "outer.zip", **{"inner.zip": inner})
    (row,) = skillgap.screen(tmp_path, COOK)
    assert _outcome(row) == "UnsupportedFormatError"


# URLs


@pytest.fixture
def store() -> Iterator[object]:
    fsspec = pytest.importorskip("fsspec")
    files = fsspec.filesystem("memory")
    files.pipe({"/in/a.txt": GOOD, "/in/more/b.txt": GOOD + b"b", "/in/.hidden": GOOD, "/in/c.pdf": b"%PDF-1.7\n"})
    yield files
    files.rm("/in", recursive=True)


def test_folder_in_a_store_is_read(store: object) -> None:
    rows = list(skillgap.screen("memory://in", COOK))
    assert [(row.path, _outcome(row)) for row in rows] == [
        ("memory:///in/a.txt", 1.0),
        ("memory:///in/c.pdf", "UnreadableResumeError"),
        ("memory:///in/more/b.txt", 1.0),
    ]


def test_pattern_in_a_store_gives_what_it_matches(store: object) -> None:
    assert _names("memory://in/*.txt") == ["memory:///in/a.txt"]


def test_archive_in_a_store_gives_its_members(store, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    store.pipe("/in/inbox.zip", _zip(tmp_path / "inbox.zip", cv=GOOD).read_bytes())
    (row,) = skillgap.screen("memory://in/inbox.zip", COOK)
    assert (row.path, _outcome(row)) == ("memory://in/inbox.zip!cv", 1.0)


@pytest.mark.parametrize("url", ["memory://in/gone.txt", "nosuchscheme://in/a.txt", "memory://nowhere/"])
def test_url_that_leads_nowhere_is_a_row(store: object, url: str) -> None:
    (row,) = skillgap.screen(url, COOK)
    assert _outcome(row) == "UnreadableResumeError"


def test_file_in_a_store_is_read_within_limits(store: object) -> None:
    rows = list(skillgap.screen("memory://in/a.txt", COOK, limits=Limits(file_bytes=5)))
    assert [_outcome(row) for row in rows] == ["ResumeLimitError"]


def test_file_urls_are_read_by_workers(folder: Path) -> None:
    pytest.importorskip("fsspec")
    rows = list(skillgap.screen(folder.as_uri(), COOK, jobs=2))
    assert [_outcome(row) for row in rows] == [1.0] * 3


def test_urls_need_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(skillgap.SkillgapError, match=r"skillgap\[cluster\]"):
        list(skillgap.screen("s3://bucket/cv.pdf", COOK))


def test_store_whose_package_is_missing_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fsspec")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(skillgap.SkillgapError, match="s3fs"):
        list(skillgap.screen("s3://bucket/cv.pdf", COOK))


@pytest.mark.parametrize("path", ["cv.pdf", "C:\\cv.pdf", "c://cv.pdf", "/a/b://c", "://x", ""])
def test_paths_are_no_urls(path: str) -> None:
    assert not is_url(path)


def test_source_is_read_where_it_is(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", cv=GOOD)
    assert read_source(ZipMember(str(path), "cv", 0), limits=Limits()) == GOOD
    with pytest.raises(skillgap.UnreadableResumeError, match="damaged"):
        read_source(ZipMember(str(path), "gone", 7), limits=Limits())
    _zip(path, other=b"another archive in its place")
    assert read_source(ZipMember(str(path), "other", 0), limits=Limits()) == b"another archive in its place"
    close_archives()


def test_members_of_a_large_archive_cost_no_look_at_its_directory_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    real = zipfile.ZipFile.__init__
    monkeypatch.setattr(zipfile.ZipFile, "__init__", lambda self, *a, **k: opened.append(1) or real(self, *a, **k))
    path = tmp_path / "many.zip"
    _zip(path, **{f"{n}.txt": GOOD for n in range(50)})
    opened.clear()
    assert len(list(skillgap.screen(path, COOK))) == 50
    assert len(opened) <= 3
