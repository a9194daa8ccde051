from __future__ import annotations

import zipfile

import pytest

from archives import pack
from skillgap.errors import ResumeLimitError, UnreadableResumeError
from skillgap.model import Limits
from skillgap.parsing import archive
from skillgap.parsing.archive import member_names, read_archive
from skillgap.parsing.budget import Budget


def read(data: bytes, **limits: int) -> archive.Archive:
    return read_archive(data, budget=Budget(Limits(**limits)), wanted=lambda name: True)  # type: ignore[arg-type]


def test_gives_the_members_with_plain_names():
    assert read(pack({"word\\a.xml": b"A", "/b.xml": b"B"})).members == {"word/a.xml": b"A", "b.xml": b"B"}


def test_only_wanted_members_are_unpacked():
    data = pack({"big": b"0" * 1_000_000, "small": b"x"})
    budget = Budget(Limits(decompressed_bytes=1_000))
    assert read_archive(data, budget=budget, wanted=lambda name: name == "small").members == {"small": b"x"}


def test_a_size_that_lies_does_not_help_a_bomb():
    data = bytearray(pack({"a": b"0" * 1_000_000}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises((ResumeLimitError, UnreadableResumeError)):
        read_and_require(bytes(data))


def read_and_require(data: bytes) -> None:
    found = read(data, decompressed_bytes=100_000)
    if found.damaged:
        raise UnreadableResumeError("told as damaged")


def test_a_damaged_member_is_given_as_far_as_it_goes():
    content = bytes(range(256)) * 500
    data = bytearray(pack({"a": content}, compression=zipfile.ZIP_STORED))
    data[100_000] ^= 0xFF
    found = read(bytes(data))
    assert found.damaged == ("a",)
    assert found.members["a"][:60_000] == content[:60_000]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_are_salvaged_where_the_directory_is_lost(compression):
    data = pack({"a": b"first" * 100, "b": b"second" * 100}, compression=compression)
    found = read(data[: data.index(b"PK\x01\x02")])
    assert found.is_salvaged
    assert found.members == {"a": b"first" * 100, "b": b"second" * 100}


def test_members_are_salvaged_where_the_directory_lost_their_names():
    data = bytearray(pack({"word/document.xml": b"first" * 100, "b": b"second" * 100}))
    at = data.index(b"PK\x01\x02")
    data[at + 46] = 0
    assert member_names(bytes(data)) == ("word/document.xml", "b")
    assert read(bytes(data)).members == {"word/document.xml": b"first" * 100, "b": b"second" * 100}


def test_nothing_to_salvage_is_unreadable():
    with pytest.raises(UnreadableResumeError):
        read(b"PK\x03\x04 and no more")


def test_too_many_members_are_refused(monkeypatch):
    monkeypatch.setattr(archive, "_MOST_MEMBERS", 3)
    with pytest.raises(ResumeLimitError, match="4 members"):
        read(pack({str(n): b"" for n in range(4)}))


def test_names_of_what_is_no_archive():
    assert member_names(b"%PDF-1.4") == ()
