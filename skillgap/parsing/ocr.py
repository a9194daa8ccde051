"""Pictures of text → text blocks (extra ``ocr``): Tesseract where it is installed, else RapidOCR.

Pillow opens pictures, pypdfium2 draws the pages of scanned PDFs; both are capped in pixels. The recognised words go
through the same layout as those of a PDF, so columns and lists come out alike.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from skillgap.errors import EmptyResumeError, ResumeLimitError, UnreadableResumeError, UnsupportedFormatError
from skillgap.model import ResumeWarning
from skillgap.parsing.archive import read_archive
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document, TextBlock

if TYPE_CHECKING:
    from PIL.Image import Image

    from skillgap.parsing.layout import Word

NEEDS_EXTRA = "install text recognition: pip install 'skillgap[ocr]' (and Tesseract, where you can)"

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP")
# Both engines were trained on letters some 30 pixels high: 10-point text at 300 dots an inch.
_DOTS_PER_INCH = 300
_FEWEST_PIXELS_ACROSS = 1500
_MOST_USEFUL_PIXELS = 16_000_000
_LONGEST_PAGE_SECONDS = 60.0
_LEAST_SURE = 30.0
_FEW_WORDS = 15
# A document whose first pages gain nothing by being turned is not a pile of pages on their sides.
_MOST_TURNED_PAGES = 3
_SECONDS_KEPT = 3.0
_DOUBTFUL = 75.0
# What bullets are read as, being drawn like no letter; "e" and "o" only where a capital follows.
_MISREAD_BULLETS = frozenset("eo©®«»¢°*+=>@¥§.·•-—~")
_POINTS_PER_INCH = 72.0
# Letters with ascenders and descenders fill about this much of the font size.
_SIZE_OF_LINE_HEIGHT = 1.1


@dataclass(frozen=True, slots=True)
class _Found:
    """A recognised word or line: its text and box in pixels from the top left, and how sure (0-100) it is."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    sureness: float


class _Recognizer(Protocol):
    name: str

    def recognize(self, image: Image, seconds: float) -> list[_Found]:
        """What is written in a picture."""


def is_available() -> bool:
    """Whether pictures can be opened and something is installed that reads them."""
    return find_spec("PIL") is not None and (shutil.which("tesseract") is not None or _has_rapidocr())


def read_image(data: bytes, *, budget: Budget) -> Document:
    """The text recognised in a picture; each frame of a TIFF is a page.

    Raises:
        EmptyResumeError: nothing in the picture could be read.
        ResumeLimitError: the picture has too many pixels or frames, or takes too long.
        UnreadableResumeError: the picture is damaged.
        UnsupportedFormatError: the ``ocr`` extra is not installed.
    """
    if not is_available():
        raise UnsupportedFormatError(f"The file is a picture. To read it, {NEEDS_EXTRA}.")
    session = _Session(budget)
    blocks: list[TextBlock] = []
    pages = 0
    for number, image in enumerate(_frames(data, budget), 1):
        pages = number
        found = session.read(image, number)
        blocks.extend(found)
    if not blocks:
        raise EmptyResumeError("No text could be recognised in the picture; scan it again, straight and at 300 dpi.")
    told = ResumeWarning(
        "ocr", f"The text was recognised in a picture by {session.recognizer.name} and may hold errors."
    )
    return Document(tuple(blocks), "image", f"ocr:{session.recognizer.name}", pages, (told, *session.left_out))


