"""Tasks that wait, grouped by what they need of a worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import Task
from scaler_monitor.wire.event import Capability

MOST_LOOKED_AT = 10_000
"""Waiting tasks that are grouped: those that came first. How many wait is what the scheduler counts."""


@dataclass(slots=True)
class WaitingGroup:
    """Tasks that need the same."""

    needs: frozenset[str]
    oldest: Task
    since: float
    """Unix seconds since when the oldest waits."""
    tasks: int = 0
    functions: Counter[str] = field(default_factory=Counter)
    clients: Counter[str] = field(default_factory=Counter)

    def usual_seconds(self, state: ClusterState) -> float | None:
        """What 95 of 100 of the oldest one's function take; None where it is not known."""
        entry = state.functions.get(self.oldest.function) if self.oldest.function else None
        return None if entry is None else entry.usual_seconds


@dataclass(slots=True)
class WaitingTasks:
    """All that wait in one place, by what they need."""

    groups: dict[frozenset[str], WaitingGroup]
    untold: int
    """Tasks of which it is not known what they need, though their messages were heard."""

    @property
    def known(self) -> int:
        """Tasks in groups."""
        return sum(group.tasks for group in self.groups.values())


def waiting_at_scheduler(state: ClusterState) -> WaitingTasks:
    """Return the tasks that wait at the scheduler, as far as this monitor heard of them."""
    if not sum(entry.waiting for entry in state.functions.rows()):
        return WaitingTasks({}, 0)
    waiting = (task for task in state.tasks.live.values() if task.state == "inactive")
    return _grouped((task, task.changed) for task in waiting)


def waiting_at_workers(state: ClusterState) -> WaitingTasks:
    """Return the tasks that their workers hold back; none before 2.9, where processors name no tasks."""
    workers = state.workers
    if workers.processors is None or workers.processors.task_id is None:
        return WaitingTasks({}, 0)
    on = workers.on_processor
    waiting = (
        (task, task.sent)
        for task in state.tasks.live.values()
        if task.state == "running" and task.sent is not None and task.id not in on
    )
    return _grouped((task, sent) for task, sent in waiting if sent is not None)


def _grouped(waiting: Iterable[tuple[Task, float]]) -> WaitingTasks:
    by_list: dict[tuple[Capability, ...], WaitingGroup] = {}
    groups: dict[frozenset[str], WaitingGroup] = {}
    untold = 0
    for task, since in islice(waiting, MOST_LOOKED_AT):
        if task.capabilities is None:
            untold += 1
            continue
        group = by_list.get(task.capabilities)
        if group is None:
            needs = frozenset(each.name for each in task.capabilities)
            group = by_list[task.capabilities] = groups.setdefault(needs, WaitingGroup(needs, task, since))
        group.tasks += 1
        group.functions[task.function or ""] += 1
        if task.client:
            group.clients[task.client] += 1
        if since < group.since:
            group.oldest, group.since = task, since
    return WaitingTasks(groups, untold)
