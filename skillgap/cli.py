"""The command line: arguments, messages, exit codes.

Results go to standard output, progress and messages to standard error. Exit codes: 0 all well, 1 some resumes
failed, 2 wrong usage or nothing could be done, 130 interrupted. Everything but typer is imported inside the
commands, so that ``--help`` is there at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from skillgap.console import put_lines, put_text, tell, with_progress
from skillgap.errors import SkillgapError

if TYPE_CHECKING:
    from skillgap.model import GapReport, Limits, Role, Screened
    from skillgap.reporting.terminal import Line

__all__ = ["main"]

Format = Literal["text", "json", "markdown", "csv"]
Engine = Literal["pdfminer", "pdfium"]

_FORMAT_OF_SUFFIX: dict[str, Format | Literal["excel"]] = {
    ".txt": "text",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".csv": "csv",
    ".xlsx": "excel",
}
_SCREEN_SUFFIXES = (".jsonl", ".csv", ".xlsx")
# With -o every resume can be looked up in the file; without, all are shown.
_MOST_RANKED = 25

app = typer.Typer(
    help="Which of the skills that a role needs does a resume show, in which words, and which are missing?",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
roles_app = typer.Typer(
    help="Search and show roles.\n\n`skillgap roles [QUERY]` is short for `skillgap roles find [QUERY]`.",
    no_args_is_help=True,
)
app.add_typer(roles_app, name="roles")

RoleOption = Annotated[
    str | None, typer.Option("--role", "-r", metavar="ROLE", help="Title or id of a role, or a role file (.toml).")
]
FoldersOption = Annotated[
    list[Path] | None,
    typer.Option("--roles", metavar="DIR", help="A folder of further roles; repeatable. Also SKILLGAP_ROLES."),
]
WidthOption = Annotated[int | None, typer.Option(min=40, metavar="COLUMNS", help="Width of the text report.")]
HiddenOption = Annotated[bool, typer.Option("--count-hidden", help="Count text that human readers cannot see.")]
EngineOption = Annotated[Engine, typer.Option("--pdf-engine", help="What reads PDF files.")]
OcrOption = Annotated[bool, typer.Option("--ocr/--no-ocr", help="Recognise text on scanned pages.")]
BytesOption = Annotated[int | None, typer.Option("--max-bytes", min=1, metavar="N", help="Largest file.")]
PagesOption = Annotated[int | None, typer.Option("--max-pages", min=1, metavar="N", help="Most pages of a file.")]
CharactersOption = Annotated[
    int | None, typer.Option("--max-characters", min=1, metavar="N", help="Most characters of a file's text.")
]
TimeoutOption = Annotated[
    float | None, typer.Option("--timeout", min=0.001, metavar="S", help="Most seconds for one file.")
]


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
    commands = {command.name for command in roles_app.registered_commands}
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


@app.command("analyze")
def analyze_command(
    resume: Annotated[str, typer.Argument(metavar="RESUME", help="The resume's file; - reads standard input.")],
    role: RoleOption = None,
    folders: FoldersOption = None,
    output_format: Annotated[
        Format | None, typer.Option("--format", "-f", help="Form of the report; text unless -o tells another.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead of standard output.")
    ] = None,
    explain: Annotated[
        list[str] | None, typer.Option(metavar="SKILL", help="Tell why a skill is covered or missing; repeatable.")
    ] = None,
    blind: Annotated[bool, typer.Option("--blind", help="Leave out what tells who the person is.")] = False,
    count_hidden: HiddenOption = False,
    pdf_engine: EngineOption = "pdfminer",
    ocr: OcrOption = True,
    width: WidthOption = None,
    max_bytes: BytesOption = None,
    max_pages: PagesOption = None,
    max_characters: CharactersOption = None,
    timeout: TimeoutOption = None,
) -> None:
    """Compare a resume with a role.

    The report tells which of the role's skills the resume shows, in which words, and which are missing.
    """
    chosen = _choose_format(output_format, output)
    if Path(resume).is_dir():
        _fail(f"{resume} is a folder; `skillgap screen {resume}` reads all resumes in it.")
    if output and _is_same_file(output, Path(resume)):
        _fail(f"{output} is the resume itself; -o needs another file.")
    target = _load_target(role, folders)

    from skillgap.analysis import analyze

    report = analyze(
        sys.stdin.buffer.read() if resume == "-" else resume,
        target,
        engine=pdf_engine,
        ocr=ocr,
        limits=_limits(max_bytes, max_pages, max_characters, timeout),
        count_hidden=count_hidden,
        blind=blind,
    )
    if explain:
        put_lines(lambda columns: _explained(report, explain, columns), width=width)
    elif output and chosen == "excel":
        from skillgap.reporting.excel import write_report_workbook

        with _told_if_unwritable(output):
            write_report_workbook(report, output)
    elif output:
        with _told_if_unwritable(output):
            output.write_text(_render(report, chosen, width or 80), encoding="utf-8", errors="replace", newline="")
    elif chosen == "text":
        from skillgap.reporting.text import report_lines

        put_lines(lambda columns: report_lines(report, width=columns), width=width)
    else:
        put_text(_render(report, chosen, width or 80))


@app.command("screen")
def screen_command(
    paths: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Folders, with all below them, and files.")],
    role: RoleOption = None,
    folders: FoldersOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="One row a file: .jsonl, .csv or .xlsx.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, metavar="N", help="Files read at the same time.")] = 1,
    count_hidden: HiddenOption = False,
    pdf_engine: EngineOption = "pdfminer",
    ocr: OcrOption = True,
    width: WidthOption = None,
    max_bytes: BytesOption = None,
    max_pages: PagesOption = None,
    max_characters: CharactersOption = None,
    timeout: TimeoutOption = None,
) -> None:
    """Rank folders of resumes by coverage.

    Resumes that cannot be read are listed too, each with the reason.
    """
    from skillgap.reporting.shortlist import ranked_lines, summarize, summarize_failure

    if output and output.suffix.lower() not in _SCREEN_SUFFIXES:
        _fail(f"{output} tells no form of table: end it in one of {', '.join(_SCREEN_SUFFIXES)}.")
    target = _load_target(role, folders)

    from skillgap.screening import list_files, screen

    files = [path for path in list_files(paths) if output is None or not _is_same_file(path, output)]
    if not files:
        _fail(f"There is no file in {', '.join(map(str, paths))}.")
    rows = screen(
        files,
        target,
        engine=pdf_engine,
        ocr=ocr,
        limits=_limits(max_bytes, max_pages, max_characters, timeout),
        count_hidden=count_hidden,
        jobs=jobs,
    )
    ranked, failed = [], []
    with _row_writer(output, target) as write:
        for screened in with_progress(rows, len(files)):
            write(screened)
            if screened.report:
                ranked.append(summarize(screened.path, screened.report))
            else:
                failed.append(summarize_failure(screened))
    most = _MOST_RANKED if output else None
    put_lines(lambda columns: ranked_lines(target, ranked, failed, width=columns, most=most), width=width)
    raise typer.Exit(1 if failed else 0)


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
        _fail(f"No role is like {words!r}; `skillgap roles` lists all.")
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


@roles_app.command("check")
def check_command(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A role or skill file, or a folder of them.")],
) -> None:
    """Check role and skill files of your own."""
    from skillgap.roles.check import check_roles

    problems = check_roles(path)
    for problem in problems:
        put_text(f"{problem}\n")
    if problems:
        raise typer.Exit(2)
    tell(f"{path}: nothing wrong.")


@contextmanager
def _row_writer(output: Path | None, role: Role) -> Iterator[Callable[[Screened], object]]:
    """A function that keeps one row in the file; one that does nothing without a file.

    A run that is broken off leaves whole rows.
    """
    if output is None:
        yield lambda screened: None
    elif output.suffix.lower() == ".xlsx":
        from skillgap.reporting.excel import ShortlistWorkbook

        workbook = ShortlistWorkbook(role)
        with _told_if_unwritable(output):
            output.open("ab").close()  # better told now than after an hour
        try:
            yield workbook.add
        finally:
            with _told_if_unwritable(output):
                workbook.save(output)
    else:
        from skillgap.reporting.shortlist import ROW_FORMATS

        header, to_row = ROW_FORMATS[output.suffix.lower()]
        with _told_if_unwritable(output):
            file = output.open("w", encoding="utf-8", newline="", buffering=1)
        with file:
            file.write(header)
            yield lambda screened: file.write(to_row(screened))


def _choose_format(asked: Format | None, output: Path | None) -> Format | Literal["excel"]:
    """The form asked for, else the one that the file's ending tells, else text."""
    told = _FORMAT_OF_SUFFIX.get(output.suffix.lower()) if output else None
    if output and not told:
        endings = ", ".join(_FORMAT_OF_SUFFIX)
        _fail(f"{output} tells no form of report: end it in one of {endings}.")
    if asked and told and asked != told:
        _fail(f"--format {asked} does not go with {output}, which is {told}: change one of them.")
    return asked or told or "text"