def recognize_pages(data: bytes, document: Document, *, budget: Budget) -> Document:
    """A PDF's document with the text of its pages that are pictures, and a warning that says which these are."""
    wanted = [w.page for w in document.warnings if w.code == "page-without-text" and w.page is not None]
    if not wanted:
        return document
    if not is_available() or find_spec("pypdfium2") is None:
        return replace(document, warnings=tuple(_with_advice(warning) for warning in document.warnings))
    session = _Session(budget)
    recognized: dict[int, list[TextBlock]] = {}
    for number, image in _drawn_pages(data, wanted, session):
        found = session.read(image, number)
        if found:
            recognized[number] = found
    if not recognized:
        return replace(document, warnings=(*document.warnings, *session.left_out))
    kept = [w for w in document.warnings if not (w.code == "page-without-text" and w.page in recognized)]
    pages = ", ".join(map(str, sorted(recognized)))
    told = ResumeWarning(
        "ocr",
        f"Page{'s' * (len(recognized) > 1)} {pages} held no text; it was recognised in the picture of the page by "
        f"{session.recognizer.name} and may hold errors.",
        min(recognized) if len(recognized) == 1 else None,
    )
    return replace(
        document,
        blocks=tuple(_merged(document.blocks, recognized)),
        reader=f"{document.reader}+ocr:{session.recognizer.name}",
        warnings=(told, *kept, *session.left_out),
    )


def recognize_pictures(data: bytes, document: Document, *, budget: Budget) -> Document:
    """A word processor's document that holds only pictures, with the text recognised in them."""
    if not is_available():
        advice = ResumeWarning("image-not-read", f"The document holds only pictures. To read them, {NEEDS_EXTRA}.")
        return replace(document, warnings=(*(w for w in document.warnings if w.code != "image-not-read"), advice))
    archive = read_archive(data, budget=budget, wanted=_is_picture)
    session = _Session(budget)
    blocks: list[TextBlock] = []
    budget.check_pages(len(archive.members))
    for picture in archive.members.values():
        try:
            for number, image in enumerate(_frames(picture, budget), 1):
                found = session.read(image, number)
                blocks.extend(replace(block, page=None) for block in found)
        except UnreadableResumeError:
            session.left_out.append(ResumeWarning("image-not-read", "A picture in the document is damaged."))
    if not blocks:
        return document
    told = ResumeWarning(
        "ocr",
        f"The document holds only pictures; {session.recognizer.name} recognised their text, which may hold errors.",
    )
    kept = [warning for warning in document.warnings if warning.code != "image-not-read"]
    reader = f"{document.reader}+ocr:{session.recognizer.name}"
    return replace(document, blocks=tuple(blocks), reader=reader, warnings=(told, *kept, *session.left_out))


def _is_picture(name: str) -> bool:
    folder, _, file = name.lower().rpartition("/")
    is_kept_here = folder.rpartition("/")[2] in ("media", "pictures")
    return is_kept_here and file.endswith((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".gif", ".bmp"))


def _with_advice(warning: ResumeWarning) -> ResumeWarning:
    if warning.code != "page-without-text":
        return warning
    return replace(warning, message=f"{warning.message} To read scans, {NEEDS_EXTRA}.")


def _merged(blocks: Sequence[TextBlock], recognized: dict[int, list[TextBlock]]) -> Iterator[TextBlock]:
    waiting = sorted(recognized)
    for block in blocks:
        while waiting and block.page is not None and waiting[0] < block.page:
            yield from recognized[waiting.pop(0)]
        yield block
    for number in waiting:
        yield from recognized[number]


# ---------------------------------------------------------------------------------------------- pictures


def _frames(data: bytes, budget: Budget) -> Iterator[Image]:
    from PIL import Image, ImageOps, ImageSequence

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as source:
            is_animation = source.format in ("GIF", "WEBP", "PNG")
            frames = 1 if is_animation else getattr(source, "n_frames", 1)
            budget.check_pages(frames)
            for frame in ImageSequence.Iterator(source):
                _check_pixels(frame.width, frame.height, budget)
                yield _prepared(ImageOps.exif_transpose(frame))
                if is_animation:
                    return
    except ResumeLimitError:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise UnreadableResumeError("The picture is damaged and cannot be opened; scan or save it again.") from None


def _check_pixels(width: int, height: int, budget: Budget) -> None:
    if width * height > budget.limits.image_pixels:
        raise ResumeLimitError(
            f"The picture has {width * height:,} pixels, over the limit of {budget.limits.image_pixels:,}; "
            "Limits(image_pixels=…) raises it."
        )


