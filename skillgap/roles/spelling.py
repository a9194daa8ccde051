"""Words of prose that no word list knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from skillgap.matching.forms import is_english

# Letters with the hyphens and apostrophes inside them; digits make a code, not a word.
_WORD = re.compile(r"(?<![\w./@])[^\W\d_]+(?:['’-][^\W\d_]+)*(?![\w@])")
_SENTENCE_END = re.compile(r"[.!?:]\s+\Z|\A\s*\Z")
# The word list begins at four letters.
_SHORTEST = 4


def words_of(text: str) -> Iterator[str]:
    """The parts of a text's words in lower case, without accents: "five-year-olds" has three."""
    for found in _WORD.finditer(_plain(text)):
        yield from re.split(r"['’-]", found[0].lower())


def misspelt(text: str, own: frozenset[str]) -> tuple[str, ...]:
    """Words of a text that are neither English nor among our own; names and abbreviations are let be.

    >>> misspelt("Rosting of beans for GDPR in Kirkwall.", frozenset())
    ('Rosting',)
    """
    plain = _plain(text)
    unknown: dict[str, None] = {}
    for found in _WORD.finditer(plain):
        starts_sentence = _SENTENCE_END.search(plain[: found.start()]) is not None
        for part in re.split(r"['’-]", found[0]):
            if len(part) < _SHORTEST or part[1:] != part[1:].lower():
                continue
            if part != part.lower() and not starts_sentence:
                continue
            low = part.lower()
            if not (is_english(low) or low in own or low.removesuffix("s") in own):
                unknown[part] = None
    return tuple(unknown)


def words_among(texts: Iterable[str]) -> frozenset[str]:
    """All words of some labels, written in the notation of vocabulary files or plainly."""
    return frozenset(word for text in texts for word in words_of(re.sub(r"[_|/]", " ", text)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() if not text.isascii() else text
