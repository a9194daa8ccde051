"""The lines of a resume's text: bullet marks told from words, and wrapped lines told from short ones.

`structure` writes the text of a `Resume` by these rules and `plain` reads text by them, so that the text
of a resume, read again, gives the same lines: "• " before a bullet, a tab before a table cell, "# " before
a heading that its words alone do not give away, and an empty line wherever two lines would otherwise
look like one that was wrapped.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from skillgap.model import BlockKind


def word_set(words: str) -> frozenset[str]:
    """The words of a string as a set: for lists too long to be written one a line."""
    return frozenset(words.split())


BULLET = "• "
CELL = "\t"
HEADING = "# "

# Marks that never begin a sentence (but for the quotes of German books: »so«), and marks that do so only before a
# space or a letter ("-5 %" is no bullet; nor is the dash of "- Present", the second half of a date range that was
# broken over two lines).
_STRONG_MARK = r"[•●○◦◉◎⚫⚪⬤▪▫■□◼◻◆◇❖♦◊►▶▸▹▷→➔➜➢➤➣‣⁃∙·✓✔☑✗✦✧✪★☆❑❒❏☐]|»(?![^«»]*«)"
_WEAK_MARK = r"[*\-–—+>~](?=[ ]?[^\W\d]|[ ]?[\"'“‘(\[$])(?![ ]?(?i:present|current|now|today|to\s?date|ongoing)\b)"
_WORD_MARK = r"o[ ](?=[^\W\d_a-z])"
_BULLET_MARKS = re.compile(rf"(?:(?:{_STRONG_MARK}|{_WEAK_MARK}|{_WORD_MARK})\s*)+")
_NUMBERED = re.compile(r"(?:\(?\d{1,2}[.)]|\(?[a-hA-H]\))[ ](?=\S)")
_GLYPHS = re.compile("\\s*(?:(?:[\ue000-\uf8ff\U000f0000-\U000ffffd]|\\(cid:\\d{1,5}\\))\\s*)+")
_HEADING_MARK = re.compile(r"#{1,6}[ ]+(?=[^\W\d]|\(?\d{1,2}[.)][ ]|\([a-hA-H]\)[ ])")

# "--- SKILLS ---", "=== Education": rules drawn with characters around a heading.
_RULED = re.compile(r"[-=_*~–—|#.]{2,}[ ]?(?P<words>[^\W\d](?:.*[^-=_*~–—|# ])?)[ ]?[-=_*~–—|#]*")

_LETTERS_APART = re.compile(r"[^\W\d_](?:[ ](?:[^\W\d_]|[&/]))+[ ]?[:]?")

# Lines narrower than this are lists, addresses or headings; wider ones are whole paragraphs.
_NARROWEST_WRAP, _WIDEST_WRAP = 36, 200
# Proportional fonts wrap at a width, not at a count of characters; so counts vary by about a fifth.
_WRAP_SLACK = 0.75
_UPPER_WRAP_SLACK = 0.9

_SENTENCE_ENDS = (".", "!", "?", ":", ";", "…")
_OPEN_ENDS = word_set(
    """
    a an and as at by for from in into of on or that the their to with within which while including using via
    our its his her my & / – — were was is are be been not
    """
)
# Words that a hyphen joins to the next: "follow-" at a line's end keeps its hyphen, "accoun-" loses it.
_KEEPS_HYPHEN_AFTER = word_set(
    """
    self non co pre post multi cross follow full part long short high low well ex anti inter intra on off e one
    two three four first second third cost problem detail decision data client customer results result goal time
    team deadline hands day month year end face solution hard fast open in out up end state user work real point
    front back large small medium mid semi under over all best better third computer bi tri sub quick
    """
)
_KEEPS_HYPHEN_BEFORE = word_set(
    """
    oriented making based driven level time end up to on in out the focused related solving effective of depth
    site line house class party functional and keeping ended box
    """
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a resume's text to be, with what its reader knew of it.

    ``text`` is clean and without a mark; ``is_marked`` says that it bore a heading's mark.
    """

    text: str
    kind: BlockKind = "paragraph"
    page: int | None = None
    font_size: float = 0.0
    is_bold: bool = False
    hidden: str = ""
    is_marked: bool = False


def split_mark(text: str, kind: BlockKind) -> tuple[str, BlockKind, bool]:
    """A line's words, its kind, and whether it bore a heading's mark ("# ").

    >>> split_mark("▪ Collected overdue accounts", "paragraph")
    ('Collected overdue accounts', 'bullet', False)
    >>> split_mark("»Essais« of Montaigne", "paragraph")
    ('»Essais« of Montaigne', 'paragraph', False)
    >>> split_mark("-5 % shrinkage", "paragraph")
    ('-5 % shrinkage', 'paragraph', False)
    >>> split_mark("# Life Philosophy", "paragraph")
    ('Life Philosophy', 'heading', True)
    """
    is_marked = False
    while True:
        if match := _HEADING_MARK.match(text):
            text, kind, is_marked = text[match.end() :], "heading", True
        elif match := _RULED.fullmatch(text):
            text = match["words"]
        elif match := _BULLET_MARKS.match(text):
            text = text[match.end() :]
            kind = "bullet" if kind in ("paragraph", "bullet") else kind
        else:
            break
    if kind in ("paragraph", "cell") and _NUMBERED.match(text):
        kind = "bullet"
    return text, kind, is_marked


