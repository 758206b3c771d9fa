"""Rows of the task log: one a record, in the order of first seen; and the facts of one task."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.tasks import Task
from scaler_monitor.model.timeline.timeline import name_capabilities
from scaler_monitor.protocol.format import amounts, durations, labels, number
from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.query import tones
from scaler_monitor.query.members import OF_WORKERS
from scaler_monitor.query.reader import Asked, Conditions, Fact, Getter, TableReader, column_getters
from scaler_monitor.query.rows.entity_rows import EntityRows
from scaler_monitor.query.rows.task_values import task_duration, task_status, times_over, told_duration

QUEUED = "queued: sent to a worker (the scheduler's running), on no processor yet"

_named = lru_cache(maxsize=1024)(name_capabilities)


def _values(cluster: ClusterState, now: float) -> dict[str, Getter]:
    """`now` is where the duration of a task that runs ends."""
    return {
        "status": lambda task: task_status(cluster, task),
        "duration": lambda task: task_duration(task, now),
        "over": times_over(cluster),
        "capabilities": lambda task: _named(task.capabilities),
    }


def _rows(asked: Asked) -> EntityRows[Task]:
    cluster, table, columns = asked.cluster, TABLES["tasks"], asked.columns.tasks
    getters = column_getters(table, _values(cluster, asked.now))
    columns.follow(cluster, table, getters)
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
        shown={"duration": lambda task: told_duration(task, asked.now, over(task))},
    )


def _calling(cluster: ClusterState, hex_id: str) -> Conditions:
    """Tasks that call an object: a function is one under its own name, and the tasks are its client's.

    Of other objects the wire says only how many tasks hold one (ObjectDetail.tasks).
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


READER = TableReader(
    "tasks",
    _rows,
    entities=lambda cluster: cluster.tasks.records.values(),
    values=_values,
    members={**OF_WORKERS, "object": _calling},
    tones={"status": tones.state, "duration": tones.task_age, "over": tones.overdue},
    facts=_facts,
)
