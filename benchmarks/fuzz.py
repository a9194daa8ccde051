"""Feed each parser with damaged documents for a bounded time, and keep what no document should be able to do.

    python benchmarks/fuzz.py --seconds 600                 # all parsers in turn, the time shared between them
    python benchmarks/fuzz.py --seconds 60 --target docx -o /tmp/findings

It needs atheris (``pip install atheris``). Inputs begin with the invented resumes of ``examples/`` and ``tests/``;
mutations know the format: whole objects of a PDF and whole members of an archive are changed, and the file is
put together again so that it still opens. A finding is an error of a reader that is none of skillgap's own (users
see it as "damaged"; here it counts, for the reader gave up on the whole file), a broken promise of the result
(spans, JSON), an input that takes longer than ten seconds, more memory than a GiB, or the end of the process.
Findings are kept one a place in the code, smallest first, with their traceback. Each input lies in a file before it is
read, so that the one that hangs or ends the process is kept, whatever library it does that in.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEED_FOLDERS = (ROOT / "examples" / "resumes", ROOT / "tests" / "fixtures")

# Endings of the seeds of each target.
SEEDS = {
    "pdf": (".pdf",),
    "pdfium": (".pdf",),
    "docx": (".docx",),
    "odt": (".odt",),
    "doc": (".doc",),
    "rtf": (".rtf",),
    "html": (".html",),
    "mhtml": (".html",),
    "json": (".json",),
    "markdown": (".md",),
    "text": (".txt", ".md"),
}

SLOW_SECONDS = 10.0
LIMIT_SECONDS = 20.0
MEMORY_MB = 1024
# libFuzzer gives up an input after this time; where it cannot (a library holds its signal), the parent does soon after.
TIMEOUT_SECONDS = 3 * LIMIT_SECONDS
HANG_SECONDS = TIMEOUT_SECONDS + 15
# How often the count is told.
TELL_SECONDS = 60
# Mutated files stay small, so that many fit into the time.
LARGEST_INPUT = 200_000
LARGEST_SEED = 120_000

# What breaks readers of structured formats: huge, negative and odd numbers, and words that mean something.
NUMBERS = (b"0", b"-1", b"1", b"255", b"65536", b"2147483647", b"4294967296", b"99999999999999999999", b"1e308", b".")
PDF_WORDS = (
    *(b"<<", b">>", b"[", b"]", b"(", b")", b"/Kids", b"/Parent", b"/Contents", b"/Resources", b"/Font", b"/XObject"),
    *(b"/Length", b"/Filter", b"/FlateDecode", b"/LZWDecode", b"/ASCII85Decode", b"/DecodeParms", b"/Predictor 12"),
    *(b"/Columns 99999", b"/Widths", b"/W[0 99999 500]", b"/FirstChar", b"/Encoding", b"/Differences", b"/ToUnicode"),
    *(b"/Type0", b"/Type3", b"/DescendantFonts", b"/MediaBox[0 0 0 0]", b"/Rotate 90", b"/OC", b"null", b"true"),
    *(b" cm ", b" Tm ", b" Tj ", b" TJ ", b" Do ", b" BI ", b" ID ", b" EI ", b" q ", b" Q ", b" BDC ", b" gs "),
)
XML_WORDS = (
    *(b"<w:p>", b"</w:p>", b"<w:tbl>", b"<w:tc>", b"<w:r>", b"<w:t>", b"<w:sdt>", b"<w:txbxContent>", b"<w:vanish/>"),
    *(b'<w:basedOn w:val="Normal"/>', b"<text:p>", b"<text:span>", b"<table:table>", b"<!--", b"]]>", b"&#0;", b"&x;"),
    *(b"<![CDATA[", b'r:id="rId1"', b'w:val="-1"', b"<w:del>", b"<w:fldChar/>", b"<mc:AlternateContent>", b"\xff\xfe"),
)
TEXT_WORDS = (
    *(rb"{\*", rb"\bin99999 ", rb"\u-3913?", rb"\'e9", rb"\trowd", rb"\cell", rb"\v ", rb"{\field", rb"\uc9"),
    *(b"<div>", b"<table>", b'<p style="display:none">', b"<style>p{color:#fff}</style>", b"&nbsp;", b"<!--", b"\x00"),
    *(b'{"work":[', b"null", b'"highlights":', b"\xef\xbb\xbf", b"\xff\xfe", "\u202e\u200b\u00ad".encode(), b"| a |\n"),
)
WORDS = {"pdf": PDF_WORDS, "pdfium": PDF_WORDS, "docx": XML_WORDS, "odt": XML_WORDS}


# ------------------------------------------------------------------------------------------- mutations


def mutate(data: bytes, target: str, rng: random.Random) -> bytes:
    """The document with one to four changes, still of its format where that can be kept."""
    if target in ("pdf", "pdfium"):
        return mutate_pdf(data, rng)
    if target in ("docx", "odt"):
        return mutate_archive(data, target, rng)
    for _ in range(rng.randint(1, 4)):
        data = change_bytes(data, WORDS.get(target, TEXT_WORDS), rng)
    return data


def mutate_pdf(data: bytes, rng: random.Random) -> bytes:
    objects = [(int(match[1]), match[2]) for match in re.finditer(rb"(\d+) 0 obj\b(.*?)endobj", data, re.DOTALL)]
    if not objects or rng.random() < 0.1:
        return change_bytes(data, PDF_WORDS, rng)
    numbers = [number for number, _ in objects]
    for _ in range(rng.randint(1, 4)):
        index = rng.randrange(len(objects))
        number, body = objects[index]
        kind = rng.random()
        if kind < 0.1:
            objects.append((number, objects[rng.randrange(len(objects))][1]))
        elif kind < 0.15:
            del objects[index]
            if not objects:
                return data
        elif kind < 0.35 and (references := list(re.finditer(rb"\b(\d+) 0 R\b", body))):
            found = rng.choice(references)
            new = b"%d 0 R" % rng.choice(numbers)
            objects[index] = (number, body[: found.start()] + new + body[found.end() :])
        else:
            objects[index] = (number, _change_object(body, rng))
    return _write_pdf(objects, data, rng)


def _change_object(body: bytes, rng: random.Random) -> bytes:
    head, mark, rest = body.partition(b"stream")
    if not mark or rng.random() < 0.3:
        return change_bytes(head, PDF_WORDS, rng) + mark + rest
    content = rest.strip(b"\r\n").removesuffix(b"endstream").rstrip(b"\r\n")
    is_packed = b"/FlateDecode" in head
    if is_packed:
        try:
            content = zlib.decompress(content)
        except zlib.error:
            is_packed = False
    content = change_bytes(content, PDF_WORDS, rng)
    if is_packed:
        content = zlib.compress(content, 1)
    head = re.sub(rb"/Length \d+( 0 R)?", b"/Length %d" % len(content), head)
    return head + b"stream\n" + content + b"\nendstream\n"


def _write_pdf(objects: list[tuple[int, bytes]], old: bytes, rng: random.Random) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    offsets: dict[int, int] = {}
    for number, body in objects:
        offsets[number] = len(out)
        out += b"%d 0 obj%sendobj\n" % (number, body)
    trailer = re.search(rb"trailer\s*<<(.*?)>>\s*startxref", old, re.DOTALL)
    root = next((number for number, body in objects if b"/Catalog" in body), 1)
    entries = trailer[1] if trailer and rng.random() < 0.5 else b"/Root %d 0 R" % root
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, offset)
    out += b"trailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (max(offsets) + 1, entries, start)
    return bytes(out)


def mutate_archive(data: bytes, target: str, rng: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            members = {info.filename: source.read(info) for info in source.infolist() if info.file_size < 500_000}
    except Exception:
        return change_bytes(data, XML_WORDS, rng)
    names = sorted(members, key=lambda name: (not name.endswith((".xml", ".rels")), name))
    if not names or rng.random() < 0.05:
        return change_bytes(data, XML_WORDS, rng)
    for _ in range(rng.randint(1, 4)):
        # The document itself is what readers spend most of their rules on.
        main = [name for name in names if name.endswith(("document.xml", "content.xml", "styles.xml"))]
        name = rng.choice(main if main and rng.random() < 0.6 else names)
        kind = rng.random()
        if kind < 0.04:
            members.pop(name, None)
        elif kind < 0.08:
            members[name] = members.get(rng.choice(names), b"")
        else:
            members[name] = change_bytes(members.get(name, b""), WORDS[target], rng)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def change_bytes(data: bytes, words: tuple[bytes, ...], rng: random.Random) -> bytes:
    """One change: a word put in, a number replaced, a piece repeated, cut, moved or deepened, some bytes flipped."""
    at = rng.randrange(len(data) + 1)
    end = min(len(data), at + rng.choice((1, 4, 16, 64, 512)))
    kind = rng.randrange(8)
    if kind == 0:
        return data[:at] + rng.choice(words) + data[at:]
    if kind == 1 and (found := re.compile(rb"-?\d+(?:\.\d+)?").search(data, at)):
        return data[: found.start()] + rng.choice(NUMBERS) + data[found.end() :]
    if kind == 2:
        return data[:at] + data[at:end] * rng.choice((2, 3, 30)) + data[end:]
    if kind == 3:
        return data[:at] + data[end:]
    if kind == 4:
        return data[:at] + rng.choice(words) * rng.choice((1, 50, 400)) + data[at:]
    if kind == 5:
        other = rng.randrange(len(data) + 1)
        return data[:at] + data[other : other + end - at] + data[at:]
    if kind == 6:
        tags = list(re.finditer(rb"<[^<>]{1,200}>", data[at : at + 4000]))
        if tags:
            tag = rng.choice(tags)
            return data[: at + tag.start()] + data[at + tag.end() :]
    return data[:at] + rng.randbytes(end - at) + data[end:]


# -------------------------------------------------------------------------------------------- one input


def make_reader(target: str) -> Callable[[bytes], object]:
    """What turns bytes into a document, without the net that catches every error for users."""
    from skillgap.model import Limits
    from skillgap.parsing import _READERS
    from skillgap.parsing.budget import Budget

    limits = Limits(seconds=LIMIT_SECONDS)
    if target in ("pdf", "pdfium"):
        from skillgap.parsing.pdf import read_pdf

        engine = "pdfium" if target == "pdfium" else "pdfminer"
        return lambda data: read_pdf(data, budget=Budget(limits), engine=engine)  # type: ignore[arg-type]
    if target == "doc":
        from skillgap.parsing import legacy_doc

        legacy_doc._find_office = lambda: None  # LibreOffice takes seconds a file; antiword, milliseconds
    read = _READERS[target]  # type: ignore[index]
    return lambda data: read(data, Budget(limits))


def make_test(target: str, out: Path) -> Callable[[bytes], None]:
    """A function that reads one input, checks what comes of it, and writes findings to the folder."""
    from skillgap import Role, analyze
    from skillgap.errors import EmptyResumeError, ResumeError
    from skillgap.parsing.structure import build_resume

    read = make_reader(target)
    role = Role.from_skills("Clerk", ["MS Excel", "Bookkeeping", "Accounts Receivable", "Python", "Negotiation"])
    known: dict[str, int] = {}

    def test(data: bytes) -> None:
        began = time.perf_counter()
        try:
            try:
                document = read(data)
            except ResumeError:
                return
            try:
                resume = build_resume(document)  # type: ignore[arg-type]
            except EmptyResumeError:
                return
            check_resume(resume)
            report = analyze(resume, role)
            json.loads(report.to_json())
        except Exception as error:
            keep(data, _place(error), traceback.format_exc())
        finally:
            # The first input, which is empty, waits for modules to be loaded.
            if data and (seconds := time.perf_counter() - began) > SLOW_SECONDS:
                keep(data, f"slow-{round(seconds, -1):.0f}s", f"{seconds:.1f} s for {len(data):,} bytes")

    def keep(data: bytes, place: str, told: str) -> None:
        if known.get(place, LARGEST_INPUT + 1) <= len(data):
            return
        known[place] = len(data)
        (out / f"{target}-{place}.input").write_bytes(data)
        (out / f"{target}-{place}.txt").write_text(told, encoding="utf-8", errors="replace")

    return test


def check_resume(resume: object) -> None:
    """Raise where a resume breaks a promise of `skillgap.Resume`."""
    from skillgap import Resume

    assert isinstance(resume, Resume)
    size = len(resume.text)
    resume.text.encode("utf-8")
    for span in (*resume.pages, *resume.blocks, *resume.sections, *resume.hidden, *resume.contacts):
        assert 0 <= span.start <= span.end <= size, f"{span} of {size}"
    assert all("\n" not in resume.text[block.start : block.end] for block in resume.blocks)
    ends = 0
    for section in resume.sections:
        assert section.start >= ends, "sections overlap"
        ends = section.end


def _place(error: BaseException) -> str:
    """The kind of an error and the innermost line of our own code on its way."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "skillgap" in frame.filename] or frames
    last = ours[-1]
    return f"{type(error).__name__}-{Path(last.filename).stem}-{last.name}"


