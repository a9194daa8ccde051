"""Compare readers of PDF: processor time a page, and how good the text is.

    pip install -e '.[bench]'
    python benchmarks/parsing.py                              # the project's own fixtures
    python benchmarks/parsing.py ~/resumes --sample 60        # any folder of PDF files
    python benchmarks/parsing.py ~/resumes --readers skillgap-pdfminer,extract_text --json out.json

Every file is read by every reader in turn (the order turns with each file), so that a busy machine slows all of
them alike; times are processor time, summed over the files. skillgap's time includes finding sections, dates and
contact data; it has text recognition switched off. pdftotext runs as a program of its own, as it is used.

What the columns say:

    ms/page   processor time a page
    faster    how many times faster than pdfminer's extract_text, over the files that both read
    words     share of the words (four letters and more) that are English words, in per cent
    glued     words in a thousand that are two English words without a space, or have a capital inside
    split     pairs of words in a thousand that are no words, but one word when joined
    mixed     rows of two-column text that are read across the gutter instead of down the column, in per cent
    whole     share of sentences on which at least three readers agree that stand in the text whole, in per cent
    recall    with a true text beside the file (x.txt for x.pdf): share of its words that were read, in per cent
    lines     with a true text: share of its lines that stand in the text whole, in per cent
    order     with a true text: share of neighbouring lines found that keep their order, in per cent
"""

from __future__ import annotations

import argparse
import gc
import gzip
import importlib.util
import io
import json
import logging
import random
import re
import resource
import shutil
import subprocess
import sys
import time
import unicodedata
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import skillgap

FIXTURES = Path(__file__).parent.parent / "tests" / "fixtures" / "layouts"
STOCK = "extract_text"

# A sentence of fewer words may stand twice in one resume by chance.
_MIN_SENTENCE_WORDS = 6
_MIN_AGREEING = 3
# A gutter of two columns is at least this wide, in points; gaps between words are 2 to 6.
_GUTTER = 14.0
_MIN_COLUMN_ROWS = 3


# ----------------------------------------------------------------------------------------------- readers


def read_skillgap_pdfminer(path: Path) -> str:
    return skillgap.parse_resume(path, ocr=False).text


def read_skillgap_pdfium(path: Path) -> str:
    return skillgap.parse_resume(path, engine="pdfium", ocr=False).text


def read_extract_text(path: Path) -> str:
    from pdfminer.high_level import extract_text

    return extract_text(path)


def read_pdfplumber(path: Path) -> str:
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        return "\n".join(page.extract_text() or "" for page in pdf.pages)


