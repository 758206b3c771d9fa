"""The processor table's rows: a processor each, or one for a worker that is folded or has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from scaler_monitor.model.cluster import Cluster
from scaler_monitor.views.rows.row_set import Column, EntityRows
from scaler_monitor.views.tables import TABLES
from scaler_monitor.wire.event import WorkerColumns

FOLD_ALL = "*"


class Place(NamedTuple):
    """Processors [first, stop) of the report, of the worker at `worker`; any number where it is one row."""

    worker: int
    first: int
    stop: int
    folded: bool


def processor_rows(cluster: Cluster, folded: tuple[str, ...]) -> EntityRows[Place]:
    """Return the rows; `folded` as in TableQuestion."""
    columns = cluster.workers.columns
    table = TABLES["processors"]
    if columns is None:
        return EntityRows(table, [], {}, str)
    names = cluster.workers.names
    named, most = frozenset(folded), FOLD_ALL in folded
    places: list[Place] = []
    firsts = columns.first_processor.tolist()
    for worker, name in enumerate(names):
        first, stop = firsts[worker], firsts[worker + 1]
        if first == stop or (named and (name in named) != most):
            places.append(Place(worker, first, stop, True))
        else:
            places.extend(Place(worker, at, at + 1, False) for at in range(first, stop))
    pids = columns.processors.pid.tolist()

    def row_id(place: Place) -> str:
        name = names[place.worker]
        return name if place.folded else f"{name}/{pids[place.first]}"

    # with nothing folded, rows are the report's processors one by one
    whole = _whole(cluster, columns) if len(places) == len(pids) and not named else {}
    return EntityRows(table, places, _getters(cluster, columns), row_id, ties="position", whole=whole.get)


def _whole(cluster: Cluster, columns: WorkerColumns) -> dict[str, Column]:
    processors = columns.processors
    return {
        "pid": processors.pid,
        "cpu": processors.cpu_permille,
        "rss": processors.rss_bytes,
        "peak_rss": cluster.workers.processor_peak_rss,
        "initialized": processors.initialized,
        "has_task": processors.has_task,
        "suspended": processors.suspended,
        "waiting": np.repeat(columns.queued, cluster.workers.processor_count),
    }


def _getters(cluster: Cluster, columns: WorkerColumns) -> dict[str, Callable[[Place], Any]]:
    workers, processors = cluster.workers, columns.processors
    pid, cpu, rss = processors.pid.tolist(), processors.cpu_permille.tolist(), processors.rss_bytes.tolist()
    peak, ages = workers.processor_peak_rss.tolist(), processors.task_age_seconds
    ready, busy = processors.initialized.tolist(), processors.has_task.tolist()
    suspended, ids = processors.suspended.tolist(), processors.task_id
    queued = columns.queued.tolist()

    def task_id(place: Place) -> str | None:
        if ids is None or place.folded:
            return None
        return ids[place.first].hex() or None

    def function(place: Place) -> str | None:
        if ids is None:
            return None
        if place.folded:
            running = sum(busy[place.first : place.stop])
            return f"{running} tasks" if running else None
        task = cluster.tasks.get(ids[place.first])
        return task.function or None if task is not None else None

    def age(place: Place) -> int | None:
        if ages is None:
            return None
        here = range(place.first, place.stop)
        return max((int(ages[at]) for at in here if busy[at]), default=None)

    def known(get: Callable[[Place], Any]) -> Callable[[Place], Any]:
        return lambda place: get(place) if place.first < place.stop else None

    return {
        "manager": lambda place: workers.manager[place.worker],
        "worker": lambda place: workers.names[place.worker],
        "pid": lambda place: place.first - place.stop if place.folded else pid[place.first],
        "cpu": known(lambda place: sum(cpu[place.first : place.stop])),
        "rss": known(lambda place: sum(rss[place.first : place.stop])),
        "peak_rss": known(lambda place: sum(peak[place.first : place.stop])),
        "initialized": known(lambda place: all(ready[place.first : place.stop])),
        "has_task": known(lambda place: any(busy[place.first : place.stop])),
        "suspended": known(lambda place: any(suspended[place.first : place.stop])),
        "task": task_id,
        "function": function,
        "task_age": age,
        "waiting": lambda place: queued[place.worker],
        "host": lambda place: None if columns.host is None else columns.host[place.worker] or None,
    }
