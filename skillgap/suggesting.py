"""One resume against the whole catalogue: which roles fit it best, and why.

Every skill of the catalogue is looked for in one pass. Roles are then compared by sets:

    score(role) = fit + 0.6 · titles
    fit         = Σ w·t²·s over the role's skills that the resume shows
                  ────────────────────────────────────────────────────────────
                  (0.4 · L + 0.6 · l) · √(8² + Σ (t·s)² over the skills that the resume shows)
    titles      = whole + 0.3 · partly

``fit`` is the cosine of role and resume as vectors of telling skills: tf-idf weighting with cosine normalisation
(Salton and Buckley, "Term-weighting approaches in automatic text retrieval", 1988), so that neither a long list of
skills nor a short one is an advantage of its own. ``l = √(Σ (w·t)²)`` is the role's length and ``L`` the mean of all
roles': roles with few telling skills would fit everybody without this pivot (Singhal, Buckley and Mitra, "Pivoted
document length normalization", 1996).

``w``  the importance in the role: essential 3, important 2, useful 1.
``s``  how strongly the resume shows the skill: 1 + ln(pieces of evidence), half of that where it is only listed.
``t``  how telling the skill is: idf / (1 + log₁₀(labels / 22)). ``idf = ln(1 + (N - n + 0.5) / (n + 0.5))`` where n of
       the N roles ask for it, or for a skill that shows it (the form of Robertson and Spärck Jones that BM25 uses;
       Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009). Half of the skills have
       at most 22 labels; those with hundreds ("computers and electronics") are shown by nearly every resume, whichever
       roles ask for them.

``whole``  is what the role's titles say that stand at the top of the resume (1.5) and of positions: the newest most
           (1), older ones less; of titles that overlap the longest counts, and one of n roles speaks 1/√n for each.
``partly`` is (Σ i² over a title's words that stand there / Σ i² over all its words)², times the same weight, for the
           best title and place; ``i`` is the idf of the word, each role's titles being one document.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from skillgap.matching.evidence import Findings, PreparedResume, find_evidence
from skillgap.matching.forms import word_key
from skillgap.matching.index import LabelIndex, index_of
from skillgap.matching.word_classes import FUNCTION_WORDS
from skillgap.model import (
    IMPORTANCE_WEIGHTS,
    Label,
    Position,
    Requirement,
    Resume,
    Role,
    Section,
    Skill,
    Suggestion,
)
from skillgap.roles.breadth import count_labels
from skillgap.roles.catalogue import Catalogue, load_catalogue
from skillgap.roles.narrowing import likely_skills
from skillgap.scoring import DEMONSTRATING, MANY

# Two or three telling skills are little to go by: they fit many roles perfectly. So much is added to a resume's length.
_LITTLE = 8.0
# Pivoted normalisation: how much of a role's own length counts, the rest being that of all roles alike.
_SLOPE = 0.6
# How much a title held now weighs against the fit of skills (whose cosine is 0.1 to 0.5 for a role that fits).
_TITLE_WEIGHT = 0.6
# What the line at the top, in which people say what they are, weighs against a title held now.
_HEADLINE = 1.5
# What a title of which only words stand there weighs against one that stands there whole.
_PARTLY = 0.3
# What the second, third, … newest position weighs against the newest.
_RECENCY = (1.0, 0.7, 0.5, 0.4, 0.3)
# A skill that is only listed tells half as much as one that was used.
_LISTED = 0.5
# However many titles name a role, they count no more than this many titles held now.
_MOST_TITLES = 2.0
# A position's title stands within so many characters of its beginning, before what was done there.
_TITLE_REACH = 140
# A longer line at the top is a summary, not a headline.
_HEADLINE_WORDS = 10
# Half of the vocabulary's skills have at most so many labels, written out.
_USUAL_LABELS = 22
# To index the whole vocabulary takes as long as to index for so many resumes what may stand in each.
_FEW = 3
# So many skills are named for a role, and so many missing ones.
_MOST_SPEAKING, _MOST_MISSING = 6, 4


@dataclass(frozen=True, slots=True)
class _Profile:
    """What comparing needs of one role: the hard skills that it asks for, with their weights."""

    id: str
    title: str
    wanted: tuple[Requirement, ...]
    length: float


class RoleFinder:
    """The catalogue made ready to be compared with resumes: its labels, its titles, and how telling each skill is."""

    def __init__(self, catalogue: Catalogue) -> None:
        roles = [catalogue.role(role_id) for role_id in catalogue.roles]
        skills = {skill.id: skill for role in roles for skill in role.skills}
        beyond = tuple(skill for skill_id, skill in skills.items() if skill_id not in catalogue.skills)
        # Without skills of roles' own it is the very tuple whose index postings use too.
        self._skills = catalogue.vocabulary + beyond if beyond else catalogue.vocabulary
        skills = {skill.id: skill for skill in self._skills}
        self._shows = _relations(self._skills)
        self._many = {s.id: s.shown_by_many for s in self._skills if s.shown_by_many}
        asked = Counter(skill_id for role in roles for skill_id in self._asked(role))
        self._telling = {
            skill_id: math.log(1 + (len(roles) - count + 0.5) / (count + 0.5)) / _breadth(skills[skill_id])
            for skill_id, count in asked.items()
        }
        self._profiles = {role.id: self._profile(role.id, role.title, role.hard_skills) for role in roles}
        self._usual_length = sum(p.length for p in self._profiles.values()) / max(1, len(self._profiles))
        self._title_words = {role.id: tuple({_words(t) for t in (role.title, *role.alt_titles)}) for role in roles}
        named = Counter(word for titles in self._title_words.values() for word in set().union(*titles))
        self._rarity = {word: math.log(1 + (len(roles) - n + 0.5) / (n + 0.5)) for word, n in named.items()}
        self._titles = tuple(_title_skill(role.id, (role.title, *role.alt_titles)) for role in roles)
        self._compared = 0

    def _asked(self, role: Role) -> set[str]:
        """The skills that a role asks for, be it by skills that show them, be it as core skills."""
        own = [requirement.skill for requirement in role.requirements]
        return {skill_id for asked in own for skill_id in (asked, *_reachable(asked, self._shows))}

    def _profile(self, role_id: str, title: str, wanted: tuple[Requirement, ...]) -> _Profile:
        squares = ((IMPORTANCE_WEIGHTS[r.importance] * self._telling[r.skill]) ** 2 for r in wanted)
        return _Profile(role_id, title, wanted, math.sqrt(sum(squares)))

    def suggest(self, resume: Resume, limit: int) -> tuple[Suggestion, ...]:
        """The best-fitting roles, best first."""
        skills, names = self._indexes(resume)
        findings = find_evidence(PreparedResume(resume), skills)
        shown = self._shown(findings)
        titles = self._titles_held(resume, names)
        partly = self._partly_named(resume)
        squares = sum((strength * self._telling[s]) ** 2 for s, strength in shown.items() if s in self._telling)
        weight = math.sqrt(squares + _LITTLE**2)
        scored = []
        for profile in self._profiles.values():
            length = (1 - _SLOPE) * self._usual_length + _SLOPE * profile.length
            fit = self._mass(profile.wanted, shown) / (length * weight) if profile.length else 0.0
            held, words = titles.get(profile.id, (0.0, ()))
            held += _PARTLY * partly.get(profile.id, 0.0)
            scored.append((fit + _TITLE_WEIGHT * held, words, profile))
        scored.sort(key=lambda row: (-row[0], row[2].id))
        return tuple(self._suggestion(*row, shown) for row in scored[:limit] if row[0] > 0)

    def _indexes(self, resume: Resume) -> tuple[LabelIndex, LabelIndex]:
        """The labels of skills and the titles of roles: for the first resumes only what may stand in them.

        Of those a resume shows the same skills, but for a rare misspelling that is near to words of other labels.
        """
        self._compared += 1
        if self._compared > _FEW:
            return index_of(self._skills), index_of(self._titles)
        return LabelIndex(likely_skills(self._skills, resume.text)), LabelIndex(
            likely_skills(self._titles, resume.text)
        )

    def _mass(self, wanted: Iterable[Requirement], shown: Mapping[str, float]) -> float:
        return sum(
            IMPORTANCE_WEIGHTS[r.importance] * self._telling[r.skill] ** 2 * shown[r.skill]
            for r in wanted
            if r.skill in shown
        )

    def _shown(self, findings: Mapping[str, Findings]) -> dict[str, float]:
        """How strongly each skill is shown (0-1), by its own labels and by those of the skills that show it."""
        own = {skill_id: _strength(found) for skill_id, found in findings.items() if found.evidence}
        shown: dict[str, float] = {}
        for skill_id, strength in own.items():
            for other in (skill_id, *_reachable(skill_id, self._shows)):
                shown[other] = max(strength, shown.get(other, 0.0))
        for skill_id, others in self._many.items():
            labels = {e.label.casefold() for o in others if o in findings for e in findings[o].evidence}
            if skill_id not in shown and len(labels) >= MANY:
                shown[skill_id] = max(own.get(o, 0.0) for o in others)
        return shown

    def _titles_held(self, resume: Resume, names: LabelIndex) -> dict[str, tuple[float, tuple[str, ...]]]:
        """For each role how much the titles held speak for it (0-1 and a little more), and the titles."""
        held: dict[str, dict[str, tuple[float, str]]] = {}
        for start, end, weight in _title_places(resume):
            for role_ids, words in _roles_named(resume, start, end, names):
                for role_id in role_ids:
                    known = held.setdefault(role_id, {})
                    key = words.casefold()
                    known[key] = max(known.get(key, (0.0, words)), (weight / math.sqrt(len(role_ids)), words))
        return {
            role_id: (
                min(_MOST_TITLES, sum(weight for weight, _ in named.values())),
                tuple(words for _, words in sorted(named.values(), key=lambda n: -n[0])),
            )
            for role_id, named in held.items()
        }

    def _partly_named(self, resume: Resume) -> dict[str, float]:
        """For each role how much of the words of one of its titles stands where titles stand (0-1 and a little more).

        "Pizza chef" is no title of the catalogue, but has the rarer of the two words of "executive chef".
        """
        partly: dict[str, float] = {}
        for start, end, weight in _title_places(resume):
            words = _words(resume.text[start:end])
            for role_id, titles in self._title_words.items():
                share = max((self._share(title, words) for title in titles if title & words), default=0.0)
                partly[role_id] = max(partly.get(role_id, 0.0), weight * share**2)
        return partly

    def _share(self, title: frozenset[str], words: frozenset[str]) -> float:
        """How much of a title other words hold, each counting by its rarity in titles."""
        return sum(self._rarity[w] ** 2 for w in title & words) / sum(self._rarity[w] ** 2 for w in title)

    def _suggestion(
        self, score: float, titles: tuple[str, ...], profile: _Profile, shown: Mapping[str, float]
    ) -> Suggestion:
        def worth(requirement: Requirement) -> float:
            return IMPORTANCE_WEIGHTS[requirement.importance] * self._telling[requirement.skill]

        def by_importance(requirement: Requirement) -> tuple[float, float]:
            return -IMPORTANCE_WEIGHTS[requirement.importance], -worth(requirement)

        total = sum(IMPORTANCE_WEIGHTS[r.importance] for r in profile.wanted)
        covered = [r for r in profile.wanted if r.skill in shown]
        missing = [r for r in profile.wanted if r.skill not in shown]
        return Suggestion(
            role=profile.id,
            title=profile.title,
            score=round(score, 4),
            coverage=sum(IMPORTANCE_WEIGHTS[r.importance] for r in covered) / total if total else 0.0,
            titles=titles,
            speaking=tuple(r.name for r in sorted(covered, key=lambda r: -worth(r) * shown[r.skill])[:_MOST_SPEAKING]),
            missing=tuple(r.name for r in sorted(missing, key=by_importance)[:_MOST_MISSING]),
        )


@lru_cache(maxsize=4)
def role_finder(*folders: str) -> RoleFinder:
    """The finder of the built-in catalogue and further folders, made once."""
    return RoleFinder(load_catalogue(*folders))


def _title_skill(role_id: str, titles: Sequence[str]) -> Skill:
    return Skill(id=role_id, preferred_label=titles[0], labels=tuple(Label(title) for title in titles[1:]))


def _roles_named(resume: Resume, start: int, end: int, names: LabelIndex) -> list[tuple[tuple[str, ...], str]]:
    """The roles whose titles stand in a span; of titles that overlap the longest counts."""
    blocks = tuple(replace(b, end=min(b.end, end)) for b in resume.blocks if start <= b.start < end)
    if not blocks:
        return []
    place = replace(
        resume,
        blocks=blocks,
        sections=(Section("experience", "", start, end),),
        contacts=(),
        hidden=(),
        positions=(),
    )
    findings = find_evidence(PreparedResume(place), names)
    spans: dict[tuple[int, int], list[str]] = {}
    for role_id, found in findings.items():
        for evidence in found.evidence:
            spans.setdefault((evidence.start, evidence.end), []).append(role_id)
    kept: list[tuple[int, int]] = []
    for first, last in sorted(spans, key=lambda s: (s[0] - s[1], s[0])):
        if not any(a < last and first < b for a, b in kept):
            kept.append((first, last))
    return [(tuple(spans[span]), " ".join(resume.text[span[0] : span[1]].split())) for span in sorted(kept)]


def _words(text: str) -> frozenset[str]:
    """The keys of a text's words, function words left out."""
    return frozenset(word_key(word) for word in re.findall(r"[a-z]+", text.lower()) if word not in FUNCTION_WORDS)


