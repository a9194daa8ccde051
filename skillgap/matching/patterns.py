"""A skill → the patterns that its labels, its phrases that show nothing, and its bare name make."""

from __future__ import annotations

from collections.abc import Iterator

from skillgap.matching.abbreviations import spelt_variants
from skillgap.matching.bare_names import bare_patterns, called, other_names
from skillgap.matching.deeds import deeds
from skillgap.matching.labels import Pattern, readings_of, with_gerunds
from skillgap.matching.names import is_product_word
from skillgap.model import Label, Skill

# A label made of more words than this is a sentence, which no resume repeats to the word.
MAX_WORDS = 12


def patterns_of(skill: Skill) -> Iterator[Pattern]:
    """All patterns of a skill, those first that hold a label but show nothing."""
    for text in skill.not_labels:
        for words, pieces in readings_of(text, keep_all=True, is_bare=False):
            yield Pattern(Label(text), words, skill.id, pieces, is_block=True)
    also = called(skill.preferred_label) if skill.is_bare else ()
    for label in (Label(skill.preferred_label), *skill.labels, *also):
        # A preferred label is plain words, never notation.
        is_plain = (skill.is_bare and not label.is_whole) or label.text == skill.preferred_label
        yield from _label_patterns(skill, label, label.text, is_plain=is_plain)
        if not (label.is_duty or label.is_whole):
            for variant in spelt_variants(label.text):
                yield from _label_patterns(skill, label, variant, is_plain=is_plain)
    if skill.is_bare:
        name = skill.preferred_label
        for text in deeds().not_shown.get(name.lower(), ()):
            for words, pieces in readings_of(text, keep_all=True, is_bare=False):
                yield Pattern(Label(text), words, skill.id, pieces, is_block=True)
        for text in other_names(name):
            yield from _label_patterns(skill, Label(text), text, is_plain=True)


def _label_patterns(skill: Skill, label: Label, text: str, *, is_plain: bool) -> Iterator[Pattern]:
    is_bare = skill.is_bare and not label.is_whole
    for words, pieces in readings_of(text, keep_all=False, is_bare=is_bare, is_plain=is_plain):
        if len(words) > MAX_WORDS:
            continue
        if label.is_duty:
            words = (with_gerunds(words[0]), *words[1:])
        yield Pattern(
            label=label,
            words=words,
            skill=skill.id,
            pieces=pieces,
            is_duty=label.is_duty,
            is_strict=label.is_duty and label.is_whole,
            is_reversible=not label.is_duty and len(words) == 2 and not words[1].is_proper and not words[1].is_loose,
            needs_name=not label.only_in
            and len(words) == 1
            and any(form[0] == "=" and is_product_word(form[1:]) for form in words[0].forms),
        )
        is_name = is_bare or (not skill.is_bare and label.text == skill.preferred_label and len(words) > 1)
        if is_name and not label.is_duty:
            yield from bare_patterns(skill, label, words)
