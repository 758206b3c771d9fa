"""From the thread that logs to the one that writes: a record becomes text, and nobody waits."""

from __future__ import annotations

import copy
import logging
import logging.handlers
import time
from queue import SimpleQueue
from types import TracebackType
from typing import TypeAlias

from scaler_monitor.system.printable import printable

LONGEST_RECORD = 32 * 1024
"""Characters of one record, its traceback included; of a longer one both ends are kept."""

_Info: TypeAlias = "tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]"


class LogQueue(logging.handlers.QueueHandler):
    """Hands records on as text; one for which there is no room is dropped.

    A signal may come at any moment, and its handler log something: the queue is one that a handler may use
    while the code that it interrupts does.
    """

    def __init__(self, records: SimpleQueue[logging.LogRecord | None], process: str, most: int) -> None:
        super().__init__(records)
        self._records = records
        self._most = most
        self.setFormatter(_Lines(process))

    def enqueue(self, record: logging.LogRecord) -> None:
        """Hand it on where there is room."""
        if self._records.qsize() < self._most:
            self._records.put(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in the library
        """A record that cannot be kept hurts nothing."""


class _Lines(logging.Formatter):
    """A line a record, of printable characters, and the lines of its traceback behind it, set in."""

    def __init__(self, process: str) -> None:
        super().__init__(f"%(asctime)s {process} %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802
        """When it was logged, in UTC."""
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{seconds}.{int(record.msecs):03d}Z"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its name in the library
        """The first line."""
        return printable(super().formatMessage(record))

    def formatException(self, ei: _Info) -> str:  # noqa: N802 - its name in the library
        """The traceback; what an exception says cannot look like a line of the log."""
        return "\n".join(f"  {printable(line)}" for line in super().formatException(ei).splitlines())

    def format(self, record: logging.LogRecord) -> str:
        """The whole record."""
        record = copy.copy(record)
        record.exc_text = None  # another handler has formatted it in its own way
        text = super().format(record)
        if len(text) <= LONGEST_RECORD:
            return text
        return f"{text[: LONGEST_RECORD // 2]}\n  ...\n  {text[-LONGEST_RECORD // 2 :]}"
