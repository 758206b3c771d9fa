"""Values of the event table, from entries of the event log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scaler_monitor.model.event_log import (
    FeedSeen,
    LogEntry,
    LogEvent,
    ManagerSeen,
    TaskOnProcessor,
    TasksLeftOut,
    WorkerLeft,
    WorkerSeen,
)
from scaler_monitor.model.tasks import Task
from scaler_monitor.model.timeline.timeline import name_capabilities
from scaler_monitor.protocol.format.amounts import count_with_noun, format_bytes
from scaler_monitor.protocol.format.durations import format_duration
from scaler_monitor.query.columns.detail_column import NOT_FORMATTED
from scaler_monitor.wire.event import (
    FINAL_STATES,
    StateBalanceAdvice,
    StateGraphTask,
    StateTask,
    StateWorker,
)

SENT = "sent"
"""Label of the scheduler's state `running`: sent to a worker, as in `ClusterState.task_status`."""


class EventValues:
    """Reads entries; a field that a message does not have is read from the record of its task."""

    def __init__(self, tasks: Mapping[bytes, Task]) -> None:
        self._tasks = tasks

    def getters(self) -> dict[str, Callable[[LogEntry], Any]]:
        """Return the getters of computed columns, and the additional ones of `EventColumns`."""
        return {
            "task": lambda entry: _task_id(entry).hex() or None,
            "task_id": _task_id,
            "status": _status,
            "event": _event,
            "function": self.function,
            "worker": self.worker,
            "client": self.client,
            "detail": _detail,
            "is_live": self.is_live,
            "fixed_detail": lambda entry: None if _has_profile(entry) else _detail(entry),
            "profile_detail": lambda entry: NOT_FORMATTED if _has_profile(entry) else None,
        }

    def function(self, entry: LogEntry) -> str | None:
        """Return the function of the entry's task."""
        what = entry[2]
        if type(what) is StateTask and what.function:
            return what.function
        task = self._record(what)
        return None if task is None else task.function

    def client(self, entry: LogEntry) -> str | None:
        """Return the client of the entry's task."""
        what = entry[2]
        if type(what) is StateTask and what.client:
            return what.client
        task = self._record(what)
        return None if task is None else task.client

    def worker(self, entry: LogEntry) -> str | None:
        """Return the worker that the entry names, or on which its task ended."""
        what = entry[2]
        if type(what) is StateTask:
            if what.worker:
                return what.worker
            # a final message has no worker: use the record's, if this message is the latest of the task
            task = self._tasks.get(what.task_id)
            final = what.state in FINAL_STATES and task is not None and task.ended == entry[1]
            return task.worker if final and task is not None else None
        if isinstance(what, TaskOnProcessor | StateWorker | StateBalanceAdvice | WorkerSeen | WorkerLeft):
            return what.worker
        return None

    def is_live(self, entry: LogEntry) -> bool:
        """Return whether the entry's task has not ended."""
        task = self._tasks.get(_task_id(entry))
        return task is not None and task.ended is None

    def _record(self, what: LogEvent) -> Task | None:
        """Return the record of the entry's task; None if there is none."""
        if type(what) is StateTask or type(what) is TaskOnProcessor:
            return self._tasks.get(what.task_id)
        return None


def _task_id(entry: LogEntry) -> bytes:
    what = entry[2]
    if type(what) is StateTask or isinstance(what, TaskOnProcessor | StateGraphTask):
        return what.task_id
    if isinstance(what, StateBalanceAdvice) and len(what.task_ids) == 1 and not what.more:
        return what.task_ids[0]
    return b""


def _status(entry: LogEntry) -> str | None:
    what = entry[2]
    if type(what) is StateTask:
        return SENT if what.state == "running" else what.state
    if isinstance(what, TaskOnProcessor | StateWorker):
        return what.state
    if isinstance(what, ManagerSeen):
        return "connected" if what.connected else "disconnected"
    if isinstance(what, WorkerSeen | WorkerLeft):
        return "connected" if isinstance(what, WorkerSeen) else "disconnected"
    if isinstance(what, FeedSeen):
        return "connected" if what.connected else "disconnected"
    return None


def _event(entry: LogEntry) -> str | None:
    what = entry[2]
    if type(what) is StateTask:
        return what.event or None
    if isinstance(what, TaskOnProcessor | TasksLeftOut):
        return "processor report"
    if isinstance(what, WorkerLeft) and what.disconnected:
        return "StateWorker"
    if isinstance(what, WorkerSeen | WorkerLeft | ManagerSeen):
        return "StateScheduler"
    if isinstance(what, FeedSeen):
        return "connection"
    return type(what).__name__


def _has_profile(entry: LogEntry) -> bool:
    what = entry[2]
    return type(what) is StateTask and what.profile is not None


def _detail(entry: LogEntry) -> str | None:
    what = entry.event
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
        return f"take {count_with_noun(len(what.task_ids) + what.more, 'task')}"
    if isinstance(what, StateGraphTask):
        return f"{what.kind} node, {len(what.parent_task_ids) + what.more} parents"
    if isinstance(what, WorkerLeft):
        held = f"had {count_with_noun(what.tasks, 'task')}, {what.on_processors:,} on processors"
        return held if what.manager is None else f"{held}; of manager {what.manager}"
    if isinstance(what, ManagerSeen):
        manager = f"manager {what.manager}"
        return manager if what.connected else f"{manager}, had {count_with_noun(what.workers, 'worker')}"
    if isinstance(what, TasksLeftOut):
        return f"{what.tasks} more tasks on processors, left out"
    return None
