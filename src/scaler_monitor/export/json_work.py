"""The parts of the JSON document about what the cluster does: clients, functions, objects, tasks, events."""

from __future__ import annotations

from itertools import islice
from typing import Any

from scaler_monitor.export.json_values import percent, share
from scaler_monitor.model.clients import ClientTally
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.functions import Function
from scaler_monitor.model.objects import Objects, Storage
from scaler_monitor.model.tasks import Task
from scaler_monitor.model.unknown import possible
from scaler_monitor.query.rows.event_reader import EventReader
from scaler_monitor.query.rows.events import LogEntries
from scaler_monitor.query.rows.tasks import LOST, task_duration

LATEST = 20
"""Tasks, and events, that the document has: the newest, as the text has."""

_COUNTED = ("submitted", "open", "finished", "failed", "canceled", "missed")


def describe_clients(cluster: ClusterState) -> list[dict[str, Any]] | None:
    """Return the connected clients; None where a release fills them wrongly, and before the first report."""
    clients = cluster.clients
    if clients.rows is None:
        return None
    made = cluster.objects.by_client()
    described = []
    for row in clients.rows.values():
        objects, size = (None, None) if made is None else made.get(row.client, (0, 0))
        one = {
            "id": row.client,
            "tasks": row.tasks,
            "host": row.host or None,
            "cpu_percent": percent(row.cpu_permille),
            "rss_bytes": row.rss_bytes,
            "latency_microseconds": row.latency_microseconds,
            "connected_seconds": row.connected_seconds,
            "last_seen_seconds": row.last_seen_seconds,
        }
        one |= _counted(clients.tallies.get(row.client))
        described.append(one | {"listed_objects": objects, "listed_object_bytes": size})
    return described


def describe_departed_clients(cluster: ClusterState) -> list[dict[str, Any]]:
    """Return the clients of tasks that this monitor saw which are not connected."""
    clients = cluster.clients
    present = clients.rows or {}
    gone = [tally for name, tally in clients.tallies.items() if name not in present]
    gone += [clients.other] if clients.folded else []
    return [{"id": tally.client} | _counted(tally) for tally in gone]


def _counted(tally: ClientTally | None) -> dict[str, int | None]:
    return {name: None if tally is None else getattr(tally, name) for name in _COUNTED}


def describe_functions(cluster: ClusterState) -> list[dict[str, Any]]:
    """Return the functions of the tasks that this monitor saw."""
    all_seconds = cluster.functions.total_seconds()

    def one(entry: Function) -> dict[str, Any]:
        durations = entry.durations
        return {
            "name": entry.name,
            "names": 1 if entry.names is None else len(entry.names),
            "names_left_out": entry.names is not None and bool(entry.names.others),
            "running": entry.running,
            "inactive": entry.waiting,
            "success": entry.success,
            "failed": entry.failed,
            "canceled": entry.canceled,
            "missed": entry.missed,
            "ended_per_second": entry.rate,
            "duration_p50_seconds": durations.quantile(0.5),
            "duration_p95_seconds": durations.quantile(0.95),
            "duration_max_seconds": durations.longest if durations.count else None,
            "time_share_percent": share(durations.total / all_seconds) if all_seconds else None,
            "memory_peak_bytes": entry.memory_peak_bytes,
            "tasks": entry.tasks,
            "failure_percent": share(entry.failure),
            "recent_failure_percent": share(entry.failure_lately),
            "workers": len(entry.workers),
            "workers_left_out": bool(entry.workers.others),
            "clients": len(entry.clients),
            "clients_left_out": bool(entry.clients.others),
        }

    return [one(entry) for entry in cluster.functions.rows()]


def describe_objects(objects: Objects) -> list[dict[str, Any]] | None:
    """Return the biggest objects, which are all that a release names; None where it names none."""
    if objects.biggest is None:
        return None
    return [
        {
            "id": detail.object_id.hex(),
            "name": detail.name,
            "type": detail.kind,
            "size_bytes": detail.size_bytes,
            "tasks": detail.tasks,
            "client": detail.creator or None,
        }
        for detail in objects.biggest
    ]


def describe_storage(storage: Storage | None) -> dict[str, int | None] | None:
    """Return what the object storage server says; None before 2.9."""
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
    """Return the tasks seen last, the newest first."""

    def one(task: Task) -> dict[str, Any]:
        seconds = task_duration(task, now)
        source = "profile" if task.profile is not None else "processors"
        return {
            "id": task.hex,
            "first_seen": task.first_seen,
            "function": task.function,
            "status": cluster.standing(task) if task.ended is None else LOST.get(task.state, task.state),
            "duration_seconds": seconds,
            "duration_source": None if seconds is None else source,
            "cpu_seconds": task.cpu_seconds,
            "memory_growth_bytes": possible(task.memory_growth_bytes),
            "object_bytes": possible(task.object_bytes),
            "worker": task.worker,
            "client": task.client,
            "capabilities": None
            if task.capabilities is None
            else sorted({capability.name for capability in task.capabilities}),
        }

    return [one(task) for task in islice(reversed(cluster.tasks.records.values()), LATEST)]


def describe_latest_events(cluster: ClusterState) -> list[dict[str, Any]]:
    """Return the newest entries of the event log, the newest first."""
    entries = LogEntries(cluster.events)
    read = EventReader(cluster.tasks.records).getters()
    keys = {"time": "time", "task_id": "task", "status": "status", "event": "event"}
    keys |= {"function": "function", "worker": "worker", "client": "client", "detail": "detail"}
    newest = entries[max(len(entries) - LATEST, 0) :]
    return [{name: read[key](entry) for name, key in keys.items()} for entry in reversed(newest)]
