"""Labels → an index that finds the few that can match a clause.

Each label is filed under its rarest word. A clause is asked word by word; a label found so is looked at
only if the clause has all its words. The cost of a resume hence grows with its own length and hardly with
the number of labels.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from skillgap.matching.abbreviations import spelt_variants
from skillgap.matching.forms import is_english, word_key
from skillgap.matching.fuzzy import Corrector, find_compounds
from skillgap.matching.names import is_product_word, without_vendor
from skillgap.matching.normalize import FUNCTION_WORDS, Gap, Token, duty_verbs, tokenize
from skillgap.model import Label, Skill

# A label made of more words than this is a sentence, which no resume repeats to the word.
MAX_WORDS = 12


@dataclass(frozen=True, slots=True)
class Word:
    """One content word of a label.

    ``value`` is what a token must equal: its lower-case form where ``is_proper``, its key otherwise.
    ``is_loose`` says that function words stood before it in the label and may stand there in a text.
    ``needs_capitals`` asks the text to write it in capitals.
    """

    value: str
    low: str
    is_proper: bool
    is_loose: bool
    needs_capitals: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A label made ready for matching; ``skills`` are the ids of the skills that have it.

    ``is_block`` marks a phrase that holds a label but shows no skill (`Skill.not_labels`).
    """

    label: Label
    text: str
    words: tuple[Word, ...]
    skill: str
    is_block: bool = False
    is_duty: bool = False
    is_reversible: bool = False
    needs_context: bool = False
    is_strict: bool = False

    @property
    def values(self) -> frozenset[str]:
        """The values that a clause must have."""
        return frozenset(word.value for word in self.words)


class LabelIndex:
    """All labels of some skills, ready for `skillgap.matching.find_evidence`."""

    def __init__(self, skills: Iterable[Skill]) -> None:
        self.skills = tuple(skills)
        self.patterns = tuple(pattern for skill in self.skills for pattern in _patterns(skill))
        rarity = Counter(word.value for pattern in self.patterns for word in pattern.words)
        self.by_word: dict[str, list[tuple[Pattern, int, frozenset[str]]]] = {}
        self.joined: dict[str, list[Pattern]] = {}
        lows: set[str] = set()
        for pattern in self.patterns:
            anchor = min(range(len(pattern.words)), key=lambda i: (rarity[pattern.words[i].value], i))
            self.by_word.setdefault(pattern.words[anchor].value, []).append((pattern, anchor, pattern.values))
            lows.update(word.low for word in pattern.words)
            if len(pattern.words) > 1 and not pattern.is_block:
                joined = "".join(word.low for word in pattern.words)
                if len(joined) >= 8:
                    self.joined.setdefault(joined, []).append(pattern)
        self.lows = frozenset(lows)
        self.values = frozenset(rarity)
        self.corrector = Corrector(lows)
        self.compounds = find_compounds(lows)

    def __len__(self) -> int:
        return len(self.patterns)


def _patterns(skill: Skill) -> Iterator[Pattern]:
    """Every pattern of a skill; of labels that fold to the same words the first stays."""
    seen: set[tuple[object, ...]] = set()
    for pattern in _all_patterns(skill):
        same = (tuple(word.value for word in pattern.words), pattern.is_block, pattern.is_duty, pattern.needs_context)
        if same not in seen:
            seen.add(same)
            yield pattern


def _all_patterns(skill: Skill) -> Iterator[Pattern]:
    for text in skill.not_labels:
        yield Pattern(Label(text), text, _words(text, keep_all=True), skill.id, is_block=True)
    for label in (Label(skill.preferred_label), *skill.labels):
        yield from _label_patterns(skill, label, label.text)
        if not label.is_duty:
            for variant in spelt_variants(label.text):
                yield from _label_patterns(skill, label, variant)
    if skill.is_bare:
        for text in without_vendor(skill.preferred_label):
            yield from _label_patterns(skill, Label(text), text)


