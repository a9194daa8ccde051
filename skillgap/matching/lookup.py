"""The words of a clause as an index knows them: keys and names, corrected where they are misspelt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from skillgap.matching.index import Filed, LabelIndex, Reading
from skillgap.matching.labels import Word
from skillgap.matching.normalize import Clause, Gap, Token


@dataclass(slots=True)
class ClauseWords:
    """A clause made ready for look-ups: what an index knows of each word, None where that is nothing.

    ``lows`` are the words in lower case after correction. ``known`` are the positions at which labels may stand, with
    those labels, ``irregular`` those at which a label stands run together or written apart, ``forms`` all keys and
    names that labels have, ``places`` the positions of each of them, gathered where a duty asks for them.
    """

    clause: Clause
    readings: list[Reading | None]
    lows: list[str]
    known: list[tuple[int, tuple[Filed, ...]]]
    irregular: list[tuple[int, Reading]]
    corrected: set[int]
    forms: frozenset[str]
    places: dict[str, list[int]] = field(default_factory=dict)

    def places_of(self, word: Word) -> list[int]:
        """The positions at which a word of a label stands, in order."""
        places = self.places
        if not places:
            for position, reading in enumerate(self.readings):
                for form in reading.forms if reading is not None else ():
                    places.setdefault(form, []).append(position)
        found = [places[form] for form in word.any_of & self.forms]
        return found[0] if len(found) == 1 else sorted({place for several in found for place in several})


def look_up(clause: Clause, index: LabelIndex) -> ClauseWords:
    """The words of a clause with their corrections, and the labels that may stand at each."""
    tokens = clause.tokens
    known_readings = index.readings
    readings = [known_readings[token.low] for token in tokens]
    lows = [token.low for token in tokens]
    known: list[tuple[int, tuple[Filed, ...]]] = []
    forms: list[str] = []
    irregular: list[tuple[int, Reading]] = []
    corrected: set[int] = set()
    for position, reading in enumerate(readings):
        if reading is None:
            continue
        if reading.is_corrected:
            if _is_place(tokens, position):
                readings[position] = None
                continue
            corrected.add(position)
            lows[position] = reading.low
        forms += reading.forms
        if reading.filed:
            known.append((position, reading.filed))
        if reading.joined or (
            reading.apart and position + 1 < len(tokens) and tokens[position + 1].low in reading.apart
        ):
            irregular.append((position, reading))
    return ClauseWords(clause, readings, lows, known, irregular, corrected, frozenset(forms))


def _is_place(tokens: Sequence[Token], position: int) -> bool:
    """Whether a word is a town before its state, which is never a misspelling: "San Marcos, TX"."""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if following is None or not tokens[position].is_capital:
        return False
    return following.gap is Gap.COMMA and following.is_capital and len(following.low) == 2


def is_word(word: Word, words: ClauseWords, position: int) -> bool:
    """Whether a word of a label stands at a position."""
    reading = words.readings[position]
    return reading is not None and not word.any_of.isdisjoint(reading.forms)


def form_at(word: Word, words: ClauseWords, position: int) -> str | None:
    """The form of a word that stands at a position, a proper name before a common word."""
    reading = words.readings[position]
    if reading is None:
        return None
    for form in reading.forms:
        if form in word.forms:
            return form
    return None
