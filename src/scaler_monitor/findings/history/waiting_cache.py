"""Cache of the waiting tasks, which are expensive to group if there are very many."""

from __future__ import annotations

from scaler_monitor.findings.waiting_tasks import MAX_GROUPED, WaitingTasks, waiting_at_scheduler
from scaler_monitor.model.cluster_state import ClusterState

MAX_AGE_SECONDS = 5.0
"""Longest age of a cached result."""


class WaitingTasksCache:
    """The latest result."""

    def __init__(self) -> None:
        self._at = float("-inf")
        self._latest: WaitingTasks | None = None

    def get(self, state: ClusterState, now: float) -> WaitingTasks:
        """Return the tasks that wait at the scheduler; up to `MAX_AGE_SECONDS` old if there are very many."""
        latest = self._latest
        waiting = sum(entry.waiting for entry in state.functions.rows())
        many = latest is not None and waiting > MAX_GROUPED and latest.known > MAX_GROUPED
        if latest is None or not many or not 0 <= now - self._at < MAX_AGE_SECONDS:
            latest, self._at = waiting_at_scheduler(state), now
            self._latest = latest
        return latest
