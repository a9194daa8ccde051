"""The words of a clause as an index knows them: keys and names, corrected where they are misspelt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from skillgap.matching.forms import word_key
from skillgap.matching.index import Filed, LabelIndex, Word
from skillgap.matching.normalize import Clause, Gap, Token

# Longer words are glued text or worse; the time and memory that a correction takes grow with the square of length.
LONGEST_WORD = 40


@dataclass(slots=True)
class ClauseWords:
    """A clause made ready for look-ups: its keys, lower-case forms and names after correction.

    ``known`` are the positions at which labels may stand, with those labels, ``forms`` are all keys and names,
    ``places`` the positions of each of them, gathered where a duty asks for them.
    """

    clause: Clause
    keys: list[str]
    lows: list[str]
    names: list[str]
    known: list[tuple[int, Filed]]
    corrected: frozenset[int]
    forms: frozenset[str]
    places: dict[str, list[int]] = field(default_factory=dict)

    def places_of(self, word: Word) -> list[int]:
        """The positions at which a word of a label stands, in order."""
        places = self.places
        if not places:
            for position, (key, name) in enumerate(zip(self.keys, self.names, strict=True)):
                places.setdefault(key, []).append(position)
                places.setdefault(name, []).append(position)
        found = [places[form] for form in word.any_of & self.forms]
        return found[0] if len(found) == 1 else sorted({place for several in found for place in several})


def look_up(clause: Clause, index: LabelIndex) -> ClauseWords:
    """The words of a clause with their corrections, and the labels that may stand at each."""
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
            may_be_misspelt = 5 <= len(low) <= LONGEST_WORD and not _is_place(tokens, position)
            right = index.corrector.correct(low) if may_be_misspelt else None
            if right is None or right == low:
                continue
            key, name = word_key(right), f"={right}"
            keys[position], lows[position], names[position] = key, right, name
            corrected.add(position)
        if (filed := by_form.get(key)) is not None:
            known.append((position, filed))
        if (filed := by_form.get(name)) is not None:
            known.append((position, filed))
    return ClauseWords(clause, keys, lows, names, known, frozenset(corrected), frozenset(keys).union(names))


def _is_place(tokens: Sequence[Token], position: int) -> bool:
    """Whether a word is a town before its state, which is never a misspelling: "San Marcos, TX"."""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if following is None or not tokens[position].is_capital:
        return False
    return following.gap is Gap.COMMA and following.is_capital and len(following.low) == 2


def is_word(word: Word, words: ClauseWords, position: int) -> bool:
    """Whether a word of a label stands at a position."""
    return words.keys[position] in word.forms or words.names[position] in word.forms


def form_at(word: Word, words: ClauseWords, position: int) -> str | None:
    """The form of a word that stands at a position, a proper name before a common word."""
    name = words.names[position]
    if name in word.forms:
        return name
    key = words.keys[position]
    return key if key in word.forms else None
