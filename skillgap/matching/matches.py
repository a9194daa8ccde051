"""Patterns of an index → where they stand in clauses, before their context is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from skillgap.matching.deeds import deeds
from skillgap.matching.duties import does_other, is_of_others, is_thing, is_verb_of_deed, match_duty
from skillgap.matching.forms import american, is_plural_of, word_key
from skillgap.matching.index import Filed, LabelIndex
from skillgap.matching.labels import Pattern, Word
from skillgap.matching.lookup import ClauseWords, form_at, is_word, look_up
from skillgap.matching.names import is_common_apart
from skillgap.matching.normalize import Clause, Gap, Token, never_late, normalize
from skillgap.matching.word_classes import (
    CONJUNCTIONS,
    FUNCTION_WORDS,
    NOMINAL_ENDINGS,
    PREPOSITIONS,
    TITLE_WORDS,
    duty_verbs,
    is_doing,
    is_past_verb,
)
from skillgap.model import Method

# Tokens that a coordination may put between the words of a label: "accounts payable and receivable".
MAX_COORDINATION = 6
# More items than these share their partner only if each is a single word.
MAX_COORDINATED = 3
# Tokens from a noun to the one that its preposition brings: "compliance with all applicable federal regulations".
MAX_OF_PHRASE = 6
# A word that stands there more often is there to be found; its first places show as much as all.
MOST_PLACES = 500


@dataclass(slots=True)
class Match:
    """A pattern found at token positions of a clause, given in the order of the pattern's words.

    ``first`` and ``last`` are the lowest and the highest of the positions, ``forms`` the forms of the words that stand
    there, ``text`` the label where it was found run together.
    """

    pattern: Pattern
    clause: int
    positions: tuple[int, ...]
    method: Method
    forms: tuple[str, ...] = ()
    text: str = ""
    first: int = field(init=False)
    last: int = field(init=False)

    def __post_init__(self) -> None:
        self.first, self.last = min(self.positions), max(self.positions)

    @property
    def label(self) -> str:
        """The label as it reads with the forms that were found."""
        return self.text or _text_of(self.pattern, self.forms)


# The resumes of one folder show the same labels again and again.
_text_of = lru_cache(maxsize=20_000)(Pattern.text_of)


def find_matches(
    clauses: Sequence[Clause], index: LabelIndex, check_time: Callable[[], None] = never_late
) -> Iterator[Match]:
    """Every pattern of an index found in the clauses, before its context is judged."""
    for number, clause in enumerate(clauses):
        check_time()
        words = look_up(clause, index)
        forms = words.forms
        for position, several in words.known:
            for filed in several:
                candidates = filed.alone
                if not forms.isdisjoint(filed.seconds):
                    candidates = [*candidates, *_whole(filed, forms)]
                for pattern, anchor in candidates:
                    found = match_pattern(pattern, words, anchor, position)
                    if found is not None:
                        yield Match(pattern, number, *found)
        if words.irregular:
            yield from _joined_matches(number, words, index)


def _whole(filed: Filed, forms: frozenset[str]) -> list[tuple[Pattern, int]]:
    """The longer patterns of which a clause with these forms has all words; in the same order in every run."""
    seconds = filed.seconds & forms
    return [
        (pattern, anchor)
        for second in (seconds if len(seconds) == 1 else sorted(seconds))
        for pattern, anchor, needed in filed.with_second[second]
        if not needed or not any(map(forms.isdisjoint, needed))
    ]


def match_pattern(
    pattern: Pattern, words: ClauseWords, anchor: int, position: int
) -> tuple[tuple[int, ...], Method, tuple[str, ...]] | None:
    """Positions, method and forms of a pattern whose word ``anchor`` stands at a position, None without a match."""
    form = form_at(pattern.words[anchor], words, position)
    if form is None:
        return None
    if len(pattern.words) == 1:
        return _match_single(pattern, words, position, form)
    if pattern.is_duty:
        positions = match_duty(pattern, words, anchor, position)
    else:
        positions = _match_ordered(pattern, words, anchor, position)
        if positions is None and pattern.is_reversible:
            positions = _match_reversed(pattern, words, anchor, position)
    if positions is None:
        return None
    forms = tuple([form_at(word, words, p) or "" for word, p in zip(pattern.words, positions, strict=True)])
    is_as_written = all(map(_is_surface, pattern.words, forms, [words.lows[p] for p in positions]))
    if not is_as_written and not pattern.is_duty and _is_verb_for_noun(pattern, words, positions):
        return None
    return positions, _method(words, positions, is_as_written=is_as_written), forms


def _is_surface(word: Word, form: str, low: str) -> bool:
    """Whether a word stands as the label writes it."""
    return not form or word.forms[form].lower() == low


def _match_single(
    pattern: Pattern, words: ClauseWords, position: int, form: str
) -> tuple[tuple[int, ...], Method, tuple[str, ...]] | None:
    low = words.lows[position]
    surface = pattern.words[0].forms[form]
    if pattern.is_duty:
        is_form = match_duty(pattern, words, 0, position) is not None
    elif pattern.is_deed:
        is_form = is_verb_of_deed(words.clause.tokens, position)
    else:
        is_form = _is_form_of_single(surface, low) and not does_other(words.clause.tokens, position)
    if not is_form:
        return None
    if position in words.corrected:
        return (position,), "fuzzy", (form,)
    return (position,), "exact" if surface.lower() == low else "inflected", (form,)


def _is_verb_for_noun(pattern: Pattern, words: ClauseWords, positions: Sequence[int]) -> bool:
    """Whether a verb stands for a noun of a label that is no duty.

    "Collected processed payments" is no collection process, "accurately recorded orders" no accurate record; the last
    word may be said of the others ("accounts reconciled"), if it has no object of its own.
    """
    tokens = words.clause.tokens
    last = len(positions) - 1
    for number, (word, position) in enumerate(zip(pattern.words, positions, strict=True)):
        low = words.lows[position]
        is_past = is_past_verb(low)
        if not (is_past or low.endswith("ing")):
            continue
        if number == last and is_of_others(tokens, position):
            return True
        surface = word.forms[form_at(word, words, position) or next(iter(word.forms))].lower()
        if surface.endswith("ing") or is_past_verb(surface):
            continue
        starts = position == 0 or tokens[position - 1].low in CONJUNCTIONS
        if number < last and is_past and (starts or surface.endswith(NOMINAL_ENDINGS)):
            return True
        is_noun = position > 0 and tokens[position - 1].low in PREPOSITIONS  # "resulting in increased sales"
        is_at_end = number == last and position == max(positions) and not is_noun
        if is_at_end and _has_object(tokens, position):
            return True
    return False


def _has_object(tokens: Sequence[Token], position: int) -> bool:
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if following is None or following.gap is not Gap.SPACE:
        return False
    joined = position > 0 and tokens[position - 1].low in CONJUNCTIONS
    if joined and tokens[position].low.endswith("ing") and following.low in _ARTICLES:
        return True  # "accounts, and collecting the documents"
    return following.low not in PREPOSITIONS and is_thing(following.low)


_ARTICLES = frozenset({"a", "all", "an", "the"})


@lru_cache(maxsize=50_000)
def _is_form_of_single(label: str, low: str) -> bool:
    """Whether a word may stand for a label of one word: the same word in another number or, for a verb, tense.

    Forms that share no more than a stem name other things: "filed" is no filing, "controls" no controller.
    """
    label = normalize(label)
    if low == label or is_plural_of(low, label) or is_plural_of(label, low):
        return True
    return label in duty_verbs() or american(low) == american(label)


def _match_ordered(pattern: Pattern, words: ClauseWords, anchor: int, position: int) -> tuple[int, ...] | None:
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


def _step(pattern: Pattern, words: ClauseWords, position: int, number: int, direction: int) -> int | None:
    """The position of word ``number`` next to a position: adjacent, over function words, or over a coordination."""
    wanted = pattern.words[number]
    later = wanted if direction > 0 else pattern.words[number + 1]
    is_loose, needs_filler = later.is_loose, later.needs_filler
    tokens = words.clause.tokens
    following = position + direction
    if not 0 <= following < len(tokens):
        return None
    if is_word(wanted, words, following):
        gap = tokens[max(position, following)].gap
        is_listed = gap is Gap.COMMA and is_loose and _ends_item(tokens, max(position, following))
        return following if (gap in (Gap.SPACE, Gap.JOINT, Gap.BRACKET) or is_listed) and not needs_filler else None
    if is_loose and tokens[following].low in FUNCTION_WORDS:
        place = following
        while 0 <= place < len(tokens) and abs(place - position) <= 3 and tokens[place].low in FUNCTION_WORDS:
            place += direction
        passed = tokens[min(place, position) + 1 : max(place, position)]
        # "Responsible and organized" is not said by "responsible for detailed".
        is_same = needs_filler or not any(t.low in PREPOSITIONS for t in passed)
        if 0 <= place < len(tokens) and abs(place - position) <= 3 and is_same and is_word(wanted, words, place):
            return place
    if _is_version(tokens, following) and 0 <= following + direction < len(tokens):
        place = following + direction
        is_whole = tokens[max(following, place)].gap is Gap.SPACE and tokens[place].is_capital
        if is_whole and tokens[position].is_capital and is_word(wanted, words, place):
            return place
    # What is joined by a word of its own ("business to business") shares none of its words.
    return None if pattern.is_block or needs_filler else _over_coordination(wanted, words, position, direction)


def _ends_item(tokens: Sequence[Token], position: int) -> bool:
    """Whether an item of a list ends with a token: "billing, coding" is billing and coding, not before "standards"."""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    return following is None or following.gap is not Gap.SPACE or following.low in {"of", "for", "in", "and", "&"}


def _is_version(tokens: Sequence[Token], position: int) -> bool:
    """Whether a token is the version inside a product's name: "Windows 2003 Server"."""
    token = tokens[position]
    return token.low.isdigit() and len(token.low) in (1, 2, 4) and token.gap is Gap.SPACE


