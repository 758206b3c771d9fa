"""The most memory that each processor was seen to hold, carried over from one report to the next."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.wire.event import WorkerColumns

Peaks = NDArray[np.uint64]
"""One entry a processor, in bytes."""


def current_rss(columns: WorkerColumns) -> Peaks:
    """Return what each processor holds now; 0 where that is unknown."""
    return np.maximum(columns.processors.rss_bytes, 0).astype(np.uint64)


def update_peaks(
    before: WorkerColumns, index: Mapping[str, int], peaks: Peaks, now: WorkerColumns, *, same_workers: bool
) -> Peaks:
    """Return the peaks after a report: of a processor that was in the one before, the larger of the two.

    `index` is the position of each worker in `before`, `peaks` belongs to it; `same_workers` says that `now`
    has the same ones in the same order. A processor is the same one if its worker's id and its pid are.
    """
    held = current_rss(now)
    if not len(peaks):
        return held
    if same_workers and np.array_equal(now.processors.pid, before.processors.pid):
        return np.maximum(held, peaks)
    known, asked = _keys(before, index), _keys(now, index)
    order = np.argsort(known, kind="stable")
    at = order[np.maximum(np.searchsorted(known, asked, side="right", sorter=order) - 1, 0)]
    return np.where(known[at] == asked, np.maximum(held, peaks[at]), held)


def _keys(columns: WorkerColumns, index: Mapping[str, int]) -> NDArray[np.int64]:
    """Return a number for each processor, of its worker's position and pid; negative without a position."""
    position = np.array([index.get(name, -1) for name in columns.worker], np.int64)
    owners: NDArray[np.int64] = np.repeat(position, np.diff(columns.first_processor))
    return owners << 32 | columns.processors.pid.astype(np.int64)
