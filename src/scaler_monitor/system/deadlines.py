"""Moments that come at a steady pace, however long it takes to do what is due at them."""

from __future__ import annotations

import math


class Deadlines:
    """Moments `interval` seconds apart from `start` on, in the caller's clock."""

    def __init__(self, start: float, interval: float) -> None:
        self._start = start
        self._interval = interval
        self._number = 0

    def next(self, now: float) -> float:
        """Return the first moment after `now`, later than the last one; missed ones are left out."""
        self._number = max(self._number + 1, math.floor((now - self._start) / self._interval) + 1)
        return self._start + self._number * self._interval
