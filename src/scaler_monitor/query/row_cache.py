"""Caches row sets and orders of one state of the cluster, and cursor positions across states."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.query.columns.cached_columns import CachedColumns
from scaler_monitor.query.columns.name_column import MAX_NAMES
from scaler_monitor.query.reader import RowRequest
from scaler_monitor.query.rows.row_set import RowSet
from scaler_monitor.query.tables import READERS

MAX_ORDERS = 32
"""Maximum number of cached orders."""

MAX_CURSORS = 256
"""Maximum number of cached cursor rows, which are shown after their removal from the table."""


class CursorPosition(NamedTuple):
    """The last known row of a cursor."""

    position: int  # among the matched rows
    row: list[Any]


Order = range | NDArray[np.int64]


class RowCache:
    """Caches of one cluster; row sets and orders are cleared for each new state, cursors are not."""

    def __init__(self) -> None:
        self.state: tuple[int, float] = (-1, 0.0)
        self.columns = CachedColumns()
        self.row_sets: dict[Hashable, RowSet] = {}
        self.cursors: OrderedDict[tuple[str, ...], CursorPosition] = OrderedDict()
        self._orders: OrderedDict[Hashable, Order] = OrderedDict()

    def refresh(self, cluster: ClusterState) -> RowCache:
        """Clear the caches if the cluster has changed; return self."""
        state = (cluster.applied, cluster.now)
        if state != self.state:
            self.clear()
            self.state = state
            names = self.columns.names
            if len(names) + names.missing(cluster.workers.names) > MAX_NAMES:
                self.columns = CachedColumns()
        return self

    def clear(self) -> None:
        """Clear row sets and orders, which refer to the report of their state."""
        self.state = (-1, 0.0)
        self.row_sets.clear()
        self._orders.clear()

    def order(self, key: Hashable) -> Order | None:
        """Return a cached order and mark it as recently used; None if it is not cached."""
        order = self._orders.get(key)
        if order is not None:
            self._orders.move_to_end(key)
        return order

    def remember_order(self, key: Hashable, order: Order) -> None:
        """Cache an order; the least recently used one is discarded."""
        self._orders[key] = order
        while len(self._orders) > MAX_ORDERS:
            self._orders.popitem(last=False)

    def remember_cursor(self, question: TableQuestion, position: CursorPosition) -> None:
        """Cache the row of the question's cursor."""
        key = _cursor_key(question)
        self.cursors.pop(key, None)
        self.cursors[key] = position
        if len(self.cursors) > MAX_CURSORS:
            self.cursors.popitem(last=False)

    def cursor_position(self, question: TableQuestion) -> CursorPosition | None:
        """Return the last known row of the question's cursor; None if the scope never had it."""
        return self.cursors.get(_cursor_key(question))


def _cursor_key(question: TableQuestion) -> tuple[str, ...]:
    return question.table, question.scope_kind, question.scope_id, question.cursor


_CACHES: WeakKeyDictionary[ClusterState, RowCache] = WeakKeyDictionary()


def row_cache(cluster: ClusterState) -> RowCache:
    """Return the cache of a cluster for its present state."""
    return _CACHES.setdefault(cluster, RowCache()).refresh(cluster)


def forget_rows(cluster: ClusterState) -> None:
    """Clear the cache before the cluster changes: cached rows would keep the old report in memory."""
    cache = _CACHES.get(cluster)
    if cache is not None:
        cache.clear()


def row_set(cluster: ClusterState, question: TableQuestion, now: float) -> RowSet:
    """Return all rows of the question's table before scope and filter; raises KeyError if it is unknown."""
    cache, reader = row_cache(cluster), READERS[question.table]
    key = (question.table, reader.row_set_key(question))
    rows = cache.row_sets.get(key)
    if rows is None:
        rows = cache.row_sets[key] = reader.rows(RowRequest(cluster, now, question, cache.columns))
    return rows
