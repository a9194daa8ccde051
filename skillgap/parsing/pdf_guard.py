"""What would stall pdfium, told before a file is given to it: nothing can stop pdfium within one call.

Three things make small files endless: streams that unpack to a thousand times their size and more, forms (pieces of
content with a name) that call each other, each time more than once, and one stream that a page names as its content
thousands of times. All are looked for in a way that ends soon.
Files that hold neither, as nearly all do, cost a look at the heads of their streams.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdftypes import PDFObjRef, PDFStream

from skillgap.errors import ResumeError
from skillgap.parsing.budget import Budget
from skillgap.parsing.pdf_miner import _dict, _list, _value, open_pages
from skillgap.parsing.pdf_scan import plain_parts

# Deflate packs no more than 1032 bytes into one (zlib's technical notes).
_MOST_DEFLATED = 1_032
# Forms that a page draws, forms within forms counted each time; the reader of pdfminer stops there as well. Those with
# much content count more often.
_MOST_CALLS = 20_000
# Forms within forms that pdfium follows, and objects of a file that are looked at.
_DEEPEST = 40
_MOST_FORMS = 5_000
_HEAD_BYTES = 600
_STEP_BYTES = 65_536


def may_stall_pdfium(data: bytes, budget: Budget) -> bool:
    """Whether a file unpacks to more than the budget's limit, by its streams, its forms or a page's list of contents.

    Raises:
        ResumeLimitError: The time of the budget is over.
    """
    if _may_unpack_to(data, budget.limits.decompressed_bytes) and _unpacks_over(data, budget):
        return True
    if any(part and _LONG_LIST.search(part) for part in plain_parts(data)):
        return True
    return _FORM.search(data) is not None and _calls_without_end(data, budget)


# More streams than any page's content is cut into; lists of pages, fonts and links are shorter, too.
_LONG_LIST = re.compile(rb"\[\s*+(?:\d++\s++\d++\s++R\s*+){1000}")


_FORM = re.compile(rb"/Form\b|/[A-Za-z]*#[0-9A-Fa-f]{2}[A-Za-z#0-9]*\s*+/[^/]{0,99}stream")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FLATE = re.compile(rb"/Fl(?:ateDecode)?(?![A-Za-z])")


def _packed_streams(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Where each deflated stream that is no picture begins and ends, and how many times it is deflated."""
    for match in _STREAM.finditer(data):
        head = data[max(0, match.start() - _HEAD_BYTES) : match.start()]
        head = head[head.rfind(b" obj") + 1 :]
        times = len(_FLATE.findall(head))
        if times and b"/Image" not in head:
            end = data.find(b"endstream", match.end())
            yield match.end(), end if end >= 0 else len(data), times


def _may_unpack_to(data: bytes, most: int) -> bool:
    """Whether the streams of a file, unpacked as far as can be, would be over a size."""
    if len(data) * _MOST_DEFLATED <= most and not _TWICE.search(data):
        return False
    unpacked = sum((end - start) * _MOST_DEFLATED**times for start, end, times in _packed_streams(data))
    return bool(unpacked > most)


_TWICE = re.compile(rb"/Fl(?:ateDecode)?\s*+/Fl")


def _unpacks_over(data: bytes, budget: Budget) -> bool:
    """Whether the streams of a file unpack to more than the budget's limit; only that much is unpacked."""
    most = budget.limits.decompressed_bytes
    total = 0
    for start, end, times in _packed_streams(data):
        for size in _unpacked_sizes(data[start:end], times):
            budget.check_time()
            total += size
            if total > most:
                return True
    return False


def _unpacked_sizes(packed: bytes, times: int) -> Iterator[int]:
    """The sizes of the pieces that come of a stream that is deflated so many times, those between included."""
    pieces: Iterator[bytes] = iter((packed,))
    for _ in range(times - 1):
        pieces = _inflate(pieces)
    for piece in _inflate(pieces):
        yield len(piece)


