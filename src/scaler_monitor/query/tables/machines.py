"""Reads the machine table."""

from __future__ import annotations

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.machines import Machine
from scaler_monitor.query import tones
from scaler_monitor.query.entity_reader import entity_reader
from scaler_monitor.query.reader import Conditions, Getter
from scaler_monitor.query.rows.row_set import stale_mark
from scaler_monitor.query.scope_rules import UNKNOWN_HOST


def _host(row: Machine) -> str:
    return row.host or UNKNOWN_HOST


def _workers_memory(row: Machine) -> int | None:
    """Return the memory of the workers as a share of it plus the free memory, in tenths of a percent."""
    if row.rss_bytes is None or row.rss_free_bytes is None:
        return None
    whole = row.rss_bytes + row.rss_free_bytes
    return round(row.rss_bytes * 1000 / whole) if whole else None


def _values(cluster: ClusterState, now: float) -> dict[str, Getter]:  # noqa: ARG001
    return {
        "host": _host,
        "idle": lambda row: row.workers - row.busy,
        "managers": lambda row: ", ".join(row.managers) or None,
        "memory": _workers_memory,
    }


def _of_manager(cluster: ClusterState, manager: str) -> Conditions:
    return (("host", {_host(row) for row in cluster.machines().values() if manager in row.managers}),)


READER = entity_reader(
    "machines",
    lambda cluster: list(cluster.machines().values()),
    _host,
    values=_values,
    mark=lambda _: lambda row: stale_mark(row.last_seen_seconds),
    scope_rules={"manager": _of_manager},
    tones={"memory": tones.memory, "last_seen": tones.last_seen},
)
