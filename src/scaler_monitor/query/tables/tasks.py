"""Reads the task log: one row per record, in the order of first seen; and the facts of one task."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import Task
from scaler_monitor.model.timeline.timeline import name_capabilities
from scaler_monitor.protocol.format import amounts, durations, labels, number
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query import tones
from scaler_monitor.query.reader import Conditions, Fact, Getter, RowRequest, TableReader, column_getters
from scaler_monitor.query.rows.entity_rows import EntityRows
from scaler_monitor.query.rows.task_values import (
    displayed_duration,
    overdue_ratio,
    task_duration,
    task_status,
)
from scaler_monitor.query.scope_rules import WORKER_SCOPES

QUEUED = "queued: sent to a worker (the scheduler's running), on no processor yet"

_named = lru_cache(maxsize=1024)(name_capabilities)


def _values(cluster: ClusterState, now: float) -> dict[str, Getter]:
    """Return the computed columns; running tasks have their duration up to `now` (unix seconds)."""
    return {
        "status": lambda task: task_status(cluster, task),
        "duration": lambda task: task_duration(task, now),
        "over": overdue_ratio(cluster),
        "capabilities": lambda task: _named(task.capabilities),
    }


def _rows(request: RowRequest) -> EntityRows[Task]:
    cluster, table, columns = request.cluster, TABLES["tasks"], request.columns.tasks
    getters = column_getters(table, _values(cluster, request.now))
    columns.update(cluster, table, getters)
    tasks, over = columns.tasks, getters["over"]

    def find(row_id: str) -> int | None:
        task = cluster.tasks.find_hex(row_id)
        return None if task is None else bisect_left(tasks, task.number, key=lambda other: other.number)

    return EntityRows(
        table,
        tasks,
        getters,
        lambda task: task.id.hex(),
        natural="time",
        shed=cluster.tasks.evicted,
        ties="newest",
        find=find,
        whole=columns.column,
        shown={"duration": lambda task: displayed_duration(task, request.now, over(task))},
    )


def _tasks_calling(cluster: ClusterState, hex_id: str) -> Conditions:
    """Return the conditions for tasks that call the object, if it is a function of its client.

    For other objects the wire format only has the number of tasks (ObjectDetail.tasks), so none match.
    """
    found = [one for one in cluster.objects.biggest or () if one.object_id.hex() == hex_id]
    if not found or found[0].kind != "object" or cluster.functions.get(found[0].name) is None:
        return ()
    return (("function", {found[0].name}), ("client", {found[0].creator}))


def _facts(cluster: ClusterState, hex_id: str, now: float) -> list[Fact]:
    task = cluster.tasks.find_hex(hex_id)
    if task is None:
        return []
    status = cluster.task_status(task) if task.ended is None else task.state
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
        ("waited", durations.format_duration(_waiting_seconds(task))),
        (
            "duration",
            durations.format_task_duration(displayed_duration(task, now, overdue_ratio(cluster)(task))),
        ),
        ("usual", _usual_duration(cluster, task)),
        ("cpu time", durations.format_duration(task.cpu_seconds)),
        ("memory growth", amounts.format_bytes(task.memory_growth_bytes)),
        ("objects", amounts.format_bytes(task.object_bytes)),
        ("attempts", str(task.attempts)),
        ("last event", labels.format_text(task.event)),
    ]


def _usual_duration(cluster: ClusterState, task: Task) -> str:
    """Return the usual duration of the task's function, and the factor over it if the task is overdue."""
    entry = cluster.functions.get(task.function) if task.function else None
    usual = None if entry is None else entry.usual_seconds
    if usual is None:
        return number.DASH
    times = overdue_ratio(cluster)(task)
    far = "" if times is None else f", and this one {amounts.format_ratio(times)} that so far"
    return f"95 of 100 of its function take less than {durations.format_duration(usual)}{far}"


def _waiting_seconds(task: Task) -> float | None:
    """Return seconds from first seen to start on a processor; None if it has not started."""
    return None if task.started is None else max(task.started - task.first_seen, 0.0)


READER = TableReader(
    "tasks",
    _rows,
    entities=lambda cluster: cluster.tasks.records.values(),
    values=_values,
    scope_rules={**WORKER_SCOPES, "object": _tasks_calling},
    tones={"status": tones.state, "duration": tones.task_age, "over": tones.overdue},
    facts=_facts,
)
