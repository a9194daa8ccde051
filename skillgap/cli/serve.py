"""`skillgap serve`: the page for job-seekers, on this machine alone."""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillgap.cli.options import (
    EngineOption,
    FoldersOption,
    OcrOption,
    with_limits,
)
from skillgap.console import put_text, tell

if TYPE_CHECKING:
    from skillgap.model import Limits
    from skillgap.web.guard import Address


@with_limits
def serve_command(
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="Port; 0 takes a free one.")] = 0,
    host: Annotated[str, typer.Option(metavar="HOST", help="Address; one of this machine alone.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
    folders: FoldersOption = None,
    pdf_engine: EngineOption = "pdfminer",
    ocr: OcrOption = True,
    *,
    limits: Limits,
) -> None:
    """Show a page on which job-seekers check a resume.

    It is served to this machine alone. Nothing that it is given leaves the machine, is written to the disk, or is kept.
    """
    from skillgap.errors import MissingExtraError

    try:
        from skillgap.web.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("skillgap"):
            raise
        raise MissingExtraError("The page and its server", extra="web") from None
    from skillgap.web.jobs import Settings

    _check_roles(folders)
    if pdf_engine == "pdfium" and find_spec("pypdfium2") is None:
        raise MissingExtraError("The PDF engine pdfium", extra="fast")
    settings = Settings(
        folders=tuple(map(str, folders or ())),
        engine=pdf_engine,
        ocr=ocr,
        limits=limits,
    )
    with suppress(KeyboardInterrupt):
        serve(settings, host=host, port=port, opens_browser=browser, announce=_announce)
    tell("stopped; nothing was kept.")


def _check_roles(folders: list[Path] | None) -> None:
    """Raise at once what is wrong with a folder of roles, not with the first request."""
    from skillgap.roles.catalogue import added_folders, load_catalogue

    load_catalogue(*added_folders(folders or ()))


def _announce(address: Address) -> None:
    put_text(f"{address.url}\n")
    tell("nothing leaves this machine; Ctrl+C stops the page.")
