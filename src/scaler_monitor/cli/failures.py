"""Unexpected exceptions in any thread: one line on stderr, exit code 1, and the traceback in a crash file."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from scaler_monitor.system.crashes import report_crash
from scaler_monitor.system.error_output import error_line
from scaler_monitor.system.logs import finish_log

FAILED = 1


class _Unraisable(Protocol):
    exc_value: BaseException | None


def set_failure_handler(fail: Callable[[Exception], object]) -> None:
    """Call `fail` with uncaught exceptions of other threads and of destructors, in the failing thread."""

    def of_thread(failed: threading.ExceptHookArgs) -> None:
        if isinstance(failed.exc_value, Exception):
            fail(failed.exc_value)

    def of_destructor(failed: _Unraisable) -> None:
        if isinstance(failed.exc_value, Exception):
            fail(failed.exc_value)

    threading.excepthook = of_thread
    sys.unraisablehook = of_destructor


def exit_with_error(name: str) -> Callable[[Exception], object]:
    """Return the failure handler of a command without a screen: it reports the error and exits at once."""

    def fail(error: Exception) -> None:
        message = error_line(name, report_crash(error, name))
        with contextlib.suppress(OSError):
            os.write(2, f"{message}\n".encode(errors="backslashreplace"))
        finish_log()
        os._exit(FAILED)

    return fail
