"""The cluster as this monitor knows it: every event goes in here, every figure comes out."""

from __future__ import annotations

from collections.abc import Iterable

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.endings import count_endings
from scaler_monitor.model.events import FeedSeen
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.reports import Reports
from scaler_monitor.model.transitions import Transitions
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


class Cluster(ClusterState):
    """All nouns of the model. One thread at a time; `now` is unix seconds, handed in.

    Durations, cpu, memory growth, history and timeline are brought up to date in batches: by
    `apply_many`, `tick` and `snapshot`. Everything else is so after each event.
    """

    def __init__(self, started: float, limits: Limits | None = None) -> None:
        super().__init__(started, limits or Limits())
        self._transitions = Transitions(self)
        self._reports = Reports(self, self._transitions)

    def apply_many(self, events: Iterable[Event], now: float, memory: int = 0) -> None:
        """Take events in the order in which they came; what they name was made for them in `memory` bytes."""
        self.now = now
        transitions = self._transitions
        apply_task, ended = transitions.apply, transitions.ended
        applied = self.applied
        for event in events:
            if type(event) is StateTask:
                self.applied += 1
                if apply_task(event, now) and len(ended) >= SETTLE_AT:
                    self.settle()
            else:
                self.apply(event, now)
        self.events.charge(memory)
        transitions.charge(memory, self.applied - applied)
        self.settle()

    def apply(self, event: Event, now: float) -> None:
        """Take one event."""
        self.now = now
        self.applied += 1
        if isinstance(event, StateTask):
            if self._transitions.apply(event, now) and len(self._transitions.ended) >= SETTLE_AT:
                self.settle()
        elif isinstance(event, StateScheduler):
            self._reports.apply(event, now)
        elif isinstance(event, StateWorker):
            self._reports.hear(event, now)
        elif isinstance(event, StateObject):
            self.objects.apply(event, now)
        elif isinstance(event, (StateBalanceAdvice, StateGraphTask)):
            self.events.write(event, now)

    def settle(self) -> None:
        """Count the tasks that have ended into sketches, rings and timeline."""
        ended = self._transitions.ended
        if ended:
            try:
                count_endings(self, ended)
            finally:  # what cannot be counted must not be tried again for ever
                ended.clear()

    def feed_changed(self, connected: bool, now: float) -> None:
        """The connection to the scheduler came or went."""
        self.now = now
        known = self.gaps.connected is not None
        if self.gaps.change(connected, now):
            if not connected:
                self.scheduler.interrupted()
            if known or connected:
                self.events.write(FeedSeen(connected), now)

    def tick(self, now: float) -> None:
        """Let time pass; to be called about once a second."""
        self.now = now
        self.settle()
        self.tasks.tick()
        self.workers.tick(now)
        self.managers.tick(now)
        self.functions.tick(now)

    def snapshot(self) -> ClusterState:
        """Return the picture as it is now, for looking only: what does not change any more is shared."""
        self.settle()
        return super().snapshot()
