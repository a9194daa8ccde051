"""Resume × skills → findings: which words show which skill, and which only look as if they did."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, product

from rapidfuzz import fuzz

from skillgap.matching.context import TITLE_WORDS, ResumeContext
from skillgap.matching.deeds import deeds
from skillgap.matching.forms import american, is_plural_of, word_key
from skillgap.matching.index import Filed, LabelIndex, Pattern, Word
from skillgap.matching.names import is_meant_as_name
from skillgap.matching.normalize import (
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION_WORDS,
    PREPOSITIONS,
    Clause,
    Gap,
    Token,
    duty_verbs,
    find_clauses,
    is_past_verb,
    never_late,
    normalize,
)
from skillgap.model import Evidence, Method, Rejection, Resume, SectionKind

# Content words that may stand between the words of a duty: "processed all incoming customer payments".
MAX_DUTY_GAP = 3
# Tokens that a coordination may put between the words of a label: "accounts payable and receivable".
MAX_COORDINATION = 4
# A word that stands there more often is there to be found; its first places show as much as all.
MOST_PLACES = 500
# Longer words are glued text or worse; the time and memory that a correction takes grow with the square of length.
LONGEST_WORD = 40
# A title or a list item has its companions in the lines around it.
SHORT_LINE = 6


@dataclass(slots=True)
class Findings:
    """What a resume says about one skill by that skill's own labels; ``hidden`` is evidence that nobody can see."""

    evidence: list[Evidence] = field(default_factory=list)
    hidden: list[Evidence] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


@dataclass(slots=True, frozen=True)
class Match:
    """A pattern found at token positions of a clause, given in the order of the pattern's words."""

    pattern: Pattern
    clause: int
    positions: tuple[int, ...]
    method: Method
    label: str


@dataclass(slots=True)
class _Words:
    """A clause made ready for look-ups: its keys, lower-case forms and names after correction.

    ``known`` are the positions at which labels may stand, with those labels, ``forms`` are all keys and names.
    """

    clause: Clause
    keys: list[str]
    lows: list[str]
    names: list[str]
    known: list[tuple[int, Filed]]
    corrected: frozenset[int]
    forms: frozenset[str]


class PreparedResume:
    """A resume split into clauses, once for all skills and roles that are asked of it."""

    def __init__(self, resume: Resume, check_time: Callable[[], None] = never_late) -> None:
        """Split the resume; ``check_time`` is called again and again and may raise where time is up."""
        self.resume = resume
        self.check_time = check_time
        self.clauses = find_clauses(resume.text, resume.blocks, _sections_of_blocks(resume), check_time)
        self.context = ResumeContext(resume)
        self._keys_of_block: dict[int, frozenset[str]] = {}
        self._keys_of_section: dict[str, frozenset[str]] = {}
        self._places: dict[str, list[tuple[list[Token], int]]] = {}
        self._phrases: dict[tuple[str, int], dict[tuple[int, int], str]] = {}
        self._reasons: dict[tuple[int, int, int], str | None] = {}

    def keys_of_block(self, block: int) -> frozenset[str]:
        """The keys of all words of a block."""
        if not self._keys_of_block:
            gathered: dict[int, set[str]] = {}
            for clause in self.clauses:
                gathered.setdefault(clause.block, set()).update(t.key for t in clause.tokens)
            self._keys_of_block = {index: frozenset(keys) for index, keys in gathered.items()}
        return self._keys_of_block.get(block, frozenset())

    def keys_of_section(self, section: str) -> frozenset[str]:
        """The keys of all words of the sections of one kind."""
        if section not in self._keys_of_section:
            self._keys_of_section[section] = frozenset(
                t.key for clause in self.clauses if clause.section == section for t in clause.tokens
            )
        return self._keys_of_section[section]

    def reason_against(self, clause: int, positions: Sequence[int]) -> str | None:
        """Why words at these positions of a clause show nothing; asked once for all labels that match them."""
        asked = (clause, min(positions), max(positions))
        if asked not in self._reasons:
            self._reasons[asked] = self.context.reason_against(self.clauses[clause], positions)
        return self._reasons[asked]

    def phrases_around(self, key: str, size: int) -> dict[tuple[int, int], str]:
        """(start, end) → words of all runs of so many tokens of a clause that hold a word of this key."""
        known = self._phrases.get((key, size))
        if known is not None:
            return known
        self.check_time()
        found: dict[tuple[int, int], str] = {}
        for tokens, position in self._places_of(key)[:MOST_PLACES]:
            for first in range(max(0, position - size + 1), position + 1):
                window = tokens[first : first + size]
                found[window[0].start, window[-1].end] = " ".join([token.low for token in window])
        self._phrases[key, size] = found
        return found

    def _places_of(self, key: str) -> list[tuple[list[Token], int]]:
        if not self._places:
            places: defaultdict[str, list[tuple[list[Token], int]]] = defaultdict(list)
            for clause in self.clauses:
                for position, token in enumerate(clause.tokens):
                    places[token.key].append((clause.tokens, position))
            self._places = dict(places)
        return self._places.get(key, [])


