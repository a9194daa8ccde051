"""What a bare name of a skill (`Role.from_skills`) is shown by besides its own words: deeds, titles, other names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from skillgap.matching.abbreviations import spelt_variants
from skillgap.matching.deeds import acronym_of, deeds, verb_of, without_empty_head
from skillgap.matching.forms import is_english, word_key
from skillgap.matching.fuzzy import find_compounds
from skillgap.matching.labels import Pattern, Word, is_bare_proper, widened, with_gerunds
from skillgap.matching.names import is_product_word, suites_with, without_vendor
from skillgap.matching.normalize import tokenize
from skillgap.matching.word_classes import (
    DEED_HEADS,
    FUNCTION_WORDS,
    NO_DEED_HEADS,
    NO_PEOPLE,
    NOMINAL_ENDINGS,
    duty_verbs,
)
from skillgap.model import Label, Skill


def other_names(name: str) -> Iterator[str]:
    """What a bare name is also called, in words that mean nothing else.

    >>> list(other_names("Microsoft Excel")), list(other_names("CPR Certification"))
    (['Excel', 'MS Excel'], ['CPR', 'cardiopulmonary resuscitation'])
    """
    shorter = without_empty_head(name) or _without_generic_head(name)
    slashed = name.replace("/", " and ") if "/" in name and " " not in name and len(name) > 4 else None
    others = (shorter, slashed, _without_lead(name), _split(name))
    for text in (
        *without_vendor(name),
        *filter(None, others),
        *_slashed_names(name),
        *_same_phrases(name),
        *_advanced(name),
    ):
        yield text
        if " " in text or text.lower() in deeds().certificates:
            yield from spelt_variants(text)


def _without_lead(name: str) -> str | None:
    """A bare name without words that only say that one has it ("Knowledge of Food Safety")."""
    found = _LEAD.match(name)
    return name[found.end() :] if found else None


_LEAD = re.compile(
    r"(?:(?:strong|working|good|basic) )?(?:ability to|experience (?:with|in)|expertise in|familiarity with"
    r"|knowledge of|proficien(?:cy|t) (?:in|with)|skilled in|understanding of) ",
    re.IGNORECASE,
)


def _split(name: str) -> str | None:
    """A bare name whose words are written apart where they may be: "Sub-contractor Coordination", "Record Keeping"."""
    words = name.split()
    apart = [_apart(word) for word in words]
    return " ".join(apart) if apart != words else None


@lru_cache(maxsize=5_000)
def _apart(word: str) -> str:
    halves = find_compounds((word.lower(),) if word.lower() not in _WHOLE else ())
    return next((f"{first} {rest}" for first, found in halves.items() for rest, _ in found if rest in _HALVES), word)


# Who keeps a book of business or grades keeps no books.
_WHOLE = frozenset({"bookkeeping"})
# Second halves that people write apart; most words that could be cut are none of two.
_HALVES = frozenset(
    {"base", "building", "care", "contractor", "contractors", "keeping", "lift", "print", "raising", "room"}
    | {"tasking", "worker", "workers", "writing"}
)


def _slashed_names(name: str) -> Iterator[str]:
    """The names of which a bare name asks for one or the other: "Linux/Unix", "SEO/SEM"."""
    parts = name.split("/")
    # Two letters say something only beside their other half ("AP/AR", "UI/UX").
    if len(parts) > 1 and all(len(part) > 2 and _is_name(part) for part in parts):
        for part in parts:
            yield from (part, *spelt_variants(part))


def _is_name(word: str) -> bool:
    return is_bare_proper(word, tokenize(word), 0) or (word.isalpha() and not is_english(word.lower()))


def _same_phrases(name: str) -> Iterator[str]:
    """The bare name with a phrase in the place of one that says the same."""
    low = f" {name.lower()} "
    known = _phrases_by_first_word()
    for word in dict.fromkeys(low.split()):
        for phrase, others in known.get(word, ()):
            at = low.find(f" {phrase} ")
            if at >= 0:
                yield from (f"{name[:at]}{other}{name[at + len(phrase) :]}" for other in others)


@lru_cache(maxsize=1)
def _phrases_by_first_word() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for phrase, others in deeds().phrases.items():
        found.setdefault(phrase.split()[0], []).append((phrase, others))
    return found


def called(name: str) -> Iterator[Label]:
    """What a bare name as a whole is also called, and the duties that are it.

    >>> [label.text for label in called("Compassion")]
    ['compassionate']
    """
    for text in deeds().called.get(name.lower().replace("&", "and"), ()):
        if text.startswith("listed "):
            yield Label(text.removeprefix("listed "), only_in=("skills", "summary"), is_whole=True)
        else:
            yield Label(text.removeprefix("to "), is_duty=text.startswith("to "), is_whole=True)
    yield from _halves(name)
    acronym = acronym_of(name)
    if acronym is not None:
        # Initials stand for many things: "RPM" is mostly no retail performance metric.
        near = tuple(word for word in name.lower().split() if word not in FUNCTION_WORDS)
        yield Label(acronym, near=near, is_whole=True)


def _halves(name: str) -> Iterator[Label]:
    """The two deeds or products that a bare name joins, which a list may keep apart: "budgeting, forecasting"."""
    halves = name.replace("&", "and").split(" and ")
    if len(halves) != 2 or any(" " in half.strip() for half in halves):
        return
    first, second = (half.strip() for half in halves)
    are_deeds = all(half.endswith("ing") for half in (first, second))
    if not are_deeds and not all(map(_is_name, (first, second))):
        return
    for half, other in ((first, second), (second, first)):
        near = (other, *spelt_variants(other))
        for text in (half, *spelt_variants(half)):
            yield Label(text, near=near, only_in=("skills",) if are_deeds else (), is_whole=True)


def _advanced(name: str) -> Iterator[str]:
    """A bare name that asks for more than its rest, said in other ways: "Excel (advanced)"."""
    first, _, rest = name.partition(" ")
    if first.lower() != "advanced" or not rest:
        return
    for product in (rest, *without_vendor(rest)):
        yield from (form.format(product) for form in _ADVANCED)
    if " " not in rest and suites_with(rest):
        yield from (f"advanced MS {rest}", f"advanced Microsoft {rest}")


_ADVANCED = (
    "{} advanced",
    "advanced {}",
    "advanced knowledge of {}",
    "advanced skills in {}",
    "{} expert",
    "expert in {}",
)


def _without_generic_head(name: str) -> str | None:
    """A proper name or a certificate without the word that says what it is ("CRM Software", "CPR Certification")."""
    *words, head = name.split()
    rest = " ".join(words)
    if head.lower() in deeds().certifications:
        return rest if "-".join(words).lower() in deeds().certificates else None
    if not words or head.lower() not in deeds().dropped_after_name or rest.lower() in deeds().fields:
        return None
    tokens = tokenize(rest)
    is_name = all(is_bare_proper(rest[t.start : t.end], tokens, number) for number, t in enumerate(tokens))
    return rest if is_name else None


def bare_patterns(skill: Skill, label: Label, words: tuple[Word, ...]) -> Iterator[Pattern]:
    """What a bare name is shown by besides its own words.

    "Menu Planning" is shown by "planned menus", "Inventory Management" by "inventory control" too, "Compensation
    and Benefits" by "benefits and compensation".
    """
    lows = [next(iter(word.forms.values())).lower() for word in words]
    head = lows[-1]
    pieces = tuple(range(len(words)))
    if skill.is_bare:
        yield from _doer_patterns(skill, label, words, head)
    if skill.is_bare and len(words) in (2, 3) and not words[-1].is_loose and _is_doing_first(lows):
        yield Pattern(
            label,
            (_word_of(_deed_verbs(lows[0])), *map(_with_same, words[1:])),
            skill.id,
            pieces,
            is_duty=True,
            is_strict=True,
        )
    if skill.is_bare and len(words) == 2 and words[-1].needs_filler and _deed_verbs(lows[0]):
        # "Collaboration with Colleagues" is shown by "collaborated with peers".
        doing = (_word_of(_deed_verbs(lows[0])), _with_same(words[-1]))
        yield Pattern(label, doing, skill.id, pieces, is_duty=True, is_strict=True)
        return
    verbs = deeds().verbs.get(" ".join(lows[-2:]), ()) if len(words) > 1 else ()
    if (head in NO_DEED_HEADS and not verbs) or words[-1].is_proper or " ".join(lows) in deeds().fixed:
        return
    verbs = verbs or _deed_verbs(head)
    if len(words) == 1:
        if head in deeds().made:
            thing = deeds().made[head]
            making = _word_of(deeds().makers)
            made = Word({word_key(thing): thing})
            yield Pattern(label, (making, made), skill.id, (0, 1), is_duty=True, is_strict=True)
            yield Pattern(Label(thing, only_in=("skills",)), (made,), skill.id, (0,))
        if verbs:
            stem = verbs[0].removesuffix("e")
            named = (f"{verbs[0]}er", f"{stem}er", f"{stem}or")
            doers = {
                word_key(doer): doer for doer in named if f"{doer}s" not in NO_PEOPLE and not is_product_word(doer)
            }
            yield Pattern(label, (widened(_word_of(verbs[:1]), doers),), skill.id, pieces, is_deed=True)
        return
    is_pair = words[-1].is_loose and not words[-1].needs_filler
    things = tuple(_with_same(word) for word in words[:-1])
    if head in deeds().people:
        things = (*things[:-1], _with_others(things[-1], deeds().same_people))
    nouns = deeds().nouns.get(head, ())
    others = deeds().same_in.get(" ".join(lows), ())
    if nouns or others or things != words[:-1]:
        first = widened(things[0], {word_key(other): other for other in others})
        heads = widened(words[-1], {word_key(noun): noun for noun in nouns})
        yield Pattern(label, (first, *things[1:], heads), skill.id, pieces, is_reversible=len(words) == 2)
    if len(words) == 3 and not any(word.is_loose for word in words):
        # "Orientation for new employees"
        yield Pattern(
            label,
            (words[2], replace(things[0], is_loose=True, needs_filler=True), things[1]),
            skill.id,
            (1, 2, 0),
        )
    if verbs and len(words) in (2, 3) and not is_pair:
        yield Pattern(label, (_word_of(verbs), *things), skill.id, pieces, is_duty=True, is_strict=True)
    if len(words) == 2 and is_pair:
        yield Pattern(label, (words[1], replace(words[0], is_loose=True, needs_filler=True)), skill.id, (1, 0))


def _doer_patterns(skill: Skill, label: Label, words: tuple[Word, ...], head: str) -> Iterator[Pattern]:
    """The titles of those who do what a bare name says: "Forklift Operator", "Project Manager", "cook"."""
    doers = deeds().agents.get(head, ())
    if doers and not words[-1].is_loose:
        # Alone, "coached" and "cooking" are no coach and no cook.
        doer = Word({word_key(doer) if len(words) > 1 else f"={doer}": doer for doer in doers})
        things = tuple(_with_same(word) for word in words[:-1])
        yield Pattern(label, (*things, doer), skill.id, tuple(range(len(words))), is_reversible=len(words) == 2)
        if head == "management" and len(words) == 2:
            # "Construction project manager", "branch operations manager"
            between = _word_of(deeds().between)
            yield Pattern(Label(label.text), (*things, between, doer), skill.id, (0, 1, 2))


def _is_doing_first(lows: Sequence[str]) -> bool:
    """Whether a bare name begins with its verb: "Closing Sales", not "Operating Systems" nor "Nursing Care"."""
    first = lows[0]
    return first.endswith("ing") and first not in NO_DEED_HEADS and lows[-1] not in deeds().not_doing


def _deed_verbs(head: str) -> tuple[str, ...]:
    """The verbs that do what the last word of a bare name says, none where it names no deed."""
    known = deeds().verbs.get(head)
    if known is not None:
        return known
    if head.endswith("s") and not head.endswith("ss") and head.removesuffix("s").endswith(NOMINAL_ENDINGS):
        return () if head.removesuffix("s") in NO_DEED_HEADS else _deed_verbs(head.removesuffix("s"))
    if head in duty_verbs() and head in DEED_HEADS:
        return (head,)
    verb = verb_of(head)
    if verb is None and head.endswith("ation"):
        bases = [f"{head[:-3]}e", f"{head[:-5]}e", f"{head[:-5]}ize"]
        known_bases = (base for base in bases if is_english(base) or base.endswith("ize"))
        verb = next((base for base in known_bases if word_key(base) == word_key(head)), None)
    if verb is None and head.endswith("ing"):
        bases = [base for base in (head[:-3], f"{head[:-3]}e", head[:-4]) if is_english(base)]
        # "Grading" is done by who grades, not by a grad.
        verb = next((base for base in bases if word_key(base) == word_key(head)), bases[0] if bases else None)
    return (verb,) if verb is not None else ()


@lru_cache(maxsize=10_000)
def _word_of(verbs: tuple[str, ...]) -> Word:
    return with_gerunds(Word({word_key(verb): verb for verb in reversed(verbs)}))


def _with_same(word: Word) -> Word:
    """A word of a bare name, or one that names the same people or things."""
    return _with_others(word, deeds().same)


def _with_others(word: Word, same: Mapping[str, Mapping[str, str]]) -> Word:
    if same.keys().isdisjoint(word.forms):
        return word
    return widened(word, {form: other for own in word.forms for form, other in same.get(own, {}).items()})
