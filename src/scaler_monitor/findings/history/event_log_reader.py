"""Entries of the event log since the previous observation, sorted by kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.event_log import SchedulerRestarted, WorkerLeft
from scaler_monitor.wire.event import FINAL_STATES, StateTask, StateWorker

MAX_AT_ONCE = 20_000
"""Latest entries that one observation reads. Skipped entries are missing in samples, not in totals."""


@dataclass(slots=True)
class NewEntries:
    """New entries in the order of arrival."""

    ended: list[bytes] = field(default_factory=list)
    """Ids of tasks that ended."""
    cancel_transitions: list[tuple[bytes, str]] = field(default_factory=list)
    """Tasks that entered or left a canceling state, with their new state."""
    departures: list[WorkerLeft] = field(default_factory=list)
    connected: bool = False
    """Whether a worker connected and reported its capabilities."""
    restarted: bool = False
    without_needs: int = 0
    """Number of transitions without the capabilities that the task needs."""
    read: int = 0


class LogReader:
    """Reads each entry of the event log once."""

    def __init__(self) -> None:
        self._total: int | None = None

    def read(self, state: ClusterState, canceling: Mapping[bytes, object]) -> NewEntries:
        """Return the new entries; every transition of the tasks in `canceling` is included."""
        events = state.events
        total = events.total
        count = 0 if self._total is None else min(total - self._total, MAX_AT_ONCE)
        self._total = total
        found = NewEntries()
        if count <= 0:
            return found
        ended, cancel_transitions = found.ended, found.cancel_transitions
        unknown = 0
        for entry in list(islice(reversed(events.entries), count))[::-1]:
            if type(entry) is StateTask:
                new_state = entry.state
                if new_state in FINAL_STATES:
                    ended.append(entry.task_id)
                elif new_state in ("canceling", "balanceCanceling") or entry.task_id in canceling:
                    cancel_transitions.append((entry.task_id, new_state))
                if entry.capabilities is None:
                    unknown += 1
            elif type(entry) is WorkerLeft:
                found.departures.append(entry)
            elif type(entry) is StateWorker:
                found.connected = True
            elif type(entry) is SchedulerRestarted:
                found.restarted = True
        found.without_needs, found.read = unknown, count
        return found
