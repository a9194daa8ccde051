"""Whose deed the words of a skill tell: what other people, teams and firms did shows nothing of the person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from skillgap.matching.normalize import Gap, Token
from skillgap.matching.word_classes import (
    AGENTS,
    CHIEFS,
    CONJUNCTIONS,
    DETERMINERS,
    NO_PEOPLE,
    PARTICIPLES,
    PREPOSITIONS,
    is_past_verb,
    is_verb_form,
)

_PEOPLE_ENDINGS = re.compile(
    r"(?:ers|ors|ists|ants|ians|clerks|nurses|chefs|cooks|secretaries|representatives|analysts|officers|staff|reps|agents|guards|aides|"
    r"lawyers|attorneys|paralegals|students|interns|volunteers)\Z"
)
_AUXILIARIES = frozenset({"am", "are", "be", "been", "being", "get", "got", "is", "was", "were"})
_PARTICIPLES = PARTICIPLES | {"done", "known"}
# Groups that one may belong to: "our team collected", "prepared by my department".
_OWN_GROUPS = frozenset({"crew", "department", "group", "office", "staff", "team", "unit"})
_ANOTHER = frozenset({"another", "external", "other", "outside", "third-party"})
_OTHERS_ALONE = frozenset({"colleagues", "coworkers", "others", "they"})
_TIMES = frozenset({"each", "every", "in", "once"})
_OTHERS = frozenset({"another", "others", "someone", "somebody"})
_ONESELF = frozenset({"me", "myself", "us"})
_BEFORE_SUBJECT = frozenset(
    {"after", "and", "as", "because", "before", "but", "since", "until", "when", "whereas", "while"}
)
_BETWEEN = frozenset({"already", "also", "always", "had", "has", "have", "often", "regularly", "then", "usually"})
# Firms do what is handed to them: "was outsourced to a local firm".
_GIVEN_AWAY = frozenset({"outsourced", "subcontracted"})
# Words that make a department's name a doer: "prepared by accounting".
_DEPARTMENTS_ALONE = frozenset(
    {"accounting", "billing", "collections", "finance", "payroll", "purchasing", "underwriting"}
)
# Tokens from a noun to the "by" that names who did it: "calls to overdue accounts were always made by the night shift".
_MOST_BETWEEN = 8
_KIN = re.compile(
    r"(?<!helped my )(?<!assisted my )(?<!for my )(?<!with my )(?<!and my )"
    r"\b(?:husband|wife|father|mother|dad|mum|mom|brother|sister|son|daughter|uncle|aunt|spouse|cousin|boyfriend|girlfriend)s?"
    r"(?:,? (?:an?|the|was|is|who|had|has|then|of)\b[^.;:]{0,40}|"
    r",? \w+(?:ed|ept|an|ld|id) [^.;:]{0,40}| )\Z",
    re.IGNORECASE,
)
# "Watched my supervisor negotiate", "saw how the collectors traced"
_WATCHED = re.compile(
    r"\b(?:watched|saw|observed|shadowed|looked on as|listened as)\s+"
    r"(?:how\b|(?:my|the|our|an?|other|senior)\s+(?:\w+\s+)?(?:\w+(?:er|or|ist|ant|ian|yst)s?|boss|staff|colleagues?|nurses?|chefs?)\b)[^.;:]{0,60}\Z",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def are_people(low: str) -> bool:
    """Whether a lower-case word names people in the plural.

    >>> are_people("nurses"), are_people("nurse"), are_people("orders")
    (True, False, False)
    """
    return bool(_PEOPLE_ENDINGS.search(low)) and low not in NO_PEOPLE and not low.endswith("ss")


@lru_cache(maxsize=20_000)
def is_person(low: str) -> bool:
    """Whether a lower-case word names a person by what he or she does.

    >>> is_person("nurse"), is_person("manager"), is_person("letter")
    (True, True, False)
    """
    return bool(_PEOPLE_ENDINGS.search(f"{low}s")) and f"{low}s" not in NO_PEOPLE


def whose_deed(tokens: Sequence[Token], first: int, last: int) -> str | None:
    """Why the words from one token to another tell what others did, None where they may tell one's own deed."""
    if _has_other_subject(tokens, first):
        return "somebody else did it"
    if is_done_by_others(tokens, first, last):
        return "it was done by others"
    if _is_agent(tokens, first, last):
        return "it tells who else did something"
    return None


def told_before(before: str) -> str | None:
    """Why the words of a sentence before a match tell of somebody else, None where they do not.

    >>> told_before("My husband, an "), told_before("Watched my supervisor "), told_before("Helped my mother ")
    ('it tells of somebody of the family', 'others did it, and one looked on', None)
    """
    if _KIN.search(before):
        return "it tells of somebody of the family"
    return "others did it, and one looked on" if _WATCHED.search(before) else None


