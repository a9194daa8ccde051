"""Verb phrases: where a duty's words stand in a clause, and whether they make one phrase with its verb."""

from __future__ import annotations

from collections.abc import Sequence

from skillgap.matching.deeds import deeds
from skillgap.matching.labels import Pattern
from skillgap.matching.lookup import ClauseWords
from skillgap.matching.normalize import Gap, Token
from skillgap.matching.word_classes import (
    BEFORE_BASE_FORM,
    BEFORE_ED,
    BEFORE_PARTICIPLE,
    BEFORE_TO_ED,
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION_WORDS,
    GENERIC_THINGS,
    NOMINAL_ENDINGS,
    PARTICIPLES,
    PHRASE_ENDS,
    PREPOSITIONS,
    THINGS,
    TITLE_WORDS,
    VERBS_LIKE_NOUNS,
    duty_verbs,
    is_doing,
    is_past_verb,
)

# Content words that may stand between the words of a duty: "processed all incoming customer payments".
MAX_DUTY_GAP = 3
# Tokens between a verb and its own preposition: "communicated the results clearly to clients".
MAX_BEFORE_OWN = 3


def match_duty(pattern: Pattern, words: ClauseWords, anchor: int, position: int) -> tuple[int, ...] | None:
    """Positions of a verb phrase in any order with small gaps; the first word of the pattern is its verb."""
    reach = len(pattern.words) + MAX_DUTY_GAP + 4
    chosen = [-1] * len(pattern.words)
    chosen[anchor] = position
    for number, word in enumerate(pattern.words):
        if number == anchor:
            continue
        places = [p for p in words.places_of(word) if abs(p - position) <= reach and p not in chosen]
        if number and len(places) > 1:
            # A past form is rather a verb than the object: "hired and trained employees".
            places = [p for p in places if not is_past_verb(words.lows[p])] or places
        if not places:
            return None
        # Of two as near, the object after its verb is meant: "investigate complaints, document findings".
        is_verb = number == 0
        chosen[number] = min(places, key=lambda p: (abs(p - position), (p < position) != is_verb))
    return tuple(chosen) if _is_phrase(pattern, words, chosen) else None


def _is_phrase(pattern: Pattern, words: ClauseWords, positions: Sequence[int]) -> bool:
    """Whether the words at these positions make one verb phrase, whose verb is the pattern's first word."""
    tokens = words.clause.tokens
    verb, first, last = positions[0], min(positions), max(positions)
    taken = set(positions)
    gap = [tokens[place] for place in range(first + 1, last) if place not in taken]
    content = [t for t in gap if t.low not in FUNCTION_WORDS]
    if len(content) > MAX_DUTY_GAP and not (len(content) <= MAX_DUTY_GAP + 3 and _has_series(tokens, first, last)):
        return False
    if tokens[verb].gap is Gap.JOINT and verb > 0 and not tokens[verb].is_slashed and first == verb:
        return False  # "goal-oriented", "detail-oriented": no verb
    if last != verb and _is_first_half(tokens, last) and not (pattern.is_strict and _is_owner(tokens, last)):
        return False  # "managed a time-share": no time
    if pattern.is_strict and last != verb and _is_second_half(tokens, last) and last - 1 not in taken:
        return False  # "supervised a real-time team": no time
    crosses_preposition = _crosses_preposition(gap)
    if crosses_preposition and any(
        word.needs_filler and positions[number] < positions[number - 1]
        for number, word in enumerate(pattern.words)
        if number
    ):
        return False  # "requirements by scheduling and assigning": no assignment on schedule
    if pattern.is_strict and (not _is_deed(tokens, verb) or _is_in_name(tokens, verb, last)):
        return False
    if pattern.is_strict and verb == first and _is_in_brackets(gap, tokens[last]):
        return False  # "led an analysis (900 employees)": no employees
    if verb == first:
        if _is_described_person(tokens, verb, last) or _is_next_verb(tokens, last):
            return False
        return (
            _is_verb_here(tokens, verb, gap)
            and not _has_other_verb(gap)
            and (
                not crosses_preposition
                or any(word.is_loose for word in pattern.words)
                or _is_own_preposition(tokens[verb], gap)
            )
            and (not pattern.is_strict or (_ends_phrase(pattern, tokens, verb, last) and not _is_of_another(gap)))
        )
    # The object comes first: "payment processing", "payments were processed", never over a comma or "and".
    following = tokens[verb + 1] if verb + 1 < len(tokens) else None
    return (
        len(content) <= 1
        and not crosses_preposition
        and (_is_said_of_object(tokens[verb].low) or _is_passive(tokens, verb))
        and not _has_series(tokens, first, last)
        and not (following is not None and following.low in DETERMINERS and tokens[verb].low.endswith("ing"))
        and (not pattern.is_strict or not content)
        and not is_of_others(tokens, verb)
        and not (pattern.is_strict and tokens[verb].low in _OF_ITS_SUBJECT)
    )


