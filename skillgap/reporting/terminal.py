"""Text for terminals: what a stranger's file may not print, how wide it is, where it breaks, how it is coloured.

Reports are built as lines of styled pieces; `join_plain` drops the styles, `print_styled` hands them to
rich, which is imported then and not before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import IO, Literal

Style = Literal["plain", "title", "heading", "good", "weak", "bad", "dim", "hit", "mark"]

# The sixteen colours of every terminal, which its owner's theme keeps readable on light and on dark.
_RICH_STYLES: dict[str, str] = {
    "plain": "",
    "title": "bold",
    "heading": "bold cyan",
    "good": "green",
    "weak": "yellow",
    "bad": "red",
    "dim": "dim",
    "hit": "bold underline",
}

_ESCAPE_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS …: titles, links
    r"|\x1b[ -/]*[0-~]?"  # the two-character rest
)
# Zero-width and bidirectional controls reorder or hide what stands beside them; soft hyphens and tag
# characters are invisible. The joiners U+200C and U+200D stay: Persian, Indic scripts and emoji need them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")

# What a terminal without Unicode shows instead; every other character there becomes "?".
_ASCII = str.maketrans(
    {
        **{"█": "#", "░": ".", "✓": "+", "○": "o", "✗": "-", "→": ">", "·": "|", "…": "...", "–": "-", "—": "-"},
        **{"“": '"', "”": '"', "‘": "'", "’": "'", "•": "*", "\u00a0": " ", "\u202f": " "},
    }
)


def clean_line(text: str) -> str:
    r"""One printable line: no escape sequences, controls, bidirectional or invisible characters.

    >>> clean_line("Jane\x1b[31m Doe\x1b[0m\n\u202eMS\tExcel")
    'Jane Doe MS Excel'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())  # nearly all texts; the others cost four searches
    text = _ESCAPE_SEQUENCES.sub("", text)
    text = _INVISIBLE.sub("", _CONTROLS.sub(" ", text))
    return " ".join(_SURROGATES.sub("\ufffd", text).split())


def clean_text(text: str) -> str:
    r"""The text with its spaces and line ends, but nothing that steers, hides or reorders what stands beside it.

    >>> clean_text("Jane\x1b[31m  Doe\u202e\n")
    'Jane  Doe\n'
    """
    if text.isascii() and text.isprintable():
        return text
    text = _INVISIBLE.sub("", _ESCAPE_SEQUENCES.sub("", text))
    text = _CONTROLS.sub(lambda match: "\n" if "\n" in match[0] else " ", text)
    return _SURROGATES.sub("\ufffd", text)


def display_width(text: str) -> int:
    r"""The number of terminal columns a text takes.

    >>> display_width("Excel"), display_width("経理"), display_width("e\u0301")
    (5, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(_character_width(c) for c in text)


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(text: str, width: int) -> str:
    """A text of at most so many columns, ending in an ellipsis where something was cut.

    >>> shorten("Accounts Receivable", 10)
    'Accounts…'
    """
    if display_width(text) <= width:
        return text
    return _head(text, width - 1).rstrip() + "…"


def pad(text: str, width: int, *, right: bool = False) -> str:
    """A text filled with spaces to so many columns, on the left where it is to stand right."""
    fill = " " * (width - display_width(text))
    return fill + text if right else text + fill


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of one style; printable and without line breaks.

    A "mark" stands in for colour where there is none, and is left out where there is.
    """

    text: str
    style: Style = "plain"


Line = tuple[Piece, ...]


def wrap(pieces: Iterable[Piece], width: int, *, indent: int = 0, hang: int = 0) -> list[Line]:
    """Lines of at most ``width`` columns that hold the pieces' words.

    The first line is indented by ``indent``, the others by ``hang`` more. A word longer than a line is cut.

    >>> [join_plain([line]) for line in wrap([Piece("accounts "), Piece("receivable", "hit")], 14, hang=2)]
    ['accounts', '  receivable']
    """
    lines: list[Line] = []
    line: list[Piece] = []
    room = max(1, width - indent)
    free = room
    for word in _words(pieces, max(1, width - indent - hang)):
        size = sum(display_width(p.text) for p in word)
        gap = 1 if line else 0
        if line and gap + size > free:
            lines.append(tuple(line))
            line, gap = [], 0
            free = room = max(1, width - indent - hang)
        if gap:
            # A gap inside one style carries the style on, so that an underlined phrase is underlined whole.
            style = word[0].style if line[-1].style == word[0].style else "plain"
            line.append(Piece(" ", style))
        line.extend(word)
        free -= gap + size
    if line:
        lines.append(tuple(line))
    margins = (Piece(" " * indent), Piece(" " * (indent + hang)))
    return [(margins[bool(n)], *rest) if margins[bool(n)].text else rest for n, rest in enumerate(lines)]


def _words(pieces: Iterable[Piece], room: int) -> list[list[Piece]]:
    """The pieces cut at spaces; a word may have several styles, and none is wider than ``room``."""
    words: list[list[Piece]] = [[]]
    for piece in pieces:
        for n, part in enumerate(piece.text.split(" ")):
            if n and words[-1]:
                words.append([])
            while part:
                used = sum(display_width(p.text) for p in words[-1])
                head = _head(part, room - used)
                if not head and not words[-1]:
                    head = part[0]  # wider than a whole line; it must go somewhere
                if head:
                    words[-1].append(Piece(head, piece.style))
                    part = part[len(head) :]
                if part:
                    words.append([])
    return [word for word in words if word]


def _head(text: str, room: int) -> str:
    """As many characters as fit into the room."""
    if text.isascii():
        return text[: max(room, 0)]
    used = 0
    for n, character in enumerate(text):
        used += _character_width(character)
        if used > room:
            return text[:n]
    return text


def join_plain(lines: Iterable[Line]) -> str:
    """The lines as plain text without any style, one a row, no spaces at the ends."""
    return "\n".join("".join(piece.text for piece in line).rstrip() for line in lines)


def print_styled(lines: Sequence[Line], stream: IO[str]) -> None:
    """Print the lines in colour through rich, which knows what the terminal can do."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, force_terminal=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
    for line in lines:
        coloured = groupby((piece for piece in line if piece.style != "mark"), key=lambda piece: piece.style)
        console.print(Text.assemble(*(("".join(p.text for p in run), _RICH_STYLES[style]) for style, run in coloured)))


def fit_encoding(text: str, encoding: str | None) -> str:
    """The text as a stream of this encoding can show it: itself, or its nearest ASCII form.

    >>> fit_encoding("██░ “A/R”", "ascii")
    '##. "A/R"'
    """
    encoding = encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_ASCII).encode(encoding, "replace").decode(encoding)
    return text