def _over_coordination(wanted: Word, words: ClauseWords, position: int, direction: int) -> int | None:
    """The position of a word that shares its partner with others: "accounts payable and receivable",
    "written and oral communication", "Word/Excel".
    """
    tokens = words.clause.tokens
    for distance in range(2, MAX_COORDINATION + 1):
        place = position + direction * distance
        if not 0 <= place < len(tokens):
            return None
        if not is_word(wanted, words, place):
            continue
        low, high = (position, place) if direction > 0 else (place, position)
        between = tokens[low + 1 : high]
        if (
            any(t.low in PREPOSITIONS or t.low == "of" or is_past_verb(t.low) for t in between)
            or tokens[high].gap is Gap.BREAK
        ):
            return None
        # "Executive Chef / Assistant Manager" are two titles; "Office Supply, 2016" is a date.
        if tokens[high].low in TITLE_WORDS and (tokens[high].is_slashed or any(t.low in TITLE_WORDS for t in between)):
            return None
        inside = (*between, tokens[high])
        numbers = [t for t in inside if t.low.isdigit()]
        # "Windows 7, 8 and 10", whichever word of the label is found first.
        is_version = tokens[high].low.isdigit() and (between[0].low.isdigit() or between[0].low in _NAMED_VERSIONS)
        if not (is_version and _joins_last(inside)) and not all(t.is_slashed for t in numbers):
            return None
        has_comma = any(t.gap is Gap.COMMA for t in inside)
        # Names are listed by commas alone ("Microsoft Word, Excel"). Common words share a partner only in a list
        # that "and" or a slash closes: "written, oral and interpersonal communication".
        starts = _joins(between[0]) or between[0].gap is Gap.COMMA
        starts = starts and _joins_last(inside)
        ends = _joins(between[-1]) or tokens[high].is_slashed or (has_comma and wanted.is_proper)
        content = sum(t.low not in CONJUNCTIONS for t in between)
        has_phrases = has_comma and not wanted.is_proper
        if (content > MAX_COORDINATED or has_phrases) and not _are_single_words(inside):
            return None
        return place if (starts or ends) and content else None
    return None


