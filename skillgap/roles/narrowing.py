"""The part of a vocabulary whose labels may stand in one text: an index of it is made in a tenth of the time.

An index of all labels is worth its two seconds where many texts are compared with it. For a single text most labels
are out of the question: a label can only match where each of its words, in whatever form, begins as some word of the
text does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from skillgap.matching.abbreviations import spelt_variants
from skillgap.matching.forms import is_english, word_key
from skillgap.model import Skill

# Forms of one word ("collect", "collections") begin alike for so many letters; irregular ones hardly ever name skills.
_ALIKE = 3
_WORD = re.compile(r"[a-z0-9]+")
_DOT = re.compile(r"(?<=\b[A-Za-z])\.(?=[A-Za-z]\b)")
_HYPHEN = re.compile(r"(?<=\w)[-\u2010\u2011](?=\w)")


def likely_skills(skills: Iterable[Skill], text: str) -> tuple[Skill, ...]:
    """The skills that a text may name, each with only the labels that may stand in it.

    >>> from skillgap.model import Label
    >>> menus = Skill("menus", "menu planning", labels=(Label("wine lists"), Label("plan|write menus", is_duty=True)))
    >>> [(skill.id, len(skill.labels)) for skill in likely_skills([menus], "Planned menus for 200 guests.")]
    [('menus', 1)]
    >>> likely_skills([menus], "Kept the books.")
    ()
    """
    words = _words_of(text)
    beginnings = _beginnings(words)
    found = []
    for skill in skills:
        labels = tuple(label for label in skill.labels if _may_stand(label.text, words, beginnings))
        if labels or _may_stand(skill.preferred_label, words, beginnings):
            found.append(replace(skill, labels=labels))
    return tuple(found)


def _words_of(text: str) -> frozenset[str]:
    """The words of a text in every spelling: labels match with abbreviations spelt out and back ("HR", "J.D.")."""
    spellings = (text, *spelt_variants(text), _HYPHEN.sub("", text), _DOT.sub("", text))  # "on-boarding" is one word
    return frozenset(word for spelling in spellings for word in _WORD.findall(spelling.lower()))


def _beginnings(words: Iterable[str]) -> frozenset[str]:
    """How words begin; of a word that is not English every part counts, for it may be run together."""
    found = {form[:_ALIKE] for word in words for form in (word, word_key(word))}  # "wrote" has the key of "write"
    for word in words:
        if len(word) > _ALIKE and not is_english(word):
            found.update(word[start : start + _ALIKE] for start in range(1, len(word) - _ALIKE + 1))
    return frozenset(found)


def _may_stand(label: str, words: frozenset[str], beginnings: frozenset[str]) -> bool:
    """Whether a label, as it is, run together ("bartender") or spelt out, may stand among words of a text."""
    return (
        _may_begin(label, beginnings)
        or "".join(_WORD.findall(label.lower())) in words
        or any(_may_begin(variant, beginnings) for variant in spelt_variants(label))
    )


def _may_begin(notation: str, beginnings: frozenset[str]) -> bool:
    """Whether each part of a label, in one of its alternatives, begins as words of the text do."""
    for part in notation.lower().split():
        for choice in part.split("|"):
            # What is shorter than other beginnings is a whole word of the text: "up", of which "ups" is a form.
            if all(
                word[:_ALIKE] in beginnings or word[: _ALIKE - 1] in beginnings or word in _FILLERS
                for word in _WORD.findall(choice)
            ):
                break
        else:
            return False
    return True


_FILLERS = frozenset(["of", "for", "to", "in", "on", "with", "at", "by", "from", "and", "or", "the", "a", "an", "s"])
