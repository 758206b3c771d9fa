"""The facts of one entity, for its page: (label, text) in the order of display."""

from __future__ import annotations

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.protocol.format import format_full
from scaler_monitor.protocol.format.durations import format_time
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import table_of
from scaler_monitor.query.reader import Fact
from scaler_monitor.query.row_cache import row_set
from scaler_monitor.query.tables import READERS


def describe_facts(cluster: ClusterState, kind: str, entity_id: str, now: float) -> list[Fact]:
    """Return the facts of an entity at unix time `now`; empty if it is not known."""
    table = table_of(kind)
    if table is None:
        return []
    reader = READERS[table.key]
    if reader.facts is not None:
        return reader.facts(cluster, entity_id, now)
    if table.is_log:
        return []
    rows = row_set(cluster, TableQuestion(table.key), now)
    position = rows.find(entity_id)
    if position is None:
        return []
    facts = [
        (column.title, format_full(column.kind, value))
        for column, value in zip(table.columns, rows.page_row(position), strict=True)
        if value or not column.omit_if_zero
    ]
    if reader.more_facts is not None:
        facts += reader.more_facts(cluster, entity_id)
    if table.since:
        facts.append(("counted since", format_time(cluster.started)))
    mark = rows.mark(position)
    if mark == "departed" and reader.departure is not None:
        mark = reader.departure(cluster, entity_id)
    elif mark == "stale":
        mark = "silent: figures are as it told them last"
    return [*facts, ("", mark)] if mark else facts
