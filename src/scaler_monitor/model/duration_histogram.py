"""A histogram of durations with buckets that grow by 4 %: quantiles are accurate to 2 %."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

GROWTH = 1.04
SHORTEST = 1e-6
"""Seconds; shorter durations count as this."""
BUCKETS = 800
"""Number of buckets: they range from a microsecond to about a year."""
_LOG_GROWTH = float(np.log(GROWTH))


class HistogramBar(NamedTuple):
    """Number of tasks with a duration from `low` to `high` seconds."""

    low: float
    high: float
    tasks: int


class DurationHistogram:
    """Counts of durations by bucket. Copies share the counts until one changes."""

    __slots__ = ("_counts", "_quantiles", "_shared", "count", "longest", "total")

    def __init__(self) -> None:
        self._counts = np.zeros(BUCKETS, np.uint32)
        self._quantiles: dict[float, float] = {}
        self._shared = False
        self.count = 0
        self.total = 0.0
        """Sum of all durations in seconds."""
        self.longest = 0.0
        """Longest duration in seconds."""

    def _before_change(self) -> None:
        """Copy shared counts, and drop cached quantiles."""
        if self._shared:
            self._counts, self._shared = self._counts.copy(), False
        self._quantiles = {}

    def add(self, seconds: ArrayLike) -> None:
        """Add durations in seconds; at least one."""
        self._before_change()
        values = np.maximum(np.asarray(seconds, np.float64), SHORTEST)
        keys = (np.log(values / SHORTEST) / _LOG_GROWTH).astype(np.int64)
        np.minimum(keys, BUCKETS - 1, out=keys)
        if len(keys) > 100:
            self._counts += np.bincount(keys, minlength=BUCKETS).astype(np.uint32)
        else:
            for key in keys.tolist():
                self._counts[key] += 1
        self.count += len(keys)
        self.total += float(values.sum())
        self.longest = max(self.longest, float(values.max()))

    def merge(self, other: DurationHistogram) -> None:
        """Add the counts of `other`."""
        if self.count:
            self._before_change()
            self._counts += other._counts
        else:
            self._counts, self._quantiles = other._counts, other._quantiles
            self._shared = other._shared = True
        self.count += other.count
        self.total += other.total
        self.longest = max(self.longest, other.longest)

    def quantile(self, share: float) -> float | None:
        """Return the quantile `share` (0 to 1) in seconds, accurate to 2 %; None without durations."""
        if not self.count:
            return None
        known = self._quantiles.get(share)
        if known is None:
            rank = max(1, int(np.ceil(share * self.count)))
            key = int(np.searchsorted(np.cumsum(self._counts, dtype=np.uint64), rank))
            known = self._quantiles[share] = min(float(SHORTEST * GROWTH ** (key + 0.5)), self.longest)
        return known

    def histogram(self, bars: int) -> list[HistogramBar]:
        """Return at most `bars` bars of equal logarithmic width; empty without durations."""
        filled = np.flatnonzero(self._counts)
        if not len(filled) or bars < 1:
            return []
        low, high = int(filled[0]), int(filled[-1]) + 1
        step = -(-(high - low) // bars)
        result = []
        for key in range(low, high, step):
            end = min(key + step, BUCKETS)
            tasks = int(self._counts[key:end].sum())
            result.append(HistogramBar(SHORTEST * GROWTH**key, SHORTEST * GROWTH**end, tasks))
        return result

    def copy(self) -> DurationHistogram:
        """Return a copy."""
        other = DurationHistogram()
        other.merge(self)
        return other
