"""What a viewer is answered about the tables of one cluster."""

from __future__ import annotations

from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.rows.paging import table_page


def page(world, table, **how):
    """All rows that a question finds; `how` are fields of TableQuestion."""
    cluster, _, now = world
    how.setdefault("limit", 10_000)
    return table_page(cluster, TableQuestion(table, **how), now)


def column(world, table, key, **how):
    """One column of these rows."""
    answer = page(world, table, **how)
    at = TABLES[table].index(key)
    return [row[at] for row in answer.rows]
