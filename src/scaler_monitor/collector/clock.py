"""What time it is, as whoever drives an engine says."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from scaler_monitor.system.steady_clock import steady_now


class Clock(NamedTuple):
    """Two clocks: the one of the wall may be set at any time, by the steady one ages are told."""

    wall: Callable[[], float]  # unix seconds
    steady: Callable[[], float]  # seconds of a clock that nobody sets


SYSTEM_CLOCK = Clock(time.time, steady_now)
"""The clocks of this machine."""
