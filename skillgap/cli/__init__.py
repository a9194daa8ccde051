"""The command line: one module a command, messages, exit codes.

Results go to standard output, progress and messages to standard error. Exit codes: 0 all well, 1 some resumes
failed, 2 wrong usage or nothing could be done, 130 interrupted. Everything but typer is imported inside the
commands, so that ``--help`` is there at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from skillgap.cli.analyze import analyze_command
from skillgap.cli.audit import audit_command
from skillgap.cli.roles import roles_app
from skillgap.cli.screen import screen_command
from skillgap.cli.serve import serve_command
from skillgap.cli.suggest import suggest_command
from skillgap.console import put_text, tell
from skillgap.errors import SkillgapError

__all__ = ["main"]

app = typer.Typer(
    help="Which of the skills that a role needs does a resume show, in which words, and which are missing?",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("analyze")(analyze_command)
app.command("screen")(screen_command)
app.command("audit")(audit_command)
app.command("suggest")(suggest_command)
app.add_typer(roles_app, name="roles")
app.command("serve")(serve_command)


def main(args: Sequence[str] | None = None) -> int:
    """The exit code of one run of the command line."""
    given = list(sys.argv[1:] if args is None else args)
    try:
        app(args=_route(given), prog_name="skillgap")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 2 * bool(end.code)
        if code == 130:
            tell("interrupted.")
        return code
    except SkillgapError as error:
        tell(str(error))
        return 2
    return 0


def _route(args: list[str]) -> list[str]:
    """The arguments with `roles [QUERY]` spelled out as the command that it is, `roles find`."""
    groups = {group.name for group in roles_app.registered_groups}
    commands = {command.name for command in roles_app.registered_commands} | groups
    if args[:1] == ["roles"] and not (args[1:] and args[1] in {*commands, "-h", "--help"}):
        return ["roles", "find", *args[1:]]
    return args


@app.callback(invoke_without_command=True)
def _start(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        from skillgap import __version__

        put_text(f"skillgap {__version__}\n")
        raise typer.Exit
