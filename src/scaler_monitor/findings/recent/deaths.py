"""Workers that died in the last minutes, with what they had on their processors."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass

from scaler_monitor.findings.post_mortem import PostMortem, tell_cause
from scaler_monitor.findings.thresholds import Thresholds
from scaler_monitor.model.cluster_state import ClusterState
from scaler_monitor.model.event_log import WorkerLeft
from scaler_monitor.model.workers import DepartedWorker
from scaler_monitor.wire.event import WorkerColumns

MOST_DEATHS = 500
"""Deaths that are remembered: below a kilobyte each."""

NAMED_TASKS = 8
"""Tasks on its processors that are remembered of one."""


@dataclass(frozen=True, slots=True)
class Death:
    """A worker that died."""

    told: PostMortem
    functions: frozenset[str]
    """Those of the tasks on its processors."""
    tasks: tuple[bytes, ...]
    living: Mapping[str, float]
    """Of each of these functions: what share of the other working workers had it too."""


class Deaths:
    """The latest deaths, oldest first; workers that went idle and fresh are none."""

    def __init__(self) -> None:
        self.recent: deque[Death] = deque(maxlen=MOST_DEATHS)
        self._before: tuple[WorkerColumns, dict[str, int]] | None = None

    def take(self, state: ClusterState, left: list[WorkerLeft], thresholds: Thresholds, now: float) -> None:
        """Note who died since the look before."""
        while self.recent and self.recent[0].told.left < now - thresholds.poison_seconds:
            self.recent.popleft()
        if left:
            rows = [row for row in (_row(state, each.worker, now) for each in left) if row is not None]
            known = {death.told.worker for death in self.recent if death.told.left >= now - 5.0}
            shares: Counter[str] | None = None
            for row in rows[-MOST_DEATHS:]:
                if row.worker in known:
                    continue
                tasks = self._tasks_of(state, row.worker)
                told = tell_cause(state, row, thresholds, rows)
                if told.cause == "scale-down":
                    continue
                functions = _functions_of(state, tasks)
                if functions and shares is None:
                    shares = _living(state, {each.worker for each in rows})
                living = {} if shares is None else {name: shares[name] / shares[""] for name in functions}
                self.recent.append(Death(told, functions, tasks[:NAMED_TASKS], living))
        workers = state.workers
        self._before = None if workers.columns is None else (workers.columns, workers.index)

    def clear(self) -> None:
        """Forget who died: what was before says nothing of what comes."""
        self.recent.clear()
        self._before = None

    def _tasks_of(self, state: ClusterState, worker: str) -> tuple[bytes, ...]:
        """The tasks on a worker's processors by the latest report that had it."""
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


def _living(state: ClusterState, dead: set[str]) -> Counter[str]:
    """Count the living workers that have each function on a processor; all that work under ""."""
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
