"""Standard streams that write all they are given, also where a descriptor does not block.

Whoever shares a terminal or a pipe with this program may have set O_NONBLOCK on it; Python's own streams then
lose what does not fit at once, and with PYTHONUNBUFFERED say nothing of it. The flag is left as it is: it
belongs to all who share.
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
"""What to do with a character that an encoding lacks: write it as JSON does."""


def use_patient_streams() -> None:
    """Make standard output and standard error patient; complaints that cannot be written are dropped.

    What the encoding of standard output lacks is escaped. A standard output that is closed stays None. A
    standard error that is closed goes nowhere: None would let `print` write complaints among the data.
    """
    codecs.register_error(ESCAPING, _escape)
    if sys.stdout is not None:
        sys.stdout = _patient(sys.stdout, Patient)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - until the end
    else:
        sys.stderr = _patient(sys.stderr, Dropping)


def screen_stream(descriptor: int) -> io.TextIOWrapper:
    """A patient stream for a screen's text on a terminal; what its encoding lacks is escaped."""
    encoding = sys.stdout.encoding if sys.stdout is not None else "utf-8"
    return io.TextIOWrapper(io.BufferedWriter(Patient(descriptor)), encoding, "backslashreplace", newline="")


def write_some(descriptor: int, data: ReadableBuffer) -> int:
    """Write what the descriptor takes, waiting while it takes nothing; returns the bytes written.

    Raises OSError for any other trouble.
    """
    while True:
        try:
            return os.write(descriptor, data)
        except BlockingIOError:  # noqa: PERF203 - it waits
            room = select.poll()
            room.register(descriptor, select.POLLOUT)
            room.poll()


class Patient(io.RawIOBase):
    """Writes to a descriptor that stays open at the end."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def write(self, data: ReadableBuffer, /) -> int:
        """Write some of `data` at least; returns the bytes written."""
        return write_some(self._descriptor, data)

    def writable(self) -> bool:
        """True."""
        return True

    def fileno(self) -> int:
        """The descriptor."""
        return self._descriptor

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return os.isatty(self._descriptor)


class Dropping(Patient):
    """Drops what cannot be written, a complaint that nobody would see."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Write some of `data`, or drop it; returns the bytes that are done with."""
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def _patient(stream: TextIO, kind: type[Patient]) -> TextIO:
    """Return a stream to the same descriptor; `stream` itself where it has none, as in a test."""
    try:
        descriptor = stream.fileno()
        stream.flush()
    except (OSError, ValueError):
        return stream
    errors = ESCAPING if stream.errors == "strict" else stream.errors
    by_line = kind is Dropping or stream.isatty()
    return io.TextIOWrapper(
        io.BufferedWriter(kind(descriptor)), stream.encoding, errors, line_buffering=by_line
    )


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end
