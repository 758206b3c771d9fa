"""Values of the worker table: of workers in a report, and of departed workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.missing_values import nan_where_unknown, valid_or_none
from scaler_monitor.model.timeline.timeline import name_capabilities
from scaler_monitor.model.workers import DepartedWorker, Workers
from scaler_monitor.protocol.kinds import is_text
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec
from scaler_monitor.query.rows.task_values import displayed_age
from scaler_monitor.query.rows.worker_figures import (
    Numbers,
    max_by_worker,
    max_known,
    memory_column,
    memory_permille,
    sortable_lag,
)
from scaler_monitor.wire.event import WorkerColumns

Getter = Callable[[int], Any]
"""Returns a value by the position of the worker in the report."""

SHARED_TEXTS = frozenset({"worker", "manager", "host", "itl", "capabilities"})
"""Text columns in which many rows have the same text."""

_MISSING: Any = object()


def report_column(
    workers: Workers, columns: WorkerColumns, column: ColumnSpec
) -> Sequence[Any] | Numbers | None:
    """Return the column of the report, or else of the model, with the name in `field`.

    None if the release does not report it, or if there is no such column and values must be computed.
    """
    field = column.field or column.key
    values = getattr(columns, field, _MISSING)
    found: Sequence[Any] | Numbers | None = getattr(workers, field, None) if values is _MISSING else values
    return found if not isinstance(found, Mapping) else None


def values_in_report(cluster: ClusterState, columns: WorkerColumns, table: TableSpec) -> dict[str, Getter]:
    """Return the getters of all columns for workers in the report, by key."""
    computed = _computed(cluster, columns)
    return {
        column.key: computed.get(column.key)
        or _reported(report_column(cluster.workers, columns, column), column)
        for column in table.columns
    }


def _reported(values: Sequence[Any] | Numbers | None, column: ColumnSpec) -> Getter:
    if values is None:
        return lambda i: None  # noqa: ARG005
    if is_text(column.kind):
        return values.__getitem__
    return lambda i: valid_or_none(int(values[i]))


def _computed(cluster: ClusterState, columns: WorkerColumns) -> dict[str, Getter]:
    """Return the getters of the columns that are computed, by key."""
    workers = cluster.workers
    host, limit = columns.host, columns.memory_limit_bytes
    ages, times, first = workers.task_age_seconds, cluster.overdue(), columns.first_processor

    def of_processors(values: Numbers | None, i: int) -> float | None:
        return max_known(values, int(first[i]), int(first[i + 1]))

    return {
        "rss": lambda i: valid_or_none(int(workers.rss_bytes[i])) if workers.processor_count[i] else None,
        "memory": lambda i: (
            None if limit is None else memory_permille(int(limit[i]), int(columns.rss_free_bytes[i]))
        ),
        "memory_limit": lambda i: None if limit is None else valid_or_none(int(limit[i])) or None,
        "lag": lambda i: (int(columns.lag_microseconds[i]), int(columns.last_seen_seconds[i])),
        "task": lambda i: _current_task(cluster, i),
        "task_age": lambda i: displayed_age(of_processors(ages, i), of_processors(times, i)),
        "over": lambda i: of_processors(times, i),
        "host": lambda i: None if host is None else host[i] or None,
        "capabilities": lambda i: name_capabilities(workers.capabilities.get(workers.names[i])),
    }


def whole_columns(cluster: ClusterState, columns: WorkerColumns) -> dict[str, Callable[[], Numbers]]:
    """Return functions that compute a whole column of the workers in the report, by key."""
    workers = cluster.workers
    return {
        "rss": lambda: np.where(workers.processor_count > 0, nan_where_unknown(workers.rss_bytes), np.nan),
        "memory": lambda: memory_column(columns),
        "lag": lambda: sortable_lag(columns),
        "task_age": lambda: max_by_worker(workers.task_age_seconds, columns),
        "over": lambda: max_by_worker(cluster.overdue(), columns),
    }


def _current_task(cluster: ClusterState, position: int) -> str | None:
    """Return the function of the only task on the processors, or the number of tasks; None if idle."""
    columns = cluster.workers.columns
    if columns is None or columns.processors.task_id is None:
        return None
    processors, first = columns.processors, columns.first_processor
    found, ids = 0, processors.task_id or ()
    only = b""
    for at in range(int(first[position]), int(first[position + 1])):
        if processors.has_task[at]:
            found, only = found + 1, ids[at]
    if found != 1:
        return f"{found} tasks" if found else None
    task = cluster.tasks.get(only)
    return (task.function if task is not None else None) or only.hex()[:8]


DEPARTED: dict[str, Callable[[DepartedWorker], Any]] = {
    "worker": lambda row: row.worker,
    "rss": lambda row: valid_or_none(row.rss_bytes) if row.processors else None,
    "memory": lambda row: memory_permille(row.memory_limit_bytes, row.rss_free_bytes),
    "memory_limit": lambda row: valid_or_none(row.memory_limit_bytes) or None,
    "lag": lambda row: (row.lag_microseconds, row.last_seen_seconds),
    "capabilities": lambda row: name_capabilities(row.capabilities),
    "processors": lambda row: row.processors,
}
"""Getters of the columns of departed workers that are not fields of `DepartedWorker`, by key."""