def _label_patterns(skill: Skill, label: Label, text: str) -> Iterator[Pattern]:
    words = _words(text, is_bare=skill.is_bare)
    if not words or len(words) > MAX_WORDS:
        return
    content = [word for word in words if not word.is_proper]
    is_ambiguous = bool(label.near or label.only_in)
    yield Pattern(
        label=label,
        text=text,
        words=words,
        skill=skill.id,
        is_duty=label.is_duty,
        is_reversible=not label.is_duty and len(words) == 2 and len(content) == 2,
        needs_context=is_ambiguous or (len(words) == 1 and words[0].is_proper and is_product_word(words[0].low)),
    )
    if skill.is_bare and not label.is_duty and len(words) in (2, 3) and len(content) == len(words):
        head = words[-1].low
        is_deed = head.endswith(("ing", "ment", "tion", "sis", "sion")) or head in duty_verbs() or head in _DEEDS
        if is_deed and head not in _NO_DEEDS:
            verb_first = (words[-1], *words[:-1])
            yield Pattern(label=label, text=text, words=verb_first, skill=skill.id, is_duty=True, is_strict=True)


# Nouns that name a deed and are verbs too: "Food Cost Control" is shown by "controlled food costs".
_DEEDS = frozenset("control design support research review forecast test report plan budget sales".split())

# Heads that look like deeds and are things or fields: "Mechanical Engineering" is not shown by engineered parts.
_NO_DEEDS = frozenset(
    "engineering information communication communications education nutrition vision building clothing housing"
    " equipment department government environment accounting banking nursing marketing relation function"
    " computing position condition addition option station profession session mission management-system".split()
)


def _words(text: str, *, keep_all: bool = False, is_bare: bool = False) -> tuple[Word, ...]:
    tokens = list(tokenize(text))
    content = tokens if keep_all else [t for t in tokens if not _is_filler(t, tokens)]
    # "Expertise in" or "AS/400" would be left with one word, which says something else.
    if len(content) < 2:
        content = tokens
    words: list[Word] = []
    previous = -1
    positions = {id(token): index for index, token in enumerate(tokens)}
    for token in content:
        surface = text[token.start : token.end]
        is_proper = _is_bare_proper(surface, token.low) if is_bare else surface != surface.lower()
        position = positions[id(token)]
        words.append(
            Word(
                value=f"={token.low}" if is_proper else token.key,
                low=token.low,
                is_proper=is_proper,
                is_loose=bool(words) and position - previous > 1,
                needs_capitals=is_proper and surface.isupper() and len(surface) <= 4 and surface.isalpha(),
            )
        )
        previous = position
    return tuple(words)


def _is_filler(token: Token, tokens: Sequence[Token]) -> bool:
    """Whether a word of a label carries no content; one joined by a hyphen ("in-service") does."""
    if token.low not in FUNCTION_WORDS:
        return False
    following = tokens[tokens.index(token) + 1 :]
    return not (following and following[0].gap is Gap.JOINT and not following[0].is_slashed)


def _is_bare_proper(surface: str, low: str) -> bool:
    """Whether a word of a bare name is a proper name, told from its spelling since names are in title case."""
    if not surface.isalpha():
        return True
    if surface.isupper() and len(surface) <= 6 and not (len(surface) > 4 and is_english(low)):
        return True
    if surface[1:] != surface[1:].lower() and not surface.isupper():
        return True
    return is_product_word(low) or (len(low) >= 4 and not is_english(low) and word_key(low) == low)


_RECENT: OrderedDict[int, tuple[tuple[Skill, ...], LabelIndex]] = OrderedDict()
_MAX_RECENT = 32


def index_of(skills: tuple[Skill, ...]) -> LabelIndex:
    """The index of a role's skills, built once for each tuple: hashing it would cost more than a look-up."""
    known = _RECENT.get(id(skills))
    if known is not None and known[0] is skills:
        _RECENT.move_to_end(id(skills))
        return known[1]
    index = LabelIndex(skills)
    _RECENT[id(skills)] = (skills, index)
    if len(_RECENT) > _MAX_RECENT:
        _RECENT.popitem(last=False)
    return index
