"""The words of English: what is no misspelling when skills are matched, and no half word when lines are joined."""

from __future__ import annotations

import gzip
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """The English words of four letters and more, in small letters.

    Source: SCOWL, American and British, size 70; see ``skillgap/data/SOURCES.md``.
    """
    packed = files("skillgap").joinpath("data", "english_words.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode("ascii").split("\n"))
