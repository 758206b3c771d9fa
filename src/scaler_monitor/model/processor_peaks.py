"""Peak memory of each processor, updated with each report."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.wire.event import WorkerColumns

Peaks = NDArray[np.uint64]
"""Bytes by processor."""


def current_rss(columns: WorkerColumns) -> Peaks:
    """Return the current memory by processor; 0 if unknown."""
    return np.maximum(columns.processors.rss_bytes, 0).astype(np.uint64)


def update_peaks(
    before: WorkerColumns, index: Mapping[str, int], peaks: Peaks, now: WorkerColumns, *, same_workers: bool
) -> Peaks:
    """Return the peaks after the report `now`; `before` is the previous report and `peaks` its peaks.

    `index` has the index of each worker in `before`; `same_workers` means that `now` has the same workers in
    the same order. A processor is identified by the id of its worker and its pid.
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
    """Return a key by processor, made of worker index and pid; negative for a worker without index."""
    position = np.array([index.get(name, -1) for name in columns.worker], np.int64)
    owners: NDArray[np.int64] = np.repeat(position, np.diff(columns.first_processor))
    return owners << 32 | columns.processors.pid.astype(np.int64)