def find_evidence(resume: PreparedResume, index: LabelIndex) -> dict[str, Findings]:
    """Findings by skill id; skills without any are left out. Evidence stands in the order of the text."""
    blocked: dict[str, dict[int, list[tuple[int, int, str]]]] = {}
    matches: dict[str, list[tuple[int, int, Match]]] = {}
    for match in find_matches(resume.clauses, index, resume.check_time):
        start, end = _span(resume, match)
        if match.pattern.is_block:
            of_skill = blocked.setdefault(match.pattern.skill, {})
            of_skill.setdefault(match.clause, []).append((start, end, match.label))
        else:
            matches.setdefault(match.pattern.skill, []).append((start, end, match))
    return {skill: _judge_all(resume, found, blocked.get(skill, {})) for skill, found in matches.items()}


def _judge_all(
    resume: PreparedResume, matches: list[tuple[int, int, Match]], blocked: Mapping[int, list[tuple[int, int, str]]]
) -> Findings:
    """The findings of one skill; of overlapping matches that count the most trusted, then the longest, stays."""
    findings = Findings()
    matches.sort(key=lambda m: (_TRUST[m[2].method], m[0] - m[1], m[0]))
    for start, end, match in matches:
        resume.check_time()
        # Evidence stands in order and apart, so that only its two neighbours can overlap a match.
        place = _place_of(findings.evidence, start, end)
        if place is not None:
            _judge(resume, match, start, end, findings, place, blocked.get(match.clause, ()))
    findings.hidden = _without_overlaps(findings.hidden)
    findings.rejected = _distinct(findings.rejected)
    return findings


def _place_of(evidence: Sequence[Evidence], start: int, end: int) -> int | None:
    """Where a span goes among evidence that stands in order and apart, None where it overlaps some."""
    place = bisect_left(evidence, start, key=lambda e: e.start)
    is_free = (place == 0 or evidence[place - 1].end <= start) and (
        place == len(evidence) or end <= evidence[place].start
    )
    return place if is_free else None


def find_matches(
    clauses: Sequence[Clause], index: LabelIndex, check_time: Callable[[], None] = never_late
) -> Iterator[Match]:
    """Every pattern of an index found in the clauses, before its context is judged."""
    for number, clause in enumerate(clauses):
        check_time()
        words = _look_up(clause, index)
        for position, filed in words.known:
            for pattern, anchor in _candidates(filed, words.forms):
                found = match_pattern(pattern, words, anchor, position)
                if found is not None:
                    yield Match(pattern, number, *found)
        if not index.irregular.isdisjoint(words.lows):
            yield from _joined_matches(number, words, index)


def _candidates(filed: Filed, forms: frozenset[str]) -> Iterator[tuple[Pattern, int]]:
    """The patterns of which a clause with these forms has all words; in the same order in every run."""
    yield from filed.alone
    for second in sorted(filed.with_second.keys() & forms):
        for pattern, anchor, needed in filed.with_second[second]:
            if not any(map(forms.isdisjoint, needed)):
                yield pattern, anchor


def _look_up(clause: Clause, index: LabelIndex) -> _Words:
    tokens = clause.tokens
    keys = [token.key for token in tokens]
    lows = [token.low for token in tokens]
    names = [f"={low}" for low in lows]
    corrected: set[int] = set()
    known: list[tuple[int, Filed]] = []
    all_forms, by_form = index.forms, index.by_form
    for position, (key, name) in enumerate(zip(keys, names, strict=True)):
        if key not in all_forms and name not in all_forms:
            low = lows[position]
            right = index.corrector.correct(low) if 5 <= len(low) <= LONGEST_WORD else None
            if right is None or right == low:
                continue
            key, name = word_key(right), f"={right}"
            keys[position], lows[position], names[position] = key, right, name
            corrected.add(position)
        if (filed := by_form.get(key)) is not None:
            known.append((position, filed))
        if (filed := by_form.get(name)) is not None:
            known.append((position, filed))
    return _Words(clause, keys, lows, names, known, frozenset(corrected), frozenset(keys).union(names))


