"""Reads the manager table, including managers that departed recently."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.managers import Manager
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query import tones
from scaler_monitor.query.entity_reader import entity_reader
from scaler_monitor.query.reader import Conditions, Getter, read_field
from scaler_monitor.query.rows.row_set import stale_mark
from scaler_monitor.query.scope_rules import UNKNOWN_HOST

IDENTITY_COLUMNS = frozenset({"manager", "identity", "concurrency", "capabilities"})
"""Columns of a departed manager that are still shown."""


def _managers(cluster: ClusterState) -> Sequence[Manager]:
    present, departed = cluster.managers.rows, cluster.managers.departed
    return [*present.values(), *(row.last for name, row in departed.items() if name not in present)]


def _values(cluster: ClusterState, now: float) -> dict[str, Getter]:  # noqa: ARG001
    present, departed = cluster.managers.rows, cluster.managers.departed

    def figure(field: str) -> Getter:
        read = read_field(field)
        return lambda row: read(row) if row.manager in present else None

    def last_seen(row: Manager) -> float | None:
        if row.manager in present or row.last_seen_seconds is None:
            return row.last_seen_seconds
        return row.last_seen_seconds + max(cluster.now - departed[row.manager].left, 0.0)

    figures = (column for column in TABLES["managers"].columns if column.key not in IDENTITY_COLUMNS)
    return {column.key: figure(column.field or column.key) for column in figures} | {"last_seen": last_seen}


def _mark(cluster: ClusterState) -> Callable[[Manager], str]:
    present = cluster.managers.rows
    return lambda row: stale_mark(row.last_seen_seconds) if row.manager in present else "departed"


def _with_workers_on(cluster: ClusterState, machine: str) -> Conditions:
    machines = (row for row in cluster.machines().values() if (row.host or UNKNOWN_HOST) == machine)
    return (("manager", {manager for row in machines for manager in row.managers}),)


READER = entity_reader(
    "managers",
    _managers,
    lambda row: row.manager,
    values=_values,
    mark=_mark,
    scope_rules={"machine": _with_workers_on},
    tones={"pending": tones.waiting_count, "suspended": tones.waiting_count, "last_seen": tones.last_seen},
)
