"""Unexpected exceptions that terminate a process: one line for the user, the traceback in log and crash
file.
"""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from scaler_monitor.system.error_output import describe_exception
from scaler_monitor.system.logs import logger

WRITING_SECONDS = 1.0
"""How long the process waits at its end for a disk that does not respond."""

_log = logger(__name__)


def report_crash(error: BaseException, process: str) -> str:
    """Log the exception and write a crash file; return one line with the error and the path of the file.

    Raises nothing. If no file can be written, the line names none.
    """
    _log.critical("%s crashed", process, exc_info=error)
    text = describe_exception(error)
    kept: list[Path] = []
    writer = threading.Thread(target=_keep, args=(error, process, kept), daemon=True)
    with contextlib.suppress(RuntimeError):  # no more threads
        writer.start()
        writer.join(WRITING_SECONDS)
    return f"{text}; its traceback is in {kept[0]}" if kept else text


def _keep(error: BaseException, process: str, kept: list[Path]) -> None:
    """Append the path of the crash file to `kept`, if it can be written."""
    with contextlib.suppress(Exception):  # no home, disk full, or an exception whose __str__ fails
        from scaler_monitor.system.crash_file import write_crash_file

        kept.append(write_crash_file(error, process))
