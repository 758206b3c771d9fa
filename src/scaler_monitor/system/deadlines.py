"""A fixed-rate schedule that does not drift with the duration of the work."""

from __future__ import annotations

import math


class Deadlines:
    """Times that are `interval` seconds apart, beginning at `start`, in the caller's clock."""

    def __init__(self, start: float, interval: float) -> None:
        self._start = start
        self._interval = interval
        self._number = 0

    def next(self, now: float) -> float:
        """Return the first time after `now` and after the last returned one; missed times are skipped."""
        self._number = max(self._number + 1, math.floor((now - self._start) / self._interval) + 1)
        return self._start + self._number * self._interval
