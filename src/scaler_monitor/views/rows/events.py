"""The event table's rows: one an entry of the log, in the order in which they came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

import numpy as np

from scaler_monitor.model.events import (
    Entry,
    Events,
    FeedSeen,
    ManagerSeen,
    TaskOnProcessor,
    TasksLeftOut,
    WorkerLeft,
    WorkerSeen,
)
from scaler_monitor.model.picture import Picture
from scaler_monitor.model.timeline.timeline import name_capabilities
from scaler_monitor.views.format import counted, format_bytes, format_duration
from scaler_monitor.views.rows.details import NOT_MADE
from scaler_monitor.views.rows.event_columns import EventColumns
from scaler_monitor.views.rows.row_set import EntityRows, Values
from scaler_monitor.views.tables import TABLES
from scaler_monitor.wire.event import (
    FINAL_STATES,
    StateBalanceAdvice,
    StateGraphTask,
    StateTask,
    StateWorker,
)


class LogEntries(Sequence[Entry]):
    """The whole log; entries are made when they are looked at."""

    def __init__(self, log: Events) -> None:
        self._first = log.shed
        self._times = list(log.times)
        self._happenings = list(log.happenings)

    def __len__(self) -> int:
        return len(self._times)

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> list[Entry]: ...
    def __getitem__(self, at: int | slice) -> Entry | list[Entry]:
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            numbers = range(self._first + start, self._first + stop, step)
            return list(map(Entry._make, zip(numbers, self._times[at], self._happenings[at], strict=True)))
        return Entry(self._first + at, self._times[at], self._happenings[at])

    def __iter__(self) -> Iterator[Entry]:
        return iter(self[:])


def event_rows(
    cluster: Picture, entries: Sequence[Entry] | None = None, columns: EventColumns | None = None
) -> EntityRows[Entry]:
    """Return the rows of the whole log, which `columns` follow, or of the given entries (oldest first)."""
    log, tasks = cluster.events, cluster.tasks.records
    find = None if entries is not None else _finder(log)

    def function(entry: Entry) -> str | None:
        what = entry[2]
        if type(what) is TaskOnProcessor:
            task = tasks.get(what.task_id)
            return None if task is None else task.function
        if type(what) is not StateTask:
            return None
        if what.function:
            return what.function
        task = tasks.get(what.task_id)
        return None if task is None else task.function

    def client(entry: Entry) -> str | None:
        what = entry[2]
        if type(what) is TaskOnProcessor:
            task = tasks.get(what.task_id)
            return None if task is None else task.client
        if type(what) is not StateTask:
            return None
        if what.client:
            return what.client
        task = tasks.get(what.task_id)
        return None if task is None else task.client

    def worker(entry: Entry) -> str | None:
        what = entry[2]
        if type(what) is StateTask:
            if what.worker:
                return what.worker
            # a final message names no worker: the record does, as long as that message is its latest
            task = tasks.get(what.task_id)
            final = what.state in FINAL_STATES and task is not None and task.ended == entry[1]
            return task.worker if final and task is not None else None
        if type(what) is TaskOnProcessor:
            return what.worker
        if isinstance(what, StateWorker | StateBalanceAdvice | WorkerSeen | WorkerLeft):
            return what.worker
        return None

    def living(entry: Entry) -> bool:
        task = tasks.get(_task_id(entry))
        return task is not None and task.ended is None

    getters: dict[str, Callable[[Entry], Any]] = {
        "time": lambda entry: entry.time,
        "task": lambda entry: _task_id(entry).hex() or None,
        "task_id": _task_id,
        "status": _status,
        "event": _event,
        "function": function,
        "worker": worker,
        "client": client,
        "detail": _detail,
        "living": living,
        "said": lambda entry: None if _has_figures(entry) else _detail(entry),
        "figures": lambda entry: NOT_MADE if _has_figures(entry) else None,
    }
    whole: Callable[[str], Values | None] | None = None
    if entries is None:
        times, entries = np.array(log.times), LogEntries(log)
        if columns is not None:
            columns.follow(entries, log.shed, getters)
            whole = lambda key: times if key == "time" else columns.column(key)  # noqa: E731
    return EntityRows(
        TABLES["events"],
        entries,
        getters,
        lambda entry: str(entry.number),
        natural="time",
        shed=log.shed,
        ties="newest",
        find=find,
        whole=whole,
    )


def _finder(log: Events) -> Callable[[str], int | None]:
    first, count = log.shed, len(log)

    def find(row_id: str) -> int | None:
        position = int(row_id) - first if row_id.isdecimal() else -1
        return position if 0 <= position < count else None

    return find


def _task_id(entry: Entry) -> bytes:
    what = entry[2]
    if type(what) is StateTask or isinstance(what, TaskOnProcessor | StateGraphTask):
        return what.task_id
    if isinstance(what, StateBalanceAdvice) and len(what.task_ids) == 1:
        return what.task_ids[0]
    return b""


def _status(entry: Entry) -> str | None:
    what = entry[2]
    if type(what) is StateTask or isinstance(what, TaskOnProcessor | StateWorker):
        return what.state
    if isinstance(what, ManagerSeen):
        return "connected" if what.came else "disconnected"
    if isinstance(what, WorkerSeen | WorkerLeft):
        return "connected" if isinstance(what, WorkerSeen) else "disconnected"
    if isinstance(what, FeedSeen):
        return "connected" if what.connected else "disconnected"
    return None


def _event(entry: Entry) -> str | None:
    what = entry[2]
    if type(what) is StateTask:
        return what.event or None
    if isinstance(what, TaskOnProcessor | TasksLeftOut):
        return "processor report"
    if isinstance(what, WorkerLeft) and what.said_goodbye:
        return "StateWorker"
    if isinstance(what, WorkerSeen | WorkerLeft | ManagerSeen):
        return "StateScheduler"
    if isinstance(what, FeedSeen):
        return "connection"
    return type(what).__name__


def _has_figures(entry: Entry) -> bool:
    what = entry[2]
    return type(what) is StateTask and what.profile is not None


def _detail(entry: Entry) -> str | None:
    what = entry.what
    if isinstance(what, StateTask):
        if what.profile is None:
            return name_capabilities(what.capabilities) or None if what.capabilities else None
        growth, cpu = (
            format_bytes(what.profile.memory_growth_bytes),
            format_duration(what.profile.cpu_seconds),
        )
        return f"{format_duration(what.profile.duration_seconds)}, grew {growth}, cpu {cpu}"
    if isinstance(what, StateWorker):
        return name_capabilities(what.capabilities) or None
    if isinstance(what, StateBalanceAdvice):
        return f"take {counted(len(what.task_ids), 'task')}"
    if isinstance(what, StateGraphTask):
        return f"{what.kind} node, {len(what.parent_task_ids)} parents"
    if isinstance(what, WorkerLeft):
        held = f"had {counted(what.tasks, 'task')}, {what.on_processors:,} on processors"
        return held if what.manager is None else f"{held}; of manager {what.manager}"
    if isinstance(what, ManagerSeen):
        manager = f"manager {what.manager}"
        return manager if what.came else f"{manager}, had {counted(what.workers, 'worker')}"
    if isinstance(what, TasksLeftOut):
        return f"{what.tasks} more tasks on processors, left out"
    return None
