"""A job posting's text → its sentences, each with the zone it stands in, and what its words say of importance."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from skillgap.errors import PostingError
from skillgap.matching.word_classes import FUNCTION_WORDS, is_verb_form
from skillgap.model import Block, Importance, Resume

Zone = Literal["title", "about", "duties", "essential", "important", "useful", "drop"]

# No heading of the postings that these rules were written on is longer.
_MOST_HEADING_WORDS = 8
# "The successful candidate will bring the following skills and experience:" opens a list.
_MOST_INTRODUCTION_WORDS = 14


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence of a posting that may ask for something, with the zone that it stands in."""

    start: int
    end: int
    zone: Zone
    is_bullet: bool


@dataclass(frozen=True, slots=True)
class _Words:
    headings: tuple[tuple[Zone, re.Pattern[str]], ...]
    after: tuple[tuple[Importance, re.Pattern[str]], ...]
    before: tuple[tuple[Importance, re.Pattern[str]], ...]
    beside: frozenset[str]
    no_terms: frozenset[str]
    languages: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    tables = tomllib.loads(files("skillgap").joinpath("data", "posting_words.toml").read_text(encoding="utf-8"))
    order: tuple[Zone, ...] = ("drop", "useful", "duties", "essential", "important")
    cues = tables["cues"]
    levels: tuple[Importance, ...] = ("useful", "essential")
    return _Words(
        tuple((zone, _any_of(tables["headings"][zone])) for zone in order),
        tuple((level, _any_of(cues["after"][level])) for level in levels),
        tuple((level, _any_of(cues["before"][level])) for level in levels),
        frozenset(tables["headings"]["beside"]),
        frozenset(tables["terms"]["none"]),
        frozenset(tables["terms"]["languages"]),
    )


def no_terms() -> frozenset[str]:
    """Words that make no name of a skill, alone or at the end of a phrase."""
    return _words().no_terms


def languages() -> frozenset[str]:
    """Languages that people speak, in lower case."""
    return _words().languages


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(phrases, key=len, reverse=True)
    alternatives = "|".join(re.escape(p).replace("'", "['’]").replace(r"\ ", r"\s+") for p in ordered)
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.IGNORECASE)


_SENTENCE = re.compile(r"(?<=[.!?])[\"”')\]]*\s+(?=[\"“(\[]?[A-Z0-9])|(?<=;)\s+")
_ABBREVIATED = re.compile(
    r"\b(?:e\.g|i\.e|etc|incl|min|max|approx|yrs?|St|Mr|Ms|Dr|Inc|Co|Ltd|U\.S|No)\.\Z", re.IGNORECASE
)
_LEADING_MARK = re.compile(r"\A[\W_]*?(?=[\w(\"“$.])")
_INLINE_HEADING = re.compile(r"\A([^:.]{3,60}?)\s*:\s+(?=\S)")
_BOTH = re.compile(r"\b(?:required|minimum|basic|essential)\b.*\b(?:preferred|desired|desirable)\b", re.IGNORECASE)
_ESSENTIAL_DUTIES = re.compile(
    r"\b(?:essential|key|main|primary|core|major) (?:job )?(?:duties|functions|tasks)\b", re.IGNORECASE
)
_WHY = re.compile(r"why\b", re.IGNORECASE)
_ABOUT = re.compile(r"\Aabout (?!you\b|the (?:role|job|position|work)\b|this (?:role|job|position)\b)\w", re.IGNORECASE)

