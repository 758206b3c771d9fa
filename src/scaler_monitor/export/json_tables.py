"""Tables in the JSON document: the columns that have a name there, and what is said beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from scaler_monitor.export.json_values import IN_JSON
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.reader import Getter, column_getters
from scaler_monitor.query.tables import READERS

LATEST = 20
"""Rows of a log that the document has: the newest, as the text has."""


def describe_rows(
    cluster: ClusterState,
    now: float,
    key: str,
    entities: Iterable[Any],
    more: Mapping[str, Getter] | None = None,
) -> list[dict[str, Any]]:
    """Return what a table's columns say of entities; `more` reads what no column has, or not so exactly."""
    table = TABLES[key]
    getters = column_getters(table, READERS[key].values(cluster, now))
    read = {column.json: _in_json(column, getters[column.key]) for column in table.columns if column.json}
    read = in_order(table, read | dict(more or {}))
    return [{name: get(entity) for name, get in read.items()} for entity in entities]


def in_order(table: TableSpec, described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same with the names in the order that the document's schema has them in, new ones last."""
    ordered = dict.fromkeys((*(name for name in table.json_order if name in described), *described))
    return {name: described[name] for name in ordered}


def describe_other_tables(cluster: ClusterState, now: float, described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables that are there for nothing but the name that they have in the document."""
    return {
        table.json: describe_rows(cluster, now, key, _entities(cluster, table))
        for key, table in TABLES.items()
        if table.json and table.json not in described
    }


def _entities(cluster: ClusterState, table: TableSpec) -> Iterable[Any]:
    entities = READERS[table.key].entities
    if entities is None:
        raise ValueError(f"nothing says what rows of {table.key!r} are made of")
    return islice(reversed(list(entities(cluster))), LATEST) if table.is_log else entities(cluster)


def _in_json(column: ColumnSpec, get: Getter) -> Getter:
    made = IN_JSON.get(column.kind)
    return get if made is None else lambda entity: made(get(entity))
