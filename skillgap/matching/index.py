"""Labels → an index that finds the few that can match a clause.

Each label is filed under its rarest word and, below that, under the next. A clause is asked word by word; a
label found so is looked at only if the clause has all its words. The cost of a resume hence grows with its own
length and hardly with the number of labels.
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import chain, product

from skillgap.matching.abbreviations import spelt_variants
from skillgap.matching.deeds import acronym_of, deeds, gerunds_apart, verb_of, without_empty_head
from skillgap.matching.forms import is_english, word_key
from skillgap.matching.fuzzy import Corrector, find_compounds
from skillgap.matching.names import is_product_word, is_vendor, without_vendor
from skillgap.matching.normalize import Gap, Token, tokenize
from skillgap.matching.notation import parts_of
from skillgap.matching.word_classes import (
    DEED_HEADS,
    FUNCTION_WORDS,
    NO_DEED_HEADS,
    NO_PEOPLE,
    NOMINAL_ENDINGS,
    duty_verbs,
)
from skillgap.model import Label, Skill

# A label made of more words than this is a sentence, which no resume repeats to the word.
MAX_WORDS = 12
# Shorter labels run together are too often words of their own ("inset", "onsite").
MIN_JOINED = 8
# Labels with more alternatives for a word are not looked for run together.
MAX_JOINED_CHOICES = 12
# Longer words are glued text or worse; the time and memory that a correction takes grow with the square of length.
LONGEST_WORD = 40
# So many words of texts are kept with what an index knows of them.
MOST_READINGS = 50_000
# Function words of a label that a text may leave out without saying something else.
_EMPTY_FILLERS = frozenset({"a", "an", "the", "and", "or", "&"})


@dataclass(frozen=True, slots=True)
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
    counts only where it is meant as a name.
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

    @property
    def needs_capitals(self) -> bool:
        """Whether a word must be written in capitals."""
        return any(word.capitals for word in self.words)

    def text_of(self, forms: Sequence[str]) -> str:
        """The label as it reads with these forms chosen for its words."""
        chosen = [self.words[number].forms.get(form, form) for number, form in enumerate(forms)]
        return " ".join(piece if isinstance(piece, str) else chosen[piece] for piece in self.pieces)


@dataclass(slots=True)
class Filed:
    """The patterns filed under a form: those of one word, and the longer ones with their words from rare to common.

    ``with_second`` holds the longer ones by the forms of their second rarest word; with each stands the number of the
    word that has the form, and the forms of its further words. It is filled when a text first has the form: most
    labels of a large vocabulary are never asked for.
    """

    alone: list[tuple[Pattern, int]] = field(default_factory=list)
    longer: list[tuple[Pattern, list[int]]] = field(default_factory=list)
    with_second: dict[str, list[tuple[Pattern, int, tuple[frozenset[str], ...]]]] = field(default_factory=dict)

    def arrange(self) -> Filed:
        """The same, with ``with_second`` filled."""
        if not self.with_second:
            for pattern, (anchor, second, *others) in self.longer:
                entry = (pattern, anchor, tuple([pattern.words[number].any_of for number in others]))
                for form in pattern.words[second].forms:
                    self.with_second.setdefault(form, []).append(entry)
        return self


@dataclass(frozen=True, slots=True)
class Reading:
    """What an index knows of a word of a text.

    ``low`` is the word in lower case, corrected where it is misspelt, ``forms`` are those of its key and its name
    that labels have (the name first), ``filed`` the labels filed under them. At an ``is_irregular`` word a label run
    together or written apart may begin.
    """

    low: str
    forms: tuple[str, ...] = ()
    filed: tuple[Filed, ...] = ()
    is_corrected: bool = False
    is_irregular: bool = False


class Readings(dict[str, Reading | None]):
    """A lower-case word → what an index knows of it, None where that is nothing; each word is read once."""

    def __init__(self, index: LabelIndex) -> None:
        super().__init__()
        self._index = index

    def __missing__(self, low: str) -> Reading | None:
        # Hostile files hold no end of words: start anew before memory grows.
        if len(self) >= MOST_READINGS:
            self.clear()
        reading = self[low] = self._read(low)
        return reading

    def _read(self, low: str) -> Reading | None:
        index = self._index
        right = low
        if not self.forms_of(low) and 5 <= len(low) <= LONGEST_WORD:
            right = index.corrector.correct(low) or low
        forms = self.forms_of(right)
        is_irregular = right in index.irregular
        if not forms and not is_irregular:
            return None
        filed = tuple(index.by_form[form].arrange() for form in reversed(forms) if form in index.by_form)
        return Reading(right, forms, filed, right != low, is_irregular)

    def forms_of(self, low: str) -> tuple[str, ...]:
        """The forms of a word that labels have, its proper name before the key that it shares with others."""
        return tuple(form for form in (f"={low}", word_key(low)) if form in self._index.forms)


class LabelIndex:
    """All labels of some skills, ready for `skillgap.matching.evidence.find_evidence`.

    ``by_form`` files each pattern under the forms of its rarest word; ``joined`` maps a label's words run
    together to the patterns that they make; ``compounds`` tells how words of labels may be written apart;
    ``irregular`` are the words at which either may begin; ``readings`` tells what all this says of a word.
    """

    def __init__(self, skills: Iterable[Skill]) -> None:
        self.skills = tuple(skills)
        with _without_garbage_collection():
            self._build()

    def _build(self) -> None:
        self.patterns = tuple(pattern for skill in self.skills for pattern in _patterns(skill))
        rarity = Counter(chain.from_iterable([word.forms for pattern in self.patterns for word in pattern.words]))
        self.by_form: dict[str, Filed] = {}
        self.joined: dict[str, list[Pattern]] = {}
        lows: set[str] = set()
        names: set[str] = set()
        for pattern in self.patterns:
            self._file(pattern, rarity)
            for word in pattern.words:
                (names if word.is_proper else lows).update(word.plain)
            if len(pattern.words) > 1 and not pattern.is_block:
                self._file_joined(pattern)
        self.forms = frozenset(rarity)
        self.corrector = Corrector(lows | names, names - lows)
        self.compounds = find_compounds(lows | names)
        self.irregular = frozenset((*self.joined, *self.compounds))
        self.readings = Readings(self)

    def _file(self, pattern: Pattern, rarity: Mapping[str, int]) -> None:
        words = pattern.words
        if len(words) == 1:
            for form in words[0].forms:
                self._filed(form).alone.append((pattern, 0))
            return
        costs = [sum([rarity[form] for form in word.forms]) for word in words]
        order = sorted(range(len(costs)), key=costs.__getitem__)
        for form in words[order[0]].forms:
            self._filed(form).longer.append((pattern, order))

    def _filed(self, form: str) -> Filed:
        filed = self.by_form.get(form)
        if filed is None:
            filed = self.by_form[form] = Filed()
        return filed

    def _file_joined(self, pattern: Pattern) -> None:
        if max([len(word.forms) for word in pattern.words]) > MAX_JOINED_CHOICES:
            return
        for surfaces in product(*[word.plain for word in pattern.words]):
            joined = "".join(surfaces)
            if len(joined) >= MIN_JOINED:
                if (patterns := self.joined.get(joined)) is None:
                    patterns = self.joined[joined] = []
                patterns.append(pattern)

    def __len__(self) -> int:
        return len(self.patterns)

    @cached_property
    def digest(self) -> str:
        """A short hash of the skills with all their labels: equal vocabularies have equal ones."""
        return hashlib.sha256(repr(self.skills).encode("utf-8", "replace")).hexdigest()[:10]


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Inside it the collector rests: an index is many small objects that all stay, and counting them costs as much."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _patterns(skill: Skill) -> Iterator[Pattern]:
    for text in skill.not_labels:
        for words, pieces in _readings(text, keep_all=True, is_bare=False):
            yield Pattern(Label(text), words, skill.id, pieces, is_block=True)
    for label in (Label(skill.preferred_label), *skill.labels):
        # A preferred label is plain words, never notation.
        is_plain = skill.is_bare or label.text == skill.preferred_label
        yield from _label_patterns(skill, label, label.text, is_plain=is_plain)
        if not label.is_duty:
            for variant in spelt_variants(label.text):
                yield from _label_patterns(skill, label, variant, is_plain=is_plain)
    if skill.is_bare:
        name = skill.preferred_label
        for text in deeds().not_shown.get(name.lower(), ()):
            for words, pieces in _readings(text, keep_all=True, is_bare=False):
                yield Pattern(Label(text), words, skill.id, pieces, is_block=True)
        shorter = (without_empty_head(name) or _without_generic_head(name), acronym_of(name))
        for text in (*without_vendor(name), *filter(None, shorter)):
            yield from _label_patterns(skill, Label(text), text, is_plain=True)


def _without_generic_head(name: str) -> str | None:
    """A proper name or a certificate without the word that says what it is ("CRM Software", "CPR Certification")."""
    *words, head = name.split()
    rest = " ".join(words)
    if head.lower() in deeds().certifications:
        return rest if "-".join(words).lower() in deeds().certificates else None
    if not words or head.lower() not in deeds().dropped_after_name:
        return None
    tokens = tokenize(rest)
    is_name = all(_is_bare_proper(rest[t.start : t.end], tokens, number) for number, t in enumerate(tokens))
    return rest if is_name else None


def _label_patterns(skill: Skill, label: Label, text: str, *, is_plain: bool) -> Iterator[Pattern]:
    for words, pieces in _readings(text, keep_all=False, is_bare=skill.is_bare, is_plain=is_plain):
        if len(words) > MAX_WORDS:
            continue
        if label.is_duty:
            words = (_with_gerunds(words[0]), *words[1:])
        yield Pattern(
            label=label,
            words=words,
            skill=skill.id,
            pieces=pieces,
            is_duty=label.is_duty,
            is_reversible=not label.is_duty and len(words) == 2 and not words[1].is_proper and not words[1].is_loose,
            needs_name=not label.only_in
            and len(words) == 1
            and any(form[0] == "=" and is_product_word(form[1:]) for form in words[0].forms),
        )
        is_name = skill.is_bare or (label.text == skill.preferred_label and len(words) > 1)
        if is_name and not label.is_duty:
            yield from _bare_patterns(skill, label, words)


def _bare_patterns(skill: Skill, label: Label, words: tuple[Word, ...]) -> Iterator[Pattern]:
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
            label, (_word_of(_deed_verbs(lows[0])), *words[1:]), skill.id, pieces, is_duty=True, is_strict=True
        )
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
            yield Pattern(label, (_widened(_word_of(verbs[:1]), doers),), skill.id, pieces, is_deed=True)
        return
    is_pair = words[-1].is_loose and not words[-1].needs_filler
    things = tuple(_with_same(word) for word in words[:-1])
    nouns = deeds().nouns.get(head, ())
    others = deeds().same_in.get(" ".join(lows), ())
    if nouns or others or things != words[:-1]:
        first = _widened(things[0], {word_key(other): other for other in others})
        heads = _widened(words[-1], {word_key(noun): noun for noun in nouns})
        yield Pattern(label, (first, *things[1:], heads), skill.id, pieces, is_reversible=len(words) == 2)
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


def _word_of(verbs: Sequence[str]) -> Word:
    return _with_gerunds(Word({word_key(verb): verb for verb in reversed(verbs)}))


def _with_gerunds(verb: Word) -> Word:
    """The verb of a duty, which may be written as a noun in -ing that stands for itself elsewhere ("building")."""
    apart = gerunds_apart()
    extra = {f"={noun}": surface for form, surface in verb.forms.items() for noun in apart.get(form, ())}
    return _widened(verb, extra)


def _with_same(word: Word) -> Word:
    """A word of a bare name, or one that names the same people or things."""
    same = deeds().same
    return _widened(word, {form: other for own in word.forms for form, other in same.get(own, {}).items()})


def _widened(word: Word, extra: Mapping[str, str]) -> Word:
    return replace(word, forms={**extra, **word.forms}) if extra else word


def _readings(
    text: str, *, keep_all: bool, is_bare: bool, is_plain: bool = False
) -> Iterator[tuple[tuple[Word, ...], tuple[str | int, ...]]]:
    """The ways to read a label: alternatives of one word stay together, those of several words are read apart."""
    parts = ((text,),) if is_plain else parts_of(text)
    for chosen in product(*[_choices(part, is_bare) for part in parts]):
        tokens = [token for choice in chosen for token in choice]
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


@dataclass(frozen=True, slots=True)
class _LabelToken:
    word: Word
    surface: str
    is_filler: bool


# Vocabularies repeat their words ("manage|handle", "reports"): each is read once.
@lru_cache(maxsize=50_000)
def _choices(part: tuple[str, ...], is_bare: bool) -> tuple[tuple[_LabelToken, ...], ...]:
    """The token sequences of one part of a label; its alternatives of one token are merged into one.

    Each alternative stands for its abbreviation or expansion too; a part without alternatives gets these as
    patterns of their own (`_patterns`), since an abbreviation may take the place of several parts.
    """
    if len(part) == 1:
        return (_label_tokens(part[0], is_bare),)
    spelt = (variant for alternative in part for variant in spelt_variants(alternative))
    sequences = [_label_tokens(alternative, is_bare) for alternative in dict.fromkeys((*part, *spelt))]
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
def _label_tokens(text: str, is_bare: bool) -> tuple[_LabelToken, ...]:
    tokens = tokenize(text)
    made: list[_LabelToken] = []
    for position, token in enumerate(tokens):
        surface = text[token.start : token.end]
        is_proper = _is_bare_proper(surface, tokens, position) if is_bare else surface != surface.lower()
        form = f"={token.low}" if is_proper else token.key
        needs_capitals = is_proper and surface.isupper() and len(surface) <= 4 and surface.isalpha()
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        is_hyphened = following is not None and following.gap is Gap.JOINT and not following.is_slashed
        word = Word({form: surface}, capitals=frozenset({form}) if needs_capitals else frozenset())
        made.append(_LabelToken(word, surface, token.low in FUNCTION_WORDS and not is_hyphened))
    return tuple(made)


def _is_bare_proper(surface: str, tokens: Sequence[Token], position: int) -> bool:
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
