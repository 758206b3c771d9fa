"""The event table's rows: one an entry of the log, in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterable

from scaler_monitor.model.cluster import Cluster
from scaler_monitor.model.events import Entry, FeedSeen, ManagerSeen, WorkerSeen
from scaler_monitor.model.tasks import Task
from scaler_monitor.model.timeline import name_capabilities
from scaler_monitor.views.format import format_bytes, format_duration
from scaler_monitor.views.rows.row_set import EntityRows
from scaler_monitor.views.tables import TABLES
from scaler_monitor.wire.event import StateBalanceAdvice, StateGraphTask, StateTask, StateWorker


def event_rows(cluster: Cluster, entries: Iterable[Entry] | None = None) -> EntityRows[Entry]:
    """Return the rows of the whole log, or of the given entries (oldest first)."""
    log = cluster.events
    if entries is None:
        numbers = range(log.shed, log.total)
        entries = map(Entry, numbers, log.times, log.happenings)
    tasks = cluster.tasks.records

    def known(entry: Entry) -> Task | None:
        what = entry.what
        return tasks.get(what.task_id) if isinstance(what, StateTask) else None

    def function(entry: Entry) -> str | None:
        named = entry.what.function if isinstance(entry.what, StateTask) else ""
        task = None if named else known(entry)
        return named or (task.function if task is not None else None) or None

    def client(entry: Entry) -> str | None:
        named = entry.what.client if isinstance(entry.what, StateTask) else None
        task = None if named else known(entry)
        return named or (task.client if task is not None else None)

    def worker(entry: Entry) -> str | None:
        what = entry.what
        named = (
            what.worker if isinstance(what, StateTask | StateWorker | StateBalanceAdvice | WorkerSeen) else ""
        )
        if named or not isinstance(what, StateTask):
            return named or None
        task = tasks.get(what.task_id)
        # a final message names no worker: the record does, as long as that message is its latest
        return task.worker if task is not None and task.ended == entry.time else None

    return EntityRows(
        TABLES["events"],
        list(entries),
        {
            "time": lambda entry: entry.time,
            "task": _task,
            "status": _status,
            "event": _event,
            "function": function,
            "worker": worker,
            "client": client,
            "detail": _detail,
        },
        lambda entry: str(entry.number),
        natural="time",
        shed=log.shed,
        newest_first=True,
    )


def _task(entry: Entry) -> str | None:
    what = entry.what
    if isinstance(what, StateTask | StateGraphTask):
        return what.task_id.hex()
    if isinstance(what, StateBalanceAdvice) and len(what.task_ids) == 1:
        return what.task_ids[0].hex()
    return None


def _status(entry: Entry) -> str | None:
    what = entry.what
    if isinstance(what, StateTask | StateWorker):
        return what.state
    if isinstance(what, WorkerSeen | ManagerSeen):
        return "connected" if what.came else "disconnected"
    if isinstance(what, FeedSeen):
        return "connected" if what.connected else "disconnected"
    return None


def _event(entry: Entry) -> str | None:
    what = entry.what
    if isinstance(what, StateTask):
        return what.event or None
    if isinstance(what, WorkerSeen | ManagerSeen):
        return "StateScheduler"
    if isinstance(what, FeedSeen):
        return "connection"
    return type(what).__name__


def _detail(entry: Entry) -> str | None:
    what = entry.what
    if isinstance(what, StateTask):
        if what.profile is None:
            return name_capabilities(what.capabilities) or None
        growth, cpu = (
            format_bytes(what.profile.memory_growth_bytes),
            format_duration(what.profile.cpu_seconds),
        )
        return f"{format_duration(what.profile.duration_seconds)}, grew {growth}, cpu {cpu}"
    if isinstance(what, StateWorker):
        return name_capabilities(what.capabilities) or None
    if isinstance(what, StateBalanceAdvice):
        return f"take {len(what.task_ids)} tasks"
    if isinstance(what, StateGraphTask):
        return f"{what.kind} node, {len(what.parent_task_ids)} parents"
    if isinstance(what, ManagerSeen):
        return f"manager {what.manager}"
    return None
