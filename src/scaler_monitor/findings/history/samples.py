"""Time series of figures of the whole cluster: one sample per second for the last ten minutes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NAMES = (
    "arrived",
    "ended",
    "open",
    "inactive",
    "canceling",
    "balance_canceling",
    "cpu",
    "lag",
    "storage_oldest",
)
"""`arrived` and `ended` are totals, `cpu` a share of one core, `lag` the 95th percentile in microseconds."""

SAMPLES = 640
"""Samples that are kept, at most one per second; 51 kB."""

MIN_DISTANCE = 0.9
"""Shortest time between two samples, in seconds."""

Numbers = NDArray[np.float64]


class Samples:
    """Samples of the figures in `NAMES`; NaN if not reported."""

    def __init__(self) -> None:
        self._rows = np.full((SAMPLES, 1 + len(NAMES)), np.nan)
        self._count = 0

    def add(self, now: float, figures: dict[str, float]) -> None:
        """Add a sample."""
        if self._count:
            latest = self._rows[(self._count - 1) % SAMPLES, 0]
            if now < latest:
                self._count = 0  # the clock went back
            elif now - latest < MIN_DISTANCE:
                return
        row = self._rows[self._count % SAMPLES]
        row[0] = now
        row[1:] = [figures.get(name, np.nan) for name in NAMES]
        self._count += 1

    def last(self, name: str, seconds: float) -> tuple[Numbers, Numbers]:
        """Return times and values of the last `seconds` before the latest sample, without unknown values."""
        kept = min(self._count, SAMPLES)
        rows = self._rows[np.arange(self._count - kept, self._count) % SAMPLES]
        if not kept:
            return np.zeros(0), np.zeros(0)
        values = rows[:, 1 + NAMES.index(name)]
        hit = (rows[:, 0] >= rows[-1, 0] - seconds) & ~np.isnan(values)
        return rows[hit, 0], values[hit]

    def lowest(self, name: str, seconds: float) -> float | None:
        """Return the minimum over the last `seconds`; None if they are not covered by samples."""
        times, values = self.last(name, seconds)
        return float(values.min()) if _covers(times, seconds) else None

    def rise(self, name: str, seconds: float) -> float | None:
        """Return the increase over the last `seconds`; None if the means of the three thirds do not increase,
        or if the samples do not cover the whole time.
        """
        times, values = self.last(name, seconds)
        if len(times) < 3 or not _covers(times, seconds):
            return None
        edges = times[0] + (times[-1] - times[0]) * np.array([1, 2]) / 3
        parts = np.split(values, np.searchsorted(times, edges))
        if not all(map(len, parts)):
            return None
        first, second, third = (part.mean() for part in parts)
        return float(values[-1] - values[0]) if first < second < third else None

    def clear(self) -> None:
        """Clear all samples."""
        self._count = 0


def _covers(times: Numbers, seconds: float) -> bool:
    """Return whether the samples cover so many seconds; one may be missing at each end."""
    if len(times) < 2:
        return False
    watched = float(times[-1] - times[0])
    return watched >= seconds - 2 * max(MIN_DISTANCE, watched / (len(times) - 1))
