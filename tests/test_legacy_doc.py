from __future__ import annotations

import shutil
import stat
import sys
import tempfile
import time
from pathlib import Path

import pytest

from skillgap.errors import EncryptedResumeError, ResumeLimitError, UnreadableResumeError, UnsupportedFormatError
from skillgap.model import Limits
from skillgap.parsing import legacy_doc
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document
from skillgap.parsing.legacy_doc import read_doc

FIXTURE = Path(__file__).parent / "fixtures" / "formats" / "resume.doc"
unix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in converters are shell scripts")


def read(data: bytes, **limits: float) -> Document:
    return read_doc(data, budget=Budget(Limits(**limits)))  # type: ignore[arg-type]


@pytest.fixture
def converters(tmp_path, monkeypatch):
    """Puts stand-ins for LibreOffice and antiword on an otherwise empty path."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(legacy_doc, "_OFFICE_PLACES", ())
    real = shutil.which

    def which(name: str) -> str | None:
        found = real(name, path=str(tmp_path))
        return found

    monkeypatch.setattr(legacy_doc.shutil, "which", which)

    def install(name: str, script: str) -> None:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IEXEC)

    return install


def test_without_a_converter_the_error_says_what_to_do(converters):
    with pytest.raises(UnsupportedFormatError, match="LibreOffice or antiword"):
        read(FIXTURE.read_bytes())


@unix
def test_libreoffice_is_asked_for_a_docx_in_a_profile_of_its_own(converters):
    docx = FIXTURE.with_suffix(".docx")
    converters(
        "soffice",
        f'echo "$@" > "$HOME/arguments"; case "$*" in '
        f'*UserInstallation=file://$HOME*) cp {docx} "$HOME/resume.docx";; esac',
    )
    document = read(FIXTURE.read_bytes())
    assert (document.format, document.reader) == ("doc", "libreoffice")
    assert document.blocks[0].text == "Marisol Vandenberg"


@unix
def test_antiword_is_asked_where_libreoffice_is_not_there_or_fails(converters):
    converters("antiword", r"printf 'Posted payments\n\n|Excel |9 years |\n'")
    assert [b.text for b in read(FIXTURE.read_bytes()).blocks] == ["Posted payments", "Excel", "9 years"]
    converters("soffice", "exit 1")
    assert read(FIXTURE.read_bytes()).reader == "antiword"


@unix
def test_a_document_that_no_converter_opens_is_unreadable(converters):
    converters("soffice", "exit 1")
    with pytest.raises(UnreadableResumeError, match="LibreOffice cannot open"):
        read(FIXTURE.read_bytes())
    converters("antiword", "exit 1")
    with pytest.raises(UnreadableResumeError, match="antiword cannot open"):
        read(FIXTURE.read_bytes())


@unix
def test_a_converter_that_hangs_is_ended_with_its_children(converters):
    converters("soffice", "sleep 60 & sleep 60")
    began = time.monotonic()
    with pytest.raises(ResumeLimitError, match="took longer"):
        read(FIXTURE.read_bytes(), seconds=0.3)
    assert time.monotonic() - began < 10


@unix
def test_nothing_is_left_behind(converters, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    converters("antiword", "echo text")
    read(FIXTURE.read_bytes())
    converters("antiword", "exit 1")
    with pytest.raises(UnreadableResumeError):
        read(FIXTURE.read_bytes())
    assert list(scratch.iterdir()) == []


def test_a_locked_document_is_encrypted():
    locked = bytearray(FIXTURE.read_bytes())
    at = next(at for at in range(512, len(locked), 512) if locked[at : at + 2] == b"\xec\xa5")
    locked[at + 11] |= 1
    with pytest.raises(EncryptedResumeError, match="password"):
        read(bytes(locked))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_itself_gives_the_words():
    document = read(FIXTURE.read_bytes())
    assert "Reconciled bank deposits to the ledger in QuickBooks and filed month-end reports." in {
        block.text for block in document.blocks if block.kind == "bullet"
    }
