"""Rows of worker managers, those that have left lately too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.managers import Manager
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query import tones
from scaler_monitor.query.entity_reader import entity_reader
from scaler_monitor.query.members import UNKNOWN_HOST
from scaler_monitor.query.reader import Conditions, Getter, read_field
from scaler_monitor.query.rows.row_set import mark_of_silence

OF_NO_REPORT = frozenset({"manager", "identity", "concurrency", "capabilities"})
"""What a manager that has left is still known by; its figures are unknown now."""


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

    figures = (column for column in TABLES["managers"].columns if column.key not in OF_NO_REPORT)
    return {column.key: figure(column.field or column.key) for column in figures} | {"last_seen": last_seen}


def _mark(cluster: ClusterState) -> Callable[[Manager], str]:
    present = cluster.managers.rows
    return lambda row: mark_of_silence(row.last_seen_seconds) if row.manager in present else "departed"


def _with_workers_on(cluster: ClusterState, machine: str) -> Conditions:
    machines = (row for row in cluster.machines().values() if (row.host or UNKNOWN_HOST) == machine)
    return (("manager", {manager for row in machines for manager in row.managers}),)


READER = entity_reader(
    "managers",
    _managers,
    lambda row: row.manager,
    values=_values,
    mark=_mark,
    members={"machine": _with_workers_on},
    tones={"pending": tones.waiting, "suspended": tones.waiting, "last_seen": tones.last_seen},
)