def mark(text: str, kind: BlockKind, *, is_marked: bool) -> str:
    """The mark that a line of `Resume.text` bears before its words."""
    if kind == "bullet":
        return "" if _NUMBERED.match(text) else BULLET
    if kind == "cell":
        return CELL
    return HEADING if is_marked else ""


def drop_leading_glyphs(text: str) -> str:
    r"""A line without the icons of a symbol font that stand before its words.

    >>> drop_leading_glyphs("\uf095 555-0100")
    '555-0100'
    """
    match = _GLYPHS.match(text)
    return text[match.end() :] if match else text


def is_numbered(text: str) -> bool:
    """Whether a line begins with an item's number: "1. ", "(2) ", "b) "."""
    return _NUMBERED.match(text) is not None


def has_words(text: str) -> bool:
    """Whether a line holds any letter or digit, so is more than a rule or an ornament."""
    return any(map(str.isalnum, text))


def join_spaced_letters(text: str) -> str:
    """A letter-spaced line with its words made whole, any other line as it is.

    >>> join_spaced_letters("W O R K   H I S T O R Y")
    'WORK HISTORY'
    >>> join_spaced_letters("C O R E")
    'CORE'
    """
    if len(text) < 7 or text[1] != " ":
        return text
    parts = re.split(r" {2,}", text)
    if all(len(part) == 1 or _LETTERS_APART.fullmatch(part) for part in parts) and any(len(p) >= 7 for p in parts):
        return " ".join(part.replace(" ", "") for part in parts)
    return text


def find_wraps(lines: Sequence[str]) -> list[bool]:
    """For each line whether it runs on into the next, as a line does that was wrapped at a column.

    ``lines`` are non-empty, with their marks. The column is told from the lines that a line with a lower-case
    beginning follows: were they wrapped, they are about as long as each other and as the longest lines.

    >>> find_wraps(["Kept the ledgers of four clinics and chased every", "overdue account by telephone.", "Skills"])
    [True, False, False]
    >>> find_wraps(["Excel", "word processing"])
    [False, False]
    """
    wraps = [False] * len(lines)
    width = _wrap_width(lines)
    if not width:
        return wraps
    for index in range(len(lines) - 1):
        wraps[index] = _runs_on(lines[index], lines[index + 1], width)
    return wraps


def join_wrapped(first: str, second: str) -> str:
    """Two halves of a wrapped line as one; a word hyphenated between them is made whole.

    >>> join_wrapped("ran the accoun-", "ting team"), join_wrapped("is detail-", "oriented")
    ('ran the accounting team', 'is detail-oriented')
    """
    if not (first.endswith(("-", "\u00ad", "\u2010")) and second[:1].islower() and first[-2:-1].isalpha()):
        return f"{first} {second}"
    left = re.split(r"[\s\-/(]", first[:-1])[-1].casefold()
    right = re.split(r"[\s\-/,.;)]", second, maxsplit=1)[0].casefold()
    if first[-1] == "-" and (left in _KEEPS_HYPHEN_AFTER or right in _KEEPS_HYPHEN_BEFORE or "-" in first[-12:-1]):
        return first + second
    return first[:-1] + second


def _wrap_width(lines: Sequence[str]) -> int:
    """The column at which a text is wrapped, 0 where it is not."""
    lengths = sorted(map(len, lines))
    if not lengths or lengths[-1] < _NARROWEST_WRAP:
        return 0
    followed = sorted(
        len(first)
        for first, second in itertools.pairwise(lines)
        if second[:1].islower() and not second.startswith("o ")
    )
    followed = [length for length in followed if _NARROWEST_WRAP <= length <= _WIDEST_WRAP]
    if not followed:
        return 0
    # The ninth decile rather than the greatest: one odd line must not move the column.
    width = followed[(len(followed) - 1) * 9 // 10]
    longer = sum(1 for length in lengths if length > width * 1.2)
    if longer > max(1 if len(followed) > 2 else 0, len(followed) // 4):
        return 0
    return width


def _runs_on(first: str, second: str, width: int) -> bool:
    beginning = second[:1]
    if first[0] == CELL and second[0] == CELL and len(first) < width * _WRAP_SLACK:
        return False
    second = second.lstrip()
    beginning = second[:1]
    if _BULLET_MARKS.match(second) or _NUMBERED.match(second) or _HEADING_MARK.match(second):
        return False
    if first.startswith(HEADING):
        return False
    reach = len(first) + 1 + len(second.split(" ", 1)[0])
    if beginning.islower():
        return reach > width * _WRAP_SLACK
    if first.endswith(_SENTENCE_ENDS) or reach <= width * _UPPER_WRAP_SLACK:
        return False
    # A capital or a digit begins the next line: only an open end tells that the sentence goes on.
    return first.endswith(",") or first.rsplit(None, 1)[-1].casefold() in _OPEN_ENDS
