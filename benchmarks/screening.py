"""Measure the whole way of screening: throughput, memory, time by stage, and growth with the size of a file.

    python benchmarks/screening.py                               # all of it, on the invented resumes of examples/
    python benchmarks/screening.py throughput stages ~/resumes   # some of it, on a folder of one's own
    python benchmarks/screening.py memory --sizes 200,2000,10000
    python benchmarks/screening.py growth --json growth.json

throughput  Files in a second at 1 and 2 jobs, beside pdfminer's extract_text alone and the loop that one would write
            (extract_text, then rapidfuzz's partial_ratio for each skill) over the same PDF files with as many
            processes. Each runs in a process of its own, in turn, several rounds; the median counts. Wall time is
            from the first file to the last; a busy machine spoils it, so processor time stands beside.
memory      Peak memory of the process that screens (not of its workers) at growing numbers of files, by the Python
            function and by the command with three kinds of output. The files are small texts, so that ten thousand
            take minutes; rows are as large as those of any resume.
stages      Processor time of reading, parsing, matching, scoring and reporting, in one process.
growth      Processor time of parsing and matching as a file grows. The exponent says how: 1 is linear, 2 quadratic.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import skillgap

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "resumes"
ROLE = "collections-specialist"
PARTS = ("throughput", "memory", "stages", "growth")

# So few files that the examples are repeated, or starting up would be most of what is measured.
_LEAST_FILES = 100
_PAGES = (50, 100, 250, 500)
_WORDS = (3_750, 7_500, 15_000, 30_000)


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("what", nargs="*", help=f"{', '.join(PARTS)}, and a folder of resumes")
    cli.add_argument("--rounds", type=int, default=3)
    cli.add_argument("--jobs", default="1,2")
    cli.add_argument("--files", type=int, help="so many of the PDF files, evenly taken; all by default")
    cli.add_argument("--sizes", default="200,2000,10000")
    cli.add_argument("--json", type=Path, help="keep the figures there")
    cli.add_argument("--one", help=argparse.SUPPRESS)
    args = cli.parse_intermixed_args()
    if args.one:
        print(json.dumps(_ONES[args.one](*args.what)))
        return
    parts = [word for word in args.what if word in PARTS] or list(PARTS)
    folders = [word for word in args.what if word not in PARTS]
    figures: dict[str, Any] = {"skillgap": skillgap.__version__, "python": sys.version.split()[0]}
    with tempfile.TemporaryDirectory() as scratch:
        files = _sample([Path(folder) for folder in folders] or [EXAMPLES], Path(scratch), args.files)
        if "throughput" in parts:
            figures["throughput"] = measure_throughput(files, [int(n) for n in args.jobs.split(",")], args.rounds)
        if "memory" in parts:
            figures["memory"] = measure_memory([int(n) for n in args.sizes.split(",")], Path(scratch))
        if "stages" in parts:
            figures["stages"] = measure_stages(files)
        if "growth" in parts:
            figures["growth"] = measure_growth(Path(scratch))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2) + "\n")


def _sample(folders: Sequence[Path], scratch: Path, most: int | None) -> Path:
    """A folder with the PDF files of some folders, each under other names where they are few."""
    files = sorted(path.resolve() for folder in folders for path in folder.rglob("*.pdf"))
    if not files:
        sys.exit("There is no PDF file to measure with.")
    place = scratch / "sample"
    place.mkdir()
    files = files[:: math.ceil(len(files) / most)] if most else files
    count = max(len(files), min(_LEAST_FILES, most or _LEAST_FILES))
    for number, path in enumerate(islice(cycle(files), count)):
        (place / f"{number:05}-{path.name}").symlink_to(path)
    return place


def _run_one(name: str, *args: str | Path | int) -> dict[str, Any]:
    """The figures of a measurement in a process of its own."""
    command = [sys.executable, __file__, "--one", name, *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _processor_seconds() -> float:
    """Of this process and of those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


