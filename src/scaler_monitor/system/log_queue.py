"""Passes log records as text to the writer thread, without blocking the thread that logs."""

from __future__ import annotations

import copy
import logging
import logging.handlers
import time
from queue import SimpleQueue
from types import TracebackType
from typing import TypeAlias

from scaler_monitor.system.printable import printable

MAX_RECORD_CHARACTERS = 32 * 1024
"""Of a longer record, traceback included, the beginning and the end are kept."""

_Info: TypeAlias = "tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]"


class LogQueue(logging.handlers.QueueHandler):
    """Formats records and puts them into the queue; if the queue is full, the record is dropped.

    Signal handlers may log at any time. `SimpleQueue` is reentrant, so they may use it even while the
    interrupted code does.
    """

    def __init__(self, records: SimpleQueue[logging.LogRecord | None], process: str, most: int) -> None:
        super().__init__(records)
        self._records = records
        self._most = most
        self.setFormatter(_Lines(process))

    def enqueue(self, record: logging.LogRecord) -> None:
        """Put the record into the queue unless it is full."""
        if self._records.qsize() < self._most:
            self._records.put(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in the library
        """Ignore errors."""


class _Lines(logging.Formatter):
    """Formats a record as one line of printable characters, followed by its indented traceback."""

    def __init__(self, process: str) -> None:
        super().__init__(f"%(asctime)s {process} %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802
        """Return the time of the record in UTC."""
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{seconds}.{int(record.msecs):03d}Z"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its name in the library
        """Return the first line."""
        return printable(super().formatMessage(record))

    def formatException(self, ei: _Info) -> str:  # noqa: N802 - its name in the library
        """Return the indented traceback, so that an exception message cannot look like a log line."""
        return "\n".join(f"  {printable(line)}" for line in super().formatException(ei).splitlines())

    def format(self, record: logging.LogRecord) -> str:
        """Return the complete record, limited to MAX_RECORD_CHARACTERS."""
        record = copy.copy(record)
        record.exc_text = None  # cached by another handler in another format
        text = super().format(record)
        if len(text) <= MAX_RECORD_CHARACTERS:
            return text
        return f"{text[: MAX_RECORD_CHARACTERS // 2]}\n  ...\n  {text[-MAX_RECORD_CHARACTERS // 2 :]}"