# After a noun these tell what it does itself: "a program running on two servers".
_OF_ITS_SUBJECT = frozenset({"leading", "running"})
_MADE = frozenset({"built", "created", "designed", "developed", "made", "used"})
_OTHERS = frozenset({"another", "her", "his", "my", "others", "our", "someone", "the", "their"})


def is_of_others(tokens: Sequence[Token], position: int) -> bool:
    """Whether a past form after its noun tells no deed of one's own: "programs designed to help"."""
    following = [t.low for t in tokens[position + 1 : position + 3]]
    if len(following) < 2:
        return False
    return (following[0] == "to" and tokens[position].low in _MADE) or (
        following[0] == "by" and following[1] in _OTHERS and is_past_verb(tokens[position].low)
    )


def _has_series(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether words after the first one up to the last are joined by commas, slashes or conjunctions."""
    inside = tokens[first + 1 : last + 1]
    return any(t.low in CONJUNCTIONS or t.gap is Gap.COMMA or t.is_slashed for t in inside)


def _is_first_half(tokens: Sequence[Token], position: int) -> bool:
    """Whether a word is joined by a hyphen to the next one."""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    return following is not None and following.gap is Gap.JOINT and not following.is_slashed


def _is_second_half(tokens: Sequence[Token], position: int) -> bool:
    """Whether a word is joined by a hyphen to the one before it."""
    is_joined = tokens[position].gap is Gap.JOINT and not tokens[position].is_slashed
    return is_joined and not _is_owner(tokens, position - 1)


def _is_owner(tokens: Sequence[Token], position: int) -> bool:
    """Whether an apostrophe and a space part a word from the next one: "students' progress"."""
    return position + 1 < len(tokens) and tokens[position + 1].start - tokens[position].end == 2


def _is_of_another(gap: Sequence[Token]) -> bool:
    """Whether the verb's own object stands before an "of": who "maintains security of inventory" keeps it secure."""
    lows = [t.low for t in gap]
    if "of" not in lows:
        return False
    before = lows[: lows.index("of")]
    if before and before[-1] in deeds().measures:
        return False  # "all aspects of payroll", "150% of the quota"
    return any(low not in FUNCTION_WORDS for low in before)


def _is_next_verb(tokens: Sequence[Token], position: int) -> bool:
    """Whether a word begins the next deed of a series: "identify drugs, issue weapons" identifies no issue."""
    token = tokens[position]
    is_verb = token.low in duty_verbs() or token.low in _NOUNS_AND_VERBS
    return token.gap is Gap.COMMA and is_verb and _goes_on(tokens, position)


_NOUNS_AND_VERBS = frozenset({"issue", "mail", "search", "sort"})


def _is_in_brackets(gap: Sequence[Token], last: Token) -> bool:
    """Whether a bracket opens in a gap and does not close before its end."""
    return sum(t.gap is Gap.BRACKET for t in gap) == 1 and last.gap is not Gap.BRACKET


_PERSONS = frozenset({"individual", "person", "professional"})
_LEARNERS = frozenset({"graduate", "learner", "student"})


def _is_described_person(tokens: Sequence[Token], verb: int, last: int) -> bool:
    """Whether a past form describes a person: "motivated business analyst" motivates nobody, for no article stands."""
    low = tokens[last].low
    described = low in TITLE_WORDS or low in _PERSONS or (low in _LEARNERS and not _goes_on(tokens, last))
    return described and is_past_verb(tokens[verb].low) and not any(t.low in DETERMINERS for t in tokens[verb:last])


def _goes_on(tokens: Sequence[Token], position: int) -> bool:
    """Whether a noun stands right after a word: "evaluated student progress"."""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    return following is not None and following.gap is Gap.SPACE and is_thing(following.low)


def _is_own_preposition(verb: Token, gap: Sequence[Token]) -> bool:
    """Whether the only preposition of a gap belongs to the verb: "cared for patients", "shared news with clients"."""
    own = deeds().prepositions.get(verb.key)
    if own is None:
        return False
    first = next(number for number, token in enumerate(gap) if token.low in PREPOSITIONS)
    is_own = gap[first].low in own or (first > 0 and f"+{gap[first].low}" in own)
    return first <= MAX_BEFORE_OWN and is_own and not _crosses_preposition(gap[first + 1 :])


def _is_verb_here(tokens: Sequence[Token], position: int, gap: Sequence[Token]) -> bool:
    """Whether a word before its object is its verb, or a noun of doing that takes it with "of".

    "Reports of statements", "types of contracts", "sales team development": nouns, though verbs are written so too.
    """
    low = tokens[position].low
    is_of = bool(gap) and any(t.low == "of" for t in gap[:3])
    before = tokens[position - 1] if position else None
    if is_past_verb(low):
        # "Composed of digital marketing", "based on documented needs": a participle that describes.
        is_of = position + 1 < len(tokens) and tokens[position + 1].low == "of"
        return not is_of and not (before is not None and _is_participle(tokens, position))
    if low.endswith("ing"):
        return is_of or before is None or before.low not in DETERMINERS
    if low.endswith("ings"):
        return is_of  # "postings, interviews, background checks": things
    if low.endswith(NOMINAL_ENDINGS) and low not in duty_verbs() and low not in VERBS_LIKE_NOUNS:
        return is_of
    if is_of and gap[0].low == "of":
        return False
    if before is None or tokens[position].gap is not Gap.SPACE:
        return True
    return (
        before.low in BEFORE_BASE_FORM or before.low.endswith("ly") or (position == 1 and before.low not in DETERMINERS)
    )


def _is_participle(tokens: Sequence[Token], position: int) -> bool:
    """Whether a past form describes what follows it: "based on documented needs", "per established policies"."""
    before = tokens[position - 1].low
    if before in BEFORE_PARTICIPLE:
        return True
    if not tokens[position].low.endswith("ed"):
        return False
    return before in BEFORE_ED or (before == "to" and position > 1 and tokens[position - 2].low in BEFORE_TO_ED)


def _is_said_of_object(low: str) -> bool:
    """Whether a word after its object is said of it: "payments processed", "payment posting", not "cash records"."""
    if low in THINGS:
        return False
    return is_past_verb(low) or low.endswith((*NOMINAL_ENDINGS, "ing", "ings"))


def _is_passive(tokens: Sequence[Token], position: int) -> bool:
    """Whether a participle tells what was done to the noun before it: "reports were written"."""
    return tokens[position].low in PARTICIPLES and tokens[position - 1].low in {"are", "been", "is", "was", "were"}


def _is_in_name(tokens: Sequence[Token], verb: int, last: int) -> bool:
    """Whether a capital -ing word belongs to the name before it: "the Network Monitoring tool"."""
    token = tokens[verb]
    if verb == 0 or last != verb + 1 or not token.low.endswith("ing"):
        return False
    before = tokens[verb - 1]
    is_name = token.is_capital and before.is_capital and token.gap is Gap.SPACE and not tokens[last].is_capital
    return is_name and not before.low.endswith("ly") and before.low not in {"experience", "responsibilities", "skills"}


def _is_in_series(tokens: Sequence[Token], position: int) -> bool:
    """Whether a base form stands in a series of verbs: "hire, train and schedule a crew"."""
    if position == 0:
        return False
    joins = tokens[position].gap is Gap.COMMA or tokens[position - 1].low in CONJUNCTIONS
    return joins and all(t.low in duty_verbs() or t.low in CONJUNCTIONS for t in tokens[:position])


def _is_deed(tokens: Sequence[Token], position: int) -> bool:
    """Whether the word at a position is written as a verb: "planned menus", "to plan menus", not "a plan for menus"."""
    low = tokens[position].low
    if is_past_verb(low) or low.endswith("ing"):
        return True
    if low == "responsible":
        return position + 1 < len(tokens) and tokens[position + 1].low == "for"
    if position == 0:
        return not low.endswith("s") or low.endswith("ss")
    before = tokens[position - 1].low if tokens[position].gap is Gap.SPACE else ""
    if before.endswith("ly") and position > 1:
        before = tokens[position - 2].low  # "to effectively build"
    if before == "to" or (low in duty_verbs() and before in BEFORE_BASE_FORM):
        return True
    return not low.endswith("s") and _is_in_series(tokens, position)


def is_verb_of_deed(tokens: Sequence[Token], position: int) -> bool:
    """Whether a word does what a bare name of one word says: "recruited 60 nurses" and a recruiter do recruitment.

    A past form after its noun or before one that it describes says something else: "trained nurse", "the files filed".
    """
    token = tokens[position]
    before = tokens[position - 1] if position else None
    following = tokens[position + 1].low if position + 1 < len(tokens) else ""
    if does_other(tokens, position) or (following == "by" and is_past_verb(token.low)):
        return False  # "trained by the chef": somebody else's deed
    if token.low.endswith(("er", "or", "ers", "ors")) and token.low.removesuffix("s") not in duty_verbs():
        return True
    # Words that describe elsewhere are verbs at the start: "Automated the run".
    if not is_past_verb(token.low) and not (before is None and token.low.endswith("ed")):
        is_base = before is None and token.low in duty_verbs()
        is_base = is_base or (not token.low.endswith("s") and _is_in_series(tokens, position))
        return is_base or token.low.endswith("ing") or (before is not None and before.low == "to")
    if before is None or before.low in CONJUNCTIONS or before.low in BEFORE_BASE_FORM:
        return True
    return token.gap is Gap.COMMA and is_past_verb(before.low)


def does_other(tokens: Sequence[Token], position: int) -> bool:
    """Whether what follows a verb gives it another sense: "drove sales", "acted as a liaison"."""
    others = deeds().other_objects.get(tokens[position].key)
    if others is None:
        return False
    after = [t.low for t in tokens[position + 1 : position + 3]]
    return any(low in others and (number == 0 or low not in FUNCTION_WORDS) for number, low in enumerate(after))


def _has_other_verb(gap: Sequence[Token]) -> bool:
    """Whether another verb with an object of its own stands in a gap."""
    for number, token in enumerate(gap):
        before = gap[number - 1] if number else None
        is_last = number == len(gap) - 1
        if is_last and token.low.endswith("ing") and token.gap is Gap.SPACE and _only_describes(gap[:number]):
            continue  # "reduced hiring costs", "wrote the training manual": it describes the object
        follows = token.gap is Gap.COMMA or (before is not None and before.low in CONJUNCTIONS)
        if is_doing(token.low) and not follows:
            return True
        is_verb = is_past_verb(token.low) or token.low in duty_verbs() or is_doing(token.low)
        # "Prepared, reviewed and filed returns" shares its object; "filed reports and helped the team" does not.
        if follows and is_verb and any(is_thing(t.low) for t in gap[:number]):
            return True
    return False


def _only_describes(gap: Sequence[Token]) -> bool:
    """Whether nothing in a gap can do anything: articles and adjectives."""
    return all(t.low in DETERMINERS or t.low.endswith(_ADJECTIVE_ENDINGS) for t in gap)


_ADJECTIVE_ENDINGS = ("al", "ate", "ary", "ful", "ic", "ive", "less", "ous", "able", "ible", "new", "ly")


def is_thing(low: str) -> bool:
    """Whether a lower-case word is neither a verb's form nor without content."""
    return low not in FUNCTION_WORDS and not is_past_verb(low) and not is_doing(low) and low not in duty_verbs()


def _crosses_preposition(gap: Sequence[Token]) -> bool:
    """Whether the gap leaves the verb's own object: "collected data on payments"."""
    # "Day-to-day" and "one-on-one" describe.
    return bool(gap) and any(t.low in PREPOSITIONS and t.gap is not Gap.JOINT for t in gap)


def _begins_clause(tokens: Sequence[Token], position: int) -> bool:
    """Whether a past form tells of the noun before it: "supervised employees engaged in sales"."""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    return is_past_verb(tokens[position].low) and following is not None and following.low in PREPOSITIONS


def _ends_phrase(pattern: Pattern, tokens: Sequence[Token], verb: int, last: int) -> bool:
    """Whether the object is the head of its noun phrase: "managed time", not "managed time sheets".

    A proper name counts before any noun: "administered FMLA leave".
    """
    if last + 1 >= len(tokens) or pattern.words[-1].is_proper:
        return True
    following = tokens[last + 1]
    if following.low in deeds().made_things and tokens[verb].key in deeds().making_verbs:
        return following.gap is not Gap.SPACE
    return (
        (following.gap is not Gap.SPACE and not (following.gap is Gap.JOINT and _is_owner(tokens, last)))
        or following.low in FUNCTION_WORDS
        or following.low in PREPOSITIONS
        or following.low in GENERIC_THINGS
        or following.low in deeds().things.get(tokens[verb].key, ())
        or following.low in PHRASE_ENDS
        or following.low.endswith("ly")
        or following.low.isdigit()
        or _begins_clause(tokens, last + 1)
    )
