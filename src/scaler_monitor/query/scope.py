"""Scopes: the rows of a table that belong to one worker, function, client, machine, manager, task, object."""

from __future__ import annotations

from collections.abc import Container
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.function_names import UNNAMED, shared_name
from scaler_monitor.protocol.row_id import NAMELESS
from scaler_monitor.query.columns.name_column import NameColumn
from scaler_monitor.query.columns.values import plain
from scaler_monitor.query.members import UNKNOWN_HOST
from scaler_monitor.query.reader import Conditions
from scaler_monitor.query.rows.row_set import RowSet
from scaler_monitor.query.tables import READERS


class _Unnamed(Container[object]):
    """All names of functions that are counted together as UNNAMED."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and shared_name(name) == UNNAMED


def in_scope(cluster: ClusterState, rows: RowSet, kind: str, thing: str) -> NDArray[np.int64]:
    """Return the positions of the rows that belong to the thing, ascending.

    None do where the wire does not say how rows of that table and things of that kind belong together.
    """
    found = [_rows_with(rows, key, wanted) for key, wanted in _conditions(cluster, rows, kind, thing)]
    if not found:
        return np.zeros(0, np.int64)
    return reduce(lambda one, other: np.intersect1d(one, other, assume_unique=True), found)


def _conditions(cluster: ClusterState, rows: RowSet, kind: str, thing: str) -> Conditions:
    if kind in rows.table.scopes:
        return READERS[rows.table.key].members[kind](cluster, thing)
    column = rows.table.column_naming(kind)
    return () if column is None else ((column.key, _names(kind, thing)),)


def _names(kind: str, thing: str) -> Container[object]:
    """What a column may say that names the thing."""
    if kind == "function" and thing == UNNAMED:
        return _Unnamed()
    unnamed = (kind == "function" and thing == NAMELESS) or (kind == "machine" and thing == UNKNOWN_HOST)
    return {"", None, thing} if unnamed else {thing}


def _rows_with(rows: RowSet, key: str, wanted: Container[object]) -> NDArray[np.int64]:
    values = rows.values(key)
    if isinstance(values, NameColumn):
        return np.flatnonzero(values.names.among(wanted)[values.numbers])
    return np.flatnonzero([value in wanted for value in plain(values)]).astype(np.int64)