def match_pattern(
    pattern: Pattern, words: _Words, anchor: int, position: int
) -> tuple[tuple[int, ...], Method, str] | None:
    """Positions, method and label of a pattern whose word ``anchor`` stands at a position, None without a match."""
    form = _form_at(pattern.words[anchor], words, position)
    if form is None:
        return None
    if len(pattern.words) == 1:
        if pattern.is_deed:
            is_form = _is_verb_of_deed(words.clause.tokens, position)
        else:
            is_form = _is_form_of_single(pattern.words[0].forms[form], words.lows[position])
        if not is_form:
            return None
    if pattern.is_duty:
        positions = _match_duty(pattern, words, anchor, position)
    else:
        positions = _match_ordered(pattern, words, anchor, position)
        if positions is None and pattern.is_reversible:
            positions = _match_reversed(pattern, words, anchor, position)
    if positions is None or (len(positions) > 1 and _is_verb_for_noun(pattern, words, positions)):
        return None
    forms = [_form_at(word, words, p) or "" for word, p in zip(pattern.words, positions, strict=True)]
    return positions, _method(pattern, words, positions), pattern.text_of(forms)


def _is_verb_for_noun(pattern: Pattern, words: _Words, positions: Sequence[int]) -> bool:
    """Whether a past form stands for a noun of a label that is no duty: "collected processed payments" for "collection
    process". The last word may: "accounts reconciled".
    """
    if pattern.is_duty:
        return False
    for word, position in zip(pattern.words[:-1], positions[:-1], strict=True):
        low = words.lows[position]
        if is_past_verb(low):
            form = _form_at(word, words, position)
            if form is not None and word.forms[form].lower().endswith(_NOMINAL_ENDINGS):
                return True
    return False


def _is_word(word: Word, words: _Words, position: int) -> bool:
    return words.keys[position] in word.forms or words.names[position] in word.forms


def _form_at(word: Word, words: _Words, position: int) -> str | None:
    """The form of a word that stands at a position, a proper name before a common word."""
    name = words.names[position]
    if name in word.forms:
        return name
    key = words.keys[position]
    return key if key in word.forms else None


def _is_form_of_single(label: str, low: str) -> bool:
    """Whether a word may stand for a label of one word: the same word in another number or, for a verb, tense.

    Forms that share no more than a stem name other things: "filed" is no filing, "controls" no controller.
    """
    label = label.lower()
    if low == label or is_plural_of(low, label) or is_plural_of(label, low):
        return True
    return label in duty_verbs() or american(low) == american(label)


def _match_ordered(pattern: Pattern, words: _Words, anchor: int, position: int) -> tuple[int, ...] | None:
    positions = [position]
    for number in range(anchor + 1, len(pattern.words)):
        found = _step(pattern, words, positions[-1], number, 1)
        if found is None:
            return None
        positions.append(found)
    for number in range(anchor - 1, -1, -1):
        found = _step(pattern, words, positions[0], number, -1)
        if found is None:
            return None
        positions.insert(0, found)
    return tuple(positions)


def _step(pattern: Pattern, words: _Words, position: int, number: int, direction: int) -> int | None:
    """The position of word ``number`` next to a position: adjacent, over function words, or over a coordination."""
    wanted = pattern.words[number]
    later = wanted if direction > 0 else pattern.words[number + 1]
    is_loose, needs_filler = later.is_loose, later.needs_filler
    tokens = words.clause.tokens
    following = position + direction
    if not 0 <= following < len(tokens):
        return None
    if _is_word(wanted, words, following):
        gap = tokens[max(position, following)].gap
        return following if gap in (Gap.SPACE, Gap.JOINT, Gap.BRACKET) and not needs_filler else None
    if is_loose and tokens[following].low in FUNCTION_WORDS:
        place = following
        takes_prepositions = needs_filler
        while 0 <= place < len(tokens) and abs(place - position) <= 3 and tokens[place].low in FUNCTION_WORDS:
            place += direction
        passed = tokens[min(place, position) + 1 : max(place, position)]
        # "Responsible and organized" is not said by "responsible for detailed".
        is_same = takes_prepositions or not any(t.low in PREPOSITIONS for t in passed)
        if 0 <= place < len(tokens) and abs(place - position) <= 3 and is_same and _is_word(wanted, words, place):
            return place
    return None if pattern.is_block else _over_coordination(wanted, words, position, direction)


