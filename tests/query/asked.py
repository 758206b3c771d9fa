"""What a viewer is answered about the tables of one cluster."""

from __future__ import annotations

from typing import Any

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.page import TablePage, TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.rows.paging import table_page

Asked = tuple[ClusterState, object, float]
"""A cluster, what no table shows of its feed, and the time."""


def page(world: Asked, table: str, **how: Any) -> TablePage:
    """All rows that a question finds; `how` are fields of TableQuestion."""
    cluster, _, now = world
    how.setdefault("limit", 10_000)
    return table_page(cluster, TableQuestion(table, **how), now)


def column(world: Asked, table: str, key: str, **how: Any) -> list[Any]:
    """One column of these rows."""
    answer = page(world, table, **how)
    at = TABLES[table].index(key)
    return [row[at] for row in answer.rows]