# ----------------------------------------------------------------------------------------------- runs


def fuzz_here(target: str, seconds: float, out: Path, corpus: Path) -> None:
    """Fuzz one target in this process until the time is up; libFuzzer ends the process."""
    import atheris

    from skillgap import analysis, scoring  # noqa: F401  (loaded before, so that only parsers are instrumented)
    from skillgap.matching import context, evidence, nearest  # noqa: F401
    from skillgap.roles import loading  # noqa: F401

    with atheris.instrument_imports(include=["skillgap.parsing", "pdfminer"], enable_loader_override=False):
        test = make_test(target, out)

    trace = Trace(out, target)

    def one_input(data: bytes) -> None:
        trace.reading(data)
        test(data)

    def custom_mutator(data: bytes, most: int, seed: int) -> bytes:
        trace.changing(data)
        rng = random.Random(seed)
        if rng.random() < 0.15:
            return atheris.Mutate(data, len(data) or 1)  # libFuzzer's own, led by what it has compared
        changed = mutate(data, target, rng)
        return changed if len(changed) <= most else data

    arguments = [
        sys.argv[0],
        str(corpus),
        f"-max_total_time={seconds:.0f}",
        f"-max_len={LARGEST_INPUT}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-timeout={TIMEOUT_SECONDS:.0f}",
        f"-artifact_prefix={out}/{target}-process-",
        "-print_final_stats=0",
        "-verbosity=0",
        "-len_control=0",
    ]
    atheris.Setup(arguments, one_input, custom_mutator=custom_mutator)
    atheris.Fuzz()


