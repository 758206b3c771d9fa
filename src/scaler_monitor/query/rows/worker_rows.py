"""Rows of the worker table, read from the arrays of the report, and rows of departed workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.missing_values import nan_where_unknown, valid_or_none
from scaler_monitor.model.workers import DepartedWorker
from scaler_monitor.protocol.kinds import is_name, is_text
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec
from scaler_monitor.query.columns.column_values import Values
from scaler_monitor.query.columns.name_column import NameColumn, Names
from scaler_monitor.query.rows.worker_figures import Numbers
from scaler_monitor.query.rows.worker_values import (
    DEPARTED,
    SHARED_TEXTS,
    report_column,
    values_in_report,
    whole_columns,
)

Getter = Callable[[int], Any]


class WorkerRows:
    """Rows of the workers in the order of the latest report, then of departed workers."""

    natural = ""
    shed = 0

    def __init__(self, table: TableSpec, cluster: ClusterState, names: Names) -> None:
        self.table = table
        self._cluster = cluster
        self._names = names
        self._workers = cluster.workers
        self._departed = [
            row for name, row in cluster.workers.departed.items() if name not in self._workers.index
        ]
        self._silent = self._workers.silent
        self._columns: dict[str, Values] = {}
        self._getters: dict[str, Getter] = {}
        self._whole: dict[str, Callable[[], Numbers]] = {}
        if self._workers.columns is not None:
            self._getters = values_in_report(cluster, self._workers.columns, table)
            self._whole = whole_columns(cluster, self._workers.columns)

    def __len__(self) -> int:
        return len(self._workers) + len(self._departed)

    def id_at(self, position: int) -> str:
        """Return the worker's id."""
        present = len(self._workers)
        if position < present:
            return self._workers.names[position]
        return self._departed[position - present].worker

    def find(self, row_id: str) -> int | None:
        """Return the position of a worker id; None if there is no such row."""
        position = self._workers.index.get(row_id)
        if position is not None:
            return position
        for at, row in enumerate(self._departed):
            if row.worker == row_id:
                return len(self._workers) + at
        return None

    def row(self, position: int) -> list[Any]:
        """Return the raw values of a row; for a departed worker only those of `known_after_departure`."""
        present = len(self._workers)
        if position >= present:
            row = self._departed[position - present]
            seconds_gone = max(self._cluster.now - row.left, 0.0)
            current = {"lag": (None, seconds_gone), "last_seen": row.last_seen_seconds + seconds_gone}
            return [
                current.get(column.key, _last_value(row, column))
                if column.known_after_departure or is_name(column.kind)
                else None
                for column in self.table.columns
            ]
        return [self._getters[column.key](position) for column in self.table.columns]

    def page_row(self, position: int) -> list[Any]:
        """Return the values for the worker's page, with the last known ones of a departed worker."""
        present = len(self._workers)
        if position < present:
            return self.row(position)
        return [_last_value(self._departed[position - present], column) for column in self.table.columns]

    def mark(self, position: int) -> str:
        """Return "departed", "stale" for a silent worker, or ""."""
        if position >= len(self._workers) or self._workers.names[position] in self._workers.leaving:
            return "departed"
        return "stale" if self._silent[position] else ""

    def values(self, key: str) -> Values:
        """Return a whole column; it is computed once."""
        values = self._columns.get(key)
        if values is None:
            values = self._all_values(self.table.column(key))
            if key in SHARED_TEXTS and not isinstance(values, np.ndarray):
                values = NameColumn(self._names.encode(values), self._names)
            self._columns[key] = values
        return values

    def ties(self) -> Numbers | None:
        """Return the ranks of the worker ids."""
        ids = self.values("worker")
        return ids.names.ranks()[ids.numbers].astype(np.int64) if isinstance(ids, NameColumn) else None

    def _all_values(self, column: ColumnSpec) -> Sequence[Any] | Numbers:
        """Return the column of all workers, including departed ones."""
        present = self._reported_values(column)
        if not self._departed:
            return present
        if isinstance(present, np.ndarray):
            # last values of departed workers are displayed, but not sorted or filtered
            unknown = np.full(len(self._departed), np.nan)
            whole: Numbers = np.concatenate((present.astype(np.float64), unknown))
            return whole
        return [*present, *(_last_value(row, column) for row in self._departed)]

    def _reported_values(self, column: ColumnSpec) -> Sequence[Any] | Numbers:
        """Return the column of the workers in the report."""
        workers = self._workers
        if workers.columns is None:
            return []
        if column.key in self._whole:
            return self._whole[column.key]()
        values = report_column(workers, workers.columns, column)
        if values is None:
            return list(map(self._getters[column.key], range(len(workers))))
        return nan_where_unknown(values) if isinstance(values, np.ndarray) else values


def _last_value(row: DepartedWorker, column: ColumnSpec) -> Any:
    """Return the last value of a departed worker; None if it was not kept."""
    read = DEPARTED.get(column.key)
    if read is not None:
        return read(row)
    value = getattr(row, column.field or column.key, None)
    return value if is_text(column.kind) else valid_or_none(value)
