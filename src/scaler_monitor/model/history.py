"""Rolling rings of one value a second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Ring:
    """One value for each of the last seconds; NaN where none came. Any jump of the clock is harmless."""

    __slots__ = ("_seconds", "_values", "adds", "size")

    def __init__(self, size: int, adds: bool = False) -> None:
        self.size = size
        self.adds = adds
        """Whether values of one second add up; otherwise the last one counts."""
        self._seconds = np.full(size, -1, np.int64)
        self._values = np.zeros(size, np.float64)

    def put(self, time: float, value: float) -> None:
        """Note a value at a unix time."""
        second = int(time)
        slot = second % self.size
        if self.adds and self._seconds[slot] == second:
            self._values[slot] += value
        else:
            self._seconds[slot] = second
            self._values[slot] = value

    def seconds(self, start: float, end: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the seconds in [start, end) that have a value, ascending, and their values."""
        hit = np.flatnonzero((self._seconds >= int(start)) & (self._seconds < end) & (self._seconds >= 0))
        hit = hit[np.argsort(self._seconds[hit])]
        return self._seconds[hit], self._values[hit]

    def cells(self, start: float, end: float, cells: int) -> NDArray[np.float64]:
        """Return the mean a cell (for a ring that adds: the mean a second), NaN where nothing is known.

        The window [start, end) is cut into `cells` equal parts. Where cells are shorter than a second, a
        value fills all of its second.
        """
        result = np.full(max(cells, 0), np.nan)
        if cells < 1 or end <= start:
            return result
        edges = start + (end - start) * np.arange(cells + 1) / cells
        seconds, values = self.seconds(start, end)
        if not len(seconds):
            return result
        first = np.searchsorted(seconds, np.floor(edges[:-1]))
        last = np.maximum(np.searchsorted(seconds, edges[1:]), first)
        sums = np.concatenate(([0.0], np.cumsum(values)))
        count = last - first
        known = count > 0
        result[known] = (sums[last] - sums[first])[known] / count[known]
        return result

    def copy(self) -> Ring:
        """Return a ring of its own with the same values."""
        other = Ring(self.size, self.adds)
        other._seconds, other._values = self._seconds.copy(), self._values.copy()
        return other


class History:
    """Memory and cpu over the last half hour, second by second."""

    NAMES = (
        "fleet_rss",
        "fleet_cpu",
        "scheduler_rss",
        "scheduler_cpu",
        "finished",
        "finished_growth",
        "finished_cpu",
    )

    def __init__(self, seconds: int) -> None:
        self.fleet_rss = Ring(seconds)
        """Bytes that all processors held, by the reports."""
        self.fleet_cpu = Ring(seconds)
        """Permille of a core that all processors used, by the reports."""
        self.scheduler_rss = Ring(seconds)
        """Bytes."""
        self.scheduler_cpu = Ring(seconds)
        """Permille of a core."""
        self.finished = Ring(seconds, adds=True)
        """Tasks that ended."""
        self.finished_growth = Ring(seconds, adds=True)
        """Bytes of memory growth of the tasks that ended, by their profiles."""
        self.finished_cpu = Ring(seconds, adds=True)
        """CPU seconds of the tasks that ended, by their profiles."""

    def freeze(self) -> History:
        """Copy."""
        other = History(1)
        for name in self.NAMES:
            setattr(other, name, getattr(self, name).copy())
        return other
