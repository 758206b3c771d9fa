"""The cluster as this monitor knows it: every event goes in here, every figure comes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

from scaler_monitor.model.bars import Bar, Span
from scaler_monitor.model.clients import Clients
from scaler_monitor.model.events import (
    Events,
    FeedSeen,
    ManagerSeen,
    SchedulerRestarted,
    TaskOnProcessor,
    WorkerSeen,
)
from scaler_monitor.model.functions import Function, Functions
from scaler_monitor.model.gaps import Gaps
from scaler_monitor.model.history import History
from scaler_monitor.model.limits import Limits
from scaler_monitor.model.machines import Machine, group_by_host
from scaler_monitor.model.managers import Managers
from scaler_monitor.model.messages import Messages
from scaler_monitor.model.objects import Objects
from scaler_monitor.model.scheduler import Scheduler
from scaler_monitor.model.states import TaskStates
from scaler_monitor.model.tasks import MISSED, Task, Tasks
from scaler_monitor.model.timeline import Timeline, name_capabilities
from scaler_monitor.model.workers import Workers
from scaler_monitor.wire.event import (
    FAILED_STATES,
    FINAL_STATES,
    Event,
    StateBalanceAdvice,
    StateGraphTask,
    StateObject,
    StateScheduler,
    StateTask,
    StateWorker,
)

PARTS = (
    "scheduler",
    "messages",
    "states",
    "workers",
    "managers",
    "clients",
    "objects",
    "tasks",
    "functions",
    "events",
    "timeline",
    "history",
    "gaps",
)
SETTLE_AT = 4_096
"""Ended tasks that may wait to be counted into sketches, rings and timeline."""


class Cluster:
    """All nouns of the model. One thread at a time; `now` is unix seconds, handed in.

    Durations, cpu, memory growth, history and timeline are brought up to date in batches: by
    `apply_many`, `tick` and `freeze`. Everything else is so after each event.
    """

    def __init__(self, started: float, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.started = started
        """Unix seconds since when this monitor watches."""
        self.now = started
        """The latest time handed in."""
        self.applied = 0
        """Events taken."""
        self.scheduler = Scheduler()
        self.messages = Messages(self.limits.message_names)
        self.states = TaskStates(self.limits.message_names)
        self.workers = Workers(self.limits)
        self.managers = Managers(self.limits)
        self.clients = Clients(self.limits.clients)
        self.objects = Objects()
        self.tasks = Tasks(self.limits.tasks)
        self.functions = Functions(self.limits)
        self.events = Events(self.limits.events)
        self.timeline = Timeline(self.limits)
        self.history = History(self.limits.history_seconds)
        self.gaps = Gaps(self.limits.gaps)
        self._ended: list[Task] = []
        self._told: set[tuple[str, bool]] = set()
        self._machines: tuple[StateScheduler | None, dict[str | None, Machine]] = (None, {})

    # -- taking events

    def apply_many(self, events: Iterable[Event], now: float) -> None:
        """Take events in the order in which they came."""
        apply_task = self._apply_task
        for event in events:
            if type(event) is StateTask:
                apply_task(event, now)
            else:
                self.apply(event, now)
        self.settle()

    def apply(self, event: Event, now: float) -> None:
        """Take one event."""
        kind = type(event)
        if kind is StateTask:
            self._apply_task(event, now)  # type: ignore[arg-type]
            return
        self.now = now
        self.applied += 1
        if isinstance(event, StateScheduler):
            self._apply_report(event, now)
        elif isinstance(event, StateWorker):
            self.events.write(event, now)
            if len(self._told) < self.limits.workers:
                self._told.add((event.worker, event.state != "disconnected"))
            if event.state == "disconnected":
                self.workers.disconnected(event.worker, now)
            else:
                self.workers.connected(event.worker, event.capabilities)
        elif isinstance(event, StateObject):
            self.objects.apply(event, now)
        elif isinstance(event, (StateBalanceAdvice, StateGraphTask)):
            self.events.write(event, now)

    def _apply_task(self, event: StateTask, now: float) -> None:
        task_id, name, state, worker, capabilities, profile, object_bytes, client, cause = event
        self.now = now
        self.applied += 1
        log = self.events
        log.times.append(now)
        log.happenings.append(event)
        log.total += 1
        final = state in FINAL_STATES
        tasks = self.tasks
        task = tasks.records.get(task_id)
        before: str | None = None
        if task is None:
            if len(tasks.records) >= tasks.limit:
                self._shed_task()
            task = tasks.make(task_id, state, now)
            if not final:
                tasks.live[task_id] = task
        elif task.ended is None:
            before = task.state
            if task.epoch != tasks.epoch:
                task = tasks.own(task)
        elif final and task.state != MISSED:
            return  # its end is told again
        else:
            task = tasks.again(task)
            task.function_entry = self.functions.present(task.function_entry)
        entry = task.function_entry
        if entry is None or (name and name != task.function):
            entry = self._name(task, name, before, now)
        if worker and worker != task.worker:
            task.worker = worker
            task.sent = task.started = None
        if capabilities or (capabilities is not None and task.capabilities is None and not final):
            task.capabilities = capabilities
        if object_bytes or (object_bytes is not None and task.object_bytes is None and not final):
            task.object_bytes = object_bytes
        if client and client != task.client:
            self._belong(task, client, entry)
        task.event = cause
        task.changed = now
        if before != state:
            if before == "inactive":
                entry.waiting -= 1
            elif before is not None:
                entry.running -= 1
            if state == "inactive":
                entry.waiting += 1
            elif not final:
                entry.running += 1
            task.state = state
        if not final:
            if task.sent is None and state == "running":
                task.sent = now
            return
        task.ended = now
        if profile is not None:
            task.profile = profile
            if profile.duration_seconds >= 0.0:
                task.started = now - profile.duration_seconds
        tally = task.tally
        if tally is not None and tally.folded:
            tally = task.tally = self.clients.other
        if state == "success":
            entry.success += 1
            if tally is not None:
                tally.success += 1
        elif state in FAILED_STATES:
            entry.failed += 1
            if tally is not None:
                tally.failed += 1
        else:
            entry.canceled += 1
            if tally is not None:
                tally.canceled += 1
        seen = self.states.seen
        seen[state] = seen.get(state, 0) + 1
        tasks.live.pop(task_id, None)
        tasks.ended.append(task)
        self._ended.append(task)
        if len(self._ended) >= SETTLE_AT:
            self.settle()

    def _name(self, task: Task, name: str, before: str | None, now: float) -> Function:
        """Count a task under the function that it turned out to call."""
        old = task.function_entry
        if old is not None:
            old.tasks -= 1
        entry = self.functions.find(name, now)
        if old is not None:
            if before == "inactive":
                old.waiting -= 1
                entry.waiting += 1
            elif before is not None:
                old.running -= 1
                entry.running += 1
        entry.tasks += 1
        if name:
            task.function = name
        task.function_entry = entry
        if task.client:
            entry.add_client(task.client, self.limits.function_parties)
        return entry

    def _belong(self, task: Task, client: str, entry: Function) -> None:
        """Count a task for the client that submitted it."""
        if task.tally is not None:
            (self.clients.other if task.tally.folded else task.tally).submitted -= 1
        task.client = client
        task.tally = self.clients.find(client)
        task.tally.submitted += 1
        entry.add_client(client, self.limits.function_parties)

    def _shed_task(self) -> None:
        task = self.tasks.shed_one()
        if task.ended is None:
            self._uncount(task)

    def _uncount(self, task: Task) -> None:
        """Take a task that has not ended out of the counts of living ones."""
        entry = task.function_entry
        if entry is None:
            return
        if task.state == "inactive":
            entry.waiting -= 1
        else:
            entry.running -= 1

    def _apply_report(self, report: StateScheduler, now: float) -> None:
        self.scheduler.apply(report, now)
        restarted = self.messages.sent.apply(report.sent, now)
        restarted |= self.messages.received.apply(report.received, now)
        restarted |= self.states.apply(report.task_states, now)
        if restarted:
            self.scheduler.restarts += 1
            self.events.write(SchedulerRestarted(), now)
        first = self.scheduler.reports == 1
        came, left = self.workers.apply(report.workers, report.manager_workers, now)
        managers_came, managers_left = self.managers.apply(report, self.workers, now)
        if not first:
            for name in came:
                self._note_worker(name, True, now)
            for name in managers_came:
                self.events.write(ManagerSeen(name, True), now)
        for name in left:
            self._note_worker(name, False, now)
        for name in managers_left:
            self.events.write(ManagerSeen(name, False), now)
        self._told.clear()
        self.clients.apply(report.clients)
        self.objects.count, self.objects.storage = report.objects, report.storage
        self._place_tasks(now)
        self._find_missed(now)
        history = self.history
        history.fleet_rss.put(now, float(self.workers.rss_bytes.sum()))
        history.fleet_cpu.put(now, float(self.workers.cpu_permille.sum()))
        history.scheduler_rss.put(now, report.rss_bytes)
        history.scheduler_cpu.put(now, report.cpu_permille)

    def _note_worker(self, name: str, came: bool, now: float) -> None:
        if (name, came) not in self._told:
            self.events.write(WorkerSeen(name, came), now)

    def _place_tasks(self, now: float) -> None:
        """Learn from the processors which tasks really run, also such that no message has named."""
        on, new, gone, turned = self.workers.place_tasks()
        records = self.tasks.records
        processors = self.workers.processors
        if processors is not None and (new or turned):
            suspended, names = self.workers.suspended_tasks, self.workers.names
            told: list[tuple[bytes, str]] = []
            ages = processors.task_age_seconds
            owners = self.workers.processor_owner().tolist()
            for task_id in new:
                at = on[task_id]
                task = records.get(task_id)
                if task is None:
                    if len(records) >= self.tasks.limit:
                        continue
                    task = self.tasks.make(task_id, "running", now)
                    self.tasks.live[task_id] = task
                    self._name(task, "", None, now).running += 1
                elif task.ended is not None:
                    continue
                else:
                    task = self.tasks.own(task)
                task.worker = names[owners[at]]
                if task.state == "running":
                    told.append((task_id, task.worker))
                if task.started is None:
                    task.started = now - (0.0 if ages is None else float(ages[at]))
            for task_id in turned:
                task = records.get(task_id)
                if task is not None and task.state == "running":
                    told.append((task_id, names[owners[on[task_id]]]))
            room = self.limits.report_events
            self.events.left_out += max(0, len(told) - room)
            happened = [
                TaskOnProcessor(task_id, worker, "suspended" if task_id in suspended else "running")
                for task_id, worker in told[:room]
            ]
            self.events.write_all(happened, now)
        for task_id in gone:
            task = records.get(task_id)
            if task is not None and task.ended is None and task.event is None and task.function is None:
                self._miss(task, now)

    def _find_missed(self, now: float) -> None:
        """End those records for which the scheduler's count of living tasks leaves no room."""
        living = self.states.living
        if living is None:
            return
        excess = len(self.tasks.live) - living
        if excess > 0:
            on = self.workers.on_processor
            idle = [task for task in self.tasks.live.values() if task.id not in on]
            idle.sort(key=lambda task: task.changed)
            for task in idle[:excess]:
                self._miss(task, now)

    def _miss(self, task: Task, now: float) -> None:
        self._uncount(task)
        task = self.tasks.own(task)
        task.state = MISSED
        task.ended = now
        self.tasks.end(task)

    # -- time and connection

    def settle(self) -> None:
        """Count the tasks that have ended into sketches, rings and timeline."""
        ended = self._ended
        if not ended:
            return
        self._ended = []
        finished, growth, cpu = self.history.finished, self.history.finished_growth, self.history.finished_cpu
        durations: dict[Function, list[float]] = {}
        seconds: dict[float, list[float]] = {}
        for task in ended:
            entry = task.function_entry
            when = task.ended
            if entry is None or when is None:
                continue
            sums = seconds.get(when)
            if sums is None:
                sums = seconds[when] = [0.0, 0.0, 0.0, 0.0]
            sums[0] += 1.0
            found = durations.get(entry)
            if found is None:
                found = durations[entry] = []
            worker = task.worker
            if worker is not None and worker not in entry.workers:
                entry.add_worker(worker, self.limits.function_parties)
            profile = task.profile
            if profile is None:
                continue
            took, grew, used = profile
            if 0.0 <= took < inf:
                found.append(took)
            if 0.0 <= used < inf:
                sums[2] += used
                entry.cpu_seconds += used
            sums[1] += grew
            sums[3] += 1.0
            peak = entry.memory_peak_bytes
            if peak is None or grew > peak:
                entry.memory_peak_bytes = grew
        for entry, found in durations.items():
            entry.last_seen = self.now
            self.functions.moved(entry)
            if found:
                entry.durations.add(found)
        for when, (count, grew_all, used_all, profiles) in seconds.items():
            finished.put(when, count)
            if profiles:
                growth.put(when, grew_all)
                cpu.put(when, used_all)
        self.timeline.add(ended)

    def feed_changed(self, connected: bool, now: float) -> None:
        """The connection to the scheduler came or went."""
        self.now = now
        known = self.gaps.connected is not None
        if self.gaps.change(connected, now):
            if not connected:
                self.scheduler.interrupted()
            if known or connected:
                self.events.write(FeedSeen(connected), now)

    def tick(self, now: float) -> None:
        """Let time pass; to be called about once a second."""
        self.now = now
        self.settle()
        self.workers.tick(now)
        self.managers.tick(now)
        self.functions.tick(now)

    # -- looking

    def standing(self, task: Task) -> str:
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
        report = self.scheduler.report
        if self._machines[0] is not report:
            self._machines = (report, group_by_host(self.workers))
        return self._machines[1]

    def bars(self, start: float, end: float, cells: int, workers: Sequence[str]) -> list[list[Bar]]:
        """Return what each of `workers` did in a window that is cut into `cells`, as bars."""
        running = [self._running(worker, start, end) for worker in workers]
        return self.timeline.bars(start, end, cells, workers, running)

    def _running(self, worker: str, start: float, end: float) -> list[Span]:
        """Return the spans of tasks on the worker's processors that touch the window, until now."""
        processors = self.workers.processors
        spans: list[Span] = []
        if processors is None or processors.task_id is None or self.now < start:
            return spans
        for at in self.workers.processor_range(worker):
            task = self.tasks.get(processors.task_id[at])
            if task is None or task.ended is not None or task.started is None or task.started >= end:
                continue
            state = "suspended" if processors.suspended[at] else "running"
            name = name_capabilities(task.capabilities)
            until = max(self.now, task.started)
            spans.append(Span(task.started, until, state, name, task.function, task.id))
        return spans

    def freeze(self) -> Cluster:
        """Return the picture as it is now, for looking only: immutable parts are shared, others copied."""
        self.settle()
        other = Cluster.__new__(Cluster)
        other.__dict__.update(self.__dict__, _ended=[], _told=set())
        for name in PARTS:
            setattr(other, name, getattr(self, name).freeze())
        return other
