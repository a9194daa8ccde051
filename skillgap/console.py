"""Standard output and standard error: what goes where, in which encoding, with or without colour."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from textwrap import fill
from typing import IO, NoReturn, TypeVar

from skillgap.reporting.terminal import Line, clean_line, fit_encoding, join_plain, print_styled

# What the shell reports for a program that a closed pipe ended (128 + SIGPIPE).
PIPE_CLOSED = 141
NOTHING_WRITTEN = 2

# Often enough to look alive, seldom enough to cost nothing.
_SECONDS_BETWEEN_UPDATES = 0.2

_Item = TypeVar("_Item")


def tell(message: str) -> None:
    """Print a message to standard error, without anything in it that could steer the terminal."""
    line = f"skillgap: {clean_line(message)}"
    if sys.stderr.isatty():
        # In a file or a pipe a message stays on one line; names of files are never cut.
        columns = shutil.get_terminal_size().columns
        line = fill(line, columns, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    try:
        sys.stderr.write(fit_encoding(f"{line}\n", sys.stderr.encoding))
    except OSError:
        return  # nobody listens


def put_text(text: str) -> None:
    """Print a result to standard output; a reader that has enough (``| head``) ends the program quietly."""
    with _told_if_not_written():
        sys.stdout.write(fit_encoding(text, sys.stdout.encoding))
        sys.stdout.flush()


def put_lines(make_lines: Callable[[int], Sequence[Line]], *, width: int | None = None) -> None:
    """Print a report made for the width given or else the terminal's, in colour where that is welcome."""
    lines = make_lines(width or shutil.get_terminal_size().columns)
    text = join_plain(lines) + "\n"
    if not wants_colour(sys.stdout) or fit_encoding(text, sys.stdout.encoding) != text:
        put_text(text)
        return
    with _told_if_not_written():
        print_styled(lines, sys.stdout)
        sys.stdout.flush()


def wants_colour(stream: IO[str]) -> bool:
    """Whether to write colours: to terminals, unless NO_COLOR is set; anywhere if FORCE_COLOR is."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def with_progress(items: Iterable[_Item], total: int) -> Generator[_Item]:
    """The items, while a terminal on standard error shows how many are done and how long the rest will take."""
    began = shown = time.monotonic()
    live = sys.stderr.isatty()
    done = 0
    try:
        for item in items:
            yield item
            done += 1
            now = time.monotonic()
            if live and now - shown >= _SECONDS_BETWEEN_UPDATES:
                shown = now
                left = (total - done) * (now - began) / done
                _rewrite(f"{done:,} of {total:,} files, {done / (now - began):.1f} a second, {_minutes(left)} left")
    finally:
        if live:
            _rewrite("")
        seconds = time.monotonic() - began
        tell(f"{done:,} of {total:,} files in {_minutes(seconds)}")


def _rewrite(line: str) -> None:
    sys.stderr.write(f"\r{line}\x1b[K")
    sys.stderr.flush()


def _minutes(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def _told_if_not_written() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        _leave(PIPE_CLOSED)
    except OSError as error:
        tell(f"The result cannot be written: {error.strerror}.")
        _leave(NOTHING_WRITTEN)


def _leave(code: int) -> NoReturn:
    # The interpreter flushes standard output once more when it ends; that must not fail again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(code)
