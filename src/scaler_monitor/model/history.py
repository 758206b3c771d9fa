"""Time series of the last half hour, one value per second, in ring buffers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Ring:
    """A ring buffer of one value per second. It tolerates any jump of the clock."""

    __slots__ = ("_seconds", "_values", "adds", "size")

    def __init__(self, size: int, adds: bool = False) -> None:
        self.size = size
        self.adds = adds
        """Whether values of the same second are added up; otherwise the last one is kept."""
        self._seconds = np.full(size, -1, np.int64)
        self._values = np.zeros(size, np.float64)

    def put(self, time: float, value: float) -> None:
        """Store a value for a unix time."""
        second = int(time)
        slot = second % self.size
        if self.adds and self._seconds[slot] == second:
            self._values[slot] += value
        else:
            self._seconds[slot] = second
            self._values[slot] = value

    def seconds(self, start: float, end: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the unix seconds in [start, end) with a value, ascending, and their values."""
        hit = np.flatnonzero((self._seconds >= int(start)) & (self._seconds < end) & (self._seconds >= 0))
        hit = hit[np.argsort(self._seconds[hit])]
        return self._seconds[hit], self._values[hit]

    @property
    def spacing(self) -> float:
        """Median distance of consecutive values in seconds; 1 for fewer than two values."""
        noted = np.sort(self._seconds[self._seconds >= 0])
        return float(np.median(np.diff(noted))) if len(noted) > 1 else 1.0

    def cells(self, start: float, end: float, cells: int, hold: float = 0.0) -> NDArray[np.float64]:
        """Return the mean of the values in each cell; NaN in a cell without values.

        The window [start, end) is divided into `cells` equal cells. A value applies to its whole second, and
        after that until the next value, for up to `hold` seconds.
        """
        result = np.full(max(cells, 0), np.nan)
        if cells < 1 or end <= start:
            return result
        edges = start + (end - start) * np.arange(cells + 1) / cells
        seconds, values = self.seconds(start - hold, end)
        if not len(seconds):
            return result
        first = np.searchsorted(seconds, np.floor(edges[:-1]))
        last = np.maximum(np.searchsorted(seconds, edges[1:]), first)
        sums = np.concatenate(([0.0], np.cumsum(values)))
        count = last - first
        known = count > 0
        result[known] = (sums[last] - sums[first])[known] / count[known]
        before = np.maximum(first - 1, 0)
        held = ~known & (first > 0) & (edges[:-1] - seconds[before] <= hold)
        result[held] = values[before][held]
        return result

    def sums(self, start: float, end: float, cells: int, seconds: float) -> NDArray[np.float64]:
        """Return for each of `cells` equal cells of a window the sum over the `seconds` before its end."""
        ends = start + (end - start) * np.arange(1, cells + 1) / cells
        noted, values = self.seconds(start - seconds, end)
        sums = np.concatenate(([0.0], np.cumsum(values)))
        result: NDArray[np.float64] = (
            sums[np.searchsorted(noted, ends)] - sums[np.searchsorted(noted, ends - seconds)]
        )
        return result

    def copy(self) -> Ring:
        """Return a copy."""
        other = Ring(self.size, self.adds)
        other._seconds, other._values = self._seconds.copy(), self._values.copy()
        return other


class History:
    """Memory, CPU and ended tasks of the last half hour, per second."""

    def __init__(self, seconds: int) -> None:
        self.fleet_rss = Ring(seconds)
        """Memory in bytes of all processors and agents, from the reports."""
        self.fleet_cpu = Ring(seconds)
        """CPU of all processors and agents in permille of a core, from the reports."""
        self.scheduler_rss = Ring(seconds)
        """Memory in bytes of the scheduler, from the reports."""
        self.scheduler_cpu = Ring(seconds)
        """CPU of the scheduler in permille of a core, from the reports."""
        self.finished = Ring(seconds, adds=True)
        """Number of tasks that ended."""
        self.finished_growth = Ring(seconds, adds=True)
        """Memory growth in bytes of the ended tasks, from their profiles."""
        self.finished_cpu = Ring(seconds, adds=True)
        """CPU seconds of the ended tasks, from their profiles."""

    def snapshot(self) -> History:
        """Return a copy."""
        other = History.__new__(History)
        other.__dict__.update({name: ring.copy() for name, ring in self.__dict__.items()})
        return other
