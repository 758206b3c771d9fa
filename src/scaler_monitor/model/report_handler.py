"""Applies StateScheduler reports: totals, workers, managers, and which tasks are on processors."""

from __future__ import annotations

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.event_log import (
    ManagerSeen,
    SchedulerRestarted,
    TaskOnProcessor,
    TasksLeftOut,
    WorkerSeen,
)
from scaler_monitor.model.functions import Function
from scaler_monitor.model.missing_values import valid_or_none
from scaler_monitor.model.task_transitions import TaskTransitions
from scaler_monitor.model.workers import fleet_rss, worker_left_event
from scaler_monitor.wire.event import StateScheduler, StateWorker


class _LoggedTasks:
    """The tasks on processors to log: the first ones, and the number of the others."""

    def __init__(self, limit: int) -> None:
        self.first: list[tuple[bytes, str]] = []
        """Ids and workers."""
        self.left_out = 0
        self._limit = limit

    def add(self, task_id: bytes, worker: str) -> None:
        """Add a task, or only count it beyond the limit."""
        if len(self.first) < self._limit:
            self.first.append((task_id, worker))
        else:
            self.left_out += 1


class ReportHandler:
    """Updates the state with each report, and with StateWorker messages."""

    def __init__(self, state: ClusterState, transitions: TaskTransitions) -> None:
        self._state = state
        self._transitions = transitions

    def apply(self, report: StateScheduler, now: float) -> None:
        """Apply a report."""
        state = self._state
        events, announced = state.events, state.workers.announced
        state.scheduler.apply(report, now)
        restarted = state.messages.sent.apply(report.sent, now)
        restarted |= state.messages.received.apply(report.received, now)
        restarted |= state.states.apply(report.task_states, now)
        if restarted:
            state.scheduler.restarts += 1
            events.write(SchedulerRestarted(), now)
        first = state.scheduler.reports == 1
        added, left = state.workers.apply(report.workers, report.manager_workers, now)
        managers_added, managers_left = state.managers.apply(report, state.workers, now)
        if not first:
            for name in added:
                if (name, True) not in announced:
                    events.write(WorkerSeen(name), now)
            for name in managers_added:
                events.write(ManagerSeen(name, True), now)
        for departure in left:
            if (departure.worker, False) not in announced:
                events.write(departure, now)
        for manager in managers_left:
            events.write(ManagerSeen(manager.manager, False, manager.workers), now)
        announced.clear()
        state.clients.apply(report.clients)
        state.objects.apply_totals(report.objects, report.storage)
        self._place_tasks(now)
        self._find_missed(now)
        history = state.history
        workers, columns = state.workers, report.workers
        held = fleet_rss(state.workers)
        if held is not None:
            history.fleet_rss.put(now, held)
        history.fleet_cpu.put(now, int(workers.cpu_permille.sum()) + int(columns.agent_cpu_permille.sum()))
        if (rss := valid_or_none(report.rss_bytes)) is not None:
            history.scheduler_rss.put(now, rss)
        history.scheduler_cpu.put(now, report.cpu_permille)

    def apply_worker_event(self, event: StateWorker, now: float) -> None:
        """Apply a worker's connection or disconnection; the next report does not log it again."""
        workers, log = self._state.workers, self._state.events
        if len(workers.announced) < self._state.limits.announced:
            workers.announced.add((event.worker, event.state != "disconnected"))
        if event.state != "disconnected":
            log.write(event, now)
            workers.connected(event.worker, event.capabilities)
            return
        known = event.worker in workers.index
        log.write(
            worker_left_event(workers.last_figures(event.worker, now), disconnected=True) if known else event,
            now,
        )
        workers.disconnected(event.worker, now)

    def _place_tasks(self, now: float) -> None:
        """Update the tasks on processors, and create records for those without a message."""
        state = self._state
        on, new, gone, turned = state.workers.place_tasks()
        records = state.tasks.records
        if new or turned:
            logged = _LoggedTasks(state.limits.report_events)
            self._put_on_processors(on, new, logged, now)
            names = state.workers.names
            owners = state.workers.processor_owner()
            for task_id in turned:
                task = records.get(task_id)
                if task is not None and task.state == "running":
                    logged.add(task_id, names[owners[on[task_id]]])
            self._log_places(logged, now)
        for task_id in gone:
            task = records.get(task_id)
            if task is not None and task.ended is None and task.event is None and task.function is None:
                self._transitions.mark_missed(task, now)

    def _put_on_processors(
        self, on: dict[bytes, int], new: list[bytes], logged: _LoggedTasks, now: float
    ) -> None:
        """Update tasks that are new on their processors; add the running ones to `logged`."""
        workers, tasks = self._state.workers, self._state.tasks
        processors, names = workers.processors, workers.names
        if processors is None:
            return
        known = workers.task_age_seconds
        ages = [0.0] * len(processors.pid) if known is None else np.nan_to_num(known).tolist()
        owners = workers.processor_owner().tolist()
        records, live, epoch = tasks.records, tasks.live, tasks.epoch
        nameless: Function | None = None
        for task_id in new:
            at = on[task_id]
            task = records.get(task_id)
            if task is None:
                if len(records) >= tasks.limit:
                    continue
                if nameless is None:
                    nameless = self._state.functions.find("", now)
                task = live[task_id] = tasks.make(task_id, "running", now)
                task.function_entry = nameless
                nameless.running += 1
            elif task.ended is not None:
                continue
            elif task.epoch != epoch:
                task = tasks.writable(task)
            worker = task.worker = names[owners[at]]
            if task.state == "running":
                logged.add(task_id, worker)
            if task.started is None:
                task.started = now - ages[at]

    def _log_places(self, logged: _LoggedTasks, now: float) -> None:
        events, suspended = self._state.events, self._state.workers.suspended_tasks
        events.write_all(
            [
                TaskOnProcessor(task_id, worker, "suspended" if task_id in suspended else "running")
                for task_id, worker in logged.first
            ],
            now,
        )
        if logged.left_out:
            events.left_out += logged.left_out
            events.write(TasksLeftOut(logged.left_out), now)

    def _find_missed(self, now: float) -> None:
        """Set the oldest idle records to MISSED while there are more than the scheduler has open tasks."""
        state = self._state
        open_tasks = state.states.open
        if open_tasks is None:
            return
        excess = len(state.tasks.live) - open_tasks
        if excess > 0:
            on = state.workers.on_processor
            idle = [task for task in state.tasks.live.values() if task.id not in on]
            idle.sort(key=lambda task: task.changed)
            for task in idle[:excess]:
                self._transitions.mark_missed(task, now)
