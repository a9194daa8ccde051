"""The title of a job posting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from string import capwords

from skillgap.matching.word_classes import FUNCTION_WORDS
from skillgap.model import Resume
from skillgap.roles.catalogue import load_catalogue
from skillgap.roles.posting_text import Part

# A title in capitals that is longer than this is no abbreviation.
_LONGEST_ACRONYM = 5
# A title of more words than these is a sentence.
_MOST_TITLE_WORDS = 8

_TITLE_LABEL = re.compile(
    r"\A\W*(?:\w+\s+)?(?:job title|position title|position|title|job|role|vacancy|now hiring|hiring|we(?:['’]re| are) hiring)\s*[:–—-]\s*(?:an?\s+)?(?P<title>\S.*)",
    re.IGNORECASE,
)
_TITLE_SOUGHT = re.compile(
    r"\b(?:looking for|seeking|hiring|search(?:ing)? for|in search of|recruiting|need)\s+(?:for\s+)?(?:an?|our next|another|one|two|experienced|"
    r"motivated)\s+(?P<title>[\w&/,' -]+?)(?=\s+(?:to|who|for|with|at|in|on|that|and (?:will|you))\b|[.!;:(]|\s[-–—]\s|$)",
    re.IGNORECASE,
)
_TITLE_ADJECTIVES = re.compile(
    r"\A(?:(?:an?|the|our|experienced|motivated|enthusiastic|talented|reliable|dedicated|skilled|dynamic|passionate|friendly|detail-oriented|"
    r"highly|full[- ]time|part[- ]time|new|organized|energetic|qualified|hands-on|self-motivated)[,\s]+)+",
    re.IGNORECASE,
)
_TITLE_END = re.compile(
    r"\s*(?:[|•·(\[]|\s[-–—]\s|\s@\s|,\s+(?=[A-Z][a-z]+,?\s*(?:[A-Z]{2}\b|$))|\bat\s+(?=[A-Z])|\bfor\s+(?=[A-Z])|\bin\s+(?=[A-Z][a-z]+,\s*[A-Z]{2}\b)).*\Z"
)
_NO_TITLE = re.compile(
    r"\d{4,}|@|www\.|https?:|\$|\b(?:full[- ]time|part[- ]time|inc|llc|ltd|gmbh|location|salary|remote|posted|apply|department|job description|"
    r"careers?|welcome|home|school district|company|street|avenue|hiring!?)\b",
    re.IGNORECASE,
)


def find_title(resume: Resume, parts: Sequence[Part]) -> str | None:
    """The title: said to be one, else a line at the top that reads like one, else what the employer looks for."""
    tops = [resume.text[p.start : p.end] for p in parts if p.zone == "title"]
    lines = [resume.text[b.start : b.end] for b in resume.blocks[:12]]
    for line in lines:
        if (found := _TITLE_LABEL.match(line)) is not None and len(found["title"].split()) <= _MOST_TITLE_WORDS:
            return _clean_title(found["title"])
    known = _known_titles()
    candidates = [title for line in tops or lines[:1] if (title := _clean_title(line)) and not _NO_TITLE.search(title)]
    for title in candidates:
        if _ends_like_title(title, known):
            return title
    for part in parts:
        if part.zone == "drop":
            continue
        if (found := _TITLE_SOUGHT.search(resume.text, part.start, part.end)) is not None:
            title = _TITLE_ADJECTIVES.sub("", found["title"]).strip(" ,")
            if 1 <= len(title.split()) <= _MOST_TITLE_WORDS:
                same = [line for line in candidates if line.lower() == title.lower()]
                return same[0] if same else title[:1].upper() + title[1:]
    return candidates[0] if candidates else None


def _clean_title(line: str) -> str:
    cut = _TITLE_END.sub("", line.strip().strip("#*"))
    words = " ".join(cut.split()).strip(" -–—:,")
    if not words.isupper() or len(words) <= _LONGEST_ACRONYM:
        return words
    return " ".join(_recased(word) for word in words.split())


def _recased(word: str) -> str:
    """A word of a title in capitals as the catalogue would write it: "RN", "HVAC", "of", "Nurse"."""
    low = word.lower()
    if word in _acronyms():
        return word
    return low if low in FUNCTION_WORDS else capwords(low)


@lru_cache(maxsize=1)
def _known_titles() -> frozenset[str]:
    """The last words of all titles of the catalogue: what a title ends in."""
    roles = load_catalogue().roles.values()
    return frozenset(title.lower().split()[-1] for role in roles for title in (role.title, *role.alt_titles))


@lru_cache(maxsize=1)
def _acronyms() -> frozenset[str]:
    """Words that titles of the catalogue write in capitals."""
    roles = load_catalogue().roles.values()
    words = (word for role in roles for title in (role.title, *role.alt_titles) for word in title.split())
    return frozenset(word for word in words if len(word) > 1 and word.isupper() and word.isalpha())


def _ends_like_title(title: str, known: frozenset[str]) -> bool:
    words = [re.sub(r"\W", "", word).lower() for word in title.split()]
    words = [w for w in words if w and not re.fullmatch(r"[ivx]{1,3}|\d", w)]
    return (
        bool(words)
        and len(words) <= _MOST_TITLE_WORDS
        and (words[-1] in known or words[0] in {"head", "director", "chief"})
    )