def _load_target(role: str | None, folders: list[Path] | None) -> Role:
    if role is None:
        _fail("Which role? Give --role ROLE; `skillgap roles` lists them.")
    from skillgap.roles.catalogue import load_role

    return load_role(role, folders=folders or ())


def _limits(file_bytes: int | None, pages: int | None, characters: int | None, seconds: float | None) -> Limits:
    from skillgap.model import Limits

    usual = Limits()
    return Limits(
        file_bytes=file_bytes or usual.file_bytes,
        pages=pages or usual.pages,
        characters=characters or usual.characters,
        seconds=seconds or usual.seconds,
    )


def _render(report: GapReport, chosen: Format | Literal["excel"], width: int) -> str:
    if chosen == "json":
        return report.to_json() + "\n"
    if chosen == "markdown":
        return report.to_markdown()
    if chosen == "csv":
        from skillgap.reporting.tables import records_to_csv

        return records_to_csv(report.to_records())
    from skillgap.reporting.text import render_text

    return render_text(report, width=width) + "\n"


def _explained(report: GapReport, skills: Sequence[str], width: int) -> list[Line]:
    from skillgap.reporting.blind import redact_explanation
    from skillgap.reporting.text import explanation_lines

    lines: list[Line] = []
    for skill in skills:
        try:
            explanation = report.explain(skill)
        except KeyError:
            names = ", ".join(s.name for s in (*report.hard_skills, *report.core_skills))
            _fail(f"{report.role.title} asks for no skill called {skill!r}. It asks for: {names}.")
        lines += [*([()] if lines else []), *explanation_lines(redact_explanation(report, explanation), width=width)]
    return lines


@contextmanager
def _told_if_unwritable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        _fail(f"{path} cannot be written: {error.strerror}.")


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False  # one of them is not there (yet)


def _fail(message: str) -> NoReturn:
    """Say what is wrong with the call and leave with exit code 2."""
    tell(message)
    raise typer.Exit(2)