def _has_other_subject(tokens: Sequence[Token], first: int) -> bool:
    """Whether somebody else is named as who did it: "our CFO prepared the statements", "customers who purchased"."""
    place = first - 1
    if place >= 0 and tokens[place].low == "whose":
        return True
    if place < 0 or tokens[first].gap is not Gap.SPACE or not is_past_verb(tokens[first].low):
        return False
    while place > 0 and tokens[place].low in _BETWEEN and tokens[place].gap is Gap.SPACE:
        place -= 1
    if tokens[place].low == "who":
        return place > 0 and tokens[place].gap is Gap.SPACE and tokens[place - 1].low.endswith("s")
    head = tokens[place].low
    if head in _OTHERS_ALONE:
        return place == 0
    if head == "workers" and tokens[place].gap is Gap.JOINT:
        return place == 1 and tokens[0].low == "co"
    is_group = head in AGENTS
    if not (is_group or head in CHIEFS or is_person(head) or are_people(head)):
        return False
    start = place
    while start > 0 and place - start < 3 and tokens[start].gap is Gap.SPACE and not _is_determiner(tokens[start].low):
        start -= 1
    determiner = tokens[start].low
    if not _is_determiner(determiner) or determiner in ("a", "an") or start == place:
        return False
    if head in _OWN_GROUPS and not _names_another(tokens, start, place):
        return False
    if start == 0 or tokens[start].gap is Gap.COMMA or tokens[start - 1].low in _BEFORE_SUBJECT:
        return True
    return start <= 3 and tokens[0].low in _TIMES  # "Every month the owner reconciled the bank"


def is_done_by_others(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether what follows tells that others did it: "was arranged by another team", "was outsourced"."""
    if last > first and is_verb_form(tokens[first].low):
        return False  # "prepare schedules to be filed by the lawyers": the preparing is one's own
    passive = False
    for place in range(last + 1, min(last + 1 + _MOST_BETWEEN, len(tokens))):
        low = tokens[place].low
        if low in _GIVEN_AWAY and passive:
            return True
        if low == "by":
            verb = tokens[place - 1].low
            is_participle = is_past_verb(verb) or verb in _PARTICIPLES
            if place - 1 == last:
                passive = first == last or any(t.low in _AUXILIARIES for t in tokens[first:last])
            return is_participle and passive and _names_agent(tokens, place + 1)
        if low in _AUXILIARIES:
            # "Reviewed statements that were prepared by the bank": the review is one's own.
            if any(
                is_past_verb(t.low) or t.low in {"that", "which", "who"}
                for t in tokens[:place]
                if t is not tokens[last]
            ):
                return False
            passive = True
        elif low in {"that", "which", "who"} or tokens[place].gap is Gap.COMMA:
            return False
    return False


def _names_agent(tokens: Sequence[Token], start: int) -> bool:
    """Whether the words from a token on name others who do something."""
    if start >= len(tokens) or tokens[start].low in _ONESELF:
        return False
    if tokens[start].low in _OTHERS and (start + 1 == len(tokens) or tokens[start].low != "another"):
        return True
    end = _end_of_nouns(tokens, start)
    head = tokens[end].low
    if are_people(head):
        return True
    if head in AGENTS:
        is_own = head in _OWN_GROUPS and tokens[start].low in {"my", "our"}
        return not is_own and (end > start or head in _DEPARTMENTS_ALONE)
    return head in _DEPARTMENTS_ALONE or (end > start and _is_determiner(tokens[start].low) and is_person(head))


def _is_agent(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a match is a part of what names who else did something: "praised by the customer service manager"."""
    for place in range(first - 1, max(first - 5, 0), -1):
        if tokens[place + 1].gap is not Gap.SPACE:
            return False
        low = tokens[place].low
        if low == "by":
            return (
                is_past_verb(tokens[place - 1].low)
                and _end_of_nouns(tokens, place + 1) >= last
                and _names_agent(tokens, place + 1)
            )
        if low in PREPOSITIONS or low in CONJUNCTIONS or is_past_verb(low):
            return False
    return False


def _end_of_nouns(tokens: Sequence[Token], start: int) -> int:
    """Where the nouns and adjectives end that begin at a token."""
    end = start
    while end + 1 < len(tokens):
        following = tokens[end + 1]
        is_end = following.gap is not Gap.SPACE or following.low in PREPOSITIONS or following.low in CONJUNCTIONS
        if is_end or following.low == "of" or is_past_verb(following.low) or following.low in _AUXILIARIES:
            break
        end += 1
    return end


def _is_determiner(low: str) -> bool:
    return low in DETERMINERS or low in _ANOTHER


def _names_another(tokens: Sequence[Token], start: int, end: int) -> bool:
    return any(token.low in _ANOTHER for token in tokens[start:end])
