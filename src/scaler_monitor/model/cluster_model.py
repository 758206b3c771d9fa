"""Applies events to the state of the cluster; nothing else changes it."""

from __future__ import annotations

from collections.abc import Iterable

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.ended_tasks import count_ended_tasks
from scaler_monitor.model.event_log import FeedSeen
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.report_handler import ReportHandler
from scaler_monitor.model.task_transitions import TaskTransitions
from scaler_monitor.wire.event import (
    Event,
    StateBalanceAdvice,
    StateGraphTask,
    StateObject,
    StateScheduler,
    StateTask,
    StateWorker,
)

SETTLE_AT = 4_096
"""Number of ended tasks after which histograms, history and timeline are updated."""


class ClusterModel:
    """Updates a `ClusterState`. Not thread-safe. `now` is always unix seconds, given by the caller."""

    def __init__(
        self, started: float, limits: Limits | None = None, *, state: ClusterState | None = None
    ) -> None:
        """Start with an empty state, or continue with `state`."""
        self.state = state = state or ClusterState(started, limits)
        """The current state; it includes every applied event."""
        self._transitions = TaskTransitions(state)
        self._reports = ReportHandler(state, self._transitions)

    @classmethod
    def of(cls, state: ClusterState) -> ClusterModel:
        """Return a model that continues with `state` and modifies it; `state` must not be a snapshot."""
        return cls(state.started, state.limits, state=state)

    def apply_many(self, events: Iterable[Event], now: float, memory: int = 0) -> None:
        """Apply events in order of arrival. `memory` is the bytes of names, ids and lists created for them.

        If an event raises, the exception propagates: the events before it have been applied, those after it
        have not, and the next call updates durations, CPU, memory growth, history and timeline.
        """
        state = self.state
        state.now = now
        transitions = self._transitions
        apply_task, ended = transitions.apply, transitions.ended
        applied = state.applied
        for event in events:
            state.applied += 1
            if type(event) is StateTask:
                if apply_task(event, now) and len(ended) >= SETTLE_AT:
                    self._settle()
            else:
                self._apply_other(event, now)
        state.events.add_memory(memory)
        transitions.add_memory(memory, state.applied - applied)
        self._settle()

    def apply(self, event: Event, now: float) -> None:
        """Apply one event."""
        self.apply_many((event,), now)

    def feed_changed(self, connected: bool, now: float) -> None:
        """Record that the connection to the scheduler was opened or lost."""
        state = self.state
        state.now = now
        known = state.gaps.connected is not None
        if state.gaps.change(connected, now):
            if not connected:
                state.scheduler.connection_lost()
            if known or connected:
                state.events.write(FeedSeen(connected), now)

    def tick(self, now: float) -> None:
        """Update what depends on time: departed rows and rates. Call it about once a second."""
        state = self.state
        state.now = now
        state.tasks.tick()
        state.workers.tick(now)
        state.managers.tick(now)
        state.functions.tick(now)

    def _apply_other(self, event: Event, now: float) -> None:
        if isinstance(event, StateScheduler):
            self._reports.apply(event, now)
        elif isinstance(event, StateWorker):
            self._reports.apply_worker_event(event, now)
        elif isinstance(event, StateObject):
            self.state.objects.apply(event, now)
        elif isinstance(event, (StateBalanceAdvice, StateGraphTask)):
            self.state.events.write(event, now)

    def _settle(self) -> None:
        """Add the ended tasks to histograms, history and timeline."""
        ended = self._transitions.ended
        if ended:
            try:
                count_ended_tasks(self.state, ended)
            finally:  # a task that raises must not be retried for ever
                ended.clear()
