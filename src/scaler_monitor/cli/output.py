"""Standard output: its width, and writing with error detection."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

WIDTH = 160
"""Columns of a line if standard output is not a terminal."""

MIN_WIDTH = 20


class OutputLost(Exception):
    """Standard output cannot be written; the message is one line."""


def width() -> int:
    """Return the terminal's width in columns; without a terminal, the variable COLUMNS, else 160."""
    if sys.stdout is not None and sys.stdout.isatty():
        with contextlib.suppress(OSError):
            if columns := os.get_terminal_size(sys.stdout.fileno()).columns:
                return max(columns, MIN_WIDTH)
    columns_said = os.environ.get("COLUMNS", "")
    if columns_said.isascii() and columns_said.isdigit() and 0 < len(columns_said) < 5:
        return max(int(columns_said), MIN_WIDTH)
    return WIDTH


def write(text: str) -> None:
    """Write and flush text. Raises OutputLost, and BrokenPipeError if the reader has closed the pipe."""
    if sys.stdout is None:
        raise OutputLost("standard output is closed")
    with _output_errors():
        sys.stdout.write(text)
        sys.stdout.flush()


def flush() -> None:
    """Write buffered output. Raises as `write`."""
    if sys.stdout is not None:
        with _output_errors():
            sys.stdout.flush()


def discard() -> None:
    """Redirect standard output to /dev/null, so that buffered output is discarded without an error."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


@contextlib.contextmanager
def _output_errors() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(f"cannot write to standard output: {error.strerror}") from None