def _over_coordination(wanted: Word, words: _Words, position: int, direction: int) -> int | None:
    """The position of a word that shares its partner with others: "accounts payable and receivable",
    "written and oral communication", "Word/Excel".
    """
    tokens = words.clause.tokens
    for distance in range(2, MAX_COORDINATION + 1):
        place = position + direction * distance
        if not 0 <= place < len(tokens):
            return None
        if not _is_word(wanted, words, place):
            continue
        low, high = (position, place) if direction > 0 else (place, position)
        between = tokens[low + 1 : high]
        if any(t.low in PREPOSITIONS or is_past_verb(t.low) for t in between) or tokens[high].gap is Gap.BREAK:
            return None
        # "Executive Chef / Assistant Manager" are two titles; "Office Supply, 2016" is a date.
        if (tokens[high].is_slashed and tokens[high].low in TITLE_WORDS) or tokens[high].low.isdigit():
            return None
        inside = (*between, tokens[high])
        has_comma = any(t.gap is Gap.COMMA for t in inside)
        # Names are listed by commas alone ("Microsoft Word, Excel"). Common words share a partner only in a list
        # that "and" or a slash closes: "written, oral and interpersonal communication".
        starts = _joins(between[0]) or between[0].gap is Gap.COMMA
        starts = starts and _joins_last(inside)
        ends = _joins(between[-1]) or tokens[high].is_slashed or (has_comma and wanted.is_proper)
        content = sum(t.low not in CONJUNCTIONS for t in between)
        return place if (starts or ends) and 1 <= content <= 3 else None
    return None


def _joins(token: Token) -> bool:
    return token.low in CONJUNCTIONS or token.is_slashed


def _joins_last(tokens: Sequence[Token]) -> bool:
    """Whether the last thing that separates items is a conjunction or slash, not a comma."""
    for token in reversed(tokens):
        if _joins(token):
            return True
        if token.gap is Gap.COMMA:
            return False
    return False


def _match_reversed(pattern: Pattern, words: _Words, anchor: int, position: int) -> tuple[int, ...] | None:
    """Find "preparation of monthly statements" for the label "statement preparation"."""
    tokens = words.clause.tokens
    first, second = pattern.words
    if anchor == 0:
        for distance in range(2, 5):
            place = position - distance
            if place < 0:
                return None
            if _is_word(second, words, place):
                return (position, place) if _is_of_phrase(tokens, place, position) else None
        return None
    for distance in range(2, 5):
        place = position + distance
        if place >= len(tokens):
            return None
        if _is_word(first, words, place):
            return (place, position) if _is_of_phrase(tokens, position, place) else None
    return None


def _is_of_phrase(tokens: Sequence[Token], low: int, high: int) -> bool:
    between = tokens[low + 1 : high]
    return between[0].low == "of" and not any(
        t.low in PREPOSITIONS or t.gap in (Gap.COMMA, Gap.BREAK) or is_past_verb(t.low) or _is_doing(t.low)
        for t in between[1:]
    )


def _match_duty(pattern: Pattern, words: _Words, anchor: int, position: int) -> tuple[int, ...] | None:
    """Positions of a verb phrase in any order with small gaps; the first word of the pattern is its verb."""
    reach = len(pattern.words) + MAX_DUTY_GAP + 4
    low = max(0, position - reach)
    high = min(len(words.keys), position + reach + 1)
    chosen = [-1] * len(pattern.words)
    chosen[anchor] = position
    for number, word in enumerate(pattern.words):
        if number == anchor:
            continue
        places = [p for p in range(low, high) if p not in chosen and _is_word(word, words, p)]
        if not places:
            return None
        # Of two as near, the object after its verb is meant: "investigate complaints, document findings".
        is_verb = number == 0
        chosen[number] = min(places, key=lambda p: (abs(p - position), (p < position) != is_verb))
    return tuple(chosen) if _is_phrase(pattern, words, chosen) else None


