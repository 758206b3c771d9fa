"""What the processor table has in its columns: of single processors, and summed up of folded workers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.missing_values import nan_where_unknown, valid_or_none
from scaler_monitor.protocol.format.amounts import counted
from scaler_monitor.protocol.kinds import is_text
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec
from scaler_monitor.query.columns.id_column import IdColumn
from scaler_monitor.query.columns.name_column import NameColumn, Names
from scaler_monitor.query.columns.values import Values
from scaler_monitor.query.rows.processor_places import Place, Places
from scaler_monitor.query.rows.worker_figures import most_known
from scaler_monitor.query.rows.worker_queues import WorkerQueues
from scaler_monitor.wire.event import WorkerColumns

_Array = NDArray[Any]
Getter = Callable[[Place], Any]


class ProcessorValues:
    """Reads the columns of one report: of one row by a getter, or whole from the report's arrays."""

    def __init__(
        self,
        table: TableSpec,
        cluster: ClusterState,
        columns: WorkerColumns,
        queues: WorkerQueues,
        names: Names,
    ) -> None:
        self._cluster, self._columns, self._queues, self._names = cluster, columns, queues, names
        self._arrays = self._find_arrays(table)
        made = self._made()
        self.getters: dict[str, Getter] = {
            column.key: made.get(column.key) or self._reported(column) for column in table.columns
        }

    def _find_arrays(self, table: TableSpec) -> dict[str, _Array]:
        """The numbers that are whole columns, by key of the table's column."""
        workers, times = self._cluster.workers, self._cluster.overdue()
        made = {"peak_rss": workers.processor_peak_rss, "task_age": workers.task_age_seconds, "over": times}
        figures = (column for column in table.columns if not is_text(column.kind))
        found = made | {
            column.key: getattr(self._columns.processors, column.field or column.key, None)
            for column in figures
            if column.key not in made
        }
        return {key: values for key, values in found.items() if values is not None}

    def _reported(self, column: ColumnSpec) -> Getter:
        """What reads a figure of the report: of a folded worker the sum, of a flag whether any is set."""
        array = self._arrays.get(column.key)
        if array is None:
            return lambda place: None  # noqa: ARG005
        values: list[Any] = array.tolist()
        fold = any if column.kind == "flag" else _sum
        return _known(lambda place: fold(values[place.first : place.stop]))

    def _made(self) -> dict[str, Getter]:
        """What reads the columns that are more than one figure of the report."""
        cluster, columns, queues = self._cluster, self._columns, self._queues
        workers, processors, records = cluster.workers, columns.processors, cluster.tasks.records
        pid, ready, busy = (
            processors.pid.tolist(),
            processors.initialized.tolist(),
            processors.has_task.tolist(),
        )
        ids = processors.task_id

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

        def most(values: _Array | None) -> Getter:
            return lambda place: most_known(values, place.first, place.stop)

        return {
            "manager": lambda place: workers.manager[place.worker],
            "worker": lambda place: workers.names[place.worker],
            "pid": lambda place: place.first - place.stop if place.folded else pid[place.first],
            "initialized": _known(lambda place: all(ready[place.first : place.stop])),
            "task": task_id,
            "function": function,
            "task_age": most(workers.task_age_seconds),
            "over": most(cluster.overdue()),
            "waiting": lambda place: valid_or_none(queues.waiting[place.worker]),
            "behind": lambda place: queues.describe(place.worker),
            "host": lambda place: None if columns.host is None else columns.host[place.worker] or None,
        }

    def whole(self, places: Places) -> Callable[[str], Values | None]:
        """Return what reads a whole column at once, None where there is none; folded rows one by one."""
        cluster, columns, queues, names, getters = (
            self._cluster,
            self._columns,
            self._queues,
            self._names,
            self.getters,
        )
        numbers, ids = self._arrays, columns.processors.task_id
        worker, count = places.worker, len(columns.processors.pid)
        one_by_one = np.flatnonzero(places.folded).tolist()
        at_once = np.minimum(places.first, max(count - 1, 0))
        of_workers = {"worker": cluster.workers.names, "manager": cluster.workers.manager}
        if columns.host is not None:
            of_workers["host"] = [host or None for host in columns.host]

        def whole(key: str) -> Values | None:
            if key in of_workers:
                return NameColumn(names.column(of_workers[key])[worker], names)
            if key == "waiting":
                return nan_where_unknown(np.array(queues.waiting)[worker])
            if key == "behind":
                texts = queues.describe_all()
                return list(map(texts.__getitem__, worker.tolist()))
            if not count:
                return np.array(list(map(getters[key], places)), np.float64) if key in numbers else None
            if key == "task" and ids is not None:
                task_ids = list(map(ids.__getitem__, at_once.tolist()))
                for at in one_by_one:
                    task_ids[at] = b""
                return IdColumn(task_ids)
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


def _known(get: Getter) -> Getter:
    """Read only what has processors: of a worker without any, nothing is known."""
    return lambda place: get(place) if place.first < place.stop else None


def _sum(values: list[Any]) -> Any:
    """The sum; None where one is not known."""
    return sum(values) if min(values) >= 0 else None


def _functions(cluster: ClusterState, count: int) -> list[str | None]:
    """Return for each processor the function of the task that it is on."""
    functions: list[str | None] = [None] * count
    records = cluster.tasks.records
    for task_id, at in cluster.workers.on_processor.items():
        task = records.get(task_id)
        if task is not None:
            functions[at] = task.function
    return functions
