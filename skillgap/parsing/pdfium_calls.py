"""pdfium's functions for calls by the thousand (extra ``fast``).

pdfium tells one character or object at a time, so calls through ctypes are what reading costs. Handles are plain
numbers here, quick calls check no types, and pointers to what pdfium writes are made once.
"""

from __future__ import annotations

import ctypes
import threading
from array import array
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from skillgap.errors import MissingExtraError

try:
    import pypdfium2.raw as pdfium
except ImportError as error:
    raise MissingExtraError("The pdfium engine and its fast reading of PDF files", extra="fast") from error

__all__ = ["LOCK", "Answers", "lib", "pdfium", "pointer", "quick"]

# pdfium keeps state of its own and must not be called from two threads at once.
LOCK = threading.RLock()


class _Library:
    """pdfium's functions, taking and giving handles as plain numbers: comparing pointers is slow in ctypes."""

    def __getattr__(self, name: str) -> Any:
        function = getattr(pdfium, name)
        address = ctypes.cast(function, ctypes.c_void_p).value or 0
        kinds = [_plain(kind) for kind in (function.restype, *function.argtypes)]
        plain = ctypes.CFUNCTYPE(*kinds)(address)
        setattr(self, name, plain)
        return plain


def _plain(kind: Any) -> Any:
    """The type of an argument, a number instead of a pointer to something only pdfium knows."""
    is_handle = kind is not None and "struct_fpdf_" in kind.__name__
    return ctypes.c_void_p if is_handle else kind


class _QuickLibrary:
    """pdfium's functions for calls by the thousand; other threads wait, so each must return at once.

    Types of arguments are not checked, which takes most of the time of such a call: a page is given by `pointer`,
    an object by its number, and what pdfium writes to by the pointers of `Answers`.
    """

    def __getattr__(self, name: str) -> Any:
        function = getattr(pdfium, name)
        address = ctypes.cast(function, ctypes.c_void_p).value or 0
        kinds = [] if name.startswith(("FPDFText_", "FPDFPage_")) else [ctypes.c_void_p]
        quick = ctypes.PYFUNCTYPE(_number(function.restype), *kinds)(address)
        setattr(self, name, quick)
        return quick


def _number(kind: Any) -> Any:
    return ctypes.c_void_p if kind is not None and issubclass(kind, ctypes._Pointer) else kind


lib = _Library()
quick = _QuickLibrary()


def pointer(handle: int) -> Any:
    """A page's handle as `quick` takes it."""
    return ctypes.byref(ctypes.c_char.from_address(handle))


class Answers:
    """Room for the numbers that pdfium writes in answer to many calls: so many a call, all of one C type.

    Each number may have a pointer of its own, or one pointer all of them; of these the last may be of no interest.
    To be asked under the lock only. Pointers are made once: making them takes longer than the calls.
    """

    _ROOM = 1_000

    def __init__(self, kind: Any, fields: int, *, pointers: int, kept: int | None = None) -> None:
        size = ctypes.sizeof(kind)
        self._memory = (kind * (fields * self._ROOM))()
        self._pointers = [
            [ctypes.byref(self._memory, size * (fields * call + field)) for call in range(self._ROOM)]
            for field in range(pointers)
        ]
        self._kind = kind._type_
        numbers = memoryview(self._memory).cast("B").cast(self._kind)
        self._columns = [numbers[field::fields] for field in range(fields if kept is None else kept)]

    def ask(
        self, function: Any, arguments: Sequence[int | None], page: Any = None
    ) -> tuple[list[array[Any]], list[Any]]:
        """What a function answers for its arguments one by one, and what it returned for each.

        An array for each number that it writes, of zeros where it writes none.
        """
        columns = [array(self._kind) for _ in self._columns]
        returned: list[Any] = []
        for first in range(0, len(arguments), self._ROOM):
            part: Iterable[int | None] = arguments[first : first + self._ROOM]
            ctypes.memset(self._memory, 0, ctypes.sizeof(self._memory))
            leading = (part,) if page is None else (repeat(page), part)
            before = len(returned)
            returned += map(function, *leading, *self._pointers)
            for column, numbers in zip(columns, self._columns, strict=True):
                column.frombytes(numbers[: len(returned) - before].tobytes())
        return columns, returned
