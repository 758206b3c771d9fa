"""Figures of the whole cluster, once a second for the last ten minutes."""

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
"""`arrived` and `ended` are totals, `cpu` a share of one core, `lag` microseconds of the slowest 5 of 100."""

SAMPLES = 640
"""Samples that are kept, at most one a second: 51 kB."""

LEAST_DISTANCE = 0.9
"""Seconds between two."""

Numbers = NDArray[np.float64]


class Samples:
    """One row a sample, the latest last; NaN for what the report did not say."""

    def __init__(self) -> None:
        self._rows = np.full((SAMPLES, 1 + len(NAMES)), np.nan)
        self._count = 0

    def add(self, now: float, figures: dict[str, float]) -> None:
        """Note the figures of a moment."""
        if self._count:
            latest = self._rows[(self._count - 1) % SAMPLES, 0]
            if now < latest:
                self._count = 0  # the clock went back
            elif now - latest < LEAST_DISTANCE:
                return
        row = self._rows[self._count % SAMPLES]
        row[0] = now
        row[1:] = [figures.get(name, np.nan) for name in NAMES]
        self._count += 1

    def last(self, name: str, seconds: float) -> tuple[Numbers, Numbers]:
        """Times and values of the last seconds before the latest sample; what is not known is left out."""
        kept = min(self._count, SAMPLES)
        rows = self._rows[np.arange(self._count - kept, self._count) % SAMPLES]
        if not kept:
            return np.zeros(0), np.zeros(0)
        values = rows[:, 1 + NAMES.index(name)]
        hit = (rows[:, 0] >= rows[-1, 0] - seconds) & ~np.isnan(values)
        return rows[hit, 0], values[hit]

    def lowest(self, name: str, seconds: float) -> float | None:
        """Return the least of the last seconds; None where they were not watched from end to end."""
        times, values = self.last(name, seconds)
        return float(values.min()) if _whole(times, seconds) else None

    def rise(self, name: str, seconds: float) -> float | None:
        """Return how much a figure rose over the last seconds, third by third; None where it did not always.

        None too where they were not watched from end to end.
        """
        times, values = self.last(name, seconds)
        if len(times) < 3 or not _whole(times, seconds):
            return None
        edges = times[0] + (times[-1] - times[0]) * np.array([1, 2]) / 3
        parts = np.split(values, np.searchsorted(times, edges))
        if not all(map(len, parts)):
            return None
        first, second, third = (part.mean() for part in parts)
        return float(values[-1] - values[0]) if first < second < third else None

    def clear(self) -> None:
        """Forget all: the totals began again, or nobody listened."""
        self._count = 0


def _whole(times: Numbers, seconds: float) -> bool:
    """Whether samples are of the whole of so many seconds, but for one at each end."""
    if len(times) < 2:
        return False
    watched = float(times[-1] - times[0])
    return watched >= seconds - 2 * max(LEAST_DISTANCE, watched / (len(times) - 1))
