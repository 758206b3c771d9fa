"""A StateScheduler report into the nouns: totals, fleet, and which tasks really run."""

from __future__ import annotations

import numpy as np

from scaler_monitor.model.events import (
    ManagerSeen,
    SchedulerRestarted,
    TaskOnProcessor,
    TasksLeftOut,
    WorkerLeft,
    WorkerSeen,
)
from scaler_monitor.model.functions import Function
from scaler_monitor.model.picture import Picture
from scaler_monitor.model.transitions import Transitions
from scaler_monitor.model.unknown import possible
from scaler_monitor.model.workers import DepartedWorker, fleet_rss
from scaler_monitor.wire.event import StateScheduler, StateWorker


class Reports:
    """What each report says, and what it says by leaving out."""

    def __init__(self, nouns: Picture, transitions: Transitions) -> None:
        self._nouns = nouns
        self._transitions = transitions
        self._told: set[tuple[str, bool]] = set()

    def apply(self, report: StateScheduler, now: float) -> None:
        """Take a report."""
        nouns = self._nouns
        events = nouns.events
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
                if (name, True) not in self._told:
                    events.write(WorkerSeen(name), now)
            for name in managers_came:
                events.write(ManagerSeen(name, True), now)
        for worker in left:
            if (worker.worker, False) not in self._told:
                events.write(_departure(worker, False), now)
        for manager in managers_left:
            events.write(ManagerSeen(manager.manager, False, manager.workers), now)
        self._told.clear()
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
        if len(self._told) < self._nouns.limits.told:
            self._told.add((event.worker, event.state != "disconnected"))
        if event.state != "disconnected":
            log.write(event, now)
            workers.connected(event.worker, event.capabilities)
            return
        known = event.worker in workers.index
        log.write(_departure(workers.last_figures(event.worker, now), True) if known else event, now)
        workers.disconnected(event.worker, now)

    def _place_tasks(self, now: float) -> None:
        """Learn from the processors which tasks really run, also such that no message has named."""
        nouns = self._nouns
        on, new, gone, turned = nouns.workers.place_tasks()
        records = nouns.tasks.records
        if new or turned:
            told = self._put_on_processors(on, new, now)
            names = nouns.workers.names
            owners = nouns.workers.processor_owner()
            for task_id in turned:
                task = records.get(task_id)
                if task is not None and task.state == "running":
                    told.append((task_id, names[owners[on[task_id]]]))
            self._log_places(told, now)
        for task_id in gone:
            task = records.get(task_id)
            if task is not None and task.ended is None and task.event is None and task.function is None:
                self._transitions.miss(task, now)

    def _put_on_processors(
        self, on: dict[bytes, int], new: list[bytes], now: float
    ) -> list[tuple[bytes, str]]:
        """Note where tasks are that are new on their processors; returns id and worker of the running."""
        workers, tasks = self._nouns.workers, self._nouns.tasks
        processors, names = workers.processors, workers.names
        told: list[tuple[bytes, str]] = []
        if processors is None:
            return told
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
                told.append((task_id, worker))
            if task.started is None:
                task.started = now - ages[at]
        return told

    def _log_places(self, told: list[tuple[bytes, str]], now: float) -> None:
        nouns = self._nouns
        suspended, room = nouns.workers.suspended_tasks, nouns.limits.report_events
        nouns.events.write_all(
            [
                TaskOnProcessor(task_id, worker, "suspended" if task_id in suspended else "running")
                for task_id, worker in told[:room]
            ],
            now,
        )
        if len(told) > room:
            nouns.events.left_out += len(told) - room
            nouns.events.write(TasksLeftOut(len(told) - room), now)

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


def _departure(row: DepartedWorker, said_goodbye: bool) -> WorkerLeft:
    return WorkerLeft(row.worker, said_goodbye, row.manager, row.sent, row.busy)
