"""Computed values of a task: state, duration, factor over the usual duration."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import Task

STATE_LABELS = {"unknown": "end unknown"}
"""Labels of states that the wire format does not have."""


def task_status(cluster: ClusterState, task: Task) -> str:
    """Return where an open task waits or runs, or how an ended task ended."""
    return cluster.task_status(task) if task.ended is None else STATE_LABELS.get(task.state, task.state)


def overdue_ratio(cluster: ClusterState) -> Callable[[Task], float | None]:
    """Return a function from a task to its factor over the usual duration; None if it is not overdue."""
    times, on = cluster.overdue(), cluster.workers.on_processor
    if times is None:
        return lambda task: None  # noqa: ARG005
    found = {at: float(times[at]) for at in np.flatnonzero(~np.isnan(times)).tolist()}
    return lambda task: found.get(on.get(task.id, -1)) if task.ended is None else None


def displayed_age(seconds: float | None, times: float | None) -> float | tuple[float, float] | None:
    """Return the displayed age: seconds, or the pair (seconds, factor) of an overdue task."""
    return seconds if seconds is None or times is None else (seconds, times)


def displayed_duration(
    task: Task, now: float, times: float | None
) -> float | tuple[float, float | None] | None:
    """Return the displayed duration: seconds from a profile, else the pair (seconds, factor or None)."""
    seconds = task_duration(task, now)
    if seconds is None or task.profile is not None:
        return seconds
    return (seconds, times)


def task_duration(task: Task, now: float) -> float | None:
    """Return seconds on the processor: from the profile, else from processor reports, so far if it runs."""
    if task.profile is not None:
        return task.profile.duration_seconds
    if task.started is None:
        return None
    return max((now if task.ended is None else task.ended) - task.started, 0.0)
