"""The README's commands give what the README shows, and every command of the program is in it."""

from __future__ import annotations

import doctest
import os
import re
import shlex
from pathlib import Path

import pytest

import skillgap
from skillgap.cli import app, main, roles_app

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"

# The first lines of a command's output; a last line "…" says that there are more.
CONSOLE = re.compile(r"(?<=```console\n)\$ (?P<command>.*)\n(?P<output>(?:.*\n)*?)(?=```)")


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "SKILLGAP_ROLES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(ROOT)


def _commands() -> list[str]:
    return [match["command"] for match in CONSOLE.finditer(README.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("command", _commands())
def test_command_prints_what_the_readme_shows(command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    program, *args = shlex.split(command)
    assert program == "skillgap"
    main([str(tmp_path / arg) if args[n - 1] == "-o" else arg for n, arg in enumerate(args)])
    printed = capsys.readouterr().out.splitlines()
    text = README.read_text(encoding="utf-8")
    (block,) = (match for match in CONSOLE.finditer(text) if match["command"] == command)
    shown = block["output"].splitlines()
    wanted = [*printed[: len(shown) - 1], "…"] if shown[-1:] == ["…"] else printed
    if os.environ.get("UPDATE_GOLDEN"):
        new = "".join(f"{line}\n" for line in wanted)
        README.write_text(text[: block.start("output")] + new + text[block.end("output") :], encoding="utf-8")
        return
    assert shown == wanted


def test_python_examples_give_what_the_readme_shows() -> None:
    failed, tried = doctest.testfile(str(README), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert tried > 0
    assert failed == 0


def test_role_of_ones_own_is_one(tmp_path: Path) -> None:
    (written,) = re.findall(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "role.toml").write_text(written, encoding="utf-8")
    role = skillgap.load_role(tmp_path / "role.toml")
    known = {requirement.name: requirement.is_known for requirement in role.requirements}
    assert known["Dental Insurance Claims"] is False
    assert sum(known.values()) == 3


def _names(typer_app: object, prefix: str) -> list[str]:
    return [f"{prefix} {command.name}" for command in typer_app.registered_commands]  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", [*_names(app, "skillgap"), *_names(roles_app, "skillgap roles")])
def test_every_command_is_in_the_readme(command: str) -> None:
    assert command in README.read_text(encoding="utf-8")


def test_set_up_commands_stand_on_top_and_are_those_that_are_checked() -> None:
    text = README.read_text(encoding="utf-8")
    run, test = re.findall(r"```sh\n(python3 -m venv .*)\n```", text)
    assert "skillgap analyze examples/resumes/" in run
    assert test in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert text.index(test) < text.index("\n## ")


def test_files_that_the_readme_links_exist() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README.read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target


def test_readme_is_no_book() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 220