# Sentences that offer, promise, boast or tell how to apply, whatever heading they stand under.
_OFFER = re.compile(
    r"\b(?:equal[- ](?:employment[- ])?opportunit\w+|affirmative action|without regard to|regardless of (?:race|age|sex|gender)|"
    r"protected veterans?|sexual orientation|national origin|reasonable accommodations?|e-verify|eoe|we do not discriminate|"
    r"competitive (?:salary|pay|wages?|compensation|base)|sign[- ]on bonus|signing bonus|salary (?:range|is|of|from)|per hour|an hour|"
    r"/hr\b|per annum|employee discounts?|free (?:meals|parking|lunch|membership)|career growth|"
    r"opportunit\w+ (?:for|to) (?:growth|advance\w*|grow|develop)|work[- ]life balance|we (?:also )?offer|we provide (?:our|a|you)|"
    r"(?:pass|complete|undergo|subject to|clear|require) (?:a |an |all |the )?(?:\w+[ -,]+){0,4}(?:background (?:checks?|screening)|"
    r"drug (?:test|screen)\w*)|(?:depends?|contingent|conditional) (?:up)?on (?:\w+[ -,]+){0,6}(?:background|drug)\b|"
    r"(?:lift|carry|push|pull|stand|sit|walk)(?:ing)? (?:and \w+ )?(?:up to |at least |over |for )?\d+|apply (?:now|online|today|at|via|by|with|through|here|in person)|to apply|send (?:us )?(?:your|a) |"
    r"submit (?:your|a) |cover letter|click (?:here|the)|closing date|no agencies|recruitment agenc\w+|third[- ]party recruiters|"
    r"interviews? (?:will|are)|only shortlisted|hear from you|job type|pay:|\$\s?\d[\d,.]*\s*(?:-|–|to|per|an|/))",
    re.IGNORECASE,
)
# What employers give is what others work with: "submit dental insurance claims", "administer 401(k) plans".
_BENEFIT = re.compile(
    r"\b(?:40[13]\s?\(?[kb]\)?|paid time off|pto\b|paid (?:holidays|vacation|leave|training)|sick (?:days|leave)|health insurance|"
    r"life insurance|medical, dental|dental,? (?:and|&) vision|dental insurance|tuition (?:reimbursement|assistance)|pension|"
    r"stock options)",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"\A(?:(?:here )?at [A-Z][\w&'’.-]*,?\s|we(?:['’](?:re|ve))?\s|"
    r"our (?!ideal|successful|next|new|perfect|candidate|requirements?)|founded\b|established\b|since \d{4}|for (?:over|more than) \d|"
    r"with (?:over|more than) \d+ (?:years|locations|employees)|join (?:us|our)|come (?:join|work)|located\b)",
    re.IGNORECASE,
)
_EMPLOYER_IS = re.compile(
    r"\A(?!The (?:role|position|job|candidate|ideal|successful|right|person|incumbent|work)|This |You|Experience|Knowledge|Ability|"
    r"Candidates?|Applicants?|Must|Responsib|Proficien|Familiar|Strong|Excellent|Working)"
    r"(?:The )?[A-Z][\w&'’.-]*(?: (?:[A-Z&][\w&'’.-]*|of|and|the)){0,6},? (?:is|are|was|has|have|provides?|offers?|serves?|operates?|"
    r"believes?|supports?|helps?|delivers?|makes?|brings?|designs?|builds?|specializes?)\b(?!\s+(?:required|preferred|needed|essential|"
    r"an? (?:plus|must|asset|bonus|advantage)|desired|desirable|mandatory|helpful|looking|seeking|hiring|searching|in need))"
)
_ASKS = re.compile(
    r"\b(?:looking for|seek(?:s|ing)?|need(?:s|ed)?|hir(?:e|es|ing)|require[sd]?|must|should|want(?:s|ed)?|experienced?|you will|you['’]ll|"
    r"responsible|ability|able to|knowledge|skills?|proficien\w+|certifi\w+|licen[sc]\w+|preferred|a plus|recruiting|searching)\b",
    re.IGNORECASE,
)


def parts_of(resume: Resume) -> tuple[Part, ...]:
    """The sentences of a posting in order, each with its zone; headings are left out."""
    parts: list[Part] = []
    zone: Zone = "about"
    has_body = False
    for number, block in enumerate(resume.blocks):
        text = resume.text[block.start : block.end]
        lead = _LEADING_MARK.match(text)
        start = block.start + (lead.end() if lead else 0)
        text = resume.text[start : block.end]
        heading = _zone_of_heading(text, block)
        if heading is not None:
            zone, has_body = heading, True
            continue
        inline = _INLINE_HEADING.match(text)
        inside = zone
        if inline and (found := _zone_of_heading(inline[1] + ":", block)) is not None:
            start += inline.end()
            inside = found
            zone = zone if block.kind == "bullet" else found
            has_body = True
        elif (
            not has_body and len(parts) < 6 and len(text.split()) <= 12 and not text.rstrip().endswith((".", "!", "?"))
        ):
            parts.append(Part(start, block.end, "title", is_bullet=False))
            continue
        is_bullet = block.kind == "bullet" or (lead is not None and lead.end() > 0)
        for first, last in _sentences(resume.text, start, block.end):
            sentence = resume.text[first:last]
            parts.append(Part(first, last, _zone_of_sentence(sentence, inside, is_bullet), is_bullet))
        has_body = has_body or number > 8
    return tuple(parts)


