"""The log of this process: off until `open_log`, then written by a thread of its own.

Nobody waits for the disk: what comes while a thousand records wait to be written is lost. What was logged by
libraries goes in from warnings on.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scaler_monitor.system.log_file import LogFile

ENVIRONMENT = "SCALER_MONITOR_LOG"
"""The variable that names the file where the option does not."""

OFF = logging.CRITICAL + 1
WAITING_RECORDS = 1000
FINISH_SECONDS = 0.5
"""How long the end of the process waits for a disk that takes nothing."""

MOST_LINES = 20
PER_SECONDS = 60.0

_ours = logging.getLogger("scaler_monitor")
_ours.setLevel(OFF)


def logger(name: str) -> logging.Logger:
    """Return the logger of one of our modules; it says nothing until the log is open."""
    return logging.getLogger(name)


def open_log(path: Path, process: str) -> Path:
    """Log to a file from now on, each line with the name of the `process`; returns where.

    It is `path`, or, while another process writes that, one beside it with a number in its name. Raises
    OSError.
    """
    from scaler_monitor.system.log_file import open_free_log_file
    from scaler_monitor.system.log_queue import LogQueue

    file = open_free_log_file(path)
    records: SimpleQueue[logging.LogRecord | None] = SimpleQueue()
    writer = threading.Thread(target=_write, args=(records, file), name="log", daemon=True)
    handler = LogQueue(records, f"{process}[{os.getpid()}]", WAITING_RECORDS)
    writer.start()
    logging.getLogger().addHandler(handler)
    _ours.setLevel(logging.INFO)
    atexit.register(finish_log)
    _open.append((handler, records, writer))
    return file.path


def log_from_anywhere(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a process in another folder: a relative path of a log made whole there."""
    named = environment.get(ENVIRONMENT, "")
    return {**environment, ENVIRONMENT: str(Path(named).absolute())} if named else {**environment}


def finish_log() -> None:
    """Write out what waits, and log no more; to be called before a process ends without its ending code."""
    while _open:
        handler, records, writer = _open.pop()
        _ours.setLevel(OFF)
        logging.getLogger().removeHandler(handler)
        records.put(None)
        writer.join(FINISH_SECONDS)


_open: list[tuple[logging.Handler, SimpleQueue[logging.LogRecord | None], threading.Thread]] = []


def _write(records: SimpleQueue[logging.LogRecord | None], file: LogFile) -> None:
    while (record := records.get()) is not None:
        file.write(record.getMessage())
    with contextlib.suppress(OSError):
        file.close()


class LimitedLog:
    """For what a stranger can bring about without end: so many lines a minute, and how many were left out.

    For one thread.
    """

    def __init__(self, log: logging.Logger, most: int = MOST_LINES, seconds: float = PER_SECONDS) -> None:
        self._log = log
        self._most = most
        self._seconds = seconds
        self._since = float("-inf")
        self._said = 0
        self._left_out = 0

    def info(self, message: str, *args: object) -> None:
        """Log a usual event."""
        self._say(logging.INFO, message, args, None)

    def warning(self, message: str, *args: object, error: BaseException | None = None) -> None:
        """Log that something is wrong, with the traceback of `error`."""
        self._say(logging.WARNING, message, args, error)

    def _say(self, level: int, message: str, args: tuple[object, ...], error: BaseException | None) -> None:
        if not self._log.isEnabledFor(level):
            return
        now = time.monotonic()
        if now - self._since >= self._seconds:
            self._since, self._said = now, 0
        if self._said >= self._most:
            self._left_out += 1
            return
        self._said += 1
        if self._left_out:
            message += " (%d before it were not logged)"
            args = (*args, self._left_out)
            self._left_out = 0
        self._log.log(level, message, *args, exc_info=error)