def read_pypdf(path: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def read_pypdfium2(path: Path) -> str:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    try:
        pieces = []
        for page in pdf:
            text_page = page.get_textpage()
            pieces.append(text_page.get_text_bounded())
            text_page.close()
            page.close()
        return "\n".join(pieces)
    finally:
        pdf.close()


def read_pdftotext(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


READERS: dict[str, Callable[[Path], str]] = {
    "skillgap-pdfminer": read_skillgap_pdfminer,
    "skillgap-pdfium": read_skillgap_pdfium,
    "extract_text": read_extract_text,
    "pdfplumber": read_pdfplumber,
    "pypdf": read_pypdf,
    "pypdfium2": read_pypdfium2,
    "pdftotext": read_pdftotext,
}
_NEEDS = {
    "skillgap-pdfium": "pypdfium2",
    "pypdfium2": "pypdfium2",
    "pdfplumber": "pdfplumber",
    "pypdf": "pypdf",
}


def is_installed(reader: str) -> bool:
    if reader == "pdftotext":
        return shutil.which("pdftotext") is not None
    return reader not in _NEEDS or importlib.util.find_spec(_NEEDS[reader]) is not None


@dataclass(slots=True)
class Reading:
    """What one reader made of one file; ``error`` is the failure's kind, empty where there is none."""

    text: str
    seconds: float
    error: str = ""
    words: tuple[str, ...] = ()


def read_timed(reader: str, path: Path) -> Reading:
    def spent() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + children.ru_utime + children.ru_stime

    gc.collect()
    started = spent()
    try:
        text, error = READERS[reader](path), ""
    except Exception as raised:
        text, error = "", type(raised).__name__
    seconds = spent() - started
    return Reading(text, seconds, error, tuple(split_words(text)))


# ---------------------------------------------------------------------------------------------- measures


_MISREAD = "ï¼.?|[Ââ](?=[^a-zA-Zà-ÿ]|œ|$)(?:\\s?[œ€][^\\w\\s]?)?"


def fold(text: str) -> str:
    """Text in one form for all readers: ligatures as letters, no invisible signs, one sort of dash and quote.

    Remains of spaces and dashes that a web form misread long before a reader saw them ("Â", "ï¼") are no words.
    """
    text = unicodedata.normalize("NFKC", re.sub(_MISREAD, " ", text))
    return re.sub("[\u00ad\u200b-\u200f\u2060\ufeff]", "", text).replace("’", "'").replace("‐", "-")


def split_words(text: str) -> Iterator[str]:
    """The words of a text; a word that was hyphenated at a line's end is one word."""
    text = re.sub(r"(?<=[a-z])-\n\s*(?=[a-z])", "", fold(text))
    return (match.group() for match in re.finditer(r"[^\W_]+(?:['.&+#][^\W_]+)*", text))


def load_english() -> frozenset[str]:
    packed = files("skillgap").joinpath("data/english_words.txt.gz").read_bytes()
    words = frozenset(gzip.decompress(packed).decode().split())
    return words | frozenset(re.findall("[a-z]+", _SHORT_WORDS))


_SHORT_WORDS = """
a an and any are as at be but by can did do for from get had has he her him his how i if in into is it its
key law led man may me men my new no nor not now of off oil old on one or our out own pay per put ran red
run saw see set she six so tax team ten the they to too top two up us use via was way we web who why win with yes you
"""


def is_english(word: str, english: frozenset[str]) -> bool:
    return word.lower() in english


def is_glued(word: str, english: frozenset[str]) -> bool:
    """Whether a word is two English words without the space between them."""
    if len(word) < 7 or not word.isalpha() or not word.isascii() or is_english(word, english):
        return False
    if re.search("[a-z]{3}[A-Z][a-z]{3}", word) and re.sub("[A-Z]", "", word) != word[1:]:
        parts = re.findall("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", word)
        return len(parts) > 1 and all(len(part) > 1 and is_english(part, english) for part in parts)
    lower = word.lower()
    return any(
        lower[:cut] in english and lower[cut:] in english and max(cut, len(lower) - cut) >= 5
        for cut in range(2, len(lower) - 1)
        if min(cut, len(lower) - cut) >= 4 or {lower[:cut], lower[cut:]} & _JOINTS
    )


_JOINTS = frozenset(("of", "and", "to", "in", "the", "for", "with", "by", "on", "as", "at"))


def is_split(first: str, second: str, english: frozenset[str]) -> bool:
    """Whether two neighbouring words are the halves of one: neither is a word, joined they are."""
    if not (first.isalpha() and second.isalpha() and second.islower()) or len(first) + len(second) < 6:
        return False
    return not is_english(first, english) and not is_english(second, english) and is_english(first + second, english)


def find_sentences(text: str) -> Iterator[tuple[str, ...]]:
    """The sentences of a text of at least six words, as words."""
    joined = " ".join(text.split())
    for sentence in re.split(r"(?<=[a-z\d)][.!?;])\s+|[•●▪■◦\uf0b7]", joined):
        words = tuple(word.lower() for word in split_words(sentence))
        if len(words) >= _MIN_SENTENCE_WORDS:
            yield words


def agreed_sentences(texts: Iterable[str]) -> list[str]:
    """The sentences that at least three of the readers give alike."""
    counts = Counter(sentence for text in texts for sentence in set(find_sentences(text)))
    return [" ".join(words) for words, count in counts.items() if count >= _MIN_AGREEING]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of two-column text: the last words left of the gutter and the first words right of it."""

    left: tuple[str, ...]
    right: tuple[str, ...]


def find_column_rows(path: Path) -> list[Row]:
    """The rows of running text or list items that stand in two columns, by the places of words on the page.

    Rows with a date on one side are left out: dates are rightly read with the line that they stand in. pdfplumber
    finds the words, so that no reader under test judges its own text alone.
    """
    import pdfplumber

    rows: list[Row] = []
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
            for word in page.extract_words():
                lines[round(word["bottom"] / 2)].append(word)
            cuts = [cut for _, words in sorted(lines.items()) for cut in _cuts(words)]
            starts = Counter(round(right[0]["x0"] / 3) for _, right in cuts)
            for left, right in cuts:
                near = round(right[0]["x0"] / 3)
                if sum(starts[near + shift] for shift in (-1, 0, 1)) < _MIN_COLUMN_ROWS:
                    continue
                sides = [tuple(split_words(" ".join(word["text"] for word in side))) for side in (left, right)]
                if all(len(side) >= 2 for side in sides) and not any(map(_has_date, sides)):
                    rows.append(Row(tuple(map(str.lower, sides[0][-2:])), tuple(map(str.lower, sides[1][:2]))))
    return rows


def _cuts(words: list[dict[str, Any]]) -> Iterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    words.sort(key=lambda word: word["x0"])
    ends = [word["x1"] for word in words]
    for index in range(1, len(words)):
        if words[index]["x0"] - max(ends[:index]) > _GUTTER:
            yield words[:index], words[index:]


def _has_date(words: Sequence[str]) -> bool:
    return any(re.fullmatch(r"(?:19|20)\d\d|[Pp]resent|[Cc]urrent", word) for word in words)


@dataclass(slots=True)
class Score:
    """What one reader did on all files; counts are pairs of hits and of what was looked at."""

    files: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    empty: int = 0
    pages: int = 0
    seconds: float = 0.0
    stock_seconds: float = 0.0
    same_seconds: float = 0.0
    counts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def add(self, name: str, hits: int, total: int) -> None:
        """Count hits among so many."""
        self.counts[name][0] += hits
        self.counts[name][1] += total

    def share(self, name: str, of: float = 100.0) -> float | None:
        """The share of hits in per cent, or in so many; None where nothing was looked at."""
        hits, total = self.counts[name]
        return of * hits / total if total else None


def judge(reading: Reading, score: Score, english: frozenset[str]) -> None:
    """Count what needs nothing but the text itself."""
    long = [word for word in reading.words if len(word) >= 4 and word.isalpha()]
    score.add("words", sum(is_english(word, english) for word in long), len(long))
    score.add("glued", sum(is_glued(word, english) for word in reading.words), len(reading.words))
    score.add("split", sum(is_split(a, b, english) for a, b in pairwise(reading.words)), len(reading.words))


def judge_columns(reading: Reading, rows: Sequence[Row], score: Score) -> None:
    text = f" {' '.join(reading.words).lower()} "
    mixed = sum(f" {' '.join(row.left + row.right)} " in text for row in rows)
    score.add("mixed", mixed, len(rows))


def judge_sentences(reading: Reading, sentences: Sequence[str], score: Score) -> None:
    text = f" {' '.join(reading.words).lower()} "
    score.add("whole", sum(f" {sentence} " in text for sentence in sentences), len(sentences))


def judge_truth(reading: Reading, truth: str, score: Score) -> None:
    """Count against the true text that stands beside a file."""
    true_words = Counter(word.lower() for word in split_words(truth))
    found = Counter(word.lower() for word in reading.words)
    score.add("recall", (true_words & found).total(), true_words.total())
    text = f" {' '.join(reading.words).lower()} "
    lines = [f" {' '.join(split_words(line)).lower()} " for line in truth.splitlines()]
    lines = [line for line in lines if line.strip()]
    places = [text.find(line) for line in lines]
    score.add("lines", sum(place >= 0 for place in places), len(places))
    # A line that stands twice in the text has no one place.
    known = [place for line, place in zip(lines, places, strict=True) if place >= 0 and text.count(line) == 1]
    score.add("order", sum(first < second for first, second in pairwise(known)), max(0, len(known) - 1))


# --------------------------------------------------------------------------------------------------- run


def find_files(folders: Sequence[Path], sample: int | None, seed: int) -> list[Path]:
    found = sorted(
        {path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*.pdf"))},
        key=str,
    )
    if sample is None or sample >= len(found):
        return found
    return sorted(random.Random(seed).sample(found, sample))


def count_pages(path: Path) -> int:
    from pdfminer.pdfpage import PDFPage

    try:
        with path.open("rb") as file:
            return sum(1 for _ in PDFPage.get_pages(io.BytesIO(file.read())))
    except Exception:
        return 0


def measure(paths: Sequence[Path], readers: Sequence[str], *, columns: bool = True) -> dict[str, Score]:
    """Read every file with every reader, and count."""
    english = load_english()
    scores = {reader: Score() for reader in readers}
    for reader in readers:
        # Imports, caches and fonts that a reader loads once are no part of its time a page.
        read_timed(reader, paths[0])
    for index, path in enumerate(paths):
        turn = index % len(readers)
        readings = {reader: read_timed(reader, path) for reader in (*readers[turn:], *readers[:turn])}
        if all(reading.error for reading in readings.values()):
            print(f"left out, no reader reads it: {path.name}", file=sys.stderr)
            continue
        pages = count_pages(path)
        sentences = agreed_sentences(reading.text for reading in readings.values())
        rows: list[Row] = []
        if columns:
            try:
                rows = find_column_rows(path)
            except Exception:
                rows = []
        truth = path.with_suffix(".txt")
        stock = readings.get(STOCK)
        for reader, reading in readings.items():
            score = scores[reader]
            score.files += 1
            if reading.error:
                score.failed[reading.error] += 1
                continue
            score.empty += not reading.words
            score.pages += pages
            score.seconds += reading.seconds
            if stock is not None and not stock.error:
                score.stock_seconds += stock.seconds
                score.same_seconds += reading.seconds
            judge(reading, score, english)
            judge_columns(reading, rows, score)
            judge_sentences(reading, sentences, score)
            if truth.is_file():
                judge_truth(reading, truth.read_text(encoding="utf-8"), score)
        if sys.stderr.isatty():
            print(
                f"\r{index + 1} of {len(paths)}",
                end="" if index + 1 < len(paths) else "\n",
                file=sys.stderr,
                flush=True,
            )
    return scores


_COLUMNS = (
    ("words", 100.0),
    ("glued", 1000.0),
    ("split", 1000.0),
    ("mixed", 100.0),
    ("whole", 100.0),
    ("recall", 100.0),
    ("lines", 100.0),
    ("order", 100.0),
)


def tabulate(scores: dict[str, Score]) -> str:
    head = f"{'reader':18} {'failed':>6} {'empty':>5} {'ms/page':>8} {'faster':>7}"
    lines = [head + "".join(f" {name:>7}" for name, _ in _COLUMNS)]
    for reader, score in scores.items():
        page = f"{1000 * score.seconds / score.pages:8.1f}" if score.pages else f"{'-':>8}"
        faster = f"{score.stock_seconds / score.same_seconds:6.1f}×" if score.same_seconds else f"{'-':>7}"
        cells = [score.share(name, of) for name, of in _COLUMNS]
        row = f"{reader:18} {score.failed.total():6} {score.empty:5} {page} {faster}"
        lines.append(row + "".join(f" {'-':>7}" if cell is None else f" {cell:7.2f}" for cell in cells))
    return "\n".join(lines)


def to_records(scores: dict[str, Score]) -> list[dict[str, object]]:
    return [
        {
            "reader": reader,
            "files": score.files,
            "failed": dict(score.failed),
            "empty": score.empty,
            "pages": score.pages,
            "milliseconds_per_page": 1000 * score.seconds / score.pages if score.pages else None,
            "faster": score.stock_seconds / score.same_seconds if score.same_seconds else None,
            **{name: score.share(name, of) for name, of in _COLUMNS},
        }
        for reader, score in scores.items()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[FIXTURES], help="folders or files (PDF)")
    parser.add_argument("--sample", type=int, metavar="N", help="read only so many files, chosen at random")
    parser.add_argument("--seed", type=int, default=0, help="of the sample (default 0: the same files each time)")
    parser.add_argument("--readers", help=f"some of: {', '.join(READERS)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    arguments = parser.parse_args()
    asked = arguments.readers.split(",") if arguments.readers else [*READERS]
    if unknown := [reader for reader in asked if reader not in READERS]:
        parser.error(f"unknown readers: {', '.join(unknown)}; there are {', '.join(READERS)}")
    readers = [reader for reader in asked if is_installed(reader)]
    if left_out := [reader for reader in asked if reader not in readers]:
        print(f"not installed, left out: {', '.join(left_out)}", file=sys.stderr)
    paths = find_files(arguments.folders, arguments.sample, arguments.seed)
    if not paths or not readers:
        parser.error("there is nothing to read: no PDF files, or no readers")
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    scores = measure(paths, readers, columns=importlib.util.find_spec("pdfplumber") is not None)
    pages = max(score.pages for score in scores.values())
    print(f"{len(paths)} files, {pages} pages; Python {sys.version.split()[0]}\n{tabulate(scores)}")
    if arguments.json:
        arguments.json.write_text(json.dumps(to_records(scores), indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
