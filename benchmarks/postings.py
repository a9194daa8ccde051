"""How well `role_from_posting` finds what ten invented postings ask for.

    python benchmarks/postings.py [--details]

The expected skills (``tests/cases/postings/expected.toml``) were written from the postings before any program read
them. A requirement is right when the words that it rests on are those of an expected skill (and it is the skill of
the vocabulary that is expected, where one is given), wrong when they are others, and not counted where the case says
that one may differ. Precision and recall are over all postings together.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from skillgap.roles.posting import read_posting, role_of_reading
from skillgap.roles.posting_skills import key_of

CASES = Path(__file__).parent.parent / "tests" / "cases" / "postings"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found of one posting: expected skills found and missed, requirements that rest on other words."""

    name: str
    found: tuple[str, ...]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    right: int
    forbidden: tuple[str, ...]
    misweighed: tuple[str, ...]
    misdated: tuple[str, ...]
    title: str
    expected_title: str


def run_case(name: str) -> Outcome:
    """The outcome of one posting."""
    case = tomllib.loads((CASES / "expected.toml").read_text(encoding="utf-8"))[name]
    resume, parts, mentions = read_posting(CASES / case["file"])
    role = role_of_reading(resume, parts, mentions)
    by_skill = {r.skill: r for r in role.requirements}
    spans: dict[str, list[Span]] = {}
    for mention in mentions:
        spans.setdefault(key_of(mention, mentions), []).append((mention.start, mention.end))

    def rests_on(skill: str, words: str) -> bool:
        return any(_shares(place, span) for place in _places(resume.text, words) for span in spans[skill])

    found, missed, misweighed, misdated = [], [], [], []
    right: set[str] = set()
    for entry in case["named"]:
        assert entry["words"] in resume.text, f"{name}: {entry['words']!r} does not stand in the posting"
        on_words = {s for s in spans if rests_on(s, entry["words"])}
        hits = {s for s in on_words if entry.get("skill", s) == s}
        right |= hits
        (found if hits else missed).append(entry["words"])
        if hits and not any(by_skill[s].importance == entry["importance"] for s in hits):
            misweighed.append(entry["words"])
        if hits and not any(by_skill[s].years == entry.get("years") for s in hits):
            misdated.append(entry["words"])
    open_to_doubt = {s for s in spans for words in case["allowed"] if rests_on(s, words)}
    wrong = spans.keys() - right - open_to_doubt
    forbidden = [words for words in case["never"] if any(rests_on(s, words) for s in spans)]
    return Outcome(
        name,
        tuple(found),
        tuple(missed),
        tuple(f"{by_skill[s].name}: {resume.text[slice(*spans[s][0])]!r}" for s in sorted(wrong)),
        len(right),
        tuple(forbidden),
        tuple(misweighed),
        tuple(misdated),
        role.title,
        case["title"],
    )


def case_names() -> tuple[str, ...]:
    """The names of all cases."""
    return tuple(tomllib.loads((CASES / "expected.toml").read_text(encoding="utf-8")))


def precision(outcomes: list[Outcome]) -> float:
    """The share of the requirements that are right, of those that are right or wrong."""
    right = sum(o.right for o in outcomes)
    return right / max(1, right + sum(len(o.wrong) for o in outcomes))


def recall(outcomes: list[Outcome]) -> float:
    """The share of the expected skills that are found."""
    found = sum(len(o.found) for o in outcomes)
    return found / max(1, found + sum(len(o.missed) for o in outcomes))


def _places(text: str, words: str) -> list[Span]:
    places, start = [], text.find(words)
    while start >= 0:
        places.append((start, start + len(words)))
        start = text.find(words, start + 1)
    return places


def _shares(one: Span, other: Span) -> bool:
    """Whether two spans have half of the shorter one in common."""
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common * 2 >= min(one[1] - one[0], other[1] - other[0])


def main(arguments: list[str]) -> int:
    outcomes = [run_case(name) for name in case_names()]
    for outcome in outcomes:
        figures = f"precision {precision([outcome]):.2f}  recall {recall([outcome]):.2f}"
        print(f"{outcome.name:32} {figures}  {outcome.title!r}, expected {outcome.expected_title!r}")
        if "--details" in arguments:
            for label in ("missed", "wrong", "forbidden", "misweighed", "misdated"):
                for item in getattr(outcome, label):
                    print(f"    {label:10} {item}")
    found = sum(len(o.found) for o in outcomes)
    weighed = 1 - sum(len(o.misweighed) for o in outcomes) / found
    dated = 1 - sum(len(o.misdated) for o in outcomes) / found
    titles = sum(o.title == o.expected_title for o in outcomes)
    print(f"\nprecision {precision(outcomes):.3f}, recall {recall(outcomes):.3f}, {len(outcomes)} postings")
    print(f"of the skills found, importance right for {weighed:.0%}, years right for {dated:.0%}")
    print(f"titles right: {titles} of {len(outcomes)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