class Trace:
    """What a fuzzing process is at, in files that outlive it."""

    def __init__(self, out: Path, target: str) -> None:
        self.input = out / f".{target}.input"
        self.changed = out / f".{target}.changed"
        self.count = out / f".{target}.count"
        self.inputs = 0

    def reading(self, data: bytes) -> None:
        """Note the input that is about to be read."""
        self.inputs += 1
        if self.inputs < 20 or not self.inputs % 20:
            self.count.write_text(str(self.inputs))
        self.input.write_bytes(data)
        self.changed.unlink(missing_ok=True)

    def changing(self, data: bytes) -> None:
        """Note the input that is about to be changed into another: the change may hang as well."""
        self.changed.write_bytes(data)

    def last_sign(self) -> float:
        """When the process last began something, in seconds since the epoch."""
        times = [0.0]
        for path in (self.input, self.changed, self.count):
            with suppress(FileNotFoundError):  # the process removes it just now
                times.append(path.stat().st_mtime)
        return max(times)

    def keep(self, kept: Path) -> None:
        """Copy the input of the moment to a place of its own."""
        for source in (self.changed, self.input):
            with suppress(FileNotFoundError):
                kept.write_bytes(source.read_bytes())
                return

    def read_count(self) -> int:
        """The inputs read since the last `clear`, at most 19 too few."""
        with suppress(FileNotFoundError):
            return int(self.count.read_text() or 0)
        return 0

    def clear(self) -> None:
        """Forget all, before another process begins."""
        for path in (self.input, self.changed, self.count):
            path.unlink(missing_ok=True)


