"""Resume × skills → findings: which words show which skill, and which only look as if they did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from skillgap.matching.context import ResumeContext
from skillgap.matching.forms import word_key
from skillgap.matching.index import LabelIndex, Pattern, Word
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
)
from skillgap.model import Evidence, Method, Rejection, Resume, SectionKind

# Content words that may stand between the words of a duty: "processed all incoming customer payments".
MAX_DUTY_GAP = 3
# Tokens that a coordination may put between the words of a label: "accounts payable and receivable".
MAX_COORDINATION = 4


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


@dataclass(slots=True)
class _Words:
    """A clause made ready for look-ups: its keys and lower-case forms after correction."""

    clause: Clause
    keys: list[str]
    lows: list[str]
    corrected: frozenset[int]
    values: frozenset[str]


class PreparedResume:
    """A resume split into clauses, once for all skills and roles that are asked of it."""

    def __init__(self, resume: Resume) -> None:
        self.resume = resume
        self.clauses = find_clauses(resume.text, resume.blocks, _sections_of_blocks(resume))
        self.context = ResumeContext(resume)
        self._keys_of_block: dict[int, frozenset[str]] = {}
        self._keys_of_section: dict[str, frozenset[str]] = {}
        self._places: dict[str, list[tuple[list[Token], int]]] = {}

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

    def places_of(self, key: str) -> list[tuple[list[Token], int]]:
        """Where a key stands: the tokens of the clause and the position among them."""
        if not self._places:
            for clause in self.clauses:
                for position, token in enumerate(clause.tokens):
                    self._places.setdefault(token.key, []).append((clause.tokens, position))
        return self._places.get(key, [])


def find_evidence(resume: PreparedResume, index: LabelIndex) -> dict[str, Findings]:
    """Findings by skill id; skills without any are left out. Evidence stands in the order of the text."""
    found: dict[str, Findings] = {}
    blocked: dict[str, list[tuple[int, int, str]]] = {}
    matches: list[Match] = []
    for match in find_matches(resume.clauses, index):
        if match.pattern.is_block:
            start, end = _span(resume, match)
            blocked.setdefault(match.pattern.skill, []).append((start, end, match.pattern.text))
        else:
            matches.append(match)
    for match in matches:
        findings = found.setdefault(match.pattern.skill, Findings())
        _judge(resume, match, findings, blocked.get(match.pattern.skill, ()))
    for findings in found.values():
        findings.evidence = _without_overlaps(findings.evidence)
        findings.hidden = _without_overlaps(findings.hidden)
        findings.rejected = _distinct(findings.rejected)
    return found


def find_matches(clauses: Sequence[Clause], index: LabelIndex) -> Iterable[Match]:
    """Every pattern of an index found in the clauses, before its context is judged."""
    for number, clause in enumerate(clauses):
        words = _look_up(clause, index)
        seen: set[str] = set()
        for position, (key, low) in enumerate(zip(words.keys, words.lows, strict=True)):
            for value in (key, f"={low}"):
                candidates = index.by_word.get(value)
                if candidates is None or (value in seen and len(candidates[0][0].words) == 0):
                    continue
                for pattern, anchor, values in candidates:
                    if values <= words.values:
                        match = match_pattern(pattern, words, anchor, position)
                        if match is not None:
                            yield Match(pattern, number, match[0], match[1])
        yield from _joined_matches(number, words, index)


def _look_up(clause: Clause, index: LabelIndex) -> _Words:
    keys = [token.key for token in clause.tokens]
    lows = [token.low for token in clause.tokens]
    corrected: set[int] = set()
    for position, low in enumerate(lows):
        if keys[position] in index.values or f"={low}" in index.values or len(low) < 5:
            continue
        right = index.corrector.correct(low)
        if right is not None and right != low:
            keys[position], lows[position] = word_key(right), right
            corrected.add(position)
    return _Words(clause, keys, lows, frozenset(corrected), frozenset(keys).union(f"={low}" for low in lows))


def match_pattern(pattern: Pattern, words: _Words, anchor: int, position: int) -> tuple[tuple[int, ...], Method] | None:
    """Positions and method of a pattern whose word number ``anchor`` stands at a position, None where it does not match."""
    if not _is_word(pattern.words[anchor], words, position):
        return None
    if pattern.is_duty:
        positions = _match_duty(pattern, words, anchor, position)
    else:
        positions = _match_ordered(pattern, words, anchor, position)
        if positions is None and pattern.is_reversible:
            positions = _match_reversed(pattern, words, anchor, position)
    if positions is None:
        return None
    return positions, _method(pattern, words, positions)


def _is_word(word: Word, words: _Words, position: int) -> bool:
    if word.is_proper:
        return words.lows[position] == word.low
    return words.keys[position] == word.value


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
    is_loose = (wanted if direction > 0 else pattern.words[number + 1]).is_loose
    tokens = words.clause.tokens
    following = position + direction
    if not 0 <= following < len(tokens):
        return None
    if _is_word(wanted, words, following):
        gap = tokens[max(position, following)].gap
        return following if gap in (Gap.SPACE, Gap.JOINT, Gap.BRACKET) else None
    if is_loose:
        place = following
        while 0 <= place < len(tokens) and abs(place - position) <= 3 and tokens[place].low in FUNCTION_WORDS:
            place += direction
        if 0 <= place < len(tokens) and abs(place - position) <= 3 and _is_word(wanted, words, place):
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
        starts = between[0].low in CONJUNCTIONS or between[0].gap in (Gap.COMMA,) or between[0].is_slashed
        ends = between[-1].low in CONJUNCTIONS or tokens[high].gap is Gap.COMMA or tokens[high].is_slashed
        content = sum(t.low not in CONJUNCTIONS for t in between)
        return place if (starts or ends) and 1 <= content <= 3 else None
    return None


def _match_reversed(pattern: Pattern, words: _Words, anchor: int, position: int) -> tuple[int, ...] | None:
    """ "Preparation of monthly statements" for the label "statement preparation"."""
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
        t.low in PREPOSITIONS or t.low in CONJUNCTIONS or t.gap in (Gap.COMMA, Gap.BREAK) for t in between[1:]
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
        chosen[number] = min(places, key=lambda p: (abs(p - position), p))
    return tuple(chosen) if _is_phrase(pattern, words, chosen) else None


def _is_phrase(pattern: Pattern, words: _Words, positions: Sequence[int]) -> bool:
    """Whether the words at these positions make one verb phrase."""
    tokens = words.clause.tokens
    ordered = sorted(positions)
    verb = positions[0]
    span = tokens[ordered[0] + 1 : ordered[-1]]
    taken = set(positions)
    gap = [(place, tokens[place]) for place in range(ordered[0] + 1, ordered[-1]) if place not in taken]
    content = [t for _, t in gap if t.low not in FUNCTION_WORDS]
    has_series = any(t.low in CONJUNCTIONS or t.gap is Gap.COMMA or t.is_slashed for t in (*span, tokens[ordered[-1]]))
    if len(content) > (MAX_DUTY_GAP + 3 if has_series else MAX_DUTY_GAP):
        return False
    if pattern.is_strict and not _is_deed(tokens, verb):
        return False
    if verb == ordered[0]:
        if has_series and _has_other_verb(gap):
            return False
        return not _crosses_preposition(gap, verb) and (
            not pattern.is_strict or _ends_phrase(tokens, ordered[-1], content)
        )
    # The object comes first: "payment processing", "payments were processed", never over a comma or "and".
    return (
        not has_series
        and len(content) <= 1
        and not any(t.low in PREPOSITIONS for _, t in gap)
        and (not pattern.is_strict or not content)
    )


def _is_deed(tokens: Sequence[Token], position: int) -> bool:
    """Whether the word at a position is written as a verb: "planned menus", not "a plan for menus"."""
    low = tokens[position].low
    return is_past_verb(low) or low.endswith("ing") or (position == 0 and low in duty_verbs())


def _has_other_verb(gap: Sequence[tuple[int, Token]]) -> bool:
    return any(is_past_verb(t.low) and t.gap is not Gap.SPACE for _, t in gap)


def _crosses_preposition(gap: Sequence[tuple[int, Token]], verb: int) -> bool:
    """Whether the gap leaves the verb's object; a particle right after the verb ("collected on accounts") does not."""
    return any(
        t.low in PREPOSITIONS and not (place == verb + 1 and t.low in {"on", "with", "from", "in"}) for place, t in gap
    )


