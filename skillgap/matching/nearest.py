"""How near a resume comes to a skill that it does not show."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import fuzz, process

from skillgap.matching.evidence import Findings, PreparedResume
from skillgap.matching.forms import word_key
from skillgap.matching.notation import first_label
from skillgap.matching.word_classes import FUNCTION_WORDS
from skillgap.model import Nearest, Skill

# Below this similarity (0-100) two phrases share one word of several, which tells a reader nothing ("Skills" for
# "analytic skills" is 57).
SCORE_CUTOFF = 72.0
# The first labels of a skill stand for it well enough; comparing all would cost more than it tells.
MAX_LABELS = 6


def find_nearest(resume: PreparedResume, skill: Skill, findings: Findings | None) -> Nearest | None:
    """The phrase of a resume most like one of the skill's labels, None where nothing is like it.

    Words that matched a label but were rejected ("no experience with Excel") come first, since they are what
    a reader would point to. Otherwise phrases that share a word with a label are compared with it by
    rapidfuzz's ``token_sort_ratio``.
    """
    if findings is not None and findings.rejected:
        best = max(findings.rejected, key=lambda r: (r.reason != "hidden from readers", r.end - r.start))
        score = fuzz.token_sort_ratio(best.text.lower(), best.label.lower())
        return Nearest(best.text, best.start, best.end, best.label, round(score, 1))
    labels = dict.fromkeys((skill.preferred_label, *(first_label(label.text) for label in skill.labels[:MAX_LABELS])))
    best_score, best_phrase, best_label = 0.0, None, ""
    for label in labels:
        low, keys = _sought(label)
        for key in keys:
            phrases = resume.phrases_around(key, len(keys))
            if not phrases:
                continue
            cutoff = max(best_score, SCORE_CUTOFF)
            found = process.extractOne(low, phrases, scorer=fuzz.token_sort_ratio, score_cutoff=cutoff)
            if found is not None and found[1] > best_score:
                best_score, best_phrase, best_label = found[1], found[2], label
    if best_phrase is None:
        return None
    start, end = best_phrase
    return Nearest(resume.resume.text[start:end], start, end, best_label, round(best_score, 1))


# A role is asked of one resume after another.
@lru_cache(maxsize=50_000)
def _sought(label: str) -> tuple[str, tuple[str, ...]]:
    """A label in lower case, and the keys of its words that say something."""
    low = label.lower()
    return low, tuple(word_key(word) for word in low.split() if word not in FUNCTION_WORDS)
