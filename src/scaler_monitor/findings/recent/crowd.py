"""The tasks that wait, looked at each time; only now and then where they are very many."""

from __future__ import annotations

from scaler_monitor.findings.waiting_tasks import MOST_GROUPED, WaitingTasks, waiting_at_scheduler
from scaler_monitor.model.cluster_state import ClusterState

CROWD_SECONDS = 5.0
"""How old the look at a crowd may be."""


class Crowd:
    """The latest look at what waits."""

    def __init__(self) -> None:
        self._at = float("-inf")
        self._seen: WaitingTasks | None = None

    def look(self, state: ClusterState, now: float) -> WaitingTasks:
        """Return the tasks that wait."""
        seen = self._seen
        waiting = sum(entry.waiting for entry in state.functions.rows())
        crowd = seen is not None and waiting > MOST_GROUPED and seen.known > MOST_GROUPED
        if seen is None or not crowd or not 0 <= now - self._at < CROWD_SECONDS:
            seen, self._at = waiting_at_scheduler(state), now
            self._seen = seen
        return seen