def _is_phrase(pattern: Pattern, words: _Words, positions: Sequence[int]) -> bool:
    """Whether the words at these positions make one verb phrase, whose verb is the pattern's first word."""
    tokens = words.clause.tokens
    verb, first, last = positions[0], min(positions), max(positions)
    taken = set(positions)
    gap = [(place, tokens[place]) for place in range(first + 1, last) if place not in taken]
    content = [t for _, t in gap if t.low not in FUNCTION_WORDS]
    inside = tokens[first + 1 : last + 1]
    has_series = any(t.low in CONJUNCTIONS or t.gap is Gap.COMMA or t.is_slashed for t in inside)
    if len(content) > (MAX_DUTY_GAP + 3 if has_series else MAX_DUTY_GAP):
        return False
    if tokens[verb].gap is Gap.JOINT and verb > 0 and not tokens[verb].is_slashed and first == verb:
        return False  # "goal-oriented", "detail-oriented": no verb
    if last != verb and _is_first_half(tokens, last):
        return False  # "managed a time-share": no time
    if any(t.low in PREPOSITIONS for _, t in gap) and any(
        word.needs_filler and positions[number] < positions[number - 1]
        for number, word in enumerate(pattern.words)
        if number
    ):
        return False  # "requirements by scheduling and assigning": no assignment on schedule
    if pattern.is_strict and not _is_deed(tokens, verb):
        return False
    if verb == first:
        if _is_described_person(tokens, verb, last):
            return False
        return (
            _is_verb_here(tokens, verb, gap)
            and not _has_other_verb(gap)
            and (
                any(word.is_loose for word in pattern.words)
                or not _crosses_preposition(gap)
                or _is_own_preposition(tokens[verb], gap)
            )
            and (not pattern.is_strict or (_ends_phrase(tokens, last) and not _is_of_another(gap)))
        )
    # The object comes first: "payment processing", "payments were processed", never over a comma or "and".
    following = tokens[verb + 1] if verb + 1 < len(tokens) else None
    return (
        not has_series
        and _is_said_of_object(tokens[verb].low)
        and len(content) <= 1
        and not any(t.low in PREPOSITIONS for _, t in gap)
        and not (following is not None and following.low in DETERMINERS and tokens[verb].low.endswith("ing"))
        and (not pattern.is_strict or not content)
    )


def _is_first_half(tokens: Sequence[Token], position: int) -> bool:
    """Whether a word is joined by a hyphen to the next one."""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    return following is not None and following.gap is Gap.JOINT and not following.is_slashed


def _is_of_another(gap: Sequence[tuple[int, Token]]) -> bool:
    """Whether the verb's own object stands before an "of": who "maintains security of inventory" keeps it secure."""
    lows = [t.low for _, t in gap]
    return "of" in lows and any(low not in FUNCTION_WORDS for low in lows[: lows.index("of")])


def _is_described_person(tokens: Sequence[Token], verb: int, last: int) -> bool:
    """Whether a past form describes a person: "motivated business analyst" motivates nobody, for no article stands."""
    described = tokens[last].low in TITLE_WORDS or tokens[last].low in {"individual", "professional", "person"}
    return described and is_past_verb(tokens[verb].low) and not any(t.low in DETERMINERS for t in tokens[verb:last])


def _is_own_preposition(verb: Token, gap: Sequence[tuple[int, Token]]) -> bool:
    """Whether the only preposition of a gap belongs to the verb: "cared for patients"."""
    own = deeds().prepositions.get(verb.key)
    return own is not None and gap[0][1].low == own and not _crosses_preposition(gap[1:])


_NOMINAL_ENDINGS = ("ment", "ments", "tion", "tions", "sion", "sions", "sis", "ance", "ence", "al", "als")
# Verbs that end like nouns of doing.
_VERBS_LIKE_NOUNS = frozenset({"document", "comment", "experiment", "supplement", "balance", "finance", "reference"})
# After these a past form describes what follows.
_BEFORE_PARTICIPLE = frozenset(
    {"of", "on", "for", "with", "in", "from", "about", *DETERMINERS} - {"all", "both", "that"}
)
_BEFORE_BASE_FORM = frozenset(
    [
        "to",
        "can",
        "could",
        "will",
        "would",
        "may",
        "must",
        "should",
        "i",
        "we",
        "both",
        "also",
        "help",
        "helps",
        "helped",
        "not",
        "they",
        "who",
        "duties",
        "responsibilities",
        "include",
        "included",
        "includes",
        "and",
        "or",
        "&",
        "plus",
        "then",
    ]
)


def _is_verb_here(tokens: Sequence[Token], position: int, gap: Sequence[tuple[int, Token]]) -> bool:
    """Whether a word before its object is its verb, or a noun of doing that takes it with "of".

    "Reports of statements", "types of contracts", "sales team development": nouns, though verbs are written so too.
    """
    low = tokens[position].low
    is_of = bool(gap) and any(t.low == "of" for _, t in gap[:3])
    before = tokens[position - 1] if position else None
    if is_past_verb(low):
        # "Composed of digital marketing", "based on documented needs": a participle that describes.
        is_of = position + 1 < len(tokens) and tokens[position + 1].low == "of"
        return not is_of and not (before is not None and before.low in _BEFORE_PARTICIPLE)
    if low.endswith("ing"):
        return is_of or before is None or before.low not in DETERMINERS
    if low.endswith("ings"):
        return is_of  # "postings, interviews, background checks": things
    if low.endswith(_NOMINAL_ENDINGS) and low not in duty_verbs() and low not in _VERBS_LIKE_NOUNS:
        return is_of
    if is_of and gap[0][1].low == "of":
        return False
    if before is None or tokens[position].gap is not Gap.SPACE:
        return True
    return (
        before.low in _BEFORE_BASE_FORM
        or before.low.endswith("ly")
        or (position == 1 and before.low not in DETERMINERS)
    )


