"""The whole state as one JSON document, schema 1: units in names, what is unknown is null, never 0."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from scaler_monitor.model.clients import Clients
from scaler_monitor.model.functions import Function
from scaler_monitor.model.managers import Manager
from scaler_monitor.model.picture import Picture
from scaler_monitor.model.workers import Capabilities
from scaler_monitor.views.page import Status, ViewerHealth
from scaler_monitor.wire.event import StorageStatus, WorkerColumns

SCHEMA = 1


def document(
    cluster: Picture, status: Status, now: float, viewer: ViewerHealth | None = None
) -> dict[str, Any]:
    """Return the document of unix time `now`. Ids are whole; states, events and messages as on the wire.

    `viewer` is what the program that asked for it costs.
    """
    scheduler = cluster.scheduler
    return {
        "schema": SCHEMA,
        "time": now,
        "source": _source(status, viewer or ViewerHealth())
        | {
            "events_left_out": cluster.events.left_out,
            "spans_left_out": cluster.timeline.unplaced,
        },
        "scheduler": {
            "cpu_percent": _percent(scheduler.cpu_permille),
            "rss_bytes": scheduler.rss_bytes,
            "rss_free_bytes": scheduler.rss_free_bytes,
        },
        "tasks": {
            "states": cluster.states.reported,
            "seen": dict(cluster.states.seen),
            "overdue": cluster.overdue_count(),
        },
        "messages": {
            "sent": cluster.messages.sent.totals,
            "received": cluster.messages.received.totals,
        },
        "workers": None if cluster.workers.columns is None else _workers(cluster, cluster.workers.columns),
        "managers": _managers(cluster),
        "clients": _clients(cluster.clients),
        "functions": [_function(entry) for entry in cluster.functions.rows()],
        "storage": _storage(cluster.objects.storage),
        "objects_total": cluster.objects.count,
    }


def _percent(permille: int | None) -> float | None:
    return None if permille is None else int(permille) / 10


def _share(part: float | None) -> float | None:
    return None if part is None else part * 100


def _source(status: Status, viewer: ViewerHealth) -> dict[str, Any]:
    return {
        "address": status.address,
        "wire": status.wire,
        "generation": status.generation,
        "connected": status.connected,
        "report_age_seconds": status.report_age_seconds,
        "frames": status.frames,
        "malformed": status.malformed,
        "dropped": status.dropped,
        "cut": status.cut,
        "state": status.word,
        "problem": status.problem or None,
        "events_per_second": status.events_per_second,
        "queue_age_seconds": status.queue_age_seconds,
        "connects": status.connects,
        "watching_since": status.started,
        "collector_cpu_percent": status.collector_cpu_percent,
        "collector_rss_bytes": status.collector_rss_bytes,
        "viewer_cpu_percent": viewer.cpu_percent,
        "viewer_rss_bytes": viewer.rss_bytes,
        "terminal_bytes_per_second": viewer.terminal_bytes_per_second,
    }


def _names(capabilities: Capabilities | None) -> list[str] | None:
    return None if capabilities is None else sorted({capability.name for capability in capabilities})


def _split(names: str) -> list[str]:
    return sorted({name for name in re.split(r"[\s,]+", names) if name})


def _workers(cluster: Picture, columns: WorkerColumns) -> list[dict[str, Any]]:
    workers = cluster.workers
    count = len(workers)
    unknown: list[Any] = [None] * count
    limits = unknown if columns.memory_limit_bytes is None else columns.memory_limit_bytes.tolist()
    rows = zip(
        workers.names,
        workers.manager,
        unknown if columns.host is None else columns.host,
        columns.agent_cpu_permille.tolist(),
        columns.agent_rss_bytes.tolist(),
        workers.cpu_permille.tolist(),
        workers.rss_bytes.tolist(),
        columns.rss_free_bytes.tolist(),
        limits,
        columns.free.tolist(),
        columns.sent.tolist(),
        columns.queued.tolist(),
        columns.suspended.tolist(),
        columns.lag_microseconds.tolist(),
        columns.last_seen_seconds.tolist(),
        columns.itl,
        _processors(columns),
        strict=True,
    )
    keys = [
        "id",
        "manager",
        "host",
        "agent_cpu_percent",
        "agent_rss_bytes",
        "cpu_percent",
        "rss_bytes",
        "rss_free_bytes",
        "memory_limit_bytes",
        "free",
        "sent",
        "queued",
        "suspended",
        "lag_microseconds",
        "last_seen_seconds",
        "itl",
        "processors",
    ]
    described = []
    for row in rows:
        worker = dict(zip(keys, row, strict=True))
        processors = worker.pop("processors")
        worker["host"] = worker["host"] or None
        worker["agent_cpu_percent"] = _percent(worker["agent_cpu_percent"])
        worker["cpu_percent"] = _percent(worker["cpu_percent"])
        worker["memory_limit_bytes"] = worker["memory_limit_bytes"] or None
        worker["capabilities"] = _names(workers.capabilities.get(worker["id"]))
        worker["processors"] = processors
        described.append(worker)
    return described


def _processors(columns: WorkerColumns) -> Iterable[list[dict[str, Any]]]:
    """Each worker's processors, one list a worker."""
    table = columns.processors
    count = len(table.pid)
    unknown: list[Any] = [None] * count
    rows = zip(
        table.pid.tolist(),
        table.cpu_permille.tolist(),
        table.rss_bytes.tolist(),
        table.initialized.tolist(),
        table.has_task.tolist(),
        table.suspended.tolist(),
        unknown if table.task_id is None else table.task_id,
        unknown if table.task_age_seconds is None else table.task_age_seconds.tolist(),
        strict=True,
    )
    described = [
        {
            "pid": pid,
            "cpu_percent": _percent(cpu),
            "rss_bytes": rss,
            "initialized": initialized,
            "has_task": has_task,
            "suspended": suspended,
            "task_id": task_id.hex() if task_id else None,
            "task_age_seconds": age if has_task else None,
        }
        for pid, cpu, rss, initialized, has_task, suspended, task_id, age in rows
    ]
    first = columns.first_processor.tolist()
    return [described[start:stop] for start, stop in pairwise(first)]


