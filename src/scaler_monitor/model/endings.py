"""Tasks that have ended, many at once, into sketches, rings and the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from scaler_monitor.model.functions import Function
from scaler_monitor.model.picture import Picture
from scaler_monitor.model.tasks import Task


def count_endings(nouns: Picture, ended: Sequence[Task]) -> None:
    """Count what tasks took: for their functions, for the history of memory and cpu, and as spans."""
    durations: dict[Function, list[float]] = {}
    seconds: dict[float, list[float]] = {}
    for task in ended:
        entry = nouns.functions.present(task.function_entry)
        when = task.ended
        if entry is None or when is None:
            continue
        sums = seconds.get(when)
        if sums is None:
            sums = seconds[when] = [0.0, 0.0, 0.0, 0.0]
        sums[0] += 1.0
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
            sums[2] += used
            entry.cpu_seconds += used
        sums[1] += grew
        sums[3] += 1.0
        peak = entry.memory_peak_bytes
        if peak is None or grew > peak:
            entry.memory_peak_bytes = grew
    for entry, found in durations.items():
        entry.last_seen = nouns.now
        nouns.functions.moved(entry)
        if found:
            entry.durations.add(found)
    history = nouns.history
    for when, (count, grew_all, used_all, profiles) in seconds.items():
        history.finished.put(when, count)
        if profiles:
            history.finished_growth.put(when, grew_all)
            history.finished_cpu.put(when, used_all)
    nouns.timeline.add(ended)
