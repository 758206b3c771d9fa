"""Scopes: the rows of a table that belong to one entity, such as a worker or a function."""

from __future__ import annotations

from collections.abc import Container
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.function_names import UNNAMED, shared_name
from scaler_monitor.protocol.row_id import NAMELESS
from scaler_monitor.query.columns.column_values import plain
from scaler_monitor.query.columns.name_column import NameColumn
from scaler_monitor.query.reader import Conditions
from scaler_monitor.query.rows.row_set import RowSet
from scaler_monitor.query.scope_rules import UNKNOWN_HOST
from scaler_monitor.query.tables import READERS


class _Unnamed(Container[object]):
    """Contains all function names that are counted as UNNAMED."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and shared_name(name) == UNNAMED


def rows_in_scope(cluster: ClusterState, rows: RowSet, kind: str, entity_id: str) -> NDArray[np.int64]:
    """Return the positions of the rows that belong to the entity, ascending.

    Empty if the table has neither a scope rule nor a column for entities of `kind`.
    """
    found = [_rows_with(rows, key, wanted) for key, wanted in _conditions(cluster, rows, kind, entity_id)]
    if not found:
        return np.zeros(0, np.int64)
    return reduce(lambda one, other: np.intersect1d(one, other, assume_unique=True), found)


def _conditions(cluster: ClusterState, rows: RowSet, kind: str, entity_id: str) -> Conditions:
    if kind in rows.table.scopes:
        return READERS[rows.table.key].scope_rules[kind](cluster, entity_id)
    column = rows.table.column_naming(kind)
    return () if column is None else ((column.key, _names(kind, entity_id)),)


def _names(kind: str, entity_id: str) -> Container[object]:
    """Return the values with which a column refers to the entity."""
    if kind == "function" and entity_id == UNNAMED:
        return _Unnamed()
    unnamed = (kind == "function" and entity_id == NAMELESS) or (
        kind == "machine" and entity_id == UNKNOWN_HOST
    )
    return {"", None, entity_id} if unnamed else {entity_id}


def _rows_with(rows: RowSet, key: str, wanted: Container[object]) -> NDArray[np.int64]:
    values = rows.values(key)
    if isinstance(values, NameColumn):
        return np.flatnonzero(values.names.contained_in(wanted)[values.numbers])
    return np.flatnonzero([value in wanted for value in plain(values)]).astype(np.int64)
