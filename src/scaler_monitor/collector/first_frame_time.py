"""The arrival of the first frame, corrected when the wall clock is set."""

from __future__ import annotations

JUMP_SECONDS = 1.0
"""A larger difference means that the clock was set; a smaller one is ignored."""


class FirstFrameTime:
    """Arrival of the first frame. `now` is unix seconds, `steady` monotonic seconds."""

    def __init__(self, began: float | None = None) -> None:
        """`began` is the arrival of the first frame in unix seconds, if it arrived before."""
        self._began = began
        self._steady: float | None = None
        self._unix = 0.0

    def frames_came(self, now: float, steady: float) -> None:
        """Record that frames arrived; only the first call has an effect."""
        if self._steady is None:
            self._unix = now if self._began is None else self._began
            self._steady = steady - (now - self._unix)

    def at(self, now: float, steady: float) -> float | None:
        """Return the arrival of the first frame in unix seconds of the current clock; None before it."""
        if self._steady is None:
            return None
        began = now - (steady - self._steady)
        if abs(began - self._unix) > JUMP_SECONDS:
            self._unix = began
        return self._unix
