"""What is read of a task beyond its record: how long it ran, and how far over the usual that is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import Task

LOST = {"unknown": "end unknown"}
"""What the table calls states that are not of the wire."""


def task_status(cluster: ClusterState, task: Task) -> str:
    """Return the state of a task: while it lives, where it waits or runs; then how it ended."""
    return cluster.task_status(task) if task.ended is None else LOST.get(task.state, task.state)


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
