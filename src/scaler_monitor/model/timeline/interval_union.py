"""The total time covered by overlapping intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def time_covered(
    lane: NDArray[np.int64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    cell_lane: NDArray[np.int64],
    cell_left: NDArray[np.float64],
    cell_seconds: float,
) -> NDArray[np.float64]:
    """Return by cell the seconds covered by the intervals of its lane.

    Intervals are ordered by lane and start. A cell starts at `cell_left` and is `cell_seconds` long.
    """
    if not len(lane) or not len(cell_lane):
        return np.zeros(len(cell_lane))
    earliest = float(np.min(cell_left))
    length = float(np.max(cell_left)) - earliest + cell_seconds
    begin = lane * length + np.clip(start - earliest, 0.0, length)
    stop = lane * length + np.clip(end - earliest, 0.0, length)
    reached = np.maximum.accumulate(stop)
    begin[1:] = np.maximum(begin[1:], reached[:-1])
    fresh = stop > begin
    begin, stop = begin[fresh], stop[fresh]  # the remaining intervals do not overlap and cover the same time
    if not len(begin):
        return np.zeros(len(cell_lane))
    before = np.concatenate(([0.0], np.cumsum(stop - begin)))

    def covered_until(moment: NDArray[np.float64]) -> NDArray[np.float64]:
        at = np.searchsorted(begin, moment, "right")
        beyond = np.where(at > 0, np.maximum(stop[at - 1] - moment, 0.0), 0.0)
        until: NDArray[np.float64] = before[at] - beyond
        return until

    left = cell_lane * length + (cell_left - earliest)
    return np.clip(covered_until(left + cell_seconds) - covered_until(left), 0.0, cell_seconds)
