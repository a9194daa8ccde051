"""The text of a label → the words that a resume must have for it.

A label has one reading where it is plain, and several where alternatives of it have several words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product

from skillgap.matching.abbreviations import spelt_variants
from skillgap.matching.deeds import gerunds_apart
from skillgap.matching.forms import is_english
from skillgap.matching.names import is_product_word, is_vendor
from skillgap.matching.normalize import Gap, Token, tokenize
from skillgap.matching.notation import parts_of
from skillgap.matching.word_classes import FUNCTION_WORDS
from skillgap.model import Label

# Function words of a label that a text may leave out without saying something else.
_EMPTY_FILLERS = frozenset({"a", "an", "the", "and", "or", "&"})


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One content word of a label, or the alternatives for it.

    ``forms`` maps what a token must equal (its key, or "=" and its lower-case form for a proper name) to the
    word as the label writes it. ``is_loose`` says that function words stood before it in the label and may
    stand there in a text; where ``needs_filler``, one must ("assistant to the director" is no assistant
    director). ``capitals`` are the forms that a text must write in capitals. ``any_of`` are the forms alone,
    ``is_proper`` says that all are proper names, ``plain`` are the words of letters alone, in lower case.
    """

    forms: Mapping[str, str]
    is_loose: bool = False
    capitals: frozenset[str] = frozenset()
    needs_filler: bool = False
    any_of: frozenset[str] = field(init=False, repr=False)
    is_proper: bool = field(init=False, repr=False)
    plain: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        surfaces = {surface.lower(): None for surface in self.forms.values()}
        object.__setattr__(self, "any_of", frozenset(self.forms))
        object.__setattr__(self, "is_proper", all(form[0] == "=" for form in self.forms))
        object.__setattr__(self, "plain", tuple(surface for surface in surfaces if surface.isalpha()))


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A label made ready for matching, for the skill of an id.

    ``pieces`` are the label's words as written, with the number of a word of ``words`` in its place.
    ``is_block`` marks a phrase that holds a label but shows no skill (`Skill.not_labels`), ``is_strict`` a
    duty derived from a bare name, ``is_deed`` the verb of a bare name of one word. A product word (``needs_name``)
    counts only where it is meant as a name; a word of one that ``needs_capitals`` must be written in them.
    """

    label: Label
    words: tuple[Word, ...]
    skill: str
    pieces: tuple[str | int, ...]
    is_block: bool = False
    is_duty: bool = False
    is_reversible: bool = False
    needs_name: bool = False
    is_strict: bool = False
    is_deed: bool = False
    needs_capitals: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "needs_capitals", any(word.capitals for word in self.words))

    def text_of(self, forms: Sequence[str]) -> str:
        """The label as it reads with these forms chosen for its words."""
        chosen = [self.words[number].forms.get(form, form) for number, form in enumerate(forms)]
        return " ".join(piece if isinstance(piece, str) else chosen[piece] for piece in self.pieces)


def with_gerunds(verb: Word) -> Word:
    """The verb of a duty, which may be written as a noun in -ing that stands for itself elsewhere ("building")."""
    apart = gerunds_apart()
    extra = {f"={noun}": surface for form, surface in verb.forms.items() for noun in apart.get(form, ())}
    return widened(verb, extra)


def widened(word: Word, extra: Mapping[str, str]) -> Word:
    """The word with further forms; its own go before these."""
    return replace(word, forms={**extra, **word.forms}) if extra else word


def readings_of(
    text: str, *, keep_all: bool, is_bare: bool, is_plain: bool = False
) -> Iterator[tuple[tuple[Word, ...], tuple[str | int, ...]]]:
    """The ways to read a label: alternatives of one word stay together, those of several words are read apart."""
    for tokens in _sequences(text, is_bare=is_bare, is_plain=is_plain):
        if not tokens:
            continue
        fillers = [token.is_filler for token in tokens]
        if True not in fillers:
            yield tuple([token.word for token in tokens]), tuple(range(len(tokens)))
            continue
        # "Expertise in" or "AS/400" would be left with one word, which says something else.
        keeps_fillers = keep_all or fillers.count(False) < 2
        words: list[Word] = []
        pieces: list[str | int] = []
        is_loose = needs_filler = False
        for token in tokens:
            if token.is_filler and not keeps_fillers:
                pieces.append(token.surface)
                is_loose = bool(words)
                needs_filler = is_loose and (needs_filler or token.surface.lower() not in _EMPTY_FILLERS)
                continue
            pieces.append(len(words))
            word = token.word
            words.append(replace(word, is_loose=True, needs_filler=needs_filler) if is_loose else word)
            is_loose = needs_filler = False
        yield tuple(words), tuple(pieces)


@dataclass(frozen=True, slots=True, eq=False)
class _LabelToken:
    word: Word
    surface: str
    is_filler: bool


def _sequences(text: str, *, is_bare: bool, is_plain: bool) -> Iterator[list[_LabelToken]]:
    """The tokens of a label, once for each choice among its alternatives."""
    if is_plain:
        yield _tokens_of(text, is_bare)
    elif "|" not in text and "_" not in text:
        yield [token for part in text.split() for token in _tokens_of_part(part, is_bare)]
    else:
        for chosen in product(*[_choices(part, is_bare) for part in parts_of(text)]):
            yield [token for choice in chosen for token in choice]


# Vocabularies repeat their words ("manage|handle", "reports"): each is read once.
@lru_cache(maxsize=50_000)
def _choices(part: tuple[str, ...], is_bare: bool) -> tuple[tuple[_LabelToken, ...], ...]:
    """The token sequences of one part of a label; its alternatives of one token are merged into one.

    Each alternative stands for its abbreviation or expansion too; a part without alternatives gets these as
    patterns of their own (`_patterns`), since an abbreviation may take the place of several parts.
    """
    if len(part) == 1:
        return (_tokens_of_part(part[0], is_bare),)
    spelt = (variant for alternative in part for variant in spelt_variants(alternative))
    sequences = [_tokens_of_part(alternative, is_bare) for alternative in dict.fromkeys((*part, *spelt))]
    single = [sequence[0] for sequence in sequences if len(sequence) == 1]
    longer = [sequence for sequence in sequences if len(sequence) > 1]
    if not single:
        return tuple(longer)
    forms: dict[str, str] = {}
    for token in single:
        for form, surface in token.word.forms.items():
            forms.setdefault(form, surface)
    capitals = frozenset[str]().union(*(token.word.capitals for token in single))
    merged = _LabelToken(Word(forms, capitals=capitals), single[0].surface, all(token.is_filler for token in single))
    return ((merged,), *longer)


@lru_cache(maxsize=50_000)
def _tokens_of_part(part: str, is_bare: bool) -> tuple[_LabelToken, ...]:
    return tuple(_tokens_of(part, is_bare))


def _tokens_of(text: str, is_bare: bool) -> list[_LabelToken]:
    tokens = tokenize(text)
    made: list[_LabelToken] = []
    for position, token in enumerate(tokens):
        surface = text[token.start : token.end]
        is_proper = is_bare_proper(surface, tokens, position) if is_bare else surface != surface.lower()
        is_filler = token.low in FUNCTION_WORDS
        if is_filler and position + 1 < len(tokens):
            following = tokens[position + 1]
            is_filler = following.gap is not Gap.JOINT or following.is_slashed
        made.append(_label_token(surface, f"={token.low}" if is_proper else token.key, is_filler))
    return made


@lru_cache(maxsize=50_000)
def _label_token(surface: str, form: str, is_filler: bool) -> _LabelToken:
    needs_capitals = form[0] == "=" and surface.isupper() and surface.isalpha() and _may_be_word(form[1:])
    return _LabelToken(Word({form: surface}, capitals=frozenset({form} if needs_capitals else ())), surface, is_filler)


def _may_be_word(low: str) -> bool:
    """Whether an abbreviation could be a word or a person's name: "aids", "it" and "Osha", not "sql" nor "hris"."""
    if low in _NO_WORDS:
        return False
    vowels = sum([letter in "aeiouy" for letter in low])
    return len(low) < 3 or (len(low) == 3 and vowels > 0) or (len(low) == 4 and (vowels > 1 or is_english(low)))


# Names of products that look like words of some language and are none.
_NO_WORDS = frozenset({"ajax", "jira", "unix"})


def is_bare_proper(surface: str, tokens: Sequence[Token], position: int) -> bool:
    """Whether a word of a bare name is a proper name, told from its spelling since names are in title case.

    A product's name that is a word too ("Project", "Access") is meant as one if it stands alone or after its vendor.
    """
    low = tokens[position].low
    if not surface.isalpha():
        return True
    if surface.isupper() and len(surface) <= 6 and not (len(surface) > 4 and is_english(low)):
        return True
    if surface[1:] != surface[1:].lower() and not surface.isupper():
        return True
    return is_product_word(low) and (len(tokens) == 1 or not is_english(low) or is_vendor(tokens[0].low))
