"""The clocks of an engine, given by its caller."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from scaler_monitor.system.steady_clock import steady_now


class Clock(NamedTuple):
    """A wall clock, which may be set at any time, and a monotonic one for measuring ages."""

    wall: Callable[[], float]  # unix seconds
    steady: Callable[[], float]  # seconds of a monotonic clock


SYSTEM_CLOCK = Clock(time.time, steady_now)
"""The clocks of this machine."""
