"""A job posting's sentences → the skills that they name, from the vocabulary and beyond it, and the years asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from math import log10
from textwrap import shorten

from rapidfuzz import fuzz

from skillgap.matching.evidence import Findings, PreparedResume, find_evidence
from skillgap.matching.forms import is_english, word_key
from skillgap.matching.index import LabelIndex
from skillgap.matching.normalize import normalize
from skillgap.matching.word_classes import FUNCTION_WORDS, duty_verbs
from skillgap.model import Block, Importance, Resume, Section, SectionKind, Skill, SkillKind
from skillgap.roles.bare import slug
from skillgap.roles.breadth import count_labels
from skillgap.roles.catalogue import display_name
from skillgap.roles.loading import WantedSkill
from skillgap.roles.posting_text import Part, Zone, asks, languages, no_terms, told_importance

# The sentence that asks for a skill is kept with it as far as this: enough to see what was meant.
_LONGEST_NOTE = 120
# A phrase of more words than these is a sentence, not the name of a skill.
_MOST_TERM_WORDS = 4

_SECTION_OF: Mapping[Zone, SectionKind] = {
    "title": "other",
    "about": "other",
    "duties": "experience",
    "essential": "skills",
    "important": "skills",
    "useful": "skills",
    "drop": "other",
}
_IMPORTANCE_OF: Mapping[Zone, Importance] = {"essential": "essential", "useful": "useful"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A skill named at a place of the posting, or a term that no vocabulary knows (``skill`` is then empty)."""

    skill: str
    text: str
    start: int
    end: int
    importance: Importance
    is_asked: bool
    sentence: str = ""
    years: int | None = None


@dataclass(frozen=True, slots=True)
class _Named:
    """A skill that words of the posting may name; ``is_group`` says that they more likely mean one of its parts."""

    start: int
    end: int
    skill: str
    score: float
    is_scattered: bool
    is_group: bool


# Half of the vocabulary's skills have at most 22 labels written out, one in ten over 55. The few over this
# are groups of skills ("computers and electronics"), of which something narrower is nearly always meant.
_BROAD = 200
# Words as like the group's own name as this (0-10) do mean the group: "bookkeeping".
_NAMES_IT = 8.0
# A skill with ten times as many labels must be this much nearer (0-100) to be what the words mean.
_PER_TENFOLD = 3.0

_DEGREE = re.compile(
    r"\b(?:bachelor(?:['’]?s)?|master(?:['’]?s)?|associate(?:['’]s|s)|doctorate|doctoral|ph\.?d|mba|degree|diploma|ged|"
    r"(?:b\.s|b\.a|m\.s|m\.a|b\.?sc|m\.?sc)\b\.?|(?:bs|ba|ms|ma)(?= in\b|/[bm][as]\b| degree| or\b)|major(?:ing)? in|graduate of)(?![\w-])"
    r"(?:(?!\b(?:experience|years?|knowledge|proficien\w+|skills?|certifi\w+|licen[sc]\w+|plus|with|preferred|required)\b)[^.;])*",
    re.IGNORECASE,
)
_CERTIFICATE = re.compile(r"certif|licen[sc]", re.IGNORECASE)


def find_skills(
    resume: Resume, parts: Sequence[Part], vocabulary: tuple[Skill, ...], skills: Mapping[str, Skill]
) -> list[Mention]:
    """The skills of the vocabulary that the posting names, one for each place."""
    asked = _asking_text(resume, parts)
    findings = find_evidence(PreparedResume(asked), LabelIndex(vocabulary))
    degrees = _spans(_DEGREE, resume.text, parts)
    named: list[_Named] = []
    for skill_id, found in findings.items():
        breadth = count_labels(skills[skill_id])
        for start, end, score, is_scattered in _places(found):
            is_certificate = _CERTIFICATE.search(skill_id) is not None
            if is_certificate or not any(first <= start and end <= last for first, last in degrees):
                nearness = _nearness(skills[skill_id], resume.text[start:end])
                named.append(
                    _Named(
                        start,
                        end,
                        skill_id,
                        score + nearness - _PER_TENFOLD * log10(breadth),
                        is_scattered,
                        is_group=breadth > _BROAD and nearness < _NAMES_IT,
                    )
                )
    mentions = []
    for item in _outermost(named):
        surface = resume.text[item.start : item.end]
        part = _part_at(parts, item.start)
        if part is None:
            continue
        # A product that the vocabulary has only in a group of many ("Westlaw") is asked for by its own name.
        is_product = item.is_group and _is_product(surface)
        if item.is_group and not is_product and " " not in surface and not _shares_word(skills[item.skill], surface):
            continue  # "research" alone is no "collecting information"
        mentions.append(_mention(resume.text, part, item.start, item.end, "" if is_product else item.skill))
    return _with_years(resume.text, parts, mentions)


