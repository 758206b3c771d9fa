"""Tables in the JSON document: columns with a JSON name, and additional values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from scaler_monitor.export.json_values import TO_JSON
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.reader import Getter, column_getters
from scaler_monitor.query.tables import READERS

LATEST_ROWS = 20
"""Number of rows of a log in the document, newest first; the same as in the text."""


def describe_rows(
    cluster: ClusterState,
    now: float,
    key: str,
    entities: Iterable[Any],
    more: Mapping[str, Getter] | None = None,
) -> list[dict[str, Any]]:
    """Return one mapping per entity: the columns with a JSON name; `more` adds or replaces getters."""
    table = TABLES[key]
    getters = column_getters(table, READERS[key].values(cluster, now))
    read = {column.json: _json_getter(column, getters[column.key]) for column in table.columns if column.json}
    read = in_schema_order(table, read | dict(more or {}))
    return [{name: get(entity) for name, get in read.items()} for entity in entities]


def in_schema_order(table: TableSpec, described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mapping with its names in the order of `TableSpec.json_order`, new names last."""
    ordered = dict.fromkeys((*(name for name in table.json_order if name in described), *described))
    return {name: described[name] for name in ordered}


def describe_other_tables(cluster: ClusterState, now: float, described: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables with a JSON name that `described` does not have, by name."""
    return {
        table.json: describe_rows(cluster, now, key, _entities(cluster, table))
        for key, table in TABLES.items()
        if table.json and table.json not in described
    }


def _entities(cluster: ClusterState, table: TableSpec) -> Iterable[Any]:
    entities = READERS[table.key].entities
    if entities is None:
        raise ValueError(f"the reader of {table.key!r} has no entities")
    return islice(reversed(list(entities(cluster))), LATEST_ROWS) if table.is_log else entities(cluster)


def _json_getter(column: ColumnSpec, get: Getter) -> Getter:
    convert = TO_JSON.get(column.kind)
    return get if convert is None else lambda entity: convert(get(entity))
