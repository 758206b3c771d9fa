"""What the collector costs, and how fast events come."""

from __future__ import annotations

import psutil

SAMPLE_SECONDS = 0.95
"""Less than a second: of two ticks a second apart the first may come a little late."""


class Health:
    """Samples this process about once a second; all is unknown before the first sample.

    Times are of a clock that never goes back.
    """

    def __init__(self, now: float) -> None:
        self._process = psutil.Process()
        self._process.cpu_percent()
        self._sampled = now
        self._frames = 0
        self.cpu_percent: float | None = None
        self.rss_bytes: int | None = None
        self.events_per_second: float | None = None

    def sample(self, now: float, frames: int) -> None:
        """Take a sample if one is due; `frames` is how many have come since the start."""
        elapsed = now - self._sampled
        if elapsed < SAMPLE_SECONDS:
            return
        self.events_per_second = (frames - self._frames) / elapsed
        self._frames, self._sampled = frames, now
        self.cpu_percent = self._process.cpu_percent()
        self.rss_bytes = self._process.memory_info().rss