def _ends_phrase(tokens: Sequence[Token], last: int, content: Sequence[Token]) -> bool:
    """Whether the object is the head of its noun phrase: "managed time", not "managed time sheets"."""
    if not content and last + 1 >= len(tokens):
        return True
    if last + 1 >= len(tokens):
        return True
    following = tokens[last + 1]
    return following.gap is not Gap.SPACE or following.low in FUNCTION_WORDS or following.low in PREPOSITIONS


def _method(pattern: Pattern, words: _Words, positions: Sequence[int]) -> Method:
    if words.corrected.intersection(positions):
        return "fuzzy"
    is_contiguous = all(b - a == 1 for a, b in zip(positions, positions[1:], strict=False))
    if not is_contiguous and any(
        words.clause.tokens[p].low not in FUNCTION_WORDS
        for p in range(min(positions), max(positions))
        if p not in positions
    ):
        return "reordered"
    if list(positions) != sorted(positions):
        return "reordered"
    is_exact = all(words.lows[p] == w.low for p, w in zip(positions, pattern.words, strict=True))
    return "exact" if is_exact else "inflected"


def _joined_matches(number: int, words: _Words, index: LabelIndex) -> Iterable[Match]:
    """Labels written as one word ("accountsreceivable") and words of labels written as two ("book keeping")."""
    lows = words.lows
    for position, low in enumerate(lows):
        if len(low) >= 8 and low in index.joined:
            for pattern in index.joined[low]:
                yield Match(pattern, number, (position,), "fuzzy")
        parts = index.compounds.get(low)
        if parts is None or position + 1 >= len(lows):
            continue
        following = words.clause.tokens[position + 1]
        if following.gap not in (Gap.SPACE, Gap.JOINT):
            continue
        for rest, whole in parts:
            if following.low == rest or following.low == f"{rest}s":
                yield from _compound_matches(number, words, position, whole, index)


