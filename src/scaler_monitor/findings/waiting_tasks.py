"""Waiting tasks, grouped by the capabilities that they need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import Task
from scaler_monitor.wire.event import Capability

MAX_GROUPED = 4_000
"""Largest number of waiting tasks examined; if there are more, an even sample of this size."""


@dataclass(slots=True)
class WaitingGroup:
    """Waiting tasks that need the same capabilities."""

    needs: frozenset[str]
    oldest: Task
    since: float
    """Unix time since which the oldest task waits."""
    tasks: int = 0
    """Estimated from the sample if not all were examined."""
    functions: Counter[str] = field(default_factory=Counter)
    clients: Counter[str] = field(default_factory=Counter)

    def usual_seconds(self, state: ClusterState) -> float | None:
        """Return the 95th percentile of the durations of the oldest task's function; None if unknown."""
        entry = state.functions.get(self.oldest.function) if self.oldest.function else None
        return None if entry is None else entry.usual_seconds


@dataclass(slots=True)
class WaitingTasks:
    """Waiting tasks by the capabilities that they need."""

    groups: dict[frozenset[str], WaitingGroup]
    known: int
    """Number of tasks whose required capabilities are known."""


def waiting_at_scheduler(state: ClusterState) -> WaitingTasks:
    """Return the tasks that wait at the scheduler, as far as this monitor has observed them."""
    if not sum(entry.waiting for entry in state.functions.rows()):
        return WaitingTasks({}, 0)
    waiting = [task for task in state.tasks.live.values() if task.state == "inactive"]
    return _grouped(waiting, lambda task: task.changed)


def waiting_at_workers(state: ClusterState) -> WaitingTasks:
    """Return the tasks queued at workers; none before 2.9, where processors do not name their task."""
    workers = state.workers
    if workers.processors is None or workers.processors.task_id is None:
        return WaitingTasks({}, 0)
    on = workers.on_processor
    live = state.tasks.live.values()
    waiting = [task for task in live if task.state == "running" and task.id not in on]
    return _grouped(waiting, lambda task: task.changed if task.sent is None else task.sent)


def _grouped(waiting: Sequence[Task], since_of: Callable[[Task], float]) -> WaitingTasks:
    by_list: dict[tuple[Capability, ...], WaitingGroup] = {}
    groups: dict[frozenset[str], WaitingGroup] = {}
    known = 0
    stands_for = max(1, -(-len(waiting) // MAX_GROUPED))
    for task in waiting[::stands_for]:
        if task.capabilities is None:
            continue
        known += 1
        since = since_of(task)
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
    for group in groups.values():
        group.tasks *= stands_for
    return WaitingTasks(groups, min(known * stands_for, len(waiting)))
