"""`skillgap roles`: find, show and check roles."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillgap.cli.options import FoldersOption, WidthOption, fail, told_if_unwritable
from skillgap.console import put_lines, put_text, tell

if TYPE_CHECKING:
    from skillgap.model import Resume

roles_app = typer.Typer(
    help="Search and show roles.\n\n`skillgap roles [QUERY]` is short for `skillgap roles find [QUERY]`.",
    no_args_is_help=True,
)


@roles_app.command("find")
def find_command(
    query: Annotated[list[str] | None, typer.Argument(metavar="[QUERY]", help="Title, or words of it.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="Most roles to list.")] = 10,
    folders: FoldersOption = None,
    width: WidthOption = None,
) -> None:
    """List all roles, or those like a query."""
    from skillgap.reporting.roles import summary_lines
    from skillgap.roles.catalogue import find_roles

    words = " ".join(query or ())
    found = find_roles(words, limit=limit if words else None, folders=folders or ())
    if not found:
        fail(f"No role is like {words!r}; `skillgap roles` lists all.")
    put_lines(lambda columns: summary_lines(found, width=columns), width=width)


@roles_app.command("show")
def show_command(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="Title or id of a role, or a role file.")],
    folders: FoldersOption = None,
    width: WidthOption = None,
) -> None:
    """Show a role and what its skills mean."""
    from skillgap.reporting.roles import role_lines
    from skillgap.roles.catalogue import load_role

    loaded = load_role(role, folders=folders or ())
    put_lines(lambda columns: role_lines(loaded, width=columns), width=width)


@roles_app.command("compare")
def compare_command(
    one: Annotated[str, typer.Argument(metavar="ROLE", help="The role to come from: title, id or role file.")],
    other: Annotated[str, typer.Argument(metavar="ROLE", help="The role to go to.")],
    folders: FoldersOption = None,
    width: WidthOption = None,
) -> None:
    """Show what two roles share, and what the one lacks for the other."""
    from skillgap.reporting.roles import comparison_lines
    from skillgap.roles.comparing import compare_roles

    comparison = compare_roles(one, other, folders=folders or ())
    put_lines(lambda columns: comparison_lines(comparison, width=columns), width=width)


@roles_app.command("from-posting")
def posting_command(
    posting: Annotated[str, typer.Argument(metavar="FILE", help="A job posting; - reads standard input.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead of standard output.")
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TITLE", help="The role's title.")] = None,
    folders: FoldersOption = None,
) -> None:
    """Turn a job posting into a role file.

    The file can be edited and given to --role.
    """
    from skillgap.roles.posting import role_from_posting

    if output and output.suffix.lower() != ".toml":
        fail(f"{output} is no role file: end it in .toml.")
    source = sys.stdin.buffer.read() if posting == "-" else Path(posting)
    role = role_from_posting(source, title=title, folders=folders or ())
    if output is None:
        put_text(role.to_toml())
        return
    with told_if_unwritable(output):
        output.write_text(role.to_toml(), encoding="utf-8", newline="")
    tell(f"{role.title}: {len(role.hard_skills)} hard and {len(role.core_skills)} core skills in {output}")


import_app = typer.Typer(help="Make role files of what others publish.", no_args_is_help=True)
roles_app.add_typer(import_app, name="import")


@import_app.command("onet")
def onet_command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="An unpacked O*NET release, text or Excel.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where the roles are written.")],
) -> None:
    """Make a role of each occupation of O*NET.

    Give the folder written to --roles, or name it in SKILLGAP_ROLES.
    """
    from skillgap.roles.onet import import_onet

    with told_if_unwritable(output):
        done = import_onet(folder, output)
    for table in done.missing_tables:
        tell(f"{folder} has no table {table!r}: the roles are without what it tells.")
    if done.without_data:
        tell(f"{len(done.without_data)} occupations without skills in O*NET are left out ({done.without_data[0]}, …).")
    tell(f"{done.written:,} roles of O*NET {done.version} written to {output}.")


@roles_app.command("check")
def check_command(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A role or skill file, or a folder of them.")],
    resumes: Annotated[
        Path | None,
        typer.Option("--resumes", metavar="DIR", help="Resumes of many fields: note labels that cover too many."),
    ] = None,
) -> None:
    """Check role and skill files of your own."""
    from skillgap.roles.check import check_roles

    if resumes and not resumes.is_dir():
        fail(f"{resumes} is no folder; --resumes takes one that holds resumes of many fields.")
    try:
        findings = check_roles(path, resumes=_read_resumes(resumes) if resumes else None)
    except ValueError as error:
        fail(f"{resumes}: {error}.")
    for finding in findings:
        put_text(f"{finding}\n")
    errors = sum(finding.level == "error" for finding in findings)
    if errors:
        raise typer.Exit(2)
    notes = "1 note" if len(findings) == 1 else f"{len(findings)} notes"
    tell(f"{path}: {f'no error, {notes}' if findings else 'nothing wrong'}.")


def _read_resumes(folder: Path) -> Iterator[Resume]:
    from skillgap.errors import ResumeError
    from skillgap.parsing import parse_resume

    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        try:
            yield parse_resume(path)
        except ResumeError as error:
            tell(f"left out: {error}")
