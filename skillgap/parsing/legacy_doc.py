"""Word 97-2003 (.doc) → text blocks, through LibreOffice or antiword where one of them is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from skillgap.errors import EncryptedResumeError, ResumeLimitError, UnreadableResumeError, UnsupportedFormatError
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document
from skillgap.parsing.flow import Collector, Paragraph

_SECTOR_BYTES = 512
_WORD_MAGIC = b"\xec\xa5"
_ENCRYPTED_FLAG = 0x01  # of the second byte of the flags, eleven bytes into the stream
_LONGEST_SECONDS = 60.0
# LibreOffice must neither run what a document holds nor fetch what it links to: no scripts, no active content, links
# only from trusted places, of which there are none, and a proxy at a port where nobody answers, should one be tried.
_OFFICE_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{}
</oor:items>
""".format(
    "\n".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in (
            ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
            ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
            ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
            ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
            ("Office.Writer/Content/Update", "Link", "0"),
            ("Inet/Settings", "ooInetProxyType", "2"),
            ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
            ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
            ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
            ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
        )
    )
)
_OFFICE_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)


def read_doc(data: bytes, *, budget: Budget) -> Document:
    """The text blocks of an old Word document.

    Raises:
        EncryptedResumeError: the document is locked with a password.
        ResumeLimitError: converting it took too long.
        UnreadableResumeError: the document is damaged.
        UnsupportedFormatError: neither LibreOffice nor antiword is installed.
    """
    if _is_encrypted(data):
        raise EncryptedResumeError("The document is locked with a password; save a copy without one.")
    office = _find_office()
    if office is not None:
        document = _read_with_office(data, office, budget)
        if document is not None:
            return document
    antiword = shutil.which("antiword")
    if antiword is not None:
        return _read_with_antiword(data, antiword, budget)
    if office is not None:
        raise UnreadableResumeError("The old Word document is damaged: LibreOffice cannot open it. Export it again.")
    raise UnsupportedFormatError(
        "This is an old Word document (.doc). Save it as DOCX or PDF, or install LibreOffice or antiword, "
        "which skillgap uses to read it."
    )


def _is_encrypted(data: bytes) -> bool:
    """Whether the stream's header, which starts one of the file's sectors, says that the text is encrypted."""
    for at in range(_SECTOR_BYTES, min(len(data) - 12, 4096 * _SECTOR_BYTES), _SECTOR_BYTES):
        if data.startswith(_WORD_MAGIC, at):
            return bool(data[at + 11] & _ENCRYPTED_FLAG)
    return False


def _find_office() -> str | None:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _OFFICE_PLACES if Path(place).exists()), None)


def _read_with_office(data: bytes, office: str, budget: Budget) -> Document | None:
    """The document as LibreOffice reads it, None where it cannot."""
    from skillgap.parsing.docx import read_docx

    with tempfile.TemporaryDirectory(prefix="skillgap-", ignore_cleanup_errors=True) as folder:
        source = Path(folder, "resume.doc")
        source.write_bytes(data)
        settings = Path(folder, "profile", "user", "registrymodifications.xcu")
        settings.parent.mkdir(parents=True)
        settings.write_text(_OFFICE_SETTINGS, encoding="utf-8")
        # A profile of its own: a running LibreOffice would take over the call, and a crash would leave a lock.
        command = [office, f"-env:UserInstallation={Path(folder, 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--nolockcheck", "--nodefault", "--nologo", "--convert-to", "docx", "--outdir", folder, str(source)]
        _run(command, budget, cwd=folder)
        converted = Path(folder, "resume.docx")
        if not converted.exists():
            return None
        budget.check_file_bytes(converted.stat().st_size)
        document = read_docx(converted.read_bytes(), budget=budget)
    return Document(document.blocks, "doc", "libreoffice", warnings=document.warnings)


def _read_with_antiword(data: bytes, antiword: str, budget: Budget) -> Document:
    with tempfile.TemporaryDirectory(prefix="skillgap-", ignore_cleanup_errors=True) as folder:
        source = Path(folder, "resume.doc")
        source.write_bytes(data)
        output = _run([antiword, "-m", "UTF-8.txt", "-w", "0", str(source)], budget, cwd=folder)
    if not output.strip():
        raise UnreadableResumeError("The old Word document is damaged: antiword cannot open it. Export it again.")
    out = Collector(budget)
    for line in output.decode("utf-8", "replace").splitlines():
        paragraph = Paragraph("cell" if line.startswith("|") else "paragraph")
        # Antiword draws tables with bars between their cells.
        paragraph.add(line.replace("|", "\t") if line.startswith("|") else line)
        out.extend(paragraph.blocks())
    return Document(tuple(out.blocks), "doc", "antiword")


def _run(command: list[str], budget: Budget, *, cwd: str) -> bytes:
    """The output of a converter, which is ended with all its children when time is up."""
    seconds = min(_LONGEST_SECONDS, budget.remaining_seconds())
    environment = {**os.environ, "HOME": cwd} if sys.platform != "win32" else None
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise ResumeLimitError(
            f"Converting the old Word document took longer than {seconds:.0f} s; save it as DOCX or PDF."
        ) from None
    finally:
        _end(process)
    return output


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        import signal

        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.kill()
    process.communicate()
