"""Resume × skills → findings: which words show which skill, and which only look as if they did."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz

from skillgap.matching.context import ResumeContext
from skillgap.matching.deeds import deeds
from skillgap.matching.forms import word_key
from skillgap.matching.index import LabelIndex
from skillgap.matching.matches import MOST_PLACES, Match, find_matches
from skillgap.matching.names import is_meant_as_abbreviation, is_meant_as_name
from skillgap.matching.normalize import Clause, Token, find_clauses, never_late, normalize
from skillgap.matching.others import are_people
from skillgap.matching.word_classes import FUNCTION_WORDS
from skillgap.model import Evidence, Method, Rejection, Resume, SectionKind

# No phrase that is worth naming begins or ends with one of these.
_EDGES = FUNCTION_WORDS | {"no", "not", "without"}
# A title or a list item has its companions in the lines around it.
SHORT_LINE = 6


@dataclass(slots=True)
class Findings:
    """What a resume says about one skill by that skill's own labels; ``hidden`` is evidence that nobody can see."""

    evidence: list[Evidence] = field(default_factory=list)
    hidden: list[Evidence] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


class PreparedResume:
    """A resume split into clauses, once for all skills and roles that are asked of it."""

    def __init__(self, resume: Resume, check_time: Callable[[], None] = never_late) -> None:
        """Split the resume; ``check_time`` is called again and again and may raise where time is up."""
        self.resume = resume
        self.check_time = check_time
        self.clauses = find_clauses(resume.text, resume.blocks, _sections_of_blocks(resume), check_time)
        self.context = ResumeContext(resume, self._tokens_of_block)
        self._tokens: dict[int, list[Token]] = {}
        self._keys_of_block: dict[int, frozenset[str]] = {}
        self._keys_of_section: dict[str, frozenset[str]] = {}
        self._places: dict[str, list[tuple[list[Token], int]]] = {}
        self._phrases: dict[tuple[str, int], dict[tuple[int, int], str]] = {}
        self._reasons: dict[tuple[int, int, int], str | None] = {}
        self._others: dict[tuple[int, int, int], str | None] = {}

    def keys_of_block(self, block: int) -> Set[str]:
        """The keys of all words of a block."""
        if block not in self._keys_of_block:
            self._keys_of_block[block] = frozenset([token.key for token in self._tokens_of_block(block)])
        return self._keys_of_block[block]

    def _tokens_of_block(self, block: int) -> Sequence[Token]:
        if not self._tokens:
            for clause in self.clauses:
                self._tokens.setdefault(clause.block, []).extend(clause.tokens)
        return self._tokens.get(block, ())

    def keys_of_section(self, section: str) -> frozenset[str]:
        """The keys of all words of the sections of one kind."""
        if section not in self._keys_of_section:
            self._keys_of_section[section] = frozenset(
                t.key for clause in self.clauses if clause.section == section for t in clause.tokens
            )
        return self._keys_of_section[section]

    def reason_against(self, match: Match) -> str | None:
        """Why the words of a match show nothing; asked once for all labels that match them."""
        asked = (match.clause, match.first, match.last)
        if asked not in self._reasons:
            self._reasons[asked] = self.context.reason_against(self.clauses[match.clause], match.positions)
        return self._reasons[asked]

    def names_others(self, match: Match) -> str | None:
        """Why the words of a match name other people than the resume's own; asked once for all labels of them."""
        asked = (match.clause, match.first, match.last)
        if asked not in self._others:
            self._others[asked] = self.context.names_others(self.clauses[match.clause], match.first, match.last)
        return self._others[asked]

    def phrases_around(self, key: str, size: int) -> dict[tuple[int, int], str]:
        """(start, end) → words of all runs of so many tokens of a clause that hold a word of this key."""
        places = self._places_of(key)
        if not places:
            return {}
        known = self._phrases.get((key, size))
        if known is not None:
            return known
        self.check_time()
        found: dict[tuple[int, int], str] = {}
        for tokens, position in places[:MOST_PLACES]:
            for first in range(max(0, position - size + 1), position + 1):
                window = tokens[first : first + size]
                # A word alone is near to nothing, nor is a phrase that is cut at an "and".
                if len(window) < min(size, 2) or not _EDGES.isdisjoint((window[0].low, window[-1].low)):
                    continue
                found[window[0].start, window[-1].end] = " ".join([token.low for token in window])
        self._phrases[key, size] = found
        return found

    def _places_of(self, key: str) -> Sequence[tuple[list[Token], int]]:
        if not self._places:
            places: defaultdict[str, list[tuple[list[Token], int]]] = defaultdict(list)
            for clause in self.clauses:
                if self.resume.blocks[clause.block].kind == "heading":
                    continue
                for position, token in enumerate(clause.tokens):
                    places[token.key].append((clause.tokens, position))
            self._places = dict(places)
        return self._places.get(key, ())


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
    if len(matches) > 1:
        matches.sort(key=lambda m: (_TRUST[m[2].method], m[0] - m[1], m[0], -len(m[2].positions)))
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
    if not evidence:
        return 0
    place = bisect_left(evidence, start, key=lambda e: e.start)
    is_free = (place == 0 or evidence[place - 1].end <= start) and (
        place == len(evidence) or end <= evidence[place].start
    )
    return place if is_free else None


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
    label = match.label
    reason = _reason_against(resume, match, clause, start, end, blocked) or _of_whole(findings.rejected, start, end)
    if reason is not None:
        findings.rejected.append(Rejection(text[start:end], start, end, label, reason))
        return
    evidence = Evidence(
        text=text[start:end],
        start=start,
        end=end,
        page=resume.resume.page_at(start),
        section=clause.section,
        label=label,
        method=match.method,
        similarity=_similarity(label, match.positions, clause),
    )
    if resume.context.is_hidden(start, end):
        findings.hidden.append(evidence)
        findings.rejected.append(Rejection(evidence.text, start, end, evidence.label, "hidden from readers"))
        return
    findings.evidence.insert(place, evidence)