def _asking_text(resume: Resume, parts: Sequence[Part]) -> Resume:
    """The posting with the blocks that ask for something alone, its zones being the sections."""
    kept = [part for part in parts if part.zone not in ("drop", "title")]
    blocks = tuple(Block("bullet" if part.is_bullet else "paragraph", part.start, part.end) for part in kept)
    sections = tuple(
        Section(_SECTION_OF[part.zone], "", part.start, following.start if following else len(resume.text))
        for part, following in zip_longest(kept, kept[1:])
    )
    return replace(resume, blocks=blocks, sections=sections, contacts=(), positions=())


def _places(found: Findings) -> Iterator[tuple[int, int, float, bool]]:
    for evidence in found.evidence:
        score = evidence.similarity - 5 * (evidence.method == "fuzzy")
        yield evidence.start, evidence.end, score, evidence.method == "reordered"
    for rejection in found.rejected:
        # A posting says that the employer wishes for a skill, which in a resume would show that it is not there.
        if rejection.reason.startswith("only wished for"):
            yield rejection.start, rejection.end, 90.0, False


def _nearness(skill: Skill, surface: str) -> float:
    return fuzz.token_sort_ratio(normalize(skill.preferred_label), normalize(surface)) / 10


def _outermost(named: Iterable[_Named]) -> list[_Named]:
    """One skill for each place: the longest words win ("SQL Server" over "SQL"), then the nearest and narrowest skill.

    Groups ("computers and electronics") go behind all that overlap with them, and words with others between them
    behind words that stand together: "education … planning" is not meant by "patient education and discharge planning".
    """
    kept: list[_Named] = []
    order = sorted(named, key=lambda n: (n.is_group, n.is_scattered, n.start - n.end, -n.score, n.skill))
    for item in order:
        if not any(other.start < item.end and item.start < other.end for other in kept):
            kept.append(item)
    return sorted(kept, key=lambda n: n.start)


def _shares_word(skill: Skill, word: str) -> bool:
    return word_key(word.lower()) in {word_key(own) for own in normalize(skill.preferred_label).split()}


def _part_at(parts: Sequence[Part], offset: int) -> Part | None:
    return next((part for part in parts if part.start <= offset < part.end), None)


def _spans(pattern: re.Pattern[str], text: str, parts: Sequence[Part]) -> list[tuple[int, int]]:
    return [match.span() for part in parts for match in pattern.finditer(text, part.start, part.end)]


def _mention(text: str, part: Part, start: int, end: int, skill_id: str) -> Mention:
    told = told_importance(text, part, start, end)
    importance = told or _IMPORTANCE_OF.get(part.zone, "important")
    is_asked = told is not None or part.zone in ("essential", "important", "useful")
    return Mention(skill_id, text[start:end], start, end, importance, is_asked, text[part.start : part.end])


# ------------------------------------------------------------------------------------------------ years

_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(_NUMBERS)})"
_YEARS = re.compile(
    rf"(?<![\w$.])(?<!for over )(?<!for more than )(?<!for nearly )(?<!the past )(?P<count>{_COUNT})\s*(?:\(\d+\)\s*)?"
    rf"(?:\+|plus\b|or more\b)?\s*(?:(?:-|–|—|to)\s*{_COUNT}\s*\+?\s*)?(?:\+\s*)?(?:full\s+)?"
    r"(?:years?\b|yrs?\b|of (?:them|those|which)\b)(?![\s-]*(?:of age|old|ago\b))",
    re.IGNORECASE,
)
# Nobody asks for more years than this; such figures are a firm's age.
_MOST_YEARS = 20
# Where the years end and other wishes begin: "3 years in billing, strong Excel skills".
_OTHER_WISH = re.compile(
    r"[,;]\s*(?:and\s+)?(?:with\s+)?(?:strong|excellent|good|proven|solid|proficien\w+|familiar\w*|knowledge|ability|including|preferably|ideally)\b|"
    r"\b(?:and|with)\s+(?:a\s+)?(?:strong|excellent|good|proven|solid|proficien\w+|familiar\w*|knowledge|ability)\b",
    re.IGNORECASE,
)


