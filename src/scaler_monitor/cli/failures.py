"""A failure of ours, wherever it is, is one line on stderr and exit code 1; its traceback goes to a file."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from scaler_monitor.system.complaints import line
from scaler_monitor.system.crashes import report_crash
from scaler_monitor.system.logs import finish_log

FAILED = 1


class _Unraisable(Protocol):
    exc_value: BaseException | None


def hand_failures_to(fail: Callable[[Exception], object]) -> None:
    """Have `fail` called, in the thread that fails, with what no code catches, the main thread's apart."""

    def of_thread(failed: threading.ExceptHookArgs) -> None:
        if isinstance(failed.exc_value, Exception):
            fail(failed.exc_value)

    def of_destructor(failed: _Unraisable) -> None:
        if isinstance(failed.exc_value, Exception):
            fail(failed.exc_value)

    threading.excepthook = of_thread
    sys.unraisablehook = of_destructor


def end_with_a_line(name: str) -> Callable[[Exception], object]:
    """What a command without a screen does about such a failure: it ends at once."""

    def fail(error: Exception) -> None:
        told = line(name, report_crash(error, name))
        with contextlib.suppress(OSError):
            os.write(2, f"{told}\n".encode(errors="backslashreplace"))
        finish_log()
        os._exit(FAILED)

    return fail
