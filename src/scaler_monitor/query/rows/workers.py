"""The worker table's rows, read from the report's arrays, and below them those that have left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.timeline.timeline import name_capabilities
from scaler_monitor.model.unknown import nan_where_unknown, possible
from scaler_monitor.model.workers import DepartedWorker
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.rows.names import NameColumn, Names
from scaler_monitor.query.rows.row_set import Values
from scaler_monitor.query.rows.tasks import run_length
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

NAMED = frozenset({"worker", "manager", "host", "itl", "capabilities"})
"""Columns of texts of which most rows share one."""


GOES_ON = frozenset({"lag", "last_seen"})
"""Figures that a worker still has when it has left: for how long. Its others were of then."""


class WorkerRows:
    """Rows of the workers of the latest report in its order, then of departed ones."""

    natural = ""
    shed = 0

    def __init__(self, cluster: ClusterState, names: Names) -> None:
        self.table = TABLES["workers"]
        self._cluster = cluster
        self._names = names
        self._workers = cluster.workers
        self._departed = [
            row for name, row in cluster.workers.departed.items() if name not in self._workers.index
        ]
        self._silent = self._workers.silent
        self._columns: dict[str, Values] = {}
        columns = self._workers.columns
        self._getters = {} if columns is None else _present(cluster, columns)

    def __len__(self) -> int:
        return len(self._workers) + len(self._departed)

    def id_at(self, position: int) -> str:
        """Return the worker's id."""
        present = len(self._workers)
        if position < present:
            return self._workers.names[position]
        return self._departed[position - present].worker

    def find(self, row_id: str) -> int | None:
        """Return the position of a worker; None for one that is not there."""
        position = self._workers.index.get(row_id)
        if position is not None:
            return position
        for at, row in enumerate(self._departed):
            if row.worker == row_id:
                return len(self._workers) + at
        return None

    def row(self, position: int) -> list[Any]:
        """Return the raw values of a row; of a worker that has left, what still goes on."""
        present = len(self._workers)
        if position >= present:
            row = self._departed[position - present]
            gone = max(self._cluster.now - row.left, 0.0)
            values = _last_values(row)
            values |= {"lag": (None, gone), "last_seen": row.last_seen_seconds + gone}
            kept = (column.align == "left" or column.key in GOES_ON for column in self.table.columns)
            keys = (column.key for column in self.table.columns)
            return [values.get(key) if keep else None for key, keep in zip(keys, kept, strict=True)]
        return [self._getters[column.key](position) for column in self.table.columns]

    def last_row(self, position: int) -> list[Any]:
        """The row with the figures that the worker had when it was heard of last."""
        present = len(self._workers)
        if position < present:
            return self.row(position)
        values = _last_values(self._departed[position - present])
        return [values.get(column.key) for column in self.table.columns]

    def mark(self, position: int) -> str:
        """Return `departed`, `stale` for a silent worker, or nothing."""
        if position >= len(self._workers) or self._workers.names[position] in self._workers.leaving:
            return "departed"
        return "stale" if self._silent[position] else ""

    def values(self, key: str) -> Values:
        """Return a whole column, made once."""
        column = self._columns.get(key)
        if column is None:
            column = self._whole(key)
            if key in NAMED and not isinstance(column, np.ndarray):
                column = NameColumn(self._names.column(column), self._names)
            self._columns[key] = column
        return column

    def ties(self) -> Numbers | None:
        """Return what orders workers with equal values: their ids, ranked."""
        ids = self.values("worker")
        return ids.names.ranks()[ids.numbers].astype(np.int64) if isinstance(ids, NameColumn) else None

    def _whole(self, key: str) -> Sequence[Any] | Numbers:
        present = self._array(key)
        if not self._departed:
            return present
        if isinstance(present, np.ndarray):
            # what a departed worker last did is shown, but it is neither sorted nor found by it
            whole: Numbers = np.concatenate(
                (present.astype(np.float64), np.full(len(self._departed), np.nan))
            )
            return whole
        return [*present, *(_last_values(row).get(key) for row in self._departed)]

    def _array(self, key: str) -> Sequence[Any] | Numbers:
        """The column of the workers that are here."""
        columns, workers = self._workers.columns, self._workers
        if columns is None:
            return []
        whole: dict[str, Sequence[Any] | Numbers | None] = {
            "worker": workers.names,
            "manager": workers.manager,
            "agt_cpu": columns.agent_cpu_permille,
            "agt_rss": columns.agent_rss_bytes,
            "cpu": workers.cpu_permille,
            "rss": np.where(workers.processor_count > 0, nan_where_unknown(workers.rss_bytes), np.nan),
            "rss_free": columns.rss_free_bytes,
            "memory_limit": columns.memory_limit_bytes,
            "free": columns.free,
            "sent": columns.sent,
            "queued": columns.queued,
            "suspended": columns.suspended,
            "lag": lag_or_silence(columns),
            "last_seen": columns.last_seen_seconds,
            "itl": columns.itl,
            "host": columns.host,
            "processors": workers.processor_count,
            "net_sent": columns.net_sent_bytes,
            "net_received": columns.net_received_bytes,
        }
        if key == "memory":
            return memory_column(columns)
        if key == "task_age":
            return most_by_worker(workers.task_age_seconds, columns)
        if key == "over":
            return most_by_worker(self._cluster.overdue(), columns)
        column = whole.get(key)
        if column is None:
            getter = self._getters[key]
            return [getter(position) for position in range(len(workers))]
        return nan_where_unknown(column) if isinstance(column, np.ndarray) else column


