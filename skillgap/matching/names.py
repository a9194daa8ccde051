"""Which words are names of products as well as words, and when such a word is meant as a name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files

from skillgap.matching.forms import is_english
from skillgap.matching.normalize import Clause, Gap
from skillgap.matching.word_classes import (
    DETERMINERS,
    FUNCTION_WORDS,
    PREPOSITIONS,
    SEASONS,
    SHORT_WORDS,
    is_past_verb,
    is_verb_form,
)

_VENDORS = frozenset({"ms", "microsoft", "adobe", "google", "intuit", "autodesk", "apple", "atlassian"})


_TABLE = tomllib.loads(files("skillgap").joinpath("data", "product_words.toml").read_text(encoding="utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(_TABLE[name].split())


# What each class is for stands in the data file.
_PRODUCT_WORDS = _words("words")
_COMPANIONS = _words("companions")
_LETTERED = _words("lettered")
_CODED = _words("coded")
_PLAIN = _words("plain")
_PARTS = _words("parts")
_COMMON_APART = _words("common_apart")


def is_common_apart(low: str) -> bool:
    """Whether a lower-case name written as two words in lower case says something else: "a sales force".

    >>> is_common_apart("salesforce"), is_common_apart("quickbooks")
    (True, False)
    """
    return low in _COMMON_APART


def is_product_word(low: str) -> bool:
    """Whether a lower-case word is the name of a product as well as a word.

    >>> is_product_word("excel"), is_product_word("accounting")
    (True, False)
    """
    return low in _PRODUCT_WORDS or len(low) == 1


def is_companion(low: str) -> bool:
    """Whether a lower-case word beside the name of a product tells that it is one.

    >>> is_companion("spreadsheets"), is_companion("street")
    (True, False)
    """
    return low in _COMPANIONS


def is_vendor(low: str) -> bool:
    """Whether a lower-case word names a vendor that people put before its products."""
    return low in _VENDORS


def programs_of_suite(name: str) -> tuple[str, ...]:
    """The programs of the suite that a name means, of which two named are as good as the suite; else empty.

    >>> programs_of_suite("Microsoft Office Suite")[:2], programs_of_suite("Menu Planning")
    (('Word', 'Excel'), ())
    """
    wanted = name.lower().removesuffix(" suite").removesuffix(" applications").replace("ms ", "microsoft ")
    return _OFFICE if wanted == "microsoft office" else ()


def suites_with(name: str) -> tuple[str, ...]:
    """The names of suites that hold the program that a name means: who knows Microsoft Office knows its programs.

    >>> suites_with("MS Excel"), suites_with("Excel Staffing")
    (('Microsoft Office', 'MS Office', 'Office 365', 'Microsoft 365'), ())
    """
    first, _, rest = name.partition(" ")
    program = (rest if first.lower() in {"ms", "microsoft"} else name).lower()
    is_part = program in {"word", "excel", "powerpoint", "outlook"}
    return ("Microsoft Office", "MS Office", "Office 365", "Microsoft 365") if is_part else ()


_OFFICE = ("Word", "Excel", "PowerPoint", "Outlook", "Access")


def without_vendor(name: str) -> Iterator[str]:
    """A product's name with other ways to name its vendor, or none.

    >>> list(without_vendor("MS Excel"))
    ['Excel', 'Microsoft Excel']
    >>> list(without_vendor("Menu Planning")), list(without_vendor("Google Classroom"))
    ([], [])
    """
    first, _, rest = name.partition(" ")
    if rest.lower() == "office":
        yield from ("Office 365", "Office Suite", "MS Office" if first.lower() == "microsoft" else "Microsoft Office")
    elif first.lower() in _VENDORS and rest:
        if _is_name_alone(rest.lower()):
            yield rest
        if first.lower() in {"ms", "microsoft"}:
            yield f"Microsoft {rest}" if first.lower() == "ms" else f"MS {rest}"


def _is_name_alone(product: str) -> bool:
    """Whether a product is known without its vendor: "Excel", "Creative Suite", not "Classroom" nor "Analytics"."""
    first, _, rest = product.partition(" ")
    return not rest.startswith("professional") if rest else is_product_word(first) or not is_english(first)


def is_meant_as_name(clause: Clause, position: int, surface: str) -> bool:
    """Whether a product word at a position of a clause names the product.

    In a list of skills it does. In a sentence it must be written as a name and must not stand where a verb
    stands ("Excel at meeting deadlines"), or a companion ("Word and Excel") must stand by it.
    """
    tokens = clause.tokens
    token = tokens[position]
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if following is not None and following.gap is Gap.JOINT and not following.is_slashed and len(token.low) <= 2:
        return False  # "go-getter", "C-level"
    if token.low == "word" and following is not None and following.low == "of":
        return False
    if token.low == "java" and following is not None and following.low == "script":
        return False
    if len(token.low) == 1:
        return _is_language_letter(clause, position, surface)
    if token.low in _PLAIN and _is_part_of_phrase(clause, position):
        return False
    if following is not None and following.gap is Gap.SPACE:
        if following.low in PREPOSITIONS - {"for", "with", "and"} and position == 0:
            return False
        is_listed = position > 0 and token.gap is Gap.COMMA and surface[0].isupper()
        if (following.low in {"to", "at"} and not is_listed) or (
            token.low == "access" and following.low in {"control", "point", "points"}
        ):
            return False
    near = tokens[max(0, position - 3) : position] + tokens[position + 1 : position + 4]
    has_companion = any(t.low in _COMPANIONS for t in near)
    if not surface[0].isupper():
        if position > 0 and tokens[position - 1].low in DETERMINERS:
            return False  # "in a word"
        if clause.is_list_item and len(tokens) <= 2:
            return has_companion or len(tokens) == 1
        return has_companion and _stands_in_series(clause, position)
    if clause.is_list_item and len(tokens) <= 4:
        return True
    if position > 0 and not _is_title_case(clause):
        return True
    return (
        has_companion
        or (following is None and position == 0)
        or (following is not None and following.gap is not Gap.SPACE and not is_past_verb(following.low))
    )


def _is_part_of_phrase(clause: Clause, position: int) -> bool:
    """Whether a common word stands in a phrase of its own: "Project Management", "Client Access", "Go Green"."""
    tokens = clause.tokens
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if following is not None and (following.gap is Gap.SPACE or following.is_slashed):
        is_season = tokens[position].low in SEASONS and len(following.low) == 4
        if is_season if following.low.isdigit() else not _may_follow_name(following.low):
            return True
    before = tokens[position - 1] if position else None
    if (
        before is None
        or tokens[position].gap is not Gap.SPACE
        or before.low in PREPOSITIONS
        or before.low in FUNCTION_WORDS
    ):
        return False
    return not (
        _is_of_products(before.low) or is_verb_form(before.low) or before.low.isdigit() or not is_english(before.low)
    )


def _may_follow_name(low: str) -> bool:
    is_part = _is_of_products(low) or low in _PARTS or not is_english(low)
    return is_part or low in PREPOSITIONS or low in FUNCTION_WORDS


def _is_of_products(low: str) -> bool:
    return low in _PRODUCT_WORDS or low in _COMPANIONS or low in _VENDORS


def _is_language_letter(clause: Clause, position: int, surface: str) -> bool:
    """Whether a single letter names a language: a capital among other languages or in a short list item."""
    if not surface.isupper():
        return False
    tokens = clause.tokens
    before = tokens[position - 1].low if position else ""
    if before in _LETTERED or (tokens[position].gap is Gap.JOINT and not tokens[position].is_slashed):
        return False
    if position + 1 < len(tokens) and tokens[position + 1].low == "&":
        return False  # "R & D"
    if clause.is_list_item and len(tokens) <= 2:
        return True
    if before in {"in", "using"} and (position + 1 == len(tokens) or tokens[position + 1].gap is not Gap.SPACE):
        return any(t.low in _COMPANIONS or t.low in _CODED for t in tokens)
    near = tokens[max(0, position - 2) : position] + tokens[position + 1 : position + 3]
    return any(t.low in _COMPANIONS or t.low in {"c++", "c#", "matlab", "sas", "spss", "stata"} for t in near)


def is_meant_as_abbreviation(clause: Clause, surface: str, abbreviation: str, *, is_alone: bool) -> bool:
    """Whether a word of a clause is meant as an abbreviation, given in lower case; ``is_alone``: it is a whole label.

    It is in capitals ("VPN", "VPNs"; IFRS is no IFR). In other letters it is where it is no word of English and the
    rest of a label stands by it ("Sql Server"), or where it is an item of a list of skills ("Fmla, Hr, Vpn").
    """
    written = surface.replace(".", "")
    letters, ending = written[: len(abbreviation)], written[len(abbreviation) :]
    if letters.isupper():
        return ending in {"", "s", "'s", "’s"}
    if abbreviation in SHORT_WORDS or is_english(abbreviation) or not (letters.islower() or letters[1:].islower()):
        return False
    if not is_alone:
        return True
    return len(letters) > 1 and clause.section == "skills" and clause.is_list_item and len(clause.tokens) <= 3


def _stands_in_series(clause: Clause, position: int) -> bool:
    tokens = clause.tokens
    token = tokens[position]
    before = tokens[position - 1].low if position else ""
    after = tokens[position + 1] if position + 1 < len(tokens) else None
    return (
        token.gap in (Gap.COMMA, Gap.JOINT, Gap.BRACKET)
        or before in {"and", "or", "&", "ms", "microsoft", "in", "with", "using", "of"}
        or (after is not None and after.gap in (Gap.COMMA, Gap.JOINT))
    )


def _is_title_case(clause: Clause) -> bool:
    words = [t for t in clause.tokens if len(t.low) > 3]
    return len(words) > 1 and all(t.is_capital for t in words)