def _prepared(image: Image) -> Image:
    """A picture in greys on white, neither too small to be read nor larger than is of use."""
    from PIL import Image as Pillow

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        paper = Pillow.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    image = image.convert("L")
    scale = 1.0
    if image.width < _FEWEST_PIXELS_ACROSS and image.width * 2 < image.height * 4:
        scale = min(3.0, _FEWEST_PIXELS_ACROSS / image.width)
    if image.width * image.height > _MOST_USEFUL_PIXELS:
        scale = (_MOST_USEFUL_PIXELS / (image.width * image.height)) ** 0.5
    if scale != 1.0:
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        image = image.resize(size, Pillow.Resampling.LANCZOS)
    return image


def _drawn_pages(data: bytes, wanted: Sequence[int], session: _Session) -> Iterator[tuple[int, Image]]:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        session.left_out.extend(_not_drawn(number) for number in wanted)
        return
    try:
        for number in wanted:
            if session.seconds_left <= 0:
                session.leave_out(number)
                continue
            try:
                page = pdf[number - 1]
                width, height = page.get_size()
                most = min(_MOST_USEFUL_PIXELS, session.most_pixels)
                scale = min(_DOTS_PER_INCH / _POINTS_PER_INCH, (most / max(1.0, width * height)) ** 0.5)
                image = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil().convert("L")
                page.close()
            except (pypdfium2.PdfiumError, IndexError, ValueError, MemoryError):
                session.left_out.append(_not_drawn(number))
                continue
            yield number, image
    finally:
        pdf.close()


def _not_drawn(number: int) -> ResumeWarning:
    return ResumeWarning("page-skipped", f"Page {number} could not be drawn, so its text was not recognised.", number)


# ---------------------------------------------------------------------------------------------- recognition


class _Session:
    """The recognition of one file: what it may still cost, and what had to be left out."""

    def __init__(self, budget: Budget) -> None:
        self.recognizer = _recognizer()
        self.left_out: list[ResumeWarning] = []
        self.most_pixels = budget.limits.image_pixels
        self._budget = budget
        self._turns_left = _MOST_TURNED_PAGES
        # Pages already recognised are worth more than one more page and no report.
        remaining = budget.remaining_seconds()
        self._end = time.monotonic() + (remaining - min(_SECONDS_KEPT, remaining / 5))

    @property
    def seconds_left(self) -> float:
        """The time that recognition may still take."""
        return self._end - time.monotonic()

    def read(self, image: Image, number: int) -> list[TextBlock]:
        """The blocks of one picture; what cannot be read in time is noted as left out."""
        from skillgap.parsing.layout import lay_out

        darkest, lightest = image.getextrema()
        if darkest == lightest:
            return []
        seconds = min(_LONGEST_PAGE_SECONDS, self.seconds_left)
        try:
            found = self._recognize(image, seconds) if seconds > 0 else None
        except subprocess.TimeoutExpired:
            found = None
        if found is None:
            self.leave_out(number)
            return []
        blocks = lay_out(_words(found, image), page=number)
        self._budget.check_characters(sum(len(block.text) for block in blocks))
        return blocks

    def leave_out(self, number: int) -> None:
        """Note that a page was not recognised in time."""
        message = f"Page {number} was not recognised: time ran out. Limits(seconds=…) or --timeout gives more."
        self.left_out.append(ResumeWarning("page-skipped", message, number))

    def _recognize(self, image: Image, seconds: float) -> list[_Found]:
        """What is written in a picture, turned to where most is read if little is read as it stands."""
        best = _sure(self.recognizer.recognize(image, seconds))
        is_upright = _weight(best) >= _FEW_WORDS and not _is_doubtful(best)
        if is_upright or self._turns_left <= 0:
            return best
        self._turns_left -= 1
        for angle in (90, 270, 180):
            if self.seconds_left <= 0:
                break
            turned = _sure(self.recognizer.recognize(image.rotate(angle, expand=True), min(seconds, self.seconds_left)))
            if _weight(turned) > _weight(best) and not _is_doubtful(turned):
                self._turns_left = _MOST_TURNED_PAGES
                return turned
        return best


def _sure(found: Iterable[_Found]) -> list[_Found]:
    return [item for item in found if item.sureness >= _LEAST_SURE]


