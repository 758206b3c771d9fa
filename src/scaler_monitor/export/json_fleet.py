"""Parts of the JSON document: workers with their processors, managers, machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.export.json_tables import describe_rows, in_schema_order
from scaler_monitor.export.json_values import TO_JSON
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.missing_values import valid_or_none
from scaler_monitor.model.workers import Capabilities
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.columns.name_column import Names
from scaler_monitor.query.rows.processor_ranges import ProcessorRange
from scaler_monitor.query.rows.processor_values import ProcessorValues
from scaler_monitor.query.rows.worker_queues import WorkerQueues
from scaler_monitor.query.rows.worker_values import report_column, values_in_report
from scaler_monitor.wire.event import WorkerColumns


def describe_workers(cluster: ClusterState) -> list[dict[str, Any]] | None:
    """Return the workers of the latest report with their processors; None before the first report."""
    workers, columns, table = cluster.workers, cluster.workers.columns, TABLES["workers"]
    if columns is None:
        return None
    unknown: list[Any] = [None] * len(workers)
    getters = values_in_report(cluster, columns, table)

    def whole(key: str) -> Iterable[Any]:
        values = report_column(workers, columns, table.column(key))
        return map(getters[key], range(len(workers))) if values is None else values

    described = _json_columns(table, whole) | {
        "host": unknown if columns.host is None else [host or None for host in columns.host],
        "rss_bytes": _plain(workers.rss_bytes),
        "memory_limit_bytes": unknown
        if columns.memory_limit_bytes is None
        else [limit or None for limit in _plain(columns.memory_limit_bytes)],
        "waiting": map(valid_or_none, WorkerQueues(cluster).waiting),
        "lag_microseconds": _plain(columns.lag_microseconds),
        "capabilities": [_names(workers.capabilities.get(name)) for name in workers.names],
        "processors": _processors(cluster, columns),
    }
    return _rows(table, described, len(workers))


def _processors(cluster: ClusterState, columns: WorkerColumns) -> Iterable[list[dict[str, Any]]]:
    """Return the processors of each worker, one list per worker."""
    processors, table, times = columns.processors, TABLES["processors"], cluster.overdue()
    unknown: list[Any] = [None] * len(processors.pid)
    records = cluster.tasks.records
    ids = unknown if processors.task_id is None else processors.task_id
    tasks = [records.get(task_id) if task_id else None for task_id in ids]
    ages = unknown if processors.task_age_seconds is None else processors.task_age_seconds.tolist()
    rss, peaks = _plain(processors.rss_bytes), cluster.workers.processor_peak_rss.tolist()

    def whole(key: str) -> Iterable[Any]:
        column = table.column(key)
        values: Iterable[Any] | None = getattr(processors, column.field or column.key, None)
        return _computed(cluster, columns, key) if values is None else values

    described = _json_columns(table, whole) | {
        "peak_rss_bytes": [
            peak if peak or held is not None else None for peak, held in zip(peaks, rss, strict=True)
        ],
        "task_id": [task_id.hex() if task_id else None for task_id in ids],
        "task_age_seconds": [
            age if busy else None for age, busy in zip(ages, processors.has_task.tolist(), strict=True)
        ],
        "function": [None if task is None else task.function for task in tasks],
        "overdue_times": unknown
        if times is None
        else [over if over == over else None for over in times.tolist()],
    }
    rows, first = _rows(table, described, len(processors.pid)), columns.first_processor.tolist()
    return [rows[start:stop] for start, stop in pairwise(first)]


def _computed(cluster: ClusterState, columns: WorkerColumns, key: str) -> list[Any]:
    """Return the values of a computed column for all processors."""
    values = ProcessorValues(TABLES["processors"], cluster, columns, WorkerQueues(cluster), Names())
    get, firsts = values.getters[key], columns.first_processor.tolist()
    return [
        get(ProcessorRange(worker, at, at + 1, False))
        for worker, (start, stop) in enumerate(pairwise(firsts))
        for at in range(start, stop)
    ]


def _json_columns(table: TableSpec, whole: Callable[[str], Iterable[Any]]) -> dict[str, Iterable[Any]]:
    """Return the exported columns with the values of all rows, by name in the document."""
    described: dict[str, Iterable[Any]] = {}
    for column in table.columns:
        if column.json:
            values, convert = _plain(whole(column.key)), TO_JSON.get(column.kind)
            described[column.json] = (
                values if convert is None or column.kind == "bytes" else map(convert, values)
            )
    return described


def _rows(table: TableSpec, described: dict[str, Iterable[Any]], count: int) -> list[dict[str, Any]]:
    """Return rows made from columns; filling column by column takes half the time of row by row."""
    ordered = in_schema_order(table, described)
    empty = dict.fromkeys(ordered)
    rows: list[dict[str, Any]] = [empty.copy() for _ in range(count)]
    for name, values in ordered.items():
        for row, value in zip(rows, values, strict=True):
            row[name] = value
    return rows


def _plain(values: Iterable[Any] | NDArray[Any]) -> Sequence[Any]:
    """Return values as Python objects, None for unknown ones."""
    if not isinstance(values, np.ndarray):
        return list(values)
    figures: list[Any] = values.tolist()
    if values.dtype.kind in "ub" or not len(values) or int(np.min(values)) >= 0:
        return figures
    return list(map(valid_or_none, figures))


def _names(capabilities: Capabilities | None) -> list[str] | None:
    return None if capabilities is None else sorted({capability.name for capability in capabilities})


def describe_managers(cluster: ClusterState, now: float) -> list[dict[str, Any]]:
    """Return the worker managers of the latest report."""
    return describe_rows(cluster, now, "managers", cluster.managers.rows.values())


def describe_machines(cluster: ClusterState, now: float) -> list[dict[str, Any]] | None:
    """Return the machines of the latest report; None before it, or if the release does not report hosts."""
    columns = cluster.workers.columns
    if columns is None or columns.host is None:
        return None
    named = {"host": lambda row: row.host or None, "managers": lambda row: list(row.managers)}
    return describe_rows(cluster, now, "machines", cluster.machines().values(), named)
