"""Standard streams that write everything, also to non-blocking descriptors.

Another process that shares the terminal or the pipe may have set O_NONBLOCK; Python's own streams then lose
what does not fit immediately, and with PYTHONUNBUFFERED do not report it. The flag is not changed, because it
is shared with the other processes.
"""

from __future__ import annotations

import codecs
import io
import os
import select
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

ESCAPING = "scaler_monitor.escaping"
"""Name of the error handler that escapes characters which an encoding lacks, as JSON does."""


def use_blocking_streams() -> None:
    """Replace standard output and standard error by blocking streams; errors on standard error are ignored.

    Characters that the encoding lacks are escaped. A closed standard output stays None. A closed standard
    error is replaced by /dev/null, because with None `print` would write error messages to standard output.
    """
    codecs.register_error(ESCAPING, _escape)
    if sys.stdout is not None:
        sys.stdout = _wrap_stream(sys.stdout, BlockingWriter)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - until the end
    else:
        sys.stderr = _wrap_stream(sys.stderr, DroppingWriter)


def screen_stream(descriptor: int) -> io.TextIOWrapper:
    """Return a blocking text stream for drawing on a terminal; characters its encoding lacks are escaped."""
    encoding = sys.stdout.encoding if sys.stdout is not None else "utf-8"
    return io.TextIOWrapper(
        io.BufferedWriter(BlockingWriter(descriptor)), encoding, "backslashreplace", newline=""
    )


def write_some(descriptor: int, data: ReadableBuffer) -> int:
    """Write as much as the descriptor accepts, waiting until it accepts something; return the bytes written.

    Raises OSError for any other error.
    """
    while True:
        try:
            return os.write(descriptor, data)
        except BlockingIOError:  # noqa: PERF203 - the loop waits
            room = select.poll()
            room.register(descriptor, select.POLLOUT)
            room.poll()


class BlockingWriter(io.RawIOBase):
    """A raw stream that blocks, on a descriptor that it does not close."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def write(self, data: ReadableBuffer, /) -> int:
        """Write at least a part of `data`; return the bytes written."""
        return write_some(self._descriptor, data)

    def writable(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def isatty(self) -> bool:
        """Return whether it is a terminal."""
        return os.isatty(self._descriptor)


class DroppingWriter(BlockingWriter):
    """A blocking stream that drops what cannot be written."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Write a part of `data`, or drop it; return the bytes written or dropped."""
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def _wrap_stream(stream: TextIO, kind: type[BlockingWriter]) -> TextIO:
    """Return a blocking stream to the same descriptor; `stream` itself if it has none, as in tests."""
    try:
        descriptor = stream.fileno()
        stream.flush()
    except (OSError, ValueError):
        return stream
    errors = ESCAPING if stream.errors == "strict" else stream.errors
    by_line = kind is DroppingWriter or stream.isatty()
    return io.TextIOWrapper(
        io.BufferedWriter(kind(descriptor)), stream.encoding, errors, line_buffering=by_line
    )


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end
