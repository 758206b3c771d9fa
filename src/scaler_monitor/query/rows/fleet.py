"""Rows of worker managers and machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.machines import Machine
from scaler_monitor.model.managers import Manager
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query.rows.row_set import EntityRows, mark_of_silence

UNKNOWN_HOST = "(unknown host)"


def manager_rows(cluster: ClusterState) -> EntityRows[Manager]:
    """Return a row a manager, those that have left lately too."""
    present, departed = cluster.managers.rows, cluster.managers.departed
    left = [row.last for name, row in departed.items() if name not in present]

    def figure(name: str) -> Callable[[Manager], Any]:
        """Of one that has left it is unknown now."""
        return lambda row: getattr(row, name) if row.manager in present else None

    def last_seen(row: Manager) -> float | None:
        if row.manager in present or row.last_seen_seconds is None:
            return row.last_seen_seconds
        return row.last_seen_seconds + max(cluster.now - departed[row.manager].left, 0.0)

    return EntityRows(
        TABLES["managers"],
        [*present.values(), *left],
        {
            "manager": lambda row: row.manager,
            "identity": lambda row: row.identity,
            "workers": figure("workers"),
            "pending": figure("pending_workers"),
            "concurrency": lambda row: row.max_task_concurrency,
            "cpu": figure("cpu_permille"),
            "rss": figure("rss_bytes"),
            "agt_cpu": figure("agent_cpu_permille"),
            "agt_rss": figure("agent_rss_bytes"),
            "free": figure("free"),
            "sent": figure("sent"),
            "queued": figure("queued"),
            "suspended": figure("suspended"),
            "last_seen": last_seen,
            "capabilities": lambda row: row.capabilities,
        },
        lambda row: row.manager,
        lambda row: mark_of_silence(row.last_seen_seconds) if row.manager in present else "departed",
    )


def workers_memory(row: Machine) -> int | None:
    """Return what a machine's workers hold, of that plus what is left, in tenths of a percent."""
    if row.rss_bytes is None or row.rss_free_bytes is None:
        return None
    whole = row.rss_bytes + row.rss_free_bytes
    return round(row.rss_bytes * 1000 / whole) if whole else None


def machine_rows(cluster: ClusterState) -> EntityRows[Machine]:
    """Return a row a machine."""

    return EntityRows(
        TABLES["machines"],
        list(cluster.machines().values()),
        {
            "host": lambda row: row.host or UNKNOWN_HOST,
            "workers": lambda row: row.workers,
            "busy": lambda row: row.busy,
            "idle": lambda row: row.workers - row.busy,
            "managers": lambda row: ", ".join(row.managers) or None,
            "cpu": lambda row: row.cpu_permille,
            "rss": lambda row: row.rss_bytes,
            "agt_cpu": lambda row: row.agent_cpu_permille,
            "agt_rss": lambda row: row.agent_rss_bytes,
            "rss_free": lambda row: row.rss_free_bytes,
            "memory": workers_memory,
            "queued": lambda row: row.queued,
            "sent": lambda row: row.sent,
            "net_sent": lambda row: row.net_sent_bytes,
            "net_received": lambda row: row.net_received_bytes,
            "last_seen": lambda row: row.last_seen_seconds,
        },
        lambda row: row.host or UNKNOWN_HOST,
        lambda row: mark_of_silence(row.last_seen_seconds),
    )
