"""Adds ended tasks to duration histograms, history and timeline, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.functions import Function
from scaler_monitor.model.missing_values import INVALID
from scaler_monitor.model.tasks import Task


class _Second:
    """Sums over the tasks with one end time."""

    __slots__ = ("cpu_seconds", "growth_bytes", "profiles", "tasks")

    def __init__(self) -> None:
        self.tasks = 0
        self.profiles = 0
        """Number of tasks with a profile; the other sums are over these."""
        self.growth_bytes = 0
        self.cpu_seconds = 0.0


def count_ended_tasks(state: ClusterState, ended: Sequence[Task]) -> None:
    """Add the tasks to the statistics of their functions, to the history and to the timeline."""
    durations: dict[Function, list[float]] = {}
    seconds: dict[float, _Second] = {}
    for task in ended:
        entry = state.functions.resolve(task.function_entry)
        when = task.ended
        if entry is None or when is None:
            continue
        second = seconds.get(when)
        if second is None:
            second = seconds[when] = _Second()
        second.tasks += 1
        found = durations.get(entry)
        if found is None:
            found = durations[entry] = []
        worker = task.worker
        if worker is not None and worker not in entry.workers.names:
            entry.workers.add(worker)
        profile = task.profile
        if profile is None:
            continue
        took, grew, used = profile
        if 0.0 <= took < inf:
            found.append(took)
        if 0.0 <= used < inf:
            second.cpu_seconds += used
            entry.cpu_seconds += used
        second.profiles += 1
        if grew >= INVALID:
            continue
        second.growth_bytes += grew
        peak = entry.memory_peak_bytes
        if peak is None or grew > peak:
            entry.memory_peak_bytes = grew
    for entry, found in durations.items():
        entry.last_seen = state.now
        state.functions.mark_active(entry)
        if found:
            entry.durations.add(found)
    history = state.history
    for when, second in seconds.items():
        history.finished.put(when, second.tasks)
        if second.profiles:
            history.finished_growth.put(when, second.growth_bytes)
            history.finished_cpu.put(when, second.cpu_seconds)
    state.timeline.add(ended)
