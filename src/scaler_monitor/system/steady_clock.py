"""The clock for ages: it cannot be set, and it continues while the machine is suspended.

Timeouts use `time.monotonic` instead, which on Linux stops during suspension, as the system's own waits do:
no data could arrive in that time.
"""

from __future__ import annotations

import contextlib
import time


def _number() -> int:
    with contextlib.suppress(AttributeError, OSError):
        time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.CLOCK_BOOTTIME
    return time.CLOCK_MONOTONIC  # continues during suspension where CLOCK_BOOTTIME is missing, as on macOS


_NUMBER = _number()


def steady_now() -> float:
    """Return seconds since an unspecified start; comparable between processes of this machine."""
    return time.clock_gettime(_NUMBER)