def fuzz(target: str, seconds: float, out: Path) -> int:
    """The number of inputs that one target read in so many seconds; its process is started anew when it dies."""
    done = 0
    until = time.monotonic() + seconds
    trace = Trace(out, target)
    with tempfile.TemporaryDirectory(prefix="skillgap-fuzz-") as scratch:
        corpus = Path(scratch) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(find_seeds(target)):
            (corpus / f"seed{number}").write_bytes(seed)
        while (left := until - time.monotonic()) > 3:
            trace.clear()
            command = [sys.executable, __file__, "--here", target, "--seconds", str(int(left)), "-o", str(out)]
            log = Path(scratch) / "log"
            with log.open("wb") as told:
                process = subprocess.Popen([*command, "--corpus", str(corpus)], stdout=told, stderr=subprocess.STDOUT)
                ending = watch(process, trace, target, done, until)
            done += trace.read_count()
            if ending is not None:
                kept = out / f"{target}-{ending}-{done}"
                trace.keep(kept.with_name(kept.name + ".input"))
                text = log.read_text(encoding="utf-8", errors="replace")[-10_000:]
                kept.with_name(kept.name + ".txt").write_text(f"{text}\nended by: {ending}")
    trace.clear()
    print(f"{target:9} {done:9,} inputs, done", flush=True)
    return done