def _weight(found: Iterable[_Found]) -> float:
    """How many real words were read, each as far as it is sure; noise gives single letters and marks."""
    return sum(item.sureness / 100 for item in found for word in item.text.split() if len(word) > 2 and word.isalpha())


def _is_doubtful(found: Sequence[_Found]) -> bool:
    """Whether the picture seems to lie on its side or its head: words are unsure, or lines run upward."""
    long = [item for item in found if len(item.text) > 3]
    if not long:
        return True
    upright = sum(1 for item in long if item.bottom - item.top > 2 * (item.right - item.left))
    return 2 * upright > len(long) or sum(item.sureness for item in long) < _DOUBTFUL * len(long)


def _words(found: Sequence[_Found], image: Image) -> list[Word]:
    """The words as the layout takes them: in points, upward, on the baseline of their line."""
    from skillgap.parsing.layout import Word

    points = _POINTS_PER_INCH / _DOTS_PER_INCH
    return [
        Word(
            item.text,
            item.left * points,
            item.right * points,
            (image.height - item.bottom) * points,
            round((item.bottom - item.top) * points / _SIZE_OF_LINE_HEIGHT, 1),
            has_space=True,
        )
        for item in found
    ]


@lru_cache(maxsize=1)
def _recognizer() -> _Recognizer:
    tesseract = shutil.which("tesseract")
    return _Tesseract(tesseract) if tesseract is not None else _RapidOcr()


class _Tesseract:
    name = "tesseract"

    def __init__(self, program: str) -> None:
        self._program = program

    def recognize(self, image: Image, seconds: float) -> list[_Found]:
        """What is written in a picture, word by word; the boxes of a line's words share its height."""
        picture = io.BytesIO()
        image.save(picture, "PPM")
        command = [self._program, "stdin", "stdout", "--dpi", str(_DOTS_PER_INCH), "--psm", "3", "tsv"]
        # Its threads wait for each other more than they work: one is faster than four, and fair to the machine.
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        done = subprocess.run(
            command, input=picture.getvalue(), capture_output=True, timeout=seconds, env=environment, check=False
        )
        return list(_words_of_tsv(done.stdout.decode("utf-8", "replace")))


_LINE_LEVEL, _WORD_LEVEL = "4", "5"


def _words_of_tsv(table: str) -> Iterator[_Found]:
    lines: list[list[_Found]] = []
    top = bottom = 0.0
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 11 or cells[0] not in (_LINE_LEVEL, _WORD_LEVEL):
            continue
        left, upper, width, height = map(float, cells[6:10])
        if cells[0] == _LINE_LEVEL:
            top, bottom = upper, upper + height
            lines.append([])
        elif lines and len(cells) > 11 and cells[11].strip():
            lines[-1].append(_Found(cells[11].strip(), left, top, left + width, bottom, float(cells[10])))
    for line in lines:
        yield from _with_bullet(line)


def _with_bullet(line: list[_Found]) -> list[_Found]:
    """A line whose first mark is a misread bullet, with the bullet."""
    if len(line) < 3 or line[0].text not in _MISREAD_BULLETS:
        return line
    if line[0].text.isalpha() and not line[1].text[:1].isupper():
        return line
    return [replace(line[0], text="•", sureness=100.0), *line[1:]]


class _RapidOcr:
    name = "rapidocr"

    def __init__(self) -> None:
        import logging

        from rapidocr import RapidOCR

        self._engine = RapidOCR(params={"Global.log_level": "critical"})
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)

    def recognize(self, image: Image, seconds: float) -> list[_Found]:
        """What is written in a picture, line by line."""
        import numpy

        result = self._engine(numpy.asarray(image.convert("RGB")))
        if result.boxes is None or not result.txts:
            return []
        found = []
        for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
            xs, ys = [float(point[0]) for point in box], [float(point[1]) for point in box]
            found.append(_Found(text, min(xs), min(ys), max(xs), max(ys), 100.0 * float(score)))
        return found


def _has_rapidocr() -> bool:
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None
