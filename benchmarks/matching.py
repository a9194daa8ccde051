"""Time of matching alone, beside what a user would pick instead.

    python benchmarks/matching.py [--resumes FOLDER] [--labels FILE] [--repeat N] [--skip-slow]

Resumes (by default the project's invented ones) are read first, cut or repeated to 800 words, and then matched
against roles, against 1,000 and against 30,000 labels: those of the catalogue, or the lines of a file, such as
O*NET's titles and technologies. The 1,000 are drawn evenly from the 30,000. Printed are the time to build an index,
the median CPU milliseconds a resume, and how many phrases a resume has found on average: what is found has to be
judged, which takes longer than to look for it. "Those found most" are 1,000 labels that hold what the 30,000 find,
so that the two differ in the number of labels and hardly in what is judged. Other ways run where their package is
installed: flashtext, pyahocorasick (exact words), rapidfuzz's partial_ratio, and cdist with token_set_ratio (every
label against every line).
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import skillgap
from skillgap.matching.evidence import PreparedResume, find_evidence
from skillgap.matching.index import LabelIndex
from skillgap.matching.matches import find_matches
from skillgap.matching.notation import expand_label
from skillgap.model import Label, Skill
from skillgap.roles.catalogue import load_catalogue

WORDS = 800
MOST = 30_000
LABELS_PER_SKILL = 15
# Every so many of the shipped roles is timed.
ROLES_APART = 12
EXAMPLES = Path(__file__).parent.parent / "examples" / "resumes"


@dataclass(frozen=True)
class Way:
    """A way to match: builds something from labels, then finds labels in a text."""

    name: str
    build: Callable[[Sequence[str]], object]
    match: Callable[[object, str], object]
    is_slow: bool = False


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--resumes", type=Path, default=EXAMPLES, metavar="FOLDER")
    cli.add_argument("--labels", type=Path, metavar="FILE", help="one label a line, instead of the catalogue's")
    cli.add_argument("--repeat", type=int, default=5, metavar="N")
    cli.add_argument("--skip-slow", action="store_true", help="leave out ways that take seconds a resume")
    args = cli.parse_args()
    resumes = read_resumes(args.resumes)
    print(f"{len(resumes)} resumes of {WORDS} words, median of each one's best of {args.repeat}\n")
    print("| what | labels | build s | CPU ms a resume | found |")
    print("| --- | ---: | ---: | ---: | ---: |")
    roles = [skillgap.load_role(role.id) for role in skillgap.find_roles(limit=None)[::ROLES_APART]]
    times = [time_skillgap(role.skills, resumes, 4) for role in roles]
    row(
        f"skillgap, one role (median of {len(roles)})",
        int(statistics.median(sum_labels(role.skills) for role in roles)),
        *(statistics.median(column) for column in zip(*times, strict=True)),
    )
    role = skillgap.load_role("collections-specialist")
    row(
        "skillgap, role collections-specialist",
        sum_labels(role.skills),
        *time_skillgap(role.skills, resumes, args.repeat),
    )
    everything = tuple(load_catalogue().skills.values())
    row("skillgap, the whole catalogue", sum_labels(everything), *time_skillgap(everything, resumes, args.repeat))
    labels = (args.labels.read_text(encoding="utf-8").splitlines() if args.labels else plain_labels(everything))[:MOST]
    for count in (1_000, len(labels)):
        some = labels[:: max(1, len(labels) // count)][:count]
        row("skillgap, plain labels", len(some), *time_skillgap(as_skills(some), resumes, args.repeat))
        if count == 1_000:
            found = most_found(labels, resumes, count)
            row("skillgap, those found most", len(found), *time_skillgap(as_skills(found), resumes, args.repeat))
        for way in ways():
            if not (way.is_slow and (args.skip_slow or count > 1_000)):
                row(way.name, len(some), *time_way(way, some, resumes, 1 if way.is_slow else args.repeat))


def read_resumes(folder: Path) -> list[skillgap.Resume]:
    """Resumes of 800 words each, with their blocks and sections as read."""
    found = []
    for path in sorted(folder.iterdir()):
        try:
            text = skillgap.parse_resume(path).text
        except skillgap.ResumeError as error:
            print(f"left out: {error}")
            continue
        lines = text.splitlines()
        taken: list[str] = []
        words = 0
        while words < WORDS:
            for line in lines:
                taken.append(line)
                words += len(line.split())
                if words >= WORDS:
                    break
        found.append(skillgap.Resume.from_text("\n".join(taken)))
    return found


def plain_labels(skills: Sequence[Skill]) -> list[str]:
    """Distinct labels of the catalogue written out, at most 12 of one notation."""
    texts = (text for skill in skills for label in skill.labels for text in islice(expand_label(label.text), 12))
    return list(dict.fromkeys(texts))


def most_found(labels: Sequence[str], resumes: Sequence[skillgap.Resume], count: int) -> list[str]:
    """The labels that resumes show most often, filled up with others where they show fewer."""
    index = LabelIndex([Skill(id=str(n), preferred_label=label) for n, label in enumerate(labels)])
    found = Counter(match.pattern.skill for r in resumes for match in find_matches(PreparedResume(r).clauses, index))
    often = [labels[int(skill)] for skill, _ in found.most_common(count)]
    return list(dict.fromkeys((*often, *labels)))[:count]


def as_skills(labels: Sequence[str]) -> tuple[Skill, ...]:
    groups = [labels[first : first + LABELS_PER_SKILL] for first in range(0, len(labels), LABELS_PER_SKILL)]
    return tuple(
        Skill(id=f"skill-{n}", preferred_label=group[0], labels=tuple(Label(text) for text in group[1:]))
        for n, group in enumerate(groups)
    )


def sum_labels(skills: Sequence[Skill]) -> int:
    return sum(1 + sum(len(expand_label(label.text)) for label in skill.labels) for skill in skills)


def time_skillgap(
    skills: Sequence[Skill], resumes: Sequence[skillgap.Resume], repeat: int
) -> tuple[float, float, float]:
    """Seconds to build an index, median milliseconds a resume, phrases found in a resume on average."""
    gc.collect()  # what other ways left behind is not to be cleared away in this one's time
    began = time.process_time()
    index = LabelIndex(skills)
    built = time.process_time() - began
    # The first misspelt word builds the neighbourhood of the vocabulary: once a process, so not in the median.
    find_evidence(PreparedResume(skillgap.Resume.from_text("Bookeeping of recievables")), index)
    milliseconds = median_ms([lambda r=r: find_evidence(PreparedResume(r), index) for r in resumes], repeat)
    found = statistics.fmean(sum(1 for _ in find_matches(PreparedResume(r).clauses, index)) for r in resumes)
    return built, milliseconds, found


def time_way(way: Way, labels: Sequence[str], resumes: Sequence[skillgap.Resume], repeat: int) -> tuple[float, float]:
    began = time.process_time()
    built = way.build(labels)
    seconds = time.process_time() - began
    return seconds, median_ms([lambda r=r: way.match(built, r.text) for r in resumes], repeat)


def median_ms(calls: Sequence[Callable[[], object]], repeat: int) -> float:
    best = []
    for call in calls:
        times = []
        for _ in range(repeat):
            began = time.process_time()
            call()
            times.append(time.process_time() - began)
        best.append(min(times) * 1000)
    return statistics.median(best)


def row(name: str, labels: int, built: float, milliseconds: float, found: float | None = None) -> None:
    shown = "" if found is None else f"{found:.1f}"
    print(f"| {name} | {labels:,} | {built:.2f} | {milliseconds:,.1f} | {shown} |", flush=True)


def ways() -> list[Way]:
    from rapidfuzz import fuzz, process

    found = [
        Way("rapidfuzz partial_ratio", tuple, lambda labels, text: [fuzz.partial_ratio(x, text) for x in labels], True),
        Way(
            "rapidfuzz cdist token_set_ratio",
            tuple,
            lambda labels, text: process.cdist(labels, text.splitlines(), scorer=fuzz.token_set_ratio),
            True,
        ),
    ]
    try:
        from flashtext import KeywordProcessor

        def build_flashtext(labels: Sequence[str]) -> object:
            keywords = KeywordProcessor()
            keywords.add_keywords_from_list(list(labels))
            return keywords

        found.insert(0, Way("flashtext", build_flashtext, lambda keywords, text: keywords.extract_keywords(text)))
    except ImportError:
        print("| flashtext is not installed | | | |")
    try:
        import ahocorasick

        def build_automaton(labels: Sequence[str]) -> object:
            automaton = ahocorasick.Automaton()
            for label in labels:
                automaton.add_word(label.lower(), label)
            automaton.make_automaton()
            return automaton

        found.insert(
            0, Way("pyahocorasick", build_automaton, lambda automaton, text: list(automaton.iter(text.lower())))
        )
    except ImportError:
        print("| pyahocorasick is not installed | | | |")
    return found


if __name__ == "__main__":
    main()
