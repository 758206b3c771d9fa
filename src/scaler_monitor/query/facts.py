"""The facts of one thing, for its own page: (label, text), in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import Task
from scaler_monitor.model.timeline.timeline import name_capabilities
from scaler_monitor.protocol.format import amounts, durations, labels, number
from scaler_monitor.protocol.page import TableQuestion
from scaler_monitor.protocol.tables import NAMELESS
from scaler_monitor.query.rows.paging import row_set
from scaler_monitor.query.rows.tasks import times_over, told_duration
from scaler_monitor.query.rows.workers import WorkerRows

_TABLES = {
    "worker": "workers",
    "manager": "managers",
    "function": "functions",
    "client": "clients",
    "machine": "machines",
    "object": "objects",
    "processor": "processors",
}
QUEUED = "queued: sent to a worker (the scheduler's running), on no processor yet"
_UNUSUAL = frozenset({("function", "inactive"), ("function", "missed")})
"""Counts that a page tells only where there are any."""

_WHOLE: dict[Callable[[Any], str], Callable[[Any], str]] = {
    labels.format_task_id: labels.format_text,
    labels.format_object_id: labels.format_text,
}
"""On a page of its own a thing shows its id whole."""


def describe_facts(cluster: ClusterState, kind: str, thing: str, now: float) -> list[tuple[str, str]]:
    """Return the facts of the thing; empty where it is not known (any more)."""
    if kind == "task":
        return _task_facts(cluster, thing, now)
    if kind not in _TABLES:
        return []
    rows = row_set(cluster, TableQuestion(_TABLES[kind]), now)
    position = rows.find(thing)
    if position is None:
        return []
    row = rows.last_row(position) if isinstance(rows, WorkerRows) else rows.row(position)
    values = zip(rows.table.columns, row, strict=True)
    facts = [
        (column.title, _WHOLE.get(column.format, column.format)(value))
        for column, value in values
        if value or (kind, column.key) not in _UNUSUAL
    ]
    if kind == "function":
        facts += _unremembered(cluster, thing)
    if kind in ("function", "client"):
        facts.append(("counted since", durations.format_time(cluster.started)))
    mark = rows.mark(position)
    if isinstance(rows, WorkerRows) and mark == "departed":
        mark = _departure_of_worker(cluster, thing)
    elif mark == "stale":
        mark = "silent: figures are as it told them last"
    return [*facts, ("", mark)] if mark else facts


def _unremembered(cluster: ClusterState, row_id: str) -> list[tuple[str, str]]:
    entry = cluster.functions.entries.get("" if row_id == NAMELESS else row_id, cluster.functions.other)
    if entry is None:
        return []
    parties = (("other workers", entry.workers), ("other clients", entry.clients))
    return [
        (label, f"{amounts.counted(party.others, 'task')} of others than the {len(party):,} remembered")
        for label, party in parties
        if party.others
    ]


def _departure_of_worker(cluster: ClusterState, worker: str) -> str:
    row = cluster.workers.departed.get(worker)
    left = cluster.workers.leaving.get(worker) if row is None else row.left
    return "departed" if left is None else f"departed at {durations.format_time(left)}; figures are its last"


def _task_facts(cluster: ClusterState, hex_id: str, now: float) -> list[tuple[str, str]]:
    task = cluster.tasks.find_hex(hex_id)
    if task is None:
        return []
    status = cluster.standing(task) if task.ended is None else task.state
    if status == "queued":
        status = QUEUED
    return [
        ("task", hex_id),
        ("function", labels.format_name(task.function)),
        ("status", status),
        ("worker", labels.format_text(task.worker)),
        ("client", labels.format_text(task.client)),
        ("needs", labels.format_capabilities(name_capabilities(task.capabilities))),
        ("first seen", durations.format_time(task.first_seen)),
        ("sent", durations.format_time(task.sent)),
        ("started", durations.format_time(task.started)),
        ("ended", durations.format_time(task.ended)),
        ("waited", durations.format_duration(_waited(task))),
        ("duration", durations.format_task_duration(told_duration(task, now, times_over(cluster)(task)))),
        ("usual", _usual(cluster, task)),
        ("cpu time", durations.format_duration(task.cpu_seconds)),
        ("memory growth", amounts.format_bytes(task.memory_growth_bytes)),
        ("objects", amounts.format_bytes(task.object_bytes)),
        ("attempts", str(task.attempts)),
        ("last event", labels.format_text(task.event)),
    ]


def _usual(cluster: ClusterState, task: Task) -> str:
    """What tasks of its function take, and how far over that it is."""
    entry = cluster.functions.get(task.function) if task.function else None
    usual = None if entry is None else entry.usual_seconds
    if usual is None:
        return number.DASH
    times = times_over(cluster)(task)
    far = "" if times is None else f", and this one {amounts.format_times(times)} that so far"
    return f"95 of 100 of its function take less than {durations.format_duration(usual)}{far}"


def _waited(task: Task) -> float | None:
    """Seconds from when it was first seen until it got onto a processor."""
    return None if task.started is None else max(task.started - task.first_seen, 0.0)
