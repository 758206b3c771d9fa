"""Columns of the task log, kept across states: only rows that may have changed are read again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import Task
from scaler_monitor.protocol.kinds import is_text
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.query.columns.column_values import Values
from scaler_monitor.query.columns.id_column import IdColumn
from scaler_monitor.query.columns.name_column import NameColumn, Names
from scaler_monitor.query.columns.search_cache import SearchCache

_Array = NDArray[Any]
_number = attrgetter("number")


class TaskColumns:
    """Columns of all task records in the order of first seen.

    The record of an ended task never changes, so an update reads only records of open tasks, of tasks that
    were open at the last update, and new records.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self.tasks: list[Task] = []
        self._numbers: _Array = np.zeros(0, np.int64)
        self._objects: _Array = np.zeros(0, np.int64)
        self._settled: _Array = np.zeros(0, np.bool_)
        self._getters: dict[str, Callable[[Task], Any]] = {}
        self._texts: frozenset[str] = frozenset()
        self._columns: dict[str, tuple[_Array, _Array]] = {}  # (values, which of them are out of date)
        self._searches: SearchCache = OrderedDict()  # of ids
        self._ids: IdColumn | None = None  # created when it is needed

    def update(
        self, cluster: ClusterState, table: TableSpec, getters: dict[str, Callable[[Task], Any]]
    ) -> None:
        """Use the next state of the cluster; `getters` read values of a record, by column key."""
        self._texts = frozenset(column.key for column in table.columns if is_text(column.kind))
        tasks = list(cluster.tasks.records.values())
        numbers = np.fromiter(map(_number, tasks), np.int64, len(tasks))
        objects = np.fromiter(map(id, tasks), np.int64, len(tasks))
        settled = np.ones(len(tasks), np.bool_)
        live = cluster.tasks.live
        settled[np.searchsorted(numbers, np.fromiter(map(_number, live.values()), np.int64, len(live)))] = (
            False
        )
        if len(self._numbers):
            before = np.minimum(np.searchsorted(self._numbers, numbers), len(self._numbers) - 1)
            kept = (self._numbers[before] == numbers) & (self._objects[before] == objects)
            kept &= self._settled[before]
            new = self._numbers[before] != numbers
            self._searches = OrderedDict(
                (search, (verdicts[before] & ~new, unseen[before] | new))
                for search, (verdicts, unseen) in self._searches.items()
            )
            self._columns = {
                key: (values[before], stale[before] | ~kept) for key, (values, stale) in self._columns.items()
            }
        else:
            self._columns, self._searches = {}, OrderedDict()
        # keeps the records alive until the next update, so that their id() stays unique
        self.tasks, self._numbers, self._objects, self._settled = tasks, numbers, objects, settled
        self._getters, self._ids = getters, None

    def column(self, key: str) -> Values:
        """Return a whole column of the last update's state."""
        if key == "task":
            if self._ids is None:
                self._ids = IdColumn([task.id for task in self.tasks], self._searches)
            return self._ids
        held = self._columns.get(key)
        values: _Array
        stale: NDArray[np.bool_]
        if held is None:
            values, stale = self._read(key, self.tasks), np.zeros(len(self.tasks), np.bool_)
        else:
            values, stale = held
            changed = np.flatnonzero(stale)
            if len(changed):
                values[changed] = self._read(key, list(map(self.tasks.__getitem__, changed.tolist())))
                stale = np.zeros(len(self.tasks), np.bool_)
        self._columns[key] = (values, stale)
        return NameColumn(values, self._names) if key in self._texts else values

    def _read(self, key: str, tasks: list[Task]) -> _Array:
        values = list(map(self._getters[key], tasks))
        return self._names.encode(values) if key in self._texts else np.array(values, np.float64)
