"""Standard output: how wide it is, and that what was written to it has arrived."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

WIDTH = 160
"""Cells of a line that goes into no terminal."""

LEAST_WIDTH = 20


class OutputLost(Exception):
    """Standard output takes nothing; the message is one line."""


def width() -> int:
    """Return the terminal's width in cells; where there is none, COLUMNS, else 160."""
    if sys.stdout is not None and sys.stdout.isatty():
        with contextlib.suppress(OSError):
            if columns := os.get_terminal_size(sys.stdout.fileno()).columns:
                return max(columns, LEAST_WIDTH)
    columns_said = os.environ.get("COLUMNS", "")
    if columns_said.isascii() and columns_said.isdigit() and 0 < len(columns_said) < 5:
        return max(int(columns_said), LEAST_WIDTH)
    return WIDTH


def write(text: str) -> None:
    """Write text at once. Raises OutputLost, and BrokenPipeError when nobody reads any more."""
    if sys.stdout is None:
        raise OutputLost("standard output is closed")
    with _losses_told():
        sys.stdout.write(text)
        sys.stdout.flush()


def deliver() -> None:
    """Write what is still buffered; raises as `write`."""
    if sys.stdout is not None:
        with _losses_told():
            sys.stdout.flush()


def abandon() -> None:
    """Let what is buffered go nowhere, quietly, when the program ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


@contextlib.contextmanager
def _losses_told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(f"cannot write to standard output: {error.strerror}") from None
