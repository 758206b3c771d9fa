"""The processor table's rows: a processor each, or one for a worker that is folded or has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.unknown import nan_where_unknown, possible
from scaler_monitor.protocol.format.amounts import counted
from scaler_monitor.protocol.format.labels import format_name, format_task_id
from scaler_monitor.protocol.page import ALL
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.rows.ids import IdColumn
from scaler_monitor.query.rows.names import NameColumn, Names
from scaler_monitor.query.rows.row_set import EntityRows, Values
from scaler_monitor.query.rows.tasks import run_length
from scaler_monitor.query.rows.worker_figures import most_known
from scaler_monitor.wire.event import HELD_STATES, WorkerColumns

NAMED_BEHIND = 3
"""Tasks that wait behind a worker's processors and are named."""

NAME_CELLS = 24
"""Characters of such a task's function that are shown."""

_Array = NDArray[Any]


class Place(NamedTuple):
    """Processors [first, stop) of the report, of the worker at `worker`; any number where it is one row."""

    worker: int
    first: int
    stop: int
    folded: bool


class Places(Sequence[Place]):
    """The rows' places, held as arrays: a page looks at few of them."""

    def __init__(self, worker: _Array, first: _Array, stop: _Array, folded: _Array) -> None:
        self.worker, self.first, self.stop, self.folded = worker, first, stop, folded

    def __len__(self) -> int:
        return len(self.worker)

    @overload
    def __getitem__(self, at: int) -> Place: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Place]: ...
    def __getitem__(self, at: int | slice) -> Place | Sequence[Place]:
        """The place of one row; of several, places."""
        if isinstance(at, slice):
            return Places(self.worker[at], self.first[at], self.stop[at], self.folded[at])
        return Place(int(self.worker[at]), int(self.first[at]), int(self.stop[at]), bool(self.folded[at]))


def processor_rows(cluster: ClusterState, folded: tuple[str, ...], names: Names) -> EntityRows[Place]:
    """Return the rows; `folded` as in TableQuestion."""
    columns = cluster.workers.columns
    table = TABLES["processors"]
    if columns is None:
        return EntityRows(table, [], {}, str)
    workers = cluster.workers.names
    places = Places(*_where(columns, workers, folded))
    pids = columns.processors.pid.tolist()

    def row_id(place: Place) -> str:
        name = workers[place.worker]
        return name if place.folded else f"{name}/{pids[place.first]}"

    silent = cluster.workers.silent.tolist()
    leaving = cluster.workers.leaving

    def mark(place: Place) -> str:
        if workers[place.worker] in leaving:
            return "departed"
        return "stale" if silent[place.worker] else ""

    behind = Behind(cluster)
    getters = _getters(cluster, columns, behind)
    whole = _whole(cluster, columns, places, getters, behind, names)
    age, over = getters["task_age"], getters["over"]
    shown = {"task_age": lambda place: run_length(age(place), over(place))}
    return EntityRows(table, places, getters, row_id, mark, ties="position", whole=whole, shown=shown)


def _where(columns: WorkerColumns, workers: Sequence[str], folded: tuple[str, ...]) -> tuple[_Array, ...]:
    """Return for every row its worker, first and stop processor, and whether it is folded."""
    firsts = columns.first_processor.astype(np.int64)
    counts = np.diff(firsts)
    one_row = counts == 0
    if folded:
        named, most = frozenset(folded), ALL in folded
        one_row |= np.fromiter(((name in named) != most for name in workers), np.bool_, len(workers))
    rows = np.where(one_row, 1, counts)
    worker = np.repeat(np.arange(len(rows)), rows)
    within = np.arange(len(worker)) - np.repeat(np.cumsum(rows) - rows, rows)
    first, is_folded = firsts[worker] + within, one_row[worker]
    return worker, first, np.where(is_folded, firsts[worker + 1], first + 1), is_folded