def _with_years(text: str, parts: Sequence[Part], mentions: list[Mention]) -> list[Mention]:
    """The mentions with the years that are asked of each."""
    years: dict[int, int] = {}
    for part in parts:
        if part.zone in ("drop", "title"):
            continue
        found = list(_YEARS.finditer(text, part.start, part.end))
        for match, following in zip_longest(found, found[1:]):
            last = following.start() if following else part.end
            other = _OTHER_WISH.search(text, match.end(), last)
            last = other.start() if other else last
            inside = [n for n, m in enumerate(mentions) if match.end() <= m.start and m.end <= last]
            before = [n for n, m in enumerate(mentions) if part.start <= m.start and m.end <= match.start()]
            is_bracketed = text[match.start() - 1 : match.start()] == "("
            for number in before[-1:] if (is_bracketed or not inside) else inside:
                years[number] = max(years.get(number, 0), _count(match))
    return [replace(m, years=years.get(number)) for number, m in enumerate(mentions)]


def _count(match: re.Match[str]) -> int:
    told = match["count"].lower()
    return _NUMBERS.get(told) or int(told)


def years_in_all(resume: Resume, parts: Sequence[Part], mentions: Sequence[Mention]) -> int | None:
    """The years of experience asked for in sentences that name no skill with them."""
    taken = [m for m in mentions if m.years is not None]
    counts = [
        count
        for part in parts
        if part.zone not in ("drop", "title", "about") or asks(resume.text, part)
        if part.zone not in ("drop", "title") and not any(part.start <= m.start < part.end for m in taken)
        for match in _YEARS.finditer(resume.text, part.start, part.end)
        if (count := _count(match)) <= _MOST_YEARS
    ]
    return max(counts, default=None)


# ------------------------------------------------------------------------------------------------ terms

# What stands between these and the next stop is the name of what is asked for.
_ASKED = re.compile(
    r"(?:\b(?:experience|experienced|proficien(?:t|cy)|familiar(?:ity)?|skilled|expertise|background|competen(?:t|ce|cy)|fluen(?:t|cy)|"
    r"training|comfortable|hands-on|working|versed|literate)\s+(?:(?:experience|knowledge|working)\s+)?(?:in|with|using|on|at)|"
    r"\b(?:knowledge|understanding|command|mastery|grasp|use)\s+of|\bknow|\b(?:such as|including|like)|\be\.g\.,?|"
    r"(?:years?|yrs)\b['’]?\s+(?:of|in|as))\s+(?=(?P<list>[^.;:()]+))",
    re.IGNORECASE,
)
# In a duty only these ask for knowledge beside what is done; "working with" and "including" go on with the deed.
_ASKED_OUTRIGHT = re.compile(r"\b(?:experience|knowledge|proficien\w+|familiar\w*|must know|fluen\w+)\b", re.IGNORECASE)
# "Wound care experience", "HRIS skills": what stands before the noun is asked for.
_NOUN_ASKED = re.compile(
    r"\A\W*(?P<list>[^.;:,()]{2,60}?)\s+(?:experience|skills|knowledge|proficiency|background|expertise)\b",
    re.IGNORECASE,
)
# "Spanish is a plus", "Clio is helpful but not required".
_SUBJECT_ASKED = re.compile(
    r"\A\W*(?P<list>[^.;:()]{2,60}?)\s+(?:(?:is|are|would be)\s+(?:\w+\s+)?)?(?:an?\s+(?:\w+\s+)?(?:plus|must|asset|bonus|advantage)|required|"
    r"preferred|helpful|desired|desirable|needed|essential|necessary|mandatory|beneficial|welcome)\b",
    re.IGNORECASE,
)
_ITEM_END = re.compile(r"\s*(?:,|/|\band/or\b|\band\b|\bor\b|&(?=\s)|\betc\b\.?|\(|\))\s*", re.IGNORECASE)
_TERM_STOP = re.compile(
    r"\b(?:is|are|was|will|to|for|from|that|which|who|where|when|at|by|as|preferred|required|desired|a plus|strongly|highly|helpful|an asset|"
    r"in|with|on|of the|within|through|environments?|settings?|preferably|ideally|equivalent|etc)\b",
    re.IGNORECASE,
)
_CREDENTIAL = re.compile(
    r"(?<![\w-])(?:[\w+#&-]+\s+){1,4}?(?:certifi(?:cation|cate)|licen[sc]e|credential)\b(?!\s+(?:in|of)\b)",
    re.IGNORECASE,
)
_CREDENTIAL_NOUNS = frozenset({"certification", "certificate", "license", "licence", "credential"})
_TERM_LEAD = re.compile(
    r"\A(?:the|a|an|our|your|other|any|various|all|some|similar|basic|advanced|strong|good|excellent|solid|relevant|related|both|either|"
    r"modern|common|standard|general|extensive|proven|prior|previous|of|in|with|using|valid|current|active|at least|one|more)\s+",
    re.IGNORECASE,
)


