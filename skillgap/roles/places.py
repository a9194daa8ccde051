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

    def has_table(self, name: str) -> bool:
        """Whether a table of this name, or a skill's of this id, begins somewhere."""
        return name in self._tables or f"skills.{name}" in self._tables

    def of_text(self, text: str, *, table: str | None = None) -> int:
        r"""The first line that holds a text, inside one table where given; else the line of that table.

        >>> Places('[a]\nlabels = ["x"]\n[b]\nlabels = ["x"]').of_text('"x"', table="b")
        4
        """
        return self._find(re.compile(re.escape(text)), table) or (self.of_table(table) if table else 1)

    def of_word(self, word: str, *, table: str | None = None) -> int | None:
        r"""The first line that holds a word of its own, inside one table where given; None where none does.

        >>> Places('alt_titles = []\ntitle = ""').of_word("title")
        2
        """
        return self._find(re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])"), table)

    def of_error(self, entry: str, message: str) -> int:
        r"""The line that an error of the loader is about: that of what it quotes, else of its entry ("role: skill").

        >>> Places('id = "chef"\n[hard]\nvital = ["baking"]').of_error("chef: hard", "unknown key 'vital'")
        3
        """
        table = entry.split(": ")[-1]
        for quoted in reversed(re.findall(r"'([^']+)'", message)):
            found = self.of_word(quoted, table=table if self.has_table(table) else None)
            if found:
                return found
        return self.of_table(table)

    def _find(self, wanted: re.Pattern[str], table: str | None) -> int | None:
        first = self.of_table(table) if table else 1
        last = min((n for n in self._tables.values() if table and n > first), default=len(self._lines) + 1)
        return next((n for n in range(first, last) if wanted.search(self._lines[n - 1])), None)