def _whole(
    cluster: ClusterState,
    columns: WorkerColumns,
    places: Places,
    getters: dict[str, Callable[[Place], Any]],
    behind: Behind,
    names: Names,
) -> Callable[[str], Values | None]:
    """Return what reads a whole column from the report's arrays; folded rows are read one by one."""
    workers, processors = cluster.workers, columns.processors
    worker, count = places.worker, len(processors.pid)
    one_by_one = np.flatnonzero(places.folded).tolist()
    at_once = np.minimum(places.first, max(count - 1, 0))
    numbers: dict[str, _Array] = {
        "pid": processors.pid,
        "cpu": processors.cpu_permille,
        "rss": processors.rss_bytes,
        "peak_rss": workers.processor_peak_rss,
        "initialized": processors.initialized,
        "has_task": processors.has_task,
        "suspended": processors.suspended,
    }
    if workers.task_age_seconds is not None:
        numbers["task_age"] = workers.task_age_seconds
    times = cluster.overdue()
    if times is not None:
        numbers["over"] = times
    of_workers = {"worker": workers.names, "manager": workers.manager}
    if columns.host is not None:
        of_workers["host"] = [host or None for host in columns.host]

    def whole(key: str) -> Values | None:
        if key in of_workers:
            return NameColumn(names.column(of_workers[key])[worker], names)
        if key == "waiting":
            return nan_where_unknown(np.array(behind.waiting)[worker])
        if key == "behind":
            texts = behind.describe_all()
            return list(map(texts.__getitem__, worker.tolist()))
        if not count:
            return np.array(list(map(getters[key], places)), np.float64) if key in numbers else None
        if key == "task" and processors.task_id is not None:
            ids = list(map(processors.task_id.__getitem__, at_once.tolist()))
            for at in one_by_one:
                ids[at] = b""
            return IdColumn(ids)
        if key == "function":
            called = names.column(_functions(cluster, count))[at_once]
            called[one_by_one] = names.column([getters[key](places[at]) for at in one_by_one])
            return NameColumn(called, names)
        if key not in numbers:
            return None
        values: NDArray[np.float64] = nan_where_unknown(numbers[key])[at_once].astype(np.float64)
        values[one_by_one] = np.array([getters[key](places[at]) for at in one_by_one], np.float64)
        return values

    return whole


def _functions(cluster: ClusterState, count: int) -> list[str | None]:
    """Return for each processor the function of the task that it is on."""
    functions: list[str | None] = [None] * count
    records = cluster.tasks.records
    for task_id, at in cluster.workers.on_processor.items():
        task = records.get(task_id)
        if task is not None:
            functions[at] = task.function
    return functions


class Behind:
    """What waits behind a worker's processors: tasks sent to it that no processor has, first seen first.

    How many is what the worker says. What is sent to it between two of its reports may have begun since;
    to a silent worker, whose own count is of long ago, it waits.
    """

    def __init__(self, cluster: ClusterState) -> None:
        self._cluster = cluster
        self._queues: dict[str, list[Any]] | None = None

    @cached_property
    def waiting(self) -> list[int]:
        """How many, for each worker of the report; UNKNOWN where it does not say."""
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
        """Return what `describe` says of each worker of the report."""
        return list(map(self.describe, range(len(self.waiting))))

    def describe(self, position: int) -> str | None:
        """Return the first of them by function and id, and how many more there are; None where unknown."""
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
            if len(queue) <= NAMED_BEHIND:
                queue.append(task)
        return queues


def _cut(name: str) -> str:
    return name if len(name) <= NAME_CELLS else f"{name[: NAME_CELLS - 2]}.."


def _sum(values: list[int]) -> int | None:
    """The sum; None where one is not known."""
    return sum(values) if min(values) >= 0 else None


def _getters(
    cluster: ClusterState, columns: WorkerColumns, behind: Behind
) -> dict[str, Callable[[Place], Any]]:
    workers, processors = cluster.workers, columns.processors
    pid, cpu, rss = processors.pid.tolist(), processors.cpu_permille.tolist(), processors.rss_bytes.tolist()
    peak = workers.processor_peak_rss.tolist()
    ready, busy = processors.initialized.tolist(), processors.has_task.tolist()
    suspended, ids = processors.suspended.tolist(), processors.task_id
    records = cluster.tasks.records

    def task_id(place: Place) -> str | None:
        if ids is None or place.folded:
            return None
        return ids[place.first].hex() or None

    def function(place: Place) -> str | None:
        if ids is None:
            return None
        if place.folded:
            running = sum(busy[place.first : place.stop])
            return counted(running, "task") if running else None
        task = records.get(ids[place.first])
        return task.function if task is not None else None

    def most(values: _Array | None) -> Callable[[Place], float | None]:
        return lambda place: most_known(values, place.first, place.stop)

    def known(get: Callable[[Place], Any]) -> Callable[[Place], Any]:
        return lambda place: get(place) if place.first < place.stop else None

    return {
        "manager": lambda place: workers.manager[place.worker],
        "worker": lambda place: workers.names[place.worker],
        "pid": lambda place: place.first - place.stop if place.folded else pid[place.first],
        "cpu": known(lambda place: sum(cpu[place.first : place.stop])),
        "rss": known(lambda place: _sum(rss[place.first : place.stop])),
        "peak_rss": known(lambda place: sum(peak[place.first : place.stop])),
        "initialized": known(lambda place: all(ready[place.first : place.stop])),
        "has_task": known(lambda place: any(busy[place.first : place.stop])),
        "suspended": known(lambda place: any(suspended[place.first : place.stop])),
        "task": task_id,
        "function": function,
        "task_age": most(workers.task_age_seconds),
        "over": most(cluster.overdue()),
        "waiting": lambda place: possible(behind.waiting[place.worker]),
        "behind": lambda place: behind.describe(place.worker),
        "host": lambda place: None if columns.host is None else columns.host[place.worker] or None,
    }
