"""How often `suggest_roles` suggests a role of the field that a resume was filed under.

    python benchmarks/suggestions.py FOLDER [--half odd|even] [--details]

The field is the file's name up to "__" ("CHEF__123.pdf"); ``suggestions_fields.toml`` says which roles belong to it.
Rules were worked out on every second file (``--half odd``), the others are the check (``--half even``). Times are those
of comparing one resume with the whole catalogue, reading the file left out.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

import skillgap

FIELDS = Path(__file__).parent / "suggestions_fields.toml"


def read_fields() -> dict[str, frozenset[str]]:
    """The roles of each field."""
    tables = tomllib.loads(FIELDS.read_text(encoding="utf-8"))["fields"]
    return {field: frozenset(roles) for field, roles in tables.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("odd", "even"))
    parser.add_argument("--details", action="store_true")
    given = parser.parse_args()
    fields = read_fields()
    files = sorted(path for path in given.folder.iterdir() if path.name.split("__")[0] in fields and path.is_file())
    if given.half:
        files = files[given.half == "even" :: 2]
    first, among = Counter[str](), Counter[str]()
    seen = Counter[str]()
    seconds: list[float] = []
    began = time.perf_counter()
    skillgap.suggest_roles(skillgap.Resume.from_text("Experience\nClerk"))
    loading = time.perf_counter() - began
    for path in files:
        field = path.name.split("__")[0]
        try:
            resume = skillgap.parse_resume(path)
        except skillgap.ResumeError as error:
            print(error)
            continue
        began = time.perf_counter()
        suggestions = skillgap.suggest_roles(resume, limit=3)
        seconds.append(time.perf_counter() - began)
        hits = [suggestion.role in fields[field] for suggestion in suggestions]
        seen[field] += 1
        first[field] += bool(hits) and hits[0]
        among[field] += any(hits)
        if given.details and not (hits and hits[0]):
            named = ", ".join(f"{s.role} {s.score:.2f} {'/'.join(s.titles)}".strip() for s in suggestions)
            print(f"{'  ' if any(hits) else '! '}{path.name}: {named}")
    total = seen.total()
    for field in sorted(seen):
        print(f"{field:24} first {first[field]:3} of {seen[field]:3}   among the first three {among[field]:3}")
    print(f"\n{total} resumes: first {first.total() / total:.1%}, among the first three {among.total() / total:.1%}")
    print(
        f"milliseconds a resume: median {statistics.median(seconds) * 1000:.0f}, most {max(seconds) * 1000:.0f}; "
        f"loading once: {loading:.1f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
