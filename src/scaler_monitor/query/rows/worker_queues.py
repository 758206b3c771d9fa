"""Tasks that wait in the queues of workers."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.format.labels import format_name, format_task_id
from scaler_monitor.wire.event import HELD_STATES

NAMED_TASKS = 3
"""Number of waiting tasks per worker whose names are shown."""

NAME_CELLS = 24
"""Maximum length of a function name."""


class WorkerQueues:
    """Queues of the workers: tasks that were sent to a worker and are on none of its processors.

    The number is the worker's own, because tasks sent since its report may have started. The count of a
    silent worker is out of date, so tasks sent since then are added.
    """

    def __init__(self, cluster: ClusterState) -> None:
        self._cluster = cluster
        self._queues: dict[str, list[Any]] | None = None

    @cached_property
    def waiting(self) -> list[int]:
        """Number of waiting tasks of each worker in the report; UNKNOWN if the worker does not report it."""
        workers = self._cluster.workers
        if workers.columns is None:
            return []
        waiting: list[int] = workers.columns.queued.tolist()
        for at in np.flatnonzero(workers.silent | (workers.columns.queued < 0)).tolist():
            known = self._by_worker().get(workers.names[at])
            if known is not None:
                waiting[at] = max(waiting[at], known[0])
        return waiting

    def describe_all(self) -> list[str | None]:
        """Return `describe` of each worker in the report."""
        return list(map(self.describe, range(len(self.waiting))))

    def describe(self, position: int) -> str | None:
        """Return function and id of the first waiting tasks and the number of others; None if unknown."""
        waiting = self.waiting[position]
        queue = self._by_worker().get(self._cluster.workers.names[position])
        if queue is None or waiting <= 0:
            return None
        first = queue[1 : waiting + 1]
        named = [f"{_cut(format_name(task.function))} {format_task_id(task.hex)}" for task in first]
        more = waiting - len(first)
        return ", ".join([*named, f"+{more}"] if more else named)

    def _by_worker(self) -> dict[str, list[Any]]:
        if self._queues is not None:
            return self._queues
        queues = self._queues = {}
        workers, tasks = self._cluster.workers, self._cluster.tasks
        if workers.processors is None or workers.processors.task_id is None:
            return queues
        on = workers.on_processor
        for task in tasks.live.values():
            if (
                task.worker is None
                or task.state not in HELD_STATES
                or task.id in on
                or task.ended is not None
            ):
                continue
            queue = queues.get(task.worker)
            if queue is None:
                queues[task.worker] = [1, task]
                continue
            queue[0] += 1
            if len(queue) <= NAMED_TASKS:
                queue.append(task)
        return queues


def _cut(name: str) -> str:
    return name if len(name) <= NAME_CELLS else f"{name[: NAME_CELLS - 2]}.."
