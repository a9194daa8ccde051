"""What holds for the package as a whole: who may import whom, what start-up costs, what stands in `__all__`."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import skillgap
from skillgap import errors

PACKAGE = Path(skillgap.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

# Which parts of skillgap a part may import, besides itself; model, errors, english and garbage import nothing.
MAY_IMPORT = {
    "errors": set(),
    "model": set(),
    "english": set(),
    "garbage": set(),
    "worker_process": {"errors"},
    "parsing": {"model", "errors", "english", "garbage"},
    "matching": {"model", "errors", "english", "garbage"},
    "roles": {"model", "errors", "parsing", "matching"},
    "scoring": {"model", "errors", "matching"},
    "reporting": {"model", "errors", "auditing"},
    "analysis": {"model", "errors", "parsing", "matching", "roles", "scoring", "suggesting"},
    "suggesting": {"model", "errors", "matching", "roles", "scoring"},
    "screening": {"model", "errors", "parsing", "roles", "analysis", "worker_process"},
    "auditing": {"errors"},
    "web": {"model", "errors", "parsing", "roles", "analysis", "reporting", "worker_process"},
    "console": {"reporting"},
}

# Where a third-party package is imported, and nowhere else; its absence or its failures are handled there.
HOMES = {
    "pdfminer": "parsing",
    "pypdfium2": "parsing",
    "docx": "parsing",
    "lxml": "parsing",
    "Stemmer": "matching",
    "rich": "reporting",
    "openpyxl": ("reporting", "roles"),  # reports are written, and O*NET's tables read
    "matplotlib": "reporting",
    "pyarrow": "reporting",
    "typer": "cli",
    "starlette": "web",
    "uvicorn": "web",
    "jinja2": "web",
    "markupsafe": "web",
    "fsspec": "screening",
}


def _part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(tree: ast.AST, *, late: bool = True) -> Iterator[str]:
    """Names of the imported modules; without ``late``, those inside functions are left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            yield node.module or ""
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        elif late or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _imports(node, late=late)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_imports_upward(path: Path) -> None:
    part = _part(path)
    if part not in MAY_IMPORT:
        return  # the public face and the command line stand on top
    # The methods that the public contract puts on the model's classes import the stage that does the work.
    imported = _imports(ast.parse(path.read_text(encoding="utf-8")), late=part != "model")
    ours = {name.split(".")[1] for name in imported if name.startswith("skillgap.")}
    assert ours - {part} <= MAY_IMPORT[part]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_third_party_packages_stay_in_their_place(path: Path) -> None:
    for name in _imports(ast.parse(path.read_text(encoding="utf-8"))):
        package = name.split(".")[0]
        homes = HOMES.get(package, _part(path))
        assert _part(path) in (homes if isinstance(homes, tuple) else (homes,)), f"{package} is imported in {path.name}"


def test_public_names_are_sorted_and_there() -> None:
    assert list(skillgap.__all__) == sorted(skillgap.__all__)
    assert all(hasattr(skillgap, name) for name in skillgap.__all__)
    assert not [name for name in skillgap.__all__ if name.startswith("_") and name != "__version__"]


@pytest.mark.parametrize("name", [n for n in errors.__all__ if n != "MissingExtraError"])
def test_every_error_can_be_caught_by_its_name(name: str) -> None:
    assert issubclass(getattr(errors, name), skillgap.SkillgapError)


def test_every_error_is_listed() -> None:
    defined = {n for n, e in vars(errors).items() if isinstance(e, type) and issubclass(e, Exception)}
    assert defined == set(errors.__all__)


def test_import_loads_no_parser() -> None:
    heavy = ("pdfminer", "docx", "lxml", "rich", "typer", "pypdfium2", "multiprocessing", "asyncio")
    code = f"import sys, skillgap; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_programs_that_write_fixtures_are_not_collected() -> None:
    folder = Path(__file__).parent / "cases"
    assert list(folder.rglob("build.py"))
    # They need reportlab, which the extra `test` does not have: importing one would end the run before its tests.
    program = (
        "import sys, pytest; sys.modules['reportlab'] = None; sys.exit(pytest.main(['--collect-only', sys.argv[1]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, cwd=PACKAGE.parent
    )
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout


@pytest.mark.parametrize("name", ["maria_alvarez.pdf", "dana_petrov.docx"])
def test_broken_files_raise_no_error_but_skillgaps_own(name: str) -> None:
    whole = (PACKAGE.parent / "examples" / "resumes" / name).read_bytes()
    outcomes = set()
    for keep in range(0, len(whole), max(1, len(whole) // 40)):
        for broken in (whole[:keep], whole[:keep] + b"\xff" * 40 + whole[keep + 40 :]):
            try:
                outcomes.add(type(skillgap.parse_resume(broken, ocr=False)).__name__)
            except skillgap.SkillgapError as error:
                outcomes.add(type(error).__name__)
    assert outcomes - {"Resume"}, "some of these must fail"
