"""Applies StateTask messages to tasks, functions and clients. This is the hot path."""

from __future__ import annotations

from scaler_monitor.model.clients import ClientTally
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.functions import Function
from scaler_monitor.model.tasks import MISSED, Task
from scaler_monitor.wire.event import FAILED_STATES, FINAL_STATES, StateTask

MAX_TASK_MEMORY = 2_500
"""Most bytes that the names of one task message take, see `model.limits`; more belongs to a report."""


class TaskTransitions:
    """Updates the record of a task, its function and its client for each message."""

    def __init__(self, state: ClusterState) -> None:
        self._tasks = state.tasks
        self._functions = state.functions
        self._clients = state.clients
        self._events = state.events
        self._seen = state.states.seen
        self.ended: list[Task] = []
        """Tasks that ended since the caller last cleared the list."""

    def apply(self, event: StateTask, now: float) -> bool:
        """Apply one transition; return whether the task ended with it.

        One long function on purpose: it runs for every message, and each call would add 5 % to its time.
        `bench.state_task` measures it, for bench/RESULTS.md.
        """
        task_id, name, state, worker, capabilities, profile, object_bytes, client, cause = event
        log = self._events
        log.times.append(now)
        log.entries.append(event)
        log.total += 1
        final = state in FINAL_STATES
        tasks = self._tasks
        task = tasks.records.get(task_id)
        before: str | None = None
        if task is None:
            if len(tasks.records) >= tasks.limit:
                self._evict_task()
            task = tasks.make(task_id, state, now)
            if not final:
                tasks.live[task_id] = task
        elif task.ended is None:
            before = task.state
            if task.epoch != tasks.epoch:
                task = tasks.writable(task)
        elif final and task.state != MISSED:
            return False  # a repeated end
        else:
            self._reopen_counts(task)
            task = tasks.reopen(task)
            task.function_entry = self._functions.resolve(task.function_entry)
        entry = task.function_entry
        if entry is None or (name and name != task.function):
            entry = self._set_function(task, name, before, now)
        if worker and worker != task.worker:
            task.worker = worker
            task.sent = task.started = None
        if capabilities or (capabilities is not None and task.capabilities is None and not final):
            task.capabilities = capabilities
        if object_bytes or (object_bytes is not None and task.object_bytes is None and not final):
            task.object_bytes = object_bytes
        if client and client != task.client:
            self._set_client(task, client, entry)
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
            return False
        task.ended = now
        if profile is not None:
            task.profile = profile
            if profile.duration_seconds >= 0.0:
                task.started = now - profile.duration_seconds
        tally = task.tally
        if tally is not None and tally.folded:
            tally = self._clients.other
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
        seen = self._seen
        seen[state] = seen.get(state, 0) + 1
        tasks.live.pop(task_id, None)
        tasks.ended.append(task)
        self.ended.append(task)
        return True

    def _set_function(self, task: Task, name: str, before: str | None, now: float) -> Function:
        """Count a task for the function `name` from now on; `before` is the state in which it was counted."""
        old = task.function_entry
        entry = self._functions.find(name, now)
        if old is not None:
            if before == "inactive":
                old.waiting -= 1
                entry.waiting += 1
            elif before is not None:
                old.running -= 1
                entry.running += 1
        if name or (task.function is None and task.state not in FINAL_STATES):
            task.function = name  # the last message may omit the function
        task.function_entry = entry
        if task.client:
            entry.clients.add(task.client)
        return entry

    def _set_client(self, task: Task, client: str, entry: Function) -> None:
        """Count a task for the client that submitted it, and no longer for another one."""
        before = self._tally(task)
        if before is not None:
            before.submitted -= 1
        task.client = client
        task.tally = self._clients.find(client)
        task.tally.submitted += 1
        entry.clients.add(client)

    def _tally(self, task: Task) -> ClientTally | None:
        """Return the tally that counts the task for its client."""
        tally = task.tally
        return self._clients.other if tally is not None and tally.folded else tally

    def _reopen_counts(self, task: Task) -> None:
        """Update the counts for a message that arrives after the end, observed or missed, of its task."""
        tally, entry = self._tally(task), self._functions.resolve(task.function_entry)
        if task.state == MISSED:
            if entry is not None:
                entry.missed -= 1
            if tally is not None:
                tally.missed -= 1
        elif tally is not None:
            tally.submitted += 1

    def add_memory(self, memory: int, events: int) -> None:
        """Account for `memory` bytes of names, ids and lists created for the latest `events` events."""
        tasks = self._tasks
        most = tasks.add_memory(min(memory, MAX_TASK_MEMORY * events))
        while len(tasks.records) > most:
            self._evict_task()

    def _evict_task(self) -> None:
        task = self._tasks.evict_one()
        if task.ended is None:
            self._count_missed(task)

    def mark_missed(self, task: Task, now: float) -> None:
        """Set an open task to MISSED."""
        self._count_missed(task)
        task = self._tasks.writable(task)
        task.state = MISSED
        task.ended = now
        self._tasks.end(task)

    def _count_missed(self, task: Task) -> None:
        """Count an open task as missed in its function and client."""
        tally, entry = self._tally(task), task.function_entry
        if tally is not None:
            tally.missed += 1
        if entry is None:
            return
        entry.missed += 1
        if task.state == "inactive":
            entry.waiting -= 1
        else:
            entry.running -= 1
