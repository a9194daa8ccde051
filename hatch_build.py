"""Compiles the built-in catalogue into the wheel, so that roles are found at once."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogue(BuildHookInterface):  # type: ignore[type-arg]
    """Writes ``skillgap/data/*.compiled.json`` before a wheel (or an editable install) is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the files and have them packed, though git does not keep them."""
        root = Path(self.root)
        compiled = runpy.run_path(str(root / "skillgap" / "roles" / "compiled.py"))
        compiled["compile_folder"](root / "skillgap" / "data")
        build_data["artifacts"].append("skillgap/data/*.compiled.json")
