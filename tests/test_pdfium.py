"""Both engines give the same blocks, and these are the true ones, on resumes of many layouts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from skillgap.errors import MissingExtraError
from skillgap.model import Limits
from skillgap.parsing.budget import Budget
from skillgap.parsing.pdf import Engine, read_pdf

FIXTURES = Path(__file__).parent / "fixtures" / "layouts"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.txt"))


@pytest.mark.parametrize("engine", ["pdfminer", "pdfium"])
@pytest.mark.parametrize("name", NAMES)
def test_a_layout_is_read_as_it_is_seen(name: str, engine: Engine) -> None:
    if engine == "pdfium":
        pytest.importorskip("pypdfium2")
    document = read_pdf((FIXTURES / f"{name}.pdf").read_bytes(), budget=Budget(Limits()), engine=engine)
    read = [("* " if block.kind == "bullet" else "") + block.text for block in document.blocks]
    assert read == (FIXTURES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert not any(block.hidden for block in document.blocks)
    assert document.warnings == ()
    assert document.reader.removesuffix("+drawn") == engine


def test_there_are_a_dozen_layouts() -> None:
    assert len(NAMES) >= 12


def test_without_pypdfium2_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("skillgap.parsing.pdfium")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    monkeypatch.setitem(sys.modules, "pypdfium2.raw", None)
    with pytest.raises(MissingExtraError, match=r"skillgap\[fast\]"):
        read_pdf(b"%PDF-1.7", budget=Budget(Limits()), engine="pdfium")


def test_pdfium_is_loaded_only_on_asking() -> None:
    code = (
        "import sys; from pathlib import Path; from skillgap.parsing.pdf import read_pdf;"
        "from skillgap.parsing.budget import Budget; from skillgap.model import Limits;"
        f"read_pdf(Path({str(FIXTURES / 'form_fields_reportlab.pdf')!r}).read_bytes(), budget=Budget(Limits()));"
        "assert not any(name.startswith('pypdfium2') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])