def _managers(cluster: Picture) -> list[dict[str, Any]]:
    def one(row: Manager) -> dict[str, Any]:
        return {
            "id": row.manager,
            "identity": row.identity,
            "workers": row.workers,
            "pending_workers": row.pending_workers,
            "max_task_concurrency": row.max_task_concurrency,
            "capabilities": None if row.capabilities is None else _split(row.capabilities),
            "last_seen_seconds": row.last_seen_seconds,
        }

    return [one(row) for row in cluster.managers.rows.values()]


def _clients(clients: Clients) -> list[dict[str, Any]] | None:
    if clients.rows is None:
        return None
    return [
        {
            "id": row.client,
            "tasks": row.tasks,
            "host": row.host or None,
            "cpu_percent": _percent(row.cpu_permille),
            "rss_bytes": row.rss_bytes,
            "latency_microseconds": row.latency_microseconds,
            "connected_seconds": row.connected_seconds,
            "last_seen_seconds": row.last_seen_seconds,
        }
        for row in clients.rows.values()
    ]


def _function(entry: Function) -> dict[str, Any]:
    return {
        "name": entry.name,
        "running": entry.running,
        "success": entry.success,
        "failed": entry.failed,
        "canceled": entry.canceled,
        "duration_p50_seconds": entry.durations.quantile(0.5),
        "duration_p95_seconds": entry.durations.quantile(0.95),
        "duration_max_seconds": entry.durations.longest if entry.durations.count else None,
        "memory_peak_bytes": entry.memory_peak_bytes,
        "tasks": entry.tasks,
        "failure_percent": _share(entry.failure),
        "recent_failure_percent": _share(entry.failure_lately),
    }


def _storage(storage: StorageStatus | None) -> dict[str, int] | None:
    if storage is None:
        return None
    return {
        "objects": storage.objects,
        "unique_objects": storage.unique_objects,
        "bytes": storage.total_bytes,
        "pending_requests": storage.pending_requests,
        "oldest_pending_seconds": storage.oldest_pending_seconds,
    }
