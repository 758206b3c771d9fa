"""The clock by which ages are told: nobody sets it, and it goes on while the machine is suspended.

Time-outs keep to `time.monotonic`, which on Linux stands still meanwhile: nobody could be heard then, and
the system's own waits count as it does.
"""

from __future__ import annotations

import contextlib
import time


def _number() -> int:
    with contextlib.suppress(AttributeError, OSError):
        time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.CLOCK_BOOTTIME
    return time.CLOCK_MONOTONIC  # which goes on in a suspension where there is no other, as on macOS


_NUMBER = _number()


def steady_now() -> float:
    """Return seconds since some moment in the past; comparable between processes of this machine."""
    return time.clock_gettime(_NUMBER)
