"""Rows of worker managers and machines."""

from __future__ import annotations

from scaler_monitor.model.cluster import Cluster
from scaler_monitor.model.machines import Machine
from scaler_monitor.model.managers import Manager
from scaler_monitor.views.rows.row_set import EntityRows
from scaler_monitor.views.tables import TABLES

UNKNOWN_HOST = "(unknown host)"


def manager_rows(cluster: Cluster) -> EntityRows[Manager]:
    """Return a row a manager, those that have left lately too."""
    present = cluster.managers.rows
    left = [row.last for name, row in cluster.managers.departed.items() if name not in present]
    return EntityRows(
        TABLES["managers"],
        [*present.values(), *left],
        {
            "manager": lambda row: row.manager,
            "identity": lambda row: row.identity,
            "workers": lambda row: row.workers,
            "pending": lambda row: row.pending_workers,
            "concurrency": lambda row: row.max_task_concurrency,
            "cpu": lambda row: row.cpu_permille,
            "rss": lambda row: row.rss_bytes,
            "free": lambda row: row.free,
            "sent": lambda row: row.sent,
            "queued": lambda row: row.queued,
            "suspended": lambda row: row.suspended,
            "last_seen": lambda row: row.last_seen_seconds,
            "capabilities": lambda row: row.capabilities,
        },
        lambda row: row.manager,
        lambda row: "" if row.manager in present else "departed",
    )


def machine_rows(cluster: Cluster) -> EntityRows[Machine]:
    """Return a row a machine."""

    def memory(row: Machine) -> int | None:
        whole = row.rss_bytes + row.rss_free_bytes
        return round(row.rss_bytes * 1000 / whole) if whole else None

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
            "rss_free": lambda row: row.rss_free_bytes,
            "memory": memory,
            "queued": lambda row: row.queued,
            "sent": lambda row: row.sent,
            "net_sent": lambda row: row.net_sent_bytes,
            "net_received": lambda row: row.net_received_bytes,
            "last_seen": lambda row: row.last_seen_seconds,
        },
        lambda row: row.host or UNKNOWN_HOST,
    )
