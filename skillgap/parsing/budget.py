"""What one file may cost: the limits of `skillgap.model.Limits`, checked inside the parsers' own loops."""

from __future__ import annotations

import math
import time

from skillgap.errors import ResumeLimitError
from skillgap.model import Limits


class Budget:
    """Counts what one file costs and raises `ResumeLimitError` once it is over a limit.

    >>> budget = Budget(Limits(pages=2))
    >>> budget.check_pages(2)
    >>> budget.check_pages(3)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    skillgap.errors.ResumeLimitError: The file has 3 pages, over the limit of 2; ...
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._deadline = None if limits.seconds is None else time.monotonic() + limits.seconds
        self._decompressed = 0

    def check_time(self) -> None:
        """Raise if the deadline has passed; cheap enough for every loop over pages, paragraphs or operators."""
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise ResumeLimitError(
                f"Reading took longer than {self.limits.seconds:g} s; Limits(seconds=…) or --timeout raises the limit."
            )

    def remaining_seconds(self) -> float:
        """The time left, infinite where there is no deadline: how long another program may be waited for.

        Raises:
            ResumeLimitError: no time is left.
        """
        self.check_time()
        return math.inf if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def check_file_bytes(self, count: int) -> None:
        """Raise if a file of so many bytes is too large to be opened."""
        if count > self.limits.file_bytes:
            raise ResumeLimitError(
                f"The file has {count:,} bytes, over the limit of {self.limits.file_bytes:,}; "
                "Limits(file_bytes=…) or --max-bytes raises it."
            )

    def check_pages(self, count: int) -> None:
        """Raise if a document of so many pages is too long to be a resume."""
        if count > self.limits.pages:
            raise ResumeLimitError(
                f"The file has {count} pages, over the limit of {self.limits.pages}; "
                "Limits(pages=…) or --max-pages raises it."
            )

    def check_characters(self, count: int) -> None:
        """Raise if a text of so many characters is too long."""
        if count > self.limits.characters:
            raise ResumeLimitError(
                f"The text has {count:,} characters, over the limit of {self.limits.characters:,}; "
                "Limits(characters=…) or --max-characters raises it."
            )

    def check_lines(self, count: int) -> None:
        """Raise if a text has so many lines that they cannot all have words: 50,000 in a text of a million characters.

        What is worked out of a resume costs more by the line than by the character.
        """
        most = max(1_000, self.limits.characters // 20)
        if count > most:
            raise ResumeLimitError(
                f"The text has more than {most:,} lines, too many for {self.limits.characters:,} characters; "
                "Limits(characters=…) or --max-characters raises both."
            )

    def spend_decompressed(self, count: int) -> None:
        """Add bytes that decompression gave, and raise once the file's sum is over the limit."""
        self._decompressed += count
        if self._decompressed > self.limits.decompressed_bytes:
            raise ResumeLimitError(
                f"The file unpacks to over {self.limits.decompressed_bytes:,} bytes; "
                "Limits(decompressed_bytes=…) raises the limit."
            )
