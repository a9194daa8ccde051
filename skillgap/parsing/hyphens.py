"""Hyphens at line ends: those that a program set to split a word, and those that are the word's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from skillgap.english import english_words
from skillgap.parsing.document import TextBlock
from skillgap.parsing.lines import word_set

# Stands for a hyphen at the end of a line until the whole document tells whether it belongs to the word.
LINE_HYPHEN = "\x01"

_HYPHENED = re.compile(rf"([^\W\d_]+){LINE_HYPHEN}([^\W\d_]+)")


def join_hyphens(blocks: Iterable[TextBlock], hyphenates: bool | None = None) -> list[TextBlock]:
    r"""The blocks with words that were split at line ends made whole.

    A hyphen at the end of a line may be the word's own. The document's other words decide; where they do not,
    the habit of the program does that set it (``hyphenates``, None where unknown), and what words there are.

    >>> join_hyphens([TextBlock("We use micro\x01services."), TextBlock("Microservices in Go")])[0].text
    'We use microservices.'
    >>> join_hyphens([TextBlock("long\x01term plans for customer\x01facing account\x01ants")])[0].text
    'long-term plans for customer-facing accountants'
    """
    blocks = list(blocks)
    if not any(LINE_HYPHEN in block.text for block in blocks):
        return blocks
    known = {
        word
        for block in blocks
        for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", _HYPHENED.sub(" ", block.text).lower())
    }

    def settle(match: re.Match[str]) -> str:
        left, right = match[1], match[2]
        is_own = _is_own(left.lower(), right.lower(), known, hyphenates)
        return f"{left}-{right}" if is_own else left + right

    return [
        replace(block, text=_HYPHENED.sub(settle, block.text).replace(LINE_HYPHEN, "-"))
        if LINE_HYPHEN in block.text
        else block
        for block in blocks
    ]


def _is_own(left: str, right: str, known: set[str], hyphenates: bool | None) -> bool:
    """Whether a word that a line's end parts is written with a hyphen."""
    whole = left + right
    if whole in known:
        return False
    if f"{left}-{right}" in known or hyphenates is False:
        return True
    words = english_words()
    if whole in words:
        return False
    if left in _COMPOUND_OPENERS or (hyphenates is None and left in known and right in known):
        return True
    # No program leaves two letters of a word for the next line.
    return left in words and left not in _PREFIXES and (right in words or right in _SHORT_ENDS)


# What is a word by itself, but rather the first part of one in the names of techniques ("microservices").
_PREFIXES = word_set(
    "anti auto counter electro hyper infra inter macro mega meta micro over para photo trans turbo ultra"
)
_SHORT_ENDS = word_set("by in of on to up")
_COMPOUND_OPENERS = word_set(
    """
    after all anti award back best better big bi bottom brand broad business by client co commission
    computer cost counter cross customer cutting data day dead deep detail double down drop e early easy
    employee end entry ever ex face fast field first five follow forward four free front full fund future
    goal good government grant group half hand hands hard head health high higher home ice in income
    industry information inter k key labor large late law lead less life light like line live local log long
    longer low lower made make market mid mission money month mother multi near new night non off office on
    one open out over own part pay peer per point post pre price problem pro process product profit project
    public quality quasi quick ready real record results revenue right risk round safety sales school second
    self semi service set seven seventh sharp short side single site six small smooth so soft solution state
    step store strong sub super t target task team tech ten third thirty three through time to top trade
    trouble twenty two under up user value vice walk web week well wide win word work world write x year
    """
)
