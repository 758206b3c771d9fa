"""The state of the cluster: its parts, and the queries that need several of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.clients import Clients
from scaler_monitor.model.connection_gaps import ConnectionGaps
from scaler_monitor.model.event_log import EventLog
from scaler_monitor.model.function_names import shared_name
from scaler_monitor.model.functions import Functions
from scaler_monitor.model.history import History
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.machines import Machine, group_by_host
from scaler_monitor.model.managers import Managers
from scaler_monitor.model.message_counters import MessageCounters
from scaler_monitor.model.objects import Objects
from scaler_monitor.model.overdue import overdue_by_processor
from scaler_monitor.model.scheduler import Scheduler
from scaler_monitor.model.task_states import TaskStates
from scaler_monitor.model.tasks import Task, Tasks
from scaler_monitor.model.timeline.bars import TaskSpan
from scaler_monitor.model.timeline.stream_window import StreamWindow
from scaler_monitor.model.timeline.timeline import Timeline, name_capabilities
from scaler_monitor.model.workers import Workers


class ClusterState:
    """Everything known about the cluster. Only `model.cluster_model.ClusterModel` modifies it."""

    def __init__(self, started: float, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self.limits = limits
        self.started = started
        """Unix seconds at which monitoring started."""
        self.now = started
        """Unix seconds of the latest update."""
        self.applied = 0
        """Number of events applied so far."""
        self.scheduler = Scheduler()
        self.messages = MessageCounters(limits.message_names)
        self.states = TaskStates(limits.message_names)
        self.workers = Workers(limits)
        self.managers = Managers(limits)
        self.clients = Clients(limits.clients)
        self.objects = Objects()
        self.tasks = Tasks(limits.tasks, limits.tasks_memory)
        self.functions = Functions(limits)
        self.events = EventLog(limits.events, limits.events_memory)
        self.timeline = Timeline(limits)
        self.history = History(limits.history_seconds)
        self.gaps = ConnectionGaps(limits.gaps)
        self._machines: tuple[int, dict[str | None, Machine]] = (0, {})
        self._overdue: tuple[int, NDArray[np.float64] | None] = (0, None)

    def task_status(self, task: Task) -> str:
        """Return the status of a task: its state, but `running` is refined by what the processors report.

        It is `running` or `suspended` if a processor has the task, `queued` if only its worker has it, and
        `sent` if processors do not report their tasks (before 2.9).
        """
        if task.state != "running":
            return task.state
        processors = self.workers.processors
        at = self.workers.on_processor.get(task.id)
        if at is not None and processors is not None:
            return "suspended" if processors.suspended[at] else "running"
        if processors is None or processors.task_id is None:
            return "sent"
        return "queued"

    def machines(self) -> dict[str | None, Machine]:
        """Return the machines by host; computed at most once per report."""
        report = self.scheduler.reports
        if self._machines[0] != report:
            self._machines = (report, group_by_host(self.workers))
        return self._machines[1]

    def overdue(self) -> NDArray[np.float64] | None:
        """Return `model.overdue.overdue_by_processor`; computed at most once per report."""
        report = self.scheduler.reports
        if self._overdue[0] != report:
            self._overdue = (report, overdue_by_processor(self.workers, self.tasks, self.functions))
        return self._overdue[1]

    def overdue_count(self) -> int | None:
        """Return the number of overdue tasks, see `model.overdue`; None before 2.9."""
        times = self.overdue()
        return None if times is None else int(np.count_nonzero(~np.isnan(times)))

    def stream(self, start: float, end: float, workers: Sequence[str]) -> StreamWindow:
        """Return the activity of `workers` in [start, end), in unix seconds."""
        running = [self._running(worker, start, end) for worker in workers]
        return self.timeline.window(start, end, workers, running)

    def snapshot(self) -> ClusterState:
        """Return a read-only copy of the current state; immutable parts are shared."""
        other = ClusterState.__new__(ClusterState)
        other.limits, other.started = self.limits, self.started
        other.now, other.applied = self.now, self.applied
        other.scheduler = self.scheduler.snapshot()
        other.messages = self.messages.snapshot()
        other.states = self.states.snapshot()
        other.workers = self.workers.snapshot()
        other.managers = self.managers.snapshot()
        other.clients = self.clients.snapshot()
        other.objects = self.objects.snapshot()
        other.tasks = self.tasks.snapshot()
        other.functions = self.functions.snapshot()
        other.events = self.events.snapshot()
        other.timeline = self.timeline.snapshot()
        other.history = self.history.snapshot()
        other.gaps = self.gaps.snapshot()
        other.__dict__.update(_machines=self._machines, _overdue=self._overdue)
        return other

    def _running(self, worker: str, start: float, end: float) -> list[TaskSpan]:
        """Return spans up to now for the tasks on the worker's processors that overlap [start, end)."""
        processors = self.workers.processors
        spans: list[TaskSpan] = []
        if processors is None or processors.task_id is None or self.now < start:
            return spans
        for at in self.workers.processor_range(worker):
            task = self.tasks.get(processors.task_id[at])
            if task is None or task.ended is not None or task.started is None or task.started >= end:
                continue
            state = "suspended" if processors.suspended[at] else "running"
            name = name_capabilities(task.capabilities)
            until = max(self.now, task.started)
            function = None if task.function is None else shared_name(task.function)
            spans.append(TaskSpan(task.started, until, state, name, function, task.id))
        return spans
