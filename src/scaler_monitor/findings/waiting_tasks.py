"""Tasks that wait, grouped by what they need of a worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import Task
from scaler_monitor.wire.event import Capability

MOST_GROUPED = 4_000
"""Waiting tasks that are asked what they need; of more, so many are asked, spread over all."""


@dataclass(slots=True)
class WaitingGroup:
    """Tasks that need the same."""

    needs: frozenset[str]
    oldest: Task
    since: float
    """Unix seconds since when the oldest waits."""
    tasks: int = 0
    """About how many, where not all were asked."""
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
    known: int
    """Tasks of which it is known what they need."""


def waiting_at_scheduler(state: ClusterState) -> WaitingTasks:
    """Return the tasks that wait at the scheduler, as far as this monitor heard of them."""
    if not sum(entry.waiting for entry in state.functions.rows()):
        return WaitingTasks({}, 0)
    waiting = [task for task in state.tasks.live.values() if task.state == "inactive"]
    return _grouped(waiting, lambda task: task.changed)


def waiting_at_workers(state: ClusterState) -> WaitingTasks:
    """Return the tasks that their workers hold back; none before 2.9, where processors name no tasks."""
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
    stands_for = max(1, -(-len(waiting) // MOST_GROUPED))
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
