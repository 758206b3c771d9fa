"""The workers of one report as arrays with one entry per worker."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.worker_sums import sum_by_worker
from scaler_monitor.model.workers import Workers
from scaler_monitor.wire.event import WorkerColumns

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]


class Fleet:
    """Values that several rules derive from the report's columns; each is computed on first use."""

    def __init__(self, workers: Workers, columns: WorkerColumns) -> None:
        self.workers = workers
        self.columns = columns
        self.names = workers.names

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def busy(self) -> NDArray[np.int64]:
        """Number of processors with a task."""
        return sum_by_worker(self.columns.processors.has_task, self.columns.first_processor)

    @cached_property
    def idle(self) -> Mask:
        """Whether the worker has processors and none of them has a task. `free` does not show this: it
        counts free slots in the worker's queue."""
        idle: Mask = (self.workers.processor_count > 0) & (self.busy == 0)
        return idle

    @cached_property
    def full(self) -> Mask:
        """Whether every processor of the worker has a task."""
        full: Mask = (self.workers.processor_count > 0) & (self.busy == self.workers.processor_count)
        return full

    @cached_property
    def queued(self) -> NDArray[np.int64]:
        """Tasks queued at the worker; negative if not reported."""
        return self.columns.queued.astype(np.int64)

    @property
    def processors(self) -> int:
        """Number of processors of all workers."""
        return len(self.columns.processors.pid)

    @cached_property
    def idle_processors(self) -> int:
        """Number of processors without a task, over all workers."""
        return self.processors - int(np.count_nonzero(self.columns.processors.has_task))

    @cached_property
    def leaving(self) -> Mask:
        """Whether the worker has disconnected since the report."""
        leaving = np.zeros(len(self), np.bool_)
        index = self.workers.index
        for name in self.workers.leaving:
            at = index.get(name)
            if at is not None:
                leaving[at] = True
        return leaving

    @cached_property
    def limits(self) -> Numbers:
        """Memory limits in bytes; NaN if unknown."""
        if self.columns.memory_limit_bytes is None:
            return np.full(len(self), np.nan)
        limits = self.columns.memory_limit_bytes.astype(np.float64)
        limits[limits <= 0] = np.nan
        return limits

    @cached_property
    def memory_share(self) -> Numbers:
        """Memory in use as a share of the limit (0 to 1); NaN if unknown."""
        free = self.columns.rss_free_bytes.astype(np.float64)
        free[free < 0] = np.nan
        used: Numbers = np.maximum(self.limits - free, 0.0) / self.limits
        return used

    @cached_property
    def seen_seconds(self) -> NDArray[np.int64]:
        """Seconds since the last heartbeat, as reported."""
        return self.columns.last_seen_seconds.astype(np.int64)

    def host(self, at: int) -> str | None:
        """Return the host of the worker at an index; None if unknown."""
        return None if self.columns.host is None else self.columns.host[at] or None