def find_terms(resume: Resume, parts: Sequence[Part], mentions: Sequence[Mention]) -> list[Mention]:
    """Terms of the requirements that no vocabulary knows: names of products and certificates, and short phrases in lists."""
    taken = (
        [(m.start, m.end) for m in mentions] + _spans(_DEGREE, resume.text, parts) + _spans(_YEARS, resume.text, parts)
    )
    found: list[Mention] = []
    for part in parts:
        if not _may_ask(resume.text, part):
            continue
        for start, end in _candidates(resume.text, part):
            term = resume.text[start:end]
            if any(first < end and start < last for first, last in taken):
                continue
            if not _is_term(resume.text, part, start, term) and not _is_sibling(
                resume.text, part, start, end, mentions
            ):
                continue
            taken.append((start, end))
            mention = _mention(resume.text, part, start, end, "")
            found.append(mention)
    return _with_years(resume.text, parts, found)


def _is_sibling(text: str, part: Part, start: int, end: int, mentions: Sequence[Mention]) -> bool:
    """Whether a capitalised word stands in a bare list beside a skill: "Rust or Go"."""
    word = text[start:end]
    if not (start == part.start and word.istitle() and word.isalpha()) or word.lower() in no_terms():
        return False
    following = _ITEM_END.match(text, end, part.end)
    return following is not None and any(m.start == following.end() for m in mentions)


def _may_ask(text: str, part: Part) -> bool:
    if part.zone == "about":
        return asks(text, part)
    if part.zone == "duties":
        return _ASKED_OUTRIGHT.search(text, part.start, part.end) is not None
    return part.zone in ("essential", "important", "useful")


def _candidates(text: str, part: Part) -> Iterator[tuple[int, int]]:
    """Spans of phrases that are asked for, as far as the grammar of requirements tells."""
    for found in _CREDENTIAL.finditer(text, part.start, part.end):
        yield _trimmed_lead(text, *found.span())
    for found in _ASKED.finditer(text, part.start, part.end):
        yield from _items(text, *found.span("list"))
    for pattern in (_NOUN_ASKED, _SUBJECT_ASKED):
        if (asked := pattern.match(text[part.start : part.end])) is not None:
            first, last = asked.span("list")
            yield from _items(text, part.start + first, part.start + last)
    # A line that is nothing but a list of names: "SolidWorks, Mastercam, Fusion 360".
    if part.zone in ("essential", "important", "useful") and not re.search(r"[.!?]\s", text[part.start : part.end]):
        items = list(_items(text, part.start, part.end))
        if items and all(len(text[a:b].split()) <= _MOST_TERM_WORDS for a, b in items) and _is_list(part, items):
            yield from items


def _is_list(part: Part, items: Sequence[tuple[int, int]]) -> bool:
    covered = sum(b - a for a, b in items)
    return covered >= 0.6 * (part.end - part.start)


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for gap in [*_ITEM_END.finditer(text, start, end), None]:
        last = gap.start() if gap else end
        stop = _TERM_STOP.search(text, first, last)
        cut = stop.start() if stop and stop.start() > first else last
        span = _trimmed(text, *_trimmed_lead(text, first, cut))
        if span is not None:
            yield span
        if stop and stop.start() > first and gap is not None and stop.end() < last:
            return  # the sentence went on with something else
        if gap is not None:
            first = gap.end()


