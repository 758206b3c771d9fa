"""Values of the processor table: of single processors, and combined values of folded workers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.missing_values import nan_where_unknown, valid_or_none
from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.protocol.kinds import is_text
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec
from scaler_monitor.query.columns.column_values import Values
from scaler_monitor.query.columns.id_column import IdColumn
from scaler_monitor.query.columns.name_column import NameColumn, Names
from scaler_monitor.query.rows.processor_ranges import ProcessorRange, ProcessorRanges
from scaler_monitor.query.rows.worker_figures import max_known
from scaler_monitor.query.rows.worker_queues import WorkerQueues
from scaler_monitor.wire.event import WorkerColumns

_Array = NDArray[Any]
Getter = Callable[[ProcessorRange], Any]


class ProcessorValues:
    """Reads columns of one report: single values by getters, or whole columns from the arrays."""

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
        computed = self._computed()
        self.getters: dict[str, Getter] = {
            column.key: computed.get(column.key) or self._reported(column) for column in table.columns
        }

    def _find_arrays(self, table: TableSpec) -> dict[str, _Array]:
        """Return the numeric columns that exist as arrays, by column key."""
        workers, times = self._cluster.workers, self._cluster.overdue()
        computed = {
            "peak_rss": workers.processor_peak_rss,
            "task_age": workers.task_age_seconds,
            "over": times,
        }
        figures = (column for column in table.columns if not is_text(column.kind))
        found = computed | {
            column.key: getattr(self._columns.processors, column.field or column.key, None)
            for column in figures
            if column.key not in computed
        }
        return {key: values for key, values in found.items() if values is not None}

    def _reported(self, column: ColumnSpec) -> Getter:
        """Return the getter of a reported column: for a folded worker the sum, or whether any flag is set."""
        array = self._arrays.get(column.key)
        if array is None:
            return lambda row: None  # noqa: ARG005
        values: list[Any] = array.tolist()
        fold = any if column.kind == "flag" else _sum
        return _known(lambda row: fold(values[row.first : row.stop]))

    def _computed(self) -> dict[str, Getter]:
        """Return the getters of the columns that are computed."""
        cluster, columns, queues = self._cluster, self._columns, self._queues
        workers, processors, records = cluster.workers, columns.processors, cluster.tasks.records
        pid, ready, busy = (
            processors.pid.tolist(),
            processors.initialized.tolist(),
            processors.has_task.tolist(),
        )
        ids = processors.task_id

        def task_id(row: ProcessorRange) -> str | None:
            if ids is None or row.folded:
                return None
            return ids[row.first].hex() or None

        def function(row: ProcessorRange) -> str | None:
            if ids is None:
                return None
            if row.folded:
                running = sum(busy[row.first : row.stop])
                return count_with_noun(running, "task") if running else None
            task = records.get(ids[row.first])
            return task.function if task is not None else None

        def most(values: _Array | None) -> Getter:
            return lambda row: max_known(values, row.first, row.stop)

        return {
            "manager": lambda row: workers.manager[row.worker],
            "worker": lambda row: workers.names[row.worker],
            "pid": lambda row: row.first - row.stop if row.folded else pid[row.first],
            "initialized": _known(lambda row: all(ready[row.first : row.stop])),
            "task": task_id,
            "function": function,
            "task_age": most(workers.task_age_seconds),
            "over": most(cluster.overdue()),
            "waiting": lambda row: valid_or_none(queues.waiting[row.worker]),
            "behind": lambda row: queues.describe(row.worker),
            "host": lambda row: None if columns.host is None else columns.host[row.worker] or None,
        }

    def whole(self, ranges: ProcessorRanges) -> Callable[[str], Values | None]:
        """Return a function from a column key to the whole column; None: read rows one by one."""
        cluster, columns, queues, names, getters = (
            self._cluster,
            self._columns,
            self._queues,
            self._names,
            self.getters,
        )
        numbers, ids = self._arrays, columns.processors.task_id
        worker, count = ranges.worker, len(columns.processors.pid)
        one_by_one = np.flatnonzero(ranges.folded).tolist()
        at_once = np.minimum(ranges.first, max(count - 1, 0))
        of_workers = {"worker": cluster.workers.names, "manager": cluster.workers.manager}
        if columns.host is not None:
            of_workers["host"] = [host or None for host in columns.host]

        def whole(key: str) -> Values | None:
            if key in of_workers:
                return NameColumn(names.encode(of_workers[key])[worker], names)
            if key == "waiting":
                return nan_where_unknown(np.array(queues.waiting)[worker])
            if key == "behind":
                texts = queues.describe_all()
                return list(map(texts.__getitem__, worker.tolist()))
            if not count:
                return np.array(list(map(getters[key], ranges)), np.float64) if key in numbers else None
            if key == "task" and ids is not None:
                task_ids = list(map(ids.__getitem__, at_once.tolist()))
                for at in one_by_one:
                    task_ids[at] = b""
                return IdColumn(task_ids)
            if key == "function":
                called = names.encode(_functions(cluster, count))[at_once]
                called[one_by_one] = names.encode([getters[key](ranges[at]) for at in one_by_one])
                return NameColumn(called, names)
            if key not in numbers:
                return None
            values: NDArray[np.float64] = nan_where_unknown(numbers[key])[at_once].astype(np.float64)
            values[one_by_one] = np.array([getters[key](ranges[at]) for at in one_by_one], np.float64)
            return values

        return whole


def _known(get: Getter) -> Getter:
    """Return a getter that gives None for a worker without processors."""
    return lambda row: get(row) if row.first < row.stop else None


def _sum(values: list[Any]) -> Any:
    """Return the sum; None if a value is unknown."""
    return sum(values) if min(values) >= 0 else None


def _functions(cluster: ClusterState, count: int) -> list[str | None]:
    """Return for each processor the function of its task; None if unknown."""
    functions: list[str | None] = [None] * count
    records = cluster.tasks.records
    for task_id, at in cluster.workers.on_processor.items():
        task = records.get(task_id)
        if task is not None:
            functions[at] = task.function
    return functions
