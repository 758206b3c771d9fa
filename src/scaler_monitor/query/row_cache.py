"""Row sets and orders, remembered for as long as the cluster does not change; cursors for longer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.query.columns.lasting import LastingColumns
from scaler_monitor.query.columns.name_column import MAX_NAMES
from scaler_monitor.query.reader import Asked
from scaler_monitor.query.rows.row_set import RowSet
from scaler_monitor.query.tables import READERS

MAX_ORDERS = 32
"""Sorted and filtered orders remembered for one state of a cluster."""

MAX_CURSORS = 256
"""Rows that a cursor stood on remembered, so that one that has gone stays in sight."""


class CursorPosition(NamedTuple):
    """The row that a cursor was last seen on."""

    position: int  # among the matched
    row: list[Any]


Order = range | NDArray[np.int64]


class RowCache:
    """Row sets and orders of one cluster; start anew with each of its states, cursors are kept."""

    def __init__(self) -> None:
        self.state: tuple[int, float] = (-1, 0.0)
        self.columns = LastingColumns()
        self.row_sets: dict[Hashable, RowSet] = {}
        self.cursors: OrderedDict[tuple[str, str], CursorPosition] = OrderedDict()
        self._orders: OrderedDict[Hashable, Order] = OrderedDict()

    def at(self, cluster: ClusterState) -> RowCache:
        """Return itself, emptied where the cluster has changed since."""
        state = (cluster.applied, cluster.now)
        if state != self.state:
            self.let_go()
            self.state = state
            names = self.columns.names
            if len(names) + names.missing(cluster.workers.names) > MAX_NAMES:
                self.columns = LastingColumns()
        return self

    def let_go(self) -> None:
        """Forget what was made of a state of the cluster, and with it the report that it names."""
        self.state = (-1, 0.0)
        self.row_sets.clear()
        self._orders.clear()

    def order(self, key: Hashable) -> Order | None:
        """Return a remembered order, which is now the newest."""
        order = self._orders.get(key)
        if order is not None:
            self._orders.move_to_end(key)
        return order

    def remember_order(self, key: Hashable, order: Order) -> None:
        """Remember an order; the one that was longest of no use is forgotten."""
        self._orders[key] = order
        while len(self._orders) > MAX_ORDERS:
            self._orders.popitem(last=False)

    def remember_cursor(self, table: str, row_id: str, position: CursorPosition) -> None:
        """Note the row that a cursor stands on."""
        self.cursors.pop((table, row_id), None)
        self.cursors[table, row_id] = position
        if len(self.cursors) > MAX_CURSORS:
            self.cursors.popitem(last=False)


_CACHES: WeakKeyDictionary[ClusterState, RowCache] = WeakKeyDictionary()


def row_cache(cluster: ClusterState) -> RowCache:
    """Return what is remembered of the cluster as it is now."""
    return _CACHES.setdefault(cluster, RowCache()).at(cluster)


def forget_rows(cluster: ClusterState) -> None:
    """Say that the cluster changes: rows of the state before would keep its whole report in memory."""
    cache = _CACHES.get(cluster)
    if cache is not None:
        cache.let_go()


def row_set(cluster: ClusterState, question: TableQuestion, now: float) -> RowSet:
    """Return all rows of the question's table before scope and filter; raises KeyError for no such table."""
    cache, reader = row_cache(cluster), READERS[question.table]
    key = (question.table, reader.row_set_key(question))
    rows = cache.row_sets.get(key)
    if rows is None:
        rows = cache.row_sets[key] = reader.rows(Asked(cluster, now, question, cache.columns))
    return rows
