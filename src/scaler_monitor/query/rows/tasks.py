"""The task table's rows: one a task record, in the order of first seen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import Task
from scaler_monitor.model.timeline.timeline import name_capabilities
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.rows.row_set import EntityRows
from scaler_monitor.query.rows.task_columns import TaskColumns

_named = lru_cache(maxsize=1024)(name_capabilities)

LOST = {"unknown": "end unknown"}
"""What the table calls states that are not of the wire."""


def task_rows(cluster: ClusterState, now: float, columns: TaskColumns) -> EntityRows[Task]:
    """Return the rows; `now` is where the duration of a task that runs ends. `columns` follow."""

    def status(task: Task) -> str:
        if task.ended is None:
            return cluster.standing(task)
        return LOST.get(task.state, task.state)

    over = times_over(cluster)

    getters: dict[str, Callable[[Task], Any]] = {
        "time": lambda task: task.first_seen,
        "task": lambda task: task.id.hex(),
        "function": lambda task: task.function,
        "status": status,
        "duration": lambda task: task_duration(task, now),
        "over": over,
        "peak_memory": lambda task: task.memory_growth_bytes,
        "cpu": lambda task: task.cpu_seconds,
        "object_bytes": lambda task: task.object_bytes,
        "worker": lambda task: task.worker,
        "client": lambda task: task.client,
        "capabilities": lambda task: _named(task.capabilities),
    }
    columns.follow(cluster, getters)
    tasks = columns.tasks

    def find(row_id: str) -> int | None:
        task = cluster.tasks.find_hex(row_id)
        return None if task is None else bisect_left(tasks, task.number, key=lambda other: other.number)

    return EntityRows(
        TABLES["tasks"],
        tasks,
        getters,
        lambda task: task.id.hex(),
        natural="time",
        shed=cluster.tasks.shed,
        ties="newest",
        find=find,
        whole=columns.column,
        shown={"duration": lambda task: told_duration(task, now, over(task))},
    )


def times_over(cluster: ClusterState) -> Callable[[Task], float | None]:
    """Return what says of a task how many times the usual it has been running, if that is far over it."""
    times, on = cluster.overdue(), cluster.workers.on_processor
    if times is None:
        return lambda task: None  # noqa: ARG005
    found = {at: float(times[at]) for at in np.flatnonzero(~np.isnan(times)).tolist()}
    return lambda task: found.get(on.get(task.id, -1)) if task.ended is None else None


def run_length(seconds: float | None, times: float | None) -> float | tuple[float, float] | None:
    """How long a task ran as its row shows it: with how many times the usual, where that is far over it."""
    return seconds if seconds is None or times is None else (seconds, times)


def told_duration(task: Task, now: float, times: float | None) -> float | tuple[float, float | None] | None:
    """`task_duration` as its row shows it: as `run_length`, or with None where no profile tells it."""
    seconds = task_duration(task, now)
    if seconds is None or task.profile is not None:
        return seconds
    return (seconds, times)


def task_duration(task: Task, now: float) -> float | None:
    """Seconds on the processor: from the profile, so far while it runs, else from what processors showed."""
    if task.profile is not None:
        return task.profile.duration_seconds
    if task.started is None:
        return None
    return max((now if task.ended is None else task.ended) - task.started, 0.0)
