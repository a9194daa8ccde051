"""Classes of words by which phrases are read (``skillgap/data/word_classes.toml``), and forms of verbs."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

_TABLE = tomllib.loads(files("skillgap").joinpath("data", "word_classes.toml").read_text(encoding="utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(_TABLE[name].split())


# What each class is for stands in the data file.
FUNCTION_WORDS = _words("function_words")
DETERMINERS = _words("determiners")
CONJUNCTIONS = _words("conjunctions")
PREPOSITIONS = _words("prepositions")
NOT_PAST = _words("not_past")
IRREGULAR_PAST = _words("irregular_past")
SHARING_ADJECTIVES = _words("sharing_adjectives")
BEFORE_BASE_FORM = _words("before_base_form")
THINGS = _words("things")
PHRASE_ENDS = _words("phrase_ends")
GENERIC_THINGS = _words("generic_things")
VERBS_LIKE_NOUNS = _words("verbs_like_nouns")
DEED_HEADS = _words("deed_heads")
NO_DEED_HEADS = _words("no_deed_heads")
PLACE_ENDINGS = _words("place_endings")
NAME_ENDINGS = _words("name_endings") | PLACE_ENDINGS
NAMES_OF_THINGS = _words("names_of_things")
LEGAL_FORMS = _words("legal_forms")
SCHOOLS = _words("schools")
DEPARTMENTS = _words("departments")
TITLE_WORDS = _words("title_words")
OF_TITLES = _words("of_titles")
NO_PEOPLE = _words("no_people")
NEGATION_CUES = _words("negation_cues")
WISH_CUES = _words("wish_cues")
EMPLOYER_CUES = _words("employer_cues")
SHORT_WORDS = _words("short_words")
LEADING = _words("leading")
CHIEFS = _words("chiefs")
SEASONS = _words("seasons")
STATES = _words("states")
POSTING_CUES = _words("posting_cues")
AGENTS = _words("agents")
ONLOOKER_CUES = _words("onlooker_cues")
OTHERS_CUES = _words("others_cues") | AGENTS | CHIEFS

# After these a past form describes what follows ("based on documented needs").
BEFORE_PARTICIPLE = (DETERMINERS - {"all", "both", "that"}) | {"of", "on", "for", "with", "in", "from", "about"}
# After these only a form in -ed does: "within allocated budgets"; after "to" only
# where one of these leads up to it: "according to established policies".
BEFORE_ED = frozenset({"by", "following", "per", "under", "within"})
BEFORE_TO_ED = frozenset({"according", "adhere", "adhered", "adhering", "adherence", "pursuant", "subject"})

# Participles that describe as often ("written communication"): past forms only after a form of "to be".
PARTICIPLES = frozenset({"drawn", "driven", "given", "grown", "shown", "written"})

NOMINAL_ENDINGS = ("ment", "ments", "tion", "tions", "sion", "sions", "sis", "ance", "ence", "al", "als")


@lru_cache(maxsize=1)
def duty_verbs() -> frozenset[str]:
    """Base forms of the verbs with which people describe duties (``skillgap/data/duty_verbs.txt``)."""
    text = files("skillgap").joinpath("data", "duty_verbs.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def is_past_verb(low: str) -> bool:
    """Whether a lower-case word looks like the past form of a verb.

    >>> is_past_verb("collected"), is_past_verb("wrote"), is_past_verb("need")
    (True, True, False)
    """
    return (low.endswith("ed") and len(low) > 4 and low not in NOT_PAST) or low in IRREGULAR_PAST


def is_doing(low: str) -> bool:
    """Whether a lower-case word is the -ing form of a verb of duties.

    >>> is_doing("collecting"), is_doing("morning")
    (True, False)
    """
    return low.endswith("ing") and any(base in duty_verbs() for base in (low[:-3], low[:-3] + "e", low[:-4]))


def is_verb_form(low: str) -> bool:
    """Whether a lower-case word may be a verb at the start of a duty."""
    return is_past_verb(low) or low in duty_verbs() or (low.endswith("ing") and len(low) > 5)