def _inflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for packed in pieces:
        rest = packed
        while rest:
            try:
                piece = unpacker.decompress(rest, _STEP_BYTES)
            except zlib.error:
                return
            yield piece
            if unpacker.eof:
                return
            rest = unpacker.unconsumed_tail


def _calls_without_end(data: bytes, budget: Budget) -> bool:
    """Whether the forms of one page are drawn more often than any honest page draws them."""
    try:
        document, pages = open_pages(data, budget)
        graph = _FormGraph(document, budget)
        return graph.measure_calls([graph.find_roots(page) for page in pages]) > budget.limits.decompressed_bytes
    except ResumeError:
        raise
    except Exception:
        # What pdfminer cannot open, pdfium may: it is not known to be harmless.
        return True


class _FormGraph:
    """Which content streams of a document draw which others, and how often each."""

    def __init__(self, document: PDFDocument, budget: Budget) -> None:
        self._document = document
        self._budget = budget
        self._calls: dict[int, dict[int, int]] = {}
        self._sizes: dict[int, int] = {}

    def find_roots(self, page: object) -> dict[int, int]:
        """The forms that a page draws itself, and how often."""
        resources = _dict(getattr(page, "resources", None))
        content = b" ".join(_content(reference) for reference in getattr(page, "contents", ()))
        called = self._find_called(content, resources)
        for note in _list(getattr(page, "annots", None))[:_MOST_FORMS]:
            looks = _dict(_dict(note).get("AP")).get("N")
            for look in [looks, *(() if _is_stream(looks) else _dict(looks).values())]:
                self._add(look, 1, called, {})
        return called

    def _find_called(self, content: bytes, resources: dict[str, object]) -> dict[int, int]:
        called: dict[int, int] = {}
        for kind in ("XObject", "Pattern", "ExtGState"):
            for name, reference in list(_dict(resources.get(kind)).items())[:_MOST_FORMS]:
                times = len(re.findall(rb"/" + re.escape(name.encode("latin-1", "replace")) + rb"(?![\w.#-])", content))
                if not times and b"#" not in content:
                    continue
                drawn = _dict(_dict(reference).get("SMask")).get("G") if kind == "ExtGState" else reference
                self._add(drawn, max(1, times), called, resources)
        return called

    def _add(self, reference: object, times: int, called: dict[int, int], inherited: dict[str, object]) -> None:
        """Add a form to those that are called, and go on to what it calls."""
        if not isinstance(reference, PDFObjRef):
            return
        key = reference.objid
        stream = _value(reference)
        if not isinstance(stream, PDFStream) or getattr(stream.get("Subtype"), "name", "") == "Image":
            return
        called[key] = called.get(key, 0) + times
        if key in self._calls or len(self._calls) >= _MOST_FORMS:
            return
        self._budget.check_time()
        content = _content(stream)
        self._calls[key] = {}
        self._sizes[key] = max(len(content), self._budget.limits.decompressed_bytes // _MOST_CALLS)
        self._calls[key] = self._find_called(content, _dict(stream.get("Resources")) or inherited)

    def measure_calls(self, roots: list[dict[int, int]]) -> int:
        """How many bytes of content the page with the most of them draws by its forms, each time that it does."""
        most = self._budget.limits.decompressed_bytes + 1
        work = dict(self._sizes)
        for _ in range(_DEEPEST):
            self._budget.check_time()
            deeper = {
                key: min(most, self._sizes[key] + sum(times * work.get(inner, 1) for inner, times in called.items()))
                for key, called in self._calls.items()
            }
            if deeper == work:
                break
            work = deeper
        return max((sum(times * work.get(key, 1) for key, times in called.items()) for called in roots), default=0)


def _content(reference: object) -> bytes:
    stream = _value(reference)
    if not isinstance(stream, PDFStream):
        return b""
    found: bytes = stream.get_data()
    return found


def _is_stream(reference: object) -> bool:
    return isinstance(_value(reference), PDFStream)
