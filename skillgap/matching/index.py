"""Labels → an index that finds the few that can match a clause.

Each label is filed under its rarest word and, below that, under the next. A clause is asked word by word; a
label found so is looked at only if the clause has all its words. The cost of a resume hence grows with its own
length and hardly with the number of labels.
"""

from __future__ import annotations

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, product

from skillgap.garbage import without_garbage_collection
from skillgap.matching.forms import word_key
from skillgap.matching.fuzzy import Corrector, find_compounds
from skillgap.matching.labels import Pattern, Word
from skillgap.matching.patterns import patterns_of
from skillgap.model import Skill

# Shorter labels run together are too often words of their own ("inset", "onsite").
MIN_JOINED = 8
# Labels with more alternatives for a word are not looked for run together.
MAX_JOINED_CHOICES = 12
# Longer words are glued text or worse; the time and memory that a correction takes grow with the square of length.
LONGEST_WORD = 40
# So many words of texts are kept with what an index knows of them.
MOST_READINGS = 50_000


@dataclass(slots=True)
class Filed:
    """The patterns filed under a form: those of one word, and the longer ones with their words from rare to common.

    ``with_second`` holds the longer ones by the forms of their second rarest word; with each stands the number of the
    word that has the form, and the forms of its further words; ``seconds`` are those forms alone. Both are filled
    when a text first has the form: most labels of a large vocabulary are never asked for.
    """

    alone: list[tuple[Pattern, int]] = field(default_factory=list)
    longer: list[tuple[Pattern, list[int]]] = field(default_factory=list)
    with_second: dict[str, list[tuple[Pattern, int, tuple[frozenset[str], ...]]]] = field(default_factory=dict)
    seconds: frozenset[str] = frozenset()

    def arrange(self) -> Filed:
        """The same, with ``with_second`` and ``seconds`` filled."""
        if not self.with_second:
            for pattern, (anchor, second, *others) in self.longer:
                entry = (pattern, anchor, tuple([pattern.words[number].any_of for number in others]))
                for form in pattern.words[second].forms:
                    self.with_second.setdefault(form, []).append(entry)
            self.seconds = frozenset(self.with_second)
        return self


@dataclass(frozen=True, slots=True)
class Reading:
    """What an index knows of a word of a text.

    ``low`` is the word in lower case, corrected where it is misspelt, ``forms`` are those of its key and its name
    that labels have (the name first), ``filed`` the labels filed under them. ``joined`` are the labels that are this
    word when run together, ``apart`` what may follow it where it begins a word that labels have: the next word →
    the second half, the whole word.
    """

    low: str
    forms: tuple[str, ...] = ()
    filed: tuple[Filed, ...] = ()
    is_corrected: bool = False
    joined: tuple[Pattern, ...] = ()
    apart: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


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
        right, forms = low, self.forms_of(low)
        if not forms and 5 <= len(low) <= LONGEST_WORD:
            right = index.corrector.correct(low) or low
            forms = self.forms_of(right)
        joined = tuple(index.joined.get(right, ()))
        apart = _apart(index.compounds.get(right, ()))
        if not forms and not joined and not apart:
            return None
        filed = tuple(index.by_form[form].arrange() for form in reversed(forms) if form in index.by_form)
        return Reading(right, forms, filed, right != low, joined, apart)

    def forms_of(self, low: str) -> tuple[str, ...]:
        """The forms of a word that labels have, its proper name before the key that it shares with others."""
        return tuple(form for form in (f"={low}", word_key(low)) if form in self._index.forms)


def _apart(halves: Iterable[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Next word → second half and whole word, for what may follow a first half: "on-boarding", "on-boarded"."""
    found: dict[str, list[tuple[str, str]]] = {}
    for rest, whole in halves:
        done = (f"{rest.removesuffix('ing')}ed",) if rest.endswith("ing") else ()
        for following in (rest, f"{rest}s", *done):
            found.setdefault(following, []).append((rest, whole))
    return found


class LabelIndex:
    """All labels of some skills, ready for `skillgap.matching.evidence.find_evidence`.

    ``by_form`` files each pattern under the forms of its rarest word; ``joined`` maps a label's words run
    together to the patterns that they make; ``compounds`` tells how words of labels may be written apart;
    ``readings`` tells what all this says of a word.
    """

    def __init__(self, skills: Iterable[Skill]) -> None:
        self.skills = tuple(skills)
        with without_garbage_collection():
            self._build()

    def _build(self) -> None:
        self.patterns = tuple(pattern for skill in self.skills for pattern in patterns_of(skill))
        # Labels share their words: what is asked of a word is asked once.
        words = Counter(chain.from_iterable([pattern.words for pattern in self.patterns]))
        rarity: Counter[str] = Counter()
        for word, count in words.items():
            for form in word.forms:
                rarity[form] += count
        costs = {word: sum([rarity[form] for form in word.forms]) for word in words}
        self.by_form: dict[str, Filed] = {}
        self.joined: dict[str, list[Pattern]] = {}
        for pattern in self.patterns:
            self._file(pattern, costs)
            if len(pattern.words) > 1 and not pattern.is_block:
                self._file_joined(pattern)
        names = {low for word in words if word.is_proper for low in word.plain}
        lows = {low for word in words if not word.is_proper for low in word.plain}
        self.forms = frozenset(rarity)
        self.corrector = Corrector(lows | names, names - lows)
        self.compounds = find_compounds(lows | names)
        self.readings = Readings(self)

    def _file(self, pattern: Pattern, costs: Mapping[Word, int]) -> None:
        words = pattern.words
        if len(words) == 1:
            for form in words[0].forms:
                self._filed(form).alone.append((pattern, 0))
            return
        if len(words) == 2:
            order = [0, 1] if costs[words[0]] <= costs[words[1]] else [1, 0]
        else:
            order = sorted(range(len(words)), key=[costs[word] for word in words].__getitem__)
        for form in words[order[0]].forms:
            self._filed(form).longer.append((pattern, order))

    def _filed(self, form: str) -> Filed:
        filed = self.by_form.get(form)
        if filed is None:
            filed = self.by_form[form] = Filed()
        return filed

    def _file_joined(self, pattern: Pattern) -> None:
        plain = [word.plain for word in pattern.words]
        if max(map(len, plain)) == 1:
            runs = ["".join([word[0] for word in plain])] if all(plain) else []
        elif max([len(word.forms) for word in pattern.words]) > MAX_JOINED_CHOICES:
            return
        else:
            runs = ["".join(surfaces) for surfaces in product(*plain)]
        for joined in runs:
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
