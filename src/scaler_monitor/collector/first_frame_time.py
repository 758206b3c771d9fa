"""Since when a collector watches: from the first frame on, whatever is done to the clock meanwhile."""

from __future__ import annotations

JUMP_SECONDS = 1.0
"""A clock that is off by more has been set; less is the same beginning, told once and for all."""


class FirstFrameTime:
    """When the first frame came. `now` is unix seconds, `steady` seconds of a clock that never jumps."""

    def __init__(self, began: float | None = None) -> None:
        """`began` is when the first frame came, where it came before this."""
        self._began = began
        self._steady: float | None = None
        self._unix = 0.0

    def frames_came(self, now: float, steady: float) -> None:
        """Frames came; only the first time counts."""
        if self._steady is None:
            self._unix = now if self._began is None else self._began
            self._steady = steady - (now - self._unix)

    def at(self, now: float, steady: float) -> float | None:
        """Return the beginning in unix seconds by the clock as it is now; None before the first frame."""
        if self._steady is None:
            return None
        began = now - (steady - self._steady)
        if abs(began - self._unix) > JUMP_SECONDS:
            self._unix = began
        return self._unix