def _of_whole(rejected: Iterable[Rejection], start: int, end: int) -> str | None:
    """The reason against longer words that hold these: "the accounts receivable manager" takes "receivable" with it."""
    for whole in rejected:
        if whole.start <= start and end <= whole.end and whole.reason.startswith("it names another person"):
            return whole.reason
    return None


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
        for word, position, form in zip(pattern.words, match.positions, match.forms, strict=True):
            token = clause.tokens[position]
            surface = text[token.start : token.end]
            is_alone = len(pattern.words) == 1
            if form in word.capitals and not is_meant_as_abbreviation(clause, surface, form[1:], is_alone=is_alone):
                return "an abbreviation counts only in capitals"
    if pattern.label.only_in and clause.section not in pattern.label.only_in:
        return f"counts only in {', '.join(pattern.label.only_in)}"
    if pattern.label.near and not _has_companion(resume, match, clause):
        return "ambiguous, and none of its companions stands near"
    if pattern.needs_name:
        token = clause.tokens[match.positions[0]]
        if not is_meant_as_name(clause, match.positions[0], text[token.start : token.end]):
            return "a word here, not the name of the product"
    reason = resume.reason_against(match)
    if reason is None and not pattern.is_duty and len(match.positions) == len(pattern.words):
        last = clause.tokens[match.last]
        # A label that itself ends in the people ("training of staff") asks for them. "CNAs" have the certificate.
        is_certified = last.low in deeds().certificates and text[last.end - 1] == "s"
        if is_certified or (are_people(last.low) and last.low != _last_word(match)):
            return "it names other people"
        return resume.names_others(match)
    return reason


def _last_word(match: Match) -> str:
    """The last word of a match's label, in lower case."""
    last = match.pattern.pieces[-1]
    if isinstance(last, int) and match.forms:
        form = match.forms[last]
        last = match.pattern.words[last].forms.get(form, form)
    return str(last).rsplit(None, 1)[-1].lower()


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
    wanted = _keys_of(match.pattern.label.near) - own
    if wanted & resume.keys_of_block(clause.block):
        return True
    if len(clause.tokens) <= SHORT_LINE and any(
        wanted & resume.keys_of_block(clause.block + step) for step in (-3, -2, -1, 1, 2, 3)
    ):
        return True
    return clause.section == "skills" and bool(wanted & resume.keys_of_section("skills"))


@lru_cache(maxsize=10_000)
def _keys_of(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word_key(low) for text in texts for low in text.lower().split())


def _similarity(label: str, positions: Sequence[int], clause: Clause) -> float:
    # The words that count, in the label's order: a gap in the text makes them no less alike.
    surface = " ".join([clause.tokens[p].low for p in positions])
    folded = _folded(label)
    if surface == folded:
        return 100.0
    return round(max(fuzz.ratio(surface, folded), fuzz.token_sort_ratio(surface, label.lower())), 1)


_folded = lru_cache(maxsize=50_000)(normalize)


def _span(resume: PreparedResume, match: Match) -> tuple[int, int]:
    tokens = resume.clauses[match.clause].tokens
    return tokens[match.first].start, tokens[match.last].end


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