_NAMED_VERSIONS = frozenset({"nt", "vista", "xp"})


def _are_single_words(tokens: Sequence[Token]) -> bool:
    """Whether each but the last is an item of its own: "electrical, hydraulic, engine and airframe systems"."""
    items = zip(tokens[:-1], (None, *tokens[:-2]), strict=True)
    return all(t.gap in (Gap.COMMA, Gap.JOINT) or _joins(t) or (before and _joins(before)) for t, before in items)


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


def _match_reversed(pattern: Pattern, words: ClauseWords, anchor: int, position: int) -> tuple[int, ...] | None:
    """Find "preparation of monthly statements" for the label "statement preparation"."""
    tokens = words.clause.tokens
    first, second = pattern.words
    if anchor == 0:
        for distance in range(2, MAX_OF_PHRASE):
            place = position - distance
            if place < 0:
                return None
            if is_word(second, words, place):
                return (position, place) if _is_of_phrase(tokens, place, position) else None
        return None
    for distance in range(2, MAX_OF_PHRASE):
        place = position + distance
        if place >= len(tokens):
            return None
        if is_word(first, words, place):
            return (place, position) if _is_of_phrase(tokens, position, place) else None
    return None


def _is_of_phrase(tokens: Sequence[Token], low: int, high: int) -> bool:
    between = tokens[low + 1 : high]
    if tokens[high].gap in (Gap.COMMA, Gap.BREAK):
        return False
    own = deeds().noun_prepositions.get(tokens[low].key, ())
    if between[0].low == "to" and len(between) > 1 and between[1].low in duty_verbs():
        return False  # "polite support to boost sales and customer satisfaction"
    return (between[0].low == "of" or between[0].low in own) and not any(
        _ends_nouns(t) or t.gap in (Gap.COMMA, Gap.BREAK) or is_doing(t.low) for t in between[1:]
    )