def watch(process: subprocess.Popen[bytes], trace: Trace, target: str, before: int, until: float) -> str | None:
    """Wait for a fuzzing process and tell its counts; how it ended, if that was not as it should."""
    began = time.time()
    told = time.monotonic()
    while process.poll() is None:
        time.sleep(0.5)
        if time.monotonic() - told >= TELL_SECONDS:
            told = time.monotonic()
            print(f"{target:9} {before + trace.read_count():9,} inputs", flush=True)
        if time.time() - max(began, trace.last_sign()) > HANG_SECONDS:
            process.kill()
            process.wait()
            return "process-hang"
        if time.monotonic() > until + HANG_SECONDS:
            process.kill()
            process.wait()
            return "process-late"
    return "process-end" if process.returncode else None


def find_seeds(target: str) -> Iterator[bytes]:
    """Invented resumes of a target's format."""
    for folder in SEED_FOLDERS:
        for path in sorted(folder.rglob("*")):
            if path.suffix in SEEDS[target] and path.stat().st_size < LARGEST_SEED:
                data = path.read_bytes()
                if target == "mhtml":
                    data = b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n" + data
                yield data


def report(out: Path, counts: dict[str, int]) -> int:
    """Print what was read and found; the number of findings."""
    findings = sorted(out.glob("*.txt"))
    for target, count in counts.items():
        print(f"{target:9} {count:9,} inputs")
    print(f"{'all':9} {sum(counts.values()):9,} inputs, {len(findings)} findings")
    for path in findings:
        lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        print(f"  {path.name}: {lines[-1][:160] if lines else ''}")
    return len(findings)


def main() -> int:
    cli = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    cli.add_argument("--seconds", type=float, default=60, help="seconds in all")
    cli.add_argument("--target", choices=SEEDS, action="append", help="one parser; repeatable; all by default")
    cli.add_argument("-o", "--output", type=Path, help="folder for findings; a new one in the temporary folder else")
    cli.add_argument("--here", choices=SEEDS, help=argparse.SUPPRESS)
    cli.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    args = cli.parse_args()
    if args.here:
        fuzz_here(args.here, args.seconds, args.output, args.corpus)
        return 0
    out = args.output or Path(tempfile.mkdtemp(prefix="skillgap-findings-"))
    out.mkdir(parents=True, exist_ok=True)
    targets = args.target or list(SEEDS)
    counts = {target: fuzz(target, args.seconds / len(targets), out) for target in targets}
    print(f"Findings are in {out}")
    return 1 if report(out, counts) else 0


if __name__ == "__main__":
    sys.exit(main())