# ---------------------------------------------------------------------------------------------- throughput


def measure_throughput(files: Path, jobs: Sequence[int], rounds: int) -> list[dict[str, Any]]:
    count = len(list(files.iterdir()))
    print(f"\nThroughput: {count} PDF files, medians of {rounds} rounds")
    rows = [(name, n) for n in jobs for name in ("extract_text", "naive", "screen")]
    taken: dict[tuple[str, int], list[dict[str, Any]]] = {row: [] for row in rows}
    for turn in range(rounds):
        for row in rows[turn % len(rows) :] + rows[: turn % len(rows)]:
            taken[row].append(_run_one(row[0], files, row[1]))
    print(f"{'':24}{'jobs':>5}{'files/s':>10}{'wall s':>9}{'CPU s':>9}{'CPU ms a file':>15}")
    figures = []
    for (name, n), measured in taken.items():
        wall, used = (median(m[key] for m in measured) for key in ("wall", "used"))
        rates = sorted(count / m["wall"] for m in measured)
        figures.append({"name": name, "jobs": n, "files_a_second": count / wall, "wall": wall, "processor": used})
        spread = f"({rates[0]:.1f} to {rates[-1]:.1f})"
        print(f"{name:24}{n:>5}{count / wall:>10.1f}{wall:>9.1f}{used:>9.1f}{used / count * 1e3:>15.1f}  {spread}")
    _print_ratios(figures, taken, jobs)
    return figures


def _print_ratios(
    figures: Sequence[dict[str, Any]], taken: dict[tuple[str, int], list[dict[str, Any]]], jobs: Sequence[int]
) -> None:
    # Within a round the machine is about equally busy: the ratio of a round says more than that of two medians.
    for n in jobs:
        pairs = zip(taken["screen", n], taken["extract_text", n], strict=True)
        wall = median(screen["wall"] / extract["wall"] for screen, extract in pairs)
        used = {f["name"]: f["processor"] for f in figures if f["jobs"] == n}
        share = used["screen"] / used["extract_text"]
        print(f"{n} jobs: screening takes {wall:.2f} of extract_text's wall time, {share:.2f} of its processor time")
    if {1, 2} <= set(jobs):
        gain = median(a["wall"] / b["wall"] for a, b in zip(taken["screen", 1], taken["screen", 2], strict=True))
        print(f"2 jobs: {gain:.2f} times the throughput of 1")


def _one_screen(folder: str, jobs: str) -> dict[str, float]:
    rows = skillgap.screen(folder, ROLE, jobs=int(jobs), timeout=120)
    began = time.perf_counter()
    count = sum(1 for _ in rows)
    wall = time.perf_counter() - began
    return {"wall": wall, "used": _processor_seconds(), "count": count}


def _one_extract_text(folder: str, jobs: str) -> dict[str, float]:
    return _time_pool(extract_text, folder, int(jobs))


def _one_naive(folder: str, jobs: str) -> dict[str, float]:
    return _time_pool(score_naively, folder, int(jobs))


def _time_pool(work: Callable[[str], object], folder: str, jobs: int) -> dict[str, float]:
    files = sorted(str(path) for path in Path(folder).iterdir())
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        began = time.perf_counter()
        count = sum(1 for _ in pool.map(work, files))
        wall = time.perf_counter() - began
    return {"wall": wall, "used": _processor_seconds(), "count": count}


def extract_text(path: str) -> int:
    from pdfminer.high_level import extract_text

    return len(extract_text(path))


def score_naively(path: str) -> float:
    """What one would write: the share of a role's skills whose names stand in the text, more or less."""
    from pdfminer.high_level import extract_text
    from rapidfuzz import fuzz

    text = extract_text(path).lower()
    skills = [requirement.name.lower() for requirement in skillgap.load_role(ROLE).hard_skills]
    return sum(fuzz.partial_ratio(skill, text) >= 85 for skill in skills) / len(skills)


