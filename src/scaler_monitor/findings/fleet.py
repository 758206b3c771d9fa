"""The fleet of one report, as rules look at it: arrays with one entry a worker."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.workers import Workers, sum_by_worker
from scaler_monitor.wire.event import WorkerColumns

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]


class Fleet:
    """What several rules need of the report's columns, worked out once a report and when first asked."""

    def __init__(self, workers: Workers, columns: WorkerColumns) -> None:
        self.workers = workers
        self.columns = columns
        self.names = workers.names

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def busy(self) -> NDArray[np.int64]:
        """Processors with a task."""
        return sum_by_worker(self.columns.processors.has_task, self.columns.first_processor)

    @cached_property
    def idle(self) -> Mask:
        """Whether a worker has processors and none of them has a task. `free` says nothing of that: it counts
        places in the worker's queue."""
        idle: Mask = (self.workers.processor_count > 0) & (self.busy == 0)
        return idle

    @cached_property
    def full(self) -> Mask:
        """Whether each of its processors has a task."""
        full: Mask = (self.workers.processor_count > 0) & (self.busy == self.workers.processor_count)
        return full

    @cached_property
    def queued(self) -> NDArray[np.int64]:
        """Tasks that wait at the worker; negative where it does not say."""
        return self.columns.queued.astype(np.int64)

    @property
    def processors(self) -> int:
        """All processors."""
        return len(self.columns.processors.pid)

    @cached_property
    def idle_processors(self) -> int:
        """Processors without a task."""
        return self.processors - int(np.count_nonzero(self.columns.processors.has_task))

    @cached_property
    def leaving(self) -> Mask:
        """Workers that have said goodbye since the report."""
        leaving = np.zeros(len(self), np.bool_)
        index = self.workers.index
        for name in self.workers.leaving:
            at = index.get(name)
            if at is not None:
                leaving[at] = True
        return leaving

    @cached_property
    def limits(self) -> Numbers:
        """Memory limits in bytes; NaN where none is known."""
        if self.columns.memory_limit_bytes is None:
            return np.full(len(self), np.nan)
        limits = self.columns.memory_limit_bytes.astype(np.float64)
        limits[limits <= 0] = np.nan
        return limits

    @cached_property
    def memory_share(self) -> Numbers:
        """What of its limit is in use; NaN where that is not known."""
        free = self.columns.rss_free_bytes.astype(np.float64)
        free[free < 0] = np.nan
        used: Numbers = np.maximum(self.limits - free, 0.0) / self.limits
        return used

    @cached_property
    def seen_seconds(self) -> NDArray[np.int64]:
        """Seconds since the last heartbeat."""
        return self.columns.last_seen_seconds.astype(np.int64)

    def host(self, at: int) -> str | None:
        """The host of a worker; None where that is not known."""
        return None if self.columns.host is None else self.columns.host[at] or None
