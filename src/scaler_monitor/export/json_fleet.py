"""The parts of the JSON document about what the cluster is made of: workers, managers, machines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from scaler_monitor.export.json_values import percent
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.machines import Machine
from scaler_monitor.model.managers import Manager
from scaler_monitor.model.unknown import possible
from scaler_monitor.model.workers import Capabilities
from scaler_monitor.query.rows.fleet import workers_memory
from scaler_monitor.query.rows.processors import Behind
from scaler_monitor.wire.event import Figures, WorkerColumns

_WORKER_KEYS = (
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
    "waiting",
    "suspended",
    "lag_microseconds",
    "last_seen_seconds",
    "itl",
    "net_sent_bytes",
    "net_received_bytes",
    "processors",
)


def describe_workers(cluster: ClusterState) -> list[dict[str, Any]] | None:
    """Return the workers of the latest report with their processors; None before the first."""
    workers, columns = cluster.workers, cluster.workers.columns
    if columns is None:
        return None
    unknown: list[Any] = [None] * len(workers)
    limits = _known(columns.memory_limit_bytes)
    rows = zip(
        workers.names,
        workers.manager,
        unknown if columns.host is None else columns.host,
        columns.agent_cpu_permille.tolist(),
        _known(columns.agent_rss_bytes),
        workers.cpu_permille.tolist(),
        _known(workers.rss_bytes),
        _known(columns.rss_free_bytes),
        limits or unknown,
        _known(columns.free),
        _known(columns.sent),
        _known(columns.queued),
        map(possible, Behind(cluster).waiting),
        columns.suspended.tolist(),
        _known(columns.lag_microseconds),
        columns.last_seen_seconds.tolist(),
        columns.itl,
        _known(columns.net_sent_bytes) or unknown,
        _known(columns.net_received_bytes) or unknown,
        _processors(cluster, columns),
        strict=True,
    )
    described = []
    for row in rows:
        worker = dict(zip(_WORKER_KEYS, row, strict=True))
        processors = worker.pop("processors")
        worker["host"] = worker["host"] or None
        worker["agent_cpu_percent"] = percent(worker["agent_cpu_percent"])
        worker["cpu_percent"] = percent(worker["cpu_percent"])
        worker["memory_limit_bytes"] = worker["memory_limit_bytes"] or None
        worker["capabilities"] = _names(workers.capabilities.get(worker["id"]))
        worker["processors"] = processors
        described.append(worker)
    return described


def _known(values: Figures | None) -> list[int | None]:
    """The figures as Python's own, None for those that are not known; nothing where no release says them."""
    if values is None:
        return []
    figures: list[int | None] = values.tolist()
    if values.dtype.kind == "u" or not len(values) or int(np.min(values)) >= 0:
        return figures
    return list(map(possible, figures))


def _names(capabilities: Capabilities | None) -> list[str] | None:
    return None if capabilities is None else sorted({capability.name for capability in capabilities})


def _processors(cluster: ClusterState, columns: WorkerColumns) -> Iterable[list[dict[str, Any]]]:
    """Each worker's processors, one list a worker."""
    table, records, times = columns.processors, cluster.tasks.records, cluster.overdue()
    unknown: list[Any] = [None] * len(table.pid)
    rows = zip(
        table.pid.tolist(),
        table.cpu_permille.tolist(),
        _known(table.rss_bytes),
        cluster.workers.processor_peak_rss.tolist(),
        table.initialized.tolist(),
        table.has_task.tolist(),
        table.suspended.tolist(),
        unknown if table.task_id is None else table.task_id,
        unknown if table.task_age_seconds is None else table.task_age_seconds.tolist(),
        unknown if times is None else times.tolist(),
        strict=True,
    )
    described = []
    for pid, cpu, rss, peak, initialized, has_task, suspended, task_id, age, over in rows:
        task = records.get(task_id) if task_id else None
        described.append(
            {
                "pid": pid,
                "cpu_percent": percent(cpu),
                "rss_bytes": rss,
                "peak_rss_bytes": peak if peak or rss is not None else None,
                "initialized": initialized,
                "has_task": has_task,
                "suspended": suspended,
                "task_id": task_id.hex() if task_id else None,
                "task_age_seconds": age if has_task else None,
                "function": None if task is None else task.function,
                "overdue_times": over if over is not None and over == over else None,
            }
        )
    first = columns.first_processor.tolist()
    return [described[start:stop] for start, stop in pairwise(first)]


def describe_managers(cluster: ClusterState) -> list[dict[str, Any]]:
    """Return the worker managers of the latest report."""

    def one(row: Manager) -> dict[str, Any]:
        return {
            "id": row.manager,
            "identity": row.identity,
            "workers": row.workers,
            "pending_workers": row.pending_workers,
            "max_task_concurrency": row.max_task_concurrency,
            "capabilities": None if row.capabilities is None else _split(row.capabilities),
            "last_seen_seconds": row.last_seen_seconds,
            "cpu_percent": percent(row.cpu_permille),
            "rss_bytes": row.rss_bytes,
            "agent_cpu_percent": percent(row.agent_cpu_permille),
            "agent_rss_bytes": row.agent_rss_bytes,
            "free": row.free,
            "sent": row.sent,
            "queued": row.queued,
            "suspended": row.suspended,
        }

    return [one(row) for row in cluster.managers.rows.values()]


def _split(names: str) -> list[str]:
    return sorted({name for name in re.split(r"[\s,]+", names) if name})


def describe_machines(cluster: ClusterState) -> list[dict[str, Any]] | None:
    """Return the machines of the latest report; None before the first, and where a release tells no hosts."""
    columns = cluster.workers.columns
    if columns is None or columns.host is None:
        return None

    def one(row: Machine) -> dict[str, Any]:
        return {
            "host": row.host or None,
            "workers": row.workers,
            "busy_workers": row.busy,
            "idle_workers": row.workers - row.busy,
            "managers": list(row.managers),
            "cpu_percent": percent(row.cpu_permille),
            "rss_bytes": row.rss_bytes,
            "agent_cpu_percent": percent(row.agent_cpu_permille),
            "agent_rss_bytes": row.agent_rss_bytes,
            "rss_free_bytes": row.rss_free_bytes,
            "workers_memory_percent": percent(workers_memory(row)),
            "queued": row.queued,
            "sent": row.sent,
            "net_sent_bytes": row.net_sent_bytes,
            "net_received_bytes": row.net_received_bytes,
            "last_seen_seconds": row.last_seen_seconds,
        }

    return [one(row) for row in cluster.machines().values()]