def _zone_of_heading(text: str, block: Block) -> Zone | None:
    """The zone that a line opens, None where it is no heading."""
    is_introduction = text.rstrip().endswith(":")
    bare = text.strip().rstrip(":").strip()
    words = bare.split()
    most = _MOST_INTRODUCTION_WORDS if is_introduction else _MOST_HEADING_WORDS
    if not 1 <= len(words) <= most or bare.endswith((".", ";", ",")) or text.count(":") > 1:
        return None
    if block.kind == "bullet" and not is_introduction:
        return None
    is_marked = is_introduction or block.kind == "heading" or bare.isupper() or bare.endswith(("?", "…", "..."))
    if bare.lower() == "you" or _BOTH.search(bare):
        return "important"
    if is_marked and _WHY.match(bare):
        return "drop"
    if _ESSENTIAL_DUTIES.search(bare):
        return "duties"
    for zone, pattern in _words().headings:
        found = pattern.search(bare)
        if found is None:
            continue
        # "SQL a plus" and "Compensation analysis" are items; a heading says hardly more than its own words.
        rest = f"{bare[: found.start()]} {bare[found.end() :]}".lower().split()
        others = [word for word in rest if word not in FUNCTION_WORDS and word not in _words().beside]
        if is_marked or (not others and (found.start() == 0 or zone not in ("useful", "drop"))):
            return zone
    if _ABOUT.match(bare) and len(words) <= 6:
        return "drop"
    return None


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for gap in _SENTENCE.finditer(text, start, end):
        if _ABBREVIATED.search(text, first, gap.start()):
            continue
        yield first, gap.start()
        first = gap.end()
    if first < end:
        yield first, end


def _zone_of_sentence(sentence: str, zone: Zone, is_bullet: bool) -> Zone:
    if zone == "drop" or _OFFER.search(sentence):
        return "drop"
    if _BENEFIT.search(sentence) and not (_is_duty(sentence, zone) or _ASKS.search(sentence)):
        return "drop"
    if zone not in ("about", "duties") or is_bullet:
        return zone
    boasts = _PRAISE.match(sentence) or _EMPLOYER_IS.match(sentence)
    return "drop" if boasts and not _ASKS.search(sentence) else zone


def _is_duty(sentence: str, zone: Zone) -> bool:
    """Whether a sentence among the duties tells of something to do: it begins with a verb."""
    first = re.match(r"\W*(\w+)", sentence)
    return zone == "duties" and first is not None and is_verb_form(first[1].lower())


# A posting dates itself and its deadline; what dates more entries than that is somebody's career.
_DATED_POSITIONS = 3
_POSTING_SIGNS = re.compile(
    r"\b(?:we(?:['’]re| are)? (?:looking|seeking|hiring|need)|looking for|is (?:looking|seeking|hiring)|seeking an?|now hiring|join our team|"
    r"you (?:will|have|are|bring)|you['’](?:ll|re|ve)|(?:ideal|successful) candidate|candidates?|applicants?|apply|requirements|"
    r"qualifications|responsibilities|is required|are required|must (?:have|be|know)|required|preferred|a plus|full[- ]time|"
    r"part[- ]time|reports? to|equal opportunity|what you|who you are|position|job (?:title|description|summary)|nice to have|vacancy)\b",
    re.IGNORECASE,
)


def refuse_other_texts(resume: Resume, parts: Sequence[Part]) -> None:
    """Nothing, if a text may be a job posting.

    Raises:
        PostingError: it is a resume, or asks for nothing.
    """
    signs = {" ".join(found[0].lower().split()) for found in _POSTING_SIGNS.finditer(resume.text)}
    zones = {part.zone for part in parts} & {"essential", "important", "useful", "duties"}
    dated = [p for p in resume.positions if p.first is not None]
    if len(dated) >= _DATED_POSITIONS or (len(dated) >= 2 and len(signs) < 4):
        raise PostingError(
            f"{resume.source or 'The text'} looks like a resume, not a job posting: it lists dated positions."
        )
    if not signs and not zones:
        raise PostingError(
            f"{resume.source or 'The text'} is no job posting: nothing in it says what is asked of an applicant."
        )


def asks(text: str, part: Part) -> bool:
    """Whether a sentence asks for something in so many words."""
    return _ASKS.search(text, part.start, part.end) is not None


def told_importance(text: str, part: Part, start: int, end: int) -> Importance | None:
    """What the sentence itself says of the words at a place: the cue whose reach they are in, None without one."""
    cues: list[tuple[int, int, Importance, bool]] = []
    for leads, groups in ((True, _words().after), (False, _words().before)):
        for importance, pattern in groups:
            for found in pattern.finditer(text, part.start, part.end):
                cues.append((*found.span(), importance, leads))
    # The longest wording at a place says what is meant: "not required" is not "required".
    cues = [
        c
        for c in cues
        if not any(o is not c and o[0] <= c[0] and c[1] <= o[1] and o[1] - o[0] > c[1] - c[0] for o in cues)
    ]
    cues.sort()
    if not cues:
        return None
    for first, last, importance, leads in cues:
        is_trailing = not leads and text[last : last + 1] != ":"
        if is_trailing and end <= first:
            reach = max((c[1] for c in cues if c[1] <= first and not c[3]), default=part.start)
            if start >= reach:
                leading = [c for c in cues if c[3] and c[1] <= start]
                return (
                    leading[-1][2] if leading and leading[-1][1] > reach and importance == "essential" else importance
                )
    leading = [c for c in cues if (c[3] or text[c[1] : c[1] + 1] == ":") and c[1] <= start]
    return leading[-1][2] if leading else None
