"""Words → keys: two words have one key when they are forms of one word.

The Snowball stemmer does most of it. It merges some words that mean different things (excel with
excellent, customer with custom) and tears some families apart (collect, collector), so small lists in
``skillgap/data/word_forms.toml`` go before it, and words made by suffixes that change the meaning
(account-able, excel-lent) keep the suffix in their key.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files

import Stemmer

from skillgap.english import english_words

# Suffixes that make another word, not another form: Snowball strips them, which would make "accountable"
# a form of "account". Ordered long to short.
_DERIVING = (
    "fulness", "lessness", "iveness", "ability", "ibility", "ically", "fully", "ness", "able", "ible", "ably", "ibly",
    "less", "ship", "ical", "ally", "ence", "ance", "ency", "ancy", "ful", "ous", "ive", "ity", "ism", "ist", "ian",
    "(?<!m)ent", "ant", "ial", "ual", "eer", "ly", "al", "ic",
)  # fmt: skip
_DERIVED = re.compile(rf"({'|'.join(_DERIVING)})(?:s|es)?\Z")


def is_english(word: str) -> bool:
    """Whether a lower-case word, or what it inflects, is a word of English in its own right.

    >>> is_english("excellent"), is_english("recievables"), is_english("spreadsheets")
    (True, False, True)
    """
    words = english_words()
    return word in words or (word.endswith("s") and word[:-1] in words)


def without_marks(text: str) -> str:
    """A text without the marks that letters of any script bear.

    >>> without_marks("sauté")
    'saute'
    """
    return "".join([c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)])


class WordForms:
    """Maps lower-case words to keys; one instance serves a process (see `word_key`)."""

    def __init__(self, families: dict[str, str], apart: dict[str, str], spellings: dict[str, str]) -> None:
        self._keys: dict[str, str] = {}
        for key, words in (*families.items(), *apart.items()):
            for word in words.split():
                self._keys[word] = key
        self.listed = frozenset(self._keys)
        self._spellings = spellings
        self._british = re.compile("|".join(sorted(spellings, key=len, reverse=True)))
        self._stemmer = Stemmer.Stemmer("english")

    def key(self, word: str) -> str:
        """The key of a lower-case word."""
        known = self._keys.get(word)
        if known is not None:
            return known
        key = self._derive(word)
        # Resumes hold a bounded set of words, hostile files do not: stop remembering before memory grows.
        if len(self._keys) < 200_000:
            self._keys[word] = key
        return key

    def _derive(self, word: str) -> str:
        if not word.isalpha():
            return (
                word[:-1]
                if word.endswith("s") and len(word) > 3 and word[:-1].isalnum() and word[-2].isalpha()
                else word
            )
        if not word.isascii():
            word = without_marks(word)
        american = self.american(word)
        if american != word and american in self._keys:
            return self._keys[american]
        singular = american
        if american.endswith("ies"):
            singular = american[:-3] + "y"
        elif american.endswith(("sses", "shes", "ches", "xes", "zes")):
            singular = american[:-2]
        elif american.endswith("s") and not american.endswith(("ss", "us", "is")):
            singular = american[:-1]
        if singular in self.listed:
            return self._keys[singular]
        stem: str = self._stemmer.stemWord(american)
        derived = _DERIVED.search(singular)
        # Measured on the singular, so that devices stay devices of one device.
        if derived and len(singular) - len(stem) > 1:
            return f"{stem}~{derived[1]}"
        return stem

    def american(self, word: str) -> str:
        """A lower-case word in American spelling."""
        found = self._british.match(word)
        return self._spellings[found[0]] + word[found.end() :] if found else word


@lru_cache(maxsize=1)
def word_forms() -> WordForms:
    """The word forms of ``skillgap/data/word_forms.toml``."""
    tables = tomllib.loads(files("skillgap").joinpath("data", "word_forms.toml").read_text(encoding="utf-8"))
    return WordForms(tables["families"], tables["apart"], tables["spellings"])


def word_key(word: str) -> str:
    """The key that all forms of a lower-case word share.

    >>> word_key("collectors") == word_key("collecting"), word_key("analyse") == word_key("analysis")
    (True, True)
    >>> word_key("excellent") == word_key("excel"), word_key("accountable") == word_key("account")
    (False, False)
    """
    return word_forms().key(word)


def american(word: str) -> str:
    """A lower-case word in American spelling.

    >>> american("organisation"), american("labour")
    ('organization', 'labor')
    """
    return word_forms().american(word)


def is_plural_of(plural: str, singular: str) -> bool:
    """Whether a lower-case word is the plural of another.

    >>> is_plural_of("analyses", "analysis"), is_plural_of("duties", "duty"), is_plural_of("controls", "controller")
    (True, True, False)
    """
    if plural in (f"{singular}s", f"{singular}es"):
        return True
    if singular.endswith("y"):
        return plural == f"{singular[:-1]}ies"
    return singular.endswith("is") and plural == f"{singular[:-2]}es"