def _is_said_of_object(low: str) -> bool:
    """Whether a word after its object is said of it: "payments processed", "payment posting", not "cash records"."""
    if low in _THINGS:
        return False
    return is_past_verb(low) or low.endswith((*_NOMINAL_ENDINGS, "ing", "ings"))


# Words that end like deeds and are things: "coded documents" are no document code.
_THINGS = frozenset(
    [
        "agreement",
        "agreements",
        "animal",
        "animals",
        "apartment",
        "apartments",
        "appointment",
        "appointments",
        "assignment",
        "assignments",
        "audience",
        "building",
        "buildings",
        "condition",
        "conditions",
        "conference",
        "department",
        "departments",
        "document",
        "documents",
        "element",
        "elements",
        "environment",
        "environments",
        "equipment",
        "evidence",
        "finance",
        "garment",
        "garments",
        "goal",
        "goals",
        "government",
        "governments",
        "hospital",
        "hospitals",
        "individual",
        "individuals",
        "information",
        "instrument",
        "instruments",
        "insurance",
        "investment",
        "investments",
        "journal",
        "journals",
        "manual",
        "manuals",
        "material",
        "materials",
        "meal",
        "meals",
        "meeting",
        "meetings",
        "payment",
        "payments",
        "portal",
        "portals",
        "position",
        "positions",
        "professional",
        "professionals",
        "question",
        "questions",
        "requirement",
        "requirements",
        "science",
        "section",
        "sections",
        "segment",
        "segments",
        "shipment",
        "shipments",
        "statement",
        "statements",
        "station",
        "stations",
        "supplement",
        "supplements",
        "total",
        "totals",
    ]
)


def _is_in_series(tokens: Sequence[Token], position: int) -> bool:
    """Whether a base form stands in a series of verbs: "hire, train and schedule a crew"."""
    joins = tokens[position].gap is Gap.COMMA or tokens[position - 1].low in CONJUNCTIONS
    return joins and all(t.low in duty_verbs() or t.low in CONJUNCTIONS for t in tokens[:position])


def _is_deed(tokens: Sequence[Token], position: int) -> bool:
    """Whether the word at a position is written as a verb: "planned menus", "to plan menus", not "a plan for menus"."""
    low = tokens[position].low
    if is_past_verb(low) or low.endswith("ing"):
        return True
    if position == 0:
        return not low.endswith("s") or low.endswith("ss")
    before = tokens[position - 1].low if tokens[position].gap is Gap.SPACE else ""
    return before == "to" or (low in duty_verbs() and before in _BEFORE_BASE_FORM)


def _is_verb_of_deed(tokens: Sequence[Token], position: int) -> bool:
    """Whether a word does what a bare name of one word says: "recruited 60 nurses" and a recruiter do recruitment.

    A past form after its noun or before one that it describes says something else: "trained nurse", "the files filed".
    """
    token = tokens[position]
    before = tokens[position - 1] if position else None
    if token.low.endswith(("er", "or", "ers", "ors")) and token.low.removesuffix("s") not in duty_verbs():
        return True
    if not is_past_verb(token.low):
        is_base = token.low in duty_verbs() and (before is None or _is_in_series(tokens, position))
        return is_base or token.low.endswith("ing") or (before is not None and before.low == "to")
    return before is None or before.low in CONJUNCTIONS or before.low in _BEFORE_BASE_FORM


def _has_other_verb(gap: Sequence[tuple[int, Token]]) -> bool:
    """Whether another verb with an object of its own stands in a gap."""
    for number, (_, token) in enumerate(gap):
        before = gap[number - 1][1] if number else None
        if number == 0 and len(gap) == 1 and token.low.endswith("ing") and token.gap is Gap.SPACE:
            continue  # "reduced hiring costs": it describes the object
        follows = token.gap is Gap.COMMA or (before is not None and before.low in CONJUNCTIONS)
        if _is_doing(token.low) and not follows:
            return True
        is_verb = is_past_verb(token.low) or token.low in duty_verbs() or _is_doing(token.low)
        # "Prepared, reviewed and filed returns" shares its object; "filed reports and helped the team" does not.
        if follows and is_verb and any(_is_thing(t.low) for _, t in gap[:number]):
            return True
    return False


def _is_thing(low: str) -> bool:
    return low not in FUNCTION_WORDS and not is_past_verb(low) and not _is_doing(low) and low not in duty_verbs()


def _is_doing(low: str) -> bool:
    return low.endswith("ing") and any(base in duty_verbs() for base in (low[:-3], low[:-3] + "e", low[:-4]))


