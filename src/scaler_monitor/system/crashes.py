"""What ends a process though no code foresaw it: said in one line, and kept whole in log and file."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from scaler_monitor.system.complaints import described
from scaler_monitor.system.logs import logger

WRITING_SECONDS = 1.0
"""How long the end of the process waits for a disk that takes nothing."""

_log = logger(__name__)


def report_crash(error: BaseException, process: str) -> str:
    """Keep what ended a process; return what failed, and where its traceback is, in one line.

    Nothing is raised; where no file can be written the line names none.
    """
    _log.critical("%s crashed", process, exc_info=error)
    text = described(error)
    kept: list[Path] = []
    writer = threading.Thread(target=_keep, args=(error, process, kept), daemon=True)
    with contextlib.suppress(RuntimeError):  # no more threads
        writer.start()
        writer.join(WRITING_SECONDS)
    return f"{text}; its traceback is in {kept[0]}" if kept else text


def _keep(error: BaseException, process: str, kept: list[Path]) -> None:
    """Append to `kept` where the traceback is; nothing where that cannot be."""
    with contextlib.suppress(Exception):  # no home, no room, or an exception that cannot be written
        from scaler_monitor.system.crash_file import keep_crash

        kept.append(keep_crash(error, process))
