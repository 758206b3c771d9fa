"""Figures of workers that are made of several columns of a report."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.workers import SILENT_SECONDS
from scaler_monitor.wire.event import WorkerColumns

Numbers = NDArray[Any]


def memory_permille(limit: int | None, free: int) -> int | None:
    """Return what is in use of a memory limit in tenths of a percent; None where no limit is known."""
    if not limit or limit < 0 or free < 0:
        return None
    return round(max(limit - free, 0) * 1000 / limit)


def lag_or_silence(columns: WorkerColumns) -> Numbers:
    """Microseconds of lag; of a silent worker, whose lag is of long ago, at least those of its silence."""
    lag, seen = columns.lag_microseconds.astype(np.float64), columns.last_seen_seconds.astype(np.float64)
    lag[lag < 0] = np.nan
    return np.where(seen > SILENT_SECONDS, np.fmax(lag, seen * 1e6), lag)


def memory_column(columns: WorkerColumns) -> Numbers:
    """As `memory_permille`, for all workers at once; NaN where no limit is known."""
    if columns.memory_limit_bytes is None:
        return np.full(len(columns.worker), np.nan)
    limit = columns.memory_limit_bytes.astype(np.float64)
    limit[(limit <= 0) | (columns.rss_free_bytes < 0)] = np.nan
    used: Numbers = np.round(np.maximum(limit - columns.rss_free_bytes, 0) * 1000 / limit)
    return used


def most_known(values: Numbers | None, first: int, stop: int) -> float | None:
    """Return the greatest of some processors' figures, those that are NaN left aside; None where all are."""
    known = () if values is None else [value for value in values[first:stop].tolist() if value == value]
    return max(known, default=None)


def most_by_worker(values: Numbers | None, columns: WorkerColumns) -> Numbers:
    """As `most_known`, for all workers at once; NaN where none is known."""
    most = np.full(len(columns.worker), np.nan)
    if values is not None:
        owner = np.repeat(np.arange(len(most)), np.diff(columns.first_processor))
        np.fmax.at(most, owner, values)
    return most
