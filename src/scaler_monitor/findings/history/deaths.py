"""Workers that died in the last minutes, and the tasks that were on their processors."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass

from scaler_monitor.findings.post_mortem import PostMortem, diagnose_departure
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.event_log import WorkerLeft
from scaler_monitor.model.workers import DepartedWorker
from scaler_monitor.wire.event import WorkerColumns

MAX_DEATHS = 500
"""Deaths that are kept; each takes less than 1 kB."""

NAMED_TASKS = 8
"""Tasks that are kept of each death."""


@dataclass(frozen=True, slots=True)
class Death:
    """A worker that died."""

    details: PostMortem
    functions: frozenset[str]
    """Functions of the tasks on its processors."""
    tasks: tuple[bytes, ...]
    live_shares: Mapping[str, float]
    """For each of these functions: share of the busy live workers that ran it at that time."""


class Deaths:
    """The latest deaths, oldest first; regular disconnects (scale-down) are not included."""

    def __init__(self) -> None:
        self.latest: deque[Death] = deque(maxlen=MAX_DEATHS)
        self._before: tuple[WorkerColumns, dict[str, int]] | None = None

    def update(
        self, state: ClusterState, departures: list[WorkerLeft], thresholds: Thresholds, now: float
    ) -> None:
        """Record the workers that died since the previous observation."""
        while self.latest and self.latest[0].details.left < now - thresholds.poison_seconds:
            self.latest.popleft()
        if departures:
            rows = [row for row in (_row(state, each.worker, now) for each in departures) if row is not None]
            recorded = {death.details.worker for death in self.latest if death.details.left >= now - 5.0}
            shares: Counter[str] | None = None
            for row in rows[-MAX_DEATHS:]:
                if row.worker in recorded:
                    continue
                tasks = self._tasks_of(state, row.worker)
                details = diagnose_departure(state, row, thresholds, rows)
                if details.cause == "scale-down":
                    continue
                functions = _functions_of(state, tasks)
                if functions and shares is None:
                    shares = _function_shares(state, {each.worker for each in rows})
                live_shares = (
                    {} if shares is None else {name: shares[name] / shares[""] for name in functions}
                )
                self.latest.append(Death(details, functions, tasks[:NAMED_TASKS], live_shares))
        workers = state.workers
        self._before = None if workers.columns is None else (workers.columns, workers.index)

    def clear(self) -> None:
        """Clear the history."""
        self.latest.clear()
        self._before = None

    def _tasks_of(self, state: ClusterState, worker: str) -> tuple[bytes, ...]:
        """Return the tasks on a worker's processors in the latest report that contains it."""
        for columns, index in (*((self._before,) if self._before else ()), *_present(state)):
            at = index.get(worker)
            ids = columns.processors.task_id
            if at is not None and ids is not None:
                first = columns.first_processor
                return tuple(id_ for id_ in ids[int(first[at]) : int(first[at + 1])] if id_)
        return ()


def _present(state: ClusterState) -> tuple[tuple[WorkerColumns, dict[str, int]], ...]:
    workers = state.workers
    return () if workers.columns is None else ((workers.columns, workers.index),)


def _row(state: ClusterState, worker: str, now: float) -> DepartedWorker | None:
    row = state.workers.departed.get(worker)
    if row is None and worker in state.workers.index and worker in state.workers.leaving:
        row = state.workers.last_figures(worker, state.workers.leaving.get(worker, now))
    return row


def _functions_of(state: ClusterState, tasks: tuple[bytes, ...]) -> frozenset[str]:
    found = (state.tasks.get(task_id) for task_id in tasks)
    return frozenset(task.function for task in found if task is not None and task.function)


def _function_shares(state: ClusterState, dead: set[str]) -> Counter[str]:
    """Return the number of live workers that run each function; the key "" has the number of busy workers."""
    workers, records = state.workers, state.tasks.records
    owners = workers.processor_owner().tolist()
    pairs = set()
    busy = set()
    for task_id, at in workers.on_processor.items():
        owner = owners[at]
        if workers.names[owner] in dead:
            continue
        busy.add(owner)
        task = records.get(task_id)
        if task is not None and task.function:
            pairs.add((task.function, owner))
    counts = Counter(function for function, _ in pairs)
    counts[""] = max(len(busy), 1)
    return counts
