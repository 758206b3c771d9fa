"""Helpers that ask questions about the tables of one cluster."""

from __future__ import annotations

from typing import Any

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.page import TablePage, TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.table_page import table_page
from scaler_monitor.query.tables import READERS

World = tuple[ClusterState, object, float]
"""A cluster, the status of its feed, and the time in unix seconds."""


def page(world: World, table: str, **how: Any) -> TablePage:
    """Return all rows of a question; `how` are fields of TableQuestion."""
    cluster, _, now = world
    how.setdefault("limit", 10_000)
    return table_page(cluster, TableQuestion(table, **how), now)


def column(world: World, table: str, key: str, **how: Any) -> list[Any]:
    """Return one column of these rows."""
    answer = page(world, table, **how)
    at = TABLES[table].index(key)
    return [row[at] for row in answer.rows]


def cell(table: str, key: str, value: object) -> str:
    """Return the text of a cell."""
    return format_value(TABLES[table].column(key).kind, value)


def tone(table: str, key: str, value: object) -> str:
    """Return the tone of a cell."""
    return READERS[table].tones[key](value)