def _crosses_preposition(gap: Sequence[tuple[int, Token]]) -> bool:
    """Whether the gap leaves the verb's own object: "collected data on payments"."""
    return any(t.low in PREPOSITIONS for _, t in gap)


def _ends_phrase(tokens: Sequence[Token], last: int) -> bool:
    """Whether the object is the head of its noun phrase: "managed time", not "managed time sheets"."""
    if last + 1 >= len(tokens):
        return True
    following = tokens[last + 1]
    return (
        following.gap is not Gap.SPACE
        or following.low in FUNCTION_WORDS
        or following.low in PREPOSITIONS
        or following.low in _GENERIC_THINGS
        or following.low in {"daily", "weekly", "monthly", "including", "such"}
        or following.low.endswith("ly")
    )


# Nouns that add nothing to the noun before them: who administers benefits programs administers benefits.
_GENERIC_THINGS = frozenset(
    [
        "activities",
        "activity",
        "function",
        "functions",
        "issues",
        "levels",
        "matters",
        "needs",
        "operations",
        "package",
        "packages",
        "plan",
        "plans",
        "policies",
        "policy",
        "procedure",
        "procedures",
        "process",
        "processes",
        "program",
        "programs",
        "services",
        "system",
        "systems",
    ]
)


def _method(pattern: Pattern, words: _Words, positions: Sequence[int]) -> Method:
    if words.corrected.intersection(positions):
        return "fuzzy"
    is_contiguous = all(b - a == 1 for a, b in pairwise(positions))
    if not is_contiguous and any(
        words.clause.tokens[p].low not in FUNCTION_WORDS
        for p in range(min(positions), max(positions))
        if p not in positions
    ):
        return "reordered"
    if list(positions) != sorted(positions):
        return "reordered"
    is_exact = all(
        word.forms[form].lower() == words.lows[p]
        for word, p in zip(pattern.words, positions, strict=True)
        if (form := _form_at(word, words, p)) is not None
    )
    return "exact" if is_exact else "inflected"


def _joined_matches(number: int, words: _Words, index: LabelIndex) -> Iterator[Match]:
    """Labels written as one word ("accountsreceivable") and words of labels written as two ("book keeping")."""
    lows = words.lows
    for position, low in enumerate(lows):
        if low not in index.irregular:
            continue
        for pattern in index.joined.get(low, ()):
            yield Match(pattern, number, (position,), "fuzzy", _text_of_joined(pattern, low))
        parts = index.compounds.get(low)
        if parts is None or position + 1 >= len(lows):
            continue
        following = words.clause.tokens[position + 1]
        if following.gap not in (Gap.SPACE, Gap.JOINT):
            continue
        for rest, whole in parts:
            if min(len(low), len(rest)) < 4 and following.gap is not Gap.JOINT:
                continue
            if following.low == rest or following.low == f"{rest}s":
                yield from _compound_matches(number, words, position, whole, index)


def _compound_matches(number: int, words: _Words, position: int, whole: str, index: LabelIndex) -> Iterator[Match]:
    for form in (word_key(whole), f"={whole}"):
        filed = index.by_form.get(form)
        for pattern, _ in filed.alone if filed is not None else ():
            if not pattern.is_block:
                yield Match(pattern, number, (position, position + 1), "fuzzy", pattern.text_of([form]))


def _text_of_joined(pattern: Pattern, joined: str) -> str:
    """The label of a pattern whose words, run together, read so."""
    for forms in product(*(word.forms for word in pattern.words)):
        surfaces = (word.forms[form] for word, form in zip(pattern.words, forms, strict=True))
        if "".join(surfaces).lower() == joined:
            return pattern.text_of(forms)
    return pattern.label.text


def _judge(
    resume: PreparedResume,
    match: Match,
    start: int,
    end: int,
    findings: Findings,
    place: int,
    blocked: Iterable[tuple[int, int, str]],
) -> None:
    clause = resume.clauses[match.clause]
    text = resume.resume.text
    reason = _reason_against(resume, match, clause, start, end, blocked)
    if reason is not None:
        findings.rejected.append(Rejection(text[start:end], start, end, match.label, reason))
        return
    evidence = Evidence(
        text=text[start:end],
        start=start,
        end=end,
        page=resume.resume.page_at(start),
        section=clause.section,
        label=match.label,
        method=match.method,
        similarity=_similarity(match, clause),
    )
    if resume.context.is_hidden(start, end):
        findings.hidden.append(evidence)
        findings.rejected.append(Rejection(evidence.text, start, end, evidence.label, "hidden from readers"))
        return
    findings.evidence.insert(place, evidence)