def _relations(skills: Iterable[Skill]) -> dict[str, tuple[str, ...]]:
    """For each skill the ids of those that its evidence shows too."""
    shows: dict[str, list[str]] = {}
    for skill in skills:
        shows.setdefault(skill.id, []).extend(skill.broader)
        for other in skill.shown_by:
            shows.setdefault(other, []).append(skill.id)
    return {skill_id: tuple(others) for skill_id, others in shows.items()}


def _reachable(start: str, shows: Mapping[str, Sequence[str]]) -> list[str]:
    found: dict[str, None] = {}
    queue = list(shows.get(start, ()))
    while queue:
        skill_id = queue.pop()
        if skill_id not in found:
            found[skill_id] = None
            queue.extend(shows.get(skill_id, ()))
    return list(found)


def _strength(found: Findings) -> float:
    is_used = any(e.section in DEMONSTRATING for e in found.evidence)
    return (1.0 + math.log(len(found.evidence))) * (1.0 if is_used else _LISTED)


def _breadth(skill: Skill) -> float:
    return 1.0 + math.log10(max(1.0, count_labels(skill) / _USUAL_LABELS))


def _title_places(resume: Resume) -> list[tuple[int, int, float]]:
    """(start, end, weight) of the places where titles stand: the headline, and the beginning of each position."""
    places: list[tuple[int, int, float]] = []
    for block in resume.blocks[:4]:
        section = resume.section_at(block.start)
        if section is not None and section.heading:
            break
        if len(resume.text[block.start : block.end].split()) <= _HEADLINE_WORDS:
            places.append((block.start, block.end, _HEADLINE))
    # Some documents hold the whole resume twice.
    jobs = {(p.dates, resume.text[p.start : _title_end(resume, p)]): p for p in resume.positions if _is_job(resume, p)}
    for rank, position in enumerate(sorted(jobs.values(), key=_newest_first)):
        weight = _RECENCY[min(rank, len(_RECENCY) - 1)]
        places.append((position.start, _title_end(resume, position), weight))
    return places


def _title_end(resume: Resume, position: Position) -> int:
    """Where a position's title has ended: what was done there is often a list."""
    end = min(position.end, position.start + _TITLE_REACH)
    return min((b.start for b in resume.blocks if position.start < b.start < end and b.kind == "bullet"), default=end)


def _is_job(resume: Resume, position: Position) -> bool:
    section = resume.section_at(position.start)
    return section is not None and section.kind == "experience"


def _newest_first(position: Position) -> tuple[bool, tuple[int, int]]:
    last = position.last or position.first or (0, 0)
    return not position.is_current, (-last[0], -last[1])
