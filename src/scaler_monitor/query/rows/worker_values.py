"""What the worker table has in its columns: of the workers of a report, and of those that have left."""

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
from scaler_monitor.query.rows.task_values import run_length
from scaler_monitor.query.rows.worker_figures import (
    Numbers,
    lag_or_silence,
    memory_column,
    memory_permille,
    most_by_worker,
    most_known,
)
from scaler_monitor.wire.event import WorkerColumns

Getter = Callable[[int], Any]
"""Reads one value by the position of a worker in the report."""

SHARED_TEXTS = frozenset({"worker", "manager", "host", "itl", "capabilities"})
"""Columns of texts of which most rows share one."""

_MISSING: Any = object()


def report_column(
    workers: Workers, columns: WorkerColumns, column: ColumnSpec
) -> Sequence[Any] | Numbers | None:
    """Return the report's column, or the model's, that a column's `field` names; None where it is unknown.

    Also where there is none of the name: then each value is made by itself.
    """
    field = column.field or column.key
    values = getattr(columns, field, _MISSING)
    found: Sequence[Any] | Numbers | None = getattr(workers, field, None) if values is _MISSING else values
    return found if not isinstance(found, Mapping) else None


def values_in_report(cluster: ClusterState, columns: WorkerColumns, table: TableSpec) -> dict[str, Getter]:
    """Return what reads each column of a worker in the report."""
    made = _made(cluster, columns)
    return {
        column.key: made.get(column.key) or _reported(report_column(cluster.workers, columns, column), column)
        for column in table.columns
    }


def _reported(values: Sequence[Any] | Numbers | None, column: ColumnSpec) -> Getter:
    if values is None:
        return lambda i: None  # noqa: ARG005
    if is_text(column.kind):
        return values.__getitem__
    return lambda i: valid_or_none(int(values[i]))


def _made(cluster: ClusterState, columns: WorkerColumns) -> dict[str, Getter]:
    """What reads the columns that are made of several, or of more than the report."""
    workers = cluster.workers
    host, limit = columns.host, columns.memory_limit_bytes
    ages, times, first = workers.task_age_seconds, cluster.overdue(), columns.first_processor

    def of_processors(values: Numbers | None, i: int) -> float | None:
        return most_known(values, int(first[i]), int(first[i + 1]))

    return {
        "rss": lambda i: valid_or_none(int(workers.rss_bytes[i])) if workers.processor_count[i] else None,
        "memory": lambda i: (
            None if limit is None else memory_permille(int(limit[i]), int(columns.rss_free_bytes[i]))
        ),
        "memory_limit": lambda i: None if limit is None else valid_or_none(int(limit[i])) or None,
        "lag": lambda i: (int(columns.lag_microseconds[i]), int(columns.last_seen_seconds[i])),
        "task": lambda i: _current_task(cluster, i),
        "task_age": lambda i: run_length(of_processors(ages, i), of_processors(times, i)),
        "over": lambda i: of_processors(times, i),
        "host": lambda i: None if host is None else host[i] or None,
        "capabilities": lambda i: name_capabilities(workers.capabilities.get(workers.names[i])),
    }


def whole_columns(cluster: ClusterState, columns: WorkerColumns) -> dict[str, Callable[[], Numbers]]:
    """Return what makes those of these columns that are made at once of all workers in the report."""
    workers = cluster.workers
    return {
        "rss": lambda: np.where(workers.processor_count > 0, nan_where_unknown(workers.rss_bytes), np.nan),
        "memory": lambda: memory_column(columns),
        "lag": lambda: lag_or_silence(columns),
        "task_age": lambda: most_by_worker(workers.task_age_seconds, columns),
        "over": lambda: most_by_worker(cluster.overdue(), columns),
    }


def _current_task(cluster: ClusterState, position: int) -> str | None:
    """The function of the one task on the worker's processors, or how many tasks; None when idle."""
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
"""What reads of a worker that has left the columns that are no figure of its last report."""