def _present(cluster: ClusterState, columns: WorkerColumns) -> dict[str, Getter]:
    """A getter a column, by position in the report."""
    workers = cluster.workers
    host, limit = columns.host, columns.memory_limit_bytes
    sent, received = columns.net_sent_bytes, columns.net_received_bytes
    ages, times, first = workers.task_age_seconds, cluster.overdue(), columns.first_processor

    def of_processors(values: Numbers | None, i: int) -> float | None:
        return most_known(values, int(first[i]), int(first[i + 1]))

    return {
        "manager": lambda i: workers.manager[i],
        "worker": lambda i: workers.names[i],
        "agt_cpu": lambda i: int(columns.agent_cpu_permille[i]),
        "agt_rss": lambda i: possible(int(columns.agent_rss_bytes[i])),
        "cpu": lambda i: int(workers.cpu_permille[i]),
        "rss": lambda i: possible(int(workers.rss_bytes[i])) if workers.processor_count[i] else None,
        "rss_free": lambda i: possible(int(columns.rss_free_bytes[i])),
        "memory": lambda i: (
            None if limit is None else memory_permille(int(limit[i]), int(columns.rss_free_bytes[i]))
        ),
        "memory_limit": lambda i: None if limit is None else possible(int(limit[i])) or None,
        "free": lambda i: possible(int(columns.free[i])),
        "sent": lambda i: possible(int(columns.sent[i])),
        "queued": lambda i: possible(int(columns.queued[i])),
        "suspended": lambda i: int(columns.suspended[i]),
        "lag": lambda i: (int(columns.lag_microseconds[i]), int(columns.last_seen_seconds[i])),
        "last_seen": lambda i: int(columns.last_seen_seconds[i]),
        "itl": lambda i: columns.itl[i],
        "task": lambda i: _current_task(cluster, i),
        "task_age": lambda i: run_length(of_processors(ages, i), of_processors(times, i)),
        "over": lambda i: of_processors(times, i),
        "host": lambda i: None if host is None else host[i] or None,
        "capabilities": lambda i: name_capabilities(workers.capabilities.get(workers.names[i])),
        "processors": lambda i: int(workers.processor_count[i]),
        "net_sent": lambda i: None if sent is None else possible(int(sent[i])),
        "net_received": lambda i: None if received is None else possible(int(received[i])),
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


def _last_values(row: DepartedWorker) -> dict[str, Any]:
    return {
        "manager": row.manager,
        "worker": row.worker,
        "agt_cpu": row.agent_cpu_permille,
        "agt_rss": possible(row.agent_rss_bytes),
        "cpu": row.cpu_permille,
        "rss": possible(row.rss_bytes) if row.processors else None,
        "rss_free": possible(row.rss_free_bytes),
        "memory": memory_permille(row.memory_limit_bytes, row.rss_free_bytes),
        "memory_limit": possible(row.memory_limit_bytes) or None,
        "free": possible(row.free),
        "sent": possible(row.sent),
        "queued": possible(row.queued),
        "suspended": row.suspended,
        "lag": (row.lag_microseconds, row.last_seen_seconds),
        "last_seen": row.last_seen_seconds,
        "itl": row.itl,
        "host": row.host,
        "capabilities": name_capabilities(row.capabilities),
        "processors": row.processors,
    }
