"""All that a rule may look at."""

from __future__ import annotations

from functools import cached_property

from scaler_monitor.findings.condition import FeedCondition
from scaler_monitor.findings.fleet import Fleet
from scaler_monitor.findings.recent.recent import Recent
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.findings.waiting_tasks import WaitingTasks, waiting_at_workers
from scaler_monitor.model.cluster_state import ClusterState


class View:
    """The cluster at one report, with its recent past; what several rules need is worked out once."""

    def __init__(
        self,
        state: ClusterState,
        fleet: Fleet,
        recent: Recent,
        condition: FeedCondition,
        thresholds: Thresholds,
        now: float,
    ) -> None:
        self.state = state
        self.fleet = fleet
        self.recent = recent
        self.condition = condition
        self.thresholds = thresholds
        self.now = now

    @cached_property
    def waiting(self) -> WaitingTasks:
        """Tasks that wait at the scheduler, as far as they were heard of; of very many, some seconds old."""
        return self.recent.crowd.look(self.state, self.now)

    @cached_property
    def held_back(self) -> WaitingTasks:
        """Tasks that wait at workers; looked for only when somebody asks."""
        return waiting_at_workers(self.state)

    @property
    def processor_tasks_untold(self) -> str:
        """Why it is not known which task is on which processor; "" if it is."""
        if self.fleet.columns.processors.task_id is not None:
            return ""
        if not self.fleet.processors:
            return "no worker has reported a processor yet"
        return "this release does not say which task is on a processor (2.9 and later do)"

    @property
    def watched_seconds(self) -> float:
        """For how long there has been no gap and no restart."""
        return 0.0 if self.recent.begun is None else self.now - self.recent.begun