def _ends_nouns(token: Token) -> bool:
    """Whether a word ends a run of nouns and adjectives: a preposition or a verb's past form."""
    return token.low in PREPOSITIONS or token.low == "of" or is_past_verb(token.low)


def _method(words: ClauseWords, positions: Sequence[int], *, is_as_written: bool) -> Method:
    if words.corrected and words.corrected.intersection(positions):
        return "fuzzy"
    first, last = positions[0], positions[-1]
    if last - first != len(positions) - 1 or list(positions) != list(range(first, last + 1)):
        if list(positions) != sorted(positions):
            return "reordered"
        if any(words.lows[p] not in FUNCTION_WORDS for p in range(first, last) if p not in positions):
            return "reordered"
    return "exact" if is_as_written else "inflected"


def _joined_matches(number: int, words: ClauseWords, index: LabelIndex) -> Iterator[Match]:
    """Labels written as one word ("accountsreceivable") and words of labels written as two ("book keeping")."""
    for position, reading in words.irregular:
        for pattern in reading.joined:
            yield Match(pattern, number, (position,), "fuzzy", text=_text_of_joined(pattern, reading.low))
        if not reading.apart or position + 1 >= len(words.lows):
            continue
        following = words.clause.tokens[position + 1]
        if following.gap not in (Gap.SPACE, Gap.JOINT):
            continue
        for rest, whole in reading.apart.get(following.low, ()):
            if is_common_apart(whole) and not following.is_capital:
                continue
            if min(len(reading.low), len(rest)) >= 4 or following.gap is Gap.JOINT:
                yield from _compound_matches(number, position, whole, index)


def _compound_matches(number: int, position: int, whole: str, index: LabelIndex) -> Iterator[Match]:
    for form in (word_key(whole), f"={whole}"):
        filed = index.by_form.get(form)
        for pattern, _ in filed.alone if filed is not None else ():
            if not pattern.is_block:
                yield Match(pattern, number, (position, position + 1), "fuzzy", (form,))


def _text_of_joined(pattern: Pattern, joined: str) -> str:
    """The label of a pattern whose words, run together, read so."""
    for forms in product(*(word.forms for word in pattern.words)):
        surfaces = (word.forms[form] for word, form in zip(pattern.words, forms, strict=True))
        if "".join(surfaces).lower() == joined:
            return pattern.text_of(forms)
    return pattern.label.text
