"""What changes the state of the cluster: every event goes in here."""

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
"""Ended tasks that may wait to be counted into sketches, rings and timeline."""


class ClusterModel:
    """Brings a `ClusterState` up to date. One thread at a time; `now` is unix seconds, handed in."""

    def __init__(
        self, started: float, limits: Limits | None = None, *, state: ClusterState | None = None
    ) -> None:
        """Begin with a state of which nothing is known, or go on from `state`."""
        self.state = state = state or ClusterState(started, limits)
        """As it is after the latest call: all that has come is in it."""
        self._transitions = TaskTransitions(state)
        self._reports = ReportHandler(state, self._transitions)

    @classmethod
    def of(cls, state: ClusterState) -> ClusterModel:
        """Return one that goes on from `state` and changes it; not from a snapshot, which shares records."""
        return cls(state.started, state.limits, state=state)

    def apply_many(self, events: Iterable[Event], now: float, memory: int = 0) -> None:
        """Take events in the order in which they came; what they name was made for them in `memory` bytes.

        What an event raises is raised; the events before it are taken then, those behind it are not, and the
        next call brings durations, cpu, memory growth, history and timeline up to date.
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
        """Take one event."""
        self.apply_many((event,), now)

    def feed_changed(self, connected: bool, now: float) -> None:
        """The connection to the scheduler came or went."""
        state = self.state
        state.now = now
        known = state.gaps.connected is not None
        if state.gaps.change(connected, now):
            if not connected:
                state.scheduler.connection_lost()
            if known or connected:
                state.events.write(FeedSeen(connected), now)

    def tick(self, now: float) -> None:
        """Let time pass; to be called about once a second."""
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
        """Count the tasks that have ended into sketches, rings and timeline."""
        ended = self._transitions.ended
        if ended:
            try:
                count_ended_tasks(self.state, ended)
            finally:  # what cannot be counted must not be tried again for ever
                ended.clear()
