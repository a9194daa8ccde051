"""What a page sends: read in memory, within limits, into something typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from skillgap.errors import SkillgapError
from skillgap.web.jobs import Source

# As many as the table of several resumes shows well; folders are what `skillgap screen` is for.
MOST_FILES = 20
# Each file may bring a carried resume or text along, besides a dozen single fields.
_MOST_FIELDS = 3 * MOST_FILES
LONGEST_ROLE = 200
_LONGEST_NAME = 200


class FormError(SkillgapError):
    """What was sent is no form of this page."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A form's content: which resumes, against what, compared with which version before."""

    token: str = ""
    sources: tuple[Source, ...] = ()
    role: str = ""
    posting: str = ""
    before: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


class _InMemoryParser(MultiPartParser):
    """Keeps files in memory whatever their size; the body's own limit bounds them."""

    spool_max_size = 0  # to a SpooledTemporaryFile 0 means: never go to disk


async def read_ask(request: Request, *, most_bytes: int) -> Ask:
    """The form that a request brings.

    Raises:
        FormError: it is none, or has too many files or fields.
    """
    form = await _read_form(request, most_bytes)
    try:
        uploads = [value for key, value in form.multi_items() if key == "file" and isinstance(value, UploadFile)]
        files = [(file_name(upload.filename or ""), await upload.read()) for upload in uploads]
    finally:
        await form.close()
    return _ask_of(form, files)


def file_name(name: str) -> str:
    r"""A file's name without folders, whichever way those are written, and without what steers a terminal.

    >>> file_name("C:\\Users\\jo\\cv.pdf"), file_name("../../etc/passwd"), file_name("a\x1b[2Jb.pdf")
    ('cv.pdf', 'passwd', 'a[2Jb.pdf')
    """
    bare = PurePosixPath(PureWindowsPath(name).name).name
    return "".join(character for character in bare if character.isprintable())[:_LONGEST_NAME]


async def _read_form(request: Request, most_bytes: int) -> FormData:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            return await _InMemoryParser(
                request.headers,
                request.stream(),
                max_files=MOST_FILES,
                max_fields=_MOST_FIELDS,
                max_part_size=most_bytes,
            ).parse()
        if kind == "application/x-www-form-urlencoded":
            return await FormParser(
                request.headers, request.stream(), max_fields=_MOST_FIELDS, max_part_size=most_bytes
            ).parse()
    except MultiPartException as error:
        if "many files" in error.message:
            message = f"That is more than {MOST_FILES} files; `skillgap screen FOLDER` reads any number."
            raise FormError(message) from None
        raise FormError("The form came in damaged. Send it again.") from None
    raise FormError("Resumes come in through the page's form.")


def _ask_of(form: FormData, files: list[tuple[str, bytes]]) -> Ask:
    texts = {key: value for key, value in form.multi_items() if isinstance(value, str)}
    carried = [value for value in form.getlist("carried") if isinstance(value, str) and value]
    text = _plain(texts.get("text", ""))
    if len(carried) == 1:
        sources = [Source(carried=carried[0], text=text if "text" in texts else None)]
    else:
        sources = [Source(carried=each) for each in carried]
        sources += [Source(text=text)] if text.strip() else []
    # A file field that was left alone comes as a file without name and content.
    sources += [Source(name=name or None, data=data) for name, data in files if name or data]
    return Ask(
        token=texts.get("token", ""),
        sources=tuple(sources),
        role=" ".join(texts.get("role", "").split())[:LONGEST_ROLE],
        posting=_plain(texts.get("posting", "")).strip(),
        before=texts.get("before") or None,
        fields=texts,
    )


def _plain(text: str) -> str:
    """A text with the line ends that it had before a browser sent it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
