"""Parts of the JSON document: clients, functions, objects, object storage, tasks, events."""

from __future__ import annotations

from itertools import islice
from typing import Any

from scaler_monitor.export.json_tables import LATEST_ROWS, describe_rows
from scaler_monitor.export.json_values import share
from scaler_monitor.model.clients import ClientTally
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.functions import Function
from scaler_monitor.model.objects import Storage
from scaler_monitor.model.tasks import Task
from scaler_monitor.query.rows.task_values import task_duration
from scaler_monitor.query.tables.clients import Client, connected_clients, departed_clients
from scaler_monitor.query.tables.events import LogEntries

_TALLY_FIELDS = ("submitted", "open", "finished", "failed", "canceled", "missed")


def describe_clients(cluster: ClusterState, now: float) -> list[dict[str, Any]] | None:
    """Return the connected clients; None before the first report, or if the release reports wrong ones."""
    if cluster.clients.rows is None:
        return None

    def host(client: Client) -> str | None:
        return None if client.status is None else client.status.host or None

    return describe_rows(cluster, now, "clients", connected_clients(cluster), {"host": host})


def describe_departed_clients(cluster: ClusterState) -> list[dict[str, Any]]:
    """Return the clients that are not connected and whose tasks this monitor saw."""
    return [{"id": client.id} | _tally_counts(client.tally) for client in departed_clients(cluster)]


def _tally_counts(tally: ClientTally | None) -> dict[str, int | None]:
    return {name: None if tally is None else getattr(tally, name) for name in _TALLY_FIELDS}


def describe_functions(cluster: ClusterState, now: float) -> list[dict[str, Any]]:
    """Return the functions of the tasks that this monitor saw."""
    all_seconds = cluster.functions.total_seconds()

    def time_share(entry: Function) -> float | None:
        return share(entry.durations.total / all_seconds) if all_seconds else None

    more = {
        "names": lambda entry: 1 if entry.names is None else len(entry.names),
        "names_left_out": lambda entry: entry.names is not None and bool(entry.names.others),
        "time_share_percent": time_share,
        "failure_percent": lambda entry: share(entry.failure),
        "recent_failure_percent": lambda entry: share(entry.recent_failure),
        "workers_left_out": lambda entry: bool(entry.workers.others),
        "clients_left_out": lambda entry: bool(entry.clients.others),
    }
    return describe_rows(cluster, now, "functions", cluster.functions.rows(), more)


def describe_objects(cluster: ClusterState, now: float) -> list[dict[str, Any]] | None:
    """Return the biggest objects; None if the release does not report them."""
    if cluster.objects.biggest is None:
        return None
    creator = {"client": lambda detail: detail.creator or None}
    return describe_rows(cluster, now, "objects", cluster.objects.biggest, creator)


def describe_storage(storage: Storage | None) -> dict[str, int | None] | None:
    """Return the values of the object storage server; None before release 2.9."""
    if storage is None:
        return None
    return {
        "objects": storage.objects,
        "unique_objects": storage.unique_objects,
        "bytes": storage.total_bytes,
        "pending_requests": storage.pending_requests,
        "pending_objects": storage.pending_objects,
        "oldest_pending_seconds": storage.oldest_pending_seconds,
    }


def describe_latest_tasks(cluster: ClusterState, now: float) -> list[dict[str, Any]]:
    """Return the latest tasks, newest first."""

    def source(task: Task) -> str | None:
        if task_duration(task, now) is None:
            return None
        return "profile" if task.profile is not None else "processors"

    def capabilities(task: Task) -> list[str] | None:
        needed = task.capabilities
        return None if needed is None else sorted({capability.name for capability in needed})

    newest = islice(reversed(cluster.tasks.records.values()), LATEST_ROWS)
    more = {"duration_source": source, "capabilities": capabilities}
    return describe_rows(cluster, now, "tasks", newest, more)


def describe_latest_events(cluster: ClusterState, now: float) -> list[dict[str, Any]]:
    """Return the latest entries of the event log, newest first."""
    entries = LogEntries(cluster.events)
    newest = reversed(entries[max(len(entries) - LATEST_ROWS, 0) :])
    return describe_rows(cluster, now, "events", newest)
