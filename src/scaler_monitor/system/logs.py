"""The log of this process: off until `open_log`, then written by a separate thread.

Logging never waits for the disk: while WAITING_RECORDS are queued, further records are dropped. Records of
libraries are included from level WARNING on.
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
"""The environment variable with the path of the log; the command-line option has precedence."""

OFF = logging.CRITICAL + 1
WAITING_RECORDS = 1000
FINISH_SECONDS = 0.5
"""How long the process waits at its end for a disk that does not respond."""

MAX_LINES = 20
PER_SECONDS = 60.0

_ours = logging.getLogger("scaler_monitor")
_ours.setLevel(OFF)


def logger(name: str) -> logging.Logger:
    """Return the logger of one of our modules; it is silent until `open_log`."""
    return logging.getLogger(name)


def open_log(path: Path, process: str) -> Path:
    """Start logging to a file, with the name of the `process` in each line; return the path of the file.

    That is `path`, or, if another process is writing it, a path with a number in its name. Raises OSError.
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


def with_absolute_log_path(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a process in another folder: with an absolute path of the log."""
    named = environment.get(ENVIRONMENT, "")
    return {**environment, ENVIRONMENT: str(Path(named).absolute())} if named else {**environment}


def finish_log() -> None:
    """Write the queued records and stop logging; to be called before `os._exit` and `exec`."""
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


class RateLimitedLog:
    """Limits the number of lines per minute, for events that others can cause; counts the suppressed lines.

    Not thread-safe.
    """

    def __init__(self, log: logging.Logger, most: int = MAX_LINES, seconds: float = PER_SECONDS) -> None:
        self._log = log
        self._most = most
        self._seconds = seconds
        self._since = float("-inf")
        self._count = 0
        self._suppressed = 0

    def info(self, message: str, *args: object) -> None:
        """Log a normal event."""
        self._log_limited(logging.INFO, message, args, None)

    def warning(self, message: str, *args: object, error: BaseException | None = None) -> None:
        """Log a problem, with the traceback of `error`."""
        self._log_limited(logging.WARNING, message, args, error)

    def _log_limited(
        self, level: int, message: str, args: tuple[object, ...], error: BaseException | None
    ) -> None:
        if not self._log.isEnabledFor(level):
            return
        now = time.monotonic()
        if now - self._since >= self._seconds:
            self._since, self._count = now, 0
        if self._count >= self._most:
            self._suppressed += 1
            return
        self._count += 1
        if self._suppressed:
            message += " (%d before it were not logged)"
            args = (*args, self._suppressed)
            self._suppressed = 0
        self._log.log(level, message, *args, exc_info=error)
