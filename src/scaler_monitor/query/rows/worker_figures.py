"""Values of workers that are computed from several columns of a report."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.workers import SILENT_SECONDS
from scaler_monitor.wire.event import WorkerColumns

Numbers = NDArray[Any]


def memory_permille(limit: int | None, free: int) -> int | None:
    """Return the used share of a memory limit in tenths of a percent; None if the limit is unknown."""
    if not limit or limit < 0 or free < 0:
        return None
    return round(max(limit - free, 0) * 1000 / limit)


def sortable_lag(columns: WorkerColumns) -> Numbers:
    """Return the lag in microseconds; for a silent worker at least the time since its last heartbeat."""
    lag, seen = columns.lag_microseconds.astype(np.float64), columns.last_seen_seconds.astype(np.float64)
    lag[lag < 0] = np.nan
    return np.where(seen > SILENT_SECONDS, np.fmax(lag, seen * 1e6), lag)


def memory_column(columns: WorkerColumns) -> Numbers:
    """Return `memory_permille` of all workers; NaN if the limit is unknown."""
    if columns.memory_limit_bytes is None:
        return np.full(len(columns.worker), np.nan)
    limit = columns.memory_limit_bytes.astype(np.float64)
    limit[(limit <= 0) | (columns.rss_free_bytes < 0)] = np.nan
    used: Numbers = np.round(np.maximum(limit - columns.rss_free_bytes, 0) * 1000 / limit)
    return used


def max_known(values: Numbers | None, first: int, stop: int) -> float | None:
    """Return the maximum of values[first:stop] without NaN; None if there is none."""
    known = () if values is None else [value for value in values[first:stop].tolist() if value == value]
    return max(known, default=None)


def max_by_worker(values: Numbers | None, columns: WorkerColumns) -> Numbers:
    """Return `max_known` of the processors of each worker; NaN if unknown."""
    most = np.full(len(columns.worker), np.nan)
    if values is not None:
        owner = np.repeat(np.arange(len(most)), np.diff(columns.first_processor))
        np.fmax.at(most, owner, values)
    return most