def _compound_matches(number: int, words: _Words, position: int, whole: str, index: LabelIndex) -> Iterable[Match]:
    for value in (word_key(whole), f"={whole}"):
        for pattern, _, _ in index.by_word.get(value, ()):
            if len(pattern.words) == 1 and not pattern.is_block:
                yield Match(pattern, number, (position, position + 1), "fuzzy")


def _judge(resume: PreparedResume, match: Match, findings: Findings, blocked: Iterable[tuple[int, int, str]]) -> None:
    clause = resume.clauses[match.clause]
    start, end = _span(resume, match)
    text = resume.resume.text
    reason = _reason_against(resume, match, clause, start, end, blocked)
    if reason is not None:
        findings.rejected.append(Rejection(text[start:end], start, end, match.pattern.label.text, reason))
        return
    evidence = Evidence(
        text=text[start:end],
        start=start,
        end=end,
        page=resume.resume.page_at(start),
        section=clause.section,
        label=match.pattern.label.text,
        method=match.method,
        similarity=_similarity(match, clause),
    )
    if resume.context.is_hidden(start, end):
        findings.hidden.append(evidence)
        findings.rejected.append(Rejection(evidence.text, start, end, evidence.label, "hidden from readers"))
        return
    findings.evidence.append(evidence)


def _reason_against(
    resume: PreparedResume,
    match: Match,
    clause: Clause,
    start: int,
    end: int,
    blocked: Iterable[tuple[int, int, str]],
) -> str | None:
    for block_start, block_end, phrase in blocked:
        if block_start <= start and end <= block_end:
            return f"part of {phrase!r}"
    pattern = match.pattern
    text = resume.resume.text
    if len(match.positions) == len(pattern.words):
        for word, position in zip(pattern.words, match.positions, strict=True):
            token = clause.tokens[position]
            if word.needs_capitals and not text[token.start : token.end].rstrip("s").isupper():
                return "an abbreviation counts only in capitals"
    if pattern.label.only_in and clause.section not in pattern.label.only_in:
        return f"counts only in {', '.join(pattern.label.only_in)}"
    if pattern.label.near and not _has_companion(resume, match, clause):
        return "ambiguous, and none of its companions stands near"
    if pattern.needs_context and not pattern.label.near and not pattern.label.only_in:
        token = clause.tokens[match.positions[0]]
        if not is_meant_as_name(clause, match.positions[0], text[token.start : token.end]):
            return "a word here, not the name of the product"
    return resume.context.reason_against(clause, match.positions)


def _has_companion(resume: PreparedResume, match: Match, clause: Clause) -> bool:
    own = {clause.tokens[p].key for p in match.positions}
    wanted = {word_key(low) for text in match.pattern.label.near for low in text.lower().split()} - own
    if wanted & resume.keys_of_block(clause.block):
        return True
    return clause.section == "skills" and bool(wanted & resume.keys_of_section("skills"))


def _similarity(match: Match, clause: Clause) -> float:
    surface = " ".join(clause.tokens[p].low for p in match.positions)
    label = " ".join(word.low for word in match.pattern.words)
    return round(fuzz.ratio(surface, label), 1)


def _span(resume: PreparedResume, match: Match) -> tuple[int, int]:
    tokens = resume.clauses[match.clause].tokens
    return tokens[min(match.positions)].start, tokens[max(match.positions)].end


_TRUST: dict[Method, int] = {"exact": 0, "inflected": 1, "reordered": 2, "fuzzy": 3}


def _without_overlaps(evidence: list[Evidence]) -> list[Evidence]:
    """Evidence in the order of the text; of overlapping pieces the most trusted, then the longest, stays."""
    if len(evidence) < 2:
        return evidence
    kept: list[Evidence] = []
    taken: list[tuple[int, int]] = []
    for item in sorted(evidence, key=lambda e: (_TRUST[e.method], -(e.end - e.start), e.start)):
        if not any(start < item.end and item.start < end for start, end in taken):
            kept.append(item)
            taken.append((item.start, item.end))
    return sorted(kept, key=lambda e: e.start)


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
