"""The state of the cluster: all that is known of it, and what only several parts of it can tell."""

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
    """The cluster at one moment: everything that is looked at.

    `model.cluster_model.ClusterModel` changes it.
    """

    def __init__(self, started: float, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self.limits = limits
        self.started = started
        """Unix seconds since when this monitor watches."""
        self.now = started
        """The latest time handed in."""
        self.applied = 0
        """EventLog taken."""
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
        """Return where a task stands: its state, and for `running` what the processors say.

        That is `running` or `suspended` where a processor has it, `queued` where its worker holds it back;
        `sent` where processors do not name their tasks (before 2.9).
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
        """Return the machines by host; worked out for each report when first asked."""
        report = self.scheduler.reports
        if self._machines[0] != report:
            self._machines = (report, group_by_host(self.workers))
        return self._machines[1]

    def overdue(self) -> NDArray[np.float64] | None:
        """Return for each processor how many times the usual its task has been on it; see `model.overdue`.

        Worked out for each report when first asked.
        """
        report = self.scheduler.reports
        if self._overdue[0] != report:
            self._overdue = (report, overdue_by_processor(self.workers, self.tasks, self.functions))
        return self._overdue[1]

    def overdue_count(self) -> int | None:
        """Return how many tasks take far longer than their function usually does; None before 2.9."""
        times = self.overdue()
        return None if times is None else int(np.count_nonzero(~np.isnan(times)))

    def stream(self, start: float, end: float, workers: Sequence[str]) -> StreamWindow:
        """Return what each of `workers` did in [start, end)."""
        running = [self._running(worker, start, end) for worker in workers]
        return self.timeline.window(start, end, workers, running)

    def snapshot(self) -> ClusterState:
        """Return the state as it is now, for looking only; what does not change any more is shared."""
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
        """Return the spans of tasks on the worker's processors that touch the window, until now."""
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
