"""A StateScheduler report into the nouns: totals, fleet, and which tasks really run."""

from __future__ import annotations

import numpy as np

from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.events import (
    ManagerSeen,
    SchedulerRestarted,
    TaskOnProcessor,
    TasksLeftOut,
    WorkerSeen,
)
from scaler_monitor.model.functions import Function
from scaler_monitor.model.transitions import Transitions
from scaler_monitor.model.unknown import possible
from scaler_monitor.model.workers import departure, fleet_rss
from scaler_monitor.wire.event import StateScheduler, StateWorker


class _Places:
    """Tasks on processors that the log is to name: the first ones, and how many more there are."""

    def __init__(self, limit: int) -> None:
        self.first: list[tuple[bytes, str]] = []
        """Id and worker."""
        self.left_out = 0
        self._limit = limit

    def add(self, task_id: bytes, worker: str) -> None:
        """Name a task, or count it where there are too many."""
        if len(self.first) < self._limit:
            self.first.append((task_id, worker))
        else:
            self.left_out += 1


class Reports:
    """What each report says, and what it says by leaving out."""

    def __init__(self, nouns: ClusterState, transitions: Transitions) -> None:
        self._nouns = nouns
        self._transitions = transitions

    def apply(self, report: StateScheduler, now: float) -> None:
        """Take a report."""
        nouns = self._nouns
        events, told = nouns.events, nouns.workers.told
        nouns.scheduler.apply(report, now)
        restarted = nouns.messages.sent.apply(report.sent, now)
        restarted |= nouns.messages.received.apply(report.received, now)
        restarted |= nouns.states.apply(report.task_states, now)
        if restarted:
            nouns.scheduler.restarts += 1
            events.write(SchedulerRestarted(), now)
        first = nouns.scheduler.reports == 1
        came, left = nouns.workers.apply(report.workers, report.manager_workers, now)
        managers_came, managers_left = nouns.managers.apply(report, nouns.workers, now)
        if not first:
            for name in came:
                if (name, True) not in told:
                    events.write(WorkerSeen(name), now)
            for name in managers_came:
                events.write(ManagerSeen(name, True), now)
        for goodbye in left:
            if (goodbye.worker, False) not in told:
                events.write(goodbye, now)
        for manager in managers_left:
            events.write(ManagerSeen(manager.manager, False, manager.workers), now)
        told.clear()
        nouns.clients.apply(report.clients)
        nouns.objects.apply_totals(report.objects, report.storage)
        self._place_tasks(now)
        self._find_missed(now)
        history = nouns.history
        workers, columns = nouns.workers, report.workers
        held = fleet_rss(nouns.workers)
        if held is not None:
            history.fleet_rss.put(now, held)
        history.fleet_cpu.put(now, int(workers.cpu_permille.sum()) + int(columns.agent_cpu_permille.sum()))
        if (rss := possible(report.rss_bytes)) is not None:
            history.scheduler_rss.put(now, rss)
        history.scheduler_cpu.put(now, report.cpu_permille)

    def hear(self, event: StateWorker, now: float) -> None:
        """Take a worker's hello or goodbye, of which the next report need not tell again."""
        workers, log = self._nouns.workers, self._nouns.events
        if len(workers.told) < self._nouns.limits.told:
            workers.told.add((event.worker, event.state != "disconnected"))
        if event.state != "disconnected":
            log.write(event, now)
            workers.connected(event.worker, event.capabilities)
            return
        known = event.worker in workers.index
        log.write(
            departure(workers.last_figures(event.worker, now), said_goodbye=True) if known else event, now
        )
        workers.disconnected(event.worker, now)

    def _place_tasks(self, now: float) -> None:
        """Learn from the processors which tasks really run, also such that no message has named."""
        nouns = self._nouns
        on, new, gone, turned = nouns.workers.place_tasks()
        records = nouns.tasks.records
        if new or turned:
            told = _Places(nouns.limits.report_events)
            self._put_on_processors(on, new, told, now)
            names = nouns.workers.names
            owners = nouns.workers.processor_owner()
            for task_id in turned:
                task = records.get(task_id)
                if task is not None and task.state == "running":
                    told.add(task_id, names[owners[on[task_id]]])
            self._log_places(told, now)
        for task_id in gone:
            task = records.get(task_id)
            if task is not None and task.ended is None and task.event is None and task.function is None:
                self._transitions.miss(task, now)

    def _put_on_processors(self, on: dict[bytes, int], new: list[bytes], told: _Places, now: float) -> None:
        """Note where tasks are that are new on their processors; adds the running ones to `told`."""
        workers, tasks = self._nouns.workers, self._nouns.tasks
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
                    nameless = self._nouns.functions.find("", now)
                task = live[task_id] = tasks.make(task_id, "running", now)
                task.function_entry = nameless
                nameless.running += 1
            elif task.ended is not None:
                continue
            elif task.epoch != epoch:
                task = tasks.own(task)
            worker = task.worker = names[owners[at]]
            if task.state == "running":
                told.add(task_id, worker)
            if task.started is None:
                task.started = now - ages[at]

    def _log_places(self, told: _Places, now: float) -> None:
        events, suspended = self._nouns.events, self._nouns.workers.suspended_tasks
        events.write_all(
            [
                TaskOnProcessor(task_id, worker, "suspended" if task_id in suspended else "running")
                for task_id, worker in told.first
            ],
            now,
        )
        if told.left_out:
            events.left_out += told.left_out
            events.write(TasksLeftOut(told.left_out), now)

    def _find_missed(self, now: float) -> None:
        """End those records for which the scheduler's count of living tasks leaves no room."""
        nouns = self._nouns
        living = nouns.states.living
        if living is None:
            return
        excess = len(nouns.tasks.live) - living
        if excess > 0:
            on = nouns.workers.on_processor
            idle = [task for task in nouns.tasks.live.values() if task.id not in on]
            idle.sort(key=lambda task: task.changed)
            for task in idle[:excess]:
                self._transitions.miss(task, now)