# ---------------------------------------------------------------------------------------------- memory


def measure_memory(sizes: Sequence[int], scratch: Path) -> list[dict[str, Any]]:
    print("\nPeak memory of the process that screens, in MB, and its files in a second")
    print(f"{'files':>8}{'screen()':>12}{'files/s':>10}{'command':>12}{'files/s':>10}")
    figures = []
    for size in sizes:
        folder = scratch / f"texts-{size}"
        _write_texts(folder, size)
        function = _run_one("memory", folder)
        command = _run_one("command", folder, scratch / f"rows-{size}")
        figures.append({"files": size, "screen": function["peak"], "command": command["peak"]})
        rates = [f"{size / measured['wall']:.0f}" for measured in (function, command)]
        print(f"{size:>8,}{function['peak']:>12.1f}{rates[0]:>10}{command['peak']:>12.1f}{rates[1]:>10}")
    first, last = figures[0], figures[-1]
    for name in ("screen", "command"):
        print(
            f"{name}: {last['files']:,} files take {last[name] / first[name]:.2f} times as much as {first['files']:,}"
        )
    return figures


def _write_texts(folder: Path, count: int) -> None:
    """The first lines of the example resumes under other names, no two alike."""
    folder.mkdir()
    texts = [skillgap.parse_resume(path).text[:400] for path in sorted(EXAMPLES.glob("*.pdf"))]
    for number, text in enumerate(islice(cycle(texts), count)):
        (folder / f"resume-{number:05}.txt").write_text(f"{text}\n\nResume {number}\n", encoding="utf-8")


def _one_memory(folder: str) -> dict[str, float]:
    began = time.perf_counter()
    for screened in skillgap.screen(folder, ROLE, jobs=2):
        assert screened.report
    return _peak(began)


def _one_command(folder: str, out: str) -> dict[str, float]:
    from skillgap.cli import main as skillgap_main

    outputs = [arg for suffix in (".jsonl", ".csv", ".html") for arg in ("-o", f"{out}{suffix}")]
    began = time.perf_counter()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        code = skillgap_main(["screen", folder, "--role", ROLE, "--jobs", "2", *outputs])
    assert code == 0
    return _peak(began)


def _peak(began: float) -> dict[str, float]:
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return {"peak": peak, "wall": time.perf_counter() - began}


# ---------------------------------------------------------------------------------------------- stages


def measure_stages(files: Path) -> dict[str, float]:
    figures = _run_one("stages", files)
    whole = sum(figures.values())
    print("\nProcessor time by stage, ms a file")
    for name, milliseconds in figures.items():
        print(f"{name:10}{milliseconds:>8.1f}  {milliseconds / whole:>4.0%}")
    print(f"{'all':10}{whole:>8.1f}")
    return figures


def _one_stages(folder: str) -> dict[str, float]:
    from skillgap.analysis import MATCHING_VERSION, analyze_resume
    from skillgap.matching.evidence import PreparedResume, find_evidence
    from skillgap.matching.index import index_of
    from skillgap.scoring import make_signature, score_role

    role = skillgap.load_role(ROLE)
    files = sorted(Path(folder).iterdir())
    analyze_resume(skillgap.parse_resume(files[0]), role)  # what is loaded once is no stage
    spent = dict.fromkeys(("read", "parse", "match", "score", "report"), 0.0)
    for path in files:
        marks = [time.process_time()]
        data = path.read_bytes()
        marks.append(time.process_time())
        resume = skillgap.parse_resume(data)
        marks.append(time.process_time())
        report = analyze_resume(resume, role)
        marks.append(time.process_time())
        findings = find_evidence(PreparedResume(resume), index_of(role.skills))
        scoring = time.process_time()
        signature = make_signature(role, resume, version="", matching=MATCHING_VERSION)
        score_role(resume, role, findings, {}, signature=signature, today=(2026, 1))
        scoring = time.process_time() - scoring
        reporting = time.process_time()
        report.to_json(indent=None)
        reporting = time.process_time() - reporting
        parts = (marks[1] - marks[0], marks[2] - marks[1], marks[3] - marks[2] - scoring, scoring, reporting)
        for name, seconds in zip(spent, parts, strict=True):
            spent[name] += seconds
    return {name: seconds / len(files) * 1e3 for name, seconds in spent.items()}


