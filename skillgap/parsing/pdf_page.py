"""What a PDF engine hands over for one page: words with the ink they are drawn in, and what is painted around them.

Both engines (`pdf_miner`, `pdfium`) give these, so that hidden text and reading order are judged alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from skillgap.parsing.layout import Dot, Rule, Word

Box = tuple[float, float, float, float]
Colour = tuple[float, float, float]

UNMAPPED: Final = "\ufffd"

# Painted areas kept for a page; of a drawing that has more, only the large ones are kept.
MAX_AREAS = 4_000
# Names of attached files that are looked at.
MAX_ATTACHMENTS = 20
# Notes that are drawn over the page's own content.
COVERING_NOTES = frozenset(
    ("Caret", "Circle", "FreeText", "Highlight", "Ink", "Line", "Polygon", "PolyLine", "Redact", "Square", "Stamp")
)
# Shorter lines than this, in points, underline words.
MIN_RULE = 60.0
# The marks of lists on one page are at most some hundreds; drawings have small figures by the thousand.
MAX_DOTS = 2_000


@dataclass(frozen=True, slots=True)
class Ink:
    """How letters are drawn.

    ``colour`` is None where it cannot be told (patterns, separations). ``mode`` is the PDF text rendering mode;
    ``clip`` the box that drawing is confined to, None for the whole page; ``is_off`` that a layer is switched off.
    ``stretch`` is the horizontal scale of the letters over their vertical one; ``is_clip_odd`` that drawing is confined
    to more figures than one rectangle, so that the box of its clip says too little.
    """

    colour: Colour | None = (0.0, 0.0, 0.0)
    alpha: float = 1.0
    mode: int = 0
    clip: Box | None = None
    is_off: bool = False
    stretch: float = 1.0
    is_clip_odd: bool = False


@dataclass(slots=True)
class DrawnWord(Word):
    """A word and the ink it is drawn in; ``order`` counts the areas painted before it."""

    ink: Ink = field(default_factory=Ink)
    order: int = 0


@dataclass(frozen=True, slots=True)
class Area:
    """A painted part of a page: a filled figure or an image.

    ``colour`` is None where it is not one plain colour. ``is_exact`` says that all of the box is painted, and not
    merely a figure within it; ``is_opaque`` that nothing shines through.
    """

    box: Box
    kind: Literal["fill", "image"]
    colour: Colour | None = None
    is_exact: bool = False
    is_opaque: bool = True
    pixels: tuple[int, int] = (0, 0)
    is_bitonal: bool = False


@dataclass(slots=True)
class PdfPage:
    """One page in points, its visible ``box`` in the same frame as words and areas, y upward.

    ``unmapped`` counts glyphs whose font does not say what they mean; ``damage`` says what could not be read. The page
    itself draws the first ``drawn`` words, the rest belong to its fields and notes. ``is_odd`` says that a group of
    things is drawn see-through or blended as a whole, so that inks alone do not tell what is seen.
    """

    number: int
    box: Box
    words: list[DrawnWord] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    glyphs: int = 0
    unmapped: int = 0
    damage: list[str] = field(default_factory=list)
    drawn: int = 0
    is_odd: bool = False


# Fonts of signs: those whose signs serve as list marks, and those of icons.
_MARK_FONT = re.compile(r"wingdings|webdings|dingbats|^(?:.*\+)?symbol|marvosym|pifont", re.IGNORECASE)
_ICON_FONT = re.compile(
    r"awesome|icomoon|glyphicon|material.?(?:icon|design)|fontello|ionicon|academicons|feather|typicons|simple.?icon",
    re.IGNORECASE,
)
# The letters under which Wingdings and Symbol keep list marks, where a font gives no better meaning.
_MARK_LETTERS = frozenset("lnqvu§Ø¨ü·ÞðàèFp")
# Letters of TeX's T1 and OT1 encodings, whose fonts often do not say what they mean.
_TEX_LETTERS = {
    "\x0b": "ff", "\x0c": "fi", "\x0e": "ffi", "\x0f": "ffl", "\x10": "“", "\x11": "”", "\x15": "–", "\x16": "—",
    "\x1b": "ff", "\x1c": "fi", "\x1d": "fl", "\x1e": "ffi", "\x1f": "ffl",
}  # fmt: skip
ICON: Final = "\ue000"
# Old-style figures and small capitals, which Adobe's fonts keep in places of their own.
_ADOBE_FORMS = {0xF643 + digit: str(digit) for digit in range(10)}
_ADOBE_FORMS |= {0xF730 + digit: str(digit) for digit in range(10)}
_ADOBE_FORMS |= {0xF761 + place: chr(ord("A") + place) for place in range(26)}


_BOLD_FONT = re.compile(r"(?i:bold|black|heavy|demi|cmbx|sfbx|ecbx)|[-_, ]Bd|[a-z](?:BI?|Bd)$")


def is_bold_font(name: str) -> bool:
    """Whether a font of this name is bold.

    >>> is_bold_font("ABCDEF+Arial-BoldMT"), is_bold_font("LinLibertineB"), is_bold_font("Helvetica")
    (True, True, False)
    """
    return _BOLD_FONT.search(name) is not None


def is_symbol_font(name: str) -> bool:
    """Whether a font of this name holds signs, so that its letters are no text.

    >>> is_symbol_font("ABCDEF+Wingdings-Regular"), is_symbol_font("Arial")
    (True, False)
    """
    return _MARK_FONT.search(name) is not None or _ICON_FONT.search(name) is not None


def symbol_text(text: str, font_name: str) -> str:
    """What a glyph of a font of signs counts as: a bullet, a letter of mathematics, or an icon that is no text.

    >>> symbol_text("§", "Wingdings"), symbol_text("\uf0b7", "Symbol"), symbol_text("(", "FontAwesome") == ICON
    ('•', '•', True)
    """
    if text == " ":
        return text
    if _ICON_FONT.search(font_name):
        return ICON
    if text in _MARK_LETTERS or "\uf000" <= text <= "\uf0ff":
        return "•"
    return text if len(text) == 1 and ord(text) > 0x2000 and text != UNMAPPED else ICON


def glyph_text(text: str, is_tex: bool = False) -> str:
    r"""A glyph's meaning made safe: spaces as one kind of space, controls as unmapped, joiners as nothing.

    TeX's own encodings keep ligatures and dashes where others have controls. A zero-width space stays for
    the layout to judge: it follows the remains of wrongly decoded text.

    >>> glyph_text("\u2003"), glyph_text("\x07") == UNMAPPED, glyph_text("\u200d")
    (' ', True, '')
    """
    if len(text) == 1 and "!" <= text <= "~":
        return text
    if not text:
        return ""
    if is_tex and text in _TEX_LETTERS:
        return _TEX_LETTERS[text]
    if text.isspace() and (text >= " " or text in "\t\n\r"):
        return " "
    kept = "".join(
        letter
        for letter in text
        if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Cn") or letter in "\xad\u200b"
    )
    if kept:
        return kept.translate(_ADOBE_FORMS) if kept > "\uf600" else kept
    return "" if any(unicodedata.category(letter) == "Cf" for letter in text) else UNMAPPED


_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def in_speaking_order(glyphs: Sequence[str]) -> str:
    """The word of glyphs that stand from left to right, turned round where its script runs the other way.

    Numbers and Latin words keep their order within it.

    >>> in_speaking_order(["ם", "ו", "ל", "ש"]) == "שלום", in_speaking_order([*"Excel-", "ב"]) == "ב-Excel"
    (True, True)
    """
    if not any(_RIGHT_TO_LEFT.search(glyph) for glyph in glyphs):
        return "".join(glyphs)
    turned: list[str] = []
    run: list[str] = []
    for glyph, following in zip(glyphs, [*glyphs[1:], ""], strict=True):
        if _runs_along(glyph) or (run and glyph in _WITHIN_RUNS and _runs_along(following)):
            run.append(glyph)
            continue
        turned.extend(("".join(run), glyph))
        run = []
    turned.append("".join(run))
    return "".join(reversed(turned))


def _runs_along(glyph: str) -> bool:
    """Whether a glyph is read from left to right in text of whatever direction: a number's or a Latin letter's."""
    return glyph.isdigit() or (glyph.isalpha() and not _RIGHT_TO_LEFT.search(glyph))


# What keeps the letters on its sides together in numbers, dates, addresses and names of techniques.
_WITHIN_RUNS = frozenset(".,:/-_@&+#'’")


def level_letters(words: Sequence[DrawnWord]) -> list[DrawnWord]:
    """The words, with letters of a font for vertical writing that stand side by side, one by one, made level.

    Programs that know only such a font draw level lines with it, and move to each letter's place.
    """
    level: list[DrawnWord] = []
    run: list[DrawnWord] = []
    for word in words:
        if run and not _stands_beside(run[-1], word):
            level += _level(run)
            run = []
        run.append(word)
    return level + _level(run)


def _stands_beside(word: DrawnWord, following: DrawnWord) -> bool:
    return (
        word.angle != 0
        and word.angle == following.angle
        and len(word.text) == len(following.text) == 1
        and abs(word.size - following.size) < 0.05 * word.size
        and abs(word.x0 - following.x0) < 0.1 * word.size
        and 0 < following.y - word.y < _FARTHEST_BESIDE * word.size
    )


def _level(run: list[DrawnWord]) -> list[DrawnWord]:
    if len(run) < _FEWEST_BESIDE:
        return run
    words: list[DrawnWord] = []
    last: DrawnWord | None = None
    for letter in run:
        centre, half = letter.y, 0.25 * letter.size
        if last is not None and not last.has_space and centre - last.y < 1.2 * letter.size:
            words[-1].text += letter.text
            words[-1].x1 = centre + half
            words[-1].has_space = letter.has_space
        else:
            # A glyph of a vertical font hangs from its place, by its middle.
            base = -(letter.x0 + _VERTICAL_RISE * letter.size)
            angle = (letter.angle + 90) % 360
            words.append(replace(letter, x0=centre - half, x1=centre + half, y=base, angle=angle))
        last = letter
    return words


# Of the font size: how far the middles of two letters and a space between them are apart, and how far below its place
# a glyph's baseline is.
_FARTHEST_BESIDE = 2.5
_VERTICAL_RISE = 0.88
_FEWEST_BESIDE = 3


_HYPHENATING = re.compile(r"tex\b|latex|dvips|typst|indesign|quark|scribus|prince|publisher|context", re.IGNORECASE)
_PLAIN = re.compile(
    r"wkhtmltopdf|\bqt\b|skia|chrom|word|google|libreoffice|openoffice|quartz|pages|canva", re.IGNORECASE
)


def is_tex(producer: str) -> bool:
    """Whether a program of this name is a TeX.

    >>> is_tex("TeX pdfTeX-1.40.24"), is_tex("Microsoft Word")
    (True, False)
    """
    return re.search(r"tex\b|dvips", producer, re.IGNORECASE) is not None


def does_hyphenate(producer: str) -> bool | None:
    """Whether a program of this name splits words at line ends by default, None where unknown.

    >>> does_hyphenate("pdfTeX-1.40.25"), does_hyphenate("wkhtmltopdf 0.12.4 Qt 4.8.7"), does_hyphenate("")
    (True, False, None)
    """
    if _HYPHENATING.search(producer):
        return True
    return False if _PLAIN.search(producer) else None


def find_note_colour(appearance: str) -> Colour | None:
    """The colour that a field's default appearance sets, black where it sets none, None where it cannot be told.

    >>> find_note_colour("/Helv 9 Tf 1 g"), find_note_colour("0 0 1 rg /Helv 9 Tf"), find_note_colour("/Helv 9 Tf")
    ((1.0, 1.0, 1.0), (0.0, 0.0, 1.0), (0.0, 0.0, 0.0))
    """
    found = _NOTE_COLOUR.search(appearance[:_LONGEST_APPEARANCE])
    if found is None:
        return (0.0, 0.0, 0.0)
    values = [min(1.0, float(number)) for number in found[1].split()]
    if found[2] == "g":
        return (values[-1],) * 3
    return (values[-3], values[-2], values[-1]) if found[2] == "rg" and len(values) >= 3 else None


_NOTE_COLOUR = re.compile(r"((?:(?:\d+\.?\d*|\.\d+)\s+){1,4})(g|rg|k)\b")
_LONGEST_APPEARANCE = 500


def field_words(text: str, place: Box, order: int, colour: Colour | None = (0.0, 0.0, 0.0)) -> list[DrawnWord]:
    """The words of a form field or note whose text is known but not drawn, set into its rectangle.

    A rectangle without height or width shows nothing, so there are no words in it.

    >>> [(word.text, word.y) for word in field_words("Jane Doe", (0, 0, 100, 12), 0)]
    [('Jane', 2.4), ('Doe', 2.4)]
    """
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if not lines or place[2] - place[0] < 1 or place[3] - place[1] < 1:
        return []
    ink = Ink(colour)
    leading = (place[3] - place[1]) / len(lines)
    size = max(4.0, min(12.0, 0.8 * leading))
    words = []
    for number, line in enumerate(lines):
        x = place[0]
        for part in line.split():
            width = 0.5 * size * len(part)
            y = round(place[3] - (number + 0.8) * leading, 2)
            words.append(DrawnWord(part, x, x + width, y, size, has_space=True, ink=ink, order=order))
            x += width + 0.3 * size
    return words
