"""What the event log has got since the last look, sorted by what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.event_log import SchedulerRestarted, WorkerLeft
from scaler_monitor.wire.event import FINAL_STATES, StateTask, StateWorker

MOST_AT_ONCE = 20_000
"""Entries that one look reads: the latest. What it passes over is missing in samples, never in counts."""


@dataclass(slots=True)
class News:
    """What one look found, in the order in which it came."""

    ended: list[bytes] = field(default_factory=list)
    """Tasks that ended, by id."""
    held: list[tuple[bytes, str]] = field(default_factory=list)
    """Tasks that a worker is asked to give back, or that it gave back, with their new state."""
    left: list[WorkerLeft] = field(default_factory=list)
    connected: bool = False
    """Whether a worker said what it can do."""
    restarted: bool = False
    without_needs: int = 0
    """Transitions that do not say what their task needs."""
    read: int = 0


class LogReader:
    """Reads each entry once."""

    def __init__(self) -> None:
        self._total: int | None = None

    def read(self, state: ClusterState, asked_back: Mapping[bytes, object]) -> News:
        """Return what is new; `asked_back` are tasks of which every transition is wanted."""
        events = state.events
        total = events.total
        new = 0 if self._total is None else min(total - self._total, MOST_AT_ONCE)
        self._total = total
        news = News()
        if new <= 0:
            return news
        ended, held = news.ended, news.held
        unknown = 0
        for what in list(islice(reversed(events.entries), new))[::-1]:
            if type(what) is StateTask:
                told = what.state
                if told in FINAL_STATES:
                    ended.append(what.task_id)
                elif told in ("canceling", "balanceCanceling") or what.task_id in asked_back:
                    held.append((what.task_id, told))
                if what.capabilities is None:
                    unknown += 1
            elif type(what) is WorkerLeft:
                news.left.append(what)
            elif type(what) is StateWorker:
                news.connected = True
            elif type(what) is SchedulerRestarted:
                news.restarted = True
        news.without_needs, news.read = unknown, new
        return news
