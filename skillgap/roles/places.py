"""Where in a TOML file something stands, so that messages can name the line."""

from __future__ import annotations

import re

# "[menu-planning]" in a skill file, "[skills.menu-planning]" in a role file.
_HEADER = re.compile(r"\s*\[\s*([A-Za-z0-9_.\"' -]+?)\s*\]\s*(?:#.*)?\Z")


class Places:
    """The lines of a TOML file by the tables that begin there; lines count from 1."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._tables: dict[str, int] = {}
        for number, line in enumerate(self._lines, start=1):
            header = _HEADER.match(line)
            if header:
                self._tables.setdefault(header[1].replace('"', "").replace("'", ""), number)

    def of_table(self, name: str) -> int:
        r"""The line of a table's header, also of a skill's table inside a role file; else the first line.

        >>> Places("# mine\n[baking]\nname = 'baking'").of_table("baking")
        2
        """
        return self._tables.get(name) or self._tables.get(f"skills.{name}") or 1

    def of_text(self, text: str, *, table: str | None = None) -> int:
        r"""The first line that holds a text, inside one table where given; else the line of that table.

        >>> Places('[a]\nlabels = ["x"]\n[b]\nlabels = ["x"]').of_text('"x"', table="b")
        4
        """
        first = self.of_table(table) if table else 1
        last = min((n for n in self._tables.values() if table and n > first), default=len(self._lines) + 1)
        for number in range(first, last):
            if text in self._lines[number - 1]:
                return number
        return first
