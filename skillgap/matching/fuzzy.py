"""Misspelt, joined and split words → the words of labels that they stand for.

Only words that are no words in their own right are corrected: "recievables" is, "excellent" never.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rapidfuzz.distance import OSA

from skillgap.english import english_words
from skillgap.matching.forms import is_english, word_forms

# A word of fewer letters has too many neighbours for one edit to tell which was meant.
MIN_LETTERS = 6
# Names are coined like misspellings: a short one is near to many words ("Lawson", "liaison").
MIN_LETTERS_OF_NAMES = 7
# From this length on two edits still leave the word plain to a reader ("reconsilliation").
TWO_EDITS_FROM = 10

# What optical recognition makes of letters.
_OCR_DIGITS = str.maketrans("01358", "olesb")


class Corrector:
    """Corrects words towards a vocabulary within one edit (two in long words); ``names`` are its words for products."""

    def __init__(self, vocabulary: Iterable[str], names: Collection[str] = ()) -> None:
        self._words = frozenset(word for word in vocabulary if word.isalpha())
        self._names = frozenset(name for name in names if len(name) >= MIN_LETTERS_OF_NAMES)
        self._sought = self._words.difference(names) | self._names
        self._neighbours: dict[str, list[str]] | None = None
        self._known: dict[str, str | None] = {}

    def correct(self, word: str) -> str | None:
        """The word of the vocabulary that a lower-case word misspells, None where it is no misspelling.

        >>> corrector = Corrector(["receivable", "bookkeeping", "excel", "javascript"])
        >>> [corrector.correct(word) for word in ("recievable", "bookeeping", "exce1", "excellent", "java")]
        ['receivable', 'bookkeeping', 'excel', None, None]
        """
        if word not in self._known:
            if len(self._known) > 100_000:
                self._known.clear()
            self._known[word] = self._search(word)
        return self._known[word]

    def _search(self, word: str) -> str | None:
        if not word.isalpha():
            letters = word.translate(_OCR_DIGITS)
            plain = word.replace("1", "i") if letters not in self._words else letters
            is_recognisable = len(word) >= 5 and letters.isalpha() and sum(c.isdigit() for c in word) <= 2
            if not is_recognisable or word[0].isdigit():
                return None
            return next((w for w in (letters, plain) if w in self._words), None)
        if len(word) < MIN_LETTERS or not word.isascii() or is_english(word) or word in word_forms().listed:
            return None
        candidates = self._candidates(word)
        best = min(candidates, key=lambda c: (OSA.distance(word, c), c in self._names, c), default=None)
        if best is None:
            return None
        allowed = 2 if len(word) >= TWO_EDITS_FROM else 1
        # A first letter is seldom mistyped, and another first letter is mostly another word.
        return best if OSA.distance(word, best) <= allowed and best[0] == word[0] else None

    def _candidates(self, word: str) -> set[str]:
        if self._neighbours is None:
            self._neighbours = {}
            for known in self._sought:
                if len(known) >= MIN_LETTERS - 1:
                    for form in _forms(known):
                        for key in _deletions(form):
                            self._neighbours.setdefault(key, []).append(form)
        return {found for key in _deletions(word) for found in self._neighbours.get(key, ())}


# First halves too short for the word list that are written with a hyphen: "on-boarding", "co-worker".
_SHORT_HALVES = frozenset({"on", "in", "up", "co", "off", "out", "pre", "re", "sub", "non"})


def find_compounds(vocabulary: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """How words of the vocabulary may be written apart: first half → (second half, whole word).

    >>> find_compounds(["bookkeeping"])
    {'book': [('keeping', 'bookkeeping')]}
    """
    words = english_words()
    found: dict[str, list[tuple[str, str]]] = {}
    for whole in vocabulary:
        if len(whole) < 7 or not whole.isalpha():
            continue
        for cut in range(2, len(whole) - 3):
            if (whole[:cut] in words or whole[:cut] in _SHORT_HALVES) and whole[cut:] in words:
                found.setdefault(whole[:cut], []).append((whole[cut:], whole))
    return found


def _forms(word: str) -> tuple[str, ...]:
    """A word with its plural, since a misspelt word may be inflected too."""
    return (word,) if word.endswith("s") else (word, f"{word}s")


def _deletions(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
