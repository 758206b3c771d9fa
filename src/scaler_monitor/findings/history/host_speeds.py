"""Task durations on each host, relative to the median of their function."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.functions import USUAL_SAMPLES

MAX_HOSTS = 4_000
SAMPLES = 16
"""Latest tasks kept of each host; 0.8 MB for all hosts."""

TASKS_AT_ONCE = 400
"""Tasks examined in one observation: an even sample of those that ended."""

MIN_SECONDS = 0.01
"""Shorter tasks are ignored: their duration depends on load more than on the speed of the host."""


class HostSpeeds:
    """The latest duration ratios of each host."""

    def __init__(self) -> None:
        self.hosts: dict[str, int] = {}
        self.ratios: NDArray[np.float32] = np.full((64, SAMPLES), np.nan, np.float32)
        self.times: NDArray[np.float64] = np.zeros((64, SAMPLES))
        self._next: list[int] = []

    def update(self, state: ClusterState, ended: Sequence[bytes], now: float) -> None:
        """Record the durations of the tasks that ended since the previous observation."""
        columns = state.workers.columns
        if columns is None or columns.host is None:
            return
        records, index = state.tasks.records, state.workers.index
        step = max(1, -(-len(ended) // TASKS_AT_ONCE))
        for task_id in ended[::step]:
            task = records.get(task_id)
            if task is None or task.profile is None or task.worker is None or task.function_entry is None:
                continue
            seconds = task.profile.duration_seconds
            entry = state.functions.resolve(task.function_entry)
            at = index.get(task.worker)
            if at is None or entry is None or not MIN_SECONDS <= seconds < np.inf:
                continue
            durations = entry.durations
            usual = durations.quantile(0.5) if durations.count >= USUAL_SAMPLES else None
            if usual and columns.host[at]:
                self._note(columns.host[at], seconds / usual, now)

    def clear(self) -> None:
        """Clear the history."""
        self.hosts.clear()
        self._next.clear()
        self.ratios[:] = np.nan

    def _note(self, host: str, ratio: float, now: float) -> None:
        row = self.hosts.get(host)
        if row is None:
            if len(self.hosts) >= MAX_HOSTS:
                self.clear()
            row = self.hosts[host] = len(self.hosts)
            self._next.append(0)
            if row >= len(self.ratios):
                self.ratios = np.pad(self.ratios, ((0, len(self.ratios)), (0, 0)), constant_values=np.nan)
                self.times = np.pad(self.times, ((0, len(self.times)), (0, 0)))
        at = self._next[row]
        self.ratios[row, at], self.times[row, at] = ratio, now
        self._next[row] = (at + 1) % SAMPLES