def _trimmed_lead(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without articles and praise before its words ("a strong", "valid")."""
    while (lead := _TERM_LEAD.match(text[start:end])) is not None:
        start += lead.end()
    return start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and not (text[start].isalnum() or text[start] in ".#"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in "+#)"):
        end -= 1
    return (start, end) if end - start >= 2 else None


def _is_term(text: str, part: Part, start: int, term: str) -> bool:
    words = term.split()
    if not 1 <= len(words) <= _MOST_TERM_WORDS or term.isdigit() or re.search(r"\d{3,}|[@$%]|https?", term):
        return False
    lows = [word.lower().strip("()") for word in words]
    if (
        (lows[-1] in no_terms() and lows[-1] not in _CREDENTIAL_NOUNS)
        or lows[0] in FUNCTION_WORDS
        or lows[-1] in FUNCTION_WORDS
        or all(low in no_terms() for low in lows)
    ):
        return False
    if any(low in {"you", "we", "us", "your", "our", "their", "them", "not", "no"} for low in lows):
        return False
    is_first = start == part.start
    is_aside = text[start - 1 : start] == "("
    if any(_is_name(word, (is_first or is_aside) and number == 0) for number, word in enumerate(words)):
        return True
    if lows[-1] in _CREDENTIAL_NOUNS:
        return len(words) >= 2
    if lows[0] in languages():
        return True
    # Common words make a term only together, and never as a deed ("lifting boxes", "work weekends").
    return len(words) >= 2 and not is_first and lows[0] not in duty_verbs() and not lows[0].endswith(("ly", "ed"))


def _is_name(word: str, is_sentence_start: bool) -> bool:
    """Whether a word is spelt as the name of a product, a method or a certificate."""
    bare = word.strip("()")
    if any(c.isdigit() for c in bare) and any(c.isalpha() for c in bare):
        return True
    if bare[1:] != bare[1:].lower():
        return True
    if not bare[:1].isupper():
        return False
    return not is_sentence_start or not is_english(bare.lower())


# -------------------------------------------------------------------------------------------- gathering

_RANK: Mapping[Importance, int] = {"essential": 0, "important": 1, "useful": 2}


def key_of(mention: Mention, mentions: Sequence[Mention]) -> str:
    """The id of the skill that a mention names; a term that elsewhere was known as a skill is that skill."""
    if mention.skill:
        return mention.skill
    words = normalize(mention.text)
    return next((m.skill for m in mentions if m.skill and normalize(m.text) == words), slug(mention.text))


def gather_requirements(mentions: Sequence[Mention], skills: Mapping[str, Skill]) -> list[WantedSkill]:
    """One requirement a skill, the most important first; what is asked for outweighs what a duty only names."""
    gathered: dict[str, list[Mention]] = {}
    for mention in sorted(mentions, key=lambda m: m.start):
        gathered.setdefault(key_of(mention, mentions), []).append(mention)
    wanted: list[WantedSkill] = []
    for skill_id, places in gathered.items():
        asked = [m for m in places if m.is_asked] or places
        telling = min(asked, key=lambda m: _RANK[m.importance])
        years = max((m.years for m in places if m.years is not None), default=None)
        is_known = any(m.skill for m in places)
        kind: SkillKind = skills[skill_id].kind if is_known else "hard"
        name = _name_with_products(skills[skill_id], places) if is_known else places[0].text
        wanted.append(
            WantedSkill(
                skill_id,
                name,
                telling.importance,
                kind,
                years,
                is_bare=not is_known,
                note=shorten(telling.sentence, _LONGEST_NOTE, placeholder=" …"),
            )
        )
    return sorted(wanted, key=lambda w: (w.kind == "core", _RANK[w.importance]))


def _name_with_products(skill: Skill, places: Sequence[Mention]) -> str | None:
    """The skill's name with the products by which the posting calls it, None where the name alone says it all."""
    label = skill.preferred_label
    own = set(normalize(label).split())
    own.add("".join(word[0] for word in normalize(label).split()))
    products = dict.fromkeys(
        place.text
        for place in places
        if _is_product(place.text) and own.isdisjoint(word.removesuffix("s") for word in normalize(place.text).split())
    )
    return f"{display_name(label)} ({', '.join(products)})" if products else None


def _is_product(text: str) -> bool:
    """Whether words are the name of a product ("Dentrix", "ADP") rather than of what it does."""
    return any(
        word[1:] != word[1:].lower() or (word[:1].isupper() and word.isalpha() and not is_english(word.lower()))
        for word in text.split()
    )
