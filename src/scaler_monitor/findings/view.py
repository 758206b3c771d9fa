"""The data that rules may read."""

from __future__ import annotations

from functools import cached_property

from scaler_monitor.findings.condition import FeedCondition
from scaler_monitor.findings.fleet import Fleet
from scaler_monitor.findings.history.recent_history import RecentHistory
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.waiting_tasks import WaitingTasks, waiting_at_workers
from scaler_monitor.model.cluster_state import ClusterState


class View:
    """The cluster at one report, with its recent history; values for several rules are computed once."""

    def __init__(
        self,
        state: ClusterState,
        fleet: Fleet,
        history: RecentHistory,
        condition: FeedCondition,
        thresholds: Thresholds,
        now: float,
    ) -> None:
        self.state = state
        self.fleet = fleet
        self.history = history
        self.condition = condition
        self.thresholds = thresholds
        self.now = now

    @cached_property
    def waiting(self) -> WaitingTasks:
        """Observed tasks that wait at the scheduler; if there are very many, up to some seconds old."""
        return self.history.waiting_cache.get(self.state, self.now)

    @cached_property
    def queued_at_workers(self) -> WaitingTasks:
        """Tasks queued at workers; computed on first use."""
        return waiting_at_workers(self.state)

    @property
    def processor_tasks_unavailable(self) -> str:
        """Why it is not known which task is on which processor; "" if it is."""
        if self.fleet.columns.processors.task_id is not None:
            return ""
        if not self.fleet.processors:
            return "no worker has reported a processor yet"
        return "this release does not say which task is on a processor (2.9 and later do)"

    @property
    def watched_seconds(self) -> float:
        """Seconds of observation without a gap or a restart."""
        return 0.0 if self.history.started is None else self.now - self.history.started
