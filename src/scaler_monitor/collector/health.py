"""CPU and memory of the collector, and the rate of events."""

from __future__ import annotations

import psutil

SAMPLE_SECONDS = 0.95
"""Shortest interval of samples: less than a second, since ticks vary a little."""


class Health:
    """Samples this process about once a second; all values are None before the first sample.

    Times are monotonic seconds.
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
        """Take a sample if one is due; `frames` is the number of frames received so far."""
        elapsed = now - self._sampled
        if elapsed < SAMPLE_SECONDS:
            return
        self.events_per_second = (frames - self._frames) / elapsed
        self._frames, self._sampled = frames, now
        self.cpu_percent = self._process.cpu_percent()
        self.rss_bytes = self._process.memory_info().rss