# ---------------------------------------------------------------------------------------------- growth


def measure_growth(scratch: Path) -> dict[str, list[dict[str, Any]]]:
    print("\nGrowth with the size of a file, processor seconds")
    figures: dict[str, list[dict[str, Any]]] = {}
    for kind, sizes, write in (("pages of PDF", _PAGES, _write_pdf), ("words of text", _WORDS, _write_words)):
        rows = []
        for size in sizes:
            path = write(scratch, size)
            rows.append({"size": size, **_run_one("growth", path)})
        figures[kind] = rows
        print(f"{kind:>16}{'parse':>10}{'match':>10}{'report':>10}")
        for row in rows:
            print(f"{row['size']:>16,}{row['parse']:>10.2f}{row['match']:>10.2f}{row['report']:>10.2f}")
        halves = rows[-2:]
        steps = math.log(halves[1]["size"] / halves[0]["size"])
        exponents = (
            math.log(max(halves[1][name], 1e-3) / max(halves[0][name], 1e-3)) / steps
            for name in ("parse", "match", "report")
        )
        print(f"{'exponent':>16}" + "".join(f"{exponent:>10.2f}" for exponent in exponents))
    return figures


def _one_growth(path: str) -> dict[str, float]:
    role = skillgap.load_role(ROLE)
    limits = skillgap.Limits(pages=10_000, characters=10**9, file_bytes=10**9, seconds=None)
    skillgap.analyze(skillgap.Resume.from_text("Skills\nMS Excel"), role)
    marks = [time.process_time()]
    resume = skillgap.parse_resume(path, limits=limits)
    marks.append(time.process_time())
    report = skillgap.analyze(resume, role)
    marks.append(time.process_time())
    report.to_json()
    str(report)
    marks.append(time.process_time())
    return {name: marks[n + 1] - marks[n] for n, name in enumerate(("parse", "match", "report"))}


def _sentences(count: int) -> list[str]:
    """So many sentences about work, of the examples' words, no two alike."""
    text = "\n".join(skillgap.parse_resume(path).text for path in sorted(EXAMPLES.glob("*.pdf")))
    found = [line for line in re.split(r"[\n.;]", text) if len(line.split()) >= 6]
    return [f"{sentence.strip()} in unit {number}." for number, sentence in enumerate(islice(cycle(found), count))]


def _write_pdf(scratch: Path, pages: int) -> Path:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    lines = cycle(_sentences(2_000))
    canvas = Canvas(str(scratch / f"{pages}.pdf"), pagesize=A4)
    for page in range(pages):
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(60, 780, f"Experience, part {page + 1}" if page else "Experience")
        canvas.setFont("Helvetica", 10)
        for row, line in enumerate(islice(lines, 40)):
            canvas.drawString(60, 755 - 17 * row, f"• {line}"[:100])
        canvas.showPage()
    canvas.save()
    return scratch / f"{pages}.pdf"


def _write_words(scratch: Path, words: int) -> Path:
    path = scratch / f"{words}.txt"
    lines: list[str] = ["Experience"]
    count = 0
    for sentence in _sentences(words):
        if count >= words:
            break
        lines.append(f"- {sentence}")
        count += len(sentence.split())
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


_ONES: dict[str, Callable[..., dict[str, float]]] = {
    "screen": _one_screen,
    "extract_text": _one_extract_text,
    "naive": _one_naive,
    "memory": _one_memory,
    "command": _one_command,
    "stages": _one_stages,
    "growth": _one_growth,
}

if __name__ == "__main__":
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    main()
