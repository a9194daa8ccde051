"""Text → clauses of tokens: the form in which resumes and labels are compared.

A clause ends at sentence punctuation, at a block's end, and before a conjunction that starts a new verb
phrase ("processed invoices / and collected payments"). In lists ("Excel, Word, bookkeeping") each item
is a clause of its own. No match crosses a clause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from skillgap.matching.forms import without_marks, word_forms
from skillgap.matching.word_classes import (
    CONJUNCTIONS,
    FUNCTION_WORDS,
    PREPOSITIONS,
    SHARING_ADJECTIVES,
    SHORT_WORDS,
    duty_verbs,
    is_past_verb,
    is_verb_form,
)
from skillgap.model import Block, SectionKind

# Amounts and shares are one word each whatever their figure, so that a label can ask for "increase by %".
# A/R, P&L, R&D and node.js are one word; C++, C#, F# keep their symbols; apostrophes stay inside words.
_TOKEN = re.compile(
    r"""
    [^\W\d_]{2,}+(?![\w&/+\#'’]|\.(?:js|net|io)\b)          # most words, told at once
  | \$\d[\d.,]*(?:\s?(?:million|billion|thousand|[kmb])\b)?   # amounts, all one word: $
  | (?<![\w.])\d+(?:\.\d+)?\s?(?:%|percent\b) | %(?!\w) | \$(?!\d)  # shares, all one word: %
  | (?<![\w/&])[A-Za-z](?:[/&][A-Za-z]){1,2}(?![\w/&+\#])   # A/R  P&L  R&D
  | (?<!\w)\.net\b                                          # .NET
  | (?<!\w)(?:[A-Za-z]\.){2,4}(?![\w])                      # A.R.  U.S.
  | [^\W_]+(?:\.(?:js|net|io)\b | (?:\+\+|\#)(?!\w) | (?:['’][^\W_]+)* )
  | &
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A text cut up for one pass: what no token begins with, then a token, a character that begins none here, or the end.
_PIECES = re.compile(rf"([^\w$%&.]*+)(?:({_TOKEN.pattern})|(.)|\Z)", re.VERBOSE | re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"[;:!?|•●▪■◦…]|\.(?=\s|$)|\s[-–—]{1,2}\s|[–—]|\s{4,}|\t")


class Gap(IntEnum):
    """What stands between a token and the one before it."""

    SPACE = 0
    JOINT = 1  # hyphen, slash, apostrophe: one word or an alternative
    BRACKET = 2
    COMMA = 3
    BREAK = 4  # only before the first token of a clause


# The gap of most tokens: a name of the module is found at once, a member of an enumeration is not.
_SPACE = Gap.SPACE


@dataclass(slots=True)
class Token:
    """A word of a text: its lower-case form, its key, its span, and the gap before it."""

    low: str
    key: str
    start: int
    end: int
    gap: Gap
    is_capital: bool
    is_slashed: bool


@dataclass(slots=True)
class Clause:
    """Tokens that belong together; ``block`` is the index of their block."""

    tokens: list[Token]
    block: int
    section: SectionKind
    is_list_item: bool


class _Readings(dict[str, tuple[str, str, bool, bool, bool]]):
    """A word as written → its lower-case form, its key, whether it is a capital word, is "&", may begin a clause.

    Resumes share most of their words, so each is read once in a process.
    """

    def __missing__(self, surface: str) -> tuple[str, str, bool, bool, bool]:
        low = _low(surface)
        # Hostile files hold no end of words: start anew before memory grows.
        if len(self) >= MOST_READINGS:
            self.clear()
        is_capital = surface[0].isupper()
        may_begin = is_capital or low in CONJUNCTIONS
        reading = self[surface] = (low, word_forms().key(low), is_capital, low == "&", may_begin)
        return reading


MOST_READINGS = 50_000
_READINGS = _Readings()


def normalize(text: str) -> str:
    """Fold text to the form in which labels are compared.

    Symbols that tell skills apart survive, so C, C++ and C# stay three skills.

    >>> normalize("  C++ / Node.JS ")
    'c++ node.js'
    >>> normalize("Book-keeping,  A/R")
    'book keeping a/r'
    """
    return " ".join(_low(match[0]) for match in _TOKEN.finditer(text))


def tokenize(text: str) -> list[Token]:
    """The tokens of a text, in order."""
    return _scan(text, 0)[0]


def _scan(text: str, offset: int) -> tuple[list[Token], list[int]]:
    """The tokens of a text that begins at an offset of a resume, and the positions of those that may begin a clause.

    Most words run on: nothing but a space stands before them, and they begin nothing.
    """
    tokens: list[Token] = []
    beginnings: list[int] = []
    end = offset
    before = ""
    for skipped, surface, odd in _PIECES.findall(text):
        start = end + len(skipped)
        if not surface:
            before += skipped + odd
            end = start + len(odd)
            continue
        end = start + len(surface)
        low, key, is_capital, is_and, may_begin = _READINGS[surface]
        gap, has_slash = _GAPS[before + skipped]
        if may_begin or gap is not _SPACE:
            beginnings.append(len(tokens))
        tokens.append(Token(low, key, start, end, gap, is_capital, is_and or has_slash))
        before = ""
    return tokens, beginnings


# The longest honest clauses have some sixty tokens; without a bound, a page of one would take minutes to match.
LONGEST_CLAUSE = 250


def never_late() -> None:
    """Nothing: for who may take all the time there is."""


def find_clauses(
    text: str,
    blocks: Iterable[Block],
    sections: Sequence[SectionKind],
    check_time: Callable[[], None] = never_late,
) -> list[Clause]:
    """The clauses of a resume; ``sections`` names the section of each block."""
    clauses: list[Clause] = []
    for index, (block, section) in enumerate(zip(blocks, sections, strict=True)):
        check_time()
        tokens, beginnings = _scan(text[block.start : block.end], block.start)
        if not tokens:
            continue
        tokens[0].gap = Gap.BREAK
        is_list = _is_list(tokens, beginnings, section)
        first = 0
        for position in (*beginnings, len(tokens)):
            while position - first > LONGEST_CLAUSE:
                clauses.append(Clause(tokens[first : first + LONGEST_CLAUSE], index, section, is_list))
                first += LONGEST_CLAUSE
                tokens[first].gap = Gap.BREAK
            if position == len(tokens):
                clauses.append(Clause(tokens[first:], index, section, is_list))
            elif position and _starts_clause(tokens, position, first, is_list):
                clauses.append(Clause(tokens[first:position], index, section, is_list))
                first = position
                tokens[first].gap = Gap.BREAK
    return clauses


def _starts_clause(tokens: list[Token], position: int, first: int, is_list: bool) -> bool:
    """Whether a clause begins at a position; the one before it began at ``first``."""
    token = tokens[position]
    gap = token.gap
    if gap is Gap.SPACE:
        if token.is_capital:
            # Bullets that lost their marks run on: "… bank accounts daily Process accounts payable Maintain ledgers".
            before = tokens[position - 1]
            if (
                not before.is_capital
                and is_verb_form(token.low)
                and before.low not in FUNCTION_WORDS
                and before.low not in PREPOSITIONS
            ):
                return True
    elif gap is Gap.BREAK or (is_list and gap is Gap.COMMA and not _shares_noun(tokens[first:position], token)):
        return True
    if token.low in CONJUNCTIONS and token.low != "or" and position + 1 < len(tokens):
        return _is_new_verb(tokens[position + 1], tokens[first:position]) or (
            gap is Gap.COMMA and _is_new_sentence(tokens, position)
        )
    return gap is Gap.COMMA and _is_new_verb(token, tokens[first:position])


def _shares_noun(run: list[Token], token: Token) -> bool:
    return token.low in SHARING_ADJECTIVES and all(t.low in SHARING_ADJECTIVES for t in run)


def _is_new_sentence(tokens: list[Token], position: int) -> bool:
    """Whether a subject and its verb follow: "collected eggs, and bills were paid by others"."""
    return any(t.low in {"was", "were", "is", "are"} for t in tokens[position + 2 : position + 4])


def _is_new_verb(token: Token, run: list[Token]) -> bool:
    """Whether a word after a conjunction or comma starts a verb phrase of its own ("… and collected payments").

    A series of verbs with one object ("prepared, reviewed and filed returns") stays together: only a run
    that already has something after its verb is ended.
    """
    is_past = is_past_verb(token.low)
    if not (is_past or token.low.endswith("ing") or token.low in duty_verbs()):
        return False
    content = [t for t in run if t.low not in FUNCTION_WORDS]
    if len(content) < 2 or all(is_verb_form(t.low) for t in content):
        return False
    if is_past:
        return True
    first = content[0].low
    if token.low.endswith("ing") and first.endswith("ing"):
        return token.low[:-3] in duty_verbs() or token.low[:-3] + "e" in duty_verbs() or token.low[:-4] in duty_verbs()
    return token.low in duty_verbs() and first in duty_verbs()


def _is_list(tokens: list[Token], beginnings: Sequence[int], section: SectionKind) -> bool:
    """Whether a block is a list of short items rather than a sentence."""
    gaps = [tokens[position].gap for position in beginnings if position]
    commas = gaps.count(Gap.COMMA)
    breaks = gaps.count(Gap.BREAK)
    if not commas:
        return section == "skills" and len(tokens) <= 6
    words_per_item = len(tokens) / (commas + breaks + 1)
    if section == "skills":
        return words_per_item <= 5.0 and not is_past_verb(tokens[0].low)
    return commas >= 3 and words_per_item <= 2.5 and not is_verb_form(tokens[0].low)


class _Gaps(dict[str, tuple[Gap, bool]]):
    """What stands between two words → their gap, whether it holds a slash: the same few strings again and again."""

    def __missing__(self, between: str) -> tuple[Gap, bool]:
        if len(self) >= 2_000:
            self.clear()
        known = self[between] = (_gap(between), "/" in between)
        return known


_GAPS = _Gaps()


def _gap(between: str) -> Gap:
    if not between:
        return Gap.SPACE
    # A full stop without a space ends a sentence too ("goals.Results"): dots of abbreviations are in the token.
    if between == "." or _BREAK.search(between):
        return Gap.BREAK
    if "," in between:
        return Gap.COMMA
    if "(" in between or ")" in between or "[" in between or "]" in between or '"' in between:
        return Gap.BRACKET
    if between.isspace():
        return Gap.SPACE
    return Gap.JOINT


def _low(surface: str) -> str:
    if not surface.isascii():
        surface = _without_accents(surface)
    if surface.isalpha():
        low = surface.lower()
        # "KPIs" is more than one KPI; IFRS is no IFR.
        is_plural = surface[-1] == "s" and surface[:-1].isupper() and len(surface) > 2
        return low[:-1] if is_plural and low[:-1] not in SHORT_WORDS else low
    if surface[0] == "$":
        return "$"
    if surface[-1] == "%" or (surface[0].isdigit() and surface[-1] == "t" and surface.endswith("percent")):
        return "%"
    low = surface.lower().replace("’", "'")
    if "'" in low:
        low = low[:-2] if low.endswith("'s") else low.replace("'", "")
    if "." in low and low.count(".") > 1:
        return low.replace(".", "")
    return low


def _without_accents(surface: str) -> str:
    """A word with the plain letters that people type for accented ones: "sauté" is written "saute" as often.

    Marks of other scripts, where they are no ornament, stay.
    """
    return "".join([_plain_letter(letter) for letter in surface])


def _plain_letter(letter: str) -> str:
    base = without_marks(letter)
    return base if base.isascii() and base.isalpha() else letter
