"""What a viewer is answered about the tables of one cluster."""

from __future__ import annotations

from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.table_page import table_page
from scaler_monitor.query.tables import READERS


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


def cell(table, key, value):
    """What a cell of a column shows."""
    return format_value(TABLES[table].column(key).kind, value)


def tone(table, key, value):
    """What a cell's value means to an operator."""
    return READERS[table].tones[key](value)