def _reason_against(
    resume: PreparedResume,
    match: Match,
    clause: Clause,
    start: int,
    end: int,
    blocked: Iterable[tuple[int, int, str]],
) -> str | None:
    pattern = match.pattern
    for block_start, block_end, phrase in blocked:
        if _is_blocked(match, clause, start, end, block_start, block_end):
            return f"part of {phrase!r}"
    text = resume.resume.text
    if pattern.needs_capitals and len(match.positions) == len(pattern.words):
        for word, position in zip(pattern.words, match.positions, strict=True):
            token = clause.tokens[position]
            if f"={token.low}" in word.capitals and not text[token.start : token.end].rstrip("s").isupper():
                return "an abbreviation counts only in capitals"
    if pattern.label.only_in and clause.section not in pattern.label.only_in:
        return f"counts only in {', '.join(pattern.label.only_in)}"
    if pattern.label.near and not _has_companion(resume, match, clause):
        return "ambiguous, and none of its companions stands near"
    if pattern.needs_name:
        token = clause.tokens[match.positions[0]]
        if not is_meant_as_name(clause, match.positions[0], text[token.start : token.end]):
            return "a word here, not the name of the product"
    reason = resume.reason_against(match.clause, match.positions)
    if reason is None and not pattern.is_duty and len(match.positions) == len(pattern.words):
        return resume.context.names_others(clause, match.positions, start, _last_word(match))
    return reason


def _last_word(match: Match) -> str:
    """The last word of a match's label, in lower case."""
    return match.label.rsplit(None, 1)[-1].lower() if match.label else ""


def _is_blocked(match: Match, clause: Clause, start: int, end: int, block_start: int, block_end: int) -> bool:
    """Whether a phrase that shows no skill takes the words of a match away from it.

    Of a duty only the object counts: "collect data" does not take "collect" from "collect data and payments".
    """
    if end <= block_start or block_end <= start:
        return False
    if match.pattern.is_duty and len(match.positions) > 1:
        objects = (clause.tokens[p] for p in match.positions[1:])
        is_whole = block_start <= start and end <= block_end
        return is_whole or any(block_start <= t.start and t.end <= block_end for t in objects)
    return not (start <= block_start and block_end <= end and (start, end) != (block_start, block_end))


def _has_companion(resume: PreparedResume, match: Match, clause: Clause) -> bool:
    own = {clause.tokens[p].key for p in match.positions}
    wanted = {word_key(low) for text in match.pattern.label.near for low in text.lower().split()} - own
    if wanted & resume.keys_of_block(clause.block):
        return True
    if len(clause.tokens) <= SHORT_LINE and any(
        wanted & resume.keys_of_block(clause.block + step) for step in (-3, -2, -1, 1, 2, 3)
    ):
        return True
    return clause.section == "skills" and bool(wanted & resume.keys_of_section("skills"))


def _similarity(match: Match, clause: Clause) -> float:
    # The words that count, in the label's order: a gap in the text makes them no less alike.
    surface = " ".join([clause.tokens[p].low for p in match.positions])
    label = _folded(match.label)
    if surface == label:
        return 100.0
    return round(max(fuzz.ratio(surface, label), fuzz.token_sort_ratio(surface, match.label.lower())), 1)


_folded = lru_cache(maxsize=50_000)(normalize)


def _span(resume: PreparedResume, match: Match) -> tuple[int, int]:
    tokens = resume.clauses[match.clause].tokens
    return tokens[min(match.positions)].start, tokens[max(match.positions)].end


_TRUST: dict[Method, int] = {"exact": 0, "inflected": 1, "reordered": 2, "fuzzy": 3}


def _without_overlaps(evidence: list[Evidence]) -> list[Evidence]:
    """Evidence in the order of the text; of overlapping pieces the most trusted, then the longest, stays."""
    kept: list[Evidence] = []
    for item in sorted(evidence, key=lambda e: (_TRUST[e.method], -(e.end - e.start), e.start)):
        place = _place_of(kept, item.start, item.end)
        if place is not None:
            kept.insert(place, item)
    return kept


def _distinct(rejected: list[Rejection]) -> list[Rejection]:
    return sorted(dict.fromkeys(rejected), key=lambda r: (r.start, r.end))


def _sections_of_blocks(resume: Resume) -> list[SectionKind]:
    kinds: list[SectionKind] = []
    place = 0
    for block in resume.blocks:
        while place + 1 < len(resume.sections) and resume.sections[place + 1].start <= block.start:
            place += 1
        kinds.append(resume.sections[place].kind if resume.sections else "other")
    return kinds
