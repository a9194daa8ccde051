"""What the commands share: options, and messages for wrong calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, get_type_hints

import typer

from skillgap.console import tell
from skillgap.model import Limits

if TYPE_CHECKING:
    from skillgap.model import Role

Engine = Literal["pdfminer", "pdfium"]

RoleOption = Annotated[
    str | None, typer.Option("--role", "-r", metavar="ROLE", help="Title or id of a role, or a role file (.toml).")
]
PostingOption = Annotated[
    Path | None, typer.Option("--posting", metavar="FILE", help="A job posting, in place of a role.")
]
FoldersOption = Annotated[
    list[Path] | None,
    typer.Option("--roles", metavar="DIR", help="A folder of further roles; repeatable. Also SKILLGAP_ROLES."),
]
WidthOption = Annotated[int | None, typer.Option(min=40, metavar="COLUMNS", help="Width of the text report.")]
HiddenOption = Annotated[bool, typer.Option("--count-hidden", help="Count text that human readers cannot see.")]
EngineOption = Annotated[Engine, typer.Option("--pdf-engine", help="What reads PDF files.")]
OcrOption = Annotated[bool, typer.Option("--ocr/--no-ocr", help="Recognise text on scanned pages.")]

_USUAL = Limits()


def _limit(name: str, metavar: str, what: str, usual: float, *, least: float = 1) -> Any:
    return typer.Option(name, min=least, metavar=metavar, help=f"{what}; {usual:,.0f} unless given.")


# What one file may cost; a command gets it as `limits` through `with_limits`.
_LIMITS = {
    "max_bytes": Annotated[int | None, _limit("--max-bytes", "N", "Most bytes of a file", _USUAL.file_bytes)],
    "max_pages": Annotated[int | None, _limit("--max-pages", "N", "Most pages of a file", _USUAL.pages)],
    "max_characters": Annotated[
        int | None, _limit("--max-characters", "N", "Most characters of a file's text", _USUAL.characters)
    ],
    "timeout": Annotated[
        float | None, _limit("--timeout", "S", "Most seconds for one file", _USUAL.seconds or 0, least=0.001)
    ],
}


def with_limits(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options of all limits in place of its keyword ``limits``."""

    @wraps(command)
    def with_options(**given: Any) -> None:
        asked = {name: given.pop(name) for name in _LIMITS}
        command(**given, limits=_make_limits(**asked))

    own = signature(command)
    # Typer takes options from what the signature holds, and annotations are only text until they are asked for.
    with_options.__annotations__ = {name: kind for name, kind in command.__annotations__.items() if name != "limits"}
    kinds = get_type_hints(with_options, include_extras=True)
    kept = [each.replace(annotation=kinds[name]) for name, each in own.parameters.items() if name != "limits"]
    added = [Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=kind) for name, kind in _LIMITS.items()]
    with_options.__signature__ = own.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
    with_options.__annotations__ = kinds | _LIMITS
    return with_options


def load_target(role: str | None, folders: list[Path] | None, posting: Path | None = None) -> Role:
    """The role that ``--role`` names or ``--posting`` describes; without one of them the call is wrong."""
    if role is not None and posting is not None:
        fail("--role and --posting both name a target: give one of them.")
    if posting is not None:
        from skillgap.roles.posting import role_from_posting

        return role_from_posting(posting, folders=folders or ())
    if role is None:
        fail("Which role? Give --role ROLE (`skillgap roles` lists them) or --posting FILE, a job posting.")
    from skillgap.roles.catalogue import load_role

    return load_role(role, folders=folders or ())


def _make_limits(
    max_bytes: int | None, max_pages: int | None, max_characters: int | None, timeout: float | None
) -> Limits:
    """The limits asked for, the usual ones where none was given."""
    return Limits(
        file_bytes=max_bytes or _USUAL.file_bytes,
        pages=max_pages or _USUAL.pages,
        characters=max_characters or _USUAL.characters,
        seconds=timeout or _USUAL.seconds,
    )


@contextmanager
def told_if_unwritable(path: Path) -> Iterator[None]:
    """Inside it, a file that cannot be written is a message and exit code 2."""
    try:
        yield
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}.")


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two paths are one file; false where one of them is not there (yet)."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def fail(message: str) -> NoReturn:
    """Say what is wrong with the call and leave with exit code 2."""
    tell(message)
    raise typer.Exit(2)
